//go:build cgo

package main

import (
	"bytes"
	"context"
	"database/sql"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// said is what a command wrote.
type said struct{ out, err string }

// give runs a command of the program with some standard input.
func give(t *testing.T, stdin string, args ...string) (said, error) {
	t.Helper()
	var out, errs bytes.Buffer
	err := run(t.Context(), args, strings.NewReader(stdin), &out, &errs)
	return said{out.String(), errs.String()}, err
}

// must runs a command that has to succeed.
func must(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	said, err := give(t, stdin, args...)
	if err != nil {
		t.Fatalf("%v: %v\n%s%s", args, err, said.out, said.err)
	}
	return said.out
}

// company makes a file after its first run, with what the example portfolio names.
func company(t *testing.T) string {
	t.Helper()
	return companyOn(t, lending.NewDate(2026, 11, 16))
}

// companyOn is one whose books start on another day.
func companyOn(t *testing.T, day lending.Date) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lekha.db")
	db, err := store.Open(t.Context(), path, schema, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	people := servicing.NewPeople(servicing.New(db), servicing.PasswordCost{MemoryKiB: 8, Passes: 1, Threads: 1})
	user := func(name string) servicing.NewUser {
		return servicing.NewUser{Username: name, Name: name, Password: "a quiet river"}
	}
	_, err = people.SetUp(t.Context(), servicing.FirstRun{
		Company: servicing.CompanyInput{Name: "Acme Finance", BusinessDate: day},
		Bank:    servicing.BankInput{Code: "HDFC-CA-01", IFSC: "HDFC0000001", AccountNo: "50200012345678", AccountHolderName: "Acme Finance"},
		Program: servicing.ProgramInput{Name: "Personal loans"},
		Admin:   user("anil"), Operator: user("asha"), CreditManager: user("ravi"), Demo: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestCommandLineNamesItsCommands(t *testing.T) {
	if out := must(t, "", "version"); out != "lekha "+version+"\n" {
		t.Errorf("version says %q", out)
	}
	said, err := give(t, "", "fly")
	if err == nil || !strings.Contains(said.err, "import-portfolio DIR") {
		t.Errorf("an unknown command: %v, %q", err, said.err)
	}
	for _, args := range [][]string{{"user"}, {"token", "add"}, {"import"}, {"import-portfolio"}, {"backup"}, {"user", "add", "x", "--name", "X"}} {
		if _, err := give(t, "", args...); err == nil || !strings.Contains(err.Error(), "usage: lekha "+args[0]) {
			t.Errorf("%v: %v", args, err)
		}
	}
	if _, err := give(t, "", "eod", "--date", "tomorrow"); err == nil {
		t.Error("a date that is none was taken")
	}
}

func TestUserAndTokenFromTheCommandLine(t *testing.T) {
	path := company(t)
	if out := must(t, "another quiet river\n", "user", "add", "bela", "--db", path, "--name", "Bela", "--role", "operator", "--password-stdin"); out != "bela\n" {
		t.Errorf("user add says %q", out)
	}
	_, err := give(t, "short\n", "user", "add", "mina", "--db", path, "--name", "Mina", "--role", "operator,credit_manager", "--password-stdin")
	if err == nil || !strings.Contains(err.Error(), "password: ") || !strings.Contains(err.Error(), "roles: ") {
		t.Errorf("a bad user: %v", err)
	}
	token := must(t, "", "token", "add", "--role", "api", "--db", path, "bank feed")
	if !strings.HasPrefix(token, "lk_") || strings.Count(token, "\n") != 1 {
		t.Errorf("token add says %q", token)
	}
	db, err := store.Open(t.Context(), path, schema, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	people := servicing.NewPeople(servicing.New(db), servicing.PasswordCost{MemoryKiB: 8, Passes: 1, Threads: 1})
	if actor, err := people.ActorOfToken(t.Context(), strings.TrimSpace(token)); err != nil || !actor.Has(servicing.APIClient) {
		t.Errorf("the token is %+v, %v", actor, err)
	}
	if _, _, err := people.SignIn(t.Context(), servicing.Credentials{Username: "bela", Password: "another quiet river"}); err != nil {
		t.Error(err)
	}
}

func TestDaysFromTheCommandLine(t *testing.T) {
	path := companyOn(t, lending.NewDate(2024, 11, 16)) // days that have come by any machine's calendar
	if out := must(t, "", "eod", "--db", path); !strings.HasPrefix(out, "business date 2024-11-17\ndays 1\n") {
		t.Errorf("eod says %q", out)
	}
	if out := must(t, "", "eod", "--db", path, "--date", "2024-11-20"); !strings.HasPrefix(out, "business date 2024-11-20\ndays 3\n") {
		t.Errorf("eod to a date says %q", out)
	}
	if out := must(t, "", "verify", "--db", path); !strings.HasSuffix(out, ": 0 differ\n") {
		t.Errorf("verify says %q", out)
	}
}

func TestMainJobFromTheCommandLine(t *testing.T) {
	path := company(t)
	out := must(t, "", "import-portfolio", "docs/examples/portfolio", "--db", path)
	for _, line := range []string{"borrowers 4\n", "loans 5\n", "principal outstanding 298451.67\n", "overdue 58936.00\n"} {
		if !strings.Contains(out, line) {
			t.Errorf("import-portfolio does not say %q in\n%s", line, out)
		}
	}
	said, err := give(t, "", "import-portfolio", "docs/examples/portfolio", "--db", path)
	if err == nil || !strings.Contains(said.err, "borrowers.csv line 2, borrower_ref: ") || said.out != "" {
		t.Errorf("the same again: %v, %q, %q", err, said.out, said.err)
	}
	out = must(t, "", "import", "bankfile/testdata/statements/hdfc.csv", "--bank", "HDFC-CA-01", "--db", path)
	for _, line := range []string{"rows 381\n", "created 348\n", "duplicates 17\n", "outgoing 16\n", "rejected 0\n"} {
		if !strings.Contains(out, line) {
			t.Errorf("import does not say %q in\n%s", line, out)
		}
	}
	if out = must(t, "", "import", "bankfile/testdata/statements/hdfc.csv", "--db", path); !strings.HasPrefix(out, "already imported as STM") {
		t.Errorf("the same again: %q", out)
	}
	if out = must(t, "", "verify", "--db", path); !strings.HasSuffix(out, ": 0 differ\n") {
		t.Errorf("verify says %q", out)
	}
	copied := filepath.Join(t.TempDir(), "copy.db")
	if out = must(t, "", "backup", copied, "--db", path); out != copied+"\n" {
		t.Errorf("backup says %q", out)
	}
	must(t, "", "verify", "--db", copied)
	if _, err := give(t, "", "backup", copied, "--db", path); err == nil {
		t.Error("a backup overwrote a file")
	}
	tamper(t, copied, `UPDATE positions SET due_now = due_now + 1`)
	if said, err = give(t, "", "verify", "--db", copied); err == nil || !strings.Contains(said.out, "position differs") {
		t.Errorf("verify of a changed file: %v, %q", err, said.out)
	}
	must(t, "", "verify", "--db", path)
}

func tamper(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}

// TestDemoOfASecondProgramTouchesNothing: --fresh beside a running program stops
// at the address, before it takes the file away.
func TestDemoOfASecondProgramTouchesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demo.db")
	first := start(t, "demo", "--db", path, "--addr", "127.0.0.1:0")
	address := strings.TrimPrefix(first.base, "http://")
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := give(t, "", "demo", "--fresh", "--db", path, "--addr", address); err == nil || !strings.Contains(err.Error(), "listening") {
		t.Errorf("a second program on the same address: %v", err)
	}
	after, err := os.Stat(path)
	if err != nil || !os.SameFile(before, after) {
		t.Errorf("the file was taken away: %v", err)
	}
	for _, name := range []string{"operator", "manager", "finance", "admin", "auditor"} {
		if !strings.Contains(first.out.String(), "  "+name) {
			t.Errorf("no sign-in of %s in\n%s", name, first.out)
		}
	}
}

// TestFreshLeavesAFileThatIsOpen: --fresh on another address stops too while a
// program has the file open, and starts again when it has ended.
func TestFreshLeavesAFileThatIsOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demo.db")
	db, err := store.Open(t.Context(), path, schema, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if used, err := store.InUse(t.Context(), path); err != nil || !used {
		t.Errorf("open here: in use %v, %v", used, err)
	}
	if _, err := give(t, "", "demo", "--fresh", "--db", path, "--addr", "127.0.0.1:0"); err == nil || !strings.Contains(err.Error(), "another program has") {
		t.Errorf("--fresh on a file that is open: %v", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if used, err := store.InUse(t.Context(), path); err != nil || used {
		t.Errorf("closed: in use %v, %v", used, err)
	}
	start(t, "demo", "--fresh", "--db", path, "--addr", "127.0.0.1:0")
}

// TestCommandsBeforeTheFirstRun: money needs a company, and says so; the file
// itself can be looked at.
func TestCommandsBeforeTheFirstRun(t *testing.T) {
	path := filepath.Join(t.TempDir(), "empty.db")
	db, err := store.Open(t.Context(), path, schema, store.Options{})
	if err != nil || db.Close() != nil {
		t.Fatal(err)
	}
	said, err := give(t, "", "verify", "--db", path)
	if err != nil || !strings.Contains(said.err, "nothing is set up yet") || !strings.HasSuffix(said.out, ": 0 differ\n") {
		t.Errorf("verify: %v, %q, %q", err, said.out, said.err)
	}
	for _, args := range [][]string{{"eod"}, {"import", "commands_test.go"}, {"import-portfolio", t.TempDir()}} {
		if _, err := give(t, "", append(args, "--db", path)...); err == nil || !strings.Contains(err.Error(), "nothing is set up yet in "+path) {
			t.Errorf("%v: %v", args, err)
		}
	}
}

// TestCommandsTouchNoOtherBooks: a mistyped file makes no new database, and the
// sample is never loaded into or started over somebody's own books.
func TestCommandsTouchNoOtherBooks(t *testing.T) {
	dir := t.TempDir()
	typo := filepath.Join(dir, "deep", "typo.db")
	for _, args := range [][]string{
		{"backup", filepath.Join(dir, "copy.db")}, {"verify"}, {"token", "add", "x", "--role", "auditor"}, {"eod"}, {"import", "commands_test.go"},
	} {
		if err := run(t.Context(), append(args, "--db", typo), strings.NewReader(""), io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), "there is no database") {
			t.Errorf("%v on a file that is not there: %v", args, err)
		}
	}
	if _, err := os.Stat(filepath.Dir(typo)); !os.IsNotExist(err) {
		t.Error("a mistyped name made a folder")
	}
	own := filepath.Join(dir, "own.db")
	booksOf(t, own, store.Company{Name: "Own Finance"})
	older := filepath.Join(dir, "older.db")
	booksOf(t, older, store.Company{Name: "Own Finance"})
	tamper(t, older, `PRAGMA user_version = 1`)
	for _, path := range []string{own, older} {
		for _, flags := range [][]string{nil, {"--fresh"}} {
			err := run(t.Context(), append([]string{"demo", "--db", path, "--addr", "127.0.0.1:0"}, flags...), strings.NewReader(""), io.Discard, io.Discard)
			if err == nil || !strings.Contains(err.Error(), "holds the books of Own Finance") {
				t.Errorf("demo %v over own books in %s: %v", flags, path, err)
			}
		}
	}
}

// booksOf makes a file that holds the books of a company.
func booksOf(t *testing.T, path string, company store.Company) {
	t.Helper()
	db, err := store.Open(t.Context(), path, schema, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		company.BusinessDate = lending.NewDate(2026, 11, 16)
		return tx.CreateCompany(ctx, company)
	})
	if err != nil || db.Close() != nil {
		t.Fatal(err)
	}
}

// TestFreshSampleOfAnyVersion: a sample that another version of the program made
// is started again when asked for, and only then; another program's file never.
func TestFreshSampleOfAnyVersion(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demo.db")
	booksOf(t, path, store.Company{Name: "Old Sample", IsDemo: true})
	tamper(t, path, `PRAGMA user_version = 1`)
	demo := []string{"demo", "--db", path, "--addr", "127.0.0.1:0"}
	if _, err := give(t, "", demo...); err == nil || !strings.Contains(err.Error(), "has schema version 1") {
		t.Errorf("the sample of an older version was opened: %v", err)
	}
	start(t, append(demo, "--fresh")...)
	if books, err := store.BooksIn(t.Context(), path); err != nil || books.Company == "Old Sample" || !books.IsDemo {
		t.Errorf("it was not started again: %+v, %v", books, err)
	}
	notes := filepath.Join(t.TempDir(), "notes.db")
	tamper(t, notes, `CREATE TABLE notes (line TEXT)`)
	if _, err := give(t, "", "demo", "--db", notes, "--addr", "127.0.0.1:0", "--fresh"); err == nil || !strings.Contains(err.Error(), "not a Lekha database") {
		t.Errorf("another program's file was started over: %v", err)
	}
}

// Help is an answer, not a failure, and a word that nobody reads is refused: it was
// meant to say something.
func TestHelpAndWordsTooMany(t *testing.T) {
	for _, args := range [][]string{{"help"}, {"--help"}, {"-h"}} {
		if out := must(t, "", args...); !strings.Contains(out, "lekha verify") || !strings.Contains(out, "--payout-folder") {
			t.Errorf("%v says %q", args, out)
		}
	}
	if said, err := give(t, "", "import", "--help"); err != nil || !strings.Contains(said.err, "lekha import FILE") {
		t.Errorf("import --help: %v, %q", err, said.err)
	}
	for _, args := range [][]string{{"serve", "extra"}, {"backup", "one.db", "two.db"}, {"eod", "2026-11-16"}} {
		if _, err := give(t, "", args...); err == nil || !strings.Contains(err.Error(), "one word too many") {
			t.Errorf("%v: %v", args, err)
		}
	}
}
