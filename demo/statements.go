package demo

import (
	"strings"
	"time"

	"lekha/lending"
)

// statement is one of the sample's files that is text, and how its rows begin.
type statement struct {
	file, bank string
	dates      []string // forms of the date in the first cell
	separator  string
}

// mandates is the statement of the account into which mandates are collected.
const mandates = "kotak.csv"

// texts are the statements of which the sample has imported a part. That of
// ICICI is a workbook and is left to whoever tries the import.
func texts() []statement {
	return []statement{
		{"hdfc.csv", "HDFC-CA-01", []string{"02/01/06"}, ","},
		{"axis.csv", "AXIS-CA-04", []string{"02-01-2006"}, ","},
		{"sbi.tsv", "SBI-CA-03", []string{"2 Jan 2006"}, "\t"},
		{mandates, "KOTAK-CA-05", []string{"02-01-2006"}, ","},
	}
}

// cut is a statement as the bank would have given it for some days: the lines of
// those days, below everything that stands above the lines.
func (s statement) cut(from, to lending.Date) ([]byte, error) {
	text, err := data.ReadFile("data/statements/" + s.file)
	if err != nil {
		return nil, err
	}
	var out strings.Builder
	begun, keep := false, true
	for line := range strings.Lines(string(text)) {
		cell, _, _ := strings.Cut(line, s.separator)
		date, dated := s.date(cell)
		switch {
		case dated:
			begun, keep = true, from <= date && date <= to
		case begun && strings.TrimSpace(line) == "":
			return []byte(out.String()), nil // what follows sums up the whole file
		}
		if keep {
			out.WriteString(line)
		}
	}
	return []byte(out.String()), nil
}

func (s statement) date(cell string) (lending.Date, bool) {
	for _, form := range s.dates {
		if t, err := time.Parse(form, strings.TrimSpace(cell)); err == nil {
			return lending.NewDate(t.Year(), t.Month(), t.Day()), true
		}
	}
	return 0, false
}
