package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"
)

func schemaText(t *testing.T) string {
	t.Helper()
	schema, err := os.ReadFile("../schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	return string(schema)
}

// TestSchemaChangesWithItsVersion fails when schema.sql changes and its version
// does not.
func TestSchemaChangesWithItsVersion(t *testing.T) {
	schema := schemaText(t)
	if want := fmt.Sprintf("PRAGMA user_version = %d;", SchemaVersion); !strings.Contains(schema, want) {
		t.Errorf("schema.sql does not say %s: it and SchemaVersion in store/file.go go together", want)
	}
	if got := SchemaFingerprint(schema); got != SchemaHash {
		t.Errorf("schema.sql changed. Raise SchemaVersion in store/file.go and user_version in schema.sql by one, and set SchemaHash to\n%s", got)
	}
	if SchemaFingerprint("CREATE TABLE a (b);  -- c\n") != SchemaFingerprint("PRAGMA user_version = 9;\nCREATE TABLE a\n (b);") {
		t.Error("a comment, a blank or the version itself counts as a change")
	}
	if SchemaFingerprint("CREATE TABLE a (b);") == SchemaFingerprint("CREATE TABLE a (c);") {
		t.Error("another column is no change")
	}
}

// made is a file that another program wrote by the given SQL.
func made(t *testing.T, sql string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "made.db")
	db, err := sqlx.Open("sqlite3", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(sql); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestFilesThatAreNotOurs: each is refused with a sentence that says what to do,
// and left as it was, to the byte.
func TestFilesThatAreNotOurs(t *testing.T) {
	letter := filepath.Join(t.TempDir(), "letter.db")
	if err := os.WriteFile(letter, []byte(strings.Repeat("This is a letter, not a database. ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	ours := `CREATE TABLE company (a); CREATE TABLE facts (a); CREATE TABLE events (a);`
	for name, c := range map[string]struct {
		path string
		says []string
	}{
		"a letter":                 {letter, []string{"is not a Lekha database", "not even one of SQLite"}},
		"another program's":        {made(t, `CREATE TABLE notes (text)`), []string{"is not a Lekha database", "another program"}},
		"an older version":         {made(t, ours+`PRAGMA user_version = 1`), []string{"has schema version 1", fmt.Sprintf("needs version %d", SchemaVersion), "lekha backup", "Nothing was changed"}},
		"a newer version":          {made(t, ours+`PRAGMA user_version = 999`), []string{"has schema version 999", "that newer program"}},
		"a folder":                 {t.TempDir(), []string{"is a folder"}},
		"in a folder that is none": {filepath.Join(letter, "x.db"), []string{"making the folder"}},
	} {
		t.Run(name, func(t *testing.T) {
			before, _ := os.ReadFile(c.path)
			db, err := Open(t.Context(), c.path, schemaText(t), Options{})
			if err == nil {
				_ = db.Close()
				t.Fatal("it was opened")
			}
			for _, words := range c.says {
				if !strings.Contains(err.Error(), words) {
					t.Errorf("%q does not say %q", err, words)
				}
			}
			if after, _ := os.ReadFile(c.path); string(after) != string(before) {
				t.Error("the file was changed")
			}
		})
	}
}

// TestTwoProgramsBeginTheSameFile: one of them makes the schema, both work on it.
func TestTwoProgramsBeginTheSameFile(t *testing.T) {
	path, schema := filepath.Join(t.TempDir(), "lekha.db"), schemaText(t)
	const programs = 4
	opened := make(chan error, programs)
	for range programs {
		go func() {
			db, err := Open(context.Background(), path, schema, Options{})
			if err == nil {
				err = db.Close()
			}
			opened <- err
		}()
	}
	for range programs {
		if err := <-opened; err != nil {
			t.Error(err)
		}
	}
}

// TestBackupThatFailsLeavesNothing: half a copy is never taken for a backup.
func TestBackupThatFailsLeavesNothing(t *testing.T) {
	db, _ := peopleDB(t)
	folder := t.TempDir()
	path := filepath.Join(folder, "copy.db")
	if err := os.WriteFile(path+".part", []byte("of a backup that was killed"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := db.Backup(ctx, path); err == nil {
		t.Error("a backup that was stopped went well")
	}
	if left, _ := os.ReadDir(folder); len(left) != 0 {
		t.Errorf("it leaves %v", left)
	}
	if err := db.Backup(t.Context(), path); err != nil {
		t.Error(err)
	}
}
