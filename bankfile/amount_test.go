package bankfile

import (
	"testing"

	"lekha/lending"
)

func TestParseAmount(t *testing.T) {
	tests := []struct {
		cell   string
		sheet  bool
		paise  lending.Money
		minus  bool
		suffix string
		err    error
	}{
		{cell: "1,23,49,798.00", paise: 1234979800},
		{cell: "12,349,798.5", paise: 1234979850},
		{cell: "0.00"}, {cell: " "}, {cell: "-"}, {cell: "NIL"}, {cell: ".50", paise: 50}, {cell: "7.", paise: 700},
		{cell: "₹ 1,000.00", paise: 100000}, {cell: "INR 5", paise: 500}, {cell: "Rs.5.00", paise: 500},
		{cell: "5.00 Dr", paise: 500, suffix: "dr"}, {cell: "5.00(Cr)", paise: 500, suffix: "cr"}, {cell: "5.00CR.", paise: 500, suffix: "cr"},
		{cell: "-5.00", paise: 500, minus: true}, {cell: "5.00-", paise: 500, minus: true}, {cell: "(5.00)", paise: 500, minus: true}, {cell: "+5", paise: 500},
		{cell: "5.1000", paise: 510}, {cell: "'00012.34", paise: 1234}, {cell: "\u00a012.34\u00a0", paise: 1234},
		{cell: "1590.0999999999999", sheet: true, paise: 159010}, {cell: "1.2349798E7", sheet: true, paise: 1234979800}, {cell: "3.5E-1", sheet: true, paise: 35},
		{cell: "1590.0999999999999", err: errDecimals}, {cell: "1590.125", sheet: true, err: errDecimals}, {cell: "1E999999999", sheet: true, err: errNotAmount},
		{cell: "0x1.999p99999999e1", sheet: true, err: errNotAmount},
		{cell: "3,89", err: errGrouping}, {cell: "1,2345.00", err: errGrouping}, {cell: ",123.00", err: errGrouping}, {cell: "1,,234", err: errGrouping},
		{cell: "12a", err: errNotAmount}, {cell: "#REF!", err: errNotAmount}, {cell: "1.2.3", err: errNotAmount}, {cell: "１２", err: errNotAmount}, {cell: "--5", err: errNotAmount},
		{cell: "50200012345678", err: errAbsurd}, {cell: "99999999999999999999999", err: errAbsurd},
	}
	for _, tt := range tests {
		got, err := parseAmount(tt.cell, tt.sheet, maxAmount)
		if err != tt.err {
			t.Errorf("%q: got error %v, want %v", tt.cell, err, tt.err)
			continue
		}
		if err == nil && (got.paise != tt.paise || got.minus != tt.minus || got.suffix != tt.suffix) {
			t.Errorf("%q: got %+v, want %d paise, minus %v, suffix %q", tt.cell, got, tt.paise, tt.minus, tt.suffix)
		}
	}
}

func TestParseDate(t *testing.T) {
	want := lending.NewDate(2026, 4, 1)
	for _, cell := range []string{"01/04/26", "1/4/2026", "01-04-2026", "01.04.2026", "1 Apr 2026", "01-APR-26", "01-Apr-2026", "01/Apr/2026", "2026-04-01",
		"01/04/2026 10:23:45 AM", "2026-04-01T10:23:45", "01-04-2026 10:23", "'01/04/2026", " 1 April 2026\u00a0"} {
		got, err := parseDate(cell)
		if err != nil || got != want {
			t.Errorf("%q: got %v, %v; want %v", cell, got, err, want)
		}
	}
	for cell, want := range map[string]error{
		"31/02/26": errNoSuchDay, "00/04/2026": errNoSuchDay, "29/02/2025": errNoSuchDay, "01/13/2026": errMonthFirst, "1/4/1926": errNoSuchDay, "01/04/75": errNoSuchDay,
		"": errNotDate, "Total": errNotDate, "12345": errNotDate, "01/04": errNotDate, "1,23,456.00": errNotDate, "a/b/c": errNotDate,
	} {
		if _, err := parseDate(cell); err != want {
			t.Errorf("%q: got %v, want %v", cell, err, want)
		}
	}
}

func TestSerialDate(t *testing.T) {
	// 1 April 2026 as Excel counts, with and without the Mac's epoch of 1904.
	if d, ok := serialDate("46113.43", false); !ok || d != lending.NewDate(2026, 4, 1) {
		t.Errorf("46113.43: got %v, %v", d, ok)
	}
	if d, ok := serialDate("44651", true); !ok || d != lending.NewDate(2026, 4, 1) {
		t.Errorf("44651 from 1904: got %v, %v", d, ok)
	}
	for _, cell := range []string{"", "4611", "461130", "46113.x", "99999"} {
		if d, ok := serialDate(cell, false); ok {
			t.Errorf("%q: got %v", cell, d)
		}
	}
}
