package store

import (
	"context"
	"fmt"

	"lekha/lending"
)

// SetFeeStatus says how far a fee has come.
func (tx *Tx) SetFeeStatus(ctx context.Context, fee, status string) error {
	if _, err := tx.exec(ctx, `UPDATE fees SET status = ? WHERE id = ?`, status, fee); err != nil {
		return fmt.Errorf("changing a fee: %w", err)
	}
	return nil
}

// InvoiceFee gives a fee the next number of the tax invoices of a financial year:
// without gaps, because it is taken in the transaction that uses it.
func (tx *Tx) InvoiceFee(ctx context.Context, fee string, on lending.Date) (string, error) {
	no, err := tx.numbered(ctx, "invoice", "I", on)
	if err != nil {
		return "", err
	}
	if _, err := tx.exec(ctx, `UPDATE fees SET invoice_no = ?, invoice_date = ? WHERE id = ?`, no, on, fee); err != nil {
		return "", fmt.Errorf("invoicing a fee: %w", err)
	}
	return no, nil
}

// numbered takes the next number of a kind of document in its financial year.
func (tx *Tx) numbered(ctx context.Context, kind, prefix string, on lending.Date) (string, error) {
	year := lending.FinancialYear(on)
	n, err := tx.next(ctx, kind+"/"+year)
	return fmt.Sprintf("%s/%s/%05d", prefix, year, n), err
}

// FeesToInvoice returns taxed fees that have fallen due and have no invoice yet,
// in the order of their days.
func (v *View) FeesToInvoice(ctx context.Context, upTo lending.Date, limit int) ([]Fee, error) {
	var fees []Fee
	err := v.list(ctx, &fees, `
		SELECT `+feeColumns+`
		FROM fees
		WHERE invoice_no IS NULL AND tax > 0 AND status = 'demanded' AND due_date <= ?
			AND maker_id <> '' -- those of a portfolio were invoiced elsewhere
		ORDER BY due_date, idx
		LIMIT ?`, upTo, limit)
	if err != nil {
		return nil, fmt.Errorf("listing fees to invoice: %w", err)
	}
	return fees, nil
}

// CreditNote takes back a part of an invoiced fee.
type CreditNote struct {
	No        string        `db:"no"`
	FeeID     string        `db:"fee_id"`
	Date      lending.Date  `db:"date"`
	Base      lending.Money `db:"base"`
	CGST      lending.Money `db:"cgst"`
	SGST      lending.Money `db:"sgst"`
	IGST      lending.Money `db:"igst"`
	Source    string        `db:"source"`
	CreatedAt Instant       `db:"created_at"`
}

// CreateCreditNote writes a credit note under the next number of its financial year.
func (tx *Tx) CreateCreditNote(ctx context.Context, n CreditNote) (CreditNote, error) {
	var err error
	if n.No, err = tx.numbered(ctx, "credit_note", "C", n.Date); err != nil {
		return n, err
	}
	n.CreatedAt = tx.Now
	err = tx.insert(ctx, `
		INSERT INTO credit_notes (no, fee_id, date, base, cgst, sgst, igst, source, created_at)
		VALUES (:no, :fee_id, :date, :base, :cgst, :sgst, :igst, :source, :created_at)`, n)
	if err != nil {
		return n, fmt.Errorf("writing a credit note: %w", err)
	}
	return n, nil
}

// CreditNotesOf returns the credit notes of a fee, oldest first.
func (v *View) CreditNotesOf(ctx context.Context, fee string) ([]CreditNote, error) {
	var notes []CreditNote
	err := v.list(ctx, &notes, `
		SELECT no, fee_id, date, base, cgst, sgst, igst, source, created_at
		FROM credit_notes
		WHERE fee_id = ?
		ORDER BY no`, fee)
	if err != nil {
		return nil, fmt.Errorf("listing the credit notes of a fee: %w", err)
	}
	return notes, nil
}
