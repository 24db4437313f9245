package store

import (
	"context"
	"fmt"

	"lekha/lending"
)

// Topup is a drawing on a line: a request, mostly against an invoice, that becomes a
// loan.
type Topup struct {
	ID            string        `db:"id"`
	Idx           int64         `db:"idx"`
	Ref           string        `db:"ref"`
	AccountID     string        `db:"account_id"`
	AnchorID      Opt           `db:"anchor_id"`
	GroupID       Opt           `db:"group_id"`
	Status        string        `db:"status"`
	Amount        lending.Money `db:"amount"`
	TenorDays     int           `db:"tenor_days"`
	InvoiceNo     string        `db:"invoice_no"`
	InvoiceKey    string        `db:"invoice_key"`
	InvoiceDate   lending.Date  `db:"invoice_date"`
	InvoiceAmount lending.Money `db:"invoice_amount"`
	InvoiceYear   string        `db:"invoice_year"`
	SellerGSTIN   string        `db:"seller_gstin"`
	BuyerGSTIN    string        `db:"buyer_gstin"`
	IRN           string        `db:"irn"`
	Scope         string        `db:"scope"` // within which an invoice is financed once
	PayoutTo      string        `db:"payout_to"`
	CreditBankID  Opt           `db:"credit_bank_id"`
	Method        string        `db:"method"`
	ScheduledOn   lending.Date  `db:"scheduled_on"`
	LoanID        Opt           `db:"loan_id"`
	Approval      string        `db:"approval"`
	Remark        string        `db:"remark"`
	Reason        string        `db:"reason"`
	MakerID       string        `db:"maker_id"`
	Maker         string        `db:"maker"`
	CreatedAt     Instant       `db:"created_at"`
	UpdatedAt     Instant       `db:"updated_at"`
	Version       int64         `db:"version"`
}

// TopupRow is a drawing with what stands around it.
type TopupRow struct {
	Topup
	AccountRef  string        `db:"account_ref"`
	BorrowerID  string        `db:"borrower_id"`
	Borrower    string        `db:"borrower"` // name
	ProgramID   string        `db:"program_id"`
	Program     string        `db:"program"` // name
	Anchor      string        `db:"anchor"`  // name
	GroupRef    string        `db:"group_ref"`
	LoanRef     string        `db:"loan_ref"`
	DisbursedOn lending.Date  `db:"disbursed_on"`
	DueDate     lending.Date  `db:"due_date"`    // of its loan
	Outstanding lending.Money `db:"outstanding"` // unpaid of its loan, what is to come included
	DPD         int           `db:"dpd"`
	Verdict     string        `db:"verdict"` // of the last run of its checks
}

const topupColumns = `id, idx, ref, account_id, anchor_id, group_id, status, amount, tenor_days, invoice_no, invoice_key, invoice_date, invoice_amount,
	invoice_year, seller_gstin, buyer_gstin, irn, scope, payout_to, credit_bank_id, method, scheduled_on, loan_id, approval, remark, reason, maker_id, maker,
	created_at, updated_at, version`

const topupSelect = `
	SELECT t.id, t.idx, t.ref, t.account_id, t.anchor_id, t.group_id, t.status, t.amount, t.tenor_days, t.invoice_no, t.invoice_key, t.invoice_date,
		t.invoice_amount, t.invoice_year, t.seller_gstin, t.buyer_gstin, t.irn, t.scope, t.payout_to, t.credit_bank_id, t.method, t.scheduled_on,
		t.loan_id, t.approval, t.remark, t.reason, t.maker_id, t.maker, t.created_at, t.updated_at, t.version,
		a.ref AS account_ref, a.borrower_id, b.name AS borrower, a.program_id, p.name AS program, COALESCE(n.name, '') AS anchor,
		COALESCE(g.ref, '') AS group_ref, COALESCE(l.ref, '') AS loan_ref, l.disbursed_on,
		(SELECT MAX(d.due_date) FROM demands d WHERE d.account_id = t.account_id AND d.loan_id = t.loan_id AND d.type = 'emi') AS due_date,
		COALESCE((SELECT SUM(d.outstanding) FROM demands d WHERE d.account_id = t.account_id AND d.loan_id = t.loan_id), 0) AS outstanding,
		COALESCE((SELECT MAX(d.dpd) FROM demands d WHERE d.account_id = t.account_id AND d.loan_id = t.loan_id AND d.outstanding > 0), 0) AS dpd,
		COALESCE((SELECT c.verdict FROM topup_checks c WHERE c.topup_id = t.id ORDER BY c.no DESC LIMIT 1), '') AS verdict
	FROM topups t
	JOIN accounts a ON a.id = t.account_id
	JOIN borrowers b ON b.id = a.borrower_id
	JOIN programs p ON p.id = a.program_id
	LEFT JOIN anchors n ON n.id = t.anchor_id
	LEFT JOIN topup_groups g ON g.id = t.group_id
	LEFT JOIN loans l ON l.id = t.loan_id`

