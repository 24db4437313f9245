package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestMatchingTargets runs the engine over books that nobody looked at while it
// was made, and asks for the figures that it promises: books like those that the
// calibration is fitted to, and books of a lender that nothing is fitted to.
func TestMatchingTargets(t *testing.T) {
	for _, made := range []struct {
		lender   string
		make     func(seed uint64, accounts, payments int) portfolio
		seed     uint64
		accounts int
	}{
		{"first", makePortfolio, 101, 200}, {"first", makePortfolio, 102, 500}, {"first", makePortfolio, 103, 5_000}, {"first", makePortfolio, 104, 20_000},
		{"held out", makeHeldOut, 101, 200}, {"held out", makeHeldOut, 102, 1_000}, {"held out", makeHeldOut, 103, 5_000}, {"held out", makeHeldOut, 104, 20_000},
	} {
		f := made.make(made.seed, made.accounts, 1000)
		s := score(f.truth, predict(f, nil))
		for _, figure := range []struct {
			name      string
			got, want float64
		}{
			{"recall on resolvable", s.recall(), 0.95},
			{"hit@3", s.hitAt3(), 0.98},
			{"gated coverage", s.autoCoverage(), 0.55},
			{"gated precision", s.autoPrecision(), 0.995},
			{"duplicate precision", ratio(s.flaggedOK, s.flagged), 1},
			{"duplicate recall", ratio(s.flaggedOK, s.duplicates), 0.95},
			{"exact splits", ratio(s.splitsExact, s.splits), 0.95},
			{"calibration", 1 - s.calibrationError(), 1 - 0.04},
			{"right on difficulty 1", -float64(s.easyWrong), 0},
		} {
			if figure.got < figure.want {
				t.Errorf("%s lender, seed %d: %s is %.4f, want at least %.4f", made.lender, made.seed, figure.name, figure.got, figure.want)
			}
		}
	}
}

// TestMatchingMakesTheSameBook: a seed stands for one book.
func TestMatchingMakesTheSameBook(t *testing.T) {
	for _, make := range []func(seed uint64, accounts, payments int) portfolio{makePortfolio, makeHeldOut} {
		a, b := make(5, 60, 200), make(5, 60, 200)
		if !slices.Equal(a.payments, b.payments) || !slices.Equal(a.accounts, b.accounts) {
			t.Error("the same seed made two books")
		}
		if c := make(6, 60, 200); slices.Equal(a.payments, c.payments) {
			t.Error("two seeds made one book")
		}
	}
}

// TestMatchingCommand: a folder without truth.csv is answered and not scored, and
// the rows are those that the evaluator takes.
func TestMatchingCommand(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{
		"accounts.csv": "account_id,account_ref,virtual_account,mandate_ref,customer_id,borrower_name,co_applicant_name,phone,product,status,emi_paise,collection_account,remitter_ifsc,remitter_last4\n" +
			"A1,PLPUN0068485,,,C1,Lalitha Naidu,,9812345670,PL,active,215000,HDFC-CA-01,,\n",
		"dues.csv":    "due_id,account_id,due_date,emi_paise,charges_paise,total_due_paise\nD1,A1,2026-06-05,215000,0,215000\n",
		"advices.csv": "account_id,utr,amount_paise,advised_on\n",
		"history.csv": "value_date,amount_paise,utr,narration,collection_account,account_id\n",
		"payments.csv": "payment_id,value_date,amount_paise,utr,narration,collection_account\n" +
			"P1,2026-06-06,215000,0000615712345678,UPI-L NAIDU-9812345670@YBL-SBIN0001111-615712345678-EMI,HDFC-CA-01\n" +
			"P2,2026-06-06,215000,,CREDIT 615712345678,HDFC-CA-01\n" +
			"P3,2026-06-06,7700,,CREDIT INTEREST CAPITALISED JUN 2026,HDFC-CA-01\n",
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(dir, "out.csv")
	var out strings.Builder
	if err := runMatching([]string{"--data", dir, "--out", file}, &out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "nothing to score") {
		t.Errorf("said %q", out.String())
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(got)), "\n")
	if len(lines) != 4 || lines[0] != "payment_id,rank,account_ids,amounts_paise,confidence,decision,auto" ||
		!strings.HasPrefix(lines[1], "P1,1,A1,215000,0.9") || !strings.HasSuffix(lines[1], ",match,1") ||
		!strings.HasSuffix(lines[2], ",duplicate,0") || !strings.HasSuffix(lines[3], ",none,0") {
		t.Errorf("rows:\n%s", got)
	}
}

// TestSpeedBenchmark: the benchmark imports into a small book, finds its accounts,
// and measures pages meanwhile.
func TestSpeedBenchmark(t *testing.T) {
	t.Chdir("..")
	var out strings.Builder
	if err := measureSpeed(context.Background(), 7, 150, 300, &out); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"one credit against 150 accounts", "credits imported and scored through the program"} {
		if !strings.Contains(out.String(), part) {
			t.Errorf("%q is missing in:\n%s", part, out.String())
		}
	}
}
