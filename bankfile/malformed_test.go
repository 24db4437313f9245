package bankfile

import (
	"archive/zip"
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"lekha/lending"
)

// TestRejections: a row that cannot be read is named with its line and why, and
// the rows around it are kept.
func TestRejections(t *testing.T) {
	const good = "01-04-2026,-,before, ,10.00,10.00,1\n"
	tests := []struct{ name, row, reason string }{
		{"a day that does not exist", "31/02/26,-,x, ,10.00,20.00,1", `the date "31/02/26" is not a day of the calendar`},
		{"month first", "04/13/2026,-,x, ,10.00,20.00,1", `the date "04/13/2026" is not a day of the calendar (is the month printed first?)`},
		{"amount on both sides", "02-04-2026,-,x,5.00,10.00,20.00,1", "it has an amount on both sides"},
		{"no amount", "02-04-2026,-,x, ,0.00,20.00,1", "it has a date and no amount"},
		{"a negative deposit", "02-04-2026,-,x, ,-10.00,20.00,1", `the deposit "-10.00" is negative`},
		{"the wrong side's mark", "02-04-2026,-,x, ,10.00 Dr,20.00,1", `the deposit "10.00 Dr" is marked as the other side`},
		{"a word for an amount", "02-04-2026,-,x, ,ten,20.00,1", `the deposit "ten" is not an amount`},
		{"an amount cut short", "02-04-2026,-,x, ,\"3,89\",20.00,1", `the deposit "3,89" has commas where no amount has them (cut short?)`},
		{"an account number for an amount", "02-04-2026,-,x, ,50200012345678,20.00,1", `the deposit "50200012345678" is larger than any bank amount (an account number?)`},
		{"a bad balance", "02-04-2026,-,x, ,10.00,2x0.00,1", `the balance "2x0.00" is not an amount`},
		{"an unquoted comma and a balance that does not follow", "02-04-2026,-,x, y, ,10.00,21.00,1", "it has 8 cells where the header has 7 (a comma in the narration, without quotes?)"},
		{"cut mid-row", "02-04-2026,-,x, ,10.00", "it is cut short: 5 cells where the header has 7"},
		{"an amount without a date", ",-,x, ,10.00,20.00,1", "it has an amount and no date"},
		{"neither", "stray,,,,,,", `the date "stray" is not a date`},
		{"a name like a footer's, undated", ",-,TOTAL PAGE NOTE LTD, ,10.00,20.00,1", "it has an amount and no date"},
		{"unquoted lakh commas", "02-04-2026,-,x, ,1,590.00,1,600.00,1", "it has 9 cells where the header has 7 (a comma in the narration, without quotes?)"},
		{"words in another column", ",stray,,,,,", "it has neither date nor amount, and is no known footer"},
		{"a very long cell", "02-04-2026,-," + strings.Repeat("x", maxCellBytes+1) + ", ,10.00,20.00,1", tooLongCell},
		{"a megabyte in one line", strings.Repeat("x", 1<<20), tooLongCell},
		{"a hundred thousand cells", strings.Repeat(",x", 1e5), "it has more than 100 cells"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := read(t, axisHeader+good+tt.row+"\n03-04-2026,-,after, ,10.00,30.00,1\n")
			if len(s.Lines) != 2 || s.Lines[1].Narration != "after" {
				t.Errorf("lines: got %v, want the ones before and after", s.Lines)
			}
			if len(s.Rejected) != 1 || s.Rejected[0].Line != 3 || s.Rejected[0].Reason != tt.reason {
				t.Fatalf("rejected: got %+v, want line 3: %s", s.Rejected, tt.reason)
			}
			if raw := s.Rejected[0].Raw; raw == "" || len(raw) > 4*maxRawRunes+4 || !strings.HasPrefix(strings.ReplaceAll(tt.row, `"`, ""), strings.TrimSuffix(raw, "…")) {
				t.Errorf("raw: got %q", raw)
			}
			if len(s.Warnings) == 0 {
				t.Error("a rejected row must be among the warnings")
			}
			if breaks := s.Chain.Breaks; len(breaks) != 1 || breaks[0].Line != 4 {
				t.Errorf("breaks: got %v, want one at line 4", breaks)
			}
		})
	}
}

func TestCutAtTheEnd(t *testing.T) {
	s := read(t, axisHeader+"01-04-2026,-,a, ,10.00,10.00,1\n02-04-2026,-,\"b")
	want := []Rejection{{3, "it is cut short: 3 cells where the header has 7; the file ends here", `02-04-2026,-,"b`, []string{"02-04-2026", "-", `"b`}}}
	if diff := cmp.Diff(want, s.Rejected); diff != "" {
		t.Errorf("rejected (-want +got):\n%s", diff)
	}
}

