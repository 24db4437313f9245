package store

import (
	"context"
	"fmt"

	"lekha/lending"
)

// LoanParams are line and loan parameters of a borrower under a program.
type LoanParams struct {
	ID                 string        `db:"id"`
	BorrowerID         string        `db:"borrower_id"`
	ProgramID          string        `db:"program_id"`
	ApprovedLineAmount lending.Money `db:"approved_line_amount"`
	LoanData           string        `db:"loan_data"` // JSON by wire key
	CreatedAt          Instant       `db:"created_at"`
	UpdatedAt          Instant       `db:"updated_at"`
	Version            int64         `db:"version"`
}

const loanParamsColumns = `id, borrower_id, program_id, approved_line_amount, loan_data, created_at, updated_at, version`

// CreateLoanParams writes the parameters of a pair.
func (tx *Tx) CreateLoanParams(ctx context.Context, p LoanParams) (LoanParams, error) {
	p.ID, p.CreatedAt, p.UpdatedAt, p.Version = NewID(), tx.Now, tx.Now, 1
	err := tx.insert(ctx, `
		INSERT INTO loan_params (`+loanParamsColumns+`)
		VALUES (:id, :borrower_id, :program_id, :approved_line_amount, :loan_data, :created_at, :updated_at, :version)`, p)
	if err != nil {
		return p, fmt.Errorf("writing loan parameters: %w", err)
	}
	return p, nil
}

// UpdateLoanParams rewrites the parameters of a pair at their version.
func (tx *Tx) UpdateLoanParams(ctx context.Context, p LoanParams) (LoanParams, error) {
	p.UpdatedAt = tx.Now
	n, err := tx.named(ctx, `
		UPDATE loan_params
		SET approved_line_amount = :approved_line_amount, loan_data = :loan_data, updated_at = :updated_at, version = version + 1
		WHERE id = :id AND version = :version`, p)
	if err != nil {
		return p, fmt.Errorf("updating loan parameters: %w", err)
	}
	if n == 0 {
		return p, Stale("loan parameters", p.ID)
	}
	p.Version++
	return p, nil
}

// LoanParamsOf returns the parameters of a borrower under a program; ErrMissing
// when none were given.
func (v *View) LoanParamsOf(ctx context.Context, borrower, program string) (LoanParams, error) {
	var p LoanParams
	err := v.get(ctx, &p, `
		SELECT `+loanParamsColumns+`
		FROM loan_params
		WHERE borrower_id = ? AND program_id = ?`, borrower, program)
	return p, err
}

// LoanParamsByID returns parameters by their id.
func (v *View) LoanParamsByID(ctx context.Context, id string) (LoanParams, error) {
	var p LoanParams
	err := v.get(ctx, &p, `SELECT `+loanParamsColumns+` FROM loan_params WHERE id = ?`, id)
	return p, missing(err, "loan data", id)
}

// AccountsOfPair returns the accounts of a borrower under a program.
func (v *View) AccountsOfPair(ctx context.Context, borrower, program string) ([]Account, error) {
	var accounts []Account
	err := v.list(ctx, &accounts, accountSelect+` WHERE a.borrower_id = ? AND a.program_id = ? ORDER BY a.idx`, borrower, program)
	return accounts, err
}

// BanksTagged returns the accounts we pay to that carry a tag, newest first: a
// borrower's bank is tagged with the ref of the borrower.
func (v *View) BanksTagged(ctx context.Context, tag string) ([]Bank, error) {
	var banks []Bank
	err := v.list(ctx, &banks, `
		SELECT `+bankColumns+`
		FROM banks
		WHERE kind = 'credit' AND EXISTS (SELECT 1 FROM json_each(banks.tags) t WHERE t.value = ?)
		ORDER BY idx DESC
		LIMIT 20`, tag)
	if err != nil {
		return nil, fmt.Errorf("looking for the banks of %s: %w", tag, err)
	}
	return banks, nil
}

// PayoutWithUTR returns the payout that carries a bank reference; ErrMissing when
// there is none.
func (v *View) PayoutWithUTR(ctx context.Context, utr string) (Payout, error) {
	var p Payout
	err := v.get(ctx, &p, `SELECT `+payoutColumns+` FROM payouts WHERE utr = ?`, utr)
	return p, err
}

// PayoutsOfLoan returns the payouts of a loan, in the order they were made.
func (v *View) PayoutsOfLoan(ctx context.Context, loan string) ([]Payout, error) {
	var payouts []Payout
	err := v.list(ctx, &payouts, `SELECT `+payoutColumns+` FROM payouts WHERE loan_id = ? ORDER BY idx`, loan)
	return payouts, err
}

// Loans lists loans, newest first, and counts them; zero arguments do not narrow.
func (v *View) Loans(ctx context.Context, account, status string, limit, offset int) ([]Loan, int64, error) {
	const where = `WHERE (? = '' OR account_id = ?) AND (? = '' OR status = ?)`
	args := []any{account, account, status, status}
	var count int64
	if err := v.get(ctx, &count, `SELECT COUNT(*) FROM loans `+where, args...); err != nil {
		return nil, 0, fmt.Errorf("counting loans: %w", err)
	}
	var loans []Loan
	err := v.list(ctx, &loans, `SELECT `+loanColumns+` FROM loans `+where+` ORDER BY idx DESC LIMIT ? OFFSET ?`, append(args, limit, offset)...)
	return loans, count, err
}

const feeColumns = `id, idx, ref, account_id, loan_id, name, base, tax, due_date, head, component, cgst, sgst, igst,
	status, invoice_no, invoice_date, maker_id, created_at`

// FeeByID returns one fee by id or ref.
func (v *View) FeeByID(ctx context.Context, id string) (Fee, error) {
	var f Fee
	err := v.get(ctx, &f, `SELECT `+feeColumns+` FROM fees WHERE id = ? OR ref = ?`, id, CleanRef(id))
	return f, missing(err, "fee", id)
}

// Fees lists fees, newest first, and counts them; zero arguments do not narrow.
func (v *View) Fees(ctx context.Context, account, loan string, limit, offset int) ([]Fee, int64, error) {
	const where = `WHERE (? = '' OR account_id = ?) AND (? = '' OR loan_id = ?)`
	args := []any{account, account, loan, loan}
	var count int64
	if err := v.get(ctx, &count, `SELECT COUNT(*) FROM fees `+where, args...); err != nil {
		return nil, 0, fmt.Errorf("counting fees: %w", err)
	}
	var fees []Fee
	err := v.list(ctx, &fees, `SELECT `+feeColumns+` FROM fees `+where+` ORDER BY idx DESC LIMIT ? OFFSET ?`, append(args, limit, offset)...)
	return fees, count, err
}
