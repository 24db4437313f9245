package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lekha/servicing"
	"lekha/store"
)

// lent is an account with a running loan.
func (h *house) lent() (account store.Account) {
	h.t.Helper()
	h.look(func(ctx context.Context, v *store.View) error {
		accounts, err := v.AllAccounts(ctx, 0, 10)
		for _, a := range accounts {
			if account.ID == "" && a.Status == "active" {
				account = a
			}
		}
		return err
	})
	return account
}

// overpaid is an account with excess: a receipt by hand above what is due.
func (h *house) overpaid() (account store.Account, record store.Record) {
	h.t.Helper()
	account = h.lent()
	r, err := h.office.CreateRecord(h.t.Context(), h.actor("operator"), servicing.NewRecord{Account: account.Ref, Received: 500_000_00, Mode: "neft", UTR: "SBINN52026111600077", Source: "hand"})
	if err != nil {
		h.t.Fatal(err)
	}
	if r, err = h.office.RequestApproval(h.t.Context(), h.actor("operator"), r.Ref, r.Version, "Paid."); err != nil {
		h.t.Fatal(err)
	}
	h.decide("credit_manager", h.approvalOf(r.Ref), "approve", "")
	return account, h.record(r.Ref)
}

// Excess goes back from the work list to the bank: asked for, decided, released,
// sent in a file, answered.
func TestExcessGoesBackOverThePages(t *testing.T) {
	h := newHouse(t)
	account, record := h.overpaid()
	if record.RemainingAmount == 0 {
		t.Fatalf("nothing is left of %s", record.Ref)
	}
	h.as("operator").get("/excess").status(http.StatusOK).has(account.Ref, "Pay back")
	h.as("operator").get("/excess?days=30").status(http.StatusOK).lacks(account.Ref)
	page := h.as("operator").get("/refunds/new?record="+record.Ref).status(http.StatusOK).has("May go back now", account.Ref)
	form := url.Values{"record": {record.Ref}, "version": {page.value("version")}, "from": {"excess"}, "payout_to": {"borrower"}, "amount": {"99999999"}, "reason": {"Paid twice."}}
	refused := h.as("operator").post("/refunds", form).status(http.StatusConflict).has("less than")
	if refused.value("amount") != "99999999" {
		t.Error("the refused form lost the amount")
	}
	form.Set("amount", "1,000")
	form.Set("account_no", "30123456789")
	form.Set("ifsc", "SBIN0004430")
	form.Set("account_holder_name", "Sunita Devi")
	h.as("finance").post("/refunds", form).status(http.StatusForbidden)
	to := h.as("operator").post("/refunds", form).leads()
	ref := strings.TrimPrefix(to, "/records/")
	h.as("operator").get(to).status(http.StatusOK).has("Money that goes back")
	approval := h.approvalOf(ref)
	h.as("credit_manager").get("/approvals/"+approval.Ref).status(http.StatusOK).has("Refund", "The account holds it")
	h.as("credit_manager").post("/approvals/"+approval.Ref+"/decision", url.Values{"version": {"1"}, "decision": {"approve"}}).leads()
	if got := h.record(ref); got.Status != "approved" || h.record(record.Ref).RefundedAmount != 1_000_00 {
		t.Fatalf("approved: %+v", got)
	}
	var payout store.Payout
	h.look(func(ctx context.Context, v *store.View) error {
		payouts, err := v.PayoutsOfRecord(ctx, record.ID)
		payout = payouts[0]
		return err
	})
	path := "/payouts/" + payout.Ref
	h.as("finance").get(path).status(http.StatusOK).has(ref)
	h.as("finance").post(path+"/approval", url.Values{"version": {"1"}}).leads()
	h.as("operator").get("/payout-batches").status(http.StatusOK).has(payout.Ref, "This is for finance")
	h.as("finance").post("/payout-batches", url.Values{"debit_bank": {h.bankRef(houseBank)}, "template": {"Plain CSV"}}).status(http.StatusUnprocessableEntity).has("Tick the payouts")
	h.as("finance").post("/payout-batches", url.Values{"payout": {payout.Ref}, "debit_bank": {h.bankRef(houseBank)}, "template": {"Plain CSV"}}).leads()
	h.as("finance").get(path).has("At the bank", "The bank did not pay it")
	h.as("finance").post(path+"/failure", url.Values{"version": {"3"}}).status(http.StatusUnprocessableEntity).has("Say what the bank said")
	h.as("finance").post(path+"/failure", url.Values{"version": {"3"}, "reason": {"Account closed"}}).leads()
	if got := h.record(record.Ref); got.RefundedAmount != 0 {
		t.Errorf("failed, and not back: %+v", got)
	}
	h.as("finance").get(path).has("Failed", "Try it again", "Account closed")
	h.as("finance").post(path+"/retry", url.Values{"version": {h.as("finance").get(path).value("version")}}).leads()
	if got := h.payout(payout.Ref); got.Status != "queued" {
		t.Errorf("tried again, it is %s", got.Status)
	}
}

// Fees, their deletion, and what is given up with a look at the effect first.
func TestFeesAndWaiversOverThePages(t *testing.T) {
	h := newHouse(t)
	account, _ := h.overpaid()
	h.as("auditor").get("/fees/new").status(http.StatusOK).has("This is for operations")
	h.as("operator").post("/fees", url.Values{"account": {account.Ref}, "head": {"bounce_charge"}, "name": {"Bounce"}}).status(http.StatusUnprocessableEntity).has("Say how much the fee is")
	h.as("operator").post("/fees", url.Values{"account": {account.Ref}, "head": {"stamp_duty_passthrough"}, "name": {"Stamp duty"}, "amount": {"100"}, "due_date": {"2026-12-31"}}).leads()
	h.as("operator").post("/fees", url.Values{"account": {account.Ref}, "name": {"Legal costs"}, "amount": {"50000"}}).leads()
	h.as("operator").get("/fees").status(http.StatusOK).has("Stamp duty", "Waits for a second person", "59,000.00", "Delete")
	h.as("operator").get("/waivers/new?account=" + account.Ref).status(http.StatusOK).has(account.Ref)
	h.as("operator").post("/waivers", url.Values{"account": {account.Ref}, "reason": {"Goodwill."}}).status(http.StatusUnprocessableEntity).has("Name between 1 and")
	h.as("operator").get("/adjustments/new?from_account=" + account.Ref).status(http.StatusOK).has("Excess of " + account.Ref)
	h.as("operator").post("/adjustments", url.Values{"account": {account.Ref}, "from": {"holdback"}, "amount": {"10"}}).status(http.StatusConflict).has("free")
}

// A waiver shows what it changes before anybody is asked, and a credit manager
// decides it.
func TestWaiverPreviewAndApproval(t *testing.T) {
	h := newHouse(t)
	account := h.lent()
	fee, err := h.office.CreateFee(t.Context(), h.actor("operator"), servicing.FeeInput{Account: account.Ref, Name: "Penalty", Component: "PI", Amount: 900_00})
	if err != nil {
		t.Fatal(err)
	}
	field := "waive.PI." + fee.ID
	h.as("operator").get("/waivers/new?account=" + account.Ref).status(http.StatusOK).html(field)
	form := url.Values{"account": {account.Ref}, field: {"500"}, "reason": {"Goodwill."}, "preview": {"1"}}
	h.as("operator").post("/waivers", form).status(http.StatusOK).has("What changes")
	form.Del("preview")
	h.as("operator").post("/waivers", form).leads()
}
