package lms

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/servicing"
)

// document is an OpenAPI 3.1 document; keys go out in this order.
type document struct {
	OpenAPI    string     `json:"openapi"`
	Info       docInfo    `json:"info"`
	Servers    []docServe `json:"servers"`
	Security   []docNeed  `json:"security"`
	Tags       []docTag   `json:"tags"`
	Paths      docPaths   `json:"paths"`
	Components docParts   `json:"components"`
}

type docInfo struct {
	Title       string     `json:"title"`
	Version     string     `json:"version"`
	Description string     `json:"description"`
	License     docLicense `json:"license"`
}

type docLicense struct {
	Name       string `json:"name"`
	Identifier string `json:"identifier"`
}

type docServe struct {
	URL string `json:"url"`
}

// docNeed is what an operation needs to be called: a token.
type docNeed map[string][]string

type docTag struct {
	Name string `json:"name"`
}

// docPaths are operations by path and method, in the order of the table.
type docPaths struct {
	order []string
	items map[string]*docPath
}

// MarshalJSON writes the paths in their order.
func (p docPaths) MarshalJSON() ([]byte, error) {
	var o orderedObject
	for _, path := range p.order {
		text, err := json.Marshal(p.items[path])
		if err != nil {
			return nil, err
		}
		o.keys = append(o.keys, orderedKey{path, text})
	}
	return o.MarshalJSON()
}

// docPath holds the operations of one path.
type docPath struct {
	Get    *operation `json:"get,omitempty"`
	Post   *operation `json:"post,omitempty"`
	Put    *operation `json:"put,omitempty"`
	Patch  *operation `json:"patch,omitempty"`
	Delete *operation `json:"delete,omitempty"`
}

func (p *docPath) set(method string, o *operation) {
	switch method {
	case http.MethodGet:
		p.Get = o
	case http.MethodPost:
		p.Post = o
	case http.MethodPut:
		p.Put = o
	case http.MethodPatch:
		p.Patch = o
	case http.MethodDelete:
		p.Delete = o
	}
}

// operation is one method at one path.
type operation struct {
	Tags        []string     `json:"tags"`
	ID          string       `json:"operationId"`
	Summary     string       `json:"summary"`
	Description string       `json:"description,omitempty"`
	Security    *[]docNeed   `json:"security,omitempty"`
	Parameters  []docParam   `json:"parameters,omitempty"`
	Body        *docBody     `json:"requestBody,omitempty"`
	Responses   docResponses `json:"responses"`
	Mark        mark         `json:"x-lekha-shape"`
	Permission  string       `json:"x-lekha-permission"`
	Reference   int          `json:"x-reference-row,omitempty"`
	AliasOf     string       `json:"x-lekha-alias-of,omitempty"`
}

type docParam struct {
	Ref         string  `json:"$ref,omitempty"`
	Name        string  `json:"name,omitempty"`
	In          string  `json:"in,omitempty"`
	Required    bool    `json:"required,omitempty"`
	Description string  `json:"description,omitempty"`
	Schema      *schema `json:"schema,omitempty"`
}

type docBody struct {
	Required bool                `json:"required,omitempty"`
	Content  map[string]docMedia `json:"content"`
}

type docMedia struct {
	Schema *schema `json:"schema"`
}

type docResponse struct {
	Ref         string               `json:"$ref,omitempty"`
	Description string               `json:"description,omitempty"`
	Headers     map[string]docHeader `json:"headers,omitempty"`
	Content     map[string]docMedia  `json:"content,omitempty"`
}

type docHeader struct {
	Description string  `json:"description"`
	Schema      *schema `json:"schema"`
}

// docResponses are answers by status, in order.
type docResponses struct {
	order []string
	items map[string]docResponse
}

func (r *docResponses) set(status string, response docResponse) {
	if r.items == nil {
		r.items = map[string]docResponse{}
	}
	r.order = append(r.order, status)
	r.items[status] = response
}

