package lending

import "fmt"

// period is the span that the interest of one row is for.
type period struct {
	start, end Date
	parts      uint64 // of a year, that the row's interest is computed on; see yearParts
	over       uint64 // what parts are still to be divided by; 0 is 1
	level      uint64 // parts of a full period, that a formula instalment is computed on
	full       uint64 // parts of the row as a whole, where the loan was outstanding for a part of it; 0: by its dates
}

// share is the part of a year that the interest of the row is computed on.
func (p period) share() share { return share{p.parts, max(p.over, 1)} }

// calendar is where the periods of a loan lie.
type calendar struct {
	disbursed  Date
	cycleStart Date     // one period before the first due date; regular interest begins here
	rest       []period // of the moratorium
	periods    []period
}

// broken says that interest runs before the cycle starts.
func (c calendar) broken() bool { return c.disbursed < c.cycleStart }

// anchor is the day of the month that due dates keep: months are counted from
// a seed and clipped to their end, never chained, so that 31 comes back after
// February (domain 1.4.5).
type anchor struct {
	year, month int // of the seed
	day         int // 1-31
}

func anchorAt(seed Date, day int) anchor {
	year, month, _ := seed.civil()
	return anchor{year, month, day}
}

// after is the anchor day n months after the seed's month.
func (a anchor) after(n int) Date { return clipped(a.year, a.month+n, a.day) }

// calendarFor lays out the periods of complete terms.
func (t Terms) calendarFor(disbursed Date) (calendar, error) {
	t = t.forGap(disbursed)
	c := calendar{disbursed: t.interestFrom(disbursed)}
	if t.explicitDates() {
		return t.explicitCalendar(c)
	}
	due, err := t.dueDates(disbursed)
	if err != nil {
		return c, err
	}
	c.cycleStart = due(0)
	c.periods = make([]period, t.holiday()+t.EMICount)
	level := t.periodParts()
	for i := range c.periods {
		start, end := c.cycleStart, due(i+1)
		if i > 0 {
			start = c.periods[i-1].end
		}
		last := i == len(c.periods)-1 && t.TermLength > 0
		if last {
			end = t.lastDue(due(0))
		}
		if end > latestDue {
			return c, RefuseField("emi_count", "terms.too_long", "This schedule reaches beyond "+latestDue.String()+".")
		}
		if end <= start {
			return c, RefuseField("term_length", "terms.term_length", "The term ends before the instalment before its last one.")
		}
		parts := level
		if level == 0 || t.InterestBasis != BasisPeriod {
			parts = t.fullParts(start, end)
		}
		if last && level > 0 && t.InterestBasis == BasisPeriod {
			parts = t.lastParts(len(c.periods))
		}
		c.periods[i] = period{start: start, end: end, parts: parts, level: level}
		if level == 0 {
			c.periods[i].level = parts
		}
	}
	if err := t.startAtDisbursal(&c); err != nil {
		return c, err
	}
	c.rest, c.periods = c.periods[:t.holiday()], c.periods[t.holiday():]
	return c, nil
}

// startAtDisbursal fits the first period to the day on which the money went out.
func (t Terms) startAtDisbursal(c *calendar) error {
	first, disbursed := &c.periods[0], c.disbursed
	if first.end <= disbursed {
		return RefuseField("first_due_date", "terms.first_due_date", "The first due date "+first.end.String()+" is not after the disbursal.")
	}
	if t.months() > 0 && disbursed.AddMonths(t.months()) == first.end {
		// A month that ends early is a whole one: 31 January to 29 February.
		c.cycleStart, first.start, first.parts = disbursed, disbursed, t.fullParts(disbursed, first.end)
	}
	// Interest runs from the disbursal only, never for a whole period when the
	// loan was outstanding for a part of it (domain 1.5.3).
	if disbursed > c.cycleStart || t.BPIMode == BPINone && c.broken() {
		part := share{t.countParts(disbursed, first.end, disbursed, first.end), 1}
		if t.PartMonth == PartByDays && disbursed > first.start {
			part = t.rowParts(*first, disbursed, first.end)
		}
		c.cycleStart, first.start, first.parts, first.over = disbursed, disbursed, part.parts, part.over
	}
	return nil
}

