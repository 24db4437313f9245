package views

// ChartPage lists the accounts of the journal with their codes.
type ChartPage struct {
	Shell
	Tabs   []JournalTab
	Rows   []ChartRow
	WhyNot string
}

// ChartRow is one account of the chart.
type ChartRow struct {
	Words, Kind string
	Code, Name  string
	Path        string // of its ledger account
	Change      string // of the form for another code
	Waits       string
	Dated       []Term // from when, which code
}

// DatedFormPage asks for another code, or another value of a dated parameter.
type DatedFormPage struct {
	Shell
	Tabs   []JournalTab
	Back   Crumb
	Lead   string
	Form   Form
	Inputs []Input
	Now    []Term
	Action string
	Button string
	WhyNot string
	Waits  string
}

// ParametersPage lists the dated parameters.
type ParametersPage struct {
	Shell
	Tabs   []JournalTab
	Rows   []ParameterRow
	WhyNot string
}

// ParameterRow is one dated parameter.
type ParameterRow struct {
	Words  string
	Now    string
	Values []Term // from when, what and by whom
	Change string
	Waits  string
}
