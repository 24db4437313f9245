package views

import (
	"time"

	"lekha/lending"
)

// JournalTab is one of the ways to look at the journal.
type JournalTab struct {
	Path, Label string
	Current     bool
}

// TrialPage is the trial balance of a period.
type TrialPage struct {
	Shell
	Form   Form
	Tabs   []JournalTab
	Rows   []TrialRow
	Total  TrialRow
	Export Act
}

// TrialRow is one code of the trial balance; balances are debit positive.
type TrialRow struct {
	Code, Name       string
	Path             string
	Opening, Closing lending.Money
	Debit, Credit    lending.Money
}

// DayBookPage lists entries with their lines.
type DayBookPage struct {
	Shell
	Form Form
	Tabs []JournalTab
	Rows []JournalRow
	Next string
}

// JournalRow is one entry.
type JournalRow struct {
	No       int64
	Path     string
	What     string
	Booking  lending.Date
	Value    lending.Date
	Account  Link
	Borrower string
	Source   Link
	Lines    []JournalLine
}

// JournalLine is one side of an entry.
type JournalLine struct {
	Code, Name string
	Path       string
	Loan       string
	Debit      lending.Money
	Credit     lending.Money
}

// LedgerPage is one code with its lines.
type LedgerPage struct {
	Shell
	Form       Form
	Tabs       []JournalTab
	Code, Name string
	Opening    lending.Money
	Rows       []LedgerRow
	Next       string
	Accounts   string // address of the accounts behind it
}

// LedgerRow is one line on a code and the balance after it.
type LedgerRow struct {
	Entry   JournalRow
	Debit   lending.Money
	Credit  lending.Money
	Balance lending.Money
}

// SubLedgerPage lists the accounts behind a code.
type SubLedgerPage struct {
	Shell
	Tabs       []JournalTab
	Code, Name string
	Rows       []SubLedgerRow
	Next       string
}

// SubLedgerRow is one account behind a code.
type SubLedgerRow struct {
	Account  Link
	Borrower string
	Balance  lending.Money
}

// EntryPage is one entry, whole.
type EntryPage struct {
	Shell
	Tabs     []JournalTab
	Row      JournalRow
	Event    string
	Corrects Link
	Export   Link
	At       time.Time
}

// JournalExportsPage lists what went to the external ledger.
type JournalExportsPage struct {
	Shell
	Form   Form
	Tabs   []JournalTab
	Rows   []JournalExportRow
	WhyNot string
}

// JournalExportRow is one export.
type JournalExportRow struct {
	No, First, Last int64
	Until           lending.Date
	By              string
	At              time.Time
}

// journalInputs are the fields of the period.
func journalInputs() []Input {
	return []Input{{Name: "from", Label: "Booked from", Type: "date"}, {Name: "to", Label: "to", Type: "date"}}
}

// sided is an amount of a column: nothing where there is none.
func sided(m lending.Money) string {
	if m == 0 {
		return ""
	}
	return m.Grouped()
}

// balance is an amount with its side.
func balanceWords(m lending.Money) string {
	switch {
	case m > 0:
		return m.Grouped() + " Dr"
	case m < 0:
		return (-m).Grouped() + " Cr"
	}
	return "0.00"
}
