package bankfile

import (
	"cmp"
	"slices"

	"lekha/lending"
)

// Chain says whether the running balance follows from the lines: each balance
// is the one before it plus the credit or less the debit, from the opening to
// the closing balance. A break means that a row is missing, doubled or changed.
type Chain struct {
	Checked int // balances that were compared with what came before them
	Breaks  []Break
}

// Break is a balance that does not follow from what stands before it. Line 0 is
// the closing balance the bank states.
type Break struct {
	Line     int
	Expected lending.Money
	Found    lending.Money
}

// Whole says that balances were compared and all of them follow.
func (c Chain) Whole() bool { return c.Checked > 0 && len(c.Breaks) == 0 }

// effect is what a line does to the balance.
func (l Line) effect() lending.Money { return l.Credit - l.Debit }

// check compares the balances. Where the file does not state the opening or the
// closing balance, it is derived from the first or last line that has one.
func (s *Statement) check() Chain {
	s.deriveOpening()
	var c Chain
	running, known := s.Opening.Amount, s.Opening.Known
	first := !s.Opening.Stated // a derived opening agrees with the line it was derived from
	for _, l := range s.Lines {
		running += l.effect()
		if !l.HasBalance {
			continue
		}
		if known && !first {
			c.compare(l.No, running, l.Balance)
		}
		running, known, first = l.Balance, true, false
	}
	switch {
	case !known:
	case s.Closing.Stated && len(s.Lines) > 0:
		c.compare(0, running, s.Closing.Amount)
	case !s.Closing.Stated:
		s.Closing = Figure{running, true, false}
	}
	return c
}

func (c *Chain) compare(line int, expected, found lending.Money) {
	c.Checked++
	if expected != found {
		c.Breaks = append(c.Breaks, Break{line, expected, found})
	}
}

// deriveOpening works back from the first balance.
func (s *Statement) deriveOpening() {
	if s.Opening.Known {
		return
	}
	var before lending.Money
	for _, l := range s.Lines {
		before += l.effect()
		if l.HasBalance {
			s.Opening = Figure{l.Balance - before, true, false}
			return
		}
	}
}

// order brings the lines to oldest first. Dates decide; within one day, or when
// they go both ways, the balances do.
func (s *Statement) order() {
	var up, down, jump int
	for i := 1; i < len(s.Lines); i++ {
		switch a, b := s.Lines[i-1].PostDate, s.Lines[i].PostDate; {
		case a < b:
			up++
		case b < a:
			down++
		}
	}
	forward, backward := s.links()
	switch {
	case up == 0 && down > 0:
		s.NewestFirst = true
	case down == 0 && up > 0:
	case forward != backward:
		s.NewestFirst = backward > forward
	default:
		s.NewestFirst = down > up
	}
	if s.NewestFirst {
		slices.Reverse(s.Lines)
		up, down = down, up
	}
	if down == 0 {
		return
	}
	for i := 1; i < len(s.Lines) && jump == 0; i++ {
		if s.Lines[i].PostDate < s.Lines[i-1].PostDate {
			jump = s.Lines[i].No
		}
	}
	if slices.ContainsFunc(s.Lines, func(l Line) bool { return l.HasBalance }) {
		s.warn("The dates go back at line %d; the lines were left in the bank's order, which the balances follow.", jump)
		return
	}
	s.warn("The dates go back at line %d; the lines were sorted by date.", jump)
	slices.SortStableFunc(s.Lines, func(a, b Line) int { return cmp.Compare(a.PostDate, b.PostDate) })
}

// links counts how many neighbours agree when read downwards and upwards.
func (s *Statement) links() (forward, backward int) {
	for i := 1; i < len(s.Lines); i++ {
		a, b := s.Lines[i-1], s.Lines[i]
		if !a.HasBalance || !b.HasBalance {
			continue
		}
		if a.Balance+b.effect() == b.Balance {
			forward++
		}
		if b.Balance+a.effect() == a.Balance {
			backward++
		}
	}
	return forward, backward
}
