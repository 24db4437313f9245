package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lekha/store"
)

// signedOff lets the credit manager approve the newest open request.
func (h *house) signedOff() {
	h.t.Helper()
	var waiting []store.Approval
	h.look(func(ctx context.Context, v *store.View) (err error) {
		waiting, err = v.Approvals(ctx, store.ApprovalFilter{Statuses: []string{"pending"}, Limit: 50})
		return err
	})
	if len(waiting) != 1 {
		h.t.Fatalf("%d requests wait", len(waiting))
	}
	h.as("credit_manager").get("/approvals/" + waiting[0].Ref).status(http.StatusOK)
	h.as("credit_manager").post("/approvals/"+waiting[0].Ref+"/decision", url.Values{"version": {"1"}, "decision": {"approve"}}).leads()
}

// A limit is asked for on a page, approved, seen on the account's card with every level,
// frozen and unfrozen; who may not is told why.
func TestLinesOverThePages(t *testing.T) {
	h := newHouse(t)
	h.as("auditor").get("/lines").status(http.StatusOK).has("Nobody asked for a limit yet", "This is for operations")
	form := url.Values{"level": {"account"}, "type": {"sanctioned"}, "account": {"LN1001"}, "amount": {""}, "reason": {"Sanctioned."}}
	h.as("operator").post("/lines", form).status(http.StatusUnprocessableEntity).has("Say how much")
	form.Set("amount", "5,00,000")
	h.as("auditor").post("/lines", form).status(http.StatusForbidden)
	line := h.as("operator").post("/lines", form).leads()
	h.as("operator").get(line).status(http.StatusOK).has("waits for approval", "Nobody approved it yet")
	h.signedOff()
	page := h.as("operator").get("/accounts/LN1001/line").status(http.StatusOK).has("5,00,000.00", "may be drawn", "Refreshed from the books", "Utilised")
	h.as("operator").get("/accounts/LN1001").html("/accounts/LN1001/line")
	h.as("operator").get("/lines?q=LN1001").status(http.StatusOK).has(strings.TrimPrefix(line, "/lines/"))
	h.as("operator").post(line+"/freeze", url.Values{"version": {page.value("version")}, "form": {"freeze"}}).status(http.StatusUnprocessableEntity).has("Say why")
	h.as("operator").post(line+"/freeze", url.Values{"version": {page.value("version")}, "form": {"freeze"}, "reason": {"Stop-supply notice."}}).leads()
	h.signedOff()
	h.as("operator").get(line).has("frozen", "Stop-supply notice.", "Unfreeze")
	h.as("operator").post(line+"/change", url.Values{"version": {"1"}, "form": {"change"}, "amount": {"1"}, "reason": {"x"}}).status(http.StatusConflict)
	h.as("operator").post(line+"/unfreeze", url.Values{"form": {"unfreeze"}, "reason": {"Supply goes on."}}).leads()
	h.signedOff()
	h.as("operator").get(line).has("open")
}

