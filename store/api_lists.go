package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"lekha/lending"
)

// Listing is one page of a list as a program asks for it: by the number of rows
// passed over, or beyond the place of a row.
type Listing struct {
	Sort       string // one of the list's orders; "" is its own
	Descending bool
	After      *RecordKey
	Offset     int
	Limit      int
}

// conditions of a list, all of which hold.
type conditions struct {
	clauses []string
	args    []any
}

func (c *conditions) add(clause string, args ...any) {
	c.clauses, c.args = append(c.clauses, clause), append(c.args, args...)
}

// equal narrows to one value; "" does not narrow.
func (c *conditions) equal(column, value string) {
	if value != "" {
		c.add(column+" = ?", value)
	}
}

// among narrows to some values; none do not narrow.
func (c *conditions) among(column string, values []string) {
	if len(values) == 0 {
		return
	}
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	c.add(column+" IN "+in(len(values)), args...)
}

// days narrows a column of days to a span; a zero bound does not narrow.
func (c *conditions) days(column string, span Span) {
	if !span.From.IsZero() {
		c.add(column+" >= ?", span.From)
	}
	if !span.To.IsZero() {
		c.add(column+" <= ?", span.To)
	}
}

// moments narrows a column of instants to a span of days in India.
func (c *conditions) moments(column string, span Span) {
	if !span.From.IsZero() {
		c.add(column+" >= ?", Instant{span.From.Time()})
	}
	if !span.To.IsZero() {
		c.add(column+" < ?", Instant{span.To.AddDays(1).Time()})
	}
}

// where is the condition as SQL.
func (c *conditions) where() string {
	if len(c.clauses) == 0 {
		return "1 = 1"
	}
	return strings.Join(c.clauses, " AND ")
}

// Span is a span of days, both included; a zero bound is open.
type Span struct{ From, To lending.Date }

// listOrder is one order of a list: a column that is never NULL, and the place
// of a row in it. Rows that agree are in the order of their index.
type listOrder[T any] struct {
	column string // "" orders by the index alone
	number bool
	key    func(T) string
}

// listing is what a list is read by.
type listing[T any] struct {
	what   string // for errors
	query  string // SELECT … FROM …, without WHERE
	index  string // column of the running index
	orders map[string]listOrder[T]
	idx    func(T) int64
}

// page reads one page, and the place to read on from; nil at the end.
func (l listing[T]) page(ctx context.Context, v *View, c conditions, p Listing) ([]T, *RecordKey, error) {
	order, ok := l.orders[p.Sort]
	if !ok {
		return nil, nil, lending.RefuseField("ordering", "ordering.unknown", "There is no such order.")
	}
	compare, direction := ">", " ASC"
	if p.Descending {
		compare, direction = "<", " DESC"
	}
	sorted := l.index + direction
	if order.column != "" {
		sorted = order.column + direction + ", " + sorted
	}
	if p.After != nil {
		if err := beyond(&c, order.column, l.index, compare, order.number, *p.After); err != nil {
			return nil, nil, err
		}
	}
	var rows []T
	// Filters combine in too many ways to keep each form prepared.
	err := v.list(ctx, &rows, l.query+` WHERE `+c.where()+` ORDER BY `+sorted+` LIMIT ? OFFSET ?`, append(c.args, p.Limit+1, p.Offset)...)
	if err != nil {
		return nil, nil, fmt.Errorf("listing %s: %w", l.what, err)
	}
	if len(rows) <= p.Limit {
		return rows, nil, nil
	}
	rows = rows[:p.Limit]
	last := rows[len(rows)-1]
	next := &RecordKey{Idx: l.idx(last)}
	if order.key != nil {
		next.Value = order.key(last)
	}
	return rows, next, nil
}

