package store

import (
	"context"
	"encoding/json"

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

// creditsWithCut looks references up in their unique index, of which it repeats the
// condition.
const creditsWithCut = `
	SELECT ` + creditColumns + `
	FROM bank_credits
	WHERE id IN (
		SELECT id
		FROM bank_credits
		WHERE bank_id = ? AND reference >= ? AND reference < ? || '~'
		  AND direction = 'credit' AND duplicate_of IS NULL AND reference <> '' AND amount = ?
		UNION ALL
		SELECT id
		FROM bank_credits
		WHERE bank_id = ? AND reference IN (SELECT value FROM json_each(?))
		  AND direction = 'credit' AND duplicate_of IS NULL AND reference <> '' AND amount = ?)
	ORDER BY idx
	LIMIT ?`

// CreditsWithCut returns the credits of an amount whose reference begins with the
// given one, or is a beginning of it that is long enough. Those beginnings are
// looked up one by one: banks begin the references of a day alike, and what shares
// only the shortest of them is thousands. (SQLite alone: json_each reads the list.)
func (v *View) CreditsWithCut(ctx context.Context, bank, reference string, amount lending.Money) ([]BankCredit, error) {
	beginnings := []string{}
	for n := CutReference; n < len(reference); n++ {
		beginnings = append(beginnings, reference[:n])
	}
	list, err := json.Marshal(beginnings)
	if err != nil {
		return nil, err
	}
	var rows []BankCredit
	err = v.list(ctx, &rows, creditsWithCut, bank, reference, reference, amount, bank, string(list), amount, maxLike)
	return rows, err
}
