package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lekha/lending"
	"lekha/store"
)

func (h *house) businessDate() lending.Date {
	h.t.Helper()
	var date lending.Date
	h.look(func(ctx context.Context, v *store.View) (err error) {
		date, err = today(ctx, v)
		return err
	})
	return date
}

func TestDayIsClosed(t *testing.T) {
	h := newHouse(t)
	page := h.as("finance").get("/days").status(http.StatusOK)
	page.has("Business date Fri 20 Nov 2026", "Close 20 Nov 2026", "No day was closed yet").lacks("missed")
	form := url.Values{"until": {page.value("until")}}
	if to := h.as("finance").post("/days", form).leads(); to != "/days" {
		t.Errorf("closed, it leads to %s", to)
	}
	if got := h.businessDate(); got != houseToday.AddDays(1) {
		t.Fatalf("the business date is %s", got)
	}
	page = h.as("finance").get("/days").has("Closed 1 day", "The business date is 21 Nov 2026")
	if got := page.at("runs"); !strings.Contains(got, "Fri 20 Nov 2026") || !strings.Contains(got, "Lata Rao") {
		t.Errorf("the runs say %q", got)
	}
	page.html(`href="/days/2026-11-20"`)
	h.as("auditor").get("/days/2026-11-20").status(http.StatusOK).has("Closed by Lata Rao", "Accounts replayed", "Left alone 0")

	// The same form again closes nothing: what it names is open already.
	h.as("finance").post("/days", form).leads()
	if got := h.businessDate(); got != houseToday.AddDays(1) {
		t.Errorf("pressed twice the business date is %s", got)
	}
}

func TestMissedDaysAreClosedOneByOne(t *testing.T) {
	shown, count := missedDays(houseToday.AddDays(-9), houseToday, false)
	if len(shown) != missedShown || count != 9 || shown[0] != houseToday.AddDays(-9) {
		t.Errorf("missed %v of %d", shown, count)
	}
	if shown, count := missedDays(houseToday.AddDays(-9), houseToday, true); shown != nil || count != 0 {
		t.Error("the sample, which stands still, misses days")
	}
	h := newHouse(t)
	h.daysOn(3)
	h.as("operator").post("/days", url.Values{"until": {houseToday.AddDays(3).String()}}).leads()
	if got := h.businessDate(); got != houseToday.AddDays(3) {
		t.Errorf("the business date is %s", got)
	}
	page := h.as("operator").get("/days").status(http.StatusOK)
	for _, day := range []string{"Fri 20 Nov 2026", "Sat 21 Nov 2026", "Sun 22 Nov 2026"} {
		if !strings.Contains(page.at("runs"), day) {
			t.Errorf("%s is not listed as closed", day)
		}
	}
}

// TestManyDaysAreAskedBack: a typing error in the date may not make everybody late.
func TestManyDaysAreAskedBack(t *testing.T) {
	h := newHouse(t)
	h.daysOn(40)
	form := url.Values{"until": {houseToday.AddDays(30).String()}}
	asked := h.as("operator").post("/days", form).status(http.StatusUnprocessableEntity).
		has("Close 30 days?", "Nothing was closed yet", "Fri 20 Nov 2026", "Sat 19 Dec 2026")
	form.Set("days", "31")
	h.as("operator").post("/days", form).status(http.StatusUnprocessableEntity).has("Close 30 days?")
	if got := h.businessDate(); got != houseToday {
		t.Fatalf("asking back moved the business date to %s", got)
	}
	form.Set("days", asked.value("days"))
	h.as("operator").post("/days", form).leads()
	if got := h.businessDate(); got != houseToday.AddDays(30) {
		t.Errorf("confirmed, the business date is %s", got)
	}
}

