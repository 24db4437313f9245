package lending

import (
	"slices"
	"strconv"
)

// Reschedule is a schedule agreed anew for what a loan still owes, from the value
// date on: a restructure, a rate reset or a reset of the rows (domain 1.11, 1.12).
// Its rows are frozen like those of a disbursal, numbered after the rows that stay,
// with the terms and the algorithm that made them.
//
// Worked: 2,44,000 outstanding with 6,200 unpaid interest, which is capitalised, at
// 13% over 18 months up to the rupee: new principal 2,50,200, instalment 15,375,
// the last one 15,358.97; 1,180 penal charges and 590 fees are carried forward,
// never capitalised (RST-01).
type Reschedule struct {
	Loan      string        `json:"loan"`
	Reason    string        `json:"reason"`
	Terms     Terms         `json:"terms"`
	Rows      []ScheduleRow `json:"rows"`
	Algorithm int           `json:"algorithm"`
	Principal Money         `json:"principal"` // what the rows repay, capitalised interest included
	Interest  string        `json:"interest"`  // of unpaid normal interest
	Fees      string        `json:"fees,omitempty"`
	Penal     string        `json:"penal,omitempty"`
}

// The reasons for new rows.
const (
	ReasonDisbursal   = "disbursal"
	ReasonTranche     = "tranche"
	ReasonRestructure = "restructure"
	ReasonRateReset   = "rate_reset"
	ReasonReset       = "reset"
	ReasonPrepayment  = "prepayment"
	ReasonRateChange  = "rate_change"
	ReasonPause       = "pause"
)

// What becomes of unpaid heads when rows are agreed anew (domain 1.11.2). Penal
// charges can only be carried forward or waived.
const (
	HeadCapitalise   = "capitalise"
	HeadAddToFirst   = "add_to_first_emi"
	HeadWaive        = "waive"
	HeadCarryForward = "carry_forward"
)

// Version is one version of a loan's schedule with its inputs, so that it can be
// computed again. Only the last one is in force.
type Version struct {
	From      Date
	Reason    string
	Fact      string // key of the fact that brought it
	Terms     Terms
	Rows      []ScheduleRow
	Algorithm int
}

// fault of new rows.
func (s *Reschedule) fault(f *Fact) string {
	if s.Loan == "" || len(s.Rows) == 0 {
		return "it has no loan or no rows"
	}
	var sum Money
	for i := range s.Rows {
		row := &s.Rows[i]
		switch {
		case row.Principal < 0 || row.Interest < 0 || row.Principal > maxMoney || row.Interest > maxMoney || row.Capitalised < 0 || row.Fee < 0:
			return "a row has a negative amount or one beyond all bounds"
		case row.DueDate < f.ValueDate || row.DueDate > latestDue:
			return "a row falls due before the change or beyond the calendar"
		case i > 0 && row.No <= s.Rows[i-1].No:
			return "its rows are not numbered upwards"
		}
		sum += row.Principal - row.Capitalised
	}
	if sum != s.Principal {
		return "its rows do not repay what they are for"
	}
	if err := s.Terms.agreed(s.Rows).Validate(); err != nil {
		return "its terms give no schedule: " + err.Error()
	}
	switch s.Interest {
	case HeadCapitalise, HeadAddToFirst, HeadWaive, HeadCarryForward:
	default:
		return "it does not say what becomes of unpaid interest"
	}
	for _, head := range []string{s.Fees, s.Penal} {
		if head != "" && head != HeadCarryForward && head != HeadWaive {
			return "charges are carried forward or waived, never capitalised"
		}
	}
	return ""
}

func rowKey(loan string, no int) string { return loan + "/" + strconv.Itoa(no) }

// raiseRows adds the demands of new rows. Where an old row of the same number
// gives way, the new one keeps a key of its own.
func (r *replayer) raiseRows(f *Fact, loan *LoanBook) {
	for i := range f.Reschedule.Rows {
		row := &f.Reschedule.Rows[i]
		loan.Maturity = max(loan.Maturity, row.DueDate)
		r.book.Demands = append(r.book.Demands, Demand{Key: newRowKey(f, row.No), Type: DemandEMI, Loan: loan.Loan, LoanIndex: loan.Index, No: row.No,
			PeriodStart: row.PeriodStart, PeriodEnd: row.PeriodEnd, DueDate: row.DueDate})
	}
}

func newRowKey(f *Fact, no int) string { return rowKey(f.Reschedule.Loan, no) + "/" + f.Key }

