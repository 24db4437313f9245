package bankfile

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"lekha/lending"
)

// reader turns the rows of one table into a statement.
type reader struct {
	s       *Statement
	t       *table
	h       header
	at      [columnsCount]int // cell of each column; -1: there is none
	needed  int               // the last cell without which a row of text is cut short
	open    bool              // the row above may go on in this one
	ended   bool              // what banks print below the transactions has begun
	foreign int               // row of a second header with other columns; 0: none
	other   string            // another account's number seen below the header
	wanted  statedAt          // where in the next row a stated balance is expected
	months  int               // rejected dates that look month first
	mended  int               // rows whose narration had commas without quotes

	// What a mapping says; without one the zero values hold.
	mapped        bool     // the columns were confirmed by a person
	headings      []string // the header row, to know it again on a new page
	loose         bool     // rows may have more cells than are known
	dateLayout    string   // the one form of dates; empty: any with the day first
	drWords       []string
	crWords       []string
	minusIsCredit bool
	minusInDebits bool     // withdrawals carry a minus sign
	narrations    []int    // cells that make up the narration
	stopAt        []string // folded beginnings of the rows below the last transaction
}

// statedAt is the cell under a label such as "Opening Balance"; 0 is none,
// because the first cell of a summary row is at 1 here.
type statedAt struct{ opening, closing int }

func newReader(s *Statement, t *table, h header) *reader {
	r := &reader{s: s, t: t, h: h, drWords: drWords, crWords: crWords}
	for c := range r.at {
		r.at[c] = slices.Index(h.columns, column(c))
	}
	for _, c := range []column{debit, credit, amount, drcr, balance} {
		r.needed = max(r.needed, r.at[c])
	}
	return r
}

// read reads the preamble and every row below the header.
func (r *reader) read() error {
	above, head := r.t.rows[:r.h.body], row{}
	if r.h.at >= 0 {
		above, head = r.t.rows[:r.h.at], r.t.rows[r.h.at]
	}
	r.s.Header = Row{head.no, head.cells}
	for _, w := range above {
		r.s.Preamble = append(r.s.Preamble, w.cells)
		if r.s.AccountNo == "" {
			r.s.AccountNo = accountIn(w.cells)
		}
		if !blank(w.cells) {
			r.stated(w.cells)
		}
	}
	r.wanted = statedAt{}
	if !r.mapped {
		bank, warning := findBank(above, head)
		r.s.Bank = bank
		if warning != "" {
			r.s.warn("%s", warning)
		}
	}
	for _, w := range r.t.rows[r.h.body:] {
		r.s.Printed = append(r.s.Printed, Row{w.no, w.cells})
		switch {
		case w.flaw != "":
			r.reject(w, w.flaw)
		case blank(w.cells):
			r.s.Skipped.Blank++
			r.open = false
		case separator(w.cells):
			r.s.Skipped.Separators++
		default:
			if err := r.body(w); err != nil {
				return err
			}
		}
	}
	r.remark()
	return nil
}

// remark adds what is worth knowing about the rows as a whole.
func (r *reader) remark() {
	if r.months > 0 {
		r.s.warn("%d dates look as if the month came first. Nothing was turned round: open the file, format the dates as day/month/year and import it again.", r.months)
	}
	if r.mended > 0 {
		r.s.warn("%d rows have a comma in the narration and no quotes; they were put together again, and their balances agree.", r.mended)
	}
	if n := len(r.s.Rejected); n > 0 {
		r.s.warn("%d of the rows could not be read and are not in the totals.", n)
	}
	if len(r.s.Lines) == 0 {
		r.s.warn("The file has a header row and no transaction below it.")
	}
	if r.at[balance] < 0 {
		r.s.warn("The file has no running balance, so a missing row cannot be noticed.")
	}
}

