package views

// DisbursementPage asks that a loan be paid out on an account: what holds on it, the
// form, and what it would give.
type DisbursementPage struct {
	Shell
	Ref     string
	Facts   []PayoutFact
	Inputs  []Input
	Form    Form
	Preview *LoanPreview
}

// The fields of an account that is opened for a loan to be paid out, by their part.
// Names are those of the wire, so that a refusal names the same field in both.
var (
	openingAccount = []Input{
		{Name: "borrower", Label: "Customer number", Required: true, Max: 40, Class: "ident", Hint: "Of a borrower in the books."},
		{Name: "program_id", Label: "Program", Required: true},
		{Name: "ref_id", Label: "Account number", Hint: "Your own; leave it empty to draw one.", Max: 32},
		{Name: "product", Label: "Product", Hint: "As borrowers know it.", Max: 100},
		{Name: "approved_line_amount", Label: "Sanctioned (₹)", Hint: "The most that is lent; empty: no limit of its own.", Mode: "decimal", Max: 20},
		{Name: "collection_bank", Label: "Collected at"},
	}
	openingTerms = []Input{
		{Name: "roi_value", Label: "Rate (% a year)", Mode: "decimal", Max: 12},
		{Name: "emi_count", Label: "Number of instalments", Mode: "numeric", Max: 4},
		{Name: "emi_frequency", Label: "Every", Options: asProgram(loanFormTerms, "emi_frequency")},
		{Name: "interest_method", Label: "Interest on", Options: asProgram(loanFormTerms, "interest_method")},
		{Name: "amortization", Label: "Shape", Options: asProgram(loanFormTerms, "amortization")},
		{Name: "bpi_mode", Label: "Interest before the first period", Options: asProgram(loanFormTerms, "bpi_mode")},
		{Name: "pf_value", Label: "Processing fee", Hint: "Kept back at disbursal.", Mode: "decimal", Max: 20},
		{Name: "pf_value_type", Label: "The fee is", Options: asProgram(loanFormFees, "pf_value_type")},
		{Name: "pf_gst", Label: "GST on the fee (%)", Mode: "decimal", Max: 6},
	}
	openingPayee = []Input{
		{Name: "account_no", Label: "Account number at the bank", Max: 34, Auto: "off", Class: "ident"},
		{Name: "ifsc", Label: "IFSC", Max: 11, Auto: "off", Class: "ident"},
		{Name: "account_holder_name", Label: "Holder", Hint: "The borrower when empty.", Max: 140},
	}
)

// asProgram is the choice of a field with the program's own first.
func asProgram(fields []Input, name string) []Option {
	options := []Option{{"", "As the program says"}}
	for _, in := range fields {
		if in.Name != name {
			continue
		}
		for _, o := range in.Options {
			if o.Value != "" {
				options = append(options, o)
			}
		}
	}
	return options
}

// OpeningTerms are the terms that an account may have of its own.
func OpeningTerms() []Input { return openingTerms }

// OpeningFields are all fields of the form that opens an account.
func OpeningFields() []Input {
	return append(append(append([]Input{}, openingAccount...), openingTerms...), openingPayee...)
}

// openingFields puts the choices of this lender into the fields of the account.
func (p LoanFormPage) openingFields() []Input {
	fields := append([]Input{}, openingAccount...)
	for i := range fields {
		switch fields[i].Name {
		case "program_id":
			fields[i].Options = p.Programs
		case "collection_bank":
			fields[i].Options = append([]Option{{"", "–"}}, p.Banks...)
		}
	}
	return fields
}
