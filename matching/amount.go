package matching

import (
	"fmt"

	"lekha/lending"
)

// amountKind says what an amount is to the dues of an account, the more telling
// first.
type amountKind int

const (
	amountExact amountKind = iota + 1
	amountWithCharge
	amountSeveral
	amountNear
	amountRounded
	amountPart
	amountMore
	amountOther
)

// explained says that the amount itself tells what it is for.
func (k amountKind) explained() bool { return k >= amountExact && k <= amountSeveral }

// amountReading is the best way to read a credit as a payment of an account.
type amountReading struct {
	kind   amountKind
	due    Due          // the due, or the first of several
	since  lending.Date // something was paid on it on this day, after the credit
	count  int          // how many dues it pays
	days   int          // how many days after the due date it came; negative is before
	dated  bool
	weight int
	on     int // the weight of the day
}

// The days around a credit within which a due is compared with it at all.
const (
	duesBefore = 400
	duesAfter  = 60
)

// nearAmount is what banks and shops keep for a transfer.
const nearAmount lending.Money = 25_00

// The limits of what an amount may be to a due.
const (
	maxInstalments = 6  // dues that one credit is read to pay
	leastPart      = 20 // a part is at least one in so many of the due
	mostTimes      = 12 // and more is at most so many times it
)

// weightOfDay is how well the days between due date and payment fit.
func weightOfDay(days int) int {
	switch d := abs(days); {
	case d <= 3:
		return weightOnTime
	case d <= 9:
		return weightLate
	case d <= 25:
		return weightVeryLate
	}
	return weightFarAway
}

// weightOfCrowd is what an exact amount says, by how many accounts share it.
func (q *inquiry) weightOfCrowd() int {
	return max(minExact, q.rare(maxExact, q.sharers))
}

// What an exact amount says at least, and at most in a book of 500 accounts:
// three in four payments are of exactly what is due.
const (
	minExact = -2_000
	maxExact = 8_550
)

// readAmount finds the best reading of a credit for an account.
func (q *inquiry) readAmount(e *entry) amountReading {
	best := amountReading{kind: amountOther, weight: weightOther}
	if len(e.dues) == 0 {
		return q.readInstalment(e)
	}
	dues := q.duesOn(e)
	for i, d := range dues {
		days := q.credit.ValueDate.Sub(d.DueDate)
		if days > duesBefore || days < -duesAfter {
			continue
		}
		r := q.readDue(d)
		r.days, r.dated, r.on = days, true, weightOfDay(days)
		best = best.better(r)
		if q.credit.Amount > d.Amount {
			best = best.better(q.readSeveral(dues[i:]))
		}
	}
	return best
}

// better keeps the reading that says more; among equals the one nearer to its due
// date, then the first.
func (r amountReading) better(o amountReading) amountReading {
	switch x, y := o.weight+o.on, r.weight+r.on; {
	case !r.dated && o.dated && o.kind != amountOther, x > y:
		return o
	case x == y && r.dated && o.dated && o.kind == r.kind && abs(o.days) < abs(r.days):
		return o
	}
	return r
}

// readDue compares the amount with one due.
func (q *inquiry) readDue(d Due) amountReading {
	r := amountReading{due: d, since: d.paidOn(), count: 1, kind: amountOther, weight: weightOther}
	for _, asked := range dueAmounts(d) {
		kind, weight := q.compareAmount(asked)
		if r.kind == amountOther || weight > r.weight {
			r.kind, r.weight = kind, weight
		}
	}
	return r
}

// compareAmount says what the credit is to an amount that is asked.
func (q *inquiry) compareAmount(asked lending.Money) (amountKind, int) {
	paid := q.credit.Amount
	switch diff := paid - asked; {
	case diff == 0:
		return amountExact, q.weightOfCrowd()
	case diff > 0 && q.book.isCharge(diff):
		return amountWithCharge, weightCharge
	case diff <= nearAmount && diff >= -nearAmount:
		return amountNear, weightNear
	case isRoundedUp(paid, asked):
		return amountRounded, weightRounded
	case diff < 0 && paid*leastPart >= asked:
		return amountPart, weightPart
	case diff > 0 && paid/mostTimes <= asked:
		return amountMore, weightMore
	}
	return amountOther, weightOther
}

// isRoundedUp says that a payer made the amount rounder: at most a tenth more,
// and less than the unit he rounded to.
func isRoundedUp(paid, asked lending.Money) bool {
	diff := paid - asked
	if diff <= 0 || diff*10 > asked {
		return false
	}
	for _, unit := range []lending.Money{50_00, 100_00, 500_00, 1000_00, 5000_00, 10000_00, 50000_00} {
		if diff < unit && paid%unit == 0 {
			return true
		}
	}
	return false
}

// isCharge says that a difference is a charge that this lender levies, or two of
// them. A book with charges of every size has none that is known by its amount.
func (b *Book) isCharge(diff lending.Money) bool {
	if len(b.charges) > maxChargeSizes {
		return b.charges[diff] >= len(b.accounts)/maxChargeSizes+1
	}
	if b.charges[diff] > 0 {
		return true
	}
	for c := range b.charges {
		if b.charges[diff-c] > 0 {
			return true
		}
	}
	return false
}

// maxChargeSizes is how many sizes of charges a tariff has.
const maxChargeSizes = 40

