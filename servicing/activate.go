package servicing

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"lekha/lending"
	"lekha/store"
)

// activate makes a loan active once all its payouts reached their payees: the
// disbursal becomes a fact of the account, value-dated the day on which the last
// of the money was there (domain 1.5.3: never earlier).
func activate(ctx context.Context, tx *store.Tx, paid store.Payout) (flags string, err error) {
	if paid.Type == "tranche" {
		return lendMore(ctx, tx, paid)
	}
	payouts, err := tx.PayoutsOfLoan(ctx, string(paid.LoanID))
	if err != nil {
		return "", err
	}
	var on lending.Date
	var sum lending.Money
	for _, p := range payouts {
		switch p.Status {
		case "success":
			on, sum = max(on, p.Date), sum+p.Amount
		case "cancelled":
		default:
			return "", nil // another part is still on its way
		}
	}
	loan, err := tx.LoanByID(ctx, string(paid.LoanID))
	if err != nil {
		return "", err
	}
	if sum != loan.NetAmount {
		return "", fmt.Errorf("payouts of loan %s sum to %s, net is %s", loan.Ref, sum, loan.NetAmount)
	}
	var planned pendingDisbursal
	if err := json.Unmarshal([]byte(loan.Disbursal), &planned); err != nil {
		return "", fmt.Errorf("reading the disbursal of %s: %w", loan.Ref, err)
	}
	disbursal, err := datedFrom(planned.Disbursal, loan.Amount, on)
	if err != nil {
		return "", err
	}
	if err := lend(ctx, tx, &loan, disbursal, planned.Policy, on); err != nil {
		return "", err
	}
	if on < tx.Today {
		flags = "back_dated"
	}
	return flags, refresh(ctx, tx, loan.AccountID)
}

// datedFrom makes the rows of a disbursal as its money really went out. What was
// kept back is what was kept back: when the day makes the broken period shorter
// or longer, the difference is in the first instalments.
func datedFrom(d lending.Disbursal, amount lending.Money, on lending.Date) (lending.Disbursal, error) {
	base := amount
	if d.InterestBase > 0 {
		base = d.InterestBase
	}
	terms := d.Terms
	if keptBack(d, upfrontInterest) > 0 && d.UpfrontRate > 0 { // what was kept back was that of instalments at this rate
		terms.ROIValue = d.UpfrontRate
	}
	schedule, err := terms.Schedule(base, on)
	if err != nil {
		if refused := lending.KindOf(err); refused == lending.Invalid {
			return d, lending.RefuseField("date", "payout.schedule", "With this day the schedule does not work: "+err.Error())
		}
		return d, err
	}
	d.Rows = schedule.Rows
	lift(d.Rows, amount-base)
	moveBPI(d.Rows, -keptBack(d, lending.SubventionInterest))
	if keptBack(d, upfrontInterest) > 0 {
		for i := range d.Rows {
			d.Rows[i].Interest = 0
		}
		return d, nil
	}
	moveBPI(d.Rows, bpiOf(schedule.Deductions)-keptBack(d, "bpi"))
	return d, nil
}

func bpiOf(deductions []lending.Deduction) lending.Money {
	return keptBack(lending.Disbursal{Deductions: deductions}, "bpi")
}

// keptBack sums the deductions of one kind.
func keptBack(d lending.Disbursal, kind string) lending.Money {
	var sum lending.Money
	for _, deduction := range d.Deductions {
		if deduction.Kind == kind {
			sum += deduction.Amount
		}
	}
	return sum
}

// moveBPI puts broken period interest that was kept back too little on the first
// row, and takes what was kept back too much from the first rows that have it.
func moveBPI(rows []lending.ScheduleRow, difference lending.Money) {
	for i := range rows {
		take := max(difference, -rows[i].Interest)
		rows[i].Interest += take
		difference -= take
	}
}

// lend writes the facts of a loan that is active: the policy of the account, if
// it has none yet, and the disbursal.
func lend(ctx context.Context, tx *store.Tx, loan *store.Loan, d lending.Disbursal, policy *lending.Policy, on lending.Date) error {
	facts, err := tx.Facts(ctx, loan.AccountID)
	if err != nil {
		return err
	}
	hasPolicy := slices.ContainsFunc(facts.Facts, func(f lending.Fact) bool { return f.Kind == lending.FactTerms })
	if policy != nil && !hasPolicy {
		err := tx.AppendFact(ctx, loan.AccountID, lending.Fact{Key: "terms/" + loan.ID, Kind: lending.FactTerms, ValueDate: on, Policy: policy}, loan.Ref)
		if err != nil {
			return err
		}
	}
	err = tx.AppendFact(ctx, loan.AccountID, lending.Fact{Key: loan.ID, Kind: lending.FactDisbursal, ValueDate: on, Amount: loan.Amount, Disbursal: &d}, loan.Ref)
	if err != nil {
		return err
	}
	text, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("writing the disbursal: %w", err)
	}
	loan.Status, loan.DisbursedOn, loan.Disbursal = "active", on, string(text)
	if err := tx.UpdateLoan(ctx, *loan); err != nil {
		return err
	}
	return tx.SetAccountStatus(ctx, loan.AccountID, "active")
}
