package lms

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"lekha/lending"
	"lekha/store"
)

// problem is a refusal as it goes out. With fields it reads
// {"<field>": ["sentence"]}, without {"detail": "sentence", "code": "code"}.
type problem struct {
	status     int
	code       string
	detail     string
	fields     faults
	retryAfter int // seconds; 0: not said
}

// Error is the sentence.
func (p *problem) Error() string { return p.detail }

// refuse makes a refusal of the protocol itself: what no command ever saw.
func refuse(status int, code, detail string) *problem {
	return &problem{status: status, code: code, detail: detail}
}

// faults are what is wrong with an input, by wire name of the field.
type faults map[string]string

// Error joins the sentences, for the log.
func (f faults) Error() string {
	var text strings.Builder
	for _, field := range slices.Sorted(maps.Keys(f)) {
		text.WriteString(field + ": " + f[field] + " ")
	}
	return text.String()
}

// add says what is wrong with a field; the first thing said stays.
func (f faults) add(field, message string) {
	if _, said := f[field]; !said {
		f[field] = message
	}
}

// kinds are the statuses of refusals by commands.
var kinds = map[lending.Kind]int{
	lending.Invalid:   http.StatusBadRequest,
	lending.NotFound:  http.StatusNotFound,
	lending.Forbidden: http.StatusForbidden,
	lending.Conflict:  http.StatusConflict,
	lending.Closed:    http.StatusServiceUnavailable,
}

// codes are the statuses of refusals that HTTP knows better than their kind.
var codes = map[string]int{
	"token.refused":         http.StatusUnauthorized,
	"signin.refused":        http.StatusUnauthorized,
	"signin.throttled":      http.StatusTooManyRequests,
	"statement.unreadable":  http.StatusUnprocessableEntity,
	"statement.too_large":   http.StatusRequestEntityTooLarge,
	"idempotency.other":     http.StatusConflict,
	"idempotency.running":   http.StatusConflict,
	"idempotency.no_answer": http.StatusConflict,
}

// retryLater is how many seconds a program should wait before it tries again.
const retryLater = 60

// problemOf turns any error into what goes out. What is not a refusal is our own
// fault and says nothing but the request id.
func problemOf(err error, requestID string) *problem {
	if p, ok := errors.AsType[*problem](err); ok {
		return p
	}
	if f, ok := errors.AsType[faults](err); ok {
		return &problem{status: http.StatusBadRequest, code: "fields", fields: f}
	}
	if refused, ok := errors.AsType[*lending.Error](err); ok {
		return problemOfRefusal(refused)
	}
	if errors.Is(err, store.ErrMissing) {
		return refuse(http.StatusNotFound, "not_found", "There is no such thing.")
	}
	if store.Interrupted(err) || errors.Is(err, context.DeadlineExceeded) {
		return &problem{status: http.StatusServiceUnavailable, code: "interrupted", detail: "This took too long and was given up. Nothing was changed.", retryAfter: 1}
	}
	return refuse(http.StatusInternalServerError, "internal",
		fmt.Sprintf("Something went wrong on our side. Nothing was changed. Tell support the request %s.", requestID))
}

// problemOfRefusal turns the refusal of a command into what goes out. Only what
// was wrong with the input is told by field.
func problemOfRefusal(refused *lending.Error) *problem {
	p := &problem{status: kinds[refused.Kind], code: refused.Code, detail: refused.Message}
	if status, ok := codes[refused.Code]; ok {
		p.status = status
	}
	if p.status == http.StatusBadRequest {
		p.fields = refused.Fields
	}
	switch p.status {
	case 0:
		p.status = http.StatusInternalServerError
	case http.StatusTooManyRequests:
		p.retryAfter = retryLater
	case http.StatusServiceUnavailable:
		p.retryAfter = 1
	}
	return p
}

// detailAnswer is a refusal without fields.
type detailAnswer struct {
	Detail string `json:"detail" doc:"A sentence for a person."`
	Code   string `json:"code" doc:"For programs; never changes its meaning."`
}

// fieldsAnswer is a refusal by field.
type fieldsAnswer map[string][]string

// body is what goes out.
func (p *problem) body() any {
	if len(p.fields) == 0 {
		return detailAnswer{p.detail, p.code}
	}
	fields := fieldsAnswer{}
	for field, message := range p.fields {
		fields[field] = []string{message}
	}
	return fields
}
