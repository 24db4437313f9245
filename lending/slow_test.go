package lending

import (
	"cmp"
	"math/big"
	"slices"
)

// slowBook is a second implementation of the rules of an account, written for
// being right and not for being fast: one day at a time, amounts as fractions
// of any size, everything recomputed. It shares types with Replay and nothing else.
type slowBook struct {
	at       At
	policy   Policy
	dues     []*slowDue
	receipts []*slowReceipt
	paid     []slowPayment
	given    []slowPayment // waived
	oldest   Date
	dpd      int
	peak     int
	category Category
	timeline []CategoryChange
}

type slowDue struct {
	key            string
	loan           string
	rank, index    int
	no             int
	due            Date
	amount, paid   Amounts
	waived         Amounts
	charged        Date // a fee is not there before
	own            Date // the date that a charge names
	start, end     Date // of its period; charges have none
	place          int  // of its fact in the order of all
	raised         Date // nor is a row before its disbursal
	overdue, penal *big.Rat
	perDay, level  Money
	dpd, peak      int
	paidOn         Date
}

type slowReceipt struct {
	fact  *Fact
	place int
	left  Money
	how   SettlementOrder
	list  []Component
}

type slowPayment struct {
	Settlement
	due  *slowDue
	seen Date
}

func slowReplay(facts []Fact, at At) *slowBook {
	b := &slowBook{at: at, policy: DefaultPolicy(), category: Regular}
	facts = slowSort(facts)
	b.raise(facts)
	first := at.Date
	for _, f := range facts {
		first = min(first, f.ValueDate)
	}
	for day := first; day <= at.Date; day++ {
		if day == at.Date && !at.DayEnd {
			b.snapshot(day - 1)
		}
		for i := range facts {
			if f := &facts[i]; f.Kind == FactTerms && f.ValueDate == day {
				b.policy = f.Policy.complete()
			}
		}
		b.money(day, facts)
		if day == at.Date && !at.DayEnd {
			return b
		}
		b.grow(day)
		b.classify(day)
	}
	b.snapshot(at.Date)
	return b
}

// slowSort drops what is reversed (reversals of reversals are not made here).
func slowSort(facts []Fact) []Fact {
	var kept []Fact
	for _, f := range facts {
		gone := slices.ContainsFunc(facts, func(r Fact) bool { return r.Reverses == f.Key })
		if !gone && f.Kind != FactReversal {
			kept = append(kept, f)
		}
	}
	slices.SortFunc(kept, func(a, b Fact) int {
		return cmp.Or(cmp.Compare(a.ValueDate, b.ValueDate), cmp.Compare(slowBankDate(a), slowBankDate(b)), cmp.Compare(kindRank(a.Kind), kindRank(b.Kind)), cmp.Compare(a.Key, b.Key))
	})
	return kept
}

func slowBankDate(f Fact) Date {
	if f.BankDate == 0 {
		return f.ValueDate
	}
	return f.BankDate
}

func (b *slowBook) raise(facts []Fact) {
	var loans []*Fact
	for i := range facts {
		if facts[i].Kind == FactDisbursal && facts[i].ValueDate <= b.at.Date {
			loans = append(loans, &facts[i])
		}
	}
	slices.SortStableFunc(loans, func(x, y *Fact) int {
		return cmp.Or(cmp.Compare(x.ValueDate, y.ValueDate), cmp.Compare(x.Disbursal.LoanIndex, y.Disbursal.LoanIndex))
	})
	for rank, f := range loans {
		for _, row := range f.Disbursal.Rows {
			b.dues = append(b.dues, &slowDue{key: demandKey(f.Disbursal.Loan, row.No), loan: f.Disbursal.Loan, rank: rank, index: int(f.Disbursal.LoanIndex), no: row.No, due: row.DueDate,
				amount: Amounts{Principal: row.Principal, Interest: row.Interest}, overdue: new(big.Rat), penal: new(big.Rat), raised: f.ValueDate, start: row.PeriodStart, end: row.PeriodEnd})
		}
	}
	for i := range facts {
		f := &facts[i]
		if f.Kind != FactCharge || f.ValueDate > b.at.Date {
			continue
		}
		d := &slowDue{key: f.Charge.Fee, loan: f.Charge.Loan, due: max(f.Charge.DueDate, f.ValueDate), amount: Amounts{Fee: f.Amount}, overdue: new(big.Rat), penal: new(big.Rat), charged: f.ValueDate, place: i}
		d.own = d.due
		if f.Charge.Component == "PI" {
			d.amount = Amounts{Penal: f.Amount}
		}
		for rank, loan := range loans {
			if loan.Disbursal.Loan == d.loan || d.loan == "" && rank == 0 {
				d.rank, d.index = rank, int(loan.Disbursal.LoanIndex)
			}
		}
		b.dues = append(b.dues, d)
	}
	b.sort()
	b.join(facts)
	b.sort()
}

