package lms

import (
	"context"
	"fmt"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// payoutAnswer is a PAYOUT in the order of the reference; the last four keys are
// where its page is cut off.
type payoutAnswer struct {
	ID              string            `json:"id"`
	CreatedAt       stamp             `json:"created_at"`
	UpdatedAt       stamp             `json:"updated_at"`
	Type            string            `json:"type"`
	RefID           string            `json:"ref_id"`
	NumericRefID    string            `json:"numeric_ref_id"`
	Index           int64             `json:"index"`
	Amount          amount            `json:"amount"`
	Method          string            `json:"method" doc:"manual or automatic."`
	Status          string            `json:"status" doc:"created, approved, queued (sent to the bank), processing, unknown, processed (the money reached the payee), failed, returned, cancelled."`
	PayoutServiceID noText            `json:"payout_service_id"`
	ProcessedAt     stamp             `json:"processed_at"`
	BankDate        stamp             `json:"bank_date"`
	Date            stamp             `json:"date"`
	FailedRemark    noText            `json:"failed_remark"`
	UTR             noText            `json:"utr"`
	DebitBank       *bankAnswer       `json:"debit_bank"`
	CreditBank      *creditBankAnswer `json:"credit_bank"`
	PayoutTo        string            `json:"payout_to"`
	IsDownloaded    bool              `json:"is_downloaded"`
	IsImported      bool              `json:"is_imported"`
	SentToGL        bool              `json:"sent_to_gl"`
	Account         noText            `json:"account" doc:"Null for money that goes back to a sender nobody knows."`
	Loan            noText            `json:"loan"`
	Topup           noText            `json:"topup"`
	Record          noText            `json:"record"`
	Batch           noText            `json:"batch"`

	Version *int64 `json:"version,omitempty" doc:"Only with expand=version; the ETag has it always."`
}

// payoutWriter writes payouts of one moment.
type payoutWriter struct {
	v         *store.View
	company   string
	banks     map[string]store.Bank
	versioned bool
}

func (c *call) payouts(ctx context.Context, v *store.View) (payoutWriter, error) {
	company, err := companyID(ctx, v)
	return payoutWriter{v, company, map[string]store.Bank{}, c.expand("version")}, err
}

func (w payoutWriter) bank(ctx context.Context, id store.Opt) (store.Bank, error) {
	bank, known := w.banks[string(id)]
	if known {
		return bank, nil
	}
	bank, err := w.v.BankByAny(ctx, string(id))
	w.banks[string(id)] = bank
	return bank, err
}

// payoutStatus is the reference's word for the state of a payout.
func payoutStatus(state string) string {
	if state == "success" {
		return "processed"
	}
	return state
}

func (w payoutWriter) write(ctx context.Context, p store.Payout) (payoutAnswer, error) {
	answer := payoutAnswer{ID: p.ID, CreatedAt: stampOf(p.CreatedAt), UpdatedAt: stampOf(p.UpdatedAt), Type: p.Type, RefID: p.Ref,
		NumericRefID: fmt.Sprintf("%010d", p.Idx), Index: p.Idx, Amount: amount(p.Amount), Method: p.Method, Status: payoutStatus(p.Status),
		BankDate: startOf(p.Date), Date: startOf(p.Date), UTR: noText(p.UTR), PayoutTo: p.PayoutTo, Account: noText(p.AccountID), Loan: noText(p.LoanID), Record: noText(p.RecordID), Batch: noText(p.BatchID), PayoutServiceID: noText(p.ServiceID),
		IsDownloaded: p.BatchID != "", FailedRemark: noText(p.FailedRemark)}
	if p.Status == "success" {
		answer.ProcessedAt = stampOf(p.UpdatedAt)
	}
	if w.versioned {
		answer.Version = &p.Version
	}
	topup, err := topupOf(ctx, w.v, p.LoanID)
	if err != nil {
		return answer, err
	}
	answer.Topup = noText(topup.ID)
	if p.DebitBankID != "" {
		bank, err := w.bank(ctx, p.DebitBankID)
		if err != nil {
			return answer, err
		}
		debit := bankWire(bank, w.company)
		answer.DebitBank = &debit
	}
	if p.CreditBankID != "" {
		bank, err := w.bank(ctx, p.CreditBankID)
		if err != nil {
			return answer, err
		}
		credit := creditBankWire(bank)
		answer.CreditBank = &credit
	}
	return answer, nil
}

// payoutFilters narrow the payouts.
var payoutFilters = join(
	one("account", textParam, "Id or ref of the account."),
	one("loan", textParam, "Id or ref of the loan."),
	one("status", listParam, "States, comma-separated.", "created", "approved", "queued", "processing", "unknown", "processed", "failed", "returned", "cancelled"),
	one("type", textParam, "Such as disbursal."),
	one("method", textParam, "manual or automatic."),
	one("utr", textParam, "Exactly this bank reference."),
	between("date"), between("created_at"),
	one("search", textParam, "A ref or a bank reference."),
	ordering("index", "amount", "date"),
)

// listPayouts answers one page of payouts.
func (a *API) listPayouts(c *call) (page[payoutAnswer], error) {
	var answer page[payoutAnswer]
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		q := store.PayoutQuery{Statuses: c.list("status"), Type: c.text("type"), Method: c.text("method"), UTR: c.text("utr"),
			Dates:   store.Span{From: c.date("date_after"), To: c.date("date_before")},
			Created: store.Span{From: c.date("created_at_after"), To: c.date("created_at_before")},
			Search:  c.text("search"), Listing: c.listing("-index")}
		for i, status := range q.Statuses {
			if status == "processed" {
				q.Statuses[i] = "success"
			}
		}
		var err error
		if q.Account, err = accountID(ctx, v, c.keyParam("account")); err != nil {
			return err
		}
		if q.Loan, err = loanID(ctx, v, c.keyParam("loan")); err != nil {
			return err
		}
		w, err := c.payouts(ctx, v)
		if err != nil {
			return err
		}
		answer, err = paged(c, q.Listing,
			func() ([]store.Payout, *store.RecordKey, error) { return v.QueryPayouts(ctx, q) },
			func() (int64, error) { return v.CountPayouts(ctx, q) }, w.write)
		return err
	})
	return answer, err
}

