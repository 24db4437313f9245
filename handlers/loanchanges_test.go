package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lekha/store"
)

// loanOf is the one loan of an account of the sample house.
func (h *house) loanOf(account string) store.Loan {
	h.t.Helper()
	var loan store.Loan
	h.look(func(ctx context.Context, v *store.View) error {
		a, err := v.AccountByRef(ctx, account)
		if err != nil {
			return err
		}
		loans, err := v.LoansOfAccount(ctx, a.ID)
		if err == nil {
			loan = loans[0]
		}
		return err
	})
	return loan
}

// openRequest is the request about an account that waits.
func (h *house) openRequest(account string) store.Approval {
	h.t.Helper()
	var asked store.Approval
	h.look(func(ctx context.Context, v *store.View) error {
		a, err := v.AccountByRef(ctx, account)
		if err != nil {
			return err
		}
		list, err := v.Approvals(ctx, store.ApprovalFilter{Statuses: []string{"pending"}, Account: a.ID, Limit: 10})
		if err == nil && len(list) > 0 {
			asked = list[0]
		}
		return err
	})
	return asked
}

// A rate reset is asked for on a plain form, looked at with terms and rows old and
// new, and approved by another person; script is off all the way.
func TestRateResetByPages(t *testing.T) {
	h := newHouse(t)
	loan := h.loanOf("LN1001")
	h.as("operator").get("/accounts/LN1001").status(http.StatusOK).html("/accounts/LN1001/changes")
	h.as("operator").get("/accounts/LN1001/changes").status(http.StatusOK).has("Changes of LN1001", "Another rate", "Foreclosure quote", "Restructure", "Write off", loan.Ref, "This is for an administrator.")
	h.as("auditor").get("/accounts/LN1001/changes").status(http.StatusOK).has("This is for operations.")
	form := url.Values{"loan": {loan.Ref}, "form": {"rate-reset-" + loan.Ref}, "roi_value": {"13"}, "option": {"raise_emi"}}
	h.as("operator").post("/accounts/LN1001/rate-reset", form).status(http.StatusUnprocessableEntity).has("Say why.").html(`value="13"`)
	form.Set("reason", "The benchmark moved.")
	h.as("credit_manager").post("/accounts/LN1001/rate-reset", form).status(http.StatusForbidden)
	h.as("operator").post("/accounts/LN1001/rate-reset", form).status(http.StatusSeeOther)
	asked := h.openRequest("LN1001")
	h.as("operator").post("/accounts/LN1001/schedule-reset", form).status(http.StatusConflict).has("is still open")
	h.as("operator").get("/accounts/LN1001/changes").status(http.StatusOK).has(asked.Ref, "Rate reset")
	h.as("credit_manager").get("/approvals?queue=mine").status(http.StatusOK).has("Rate reset")
	page := h.as("credit_manager").get("/approvals/"+asked.Ref).status(http.StatusOK).has("Rate reset", "What is asked", "12%", "13%", "Instalments to come, now and after approval", "The benchmark moved.")
	if text := page.at("terms"); !strings.Contains(text, "Rate a year 12% 13%") {
		t.Errorf("the terms are %q", text)
	}
	h.as("finance").post("/approvals/"+asked.Ref+"/decision", url.Values{"decision": {"approve"}}).status(http.StatusForbidden)
	h.as("credit_manager").post("/approvals/"+asked.Ref+"/decision", url.Values{"decision": {"approve"}}).status(http.StatusSeeOther)
	h.as("auditor").get("/approvals/"+asked.Ref).status(http.StatusOK).has("Approved by", "See the account")
	h.as("operator").get("/accounts/LN1001").status(http.StatusOK).has("13.00")
}

