package lending

// Outstanding is what a loan owes on a day, by head: what a restructure, a rate
// reset or a reset of the schedule starts from.
type Outstanding struct {
	Loan      string
	On        Date
	Principal Money // due and to come
	Overdue   Money // the part of it that is due
	Interest  Money // normal interest that is due and unpaid
	Penal     Money
	Fees      Money
	Kept      int      // number of the last row that stays
	Ahead     []period // spans of the rows to come
	Current   Money    // instalment of the rows to come
}

// Owed reads from a Book what a loan owes on the Book's day.
func Owed(b *Book, loan string) Outstanding {
	o := Outstanding{Loan: loan, On: b.At.Date}
	for i := range b.Demands {
		d := &b.Demands[i]
		if d.Loan != loan {
			continue
		}
		o.Principal += d.Left(Principal)
		switch {
		case d.Due:
			o.Overdue += d.Left(Principal)
			o.Interest += d.Left(Interest)
			o.Penal += d.Left(Penal)
			o.Fees += d.Left(Fee)
			if d.Type == DemandEMI && d.No < beyondLast {
				o.Kept = max(o.Kept, d.No)
			}
		case d.Type == DemandEMI && d.PeriodStart < d.PeriodEnd:
			o.Ahead = append(o.Ahead, period{start: d.PeriodStart, end: d.PeriodEnd})
			if d.Paid != (Amounts{}) {
				o.Kept = max(o.Kept, d.No)
			}
			if o.Current == 0 {
				o.Current = d.Amount[Principal] + d.Amount[Interest]
			}
		}
	}
	return o
}

// Restructuring is a change of terms because of difficulty (domain 1.11): what the
// unpaid heads become, and the terms of what is left.
type Restructuring struct {
	Terms    Terms  // new rate, count, first due date, moratorium …
	Interest string // of unpaid normal interest: capitalise, add_to_first_emi, waive
	Fees     string // carry_forward (default) or waive
	Penal    string // carry_forward (default) or waive; never capitalised
}

// Restructure makes the rows to agree on: the unpaid principal, with interest if it
// is capitalised, under new terms from the day of what is owed. The fact that
// carries them downgrades a standard account unless a scheme says otherwise: that is
// a [Classification] beside it.
func (o Outstanding) Restructure(r Restructuring) (Reschedule, error) {
	switch {
	case r.Interest != HeadCapitalise && r.Interest != HeadAddToFirst && r.Interest != HeadWaive:
		return Reschedule{}, RefuseField("interest", "restructure.interest", "Unpaid interest is capitalised, added to the first instalment, or waived.")
	case r.Penal == HeadCapitalise || r.Fees == HeadCapitalise:
		return Reschedule{}, RefuseField("penal", "restructure.penal", "Penal charges and fees are carried forward or waived; they are never capitalised.")
	case o.Principal == 0:
		return Reschedule{}, Refuse(Conflict, "restructure.nothing", "This loan owes no principal any more.")
	}
	principal := o.Principal
	if r.Interest == HeadCapitalise {
		principal += o.Interest
	}
	s, err := r.Terms.Schedule(principal, o.On)
	if err != nil {
		return Reschedule{}, err
	}
	out := Reschedule{Loan: o.Loan, Reason: ReasonRestructure, Terms: r.Terms, Rows: o.number(s.Rows), Algorithm: ScheduleAlgorithm,
		Principal: principal, Interest: r.Interest, Fees: r.Fees, Penal: r.Penal}
	return out, nil
}

// number gives rows the numbers after those that stay.
func (o Outstanding) number(rows []ScheduleRow) []ScheduleRow {
	out := make([]ScheduleRow, len(rows))
	for i, row := range rows {
		row.No = o.Kept + i + 1
		out[i] = row
	}
	return out
}

// The options of a rate reset that a borrower is offered (domain 1.12).
const (
	RaiseEMI     = "raise_emi"     // same tenure, another instalment
	ExtendTenure = "extend_tenure" // same instalment, as many rows as it takes
	MixEMI       = "mix"           // a given instalment in between, the tenure follows
)

// RateReset is a new rate and the option chosen.
type RateReset struct {
	Rate   Rate
	Option string
	EMI    Money // of a mix
}

// Reset makes the rows of a rate reset from the day of what is owed on; what is
// overdue stays as it is. Interest of the period that the day cuts is split by days.
// Worked: 3,41,003.54 after four instalments at 14%, to 15.5%: the instalment rises
// from 44,893.56 to 45,140.14, or nine instalments are left instead of eight, the
// last of 2,090.80 (RAT-01).
func (o Outstanding) Reset(current Terms, r RateReset) (Reschedule, error) {
	if r.Rate < 0 || r.Rate > maxRate {
		return Reschedule{}, RefuseField("roi_value", "rate.range", "A rate lies between 0 and 1000 percent a year.")
	}
	balance := o.Principal - o.Overdue
	if balance == 0 || len(o.Ahead) == 0 {
		return Reschedule{}, Refuse(Conflict, "rate_reset.nothing", "This loan has no instalments to come.")
	}
	t := current.Complete()
	old := t
	t.ROIValue, t.FlatROIValue = r.Rate, 0
	spans, emi := o.Ahead, Money(0)
	switch r.Option {
	case RaiseEMI:
	case ExtendTenure:
		emi = o.Current
		spans = t.extended(spans)
	case MixEMI:
		emi = r.EMI
		spans = t.extended(spans)
	default:
		return Reschedule{}, RefuseField("option", "rate_reset.option", "A rate reset raises the instalment, extends the tenure, or mixes both.")
	}
	rows, err := t.remaining(restOf{balance: balance, from: max(o.On, spans[0].start), spans: spans, emi: emi})
	if err != nil {
		return Reschedule{}, err
	}
	if o.On > spans[0].start { // the days before went by the old rate
		before, err := old.accruedOver(balance, spans[0].start, o.On)
		if err != nil {
			return Reschedule{}, err
		}
		rows[0].Interest += before
		rows[0].PeriodStart = spans[0].start
	}
	return Reschedule{Loan: o.Loan, Reason: ReasonRateReset, Terms: t, Rows: o.number(rows), Algorithm: ScheduleAlgorithm, Principal: balance, Interest: HeadCarryForward}, nil
}

// Reset of the rows without a change of terms, from current facts: after something
// back-dated, a tranche, a correction (domain 1.11.3). Rows that are paid stay.
func (o Outstanding) Regenerate(current Terms) (Reschedule, error) {
	t := current.Complete()
	out, err := o.Reset(t, RateReset{Rate: t.Rate(), Option: RaiseEMI})
	out.Reason = ReasonReset
	return out, err
}

// extended adds spans after the last one, as many as a schedule may have.
func (t Terms) extended(spans []period) []period {
	out := append([]period(nil), spans...)
	first := out[0]
	for n := len(out) + 1; n <= maxRows; n++ {
		last := out[len(out)-1]
		end := last.end.AddDays(t.days())
		if months := t.months(); months > 0 {
			a := anchorAt(first.end, max(first.end.Day(), t.CycleDay, spans[len(spans)-1].end.Day()))
			end = a.after(months * (n - 1))
		}
		if end > latestDue || end <= last.end {
			break
		}
		out = append(out, period{start: last.end, end: end})
	}
	return out
}
