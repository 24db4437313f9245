package views

import "fmt"

// RulesPage lists how each kind of request is decided.
type RulesPage struct {
	Shell
	Rows       []RuleRow
	Limits     []Term
	LimitsWait string // address of the open request for other limits
	Money      []Term
	MoneyWait  string // and for other limits of money that leaves
	Change     Act
}

// RuleRow is how one kind of request is decided.
type RuleRow struct {
	Name  string
	Path  string
	Steps []Term // up to where, by whom
	Waits string // address of the open request for other rules
}

// RulesFormPage asks for other rules of a kind.
type RulesFormPage struct {
	Shell
	Form   Form
	Name   string
	Path   string
	Fixed  []Input // the fields of limits; none: steps
	Steps  int
	Waits  string
	WhyNot string
}

var limitInputs = []Input{
	{Name: "auto_limit", Label: "Settles by itself up to (₹)", Mode: "decimal", Required: true, Hint: "Only receipts that a statement proves. 0: each is decided."},
	{Name: "backdate_free_days", Label: "A date by hand needs two people when it is older than (days)", Mode: "numeric", Required: true},
	{Name: "statement_free_days", Label: "A date of a statement needs two people when it is older than (days)", Mode: "numeric", Required: true},
	{Name: "confirm_days", Label: "A receipt by hand should be on a statement within (days)", Mode: "numeric", Required: true},
}

var moneyInputs = []Input{
	{Name: "fee_limit", Label: "A fee needs a second person above (₹)", Mode: "decimal", Required: true},
	{Name: "bounce_charge", Label: "Charge for a returned due, without tax (₹)", Mode: "decimal", Required: true, Hint: "Once for each due. 0: none."},
	{Name: "refund_hold_days", Label: "Money by NACH or cheque is not paid back before (days)", Mode: "numeric", Required: true},
	{Name: "refund_despite_dues", Label: "Unpaid dues", Options: []Option{{"", "Hold a refund up"}, {"yes", "Do not hold a refund up"}}},
	{Name: "idle_excess_days", Label: "Excess is to be paid back after (days)", Mode: "numeric", Required: true},
	{Name: "payout_tries", Label: "One payout is sent at most (times)", Mode: "numeric", Required: true},
	{Name: "payout_release_limit", Label: "A payout is sent by a third person above (₹)", Mode: "decimal", Required: true, Hint: "Who approved it does not send it. 0: none."},
	{Name: "payout_daily_cap", Label: "On one day leaves at most (₹)", Mode: "decimal", Required: true, Hint: "All payouts together. 0: no cap."},
}

// FixedInputs are the fields of the kinds that are limits and no steps.
func FixedInputs(kind string) []Input {
	return map[string][]Input{"limits": limitInputs, "money": moneyInputs}[kind]
}

var rulesReason = Input{Name: "reason", Label: "Why", Required: true, Rows: 2, Max: 2000, Hint: "Whoever decides reads it."}

// stepInputs are the fields of one step.
func stepInputs(i int) []Input {
	at := fmt.Sprintf("slabs.%d.", i)
	deciders := []Option{{"credit_manager", "Credit manager"}, {"finance", "Finance"}}
	return []Input{
		{Name: at + "up_to", Label: "Up to (₹)", Mode: "decimal", Hint: "Empty in the last step: any amount."},
		{Name: at + "levels", Label: "People who decide", Options: []Option{{"", "No such step"}, {"1", "One"}, {"2", "Two"}, {"3", "Three"}}},
		{Name: at + "role", Label: "Who", Options: deciders},
		{Name: at + "last_role", Label: "The last of them", Options: append([]Option{{"", "The same"}}, deciders...)},
	}
}

// inputs are all fields of the form, for the list of what is wrong.
func (p RulesFormPage) inputs() []Input {
	if len(p.Fixed) > 0 {
		return append(p.Fixed[:len(p.Fixed):len(p.Fixed)], rulesReason)
	}
	all := []Input{rulesReason}
	for i := range p.Steps {
		all = append(all, stepInputs(i)...)
	}
	return all
}