// separator is a row drawn of stars, dashes and the like.
func separator(cells []string) bool {
	for _, c := range cells {
		if strings.Trim(c, "*-=_.~# \t\u00a0") != "" {
			return false
		}
	}
	// A lone dash is a placeholder, not a drawing.
	return strings.Count(strings.Join(cells, ""), "*")+strings.Count(strings.Join(cells, ""), "-")+strings.Count(strings.Join(cells, ""), "=")+
		strings.Count(strings.Join(cells, ""), "_") >= 3
}

// cell is the trimmed cell of a column; empty where there is none.
func (r *reader) cell(w row, c column) string {
	if c == narration && len(r.narrations) > 1 {
		var parts []string
		for _, i := range r.narrations {
			parts = append(parts, trimmedCell(w, i))
		}
		return strings.TrimSpace(strings.Join(parts, " "))
	}
	return trimmedCell(w, r.at[c])
}

func trimmedCell(w row, i int) string {
	if i < 0 || i >= len(w.cells) {
		return ""
	}
	return strings.TrimFunc(strings.ToValidUTF8(w.cells[i], "?"), isSpacing)
}

// tells says whether a cell is part of the narration or of the reference.
func (r *reader) tells(i int) bool {
	return i == r.at[narration] || i == r.at[reference] || slices.Contains(r.narrations, i)
}

// body reads a row that holds something: a line, a footer, a continuation, or a
// rejection.
func (r *reader) body(w row) error {
	w = r.mend(w)
	dates, dateErr := r.dates(w)
	if dateErr == nil && r.foreign == 0 {
		r.transaction(w, dates)
		return nil
	}
	if r.foreign > 0 && dateErr == nil {
		r.reject(w, fmt.Sprintf("it stands below a second header row with other columns (%s)", rowName(r.t, r.foreign)))
		return nil
	}
	if h := readHeader(w.cells); len(h.missing) == 0 || r.headed(w) {
		return r.again(w, h)
	}
	money := r.hasMoney(w)
	switch {
	case !money && r.continues(w):
	case r.isFooter(w, money, dateErr):
		r.footer(w)
	case errors.Is(dateErr, errBlank) && money:
		r.reject(w, "it has an amount and no date")
	case errors.Is(dateErr, errBlank):
		r.reject(w, "it has neither date nor amount, and is no known footer")
	default:
		r.reject(w, dateErr.Error())
	}
	return nil
}

// headed says that a row has the headings of a mapping again.
func (r *reader) headed(w row) bool {
	return len(r.headings) > 0 && Mapping{Headings: r.headings}.equalHeadings(w.cells) == len(r.headings)
}

// again handles a header row below the header: the same again on a new page, or
// another table, of which nothing is guessed.
func (r *reader) again(w row, h header) error {
	if r.other != "" {
		return unreadable(r.t.name, "it holds statements of two accounts (%s and, from %s on, %s). Import one file for each.", r.s.AccountNo, rowName(r.t, w.no), r.other)
	}
	r.open, r.ended = false, false
	if slices.Equal(h.columns, r.h.columns) || r.headed(w) {
		r.s.Skipped.Headers++
		r.foreign = 0
		return nil
	}
	r.foreign = w.no
	r.reject(w, "it is a second header row with other columns")
	return nil
}

// dates holds the two dates of a row; the one that is not printed is the other.
type dates struct{ post, value lending.Date }

var errBlank = errors.New("it has no date")

func (r *reader) dates(w row) (dates, error) {
	post, postErr := r.date(r.cell(w, postDate))
	value, valueErr := r.date(r.cell(w, valueDate))
	switch {
	case errors.Is(postErr, errBlank) && errors.Is(valueErr, errBlank):
		return dates{}, errBlank
	case postErr != nil && !errors.Is(postErr, errBlank):
		return dates{}, postErr
	case valueErr != nil && !errors.Is(valueErr, errBlank):
		return dates{}, valueErr
	case postErr != nil:
		post = value
	case valueErr != nil:
		value = post
	}
	return dates{post, value}, nil
}

