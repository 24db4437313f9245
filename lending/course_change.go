package lending

// draw lends more on a day. From the row it falls in (the next one if it falls on
// a due date) a new instalment is solved as if the new money had been there for
// the whole row; interest runs on it from its day (domain 1.8, TRN-02).
func (c *course) draw(on Date, amount Money) error {
	first := c.firstAfter(on)
	if c.terms.PartMonth == PartIsWhole && first >= 0 && on < c.rows[first].end {
		on = c.rows[first].start
	}
	c.pass(on)
	if start := c.rows[0].start; amount > 0 && on < start { // of the broken period, which was collected without it
		gap, err := c.terms.accruedOver(amount, on, start)
		if err != nil {
			return err
		}
		c.rows[0].earlier, c.rows[0].emi, c.rows[0].solved = c.rows[0].earlier+gap, c.rows[0].emi+gap, c.rows[0].solved+gap
	}
	c.draws = insertMovement(c.draws, movement{on, amount})
	if err := c.settle(); err != nil || first < 0 {
		return err
	}
	if c.terms.TrancheEMI == TrancheKeepEMI {
		return nil // the last rows have taken it
	}
	if c.fixedShape() {
		return c.spreadPrincipal(first, amount)
	}
	// Solved on the rows as they would be if all were paid on its day.
	ghost := c.clone()
	ghost.forget()
	if err := ghost.settle(); err != nil {
		return err
	}
	if err := ghost.solve(first); err != nil {
		return err
	}
	for i := first; i < len(c.rows); i++ {
		c.rows[i].emi, c.rows[i].solved = ghost.rows[i].emi, ghost.rows[i].solved
	}
	return c.settle()
}

// pass says that rows ended by a day are past: where interest follows the schedule, no
// change from that day on moves what they asked for.
func (c *course) pass(day Date) {
	if !c.follows() {
		c.past = max(c.past, day)
	}
}

// fixedShape says that the rows have planned principal instead of level instalments.
func (c *course) fixedShape() bool {
	return c.terms.Amortization != EqualInstalments
}

// forget leaves out what was paid.
func (c *course) forget() {
	c.repaid, c.today = nil, 0
	for i := range c.rows {
		c.rows[i].paidP, c.rows[i].paidI = 0, 0
	}
}

// firstAfter is the first row that a change on a day concerns: the one the day
// falls in, or the next one when it is the row's due date. The last row keeps
// what comes on its due date.
func (c *course) firstAfter(on Date) int {
	i := c.rowOf(on)
	if i >= 0 && c.rows[i].end == on && i+1 < len(c.rows) {
		return i + 1
	}
	return i
}

// spreadPrincipal adds a draw to planned principal in equal parts.
func (c *course) spreadPrincipal(first int, amount Money) error {
	if amount < 0 {
		return c.settle() // what goes back is taken off the last rows
	}
	n := Money(len(c.rows) - first)
	part, _ := c.terms.PrincipalRounding.quotient(wide{0, uint64(amount)}, uint64(n))
	if c.terms.Amortization == InterestOnly || c.terms.Amortization == Bullet {
		part = 0
	}
	for i := first; i < len(c.rows); i++ {
		add := min(part, amount)
		if i == len(c.rows)-1 {
			add = amount
		}
		c.rows[i].planned += add
		amount -= add
	}
	return c.settle()
}

// changeRate applies a rate from a day on and solves the instalment of the rows
// from there on what is truly outstanding (domain 1.12).
func (c *course) changeRate(from Date, rate Rate) error {
	from -= c.terms.shift()
	c.pass(from)
	c.rates = append(c.rates, rateFrom{from, rate})
	first := c.firstAfter(from)
	if err := c.settle(); err != nil || first < 0 || c.fixedShape() {
		return err
	}
	if err := c.solve(first); err != nil {
		return err
	}
	return c.settle()
}

// hold stops interest from one day to another, both included; instalments stay,
// the last row takes the difference.
func (c *course) hold(from, to Date) error {
	shift := c.terms.shift()
	c.pass(from - shift)
	c.pauses = append(c.pauses, pause{from - shift, to + 1 - shift})
	return c.settle()
}

