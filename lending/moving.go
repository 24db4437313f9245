package lending

import (
	"fmt"
	"slices"
)

// loanCourse makes the course of a loan, if something can move its rows: interest
// by actual balance, or a tranche, a changed rate or a pause up to the moment.
func (r *replayer) loanCourse(f *Fact) *course {
	d := f.Disbursal
	if d.Terms.TrancheEMI == TranchePlanned {
		return nil
	}
	moving := d.Terms.recalculates()
	for _, change := range slices.Concat(r.in.changes, r.in.agreed) {
		moving = moving || change.loan() == d.Loan && change.moves()
	}
	if !moving {
		return nil
	}
	return newCourse(d.Terms, d.Rows, f.ValueDate)
}

// moves says that a change moves the rows of a loan without agreeing on them, or lets
// the balance move them from then on.
func (f *Fact) moves() bool {
	return f.Kind == FactTranche || f.Kind == FactRateChange || f.Kind == FactPause || f.Kind == FactReschedule && f.Reschedule.Terms.recalculates()
}

// loan is the loan that a change is about.
func (f *Fact) loan() string {
	switch f.Kind {
	case FactDisbursal:
		return f.Disbursal.Loan
	case FactTranche:
		return f.Tranche.Loan
	case FactRateChange:
		return f.RateChange.Loan
	case FactPause:
		return f.Pause.Loan
	case FactReschedule:
		return f.Reschedule.Loan
	case FactWriteOff:
		return f.WriteOff.Loan
	}
	return ""
}

// moves says that payments change the rows of a due's loan.
func (r *replayer) moves(d *due) bool {
	c := r.courseOf(d)
	return c != nil && c.follows()
}

// move tells the course of a loan about a payment. Where interest follows the
// schedule it changes no amount; the course only knows which rows are paid.
func (r *replayer) move(d *due, what Component, amount Money, on Date) {
	c := r.courseOf(d)
	if c == nil {
		return
	}
	row := &c.rows[d.course]
	switch {
	case !r.moves(d) && what == Principal:
		row.paidP += amount
		return
	case !r.moves(d):
		row.paidI += amount
		return
	case what == Principal:
		r.err = errOr(r.err, c.payPrincipal(d.course, on, amount))
	default:
		r.err = errOr(r.err, c.payInterest(d.course, amount))
	}
	r.sync(d.loan)
}

// reach brings the courses up to a day: what is overdue is still unpaid then.
func (r *replayer) reach(day Date) {
	for loan, c := range r.courses {
		if c == nil || !c.follows() {
			continue
		}
		if r.policy.OverdueRate > 0 && c.terms.PastDueInterest != PastDueStops {
			c.terms.PastDueInterest, c.whole = PastDueStops, true // no double charge on one day (domain 3.9.1)
		}
		r.err = errOr(r.err, c.reach(day))
		r.sync(loan)
	}
}

// noteMoving says what has run on the loans whose rows move, for quotes of the day.
func (r *replayer) noteMoving() {
	for loan, c := range r.courses {
		if c == nil || c.resting(r.day) { // nothing has moved them yet
			continue
		}
		today, err := c.runBy(r.day, r.day)
		tomorrow, err2 := c.runBy(r.day+1, r.day)
		r.err = errOr(r.err, errOr(err, err2))
		r.book.Loans[loan].Moving = &Moving{Accrued: today - r.paidBefore(loan, r.day), PerDay: tomorrow - today}
	}
}

// paidBefore is interest of the rows to come that was paid before the course in force
// began: it is theirs, but the course does not know it.
func (r *replayer) paidBefore(loan int, on Date) (sum Money) {
	for i := range r.dues {
		if d := &r.dues[i]; d.loan == loan && d.course >= 0 && d.PeriodEnd > on {
			sum += d.aside[Interest]
		}
	}
	return sum
}

// restart begins the course of a loan anew, with rows that take the place of others from
// a day on. Pauses go on; the rate is that of the rows. What the first row was agreed to
// cost beyond its days from then on ran before them.
func (r *replayer) restart(loan int, terms Terms, rows []ScheduleRow, from Date, balance Money, pauses []pause) {
	r.courses[loan] = nil
	if len(rows) == 0 {
		return
	}
	c := newCourse(terms, rows, from)
	c.lend(from, balance)
	if first := &c.rows[0]; first.start < from && !first.silent {
		cost, err := c.terms.interestFor(balance, c.terms.rowParts(first.period, from, first.end))
		r.err = errOr(r.err, err)
		first.earlier, first.broken = max(first.interest-cost, 0), false
	}
	c.pauses = pauses
	r.courses[loan] = c
}

// follow ties dues to the rows of their loan's course, and brings them in line where
// pauses go on.
func (r *replayer) follow(loan int, dues []int) {
	for i := range r.dues {
		if r.dues[i].loan == loan {
			r.dues[i].course = -1
		}
	}
	c := r.courses[loan]
	if c == nil {
		return
	}
	for _, i := range dues {
		d := &r.dues[i]
		d.course = slices.IndexFunc(c.rows, func(row stretch) bool { return row.no == d.No && row.end == d.PeriodEnd })
	}
	if len(c.pauses) > 0 {
		r.err = errOr(r.err, c.settle())
		r.sync(loan)
	}
}

