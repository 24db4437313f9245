package lms

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"

	"lekha/lending"
)

// fields are what a body says, by name, not yet read. JSON and forms come to the
// same: each value of a form is a string.
type fields map[string]json.RawMessage

// objectFields reads one JSON object and nothing after it.
func objectFields(data []byte) (fields, error) {
	reader := json.NewDecoder(bytes.NewReader(data))
	var in fields
	if err := reader.Decode(&in); err != nil {
		return nil, err
	}
	if _, err := reader.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more after the object")
	}
	if in == nil {
		return nil, errors.New("there is no object")
	}
	return in, nil
}

// wireField is one field of a wire struct.
type wireField struct {
	name   string
	field  reflect.StructField
	needed bool
}

// wireFields lists the fields of a wire struct by their JSON names, those of
// embedded structs among them, in order.
func wireFields(t reflect.Type) []wireField {
	var all []wireField
	for field := range t.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "-":
		case field.Anonymous && name == "":
			inner := field.Type
			if inner.Kind() == reflect.Pointer {
				inner = inner.Elem()
			}
			for _, f := range wireFields(inner) {
				f.field.Index = append(slices.Clone(field.Index), f.field.Index...)
				all = append(all, f)
			}
		default:
			all = append(all, wireField{name, field, field.Tag.Get("need") != ""})
		}
	}
	return all
}

// decode fills a struct of wire types from a body. It says of each field what is
// wrong with it, of missing ones too, and in strict bodies of unknown ones.
//
// A pointer tells "not given" (nil) from "given as nothing" (null or "").
func decode(in fields, into any, strict bool) faults {
	target := reflect.ValueOf(into).Elem()
	all, known := faults{}, map[string]bool{}
	for _, f := range wireFields(target.Type()) {
		known[f.name] = true
		raw, given := in[f.name]
		empty := !given || string(raw) == "null" || string(raw) == `""`
		if f.needed && empty {
			all.add(f.name, "This field is needed.")
			continue
		}
		if !given {
			continue
		}
		value := target.FieldByIndex(f.field.Index)
		if value.Kind() == reflect.Pointer {
			value.Set(reflect.New(value.Type().Elem()))
			value = value.Elem()
		}
		if empty {
			continue
		}
		tell(all, f.name, json.Unmarshal(raw, value.Addr().Interface()))
		if w, ok := value.Interface().(wrapped); ok && strict {
			refuseUnknown(all, f.name, raw, w.inner())
		}
	}
	if strict {
		refuseFields(all, "", in, known)
	}
	return all
}

// refuseFields names the fields that a body has and its type does not.
func refuseFields(all faults, prefix string, in fields, known map[string]bool) {
	for _, name := range slices.Sorted(maps.Keys(in)) {
		if !known[name] {
			all.add(prefix+name, "There is no such field.")
		}
	}
}

// refuseUnknown does the same inside an object or the objects of a list.
func refuseUnknown(all faults, name string, raw json.RawMessage, of reflect.Type) {
	known := map[string]bool{}
	for _, f := range wireFields(of) {
		known[f.name] = true
	}
	inner, _ := unwrap(raw)
	if in, err := objectFields(inner); err == nil {
		refuseFields(all, name+".", in, known)
		return
	}
	var items []fields
	if json.Unmarshal(inner, &items) != nil {
		return // what it is instead was refused when it was read
	}
	for i, in := range items {
		refuseFields(all, fmt.Sprintf("%s.%d.", name, i), in, known)
	}
}

// tell puts what went wrong with a value under its field, or under the fields in it.
func tell(all faults, name string, err error) {
	if err == nil {
		return
	}
	if inner, ok := errors.AsType[faults](err); ok {
		for field, message := range inner {
			all.add(name+"."+field, message)
		}
		return
	}
	if refused, ok := errors.AsType[*lending.Error](err); ok {
		all.add(name, refused.Message)
		return
	}
	all.add(name, "This cannot be read.")
}