func (b *slowBook) sort() {
	slices.SortStableFunc(b.dues, func(x, y *slowDue) int {
		return cmp.Or(cmp.Compare(x.due, y.due), cmp.Compare(x.index, y.index), cmp.Compare(x.no, y.no), cmp.Compare(x.key, y.key))
	})
}

func demandKey(loan string, no int) string { return loan + "/" + Days(no).String() }

// money is excess on due dates, then the receipts of the day.
func (b *slowBook) money(day Date, facts []Fact) {
	fell := false
	for _, d := range b.dues {
		fell = fell || d.due == day
		if d.due == day && d.amount == (Amounts{}) {
			d.paidOn = day
		}
	}
	for i := range facts {
		if f := &facts[i]; f.Kind == FactWaiver && f.ValueDate == day {
			b.waive(f, day)
		}
	}
	if fell || b.advances(facts) && b.charges(day) {
		for _, r := range b.receipts {
			if b.owes(day) {
				b.spend(r, day, true)
			}
		}
	}
	for i := range facts {
		f := &facts[i]
		if f.Kind != FactReceipt || f.ValueDate != day {
			continue
		}
		r := &slowReceipt{fact: f, place: i, left: f.Amount, how: f.Receipt.SettlementOrder}
		order := f.Receipt.ComponentOrder
		if order == "" {
			order = b.policy.ComponentOrder
		}
		if r.how == "" {
			r.how = b.policy.SettlementOrder
		}
		r.list, _ = ParseComponentOrder(string(order))
		b.receipts = append(b.receipts, r)
		b.spend(r, day, false)
	}
	if b.advances(facts) && b.chargedLate(day) && b.owes(day) {
		for _, r := range b.receipts {
			b.spend(r, day, true)
		}
	}
	for i := range facts {
		if f := &facts[i]; f.Kind == FactRefund && f.ValueDate == day {
			left := f.Amount
			for _, r := range b.receipts {
				part := min(left, r.left)
				r.left, left = r.left-part, left-part
			}
		}
	}
}

// waive gives up a component of a named demand, or of all that are due.
func (b *slowBook) waive(f *Fact, day Date) {
	left := f.Amount
	for _, d := range b.dues {
		if f.Waiver.Demand != d.key && (f.Waiver.Demand != "" || d.due > day) || d.charged > day {
			continue
		}
		c := f.Waiver.Component
		part := min(left, d.amount[c]-d.paid[c]-d.waived[c])
		d.waived[c] += part
		left -= part
		if part > 0 {
			b.given = append(b.given, slowPayment{Settlement{f.Key, d.key, c, part, day, false, 0, 0}, d, day})
			if d.open() == 0 {
				d.paidOn = day
			}
		}
	}
}

// open is what is unpaid of a due.
func (d *slowDue) open() Money {
	var sum Money
	for c := range d.amount {
		sum += d.amount[c] - d.paid[c] - d.waived[c]
	}
	return sum
}

// cell is one component of one due, as the specification speaks of it.
type cell struct {
	d *slowDue
	c Component
	n int // place of the component in the order
}

