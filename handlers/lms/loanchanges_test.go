package lms

import "testing"

// A running loan changes by requests that a second person decides, through the API
// alone: a rate reset, a tranche, a foreclosure that money takes, the closing.
func TestLoanChanges(t *testing.T) {
	h := newHouse(t, "2026-03-30", "10:15:30.250000")
	h.do("admin", "POST", "/v1/lms/banks/", map[string]any{"code": "HDFC-CA-01", "bank": "hdfc", "ifsc": "HDFC0000060", "account_no": "50200012345678", "account_holder_name": "Aerem Finance"}).want(201)
	account, loan := h.lend("Anita Krishnamurthy", "60000", terms(nil))
	at, of := "/v1/lms/accounts/"+account+"/", "/v1/lms/loans/"+loan+"/"

	h.do("credit_manager", "POST", of+"rate_reset/", map[string]any{"roi_value": 20, "reason": "x"}).refused(403, "permission")
	h.do("operator", "POST", of+"rate_reset/", map[string]any{"roi_value": 20}).refused(400, "rate_reset.reason")
	asked := h.do("operator", "POST", of+"rate_reset/", map[string]any{"roi_value": "20", "reason": "The benchmark moved."}).want(201).
		has("approval.kind", "rate_reset", "approval.status", "pending", "approval.record", "<nil>", "terms.0.was", "18%", "terms.0.will", "20%", "schedule.0.index", 1)
	h.do("operator", "POST", of+"write_off/", map[string]any{"reason": "x"}).refused(409, "approval.open")
	h.do("operator", "PUT", "/v1/lms/approvals/"+asked.text("approval.id")+"/approve/", nil).refused(403, "permission")
	h.do("finance", "PUT", "/v1/lms/approvals/"+asked.text("approval.id")+"/approve/", nil).refused(403, "approval.role")
	h.do("credit_manager", "PUT", "/v1/lms/approvals/"+asked.text("approval.id")+"/approve/", nil).want(200).has("status", "approved")
	h.do("credit_manager", "PUT", "/v1/lms/approvals/"+asked.text("approval.id")+"/approve/", nil).refused(409, "approval.already_decided")

	reset := h.do("operator", "POST", at+"reset_rps/", nil).want(201).has("approval.kind", "reset_rps")
	h.do("credit_manager", "PUT", "/v1/lms/approvals/"+reset.text("approval.id")+"/reject/", map[string]any{"remark": "Not needed."}).want(200)
	h.do("operator", "POST", of+"restructure/", map[string]any{"emi_count": "24", "roi_value": "15", "reason": "Lost a customer."}).want(201).
		has("approval.kind", "restructure", "terms.2.was", "12", "terms.2.will", "24", "schedule.23.index", 24)
	h.do("operator", "POST", "/v1/lms/payouts/add_tranche/", map[string]any{"loan_id": loan, "amount": 5000}).refused(400, "tranche.sanction")
	h.do("operator", "PUT", at+"close/", nil).refused(409, "account.close_guard")
	h.do("admin", "POST", at+"reopen/", map[string]any{"reason": "x"}).refused(409, "account.state")
	h.sound()
}

// More money on a loan is asked for within what was sanctioned, decided, and on its
// way as a payout: nothing is owed before it arrived.
func TestTrancheByTheAPI(t *testing.T) {
	h := newHouse(t, "2026-03-30", "10:15:30.250000")
	account := h.do("operator", "POST", "/v1/lms/accounts/", map[string]any{"program_id": "Solar loans", "approved_line_amount": 80000, "loan_data": terms(nil),
		"borrower": map[string]any{"name": "Meena Pillai", "banks": []map[string]any{{"account_holder_name": "Meena Pillai", "account_no": "9182736450", "ifsc": "HDFC0000001"}}}}).want(201).text("id")
	made := h.do("operator", "POST", "/v1/lms/accounts/initiate_disbursement/", map[string]any{"account": account, "amount": 60000, "payout_to": "borrower"}).want(201)
	loan, first := made.text("id"), made.text("payouts.0.id")
	h.do("finance", "PUT", "/v1/lms/payouts/"+first+"/approve/", nil).want(200)
	h.do("finance", "PUT", "/v1/lms/payouts/"+first+"/process/", map[string]any{"utr": "PAIDOUT1"}).want(200)

	h.do("operator", "POST", "/v1/lms/payouts/add_tranche/", map[string]any{"loan_id": loan, "amount": "20000.01"}).refused(400, "tranche.sanction")
	tranche := h.do("operator", "POST", "/v1/lms/payouts/add_tranche/", map[string]any{"loan_id": loan, "amount": 20000}).want(200).text("id")
	h.do("auditor", "GET", "/v1/lms/loans/"+loan+"/summary/", nil).want(200).has("principal_outstanding", "60000.0")
	h.do("finance", "PUT", "/v1/lms/payouts/"+tranche+"/approve/", nil).want(200)
	h.do("finance", "PUT", "/v1/lms/payouts/"+tranche+"/process/", map[string]any{"utr": "PAIDOUT2"}).want(200).has("status", "processed")
	h.do("auditor", "GET", "/v1/lms/loans/"+loan+"/summary/", nil).want(200).has("principal_outstanding", "80000.0", "loan_amount", "80000.0")
	h.sound()
}

