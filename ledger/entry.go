package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"lekha/lending"
)

// Entry is one balanced entry: what an event on a day does to the accounts.
type Entry struct {
	Event     string // kind, a slash, and the key of the fact, demand or loan that it is about
	ValueDate lending.Date
	Lines     []Line
}

// Line is one side of an entry: a debit is positive, a credit negative.
type Line struct {
	Role   Role
	Loan   string // empty: of the account as a whole
	Amount lending.Money
}

// The kinds of event.
const (
	Disbursed   = "disbursal"
	PaidOut     = "payout"
	Accrued     = "accrual" // normal interest of a period
	Demanded    = "demand"  // an instalment fell due
	Charged     = "fee"     // a fee or a charge was made
	Growth      = "growth"  // overdue interest and penal charges to date
	Earned      = "earned"  // interest kept back at disbursal, to date
	Capitalised = "capital" // interest that became principal
	Received    = "receipt" // money or tax credit arrived
	Allocated   = "allocation"
	Applied     = "applied" // excess that settled a later due
	Refunded    = "refund"
	CashedBack  = "cashback"
	Forgiven    = "waiver"
	WrittenOff  = "write_off"
	NonAccrual  = "npa" // income not realised, in suspense
	Provided    = "provision"
	Statement   = "statement" // money on the bank's statement, before anybody knows whose
)

// Kind is the kind of event.
func (e *Entry) Kind() string { return KindOf(e.Event) }

// KindOf is the kind of an event by its name.
func KindOf(event string) string {
	kind, _, _ := strings.Cut(event, "/")
	return kind
}

// Subject is the key that an event is about.
func Subject(event string) string {
	_, subject, _ := strings.Cut(event, "/")
	return subject
}

// Running says that an event is a total to date: what is new of it is posted on
// the day it is found, whatever days the total grew on.
func Running(event string) bool {
	switch KindOf(event) {
	case Growth, Earned, NonAccrual, Provided, Capitalised:
		return true
	}
	return false
}

// Sum is debits less credits; an entry that holds sums to nothing.
func (e *Entry) Sum() lending.Money {
	var sum lending.Money
	for _, l := range e.Lines {
		sum += l.Amount
	}
	return sum
}

// Total is the debits of an entry.
func (e *Entry) Total() lending.Money {
	var sum lending.Money
	for _, l := range e.Lines {
		sum += max(l.Amount, 0)
	}
	return sum
}

// Check says what is wrong with an entry: it does not balance, or says nothing.
func (e *Entry) Check() error {
	if len(e.Lines) == 0 || e.Sum() != 0 {
		return fmt.Errorf("entry %s of %s does not balance: %d lines leave %s", e.Event, e.ValueDate, len(e.Lines), e.Sum())
	}
	return nil
}

// place is what makes two lines one posting.
type place struct {
	event string
	on    lending.Date
	loan  string
	role  Role
}

func addUp(sums map[place]lending.Money, entries []Entry, sign lending.Money) {
	for i := range entries {
		e := &entries[i]
		on := e.ValueDate
		if Running(e.Event) {
			on = 0
		}
		for _, l := range e.Lines {
			sums[place{e.Event, on, l.Loan, l.Role}] += sign * l.Amount
		}
	}
}

// Difference is what has to be posted so that the entries without become the
// entries with. What was posted in error comes back as its mirror on its own value
// date; a running total is posted on the given day.
func Difference(with, without []Entry, on lending.Date) []Entry {
	sums := make(map[place]lending.Money, 4*len(with))
	addUp(sums, with, 1)
	addUp(sums, without, -1)
	places := make([]place, 0, 8)
	for p, sum := range sums {
		if sum != 0 {
			places = append(places, p)
		}
	}
	slices.SortFunc(places, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.day(on), b.day(on)), cmp.Compare(rank(a.event), rank(b.event)), cmp.Compare(a.event, b.event),
			cmp.Compare(a.role, b.role), cmp.Compare(a.loan, b.loan))
	})
	var out []Entry
	for _, p := range places {
		if n := len(out); n == 0 || out[n-1].Event != p.event || out[n-1].ValueDate != p.day(on) {
			out = append(out, Entry{Event: p.event, ValueDate: p.day(on)})
		}
		last := &out[len(out)-1]
		last.Lines = append(last.Lines, Line{p.role, p.loan, sums[p]})
	}
	for i := range out {
		slices.SortStableFunc(out[i].Lines, func(a, b Line) int { return cmp.Compare(min(max(b.Amount, -1), 1), min(max(a.Amount, -1), 1)) })
	}
	return out
}

func (p place) day(on lending.Date) lending.Date {
	if Running(p.event) {
		return on
	}
	return p.on
}

// sequence is the order of events on one day. It is never written to.
var sequence = []string{Statement, Disbursed, PaidOut, Accrued, Demanded, Charged, Growth, Earned, Capitalised, Received, Allocated, Applied,
	CashedBack, Refunded, Forgiven, WrittenOff, NonAccrual, Provided}

func rank(event string) int { return slices.Index(sequence, KindOf(event)) }

// Balances are debits less credits by role.
func Balances(entries []Entry) map[Role]lending.Money {
	sums := map[Role]lending.Money{}
	for i := range entries {
		for _, l := range entries[i].Lines {
			sums[l.Role] += l.Amount
		}
	}
	return sums
}
