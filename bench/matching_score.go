package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"lekha/lending"
	"lekha/matching"
)

// targetPrecision is how often a proposal that is accepted unattended must be right.
const targetPrecision = 0.995

// judged is a proposal of rank 1 beside the truth.
type judged struct {
	prediction
	truth verdict
	right bool
	auto  bool
}

func (j judged) confidence() float64 { return float64(j.proposal.Candidates[0].Confidence) / 10000 }

// scores are the figures of the benchmark; evaluate.py computes the same.
type scores struct {
	payments, matchable, resolvable int
	proposals                       []judged // the surest first
	right, rightResolvable, hit3    int
	duplicates, flagged, flaggedOK  int
	splits, splitsExact             int
	autos, autosRight               int
	easyWrong                       int // wrong on difficulty 1
	classes                         map[string]*classScore
}

// classScore is one kind of payment.
type classScore struct {
	payments, resolvable, proposed, right, auto, autoWrong, flagged, hit3 int
}

// score compares predictions with the truth. A proposal is right when its set of
// accounts is the true one; any proposal for money of nobody is wrong.
func score(truth map[string]verdict, predictions []prediction) scores {
	s := scores{classes: map[string]*classScore{}}
	for _, p := range predictions {
		t := truth[p.payment.id]
		s.count(t, p)
		if p.of != "" || p.proposal.Decision == matching.None || len(p.proposal.Candidates) == 0 {
			if t.difficulty == 1 && p.of == "" {
				s.easyWrong++
			}
			continue
		}
		s.judge(t, p)
	}
	slices.SortFunc(s.proposals, func(a, b judged) int {
		return cmp.Or(cmp.Compare(b.confidence(), a.confidence()), cmp.Compare(a.payment.id, b.payment.id))
	})
	return s
}

// count counts the payment itself and what is said of duplicates.
func (s *scores) count(t verdict, p prediction) {
	s.payments++
	c := s.class(t.class)
	c.payments++
	if t.outcome == "MATCH" {
		s.matchable++
		if t.resolvable {
			s.resolvable++
			c.resolvable++
		}
	}
	if t.outcome == "DUPLICATE" {
		s.duplicates++
	}
	if p.of != "" {
		s.flagged++
		c.flagged++
		if t.outcome == "DUPLICATE" {
			s.flaggedOK++
		}
	}
}

func (s *scores) class(name string) *classScore {
	if s.classes[name] == nil {
		s.classes[name] = &classScore{}
	}
	return s.classes[name]
}

// judge compares the first proposals with the truth.
func (s *scores) judge(t verdict, p prediction) {
	best := p.proposal.Candidates[0]
	j := judged{prediction: p, truth: t, right: t.outcome == "MATCH" && sameAccounts(best.Accounts, t.accounts), auto: p.proposal.Decision == matching.Auto}
	s.proposals = append(s.proposals, j)
	c := s.class(t.class)
	c.proposed++
	resolvable := t.outcome == "MATCH" && t.resolvable
	if j.right {
		s.right++
		c.right++
		if resolvable {
			s.rightResolvable++
		}
		if len(best.Accounts) > 1 {
			s.splits++
			if sameSplit(best, t) {
				s.splitsExact++
			}
		}
	} else if t.difficulty == 1 {
		s.easyWrong++
	}
	if j.auto {
		s.autos++
		c.auto++
		if j.right {
			s.autosRight++
		} else {
			c.autoWrong++
		}
	}
	for _, x := range p.proposal.Candidates[:min(3, len(p.proposal.Candidates))] {
		if resolvable && sameAccounts(x.Accounts, t.accounts) {
			s.hit3++
			c.hit3++
			break
		}
	}
}

