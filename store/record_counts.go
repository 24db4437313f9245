package store

import (
	"context"
	"fmt"
	"strings"

	"lekha/lending"
)

// Counting a set of records costs as much as it is large. Sets by state alone are
// known without counting: a trigger keeps their figures. All others are counted
// up to a bound.

// StatusCount is how many records stand in a status, with their sums.
type StatusCount struct {
	Status    string        `db:"status"`
	Count     int64         `db:"count"`
	Amount    lending.Money `db:"amount"`
	Remaining lending.Money `db:"remaining"`
}

// RecordCounts returns counts and sums by status as they are kept.
func (v *View) RecordCounts(ctx context.Context) (map[string]StatusCount, error) {
	return v.countsByStatus(ctx, `SELECT status, count, amount, remaining FROM record_counts WHERE count > 0`)
}

// CountedRecords counts and sums all records by status: what RecordCounts has to
// be.
func (v *View) CountedRecords(ctx context.Context) (map[string]StatusCount, error) {
	return v.countsByStatus(ctx, `
		SELECT status, COUNT(*) AS count, SUM(amount) AS amount, SUM(remaining_amount) AS remaining
		FROM records
		GROUP BY status`)
}

func (v *View) countsByStatus(ctx context.Context, query string) (map[string]StatusCount, error) {
	var rows []StatusCount
	if err := v.list(ctx, &rows, query); err != nil {
		return nil, fmt.Errorf("counting records by status: %w", err)
	}
	out := make(map[string]StatusCount, len(rows))
	for _, r := range rows {
		out[r.Status] = r
	}
	return out, nil
}

// RecordSum is a filtered set in figures, as far as it was counted.
type RecordSum struct {
	RecordTotals
	More   bool         // there are more than were counted, and nothing was summed
	Oldest lending.Date // value date of the oldest; zero for none
}

// RecordSum counts and sums a filtered set. Beyond a limit it stops counting, over
// an index, and sums nothing: a list of a million is not read to show fifty. Zero
// counts and sums without a limit, and a set by state needs none.
func (v *View) RecordSum(ctx context.Context, f RecordFilter, limit int) (RecordSum, error) {
	var row struct {
		RecordTotals
		Oldest lending.Date `db:"oldest"`
	}
	query, args, kept := f.keptSum()
	if !kept {
		if limit > 0 {
			counts, err := v.CountEach(ctx, limit, f)
			if err != nil {
				return RecordSum{}, err
			}
			if counts[0].More {
				return RecordSum{RecordTotals: RecordTotals{Count: counts[0].N}, More: true}, nil
			}
		}
		var where string
		where, args = f.where()
		query = `
			SELECT COUNT(*) AS count, COALESCE(SUM(r.amount), 0) AS amount, COALESCE(SUM(r.remaining_amount), 0) AS remaining,
				MIN(r.date) AS oldest
			FROM records r
			WHERE ` + where
	}
	if err := v.get(ctx, &row, query, args...); err != nil {
		return RecordSum{}, fmt.Errorf("summing records: %w", err)
	}
	return RecordSum{RecordTotals: row.RecordTotals, Oldest: row.Oldest}, nil
}

// byStatusAlone says that a filter asks for nothing but states.
func (f RecordFilter) byStatusAlone() bool {
	f.Statuses = nil
	where, _ := f.where()
	return where == everyRecord
}

// keptWhere is the condition of a filter by state on the kept counts.
func (f RecordFilter) keptWhere() (string, []any) {
	if len(f.Statuses) == 0 {
		return "c.count > 0", nil
	}
	args := make([]any, len(f.Statuses))
	for i, s := range f.Statuses {
		args[i] = s
	}
	return "c.count > 0 AND c.status IN " + in(len(args)), args
}

// keptSum is the query of the sums of a set by state; false for any other set.
func (f RecordFilter) keptSum() (query string, args []any, ok bool) {
	if !f.byStatusAlone() {
		return "", nil, false
	}
	where, args := f.keptWhere()
	return `
		SELECT COALESCE(SUM(c.count), 0) AS count, COALESCE(SUM(c.amount), 0) AS amount, COALESCE(SUM(c.remaining), 0) AS remaining,
			MIN((SELECT MIN(r.date) FROM records r WHERE r.status = c.status)) AS oldest
		FROM record_counts c
		WHERE ` + where, args, true
}

// Counted is how many there are, or were counted before counting stopped.
type Counted struct {
	N    int64
	More bool
}

// CountEach counts several filtered sets in one query: sets by state exactly, the
// others each up to a limit.
func (v *View) CountEach(ctx context.Context, limit int, filters ...RecordFilter) ([]Counted, error) {
	parts, counts := make([]string, len(filters)), make([]Counted, len(filters))
	var args, into []any
	for i, f := range filters {
		where, given := f.keptWhere()
		parts[i] = "(SELECT COALESCE(SUM(c.count), 0) FROM record_counts c WHERE " + where + ")"
		if !f.byStatusAlone() {
			where, given = f.where()
			parts[i] = "(SELECT COUNT(*) FROM (SELECT 1 FROM records r WHERE " + where + " LIMIT ?))"
			given = append(given, limit+1)
		}
		args, into = append(args, given...), append(into, &counts[i].N)
	}
	if err := v.row(ctx, into, `SELECT `+strings.Join(parts, ",\n\t\t\t"), args...); err != nil {
		return nil, fmt.Errorf("counting records: %w", err)
	}
	for i, f := range filters {
		if counts[i].N > int64(limit) && !f.byStatusAlone() {
			counts[i] = Counted{N: int64(limit), More: true}
		}
	}
	return counts, nil
}
