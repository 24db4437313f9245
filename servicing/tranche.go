package servicing

import (
	"context"
	"errors"
	"fmt"

	"lekha/lending"
	"lekha/store"
)

// TrancheInput asks for more money on a loan that runs.
type TrancheInput struct {
	Loan       string
	Amount     lending.Money
	PayoutTo   string // "borrower" (default), "anchor", "custom_bank"
	CreditBank string
	Method     string
}

// RequestTranche makes the payout of a tranche. Nothing is lent until finance
// approved and processed it; interest on it runs from that day (domain 1.8).
func (o *Office) RequestTranche(ctx context.Context, actor Actor, in TrancheInput) (store.Payout, error) {
	var payout store.Payout
	if err := actor.need(MayTakeOver); err != nil {
		return payout, err
	}
	given := DisbursementInput{Amount: in.Amount, PayoutTo: in.PayoutTo, CreditBank: in.CreditBank, Method: in.Method}
	if err := given.check(); err != nil {
		return payout, err
	}
	err := o.command(ctx, actor, note{action: "loan.tranche", subject: store.CleanRef(in.Loan), input: in}, func(ctx context.Context, tx *store.Tx, n *note) error {
		r, err := liveLoanAt(ctx, &tx.View, in.Loan, 0)
		if err != nil {
			return err
		}
		n.subject, n.account = r.loan.Ref, r.account.ID
		n.summary = "Asked to pay out " + in.Amount.Rupees() + " more on loan " + r.loan.Ref
		if err := mayLoan(LoanTranche, r.loan); err != nil {
			return err
		}
		if err := withinSanction(ctx, tx, r, in.Amount); err != nil {
			return err
		}
		if payout, err = payoutOf(ctx, tx, r.account, r.loan, PayoutPart{Amount: in.Amount, PayoutTo: given.PayoutTo, CreditBank: in.CreditBank}); err != nil {
			return err
		}
		payout.Type, payout.Method, payout.MakerID = "tranche", given.Method, actor.Person
		if err := trancheFits(ctx, tx, payout); err != nil {
			return err
		}
		payout, err = tx.CreatePayout(ctx, payout)
		return err
	})
	return payout, err
}

// withinSanction refuses a tranche beyond what was sanctioned: the sum of all that
// was lent counts, whatever was repaid.
func withinSanction(ctx context.Context, tx *store.Tx, r liveLoan, amount lending.Money) error {
	if r.account.Status != "active" {
		return lending.Refuse(lending.Conflict, "account."+r.account.Status, "Account "+r.account.Ref+" is "+r.account.Status+": nothing more is lent on it.")
	}
	if r.account.ApprovedLineAmount == 0 {
		return lending.RefuseField("amount", "tranche.sanction", "No amount was sanctioned beyond what was paid out.")
	}
	drawn, err := tx.TranchesOf(ctx, r.loan.ID)
	if err != nil {
		return err
	}
	if left := r.account.ApprovedLineAmount - r.loan.Amount - drawn; amount > left {
		return lending.RefuseField("amount", "tranche.sanction", fmt.Sprintf("Of the %s that were sanctioned, %s is not drawn.", r.account.ApprovedLineAmount.Rupees(), max(left, 0).Rupees()))
	}
	if r.book.Summary.AssetCategory.NPA() {
		return lending.Refuse(lending.Conflict, "tranche.npa", "The account is "+string(r.book.Summary.AssetCategory)+": nothing more is lent on it.")
	}
	return nil
}

// trancheFits refuses a tranche that the books could not take once it was paid: rows
// that collect interest of a moratorium do not move by themselves. It is asked while
// the money is still here.
func trancheFits(ctx context.Context, tx *store.Tx, p store.Payout) error {
	if p.Type != "tranche" {
		return nil
	}
	p.Date = tx.Today
	_, err := bookOf(ctx, &tx.View, string(p.AccountID), lending.At{Date: tx.Today}, trancheFact(p))
	if refused, ok := errors.AsType[*lending.Error](err); ok {
		return refused
	}
	return err
}

func trancheFact(p store.Payout) lending.Fact {
	return lending.Fact{Key: "tranche/" + p.ID, Kind: lending.FactTranche, ValueDate: p.Date, Amount: p.Amount, Tranche: &lending.Tranche{Loan: string(p.LoanID)}}
}

// lendMore makes a tranche whose payout reached the payee a fact.
func lendMore(ctx context.Context, tx *store.Tx, paid store.Payout) (flags string, err error) {
	if err := tx.AppendFact(ctx, string(paid.AccountID), trancheFact(paid), paid.Ref); err != nil {
		return "", err
	}
	if paid.Date < tx.Today {
		flags = "back_dated"
	}
	return flags, refresh(ctx, tx, string(paid.AccountID))
}
