package lms

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"lekha/lending"
)

// schema is a JSON Schema, as OpenAPI 3.1 has it. Keys go out in this order.
type schema struct {
	Ref         string      `json:"$ref,omitempty"`
	Type        any         `json:"type,omitempty"` // a word or a list of them
	Format      string      `json:"format,omitempty"`
	Description string      `json:"description,omitempty"`
	Enum        []string    `json:"enum,omitempty"`
	AnyOf       []*schema   `json:"anyOf,omitempty"`
	Properties  *properties `json:"properties,omitempty"`
	Required    []string    `json:"required,omitempty"`
	Items       *schema     `json:"items,omitempty"`
	Extra       any         `json:"additionalProperties,omitempty"` // false, or a *schema
	Examples    []any       `json:"examples,omitempty"`
}

// properties are schemas by name, in order.
type properties struct {
	names   []string
	schemas map[string]*schema
}

func (p *properties) set(name string, s *schema) {
	if p.schemas == nil {
		p.schemas = map[string]*schema{}
	}
	if _, there := p.schemas[name]; !there {
		p.names = append(p.names, name)
	}
	p.schemas[name] = s
}

// MarshalJSON writes the properties in their order.
func (p *properties) MarshalJSON() ([]byte, error) {
	var o orderedObject
	for _, name := range p.names {
		text, err := json.Marshal(p.schemas[name])
		if err != nil {
			return nil, err
		}
		o.keys = append(o.keys, orderedKey{name, text})
	}
	return o.MarshalJSON()
}

// schemas makes schemas of Go types and keeps those with names.
type schemas struct {
	named   properties
	names   map[reflect.Type]string
	reading bool // of bodies, which are read more freely than answers are written
}

func newSchemas() *schemas { return &schemas{names: map[reflect.Type]string{}} }

// plain are the types that print as something other than their shape.
var plain = map[reflect.Type]func() *schema{
	reflect.TypeFor[amount](): func() *schema {
		return &schema{Type: []string{"number", "string"}, Description: "Rupees."}
	},
	reflect.TypeFor[sum]():          func() *schema { return &schema{Type: "number", Description: "Rupees; nothing is the integer 0."} },
	reflect.TypeFor[share]():        func() *schema { return &schema{Type: "number"} },
	reflect.TypeFor[percent]():      func() *schema { return &schema{Type: "number"} },
	reflect.TypeFor[lending.Rate](): func() *schema { return &schema{Type: "number", Description: "Percent."} },
	reflect.TypeFor[stamp](): func() *schema {
		return &schema{Type: []string{"number", "null"}, Description: "Unix seconds."}
	},
	reflect.TypeFor[date](): func() *schema {
		return &schema{Type: []string{"number", "string", "null"}, Description: "Unix seconds or YYYY-MM-DD; the day in India."}
	},
	reflect.TypeFor[noText](): func() *schema { return &schema{Type: []string{"string", "null"}} },
	reflect.TypeFor[text]():   func() *schema { return &schema{Type: []string{"string", "number", "null"}} },
	reflect.TypeFor[secret](): func() *schema { return &schema{Type: "string", Format: "password"} },
	reflect.TypeFor[whole]():  func() *schema { return &schema{Type: []string{"integer", "string", "null"}} },
	reflect.TypeFor[yesNo]():  func() *schema { return &schema{Type: []string{"boolean", "string", "null"}} },
	reflect.TypeFor[words](): func() *schema {
		return &schema{AnyOf: []*schema{{Type: "array", Items: &schema{Type: "string"}}, {Type: []string{"string", "null"}}}}
	},
	reflect.TypeFor[rawJSON]():       func() *schema { return &schema{} },
	reflect.TypeFor[orderedObject](): func() *schema { return &schema{Type: "object"} },
	reflect.TypeFor[parameters]():    func() *schema { return &schema{Type: []string{"object", "string"}} },
	reflect.TypeFor[rawList]():       func() *schema { return &schema{Type: []string{"array", "string"}} },
}

// wrapped are types around another one: lists and objects that may come as text.
type wrapped interface{ inner() reflect.Type }

