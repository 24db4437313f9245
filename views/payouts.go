package views

import (
	"time"

	"lekha/lending"
)

// PayoutsPage lists what is paid out, by where it stands.
type PayoutsPage struct {
	Shell
	Tabs  []FateTab
	Sum   lending.Money // of the view that is open
	Count int
	Rows  []PayoutRow
	Next  string
	First string
}

// PayoutRow is one bank instruction of the list.
type PayoutRow struct {
	Ref, Path string
	Account   Link
	Borrower  string
	Loan      string
	Amount    lending.Money
	State     string
	Tone      Tone
	Needs     bool // somebody has to act
	Maker     string
	At        time.Time
	Date      lending.Date
}

// PayoutPage is one payout with what can be done about it.
type PayoutPage struct {
	Shell
	Ref, State string
	Tone       Tone
	Amount     lending.Money
	Facts      []PayoutFact
	Bank       []StatementFact // where the money goes; empty when it is not known yet
	Version    int64
	Waits      string // what has to happen next, in a sentence
	Approve    PayoutAct
	Process    PayoutAct
	Cancel     PayoutAct
	Heard      []PayoutHeard // what the bank may say of it now
	Same       []string      // refs of payouts that look like the same one
	Form       Form
	DebitBanks []Option
	History    []Step
}

// PayoutFact is one line about a payout; Path leads on when it is not "".
type PayoutFact struct{ Name, Value, Path string }

// PayoutHeard is one thing the bank may say of a payout.
type PayoutHeard struct {
	Noun, Head, Lead, Button string
	Reason                   bool // it has to be given
	WhyNot                   string
}

// PayoutAct is something done to a payout: offered in this state, and why not
// for this person.
type PayoutAct struct {
	Offered bool
	WhyNot  string
}

func processInputs(banks []Option) []Input {
	return []Input{
		{Name: "utr", Label: "Bank reference (UTR)", Required: true, Max: 40, Auto: "off", Class: "ident"},
		{Name: "date", Label: "Reached the payee on", Type: "date", Required: true, Hint: "Interest runs from this day."},
		{Name: "debit_bank", Label: "Paid from", Options: banks, Required: true},
	}
}

var cancelInputs = []Input{{Name: "reason", Label: "Why it is not paid", Required: true, Rows: 2, Max: 500}}
