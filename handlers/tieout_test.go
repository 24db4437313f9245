package handlers

import (
	"net/http"
	"strings"
	"testing"

	"lekha/servicing"
)

func TestTieOut(t *testing.T) {
	h := newHouse(t)
	h.settled(creditForBalaji, "LN1001") // who owes nothing now: all of it is excess
	h.settled(creditForKavya, "LN1002")
	h.pending("CASH DEP NASHIK", "LN1003")
	if _, err := h.office.ParkRecord(t.Context(), h.actor("operator"), h.credit(creditUnknown).Ref, h.credit(creditUnknown).Version, "Asked the branch."); err != nil {
		t.Fatal(err)
	}
	aside := h.credit("SOMEBODY ELSE")
	if _, err := h.office.SetAsideRecord(t.Context(), h.actor("operator"), aside.Ref, servicing.SetAside{Version: aside.Version, Kind: "other", Remark: "A friend's money."}); err != nil {
		t.Fatal(err)
	}
	page := h.as("auditor").get("/tieout").status(http.StatusOK)
	page.has("Every day closes", houseBank)
	// Credits, unexplained, unmatched, parked, set aside, duplicate, awaiting, settled, excess, paid back, returned, gap: by hand from the sample statement.
	want := "All 4 days 41,376.50 – 900.00 7,250.50 16,163.00 – 900.00 5,501.00 10,662.00 – – 0.00"
	if got := page.at("totals"); got != want {
		t.Errorf("the totals are\n%s, want\n%s", got, want)
	}
	page.html("/2026-11-17\"")

	day := h.as("operator").get("/tieout/" + h.bankRef(houseBank) + "/2026-11-17").status(http.StatusOK)
	day.has("Tue 17 Nov 2026", creditForKavya, "settled", "Kavya Reddy", creditUnknown, "parked")
	if got := day.at("gap"); got != "0.00" {
		t.Errorf("the gap of the day is %s", got)
	}
	day.html(`href="/records/` + h.credit(creditForKavya).Ref + `"`)
}

func TestTieOutShowsDuplicatesAndFilters(t *testing.T) {
	h := newHouse(t)
	operator := h.as("operator")
	_, page := operator.checked("hdfc-next.csv", nextStatement())
	operator.posted(page).leads()
	day := operator.get("/tieout/" + h.bankRef(houseBank) + "/2026-11-20").status(http.StatusOK)
	day.has("Unexplained", "look at it", "7,000.00").lacks("gap 7,000.00")
	if got := day.at("gap"); got != "0.00" {
		t.Errorf("the gap with money that is not explained is %s, want 0.00: it stands in its own column", got)
	}
	only := operator.get("/tieout?from=2026-11-20&to=2026-11-20").status(http.StatusOK)
	if got := only.at("totals"); !strings.HasPrefix(got, "All 1 day 9,100.00") {
		t.Errorf("one day sums to %q", got)
	}
	operator.get("/tieout?from=2026-01-01&to=2026-01-31").has("No credits in these days")
	operator.get("/tieout?from=yesterday").status(http.StatusUnprocessableEntity).has("From:")
	operator.get("/tieout?bank=BNK00000").status(http.StatusUnprocessableEntity).has("There is no such collection account")
	operator.get("/tieout/" + h.bankRef(houseBank) + "/2026-13-40").status(http.StatusNotFound)
	operator.get("/tieout/NOWHERE/2026-11-20").status(http.StatusNotFound)
}
