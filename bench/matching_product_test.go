package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lekha/lending"
	"lekha/matching"
)

// TestMatchingThroughTheProduct: what the engine says of a payment is what comes
// out of the program when the statement went in and the proposals are exported.
func TestMatchingThroughTheProduct(t *testing.T) {
	if testing.Short() {
		t.Skip("loads a portfolio")
	}
	t.Chdir("..")
	data, statements := t.TempDir(), t.TempDir()
	for _, name := range []string{"accounts.csv", "dues.csv", "advices.csv", "history.csv"} {
		text, err := os.ReadFile(filepath.Join("demo/data", name))
		if err == nil {
			err = os.WriteFile(filepath.Join(data, name), text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	f := smallStatement(t, data, statements)
	want := predict(f, nil)
	got, err := predictProduct(context.Background(), f, statements, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		if diff := cmp.Diff(want[i].rows(), got[i].rows()); diff != "" {
			t.Errorf("%s: the program says something else than the engine (-engine +program):\n%s", f.payments[i].narration, diff)
		}
	}
	if s := score(f.truth, got); s.recall() < 0.95 || s.autoCoverage() < 0.5 || s.autoPrecision() < 1 || s.flaggedOK != 1 {
		t.Errorf("recall %.2f, coverage %.2f at precision %.2f, %d duplicates; want 0.95, 0.50, 1 and one", s.recall(), s.autoCoverage(), s.autoPrecision(), s.flaggedOK)
	}
}

// smallStatement pays a due of some accounts in several ways, as a statement of
// HDFC and as the payments and truth of the benchmark. The last line is the first
// once more.
func smallStatement(t *testing.T, data, statements string) portfolio {
	t.Helper()
	rows := [][]string{{"payment_id", "value_date", "amount_paise", "utr", "narration", "collection_account"}}
	truth := [][]string{{"payment_id", "outcome", "account_ids", "amounts_paise", "class", "difficulty", "resolvable"}}
	lines := [][]string{{"Account No :", "50200012345678", "", "", "", "", ""}, {"Date", "Narration", "Chq./Ref.No.", "Value Dt", "Withdrawal Amt.", "Deposit Amt.", "Closing Balance"}}
	closing := lending.Money(0)
	pay := func(outcome string, a matching.Account, d matching.Due, narration, utr string) {
		id := fmt.Sprintf("P%03d", len(rows))
		closing += d.Amount
		rows = append(rows, []string{id, d.DueDate.String(), fmt.Sprint(int64(d.Amount)), utr, narration, "HDFC-CA-01"})
		truth = append(truth, []string{id, outcome, a.ID, fmt.Sprint(int64(d.Amount)), "small", "2", "1"})
		day := d.DueDate.Time().Format("02/01/06")
		lines = append(lines, []string{day, narration, utr, day, "", d.Amount.String(), closing.String()})
	}
	write := func(path string, rows [][]string) {
		file, err := os.Create(path)
		if err == nil {
			err = csv.NewWriter(file).WriteAll(rows)
		}
		if err == nil {
			err = file.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(data, "payments.csv"), rows)
	f, err := readPortfolio(data)
	if err != nil {
		t.Fatal(err)
	}
	day := lending.NewDate(2026, 6, 5)
	due := map[string]matching.Due{}
	for _, d := range f.dues {
		if d.DueDate == day {
			due[d.Account] = d
		}
	}
	for _, a := range f.accounts {
		d, owes := due[a.ID]
		if !owes || !a.Active || len(rows) > 20 {
			continue
		}
		utr := fmt.Sprintf("6156123%05d", len(rows))
		narration := []string{
			"UPI-%s-PAYER@OKAXIS-SBIN0001111-" + utr + "-PAYMENT",
			"UPI-SOMEBODY-PAYER@OKAXIS-SBIN0001111-" + utr + "-LOAN " + a.Ref,
			"IMPS-" + utr + "-%s-SBI-XXXXXXXX1234-EMI",
		}[len(rows)%3]
		if len(rows)%3 != 1 {
			narration = fmt.Sprintf(narration, a.Name)
		}
		pay("MATCH", a, d, narration, utr)
	}
	first := f.accounts[f.indexOf(truth[1][2])]
	pay("DUPLICATE", first, due[first.ID], rows[1][4], rows[1][3])
	write(filepath.Join(data, "payments.csv"), rows)
	write(filepath.Join(data, "truth.csv"), truth)
	write(filepath.Join(statements, "hdfc.csv"), lines)
	if f, err = readPortfolio(data); err != nil || len(f.payments) < 12 {
		t.Fatalf("%d payments, %v", len(f.payments), err)
	}
	return f
}

// indexOf is the place of an account.
func (f portfolio) indexOf(account string) int {
	for i, a := range f.accounts {
		if a.ID == account {
			return i
		}
	}
	return -1
}
