package views

import (
	"strings"
	"time"

	"lekha/lending"
)

// DaysPage closes business days and lists those that were closed.
type DaysPage struct {
	Shell
	Clock   lending.Date   // the calendar's day
	Missed  []lending.Date // days before it that are still open, oldest first, as many as are shown
	Behind  int            // how many there are
	CatchUp lending.Date   // the day that is open once all are closed; zero when none is missed
	Close   PayoutAct
	Form    Form
	Ask     *DaysAsked // many days at once are confirmed by their number
	Running *DayProgress
	Runs    []DayRow
	Hour    DayClock
}

// DayClock is when days are closed by themselves.
type DayClock struct {
	At     string // "01:00"; "" by hand
	Next   time.Time
	Skip   string // why the open day is still open though its hour has come
	Since  time.Time
	WhyNot string // the hour cannot be changed by who looks
}

// DaysAsked are days that one press would close.
type DaysAsked struct {
	From, To lending.Date
	Until    lending.Date // open afterwards
	Days     int
}

// missedWords names the missed days: "19 Nov 2026, 20 Nov 2026 and 3 more".
func (p DaysPage) missedWords() string {
	days := make([]string, len(p.Missed))
	for i, d := range p.Missed {
		days[i] = Day(d)
	}
	text := strings.Join(days, ", ")
	if more := p.Behind - len(p.Missed); more > 0 {
		text += " and " + Count(more) + " more"
	}
	return text
}

// DayProgress is a day close under way.
type DayProgress struct {
	Path string // of the piece that is asked for again
	Day  lending.Date
	Left int // accounts that are still to be replayed
}

// DayRow is one day that was closed.
type DayRow struct {
	Path     string
	Day      lending.Date
	Running  bool
	Accounts int // replayed
	Changed  int
	Failed   int
	Took     time.Duration
	By       string
	At       time.Time
}

// DayPage is one closed day.
type DayPage struct {
	Shell
	Row      DayRow
	Failures []DayFailure
	Kinds    []DayKind
	Kind     string // that is listed; "": all
	Changes  []DayChange
	More     string // address of the next changes; "" when there are none

	Standings []DayStanding // positions that were kept of the day, by category
	Positions Act           // that downloads them
	History   []Step
}

// DayStanding is what stood in one category at the end of a day.
type DayStanding struct {
	Category       string
	Accounts       int
	Total, Overdue lending.Money
}

// DayKind is a kind of change, with how many there were.
type DayKind struct {
	Path  string
	Name  string
	Count int
	On    bool
}

// DayChange is one thing that the close changed, and why.
type DayChange struct {
	Kind     string
	Account  Link
	Borrower string
	What     string
	Amount   lending.Money
}

// dayKindWords are the kinds of change as people say them, in their order.
var dayKindWords = [...]struct{ kind, words string }{
	{"npa", "Became NPA"}, {"doubtful", "Worse inside NPA"}, {"sma-2", "Became SMA-2"}, {"sma-1", "Became SMA-1"}, {"sma-0", "Became SMA-0"},
	{"upgraded", "Upgraded from NPA"}, {"better", "Better"}, {"due", "Fell due"}, {"excess", "Excess applied"}, {"line", "Lines"},
	{"topup", "Topups paid"}, {"topup-missed", "Topups not paid"}, {"mandate", "Mandates ended"},
}

// DayKindWords is what a kind of change is called.
func DayKindWords(kind string) string {
	for _, k := range dayKindWords {
		if k.kind == kind {
			return k.words
		}
	}
	return kind
}

// DayFailure is an account that the close left alone.
type DayFailure struct {
	Account Link
	Message string
}
