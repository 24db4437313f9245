package lms

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// seed reads an answer that the reference prints.
func seed(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile("testdata/seed_" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return bytes.TrimSpace(raw)
}

// values are the fields of an object, as they are written.
func values(t *testing.T, raw []byte) map[string]json.RawMessage {
	t.Helper()
	out := map[string]json.RawMessage{}
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// A record made with the facts of the reference's example, on its business date
// and at its clock time, answers as the example is printed: 37 keys and 11 of the
// bank in order, amounts as floats, every value but those that the server gives.
func TestSeedRecord(t *testing.T) {
	h := newHouse(t, "2022-08-05", "23:58:44.717501")
	account, _ := h.lend("Aerem Borrower", "161304", terms(map[string]any{"roi_value": 0}))
	h.close("2022-09-05")
	made := h.do("api", "POST", "/v1/lms/records/", map[string]any{"account": account, "type": "repayment", "received_amount": "13442.0", "tds_amount": 0,
		"utr": "test utr 1", "date": 1662402524.802948, "bank_date": "1662402524", "collection_bank": h.bank(), "remark": ""}).want(201)
	id := made.text("id")
	made.has("status", "initiated", "settled_at", "<nil>", "remaining_amount", "0.0")
	h.do("api", "PUT", "/v1/lms/records/"+id+"/request_approval/", "").want(200)
	h.do("credit_manager", "PUT", "/v1/lms/records/"+id+"/approve/", map[string]any{"remark": "agreed"}).want(200)
	got := h.do("auditor", "GET", "/v1/lms/records/"+id+"/?expand=payouts", nil).want(200)
	want := seed(t, "record")

	if diff := cmp.Diff(keysOf(t, want), got.keys()); diff != "" {
		t.Errorf("keys (- want, + got):\n%s", diff)
	}
	wants, gots := values(t, want), values(t, got.body)
	if diff := cmp.Diff(keysOf(t, wants["collection_bank"]), keysOf(t, gots["collection_bank"])); diff != "" {
		t.Errorf("keys of the bank (- want, + got):\n%s", diff)
	}
	wantBank, gotBank := values(t, wants["collection_bank"]), values(t, gots["collection_bank"])
	compareValues(t, wantBank, gotBank, "id", "company", "created_at", "updated_at")
	for _, key := range []string{"date", "settled_at", "bank_date"} {
		if string(gots[key]) != "1662402524.717501" {
			t.Errorf("%s is %s, want the Indian day 2022-09-05 at the clock time of creation", key, gots[key])
		}
	}
	compareValues(t, wants, gots, "id", "created_at", "updated_at", "ref_id", "index", "collection_bank", "account", "date", "settled_at", "bank_date")
}

// compareValues compares fields as they are written, but for those that the
// server gives.
func compareValues(t *testing.T, want, got map[string]json.RawMessage, but ...string) {
	t.Helper()
	for _, key := range but {
		delete(want, key)
		delete(got, key)
	}
	for key, value := range want {
		if string(got[key]) != string(value) {
			t.Errorf("%s is %s, want %s", key, got[key], value)
		}
	}
}

// bullet are the terms of domain.md 12.3: interest booked every week, all of it
// payable with the principal at maturity, four days of broken period kept back
// and rounded to the rupee.
func bullet(rate string, weeks int) map[string]any {
	return map[string]any{"roi_value": rate, "emi_count": weeks, "emi_frequency": "weekly", "amortization": "bullet", "interest_payment": "at_maturity",
		"interest_basis": "days", "days_in_year": 365, "bpi_mode": "upfront", "bpi_rounding": map[string]any{"unit": "1", "mode": "half_up"}}
}

// The terms of domain.md 12.3 give the summary that the reference prints.
func TestSeedSummary(t *testing.T) {
	h := newHouse(t, "2024-10-10", "11:00:00.000000")
	loanData := bullet("21", 25)
	loanData["first_due_date"] = "2024-10-21"
	account, loan := h.lend("Seed Borrower", "500000", loanData)
	h.close("2025-04-01")
	got := h.do("auditor", "GET", "/v1/lms/accounts/"+account+"/summary/?as_of_date=1743060022&include_closed_loan=true", nil).want(200)
	want := seed(t, "summary")
	if diff := cmp.Diff(keysOf(t, want), got.keys()); diff != "" {
		t.Errorf("keys (- want, + got):\n%s", diff)
	}
	gots := values(t, got.body)
	// The reference adds binary floats and prints their noise; ours is exact.
	exact := values(t, want)
	exact["interest_outstanding"], exact["interest_due"] = json.RawMessage("50342.5"), json.RawMessage("46315.1")
	compareValues(t, exact, gots)
	got.golden("summary_seed")
	same := h.do("auditor", "GET", "/v1/lms/loans/"+loan+"/summary/?as_of_date=2025-03-27", nil).want(200)
	if diff := cmp.Diff(string(got.body), string(same.body)); diff != "" {
		t.Errorf("the summary of its one loan differs (- account, + loan):\n%s", diff)
	}
}

// Other principal, rate and dates give figures worked by hand: 360000 at 14 % is
// 138.082191… a day, 966.575… (966.58) a week; three days before the first cycle
// are 414.2465… (414). On the day after the ninth week of twenty:
// 9 x 966.58 = 8699.22 is booked, 20 x 966.58 = 19331.60 is outstanding.
func TestVariantSummary(t *testing.T) {
	h := newHouse(t, "2023-06-02", "09:30:00.000000")
	loanData := bullet("14", 20)
	loanData["first_due_date"] = "2023-06-12"
	account, _ := h.lend("Variant Borrower", "360000", loanData)
	h.close("2023-08-08")
	h.do("operator", "GET", "/v1/lms/accounts/"+account+"/summary/", nil).want(200).has(
		"principal_outstanding", "360000.0", "interest_outstanding", "19331.6", "interest_due", "8699.22", "disbursal_amount", "359586.0",
		"payout_amount", "359586.0", "total_outstanding", "379331.6", "loan_amount", "360000.0", "dpd", 0, "asset_category", "Regular",
		"asset_category_date", "<nil>", "principal_paid", "0", "excess_payment", "0", "broken_period_interest", "0")
}
