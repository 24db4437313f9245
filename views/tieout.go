package views

import "lekha/lending"

// TieOutPage shows, for each collection account and day, what the bank credited
// and what became of it.
type TieOutPage struct {
	Shell
	Form    Form
	Banks   []Option
	Days    []TieOutRow
	Totals  TieOutSums
	Gaps    int  // days whose sum does not close
	Asked   int  // days with money of which nobody has said whether it is its own
	Cut     bool // there are more days than are shown
	Pills   []Pill
	Explain string
	Loading []TieOutLoading // statements of which some rows are not posted
}

// TieOutLoading is a statement that counts with its first rows alone.
type TieOutLoading struct {
	Link
	Done, Rows int
}

// TieOutSums are the sums of one row: Credits is all others together.
type TieOutSums struct {
	Credits, Unmatched, Parked, Questioned, SetAside, Duplicates, Awaiting, Settled, Excess, Refunded, Returned lending.Money
	Gap                                                                                                         lending.Money
}

// TieOutRow is one day of one account.
type TieOutRow struct {
	Path string
	Day  lending.Date
	Bank string
	TieOutSums
}

// TieOutDayPage lists the credits of one account on one day.
type TieOutDayPage struct {
	Shell
	Bank    string
	Day     lending.Date
	Sums    TieOutSums
	Credits []TieOutCredit
	Next    string
	First   string
}

// TieOutCredit is one line of the bank with the records that carry its money.
type TieOutCredit struct {
	Narration string
	Reference string
	Statement Link
	Amount    lending.Money
	Parts     []TieOutPart
	Duplicate bool // repeats a reference and made no record
	Gap       lending.Money
}

// TieOutPart is a record that carries money of a credit.
type TieOutPart struct {
	Record   Link
	Borrower string
	State    string
	Tone     Tone
	Amount   lending.Money
	Excess   lending.Money
}

func tieOutInputs(banks []Option) []Input {
	return []Input{
		{Name: "bank", Label: "Account", Options: banks},
		{Name: "from", Label: "From", Type: "date"},
		{Name: "to", Label: "To", Type: "date"},
	}
}
