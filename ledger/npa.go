package ledger

import "lekha/lending"

// balances are what stands on each role, by loan, from the entries made so far.
func (b *builder) balances() map[string]map[Role]lending.Money {
	sums := map[string]map[Role]lending.Money{}
	for i := range b.out {
		for _, l := range b.out[i].Lines {
			if sums[l.Loan] == nil {
				sums[l.Loan] = map[Role]lending.Money{}
			}
			sums[l.Loan][l.Role] += l.Amount
		}
	}
	return sums
}

// incomeOf are the receivables whose income is held back while a loan does not
// perform. It is never written to.
var incomeOf = []struct{ receivable, income Role }{
	{InterestAccrued, InterestIncome}, {InterestDue, InterestIncome}, {OverdueDue, OverdueIncome}, {PenalDue, PenalIncome},
}

// writeOffs take loans out of the accounts: all that stands as due or lent. It is a
// bad debt, after the provision; income in suspense was never income (domain 9.4).
func (b *builder) writeOffs() {
	at, security := b.balances(), b.policy.Security
	for i := range b.book.WriteOffs {
		w := &b.book.WriteOffs[i]
		stood, category := at[w.Loan], b.categoryAt(w.Date)
		var lines []Line
		var lost, held lending.Money
		for _, role := range []Role{PrincipalLent, PrincipalDue, FeeDue} {
			lost += stood[role]
			lines = append(lines, Line{role, w.Loan, -stood[role]})
		}
		provided := b.provided(stood[PrincipalLent]+stood[PrincipalDue], category, w.Date, &security)
		for _, in := range incomeOf {
			held += stood[in.receivable]
			lines = append(lines, Line{in.receivable, w.Loan, -stood[in.receivable]})
		}
		if !category.NPA() {
			lost, held = lost+held, 0
		} else {
			b.holdBack(w.Loan, stood)
			b.provide(w.Loan, provided)
		}
		b.post(WrittenOff+"/"+w.WriteOff, w.Date, append(lines, Line{InterestSuspense, w.Loan, held}, Line{ProvisionNPA, w.Loan, provided}, Line{BadDebt, w.Loan, lost - provided})...)
	}
}

// suspense keeps the income apart that non-performing loans have not brought in
// cash, and makes their provision. Both are totals to date: what cash realises comes
// back, and an upgrade releases the rest.
func (b *builder) suspense() {
	category := b.book.Summary.AssetCategory // of the borrower, where the account does not stand alone
	if !category.NPA() {
		return
	}
	at, security := b.balances(), b.policy.Security
	for i := range b.book.Loans {
		loan := b.book.Loans[i].Loan
		if b.off[loan] != 0 {
			continue // it left the accounts with its suspense and provision
		}
		b.holdBack(loan, at[loan])
		b.provide(loan, b.provided(at[loan][PrincipalLent]+at[loan][PrincipalDue], category, b.book.At.Date, &security))
	}
}

// holdBack moves the income of what stands on receivables to the suspense.
func (b *builder) holdBack(loan string, stood map[Role]lending.Money) {
	var lines []Line
	var sum lending.Money
	for _, in := range incomeOf {
		sum += stood[in.receivable]
		lines = append(lines, Line{in.income, loan, stood[in.receivable]})
	}
	b.post(NonAccrual+"/"+loan, b.book.At.Date, append(lines, Line{InterestSuspense, loan, -sum})...)
}

func (b *builder) provide(loan string, made lending.Money) {
	b.post(Provided+"/"+loan, b.book.At.Date, Line{ProvisionExpense, loan, made}, Line{ProvisionNPA, loan, -made})
}

// provided is the provision of a non-performing exposure (domain 4.6). Security that
// one loan of the account takes up is not there for the next.
func (b *builder) provided(exposure lending.Money, category lending.Category, on lending.Date, security *lending.Money) lending.Money {
	if !b.policy.Provide || exposure <= 0 || !category.NPA() {
		return 0
	}
	taken := min(*security, exposure)
	*security -= taken
	return lending.Exposure{Outstanding: exposure, Security: taken, Category: category}.ProvisionAt(lending.ProvisionsOn(b.policy.Rates, on))
}

// categoryAt is the category of the last day-end up to a day.
func (b *builder) categoryAt(day lending.Date) lending.Category {
	category := lending.Regular
	for _, c := range b.book.Timeline {
		if c.Date <= day {
			category = c.Category
		}
	}
	return category
}
