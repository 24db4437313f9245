package matching

import (
	"cmp"
	"slices"
)

// Propose says who it thinks paid a credit, with every reason for and against.
func (b *Book) Propose(c Credit) Proposal {
	q := b.ask(c)
	p := Proposal{Engine: Version, Parsed: q.read.finish(), Decision: None}
	v, vetoed := q.vetoed()
	if vetoed && v.sure {
		p.NotRepayment, p.NotRepaymentReason, p.Nobody, p.Held = v.kind, v.reason, 10_000, v.reason
		return p
	}
	if c.Amount <= 0 {
		p.Nobody, p.Held = 10_000, "There is no money in it."
		return p
	}
	q.lookUp()
	q.compare()
	q.compareHints()
	for _, s := range q.suspects {
		q.weigh(s)
	}
	all := q.standings()
	nobody := q.share(all)
	if vetoed && !q.tied(all) {
		p.NotRepayment, p.NotRepaymentReason, p.Nobody, p.Held = v.kind, v.reason, 10_000, v.reason
		return p
	}
	points, rest := b.confide(all, nobody)
	p.Nobody = rest
	for i, s := range all[:min(len(all), maxCandidates)] {
		if points[i] < leastShown && !s.strong() {
			continue
		}
		p.Candidates = append(p.Candidates, s.candidate(points[i]))
	}
	q.decide(&p, all, v)
	return p
}

// leastShown is the confidence, in basis points, below which a candidate is left
// out unless an identifier found it.
const leastShown = 20

// weigh notes everything that speaks for or against an account.
func (q *inquiry) weigh(s *suspect) {
	q.weighPayer(s)
	q.weighAmount(s)
	if s.entry.CollectionBank != "" && q.credit.CollectionBank != "" {
		e := Evidence{Signal: SignalCollection, Family: Status, Says: q.credit.CollectionBank, Books: s.entry.CollectionBank, Weight: weightSame,
			Detail: "It came into the collection account agreed on."}
		if s.entry.CollectionBank != q.credit.CollectionBank {
			e.Weight, e.Detail = weightElsewhere, "It came into "+q.credit.CollectionBank+"; agreed on is "+s.entry.CollectionBank+"."
		}
		s.says(byPlace, e)
	}
	if !s.entry.Active {
		s.says(byStatus, Evidence{Signal: SignalClosed, Family: Status, Books: s.entry.Ref, Weight: weightClosed, Detail: "This loan is closed."})
	}
}

// standings are all readings, the best first; of equals the smaller account id.
func (q *inquiry) standings() []*standing {
	var all []*standing
	for _, s := range q.suspects {
		one := &standing{one: s, bits: s.bits(), amounts: nil}
		one.amounts = append(one.amounts, q.credit.Amount)
		for _, e := range s.evidence {
			if e.Signal != "" {
				one.evidence = append(one.evidence, e)
			}
		}
		all = append(all, one)
	}
	all = append(all, q.pairs()...)
	slices.SortFunc(all, func(x, y *standing) int {
		return cmp.Or(cmp.Compare(y.bits, x.bits), slices.Compare(x.accounts(), y.accounts()))
	})
	return all
}

// tied says that the best reading is tied to the credit so strongly that words
// which may mean something else do not count.
func (q *inquiry) tied(all []*standing) bool {
	if len(all) == 0 {
		return false
	}
	best := all[0]
	return best.explained() && len(best.families()) > 1 || best.one.weight(byReference) >= weightRepaired
}

// strong says that an identifier speaks for the reading.
func (s *standing) strong() bool {
	return slices.ContainsFunc(s.evidence, func(e Evidence) bool { return e.Weight >= identifierWeight })
}

// candidate is the reading as it is answered: what speaks for it first and the
// strongest first, what speaks against it last.
func (s *standing) candidate(points int) Candidate {
	evidence := slices.Clone(s.evidence)
	slices.SortStableFunc(evidence, func(x, y Evidence) int { return cmp.Compare(y.Weight, x.Weight) })
	return Candidate{Accounts: s.accounts(), Amounts: s.amounts, Confidence: points, Share: int(10_000 * s.share), Bits: s.bits, Evidence: evidence}
}
