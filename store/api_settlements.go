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

// demandPaid is what was paid of a demand.
const demandPaid = `(d.p_paid + d.ni_paid + d.oi_paid + d.pi_paid + d.f_paid)`

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
	Place       string        `db:"place"` // in the order of the list
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

// settledGroups are the settlements of a condition by record, demand and day.
func settledGroups(where string) string {
	return `(
		SELECT s.account_id, s.receipt_key, s.demand_id, s.date, MIN(s.seq) AS seq, MAX(s.seq) AS last, SUM(s.amount) AS amount,
			MIN(s.created_at) AS created_at, MAX(s.updated_at) AS updated_at
		FROM settlements s
		WHERE ` + where + `
		GROUP BY s.account_id, s.receipt_key, s.demand_id, s.date)`
}

// SettledDemands lists settlements, one page, and the place to read on from. They
// are in the order of their dates, and within an account as they happened.
func (v *View) SettledDemands(ctx context.Context, f SettlementFilter) ([]SettledDemand, *RecordKey, error) {
	c := f.where()
	list := listing[SettledDemand]{
		what: "settlements", index: "g.seq", idx: func(s SettledDemand) int64 { return s.Seq },
		query: `
			SELECT a.id, g.account_id, a.record_id, g.demand_id, g.seq, g.date, g.amount, z.outstanding, z.remaining, a.from_excess,
				z.dpd, z.peak_dpd, g.created_at, g.updated_at, g.date || ' ' || g.account_id AS place
			FROM ` + settledGroups(c.where()) + ` g
			JOIN settlements a ON a.account_id = g.account_id AND a.seq = g.seq
			JOIN settlements z ON z.account_id = g.account_id AND z.seq = g.last`,
		orders: map[string]listOrder[SettledDemand]{
			"":     {column: "g.date || ' ' || g.account_id", key: func(s SettledDemand) string { return s.Place }},
			"date": {column: "g.date || ' ' || g.account_id", key: func(s SettledDemand) string { return s.Place }},
		},
	}
	return list.page(ctx, v, conditions{args: c.args}, f.Listing)
}

// CountSettledDemands counts what SettledDemands would list without paging.
func (v *View) CountSettledDemands(ctx context.Context, f SettlementFilter) (int64, error) {
	c := f.where()
	return v.count(ctx, "settlements", settledGroups(c.where())+" g", conditions{args: c.args})
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
