package servicing

import (
	"context"
	"maps"
	"testing"

	"lekha/lending"
	"lekha/store"
)

// plans opens the close of the day and works out the moves of accounts.
func (h *house) plans(accounts ...store.Account) (store.DayRun, []accountMove) {
	h.Helper()
	run, err := h.office.openDayRun(h.Context(), h.asha, h.today())
	h.must(err)
	ids := make([]string, len(accounts))
	for i, a := range accounts {
		ids[i] = a.ID
	}
	return run, h.office.planMoves(h.Context(), h.today(), ids)
}

// TestWhatOnlyGrowsOlderIsMovedByDifference: an account in arrears and one that falls
// due are written by what differs; one with excess, one of a borrower with two and one
// whose rows are not what its facts say are refreshed. All stand as their facts say.
func TestWhatOnlyGrowsOlderIsMovedByDifference(t *testing.T) {
	h := newHouse(t)
	late := h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-08-05", "overdue_roi_value", "24", "penal_roi_value", "36")
	due := h.takeOver("PL002", "Anita Devi", "disbursed_on", "2026-07-17", "first_due_date", "2026-08-17", "paid_to_date", "2026-10-17")
	held := h.takeOver("PL003", "Rita Devi", "disbursed_on", "2026-07-17", "first_due_date", "2026-08-17", "paid_to_date", "2026-10-17")
	h.approve(h.match(h.credit("NEFT CR 1", "SBIN00000000001", "500.00"), "PL003"))
	first := h.takeOver("PL004", "Mita Devi", "paid_to_date", "2026-08-05")
	second := h.takeOver("PL005", "", "paid_to_date", "2026-08-05", "borrower_ref", first.BorrowerRef)
	odd := h.takeOver("PL006", "Gita Devi", "paid_to_date", "2026-08-05")
	h.tamper(`UPDATE positions SET due_now = due_now + 1 WHERE account_id = ?`, odd.ID)
	run, moves := h.plans(late, due, held, first, second, odd)
	for i, aged := range []bool{true, true, false, false, false, false} {
		if moves[i].aged != aged {
			t.Errorf("move %d: aged is %v", i+1, moves[i].aged)
		}
	}
	if n := len(moves[0].demands); n != 3 {
		t.Errorf("%d demands of the late account grow older", n)
	}
	h.must(h.office.writeMoves(t.Context(), &run, moves))
	if run.Accounts != 6 || run.Changed != 6 || run.Failed != 0 {
		t.Errorf("%+v", run)
	}
	if p := h.position(due); p.DueNow == 0 || p.NextEvent != day("2026-11-18") {
		t.Errorf("on the due date: %+v", p)
	}
	if p := h.position(held); p.Excess != 0 {
		t.Errorf("the excess was not applied: %+v", p)
	}
	h.sound()
}

// TestAChangeMeanwhileIsNotLost: money that settles after an account was looked at
// and before it is written stays.
func TestAChangeMeanwhileIsNotLost(t *testing.T) {
	h := newHouse(t)
	account := h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-08-05")
	credit := h.match(h.credit("NEFT CR 1", "SBIN00000000001", "500.00"), "PL001")
	run, moves := h.plans(account)
	if !moves[0].aged {
		t.Fatal("the account does not only grow older")
	}
	h.approve(credit)
	paid := h.position(account)
	h.must(h.office.writeMoves(t.Context(), &run, moves))
	if after := h.position(account); after.DueNow != paid.DueNow {
		t.Errorf("%s is due after the close, %s before", after.DueNow, paid.DueNow)
	}
	h.sound()
}

// TestDayMovesAsARefreshDoes: moved by difference day by day, an account has the same
// rows as one that is refreshed each day.
func TestDayMovesAsARefreshDoes(t *testing.T) {
	var stands [2]store.Position
	var codes [2]map[string]lending.Money
	for i := range stands {
		h := newHouse(t)
		account := h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-08-05", "overdue_roi_value", "24", "penal_roi_value", "36")
		for range 40 {
			run, moves := h.plans(account)
			if i == 1 {
				moves[0] = accountMove{account: account.ID}
			}
			h.must(h.office.writeMoves(t.Context(), &run, moves))
			run.Status = "done"
			h.must(h.db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.SaveDayRun(ctx, run) }))
		}
		h.sound()
		stands[i], codes[i] = h.position(account), h.codesNow()
		if stands[i].Category != string(lending.SubStandard) {
			t.Errorf("after forty days it is %s", stands[i].Category)
		}
		stands[i].AccountID, stands[i].PositionAt = "", store.Instant{}
	}
	if stands[0] != stands[1] {
		t.Errorf("moved %+v, refreshed %+v", stands[0], stands[1])
	}
	if !maps.Equal(codes[0], codes[1]) {
		t.Errorf("moved %v, refreshed %v", codes[0], codes[1])
	}
}
