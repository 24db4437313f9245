package store

import (
	"context"
	"fmt"

	"lekha/lending"
)

// JournalEntry is one entry with its lines.
type JournalEntry struct {
	Idx         int64        `db:"idx"`
	Event       string       `db:"event"`
	AccountID   Opt          `db:"account_id"`
	AccountRef  string       `db:"account_ref"`
	Borrower    string       `db:"borrower"`
	Source      string       `db:"source"`
	EventSeq    int64        `db:"event_seq"`
	ValueDate   lending.Date `db:"value_date"`
	BookingDate lending.Date `db:"booking_date"`
	Corrects    int64        `db:"corrects"` // 0: none
	CreatedAt   Instant      `db:"created_at"`
	Export      int64        `db:"export"` // that took it to the general ledger; 0: none yet
	Lines       []JournalLine
}

// JournalLine is one side of an entry: a debit is positive.
type JournalLine struct {
	EntryIdx    int64         `db:"entry_idx"`
	No          int           `db:"no"`
	LoanID      string        `db:"loan_id"`
	LoanRef     string        `db:"loan_ref"`
	Role        string        `db:"role"`
	Code        string        `db:"code"`
	Amount      lending.Money `db:"amount"`
	BookingDate lending.Date  `db:"booking_date"`
}

// JournalMapping is a code that a role has from a booking date on.
type JournalMapping struct {
	Role     string       `db:"role"`
	FromDate lending.Date `db:"from_date"`
	Code     string       `db:"code"`
	Name     string       `db:"name"`

	Approval  string  `db:"approval"` // ref
	CreatedAt Instant `db:"created_at"`
}

// JournalPosted is what is posted of one event on one role, loan and value date.
type JournalPosted struct {
	Event     string        `db:"event"`
	LoanID    string        `db:"loan_id"`
	Role      string        `db:"role"`
	ValueDate lending.Date  `db:"value_date"`
	First     int64         `db:"first"` // entry that began it
	Amount    lending.Money `db:"amount"`
}

// JournalPayout is a payment that the bank confirmed.
type JournalPayout struct {
	ID     string        `db:"id"`
	LoanID string        `db:"loan_id"`
	Date   lending.Date  `db:"date"`
	Amount lending.Money `db:"amount"`
}

