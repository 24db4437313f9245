package lending

import "fmt"

// ScheduleRow is one row of a repayment schedule. Interest of the row is booked
// at PeriodEnd and falls due, with the principal, on DueDate: the same day but
// for interest at maturity. Amounts are paise; Days are those of the calendar.
type ScheduleRow struct {
	No          int   `json:"no"`
	PeriodStart Date  `json:"period_start"`
	PeriodEnd   Date  `json:"period_end"`
	DueDate     Date  `json:"due_date"`
	Days        int   `json:"days"`
	Opening     Money `json:"opening"`
	Principal   Money `json:"principal"`
	Interest    Money `json:"interest"`
	Closing     Money `json:"closing"`
	Capitalised Money `json:"capitalised,omitempty"` // interest that joined the principal at PeriodEnd
	Earlier     Money `json:"earlier,omitempty"`     // of the interest: what ran before the row, in a broken period or a moratorium
	Fee         Money `json:"fee,omitempty"`         // charged inside the instalment
	Drawn       Money `json:"drawn,omitempty"`       // lent during the row, after its first day
}

// Instalment is what falls due of the row as an instalment: principal and interest.
func (r ScheduleRow) Instalment() Money { return r.Principal + r.Interest }

// ScheduleAlgorithm is the version of [Terms.Schedule], frozen with the rows
// that it made. A change that moves a figure is a new version.
const ScheduleAlgorithm = 1

// Schedule is what terms and a disbursal give: the rows to freeze in the
// disbursal fact, and what is kept back from the money paid out.
type Schedule struct {
	EMI        Money // the level instalment; 0 where the shape has none
	Rows       []ScheduleRow
	CycleStart Date
	Maturity   Date
	BPI        Money   // interest from the disbursal to the cycle start
	BPIMode    BPIMode // where it goes; "" when there is no broken period
	Deductions []Deduction
}

// TotalInterest is the interest of all rows; broken period interest that is
// kept back at disbursal is not in the rows.
func (s Schedule) TotalInterest() Money {
	var sum Money
	for _, row := range s.Rows {
		sum += row.Interest
	}
	return sum
}

// Schedule makes the repayment schedule of a principal (paise) lent on a day.
// Interest of a row is exact and rounded once by interest_rounding; the
// instalment by emi_rounding; the last row takes what is left (domain 1.4).
//
// Worked: 5,00,000 at 14% over twelve months is an instalment of 44,893.558806, to the
// paisa 44,893.56. Of the first one 5,833.33 are interest and 39,060.23 principal, which
// leaves 4,60,939.77; the last one is 44,893.53, and all interest 38,722.69 (EMI-01). Up
// to the rupee the instalment is 44,894.
func (t Terms) Schedule(principal Money, disbursed Date) (Schedule, error) {
	if err := t.Validate(); err != nil {
		return Schedule{}, err
	}
	t = t.Complete().forGap(disbursed)
	if principal <= 0 || principal > maxMoney {
		return Schedule{}, RefuseField("loan_amount", "terms.loan_amount", "A loan is a positive amount.")
	}
	if disbursed <= 0 || disbursed > latestDue {
		return Schedule{}, RefuseField("disbursement_date", "terms.disbursement_date", "The loan needs a date of disbursal.")
	}
	c, err := t.calendarFor(disbursed)
	if err != nil {
		return Schedule{}, err
	}
	down := t.downPayment(principal)
	if down >= principal {
		return Schedule{}, RefuseField("down_payment", "terms.down_payment", "The down payment takes the whole loan.")
	}
	d := draft{terms: t, calendar: c, principal: principal - down, down: down, lentOn: c.disbursed}
	if err := d.make(); err != nil {
		return Schedule{}, err
	}
	s := Schedule{EMI: d.emi, Rows: d.rows, CycleStart: c.cycleStart, Maturity: d.calendar.periods[len(d.calendar.periods)-1].end}
	if err := s.collectBPI(t, principal-down, c); err != nil {
		return Schedule{}, err
	}
	s.collectDown(t, disbursed, principal, down)
	return s, s.check(principal)
}

// check asserts what a schedule must keep: principal of the rows sums to what
// was lent, balances follow from one another, nothing is negative. Too many rows, or
// a total that is no amount of money any more, are refused.
func (s Schedule) check(principal Money) error {
	balance, payable := principal, Money(0)
	for _, row := range s.Rows {
		payable += row.Instalment() + row.Fee
		if row.Opening != balance || row.Closing != balance+row.Capitalised-row.Principal || row.Capitalised < 0 || row.Fee < 0 || row.Principal < 0 || row.Interest < 0 {
			return fmt.Errorf("row %d of a schedule does not follow from the one before: %+v", row.No, row)
		}
		balance = row.Closing
	}
	if len(s.Rows) > maxRows {
		return RefuseField("emi_count", "terms.emi_count", fmt.Sprintf("A schedule has at most %d rows.", maxRows))
	}
	if payable > maxMoney {
		return tooLarge()
	}
	if balance != 0 {
		return fmt.Errorf("a schedule of %s repays %s", principal, principal-balance)
	}
	return nil
}