// CreateTopup writes a draft and gives it id, index, ref and version.
func (tx *Tx) CreateTopup(ctx context.Context, t Topup) (Topup, error) {
	var err error
	t.ID, t.Status, t.CreatedAt, t.UpdatedAt, t.Version = NewID(), "draft", tx.Now, tx.Now, 1
	if t.Idx, err = tx.next(ctx, "topups"); err != nil {
		return t, err
	}
	if t.Ref, err = tx.NewRef(ctx, "TOP"); err != nil {
		return t, err
	}
	err = tx.insert(ctx, `
		INSERT INTO topups (`+topupColumns+`)
		VALUES (:id, :idx, :ref, :account_id, :anchor_id, :group_id, :status, :amount, :tenor_days, :invoice_no, :invoice_key, :invoice_date, :invoice_amount,
			:invoice_year, :seller_gstin, :buyer_gstin, :irn, :scope, :payout_to, :credit_bank_id, :method, :scheduled_on, :loan_id, :approval, :remark, :reason,
			:maker_id, :maker, :created_at, :updated_at, :version)`, t)
	if err != nil {
		return t, fmt.Errorf("writing a topup: %w", err)
	}
	return t, nil
}

// UpdateTopup rewrites a drawing at its version.
func (tx *Tx) UpdateTopup(ctx context.Context, t Topup) (Topup, error) {
	t.UpdatedAt = tx.Now
	n, err := tx.named(ctx, `
		UPDATE topups
		SET anchor_id = :anchor_id, group_id = :group_id, status = :status, amount = :amount, tenor_days = :tenor_days, invoice_no = :invoice_no,
			invoice_key = :invoice_key, invoice_date = :invoice_date, invoice_amount = :invoice_amount, invoice_year = :invoice_year,
			seller_gstin = :seller_gstin, buyer_gstin = :buyer_gstin, irn = :irn, scope = :scope, payout_to = :payout_to, credit_bank_id = :credit_bank_id,
			method = :method, scheduled_on = :scheduled_on, loan_id = :loan_id, approval = :approval, remark = :remark, reason = :reason,
			updated_at = :updated_at, version = version + 1
		WHERE id = :id AND version = :version`, t)
	if err != nil {
		return t, fmt.Errorf("updating topup %s: %w", t.Ref, err)
	}
	if n == 0 {
		return t, Stale("topup", t.Ref)
	}
	t.Version++
	return t, nil
}

// TopupByAny returns one drawing by id or ref.
func (v *View) TopupByAny(ctx context.Context, key string) (TopupRow, error) {
	var t TopupRow
	err := v.get(ctx, &t, topupSelect+` WHERE t.id = ? OR t.ref = ?`, key, CleanRef(key))
	return t, missing(err, "topup", key)
}

// TopupOfLoan returns the drawing that a loan was made of; ErrMissing when of none.
func (v *View) TopupOfLoan(ctx context.Context, loan string) (Topup, error) {
	var t Topup
	err := v.get(ctx, &t, `SELECT `+topupColumns+` FROM topups WHERE loan_id = ?`, loan)
	return t, err
}

