package lending

import "fmt"

// finish draws the Book up from the state at its moment.
func (r *replayer) finish() {
	b := r.book
	for i := range b.Receipts {
		b.Excess += b.Receipts[i].Remaining
	}
	r.warnOfTDS()
	b.Oldest = r.oldest
	s := &b.Summary
	for i := range b.Loans {
		s.LoanAmount += b.Loans[i].Principal
		s.DisbursalAmount += b.Loans[i].NetDisbursed
	}
	for _, f := range r.in.disbursals {
		s.BrokenPeriodInterest += f.Disbursal.BPIToCollect
	}
	s.PayoutAmount = s.DisbursalAmount
	for i := range b.Demands {
		s.add(&b.Demands[i], b.At.Date)
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
	s.PrincipalOutstanding += d.Amount[Principal] - d.Paid[Principal]
	s.InterestPaid += d.Paid[Interest]
	s.InterestOutstanding += d.Amount[Interest] - d.Paid[Interest]
	if d.Type == DemandEMI && d.PeriodEnd <= asOf {
		s.InterestDue += d.Amount[Interest] - d.Paid[Interest]
	}
	s.OverduePaid += d.Paid[OverdueInterest]
	s.OverdueOutstanding += d.Amount[OverdueInterest] - d.Paid[OverdueInterest]
	s.PenalPaid += d.Paid[Penal]
	s.PenalOutstanding += d.Amount[Penal] - d.Paid[Penal]
	s.TotalFees += d.Amount[Fee]
	s.FeePaid += d.Paid[Fee]
	s.FeeOutstanding += d.Amount[Fee] - d.Paid[Fee]
	if d.Due {
		for c := range d.Amount {
			s.DueNow += d.Amount[c] - d.Paid[c]
		}
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
		if x.Settled < 0 || x.Remaining < 0 || !x.Waiting && !x.Reversed && x.Settled+x.Remaining != x.Amount {
			return fmt.Errorf("receipt %s of %s settles %s and leaves %s", x.Receipt, x.Amount, x.Settled, x.Remaining)
		}
		received += x.Settled + x.Remaining
	}
	for i := range b.Demands {
		d := &b.Demands[i]
		for c := range d.Amount {
			if d.Paid[c] < 0 || d.Paid[c] > d.Amount[c] {
				return fmt.Errorf("demand %s: %s of %s %s are paid", d.Key, d.Paid[c], d.Amount[c], Component(c))
			}
		}
	}
	switch {
	case settled != s.TotalPaid, received != s.TotalPaid+s.ExcessPayment:
		return fmt.Errorf("received %s, settled %s, paid %s, excess %s do not agree", received, settled, s.TotalPaid, s.ExcessPayment)
	case s.PrincipalPaid+s.PrincipalOutstanding != s.LoanAmount:
		return fmt.Errorf("principal paid %s and outstanding %s are not the %s that was lent", s.PrincipalPaid, s.PrincipalOutstanding, s.LoanAmount)
	case s.InterestDue > s.InterestOutstanding, s.TotalFees != s.FeePaid+s.FeeOutstanding, s.PeakDPD < s.DPD:
		return fmt.Errorf("the summary contradicts itself: %+v", *s)
	}
	return nil
}
