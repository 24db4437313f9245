package lending

import "time"

// Frequency is how often an instalment falls due; emi_every multiplies it.
type Frequency string

// The frequencies; EveryDays counts emi_every days.
const (
	Daily       Frequency = "daily"
	Weekly      Frequency = "weekly"
	Fortnightly Frequency = "fortnightly"
	Monthly     Frequency = "monthly"
	Quarterly   Frequency = "quarterly"
	HalfYearly  Frequency = "half_yearly"
	Yearly      Frequency = "yearly"
	EveryDays   Frequency = "days"
)

// Values of interest_basis, interest_starts, emi_basis, interest_payment, flat_interest, last_instalment.
const (
	BasisPeriod = "period" // the yearly rate divided by the periods of a year
	BasisDays   = "days"   // by the day count

	StartsSameDay = "same_day" // interest runs from the day of the disbursal
	StartsNextDay = "next_day" // from the day after it

	EMIFormula = "formula" // the instalment of equal periods, whatever the rows cost
	EMISolve   = "solve"   // level on the interest that the rows really cost

	PaidPeriodically = "periodic"
	PaidAtMaturity   = "at_maturity" // booked each period, payable with the principal

	FlatByRow = "by_row" // flat interest by days: each row costs its own
	FlatEqual = "equal"  // the total by days, in equal shares

	LastAbsorbs  = "absorb"   // the last instalment is what is left
	LastLevel    = "level"    // a remainder above half a paisa a row is spread
	LastSeparate = "separate" // a remainder above the last instalment is a row of its own, due the same day
)

// Terms are the loan parameters that decide a schedule; the JSON keys are those
// of the wire (spec/api.md, "Loan parameters"). A zero value means "not given"
// and takes the default of that table. Amounts are paise.
type Terms struct {
	ROIValue       Rate         `json:"roi_value,omitzero"`
	ROIPeriod      string       `json:"roi_period,omitempty"` // "years"
	RateSlabs      RateSlabs    `json:"roi_slabs,omitempty"`  // a rate that changes with the days since the disbursal; roi_value is then that of the rest
	SlabPricing    string       `json:"roi_slab_pricing,omitempty"`
	FlatROIValue   Rate         `json:"flat_roi_value,omitzero"` // the same yearly rate given as one number; the method is interest_method
	InterestMethod Method       `json:"interest_method,omitempty"`
	Amortization   Amortization `json:"amortization,omitempty"`
	EMICount       int          `json:"emi_count,omitempty"`
	EMIFrequency   Frequency    `json:"emi_frequency,omitempty"`
	EMIEvery       int          `json:"emi_every,omitempty"`
	InterestBasis  string       `json:"interest_basis,omitempty"`
	DayCount                    // days_in_year, days_in_month

	InterestStarts string `json:"interest_starts,omitempty"`       // the disbursal day, or the day after it
	LockInDays     int    `json:"interest_lock_in_days,omitempty"` // a loan foreclosed sooner bears interest of as many days

	FirstDueDate     Date           `json:"first_due_date,omitzero"`
	CycleDay         int            `json:"cycle_day,omitempty"` // 1-31, clipped to the end of a shorter month
	EMIAmount        Money          `json:"emi_amount,omitempty"`
	EMIRounding      Rounding       `json:"emi_rounding,omitzero"`
	InterestRounding Rounding       `json:"interest_rounding,omitzero"`
	EMIBasis         string         `json:"emi_basis,omitempty"`
	InterestPayment  string         `json:"interest_payment,omitempty"`
	LastInstalment   string         `json:"last_instalment,omitempty"`
	FlatInterest     string         `json:"flat_interest,omitempty"`
	BPIMode          BPIMode        `json:"bpi_mode,omitempty"`
	BPIRounding      Rounding       `json:"bpi_rounding,omitzero"`
	BPIDayCount      string         `json:"bpi_day_count,omitempty"` // of the broken period alone, like "30/360"; default that of the rows
	Rows             []PrincipalRow `json:"schedule,omitempty"`

	// Shapes beyond the level one (domain 1.5 to 1.7).
	Moratorium         *Moratorium     `json:"moratorium,omitempty"`
	Steps              []Step          `json:"steps,omitempty"`
	Balloon            Money           `json:"balloon,omitempty"`             // residual that falls due with the last instalment
	AdvanceInstalments int             `json:"advance_instalments,omitempty"` // collected at disbursal; interest runs on the rest
	DownPayment        Rate            `json:"down_payment,omitzero"`         // percent of each disbursal, due on its day
	InstalmentFees     []InstalmentFee `json:"instalment_fees,omitempty"`     // charged inside each instalment
	TermLength         int             `json:"term_length,omitempty"`         // periods until the last due date, whatever the rows before it
	PrincipalRounding  Rounding        `json:"principal_rounding,omitzero"`   // of equal principal parts; default that of interest

	// The gap before the first cycle day (gap.go), and due dates on holidays (roll.go).
	MinGapDays          int    `json:"min_gap_days,omitempty"`
	InstalmentZeroBelow int    `json:"instalment_zero_below_days,omitempty"`
	DueDateRoll         string `json:"due_date_roll,omitempty"`

	TrancheEMI string `json:"tranche_emi,omitempty"`
	PreEMI     int    `json:"pre_emi,omitempty"` // rows of interest alone before the instalments, for tranche_emi after_full_draw

	// Interest by actual balance (domain 1.9, recalculation.go).
	InterestRecalculation string `json:"interest_recalculation,omitempty"`
	PastDueInterest       string `json:"past_due_interest,omitempty"`
	EarlyInterest         string `json:"early_interest,omitempty"`

	// Conventions of other systems, for loans that come from them (convention.go).
	InterestDay string `json:"interest_day,omitempty"`
	LeapDays    string `json:"leap_days,omitempty"`
	PartMonth   string `json:"part_month,omitempty"`
}

