package store

import (
	"context"
	"fmt"

	"lekha/lending"
)

// Statement is one imported bank statement file.
type Statement struct {
	ID         string        `db:"id"`
	Idx        int64         `db:"idx"`
	Ref        string        `db:"ref"`
	BankID     string        `db:"bank_id"`
	FileName   string        `db:"file_name"`
	FileHash   string        `db:"file_hash"`
	Format     string        `db:"format"`
	Status     string        `db:"status"`
	FirstDate  lending.Date  `db:"first_date"`
	LastDate   lending.Date  `db:"last_date"`
	Opening    *int64        `db:"opening"`
	Closing    *int64        `db:"closing"`
	Credits    lending.Money `db:"credits"`
	Debits     lending.Money `db:"debits"`
	Breaks     string        `db:"breaks"`
	Warnings   string        `db:"warnings"`
	Headings   Strings       `db:"headings"` // of the bank's table
	Rows       int           `db:"rows"`
	Done       int           `db:"done"`
	Created    int           `db:"created"`
	Duplicates int           `db:"duplicates"`
	Known      int           `db:"known"`
	Confirmed  int           `db:"confirmed"`
	Outgoing   int           `db:"outgoing"`
	Rejected   int           `db:"rejected"`
	UploadedBy string        `db:"uploaded_by"`
	Uploader   string        `db:"uploader"`
	CreatedAt  Instant       `db:"created_at"`
	StagedAt   Instant       `db:"staged_at"` // of the last chunk
	PostedAt   Instant       `db:"posted_at"`
}

const statementColumns = `id, idx, ref, bank_id, file_name, file_hash, format, status, first_date, last_date, opening, closing,
	credits, debits, breaks, warnings, headings, rows, done, created, duplicates, known, confirmed, outgoing, rejected,
	uploaded_by, uploader, created_at, staged_at, posted_at`

// CreateStatement writes the head of a file that is being loaded.
func (tx *Tx) CreateStatement(ctx context.Context, s Statement) (Statement, error) {
	var err error
	s.ID, s.Status, s.CreatedAt, s.StagedAt = NewID(), "loading", tx.Now, tx.Now
	if s.Idx, err = tx.next(ctx, "statements"); err != nil {
		return s, err
	}
	if s.Ref, err = tx.NewRef(ctx, "STM"); err != nil {
		return s, err
	}
	err = tx.insert(ctx, `
		INSERT INTO statements (`+statementColumns+`)
		VALUES (:id, :idx, :ref, :bank_id, :file_name, :file_hash, :format, :status, :first_date, :last_date, :opening, :closing,
			:credits, :debits, :breaks, :warnings, :headings, :rows, :done, :created, :duplicates, :known, :confirmed, :outgoing, :rejected,
			:uploaded_by, :uploader, :created_at, :staged_at, :posted_at)`, s)
	if err != nil {
		return s, fmt.Errorf("writing statement %s: %w", s.Ref, err)
	}
	return s, nil
}

// UpdateStatement rewrites status and counts of a statement that is loading. One
// that was taken away meanwhile is a conflict.
func (tx *Tx) UpdateStatement(ctx context.Context, s Statement) error {
	s.StagedAt = tx.Now
	n, err := tx.named(ctx, `
		UPDATE statements
		SET status = :status, done = :done, created = :created, duplicates = :duplicates, known = :known, confirmed = :confirmed,
			outgoing = :outgoing, rejected = :rejected, warnings = :warnings, staged_at = :staged_at, posted_at = :posted_at
		WHERE id = :id AND status = 'loading'`, s)
	if err != nil {
		return fmt.Errorf("updating statement %s: %w", s.Ref, err)
	}
	if n == 0 {
		return Stale("statement", s.Ref)
	}
	return nil
}

// DiscardStatement drops the head of a file of which no row was posted.
func (tx *Tx) DiscardStatement(ctx context.Context, id string) error {
	if _, err := tx.exec(ctx, `UPDATE statements SET status = 'discarded' WHERE id = ? AND status = 'loading' AND done = 0`, id); err != nil {
		return fmt.Errorf("discarding a statement: %w", err)
	}
	return nil
}

