package servicing

import (
	"context"
	"slices"
	"strings"
	"testing"

	"lekha/lending"
	"lekha/store"
)

// TestVerifyKnowsAnOpenDayClose takes day closes apart and verifies after every
// single account, in both orders: nothing is said of accounts whose turn has not
// come, though a borrower's other account has gone on, turned non-performing or
// begins that day, and though money waits for the day.
func TestVerifyKnowsAnOpenDayClose(t *testing.T) {
	for name, order := range map[string]func([]string){"as they come": func([]string) {}, "the other way round": slices.Reverse[[]string]} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			first := h.takeOver("PL001", "Sunita Devi", "disbursed_on", "2026-04-19", "first_due_date", "2026-05-19", "paid_to_date", "2026-07-19") // 91 days past due within this week
			h.takeOver("PL002", "", "paid_to_date", "2026-10-05", "borrower_ref", first.BorrowerRef)
			h.takeOver("PL003", "Anita Devi")
			h.takeOver("PL004", "Rita Devi", "paid_to_date", "2026-09-05")
			h.clock.set(h.clock.read().AddDate(0, 0, 2))
			h.importCSV(hdfcFile(line("18/11/26", "NEFT CR 1", "SBIN00000000018", "500.00", "500.00")))
			waiting := h.approve(h.match(h.newest(), "PL003"))
			if waiting.Status != "approved" {
				t.Fatalf("money of a later day is %s", waiting.Status)
			}
			if p := h.position(first); lending.Category(p.Category).NPA() {
				t.Fatalf("%s is %s before the days are closed", first.Ref, p.Category)
			}
			steps := 0
			for range 5 {
				steps += h.closeStepByStep(order)
			}
			if steps < 12 {
				t.Errorf("only %d accounts were moved", steps)
			}
			if p := h.position(h.account("PL002")); p.Category != string(lending.SubStandard) {
				t.Errorf("the borrower's other account is %s", p.Category)
			}
		})
	}
}

// closeStepByStep closes a day as CloseDay does, one account a transaction, and
// verifies after each.
func (h *house) closeStepByStep(order func([]string)) int {
	h.Helper()
	run, err := h.office.openDayRun(h.Context(), h.asha, h.today())
	h.must(err)
	h.sound()
	var ids []string
	h.read(func(ctx context.Context, v *store.View) (err error) {
		ids, err = v.AccountsToClose(ctx, run.Date, dayChunk)
		return err
	})
	order(ids)
	for _, id := range ids {
		h.must(h.db.Write(h.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := moveOn(ctx, tx, id)
			return err
		}))
		h.sound()
	}
	result, err := h.office.Verify(h.Context())
	h.must(err)
	if len(result.Notes) != 1 || !strings.Contains(result.Notes[0], "is not finished") {
		h.Errorf("verify does not say that the close is open: %q", result.Notes)
	}
	h.clock.set(h.clock.read().Add(2 * dayLease))
	h.must(h.office.ResumeDay(h.Context()))
	h.sound()
	return len(ids)
}

// TestVerifyNamesAnAccountThatWasLeftAlone: the close could not bring it to the
// open day, and verify says that once, with the reason, instead of many differences.
func TestVerifyNamesAnAccountThatWasLeftAlone(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-10-05")
	stray := h.approve(h.match(h.credit("NEFT CR 1", "SBIN00000000001", "100.00"), "PL001"))
	h.tamper(`UPDATE records SET fact_key = 'nobody' WHERE id = ?`, stray.ID)
	_, err := h.office.CloseDay(t.Context(), h.asha, 0)
	h.must(err)
	h.tamper(`UPDATE records SET fact_key = id WHERE id = ?`, stray.ID)
	result, err := h.office.Verify(t.Context())
	h.must(err)
	if len(result.Findings) != 1 || !strings.Contains(result.Findings[0].What, "left alone by the day close") {
		t.Errorf("%+v", result.Findings)
	}
}
