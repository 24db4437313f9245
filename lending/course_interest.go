package lending

import "slices"

// exactInterest is interest before it is rounded: share / (interestScale x over).
type exactInterest struct {
	share wide
	over  uint64
}

// flow adds up movements while the days go on. Rows follow one another, so that it
// almost never starts again.
type flow struct {
	list []movement
	next int
	sum  Money
	day  Date
}

// to is the sum up to a day, that day included.
func (f *flow) to(day Date) Money {
	if day < f.day {
		f.next, f.sum = 0, 0
	}
	for f.day = day; f.next < len(f.list) && f.list[f.next].on <= day; f.next++ {
		f.sum += f.list[f.next].amount
	}
	return f.sum
}

// cuts are the days inside a row on which its balance or its rate changes.
func (c *course) cuts(row *stretch, overdue Money, drawn, repaid *flow) []Date {
	days := append(c.days[:0], row.start, row.end)
	add := func(day Date) {
		if day > row.start && day < row.end {
			days = append(days, day)
		}
	}
	for _, f := range [2]*flow{drawn, repaid} {
		f.to(row.start)
		for i := f.next; i < len(f.list) && f.list[i].on < row.end; i++ {
			add(f.list[i].on)
		}
	}
	for _, r := range c.rates {
		add(r.from)
	}
	for _, p := range c.pauses {
		add(p.from)
		add(p.to)
	}
	if overdue != 0 {
		add(c.overdueUntil(row))
	}
	add(c.until)
	if len(days) > 2 {
		slices.Sort(days)
		days = slices.Compact(days)
	}
	c.days = days
	return days
}

// overdueUntil is the day up to which overdue principal counts in a row.
func (c *course) overdueUntil(row *stretch) Date {
	switch {
	case c.terms.PastDueInterest == PastDueStops || !c.follows():
		return row.start
	case c.byRow() && c.today > row.start:
		return max(c.today, row.end)
	}
	return c.today
}

// follows says that payments change the balance; else it is that of the schedule.
func (c *course) follows() bool { return c.terms.recalculates() }

// byRow says that overdue principal counts for whole rows.
func (c *course) byRow() bool {
	return c.terms.InterestRecalculation == RecalculateByRow && c.terms.EarlyInterest == EarlyToDueDate
}

// accrued is the interest of a row on the balance of each of its days. Overdue
// is principal of the rows before that is due and unpaid.
func (c *course) accrued(row *stretch, overdue Money, drawn, repaid *flow) (exactInterest, bool) {
	days := c.cuts(row, overdue, drawn, repaid)
	sum, ok := exactInterest{over: 1}, true
	for i := range days[1:] {
		from, to := days[i], days[i+1]
		if c.until != 0 && from >= c.until || c.paused(from) {
			continue
		}
		balance := drawn.to(from) - repaid.to(from)
		if c.terms.InterestMethod == Flat {
			balance = drawn.to(from)
		} else if from >= c.overdueUntil(row) {
			balance -= overdue
		}
		s := c.terms.rowParts(row.period, from, to)
		if len(days) > 2 || s.over > 1 {
			sum.over = max(sum.over, s.over)
		}
		exact, fits := interestOf(max(balance, 0), c.rateOn(from), s)
		sum.share, fits = plusIf(sum.share, exact, fits)
		ok = ok && fits
	}
	return sum, ok
}

// reckon computes interest and principal of the rows from one on, each from the
// balance that the rows before leave. A row that was paid keeps its instalment;
// interest that finds no place in it goes to the next row.
func (c *course) reckon(first int) error {
	var overdue, carried Money
	for i := range c.rows[:first] {
		row := &c.rows[i]
		carried = row.over
		if overdue += row.principal; c.follows() {
			overdue -= row.paidP
		}
	}
	drawn, repaid := flow{list: c.draws}, flow{list: c.repaid}
	for i := first; i < len(c.rows); i++ {
		row := &c.rows[i]
		if row.end <= c.past { // what was asked for stays
			overdue, carried = overdue+row.principal, row.over
			continue
		}
		exact, ok := c.accrued(row, overdue, &drawn, &repaid)
		interest, ok2 := c.terms.InterestRounding.quotient(exact.share, interestScale*exact.over)
		if !ok || !ok2 {
			return tooLarge()
		}
		if row.silent {
			interest = 0
		}
		interest += carried + row.beside()
		if row.fixed {
			row.emi = row.planned + interest
		}
		room := row.emi
		switch {
		case row.paidP > max(room-interest, 0):
			row.interest = row.paidI
		default:
			row.interest = max(min(interest, room), row.paidI)
		}
		row.principal = max(row.emi-row.interest, row.paidP, 0)
		carried = max(interest-row.interest, 0)
		row.over = carried
		if overdue += row.principal; c.follows() {
			overdue -= row.paidP
		}
	}
	return nil
}

