package lending

import "slices"

// Draw is money that goes out on a day.
type Draw struct {
	Date   Date  `json:"date"`
	Amount Money `json:"amount"`
}

// What a further tranche does to the instalment (domain 1.8).
const (
	TrancheKeepTenure    = "keep_tenure"     // a new instalment for the rows to come; the default
	TrancheKeepEMI       = "keep_emi"        // the last rows take it
	TrancheAfterFullDraw = "after_full_draw" // interest alone until all is drawn, then instalments
	TranchePlanned       = "planned"         // instalments on all that is to be drawn, from the first on
)

// ScheduleOf makes the schedule of a loan that is drawn in tranches: interest runs
// only on what was drawn, and the instalment is solved anew at each draw (domain
// 1.8; TRN-02). With one draw it is [Terms.Schedule].
func (t Terms) ScheduleOf(draws []Draw) (Schedule, error) {
	if len(draws) == 0 {
		return Schedule{}, RefuseField("tranches", "terms.tranches", "A loan has at least one draw.")
	}
	draws = slices.Clone(draws)
	slices.SortStableFunc(draws, func(a, b Draw) int { return int(a.Date - b.Date) })
	t = t.Complete()
	first := draws[0]
	switch t.TrancheEMI {
	case TranchePlanned:
		return t.plannedSchedule(draws)
	case TrancheAfterFullDraw:
		return t.preEMISchedule(draws)
	}
	s, err := t.Schedule(first.Amount, first.Date)
	if err != nil || len(draws) == 1 {
		return s, err
	}
	if err := t.checkDraws(draws, s); err != nil {
		return Schedule{}, err
	}
	if t.SlabPricing == SlabAllDays {
		return Schedule{}, RefuseField("tranches", "terms.rate_slabs", "A rate that the last day decides for all days is for a loan that is paid out at once.")
	}
	c := newCourse(t, s.Rows, first.Date)
	rows := slices.DeleteFunc(s.Rows, func(r ScheduleRow) bool { return r.No > 0 })
	for _, draw := range draws[1:] {
		down := t.downPayment(draw.Amount)
		if err := c.draw(draw.Date, draw.Amount-down); err != nil {
			return Schedule{}, err
		}
		if t.DownPayment > 0 {
			rows = append(rows, ScheduleRow{PeriodStart: draw.Date, PeriodEnd: draw.Date, DueDate: draw.Date, Principal: down})
		}
	}
	s.Rows = mergeRows(rows, c.scheduleRows())
	s.EMI = c.currentEMI()
	s.chain(draws)
	return s, s.checkChain()
}

// preEMISchedule has rows of interest alone, by days on what is drawn, until all is
// drawn; then instalments on the whole. Worked: 6,00,000 on 1 April and 4,00,000 on
// 15 June 2025 at 12% cost 5,917.81, 6,115.07 and 8,021.92 until 1 July; then 24
// instalments of 47,074 (TRN-01).
func (t Terms) preEMISchedule(draws []Draw) (Schedule, error) {
	if t.PreEMI < 1 || t.PreEMI+t.EMICount > maxRows || t.Moratorium != nil || t.DownPayment > 0 || t.uneven() {
		return Schedule{}, RefuseField("pre_emi", "terms.pre_emi", "Instalments after the full draw need rows of interest before them, and no other shape.")
	}
	first := t
	first.EMICount, first.TrancheEMI, first.InterestBasis, first.BPIMode = t.PreEMI, TrancheKeepTenure, BasisDays, BPINone
	calendar, err := first.calendarFor(draws[0].Date)
	if err != nil {
		return Schedule{}, err
	}
	c := &course{terms: first}
	var sum Money
	for i, p := range calendar.periods {
		if i == 0 {
			p.start = draws[0].Date
		}
		c.rows = append(c.rows, stretch{no: i + 1, period: period{start: p.start, end: p.end}, fixed: true})
	}
	start := c.rows[len(c.rows)-1].end
	for _, d := range draws {
		if d.Date > start || d.Amount <= 0 || sum > maxMoney-d.Amount {
			return Schedule{}, RefuseField("tranches", "terms.tranches", "All tranches come before the instalments start.")
		}
		sum += d.Amount
		c.draws = insertMovement(c.draws, movement{d.Date, d.Amount})
	}
	if err := c.reckon(0); err != nil {
		return Schedule{}, err
	}
	after := t
	after.PreEMI, after.TrancheEMI, after.FirstDueDate, after.CycleDay = 0, TrancheKeepTenure, 0, t.CycleDay
	if after.CycleDay == 0 && t.months() > 0 {
		after.CycleDay = max(start.Day(), t.FirstDueDate.Day())
	}
	if t.months() > 0 {
		after.FirstDueDate = clipped(start.Year(), int(start.Month())+t.months(), after.CycleDay)
	}
	s, err := after.Schedule(sum, start)
	if err != nil {
		return s, err
	}
	pre := c.scheduleRows()
	for i := range s.Rows {
		s.Rows[i].No = len(pre) + i + 1
	}
	s.Rows = append(pre, s.Rows...)
	s.CycleStart = draws[0].Date
	s.chain(draws)
	return s, s.checkChain()
}

