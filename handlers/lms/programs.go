package lms

import (
	"context"
	"encoding/json"
	"fmt"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// programAnswer is a product: how accounts under it behave, and the loan
// parameters that a new loan starts from.
type programAnswer struct {
	ID        string        `json:"id"`
	CreatedAt stamp         `json:"created_at"`
	UpdatedAt stamp         `json:"updated_at"`
	RefID     string        `json:"ref_id"`
	Index     int64         `json:"index"`
	Name      string        `json:"name"`
	Policy    policyAnswer  `json:"policy"`
	LoanData  orderedObject `json:"loan_data" doc:"Loan parameters that a new loan starts from, by key."`
	Version   int64         `json:"version"`
	Proposal  string        `json:"proposal,omitempty" doc:"Ref of the request that a change became, where accounts were opened under the program already."`
}

// policyAnswer is how accounts of a program behave.
type policyAnswer struct {
	SettlementOrder string       `json:"settlement_order"`
	ComponentOrder  string       `json:"component_order"`
	ApplyRestToFees bool         `json:"apply_rest_to_fees"`
	OverdueROIValue lending.Rate `json:"overdue_roi_value"`
	OverdueBase     string       `json:"overdue_base"`
	PenalKind       string       `json:"penal_kind" doc:"Empty: none. rate, flat, per_day or slab."`
	PenalROIValue   lending.Rate `json:"penal_roi_value"`
	PenalAmount     amount       `json:"penal_amount"`
	PenalMaxAmount  amount       `json:"penal_max_amount" doc:"For each instalment; 0: no bound."`
	GraceDays       int          `json:"grace_days"`
	RestateCategory string       `json:"restate_category"`
}

// orderedObject is an object whose keys go out in their order.
type orderedObject struct{ keys []orderedKey }

type orderedKey struct {
	name  string
	value json.RawMessage
}

// MarshalJSON writes the object.
func (o orderedObject) MarshalJSON() ([]byte, error) {
	out := []byte("{")
	for i, k := range o.keys {
		if i > 0 {
			out = append(out, ',')
		}
		name, err := encode(k.name)
		if err != nil {
			return nil, err
		}
		out = append(append(append(out, name...), ':'), k.value...)
	}
	return append(out, '}'), nil
}

// programWire translates a program.
func programWire(p store.Program) (programAnswer, error) {
	answer := programAnswer{ID: p.ID, CreatedAt: stampOf(p.CreatedAt), UpdatedAt: stampOf(p.UpdatedAt), RefID: p.Ref, Index: p.Idx, Name: p.Name, Version: p.Version}
	var policy lending.Policy
	var terms lending.Terms
	if err := json.Unmarshal([]byte(p.Policy), &policy); err != nil {
		return answer, fmt.Errorf("reading the policy of program %s: %w", p.Ref, err)
	}
	if err := json.Unmarshal([]byte(p.Terms), &terms); err != nil {
		return answer, fmt.Errorf("reading the terms of program %s: %w", p.Ref, err)
	}
	answer.Policy = policyAnswer{string(policy.SettlementOrder), string(policy.ComponentOrder), policy.ApplyRestToFees, policy.OverdueRate, policy.OverdueBase,
		policy.Penal.Kind, policy.Penal.Rate, amount(policy.Penal.Amount), amount(policy.Penal.Cap), policy.GraceDays, policy.RestateCategory}
	answer.LoanData = termsWire(terms)
	return answer, nil
}

// termsWire writes terms by the keys of loan parameters: those that say anything.
func termsWire(t lending.Terms) orderedObject {
	rounding := func(r lending.Rounding) json.RawMessage {
		if r.IsZero() {
			return nil
		}
		raw, _ := json.Marshal(r)
		return raw
	}
	word := func(w string) json.RawMessage {
		if w == "" {
			return nil
		}
		raw, _ := encode(w)
		return raw
	}
	number := func(n int) json.RawMessage {
		if n == 0 {
			return nil
		}
		raw, _ := json.Marshal(n)
		return raw
	}
	rate := func(r lending.Rate) json.RawMessage {
		if r == 0 {
			return nil
		}
		return json.RawMessage(r.String())
	}
	days := func(d lending.Days) json.RawMessage {
		if d == 0 {
			return nil
		}
		raw, _ := json.Marshal(d)
		return raw
	}
	roi := rate(t.ROIValue)
	if len(t.RateSlabs) > 0 {
		roi = slabsWire(t.RateSlabs)
	}
	var o orderedObject
	for _, k := range []orderedKey{
		{"days_in_month", days(t.DaysInMonth)}, {"days_in_year", days(t.DaysInYear)}, {"roi_period", word(t.ROIPeriod)}, {"roi_value", roi},
		{"roi_slab_pricing", word(t.SlabPricing)}, {"interest_starts", word(t.InterestStarts)},
		{"flat_roi_value", rate(t.FlatROIValue)}, {"interest_method", word(string(t.InterestMethod))}, {"amortization", word(string(t.Amortization))},
		{"emi_frequency", word(string(t.EMIFrequency))}, {"emi_count", number(t.EMICount)}, {"emi_every", number(t.EMIEvery)}, {"cycle_day", number(t.CycleDay)},
		{"interest_basis", word(t.InterestBasis)}, {"emi_rounding", rounding(t.EMIRounding)}, {"interest_rounding", rounding(t.InterestRounding)},
		{"bpi_rounding", rounding(t.BPIRounding)}, {"emi_basis", word(t.EMIBasis)}, {"interest_payment", word(t.InterestPayment)},
		{"last_instalment", word(t.LastInstalment)}, {"bpi_mode", word(string(t.BPIMode))},
		{"interest_recalculation", word(t.InterestRecalculation)}, {"moratorium", shapeWire(t.Moratorium, t.Moratorium == nil)},
		{"steps", shapeWire(t.Steps, len(t.Steps) == 0)}, {"balloon", shapeWire(amount(t.Balloon), t.Balloon == 0)},
	} {
		if k.value != nil {
			o.keys = append(o.keys, k)
		}
	}
	return o
}

// slabsWire writes rates by the days as loan parameters give them, the rest with -1.
func slabsWire(slabs lending.RateSlabs) json.RawMessage {
	type slab struct {
		Days  int          `json:"days"`
		Value lending.Rate `json:"value"`
	}
	out := make([]slab, 0, len(slabs))
	for _, s := range slabs {
		if s.ToDay == 0 {
			s.ToDay = -1
		}
		out = append(out, slab{s.ToDay, s.Rate})
	}
	return shapeWire(out, false)
}

// shapeWire writes a parameter that is more than a word or a number; none when it
// is not given.
func shapeWire(value any, unset bool) json.RawMessage {
	if unset {
		return nil
	}
	raw, _ := json.Marshal(value)
	return raw
}

// listPrograms answers one page of programs.
func (a *API) listPrograms(c *call) (page[programAnswer], error) {
	var answer page[programAnswer]
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		q := store.PartyQuery{Search: c.text("search"), Listing: c.listing("index")}
		var err error
		answer, err = paged(c, q.Listing,
			func() ([]store.Program, *store.RecordKey, error) { return v.QueryPrograms(ctx, q) },
			func() (int64, error) {
				_, n, err := v.Programs(ctx, store.PartyFilter{Search: q.Search})
				return n, err
			},
			func(_ context.Context, p store.Program) (programAnswer, error) { return programWire(p) })
		return err
	})
	return answer, err
}

