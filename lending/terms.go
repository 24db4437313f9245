package lending

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Method says what interest is computed on.
type Method string

// The interest methods (domain 1.3).
const (
	Reducing Method = "reducing" // on the principal that is outstanding
	Flat     Method = "flat"     // on the principal that was lent
)

// Amortization is the shape in which principal comes back.
type Amortization string

// The shapes (domain 1.4, 1.6).
const (
	EqualInstalments Amortization = "equal_instalments"
	EqualPrincipal   Amortization = "equal_principal"
	InterestOnly     Amortization = "interest_only" // interest each period, principal at the end
	Bullet           Amortization = "bullet"        // one payment at the end, simple interest
	Structured       Amortization = "structured"    // explicit principal rows
)

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

// Values of interest_basis, emi_basis, interest_payment, last_instalment.
const (
	BasisPeriod = "period" // the yearly rate divided by the periods of a year
	BasisDays   = "days"   // by the day count

	EMIFormula = "formula" // the instalment of equal periods, whatever the rows cost
	EMISolve   = "solve"   // level on the interest that the rows really cost

	PaidPeriodically = "periodic"
	PaidAtMaturity   = "at_maturity" // booked each period, payable with the principal

	LastAbsorbs  = "absorb"   // the last instalment is what is left
	LastLevel    = "level"    // a remainder above half a paisa a row is spread
	LastSeparate = "separate" // a remainder above the last instalment is a row of its own, due the same day
)

// BPIMode says how interest of the broken period before the first cycle is
// collected (domain 1.5).
type BPIMode string

// The modes of broken period interest.
const (
	BPIUpfront        BPIMode = "upfront"         // kept back at disbursal
	BPIFirstEMI       BPIMode = "first_emi"       // added to the first instalment
	BPIInstalmentZero BPIMode = "instalment_zero" // a due of its own on the cycle start
	BPISpread         BPIMode = "spread"          // equal parts on all instalments, the residue on the last
	BPINone           BPIMode = "none"            // no broken period: the first row costs its actual days
)

// PrincipalRow is one row of a structured schedule. Due dates are given in all
// rows or in none; in none they follow the frequency.
type PrincipalRow struct {
	DueDate   Date  `json:"due_date,omitzero"`
	Principal Money `json:"principal"`
}

// Terms are the loan parameters that decide a schedule; the JSON keys are those
// of the wire (spec/api.md, "Loan parameters"). A zero value means "not given"
// and takes the default of that table. Amounts are paise.
type Terms struct {
	ROIValue       Rate         `json:"roi_value,omitzero"`
	ROIPeriod      string       `json:"roi_period,omitempty"`    // "years"
	FlatROIValue   Rate         `json:"flat_roi_value,omitzero"` // the same yearly rate given as one number; the method is interest_method
	InterestMethod Method       `json:"interest_method,omitempty"`
	Amortization   Amortization `json:"amortization,omitempty"`
	EMICount       int          `json:"emi_count,omitempty"`
	EMIFrequency   Frequency    `json:"emi_frequency,omitempty"`
	EMIEvery       int          `json:"emi_every,omitempty"`
	InterestBasis  string       `json:"interest_basis,omitempty"`
	DayCount                    // days_in_year, days_in_month

	FirstDueDate     Date           `json:"first_due_date,omitzero"`
	CycleDay         int            `json:"cycle_day,omitempty"` // 1-31, clipped to the end of a shorter month
	EMIAmount        Money          `json:"emi_amount,omitempty"`
	EMIRounding      Rounding       `json:"emi_rounding,omitzero"`
	InterestRounding Rounding       `json:"interest_rounding,omitzero"`
	EMIBasis         string         `json:"emi_basis,omitempty"`
	InterestPayment  string         `json:"interest_payment,omitempty"`
	LastInstalment   string         `json:"last_instalment,omitempty"`
	BPIMode          BPIMode        `json:"bpi_mode,omitempty"`
	BPIRounding      Rounding       `json:"bpi_rounding,omitzero"`
	Rows             []PrincipalRow `json:"schedule,omitempty"`

	// What this release refuses by name instead of ignoring it.
	Moratorium            *Moratorium `json:"moratorium,omitempty"`
	Steps                 []Step      `json:"steps,omitempty"`
	Balloon               Money       `json:"balloon,omitempty"`
	InterestRecalculation string      `json:"interest_recalculation,omitempty"` // only "none"
}

// Moratorium is a repayment holiday (domain 1.5). Not yet computed.
type Moratorium struct {
	Instalments int    `json:"instalments"`
	Kind        string `json:"kind"`
}

