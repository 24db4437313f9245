package lms

import (
	"context"

	"lekha/lending"
	"lekha/store"
)

// demandAnswer is a DEMAND: an instalment or a fee that falls due.
type demandAnswer struct {
	ID                string `json:"id"`
	CreatedAt         stamp  `json:"created_at"`
	UpdatedAt         stamp  `json:"updated_at"`
	Index             int64  `json:"index"`
	Account           string `json:"account"`
	Loan              noText `json:"loan"`
	Type              string `json:"type" doc:"emi or fee."`
	PeriodStart       stamp  `json:"period_start"`
	DueDate           stamp  `json:"due_date"`
	Amount            amount `json:"amount"`
	OutstandingAmount amount `json:"outstanding_amount"`
	demandParts
	Status  string `json:"status" doc:"future, due, partial, paid, overdue or waived."`
	DPD     int    `json:"dpd"`
	PeakDPD int    `json:"peak_dpd"`
	No      int    `json:"no" doc:"Number of the instalment; 0 for a fee."`
	Name    string `json:"name" doc:"Of a fee."`
}

// demandParts are the components of a demand.
type demandParts struct {
	PrincipalAmount      amount `json:"principal_amount"`
	PrincipalPaid        amount `json:"principal_paid"`
	PrincipalOutstanding amount `json:"principal_outstanding"`
	InterestAmount       amount `json:"interest_amount"`
	InterestPaid         amount `json:"interest_paid"`
	InterestOutstanding  amount `json:"interest_outstanding"`
	OverdueAmount        amount `json:"overdue_amount"`
	OverduePaid          amount `json:"overdue_paid"`
	OverdueOutstanding   amount `json:"overdue_outstanding"`
	PenalAmount          amount `json:"penal_amount"`
	PenalPaid            amount `json:"penal_paid"`
	PenalOutstanding     amount `json:"penal_outstanding"`
	FeeAmount            amount `json:"fee_amount"`
	FeePaid              amount `json:"fee_paid"`
	FeeOutstanding       amount `json:"fee_outstanding"`
}

func demandWire(d store.DemandRow, today lending.Date) demandAnswer {
	return demandAnswer{ID: d.ID, CreatedAt: stampOf(d.CreatedAt), UpdatedAt: stampOf(d.UpdatedAt), Index: d.Idx, Account: d.AccountID, Loan: noText(d.LoanID),
		Type: d.Type, PeriodStart: startOf(d.PeriodStart), DueDate: startOf(d.DueDate), Amount: amount(d.Demanded()), OutstandingAmount: amount(d.Outstanding),
		demandParts: demandParts{
			amount(d.PAmount), amount(d.PPaid), amount(d.PAmount - d.PPaid - d.PWaived),
			amount(d.NIAmount), amount(d.NIPaid), amount(d.NIAmount - d.NIPaid - d.NIWaived),
			amount(d.OIAmount), amount(d.OIPaid), amount(d.OIAmount - d.OIPaid - d.OIWaived),
			amount(d.PIAmount), amount(d.PIPaid), amount(d.PIAmount - d.PIPaid - d.PIWaived),
			amount(d.FAmount), amount(d.FPaid), amount(d.FAmount - d.FPaid - d.FWaived)},
		Status: d.Status(today), DPD: d.DPD, PeakDPD: d.PeakDPD, No: d.No, Name: d.Name}
}

// demandFilters narrow the demands.
var demandFilters = join(
	one("account", textParam, "Id or ref of the account."),
	one("loan", textParam, "Id or ref of the loan."),
	one("type", textParam, "emi or fee."),
	one("status", listParam, "States, comma-separated.", "future", "due", "partial", "paid", "overdue", "waived"),
	between("due_date"),
	one("search", textParam, "A part of the name of a fee."),
	ordering("due_date", "index", "outstanding_amount"),
)

// listDemands answers one page of demands.
func (a *API) listDemands(c *call) (page[demandAnswer], error) {
	return a.demandPage(c, func(*store.DemandFilter) {})
}

// listFeeDemands answers demands that fees made.
func (a *API) listFeeDemands(c *call) (page[demandAnswer], error) {
	return a.demandPage(c, func(f *store.DemandFilter) { f.Type = string(lending.DemandFee) })
}

func (a *API) demandPage(c *call, narrow func(*store.DemandFilter)) (page[demandAnswer], error) {
	var answer page[demandAnswer]
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		f := store.DemandFilter{Type: c.text("type"), Statuses: c.list("status"), Due: store.Span{From: c.date("due_date_after"), To: c.date("due_date_before")},
			Search: c.text("search"), Listing: c.listing("due_date")}
		narrow(&f)
		var err error
		if f.Account, err = accountID(ctx, v, c.keyParam("account")); err != nil {
			return err
		}
		if f.Loan, err = loanID(ctx, v, c.keyParam("loan")); err != nil {
			return err
		}
		company, err := v.Company(ctx)
		if err != nil {
			return err
		}
		answer, err = paged(c, f.Listing,
			func() ([]store.DemandRow, *store.RecordKey, error) { return v.Demands(ctx, f) },
			func() (int64, error) { return v.CountDemands(ctx, f) },
			func(_ context.Context, d store.DemandRow) (demandAnswer, error) {
				return demandWire(d, company.BusinessDate), nil
			})
		return err
	})
	return answer, err
}

// showDemand answers one demand.
func (a *API) showDemand(c *call) (demandAnswer, error) {
	var answer demandAnswer
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		company, err := v.Company(ctx)
		if err != nil {
			return err
		}
		d, err := v.DemandByID(ctx, c.id())
		answer = demandWire(d, company.BusinessDate)
		return err
	})
	return answer, err
}
