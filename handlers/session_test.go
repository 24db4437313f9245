package handlers

import (
	"net/http"
	"net/url"
	"testing"
	"time"
)

// at sets the clock of the house.
func (h *house) at(now time.Time) {
	h.clock.mu.Lock()
	defer h.clock.mu.Unlock()
	h.clock.now = now
}

// TestSessionLivesAWorkingDay: by the clock of the books, whatever the machine that
// runs the test believes the year is.
func TestSessionLivesAWorkingDay(t *testing.T) {
	h := newHouse(t)
	for _, begun := range []time.Time{houseNow.AddDate(-30, 0, 0), houseNow, houseNow.AddDate(30, 0, 0)} {
		h.at(begun)
		clear(h.cookies)
		operator := h.as("operator")
		h.at(begun.Add(sessionLife - time.Minute))
		operator.get("/records").status(http.StatusOK)
		h.at(begun.Add(sessionLife + time.Minute))
		if to := operator.get("/records").leads(); to != "/signin?next=%2Frecords" {
			t.Errorf("a session that began at %s leads to %s the next day", begun, to)
		}
	}
}

// TestSessionOutlivesTheBusinessDate: closing days moves the business date, and
// nobody is signed out by it.
func TestSessionOutlivesTheBusinessDate(t *testing.T) {
	h := newHouse(t)
	h.daysOn(3)
	operator, manager := h.as("operator"), h.as("credit_manager")
	operator.post("/days", url.Values{"until": {houseToday.AddDays(3).String()}}).leads()
	if got := h.businessDate(); got != houseToday.AddDays(3) {
		t.Fatalf("the business date is %s", got)
	}
	operator.get("/days").status(http.StatusOK)
	manager.get("/approvals").status(http.StatusOK)
}
