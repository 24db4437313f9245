package lending

// downPayment is the part of a disbursal that is due on its very day: a
// percentage of the amount, rounded like the instalment. Worked: 25% of 1,000.00
// is 250.00, and 750.00 is left to be repaid in instalments.
func (t *Terms) downPayment(amount Money) Money {
	rounding := t.InterestRounding
	if t.EMIRounding.Unit > rounding.Unit && t.DownPayment > 0 {
		rounding = Rounding{t.EMIRounding.Unit, rounding.Mode}
	}
	return t.DownPayment.Of(amount, rounding)
}

// collectDown puts the down payment before the other rows, as row 0.
func (s *Schedule) collectDown(t Terms, on Date, principal, down Money) {
	if t.DownPayment == 0 {
		return
	}
	zero := ScheduleRow{PeriodStart: on, PeriodEnd: on, DueDate: on, Opening: principal, Principal: down, Closing: principal - down}
	s.Rows = append([]ScheduleRow{zero}, s.Rows...)
}

func (t *Terms) checkDownPayment() error {
	if t.DownPayment < 0 || t.DownPayment >= 100_000_000 {
		return RefuseField("down_payment", "terms.down_payment", "A down payment is less than 100 percent.")
	}
	if t.DownPayment > 0 && (t.Amortization == Structured || t.BPIMode == BPIInstalmentZero) {
		return RefuseField("down_payment", "terms.down_payment", "A down payment goes with no structured schedule and no instalment zero.")
	}
	return nil
}