// After the money is out a PATCH of loan params is a proposal and answers {}.
func TestLoanParamsAfterDisbursalAreProposed(t *testing.T) {
	h := newHouse(t, "2026-03-30", "10:15:30.250000")
	account, _ := h.lend("Anita Krishnamurthy", "60000", terms(nil))
	lead := h.do("operator", "GET", "/v1/lms/accounts/"+account+"/", nil).want(200).text("borrower")
	body := map[string]any{"lead_id": lead, "program_id": "Solar loans", "loan_data": map[string]any{"emi_count": "6"}}
	if got := h.do("operator", "PATCH", "/v1/lms/accounts/initiate_loan_params/", body).want(200); string(got.body) != "{}\n" && string(got.body) != "{}" {
		t.Errorf("answers %s", got.body)
	}
	list := h.do("credit_manager", "GET", "/v1/lms/approvals/?status=pending&kind=loan_params", nil).want(200).has("count", 1)
	h.do("credit_manager", "PUT", "/v1/lms/approvals/"+list.text("results.0.id")+"/approve/", nil).want(200)
	h.do("operator", "GET", "/v1/lms/accounts/loan_params/?lead_id="+lead+"&program_id=Solar%20loans", nil).want(200).has("emi_count", 6)
	h.sound()
}

// A foreclosure quote is asked for, given out and taken by money, and the account closes.
func TestForeclosureByTheAPI(t *testing.T) {
	h := newHouse(t, "2026-03-30", "10:15:30.250000")
	h.do("admin", "POST", "/v1/lms/banks/", map[string]any{"code": "HDFC-CA-01", "bank": "hdfc", "ifsc": "HDFC0000060", "account_no": "50200012345678", "account_holder_name": "Aerem Finance"}).want(201)
	account, loan := h.lend("Anita Krishnamurthy", "60000", terms(nil))
	at := "/v1/lms/accounts/" + account + "/"
	asked := h.do("operator", "POST", "/v1/lms/loans/"+loan+"/foreclosure/", map[string]any{"foreclosure_charge": "2", "reason": "Sold the shop."}).want(201)
	h.do("credit_manager", "PUT", "/v1/lms/approvals/"+asked.text("approval.id")+"/approve/", nil).want(200)
	offers := h.do("auditor", "GET", at+"closing_offers/", nil).want(200).has("0.kind", "foreclosure", "0.status", "open", "0.foreclosure_charge", "1200.0")
	offer, amount := offers.text("0.id"), offers.text("0.amount")
	record := h.do("operator", "POST", "/v1/lms/records/", map[string]any{"account": account, "received_amount": amount, "utr": "FORECLOSE1", "collection_bank": h.bank()}).want(201).text("id")
	h.do("operator", "PUT", "/v1/lms/records/"+record+"/instruct/", map[string]any{"prepayment": "reduce_emi", "closing_offer": offer}).refused(400, "record.instruction")
	h.do("operator", "PUT", "/v1/lms/records/"+record+"/instruct/", map[string]any{"closing_offer": offer}).want(200)
	h.do("operator", "PUT", "/v1/lms/records/"+record+"/request_approval/", nil).want(200)
	h.do("credit_manager", "PUT", "/v1/lms/records/"+record+"/approve/", nil).want(200)
	h.do("auditor", "GET", "/v1/lms/closing_offers/"+offer+"/", nil).want(200).has("status", "taken", "record", record)
	h.do("operator", "PUT", "/v1/lms/closing_offers/"+offer+"/withdraw/", map[string]any{"remark": "x"}).refused(409, "offer.state")
	h.do("auditor", "GET", "/v1/lms/loans/"+loan+"/", nil).want(200).has("status", "foreclosed")
	h.do("operator", "PUT", at+"close/", nil).want(200).has("status", "closed")
	h.sound()
}
