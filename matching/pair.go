package matching

import (
	"cmp"
	"fmt"
	"slices"

	"lekha/lending"
)

// standing is a reading of the credit that competes with the others: one
// account, or two that it pays together.
type standing struct {
	one, two *suspect // two is nil for a single account
	amounts  []lending.Money
	evidence []Evidence
	bits     int
	since    lending.Date // of two: something was paid on their dues on this day, after the credit
	share    float64      // of the soft-max
}

// accounts are the ids, ascending, as they are answered.
func (s *standing) accounts() []string {
	if s.two == nil {
		return []string{s.one.entry.ID}
	}
	return []string{s.one.entry.ID, s.two.entry.ID}
}

// touches says that an account is one of those.
func (s *standing) touches(i int32) bool { return s.one.index == i || s.two != nil && s.two.index == i }

// part is an amount that one account may have got of a credit.
type part struct {
	amount lending.Money
	due    Due
	days   int
}

// daysTogether is how many days before a due date it is paid together with
// another one: who pays two loans at once pays the later one early.
const daysTogether = 31

// parts are the amounts due on an account about the day, the nearest first.
func (q *inquiry) parts(e *entry) []part {
	var out []part
	for _, d := range q.duesOn(e) {
		days := q.credit.ValueDate.Sub(d.DueDate)
		if days < -daysTogether || days > daysLate {
			continue
		}
		for _, m := range dueAmounts(d) {
			out = append(out, part{m, d, days})
		}
	}
	if len(e.dues) == 0 && e.EMI > 0 && e.Active {
		out = append(out, part{amount: e.EMI, due: Due{Amount: e.EMI, EMI: e.EMI}})
	}
	slices.SortStableFunc(out, func(a, b part) int { return cmp.Compare(abs(a.days), abs(b.days)) })
	return out
}

// splitOf finds the parts of two accounts that sum to the credit; of several
// ways the one nearest to the due dates, and of those the one that pays whole dues.
func (q *inquiry) splitOf(a, b []part) (x, y part, ok bool) {
	best := 0
	for _, p := range a {
		for _, r := range b {
			if p.amount+r.amount != q.credit.Amount {
				continue
			}
			far := 2 * (abs(p.days) + abs(r.days))
			if p.amount != p.due.Amount || r.amount != r.due.Amount {
				far++
			}
			if !ok || far < best {
				x, y, best, ok = p, r, far, true
			}
		}
	}
	return x, y, ok
}

// pairs are the readings over two accounts: two loans of one borrower, or two
// that the credit ties to the payer each by itself. Their dues must add up to
// the paisa.
func (q *inquiry) pairs() []*standing {
	var tied []*suspect
	for _, s := range q.suspects {
		if s.entry.Active && s.identity() >= leastTie {
			tied = append(tied, s)
		}
	}
	slices.SortFunc(tied, func(a, b *suspect) int {
		return cmp.Or(cmp.Compare(b.identity(), a.identity()), cmp.Compare(a.entry.ID, b.entry.ID))
	})
	tied = tied[:min(len(tied), maxTied)]
	parts := make([][]part, len(tied))
	for i, s := range tied {
		parts[i] = q.parts(s.entry)
	}
	var out []*standing
	for i, a := range tied {
		for j := i + 1; j < len(tied); j++ {
			b := tied[j]
			same := a.entry.CustomerID != "" && a.entry.CustomerID == b.entry.CustomerID
			if !same && !tiedApart(a, b) {
				continue
			}
			if x, y, ok := q.splitOf(parts[i], parts[j]); ok && !q.refusedPair(a, b) {
				out = append(out, q.pair(a, b, x, y, same))
			}
		}
	}
	return out
}

// The limits of looking for pairs.
const (
	leastTie = 3_000 // what must tie an account to the payer before it is paired
	maxTied  = 40
)

// quoted is what names the account itself: numbers and remarks.
func (s *suspect) quoted() int { return max(0, s.weight(byReference)) + max(0, s.weight(byRemark)) }

