package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"lekha/lending"
)

// Proposal is one answer of the matching engine to "who paid this?".
type Proposal struct {
	RecordID   string  `db:"record_id"`
	Rank       int     `db:"rank"`
	Accounts   string  `db:"accounts"` // JSON list of account ids
	Amounts    string  `db:"amounts"`  // JSON list of paise
	Confidence int     `db:"confidence"`
	Share      int     `db:"share"` // of the soft-max, before calibration
	Bits       int     `db:"bits"`  // the score in millibits
	Decision   string  `db:"decision"`
	Advised    string  `db:"advised"` // what the engine said; in shadow mode nothing is auto
	Evidence   string  `db:"evidence"`
	Engine     string  `db:"engine"`
	CreatedAt  Instant `db:"created_at"`
	// Of the whole answer, on its first row.
	Held        string `db:"held"`         // why it is not ticked by itself
	NoRepayment string `db:"no_repayment"` // kind of money that repays nothing
	NoRepayWhy  string `db:"no_repay_why"`
	Nobody      int    `db:"nobody"` // basis points: that it is nobody's
}

const proposalColumns = `record_id, rank, accounts, amounts, confidence, share, decision, advised, evidence, engine, created_at, bits, held, no_repayment, no_repay_why, nobody`

// ReplaceProposals stores what the engine says of a record now.
func (tx *Tx) ReplaceProposals(ctx context.Context, record string, proposals []Proposal) error {
	if _, err := tx.exec(ctx, `DELETE FROM match_proposals WHERE record_id = ?`, record); err != nil {
		return fmt.Errorf("replacing proposals: %w", err)
	}
	for _, p := range proposals {
		p.RecordID, p.CreatedAt = record, tx.Now
		err := tx.insert(ctx, `
			INSERT INTO match_proposals (`+proposalColumns+`)
			VALUES (:record_id, :rank, :accounts, :amounts, :confidence, :share, :decision, :advised, :evidence, :engine, :created_at,
				:bits, :held, :no_repayment, :no_repay_why, :nobody)`, p)
		if err != nil {
			return fmt.Errorf("writing a proposal: %w", err)
		}
	}
	return nil
}

// BestProposals returns the first proposal of each of the records.
func (v *View) BestProposals(ctx context.Context, records []string) (map[string]Proposal, error) {
	out := map[string]Proposal{}
	if len(records) == 0 {
		return out, nil
	}
	args := make([]any, len(records))
	for i, r := range records {
		args[i] = r
	}
	var rows []Proposal
	err := v.list(ctx, &rows, `
		SELECT `+proposalColumns+`
		FROM match_proposals
		WHERE rank = 1 AND record_id IN `+in(len(records)), args...)
	for _, p := range rows {
		out[p.RecordID] = p
	}
	return out, err
}

// waitingStates are those of a credit that somebody still has to say a word to.
const waitingStates = `('unmatched', 'parked')`

// UnscoredRecords returns waiting records the engine has not seen.
func (v *View) UnscoredRecords(ctx context.Context, limit int) ([]Record, error) {
	var rows []Record
	err := v.list(ctx, &rows, recordSelect+`
		WHERE r.status IN `+waitingStates+` AND NOT EXISTS (SELECT 1 FROM match_proposals p WHERE p.record_id = r.id)
		ORDER BY r.date, r.idx
		LIMIT ?`, limit)
	return rows, err
}

// WaitingTouch is a change of the books that may give waiting credits another
// answer.
type WaitingTouch struct {
	Accounts []string        // ids: what they owe changed, or who pays for them
	Amounts  []lending.Money // that they owe, or owed
	Phrases  []string        // that a narration would name them by
}

// WaitingRecords returns the ids of all waiting credits, as the desk lists them.
func (v *View) WaitingRecords(ctx context.Context) ([]string, error) {
	var ids []string
	err := v.list(ctx, &ids, `SELECT id FROM records WHERE status IN `+waitingStates+` ORDER BY date DESC, idx DESC`)
	return ids, err
}

