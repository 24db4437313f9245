package lms

import (
	"context"
	"net/http"

	"lekha/bankfile"
	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// refundBody asks that money held goes back; the fields are those of the reference.
type refundBody struct {
	Amount     amount `json:"amount" need:"true" doc:"Rounded to paise."`
	Type       text   `json:"type" doc:"excess when unset; cashback or holdback."`
	PayoutTo   text   `json:"payout_to" doc:"borrower when unset, anchor or custom_bank."`
	CreditBank bankIn `json:"credit_bank" doc:"Mandatory with custom_bank: account_holder_name, account_no, ifsc; or the id of an account to pay to."`
	Method     text   `json:"method" doc:"manual when unset, or automatic."`
	Remark     text   `json:"remark"`
	Version    whole  `json:"version"`
}

// command translates a body for servicing.
func (in refundBody) command() servicing.RefundInput {
	command := servicing.RefundInput{Amount: lending.Money(in.Amount), From: string(in.Type), PayoutTo: string(in.PayoutTo), Method: string(in.Method), Reason: string(in.Remark)}
	command.CreditBank, command.NewBank = in.CreditBank.payee()
	if command.NewBank != nil && command.PayoutTo == "" {
		command.PayoutTo = "custom_bank"
	}
	return command
}

// payee is the account that money goes to: one on file, or one that is described.
func (b bankIn) payee() (string, *servicing.BankInput) {
	switch {
	case b.object == nil:
		return b.named, nil
	case b.object.ID != "":
		return key(string(b.object.ID)), nil
	}
	return "", &servicing.BankInput{AccountHolderName: string(b.object.AccountHolderName), AccountNo: string(b.object.AccountNo), IFSC: string(b.object.IFSC)}
}

// createRecordRefund sends the excess of a record back, or a credit that was
// nobody's to its sender.
func (a *API) createRecordRefund(c *call, in refundBody) (recordAnswer, error) {
	command := in.command()
	command.Record = c.id()
	var err error
	if command.Version, err = c.versioned(in.Version); err != nil {
		return recordAnswer{}, err
	}
	return a.refund(c, command)
}

// createLoanRefund sends back what is held on the account of a loan.
func (a *API) createLoanRefund(c *call, in refundBody) (recordAnswer, error) {
	command := in.command()
	command.Loan = c.id()
	return a.refund(c, command)
}

func (a *API) refund(c *call, command servicing.RefundInput) (recordAnswer, error) {
	refund, err := a.office.RequestRefund(c.ctx, c.actor, command)
	if err != nil {
		return recordAnswer{}, err
	}
	return a.answerRecord(c, refund.Record.ID)
}

// adjustmentBody asks that money held settles dues.
type adjustmentBody struct {
	Amount      amount `json:"amount" need:"true"`
	Type        text   `json:"type" need:"true" doc:"cashback or holdback; excess with from_account."`
	FromAccount text   `json:"from_account" doc:"Id or ref of another account of the borrower, with excess."`
	Remark      text   `json:"remark"`
}

func (in adjustmentBody) command() servicing.AdjustmentInput {
	return servicing.AdjustmentInput{From: string(in.Type), FromAccount: key(string(in.FromAccount)), Amount: lending.Money(in.Amount), Reason: string(in.Remark)}
}

// createRecordAdjustment settles dues of the account of a record.
func (a *API) createRecordAdjustment(c *call, in adjustmentBody) (recordAnswer, error) {
	command := in.command()
	command.Record = c.id()
	return a.adjust(c, command)
}

// createLoanAdjustment settles dues of the account of a loan.
func (a *API) createLoanAdjustment(c *call, in adjustmentBody) (recordAnswer, error) {
	command := in.command()
	command.Loan = c.id()
	return a.adjust(c, command)
}

func (a *API) adjust(c *call, command servicing.AdjustmentInput) (recordAnswer, error) {
	record, err := a.office.RequestAdjustment(c.ctx, c.actor, command)
	if err != nil {
		return recordAnswer{}, err
	}
	return a.answerRecord(c, record.ID)
}

// waiverBody asks that dues are given up.
type waiverBody struct {
	Items  list[waiverItem] `json:"items" need:"true" doc:"The dues that are given up, or parts of them."`
	Remark text             `json:"remark" need:"true" doc:"Why. Whoever decides reads it."`
}

// waiverItem is one due.
type waiverItem struct {
	Demand    text   `json:"demand" need:"true" doc:"Id of the demand."`
	Component text   `json:"component" need:"true" doc:"P, NI, OI, PI or F."`
	Amount    amount `json:"amount" need:"true"`
}

// waiverAnswer is a request for a waiver as it stands.
type waiverAnswer struct {
	Approval openApproval `json:"approval"`
	Amount   amount       `json:"amount"`
}

// createWaiver asks a second person to give up dues.
func (a *API) createWaiver(c *call, in waiverBody) (waiverAnswer, error) {
	command := servicing.WaiverInput{Account: c.id(), Reason: string(in.Remark)}
	for _, item := range in.Items {
		command.Items = append(command.Items, servicing.WaiverItem{Demand: string(item.Demand), Component: string(item.Component), Amount: lending.Money(item.Amount)})
	}
	asked, err := a.office.RequestWaiver(c.ctx, c.actor, command)
	return waiverAnswer{openApproval{ID: asked.ID, RefID: asked.Ref, Kind: asked.Kind, Status: asked.Status, Level: asked.Level, Levels: asked.Levels, Version: asked.Version}, amount(asked.Amount)}, err
}

// cashbackRow is the cashback of one loan.
type cashbackRow struct {
	Account  string `json:"account"`
	Loan     noText `json:"loan"`
	Borrower string `json:"borrower_name"`
	Arisen   amount `json:"cashback_amount"`
	Held     amount `json:"held_amount" doc:"Of all loans of the account, not yet paid or used."`
}

var cashbackColumns = []string{"account", "loan", "borrower_name", "cashback_amount", "held_amount"}

// exportCashback answers the cashback of each loan as CSV or, with format=json, as
// a JSON list.
func (a *API) exportCashback(c *call) ([]cashbackRow, error) {
	rows := []cashbackRow{}
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		found, err := servicing.Cashbacks(ctx, v)
		for _, f := range found {
			rows = append(rows, cashbackRow{f.Account.Ref, noText(f.LoanRef), f.Account.BorrowerName, amount(f.Arisen), amount(f.Held)})
		}
		return err
	})
	if err != nil || c.text("format") == "json" {
		return rows, err
	}
	c.stream = func(w http.ResponseWriter) error {
		c.status = http.StatusOK
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		w.Header().Set("Content-Disposition", `attachment; filename="cashback.csv"`)
		out := bankfile.NewWriter(w)
		if err := out.Write(cashbackColumns); err != nil {
			return err
		}
		for _, r := range rows {
			if err := out.Write([]string{r.Account, string(r.Loan), r.Borrower, lending.Money(r.Arisen).String(), lending.Money(r.Held).String()}); err != nil {
				return err
			}
		}
		return out.Flush()
	}
	return nil, nil
}
