package servicing

import (
	"context"

	"lekha/lending"
	"lekha/store"
)

// Cashback is what arose for the borrower of one loan.
type Cashback struct {
	Account store.Account
	LoanRef string // "" when it is of the account as a whole
	Arisen  lending.Money
	Held    lending.Money // of the account, not yet paid out or used
}

// Cashbacks lists the cashback of all loans.
func Cashbacks(ctx context.Context, v *store.View) ([]Cashback, error) {
	company, err := v.Company(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := v.CashbackFacts(ctx)
	if err != nil {
		return nil, err
	}
	var out []Cashback
	held := map[string]Cashback{}
	for _, r := range rows {
		known, ok := held[r.AccountID]
		if !ok {
			book, err := bookOf(ctx, v, r.AccountID, lending.At{Date: company.BusinessDate})
			if err != nil {
				return nil, err
			}
			if known.Account, err = v.AccountByID(ctx, r.AccountID); err != nil {
				return nil, err
			}
			known.Held = book.Liabilities.Cashback
			held[r.AccountID] = known
		}
		known.LoanRef, known.Arisen = r.LoanRef, r.Amount
		out = append(out, known)
	}
	return out, nil
}
