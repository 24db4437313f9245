package handlers

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"lekha/servicing"
	"lekha/store"
)

// bankRef is the ref of a bank account by its code.
func (h *house) bankRef(code string) string {
	h.t.Helper()
	var bank store.Bank
	h.look(func(ctx context.Context, v *store.View) (err error) {
		bank, err = v.BankByAny(ctx, code)
		return err
	})
	return bank.Ref
}

// asked is a payout that the operator asked for, of a loan of ₹50,000.
func (h *house) asked() store.Payout {
	h.t.Helper()
	terms := map[string]json.RawMessage{"roi_value": []byte("18"), "emi_count": []byte("10"), "first_due_date": []byte(`"2026-12-20"`)}
	account, err := h.office.CreateAccount(h.t.Context(), h.actor("operator"), servicing.NewAccount{Ref: "LN2001", Borrower: "CUST01", Program: "Business loans", LoanData: terms})
	if err != nil {
		h.t.Fatal(err)
	}
	out, err := h.office.InitiateDisbursement(h.t.Context(), h.actor("operator"), servicing.DisbursementInput{Account: account.Ref, Amount: 50_000_00})
	if err != nil {
		h.t.Fatal(err)
	}
	return out.Payouts[0]
}

func (h *house) payout(ref string) store.Payout {
	h.t.Helper()
	var p store.Payout
	h.look(func(ctx context.Context, v *store.View) (err error) {
		p, err = v.PayoutByID(ctx, ref)
		return err
	})
	return p
}

func TestPayoutIsApprovedThenPaid(t *testing.T) {
	h := newHouse(t)
	p := h.asked()
	path := "/payouts/" + p.Ref
	list := h.as("finance").get("/payouts").status(http.StatusOK).has(p.Ref, "Shree Balaji Textiles", "To be approved", "Asha Kulkarni")
	if got := list.at("totals"); got != "All 1 payout 50,000.00" {
		t.Errorf("the totals are %q", got)
	}
	page := h.as("finance").get(path).status(http.StatusOK)
	page.has("It waits for somebody of finance", "Approve the payout")
	if page.lies("payment") {
		t.Error("a payout that is not approved can be booked as paid")
	}
	h.as("operator").get(path).has("This is for finance").html("disabled")

	if to := h.as("finance").post(path+"/approval", url.Values{"version": {page.value("version")}}).leads(); to != path {
		t.Errorf("approved, it leads to %s", to)
	}
	page = h.as("finance").get(path).status(http.StatusOK).has("Approved "+p.Ref, "Lata Rao")
	form := url.Values{"version": {page.value("version")}, "utr": {""}, "date": {"2026-11-20"}, "debit_bank": {h.bankRef(houseBank)}}
	refused := h.as("finance").post(path+"/payment", form)
	refused.status(http.StatusUnprocessableEntity).has("Give the bank's reference")
	if got := refused.value("date"); got != "2026-11-20" {
		t.Errorf("the refused form has lost the date: %q", got)
	}
	form.Set("utr", "HDFCR52026112000000042")
	h.as("finance").post(path+"/payment", form).leads()
	h.as("auditor").get(path).has("Paid", "HDFCR52026112000000042", "20 Nov 2026")
	if got := h.payout(p.Ref); got.Status != "success" || got.Date != houseToday {
		t.Errorf("the payout is %s of %s", got.Status, got.Date)
	}
	h.as("operator").get("/accounts/LN2001").status(http.StatusOK).has("50,000.00")
}

func TestPayoutRefusals(t *testing.T) {
	h := newHouse(t)
	p := h.asked()
	path := "/payouts/" + p.Ref
	for _, who := range []string{"operator", "credit_manager", "admin", "auditor"} {
		h.as(who).post(path+"/approval", url.Values{"version": {strconv.FormatInt(p.Version, 10)}}).status(http.StatusForbidden).has("This is for finance")
	}
	h.as("finance").post(path+"/approval", url.Values{"version": {"99"}}).status(http.StatusConflict).has("Look at it as it is now")
	h.as("finance").post(path+"/payment", url.Values{"version": {strconv.FormatInt(p.Version, 10)}, "utr": {"HDFCR52026112000000042"}, "date": {"2026-11-20"}, "debit_bank": {houseBank}}).
		status(http.StatusConflict).has("is created")
	h.as("finance").post(path+"/cancellation", url.Values{"version": {strconv.FormatInt(p.Version, 10)}}).status(http.StatusUnprocessableEntity).has("Say why")
	if got := h.payout(p.Ref); got.Status != "created" || got.Version != p.Version {
		t.Errorf("a refused act changed the payout: %+v", got)
	}
	h.as("finance").post(path+"/cancellation", url.Values{"version": {strconv.FormatInt(p.Version, 10)}, "reason": {"The borrower withdrew."}}).leads()
	h.as("finance").get(path).has("Cancelled").lacks("Approve the payout")
	h.as("finance").get("/payouts/PAY00000").status(http.StatusNotFound)
}

// Who asked for a payout may not release it, whatever role they hold now.
func TestPayoutIsNotApprovedByItsMaker(t *testing.T) {
	h := newHouse(t)
	p := h.asked()
	maker := h.actor("operator")
	if _, err := h.people.UpdateUser(t.Context(), h.actor("admin"), servicing.UserChange{User: "operator", Name: maker.Name, Roles: []servicing.Role{servicing.Finance}}); err != nil {
		t.Fatal(err)
	}
	h.as("operator").get("/payouts/" + p.Ref).has("You asked for it")
	h.as("operator").post("/payouts/"+p.Ref+"/approval", url.Values{"version": {strconv.FormatInt(p.Version, 10)}}).
		status(http.StatusForbidden).has("another person of finance")
	if got := h.payout(p.Ref).Status; got != "created" {
		t.Errorf("the payout is %s", got)
	}
}

func TestPayoutListByState(t *testing.T) {
	h := newHouse(t)
	p := h.asked()
	if got := h.as("finance").get("/payouts?status=created").status(http.StatusOK).words(); !strings.Contains(got, p.Ref) {
		t.Error("the payout is not among those to be approved")
	}
	h.as("finance").get("/payouts?status=success").status(http.StatusOK).has("Nothing here").lacks(p.Ref)
}
