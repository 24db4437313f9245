package lms

import (
	"context"
	"fmt"
	"net/http"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// payoutBody asks that money goes out. What it is for says which command it is:
// the first money of a loan, more on one that runs, or what is held going back.
type payoutBody struct {
	Type       text   `json:"type" enum:"disbursal,tranche,refund,cashback,holdback" doc:"tranche with a loan and disbursal with an account when unset."`
	LoanID     text   `json:"loan_id" doc:"Id or ref; loan is the same."`
	Loan       text   `json:"loan"`
	Account    text   `json:"account" doc:"Id or ref."`
	Record     text   `json:"record" doc:"Id or ref of the receipt whose excess goes back."`
	Amount     amount `json:"amount" need:"true"`
	PayoutTo   text   `json:"payout_to" enum:"borrower,anchor,custom_bank"`
	CreditBank bankIn `json:"credit_bank" doc:"Id or ref, or an object: account_holder_name, account_no, ifsc."`
	Method     text   `json:"method" enum:"manual,automatic"`
	Remark     text   `json:"remark"`
}

// kind is the type that was said or meant, and the loan.
func (in payoutBody) kind() (kind, loan string) {
	kind, loan = string(in.Type), key(string(in.LoanID))
	if loan == "" {
		loan = key(string(in.Loan))
	}
	switch {
	case kind != "":
	case loan != "":
		kind = "tranche"
	default:
		kind = "disbursal"
	}
	return kind, loan
}

// createPayout makes a payout that a second person lets go.
func (a *API) createPayout(c *call, in payoutBody) (payoutAnswer, error) {
	kind, loan := in.kind()
	bank, newBank := in.CreditBank.payee()
	var payout string
	switch kind {
	case "disbursal":
		if in.Account == "" {
			return payoutAnswer{}, faults{"account": "Say on which account money is lent."}
		}
		made, err := a.office.InitiateDisbursement(c.ctx, c.actor, servicing.DisbursementInput{Account: key(string(in.Account)), Amount: lending.Money(in.Amount),
			PayoutTo: string(in.PayoutTo), CreditBank: bank, NewBank: newBank, Method: string(in.Method)})
		if err != nil {
			return payoutAnswer{}, err
		}
		payout = made.Payouts[0].ID
	case "tranche":
		if newBank != nil {
			return payoutAnswer{}, faults{"credit_bank": "A tranche goes to an account on file: name its id or ref."}
		}
		made, err := a.office.RequestTranche(c.ctx, c.actor, servicing.TrancheInput{Loan: loan, Amount: lending.Money(in.Amount),
			PayoutTo: string(in.PayoutTo), CreditBank: bank, Method: string(in.Method)})
		if err != nil {
			return payoutAnswer{}, err
		}
		payout = made.ID
	default:
		command := refundBody{Amount: in.Amount, PayoutTo: in.PayoutTo, CreditBank: in.CreditBank, Method: in.Method, Remark: in.Remark}.command()
		command.Record, command.Account, command.Loan = key(string(in.Record)), key(string(in.Account)), loan
		if kind != "refund" {
			command.From = kind
		}
		made, err := a.office.RequestRefund(c.ctx, c.actor, command)
		if err != nil {
			return payoutAnswer{}, err
		}
		payout = made.Payout.ID
	}
	return a.answerPayout(c, payout)
}

// newsBody is what the bank or its payout service reports.
type newsBody struct {
	PayoutServiceID text   `json:"payout_service_id" doc:"What the service calls it; kept with the payout."`
	RefID           text   `json:"ref_id"`
	NumericRefID    text   `json:"numeric_ref_id"`
	ID              text   `json:"id"`
	Status          text   `json:"status" need:"true" enum:"processing,processed,success,failed,returned"`
	Amount          amount `json:"amount" doc:"Compared with that of the payout when given."`
	UTR             text   `json:"utr" doc:"The bank's reference; mandatory when processed."`
	ProcessedAt     date   `json:"processed_at" doc:"Value date; the business date when unset."`
	FailedRemark    text   `json:"failed_remark" doc:"In the bank's words; mandatory when failed or returned."`
}

// takePayoutNews notes what became of a payout. The same news again changes nothing.
func (a *API) takePayoutNews(c *call, in newsBody) (payoutAnswer, error) {
	command := servicing.PayoutNews{ServiceID: string(in.PayoutServiceID), Status: string(in.Status), Amount: lending.Money(in.Amount),
		UTR: string(in.UTR), Reason: string(in.FailedRemark), Date: lending.Date(in.ProcessedAt)}
	if command.Status == "processed" {
		command.Status = "success"
	}
	for _, name := range []text{in.ID, in.RefID, in.NumericRefID, in.PayoutServiceID} {
		if name != "" {
			command.Payout = string(name)
			break
		}
	}
	p, err := a.office.ReportPayout(c.ctx, c.actor, command)
	if err != nil {
		return payoutAnswer{}, err
	}
	return a.answerPayout(c, p.ID)
}

// batchAnswer is a file of payouts with its control totals.
type batchAnswer struct {
	ID        string   `json:"id"`
	CreatedAt stamp    `json:"created_at"`
	RefID     string   `json:"ref_id"`
	Index     int64    `json:"index"`
	Date      stamp    `json:"date"`
	Template  string   `json:"template" doc:"Name of the bank's layout."`
	DebitBank string   `json:"debit_bank" doc:"Id of our account."`
	FileName  string   `json:"file_name"`
	Count     int      `json:"count"`
	Total     amount   `json:"total_amount"`
	Status    string   `json:"status" doc:"created or sent."`
	SentAt    stamp    `json:"sent_at"`
	Payouts   []string `json:"payouts" doc:"Ids."`
}

// answerBatch writes a batch with its payouts.
func (a *API) answerBatch(c *call, ref string) (batchAnswer, error) {
	var answer batchAnswer
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		b, err := v.PayoutBatchByRef(ctx, ref)
		if err != nil {
			return err
		}
		payouts, err := v.PayoutsOfBatch(ctx, b.ID)
		answer = batchAnswer{ID: b.ID, CreatedAt: stampOf(b.CreatedAt), RefID: b.Ref, Index: b.Idx, Date: startOf(b.Date), Template: b.Template, DebitBank: b.DebitBankID,
			FileName: b.FileName, Count: b.Count, Total: amount(b.Total), Status: "created", SentAt: stampOf(b.SentAt), Payouts: make([]string, len(payouts))}
		if !b.SentAt.IsZero() {
			answer.Status = "sent"
		}
		for i, p := range payouts {
			answer.Payouts[i] = p.ID
		}
		return err
	})
	return answer, err
}

