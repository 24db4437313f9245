package handlers

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/store"
	"lekha/views"
)

const (
	// eventsPage is how many events one page lists.
	eventsPage = 50
	// eventsCounted is how far a filtered log is counted; beyond it a page says
	// "more than". The export holds all of them all the same.
	eventsCounted = 100_000
)

// eventKinds are the first words of actions: what the event is about.
var eventKinds = []views.Option{{Value: "", Label: "All"}, {Value: "record", Label: "Records"}, {Value: "approval", Label: "Approvals"},
	{Value: "statement", Label: "Statements"}, {Value: "payout", Label: "Payouts"}, {Value: "loan", Label: "Loans"}, {Value: "account", Label: "Accounts"},
	{Value: "borrower", Label: "Borrowers"}, {Value: "portfolio", Label: "Take-over"}, {Value: "fee", Label: "Fees"}, {Value: "day", Label: "Day close"},
	{Value: "program", Label: "Products"}, {Value: "bank", Label: "Bank accounts"}, {Value: "user", Label: "People"}, {Value: "token", Label: "Tokens"},
	{Value: "signin", Label: "Sign-in"}, {Value: "company", Label: "Company"}}

// readyLists are the views an auditor asks for first.
var readyLists = []struct{ label, query string }{
	{"All", ""}, {"Back-dated", "flag=back_dated"}, {"Reversed", "flag=reversed"}, {"Auto-approved", "flag=auto_approved"}, {"Refused", "outcome=refused"},
}

// eventNames are the filters in the order of the form.
var eventNames = []string{"person", "from", "to", "ref", "kind", "outcome", "flag"}

// eventFilter reads the filter of an address; what cannot be read is in f.
func eventFilter(f *fields) store.EventFilter {
	filter := store.EventFilter{Actor: f.text("person"), From: f.date("from"), To: f.date("to"), Subject: f.text("ref"),
		Outcome: f.text("outcome"), Flag: f.text("flag")}
	if kind := f.text("kind"); kind == "signin" {
		filter.Action = kind
	} else if kind != "" {
		filter.Action = kind + "." // also an action in full
		if strings.Contains(kind, ".") {
			filter.Action = kind
		}
	}
	return filter
}

// eventQuery is the address of a filter, without the place in the list.
func eventQuery(f *fields) string {
	q := url.Values{}
	for _, name := range eventNames {
		if value := f.values[name]; value != "" {
			q.Set(name, value)
		}
	}
	return q.Encode()
}

func eventsPath(query string) string {
	if query == "" {
		return "/events"
	}
	return "/events?" + query
}

func (a *app) listEvents(c echo.Context) error {
	f := read(c)
	filter := eventFilter(f)
	filter.BeforeSeq, filter.AfterSeq, filter.Limit = keyParam(c, "before"), keyParam(c, "after"), eventsPage+1
	page := views.EventsPage{Form: views.Form{Values: f.values}, Kinds: eventKinds, Clear: "/events"}
	status := http.StatusOK
	refused := f.err()
	if refused != nil {
		page.Form, _ = refusedForm(refused, f.values)
		status = statusOf(refused)
	}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Audit log", here: "/events", layout: views.LayoutList}); err != nil {
			return err
		}
		if err := readyTabs(ctx, v, eventQuery(f), &page); err != nil || refused != nil {
			return err
		}
		if page.Total, page.More, err = v.EventTotal(ctx, filter, eventsCounted); err != nil {
			return err
		}
		events, err := v.Events(ctx, filter)
		pageEvents(events, filter, eventQuery(f), &page)
		return err
	})
	if err != nil {
		return err
	}
	page.Filtered = eventQuery(f) != ""
	label := "Export " + views.Count(page.Total)
	if page.More {
		label = "Export all of them"
	}
	page.Export = views.Act{Label: label, Icon: "download", Path: strings.Replace(eventsPath(eventQuery(f)), "/events", "/events.csv", 1), Key: "e"}
	return a.show(c, status, views.Events(page), nil)
}

func readyTabs(ctx context.Context, v *store.View, query string, page *views.EventsPage) error {
	for _, list := range readyLists {
		flag, outcome := "", ""
		if value, ok := strings.CutPrefix(list.query, "flag="); ok {
			flag = value
		}
		if value, ok := strings.CutPrefix(list.query, "outcome="); ok {
			outcome = value
		}
		n, more, err := v.EventTotal(ctx, store.EventFilter{Flag: flag, Outcome: outcome}, eventsCounted)
		if err != nil {
			return err
		}
		page.Tabs = append(page.Tabs, views.FateTab{Path: eventsPath(list.query), Label: list.label, Count: n, More: more, Current: query == list.query})
	}
	return nil
}