// MarshalJSON writes the answers in their order.
func (r docResponses) MarshalJSON() ([]byte, error) {
	var o orderedObject
	for _, status := range r.order {
		text, err := json.Marshal(r.items[status])
		if err != nil {
			return nil, err
		}
		o.keys = append(o.keys, orderedKey{status, text})
	}
	return o.MarshalJSON()
}

type docParts struct {
	Schemas    *properties            `json:"schemas"`
	Responses  map[string]docResponse `json:"responses"`
	Parameters map[string]docParam    `json:"parameters"`
	Security   map[string]docScheme   `json:"securitySchemes"`
}

type docScheme struct {
	Type        string `json:"type"`
	Scheme      string `json:"scheme"`
	Description string `json:"description"`
}

// about is what a reader of the document should know first.
const about = `Loans, receipts and what becomes of them. Amounts are rupees, moments are unix seconds, a business date is a day in India.
Each operation says whether its shape is KNOWN from the public reference it is compatible with, INFERRED from it, or OURS.`

// document makes the document from the table.
func (a *API) document() document {
	s := newSchemas()
	d := document{OpenAPI: "3.1.0", Servers: []docServe{{"/"}}, Security: []docNeed{{"token": {}}},
		Info:  docInfo{"Lekha", a.version, about, docLicense{"Apache-2.0", "Apache-2.0"}},
		Paths: docPaths{items: map[string]*docPath{}}}
	if d.Info.Version == "" {
		d.Info.Version = "0"
	}
	seen := map[string]bool{}
	for i := range a.routes {
		r := &a.routes[i]
		if tag := tagOf(r.path); !seen[tag] {
			seen[tag] = true
			d.Tags = append(d.Tags, docTag{tag})
		}
		for n, place := range r.places() {
			d.Paths.add(place, operationOf(s, r, place, n))
		}
	}
	d.Components = docParts{Schemas: &s.named, Responses: errorResponses(s),
		Parameters: map[string]docParam{
			"IdempotencyKey": {Name: "Idempotency-Key", In: "header", Description: "The same key and body gives the first answer again.", Schema: &schema{Type: "string"}},
			"IfMatch":        {Name: "If-Match", In: "header", Description: "The version that was seen; a stale one is 409.", Schema: &schema{Type: "string"}},
		},
		Security: map[string]docScheme{"token": {"http", "bearer", "A token of lekha token add, or of POST /v1/auth/token/."}}}
	return d
}

func (p *docPaths) add(at place, o *operation) {
	item, there := p.items[at.path]
	if !there {
		item = &docPath{}
		p.items[at.path] = item
		p.order = append(p.order, at.path)
	}
	item.set(at.method, o)
}

// tagOf is the resource of a path.
func tagOf(path string) string {
	return strings.Split(strings.TrimPrefix(strings.TrimPrefix(path, root+"/"), "/v1/"), "/")[0]
}

// operationOf describes a route at one of its places.
func operationOf(s *schemas, r *route, at place, n int) *operation {
	o := &operation{Tags: []string{tagOf(r.path)}, ID: r.name, Summary: r.summary, Mark: r.mark, Permission: string(r.permission), Reference: r.reference}
	if n > 0 {
		o.ID, o.AliasOf = fmt.Sprintf("%s_%d", r.name, n+1), r.name
	}
	if r.permission == servicing.MaySignIn {
		o.Security = &[]docNeed{}
	}
	if strings.Contains(at.path, "{id}") {
		o.Parameters = append(o.Parameters, docParam{Name: "id", In: "path", Required: true, Description: "Id, or ref in any case.", Schema: &schema{Type: "string"}})
	}
	for _, p := range r.query {
		o.Parameters = append(o.Parameters, docParam{Name: p.name, In: "query", Description: p.doc, Schema: paramSchema(p)})
	}
	switch at.method {
	case post:
		o.Parameters = append(o.Parameters, docParam{Ref: "#/components/parameters/IdempotencyKey"})
	case put, patch:
		o.Parameters = append(o.Parameters, docParam{Ref: "#/components/parameters/IfMatch"})
	}
	if r.body != nil && at.method != get {
		o.Body = bodyOf(s, r)
	}
	o.Responses = responsesOf(s, r, at)
	return o
}

