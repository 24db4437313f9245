package views

import (
	"strconv"
	"time"

	"lekha/lending"
)

// MatchingPage is the matching desk: the piles at the left, one credit at the
// right.
type MatchingPage struct {
	Shell
	Queue  DeskQueue
	Credit *DeskCredit // nil: nothing waits
}

// DeskQueue is one pile of the desk.
type DeskQueue struct {
	Title     string
	Count     int
	Sum       lending.Money
	SumWord   string // "waiting"
	Tabs      []DeskLink
	Search    string
	Keep      []Field // what a search keeps: the pile, the strength
	Narrowed  bool    // a strength or a search is on
	Strengths []DeskLink
	Days      []DeskDay
	Newer     string // address of the page before, "" on the first
	Older     string
	Empty     DeskEmpty
	Strong    int // would be accepted unattended
	StrongAt  string
	LogAt     string
	Unread    int // payments of a large import that the engine has not read yet
}

// DeskLink is a way to another part of the desk, with how much is there.
type DeskLink struct {
	Label, Path string
	Count       int
	Current     bool
}

// DeskEmpty is what stands where nothing waits.
type DeskEmpty struct {
	Head, Text string
	Path, Link string // the one thing to do about it
}

// DeskDay is the credits of one day.
type DeskDay struct {
	Head string
	Rows []DeskRow
}

// DeskRow is one credit of the queue.
type DeskRow struct {
	Ref, Path string
	Amount    lending.Money
	Payer     string
	Meta      string // rail and where it came in
	Score     DeskScore
	Here      bool
}

// DeskScore is how sure the rules are, of a hundred.
type DeskScore struct {
	Value string // "96", or – for none
	Class string // strong, some, weak, none
	Word  string // "Strong"
}

// ScoreOf makes a score of basis points; below zero is none.
func ScoreOf(basisPoints int) DeskScore {
	if basisPoints < 100 {
		return DeskScore{none, "none", "No"}
	}
	s := DeskScore{strconv.Itoa(basisPoints / 100), "weak", "Weak"}
	switch {
	case basisPoints >= 8500:
		s.Class, s.Word = "strong", "Strong"
	case basisPoints >= 5000:
		s.Class, s.Word = "some", "Possible"
	}
	return s
}

// DeskCredit is the chosen credit with everything needed to decide it.
type DeskCredit struct {
	Ref        string
	Version    int64
	RecordAt   string // address of the record
	Amount     lending.Money
	Payer      string
	Rail       string
	Date       lending.Date
	Today      lending.Date
	UTR        string
	From       string // the payer's account or address
	Into       string // our account
	Narration  []DeskSpan
	Listed     bool   // on a phone the queue is shown, not this
	QueueAt    string // the queue on a phone
	Waiting    int
	Prev, Next string // the neighbours in the queue
	Refused    *DeskRefusal
	AsideOpen  bool       // the refusal is of setting it aside: that form is open
	Story      []string   // how it came back to the desk
	Standing   *DeskState // where it stands when it is not simply waiting
	Questions  []Question // whether it is the money of another record
	Doubt      *DeskDoubt // it may be no repayment
	Silence    string     // why nothing is chosen
	Candidates []DeskCandidate
	Held       string
	Search     DeskSearch
	Earlier    DeskEarlier
	Share      DeskShare
	Keep       []Field // what every form of this pane carries along
	SelfAt     string
	Acts       DeskActs
}

// DeskSpan is a part of the narration; what was used is marked.
type DeskSpan struct {
	Text string
	Used bool
}

// DeskRefusal says why the last act was refused, and the way on when somebody
// else was faster.
type DeskRefusal struct {
	Form
	Conflict bool
	NextAt   string
}

// DeskState is where a credit stands that is not simply waiting.
type DeskState struct {
	Tone       Tone
	Lead, Text string
	At, Link   string
}

// DeskDoubt is the reading that a credit is no repayment.
type DeskDoubt struct {
	Kind, Word string // "refund", "a refund"
	Reason     string
}

// DeskCandidate is one reading: whose money this may be.
type DeskCandidate struct {
	Key     string // 1 to 4, "" beyond
	To      string // refs of the accounts, with blanks between
	Score   DeskScore
	Name    string
	Refs    []string
	Note    string
	Chosen  bool // ticked: by a person, or because it passes every gate
	Opened  bool // shown with its reasons
	ByHand  bool // found by a person, not by the rules
	Chips   []DeskChip
	For     []DeskEvidence
	Against []DeskEvidence
	Rival   string // the next best, with the one thing that differs
	Better  bool   // the rival is the stronger one
}

// DeskChip says of one family of evidence whether it agrees.
type DeskChip struct {
	Tone Tone
	Icon string
	Text string
}

// DeskEvidence is one line of the table.
type DeskEvidence struct {
	Family string
	Says   string
	Books  string
	Detail string
	Points string
}

// DeskSearch looks for an account that the rules did not name.
type DeskSearch struct {
	Typed string
	At    string // suggestions for what is typed
	Keep  []Field
	Asked bool
	Found []DeskFound
}

// DeskFound is an account that was found.
type DeskFound struct {
	Ref, Name, What  string
	ChooseAt, PartAt string
}

// DeskEarlier is what this payer paid before.
type DeskEarlier struct {
	From string
	Rows []DeskEarlierRow
	More string
}

// DeskEarlierRow is one earlier payment.
type DeskEarlierRow struct {
	Date   lending.Date
	How    string
	To     string
	ToAt   string
	By     string
	Amount lending.Money
}

