package store

import (
	"strings"
	"testing"

	"lekha/lending"
)

// TestLinesAreComparedByIndex: what each row of a statement is compared with is
// looked up, however much the books hold; a file has tens of thousands of rows.
func TestLinesAreComparedByIndex(t *testing.T) {
	db := recordsDB(t)
	day := lending.NewDate(2026, 11, 16)
	for what, q := range map[string]struct {
		query string
		args  []any
		step  string
		times int
	}{
		"credits with a cut reference": {creditsWithCut, []any{"b", "UTIBN52026111651", "UTIBN52026111651", 500, "b", `["UTIBN52026111"]`, 500, maxLike},
			"bank_credits_reference (bank_id=? AND reference", 2},
		"receipts like a line": {`SELECT r.id FROM records r WHERE r.source = 'hand' AND r.bank_credit_id IS NULL AND r.received_amount = ? AND r.date BETWEEN ? AND ? ORDER BY r.date, r.idx`,
			[]any{500, day, day}, "records_unconfirmed_amount (received_amount=? AND date>? AND date<?)", 1},
		"cheques of an amount": {`SELECT r.id FROM records r WHERE r.source = 'hand' AND r.bank_credit_id IS NULL AND r.payment_mode = 'cheque' AND r.received_amount = ? AND r.status NOT IN ('reverted', 'rejected', 'cancelled') ORDER BY r.idx`,
			[]any{500}, "records_unconfirmed_amount (received_amount=?)", 1},
	} {
		if plan := planOf(t, db, q.query, q.args); strings.Count(plan, q.step) != q.times {
			t.Errorf("%s are not looked up by %s:\n%s", what, q.step, plan)
		}
	}
}
