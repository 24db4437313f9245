package store

import (
	"context"
	"fmt"

	"lekha/lending"
)

// The queries of this file belong to one page each: the overview, the record
// list and the page of one record.

// Suggested counts the unmatched records whose best candidate is at least as
// sure as given, in basis points.
func (v *View) Suggested(ctx context.Context, confidence int) (int64, error) {
	var n int64
	err := v.get(ctx, &n, `
		SELECT COUNT(*)
		FROM records r
		JOIN match_proposals p ON p.record_id = r.id AND p.rank = 1
		WHERE r.status = 'unmatched' AND p.decision <> 'none' AND p.confidence >= ?`, confidence)
	return n, err
}

// Surroundings are what every page shows around its subject.
type Surroundings struct {
	Company
	ToDecide int64        `db:"to_decide"` // requests that wait for the person who looks
	Counts   statusCounts `db:"counts"`    // of records, by state
}

// Surroundings reads them at once, because every page asks for all of them: for a
// person with some roles.
func (v *View) Surroundings(ctx context.Context, roles []string, person string) (Surroundings, error) {
	query, args := surroundingsQuery(roles, person)
	var s Surroundings
	if err := v.get(ctx, &s, query, args...); err != nil {
		return s, fmt.Errorf("reading what stands around a page: %w", err)
	}
	if v.still {
		v.company, v.counts = &s.Company, s.Counts
	}
	return s, nil
}

func surroundingsQuery(roles []string, person string) (string, []any) {
	where, args := ApprovalFilter{Statuses: []string{"pending"}, NotBy: person}.where()
	for _, role := range roles {
		args = append(args, role)
	}
	return `
		SELECT ` + companyColumns + `,
			(SELECT COUNT(*) FROM approvals p WHERE ` + where + ` AND p.role IN ` + in(len(roles)) + `) AS to_decide,
			(SELECT COALESCE(string_agg(CONCAT_WS(' ', status, count, amount, remaining), ' '), '') FROM record_counts WHERE count > 0) AS counts
		FROM company
		WHERE one = 1`, args
}

// WaitingApprovals is a queue of requests that one person may decide.
type WaitingApprovals struct {
	Count  int64         `db:"count"`
	Amount lending.Money `db:"amount"`
	Oldest Instant       `db:"oldest"`
}

// WaitingApprovals counts and sums what ApprovalTotals does, with the oldest request.
func (v *View) WaitingApprovals(ctx context.Context, f ApprovalFilter) (WaitingApprovals, error) {
	where, args := f.where()
	var w WaitingApprovals
	err := v.get(ctx, &w, `
		SELECT COUNT(*) AS count, COALESCE(SUM(p.amount), 0) AS amount, MIN(p.requested_at) AS oldest
		FROM approvals p
		WHERE `+where, args...)
	return w, err
}

// WaitingPayouts counts and sums the payouts that finance has still to approve or
// to send, but for those that a person made.
func (v *View) WaitingPayouts(ctx context.Context, notBy string) (WaitingApprovals, error) {
	var w WaitingApprovals
	err := v.get(ctx, &w, `
		SELECT COUNT(*) AS count, COALESCE(SUM(amount), 0) AS amount, MIN(created_at) AS oldest
		FROM payouts
		WHERE status IN ('created', 'approved') AND maker_id <> ?`, notBy)
	return w, err
}

// LateBand is the part of the book that is so many days past due.
type LateBand struct {
	From        int           `db:"from_day"` // 0, 1, 31, 61 or 91
	Accounts    int64         `db:"accounts"`
	Outstanding lending.Money `db:"outstanding"` // principal
	DueNow      lending.Money `db:"due_now"`
}

// LateBands sums the positions of accounts that owe principal or dues, by the
// steps of days past due. Bands without an account are left out.
func (v *View) LateBands(ctx context.Context) ([]LateBand, error) {
	var rows []LateBand
	err := v.list(ctx, &rows, `
		SELECT CASE WHEN s.dpd > 90 THEN 91 WHEN s.dpd > 60 THEN 61 WHEN s.dpd > 30 THEN 31 WHEN s.dpd > 0 THEN 1 ELSE 0 END AS from_day,
			COUNT(*) AS accounts, SUM(s.principal_outstanding) AS outstanding, SUM(s.due_now) AS due_now
		FROM positions s
		WHERE s.principal_outstanding > 0 OR s.due_now > 0
		GROUP BY from_day
		ORDER BY from_day`)
	if err != nil {
		return nil, fmt.Errorf("summing days past due: %w", err)
	}
	return rows, nil
}

// ExcessHeld is what borrowers paid beyond their dues, and how many of them.
func (v *View) ExcessHeld(ctx context.Context) (accounts int64, amount lending.Money, err error) {
	var row struct {
		Accounts int64         `db:"accounts"`
		Amount   lending.Money `db:"amount"`
	}
	err = v.get(ctx, &row, `SELECT COUNT(*) AS accounts, COALESCE(SUM(excess), 0) AS amount FROM positions WHERE excess > 0`)
	return row.Accounts, row.Amount, err
}

const collectedQuery = `
		SELECT COALESCE(SUM(received_amount), 0)
		FROM records
		WHERE date >= ? AND date <= ? AND status IN ('approved', 'processed')`

