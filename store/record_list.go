package store

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"lekha/lending"
)

// CountCap is how far lists are counted exactly; above it they say "10,000+".
const CountCap = 10_000

// RecordFilter narrows the record list. Zero fields do not narrow. It is the one
// description of a set of records: pages, sums, bulk acts and exports share it.
type RecordFilter struct {
	Types       []string
	Statuses    []string
	From, To    lending.Date
	Min, Max    lending.Money
	Bank        string // id
	Account     string // id
	Source      string
	Search      string
	Refs        []string // exactly these
	Unconfirmed bool     // entered by hand, no statement line yet
	SentBack    bool     // a checker sent it back and nobody has sent it again
	Questioned  bool     // somebody has to say whether it is money of its own
	Unsent      bool     // matched and never sent
	Sort        string   // "date" (default), "amount", "ref"
	Descending  bool
	After       *RecordKey // paging: only rows beyond this one
	Backwards   bool       // page before After instead of beyond it; rows still come in list order
	Limit       int
	Offset      int // for the API's page numbers alone
}

// RecordKey is the place of a row in a sorted list.
type RecordKey struct {
	Value string // of the sort column
	Idx   int64
}

var recordOrders = map[string]string{"": "r.date", "date": "r.date", "amount": "r.amount", "ref": "r.idx"}

// Key returns the place of a record under a sort.
func (r Record) Key(sort string) RecordKey {
	switch sort {
	case "amount":
		return RecordKey{Value: fmt.Sprint(int64(r.Amount)), Idx: r.Idx}
	case "ref":
		return RecordKey{Idx: r.Idx}
	}
	return RecordKey{Value: r.Date.String(), Idx: r.Idx}
}

// in makes "(?, ?, …)".
func in(n int) string { return "(" + strings.TrimSuffix(strings.Repeat("?, ", n), ", ") + ")" }

// unsentStates are those of what is matched and not sent, word for word as in the
// index of these few records.
const unsentStates = "r.status IN ('initiated', 'split')"

// everyRecord is the condition that all records meet.
const everyRecord = "1 = 1"

// where makes the condition of a filter, without paging.
func (f RecordFilter) where() (string, []any) {
	where, args := []string{everyRecord}, []any{}
	add := func(clause string, values ...any) { where, args = append(where, clause), append(args, values...) }
	among := func(column string, values []string) {
		if len(values) == 0 {
			return
		}
		where = append(where, column+" IN "+in(len(values)))
		for _, v := range values {
			args = append(args, v)
		}
	}
	among("r.type", f.Types)
	among("r.status", f.Statuses)
	among("r.ref", f.Refs)
	if !f.From.IsZero() {
		add("r.date >= ?", f.From)
	}
	if !f.To.IsZero() {
		add("r.date <= ?", f.To)
	}
	if f.Min > 0 {
		add("r.amount >= ?", f.Min)
	}
	if f.Max > 0 {
		add("r.amount <= ?", f.Max)
	}
	if f.Bank != "" {
		add("r.collection_bank_id = ?", f.Bank)
	}
	if f.Account != "" {
		add("r.account_id = ?", f.Account)
	}
	if f.Source != "" {
		add("r.source = ?", f.Source)
	}
	if f.Unconfirmed {
		add("r.source = 'hand' AND r.bank_credit_id IS NULL AND r.type = 'repayment' AND r.status NOT IN ('rejected', 'reverted', 'cancelled')")
	}
	if f.Questioned {
		add("r.status = 'parked' AND r.duplicate_of IS NOT NULL")
	}
	if f.Unsent {
		add(unsentStates + " AND r.status = 'initiated' AND r.reason = '' AND r.parent_id IS NULL")
	}
	if f.SentBack {
		add(unsentStates + ` AND r.reason <> ''
			AND (SELECT p.status FROM approvals p WHERE p.record_id = r.id ORDER BY p.idx DESC LIMIT 1) = 'sent_back'`)
	}
	if match := fullText(f.Search); match != "" {
		add("r.idx IN (SELECT docid FROM record_text WHERE body MATCH ?)", match)
	}
	return strings.Join(where, " AND "), args
}

