package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"time"

	"lekha/store"
)

// floorChunk is how many accounts the floor moves in one transaction.
const floorChunk = 200

// eodFloor closes the day on a copy of the file by the least program that reads and
// writes what a day close has to: of each account its facts, its demands, its
// position and what is posted of it; then one demand, the position and one entry.
// Its arithmetic is one multiplication; it decides nothing.
func eodFloor(ctx context.Context, from *store.DB, path string) (closing, error) {
	if err := from.Backup(ctx, path); err != nil { // the file alone lacks what its log still holds
		return closing{}, err
	}
	defer os.Remove(path)
	db, err := sql.Open("sqlite3", "file:"+path+"?_journal_mode=WAL&_synchronous=FULL&_txlock=immediate&_cache_size=-32768&_foreign_keys=on")
	if err != nil {
		return closing{}, err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	f := floorDay{db: db}
	if err := db.QueryRow(`SELECT MAX(idx) FROM journal_entries`).Scan(&f.entry); err != nil {
		return closing{}, err
	}
	took, began := closing{used: processorTime()}, time.Now()
	for more := true; more; {
		if more, err = f.chunk(ctx); err != nil {
			return closing{}, err
		}
	}
	took.accounts = f.accounts
	return took.since(began), nil
}

// floorDay is the floor at work.
type floorDay struct {
	db       *sql.DB
	accounts int
	entry    int64
}

func (f *floorDay) chunk(ctx context.Context) (more bool, err error) {
	tx, err := f.db.BeginTx(ctx, nil)
	if err != nil {
		return false, err
	}
	defer tx.Rollback()
	opens := eodDay.AddDays(1).String()
	rows, err := tx.Query(`SELECT account_id FROM positions WHERE next_event <= ? AND as_of < ? ORDER BY next_event, account_id LIMIT ?`, opens, opens, floorChunk)
	if err != nil {
		return false, err
	}
	ids, err := texts(rows)
	if err != nil {
		return false, err
	}
	s, err := floorStatements(tx)
	if err != nil {
		return false, err
	}
	for _, id := range ids {
		if err := f.account(s, id, opens); err != nil {
			return false, fmt.Errorf("account %s: %w", id, err)
		}
	}
	f.accounts += len(ids)
	return len(ids) == floorChunk, tx.Commit()
}

func texts(rows *sql.Rows) (out []string, err error) {
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		out = append(out, text)
	}
	return out, rows.Err()
}

// floorStatements are the seven statements of an account, prepared once a chunk.
func floorStatements(tx *sql.Tx) (s [7]*sql.Stmt, err error) {
	for i, query := range [7]string{
		`SELECT key, kind, value_date, amount, body FROM facts WHERE account_id = ? ORDER BY seq`,
		`SELECT id, due_date, is_due, outstanding, oi_amount, dpd FROM demands WHERE account_id = ? ORDER BY due_date`,
		`SELECT principal_outstanding, due_now, dpd FROM positions WHERE account_id = ?`,
		`SELECT SUM(l.amount) FROM journal_entries e JOIN journal_lines l ON l.entry_idx = e.idx WHERE e.account_id = ? GROUP BY l.role`,
		`UPDATE demands SET is_due = 1, oi_amount = ?, outstanding = ?, dpd = ? WHERE id = ?`,
		`UPDATE positions SET as_of = ?, due_now = ?, dpd = ?, next_event = ? WHERE account_id = ?`,
		`INSERT INTO journal_entries (idx, event, account_id, source, value_date, booking_date, created_at) VALUES (?, 'growth/floor', ?, '', ?, ?, ?)`,
	} {
		var one error
		s[i], one = tx.Prepare(query)
		err = errors.Join(err, one)
	}
	return s, err
}

// account reads and writes one account.
func (f *floorDay) account(s [7]*sql.Stmt, id, opens string) error {
	var principal, dueNow, open, overdue, sum int64
	var dpd, isDue, age int
	var demand, due, key, kind, on, body string
	err := each(s[0], id, func(scan func(...any) error) error { return scan(&key, &kind, &on, &sum, &body) })
	if err != nil {
		return err
	}
	found := false
	err = each(s[1], id, func(scan func(...any) error) error {
		if found {
			var skip sql.RawBytes
			return scan(&skip, &skip, &skip, &skip, &skip, &skip)
		}
		err := scan(&demand, &due, &isDue, &open, &overdue, &age)
		found = open > 0
		return err
	})
	if err != nil {
		return err
	}
	if err := s[2].QueryRow(id).Scan(&principal, &dueNow, &dpd); err != nil {
		return err
	}
	if err := each(s[3], id, func(scan func(...any) error) error { return scan(&sum) }); err != nil {
		return err
	}
	grown := open * 24 / 36500
	if _, err := s[4].Exec(overdue+grown, open+grown, age+1, demand); err != nil {
		return err
	}
	if _, err := s[5].Exec(opens, dueNow+grown, dpd+1, eodDay.AddDays(2).String(), id); err != nil {
		return err
	}
	f.entry++
	_, err = s[6].Exec(f.entry, id, opens, opens, opens)
	return err
}

func each(s *sql.Stmt, id string, row func(scan func(...any) error) error) error {
	rows, err := s.Query(id)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}
