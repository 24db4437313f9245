package lms

import (
	"context"
	"encoding/json"
	"fmt"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// summaryAnswer is a SUMMARY: the 23 keys of the reference in its order. Sums of
// nothing are the integer 0.
type summaryAnswer struct {
	PrincipalPaid        sum    `json:"principal_paid"`
	PrincipalOutstanding sum    `json:"principal_outstanding"`
	InterestPaid         sum    `json:"interest_paid"`
	InterestOutstanding  sum    `json:"interest_outstanding" doc:"Of all rows of the schedule, past and future."`
	InterestDue          sum    `json:"interest_due" doc:"Of rows whose period has ended."`
	OverduePaid          sum    `json:"overdue_paid"`
	OverdueOutstanding   sum    `json:"overdue_outstanding"`
	PenalPaid            sum    `json:"penal_paid"`
	PenalOutstanding     sum    `json:"penal_outstanding"`
	TotalFees            sum    `json:"total_fees"`
	FeePaid              sum    `json:"fee_paid"`
	FeeOutstanding       sum    `json:"fee_outstanding"`
	TotalPaid            sum    `json:"total_paid"`
	TotalOutstanding     sum    `json:"total_outstanding"`
	DisbursalAmount      sum    `json:"disbursal_amount" doc:"Lent, less what was kept back."`
	LoanAmount           sum    `json:"loan_amount"`
	PayoutAmount         sum    `json:"payout_amount"`
	BrokenPeriodInterest sum    `json:"broken_period_interest" doc:"Neither collected nor in the rows."`
	ExcessPayment        sum    `json:"excess_payment"`
	DPD                  int    `json:"dpd"`
	AssetCategoryDate    stamp  `json:"asset_category_date"`
	PeakDPD              int    `json:"peak_dpd"`
	AssetCategory        string `json:"asset_category"`

	Explain *explanation `json:"explain,omitempty" doc:"Only with expand=explain: for each key, the rows that it is the sum of."`
}

func summaryWire(s lending.Summary) summaryAnswer {
	category := string(s.AssetCategory)
	if category == "" {
		category = string(lending.Regular) // nothing was lent yet
	}
	return summaryAnswer{sum(s.PrincipalPaid), sum(s.PrincipalOutstanding), sum(s.InterestPaid), sum(s.InterestOutstanding), sum(s.InterestDue),
		sum(s.OverduePaid), sum(s.OverdueOutstanding), sum(s.PenalPaid), sum(s.PenalOutstanding), sum(s.TotalFees), sum(s.FeePaid), sum(s.FeeOutstanding),
		sum(s.TotalPaid), sum(s.TotalOutstanding), sum(s.DisbursalAmount), sum(s.LoanAmount), sum(s.PayoutAmount), sum(s.BrokenPeriodInterest),
		sum(s.ExcessPayment), s.DPD, startOf(s.AssetCategoryDate), s.PeakDPD, category, nil}
}

// summaryParams are what a summary may be asked with.
var summaryParams = join(
	asOfParams("State after the end of that day in India; the open business date when unset. A later day is a projection without further payments."),
	one("include_closed_loan", flagParam, "Count loans that are closed as well."),
	expands("explain"),
)

// moment is an account at a day, with which of its loans are asked for.
type moment struct {
	account store.Account
	book    *lending.Book
	loans   map[string]store.Loan
	keep    func(loan string) bool
}

// momentOf replays an account as of the date asked for.
func (c *call) momentOf(ctx context.Context, v *store.View, account store.Account, asOf lending.Date) (moment, error) {
	m := moment{account: account, loans: map[string]store.Loan{}}
	if err := c.fault(); err != nil {
		return m, err
	}
	loans, err := v.LoansOfAccount(ctx, account.ID)
	if err != nil {
		return m, err
	}
	for _, l := range loans {
		m.loans[l.ID] = l
	}
	m.keep = func(string) bool { return true }
	m.book, err = servicing.BookOf(ctx, v, account.ID, asOf)
	return m, err
}

// summary is that of the loans asked for, with the explanation when wanted.
func (c *call) summary(ctx context.Context, v *store.View, m moment) (summaryAnswer, error) {
	answer := summaryWire(m.book.SummaryOf(m.keep))
	if !c.expand("explain") {
		return answer, nil
	}
	explained, err := explain(ctx, v, m)
	answer.Explain = &explained
	return answer, err
}

// showAccountSummary answers the summary of an account.
func (a *API) showAccountSummary(c *call) (summaryAnswer, error) {
	var answer summaryAnswer
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		account, err := accountByKey(ctx, v, c.id())
		if err != nil {
			return err
		}
		asOf, closed := c.asOf(), c.flag("include_closed_loan")
		m, err := c.momentOf(ctx, v, account, asOf)
		if err != nil {
			return err
		}
		if !closed {
			m.keep = func(loan string) bool { return m.loans[loan].Status != "closed" }
		}
		answer, err = c.summary(ctx, v, m)
		return err
	})
	return answer, err
}

