package lending

import (
	"math/big"

	"github.com/shopspring/decimal"
)

// LoanCharge is a charge that is known when a loan is offered. Those of category A
// go to the lender, those of category B to a third party through the lender
// (domain 6.1).
type LoanCharge struct {
	Name       string `json:"name"`
	Amount     Money  `json:"amount"`
	GST        Money  `json:"gst,omitempty"`
	ThirdParty bool   `json:"third_party,omitempty"`
}

// Disclosure is what a borrower is told before the loan: the schedule, what is
// paid out, and what it costs a year (domain 6).
type Disclosure struct {
	Schedule         Schedule
	Sanctioned       Money
	ChargesLender    Money // category A, with tax where it is counted
	ChargesThird     Money // category B
	Deducted         Money // upfront interest kept back at disbursal, beside the charges
	NetDisbursed     Money
	TotalInterest    Money
	TotalPayable     Money
	InstalmentExact  decimal.Decimal // the instalment before it is rounded; zero where there is none
	APR              Rate            // nominal: periods a year x rate of a period; see APRMethod
	APRMethod        string
	APRWithoutTax    Rate
	Effective        Rate            // XIRR of the dated flows
	XIRR             decimal.Decimal // the same as a fraction, to twelve places
	NominalOfDates   Rate            // twelve times the month that XIRR comes to
	PeriodsPerYear   int
	CommencementDays int // from disbursal to the first due date
}

// How an APR was found.
const (
	APRNominalPeriodic = "nominal_periodic" // equal periods, the instalment before rounding
	APROfRows          = "nominal_of_rows"  // equal periods, the rows as they are payable
	APROfDates         = "nominal_of_dates" // uneven dates: twelve times the month of the XIRR
)

// Disclose computes the disclosure of a loan by the method of RBI's key facts
// statement: the internal rate of return of what is paid out against what is
// payable, on a reducing balance. Worked (RBI's annexure): 20,000 over 24 months at
// 15%, charges 240 + 160, net 19,600, instalment 969.73 before it is rounded: APR
// 17.07% (KFS-01). Contingent charges are left out; GST on charges is counted.
func Disclose(t Terms, draws []Draw, charges []LoanCharge) (Disclosure, error) {
	s, err := t.ScheduleOf(draws)
	if err != nil {
		return Disclosure{}, err
	}
	t = t.Complete()
	d := Disclosure{Schedule: s, TotalInterest: s.TotalInterest(), PeriodsPerYear: t.periodsPerYear()}
	for _, draw := range draws {
		d.Sanctioned += draw.Amount
	}
	var tax Money
	for _, c := range charges {
		if c.Amount < 0 || c.GST < 0 || c.Amount > maxMoney || c.GST > maxMoney {
			return Disclosure{}, RefuseField("fees", "terms.fees", "A charge is a positive amount.")
		}
		tax += c.GST
		if c.ThirdParty {
			d.ChargesThird += c.Amount + c.GST
		} else {
			d.ChargesLender += c.Amount + c.GST
		}
	}
	for _, deduction := range s.Deductions {
		d.Deducted += deduction.Amount
	}
	d.NetDisbursed = d.Sanctioned - d.ChargesLender - d.ChargesThird - d.Deducted
	if d.NetDisbursed <= 0 {
		return Disclosure{}, RefuseField("fees", "terms.fees", "The charges take the whole loan.")
	}
	d.TotalPayable = d.Sanctioned + d.TotalInterest
	for _, row := range s.Rows {
		d.TotalPayable += row.Fee
	}
	if len(s.Rows) > 0 {
		d.CommencementDays = s.Rows[0].DueDate.Sub(draws[0].Date)
	}
	return d, d.rates(t, draws, tax)
}

// rates fills in the rates of a disclosure.
func (d *Disclosure) rates(t Terms, draws []Draw, tax Money) error {
	x, err := XIRR(d.flows(draws, 0))
	if err != nil {
		return err
	}
	d.XIRR, d.Effective = x, asRate(x)
	nominal, err := NominalMonthly(x)
	if err != nil {
		return err
	}
	d.NominalOfDates = asRate(nominal)
	for _, add := range []Money{0, tax} {
		rate, method, err := d.nominal(t, draws, add)
		if err != nil {
			return err
		}
		if add == 0 {
			d.APR, d.APRMethod = rate, method
		}
		d.APRWithoutTax = rate
	}
	return nil
}

// flows are the dated cash flows, what is paid out raised by an amount.
func (d *Disclosure) flows(draws []Draw, add Money) []CashFlow {
	var flows []CashFlow
	kept := d.Sanctioned - d.NetDisbursed - add
	for i, draw := range draws {
		amount := draw.Amount
		if i == 0 {
			amount -= kept
		}
		flows = append(flows, CashFlow{draw.Date, -amount})
	}
	for _, row := range d.Schedule.Rows {
		if payable := row.Instalment() + row.Fee; payable != 0 {
			flows = append(flows, CashFlow{row.DueDate, payable})
		}
	}
	return flows
}

