package lms

import (
	"fmt"
	"testing"
)

// supply are the parameters of a line: a fifth of the invoice is not financed, 60 days
// at 12% kept back.
var supply = map[string]any{"type": "line", "interest_mode": "upfront", "tenure_period": "days", "tenure_value": "60", "roi_value": "12",
	"margin_is_enabled": true, "margin_value": 20, "margin_value_type": "percentage"}

const (
	vega  = "27AAACV1234A1Z5"
	shree = "29AAACS1234B1Z1"
)

// approved lets the credit manager approve a request.
func (h *house) approved(ref string) {
	h.t.Helper()
	h.do("credit_manager", "PUT", "/v1/lms/approvals/"+ref+"/approve/", nil).want(200).has("status", "approved")
}

// supplied is a house with an anchor, rules of topups, and an account with a line.
func supplied(t *testing.T) (h *house, account string, line answer) {
	h = newHouse(t, "2026-03-30", "10:15:30.250000")
	anchor := h.do("admin", "POST", "/v1/lms/anchors/", map[string]any{"name": "Vega Motors", "gstin": vega,
		"credit_bank": map[string]any{"account_holder_name": "Vega Motors", "account_no": "5020009988776", "ifsc": "HDFC0000001"}}).want(201).has("is_approved", false)
	h.approved(anchor.text("approval"))
	program := h.do("admin", "GET", "/v1/lms/programs/", nil).want(200).text("results.0.id")
	rules := h.do("admin", "PUT", "/v1/lms/programs/"+program+"/drawing_rules/", map[string]any{"anchor": anchor.text("id"), "remark": "As sanctioned.",
		"rules": map[string]any{"min_amount": "10000", "max_amount": 1000000, "max_tenor": 90, "max_invoice_age_days": 90, "adhoc_max_pct": 20, "unchecked": []string{"MANDATE_ACTIVE"}}}).want(200)
	h.approved(rules.text("approval"))
	h.do("auditor", "GET", "/v1/lms/programs/"+program+"/drawing_rules/", nil).want(200).has("rules.min_amount", "10000.0", "rules.unchecked.0", "MANDATE_ACTIVE", "anchor", anchor.text("id"))
	account = h.open("Shree Traders", supply).text("id")
	bank := h.do("admin", "GET", "/v1/lms/banks/?kind=credit", nil).want(200)
	for i := range 2 {
		if id := bank.text(fmt.Sprintf("results.%d.id", i)); bank.text(fmt.Sprintf("results.%d.account_no", i)) == "9182736450" {
			h.do("admin", "PATCH", "/v1/lms/banks/"+id+"/", map[string]any{"is_verified": true}).want(200)
		}
	}
	line = h.do("operator", "POST", "/v1/lms/line_details/", map[string]any{"account": account, "approved_line_amount": "500000", "remark": "Sanctioned."}).want(201).
		has("status", "pending", "approved_line_amount", "0.0", "type", "sanctioned", "level", "account")
	h.approved(line.text("approval"))
	return h, account, line
}

