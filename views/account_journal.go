package views

import "lekha/lending"

// AccountJournalPage is the sub-ledger of an account.
type AccountJournalPage struct {
	Shell
	Ref, Borrower string
	Path          string
	AsOf          lending.Date
	Controls      []ControlRow
	Balances      []TrialRow
	Rows          []JournalRow
	Next          string
}

// ControlRow is a figure of the account beside what the journal has.
type ControlRow struct {
	Name          string
	Codes         []Link
	Book, Journal lending.Money
	Tied          bool
}
