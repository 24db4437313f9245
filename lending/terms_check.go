package lending

import (
	"fmt"
	"slices"
	"strings"
)

// Validate refuses terms that give no schedule, naming the wire field.
func (t Terms) Validate() error {
	t = t.Complete()
	for _, check := range []func(*Terms) error{(*Terms).checkRate, (*Terms).checkWords, (*Terms).checkSize, (*Terms).checkShape, (*Terms).checkRows,
		(*Terms).checkMoratorium, (*Terms).checkStepped, (*Terms).checkDownPayment, (*Terms).checkInstalmentFees, (*Terms).checkRecalculation, (*Terms).checkGap, (*Terms).checkSlabs, (*Terms).checkBPIDayCount} {
		if err := check(&t); err != nil {
			return err
		}
	}
	return nil
}

func (t *Terms) checkRate() error {
	if t.ROIPeriod != "years" {
		return RefuseField("roi_period", "terms.roi_period", "Rates are given for years.")
	}
	if t.ROIValue != 0 && t.FlatROIValue != 0 && t.ROIValue != t.FlatROIValue {
		return RefuseField("flat_roi_value", "terms.two_rates", "Two different rates are given.")
	}
	if t.ROIValue < 0 || t.ROIValue > maxRate {
		return RefuseField("roi_value", "rate.range", "A rate lies between 0 and 1000 percent a year.")
	}
	if t.FlatROIValue < 0 || t.FlatROIValue > maxRate {
		return RefuseField("flat_roi_value", "rate.range", "A rate lies between 0 and 1000 percent a year.")
	}
	if err := t.DayCount.Validate(); err != nil {
		return err
	}
	if err := t.EMIRounding.Validate("emi_rounding"); err != nil {
		return err
	}
	if err := t.InterestRounding.Validate("interest_rounding"); err != nil {
		return err
	}
	if err := t.PrincipalRounding.Validate("principal_rounding"); err != nil {
		return err
	}
	return t.BPIRounding.Validate("bpi_rounding")
}

// termWords are the keys whose value is one of some words. It is never written to.
var termWords = []struct {
	field   string
	value   func(*Terms) string
	allowed []string
}{
	{"interest_method", func(t *Terms) string { return string(t.InterestMethod) }, []string{"reducing", "flat"}},
	{"amortization", func(t *Terms) string { return string(t.Amortization) }, []string{"equal_instalments", "equal_principal", "interest_only", "bullet", "structured"}},
	{"emi_frequency", func(t *Terms) string { return string(t.EMIFrequency) }, []string{"daily", "weekly", "fortnightly", "monthly", "quarterly", "half_yearly", "yearly", "days"}},
	{"interest_basis", func(t *Terms) string { return t.InterestBasis }, []string{BasisPeriod, BasisDays}},
	{"interest_starts", func(t *Terms) string { return t.InterestStarts }, []string{StartsSameDay, StartsNextDay}},
	{"emi_basis", func(t *Terms) string { return t.EMIBasis }, []string{EMIFormula, EMISolve}},
	{"interest_payment", func(t *Terms) string { return t.InterestPayment }, []string{PaidPeriodically, PaidAtMaturity, ""}},
	{"last_instalment", func(t *Terms) string { return t.LastInstalment }, []string{LastAbsorbs, LastLevel, LastSeparate}},
	{"bpi_mode", func(t *Terms) string { return string(t.BPIMode) }, []string{"upfront", "first_emi", "instalment_zero", "spread", "none"}},
	{"flat_interest", func(t *Terms) string { return t.FlatInterest }, []string{FlatByRow, FlatEqual}},
	{"interest_recalculation", func(t *Terms) string { return t.InterestRecalculation }, []string{RecalculateNone, RecalculateDaily, RecalculateByRow}},
	{"past_due_interest", func(t *Terms) string { return t.PastDueInterest }, []string{PastDueContinues, PastDueStops}},
	{"early_interest", func(t *Terms) string { return t.EarlyInterest }, []string{EarlyToDate, EarlyToDueDate}},
	{"interest_day", func(t *Terms) string { return t.InterestDay }, []string{InterestAtStart, InterestAtEnd}},
	{"leap_days", func(t *Terms) string { return t.LeapDays }, []string{LeapByYear, LeapByRow}},
	{"part_month", func(t *Terms) string { return t.PartMonth }, []string{PartByBond, PartByDays, PartIsWhole}},
	{"due_date_roll", func(t *Terms) string { return t.DueDateRoll }, []string{RollNone, RollNext, RollPrevious, ""}},
	{"tranche_emi", func(t *Terms) string { return t.TrancheEMI }, []string{TrancheKeepTenure, TrancheKeepEMI, TrancheAfterFullDraw, TranchePlanned}},
}

