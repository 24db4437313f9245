package store

import (
	"context"
	"fmt"

	"lekha/lending"
)

// SettlementLine is which part of which record paid what, with the names that
// people know these by.
type SettlementLine struct {
	Date        lending.Date
	AccountRef  string
	Borrower    string
	RecordRef   string // "" for receipts taken over with a portfolio
	Reference   string // the bank's
	LoanRef     string
	Demand      string // type of the demand, and its number
	DueDate     lending.Date
	Component   string
	Amount      lending.Money
	Outstanding lending.Money // left on the demand
	FromExcess  bool
	DPD         int
}

// EachSettlement gives the settlements of some days one by one, in the order of
// days, accounts and within them.
func (v *View) EachSettlement(ctx context.Context, days Span, fn func(SettlementLine) error) error {
	var c conditions
	c.days("s.date", days)
	err := v.each(ctx, `
		SELECT s.date, a.ref, b.name, COALESCE(r.ref, ''), COALESCE(r.utr, ''), COALESCE(l.ref, ''), d.type || ' ' || d.no, d.due_date, s.component, s.amount, s.outstanding, s.from_excess, s.dpd
		FROM settlements s
		JOIN accounts a ON a.id = s.account_id
		JOIN borrowers b ON b.id = a.borrower_id
		JOIN demands d ON d.id = s.demand_id
		LEFT JOIN loans l ON l.id = d.loan_id
		LEFT JOIN records r ON r.id = s.record_id
		WHERE `+c.where()+`
		ORDER BY s.date, s.account_id, s.seq`, c.args, func(scan func(into ...any) error) error {
		var l SettlementLine
		err := scan(&l.Date, &l.AccountRef, &l.Borrower, &l.RecordRef, &l.Reference, &l.LoanRef, &l.Demand, &l.DueDate, &l.Component, &l.Amount, &l.Outstanding, &l.FromExcess, &l.DPD)
		if err != nil {
			return err
		}
		return fn(l)
	})
	if err != nil {
		return fmt.Errorf("reading settlements: %w", err)
	}
	return nil
}
