package lending

import "fmt"

// draft is a schedule while its rows are made.
type draft struct {
	terms     Terms // complete
	calendar  calendar
	principal Money
	emi       Money
	rounding  Rounding // of the instalment: the terms', or to the paisa where that rounds to nothing
	rows      []ScheduleRow
}

func (d *draft) build() error {
	switch d.terms.Amortization {
	case Bullet:
		return d.bullet()
	case InterestOnly:
		return d.fixedPrincipal(func(int) Money { return 0 })
	case EqualPrincipal:
		part := Rounding{1, d.terms.InterestRounding.Mode}
		each, _ := part.quotient(wide{0, uint64(d.principal)}, uint64(d.terms.EMICount))
		return d.fixedPrincipal(func(int) Money { return each })
	case Structured:
		return d.structured()
	}
	if d.terms.InterestMethod == Flat {
		return d.flat()
	}
	return d.equalInstalments()
}

// add appends a row and answers the balance after it.
func (d *draft) add(p period, opening, principal, interest Money) Money {
	due := p.end
	if d.terms.InterestPayment == PaidAtMaturity {
		due = d.calendar.periods[len(d.calendar.periods)-1].end
	}
	d.rows = append(d.rows, ScheduleRow{No: len(d.rows) + 1, PeriodStart: p.start, PeriodEnd: p.end, DueDate: due, Days: p.end.Sub(p.start),
		Opening: opening, Principal: principal, Interest: interest, Closing: opening - principal})
	return opening - principal
}

// interest is what a row costs on an amount: exact, rounded once.
func (d *draft) interest(amount Money, parts uint64) (Money, error) {
	share, fits := interestOn(amount, d.terms.Rate(), parts)
	interest, ok := d.terms.InterestRounding.quotient(share, interestScale)
	if !fits || !ok {
		return 0, tooLarge()
	}
	return interest, nil
}

// bullet is one row from the cycle start to maturity: simple interest, no
// compounding (domain 1.6, BUL-01).
func (d *draft) bullet() error {
	var parts uint64
	for _, p := range d.calendar.periods {
		parts += p.parts
	}
	whole := period{start: d.calendar.periods[0].start, end: d.calendar.periods[len(d.calendar.periods)-1].end}
	if d.terms.InterestBasis == BasisDays {
		parts = d.terms.DayCount.parts(whole.start, whole.end)
	}
	interest, err := d.interest(d.principal, parts)
	d.add(whole, d.principal, d.principal, interest)
	return err
}

// fixedPrincipal makes rows whose principal is known beforehand; the last one
// takes what is left. Flat interest stays on what was lent.
func (d *draft) fixedPrincipal(of func(int) Money) error {
	d.rows = make([]ScheduleRow, 0, len(d.calendar.periods))
	balance := d.principal
	for i, p := range d.calendar.periods {
		base := balance
		if d.terms.InterestMethod == Flat {
			base = d.principal
		}
		interest, err := d.interest(base, p.parts)
		if err != nil {
			return err
		}
		principal := min(of(i), balance)
		if i == len(d.calendar.periods)-1 {
			principal = balance
		}
		if balance = d.add(p, balance, principal, interest); balance == 0 && d.terms.Amortization == EqualPrincipal {
			return nil
		}
	}
	return nil
}

// structured takes the principal rows as they were agreed; they must repay the
// loan exactly (domain 1.6).
func (d *draft) structured() error {
	var sum Money
	for _, row := range d.terms.Rows {
		sum += row.Principal
	}
	if sum != d.principal {
		return RefuseField("schedule", "terms.schedule_sum", fmt.Sprintf("The principal rows add up to %s, the loan is %s.", sum, d.principal))
	}
	return d.fixedPrincipal(func(i int) Money { return d.terms.Rows[i].Principal })
}

// flat divides principal and total interest by the number of instalments; a
// row's interest is its share of the total (domain 1.3, FLT-01).
func (d *draft) flat() error {
	interests := make([]Money, len(d.calendar.periods))
	total, err := d.flatInterest(interests)
	if err != nil {
		return err
	}
	n := len(interests)
	d.emi = d.terms.EMIAmount
	if d.emi == 0 {
		d.emi, _ = d.terms.EMIRounding.quotient(wide{0, uint64(d.principal + total)}, uint64(n))
	}
	d.rows = make([]ScheduleRow, 0, n)
	balance := d.principal
	for i, p := range d.calendar.periods {
		principal := min(d.emi-interests[i], balance)
		if i == n-1 && d.terms.LastInstalment != LastSeparate {
			principal = balance
		}
		if principal < 0 || principal == 0 && i == 0 {
			return negativeAmortisation(d.emi, interests[i])
		}
		balance = d.add(p, balance, principal, interests[i])
	}
	return d.finish(balance)
}

