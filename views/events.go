package views

import (
	"time"

	"lekha/lending"
)

// EventsPage is the audit log, filtered.
type EventsPage struct {
	Shell
	Form     Form
	Tabs     []FateTab // ready lists
	Filtered bool
	Clear    string // address without any filter
	Export   Act
	Kinds    []Option
	Rows     []EventRow
	Total    int
	More     bool // Total is where counting stopped
	Prev     string
	Next     string
}

// EventRow is one row of the log.
type EventRow struct {
	Seq     int64
	Path    string
	At      time.Time
	Day     lending.Date // business date
	Who     string
	What    string // the sentence
	Action  string
	Subject Link // Path is "" when there is no page of it
	Refused bool
	Flags   []string
}

// EventPage is one row of the log, whole.
type EventPage struct {
	Shell
	Row        EventRow
	Facts      []StatementFact
	Input      string // indented JSON
	Hash, Prev string
	Before     string // addresses of the rows beside it, "" at the ends
	After      string
}

// ChainStatus says whether the chain of hashes is whole.
type ChainStatus struct {
	Events int64
	Broken int64 // first row that does not fit; 0: none
	Last   string
	At     time.Time
}

// ChainPage is the check of the chain.
type ChainPage struct {
	Shell
	Status ChainStatus
}

// flagWords say what a flag means.
var flagWords = map[string]string{"back_dated": "Back-dated", "reversed": "Reversed", "auto_approved": "Auto-approved"}

// FlagWord says what a flag means.
func FlagWord(flag string) string {
	if word := flagWords[flag]; word != "" {
		return word
	}
	return flag
}

func eventInputs(kinds []Option) []Input {
	return []Input{
		{Name: "person", Label: "Person", Max: 100, Auto: "off"},
		{Name: "from", Label: "From", Type: "date"},
		{Name: "to", Label: "To", Type: "date"},
		{Name: "ref", Label: "Ref", Max: 40, Auto: "off"},
		{Name: "kind", Label: "Kind", Options: kinds},
		{Name: "outcome", Label: "Outcome", Options: []Option{{"", "All"}, {"done", "Done"}, {"refused", "Refused"}}},
		{Name: "flag", Label: "Marked", Options: []Option{{"", "All"}, {"back_dated", "Back-dated"}, {"reversed", "Reversed"}, {"auto_approved", "Auto-approved"}}},
	}
}
