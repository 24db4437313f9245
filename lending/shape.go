package lending

import "fmt"

// Amortization is the shape in which principal comes back.
//
// Worked: 8,00,000 at 16% from 10 April to 10 October 2025, 183 days by actual/365, cost
// 64,175.34: month by month with the principal at the end (interest_only, IO-01), or all
// of it on the last day (bullet, BUL-01: simple interest, nothing is compounded).
type Amortization string

// The shapes (domain 1.4, 1.6).
const (
	EqualInstalments Amortization = "equal_instalments"
	EqualPrincipal   Amortization = "equal_principal"
	InterestOnly     Amortization = "interest_only" // interest each period, principal at the end
	Bullet           Amortization = "bullet"        // one payment at the end, simple interest
	Structured       Amortization = "structured"    // explicit principal rows
)

// PrincipalRow is one row of a structured schedule. Due dates are given in all
// rows or in none; in none they follow the frequency.
type PrincipalRow struct {
	DueDate   Date  `json:"due_date,omitzero"`
	Principal Money `json:"principal"`
}

// checkRows holds the rows of a structured schedule together.
func (t *Terms) checkRows() error {
	if t.Amortization != Structured {
		if len(t.Rows) > 0 {
			return RefuseField("schedule", "terms.schedule", "Principal rows need the shape structured.")
		}
		return nil
	}
	if len(t.Rows) != t.EMICount {
		return RefuseField("schedule", "terms.schedule", "There are not as many principal rows as instalments.")
	}
	explicit := t.explicitDates()
	for i, row := range t.Rows {
		switch {
		case row.Principal < 0 || row.Principal > maxMoney:
			return RefuseField("schedule", "terms.schedule", fmt.Sprintf("The principal of row %d is not a positive amount.", i+1))
		case row.DueDate.IsZero() == explicit:
			return RefuseField("schedule", "terms.schedule", "Either all rows carry a due date or none.")
		case explicit && (row.DueDate > latestDue || i > 0 && row.DueDate <= t.Rows[i-1].DueDate):
			return RefuseField("schedule", "terms.schedule", fmt.Sprintf("The due date of row %d does not follow the one before.", i+1))
		}
	}
	if explicit && t.InterestBasis == BasisPeriod {
		return RefuseField("interest_basis", "terms.interest_basis", "Rows with dates of their own cost interest by days.")
	}
	if explicit && !t.FirstDueDate.IsZero() && t.FirstDueDate != t.Rows[0].DueDate {
		return RefuseField("first_due_date", "terms.schedule", "The first due date is not that of the first row.")
	}
	return nil
}

// bullet is one row from the cycle start to maturity: simple interest, no
// compounding (domain 1.6, BUL-01).
func (d *draft) bullet() error {
	var parts uint64
	for _, p := range d.calendar.periods {
		parts += p.parts
	}
	whole := period{start: d.calendar.periods[0].start, end: d.calendar.periods[len(d.calendar.periods)-1].end}
	if d.terms.InterestBasis == BasisDays {
		parts = d.terms.countParts(whole.start, whole.end, whole.start, whole.end)
	}
	whole.parts = parts
	interest, err := d.interest(d.principal, whole)
	d.add(whole, d.principal, d.principal, interest)
	return err
}

// fixedPrincipal makes rows whose principal is known beforehand; the last one
// takes what is left. Flat interest stays on what was lent.
func (d *draft) fixedPrincipal(of func(int) Money) error {
	d.rows = make([]ScheduleRow, 0, len(d.calendar.periods))
	balance := d.principal
	for i, p := range d.calendar.periods {
		base := balance
		if d.terms.InterestMethod == Flat {
			base = d.principal
		}
		interest, err := d.interest(base, p)
		if err != nil {
			return err
		}
		principal := min(of(i), balance)
		if i == len(d.calendar.periods)-1 {
			principal = balance
		}
		if balance = d.add(p, balance, principal, interest); balance == 0 && d.terms.Amortization == EqualPrincipal {
			return nil
		}
	}
	return nil
}

// structured takes the principal rows as they were agreed; they must repay the
// loan exactly (domain 1.6).
func (d *draft) structured() error {
	var sum Money
	for _, row := range d.terms.Rows {
		sum += row.Principal
	}
	if sum != d.principal {
		return RefuseField("schedule", "terms.schedule_sum", fmt.Sprintf("The principal rows add up to %s, the loan is %s.", sum, d.principal))
	}
	return d.fixedPrincipal(func(i int) Money { return d.terms.Rows[i].Principal })
}