// showLoanSummary answers the summary of one loan.
func (a *API) showLoanSummary(c *call) (summaryAnswer, error) {
	var answer summaryAnswer
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		m, loan, err := c.loanMoment(ctx, v)
		if err != nil {
			return err
		}
		m.keep = func(id string) bool { return id == loan.ID }
		answer, err = c.summary(ctx, v, m)
		return err
	})
	return answer, err
}

// loanMoment replays the account of the loan of the path.
func (c *call) loanMoment(ctx context.Context, v *store.View) (moment, store.Loan, error) {
	loan, err := v.LoanByID(ctx, c.id())
	if err != nil {
		return moment{}, loan, err
	}
	account, err := v.AccountByID(ctx, loan.AccountID)
	if err != nil {
		return moment{}, loan, err
	}
	m, err := c.momentOf(ctx, v, account, c.asOf())
	return m, loan, err
}

// explainRow is one row that a figure is made of.
type explainRow struct {
	Label  string `json:"label"`
	Demand noText `json:"demand"`
	Record noText `json:"record"`
	Loan   noText `json:"loan"`
	Date   stamp  `json:"date"`
	Amount amount `json:"amount"`
	Days   int    `json:"days"`
}

// explanation lists, for each key of a summary, the rows that it is made of.
type explanation map[string][]explainRow

// explainer collects the rows.
type explainer struct {
	m       moment
	demands map[string]string // id by key
	by      map[string]lending.Demand
	out     explanation
}

// explain makes the explanation of a summary.
func explain(ctx context.Context, v *store.View, m moment) (explanation, error) {
	stored, err := v.DemandsOfAccount(ctx, m.account.ID)
	if err != nil {
		return nil, err
	}
	x := explainer{m: m, demands: map[string]string{}, by: map[string]lending.Demand{}, out: explanation{}}
	for _, d := range stored {
		x.demands[d.Key] = d.ID
	}
	keys, _ := json.Marshal(summaryWire(lending.Summary{}))
	figures := fields{}
	_ = json.Unmarshal(keys, &figures)
	for key := range figures {
		x.out[key] = []explainRow{}
	}
	for _, d := range m.book.Demands {
		x.by[d.Key] = d
		if m.keep(d.Loan) {
			x.demand(d)
		}
	}
	x.capitalisedLater()
	for _, s := range m.book.Settlements {
		if d := x.by[s.Demand]; m.keep(d.Loan) {
			x.settlement(s, d)
		}
	}
	x.receipts()
	x.category()
	return x.out, x.lent()
}

// heads are the keys of paid and unpaid by component.
var heads = [lending.NumComponents][2]string{
	lending.Principal:       {"principal_paid", "principal_outstanding"},
	lending.Interest:        {"interest_paid", "interest_outstanding"},
	lending.OverdueInterest: {"overdue_paid", "overdue_outstanding"},
	lending.Penal:           {"penal_paid", "penal_outstanding"},
	lending.Fee:             {"fee_paid", "fee_outstanding"},
}

// add puts a row under keys, unless it is of nothing.
func (x *explainer) add(row explainRow, keys ...string) {
	if row.Amount == 0 {
		return
	}
	for _, key := range keys {
		x.out[key] = append(x.out[key], row)
	}
}

