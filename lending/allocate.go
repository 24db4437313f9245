package lending

import "slices"

// row is the place of one row of an account in r.dues: an instalment with the
// charges that fall due with it, or a charge of its own.
type dueRow struct{ from, to int }

// rowsOf lists the rows of the account: dues of one loan, one number and one day.
func (r *replayer) rowsOf() []dueRow {
	rows := make([]dueRow, 0, len(r.dues))
	for i := 0; i < len(r.dues); {
		end := i + 1
		for end < len(r.dues) && r.dues[end].DueDate == r.dues[i].DueDate && r.dues[end].loan == r.dues[i].loan && r.dues[end].row == r.dues[i].row {
			end++
		}
		rows = append(rows, dueRow{i, end})
		i = end
	}
	return rows
}

// allocate walks a receipt over the rows by an advanced allocation.
func (r *replayer) allocate(p *purse, a *Allocation) {
	r.accrueAll(p.on) // a walk looks for what is unpaid, so that has to be known
	if r.rows == nil {
		r.rows = r.rowsOf() // which due belongs to which row never changes
	}
	if r.plan.of != a { // almost always the policy's, receipt after receipt
		full := a.complete()
		r.plan = plan{of: a, full: full, groups: groupSteps(full.Steps)}
	}
	full := &r.plan.full
	w := walk{r: r, p: p, a: full, rows: r.rows}
	if !slices.ContainsFunc(r.courses, func(c *course) bool { return c != nil }) { // nothing paid opens again
		w.rows = r.rows[max(0, slices.IndexFunc(r.rows, func(row dueRow) bool { return row.to > r.open })):]
	}
	if full.Direction == Vertical {
		for i, step := range full.Steps {
			w.vertically(step)
			w.chargesDue(full.Steps[i : i+1])
		}
		return
	}
	for _, group := range r.plan.groups {
		w.horizontally(group)
		w.chargesDue(group)
	}
}

// chargesDue pays charges whose own date has come though their row is not due, in
// the order of the components, after the rows that are due.
func (w *walk) chargesDue(steps []AllocationStep) {
	if w.a.Charges != ChargesOnOwnDate {
		return
	}
	for _, step := range steps {
		if step.When != WhenDue || step.Component != Fee && step.Component != Penal {
			continue
		}
		for i := range w.r.dues {
			d := &w.r.dues[i]
			if d.Type == DemandFee && w.r.chargedFor(d.Demand) <= w.p.on && w.r.visible(d, w.p) {
				w.r.payUpTo(w.p, d, step.Component, w.p.left)
			}
		}
	}
}

// plan is an allocation made ready to walk.
type plan struct {
	of     *Allocation
	full   Allocation
	groups [][]AllocationStep
}

// groupSteps gathers the steps of one timing, in the order in which the timings
// appear first.
func groupSteps(steps []AllocationStep) [][]AllocationStep {
	var groups [][]AllocationStep
	for _, step := range steps {
		i := slices.IndexFunc(groups, func(g []AllocationStep) bool { return g[0].When == step.When })
		if i < 0 {
			groups = append(groups, nil)
			i = len(groups) - 1
		}
		groups[i] = append(groups[i], step)
	}
	return groups
}

// walk is one receipt on its way over rows.
type walk struct {
	r       *replayer
	p       *purse
	a       *Allocation
	rows    []dueRow
	skipped []dueRow // rows in advance that had nothing to take
}

// open says that something of a row is unpaid.
func (w *walk) open(row dueRow) bool {
	for i := row.from; i < row.to; i++ {
		if d := &w.r.dues[i]; w.r.visible(d, w.p) && d.unpaid() > 0 {
			return true
		}
	}
	return false
}

func (w *walk) date(row dueRow) Date { return w.r.dues[row.from].DueDate }

// empty says that nothing is asked of a row at all: a last row that early
// payments have brought to zero still takes money.
func (w *walk) empty(row dueRow) bool {
	d := &w.r.dues[row.from]
	return w.r.visible(d, w.p) && d.Amount == (Amounts{}) && d.course >= 0
}

// first is the first row that is true of; nil if there is none.
func first(rows []dueRow, is func(dueRow) bool) []dueRow {
	if i := slices.IndexFunc(rows, is); i >= 0 {
		return rows[i : i+1]
	}
	return nil
}

func last(rows []dueRow, is func(dueRow) bool) []dueRow {
	for i := len(rows) - 1; i >= 0; i-- {
		if is(rows[i]) {
			return rows[i : i+1]
		}
	}
	return nil
}

