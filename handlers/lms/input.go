package lms

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"lekha/lending"
)

// unreadable is the refusal of one value; decode puts the field's name to it.
func unreadable(message string) error {
	return lending.Refuse(lending.Invalid, "field.unreadable", message)
}

// textOf is the text of a JSON string, or of a number as it was written; null is
// "". Programs send numbers as strings and references as numbers.
func textOf(data []byte) (string, error) {
	data = bytes.TrimSpace(data)
	switch {
	case len(data) == 0 || string(data) == "null":
		return "", nil
	case data[0] == '"':
		var text string
		err := json.Unmarshal(data, &text)
		return text, err
	case data[0] == '-' || '0' <= data[0] && data[0] <= '9':
		return string(data), nil
	}
	return "", unreadable("This is neither text nor a number.")
}

// text is text as it is read, with spaces around it cut off.
type text string

// maxTextBytes is longer than any remark, and short enough to be shown.
const maxTextBytes = 4000

// UnmarshalJSON reads text, or a number as it was written.
func (t *text) UnmarshalJSON(data []byte) error {
	value, err := textOf(data)
	if err != nil {
		return err
	}
	value = strings.TrimSpace(value)
	if len(value) > maxTextBytes {
		return unreadable("This is too long.")
	}
	if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == utf8.RuneError }) {
		return unreadable("This holds characters that are no text.")
	}
	*t = text(value)
	return nil
}

// secret is text that is taken as it was typed: a space may be part of a password.
type secret string

// UnmarshalJSON reads text.
func (s *secret) UnmarshalJSON(data []byte) error {
	value, err := textOf(data)
	*s = secret(value)
	return err
}

// whole is a whole number, read from a number or a numeric string.
type whole int64

// UnmarshalJSON reads 12, "12" and 12.0, and refuses 12.5.
func (w *whole) UnmarshalJSON(data []byte) error {
	value, err := textOf(data)
	if err != nil || strings.TrimSpace(value) == "" {
		return err
	}
	number := plainNumber(strings.TrimSpace(value))
	if before, after, found := strings.Cut(number, "."); found && strings.Trim(after, "0") == "" {
		number = before
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return unreadable("This is no whole number.")
	}
	*w = whole(n)
	return nil
}

// yesNo is yes or no, read from a JSON boolean or from text.
type yesNo bool

// UnmarshalJSON reads true, "true", "yes", "1", 1 and their opposites.
func (f *yesNo) UnmarshalJSON(data []byte) error {
	var plain bool
	if json.Unmarshal(data, &plain) == nil {
		*f = yesNo(plain)
		return nil
	}
	value, err := textOf(data)
	if err != nil {
		return unreadable("This is neither true nor false.")
	}
	parsed, err := parseFlag(value)
	*f = yesNo(parsed)
	return err
}

func parseFlag(value string) (bool, error) {
	switch strings.ToLower(strings.TrimSpace(value)) {
	case "true", "1", "yes", "on":
		return true, nil
	case "", "false", "0", "no", "off":
		return false, nil
	}
	return false, unreadable("This is neither true nor false.")
}

// maxItems bounds the lists of one body: a bulk of more rows comes as a file.
const maxItems = 1000

// words is a list of text: a JSON list, text that holds one (as a form sends
// it), or text with commas.
type words []string

// UnmarshalJSON reads any of these.
func (w *words) UnmarshalJSON(data []byte) error {
	data, inner := unwrap(data)
	if len(data) == 0 || data[0] != '[' {
		value := inner
		if value == "" {
			var err error
			if value, err = textOf(data); err != nil {
				return unreadable("This is no list of text.")
			}
		}
		for item := range strings.SplitSeq(value, ",") {
			if item = strings.TrimSpace(item); item != "" {
				*w = append(*w, item)
			}
		}
		return tooMany(len(*w))
	}
	var items []text
	if err := json.Unmarshal(data, &items); err != nil {
		return unreadable("This is no list of text.")
	}
	for _, item := range items {
		*w = append(*w, string(item))
	}
	return tooMany(len(*w))
}

func tooMany(n int) error {
	if n > maxItems {
		return unreadable("This list has more than " + strconv.Itoa(maxItems) + " entries.")
	}
	return nil
}

// unwrap takes JSON out of text that holds it, and also returns text that holds none.
func unwrap(data []byte) (raw []byte, value string) {
	raw = bytes.TrimSpace(data)
	if len(raw) == 0 || raw[0] != '"' {
		return raw, ""
	}
	if json.Unmarshal(raw, &value) != nil {
		return raw, ""
	}
	inner := strings.TrimSpace(value)
	if inner != "" && (inner[0] == '{' || inner[0] == '[') && json.Valid([]byte(inner)) {
		return []byte(inner), ""
	}
	return raw, value
}

// object is a JSON object, or text that holds one (as a form sends it). Its
// fields are read like those of a body.
type object[T any] struct{ is T }

// UnmarshalJSON reads the object; what is wrong in it is told by its own fields.
func (o *object[T]) UnmarshalJSON(data []byte) error {
	raw, _ := unwrap(data)
	if string(raw) == "null" {
		return nil
	}
	in, err := objectFields(raw)
	if err != nil {
		return unreadable("This is no object.")
	}
	if faults := decode(in, &o.is, false); len(faults) > 0 {
		return faults
	}
	return nil
}

func (object[T]) inner() reflect.Type { return reflect.TypeFor[T]() }

// list is a JSON list of objects, or text that holds one.
type list[T any] []T

// UnmarshalJSON reads the objects; what is wrong is told by place and field.
func (l *list[T]) UnmarshalJSON(data []byte) error {
	raw, _ := unwrap(data)
	var items []json.RawMessage
	if err := json.Unmarshal(raw, &items); err != nil {
		return unreadable("This is no list.")
	}
	if err := tooMany(len(items)); err != nil {
		return err
	}
	all := faults{}
	for i, item := range items {
		place := strconv.Itoa(i)
		in, err := objectFields(item)
		if err != nil {
			all.add(place, "This is no object.")
			continue
		}
		var one T
		for field, message := range decode(in, &one, false) {
			all.add(place+"."+field, message)
		}
		*l = append(*l, one)
	}
	if len(all) > 0 {
		return all
	}
	return nil
}

func (list[T]) inner() reflect.Type { return reflect.TypeFor[T]() }
