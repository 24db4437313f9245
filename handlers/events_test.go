package handlers

import (
	"context"
	"encoding/csv"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"lekha/servicing"
	"lekha/store"
)

func (h *house) events(f store.EventFilter) []store.Event {
	h.t.Helper()
	f.Limit = 1000
	var events []store.Event
	h.look(func(ctx context.Context, v *store.View) (err error) {
		events, err = v.Events(ctx, f)
		return err
	})
	return events
}

func TestEventsAreFiltered(t *testing.T) {
	h := newHouse(t)
	r := h.settled(creditForKavya, "LN1002")
	h.pending(creditForBalaji, "LN1001")
	h.as("operator").post("/days", url.Values{"until": {"2026-11-21"}}).leads()
	auditor := h.as("auditor")
	auditor.get("/events").status(http.StatusOK).has("Matched "+r.Ref, "Audit log", "Check the chain of hashes")
	for _, c := range []struct {
		query string
		has   []string
		lacks []string
	}{
		{"person=Meera", []string{"Meera Iyer", "Approved"}, []string{"Matched"}},
		{"ref=" + strings.ToLower(r.Ref), []string{"Matched " + r.Ref}, []string{"LN1001"}},
		{"kind=record", []string{"Matched"}, []string{"Took over"}},
		{"kind=record.match", []string{"Matched"}, []string{"sent"}},
		{"kind=day", []string{"Closed 20 Nov 2026"}, []string{"Matched"}},
		{"from=2026-11-21", []string{"Closed 20 Nov 2026"}, []string{"Matched"}},
		{"to=2026-11-19", []string{"No such event"}, []string{"Matched"}},
		{"flag=back_dated", []string{r.Ref}, []string{"Took over"}},
	} {
		answer := auditor.get("/events?" + c.query).status(http.StatusOK)
		list := "No such event"
		if answer.lies("events") {
			list = answer.at("events")
		}
		for _, want := range c.has {
			if !strings.Contains(list, want) {
				t.Errorf("%s does not list %q: %s", c.query, want, list)
			}
		}
		for _, no := range c.lacks {
			if strings.Contains(list, no) {
				t.Errorf("%s lists %q: %s", c.query, no, list)
			}
		}
	}
	auditor.get("/events?from=soon").status(http.StatusUnprocessableEntity).has("From:")
	h.as("operator").get("/events").status(http.StatusForbidden)
}

func TestReadyLists(t *testing.T) {
	h := newHouse(t)
	r := h.settled(creditForKavya, "LN1002")
	approval, err := h.office.RequestReversal(t.Context(), h.actor("operator"), r.Ref, r.Version, "bank", "The bank took it back.")
	if err != nil {
		t.Fatal(err)
	}
	h.decide("credit_manager", approval, "approve", "")
	// A refused act on money leaves a row too.
	if _, err := h.office.ApprovePayout(t.Context(), h.actor("finance"), h.asked().Ref, 7); err == nil {
		t.Fatal("a payout was approved at a version it never had")
	}
	_, pending := h.pending(creditForBalaji, "LN1001")
	if _, err := h.office.Decide(t.Context(), h.actor("credit_manager"), pending.Ref, servicing.DecisionInput{Version: pending.Version + 7, Decision: "approve"}); err == nil {
		t.Fatal("a request was decided at a version it never had")
	}

	auditor := h.as("auditor")
	page := auditor.get("/events?flag=reversed").status(http.StatusOK)
	if got := page.at("events"); !strings.Contains(got, r.Ref) || !strings.Contains(got, "Reversed") {
		t.Errorf("reversed items: %q", got)
	}
	page.html(`href="/events?flag=back_dated"`, `href="/events?flag=auto_approved"`, `href="/events?outcome=refused"`)
	refused := h.events(store.EventFilter{Outcome: "refused"})
	if len(refused) != 2 {
		t.Errorf("%d refusals are in the log, want the payout and the decision", len(refused))
	}
	for _, e := range refused {
		auditor.get("/events?outcome=refused").has(strings.TrimPrefix(e.Summary, "Refused: "))
	}
}

