package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

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
	MadeBy      int64            `db:"made_by"` // seq of the event of its command
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
	err = tx.row(ctx, []any{&row.Seq, &row.MadeBy}, `SELECT COALESCE(MAX(seq), 0) + 1, (SELECT h.seq + 1 FROM log_head h) FROM facts WHERE account_id = ?`, account)
	if err != nil {
		return fmt.Errorf("numbering a fact: %w", err)
	}
	err = tx.insert(ctx, `
		INSERT INTO facts (account_id, seq, key, kind, value_date, bank_date, booking_date, amount, source, reverses, body, made_by, created_at)
		VALUES (:account_id, :seq, :key, :kind, :value_date, :bank_date, :booking_date, :amount, :source, :reverses, :body, :made_by, :created_at)`, row)
	if err != nil {
		return fmt.Errorf("adding a fact: %w", err)
	}
	delete(tx.facts, account)
	tx.unlogged = true
	return nil
}

// AccountFacts are the facts of one account with where each came from.
type AccountFacts struct {
	Facts   []lending.Fact
	Sources map[string]string // fact key -> ref
	LastSeq int64
}

// factsKept is for how many accounts a view keeps the facts it read: the accounts
// of a borrower and those of a move. A command or a page asks several times.
const factsKept = 16

// Facts returns all facts of an account, in the order they were added.
func (v *View) Facts(ctx context.Context, account string) (AccountFacts, error) {
	known, ok := v.facts[account]
	if !ok {
		var err error
		if known, err = v.readFacts(ctx, account); err != nil {
			return AccountFacts{}, err
		}
		if v.facts == nil || len(v.facts) >= factsKept {
			v.facts = map[string]AccountFacts{}
		}
		v.facts[account] = known
	}
	// Who asked may add to its own.
	known.Facts = slices.Clone(known.Facts)
	return known, nil
}

// LastPolicy is what the last terms of an account say, nil when it has none of its
// own. It reads one fact where [View.Facts] reads all.
func (v *View) LastPolicy(ctx context.Context, account string) (*lending.Policy, error) {
	var text string
	err := v.row(ctx, []any{&text}, `
		SELECT body
		FROM facts
		WHERE account_id = ? AND kind = 'terms'
		ORDER BY seq DESC
		LIMIT 1`, account)
	if errors.Is(err, ErrMissing) {
		return nil, nil
	}
	var body lending.FactBody
	if err == nil {
		body, err = v.pool.bodies.read(text)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the terms of account %s: %w", account, err)
	}
	return body.Policy, nil
}

// factSelect names the columns that a fact is read from.
const factSelect = `seq, key, kind, value_date, bank_date, booking_date, amount, source, reverses, body`

// scanFact reads the columns of factSelect.
func (v *View) scanFact(scan func(...any) error) (f lending.Fact, source string, seq int64, err error) {
	var row factRow
	err = scan(&row.Seq, &row.Key, &row.Kind, &row.ValueDate, &row.BankDate, &row.BookingDate, &row.Amount, &row.Source, &row.Reverses, &row.Body)
	if err != nil {
		return f, "", 0, err
	}
	body, err := v.pool.bodies.read(row.Body)
	if err != nil {
		return f, "", 0, fmt.Errorf("reading fact %d: %w", row.Seq, err)
	}
	f = lending.Fact{Key: row.Key, Kind: row.Kind, ValueDate: row.ValueDate, BankDate: row.BankDate,
		BookingDate: row.BookingDate, Amount: row.Amount, Reverses: string(row.Reverses)}
	f.SetBody(body)
	return f, row.Source, row.Seq, nil
}

// add takes in the next fact.
func (a *AccountFacts) add(f lending.Fact, source string, seq int64) {
	a.Facts, a.LastSeq = append(a.Facts, f), seq
	a.Sources[f.Key] = source
}

func (v *View) readFacts(ctx context.Context, account string) (AccountFacts, error) {
	out := AccountFacts{Sources: map[string]string{}}
	err := v.each(ctx, `
		SELECT `+factSelect+`
		FROM facts
		WHERE account_id = ?
		ORDER BY seq`, []any{account}, func(scan func(...any) error) error {
		f, source, seq, err := v.scanFact(scan)
		if err == nil {
			out.add(f, source, seq)
		}
		return err
	})
	if err != nil {
		return AccountFacts{}, fmt.Errorf("reading the facts of account %s: %w", account, err)
	}
	return out, nil
}
