package servicing

import (
	"context"
	"testing"

	"lekha/lending"
	"lekha/store"
)

// TestPositionsAreKeptForBureaus: at the end of a bureau date each account is kept as
// the facts booked by then say, a due of the next day left out; what is booked later
// changes nothing of it; other days keep nothing.
func TestPositionsAreKeptForBureaus(t *testing.T) {
	h := newHouse(t) // 16 November is one of the four dates
	late := h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-10-05", "overdue_roi_value", "24")
	due := h.takeOver("PL002", "Anita Devi", "disbursed_on", "2026-07-17", "first_due_date", "2026-08-17", "paid_to_date", "2026-10-17")
	quiet := h.takeOver("PL003", "Rita Devi")
	moving := h.openAccount(`{"emi_count":12,"roi_value":18,"interest_recalculation":"daily"}`)
	out, err := h.office.InitiateDisbursement(t.Context(), h.asha, DisbursementInput{Account: moving.Ref, Amount: rupees("60000")})
	h.must(err)
	h.payOut(out, day("2026-11-16"))
	_, err = h.close(h.asha, day("2026-11-24"))
	h.must(err)
	kept := func(on string, account store.Account) (p store.DayPosition) {
		h.read(func(ctx context.Context, v *store.View) (err error) {
			p, err = v.DayPositionOf(ctx, day(on), account.ID)
			if isMissing(err) {
				return nil
			}
			return err
		})
		return p
	}
	if p := kept("2026-11-16", late); p.DPD != 12 || p.Category != string(lending.SMA0) || p.DueNow < rupees("11002") {
		t.Errorf("late: %+v", p)
	}
	if p := kept("2026-11-16", due); p.DPD != 0 || p.DueNow != 0 || p.TotalOutstanding == 0 {
		t.Errorf("due the day after: %+v", p)
	}
	if p := kept("2026-11-23", due); p.DPD != 7 || p.DueNow == 0 {
		t.Errorf("a week later: %+v", p)
	}
	if p := kept("2026-11-16", quiet); p.TotalOutstanding == 0 || p.DueNow != 0 {
		t.Errorf("quiet: %+v", p)
	}
	if p := kept("2026-11-23", moving); p.PrincipalOutstanding != rupees("60000") {
		t.Errorf("by actual balance: %+v", p)
	}
	if p := kept("2026-11-17", late); p.AccountID != "" {
		t.Errorf("a day that nobody asks for is kept: %+v", p)
	}
	h.sound()
	before := kept("2026-11-23", late)
	h.approve(h.match(h.credit("NEFT CR 1", "SBIN00000000001", "5000.00"), "PL001")) // of the 16th
	if after := kept("2026-11-23", late); after != before {
		t.Errorf("booked later, it changed %+v to %+v", before, after)
	}
	h.sound()
	h.tamper(`UPDATE day_positions SET dpd = dpd + 1 WHERE account_id = ? AND date = '2026-11-23'`, late.ID)
	if result, err := h.office.Verify(t.Context()); err != nil || len(result.Findings) != 1 {
		t.Errorf("verify does not see another position: %+v %v", result.Findings, err)
	}
}
