package views

import (
	"strconv"

	"lekha/lending"
)

// SamplePage is the second look at a week's matches that the engine was sure of.
type SamplePage struct {
	Shell
	Form     Form
	From, To lending.Date
	Earlier  string // address of the week before
	Later    string // of the week after; "" when that has not begun
	Looked   int
	Wrong    int
	AutoFrom int
	WhyNot   string // this person may not say anything
	Rows     []SampleRow
}

// SampleRow is one match of the sample.
type SampleRow struct {
	Ref     string
	At      string // page of the record
	Date    lending.Date
	Payer   string
	Says    string // the bank's narration
	To      []Link
	Score   DeskScore
	Why     []string // what spoke for it, and against it
	Amount  lending.Money
	Maker   string
	Verdict string // right, wrong, "" for none yet
	Said    string // by whom, and why
	PostAt  string
	WhyNot  string
}

// sampleSentence says what the page is for.
func sampleSentence(p SamplePage) string {
	text := "Matches of " + Day(p.From) + " to " + Day(p.To) + " that the engine was sure of and people approved, drawn by chance. "
	if n := len(p.Rows); n > 0 {
		text += strconv.Itoa(p.Looked) + " of " + strconv.Itoa(n) + " looked at"
		if p.Wrong > 0 {
			text += ", " + strconv.Itoa(p.Wrong) + " wrong"
		}
		text += ". "
	}
	return text + "When one is wrong and its precision falls below 99 %, the threshold rises by itself."
}
