package store

import (
	"context"

	"lekha/lending"
)

// maxLike bounds how many equal lines of one day are looked at.
const maxLike = 500

// CreditsLike returns the lines that say the same as c of the same day and come
// from a file of the other kind: with running balances when c has none, without
// when it has one. The bank's table and its MT940 tell of one line in these two
// ways.
func (v *View) CreditsLike(ctx context.Context, c BankCredit) ([]BankCredit, error) {
	var rows []BankCredit
	err := v.list(ctx, &rows, `
		SELECT `+creditColumns+`
		FROM bank_credits
		WHERE bank_id = ? AND value_date = ? AND direction = ? AND amount = ? AND narration = ? AND reference = ? AND (balance IS NULL) = ?
		ORDER BY idx
		LIMIT ?`, c.BankID, c.ValueDate, c.Direction, c.Amount, c.Narration, c.Reference, c.Balance != nil, maxLike)
	return rows, err
}

// CutReference is how much of a reference must be left for it to stand for the
// whole (matching specification 3.1).
const CutReference = 13

// CreditsWithCut returns the credits of an amount whose reference begins with the
// given one, or is a beginning of it that is long enough.
func (v *View) CreditsWithCut(ctx context.Context, bank, reference string, amount lending.Money) ([]BankCredit, error) {
	var rows []BankCredit
	err := v.list(ctx, &rows, `
		SELECT `+creditColumns+`
		FROM bank_credits
		WHERE bank_id = ? AND reference >= substr(?, 1, ?) AND reference < substr(?, 1, ?) || '~'
		  AND direction = 'credit' AND duplicate_of IS NULL AND reference <> '' AND amount = ?
		  AND (substr(reference, 1, length(?)) = ? OR substr(?, 1, length(reference)) = reference)
		ORDER BY idx
		LIMIT ?`, bank, reference, CutReference, reference, CutReference, amount, reference, reference, reference, maxLike)
	return rows, err
}