// WaitingTouched returns the ids of the waiting credits that a change may concern:
// an account is among their proposals, an amount is theirs, or a phrase is in what
// they say. (SQLite alone: json_each reads the lists.)
func (v *View) WaitingTouched(ctx context.Context, t WaitingTouch) ([]string, error) {
	accounts, err := json.Marshal(append([]string{}, t.Accounts...))
	if err != nil {
		return nil, err
	}
	amounts, err := json.Marshal(append([]lending.Money{}, t.Amounts...))
	if err != nil {
		return nil, err
	}
	var phrases []string
	for _, p := range t.Phrases {
		if words := strings.ReplaceAll(fullText(p), "*", ""); words != "" {
			phrases = append(phrases, `"`+words+`"`)
		}
	}
	var ids []string
	err = v.list(ctx, &ids, `
		SELECT r.id
		FROM records r
		WHERE r.status IN `+waitingStates+`
			AND (r.amount IN (SELECT value FROM json_each(?))
				OR EXISTS (SELECT 1 FROM match_proposals p, json_each(p.accounts) a
					WHERE p.record_id = r.id AND a.value IN (SELECT value FROM json_each(?)))
				OR ? <> '' AND r.idx IN (SELECT docid FROM record_text WHERE body MATCH ?))
		ORDER BY r.date DESC, r.idx DESC`, string(amounts), string(accounts), strings.Join(phrases, ""), orNothing(strings.Join(phrases, " OR ")))
	if err != nil {
		return nil, fmt.Errorf("finding what a change concerns: %w", err)
	}
	return ids, nil
}

// orNothing is a full-text query, or one that finds nothing: an empty one is an error.
func orNothing(match string) string {
	if match == "" {
		return `""`
	}
	return match
}

// CountUnscored counts the unmatched records the engine has not seen.
func (v *View) CountUnscored(ctx context.Context) (int, error) {
	var n int
	err := v.get(ctx, &n, `
		SELECT COUNT(*)
		FROM records r
		WHERE r.status = 'unmatched' AND NOT EXISTS (SELECT 1 FROM match_proposals p WHERE p.record_id = r.id)`)
	return n, err
}

// UnmatchedAfter returns what lies on the desk of a record: itself, or what took
// over its money or that of its parts.
func (v *View) UnmatchedAfter(ctx context.Context, record string) ([]Record, error) {
	var rows []Record
	err := v.list(ctx, &rows, recordSelect+`
		WHERE r.status = 'unmatched'
			AND (r.id = ? OR r.predecessor_id = ? OR r.predecessor_id IN (SELECT id FROM records WHERE parent_id = ?))
		ORDER BY r.idx`, record, record, record)
	return rows, err
}

// OpenDue is one unpaid demand as the matching engine sees it.
type OpenDue struct {
	AccountID string        `db:"account_id"`
	DueDate   lending.Date  `db:"due_date"`
	Amount    lending.Money `db:"amount"` // outstanding, all components but overdue interest and penal
	EMI       lending.Money `db:"emi"`
	Charges   lending.Money `db:"charges"`
}

// OpenDues returns unpaid dues of an account ("" for all) from a date to a date,
// fees of a due date beside the instalment of the same date.
func (v *View) OpenDues(ctx context.Context, account string, from, to lending.Date) ([]OpenDue, error) {
	var rows []OpenDue
	err := v.list(ctx, &rows, `
		SELECT account_id, due_date,
			SUM(p_amount - p_paid - p_waived + ni_amount - ni_paid - ni_waived + f_amount - f_paid - f_waived) AS amount,
			SUM(CASE WHEN type = 'emi' THEN p_amount + ni_amount ELSE 0 END) AS emi,
			SUM(f_amount - f_paid) AS charges
		FROM demands
		WHERE outstanding > 0 AND (? = '' OR account_id = ?) AND due_date BETWEEN ? AND ?
		GROUP BY account_id, due_date
		ORDER BY account_id, due_date`, account, account, from, to)
	return rows, err
}

// PaidDue is what was paid on a demand on one value date.
type PaidDue struct {
	AccountID string        `db:"account_id"`
	DemandID  string        `db:"demand_id"`
	DueDate   lending.Date  `db:"due_date"`
	Date      lending.Date  `db:"date"`
	Amount    lending.Money `db:"amount"`  // the components of OpenDue.Amount
	Charges   lending.Money `db:"charges"` // the part of it that paid fees
	EMI       lending.Money `db:"emi"`     // that the demand asked
}