// TopupsWithLoan returns the drawings of an account that money went out on.
func (v *View) TopupsWithLoan(ctx context.Context, account string) ([]Topup, error) {
	var rows []Topup
	err := v.list(ctx, &rows, `SELECT `+topupColumns+` FROM topups WHERE account_id = ? AND status IN ('disbursed', 'closed') ORDER BY idx`, account)
	return rows, err
}

// TopupWithInvoice returns another drawing that finances the same invoice: one that
// was asked for, or one that was written down before; ErrMissing when there is none.
func (v *View) TopupWithInvoice(ctx context.Context, t Topup) (Topup, error) {
	var other Topup
	err := v.get(ctx, &other, `
		SELECT `+topupColumns+`
		FROM topups
		WHERE scope = ? AND seller_gstin = ? AND invoice_key = ? AND invoice_year = ? AND id <> ?
			AND (status IN ('pending', 'approved', 'scheduled', 'payout_initiated', 'payout_failed', 'disbursed', 'closed')
				OR status IN ('draft', 'ready') AND idx < ?)
		ORDER BY idx
		LIMIT 1`, t.Scope, t.SellerGSTIN, t.InvoiceKey, t.InvoiceYear, t.ID, t.Idx)
	return other, err
}

// TopupsToPay returns drawings whose day has come.
func (v *View) TopupsToPay(ctx context.Context, today lending.Date, limit int) ([]Topup, error) {
	var rows []Topup
	err := v.list(ctx, &rows, `
		SELECT `+topupColumns+`
		FROM topups
		WHERE status = 'scheduled' AND scheduled_on <= ?
		ORDER BY scheduled_on, idx
		LIMIT ?`, today, limit)
	return rows, err
}

// TopupQuery is what is asked of the drawings. Zero fields do not narrow.
type TopupQuery struct {
	Account, Borrower, Program, Anchor, Group string // ids
	Statuses                                  []string
	Scheduled                                 *bool
	Created, ScheduledOn, InvoiceDates        Span
	Search                                    string
	Listing
}

func (q TopupQuery) where() conditions {
	var c conditions
	c.equal("t.account_id", q.Account)
	c.equal("a.borrower_id", q.Borrower)
	c.equal("a.program_id", q.Program)
	c.equal("t.anchor_id", q.Anchor)
	c.equal("t.group_id", q.Group)
	c.among("t.status", q.Statuses)
	if q.Scheduled != nil && *q.Scheduled {
		c.add("t.status = 'scheduled'")
	} else if q.Scheduled != nil {
		c.add("t.status <> 'scheduled'")
	}
	c.moments("t.created_at", q.Created)
	c.days("t.scheduled_on", q.ScheduledOn)
	c.days("t.invoice_date", q.InvoiceDates)
	if q.Search != "" {
		c.add("(t.ref = ? OR t.invoice_no = ? OR a.ref = ? OR b.name LIKE ?)", CleanRef(q.Search), q.Search, CleanRef(q.Search), "%"+q.Search+"%")
	}
	return c
}

const topupFrom = `topups t JOIN accounts a ON a.id = t.account_id JOIN borrowers b ON b.id = a.borrower_id`

// QueryTopups lists drawings, one page, and the place to read on from.
func (v *View) QueryTopups(ctx context.Context, q TopupQuery) ([]TopupRow, *RecordKey, error) {
	list := listing[TopupRow]{what: "topups", query: topupSelect, index: "t.idx", idx: func(t TopupRow) int64 { return t.Idx },
		orders: map[string]listOrder[TopupRow]{"": {}, "index": {},
			"amount":       {column: "t.amount", number: true, key: func(t TopupRow) string { return fmt.Sprint(int64(t.Amount)) }},
			"scheduled_at": {column: "COALESCE(t.scheduled_on, '')", key: func(t TopupRow) string { return textOf(t.ScheduledOn) }}}}
	return list.page(ctx, v, q.where(), q.Listing)
}

