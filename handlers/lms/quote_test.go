package lms

import "testing"

// A quotation gives the figures of the worked examples: RBI's illustration of the
// annual percentage rate (KFS-01), a broken period kept back with fee and tax
// (KFS-03), and a plain reducing loan, row by row.
func TestQuote(t *testing.T) {
	h := newHouse(t, "2026-04-01", "12:00:00.000000")
	before := h.dump()
	rbi := map[string]any{"loan_amount": "20000", "disbursement_date": "2026-04-01", "roi_value": 15, "emi_count": "24",
		"fees": []map[string]any{{"name": "Processing", "amount": 240}, {"name": "Insurance", "amount": "160", "third_party": "true"}}}
	h.do("auditor", "POST", "/v1/lms/demands/calculate_emi/", rbi).want(200).golden("quote").has("emi_amount", "970.0", "net_disbursed", "19600.0", "apr", "17.07",
		"charges_lender", "240.0", "charges_third_party", "160.0", "schedule.23.closing_balance", "0.0")
	dated := map[string]any{"loan_amount": 600000, "disbursement_date": "2025-01-20", "roi_value": 16, "emi_count": 12, "first_due_date": "2025-03-05", "bpi_mode": "upfront",
		"pf_value": 1, "pf_value_type": "percentage", "pf_gst": 18}
	h.do("operator", "POST", "/v1/lms/loans/calculate_emi", dated).want(200).has("emi_amount", "54439.0", "net_disbursed", "588711.78", "xirr", "19.87",
		"schedule.0.due_date", "1741113000.0", "schedule.11.emi", "54432.74")
	if after := h.dump(); after != before {
		t.Error("a quotation wrote something")
	}
	h.do("operator", "POST", "/v1/lms/demands/calculate_emi/", map[string]any{"emi_count": "many"}).refused(400, "loan_data.invalid")
	h.do("operator", "POST", "/v1/lms/demands/calculate_emi/", map[string]any{"emi_count": 12}).refused(400, "quote.invalid").
		has("loan_amount.0", "Say how much is lent.", "disbursement_date.0", "Say on which day it is lent.")
	form := form{"loan_amount": "100000", "disbursement_date": "2026-04-01", "emi_count": "10", "flat_roi_value": "12", "interest_method": "flat", "fees": `[{"amount":"500","gst":"18"}]`}
	h.do("operator", "POST", "/v1/lms/demands/calculate_emi/", form).want(200).has("total_interest", "10000.0", "emi_amount", "11000.0", "net_disbursed", "99410.0")
	// Bank discount: 90 days of 18% of a lakh are kept back, 4,438.36, so that 95,561.64
	// grows to 1,00,000: (100000/95561.64)^(365/90) - 1 is 20.2156%.
	discount := map[string]any{"loan_amount": 100000, "disbursement_date": "2026-04-01", "roi_value": 18, "tenure_period": "days", "tenure_value": 90, "interest_basis": "days",
		"interest_mode": "upfront"}
	h.do("operator", "POST", "/v1/lms/demands/calculate_emi/", discount).want(200).has("net_disbursed", "95561.64", "total_interest", "4438.36", "xirr", "20.22",
		"schedule.0.emi", "100000.0")
	discount["tranches"] = []map[string]any{{"date": "2026-04-01", "amount": 50000}, {"date": "2026-04-11", "amount": 50000}}
	h.do("operator", "POST", "/v1/lms/demands/calculate_emi/", discount).refused(400, "quote.tranches")
}
