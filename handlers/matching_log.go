package handlers

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// deskLogPage is how many acts the log of a day shows.
const deskLogPage = 200

// deskActions are the acts of the desk as the audit log names them.
var deskActions = []string{"record.match", "record.unmatch", "record.park", "record.unpark", "record.set_aside", "record.undo_set_aside", "record.request_approval"}

// listDeskActs is what this person did on the desk on the business date, each
// with the one act that undoes it alone.
func (a *app) listDeskActs(c echo.Context) error {
	page, actor := views.DeskLogPage{}, actorOf(c)
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "What you did today", here: "/matching", layout: views.LayoutPlain}); err != nil {
			return err
		}
		events, err := v.Events(ctx, store.EventFilter{Actor: actor.Person, From: page.Today, To: page.Today, Action: "record.", Limit: deskLogPage + 1})
		if err != nil {
			return err
		}
		if page.More = len(events) > deskLogPage; page.More {
			events = events[:deskLogPage]
		}
		return fillDeskLog(ctx, v, actor, events, &page)
	})
	if err != nil {
		return err
	}
	return a.show(c, http.StatusOK, views.DeskLog(page), nil)
}

// fillDeskLog writes the entries. Only the newest act on a record is undone from
// here: an older one is undone by undoing what came after it first.
func fillDeskLog(ctx context.Context, v *store.View, actor servicing.Actor, events []store.Event, page *views.DeskLogPage) error {
	seen := map[string]bool{}
	for _, e := range events {
		if !slices.Contains(deskActions, e.Action) || e.ActorID != actor.Person {
			continue
		}
		entry := views.DeskLogEntry{At: e.At.Time, What: e.Summary, Ref: e.Subject, Pth: "/matching/" + e.Subject, Refused: e.Outcome == "refused"}
		if !entry.Refused && !seen[e.Subject] {
			seen[e.Subject] = true
			r, err := v.RecordByRef(ctx, e.Subject)
			if err != nil {
				return err
			}
			undoEntry(actor, r, page, &entry)
		}
		page.Entries = append(page.Entries, entry)
	}
	return nil
}

// undoEntry offers what takes the newest act on a record back, or says why
// nothing does.
func undoEntry(actor servicing.Actor, r store.Record, page *views.DeskLogPage, entry *views.DeskLogEntry) {
	act, sub, word := servicing.Act(""), "", ""
	switch r.Status {
	case "initiated", "pending", "split":
		act, sub, word = servicing.ActUnmatch, "withdrawal", "Take back"
	case "parked":
		act, sub, word = servicing.ActUnpark, "resumption", "Take up"
	case "set_aside":
		if string(r.MakerID) != actor.Person || r.SetAsideOn != page.Today {
			entry.WhyNot = "Needs a credit manager now"
			return
		}
		act, sub, word = servicing.ActUndoSetAside, "restoration", "Put back"
	case "unmatched":
		return // it is as it was
	default:
		entry.WhyNot = "It is " + servicing.StateWords(r.Status)
		return
	}
	if offer := servicing.Offers(actor, r, act)[0]; !offer.Allowed {
		entry.WhyNot = offer.WhyNot
		return
	}
	entry.UndoWord = word
	entry.Undo = &views.Undo{Path: "/matching/" + r.Ref + "/" + sub, Fields: []views.Field{
		{Name: "version", Value: strconv.FormatInt(r.Version, 10)}, {Name: "back", Value: "log"}}}
}
