package servicing

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"lekha/lending"
	"lekha/store"
)

// loanValues reads loan parameters that were checked when they were stored.
type loanValues struct {
	data LoanData
}

func (v loanValues) has(key string) bool    { return v.data[key] != nil }
func (v loanValues) text(key string) string { return jsonText(v.data[key]) }
func (v loanValues) flag(key string) bool   { return v.text(key) == "true" }

func (v loanValues) whole(key string) int {
	n, _ := decimal.NewFromString(v.text(key))
	return int(n.IntPart())
}

func (v loanValues) money(key string) lending.Money {
	amount, _ := lending.ParseMoney(v.text(key))
	return amount
}

func (v loanValues) rate(key string) lending.Rate {
	rate, _ := lending.ParseRate(v.text(key))
	return rate
}

// above says that a number is more than nothing.
func (v loanValues) above(key string) bool {
	n, err := decimal.NewFromString(v.text(key))
	return err == nil && n.IsPositive()
}

// rates reads one percentage or slabs; a single percentage is one slab.
func (v loanValues) rates(key string) []slab {
	var slabs []slab
	if v.has(key) && json.Unmarshal(v.data[key], &slabs) != nil {
		slabs = []slab{{Days: json.RawMessage("-1"), Value: v.data[key]}}
	}
	return slabs
}

// rateSlabs is the yearly rate of a parameter and, where it changes with the days, its
// slabs.
func (v loanValues) rateSlabs(key string) (lending.Rate, lending.RateSlabs, error) {
	var slabs lending.RateSlabs
	differ := false
	given := v.rates(key)
	for i, s := range given {
		rate, err := lending.ParseRate(jsonText(s.Value))
		if err != nil {
			return 0, nil, err
		}
		rate *= v.perYear()
		end, _ := s.end()
		if i == len(given)-1 {
			end = 0 // the last rate holds on, whether an end is written or not
		}
		slabs = append(slabs, lending.RateSlab{ToDay: end, Rate: rate})
		differ = differ || rate != slabs[0].Rate
	}
	switch {
	case len(slabs) == 0:
		return 0, nil, nil
	case !differ:
		return slabs[0].Rate, nil, nil
	}
	return slabs[len(slabs)-1].Rate, slabs, nil
}

// belongsTo refuses a parameter of one kind of loan that was given for another.
func belongsTo(key, what string) error {
	return lending.RefuseField(key, "terms.not_of_this_loan", what)
}

// termsOf lays loan parameters over the terms of a program.
func termsOf(base lending.Terms, data LoanData) (lending.Terms, error) {
	v, t := loanValues{data}, base
	if err := v.ofALoan(); err != nil {
		return t, err
	}
	if v.has("roi_value") || v.has("flat_roi_value") {
		t.ROIValue, t.FlatROIValue, t.RateSlabs = 0, v.rate("flat_roi_value")*v.perYear(), nil
	}
	if v.has("roi_value") {
		var err error
		if t.ROIValue, t.RateSlabs, err = v.rateSlabs("roi_value"); err != nil {
			return t, err
		}
	}
	v.tenure(&t)
	// Keys whose form is the same here and in lending are read by lending.
	same := map[string]json.RawMessage{}
	for _, key := range []string{"roi_slab_pricing", "interest_starts", "interest_method", "amortization", "emi_frequency", "emi_every", "interest_basis", "days_in_year",
		"days_in_month", "first_due_date", "cycle_day", "emi_rounding", "interest_rounding", "bpi_rounding", "emi_basis", "interest_payment",
		"last_instalment", "bpi_mode", "moratorium", "steps", "interest_recalculation"} {
		if v.has(key) {
			same[key] = data[key]
		}
	}
	text, err := json.Marshal(same)
	if err != nil {
		return t, fmt.Errorf("writing terms: %w", err)
	}
	if err := json.Unmarshal(text, &t); err != nil {
		return t, fmt.Errorf("reading terms: %w", err)
	}
	if v.flag("interest_lock_in_enabled") {
		t.LockInDays = v.whole("interest_lock_in_days")
	}
	if v.has("emi_amount") {
		t.EMIAmount = v.money("emi_amount")
	}
	if v.has("balloon") {
		t.Balloon = v.money("balloon")
	}
	if v.has("schedule") {
		if t.Rows, err = principalRows(data["schedule"]); err != nil {
			return t, err
		}
		if t.Amortization == "" {
			t.Amortization = lending.Structured
		}
	}
	return t, nil
}

