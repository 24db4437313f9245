package store

import (
	"context"
	"fmt"

	"lekha/lending"
)

// Month is a month of the journal that was closed.
type Month struct {
	Month      string       `db:"month"` // 2026-10
	LastDay    lending.Date `db:"last_day"`
	Status     string       `db:"status"`     // closed, reopened
	LastEntry  int64        `db:"last_entry"` // of the journal when it was closed
	Checks     string       `db:"checks"`     // JSON: the list as it stood then
	ClosedBy   string       `db:"closed_by"`
	Closer     string       `db:"closer"`
	ClosedAt   Instant      `db:"closed_at"`
	Reopening  string       `db:"reopening"` // ref of the approval that opened it last
	ReopenedAt Instant      `db:"reopened_at"`
	Version    int64        `db:"version"`
}

const monthColumns = `month, last_day, status, last_entry, checks, closed_by, closer, closed_at, reopening, reopened_at, version`

// CloseMonth writes a month as closed, or closes one again that was reopened.
func (tx *Tx) CloseMonth(ctx context.Context, m Month) error {
	m.Status, m.ClosedAt, m.Version = "closed", tx.Now, 1
	if err := tx.get(ctx, &m.LastEntry, `SELECT COALESCE(MAX(idx), 0) FROM journal_entries`); err != nil {
		return fmt.Errorf("reading the last entry: %w", err)
	}
	_, err := tx.named(ctx, `
		INSERT INTO months (`+monthColumns+`)
		VALUES (:month, :last_day, :status, :last_entry, :checks, :closed_by, :closer, :closed_at, :reopening, :reopened_at, :version)
		ON CONFLICT (month) DO UPDATE SET
			status = 'closed', last_entry = excluded.last_entry, checks = excluded.checks, closed_by = excluded.closed_by,
			closer = excluded.closer, closed_at = excluded.closed_at, version = version + 1`, m)
	if err != nil {
		return fmt.Errorf("closing month %s: %w", m.Month, err)
	}
	return nil
}

// ReopenMonth opens a closed month under an approval that was given.
func (tx *Tx) ReopenMonth(ctx context.Context, month, approval string) error {
	_, err := tx.exec(ctx, `UPDATE months SET status = 'reopened', reopening = ?, reopened_at = ?, version = version + 1 WHERE month = ?`, approval, tx.Now, month)
	if err != nil {
		return fmt.Errorf("reopening month %s: %w", month, err)
	}
	return nil
}

// MonthByName returns a month that was closed once; ErrMissing for one that never was.
func (v *View) MonthByName(ctx context.Context, month string) (Month, error) {
	var m Month
	err := v.get(ctx, &m, `SELECT `+monthColumns+` FROM months WHERE month = ?`, month)
	return m, err
}

// Months lists the months that were closed once, newest first.
func (v *View) Months(ctx context.Context, limit int) ([]Month, error) {
	var rows []Month
	err := v.list(ctx, &rows, `SELECT `+monthColumns+` FROM months ORDER BY last_day DESC LIMIT ?`, limit)
	return rows, err
}

// LockedUntil is the last day of the last closed month; zero while none is closed.
func (v *View) LockedUntil(ctx context.Context) (lending.Date, error) {
	var day lending.Date
	err := v.get(ctx, &day, `SELECT MAX(last_day) FROM months WHERE status = 'closed'`)
	return day, err
}

// FirstBooking is the booking date of the first journal entry; zero without any.
func (v *View) FirstBooking(ctx context.Context) (lending.Date, error) {
	var day lending.Date
	err := v.get(ctx, &day, `SELECT MIN(booking_date) FROM journal_entries`)
	return day, err
}

// Tally is how many there are and what they come to.
type Tally struct {
	Count  int           `db:"count"`
	Amount lending.Money `db:"amount"`
}

// UnmatchedUntil counts the credits dated up to a day of which nobody has said whose
// they are.
func (v *View) UnmatchedUntil(ctx context.Context, day lending.Date) (Tally, error) {
	var t Tally
	err := v.get(ctx, &t, `
		SELECT COUNT(*) AS count, COALESCE(SUM(amount), 0) AS amount
		FROM records
		WHERE status IN ('unmatched', 'parked') AND date <= ?`, day)
	return t, err
}

// PendingUntil counts the records dated up to a day that are on their way and not
// settled.
func (v *View) PendingUntil(ctx context.Context, day lending.Date) (Tally, error) {
	var t Tally
	err := v.get(ctx, &t, `
		SELECT COUNT(*) AS count, COALESCE(SUM(amount), 0) AS amount
		FROM records
		WHERE status IN ('initiated', 'pending') AND date <= ?`, day)
	return t, err
}

// RequestsUntil counts the requests that were made up to an instant and wait for a
// decision.
func (v *View) RequestsUntil(ctx context.Context, until Instant) (Tally, error) {
	var t Tally
	err := v.get(ctx, &t, `
		SELECT COUNT(*) AS count, COALESCE(SUM(amount), 0) AS amount
		FROM approvals
		WHERE status = 'pending' AND requested_at < ?`, until)
	return t, err
}

// PayoutsUntil counts the payouts that were made up to an instant and of which it is
// not known whether they reached their payee.
func (v *View) PayoutsUntil(ctx context.Context, until Instant) (Tally, error) {
	var t Tally
	err := v.get(ctx, &t, `
		SELECT COUNT(*) AS count, COALESCE(SUM(amount), 0) AS amount
		FROM payouts
		WHERE status IN ('created', 'approved', 'queued', 'processing', 'unknown') AND created_at < ?`, until)
	return t, err
}

