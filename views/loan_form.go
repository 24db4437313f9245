package views

import "lekha/lending"

// LoanFormPage opens borrower, account and active loan with one form.
type LoanFormPage struct {
	Shell
	Form            Form
	Programs, Banks []Option
	Known           string // name of the borrower that is in the books already
	Preview         *LoanPreview
}

// LoanPreview is what the terms of a form give, and the button that keeps it.
type LoanPreview struct {
	Principal, Net, Interest lending.Money
	Also                     []PreviewFigure // beside principal and interest
	Deductions               []FigureRow
	Rows                     []lending.ScheduleRow
	Action, Button, Busy     string
}

// PreviewFigure is one figure of a preview, in words that are ready to be read.
type PreviewFigure struct {
	Label, Value, Note string
	Alert              bool
}

// instalments is the sum of all rows.
func (p LoanPreview) instalments() lending.Money { return p.Principal + p.Interest }

// The fields of the form, by their part. Names are the columns of the files that
// take a portfolio over, so that a refusal names the same field in both.
var (
	loanFormBorrower = []Input{
		{Name: "borrower_ref", Label: "Customer number", Hint: "One that is in the books takes that borrower; leave it empty to draw a new one.", Max: 32},
		{Name: "name", Label: "Name", Hint: "Needed for a new borrower.", Max: 200},
		{Name: "co_applicant", Label: "Co-applicant", Max: 200},
		{Name: "pan", Label: "PAN", Max: 10},
		{Name: "phone", Label: "Phone", Mode: "tel", Max: 20},
		{Name: "email", Label: "E-mail", Type: "email", Max: 200},
		{Name: "vpa", Label: "UPI address", Max: 200},
		{Name: "state", Label: "State", Hint: "For GST: code or letters, e.g. 27 or MH.", Max: 2},
		{Name: "address", Label: "Address", Rows: 2},
	}
	loanFormAccount = []Input{
		{Name: "account_ref", Label: "Account number", Hint: "Your own; leave it empty to draw one.", Max: 32},
		{Name: "program", Label: "Program", Required: true},
		{Name: "product", Label: "Product", Hint: "As borrowers know it, e.g. Business term loan.", Max: 100},
		{Name: "virtual_account_no", Label: "Virtual account", Max: 34},
		{Name: "umrn", Label: "NACH mandate (UMRN)", Max: 20},
		{Name: "collection_bank", Label: "Collected at"},
	}
	loanFormTerms = []Input{
		{Name: "principal", Label: "Principal (₹)", Required: true, Mode: "decimal", Max: 20},
		{Name: "disbursed_on", Label: "Paid out on", Type: "date", Required: true},
		{Name: "roi_value", Label: "Rate (% a year)", Required: true, Mode: "decimal", Max: 12},
		{Name: "emi_count", Label: "Number of instalments", Required: true, Mode: "numeric", Max: 4},
		{Name: "emi_frequency", Label: "Every", Required: true, Options: []Option{{"monthly", "Month"}, {"weekly", "Week"}, {"fortnightly", "Two weeks"}, {"quarterly", "Quarter"}, {"half_yearly", "Half year"}, {"yearly", "Year"}, {"daily", "Day"}}},
		{Name: "first_due_date", Label: "First instalment due", Type: "date", Required: true},
		{Name: "interest_method", Label: "Interest on", Required: true, Options: []Option{{"reducing", "The balance left (reducing)"}, {"flat", "The amount lent (flat)"}}},
		{Name: "amortization", Label: "Shape", Required: true, Options: []Option{{"equal_instalments", "Equal instalments"}, {"equal_principal", "Equal principal"}, {"interest_only", "Interest only, principal at the end"}, {"bullet", "All at the end"}}},
		{Name: "emi_amount", Label: "Fixed instalment (₹)", Hint: "Instead of one that is solved for.", Mode: "decimal", Max: 20},
		{Name: "bpi_mode", Label: "Interest before the first period", Options: []Option{{"", "As the product says"}, {"upfront", "Kept back at disbursal"}, {"first_emi", "With the first instalment"}, {"spread", "Spread over all instalments"}, {"none", "In the first period’s days"}}},
	}
	loanFormFees = []Input{
		{Name: "pf_value", Label: "Processing fee", Hint: "Kept back at disbursal.", Mode: "decimal", Max: 20},
		{Name: "pf_value_type", Label: "The fee is", Options: []Option{{"", "–"}, {"fixed", "Rupees"}, {"percentage", "Percent of the principal"}}},
		{Name: "pf_gst", Label: "GST on the fee (%)", Mode: "decimal", Max: 6},
	}
	loanFormSoFar = []Input{
		{Name: "paid_to_date", Label: "Paid up to", Type: "date", Hint: "All dues up to this day were paid before the books knew of the loan."},
		{Name: "overdue", Label: "Overdue today (₹)", Hint: "A check: the form is refused when the terms give another figure.", Mode: "decimal", Max: 20},
	}
)

// LoanFormFields are all fields of the form.
func LoanFormFields() []Input {
	var all []Input
	for _, part := range [][]Input{loanFormBorrower, loanFormAccount, loanFormTerms, loanFormFees, loanFormSoFar} {
		all = append(all, part...)
	}
	return all
}

// accountFields puts the choices of this lender into the fields of the account.
func (p LoanFormPage) accountFields() []Input {
	fields := append([]Input{}, loanFormAccount...)
	for i := range fields {
		switch fields[i].Name {
		case "program":
			fields[i].Options = p.Programs
		case "collection_bank":
			fields[i].Options = append([]Option{{"", "–"}}, p.Banks...)
		}
	}
	return fields
}
