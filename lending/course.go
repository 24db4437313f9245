package lending

import (
	"cmp"
	"slices"
)

// A course is a schedule while money moves on it: further draws (domain 1.8),
// changed rates (1.12), interest holidays, and, where interest follows the actual
// balance, payments (recalculation.go). It starts as the rows that were agreed on
// and derives the version that follows from what happened since; it is never stored.
//
// Each row has an instalment. Interest of the row comes first, principal is the
// rest of the instalment, and the last unpaid row takes what is left.
type course struct {
	terms  Terms
	rows   []stretch
	draws  []movement
	repaid []movement // principal that left the balance, by the day on which it counts
	rates  []rateFrom
	pauses []pause
	today  Date   // principal that is overdue counts as outstanding until this day
	past   Date   // rows that ended by then take no difference any more
	until  Date   // interest runs up to this day; 0: on and on
	days   []Date // memory for cuts
	whole  bool   // the next settling starts at the first row: those before are not as reckoned
}

// stretch is one row of a course.
type stretch struct {
	period
	no        int
	planned   Money // principal of a row that has no level instalment
	fixed     bool  // planned counts
	emi       Money
	solved    Money // instalment as it was solved, before the last row's adjustment
	paidP     Money
	paidI     Money
	principal Money
	interest  Money
	over      Money // interest that found no place in the instalment: the next row takes it

	earlier     Money // interest that ran before the row, or before the course, as agreed
	broken      bool  // it is that of a broken period, which the row's days include
	silent      bool  // a row of a moratorium in which nothing falls due
	capitalised Money // interest that joins the principal at the end of a silent row, as agreed
}

type movement struct {
	on     Date
	amount Money
}

type rateFrom struct {
	from Date
	rate Rate
}

// pause is a span of days on which no interest runs.
type pause struct{ from, to Date }

// newCourse starts a course from agreed rows: those of row 0 (down payment,
// advance instalment) are no part of it.
func newCourse(t Terms, rows []ScheduleRow, disbursed Date) *course {
	c := &course{terms: t.agreed(rows), whole: true, rows: make([]stretch, 0, len(rows))}
	level := !c.fixedShape()
	lent := Money(0)
	for _, row := range rows {
		if row.No <= 0 && row.PeriodStart == row.PeriodEnd {
			continue
		}
		if lent == 0 {
			lent = row.Opening
		}
		s := stretch{no: row.No, planned: row.Principal, emi: row.Instalment(), solved: row.Instalment(), principal: row.Principal, interest: row.Interest}
		s.period = period{start: row.PeriodStart, end: row.PeriodEnd}
		s.earlier, s.silent, s.capitalised = row.Earlier, row.silent() && c.terms.Moratorium != nil && c.terms.defers(), row.Capitalised
		s.fixed = !level || row.Principal == 0 && row.Interest > 0 || s.silent
		c.rows = append(c.rows, s)
	}
	c.fitRows(disbursed)
	if n := len(c.rows); n > 1 && level && !c.rows[n-1].fixed && !c.rows[n-2].fixed && len(c.terms.Steps) == 0 {
		c.rows[n-1].solved = c.rows[n-2].solved - c.rows[n-2].beside() + c.rows[n-1].beside() // the last one absorbed the difference
	}
	c.lend(disbursed, lent)
	c.rates = c.terms.RateSlabs.from(c.terms.interestFrom(disbursed))
	return c
}

// lend starts the balance of a course: what is lent on its first day, and what its
// moratorium capitalises.
func (c *course) lend(on Date, amount Money) {
	c.draws = []movement{{on, amount}}
	for i := range c.rows {
		if row := &c.rows[i]; row.capitalised > 0 {
			c.draws = insertMovement(c.draws, movement{row.end, row.capitalised})
		}
	}
}

// resting says that a day lies before the end of a row whose interest a moratorium
// defers or capitalises, or in a broken period that is spread over the rows: what later
// rows collect of that was agreed as a sum with them.
func (c *course) resting(day Date) bool {
	spread := c.terms.BPIMode == BPISpread && len(c.rows) > 0 && day < c.rows[0].start && c.rows[0].earlier > 0
	return spread || slices.ContainsFunc(c.rows, func(row stretch) bool { return row.silent && day < row.end })
}

// fitRows finds out what part of a year each row is. The first one may start
// before the loan does: it is whole, and the loan is outstanding for a part of it.
func (c *course) fitRows(disbursed Date) {
	t := &c.terms
	calendar, err := t.calendarFor(disbursed)
	periods := slices.Concat(calendar.rest, calendar.periods)
	for i := range c.rows {
		row := &c.rows[i]
		row.level = t.fullParts(row.start, row.end)
		if row.no == 0 { // an instalment zero is as long as the broken period
			row.full = t.countParts(row.start, row.end, row.start, row.end)
		}
		at, found := slices.BinarySearchFunc(periods, row.end, func(p period, end Date) int { return cmp.Compare(p.end, end) })
		if err != nil || !found {
			continue
		}
		p := periods[at]
		if p.over <= 1 && p.start == row.start {
			row.full = p.parts
		}
		if row.start < p.start && row.silent {
			row.start = p.start // what falls due of it is the broken period alone
		} else if row.start < p.start { // it collects the broken period
			row.broken = true
			row.full = t.countParts(row.start, p.start, row.start, p.start) + p.parts
		}
		if p.over > 1 {
			row.start = row.end.AddDays(-int(p.over))
			row.full = t.fullParts(row.start, row.end)
		}
	}
}

// insertMovement keeps movements in the order of their days.
func insertMovement(list []movement, m movement) []movement {
	i, _ := slices.BinarySearchFunc(list, m.on+1, func(x movement, day Date) int { return cmp.Compare(x.on, day) })
	return slices.Insert(list, i, m)
}

// drawnBy is what was lent up to a day, that day included.
func (c *course) drawnBy(day Date) Money {
	var sum Money
	for _, m := range c.draws {
		if m.on <= day {
			sum += m.amount
		}
	}
	return sum
}

// rateOn is the yearly rate of the night that follows a day.
func (c *course) rateOn(day Date) Rate {
	rate := c.terms.Rate()
	for _, r := range c.rates {
		if r.from <= day {
			rate = r.rate
		}
	}
	return rate
}

func (c *course) paused(day Date) bool {
	return slices.ContainsFunc(c.pauses, func(p pause) bool { return p.from <= day && day < p.to })
}

// rowOf is the row that a day falls in: after its start and up to its end, the
// first row with its start. -1 after the last row.
func (c *course) rowOf(day Date) int {
	for i := range c.rows {
		if day <= c.rows[i].end {
			return i
		}
	}
	return -1
}

// beside is interest that the row collects beside what its days cost.
func (s *stretch) beside() Money {
	if s.broken {
		return 0
	}
	return s.earlier
}

// paidOff says that the whole instalment of a row is paid.
func (s *stretch) paidOff() bool { return s.emi == s.paidP+s.paidI }

// clone copies a course, so that a question can be asked of it.
func (c *course) clone() *course {
	copied := *c
	copied.rows = slices.Clone(c.rows)
	copied.draws, copied.repaid = slices.Clone(c.draws), slices.Clone(c.repaid)
	copied.days = nil
	copied.rates, copied.pauses = slices.Clone(c.rates), slices.Clone(c.pauses)
	return &copied
}