// DeskShare is how the credit will be posted.
type DeskShare struct {
	Parts    []DeskPart
	Payment  lending.Money
	Left     lending.Money
	Fixed    bool // decided already: nothing to type
	More     int  // parts beyond those shown
	After    string
	Note     string
	Rule     string
	MatchAt  string
	AddsPart bool
}

// DeskPart is what one account takes.
type DeskPart struct {
	Ref, At, Name string
	Covers        string // "EMI 11 to 13"
	Amount        string // as typed
	Wrong         string
	Lines         []DeskLine
	RemoveAt      string
}

// DeskLine is what goes to one component.
type DeskLine struct {
	Label  string
	Due    lending.Money
	NoDue  bool // nothing was due: it is held
	Posted lending.Money
}

// DeskAct is something that can be done with a credit: where, and why this
// person may not ("" when they may).
type DeskAct struct {
	Label, Path string
	WhyNot      string
	Key         string // that presses it
}

// DeskActs are what can be done with the credit; a WhyNot says why not.
type DeskActs struct {
	Match, Park, SetAside       DeskAct
	TakeUp, Restore, Undo, Send DeskAct
	NeedsReason                 bool // Restore asks a credit manager
	Nobody                      string
}

// setAsideOptions are what a credit may be other than a repayment.
var setAsideOptions = []Option{
	{"duplicate", "The same payment again"}, {"return", "Returned payout or disbursal"}, {"refund", "Refund or reversal"},
	{"interest", "Interest from the bank"}, {"transfer", "Between our own accounts"}, {"other", "Something else"},
}

// StrongPage lists what the rules would accept unattended, to be sent at once.
type StrongPage struct {
	Shell
	Form    Form
	Rows    []StrongRow // weakest first
	Sum     lending.Money
	More    int // beyond what one page takes
	Gone    int // were strong when they came, and are no more
	WhyNot  string
	Shadow  bool // the engine looks on: nothing is ticked
	Results []StrongResult
	Sent    int
	SentSum lending.Money
}

// StrongRow is one credit with the accounts it would go to.
type StrongRow struct {
	Ref, At string
	Value   string // what the tick posts
	Ticked  bool
	Weak    bool // among the three weakest
	Date    lending.Date
	Payer   string
	To      []StrongTo
	Score   DeskScore
	Points  int // basis points behind the score
	Chips   []DeskChip
	Why     string
	Amount  lending.Money
}

// StrongTo is an account with its part.
type StrongTo struct {
	Ref, Name string
	Amount    lending.Money
}

// StrongResult is what became of one row.
type StrongResult struct {
	Ref, At string
	To      string
	Amount  lending.Money
	OK      bool
	Text    string
}

// DeskLogPage is what one person did on the desk today.
type DeskLogPage struct {
	Shell
	Entries []DeskLogEntry
	More    bool // there is more than this page holds
	AuditAt string
}

// DeskLogEntry is one act, with the one that undoes it.
type DeskLogEntry struct {
	At       time.Time
	What     string
	Ref, Pth string
	Refused  bool
	Undo     *Undo
	UndoWord string
	WhyNot   string
}

// deskTrue is "true", or "" to leave the attribute out.
func deskTrue(on bool) string {
	if on {
		return "true"
	}
	return ""
}

// describedIf is the id of what explains a field, or "".
func describedIf(on bool, id string) string {
	if on {
		return id
	}
	return ""
}

// keyOfFirst is the key that leads to the first amount.
func keyOfFirst(at int) string {
	if at == 0 {
		return "a"
	}
	return ""
}

// deskDay is the day of a credit in a sentence.
func deskDay(d, today lending.Date) string {
	if d == today {
		return "today"
	}
	return Day(d)
}

// strongSentence says what the page of strong ones holds.
func strongSentence(p StrongPage) string {
	if len(p.Rows) == 0 {
		return ""
	}
	text := Counted(len(p.Rows), "payment", "payments") + " of " + Rupees(p.Sum) + " together. The weakest stand first: look at them before you send."
	if p.Gone > 0 {
		text += " " + Counted(p.Gone, "other was strong when it came and is", "others were strong when they came and are") + " left out, because the books moved since."
	}
	return text
}

// strongHead says what became of them.
func strongHead(p StrongPage) string {
	if p.Sent == len(p.Results) {
		return Counted(p.Sent, "payment", "payments") + " of " + Rupees(p.SentSum) + " sent for approval"
	}
	return Count(p.Sent) + " of " + Count(len(p.Results)) + " sent for approval"
}

// strongRows are the rows that are, or are not, among the weakest.
func strongRows(rows []StrongRow, weak bool) []StrongRow {
	var picked []StrongRow
	for _, r := range rows {
		if r.Weak == weak {
			picked = append(picked, r)
		}
	}
	return picked
}

// typed is what stood in a field of the form that was refused.
func (c DeskCredit) typed(name string) string {
	if c.Refused == nil {
		return ""
	}
	return c.Refused.Form.Value(name)
}

// asideKind is the kind that is chosen when the form of setting aside opens.
func (c DeskCredit) asideKind() string {
	if kind := c.typed("kind"); kind != "" || c.Doubt == nil {
		return kind
	}
	return c.Doubt.Kind
}

// asideRemark is the remark that was typed when setting aside was refused.
func (c DeskCredit) asideRemark() string {
	if !c.AsideOpen {
		return ""
	}
	return c.typed("remark")
}

// rivalWord says how the rival stands to the opened one.
func (c DeskCandidate) rivalWord() string {
	if c.Better {
		return "Stronger by the rules:"
	}
	return "Next best:"
}
