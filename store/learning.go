package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"lekha/lending"
)

// Remember adds a confirmation (or a rejection) to a payer memory. One that was
// last seen before a day was forgotten, and begins anew.
func (tx *Tx) Remember(ctx context.Context, m Memory, forgotten lending.Date) error {
	n, err := tx.exec(ctx, `
		UPDATE payer_memory
		SET confirmations = CASE WHEN last_seen < ? THEN 0 ELSE confirmations END + ?,
			rejections = CASE WHEN last_seen < ? THEN 0 ELSE rejections END + ?,
			last_seen = MAX(last_seen, ?)
		WHERE kind = ? AND value = ? AND account_id = ?`,
		forgotten, m.Confirmations, forgotten, m.Rejections, m.LastSeen, m.Kind, m.Value, m.AccountID)
	if err != nil || n > 0 {
		return err
	}
	if m.Idx, err = tx.next(ctx, "payer_memory"); err != nil {
		return err
	}
	if _, err := tx.exec(ctx, `INSERT INTO memory_text (docid, body) VALUES (?, ?)`, m.Idx, m.Value); err != nil {
		return fmt.Errorf("indexing a memory: %w", err)
	}
	return tx.insert(ctx, `
		INSERT INTO payer_memory (idx, kind, value, account_id, confirmations, rejections, last_seen)
		VALUES (:idx, :kind, :value, :account_id, :confirmations, :rejections, :last_seen)`, m)
}

// ForgetMemory takes one payer memory away.
func (tx *Tx) ForgetMemory(ctx context.Context, idx int64) error {
	if _, err := tx.exec(ctx, `DELETE FROM memory_text WHERE docid = ?`, idx); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `DELETE FROM payer_memory WHERE idx = ?`, idx)
	return err
}

// MemoryRow is a payer memory with the account it speaks of.
type MemoryRow struct {
	Memory
	AccountRef   string `db:"account_ref"`
	BorrowerName string `db:"borrower_name"`
	Sharers      int    `db:"sharers"` // accounts this value is known with
}

const memorySelect = `
	SELECT m.idx, m.kind, m.value, m.account_id, m.confirmations, m.rejections, m.last_seen, a.ref AS account_ref, b.name AS borrower_name,
		(SELECT COUNT(*) FROM payer_memory o WHERE o.kind = m.kind AND o.value = m.value AND o.confirmations > 0) AS sharers
	FROM payer_memory m
	JOIN accounts a ON a.id = m.account_id
	JOIN borrowers b ON b.id = a.borrower_id`

// MemoryFilter narrows the list of memories.
type MemoryFilter struct {
	Search string // beginnings of words of the value, the account's ref or the borrower's name
	Kind   string
	Before int64 // index; 0 begins at the newest
	Limit  int
}

// list makes the query of one page: what is searched for comes from the indexes
// of words, so that nothing is read that is not shown.
func (f MemoryFilter) list() (string, []any) {
	where, args := []string{"1"}, []any{}
	add := func(clause string, values ...any) { where, args = append(where, clause), append(args, values...) }
	if match := fullText(f.Search); match != "" {
		add(`m.idx IN (
				SELECT docid FROM memory_text WHERE body MATCH ?
				UNION ALL
				SELECT o.idx FROM account_text t JOIN accounts x ON x.idx = t.docid JOIN payer_memory o ON o.account_id = x.id WHERE t.body MATCH ?)`, match, match)
	}
	if f.Kind != "" {
		add("m.kind = ?", f.Kind)
	}
	if f.Before > 0 {
		add("m.idx < ?", f.Before)
	}
	return memorySelect + ` WHERE ` + strings.Join(where, " AND ") + ` ORDER BY m.idx DESC LIMIT ?`, append(args, f.Limit)
}

// MemoryRows lists payer memories, the newest first.
func (v *View) MemoryRows(ctx context.Context, f MemoryFilter) ([]MemoryRow, error) {
	query, args := f.list()
	var rows []MemoryRow
	if err := v.list(ctx, &rows, query, args...); err != nil {
		return nil, fmt.Errorf("listing memories: %w", err)
	}
	return rows, nil
}

// MemoryByIdx returns one payer memory.
func (v *View) MemoryByIdx(ctx context.Context, idx int64) (MemoryRow, error) {
	var row MemoryRow
	err := v.get(ctx, &row, memorySelect+` WHERE m.idx = ?`, idx)
	return row, missing(err, "memory", fmt.Sprint(idx))
}

// EngineSettings say how the engine is set.
type EngineSettings struct {
	Mode     string `db:"mode"`      // shadow, on
	AutoFrom int    `db:"auto_from"` // basis points; 0: the engine's own
	Handles  string `db:"handles"`   // JSON list of our own UPI addresses
	Version  int64  `db:"version"`
}