// AppendJournal adds entries and gives them their numbers. The booking date is the
// business date.
func (tx *Tx) AppendJournal(ctx context.Context, entries []JournalEntry) error {
	if len(entries) == 0 {
		return nil
	}
	first, err := tx.nextBlock(ctx, "journal", int64(len(entries)))
	if err != nil {
		return err
	}
	for i := range entries {
		e := &entries[i]
		e.Idx, e.BookingDate = first+int64(i), tx.Today
		var corrects any
		if e.Corrects != 0 {
			corrects = e.Corrects
		}
		_, err := tx.exec(ctx, `
			INSERT INTO journal_entries (idx, event, account_id, source, event_seq, value_date, booking_date, corrects, created_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, e.Idx, e.Event, e.AccountID, e.Source, e.EventSeq, e.ValueDate, e.BookingDate, corrects, tx.Now)
		if err != nil {
			return fmt.Errorf("adding a journal entry: %w", err)
		}
		if err := tx.addJournalLines(ctx, e); err != nil {
			return fmt.Errorf("adding the lines of a journal entry: %w", err)
		}
	}
	return nil
}

// addJournalLines writes the lines of an entry: two at a time, because nearly all
// entries have two.
func (tx *Tx) addJournalLines(ctx context.Context, e *JournalEntry) error {
	var sum lending.Money
	for _, l := range e.Lines {
		sum += l.Amount
	}
	if sum != 0 || len(e.Lines) < 2 {
		return fmt.Errorf("%s does not balance: %s is left", e.Event, sum)
	}
	i := 0
	for ; i+1 < len(e.Lines); i += 2 {
		a, b := e.Lines[i], e.Lines[i+1]
		_, err := tx.exec(ctx, `
			INSERT INTO journal_lines (entry_idx, no, loan_id, role, code, amount, booking_date)
			VALUES (?, ?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?, ?)`,
			e.Idx, i+1, a.LoanID, a.Role, a.Code, a.Amount, e.BookingDate, e.Idx, i+2, b.LoanID, b.Role, b.Code, b.Amount, e.BookingDate)
		if err != nil {
			return err
		}
	}
	if i < len(e.Lines) {
		l := e.Lines[i]
		_, err := tx.exec(ctx, `
			INSERT INTO journal_lines (entry_idx, no, loan_id, role, code, amount, booking_date)
			VALUES (?, ?, ?, ?, ?, ?, ?)`, e.Idx, i+1, l.LoanID, l.Role, l.Code, l.Amount, e.BookingDate)
		return err
	}
	return nil
}

// JournalPosted sums what is posted for an account.
func (v *View) JournalPosted(ctx context.Context, account string) ([]JournalPosted, error) {
	var rows []JournalPosted
	err := v.list(ctx, &rows, `
		SELECT e.event, l.loan_id, l.role, e.value_date, MIN(e.idx) AS first, SUM(l.amount) AS amount
		FROM journal_entries e
		JOIN journal_lines l ON l.entry_idx = e.idx
		WHERE e.account_id = ?
		GROUP BY e.event, e.value_date, l.loan_id, l.role`, account)
	return rows, err
}

// JournalOfCompany sums what is posted of an event that is no account's.
func (v *View) JournalOfCompany(ctx context.Context, event string) ([]JournalPosted, error) {
	var rows []JournalPosted
	err := v.list(ctx, &rows, `
		SELECT e.event, l.loan_id, l.role, e.value_date, MIN(e.idx) AS first, SUM(l.amount) AS amount
		FROM journal_entries e
		JOIN journal_lines l ON l.entry_idx = e.idx
		WHERE e.account_id IS NULL AND e.event = ?
		GROUP BY e.event, e.value_date, l.loan_id, l.role`, event)
	return rows, err
}

// CreditedReceipts lists the receipts of an account (fact keys) whose money a
// bank's statement showed.
func (v *View) CreditedReceipts(ctx context.Context, account string) ([]string, error) {
	var keys []string
	err := v.list(ctx, &keys, `
		SELECT r.fact_key
		FROM records r
		LEFT JOIN records p ON p.id = r.parent_id
		WHERE r.account_id = ? AND r.fact_key IS NOT NULL AND COALESCE(r.bank_credit_id, p.bank_credit_id) IS NOT NULL`, account)
	return keys, err
}

// AccountsOfCredit lists the accounts on which money of a statement line settled, a
// part of it or all.
func (v *View) AccountsOfCredit(ctx context.Context, credit string) ([]string, error) {
	var ids []string
	err := v.list(ctx, &ids, `
		SELECT r.account_id
		FROM records r
		WHERE r.bank_credit_id = ? AND r.account_id IS NOT NULL AND r.fact_key IS NOT NULL
		UNION
		SELECT r.account_id
		FROM records p
		JOIN records r ON r.parent_id = p.id
		WHERE p.bank_credit_id = ? AND r.account_id IS NOT NULL AND r.fact_key IS NOT NULL`, credit, credit)
	return ids, err
}

// PaidPayouts lists the payouts of an account that reached their payee.
func (v *View) PaidPayouts(ctx context.Context, account string) ([]JournalPayout, error) {
	var rows []JournalPayout
	err := v.list(ctx, &rows, `
		SELECT id, COALESCE(loan_id, '') AS loan_id, date, amount
		FROM payouts
		WHERE account_id = ? AND status = 'success' AND date IS NOT NULL
		ORDER BY idx`, account)
	return rows, err
}

// JournalMappings lists the codes that a company gave to roles.
func (v *View) JournalMappings(ctx context.Context) ([]JournalMapping, error) {
	var rows []JournalMapping
	err := v.list(ctx, &rows, `SELECT role, from_date, code, name, approval, created_at FROM journal_mappings ORDER BY role, from_date`)
	return rows, err
}
