package lms

import (
	"context"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// mandateAnswer is a mandate: what the borrower's bank was told.
type mandateAnswer struct {
	ID        string `json:"id"`
	CreatedAt stamp  `json:"created_at"`
	UpdatedAt stamp  `json:"updated_at"`
	RefID     string `json:"ref_id"`
	Index     int64  `json:"index"`
	Account   string `json:"account"`
	Status    string `json:"status" doc:"draft, sent, active, rejected, cancelled or expired."`
	UMRN      string `json:"umrn" doc:"Under which the bank registered it; empty before."`
	MaxAmount amount `json:"max_amount" doc:"Of one presentation."`
	Frequency string `json:"frequency"`
	FirstDate stamp  `json:"first_date"`
	LastDate  stamp  `json:"last_date"`
	Holder    string `json:"account_holder_name"`
	IFSC      string `json:"ifsc"`
	AccountNo string `json:"account_no"`
	Reason    string `json:"reason" doc:"Why it was rejected or ended."`
}

func mandateWire(m store.Mandate) mandateAnswer {
	return mandateAnswer{m.ID, stampOf(m.CreatedAt), stampOf(m.UpdatedAt), m.Ref, m.Idx, m.AccountID, m.Status, m.UMRN, amount(m.MaxAmount), m.Frequency,
		startOf(m.FirstDate), startOf(m.LastDate), m.Holder, m.IFSC, m.AccountNo, m.Reason}
}

// mandateBody draws a mandate up.
type mandateBody struct {
	Account     text   `json:"account" need:"true" doc:"Id or ref."`
	MaxAmount   amount `json:"max_amount" need:"true" doc:"Of one presentation."`
	Frequency   text   `json:"frequency" doc:"as_presented when unset." enum:"as_presented,monthly,quarterly,half_yearly,yearly"`
	FirstDate   date   `json:"first_date" need:"true"`
	LastDate    date   `json:"last_date" need:"true"`
	Holder      text   `json:"account_holder_name" need:"true"`
	IFSC        text   `json:"ifsc" need:"true"`
	AccountNo   text   `json:"account_no" need:"true"`
	AccountType text   `json:"account_type" doc:"10 when unset."`
	Remark      text   `json:"remark" doc:"For who decides."`
}

// createMandate draws a mandate up and asks a second person for it.
func (a *API) createMandate(c *call, in mandateBody) (mandateAnswer, error) {
	m, err := a.office.CreateMandate(c.ctx, c.actor, servicing.MandateInput{Account: key(string(in.Account)), MaxAmount: lending.Money(in.MaxAmount), Frequency: string(in.Frequency),
		FirstDate: lending.Date(in.FirstDate), LastDate: lending.Date(in.LastDate), Holder: string(in.Holder), IFSC: string(in.IFSC), AccountNo: string(in.AccountNo),
		AccountType: string(in.AccountType), Reason: string(in.Remark)})
	return mandateWire(m), err
}

// mandatesAnswer are the mandates of an account.
type mandatesAnswer struct {
	Results []mandateAnswer `json:"results"`
}

// listMandates answers the mandates of an account, newest first.
func (a *API) listMandates(c *call) (mandatesAnswer, error) {
	answer := mandatesAnswer{Results: []mandateAnswer{}}
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		account, err := accountID(ctx, v, c.id())
		if err != nil {
			return err
		}
		mandates, err := v.MandatesOfAccount(ctx, account)
		for _, m := range mandates {
			answer.Results = append(answer.Results, mandateWire(m))
		}
		return err
	})
	return answer, err
}

// showMandate answers one mandate.
func (a *API) showMandate(c *call) (mandateAnswer, error) {
	var m store.Mandate
	err := a.read(c, func(ctx context.Context, v *store.View) (err error) {
		m, err = v.MandateByAny(ctx, c.id())
		return err
	})
	return mandateWire(m), err
}

// mandateNews is what the borrower's bank says of a mandate.
type mandateNews struct {
	UMRN   text `json:"umrn" doc:"Under which it registered the mandate."`
	Reason text `json:"reason" doc:"Of its rejection, instead of a number."`
}

// takeMandateAnswer makes a mandate active, or rejected.
func (a *API) takeMandateAnswer(c *call, in mandateNews) (mandateAnswer, error) {
	m, err := a.office.TakeMandateAnswer(c.ctx, c.actor, c.id(), servicing.MandateAnswer{UMRN: string(in.UMRN), Reason: string(in.Reason)})
	return mandateWire(m), err
}

// cancelMandate ends a mandate; an active one only after a second person agreed.
func (a *API) cancelMandate(c *call, in remarkBody) (mandateAnswer, error) {
	m, err := a.office.CancelMandate(c.ctx, c.actor, c.id(), in.why())
	return mandateWire(m), err
}