// OwnHandles are the lender's own UPI addresses.
func (s EngineSettings) OwnHandles() []string {
	var list []string
	_ = json.Unmarshal([]byte(s.Handles), &list) // the column is checked to be JSON
	return list
}

// EngineSettings returns how the engine is set; a new installation looks on.
func (v *View) EngineSettings(ctx context.Context) (EngineSettings, error) {
	s := EngineSettings{Mode: "shadow", Handles: "[]"}
	err := v.get(ctx, &s, `SELECT mode, auto_from, handles, version FROM engine_settings WHERE one = 1`)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return s, err
}

// SetEngine writes how the engine is set from now on, as the next version.
func (tx *Tx) SetEngine(ctx context.Context, s EngineSettings) error {
	return tx.insert(ctx, `
		INSERT INTO engine_settings (one, mode, auto_from, handles, version)
		VALUES (1, :mode, :auto_from, :handles, :version + 1)
		ON CONFLICT (one) DO UPDATE SET mode = excluded.mode, auto_from = excluded.auto_from, handles = excluded.handles, version = excluded.version`, s)
}

// ApplyEngineMode lets what is on the desk be ticked by itself, or not.
func (tx *Tx) ApplyEngineMode(ctx context.Context, mode string) error {
	_, err := tx.exec(ctx, `
		UPDATE match_proposals
		SET decision = CASE WHEN ? = 'shadow' AND advised = 'auto' THEN 'suggest' ELSE advised END
		WHERE advised = 'auto' AND record_id IN (SELECT id FROM records WHERE status IN ('unmatched', 'parked'))`, mode)
	return err
}

// ForgetProposals takes away what the engine said of what waits on the desk, so
// that it is asked again.
func (tx *Tx) ForgetProposals(ctx context.Context) error {
	_, err := tx.exec(ctx, `DELETE FROM match_proposals WHERE record_id IN (SELECT id FROM records WHERE status IN `+waitingStates+`)`)
	return err
}

// ProposalsOf returns what the engine said of a record, the best first.
func (v *View) ProposalsOf(ctx context.Context, record string) ([]Proposal, error) {
	var rows []Proposal
	err := v.list(ctx, &rows, `
		SELECT `+proposalColumns+`
		FROM match_proposals
		WHERE record_id = ?
		ORDER BY rank`, record)
	return rows, err
}

// MatchOutcome is how a proposal fared.
type MatchOutcome struct {
	RecordID   string       `db:"record_id"`
	DecidedOn  lending.Date `db:"decided_on"`
	Outcome    string       `db:"outcome"` // accepted, corrected, overruled, missed
	Advised    string       `db:"advised"`
	Confidence int          `db:"confidence"`
	Share      int          `db:"share"`
	Mode       string       `db:"mode"`
	Engine     string       `db:"engine"`
}

// SetMatchOutcome notes how a proposal fared; a later decision replaces it.
func (tx *Tx) SetMatchOutcome(ctx context.Context, o MatchOutcome) error {
	return tx.insert(ctx, `
		INSERT INTO match_outcomes (record_id, decided_on, outcome, advised, confidence, share, mode, engine)
		VALUES (:record_id, :decided_on, :outcome, :advised, :confidence, :share, :mode, :engine)
		ON CONFLICT (record_id) DO UPDATE SET decided_on = excluded.decided_on, outcome = excluded.outcome`, o)
}

// MatchOutcomeOf returns how the proposal for a record fared.
func (v *View) MatchOutcomeOf(ctx context.Context, record string) (MatchOutcome, error) {
	var o MatchOutcome
	err := v.get(ctx, &o, `SELECT record_id, decided_on, outcome, advised, confidence, share, mode, engine FROM match_outcomes WHERE record_id = ?`, record)
	return o, missing(err, "decision", record)
}

// outcomes are decisions on proposals, and what was set aside though the engine
// saw a repayment in it.
const outcomes = `(
		SELECT decided_on, outcome, advised, confidence, share, mode, engine
		FROM match_outcomes
		UNION ALL
		SELECT r.set_aside_on AS decided_on, 'overruled' AS outcome, p.advised, p.confidence, p.share, 'on' AS mode, p.engine
		FROM records r
		JOIN match_proposals p ON p.record_id = r.id AND p.rank = 1 AND p.accounts <> '[]'
		WHERE r.status = 'set_aside' AND r.set_aside_kind <> 'duplicate' AND p.advised <> 'none'
	)`

