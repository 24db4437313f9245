package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"lekha/lending"
)

// Approval is one thing that a second person has to decide.
type Approval struct {
	ID          string        `db:"id"`
	Idx         int64         `db:"idx"`
	Ref         string        `db:"ref"`
	Kind        string        `db:"kind"`
	Subject     string        `db:"subject"`   // id of what it is about
	RecordID    Opt           `db:"record_id"` // empty: a change that has no record
	AccountID   Opt           `db:"account_id"`
	ToAccountID Opt           `db:"to_account_id"`
	Amount      lending.Money `db:"amount"`
	Status      string        `db:"status"`
	Role        string        `db:"role"`
	LastRole    string        `db:"last_role"` // of the last level, where it is another's
	Levels      int           `db:"levels"`
	Level       int           `db:"level"`
	Reason      string        `db:"reason"`
	Payload     string        `db:"payload"`
	PayloadHash string        `db:"payload_hash"`
	Seen        string        `db:"seen"`
	Checks      string        `db:"checks"`
	RequestedBy string        `db:"requested_by"`
	Requester   string        `db:"requester"`
	RequestedAt Instant       `db:"requested_at"`
	MadeBy      int64         `db:"made_by"` // seq of the event that asked
	DecidedAt   Instant       `db:"decided_at"`
	EndedBy     *int64        `db:"ended_by"` // seq of the event that decided it or took it back
	Version     int64         `db:"version"`

	AccountRef   string `db:"account_ref"`
	BorrowerName string `db:"borrower_name"`
	RecordRef    string `db:"record_ref"`
}

const approvalColumns = `id, idx, ref, kind, subject, record_id, account_id, to_account_id, amount, status, role, last_role, levels, level,
	reason, payload, payload_hash, seen, checks, requested_by, requester, requested_at, made_by, decided_at, ended_by, version`

const approvalSelect = `
	SELECT p.id, p.idx, p.ref, p.kind, p.subject, p.record_id, p.account_id, p.to_account_id, p.amount, p.status, p.role, p.last_role, p.levels, p.level,
		p.reason, p.payload, p.payload_hash, p.seen, p.checks, p.requested_by, p.requester, p.requested_at, p.made_by, p.decided_at, p.ended_by, p.version,
		COALESCE(a.ref, '') AS account_ref, COALESCE(b.name, '') AS borrower_name, COALESCE(r.ref, '') AS record_ref
	FROM approvals p
	LEFT JOIN accounts a ON a.id = p.account_id
	LEFT JOIN borrowers b ON b.id = a.borrower_id
	LEFT JOIN records r ON r.id = p.record_id`

// CreateApproval writes a request with everybody who may not decide it.
func (tx *Tx) CreateApproval(ctx context.Context, a Approval, editors []string) (Approval, error) {
	var err error
	a.ID, a.Status, a.RequestedAt, a.Version = NewID(), "pending", tx.Now, 1
	for _, text := range []*string{&a.Payload, &a.Seen} {
		if *text == "" {
			*text = "{}"
		}
	}
	if a.Checks == "" {
		a.Checks = "[]"
	}
	if a.Subject == "" {
		a.Subject = string(a.RecordID)
	}
	a.PayloadHash = HashOf(a.Payload)
	if a.MadeBy, err = tx.nextEvent(ctx); err != nil {
		return a, err
	}
	if a.Idx, err = tx.next(ctx, "approvals"); err != nil {
		return a, err
	}
	if a.Ref, err = tx.NewRef(ctx, "APV"); err != nil {
		return a, err
	}
	err = tx.insert(ctx, `
		INSERT INTO approvals (`+approvalColumns+`)
		VALUES (:id, :idx, :ref, :kind, :subject, :record_id, :account_id, :to_account_id, :amount, :status, :role, :last_role, :levels, :level,
			:reason, :payload, :payload_hash, :seen, :checks, :requested_by, :requester, :requested_at, :made_by, :decided_at, :ended_by, :version)`, a)
	if err != nil {
		return a, fmt.Errorf("writing approval %s: %w", a.Ref, err)
	}
	for _, person := range editors {
		_, err := tx.exec(ctx, `
			INSERT INTO approval_editors (approval_id, person_id)
			VALUES (?, ?)
			ON CONFLICT (approval_id, person_id) DO NOTHING`, a.ID, person)
		if err != nil {
			return a, fmt.Errorf("writing the editors of approval %s: %w", a.Ref, err)
		}
	}
	return a, nil
}

// HashOf is the fingerprint of what was asked.
func HashOf(payload string) string {
	sum := sha256.Sum256([]byte(payload))
	return hex.EncodeToString(sum[:])
}

