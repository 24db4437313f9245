package bankfile

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Bank portals name web pages .xls, because Excel opens them. A page is read as
// one table of all its rows in their order: banks put the account into a table of
// its own above the transactions, and tables into cells of tables.

// page collects the rows of a web page.
type page struct {
	t      *table
	cells  []string // of the open row
	inRow  bool
	inCell bool
	text   strings.Builder // of the open cell, or between cells
	span   int             // columns the open cell runs over
	no     int             // rows so far
	count  int             // cells so far
	tables int             // open ones
}

// readPage reads the rows of a web page.
func readPage(name, text string, warnings []string) ([]*table, error) {
	p := &page{t: &table{name: name, format: "html", sep: "\t", warnings: warnings, paged: true}}
	z := html.NewTokenizer(strings.NewReader(text))
	z.SetMaxBuf(1 << 20)
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			p.endRow()
			if p.tables > 0 {
				p.t.warnings = append(p.t.warnings, "The page ends inside a table: it may have been cut off.")
			}
			return []*table{p.t}, nil
		case html.TextToken:
			p.say(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			p.start(z)
		case html.EndTagToken:
			tag, _ := z.TagName()
			p.end(atom.Lookup(tag))
		}
		switch {
		case len(p.t.rows) > maxRows:
			return nil, tooLarge(name, "it has more than %d rows.", maxRows)
		case p.count > maxCells:
			return nil, tooLarge(name, "it has more than %d cells.", maxCells)
		}
	}
}

// say keeps text of a cell, or of the page between tables. Beyond what a cell may
// hold it is dropped: the row is then marked by sheetRow.
func (p *page) say(text string) {
	if p.text.Len() <= maxCellBytes {
		p.text.WriteString(text[:min(len(text), 2*maxCellBytes)])
	}
}

func (p *page) start(z *html.Tokenizer) {
	name, more := z.TagName()
	switch atom.Lookup(name) {
	case atom.Table:
		p.endRow()
		p.tables++
	case atom.Tr:
		p.endRow()
		p.inRow = true
	case atom.Td, atom.Th:
		p.endCell()
		p.inCell, p.span = true, columnSpan(z, more)
	case atom.Br:
		p.say(" ")
	case atom.P, atom.Div:
		if !p.inCell {
			p.endRow()
		}
		p.say(" ")
	case atom.Script, atom.Style:
		z.Next() // what they hold is no text of the page
	}
}

// maxSpan is more columns than a cell of a statement runs over.
const maxSpan = 50

// columnSpan is over how many columns a cell runs.
func columnSpan(z *html.Tokenizer, more bool) int {
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		if string(key) == "colspan" {
			if n, err := strconv.Atoi(strings.TrimSpace(string(value))); err == nil && n > 1 {
				return min(n, maxSpan)
			}
		}
	}
	return 1
}

func (p *page) end(tag atom.Atom) {
	switch tag {
	case atom.Td, atom.Th:
		p.endCell()
	case atom.Tr:
		p.endRow()
	case atom.Table:
		p.endRow()
		p.tables = max(0, p.tables-1)
	case atom.P, atom.Div:
		if !p.inCell {
			p.endRow()
		}
	}
}

// endCell puts the text that was read into the open row.
func (p *page) endCell() {
	text := squeeze(p.text.String())
	p.text.Reset()
	if !p.inCell && text == "" {
		return
	}
	p.cells = append(p.cells, text)
	for range p.span - 1 {
		p.cells = append(p.cells, "")
	}
	p.count += max(p.span, 1)
	p.inCell, p.span = false, 1
}

// endRow puts the open row among the rows of the page, if it holds anything.
func (p *page) endRow() {
	p.endCell()
	if !p.inRow && len(p.cells) == 0 {
		return
	}
	p.no++
	if !blank(p.cells) {
		p.t.rows = append(p.t.rows, sheetRow(p.no, p.cells))
	}
	p.cells, p.inRow = nil, false
}
