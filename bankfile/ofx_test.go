package bankfile

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lekha/lending"
)

// TestKotakThreeWays: one account's statement as CSV (newest first, one amount
// column, wrapped narrations), as a web page named .xls, and as OFX, gives the
// same entries. The sums were counted by the script that wrote the files.
func TestKotakThreeWays(t *testing.T) {
	type entry struct {
		Date          lending.Date
		Debit, Credit lending.Money
		Narration     string
		Reference     string
	}
	entries := func(s *Statement) (out []entry) {
		for _, l := range s.Lines {
			out = append(out, entry{l.PostDate, l.Debit, l.Credit, l.Narration, ExtractReference(l, "kotak").Norm})
		}
		return out
	}
	table := readSample(t, "kotak.csv")
	if table.Bank != "kotak" || !table.NewestFirst || len(table.Rejected) > 0 || len(table.Warnings) > 0 || table.Skipped.Continuations == 0 {
		t.Errorf("bank %q, newest first %v, rejected %v, warnings %q, continuations %d", table.Bank, table.NewestFirst, table.Rejected, table.Warnings, table.Skipped.Continuations)
	}
	for file, want := range map[string]struct {
		format  string
		opening Figure
		checked int
	}{
		"kotak.csv": {"csv", Figure{125000000, true, true}, 27},
		"kotak.xls": {"html", Figure{125000000, true, true}, 27},
		"kotak.ofx": {"ofx", Figure{125000000, true, false}, 0},
	} {
		s := readSample(t, file)
		checkLines(t, s)
		if s.Format != want.format || s.AccountNo != "4411223344" || s.Bank != "kotak" || s.Opening != want.opening || s.Closing != (Figure{157525314, true, true}) {
			t.Errorf("%s: %s of %s %s, opening %v, closing %v", file, s.Format, s.Bank, s.AccountNo, s.Opening, s.Closing)
		}
		if s.Credits.Sum != 32845450 || s.Debits.Sum != 320136 || len(s.Lines) != 26 || s.Chain.Checked != want.checked || len(s.Chain.Breaks) > 0 {
			t.Errorf("%s: credits %v, debits %v, %d lines, chain %v", file, s.Credits, s.Debits, len(s.Lines), s.Chain)
		}
		if diff := cmp.Diff(entries(table), entries(s)); diff != "" {
			t.Errorf("%s: entries (-csv +it):\n%s", file, diff)
		}
	}
}

// ofxOf is a file of one statement with the given transactions.
func ofxOf(transactions string) string {
	return "OFXHEADER:100\r\nDATA:OFXSGML\r\n\r\n<OFX>\r\n<BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>INR<BANKACCTFROM><BANKID>X<ACCTID>4411 2233</BANKACCTFROM><BANKTRANLIST>\r\n" +
		transactions + "</BANKTRANLIST><LEDGERBAL><BALAMT>-90.00<DTASOF>20260401</LEDGERBAL><AVAILBAL><BALAMT>5</AVAILBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\r\n"
}