// Limits are asked for and approved; what is free is told at every level, and a refresh
// reports and changes nothing.
func TestLines(t *testing.T) {
	h, account, line := supplied(t)
	at := "/v1/lms/line_details/"
	one := at + line.text("id") + "/"
	h.do("auditor", "GET", one, nil).want(200).golden("line_detail").has("approved_line_amount", "500000.0", "available_line_amount", "500000.0", "status", "active")
	h.do("auditor", "GET", at+"?account="+account+"&level=account", nil).want(200).has("count", 1, "results.0.id", line.text("id"))
	h.do("auditor", "GET", at+"by_type/?type=account", nil).want(200).has("count", 1)
	h.do("auditor", "GET", at+"by_type/?type=adhoc", nil).want(200).has("count", 0)
	h.do("api", "POST", at+"bulk_internal/", map[string]any{"ids": []string{line.text("id")}, "accounts": []string{account}}).want(200).has("0.id", line.text("id"), "1.id", line.text("id"))
	h.do("auditor", "PATCH", one, map[string]any{"approved_line_amount": 600000}).refused(403, "permission")
	h.do("operator", "PATCH", one, map[string]any{"approved_line_amount": 600000, "version": 1}).refused(409, "limit.changed")
	changed := h.do("operator", "PATCH", one, map[string]any{"approved_line_amount": "600000", "expiry_date": "2027-03-31", "remark": "Renewed."}).want(200).has("approved_line_amount", "500000.0")
	h.approved(changed.text("approval"))
	adhoc := h.do("operator", "POST", at, map[string]any{"account": account, "type": "adhoc", "approved_line_amount": 100000, "expiry_date": "2026-04-30", "remark": "Festival."}).want(201)
	h.approved(adhoc.text("approval"))
	h.do("operator", "POST", at, map[string]any{"account": account, "type": "adhoc", "approved_line_amount": 120001, "expiry_date": "2026-04-30"}).refused(400, "line.adhoc")
	program := h.do("operator", "POST", at, map[string]any{"type": "program", "program_id": "Solar loans", "approved_line_amount": 650000, "remark": "Cap."}).want(201)
	h.approved(program.text("approval"))
	h.do("auditor", "GET", "/v1/lms/accounts/"+account+"/refresh_limit/", nil).want(200).golden("refresh_limit").
		has("approved_line_amount", "600000.0", "adhoc_line_amount", "100000.0", "available_line_amount", "650000.0", "tightest_check", "PROGRAM_LIMIT", "differences.0.difference", "0.0")
	check := "/v1/lms/topups/check_line_amount/"
	h.do("auditor", "PUT", check, map[string]any{"account": account, "amount": "650000"}).want(200).golden("check_line_amount").has("is_available", true, "remaining_line_amount", "0.0")
	h.do("auditor", "PUT", check, map[string]any{"account": account, "amount": "650000.01"}).want(200).has("is_available", false, "failed_check", "PROGRAM_LIMIT")
	frozen := h.do("operator", "PATCH", one, map[string]any{"status": "blocked", "remark": "Stop-supply notice."}).want(200)
	h.approved(frozen.text("approval"))
	h.do("auditor", "GET", one, nil).want(200).has("status", "frozen", "available_line_amount", "0.0", "frozen", "Stop-supply notice.")
	h.do("auditor", "PUT", check, map[string]any{"account": account, "amount": 1}).want(200).has("is_available", false, "failed_check", "LIMIT_AVAILABLE")
	h.sound()
}