// growthOver is what the balance of each row from one on grows by.
func (c *course) growthOver(first int) ([]uint64, bool) {
	growth, ok := make([]uint64, 0, len(c.rows)-first), true
	for i := first; i < len(c.rows); i++ {
		row := &c.rows[i]
		days := c.rateCuts(row)
		sum, over := wide{}, uint64(1)
		for j := range days[1:] {
			s := c.terms.rowParts(row.period, days[j], days[j+1])
			over = max(over, s.over)
			exact, fits := multiply(uint64(c.rateOn(days[j])), s.parts), true
			sum, fits = plusIf(sum, exact, fits)
			ok = ok && fits
		}
		whole, _, fits := sum.over(over)
		if over == 1 {
			whole, fits = sum.lo, sum.hi == 0 && sum.lo < 1<<63
		}
		ok = ok && fits
		growth = append(growth, whole)
	}
	return growth, ok
}

func (c *course) rateCuts(row *stretch) []Date {
	days := []Date{row.start}
	for _, r := range c.rates {
		if r.from > row.start && r.from < row.end {
			days = append(days, r.from)
		}
	}
	return append(days, row.end)
}

// solve finds a new level instalment for the rows from one on, and levels it
// where the terms say so.
func (c *course) solve(first int) error {
	for first < len(c.rows)-1 && c.rows[first].fixed { // a moratorium goes on
		first++
	}
	balance := c.drawnBy(c.rows[first].end - 1)
	for i := range first {
		balance -= c.rows[i].principal
	}
	emi, err := c.instalmentFor(balance, first)
	if err != nil {
		return err
	}
	c.putInstalment(first, emi)
	if err := c.settle(); err != nil {
		return err
	}
	if c.terms.LastInstalment == LastLevel {
		return c.level(first)
	}
	return nil
}

// instalmentFor is the level instalment that repays a balance over the rows from
// one on; flat interest is what they cost already.
func (c *course) instalmentFor(balance Money, first int) (Money, error) {
	owed := balance
	for i := first; i < len(c.rows) && c.terms.InterestMethod == Flat; i++ {
		owed += c.rows[i].interest + c.rows[i].over
	}
	growth, ok := c.growthOver(first)
	if !ok {
		return 0, tooLarge()
	}
	for _, rounding := range []Rounding{c.terms.EMIRounding, {1, c.terms.EMIRounding.Mode}} {
		var emi Money
		if c.terms.InterestMethod == Flat || c.terms.Rate() == 0 && len(c.rates) == 0 {
			emi, ok = rounding.quotient(wide{0, uint64(max(owed, 0))}, uint64(len(growth)))
		} else {
			emi, ok = levelInstalment(balance, growth, rounding)
		}
		if !ok {
			return 0, tooLarge()
		}
		if emi > 0 {
			return emi, nil
		}
	}
	return 0, nil
}

// putInstalment gives the rows from one on an instalment, but for rows that were
// paid more already.
func (c *course) putInstalment(first int, emi Money) {
	for i := first; i < len(c.rows); i++ {
		if row := &c.rows[i]; emi+row.beside() >= row.paidP+row.paidI && !row.fixed {
			row.emi, row.solved = emi+row.beside(), emi+row.beside()
		}
	}
}

// level spreads a remainder over the rows from one on (see draft.level).
func (c *course) level(first int) error {
	for range 3 {
		emi, gap := c.gap(first)
		n := c.countable(first, emi)
		if n == 0 || abs(gap) <= Money(n/2) {
			break
		}
		part, _ := Rounding{1, HalfEven}.quotient(wide{0, uint64(abs(gap))}, uint64(n))
		if gap < 0 {
			part = -part
		}
		adjusted := c.terms.EMIRounding.Round(emi + part)
		if adjusted == emi {
			break
		}
		try := c.clone()
		try.putInstalment(first, adjusted)
		if err := try.settle(); err != nil {
			return err
		}
		if _, after := try.gap(first); abs(after) >= abs(gap) {
			break
		}
		c.rows, c.whole = try.rows, try.whole
	}
	return nil
}

// gap is how far the last unpaid instalment is from the one before it.
func (c *course) gap(first int) (emi, gap Money) {
	for i := len(c.rows) - 1; i > first; i-- {
		if !c.rows[i].paidOff() && !c.rows[i-1].paidOff() {
			emi = c.rows[i-1].emi - c.rows[i-1].beside()
			return emi, c.rows[i].emi - c.rows[i].beside() - emi
		}
	}
	return c.rows[first].emi - c.rows[first].beside(), 0
}

// countable is how many rows a levelled instalment would go to.
func (c *course) countable(first int, emi Money) int {
	n := 0
	for i := first; i < len(c.rows); i++ {
		if emi+c.rows[i].beside() >= c.rows[i].paidP+c.rows[i].paidI {
			n++
		}
	}
	return n
}