// TieOutGapsUntil returns the days up to one on which something of a collection
// account is not accounted for.
func (v *View) TieOutGapsUntil(ctx context.Context, day lending.Date, limit int) ([]TieOutDay, error) {
	return v.tieOut(ctx, "HAVING gap <> 0", "", 0, day, limit)
}

// JournalSums are what the journal has on each role, debit positive.
func (v *View) JournalSums(ctx context.Context) (map[string]lending.Money, error) {
	var rows []struct {
		Role   string        `db:"role"`
		Amount lending.Money `db:"amount"`
	}
	sums := map[string]lending.Money{}
	err := v.list(ctx, &rows, `SELECT role, SUM(amount) AS amount FROM journal_lines GROUP BY role`)
	for _, r := range rows {
		sums[r.Role] = r.Amount
	}
	return sums, err
}

// AccountSums are what all accounts say of themselves together, as their positions
// and demands stand. What was written off is in no account any more.
type AccountSums struct {
	Interest lending.Money `db:"interest"` // due, or of a period that ended
	Overdue  lending.Money `db:"overdue"`
	Penal    lending.Money `db:"penal"`
	Fees     lending.Money `db:"fees"`
	Excess   lending.Money `db:"excess"`
}

// AccountSums sums the sub-ledgers whose control accounts stand in the journal
// (domain 9.6), but for principal, which rows that capitalise interest hold ahead.
func (v *View) AccountSums(ctx context.Context) (AccountSums, error) {
	var s AccountSums
	err := v.get(ctx, &s, `
		SELECT
			COALESCE(SUM(CASE WHEN d.type = 'fee' OR MIN(COALESCE(d.period_end, d.due_date), d.due_date) <= s.as_of THEN d.ni_amount - d.ni_paid - d.ni_waived END), 0) AS interest,
			COALESCE(SUM(d.oi_amount - d.oi_paid - d.oi_waived), 0) AS overdue,
			COALESCE(SUM(d.pi_amount - d.pi_paid - d.pi_waived), 0) AS penal,
			COALESCE(SUM(CASE WHEN d.type = 'fee' OR d.is_due = 1 THEN d.f_amount - d.f_paid - d.f_waived END), 0) AS fees,
			(SELECT COALESCE(SUM(p.excess), 0) FROM positions p) AS excess
		FROM demands d
		JOIN positions s ON s.account_id = d.account_id
		LEFT JOIN loans l ON l.id = d.loan_id
		WHERE COALESCE(l.status, '') NOT IN ('written_off', 'recovered')`)
	return s, err
}

// DayFinding is what the end of a day close found wrong in the books.
type DayFinding struct {
	Date    lending.Date `db:"date"`
	No      int          `db:"no"`
	Subject string       `db:"subject"`
	Message string       `db:"message"`
}

// AddDayFinding keeps one.
func (tx *Tx) AddDayFinding(ctx context.Context, f DayFinding) error {
	return tx.insert(ctx, `
		INSERT INTO day_findings (date, no, subject, message)
		VALUES (:date, :no, :subject, :message)
		ON CONFLICT (date, no) DO UPDATE SET subject = excluded.subject, message = excluded.message`, f)
}

// DayFindings lists what was found at the end of the days from one to another.
func (v *View) DayFindings(ctx context.Context, from, to lending.Date, limit int) ([]DayFinding, error) {
	var rows []DayFinding
	err := v.list(ctx, &rows, `SELECT date, no, subject, message FROM day_findings WHERE date BETWEEN ? AND ? ORDER BY date, no LIMIT ?`, from, to, limit)
	return rows, err
}

// UnbalancedFrom lists the entries booked from a day on whose lines do not sum to
// nothing.
func (v *View) UnbalancedFrom(ctx context.Context, day lending.Date, limit int) ([]int64, error) {
	var ids []int64
	err := v.list(ctx, &ids, `
		SELECT e.idx
		FROM journal_entries e
		JOIN journal_lines l ON l.entry_idx = e.idx
		WHERE e.booking_date >= ?
		GROUP BY e.idx
		HAVING SUM(l.amount) <> 0
		ORDER BY e.idx
		LIMIT ?`, day, limit)
	return ids, err
}

// ChangedAfter lists the entries that came after one and are dated up to a day: what
// was found about a month after it was closed.
func (v *View) ChangedAfter(ctx context.Context, m Month, from lending.Date, after int64, limit int) ([]JournalEntry, error) {
	var rows []JournalEntry
	err := v.list(ctx, &rows, `
		SELECT `+journalColumns+`
		`+journalJoins+`
		WHERE e.idx > ? AND e.value_date BETWEEN ? AND ?
		ORDER BY e.idx
		LIMIT ?`, max(m.LastEntry, after), from, m.LastDay, limit)
	if err != nil {
		return nil, fmt.Errorf("reading what changed after the close: %w", err)
	}
	return rows, v.fillJournal(ctx, rows)
}

// ChangedCodes sums what was found about a month after it was closed, by code.
func (v *View) ChangedCodes(ctx context.Context, m Month, from lending.Date) ([]TrialRow, error) {
	var rows []TrialRow
	err := v.list(ctx, &rows, `
		SELECT l.code, 0 AS opening,
			COALESCE(SUM(CASE WHEN l.amount > 0 THEN l.amount END), 0) AS debit,
			COALESCE(-SUM(CASE WHEN l.amount < 0 THEN l.amount END), 0) AS credit,
			SUM(l.amount) AS closing
		FROM journal_entries e
		JOIN journal_lines l ON l.entry_idx = e.idx
		WHERE e.idx > ? AND e.value_date BETWEEN ? AND ?
		GROUP BY l.code
		ORDER BY l.code`, m.LastEntry, from, m.LastDay)
	return rows, err
}
