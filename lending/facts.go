package lending

import (
	"fmt"
	"slices"
)

// check refuses a fact that cannot be one: commands let only sound facts in, so
// that this is our own mistake and no [Error].
func (f *Fact) check() error {
	if err := f.fault(); err != "" {
		return fmt.Errorf("fact %q (%s): %s", f.Key, f.Kind, err)
	}
	return nil
}

func (f *Fact) fault() string {
	if f.Key == "" || f.ValueDate <= 0 || f.ValueDate > latestDue {
		return "it has no key or no value date"
	}
	if f.Amount < 0 || f.Amount > maxMoney {
		return "its amount is negative or beyond all bounds"
	}
	switch f.Kind {
	case FactTerms:
		if f.Policy == nil {
			return "it has no policy"
		}
	case FactDisbursal:
		if f.Disbursal == nil {
			return "it has no disbursal"
		}
		return f.Disbursal.fault(f)
	case FactReceipt:
		if f.Receipt == nil {
			return "it has no receipt"
		}
		return f.Receipt.fault(f)
	case FactCharge:
		if f.Charge == nil {
			return "it has no charge"
		}
		return f.Charge.fault(f)
	case FactReversal:
		if f.Reverses == "" {
			return "it does not say what it reverses"
		}
	default:
		return f.changeFault()
	}
	return ""
}

// changeFault is the fault of a fact that changes what was agreed or held.
func (f *Fact) changeFault() string {
	switch {
	case f.Kind == FactTranche && (f.Tranche == nil || f.Tranche.Loan == "" || f.Amount == 0 || f.Tranche.deducted() > f.Amount):
		return "it is no tranche"
	case f.Kind == FactRateChange && (f.RateChange == nil || f.RateChange.Loan == "" || f.RateChange.Rate < 0 || f.RateChange.Rate > maxRate):
		return "it is no change of a rate"
	case f.Kind == FactPause && (f.Pause == nil || f.Pause.Loan == "" || f.Pause.To < f.ValueDate || f.Pause.To > latestDue):
		return "it is no pause"
	case f.Kind == FactReschedule:
		if f.Reschedule == nil {
			return "it has no schedule"
		}
		return f.Reschedule.fault(f)
	case f.Kind == FactRefund && f.Refund == nil, f.Kind == FactCashback && f.Cashback == nil, f.Kind == FactWriteOff && f.WriteOff == nil:
		return "it has no body"
	case f.Kind == FactAdjustment && (f.Adjustment == nil || f.Adjustment.Received != 0 || f.Adjustment.TDS != 0):
		return "an adjustment brings no money"
	case f.Kind == FactWaiver && (f.Waiver == nil || f.Waiver.Component >= NumComponents):
		return "it is no waiver"
	case f.Kind == FactClassification && (f.Classification == nil || f.Classification.Category.rank() < 0):
		return "its category is not known"
	case kindRank(f.Kind) < 0:
		return "its kind is not known"
	}
	return ""
}

// fault of a disbursal: frozen rows repay what was lent, and nothing is negative.
func (d *Disbursal) fault(f *Fact) string {
	if d.Loan == "" || len(d.Rows) == 0 {
		return "it has no loan or no rows"
	}
	var sum Money
	for i := range d.Rows {
		row := &d.Rows[i]
		if row.Principal < 0 || row.Interest < 0 || row.Principal > maxMoney || row.Interest > maxMoney {
			return "a row has a negative amount or one beyond all bounds"
		}
		if row.DueDate < f.ValueDate || row.DueDate > latestDue {
			return "a row falls due before the disbursal or beyond the calendar"
		}
		if i > 0 && row.No <= d.Rows[i-1].No {
			return "its rows are not numbered upwards"
		}
		sum += row.Principal - row.Capitalised
		if row.Capitalised < 0 || row.Capitalised > maxMoney || row.Fee < 0 || row.Fee > maxMoney {
			return "a row has a negative amount or one beyond all bounds"
		}
	}
	if sum != f.Amount {
		return "its rows do not repay what was lent"
	}
	left := f.Amount
	for _, deduction := range d.Deductions {
		if deduction.Amount < 0 {
			return "a deduction is negative"
		}
		left -= deduction.Amount
	}
	if left < 0 || d.BPIToCollect < 0 {
		return "its deductions take more than was lent"
	}
	return ""
}

// fault of a receipt: amount = received + TDS (domain 3.5.1).
func (r *Receipt) fault(f *Fact) string {
	if r.Received < 0 || r.TDS < 0 || r.Received+r.TDS != f.Amount {
		return "its amount is not what was received and withheld"
	}
	if _, err := ParseSettlementOrder(string(r.SettlementOrder)); r.SettlementOrder != "" && err != nil {
		return "its settlement order is not known"
	}
	if r.Allocation != nil && r.Allocation.Validate() != nil {
		return "its allocation cannot be walked"
	}
	return ""
}

// fault of a charge: its amount is base and taxes.
func (c *Charge) fault(f *Fact) string {
	if c.Fee == "" || c.DueDate < 0 || c.DueDate > latestDue {
		return "it has no fee, or a due date beyond the calendar"
	}
	if component, err := ParseComponent(c.Component); c.Component != "" && (err != nil || component != Fee && component != Penal && component != Interest) {
		return "it is a charge of an unknown kind"
	}
	if c.Base < 0 || c.CGST < 0 || c.SGST < 0 || c.IGST < 0 || c.Base+c.CGST+c.SGST+c.IGST != f.Amount {
		return "its amount is not base and taxes"
	}
	return ""
}