func textOf(d lending.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// CountTopups counts what QueryTopups would list without paging.
func (v *View) CountTopups(ctx context.Context, q TopupQuery) (int64, error) {
	return v.count(ctx, "topups", topupFrom, q.where())
}

// TopupTotals counts and sums drawings by status.
func (v *View) TopupTotals(ctx context.Context) (map[string]StatusCount, error) {
	return v.countsByStatus(ctx, `SELECT status, COUNT(*) AS count, COALESCE(SUM(amount), 0) AS amount FROM topups GROUP BY status`)
}

// TopupChecks is one run of the checks of a drawing.
type TopupChecks struct {
	TopupID string       `db:"topup_id"`
	No      int64        `db:"no"`
	On      lending.Date `db:"on_date"`
	Verdict string       `db:"verdict"`
	Results string       `db:"results"` // list of lending.DrawingCheck as JSON
	Person  string       `db:"person"`  // name
	At      Instant      `db:"at"`
}

// AddTopupChecks keeps a run of the checks.
func (tx *Tx) AddTopupChecks(ctx context.Context, c TopupChecks) error {
	c.At = tx.Now
	err := tx.insert(ctx, `
		INSERT INTO topup_checks (topup_id, no, on_date, verdict, results, person, at)
		SELECT :topup_id, 1 + COALESCE(MAX(no), 0), :on_date, :verdict, :results, :person, :at
		FROM topup_checks
		WHERE topup_id = :topup_id`, c)
	if err != nil {
		return fmt.Errorf("keeping checks: %w", err)
	}
	return nil
}

// ChecksOfTopup returns the runs of the checks of a drawing, newest first.
func (v *View) ChecksOfTopup(ctx context.Context, topup string, limit int) ([]TopupChecks, error) {
	var rows []TopupChecks
	err := v.list(ctx, &rows, `
		SELECT topup_id, no, on_date, verdict, results, person, at
		FROM topup_checks
		WHERE topup_id = ?
		ORDER BY no DESC
		LIMIT ?`, topup, limit)
	return rows, err
}

// TopupGroup is several drawings that are handled together.
type TopupGroup struct {
	ID        string  `db:"id"`
	Idx       int64   `db:"idx"`
	Ref       string  `db:"ref"`
	Name      string  `db:"name"`
	ProgramID string  `db:"program_id"`
	AllOrNone bool    `db:"all_or_none"`
	Status    string  `db:"status"`
	MakerID   string  `db:"maker_id"`
	CreatedAt Instant `db:"created_at"`
	UpdatedAt Instant `db:"updated_at"`
	Version   int64   `db:"version"`
}

// TopupGroupRow is a group with what is in it.
type TopupGroupRow struct {
	TopupGroup
	Program string        `db:"program"` // name
	Count   int           `db:"count"`
	Amount  lending.Money `db:"amount"`
}

const groupColumns = `id, idx, ref, name, program_id, all_or_none, status, maker_id, created_at, updated_at, version`

const groupSelect = `
	SELECT g.id, g.idx, g.ref, g.name, g.program_id, g.all_or_none, g.status, g.maker_id, g.created_at, g.updated_at, g.version, p.name AS program,
		(SELECT COUNT(*) FROM topups t WHERE t.group_id = g.id) AS count,
		COALESCE((SELECT SUM(t.amount) FROM topups t WHERE t.group_id = g.id), 0) AS amount
	FROM topup_groups g
	JOIN programs p ON p.id = g.program_id`

// CreateTopupGroup writes an open group.
func (tx *Tx) CreateTopupGroup(ctx context.Context, g TopupGroup) (TopupGroup, error) {
	var err error
	g.ID, g.Status, g.CreatedAt, g.UpdatedAt, g.Version = NewID(), "open", tx.Now, tx.Now, 1
	if g.Idx, err = tx.next(ctx, "topup_groups"); err != nil {
		return g, err
	}
	if g.Ref, err = tx.NewRef(ctx, "TGR"); err != nil {
		return g, err
	}
	err = tx.insert(ctx, `
		INSERT INTO topup_groups (`+groupColumns+`)
		VALUES (:id, :idx, :ref, :name, :program_id, :all_or_none, :status, :maker_id, :created_at, :updated_at, :version)`, g)
	if err != nil {
		return g, fmt.Errorf("writing a topup group: %w", err)
	}
	return g, nil
}

// UpdateTopupGroup rewrites a group at its version.
func (tx *Tx) UpdateTopupGroup(ctx context.Context, g TopupGroup) (TopupGroup, error) {
	g.UpdatedAt = tx.Now
	n, err := tx.named(ctx, `
		UPDATE topup_groups
		SET name = :name, all_or_none = :all_or_none, status = :status, updated_at = :updated_at, version = version + 1
		WHERE id = :id AND version = :version`, g)
	if err != nil {
		return g, fmt.Errorf("updating group %s: %w", g.Ref, err)
	}
	if n == 0 {
		return g, Stale("topup group", g.Ref)
	}
	g.Version++
	return g, nil
}

// TopupGroupByAny returns one group by id or ref.
func (v *View) TopupGroupByAny(ctx context.Context, key string) (TopupGroupRow, error) {
	var g TopupGroupRow
	err := v.get(ctx, &g, groupSelect+` WHERE g.id = ? OR g.ref = ?`, key, CleanRef(key))
	return g, missing(err, "topup group", key)
}

// TopupsOfGroup returns the drawings of a group, in the order they were made.
func (v *View) TopupsOfGroup(ctx context.Context, group string) ([]TopupRow, error) {
	var rows []TopupRow
	err := v.list(ctx, &rows, topupSelect+` WHERE t.group_id = ? ORDER BY t.idx`, group)
	return rows, err
}

// TopupGroupQuery is what is asked of the groups. Zero fields do not narrow.
type TopupGroupQuery struct {
	Program  string // id
	Statuses []string
	Search   string
	Listing
}

func (q TopupGroupQuery) where() conditions {
	var c conditions
	c.equal("g.program_id", q.Program)
	c.among("g.status", q.Statuses)
	if q.Search != "" {
		c.add("(g.ref = ? OR g.name LIKE ?)", CleanRef(q.Search), "%"+q.Search+"%")
	}
	return c
}

// QueryTopupGroups lists groups, one page, and the place to read on from.
func (v *View) QueryTopupGroups(ctx context.Context, q TopupGroupQuery) ([]TopupGroupRow, *RecordKey, error) {
	list := listing[TopupGroupRow]{what: "topup groups", query: groupSelect, index: "g.idx", idx: func(g TopupGroupRow) int64 { return g.Idx },
		orders: map[string]listOrder[TopupGroupRow]{"": {}, "index": {}}}
	return list.page(ctx, v, q.where(), q.Listing)
}

// CountTopupGroups counts what QueryTopupGroups would list without paging.
func (v *View) CountTopupGroups(ctx context.Context, q TopupGroupQuery) (int64, error) {
	return v.count(ctx, "topup groups", "topup_groups g", q.where())
}

// DrawingsPastDue counts and sums what is open of drawings that are so many days past
// due, of an anchor when one is named.
func (v *View) DrawingsPastDue(ctx context.Context, anchor string, from, to int) (count int, sum lending.Money, err error) {
	var row struct {
		Count int           `db:"count"`
		Sum   lending.Money `db:"sum"`
	}
	err = v.get(ctx, &row, `
		SELECT COUNT(*) AS count, COALESCE(SUM(o.outstanding), 0) AS sum
		FROM (
			SELECT SUM(d.outstanding) AS outstanding, MAX(CASE WHEN d.outstanding > 0 THEN d.dpd ELSE 0 END) AS dpd
			FROM topups t
			JOIN demands d ON d.account_id = t.account_id AND d.loan_id = t.loan_id
			WHERE t.status = 'disbursed' AND (? = '' OR t.anchor_id = ?)
			GROUP BY t.id
			HAVING SUM(d.outstanding) > 0
		) o
		WHERE o.dpd BETWEEN ? AND ?`, anchor, anchor, from, to)
	if err != nil {
		return 0, 0, fmt.Errorf("summing drawings past due: %w", err)
	}
	return row.Count, row.Sum, nil
}
