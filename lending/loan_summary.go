package lending

// SummaryOf is the summary of some loans of the account. Money and days past due
// are those of their own dues; excess and category belong to the account and stay
// with whichever loans are asked for. Dues that belong to no loan are those of
// the loan "".
func (b *Book) SummaryOf(keep func(loan string) bool) Summary {
	s := Summary{ExcessPayment: b.Excess, AssetCategory: b.Summary.AssetCategory, AssetCategoryDate: b.Summary.AssetCategoryDate}
	all := keep("")
	for i := range b.Loans {
		l := &b.Loans[i]
		if !keep(l.Loan) {
			all = false
			continue
		}
		s.LoanAmount += l.Principal
		s.DisbursalAmount += l.NetDisbursed
	}
	if all {
		return b.Summary
	}
	s.PayoutAmount = s.DisbursalAmount
	for i := range b.Demands {
		if d := &b.Demands[i]; keep(d.Loan) {
			s.add(d, b.At.Date)
			s.DPD, s.PeakDPD = max(s.DPD, d.DPD), max(s.PeakDPD, d.PeakDPD)
		}
	}
	s.TotalPaid = s.PrincipalPaid + s.InterestPaid + s.OverduePaid + s.PenalPaid + s.FeePaid
	s.TotalOutstanding = s.PrincipalOutstanding + s.InterestOutstanding + s.OverdueOutstanding + s.PenalOutstanding + s.FeeOutstanding
	return s
}

// Unpaid is what is still owed of a demand, all components together.
func (d *Demand) Unpaid() Money {
	var left Money
	for c := range d.Amount {
		left += d.Left(Component(c))
	}
	return left
}
