package lending

import "errors"

// Kind says whose fault a refusal is and how it reads on the wire.
type Kind int

// The kinds of refusal. Anything that is not an [Error] is our own fault.
const (
	Invalid   Kind = iota + 1 // what was given cannot be right (422, 400 in the API)
	NotFound                  // no such thing (404)
	Forbidden                 // this person may not (403)
	Conflict                  // somebody or something was faster (409)
	Closed                    // restore or upgrade in progress (503)
)

// Error is a refusal that a person can act on. Code is for programs and never
// changes; Message is a sentence and holds no internals; Fields names the
// inputs it is about, by wire name.
type Error struct {
	Kind    Kind
	Code    string
	Message string
	Fields  map[string]string
}

// Error returns the sentence.
func (e *Error) Error() string { return e.Message }

// Refuse makes an Error without fields.
func Refuse(kind Kind, code, message string) *Error {
	return &Error{Kind: kind, Code: code, Message: message}
}

// RefuseField makes an Invalid error about one field.
func RefuseField(field, code, message string) *Error {
	return &Error{Kind: Invalid, Code: code, Message: message, Fields: map[string]string{field: message}}
}

// KindOf returns the kind of the first Error in err's chain, or 0.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return 0
}
