package lending

// payPrincipal takes principal of a row off the balance from a day on. What is
// paid late was outstanding until it was paid; where overdue principal bears no
// normal interest it counts from the due date.
func (c *course) payPrincipal(k int, on Date, amount Money) error {
	row := &c.rows[k]
	row.paidP += amount
	counts := c.countsFrom(row, on)
	c.repaid = insertMovement(c.repaid, movement{counts, amount})
	if total := row.paidP + row.paidI; on < row.start && !row.fixed && (total > row.emi || total == row.solved) {
		row.emi = total // paid as a whole before its time: it asks for no more
	}
	return c.settleFrom(earlier(k, c.rowOf(counts)))
}

// countsFrom is the day from which a payment of principal lowers the balance.
func (c *course) countsFrom(row *stretch, on Date) Date {
	switch {
	case on <= row.end:
		return on
	case c.terms.PastDueInterest == PastDueStops:
		return row.end
	case c.byRow():
		if k := c.rowOf(on); k >= 0 {
			return c.rows[k].end
		}
	}
	return on
}

// payInterest notes interest that was paid on a row. Where the row asked for it, and
// asks for more than that, nothing else follows.
func (c *course) payInterest(k int, amount Money) error {
	row := &c.rows[k]
	row.paidI += amount
	if !c.whole && row.paidI <= row.interest && row.paidP+row.paidI < row.emi {
		return nil
	}
	return c.settleFrom(k)
}

// reach tells the course that it is a later day: what is overdue is still unpaid.
func (c *course) reach(day Date) error {
	if day <= c.today {
		return nil
	}
	first := max(c.rowOf(c.today+1), 0) // what was over by the day before stays
	c.today = day
	return c.settleFrom(first)
}

// payable is what a row that is not due yet would take on a day: interest that has
// accrued until then, and principal up to the instalment.
func (c *course) payable(k int, on Date) (principal, interest Money, err error) {
	asked := c.clone()
	asked.until = max(on, 1)
	if err := asked.settle(); err != nil {
		return 0, 0, err
	}
	row := &asked.rows[k]
	if on <= row.start && !row.fixed {
		asked.fitBeforeStart(row)
	}
	unpaid := asked.drawnBy(latestDue) // no row asks for more than all of them owe
	for i := range asked.rows {
		unpaid -= asked.rows[i].paidP
	}
	return min(row.principal, row.paidP+max(unpaid, 0)), row.interest, nil
}

// fitBeforeStart gives a row that has not begun its solved instalment, or what is
// left of the loan when that is less.
func (c *course) fitBeforeStart(row *stretch) {
	unpaid, left := 0, c.drawnBy(latestDue)
	for i := range c.rows {
		if !c.rows[i].paidOff() {
			unpaid++
		}
		left += c.rows[i].interest - c.rows[i].paidP - c.rows[i].paidI
	}
	switch {
	case unpaid > 1:
		row.emi = min(left+row.paidP+row.paidI, row.solved)
	case unpaid == 1 && row.paidOff():
		row.emi = min(row.solved, left+row.paidP+row.paidI)
	default:
		return
	}
	row.principal = max(row.emi-row.interest, row.paidP, 0)
}
