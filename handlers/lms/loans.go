package lms

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"lekha/lending"
	"lekha/store"
)

// loanAnswer is a LOAN: the keys that the reference implies, then ours.
type loanAnswer struct {
	ID               string `json:"id"`
	CreatedAt        stamp  `json:"created_at"`
	UpdatedAt        stamp  `json:"updated_at"`
	RefID            string `json:"ref_id"`
	Index            int64  `json:"index"`
	Account          string `json:"account"`
	Topup            noText `json:"topup"`
	Status           string `json:"status" doc:"pending until its money is out, active, closed, cancelled."`
	LoanAmount       amount `json:"loan_amount"`
	DisbursalAmount  amount `json:"disbursal_amount" doc:"What is paid out: less fees, taxes and interest kept back."`
	PayoutAmount     amount `json:"payout_amount" doc:"What has reached the payee."`
	DisbursedAt      stamp  `json:"disbursed_at"`
	DueDate          stamp  `json:"due_date" doc:"Of the last instalment."`
	ClosedAt         stamp  `json:"closed_at"`
	CashbackAmount   amount `json:"cashback_amount"`
	HoldbackAmount   amount `json:"holdback_amount"`
	SubventionAmount amount `json:"subvention_amount"`
	MarginAmount     amount `json:"margin_amount"`
	ExcessPayment    amount `json:"excess_payment" doc:"Held on its account."`
	DPD              int    `json:"dpd"`
	PeakDPD          int    `json:"peak_dpd"`
	AssetCategory    string `json:"asset_category"`

	State      string               `json:"state" doc:"Our word: pending, active, matured, closed or cancelled."`
	AccountRef string               `json:"account_ref"`
	Name       string               `json:"name" doc:"Of the borrower."`
	EMIAmount  amount               `json:"emi_amount" doc:"Of the first instalment."`
	EMICount   int                  `json:"emi_count"`
	Deductions []deductionAnswer    `json:"deductions" doc:"What was kept back at disbursal."`
	Payouts    *[]payoutAnswer      `json:"payouts,omitempty" doc:"With expand=payouts, and when the disbursement is asked for."`
	Schedule   *[]scheduleRowAnswer `json:"schedule,omitempty" doc:"With expand=schedule: the rows agreed on."`
	Version    int64                `json:"version"`
}

// deductionAnswer is one amount kept back.
type deductionAnswer struct {
	Kind   string `json:"kind"`
	Name   string `json:"name"`
	Amount amount `json:"amount"`
}

// scheduleRowAnswer is one row of a repayment schedule.
type scheduleRowAnswer struct {
	Index          int    `json:"index"`
	PeriodStart    stamp  `json:"period_start"`
	DueDate        stamp  `json:"due_date"`
	Days           int    `json:"days"`
	OpeningBalance amount `json:"opening_balance"`
	Principal      amount `json:"principal"`
	Interest       amount `json:"interest"`
	EMI            amount `json:"emi"`
	ClosingBalance amount `json:"closing_balance"`
}

func scheduleWire(rows []lending.ScheduleRow) []scheduleRowAnswer {
	out := make([]scheduleRowAnswer, len(rows))
	for i, r := range rows {
		out[i] = scheduleRowAnswer{r.No, startOf(r.PeriodStart), startOf(r.DueDate), r.Days, amount(r.Opening), amount(r.Principal), amount(r.Interest),
			amount(r.Instalment()), amount(r.Closing)}
	}
	return out
}

// loanWriter writes loans of one moment.
type loanWriter struct {
	c     *call
	v     *store.View
	today lending.Date
	more  []string // shown whether asked for or not
}

func (w loanWriter) shows(name string) bool { return slices.Contains(w.more, name) || w.c.expand(name) }

func (w loanWriter) write(ctx context.Context, l store.LoanRow) (loanAnswer, error) {
	var d lending.Disbursal
	if err := json.Unmarshal([]byte(l.Disbursal), &d); err != nil {
		return loanAnswer{}, fmt.Errorf("reading the disbursal of %s: %w", l.Ref, err)
	}
	answer := loanAnswer{ID: l.ID, CreatedAt: stampOf(l.CreatedAt), UpdatedAt: stampOf(l.UpdatedAt), RefID: l.Ref, Index: l.Idx, Account: l.AccountID,
		Status: l.Status, LoanAmount: amount(l.Amount), DisbursalAmount: amount(l.NetAmount), PayoutAmount: amount(l.PaidOut), DisbursedAt: startOf(l.DisbursedOn),
		ExcessPayment: amount(l.Excess), DPD: l.DPD, PeakDPD: l.PeakDPD, AssetCategory: l.Category, State: l.Status, AccountRef: l.AccountRef,
		Name: l.BorrowerName, Deductions: []deductionAnswer{}, Version: l.Version}
	if answer.AssetCategory == "" {
		answer.AssetCategory = string(lending.Regular)
	}
	if n := len(d.Rows); n > 0 {
		last := d.Rows[n-1].DueDate
		answer.DueDate, answer.EMICount, answer.EMIAmount = startOf(last), n, amount(d.Rows[0].Instalment())
		if l.Status == "active" && last < w.today {
			answer.State = "matured"
		}
	}
	topup, err := topupOf(ctx, w.v, store.Opt(l.ID))
	if err != nil {
		return answer, err
	}
	answer.Topup, answer.MarginAmount = noText(topup.ID), amount(max(topup.InvoiceAmount-topup.Amount, 0))
	if topup.InvoiceAmount == 0 {
		answer.MarginAmount = 0
	}
	if l.Status == "closed" {
		answer.ClosedAt = startOf(l.PaidOn)
	}
	for _, kept := range d.Deductions {
		answer.Deductions = append(answer.Deductions, deductionAnswer{kept.Kind, kept.Name, amount(kept.Amount)})
		switch kept.Kind {
		case "holdback":
			answer.HoldbackAmount += amount(kept.Amount)
		case lending.SubventionShare:
			answer.SubventionAmount -= amount(kept.Amount)
		}
	}
	if w.shows("schedule") {
		rows := scheduleWire(d.Rows)
		answer.Schedule = &rows
	}
	if !w.shows("payouts") {
		return answer, nil
	}
	payouts, err := w.payouts(ctx, l.ID)
	answer.Payouts = &payouts
	return answer, err
}

