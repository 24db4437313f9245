package lending

// Overdue interest runs at the contract rate on what is unpaid of an instalment, from its
// due date until it is paid; it never bears interest itself (domain 3.9.1 [S4]). Penal
// charges are in penal.go. Worked: 10,000 unpaid for 76 days at 18% are 374.79; 5,000 paid
// after 46 of them leave 226.85 + 73.97 = 300.82 (SET-01).

// due is a demand while it is replayed, with what grows on it.
type due struct {
	*Demand
	loan      int  // place in Book.Loans
	closed    bool // paid in full; nothing grows on it any more
	accruedTo Date // overdue interest and penal charges are made for the days before
	overdue   wide // overdue interest to date, exact, x interestScale
	penal     penalty
	seen      Amounts // paid, as far as classification knows

	raisedOn   Date    // nobody can pay it before
	raisedBy   *Fact   // the charge or change it came with
	row        int     // number of the instalment it falls due with
	course     int     // its row in the course of the loan; -1: none
	aside      Amounts // paid or waived before the rows of the course that is in force
	superseded bool    // another version of the schedule took its place
}

// left is what is unpaid of a component.
func (d *due) left(c Component) Money { return d.Amount[c] - d.Paid[c] - d.Waived[c] }

// unpaid is what is unpaid of all components.
func (d *due) unpaid() Money {
	var sum Money
	for c := range d.Amount {
		sum += d.Amount[c] - d.Paid[c] - d.Waived[c]
	}
	return sum
}

// fallDue makes a demand due. One of nothing is paid already.
func (r *replayer) fallDue(d *due) {
	d.Due = true
	if d.unpaid() == 0 && !d.closed {
		d.closed, d.PaidOn = true, d.DueDate
	}
}

// accrueAll brings what grows on all open dues up to a day.
func (r *replayer) accrueAll(to Date) {
	for i := r.open; i < r.fallen; i++ {
		r.accrue(&r.dues[i], to)
	}
}

// accrue makes overdue interest and penal charges for the days up to a day, on
// what was unpaid since they were last made (the base only changes when a
// receipt settles, and that brings the due up to date first). Totals are exact
// and rounded once, so that part payments leave no drift (domain 1.2, 3.9).
func (r *replayer) accrue(d *due, to Date) {
	if d.closed || d.accruedTo >= to {
		return
	}
	if len(r.book.WriteOffs) > 0 && d.loan < len(r.book.Loans) {
		if off := r.book.Loans[d.loan].WrittenOffOn; off != 0 {
			to = min(to, off)
		}
		if d.accruedTo >= to {
			return
		}
	}
	from, p := d.accruedTo, &r.policy
	if cut := p.rateEnds(d.DueDate, from); cut != 0 && cut < to { // a rate changes on the way
		r.accrue(d, cut)
		r.accrue(d, to)
		return
	}
	rate := p.overdueOn(from.Sub(d.DueDate) + 1)
	d.accruedTo = to
	unpaid := d.left(Principal) + d.left(Interest)
	if unpaid == 0 {
		return
	}
	base := unpaid
	if p.OverdueBase == BasePrincipal {
		base = d.left(Principal)
	}
	if rate > 0 && base > 0 {
		r.grow(&d.overdue, base, rate, p.DayCount.partsSince(d.DueDate, from, to))
	}
	before := d.Amount
	if !d.overdue.isZero() {
		r.raiseTo(&d.Amount[OverdueInterest], d.overdue)
	}
	if p.Penal.Kind != "" {
		r.penalise(d, unpaid, from, to)
	}
	if r.grew != nil {
		r.grew(d, Accrual{OverdueInterest, from, to, base, rate, d.Amount[OverdueInterest] - before[OverdueInterest]})
		r.grew(d, Accrual{Penal, from, to, unpaid, p.Penal.rateOn(from.Sub(d.DueDate) + 1), d.Amount[Penal] - before[Penal]})
	}
}

// overdueOn is the yearly rate of overdue interest on a day late, the first being 1.
func (p *Policy) overdueOn(day int) Rate {
	if len(p.OverdueSlabs) == 0 {
		return p.OverdueRate
	}
	rate, _ := p.OverdueSlabs.on(day)
	return rate
}

// rateEnds is the day on which the rates that hold from a day on end first, of
// overdue interest and of penal charges; 0 is never.
func (p *Policy) rateEnds(due, from Date) Date {
	var end Date
	for _, slabs := range []RateSlabs{p.OverdueSlabs, p.Penal.RateSlabs} {
		if len(slabs) == 0 {
			continue
		}
		if _, last := slabs.on(from.Sub(due) + 1); last > 0 && (end == 0 || due.AddDays(last) < end) {
			end = due.AddDays(last)
		}
	}
	return end
}

// partsSince is the part of a year from one day to another, counted from the due
// date: with months of 30 days, spans only add up when they have one beginning.
func (c DayCount) partsSince(due, from, to Date) uint64 {
	if c.DaysInMonth != 30 {
		return c.parts(from, to)
	}
	return c.parts(due, to) - c.parts(due, from)
}

// grow adds interest on an amount to an exact total.
func (r *replayer) grow(total *wide, amount Money, rate Rate, parts uint64) {
	share, ok := interestOn(amount, rate, parts)
	sum, ok2 := total.plus(share)
	if *total = sum; !ok || !ok2 {
		r.err = tooLarge()
	}
}

// raiseTo rounds a total to date. What was demanded once is never taken back by
// a rounding that changed.
func (r *replayer) raiseTo(amount *Money, total wide) {
	rounded, ok := r.policy.InterestRounding.quotient(total, interestScale)
	if !ok {
		r.err = tooLarge()
	}
	*amount = max(*amount, rounded)
}

// LastAccrual is the last day for which interest is booked when the books are
// brought up to a day: not beyond a freeze (included), nor the day before maturity.
func LastAccrual(to, freeze, maturity Date) Date {
	last := to
	if freeze != 0 {
		last = min(last, freeze)
	}
	if maturity != 0 {
		last = min(last, maturity-1)
	}
	return last
}