// Collected is the money (without tax withheld) of approved records with a value
// date in a span.
func (v *View) Collected(ctx context.Context, from, to lending.Date) (lending.Money, error) {
	var sum lending.Money
	err := v.get(ctx, &sum, collectedQuery, from, to)
	return sum, err
}

// DueDay is what falls due on one day, and how much of it is paid by now.
type DueDay struct {
	Date lending.Date  `db:"due_date"`
	Due  lending.Money `db:"due"`
	Paid lending.Money `db:"paid"`
}

const dueDaysQuery = `
		SELECT due_date, SUM(p_amount + ni_amount + oi_amount + pi_amount + f_amount) AS due,
			SUM(p_paid + ni_paid + oi_paid + pi_paid + f_paid) AS paid
		FROM demands
		WHERE due_date >= ? AND due_date <= ?
		GROUP BY due_date
		ORDER BY due_date`

// DueDays lists the days of a span on which anything falls due.
func (v *View) DueDays(ctx context.Context, from, to lending.Date) ([]DueDay, error) {
	var rows []DueDay
	err := v.list(ctx, &rows, dueDaysQuery, from, to)
	if err != nil {
		return nil, fmt.Errorf("summing dues by day: %w", err)
	}
	return rows, nil
}

// ComingDay is a day ahead: what is still unpaid of its dues, on how many
// accounts, and how many of these have no mandate.
type ComingDay struct {
	Date      lending.Date  `db:"due_date"`
	Accounts  int64         `db:"accounts"`
	Unmandate int64         `db:"unmandated"`
	Amount    lending.Money `db:"amount"`
}

const comingDaysQuery = `
		SELECT d.due_date, COUNT(DISTINCT d.account_id) AS accounts,
			COUNT(DISTINCT CASE WHEN a.umrn = '' THEN d.account_id END) AS unmandated, SUM(d.outstanding) AS amount
		FROM demands d
		JOIN accounts a ON a.id = d.account_id
		WHERE d.due_date >= ? AND d.due_date <= ? AND d.outstanding > 0
		GROUP BY d.due_date
		ORDER BY d.due_date`

// ComingDays lists the days of a span with unpaid dues.
func (v *View) ComingDays(ctx context.Context, from, to lending.Date) ([]ComingDay, error) {
	var rows []ComingDay
	err := v.list(ctx, &rows, comingDaysQuery, from, to)
	if err != nil {
		return nil, fmt.Errorf("summing coming dues: %w", err)
	}
	return rows, nil
}

// PaidDemand is what one record paid of one demand, by component.
type PaidDemand struct {
	DemandID   string        `db:"demand_id"`
	AccountRef string        `db:"account_ref"`
	Type       string        `db:"type"`
	No         int           `db:"no"`
	Name       string        `db:"name"`
	DueDate    lending.Date  `db:"due_date"`
	Left       lending.Money `db:"left_unpaid"` // of the demand, by now
	P          lending.Money `db:"p"`
	NI         lending.Money `db:"ni"`
	OI         lending.Money `db:"oi"`
	PI         lending.Money `db:"pi"`
	F          lending.Money `db:"f"`
	Total      lending.Money `db:"total"`
	FromExcess bool          `db:"from_excess"` // all of it was held as excess first
}

const paidByRecordQuery = `
		SELECT s.demand_id, a.ref AS account_ref, d.type, d.no, d.name, d.due_date, d.outstanding AS left_unpaid,
			SUM(CASE WHEN s.component = 'P' THEN s.amount ELSE 0 END) AS p,
			SUM(CASE WHEN s.component = 'NI' THEN s.amount ELSE 0 END) AS ni,
			SUM(CASE WHEN s.component = 'OI' THEN s.amount ELSE 0 END) AS oi,
			SUM(CASE WHEN s.component = 'PI' THEN s.amount ELSE 0 END) AS pi,
			SUM(CASE WHEN s.component = 'F' THEN s.amount ELSE 0 END) AS f,
			SUM(s.amount) AS total, MIN(s.from_excess) AS from_excess
		FROM settlements s
		JOIN demands d ON d.id = s.demand_id
		JOIN accounts a ON a.id = s.account_id
		WHERE s.record_id = ?
		GROUP BY s.demand_id
		ORDER BY MIN(s.seq)`

// PaidByRecord lists the demands that a record settled, in the order it did.
func (v *View) PaidByRecord(ctx context.Context, record string) ([]PaidDemand, error) {
	var rows []PaidDemand
	err := v.list(ctx, &rows, paidByRecordQuery, record)
	if err != nil {
		return nil, fmt.Errorf("reading what a record settled: %w", err)
	}
	return rows, nil
}

// EventsOn returns what the log says about several things, newest first.
func (v *View) EventsOn(ctx context.Context, subjects []string, limit int) ([]Event, error) {
	if len(subjects) == 0 {
		return nil, nil
	}
	args := make([]any, 0, len(subjects)+1)
	for _, s := range subjects {
		args = append(args, s)
	}
	var events []Event
	err := v.list(ctx, &events, `
		SELECT `+eventColumns+`
		FROM events
		WHERE subject IN `+in(len(subjects))+`
		ORDER BY seq DESC
		LIMIT ?`, append(args, limit)...)
	if err != nil {
		return nil, fmt.Errorf("reading the log: %w", err)
	}
	return events, nil
}