// perYear is how many of the spans that rates are given for make a year.
func (v loanValues) perYear() lending.Rate {
	switch v.text("roi_period") {
	case "months":
		return 12
	case "days":
		return 365
	}
	return 1
}

// ofALoan refuses parameters that say something about drawings against invoices, or
// that the law leaves no room for.
func (v loanValues) ofALoan() error {
	switch {
	case v.flag("subvention_is_enabled") && v.above("subvention_value"):
		return belongsTo("subvention_is_enabled", "An anchor bears interest of drawings against its invoices; this loan is none.")
	case v.flag("cashback_is_enabled"):
		return belongsTo("cashback_is_enabled", "A cashback is what an early repayment of a drawing gives back; this loan is none.")
	case v.flag("margin_is_enabled") && v.above("margin_value"):
		return belongsTo("margin_is_enabled", "A margin is kept on an invoice; this loan is not drawn against one.")
	case v.text("interest_mode") == interestMonthlyRest:
		return belongsTo("interest_mode", "Interest by the month with the principal at the end is amortization interest_only; monthly_rest is of drawings.")
	case v.text("tenure_starts_at") == "invoice_date":
		return belongsTo("tenure_starts_at", "This loan has no invoice that its tenure could start at.")
	case v.above("penal_tax"):
		return belongsTo("penal_tax", "A penal charge bears no tax: it is damages for a breach and no supply (CBIC circular 245/02/2025-GST, paragraph 4).")
	}
	return nil
}

// principalRows reads the explicit rows of a structured schedule, in rupees.
func principalRows(value json.RawMessage) ([]lending.PrincipalRow, error) {
	var given []struct {
		DueDate   json.RawMessage `json:"due_date"`
		Principal json.RawMessage `json:"principal"`
	}
	if err := json.Unmarshal(value, &given); err != nil {
		return nil, lending.RefuseField("schedule", "terms.schedule", "The schedule is a list of due_date and principal.")
	}
	rows := make([]lending.PrincipalRow, len(given))
	for i, g := range given {
		var err error
		if rows[i].Principal, err = lending.ParseMoney(jsonText(g.Principal)); err != nil {
			return nil, lending.RefuseField("schedule", "terms.schedule", fmt.Sprintf("Row %d: %s", i+1, err))
		}
		if isNothing(g.DueDate) {
			continue
		}
		if rows[i].DueDate, err = wireDate(jsonText(g.DueDate)); err != nil {
			return nil, lending.RefuseField("schedule", "terms.schedule", fmt.Sprintf("Row %d: %s", i+1, err))
		}
	}
	return rows, nil
}

// policyFrom lays loan parameters over the policy of a program. The terms are those
// of the loan, for parameters that say "the same rate".
func policyFrom(base lending.Policy, data LoanData, terms lending.Terms) (lending.Policy, error) {
	v, p := loanValues{data}, base
	if v.has("settlement_order") {
		p.SettlementOrder = lending.SettlementOrder(v.text("settlement_order"))
	}
	if v.has("component_order") {
		p.ComponentOrder = lending.ComponentOrder(v.text("component_order"))
	}
	if v.has("overdue_base") {
		p.OverdueBase = v.text("overdue_base")
	}
	if v.has("restate_category") {
		p.RestateCategory = v.text("restate_category")
	}
	var err error
	switch {
	case v.flag("overdue_roi_same_as_roi"):
		p.OverdueRate, p.OverdueSlabs = terms.Rate(), terms.SlabsAfterDue()
	case v.has("overdue_roi_value"):
		if p.OverdueRate, p.OverdueSlabs, err = v.rateSlabs("overdue_roi_value"); err != nil {
			return p, err
		}
	}
	for _, key := range []string{"penal_lag_days_after_due", "grace_days"} {
		if v.has(key) {
			p.GraceDays = v.whole(key)
		}
	}
	if v.has("days_in_year") {
		p.DayCount.DaysInYear, _ = lending.ParseDays(v.text("days_in_year"))
	}
	if v.has("days_in_month") {
		p.DayCount.DaysInMonth, _ = lending.ParseDays(v.text("days_in_month"))
	}
	if v.has("security_value") {
		p.Asset.Security = v.money("security_value")
	}
	if v.has("penal_roi_value") || v.flag("penal_roi_same_as_roi") {
		if p.Penal, err = v.penal(terms); err != nil {
			return p, err
		}
	}
	return p, p.Validate()
}