func (r *reader) date(cell string) (lending.Date, error) {
	if cell == "" || cell == "-" {
		return 0, errBlank
	}
	if r.t.sheetish {
		if d, ok := serialDate(cell, r.t.from1904); ok {
			return d, nil
		}
	}
	d, err := r.parseDate(cell)
	if err != nil {
		return d, fmt.Errorf("the date %q %w", clip(cell, 40), err)
	}
	return d, nil
}

func (r *reader) parseDate(cell string) (lending.Date, error) {
	if r.dateLayout != "" {
		return parseDateAs(cell, r.dateLayout)
	}
	return parseDate(cell)
}

// hasMoney says whether an amount column of the row holds a figure above zero,
// be it well formed or not.
func (r *reader) hasMoney(w row) bool {
	return slices.ContainsFunc([]column{debit, credit, amount}, func(c column) bool {
		return strings.ContainsAny(r.cell(w, c), "123456789")
	})
}

// continues appends the row to the narration (and the reference) above it when
// it has nothing else.
func (r *reader) continues(w row) bool {
	text := r.cell(w, narration)
	if !r.open || r.ended || text == "" || slices.Contains(openingWords, fold(text)) || slices.Contains(closingWords, fold(text)) {
		return false
	}
	for i, c := range w.cells {
		if !r.tells(i) && !isBlank(c) {
			return false
		}
	}
	r.s.Skipped.Continuations++
	if n := len(r.s.Rejected); n > 0 && (len(r.s.Lines) == 0 || r.s.Rejected[n-1].Line > r.s.Lines[len(r.s.Lines)-1].No) {
		r.s.Rejected[n-1].Raw = clip(r.s.Rejected[n-1].Raw+" "+text, maxRawRunes)
		return true
	}
	l := &r.s.Lines[len(r.s.Lines)-1]
	l.Narration = clip(join(l.Narration, text), maxCellBytes)
	l.RawReference = clip(l.RawReference+r.cell(w, reference), maxCellBytes)
	return true
}

// join puts two parts of a wrapped narration together. A number that was cut in
// two is made whole again; between words there is a space.
func join(a, b string) string {
	if a != "" && b != "" && onlyDigits(a[len(a)-1:]) && onlyDigits(b[:1]) {
		return a + b
	}
	return strings.TrimSpace(a + " " + b)
}

// isFooter says whether a row without a usable date is what banks print below
// (or between) the transactions.
func (r *reader) isFooter(w row, money bool, dateErr error) bool {
	first := ""
	for _, c := range w.cells {
		if first = fold(c); first != "" {
			break
		}
	}
	text := fold(r.cell(w, narration))
	if slices.ContainsFunc(r.stopAt, func(s string) bool { return strings.HasPrefix(first, s) }) {
		return true
	}
	for _, words := range [][]string{totalWords, openingWords, closingWords} {
		if slices.Contains(words, first) || slices.Contains(words, text) {
			return true
		}
	}
	if !money && (first == "" || slices.ContainsFunc(footerWords, func(f string) bool { return strings.HasPrefix(first, f) })) {
		return true
	}
	if acc := accountIn(w.cells); acc != "" && !money {
		if acc != r.s.AccountNo && r.s.AccountNo != "" {
			r.other = acc
		}
		return true
	}
	// Below the first footer everything is footer, but for what has the shape of
	// a date or an amount in its column and no footer's label above it.
	looksDated := errors.Is(dateErr, errNoSuchDay) || errors.Is(dateErr, errMonthFirst)
	return r.ended && !looksDated && (!money || errors.Is(dateErr, errNotDate) || r.wanted != (statedAt{}))
}

// footer keeps a row that is no transaction, and the balances it states.
func (r *reader) footer(w row) {
	r.s.Footer = append(r.s.Footer, Row{w.no, w.cells})
	r.open = false
	if !r.statedInColumn(w) {
		r.stated(w.cells)
		r.ended = true
	}
}

func (r *reader) reject(w row, reason string) {
	if strings.HasSuffix(reason, errMonthFirst.Error()) {
		r.months++
	}
	r.s.Rejected = append(r.s.Rejected, Rejection{w.no, reason, showRow(r.t, w), r.s.Cells(w.no)})
	r.open = true
}
