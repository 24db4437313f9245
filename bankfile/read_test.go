package bankfile

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lekha/lending"
)

// read reads a text as a statement and fails the test when it is refused.
func read(t *testing.T, text string) *Statement {
	t.Helper()
	s, err := Read("statement.txt", []byte(text))
	if err != nil {
		t.Fatalf("refused: %v", err)
	}
	checkLines(t, s)
	return s
}

const axisHeader = "Tran Date,CHQNO,PARTICULARS,DR,CR,BAL,SOL\n"

// brief is a line as the tests compare it.
type brief struct {
	No            int
	Date          string
	Narration     string
	Debit, Credit lending.Money
	Ordinal       int
}

func briefs(s *Statement) []brief {
	var out []brief
	for _, l := range s.Lines {
		out = append(out, brief{l.No, l.PostDate.String(), l.Narration, l.Debit, l.Credit, l.Ordinal})
	}
	return out
}

func TestLayouts(t *testing.T) {
	tests := []struct {
		name, text, bank string
		want             []brief
	}{
		{"one amount column with an indicator",
			"Kotak Mahindra Bank Limited\nAccount No: 4411223344\n\nSl. No.,Transaction Date,Value Date,Description,Chq / Ref No.,Amount,Dr / Cr,Balance,Dr / Cr\n" +
				"1,01-04-2026,01-04-2026,UPI/MEERA RAO/609106251859/rent,UPI-609106251859,\"1,500.00\",CR,500.00,CR\n" +
				"2,02-04-2026,02-04-2026,NEFT OUT,,700.00,DR,200.00,DR\n", "kotak",
			[]brief{{5, "2026-04-01", "UPI/MEERA RAO/609106251859/rent", 0, 150000, 1}, {6, "2026-04-02", "NEFT OUT", 70000, 0, 1}}},
		{"a sign in one amount column",
			"Date,Details,Amount\n2026-04-01,in,10.5\n2026-04-02,out,-3\n", "",
			[]brief{{2, "2026-04-01", "in", 0, 1050, 1}, {3, "2026-04-02", "out", 300, 0, 1}}},
		{"a mark behind the amount",
			"Date|Details|Amount|Balance\n1 Apr 2026|in|10.00 Cr|10.00 Cr\n2 Apr 2026|out|30.00Dr.|20.00 (Dr)\n", "",
			[]brief{{2, "2026-04-01", "in", 0, 1000, 1}, {3, "2026-04-02", "out", 3000, 0, 1}}},
		{"wrapped narration, a separator and the header again",
			"HDFC BANK Ltd.\nDate,Narration,Chq./Ref.No.,Value Dt,Withdrawal Amt.,Deposit Amt.,Closing Balance\n" +
				"01/04/26,NEFT CR-UTIB0004541-SOME LONG,,01/04/26,,100.00,100.00\n,NAME PVT LTD-UTIBN5202604,,,,,\n,0151234567,,,,,\n" +
				"***,***,***,***,***,***,***\nDate,Narration,Chq./Ref.No.,Value Dt,Withdrawal Amt.,Deposit Amt.,Closing Balance\n" +
				"02/04/26,X,,02/04/26,40.00,,60.00\n", "hdfc",
			[]brief{{3, "2026-04-01", "NEFT CR-UTIB0004541-SOME LONG NAME PVT LTD-UTIBN52026040151234567", 0, 10000, 1}, {8, "2026-04-02", "X", 4000, 0, 1}}},
		{"a quoted cell over two lines, and a time after the date",
			axisHeader + "01-04-2026 10:11:12,-,\"UPI/P2A/609106251859\nRAO\", ,5.00,5.00,1\n", "axis",
			[]brief{{2, "2026-04-01", "UPI/P2A/609106251859 RAO", 0, 500, 1}}},
		{"newest first without balances, twins kept apart",
			"Date,Details,Debit,Credit\n03/04/2026,c,,1\n02/04/2026,b,,2\n02/04/2026,b,,2\n01/04/2026,a,3,\n", "",
			[]brief{{5, "2026-04-01", "a", 300, 0, 1}, {4, "2026-04-02", "b", 0, 200, 1}, {3, "2026-04-02", "b", 0, 200, 2}, {2, "2026-04-03", "c", 0, 100, 1}}},
		{"one day newest first, told by the balances",
			axisHeader + "01-04-2026,-,third, ,1.00,16.00,1\n01-04-2026,-,second,5.00, ,15.00,1\n01-04-2026,-,first, ,20.00,20.00,1\n", "axis",
			[]brief{{4, "2026-04-01", "first", 0, 2000, 1}, {3, "2026-04-01", "second", 500, 0, 1}, {2, "2026-04-01", "third", 0, 100, 1}}},
		{"CR and nothing else ends the lines",
			"Date,Details,Debit,Credit\r01/04/2026,a,,1\r02/04/2026,b,,2", "",
			[]brief{{2, "2026-04-01", "a", 0, 100, 1}, {3, "2026-04-02", "b", 0, 200, 1}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := read(t, tt.text)
			if diff := cmp.Diff(tt.want, briefs(s)); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
			if s.Bank != tt.bank || len(s.Rejected) > 0 || len(s.Chain.Breaks) > 0 {
				t.Errorf("bank %q, want %q; rejected %v; breaks %v", s.Bank, tt.bank, s.Rejected, s.Chain.Breaks)
			}
		})
	}
}