// LastLine returns the last row of a file that was posted; 0 for none.
func (v *View) LastLine(ctx context.Context, statement string) (int, error) {
	var line int
	err := v.get(ctx, &line, `SELECT COALESCE(MAX(line), 0) FROM statement_lines WHERE statement_id = ?`, statement)
	return line, err
}

// StatementByRef returns one statement by ref or id.
func (v *View) StatementByRef(ctx context.Context, ref string) (Statement, error) {
	var s Statement
	err := v.get(ctx, &s, `SELECT `+statementColumns+` FROM statements WHERE ref = ? OR id = ?`, CleanRef(ref), ref)
	return s, missing(err, "statement", ref)
}

// Statements lists statements, newest first. Discarded ones are left out.
func (v *View) Statements(ctx context.Context, beforeIdx int64, limit int) ([]Statement, error) {
	var rows []Statement
	err := v.list(ctx, &rows, `
		SELECT `+statementColumns+`
		FROM statements
		WHERE status <> 'discarded' AND (? = 0 OR idx < ?)
		ORDER BY idx DESC
		LIMIT ?`, beforeIdx, beforeIdx, limit)
	return rows, err
}

// PostedStatement returns the statement that holds exactly this file; ErrMissing
// when it is new.
func (v *View) PostedStatement(ctx context.Context, bank, hash string) (Statement, error) {
	var s Statement
	err := v.get(ctx, &s, `SELECT `+statementColumns+` FROM statements WHERE bank_id = ? AND file_hash = ? AND status = 'posted'`, bank, hash)
	return s, err
}

// LoadingStatements returns what is being loaded now, or was when the program stopped.
func (v *View) LoadingStatements(ctx context.Context) ([]Statement, error) {
	var rows []Statement
	err := v.list(ctx, &rows, `SELECT `+statementColumns+` FROM statements WHERE status = 'loading' ORDER BY idx`)
	return rows, err
}

// StatementBefore returns the posted statement of an account that ends last before a
// day; ErrMissing when there is none.
func (v *View) StatementBefore(ctx context.Context, bank string, day lending.Date) (Statement, error) {
	var s Statement
	err := v.get(ctx, &s, `
		SELECT `+statementColumns+`
		FROM statements
		WHERE bank_id = ? AND status = 'posted' AND last_date < ?
		ORDER BY last_date DESC, idx DESC
		LIMIT 1`, bank, day)
	return s, err
}

// StatementAfter returns the one that begins first after a day.
func (v *View) StatementAfter(ctx context.Context, bank string, day lending.Date) (Statement, error) {
	var s Statement
	err := v.get(ctx, &s, `
		SELECT `+statementColumns+`
		FROM statements
		WHERE bank_id = ? AND status = 'posted' AND first_date > ?
		ORDER BY first_date, idx
		LIMIT 1`, bank, day)
	return s, err
}

// Overlap is how many statements have days in common with a span, from when until
// when they go together, and the ref of one.
type Overlap struct {
	Count     int          `db:"count"`
	Ref       string       `db:"ref"`
	FirstDate lending.Date `db:"first_date"`
	LastDate  lending.Date `db:"last_date"`
}

// StatementsWithin returns what the posted statements of an account, but for one,
// have in common with a span.
func (v *View) StatementsWithin(ctx context.Context, bank, but string, from, to lending.Date) (Overlap, error) {
	var o Overlap
	err := v.get(ctx, &o, `
		SELECT COUNT(*) AS count, COALESCE(MIN(ref), '') AS ref, MIN(first_date) AS first_date, MAX(last_date) AS last_date
		FROM statements
		WHERE bank_id = ? AND status = 'posted' AND id <> ? AND first_date <= ? AND last_date >= ?`, bank, but, to, from)
	return o, err
}

// BankCredit is one line of a bank's statement; it never changes.
type BankCredit struct {
	ID           string        `db:"id"`
	Idx          int64         `db:"idx"`
	StatementID  string        `db:"statement_id"`
	BankID       string        `db:"bank_id"`
	Line         int           `db:"line"`
	Direction    string        `db:"direction"`
	ValueDate    lending.Date  `db:"value_date"`
	Amount       lending.Money `db:"amount"`
	Narration    string        `db:"narration"`
	RawReference string        `db:"raw_reference"`
	Reference    string        `db:"reference"`
	Rail         string        `db:"rail"`
	Balance      *int64        `db:"balance"`
	Identity     string        `db:"identity"`
	DuplicateOf  Opt           `db:"duplicate_of"`
	Returns      Opt           `db:"returns"`
	CreatedAt    Instant       `db:"created_at"`
}