// lastDue is the end of a term of so many units of the frequency.
func (t Terms) lastDue(start Date) Date {
	one := t
	one.EMIEvery = 1
	if months := one.months(); months > 0 {
		return start.AddMonths(months * t.TermLength)
	}
	return start.AddDays(one.days() * t.TermLength)
}

// lastParts is the last row of a term that is not a whole number of periods, when
// the rate is divided by the periods of a year.
func (t *Terms) lastParts(rows int) uint64 {
	units := max(t.TermLength-(rows-1)*t.EMIEvery, 0)
	return t.periodParts() / uint64(t.EMIEvery) * uint64(units)
}

// dueDates finds the cycle: due(0) is its start, due(n) the n-th due date.
func (t Terms) dueDates(disbursed Date) (due func(int) Date, err error) {
	months, days := t.months(), t.days()
	if months == 0 {
		start := disbursed
		if !t.FirstDueDate.IsZero() {
			start = t.FirstDueDate.AddDays(-days)
		}
		return func(n int) Date { return start.AddDays(n * days) }, nil
	}
	a := anchorAt(disbursed, disbursed.Day())
	switch {
	case !t.FirstDueDate.IsZero() && t.CycleDay > 0:
		a = anchorAt(t.FirstDueDate, t.CycleDay)
		if a.after(0) != t.FirstDueDate {
			return nil, RefuseField("cycle_day", "terms.cycle_day", fmt.Sprintf("The first due date %s is not on cycle day %d.", t.FirstDueDate, t.CycleDay))
		}
		return func(n int) Date { return a.after((n - 1) * months) }, nil
	case !t.FirstDueDate.IsZero():
		a = anchorAt(t.FirstDueDate, t.FirstDueDate.Day())
		return func(n int) Date { return a.after((n - 1) * months) }, nil
	case t.FirstDueDate.IsZero() && t.CycleDay > 0:
		return t.cycleDates(disbursed), nil
	}
	return func(n int) Date { return a.after(n * months) }, nil
}

// cycleDates starts the cycle on the first cycle day from the disbursal on. With
// no broken period to collect, the first instalment falls on the next cycle day.
func (t Terms) cycleDates(disbursed Date) func(int) Date {
	months, a := t.months(), anchorAt(disbursed, t.CycleDay)
	if t.BPIMode == BPINone {
		ahead := 0
		if a.after(0) <= disbursed {
			ahead = 1
		}
		return func(n int) Date { return a.after(ahead + (n-1)*months) }
	}
	ahead := 0
	if a.after(0) < disbursed {
		ahead = 1
	}
	return func(n int) Date { return a.after(ahead + n*months) }
}

// explicitCalendar takes the dates of a structured schedule as they are.
func (t Terms) explicitCalendar(c calendar) (calendar, error) {
	c.cycleStart = c.disbursed
	start := c.disbursed
	for _, row := range t.Rows {
		if row.DueDate <= start {
			return c, RefuseField("schedule", "terms.first_due_date", "The first due date "+row.DueDate.String()+" is not after the disbursal.")
		}
		parts := t.countParts(start, row.DueDate, start, row.DueDate)
		c.periods = append(c.periods, period{start: start, end: row.DueDate, parts: parts, level: parts})
		start = row.DueDate
	}
	return c, nil
}

// periodParts is a full period when the rate is divided by the periods of a
// year; 0 for periods of days, which always go by the day count.
func (t *Terms) periodParts() uint64 {
	switch {
	case t.months() > 0:
		return uint64(t.months()) * (yearParts / 12)
	case t.EMIFrequency == Weekly:
		return uint64(t.EMIEvery) * (yearParts / 52)
	case t.EMIFrequency == Fortnightly:
		return uint64(t.EMIEvery) * (yearParts / 26)
	}
	return 0
}

// fullParts is what a whole period of the cycle is of a year.
func (t *Terms) fullParts(start, end Date) uint64 {
	if t.InterestBasis == BasisPeriod {
		if parts := t.periodParts(); parts > 0 {
			return parts
		}
	}
	if t.DaysInMonth == 30 {
		days := 30 * t.months()
		if days == 0 {
			days = t.days()
		}
		year := t.DaysInYear
		if year == Actual {
			year = 365
			if leap := start.Year(); firstOf(leap+1, 1)-firstOf(leap, 1) == 366 {
				year = 366
			}
		}
		return uint64(days) * (yearParts / uint64(year))
	}
	return t.countParts(start, end, start, end)
}
