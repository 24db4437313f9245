package lms

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// call is one request on its way through: who asks, what was given, how it will
// be answered.
type call struct {
	ctx    context.Context
	echo   echo.Context
	route  *route
	actor  servicing.Actor
	query  url.Values
	fields fields
	files  map[string]upload
	faults faults // of the query, collected while it is read

	status  int                               // 0: that of the route
	version int64                             // of the object answered, for the ETag; 0: none
	stream  func(w http.ResponseWriter) error // writes the answer itself
}

// id is the {id} of the path: an id, or a ref in any case.
func (c *call) id() string { return key(c.echo.Param("id")) }

// key tidies an id or a ref as people and programs write it.
func key(typed string) string {
	if unescaped, err := url.PathUnescape(typed); err == nil {
		typed = unescaped
	}
	typed = strings.TrimSpace(typed)
	if len(typed) == idLength && strings.Count(typed, "-") == 4 {
		return strings.ToLower(typed)
	}
	return store.CleanRef(typed)
}

// idLength is that of a UUID; no ref is as long.
const idLength = 36

// created sets the status of a new thing.
func (c *call) created() { c.status = http.StatusCreated }

// given is the text of a query parameter. Asking for one that the route does not
// declare is a mistake of ours, because the document would not tell of it.
func (c *call) given(name string) string {
	if !c.route.declares(name) {
		panic("lms: route " + c.route.name + " does not declare the parameter " + name)
	}
	return strings.TrimSpace(c.query.Get(name))
}

// text reads a text parameter.
func (c *call) text(name string) string {
	value := c.given(name)
	if len(value) > maxSearch {
		c.faults.add(name, "This is too long.")
		return ""
	}
	return value
}

// maxSearch is longer than any name, number or reference one looks for.
const maxSearch = 200

// keyParam reads a parameter that is an id or a ref.
func (c *call) keyParam(name string) string { return key(c.text(name)) }

// date reads a date parameter.
func (c *call) date(name string) lending.Date {
	day, err := parseDate(c.given(name))
	if err != nil {
		c.faults.add(name, err.Error())
	}
	return day
}

// asOf reads the date of a question about the past.
func (c *call) asOf() lending.Date {
	day, short := c.date(asOfName), c.date(asOfShort)
	switch {
	case day.IsZero():
		return short
	case !short.IsZero() && short != day:
		c.faults.add(asOfShort, "This is another day than "+asOfName+".")
	}
	return day
}

// money reads an amount parameter.
func (c *call) money(name string) lending.Money {
	value := c.given(name)
	if value == "" {
		return 0
	}
	amount, err := lending.ParseMoney(plainNumber(value))
	if err != nil {
		c.faults.add(name, err.Error())
	}
	return amount
}

// number reads a whole number between bounds; without it, the standard.
func (c *call) number(name string, least, most, standard int) int {
	value := c.given(name)
	if value == "" {
		return standard
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < least || n > most {
		c.faults.add(name, fmt.Sprintf("This is a whole number from %d to %d.", least, most))
		return standard
	}
	return n
}

// flag reads a yes or no.
func (c *call) flag(name string) bool {
	value, err := parseFlag(c.given(name))
	if err != nil {
		c.faults.add(name, err.Error())
	}
	return value
}

// list reads a comma-separated parameter, each part among the declared choices.
func (c *call) list(name string) []string {
	var choices []string
	for _, p := range c.route.query {
		if p.name == name {
			choices = p.choices
		}
	}
	var items []string
	for item := range strings.SplitSeq(c.given(name), ",") {
		if item = strings.TrimSpace(item); item == "" || slices.Contains(items, item) {
			continue
		}
		if choices != nil && !slices.Contains(choices, item) {
			c.faults.add(name, "This is one of "+strings.Join(choices, ", ")+".")
			continue
		}
		items = append(items, item)
	}
	return items
}

// expand says whether a name is in the expand parameter, on a route that knows
// it. Names that a route does not know are passed over, as the reference does.
func (c *call) expand(name string) bool {
	for _, p := range c.route.query {
		if p.name == "expand" && slices.Contains(p.choices, name) {
			return slices.Contains(strings.Split(strings.ReplaceAll(c.query.Get("expand"), " ", ""), ","), name)
		}
	}
	return false
}

// passedOver are parameters that change the look of an answer and not what it is
// about: a route that does not know them passes them over.
var passedOver = []string{"expand", "ordering", "format", "page", "page_size", "after"}

// strangeFilters refuses parameters that would narrow the answer of another route
// and do nothing here: whoever sends one would take all rows for the ones they
// asked for. Routes of ours refuse every parameter they do not know; those of the
// reference pass over what is no filter anywhere, as the reference does.
func (a *API) strangeFilters(c *call) faults {
	strange := faults{}
	for name := range c.query {
		if c.route.declares(name) || slices.Contains(passedOver, name) {
			continue
		}
		stem, _, _ := strings.Cut(name, "__") // field__in, field__gte
		if c.route.mark == ours || a.filters[name] || a.filters[stem] || a.filters[strings.TrimSuffix(stem, "_id")] {
			strange.add(name, "There is no such filter here.")
		}
	}
	return strange
}

func (r *route) declares(name string) bool {
	return slices.ContainsFunc(r.query, func(p param) bool { return p.name == name })
}

// fault is what was wrong with the query, nil when nothing was.
func (c *call) fault() error {
	if len(c.faults) > 0 {
		return c.faults
	}
	return nil
}

// versioned is the version that the caller saw: of the body, or of If-Match; 0
// when neither says one.
func (c *call) versioned(body whole) (int64, error) {
	if body < 0 {
		return 0, faults{"version": "A version is a number from 1."}
	}
	if body != 0 {
		return int64(body), nil
	}
	match := strings.TrimSpace(c.echo.Request().Header.Get("If-Match"))
	if match == "" || match == "*" {
		return 0, nil
	}
	n, err := strconv.ParseInt(strings.Trim(strings.TrimPrefix(match, "W/"), `"`), 10, 64)
	if err != nil || n < 1 {
		return 0, refuse(http.StatusBadRequest, "if_match.unreadable", "If-Match is the ETag of an answer before, or a version.")
	}
	return n, nil
}

// read looks at one moment of the books.
func (a *API) read(c *call, look func(ctx context.Context, v *store.View) error) error {
	return a.reader.Read(c.ctx, look)
}
