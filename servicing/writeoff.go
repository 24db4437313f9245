package servicing

import (
	"context"

	"lekha/lending"
	"lekha/store"
)

// WriteOffInput asks that a loan be taken off the books.
type WriteOffInput struct {
	Loan    string
	Reason  string
	Version int64
}

// RequestWriteOff asks for a technical write-off: accounting only, the claim on the
// borrower stays, and what comes later is a recovery (domain 9.4). A credit manager
// and finance both sign.
func (o *Office) RequestWriteOff(ctx context.Context, actor Actor, in WriteOffInput) (store.Approval, error) {
	ask := loanChange{kind: "write_off", loan: in.Loan, reason: in.Reason, version: in.Version, input: in}
	return o.changeLoan(ctx, actor, ask, func(r liveLoan, c *changeRequest) error {
		o := r.owed
		if o.Principal+o.Interest+o.Penal+o.Fees == 0 {
			return lending.Refuse(lending.Conflict, "write_off.nothing", "Loan "+r.loan.Ref+" owes nothing: there is nothing to write off.")
		}
		c.amount = o.Principal + o.Interest + o.Penal + o.Fees
		c.body.Facts = []plannedFact{planned(lending.Fact{Key: r.key("write_off"), Kind: lending.FactWriteOff, ValueDate: r.on, Amount: 0,
			WriteOff: &lending.WriteOff{Loan: r.loan.ID, Kind: lending.WriteOffTechnical}})}
		c.body.Terms = []ChangedTerm{
			{"Principal", o.Principal.Rupees(), "written off, still owed"},
			{"Unpaid interest", o.Interest.Rupees(), "written off, still owed"},
			{"Penal charges", o.Penal.Rupees(), "written off, grow no more"},
			{"Fees", o.Fees.Rupees(), "written off, still owed"},
		}
		return nil
	})
}

// recovered brings the state of written-off loans to what their books say: all paid
// is recovered, and money that is taken back makes it owed again.
func recovered(ctx context.Context, tx *store.Tx, account string, book *lending.Book) error {
	off := false
	for _, l := range book.Loans {
		off = off || l.WrittenOffOn != 0
	}
	if !off {
		return nil
	}
	loans, err := tx.LoansOfAccount(ctx, account)
	if err != nil {
		return err
	}
	for _, l := range loans {
		owed := owedOn(book, l.ID)
		switch {
		case l.Status == "written_off" && owed == 0:
			l.Status = loanSteps[LoanRecover].to
		case l.Status == "recovered" && owed > 0:
			l.Status = loanSteps[LoanUnrecover].to
		default:
			continue
		}
		if err := tx.UpdateLoan(ctx, l); err != nil {
			return err
		}
	}
	return nil
}

// owedOn is all that a loan still owes, what is to come included.
func owedOn(book *lending.Book, loan string) lending.Money {
	var sum lending.Money
	for i := range book.Demands {
		if book.Demands[i].Loan == loan {
			sum += leftOf(&book.Demands[i])
		}
	}
	return sum
}
