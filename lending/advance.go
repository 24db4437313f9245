package lending

// AdvancePolicy says what happens to money beyond dues that came without an
// instruction (domain 3.4). Worked: an instalment of 8,885 is due on 5 March and 8,885
// come beyond dues on 20 February. hold_excess shows them as excess until 5 March, when
// they settle it; next_instalment with 15 days settles it on 20 February, with 10 days
// it waits as well.
type AdvancePolicy struct {
	Kind string `json:"kind,omitempty"`
	Days int    `json:"days,omitempty"` // next_instalment: how near the due date must be

	// Of by_size: days that the payer has for an instruction, days that less than an
	// instalment is held, and what a part payment does to the rows.
	InstructionDays int    `json:"instruction_days,omitempty"`
	HoldDays        int    `json:"hold_days,omitempty"`
	Effect          string `json:"effect,omitempty"`
}

// The kinds of advance policy.
const (
	HoldExcess       = "hold_excess"      // held until something falls due; the default
	NextInstalment   = "next_instalment"  // pays the next instalment at once if it is due within Days
	PrincipalPrepay  = "principal_prepay" // only with an instruction: without one it is held
	BySize           = "by_size"          // by how many instalments it comes to (bysize.go)
	defaultNearDays  = 30
	maxAdvanceWindow = 366
)

func (p AdvancePolicy) complete() AdvancePolicy {
	set(&p.Kind, HoldExcess)
	if p.Kind == NextInstalment {
		set(&p.Days, defaultNearDays)
	}
	if p.Kind == BySize {
		set(&p.InstructionDays, 2)
		set(&p.HoldDays, 15)
		set(&p.Effect, ReduceEMI)
	}
	return p
}

// Validate refuses a policy that is not known.
func (p AdvancePolicy) Validate() error {
	p = p.complete()
	switch p.Kind {
	case HoldExcess, NextInstalment, PrincipalPrepay:
	case BySize:
		if p.InstructionDays < 1 || p.HoldDays < p.InstructionDays || p.HoldDays > maxAdvanceWindow || p.Effect != ReduceEMI && p.Effect != ReduceTenure {
			return RefuseField("advance_policy", "policy.advance_policy", "By size, money is held for up to 366 days, and a part payment does reduce_emi or reduce_tenure.")
		}
	default:
		return RefuseField("advance_policy", "policy.advance_policy", "Money beyond dues is hold_excess, next_instalment, principal_prepay or by_size.")
	}
	if p.Days < 0 || p.Days > maxAdvanceWindow {
		return RefuseField("advance_policy", "policy.advance_policy", "The next instalment is due within 0 to 366 days.")
	}
	return nil
}

// payNext pays the next instalment early where the policy allows it: interest and
// principal of its row, in the order of the receipt.
func (r *replayer) payNext(p *purse) {
	policy := r.policy.AdvancePolicy
	if policy.Kind != NextInstalment || p.left == 0 || p.fact.Receipt.Prepayment != nil {
		return
	}
	for i := r.fallen; i < len(r.dues) && p.left > 0; i++ {
		d := &r.dues[i]
		if d.DueDate.Sub(p.on) > policy.Days {
			return
		}
		if !r.visible(d, p) || d.Type != DemandEMI {
			continue
		}
		for _, c := range p.order.list[:p.order.count] {
			if on := p.on; d.course >= 0 && r.moves(d) {
				on, _ = r.askEarly(d, c, on)
				r.payUpToOn(p, d, c, p.left, on)
			} else {
				r.pay(p, d, c)
			}
		}
	}
}
