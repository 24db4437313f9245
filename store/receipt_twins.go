package store

import (
	"context"
	"fmt"

	"lekha/lending"
)

// TwinFilter asks for records that may be the money of another one: the same
// amount on the same collection bank, within some days.
type TwinFilter struct {
	Bank     string // id; "" is any
	Amount   lending.Money
	From, To lending.Date
	But      string // id of the record that is asked about
}

// maxTwins is more than anybody looks through; amounts of an instalment recur.
const maxTwins = 20

// ReceiptsLike returns live receipts of bank money that somebody entered and no
// statement line confirmed.
func (v *View) ReceiptsLike(ctx context.Context, f TwinFilter) ([]Record, error) {
	var rows []Record
	err := v.list(ctx, &rows, recordSelect+`
		WHERE r.source = 'hand' AND r.bank_credit_id IS NULL AND r.type = 'repayment' AND r.parent_id IS NULL
			AND COALESCE(r.payment_mode, '') <> 'cash' AND r.received_amount = ? AND r.date BETWEEN ? AND ?
			AND (? = '' OR r.collection_bank_id = ? OR r.collection_bank_id IS NULL)
			AND r.status NOT IN ('rejected', 'reverted', 'cancelled', 'set_aside') AND r.id <> ?
		ORDER BY r.date, r.idx
		LIMIT ?`, f.Amount, f.From, f.To, f.Bank, f.Bank, f.But, maxTwins)
	if err != nil {
		return nil, fmt.Errorf("looking for receipts of a credit: %w", err)
	}
	return rows, nil
}

// LinesLike returns the records of statement lines that no receipt claims.
func (v *View) LinesLike(ctx context.Context, f TwinFilter) ([]Record, error) {
	var rows []Record
	err := v.list(ctx, &rows, recordSelect+`
		WHERE r.amount = ? AND r.bank_credit_id IS NOT NULL AND r.source <> 'hand' AND r.type = 'repayment' AND r.carries = 1
			AND r.parent_id IS NULL AND r.date BETWEEN ? AND ? AND (? = '' OR r.collection_bank_id = ?)
			AND r.status NOT IN ('rejected', 'reverted', 'cancelled', 'set_aside') AND r.id <> ?
		ORDER BY r.date, r.idx
		LIMIT ?`, f.Amount, f.From, f.To, f.Bank, f.Bank, f.But, maxTwins)
	if err != nil {
		return nil, fmt.Errorf("looking for the line of a receipt: %w", err)
	}
	return rows, nil
}

// ReceiptsWithoutLine returns live receipts of bank money, received within some
// days, that no statement line confirmed.
func (v *View) ReceiptsWithoutLine(ctx context.Context, from, to lending.Date, limit int) ([]Record, error) {
	var rows []Record
	err := v.list(ctx, &rows, recordSelect+`
		WHERE r.source = 'hand' AND r.bank_credit_id IS NULL AND r.type = 'repayment' AND r.parent_id IS NULL
			AND COALESCE(r.payment_mode, '') <> 'cash' AND r.date BETWEEN ? AND ?
			AND r.status NOT IN ('rejected', 'reverted', 'cancelled', 'set_aside')
		ORDER BY r.date, r.idx
		LIMIT ?`, from, to, limit)
	return rows, err
}

// TakeReference gives a receipt the bank's own reference of its line. The version
// stays, as it does in [Tx.ConfirmRecord].
func (tx *Tx) TakeReference(ctx context.Context, record, utr, reference string) error {
	_, err := tx.exec(ctx, `UPDATE records SET utr = ?, reference = ?, updated_at = ? WHERE id = ?`, Opt(utr), reference, tx.Now, record)
	if err != nil {
		return fmt.Errorf("writing the bank reference of a receipt: %w", err)
	}
	return tx.indexRecord(ctx, record, `UPDATE record_text SET body = ? WHERE docid = ?`)
}
