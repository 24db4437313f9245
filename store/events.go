package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"lekha/lending"
)

// Event is one row of the audit log: who did what, when, on what.
type Event struct {
	Seq          int64        `db:"seq"`
	At           Instant      `db:"at"`
	BusinessDate lending.Date `db:"business_date"`
	ActorID      string       `db:"actor_id"`
	ActorName    string       `db:"actor_name"`
	Action       string       `db:"action"`
	Subject      string       `db:"subject"`
	AccountID    Opt          `db:"account_id"`
	Outcome      string       `db:"outcome"`
	Flags        string       `db:"flags"`
	Summary      string       `db:"summary"`
	Input        string       `db:"input"`
	RequestID    string       `db:"request_id"`
	Address      string       `db:"address"`
	PrevHash     string       `db:"prev_hash"`
	Hash         string       `db:"hash"`
}

const eventColumns = `seq, at, business_date, actor_id, actor_name, action, subject, account_id, outcome,
	flags, summary, input, request_id, address, prev_hash, hash`

// seal is the hash over everything the row says and the hash before it.
func (e Event) seal() string {
	fields, _ := json.Marshal([]any{e.Seq, e.At.String(), e.BusinessDate.String(), e.ActorID, e.ActorName, e.Action,
		e.Subject, string(e.AccountID), e.Outcome, e.Flags, e.Summary, e.Input, e.RequestID, e.Address, e.PrevHash})
	sum := sha256.Sum256(fields)
	return hex.EncodeToString(sum[:])
}

// LogHead is where the log ends.
type LogHead struct {
	Seq  int64  `db:"seq"`
	Hash string `db:"hash"`
}

// Head returns where the log ends, as it was written beside its last row.
func (v *View) Head(ctx context.Context) (LogHead, error) {
	var h LogHead
	if err := v.get(ctx, &h, `SELECT seq, hash FROM log_head WHERE one = 1`); err != nil {
		return h, fmt.Errorf("reading the end of the log: %w", err)
	}
	return h, nil
}

// nextEvent is the number that the event of this command will have: what the
// command makes carries it, so that verify holds one against the other.
func (tx *Tx) nextEvent(ctx context.Context) (int64, error) {
	head, err := tx.Head(ctx)
	return head.Seq + 1, err
}

// AppendEvent adds a row to the log, chained to where it ended. The caller gives
// everything but seq, time, business date and hashes.
func (tx *Tx) AppendEvent(ctx context.Context, e Event) error {
	head, err := tx.Head(ctx)
	if err != nil {
		return err
	}
	e.Seq, e.PrevHash = head.Seq+1, head.Hash
	e.At, tx.unlogged = tx.Now, false
	if e.BusinessDate = tx.Today; e.BusinessDate.IsZero() {
		e.BusinessDate = lending.DateOf(tx.Now.Time) // before the company is there
	}
	if e.Outcome == "" {
		e.Outcome = "done"
	}
	if e.Input == "" {
		e.Input = "{}"
	}
	e.Hash = e.seal()
	err = tx.insert(ctx, `
		INSERT INTO events (`+eventColumns+`)
		VALUES (:seq, :at, :business_date, :actor_id, :actor_name, :action, :subject, :account_id, :outcome,
			:flags, :summary, :input, :request_id, :address, :prev_hash, :hash)`, e)
	if err == nil {
		_, err = tx.exec(ctx, `UPDATE log_head SET seq = ?, hash = ? WHERE one = 1`, e.Seq, e.Hash)
	}
	if err != nil {
		return fmt.Errorf("writing the log: %w", err)
	}
	return nil
}

// EventFilter narrows the audit log. Zero fields do not narrow.
type EventFilter struct {
	Actor     string // id, or a part of the name
	From, To  lending.Date
	Subject   string // ref
	Account   string // id
	Action    string // 'record.match', or 'record.' for all of a kind
	Flag      string // back_dated, reversed, auto_approved
	Outcome   string // done, refused
	BeforeSeq int64  // paging: only rows with a smaller seq
	AfterSeq  int64  // paging back: the nearest rows with a greater seq
	Limit     int
}

// where is what narrows, but for the place in the list.
func (f EventFilter) where() conditions {
	var c conditions
	if f.Actor != "" {
		c.add("(actor_id = ? OR actor_name LIKE '%' || ? || '%')", f.Actor, f.Actor)
	}
	c.days("business_date", Span{f.From, f.To})
	if f.Subject != "" {
		c.add("subject IN (?, ?)", f.Subject, CleanRef(f.Subject)) // a ref as it is typed; a user name as it is
	}
	c.equal("account_id", f.Account)
	if before, ok := strings.CutSuffix(f.Action, "."); ok {
		c.add("action >= ? AND action < ?", f.Action, before+"/")
	} else {
		c.equal("action", f.Action)
	}
	if f.Flag != "" {
		// Few rows are marked: they are found in their own index, not by reading the log.
		c.add("seq IN (SELECT m.seq FROM events m WHERE m.flags <> '' AND ' ' || m.flags || ' ' LIKE '% ' || ? || ' %')", f.Flag)
	}
	if f.Outcome == "refused" {
		c.add("outcome = 'refused'") // as the index of refusals says it
	} else {
		c.equal("outcome", f.Outcome)
	}
	return c
}

// Events returns the log, newest first.
func (v *View) Events(ctx context.Context, f EventFilter) ([]Event, error) {
	c, direction := f.where(), "DESC"
	if f.BeforeSeq > 0 {
		c.add("seq < ?", f.BeforeSeq)
	}
	if f.AfterSeq > 0 {
		c.add("seq > ?", f.AfterSeq)
		direction = "ASC"
	}
	var events []Event
	err := v.list(ctx, &events, `
		SELECT `+eventColumns+`
		FROM events
		WHERE `+c.where()+`
		ORDER BY seq `+direction+`
		LIMIT ?`, append(c.args, f.Limit)...)
	if err != nil {
		return nil, fmt.Errorf("reading the log: %w", err)
	}
	if f.AfterSeq > 0 {
		slices.Reverse(events)
	}
	return events, nil
}

// BrokenEvent returns the seq of the first row that is missing or whose seal or link
// is wrong, and 0 when the chain is whole and reaches to where the log ended.
func (v *View) BrokenEvent(ctx context.Context) (int64, error) {
	rows, err := v.tx.QueryxContext(ctx, `SELECT `+eventColumns+` FROM events ORDER BY seq`)
	if err != nil {
		return 0, fmt.Errorf("reading the log: %w", err)
	}
	defer rows.Close()
	prev, seq := "", int64(0)
	for rows.Next() {
		var e Event
		if err := rows.StructScan(&e); err != nil {
			return 0, fmt.Errorf("reading the log: %w", err)
		}
		if seq++; e.Seq != seq || e.PrevHash != prev || e.Hash != e.seal() {
			return seq, nil
		}
		prev = e.Hash
	}
	if err := rows.Err(); err != nil {
		return 0, err
	}
	head, err := v.Head(ctx)
	switch {
	case err != nil:
		return 0, err
	case head.Seq != seq:
		return min(head.Seq, seq) + 1, nil
	case head.Hash != prev:
		return seq, nil
	}
	return 0, nil
}

// CountEvents counts the rows of the log.
func (v *View) CountEvents(ctx context.Context) (int64, error) {
	var n int64
	err := v.get(ctx, &n, `SELECT COALESCE(MAX(seq), 0) FROM events`)
	return n, err
}