// nominal is the APR: periods a year times the rate of a period.
func (d *Disclosure) nominal(t Terms, draws []Draw, add Money) (Rate, string, error) {
	rows := d.Schedule.Rows
	if !t.evenPeriods(rows, draws) {
		x, err := XIRR(d.flows(draws, add))
		if err != nil {
			return 0, "", err
		}
		month, err := NominalMonthly(x)
		return asRate(month), APROfDates, err
	}
	periods := decimal.NewFromInt(int64(d.PeriodsPerYear))
	if exact := t.exactInstalment(draws[0].Amount, d.Schedule); exact != nil && len(t.InstalmentFees) == 0 {
		d.InstalmentExact = fixedDecimal(exact)
		scale := Money(1)
		if d.Sanctioned < maxMoney/exactPaisa {
			scale = exactPaisa
		}
		flows := []Money{-(d.NetDisbursed + add) * scale}
		each := roundShift(exact, scale)
		for range t.EMICount { // rounded up, the last one may fall away; the exact one does not
			flows = append(flows, each)
		}
		rate, err := IRR(flows)
		return asRate(rate.Mul(periods)), APRNominalPeriodic, err
	}
	flows := []Money{-(d.NetDisbursed + add)}
	for _, row := range rows {
		flows = append(flows, row.Instalment()+row.Fee)
	}
	rate, err := IRR(flows)
	return asRate(rate.Mul(periods)), APROfRows, err
}

// exactPaisa scales paise so that an instalment keeps four more places.
const exactPaisa = 10_000

func roundShift(fixed *big.Int, scale Money) Money {
	scaled := new(big.Int).Mul(fixed, big.NewInt(int64(scale)))
	return Money(scaled.Rsh(scaled, annuityPlaces).Int64())
}

func fixedDecimal(fixed *big.Int) decimal.Decimal {
	scaled := new(big.Int).Mul(fixed, big.NewInt(1_000_000))
	return decimal.NewFromBigInt(scaled.Rsh(scaled, annuityPlaces), -8)
}

// evenPeriods says that rows follow one another in equal periods from the disbursal.
func (t *Terms) evenPeriods(rows []ScheduleRow, draws []Draw) bool {
	if len(draws) != 1 || len(rows) == 0 || rows[0].PeriodStart != draws[0].Date || t.periodsPerYear() == 0 || t.InterestPayment == PaidAtMaturity || t.Amortization == Bullet {
		return false
	}
	return t.InterestBasis == BasisPeriod && rows[0].No == 1 && t.FirstDueDate == 0 && t.CycleDay == 0 && t.TermLength == 0
}

// exactInstalment is the level instalment before rounding, as a fixed-point number
// of paise; nil where instalments are not solved.
func (t *Terms) exactInstalment(principal Money, s Schedule) *big.Int {
	if t.Amortization != EqualInstalments || t.InterestMethod == Flat || t.EMIAmount > 0 || t.uneven() || t.Moratorium != nil || t.DownPayment > 0 || t.Rate() == 0 {
		return nil
	}
	growth, ok := growthOf(t.Rate(), t.periodParts())
	if !ok {
		return nil
	}
	all := make([]uint64, t.EMICount)
	for i := range all {
		all[i] = growth
	}
	a := newAnnuity(principal, all)
	for i := range all {
		a.weigh(i, fixedOne())
	}
	return a.base()
}

// periodsPerYear is how many instalments a year has; 0 where that is no number.
func (t *Terms) periodsPerYear() int {
	if months := t.months(); months > 0 && 12%months == 0 {
		return 12 / months
	}
	switch {
	case t.EMIFrequency == Weekly && 52%t.EMIEvery == 0:
		return 52 / t.EMIEvery
	case t.EMIFrequency == Fortnightly && 26%t.EMIEvery == 0:
		return 26 / t.EMIEvery
	case t.days() > 0 && 365%t.days() == 0:
		return 365 / t.days()
	}
	return 0
}

// asRate is a fraction a year as a rate, rounded half up.
func asRate(x decimal.Decimal) Rate {
	millionths := x.Shift(8).Round(0)
	if millionths.Abs().GreaterThan(decimal.NewFromInt(int64(maxRate) * 1_000_000)) {
		return maxRate
	}
	return Rate(millionths.IntPart())
}

// Percent is a rate to so many decimals, as it is printed: 17.07.
func (r Rate) Percent(places int32) string { return r.Decimal().StringFixed(places) }