// reschedule puts new rows in the place of those that are not due and, unless
// interest is carried forward, of what is overdue.
func (r *replayer) reschedule(f *Fact) error {
	s := f.Reschedule
	loan := r.loanByName(s.Loan)
	if loan < 0 {
		return r.unknownLoan(f)
	}
	r.reach(f.ValueDate)
	book := &r.book.Loans[loan]
	accrued, err := r.accruedBy(loan, f.ValueDate)
	if err != nil {
		return err
	}
	moved, addToFirst := -book.Uncapitalised(f.ValueDate), Money(0)
	switch s.Interest {
	case HeadCapitalise:
		moved += accrued
		book.Capitalised += accrued
	case HeadAddToFirst:
		addToFirst = accrued
	}
	for i := range r.dues {
		d := &r.dues[i]
		if d.loan != loan || d.superseded || d.comesAfter(f) {
			continue
		}
		d.course = -1
		overdue := d.DueDate <= f.ValueDate
		if overdue {
			r.accrue(d, f.ValueDate)
		}
		if overdue && s.Interest == HeadCarryForward || d.Type == DemandFee {
			r.treatCharges(d, s, f)
			continue
		}
		moved += d.left(Principal)
		d.Amount[Principal] = d.Paid[Principal] + d.Waived[Principal]
		if overdue {
			switch s.Interest {
			case HeadCapitalise:
				moved += d.left(Interest)
				book.Capitalised += d.left(Interest)
			case HeadAddToFirst:
				addToFirst += d.left(Interest)
			case HeadWaive:
				if part := d.left(Interest); part > 0 {
					r.giveUp(f, d, Interest, part)
				}
			}
		}
		d.Amount[Interest] = d.Paid[Interest] + d.Waived[Interest]
		r.treatCharges(d, s, f)
		d.superseded = d.unpaid() == 0 && !overdue
		r.reopen(i)
	}
	if moved < 0 { // paid in advance of what the old rows would have capitalised: it was, then
		book.Capitalised, moved = book.Capitalised-moved, 0
	}
	r.startRows(f, loan, moved, addToFirst)
	return r.err
}

// accruedBy is normal interest of a loan that has run by a day and is not due.
func (r *replayer) accruedBy(loan int, on Date) (Money, error) {
	var accrued Money
	var err error
	if c := r.courses[loan]; c != nil && !c.resting(on) {
		accrued, err = c.runBy(on, on)
		accrued -= r.paidBefore(loan, on)
	} else {
		accrued, err = r.book.runningOf(&r.book.Loans[loan], on).accrued(on)
	}
	accrued = max(accrued, 0)
	for i := range r.dues {
		if d := &r.dues[i]; d.loan == loan && d.Type == DemandEMI && !d.superseded && d.DueDate > on && d.PeriodEnd <= on {
			accrued += d.left(Interest) // booked, payable at maturity
		}
	}
	return accrued, err
}

// comesAfter says that a due is none of a reschedule's: its own rows, rows of later
// changes, and what later charges and prepayments ask for.
func (d *due) comesAfter(f *Fact) bool {
	switch {
	case d.Name == prepaymentName:
		return d.DueDate > f.ValueDate
	case d.raisedBy == nil:
		return false
	case d.Type == DemandFee:
		return d.raisedOn > f.ValueDate
	}
	return compareFacts(d.raisedBy, f) >= 0
}

// treatCharges waives what the reschedule gives up beside interest.
func (r *replayer) treatCharges(d *due, s *Reschedule, f *Fact) {
	give := func(c Component) {
		if part := d.left(c); part > 0 && d.raisedOn <= f.ValueDate {
			r.giveUp(f, d, c, part)
		}
	}
	if s.Fees == HeadWaive && d.Due {
		give(Fee)
	}
	if s.Penal == HeadWaive {
		give(Penal)
	}
}

// startRows wakes the new rows. They were agreed for a certain principal; where a
// fact behind it changed since, the last rows take the difference.
func (r *replayer) startRows(f *Fact, loan int, moved, addToFirst Money) {
	s := f.Reschedule
	gap := moved - s.Principal
	var fresh []int
	for i := range r.dues {
		if r.dues[i].raisedBy == f {
			r.dues[i].superseded = false
			fresh = append(fresh, i)
		}
	}
	rows := slices.Clone(s.Rows)
	for n := len(fresh) - 1; n >= 0 && n < len(rows); n-- {
		d, row := &r.dues[fresh[n]], &rows[n]
		principal := max(row.Principal+gap, 0)
		gap -= principal - row.Principal
		row.Principal = principal
		d.Amount = Amounts{Principal: principal, Interest: row.Interest, Fee: row.Fee}
		if n == 0 {
			d.Amount[Interest] += addToFirst
		}
		r.reopen(fresh[n])
	}
	r.addVersion(loan, Version{f.ValueDate, s.Reason, f.Key, s.Terms, rows, s.Algorithm})
	if c := r.courses[loan]; c != nil {
		r.restart(loan, s.Terms, rows, f.ValueDate, moved, c.pauses)
		r.follow(loan, fresh)
	}
}
