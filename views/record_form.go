package views

import (
	"lekha/lending"
)

// ReceiptFormPage is the form of a receipt entered by hand: a new one, or one
// that is changed before it is sent.
type ReceiptFormPage struct {
	Shell
	Form      Form
	Ref       string // of the record being changed, "" for a new one
	ReceiptNo string
	Version   int64
	Once      string // token of a new receipt: sent twice, it is entered once
	Picks     AccountPicks
	Kinds     []Kind
	Rails     []Option
	Banks     []Option
	CashLimit string // the sentence about cash of one person in a day
}

// Kind is one way money comes in, as a choice.
type Kind struct{ Value, Label, Hint string }

// AccountPicks are the accounts that what was typed may mean.
type AccountPicks struct {
	Typed  string
	Chosen string
	Rows   []AccountPick
	More   bool // there are others: type more
}

// AccountPick is one of them, with what tells it from the others.
type AccountPick struct {
	Ref, Borrower, Product string
	DueNow                 lending.Money
	Next                   lending.Money // next instalment
	NextDate               lending.Date
	DPD                    int
	WhyNot                 string // why it takes no money, "" when it does
}

func (p ReceiptFormPage) action() string {
	if p.Ref == "" {
		return "/records"
	}
	return "/records/" + p.Ref
}

func (p ReceiptFormPage) title() string {
	if p.Ref == "" {
		return "Enter receipt"
	}
	return "Change receipt " + p.ReceiptNo
}

// fields in the order of the form, for the summary of what is wrong.
func (p ReceiptFormPage) fields() []Input {
	return []Input{
		{Name: "account", Label: "Loan account", Required: true},
		{Name: "received_amount", Label: "Amount received", Mode: "decimal", Placeholder: "₹", Required: true, Max: 40},
		{Name: "tds_amount", Label: "Tax withheld", Mode: "decimal", Placeholder: "₹", Hint: "TDS that the borrower kept back and pays to the government", Max: 40},
		{Name: "date", Label: "Received on", Type: "date", Required: true, Hint: "The value date: interest stops on it"},
		{Name: "bank_date", Label: "In the bank on", Type: "date", Hint: "When it differs: a cheque clears later"},
		{Name: "collection_bank", Label: "Collection account", Options: p.Banks},
		{Name: "payment_mode", Label: "Sent by", Options: p.Rails},
		{Name: "utr", Label: "Bank reference (UTR)", Hint: "As the customer tells it. The statement line with it confirms this receipt.", Max: 100},
		{Name: "cheque_no", Label: "Cheque number", Mode: "numeric", Required: true, Max: 20},
		{Name: "cheque_bank", Label: "Drawn on bank", Required: true, Max: 100},
		{Name: "cheque_date", Label: "Date on the cheque", Type: "date", Required: true},
		{Name: "remark", Label: "Remark", Rows: 2},
	}
}

func (p ReceiptFormPage) field(name string) Input {
	for _, in := range p.fields() {
		if in.Name == name {
			return in
		}
	}
	panic("views: the receipt form has no field " + name)
}

// PrintedReceipt is the letter that a borrower takes home.
type PrintedReceipt struct {
	Shell
	Ref, No         string
	Lender, Address string
	GSTIN           string
	Borrower        string
	Account         string
	Product         string
	Date            lending.Date
	Received        lending.Money
	TDS             lending.Money
	Mode            string // "in cash", "by cheque 004411 of …"
	UTR             string
	Remark          string
	Clearing        bool // a cheque that no statement line confirmed
	Void            string
	By              string
	Status          string
}

// amount is the one that the letter writes in words: the money, or the tax where
// no money came.
func (p PrintedReceipt) amount() lending.Money {
	if p.Received == 0 {
		return p.TDS
	}
	return p.Received
}

// pickWords says what is due on an account, so that one sees which is meant.
func pickWords(a AccountPick) string {
	text := a.Product
	if text != "" {
		text += ", "
	}
	if a.DueNow > 0 {
		text += "₹" + Amount(a.DueNow) + " due now"
		if a.DPD > 0 {
			text += ", " + DaysPastDue(a.DPD)
		}
		return text
	}
	if a.Next > 0 {
		return text + "nothing due, ₹" + Amount(a.Next) + " on " + Day(a.NextDate)
	}
	return text + "nothing due"
}

// cancelPath is where leaving the form leads.
func cancelPath(ref string) string {
	if ref == "" {
		return "/records"
	}
	return "/records/" + ref
}
