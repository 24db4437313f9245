package store

import (
	"context"
	"fmt"
	"strings"

	"lekha/lending"
)

// Line is a limit: of an account, of a borrower under a program, of a program or
// of an anchor. What it says from a day on stands in its versions.
type Line struct {
	ID           string  `db:"id"`
	Idx          int64   `db:"idx"`
	Ref          string  `db:"ref"`
	Level        string  `db:"level"` // "account", "borrower", "program", "anchor"
	Type         string  `db:"type"`  // "sanctioned", "adhoc", "sub_limit"
	AccountID    Opt     `db:"account_id"`
	BorrowerID   Opt     `db:"borrower_id"`
	ProgramID    Opt     `db:"program_id"`
	AnchorID     Opt     `db:"anchor_id"`
	Counterparty string  `db:"counterparty"`
	Status       string  `db:"status"` // "pending", "active", "rejected"
	CreatedAt    Instant `db:"created_at"`
	UpdatedAt    Instant `db:"updated_at"`
	Version      int64   `db:"version"`
}

// LineVersion is what a limit says from a day on.
type LineVersion struct {
	LineID    string        `db:"line_id"`
	No        int64         `db:"no"`
	From      lending.Date  `db:"from_date"`
	Amount    lending.Money `db:"amount"`
	Expiry    lending.Date  `db:"expiry"`
	Revolving bool          `db:"revolving"`
	Frozen    string        `db:"frozen"` // why nothing is drawn on it; "" when it may be
	Reason    string        `db:"reason"`
	Approval  string        `db:"approval"`
	MadeAt    Instant       `db:"made_at"`
}

// LineRow is a limit with what it says on a day, and whose it is.
type LineRow struct {
	Line
	LineVersion
	AccountRef  string `db:"account_ref"`
	Borrower    string `db:"borrower"` // name
	BorrowerRef string `db:"borrower_ref"`
	Program     string `db:"program"` // name
	ProgramRef  string `db:"program_ref"`
	Anchor      string `db:"anchor"` // name
	AnchorRef   string `db:"anchor_ref"`
}

const lineColumns = `id, idx, ref, level, type, account_id, borrower_id, program_id, anchor_id, counterparty, status, created_at, updated_at, version`

// lineSelect reads limits with the version that holds on a day, its first argument.
// A limit that nobody approved yet has none.
const lineSelect = `
	SELECT l.id, l.idx, l.ref, l.level, l.type, l.account_id, l.borrower_id, l.program_id, l.anchor_id, l.counterparty, l.status,
		l.created_at, l.updated_at, l.version,
		COALESCE(v.line_id, '') AS line_id, COALESCE(v.no, 0) AS no, v.from_date, COALESCE(v.amount, 0) AS amount, v.expiry,
		COALESCE(v.revolving, 1) AS revolving, COALESCE(v.frozen, '') AS frozen, COALESCE(v.reason, '') AS reason,
		COALESCE(v.approval, '') AS approval, v.created_at AS made_at,
		COALESCE(a.ref, '') AS account_ref, COALESCE(b.name, '') AS borrower, COALESCE(b.ref, '') AS borrower_ref,
		COALESCE(p.name, '') AS program, COALESCE(p.ref, '') AS program_ref, COALESCE(n.name, '') AS anchor, COALESCE(n.ref, '') AS anchor_ref
	FROM line_details l
	LEFT JOIN line_versions v ON v.line_id = l.id AND v.no = (
		SELECT w.no
		FROM line_versions w
		WHERE w.line_id = l.id AND w.from_date <= ?
		ORDER BY w.from_date DESC, w.no DESC
		LIMIT 1)
	LEFT JOIN accounts a ON a.id = l.account_id
	LEFT JOIN borrowers b ON b.id = COALESCE(l.borrower_id, a.borrower_id)
	LEFT JOIN programs p ON p.id = COALESCE(l.program_id, a.program_id)
	LEFT JOIN anchors n ON n.id = l.anchor_id`

