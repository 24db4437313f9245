package views

import "lekha/lending"

// LinePage is a page about limits or topups: facts, tables, and what may be asked for.
type LinePage struct {
	Shell
	Head, Sub string
	Crumbs    []Crumb
	State     string // "" shows none
	Tone      Tone
	Links     []Link
	Facts     []PayoutFact
	Tables    []LineTable
	Forms     []ChangeForm
	Form      Form   // what was typed into the one that was refused
	Refused   string // its id
	History   []Step
}

// LineTable is one table of such a page.
type LineTable struct {
	ID, Head, Note string
	Columns        []LineColumn
	Rows           [][]LineCell
	Empty          string // said when there is nothing
	Next, First    string
}

// LineColumn is the head of a column; numbers stand at the right.
type LineColumn struct {
	Label  string
	Number bool
}

// LineCell is text, an amount, or a state, and where it leads.
type LineCell struct {
	Text, Path string
	Tone       Tone
	IsState    bool
	Number     bool
}

// MoneyCell is an amount in a table.
func MoneyCell(m lending.Money) LineCell { return LineCell{Text: Amount(m), Number: true} }

// values are those of the form that was refused; the others stand as they are given.
func (p LinePage) values(f ChangeForm) Form {
	if f.ID == p.Refused {
		return p.Form
	}
	return Form{Values: f.Values}
}