func TestEventsArePagedByKey(t *testing.T) {
	h := newHouse(t)
	operator := h.actor("operator")
	for range eventsPage/2 + 5 {
		r := h.credit(creditUnknown)
		parked, err := h.office.ParkRecord(t.Context(), operator, r.Ref, r.Version, "Again.")
		if err == nil {
			_, err = h.office.UnparkRecord(t.Context(), operator, r.Ref, parked.Version)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	all := h.events(store.EventFilter{Action: "record."})
	auditor := h.as("auditor")
	first := auditor.get("/events?kind=record").status(http.StatusOK)
	last := all[eventsPage-1].Seq
	next := "/events?kind=record&before=" + strconv.FormatInt(last, 10)
	first.html(strings.ReplaceAll(next, "&", "&amp;"))
	second := auditor.get(next).status(http.StatusOK)
	back := "/events?kind=record&after=" + strconv.FormatInt(all[eventsPage].Seq, 10)
	second.html(strings.ReplaceAll(back, "&", "&amp;"))
	if got, want := auditor.get(back).at("events"), first.at("events"); got != want {
		t.Errorf("back on the first page stands\n%s, want\n%s", got, want)
	}
	first.has(strconv.Itoa(len(all)) + " events")
}

func TestEventShowsInputAndHash(t *testing.T) {
	h := newHouse(t)
	r := h.matched(creditForKavya, "LN1002")
	e := h.events(store.EventFilter{Action: "record.match", Subject: r.Ref})[0]
	page := h.as("auditor").get("/events/" + strconv.FormatInt(e.Seq, 10)).status(http.StatusOK)
	page.has("Matched "+r.Ref, "Asha Kulkarni", "LN1002")
	if page.at("hash") != e.Hash {
		t.Errorf("the hash shown is %s, want %s", page.at("hash"), e.Hash)
	}
	page.html(`href="/records/` + r.Ref + `"`)
	h.as("auditor").get("/events/999999").status(http.StatusNotFound)
	h.as("auditor").get("/events/first").status(http.StatusNotFound)
}

func TestChainOfTheLog(t *testing.T) {
	h := newHouse(t)
	auditor := h.as("auditor")
	n := len(h.events(store.EventFilter{}))
	page := auditor.get("/events/chain").status(http.StatusOK)
	page.has("The chain is whole", strconv.Itoa(n)+" events", h.events(store.EventFilter{})[0].Hash)
	h.as("auditor").piece().get("/events/chain").status(http.StatusOK).has("The chain is whole").lacks("Day close")
}

func TestEventsExportIsTheFilteredSet(t *testing.T) {
	h := newHouse(t)
	h.settled(creditForKavya, "LN1002")
	answer := h.as("auditor").get("/events.csv?kind=record").status(http.StatusOK)
	if got := answer.Header().Get("Content-Disposition"); !strings.Contains(got, "audit-log.csv") {
		t.Errorf("the file is called %q", got)
	}
	rows, err := csv.NewReader(answer.Body).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := h.events(store.EventFilter{Action: "record."})
	if len(rows) != len(want)+1 {
		t.Fatalf("%d rows, want %d", len(rows)-1, len(want))
	}
	for i, e := range want {
		if rows[i+1][0] != strconv.FormatInt(e.Seq, 10) || rows[i+1][15] != e.Hash || rows[i+1][11] != e.Input {
			t.Errorf("row %d is %v, want event %d", i+1, rows[i+1], e.Seq)
		}
		indian := e.At.Add(5*time.Hour+30*time.Minute).Format("2006-01-02 15:04:05 ") + "+0530"
		if rows[i+1][1] != indian || rows[i+1][2] != e.At.String() {
			t.Errorf("row %d is of %s and %s, want %s and the text that is hashed, %s", i+1, rows[i+1][1], rows[i+1][2], indian, e.At)
		}
	}
	h.as("auditor").get("/events.csv?from=soon").status(http.StatusUnprocessableEntity)
	h.as("operator").get("/events.csv").status(http.StatusForbidden)
}