// CreateLine writes a limit that says nothing yet.
func (tx *Tx) CreateLine(ctx context.Context, l Line) (Line, error) {
	var err error
	l.ID, l.CreatedAt, l.UpdatedAt, l.Version = NewID(), tx.Now, tx.Now, 1
	if l.Idx, err = tx.next(ctx, "line_details"); err != nil {
		return l, err
	}
	if l.Ref, err = tx.NewRef(ctx, "LIN"); err != nil {
		return l, err
	}
	err = tx.insert(ctx, `
		INSERT INTO line_details (`+lineColumns+`)
		VALUES (:id, :idx, :ref, :level, :type, :account_id, :borrower_id, :program_id, :anchor_id, :counterparty, :status, :created_at, :updated_at, :version)`, l)
	if err != nil {
		return l, fmt.Errorf("writing a limit: %w", err)
	}
	return l, nil
}

// SetLineStatus says how far the request for a limit has come.
func (tx *Tx) SetLineStatus(ctx context.Context, id, status string) error {
	_, err := tx.exec(ctx, `UPDATE line_details SET status = ?, updated_at = ?, version = version + 1 WHERE id = ?`, status, tx.Now, id)
	if err != nil {
		return fmt.Errorf("changing a limit: %w", err)
	}
	return nil
}

// AddLineVersion writes what a limit says from a day on.
func (tx *Tx) AddLineVersion(ctx context.Context, v LineVersion) error {
	v.MadeAt = tx.Now
	err := tx.insert(ctx, `
		INSERT INTO line_versions (line_id, no, from_date, amount, expiry, revolving, frozen, reason, approval, created_at)
		SELECT :line_id, 1 + COALESCE(MAX(no), 0), :from_date, :amount, :expiry, :revolving, :frozen, :reason, :approval, :made_at
		FROM line_versions
		WHERE line_id = :line_id`, v)
	if err != nil {
		return fmt.Errorf("writing what a limit says: %w", err)
	}
	_, err = tx.exec(ctx, `UPDATE line_details SET updated_at = ?, version = version + 1 WHERE id = ?`, tx.Now, v.LineID)
	return err
}

// LineVersions are all that a limit has said, and will say, newest first.
func (v *View) LineVersions(ctx context.Context, line string) ([]LineVersion, error) {
	var rows []LineVersion
	err := v.list(ctx, &rows, `
		SELECT line_id, no, from_date, amount, expiry, revolving, frozen, reason, approval, created_at AS made_at
		FROM line_versions
		WHERE line_id = ?
		ORDER BY no DESC`, line)
	if err != nil {
		return nil, fmt.Errorf("listing what a limit said: %w", err)
	}
	return rows, nil
}

// LineByAny returns one limit by id or ref, as it is on a day.
func (v *View) LineByAny(ctx context.Context, key string, on lending.Date) (LineRow, error) {
	var row LineRow
	err := v.get(ctx, &row, lineSelect+` WHERE l.id = ? OR l.ref = ?`, on, key, CleanRef(key))
	return row, missing(err, "limit", key)
}

// LinesOver returns the limits that a drawing on an account stands under on a day:
// of the account, of its borrower under its program, of the program, of the anchor.
func (v *View) LinesOver(ctx context.Context, a Account, anchor string, on lending.Date) ([]LineRow, error) {
	var rows []LineRow
	err := v.list(ctx, &rows, lineSelect+`
		WHERE l.status = 'active'
			AND (l.account_id = ? OR l.borrower_id = ? AND l.program_id = ? OR l.level = 'program' AND l.program_id = ? OR l.anchor_id = ?)
		ORDER BY l.idx`, on, a.ID, a.BorrowerID, a.ProgramID, a.ProgramID, anchor)
	if err != nil {
		return nil, fmt.Errorf("listing the limits over account %s: %w", a.Ref, err)
	}
	return rows, nil
}

