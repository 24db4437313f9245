package views

import (
	"fmt"
	"strings"

	"lekha/lending"
)

// ApprovalsPage is the queue of requests with one of them open beside it.
type ApprovalsPage struct {
	Shell
	Queue  ApprovalQueue
	Open   *ApprovalReview // nil when nothing is open
	Listed bool            // the address names the queue and no request: a narrow screen shows the queue
}

// QueueTab is one queue with how many stand in it; Count below zero is not shown.
type QueueTab struct {
	Path, Label string
	Count       int
	Current     bool
}

// ApprovalQueue is the list at the left.
type ApprovalQueue struct {
	Name         string // "mine", "all", "sent_back", "decided"
	Title        string
	Tabs         []QueueTab
	Rows         []ApprovalRow
	Total        int
	More         string // address of the rest, "" when all are shown
	Several      string // address where several are approved at once, "" for who may not
	Before, Next string // addresses of the requests beside the open one, "" where there is none
	EmptyHead    string
	EmptyText    string
	Foot         string
}

// ApprovalRow is one request in a list.
type ApprovalRow struct {
	Ref, Path string
	Icon      string
	Kind      string // in words
	Who       string
	Maker     string
	Amount    lending.Money
	Age       string // "18 h"
	Late      bool
	Outcome   string // of a decided one: "Approved by Meera Iyer"
	Current   bool
}

// ApprovalReview is everything a checker looks at before deciding.
type ApprovalReview struct {
	Ref, Kind, Who string
	Path           string // of the decision
	Queue          string // to go on with
	Version        int64
	Amount         lending.Money
	Maker          string
	Sent           string
	Stamp          string
	Form           Form
	Outcome        *Outcome
	Effects        []EffectView
	MoreEffects    int    // parts of a split beyond those worked out
	Record         string // ref of the record it is about, if any
	Receipt        []Term
	Terms          []ChangedTerm // of a change that has no record
	Narration      string
	Checks         []CheckLine
	Questions      []Question // whether the money is another record's too
	Reason         string
	Trail          []Step
	Papers         Papers
	Checker        string // who would decide: the person looking
	WhyNot         string // why this person may not, "" when they may
	WhyNotHead     string
}

// Outcome is how a request ended.
type Outcome struct {
	Tone   Tone
	Lead   string // "Approved by Meera Iyer, today, 10:42."
	Reason string
	Link   string // words of the link to Path
	Path   string
}

// Term is one line of a description list.
type Term struct {
	Name, Value string
	Path        string // "" for plain text
	Mono        bool
}

// CheckLine is a question a checker would ask, answered.
type CheckLine struct {
	OK, Failed bool // neither: to be judged
	Text, More string
}

// checksInWords counts them: "4 pass, 1 fails, 1 to judge".
func checksInWords(checks []CheckLine) string {
	pass, fail := 0, 0
	for _, c := range checks {
		if c.OK {
			pass++
		} else if c.Failed {
			fail++
		}
	}
	words := []string{Counted(pass, "passes", "pass")}
	if fail > 0 {
		words = append(words, Counted(fail, "fails", "fail"))
	}
	if judge := len(checks) - pass - fail; judge > 0 {
		words = append(words, Count(judge)+" to judge")
	}
	return strings.Join(words, ", ")
}

// Standing is where an account stands at one moment.
type Standing struct {
	Summary lending.Summary
	Oldest  lending.Date
}

// EffectView is what a decision does to one account: as shown now, and at the
// day-end of the open business date.
type EffectView struct {
	Part          string // "From", "To", "Part 1 of 2", "" when there is one account
	Ref, Path     string
	Who           string
	Before, After Standing
	EndBefore     Standing
	EndAfter      Standing
	Settled       bool // decided: before and after are the same
	Postings      []PostingLine
	PostingsHead  string
	PostingsWord  string // head of the amounts: "Posted"
	Left          lending.Money
	TDSOverCap    lending.Money
	Waits         bool
	Changed       bool          // the account moved since the request was sent
	SeenDueNow    lending.Money // what was due when it was sent
	Others        []OtherAccount
	Schedule      []PlannedChange // instalments to come, where they change
}

// ChangedTerm is one term before and after a change, in words.
type ChangedTerm struct {
	Name, Was, Will string
}

// PlannedChange is one instalment to come, before and after.
type PlannedChange struct {
	Was, Will PlannedRow
}

// PlannedRow is one instalment; zero where there is none.
type PlannedRow struct {
	DueDate   lending.Date
	Principal lending.Money
	Interest  lending.Money
}

// PostingLine is one line of how money is posted, or taken back.
type PostingLine struct {
	Label     string
	DueDate   lending.Date
	Component string
	Due       lending.Money
	Amount    lending.Money
}

// wasDue says that the lines show what was unpaid before.
func wasDue(lines []PostingLine) bool {
	for _, l := range lines {
		if l.Due > 0 {
			return true
		}
	}
	return false
}

// posted sums the lines.
func posted(lines []PostingLine) lending.Money {
	var sum lending.Money
	for _, l := range lines {
		sum += l.Amount
	}
	return sum
}

