package lending

import "slices"

// Prepayment is the borrower's instruction for money beyond dues: it reduces the
// principal, and the schedule follows (domain 1.9). All dues are settled first,
// then interest accrued to the value date, and the rest is principal.
//
// Worked: 1,00,000 on the fourth due date of 5,00,000 at 14% over 12 leaves
// 2,41,003.54 over 8 instalments of 31,728.43 instead of 44,893.56 (PRE-01). Twelve
// days later 1,569.55 of it would be accrued interest and 98,430.45 principal
// (PRE-03).
type Prepayment struct {
	Effect string `json:"effect"`
	Loan   string `json:"loan,omitempty"` // empty: the oldest loan with principal outstanding
}

// The effects of a prepayment.
const (
	ReduceEMI    = "reduce_emi"    // keep the due dates, solve a lower instalment
	ReduceTenure = "reduce_tenure" // keep the instalment, end earlier
)

// prepaymentName names the demand that a prepayment brings.
const prepaymentName = "Prepayment"

// raisePrepayments adds a demand for each instruction, asleep and of nothing.
func (r *replayer) raisePrepayments() {
	for i := range r.in.receipts {
		f := r.in.receipts[i].fact
		if f.Receipt.Prepayment == nil {
			continue
		}
		for _, loan := range r.book.Loans {
			if name := f.Receipt.Prepayment.Loan; name == "" || name == loan.Loan {
				r.raisePrepayment(loan, loan.Loan+"/prepayment/"+f.Key, f.ValueDate)
			}
		}
	}
	for i := range r.in.reviews {
		for _, loan := range r.book.Loans {
			r.raisePrepayment(loan, r.in.reviews[i].key(loan.Loan, &r.in), r.in.reviews[i].on)
		}
	}
}

func (r *replayer) raisePrepayment(loan LoanBook, key string, on Date) {
	r.book.Demands = append(r.book.Demands, Demand{Key: key, Type: DemandEMI, Loan: loan.Loan, LoanIndex: loan.Index,
		No: beyondLast, Name: prepaymentName, PeriodStart: on, PeriodEnd: on, DueDate: on})
}

// prepay uses what a receipt has left on principal, if it came with the instruction.
func (r *replayer) prepay(p *purse) {
	instruction := p.fact.Receipt.Prepayment
	if instruction == nil || p.fromExcess || p.left == 0 {
		r.payNext(p)
		return
	}
	for _, loan := range r.ranks {
		if p.left == 0 {
			return
		}
		own := slices.IndexFunc(r.dues, func(d due) bool {
			return d.loan == loan && d.Key == r.book.Loans[loan].Loan+"/prepayment/"+p.fact.Key
		})
		if own < 0 {
			continue
		}
		r.prepayLoan(p, loan, own, instruction.Effect)
	}
}

// ahead are the places of the rows of a loan that are not due yet.
func (r *replayer) ahead(loan int, on Date) []int {
	var out []int
	for i := range r.dues {
		if d := &r.dues[i]; d.loan == loan && d.Type == DemandEMI && !d.superseded && d.DueDate > on && d.raisedOn <= on && d.PeriodStart < d.PeriodEnd {
			out = append(out, i)
		}
	}
	return out
}

// prepayLoan settles accrued interest and principal of one loan, and derives the
// rows that remain.
func (r *replayer) prepayLoan(p *purse, loan, own int, effect string) {
	rows := r.ahead(loan, p.on)
	var outstanding Money
	for _, i := range rows {
		outstanding += r.dues[i].left(Principal)
	}
	if len(rows) == 0 || outstanding == 0 {
		return
	}
	if r.courses[loan] != nil {
		r.prepayCourse(p, loan, own, rows, min(outstanding, p.left), effect)
		return
	}
	terms := r.termsInForce(loan)
	current, from := &r.dues[rows[0]], r.dues[rows[0]].PeriodStart
	for i := range r.dues { // a prepayment inside the period settled interest already
		if d := &r.dues[i]; d.loan == loan && d.Name == prepaymentName && d.Paid != (Amounts{}) && d.DueDate < p.on {
			from = max(from, d.DueDate)
		}
	}
	if terms.InterestMethod == Flat {
		from = p.on // flat interest is what was agreed
	}
	accrued, err := terms.accruedOver(outstanding, from, min(p.on, current.PeriodEnd))
	if r.err = errOr(r.err, err); err != nil {
		return
	}
	accrued = max(accrued-current.Paid[Interest]-current.Waived[Interest], 0)
	d := &r.dues[own]
	d.Amount[Interest] = min(accrued, p.left)
	d.Amount[Principal] = min(max(p.left-accrued, 0), outstanding)
	d.Due = true
	principal := d.Amount[Principal]
	r.payUpTo(p, d, Interest, p.left)
	r.payUpTo(p, d, Principal, p.left)
	r.deriveRows(loan, rows, outstanding-principal, p, effect)
}

