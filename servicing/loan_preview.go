package servicing

import (
	"context"
	"errors"
	"strings"

	"lekha/lending"
	"lekha/store"
)

// LoanPreview is what a form would open: its schedule, what was kept back at
// disbursal, and where the account would stand today.
type LoanPreview struct {
	Principal  lending.Money
	Net        lending.Money // paid out
	Interest   lending.Money // of all rows
	Rows       []lending.ScheduleRow
	Deductions []lending.Deduction
	Summary    lending.Summary
}

// PreviewLoan makes the loan of a form by the code that opens it, and writes
// nothing. Who borrows is not asked for yet.
func PreviewLoan(ctx context.Context, v *store.View, form LoanForm) (LoanPreview, error) {
	c := cells{func(field string) string { return strings.TrimSpace(form[field]) }, faults{}}
	company, err := v.Company(ctx)
	if err != nil {
		return LoanPreview{}, err
	}
	loan := readRunningLoan(c)
	p := &portfolio{takingOver: takingOver{today: company.BusinessDate, ownState: stateOf(company), programs: map[string]store.Program{},
		states: map[string]string{}}, known: map[string]store.Borrower{}}
	if _, err := v.BorrowerByAny(ctx, loan.borrower); lending.KindOf(err) == lending.NotFound {
		p.states[loan.borrower] = c.text("state")
	} else if err != nil && !errors.Is(err, store.ErrMissing) {
		return LoanPreview{}, err
	}
	if err := p.resolve(ctx, v, &loan, c.faults); err != nil {
		return LoanPreview{}, err
	}
	taken := p.makeFacts(loan, c.faults)
	if err := c.faults.refuse("loan_form.invalid", "The loan cannot be taken over like this."); err != nil {
		return LoanPreview{}, err
	}
	out := LoanPreview{Principal: loan.principal, Net: loan.principal, Rows: taken.disbursal.Rows, Deductions: taken.disbursal.Deductions, Summary: taken.book.Summary}
	for _, d := range out.Deductions {
		out.Net -= d.Amount
	}
	for _, row := range out.Rows {
		out.Interest += row.Interest
	}
	return out, nil
}