// runBy is the interest that has run by a day and is not due on the day asked about:
// that of the running row, on the balance and at the rate of each of its days, and
// what found no place in the rows before.
func (c *course) runBy(day, asked Date) (Money, error) {
	then := c.clone()
	then.until = max(day, 1)
	if err := then.settle(); err != nil {
		return 0, err
	}
	var sum Money
	for i := range then.rows {
		if row := &then.rows[i]; row.end > asked {
			sum += row.interest - row.paidI
		}
	}
	return sum, nil
}

// settle reckons and lets the last unpaid row take what is left, so that the
// principal of the rows is what was lent.
func (c *course) settle() error { return c.settleFrom(0) }

// settleFrom settles where nothing has changed for the rows before one since they
// were settled: what a row asks for follows from the rows before it alone, so that
// they need not be reckoned again.
func (c *course) settleFrom(first int) error {
	if c.whole {
		first = 0
	}
	c.whole = false
	for range len(c.rows) + 2 {
		if err := c.reckon(first); err != nil {
			return err
		}
		if first = c.adjustLast(); first < 0 {
			c.close()
			return nil
		}
	}
	c.whole = true // no end was found
	if err := c.reckon(0); err != nil {
		return err
	}
	c.close()
	return nil
}

// close puts what rows were paid beyond their instalments, and what is drawn after
// all of them are paid, on the last rows that can take it.
func (c *course) close() {
	gap := c.drawnBy(latestDue)
	for i := range c.rows {
		gap -= c.rows[i].principal
	}
	for i := len(c.rows) - 1; i >= 0 && gap != 0; i-- {
		row := &c.rows[i]
		part := max(gap, row.paidP-row.principal)
		row.principal += part
		gap -= part
		c.whole = true
	}
}

// adjustLast changes the instalment of the last unpaid row by the difference, and
// says which row is the first that it changed; -1 when there is none.
func (c *course) adjustLast() int {
	lent := c.drawnBy(latestDue)
	gap := lent
	var paid Money
	for i := range c.rows {
		gap -= c.rows[i].principal
		paid += c.rows[i].paidP
	}
	changed := -1
	for i := range c.rows {
		// No row asks for more principal than is left of all.
		row := &c.rows[i]
		if left, excess := lent-paid, row.principal-row.paidP; excess > left && left >= 0 && !row.fixed {
			emi := max(row.emi-(excess-left), row.paidP+row.paidI)
			if emi != row.emi {
				gap += row.emi - emi
				row.emi = emi
				if changed < 0 {
					changed = i
				}
			}
		}
	}
	if gap == 0 {
		return changed
	}
	last := c.lastUnpaid()
	if last < 0 && gap > 0 {
		last = len(c.rows) - 1 // all instalments are paid and something is left
	}
	if last < 0 {
		return changed
	}
	row := &c.rows[last]
	if row.fixed {
		row.planned = max(row.planned+gap, row.paidP)
		return earlier(changed, last)
	}
	before := row.emi
	if row.emi = max(row.emi+gap, row.paidP+row.paidI); row.emi == before {
		return changed
	}
	return earlier(changed, last)
}

// earlier is the first of two rows; -1 is none.
func earlier(a, b int) int {
	if a < 0 || b < 0 {
		return max(a, b)
	}
	return min(a, b)
}

// lastUnpaid is the last row whose instalment is not paid and that is not past; -1 if
// there is none.
func (c *course) lastUnpaid() int {
	for i := len(c.rows) - 1; i >= 0; i-- {
		row := &c.rows[i]
		if row.end <= c.past {
			break
		}
		if !row.fixed && !row.paidOff() || row.fixed && (row.principal > row.paidP || row.emi > row.paidP+row.paidI) {
			return i
		}
	}
	return -1
}