// checkWords refuses values that are not among those of the table.
func (t *Terms) checkWords() error {
	for i := range termWords {
		word := &termWords[i]
		if !slices.Contains(word.allowed, word.value(t)) {
			return RefuseField(word.field, "terms."+word.field, word.field+" is one of "+strings.TrimSuffix(strings.Join(word.allowed, ", "), ", ")+".")
		}
	}
	return nil
}

func (t *Terms) checkSize() error {
	if t.EMICount < 1 || t.EMICount > maxRows {
		return RefuseField("emi_count", "terms.emi_count", fmt.Sprintf("A loan has 1 to %d instalments.", maxRows))
	}
	if t.EMIEvery < 1 || t.EMIEvery > maxEvery {
		return RefuseField("emi_every", "terms.emi_every", fmt.Sprintf("emi_every lies between 1 and %d.", maxEvery))
	}
	if t.CycleDay < 0 || t.CycleDay > 31 {
		return RefuseField("cycle_day", "terms.cycle_day", "A cycle day lies between 1 and 31.")
	}
	if t.CycleDay > 0 && (t.months() == 0 || t.explicitDates()) {
		return RefuseField("cycle_day", "terms.cycle_day", "A cycle day needs instalments by the month.")
	}
	if t.LockInDays < 0 || t.LockInDays > maxEvery {
		return RefuseField("interest_lock_in_days", "terms.lock_in", fmt.Sprintf("A lock-in has 0 to %d days.", maxEvery))
	}
	if t.TermLength < 0 || t.TermLength > maxEvery || t.TermLength > 0 && (t.explicitDates() || t.Amortization == Bullet) {
		return RefuseField("term_length", "terms.term_length", "A term is so many units of the frequency, for schedules with instalments.")
	}
	if t.holiday()+t.EMICount > maxRows {
		return RefuseField("moratorium", "terms.moratorium", fmt.Sprintf("A schedule has at most %d rows.", maxRows))
	}
	if t.FirstDueDate < 0 || t.FirstDueDate > latestDue {
		return RefuseField("first_due_date", "terms.too_long", "The first due date is beyond the calendar of this program.")
	}
	if t.EMIAmount < 0 || t.EMIAmount > maxMoney {
		return RefuseField("emi_amount", "terms.emi_amount", "An instalment is a positive amount.")
	}
	return nil
}

// checkShape refuses combinations that contradict each other.
func (t *Terms) checkShape() error {
	switch {
	case t.EMIAmount > 0 && t.Amortization != EqualInstalments:
		return RefuseField("emi_amount", "terms.emi_amount", "A fixed instalment needs the shape equal_instalments.")
	case t.InterestPayment == PaidAtMaturity && t.Amortization != InterestOnly && t.Amortization != Bullet:
		return RefuseField("interest_payment", "terms.interest_payment", "Interest at maturity needs the shape interest_only or bullet.")
	case t.InterestPayment == PaidPeriodically && t.Amortization == Bullet && t.EMICount > 1:
		return RefuseField("interest_payment", "terms.interest_payment", "A bullet loan pays its interest at maturity; interest_only pays it each period.")
	case t.InterestMethod == Flat && t.EMIBasis == EMISolve:
		return RefuseField("emi_basis", "terms.emi_basis", "A flat instalment is principal and interest divided by the number; there is nothing to solve.")
	case t.LastInstalment != LastAbsorbs && t.Amortization != EqualInstalments:
		return RefuseField("last_instalment", "terms.last_instalment", "Only equal instalments leave a remainder to place.")
	case t.LastInstalment == LastLevel && (t.EMIAmount > 0 || t.InterestMethod == Flat):
		return RefuseField("last_instalment", "terms.last_instalment", "A fixed or a flat instalment cannot be levelled.")
	}
	return nil
}

// checkRecalculation refuses shapes whose interest does not follow a balance.
func (t *Terms) checkRecalculation() error {
	if t.recalculates() && (t.InterestPayment == PaidAtMaturity || t.Amortization == Bullet || t.BPIMode == BPISpread) {
		return RefuseField("interest_recalculation", "terms.interest_recalculation", "Interest that is payable at maturity or spread over the rows follows no balance.")
	}
	if t.recalculates() && t.defers() {
		return RefuseField("interest_recalculation", "terms.interest_recalculation", "Interest that a moratorium defers or capitalises follows the schedule, not the balance.")
	}
	return nil
}
