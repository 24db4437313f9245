package lending

import (
	"fmt"
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
var legalParameters = []dated{cashLimit, cashLoanLimit, cashRepaymentLimit, tdsThreshold, tdsRate, tdsTolerance,
	npaDays, sma1Days, sma2Days, backdateFreeDays, statementFreeDays}

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