// DuesPaidSince returns what was paid on the dues of an account ("" for all) on
// value dates from a day on.
func (v *View) DuesPaidSince(ctx context.Context, account string, since lending.Date) ([]PaidDue, error) {
	where, args := "s.date >= ?", []any{since}
	if account != "" { // each of the two has its own index
		where, args = "s.account_id = ? AND +s.date >= ?", []any{account, since}
	}
	var rows []PaidDue
	err := v.list(ctx, &rows, `
		SELECT s.account_id, s.demand_id, d.due_date, s.date, SUM(s.amount) AS amount,
			SUM(CASE WHEN s.component = 'F' THEN s.amount ELSE 0 END) AS charges,
			CASE WHEN d.type = 'emi' THEN d.p_amount + d.ni_amount ELSE 0 END AS emi
		FROM settlements s
		JOIN demands d ON d.id = s.demand_id
		WHERE `+where+` AND s.component IN ('P', 'NI', 'F')
		GROUP BY s.account_id, d.due_date, s.date, s.demand_id
		ORDER BY s.account_id, d.due_date, s.date DESC`, args...)
	if err != nil {
		return nil, fmt.Errorf("reading dues that were paid: %w", err)
	}
	return rows, nil
}

// MovedAccounts returns ids of accounts whose projection changed after an instant.
func (v *View) MovedAccounts(ctx context.Context, after Instant) ([]string, error) {
	var ids []string
	err := v.list(ctx, &ids, `SELECT account_id FROM positions WHERE updated_at > ?`, after.String())
	return ids, err
}

// Memory is what past approvals taught about a payer.
type Memory struct {
	Idx           int64        `db:"idx"`
	Kind          string       `db:"kind"`
	Value         string       `db:"value"`
	AccountID     string       `db:"account_id"`
	Confirmations int          `db:"confirmations"`
	Rejections    int          `db:"rejections"`
	LastSeen      lending.Date `db:"last_seen"`
}

// Memories returns all payer memories.
func (v *View) Memories(ctx context.Context) ([]Memory, error) {
	var rows []Memory
	err := v.list(ctx, &rows, `SELECT idx, kind, value, account_id, confirmations, rejections, last_seen FROM payer_memory`)
	return rows, err
}

// Learned says how much there is to know beside the accounts: it changes with
// every approval, rejection and advice, and is cheaper to read than all of it.
type Learned struct {
	Memories int64 `db:"memories"`
	Counts   int64 `db:"counts"` // confirmations and rejections of all memories
	Advices  int64 `db:"advices"`
	Settings int64 `db:"settings"` // version of the engine's settings
	Fitted   int64 `db:"fitted"`   // the last calibration
}

// Learned returns how much was learned.
func (v *View) Learned(ctx context.Context) (Learned, error) {
	var l Learned
	err := v.get(ctx, &l, `
		SELECT COUNT(*) AS memories, COALESCE(SUM(confirmations + rejections), 0) AS counts,
			(SELECT COUNT(*) FROM advices) AS advices,
			COALESCE((SELECT version FROM engine_settings WHERE one = 1), 0) AS settings,
			COALESCE((SELECT MAX(idx) FROM calibrations), 0) AS fitted
		FROM payer_memory`)
	if err != nil {
		return l, fmt.Errorf("reading how much was learned: %w", err)
	}
	return l, nil
}

// Advice is a bank reference that a borrower told staff beforehand.
type Advice struct {
	ID        string        `db:"id"`
	AccountID string        `db:"account_id"`
	Reference string        `db:"reference"`
	Amount    lending.Money `db:"amount"`
	AdvisedOn lending.Date  `db:"advised_on"`
	CreatedAt Instant       `db:"created_at"`
}

// CreateAdvice writes an advice.
func (tx *Tx) CreateAdvice(ctx context.Context, a Advice) error {
	a.ID, a.CreatedAt = NewID(), tx.Now
	return tx.insert(ctx, `
		INSERT INTO advices (id, account_id, reference, amount, advised_on, created_at)
		VALUES (:id, :account_id, :reference, :amount, :advised_on, :created_at)`, a)
}

