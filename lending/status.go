package lending

// RowStatus says where a row of the schedule in force stands (domain 1.13).
type RowStatus string

// The states of a row. Rows of a [Version] that is not the last one of its loan are
// superseded, whatever was paid of them.
const (
	RowFuture     RowStatus = "future"
	RowDue        RowStatus = "due"     // its due date has come, its day-end has not
	RowPartial    RowStatus = "partial" // something is paid, and it is not overdue
	RowPaid       RowStatus = "paid"
	RowOverdue    RowStatus = "overdue" // unpaid at the day-end of its due date, in part or as a whole
	RowWaived     RowStatus = "waived"  // nothing is left, and nothing was paid
	RowSuperseded RowStatus = "superseded"
)

// Status is where a demand stands at the moment of its Book. Worked: an instalment
// of 8,885 due on the 5th is due until the day-end of the 5th and overdue from then
// on; with 5,000 of it paid on the 3rd it is partial until the day-end of the 5th.
func (d *Demand) Status(at At) RowStatus {
	var paid, waived Money
	for c := range d.Amount {
		paid, waived = paid+d.Paid[c], waived+d.Waived[c]
	}
	over := d.DueDate < at.Date || d.DueDate == at.Date && at.DayEnd
	switch left := d.Unpaid(); {
	case left == 0 && paid == 0 && waived > 0:
		return RowWaived
	case left == 0 && (paid > 0 || d.DueDate <= at.Date):
		return RowPaid
	case over:
		return RowOverdue
	case paid > 0:
		return RowPartial
	case d.DueDate <= at.Date:
		return RowDue
	}
	return RowFuture
}
