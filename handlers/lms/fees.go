package lms

import (
	"context"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// feeAnswer is a FEE.
type feeAnswer struct {
	ID                string `json:"id"`
	CreatedAt         stamp  `json:"created_at"`
	UpdatedAt         stamp  `json:"updated_at"`
	RefID             string `json:"ref_id"`
	Index             int64  `json:"index"`
	Account           string `json:"account"`
	Loan              noText `json:"loan"`
	Name              string `json:"name"`
	Amount            amount `json:"amount" doc:"Without tax."`
	Tax               amount `json:"tax"`
	TotalAmount       amount `json:"total_amount"`
	DueDate           stamp  `json:"due_date"`
	Demand            noText `json:"demand"`
	PaidAmount        amount `json:"paid_amount"`
	OutstandingAmount amount `json:"outstanding_amount"`
	Status            string `json:"status" doc:"demanded, partially_paid or paid."`
	SentToGL          bool   `json:"sent_to_gl"`
}

func feeWire(f store.FeeRow) feeAnswer {
	status := "demanded"
	switch {
	case f.Outstanding == 0 && f.DemandID != "":
		status = "paid"
	case f.Paid > 0:
		status = "partially_paid"
	}
	return feeAnswer{f.ID, stampOf(f.CreatedAt), stampOf(f.CreatedAt), f.Ref, f.Idx, f.AccountID, noText(f.LoanID), f.Name, amount(f.Base), amount(f.Tax),
		amount(f.Base + f.Tax), startOf(f.DueDate), noText(f.DemandID), amount(f.Paid), amount(f.Outstanding), status, false}
}

// feeFilters narrow the fees.
var feeFilters = join(
	one("account", textParam, "Id or ref of the account."),
	one("loan", textParam, "Id or ref of the loan."),
	between("due_date"),
	one("search", textParam, "A part of the name, or a ref."),
	ordering("index", "due_date"),
)

// listFees answers one page of fees.
func (a *API) listFees(c *call) (page[feeAnswer], error) {
	var answer page[feeAnswer]
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		q := store.FeeQuery{Due: store.Span{From: c.date("due_date_after"), To: c.date("due_date_before")}, Search: c.text("search"), Listing: c.listing("-index")}
		var err error
		if q.Account, err = accountID(ctx, v, c.keyParam("account")); err != nil {
			return err
		}
		if q.Loan, err = loanID(ctx, v, c.keyParam("loan")); err != nil {
			return err
		}
		answer, err = paged(c, q.Listing,
			func() ([]store.FeeRow, *store.RecordKey, error) { return v.QueryFees(ctx, q) },
			func() (int64, error) { return v.CountFees(ctx, q) },
			func(_ context.Context, f store.FeeRow) (feeAnswer, error) { return feeWire(f), nil })
		return err
	})
	return answer, err
}

// feeBody demands a fee.
type feeBody struct {
	Account text   `json:"account" need:"true" doc:"Id or ref."`
	Loan    text   `json:"loan"`
	Name    text   `json:"name" doc:"What it is for."`
	Type    text   `json:"type" doc:"Read when name is unset."`
	Amount  amount `json:"amount" need:"true" doc:"Without tax."`
	GST     *text  `json:"gst" doc:"Percent; 18 when unset."`
	Tax     *text  `json:"tax" doc:"The same as gst: a percentage, not an amount."`
	DueDate date   `json:"due_date" doc:"At once when unset."`
}

// command translates a body for servicing.
func (in feeBody) command() (servicing.FeeInput, error) {
	command := servicing.FeeInput{Account: key(string(in.Account)), Loan: key(string(in.Loan)), Name: string(in.Name), Amount: lending.Money(in.Amount),
		DueDate: lending.Date(in.DueDate)}
	if command.Name == "" {
		command.Name = string(in.Type)
	}
	given, field := in.GST, "gst"
	if given == nil {
		given, field = in.Tax, "tax"
	}
	if given != nil && *given != "" {
		rate, err := lending.ParseRate(string(*given))
		if err != nil {
			return command, faults{field: err.Error()}
		}
		command.GST = &rate
	}
	return command, nil
}

// createFee demands a fee with its tax.
func (a *API) createFee(c *call, in feeBody) (feeAnswer, error) {
	command, err := in.command()
	if err != nil {
		return feeAnswer{}, err
	}
	fee, err := a.office.CreateFee(c.ctx, c.actor, command)
	if err != nil {
		return feeAnswer{}, err
	}
	return a.answerFee(c, fee.ID)
}

// showFee answers one fee.
func (a *API) showFee(c *call) (feeAnswer, error) { return a.answerFee(c, c.id()) }

func (a *API) answerFee(c *call, key string) (feeAnswer, error) {
	var answer feeAnswer
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		fee, err := v.FeeRowByAny(ctx, key)
		answer = feeWire(fee)
		return err
	})
	return answer, err
}