// showPayout answers one payout.
func (a *API) showPayout(c *call) (payoutAnswer, error) { return a.answerPayout(c, c.id()) }

func (a *API) answerPayout(c *call, key string) (payoutAnswer, error) {
	var answer payoutAnswer
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		p, err := v.PayoutByID(ctx, key)
		if err != nil {
			return err
		}
		w, err := c.payouts(ctx, v)
		if err != nil {
			return err
		}
		c.version = p.Version
		answer, err = w.write(ctx, p)
		return err
	})
	return answer, err
}

// approvePayout lets money go out.
func (a *API) approvePayout(c *call, in remarkBody) (payoutAnswer, error) {
	return a.payoutAct(c, in.Version, func(version int64) (store.Payout, error) {
		return a.office.ApprovePayout(c.ctx, c.actor, c.id(), version)
	})
}

// cancelPayout stops a payout that was not paid, and the loan it is of.
func (a *API) cancelPayout(c *call, in remarkBody) (payoutAnswer, error) {
	return a.payoutAct(c, in.Version, func(version int64) (store.Payout, error) {
		return a.office.CancelPayout(c.ctx, c.actor, c.id(), version, in.why())
	})
}

// paidOutBody is what the bank said of a payout.
type paidOutBody struct {
	UTR       text   `json:"utr" need:"true"`
	Date      date   `json:"date" doc:"The money reached the payee; the business date when unset."`
	BankDate  date   `json:"bank_date" doc:"Read when date is unset."`
	DebitBank bankIn `json:"debit_bank" doc:"Our account it went out of."`
	Version   whole  `json:"version"`
}

// processPayout says that a payout reached its payee: its loan is active from that day.
func (a *API) processPayout(c *call, in paidOutBody) (payoutAnswer, error) {
	paid := servicing.PaidOut{UTR: string(in.UTR), Date: lending.Date(in.Date)}
	if paid.Date.IsZero() {
		paid.Date = lending.Date(in.BankDate)
	}
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		var err error
		paid.DebitBank, err = in.DebitBank.key(ctx, v)
		return err
	})
	if err != nil {
		return payoutAnswer{}, err
	}
	return a.payoutAct(c, in.Version, func(version int64) (store.Payout, error) {
		paid.Version = version
		return a.office.ProcessPayout(c.ctx, c.actor, c.id(), paid)
	})
}

func (a *API) payoutAct(c *call, version whole, command func(version int64) (store.Payout, error)) (payoutAnswer, error) {
	seen, err := c.versioned(version)
	if err != nil {
		return payoutAnswer{}, err
	}
	p, err := command(seen)
	if err != nil {
		return payoutAnswer{}, err
	}
	return a.answerPayout(c, p.ID)
}
