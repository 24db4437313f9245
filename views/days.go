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
	History  []Step
}

// DayFailure is an account that the close left alone.
type DayFailure struct {
	Account Link
	Message string
}
