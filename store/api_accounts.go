package store

import (
	"context"
	"fmt"
	"strings"

	"lekha/lending"
)

// AccountQuery is what programs ask of the accounts. Zero fields do not narrow.
type AccountQuery struct {
	Borrower, Program string // ids
	Ref               string
	Statuses          []string
	Category          string
	MinDPD            int
	Created           Span
	Search            string
	Listing
}

func (q AccountQuery) where() conditions {
	var c conditions
	c.equal("a.borrower_id", q.Borrower)
	c.equal("a.program_id", q.Program)
	c.equal("a.ref", q.Ref)
	c.among("a.status", q.Statuses)
	c.equal("s.category", q.Category)
	c.moments("a.created_at", q.Created)
	if q.MinDPD > 0 {
		c.add("s.dpd >= ?", q.MinDPD)
	}
	if match := fullText(q.Search); match != "" {
		c.add("a.idx IN (SELECT docid FROM account_text WHERE body MATCH ?)", match)
	}
	return c
}

// AccountUse is an account with its position and how much of its line is drawn.
type AccountUse struct {
	AccountRow
	Used lending.Money `db:"used"` // principal outstanding, and what is about to be lent
}

// accountUseSelect reads accounts with positions and use.
func accountUseSelect() string {
	return strings.Replace(accountSelect, "\n\tFROM", ",\n\t\t"+positionSelect+`,
		COALESCE(s.principal_outstanding, 0)
			+ (SELECT COALESCE(SUM(l.amount), 0) FROM loans l WHERE l.account_id = a.id AND l.status = 'pending') AS used
	FROM`, 1) + accountPositionJoin
}

// QueryAccounts lists accounts, one page, and the place to read on from.
func (v *View) QueryAccounts(ctx context.Context, q AccountQuery) ([]AccountUse, *RecordKey, error) {
	list := listing[AccountUse]{
		what: "accounts", query: accountUseSelect(), index: "a.idx", idx: func(a AccountUse) int64 { return a.Idx },
		orders: map[string]listOrder[AccountUse]{
			"":      {},
			"index": {},
			"dpd":   {column: "COALESCE(s.dpd, 0)", number: true, key: func(a AccountUse) string { return fmt.Sprint(a.DPD) }},
			"outstanding": {column: "COALESCE(s.total_outstanding, 0)", number: true,
				key: func(a AccountUse) string { return fmt.Sprint(int64(a.TotalOutstanding)) }},
		},
	}
	return list.page(ctx, v, q.where(), q.Listing)
}

// CountAccounts counts what QueryAccounts would list without paging.
func (v *View) CountAccounts(ctx context.Context, q AccountQuery) (int64, error) {
	return v.count(ctx, "accounts", "accounts a"+accountPositionJoin, q.where())
}

// AccountUseOf returns one account with its position and use, by id.
func (v *View) AccountUseOf(ctx context.Context, id string) (AccountUse, error) {
	var a AccountUse
	err := v.get(ctx, &a, accountUseSelect()+` WHERE a.id = ?`, id)
	return a, missing(err, "account", id)
}

// LoanQuery is what programs ask of the loans. Zero fields do not narrow.
type LoanQuery struct {
	Account   string // id
	Borrower  string // id
	Statuses  []string
	Disbursed Span
	Excess    bool // only where money is held beyond the dues
	Search    string
	Listing
}

func (q LoanQuery) where() conditions {
	var c conditions
	c.equal("l.account_id", q.Account)
	c.equal("a.borrower_id", q.Borrower)
	c.among("l.status", q.Statuses)
	c.days("l.disbursed_on", q.Disbursed)
	if q.Excess {
		c.add("s.excess > 0")
	}
	if match := fullText(q.Search); match != "" {
		c.add("(l.ref = ? OR a.idx IN (SELECT docid FROM account_text WHERE body MATCH ?))", CleanRef(q.Search), match)
	}
	return c
}

// LoanRow is a loan with what its account shows.
type LoanRow struct {
	Loan
	AccountRef   string        `db:"account_ref"`
	BorrowerName string        `db:"borrower_name"`
	Excess       lending.Money `db:"excess"`
	DPD          int           `db:"dpd"` // of its own dues
	PeakDPD      int           `db:"peak_dpd"`
	Category     string        `db:"category"`
	PaidOn       lending.Date  `db:"paid_on"` // of its last due, once all are paid
	PaidOut      lending.Money `db:"paid_out"`
}

