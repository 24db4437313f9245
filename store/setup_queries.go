package store

import (
	"context"
	"fmt"

	"lekha/lending"
)

// FateTotals is what became of the rows of all imported statements.
type FateTotals struct {
	Statements int `db:"statements"`
	Rows       int `db:"rows"`
	Created    int `db:"created"`
	Duplicates int `db:"duplicates"`
	Known      int `db:"known"`
	Confirmed  int `db:"confirmed"`
	Outgoing   int `db:"outgoing"`
	Rejected   int `db:"rejected"`
}

// FateTotals sums the fates of all posted statements.
func (v *View) FateTotals(ctx context.Context) (FateTotals, error) {
	var t FateTotals
	err := v.get(ctx, &t, `
		SELECT COUNT(*) AS statements, COALESCE(SUM(rows), 0) AS rows, COALESCE(SUM(created), 0) AS created,
			COALESCE(SUM(duplicates), 0) AS duplicates, COALESCE(SUM(known), 0) AS known, COALESCE(SUM(confirmed), 0) AS confirmed,
			COALESCE(SUM(outgoing), 0) AS outgoing, COALESCE(SUM(rejected), 0) AS rejected
		FROM statements
		WHERE status = 'posted'`)
	if err != nil {
		return t, fmt.Errorf("summing statements: %w", err)
	}
	return t, nil
}

// FatesOfStatement counts the rows of one statement by fate.
func (v *View) FatesOfStatement(ctx context.Context, statement string) (map[string]int, error) {
	var rows []struct {
		Fate  string `db:"fate"`
		Count int    `db:"count"`
	}
	err := v.list(ctx, &rows, `SELECT fate, COUNT(*) AS count FROM statement_lines WHERE statement_id = ? GROUP BY fate`, statement)
	if err != nil {
		return nil, fmt.Errorf("counting the fates of a statement: %w", err)
	}
	fates := map[string]int{}
	for _, r := range rows {
		fates[r.Fate] = r.Count
	}
	return fates, nil
}

// SumTieOut adds days up: the row of totals.
func SumTieOut(days []TieOutDay) TieOutDay {
	var sum TieOutDay
	for _, d := range days {
		sum.Credits += d.Credits
		sum.Unmatched += d.Unmatched
		sum.Parked += d.Parked
		sum.Questioned += d.Questioned
		sum.SetAside += d.SetAside
		sum.Refunded += d.Refunded
		sum.Duplicates += d.Duplicates
		sum.Awaiting += d.Awaiting
		sum.Settled += d.Settled
		sum.Excess += d.Excess
		sum.Returned += d.Returned
		sum.Gap += d.Gap
	}
	return sum
}

// CarriedCredit is a bank credit with one of the records that carry its money;
// a split has several, a line that repeats a reference and amount has none.
type CarriedCredit struct {
	CreditIdx    int64         `db:"credit_idx"`
	Amount       lending.Money `db:"amount"`
	Narration    string        `db:"narration"`
	Reference    string        `db:"reference"`
	StatementRef string        `db:"statement_ref"`
	Line         int           `db:"line"`
	DuplicateOf  Opt           `db:"duplicate_of"`
	Gap          lending.Money `db:"gap"` // what no record carries

	RecordRef    string        `db:"record_ref"` // "" when no record carries it
	RecordStatus string        `db:"record_status"`
	Questioned   bool          `db:"questioned"` // somebody has to say whether it is money of its own
	Carried      lending.Money `db:"carried"`
	Remaining    lending.Money `db:"remaining"`
	SetAsideKind string        `db:"set_aside_kind"`
	Borrower     string        `db:"borrower"`
}

