package views

import "lekha/lending"

// SearchPage is what the search box found.
type SearchPage struct {
	Shell
	Records     []RecordRow
	RecordCount int
	RecordsMore bool // counted no further
	Accounts    []FoundAccount
	AccountMore bool
}

// FoundAccount is an account that matches.
type FoundAccount struct {
	Ref, Borrower, Phone, Product string
	Status                        string
	DueNow                        lending.Money
	DPD                           int
}

func (p SearchPage) recordNumber() string {
	if p.RecordsMore {
		return Count(p.RecordCount) + "+"
	}
	return Count(p.RecordCount)
}

// searchWords says what was looked for.
func searchWords(p SearchPage) string {
	if p.Query == "" {
		return ""
	}
	return "What holds “" + p.Query + "”"
}