func paramSchema(p param) *schema {
	switch p.kind {
	case numberParam:
		return &schema{Type: "integer"}
	case flagParam:
		return &schema{Type: "boolean"}
	case amountParam:
		return &schema{Type: "number"}
	}
	if len(p.choices) > 0 {
		return &schema{Type: "string", Description: "Of: " + strings.Join(p.choices, ", ") + "."}
	}
	return &schema{Type: "string"}
}

func bodyOf(s *schemas, r *route) *docBody {
	s.reading = true
	defer func() { s.reading = false }()
	body := s.of(r.body)
	content := map[string]docMedia{"application/json": {body}, "multipart/form-data": {body}}
	if r.file {
		form := &schema{Type: "object", Properties: &properties{}}
		form.Properties.set("file", &schema{Type: "string", Format: "binary"})
		for _, f := range wireFields(r.body) {
			form.Properties.set(f.name, s.of(f.field.Type))
		}
		content["multipart/form-data"] = docMedia{form}
	}
	return &docBody{Content: content}
}

// responsesOf are the success and every refusal that the route may give.
func responsesOf(s *schemas, r *route, at place) docResponses {
	var all docResponses
	success := docResponse{Description: "Done.", Content: map[string]docMedia{"application/json": {s.of(r.answer)}}}
	if r.name == "exportRecords" || r.name == "exportProposals" {
		success.Content["text/csv"] = docMedia{&schema{Type: "string"}}
	}
	all.set(strconv.Itoa(r.success()), success)
	if r.name == "bulkCreateRecords" {
		all.set("201", success)
	}
	if r.name == "importStatement" {
		all.set("200", success)
		all.set("202", success)
	}
	refusals := []string{"400", "401", "403", "404", "429"}
	if r.method != get {
		refusals = append(refusals, "409", "413", "415", "422")
	}
	for _, status := range append(refusals, "503") {
		all.set(status, docResponse{Ref: "#/components/responses/" + status})
	}
	return all
}

// errorResponses are the refusals in their one shape.
func errorResponses(s *schemas) map[string]docResponse {
	detail, byField := s.of(reflect.TypeFor[detailAnswer]()), &schema{Type: "object", Extra: &schema{Type: "array", Items: &schema{Type: "string"}}}
	code := map[string]docHeader{"X-Error-Code": {"The code, also of a refusal by field.", &schema{Type: "string"}}}
	all := map[string]docResponse{"400": {Description: "What was given cannot be right: by field, or as a sentence.", Headers: code,
		Content: map[string]docMedia{"application/json": {&schema{AnyOf: []*schema{detail, byField}}}}}}
	for status, what := range map[string]string{"401": "No token, or a bad one.", "403": "This token may not.", "404": "There is no such thing.",
		"409": "Somebody or something was faster: what is true now.", "413": "Too large.", "415": "Neither JSON nor a form.", "422": "A file that cannot be read.",
		"429": "Too many tries.", "503": "Try again in a moment."} {
		all[status] = docResponse{Description: what, Headers: code, Content: map[string]docMedia{"application/json": {detail}}}
	}
	return all
}

// showDocument answers the document. It holds nothing of the books, so that it
// needs no token.
func (a *API) showDocument(e echo.Context) error {
	text, err := json.Marshal(a.document())
	if err != nil {
		return fmt.Errorf("writing the document: %w", err)
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, text, "", "  "); err != nil {
		return fmt.Errorf("writing the document: %w", err)
	}
	return e.Blob(http.StatusOK, "application/json", pretty.Bytes())
}
