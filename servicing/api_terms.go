package servicing

import (
	"context"
	"encoding/json"
	"errors"

	"lekha/lending"
	"lekha/store"
)

// TermsOf lays loan parameters, as a program gives them, over terms: those of a
// product that is being made or changed.
func TermsOf(base lending.Terms, given map[string]json.RawMessage) (lending.Terms, error) {
	data, err := ParseLoanData(given)
	if err != nil {
		return base, err
	}
	return termsOf(base, data)
}

// CloseAccount brings one account to the open business date: what a day close
// does to all that have something to do, for one that a close had to leave alone.
// The date does not move.
func (o *Office) CloseAccount(ctx context.Context, actor Actor, ref string) (DayResult, error) {
	var result DayResult
	if err := actor.need(MayCloseDay); err != nil {
		return result, err
	}
	err := o.command(ctx, actor, note{action: "day.account", subject: store.CleanRef(ref)}, func(ctx context.Context, tx *store.Tx, n *note) error {
		account, err := accountByAny(ctx, &tx.View, ref)
		if err != nil {
			return asFieldMissing(err, "account", "There is no account "+ref+".")
		}
		n.subject, n.account, n.summary = account.Ref, account.ID, "Brought account "+account.Ref+" to "+tx.Today.Words()+"."
		result = DayResult{BusinessDate: tx.Today, Accounts: 1}
		before, err := tx.PositionOf(ctx, account.ID)
		if errors.Is(err, store.ErrMissing) {
			result.Accounts = 0 // nothing was lent: there is nothing to bring anywhere
			return nil
		}
		if err != nil {
			return err
		}
		if err := refresh(ctx, tx, account.ID); err != nil {
			return err
		}
		after, err := tx.PositionOf(ctx, account.ID)
		if before.PositionAt = after.PositionAt; before != after {
			result.Changed = 1
		}
		return err
	})
	return result, err
}
