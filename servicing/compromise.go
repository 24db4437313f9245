package servicing

import (
	"context"
	"fmt"
	"slices"

	"lekha/lending"
	"lekha/store"
)

// maxRounds is how often what a compromise gives up is corrected: interest of the
// running days falls with the principal that is let go, so the first guess is off
// by some of it, the second by some of that.
const maxRounds = 12

// compromise are the facts of a compromise: what is given up, charges and interest
// before principal, so that the agreed money pays all that is left.
func compromise(ctx context.Context, v *store.View, offer store.ClosingOffer, receipt lending.Fact) ([]lending.Fact, error) {
	if receipt.Amount < offer.Amount {
		return nil, lending.Refuse(lending.Conflict, "offer.short", offer.Amount.Rupees()+" was agreed on, and this is "+receipt.Amount.Rupees()+".")
	}
	stored, err := v.Facts(ctx, offer.AccountID)
	if err != nil {
		return nil, err
	}
	at := lending.At{Date: receipt.ValueDate}
	before, err := lending.Replay(stored.Facts, at)
	if err != nil {
		return nil, err
	}
	give := max(owedOn(before, offer.LoanID)-receipt.Amount, 0)
	for range maxRounds {
		facts := append(givenUp(before, offer, receipt.ValueDate, give), receipt)
		after, err := lending.Replay(append(slices.Clone(stored.Facts), facts...), at)
		if err != nil {
			return nil, err
		}
		left, over := owedOn(after, offer.LoanID), after.Excess-before.Excess
		if left == 0 && over <= 0 || left == 0 && give == 0 {
			return facts, nil
		}
		give = max(give+left-max(over, 0), 0)
	}
	return nil, lending.Refuse(lending.Conflict, "offer.unsolved", "What is given up cannot be worked out to the paisa for this loan.")
}

// givenUp are waivers of an amount over a loan: penal charges, fees, overdue interest
// and interest that is due, then the principal of the last rows.
func givenUp(book *lending.Book, offer store.ClosingOffer, on lending.Date, amount lending.Money) []lending.Fact {
	var facts []lending.Fact
	give := func(d *lending.Demand, c lending.Component) {
		part := min(d.Left(c), amount)
		if part <= 0 {
			return
		}
		amount -= part
		facts = append(facts, lending.Fact{Key: fmt.Sprintf("offer/%s/waiver/%d", offer.ID, len(facts)), Kind: lending.FactWaiver, ValueDate: on, Amount: part,
			Waiver: &lending.Waiver{Demand: d.Key, Component: c}})
	}
	for _, c := range []lending.Component{lending.Penal, lending.Fee, lending.OverdueInterest, lending.Interest} {
		for i := range book.Demands {
			if d := &book.Demands[i]; d.Loan == offer.LoanID && d.Due {
				give(d, c)
			}
		}
	}
	for i := len(book.Demands) - 1; i >= 0; i-- {
		if d := &book.Demands[i]; d.Loan == offer.LoanID {
			give(d, lending.Principal)
		}
	}
	return facts
}