// penal reads the charge for breach of terms: a yearly rate, or fixed amounts by
// the day, once, or by slab.
func (v loanValues) penal(terms lending.Terms) (lending.PenalPolicy, error) {
	p := lending.PenalPolicy{Least: v.money("penal_min_amount"), Cap: v.money("penal_max_amount")}
	if v.text("penal_calculation_type") == "exclude_grace_period" {
		p.ChargeFrom = lending.ChargeFromAfterGrace
	}
	slabs := v.rates("penal_roi_value")
	switch {
	case v.flag("penal_roi_same_as_roi"):
		p.Kind, p.Rate, p.RateSlabs = lending.PenalRate, terms.Rate(), terms.SlabsAfterDue()
	case v.text("penal_roi_value_type") != "fixed":
		rate, rising, err := v.rateSlabs("penal_roi_value")
		if p.Kind, p.Rate, p.RateSlabs = lending.PenalRate, rate, rising; err != nil || rate == 0 && rising == nil {
			return lending.PenalPolicy{}, err
		}
		if every := v.text("penal_accrual_frequency"); every != "" && every != "daily" {
			return p, belongsTo("penal_accrual_frequency", "A penal charge at a rate runs by the day; by the month or once it is a fixed amount.")
		}
	case len(slabs) > 1:
		p.Kind = lending.PenalBySlab
		from := 1
		for _, s := range slabs {
			amount, err := lending.ParseMoney(jsonText(s.Value))
			if err != nil {
				return p, err
			}
			end, _ := s.end()
			p.Slabs, from = append(p.Slabs, lending.PenalSlab{FromDay: from, ToDay: end, Amount: amount}), end+1
		}
	default:
		amount, err := lending.ParseMoney(jsonText(slabs[0].Value))
		if p.Amount = amount; err != nil || amount == 0 {
			return lending.PenalPolicy{}, err
		}
		switch p.Kind = lending.PenalPerDay; v.text("penal_accrual_frequency") {
		case "once":
			p.Kind = lending.PenalFlat
		case "monthly":
			p.Kind = lending.PenalPerMonth
		}
	}
	return p, nil
}

// defaultGST is the rate on fees when none is given (domain 3.10).
const defaultGST lending.Rate = 18_000_000

// processingFee is the fee of the parameters on an amount, without tax, and the
// rate of tax on it.
func (v loanValues) processingFee(amount lending.Money) (base lending.Money, gst lending.Rate, err error) {
	gst = defaultGST
	if v.has("pf_gst") {
		gst = v.rate("pf_gst")
	}
	if !v.above("pf_value") || v.has("pf_is_enabled") && !v.flag("pf_is_enabled") {
		return 0, gst, nil
	}
	if v.text("pf_value_type") == "fixed" {
		base, err = lending.ParseMoney(v.text("pf_value"))
		return base, gst, err
	}
	rate, err := lending.ParseRate(v.text("pf_value"))
	if err != nil {
		return 0, gst, lending.RefuseField("pf_value", "pf_value.range", "The processing fee is a percentage between 0 and 1000.")
	}
	return rate.Of(amount, lending.ToPaisa), gst, nil
}

// taxHeads splits the tax on a fee by place of supply: half central and half
// state tax inside the lender's state, integrated tax beyond it, each head
// rounded on its own (domain 3.10). A borrower without a state on record is
// supplied where the lender is (IGST Act 2017, section 12(2)(b)(ii)).
func taxHeads(base lending.Money, rate lending.Rate, ownState, state string) (cgst, sgst, igst lending.Money) {
	if state != "" && ownState != "" && state != ownState {
		return 0, 0, rate.Of(base, lending.ToPaisa)
	}
	half := (rate / 2).Of(base, lending.ToPaisa)
	return half, half, 0
}

// stateOf is the code of a lender's state: the first two digits of its GSTIN.
func stateOf(c store.Company) string {
	if len(c.GSTIN) < 2 {
		return ""
	}
	return c.GSTIN[:2]
}

