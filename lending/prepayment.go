package lending

import "slices"

// Prepayment is the borrower's instruction for money beyond dues: it reduces the
// principal, and the schedule follows (domain 1.9). All dues are settled first,
// then interest accrued to the value date, and the rest is principal.
//
// Worked: 1,00,000 on the fourth due date of 5,00,000 at 14% over 12 leaves
// 2,41,003.54 over 8 instalments of 31,728.43 instead of 44,893.56 (PRE-01). Twelve
// days later 1,569.55 of it would be accrued interest and 98,430.45 principal
// (PRE-03).
type Prepayment struct {
	Effect string `json:"effect"`
	Loan   string `json:"loan,omitempty"` // empty: the oldest loan with principal outstanding
}

// The effects of a prepayment.
const (
	ReduceEMI    = "reduce_emi"    // keep the due dates, solve a lower instalment
	ReduceTenure = "reduce_tenure" // keep the instalment, end earlier
)

// prepaymentName names the demand that a prepayment brings.
const prepaymentName = "Prepayment"

// raisePrepayments adds a demand for each instruction, asleep and of nothing.
func (r *replayer) raisePrepayments() {
	for i := range r.in.receipts {
		f := r.in.receipts[i].fact
		if f.Receipt.Prepayment == nil {
			continue
		}
		for _, loan := range r.book.Loans {
			if name := f.Receipt.Prepayment.Loan; name == "" || name == loan.Loan {
				r.raisePrepayment(loan, loan.Loan+"/prepayment/"+f.Key, f.ValueDate)
			}
		}
	}
	for i := range r.in.reviews {
		for _, loan := range r.book.Loans {
			r.raisePrepayment(loan, r.in.reviews[i].key(loan.Loan, &r.in), r.in.reviews[i].on)
		}
	}
}

func (r *replayer) raisePrepayment(loan LoanBook, key string, on Date) {
	r.book.Demands = append(r.book.Demands, Demand{Key: key, Type: DemandEMI, Loan: loan.Loan, LoanIndex: loan.Index,
		No: beyondLast, Name: prepaymentName, PeriodStart: on, PeriodEnd: on, DueDate: on})
}

// prepay uses what a receipt has left on principal, if it came with the instruction.
func (r *replayer) prepay(p *purse) {
	instruction := p.fact.Receipt.Prepayment
	if instruction == nil || p.fromExcess || p.left == 0 {
		r.payNext(p)
		return
	}
	for _, loan := range r.ranks {
		if p.left == 0 {
			return
		}
		own := slices.IndexFunc(r.dues, func(d due) bool {
			return d.loan == loan && d.Key == r.book.Loans[loan].Loan+"/prepayment/"+p.fact.Key
		})
		if own < 0 {
			continue
		}
		r.prepayLoan(p, loan, own, instruction.Effect)
	}
}

// ahead are the places of the rows of a loan that are not due yet.
func (r *replayer) ahead(loan int, on Date) []int {
	var out []int
	for i := range r.dues {
		if d := &r.dues[i]; d.loan == loan && d.Type == DemandEMI && !d.superseded && d.PeriodEnd > on && d.raisedOn <= on && d.PeriodStart < d.PeriodEnd {
			out = append(out, i)
		}
	}
	return out
}

// prepayLoan settles accrued interest and principal of one loan, and derives the
// rows that remain.
func (r *replayer) prepayLoan(p *purse, loan, own int, effect string) {
	rows := r.ahead(loan, p.on)
	outstanding := -r.book.Loans[loan].Uncapitalised(p.on)
	for _, i := range rows {
		outstanding += r.dues[i].left(Principal)
	}
	if len(rows) == 0 || outstanding <= 0 {
		return
	}
	if c := r.courses[loan]; c != nil && c.follows() {
		r.prepayCourse(p, loan, own, rows, min(outstanding, p.left), effect)
		return
	}
	r.payBooked(p, loan)
	accrued, err := r.accruedBy(loan, p.on)
	if r.err = errOr(r.err, err); err != nil {
		return
	}
	if p.left <= accrued { // not even the interest: the rows stay as they are
		for _, i := range rows {
			r.payUpTo(p, &r.dues[i], Interest, p.left)
		}
		return
	}
	d := &r.dues[own]
	d.Amount[Interest] = accrued
	d.Amount[Principal] = min(p.left-accrued, outstanding)
	d.Due = true
	principal := d.Amount[Principal]
	r.payUpTo(p, d, Interest, p.left)
	r.payUpTo(p, d, Principal, p.left)
	r.deriveRows(loan, rows, outstanding-principal, p, effect)
}

// payBooked pays interest of rows that have ended and are payable at maturity.
func (r *replayer) payBooked(p *purse, loan int) {
	for i := range r.dues {
		if d := &r.dues[i]; d.loan == loan && d.Type == DemandEMI && !d.superseded && d.DueDate > p.on && d.PeriodEnd <= p.on {
			r.payUpTo(p, d, Interest, p.left)
		}
	}
}