// Step changes the instalment: every Every instalments it grows by Percent, or
// shrinks when Percent is negative (domain 1.6).
type Step struct {
	Every   int  `json:"every"`
	Percent Rate `json:"percent"`
}

// maxRows is the most rows a schedule may have: a payment a day for almost three years.
const maxRows = 1000

// maxEvery is the most periods between two instalments: ten years of days.
const maxEvery = 3660

// latestDue is the last day that a schedule may reach.
var latestDue = NewDate(2200, time.December, 31)

// Rate is the yearly rate, by whichever key it was given.
func (t *Terms) Rate() Rate {
	if t.ROIValue != 0 {
		return t.ROIValue
	}
	return t.FlatROIValue
}

// Complete puts the defaults of the wire's table where nothing was given. What
// is complete stays as it is.
func (t Terms) Complete() Terms {
	set(&t.ROIPeriod, "years")
	set(&t.InterestMethod, Reducing)
	set(&t.Amortization, EqualInstalments)
	set(&t.EMIFrequency, Monthly)
	set(&t.InterestStarts, StartsSameDay)
	set(&t.EMIEvery, 1)
	t.DayCount = t.DayCount.complete()
	t.EMIRounding, t.InterestRounding = t.EMIRounding.or(UpToRupee), t.InterestRounding.or(ToPaisa)
	t.BPIRounding = t.BPIRounding.or(ToPaisa)
	t.PrincipalRounding = t.PrincipalRounding.or(Rounding{1, t.InterestRounding.Mode})
	set(&t.EMIBasis, EMIFormula)
	if t.Amortization == Bullet && t.EMICount > 1 && t.InterestPayment == PaidAtMaturity {
		t.Amortization = InterestOnly // booked period by period, all payable at the end
	}
	if t.Amortization != Bullet {
		set(&t.InterestPayment, PaidPeriodically) // a bullet has one row: nothing to choose
	}
	set(&t.LastInstalment, LastAbsorbs)
	set(&t.FlatInterest, FlatByRow)
	if len(t.RateSlabs) > 0 {
		t.ROIValue, t.FlatROIValue, t.InterestBasis = t.RateSlabs.rest(), 0, BasisDays
		set(&t.SlabPricing, SlabOwnDays)
		set(&t.BPIMode, BPINone)
	}
	set(&t.BPIMode, BPIUpfront)
	t = t.completeRecalculation()
	if t.Amortization == Structured && t.EMICount == 0 {
		t.EMICount = len(t.Rows)
	}
	if t.InterestBasis == "" {
		t.InterestBasis = BasisDays
		if t.months() > 0 && !t.explicitDates() {
			t.InterestBasis = BasisPeriod
		}
	}
	return t
}

// agreed are the complete terms of rows that were agreed on. Rows that came without
// terms are as many instalments as there are rows.
func (t Terms) agreed(rows []ScheduleRow) Terms {
	if t.EMICount == 0 {
		t.EMICount = len(rows)
	}
	return t.Complete()
}

func set[T comparable](field *T, standard T) {
	var none T
	if *field == none {
		*field = standard
	}
}

// interestFrom is the day from which interest runs.
func (t *Terms) interestFrom(disbursed Date) Date {
	if t.InterestStarts == StartsNextDay {
		return disbursed + 1
	}
	return disbursed
}

// months is how many months a period has; 0 when it is counted in days.
func (t *Terms) months() int {
	switch t.EMIFrequency {
	case Monthly:
		return t.EMIEvery
	case Quarterly:
		return 3 * t.EMIEvery
	case HalfYearly:
		return 6 * t.EMIEvery
	case Yearly:
		return 12 * t.EMIEvery
	}
	return 0
}

// days is how many days a period has; 0 when it is counted in months.
func (t *Terms) days() int {
	switch t.EMIFrequency {
	case Daily, EveryDays:
		return t.EMIEvery
	case Weekly:
		return 7 * t.EMIEvery
	case Fortnightly:
		return 14 * t.EMIEvery
	}
	return 0
}

// explicitDates says that the rows of a structured schedule carry their dates.
func (t *Terms) explicitDates() bool {
	return t.Amortization == Structured && len(t.Rows) > 0 && !t.Rows[0].DueDate.IsZero()
}