// CreditsOfDay lists the credits of a collection account on one day with the
// records that carry them, in the order they were imported. Limit counts credits.
func (v *View) CreditsOfDay(ctx context.Context, bank string, day lending.Date, afterIdx int64, limit int) ([]CarriedCredit, error) {
	var rows []CarriedCredit
	err := v.list(ctx, &rows, `
		SELECT c.idx AS credit_idx, c.amount, c.narration, c.reference, c.statement_ref, c.line, c.duplicate_of,
			CASE WHEN c.duplicate_of IS NULL OR r.id IS NOT NULL
				THEN c.amount - COALESCE((SELECT SUM(o.received_amount) FROM records o WHERE o.bank_credit_id = c.id AND o.carries = 1), 0)
				ELSE 0 END AS gap,
			COALESCE(r.ref, '') AS record_ref, COALESCE(r.status, '') AS record_status, r.duplicate_of IS NOT NULL AND r.status = 'parked' AS questioned,
			COALESCE(r.received_amount, 0) AS carried, COALESCE(MIN(r.remaining_amount, r.received_amount), 0) AS remaining,
			COALESCE(r.set_aside_kind, '') AS set_aside_kind, COALESCE(b.name, '') AS borrower
		FROM (
			SELECT c.id, c.idx, c.amount, c.narration, c.reference, c.line, c.duplicate_of, s.ref AS statement_ref
			FROM bank_credits c
			JOIN statements s ON s.id = c.statement_id AND s.status <> 'discarded'
			WHERE c.bank_id = ? AND c.value_date = ? AND c.direction = 'credit' AND c.idx > ?
			ORDER BY c.idx
			LIMIT ?
		) c
		LEFT JOIN records r ON r.bank_credit_id = c.id AND r.carries = 1
		LEFT JOIN accounts a ON a.id = r.account_id
		LEFT JOIN borrowers b ON b.id = a.borrower_id
		ORDER BY c.idx, r.idx`, bank, day, afterIdx, limit)
	if err != nil {
		return nil, fmt.Errorf("listing the credits of a day: %w", err)
	}
	return rows, nil
}

// RecordRefOfCredit is the ref of the record that a credit lives in now, the
// latest of its line; "" when it made none.
func (v *View) RecordRefOfCredit(ctx context.Context, credit string) (string, error) {
	var ref string
	err := v.get(ctx, &ref, `SELECT COALESCE((SELECT ref FROM records WHERE bank_credit_id = ? ORDER BY carries DESC, idx DESC LIMIT 1), '')`, credit)
	if err != nil {
		return "", fmt.Errorf("looking for the record of a credit: %w", err)
	}
	return ref, nil
}

// EventTotal counts the rows of the log that a filter leaves, up to a limit: more
// says that there are more.
func (v *View) EventTotal(ctx context.Context, f EventFilter, limit int) (n int, more bool, err error) {
	c := f.where()
	err = v.get(ctx, &n, `SELECT COUNT(*) FROM (SELECT 1 FROM events WHERE `+c.where()+` LIMIT ?)`, append(c.args, limit+1)...)
	if err != nil {
		return 0, false, fmt.Errorf("counting events: %w", err)
	}
	return min(n, limit), n > limit, nil
}

// EventBySeq returns one row of the log.
func (v *View) EventBySeq(ctx context.Context, seq int64) (Event, error) {
	var e Event
	err := v.get(ctx, &e, `SELECT `+eventColumns+` FROM events WHERE seq = ?`, seq)
	return e, missing(err, "event", fmt.Sprint(seq))
}

// LastEvent is the end of the log: its number and its hash, to be kept outside.
func (v *View) LastEvent(ctx context.Context) (Event, error) {
	var e Event
	err := v.get(ctx, &e, `SELECT `+eventColumns+` FROM events ORDER BY seq DESC LIMIT 1`)
	return e, err
}

// TokensOf lists the tokens of a person, newest first; those made by signing in
// are left out.
func (v *View) TokensOf(ctx context.Context, owner string, limit int) ([]Token, error) {
	var tokens []Token
	err := v.list(ctx, &tokens, tokenSelect+`
		WHERE t.owner_id = ? AND t.name NOT LIKE 'sign-in:%'
		ORDER BY t.id DESC
		LIMIT ?`, owner, limit)
	if err != nil {
		return nil, fmt.Errorf("listing the tokens of a person: %w", err)
	}
	return tokens, nil
}

// PayoutTotals counts and sums payouts by status.
func (v *View) PayoutTotals(ctx context.Context) (map[string]StatusCount, error) {
	var rows []StatusCount
	err := v.list(ctx, &rows, `SELECT status, COUNT(*) AS count, COALESCE(SUM(amount), 0) AS amount FROM payouts GROUP BY status`)
	if err != nil {
		return nil, fmt.Errorf("summing payouts: %w", err)
	}
	totals := map[string]StatusCount{}
	for _, r := range rows {
		totals[r.Status] = r
	}
	return totals, nil
}

