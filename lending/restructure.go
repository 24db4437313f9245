package lending

import "slices"

// Outstanding is what a loan owes on a day, by head: what a restructure, a rate
// reset or a reset of the schedule starts from.
type Outstanding struct {
	Loan      string
	On        Date
	Principal Money // due and to come
	Overdue   Money // the part of it that is due
	Interest  Money // normal interest that is due and unpaid
	Accrued   Money // normal interest that has run and is not due yet
	Penal     Money
	Fees      Money
	Kept      int           // number of the last row that stays
	Ahead     []ScheduleRow // the rows to come, as planned
	Gone      int           // instalments of the version in force that came before them
	Current   Money         // instalment of the rows to come
}

// Owed reads from a Book what a loan owes on the Book's day.
func Owed(b *Book, loan string) Outstanding {
	o := Outstanding{Loan: loan, On: b.At.Date}
	at := slices.IndexFunc(b.Loans, func(l LoanBook) bool { return l.Loan == loan })
	if at < 0 {
		return o
	}
	inForce := b.Loans[at].RowsInForce()
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
			o.Ahead = append(o.Ahead, d.planned(inForce))
			if d.Paid != (Amounts{}) {
				o.Kept = max(o.Kept, d.No)
			}
			if o.Current == 0 {
				o.Current = d.Amount[Principal] + d.Amount[Interest]
			}
			if d.PeriodEnd <= o.On { // booked, payable at maturity
				o.Accrued += d.Left(Interest)
			}
		}
	}
	o.Principal -= b.Loans[at].Uncapitalised(o.On)
	// What is beyond all bounds, replaying would have refused.
	accrued, _ := b.accruedOf(&b.Loans[at])
	if o.Accrued += max(accrued, 0); len(o.Ahead) > 0 {
		o.Gone = b.Loans[at].instalmentsBefore(o.Ahead[0].No)
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
	case o.Principal <= 0:
		return Reschedule{}, Refuse(Conflict, "restructure.nothing", "This loan owes no principal any more.")
	}
	principal := o.Principal
	if r.Interest == HeadCapitalise {
		principal += o.Interest + o.Accrued
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
	if balance <= 0 || len(o.Ahead) == 0 {
		return Reschedule{}, Refuse(Conflict, "rate_reset.nothing", "This loan has no instalments to come.")
	}
	t := current.Complete()
	if len(t.RateSlabs) > 0 {
		return Reschedule{}, Refuse(Conflict, "rate_reset.slabs", "The rate of this loan changes with its days as agreed, and is not reset.")
	}
	rest := restOf{balance: balance, from: max(o.On, o.Ahead[0].PeriodStart), ahead: o.Ahead, gone: o.Gone, before: t.Rate()}
	t.ROIValue, t.FlatROIValue = r.Rate, 0
	switch r.Option {
	case RaiseEMI:
	case ExtendTenure:
		rest.keeps, rest.ahead = true, t.extended(o.Ahead)
	case MixEMI:
		rest.emi, rest.ahead = r.EMI, t.extended(o.Ahead)
	default:
		return Reschedule{}, RefuseField("option", "rate_reset.option", "A rate reset raises the instalment, extends the tenure, or mixes both.")
	}
	rest.begun = o.begun()
	rows, err := t.remaining(rest)
	if err != nil {
		return Reschedule{}, err
	}
	rows[0].PeriodStart = o.Ahead[0].PeriodStart // the days before went by the old rate
	rows[0].Days = rows[0].PeriodEnd.Sub(rows[0].PeriodStart)
	if !o.Ahead[0].silent() {
		for i := range min(len(rows), len(o.Ahead)) {
			rows[i].addEarlier(o.Ahead[i].Earlier)
		}
	}
	return Reschedule{Loan: o.Loan, Reason: ReasonRateReset, Terms: t, Rows: o.number(rows), Algorithm: ScheduleAlgorithm, Principal: balance, Interest: HeadCarryForward}, nil
}

// begun is interest of the running row; what later rows collect stays with them,
// unless a moratorium still gathers it.
func (o Outstanding) begun() Money {
	begun := o.Accrued
	for i := range o.Ahead {
		if !o.Ahead[0].silent() {
			begun -= o.Ahead[i].Earlier
		}
	}
	return max(begun, 0)
}

// Reset of the rows without a change of terms, from current facts: after something
// back-dated, a tranche, a correction (domain 1.11.3). Rows that are paid stay.
func (o Outstanding) Regenerate(current Terms) (Reschedule, error) {
	t := current.Complete()
	out, err := o.Reset(t, RateReset{Rate: t.Rate(), Option: RaiseEMI})
	out.Reason = ReasonReset
	return out, err
}

// extended adds rows after the last one, as many as a schedule may have.
func (t Terms) extended(rows []ScheduleRow) []ScheduleRow {
	out := slices.Clone(rows)
	first := out[0].PeriodEnd
	for n := len(out) + 1; n <= maxRows; n++ {
		last := out[len(out)-1].PeriodEnd
		end := last.AddDays(t.days())
		if months := t.months(); months > 0 {
			a := anchorAt(first, max(first.Day(), t.CycleDay, rows[len(rows)-1].PeriodEnd.Day()))
			end = a.after(months * (n - 1))
		}
		if end > latestDue || end <= last {
			break
		}
		out = append(out, ScheduleRow{PeriodStart: last, PeriodEnd: end, DueDate: end})
	}
	return out
}