// of makes the schema of a type; structs become named ones.
func (s *schemas) of(t reflect.Type) *schema {
	if t == reflect.TypeFor[amount]() && !s.reading {
		return &schema{Type: "number", Description: "Rupees."}
	}
	if make, ok := plain[t]; ok {
		return make()
	}
	switch t {
	case reflect.TypeFor[recordLink]():
		return &schema{AnyOf: []*schema{{Type: []string{"string", "null"}}, s.of(reflect.TypeFor[recordAnswer]())}}
	case reflect.TypeFor[bankIn]():
		return &schema{AnyOf: []*schema{{Type: []string{"string", "null"}}, s.of(reflect.TypeFor[bankObject]())}}
	case reflect.TypeFor[borrowerIn]():
		return &schema{AnyOf: []*schema{{Type: []string{"string", "null"}}, s.of(reflect.TypeFor[newBorrower]())}}
	}
	if t.Kind() == reflect.Pointer {
		return nullable(s.of(t.Elem()))
	}
	if w, ok := reflect.Zero(t).Interface().(wrapped); ok {
		inner := s.of(w.inner())
		if t.Kind() == reflect.Slice {
			inner = &schema{Type: "array", Items: inner}
		}
		return &schema{AnyOf: []*schema{inner, {Type: "string", Description: "The same as JSON in text, as a form sends it."}}}
	}
	switch t.Kind() {
	case reflect.Slice:
		return &schema{Type: "array", Items: s.of(t.Elem())}
	case reflect.Map:
		return &schema{Type: "object", Extra: s.of(t.Elem())}
	case reflect.Struct:
		return s.ref(t)
	case reflect.Bool:
		return &schema{Type: "boolean"}
	case reflect.Int, reflect.Int64, reflect.Int32:
		return &schema{Type: "integer"}
	}
	return &schema{Type: "string"}
}

// nullable says that null may stand there.
func nullable(s *schema) *schema {
	switch kind := s.Type.(type) {
	case string:
		s.Type = []string{kind, "null"}
	case []string:
		if !contains(kind, "null") {
			s.Type = append(kind, "null")
		}
	default:
		return &schema{AnyOf: []*schema{s, {Type: "null"}}}
	}
	return s
}

func contains(list []string, word string) bool {
	return slices.Contains(list, word)
}

// ref names the schema of a struct, making it when it is new.
func (s *schemas) ref(t reflect.Type) *schema {
	name, known := s.names[t]
	if !known {
		name = schemaName(t)
		s.names[t] = name
		s.named.set(name, s.object(t))
	}
	return &schema{Ref: "#/components/schemas/" + name}
}

// schemaName is Record for recordAnswer and PageOfRecord for page[recordAnswer].
func schemaName(t reflect.Type) string {
	name := t.Name()
	if inner, found := strings.CutPrefix(name, "page["); found {
		inner = strings.TrimSuffix(inner[strings.LastIndex(inner, ".")+1:], "]")
		return "PageOf" + capital(strings.TrimSuffix(inner, "Answer"))
	}
	return capital(strings.TrimSuffix(name, "Answer"))
}

func capital(word string) string { return strings.ToUpper(word[:1]) + word[1:] }

// object is the schema of a struct: every key, in the order in which it goes out.
func (s *schemas) object(t reflect.Type) *schema {
	out := &schema{Type: "object", Properties: &properties{}}
	for _, f := range wireFields(t) {
		field := s.of(f.field.Type)
		_, options, _ := strings.Cut(f.field.Tag.Get("json"), ",")
		if words := f.field.Tag.Get("enum"); words != "" {
			field.Description = "One of " + strings.ReplaceAll(words, ",", ", ") + "."
		}
		if doc := f.field.Tag.Get("doc"); doc != "" {
			if field.Ref != "" {
				field = &schema{AnyOf: []*schema{field}}
			}
			field.Description = strings.TrimSpace(doc + " " + field.Description)
		}
		out.Properties.set(f.name, field)
		if f.needed || !s.reading && options != "omitempty" {
			out.Required = append(out.Required, f.name)
		}
	}
	return out
}
