package bankfile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzRead: no file makes Read panic, loop, or lose a row of text.
func FuzzRead(f *testing.F) {
	for _, file := range samples {
		data, err := os.ReadFile(filepath.Join("testdata/statements", file))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data[:min(len(data), 3000)])
	}
	f.Add([]byte("Date,Details,Amount,Dr/Cr,Balance,Dr/Cr\n1/4/26,\"a\nb\",\"1,00,000.00\",Cr,5,Dr\n,c,,,,\nTotal,,,,,\n"))
	f.Add([]byte("\xFF\xFED\x00a\x00t\x00e\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Read("f", data)
		if err != nil {
			if s != nil {
				t.Fatal("a statement and an error")
			}
			return
		}
		for _, l := range s.Lines {
			if (l.Debit > 0) == (l.Credit > 0) || l.Debit < 0 || l.Credit < 0 || l.Ordinal < 1 || !utf8.ValidString(l.Narration) {
				t.Fatalf("bad line %+v", l)
			}
			r := ExtractReference(l, s.Bank)
			if r.Norm != strings.ToUpper(r.Norm) || (r.Norm == "") != (r.Source == "") {
				t.Fatalf("bad reference %+v of %+v", r, l)
			}
		}
	})
}

// FuzzExtractReference: the reference of a line is stable: found again from
// itself as a column, it is the same.
func FuzzExtractReference(f *testing.F) {
	f.Add("UPI-X-Y@Z-IDIB0003632-608909769538-A/C", "0000608909769538", "hdfc")
	f.Add("NEFT CR-UTIB0004541-A-B-UTIBN5202605 0526027185", "", "hdfc")
	f.Fuzz(func(t *testing.T, narration, column, bank string) {
		r := ExtractReference(Line{Narration: narration, RawReference: column}, bank)
		if r.Norm == "" {
			return
		}
		again := ExtractReference(Line{Narration: narration, RawReference: r.Norm}, bank)
		if again.Norm != r.Norm {
			t.Fatalf("%q, then %q", r.Norm, again.Norm)
		}
	})
}