// A topup over the pages: an invoice is read and shown to be confirmed, its checks are
// all there, a credit manager approves, and the payout waits for finance.
func TestTopupsOverThePages(t *testing.T) {
	h := newHouse(t)
	line := h.as("operator").post("/lines", url.Values{"level": {"account"}, "type": {"sanctioned"}, "account": {"LN1001"}, "amount": {"500000"}, "reason": {"Sanctioned."}}).leads()
	h.signedOff()
	h.as("operator").get("/topups").status(http.StatusOK).has("There is no topup yet")
	h.as("operator").get("/topups/new?account=LN1001").status(http.StatusOK).has("Read an invoice").html(`value="LN1001"`)
	invoice := `{"DocDtls":{"No":"INV-77","Dt":"10/11/2026"},"SellerDtls":{"Gstin":"29AAACS1234B1Z1"},"BuyerDtls":{"Gstin":"27AAACV1234A1Z5"},"ValDtls":{"TotInvVal":100000}}`
	read := h.as("operator").upload("/topups/invoice", "file", []sent{{"invoice.json", invoice}}, url.Values{"account": {"LN1001"}}).status(http.StatusOK).has("confirms it").html("INV-77", "29AAACS1234B1Z1")
	if read.value("invoice_amount") != "100000.00" || read.value("invoice_date") != "2026-11-10" {
		t.Errorf("read %q of %q", read.value("invoice_amount"), read.value("invoice_date"))
	}
	h.as("operator").upload("/topups/invoice", "file", []sent{{"x.txt", "nothing"}}, nil).status(http.StatusUnprocessableEntity).has("No invoice can be read here")
	form := url.Values{"account": {"LN1001"}, "invoice_no": {"INV-77"}, "invoice_date": {"2026-11-10"}, "invoice_amount": {"100000"}, "seller_gstin": {"29AAACS1234B1Z1"}, "tenor_days": {"60"},
		"payout_to": {"custom_bank"}, "account_no": {"30123456789"}, "ifsc": {"SBIN0004430"}, "account_holder_name": {"Balaji"}}
	h.as("operator").post("/topups", url.Values{"account": {"LN1001"}}).status(http.StatusUnprocessableEntity).has("Say how much is drawn")
	topup := h.as("operator").post("/topups", form).leads()
	page := h.as("operator").get(topup).status(http.StatusOK).has("held up by a check", "Payout account verified", "INV-77", "Invoice")
	h.as("operator").post(topup+"/approval-request", url.Values{"version": {page.value("version")}, "form": {"approval-request"}}).status(http.StatusConflict).has("PAYOUT_ACCOUNT_VERIFIED")
	h.verifyCreditBanks()
	h.as("operator").post(topup+"/checks-run", url.Values{}).leads()
	page = h.as("operator").get(topup).has("ready to be sent")
	h.as("operator").post(topup+"/approval-request", url.Values{"version": {page.value("version")}, "form": {"approval-request"}}).leads()
	h.signedOff()
	h.as("operator").get(topup).has("being paid out").html("/payouts/")
	h.as("operator").get("/accounts/LN1001/line").has(strings.TrimPrefix(topup, "/topups/"))
	h.as("operator").get("/topups?status=payout_initiated").has("being paid out")
	h.as("operator").post(topup+"/cancellation", url.Values{"form": {"cancellation"}, "reason": {"x"}}).status(http.StatusConflict).has("not possible now")
	h.as("auditor").get("/invoices").status(http.StatusOK).has("not past due")
	h.as("auditor").get(line).status(http.StatusOK)
}

// verifyCreditBanks says that all accounts to pay to are verified.
func (h *house) verifyCreditBanks() {
	h.t.Helper()
	err := h.db.Write(h.t.Context(), func(ctx context.Context, tx *store.Tx) error {
		banks, _, err := tx.Banks(ctx, store.PartyFilter{Kind: "credit", Limit: 50})
		for _, b := range banks {
			b.IsVerified = true
			if _, err := tx.UpdateBank(ctx, b); err != nil {
				return err
			}
		}
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// Anchors and groups over the pages.
func TestAnchorsAndGroupsOverThePages(t *testing.T) {
	h := newHouse(t)
	h.as("operator").post("/anchors", url.Values{"name": {"Vega Motors"}}).status(http.StatusForbidden)
	anchor := h.as("admin").post("/anchors", url.Values{"name": {"Vega Motors"}, "gstin": {"27AAACV1234A1Z5"}, "account_no": {"5020009988776"}, "ifsc": {"HDFC0000001"}}).leads()
	h.as("auditor").get(anchor).status(http.StatusOK).has("waits for approval", "Invoice ageing")
	h.signedOff()
	h.as("auditor").get("/anchors").status(http.StatusOK).has("Vega Motors", "approved")
	h.as("admin").post("/anchors", url.Values{"name": {"Vega Motors"}}).status(http.StatusUnprocessableEntity).has("There is an anchor Vega Motors already")
	topup := h.as("operator").post("/topups", url.Values{"account": {"LN1001"}, "amount": {"1000"}, "tenor_days": {"30"}, "payout_to": {"borrower"}}).leads()
	ref := strings.TrimPrefix(topup, "/topups/")
	h.as("operator").post("/topup-groups", url.Values{"name": {"November"}, "topups": {"TOPNOONE"}}).status(http.StatusUnprocessableEntity).has("There is no topup")
	group := h.as("operator").post("/topup-groups", url.Values{"name": {"November"}, "topups": {ref}, "all_or_none": {"yes"}}).leads()
	page := h.as("operator").get(group).status(http.StatusOK).has(ref, "none goes out")
	h.as("operator").post(group+"/approval-request", url.Values{"version": {page.value("version")}, "form": {"approval-request"}}).status(http.StatusConflict).has("does not pass its checks")
	h.as("operator").post(group+"/members", url.Values{"version": {page.value("version")}, "form": {"members"}, "remove": {ref}}).leads()
	h.as("operator").get(group).has("Nothing was drawn yet")
	h.as("operator").get("/topup-groups").has("November")
}