// spend lists all cells that may be paid, sorts them, and pays them in turn.
func (b *slowBook) spend(r *slowReceipt, day Date, excess bool) {
	if a := b.allocation(r); a != nil {
		b.allocate(r, a, day, excess)
		return
	}
	var cells []cell
	for _, d := range b.dues {
		if d.due > day || r.how == SpecificLoans && !slices.Contains(r.fact.Receipt.Loans, d.loan) {
			continue
		}
		for n, c := range r.list {
			cells = append(cells, cell{d, c, n})
		}
	}
	slices.SortStableFunc(cells, func(x, y cell) int {
		byDate := cmp.Or(cmp.Compare(x.d.due, y.d.due), cmp.Compare(x.d.index, y.d.index))
		switch r.how {
		case ComponentFirst:
			return cmp.Compare(x.n, y.n)
		case LoanFirst:
			return cmp.Or(cmp.Compare(x.d.rank, y.d.rank), byDate, cmp.Compare(x.n, y.n))
		}
		return cmp.Or(byDate, cmp.Compare(x.n, y.n))
	})
	if b.policy.ApplyRestToFees && !slices.Contains(r.list, Fee) {
		for _, d := range b.dues {
			if d.due <= day && (r.how != SpecificLoans || slices.Contains(r.fact.Receipt.Loans, d.loan)) {
				cells = append(cells, cell{d, Fee, 0})
			}
		}
	}
	for _, x := range cells {
		b.pay(r, x, r.left, day, excess)
	}
	b.ahead(r, day, excess)
}

// pay uses money, up to so much of it, on one cell.
func (b *slowBook) pay(r *slowReceipt, x cell, most Money, day Date, excess bool) {
	amount := min(most, r.left, x.d.amount[x.c]-x.d.paid[x.c]-x.d.waived[x.c])
	if amount == 0 {
		return
	}
	r.left -= amount
	x.d.paid[x.c] += amount
	open := x.d.open()
	if open == 0 {
		x.d.paidOn = day
	}
	seen := day
	switch b.policy.complete().RestateCategory {
	case RestateByBankDate:
		seen = max(day, r.fact.BankDate)
	case RestateNever:
		seen = max(day, r.fact.BookingDate)
	}
	b.paid = append(b.paid, slowPayment{Settlement{r.fact.Key, x.d.key, x.c, amount, day, excess, open, r.left}, x.d, seen})
}

// grow is one day of overdue interest and penal charges.
func (b *slowBook) grow(day Date) {
	p := b.policy.complete()
	for _, d := range b.dues {
		unpaid := d.amount[Principal] + d.amount[Interest] - d.paid[Principal] - d.paid[Interest] - d.waived[Principal] - d.waived[Interest]
		if d.due > day || unpaid == 0 {
			continue
		}
		base := unpaid
		if p.OverdueBase == "P" {
			base = d.amount[Principal] - d.paid[Principal] - d.waived[Principal]
		}
		year := slowDay(p.DayCount, d.due, day)
		part := func(m Money, rate Rate) *big.Rat {
			return new(big.Rat).Mul(year, big.NewRat(int64(m)*int64(rate), 100_000_000))
		}
		late := day.Sub(d.due) + 1
		d.overdue.Add(d.overdue, part(base, p.OverdueRate))
		d.amount[OverdueInterest] = max(d.amount[OverdueInterest], slowRound(d.overdue, p.InterestRounding))
		if p.Penal.StopDPD > 0 && late > p.Penal.StopDPD {
			continue
		}
		charged := p.Penal.ChargeFrom != ChargeFromAfterGrace || late > p.GraceDays
		switch p.Penal.Kind {
		case PenalRate:
			if charged {
				d.penal.Add(d.penal, part(unpaid, p.Penal.Rate))
			}
		case PenalPerDay:
			if charged {
				d.perDay += p.Penal.Amount
			}
		case PenalFlat:
			if late > p.GraceDays {
				d.level = max(d.level, p.Penal.Amount)
			}
		case PenalBySlab:
			for _, s := range p.Penal.Slabs {
				if late > p.GraceDays && late >= s.FromDay {
					d.level = max(d.level, s.Amount)
				}
			}
		}
		if p.Penal.Kind == "" || late <= p.GraceDays {
			continue
		}
		total := slowRound(d.penal, p.InterestRounding) + d.perDay + d.level
		if p.Penal.Cap > 0 {
			total = min(total, p.Penal.Cap)
		}
		if p.Penal.CapMonth > 0 {
			total = min(total, p.Penal.CapMonth*Money(late/30+map[bool]int{true: 0, false: 1}[late%30 == 0]))
		}
		d.amount[Penal] = max(d.amount[Penal], total)
	}
}

