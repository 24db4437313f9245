package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
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

// statusCounts are the figures of all states, by state.
type statusCounts map[string]StatusCount

// Scan reads figures separated by blanks, as surroundingsQuery makes them.
func (c *statusCounts) Scan(src any) error {
	text, ok := src.(string)
	words := strings.Fields(text)
	if !ok || len(words)%4 != 0 {
		return fmt.Errorf("reading counts of records: unexpected %v", src)
	}
	*c = make(statusCounts, len(words)/4)
	for four := range slices.Chunk(words, 4) {
		one := StatusCount{Status: four[0]}
		for i, into := range []*int64{&one.Count, (*int64)(&one.Amount), (*int64)(&one.Remaining)} {
			var err error
			if *into, err = strconv.ParseInt(four[i+1], 10, 64); err != nil {
				return fmt.Errorf("reading counts of records: %w", err)
			}
		}
		(*c)[one.Status] = one
	}
	return nil
}

// RecordCounts returns counts and sums by status as they are kept. A view that
// only reads asks once.
func (v *View) RecordCounts(ctx context.Context) (map[string]StatusCount, error) {
	if v.counts != nil {
		return v.counts, nil
	}
	counts, err := v.countsByStatus(ctx, `SELECT status, count, amount, remaining FROM record_counts WHERE count > 0`)
	if v.still && err == nil {
		v.counts = counts
	}
	return counts, err
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
	More bool // there are more than were counted, and nothing was summed
}

// RecordSum counts and sums a filtered set. Beyond a limit it stops counting, over
// an index, and sums nothing: a list of a million is not read to show fifty. Zero
// counts and sums without a limit, and a set by state needs none.
func (v *View) RecordSum(ctx context.Context, f RecordFilter, limit int) (RecordSum, error) {
	if f.byStatusAlone() {
		counts, err := v.RecordCounts(ctx)
		return RecordSum{RecordTotals: f.kept(counts)}, err
	}
	if limit > 0 {
		counts, err := v.CountEach(ctx, limit, f)
		if err != nil || counts[0].More {
			return RecordSum{RecordTotals: RecordTotals{Count: counts[0].N}, More: true}, err
		}
	}
	totals, err := v.RecordTotals(ctx, f)
	return RecordSum{RecordTotals: totals}, err
}

// OldestRecord is the value date of the oldest record of a set; zero for none.
func (v *View) OldestRecord(ctx context.Context, f RecordFilter) (lending.Date, error) {
	where, args := f.where()
	var oldest lending.Date
	if err := v.get(ctx, &oldest, `SELECT MIN(r.date) FROM records r WHERE `+where, args...); err != nil {
		return 0, fmt.Errorf("finding the oldest record: %w", err)
	}
	return oldest, nil
}

// byStatusAlone says that a filter asks for nothing but states.
func (f RecordFilter) byStatusAlone() bool {
	f.Statuses = nil
	where, _ := f.where()
	return where == everyRecord
}

// kept sums what is kept of the states of a filter.
func (f RecordFilter) kept(counts map[string]StatusCount) RecordTotals {
	var t RecordTotals
	for status, c := range counts {
		if len(f.Statuses) == 0 || slices.Contains(f.Statuses, status) {
			t.Count, t.Amount, t.Remaining = t.Count+c.Count, t.Amount+c.Amount, t.Remaining+c.Remaining
		}
	}
	return t
}

// Counted is how many there are, or were counted before counting stopped.
type Counted struct {
	N    int64
	More bool
}

// CountEach counts several filtered sets: sets by state exactly, the others each
// up to a limit, all in one query.
func (v *View) CountEach(ctx context.Context, limit int, filters ...RecordFilter) ([]Counted, error) {
	counted := make([]Counted, len(filters))
	var parts []string
	var args, into []any
	for i, f := range filters {
		if f.byStatusAlone() {
			counts, err := v.RecordCounts(ctx)
			if err != nil {
				return counted, err
			}
			counted[i].N = f.kept(counts).Count
			continue
		}
		where, given := f.where()
		parts = append(parts, "(SELECT COUNT(*) FROM (SELECT 1 FROM records r WHERE "+where+" LIMIT ?))")
		args, into = append(append(args, given...), limit+1), append(into, &counted[i].N)
	}
	if len(parts) == 0 {
		return counted, nil
	}
	if err := v.row(ctx, into, `SELECT `+strings.Join(parts, ",\n\t\t\t"), args...); err != nil {
		return counted, fmt.Errorf("counting records: %w", err)
	}
	for i, f := range filters {
		if counted[i].N > int64(limit) && !f.byStatusAlone() {
			counted[i] = Counted{N: int64(limit), More: true}
		}
	}
	return counted, nil
}
