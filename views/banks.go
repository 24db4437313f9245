package views

// BanksPage lists bank accounts: ours, and those we pay to.
type BanksPage struct {
	Shell
	New   Act
	Tabs  []FateTab
	Rows  []BankRow
	Count int
	Next  string
}

// BankRow is one bank account of the list.
type BankRow struct {
	Ref, Path, Code      string
	Kind, Layout, Holder string
	AccountNo, IFSC      string
	Verified             bool
}

// BankPage is the form of a bank account: a new one, or one that is changed.
type BankPage struct {
	Shell
	Ref     string // "" for a new one
	Kind    string
	Version int64
	Form    Form
	WhyNot  string
	History []Step
}

func (p BankPage) path() string {
	if p.Ref == "" {
		return "/banks"
	}
	return "/banks/" + p.Ref
}

func (p BankPage) title() string {
	switch {
	case p.Ref == "":
		return "New bank account"
	case p.Form.Value("code") != "":
		return p.Form.Value("code")
	}
	return p.Ref
}

func bankFields(isNew bool) []Input {
	fields := []Input{
		{Name: "account_holder_name", Label: "Account holder", Required: true, Max: 200},
		{Name: "account_no", Label: "Account number", Required: true, Mode: "numeric", Max: 34, Class: "ident"},
		{Name: "ifsc", Label: "IFSC", Required: true, Max: 11, Class: "ident"},
		{Name: "account_type", Label: "Type", Options: []Option{{"current", "Current"}, {"savings", "Savings"}, {"overdraft", "Overdraft"}, {"cash_credit", "Cash credit"}, {"escrow", "Escrow"}}},
		{Name: "code", Label: "Short name", Max: 30, Hint: "As your staff call it, e.g. HDFC-CA-01."},
		{Name: "bank", Label: "Layout of its statements", Options: BankLayouts},
		{Name: "name_at_bank", Label: "Name at the bank", Max: 200, Hint: "When the bank spells the holder differently."},
	}
	if isNew {
		fields = append([]Input{{Name: "kind", Label: "Kind", Options: []Option{{"collection", "Ours: borrowers pay to it"}, {"credit", "We pay to it"}}}}, fields...)
	}
	return fields
}
