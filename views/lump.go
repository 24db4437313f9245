package views

import "lekha/lending"

// LumpPage asks for the breakdown of a credit that pays for many borrowers.
type LumpPage struct {
	Shell
	Form      Form
	Ref       string
	Version   int64
	Amount    lending.Money
	Date      lending.Date
	Narration string
	Wrong     []string // rows that are wrong, in the order of the file
	WhyNot    string
}

// summary is the refusal without its rows, which stand below by themselves.
func (p LumpPage) summary() Form {
	if len(p.Wrong) == 0 {
		return p.Form
	}
	return Form{Refused: p.Form.Refused}
}
