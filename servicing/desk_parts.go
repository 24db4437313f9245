package servicing

import (
	"context"
	"errors"

	"lekha/lending"
	"lekha/store"
)

// Part is what one account takes of a credit.
type Part struct {
	Account store.Account
	Amount  lending.Money
	NextDue lending.Date // the first due that is still to come
}

// Parts is a credit shared out over accounts, as somebody is about to decide it.
type Parts struct {
	Parts []Part
	Left  lending.Money // of the credit, on none of them; below zero: too much is given away
}

// Allocations are the parts that hold anything.
func (p Parts) Allocations() []Allocation {
	var out []Allocation
	for _, part := range p.Parts {
		if part.Amount > 0 {
			out = append(out, Allocation{Account: part.Account.ID, Amount: part.Amount})
		}
	}
	return out
}

// ShareOut shares a credit over accounts, in their order. An amount that was
// given for an account (by its ref) stands; any other account takes what is due
// on it, and the last of those takes what is left. An account named twice counts
// once.
func ShareOut(ctx context.Context, v *store.View, credit lending.Money, accounts []string, given map[string]lending.Money) (Parts, error) {
	out := Parts{Left: credit}
	open, seen := -1, map[string]bool{}
	var due []lending.Money
	for _, name := range accounts {
		account, err := accountByAny(ctx, v, name)
		if err != nil {
			return out, err
		}
		if seen[account.ID] {
			continue
		}
		seen[account.ID] = true
		position, err := v.PositionOf(ctx, account.ID)
		if err != nil && !errors.Is(err, store.ErrMissing) {
			return out, err
		}
		part := Part{Account: account, NextDue: position.NextDueDate}
		amount, ok := given[account.Ref]
		if part.Amount = amount; ok {
			out.Left -= amount
		} else {
			open = len(out.Parts)
		}
		out.Parts, due = append(out.Parts, part), append(due, position.DueNow)
	}
	for i := range out.Parts {
		part := &out.Parts[i]
		if _, ok := given[part.Account.Ref]; ok || out.Left <= 0 {
			continue
		}
		part.Amount = min(due[i], out.Left)
		if i == open {
			part.Amount = out.Left
		}
		out.Left -= part.Amount
	}
	return out, nil
}
