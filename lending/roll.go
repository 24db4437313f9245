package lending

// What becomes of a due date on which banks are closed. Interest and periods never
// move (domain 1.4.6); by default the due date does not either, and only
// presentations do.
const (
	RollNone     = "none"
	RollNext     = "next"     // to the next working day
	RollPrevious = "previous" // to the working day before, but not before the disbursal
)

// Roll moves the due dates of a schedule by the terms' due_date_roll. Worked: 31
// August 2025 is a Sunday; "next" makes it 1 September, "previous" 30 August.
func (s Schedule) Roll(t Terms, closed BankHolidays) Schedule {
	if t.DueDateRoll != RollNext && t.DueDateRoll != RollPrevious || len(s.Rows) == 0 {
		return s
	}
	rows := make([]ScheduleRow, len(s.Rows))
	for i, row := range s.Rows {
		if t.DueDateRoll == RollNext {
			row.DueDate = closed.Following(row.DueDate)
		} else if due := closed.Preceding(row.DueDate); due > row.PeriodStart {
			row.DueDate = due
		}
		rows[i] = row
	}
	s.Rows = rows
	return s
}