// sync copies the rows of a course into its demands. A due that asks for more
// than was paid opens again.
func (r *replayer) sync(loan int) {
	c := r.courses[loan]
	for i := range r.dues {
		d := &r.dues[i]
		if d.loan != loan || d.course < 0 || d.superseded {
			continue
		}
		row := &c.rows[d.course]
		d.Amount[Principal] = max(row.principal+d.aside[Principal], d.Paid[Principal]+d.Waived[Principal])
		d.Amount[Interest] = max(row.interest+d.aside[Interest], d.Paid[Interest]+d.Waived[Interest])
		if fee := c.terms.feeOf(row.principal, row.interest); fee > 0 {
			d.Amount[Fee] = max(fee, d.Paid[Fee]+d.Waived[Fee])
		}
		r.reopen(i)
	}
}

// reopen sets whether a due is paid after its amounts changed.
func (r *replayer) reopen(i int) {
	d := &r.dues[i]
	switch unpaid := d.unpaid(); {
	case unpaid > 0 && d.closed:
		d.closed, d.PaidOn = false, 0
		r.open, r.aged = min(r.open, i), min(r.aged, i)
	case unpaid == 0 && !d.closed && (d.Due || d.Paid != (Amounts{}) || d.course >= 0 && r.day > 0):
		d.closed, d.PaidOn = true, r.day
	}
}

// foresee lets rates and pauses that are agreed for later days change the rows to
// come; nothing else happens.
func (r *replayer) foresee() {
	for _, f := range r.in.agreed {
		r.err = errOr(r.err, r.change1(f))
	}
}

// change1 applies one dated change of a loan.
func (r *replayer) change1(f *Fact) error {
	switch f.Kind {
	case FactReschedule:
		return r.reschedule(f)
	case FactClassification:
		r.force(f)
		return nil
	case FactCashback: // of a closed drawing as well
		r.book.Liabilities.Cashback += f.Amount
		return nil
	}
	loan := r.loanByName(f.loan())
	if loan < 0 {
		return r.unknownLoan(f)
	}
	c := r.courses[loan]
	if f.Kind == FactTranche {
		book := &r.book.Loans[loan]
		book.Principal += f.Amount
		book.NetDisbursed += f.Amount - f.Tranche.deducted()
		book.Deductions = append(slices.Clip(book.Deductions), f.Tranche.Deductions...)
	}
	if c == nil {
		return nil // planned, or a change of a loan that has come to its end
	}
	if c.resting(f.ValueDate) {
		return Refuse(Conflict, "loan.deferred_interest", "Interest of a moratorium or a broken period, which later rows collect, was agreed as a sum: until it ends, the rows change by a restructure or a rate reset, not by themselves.")
	}
	var err error
	switch f.Kind {
	case FactTranche:
		if c.firstAfter(f.ValueDate) < 0 {
			return Refuse(Conflict, "loan.tranche_late", "The tranche of "+f.ValueDate.String()+" comes after the last instalment: no row is left to repay it.")
		}
		down := r.termsBefore(loan, f)
		err = c.draw(f.ValueDate, f.Amount-down.downPayment(f.Amount))
	case FactRateChange:
		err = c.changeRate(f.ValueDate, f.RateChange.Rate)
	case FactPause:
		err = c.hold(f.ValueDate, f.Pause.To)
	}
	r.sync(loan)
	terms := c.terms
	terms.ROIValue, terms.FlatROIValue = c.rateOn(f.ValueDate), 0
	r.addVersion(loan, Version{f.ValueDate, reasonOf[f.Kind], f.Key, terms, c.scheduleRows(), ScheduleAlgorithm})
	return err
}

// reasonOf is why a change of a course makes a version. It is never written to.
var reasonOf = map[FactKind]string{FactTranche: ReasonTranche, FactRateChange: ReasonRateChange, FactPause: ReasonPause}

// addVersion adds a version of a schedule; the first one is that of the disbursal.
func (r *replayer) addVersion(loan int, v Version) {
	book := &r.book.Loans[loan]
	if len(book.Versions) == 0 {
		for _, f := range r.in.disbursals {
			if f.Disbursal.Loan == book.Loan {
				book.Versions = []Version{{f.ValueDate, ReasonDisbursal, f.Key, f.Disbursal.Terms, f.Disbursal.Rows, f.Disbursal.Algorithm}}
			}
		}
	}
	book.Versions = append(book.Versions, v)
}

func (r *replayer) unknownLoan(f *Fact) error {
	return fmt.Errorf("fact %q is about loan %q, which is not there", f.Key, f.loan())
}

func (r *replayer) loanByName(name string) int {
	for i := range r.book.Loans {
		if r.book.Loans[i].Loan == name {
			return i
		}
	}
	return -1
}