const loanFrom = `loans l
	JOIN accounts a ON a.id = l.account_id
	JOIN borrowers b ON b.id = a.borrower_id
	LEFT JOIN positions s ON s.account_id = l.account_id`

const loanSelect = `
	SELECT l.id, l.idx, l.ref, l.account_id, l.status, l.amount, l.net_amount, l.disbursed_on, l.disbursal, l.maker_id,
		l.created_at, l.updated_at, l.version, a.ref AS account_ref, b.name AS borrower_name,
		COALESCE(s.excess, 0) AS excess, COALESCE(s.category, '') AS category,
		COALESCE((SELECT MAX(d.dpd) FROM demands d WHERE d.loan_id = l.id), 0) AS dpd,
		COALESCE((SELECT MAX(d.peak_dpd) FROM demands d WHERE d.loan_id = l.id), 0) AS peak_dpd,
		(SELECT MAX(d.paid_on) FROM demands d WHERE d.loan_id = l.id HAVING SUM(d.outstanding) = 0) AS paid_on,
		CASE WHEN l.status IN ('active', 'closed') THEN l.net_amount
			ELSE COALESCE((SELECT SUM(p.amount) FROM payouts p WHERE p.loan_id = l.id AND p.status = 'success'), 0) END AS paid_out
	FROM ` + loanFrom

// QueryLoans lists loans, one page, and the place to read on from.
func (v *View) QueryLoans(ctx context.Context, q LoanQuery) ([]LoanRow, *RecordKey, error) {
	list := listing[LoanRow]{
		what: "loans", query: loanSelect, index: "l.idx", idx: func(l LoanRow) int64 { return l.Idx },
		orders: map[string]listOrder[LoanRow]{
			"":             {},
			"index":        {},
			"loan_amount":  {column: "l.amount", number: true, key: func(l LoanRow) string { return fmt.Sprint(int64(l.Amount)) }},
			"disbursed_at": {column: "COALESCE(l.disbursed_on, '')", key: func(l LoanRow) string { return l.DisbursedOn.String() }},
		},
	}
	return list.page(ctx, v, q.where(), q.Listing)
}

// CountLoans counts what QueryLoans would list without paging.
func (v *View) CountLoans(ctx context.Context, q LoanQuery) (int64, error) {
	return v.count(ctx, "loans", loanFrom, q.where())
}

// LoanRowByAny returns one loan with what its account shows, by id or ref.
func (v *View) LoanRowByAny(ctx context.Context, key string) (LoanRow, error) {
	var l LoanRow
	err := v.get(ctx, &l, loanSelect+` WHERE l.id = ? OR l.ref = ?`, key, CleanRef(key))
	return l, missing(err, "loan", key)
}

// PayoutQuery is what programs ask of the payouts. Zero fields do not narrow.
type PayoutQuery struct {
	Account, Loan string // ids
	Statuses      []string
	Type, Method  string
	UTR           string
	Dates         Span
	Created       Span
	Search        string
	Listing
}

func (q PayoutQuery) where() conditions {
	var c conditions
	c.equal("p.account_id", q.Account)
	c.equal("p.loan_id", q.Loan)
	c.among("p.status", q.Statuses)
	c.equal("p.type", q.Type)
	c.equal("p.method", q.Method)
	c.equal("p.utr", q.UTR)
	c.days("p.date", q.Dates)
	c.moments("p.created_at", q.Created)
	if q.Search != "" {
		c.add("(p.ref = ? OR p.utr = ?)", CleanRef(q.Search), q.Search)
	}
	return c
}

// QueryPayouts lists payouts, one page, and the place to read on from.
func (v *View) QueryPayouts(ctx context.Context, q PayoutQuery) ([]Payout, *RecordKey, error) {
	list := listing[Payout]{
		what: "payouts", query: `SELECT ` + payoutColumns + ` FROM payouts p`, index: "p.idx", idx: func(p Payout) int64 { return p.Idx },
		orders: map[string]listOrder[Payout]{
			"":       {},
			"index":  {},
			"amount": {column: "p.amount", number: true, key: func(p Payout) string { return fmt.Sprint(int64(p.Amount)) }},
			"date":   {column: "COALESCE(p.date, '')", key: func(p Payout) string { return p.Date.String() }},
		},
	}
	return list.page(ctx, v, q.where(), q.Listing)
}

// CountPayouts counts what QueryPayouts would list without paging.
func (v *View) CountPayouts(ctx context.Context, q PayoutQuery) (int64, error) {
	return v.count(ctx, "payouts", "payouts p", q.where())
}
