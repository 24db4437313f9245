package store

import (
	"context"
	"fmt"

	"lekha/lending"
)

// Mandate is what a borrower's bank was told: that we may collect.
type Mandate struct {
	ID          string        `db:"id"`
	Idx         int64         `db:"idx"`
	Ref         string        `db:"ref"`
	AccountID   string        `db:"account_id"`
	Status      string        `db:"status"`
	UMRN        string        `db:"umrn"`
	MaxAmount   lending.Money `db:"max_amount"`
	Frequency   string        `db:"frequency"`
	FirstDate   lending.Date  `db:"first_date"`
	LastDate    lending.Date  `db:"last_date"`
	Holder      string        `db:"holder"`
	IFSC        string        `db:"ifsc"`
	AccountNo   string        `db:"account_no"`
	AccountType string        `db:"account_type"`
	Reason      string        `db:"reason"`
	MakerID     string        `db:"maker_id"`
	Maker       string        `db:"maker"`
	CreatedAt   Instant       `db:"created_at"`
	UpdatedAt   Instant       `db:"updated_at"`
	Version     int64         `db:"version"`
}

// MandateRow is a mandate of the list, with whose it is.
type MandateRow struct {
	Mandate
	AccountRef   string `db:"account_ref"`
	BorrowerName string `db:"borrower_name"`
}

const mandateColumns = `id, idx, ref, account_id, status, umrn, max_amount, frequency, first_date, last_date, holder, ifsc, account_no, account_type,
	reason, maker_id, maker, created_at, updated_at, version`

// CreateMandate writes a draft.
func (tx *Tx) CreateMandate(ctx context.Context, m Mandate) (Mandate, error) {
	var err error
	if m.Idx, err = tx.next(ctx, "mandates"); err != nil {
		return m, err
	}
	if m.Ref, err = tx.NewRef(ctx, "MAN"); err != nil {
		return m, err
	}
	m.ID, m.Status, m.Version, m.CreatedAt, m.UpdatedAt = NewID(), "draft", 1, tx.Now, tx.Now
	err = tx.insert(ctx, `
		INSERT INTO mandates (`+mandateColumns+`)
		VALUES (:id, :idx, :ref, :account_id, :status, :umrn, :max_amount, :frequency, :first_date, :last_date, :holder, :ifsc, :account_no, :account_type,
			:reason, :maker_id, :maker, :created_at, :updated_at, :version)`, m)
	if err != nil {
		return m, fmt.Errorf("writing mandate %s: %w", m.Ref, err)
	}
	return m, nil
}

// UpdateMandate moves a mandate along its life, at its version.
func (tx *Tx) UpdateMandate(ctx context.Context, m Mandate) (Mandate, error) {
	m.UpdatedAt = tx.Now
	n, err := tx.named(ctx, `
		UPDATE mandates
		SET status = :status, umrn = :umrn, reason = :reason, updated_at = :updated_at, version = version + 1
		WHERE id = :id AND version = :version`, m)
	if err != nil {
		return m, fmt.Errorf("updating mandate %s: %w", m.Ref, err)
	}
	if n == 0 {
		return m, Stale("mandate", m.Ref)
	}
	m.Version++
	return m, nil
}

// SetAccountUMRN writes down under which mandate an account is collected; "": none.
func (tx *Tx) SetAccountUMRN(ctx context.Context, account, umrn string) error {
	if _, err := tx.exec(ctx, `UPDATE accounts SET umrn = ?, updated_at = ?, version = version + 1 WHERE id = ?`, umrn, tx.Now, account); err != nil {
		return fmt.Errorf("writing the mandate of an account: %w", err)
	}
	a, err := tx.AccountByID(ctx, account)
	if err != nil {
		return err
	}
	return tx.indexBorrower(ctx, a.BorrowerID)
}

// MandateByAny returns one mandate by ref or id.
func (v *View) MandateByAny(ctx context.Context, ref string) (Mandate, error) {
	var m Mandate
	err := v.get(ctx, &m, `SELECT `+mandateColumns+` FROM mandates WHERE ref = ? OR id = ?`, CleanRef(ref), ref)
	return m, missing(err, "mandate", ref)
}

// MandateByUMRN returns the mandate that a bank registered under a number;
// ErrMissing when none.
func (v *View) MandateByUMRN(ctx context.Context, umrn string) (Mandate, error) {
	var m Mandate
	err := v.get(ctx, &m, `SELECT `+mandateColumns+` FROM mandates WHERE umrn = ? AND umrn <> ''`, umrn)
	return m, err
}

// ActiveMandate returns the mandate that an account is collected under; ErrMissing
// when none.
func (v *View) ActiveMandate(ctx context.Context, account string) (Mandate, error) {
	var m Mandate
	err := v.get(ctx, &m, `SELECT `+mandateColumns+` FROM mandates WHERE account_id = ? AND status = 'active'`, account)
	return m, err
}

// MandatesOfAccount returns the mandates of an account, newest first.
func (v *View) MandatesOfAccount(ctx context.Context, account string) ([]Mandate, error) {
	var rows []Mandate
	err := v.list(ctx, &rows, `SELECT `+mandateColumns+` FROM mandates WHERE account_id = ? ORDER BY idx DESC LIMIT 100`, account)
	if err != nil {
		return nil, fmt.Errorf("listing the mandates of an account: %w", err)
	}
	return rows, nil
}

// Mandates lists mandates, newest first: of one state or of all, of one account or
// of all, before an index when that is not 0.
func (v *View) Mandates(ctx context.Context, status, account string, before int64, limit int) ([]MandateRow, error) {
	var rows []MandateRow
	err := v.list(ctx, &rows, `
		SELECT m.id, m.idx, m.ref, m.account_id, m.status, m.umrn, m.max_amount, m.frequency, m.first_date, m.last_date, m.holder, m.ifsc,
			m.account_no, m.account_type, m.reason, m.maker_id, m.maker, m.created_at, m.updated_at, m.version,
			a.ref AS account_ref, b.name AS borrower_name
		FROM mandates m
		JOIN accounts a ON a.id = m.account_id
		JOIN borrowers b ON b.id = a.borrower_id
		WHERE (? = '' OR m.status = ?) AND (? = '' OR m.account_id = ?) AND (? = 0 OR m.idx < ?)
		ORDER BY m.idx DESC
		LIMIT ?`, status, status, account, account, before, before, limit)
	if err != nil {
		return nil, fmt.Errorf("listing mandates: %w", err)
	}
	return rows, nil
}

// MandateCounts says how many mandates stand in each state.
func (v *View) MandateCounts(ctx context.Context) (map[string]int, error) {
	var rows []struct {
		Status string `db:"status"`
		Count  int    `db:"count"`
	}
	if err := v.list(ctx, &rows, `SELECT status, COUNT(*) AS count FROM mandates GROUP BY status`); err != nil {
		return nil, fmt.Errorf("counting mandates: %w", err)
	}
	counts := map[string]int{}
	for _, r := range rows {
		counts[r.Status] = r.Count
	}
	return counts, nil
}

// MandatesEnded returns active mandates whose last day is before a day.
func (v *View) MandatesEnded(ctx context.Context, before lending.Date, limit int) ([]Mandate, error) {
	var rows []Mandate
	err := v.list(ctx, &rows, `SELECT `+mandateColumns+` FROM mandates WHERE status = 'active' AND last_date < ? ORDER BY idx LIMIT ?`, before, limit)
	if err != nil {
		return nil, fmt.Errorf("listing mandates that ended: %w", err)
	}
	return rows, nil
}