// TestStrayQuote: a quote that is opened and not closed costs no other row.
func TestStrayQuote(t *testing.T) {
	s := read(t, axisHeader+"01-04-2026,-,\"a, ,10.00,10.00,1\n02-04-2026,-,\"b\", ,10.00,20.00,1\n03-04-2026,-,c \"d\" e, ,10.00,30.00,1\n")
	want := []brief{{2, "2026-04-01", `"a`, 0, 1000, 1}, {3, "2026-04-02", "b", 0, 1000, 1}, {4, "2026-04-03", `c "d" e`, 0, 1000, 1}}
	if diff := cmp.Diff(want, briefs(s)); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestSecondHeader(t *testing.T) {
	s := read(t, axisHeader+"01-04-2026,-,a, ,10.00,10.00,1\nDate,Details,Credit,Debit\n02-04-2026,b,10.00,\nTran Date,CHQNO,PARTICULARS,DR,CR,BAL,SOL\n03-04-2026,-,c, ,10.00,20.00,1\n")
	want := []Rejection{
		{3, "it is a second header row with other columns", "Date,Details,Credit,Debit", []string{"Date", "Details", "Credit", "Debit"}},
		{4, "it stands below a second header row with other columns (line 3)", "02-04-2026,b,10.00,", []string{"02-04-2026", "b", "10.00", ""}}}
	if diff := cmp.Diff(want, s.Rejected); diff != "" {
		t.Errorf("rejected (-want +got):\n%s", diff)
	}
	if len(s.Lines) != 2 {
		t.Errorf("lines: got %v", s.Lines)
	}
	_, err := Read("two.csv", []byte("Account No,111111111\n"+axisHeader+"01-04-2026,-,a, ,10.00,10.00,1\n\nAccount No,222222222\n"+axisHeader+"01-04-2026,-,b, ,10.00,10.00,1\n"))
	wantRefusal(t, err, "statement.unreadable", "statements of two accounts (111111111 and, from line 6 on, 222222222)")
}

// TestDoubledFile: a file put together twice is refused; its lines without a
// reference would come in twice.
func TestDoubledFile(t *testing.T) {
	data, err := os.ReadFile("testdata/statements/hdfc.csv")
	if err != nil {
		t.Fatal(err)
	}
	_, err = Read("hdfc.csv", append(bytes.Clone(data), data...))
	wantRefusal(t, err, "statement.unreadable", "it holds the same statement twice, the second time from line")
	if s := read(t, axisHeader+"01-04-2026,-,x, ,10.00,10.00,1\n01-04-2026,-,x, ,10.00,20.00,1\n"); len(s.Lines) != 2 {
		t.Errorf("twins: got %v", s.Lines)
	}
}

func wantRefusal(t *testing.T, err error, code, part string) {
	t.Helper()
	e, ok := errors.AsType[*lending.Error](err)
	if !ok {
		t.Fatalf("got %v, want a *lending.Error", err)
	}
	if e.Kind != lending.Invalid || e.Code != code || !strings.Contains(e.Message, part) {
		t.Errorf("got %d %s %q, want %s with %q", e.Kind, e.Code, e.Message, code, part)
	}
	if code == "statement.unreadable" && !strings.HasSuffix(e.Message, understood) {
		t.Errorf("%q does not say what is understood", e.Message)
	}
}

func TestUnreadable(t *testing.T) {
	sample, err := os.ReadFile("testdata/statements/icici.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	var plainZip bytes.Buffer
	z := zip.NewWriter(&plainZip)
	if _, err := z.Create("statement.csv"); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, data, part string }{
		{"empty", "", "it is empty"},
		{"blank", " \r\n\t", "it is empty"},
		{"HTML named .xls", "\r\n<HTML><body><table><tr><td>Date</td></tr></table>", "it is a web page (HTML)"},
		{"HTML fragment", "<table border=1>", "it is a web page (HTML)"},
		{"PDF", "%PDF-1.7", "it is a PDF"},
		{"old workbook", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "save as XLSX"},
		{"old workbook", "\x09\x08\x10\x00\x00\x06\x05\x00", "save as XLSX"},
		{"Excel 2003 XML", `<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">`, "Excel 2003 XML"},
		{"binary", "Date,Details\n\x00\x01\x02", "line 2 holds bytes that are not text"},
		{"no header", "hello\nworld\n", "no row in its first 120 names the columns"},
		{"missing column", "Date,Narration,Ref,Withdrawal,Balance\n01/04/26,x,,1.00,2.00\n", "line 1 looks like the header row, but has no column for deposits"},
		{"missing date", "Bank\nNarration,Ref No,Debit,Credit\n", "line 2 looks like the header row, but has no column for the date"},
		{"another zip", plainZip.String(), "it is a zip file, but not a workbook"},
		{"cut workbook", string(sample[:len(sample)/2]), "the workbook is damaged or was cut off"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Read("statement.xls", []byte(tt.data))
			wantRefusal(t, err, "statement.unreadable", tt.part)
		})
	}
}

