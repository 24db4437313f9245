package lending

import "slices"

// nextChange offers the days on which something but money, dues and policies happens.
func (r *replayer) nextChange(sooner func(Date)) {
	if r.next.change < len(r.in.changes) {
		sooner(r.in.changes[r.next.change].ValueDate)
	}
	if r.next.waiver < len(r.in.waivers) {
		sooner(r.in.waivers[r.next.waiver].ValueDate)
	}
	if r.next.refund < len(r.in.refunds) {
		sooner(r.in.refunds[r.next.refund].ValueDate)
	}
	if r.next.review < len(r.in.reviews) {
		sooner(r.in.reviews[r.next.review].on)
	}
	if r.next.raised < len(r.in.raised) {
		sooner(r.in.raised[r.next.raised])
	}
}

// changes applies the dated changes of a day and a bank date.
func (r *replayer) changes(day, bank Date) error {
	for ; r.next.change < len(r.in.changes); r.next.change++ {
		f := r.in.changes[r.next.change]
		if f.ValueDate != day || f.bankDate() != bank {
			break
		}
		if f.Kind == FactReschedule {
			r.renewed = append(r.renewed, f)
			continue
		}
		r.accrueAll(day)
		if err := errOr(r.change1(f), r.err); err != nil {
			return err
		}
	}
	return nil
}

// renew starts the rows agreed anew on a day. They were agreed on what was owed after
// the money of the day, so they come after it; what of them is due at once takes what
// is held.
func (r *replayer) renew(day Date) error {
	for _, f := range r.renewed {
		r.accrueAll(day)
		if err := errOr(r.change1(f), r.err); err != nil {
			return err
		}
		if slices.ContainsFunc(f.Reschedule.Rows, func(row ScheduleRow) bool { return row.DueDate == day }) {
			r.applyExcess(day)
		}
	}
	r.renewed = r.renewed[:0]
	return r.err
}

// waivers applies waivers and write-offs of a day, after dues have fallen.
func (r *replayer) waivers(day Date) {
	for ; r.next.waiver < len(r.in.waivers) && r.in.waivers[r.next.waiver].ValueDate == day; r.next.waiver++ {
		if f := r.in.waivers[r.next.waiver]; f.Kind == FactWaiver {
			r.waive(f)
		} else {
			r.writeOff(f)
		}
	}
}

// raisedBy says that a demand arose on a day that money held may pay in advance.
func (r *replayer) raisedBy(day Date) bool {
	arose := false
	for ; r.next.raised < len(r.in.raised) && r.in.raised[r.next.raised] <= day; r.next.raised++ {
		arose = true
	}
	return arose
}

// raiseChange adds the demands that a change will bring, asleep until its day.
func (r *replayer) raiseChange(f *Fact) {
	loan := r.loanByName(f.loan())
	if loan < 0 {
		return
	}
	book := &r.book.Loans[loan]
	switch f.Kind {
	case FactTranche:
		terms := r.termsBefore(loan, f)
		if terms.TrancheEMI == TranchePlanned {
			return // its rows are there from the first day
		}
		if down := terms.downPayment(f.Amount); terms.DownPayment > 0 {
			r.book.Demands = append(r.book.Demands, Demand{Key: book.Loan + "/down/" + f.Key, Type: DemandEMI, Loan: book.Loan, LoanIndex: book.Index, No: beyondLast + 1, Name: "Down payment",
				PeriodStart: f.ValueDate, PeriodEnd: f.ValueDate, DueDate: f.ValueDate, Amount: Amounts{Principal: down}})
		}
	case FactReschedule:
		r.raiseRows(f, book)
	}
}

// plannedRows are the rows of a loan whose instalments are planned on all draws up
// to the moment, from the first on.
func (r *replayer) plannedRows(f *Fact) ([]ScheduleRow, bool) {
	if f.Disbursal.Terms.TrancheEMI != TranchePlanned {
		return nil, false
	}
	draws := []Draw{{f.ValueDate, f.Amount}}
	for _, change := range r.in.changes {
		if change.Kind == FactTranche && change.Tranche.Loan == f.Disbursal.Loan {
			draws = append(draws, Draw{change.ValueDate, change.Amount})
		}
	}
	if len(draws) == 1 {
		return nil, false
	}
	s, err := f.Disbursal.Terms.ScheduleOf(draws)
	r.err = errOr(r.err, err)
	for i := range s.Rows {
		s.Rows[i].No = i + 1
	}
	return s.Rows, err == nil
}

// termsOf are the terms that a loan was disbursed under.
func (r *replayer) termsOf(loan int) Terms {
	for _, f := range r.in.disbursals {
		if f.Disbursal.Loan == r.book.Loans[loan].Loan {
			return f.Disbursal.Terms.agreed(f.Disbursal.Rows)
		}
	}
	return Terms{}.agreed(nil)
}

// termsBefore are the terms that a change finds: those of the disbursal, or of the
// last rows that were agreed anew before it.
func (r *replayer) termsBefore(loan int, f *Fact) Terms {
	terms := r.termsOf(loan)
	for _, g := range r.in.changes {
		if g.Kind == FactReschedule && g.Reschedule.Loan == r.book.Loans[loan].Loan && compareFacts(g, f) < 0 {
			terms = g.Reschedule.Terms.agreed(g.Reschedule.Rows)
		}
	}
	return terms
}

