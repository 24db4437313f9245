package lms

import (
	"context"
	"encoding/json"
	"slices"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// loanParamsAnswer are LOAN PARAMS: every key of the reference in its order,
// whether it was given or not, then ours that were.
type loanParamsAnswer = orderedObject

// standardParameters are the keys of the reference from days_in_month on, in its
// order, with what stands there when nothing was given.
var standardParameters = []orderedKey{
	{"type", raw(`"loan"`)}, {"days_in_month", raw(`null`)}, {"days_in_year", raw(`null`)},
	{"tenure_period", raw(`null`)}, {"tenure_value", raw(`0`)}, {"tenure_period_type", raw(`null`)}, {"tenure_fixed_due_date", raw(`false`)},
	{"tenure_due_days", raw(`[]`)}, {"tenure_min_days", raw(`0`)}, {"tenure_starts_at", raw(`"disbursement_date"`)},
	{"roi_period", raw(`"years"`)}, {"roi_slab_based", raw(`false`)}, {"roi_value", raw(`null`)},
	{"overdue_roi_same_as_roi", raw(`false`)}, {"overdue_roi_slab_based", raw(`false`)}, {"overdue_roi_value", raw(`null`)},
	{"penal_roi_same_as_roi", raw(`false`)}, {"penal_roi_slab_based", raw(`false`)}, {"penal_tax", raw(`0`)}, {"penal_min_amount", raw(`0`)},
	{"penal_max_amount", raw(`0`)}, {"penal_roi_value", raw(`null`)}, {"penal_roi_value_type", raw(`null`)}, {"penal_accrual_frequency", raw(`"daily"`)},
	{"penal_lag_days_after_due", raw(`0`)}, {"penal_calculation_type", raw(`null`)},
	{"interest_starts", raw(`"same_day"`)}, {"interest_lock_in_enabled", raw(`false`)}, {"interest_lock_in_days", raw(`0`)},
	{"subvention_is_enabled", raw(`false`)}, {"subvention_value_type", raw(`"percentage"`)}, {"subvention_value", raw(`0`)}, {"subvention_days", raw(`0`)},
	{"cashback_is_enabled", raw(`false`)}, {"cashback_use_as", raw(`null`)}, {"cashback_payment_to", raw(`null`)}, {"cashback_release_at", raw(`null`)},
	{"cashback_deduction_is_enabled", raw(`false`)}, {"cashback_deduction_type", raw(`null`)}, {"cashback_deduction_value", raw(`0`)},
	{"holdback_is_enabled", raw(`false`)}, {"holdback_rate", raw(`0`)}, {"holdback_return_is_enabled", raw(`false`)}, {"holdback_return_payment_to", raw(`null`)},
	{"margin_is_enabled", raw(`false`)}, {"margin_value_type", raw(`null`)}, {"margin_value", raw(`0`)}, {"margin_receive_before_disbursement", raw(`false`)},
	{"pf_is_enabled", raw(`false`)}, {"pf_value_type", raw(`"percentage"`)}, {"pf_value", raw(`0`)}, {"pf_gst", raw(`18`)},
	{"emi_frequency", raw(`null`)}, {"emi_count", raw(`0`)}, {"flat_roi_value", raw(`null`)},
}

func raw(text string) json.RawMessage { return json.RawMessage(text) }

// loanParamsWire writes the parameters of a borrower under a program.
func loanParamsWire(p servicing.LoanParams) (loanParamsAnswer, error) {
	var o orderedObject
	put := func(name string, value any) error {
		text, err := encode(value)
		o.keys = append(o.keys, orderedKey{name, text})
		return err
	}
	for _, k := range []struct {
		name  string
		value any
	}{{"id", noText(p.Row.ID)}, {"created_at", stampOf(p.Row.CreatedAt)}, {"updated_at", stampOf(p.Row.UpdatedAt)},
		{"lead_id", p.Borrower.ID}, {"program_id", p.Program.ID}} {
		if err := put(k.name, k.value); err != nil {
			return o, err
		}
	}
	for _, k := range standardParameters {
		if given, ok := p.Given[k.name]; ok {
			k.value = given
		}
		o.keys = append(o.keys, k)
	}
	for _, name := range servicing.LoanParameterKeys() {
		given, ok := p.Given[name]
		if ok && !slices.ContainsFunc(standardParameters, func(k orderedKey) bool { return k.name == name }) {
			o.keys = append(o.keys, orderedKey{name, given})
		}
	}
	if err := put("line_detail", lineAnswer{amount(p.Row.ApprovedLineAmount)}); err != nil {
		return o, err
	}
	return o, put("version", p.Row.Version)
}

// lineAnswer is the line beside loan parameters.
type lineAnswer struct {
	ApprovedLineAmount amount `json:"approved_line_amount"`
}

// paramsBody gives loan parameters to a borrower under a program.
type paramsBody struct {
	LeadID     text             `json:"lead_id" need:"true" doc:"Id or ref of the borrower."`
	ProgramID  text             `json:"program_id" need:"true" doc:"Id, ref or name."`
	LineDetail object[lineBody] `json:"line_detail"`
	LoanData   parameters       `json:"loan_data"`
	Version    whole            `json:"version"`
}

// command translates a body for servicing.
func (in paramsBody) command(c *call) (servicing.ParamsInput, error) {
	version, err := c.versioned(in.Version)
	command := servicing.ParamsInput{Borrower: key(string(in.LeadID)), Program: string(in.ProgramID), LoanData: in.LoanData, Version: version}
	if line := in.LineDetail.is.ApprovedLineAmount; line != nil {
		money := lending.Money(*line)
		command.Line = &money
	}
	return command, err
}

// initiateLoanParams gives a borrower parameters under a program for the first time.
func (a *API) initiateLoanParams(c *call, in paramsBody) (loanParamsAnswer, error) {
	command, err := in.command(c)
	if err != nil {
		return loanParamsAnswer{}, err
	}
	params, err := a.office.InitiateLoanParams(c.ctx, c.actor, command)
	if err != nil {
		return loanParamsAnswer{}, err
	}
	c.version = params.Row.Version
	return loanParamsWire(params)
}

// nothing is the empty object.
type nothing struct{}

// updateLoanParams changes some parameters; the answer is empty, as the
// reference has it.
func (a *API) updateLoanParams(c *call, in paramsBody) (nothing, error) {
	command, err := in.command(c)
	if err != nil {
		return nothing{}, err
	}
	params, err := a.office.UpdateLoanParams(c.ctx, c.actor, command)
	c.version = params.Row.Version
	return nothing{}, err
}

// showLoanParams answers the parameters of a borrower under a program, or of an account.
func (a *API) showLoanParams(c *call) (loanParamsAnswer, error) {
	var answer loanParamsAnswer
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		params, err := c.loanParams(ctx, v)
		if err != nil {
			return err
		}
		c.version = params.Row.Version
		answer, err = loanParamsWire(params)
		return err
	})
	return answer, err
}

// loanParams are those of the account of the path or the query, or of the pair.
func (c *call) loanParams(ctx context.Context, v *store.View) (servicing.LoanParams, error) {
	named := c.keyParam("account")
	if c.echo.Param("id") != "" {
		named = c.id()
	}
	if named == "" {
		lead, program := c.keyParam("lead_id"), c.text("program_id")
		missing := faults{}
		if lead == "" {
			missing.add("lead_id", "Say whose parameters: lead_id and program_id, or account.")
		}
		if program == "" {
			missing.add("program_id", "Say under which program.")
		}
		if len(missing) > 0 {
			return servicing.LoanParams{}, missing
		}
		return servicing.LoanParamsOf(ctx, v, lead, program)
	}
	account, err := accountByKey(ctx, v, named)
	if err != nil {
		return servicing.LoanParams{}, err
	}
	params, err := servicing.LoanParamsOf(ctx, v, account.BorrowerID, account.ProgramID)
	if err != nil {
		return params, err
	}
	params.Row.ApprovedLineAmount = account.ApprovedLineAmount
	params.Given, err = servicing.LoanDataOf(account)
	return params, err
}
