package ledger

import (
	"lekha/lending"
)

// due is what of a component is asked for on the due date, less what was settled
// before.
func (b *builder) due(d *lending.Demand, c lending.Component) lending.Money {
	return d.Amount[c] - b.early[d.Key][c]
}

// totals are the entries of demands: interest of periods that ended, instalments
// that fell due, and what has grown on overdue ones.
func (b *builder) totals() {
	grown := map[string][2]lending.Money{}
	for i := range b.book.Demands {
		d := &b.book.Demands[i]
		if d.Type == lending.DemandFee {
			b.grow(grown, d, d.Amount[lending.OverdueInterest], d.Amount[lending.Penal]-b.penal[d.Key])
			continue
		}
		b.grow(grown, d, d.Amount[lending.OverdueInterest], d.Amount[lending.Penal])
		interest, off := b.due(d, lending.Interest), b.off[d.Loan]
		if ends := accrues(d); ends <= b.book.At.Date && (off == 0 || ends <= off) {
			b.post(Accrued+"/"+d.Key, ends, Line{InterestAccrued, d.Loan, interest}, Line{InterestIncome, d.Loan, -interest})
		}
		if !d.Due || off != 0 && d.DueDate > off {
			continue
		}
		principal, fee := b.due(d, lending.Principal), b.due(d, lending.Fee)
		b.post(Demanded+"/"+d.Key, d.DueDate, Line{InterestDue, d.Loan, interest}, Line{InterestAccrued, d.Loan, -interest},
			Line{PrincipalDue, d.Loan, principal}, Line{PrincipalLent, d.Loan, -principal}, Line{FeeDue, d.Loan, fee}, Line{OtherFeeIncome, d.Loan, -fee})
	}
	for loan, g := range grown {
		b.post(Growth+"/"+loan, b.book.At.Date, Line{OverdueDue, loan, g[0]}, Line{OverdueIncome, loan, -g[0]}, Line{PenalDue, loan, g[1]}, Line{PenalIncome, loan, -g[1]})
	}
	for i := range b.book.Loans {
		b.loan(&b.book.Loans[i])
	}
}

func (b *builder) grow(grown map[string][2]lending.Money, d *lending.Demand, overdue, penal lending.Money) {
	g := grown[d.Loan]
	grown[d.Loan] = [2]lending.Money{g[0] + overdue, g[1] + penal}
}

// accrues is the day on which the interest of a demand is earned: the end of its
// period, or its due date when that comes first.
func accrues(d *lending.Demand) lending.Date {
	if d.PeriodEnd == 0 || d.PeriodEnd > d.DueDate {
		return d.DueDate
	}
	return d.PeriodEnd
}

// loan is interest that became principal, and interest kept back that is earned.
func (b *builder) loan(l *lending.LoanBook) {
	capitalised := l.Capitalised
	if l.WrittenOffOn != 0 { // nothing is income of a loan that is in no account any more
		capitalised -= l.CapitalisedBy(b.book.At.Date) - l.CapitalisedBy(l.WrittenOffOn)
	}
	b.post(Capitalised+"/"+l.Loan, b.book.At.Date, Line{PrincipalLent, l.Loan, capitalised}, Line{InterestIncome, l.Loan, -capitalised})
	var upfront lending.Money
	for _, d := range l.Deductions {
		if d.Kind == "upfront_interest" || d.Kind == lending.SubventionInterest {
			upfront += d.Amount
		}
	}
	if upfront == 0 {
		return
	}
	earned := b.earned(l, upfront)
	b.post(Earned+"/"+l.Loan, b.book.At.Date, Line{Unearned, l.Loan, earned}, Line{InterestIncome, l.Loan, -earned})
}

// earned is the part of interest kept back that belongs to the days gone by. When
// the loan is repaid it is all of it but what the borrower gets back.
func (b *builder) earned(l *lending.LoanBook, upfront lending.Money) lending.Money {
	var back lending.Money
	for _, f := range b.facts {
		if f.Kind == lending.FactCashback && f.Cashback.Loan == l.Loan && f.Cashback.Reason == UnearnedInterest {
			back += f.Amount
		}
	}
	open := false
	for i := range b.book.Demands {
		d := &b.book.Demands[i]
		open = open || d.Loan == l.Loan && d.Left(lending.Principal) > 0
	}
	tenor, gone := l.Maturity.Sub(l.DisbursedOn), b.book.At.Date.Sub(l.DisbursedOn)
	if !open || tenor <= 0 || gone >= tenor {
		return upfront - back
	}
	return min(portion(upfront, gone, tenor), upfront-back)
}

// portion is part of over days, rounded half up; days are few enough that the
// product of the remainder stays far inside an int64.
func portion(whole lending.Money, part, over int) lending.Money {
	p, o := lending.Money(part), lending.Money(over)
	return whole/o*p + (2*(whole%o)*p+o)/(2*o)
}

// UnearnedInterest is the reason of a cashback that gives interest kept back again.
const UnearnedInterest = "unearned_interest"