// pageEvents fills the rows and the ways to the pages beside this one.
func pageEvents(events []store.Event, filter store.EventFilter, query string, page *views.EventsPage) {
	more := len(events) > eventsPage
	back := filter.AfterSeq > 0
	if more && back {
		events = events[1:]
	} else if more {
		events = events[:eventsPage]
	}
	for _, e := range events {
		page.Rows = append(page.Rows, eventRow(e))
	}
	if len(events) == 0 {
		return
	}
	at := func(name string, seq int64) string {
		place := name + "=" + strconv.FormatInt(seq, 10)
		if query != "" {
			place = query + "&" + place
		}
		return "/events?" + place
	}
	if more && back || !back && filter.BeforeSeq > 0 {
		page.Prev = at("after", events[0].Seq)
	}
	if more && !back || back {
		page.Next = at("before", events[len(events)-1].Seq)
	}
}

func eventRow(e store.Event) views.EventRow {
	row := views.EventRow{Seq: e.Seq, Path: "/events/" + strconv.FormatInt(e.Seq, 10), At: e.At.Time, Day: e.BusinessDate, Who: e.ActorName,
		What: e.Summary, Action: e.Action, Refused: e.Outcome == "refused", Flags: strings.Fields(e.Flags),
		Subject: views.Link{Path: subjectPath(e), Label: e.Subject}}
	if row.What == "" {
		row.What = e.Action
	}
	row.What = strings.TrimPrefix(row.What, "Refused: ")
	return row
}

// subjectPaths are the pages of what an event is about, by the prefix of its ref
// and by the kind of the event.
var (
	subjectPaths = map[string]string{"REC": "/records/", "APV": "/approvals/", "STM": "/statements/", "PAY": "/payouts/", "PRG": "/programs/", "BNK": "/banks/"}
	kindPaths    = map[string]string{"account": "/accounts/", "user": "/people/", "day": "/days/"}
)

// subjectPath is the page of what an event is about; "" when it has none.
func subjectPath(e store.Event) string {
	if e.Subject == "" {
		return ""
	}
	kind, _, _ := strings.Cut(e.Action, ".")
	if path := kindPaths[kind]; path != "" {
		return path + url.PathEscape(e.Subject)
	}
	if len(e.Subject) > 3 && kind != "signin" && kind != "token" {
		if path := subjectPaths[e.Subject[:3]]; path != "" {
			return path + url.PathEscape(e.Subject)
		}
	}
	return ""
}

// history is what the log says of one thing, newest first; of nothing it says
// nothing.
func history(ctx context.Context, v *store.View, subject string, today lending.Date) ([]views.Step, error) {
	if subject == "" {
		return nil, nil
	}
	events, err := v.Events(ctx, store.EventFilter{Subject: subject, Limit: historySteps})
	if err != nil {
		return nil, err
	}
	steps := make([]views.Step, len(events))
	for i, e := range events {
		row := eventRow(e)
		steps[i] = views.Step{At: views.Moment(e.At.Time, today), Stamp: e.At.Time.In(lending.India).Format("2006-01-02T15:04:05Z07:00"), By: e.ActorName, What: row.What}
		if row.Refused {
			steps[i].What, steps[i].Tone, steps[i].Refused = "Refused: "+row.What, views.ToneWarn, true
		}
	}
	return steps, nil
}

// historySteps is how much history a page shows; the rest is in the log.
const historySteps = 50

func (a *app) showEvent(c echo.Context) error {
	seq, err := strconv.ParseInt(c.Param("seq"), 10, 64)
	if err != nil {
		return lending.Refuse(lending.NotFound, "event.not_found", "There is no such event.")
	}
	page := views.EventPage{}
	err = a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		e, err := v.EventBySeq(ctx, seq)
		if err != nil {
			return err
		}
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Event " + c.Param("seq"), here: "/events"}); err != nil {
			return err
		}
		page.Row, page.Hash, page.Prev, page.Input = eventRow(e), e.Hash, e.PrevHash, indented(e.Input)
		page.Facts = []views.StatementFact{{Name: "Who", Value: e.ActorName}, {Name: "When", Value: views.Moment(e.At.Time, page.Today)},
			{Name: "Exactly", Value: e.At.String()}, {Name: "Business date", Value: views.Day(e.BusinessDate)}, {Name: "Outcome", Value: e.Outcome},
			{Name: "From", Value: e.Address}, {Name: "Request", Value: e.RequestID}}
		last, err := v.CountEvents(ctx)
		if seq > 1 {
			page.Before = "/events/" + strconv.FormatInt(seq-1, 10)
		}
		if seq < last {
			page.After = "/events/" + strconv.FormatInt(seq+1, 10)
		}
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, http.StatusOK, views.Event(page), nil)
}

// indented is JSON as people read it.
func indented(text string) string {
	var out bytes.Buffer
	if json.Indent(&out, []byte(text), "", "  ") != nil {
		return text
	}
	return out.String()
}

// showChain reads the whole log and computes each hash again.
func (a *app) showChain(c echo.Context) error {
	page := views.ChainPage{Status: views.ChainStatus{At: a.reader.Now().Time}}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Chain of the audit log", here: "/events"}); err != nil {
			return err
		}
		if page.Status.Broken, err = v.BrokenEvent(ctx); err != nil {
			return err
		}
		last, err := v.LastEvent(ctx)
		page.Status.Events, page.Status.Last = last.Seq, last.Hash
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, http.StatusOK, views.Chain(page), views.ChainPiece(page))
}
