package matching

import (
	"fmt"
	"math"
	"strings"

	"lekha/lending"
)

// The thresholds of advice, in basis points of calibrated confidence and in
// millibits.
const (
	autoConfidence   = 9_300  // what is pre-ticked; a lender may ask for more
	suggestAtLeast   = 200    // what is shown at all without an identifier
	leastFamily      = 5_000  // how much a family must say to agree by itself
	rivalDistance    = 7_000  // how far another reading of the same money must be behind
	namesakeDistance = 18_000 // how far a loan must be behind that one of the payer's name paid before, in a book of 500 accounts
	identifierWeight = 8_000  // an account with one such hit is always shown
)

// share lets the readings compete with each other and with nobody: a soft-max of
// their bits, in which an account that is as good as another takes half.
func (q *inquiry) share(all []*standing) (nobody float64) {
	base := weightNobody + q.scale + q.toNobody
	most := base
	for _, s := range all {
		most = max(most, s.bits)
	}
	power := func(bits int) float64 { return math.Exp2(float64(bits-most) / 1000) }
	total := power(base)
	for _, s := range all {
		s.share = power(s.bits)
		total += s.share
	}
	if q.crowd > 0 {
		total += float64(q.crowd) * power(q.weightOfCrowd()+weightOnTime+nameWeights[0])
	}
	for _, s := range all {
		s.share /= total
	}
	return power(base) / total
}

// confide turns shares into calibrated confidence. What the first gains, the
// others and nobody lose in proportion; equals stay equal.
func (b *Book) confide(all []*standing, nobody float64) (points []int, rest int) {
	points = make([]int, len(all))
	if len(all) == 0 {
		return points, 10_000
	}
	best := all[0].share
	equals := 0
	for _, s := range all {
		if s.bits == all[0].bits {
			equals++
		}
	}
	sure := min(b.calibration.of(best), 1/float64(equals))
	if equals < len(all) {
		sure = min(sure, sharper(best, all[equals].share))
	}
	left, scale := 1-float64(equals)*sure, 0.0
	if others := 1 - float64(equals)*best; others > 0 {
		scale = left / others
	}
	for i, s := range all {
		c := s.share * scale
		if i < equals {
			c = sure
		}
		points[i] = int(10_000 * min(c, sure))
	}
	return points, int(10_000 * nobody * scale)
}

// sharper is the most that the first of two can claim: half when they are equal,
// and the more the further the second is behind.
func sharper(first, second float64) float64 {
	return first * first / (first*first + second*second)
}

// decide advises what to do with the best candidate, and says why it is not
// pre-ticked when it is not.
func (q *inquiry) decide(p *Proposal, all []*standing, v veto) {
	if len(p.Candidates) == 0 {
		p.Decision, p.Held = None, "No account fits."
		return
	}
	best := p.Candidates[0]
	if best.Confidence < suggestAtLeast && !identified(p.Candidates) {
		p.Decision, p.Held = None, "No account fits well enough to be shown as an answer."
		return
	}
	p.Decision = Suggest
	if p.Held = q.held(p, all, v); p.Held == "" {
		p.Decision = Auto
	}
}

func identified(candidates []Candidate) bool {
	for _, c := range candidates {
		for _, e := range c.Evidence {
			if e.Weight >= identifierWeight {
				return true
			}
		}
	}
	return false
}

// held is the first of the gates that the best candidate does not pass, in a
// sentence, or "".
func (q *inquiry) held(p *Proposal, all []*standing, v veto) string {
	best := all[0]
	if v.kind != "" {
		return v.reason + " It may be no repayment."
	}
	for _, s := range []*suspect{best.one, best.two} {
		if s != nil && !s.entry.Active {
			return "The loan " + s.entry.Ref + " is closed."
		}
	}
	if other := q.quotesAnother(best); other != "" {
		return "The payment quotes " + other + ", which is another loan."
	}
	if q.certain(best) {
		return ""
	}
	if other := q.paidAnother(best); other != "" {
		return "This payer paid " + other + " before, which is another loan."
	}
	if len(all) > 1 && all[1].bits == best.bits {
		return "Two readings fit equally well."
	}
	if rival := q.rival(all); rival != "" {
		return rival
	}
	if !best.explained() {
		return "The amount does not say what it is for."
	}
	if since := best.paidSince(); !since.IsZero() {
		return "What it fits was paid since, on " + day(since) + "."
	}
	if agreeing := best.families(); len(agreeing) < 2 {
		return "Only one kind of reason speaks for it: " + strings.Join(agreeing, "") + "."
	}
	if c := p.Candidates[0].Confidence; c < q.book.autoFrom() {
		return fmt.Sprintf("It is sure to %d%%, and %d%% are asked.", c/100, (q.book.autoFrom()+99)/100)
	}
	return ""
}

