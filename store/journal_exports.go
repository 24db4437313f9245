package store

import (
	"context"
	"fmt"

	"lekha/lending"
)

// JournalExport is a run of entries that went to the external general ledger.
type JournalExport struct {
	Idx      int64        `db:"idx"`
	FirstIdx int64        `db:"first_idx"`
	LastIdx  int64        `db:"last_idx"`
	Until    lending.Date `db:"until"`
	MadeBy   string       `db:"made_by"`
	MadeAt   Instant      `db:"made_at"`
}

// Entries is how many entries the export holds.
func (x JournalExport) Entries() int64 { return x.LastIdx - x.FirstIdx + 1 }

// CreateJournalExport marks every entry that is in no export yet and booked by a
// date. Numbers follow booking dates, so that it is a run of numbers.
func (tx *Tx) CreateJournalExport(ctx context.Context, until lending.Date, by string) (JournalExport, error) {
	x := JournalExport{Until: until, MadeBy: by, MadeAt: tx.Now}
	if err := tx.get(ctx, &x.FirstIdx, `SELECT 1 + COALESCE(MAX(last_idx), 0) FROM journal_exports`); err != nil {
		return x, fmt.Errorf("reading the last export: %w", err)
	}
	err := tx.get(ctx, &x.LastIdx, `SELECT COALESCE(MAX(idx), 0) FROM journal_entries WHERE booking_date <= ?`, until)
	if err != nil {
		return x, fmt.Errorf("reading the last entry: %w", err)
	}
	if x.LastIdx < x.FirstIdx {
		return x, lending.Refuse(lending.Conflict, "journal.nothing_new", "Every entry booked up to "+until.Words()+" is in an export already.")
	}
	if x.Idx, err = tx.next(ctx, "journal_exports"); err != nil {
		return x, err
	}
	err = tx.insert(ctx, `
		INSERT INTO journal_exports (idx, first_idx, last_idx, until, made_by, made_at)
		VALUES (:idx, :first_idx, :last_idx, :until, :made_by, :made_at)`, x)
	return x, err
}

// LastExported is the number of the last entry that went to the general ledger; 0
// when none did.
func (v *View) LastExported(ctx context.Context) (int64, error) {
	var last int64
	err := v.get(ctx, &last, `SELECT COALESCE(MAX(last_idx), 0) FROM journal_exports`)
	return last, err
}

// SentToGL says how far the entries of a receipt have come to the general ledger:
// what came in, what it settled, and that it was taken back.
type SentToGL struct {
	Receipt    bool `db:"receipt"`
	Settlement bool `db:"settlement"`
	Reversal   bool `db:"reversal"`
}

// ReceiptSent says of a receipt, by the key of its fact, what of it lies in an export.
func (v *View) ReceiptSent(ctx context.Context, account, key string, lastExported int64) (SentToGL, error) {
	var s SentToGL
	err := v.get(ctx, &s, `
		SELECT COALESCE(MAX(event = 'receipt/' || ? AND corrects IS NULL AND idx <= ?), 0) AS receipt,
			COALESCE(MAX(event = 'allocation/' || ? AND corrects IS NULL AND idx <= ?), 0) AS settlement,
			COALESCE(MAX(event = 'receipt/' || ? AND corrects IS NOT NULL AND idx <= ?), 0) AS reversal
		FROM journal_entries
		WHERE account_id = ? AND event IN ('receipt/' || ?, 'allocation/' || ?)`, key, lastExported, key, lastExported, key, lastExported, account, key, key)
	return s, err
}

// JournalExports lists the last exports, newest first.
func (v *View) JournalExports(ctx context.Context, limit int) ([]JournalExport, error) {
	var rows []JournalExport
	err := v.list(ctx, &rows, `SELECT idx, first_idx, last_idx, until, made_by, made_at FROM journal_exports ORDER BY idx DESC LIMIT ?`, limit)
	return rows, err
}

// JournalExport returns one export.
func (v *View) JournalExport(ctx context.Context, idx int64) (JournalExport, error) {
	var x JournalExport
	err := v.get(ctx, &x, `SELECT idx, first_idx, last_idx, until, made_by, made_at FROM journal_exports WHERE idx = ?`, idx)
	return x, missing(err, "export", fmt.Sprint(idx))
}
