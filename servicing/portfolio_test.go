package servicing

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lekha/lending"
	"lekha/store"
)

const exampleFolder = "../docs/examples/portfolio"

// example reads the files that the documentation shows.
func example(t *testing.T) PortfolioFiles {
	t.Helper()
	files, err := ReadPortfolio(os.DirFS(exampleFolder))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestPortfolioExampleIsTakenOverWhole(t *testing.T) {
	h := newHouse(t)
	var stages []string
	check, err := h.office.ImportPortfolio(t.Context(), h.asha, example(t), func(stage string, done, total int) { stages = append(stages, stage) })
	for _, e := range check.Errors {
		t.Errorf("%s line %d, %s: %s", e.File, e.Line, e.Field, e.Message)
	}
	h.must(err)
	totals := map[string]string{}
	for _, total := range check.Totals {
		totals[total.Name] = total.Value()
	}
	// 62,675.67 after six instalments of 11,002; 150,000; 52,000 less eight times 5,778; 80,000 that is not due yet.
	want := map[string]string{"borrowers": "4", "loans": "5", "closed": "1", "principal lent": "576000.00", "principal outstanding": "298451.67",
		"overdue": "58936.00", "receipts": "4", "received": "80594.00", "paid on due dates": "231058.84", "fees": "2", "fees demanded": "826.00",
		"excess": "5000.00", "advices": "1"}
	if diff := cmp.Diff(want, totals); diff != "" {
		t.Errorf("control totals (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"checking", "writing"}, stages); diff != "" {
		t.Errorf("progress (-want +got):\n%s", diff)
	}
	h.sound()
	s := h.book(h.account("pl-0001")).Summary
	// 2% and 18% on it were kept back of 120,000; the fee of October was paid in November.
	if s.DisbursalAmount != rupees("117168") || s.PrincipalOutstanding != rupees("62675.67") || s.FeePaid != rupees("590") || s.DPD != 0 || s.PeakDPD != 31 {
		t.Errorf("PL-0001: %+v", s)
	}
	if s := h.book(h.account("TW-0001")).Summary; s.DPD != 70 || s.DueNow != rupees("6686") || s.AssetCategory != lending.SMA2 {
		t.Errorf("TW-0001: %+v", s)
	}
	if a := h.account("PL-0002"); a.Status != "closed" || h.book(a).Summary.TotalOutstanding != 0 {
		t.Errorf("PL-0002: %+v", a)
	}
}

// TestPastReceiptsAreKnown proves that a receipt that was taken over is the same
// money as its line on a later statement, and that its payer is remembered.
func TestPastReceiptsAreKnown(t *testing.T) {
	h := newHouse(t)
	_, err := h.office.ImportPortfolio(t.Context(), h.asha, example(t), nil)
	h.must(err)
	var remembered []string
	h.read(func(ctx context.Context, v *store.View) error {
		memories, err := v.Memories(ctx)
		for _, m := range memories {
			remembered = append(remembered, m.Kind+" "+m.Value)
		}
		return err
	})
	if !slices.Contains(remembered, "vpa sunita.devi@oksbi") {
		t.Errorf("remembered %q", remembered)
	}
	result := h.importCSV(hdfcFile("05/11/26,UPI-SUNITA DEVI-SUNITA.DEVI@OKSBI-SBIN0001234-630912345678-EMI NOV AND CHARGE,0000630912345678,05/11/26,,11592.00,111592.00"))
	if result.Statement.Confirmed != 1 || result.Statement.Created != 0 {
		t.Errorf("the line of a receipt taken over: %+v", result.Statement)
	}
	h.sound()
}

// TestPortfolioRowsAreCheckedOneByOne changes one cell of the example at a time.
func TestPortfolioRowsAreCheckedOneByOne(t *testing.T) {
	h := newHouse(t)
	for _, c := range []struct{ file, old, new, field, says string }{
		{"borrowers.csv", "ABCPD1234F", "ABC", "pan", "PAN"},
		{"borrowers.csv", "C1002,Kaveri", "C1001,Kaveri", "borrower_ref", "Line 2"},
		{"borrowers.csv", "Sunita Devi", "", "name", "missing"},
		{"loans.csv", "PL-0001,C1001", "PL-0001,C9999", "borrower_ref", "C9999"},
		{"loans.csv", "\"1,20,000.00\"", "1.2e5", "principal", "not an amount"},
		{"loans.csv", "05-05-2026", "31-02-2026", "disbursed_on", "not a date"},
		{"loans.csv", "GL-0001,C1004", "PL-0001,C1004", "account_ref", "Line 2"},
		{"loans.csv", "Personal loans,TW", "Lorries,TW", "program", "Lorries"},
		{"loans.csv", ",21,9,", ",21,0,", "emi_count", "instalments"},
		{"loans.csv", "2026-08-07,6686", "2026-08-07,6687", "overdue", "6,686.00"},
		{"loans.csv", "2026-04-05,0,", "2026-03-05,,", "status", "owes nothing"},
		{"loans.csv", "10-10-2026,", "10-10-2027,", "paid_to_date", "beyond"},
		{"loans.csv", "HDFC7000000000012345", "HDFC7", "umrn", "20"},
		{"schedules.csv", "BL-0001,2,,,2026-09-10", "BL-0001,1,,,2026-09-10", "no", "upwards"},
		{"schedules.csv", "50000,750", "49000,750", "principal", "1,000.00 less"},
		{"fees.csv", "200,,,36", "200,18,18,36", "igst", "not both"},
		{"receipts.csv", "PL-0001,2026-10-06", "PL-9,2026-10-06", "account_ref", "PL-9"},
		{"receipts.csv", "630912345678,HDFC", "627912345678,HDFC", "utr", "Line 2"},
		{"receipts.csv", "2026-11-02,5000", "2026-12-02,5000", "value_date", "recorded as a receipt"},
		{"receipts.csv", "2026-11-02,5000", "2026-11-16,5000", "value_date", "recorded as a receipt"},
		{"receipts.csv", "2026-11-02,5000", "2026-11-02,200000", "amount", "269ST"},
		{"receipts.csv", "GL-0001,2026-11-02,5000,,cash,,,", "GL-0001,2026-11-02,100000,,cash,,,\nGL-0001,2026-11-02,100000,,cash,,,", "amount", "269ST"},
		{"receipts.csv", "upi,627912345678,HDFC-CA-01", "upi,627912345678,SBI", "collection_bank", "SBI"},
		{"advices.csv", "52250", "abc", "amount", "not an amount"},
	} {
		files := example(t)
		text := string(files[c.file])
		if strings.Count(text, c.old) == 0 {
			t.Fatalf("%s does not hold %q", c.file, c.old)
		}
		files[c.file] = []byte(strings.Replace(text, c.old, c.new, 1))
		check, err := h.office.ImportPortfolio(t.Context(), h.asha, files, nil)
		h.refused(err, "portfolio.invalid")
		found := slices.ContainsFunc(check.Errors, func(e RowError) bool {
			return e.File == c.file && e.Field == c.field && e.Line > 1 && strings.Contains(e.Message, c.says)
		})
		if !found {
			t.Errorf("%s %q -> %q: got %+v", c.file, c.old, c.new, check.Errors)
		}
	}
	h.read(func(ctx context.Context, v *store.View) error {
		accounts, err := v.AllAccounts(ctx, 0, 10)
		_, borrowers, err2 := v.Borrowers(ctx, store.PartyFilter{Limit: 10})
		if len(accounts) != 0 || borrowers != 0 {
			t.Errorf("%d accounts and %d borrowers are left of portfolios that were refused", len(accounts), borrowers)
		}
		return errors.Join(err, err2)
	})
}

func TestPortfolioFilesAreReadByLine(t *testing.T) {
	h := newHouse(t)
	for _, c := range []struct {
		file, text string
		line       int
		says       string
	}{
		{"loans.csv", "", 1, "names of its columns"},
		{"loans.csv", "account_ref,borrower_ref,program,principal,disbursed_on,surprise\n", 1, "no such column"},
		{"borrowers.csv", "borrower_ref\nC1\n", 1, "missing"},
		{"borrowers.csv", "borrower_ref,name\nC1,A\nC2,\"B\nC3,C\n", 3, "quote"},
		{"borrowers.csv", "borrower_ref,name\nC1,A\nC2\n", 3, "1 cells"},
		{"borrowers.csv", "borrower_ref,name\nC1,\xff\xfe\n", 0, "UTF-8"},
	} {
		files := example(t)
		files[c.file] = []byte(c.text)
		check, err := h.office.CheckPortfolio(t.Context(), h.asha, files, nil)
		h.must(err)
		if !slices.ContainsFunc(check.Errors, func(e RowError) bool {
			return e.File == c.file && e.Line == c.line && strings.Contains(e.Message, c.says)
		}) {
			t.Errorf("%q: got %+v, want line %d and %q", c.text, check.Errors, c.line, c.says)
		}
	}
	files := example(t)
	delete(files, "borrowers.csv")
	check, err := h.office.CheckPortfolio(t.Context(), h.asha, files, nil)
	h.must(err)
	if check.Faults == 0 || check.Errors[0].Message != "This file is missing." {
		t.Errorf("without borrowers.csv: %+v", check.Errors)
	}
}

func TestPortfolioTwiceIsRefused(t *testing.T) {
	h := newHouse(t)
	_, err := h.office.ImportPortfolio(t.Context(), h.asha, example(t), nil)
	h.must(err)
	check, err := h.office.ImportPortfolio(t.Context(), h.asha, example(t), nil)
	h.refused(err, "portfolio.invalid")
	if check.Errors[0].Field != "borrower_ref" || !strings.Contains(check.Errors[0].Message, "in the books already") {
		t.Errorf("got %+v", check.Errors[0])
	}
	_, err = h.office.ImportPortfolio(t.Context(), h.ravi, example(t), nil)
	h.refused(err, "permission")
}

func TestOneFormOpensBorrowerAccountAndLoan(t *testing.T) {
	h := newHouse(t)
	account := h.takeOver("", "Sunita Devi", "phone", "98200 11223", "overdue", "0")
	if account.Status != "active" || account.BorrowerName != "Sunita Devi" || account.Phone != "9820011223" {
		t.Errorf("got %+v", account)
	}
	again := h.takeOver("SECOND", "", "borrower_ref", account.BorrowerRef)
	if again.BorrowerID != account.BorrowerID {
		t.Error("the borrower that was named is another one")
	}
	_, err := h.office.OpenLoan(t.Context(), h.asha, LoanForm{"account_ref": "SECOND", "phone": "12", "program": "Nothing", "principal": "x"})
	e := h.refused(err, "loan_form.invalid")
	for _, field := range []string{"account_ref", "name", "phone", "program", "principal", "disbursed_on"} {
		if e.Fields[field] == "" {
			t.Errorf("no word about %s in %v", field, e.Fields)
		}
	}
	_, err = h.office.OpenLoan(t.Context(), h.omar, LoanForm{})
	h.refused(err, "permission")
	h.sound()
}

// TestPaidToDateComesBeforeListedReceipts: of dues that are said to be paid, the
// listed receipts cover the latest.
func TestPaidToDateComesBeforeListedReceipts(t *testing.T) {
	h := newHouse(t)
	files := PortfolioFiles{
		"borrowers.csv": []byte("borrower_ref,name\nC1,A B\n"),
		"loans.csv":     []byte("account_ref,borrower_ref,program,principal,disbursed_on,roi_value,emi_count,paid_to_date\nL1,C1,Personal loans,120000,2026-05-05,18,12,2026-08-05\n"),
		"receipts.csv":  []byte("account_ref,value_date,amount\nL1,2026-08-04,15000\n"),
	}
	_, err := h.office.ImportPortfolio(t.Context(), h.asha, files, nil)
	h.must(err)
	book := h.book(h.account("L1"))
	// Dues of June, July and August are 33,006; 15,000 of it came on 4 August: June on its day, 7,004 on 5 July.
	var got []string
	for _, r := range book.Receipts {
		got = append(got, r.ValueDate.String()+" "+r.Amount.String())
	}
	if diff := cmp.Diff([]string{"2026-06-05 11002.00", "2026-07-05 7004.00", "2026-08-04 15000.00"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if book.Demands[2].PaidOn != day("2026-08-05") || book.Demands[3].PaidOn != 0 {
		t.Errorf("demands 3 and 4: %+v, %+v", book.Demands[2], book.Demands[3])
	}
}
