package lms

import (
	"context"
	"encoding/json"
	"maps"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// changeAnswer is a change of a loan that waits for a second person.
type changeAnswer struct {
	Approval approvalAnswer   `json:"approval"`
	Terms    []changedTerm    `json:"terms" doc:"What changes, before and after, in words."`
	Schedule []plannedRowWire `json:"schedule" doc:"Instalments to come, as they would be."`
}

// changedTerm is one term before and after.
type changedTerm struct {
	Name string `json:"name"`
	Was  string `json:"was"`
	Will string `json:"will"`
}

// plannedRowWire is one instalment to come.
type plannedRowWire struct {
	Index     int    `json:"index"`
	DueDate   stamp  `json:"due_date"`
	Principal amount `json:"principal"`
	Interest  amount `json:"interest"`
	EMI       amount `json:"emi"`
}

// answerChange shows what was asked for, with the schedule that would follow.
func (a *API) answerChange(c *call, asked store.Approval, err error) (changeAnswer, error) {
	answer := changeAnswer{Terms: []changedTerm{}, Schedule: []plannedRowWire{}}
	if err != nil {
		return answer, err
	}
	if answer.Approval, err = a.answerApproval(c, asked.ID); err != nil {
		return answer, err
	}
	terms, err := servicing.ChangedTerms(asked)
	if err != nil {
		return answer, err
	}
	for _, t := range terms {
		answer.Terms = append(answer.Terms, changedTerm(t))
	}
	err = a.read(c, func(ctx context.Context, v *store.View) error {
		effects, err := servicing.PreviewApproval(ctx, v, asked)
		for _, e := range effects {
			for _, row := range e.RowsAfter {
				answer.Schedule = append(answer.Schedule, plannedRowWire{row.No, startOf(row.DueDate), amount(row.Principal), amount(row.Interest), amount(row.Principal + row.Interest)})
			}
		}
		return err
	})
	return answer, err
}

// restructureBody asks for other terms; keys of loan data may stand at the top level.
type restructureBody struct {
	Loan          text       `json:"loan" doc:"Id or ref, where the path names none."`
	EffectiveDate date       `json:"effective_date" doc:"From which they hold; the business date when unset."`
	LoanData      parameters `json:"loan_data" doc:"What changes: roi_value, emi_count, emi_amount, emi_frequency, first_due_date, moratorium. The same keys may stand at the top level."`
	Interest      text       `json:"interest" enum:"capitalise,add_to_first_emi,waive" doc:"What becomes of unpaid interest; capitalise unless said."`
	Fees          text       `json:"fees" enum:"carry_forward,waive"`
	Penal         text       `json:"penal" enum:"carry_forward,waive" doc:"Never capitalised."`
	Scheme        text       `json:"scheme" doc:"A scheme under which a standard account stays standard."`
	Reason        text       `json:"reason"`
	Version       whole      `json:"version"`
}

func (a *API) restructureLoan(c *call, in restructureBody) (changeAnswer, error) {
	version, err := c.versioned(in.Version)
	if err != nil {
		return changeAnswer{}, err
	}
	data := map[string]json.RawMessage{}
	for _, key := range servicing.LoanParameterKeys() {
		if value, given := c.fields[key]; given {
			data[key], _ = unwrap(value)
		}
	}
	maps.Copy(data, in.LoanData)
	asked, err := a.office.RequestRestructure(c.ctx, c.actor, servicing.RestructureInput{Loan: c.named(in.Loan), Date: lending.Date(in.EffectiveDate), LoanData: data,
		Interest: string(in.Interest), Fees: string(in.Fees), Penal: string(in.Penal), Scheme: string(in.Scheme), Reason: string(in.Reason), Version: version})
	return a.answerChange(c, asked, err)
}

// named is the id of the path, or what the body names where the path has none.
func (c *call) named(body text) string {
	if id := c.echo.Param("id"); id != "" {
		return c.id()
	}
	return key(string(body))
}

// rateResetBody asks for another rate.
type rateResetBody struct {
	EffectiveDate date   `json:"effective_date" doc:"The business date when unset."`
	ROIValue      text   `json:"roi_value" need:"true" doc:"Percent a year."`
	Option        text   `json:"option" enum:"raise_emi,extend_tenure,mix" doc:"What the borrower chose; raise_emi unless said."`
	EMIAmount     amount `json:"emi_amount" doc:"Of a mix."`
	Reason        text   `json:"reason"`
	Version       whole  `json:"version"`
}

func (a *API) resetRate(c *call, in rateResetBody) (changeAnswer, error) {
	version, err := c.versioned(in.Version)
	if err != nil {
		return changeAnswer{}, err
	}
	rate, err := lending.ParseRate(string(in.ROIValue))
	if err != nil {
		return changeAnswer{}, faults{"roi_value": "A rate lies between 0 and 1000 percent a year."}
	}
	option := string(in.Option)
	if option == "" {
		option = lending.RaiseEMI
	}
	asked, err := a.office.RequestRateReset(c.ctx, c.actor, servicing.RateResetInput{Loan: c.id(), Date: lending.Date(in.EffectiveDate), Rate: rate, Option: option,
		EMI: lending.Money(in.EMIAmount), Reason: string(in.Reason), Version: version})
	return a.answerChange(c, asked, err)
}

// resetBody asks for the rows to come to be made anew.
type resetBody struct {
	Loan   text `json:"loan" doc:"Id or ref; not needed where the account has one running loan."`
	Reason text `json:"reason"`
}

func (a *API) resetSchedule(c *call, in resetBody) (changeAnswer, error) {
	loan := key(string(in.Loan))
	if loan == "" {
		var err error
		if loan, err = a.runningLoan(c, c.id()); err != nil {
			return changeAnswer{}, err
		}
	}
	reason := string(in.Reason)
	if reason == "" {
		reason = "Rows made anew from what is true now."
	}
	asked, err := a.office.RequestReset(c.ctx, c.actor, servicing.ResetInput{Loan: loan, Reason: reason})
	return a.answerChange(c, asked, err)
}

// runningLoan finds the one running loan of an account.
func (a *API) runningLoan(c *call, account string) (string, error) {
	var running []string
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		its, err := accountByKey(ctx, v, account)
		if err != nil {
			return err
		}
		loans, err := v.LoansOfAccount(ctx, its.ID)
		for _, l := range loans {
			if l.Status == "active" {
				running = append(running, l.ID)
			}
		}
		return err
	})
	if err != nil {
		return "", err
	}
	if len(running) != 1 {
		return "", faults{"loan": "Say which loan: this account does not have exactly one that runs."}
	}
	return running[0], nil
}

