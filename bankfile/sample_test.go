package bankfile

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lekha/lending"
)

// listed is a row of testdata/credits.csv.
type listed struct {
	id, bank, ref, narration, duplicateOf string
	date                                  lending.Date
	amount                                lending.Money
}

func loadCredits(t *testing.T) []listed {
	t.Helper()
	f, err := os.Open("testdata/credits.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []listed
	for _, r := range rows[1:] {
		n, err := strconv.ParseInt(r[3], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, listed{id: r[0], bank: r[1], date: day(t, r[2]), amount: lending.Money(n), ref: r[4], narration: r[5], duplicateOf: r[6]})
	}
	return out
}

func day(t *testing.T, s string) lending.Date {
	t.Helper()
	d, err := parseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func readSample(t *testing.T, file string) *Statement {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata/statements", file))
	if err != nil {
		t.Fatal(err)
	}
	// The name says nothing: what the file is follows from its content.
	s, err := Read("download", data)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var samples = map[string]string{"hdfc": "hdfc.csv", "sbi": "sbi.tsv", "axis": "axis.csv", "icici": "icici.xlsx"}

func TestSamples(t *testing.T) {
	type facts struct {
		Format, AccountNo    string
		Opening, Closing     Figure
		Debits               Total
		Lines, Footer, Blank int
		NewestFirst          bool
		Checked              int
	}
	// Rows, debits and balances were counted over the files by a script that shares no code with this package.
	want := map[string]facts{
		"hdfc":  {"csv", "50200012345678", Figure{1234567800, true, false}, Figure{1579346681, true, false}, Total{16, 64676200}, 381, 3, 1, false, 380},
		"sbi":   {"tsv", "30123456789", Figure{88000000, true, false}, Figure{785750305, true, false}, Total{3, 6758900}, 80, 1, 0, true, 79},
		"axis":  {"csv", "917020012345678", Figure{40500000, true, false}, Figure{367554166, true, false}, Total{16, 83059700}, 389, 1, 1, false, 388},
		"icici": {"xlsx", "000405123456", Figure{77700000, true, false}, Figure{960887661, true, false}, Total{8, 40335800}, 193, 2, 0, false, 192},
	}
	credits := map[string]Total{}
	for _, c := range loadCredits(t) {
		n := credits[c.bank]
		credits[c.bank] = Total{n.Count + 1, n.Sum + c.amount}
	}
	for bank, file := range samples {
		t.Run(bank, func(t *testing.T) {
			s := readSample(t, file)
			got := facts{s.Format, s.AccountNo, s.Opening, s.Closing, s.Debits, len(s.Lines), len(s.Footer), s.Skipped.Blank, s.NewestFirst, s.Chain.Checked}
			if diff := cmp.Diff(want[bank], got); diff != "" {
				t.Errorf("facts (-want +got):\n%s", diff)
			}
			if s.Bank != bank {
				t.Errorf("bank: got %q, want %q", s.Bank, bank)
			}
			if diff := cmp.Diff(credits[bank], s.Credits); diff != "" {
				t.Errorf("credits against the independent list (-want +got):\n%s", diff)
			}
			if !s.Chain.Whole() || len(s.Rejected) > 0 || len(s.Warnings) > 0 {
				t.Errorf("chain %v, rejected %v, warnings %v; want a whole chain and nothing else", s.Chain.Breaks, s.Rejected, s.Warnings)
			}
			checkLines(t, s)
		})
	}
}

// checkLines holds for every statement: order, one side, ordinals, totals.
func checkLines(t *testing.T, s *Statement) {
	t.Helper()
	for i, l := range s.Lines {
		if i > 0 && l.PostDate < s.Lines[i-1].PostDate {
			t.Errorf("line %d: %v comes after %v", l.No, l.PostDate, s.Lines[i-1].PostDate)
		}
		if (l.Debit > 0) == (l.Credit > 0) || l.Debit < 0 || l.Credit < 0 {
			t.Errorf("line %d: debit %d and credit %d", l.No, l.Debit, l.Credit)
		}
		if l.Ordinal < 1 {
			t.Errorf("line %d: ordinal %d", l.No, l.Ordinal)
		}
	}
	if got := s.Opening.Amount + s.Credits.Sum - s.Debits.Sum; s.Opening.Known && got != s.Closing.Amount && s.Chain.Whole() {
		t.Errorf("opening + credits - debits = %d, closing %d", got, s.Closing.Amount)
	}
}

// TestSampleCredits compares every credit of the statements with the list.
func TestSampleCredits(t *testing.T) {
	type key struct {
		date      lending.Date
		amount    lending.Money
		narration string
	}
	for bank, file := range samples {
		want, got := map[key]int{}, map[key]int{}
		for _, c := range loadCredits(t) {
			if c.bank == bank {
				want[key{c.date, c.amount, c.narration}]++
			}
		}
		for _, l := range readSample(t, file).Lines {
			if l.Credit > 0 {
				got[key{l.ValueDate, l.Credit, l.Narration}]++
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: credits (-list +statement):\n%s", bank, diff)
		}
	}
}

// TestSampleReferences: through the statements as through the list, a duplicate
// has the reference of its original and no other credit has it.
func TestSampleReferences(t *testing.T) {
	credits := loadCredits(t)
	refs := map[string]Reference{}
	owners := map[string][]listed{}
	for _, c := range credits {
		r := ExtractReference(Line{ValueDate: c.date, Narration: c.narration, RawReference: c.ref}, c.bank)
		refs[c.id] = r
		if r.Norm != "" {
			owners[c.bank+" "+r.Norm] = append(owners[c.bank+" "+r.Norm], c)
		}
	}
	pairs := 0
	for _, c := range credits {
		if c.duplicateOf == "" {
			continue
		}
		pairs++
		a, b := refs[c.duplicateOf], refs[c.id]
		if a.Norm == "" || a.Norm != b.Norm {
			t.Errorf("%s duplicates %s: got %q and %q", c.id, c.duplicateOf, a.Norm, b.Norm)
		}
	}
	if pairs != 35 {
		t.Errorf("duplicate pairs: got %d, want 35", pairs)
	}
	for k, cs := range owners {
		originals := 0
		for _, c := range cs {
			if c.duplicateOf == "" {
				originals++
			}
		}
		if originals != 1 {
			t.Errorf("%s belongs to %d transfers that are no duplicates: %+v", k, originals, cs)
		}
	}
}

// TestReferencesWithoutColumn: what the narration alone gives agrees with what
// column and narration give together.
func TestReferencesWithoutColumn(t *testing.T) {
	both, alone := 0, 0
	for _, c := range loadCredits(t) {
		r := ExtractReference(Line{ValueDate: c.date, Narration: c.narration, RawReference: c.ref}, c.bank)
		n := ExtractReference(Line{ValueDate: c.date, Narration: c.narration}, c.bank)
		if n.Norm != "" && n.Norm != r.Norm {
			t.Errorf("%q with %q: got %q, from the narration alone %q", c.narration, c.ref, r.Norm, n.Norm)
		}
		if r.Norm != "" {
			both++
		}
		if n.Norm != "" {
			alone++
		}
	}
	// Transfers within the bank carry their number in the column only.
	if both != 931 || alone != 924 {
		t.Errorf("references found: got %d with the column, %d without; want 931, 924", both, alone)
	}
}
