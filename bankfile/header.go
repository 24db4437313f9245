package bankfile

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// header is the row that names the columns, and what it was understood to mean.
type header struct {
	at      int // index into table.rows; -1: none
	body    int // index of the first row below it
	score   int
	columns []column // by cell
	missing []column // what keeps it from being a header
}

// fold brings a label to its bare letters and digits.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// foldHeading folds a heading and drops the currency banks print after it.
func foldHeading(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.LastIndexByte(s, '('); i > 0 && strings.HasSuffix(s, ")") {
		s = s[:i]
	}
	f := fold(s)
	if t := strings.TrimSuffix(f, "inr"); t != "" {
		return t
	}
	return f
}

// meaning is the column a heading names.
func meaning(heading string) column {
	if len(heading) > 60 { // a heading is a few words; prose that folds to one is none
		return noColumn
	}
	f := foldHeading(heading)
	for c, names := range columnNames {
		if f != "" && slices.Contains(names, f) {
			return c
		}
	}
	return noColumn
}

// readHeader takes a row for a header and scores it: ten for each column that
// is understood, and complete when dates, a narration and amounts are there.
func readHeader(cells []string) header {
	h := header{at: -1, columns: make([]column, len(cells))}
	var has [columnsCount]bool
	left := noColumn
	for i, cell := range cells {
		if isBlank(cell) {
			continue
		}
		c := meaning(cell)
		switch {
		case c == drcr && left == balance:
			c = balanceDrCr
		case c == noColumn:
			h.score--
		case has[c] && c != ignored && c != reference:
			c = ignored // the second column of one name: the first one counts
		}
		if c != noColumn && c != ignored && !has[c] {
			h.score += 10
		}
		has[c] = true
		h.columns[i] = c
		left = c
	}
	h.missing = missingColumns(has)
	return h
}

// missingColumns says what a header needs and lacks.
func missingColumns(has [columnsCount]bool) (missing []column) {
	if !has[postDate] && !has[valueDate] {
		missing = append(missing, postDate)
	}
	if !has[narration] {
		missing = append(missing, narration)
	}
	switch {
	case has[amount]:
	case !has[debit] && !has[credit]:
		missing = append(missing, amount)
	case !has[debit]:
		missing = append(missing, debit)
	case !has[credit]:
		missing = append(missing, credit)
	}
	return missing
}

// findHeader finds the best header near the top of a table. When none is
// complete, it returns the row that comes nearest and false.
func findHeader(t *table) (header, bool) {
	best, found := header{at: -1}, false
	for i, r := range t.rows[:min(len(t.rows), maxHeaderRow)] {
		if r.flaw != "" {
			continue
		}
		h := readHeader(r.cells)
		complete := len(h.missing) == 0
		if complete && !found || complete == found && h.score > best.score {
			best, found = h, complete
			best.at, best.body = i, i+1
		}
	}
	if found {
		best.score += 1000 // a complete header beats any incomplete one
	}
	return best, found
}

// bestTable picks the table whose header is best, or refuses the file and says
// how near it came.
func bestTable(tables []*table) (*table, header, error) {
	var best *table
	var bestHeader header
	for _, t := range tables {
		h, _ := findHeader(t)
		if best == nil || h.score > bestHeader.score {
			best, bestHeader = t, h
		}
	}
	if bestHeader.at >= 0 && len(bestHeader.missing) == 0 && bestHeader.score > 0 {
		return best, bestHeader, nil
	}
	return nil, header{}, refuseHeader(best, bestHeader)
}

// refuseHeader says what a table lacks to be a statement.
func refuseHeader(t *table, h header) error {
	if h.at < 0 || h.score < 20 {
		where := ""
		if t.paged {
			where = "it is a web page (HTML), and "
		}
		return unreadable(t.name, "%sno row in its first %d names the columns of a statement (date, narration, withdrawal, deposit, balance).", where, maxHeaderRow)
	}
	words := make([]string, len(h.missing))
	for i, c := range h.missing {
		words[i] = columnWords[c]
	}
	return unreadable(t.name, "line %d looks like the header row, but has no column for %s (%s).",
		t.rows[h.at].no, strings.Join(words, " and for "), showRow(t, t.rows[h.at]))
}

// findBank names the bank by its headings and by the words above them.
func findBank(above []row, head row) (bank string, warning string) {
	var text strings.Builder
	for _, r := range above {
		text.WriteString(strings.ToUpper(strings.Join(r.cells, " ")))
		text.WriteByte('\n')
	}
	folded := make([]string, len(head.cells))
	for i, c := range head.cells {
		folded[i] = foldHeading(c)
	}
	best, tie := 0, false
	for _, l := range layouts {
		score := 0
		for _, name := range l.own {
			if slices.Contains(folded, name) {
				score++
			}
		}
		if slices.ContainsFunc(l.marks, func(m string) bool { return strings.Contains(text.String(), m) }) {
			score += markWeight
		}
		switch {
		case score > best:
			bank, best, tie = l.bank, score, false
		case score == best:
			tie = true
		}
	}
	if best < minLayoutScore || tie {
		return "", "The bank could not be told from the file; the columns were read by their names."
	}
	return bank, ""
}

// showRow is a row as one line, for a person.
func showRow(t *table, r row) string {
	return clip(strings.ToValidUTF8(strings.Join(r.cells, t.sep), "?"), maxRawRunes)
}

func isBlank(s string) bool {
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '\u00a0' || r == '\u200b' || r == '\ufeff' }) == ""
}

func blank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(c string) bool { return !isBlank(c) })
}

// rowName is how a person finds a row again.
func rowName(t *table, no int) string {
	if t.sheetish || t.paged {
		return fmt.Sprintf("row %d", no)
	}
	return fmt.Sprintf("line %d", no)
}
