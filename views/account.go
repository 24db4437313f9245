package views

import (
	"fmt"
	"strconv"

	"lekha/lending"
)

// AccountNotice is what everybody has to know before they do anything with an account:
// that it is written off, that an offer to close it is open.
type AccountNotice struct{ Head, Text string }

// AccountPage is one account at a moment: today, as it stood at an earlier
// day-end, or as it will stand when nothing more comes in.
type AccountPage struct {
	Shell
	Ref, Path    string
	Borrower     string
	BorrowerPath string
	Product      string
	Status       string // in words
	StatusTone   Tone
	PaidOut      lending.Date
	AsOf         AsOf
	Notices      []AccountNotice
	Closed       bool // its days past due are history
	Acts         []Act
	Summary      lending.Summary
	Strip        []StripFigure
	Parts        []PartLine // per component, then the total
	Figures      []Figure
	Chart        *BalanceChart
	Schedules    []ScheduleCard
	Unpaid       []DueLine
	Fees         []FeeLine
	Receipts     []ReceiptLine
	MoreReceipts string // address where all are shown, "" when they are
	Payouts      []PayoutLine
	Ledger       []LedgerLine // latest first
	LedgerCount  int
	Statement    string // address of the statement
	JournalPath  string // of its sub-ledger
	Facts        []Term // borrower
	Repayment    []Term
	Mandate      *MandateCard // nil: none was drawn up
	Pending      []PendingLine
	History      []Step
	MoreHistory  string
	Events       int
}

// AsOf is the date the page is asked for.
type AsOf struct {
	Date    lending.Date
	Kind    string // "today", "past", "future"
	Refused string // why the date that was asked for is not shown
	Asked   string // as it was typed, when refused
}

// value stands in the field.
func (a AsOf) value() string {
	if a.Refused != "" {
		return a.Asked
	}
	return a.Date.String()
}

// StripFigure is one figure of the strip.
type StripFigure struct {
	Label, Value, Unit, Note string
	Bad                      bool
	Why                      string // id of the figure that explains it
}

// PartLine is one component: what was charged, what is paid of it, what is open,
// and what of that is due.
type PartLine struct {
	Label                           string
	Charged, Paid, Outstanding, Due lending.Money
	ToDate                          lending.Money // of Charged, what fell due by now
	Total                           bool
	Why                             string // id of the figure that explains the line
}

// Figure is one amount with the rows it is the sum of.
type Figure struct {
	ID, Label, Value string
	Text             string // how it follows, when rows alone do not say it
	Rows             []FigureRow
	Total            string
}

// FigureRow is one row of a sum.
type FigureRow struct {
	Label, Path string
	Date        lending.Date
	Amount      lending.Money
	Minus       bool
}

// amount is what the row adds.
func (r FigureRow) amount() string {
	if r.Minus {
		return Amount(-r.Amount)
	}
	return Amount(r.Amount)
}

// PaidPart is one settlement: which receipt paid which part of a due, or which
// due a receipt paid.
type PaidPart struct {
	Label, Path string
	Part        string // component in words
	Date        lending.Date
	Amount      lending.Money
	FromExcess  bool
}

// ScheduleCard is the schedule of one loan, or the rows around today.
type ScheduleCard struct {
	Loan, Note string
	Rows       []ScheduleLine
	Total      int
	All        string // address of all rows, "" when they are shown
}

// caption says which rows stand there.
func (s ScheduleCard) caption() string {
	if len(s.Rows) == 0 {
		return "Instalments"
	}
	return fmt.Sprintf("Instalments %d to %d of %d", s.Rows[0].No, s.Rows[len(s.Rows)-1].No, s.Total)
}

// ScheduleLine is one instalment with what is paid of it.
type ScheduleLine struct {
	No                             int
	Name                           string // of a row that is no instalment: Prepayment
	Due                            lending.Date
	Principal, Interest, Total     lending.Money
	Paid, Balance                  lending.Money
	Parts                          []PaidPart
	State                          string
	Tone                           Tone
	Chip, Late, Past, Planned, Now bool
}

// number is the instalment's; a prepayment is none.
func (l ScheduleLine) number() string {
	if l.Name != "" {
		return "–"
	}
	return strconv.Itoa(l.No)
}