func sameAccounts(a, b []string) bool {
	x, y := slices.Clone(a), slices.Clone(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

func sameSplit(c matching.Candidate, t verdict) bool {
	parts := map[string]lending.Money{}
	for i, a := range t.accounts {
		parts[a] = t.amounts[i]
	}
	for i, a := range c.Accounts {
		if parts[a] != c.Amounts[i] {
			return false
		}
	}
	return true
}

// coverage is the largest share of all payments whose proposals could be
// accepted unattended, by a threshold on the confidence alone, with the target
// precision.
func (s scores) coverage() (share, threshold float64) {
	right := 0
	for i, j := range s.proposals {
		if j.right {
			right++
		}
		last := i+1 == len(s.proposals) || s.proposals[i+1].confidence() < j.confidence()
		if last && float64(right) >= targetPrecision*float64(i+1) {
			share, threshold = float64(i+1)/float64(s.payments), j.confidence()
		}
	}
	return share, threshold
}

// calibrationError is the mean distance between claimed confidence and the share
// that was right, over tenths of confidence.
func (s scores) calibrationError() float64 {
	var claimed, right [10]float64
	for _, j := range s.proposals {
		bin := min(9, int(j.confidence()*10))
		claimed[bin] += j.confidence()
		if j.right {
			right[bin]++
		}
	}
	sum := 0.0
	for bin := range claimed {
		sum += math.Abs(claimed[bin] - right[bin])
	}
	return sum / float64(max(1, len(s.proposals)))
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 1
	}
	return float64(a) / float64(b)
}

func (s scores) recall() float64        { return ratio(s.rightResolvable, s.resolvable) }
func (s scores) precision() float64     { return ratio(s.right, len(s.proposals)) }
func (s scores) hitAt3() float64        { return ratio(s.hit3, s.resolvable) }
func (s scores) autoCoverage() float64  { return ratio(s.autos, s.payments) }
func (s scores) autoPrecision() float64 { return ratio(s.autosRight, s.autos) }

// print writes the figures.
func (s scores) print(out io.Writer) {
	share, threshold := s.coverage()
	fmt.Fprintf(out, "payments %d, matchable %d (resolvable %d), duplicates %d\n", s.payments, s.matchable, s.resolvable, s.duplicates)
	fmt.Fprintf(out, "rank 1: precision %.4f, recall on resolvable %.4f, hit@3 %.4f\n", s.precision(), s.recall(), s.hitAt3())
	fmt.Fprintf(out, "unattended, gated: coverage %.4f at precision %.4f (%d wrong of %d)\n", s.autoCoverage(), s.autoPrecision(), s.autos-s.autosRight, s.autos)
	fmt.Fprintf(out, "unattended, by confidence alone at precision %.3f: coverage %.4f from confidence %.4f\n", targetPrecision, share, threshold)
	fmt.Fprintf(out, "duplicates: precision %.4f, recall %.4f\n", ratio(s.flaggedOK, s.flagged), ratio(s.flaggedOK, s.duplicates))
	fmt.Fprintf(out, "exact splits: %d of %d right combined matches\n", s.splitsExact, s.splits)
	fmt.Fprintf(out, "wrong on difficulty 1: %d\ncalibration error: %.4f\n", s.easyWrong, s.calibrationError())
	fmt.Fprintf(out, "%-24s%6s%8s%6s%7s%7s%6s%7s%5s%7s\n", "class", "n", "resolv", "prop", "right", "wrong", "auto", "autoX", "dup", "hit@3")
	names := make([]string, 0, len(s.classes))
	for name := range s.classes {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		c := s.classes[name]
		fmt.Fprintf(out, "%-24s%6d%8d%6d%7d%7d%6d%7d%5d%7d\n", name, c.payments, c.resolvable, c.proposed, c.right, c.proposed-c.right, c.auto, c.autoWrong, c.flagged, c.hit3)
	}
}

// printWorst shows wrong proposals, the surest first.
func (s scores) printWorst(out io.Writer, most int) {
	for _, j := range s.proposals {
		if most == 0 {
			return
		}
		if j.right {
			continue
		}
		most--
		fmt.Fprintf(out, "\n%s %s ₹%s %q [%s]\n  truth %s %s\n", j.payment.id, j.payment.date, j.payment.amount, j.payment.narration, j.truth.class, j.truth.outcome, strings.Join(j.truth.accounts, " "))
		for _, c := range j.proposal.Candidates[:min(3, len(j.proposal.Candidates))] {
			fmt.Fprintf(out, "  %.2f%% %s, %d millibits\n", float64(c.Confidence)/100, strings.Join(c.Accounts, " "), c.Bits)
			for _, e := range c.Evidence {
				fmt.Fprintf(out, "    %+6d %s\n", e.Weight, e.Detail)
			}
		}
	}
}
