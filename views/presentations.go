package views

import "lekha/lending"

// NachState is where a mandate, a list or an item of it stands.
type NachState struct {
	Word string
	Tone Tone
}

// MandatesPage lists mandates, with the form of a new one.
type MandatesPage struct {
	Shell
	Tabs                 []FateTab
	Rows                 []MandateRow
	Next                 string
	WhyNot, AnswerWhyNot string
	Form                 Form
}

// MandateRow is one mandate of the list.
type MandateRow struct {
	Ref         string
	Account     Link
	Borrower    string
	UMRN, Bank  string
	Most        lending.Money
	From, Until lending.Date
	State       NachState
	Reason      string
	Waits, Ends bool // for the bank's answer; it may be ended
}

// MandateCard is the mandate that an account is collected under, or its last one.
type MandateCard struct {
	State NachState
	Path  string // of the account's mandates
	Terms []Term
}

// mandateFrequencies are how often a mandate lets us collect.
var mandateFrequencies = []Option{{Value: "as_presented", Label: "As presented"}, {Value: "monthly", Label: "Monthly"}, {Value: "quarterly", Label: "Quarterly"},
	{Value: "half_yearly", Label: "Half-yearly"}, {Value: "yearly", Label: "Yearly"}}

// Frequency says how often a mandate lets us collect.
func Frequency(value string) string {
	for _, o := range mandateFrequencies {
		if o.Value == value {
			return o.Label
		}
	}
	return Words(value)
}

var mandateInputs = []Input{
	{Name: "account", Label: "Account", Required: true, Max: 40, Class: "ident"},
	{Name: "max_amount", Label: "At most, each time (₹)", Required: true, Mode: "decimal"},
	{Name: "frequency", Label: "How often", Options: mandateFrequencies},
	{Name: "first_date", Label: "From", Type: "date", Required: true},
	{Name: "last_date", Label: "Until", Type: "date", Required: true},
	{Name: "holder", Label: "Account holder", Required: true, Max: 100, Auto: "off"},
	{Name: "ifsc", Label: "IFSC of the borrower's bank", Required: true, Max: 11, Class: "ident"},
	{Name: "account_no", Label: "Account number there", Required: true, Max: 35, Class: "ident", Auto: "off"},
}

// PresentationsPage lists what sponsor banks are asked to collect, and what they owe.
type PresentationsPage struct {
	Shell
	Rows   []PresentationRow
	Days   []SponsorDay
	Inputs []Input
	WhyNot string
	Form   Form
}

// PresentationRow is one list.
type PresentationRow struct {
	Ref, Path string
	Date      lending.Date
	Count     int
	Total     lending.Money
	State     NachState
	Maker     string
}

// SponsorDay is what a sponsor bank owes or owed for a day.
type SponsorDay struct {
	Day                                     lending.Date
	Bank                                    string
	Presented, Returned, Expected, Credited lending.Money
	Open                                    int
	Credits                                 []NetCredit
}

// NetCredit is a credit that may be the net credit of a day.
type NetCredit struct {
	Ref, Path string
	Version   int64
	Amount    lending.Money
}

// PresentationPage is one list, drawn up or still a preview.
type PresentationPage struct {
	Shell
	Draft             bool // a preview: nothing is written yet
	Ref, File         string
	Date              lending.Date
	Bank, UtilityCode string
	Arrears           bool
	Count             int
	Total             lending.Money
	State             NachState
	Version           int64
	Items             []PresentationItem
	Release           PayoutAct
	Cancel, Answer    PayoutAct
	MayFile           bool
	Form              Form
}

// PresentationItem is one due of a list, or one that is left out and why.
type PresentationItem struct {
	Ref      string
	Account  Link
	Borrower string
	DueDate  lending.Date
	Attempt  int
	Amount   lending.Money
	State    NachState
	Reason   string
	Credit   Link
	WhyNot   string
	AskFunds bool // only the borrower's word is missing
}

// ReturnsPage shows how presentations fared by month, and why they came back.
type ReturnsPage struct {
	Shell
	Months  []ReturnMonth
	Reasons []ReturnReason
}

// ReturnMonth is one month of one utility code. Share leaves out what the banks' own
// systems returned.
type ReturnMonth struct {
	Month, UtilityCode                              string
	Presented, Confirmed, Returned, Technical, Open int
	Amount                                          lending.Money
	Share                                           string
	High                                            bool // more than half: NPCI charges for each
}

// ReturnReason is how often a code came back.
type ReturnReason struct {
	Code, Text string
	Count      int
	Amount     lending.Money
}