// Decision is one person's word on an approval.
type Decision struct {
	ApprovalID string  `db:"approval_id"`
	Level      int     `db:"level"`
	Decision   string  `db:"decision"`
	PersonID   string  `db:"person_id"`
	Person     string  `db:"person"`
	Reason     string  `db:"reason"`
	At         Instant `db:"at"`
	MadeBy     int64   `db:"made_by"` // seq of the event that says the same
}

// Decide writes a decision and the state it leads to, at the approval's version.
func (tx *Tx) Decide(ctx context.Context, a Approval, d Decision) error {
	d.ApprovalID, d.At = a.ID, tx.Now
	var err error
	if d.MadeBy, err = tx.nextEvent(ctx); err != nil {
		return err
	}
	err = tx.insert(ctx, `
		INSERT INTO approval_decisions (approval_id, level, decision, person_id, person, reason, at, made_by)
		VALUES (:approval_id, :level, :decision, :person_id, :person, :reason, :at, :made_by)`, d)
	if err != nil {
		return fmt.Errorf("writing a decision on %s: %w", a.Ref, err)
	}
	return tx.SetApprovalStatus(ctx, a)
}

// SetApprovalStatus rewrites status, level and turn of a pending approval, at its version.
func (tx *Tx) SetApprovalStatus(ctx context.Context, a Approval) error {
	if a.Status != "pending" {
		event, err := tx.nextEvent(ctx)
		if err != nil {
			return err
		}
		a.DecidedAt, a.EndedBy = tx.Now, &event
	}
	n, err := tx.named(ctx, `
		UPDATE approvals
		SET status = :status, level = :level, role = :role, decided_at = :decided_at, ended_by = :ended_by, version = version + 1
		WHERE id = :id AND status = 'pending' AND version = :version`, a)
	if err != nil {
		return fmt.Errorf("deciding %s: %w", a.Ref, err)
	}
	if n == 0 {
		return &lending.Error{Kind: lending.Conflict, Code: "approval.already_decided", Message: "Somebody decided this before you."}
	}
	return nil
}

// ApprovalByRef returns one approval by ref or id.
func (v *View) ApprovalByRef(ctx context.Context, ref string) (Approval, error) {
	var a Approval
	err := v.get(ctx, &a, approvalSelect+` WHERE p.ref = ? OR p.id = ?`, CleanRef(ref), ref)
	return a, missing(err, "approval", ref)
}

// OpenApprovalOf returns the one open approval of a record, or of another subject;
// ErrMissing when none.
func (v *View) OpenApprovalOf(ctx context.Context, subject string) (Approval, error) {
	var a Approval
	err := v.get(ctx, &a, approvalSelect+` WHERE p.subject = ? AND p.status = 'pending'`, subject)
	return a, err
}

// ApprovalsOfRecord returns all approvals of a record, newest first.
func (v *View) ApprovalsOfRecord(ctx context.Context, record string) ([]Approval, error) {
	var rows []Approval
	err := v.list(ctx, &rows, approvalSelect+` WHERE p.record_id = ? ORDER BY p.idx DESC`, record)
	return rows, err
}

// ApprovalFilter narrows the approvals. Zero fields do not narrow.
type ApprovalFilter struct {
	Statuses []string
	Role     string
	Kind     string
	Account  string
	NotBy    string // leave out what this person requested or edited: what waits for them
	Refs     []string
	AfterIdx int64
	Newest   bool // newest first
	Limit    int
	Offset   int
}

func (f ApprovalFilter) where() (string, []any) {
	where, args := []string{"1 = 1"}, []any{}
	add := func(clause string, values ...any) { where, args = append(where, clause), append(args, values...) }
	if len(f.Statuses) > 0 {
		where = append(where, "p.status IN "+in(len(f.Statuses)))
		for _, s := range f.Statuses {
			args = append(args, s)
		}
	}
	if len(f.Refs) > 0 {
		where = append(where, "p.ref IN "+in(len(f.Refs)))
		for _, s := range f.Refs {
			args = append(args, s)
		}
	}
	if f.Role != "" {
		add("p.role = ?", f.Role)
	}
	if f.Kind != "" {
		add("p.kind = ?", f.Kind)
	}
	if f.Account != "" {
		add("(p.account_id = ? OR p.to_account_id = ?)", f.Account, f.Account)
	}
	if f.NotBy != "" {
		add(`p.requested_by <> ?
			AND NOT EXISTS (SELECT 1 FROM approval_editors e WHERE e.approval_id = p.id AND e.person_id = ?)
			AND NOT EXISTS (SELECT 1 FROM approval_decisions d WHERE d.approval_id = p.id AND d.person_id = ?)`, f.NotBy, f.NotBy, f.NotBy)
	}
	return strings.Join(where, " AND "), args
}

