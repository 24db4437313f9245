package bankfile

import (
	"fmt"
	"slices"
	"strings"

	"lekha/lending"
)

// Proposal is a mapping that fits a file, for a person to confirm.
type Proposal struct {
	Mapping Mapping
	// Proven says that the running balance follows from the amounts on every row:
	// then the columns of amounts and their sides are not a guess.
	Proven bool
	Doubts []string   // what the person should look at
	Rows   [][]string // the first rows as they stand, from the headings on
	// Statement is the file as the mapping reads it.
	Statement *Statement
}

// shownRows is how many rows a person needs to see whether the columns are right.
const shownRows = 8

// Guess proposes a mapping for a file of an unknown bank. Headings that are known
// count first, then what the cells hold; the running balance proves or overturns
// both. A file that says itself what it holds needs no mapping and is refused.
func Guess(name string, data []byte) (Proposal, error) {
	src, err := sniff(name, data)
	if err != nil {
		return Proposal{}, err
	}
	if src.kind != tabular && src.kind != webPage {
		return Proposal{}, lending.RefuseField("file", "mapping.needless", showName(name)+" says itself what it holds and needs no mapping.")
	}
	var best Proposal
	bestScore := 0
	for _, t := range candidateTables(name, src) {
		g := newGuess(t)
		if g == nil {
			continue
		}
		p, score := g.propose(name, src)
		if score > bestScore {
			best, bestScore = p, score
		}
	}
	if bestScore == 0 {
		return Proposal{}, unreadable(name, "it has no rows with a date and an amount in the same columns.")
	}
	return best, nil
}

// candidateTables are the sheets of a workbook, or a text cut at each separator.
func candidateTables(name string, src source) []*table {
	if src.kind != tabular || src.text == "" {
		return src.tables
	}
	var tables []*table
	for _, sep := range separators {
		if strings.Contains(src.text, string(sep)) {
			tables = append(tables, cutAt(name, src.text, sep, src.warnings))
		}
	}
	return tables
}

// guess is what the cells of a table show.
type guess struct {
	t      *table
	body   []row // rows that look like transactions
	first  int   // index of the first of them in the table
	head   int   // index of the headings; first when there are none
	width  int
	m      Mapping
	dates  []int // columns whose cells are dates, from 0
	taken  []bool
	doubts []string
}

// guessRows is how many rows are looked at: enough to see every way in which a
// bank fills its columns.
const guessRows = 2000

// newGuess finds the transactions of a table: the rows that have the commonest
// columns of dates, and an amount. It returns nil when there are none.
func newGuess(t *table) *guess {
	count := map[int]int{}
	rows := t.rows[:min(len(t.rows), guessRows)]
	for _, r := range rows {
		for i, c := range r.cells {
			if looksDate(t, c) {
				count[i]++
			}
		}
	}
	date, most := -1, 0
	for i, n := range count {
		if n > most || n == most && i < date {
			date, most = i, n
		}
	}
	if most == 0 {
		return nil
	}
	g := &guess{t: t, first: -1}
	for i, r := range rows {
		if r.flaw != "" || !looksDate(t, cellAt(r.cells, date)) || !hasAmount(r.cells, date) || statesBalance(r.cells) {
			continue
		}
		if g.first < 0 {
			g.first = i
		}
		g.body, g.width = append(g.body, r), max(g.width, filled(r.cells))
	}
	if len(g.body) == 0 {
		return nil
	}
	g.head, g.taken = g.first, make([]bool, g.width)
	for i := range g.width {
		if g.share(i, func(c string) bool { return looksDate(t, c) || isBlank(c) }) == len(g.body) && g.share(i, isBlank) < len(g.body) {
			g.dates = append(g.dates, i)
		}
	}
	return g
}

// looksDate says whether a cell can be a date in any form that is known.
func looksDate(t *table, cell string) bool {
	if t.sheetish {
		if _, ok := serialDate(cell, t.from1904); ok {
			return true
		}
	}
	if len(cell) < 6 || len(cell) > 40 {
		return false
	}
	return slices.ContainsFunc(mappedForms, func(f dateForm) bool { _, err := parseDateAs(cell, f.layout); return err == nil })
}

// hasAmount says whether a row has an amount beside its date.
func hasAmount(cells []string, date int) bool {
	for i, c := range cells {
		if i != date && looksAmount(c) {
			return true
		}
	}
	return false
}

// statesBalance says that a row is "opening balance" or the like, dated or not.
func statesBalance(cells []string) bool {
	return slices.ContainsFunc(cells, func(c string) bool {
		f := fold(c[:min(len(c), 60)])
		return f != "" && (slices.Contains(openingWords, f) || slices.Contains(closingWords, f) || slices.Contains(totalWords, f))
	})
}

// looksAmount says whether a cell is an amount above zero.
func looksAmount(cell string) bool {
	a, err := parseAmount(cell, true, maxBalance)
	return err == nil && a.paise > 0
}

// share counts the transactions whose cell fits.
func (g *guess) share(i int, fits func(string) bool) int {
	n := 0
	for _, r := range g.body {
		if fits(cellAt(r.cells, i)) {
			n++
		}
	}
	return n
}

