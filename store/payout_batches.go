package store

import (
	"context"
	"fmt"

	"lekha/lending"
)

// PayoutBatch is a file of payouts that was made for a bank.
type PayoutBatch struct {
	ID          string        `db:"id"`
	Idx         int64         `db:"idx"`
	Ref         string        `db:"ref"`
	Template    string        `db:"template"`
	DebitBankID string        `db:"debit_bank_id"`
	Date        lending.Date  `db:"date"`
	Serial      int           `db:"serial"`
	FileName    string        `db:"file_name"`
	Data        []byte        `db:"data"`
	Count       int           `db:"count"`
	Total       lending.Money `db:"total"`
	MakerID     string        `db:"maker_id"`
	SenderID    Opt           `db:"sender_id"` // who sent it to the bank's folder; empty: nobody
	SentAt      Instant       `db:"sent_at"`
	CreatedAt   Instant       `db:"created_at"`
}

const batchColumns = `id, idx, ref, template, debit_bank_id, date, serial, file_name, data, count, total, maker_id, sender_id, sent_at, created_at`

// NewPayoutBatch takes identity and the next serial of a day for a file.
func (tx *Tx) NewPayoutBatch(ctx context.Context, date lending.Date) (PayoutBatch, error) {
	b := PayoutBatch{ID: NewID(), Date: date, CreatedAt: tx.Now}
	var err error
	if b.Idx, err = tx.next(ctx, "payout_batches"); err != nil {
		return b, err
	}
	if b.Ref, err = tx.NewRef(ctx, "BAT"); err != nil {
		return b, err
	}
	err = tx.get(ctx, &b.Serial, `SELECT COALESCE(MAX(serial), 0) + 1 FROM payout_batches WHERE date = ?`, date)
	return b, err
}

// SavePayoutBatch writes a batch once its file is made.
func (tx *Tx) SavePayoutBatch(ctx context.Context, b PayoutBatch) error {
	err := tx.insert(ctx, `
		INSERT INTO payout_batches (`+batchColumns+`)
		VALUES (:id, :idx, :ref, :template, :debit_bank_id, :date, :serial, :file_name, :data, :count, :total, :maker_id, :sender_id, :sent_at, :created_at)`, b)
	if err != nil {
		return fmt.Errorf("writing payout batch %s: %w", b.Ref, err)
	}
	return nil
}

// MarkPayoutBatchSent notes who sent a batch to the bank's folder, once.
func (tx *Tx) MarkPayoutBatchSent(ctx context.Context, id, person string) error {
	_, err := tx.exec(ctx, `UPDATE payout_batches SET sender_id = ?, sent_at = ? WHERE id = ? AND sent_at IS NULL`, person, tx.Now, id)
	if err != nil {
		return fmt.Errorf("marking a payout batch as sent: %w", err)
	}
	return nil
}

// PayoutBatchByRef returns one batch by ref or id.
func (v *View) PayoutBatchByRef(ctx context.Context, ref string) (PayoutBatch, error) {
	var b PayoutBatch
	err := v.get(ctx, &b, `SELECT `+batchColumns+` FROM payout_batches WHERE ref = ? OR id = ?`, CleanRef(ref), ref)
	return b, missing(err, "payout batch", ref)
}

// PayoutBatches lists the last batches, newest first, without their files.
func (v *View) PayoutBatches(ctx context.Context, limit int) ([]PayoutBatch, error) {
	var batches []PayoutBatch
	err := v.list(ctx, &batches, `
		SELECT id, idx, ref, template, debit_bank_id, date, serial, file_name, x'' AS data, count, total, maker_id, sender_id, sent_at, created_at
		FROM payout_batches
		ORDER BY idx DESC
		LIMIT ?`, limit)
	if err != nil {
		return nil, fmt.Errorf("listing payout batches: %w", err)
	}
	return batches, nil
}

// PayoutsOfBatch returns the payouts that went out with a batch.
func (v *View) PayoutsOfBatch(ctx context.Context, batch string) ([]Payout, error) {
	var payouts []Payout
	err := v.list(ctx, &payouts, `
		SELECT `+payoutColumns+`
		FROM payouts
		WHERE id IN (SELECT t.payout_id FROM payout_tries t WHERE t.batch_id = ?)
		ORDER BY idx`, batch)
	if err != nil {
		return nil, fmt.Errorf("listing the payouts of a batch: %w", err)
	}
	return payouts, nil
}

// PayoutsToSend returns payouts that wait for a file: approved, or tried again.
func (v *View) PayoutsToSend(ctx context.Context, limit int) ([]Payout, error) {
	var payouts []Payout
	err := v.list(ctx, &payouts, `
		SELECT `+payoutColumns+`
		FROM payouts
		WHERE status = 'approved' OR status = 'queued' AND batch_id IS NULL
		ORDER BY idx
		LIMIT ?`, limit)
	if err != nil {
		return nil, fmt.Errorf("listing payouts to send: %w", err)
	}
	return payouts, nil
}

// PayoutTry is one time that a payout was sent or tried, or what was heard of it.
type PayoutTry struct {
	PayoutID  string  `db:"payout_id"`
	No        int     `db:"no"`
	Status    string  `db:"status"`
	BatchID   Opt     `db:"batch_id"`
	Reference string  `db:"reference"`
	Reason    string  `db:"reason"`
	PersonID  string  `db:"person_id"`
	At        Instant `db:"at"`
}

