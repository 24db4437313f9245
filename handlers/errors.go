package handlers

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/views"
)

// statusOf maps a refusal to its status; anything that is no refusal is our own
// fault.
func statusOf(err error) int {
	switch lending.KindOf(err) {
	case lending.Invalid:
		return http.StatusUnprocessableEntity
	case lending.NotFound:
		return http.StatusNotFound
	case lending.Forbidden:
		return http.StatusForbidden
	case lending.Conflict:
		return http.StatusConflict
	case lending.Closed:
		return http.StatusServiceUnavailable
	}
	if refused, ok := errors.AsType[*echo.HTTPError](err); ok {
		return refused.Code
	}
	return http.StatusInternalServerError
}

var titles = map[int]string{
	http.StatusUnprocessableEntity:   "That cannot be done like this",
	http.StatusNotFound:              "There is nothing here",
	http.StatusForbidden:             "This is not for you",
	http.StatusConflict:              "Something changed meanwhile",
	http.StatusServiceUnavailable:    "Not just now",
	http.StatusRequestEntityTooLarge: "That is too large",
	http.StatusMethodNotAllowed:      "That cannot be done here",
	http.StatusTooManyRequests:       "Too many tries",
}

// refuse is where every error of a page ends: it is the only place that logs
// one, once, with the id that the page shows.
func (a *app) refuse(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	if errors.Is(err, context.Canceled) && c.Request().Context().Err() != nil {
		return // the reader went away
	}
	status := statusOf(err)
	page := views.ProblemPage{Status: status, Title: titles[status], Message: err.Error(), Request: requestID(c), Theme: themeOf(c)}
	if refused, ok := errors.AsType[*echo.HTTPError](err); ok {
		page.Message, _ = refused.Message.(string)
	}
	switch status {
	case http.StatusNotFound:
		if lending.KindOf(err) != lending.NotFound {
			page.Message = "This address leads nowhere. It may have been mistyped."
		}
	case http.StatusRequestEntityTooLarge:
		page.Message = "What was sent is larger than this program takes (" + maxForm + "B). Split the file."
	case http.StatusInternalServerError:
		a.logger.Error("request failed", "id", requestID(c), "route", c.Path(), "error", err)
		page.Message = "Something went wrong on our side. Nothing was half done. Try again, and give the request number to whoever runs this server."
	}
	if page.Title == "" {
		page.Title = "That did not work"
	}
	if shown := a.show(c, status, views.Problem(page), views.ProblemPiece(page)); shown != nil {
		a.logger.Error("showing an error failed", "id", requestID(c), "error", shown)
	}
}

// refusedForm fills a form with what was typed and why it was refused. It
// returns false when err is not for the form: then it goes to [app.refuse].
func refusedForm(err error, values map[string]string) (views.Form, bool) {
	refused, ok := errors.AsType[*lending.Error](err)
	if !ok || refused.Kind == lending.NotFound {
		return views.Form{}, false
	}
	return views.Form{Values: values, Errors: refused.Fields, Refused: refused.Message}, true
}