// candidates are the rows that a step may pay now.
func (w *walk) candidates(when string, open func(dueRow) bool) []dueRow {
	on := w.p.on
	switch when {
	case WhenPastDue:
		return first(w.rows, func(row dueRow) bool { return w.date(row) < on && open(row) })
	case WhenDue:
		return first(w.rows, func(row dueRow) bool { return w.date(row) == on && open(row) })
	}
	ahead := func(row dueRow) bool { return w.date(row) > on && open(row) }
	ending := func(row dueRow) bool {
		return w.date(row) > on && (open(row) || w.empty(row)) && !slices.Contains(w.skipped, row)
	}
	switch w.a.InAdvance {
	case ToAllRows:
		return slices.DeleteFunc(slices.Clone(w.rows), func(row dueRow) bool { return !ahead(row) })
	case ToLastRow:
		return last(w.rows, ending)
	case ToCurrentLast:
		running := first(w.rows, func(row dueRow) bool {
			d := &w.r.dues[row.from]
			return ahead(row) && d.PeriodStart <= on
		})
		if running != nil {
			return running
		}
		return last(w.rows, ending)
	}
	return first(w.rows, ahead)
}

// horizontally finishes the oldest row of a timing, then the next one.
func (w *walk) horizontally(steps []AllocationStep) {
	for w.p.left > 0 {
		before, skipped := w.p.left, len(w.skipped)
		rows := w.candidates(steps[0].When, w.open)
		if len(rows) == 0 {
			return
		}
		for _, step := range steps {
			w.pay(rows, step)
		}
		if w.p.left == before && len(w.skipped) == skipped {
			return
		}
	}
}

// vertically pays one component of all rows of a timing.
func (w *walk) vertically(step AllocationStep) {
	for w.p.left > 0 {
		before := w.p.left
		rows := w.candidates(step.When, func(row dueRow) bool {
			for i := row.from; i < row.to; i++ {
				if d := &w.r.dues[i]; w.r.visible(d, w.p) && d.left(step.Component) > 0 {
					return true
				}
			}
			return false
		})
		if len(rows) == 0 {
			return
		}
		w.pay(rows, step)
		if w.p.left == before {
			return
		}
	}
}

// pay uses money on a component of rows: all of it on one, or equal parts on many.
func (w *walk) pay(rows []dueRow, step AllocationStep) {
	n := Money(len(rows))
	part, _ := Rounding{1, HalfEven}.quotient(wide{0, uint64(w.p.left)}, uint64(n))
	if part*(n-1) > w.p.left {
		part = w.p.left / n
	}
	residue := w.p.left - part*n
	for i, row := range rows {
		if i == len(rows)-1 {
			part += residue
		}
		w.payRow(row, step, part)
	}
}

// payRow pays a component of the dues of one row, up to an amount.
func (w *walk) payRow(row dueRow, step AllocationStep, most Money) {
	for i := row.from; i < row.to && most > 0; i++ {
		d := &w.r.dues[i]
		if !w.r.visible(d, w.p) {
			continue
		}
		w.r.accrue(d, w.p.on)
		before := w.p.left
		if d.course >= 0 && w.r.moves(d) {
			w.payCourse(row, d, step, most)
		} else {
			w.r.payUpTo(w.p, d, step.Component, most)
		}
		most -= before - w.p.left
	}
}

// payCourse pays a row of a loan whose interest follows the balance.
func (w *walk) payCourse(row dueRow, d *due, step AllocationStep, most Money) {
	on := w.p.on
	if step.When == WhenInAdvance {
		day, nothing := w.r.askEarly(d, step.Component, on)
		if on = day; nothing && !slices.Contains(w.skipped, row) {
			w.skipped = append(w.skipped, row)
		}
	}
	w.r.payUpToOn(w.p, d, step.Component, most, on)
}

// askEarly sets what a row that is not due yet asks for of a component, on a loan
// whose interest follows the balance: the interest that has accrued, and principal up
// to its instalment; what is paid changes the rows after it. It answers the day that
// counts for interest, and whether the row asks for nothing.
func (r *replayer) askEarly(d *due, c Component, on Date) (day Date, nothing bool) {
	course := r.courses[d.loan]
	if course.terms.EarlyInterest == EarlyToDueDate && on > d.PeriodStart && on <= d.DueDate {
		on = d.DueDate
	}
	principal, interest, err := course.payable(d.course, on)
	if r.err = errOr(r.err, err); err != nil {
		return on, true
	}
	switch c {
	case Principal:
		d.Amount[Principal] = principal
	case Interest:
		d.Amount[Interest] = interest
	}
	return on, principal == 0 && interest == 0
}

func errOr(first, second error) error {
	if first != nil {
		return first
	}
	return second
}
