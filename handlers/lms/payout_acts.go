package lms

import (
	"context"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// retryPayout sends a payout again that definitely failed.
func (a *API) retryPayout(c *call, in remarkBody) (payoutAnswer, error) {
	return a.payoutAct(c, in.Version, func(version int64) (store.Payout, error) {
		return a.office.RetryPayout(c.ctx, c.actor, c.id(), version)
	})
}

// heardBody is what was heard of a payout.
type heardBody struct {
	Reason  text  `json:"reason" doc:"In the bank's words."`
	Remark  text  `json:"remark" doc:"The same as reason."`
	Date    date  `json:"date" doc:"Of a return: when the money was back; the business date when unset."`
	Version whole `json:"version"`
}

func (in heardBody) command(version int64) servicing.PayoutAnswer {
	reason := string(in.Reason)
	if reason == "" {
		reason = string(in.Remark)
	}
	return servicing.PayoutAnswer{Reason: reason, Date: lending.Date(in.Date), Version: version}
}

// failPayout says that the bank definitely did not pay.
func (a *API) failPayout(c *call, in heardBody) (payoutAnswer, error) {
	return a.payoutAct(c, in.Version, func(version int64) (store.Payout, error) {
		return a.office.FailPayout(c.ctx, c.actor, c.id(), in.command(version))
	})
}

// queryPayout says that the bank has to be asked what became of a payout.
func (a *API) queryPayout(c *call, in heardBody) (payoutAnswer, error) {
	return a.payoutAct(c, in.Version, func(version int64) (store.Payout, error) {
		return a.office.QueryPayout(c.ctx, c.actor, c.id(), in.command(version))
	})
}

// returnPayout says that money which had reached its payee came back.
func (a *API) returnPayout(c *call, in heardBody) (payoutAnswer, error) {
	return a.payoutAct(c, in.Version, func(version int64) (store.Payout, error) {
		return a.office.ReturnPayout(c.ctx, c.actor, c.id(), in.command(version))
	})
}

// payoutFileBody asks for the bank's file.
type payoutFileBody struct {
	Payouts   words  `json:"payouts" doc:"Ids or refs; all that wait for a file when unset."`
	Template  text   `json:"template" doc:"The bank's layout; Plain CSV when unset."`
	DebitBank bankIn `json:"debit_bank" need:"true" doc:"Our account the money leaves."`
	Client    text   `json:"client" doc:"The code that the bank gave the lender."`
}

// payoutFileAnswer is the file itself; its batch and control totals are in the
// headers Lekha-Batch, Lekha-Count and Lekha-Total.
type payoutFileAnswer string

// exportPayouts makes the bank's file of approved payouts.
func (a *API) exportPayouts(c *call, in payoutFileBody) (payoutFileAnswer, error) {
	command := servicing.PayoutExport{Template: string(in.Template), Client: string(in.Client)}
	for _, p := range in.Payouts {
		command.Payouts = append(command.Payouts, key(p))
	}
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		var err error
		command.DebitBank, err = in.DebitBank.key(ctx, v)
		return err
	})
	if err != nil {
		return "", err
	}
	batch, err := a.office.ExportPayouts(c.ctx, c.actor, command)
	if err != nil {
		return "", err
	}
	c.stream = batchStream(c, batch)
	return "", nil
}

// answeredBody goes with the file of a bank's answer.
type answeredBody struct{}

// answeredAnswer is what the bank's answer did.
type answeredAnswer struct {
	Processed int      `json:"processed"`
	Failed    int      `json:"failed"`
	Known     int      `json:"known" doc:"Taken up before."`
	Open      []string `json:"open" doc:"Refs of payouts that it says nothing about."`
}

// takePayoutAnswer reads the bank's answer to a file.
func (a *API) takePayoutAnswer(c *call, _ answeredBody) (answeredAnswer, error) {
	file, there := c.files["file"]
	if !there {
		return answeredAnswer{}, faults{"file": "Send the bank's answer as the file of a form."}
	}
	result, err := a.office.TakePayoutAnswer(c.ctx, c.actor, c.id(), file.name, file.data)
	return answeredAnswer{result.Paid, result.Failed, result.Known, append([]string{}, result.Open...)}, err
}

// debitAnswer is money that left our account without a payout that is known.
type debitAnswer struct {
	ID         string `json:"id"`
	CreatedAt  stamp  `json:"created_at"`
	Index      int64  `json:"index"`
	Amount     amount `json:"amount"`
	BankDate   stamp  `json:"bank_date"`
	UTR        noText `json:"utr"`
	Narration  string `json:"narration"`
	DebitBank  string `json:"debit_bank" doc:"Id of our account."`
	Statement  string `json:"statement" doc:"Ref of the statement that shows it."`
	Line       int    `json:"line"`
	IsImported bool   `json:"is_imported"`
}

// listUnmatchedPayouts answers one page of debits that match no payout.
func (a *API) listUnmatchedPayouts(c *call) (page[debitAnswer], error) {
	var answer page[debitAnswer]
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		listing := c.listing("-index")
		var err error
		answer, err = paged(c, listing,
			func() ([]store.UnmatchedDebit, *store.RecordKey, error) { return v.QueryUnmatchedDebits(ctx, listing) },
			func() (int64, error) { return v.CountUnmatchedDebits(ctx) },
			func(_ context.Context, d store.UnmatchedDebit) (debitAnswer, error) {
				return debitAnswer{d.ID, stampOf(d.CreatedAt), d.Idx, amount(d.Amount), startOf(d.ValueDate), noText(d.Reference), d.Narration, d.BankID, d.Statement, d.Line, true}, nil
			})
		return err
	})
	return answer, err
}
