package store

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"lekha/lending"
)

// TestMemoriesAreFoundByIndexes: a payer is found by what he is known by, by his
// account or by the borrower, and the search reads no table from end to end.
func TestMemoriesAreFoundByIndexes(t *testing.T) {
	db, _ := peopleDB(t)
	accounts := deskAccounts(t, db, [3]string{"LN-1001", "Shree Balaji Textiles", "9811122233"}, [3]string{"LN-1002", "Kavya Reddy", "9822233344"})
	peopleWrite(t, db, func(ctx context.Context, tx *Tx) error {
		for i, m := range []Memory{{Kind: "vpa", Value: "kavyar319@okhdfcbank", AccountID: accounts[1].ID}, {Kind: "name", Value: "RAMESH GUPTA", AccountID: accounts[0].ID}} {
			m.Confirmations, m.LastSeen = 1, lending.Date(20_000+i)
			if err := tx.Remember(ctx, m, 0); err != nil {
				return err
			}
		}
		return nil
	})
	for typed, want := range map[string]string{"": "2 1", "kavyar319@ok": "1", "okhdfc": "1", "ramesh": "2", "balaji": "2", "ln-1002": "1", "nobody": ""} {
		deskRead(t, db, func(ctx context.Context, v *View) error {
			rows, err := v.MemoryRows(ctx, MemoryFilter{Search: typed, Limit: 10})
			var got []string
			for _, r := range rows {
				got = append(got, fmt.Sprint(r.Idx))
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%q finds %v, want %s", typed, got, want)
			}
			return err
		})
	}
	query, args := MemoryFilter{Search: "kavya", Kind: "vpa", Before: 9, Limit: 50}.list()
	noScan(t, db, query, args...)
	noScan(t, db, `SELECT a.idx FROM positions s JOIN accounts a ON a.id = s.account_id WHERE s.due_now = ? AND s.due_now > 0 LIMIT 8`, 100)
	peopleWrite(t, db, func(ctx context.Context, tx *Tx) error { return tx.ForgetMemory(ctx, 1) })
	deskRead(t, db, func(ctx context.Context, v *View) error {
		rows, err := v.MemoryRows(ctx, MemoryFilter{Search: "okhdfc", Limit: 10})
		if len(rows) != 0 {
			t.Errorf("a forgotten payer is found: %v", rows)
		}
		return err
	})
}

// noScan fails when a query reads a table from end to end.
func noScan(t *testing.T, db *DB, query string, args ...any) {
	t.Helper()
	deskRead(t, db, func(ctx context.Context, v *View) error {
		rows, err := v.tx.QueryxContext(ctx, `EXPLAIN QUERY PLAN `+query, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id, parent, unused int
			var detail string
			if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
				return err
			}
			if strings.HasPrefix(detail, "SCAN ") && !strings.Contains(detail, "VIRTUAL TABLE") && !strings.Contains(detail, "USING") {
				t.Errorf("%s reads everything: %s", query, detail)
			}
		}
		return rows.Err()
	})
}
