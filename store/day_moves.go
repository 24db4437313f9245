package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// ClosingAccount is what a day close knows of an account before it moves it.
type ClosingAccount struct {
	ID       string
	Ref      string
	Alone    bool // no other account of its borrower is there
	Drawings bool // loans of topups follow its repayments
	Position Position
	Facts    AccountFacts
}

// ClosingAccounts reads the accounts of a chunk in two queries, in the given order.
// Nothing of them is kept. (SQLite alone: json_each reads the list.)
func (v *View) ClosingAccounts(ctx context.Context, ids []string) ([]ClosingAccount, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, fmt.Errorf("listing accounts: %w", err)
	}
	var rows []struct {
		Position
		Ref      string `db:"ref"`
		Others   int    `db:"others"`
		Drawings bool   `db:"drawings"`
	}
	err = v.list(ctx, &rows, `
		SELECT `+positionSelect+`, a.ref,
			(SELECT COUNT(*) FROM accounts o WHERE o.borrower_id = a.borrower_id) AS others,
			EXISTS (SELECT 1 FROM topups t WHERE t.account_id = a.id) AS drawings
		FROM json_each(?) j
		JOIN positions s ON s.account_id = j.value
		JOIN accounts a ON a.id = s.account_id
		ORDER BY j.key`, string(list))
	if err != nil {
		return nil, fmt.Errorf("reading positions: %w", err)
	}
	out := make([]ClosingAccount, len(rows))
	place := make(map[string]int, len(rows))
	for i, r := range rows {
		out[i] = ClosingAccount{ID: r.AccountID, Ref: r.Ref, Alone: r.Others == 1, Drawings: r.Drawings, Position: r.Position,
			Facts: AccountFacts{Sources: map[string]string{}}}
		place[r.AccountID] = i
	}
	err = v.each(ctx, `
		SELECT f.account_id, `+factSelect+`
		FROM (SELECT key AS nth, value AS account FROM json_each(?)) j
		JOIN facts f ON f.account_id = j.account
		ORDER BY j.nth, f.seq`, []any{string(list)}, func(scan func(...any) error) error {
		var account string
		f, source, seq, err := v.scanFact(func(into ...any) error { return scan(append([]any{&account}, into...)...) })
		if err != nil {
			return err
		}
		if i, there := place[account]; there {
			out[i].Facts.add(f, source, seq)
		}
		return nil
	})
	return out, err
}

// MovePosition brings the position of an account to another day if it is still the
// one that was read, and says whether it was.
func (tx *Tx) MovePosition(ctx context.Context, before, p Position) (bool, error) {
	n, err := tx.exec(ctx, `
		UPDATE positions
		SET as_of = ?, principal_outstanding = ?, total_outstanding = ?, due_now = ?, excess = ?, dpd = ?, peak_dpd = ?, category = ?,
			category_date = ?, oldest_due = ?, next_due_date = ?, next_due_amount = ?, next_event = ?, updated_at = ?
		WHERE account_id = ? AND updated_at = ? AND facts = ?`,
		p.AsOf, p.PrincipalOutstanding, p.TotalOutstanding, p.DueNow, p.Excess, p.DPD, p.PeakDPD, p.Category,
		p.CategoryDate, p.OldestDue, p.NextDueDate, p.NextDueAmount, p.NextEvent, tx.Now, p.AccountID, before.PositionAt, before.Facts)
	if err != nil {
		return false, fmt.Errorf("moving a position: %w", err)
	}
	return n == 1, nil
}

// MoveDemand rewrites what time changes of a demand: whether it is due, what grew on
// it and how old it is.
func (tx *Tx) MoveDemand(ctx context.Context, d DemandRow) error {
	n, err := tx.exec(ctx, `
		UPDATE demands
		SET is_due = ?, oi_amount = ?, pi_amount = ?, outstanding = ?, dpd = ?, peak_dpd = ?, updated_at = ?
		WHERE account_id = ? AND key = ?`, d.IsDue, d.OIAmount, d.PIAmount, d.Outstanding, d.DPD, d.PeakDPD, tx.Now, d.AccountID, d.Key)
	if err == nil && n != 1 {
		err = errors.New("it is not there")
	}
	if err != nil {
		return fmt.Errorf("moving demand %s: %w", d.Key, err)
	}
	return nil
}

// Aged says whether a demand is another one only by what time changes of it.
func (d DemandRow) Aged(before DemandRow) bool {
	before.IsDue, before.OIAmount, before.PIAmount, before.Outstanding = d.IsDue, d.OIAmount, d.PIAmount, d.Outstanding
	before.DPD, before.PeakDPD = d.DPD, d.PeakDPD
	return d.same(before)
}

// FirstOfEvent is the entry that an event of an account began with; 0 when nothing
// of it is posted.
func (v *View) FirstOfEvent(ctx context.Context, account, event string) (int64, error) {
	var first int64
	err := v.row(ctx, []any{&first}, `SELECT COALESCE(MIN(idx), 0) FROM journal_entries WHERE account_id = ? AND event = ?`, account, event)
	return first, err
}
