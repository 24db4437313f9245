package store

import (
	"context"
	"fmt"

	"lekha/lending"
)

// byIndex is the one order of a list that is read in the order things were made.
func byIndex[T any]() map[string]listOrder[T] {
	return map[string]listOrder[T]{"": {}, "index": {}}
}

// StatementQuery is what programs ask of the statements. Zero fields do not narrow.
type StatementQuery struct {
	Bank    string // id
	Status  string
	Created Span
	Search  string // a part of the file's name, or a ref
	Listing
}

func (q StatementQuery) where() conditions {
	var c conditions
	c.add("s.status <> 'discarded'")
	c.equal("s.bank_id", q.Bank)
	c.equal("s.status", q.Status)
	c.moments("s.created_at", q.Created)
	if q.Search != "" {
		c.add("(s.file_name LIKE '%' || ? || '%' OR s.ref = ?)", q.Search, CleanRef(q.Search))
	}
	return c
}

// QueryStatements lists statements, one page, and the place to read on from.
func (v *View) QueryStatements(ctx context.Context, q StatementQuery) ([]Statement, *RecordKey, error) {
	list := listing[Statement]{
		what: "statements", query: `SELECT ` + statementColumns + ` FROM statements s`, index: "s.idx",
		idx: func(s Statement) int64 { return s.Idx }, orders: byIndex[Statement](),
	}
	return list.page(ctx, v, q.where(), q.Listing)
}

// CountStatements counts what QueryStatements would list without paging.
func (v *View) CountStatements(ctx context.Context, q StatementQuery) (int64, error) {
	return v.count(ctx, "statements", "statements s", q.where())
}

// ApprovalQuery is an approval filter with what only programs ask for.
type ApprovalQuery struct {
	ApprovalFilter
	Record    string // id
	Requester string // id of the person
	Requested Span
	Listing
}

func (q ApprovalQuery) where() conditions {
	where, args := q.ApprovalFilter.where()
	c := conditions{[]string{where}, args}
	c.equal("p.record_id", q.Record)
	c.equal("p.requested_by", q.Requester)
	c.moments("p.requested_at", q.Requested)
	return c
}

// QueryApprovals lists approvals, one page, and the place to read on from.
func (v *View) QueryApprovals(ctx context.Context, q ApprovalQuery) ([]Approval, *RecordKey, error) {
	list := listing[Approval]{
		what: "approvals", query: approvalSelect, index: "p.idx", idx: func(a Approval) int64 { return a.Idx },
		orders: map[string]listOrder[Approval]{
			"":       {},
			"index":  {},
			"amount": {column: "p.amount", number: true, key: func(a Approval) string { return fmt.Sprint(int64(a.Amount)) }},
		},
	}
	return list.page(ctx, v, q.where(), q.Listing)
}

// CountApprovals counts what QueryApprovals would list without paging.
func (v *View) CountApprovals(ctx context.Context, q ApprovalQuery) (int64, error) {
	return v.count(ctx, "approvals", "approvals p", q.where())
}

// EventQuery is what programs ask of the audit log. Zero fields do not narrow.
type EventQuery struct {
	Actor   string // id
	Days    Span   // business dates
	Subject string // ref
	Account string // id
	Action  string
	Outcome string
	Flag    string
	Listing
}

func (q EventQuery) where() conditions {
	var c conditions
	c.equal("e.actor_id", q.Actor)
	c.days("e.business_date", q.Days)
	c.equal("e.subject", q.Subject)
	c.equal("e.account_id", q.Account)
	c.equal("e.action", q.Action)
	c.equal("e.outcome", q.Outcome)
	if q.Flag != "" {
		c.add("e.flags <> '' AND ' ' || e.flags || ' ' LIKE '% ' || ? || ' %'", q.Flag)
	}
	return c
}

// QueryEvents lists the audit log, one page, and the place to read on from.
func (v *View) QueryEvents(ctx context.Context, q EventQuery) ([]Event, *RecordKey, error) {
	list := listing[Event]{
		what: "events", query: `SELECT ` + eventColumns + ` FROM events e`, index: "e.seq",
		idx: func(e Event) int64 { return e.Seq }, orders: byIndex[Event](),
	}
	return list.page(ctx, v, q.where(), q.Listing)
}

// CountQueriedEvents counts what QueryEvents would list without paging.
func (v *View) CountQueriedEvents(ctx context.Context, q EventQuery) (int64, error) {
	return v.count(ctx, "events", "events e", q.where())
}

// PartyQuery is what programs ask of programs, banks and borrowers.
type PartyQuery struct {
	Kind   string // of banks
	Search string // as PartyFilter has it
	Listing
}

