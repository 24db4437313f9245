package store

import (
	"os"
	"path/filepath"
	"testing"
)

// largeLender is what ANALYZE finds in the file of a lender with a million
// records of eleven states, most of them settled, and little waiting: rows of the
// index, and rows for each value of its first, first two … columns.
var largeLender = map[string][][2]string{
	"records": {
		{"records_by_status", "1000000 250000 300 1"}, {"records_unsent", "400 200 2 1"}, {"records_by_date", "1000000 910 1"},
		{"records_by_amount", "1000000 2 1"}, {"records_by_account", "950000 500 1 1"}, {"records_by_bank", "1000000 330000 300 1"},
		{"records_by_reference", "990000 1"}, {"records_by_credit", "900000 1"}, {"records_by_parent", "20000 3"}, {"records_by_predecessor", "5000 1"},
		{"records_unconfirmed", "30000 30"}, {"records_reference", "970000 320000 1"},
		{"sqlite_autoindex_records_1", "1000000 1"}, {"sqlite_autoindex_records_2", "1000000 1"}, {"sqlite_autoindex_records_3", "1000000 1"},
	},
	"approvals": {
		{"approvals_by_record", "900000 1"}, {"approvals_queue", "1000000 250000 200000 2 1"}, {"approvals_by_account", "900000 450"},
		{"sqlite_autoindex_approvals_1", "1000000 1"}, {"sqlite_autoindex_approvals_2", "1000000 1"}, {"sqlite_autoindex_approvals_3", "1000000 1"},
	},
	"match_proposals": {{"sqlite_autoindex_match_proposals_1", "3000000 3 1"}},
	"bank_credits":    {{"sqlite_autoindex_bank_credits_1", "950000 1"}},
	"banks":           {{"sqlite_autoindex_banks_1", "6 1"}},
}

// largeLenderDB is an empty file that the planner takes for a large lender's.
func largeLenderDB(t *testing.T) *DB {
	t.Helper()
	schema, err := os.ReadFile("../schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "lekha.db")
	open := func() *DB {
		db, err := Open(t.Context(), path, string(schema), Options{})
		if err != nil {
			t.Fatal(err)
		}
		return db
	}
	db := open()
	if _, err := db.writer.Exec(`ANALYZE`); err != nil {
		t.Fatal(err)
	}
	for table, indexes := range largeLender {
		for _, index := range indexes {
			if _, err := db.writer.Exec(`INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)`, table, index[0], index[1]); err != nil {
				t.Fatal(err)
			}
		}
	}
	// Statistics are read when a connection opens.
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = open()
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// lenders are files that the planner knows nothing of, and one that it takes for
// a large lender's: a plan has to hold on both.
func lenders(t *testing.T) map[string]*DB {
	db, _ := peopleDB(t)
	return map[string]*DB{"new": db, "large": largeLenderDB(t)}
}