// paying is what tells that the payer is the borrower or pays for him.
func (s *suspect) paying() int {
	return max(0, s.weight(byHandle)) + max(0, s.weight(byBank)) + max(0, s.weight(byName))
}

// tiedApart says that two accounts of two borrowers are each tied to the credit
// by something of their own: both quoted, or one quoted and the other the
// payer's. That both are named like the payer is one reason, not two.
func tiedApart(a, b *suspect) bool {
	if a.quoted() >= leastTie && b.quoted() >= leastTie {
		x, y := a.evidence[byRemark], b.evidence[byRemark]
		oneHint := x.Says == y.Says && min(x.Weight, y.Weight) > 0 && min(a.weight(byReference), b.weight(byReference)) <= 0
		return !oneHint || min(x.Weight, y.Weight) >= weightRemarkFull && compareNames(a.entry.name, b.entry.name) < nameLevel4
	}
	return a.quoted() >= leastTie && b.paying() >= nameWeights[3] || b.quoted() >= leastTie && a.paying() >= nameWeights[3]
}

func (q *inquiry) refusedPair(a, b *suspect) bool {
	x, y := a.entry.ID, b.entry.ID
	if x > y {
		x, y = y, x
	}
	return slices.Contains(q.credit.Refused, x+";"+y)
}

// pair makes the reading over two accounts.
func (q *inquiry) pair(a, b *suspect, x, y part, same bool) *standing {
	if a.entry.ID > b.entry.ID {
		a, b, x, y = b, a, y, x
	}
	s := &standing{one: a, two: b, amounts: []lending.Money{x.amount, y.amount}, since: max(x.due.paidOn(), y.due.paidOn())}
	s.take(a, b, byReference, true)
	s.take(a, b, byRemark, !same)
	for _, g := range []group{byHandle, byBank, byName} {
		s.take(a, b, g, false)
	}
	sum := Evidence{Family: Amount, Says: rupees(q.credit.Amount), Books: rupees(x.amount) + " + " + rupees(y.amount)}
	if same {
		sum.Signal, sum.Weight = SignalTwoDues, weightTwoDues
		if q.saysBoth {
			sum.Weight += weightSaid
		}
		sum.Detail = fmt.Sprintf("%s is exactly the dues of two loans of this borrower: %s for %s and %s for %s.", sum.Says, rupees(x.amount), a.entry.Ref, rupees(y.amount), b.entry.Ref)
	} else {
		sum.Signal, sum.Weight = SignalTwoPayers, weightTwoPayers-q.scale
		if min(a.quoted(), b.quoted()) >= leastTie {
			sum.Weight = weightTwoNamed - q.scale
		}
		sum.Detail = fmt.Sprintf("%s is exactly the dues of two borrowers: %s for %s and %s for %s.", sum.Says, rupees(x.amount), a.entry.Ref, rupees(y.amount), b.entry.Ref)
	}
	far := x.days
	if abs(y.days) > abs(far) {
		far = y.days
	}
	s.add(sum, Evidence{Signal: SignalDate, Family: Date, Says: day(q.credit.ValueDate), Books: day(y.due.DueDate), Weight: weightOfDay(far),
		Detail: daySays(amountReading{days: far})})
	return s
}

// take adds what a group says of the two: both, or the stronger one.
func (s *standing) take(a, b *suspect, g group, both bool) {
	x, y := a.evidence[g], b.evidence[g]
	if x.Signal == "" || y.Signal != "" && y.Weight > x.Weight {
		x, y = y, x
	}
	s.add(x)
	if both && y.Weight > 0 && y.Books != x.Books {
		s.add(y)
	}
}

// add adds evidence; what is empty is none.
func (s *standing) add(evidence ...Evidence) {
	for _, e := range evidence {
		if e.Signal != "" {
			s.evidence = append(s.evidence, e)
			s.bits += e.Weight
		}
	}
}
