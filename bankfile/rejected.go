package bankfile

import (
	"slices"
	"strconv"
	"strings"
)

// rejectedHeadings stand before the bank's own in a file of rejected rows. They
// are in front because a row that has too many cells would push them aside at the
// end. Whoever mends the rows hands the file in as it is.
var rejectedHeadings = []string{"Line in the file", "Why it was not taken"}

// WriteRejected writes the rows that were not taken: line and reason, then the
// cells under the bank's headings. Read and [Mapping.Read] pass over the first two.
func WriteRejected(w Table, headings []string, rows []Rejection) error {
	err := w.Write(append(slices.Clone(rejectedHeadings), headings...))
	for i := 0; err == nil && i < len(rows); i++ {
		err = w.Write(append([]string{strconv.Itoa(rows[i].Line), rows[i].Reason}, rows[i].Cells...))
	}
	return err
}

// takeBack makes the bank's table of a file of rejected rows that comes back: the
// columns in front go, and with them the apostrophes of [SafeCell].
func takeBack(t *table) (isOurs bool) {
	if len(t.rows) == 0 || !oursBegin(t.rows[0].cells) {
		return false
	}
	for i, r := range t.rows {
		cells := slices.Clone(r.cells[min(len(r.cells), len(rejectedHeadings)):])
		for c, cell := range cells {
			if bare := strings.TrimPrefix(cell, "'"); bare != cell && SafeCell(bare) == cell {
				cells[c] = bare
			}
		}
		t.rows[i].cells = cells
	}
	return true
}

func oursBegin(cells []string) bool {
	if len(cells) <= len(rejectedHeadings) {
		return false
	}
	for i, h := range rejectedHeadings {
		if fold(cells[i]) != fold(h) {
			return false
		}
	}
	return true
}
