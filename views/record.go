package views

import (
	"lekha/lending"
)

// LayoutRecord is the frame of one record.
const LayoutRecord Layout = "p-record"

// RecordPage is everything about one record: what it is, what became of its
// money, why it stands where it stands, and what this person may do with it.
type RecordPage struct {
	Shell
	Ref       string
	Amount    lending.Money
	Received  lending.Money
	TDS       lending.Money
	Fee       lending.Money // what a gateway kept of it
	FeeGST    lending.Money
	Settled   lending.Money
	Left      lending.Money // of an approved record: held as excess, or waiting for its day
	Date      lending.Date
	BankDate  lending.Date
	Who       string
	State     StateMark
	Lead      string
	Receipt   string // address of the printable receipt, "" for none
	Now       string // after a conflict: what is true now
	Questions []Question
	Why       []string
	Facts     []RecordFact
	Line      *BankLine
	Paid      []PaidRow
	PaidSum   PaidRow
	Parts     []PartRow
	PartsAll  int    // how many there are
	MoreParts string // address that shows all; "" when all are shown
	Kin       []KinRow
	Approvals []ApprovalLine
	Trail     []Step
	Papers    Papers
	Acts      []RecordAct
	Cannot    []CannotAct
}

// RecordFact is one line of the facts. Path makes it a link.
type RecordFact struct {
	Label, Text, Path string
	Mono              bool
}

// BankLine is what the bank says.
type BankLine struct {
	Narration string
	Reference string
	Rail      string
	Line      int
	Date      lending.Date
	Amount    lending.Money
	Statement string // ref
	File      string
	Balance   string // after it, "" when the bank does not say
	Repeats   string // the line it repeats, in words
	Returned  string // that the bank took it back, in words
}

// PaidRow is what a record paid of one due.
type PaidRow struct {
	Label, Path string
	DueDate     lending.Date
	Principal   lending.Money
	Interest    lending.Money
	Overdue     lending.Money
	Penal       lending.Money
	Fee         lending.Money
	Total       lending.Money
	Left        lending.Money // unpaid of the due, by now
	Held        bool          // it was held as excess until the due date
}

// PartRow is one account's part of a split.
type PartRow struct {
	Ref, Account, Borrower string
	Amount                 lending.Money
	State                  StateMark
}

// KinRow is a record that this one came from, went into or repeats.
type KinRow struct {
	What, Ref string
	Amount    lending.Money
	State     StateMark
	Reason    string
}

// ApprovalLine is one request about this record, with how it ended.
type ApprovalLine struct {
	Ref, Kind, Outcome string
	Tone               Tone
	Reason             string
}

// RecordAct is something that this person may do now. With Link it is done on
// another page, without it is a form.
type RecordAct struct {
	Key      string // "park"; names the element and its fields
	Label    string
	Icon     string
	Hint     string
	Button   string
	Path     string
	Link     string
	Version  int64
	Fields   []Input
	Form     Form
	Open     bool // refused just now: it stays open
	Primary  bool
	Danger   bool
	Shortcut string
}

// CannotAct is something that is not possible, with the reason.
type CannotAct struct{ Label, Why string }

// columns of the settlements: those without an amount are left out.
func (p RecordPage) paidColumns() []paidColumn {
	var out []paidColumn
	for _, c := range []paidColumn{
		{"Principal (₹)", func(r PaidRow) lending.Money { return r.Principal }},
		{"Interest (₹)", func(r PaidRow) lending.Money { return r.Interest }},
		{"Overdue interest (₹)", func(r PaidRow) lending.Money { return r.Overdue }},
		{"Late charge (₹)", func(r PaidRow) lending.Money { return r.Penal }},
		{"Fee (₹)", func(r PaidRow) lending.Money { return r.Fee }},
	} {
		if c.of(p.PaidSum) != 0 {
			out = append(out, c)
		}
	}
	return out
}

type paidColumn struct {
	label string
	of    func(PaidRow) lending.Money
}

// fieldID names a field of one of several forms on the page.
func (a RecordAct) fieldID(name string) string { return "f-" + a.Key + "-" + name }

// fieldNotes names what explains a field: its hint, its error.
func (a RecordAct) fieldNotes(in Input) string {
	ids := ""
	if in.Hint != "" {
		ids = a.fieldID(in.Name) + "-hint"
	}
	if a.Form.Error(in.Name) != "" {
		if ids != "" {
			ids += " "
		}
		ids += a.fieldID(in.Name) + "-error"
	}
	return ids
}

// button is the look of the act's button.
func (a RecordAct) button() string {
	switch {
	case a.Primary:
		return "btn block primary"
	case a.Danger:
		return "btn block danger"
	}
	return "btn block"
}

// figureOrDash is an amount as a key figure, and – for none.
func figureOrDash(m lending.Money) string {
	if m == 0 {
		return none
	}
	return Rupees(m)
}
