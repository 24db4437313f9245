package store

import (
	"context"
	"fmt"
	"strings"

	"lekha/lending"
)

// DemandFilter narrows the demands. Zero fields do not narrow.
type DemandFilter struct {
	Account, Loan string // ids
	Type          string
	Statuses      []string // future, due, partial, paid, overdue, as the wire names them
	Due           Span
	Search        string // a fee's name
	Listing
}

// demandPaid is what was paid of a demand, or waived.
const demandPaid = `(d.p_paid + d.ni_paid + d.oi_paid + d.pi_paid + d.f_paid + d.p_waived + d.ni_waived + d.oi_waived + d.pi_waived + d.f_waived)`

// demandStates are the conditions of each status; they exclude one another.
var demandStates = map[string]string{
	"paid":    `d.outstanding = 0 AND (d.is_due = 1 OR ` + demandPaid + ` > 0)`,
	"future":  `d.is_due = 0 AND NOT (d.outstanding = 0 AND ` + demandPaid + ` > 0)`,
	"overdue": `d.outstanding > 0 AND d.is_due = 1 AND d.due_date < (SELECT business_date FROM company)`,
	"partial": `d.outstanding > 0 AND d.is_due = 1 AND d.due_date >= (SELECT business_date FROM company) AND ` + demandPaid + ` > 0`,
	"due":     `d.outstanding > 0 AND d.is_due = 1 AND d.due_date >= (SELECT business_date FROM company) AND ` + demandPaid + ` = 0`,
}

// Demanded is the amount of a demand, all components.
func (d DemandRow) Demanded() lending.Money {
	return d.PAmount + d.NIAmount + d.OIAmount + d.PIAmount + d.FAmount
}

// Status is that of a demand on a business date: what demandStates says in SQL.
func (d DemandRow) Status(today lending.Date) string {
	paid := d.Demanded() - d.Outstanding
	switch {
	case d.Outstanding == 0 && (d.IsDue || paid > 0):
		return "paid"
	case !d.IsDue:
		return "future"
	case d.DueDate < today:
		return "overdue"
	case paid > 0:
		return "partial"
	}
	return "due"
}

func (f DemandFilter) where() conditions {
	var c conditions
	c.equal("d.account_id", f.Account)
	c.equal("d.loan_id", f.Loan)
	c.equal("d.type", f.Type)
	c.days("d.due_date", f.Due)
	if f.Search != "" {
		c.add("d.name LIKE '%' || ? || '%'", f.Search)
	}
	if len(f.Statuses) > 0 {
		var any []string
		for _, s := range f.Statuses {
			state, ok := demandStates[s]
			if !ok {
				state = "1 = 0" // a status that no demand has
			}
			any = append(any, "("+state+")")
		}
		c.add("(" + strings.Join(any, " OR ") + ")")
	}
	return c
}

// Demands lists demands, one page, and the place to read on from.
func (v *View) Demands(ctx context.Context, f DemandFilter) ([]DemandRow, *RecordKey, error) {
	list := listing[DemandRow]{
		what: "demands", query: `SELECT ` + demandColumns + ` FROM demands d`, index: "d.idx",
		idx: func(d DemandRow) int64 { return d.Idx },
		orders: map[string]listOrder[DemandRow]{
			"":                   {column: "d.due_date", key: func(d DemandRow) string { return d.DueDate.String() }},
			"due_date":           {column: "d.due_date", key: func(d DemandRow) string { return d.DueDate.String() }},
			"index":              {},
			"outstanding_amount": {column: "d.outstanding", number: true, key: func(d DemandRow) string { return fmt.Sprint(int64(d.Outstanding)) }},
		},
	}
	return list.page(ctx, v, f.where(), f.Listing)
}

// CountDemands counts what Demands would list without paging.
func (v *View) CountDemands(ctx context.Context, f DemandFilter) (int64, error) {
	return v.count(ctx, "demands", "demands d", f.where())
}

// DemandByID returns one demand.
func (v *View) DemandByID(ctx context.Context, id string) (DemandRow, error) {
	var d DemandRow
	err := v.get(ctx, &d, `SELECT `+demandColumns+` FROM demands WHERE id = ?`, id)
	return d, missing(err, "demand", id)
}

// SettledDemand is how much of one record went to one demand on one day: the
// settlement of the wire, over the components that ours are kept by.
type SettledDemand struct {
	ID          string        `db:"id"` // of its first component
	AccountID   string        `db:"account_id"`
	RecordID    Opt           `db:"record_id"`
	DemandID    string        `db:"demand_id"`
	Seq         int64         `db:"seq"`
	Date        lending.Date  `db:"date"`
	Amount      lending.Money `db:"amount"`
	Outstanding lending.Money `db:"outstanding"` // left on the demand afterwards
	Remaining   lending.Money `db:"remaining"`   // left on the record afterwards
	FromExcess  bool          `db:"from_excess"`
	DPD         int           `db:"dpd"`
	PeakDPD     int           `db:"peak_dpd"`
	CreatedAt   Instant       `db:"created_at"`
	UpdatedAt   Instant       `db:"updated_at"`
}

