package store

import (
	"context"
	"fmt"

	"lekha/lending"
)

// MoneyRules are the parameters of money that goes back, of fees and of payouts.
type MoneyRules struct {
	FeeLimit       lending.Money `db:"fee_limit"`
	HoldDays       int           `db:"refund_hold_days"`
	DespiteDues    bool          `db:"refund_despite_dues"`
	IdleExcessDays int           `db:"idle_excess_days"`
	PayoutTries    int           `db:"payout_tries"`
	BounceCharge   lending.Money `db:"bounce_charge"` // without tax, for a due that a bank returned
	ReleaseLimit   lending.Money `db:"payout_release_limit"`
	DailyCap       lending.Money `db:"payout_daily_cap"`
}

// MoneyRules returns the parameters in force.
func (v *View) MoneyRules(ctx context.Context) (MoneyRules, error) {
	var rules MoneyRules
	err := v.get(ctx, &rules, `
		SELECT fee_limit, refund_hold_days, refund_despite_dues, idle_excess_days, payout_tries, bounce_charge, payout_release_limit, payout_daily_cap
		FROM company
		WHERE one = 1`)
	if err != nil {
		return rules, fmt.Errorf("reading the parameters of refunds and fees: %w", err)
	}
	return rules, nil
}

// SetMoneyRules rewrites the parameters.
func (tx *Tx) SetMoneyRules(ctx context.Context, rules MoneyRules) error {
	_, err := tx.named(ctx, `
		UPDATE company
		SET fee_limit = :fee_limit, refund_hold_days = :refund_hold_days, refund_despite_dues = :refund_despite_dues,
			idle_excess_days = :idle_excess_days, payout_tries = :payout_tries, bounce_charge = :bounce_charge,
			payout_release_limit = :payout_release_limit, payout_daily_cap = :payout_daily_cap, version = version + 1
		WHERE one = 1`, rules)
	return err
}

// AskedOf sums what is asked for of the money held on an account and not decided
// yet, but for one record: it is spoken for.
func (v *View) AskedOf(ctx context.Context, account, from, but string) (lending.Money, error) {
	var sum lending.Money
	err := v.get(ctx, &sum, `
		SELECT COALESCE(SUM(r.amount), 0)
		FROM records r
		WHERE r.status IN ('initiated', 'pending') AND r.type IN ('refund', 'adjustment') AND r.id <> ?
			AND json_extract(r.body, '$.from') = ?
			AND COALESCE(json_extract(r.body, '$.account'), r.account_id) = ?`, but, from, account)
	if err != nil {
		return 0, fmt.Errorf("summing what is asked for of an account: %w", err)
	}
	return sum, nil
}

// AskedOfRecord sums the refunds of one receipt that are not decided yet, but for one.
func (v *View) AskedOfRecord(ctx context.Context, record, but string) (lending.Money, error) {
	var sum lending.Money
	err := v.get(ctx, &sum, `
		SELECT COALESCE(SUM(r.amount), 0)
		FROM records r
		WHERE r.origin_id = ? AND r.status IN ('initiated', 'pending') AND r.id <> ?`, record, but)
	if err != nil {
		return 0, fmt.Errorf("summing the refunds of a record: %w", err)
	}
	return sum, nil
}

// RefundsOf returns the refunds of one receipt, oldest first.
func (v *View) RefundsOf(ctx context.Context, record string) ([]Record, error) {
	var rows []Record
	err := v.list(ctx, &rows, recordSelect+` WHERE r.origin_id = ? ORDER BY r.idx LIMIT 200`, record)
	if err != nil {
		return nil, fmt.Errorf("listing the refunds of a record: %w", err)
	}
	return rows, nil
}

// PayoutsOfRecord returns the payouts of a refund, or of all refunds of a receipt,
// in the order they were made.
func (v *View) PayoutsOfRecord(ctx context.Context, record string) ([]Payout, error) {
	var payouts []Payout
	err := v.list(ctx, &payouts, `
		SELECT `+payoutColumns+`
		FROM payouts
		WHERE record_id = ? OR record_id IN (SELECT r.id FROM records r WHERE r.origin_id = ?)
		ORDER BY idx
		LIMIT 200`, record, record)
	if err != nil {
		return nil, fmt.Errorf("listing the payouts of a record: %w", err)
	}
	return payouts, nil
}

