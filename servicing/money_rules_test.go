package servicing

import (
	"context"
	"testing"

	"lekha/store"
)

// limitMoney asks for other limits of money that leaves and has them approved.
func (h *house) limitMoney(change func(*MoneyLimits)) {
	h.Helper()
	asked, err := h.office.ProposeRules(h.Context(), h.admin(), RulesChange{Kind: MoneyKind, Money: h.moneyLimits(change), Reason: "The board wants it."})
	h.must(err)
	h.must(h.signed(asked.Ref, h.ravi))
}

func (h *house) moneyLimits(change func(*MoneyLimits)) MoneyLimits {
	h.Helper()
	var limits MoneyLimits
	h.read(func(ctx context.Context, v *store.View) (err error) {
		limits, err = MoneyLimitsOf(ctx, v)
		return err
	})
	change(&limits)
	return limits
}

// The limits of fees, refunds and payouts are asked for by an administrator and hold
// once a credit manager approved; verify knows what was decided.
func TestMoneyLimitsAreChangedByTwoPeople(t *testing.T) {
	h := newHouse(t)
	if now := h.moneyLimits(func(*MoneyLimits) {}); now != firstMoneyLimits {
		t.Errorf("new books have %+v, verify holds them against %+v", now, firstMoneyLimits)
	}
	more := h.moneyLimits(func(m *MoneyLimits) { m.BounceCharge = rupees("350") })
	_, err := h.office.ProposeRules(t.Context(), h.omar, RulesChange{Kind: MoneyKind, Money: more, Reason: "x"})
	h.refused(err, "permission")
	for _, bad := range []func(*MoneyLimits){
		func(m *MoneyLimits) { m.PayoutTries = 0 }, func(m *MoneyLimits) { m.HoldDays = -1 }, func(m *MoneyLimits) { m.DailyCap = -1 },
		func(m *MoneyLimits) { m.BounceCharge = rupees("200000") }, func(m *MoneyLimits) { m.IdleExcessDays = 5000 },
	} {
		_, err := h.office.ProposeRules(t.Context(), h.admin(), RulesChange{Kind: MoneyKind, Money: h.moneyLimits(bad), Reason: "x"})
		h.refused(err, "rules.invalid")
	}
	h.limitMoney(func(m *MoneyLimits) { m.BounceCharge, m.DespiteDues = rupees("350"), true })
	if now := h.moneyLimits(func(*MoneyLimits) {}); now.BounceCharge != rupees("350") || !now.DespiteDues || now.HoldDays != 3 {
		t.Errorf("%+v", now)
	}
	h.sound()
	h.must(h.db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		rules, err := tx.MoneyRules(ctx)
		rules.DailyCap = rupees("1")
		if err != nil {
			return err
		}
		return tx.SetMoneyRules(ctx, rules)
	}))
	found, err := h.office.Verify(t.Context())
	h.must(err)
	if len(found.Findings) == 0 {
		t.Error("verify does not see limits that nobody decided")
	}
}

// payoutOf is a loan's payout that somebody of finance approved.
func (h *house) payoutOf(amount string) store.Payout {
	h.Helper()
	account := h.openAccount("{}")
	out, err := h.office.InitiateDisbursement(h.Context(), h.asha, DisbursementInput{Account: account.Ref, Amount: rupees(amount)})
	h.must(err)
	p, err := h.office.ApprovePayout(h.Context(), h.omar, out.Payouts[0].Ref, 0)
	h.must(err)
	return p
}

// A payout above the limit is asked for, approved and sent by three people, in a file
// and by hand; one up to it by two.
func TestLargePayoutsPassThreeHands(t *testing.T) {
	h := newHouse(t)
	h.limitMoney(func(m *MoneyLimits) { m.ReleaseLimit = rupees("100000") })
	uma := h.hire("uma", Finance)
	small, large := h.payoutOf("100000"), h.payoutOf("100001")
	_, err := h.office.ProcessPayout(t.Context(), h.omar, large.Ref, PaidOut{UTR: "N1"})
	h.refused(err, "payout.third_hand")
	_, err = h.office.ProcessPayout(t.Context(), h.omar, small.Ref, PaidOut{UTR: "N2"})
	h.must(err)
	_, err = h.office.ProcessPayout(t.Context(), uma, large.Ref, PaidOut{UTR: "N3"})
	h.must(err)
	h.sound()
}

// No more leaves on a day than the cap says, in files and by hand together; what
// definitely failed is not counted, and the next day begins at nothing.
func TestPayoutsOfADayAreCapped(t *testing.T) {
	h := newHouse(t)
	h.limitMoney(func(m *MoneyLimits) { m.DailyCap = rupees("150000") })
	one, two := h.payoutOf("100000"), h.payoutOf("60000")
	_, err := h.office.ProcessPayout(t.Context(), h.omar, one.Ref, PaidOut{UTR: "N1"})
	h.must(err)
	_, err = h.office.ProcessPayout(t.Context(), h.omar, two.Ref, PaidOut{UTR: "N2"})
	h.refused(err, "payout.daily_cap")
	_, err = h.office.ExportPayouts(t.Context(), h.omar, PayoutExport{DebitBank: "HDFC-CA-01"})
	h.refused(err, "payout.daily_cap")
	h.clock.set(h.today().AddDays(1).Time().Add(10 * 3600e9))
	_, err = h.office.ProcessPayout(t.Context(), h.omar, two.Ref, PaidOut{UTR: "N2"})
	h.must(err)
	h.sound()
}
