package views

import (
	"time"

	"lekha/lending"
)

// MonthsPage lists the months of the journal.
type MonthsPage struct {
	Shell
	Tabs []JournalTab
	Rows []MonthRow
}

// MonthRow is one month.
type MonthRow struct {
	Name   string // October 2026
	Path   string
	State  string
	Tone   Tone
	Closer string
	At     time.Time
}

// MonthPage is one month with the list that is gone through before it is closed.
type MonthPage struct {
	Shell
	Tabs    []JournalTab
	Row     MonthRow
	Form    Form
	Checks  []MonthCheck
	Close   Act // closes it; empty when it is closed
	Reopen  Act // asks to open it again; empty when it is open
	Wait    string
	Trial   Link
	Changes Link // what was found about it after it was closed; empty while it never was
	History []Step
}

// MonthCheck is one line of the list.
type MonthCheck struct {
	Name, Says string
	OK         bool
	Link       Link // where it is put in order
}

// MonthChangesPage is what was found about a month after it was closed.
type MonthChangesPage struct {
	Shell
	Tabs  []JournalTab
	Row   MonthRow
	Since lending.Date
	Codes []TrialRow
	Rows  []JournalRow
	Next  string
}

// reopeningInputs are the fields of a request to open a month again.
func reopeningInputs() []Input {
	return []Input{{Name: "reason", Label: "Why", Required: true, Rows: 2, Max: 2000, Hint: "The credit manager who decides reads it."}}
}