const creditColumns = `id, idx, statement_id, bank_id, line, direction, value_date, amount, narration, raw_reference, reference,
	rail, balance, identity, duplicate_of, returns, created_at`

// StageCredits adds lines under a loading statement, in one go.
func (tx *Tx) StageCredits(ctx context.Context, credits []BankCredit) error {
	first, err := tx.nextBlock(ctx, "bank_credits", int64(len(credits)))
	if err != nil {
		return err
	}
	for i, c := range credits {
		c.Idx, c.CreatedAt = first+int64(i), tx.Now
		err := tx.insert(ctx, `
			INSERT INTO bank_credits (`+creditColumns+`)
			VALUES (:id, :idx, :statement_id, :bank_id, :line, :direction, :value_date, :amount, :narration, :raw_reference, :reference,
				:rail, :balance, :identity, :duplicate_of, :returns, :created_at)`, c)
		if err != nil {
			return fmt.Errorf("staging line %d: %w", c.Line, err)
		}
	}
	return nil
}

// BankCreditByID returns one line.
func (v *View) BankCreditByID(ctx context.Context, id string) (BankCredit, error) {
	var c BankCredit
	err := v.get(ctx, &c, `SELECT `+creditColumns+` FROM bank_credits WHERE id = ?`, id)
	return c, missing(err, "bank credit", id)
}

// CreditWithIdentity returns the line that is this very line; ErrMissing when new.
func (v *View) CreditWithIdentity(ctx context.Context, bank, identity string) (BankCredit, error) {
	var c BankCredit
	err := v.get(ctx, &c, `SELECT `+creditColumns+` FROM bank_credits WHERE bank_id = ? AND identity = ?`, bank, identity)
	return c, err
}

// CreditWithReference returns the first credit with a reference; ErrMissing when none.
func (v *View) CreditWithReference(ctx context.Context, bank, reference string) (BankCredit, error) {
	var c BankCredit
	err := v.get(ctx, &c, `
		SELECT `+creditColumns+`
		FROM bank_credits
		WHERE bank_id = ? AND reference = ? AND reference <> '' AND direction = 'credit' AND duplicate_of IS NULL`, bank, reference)
	return c, err
}

// ReturnsOf returns the debits that took a credit back.
func (v *View) ReturnsOf(ctx context.Context, credit string) ([]BankCredit, error) {
	var rows []BankCredit
	err := v.list(ctx, &rows, `SELECT `+creditColumns+` FROM bank_credits WHERE returns = ? ORDER BY idx`, credit)
	return rows, err
}

// CreditsBefore returns the credits of the amount and collection bank of a debit,
// up to some days before it, that no other line took back.
func (v *View) CreditsBefore(ctx context.Context, debit BankCredit, days int) ([]BankCredit, error) {
	var rows []BankCredit
	err := v.list(ctx, &rows, `
		SELECT `+creditColumns+`
		FROM bank_credits c
		WHERE c.bank_id = ? AND c.value_date BETWEEN ? AND ? AND c.direction = 'credit' AND c.amount = ?
			AND NOT EXISTS (SELECT 1 FROM bank_credits d WHERE d.returns = c.id)
		ORDER BY c.idx
		LIMIT ?`, debit.BankID, debit.ValueDate.AddDays(-days), debit.ValueDate, debit.Amount, maxLike)
	return rows, err
}

// StatementLine is the fate of one row of a file, with what the row said.
type StatementLine struct {
	StatementID string        `db:"statement_id"`
	Line        int           `db:"line"`
	Fate        string        `db:"fate"`
	Reason      string        `db:"reason"`
	CreditID    Opt           `db:"credit_id"`
	RecordID    Opt           `db:"record_id"`
	Raw         string        `db:"raw"`
	Cells       Strings       `db:"cells"` // of a rejected row of a table
	RecordRef   string        `db:"record_ref"`
	ValueDate   lending.Date  `db:"value_date"`
	Amount      lending.Money `db:"amount"`
	Direction   string        `db:"direction"`
	Narration   string        `db:"narration"`
}

