package store

import (
	"context"
	"fmt"

	"lekha/lending"
)

// ClosingOffer is what closes a loan before its time, and until when.
type ClosingOffer struct {
	ID        string        `db:"id"`
	Ref       string        `db:"ref"`
	Kind      string        `db:"kind"` // "foreclosure", "cooling_off", "settlement"
	AccountID string        `db:"account_id"`
	LoanID    string        `db:"loan_id"`
	QuotedOn  lending.Date  `db:"quoted_on"`
	ValidTill lending.Date  `db:"valid_till"`
	Amount    lending.Money `db:"amount"`
	PerDay    lending.Money `db:"per_day"`
	Figures   string        `db:"figures"` // lending.ForeclosureQuote as JSON
	Approval  string        `db:"approval"`
	Status    string        `db:"status"`
	RecordID  Opt           `db:"record_id"`
	CreatedAt Instant       `db:"created_at"`
	UpdatedAt Instant       `db:"updated_at"`
}

const offerColumns = `id, ref, kind, account_id, loan_id, quoted_on, valid_till, amount, per_day, figures, approval, status, record_id, created_at, updated_at`

// CreateClosingOffer writes an offer that was approved.
func (tx *Tx) CreateClosingOffer(ctx context.Context, o ClosingOffer) (ClosingOffer, error) {
	var err error
	o.ID, o.Status, o.CreatedAt, o.UpdatedAt = NewID(), "open", tx.Now, tx.Now
	if o.Ref, err = tx.NewRef(ctx, "OFR"); err != nil {
		return o, err
	}
	err = tx.insert(ctx, `
		INSERT INTO closing_offers (`+offerColumns+`)
		VALUES (:id, :ref, :kind, :account_id, :loan_id, :quoted_on, :valid_till, :amount, :per_day, :figures, :approval, :status, :record_id,
			:created_at, :updated_at)`, o)
	if err != nil {
		return o, fmt.Errorf("writing a closing offer: %w", err)
	}
	return o, nil
}

// UpdateClosingOffer says what became of an offer.
func (tx *Tx) UpdateClosingOffer(ctx context.Context, o ClosingOffer) error {
	o.UpdatedAt = tx.Now
	n, err := tx.named(ctx, `
		UPDATE closing_offers
		SET status = :status, record_id = :record_id, updated_at = :updated_at
		WHERE id = :id AND status <> 'withdrawn'`, o)
	if err != nil {
		return fmt.Errorf("updating offer %s: %w", o.Ref, err)
	}
	if n == 0 {
		return Stale("offer", o.Ref)
	}
	return nil
}

// ClosingOfferByID returns one offer by id or ref.
func (v *View) ClosingOfferByID(ctx context.Context, id string) (ClosingOffer, error) {
	var o ClosingOffer
	err := v.get(ctx, &o, `SELECT `+offerColumns+` FROM closing_offers WHERE id = ? OR ref = ?`, id, CleanRef(id))
	return o, missing(err, "offer", id)
}

// ClosingOffersOf returns the offers of an account, newest first.
func (v *View) ClosingOffersOf(ctx context.Context, account string) ([]ClosingOffer, error) {
	var rows []ClosingOffer
	err := v.list(ctx, &rows, `SELECT `+offerColumns+` FROM closing_offers WHERE account_id = ? ORDER BY created_at DESC, id DESC`, account)
	return rows, err
}

// OpenClosingOffer returns the open offer of a loan; ErrMissing when none.
func (v *View) OpenClosingOffer(ctx context.Context, loan string) (ClosingOffer, error) {
	var o ClosingOffer
	err := v.get(ctx, &o, `SELECT `+offerColumns+` FROM closing_offers WHERE loan_id = ? AND status = 'open'`, loan)
	return o, err
}

// UnsettledRecords returns the refs of records of an account that nobody has
// settled or put down yet.
func (v *View) UnsettledRecords(ctx context.Context, account string) ([]string, error) {
	var refs []string
	err := v.list(ctx, &refs, `
		SELECT ref FROM records
		WHERE account_id = ? AND status IN ('initiated', 'pending', 'approved')
		ORDER BY idx`, account)
	return refs, err
}

// LivePayouts returns the refs of payouts of an account that are still on their way.
func (v *View) LivePayouts(ctx context.Context, account string) ([]string, error) {
	var refs []string
	err := v.list(ctx, &refs, `
		SELECT ref FROM payouts
		WHERE account_id = ? AND status NOT IN ('success', 'cancelled')
		ORDER BY idx`, account)
	return refs, err
}

// TranchesOf sums the money of a loan that goes out beside its first disbursal:
// paid, or still on its way.
func (v *View) TranchesOf(ctx context.Context, loan string) (lending.Money, error) {
	var sum lending.Money
	err := v.get(ctx, &sum, `SELECT COALESCE(SUM(amount), 0) FROM payouts WHERE loan_id = ? AND type = 'tranche' AND status <> 'cancelled'`, loan)
	return sum, err
}

// OpenApprovalsOfAccount returns the refs of requests about an account that wait.
func (v *View) OpenApprovalsOfAccount(ctx context.Context, account string) ([]string, error) {
	var refs []string
	err := v.list(ctx, &refs, `SELECT ref FROM approvals WHERE account_id = ? AND status = 'pending' ORDER BY idx`, account)
	return refs, err
}

// SetCategory rewrites how an account is classified: its borrower's other accounts
// decide that too.
func (tx *Tx) SetCategory(ctx context.Context, account, category string, since lending.Date) error {
	_, err := tx.exec(ctx, `UPDATE positions SET category = ?, category_date = ?, updated_at = ? WHERE account_id = ?`, category, since, tx.Now, account)
	if err != nil {
		return fmt.Errorf("classifying an account: %w", err)
	}
	return nil
}