// certain says that the money came by a way that belongs to this loan alone.
func (q *inquiry) certain(s *standing) bool {
	if s.two != nil {
		return false
	}
	signal := s.one.evidence[byReference].Signal
	return signal == SignalVirtualAccount || signal == SignalMandate
}

// quotesAnother is the number of an active loan that the payment quotes whole and
// that the best reading leaves out.
func (q *inquiry) quotesAnother(best *standing) string {
	for _, s := range q.suspects {
		if !best.touches(s.index) && s.weight(byReference) >= weightRepaired && s.entry.Active {
			return s.entry.Ref
		}
	}
	return ""
}

// paidAnother is the number of a loan that this payer paid before, when the best
// reading does not rest on what he paid before. A name is not a payer: in a large book
// it is another of that name, unless the other loan is not far behind.
func (q *inquiry) paidAnother(best *standing) string {
	for _, e := range best.evidence {
		if remembers(e) || e.Signal == SignalReference || e.Signal == SignalAdvice || e.Signal == SignalReferenceFixed {
			return ""
		}
	}
	for _, s := range q.suspects {
		if best.touches(s.index) || s.entry.CustomerID != "" && s.entry.CustomerID == best.one.entry.CustomerID {
			continue
		}
		for _, e := range s.evidence {
			if remembers(e) && e.Weight > 0 && (e.Signal != SignalPayerName || best.bits-s.bits() < namesakeDistance-q.scale) {
				return s.entry.Ref
			}
		}
	}
	return ""
}

// remembers says that evidence is something remembered of the payer.
func remembers(e Evidence) bool {
	return e.Signal == SignalVPA || e.Signal == SignalAccount || e.Signal == SignalPayerName
}

// rival is a sentence on another reading of the same money that is not far
// behind: two loans against several months of one, one borrower's loan against
// his other.
func (q *inquiry) rival(all []*standing) string {
	best := all[0]
	for _, s := range all[1:] {
		if best.bits-s.bits >= rivalDistance {
			break
		}
		if s.sameMoney(best) {
			return fmt.Sprintf("It may also be %s.", s.words())
		}
	}
	return ""
}

// sameMoney says that two readings explain the amount over some of the same
// accounts or borrower.
func (s *standing) sameMoney(o *standing) bool {
	if !s.explained() {
		return false
	}
	if s.touches(o.one.index) || o.two != nil && s.touches(o.two.index) {
		return true
	}
	return s.one.entry.CustomerID != "" && s.one.entry.CustomerID == o.one.entry.CustomerID
}

// words name a reading in a sentence.
func (s *standing) words() string {
	if s.two != nil {
		return "for " + s.one.entry.Ref + " and " + s.two.entry.Ref + " together"
	}
	if s.one.amount.kind == amountSeveral {
		return fmt.Sprintf("%d dues of %s", s.one.amount.count, s.one.entry.Ref)
	}
	return "for " + s.one.entry.Ref
}

// explained says that the amount tells what it is for.
func (s *standing) explained() bool { return s.two != nil || s.one.amount.kind.explained() }

// paidSince is the day on which something was paid on what the reading fits, after
// the credit came: no date when it still stands.
func (s *standing) paidSince() lending.Date {
	if s.two != nil {
		return s.since
	}
	return s.one.amount.since
}

// families are the kinds of reason that speak for a reading, each by itself.
func (s *standing) families() []string {
	sums := map[Family]int{}
	for _, e := range s.evidence {
		if e.Signal != SignalPayerName { // a remembered name is never enough: firms share them
			sums[e.Family] += e.Weight
		}
	}
	var out []string
	if sums[Reference] >= leastFamily {
		out = append(out, "reference")
	}
	if s.explained() {
		out = append(out, "amount")
	}
	if sums[Payer] >= leastFamily {
		out = append(out, "payer")
	}
	return out
}