// placeDues tells each due from when it may be paid and which row of a course it is.
func (r *replayer) placeDues() {
	r.courses = make([]*course, len(r.book.Loans))
	for _, f := range r.in.disbursals {
		if loan := r.loanByName(f.Disbursal.Loan); loan >= 0 {
			r.courses[loan] = r.loanCourse(f)
		}
	}
	asleep := map[string]*Fact{}
	for _, f := range r.in.charges {
		asleep[f.Charge.Fee] = f
	}
	for _, f := range r.in.changes {
		r.wake(f, asleep)
	}
	simple := len(asleep) == 0
	for i := range r.dues {
		d := &r.dues[i]
		if d.Type == DemandFee || !simple {
			d.raisedBy, d.raisedOn = asleep[d.Key], 0
			if d.raisedBy != nil {
				d.raisedOn = d.raisedBy.ValueDate
				d.superseded = d.raisedBy.Kind == FactReschedule // until they start
			}
		}
		if c := r.courseOf(d); c != nil && d.Type == DemandEMI && d.raisedOn == 0 {
			d.course = slices.IndexFunc(c.rows, func(s stretch) bool { return s.no == d.No && s.end == d.PeriodEnd })
		}
	}
}

// courseOf is the course of a due's loan; nil where nothing moves its rows.
func (r *replayer) courseOf(d *due) *course {
	if d.loan < len(r.courses) {
		return r.courses[d.loan]
	}
	return nil
}

// wake notes the day from which the demands of a change may be paid.
func (r *replayer) wake(f *Fact, asleep map[string]*Fact) {
	switch f.Kind {
	case FactTranche:
		asleep[f.Tranche.Loan+"/down/"+f.Key] = f
		if r.in.advance {
			r.in.raised = append(r.in.raised, f.ValueDate)
			slices.Sort(r.in.raised)
		}
	case FactReschedule:
		for i := range f.Reschedule.Rows {
			asleep[newRowKey(f, f.Reschedule.Rows[i].No)] = f
		}
	}
}

// joinInstalments lets charges fall due with the instalment in whose period their
// date lies; charges after the last instalment of their loan (one of the account: of all
// loans) fall due together, on the day of the latest (vectors/README.md).
func (r *replayer) joinInstalments() {
	anew, latest := r.rowsAgreedAnew(), map[string]Date{}
	for i := range r.book.Demands {
		if d := &r.book.Demands[i]; d.Type == DemandFee {
			latest[d.Loan] = max(latest[d.Loan], r.chargedFor(d))
		}
	}
	for i := range r.book.Demands {
		d := &r.book.Demands[i]
		if d.Type != DemandFee {
			continue
		}
		raisedOn := r.chargeOf(d.Key).ValueDate
		there := func(row *Demand) bool {
			return row.Type == DemandEMI && row.Name == "" && anew[row.Key] <= raisedOn && (d.Loan == "" || d.Loan == row.Loan)
		}
		var lastEnd Date
		for j := range r.book.Demands {
			if row := &r.book.Demands[j]; there(row) {
				lastEnd = max(lastEnd, row.PeriodEnd)
			}
		}
		d.DueDate = r.chargedFor(d)
		if d.DueDate > lastEnd {
			d.DueDate, d.No, d.PeriodStart, d.PeriodEnd = latest[d.Loan], beyondLast, lastEnd, latest[d.Loan]
			continue
		}
		if row := r.periodOf(d, there); row != nil {
			d.DueDate, d.No = row.DueDate, row.No
		}
	}
}

// rowsAgreedAnew are the days from which rows agreed anew are there: a charge made
// before joins none of them.
func (r *replayer) rowsAgreedAnew() map[string]Date {
	anew := map[string]Date{}
	for _, f := range r.in.changes {
		if f.Kind == FactReschedule {
			for i := range f.Reschedule.Rows {
				anew[newRowKey(f, f.Reschedule.Rows[i].No)] = f.ValueDate
			}
		}
	}
	return anew
}

// chargeOf is the fact that made a fee.
func (r *replayer) chargeOf(fee string) *Fact {
	i := slices.IndexFunc(r.in.charges, func(f *Fact) bool { return f.Charge.Fee == fee })
	return r.in.charges[i]
}

// chargedFor is the date of a charge: the one it names, but not before it was made.
func (r *replayer) chargedFor(d *Demand) Date {
	f := r.chargeOf(d.Key)
	return max(f.Charge.DueDate, f.ValueDate)
}

// beyondLast is the row number of charges after the last instalment.
const beyondLast = maxRows + 1

// periodOf is the instalment in whose period a charge lies: after its start and up
// to its end, the first one with its start; of several loans the one due first.
func (r *replayer) periodOf(fee *Demand, there func(*Demand) bool) *Demand {
	var found *Demand
	for i := range r.book.Demands {
		d := &r.book.Demands[i]
		if !there(d) || d.PeriodStart >= d.PeriodEnd {
			continue
		}
		if fee.DueDate <= d.PeriodEnd && (found == nil || d.PeriodEnd < found.PeriodEnd || d.PeriodEnd == found.PeriodEnd && compareDemands(d, found) < 0) {
			found = d
		}
	}
	return found
}

// asReceipt is an adjustment in the form in which receipts settle.
func (f *Fact) asReceipt() *Fact {
	copied := *f
	receipt := f.Adjustment.Receipt
	copied.Receipt = &receipt
	return &copied
}