// SettlementFilter narrows the settlements. Zero fields do not narrow.
type SettlementFilter struct {
	Account, Loan, Demand, Record string // ids
	Dates                         Span
	Created                       Span
	Listing
}

func (f SettlementFilter) where() conditions {
	var c conditions
	c.equal("s.account_id", f.Account)
	c.equal("s.demand_id", f.Demand)
	c.equal("s.record_id", f.Record)
	c.days("s.date", f.Dates)
	c.moments("s.created_at", f.Created)
	if f.Loan != "" {
		c.add("s.demand_id IN (SELECT d.id FROM demands d WHERE d.loan_id = ?)", f.Loan)
	}
	return c
}

// sameSettlement are the components of one settlement of the wire.
const sameSettlement = `x.demand_id = s.demand_id AND x.receipt_key = s.receipt_key AND x.date = s.date`

// firstComponent leaves one row of each settlement: that of its first component.
const firstComponent = `NOT EXISTS (SELECT 1 FROM settlements x WHERE ` + sameSettlement + ` AND x.seq < s.seq)`

const settledSelect = `
	SELECT s.id, s.account_id, s.record_id, s.demand_id, s.seq, s.date, s.from_excess, z.outstanding, z.remaining, z.dpd, z.peak_dpd,
		(SELECT SUM(x.amount) FROM settlements x WHERE ` + sameSettlement + `) AS amount, s.created_at,
		(SELECT MAX(x.updated_at) FROM settlements x WHERE ` + sameSettlement + `) AS updated_at
	FROM settlements s
	JOIN settlements z ON z.account_id = s.account_id
		AND z.seq = (SELECT MAX(x.seq) FROM settlements x WHERE ` + sameSettlement + `)`

// SettledDemands lists settlements, one page, and the place to read on from. They
// are in the order of their dates, and within an account as they happened.
func (v *View) SettledDemands(ctx context.Context, f SettlementFilter) ([]SettledDemand, *RecordKey, error) {
	query, args, err := f.query()
	if err != nil {
		return nil, nil, err
	}
	var rows []SettledDemand
	if err := v.list(ctx, &rows, query, args...); err != nil {
		return nil, nil, fmt.Errorf("listing settlements: %w", err)
	}
	if len(rows) <= f.Limit {
		return rows, nil, nil
	}
	rows = rows[:f.Limit]
	last := rows[len(rows)-1]
	return rows, &RecordKey{Value: last.Date.String() + " " + last.AccountID, Idx: last.Seq}, nil
}

// query is the one page as SQL: a settlement's place is its day, account and
// number, which an index holds together.
func (f SettlementFilter) query() (string, []any, error) {
	if f.Sort != "" && f.Sort != "date" {
		return "", nil, lending.RefuseField("ordering", "ordering.unknown", "There is no such order.")
	}
	c := f.where()
	c.add(firstComponent)
	compare, direction := ">", "ASC"
	if f.Descending {
		compare, direction = "<", "DESC"
	}
	if f.After != nil {
		day, account, found := strings.Cut(f.After.Value, " ")
		if !found {
			return "", nil, lending.RefuseField("after", "after.unreadable", "This place in the list cannot be read.")
		}
		c.add("(s.date, s.account_id, s.seq) "+compare+" (?, ?, ?)", day, account, f.After.Idx)
	}
	order := " ORDER BY s.date " + direction + ", s.account_id " + direction + ", s.seq " + direction
	return settledSelect + ` WHERE ` + c.where() + order + ` LIMIT ? OFFSET ?`, append(c.args, f.Limit+1, f.Offset), nil
}

// CountSettledDemands counts what SettledDemands would list without paging.
func (v *View) CountSettledDemands(ctx context.Context, f SettlementFilter) (int64, error) {
	c := f.where()
	c.add(firstComponent)
	return v.count(ctx, "settlements", "settlements s", c)
}

// SettledDemandByID returns one settlement by the id it was listed under.
func (v *View) SettledDemandByID(ctx context.Context, id string) (SettledDemand, error) {
	var row SettlementRow
	err := v.get(ctx, &row, `SELECT `+settlementColumns+` FROM settlements WHERE id = ?`, id)
	if err != nil {
		return SettledDemand{}, missing(err, "settlement", id)
	}
	rows, _, err := v.SettledDemands(ctx, SettlementFilter{Account: row.AccountID, Demand: row.DemandID,
		Dates: Span{row.Date, row.Date}, Listing: Listing{Limit: maxSettledADay}})
	if err != nil {
		return SettledDemand{}, err
	}
	for _, s := range rows {
		if s.ID == id {
			return s, nil
		}
	}
	return SettledDemand{}, missing(ErrMissing, "settlement", id)
}

// maxSettledADay is more records than anybody pays one due with in a day.
const maxSettledADay = 1000
