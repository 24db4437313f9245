package views

import "lekha/lending"

// MappingPage is how a file of an unknown bank is read, for a person to confirm.
type MappingPage struct {
	Shell
	Form        Form
	Upload      string
	File        string
	Banks       []Option
	Columns     []Option
	DateForms   []Option
	Doubts      []string
	HasHeadings bool
	Rows        [][]string   // as they stand, the headings first
	Lines       []MappedLine // as they are read
	Read        int
	Unread      int
	Breaks      int
	Proven      bool // the running balance follows on every row
}

// MappedLine is one row as a mapping reads it.
type MappedLine struct {
	No                     int
	Day                    lending.Date
	Narration, Reference   string
	Debit, Credit, Balance lending.Money
	HasBalance             bool
}

// width is how many columns the shown rows have.
func (p MappingPage) width() int { return len(p.Columns) - 1 }

// cell is a cell of a shown row, "" beyond its end.
func (p MappingPage) cell(row []string, i int) string {
	if i < len(row) {
		return row[i]
	}
	return ""
}

// inputs are the fields of the form.
func (p MappingPage) inputs() []Input {
	column := func(name, label, hint string) Input {
		return Input{Name: name, Label: label, Hint: hint, Options: p.Columns}
	}
	return []Input{
		{Name: "collection_bank", Label: "Collection account", Required: true, Options: p.Banks},
		column("date", "Date", ""), column("value_date", "Value date", "Where the bank prints two."),
		{Name: "date_form", Label: "Dates look like", Options: append([]Option{{Value: "", Label: "Any with the day first"}}, p.DateForms...)},
		column("narration", "Narration", ""), column("narration2", "Narration, second column", ""), column("reference", "Reference", ""),
		{Name: "amounts", Label: "Amounts", Required: true, Options: []Option{{Value: "two_columns", Label: "Withdrawals and deposits in two columns"},
			{Value: "side_column", Label: "One column, Dr or Cr in another"}, {Value: "signed", Label: "One column, with a sign or Dr/Cr behind it"}}},
		column("debit", "Withdrawals", "Two columns."), column("credit", "Deposits", "Two columns."),
		column("amount", "Amount", "One column."), column("side", "Dr or Cr", "A column of its own."),
		{Name: "minus", Label: "A minus sign means", Options: []Option{{Value: "", Label: "Money going out"}, {Value: "credit", Label: "Money coming in"}}},
		column("balance", "Running balance", "Proves the others, row by row."),
	}
}
