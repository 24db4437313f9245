package views

import "lekha/lending"

// ChangesPage is where changes of an account and its loans are asked for: what may be
// asked, what waits, what was offered.
type ChangesPage struct {
	Shell
	Ref, Path string // of the account
	Borrower  string
	Status    string
	Waiting   []ChangeWaiting
	Offers    []OfferLine
	Loans     []ChangeLoan
	Forms     []ChangeForm // of the account as a whole
	Form      Form
	Refused   string // id of the form that was refused
}

// ChangeWaiting is a request that nobody has decided yet.
type ChangeWaiting struct {
	Ref, Path, Kind, Maker, Sent string
}

// OfferLine is what closes a loan before its time.
type OfferLine struct {
	Ref, Kind, Loan, Status string
	Amount, PerDay          lending.Money
	QuotedOn, ValidTill     lending.Date
	Withdraw                string // path of the withdrawal, "" when it cannot be withdrawn
	WhyNot                  string
}

// ChangeLoan is a loan with what may be asked about it.
type ChangeLoan struct {
	Ref, Status string
	Amount      lending.Money
	Forms       []ChangeForm
}

// ChangeForm asks for one change. A dead one says why.
type ChangeForm struct {
	ID, Head, Sub string
	Path          string
	Loan          string // ref, sent along
	Version       int64
	Inputs        []Input
	Button        string
	WhyNot        string
	Values        map[string]string // what stands in the fields at first
	Open          bool              // it is what the page is for
	Upload        bool              // a file is sent along
}

// encoding is how the form is sent; "" for the usual way.
func (f ChangeForm) encoding() string {
	if f.Upload {
		return "multipart/form-data"
	}
	return ""
}

// values are those of the form that was refused; the others stand empty.
func (p ChangesPage) values(f ChangeForm) Form {
	if f.ID == p.Refused {
		return p.Form
	}
	return Form{}
}
