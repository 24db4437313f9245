package lending

// running is a loan between two due dates: what it takes to say which interest has
// run although nothing asks for it yet. That is the interest of the running row, of a
// broken period that later instalments collect, and of a moratorium that defers or
// will capitalise it.
//
// Worked: 6,00,000 at 12% with three months of moratorium, collected in the first
// instalment. On the 45th day 6,000.00 of the first month and 14 of 28 days of the
// second, 2,761.64, have run: 8,761.64. The first instalment's row holds 18,000.00 of
// three months; 12,000.00 of the second and third are taken off, and 2,761.64 added.
type running struct {
	terms   *Terms // complete
	rows    []ScheduleRow
	balance Money // principal to come, without interest that is yet to be capitalised
	since   Date  // the disbursal, or the last prepayment, which settled interest before it
	paid    Money // interest of rows to come that was paid before its time
	lentOn  Date  // from which interest runs, and slabs of rates count
}

// accrued is that interest up to a day; below zero where more was paid in advance.
func (x running) accrued(on Date) (Money, error) {
	var planned, later Money
	var failed error
	add := func(sum *Money, part Money, err error) {
		*sum += part
		failed = errOr(failed, err)
	}
	first := true
	for i := range x.rows {
		row := &x.rows[i]
		if row.DueDate <= on || row.PeriodEnd <= on || row.PeriodStart == row.PeriodEnd {
			continue
		}
		start := x.terms.startOf(row)
		planned += row.Earlier
		if first && start > on && row.Earlier > 0 { // inside the broken period
			gap, err := x.terms.accruedOver(x.balance, x.since, start)
			add(&later, gap, err)
			part, err := x.terms.accruedOver(x.balance, x.since, on)
			add(&planned, part, err)
		}
		if first = false; row.silent() && !x.terms.compounds() {
			planned += row.Capitalised
			whole, err := x.terms.interestFor(x.balance, x.terms.partFrom(start, row.PeriodEnd, max(start, x.since)))
			add(&later, whole, err)
		}
		if start <= on && x.terms.InterestMethod != Flat { // flat interest is what was agreed
			from := max(start, x.since)
			s := x.terms.rowParts(x.terms.wholeOf(start, row.PeriodEnd), from, on)
			if row.No == 0 { // a broken period goes by its days
				s = share{x.terms.countParts(from, on, from, on), 1}
			}
			part, err := x.terms.interestFor(x.balance, s)
			if len(x.terms.RateSlabs) > 0 {
				part, err = x.ran(from, on)
			}
			add(&planned, part, err)
		}
	}
	return planned - later - x.paid, failed
}

// ran is the interest of the balance from one day to another.
func (x running) ran(from, to Date) (Money, error) {
	if len(x.terms.RateSlabs) == 0 || to <= from {
		return x.terms.accruedOver(x.balance, from, to)
	}
	exact, fits := x.terms.slabInterest(x.balance, x.lentOn, from, to)
	interest, ok := x.terms.InterestRounding.quotient(exact, interestScale)
	if !fits || !ok {
		return 0, tooLarge()
	}
	return interest, nil
}

// lockedIn is interest beyond a day that a loan owes when it is closed on it, because
// it bears interest of a least number of days. Worked: 1,00,000 at 18% closed after 10
// days with a lock-in of 30 owes 493.15 for the ten and 986.30 for the other twenty.
func (x running) lockedIn(on Date) (Money, error) {
	if x.terms.LockInDays == 0 || x.terms.InterestMethod == Flat {
		return 0, nil
	}
	return x.ran(max(on, x.lentOn), x.lentOn.AddDays(x.terms.LockInDays))
}

// silent says that interest runs in a row and nothing falls due of it: the row of a
// moratorium that defers or capitalises.
func (r *ScheduleRow) silent() bool {
	return r.Principal == 0 && r.Interest == r.Earlier && r.PeriodStart < r.PeriodEnd
}

// compounds says that each row of the moratorium is capitalised by itself.
func (t *Terms) compounds() bool {
	return t.Moratorium != nil && t.Moratorium.Kind == CapitaliseMonthly
}

// startOf is where the regular interest of a row starts: after a broken period that
// the row collects.
func (t *Terms) startOf(row *ScheduleRow) Date {
	switch {
	case t.BPIMode != BPIFirstEMI || row.Earlier == 0:
		return row.PeriodStart
	case t.months() > 0:
		return max(row.PeriodStart, row.PeriodEnd.AddMonths(-t.months()))
	}
	return max(row.PeriodStart, row.PeriodEnd.AddDays(-t.days()))
}