// plannedSchedule lays out the rows as if all had been lent on the first day; each
// draw has its own down payment. It is for loans whose interest is flat or none.
func (t Terms) plannedSchedule(draws []Draw) (Schedule, error) {
	var sum Money
	for _, draw := range draws {
		sum += draw.Amount
	}
	s, err := t.Schedule(sum, draws[0].Date)
	if err != nil || len(draws) == 1 {
		return s, err
	}
	if err := t.checkDraws(draws, s); err != nil {
		return Schedule{}, err
	}
	if t.InterestMethod != Flat && t.Rate() > 0 {
		return Schedule{}, RefuseField("tranche_emi", "terms.tranche_emi", "Instalments are planned on money to come only where interest is flat or none.")
	}
	rows := slices.DeleteFunc(s.Rows, func(r ScheduleRow) bool { return r.No <= 0 })
	var down []ScheduleRow
	for _, draw := range draws {
		if t.DownPayment > 0 {
			down = append(down, ScheduleRow{PeriodStart: draw.Date, PeriodEnd: draw.Date, DueDate: draw.Date, Principal: t.downPayment(draw.Amount)})
		}
	}
	s.Rows = mergeRows(rows, down)
	s.chain(draws)
	return s, s.checkChain()
}

// checkDraws refuses draws that a schedule cannot take up.
func (t *Terms) checkDraws(draws []Draw, s Schedule) error {
	var sum Money
	for _, d := range draws {
		switch {
		case d.Amount <= 0 || d.Amount > maxMoney:
			return RefuseField("tranches", "terms.tranches", "A tranche is a positive amount.")
		case d.Date > s.Maturity:
			return RefuseField("tranches", "terms.tranches", "The tranche of "+d.Date.String()+" comes after the last instalment.")
		}
		if sum += d.Amount; sum > maxMoney {
			return tooLarge()
		}
	}
	if t.Moratorium != nil && t.Moratorium.Kind != InterestPaidDuring || t.uneven() || t.Amortization == Structured || t.InterestPayment == PaidAtMaturity {
		return RefuseField("tranches", "terms.tranches", "Tranches go with level instalments, equal principal or interest alone.")
	}
	return nil
}

// scheduleRows are the rows of a course as of now.
func (c *course) scheduleRows() []ScheduleRow {
	out := make([]ScheduleRow, 0, len(c.rows))
	for i := range c.rows {
		row := &c.rows[i]
		r := ScheduleRow{No: row.no, PeriodStart: row.start, PeriodEnd: row.end, DueDate: row.end, Days: row.end.Sub(row.start), Principal: row.principal, Interest: row.interest,
			Capitalised: row.capitalised, Earlier: row.earlier}
		r.Fee = c.terms.feeOf(r.Principal, r.Interest)
		out = append(out, r)
	}
	return out
}

// currentEMI is the instalment that most of the rows to come have.
func (c *course) currentEMI() Money {
	for i := range c.rows {
		if !c.rows[i].fixed && !c.rows[i].paidOff() {
			return c.rows[i].emi - c.rows[i].beside()
		}
	}
	return 0
}

// mergeRows puts rows in the order of their due dates; on one day what falls due
// at a disbursal comes after an instalment.
func mergeRows(down, rows []ScheduleRow) []ScheduleRow {
	out := append(slices.Clone(rows), down...)
	slices.SortStableFunc(out, func(a, b ScheduleRow) int { return int(a.DueDate - b.DueDate) })
	return out
}

// chain fills in the balances between the rows.
func (s *Schedule) chain(draws []Draw) {
	var balance Money
	n := 0
	for i := range s.Rows {
		row := &s.Rows[i]
		for n < len(draws) && draws[n].Date <= row.PeriodStart {
			balance += draws[n].Amount
			n++
		}
		row.Opening = balance
		row.Drawn = 0
		for n < len(draws) && draws[n].Date < row.PeriodEnd {
			row.Drawn += draws[n].Amount
			n++
		}
		balance += row.Drawn + row.Capitalised - row.Principal
		row.Closing = balance
	}
	for ; n < len(draws); n++ { // on the last due date
		s.Rows[len(s.Rows)-1].Drawn += draws[n].Amount
		s.Rows[len(s.Rows)-1].Closing += draws[n].Amount
	}
}

// checkChain asserts that the rows repay what was drawn.
func (s *Schedule) checkChain() error {
	var payable Money
	for i := range s.Rows {
		row := &s.Rows[i]
		if payable += row.Instalment() + row.Fee; row.Principal < 0 || row.Interest < 0 || payable > maxMoney {
			return tooLarge()
		}
	}
	if last := s.Rows[len(s.Rows)-1].Closing; last != 0 {
		return RefuseField("tranches", "terms.tranches", "These tranches leave "+last.String()+" unpaid at the end.")
	}
	return nil
}

// Tranche is more money lent on a loan that exists. Its rows are derived: the
// version of the schedule follows from the draw.
type Tranche struct {
	Loan       string      `json:"loan"`
	Deductions []Deduction `json:"deductions,omitempty"`
}

func (t *Tranche) deducted() Money {
	var sum Money
	for _, d := range t.Deductions {
		sum += d.Amount
	}
	return sum
}
