package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// strangeStatement is of a bank that nobody knows; its headings say nothing to us.
func strangeStatement(day, no string) string {
	return "Vishwas Sahakari Bank\nTarikh;Tapsil;Kramank;Jama;Nave;Shillak\n" +
		day + ";THOMAS KURIEN LN1003;VS1" + no + ";2100.00;;12100.00\n" +
		day + ";ELECTRICITY;VS2" + no + ";;350.00;11750.00\n" +
		day + ";KAVYA REDDY LN1002;VS3" + no + ";5501.00;;17251.00\n"
}

// TestUnknownBankIsMappedOnce: a file of an unknown bank is guessed at, shown,
// corrected and saved for its account; the next one is read without asking.
func TestUnknownBankIsMappedOnce(t *testing.T) {
	h := newHouse(t)
	operator := h.as("operator")
	body := strangeStatement("19.11.2026", "1")
	path := operator.upload("/statements/check", "file", []sent{{"vishwas.csv", body}}, url.Values{"collection_bank": {""}}).leads()
	if !strings.HasPrefix(path, "/statements/mapping/") {
		t.Fatalf("an unknown bank leads to %s", path)
	}
	page := operator.get(path).status(http.StatusOK).has("Which column is what?", "vishwas.csv", "Tapsil", "Read like this", "THOMAS KURIEN LN1003", "The running balance follows on every row.")
	// Nothing but a word we do not know names the references: a person says which they are.
	if got := page.value("date") + page.value("narration") + page.value("credit") + page.value("debit") + page.value("balance"); got != "12456" {
		t.Errorf("guessed the columns %s", got)
	}
	form := url.Values{"date": {"1"}, "narration": {"2"}, "reference": {"3"}, "amounts": {"two_columns"}, "credit": {"4"}, "debit": {"5"}, "balance": {"6"}, "date_form": {page.value("date_form")}}
	operator.post(path, form).status(http.StatusUnprocessableEntity).has("Choose the collection account")
	swapped := url.Values{"collection_bank": {"x"}, "look": {"1"}, "date": {"1"}, "narration": {"2"}, "amounts": {"two_columns"}, "credit": {"5"}, "debit": {"4"}, "balance": {"6"}}
	operator.post(path, swapped).status(http.StatusOK).has("a column may be wrong")
	twice := url.Values{"date": {"1"}, "narration": {"1"}, "amounts": {"two_columns"}, "credit": {"4"}, "debit": {"5"}}
	operator.post(path, twice).status(http.StatusUnprocessableEntity).has("Column 1 is already the")
	form.Set("collection_bank", h.bankRef(houseBank2))
	check := operator.post(path, form).leads()
	if !strings.HasPrefix(check, "/statements/check/") {
		t.Fatalf("saving leads to %s", check)
	}
	operator.posted(operator.get(check).status(http.StatusOK).has("THOMAS KURIEN LN1003"))
	if got := h.credit("THOMAS KURIEN LN1003"); got.Amount != 210000 {
		t.Errorf("the credit is of %s", got.Amount)
	}
	// The next one is not asked about, though nobody says whose it is.
	next := strangeStatement("20.11.2026", "2")
	if _, page := operator.checked("next.csv", next); !strings.Contains(page.words(), houseBank2) {
		t.Error("the next file is not of the account whose mapping fits")
	}
	h.as("auditor").get(path).status(http.StatusForbidden)
}
