package lms

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Money is asked for as a payout, sent to the bank as a file with control totals,
// and the bank's service reports what became of it: forward only, and the same news
// twice changes nothing.
func TestPayoutsMadeSentAndReported(t *testing.T) {
	h := newHouse(t, "2026-03-30", "10:15:30.250000")
	h.do("admin", "POST", "/v1/lms/banks/", map[string]any{"code": "HDFC-CA-01", "bank": "hdfc", "ifsc": "HDFC0000060", "account_no": "50200012345678", "account_holder_name": "Aerem Finance"}).want(201)
	account := h.open("Anita Krishnamurthy", terms(nil)).text("id")
	h.do("operator", "POST", "/v1/lms/payouts/", map[string]any{"amount": 60000}).refused(400, "fields")
	made := h.do("operator", "POST", "/v1/lms/payouts/", map[string]any{"account": account, "amount": 60000, "payout_to": "borrower"}).want(201).
		has("type", "disbursal", "status", "created", "amount", "60000.0", "account", account)
	payout, ref, loan := made.text("id"), made.text("ref_id"), made.text("loan")

	news := map[string]any{"ref_id": ref, "payout_service_id": "SVC-77", "status": "processed", "utr": "HDFCN123", "amount": 60000}
	h.do("api", "POST", "/v1/lms/payouts/callback/", news).refused(409, "payout.state") // nobody let it go yet
	h.do("finance", "PUT", "/v1/lms/payouts/"+payout+"/approve/", nil).want(200)
	batch := h.do("finance", "PUT", "/v1/lms/payouts/export/", map[string]any{"debit_bank": "HDFC-CA-01"}).want(200).header.Get("Lekha-Batch")

	at := "/v1/lms/payout_batches/" + batch + "/"
	h.do("operator", "POST", at+"send/", nil).refused(403, "permission")
	sent := h.do("finance", "POST", at+"send/", nil).want(200).golden("payout_batch").has("status", "sent", "count", 1, "total_amount", "60000.0", "payouts.0", payout)
	file, err := os.ReadFile(filepath.Join(h.outbox, sent.text("file_name")))
	if want := string(h.do("finance", "GET", at+"file/", nil).want(200).body); err != nil || string(file) != want || !strings.Contains(want, ref) {
		t.Errorf("the folder has %q (%v), want %q", file, err, want)
	}
	totals, err := os.ReadFile(filepath.Join(h.outbox, sent.text("file_name")+".totals.csv"))
	if err != nil || !strings.Contains(string(totals), ",1,60000.00,") {
		t.Errorf("control totals %q, %v", totals, err)
	}
	h.do("finance", "POST", at+"send/", nil).want(200).has("sent_at", sent.text("sent_at"))

	h.do("operator", "POST", "/v1/lms/payouts/callback/", news).refused(403, "permission")
	h.do("api", "POST", "/v1/lms/payouts/callback/", map[string]any{"ref_id": ref, "status": "processed"}).refused(400, "payout.news")
	h.do("api", "POST", "/v1/lms/payouts/callback/", map[string]any{"ref_id": ref, "status": "processing", "payout_service_id": "SVC-77"}).want(200).has("status", "processing", "payout_service_id", "SVC-77")
	news["amount"] = "59999.99"
	h.do("api", "POST", "/v1/lms/payouts/callback/", news).refused(409, "payout.amount")
	delete(news, "amount")
	delete(news, "ref_id") // the service knows its own number
	done := h.do("api", "POST", "/v1/lms/payouts/callback/?expand=version", news).want(200).has("status", "processed", "utr", "HDFCN123")
	h.do("api", "POST", "/v1/lms/payouts/callback/?expand=version", news).want(200).has("version", done.text("version"))
	h.do("auditor", "GET", "/v1/lms/loans/"+loan+"/", nil).want(200).has("status", "active")
	h.do("api", "POST", "/v1/lms/payouts/callback/", map[string]any{"id": payout, "status": "failed", "failed_remark": "no such account"}).refused(409, "payout.state")

	h.do("api", "POST", "/v1/lms/payouts/callback/", map[string]any{"numeric_ref_id": made.text("numeric_ref_id"), "status": "returned", "failed_remark": "Account closed"}).want(200).has("status", "returned")
	h.do("auditor", "GET", "/v1/lms/loans/"+loan+"/", nil).want(200).has("status", "cancelled")
	h.do("api", "POST", "/v1/lms/payouts/callback/", map[string]any{"id": nobody, "status": "processing"}).refused(404, "payout.not_found")
	h.sound()
}

