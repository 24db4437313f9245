package lms

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"

	"lekha/servicing"
	"lekha/store"
)

// loanDataBody is the LOAN PARAMS object as the reference keeps it under an id of
// its own: whose it is, and every parameter by its key beside.
type loanDataBody struct {
	LeadID     text             `json:"lead_id" doc:"Id or ref of the borrower."`
	ProgramID  text             `json:"program_id" doc:"Id, ref or name."`
	LineDetail object[lineBody] `json:"line_detail"`
	Version    whole            `json:"version"`
}

// ownParams are the fields of a LOAN PARAMS object that are no parameters.
var ownParams = []string{"id", "created_at", "updated_at", "lead_id", "program_id", "line_detail", "version"}

// params is the same as the body of initiate_loan_params has it.
func (in loanDataBody) params(c *call) paramsBody {
	given := maps.Clone(c.fields)
	maps.DeleteFunc(given, func(name string, _ json.RawMessage) bool { return slices.Contains(ownParams, name) })
	return paramsBody{LeadID: in.LeadID, ProgramID: in.ProgramID, LineDetail: in.LineDetail, LoanData: loanParameters(given), Version: in.Version}
}

// createLoanData gives a borrower parameters under a program for the first time.
func (a *API) createLoanData(c *call, in loanDataBody) (loanParamsAnswer, error) {
	body := in.params(c)
	if body.LeadID == "" || body.ProgramID == "" {
		return loanParamsAnswer{}, faults{"lead_id": "Say whose parameters: lead_id and program_id."}
	}
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		there, err := servicing.LoanParamsOf(ctx, v, key(string(body.LeadID)), string(body.ProgramID))
		if err == nil && there.Row.ID != "" {
			return refuse(http.StatusConflict, "loan_params.there", "This borrower has loan parameters under this program, "+there.Row.ID+": change those.")
		}
		return err
	})
	if err != nil {
		return loanParamsAnswer{}, err
	}
	return a.initiateLoanParams(c, body)
}

// updateLoanData changes some parameters: at once before money is lent, as a
// proposal afterwards. It answers what holds now.
func (a *API) updateLoanData(c *call, in loanDataBody) (loanParamsAnswer, error) {
	body := in.params(c)
	row, err := a.loanDataRow(c)
	if err != nil {
		return loanParamsAnswer{}, err
	}
	body.LeadID, body.ProgramID = text(row.BorrowerID), text(row.ProgramID)
	if _, err := a.updateLoanParams(c, body); err != nil {
		return loanParamsAnswer{}, err
	}
	return a.showLoanData(c)
}

// showLoanData answers the parameters with an id.
func (a *API) showLoanData(c *call) (loanParamsAnswer, error) {
	var answer loanParamsAnswer
	row, err := a.loanDataRow(c)
	if err != nil {
		return answer, err
	}
	err = a.read(c, func(ctx context.Context, v *store.View) error {
		params, err := servicing.LoanParamsOf(ctx, v, row.BorrowerID, row.ProgramID)
		if err != nil {
			return err
		}
		c.version = params.Row.Version
		answer, err = loanParamsWire(params)
		return err
	})
	return answer, err
}

func (a *API) loanDataRow(c *call) (store.LoanParams, error) {
	var row store.LoanParams
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		var err error
		row, err = v.LoanParamsByID(ctx, c.id())
		return err
	})
	return row, err
}
