package bankfile

import (
	"bytes"
	"strings"
	"testing"
)

// TestRejectedRowsComeBackMended: what was not taken is written under the bank's
// headings; a person mends a cell, and the file is read as the bank's own, without
// the two columns in front and the apostrophes that guard a spreadsheet.
func TestRejectedRowsComeBackMended(t *testing.T) {
	text := "Tran Date,CHQNO,PARTICULARS,DR,CR,BAL,SOL\n" +
		"01-04-2026,-,\"-UPI/P2A/609008483832/ANITA, RAO\", ,\"1,590.00\",\"4,06,590.00\",123\n" +
		"99-04-2026,-,\"-UPI/P2A/609008483833/ANITA, RAO\", ,\"1,600.00\",\"4,08,190.00\",123\n"
	first, err := Read("axis.csv", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if len(first.Lines) != 1 || len(first.Rejected) != 1 {
		t.Fatalf("%d lines and %d rejections", len(first.Lines), len(first.Rejected))
	}
	var file bytes.Buffer
	w := NewWriter(&file)
	if err := WriteRejected(w, first.Header.Cells, first.Rejected); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(file.String(), "Line in the file,Why it was not taken,Tran Date,CHQNO") || !strings.Contains(file.String(), "'-UPI") {
		t.Errorf("the file is %q", file.String())
	}
	again, err := Read("rejected.csv", []byte(strings.Replace(file.String(), ",99-04-2026,", ",02-04-2026,", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if len(again.Rejected) != 0 || len(again.Lines) != 1 || again.Bank != "axis" {
		t.Fatalf("%d lines, rejected %v, bank %q", len(again.Lines), again.Rejected, again.Bank)
	}
	l := again.Lines[0]
	if l.Narration != "-UPI/P2A/609008483833/ANITA, RAO" || l.RawReference != "-" || l.Credit != 160000 || l.Balance != 40819000 {
		t.Errorf("%+v", l)
	}
}

// TestRejectedRowsOfAMapping: an account that is read by a mapping takes its own
// rejected rows too, whatever sheet or separator its bank has.
func TestRejectedRowsOfAMapping(t *testing.T) {
	m := Mapping{Sheet: "Tabelle", Separator: "tab", Skip: 3, Headings: []string{"Tag", "Zweck", "Aus", "Ein"}, Date: 1, Narration: []int{2}, Debit: 3, Credit: 4, Amounts: TwoColumns}
	s, err := m.Read("rejected.csv", []byte("Line in the file,Why it was not taken,Tag,Zweck,Aus,Ein\n7,it has no date,01/04/2026,EMI ANITA,,100.00\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Lines) != 1 || s.Lines[0].Credit != 10000 || s.Lines[0].Narration != "EMI ANITA" {
		t.Errorf("%+v", s)
	}
}