func TestOFXTransactions(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       Line
	}{
		{"values without closing tags", "<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260401<TRNAMT>+12.5<FITID>1<NAME>A &amp; B<MEMO>EMI 1 < 2</STMTTRN>",
			Line{Credit: 1250, Narration: "A & B/EMI 1 < 2"}},
		{"values with closing tags, as XML has them", "<STMTTRN><TRNTYPE>DEBIT</TRNTYPE><DTPOSTED>20260401</DTPOSTED><TRNAMT>-3</TRNAMT><FITID>1</FITID><PAYEE><NAME>MEERA</NAME><CITY>X</CITY></PAYEE><MEMO><![CDATA[<b>]]></MEMO></STMTTRN>",
			Line{Debit: 300, Narration: "MEERA/<b>"}},
		{"a moment in Greenwich is the next day in India", "<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260331190000.000[0:GMT]<TRNAMT>1<NAME>A</STMTTRN>", Line{Credit: 100, Narration: "A"}},
		{"a time without a zone is the bank's", "<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260401235959<TRNAMT>1<NAME>A</STMTTRN>", Line{Credit: 100, Narration: "A"}},
		{"half hours written as minutes", "<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260401001500[+5.30:IST]<TRNAMT>1<NAME>A</STMTTRN>", Line{Credit: 100, Narration: "A"}},
		{"the bank's reference", "<STMTTRN><DTPOSTED>20260401<TRNAMT>1<FITID>99<REFNUM>609106251859<NAME>A</STMTTRN>", Line{Credit: 100, Narration: "A", RawReference: "609106251859"}},
		{"a transaction number that is a UTR", "<STMTTRN><DTPOSTED>20260401<TRNAMT>1<FITID>utibn52026040151234567<NAME>A</STMTTRN>", Line{Credit: 100, Narration: "A", RawReference: "UTIBN52026040151234567"}},
		{"any other transaction number is the bank's own", "<STMTTRN><DTPOSTED>20260401<TRNAMT>1<FITID>555512345678<NAME>A</STMTTRN>", Line{Credit: 100, Narration: "A"}},
		{"the account it came from has a number of its own", "<STMTTRN><DTPOSTED>20260401<TRNAMT>1<NAME>A<BANKACCTTO><ACCTID>999</BANKACCTTO></STMTTRN>", Line{Credit: 100, Narration: "A"}},
	} {
		s, err := Read("x.ofx", []byte(ofxOf(tt.text)))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		tt.want.No, tt.want.Ordinal, tt.want.ValueDate, tt.want.PostDate = 1, 1, lending.NewDate(2026, 4, 1), lending.NewDate(2026, 4, 1)
		if diff := cmp.Diff([]Line{tt.want}, s.Lines); diff != "" {
			t.Errorf("%s: lines (-want +got):\n%s", tt.name, diff)
		}
		if s.AccountNo != "44112233" || s.Closing != (Figure{-9000, true, true}) || s.Opening.Amount != -9000-tt.want.Credit+tt.want.Debit || s.Opening.Stated {
			t.Errorf("%s: account %q, opening %v, closing %v", tt.name, s.AccountNo, s.Opening, s.Closing)
		}
	}
}

func TestOFXRefused(t *testing.T) {
	sound := ofxOf("<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260401<TRNAMT>12.50<NAME>A</STMTTRN>\r\n")
	for _, tt := range []struct{ name, text, part string }{
		{"cut off", sound[:len(sound)-8], "line 7: the file ends in the middle: it was cut off"},
		{"cut in a tag", sound[:strings.Index(sound, "NAME>A")+2], "a tag has no end"},
		{"cut in a transaction", sound[:strings.Index(sound, "<NAME>")] + "</STMTRS></OFX>", "line 6: </STMTRS> closes what was not opened"},
		{"dollars", strings.Replace(sound, "INR", "USD", 1), "line 5: the statement is in USD"},
		{"a bad date", strings.Replace(sound, "20260401<T", "20260431<T", 1), `line 6: the date "20260431" is not a day of the calendar`},
		{"no date", strings.Replace(sound, "<DTPOSTED>20260401", "", 1), `line 6: the date "" is not a date`},
		{"a bad amount", strings.Replace(sound, "12.50", "1,212.50", 1), `line 6: the amount "1,212.50" is not an amount`},
		{"two signs", strings.Replace(sound, "12.50", "--12.50", 1), `line 6: the amount "--12.50" is not an amount`},
		{"the sign against the kind", strings.Replace(sound, "12.50", "-12.50", 1), "line 6: the amount -12.50 is marked as a credit"},
		{"no account", strings.Replace(sound, "<ACCTID>4411 2233", "", 1), "names no account"},
		{"a correction", strings.Replace(sound, "<NAME>", "<CORRECTFITID>4<CORRECTACTION>DELETE<NAME>", 1), "corrects an earlier one"},
		{"entities", strings.Replace(sound, "<BANKMSGSRSV1>", `<!ENTITY a "b">`, 1), "a declaration stands among the tags"},
		{"investments", strings.Replace(sound, "<STMTRS>", "<INVSTMTRS>", 1), "a statement of investments"},
		{"a transaction in a transaction", strings.Replace(sound, "<NAME>", "<STMTTRN><NAME>", 1), "a transaction begins where none can"},
		{"no statement", "<OFX></OFX>", "it holds no statement"},
		{"a header alone", "OFXHEADER:100\r\n", "it begins like OFX and holds no statement"},
	} {
		s, err := Read("x", []byte(tt.text))
		if s != nil {
			t.Errorf("%s: got a statement", tt.name)
		}
		wantRefusal(t, err, "statement.unreadable", tt.part)
	}
	if _, err := Read("x", []byte(`<?xml version="1.0"?><?OFX OFXHEADER="200" VERSION="211"?>`+sound[strings.Index(sound, "<OFX>"):])); err != nil {
		t.Errorf("OFX 2: %v", err)
	}
}
