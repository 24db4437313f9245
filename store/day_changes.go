package store

import (
	"context"
	"errors"
	"fmt"

	"lekha/lending"
)

// DayChange is one thing that a day close changed on an account.
type DayChange struct {
	Date       lending.Date  `db:"date"`
	Kind       string        `db:"kind"`
	AccountID  string        `db:"account_id"`
	AccountRef string        `db:"account_ref"`
	Borrower   string        `db:"borrower"`
	Subject    string        `db:"subject"` // ref of the line, topup or mandate
	Was        string        `db:"was"`
	Became     string        `db:"became"`
	Amount     lending.Money `db:"amount"`
}

// AddDayChange notes a change; the same one again is the same.
func (tx *Tx) AddDayChange(ctx context.Context, c DayChange) error {
	_, err := tx.exec(ctx, `
		INSERT INTO day_changes (date, kind, account_id, subject, was, became, amount)
		VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (date, kind, account_id, subject) DO UPDATE SET became = excluded.became, amount = excluded.amount`,
		c.Date, c.Kind, c.AccountID, c.Subject, c.Was, c.Became, c.Amount)
	if err != nil {
		return fmt.Errorf("noting what the day changed: %w", err)
	}
	return nil
}

// DayChangeCount is how many changes of a kind a day made.
type DayChangeCount struct {
	Kind  string `db:"kind"`
	Count int    `db:"count"`
}

// DayChangeCounts counts what a day close changed.
func (v *View) DayChangeCounts(ctx context.Context, date lending.Date) ([]DayChangeCount, error) {
	var rows []DayChangeCount
	err := v.list(ctx, &rows, `SELECT kind, COUNT(*) AS count FROM day_changes WHERE date = ? GROUP BY kind ORDER BY kind`, date)
	return rows, err
}

// DayChangeQuery says which changes of a day are listed.
type DayChangeQuery struct {
	Date  lending.Date
	Kind  string // "": all
	After *DayChange
	Limit int
}

// DayChanges lists changes of a day, by kind and account.
func (v *View) DayChanges(ctx context.Context, q DayChangeQuery) ([]DayChange, error) {
	after := DayChange{}
	if q.After != nil {
		after = *q.After
	}
	var rows []DayChange
	err := v.list(ctx, &rows, `
		SELECT c.date, c.kind, c.account_id, a.ref AS account_ref, b.name AS borrower, c.subject, c.was, c.became, c.amount
		FROM day_changes c
		JOIN accounts a ON a.id = c.account_id
		JOIN borrowers b ON b.id = a.borrower_id
		WHERE c.date = ? AND (? = '' OR c.kind = ?) AND (c.kind, c.account_id, c.subject) > (?, ?, ?)
		ORDER BY c.kind, c.account_id, c.subject
		LIMIT ?`, q.Date, q.Kind, q.Kind, after.Kind, after.AccountID, after.Subject, q.Limit)
	return rows, err
}

// DaySkip is why the clock did not close a day.
type DaySkip struct {
	Date   lending.Date `db:"date"`
	Reason string       `db:"reason"`
	Since  Instant      `db:"since"`
	At     Instant      `db:"at"`
}

// SkipDay notes why a day was not closed at its hour.
func (tx *Tx) SkipDay(ctx context.Context, date lending.Date, reason string) error {
	_, err := tx.exec(ctx, `
		INSERT INTO day_skips (date, reason, since, at)
		VALUES (?, ?, ?, ?)
		ON CONFLICT (date) DO UPDATE SET reason = excluded.reason, at = excluded.at`, date, reason, tx.Now, tx.Now)
	return err
}

// DaySkip returns why the clock left a day open; a zero row when it did not.
func (v *View) DaySkip(ctx context.Context, date lending.Date) (DaySkip, error) {
	var s DaySkip
	err := v.get(ctx, &s, `SELECT date, reason, since, at FROM day_skips WHERE date = ?`, date)
	if errors.Is(err, ErrMissing) {
		return DaySkip{}, nil
	}
	return s, err
}