// AddPayoutTry notes what happened to a payout.
func (tx *Tx) AddPayoutTry(ctx context.Context, t PayoutTry) error {
	t.At = tx.Now
	if err := tx.get(ctx, &t.No, `SELECT COALESCE(MAX(no), 0) + 1 FROM payout_tries WHERE payout_id = ?`, t.PayoutID); err != nil {
		return err
	}
	err := tx.insert(ctx, `
		INSERT INTO payout_tries (payout_id, no, status, batch_id, reference, reason, person_id, at)
		VALUES (:payout_id, :no, :status, :batch_id, :reference, :reason, :person_id, :at)`, t)
	if err != nil {
		return fmt.Errorf("noting a try of a payout: %w", err)
	}
	return nil
}

// TriesOf returns what happened to a payout, oldest first.
func (v *View) TriesOf(ctx context.Context, payout string) ([]PayoutTry, error) {
	var tries []PayoutTry
	err := v.list(ctx, &tries, `
		SELECT payout_id, no, status, batch_id, reference, reason, person_id, at
		FROM payout_tries
		WHERE payout_id = ?
		ORDER BY no`, payout)
	if err != nil {
		return nil, fmt.Errorf("listing the tries of a payout: %w", err)
	}
	return tries, nil
}

// LeftSince sums the payouts that went to the bank, or were paid by hand, since an
// instant, and did not come to nothing.
func (v *View) LeftSince(ctx context.Context, from Instant) (lending.Money, error) {
	var sum lending.Money
	err := v.get(ctx, &sum, `
		SELECT COALESCE(SUM(p.amount), 0)
		FROM payouts p
		WHERE p.status IN ('queued', 'processing', 'unknown', 'success')
			AND EXISTS (SELECT 1 FROM payout_tries t WHERE t.payout_id = p.id AND t.no = 1 AND t.at >= ?)`, from)
	if err != nil {
		return 0, fmt.Errorf("summing what left: %w", err)
	}
	return sum, nil
}

// SamePayouts returns other live payouts of the same amount to the same account
// that were asked for on the same day: probably one of them is a mistake.
func (v *View) SamePayouts(ctx context.Context, p Payout) ([]Payout, error) {
	if p.CreditBankID == "" {
		return nil, nil
	}
	var payouts []Payout
	err := v.list(ctx, &payouts, `
		SELECT `+payoutColumns+`
		FROM payouts
		WHERE id <> ? AND amount = ? AND status NOT IN ('cancelled', 'failed', 'returned')
			AND substr(created_at, 1, 10) = substr(?, 1, 10)
			AND credit_bank_id IN (SELECT k.id FROM banks k JOIN banks m ON m.ifsc = k.ifsc AND m.account_no = k.account_no WHERE m.id = ?)
		ORDER BY idx
		LIMIT 10`, p.ID, p.Amount, p.CreatedAt, p.CreditBankID)
	if err != nil {
		return nil, fmt.Errorf("looking for the same payout: %w", err)
	}
	return payouts, nil
}

// UnmatchedDebit is money that left our account by the bank's word and belongs to
// no payout that is known.
type UnmatchedDebit struct {
	ID        string        `db:"id"`
	Idx       int64         `db:"idx"`
	BankID    string        `db:"bank_id"`
	BankCode  string        `db:"bank_code"`
	Statement string        `db:"statement"`
	Line      int           `db:"line"`
	ValueDate lending.Date  `db:"value_date"`
	Amount    lending.Money `db:"amount"`
	Narration string        `db:"narration"`
	Reference string        `db:"reference"`
	Rail      string        `db:"rail"`
	CreatedAt Instant       `db:"created_at"`
}

const debitFrom = `bank_credits c
	JOIN statements s ON s.id = c.statement_id AND s.status <> 'discarded'
	JOIN banks k ON k.id = c.bank_id`

const debitSelect = `
	SELECT c.id, c.idx, c.bank_id, k.code AS bank_code, s.ref AS statement, c.line, c.value_date, c.amount, c.narration, c.reference, c.rail, c.created_at
	FROM ` + debitFrom

func withoutPayout() conditions {
	var c conditions
	c.add(`c.direction = 'debit' AND c.returns IS NULL AND c.duplicate_of IS NULL
		AND NOT EXISTS (SELECT 1 FROM payouts p WHERE p.utr = c.reference AND c.reference <> '' AND p.amount = c.amount)`)
	return c
}

// QueryUnmatchedDebits lists debits without a payout, one page, and the place to
// read on from.
func (v *View) QueryUnmatchedDebits(ctx context.Context, l Listing) ([]UnmatchedDebit, *RecordKey, error) {
	list := listing[UnmatchedDebit]{
		what: "debits without a payout", query: debitSelect, index: "c.idx", idx: func(d UnmatchedDebit) int64 { return d.Idx },
		orders: map[string]listOrder[UnmatchedDebit]{"": {}, "index": {}},
	}
	return list.page(ctx, v, withoutPayout(), l)
}

// CountUnmatchedDebits counts debits without a payout.
func (v *View) CountUnmatchedDebits(ctx context.Context) (int64, error) {
	return v.count(ctx, "debits without a payout", debitFrom, withoutPayout())
}
