package lending

// RateStatement is what a borrower of a floating-rate loan is told each quarter
// (domain 1.12 [S9]): what was recovered so far, the instalment, how many are left, and
// the annual rate of the whole loan.
type RateStatement struct {
	Loan      string
	On        Date
	Principal Money // recovered so far
	Interest  Money
	EMI       Money // of the next instalment
	Left      int   // instalments to come
	Rate      Rate  // in force
}

// RateStatementOf reads it from a Book; terms are those that the loan was disbursed
// under. Worked: after four of twelve instalments of 44,893.56 on 5,00,000 at 14%, a
// reset to 15.5% leaves eight of 45,140.14.
func RateStatementOf(b *Book, loan string, terms Terms) (RateStatement, error) {
	s := RateStatement{Loan: loan, On: b.At.Date, Rate: terms.Rate()}
	found := false
	for i := range b.Loans {
		if l := &b.Loans[i]; l.Loan == loan {
			found = true
			for _, v := range l.Versions {
				s.Rate = v.Terms.Rate()
			}
		}
	}
	if !found {
		return s, Refuse(NotFound, "loan.unknown", "There is no such loan.")
	}
	for i := range b.Demands {
		d := &b.Demands[i]
		if d.Loan != loan || d.Type != DemandEMI {
			continue
		}
		s.Principal += d.Paid[Principal]
		s.Interest += d.Paid[Interest]
		if !d.Due && d.PeriodStart < d.PeriodEnd && d.Unpaid() > 0 {
			if s.Left++; s.EMI == 0 {
				s.EMI = d.Amount[Principal] + d.Amount[Interest]
			}
		}
	}
	return s, nil
}