// prepayCourse reduces a loan whose interest follows the balance: accrued interest is paid on the
// running row, and the principal leaves the loan like a draw that goes back.
func (r *replayer) prepayCourse(p *purse, loan, own int, rows []int, most Money, effect string) {
	c := r.courses[loan]
	if d := &r.dues[rows[0]]; d.course >= 0 && d.PeriodStart < p.on {
		_, accrued, err := c.payable(d.course, p.on)
		if r.err = errOr(r.err, err); err != nil {
			return
		}
		r.payUpTo(p, d, Interest, max(accrued-d.Paid[Interest]-d.Waived[Interest], 0))
	}
	amount := min(most, p.left)
	d := &r.dues[own]
	d.Amount[Principal], d.Due = amount, true
	r.payUpTo(p, d, Principal, amount)
	emi := c.terms.TrancheEMI
	if c.terms.TrancheEMI = TrancheKeepTenure; effect == ReduceTenure {
		c.terms.TrancheEMI = TrancheKeepEMI
	}
	r.err = errOr(r.err, c.draw(p.on, -amount))
	c.terms.TrancheEMI = emi
	r.sync(loan)
	r.addVersion(loan, Version{p.on, ReasonPrepayment, p.fact.Key, c.terms, c.scheduleRows(), ScheduleAlgorithm})
}

// termsInForce are the terms of the last version of a loan, at the rate of the day.
func (r *replayer) termsInForce(loan int) Terms {
	terms := r.book.Loans[loan].TermsInForce()
	if c := r.courses[loan]; c != nil {
		terms.ROIValue, terms.FlatROIValue = c.rateOn(r.day), 0
	}
	return terms
}

// deriveRows puts a balance on the rows ahead: the version of the schedule that
// follows from the money. Interest that was paid on them before its time and has not
// run yet stays theirs. Where something else moves the rows, it goes on with these.
func (r *replayer) deriveRows(loan int, rows []int, balance Money, p *purse, effect string) {
	terms, ahead := r.termsInForce(loan), r.planned(loan, rows)
	rest := restOf{balance: balance, from: p.on, ahead: ahead, gone: r.book.Loans[loan].instalmentsBefore(r.dues[rows[0]].No), keeps: effect == ReduceTenure, derived: true}
	remaining, err := terms.remaining(rest)
	if err != nil {
		r.err = errOr(r.err, err)
		return
	}
	if r.courses[loan] != nil && len(remaining) == 0 { // more may be drawn
		remaining = slices.Clone(ahead)
		for n := range remaining {
			remaining[n] = ScheduleRow{PeriodStart: ahead[n].PeriodStart, PeriodEnd: ahead[n].PeriodEnd, DueDate: ahead[n].DueDate}
		}
	}
	for n, i := range rows {
		d := &r.dues[i]
		var row ScheduleRow
		if n < len(remaining) {
			remaining[n].No = d.No
			row = remaining[n]
		}
		for c := range d.aside {
			d.aside[c] = d.Paid[c] + d.Waived[c]
		}
		d.Amount[Principal] = d.aside[Principal] + row.Principal
		d.Amount[Interest] = d.aside[Interest] + row.Interest
		d.superseded = n >= len(remaining)
		r.reopen(i)
	}
	r.addVersion(loan, Version{p.on, ReasonPrepayment, p.fact.Key, terms, remaining, ScheduleAlgorithm})
	if c := r.courses[loan]; c != nil {
		started := slices.Clone(remaining)
		if len(started) > 0 {
			started[0].PeriodStart = terms.startOf(&ahead[0])
		}
		r.restart(loan, terms, started, p.on, balance, c.pauses)
		r.follow(loan, rows)
	}
}

// planned are the rows of dues as they stand, with what ran before them.
func (r *replayer) planned(loan int, rows []int) []ScheduleRow {
	inForce, out := r.book.Loans[loan].RowsInForce(), make([]ScheduleRow, len(rows))
	for n, i := range rows {
		out[n] = r.dues[i].planned(inForce)
	}
	return out
}

// planned is the row of a demand.
func (d *Demand) planned(inForce []ScheduleRow) ScheduleRow {
	out := ScheduleRow{No: d.No, PeriodStart: d.PeriodStart, PeriodEnd: d.PeriodEnd, DueDate: d.DueDate, Principal: d.Amount[Principal], Interest: d.Amount[Interest]}
	if at := slices.IndexFunc(inForce, func(row ScheduleRow) bool { return row.No == d.No && row.PeriodEnd == d.PeriodEnd }); at >= 0 {
		out.Earlier, out.Capitalised = inForce[at].Earlier, inForce[at].Capitalised
	}
	return out
}
