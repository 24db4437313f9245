package store

import (
	"context"
	"fmt"

	"lekha/lending"
)

// DayRun is the closing of one business date.
type DayRun struct {
	Date        lending.Date `db:"date"`
	Status      string       `db:"status"`
	Accounts    int          `db:"accounts"`
	Changed     int          `db:"changed"`
	Failed      int          `db:"failed"`
	DurationMS  int64        `db:"duration_ms"`
	StartedBy   string       `db:"started_by"`
	StartedAt   Instant      `db:"started_at"`
	LeasedUntil Instant      `db:"leased_until"`
	FinishedAt  Instant      `db:"finished_at"`
}

const dayColumns = `date, status, accounts, changed, failed, duration_ms, started_by, started_at, leased_until, finished_at`

// SaveDayRun writes or rewrites the run of a day.
func (tx *Tx) SaveDayRun(ctx context.Context, d DayRun) error {
	err := tx.insert(ctx, `
		INSERT INTO day_runs (`+dayColumns+`)
		VALUES (:date, :status, :accounts, :changed, :failed, :duration_ms, :started_by, :started_at, :leased_until, :finished_at)
		ON CONFLICT (date) DO UPDATE SET
			status = excluded.status, accounts = excluded.accounts, changed = excluded.changed, failed = excluded.failed,
			duration_ms = excluded.duration_ms, leased_until = excluded.leased_until, finished_at = excluded.finished_at`, d)
	if err != nil {
		return fmt.Errorf("writing the day run of %s: %w", d.Date, err)
	}
	return nil
}

// DayRun returns the run of a day; ErrMissing when it was not begun.
func (v *View) DayRun(ctx context.Context, date lending.Date) (DayRun, error) {
	var d DayRun
	err := v.get(ctx, &d, `SELECT `+dayColumns+` FROM day_runs WHERE date = ?`, date)
	return d, err
}

// FirstDayRun returns the first day that was closed: from then on the books are
// at work. ErrMissing before.
func (v *View) FirstDayRun(ctx context.Context) (DayRun, error) {
	var d DayRun
	err := v.get(ctx, &d, `SELECT `+dayColumns+` FROM day_runs ORDER BY date LIMIT 1`)
	return d, err
}

// DayRuns lists the last runs, newest first.
func (v *View) DayRuns(ctx context.Context, limit int) ([]DayRun, error) {
	var rows []DayRun
	err := v.list(ctx, &rows, `SELECT `+dayColumns+` FROM day_runs ORDER BY date DESC LIMIT ?`, limit)
	return rows, err
}

// DayFailure is an account that a day close had to leave alone.
type DayFailure struct {
	Date       lending.Date `db:"date"`
	AccountID  string       `db:"account_id"`
	AccountRef string       `db:"account_ref"`
	Message    string       `db:"message"`
}

// AddDayFailure quarantines an account for a day.
func (tx *Tx) AddDayFailure(ctx context.Context, f DayFailure) error {
	return tx.insert(ctx, `
		INSERT INTO day_failures (date, account_id, message)
		VALUES (:date, :account_id, :message)
		ON CONFLICT (date, account_id) DO UPDATE SET message = excluded.message`, f)
}

// DayFailures lists the accounts a day close had to leave alone.
func (v *View) DayFailures(ctx context.Context, date lending.Date) ([]DayFailure, error) {
	var rows []DayFailure
	err := v.list(ctx, &rows, `
		SELECT f.date, f.account_id, a.ref AS account_ref, f.message
		FROM day_failures f
		JOIN accounts a ON a.id = f.account_id
		WHERE f.date = ?
		ORDER BY a.ref`, date)
	return rows, err
}

// AccountsToClose returns accounts that a day close still has to replay: those
// with an event on or before the day after it whose position is older, without
// the ones it had to leave alone.
func (v *View) AccountsToClose(ctx context.Context, day lending.Date, limit int) ([]string, error) {
	var ids []string
	err := v.list(ctx, &ids, `
		SELECT s.account_id
		FROM positions s
		WHERE s.next_event <= ? AND s.as_of <= ?
			AND NOT EXISTS (SELECT 1 FROM day_failures f WHERE f.date = ? AND f.account_id = s.account_id)
		ORDER BY s.next_event, s.account_id
		LIMIT ?`, day.AddDays(1), day, day, limit)
	return ids, err
}
