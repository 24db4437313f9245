package views

import (
	"strconv"

	"github.com/a-h/templ"

	"lekha/lending"
)

// RecordsPage is the list that operations lives in. Everything that narrows it
// is in its address.
type RecordsPage struct {
	Shell
	Views       []SavedView
	Own         []SavedView // views that this person keeps
	Keep        Form        // the form that keeps a view
	Columns     RecordColumns
	Choices     []ColumnChoice
	Pills       []Pill
	Clear       string // address without filters, "" when none is on
	Filter      Form   // what is typed into the filters, and what cannot be read
	Options     FilterOptions
	Sorts       map[string]Sort // by column: date, amount, ref
	Rows        []RecordRow
	Totals      RecordSums
	Paging      Paging
	Export      string // address of the CSV of this set
	ExportSheet string // and of its workbook
	MayExport   bool
	MayPrepare  bool
	PrepareBy   string // who may, for those who may not
	Tickable    bool   // at least one row can be ticked
	Ticked      bool   // everything that matches is ticked
	TickAll     string // address on which everything that matches is ticked, "" when it was not counted
	TickNone    string
	Query       []Field // the filter, as hidden fields of the bulk form
	Done        *BulkDone
	NoMatch     []Drop // when nothing matches: which single filter to drop
	EmptyHead   string // what an empty list of this name says
	EmptyText   string
}

// RecordColumns are the columns of the list that are shown.
type RecordColumns struct {
	Chosen                                         bool // by this person: none goes by the width of the list
	Account, UTR, Bank, Type, BankDate, Date, Left bool
}

// ColumnChoice is a column that can be shown or left out.
type ColumnChoice struct {
	Key, Label string
	Shown      bool
}

// SavedView is a filter with a name.
type SavedView struct {
	Key, Path, Label string
	Count            int
	More             bool // counted no further
	Current          bool
}

func (s SavedView) number() string {
	if s.More {
		return Count(s.Count) + "+"
	}
	return Count(s.Count)
}

// FilterOptions are the choices of the filter form.
type FilterOptions struct {
	Statuses, Types, Banks, Sources []Option
	Status                          map[string]bool // chosen ones
}

// Sort is the head of a column that sorts.
type Sort struct {
	Path  string
	State string // aria-sort: "ascending", "descending", or "" when another column sorts
}

// RecordRow is one line of the list.
type RecordRow struct {
	Ref       string
	Version   int64
	Who       string // borrower, or what the bank says of the payer
	Known     bool   // Who is a borrower
	Account   string
	UTR       string
	Mode      string
	Bank      string
	Source    string
	Type      string
	Date      lending.Date
	BankDate  lending.Date
	Amount    lending.Money
	Left      lending.Money
	State     StateMark
	Tickable  bool   // it can be sent for approval
	WhyNoTick string // why not
}

// StateMark is a state in words: a chip when it needs a person.
type StateMark struct {
	Word string
	Tone Tone
	Chip bool
}

// RecordSums are count and sums of the whole filtered set. With More they were
// counted only so far and the sums are left out.
type RecordSums struct {
	Count   int
	More    bool
	Amount  lending.Money
	Left    lending.Money
	CountTo string // address that counts and sums all
}

func (s RecordSums) number() string {
	if s.More {
		return Count(s.Count) + "+"
	}
	return Count(s.Count)
}

// BulkDone says what became of a request for approval of many records.
type BulkDone struct {
	Sent     int
	Amount   lending.Money
	Refused  []Refused
	Unnamed  int    // others that were not sent
	Conflict string // nothing was done, and why
}

// notSent is how many were refused.
func (d BulkDone) notSent() int { return len(d.Refused) + d.Unnamed }

// Refused is a record that was not sent, with the reason.
type Refused struct{ Ref, Why string }

// Drop is a filter to leave out, with how many rows that would give.
type Drop struct {
	Name, Path string
	Count      int
	More       bool
}

func (d Drop) number() string {
	if d.More {
		return Count(d.Count) + "+"
	}
	return Count(d.Count)
}

// tickValue names a row as the person saw it.
func (r RecordRow) tickValue() string { return r.Ref + "." + strconv.FormatInt(r.Version, 10) }

// plain is a number as forms carry it.
func plain(n int) string { return strconv.Itoa(n) }

// swapList makes a link or a form swap the list instead of the page, where
// script runs.
func swapList(path string) templ.Attributes {
	return templ.Attributes{"hx-get": path, "hx-target": "#listing", "hx-swap": "outerHTML", "hx-push-url": "true"}
}

// filterFields are the fields of the filter form, for its errors.
func filterFields(o FilterOptions) []Input {
	return []Input{
		{Name: "q", Label: "Search", Hint: "UTR, record, remark or borrower", Max: 100},
		{Name: "type", Label: "Type", Options: o.Types},
		{Name: "from", Label: "Value date from", Type: "date"},
		{Name: "to", Label: "Value date to", Type: "date"},
		{Name: "min", Label: "Amount from", Mode: "decimal", Placeholder: "₹"},
		{Name: "max", Label: "Amount up to", Mode: "decimal", Placeholder: "₹"},
		{Name: "bank", Label: "Collection account", Options: o.Banks},
		{Name: "source", Label: "Source", Options: o.Sources},
		{Name: "account", Label: "Loan account", Max: 40},
	}
}
