package store

import (
	"context"
	"fmt"

	"lekha/lending"
)

// TrialRow is one code of a trial balance: what stood before the period, what
// moved in it, and what stands after it. Balances are debit positive.
type TrialRow struct {
	Code    string        `db:"code"`
	Opening lending.Money `db:"opening"`
	Debit   lending.Money `db:"debit"`
	Credit  lending.Money `db:"credit"`
	Closing lending.Money `db:"closing"`
}

// TrialBalance sums the journal by code, from one booking date to another.
func (v *View) TrialBalance(ctx context.Context, from, to lending.Date) ([]TrialRow, error) {
	var rows []TrialRow
	err := v.list(ctx, &rows, `
		SELECT code,
			COALESCE(SUM(CASE WHEN booking_date < ? THEN amount END), 0) AS opening,
			COALESCE(SUM(CASE WHEN booking_date >= ? AND amount > 0 THEN amount END), 0) AS debit,
			COALESCE(-SUM(CASE WHEN booking_date >= ? AND amount < 0 THEN amount END), 0) AS credit,
			SUM(amount) AS closing
		FROM journal_lines
		WHERE booking_date <= ?
		GROUP BY code
		ORDER BY code`, from, from, from, to)
	return rows, err
}

// JournalFilter narrows a day book or the entries of an account. Zero values
// narrow nothing; After is the number of the last entry of the page before.
type JournalFilter struct {
	From, To  lending.Date // booking dates
	AccountID string
	After     int64
	Limit     int
}

const journalColumns = `e.idx, e.event, e.account_id, COALESCE(a.ref, '') AS account_ref, COALESCE(b.name, '') AS borrower, e.source, e.event_seq,
	e.value_date, e.booking_date, COALESCE(e.corrects, 0) AS corrects, e.created_at,
	COALESCE((SELECT x.idx FROM journal_exports x WHERE x.last_idx >= e.idx ORDER BY x.last_idx LIMIT 1), 0) AS export`

const journalJoins = `FROM journal_entries e
	LEFT JOIN accounts a ON a.id = e.account_id
	LEFT JOIN borrowers b ON b.id = a.borrower_id`

// Journal lists entries with their lines, by number.
func (v *View) Journal(ctx context.Context, f JournalFilter) ([]JournalEntry, error) {
	var rows []JournalEntry
	var err error
	if f.AccountID != "" {
		err = v.list(ctx, &rows, `
			SELECT `+journalColumns+`
			`+journalJoins+`
			WHERE e.account_id = ? AND e.idx > ?
			ORDER BY e.idx
			LIMIT ?`, f.AccountID, f.After, f.Limit)
	} else {
		to := f.To
		if to.IsZero() {
			to = lending.NewDate(9999, 12, 31)
		}
		err = v.list(ctx, &rows, `
			SELECT `+journalColumns+`
			`+journalJoins+`
			WHERE e.booking_date BETWEEN ? AND ? AND e.idx > ?
			ORDER BY e.booking_date, e.idx
			LIMIT ?`, f.From, to, f.After, f.Limit)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the journal: %w", err)
	}
	return rows, v.fillJournal(ctx, rows)
}

// JournalRun lists the entries of a run of numbers, as an export takes them.
func (v *View) JournalRun(ctx context.Context, first, last int64, limit int) ([]JournalEntry, error) {
	var rows []JournalEntry
	err := v.list(ctx, &rows, `
		SELECT `+journalColumns+`
		`+journalJoins+`
		WHERE e.idx BETWEEN ? AND ?
		ORDER BY e.idx
		LIMIT ?`, first, last, limit)
	if err != nil {
		return nil, fmt.Errorf("reading the journal: %w", err)
	}
	return rows, v.fillJournal(ctx, rows)
}

// JournalEntryByIdx returns one entry with its lines.
func (v *View) JournalEntryByIdx(ctx context.Context, idx int64) (JournalEntry, error) {
	rows, err := v.JournalRun(ctx, idx, idx, 1)
	if err == nil && len(rows) == 0 {
		return JournalEntry{}, missing(ErrMissing, "entry", fmt.Sprint(idx))
	}
	if err != nil {
		return JournalEntry{}, err
	}
	return rows[0], nil
}

// fillJournal reads the lines of entries that follow one another.
func (v *View) fillJournal(ctx context.Context, rows []JournalEntry) error {
	if len(rows) == 0 {
		return nil
	}
	at := make(map[int64]*JournalEntry, len(rows))
	for i := range rows {
		at[rows[i].Idx] = &rows[i]
	}
	for i := range rows {
		err := v.list(ctx, &rows[i].Lines, `
			SELECT l.entry_idx, l.no, l.loan_id, COALESCE(n.ref, '') AS loan_ref, l.role, l.code, l.amount, l.booking_date
			FROM journal_lines l
			LEFT JOIN loans n ON n.id = l.loan_id
			WHERE l.entry_idx = ?
			ORDER BY l.no`, rows[i].Idx)
		if err != nil {
			return fmt.Errorf("reading the lines of entry %d: %w", rows[i].Idx, err)
		}
	}
	return nil
}

// LedgerRow is one line on one code, with the balance of the code after it.
type LedgerRow struct {
	JournalEntry
	No      int           `db:"no"`
	Role    string        `db:"role"`
	Amount  lending.Money `db:"amount"`
	Balance lending.Money `db:"balance"`
}

// LedgerKey is the place of a line in the account of its code.
type LedgerKey struct {
	Booking lending.Date
	Entry   int64
	No      int
}

