package bankfile

import (
	"fmt"
	"strings"
)

// separators a text file may be cut at, the likelier first.
var separators = []byte{',', '\t', ';', '|'}

// cutText cuts a text at each separator and keeps the cut in which the best
// header appears.
func cutText(name, text string, warnings []string) ([]*table, error) {
	lines := splitLines(text)
	if len(lines) > maxRows {
		return nil, tooLarge(name, "it has %d lines; the most is %d.", len(lines), maxRows)
	}
	top := lines[:min(len(lines), maxHeaderRow)]
	best, bestScore := separators[0], -1
	for _, sep := range separators {
		t := &table{rows: cutLines(top, sep)}
		if h, _ := findHeader(t); h.score > bestScore {
			best, bestScore = sep, h.score
		}
	}
	return []*table{cutAt(name, text, best, warnings)}, nil
}

// cutAt cuts a text at one separator.
func cutAt(name, text string, sep byte, warnings []string) *table {
	t := &table{name: name, format: "csv", sep: string(sep), warnings: warnings}
	if sep == '\t' {
		t.format = "tsv"
	}
	t.rows = cutLines(splitLines(text), sep)
	if n := len(t.rows); n > 0 && !strings.HasSuffix(text, "\n") && !strings.HasSuffix(text, "\r") {
		t.rows[n-1].last = true
	}
	return t
}

// splitLines splits at LF, CRLF and lone CR. A final line end starts no line.
func splitLines(text string) []string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

// cutLines cuts lines into rows. encoding/csv is not used because one stray
// quote makes it swallow the rest of the file into a cell: here a quote that is
// not closed within maxQuotedLines is a character like any other.
func cutLines(lines []string, sep byte) []row {
	rows := make([]row, 0, len(lines))
	for i := 0; i < len(lines); {
		cells, used, flaw := cutRow(lines[i:], sep)
		rows = append(rows, row{no: i + 1, cells: cells, flaw: flaw})
		i += used
	}
	return rows
}

// cutRow cuts the first row off lines and says how many lines it took.
func cutRow(lines []string, sep byte) (cells []string, used int, flaw string) {
	text := lines[0]
	for used = 1; ; used++ {
		cells, closed, flaw := cutCells(text, sep)
		if closed || flaw != "" {
			return cells, used, flaw
		}
		if used >= maxQuotedLines || used >= len(lines) || len(text) > maxCellBytes || startsDated(lines[used], sep) {
			break
		}
		text += "\n" + lines[used]
	}
	cells, flaw = cutPlain(lines[0], sep)
	return cells, 1, flaw
}

// startsDated says whether a line looks like a transaction of its own, so that
// a quote left open above it must not swallow it.
func startsDated(line string, sep byte) bool {
	for i, cell := range strings.SplitN(line, string(sep), 3) {
		if _, err := parseDate(strings.Trim(cell, ` "`)); err == nil && i < 2 {
			return true
		}
	}
	return false
}

// cutPlain cuts at every separator; quotes mean nothing.
func cutPlain(text string, sep byte) (cells []string, flaw string) {
	cells = strings.SplitN(text, string(sep), maxColumns+1)
	if len(cells) > maxColumns {
		flaw = fmt.Sprintf("it has more than %d cells", maxColumns)
	}
	for i, c := range cells {
		if cells[i] = formulaText(c); len(c) > maxCellBytes {
			cells[i], flaw = c[:maxCellBytes], tooLongCell
		}
	}
	return cells, flaw
}

// cutCells cuts one row with quoted cells. A cell is quoted when its first
// character is a quote; two quotes in it are one.
func cutCells(text string, sep byte) (cells []string, closed bool, flaw string) {
	for {
		if len(cells) > maxColumns {
			return cells, true, fmt.Sprintf("it has more than %d cells", maxColumns)
		}
		var cell string
		var more bool
		if strings.HasPrefix(text, `"`) {
			cell, text, more, closed = quotedCell(text, sep)
			if !closed {
				return cells, false, ""
			}
		} else {
			cell, text, more = strings.Cut(text, string(sep))
		}
		if len(cell) > maxCellBytes {
			cell, flaw = cell[:maxCellBytes], tooLongCell
		}
		cells = append(cells, formulaText(cell))
		if !more || flaw != "" {
			return cells, true, flaw
		}
	}
}

// formulaText is the text of a cell that a portal wrote as a formula, so that a
// spreadsheet keeps its zeros: ="00123". Any other formula stays as it is.
func formulaText(cell string) string {
	inner, formula := strings.CutPrefix(cell, `="`)
	inner, closed := strings.CutSuffix(inner, `"`)
	if !formula || !closed || strings.Contains(inner, `"`) {
		return cell
	}
	return inner
}

// quotedCell reads a cell that starts with a quote, up to the separator after
// its closing quote. What stands between the two is kept.
func quotedCell(text string, sep byte) (cell, rest string, more, closed bool) {
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		if text[i] != '"' {
			b.WriteByte(text[i])
			continue
		}
		if i+1 < len(text) && text[i+1] == '"' {
			b.WriteByte('"')
			i++
			continue
		}
		tail, rest, more := strings.Cut(text[i+1:], string(sep))
		return b.String() + tail, rest, more, true
	}
	return "", "", false, false
}
