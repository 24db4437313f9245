package bankfile

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"lekha/lending"
)

// Read reads a statement by a mapping. Formats that say themselves what they
// hold (MT940, camt.053, OFX) are read as they are.
func (m Mapping) Read(name string, data []byte) (*Statement, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	src, err := sniff(name, data)
	if err != nil {
		return nil, err
	}
	if src.kind != tabular && src.kind != webPage {
		return readSource(name, src)
	}
	return m.readSource(name, src)
}

// readSource reads the tables of a file.
func (m Mapping) readSource(name string, src source) (*Statement, error) {
	if src.rejects { // it is a table of ours, whatever the bank's file looked like
		m.Sheet, m.Separator, m.Skip = "", "", 0
	}
	t, err := m.table(name, src)
	if err != nil {
		return nil, err
	}
	h, err := m.header(t)
	if err != nil {
		return nil, err
	}
	s := &Statement{Bank: m.Bank, Format: t.format, Sheet: t.sheet, Warnings: slices.Clone(t.warnings)}
	r := newReader(s, t, h)
	m.configure(r)
	return finishTable(r)
}

// table picks the sheet, or cuts the text at the mapping's separator.
func (m Mapping) table(name string, src source) (*table, error) {
	if sep := separatorNames[m.Separator]; sep != 0 && src.text != "" && src.kind == tabular {
		return cutAt(name, src.text, sep, src.warnings), nil
	}
	for _, t := range src.tables {
		if m.Sheet == "" || strings.EqualFold(strings.TrimSpace(t.sheet), strings.TrimSpace(m.Sheet)) {
			return t, nil
		}
	}
	return nil, unreadable(name, "it has no sheet %q, which the mapping of this account names.", clip(m.Sheet, 40))
}

// header finds the header row that the mapping was confirmed for.
func (m Mapping) header(t *table) (header, error) {
	h := header{at: -1, columns: make([]column, m.widest())}
	for _, p := range m.placed() {
		if p.no > 0 {
			h.columns[p.no-1] = p.column
		}
	}
	first := slices.IndexFunc(t.rows, func(r row) bool { return r.no > m.Skip })
	if first < 0 {
		return h, unreadable(t.name, "it has no row below the %d that the mapping of this account skips.", m.Skip)
	}
	if len(m.Headings) == 0 {
		h.body = first
		return h, nil
	}
	near, nearest := -1, 0
	for i, r := range t.rows[first:min(len(t.rows), first+maxHeaderRow)] {
		equal := m.equalHeadings(r.cells)
		if equal == len(m.Headings) {
			h.at, h.body = first+i, first+i+1
			return h, nil
		}
		if equal > nearest {
			near, nearest = first+i, equal
		}
	}
	return h, m.refuseHeadings(t, near)
}

// widest is how many columns the mapping reads or expects.
func (m Mapping) widest() int {
	if w := max(len(m.Headings), m.Width); w > 0 {
		return w
	}
	w := 0
	for _, p := range m.placed() {
		w = max(w, p.no)
	}
	return w
}

// equalHeadings counts the headings that a row has in their places; a row with
// headings beyond them has none.
func (m Mapping) equalHeadings(cells []string) int {
	if filled(cells) > len(m.Headings) {
		return 0
	}
	n := 0
	for i, want := range m.Headings {
		if foldHeading(want) == foldHeading(cellAt(cells, i)) {
			n++
		}
	}
	return n
}

func cellAt(cells []string, i int) string {
	if i >= 0 && i < len(cells) {
		return cells[i]
	}
	return ""
}

// refuseHeadings says what has become of the headings.
func (m Mapping) refuseHeadings(t *table, near int) error {
	if near < 0 {
		return unreadable(t.name, "none of its rows has the headings that the mapping of this account was made for (%s). Make a new mapping.", clip(strings.Join(m.Headings, ", "), maxRawRunes))
	}
	r := t.rows[near]
	for i, want := range m.Headings {
		if got := cellAt(r.cells, i); foldHeading(want) != foldHeading(got) {
			return unreadable(t.name, "%s: column %d is headed %q; the mapping of this account was made for %q. Make a new mapping.",
				rowName(t, r.no), i+1, clip(strings.ToValidUTF8(got, "?"), 40), clip(want, 40))
		}
	}
	return unreadable(t.name, "%s has more columns than the mapping of this account was made for. Make a new mapping.", rowName(t, r.no))
}

// configure gives a reader what the mapping says beside the columns.
func (m Mapping) configure(r *reader) {
	r.mapped = true
	r.headings = m.Headings
	r.loose = len(m.Headings) == 0 && m.Width == 0
	r.dateLayout = layoutOf(m.DateForm)
	r.drWords, r.crWords = m.sideWords()
	r.minusIsCredit = m.Minus == "credit"
	r.minusInDebits = m.Amounts == TwoColumns && m.Minus == "debit"
	for _, n := range m.Narration {
		r.narrations = append(r.narrations, n-1)
	}
	for _, s := range m.StopAt {
		if f := fold(s); f != "" {
			r.stopAt = append(r.stopAt, f)
		}
	}
}

// parseDateAs reads a date of one form and no other.
func parseDateAs(cell, layout string) (lending.Date, error) {
	s := strings.TrimLeft(plainDigits(strings.TrimFunc(cell, isSpacing)), "'")
	if len(s) < 6 || len(s) > 32 {
		return 0, errNotDate
	}
	t, err := time.Parse(layout, squeeze(cutTime(s)))
	if err != nil {
		return 0, fmt.Errorf("is not a date of the form the mapping of this account names")
	}
	return dateOf(t)
}
