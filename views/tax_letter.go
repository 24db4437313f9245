package views

import "lekha/lending"

// TaxLetter is a tax invoice or a credit note, printed.
type TaxLetter struct {
	Shell
	Kind            string // Tax invoice, Credit note
	No              string
	Date            lending.Date
	Against         string // of a credit note: the invoice
	Lender, Address string
	GSTIN           string
	Borrower        string
	BorrowerAddress string
	State           string // place of supply, by its code
	Account         string
	Item            string
	Base            lending.Money
	CGST, SGST      lending.Money
	IGST            lending.Money
	Fee             string
	Notes           []TaxNote // credit notes of an invoice
	Void            string
}

// TaxNote is a credit note of an invoice.
type TaxNote struct {
	Path, No string
	Date     lending.Date
	Amount   lending.Money
}

// serviceCode is the SAC of what a lender charges (domain 3.10, 13.5).
const serviceCode = "9971, financial and related services"

func (p TaxLetter) total() lending.Money { return p.Base + p.CGST + p.SGST + p.IGST }