// A restructure may rest before its instalments. What the rest will capitalise is
// interest until then: the page says so in both figures, and rows of nothing are no
// next instalment.
func TestRestructureWithARestByPages(t *testing.T) {
	h := newHouse(t)
	loan := h.loanOf("LN1001")
	form := url.Values{"loan": {loan.Ref}, "form": {"restructure-" + loan.Ref}, "emi_count": {"12"}, "rest": {"2"}, "rest_kind": {"capitalise_at_end"}, "interest": {"capitalise"},
		"fees": {"carry_forward"}, "penal": {"carry_forward"}, "reason": {"Flood."}}
	h.as("operator").get("/accounts/LN1001/changes").status(http.StatusOK).has("Instalments of rest before them")
	h.as("operator").post("/accounts/LN1001/restructure", form).status(http.StatusSeeOther)
	h.as("credit_manager").post("/approvals/"+h.openRequest("LN1001").Ref+"/decision", url.Values{"decision": {"approve"}}).status(http.StatusSeeOther)
	page := h.as("operator").get("/accounts/LN1001").status(http.StatusOK).has("Nothing due", "Becomes principal later")
	page.lacks("Next instalment ₹0.00")
	if n := strings.Count(page.words(), "Becomes principal later"); n != 2 {
		t.Errorf("the page says %d times what becomes principal later, want in two figures", n)
	}
}

// A quote is asked for, given out, taken by money with the instruction, and the
// account closes; each refusal says why.
func TestForeclosureByPages(t *testing.T) {
	h := newHouse(t)
	loan := h.loanOf("LN1001")
	form := url.Values{"loan": {loan.Ref}, "form": {"foreclosure-" + loan.Ref}, "foreclosure_charge": {"2"}, "rate_type": {"fixed"}, "borrower_type": {"other"}, "purpose": {"other"},
		"lender": {"nbfc_bl"}, "reason": {"Sold the shop."}}
	h.as("operator").post("/accounts/LN1001/foreclosure", form).status(http.StatusSeeOther)
	asked := h.openRequest("LN1001")
	h.as("credit_manager").get("/approvals/"+asked.Ref).status(http.StatusOK).has("Foreclosure quote", "Each later day", "Good until")
	h.as("credit_manager").post("/approvals/"+asked.Ref+"/decision", url.Values{"decision": {"approve"}}).status(http.StatusSeeOther)
	var offer store.ClosingOffer
	h.look(func(ctx context.Context, v *store.View) (err error) {
		offer, err = v.OpenClosingOffer(ctx, loan.ID)
		return err
	})
	h.as("operator").get("/accounts/LN1001/changes").status(http.StatusOK).has(offer.Ref, "Withdraw")
	h.as("operator").get("/accounts/LN1001").status(http.StatusOK).has("Foreclosure quote "+offer.Ref+" is open.", "closes the loan")
	h.as("operator").post("/accounts/LN1001/closure", url.Values{"form": {"closure"}}).status(http.StatusConflict).has("cannot be closed")
	record := h.matched(creditForBalaji, "LN1001")
	h.as("operator").get("/records/" + record.Ref).status(http.StatusOK).has("Borrower's instruction")
	h.as("operator").post("/records/"+record.Ref+"/instruction", url.Values{"closing_offer": {"OFR00000"}}).status(http.StatusUnprocessableEntity).has("There is no offer")
	h.as("operator").post("/records/"+record.Ref+"/instruction", url.Values{"closing_offer": {offer.Ref}}).status(http.StatusConflict).has("is good for money of 20 Nov 2026") // the money came before it
	h.as("operator").post("/records/"+record.Ref+"/instruction", url.Values{"prepayment": {"reduce_emi"}, "loan": {loan.Ref}}).status(http.StatusSeeOther)
	h.as("operator").post("/offers/"+offer.Ref+"/withdrawal", url.Values{"reason": {"He stays."}}).status(http.StatusSeeOther)
	h.as("operator").get("/accounts/LN1001/changes").status(http.StatusOK).has("withdrawn")
}