// demand adds what is unpaid of a demand.
func (x *explainer) demand(d lending.Demand) {
	row := explainRow{Label: servicing.DemandLabel(d), Demand: noText(x.demands[d.Key]), Loan: noText(d.Loan), Date: startOf(d.DueDate), Days: d.DPD}
	for c := range d.Amount {
		row.Amount = amount(d.Left(lending.Component(c)))
		x.add(row, heads[c][1], "total_outstanding")
		if lending.Component(c) == lending.Interest && d.Type == lending.DemandEMI && d.PeriodEnd <= x.m.book.At.Date {
			x.add(row, "interest_due")
		}
	}
	row.Amount = amount(d.Amount[lending.Fee])
	x.add(row, "total_fees")
	if row.Amount = amount(0); d.DPD > 0 {
		x.out["dpd"] = append(x.out["dpd"], row)
	}
	if row.Days = d.PeakDPD; d.PeakDPD > 0 {
		x.out["peak_dpd"] = append(x.out["peak_dpd"], row)
	}
}

// capitalisedLater adds interest that joins the principal later: until then it is
// interest to come, though later rows ask for it as principal.
func (x *explainer) capitalisedLater() {
	for i := range x.m.book.Loans {
		loan := &x.m.book.Loans[i]
		for _, r := range loan.RowsInForce() {
			if x.m.keep(loan.Loan) && r.PeriodEnd > x.m.book.At.Date {
				row := explainRow{Label: "Becomes principal later", Loan: noText(loan.Loan), Date: startOf(r.PeriodEnd), Amount: amount(r.Capitalised)}
				x.add(row, heads[lending.Interest][1])
				row.Amount = -row.Amount
				x.add(row, heads[lending.Principal][1])
			}
		}
	}
}

// settlement adds what was paid.
func (x *explainer) settlement(s lending.Settlement, d lending.Demand) {
	x.add(explainRow{Label: servicing.DemandLabel(d), Demand: noText(x.demands[s.Demand]), Record: recordKey(s.Receipt), Loan: noText(d.Loan),
		Date: endOf(s.Date), Amount: amount(s.Amount)}, heads[s.Component][0], "total_paid")
}

// recordKey is the id of the record of a receipt; receipts taken over have none.
func recordKey(receipt string) noText {
	if len(receipt) == idLength {
		return noText(receipt)
	}
	return ""
}

// receipts adds what is held as excess.
func (x *explainer) receipts() {
	for _, r := range x.m.book.Receipts {
		x.add(explainRow{Label: "Held of a receipt", Record: recordKey(r.Receipt), Date: startOf(r.ValueDate), Amount: amount(r.Remaining)}, "excess_payment")
	}
}

// category adds the steps of the classification.
func (x *explainer) category() {
	for _, change := range x.m.book.Timeline {
		row := explainRow{Label: string(change.Category), Date: startOf(change.Date), Amount: amount(change.Overdue), Days: change.DPD}
		for _, key := range []string{"asset_category", "asset_category_date"} {
			x.out[key] = append(x.out[key], row)
		}
	}
}

// lent adds what was lent and what was kept back of it.
func (x *explainer) lent() error {
	for _, l := range x.m.book.Loans {
		if !x.m.keep(l.Loan) {
			continue
		}
		row := explainRow{Label: "Lent", Loan: noText(l.Loan), Date: startOf(l.DisbursedOn), Amount: amount(l.Principal)}
		x.add(row, "loan_amount", "disbursal_amount", "payout_amount")
		var d lending.Disbursal
		if err := json.Unmarshal([]byte(x.m.loans[l.Loan].Disbursal), &d); err != nil {
			return fmt.Errorf("reading the disbursal of %s: %w", x.m.loans[l.Loan].Ref, err)
		}
		for _, kept := range d.Deductions {
			row.Label, row.Amount = kept.Name, amount(-kept.Amount)
			x.add(row, "disbursal_amount", "payout_amount")
		}
	}
	return nil
}