func TestTooLarge(t *testing.T) {
	_, err := Read("big.csv", make([]byte, maxFileBytes+1))
	wantRefusal(t, err, "statement.too_large", "20 MB")
	_, err = Read("rows.csv", []byte(axisHeader+strings.Repeat("\n", maxRows)))
	wantRefusal(t, err, "statement.too_large", "200001 lines")

	bomb := workbook(t, func(f *excelize.File) {})
	bomb = withPart(t, bomb, "xl/worksheets/sheet2.xml", maxUnzippedBytes+1)
	if len(bomb) > 1<<20 {
		t.Fatalf("the bomb has %d bytes; it should be small", len(bomb))
	}
	_, err = Read("bomb.xlsx", bomb)
	wantRefusal(t, err, "statement.too_large", "larger than 64 MB")

	far := workbook(t, func(f *excelize.File) { set(t, f, "A1048576", "x") })
	_, err = Read("far.xlsx", far)
	wantRefusal(t, err, "statement.unreadable", "no row in its first")
}

// workbook makes an XLSX file.
func workbook(t *testing.T, fill func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	fill(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func set(t *testing.T, f *excelize.File, cell string, values ...any) {
	t.Helper()
	if err := f.SetSheetRow("Sheet1", cell, &values); err != nil {
		t.Fatal(err)
	}
}

// withPart adds a part of n zero bytes to a zip file.
func withPart(t *testing.T, data []byte, name string, n int) []byte {
	t.Helper()
	old, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range old.File {
		if err := z.Copy(f); err != nil {
			t.Fatal(err)
		}
	}
	w, err := z.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(make([]byte, n)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestWorkbook: dates, amounts and references that the spreadsheet holds as numbers.
func TestWorkbook(t *testing.T) {
	data := workbook(t, func(f *excelize.File) {
		set(t, f, "B2", "Account Number", nil, "000405123456 ( INR ) - SOMEBODY")
		set(t, f, "A4", "S No.", "Value Date", "Transaction Date", "Cheque Number", "Transaction Remarks", "Withdrawal Amount (INR )", "Deposit Amount (INR )", "Balance (INR )")
		set(t, f, "A5", 1, 46113, 46113.5, 609106251859, "UPI/609106251859/x/a@b/Bank/609106251859", 0, 1590.1, 1590.1)
		set(t, f, "A6", 2, "02/04/2026", nil, "-", "x", 590.1, nil, 1000)
		set(t, f, "B7", nil, nil, nil, "y")
		if _, err := f.NewSheet("Other"); err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetRow("Other", "A1", &[]any{"Date", "Details", "Debit", "Credit"}); err != nil {
			t.Fatal(err)
		}
	})
	s, err := Read("", data)
	if err != nil {
		t.Fatal(err)
	}
	first, second := lending.NewDate(2026, 4, 1), lending.NewDate(2026, 4, 2)
	want := []Line{
		{No: 5, ValueDate: first, PostDate: first, Narration: "UPI/609106251859/x/a@b/Bank/609106251859", RawReference: "609106251859", Credit: 159010, Balance: 159010, HasBalance: true, Ordinal: 1},
		{No: 6, ValueDate: second, PostDate: second, Narration: "x y", RawReference: "-", Debit: 59010, Balance: 100000, HasBalance: true, Ordinal: 1},
	}
	if diff := cmp.Diff(want, s.Lines); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	if s.Bank != "icici" || s.Sheet != "Sheet1" || s.AccountNo != "000405123456" || len(s.Warnings) != 1 || !strings.Contains(s.Warnings[0], `"Other"`) {
		t.Errorf("bank %q, sheet %q, account %q, warnings %q", s.Bank, s.Sheet, s.AccountNo, s.Warnings)
	}
}

// TestEveryRowAccountedFor: lines, rejections, footers and the empty rows add up
// to the rows below the header.
func TestEveryRowAccountedFor(t *testing.T) {
	text := axisHeader + "01-04-2026,-,a, ,10.00,10.00,1\n,,wrapped,,,,\n\n----,---,---,---,---,---,---\n" + axisHeader +
		"bad,-,a, ,10.00,10.00,1\n,,TOTAL,,10.00,,\nUnless the constituent notifies the bank\nsecond line of the prose\n03-04-2026,-,late, ,1.00,11.00,1\n31-02-2026,-,bad, ,1.00,11.00,1"
	s := read(t, text)
	k := s.Skipped
	got := len(s.Lines) + len(s.Rejected) + len(s.Footer) + k.Blank + k.Separators + k.Headers + k.Continuations
	if want := strings.Count(text, "\n"); got != want {
		t.Errorf("rows accounted for: got %d, want %d: %+v", got, want, s)
	}
	if len(s.Lines) != 2 || len(s.Rejected) != 2 || len(s.Footer) != 3 {
		t.Errorf("lines %v, rejected %v, footer %v", s.Lines, s.Rejected, s.Footer)
	}
}