// Advices returns all advices.
func (v *View) Advices(ctx context.Context) ([]Advice, error) {
	var rows []Advice
	err := v.list(ctx, &rows, `SELECT id, account_id, reference, amount, advised_on, created_at FROM advices ORDER BY advised_on, id`)
	return rows, err
}

// MatchableAccount is an account as the matching engine needs it.
type MatchableAccount struct {
	Account
	EMI      lending.Money `db:"emi"`
	BankCode string        `db:"bank_code"`
}

const matchableSelect = `
	SELECT a.id, a.idx, a.ref, a.borrower_id, a.product, a.status, a.virtual_account_no, a.umrn, a.payer_ifsc, a.payer_last4,
		b.name AS borrower_name, b.co_applicant, b.phone, COALESCE(k.code, '') AS bank_code,
		COALESCE((SELECT d.p_amount + d.ni_amount FROM demands d WHERE d.account_id = a.id AND d.type = 'emi' ORDER BY d.due_date LIMIT 1), 0) AS emi
	FROM accounts a
	JOIN borrowers b ON b.id = a.borrower_id
	LEFT JOIN banks k ON k.id = a.collection_bank_id`

// MatchableAccounts returns accounts beyond an index with their instalment and
// the code of the collection account agreed on.
func (v *View) MatchableAccounts(ctx context.Context, afterIdx int64, limit int) ([]MatchableAccount, error) {
	var rows []MatchableAccount
	err := v.list(ctx, &rows, matchableSelect+` WHERE a.idx > ? ORDER BY a.idx LIMIT ?`, afterIdx, limit)
	if err != nil {
		return nil, fmt.Errorf("reading accounts to match: %w", err)
	}
	return rows, nil
}

// MatchableAccount returns one account as MatchableAccounts does.
func (v *View) MatchableAccount(ctx context.Context, id string) (MatchableAccount, error) {
	var row MatchableAccount
	err := v.get(ctx, &row, matchableSelect+` WHERE a.id = ?`, id)
	return row, missing(err, "account", id)
}

// LastMove reads when a projection last changed.
func (v *View) LastMove(ctx context.Context, at *Instant) error {
	return v.get(ctx, at, `SELECT MAX(updated_at) FROM positions`)
}

// RefusedAccounts returns what was refused for a statement line and is not
// proposed again: accounts that a checker rejected, or from which the money was
// taken because it was not theirs; of a split that was rejected, its accounts
// joined by ";" in ascending order.
func (v *View) RefusedAccounts(ctx context.Context, credit string) ([]string, error) {
	if credit == "" {
		return nil, nil
	}
	var ids []string
	err := v.list(ctx, &ids, `
		SELECT r.account_id
		FROM records r
		WHERE r.bank_credit_id = ? AND r.account_id IS NOT NULL
			AND (r.status = 'rejected' AND r.parent_id IS NULL OR r.status = 'reverted' AND r.revert_kind <> 'bank')
		UNION
		SELECT (SELECT GROUP_CONCAT(c.account_id, ';') FROM (SELECT account_id FROM records WHERE parent_id = p.id AND status = 'rejected' ORDER BY account_id) c)
		FROM records p
		WHERE p.bank_credit_id = ? AND p.status = 'rejected'
			AND EXISTS (SELECT 1 FROM records c WHERE c.parent_id = p.id AND c.status = 'rejected')
		ORDER BY 1`, credit, credit)
	return ids, err
}

// DecisionsOfStatement counts the engine's decisions on the records of a statement.
func (v *View) DecisionsOfStatement(ctx context.Context, statement string) (map[string]int, error) {
	var rows []struct {
		Decision string `db:"decision"`
		Count    int    `db:"count"`
	}
	err := v.list(ctx, &rows, `
		SELECT p.decision, COUNT(*) AS count
		FROM bank_credits c
		JOIN records r ON r.bank_credit_id = c.id
		JOIN match_proposals p ON p.record_id = r.id AND p.rank = 1
		WHERE c.statement_id = ?
		GROUP BY p.decision`, statement)
	out := map[string]int{}
	for _, r := range rows {
		out[r.Decision] = r.Count
	}
	return out, err
}