// CountStatementLines counts the rows of a statement up to a line; fate "" is
// all of them.
func (v *View) CountStatementLines(ctx context.Context, statement, fate string, upTo int) (int, error) {
	var n int
	err := v.get(ctx, &n, `
		SELECT COUNT(*)
		FROM statement_lines
		WHERE statement_id = ? AND (? = '' OR fate = ?) AND line <= ?`, statement, fate, fate, upTo)
	if err != nil {
		return 0, fmt.Errorf("counting the rows of a statement: %w", err)
	}
	return n, nil
}

// PostedFile returns the latest statement that holds exactly this file, of any
// account; ErrMissing when there is none.
func (v *View) PostedFile(ctx context.Context, hash string) (Statement, error) {
	var s Statement
	err := v.get(ctx, &s, `
		SELECT `+statementColumns+`
		FROM statements
		WHERE file_hash = ? AND status = 'posted'
		ORDER BY idx DESC
		LIMIT 1`, hash)
	return s, err
}

// PayoutRow is a payout with the names that a page shows beside it.
type PayoutRow struct {
	Payout
	AccountRef string `db:"account_ref"`
	Borrower   string `db:"borrower"`
	LoanRef    string `db:"loan_ref"`
	RecordRef  string `db:"record_ref"` // of a refund
	BatchRef   string `db:"batch_ref"`
	Maker      string `db:"maker"`
	Approver   string `db:"approver"` // "" before it is approved
}

const payoutRowSelect = `
	SELECT p.id, p.idx, p.ref, p.account_id, p.loan_id, p.record_id, p.batch_id, p.failed_remark, p.tries, p.type, p.amount, p.method, p.payout_to, p.status, p.credit_bank_id, p.debit_bank_id,
		p.utr, p.date, p.maker_id, p.approver_id, p.created_at, p.updated_at, p.version,
		COALESCE(a.ref, '') AS account_ref, COALESCE(b.name, '') AS borrower, COALESCE(l.ref, '') AS loan_ref,
		COALESCE(r.ref, '') AS record_ref, COALESCE(t.ref, '') AS batch_ref,
		COALESCE(m.name, k.name, p.maker_id) AS maker, COALESCE(o.name, p.approver_id, '') AS approver
	FROM payouts p
	LEFT JOIN accounts a ON a.id = p.account_id
	LEFT JOIN borrowers b ON b.id = a.borrower_id
	LEFT JOIN loans l ON l.id = p.loan_id
	LEFT JOIN records r ON r.id = p.record_id
	LEFT JOIN payout_batches t ON t.id = p.batch_id
	LEFT JOIN users m ON m.id = p.maker_id
	LEFT JOIN api_tokens k ON k.id = p.maker_id
	LEFT JOIN users o ON o.id = p.approver_id`

// PayoutRows lists payouts of a status ("" for all), newest first, by key.
func (v *View) PayoutRows(ctx context.Context, status string, beforeIdx int64, limit int) ([]PayoutRow, error) {
	var rows []PayoutRow
	err := v.list(ctx, &rows, payoutRowSelect+`
		WHERE (? = '' OR p.status = ?) AND (? = 0 OR p.idx < ?)
		ORDER BY p.idx DESC
		LIMIT ?`, status, status, beforeIdx, beforeIdx, limit)
	if err != nil {
		return nil, fmt.Errorf("listing payouts: %w", err)
	}
	return rows, nil
}

// PayoutRow returns one payout with its names, by ref.
func (v *View) PayoutRow(ctx context.Context, ref string) (PayoutRow, error) {
	var row PayoutRow
	err := v.get(ctx, &row, payoutRowSelect+` WHERE p.ref = ?`, CleanRef(ref))
	return row, missing(err, "payout", ref)
}

// ClosedDay returns the run of a day, and a refusal when it was not begun.
func (v *View) ClosedDay(ctx context.Context, date lending.Date) (DayRun, error) {
	run, err := v.DayRun(ctx, date)
	return run, missing(err, "closed day", date.String())
}