// LineQuery is what is asked of the limits. Zero fields do not narrow.
type LineQuery struct {
	Level, Type, Status                string
	Account, Borrower, Program, Anchor string // ids; an account's own, and those it stands under by its borrower
	IDs                                []string
	Search                             string
	On                                 lending.Date
	Listing
}

func (q LineQuery) where() conditions {
	var c conditions
	c.equal("l.level", q.Level)
	c.equal("l.type", q.Type)
	c.equal("l.status", q.Status)
	c.equal("l.account_id", q.Account)
	c.equal("COALESCE(l.borrower_id, a.borrower_id)", q.Borrower)
	c.equal("COALESCE(l.program_id, a.program_id)", q.Program)
	c.equal("l.anchor_id", q.Anchor)
	c.among("l.id", q.IDs)
	if q.Search != "" {
		like := "%" + q.Search + "%"
		c.add("(l.ref = ? OR a.ref = ? OR b.name LIKE ? OR p.name LIKE ? OR n.name LIKE ?)", CleanRef(q.Search), CleanRef(q.Search), like, like, like)
	}
	return c
}

// QueryLines lists limits as they are on a day, one page, and the place to read on from.
func (v *View) QueryLines(ctx context.Context, q LineQuery) ([]LineRow, *RecordKey, error) {
	list := listing[LineRow]{what: "limits", query: lineSelect, index: "l.idx", idx: func(l LineRow) int64 { return l.Idx },
		orders: map[string]listOrder[LineRow]{"": {}, "index": {}}}
	c := q.where()
	c.args = append([]any{q.On}, c.args...)
	return list.page(ctx, v, c, q.Listing)
}

// CountLines counts what QueryLines would list without paging.
func (v *View) CountLines(ctx context.Context, q LineQuery) (int64, error) {
	const from = `line_details l LEFT JOIN accounts a ON a.id = l.account_id LEFT JOIN borrowers b ON b.id = COALESCE(l.borrower_id, a.borrower_id)
		LEFT JOIN programs p ON p.id = COALESCE(l.program_id, a.program_id) LEFT JOIN anchors n ON n.id = l.anchor_id`
	return v.count(ctx, "limits", from, q.where())
}

// LineUse is how much of a limit is taken up.
type LineUse struct {
	Principal lending.Money `db:"principal"` // unpaid, of what was drawn
	Total     lending.Money `db:"total"`     // all that is outstanding
	Drawn     lending.Money `db:"drawn"`     // ever
	Blocked   lending.Money `db:"blocked"`   // approved and not with its payee yet
	DPD       int           `db:"dpd"`       // worst
}

// blocking are the states of a drawing that take up a limit before it is lent.
const blocking = `('approved', 'scheduled', 'payout_initiated', 'payout_failed')`

// UseOf sums what is drawn within a level. Without names the drawing that is left
// out, because it is asked what it would take up.
func (v *View) UseOf(ctx context.Context, level string, a Account, anchor, without string) (LineUse, error) {
	scope := map[string]string{
		"account": `a.id = ?`, "borrower": `a.borrower_id = ? AND a.program_id = ?`, "program": `a.program_id = ?`,
		"anchor": `a.program_id IN (
			SELECT r.program_id
			FROM drawing_rules r
			WHERE r.anchor_id = ? AND r.no = (SELECT MAX(m.no) FROM drawing_rules m WHERE m.program_id = r.program_id))`,
	}[level]
	args := map[string][]any{"account": {a.ID}, "borrower": {a.BorrowerID, a.ProgramID}, "program": {a.ProgramID}, "anchor": {anchor}}[level]
	var use LineUse
	err := v.get(ctx, &use, strings.ReplaceAll(`
		SELECT COALESCE(SUM(s.principal_outstanding), 0) AS principal, COALESCE(SUM(s.total_outstanding), 0) AS total, COALESCE(MAX(s.dpd), 0) AS dpd,
			COALESCE(SUM((SELECT SUM(l.amount) FROM loans l WHERE l.account_id = a.id AND l.status NOT IN ('pending', 'cancelled'))), 0) AS drawn,
			COALESCE(SUM((SELECT SUM(t.amount) FROM topups t WHERE t.account_id = a.id AND t.status IN `+blocking+` AND t.id <> ?)), 0)
				+ COALESCE(SUM((SELECT SUM(l.amount) FROM loans l
					WHERE l.account_id = a.id AND l.status = 'pending' AND NOT EXISTS (SELECT 1 FROM topups t WHERE t.loan_id = l.id))), 0) AS blocked
		FROM accounts a
		LEFT JOIN positions s ON s.account_id = a.id
		WHERE {scope}`, "{scope}", scope), append([]any{without}, args...)...)
	if err != nil {
		return use, fmt.Errorf("summing what is drawn: %w", err)
	}
	return use, nil
}

