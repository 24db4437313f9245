package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// A borrower is added, an account opened, and its loan shown, asked for, released and
// paid, each by whom it is for and with script off.
func TestLoanIsPaidOutOverThePages(t *testing.T) {
	h := newHouse(t)
	operator, finance := h.as("operator"), h.as("finance")
	borrower := url.Values{"ref_id": {"CUST77"}, "name": {"Lakshmi Traders"}, "phone": {"not a phone"}, "state": {"KA"}}
	h.as("finance").post("/borrowers/new", borrower).status(http.StatusForbidden)
	operator.post("/borrowers/new", borrower).status(http.StatusUnprocessableEntity).has("A phone number has 6 to 15 digits.").html(`value="Lakshmi Traders"`)
	borrower.Set("phone", "98450 12345")
	if got := operator.post("/borrowers/new", borrower).leads(); got != "/borrowers/CUST77" {
		t.Fatalf("leads to %s", got)
	}
	operator.get("/borrowers/CUST77").status(http.StatusOK).html("/loans/new?borrower=CUST77")

	opening := url.Values{"borrower": {"CUST77"}, "program_id": {"Business loans"}, "ref_id": {"LN7700"}, "roi_value": {"18"}, "emi_count": {"12"},
		"pf_value": {"2"}, "pf_value_type": {"percentage"}, "pf_gst": {"18"}, "account_no": {"50100123456789"}, "ifsc": {"HDFC"}}
	operator.post("/loans/new", opening).status(http.StatusUnprocessableEntity).has("An IFSC is four letters").html(`value="LN7700"`)
	operator.get("/accounts/LN7700").status(http.StatusNotFound) // nothing of it was kept
	opening.Set("ifsc", "HDFC0000001")
	at := "/accounts/LN7700/disbursement"
	if got := operator.post("/loans/new", opening).leads(); got != at {
		t.Fatalf("leads to %s", got)
	}

	operator.get(at).status(http.StatusOK).has("Percent of the principal", "Nothing is lent yet", "••6789")
	loan := url.Values{"amount": {"300000"}, "first_due_date": {"2026-12-20"}}
	operator.get(at + "?preview=1&amount=much").status(http.StatusUnprocessableEntity)
	operator.get(at+"?preview=1&"+loan.Encode()).status(http.StatusOK).has("Processing fee: ₹6,000.00 kept back", "GST on the processing fee: ₹1,080.00 kept back", "Annual percentage rate", "Ask finance to pay it out")
	h.as("credit_manager").post(at, loan).status(http.StatusForbidden)
	payout := operator.post(at, loan).leads()
	if !strings.HasPrefix(payout, "/payouts/PAY") {
		t.Fatalf("leads to %s", payout)
	}
	operator.post(payout+"/approval", nil).status(http.StatusForbidden)
	finance.post(payout+"/approval", url.Values{"version": {finance.get(payout).value("version")}}).leads()
	finance.post(payout+"/payment", url.Values{"version": {finance.get(payout).value("version")}, "utr": {"HDFCR52026112000000077"}, "date": {"2026-11-20"}, "debit_bank": {h.bankRef(houseBank)}}).leads()
	operator.get("/accounts/LN7700").status(http.StatusOK).has("₹3,00,000.00", "Lakshmi Traders")

	change := url.Values{"name": {"Lakshmi Traders LLP"}, "phone": {"9845012345"}, "version": {"9"}}
	operator.post("/borrowers/CUST77/particulars", change).status(http.StatusConflict)
	change.Set("version", "1")
	operator.post("/borrowers/CUST77/particulars", change).status(http.StatusSeeOther)
	operator.get("/borrowers/CUST77").status(http.StatusOK).has("Lakshmi Traders LLP")
}