// A topup from the invoice to the money: parsed, checked, approved, scheduled and
// unscheduled, paid; a payout that failed is made again.
func TestTopups(t *testing.T) {
	h, account, _ := supplied(t)
	at := "/v1/lms/topups/"
	made := h.do("operator", "POST", at, map[string]any{"account": account, "amount": "5000", "payout_to": "borrower"}).want(201).has("status", "check_failed", "check_verdict", "fail")
	one := at + made.text("id") + "/"
	einvoice := `{"DocDtls":{"No":"INV-77","Dt":"20/03/2026"},"SellerDtls":{"Gstin":"` + shree + `"},"BuyerDtls":{"Gstin":"` + vega + `"},"ValDtls":{"TotInvVal":250000}}`
	h.do("operator", "PATCH", one+"invoice_parse/", form{"@invoice.json": einvoice, "confirm": "false"}).want(200).has("read.invoice_no", "INV-77", "read.invoice_amount", "250000.0", "read.confirmed", false, "invoice_no", nil)
	parsed := h.do("operator", "PATCH", one+"invoice_parse/", form{"@invoice.json": einvoice}).want(200).golden("invoice_parse").
		has("invoice_no", "INV-77", "amount", "200000.0", "status", "ready", "seller_gstin", shree)
	h.do("operator", "PATCH", one+"invoice_parse/", map[string]any{"invoice": "nothing"}).refused(400, "invoice.unreadable")
	h.do("operator", "PATCH", one, map[string]any{"amount": "200000.01", "version": parsed.text("version")}).want(200).has("status", "check_failed")
	h.do("operator", "PATCH", one, map[string]any{"amount": "200000", "scheduled_at": "2026-04-10"}).want(200).has("status", "ready")
	h.do("operator", "GET", one+"rerun_checks/", nil).want(200).golden("topup").has("status", "ready", "amount", "200000.0")
	h.do("credit_manager", "PUT", one+"request_approval/", nil).refused(403, "permission")
	asked := h.do("operator", "PUT", one+"request_approval/", nil).want(200).has("status", "pending")
	h.do("operator", "PATCH", one, map[string]any{"amount": 1}).refused(409, "topup.state")
	h.approved(asked.text("approval"))
	h.do("auditor", "GET", at+"?scheduled=true", nil).want(200).has("count", 1, "results.0.status", "scheduled")
	h.do("operator", "PUT", one+"unschedule/", nil).want(200).has("status", "approved", "scheduled_at", nil)
	h.do("operator", "PUT", one+"schedule/", map[string]any{"scheduled_at": "2026-03-30"}).refused(400, "topup.schedule")
	paid := h.do("operator", "PUT", one+"initiate_payout/", nil).want(200).has("status", "payout_initiated")
	payout := paid.text("payouts.0")
	h.do("finance", "PUT", "/v1/lms/payouts/"+payout+"/approve/", nil).want(200).has("topup", made.text("id"), "amount", "196054.79")
	h.do("finance", "PUT", "/v1/lms/payouts/"+payout+"/fail/", map[string]any{"reason": "Account closed"}).want(200)
	h.do("operator", "POST", one+"reinitiate_payout/", map[string]any{"credit_bank": map[string]any{"account_holder_name": "Shree Traders", "account_no": "777705001234", "ifsc": "ICIC0000001"}}).want(201).has("status", "payout_failed")
	h.approved(h.do("auditor", "GET", one, nil).text("approval"))
	again := h.do("auditor", "GET", one, nil).want(200).has("status", "payout_initiated").text("payouts.0")
	h.do("finance", "PUT", "/v1/lms/payouts/"+again+"/approve/", nil).want(200)
	h.do("finance", "PUT", "/v1/lms/payouts/"+again+"/process/", map[string]any{"utr": "ICICR52026033000001"}).want(200)
	done := h.do("auditor", "GET", at+"?account="+account+"&status=disbursed", nil).want(200).has("count", 1, "results.0.outstanding_amount", "200000.0").text("results.0.loan")
	h.do("auditor", "GET", "/v1/lms/loans/"+done+"/", nil).want(200).has("topup", made.text("id"), "margin_amount", "50000.0", "status", "active")

	twice := h.do("operator", "POST", at, map[string]any{"account": account, "invoice_no": "inv 77", "invoice_date": "2026-03-20", "invoice_amount": 250000, "seller_gstin": shree}).want(201).has("status", "check_failed")
	h.do("operator", "PUT", at+twice.text("id")+"/cancel/", map[string]any{"remark": "Financed already."}).want(200).has("status", "cancelled")
	h.do("operator", "POST", "/v1/lms/records/", map[string]any{"topup": twice.text("id"), "received_amount": 1, "utr": "X1", "collection_bank": h.bank()}).refused(400, "fields")
	h.do("operator", "POST", "/v1/lms/records/", map[string]any{"topup": made.text("ref_id"), "received_amount": 100, "utr": "TOPUPPAID1", "collection_bank": h.bank()}).want(201).has("account", account, "loans.0", done)
	h.sound()
}

// A group is made of many, decided as one, and listed with its topups.
func TestTopupGroups(t *testing.T) {
	h, account, _ := supplied(t)
	rows := []map[string]any{}
	for i, invoice := range []any{"50000", "75000", "not money"} {
		rows = append(rows, map[string]any{"account": account, "invoice_no": fmt.Sprintf("INV-%d", i), "invoice_date": "2026-03-20", "invoice_amount": invoice, "seller_gstin": shree})
	}
	bulk := h.do("operator", "POST", "/v1/lms/topups/bulk_create/", map[string]any{"topups": rows}).want(200).has("created", 2, "rejected", 1, "results.2.errors.invoice_amount.0", "\"not money\" is not an amount of money.")
	groups := "/v1/lms/topup_groups/"
	g := h.do("operator", "POST", groups, map[string]any{"name": "March", "all_or_none": true, "topups": []string{bulk.text("results.0.id")}}).want(201).has("status", "open", "amount", "40000.0")
	one := groups + g.text("id") + "/"
	h.do("operator", "PATCH", one, map[string]any{"topups": bulk.text("results.1.id")}).want(200).has("amount", "100000.0", "topups.1", bulk.text("results.1.id"))
	sent := h.do("operator", "PATCH", one, map[string]any{"status": "locked", "remark": "Both."}).want(200).golden("topup_group").has("status", "locked")
	h.do("operator", "PATCH", one, map[string]any{"name": "April"}).refused(409, "topup_group.state")
	h.approved(sent.text("approval"))
	h.do("auditor", "GET", groups+"?status=payout_initiated", nil).want(200).has("count", 1, "results.0.id", g.text("id"))
	h.do("auditor", "GET", "/v1/lms/topups/?group="+g.text("id")+"&status=payout_initiated", nil).want(200).has("count", 2)
	h.do("auditor", "GET", one, nil).want(200).has("all_or_none", true)
	h.sound()
}