// Approvals lists approvals, oldest request first unless Newest.
func (v *View) Approvals(ctx context.Context, f ApprovalFilter) ([]Approval, error) {
	where, args := f.where()
	direction := "ASC"
	if f.Newest {
		direction = "DESC"
	}
	if f.AfterIdx > 0 {
		compare := map[bool]string{false: ">", true: "<"}[f.Newest]
		where, args = where+" AND p.idx "+compare+" ?", append(args, f.AfterIdx)
	}
	var rows []Approval
	err := v.list(ctx, &rows, approvalSelect+` WHERE `+where+` ORDER BY p.idx `+direction+` LIMIT ? OFFSET ?`, append(args, f.Limit, f.Offset)...)
	if err != nil {
		return nil, fmt.Errorf("listing approvals: %w", err)
	}
	return rows, nil
}

// ApprovalTotals counts and sums what Approvals would list.
func (v *View) ApprovalTotals(ctx context.Context, f ApprovalFilter) (count int64, amount lending.Money, err error) {
	where, args := f.where()
	var t struct {
		Count  int64         `db:"count"`
		Amount lending.Money `db:"amount"`
	}
	err = v.get(ctx, &t, `SELECT COUNT(*) AS count, COALESCE(SUM(p.amount), 0) AS amount FROM approvals p WHERE `+where, args...)
	return t.Count, t.Amount, err
}

// StuckApprovals counts and sums open requests that too few active people are left
// to decide: each level needs another one of its role, none of whom asked, edited
// or signed.
func (v *View) StuckApprovals(ctx context.Context) (count int64, amount lending.Money, err error) {
	const deciders = `(
		SELECT COUNT(*) FROM users u
		JOIN user_roles h ON h.user_id = u.id
		WHERE u.active = 1 AND u.id <> p.requested_by
			AND NOT EXISTS (SELECT 1 FROM approval_editors e WHERE e.approval_id = p.id AND e.person_id = u.id)
			AND NOT EXISTS (SELECT 1 FROM approval_decisions d WHERE d.approval_id = p.id AND d.person_id = u.id)
			AND h.role = `
	var t struct {
		Count  int64         `db:"count"`
		Amount lending.Money `db:"amount"`
	}
	err = v.get(ctx, &t, `
		SELECT COUNT(*) AS count, COALESCE(SUM(p.amount), 0) AS amount
		FROM approvals p
		WHERE p.status = 'pending' AND (
			`+deciders+`p.role) < CASE WHEN p.last_role IN ('', p.role) THEN p.levels - p.level ELSE p.levels - p.level - 1 END
			OR p.last_role NOT IN ('', p.role) AND `+deciders+`p.last_role) = 0)`)
	if err != nil {
		return 0, 0, fmt.Errorf("counting requests that nobody can decide: %w", err)
	}
	return t.Count, t.Amount, nil
}

// DecisionsOf returns the decisions on an approval, in order.
func (v *View) DecisionsOf(ctx context.Context, approval string) ([]Decision, error) {
	var rows []Decision
	err := v.list(ctx, &rows, `
		SELECT approval_id, level, decision, person_id, person, reason, at, made_by
		FROM approval_decisions
		WHERE approval_id = ?
		ORDER BY level`, approval)
	return rows, err
}

// ApprovalEditors returns who shaped what is to be decided.
func (v *View) ApprovalEditors(ctx context.Context, approval string) ([]string, error) {
	var people []string
	err := v.list(ctx, &people, `SELECT person_id FROM approval_editors WHERE approval_id = ? ORDER BY person_id`, approval)
	return people, err
}

// ApprovalRule is how many levels a kind needs up to an amount, and whose they are.
type ApprovalRule struct {
	Kind   string        `db:"kind"`
	UpTo   lending.Money `db:"up_to"`
	Levels int           `db:"levels"`
	Role   string        `db:"role"`

	LastRole string `db:"last_role"` // of the last level, where it is another's
}

// RuleFor returns the rule of a kind and amount: the narrowest slab that holds it.
func (v *View) RuleFor(ctx context.Context, kind string, amount lending.Money) (ApprovalRule, error) {
	var r ApprovalRule
	err := v.get(ctx, &r, `
		SELECT kind, up_to, levels, role, last_role
		FROM approval_rules
		WHERE kind = ? AND up_to >= ?
		ORDER BY up_to
		LIMIT 1`, kind, amount)
	if err != nil {
		return r, fmt.Errorf("no approval rule for %s of %s: %w", kind, amount, err)
	}
	return r, nil
}
