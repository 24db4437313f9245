package bankfile

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzRead: no file makes Read panic, loop, or lose a row of text.
func FuzzRead(f *testing.F) {
	for _, file := range append(slices.Collect(maps.Values(samples)), "axis.mt940", "icici.camt053.xml", "kotak.csv", "kotak.xls", "kotak.ofx") {
		data, err := os.ReadFile(filepath.Join("testdata/statements", file))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data[:min(len(data), 3000)])
	}
	f.Add([]byte("Date,Details,Amount,Dr/Cr,Balance,Dr/Cr\n1/4/26,\"a\nb\",\"1,00,000.00\",Cr,5,Dr\n,c,,,,\nTotal,,,,,\n"))
	f.Add([]byte(swiftDay(":61:2604010402RC5,00NTRFX//Y\r\nZ\r\n:86:166?00A?20EREF+B?32C\r\n:61:260401C5,00NTRFX\r\n:86:/EREF/A/REMI/B\r\n", "100,00")))
	f.Add([]byte(camtOf("08", one08+one02+`<Ntry><Amt Ccy="INR">2</Amt>`+head08+`<NtryDtls>`+transfer("1", "CRDT", "a")+transfer("1", "CRDT", "b")+`</NtryDtls></Ntry>`, "127")))
	f.Add([]byte(ofxOf("<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260401120000[+5.5:IST]<TRNAMT>12.50<NAME>A<MEMO><![CDATA[b]]></STMTTRN>")))
	f.Add([]byte("<table><tr><td colspan=2>Date<td>Details<td>Debit<td>Credit<tr><td>1/4/26<td><td>a<table><tr><td>b</table><td><td>1</table>"))
	f.Add([]byte("\xFF\xFED\x00a\x00t\x00e\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Read("f", data)
		if err != nil {
			if s != nil {
				t.Fatal("a statement and an error")
			}
			return
		}
		nos := map[int]bool{}
		for _, l := range s.Lines {
			if nos[l.No] {
				t.Fatalf("two lines have the number %d", l.No)
			}
			nos[l.No] = true
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
	f.Add("0", "00555555555", "")
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
