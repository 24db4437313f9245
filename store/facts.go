package store

import (
	"context"
	"encoding/json"
	"fmt"

	"lekha/lending"
)

// factRow is a fact as stored: the rare fields are JSON.
type factRow struct {
	AccountID   string           `db:"account_id"`
	Seq         int64            `db:"seq"`
	Key         string           `db:"key"`
	Kind        lending.FactKind `db:"kind"`
	ValueDate   lending.Date     `db:"value_date"`
	BankDate    lending.Date     `db:"bank_date"`
	BookingDate lending.Date     `db:"booking_date"`
	Amount      lending.Money    `db:"amount"`
	Source      string           `db:"source"`
	Reverses    Opt              `db:"reverses"`
	Body        string           `db:"body"`
	CreatedAt   Instant          `db:"created_at"`
}

// AppendFact adds a fact to an account; source is the ref of what it came from.
// The booking date is the business date unless the fact brings one.
func (tx *Tx) AppendFact(ctx context.Context, account string, f lending.Fact, source string) error {
	body, err := json.Marshal(f.Body())
	if err != nil {
		return fmt.Errorf("writing the body of a fact: %w", err)
	}
	if f.BookingDate.IsZero() {
		f.BookingDate = tx.Today
	}
	row := factRow{AccountID: account, Key: f.Key, Kind: f.Kind, ValueDate: f.ValueDate, BankDate: f.BankDate,
		BookingDate: f.BookingDate, Amount: f.Amount, Source: source, Reverses: Opt(f.Reverses), Body: string(body), CreatedAt: tx.Now}
	if err := tx.get(ctx, &row.Seq, `SELECT COALESCE(MAX(seq), 0) + 1 FROM facts WHERE account_id = ?`, account); err != nil {
		return fmt.Errorf("numbering a fact: %w", err)
	}
	err = tx.insert(ctx, `
		INSERT INTO facts (account_id, seq, key, kind, value_date, bank_date, booking_date, amount, source, reverses, body, created_at)
		VALUES (:account_id, :seq, :key, :kind, :value_date, :bank_date, :booking_date, :amount, :source, :reverses, :body, :created_at)`, row)
	if err != nil {
		return fmt.Errorf("adding a fact: %w", err)
	}
	return nil
}

// AccountFacts are the facts of one account with where each came from.
type AccountFacts struct {
	Facts   []lending.Fact
	Sources map[string]string // fact key -> ref
	LastSeq int64
}

// Facts returns all facts of an account, in the order they were added.
func (v *View) Facts(ctx context.Context, account string) (AccountFacts, error) {
	var rows []factRow
	err := v.list(ctx, &rows, `
		SELECT account_id, seq, key, kind, value_date, bank_date, booking_date, amount, source, reverses, body, created_at
		FROM facts
		WHERE account_id = ?
		ORDER BY seq`, account)
	if err != nil {
		return AccountFacts{}, fmt.Errorf("reading facts: %w", err)
	}
	out := AccountFacts{Facts: make([]lending.Fact, len(rows)), Sources: make(map[string]string, len(rows))}
	for i, row := range rows {
		var body lending.FactBody
		if err := json.Unmarshal([]byte(row.Body), &body); err != nil {
			return AccountFacts{}, fmt.Errorf("reading fact %d of account %s: %w", row.Seq, account, err)
		}
		out.Facts[i] = lending.Fact{Key: row.Key, Kind: row.Kind, ValueDate: row.ValueDate, BankDate: row.BankDate,
			BookingDate: row.BookingDate, Amount: row.Amount, Reverses: string(row.Reverses)}
		out.Facts[i].SetBody(body)
		out.Sources[row.Key] = row.Source
		out.LastSeq = row.Seq
	}
	return out, nil
}
