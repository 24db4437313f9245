package lms

import (
	"strings"
	"testing"
)

// Money that is held goes back: asked for, decided, paid (PAY-01); what is not
// there is refused, and what the bank did not pay is back.
func TestRefunds(t *testing.T) {
	m := newMonday(t)
	m.receive(m.anita, "5601.23", "OVERPAID1")
	record := m.find("5601.23")
	m.do("auditor", "GET", "/v1/lms/records/"+record+"/", nil).want(200).has("remaining_amount", "100.23")
	m.do("auditor", "GET", "/v1/lms/loans/excess_balance/", nil).want(200).has("count", 1, "results.0.excess_payment", "100.23")
	at := "/v1/lms/records/" + record + "/refunds/"
	m.do("operator", "POST", at, map[string]any{"amount": "100.2347", "payout_to": "custom_bank"}).refused(400, "refund.invalid")
	body := map[string]any{"amount": "100.2347", "payout_to": "custom_bank", "remark": "paid twice",
		"credit_bank": map[string]any{"account_holder_name": "Anita Krishnamurthy", "account_no": "30123456789", "ifsc": "SBIN0004430"}}
	asked := m.do("operator", "POST", at+"?expand=approval", body).want(201).golden("record_refund").
		has("type", "refund", "amount", "100.23", "received_amount", "0.0", "status", "pending", "approval.kind", "refund")
	payout := asked.text("payouts.0")
	m.do("operator", "POST", at, body).refused(409, "refund.insufficient_excess")
	m.do("finance", "PUT", "/v1/lms/payouts/"+payout+"/approve/", nil).refused(409, "payout.refund")
	m.do("credit_manager", "PUT", "/v1/lms/approvals/"+asked.text("approval.id")+"/approve/", nil).want(200)
	m.do("auditor", "GET", "/v1/lms/records/"+record+"/", nil).want(200).has("remaining_amount", "0.0", "payouts.0", payout)
	m.do("finance", "PUT", "/v1/lms/payouts/"+payout+"/approve/", nil).want(200).has("status", "approved", "record", asked.text("id"))

	file := m.do("finance", "PUT", "/v1/lms/payouts/export/", map[string]any{"debit_bank": "HDFC-CA-01"}).want(200)
	if file.header.Get("Lekha-Count") != "1" || file.header.Get("Lekha-Total") != "100.23" || !strings.Contains(file.header.Get("Content-Disposition"), "payouts-") {
		t.Errorf("control totals %v", file.header)
	}
	m.do("finance", "PUT", "/v1/lms/payouts/export/", map[string]any{"debit_bank": "HDFC-CA-01"}).refused(409, "payout.none")
	batch := file.header.Get("Lekha-Batch")
	ref := m.do("finance", "GET", "/v1/lms/payouts/"+payout+"/", nil).want(200).has("status", "queued", "is_downloaded", true).text("ref_id")
	m.do("finance", "PUT", "/v1/lms/payouts/"+payout+"/retry/", nil).refused(409, "payout.not_definite")
	m.do("finance", "POST", "/v1/lms/payouts/batches/"+batch+"/answer/", form{"@answer.csv": "reference,amount,status,bank_reference,reason\n" + ref + ",100.23,R,,Account closed\n"}).
		want(200).has("failed", 1, "processed", 0)
	m.do("auditor", "GET", "/v1/lms/records/"+record+"/", nil).want(200).has("remaining_amount", "100.23")
	m.do("finance", "PUT", "/v1/lms/payouts/"+payout+"/retry/", nil).want(200).has("status", "queued", "is_downloaded", false)
	m.do("finance", "PUT", "/v1/lms/payouts/"+payout+"/process/", map[string]any{"utr": "BANKSAYS0001", "debit_bank": "HDFC-CA-01"}).want(200).has("status", "processed")
	m.do("auditor", "GET", "/v1/lms/records/"+asked.text("id")+"/", nil).want(200).has("status", "processed")
	m.do("finance", "PUT", "/v1/lms/payouts/"+payout+"/return/", map[string]any{"reason": "Account closed"}).want(200).golden("payout_returned").has("status", "returned")
	m.do("auditor", "GET", "/v1/lms/records/"+record+"/", nil).want(200).has("remaining_amount", "100.23")
	m.do("auditor", "GET", "/v1/lms/payouts/unmatched/", nil).want(200).has("count", 0)
	m.sound()
}