// prepayCourse reduces a loan whose rows move: accrued interest is paid on the
// running row, and the principal leaves the loan like a draw that goes back.
func (r *replayer) prepayCourse(p *purse, loan, own int, rows []int, most Money, effect string) {
	c := r.courses[loan]
	if d := &r.dues[rows[0]]; d.course >= 0 && d.PeriodStart < p.on {
		_, accrued, err := c.payable(d.course, p.on)
		if r.err = errOr(r.err, err); err != nil {
			return
		}
		r.payUpTo(p, d, Interest, max(accrued-d.Paid[Interest]-d.Waived[Interest], 0))
	}
	amount := min(most, p.left)
	d := &r.dues[own]
	d.Amount[Principal], d.Due = amount, true
	r.payUpTo(p, d, Principal, amount)
	emi := c.terms.TrancheEMI
	if c.terms.TrancheEMI = TrancheKeepTenure; effect == ReduceTenure {
		c.terms.TrancheEMI = TrancheKeepEMI
	}
	r.err = errOr(r.err, c.draw(p.on, -amount))
	c.terms.TrancheEMI = emi
	r.sync(loan)
	r.addVersion(loan, Version{p.on, ReasonPrepayment, p.fact.Key, c.terms, c.scheduleRows(), ScheduleAlgorithm})
}

// termsInForce are the terms of the last version of a loan.
func (r *replayer) termsInForce(loan int) Terms {
	versions := r.book.Loans[loan].Versions
	if n := len(versions); n > 0 {
		return versions[n-1].Terms.agreed(versions[n-1].Rows)
	}
	return r.termsOf(loan)
}

// accruedOver is the interest of a span by the days of the terms.
func (t *Terms) accruedOver(amount Money, from, to Date) (Money, error) {
	s := share{t.countParts(from, to, from, to), 1}
	if to <= from {
		s.parts = 0
	}
	exact, fits := interestOf(amount, t.Rate(), s)
	interest, ok := t.InterestRounding.quotient(exact, interestScale)
	if !fits || !ok {
		return 0, tooLarge()
	}
	return interest, nil
}

// deriveRows puts a balance on the rows ahead: the version of the schedule that
// follows from the money.
func (r *replayer) deriveRows(loan int, rows []int, balance Money, p *purse, effect string) {
	terms := r.termsInForce(loan)
	var spans []period
	var emi Money
	for _, i := range rows {
		d := &r.dues[i]
		spans = append(spans, period{start: d.PeriodStart, end: d.PeriodEnd})
		if emi == 0 {
			emi = d.Amount[Principal] + d.Amount[Interest]
		}
	}
	if effect == ReduceEMI {
		emi = 0
	}
	remaining, err := terms.remaining(restOf{balance, p.on, spans, emi, true})
	if err != nil {
		r.err = errOr(r.err, err)
		return
	}
	for n, i := range rows {
		d := &r.dues[i]
		var row ScheduleRow
		if n < len(remaining) {
			row = remaining[n]
		}
		d.Amount[Principal] = d.Paid[Principal] + d.Waived[Principal] + row.Principal
		d.Amount[Interest] = d.Paid[Interest] + d.Waived[Interest] + row.Interest
		d.superseded = n >= len(remaining)
		r.reopen(i)
	}
	r.addVersion(loan, Version{p.on, ReasonPrepayment, p.fact.Key, terms, remaining, ScheduleAlgorithm})
}

// restOf is what rows that remain are made of: a balance over spans that are given,
// from a day on, with an instalment, which the balance may end before, or with a new
// one.
type restOf struct {
	balance Money
	from    Date
	spans   []period
	emi     Money // 0: solved
	derived bool  // follows from money that was accepted, so that it refuses nothing
}

// remaining are the rows for the rest of a loan.
func (t Terms) remaining(rest restOf) ([]ScheduleRow, error) {
	balance, from, spans := rest.balance, rest.from, rest.spans
	if balance == 0 || len(spans) == 0 {
		return nil, nil
	}
	t.EMIAmount, t.EMICount, t.Moratorium, t.LastInstalment = rest.emi, len(spans), nil, LastAbsorbs
	if t.Amortization != EqualInstalments {
		t.EMIAmount = 0
	}
	t.Steps, t.Balloon, t.AdvanceInstalments, t.DownPayment = nil, 0, 0, 0
	c := calendar{disbursed: from, cycleStart: from, periods: make([]period, len(spans))}
	for i, span := range spans {
		whole := t.fullParts(span.start, span.end)
		s := share{whole, 1}
		if span.start < from {
			s = t.rowParts(period{start: span.start, end: span.end, full: whole}, from, span.end)
			if t.PartMonth == PartByBond {
				s = share{t.countParts(from, span.end, from, span.end), 1}
			}
			span.start = from
		}
		c.periods[i] = period{start: span.start, end: span.end, parts: s.parts, over: s.over, level: whole}
	}
	d := draft{terms: t, calendar: c, principal: balance, derived: rest.derived}
	if t.Amortization == Structured {
		d.terms.Amortization = EqualPrincipal
	}
	if err := d.build(); err != nil {
		return nil, err
	}
	return d.rows, nil
}