// Step is one step of a step-up loan (domain 1.6). Not yet computed.
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
func (t Terms) Rate() Rate {
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
	set(&t.EMIEvery, 1)
	t.DayCount = t.DayCount.complete()
	t.EMIRounding, t.InterestRounding = t.EMIRounding.or(UpToRupee), t.InterestRounding.or(ToPaisa)
	t.BPIRounding = t.BPIRounding.or(ToPaisa)
	set(&t.EMIBasis, EMIFormula)
	if t.Amortization == Bullet && t.EMICount > 1 && t.InterestPayment == PaidAtMaturity {
		t.Amortization = InterestOnly // booked period by period, all payable at the end
	}
	if t.Amortization != Bullet {
		set(&t.InterestPayment, PaidPeriodically) // a bullet has one row: nothing to choose
	}
	set(&t.LastInstalment, LastAbsorbs)
	set(&t.BPIMode, BPIUpfront)
	set(&t.InterestRecalculation, "none")
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

func set[T comparable](field *T, standard T) {
	var none T
	if *field == none {
		*field = standard
	}
}

// months is how many months a period has; 0 when it is counted in days.
func (t Terms) months() int {
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
func (t Terms) days() int {
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
func (t Terms) explicitDates() bool {
	return t.Amortization == Structured && len(t.Rows) > 0 && !t.Rows[0].DueDate.IsZero()
}

// Validate refuses terms that give no schedule, naming the wire field.
func (t Terms) Validate() error {
	t = t.Complete()
	for _, check := range []func(Terms) error{Terms.checkLater, Terms.checkRate, Terms.checkWords, Terms.checkSize, Terms.checkShape, Terms.checkRows} {
		if err := check(t); err != nil {
			return err
		}
	}
	return nil
}

// checkLater refuses what a later release brings.
func (t Terms) checkLater() error {
	later := func(field string) error {
		return RefuseField(field, "terms.not_supported", "This release does not compute "+field+" yet.")
	}
	switch {
	case t.Moratorium != nil:
		return later("moratorium")
	case len(t.Steps) > 0:
		return later("steps")
	case t.Balloon != 0:
		return later("balloon")
	case t.InterestRecalculation != "none":
		return later("interest_recalculation")
	}
	return nil
}

func (t Terms) checkRate() error {
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
	{"emi_basis", func(t *Terms) string { return t.EMIBasis }, []string{EMIFormula, EMISolve}},
	{"interest_payment", func(t *Terms) string { return t.InterestPayment }, []string{PaidPeriodically, PaidAtMaturity, ""}},
	{"last_instalment", func(t *Terms) string { return t.LastInstalment }, []string{LastAbsorbs, LastLevel, LastSeparate}},
	{"bpi_mode", func(t *Terms) string { return string(t.BPIMode) }, []string{"upfront", "first_emi", "instalment_zero", "spread", "none"}},
}

// checkWords refuses values that are not among those of the table.
func (t Terms) checkWords() error {
	for i := range termWords {
		word := &termWords[i]
		if !slices.Contains(word.allowed, word.value(&t)) {
			return RefuseField(word.field, "terms."+word.field, word.field+" is one of "+strings.TrimSuffix(strings.Join(word.allowed, ", "), ", ")+".")
		}
	}
	return nil
}

func (t Terms) checkSize() error {
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
	if t.FirstDueDate < 0 || t.FirstDueDate > latestDue {
		return RefuseField("first_due_date", "terms.too_long", "The first due date is beyond the calendar of this program.")
	}
	if t.EMIAmount < 0 || t.EMIAmount > maxMoney {
		return RefuseField("emi_amount", "terms.emi_amount", "An instalment is a positive amount.")
	}
	return nil
}

// checkShape refuses combinations that contradict each other.
func (t Terms) checkShape() error {
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

// checkRows holds the rows of a structured schedule together.
func (t Terms) checkRows() error {
	if t.Amortization != Structured {
		if len(t.Rows) > 0 {
			return RefuseField("schedule", "terms.schedule", "Principal rows need the shape structured.")
		}
		return nil
	}
	if len(t.Rows) != t.EMICount {
		return RefuseField("schedule", "terms.schedule", "There are not as many principal rows as instalments.")
	}
	explicit := t.explicitDates()
	for i, row := range t.Rows {
		switch {
		case row.Principal < 0 || row.Principal > maxMoney:
			return RefuseField("schedule", "terms.schedule", fmt.Sprintf("The principal of row %d is not a positive amount.", i+1))
		case row.DueDate.IsZero() == explicit:
			return RefuseField("schedule", "terms.schedule", "Either all rows carry a due date or none.")
		case explicit && (row.DueDate > latestDue || i > 0 && row.DueDate <= t.Rows[i-1].DueDate):
			return RefuseField("schedule", "terms.schedule", fmt.Sprintf("The due date of row %d does not follow the one before.", i+1))
		}
	}
	if explicit && t.InterestBasis == BasisPeriod {
		return RefuseField("interest_basis", "terms.interest_basis", "Rows with dates of their own cost interest by days.")
	}
	if explicit && !t.FirstDueDate.IsZero() && t.FirstDueDate != t.Rows[0].DueDate {
		return RefuseField("first_due_date", "terms.schedule", "The first due date is not that of the first row.")
	}
	return nil
}