// wholeOf is the period that a row is, or is the end of: a loan that is lent inside a month
// is outstanding for a part of its first one.
func (t *Terms) wholeOf(start, end Date) period {
	if months := t.months(); months > 0 && start.AddMonths(months) != end {
		start = min(start, end.AddMonths(-months))
	}
	return period{start: start, end: end}
}

// partFrom is the part of a year from a day inside a row to its end.
func (t *Terms) partFrom(start, end, from Date) share {
	whole := t.fullParts(start, end)
	switch {
	case from <= start:
		return share{whole, 1}
	case t.PartMonth == PartByBond:
		return share{t.countParts(from, end, from, end), 1}
	}
	return t.rowParts(period{start: start, end: end, full: whole}, from, end)
}

// interestFor is the interest of a part of a year, rounded once.
func (t *Terms) interestFor(amount Money, s share) (Money, error) {
	exact, fits := interestOf(amount, t.Rate(), s)
	interest, ok := t.InterestRounding.quotient(exact, interestScale*s.over)
	if !fits || !ok {
		return 0, tooLarge()
	}
	return interest, nil
}

// accruedOver is the interest of a span by the days of the terms.
func (t *Terms) accruedOver(amount Money, from, to Date) (Money, error) {
	if to <= from {
		return 0, nil
	}
	return t.interestFor(amount, share{t.countParts(from, to, from, to), 1})
}

// RowsInForce are the rows of the last version of a loan's schedule.
func (l *LoanBook) RowsInForce() []ScheduleRow {
	if n := len(l.Versions); n > 0 {
		return l.Versions[n-1].Rows
	}
	return l.Rows
}

// TermsInForce are the terms of the last version, complete.
func (l *LoanBook) TermsInForce() Terms {
	if n := len(l.Versions); n > 0 {
		return l.Versions[n-1].Terms.agreed(l.Versions[n-1].Rows)
	}
	if l.Terms == nil {
		return Terms{}.agreed(l.Rows)
	}
	return l.Terms.agreed(l.Rows)
}

// Uncapitalised is interest that becomes principal after a day; until then it is
// interest to come, though later rows ask for it as principal.
func (l *LoanBook) Uncapitalised(on Date) (sum Money) {
	for _, row := range l.RowsInForce() {
		if row.PeriodEnd > on {
			sum += row.Capitalised
		}
	}
	return sum
}

// CapitalisedBy is interest of rows that became principal up to a day, each under
// the version that was in force then.
func (l *LoanBook) CapitalisedBy(on Date) (sum Money) {
	for i := range max(len(l.Versions), 1) {
		rows, from, until := l.Rows, Date(0), on
		if len(l.Versions) > 0 {
			rows = l.Versions[i].Rows
		}
		if i > 0 { // what joined the principal before is with the versions before
			from = l.Versions[i].From
		}
		if i+1 < len(l.Versions) {
			until = min(on, l.Versions[i+1].From)
		}
		for j := range rows {
			if rows[j].PeriodEnd > from && rows[j].PeriodEnd <= until {
				sum += rows[j].Capitalised
			}
		}
	}
	return sum
}

// accruedOf is what has run on a loan by the Book's date and is not due. Where its rows
// move, the replay has said so, because it alone knows the balance of each day.
func (b *Book) accruedOf(l *LoanBook) (Money, error) {
	if l.Moving != nil {
		return l.Moving.Accrued, nil
	}
	return b.runningOf(l, b.At.Date).accrued(b.At.Date)
}

// runningOf reads a loan between two due dates from the demands of a Book, and its
// balance is that of what is not due.
func (b *Book) runningOf(l *LoanBook, on Date) running {
	terms := l.TermsInForce()
	x := running{terms: &terms, rows: l.RowsInForce(), since: l.DisbursedOn, lentOn: terms.interestFrom(l.DisbursedOn), balance: -l.Uncapitalised(on)}
	for i := range b.Demands {
		d := &b.Demands[i]
		switch {
		case d.Loan != l.Loan || d.Type != DemandEMI:
		case d.Name == prepaymentName && d.Paid != (Amounts{}) && d.DueDate <= on:
			x.since = max(x.since, d.DueDate)
		case d.DueDate > on:
			x.balance += d.Left(Principal)
			if d.PeriodEnd > on && len(x.rows) > 0 && d.No >= x.rows[0].No {
				x.paid += d.Paid[Interest] + d.Waived[Interest]
			}
		}
	}
	x.balance = max(x.balance, 0) // what will be capitalised may be paid in advance
	return x
}