// AddStatementLines writes fates.
func (tx *Tx) AddStatementLines(ctx context.Context, lines []StatementLine) error {
	for _, l := range lines {
		err := tx.insert(ctx, `
			INSERT INTO statement_lines (statement_id, line, fate, reason, credit_id, record_id, raw, cells)
			VALUES (:statement_id, :line, :fate, :reason, :credit_id, :record_id, :raw, :cells)`, l)
		if err != nil {
			return fmt.Errorf("writing the fate of line %d: %w", l.Line, err)
		}
	}
	return nil
}

// StatementLines returns the fates of a statement's rows, in file order; fate
// "" is all of them.
func (v *View) StatementLines(ctx context.Context, statement, fate string, afterLine, limit int) ([]StatementLine, error) {
	var rows []StatementLine
	err := v.list(ctx, &rows, `
		SELECT l.statement_id, l.line, l.fate, l.reason, l.credit_id, l.record_id, l.raw, l.cells,
			COALESCE(r.ref, '') AS record_ref, c.value_date, COALESCE(c.amount, 0) AS amount,
			COALESCE(c.direction, '') AS direction, COALESCE(c.narration, '') AS narration
		FROM statement_lines l
		LEFT JOIN records r ON r.id = l.record_id
		LEFT JOIN bank_credits c ON c.id = l.credit_id
		WHERE l.statement_id = ? AND (? = '' OR l.fate = ?) AND l.line > ?
		ORDER BY l.line
		LIMIT ?`, statement, fate, fate, afterLine, limit)
	return rows, err
}

// TieOutDay is one day of one collection account: what the bank credited, and
// what became of it. Credits = the sum of all others, or Gap says by how much not.
type TieOutDay struct {
	BankID     string        `db:"bank_id"`
	BankCode   string        `db:"bank_code"`
	Day        lending.Date  `db:"day"`
	Credits    lending.Money `db:"credits"`
	Unmatched  lending.Money `db:"unmatched"`
	Parked     lending.Money `db:"parked"`
	Questioned lending.Money `db:"questioned"` // same reference, other amount: somebody has to look
	SetAside   lending.Money `db:"set_aside"`
	Duplicates lending.Money `db:"duplicates"` // lines that repeat a reference and made no record
	Awaiting   lending.Money `db:"awaiting"`   // matched, sent, or approved for a later day
	Settled    lending.Money `db:"settled"`
	Excess     lending.Money `db:"excess"`
	Refunded   lending.Money `db:"refunded"` // paid back, or on its way
	Returned   lending.Money `db:"returned"` // the bank took it back
	Gap        lending.Money `db:"gap"`
}

// TieOut sums bank credits of statements, of one that is loading its rows so far, and what became of them, by
// collection account and day, newest day first. Parents of a split and records
// that were succeeded carry nothing; TDS is outside.
func (v *View) TieOut(ctx context.Context, bank string, from, to lending.Date, limit int) ([]TieOutDay, error) {
	return v.tieOut(ctx, "", bank, from, to, limit)
}

// TieOutGaps returns the days of all collection accounts on which something is
// not accounted for.
func (v *View) TieOutGaps(ctx context.Context, limit int) ([]TieOutDay, error) {
	return v.tieOut(ctx, "HAVING gap <> 0", "", 0, 0, limit)
}