// flatInterest is the total, rounded once, in equal shares with the residue on
// the last. By days, each row costs its own days, rounded.
func (d *draft) flatInterest(interests []Money) (total Money, err error) {
	var parts uint64
	equal := d.terms.InterestBasis == BasisPeriod
	for _, p := range d.calendar.periods {
		parts += p.parts
		equal = equal && p.parts == d.calendar.periods[0].parts
	}
	if total, err = d.interest(d.principal, parts); err != nil || d.principal+total > maxMoney {
		return 0, tooLarge()
	}
	if equal {
		each, _ := d.terms.InterestRounding.quotient(wide{0, uint64(total)}, uint64(len(interests)))
		left := total
		for i := range interests {
			interests[i] = min(each, left)
			left -= interests[i]
		}
		interests[len(interests)-1] += left
		return total, nil
	}
	total = 0
	for i, p := range d.calendar.periods {
		if interests[i], err = d.interest(d.principal, p.parts); err != nil {
			return 0, err
		}
		total += interests[i]
	}
	return total, nil
}

// equalInstalments solves the instalment, makes the rows, and levels them if the
// terms ask for it.
func (d *draft) equalInstalments() error {
	d.emi = d.terms.EMIAmount
	if d.emi == 0 {
		emi, err := d.solve()
		if err != nil {
			return err
		}
		d.emi = emi
	}
	balance, err := d.amortise()
	if err != nil {
		return err
	}
	if d.terms.LastInstalment == LastLevel {
		return d.level()
	}
	return d.finish(balance)
}

// solve is the level instalment before any row is made.
func (d *draft) solve() (Money, error) {
	growth := make([]uint64, len(d.calendar.periods))
	for i, p := range d.calendar.periods {
		parts := p.level
		if d.terms.EMIBasis == EMISolve {
			parts = p.parts
		}
		var ok bool
		if growth[i], ok = growthOf(d.terms.Rate(), parts); !ok {
			return 0, tooLarge()
		}
	}
	// An instalment that its unit rounds to nothing is rounded to the paisa.
	for _, rounding := range []Rounding{d.terms.EMIRounding, {1, d.terms.EMIRounding.Mode}} {
		emi, ok := d.solveOver(growth, rounding)
		if !ok {
			return 0, tooLarge()
		}
		if d.rounding = rounding; emi > 0 {
			return emi, nil
		}
	}
	return 0, RefuseField("emi_count", "terms.emi_count", "The loan is too small for so many instalments.")
}

func (d *draft) solveOver(growth []uint64, rounding Rounding) (Money, bool) {
	if d.terms.Rate() == 0 {
		return rounding.quotient(wide{0, uint64(d.principal)}, uint64(len(growth)))
	}
	return levelInstalment(d.principal, growth, rounding)
}

// amortise makes rows of the instalment and answers what is left after them
// (only where the last row does not absorb it). If the balance ends earlier,
// rows end earlier (domain 1.4.2).
func (d *draft) amortise() (Money, error) {
	d.rows = make([]ScheduleRow, 0, len(d.calendar.periods)+1)
	balance, last := d.principal, len(d.calendar.periods)-1
	for i, p := range d.calendar.periods {
		interest, err := d.interest(balance, p.parts)
		if err != nil {
			return 0, err
		}
		// An instalment must pay more than the interest, or the debt never ends
		// (domain 1.4.4). A last row that absorbs pays everything anyway.
		if d.emi < interest || d.emi == interest && i == 0 {
			return 0, negativeAmortisation(d.emi, interest)
		}
		principal := min(d.emi-interest, balance)
		if i == last && d.terms.LastInstalment != LastSeparate {
			principal = balance
		}
		if balance = d.add(p, balance, principal, interest); balance == 0 {
			break
		}
	}
	return balance, nil
}

// level spreads a remainder above half a paisa a row over all instalments: at
// most three times, kept only if the gap shrinks (vectors/README.md).
func (d *draft) level() error {
	for range 3 {
		n := len(d.calendar.periods)
		gap := d.gap()
		if abs(gap) <= Money(n/2) {
			break
		}
		part, _ := Rounding{1, HalfEven}.quotient(wide{0, uint64(abs(gap))}, uint64(n))
		if gap < 0 {
			part = -part
		}
		before := *d
		d.emi = d.rounding.Round(d.emi + part)
		if _, err := d.amortise(); err != nil || abs(d.gap()) >= abs(gap) || d.gap() == gap {
			*d = before
			break
		}
	}
	return d.finish(0)
}

// gap is how far the last instalment is from the one before; a row that is not
// there at all counts as 0.
func (d *draft) gap() Money {
	if len(d.rows) < len(d.calendar.periods) {
		return -d.emi
	}
	return d.rows[len(d.rows)-1].Instalment() - d.emi
}

func abs(m Money) Money { return max(m, -m) }

// finish puts a separate remainder into a row of its own and refuses a last
// instalment that is more than one instalment away (domain 1.4.4).
func (d *draft) finish(left Money) error {
	last := d.rows[len(d.rows)-1]
	if left > 0 {
		d.add(period{start: last.PeriodEnd, end: last.PeriodEnd}, left, left, 0)
		last = d.rows[len(d.rows)-1]
	}
	if last.Instalment()-d.emi > d.emi {
		return RefuseField("emi_amount", "terms.last_instalment", fmt.Sprintf("The last instalment would be %s, far from the others of %s: choose other terms.", last.Instalment(), d.emi))
	}
	return nil
}

func negativeAmortisation(emi, interest Money) *Error {
	return RefuseField("emi_amount", "terms.negative_amortisation", fmt.Sprintf("An instalment of %s does not pay more than the interest of %s.", emi, interest))
}
