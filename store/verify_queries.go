package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
)

// The triggers of schema.sql keep the program from writing what may not be. What
// stands here asks whether it is there all the same: somebody may have taken the
// triggers away and written past the program.

// Odd is a row that should not be as it is.
type Odd struct {
	Ref  string `db:"ref"`
	More string `db:"more"`
}

// odds runs a question to which the answer is no row.
func (v *View) odds(ctx context.Context, what, query string, limit int) ([]Odd, error) {
	var rows []Odd
	if err := v.list(ctx, &rows, query+` LIMIT ?`, limit); err != nil {
		return nil, fmt.Errorf("looking for %s: %w", what, err)
	}
	return rows, nil
}

// UnloggedFacts returns facts whose making the log does not hold.
func (v *View) UnloggedFacts(ctx context.Context, limit int) ([]Odd, error) {
	return v.odds(ctx, "facts without event", `
		SELECT a.ref, f.key || ', made by event ' || f.made_by AS more
		FROM facts f
		JOIN accounts a ON a.id = f.account_id
		LEFT JOIN events e ON e.seq = f.made_by AND e.at = f.created_at AND e.outcome = 'done'
		WHERE e.seq IS NULL
		ORDER BY f.made_by`, limit)
}

// UnloggedApprovals returns requests that the log does not know: of their asking, or
// of their end.
func (v *View) UnloggedApprovals(ctx context.Context, limit int) ([]Odd, error) {
	return v.odds(ctx, "approvals without event", `
		SELECT p.ref, CASE WHEN e.seq IS NULL THEN 'asked by ' || p.requester || ', event ' || p.made_by
			ELSE p.status || ', event ' || p.ended_by END AS more
		FROM approvals p
		LEFT JOIN events e ON e.seq = p.made_by AND e.at = p.requested_at AND e.actor_id = p.requested_by AND e.outcome = 'done'
		LEFT JOIN events z ON z.seq = p.ended_by AND z.at = p.decided_at AND z.outcome = 'done'
		WHERE e.seq IS NULL OR p.status <> 'pending' AND z.seq IS NULL
		ORDER BY p.idx`, limit)
}

// UnloggedDecisions returns decisions that the log does not say: of this request, by
// this person, at this moment.
func (v *View) UnloggedDecisions(ctx context.Context, limit int) ([]Odd, error) {
	return v.odds(ctx, "decisions without event", `
		SELECT p.ref, d.decision || ' by ' || d.person || ', event ' || d.made_by AS more
		FROM approval_decisions d
		JOIN approvals p ON p.id = d.approval_id
		LEFT JOIN events e ON e.seq = d.made_by AND e.action = 'approval.' || d.decision AND e.subject = p.ref
			AND e.actor_id = d.person_id AND e.at = d.at AND e.outcome = 'done'
		WHERE e.seq IS NULL
		ORDER BY d.made_by`, limit)
}

// LostDecisions returns decisions that the log says and that are not there.
func (v *View) LostDecisions(ctx context.Context, limit int) ([]Odd, error) {
	return v.odds(ctx, "decisions that are gone", `
		SELECT e.subject AS ref, e.action || ' by ' || e.actor_name || ', event ' || e.seq AS more
		FROM events e
		WHERE e.action IN ('approval.approve', 'approval.reject', 'approval.send_back') AND e.outcome = 'done'
			AND NOT EXISTS (SELECT 1 FROM approval_decisions d WHERE d.made_by = e.seq)
		ORDER BY e.seq`, limit)
}

// UndecidedApprovals returns requests whose state does not follow from their decisions.
func (v *View) UndecidedApprovals(ctx context.Context, limit int) ([]Odd, error) {
	return v.odds(ctx, "approvals that nobody decided so", `
		SELECT t.ref, t.status || ' at level ' || t.level || ' of ' || t.levels || ', its decisions say ' || t.follows || ' at level ' || t.yes AS more
		FROM (
			SELECT p.idx, p.ref, p.status, p.level, p.levels, COALESCE(d.yes, 0) AS yes,
				CASE WHEN d.other = 'reject' THEN 'rejected' WHEN d.other = 'send_back' THEN 'sent_back'
					WHEN COALESCE(d.yes, 0) >= p.levels THEN 'approved'
					WHEN p.status = 'withdrawn' THEN 'withdrawn' ELSE 'pending' END AS follows
			FROM approvals p
			LEFT JOIN (
				SELECT approval_id, SUM(decision = 'approve') AS yes, MAX(CASE WHEN decision <> 'approve' THEN decision END) AS other
				FROM approval_decisions
				GROUP BY approval_id
			) d ON d.approval_id = p.id
		) t
		WHERE t.status <> t.follows OR t.level <> t.yes
		ORDER BY t.idx`, limit)
}

// SelfDecided returns requests that were decided by who made or edited them, and
// those whose maker is not named among the editors.
func (v *View) SelfDecided(ctx context.Context, limit int) ([]Odd, error) {
	return v.odds(ctx, "decisions by the maker", `
		SELECT p.ref, d.person AS more
		FROM approval_decisions d
		JOIN approvals p ON p.id = d.approval_id
		WHERE d.person_id = p.requested_by
			OR EXISTS (SELECT 1 FROM approval_editors e WHERE e.approval_id = p.id AND e.person_id = d.person_id)
			OR NOT EXISTS (SELECT 1 FROM approval_editors e WHERE e.approval_id = p.id AND e.person_id = p.requested_by)
		ORDER BY p.idx`, limit)
}