// OutcomeCount is how often the engine's advice fared in one way.
type OutcomeCount struct {
	Advised string `db:"advised"`
	Outcome string `db:"outcome"`
	Count   int    `db:"count"`
}

// OutcomeCounts counts how advice fared from a day to a day; no days: always.
func (v *View) OutcomeCounts(ctx context.Context, from, to lending.Date) ([]OutcomeCount, error) {
	var rows []OutcomeCount
	err := v.list(ctx, &rows, `
		SELECT advised, outcome, COUNT(*) AS count
		FROM `+outcomes+`
		WHERE (? IS NULL OR decided_on >= ?) AND (? IS NULL OR decided_on <= ?)
		GROUP BY advised, outcome
		ORDER BY advised, outcome`, from, from, to, to)
	if err != nil {
		return nil, fmt.Errorf("counting how proposals fared: %w", err)
	}
	return rows, nil
}

// Label is a proposal that people decided on.
type Label struct {
	Share      int  `db:"share"`
	Confidence int  `db:"confidence"`
	Right      bool `db:"accepted"`
}

// Labels returns the decisions on first candidates of an engine.
func (v *View) Labels(ctx context.Context, engine string) ([]Label, error) {
	var rows []Label
	err := v.list(ctx, &rows, `
		SELECT share, confidence, outcome = 'accepted' AS accepted
		FROM `+outcomes+`
		WHERE engine = ? AND share > 0
		ORDER BY share, confidence`, engine)
	return rows, err
}

// Calibration is a curve that was fitted to decisions, with its numbers.
type Calibration struct {
	Idx         int64        `db:"idx"`
	Engine      string       `db:"engine"`
	Knots       string       `db:"knots"`
	Labels      int          `db:"labels"`
	Negatives   int          `db:"negatives"`
	ErrorBefore int          `db:"error_before"`
	ErrorAfter  int          `db:"error_after"`
	FittedOn    lending.Date `db:"fitted_on"`
	FittedAt    Instant      `db:"fitted_at"`
	FittedBy    string       `db:"fitted_by"`
	Fitter      string       `db:"fitter"`
}

// AddCalibration keeps a curve; it counts from now on.
func (tx *Tx) AddCalibration(ctx context.Context, c Calibration) (Calibration, error) {
	var err error
	if c.Idx, err = tx.next(ctx, "calibrations"); err != nil {
		return c, err
	}
	c.FittedOn, c.FittedAt = tx.Today, tx.Now
	return c, tx.insert(ctx, `
		INSERT INTO calibrations (idx, engine, knots, labels, negatives, error_before, error_after, fitted_on, fitted_at, fitted_by, fitter)
		VALUES (:idx, :engine, :knots, :labels, :negatives, :error_before, :error_after, :fitted_on, :fitted_at, :fitted_by, :fitter)`, c)
}

// Calibrations returns the latest curves of an engine, the newest first.
func (v *View) Calibrations(ctx context.Context, engine string, limit int) ([]Calibration, error) {
	var rows []Calibration
	err := v.list(ctx, &rows, `
		SELECT idx, engine, knots, labels, negatives, error_before, error_after, fitted_on, fitted_at, fitted_by, fitter
		FROM calibrations
		WHERE engine = ?
		ORDER BY idx DESC
		LIMIT ?`, engine, limit)
	return rows, err
}

// StatementMapping is how the statements of a collection account are read.
type StatementMapping struct {
	BankID  string  `db:"bank_id"`
	Mapping string  `db:"mapping"`
	SavedBy string  `db:"saved_by"`
	Saver   string  `db:"saver"`
	SavedAt Instant `db:"saved_at"`
	Version int64   `db:"version"`
}

// SetStatementMapping keeps how the statements of an account are read.
func (tx *Tx) SetStatementMapping(ctx context.Context, m StatementMapping) error {
	m.SavedAt = tx.Now
	return tx.insert(ctx, `
		INSERT INTO statement_mappings (bank_id, mapping, saved_by, saver, saved_at, version)
		VALUES (:bank_id, :mapping, :saved_by, :saver, :saved_at, 1)
		ON CONFLICT (bank_id) DO UPDATE SET mapping = excluded.mapping, saved_by = excluded.saved_by, saver = excluded.saver,
			saved_at = excluded.saved_at, version = statement_mappings.version + 1`, m)
}

// StatementMappings returns the mappings of all collection accounts.
func (v *View) StatementMappings(ctx context.Context) ([]StatementMapping, error) {
	var rows []StatementMapping
	err := v.list(ctx, &rows, `SELECT bank_id, mapping, saved_by, saver, saved_at, version FROM statement_mappings ORDER BY bank_id`)
	return rows, err
}
