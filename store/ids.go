package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
)

// refAlphabet is base 32 without I, L, O, U, which are misread aloud or on paper.
const refAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// refLength is how many characters follow the prefix; one more is taken when
// three draws in a row are taken already.
const refLength = 5

// NewID returns a UUID v7: unique, and rising with time so that indexes grow at the end.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// CleanRef makes what a person typed into a ref: any case, with spaces.
func CleanRef(s string) string {
	return strings.ToUpper(strings.Join(strings.Fields(s), ""))
}

// next takes the next running number of a name.
func (tx *Tx) next(ctx context.Context, name string) (int64, error) {
	return tx.nextBlock(ctx, name, 1)
}

// nextBlock takes n running numbers and returns the first.
func (tx *Tx) nextBlock(ctx context.Context, name string, n int64) (int64, error) {
	var after int64
	err := tx.get(ctx, &after, `
		INSERT INTO sequences (name, next)
		VALUES (?, 1 + ?)
		ON CONFLICT (name) DO UPDATE SET next = next + ?
		RETURNING next`, name, n, n)
	if err != nil {
		return 0, fmt.Errorf("taking a number of %s: %w", name, err)
	}
	return after - n, nil
}

// refTables are the tables that carry refs, with the query that looks for one.
var refTables = map[string]string{
	"REC": `SELECT 1 FROM records WHERE ref = ?`,
	"APV": `SELECT 1 FROM approvals WHERE ref = ?`,
	"STM": `SELECT 1 FROM statements WHERE ref = ?`,
	"ACC": `SELECT 1 FROM accounts WHERE ref = ?`,
	"BOR": `SELECT 1 FROM borrowers WHERE ref = ?`,
	"PRG": `SELECT 1 FROM programs WHERE ref = ?`,
	"BNK": `SELECT 1 FROM banks WHERE ref = ?`,
	"LON": `SELECT 1 FROM loans WHERE ref = ?`,
	"PAY": `SELECT 1 FROM payouts WHERE ref = ?`,
	"BAT": `SELECT 1 FROM payout_batches WHERE ref = ?`,
	"MAN": `SELECT 1 FROM mandates WHERE ref = ?`,
	"PRE": `SELECT 1 FROM presentations WHERE ref = ?`,
	"NCH": `SELECT 1 FROM presentation_items WHERE ref = ?`,
	"FEE": `SELECT 1 FROM fees WHERE ref = ?`,
	"OFR": `SELECT 1 FROM closing_offers WHERE ref = ?`,
	"ANC": `SELECT 1 FROM anchors WHERE ref = ?`,
	"LIN": `SELECT 1 FROM line_details WHERE ref = ?`,
	"TOP": `SELECT 1 FROM topups WHERE ref = ?`,
	"TGR": `SELECT 1 FROM topup_groups WHERE ref = ?`,
	"WHK": `SELECT 1 FROM webhooks WHERE ref = ?`,
}

// NewRef draws a free ref with a prefix of refTables.
func (v *View) NewRef(ctx context.Context, prefix string) (string, error) {
	query, ok := refTables[prefix]
	if !ok {
		return "", fmt.Errorf("no table for refs with %s", prefix)
	}
	for draw := range 60 {
		ref := prefix + randomText(refLength+draw/3)
		var taken int
		err := v.get(ctx, &taken, query, ref)
		if errors.Is(err, ErrMissing) {
			return ref, nil
		}
		if err != nil {
			return "", fmt.Errorf("drawing a ref: %w", err)
		}
	}
	return "", fmt.Errorf("no free ref with %s", prefix)
}

// randomText draws n characters of the ref alphabet.
func randomText(n int) string {
	raw := make([]byte, n)
	_, _ = rand.Read(raw) // never fails, by its contract
	for i := range raw {
		raw[i] = refAlphabet[int(raw[i])%len(refAlphabet)]
	}
	return string(raw)
}