// ExposureTo sums unpaid principal and what is about to be lent on an account
// against invoices of one counterparty, its seller or its buyer.
func (v *View) ExposureTo(ctx context.Context, account, gstin, without string) (lending.Money, error) {
	var sum lending.Money
	err := v.get(ctx, &sum, `
		SELECT COALESCE(SUM(CASE WHEN t.status IN `+blocking+` THEN t.amount
			ELSE (SELECT COALESCE(SUM(d.p_amount - d.p_paid - d.p_waived), 0) FROM demands d WHERE d.account_id = t.account_id AND d.loan_id = t.loan_id) END), 0)
		FROM topups t
		WHERE t.account_id = ? AND (t.seller_gstin = ? OR t.buyer_gstin = ?) AND t.id <> ?
			AND t.status IN ('approved', 'scheduled', 'payout_initiated', 'payout_failed', 'disbursed')`, account, gstin, gstin, without)
	return sum, err
}

// PrincipalInLedger is the principal of an account by the journal: lent and due.
func (v *View) PrincipalInLedger(ctx context.Context, account string) (lending.Money, error) {
	var sum lending.Money
	err := v.get(ctx, &sum, `
		SELECT COALESCE(SUM(l.amount), 0)
		FROM journal_entries e
		JOIN journal_lines l ON l.entry_idx = e.idx
		WHERE e.account_id = ? AND l.role IN ('principal', 'principal_due')`, account)
	return sum, err
}

// LinesToFollow returns lines of accounts that are not as their account shows: one
// that was dated ahead has begun, or has ended.
func (v *View) LinesToFollow(ctx context.Context, today lending.Date, limit int) ([]LineRow, error) {
	var rows []LineRow
	err := v.list(ctx, &rows, lineSelect+`
		WHERE l.level = 'account' AND l.type = 'sanctioned' AND l.status = 'active'
			AND (v.amount <> a.approved_line_amount AND a.status IN ('created', 'active', 'frozen', 'expired')
				OR v.expiry < ? AND v.frozen = '' AND a.status = 'active'
				OR (v.expiry IS NULL OR v.expiry >= ?) AND v.frozen = '' AND a.status = 'expired'
				OR v.frozen <> '' AND a.status = 'active')
		ORDER BY l.idx
		LIMIT ?`, today, today, today, limit)
	if err != nil {
		return nil, fmt.Errorf("listing lines to follow: %w", err)
	}
	return rows, nil
}

// SetApprovedLine writes the limit that an account carries, for lists.
func (tx *Tx) SetApprovedLine(ctx context.Context, account string, amount lending.Money) error {
	_, err := tx.exec(ctx, `UPDATE accounts SET approved_line_amount = ?, updated_at = ?, version = version + 1 WHERE id = ?`, amount, tx.Now, account)
	if err != nil {
		return fmt.Errorf("changing the line of an account: %w", err)
	}
	return nil
}
