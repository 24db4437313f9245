package bankfile

import (
	"fmt"
	"slices"

	"lekha/lending"
)

// Statement is what a bank says about one account over a span of days.
type Statement struct {
	Bank      string // "hdfc", "sbi", "axis", "icici", "kotak"; empty: the columns were understood, the bank was not
	Format    string // "csv", "tsv", "xlsx", "html", "mt940", "camt.053", "ofx"
	Sheet     string // name of the sheet read, of a workbook
	AccountNo string // as printed, without SBI's padding; empty when the file does not say it

	Opening Figure
	Closing Figure
	Credits Total
	Debits  Total
	From    lending.Date // first and last posting date of the lines; zero without lines
	To      lending.Date

	Lines       []Line // oldest first
	NewestFirst bool   // the file was the other way round
	Rejected    []Rejection
	Warnings    []string
	Chain       Chain

	Preamble [][]string // the cells above the header
	Header   Row        // the header as printed
	Footer   []Row      // rows after the header which are neither lines nor rejected: legends, totals, summaries
	Skipped  Skipped
	Printed  []Row // the rows below the header as they came; none of formats of tags
}

// Figure is an amount that may be unknown, stated by the bank, or derived from
// the lines.
type Figure struct {
	Amount lending.Money
	Known  bool
	Stated bool
}

// Total is a count of lines and their sum.
type Total struct {
	Count int
	Sum   lending.Money
}

// Line is one transaction of a statement. Exactly one of Debit and Credit is
// above zero.
type Line struct {
	No           int // line of a text file, row of a sheet, or place among the entries of XML and OFX, from 1; never twice
	ValueDate    lending.Date
	PostDate     lending.Date
	Narration    string
	RawReference string // the reference column, trimmed; placeholders stay as printed
	Debit        lending.Money
	Credit       lending.Money
	Balance      lending.Money
	HasBalance   bool
	// Reversal says that the bank marks the entry as taking back another one: a
	// credit of this kind is money that had gone out. The narration says so too.
	Reversal bool
	// Ordinal tells twins apart: 1 for the first line of the statement with these
	// dates, amounts, narration, reference and (where printed) balance, 2 for the next.
	Ordinal int
}

// Rejection is a row that looks like it matters and could not be read.
type Rejection struct {
	Line   int
	Reason string
	Raw    string   // the cells as they came, joined by the file's separator, cut at maxRawRunes
	Cells  []string // the cells one by one, of a table: what a person mends and hands in again
}

// Row is a row kept as it was printed.
type Row struct {
	No    int
	Cells []string
}

// Skipped counts the rows after the header that hold nothing, so that with
// lines, rejections and footer every row is accounted for.
type Skipped struct {
	Blank         int
	Separators    int // rows of stars or dashes
	Headers       int // the header again, on a new page
	Continuations int // rows that carried on the narration above them
}

// Read reads a statement. The name is used in messages alone: what the file is
// follows from its bytes. A file that cannot be understood as a whole is refused
// with a *lending.Error; a row that cannot is a Rejection.
func Read(name string, data []byte) (*Statement, error) {
	src, err := sniff(name, data)
	if err != nil {
		return nil, err
	}
	return readSource(name, src)
}

// readSource reads a file of a known kind.
func readSource(name string, src source) (*Statement, error) {
	switch src.kind {
	case swift:
		return readMT940(name, src.text, src.warnings)
	case camt053:
		return readCAMT(name, src.text, src.warnings)
	case openExchange:
		return readOFX(name, src.text, src.warnings)
	}
	return readTables(src.tables)
}

// readTables reads the one of the tables that is a statement.
func readTables(tables []*table) (*Statement, error) {
	t, h, err := bestTable(tables)
	if err != nil {
		return nil, err
	}
	s := &Statement{Format: t.format, Sheet: t.sheet, Warnings: slices.Clone(t.warnings)}
	for _, o := range tables {
		if _, ok := findHeader(o); ok && o.sheet != t.sheet {
			s.warn("The sheet %q also holds a statement and was not read: import it as a file of its own.", o.sheet)
		}
	}
	return finishTable(newReader(s, t, h))
}

// finishTable reads the rows of a table and checks what they come to.
func finishTable(r *reader) (*Statement, error) {
	if err := r.read(); err != nil {
		return nil, err
	}
	s := r.s
	if no := s.doubled(); no > 0 {
		return nil, unreadable(r.t.name, "it holds the same statement twice, the second time from %s on. Take one of them out.", rowName(r.t, no))
	}
	s.order()
	s.number()
	s.total()
	s.Chain = s.check()
	return s, nil
}

// doubled is the line from which on all lines come again with the same balances,
// as in a file that was put together twice; 0: they do not. One balance cannot
// follow twice from the same amounts.
func (s *Statement) doubled() int {
	half := len(s.Lines) / 2
	if half == 0 || len(s.Lines)%2 != 0 {
		return 0
	}
	for i, a := range s.Lines[:half] {
		b := s.Lines[half+i]
		a.No, b.No = 0, 0
		if a != b || !a.HasBalance {
			return 0
		}
	}
	return s.Lines[half].No
}

func (s *Statement) warn(format string, args ...any) {
	s.Warnings = append(s.Warnings, fmt.Sprintf(format, args...))
}

// twin is what two lines share that only their place in the file tells apart.
type twin struct {
	value, post         lending.Date
	narration, ref      string
	debit, credit, left lending.Money
	hasBalance          bool
}

// Cells are the cells of a row of the table that the statement was read from; nil
// where there is no table.
func (s *Statement) Cells(no int) []string {
	i, found := slices.BinarySearchFunc(s.Printed, no, func(r Row, no int) int { return r.No - no })
	if !found {
		return nil
	}
	return s.Printed[i].Cells
}

// number sets the ordinals. A running balance is not enough to tell twins
// apart: a credit, its reversal and the credit again print the same balance twice.
func (s *Statement) number() {
	seen := make(map[twin]int, len(s.Lines))
	for i := range s.Lines {
		l := &s.Lines[i]
		k := twin{l.ValueDate, l.PostDate, l.Narration, l.RawReference, l.Debit, l.Credit, l.Balance, l.HasBalance}
		seen[k]++
		l.Ordinal = seen[k]
	}
}

// total sums the lines. It cannot overflow: maxRows lines of maxAmount fit.
func (s *Statement) total() {
	for _, l := range s.Lines {
		if l.Credit > 0 {
			s.Credits.Count++
			s.Credits.Sum += l.Credit
		} else {
			s.Debits.Count++
			s.Debits.Sum += l.Debit
		}
		if s.From.IsZero() || l.PostDate < s.From {
			s.From = l.PostDate
		}
		if s.To < l.PostDate {
			s.To = l.PostDate
		}
	}
}
