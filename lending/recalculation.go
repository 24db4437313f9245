package lending

// Interest by schedule or by actual balance (domain 1.9). By schedule, the
// interest of a row is what was agreed, whenever money comes. By actual balance,
// it follows the principal that is truly outstanding, day by day: paying early
// saves interest from that day on, the row that was paid keeps its instalment, and
// the last unpaid row takes the difference.
//
// Worked: 1,00,000 on 5 January 2025 at 12% by days, three instalments of 34,002.21.
// Paid ten days early, on 26 January, the first one holds 690.41 interest (21 days)
// instead of 1,019.18, and the second 833.15 on 66,688.20 from that day on. Paid ten
// days late it is what it was, and the second holds 725.36 instead of 616.92: the
// 32,983.03 were outstanding for ten days more.
const (
	RecalculateNone  = "none"  // the default
	RecalculateDaily = "daily" // the balance of each day counts
	// RecalculateByRow, together with EarlyToDueDate, counts overdue principal for
	// whole rows: what is paid late lowers the balance from the next due date on.
	RecalculateByRow = "by_row"

	// PastDueContinues lets principal that is overdue bear normal interest until
	// it is paid. The default; where the account charges overdue interest, normal
	// interest stops at the due date whatever this says (domain 3.9.1).
	PastDueContinues = "continue"
	PastDueStops     = "stop"

	// EarlyToDate charges interest up to the day of an early payment. The default.
	EarlyToDate = "to_date"
	// EarlyToDueDate charges the row that the day falls in to its end.
	EarlyToDueDate = "to_due_date"
)

// completeRecalculation puts the defaults of recalculation and conventions.
func (t Terms) completeRecalculation() Terms {
	set(&t.InterestRecalculation, RecalculateNone)
	set(&t.PastDueInterest, PastDueContinues)
	set(&t.EarlyInterest, EarlyToDate)
	set(&t.TrancheEMI, TrancheKeepTenure)
	set(&t.InterestDay, InterestAtStart)
	set(&t.LeapDays, LeapByYear)
	set(&t.PartMonth, PartByBond)
	return t
}

// recalculates says that interest follows the actual balance.
func (t *Terms) recalculates() bool {
	return t.InterestRecalculation == RecalculateDaily || t.InterestRecalculation == RecalculateByRow
}
