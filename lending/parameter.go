package lending

import (
	"fmt"
	"slices"
	"time"
)

// LegalParameter is a number that law or policy sets, from a date on, with where
// it stands. Later rows of the same name replace earlier ones (domain 0.1).
type LegalParameter struct {
	Name          string
	Value         int64 // paise for amounts, days for periods, millionths of a percent for rates
	EffectiveFrom Date
	Source        string
}

// dated is one parameter over time, oldest first.
type dated []LegalParameter

// on is the value in force on a day; the zero value before the first.
func (d dated) on(day Date) LegalParameter {
	var found LegalParameter
	for i := range d {
		if d[i].EffectiveFrom <= day {
			found = d[i]
		}
	}
	return found
}

// The dated parameters. They are never written to.
var (
	cashLimit = dated{
		{"cash_limit_269st", 200_000_00, NewDate(2017, time.April, 1), "Income-tax Act 1961, section 269ST"},
	}
	chequeMonths = dated{
		{"cheque_validity_months", 6, earliest, "Practice of banks before the circular below [K]"},
		{"cheque_validity_months", 3, NewDate(2012, time.April, 1), "RBI DBOD.AML BC.No.47/14.01.001/2011-12 of 4 Nov 2011"},
	}
	cashLoanLimit = dated{
		{"cash_loan_limit_269ss", 20_000_00, NewDate(1989, time.April, 1), "Income-tax Act 1961, section 269SS"},
	}
	cashRepaymentLimit = dated{
		{"cash_repayment_limit_269t", 20_000_00, NewDate(1989, time.April, 1), "Income-tax Act 1961, section 269T"},
	}
	tdsThreshold = dated{
		{"tds_payee_threshold", 5_000_00, NewDate(2003, time.June, 1), "Income-tax Act 1961, section 194A [S19]"},
		{"tds_payee_threshold", 10_000_00, NewDate(2025, time.April, 1), "Finance Act 2025, section 194A [S19]"},
	}
	tdsRate = dated{
		{"tds_rate", 10_000_000, NewDate(2003, time.June, 1), "Income-tax Act 1961, section 194A, payee with PAN [S19]"},
	}
	tdsTolerance = dated{
		{"tds_tolerance", 1_00, earliest, "domain 3.5.4, TDS-01"},
	}
	npaDays = dated{
		{"npa_days", 90, earliest, "RBI master direction, 90 days overdue [S2][S13]"},
	}
	npaDaysBase = dated{
		{"npa_days_base", 180, earliest, "Base Layer before the glide path of RBI/2021-22/112, scale based regulation [K]"},
		{"npa_days_base", 150, NewDate(2024, time.March, 31), "glide path of the Base Layer, 150 days by March 2024 [K]"},
		{"npa_days_base", 120, NewDate(2025, time.March, 31), "glide path of the Base Layer, 120 days by March 2025 [K]"},
		{"npa_days_base", 90, NewDate(2026, time.March, 31), "glide path of the Base Layer, 90 days by March 2026 [K]; domain 4.1.5"},
	}
	doubtful2Months = dated{
		{"doubtful2_months", 12, earliest, "doubtful for one year: domain 4.5 [S13]"},
	}
	doubtful3Months = dated{
		{"doubtful3_months", 36, earliest, "doubtful for three years: domain 4.5 [S13]"},
	}
	outOfOrderDays = dated{
		{"out_of_order_days", 90, earliest, "RBI/2021-2022/125, out of order for 90 days [S2][S12]"},
	}
	provisionStandardBase = dated{
		{"provision_standard_base", 250_000, earliest, "0.25% of standard assets, Base Layer [S13]"},
	}
	provisionStandardMiddle = dated{
		{"provision_standard_middle", 400_000, earliest, "0.40% of standard assets, Middle Layer [S13]"},
	}
	provisionSubStandard = dated{
		{"provision_sub_standard", 10_000_000, earliest, "10% of sub-standard assets [S13]"},
	}
	provisionDoubtful1 = dated{
		{"provision_doubtful_1", 20_000_000, earliest, "20% of the secured part, up to one year doubtful [S13]"},
	}
	provisionDoubtful2 = dated{
		{"provision_doubtful_2", 30_000_000, earliest, "30% of the secured part, one to three years doubtful [S13]"},
	}
	provisionDoubtful3 = dated{
		{"provision_doubtful_3", 50_000_000, earliest, "50% of the secured part, more than three years doubtful [S13]"},
	}
	prepaymentRuleFrom = dated{
		{"prepayment_rule", 1, NewDate(2026, time.January, 1), "RBI (Pre-payment Charges on Loans) Directions 2025 [S7]"},
	}
	prepaymentMiddleLimit = dated{
		{"prepayment_middle_limit", 50_00_000_00, NewDate(2026, time.January, 1), "no charge up to 50 lakh for NBFC-ML and the like [S7]"},
	}
	gstRate = dated{
		{"gst_rate", 18_000_000, NewDate(2017, time.July, 1), "18% on financial services; domain 3.10 [S20]"},
	}
	tdsRateNoPAN = dated{
		{"tds_rate_no_pan", 20_000_000, NewDate(2010, time.April, 1), "Income-tax Act 1961, section 206AA: payee without PAN [S19]"},
	}
	kfsValidDays = dated{
		{"kfs_valid_days", 3, NewDate(2024, time.October, 1), "RBI/2024-25/18, at least three working days for a tenor of seven days or more [S1]"},
	}
	kfsValidDaysShort = dated{
		{"kfs_valid_days_short", 1, NewDate(2024, time.October, 1), "RBI/2024-25/18, one working day for a shorter tenor [S1]"},
	}
	coolingOffDays = dated{
		{"cooling_off_days", 1, NewDate(2025, time.May, 8), "RBI Digital Lending Directions 2025: at least one day [S8]"},
	}
	documentReleaseDays = dated{
		{"document_release_days", 30, NewDate(2023, time.December, 1), "RBI of 13 Sep 2023: property documents within 30 days [S36]"},
	}
	documentDelayCharge = dated{
		{"document_delay_charge", 5_000_00, NewDate(2023, time.December, 1), "RBI of 13 Sep 2023: 5,000 a day of delay [S36]"},
	}
	nachPresentations = dated{
		{"nach_presentations", 3, earliest, "NPCI: one presentation and two more [S23]"},
	}
	nachGapDays = dated{
		{"nach_gap_days", 3, earliest, "NPCI: not before three days after the return [S23]"},
	}
	sma1Days = dated{
		{"sma1_days", 30, earliest, "RBI/2021-2022/125 of 12 Nov 2021 [S2]"},
	}
	sma2Days = dated{
		{"sma2_days", 60, earliest, "RBI/2021-2022/125 of 12 Nov 2021 [S2]"},
	}
	backdateFreeDays = dated{
		{"backdate_free_days", 0, earliest, "domain 3.7.1"},
	}
	statementFreeDays = dated{
		{"statement_free_days", 7, earliest, "domain 3.7.1"},
	}
)