// QueryPrograms lists programs, one page, and the place to read on from.
func (v *View) QueryPrograms(ctx context.Context, q PartyQuery) ([]Program, *RecordKey, error) {
	var c conditions
	if q.Search != "" {
		c.add("(p.name LIKE '%' || ? || '%' OR p.ref = ?)", q.Search, CleanRef(q.Search))
	}
	list := listing[Program]{
		what: "programs", query: `SELECT ` + programColumns + ` FROM programs p`, index: "p.idx", idx: func(p Program) int64 { return p.Idx },
		orders: map[string]listOrder[Program]{"": {}, "index": {}, "name": {column: "p.name", key: func(p Program) string { return p.Name }}},
	}
	return list.page(ctx, v, c, q.Listing)
}

// QueryBanks lists bank accounts, one page, and the place to read on from.
func (v *View) QueryBanks(ctx context.Context, q PartyQuery) ([]Bank, *RecordKey, error) {
	var c conditions
	c.equal("k.kind", q.Kind)
	if q.Search != "" {
		ref := CleanRef(q.Search)
		c.add("(k.account_holder_name LIKE '%' || ? || '%' OR k.ref = ? OR k.code = ? OR k.account_no = ?)", q.Search, ref, ref, ref)
	}
	list := listing[Bank]{
		what: "banks", query: `SELECT ` + bankColumns + ` FROM banks k`, index: "k.idx", idx: func(b Bank) int64 { return b.Idx },
		orders: byIndex[Bank](),
	}
	return list.page(ctx, v, c, q.Listing)
}

// QueryBorrowers lists borrowers, one page, and the place to read on from.
func (v *View) QueryBorrowers(ctx context.Context, q PartyQuery) ([]Borrower, *RecordKey, error) {
	var c conditions
	if q.Search != "" {
		ref := CleanRef(q.Search)
		c.add("(b.name LIKE '%' || ? || '%' OR b.ref = ? OR b.phone = ? OR b.pan = ?)", q.Search, ref, ref, ref)
	}
	list := listing[Borrower]{
		what: "borrowers", query: `SELECT ` + borrowerColumns + ` FROM borrowers b`, index: "b.idx", idx: func(b Borrower) int64 { return b.Idx },
		orders: map[string]listOrder[Borrower]{"": {}, "index": {}, "name": {column: "b.name", key: func(b Borrower) string { return b.Name }}},
	}
	return list.page(ctx, v, c, q.Listing)
}

// FeeQuery is what programs ask of the fees. Zero fields do not narrow.
type FeeQuery struct {
	Account, Loan string // ids
	Due           Span
	Search        string // a part of the name, or a ref
	Listing
}

func (q FeeQuery) where() conditions {
	var c conditions
	c.equal("f.account_id", q.Account)
	c.equal("f.loan_id", q.Loan)
	c.days("f.due_date", q.Due)
	if q.Search != "" {
		c.add("(f.name LIKE '%' || ? || '%' OR f.ref = ?)", q.Search, CleanRef(q.Search))
	}
	return c
}

// FeeRow is a fee with its demand.
type FeeRow struct {
	Fee
	DemandID    Opt           `db:"demand_id"`
	Paid        lending.Money `db:"paid"`
	Waived      lending.Money `db:"waived"`
	Outstanding lending.Money `db:"outstanding"`
}

const feeSelect = `
	SELECT f.id, f.idx, f.ref, f.account_id, f.loan_id, f.name, f.base, f.tax, f.due_date, f.head, f.component, f.cgst, f.sgst, f.igst,
		f.status, f.invoice_no, f.invoice_date, f.maker_id, f.created_at,
		d.id AS demand_id, COALESCE(d.f_paid + d.pi_paid, 0) AS paid, COALESCE(d.f_waived + d.pi_waived, 0) AS waived,
		COALESCE(d.outstanding, 0) AS outstanding
	FROM fees f
	LEFT JOIN demands d ON d.account_id = f.account_id AND d.key = f.id`

// QueryFees lists fees, one page, and the place to read on from.
func (v *View) QueryFees(ctx context.Context, q FeeQuery) ([]FeeRow, *RecordKey, error) {
	list := listing[FeeRow]{
		what: "fees", query: feeSelect, index: "f.idx", idx: func(f FeeRow) int64 { return f.Idx },
		orders: map[string]listOrder[FeeRow]{"": {}, "index": {}, "due_date": {column: "f.due_date", key: func(f FeeRow) string { return f.DueDate.String() }}},
	}
	return list.page(ctx, v, q.where(), q.Listing)
}

// CountFees counts what QueryFees would list without paging.
func (v *View) CountFees(ctx context.Context, q FeeQuery) (int64, error) {
	return v.count(ctx, "fees", "fees f", q.where())
}

// FeeRowByAny returns one fee with its demand, by id or ref.
func (v *View) FeeRowByAny(ctx context.Context, key string) (FeeRow, error) {
	var f FeeRow
	err := v.get(ctx, &f, feeSelect+` WHERE f.id = ? OR f.ref = ?`, key, CleanRef(key))
	return f, missing(err, "fee", key)
}
