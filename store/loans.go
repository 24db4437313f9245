package store

import (
	"context"
	"fmt"
	"strconv"

	"lekha/lending"
)

// Loan is the workflow row of one debt; what was agreed is in Disbursal, what
// happened is in the facts.
type Loan struct {
	ID          string        `db:"id"`
	Idx         int64         `db:"idx"`
	Ref         string        `db:"ref"`
	AccountID   string        `db:"account_id"`
	Status      string        `db:"status"`
	Amount      lending.Money `db:"amount"`
	NetAmount   lending.Money `db:"net_amount"`
	DisbursedOn lending.Date  `db:"disbursed_on"`
	Disbursal   string        `db:"disbursal"` // lending.Disbursal as JSON
	MakerID     string        `db:"maker_id"`
	CreatedAt   Instant       `db:"created_at"`
	UpdatedAt   Instant       `db:"updated_at"`
	Version     int64         `db:"version"`
}

const loanColumns = `id, idx, ref, account_id, status, amount, net_amount, disbursed_on, disbursal, maker_id, created_at, updated_at, version`

// NextLoan prepares the identity of a loan, so that its disbursal can name it.
func (tx *Tx) NextLoan(ctx context.Context) (Loan, error) {
	var err error
	l := Loan{ID: NewID(), CreatedAt: tx.Now, UpdatedAt: tx.Now, Version: 1}
	if l.Idx, err = tx.next(ctx, "loans"); err != nil {
		return l, err
	}
	l.Ref, err = tx.NewRef(ctx, "LON")
	return l, err
}

// CreateLoan writes a loan made by NextLoan.
func (tx *Tx) CreateLoan(ctx context.Context, l Loan) error {
	err := tx.insert(ctx, `
		INSERT INTO loans (`+loanColumns+`)
		VALUES (:id, :idx, :ref, :account_id, :status, :amount, :net_amount, :disbursed_on, :disbursal, :maker_id, :created_at, :updated_at, :version)`, l)
	if err != nil {
		return fmt.Errorf("writing loan %s: %w", l.Ref, err)
	}
	return nil
}

// UpdateLoan rewrites status, date and disbursal of a loan at its version.
func (tx *Tx) UpdateLoan(ctx context.Context, l Loan) error {
	l.UpdatedAt = tx.Now
	n, err := tx.named(ctx, `
		UPDATE loans
		SET status = :status, net_amount = :net_amount, disbursed_on = :disbursed_on, disbursal = :disbursal,
			updated_at = :updated_at, version = version + 1
		WHERE id = :id AND version = :version`, l)
	if err != nil {
		return fmt.Errorf("updating loan %s: %w", l.Ref, err)
	}
	if n == 0 {
		return Stale("loan", l.Ref)
	}
	return nil
}

// LoanByID returns one loan by id or ref.
func (v *View) LoanByID(ctx context.Context, id string) (Loan, error) {
	var l Loan
	err := v.get(ctx, &l, `SELECT `+loanColumns+` FROM loans WHERE id = ? OR ref = ?`, id, id)
	return l, missing(err, "loan", id)
}

// LoansOfAccount returns the loans of an account, oldest first.
func (v *View) LoansOfAccount(ctx context.Context, account string) ([]Loan, error) {
	var loans []Loan
	err := v.list(ctx, &loans, `SELECT `+loanColumns+` FROM loans WHERE account_id = ? ORDER BY idx`, account)
	return loans, err
}

// Payout is one bank instruction going out.
type Payout struct {
	ID           string        `db:"id"`
	Idx          int64         `db:"idx"`
	Ref          string        `db:"ref"`
	AccountID    Opt           `db:"account_id"` // empty: money that was nobody's goes back to its sender
	LoanID       Opt           `db:"loan_id"`
	RecordID     Opt           `db:"record_id"` // the refund it carries out
	BatchID      Opt           `db:"batch_id"`
	ServiceID    Opt           `db:"service_id"` // what the bank or its payout service calls it
	FailedRemark string        `db:"failed_remark"`
	Tries        int           `db:"tries"`
	Type         string        `db:"type"`
	Amount       lending.Money `db:"amount"`
	Method       string        `db:"method"`
	PayoutTo     string        `db:"payout_to"`
	Status       string        `db:"status"`
	CreditBankID Opt           `db:"credit_bank_id"`
	DebitBankID  Opt           `db:"debit_bank_id"`
	UTR          Opt           `db:"utr"`
	Date         lending.Date  `db:"date"`
	MakerID      string        `db:"maker_id"`
	ApproverID   Opt           `db:"approver_id"`
	CreatedAt    Instant       `db:"created_at"`
	UpdatedAt    Instant       `db:"updated_at"`
	Version      int64         `db:"version"`
}

const payoutColumns = `id, idx, ref, account_id, loan_id, record_id, batch_id, service_id, failed_remark, tries, type, amount, method, payout_to, status, credit_bank_id, debit_bank_id,
	utr, date, maker_id, approver_id, created_at, updated_at, version`

