package lending

// TDSCap is the tax that a business borrower may withhold from interest: by the
// payee's PAN, 10% or 20% (domain 3.5.2). Worked: of 5,833.33 it is 583.33; a
// certificate of 583.00 agrees as well (TDS-01).
func TDSCap(interest Money, payeeHasPAN string, on Date) Money {
	rate := tdsRate.on(on).Value
	if payeeHasPAN == "no" {
		rate = tdsRateNoPAN.on(on).Value
	}
	return Rate(rate).Of(interest, ToPaisa)
}

// TDSAgrees says that what was withheld is the tax on the interest, exactly or to
// the rupee, within the tolerance of one rupee a deduction.
func TDSAgrees(interest, withheld Money, on Date) (agrees bool, over Money) {
	owed := TDSCap(interest, "", on)
	tolerance := Money(tdsTolerance.on(on).Value)
	return abs(owed-withheld) <= tolerance, max(withheld-owed, 0)
}

// TDSQuarter is the quarter of the financial year that a deduction belongs to,
// with its certificate (Form 16A): "2025-26 Q1" for April to June.
func TDSQuarter(d Date) string {
	quarter := (int(d.Month())+8)%12/3 + 1
	return FinancialYear(d) + " Q" + string(rune('0'+quarter))
}