// Loan parameters are an object with an id of its own, with the same rules as by
// borrower and program.
func TestLoanData(t *testing.T) {
	h := newHouse(t, "2026-04-01", "12:00:00.000000")
	lead := h.do("operator", "POST", "/v1/lms/borrowers/", map[string]any{"name": "Meena Pillai", "pan": "ABCDE1234F"}).want(201).text("id")
	body := map[string]any{"lead_id": lead, "program_id": "Solar loans", "emi_count": "12", "roi_value": 18, "line_detail": map[string]any{"approved_line_amount": "50000"}, "unheard_of": 1}
	made := h.do("operator", "POST", "/v1/lms/loan_data/", body).want(201).has("emi_count", 12, "roi_value", 18, "line_detail.approved_line_amount", "50000.0")
	h.do("operator", "POST", "/v1/lms/loan_data/", body).refused(409, "loan_params.there")
	h.do("operator", "POST", "/v1/lms/loan_data/", map[string]any{"emi_count": 3}).refused(400, "fields")
	at := "/v1/lms/loan_data/" + made.text("id") + "/"
	h.do("operator", "PATCH", at, map[string]any{"emi_count": "6", "pf_value": "1", "pf_value_type": "percentage"}).want(200).has("emi_count", 6, "roi_value", 18, "pf_value", 1, "version", 2)
	h.do("operator", "PATCH", at, map[string]any{"emi_count": "6.5"}).refused(400, "loan_data.invalid")
	h.do("operator", "PATCH", at, map[string]any{"emi_count": 9, "version": 1}).refused(409, "loan_parameters.changed")
	h.do("auditor", "GET", at, nil).want(200).has("emi_count", 6, "lead_id", lead)
	h.do("auditor", "GET", "/v1/lms/loan_data/"+nobody+"/", nil).refused(404, "loan_data.not_found")
	h.sound()
}

// Free facts hang on any object, are merged by key, and are in the log.
func TestExtraData(t *testing.T) {
	h := newHouse(t, "2026-04-01", "12:00:00.000000")
	account := h.open("Meena Pillai", terms(nil))
	at := "/v1/lms/extra_data/" + account.text("ref_id") + "/"
	h.do("operator", "PATCH", at, map[string]any{"data": map[string]any{"branch": "Pune", "visits": []int{1, 2}}}).want(200).golden("extra_data").has("data.branch", "Pune", "version", 1)
	h.do("operator", "PATCH", at, map[string]any{"data": map[string]any{"branch": nil, "agent": "R. Kulkarni"}, "version": 1}).want(200).has("data.agent", "R. Kulkarni", "data.visits.1", 2, "version", 2)
	h.do("operator", "PATCH", at, map[string]any{"data": map[string]any{"x": 1}, "version": 1}).refused(409, "extra_data.changed")
	h.do("operator", "PATCH", at, map[string]any{"data": map[string]any{"x": strings.Repeat("x", 70<<10)}}).refused(400, "extra.too_much")
	h.do("auditor", "PATCH", at, map[string]any{"data": map[string]any{"x": 1}}).refused(403, "permission")
	h.do("operator", "PATCH", "/v1/lms/extra_data/"+nobody+"/", map[string]any{"data": map[string]any{"x": 1}}).refused(404, "object.not_found")
	page := h.do("auditor", "GET", "/v1/lms/extra_data/?object="+account.text("id"), nil).want(200).has("count", 1, "results.0.object_type", "account", "results.0.ref_id", account.text("ref_id"))
	h.do("operator", "PATCH", "/v1/lms/extra_data/"+page.text("results.0.id")+"/", map[string]any{"data": map[string]any{"x": 1}}).want(200).has("data.x", 1)
	h.do("auditor", "GET", "/v1/lms/extra_data/?object="+nobody, nil).want(200).has("count", 0)
	h.do("auditor", "GET", "/v1/lms/events/?subject="+account.text("ref_id"), nil).want(200).has("results.0.action", "extra.update")
	h.sound()
}