func (v *View) tieOut(ctx context.Context, having, bank string, from, to lending.Date, limit int) ([]TieOutDay, error) {
	var days []TieOutDay
	err := v.list(ctx, &days, `
		SELECT t.bank_id, k.code AS bank_code, t.day,
			SUM(t.credits) AS credits, SUM(t.unmatched) AS unmatched, SUM(t.parked) AS parked, SUM(t.questioned) AS questioned, SUM(t.set_aside) AS set_aside,
			SUM(t.duplicates) AS duplicates, SUM(t.awaiting) AS awaiting, SUM(t.settled) AS settled, SUM(t.excess) AS excess,
			SUM(t.refunded) AS refunded, SUM(t.returned) AS returned,
			SUM(t.credits - t.unmatched - t.parked - t.questioned - t.set_aside - t.duplicates - t.awaiting - t.settled - t.excess - t.refunded - t.returned) AS gap
		FROM (
			SELECT c.bank_id, c.value_date AS day, c.amount AS credits,
				COALESCE((SELECT SUM(r.received_amount) FROM records r WHERE r.bank_credit_id = c.id AND r.carries = 1 AND r.status = 'unmatched'), 0) AS unmatched,
				COALESCE((SELECT SUM(r.received_amount) FROM records r WHERE r.bank_credit_id = c.id AND r.carries = 1 AND r.status = 'parked' AND r.duplicate_of IS NULL), 0) AS parked,
				COALESCE((SELECT SUM(r.received_amount) FROM records r WHERE r.bank_credit_id = c.id AND r.carries = 1 AND r.status = 'parked' AND r.duplicate_of IS NOT NULL), 0) AS questioned,
				COALESCE((SELECT SUM(r.received_amount - r.refunded_amount) FROM records r WHERE r.bank_credit_id = c.id AND r.carries = 1 AND r.status = 'set_aside'), 0) AS set_aside,
				CASE WHEN c.duplicate_of IS NULL OR EXISTS (SELECT 1 FROM records r WHERE r.bank_credit_id = c.id) THEN 0 ELSE c.amount END AS duplicates,
				COALESCE((SELECT SUM(r.received_amount) FROM records r WHERE r.bank_credit_id = c.id AND r.carries = 1 AND r.status IN ('initiated', 'pending', 'approved')), 0) AS awaiting,
				COALESCE((SELECT SUM(r.received_amount - MIN(r.remaining_amount + r.refunded_amount, r.received_amount)) FROM records r WHERE r.bank_credit_id = c.id AND r.carries = 1 AND r.status = 'processed'), 0) AS settled,
				COALESCE((SELECT SUM(MIN(r.remaining_amount, r.received_amount)) FROM records r WHERE r.bank_credit_id = c.id AND r.carries = 1 AND r.status = 'processed'), 0) AS excess,
				COALESCE((SELECT SUM(MIN(r.remaining_amount + r.refunded_amount, r.received_amount) - MIN(r.remaining_amount, r.received_amount))
					FROM records r WHERE r.bank_credit_id = c.id AND r.carries = 1 AND r.status IN ('processed', 'set_aside')), 0) AS refunded,
				COALESCE((SELECT SUM(r.received_amount) FROM records r WHERE r.bank_credit_id = c.id AND r.carries = 1 AND r.status = 'reverted'), 0) AS returned
			FROM bank_credits c
			JOIN statements s ON s.id = c.statement_id AND s.status <> 'discarded'
			WHERE c.direction = 'credit' AND (? = '' OR c.bank_id = ?)
				AND (? IS NULL OR c.value_date >= ?) AND (? IS NULL OR c.value_date <= ?)
		) t
		JOIN banks k ON k.id = t.bank_id
		GROUP BY t.bank_id, t.day
		`+having+`
		ORDER BY t.day DESC, k.code
		LIMIT ?`, bank, bank, from, from, to, to, limit)
	if err != nil {
		return nil, fmt.Errorf("tying out: %w", err)
	}
	return days, nil
}

// UntiedCredits returns the lines whose amount is not what their records carry.
func (v *View) UntiedCredits(ctx context.Context) ([]BankCredit, error) {
	var rows []BankCredit
	err := v.list(ctx, &rows, `
		SELECT `+creditColumns+`
		FROM bank_credits c
		WHERE c.direction = 'credit' AND (c.duplicate_of IS NULL OR EXISTS (SELECT 1 FROM records r WHERE r.bank_credit_id = c.id))
			AND (SELECT status FROM statements s WHERE s.id = c.statement_id) <> 'discarded'
			AND c.amount <> (SELECT COALESCE(SUM(r.received_amount), 0) FROM records r WHERE r.bank_credit_id = c.id AND r.carries = 1)
		ORDER BY c.idx`)
	return rows, err
}

// CountCredits counts the credit lines of statements.
func (v *View) CountCredits(ctx context.Context) (int, error) {
	var n int
	err := v.get(ctx, &n, `
		SELECT COUNT(*)
		FROM bank_credits c
		JOIN statements s ON s.id = c.statement_id AND s.status <> 'discarded'
		WHERE c.direction = 'credit'`)
	return n, err
}
