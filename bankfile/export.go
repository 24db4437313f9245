package bankfile

import (
	"encoding/csv"
	"io"
	"regexp"
	"strings"
)

// Writer writes CSV that a spreadsheet opens as text and numbers only. A cell
// that a spreadsheet would take for a formula gets an apostrophe in front, which
// keeps it from being run (OWASP, CSV injection). Lines end in CRLF (RFC 4180).
type Writer struct {
	csv *csv.Writer
}

// NewWriter returns a Writer to w. Call Flush at the end.
func NewWriter(w io.Writer) *Writer {
	c := csv.NewWriter(w)
	c.UseCRLF = true
	return &Writer{c}
}

// Write writes one row.
func (w *Writer) Write(cells []string) error {
	safe := make([]string, len(cells))
	for i, c := range cells {
		safe[i] = SafeCell(c)
	}
	return w.csv.Write(safe)
}

// Flush writes what is held back and returns the first error of any write.
func (w *Writer) Flush() error {
	w.csv.Flush()
	return w.csv.Error()
}

// plainNumber is a number that begins with a sign and is no formula.
var plainNumber = regexp.MustCompile(`^[+-][0-9][0-9,]*(?:\.[0-9]+)?$|^[+-]?\.[0-9]+$`)

// SafeCell is a cell as Write writes it. Spaces before a formula do not hide it,
// and neither does a full-width sign, which some spreadsheets take for the plain one.
func SafeCell(cell string) string {
	t := strings.TrimLeft(cell, " \u00a0\u200b\ufeff\n")
	if t == "" || plainNumber.MatchString(cell) {
		return cell
	}
	for _, p := range []string{"=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20"} {
		if strings.HasPrefix(t, p) {
			return "'" + cell
		}
	}
	return cell
}