// A write-off is signed by credit and by finance, in that order.
func TestWriteOffByPages(t *testing.T) {
	h := newHouse(t)
	loan := h.loanOf("LN1002")
	h.as("operator").post("/accounts/LN1002/write-off", url.Values{"loan": {loan.Ref}, "form": {"write-off-" + loan.Ref}, "reason": {"Gone."}}).status(http.StatusSeeOther)
	asked := h.openRequest("LN1002")
	yes := url.Values{"decision": {"approve"}}
	h.as("credit_manager").post("/approvals/"+asked.Ref+"/decision", yes).status(http.StatusSeeOther)
	h.as("credit_manager2").post("/approvals/"+asked.Ref+"/decision", yes).status(http.StatusForbidden)
	h.as("finance").get("/approvals?queue=mine").status(http.StatusOK).has("Write-off")
	h.as("finance").post("/approvals/"+asked.Ref+"/decision", yes).status(http.StatusSeeOther)
	if got := h.loanOf("LN1002").Status; got != "written_off" {
		t.Errorf("the loan is %s", got)
	}
	h.as("operator").get("/accounts/LN1002/changes").status(http.StatusOK).has("written off", "so this is not possible now")
	h.as("operator").get("/accounts/LN1002").status(http.StatusOK).has("was written off on 20 Nov 2026", "It is still owed")
}

// A settlement is signed twice, taken by a receipt that is saved, instructed and sent;
// the account then says what was given up, closes, and shows no days past due.
func TestSettlementByPages(t *testing.T) {
	h := newHouse(t)
	loan, yes := h.loanOf("LN1001"), url.Values{"decision": {"approve"}}
	operator := h.as("operator")
	operator.post("/accounts/LN1001/settlement", url.Values{"loan": {loan.Ref}, "form": {"settlement-" + loan.Ref}, "amount": {"10,000"}, "valid_days": {"10"}, "reason": {"The shop burnt down."}}).status(http.StatusSeeOther)
	asked := h.openRequest("LN1001")
	h.as("credit_manager").post("/approvals/"+asked.Ref+"/decision", yes).status(http.StatusSeeOther)
	h.as("finance").post("/approvals/"+asked.Ref+"/decision", yes).status(http.StatusSeeOther)
	var offer store.ClosingOffer
	h.look(func(ctx context.Context, v *store.View) (err error) {
		offer, err = v.OpenClosingOffer(ctx, loan.ID)
		return err
	})
	operator.get("/accounts/LN1001").status(http.StatusOK).has(offer.Ref+" is open.", "₹10,000.00 closes the loan")
	operator.post("/accounts/LN1001/closure", url.Values{"form": {"closure"}, "reason": {"Settled."}}).status(http.StatusConflict)

	receipt := operator.post("/records", url.Values{"kind": {"transfer"}, "account": {"LN1001"}, "received_amount": {"10000"}, "date": {"2026-11-20"}, "utr": {"HDFCN52026112000000099"},
		"collection_bank": {h.bankRef(houseBank)}, "then": {"save"}}).leads()
	operator.post(receipt+"/instruction", url.Values{"closing_offer": {offer.Ref}, "version": {operator.get(receipt).value("version")}}).status(http.StatusSeeOther)
	operator.post(receipt+"/approval-request", url.Values{"version": {operator.get(receipt).value("version")}}).status(http.StatusSeeOther)
	h.decide("credit_manager", h.approvalOf(strings.TrimPrefix(receipt, "/records/")), "approve", "")
	operator.post("/accounts/LN1001/closure", url.Values{"form": {"closure"}, "reason": {"Settled."}}).status(http.StatusSeeOther)
	page := operator.get("/accounts/LN1001").status(http.StatusOK).has("Closed", "Given up")
	if text := page.at("main"); strings.Contains(text, "days past due") || strings.Contains(text, "Planned") {
		t.Errorf("the closed account still says of itself: %s", text)
	}
}
