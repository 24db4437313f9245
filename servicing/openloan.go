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
// whoever may import one, needs no second person, and moves no money: what it
// says was paid out, was paid out before.
func (o *Office) OpenLoan(ctx context.Context, actor Actor, form LoanForm) (store.Account, error) {
	var account store.Account
	if err := actor.need(MayTakeOver); err != nil {
		return account, err
	}
	err := o.command(ctx, actor, note{action: "account.take_over", input: form}, func(ctx context.Context, tx *store.Tx, n *note) error {
		var err error
		if account, err = openLoan(ctx, tx, actor, form); err != nil {
			return err
		}
		n.subject, n.account = account.Ref, account.ID
		n.summary = "Took over account " + account.Ref + " of " + account.BorrowerName + "."
		return nil
	})
	return account, err
}

func openLoan(ctx context.Context, tx *store.Tx, actor Actor, form LoanForm) (store.Account, error) {
	c := cells{func(field string) string { return strings.TrimSpace(form[field]) }, faults{}}
	company, err := tx.Company(ctx)
	if err != nil {
		return store.Account{}, err
	}
	loan := readRunningLoan(c)
	borrower, err := borrowerOfForm(ctx, tx, c)
	if err != nil {
		return store.Account{}, err
	}
	loan.borrower = borrower.Ref
	p := &portfolio{takingOver: takingOver{today: company.BusinessDate, ownState: stateOf(company), programs: map[string]store.Program{},
		states: map[string]string{borrower.Ref: borrower.State}}, known: map[string]store.Borrower{}}
	if err := p.resolve(ctx, &tx.View, &loan, c.faults); err != nil {
		return store.Account{}, err
	}
	taken := p.makeFacts(loan, c.faults)
	if err := c.faults.refuse("loan_form.invalid", "The loan cannot be taken over like this."); err != nil {
		return store.Account{}, err
	}
	return taken.write(ctx, tx, actor, borrower, p.programs[loan.program])
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
