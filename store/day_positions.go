package store

import (
	"context"
	"fmt"

	"lekha/lending"
)

// DayPosition is where an account stood at the end of a day.
type DayPosition struct {
	Date                 lending.Date  `db:"date"`
	AccountID            string        `db:"account_id"`
	PrincipalOutstanding lending.Money `db:"principal_outstanding"`
	TotalOutstanding     lending.Money `db:"total_outstanding"`
	DueNow               lending.Money `db:"due_now"`
	Excess               lending.Money `db:"excess"`
	DPD                  int           `db:"dpd"`
	PeakDPD              int           `db:"peak_dpd"`
	Category             string        `db:"category"`
	CategoryDate         lending.Date  `db:"category_date"`
	OldestDue            lending.Date  `db:"oldest_due"`
}

const dayPositionColumns = `date, account_id, principal_outstanding, total_outstanding, due_now, excess, dpd, peak_dpd, category, category_date, oldest_due`

// AddDayPosition keeps where an account stood; what is kept already stays.
func (tx *Tx) AddDayPosition(ctx context.Context, p DayPosition) error {
	err := tx.insert(ctx, `
		INSERT INTO day_positions (`+dayPositionColumns+`)
		VALUES (:date, :account_id, :principal_outstanding, :total_outstanding, :due_now, :excess, :dpd, :peak_dpd, :category, :category_date, :oldest_due)
		ON CONFLICT (date, account_id) DO NOTHING`, p)
	if err != nil {
		return fmt.Errorf("keeping a position: %w", err)
	}
	return nil
}

// CopyDayPositions keeps, set by set, the positions of accounts on which nothing
// happened since a day: their rows are of that day or before, and nothing was to be
// done on them. It goes through accounts
// by id and returns the last of them, "" after the end.
func (tx *Tx) CopyDayPositions(ctx context.Context, date lending.Date, after string, limit int) (string, error) {
	var last string
	err := tx.row(ctx, []any{&last}, `
		SELECT COALESCE(MAX(account_id), '')
		FROM (SELECT account_id FROM positions WHERE account_id > ? ORDER BY account_id LIMIT ?)`, after, limit)
	if err != nil || last == "" {
		return "", err
	}
	_, err = tx.exec(ctx, `
		INSERT INTO day_positions (`+dayPositionColumns+`)
		SELECT ?, account_id, principal_outstanding, total_outstanding, due_now, excess, dpd, peak_dpd, category, category_date, oldest_due
		FROM positions
		WHERE account_id > ? AND account_id <= ? AND as_of <= ? AND (next_event IS NULL OR next_event > ?)
		ON CONFLICT (date, account_id) DO NOTHING`, date, after, last, date, date.AddDays(1))
	if err != nil {
		return "", fmt.Errorf("keeping positions: %w", err)
	}
	return last, nil
}

// MissingDayPositions lists accounts with facts of a day or before whose position at
// its end is not kept yet, after a given one.
func (v *View) MissingDayPositions(ctx context.Context, date lending.Date, after string, limit int) ([]string, error) {
	var ids []string
	err := v.list(ctx, &ids, `
		SELECT s.account_id
		FROM positions s
		WHERE s.account_id > ?
			AND NOT EXISTS (SELECT 1 FROM day_positions d WHERE d.date = ? AND d.account_id = s.account_id)
		ORDER BY s.account_id
		LIMIT ?`, after, date, limit)
	return ids, err
}

// LastDayPositions is the last day whose positions are kept; zero when there is none.
func (v *View) LastDayPositions(ctx context.Context) (lending.Date, error) {
	var date lending.Date
	err := v.row(ctx, []any{&date}, `SELECT MAX(date) FROM day_positions`)
	return date, err
}

// DayPositionOf returns where an account stood at the end of a day; ErrMissing when
// that was not kept.
func (v *View) DayPositionOf(ctx context.Context, date lending.Date, account string) (DayPosition, error) {
	var p DayPosition
	err := v.get(ctx, &p, `SELECT `+dayPositionColumns+` FROM day_positions WHERE date = ? AND account_id = ?`, date, account)
	return p, err
}

// CategorySum is what stood in one category at the end of a day.
type CategorySum struct {
	Category string        `db:"category"`
	Accounts int           `db:"accounts"`
	Total    lending.Money `db:"total"`
	Overdue  lending.Money `db:"overdue"`
}

// DayCategories sums the positions of a day by category.
func (v *View) DayCategories(ctx context.Context, date lending.Date) ([]CategorySum, error) {
	var rows []CategorySum
	err := v.list(ctx, &rows, `
		SELECT category, COUNT(*) AS accounts, SUM(total_outstanding) AS total, SUM(due_now) AS overdue
		FROM day_positions
		WHERE date = ?
		GROUP BY category
		ORDER BY MAX(dpd), category`, date)
	return rows, err
}

// BureauRow is what a credit bureau is told of an account, as it stood at the end of a
// day (domain 13.1).
type BureauRow struct {
	DayPosition
	AccountRef  string        `db:"account_ref"`
	Product     string        `db:"product"`
	Status      string        `db:"status"`
	BorrowerRef string        `db:"borrower_ref"`
	Name        string        `db:"name"`
	PAN         string        `db:"pan"`
	Phone       string        `db:"phone"`
	Email       string        `db:"email"`
	Address     string        `db:"address"`
	State       string        `db:"state"`
	Sanctioned  lending.Money `db:"sanctioned"`
	OpenedOn    lending.Date  `db:"opened_on"`
	PaidOn      lending.Date  `db:"paid_on"` // last payment up to the day
	WrittenOff  bool          `db:"written_off"`
}

// BureauRows lists the accounts of a day's positions after a given one, by account id.
func (v *View) BureauRows(ctx context.Context, date lending.Date, after string, limit int) ([]BureauRow, error) {
	var rows []BureauRow
	err := v.list(ctx, &rows, `
		SELECT d.date, d.account_id, d.principal_outstanding, d.total_outstanding, d.due_now, d.excess, d.dpd, d.peak_dpd, d.category, d.category_date, d.oldest_due,
			a.ref AS account_ref, a.product, a.status, b.ref AS borrower_ref, b.name, b.pan, b.phone, b.email, b.address, b.state,
			a.approved_line_amount AS sanctioned,
			(SELECT MIN(f.value_date) FROM facts f WHERE f.account_id = d.account_id AND f.kind = 'disbursal') AS opened_on,
			(SELECT MAX(s.date) FROM settlements s WHERE s.account_id = d.account_id AND s.date <= d.date) AS paid_on,
			EXISTS (SELECT 1 FROM facts f WHERE f.account_id = d.account_id AND f.kind = 'write_off' AND f.booking_date <= d.date) AS written_off
		FROM day_positions d
		JOIN accounts a ON a.id = d.account_id
		JOIN borrowers b ON b.id = a.borrower_id
		WHERE d.date = ? AND d.account_id > ?
		ORDER BY d.account_id
		LIMIT ?`, date, after, limit)
	return rows, err
}
