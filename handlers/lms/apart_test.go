package lms

import (
	"testing"

	"lekha/lending"
	"lekha/servicing"
)

// TestKeptApartByTheAPI: what a person can say of a receipt and a statement line, a
// program can.
func TestKeptApartByTheAPI(t *testing.T) {
	m := newMonday(t)
	receipt, err := m.office.CreateRecord(t.Context(), servicingActor(servicing.Operator), servicing.NewRecord{Account: m.anita, Received: 7000_00, Mode: "transfer", Date: lending.NewDate(2026, 4, 30), Source: "hand"})
	if err != nil {
		t.Fatal(err)
	}
	m.do("operator", "POST", "/v1/lms/statements/", form{"@hdfc.csv": m.file}).want(201)
	line := m.find("7000")
	path := "/v1/lms/records/" + receipt.Ref + "/keep_apart/"
	m.do("operator", "PUT", path, map[string]any{"line": line}).want(400)
	m.do("auditor", "PUT", path, map[string]any{"line": line, "reason": "x"}).want(403)
	m.do("operator", "PUT", path, map[string]any{"line": m.find("5501"), "reason": "x"}).refused(409, "same_money.pair")
	m.do("operator", "PUT", path, map[string]any{"line": line, "reason": "Her bank shows both."}).want(200).has("ref_id", receipt.Ref)
	m.do("operator", "POST", path, map[string]any{"line": line, "reason": "Her bank shows both."}).refused(409, "same_money.said")
}

// TestRecordsOfAProgramAreAsByHand: a reference that no bank gives and a day that is
// not open are refused by field.
func TestRecordsOfAProgramAreAsByHand(t *testing.T) {
	m := newMonday(t)
	long := make([]byte, 500)
	for i := range long {
		long[i] = 'A'
	}
	m.do("operator", "POST", "/v1/lms/records/", map[string]any{"account": m.anita, "received_amount": 10, "utr": string(long)}).want(400).has("utr.0", "A bank reference has at most 64 letters and digits.")
	m.now = m.now.AddDate(0, 0, 3) // the calendar runs ahead of the books
	m.do("operator", "POST", "/v1/lms/records/", map[string]any{"account": m.anita, "received_amount": 10, "utr": "E1", "date": "2026-05-02"}).want(400).
		has("date.0", "The value date lies after the open business date, 30 Apr 2026. Close that day first.")
}
