package servicing

import (
	"context"
	"errors"
	"strings"

	"lekha/lending"
	"lekha/store"
)

// LoanForm is one running loan as a person types it: the columns of borrowers.csv
// and loans.csv by name. An empty borrower_ref or account_ref draws a number; a
// borrower_ref that is in the books takes that borrower.
type LoanForm map[string]string

// OpenLoan takes over one running loan: borrower, account and active loan in one
// act. It is the import of a portfolio with one row (decision 0003), so it is for
// whoever may import one, and moves no money: what it says was paid out, was paid
// out before. In books that are at work a second person decides.
func (o *Office) OpenLoan(ctx context.Context, actor Actor, form LoanForm) (TakenOver, error) {
	var taken TakenOver
	if err := actor.need(MayTakeOver); err != nil {
		return taken, err
	}
	err := o.command(ctx, actor, note{action: "account.take_over", input: form}, func(ctx context.Context, tx *store.Tx, n *note) error {
		working, err := atWork(ctx, &tx.View)
		if err != nil {
			return err
		}
		if working {
			asked, err := askLoan(ctx, tx, actor, form, tx.Today)
			taken.Asked, n.subject, n.summary = &asked, asked.Ref, "Asked to take over a loan, with what was received before."
			return err
		}
		if taken.Account, _, err = openLoan(ctx, tx, actor, form, tx.Today); err != nil {
			return err
		}
		n.subject, n.account = taken.Account.Ref, taken.Account.ID
		n.summary = "Took over account " + taken.Account.Ref + " of " + taken.Account.BorrowerName + "."
		return nil
	})
	return taken, err
}

// openLoan writes the loan of a form, checked as on a day, and returns the
// account with what was planned.
func openLoan(ctx context.Context, tx *store.Tx, actor Actor, form LoanForm, today lending.Date) (store.Account, *portfolio, error) {
	c := cells{func(field string) string { return strings.TrimSpace(form[field]) }, faults{}}
	company, err := tx.Company(ctx)
	if err != nil {
		return store.Account{}, nil, err
	}
	loan := readRunningLoan(c)
	borrower, err := borrowerOfForm(ctx, tx, c)
	if err != nil {
		return store.Account{}, nil, err
	}
	loan.borrower = borrower.Ref
	p := &portfolio{takingOver: takingOver{today: today, ownState: stateOf(company), programs: map[string]store.Program{},
		states: map[string]string{borrower.Ref: borrower.State}}, known: map[string]store.Borrower{}}
	if err := p.resolve(ctx, &tx.View, &loan, c.faults); err != nil {
		return store.Account{}, nil, err
	}
	taken := p.makeFacts(loan, c.faults)
	if err := c.faults.refuse("loan_form.invalid", "The loan cannot be taken over like this."); err != nil {
		return store.Account{}, nil, err
	}
	p.loans = append(p.loans, taken)
	account, err := taken.write(ctx, tx, actor, borrower, p.programs[loan.program])
	return account, p, err
}

// borrowerOfForm finds the borrower that a form names, or makes one of its
// fields. What is wrong with them is a fault of the form, and nothing is kept.
func borrowerOfForm(ctx context.Context, tx *store.Tx, c cells) (store.Borrower, error) {
	if ref := c.text("borrower_ref"); ref != "" {
		b, err := tx.BorrowerByAny(ctx, ref)
		if err == nil || lending.KindOf(err) != lending.NotFound {
			return b, err
		}
	}
	b, err := createBorrower(ctx, tx, BorrowerInput{Ref: c.text("borrower_ref"), Name: c.text("name"), CoApplicant: c.text("co_applicant"), PAN: c.text("pan"),
		Phone: c.text("phone"), Email: c.text("email"), VPA: c.text("vpa"), Address: c.text("address"), State: c.text("state")})
	refused, ok := errors.AsType[*lending.Error](err)
	if !ok || refused.Kind != lending.Invalid {
		return b, err
	}
	for field, message := range refused.Fields {
		if field == "ref_id" {
			field = "borrower_ref"
		}
		c.faults.add(field, message)
	}
	return b, nil
}
