package lms

import (
	"net/http"
	"reflect"

	"lekha/servicing"
)

// mark says how sure it is that an endpoint has the shape of the reference
// (spec/crego-api.md, status labels).
type mark string

// The marks. A known endpoint answers what the reference prints, key by key;
// an inferred one has a name in the reference and a shape of our choice, which
// the document states; an endpoint of ours is in no reference.
const (
	known    mark = "KNOWN"
	inferred mark = "INFERRED"
	ours     mark = "OURS"
)

// route is one line of the table from which everything about an endpoint is
// made: where it answers, who may call it, its part of the OpenAPI document.
type route struct {
	name       string // of the operation, unique: "listRecords"
	method     string
	path       string   // with {id}, and always a slash at the end
	also       []string // other paths, or "PUT /path" for another method
	permission servicing.Permission
	mark       mark
	reference  int // row of the 72 in spec/crego-api.md section 2; 0: not among them
	summary    string
	query      []param
	endpoint
	status int  // of a success; 0 is 200
	strict bool // unknown fields are refused by name
}

// endpoint is what a route does, with the types it reads and answers: the
// document is made from the very types that are used.
type endpoint struct {
	body   reflect.Type // nil: none
	answer reflect.Type
	file   bool // reads an uploaded file
	serve  func(a *API, c *call) (any, error)
}

// answers makes an endpoint that reads no body.
func answers[Out any](serve func(*API, *call) (Out, error)) endpoint {
	return endpoint{
		answer: reflect.TypeFor[Out](),
		serve:  func(a *API, c *call) (any, error) { return serve(a, c) },
	}
}

// takes makes an endpoint that reads a body.
func takes[In, Out any](serve func(*API, *call, In) (Out, error)) endpoint {
	return endpoint{
		body:   reflect.TypeFor[In](),
		answer: reflect.TypeFor[Out](),
		serve: func(a *API, c *call) (any, error) {
			var in In
			if faults := decode(c.fields, &in, c.route.strict); len(faults) > 0 {
				return nil, faults
			}
			return serve(a, c, in)
		},
	}
}

// uploads is takes for an endpoint that reads a file beside its fields.
func uploads[In, Out any](serve func(*API, *call, In) (Out, error)) endpoint {
	e := takes(serve)
	e.file = true
	return e
}

// success is the status of an answer that went well.
func (r *route) success() int {
	if r.status != 0 {
		return r.status
	}
	return http.StatusOK
}

// paramKind says what the text of a query parameter must be.
type paramKind string

// The kinds of query parameters.
const (
	textParam   paramKind = "text"
	dateParam   paramKind = "date" // unix seconds or YYYY-MM-DD
	amountParam paramKind = "amount"
	numberParam paramKind = "number"
	flagParam   paramKind = "flag"
	listParam   paramKind = "list" // comma-separated, each among choices
)

// param is one query parameter of a route.
type param struct {
	name    string
	kind    paramKind
	doc     string
	choices []string
}

// join puts groups of parameters together.
func join(groups ...[]param) []param {
	var all []param
	for _, g := range groups {
		all = append(all, g...)
	}
	return all
}

// one is a parameter list of one.
func one(name string, kind paramKind, doc string, choices ...string) []param {
	return []param{{name, kind, doc, choices}}
}

// pages are the parameters of both pagers.
var pages = []param{
	{"page", numberParam, "Number of the page, from 1.", nil},
	{"page_size", numberParam, "Rows a page, 15 unless said, at most 200.", nil},
	{"after", textParam, "Read on beyond this place: the `next` of the answer before, or empty to begin. Each page costs the same, however deep.", nil},
}

// ordering is the parameter that sorts a list; "-" in front turns it around.
func ordering(choices ...string) []param {
	return one("ordering", textParam, "Order by this field; with - in front, downwards.", choices...)
}

// expands is the parameter that makes more of an answer.
func expands(choices ...string) []param {
	return one("expand", listParam, "Comma-separated names of what to show in full.", choices...)
}

// between are the two bounds of a date field, both included.
func between(field string) []param {
	return []param{
		{field + "_after", dateParam, "From this day on.", nil},
		{field + "_before", dateParam, "Up to this day.", nil},
	}
}

// asOfParams is the date of a question about the past, by both of its names.
func asOfParams(doc string) []param {
	return join(one(asOfName, dateParam, doc), one(asOfShort, dateParam, "The same as "+asOfName+"."))
}

const (
	asOfName  = "as_of_date"
	asOfShort = "as_of"
)
