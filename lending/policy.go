package lending

import "slices"

// Policy is how an account behaves: wire keys settlement_order, component_order,
// overdue_roi_value, penal_*, grace_days, and the classification parameters.
type Policy struct {
	SettlementOrder  SettlementOrder `json:"settlement_order"`
	ComponentOrder   ComponentOrder  `json:"component_order"`
	ApplyRestToFees  bool            `json:"apply_rest_to_fees"`
	OverdueRate      Rate            `json:"overdue_rate"`            // 0: none is charged
	OverdueSlabs     RateSlabs       `json:"overdue_slabs,omitempty"` // by the days late, over the rate
	OverdueBase      string          `json:"overdue_base"`            // "P+NI" (default) or "P"
	Penal            PenalPolicy     `json:"penal"`
	GraceDays        int             `json:"grace_days"` // suppress penal only, never days past due
	DayCount         DayCount        `json:"day_count"`  // for overdue interest and penal charges at a rate
	InterestRounding Rounding        `json:"interest_rounding"`
	// DPDComponents are those whose unpaid dues count for days past due; empty
	// means P, NI, OI and F (RBI: "any other amount"; charges for breach excluded).
	DPDComponents []Component `json:"dpd_components,omitempty"`
	// RestateCategory: "bank_date" (default), "value_date" or "never" (domain 3.7.4).
	RestateCategory string `json:"restate_category,omitempty"`

	// Allocation, when given, is how receipts settle instead of the two orders
	// above: past due, due and in advance (allocation.go).
	Allocation *Allocation `json:"allocation,omitempty"`
	// FeesDue: "own_date" (default), or "with_instalment": a charge falls due with
	// the instalment in whose period its date lies.
	FeesDue string `json:"fees_due,omitempty"`
	// AdvancePolicy is what happens to money beyond dues (advance.go).
	AdvancePolicy AdvancePolicy `json:"advance_policy,omitzero"`
	// Asset is how the account is classified (delinquency.go, ladder.go).
	Asset AssetPolicy `json:"asset,omitzero"`
}

// Bases of overdue interest, and values of restate_category.
const (
	BasePrincipalInterest = "P+NI"
	BasePrincipal         = "P"

	RestateByBankDate  = "bank_date"
	RestateByValueDate = "value_date"
	RestateNever       = "never"
)

// Values of fees_due.
const (
	FeesOnOwnDate      = "own_date"
	FeesWithInstalment = "with_instalment"
)

// DefaultPolicy is what an account without a terms fact does: oldest due first,
// PI-OI-NI-P, unnamed fees from what is left, no overdue interest, no penal charge.
func DefaultPolicy() Policy {
	return Policy{SettlementOrder: DueDateFirst, ComponentOrder: "PI-OI-NI-P", ApplyRestToFees: true}
}

// complete puts the defaults where nothing was given.
func (p Policy) complete() Policy {
	set(&p.SettlementOrder, DueDateFirst)
	set(&p.ComponentOrder, "PI-OI-NI-P")
	set(&p.OverdueBase, BasePrincipalInterest)
	set(&p.RestateCategory, RestateByBankDate)
	set(&p.Penal.ChargeFrom, ChargeFromDueDate)
	set(&p.FeesDue, FeesOnOwnDate)
	if len(p.OverdueSlabs) > 0 {
		p.OverdueRate = p.OverdueSlabs.rest()
	}
	if len(p.Penal.RateSlabs) > 0 {
		p.Penal.Rate = p.Penal.RateSlabs.rest()
	}
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
	if err := p.OverdueSlabs.Validate("overdue_roi_value"); err != nil {
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

// takePolicy puts a policy in force.
func (r *replayer) takePolicy(p Policy) error {
	if err := p.Validate(); err != nil {
		return err
	}
	p = p.complete()
	r.policy = p
	r.order, _ = p.ComponentOrder.parse()
	r.counted = [NumComponents]bool{Principal: true, Interest: true, OverdueInterest: true, Fee: true}
	if len(p.DPDComponents) > 0 {
		r.counted = [NumComponents]bool{}
		for _, c := range p.DPDComponents {
			r.counted[c] = true
		}
	}
	return nil
}
