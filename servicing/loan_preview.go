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
	APR        lending.Rate // of a loan to be paid out, as its key facts statement gives it
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

// PreviewDisbursement makes the loan that would be paid out on an account, by the
// code that pays it out, and writes nothing. It is refused as the payout would be.
func PreviewDisbursement(ctx context.Context, v *store.View, in DisbursementInput) (LoanPreview, error) {
	if err := in.check(); err != nil {
		return LoanPreview{}, err
	}
	account, err := accountByAny(ctx, v, in.Account)
	if err != nil {
		return LoanPreview{}, err
	}
	company, err := v.Company(ctx)
	if err != nil {
		return LoanPreview{}, err
	}
	if err := roomFor(ctx, v, company.BusinessDate, account, in.Amount); err != nil {
		return LoanPreview{}, err
	}
	if in.Date.IsZero() {
		in.Date = company.BusinessDate
	}
	plan, err := planFor(ctx, v, account, in)
	if err != nil {
		return LoanPreview{}, err
	}
	disclosed, err := plan.disclose(in.Amount, in.Date)
	return LoanPreview{Principal: in.Amount, Net: plan.Net, Interest: disclosed.TotalInterest, Rows: plan.Schedule.Rows, Deductions: plan.Deductions, APR: disclosed.APR}, err
}

// disclose computes what the key facts statement of a planned loan gives.
func (p plannedLoan) disclose(amount lending.Money, on lending.Date) (lending.Disclosure, error) {
	var charges []lending.LoanCharge
	var keptBack lending.Money
	for _, d := range p.Deductions {
		switch d.Kind {
		case upfrontInterest:
			keptBack += d.Amount
		case "fee":
			charges = append(charges, lending.LoanCharge{Name: d.Name, Amount: d.Amount})
		case "gst", "igst":
			charges = append(charges, lending.LoanCharge{Name: d.Name, GST: d.Amount})
		}
	}
	if keptBack > 0 {
		keptBack += sumOfDeductions(p.Schedule.Deductions)
	}
	return disclose(p.Terms, []lending.Draw{{Date: on, Amount: amount}}, charges, keptBack)
}

func sumOfDeductions(deductions []lending.Deduction) lending.Money {
	var sum lending.Money
	for _, d := range deductions {
		sum += d.Amount
	}
	return sum
}

// disclose computes the disclosure of a loan of which some interest is kept back, or
// none. Interest kept back costs what a charge of its amount does; the rows bear none.
func disclose(terms lending.Terms, draws []lending.Draw, charges []lending.LoanCharge, keptBack lending.Money) (lending.Disclosure, error) {
	if keptBack > 0 {
		terms.ROIValue, terms.FlatROIValue = 0, 0
		charges = append(charges, lending.LoanCharge{Name: "Interest kept back", Amount: keptBack})
	}
	d, err := lending.Disclose(terms, draws, charges)
	d.TotalInterest += keptBack
	d.ChargesLender -= keptBack
	d.Deducted += keptBack
	return d, err
}