// programBody is a program as it is given; what is left out of a change stays.
type programBody struct {
	Name     *text               `json:"name"`
	Policy   *object[policyBody] `json:"policy"`
	LoanData *parameters         `json:"loan_data" doc:"Loan parameters that a new loan starts from, by key."`
	Version  whole               `json:"version"`
}

// policyBody is how accounts of a program behave, as it is given.
type policyBody struct {
	SettlementOrder *text   `json:"settlement_order" enum:"due_date_first,component_first,loan_first"`
	ComponentOrder  *text   `json:"component_order"`
	ApplyRestToFees *yesNo  `json:"apply_rest_to_fees"`
	OverdueROIValue *text   `json:"overdue_roi_value"`
	OverdueBase     *text   `json:"overdue_base" enum:"P+NI,P"`
	PenalKind       *text   `json:"penal_kind" enum:"rate,flat,per_day"`
	PenalROIValue   *text   `json:"penal_roi_value"`
	PenalAmount     *amount `json:"penal_amount"`
	PenalMaxAmount  *amount `json:"penal_max_amount"`
	GraceDays       *whole  `json:"grace_days"`
	RestateCategory *text   `json:"restate_category" enum:"bank_date,value_date,never"`
}

// over lays what was given over a policy.
func (in policyBody) over(to *lending.Policy) error {
	wrong := faults{}
	rate := func(field string, given *text, to *lending.Rate) {
		if given == nil {
			return
		}
		value, err := lending.ParseRate(string(*given))
		if err != nil && *given != "" {
			wrong.add("policy."+field, err.Error())
		}
		*to = value
	}
	rate("overdue_roi_value", in.OverdueROIValue, &to.OverdueRate)
	rate("penal_roi_value", in.PenalROIValue, &to.Penal.Rate)
	lay(in.SettlementOrder, (*string)(&to.SettlementOrder))
	lay(in.ComponentOrder, (*string)(&to.ComponentOrder))
	lay(in.OverdueBase, &to.OverdueBase)
	lay(in.PenalKind, &to.Penal.Kind)
	lay(in.RestateCategory, &to.RestateCategory)
	if in.ApplyRestToFees != nil {
		to.ApplyRestToFees = bool(*in.ApplyRestToFees)
	}
	if in.PenalAmount != nil {
		to.Penal.Amount = lending.Money(*in.PenalAmount)
	}
	if in.PenalMaxAmount != nil {
		to.Penal.Cap = lending.Money(*in.PenalMaxAmount)
	}
	if in.GraceDays != nil {
		to.GraceDays = int(min(max(*in.GraceDays, -1), 1_000_000)) // beyond, the policy refuses it by name
	}
	if len(wrong) > 0 {
		return wrong
	}
	return nil
}