// beyond narrows to the rows after a place in an order.
func beyond(c *conditions, column, index, compare string, number bool, after RecordKey) error {
	if column == "" {
		c.add(index+" "+compare+" ?", after.Idx)
		return nil
	}
	var value any = after.Value
	if number {
		n, err := strconv.ParseInt(after.Value, 10, 64)
		if err != nil {
			return lending.RefuseField("after", "after.unreadable", "This place in the list cannot be read.")
		}
		value = n
	}
	c.add("("+column+", "+index+") "+compare+" (?, ?)", value, after.Idx)
	return nil
}

// count counts what page would list without paging.
func (v *View) count(ctx context.Context, what, from string, c conditions) (int64, error) {
	var n int64
	if err := v.get(ctx, &n, `SELECT COUNT(*) FROM `+from+` WHERE `+c.where(), c.args...); err != nil {
		return 0, fmt.Errorf("counting %s: %w", what, err)
	}
	return n, nil
}

// RecordQuery is a record filter with what only programs ask for.
type RecordQuery struct {
	RecordFilter
	UTR        string // as given, or normalised
	Loan       string // id: settled over it, or meant for it
	Mode       string
	BankDates  Span
	Created    Span
	Processed  *bool
	Unassigned bool // without an account
}

func (q RecordQuery) where() conditions {
	where, args := q.RecordFilter.where()
	c := conditions{[]string{where}, args}
	if q.UTR != "" {
		c.add("(r.utr = ? OR r.reference = ?)", q.UTR, strings.TrimLeft(CleanRef(q.UTR), "0"))
	}
	if q.Loan != "" {
		c.add(`(EXISTS (SELECT 1 FROM json_each(r.loans) l WHERE l.value = ?)
			OR EXISTS (SELECT 1 FROM settlements s JOIN demands d ON d.id = s.demand_id WHERE s.record_id = r.id AND d.loan_id = ?))`, q.Loan, q.Loan)
	}
	c.equal("r.payment_mode", q.Mode)
	c.days("r.bank_date", q.BankDates)
	c.moments("r.created_at", q.Created)
	if q.Processed != nil {
		c.add("r.is_processed = ?", *q.Processed)
	}
	if q.Unassigned {
		c.add("r.account_id IS NULL")
	}
	return c
}

// QueryRecords lists the records that a program asks for, one page, and the
// place to read on from.
func (v *View) QueryRecords(ctx context.Context, q RecordQuery) ([]Record, *RecordKey, error) {
	c := q.where()
	where, args, order, err := q.page(c.where(), c.args)
	if err != nil {
		return nil, nil, err
	}
	var rows []Record
	// The page of keys first, the wide rows after: the sort runs over an index.
	err = v.list(ctx, &rows, recordSelect+`
		WHERE r.idx IN (SELECT r.idx FROM records r WHERE `+where+` ORDER BY `+order+` LIMIT ? OFFSET ?)
		ORDER BY `+order, append(args, q.Limit+1, q.Offset)...)
	if err != nil {
		return nil, nil, fmt.Errorf("listing records: %w", err)
	}
	if len(rows) <= q.Limit {
		return rows, nil, nil
	}
	rows = rows[:q.Limit]
	next := rows[len(rows)-1].Key(q.Sort)
	return rows, &next, nil
}

// CountRecords counts what QueryRecords would list without paging.
func (v *View) CountRecords(ctx context.Context, q RecordQuery) (int64, error) {
	return v.count(ctx, "records", "records r", q.where())
}

// EachQueriedRecord gives every record of a query to fn, in list order, for
// exports. Rows are read as they are needed.
func (v *View) EachQueriedRecord(ctx context.Context, q RecordQuery, fn func(Record) error) error {
	c := q.where()
	where, args, order, err := q.page(c.where(), c.args)
	if err != nil {
		return err
	}
	rows, err := v.tx.QueryxContext(ctx, recordSelect+` WHERE `+where+` ORDER BY `+order, args...)
	if err != nil {
		return fmt.Errorf("exporting records: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var r Record
		if err := rows.StructScan(&r); err != nil {
			return fmt.Errorf("exporting records: %w", err)
		}
		if err := fn(r); err != nil {
			return err
		}
	}
	return rows.Err()
}
