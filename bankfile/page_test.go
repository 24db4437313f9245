package bankfile

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPages: web pages as bank portals write them, well formed or not.
func TestPages(t *testing.T) {
	head := `<tr><th>Date</th><th>Narration</th><th>Debit</th><th>Credit</th><th>Balance</th></tr>`
	want := []brief{{3, "2026-04-01", "A & B", 0, 100000, 1}, {4, "2026-04-02", "C D", 5000, 0, 1}}
	rows := `<tr><td>01/04/2026</td><td>A &amp; B</td><td>&nbsp;</td><td align=right>1,000.00</td><td>1,000.00</td></tr><tr><td>02/04/2026</td><td>C<br>D</td><td>50.00</td><td></td><td>950.00</td></tr>`
	for name, text := range map[string]string{
		"plain":                "<html><body><p>Account No: 917020012345678</p><table>" + head + rows + "</table></body></html>",
		"a doctype and a meta": "<!DOCTYPE html>\r\n<html><head><meta http-equiv=Content-Type content='text/html; charset=utf-8'><title>Account No: 917020012345678</title></head><body><table>" + head + rows + "</table>",
		"tables in tables":     "<table><tr><td>Account No: 917020012345678<table>" + head + rows + "</table></td></tr></table>",
		"no closing tags": "<div>Account No: 917020012345678</div><TABLE>" + strings.NewReplacer("</td>", "", "</tr>", "", "</th>", "").Replace(head+rows) +
			"</table>",
		"scripts and comments": "<!-- <tr><td>x --><table><tr><td>Account No: 917020012345678</td></tr><script>var a = '<tr><td>1</td></tr>';</script>" + head + "<!-- x -->" + rows + "</table>",
		"UTF-16":               "\xFF\xFE" + strings.Join(strings.Split("<table><tr><td>Account No: 917020012345678</td></tr>"+head+rows+"</table>", ""), "\x00") + "\x00",
	} {
		s, err := Read("statement.xls", []byte(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(want, briefs(s)); diff != "" {
			t.Errorf("%s: lines (-want +got):\n%s", name, diff)
		}
		if s.Format != "html" || !s.Chain.Whole() || s.AccountNo != "917020012345678" {
			t.Errorf("%s: %s, chain %v, account %q, warnings %q", name, s.Format, s.Chain, s.AccountNo, s.Warnings)
		}
	}
	cut, err := Read("", []byte("<table>"+head+rows))
	if err != nil || !strings.Contains(strings.Join(cut.Warnings, " "), "ends inside a table") {
		t.Errorf("a page that ends inside a table: %v, %v", cut, err)
	}
	bad, err := Read("", []byte("<table>"+head+rows+"<tr><td>31/02/2026</td><td>X</td><td></td><td>1</td><td>951</td></tr></table>"))
	if err != nil || len(bad.Rejected) != 1 || bad.Rejected[0].Line != 4 {
		t.Errorf("a bad date: %v, %v", bad, err)
	}
}

// TestTextNamedXLS: tab-separated text is what it is, whatever its name says.
func TestTextNamedXLS(t *testing.T) {
	s, err := Read("statement.xls", []byte("Txn Date\tValue Date\tDescription\tRef No./Cheque No.\tDebit\tCredit\tBalance\n1 Apr 2026\t1 Apr 2026\tA, B\t\t\t1,000.00\t1,000.00\n"))
	if err != nil || s.Format != "tsv" || len(s.Lines) != 1 || s.Lines[0].Credit != 100000 {
		t.Errorf("got %+v, %v", s, err)
	}
}

func TestPageLimits(t *testing.T) {
	_, err := Read("x.xls", []byte("<table>"+strings.Repeat("<tr><td>a", maxRows+2)))
	wantRefusal(t, err, "statement.too_large", "200000 rows")
	_, err = Read("x.xls", []byte("<table>"+strings.Repeat("<tr><td colspan=999999999>a", 170_000)))
	wantRefusal(t, err, "statement.too_large", "8000000 cells")
	_, err = Read("x.xls", []byte("<table><tr><td>"+strings.Repeat("a", 2<<20)+"</td></tr></table>"))
	wantRefusal(t, err, "statement.unreadable", "web page")
}
