package servicing

import (
	"context"
	"fmt"

	"lekha/lending"
	"lekha/store"
)

// MoneyKind is what the limits of money that leaves are called where kinds of
// request are named.
const MoneyKind = "money"

// MoneyLimits are the parameters of fees, refunds and payouts (domain 15): they
// change by request and approval, as the rules do, and the request says from which
// to which.
type MoneyLimits struct {
	FeeLimit       lending.Money `json:"fee_limit"`            // a fee above it needs a second person
	BounceCharge   lending.Money `json:"bounce_charge"`        // without tax, once for each due that a bank returned
	HoldDays       int           `json:"refund_hold_days"`     // money by NACH or cheque is not paid back earlier
	DespiteDues    bool          `json:"refund_despite_dues"`  // unpaid dues do not hold a refund up
	IdleExcessDays int           `json:"idle_excess_days"`     // excess older than this is to be paid back
	PayoutTries    int           `json:"payout_tries"`         // times one payout is sent at most
	ReleaseLimit   lending.Money `json:"payout_release_limit"` // a payout above it is sent by a third person; zero: none
	DailyCap       lending.Money `json:"payout_daily_cap"`     // all that leaves on one day; zero: none
}

const (
	// maxTries is more often than any bank should be asked to pay one payout.
	maxTries = 20
	// maxCharge is more than any charge for a bounce.
	maxCharge = oneLakh
)

// firstMoneyLimits are those of new books, as the schema has them.
var firstMoneyLimits = MoneyLimits{FeeLimit: 10_000_00, BounceCharge: 500_00, HoldDays: 3, IdleExcessDays: 30, PayoutTries: 3}

// MoneyLimitsOf are the parameters in force.
func MoneyLimitsOf(ctx context.Context, v *store.View) (MoneyLimits, error) {
	r, err := v.MoneyRules(ctx)
	return MoneyLimits{r.FeeLimit, r.BounceCharge, r.HoldDays, r.DespiteDues, r.IdleExcessDays, r.PayoutTries, r.ReleaseLimit, r.DailyCap}, err
}

func (m MoneyLimits) rules() store.MoneyRules {
	return store.MoneyRules{FeeLimit: m.FeeLimit, BounceCharge: m.BounceCharge, HoldDays: m.HoldDays, DespiteDues: m.DespiteDues, IdleExcessDays: m.IdleExcessDays,
		PayoutTries: m.PayoutTries, ReleaseLimit: m.ReleaseLimit, DailyCap: m.DailyCap}
}

func (m MoneyLimits) check() error {
	faults := faults{}
	for name, amount := range map[string]lending.Money{"fee_limit": m.FeeLimit, "payout_release_limit": m.ReleaseLimit, "payout_daily_cap": m.DailyCap} {
		if amount < 0 {
			faults.add(name, "This is not below nothing.")
		}
	}
	if m.BounceCharge < 0 || m.BounceCharge > maxCharge {
		faults.add("bounce_charge", "This is from nothing to "+maxCharge.Rupees()+".")
	}
	for name, days := range map[string]int{"refund_hold_days": m.HoldDays, "idle_excess_days": m.IdleExcessDays} {
		if days < 0 || days > maxFreeDays {
			faults.add(name, fmt.Sprintf("This is from 0 to %d days.", maxFreeDays))
		}
	}
	if m.PayoutTries < 1 || m.PayoutTries > maxTries {
		faults.add("payout_tries", fmt.Sprintf("This is from 1 to %d.", maxTries))
	}
	return faults.refuse("rules.invalid", "The limits cannot be like this.")
}

// MoneyTerms lists what differs between two sets of parameters.
func MoneyTerms(was, will MoneyLimits) []ChangedTerm {
	var terms []ChangedTerm
	add := func(name, before, after string) {
		if before != after {
			terms = append(terms, ChangedTerm{name, before, after})
		}
	}
	before, after := was.Words(), will.Words()
	for i, w := range before {
		add(w[0], w[1], after[i][1])
	}
	return terms
}

// Words says the parameters for people: name and value.
func (m MoneyLimits) Words() [][2]string {
	none := func(amount lending.Money) string {
		if amount == 0 {
			return "none"
		}
		return amount.Rupees()
	}
	dues := "hold a refund up"
	if m.DespiteDues {
		dues = "do not hold a refund up"
	}
	return [][2]string{
		{"A fee needs a second person above", m.FeeLimit.Rupees()},
		{"Charge for a returned due, without tax", none(m.BounceCharge)},
		{"Money by NACH or cheque is not paid back before", fmt.Sprintf("%d days", m.HoldDays)},
		{"Unpaid dues", dues},
		{"Excess is to be paid back after", fmt.Sprintf("%d days", m.IdleExcessDays)},
		{"One payout is sent at most", fmt.Sprintf("%d times", m.PayoutTries)},
		{"A payout is sent by a third person above", none(m.ReleaseLimit)},
		{"On one day leaves at most", none(m.DailyCap)},
	}
}

// released refuses to let money out that the person who approved it may not send
// alone, or that is more than may leave on one day (domain 7.7).
func released(ctx context.Context, tx *store.Tx, actor Actor, payouts ...store.Payout) error {
	limits, err := MoneyLimitsOf(ctx, &tx.View)
	if err != nil {
		return err
	}
	var sum lending.Money
	for _, p := range payouts {
		if limits.ReleaseLimit > 0 && p.Amount > limits.ReleaseLimit && string(p.ApproverID) == actor.Person {
			return lending.Refuse(lending.Forbidden, "payout.third_hand", "Payout "+p.Ref+" is above "+limits.ReleaseLimit.Rupees()+": you approved it, so a third person sends it.")
		}
		sum += p.Amount
	}
	if limits.DailyCap == 0 {
		return nil
	}
	today := store.Instant{Time: lending.DateOf(tx.Now.Time).Time()}
	out, err := tx.LeftSince(ctx, today)
	if err != nil {
		return err
	}
	if out+sum > limits.DailyCap {
		return lending.Refuse(lending.Conflict, "payout.daily_cap", fmt.Sprintf("%s left today, and with %s it would be more than the %s of one day.", out.Rupees(), sum.Rupees(), limits.DailyCap.Rupees()))
	}
	return nil
}