// AlteredRequests returns requests whose content is not what was signed.
func (v *View) AlteredRequests(ctx context.Context) ([]Odd, error) {
	var odd []Odd
	err := v.each(ctx, `SELECT ref, payload, payload_hash FROM approvals ORDER BY idx`, nil, func(scan func(...any) error) error {
		var ref, payload, hash string
		if err := scan(&ref, &payload, &hash); err != nil {
			return err
		}
		if HashOf(payload) != hash {
			odd = append(odd, Odd{Ref: ref})
		}
		return nil
	})
	return odd, err
}

// UnapprovedRecords returns settled records that nobody approved: no request, no auto
// limit at the time, no take-over, which a second person decides once a day was closed.
func (v *View) UnapprovedRecords(ctx context.Context, limit int) ([]Odd, error) {
	return v.odds(ctx, "settled records that nobody approved", `
		SELECT r.ref, r.status AS more
		FROM records r
		WHERE r.status IN ('approved', 'processed')
			AND NOT (r.source = 'portfolio' AND EXISTS (
				SELECT 1
				FROM facts f
				JOIN events e ON e.seq = f.made_by
				WHERE f.account_id = r.account_id AND f.key = r.fact_key
					AND (NOT EXISTS (SELECT 1 FROM day_runs d WHERE d.started_at < e.at)
						OR EXISTS (SELECT 1 FROM approvals a WHERE a.kind = 'take_over' AND a.status = 'approved' AND a.ended_by = f.made_by))))
			AND NOT EXISTS (
				SELECT 1
				FROM approvals a
				WHERE a.record_id IN (r.id, r.parent_id, r.predecessor_id) AND a.status = 'approved'
					AND (a.record_id = r.id AND a.kind IN ('record', 'refund', 'adjustment') AND (a.kind = 'record') = (r.type IN ('repayment', 'tds'))
						OR a.record_id = r.parent_id AND a.kind = 'split'
						OR a.record_id = r.predecessor_id AND a.kind = 'move' AND a.to_account_id = r.account_id))
			AND NOT EXISTS (
				SELECT 1
				FROM facts f
				JOIN events e ON e.seq = f.made_by
				WHERE f.account_id = r.account_id AND f.source = r.ref AND ' ' || e.flags || ' ' LIKE '% auto_approved %')
		ORDER BY r.idx`, limit)
}

// BorneReceipts returns the records that became receipts of an account, whatever
// they are now, by the key of the fact.
func (v *View) BorneReceipts(ctx context.Context, account string) (map[string]Odd, error) {
	out := map[string]Odd{}
	err := v.each(ctx, `
		SELECT fact_key, ref, status
		FROM records
		WHERE account_id = ? AND fact_key IS NOT NULL AND type IN ('repayment', 'tds')`, []any{account}, func(scan func(...any) error) error {
		var key string
		var odd Odd
		if err := scan(&key, &odd.Ref, &odd.More); err != nil {
			return err
		}
		out[key] = odd
		return nil
	})
	return out, err
}

// Damage asks SQLite whether the file is whole, keeps its own constraints and refers
// to nothing that is not there.
func (v *View) Damage(ctx context.Context, limit int) ([]string, error) {
	var said []string
	if err := v.tx.SelectContext(ctx, &said, fmt.Sprintf(`PRAGMA quick_check(%d)`, limit)); err != nil {
		return nil, fmt.Errorf("checking the file: %w", err)
	}
	said = slices.DeleteFunc(said, func(s string) bool { return s == "ok" })
	var orphans []struct {
		Table  string `db:"table"`
		Row    *int64 `db:"rowid"`
		Parent string `db:"parent"`
		Key    int    `db:"fkid"`
	}
	if err := v.tx.SelectContext(ctx, &orphans, `PRAGMA foreign_key_check`); err != nil {
		return nil, fmt.Errorf("checking the references: %w", err)
	}
	for _, o := range orphans[:min(len(orphans), limit)] {
		said = append(said, "a row of "+o.Table+" refers to one of "+o.Parent+" that is not there")
	}
	return said, nil
}

// SchemaChanges compares the tables, indexes and triggers of the file with those of
// the schema it was made by.
func (db *DB) SchemaChanges(ctx context.Context, v *View) ([]string, error) {
	is, err := schemaParts(ctx, v.tx)
	if err != nil {
		return nil, err
	}
	fresh, err := sqlx.Open("sqlite3", ":memory:")
	if err != nil {
		return nil, fmt.Errorf("making the schema: %w", err)
	}
	defer fresh.Close()
	fresh.SetMaxOpenConns(1) // each connection would have a memory of its own
	if _, err := fresh.ExecContext(ctx, db.schema); err != nil {
		return nil, fmt.Errorf("making the schema: %w", err)
	}
	should, err := schemaParts(ctx, fresh)
	if err != nil {
		return nil, err
	}
	var changes []string
	for name, sql := range should {
		got, there := is[name]
		switch {
		case !there:
			changes = append(changes, "the "+name+" is missing")
		case got != sql:
			changes = append(changes, "the "+name+" is not as it was made")
		}
	}
	for name := range is {
		if _, ours := should[name]; !ours {
			changes = append(changes, "the "+name+" is not of this program")
		}
	}
	slices.Sort(changes)
	return changes, nil
}

// schemaParts is what a schema consists of, by kind and name. What SQLite keeps for
// itself is left out.
func schemaParts(ctx context.Context, from sqlx.QueryerContext) (map[string]string, error) {
	var rows []struct {
		Type string `db:"type"`
		Name string `db:"name"`
		SQL  string `db:"sql"`
	}
	err := sqlx.SelectContext(ctx, from, &rows, `SELECT type, name, COALESCE(sql, '') AS sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\_%' ESCAPE '\'`)
	parts := make(map[string]string, len(rows))
	for _, r := range rows {
		parts[r.Type+" "+r.Name] = strings.TrimSpace(r.SQL)
	}
	if err != nil {
		return nil, errors.Join(errors.New("reading the schema"), err)
	}
	return parts, nil
}
