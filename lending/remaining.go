package lending

import "slices"

// restOf is what rows that remain are made of: a balance from a day on, over rows as
// they were planned, which keep their instalments or get new ones.
type restOf struct {
	balance Money
	from    Date
	ahead   []ScheduleRow // as planned; rows without amounts may follow
	gone    int           // instalments before them
	keeps   bool          // their instalments, so that the balance may end before them
	emi     Money         // or this one
	begun   Money         // interest of the running row up to the day
	before  Rate          // at which it ran
	derived bool          // follows from money that was accepted, so that it refuses nothing
}

// remaining are the rows for the rest of a loan: what was planned goes on in its shape.
// A moratorium stays one, steps stay steps, a balloon stays the last row's.
//
// Worked: 6,00,000 at 12%, three months of interest alone, then six instalments of
// 1,03,529.02. After 94,000.00 of principal on the first due date the next two rows are
// 5,060.00 of interest, and the instalments 87,309.47.
func (t Terms) remaining(rest restOf) ([]ScheduleRow, error) {
	if rest.balance == 0 || len(rest.ahead) == 0 {
		return nil, nil
	}
	periods := t.periodsOf(rest)
	resting := t.restingRows(rest.ahead)
	t.EMIAmount, t.EMICount, t.LastInstalment = 0, len(periods)-resting, LastAbsorbs
	t.AdvanceInstalments, t.DownPayment = 0, 0
	t.Moratorium = t.moratoriumOver(rest.ahead[:resting])
	if t.Amortization == Structured {
		t.Amortization = EqualPrincipal
	}
	c := calendar{disbursed: rest.from, cycleStart: rest.from, rest: periods[:resting], periods: periods[resting:]}
	d := draft{terms: t, calendar: c, principal: rest.balance, derived: rest.derived, gone: rest.gone, begun: rest.begun, lentOn: rest.ahead[0].PeriodStart}
	d.keep(rest, resting)
	if err := d.rest(); err != nil {
		return nil, err
	}
	if start := t.startOf(&rest.ahead[0]); start > rest.from && rest.ahead[0].Earlier > 0 { // the broken period goes on
		gap, err := t.accruedOver(rest.balance, rest.from, start)
		if err != nil {
			return nil, err
		}
		d.deferred += gap
	}
	if err := d.build(); err != nil {
		return nil, err
	}
	d.release()
	return d.rows, nil
}

// periodsOf are the periods of rows from a day on: the first one for what is left of it.
func (t *Terms) periodsOf(rest restOf) []period {
	periods := make([]period, len(rest.ahead))
	for i := range rest.ahead {
		start, end := t.startOf(&rest.ahead[i]), rest.ahead[i].PeriodEnd
		s := t.partFrom(start, end, rest.from)
		periods[i] = period{start: max(start, rest.from), end: end, parts: s.parts, over: s.over, level: t.fullParts(start, end)}
	}
	if first := &periods[0]; rest.begun > 0 && t.Rate() > 0 { // level over the days at the old rate as well
		start := t.startOf(&rest.ahead[0])
		was, will := uint64(rest.from.Sub(start))*uint64(rest.before), uint64(first.end.Sub(rest.from))*uint64(t.Rate())
		mixed, _, ok := multiply(first.level, was+will).over(uint64(first.end.Sub(start)) * uint64(t.Rate()))
		if ok {
			first.level = mixed
		}
	}
	return periods
}

// restingRows is how many rows come before the instalments: those of a moratorium, an
// instalment zero, interest alone until all is drawn.
func (t *Terms) restingRows(ahead []ScheduleRow) int {
	if t.Amortization != EqualInstalments && t.Amortization != EqualPrincipal || t.InterestMethod == Flat {
		return 0
	}
	n := 0
	for n < len(ahead)-1 && ahead[n].Principal == 0 && (ahead[n].Interest > 0 || t.Moratorium != nil) {
		n++
	}
	return n
}

// moratoriumOver is what is left of a moratorium over the rows of it.
func (t *Terms) moratoriumOver(resting []ScheduleRow) *Moratorium {
	if len(resting) == 0 {
		return nil
	}
	silent := 0
	for silent < len(resting) && resting[silent].silent() {
		silent++
	}
	if silent == len(resting) && t.Moratorium != nil && t.Moratorium.Kind != InterestPaidDuring {
		return &Moratorium{Instalments: len(resting), Kind: t.Moratorium.Kind}
	}
	return &Moratorium{Instalments: len(resting), Kind: InterestPaidDuring, Deferred: silent}
}

// keep gives the draft the instalments that the rows had, where they are to stay.
func (d *draft) keep(rest restOf, resting int) {
	switch ahead := rest.ahead[resting:]; {
	case d.terms.Amortization != EqualInstalments:
	case rest.emi > 0:
		d.terms.EMIAmount = rest.emi
		d.terms.Steps, d.terms.Balloon = nil, 0
	case !rest.keeps:
		if d.terms.Balloon >= d.principal {
			d.terms.Balloon = 0
		}
		return
	default:
		d.terms.EMIAmount = ahead[0].Instalment() - ahead[0].Earlier
		if len(d.terms.Steps) > 0 {
			d.kept = slices.DeleteFunc(slices.Clone(ahead), func(row ScheduleRow) bool { return row.Instalment() == 0 })
		}
		d.terms.Steps, d.terms.Balloon = nil, 0
	}
}