// LedgerAccount lists the lines on a code by booking date, after a place, and what
// the code stood at before them.
func (v *View) LedgerAccount(ctx context.Context, code string, from, to lending.Date, after LedgerKey, limit int) (opening lending.Money, rows []LedgerRow, err error) {
	if after.Booking < from {
		after = LedgerKey{Booking: from}
	}
	err = v.get(ctx, &opening, `
		SELECT COALESCE(SUM(amount), 0)
		FROM journal_lines
		WHERE code = ? AND (booking_date < ? OR booking_date = ? AND (entry_idx < ? OR entry_idx = ? AND no <= ?))`,
		code, after.Booking, after.Booking, after.Entry, after.Entry, after.No)
	if err != nil {
		return 0, nil, fmt.Errorf("summing code %s: %w", code, err)
	}
	err = v.list(ctx, &rows, `
		SELECT `+journalColumns+`, l.no, l.role, l.amount
		`+journalJoins+`
		JOIN journal_lines l ON l.entry_idx = e.idx
		WHERE l.code = ? AND l.booking_date BETWEEN ? AND ?
			AND (l.booking_date > ? OR l.entry_idx > ? OR l.entry_idx = ? AND l.no > ?)
		ORDER BY l.booking_date, l.entry_idx, l.no
		LIMIT ?`, code, after.Booking, to, after.Booking, after.Entry, after.Entry, after.No, limit)
	balance := opening
	for i := range rows {
		balance += rows[i].Amount
		rows[i].Balance = balance
	}
	return opening, rows, err
}

// SubLedgerRow is what one account has on the codes of a control.
type SubLedgerRow struct {
	AccountID string        `db:"account_id"`
	Ref       string        `db:"ref"`
	Borrower  string        `db:"borrower"`
	Idx       int64         `db:"idx"`
	Balance   lending.Money `db:"balance"`
}

// SubLedger lists the accounts that make up the balance of a code, by account.
// Lines that are no account's are not in it.
func (v *View) SubLedger(ctx context.Context, code string, afterIdx int64, limit int) ([]SubLedgerRow, error) {
	var rows []SubLedgerRow
	err := v.list(ctx, &rows, `
		SELECT a.id AS account_id, a.ref, b.name AS borrower, a.idx, SUM(l.amount) AS balance
		FROM journal_lines l
		JOIN journal_entries e ON e.idx = l.entry_idx
		JOIN accounts a ON a.id = e.account_id
		JOIN borrowers b ON b.id = a.borrower_id
		WHERE l.code = ? AND a.idx > ?
		GROUP BY a.id
		HAVING SUM(l.amount) <> 0
		ORDER BY a.idx
		LIMIT ?`, code, afterIdx, limit)
	return rows, err
}

// UnbalancedEntries lists entries whose lines do not sum to nothing, or are fewer
// than two.
func (v *View) UnbalancedEntries(ctx context.Context, limit int) ([]JournalEntry, error) {
	var rows []JournalEntry
	err := v.list(ctx, &rows, `
		SELECT `+journalColumns+`
		`+journalJoins+`
		WHERE (SELECT COALESCE(SUM(l.amount), 1) FROM journal_lines l WHERE l.entry_idx = e.idx) <> 0
		ORDER BY e.idx
		LIMIT ?`, limit)
	if err != nil {
		return nil, err
	}
	return rows, v.fillJournal(ctx, rows)
}

// MisdatedLines counts lines whose booking date is not that of their entry.
func (v *View) MisdatedLines(ctx context.Context) (int64, error) {
	var n int64
	err := v.get(ctx, &n, `
		SELECT COUNT(*)
		FROM journal_lines l
		LEFT JOIN journal_entries e ON e.idx = l.entry_idx
		WHERE e.idx IS NULL OR e.booking_date <> l.booking_date`)
	return n, err
}

// CountJournal counts the entries.
func (v *View) CountJournal(ctx context.Context) (int64, error) {
	var n int64
	err := v.get(ctx, &n, `SELECT COUNT(*) FROM journal_entries`)
	return n, err
}

// SuspenseGap is what the suspense of unmatched money holds, and what the bank's
// lines and the records say that it should: credits that came, less those the bank
// took back, less what settled on accounts, less what went back to its sender. A
// receipt settles on the day that its account has reached.
func (v *View) SuspenseGap(ctx context.Context) (got, want lending.Money, err error) {
	if err = v.get(ctx, &got, `SELECT COALESCE(SUM(amount), 0) FROM journal_lines WHERE role = 'unmatched_suspense'`); err != nil {
		return 0, 0, err
	}
	err = v.get(ctx, &want, `
		SELECT -(SELECT COALESCE(SUM(c.amount), 0)
				FROM statement_lines s
				JOIN bank_credits c ON c.id = s.credit_id
				JOIN statements t ON t.id = s.statement_id
				WHERE t.status <> 'discarded' AND s.fate IN ('created', 'questioned', 'confirms'))
			+ (SELECT COALESCE(SUM(c.amount), 0)
				FROM statement_lines s
				JOIN bank_credits c ON c.id = s.credit_id
				JOIN statements t ON t.id = s.statement_id
				WHERE t.status <> 'discarded' AND s.fate = 'returns' AND c.returns IS NOT NULL)
			+ (SELECT COALESCE(SUM(r.received_amount), 0)
				FROM records r
				LEFT JOIN records p ON p.id = r.parent_id
				JOIN positions s ON s.account_id = r.account_id
				WHERE r.status IN ('approved', 'processed') AND r.fact_key IS NOT NULL
					AND r.date <= s.as_of
					AND COALESCE(r.bank_credit_id, p.bank_credit_id) IS NOT NULL)
			+ (SELECT COALESCE(SUM(p.amount), 0) FROM payouts p WHERE p.account_id IS NULL AND p.status = 'success')`)
	return got, want, err
}
