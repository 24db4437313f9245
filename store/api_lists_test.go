package store

import (
	"context"
	"strings"
	"testing"

	"lekha/lending"
)

// Settlements are paged by an index in the order of the list, however deep, and
// nothing is sorted.
func TestSettlementsArePagedByAnIndex(t *testing.T) {
	db, _ := peopleDB(t)
	for name, f := range map[string]SettlementFilter{
		"first page":      {Listing: Listing{Limit: 50}},
		"a deep page":     {Listing: Listing{Limit: 50, After: &RecordKey{Value: "2026-04-01 x", Idx: 7}}},
		"newest first":    {Listing: Listing{Limit: 50, Descending: true}},
		"from a day on":   {Dates: Span{From: lending.NewDate(2026, 4, 1)}, Listing: Listing{Limit: 50}},
		"of one demand":   {Demand: "d", Listing: Listing{Limit: 50}},
		"of one record":   {Record: "r", Listing: Listing{Limit: 50}},
		"what an account": {Account: "a", Listing: Listing{Limit: 50}},
	} {
		query, args, err := f.query()
		if err != nil {
			t.Fatal(err)
		}
		plan := planOf(t, db, query, args)
		narrow := f.Demand != "" || f.Record != "" || f.Account != ""
		if !narrow && (!strings.Contains(plan, "s USING INDEX settlements_by_date") || strings.Contains(plan, "TEMP B-TREE")) {
			t.Errorf("%s is not read in the order of an index:\n%s", name, plan)
		}
		if strings.Contains(plan, "SCAN s\n") || strings.Contains(plan, "SCAN x") || strings.Contains(plan, "SCAN z") {
			t.Errorf("%s reads a whole table:\n%s", name, plan)
		}
	}
}

// planOf is what SQLite says it will do.
func planOf(t *testing.T, db *DB, query string, args []any) string {
	t.Helper()
	var steps strings.Builder
	err := db.Reader().Read(t.Context(), func(ctx context.Context, v *View) error {
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
			steps.WriteString(detail + "\n")
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return steps.String()
}