// TestDayOfTheFutureIsNotClosed: neither by the button nor by a form sent by hand.
func TestDayOfTheFutureIsNotClosed(t *testing.T) {
	h := newHouse(t)
	for _, until := range []int{2, 30, 365} {
		h.as("operator").post("/days", url.Values{"until": {houseToday.AddDays(until).String()}}).
			status(http.StatusUnprocessableEntity).has("The calendar says 20 Nov 2026", "closed when it has come")
	}
	h.as("operator").post("/days", url.Values{"until": {houseToday.AddDays(1).String()}}).leads()
	h.as("operator").get("/days").has("21 Nov 2026 is closed when it has come").html("disabled")
	if got := h.businessDate(); got != houseToday.AddDays(1) {
		t.Errorf("the business date is %s", got)
	}
}

func TestDayRefusals(t *testing.T) {
	h := newHouse(t)
	h.as("auditor").get("/days").status(http.StatusOK).has("This is for").html("disabled")
	h.as("auditor").post("/days", url.Values{"until": {"2026-11-21"}}).status(http.StatusForbidden)
	h.as("operator").post("/days", url.Values{}).status(http.StatusUnprocessableEntity).has("Say which day is closed")
	h.as("operator").post("/days", url.Values{"until": {"2031-01-01"}}).status(http.StatusUnprocessableEntity).has("At most")
	h.as("operator").get("/days/2026-11-20").status(http.StatusNotFound)
	if got := h.businessDate(); got != houseToday {
		t.Errorf("a refusal moved the business date to %s", got)
	}
}

// TestDayHourIsSet: an administrator gives the hour at which days are closed, others
// read it and why they may not change it.
func TestDayHourIsSet(t *testing.T) {
	h := newHouse(t)
	h.as("operator").get("/days").has("Closed by hand", "This is for")
	h.as("operator").post("/days/hour", url.Values{"close_at": {"01:00"}}).status(http.StatusForbidden)
	h.as("admin").post("/days/hour", url.Values{"close_at": {"25:00"}}).status(http.StatusUnprocessableEntity).has("Write an hour of the day")
	h.as("admin").post("/days/hour", url.Values{"close_at": {"01:00"}}).leads()
	h.as("auditor").get("/days").has("Closed by itself at 01:00", "The open day is closed at 21 Nov, 01:00")
	h.as("admin").post("/days/hour", url.Values{"close_at": {""}}).leads()
	h.as("admin").get("/days").has("Closed by hand")
}

// TestClosedDayListsWhatChanged: by kind, each with the reason, and a kind that is none
// lists all.
func TestClosedDayListsWhatChanged(t *testing.T) {
	h := newHouse(t)
	h.daysOn(17)
	h.as("operator").post("/days", url.Values{"until": {"2026-12-07"}, "days": {"17"}}).leads()
	page := h.as("auditor").get("/days/2026-12-04").status(http.StatusOK).has("What changed, and why", "Fell due", "The instalment of 5 Dec 2026 fell due.")
	page.html(`href="/days/2026-12-04?kind=due"`)
	h.as("auditor").get("/days/2026-12-05?kind=sma-0").status(http.StatusOK).has("Regular became SMA-0").lacks("fell due.")
	h.as("auditor").get("/days/2026-12-04?kind=nonsense").status(http.StatusOK).has("Fell due")
	h.as("auditor").get("/days/2026-11-21").has("Nothing but the date changed")
}

// TestPositionsOfADay: the page of a bureau date sums its positions, and the extract
// has a row an account.
func TestPositionsOfADay(t *testing.T) {
	h := newHouse(t)
	h.daysOn(4)
	h.as("operator").post("/days", url.Values{"until": {"2026-11-24"}, "days": {"4"}}).leads()
	h.as("finance").get("/days/2026-11-23").status(http.StatusOK).has("Where accounts stood at the day-end", "Regular").html(`href="/days/2026-11-23/positions.csv"`)
	h.as("finance").get("/days/2026-11-22").lacks("Where accounts stood")
	file := h.as("finance").get("/days/2026-11-23/positions.csv").status(http.StatusOK)
	for _, text := range []string{"reported_on,account,", "2026-11-23,LN1001,", "days_past_due"} {
		file.html(text)
	}
	h.as("finance").get("/days/2026-11-22/positions.csv").status(http.StatusNotFound)
}
