package lending

// The gap rule decides what becomes of the days before the first cycle day, by how
// many they are (domain 1.5.2 [S17]). It needs a cycle day and no first due date:
//
//	up to min_gap_days                the first due date moves on by a period, and the
//	                                  interest of the gap goes where bpi_mode says
//	below instalment_zero_below_days  the cycle day is an instalment zero: interest alone
//	from there on                     the cycle day is the first due date
//
// Worked, with 10 and 26 days and the 5th as cycle day: a loan of 28 January pays
// its first instalment on 5 March; one of 20 January (16 days) pays interest alone on
// 5 February; one of 6 January (30 days) pays its first instalment on 5 February.
func (t Terms) forGap(disbursed Date) Terms {
	if t.InstalmentZeroBelow == 0 || t.CycleDay == 0 || !t.FirstDueDate.IsZero() || t.months() == 0 {
		return t
	}
	a := anchorAt(disbursed, t.CycleDay)
	first := a.after(0)
	if first < disbursed {
		first = a.after(1)
	}
	switch gap := first.Sub(disbursed); {
	case gap >= t.InstalmentZeroBelow:
		t.BPIMode = BPINone
	case gap > t.MinGapDays:
		t.BPIMode = BPIInstalmentZero
	}
	return t
}

func (t *Terms) checkGap() error {
	switch {
	case t.MinGapDays == 0 && t.InstalmentZeroBelow == 0:
		return nil
	case t.MinGapDays < 0 || t.InstalmentZeroBelow <= t.MinGapDays || t.InstalmentZeroBelow > 31:
		return RefuseField("min_gap_days", "terms.gap", "The gap before the first cycle is judged by days: fewer than min_gap_days, then up to instalment_zero_below_days, at most 31.")
	case t.CycleDay == 0 || !t.FirstDueDate.IsZero():
		return RefuseField("cycle_day", "terms.gap", "The gap before the first cycle is judged where a cycle day is given and no first due date.")
	case t.DownPayment > 0 || t.AdvanceInstalments > 0 || t.BPIMode == BPINone || t.BPIMode == BPIInstalmentZero:
		return RefuseField("bpi_mode", "terms.gap", "The gap rule needs a mode for the interest of a short gap, and neither down payment nor advance instalments.")
	}
	return nil
}