// propose builds the mapping in the order in which columns are sure, reads the
// file by it, and scores what comes out.
func (g *guess) propose(name string, src source) (Proposal, int) {
	g.frame()
	g.useHeadings()
	if !g.findDates() {
		return Proposal{}, 0
	}
	g.findAmounts()
	g.findTexts()
	if err := g.m.Check(); err != nil {
		return Proposal{}, 0
	}
	s, err := g.m.readSource(name, src)
	if err != nil || len(s.Lines) == 0 {
		return Proposal{}, 0
	}
	p := Proposal{Mapping: g.m, Proven: s.Chain.Whole() && s.Chain.Checked >= len(s.Lines)-1 && len(s.Lines) > 2, Doubts: g.doubts, Statement: s}
	if !p.Proven {
		p.Doubts = append(p.Doubts, "The running balance does not prove which amounts came in and which went out: compare a few rows with the bank's own page.")
	}
	for _, r := range g.t.rows[g.head:min(len(g.t.rows), g.head+shownRows)] {
		p.Rows = append(p.Rows, slices.Clone(r.cells))
	}
	score := 2*len(s.Lines) - len(s.Rejected) + len(g.m.Headings)
	if p.Proven {
		score *= 10
	}
	return p, max(score, 1)
}

// frame says where the table stands: separator, sheet, headings.
func (g *guess) frame() {
	g.m = Mapping{Sheet: g.t.sheet}
	for name, sep := range separatorNames {
		if g.t.sep == string(sep) && !g.t.sheetish && !g.t.paged {
			g.m.Separator = name
		}
	}
	i := g.first - 1
	for i >= 0 && (blank(g.t.rows[i].cells) || separator(g.t.rows[i].cells) || statesBalance(g.t.rows[i].cells)) {
		i--
	}
	if i >= 0 && g.isHead(g.t.rows[i]) {
		used := filled(g.t.rows[i].cells)
		for _, c := range g.t.rows[i].cells[:used] {
			g.m.Headings = append(g.m.Headings, squeeze(strings.ToValidUTF8(c, "?")))
		}
		g.head, g.width, g.taken = i, used, make([]bool, used)
		return
	}
	if g.first > 0 {
		g.m.Skip = g.t.rows[g.first-1].no
	}
	g.m.Width = g.width
	g.doubts = append(g.doubts, "The table has no row of headings that could be found again; if the bank moves a column, nobody notices.")
}

// isHead says that the row above the transactions has a word for most columns.
func (g *guess) isHead(r row) bool {
	used, named := filled(r.cells), 0
	for _, c := range r.cells {
		if !isBlank(c) && !looksAmount(c) && !looksDate(g.t, c) {
			named++
		}
	}
	return r.flaw == "" && used >= g.width && used <= maxColumns && named*2 > g.width
}

// useHeadings takes the columns whose headings are known.
func (g *guess) useHeadings() {
	if len(g.m.Headings) == 0 {
		return
	}
	h := readHeader(g.m.Headings)
	for i, c := range h.columns {
		no := i + 1
		switch c {
		case postDate:
			g.m.Date = no
		case valueDate:
			g.m.ValueDate = no
		case narration:
			g.m.Narration = []int{no}
		case reference:
			if g.m.Reference > 0 {
				continue
			}
			g.m.Reference = no
		case debit:
			g.m.Debit = no
		case credit:
			g.m.Credit = no
		case amount:
			g.m.Amount = no
		case drcr:
			g.m.Side = no
		case balance:
			g.m.Balance = no
		case balanceDrCr:
			g.m.BalanceSide = no
		case ignored:
		default:
			continue
		}
		g.taken[i] = true
	}
}

// findDates picks the columns of dates and the form they are printed in.
func (g *guess) findDates() bool {
	for _, i := range g.dates {
		switch {
		case g.taken[i]:
		case g.m.Date == 0:
			g.m.Date, g.taken[i] = i+1, true
		case g.m.ValueDate == 0:
			g.m.ValueDate, g.taken[i] = i+1, true
		}
	}
	if g.m.Date == 0 && g.m.ValueDate == 0 {
		return false
	}
	forms := g.forms()
	if len(forms) == 0 {
		return g.t.sheetish // the dates are numbers of the workbook
	}
	g.m.DateForm = forms[0].name
	for _, f := range forms[1:] {
		if f.layout[0] == '1' && forms[0].layout[0] == '2' {
			g.doubts = append(g.doubts, fmt.Sprintf("All dates could also have the month first (%s).", f.name))
			if !g.inOrder(forms[0]) && g.inOrder(f) {
				g.m.DateForm = f.name
				g.doubts = append(g.doubts, "Read with the month first they are in order, so this is proposed.")
			}
			break
		}
	}
	return true
}

// dateCells are the cells of the columns of dates.
func (g *guess) dateCells() (cells []string) {
	for _, no := range []int{g.m.Date, g.m.ValueDate} {
		for _, r := range g.body {
			if c := cellAt(r.cells, no-1); no > 0 && !isBlank(c) {
				if _, serial := serialDate(c, g.t.from1904); serial && g.t.sheetish {
					continue
				}
				cells = append(cells, c)
			}
		}
	}
	return cells
}

// forms are those in which every date can be read.
func (g *guess) forms() (out []dateForm) {
	cells := g.dateCells()
	if len(cells) == 0 {
		return nil
	}
	for _, f := range mappedForms {
		if !slices.ContainsFunc(cells, func(c string) bool { _, err := parseDateAs(c, f.layout); return err != nil }) {
			out = append(out, f)
		}
	}
	return out
}

// inOrder says whether the dates go one way when read in a form.
func (g *guess) inOrder(f dateForm) bool {
	var up, down int
	var last lending.Date
	for _, r := range g.body {
		d, err := parseDateAs(cellAt(r.cells, max(g.m.Date, g.m.ValueDate)-1), f.layout)
		if err != nil {
			continue
		}
		switch {
		case last.IsZero():
		case d > last:
			up++
		case d < last:
			down++
		}
		last = d
	}
	return up == 0 || down == 0
}