// payouts are those of a loan, oldest first.
func (w loanWriter) payouts(ctx context.Context, loan string) ([]payoutAnswer, error) {
	rows, _, err := w.v.QueryPayouts(ctx, store.PayoutQuery{Loan: loan, Listing: store.Listing{Limit: maxItems}})
	if err != nil {
		return nil, err
	}
	writer, out := payoutWriter{v: w.v, banks: map[string]store.Bank{}}, []payoutAnswer{}
	if writer.company, err = companyID(ctx, w.v); err != nil {
		return nil, err
	}
	for _, p := range rows {
		answer, err := writer.write(ctx, p)
		if err != nil {
			return nil, err
		}
		out = append(out, answer)
	}
	return out, nil
}

func companyID(ctx context.Context, v *store.View) (string, error) {
	company, err := v.Company(ctx)
	return company.ID, err
}

// loanFilters narrow the loans.
var loanFilters = join(
	one("account", textParam, "Id or ref of the account."),
	one("lead_id", textParam, "Id or ref of the borrower."),
	one("status", listParam, "States, comma-separated.", "pending", "active", "closed", "cancelled"),
	between("disbursed_at"),
	one("search", textParam, "A ref, or words in the account's number or borrower."),
	ordering("index", "loan_amount", "disbursed_at"),
)

// listLoans answers one page of loans.
func (a *API) listLoans(c *call) (page[loanAnswer], error) {
	return a.loanPage(c, func(*store.LoanQuery) {})
}

// listExcessLoans answers loans on whose account money is held beyond the dues.
func (a *API) listExcessLoans(c *call) (page[loanAnswer], error) {
	return a.loanPage(c, func(q *store.LoanQuery) { q.Excess = true })
}

func (a *API) loanPage(c *call, narrow func(*store.LoanQuery)) (page[loanAnswer], error) {
	var answer page[loanAnswer]
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		q := store.LoanQuery{Statuses: c.list("status"), Disbursed: store.Span{From: c.date("disbursed_at_after"), To: c.date("disbursed_at_before")},
			Search: c.text("search"), Listing: c.listing("index")}
		narrow(&q)
		var err error
		if q.Account, err = accountID(ctx, v, c.keyParam("account")); err != nil {
			return err
		}
		if q.Borrower, err = borrowerID(ctx, v, c.keyParam("lead_id")); err != nil {
			return err
		}
		company, err := v.Company(ctx)
		if err != nil {
			return err
		}
		answer, err = paged(c, q.Listing,
			func() ([]store.LoanRow, *store.RecordKey, error) { return v.QueryLoans(ctx, q) },
			func() (int64, error) { return v.CountLoans(ctx, q) }, loanWriter{c: c, v: v, today: company.BusinessDate}.write)
		return err
	})
	return answer, err
}

// showLoan answers one loan.
func (a *API) showLoan(c *call) (loanAnswer, error) { return a.answerLoan(c, c.id()) }

func (a *API) answerLoan(c *call, key string, more ...string) (loanAnswer, error) {
	var answer loanAnswer
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		company, err := v.Company(ctx)
		if err != nil {
			return err
		}
		loan, err := v.LoanRowByAny(ctx, key)
		if err != nil {
			return err
		}
		c.version = loan.Version
		answer, err = loanWriter{c, v, company.BusinessDate, more}.write(ctx, loan)
		return err
	})
	return answer, err
}

// emiAmountAnswer is the instalment that is payable on a loan.
type emiAmountAnswer struct {
	Loan              string `json:"loan"`
	AsOfDate          stamp  `json:"as_of_date"`
	EMIAmount         amount `json:"emi_amount" doc:"Of the oldest instalment that is not fully paid."`
	DueDate           stamp  `json:"due_date"`
	No                int    `json:"no"`
	OutstandingAmount amount `json:"outstanding_amount" doc:"What is left of that instalment."`
	DueAmount         amount `json:"due_amount" doc:"All that is due and unpaid on the loan."`
}

// showEMIAmount answers the instalment that is payable on a loan.
func (a *API) showEMIAmount(c *call) (emiAmountAnswer, error) {
	var answer emiAmountAnswer
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		m, loan, err := c.loanMoment(ctx, v)
		if err != nil {
			return err
		}
		due := m.book.SummaryOf(func(id string) bool { return id == loan.ID }).DueNow
		answer = emiAmountAnswer{Loan: loan.ID, AsOfDate: startOf(m.book.At.Date), DueAmount: amount(due)}
		for _, d := range m.book.Demands {
			if d.Loan == loan.ID && d.Type == lending.DemandEMI && d.Unpaid() > 0 {
				answer.EMIAmount, answer.OutstandingAmount = amount(d.Amount[lending.Principal]+d.Amount[lending.Interest]), amount(d.Unpaid())
				answer.DueDate, answer.No = startOf(d.DueDate), d.No
				return nil
			}
		}
		return nil
	})
	return answer, err
}
