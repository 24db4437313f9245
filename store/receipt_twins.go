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
	Credit   string // id of its statement line, when it has one
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
			AND NOT EXISTS (SELECT 1 FROM receipts_apart n WHERE n.record_id = r.id AND n.credit_id = ?)
		ORDER BY r.date, r.idx
		LIMIT ?`, f.Amount, f.From, f.To, f.Bank, f.Bank, f.But, f.Credit, maxTwins)
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
			AND NOT EXISTS (SELECT 1 FROM receipts_apart n WHERE n.record_id = ? AND n.credit_id = r.bank_credit_id)
		ORDER BY r.date, r.idx
		LIMIT ?`, f.Amount, f.From, f.To, f.Bank, f.Bank, f.But, f.But, maxTwins)
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

// Apart says that a receipt and a statement line are not the same money.
type Apart struct {
	RecordID string  `db:"record_id"` // the receipt
	CreditID string  `db:"credit_id"`
	Reason   string  `db:"reason"`
	SaidBy   string  `db:"said_by"`
	Sayer    string  `db:"sayer"`
	SaidAt   Instant `db:"said_at"`
	Other    string  `db:"other"` // ref of the record of the pair that was not asked for
}

// AddApart writes that a pair is two monies; false when it was said before.
func (tx *Tx) AddApart(ctx context.Context, a Apart) (bool, error) {
	a.SaidAt = tx.Now
	n, err := tx.exec(ctx, `
		INSERT INTO receipts_apart (record_id, credit_id, reason, said_by, sayer, said_at)
		VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (record_id, credit_id) DO NOTHING`, a.RecordID, a.CreditID, a.Reason, a.SaidBy, a.Sayer, a.SaidAt)
	return n == 1, err
}

// ApartFrom returns what was said not to be the money of a record, be it the receipt
// or the record of the line.
func (v *View) ApartFrom(ctx context.Context, record, credit string) ([]Apart, error) {
	var rows []Apart
	err := v.list(ctx, &rows, `
		SELECT n.record_id, n.credit_id, n.reason, n.said_by, n.sayer, n.said_at, COALESCE(o.ref, '') AS other
		FROM receipts_apart n
		LEFT JOIN records o ON n.record_id = ? AND o.bank_credit_id = n.credit_id AND o.parent_id IS NULL
			AND o.idx = (SELECT MAX(l.idx) FROM records l WHERE l.bank_credit_id = n.credit_id AND l.parent_id IS NULL)
		WHERE n.record_id = ?
		UNION ALL
		SELECT n.record_id, n.credit_id, n.reason, n.said_by, n.sayer, n.said_at, o.ref AS other
		FROM receipts_apart n JOIN records o ON o.id = n.record_id
		WHERE n.credit_id = ?
		LIMIT ?`, record, record, credit, maxTwins)
	return rows, err
}
