package lending

import "fmt"

// finish draws the Book up from the state at its moment.
func (r *replayer) finish() {
	b := r.book
	for i := range b.Receipts {
		b.Excess += b.Receipts[i].Remaining
		b.Summary.Refunded += b.Receipts[i].Refunded
	}
	r.dropSuperseded()
	r.warnOfTDS()
	b.Oldest = r.oldest
	s := &b.Summary
	for i := range b.Loans {
		s.LoanAmount += b.Loans[i].Principal
		s.DisbursalAmount += b.Loans[i].NetDisbursed
	}
	r.countCapitalised()
	for _, f := range r.in.disbursals {
		s.BrokenPeriodInterest += f.Disbursal.BPIToCollect
	}
	s.PayoutAmount = s.DisbursalAmount
	for i := range b.Demands {
		s.add(&b.Demands[i], b.At.Date)
	}
	r.moveUncapitalised()
	for i := range b.WriteOffs {
		s.PrincipalWrittenOff += b.WriteOffs[i].Principal
	}
	s.TotalPaid = s.PrincipalPaid + s.InterestPaid + s.OverduePaid + s.PenalPaid + s.FeePaid
	s.TotalOutstanding = s.PrincipalOutstanding + s.InterestOutstanding + s.OverdueOutstanding + s.PenalOutstanding + s.FeeOutstanding
	s.ExcessPayment = b.Excess
	s.DPD, s.PeakDPD, s.AssetCategory = r.dpd, r.peak, r.category
	if n := len(b.Timeline); n > 0 {
		s.AssetCategoryDate = b.Timeline[n-1].Date
	}
}

// add counts one demand into the figures (domain 12.1).
func (s *Summary) add(d *Demand, asOf Date) {
	s.PrincipalPaid += d.Paid[Principal]
	s.PrincipalOutstanding += d.Left(Principal)
	s.InterestPaid += d.Paid[Interest]
	s.InterestOutstanding += d.Left(Interest)
	if d.Type == DemandEMI && d.PeriodEnd <= asOf {
		s.InterestDue += d.Left(Interest)
	}
	s.OverduePaid += d.Paid[OverdueInterest]
	s.OverdueOutstanding += d.Left(OverdueInterest)
	s.PenalPaid += d.Paid[Penal]
	s.PenalOutstanding += d.Left(Penal)
	s.TotalFees += d.Amount[Fee]
	s.FeePaid += d.Paid[Fee]
	s.FeeOutstanding += d.Left(Fee)
	s.PrincipalWaived += d.Waived[Principal]
	s.InterestWaived += d.Waived[Interest]
	s.OverdueWaived += d.Waived[OverdueInterest]
	s.PenalWaived += d.Waived[Penal]
	s.FeeWaived += d.Waived[Fee]
	if d.Due {
		for c := range d.Amount {
			s.DueNow += d.Left(Component(c))
		}
	}
}

// Left is what is unpaid of a component and was not waived.
func (d *Demand) Left(c Component) Money { return d.Amount[c] - d.Paid[c] - d.Waived[c] }

// dropSuperseded leaves out demands of versions that gave way and of which nothing
// was paid, and instructions that came to nothing.
func (r *replayer) dropSuperseded() {
	if len(r.book.Loans) > 0 && len(r.in.changes) == 0 && r.in.prepayments == 0 {
		return
	}
	kept := r.book.Demands[:0]
	for i := range r.book.Demands {
		d := &r.book.Demands[i]
		dead := r.dues[i].superseded || d.Name == prepaymentName || r.dues[i].raisedOn > r.at.Date
		if !dead || d.Paid != (Amounts{}) || d.Waived != (Amounts{}) {
			kept = append(kept, *d)
		}
	}
	r.book.Demands = kept
}

// countCapitalised adds up interest that became principal by the moment; rows
// tell it of moratoria, reschedules told it already.
func (r *replayer) countCapitalised() {
	for i := range r.book.Loans {
		loan := &r.book.Loans[i]
		loan.Capitalised += loan.CapitalisedBy(r.at.Date)
		r.book.Summary.Capitalised += loan.Capitalised
	}
}

// moveUncapitalised counts what a moratorium will capitalise later as interest to
// come, which it is until then.
func (r *replayer) moveUncapitalised() {
	for i := range r.book.Loans {
		later := r.book.Loans[i].Uncapitalised(r.at.Date)
		r.book.Summary.PrincipalOutstanding -= later
		r.book.Summary.InterestOutstanding += later
	}
}

// warnOfTDS compares the tax withheld with the interest that each receipt
// settled. It may be short of the cap, or above it by the tolerance; what is
// more is for the checker to decide (domain 3.5.4, SET-09).
func (r *replayer) warnOfTDS() {
	for _, in := range r.in.receipts {
		tds := in.fact.Receipt.TDS
		if tds == 0 {
			continue
		}
		var interest Money
		for _, s := range r.book.Settlements {
			if s.Receipt == in.fact.Key && (s.Component == Interest || s.Component == OverdueInterest) {
				interest += s.Amount
			}
		}
		rate, tolerance := Rate(tdsRate.on(in.fact.ValueDate).Value), Money(tdsTolerance.on(in.fact.ValueDate).Value)
		if over := tds - rate.Of(interest, ToPaisa); over > tolerance {
			r.book.Receipts[in.book].TDSOverCap = over
		}
	}
}

// verify asserts what every Book keeps, whatever the facts (domain 12.2). What
// fails here is our own mistake, and the transaction must not go on.
func (r *replayer) verify() error {
	b, s := r.book, &r.book.Summary
	var settled, received Money
	for i := range b.Settlements {
		if b.Settlements[i].Amount <= 0 {
			return fmt.Errorf("settlement %d is of nothing", i)
		}
		settled += b.Settlements[i].Amount
	}
	for i := range b.Receipts {
		x := &b.Receipts[i]
		if x.Settled < 0 || x.Remaining < 0 || x.Source == "" && !x.Waiting && !x.Reversed && x.Settled+x.Remaining+x.Refunded != x.Amount {
			return fmt.Errorf("receipt %s of %s settles %s and leaves %s", x.Receipt, x.Amount, x.Settled, x.Remaining)
		}
		received += x.Settled + x.Remaining
	}
	for i := range b.Demands {
		d := &b.Demands[i]
		for c := range d.Amount {
			if d.Paid[c] < 0 || d.Waived[c] < 0 || d.Paid[c]+d.Waived[c] > d.Amount[c] {
				return fmt.Errorf("demand %s: %s of %s %s are paid", d.Key, d.Paid[c], d.Amount[c], Component(c))
			}
		}
	}
	switch {
	case settled != s.TotalPaid, received != s.TotalPaid+s.ExcessPayment:
		return fmt.Errorf("received %s, settled %s, paid %s, excess %s do not agree", received, settled, s.TotalPaid, s.ExcessPayment)
	case s.PrincipalPaid+s.PrincipalOutstanding+s.PrincipalWaived != s.LoanAmount+s.Capitalised:
		return fmt.Errorf("principal paid %s, outstanding %s and waived %s are not the %s that was lent and the %s capitalised", s.PrincipalPaid, s.PrincipalOutstanding, s.PrincipalWaived, s.LoanAmount, s.Capitalised)
	case s.InterestDue > s.InterestOutstanding, s.TotalFees != s.FeePaid+s.FeeOutstanding+s.FeeWaived, s.PeakDPD < s.DPD:
		return fmt.Errorf("the summary contradicts itself: %+v", *s)
	}
	return nil
}
