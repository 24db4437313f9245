package bankfile

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// Amounts are numbers and dates are dates, formulas are text, and a number that a
// spreadsheet would round stays as it is.
func TestSheet(t *testing.T) {
	var out bytes.Buffer
	table := NewTable(&out, "xlsx")
	for _, row := range [][]string{
		{"ref", "amount", "value_date", "days_past_due", "remark"},
		{"REC0XAM2", "11002.50", "2026-11-16", "31", "=HYPERLINK(\"x\")"},
		{"007", "-1234567890123.45", "", "-", "\uff1d1+1"},
		{"REC1", "12345678901234567.89", "2026-13-40", "0", "plain"},
	} {
		if err := table.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := table.Flush(); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	shown, err := f.GetRows("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"ref", "amount", "value_date", "days_past_due", "remark"},
		{"REC0XAM2", "11,002.50", "2026-11-16", "31", "'=HYPERLINK(\"x\")"},
		{"007", "-1,234,567,890,123.45", "", "'-", "'\uff1d1+1"},
		{"REC1", "12345678901234567.89", "2026-13-40", "0", "plain"},
	}
	if diff := cmp.Diff(want, shown); diff != "" {
		t.Error(diff)
	}
	raw, err := f.GetRows("Sheet1", excelize.Options{RawCellValue: true})
	if err != nil || raw[1][1] != "11002.5" || raw[1][2] != "46342" || raw[2][1] != "-1234567890123.45" {
		t.Errorf("%v: the numbers beneath are %v", err, raw)
	}
	for at, want := range map[string]excelize.CellType{"A3": excelize.CellTypeInlineString, "B2": excelize.CellTypeUnset, "C2": excelize.CellTypeUnset, "E2": excelize.CellTypeInlineString, "B4": excelize.CellTypeInlineString} {
		if got, err := f.GetCellType("Sheet1", at); err != nil || got != want {
			t.Errorf("%s is of type %v, want %v (%v)", at, got, want, err)
		}
	}
	if formula, _ := f.GetCellFormula("Sheet1", "E2"); formula != "" {
		t.Errorf("E2 runs %s", formula)
	}
}

// Nothing to write is an empty workbook, and no error.
func TestSheetWithoutRows(t *testing.T) {
	var out bytes.Buffer
	if err := NewTable(&out, "xlsx").Flush(); err != nil || out.Len() == 0 {
		t.Errorf("%v, %d bytes", err, out.Len())
	}
}
