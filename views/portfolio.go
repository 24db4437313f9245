package views

import (
	"strings"

	"lekha/lending"
)

// PortfolioPage is where running loans are taken over.
type PortfolioPage struct {
	Shell
	Form  Form
	Files []PortfolioFile
	Terms []string // loan parameters that are columns of the loans
}

// PortfolioFile describes one file with its columns.
type PortfolioFile struct {
	Name     string
	Optional bool
	About    string
	Rows     int
	Columns  []PortfolioColumn
	Terms    bool
}

// PortfolioColumn is one column with what it holds.
type PortfolioColumn struct {
	Name   string
	Needed bool
	Holds  string
}

// PortfolioCheckPage shows what is wrong with the files, and the control totals.
type PortfolioCheckPage struct {
	Shell
	Upload  string
	Files   []StatementFact // name and size
	Faults  int
	Errors  []PortfolioError
	Totals  []ControlTotal
	Refused string // why the take-over was refused, "" when it was not
}

// PortfolioError is one thing that is wrong with one row.
type PortfolioError struct {
	File    string
	Line    int // 0: the file as a whole
	Column  string
	Message string
}

// ControlTotal is a count or an amount to compare with the old system.
type ControlTotal struct {
	Name   string
	Count  int
	Amount lending.Money
	Money  bool
}

// PortfolioProgressPage is a check or a take-over under way.
type PortfolioProgressPage struct {
	Shell
	Path        string
	Step        string
	Done, Total int
	Failed      string
	Lost        bool
}

// portfolioAbout says what each file is for.
var portfolioAbout = map[string]string{
	"borrowers.csv": "One row for each borrower. A borrower who is in the books already is left out; loans may name them.",
	"loans.csv":     "One row for each loan, with its terms. The schedule is made from them unless schedules.csv gives it.",
	"schedules.csv": "The schedule of a loan row by row, where the old system's own figures are to be kept.",
	"fees.csv":      "Fees that were demanded or will fall due.",
	"receipts.csv":  "What was paid so far. Each becomes a settled record that can be looked up.",
	"advices.csv":   "References that borrowers told you before the money came.",
}

// PortfolioAbout says what a file is for.
func PortfolioAbout(file string) string { return portfolioAbout[file] }

var portfolioHolds = map[string]string{
	"borrower_ref": "your own customer number", "name": "as printed on letters; for fees: what the fee is", "co_applicant": "name",
	"pan": "ten characters", "phone": "ten digits", "email": "", "vpa": "UPI address the borrower pays from", "address": "", "state": "two digits, GST code of the state",
	"account_ref": "your own loan number", "program": "name or ref of a product", "principal": "rupees; of a schedule: of this row",
	"disbursed_on": "day on which interest starts", "product": "a word for lists", "status": "active or closed",
	"paid_to_date": "everything due up to this day was paid on its day", "overdue": "unpaid on the business date, to compare",
	"approved_line_amount": "rupees", "virtual_account_no": "account number the borrower pays to", "umrn": "mandate, 20 characters",
	"collection_bank": "code or ref of your account", "payer_ifsc": "of the account the borrower pays from", "payer_last4": "last digits of that account",
	"no": "1, 2, 3 …", "due_date": "day", "interest": "rupees", "period_start": "day", "period_end": "day", "amount": "rupees",
	"cgst": "rupees", "sgst": "rupees", "igst": "rupees", "value_date": "day on which the money counts", "tds_amount": "tax kept back by the payer",
	"payment_mode": "neft, rtgs, imps, upi, nach, cash, cheque, transfer", "utr": "bank reference", "narration": "as the bank printed it", "advised_on": "day",
}

// PortfolioHolds says what a column holds.
func PortfolioHolds(column string) string { return portfolioHolds[column] }

// title begins a name with a capital letter.
func title(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
