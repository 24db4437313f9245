package handlers

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"lekha/store"
)

// TestCollectingOverThePages: a mandate and a list go from page to page, and who may
// not act is told so.
func TestCollectingOverThePages(t *testing.T) {
	h := newHouse(t)
	h.as("operator").get("/mandates").status(http.StatusOK).has("No mandates here", "A new mandate")
	form := url.Values{"account": {"LN1001"}, "max_amount": {"1,00,000"}, "frequency": {"monthly"}, "first_date": {"2026-01-01"}, "last_date": {"2028-12-31"}, "holder": {"Shree Balaji Textiles"},
		"ifsc": {"SBIN0001234"}, "account_no": {"30123456789"}}
	h.as("finance").post("/mandates", form).status(http.StatusForbidden)
	bad := url.Values{"account": {"LN1001"}, "max_amount": {"0"}}
	h.as("operator").post("/mandates", bad).status(http.StatusUnprocessableEntity).has("The mandate cannot be drawn up like this.")
	h.as("operator").post("/mandates", form).status(http.StatusSeeOther)
	var mandate store.MandateRow
	var asked store.Approval
	h.look(func(ctx context.Context, v *store.View) error {
		rows, err := v.Mandates(ctx, "draft", "", 0, 10)
		if err != nil || len(rows) != 1 {
			t.Fatalf("%d drafts, %v", len(rows), err)
		}
		mandate = rows[0]
		asked, err = v.OpenApprovalOf(ctx, mandate.ID)
		return err
	})
	h.decide("credit_manager2", asked, "approve", "")
	h.as("operator").post("/mandates/"+mandate.Ref+"/answer", url.Values{"umrn": {"SBIN7012611001234567"}}).status(http.StatusSeeOther)
	h.as("auditor").get("/accounts/LN1001").status(http.StatusOK).has("SBIN7012611001234567", "How often", "Monthly", "₹1,00,000.00", "Last day 31 Dec 2028")
	h.as("auditor").get("/mandates?status=active").status(http.StatusOK).has("SBIN7012611001234567", "This is for operations.")

	h.as("operator").get("/presentations").status(http.StatusOK).has("No lists yet", "Nothing was presented")
	list := url.Values{"date": {"2026-12-05"}, "bank": {h.bankRef("HDFC-CA-01")}, "utility_code": {"NACH00000000012345"}, "arrears": {"1"}}
	h.as("operator").get("/presentations/new?"+list.Encode()).status(http.StatusOK).has("What would be presented", "LN1001", "The account has no active mandate.")
	h.as("operator").get("/presentations/new?date=2020-01-01").status(http.StatusUnprocessableEntity)
	h.as("operator").post("/presentations", list).status(http.StatusSeeOther)
	var p store.Presentation
	h.look(func(ctx context.Context, v *store.View) error {
		lists, err := v.Presentations(ctx, 1)
		p = lists[0]
		return err
	})
	at := "/presentations/" + p.Ref
	h.as("operator").get(at).status(http.StatusOK).has("somebody else of finance has to release it", "Pending")
	h.as("operator").post(at+"/release", url.Values{}).status(http.StatusForbidden)
	h.as("finance").get(at + "/file").status(http.StatusConflict)
	h.as("finance").post(at+"/release", url.Values{"version": {"1"}}).status(http.StatusSeeOther)
	h.as("finance").get(at + "/file").status(http.StatusOK)
	h.as("operator").post(at+"/answer", url.Values{}).status(http.StatusUnprocessableEntity).has("Choose the sponsor bank")
	h.as("operator").post("/presentations/credits", url.Values{"record": {"REC00000"}, "day": {"2026-12-05"}}).status(http.StatusNotFound)
	h.as("auditor").get("/presentations/returns").status(http.StatusOK).has("NACH00000000012345")
}