// trancheRequest asks for more money on a loan.
type trancheRequest struct {
	LoanID     text   `json:"loan_id" need:"true" doc:"Id or ref."`
	Amount     amount `json:"amount" need:"true"`
	PayoutTo   text   `json:"payout_to" enum:"borrower,anchor,custom_bank"`
	CreditBank text   `json:"credit_bank" doc:"Id or ref; the account on file of the borrower when unset."`
	Method     text   `json:"method" enum:"manual,automatic"`
}

// addTranche makes the payout of a tranche; nothing is lent until it is processed.
func (a *API) addTranche(c *call, in trancheRequest) (payoutAnswer, error) {
	p, err := a.office.RequestTranche(c.ctx, c.actor, servicing.TrancheInput{Loan: key(string(in.LoanID)), Amount: lending.Money(in.Amount), PayoutTo: string(in.PayoutTo),
		CreditBank: key(string(in.CreditBank)), Method: string(in.Method)})
	if err != nil {
		return payoutAnswer{}, err
	}
	return a.answerPayout(c, p.ID)
}

// closeAccount closes an account on which nothing is owed, held or on its way.
func (a *API) closeAccount(c *call, in remarkBody) (accountAnswer, error) {
	version, err := c.versioned(in.Version)
	if err != nil {
		return accountAnswer{}, err
	}
	account, err := a.office.CloseLoanAccount(c.ctx, c.actor, servicing.CloseInput{Account: c.id(), Reason: in.why(), Version: version})
	if err != nil {
		return accountAnswer{}, err
	}
	return a.answerAccount(c, account.ID)
}

// reopenAccount asks for a closed account to be opened again.
func (a *API) reopenAccount(c *call, in remarkBody) (changeAnswer, error) {
	asked, err := a.office.RequestReopening(c.ctx, c.actor, servicing.CloseInput{Account: c.id(), Reason: in.why()})
	return a.answerChange(c, asked, err)
}

// writeOffLoan asks for a technical write-off.
func (a *API) writeOffLoan(c *call, in remarkBody) (changeAnswer, error) {
	version, err := c.versioned(in.Version)
	if err != nil {
		return changeAnswer{}, err
	}
	asked, err := a.office.RequestWriteOff(c.ctx, c.actor, servicing.WriteOffInput{Loan: c.id(), Reason: in.why(), Version: version})
	return a.answerChange(c, asked, err)
}

// instructionBody is what the borrower wants done with money beyond the dues.
type instructionBody struct {
	Prepayment   text  `json:"prepayment" enum:"reduce_emi,reduce_tenure" doc:"Unset takes an instruction away."`
	Loan         text  `json:"loan" doc:"Which loan; the oldest with principal when unset."`
	ClosingOffer text  `json:"closing_offer" doc:"The offer that this money takes."`
	Version      whole `json:"version"`
}

// instructRecord writes the instruction on a receipt that was not sent yet.
func (a *API) instructRecord(c *call, in instructionBody) (recordAnswer, error) {
	version, err := c.versioned(in.Version)
	if err != nil {
		return recordAnswer{}, err
	}
	r, err := a.office.InstructRecord(c.ctx, c.actor, c.id(), servicing.Instruction{Effect: string(in.Prepayment), Loan: key(string(in.Loan)), Offer: key(string(in.ClosingOffer)), Version: version})
	if err != nil {
		return recordAnswer{}, err
	}
	return a.answerRecord(c, r.ID)
}
