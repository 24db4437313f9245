package lending

import "time"

// BureauDates are the days of a month whose position goes to the credit bureaus:
// the last day of the month before 2025, the 15th and the last from 1 January 2025,
// the 9th, 16th, 23rd and the last from 1 July 2026 (domain 13.1, CIC-01 [S28]).
func BureauDates(year int, month time.Month) []Date {
	last := firstOf(year, int(month)+1) - 1
	switch first := NewDate(year, month, 1); {
	case first >= NewDate(2026, time.July, 1):
		return []Date{NewDate(year, month, 9), NewDate(year, month, 16), NewDate(year, month, 23), last}
	case first >= NewDate(2025, time.January, 1):
		return []Date{NewDate(year, month, 15), last}
	}
	return []Date{last}
}

// BureauDeadline is the last day for the file of a snapshot: seven calendar days.
func BureauDeadline(snapshot Date) Date { return snapshot.AddDays(7) }

// DocumentRelease is what a lender owes for keeping property documents after a loan
// is closed: they are due within 30 days, 30 more if they were lost, and each day of
// delay costs 5,000 (domain 13.4, CLS-01 [S36]). Worked: closed on 1 March 2025,
// released on 10 April: due on the 31st, ten days late, 50,000.
func DocumentRelease(closed, released Date, lost string) (deadline Date, delay int, compensation Money) {
	days := int(documentReleaseDays.on(closed).Value)
	if lost == "yes" {
		days *= 2
	}
	deadline = closed.AddDays(days)
	delay = max(released.Sub(deadline), 0)
	return deadline, delay, Money(delay) * Money(documentDelayCharge.on(closed).Value)
}

// InterestCertificate adds up the interest that was paid in a financial year (by
// value date) and the interest that fell due in it, apart from each other (domain
// 13.5, CRT-01).
func InterestCertificate(b *Book, year string) (paid, due Money) {
	for i := range b.Settlements {
		if s := &b.Settlements[i]; s.Component == Interest && FinancialYear(s.Date) == year {
			paid += s.Amount
		}
	}
	for i := range b.Demands {
		if d := &b.Demands[i]; d.Due && FinancialYear(d.DueDate) == year {
			due += d.Amount[Interest]
		}
	}
	return paid, due
}