// Bases of overdue interest, and values of restate_category and charge_from.
const (
	BasePrincipalInterest = "P+NI"
	BasePrincipal         = "P"

	RestateByBankDate  = "bank_date"
	RestateByValueDate = "value_date"
	RestateNever       = "never"

	ChargeFromDueDate    = "due_date"
	ChargeFromAfterGrace = "after_grace"
)

// Values of fees_due.
const (
	FeesOnOwnDate      = "own_date"
	FeesWithInstalment = "with_instalment"
)

// The kinds of penal charge; the empty kind charges nothing.
const (
	PenalRate   = "rate"
	PenalFlat   = "flat"
	PenalPerDay = "per_day"
	PenalBySlab = "slab"
)

// complete puts the defaults where nothing was given.
func (p Policy) complete() Policy {
	set(&p.SettlementOrder, DueDateFirst)
	set(&p.ComponentOrder, "PI-OI-NI-P")
	set(&p.OverdueBase, BasePrincipalInterest)
	set(&p.RestateCategory, RestateByBankDate)
	set(&p.Penal.ChargeFrom, ChargeFromDueDate)
	set(&p.FeesDue, FeesOnOwnDate)
	p.AdvancePolicy = p.AdvancePolicy.complete()
	p.Asset = p.Asset.complete()
	p.DayCount = p.DayCount.complete()
	p.InterestRounding = p.InterestRounding.or(ToPaisa)
	return p
}

// Validate refuses a policy that cannot be applied, naming the wire field.
func (p Policy) Validate() error {
	p = p.complete()
	if _, err := ParseSettlementOrder(string(p.SettlementOrder)); err != nil {
		return err
	}
	if _, err := p.ComponentOrder.parse(); err != nil {
		return err
	}
	if err := p.DayCount.Validate(); err != nil {
		return err
	}
	if err := p.InterestRounding.Validate("interest_rounding"); err != nil {
		return err
	}
	switch {
	case p.OverdueRate < 0 || p.OverdueRate > maxRate:
		return RefuseField("overdue_roi_value", "rate.range", "A rate lies between 0 and 1000 percent a year.")
	case p.OverdueBase != BasePrincipalInterest && p.OverdueBase != BasePrincipal:
		return RefuseField("overdue_base", "policy.overdue_base", "Overdue interest is charged on P+NI or on P.")
	case p.GraceDays < 0 || p.GraceDays > 366:
		return RefuseField("grace_days", "policy.grace_days", "Grace lies between 0 and 366 days.")
	case p.RestateCategory != RestateByBankDate && p.RestateCategory != RestateByValueDate && p.RestateCategory != RestateNever:
		return RefuseField("restate_category", "policy.restate_category", "restate_category is bank_date, value_date or never.")
	}
	if n := len(p.DPDComponents); n > 0 && (!slices.Contains(p.DPDComponents, Principal) || !slices.Contains(p.DPDComponents, Interest) || slices.Max(p.DPDComponents) >= NumComponents) {
		return RefuseField("dpd_components", "policy.dpd_components", "Days past due count P and NI always, and OI, PI and F as wished.")
	}
	if p.FeesDue != FeesOnOwnDate && p.FeesDue != FeesWithInstalment {
		return RefuseField("fees_due", "policy.fees_due", "Fees fall due on their own_date or with_instalment.")
	}
	if p.Allocation != nil {
		if err := p.Allocation.Validate(); err != nil {
			return err
		}
	}
	if err := p.AdvancePolicy.Validate(); err != nil {
		return err
	}
	if err := p.Asset.Validate(); err != nil {
		return err
	}
	return p.Penal.Validate()
}

// Validate refuses a penal policy that cannot be applied, naming the wire field.
func (p PenalPolicy) Validate() error {
	switch p.Kind {
	case "", PenalRate, PenalFlat, PenalPerDay, PenalBySlab:
	default:
		return RefuseField("penal_kind", "policy.penal_kind", "A penal charge is rate, flat, per_day or slab.")
	}
	if p.Rate < 0 || p.Rate > maxRate {
		return RefuseField("penal_rate", "rate.range", "A rate lies between 0 and 1000 percent a year.")
	}
	if p.Amount < 0 || p.Amount > maxMoney/1_000_000 || p.Cap < 0 || p.Cap > maxMoney || p.CapMonth < 0 || p.CapMonth > maxMoney/1000 {
		return RefuseField("penal_amount", "policy.penal_amount", "A penal charge is a positive amount.")
	}
	if p.StopDPD < 0 || p.StopDPD > 3660 {
		return RefuseField("penal_stop_dpd", "policy.penal_stop_dpd", "Penal charges stop after 0 to 3660 days.")
	}
	if p.ChargeFrom != "" && p.ChargeFrom != ChargeFromDueDate && p.ChargeFrom != ChargeFromAfterGrace {
		return RefuseField("penal_charge_from", "policy.penal_charge_from", "Penal charges run from due_date or after_grace.")
	}
	for i, s := range p.Slabs {
		if s.FromDay < 1 || s.ToDay != 0 && s.ToDay < s.FromDay || s.Amount < 0 || s.Amount > maxMoney || i > 0 && s.FromDay <= p.Slabs[i-1].FromDay {
			return RefuseField("penal_slabs", "policy.penal_slabs", "Slabs follow one another, each from a day on, with an amount.")
		}
	}
	return nil
}