// A loan's money is asked for by its loan; adjustments need what is held.
func TestLoanRefundAndAdjustment(t *testing.T) {
	m := newMonday(t)
	m.receive(m.anita, "6001", "OVERPAID2")
	loan := "/v1/lms/loans/" + m.anitaLoan
	m.do("operator", "POST", loan+"/refunds/", map[string]any{"amount": 501}).refused(409, "refund.insufficient_excess")
	m.do("operator", "POST", loan+"/refunds/", map[string]any{"amount": 500}).want(201).has("type", "refund", "amount", "500.0")
	m.do("operator", "POST", loan+"/adjustments/", map[string]any{"amount": 10, "type": "holdback"}).refused(409, "adjustment.insufficient")
	m.do("operator", "POST", loan+"/adjustments/", map[string]any{"amount": 10, "type": "gift"}).refused(400, "adjustment.invalid")
	m.do("auditor", "POST", loan+"/adjustments/", map[string]any{"amount": 10, "type": "holdback"}).refused(403, "permission")
	m.do("auditor", "GET", "/v1/lms/loans/export_cashback/?format=json", nil).want(200)
	m.sound()
}

// Holdback settles dues by the loan or by a record of its account, as one decision,
// and what is left of it is told.
func TestAdjustmentFromHoldback(t *testing.T) {
	h := newHouse(t, "2026-03-30", "10:15:30.250000")
	account, loan := h.lend("Sunita Rao", "60000", terms(map[string]any{"holdback_is_enabled": true, "holdback_rate": "10"}))
	h.close("2026-04-30")
	h.do("auditor", "GET", "/v1/lms/loans/?account="+account, nil).want(200).has("count", 1, "results.0.id", loan)
	record := h.receive(account, "1000", "PARTPAID1").text("id")
	h.do("auditor", "GET", "/v1/lms/loans/"+loan+"/summary/", nil).want(200).has("total_paid", "1000.0", "principal_outstanding", "59900.0")
	for _, way := range []struct{ path, amount string }{{"/v1/lms/records/" + record, "1500"}, {"/v1/lms/loans/" + loan, "2000"}} {
		asked := h.do("operator", "POST", way.path+"/adjustments/?expand=approval", map[string]any{"amount": way.amount, "type": "holdback", "remark": "agreed"}).want(201).
			has("type", "adjustment", "amount", way.amount+".0", "status", "pending", "account", account)
		h.do("credit_manager", "PUT", "/v1/lms/approvals/"+asked.text("approval.id")+"/approve/", nil).want(200)
		h.do("auditor", "GET", "/v1/lms/records/"+asked.text("id")+"/", nil).want(200).has("status", "processed", "remaining_amount", "0.0")
	}
	h.do("auditor", "GET", "/v1/lms/loans/"+loan+"/summary/", nil).want(200).has("principal_outstanding", "56400.0")
	h.do("operator", "POST", "/v1/lms/loans/"+loan+"/adjustments/", map[string]any{"amount": "2500.01", "type": "holdback"}).refused(409, "adjustment.insufficient")
	h.sound()
}

// Fees by the dozen, deleted and waived.
func TestFeesManyDeletedWaived(t *testing.T) {
	m := newMonday(t)
	made := m.do("operator", "POST", "/v1/lms/fees/bulk_create/", map[string]any{"fees": []map[string]any{
		{"account": m.anita, "type": "stamp_duty_passthrough", "amount": 100}, {"account": "PL404", "name": "x", "amount": 1},
		{"account": m.anita, "type": "bounce_charge", "amount": "500"}}}).want(200).has("created", 2, "rejected", 1, "results.1.code", "account.unknown")
	m.do("operator", "DELETE", "/v1/lms/fees/"+made.text("results.0.id")+"/", nil).want(200).has("status", "deleted")
	taxed := made.text("results.2.id")
	m.do("operator", "DELETE", "/v1/lms/fees/"+taxed+"/", nil).refused(409, "fee.invoiced")
	fee := m.do("auditor", "GET", "/v1/lms/fees/"+taxed+"/", nil).want(200).has("tax", "90.0", "status", "demanded")
	waiver := map[string]any{"remark": "goodwill", "items": []map[string]any{{"demand": fee.text("demand"), "component": "F", "amount": 590}}}
	asked := m.do("operator", "POST", "/v1/lms/accounts/"+m.anita+"/waivers/", waiver).want(201).has("amount", "590.0", "approval.levels", 1)
	m.do("credit_manager", "PUT", "/v1/lms/approvals/"+asked.text("approval.id")+"/approve/", nil).want(200)
	m.do("auditor", "GET", "/v1/lms/fees/"+taxed+"/", nil).want(200).has("status", "waived", "waived_amount", "590.0", "outstanding_amount", "0.0")
	m.do("operator", "POST", "/v1/lms/accounts/"+m.anita+"/waivers/", waiver).refused(400, "waiver.amount")
	m.sound()
}