// legalParameters lists them all, for those who ask by name.
var legalParameters = []dated{cashLimit, chequeMonths, cashLoanLimit, cashRepaymentLimit, tdsThreshold, tdsRate, tdsTolerance,
	npaDays, npaDaysBase, sma1Days, sma2Days, backdateFreeDays, statementFreeDays, doubtful2Months, doubtful3Months, outOfOrderDays,
	provisionStandardBase, provisionStandardMiddle, provisionSubStandard, provisionDoubtful1, provisionDoubtful2, provisionDoubtful3,
	prepaymentRuleFrom, prepaymentMiddleLimit, gstRate, tdsRateNoPAN, kfsValidDays, kfsValidDaysShort, coolingOffDays,
	documentReleaseDays, documentDelayCharge, nachPresentations, nachGapDays}

// earliest is the first day that [ParseDate] reads.
var earliest = NewDate(1900, time.January, 1)

// Parameter is the dated parameter of that name in force on a day. Asking for
// one that does not exist, or not yet, is our own mistake.
func Parameter(name string, on Date) (LegalParameter, error) {
	var found LegalParameter
	for _, p := range legalParameters {
		if p[0].Name == name {
			found = p.on(on)
		}
	}
	if found.Name == "" {
		return found, fmt.Errorf("there is no parameter %q on %s", name, on)
	}
	return found, nil
}

// Parameters is a dated parameter over time, oldest first; none of a name that is not
// known.
func Parameters(name string) []LegalParameter {
	for _, p := range legalParameters {
		if p[0].Name == name {
			return slices.Clone(p)
		}
	}
	return nil
}

// MoneyParameter is a dated parameter that is an amount.
func MoneyParameter(name string, on Date) (Money, error) {
	p, err := Parameter(name, on)
	return Money(p.Value), err
}

// DayParameter is a dated parameter that is a number of days.
func DayParameter(name string, on Date) (int, error) {
	p, err := Parameter(name, on)
	return int(p.Value), err
}

// FinancialYear is the Indian financial year of a day, 1 April to 31 March, as
// it is written: "2026-27".
func FinancialYear(d Date) string {
	year := d.Year()
	if d.Month() < time.April {
		year--
	}
	return fmt.Sprintf("%d-%02d", year, (year+1)%100)
}
