package ledger

import "lekha/lending"

// Control is a figure of a Book and the roles whose balance it has to be.
type Control struct {
	Name  string
	Roles []Role
	Want  lending.Money // debit positive, as the Book says it
}

// Controls are the figures of a Book that its entries have to tie to (domain 9.6).
// What was written off is in no account any more: its claim is left out.
func Controls(book *lending.Book) []Control {
	off := map[string]bool{}
	var principal, interest, overdue, penal, fee lending.Money
	for i := range book.Loans {
		l := &book.Loans[i]
		if off[l.Loan] = l.WrittenOffOn != 0; !off[l.Loan] {
			principal -= l.Uncapitalised(book.At.Date)
		}
	}
	for i := range book.Demands {
		d := &book.Demands[i]
		if off[d.Loan] {
			continue
		}
		principal += d.Left(lending.Principal)
		overdue += d.Left(lending.OverdueInterest)
		penal += d.Left(lending.Penal)
		if d.Type == lending.DemandFee || accrues(d) <= book.At.Date {
			interest += d.Left(lending.Interest)
		}
		if d.Type == lending.DemandFee || d.Due {
			fee += d.Left(lending.Fee)
		}
	}
	return []Control{
		{"Principal outstanding", []Role{PrincipalLent, PrincipalDue}, principal},
		{"Interest due", []Role{InterestAccrued, InterestDue}, interest},
		{"Overdue interest", []Role{OverdueDue}, overdue},
		{"Penal charges", []Role{PenalDue}, penal},
		{"Fees", []Role{FeeDue}, fee},
		{"Excess", []Role{Excess}, -book.Excess},
		{"Holdback", []Role{Holdback}, -book.Liabilities.Holdback},
		{"Cashback", []Role{Cashback}, -book.Liabilities.Cashback},
		{"Receipts to allocate", []Role{ToAllocate}, 0},
	}
}

// Untied is a control whose balance is not the figure.
type Untied struct {
	Control
	Got lending.Money
}

// Tie compares the controls of a Book with balances by role.
func Tie(book *lending.Book, balances map[Role]lending.Money) []Untied {
	var out []Untied
	for _, c := range Controls(book) {
		var got lending.Money
		for _, role := range c.Roles {
			got += balances[role]
		}
		if got != c.Want {
			out = append(out, Untied{c, got})
		}
	}
	return out
}
