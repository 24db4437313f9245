package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// ticks are the values of the boxes of a page.
func ticks(a answer) []string {
	var values []string
	walk(a.tree(), func(n *html.Node) {
		if attribute(n, "name") == "pick" {
			values = append(values, attribute(n, "value"))
		}
	})
	return values
}

func TestStrongOnesAreSentTogether(t *testing.T) {
	h := newHouse(t)
	operator := h.as("operator")
	kavya, balaji := h.credit(creditForKavya), h.credit(creditForBalaji)
	page := operator.get("/matching/strong").status(http.StatusOK)
	page.has("Accept all strong ones", "2 payments of ₹16,163.00 together.", "The weakest: look at these first", "Kavya Reddy", "Shree Balaji Textiles").lacks("RAMESH")
	picks := ticks(page)
	if len(picks) != 2 {
		t.Fatalf("%d are ticked: %q", len(picks), picks)
	}
	operator.post("/matching/strong", url.Values{}).status(http.StatusUnprocessableEntity).has("Tick at least one payment.")
	done := operator.post("/matching/strong", url.Values{"pick": picks}).status(http.StatusOK)
	done.has("2 payments of ₹16,163.00 sent for approval")
	for _, r := range []string{kavya.Ref, balaji.Ref} {
		if got := done.at("result-" + r); !strings.Contains(got, "Sent for approval") {
			t.Errorf("the row of %s says %q", r, got)
		}
		if now := h.record(r); now.Status != "pending" {
			t.Errorf("%s is %s", r, now.Status)
		}
	}
	operator.get("/matching/strong").has("Nothing is strong enough")
}

func TestOneStrongOneThatChangedStopsNoOther(t *testing.T) {
	h := newHouse(t)
	operator := h.as("operator")
	kavya, balaji := h.credit(creditForKavya), h.credit(creditForBalaji)
	picks := ticks(operator.get("/matching/strong"))
	h.as("operator2").post("/matching/"+kavya.Ref+"/parking", url.Values{"version": {version(kavya)}, "reason": {"She called"}}).leads()
	// What is not what the page showed is not sent, be it only the account.
	other := balaji.Ref + " " + version(balaji) + " LN1003=10662.00"
	operator.post("/matching/strong", url.Values{"pick": {other}}).status(http.StatusOK).has("0 of 1 sent for approval", "It changed since you looked.")
	if now := h.record(balaji.Ref); now.Status != "unmatched" {
		t.Fatalf("it is %s on %q, and nobody saw that", now.Status, now.AccountRef)
	}
	picks = append(picks, "RECNOSUCH 1 LN1001=5.00")
	done := operator.post("/matching/strong", url.Values{"pick": picks}).status(http.StatusOK)
	done.has("1 of 3 sent for approval", "It changed since you looked.")
	if now := h.record(kavya.Ref); now.Status != "parked" {
		t.Errorf("the one that changed is %s", now.Status)
	}
	if now := h.record(balaji.Ref); now.Status != "pending" || now.AccountRef != "LN1001" {
		t.Errorf("the other is %s on %q", now.Status, now.AccountRef)
	}
}

func TestTodaysLogUndoesEachActAlone(t *testing.T) {
	h := newHouse(t)
	operator := h.as("operator")
	kavya, balaji, ramesh := h.credit(creditForKavya), h.credit(creditForBalaji), h.credit(creditUnknown)
	operator.get("/matching/log").has("Nothing yet today")
	operator.post("/matching/"+kavya.Ref+"/match", matchForm(kavya, "LN1002", "5501")).leads()
	operator.post("/matching/"+balaji.Ref+"/parking", url.Values{"version": {version(balaji)}, "reason": {"Asked the branch"}}).leads()
	operator.post("/matching/"+ramesh.Ref+"/set-aside", url.Values{"version": {version(ramesh)}, "kind": {"refund"}}).leads()
	h.as("operator2").post("/matching/"+kavya.Ref+"/parking", url.Values{"version": {version(kavya)}, "reason": {"late"}}).status(http.StatusConflict)
	page := operator.get("/matching/log").status(http.StatusOK)
	page.has("Matched "+kavya.Ref, "Parked "+balaji.Ref, "Set aside "+ramesh.Ref, "Take back", "Take up", "Put back")
	page.html(`action="/matching/`+kavya.Ref+`/withdrawal"`, `action="/matching/`+balaji.Ref+`/resumption"`, `action="/matching/`+ramesh.Ref+`/restoration"`)
	h.as("operator2").get("/matching/log").has("Refused:").lacks("Matched "+kavya.Ref, "Take back")

	// One alone; the others stay.
	to := operator.post("/matching/"+balaji.Ref+"/resumption", url.Values{"version": {version(h.record(balaji.Ref))}, "back": {"log"}}).leads()
	if to != "/matching/log" {
		t.Errorf("undo leads to %s", to)
	}
	operator.get(to).has("is taken up again", "Take back", "Put back").lacks("Take up")
	if now := h.record(balaji.Ref); now.Status != "unmatched" {
		t.Errorf("the parked one is %s", now.Status)
	}
	// What was decided is no more to be undone here.
	h.decide("credit_manager", h.approvalOf(kavya.Ref), "approve", "")
	operator.get("/matching/log").has("It is settled").lacks("Take back")
}