// readSeveral compares the amount with this due and the next ones together.
func (q *inquiry) readSeveral(dues []Due) amountReading {
	best := amountReading{}
	var total, emis lending.Money
	var since lending.Date
	nearest := 0
	for n, d := range dues[:min(len(dues), maxInstalments)] {
		total, emis, since = total+d.Amount, emis+d.EMI, max(since, d.paidOn())
		if days := q.credit.ValueDate.Sub(d.DueDate); n == 0 || abs(days) < abs(nearest) {
			nearest = days
		}
		if n == 0 || q.credit.Amount != total && q.credit.Amount != emis {
			continue
		}
		best = amountReading{kind: amountSeveral, due: dues[0], since: since, count: n + 1, days: nearest, dated: true, weight: weightSeveral, on: weightOfDay(nearest)}
		if n > 2 {
			best.weight = weightMany
		}
		if q.saysMonths {
			best.weight += weightSaid
		}
		return best
	}
	return amountReading{kind: amountOther, weight: weightOther}
}

// readInstalment compares the amount with the instalment of an account whose
// dues are not known.
func (q *inquiry) readInstalment(e *entry) amountReading {
	if e.EMI <= 0 {
		return amountReading{kind: amountOther, weight: weightOther}
	}
	kind, weight := q.compareAmount(e.EMI)
	r := amountReading{kind: kind, weight: weight, count: 1, due: Due{Amount: e.EMI, EMI: e.EMI}}
	if n := q.credit.Amount / e.EMI; n >= 2 && n <= 3 && q.credit.Amount%e.EMI == 0 {
		r.kind, r.weight, r.count = amountSeveral, weightSeveral, int(n)
	}
	return r
}

// mayOwe says at a glance, by the instalment alone, that a credit may be for an
// account: for several of its dues, one with a charge or rounded, or one together
// with one of another loan of the borrower.
func (q *inquiry) mayOwe(i int32) bool {
	e := &q.book.accounts[i]
	paid := q.credit.Amount
	if !e.Active || e.EMI <= 0 || paid < e.EMI-nearAmount {
		return false
	}
	over := paid - e.EMI
	if over <= nearAmount || paid%e.EMI == 0 && paid/e.EMI <= maxInstalments || isRoundedUp(paid, e.EMI) || q.book.isCharge(over) {
		return true
	}
	siblings := q.book.customers[e.CustomerID]
	if e.CustomerID == "" || len(siblings) > maxSiblings {
		return false
	}
	for _, j := range siblings {
		other := &q.book.accounts[j]
		if j != i && other.Active && (over == other.EMI || over > other.EMI && q.book.isCharge(over-other.EMI)) {
			return true
		}
	}
	return false
}

// weighAmount notes how amount and day fit an account. For a closed loan they say
// nothing that its being closed does not.
func (q *inquiry) weighAmount(s *suspect) {
	if !s.entry.Active {
		s.amount = amountReading{kind: amountOther}
		return
	}
	r := q.readAmount(s.entry)
	s.amount = r
	signal, detail := q.amountSays(r)
	if r.kind != amountOther {
		detail += r.paidSince()
	}
	books := ""
	if r.due.Amount != 0 {
		books = rupees(r.due.Amount)
	}
	s.says(byAmount, Evidence{Signal: signal, Family: Amount, Says: rupees(q.credit.Amount), Books: books, Weight: r.weight, Detail: detail})
	if r.dated && r.kind != amountOther {
		s.says(byDate, Evidence{Signal: SignalDate, Family: Date, Says: day(q.credit.ValueDate), Books: day(r.due.DueDate), Weight: r.on, Detail: daySays(r)})
	}
}

// amountSays is the signal and the sentence of a reading.
func (q *inquiry) amountSays(r amountReading) (signal, detail string) {
	paid, asked := rupees(q.credit.Amount), rupees(r.due.Amount)
	of := ""
	if r.dated {
		of = " of " + day(r.due.DueDate)
	}
	switch r.kind {
	case amountExact:
		what := "the due"
		if q.credit.Amount != r.due.Amount {
			what = "the instalment without charges"
		}
		return SignalAmount, fmt.Sprintf("%s is exactly %s%s%s.", paid, what, of, q.sharedBy())
	case amountWithCharge:
		return SignalCharge, fmt.Sprintf("%s is the due%s with a charge: %s more than %s.", paid, of, rupees(q.credit.Amount-r.due.Amount), asked)
	case amountSeveral:
		return SignalSeveral, fmt.Sprintf("%s is exactly %d dues together, the first%s.", paid, r.count, of)
	case amountNear:
		return SignalNear, fmt.Sprintf("%s is within %s of the due%s, %s.", paid, rupees(nearAmount), of, asked)
	case amountRounded:
		return SignalRounded, fmt.Sprintf("%s is the due%s, %s, rounded up.", paid, of, asked)
	case amountPart:
		return SignalPart, fmt.Sprintf("%s is only part of the due%s, %s.", paid, of, asked)
	case amountMore:
		return SignalMore, fmt.Sprintf("%s is more than the due%s, %s.", paid, of, asked)
	}
	if r.due.Amount == 0 {
		return SignalNotOpen, "Nothing is due about this day."
	}
	return SignalOther, fmt.Sprintf("%s is nothing like the due%s, %s.", paid, of, asked)
}

// paidSince says that something was paid on the due after the credit came.
func (r amountReading) paidSince() string {
	if r.since.IsZero() {
		return ""
	}
	return " Something was paid on it since, on " + day(r.since) + "."
}

func (q *inquiry) sharedBy() string {
	if q.sharers < 2 {
		return ""
	}
	return fmt.Sprintf("; %d accounts share this amount", q.sharers)
}

// daySays puts the days between due date and payment into words.
func daySays(r amountReading) string {
	switch d := r.days; {
	case d == 0:
		return "It came on the due date."
	case d == 1:
		return "It came a day after the due date."
	case d > 1:
		return fmt.Sprintf("It came %d days after the due date.", d)
	case d == -1:
		return "It came a day before the due date."
	}
	return fmt.Sprintf("It came %d days before the due date.", -r.days)
}