// CreatePayout writes a payout.
func (tx *Tx) CreatePayout(ctx context.Context, p Payout) (Payout, error) {
	var err error
	p.ID, p.CreatedAt, p.UpdatedAt, p.Version = NewID(), tx.Now, tx.Now, 1
	if p.Idx, err = tx.next(ctx, "payouts"); err != nil {
		return p, err
	}
	if p.Ref, err = tx.NewRef(ctx, "PAY"); err != nil {
		return p, err
	}
	err = tx.insert(ctx, `
		INSERT INTO payouts (`+payoutColumns+`)
		VALUES (:id, :idx, :ref, :account_id, :loan_id, :record_id, :batch_id, :service_id, :failed_remark, :tries, :type, :amount, :method, :payout_to, :status, :credit_bank_id, :debit_bank_id,
			:utr, :date, :maker_id, :approver_id, :created_at, :updated_at, :version)`, p)
	if err != nil {
		return p, fmt.Errorf("writing payout %s: %w", p.Ref, err)
	}
	return p, nil
}

// UpdatePayout rewrites what a payout goes through, at its version.
func (tx *Tx) UpdatePayout(ctx context.Context, p Payout) error {
	p.UpdatedAt = tx.Now
	n, err := tx.named(ctx, `
		UPDATE payouts
		SET status = :status, debit_bank_id = :debit_bank_id, utr = :utr, date = :date, approver_id = :approver_id,
			batch_id = :batch_id, service_id = :service_id, failed_remark = :failed_remark, tries = :tries,
			updated_at = :updated_at, version = version + 1
		WHERE id = :id AND version = :version`, p)
	if err != nil {
		return fmt.Errorf("updating payout %s: %w", p.Ref, err)
	}
	if n == 0 {
		return Stale("payout", p.Ref)
	}
	return nil
}

// PayoutByID returns one payout by id or ref.
func (v *View) PayoutByID(ctx context.Context, id string) (Payout, error) {
	var p Payout
	err := v.get(ctx, &p, `SELECT `+payoutColumns+` FROM payouts WHERE id = ? OR ref = ?`, id, id)
	return p, missing(err, "payout", id)
}

// PayoutByAny returns one payout by id, ref, running number, or what the bank or
// its payout service calls it.
func (v *View) PayoutByAny(ctx context.Context, key string) (Payout, error) {
	var p Payout
	number, err := strconv.ParseInt(key, 10, 64)
	if err != nil {
		number = -1 // no payout has it
	}
	err = v.get(ctx, &p, `
		SELECT `+payoutColumns+`
		FROM payouts
		WHERE id = ? OR ref = ? OR service_id = ? OR idx = ?
		ORDER BY service_id = ? DESC
		LIMIT 1`, key, CleanRef(key), key, number, key)
	return p, missing(err, "payout", key)
}

// Payouts lists payouts, newest first; zero arguments do not narrow.
func (v *View) Payouts(ctx context.Context, account, loan, status string, limit, offset int) ([]Payout, int64, error) {
	const where = `WHERE (? = '' OR account_id = ?) AND (? = '' OR loan_id = ?) AND (? = '' OR status = ?)`
	args := []any{account, account, loan, loan, status, status}
	var count int64
	if err := v.get(ctx, &count, `SELECT COUNT(*) FROM payouts `+where, args...); err != nil {
		return nil, 0, fmt.Errorf("counting payouts: %w", err)
	}
	var payouts []Payout
	err := v.list(ctx, &payouts, `SELECT `+payoutColumns+` FROM payouts `+where+` ORDER BY idx DESC LIMIT ? OFFSET ?`, append(args, limit, offset)...)
	return payouts, count, err
}

// Fee is the workflow row of a fee demand.
type Fee struct {
	ID        string        `db:"id"`
	Idx       int64         `db:"idx"`
	Ref       string        `db:"ref"`
	AccountID string        `db:"account_id"`
	LoanID    Opt           `db:"loan_id"`
	Name      string        `db:"name"`
	Base      lending.Money `db:"base"`
	Tax       lending.Money `db:"tax"`
	DueDate   lending.Date  `db:"due_date"`
	Head      string        `db:"head"`      // decides the tax
	Component string        `db:"component"` // F, or PI for a penal charge by hand
	CGST      lending.Money `db:"cgst"`
	SGST      lending.Money `db:"sgst"`
	IGST      lending.Money `db:"igst"`
	Status    string        `db:"status"` // requested, demanded, rejected, deleted
	InvoiceNo Opt           `db:"invoice_no"`
	InvoiceOn lending.Date  `db:"invoice_date"`
	MakerID   string        `db:"maker_id"`
	CreatedAt Instant       `db:"created_at"`
}

// CreateFee writes a fee row and returns it with its identity, drawn unless it
// has one.
func (tx *Tx) CreateFee(ctx context.Context, f Fee) (Fee, error) {
	var err error
	if f.CreatedAt = tx.Now; f.ID == "" {
		f.ID = NewID()
	}
	if f.Status == "" {
		f.Status = "demanded"
	}
	if f.Component == "" {
		f.Component = "F"
	}
	if f.Idx, err = tx.next(ctx, "fees"); err != nil {
		return f, err
	}
	if f.Ref, err = tx.NewRef(ctx, "FEE"); err != nil {
		return f, err
	}
	err = tx.insert(ctx, `
		INSERT INTO fees (`+feeColumns+`)
		VALUES (:id, :idx, :ref, :account_id, :loan_id, :name, :base, :tax, :due_date, :head, :component, :cgst, :sgst, :igst,
			:status, :invoice_no, :invoice_date, :maker_id, :created_at)`, f)
	if err != nil {
		return f, fmt.Errorf("writing fee %s: %w", f.Ref, err)
	}
	return f, nil
}