// plannedLoan is a loan as it will be, were its money to reach the borrower on a
// day.
type plannedLoan struct {
	Terms      lending.Terms
	Policy     lending.Policy
	Schedule   lending.Schedule
	Deductions []lending.Deduction
	Net        lending.Money

	UpfrontRate lending.Rate // at which interest was kept back
}

// planLoan makes schedule and deductions of terms: broken period interest,
// interest kept back, and the processing fee with its tax.
func planLoan(terms lending.Terms, data LoanData, amount lending.Money, on lending.Date, tax func(base lending.Money, rate lending.Rate) lending.Tax) (plannedLoan, error) {
	return planOn(terms, data, amount, amount, on, tax)
}

// lift adds principal that bears no interest to the rows: it is repaid with the last.
func lift(rows []lending.ScheduleRow, extra lending.Money) {
	for i := range rows {
		rows[i].Opening += extra
		if rows[i].Closing += extra; i == len(rows)-1 {
			rows[i].Closing -= extra
			rows[i].Principal += extra
		}
	}
}

// upfrontInterest is the kind of what is kept back of interest at disbursal.
const upfrontInterest = "upfront_interest"

// interestKeptBack is all interest of a schedule (bank discount), or what makes the
// money paid out grow to the face value (true discount).
func (v loanValues) interestKeptBack(terms lending.Terms, s lending.Schedule, base lending.Money, on lending.Date) (lending.Money, error) {
	if len(terms.RateSlabs) > 0 {
		return 0, belongsTo("interest_mode", "Interest that is kept back has one rate; one that changes with the days is paid at the end.")
	}
	if v.text("discount_method") == discountTrue {
		return lending.TrueDiscount(base, terms.Rate(), s.Maturity.Sub(on))
	}
	return s.TotalInterest(), nil
}

// planOn is planLoan where only a base of the amount bears interest.
func planOn(terms lending.Terms, data LoanData, amount, base lending.Money, on lending.Date, tax func(base lending.Money, rate lending.Rate) lending.Tax) (plannedLoan, error) {
	p := plannedLoan{Terms: terms.Complete()}
	var err error
	if p.Schedule, err = terms.Schedule(base, on); err != nil {
		return p, err
	}
	lift(p.Schedule.Rows, amount-base)
	p.Deductions = slices.Clone(p.Schedule.Deductions)
	v := loanValues{data}
	if v.text("interest_mode") == interestUpfront {
		interest, err := v.interestKeptBack(terms, p.Schedule, base, on)
		if err != nil {
			return p, err
		}
		for i := range p.Schedule.Rows {
			p.Schedule.Rows[i].Interest = 0
		}
		if interest > 0 {
			p.Deductions = append(p.Deductions, lending.Deduction{Kind: upfrontInterest, Name: "Interest kept back", Amount: interest})
			p.UpfrontRate, p.Terms.ROIValue, p.Terms.FlatROIValue = p.Terms.Rate(), 0, 0 // repaid early, it owes no interest twice
		}
	}
	fee, gst, err := v.processingFee(amount)
	if err != nil {
		return p, err
	}
	if fee > 0 {
		p.Deductions = append(p.Deductions, lending.Deduction{Kind: "fee", Name: "Processing fee", Amount: fee})
		if t := tax(fee, gst); t.Total() > 0 {
			kind := "gst"
			if t.IGST > 0 {
				kind = "igst" // the tax of another state has a head of its own
			}
			p.Deductions = append(p.Deductions, lending.Deduction{Kind: kind, Name: "GST on the processing fee", Amount: t.Total()})
		}
	}
	if v.flag("holdback_is_enabled") && v.above("holdback_rate") {
		// Kept for the borrower and owed to them: it is lent, and bears interest.
		if held := v.rate("holdback_rate").Of(amount, lending.ToPaisa); held > 0 {
			p.Deductions = append(p.Deductions, lending.Deduction{Kind: lending.FromHoldback, Name: "Holdback", Amount: held})
		}
	}
	p.Net = amount
	for _, d := range p.Deductions {
		p.Net -= d.Amount
	}
	if p.Net <= 0 {
		return p, lending.RefuseField("amount", "loan.net", fmt.Sprintf("Fees and interest kept back take the whole loan: %s would be paid out.", p.Net.Rupees()))
	}
	return p, nil
}
