package lms

import (
	"context"
	"encoding/json"

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
	Status            string `json:"status" doc:"requested (a second person decides), demanded, partially_paid, paid, waived, rejected or deleted."`
	SentToGL          bool   `json:"sent_to_gl"`
	Type              string `json:"type" doc:"The head that decides the tax; empty when it has none."`
	Component         string `json:"component" doc:"F, or PI for a penal charge."`
	CGST              amount `json:"cgst"`
	SGST              amount `json:"sgst"`
	IGST              amount `json:"igst"`
	WaivedAmount      amount `json:"waived_amount"`
	InvoiceNo         noText `json:"invoice_no"`
	InvoiceDate       stamp  `json:"invoice_date"`
}

func feeWire(f store.FeeRow) feeAnswer {
	status := "demanded"
	switch {
	case f.Status != "demanded":
		status = f.Status
	case f.Outstanding == 0 && f.DemandID != "" && f.Paid == 0 && f.Waived > 0:
		status = "waived"
	case f.Outstanding == 0 && f.DemandID != "":
		status = "paid"
	case f.Paid > 0:
		status = "partially_paid"
	}
	return feeAnswer{f.ID, stampOf(f.CreatedAt), stampOf(f.CreatedAt), f.Ref, f.Idx, f.AccountID, noText(f.LoanID), f.Name, amount(f.Base), amount(f.Tax),
		amount(f.Base + f.Tax), startOf(f.DueDate), noText(f.DemandID), amount(f.Paid), amount(f.Outstanding), status, false,
		f.Head, f.Component, amount(f.CGST), amount(f.SGST), amount(f.IGST), amount(f.Waived), noText(f.InvoiceNo), startOf(f.InvoiceOn)}
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
	Type    text   `json:"type" doc:"The head that decides the tax, like processing_fee or penal_charge; the name when that is unset."`
	Penal   yesNo  `json:"penal" doc:"A charge for breach of terms: component PI, without tax."`
	Remark  text   `json:"remark" doc:"Why, for who decides a fee above the limit."`
	Amount  amount `json:"amount" need:"true" doc:"Without tax."`
	GST     *text  `json:"gst" doc:"Percent; 18 when unset."`
	Tax     *text  `json:"tax" doc:"The same as gst: a percentage, not an amount."`
	DueDate date   `json:"due_date" doc:"At once when unset."`
}

// command translates a body for servicing.
func (in feeBody) command() (servicing.FeeInput, error) {
	command := servicing.FeeInput{Account: key(string(in.Account)), Loan: key(string(in.Loan)), Name: string(in.Name), Amount: lending.Money(in.Amount),
		DueDate: lending.Date(in.DueDate), Head: string(in.Type), Reason: string(in.Remark)}
	if in.Penal || command.Head == "penal_charge" {
		command.Component = lending.Penal.String()
	}
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

// bulkFeesBody is many fees.
type bulkFeesBody struct {
	Fees rawList `json:"fees" need:"true" doc:"Bodies as for one fee."`
}

// bulkCreateFees demands many fees; a bad one is refused alone.
func (a *API) bulkCreateFees(c *call, in bulkFeesBody) (bulkAnswer, error) {
	answer := bulkAnswer{Results: []bulkRow{}}
	for i, raw := range in.Fees {
		row, err := a.bulkFee(c, raw)
		if err != nil {
			return answer, err
		}
		if row.Index = i; row.ID == "" {
			answer.Rejected++
		} else {
			answer.Created++
		}
		answer.Results = append(answer.Results, row)
	}
	return answer, nil
}

// bulkFee demands one of many.
func (a *API) bulkFee(c *call, raw json.RawMessage) (bulkRow, error) {
	fields, err := objectFields(raw)
	if err != nil {
		return rejectedRow(problemOf(faults{"fees": "This is no object."}, "")), nil
	}
	var body feeBody
	if faults := decode(fields, &body, false); len(faults) > 0 {
		return rejectedRow(problemOf(faults, "")), nil
	}
	command, err := body.command()
	if err != nil {
		return rejectedRow(problemOf(err, "")), nil
	}
	fee, err := a.office.CreateFee(c.ctx, c.actor, command)
	switch {
	case err == nil:
		return bulkRow{ID: fee.ID, RefID: fee.Ref}, nil
	case lending.KindOf(err) == 0:
		return bulkRow{}, err
	}
	return rejectedRow(problemOf(err, "")), nil
}

// deleteFee takes back a fee that is unpaid and has no invoice.
func (a *API) deleteFee(c *call, in remarkBody) (feeAnswer, error) {
	reason := in.why()
	if reason == "" {
		reason = "Deleted by a program."
	}
	fee, err := a.office.DeleteFee(c.ctx, c.actor, c.id(), reason)
	if err != nil {
		return feeAnswer{}, err
	}
	return a.answerFee(c, fee.ID)
}
