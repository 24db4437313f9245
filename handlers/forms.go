package handlers

import (
	"strings"
	"unicode"

	"github.com/labstack/echo/v4"

	"lekha/lending"
)

// fields reads what a form or an address gives, and collects what cannot be
// read. What is read with raw stays as typed; everything else loses its blanks.
type fields struct {
	c      echo.Context
	values map[string]string
	errors map[string]string
}

// read starts reading the form of a request.
func read(c echo.Context) *fields {
	return &fields{c: c, values: map[string]string{}, errors: map[string]string{}}
}

// raw is a value exactly as typed: passwords.
func (f *fields) raw(name string) string { return f.c.FormValue(name) }

// text is a value without blanks around it and without control characters.
func (f *fields) text(name string) string {
	value := strings.TrimSpace(strings.Map(printed, f.c.FormValue(name)))
	f.values[name] = value
	return value
}

// printed drops characters that nobody sees and no form needs.
func printed(r rune) rune {
	if unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' {
		return -1
	}
	return r
}

// list is every value of a name.
func (f *fields) list(name string) []string {
	params, err := f.c.FormParams()
	if err != nil {
		return nil
	}
	return params[name]
}

// flag says that a box is ticked.
func (f *fields) flag(name string) bool { return f.text(name) != "" }

// money reads rupees; nothing is zero.
func (f *fields) money(name string) lending.Money {
	value := f.text(name)
	if value == "" {
		return 0
	}
	amount, err := lending.ParseRupees(strings.TrimPrefix(value, "₹"))
	if err != nil {
		f.errors[name] = err.Error()
	}
	return amount
}

// date reads a day; nothing is no day.
func (f *fields) date(name string) lending.Date {
	value := f.text(name)
	if value == "" {
		return 0
	}
	date, err := lending.ParseDate(value)
	if err != nil {
		f.errors[name] = err.Error()
	}
	return date
}

// version is the version of what the form was made from.
func (f *fields) version() int64 { return f.versionOf("version") }

// versionOf is the version of another thing that the form was made from.
func (f *fields) versionOf(name string) int64 {
	var version int64
	for _, digit := range f.text(name) {
		if digit < '0' || digit > '9' || version > 1<<40 {
			return -1 // fits no version: the form was tampered with
		}
		version = version*10 + int64(digit-'0')
	}
	return version
}

// err is what could not be read, as one refusal.
func (f *fields) err() error {
	if len(f.errors) == 0 {
		return nil
	}
	return &lending.Error{Kind: lending.Invalid, Code: "form.unreadable", Message: "Some of what you typed cannot be read.", Fields: f.errors}
}