// over lays what was given over an input.
func (in programBody) over(to *servicing.ProgramInput) error {
	lay(in.Name, &to.Name)
	if in.Policy != nil {
		if err := in.Policy.is.over(&to.Policy); err != nil {
			return err
		}
	}
	if in.LoanData == nil {
		return nil
	}
	terms, err := servicing.TermsOf(to.Terms, *in.LoanData)
	to.Terms = terms
	return err
}

// createProgram adds a program.
func (a *API) createProgram(c *call, in programBody) (programAnswer, error) {
	command := servicing.ProgramInput{Policy: lending.Policy{ApplyRestToFees: true}}
	if err := in.over(&command); err != nil {
		return programAnswer{}, err
	}
	program, err := a.office.CreateProgram(c.ctx, c.actor, command)
	if err != nil {
		return programAnswer{}, err
	}
	c.version = program.Version
	return programWire(program)
}

// showProgram answers one program.
func (a *API) showProgram(c *call) (programAnswer, error) {
	program, err := a.program(c)
	if err != nil {
		return programAnswer{}, err
	}
	c.version = program.Version
	return programWire(program)
}

func (a *API) program(c *call) (store.Program, error) {
	var program store.Program
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		var err error
		program, err = v.ProgramByAny(ctx, c.id())
		return err
	})
	return program, err
}

// updateProgram changes a program for accounts opened from now on.
func (a *API) updateProgram(c *call, in programBody) (programAnswer, error) {
	version, err := c.versioned(in.Version)
	if err != nil {
		return programAnswer{}, err
	}
	p, err := a.program(c)
	if err != nil {
		return programAnswer{}, err
	}
	command := servicing.ProgramInput{Name: p.Name, Version: orNow(version, p.Version)}
	if err := json.Unmarshal([]byte(p.Policy), &command.Policy); err != nil {
		return programAnswer{}, fmt.Errorf("reading the policy of program %s: %w", p.Ref, err)
	}
	if err := json.Unmarshal([]byte(p.Terms), &command.Terms); err != nil {
		return programAnswer{}, fmt.Errorf("reading the terms of program %s: %w", p.Ref, err)
	}
	if err := in.over(&command); err != nil {
		return programAnswer{}, err
	}
	changed, err := a.office.UpdateProgram(c.ctx, c.actor, p.ID, command)
	if err != nil {
		return programAnswer{}, err
	}
	c.version = changed.Version
	answer, err := programWire(changed.Program)
	if changed.Proposal != nil {
		answer.Proposal = changed.Proposal.Ref
	}
	return answer, err
}
