package views

import "strconv"

// ProgramsPage lists products.
type ProgramsPage struct {
	Shell
	New   Act
	Rows  []ProgramRow
	Count int
	Next  string
}

// ProgramRow is one product of the list.
type ProgramRow struct {
	Ref, Path, Name       string
	Rate, Terms, Overdue  string
	Penal, Settles, Grace string
}

// ProgramPage is the form of a product: a new one, or one that is changed.
type ProgramPage struct {
	Shell
	Ref     string // "" for a new one
	Version int64
	Form    Form
	WhyNot  string // why this person may only look
	History []Step
}

// Path is where the form is posted.
func (p ProgramPage) path() string {
	if p.Ref == "" {
		return "/programs"
	}
	return "/programs/" + p.Ref
}

func (p ProgramPage) title() string {
	if p.Ref == "" {
		return "New product"
	}
	return p.Form.Value("name")
}

// FormVersion is a version as a hidden field.
func formVersion(version int64) string { return strconv.FormatInt(version, 10) }

// The fields of a product, by their part.
var (
	programName  = []Input{{Name: "name", Label: "Name", Required: true, Max: 200}}
	programTerms = []Input{
		{Name: "roi_value", Label: "Interest, percent a year", Mode: "decimal", Max: 12},
		{Name: "interest_method", Label: "Computed on", Options: []Option{{"", "Principal outstanding"}, {"flat", "Principal lent (flat)"}}},
		{Name: "amortization", Label: "Repaid in", Options: []Option{{"", "Equal instalments"}, {"equal_principal", "Equal principal"}, {"interest_only", "Interest, principal at the end"}, {"bullet", "One payment at the end"}}},
		{Name: "emi_count", Label: "Instalments", Mode: "numeric", Max: 4},
		{Name: "emi_frequency", Label: "Every", Options: []Option{{"", "Month"}, {"daily", "Day"}, {"weekly", "Week"}, {"fortnightly", "Fortnight"}, {"quarterly", "Quarter"}, {"half_yearly", "Half-year"}, {"yearly", "Year"}}},
		{Name: "day_count", Label: "Day count", Options: []Option{{"actual/365", "Actual/365"}, {"30/360", "30/360"}, {"actual/360", "Actual/360"}, {"actual/364", "Actual/364"}, {"actual/actual", "Actual/actual"}}},
		{Name: "bpi_mode", Label: "Broken period interest", Options: []Option{{"", "Kept back at disbursal"}, {"first_emi", "On the first instalment"}, {"instalment_zero", "A due of its own"}, {"spread", "Spread over all"}, {"none", "No broken period"}}},
	}
	programSettles = []Input{
		{Name: "settlement_order", Label: "A receipt pays", Options: []Option{{"due_date_first", "The oldest due first"}, {"component_first", "One component of all dues first"}, {"loan_first", "One loan after the other"}}},
		{Name: "component_order", Label: "Components in this order", Required: true, Max: 20, Class: "ident", Hint: "F fees, PI penal, OI overdue interest, NI interest, P principal; e.g. PI-OI-NI-P."},
		{Name: "apply_rest_to_fees", Label: "What is left then pays fees", Options: []Option{{"", "No"}, {"1", "Yes"}}},
	}
	programLate = []Input{
		{Name: "overdue_roi_value", Label: "Overdue interest, percent a year", Mode: "decimal", Max: 12, Hint: "Nothing: none is charged."},
		{Name: "overdue_base", Label: "Overdue interest on", Options: []Option{{"P+NI", "The whole instalment"}, {"P", "Its principal"}}},
		{Name: "penal_kind", Label: "Penal charge", Options: []Option{{"", "None"}, {"rate", "A rate on the unpaid instalment"}, {"flat", "Once for each instalment"}, {"per_day", "For each day"}, {"slab", "By days late (slabs)"}}},
		{Name: "penal_rate", Label: "Penal rate, percent a year", Mode: "decimal", Max: 12},
		{Name: "penal_amount", Label: "Penal amount (₹)", Mode: "decimal", Max: 20},
		{Name: "penal_cap", Label: "At most for an instalment (₹)", Mode: "decimal", Max: 20},
		{Name: "penal_charge_from", Label: "Penal runs from", Options: []Option{{"due_date", "The due date"}, {"after_grace", "The end of grace"}}},
		{Name: "grace_days", Label: "Grace days", Mode: "numeric", Max: 3, Hint: "They hold back penal charges, never days past due."},
	}
)

func programFields() []Input {
	var all []Input
	for _, part := range [][]Input{programName, programTerms, programSettles, programLate} {
		all = append(all, part...)
	}
	return all
}