// showPayoutBatch answers one batch.
func (a *API) showPayoutBatch(c *call) (batchAnswer, error) { return a.answerBatch(c, c.id()) }

// sendPayoutBatch lays the file of a batch into the bank's folder.
func (a *API) sendPayoutBatch(c *call, _ remarkBody) (batchAnswer, error) {
	batch, err := a.office.SendPayoutBatch(c.ctx, c.actor, c.id())
	if err != nil {
		return batchAnswer{}, err
	}
	return a.answerBatch(c, batch.ID)
}

// showPayoutBatchFile answers the file of a batch, as it was made.
func (a *API) showPayoutBatchFile(c *call) (payoutFileAnswer, error) {
	var batch store.PayoutBatch
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		var err error
		batch, err = v.PayoutBatchByRef(ctx, c.id())
		return err
	})
	if err != nil {
		return "", err
	}
	c.stream = batchStream(c, batch)
	return "", nil
}

// batchStream writes the file of a batch, its control totals in the headers.
func batchStream(c *call, batch store.PayoutBatch) func(w http.ResponseWriter) error {
	return func(w http.ResponseWriter) error {
		c.status = http.StatusOK
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Content-Disposition", `attachment; filename="`+batch.FileName+`"`)
		w.Header().Set("Lekha-Batch", batch.Ref)
		w.Header().Set("Lekha-Count", fmt.Sprint(batch.Count))
		w.Header().Set("Lekha-Total", batch.Total.String())
		_, err := w.Write(batch.Data)
		return err
	}
}