func TestOverdrawn(t *testing.T) {
	s := read(t, "Date,Details,Debit,Credit,Balance\n01/04/2026,a,30,,20.00 Dr\n02/04/2026,b,,15,-5.00\n03/04/2026,c,,15,10.00Cr\n")
	if got, want := s.Opening, (Figure{1000, true, false}); got != want {
		t.Errorf("opening: got %+v, want %+v", got, want)
	}
	if !s.Chain.Whole() {
		t.Errorf("chain breaks: %v", s.Chain.Breaks)
	}
}

func TestEncodings(t *testing.T) {
	text := axisHeader + "01-04-2026,-,UPI/P2A/609106251859/JOSÉ, ,1590.00,1590.00,123\n"
	utf16 := func(order string, mark bool) []byte {
		var b []byte
		runes := []rune(text)
		if mark {
			runes = append([]rune{0xFEFF}, runes...)
		}
		for _, r := range runes {
			if order == "le" {
				b = append(b, byte(r), byte(r>>8))
			} else {
				b = append(b, byte(r>>8), byte(r))
			}
		}
		return b
	}
	for name, data := range map[string][]byte{
		"UTF-8": []byte(text), "UTF-8 with mark": []byte("\xEF\xBB\xBF" + text), "Windows-1252": []byte(strings.ReplaceAll(text, "É", "\xC9")),
		"UTF-16LE": utf16("le", true), "UTF-16BE": utf16("be", true), "UTF-16LE without mark": utf16("le", false), "UTF-16BE without mark": utf16("be", false),
	} {
		s, err := Read(name, data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(s.Lines) != 1 || s.Lines[0].Narration != "UPI/P2A/609106251859/JOSÉ" {
			t.Errorf("%s: got %+v", name, s.Lines)
		}
		if guessed := name == "Windows-1252"; guessed != (len(s.Warnings) == 1) {
			t.Errorf("%s: warnings %q", name, s.Warnings)
		}
	}
}

func TestUnquotedCommas(t *testing.T) {
	s := read(t, axisHeader+"01-04-2026,-,a, ,10.00,10.00,1\n02-04-2026,-,NEFT/x, y, and z, ,10.00,20.00,1\n03-04-2026,-,c,5.00, ,15.00,1\n")
	want := []brief{{2, "2026-04-01", "a", 0, 1000, 1}, {3, "2026-04-02", "NEFT/x, y, and z", 0, 1000, 1}, {4, "2026-04-03", "c", 500, 0, 1}}
	if diff := cmp.Diff(want, briefs(s)); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	if len(s.Warnings) != 1 || !strings.Contains(s.Warnings[0], "comma") {
		t.Errorf("warnings: got %q", s.Warnings)
	}
}

func TestTwoReferenceColumns(t *testing.T) {
	s := read(t, "Date,Details,Cheque No,UTR,Debit,Credit\n01/04/2026,a,000123,,,1\n02/04/2026,b,-,UTIBN52026040151234567,,2\n03/04/2026,c,-,,,3\n")
	var got []string
	for _, l := range s.Lines {
		got = append(got, l.RawReference)
	}
	if diff := cmp.Diff([]string{"000123", "UTIBN52026040151234567", "-"}, got); diff != "" {
		t.Errorf("references (-want +got):\n%s", diff)
	}
}

// TestDatesOutOfOrder: with balances the bank's order stays, without them the
// dates decide.
func TestDatesOutOfOrder(t *testing.T) {
	rows := func(text string) (nos []int, warnings int) {
		s, err := Read("", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range s.Lines {
			nos = append(nos, l.No)
		}
		if !strings.Contains(strings.Join(s.Warnings, " "), "The dates go back at line 4") {
			t.Errorf("warnings: got %q", s.Warnings)
		}
		return nos, len(s.Chain.Breaks)
	}
	nos, breaks := rows("Date,Details,Debit,Credit\n01/04/2026,a,,1\n03/04/2026,b,,2\n02/04/2026,c,,3\n04/04/2026,d,,4\n")
	if diff := cmp.Diff([]int{2, 4, 3, 5}, nos); diff != "" || breaks > 0 {
		t.Errorf("without balances (-want +got):\n%s", diff)
	}
	nos, breaks = rows("Date,Details,Debit,Credit,Balance\n01/04/2026,a,,1,1\n03/04/2026,b,,2,3\n02/04/2026,c,,3,6\n04/04/2026,d,,4,10\n")
	if diff := cmp.Diff([]int{2, 3, 4, 5}, nos); diff != "" || breaks > 0 {
		t.Errorf("with balances (-want +got):\n%s", diff)
	}
}

func TestStatedBalances(t *testing.T) {
	opening, closing := Figure{100000, true, true}, Figure{90000, true, true}
	line := "01-04-2026,-,x,100.00, ,900.00,1\n"
	for name, text := range map[string]string{
		"rows among the lines": axisHeader + ",,OPENING BALANCE, , ,1000.00,\n" + line + ",,CLOSING BALANCE, , ,900.00,\n",
		"labels above":         "Opening Balance : INR 1000.00\nClosing Balance,,900.00 Cr\n" + axisHeader + line,
		"a summary below": axisHeader + line + "\nSTATEMENT SUMMARY :-\nOpening Balance,,Dr Count,Cr Count,Debits,Credits,Closing Balance\n" +
			"\"1,000.00\",,1,0,100.00,0.00,900.00\n",
	} {
		s := read(t, text)
		if s.Opening != opening || s.Closing != closing {
			t.Errorf("%s: got %+v to %+v, want %+v to %+v", name, s.Opening, s.Closing, opening, closing)
		}
		if len(s.Lines) != 1 || len(s.Rejected) > 0 || !s.Chain.Whole() {
			t.Errorf("%s: lines %v, rejected %v, chain %+v", name, s.Lines, s.Rejected, s.Chain)
		}
	}
}

func TestChainBreaks(t *testing.T) {
	s := read(t, axisHeader+",,OPENING BALANCE, , ,50.00,\n01-04-2026,-,a, ,10.00,60.00,1\n02-04-2026,-,b, ,10.00,75.00,1\n"+
		"03-04-2026,-,c, ,10.00,,1\n04-04-2026,-,d,5.00, ,80.00,1\n,,CLOSING BALANCE, , ,81.00,\n")
	want := Chain{Checked: 4, Breaks: []Break{{4, 7000, 7500}, {0, 8000, 8100}}}
	if diff := cmp.Diff(want, s.Chain); diff != "" {
		t.Errorf("chain (-want +got):\n%s", diff)
	}
}

// TestSameBalanceTwins: a credit, its reversal and the credit again print one
// balance twice, so a balance alone does not tell lines apart.
func TestSameBalanceTwins(t *testing.T) {
	s := read(t, axisHeader+"01-04-2026,-,x, ,10.00,10.00,1\n01-04-2026,-,y,10.00, ,0.00,1\n01-04-2026,-,x, ,10.00,10.00,1\n")
	var got []int
	for _, l := range s.Lines {
		got = append(got, l.Ordinal)
	}
	if diff := cmp.Diff([]int{1, 1, 2}, got); diff != "" {
		t.Errorf("ordinals (-want +got):\n%s", diff)
	}
}

func TestAccountNumbers(t *testing.T) {
	for cell, want := range map[string]string{
		"Account No :|50200012345678":                        "50200012345678",
		"Account Number     :|_00000030123456789":            "30123456789",
		"Statement of Account No - 917020012345678 for the":  "917020012345678",
		"Account Number||000405123456 ( INR ) - ACME LTD":    "000405123456",
		"A/C No: XXXXXX1234":                                 "XXXXXX1234",
		"Customer No :|50200012345678":                       "",
		"IFS Code|SBIN0004430":                               "",
		"Account Name       :|M/S 50200012345678 TRADERS":    "",
		"Account No :|":                                      "",
		"Account Number|SBIN0004430 is the code of a branch": "",
	} {
		if got := accountIn(strings.Split(cell, "|")); got != want {
			t.Errorf("%q: got %q, want %q", cell, got, want)
		}
	}
}