// slowDay is what one day is of a year.
func slowDay(c DayCount, due, day Date) *big.Rat {
	c = c.complete()
	if c.DaysInMonth == 30 {
		return big.NewRat(int64(c.Days(due, day+1)-c.Days(due, day)), int64(c.DaysInYear))
	}
	if c.DaysInYear == Actual {
		return big.NewRat(1, int64(NewDate(day.Year()+1, 1, 1).Sub(NewDate(day.Year(), 1, 1))))
	}
	return big.NewRat(1, int64(c.DaysInYear))
}

// slowRound rounds a fraction of paise.
func slowRound(x *big.Rat, r Rounding) Money {
	r = r.or(ToPaisa)
	units := new(big.Rat).Quo(x, big.NewRat(int64(r.Unit), 1))
	whole := new(big.Int).Quo(units.Num(), units.Denom())
	rest := new(big.Rat).Sub(units, new(big.Rat).SetInt(whole))
	half := rest.Cmp(big.NewRat(1, 2))
	n := Money(whole.Int64())
	if rest.Sign() > 0 && (r.Mode == Up || r.Mode != Down && half > 0 || half == 0 && (r.Mode == HalfUp || r.Mode == HalfEven && n%2 == 1)) {
		n++
	}
	return n * r.Unit
}

// arrears is what of a due counts and is unpaid at a day-end, and what is paid.
func (b *slowBook) arrears(d *slowDue, day Date) (owed, paid Money) {
	counted := b.policy.DPDComponents
	if len(counted) == 0 {
		counted = []Component{Principal, Interest, OverdueInterest, Fee}
	}
	for _, c := range counted {
		owed += d.amount[c]
		for _, s := range slices.Concat(b.paid, b.given) {
			if s.due == d && s.Component == c && s.seen <= day {
				paid += s.Amount
			}
		}
	}
	return owed, paid
}

// classify is one day-end. Ageing pours all money into the oldest dues first.
func (b *slowBook) classify(day Date) {
	var pool, overdue Money
	for _, d := range b.dues {
		if d.due <= day {
			owed, paid := b.arrears(d, day)
			pool += paid
			overdue += owed - paid
			if owed > paid {
				d.peak = max(d.peak, day.Sub(d.due)+1)
			}
		}
	}
	b.oldest, b.dpd = 0, 0
	for _, d := range b.dues {
		if d.due > day {
			continue
		}
		owed, _ := b.arrears(d, day)
		if owed > pool {
			b.oldest, b.dpd = d.due, day.Sub(d.due)+1
			break
		}
		pool -= owed
	}
	b.peak = max(b.peak, b.dpd)
	category := Regular
	switch {
	case b.dpd == 0:
	case b.dpd > 90 || b.category == SubStandard:
		category = SubStandard
	case b.dpd > 60:
		category = SMA2
	case b.dpd > 30:
		category = SMA1
	default:
		category = SMA0
	}
	if category != b.category {
		b.category = category
		b.timeline = append(b.timeline, CategoryChange{day, category, b.dpd, overdue, b.oldest})
	}
}

func (b *slowBook) snapshot(day Date) {
	for _, d := range b.dues {
		if owed, paid := b.arrears(d, day); d.due <= day && owed > paid {
			d.dpd = day.Sub(d.due) + 1
		}
	}
}
