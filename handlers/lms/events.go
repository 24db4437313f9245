package lms

import (
	"context"
	"net/http"
	"strconv"

	"lekha/store"
)

// eventAnswer is one row of the audit log.
type eventAnswer struct {
	Seq          int64    `json:"seq"`
	At           stamp    `json:"at"`
	BusinessDate stamp    `json:"business_date"`
	ActorID      string   `json:"actor_id"`
	ActorName    string   `json:"actor_name"`
	Action       string   `json:"action"`
	Subject      string   `json:"subject" doc:"Ref of what it is about."`
	Account      noText   `json:"account"`
	Outcome      string   `json:"outcome" doc:"done or refused."`
	Flags        []string `json:"flags" doc:"back_dated, reversed, auto_approved."`
	Summary      string   `json:"summary"`
	Input        rawJSON  `json:"input" doc:"What was asked, without secrets."`
	RequestID    string   `json:"request_id"`
	Address      string   `json:"address"`
	PrevHash     string   `json:"prev_hash"`
	Hash         string   `json:"hash" doc:"Over everything the row says and the hash before it."`
}

func eventWire(e store.Event) eventAnswer {
	return eventAnswer{e.Seq, stampOf(e.At), startOf(e.BusinessDate), e.ActorID, e.ActorName, e.Action, e.Subject, noText(e.AccountID), e.Outcome,
		wordsOf(e.Flags), e.Summary, rawJSON(e.Input), e.RequestID, e.Address, e.PrevHash, e.Hash}
}

// eventFilters narrow the audit log.
var eventFilters = join(
	one("actor", textParam, "Id of the person or token."),
	one("subject", textParam, "Ref of what it is about."),
	one("account", textParam, "Id or ref of the account it touches."),
	one("action", textParam, "Such as record.match."),
	one("outcome", textParam, "done or refused."),
	one("flag", textParam, "back_dated, reversed or auto_approved."),
	between("business_date"),
	ordering("index"),
)

// listEvents answers one page of the audit log, newest first.
func (a *API) listEvents(c *call) (page[eventAnswer], error) {
	var answer page[eventAnswer]
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		q := store.EventQuery{Actor: c.text("actor"), Days: store.Span{From: c.date("business_date_after"), To: c.date("business_date_before")},
			Subject: c.keyParam("subject"), Action: c.text("action"), Outcome: c.text("outcome"), Flag: c.text("flag"), Listing: c.listing("-index")}
		var err error
		if q.Account, err = accountID(ctx, v, c.keyParam("account")); err != nil {
			return err
		}
		answer, err = paged(c, q.Listing,
			func() ([]store.Event, *store.RecordKey, error) { return v.QueryEvents(ctx, q) },
			func() (int64, error) { return v.CountQueriedEvents(ctx, q) },
			func(_ context.Context, e store.Event) (eventAnswer, error) { return eventWire(e), nil })
		return err
	})
	return answer, err
}

// showEvent answers one row of the audit log, by its number.
func (a *API) showEvent(c *call) (eventAnswer, error) {
	seq, err := strconv.ParseInt(c.id(), 10, 64)
	if err != nil {
		return eventAnswer{}, refuse(http.StatusNotFound, "event.not_found", "There is no event "+c.id()+".")
	}
	var event store.Event
	err = a.read(c, func(ctx context.Context, v *store.View) error {
		event, err = v.EventBySeq(ctx, seq)
		return err
	})
	return eventWire(event), err
}