// page adds the keyset condition and returns the direction to read in.
func (f RecordFilter) page(where string, args []any) (string, []any, string, error) {
	column, ok := recordOrders[f.Sort]
	if !ok {
		return "", nil, "", lending.RefuseField("ordering", "ordering.unknown", "There is no such order.")
	}
	compare, direction := ">", "ASC"
	if f.Descending != f.Backwards {
		compare, direction = "<", "DESC"
	}
	if f.After != nil {
		if column == "r.idx" {
			where, args = where+" AND r.idx "+compare+" ?", append(args, f.After.Idx)
		} else {
			where += " AND (" + column + ", r.idx) " + compare + " (?, ?)"
			if column == "r.amount" {
				var amount int64
				if _, err := fmt.Sscan(f.After.Value, &amount); err != nil {
					return "", nil, "", lending.RefuseField("after", "after.unreadable", "This place in the list cannot be read.")
				}
				args = append(args, amount, f.After.Idx)
			} else {
				args = append(args, f.After.Value, f.After.Idx)
			}
		}
	}
	order := column + " " + direction
	if column != "r.idx" {
		order += ", r.idx " + direction
	}
	return where, args, order, nil
}

// pageQuery is the statement of one page. The page of keys comes first, the wide
// rows with the columns of a select after: the sort runs over an index.
func (f RecordFilter) pageQuery(columns string) (query string, args []any, err error) {
	where, args := f.where()
	where, args, order, err := f.page(where, args)
	query = columns + `
		WHERE r.idx IN (SELECT r.idx FROM records r WHERE ` + where + ` ORDER BY ` + order + ` LIMIT ? OFFSET ?)
		ORDER BY ` + order
	return query, append(args, f.Limit, f.Offset), err
}

// Records lists the records of a filter, one page.
func (v *View) Records(ctx context.Context, f RecordFilter) ([]Record, error) {
	query, args, err := f.pageQuery(recordSelect)
	if err != nil {
		return nil, err
	}
	var rows []Record
	if err := v.list(ctx, &rows, query, args...); err != nil {
		return nil, fmt.Errorf("listing records: %w", err)
	}
	if f.Backwards {
		slices.Reverse(rows)
	}
	return rows, nil
}

// RecordTotals are count and sums of a whole filtered set.
type RecordTotals struct {
	Count     int64         `db:"count"`
	Amount    lending.Money `db:"amount"`
	Remaining lending.Money `db:"remaining"`
}

// RecordTotals sums what Records would list without paging.
func (v *View) RecordTotals(ctx context.Context, f RecordFilter) (RecordTotals, error) {
	where, args := f.where()
	var t RecordTotals
	err := v.get(ctx, &t, `
		SELECT COUNT(*) AS count, COALESCE(SUM(r.amount), 0) AS amount, COALESCE(SUM(r.remaining_amount), 0) AS remaining
		FROM records r
		WHERE `+where, args...)
	if err != nil {
		return t, fmt.Errorf("summing records: %w", err)
	}
	return t, nil
}

// EachRecord yields every record of a filter in list order, for exports.
func (v *View) EachRecord(ctx context.Context, f RecordFilter) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		where, args := f.where()
		where, args, order, err := f.page(where, args)
		if err != nil {
			yield(Record{}, err)
			return
		}
		rows, err := v.tx.QueryxContext(ctx, recordSelect+` WHERE `+where+` ORDER BY `+order, args...)
		if err != nil {
			yield(Record{}, fmt.Errorf("exporting records: %w", err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			var r Record
			err := rows.StructScan(&r)
			if !yield(r, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(Record{}, err)
		}
	}
}
