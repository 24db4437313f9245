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

// TestDeskNeedsNoScript holds every swap to an address or a form that works by
// itself, and to the few attributes of htmx that need no eval.
func TestDeskNeedsNoScript(t *testing.T) {
	h := newHouse(t)
	ref := h.credit("SOMEBODY ELSE").Ref
	allowed := map[string]bool{"hx-get": true, "hx-target": true, "hx-swap": true, "hx-push-url": true, "hx-trigger": true, "hx-sync": true}
	for _, path := range []string{"/matching", "/matching/" + ref + "?to=LN1001&to=LN1002&find=kurien", "/matching/" + h.credit(creditForBalaji).Ref, "/matching/strong", "/matching/log"} {
		page := h.as("operator").get(path).status(http.StatusOK)
		swaps := 0
		walk(page.tree(), func(n *html.Node) {
			for _, a := range n.Attr {
				if strings.HasPrefix(a.Key, "hx-") && !allowed[a.Key] {
					t.Errorf("%s has %s on a %s", path, a.Key, n.Data)
				}
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" {
					t.Errorf("%s has %s on a %s", path, a.Key, n.Data)
				}
			}
			at := attribute(n, "hx-get")
			if at == "" {
				return
			}
			swaps++
			switch n.Data {
			case "a":
				if attribute(n, "href") != at {
					t.Errorf("%s: a link swaps %s and leads to %s", path, at, attribute(n, "href"))
				}
			case "form":
				if attribute(n, "action") != at || attribute(n, "method") != "get" {
					t.Errorf("%s: a form swaps %s and asks %s", path, at, attribute(n, "action"))
				}
			default:
				form := n.Parent
				for form != nil && form.Data != "form" {
					form = form.Parent
				}
				if form == nil {
					t.Errorf("%s: a %s swaps %s outside of any form", path, n.Data, at)
				}
			}
		})
		if strings.HasPrefix(path, "/matching/REC") && swaps < 6 {
			t.Errorf("%s has only %d swaps", path, swaps)
		}
	}
	// Amounts are worked out again by a button, and the chosen candidate shown by one.
	page := h.as("operator").get("/matching/" + ref + "?to=LN1001&amount-LN1001=10662&to=LN1002")
	page.html(`formmethod="get" formaction="/matching/` + ref + `"`)
	// What such a form asks: everything typed comes along and back.
	page = h.as("operator").get("/matching/" + ref + "?to=LN1001&amount-LN1001=162.00&to=LN1002&amount-LN1002=1%2C000.00&version=1&remark=By+phone&q=somebody")
	page.has("Left to post 15,001.00", "Unmatched payments 1")
	if page.value("amount-LN1002") != "1,000.00" || page.value("remark") != "By phone" {
		t.Errorf("what was typed became %q and %q", page.value("amount-LN1002"), page.value("remark"))
	}
}
