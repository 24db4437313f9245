package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lekha/servicing"
)

func TestRulesAreAskedForAndDecided(t *testing.T) {
	h := newHouse(t)
	h.as("operator").get("/rules").status(http.StatusOK).has("Receipts", "up to ₹1,00,000.00: one credit manager", "any amount: two credit managers", "Write-off", "one credit manager, then one person of finance")
	if body := h.as("operator").get("/rules").Body.String(); strings.Contains(body, ">Change</a>") {
		t.Error("the operator is offered to change rules")
	}
	admin := h.as("admin")
	form := admin.get("/rules/record").status(http.StatusOK)
	if form.value("slabs.0.up_to") != "100000.00" || form.value("slabs.2.up_to") != "" {
		t.Errorf("the form is filled with %q", form.value("slabs.0.up_to"))
	}
	values := url.Values{"slabs.0.up_to": {"5,000"}, "slabs.0.levels": {"1"}, "slabs.0.role": {"credit_manager"}, "slabs.1.levels": {"2"}, "slabs.1.role": {"credit_manager"}}
	admin.post("/rules/record", values).status(http.StatusUnprocessableEntity).has("Say why")
	values.Set("reason", "The auditor asks for it.")
	h.as("credit_manager").post("/rules/record", values).status(http.StatusForbidden)
	to := admin.post("/rules/record", values).leads()
	page := h.as("credit_manager").get(to).status(http.StatusOK)
	page.has("Rules", "The auditor asks for it.", "up to ₹5,000.00: one credit manager", "any amount: two credit managers")
	admin.get("/rules").has("A change waits")
	approval := h.approval(strings.TrimPrefix(strings.SplitN(to, "?", 2)[0], "/approvals/"))
	h.as("credit_manager").post(decisionPath(approval), decision(approval, "approve", "")).status(http.StatusSeeOther)
	h.as("auditor").get("/rules").has("up to ₹5,000.00: one credit manager").lacks("A change waits")
	_, sent := h.pending(creditForKavya, "LN1002")
	if sent.Levels != 2 {
		t.Errorf("%s needs %d people by the new rules, want 2", sent.Ref, sent.Levels)
	}
	admin.get("/rules/colour").status(http.StatusNotFound)
}

func TestLimitsAreAskedFor(t *testing.T) {
	h := newHouse(t)
	admin := h.as("admin")
	values := url.Values{"auto_limit": {"500"}, "backdate_free_days": {"x"}, "statement_free_days": {"7"}, "confirm_days": {"3"}, "reason": {"Small money."}}
	admin.post("/rules/limits", values).status(http.StatusUnprocessableEntity).has("This is a whole number of days.")
	values.Set("backdate_free_days", "2")
	to := admin.post("/rules/limits", values).leads()
	h.as("credit_manager").get(to).has("Settles by itself up to", "₹500.00", "2 days")
}

// The limits of fees, refunds and payouts are on the page, asked for and decided.
func TestMoneyLimitsAreAskedFor(t *testing.T) {
	h := newHouse(t)
	admin := h.as("admin")
	admin.get("/rules").has("A fee needs a second person above", "₹10,000.00", "On one day leaves at most")
	form := admin.get("/rules/money").status(http.StatusOK)
	if form.value("payout_tries") != "3" || form.value("bounce_charge") != "500.00" {
		t.Errorf("the form is filled with %q, %q", form.value("payout_tries"), form.value("bounce_charge"))
	}
	values := url.Values{"fee_limit": {"10000"}, "bounce_charge": {"500"}, "refund_hold_days": {"3"}, "idle_excess_days": {"30"}, "payout_tries": {"0"}, "payout_release_limit": {"2,00,000"}, "payout_daily_cap": {"0"}, "reason": {"The board wants it."}}
	admin.post("/rules/money", values).status(http.StatusUnprocessableEntity).has("This is from 1 to 20.")
	values.Set("payout_tries", "3")
	to := admin.post("/rules/money", values).leads()
	h.as("credit_manager").get(to).has("A payout is sent by a third person above", "none", "₹2,00,000.00")
	approval := h.approval(strings.TrimPrefix(strings.SplitN(to, "?", 2)[0], "/approvals/"))
	h.as("credit_manager").post(decisionPath(approval), decision(approval, "approve", "")).status(http.StatusSeeOther)
	h.as("auditor").get("/rules").has("₹2,00,000.00").lacks("A change waits")
}

// TestOverviewNamesWhatNobodyCanDecide: the one credit manager who is left cannot
// decide what needs two, and everybody who can do something about it is told.
func TestOverviewNamesWhatNobodyCanDecide(t *testing.T) {
	h := newHouse(t)
	actor := h.actor("operator")
	h.as("operator").get("/").lacks("cannot be decided")
	if _, err := h.people.DeactivateUser(t.Context(), h.actor("admin"), "credit_manager2", 0); err != nil {
		t.Fatal(err)
	}
	r, err := h.office.CreateRecord(t.Context(), actor, servicing.NewRecord{Account: "LN1002", Received: 100000, Mode: "cash", Date: houseToday.AddDays(-3), BankDate: houseToday, Source: "hand"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.office.RequestApproval(t.Context(), actor, r.Ref, r.Version, "Paid on Tuesday."); err != nil {
		t.Fatal(err)
	}
	for _, who := range []string{"operator", "credit_manager", "admin"} {
		h.as(who).get("/").has("1 request cannot be decided by the people there are", "₹1,000.00 in total")
	}
	h.as("admin").get("/").html("/people/new")
	h.as("admin").post("/people/credit_manager/deactivation", nil).status(http.StatusConflict).has("1 request waits for a credit manager", "nobody could decide")
}