// OtherAccount is another account of the same borrower.
type OtherAccount struct {
	Ref, Path   string
	Outstanding lending.Money
	DPD         int
	Category    string
	After       string // at the day-end with the decision
}

// category is how the account is classified, and how it will be where that changes.
func (o OtherAccount) category() string {
	if o.After == "" || o.After == o.Category {
		return o.Category
	}
	return o.Category + ", " + o.After + " at the day-end with this"
}

// DiffRow is one figure before and after.
type DiffRow struct {
	Label         string
	Before, After string
	Change        string
	Moved         bool // newer than what the maker saw
}

func (r DiffRow) same() bool { return r.Before == r.After }

// money lists the amounts of a summary that a decision may change.
func (e EffectView) money() []DiffRow {
	row := func(label string, of func(lending.Summary) lending.Money) DiffRow {
		before, after := of(e.Before.Summary), of(e.After.Summary)
		return DiffRow{Label: label, Before: Amount(before), After: Amount(after), Change: Change(after - before)}
	}
	due := row("To pay now (₹)", func(s lending.Summary) lending.Money { return s.DueNow })
	due.Moved = e.Changed && e.SeenDueNow != e.Before.Summary.DueNow
	return []DiffRow{
		due,
		row("Principal outstanding (₹)", func(s lending.Summary) lending.Money { return s.PrincipalOutstanding }),
		row("Interest outstanding (₹)", func(s lending.Summary) lending.Money { return s.InterestOutstanding }),
		row("Interest booked and unpaid (₹)", func(s lending.Summary) lending.Money { return s.InterestDue }),
		row("Overdue interest unpaid (₹)", func(s lending.Summary) lending.Money { return s.OverdueOutstanding }),
		row("Penal charges unpaid (₹)", func(s lending.Summary) lending.Money { return s.PenalOutstanding }),
		row("Fees unpaid (₹)", func(s lending.Summary) lending.Money { return s.FeeOutstanding }),
		row("Total outstanding (₹)", func(s lending.Summary) lending.Money { return s.TotalOutstanding }),
		row("Total paid (₹)", func(s lending.Summary) lending.Money { return s.TotalPaid }),
		row("Held as excess (₹)", func(s lending.Summary) lending.Money { return s.ExcessPayment }),
	}
}

// changed and unchanged part the amounts.
func (e EffectView) changed() []DiffRow   { return only(e.money(), false) }
func (e EffectView) unchanged() []DiffRow { return only(e.money(), true) }

func only(rows []DiffRow, same bool) []DiffRow {
	var out []DiffRow
	for _, r := range rows {
		if r.same() == same {
			out = append(out, r)
		}
	}
	return out
}

// meaning is what follows for classification: as shown now (the last day-end,
// restated), and at the coming day-end without and with the decision.
func (e EffectView) meaning() []DiffRow {
	days := func(label string, before, after Standing) DiffRow {
		b, a := before.Summary.DPD, after.Summary.DPD
		row := DiffRow{Label: label, Before: Count(b), After: Count(a)}
		if a != b {
			row.Change = Count(a - b)
			if a > b {
				row.Change = "+" + row.Change
			}
		}
		return row
	}
	return []DiffRow{
		days("Days past due, as shown", e.Before, e.After),
		{Label: "Category, as shown", Before: string(e.Before.Summary.AssetCategory), After: string(e.After.Summary.AssetCategory)},
		days("Days past due at today’s day-end", e.EndBefore, e.EndAfter),
		{Label: "Category at today’s day-end", Before: string(e.EndBefore.Summary.AssetCategory), After: string(e.EndAfter.Summary.AssetCategory)},
		{Label: "Oldest unpaid due", Before: Day(e.EndBefore.Oldest), After: Day(e.EndAfter.Oldest)},
	}
}

// head names the table of an effect.
func (e EffectView) head() string {
	switch {
	case e.Settled:
		return "Where the account stands"
	case e.Part != "":
		return e.Part + " " + e.Ref
	}
	return "What will change"
}

// DecisionsPage is where several requests are approved at once: first ticked,
// then looked at together with their number and sum, then decided.
type DecisionsPage struct {
	Shell
	Step   string // "tick", "check", "done"
	Queue  string
	Rows   []DecisionRow
	Gone   []string // chosen ones that wait no longer, with how they ended
	Count  int      // of all that wait, on the first step; of the chosen ones afterwards
	Sum    lending.Money
	Next   string // address of the rest on the first step
	Form   Form
	Done   int // how many were carried out
	WhyNot string
}

// DecisionRow is one request among several.
type DecisionRow struct {
	ApprovalRow
	Version   int64
	Account   string
	Judge     []string // checks that do not pass
	DueBefore lending.Money
	DueAfter  lending.Money
	Shown     bool // the figures before and after are there: one account
	Result    string
	Tone      Tone
}

// versioned is the value of a tick: the request at its version.
func (r DecisionRow) versioned() string { return fmt.Sprintf("%s:%d", r.Ref, r.Version) }

// orDash is a word, or a dash where there is none.
func orDash(word string) string {
	if word == "" {
		return "–"
	}
	return word
}
