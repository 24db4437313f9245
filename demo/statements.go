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
	column     int // of the date
}

// mandates is the statement of the account into which mandates are collected.
const mandates = "kotak.csv"

// texts are the statements of which the sample has imported a part. That of ICICI
// is the workbook's rows as text: one account in two forms brings each credit once.
func texts() []statement {
	return []statement{
		{"hdfc.csv", "HDFC-CA-01", []string{"02/01/06"}, ",", 0},
		{"axis.csv", "AXIS-CA-04", []string{"02-01-2006"}, ",", 0},
		{"sbi.tsv", "SBI-CA-03", []string{"2 Jan 2006"}, "\t", 0},
		{"icici.csv", "ICICI-CA-02", []string{"02/01/2006"}, ",", 1},
		{mandates, "KOTAK-CA-05", []string{"02-01-2006"}, ",", 0},
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
		date, dated := s.date(line)
		switch {
		case dated:
			begun, keep = true, from <= date && date <= to
		case begun && strings.Trim(line, s.separator+"\r\n ") == "":
			return []byte(out.String()), nil // what follows sums up the whole file
		}
		if keep {
			out.WriteString(line)
		}
	}
	return []byte(out.String()), nil
}

// date is that of a line of the statement proper.
func (s statement) date(line string) (lending.Date, bool) {
	cells := strings.SplitN(line, s.separator, s.column+2)
	if len(cells) <= s.column {
		return 0, false
	}
	for _, form := range s.dates {
		if t, err := time.Parse(form, strings.TrimSpace(cells[s.column])); err == nil {
			return lending.NewDate(t.Year(), t.Month(), t.Day()), true
		}
	}
	return 0, false
}