// row is the class of the line.
func (l ScheduleLine) row() string {
	switch {
	case l.Late:
		return "late"
	case l.Past:
		return "past"
	}
	return ""
}

// DueLine is a due that is not fully paid.
type DueLine struct {
	Label   string
	Due     lending.Date
	Amounts lending.Amounts // unpaid, by component
	Total   lending.Money
	DPD     int
	Sum     bool
}

// FeeLine is a fee demand.
type FeeLine struct {
	Name         string
	Due          lending.Date
	Amount, Paid lending.Money
	Parts        []PaidPart
	State        string
	Tone         Tone
}

// ReceiptLine is money received, and what became of it.
type ReceiptLine struct {
	Date          lending.Date
	Ref, Path     string
	Words         string // "NEFT, HDFCN52026100511840027"
	Amount        lending.Money
	Settled, Held lending.Money
	Parts         []PaidPart
	State         string
	Tone          Tone
}

// PayoutLine is money paid out.
type PayoutLine struct {
	Ref, Path string
	Date      lending.Date
	Amount    lending.Money
	State     string
	Tone      Tone
	UTR       string
}

// LedgerLine is one line of the statement.
type LedgerLine struct {
	Date, Booked  lending.Date
	Text          string
	Reference     string
	Path          string
	Debit, Credit lending.Money
	Balance       lending.Money
	Open          bool // opening or closing balance
}

// PendingLine is a request about this account that waits for a decision.
type PendingLine struct {
	Ref, Path, Kind, Maker, Sent string
	Amount                       lending.Money
}

// BalanceChart is the principal outstanding over the life of the account, as
// shapes on a plane of 100 by 100.
type BalanceChart struct {
	Finding    string
	Note       string
	YLabels    []string
	XLabels    []string
	Plan       string // path
	Real       string
	Area       string
	TodayX     string // "47.92", "" when today lies outside
	TodayY     string
	LabelEnd   bool // the word stands before the line: it is near the right edge
	LabelToday string
}

// AccountsPage is the list of accounts.
type AccountsPage struct {
	Shell
	Bands       []QueueTab
	Filters     []Pill
	Form        AccountFilterForm
	Rows        []AccountLine
	Sort        string
	Sorts       map[string]string // address of each order
	Count       int
	Out         lending.Money
	Due         lending.Money
	Overdue     int
	Paging      Paging
	Export      string
	ExportSheet string // address of the workbook of the same
	New         Act
	Running     Act // a loan that was paid out before is taken over
	Clear       string
	Caption     string
}

// AccountFilterForm is what stands in the filter form.
type AccountFilterForm struct {
	Band, Status, Program, Search, Sort, Category string
	Statuses, Programs, Categories                []Option
}

// AccountLine is one account of a list.
type AccountLine struct {
	Ref, Path, Borrower, Product string
	Outstanding, Due             lending.Money
	DPD                          int
	NextDue                      lending.Date
	Category, Status             string
	StatusTone                   Tone
}

// BorrowerPage is a borrower with all accounts.
type BorrowerPage struct {
	Shell
	Ref, Name   string
	Worst       string
	WorstTone   Tone
	WorstNote   string
	Facts       []Term
	Rows        []AccountLine
	Outstanding lending.Money
	Due         lending.Money
	Acts        []Act
	History     []Step
}

// AccountStatementPage is a statement of account as a letter.
type AccountStatementPage struct {
	Shell
	Company, Address string
	Identity         []string // PAN, GSTIN of the company
	Ref, Path        string
	Sheet            string // address of the print style with the account's number
	Number           string
	From, To         lending.Date
	Printed          string
	Form             Form
	Left, Right      []Term
	Lines            []LedgerLine
	Opening, Closing lending.Money
	Debits, Credits  lending.Money
	Summary          []Term
	Unpaid           []DueLine
	Excess           lending.Money
	CSV              string
}

// ComponentWord is a component of a due in words.
func ComponentWord(c lending.Component) string {
	return [lending.NumComponents]string{"Principal", "Interest", "Overdue interest", "Penal charge", "Fee"}[c]
}

// excessWord says where the money of a settlement came from, when that is not
// the receipt's own day.
func (p PaidPart) excessWord() string {
	if p.FromExcess {
		return ", from excess"
	}
	return ""
}