// ExcessRow is an account on which money is held beyond the dues.
type ExcessRow struct {
	AccountID string        `db:"account_id"`
	Idx       int64         `db:"idx"`
	Ref       string        `db:"ref"`
	Borrower  string        `db:"borrower"`
	Excess    lending.Money `db:"excess"`
	DueNow    lending.Money `db:"due_now"` // on all accounts of the borrower
	Asked     lending.Money `db:"asked"`   // a request about it is open
	Since     lending.Date  `db:"since"`   // value date of the oldest receipt it is of
	NextDue   lending.Date  `db:"next_due"`
	NextAmt   lending.Money `db:"next_amount"`
}

// ExcessAccounts lists accounts with money beyond the dues, oldest account first,
// a page at a time; a day narrows to excess that is there since that day or longer.
func (v *View) ExcessAccounts(ctx context.Context, idleSince lending.Date, after int64, limit int) ([]ExcessRow, error) {
	var rows []ExcessRow
	err := v.list(ctx, &rows, `
		SELECT a.id AS account_id, a.idx, a.ref, b.name AS borrower, s.excess,
			(SELECT COALESCE(SUM(o.due_now), 0) FROM positions o JOIN accounts oa ON oa.id = o.account_id WHERE oa.borrower_id = a.borrower_id) AS due_now,
			(SELECT COALESCE(SUM(q.amount), 0) FROM records q WHERE q.account_id = a.id AND q.type = 'refund' AND q.status IN ('initiated', 'pending')) AS asked,
			(SELECT MIN(r.date) FROM records r WHERE r.account_id = a.id AND r.remaining_amount > 0 AND r.status = 'processed') AS since,
			s.next_due_date AS next_due, s.next_due_amount AS next_amount
		FROM positions s
		JOIN accounts a ON a.id = s.account_id
		JOIN borrowers b ON b.id = a.borrower_id
		WHERE s.excess > 0 AND a.idx > ?
			AND (? IS NULL OR EXISTS (SELECT 1 FROM records r
				WHERE r.account_id = a.id AND r.remaining_amount > 0 AND r.status = 'processed' AND r.date <= ?))
		ORDER BY a.idx
		LIMIT ?`, after, idleSince, idleSince, limit)
	if err != nil {
		return nil, fmt.Errorf("listing accounts with excess: %w", err)
	}
	return rows, nil
}

// ExcessTotals counts and sums the excess of all accounts.
func (v *View) ExcessTotals(ctx context.Context) (count int64, sum lending.Money, err error) {
	var row struct {
		Count int64         `db:"count"`
		Sum   lending.Money `db:"sum"`
	}
	err = v.get(ctx, &row, `SELECT COUNT(*) AS count, COALESCE(SUM(excess), 0) AS sum FROM positions WHERE excess > 0`)
	if err != nil {
		err = fmt.Errorf("summing the excess: %w", err)
	}
	return row.Count, row.Sum, err
}

// CashbackRow is the cashback that arose on one loan, or on an account as a whole.
type CashbackRow struct {
	AccountID string        `db:"account_id"`
	LoanRef   string        `db:"loan_ref"`
	Amount    lending.Money `db:"amount"`
}

// CashbackFacts sums the cashback of each loan, those that were taken back left out.
func (v *View) CashbackFacts(ctx context.Context) ([]CashbackRow, error) {
	var rows []CashbackRow
	err := v.list(ctx, &rows, `
		SELECT f.account_id, COALESCE(l.ref, '') AS loan_ref, SUM(f.amount) AS amount
		FROM facts f
		LEFT JOIN loans l ON l.id = json_extract(f.body, '$.cashback.loan')
		WHERE f.kind = 'cashback' AND NOT EXISTS (SELECT 1 FROM facts u WHERE u.account_id = f.account_id AND u.reverses = f.key)
		GROUP BY f.account_id, l.ref
		ORDER BY f.account_id, l.ref`)
	if err != nil {
		return nil, fmt.Errorf("summing cashback: %w", err)
	}
	return rows, nil
}
