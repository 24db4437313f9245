package lending

import "fmt"

// draft is a schedule while its rows are made.
type draft struct {
	terms     Terms // complete
	calendar  calendar
	principal Money
	emi       Money
	begun     Money         // interest of the first row that ran before the draft's day
	gone      int           // instalments before the rows
	lentOn    Date          // the disbursal, where days since it decide the rate
	kept      []ScheduleRow // rows whose instalments stay, where they are not level
	derived   bool          // rows that follow from money: they refuse nothing that new terms would
	rounding  Rounding      // of the instalment: the terms', or to the paisa where that rounds to nothing
	rows      []ScheduleRow

	down     Money         // paid on the day of the disbursal
	lent     Money         // before a moratorium capitalised interest
	deferred Money         // interest of a moratorium that the instalments collect
	rested   []ScheduleRow // rows of the moratorium
}

// make is the whole of a schedule: moratorium, rows, fees.
func (d *draft) make() error {
	if err := d.rest(); err != nil {
		return err
	}
	if err := d.build(); err != nil {
		return err
	}
	d.release()
	for i := range d.rows {
		if row := &d.rows[i]; row.No > 0 && len(d.terms.InstalmentFees) > 0 {
			row.Fee = d.terms.feeOf(row.Principal, row.Interest)
		}
	}
	return nil
}

func (d *draft) build() error {
	switch d.terms.Amortization {
	case Bullet:
		return d.bullet()
	case InterestOnly:
		return d.fixedPrincipal(func(int) Money { return 0 })
	case EqualPrincipal:
		each, _ := d.terms.PrincipalRounding.quotient(wide{0, uint64(d.principal)}, uint64(d.terms.EMICount))
		return d.fixedPrincipal(func(int) Money { return each })
	case Structured:
		return d.structured()
	}
	if d.terms.InterestMethod == Flat {
		return d.flat()
	}
	if d.terms.uneven() {
		return d.unevenInstalments()
	}
	return d.equalInstalments()
}

// add appends a row and answers the balance after it.
func (d *draft) add(p period, opening, principal, interest Money) Money {
	due := p.end
	if d.terms.InterestPayment == PaidAtMaturity {
		due = d.calendar.periods[len(d.calendar.periods)-1].end
	}
	no := 1
	if n := len(d.rows); n > 0 {
		no = d.rows[n-1].No + 1
	}
	d.rows = append(d.rows, ScheduleRow{No: no, PeriodStart: p.start, PeriodEnd: p.end, DueDate: due, Days: p.end.Sub(p.start),
		Opening: opening, Principal: principal, Interest: interest, Closing: opening - principal})
	return opening - principal
}

// interest is what a row costs on an amount: exact, rounded once.
func (d *draft) interest(amount Money, p period) (Money, error) {
	s := p.share()
	exact, fits := interestOf(amount, d.terms.Rate(), s)
	if len(d.terms.RateSlabs) > 0 {
		exact, fits = d.terms.slabInterest(amount, d.lentOn, p.start, p.end)
	}
	interest, ok := d.terms.InterestRounding.quotient(exact, interestScale*s.over)
	if !fits || !ok {
		return 0, tooLarge()
	}
	if d.begun > 0 && p.start == d.calendar.disbursed {
		interest += d.begun
	}
	return interest, nil
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
	growth, err := d.growth()
	if err != nil {
		return 0, err
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
	if d.principal < Money(len(growth)) {
		return 0, nil // less than a paisa a row: the last one pays it all
	}
	return 0, RefuseField("emi_count", "terms.emi_count", "The loan is too small for so many instalments.")
}

// growth is what each row's balance grows by, for solving an instalment.
func (d *draft) growth() ([]uint64, error) {
	growth := make([]uint64, len(d.calendar.periods))
	for i, p := range d.calendar.periods {
		s := share{p.level, 1}
		if d.terms.EMIBasis == EMISolve {
			s = p.share()
		}
		w := multiply(uint64(d.terms.Rate()), s.parts)
		whole, _, ok := w.over(s.over)
		if growth[i] = whole; s.over == 1 {
			growth[i], ok = growthOf(d.terms.Rate(), s.parts)
		}
		if !ok {
			return nil, tooLarge()
		}
	}
	return growth, nil
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
		if i < len(d.kept) {
			d.emi = d.kept[i].Instalment() - d.kept[i].Earlier
		}
		interest, err := d.interest(balance, p)
		if err != nil {
			return 0, err
		}
		// An instalment must pay more than the interest, or the debt never ends
		// (domain 1.4.4). A last row that absorbs pays everything anyway.
		if !d.derived && (d.emi < interest || d.emi == interest && i == 0 && d.emi > 0) {
			return 0, negativeAmortisation(d.emi, interest)
		}
		principal := min(max(d.emi-interest, 0), balance)
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
// instalment that is more than one instalment away (domain 1.4.4), but for rows that
// follow from money.
func (d *draft) finish(left Money) error {
	last := d.rows[len(d.rows)-1]
	if left > 0 {
		d.add(period{start: last.PeriodEnd, end: last.PeriodEnd}, left, left, 0)
		last = d.rows[len(d.rows)-1]
	}
	if !d.derived && d.emi > 0 && last.Instalment()-d.emi > d.emi {
		return RefuseField("emi_amount", "terms.last_instalment", fmt.Sprintf("The last instalment would be %s, far from the others of %s: choose other terms.", last.Instalment(), d.emi))
	}
	return nil
}

func negativeAmortisation(emi, interest Money) *Error {
	return RefuseField("emi_amount", "terms.negative_amortisation", fmt.Sprintf("An instalment of %s does not pay more than the interest of %s.", emi, interest))
}
