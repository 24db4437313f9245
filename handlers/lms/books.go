package lms

import (
	"context"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// bookRoutes are the books: months and the trial balance.
func bookRoutes() []route {
	months := root + "/months/"
	at := months + "{id}/"
	return []route{
		{name: "listMonths", method: get, path: months, permission: servicing.MayAudit, mark: ours, summary: "The months of the journal, newest first.", endpoint: answers((*API).listMonths)},
		{name: "showMonth", method: get, path: at, permission: servicing.MayAudit, mark: ours, summary: "A month, as 2026-10, with the list that is gone through before it is closed.", endpoint: answers((*API).showMonth)},
		{name: "closeMonth", method: put, path: at + "close/", also: []string{"POST " + at + "close/"}, permission: servicing.MayCloseBooks, mark: ours, summary: "Close a month whose list is in order: nothing more is booked in it.", endpoint: answers((*API).closeMonth), strict: true},
		{name: "reopenMonth", method: put, path: at + "reopen/", also: []string{"POST " + at + "reopen/"}, permission: servicing.MayCloseBooks, mark: ours, summary: "Ask a second person to open the last closed month again.", endpoint: takes((*API).reopenMonth), status: created, strict: true},
		{name: "showTrialBalance", method: get, path: root + "/trial_balance/", permission: servicing.MayAudit, mark: ours, summary: "The journal by code, over the days that are asked for.",
			query: join(one("from_date", dateParam, "First booking date. Unset: the first of the month."), one("to_date", dateParam, "Last booking date. Unset: the business date.")), endpoint: answers((*API).showTrialBalance)},
	}
}

// monthsAnswer lists months.
type monthsAnswer struct {
	Results []monthAnswer `json:"results"`
}

// monthAnswer is one month of the journal.
type monthAnswer struct {
	Month    string       `json:"month"`
	Status   string       `json:"status" enum:"open,closed,reopened"`
	ClosedBy noText       `json:"closed_by"`
	ClosedAt stamp        `json:"closed_at"`
	Request  noText       `json:"request" doc:"Ref of the open request to open it again."`
	Checks   []monthCheck `json:"checks" doc:"Not in the list of months."`
}

// monthCheck is one line of the list.
type monthCheck struct {
	Key  string `json:"key"`
	Name string `json:"name"`
	OK   bool   `json:"ok"`
	Says string `json:"says"`
}

func monthOf(m servicing.MonthState) monthAnswer {
	out := monthAnswer{Month: m.Month, Status: "open", Request: noText(m.Wait), Checks: []monthCheck{}}
	if m.Row.Status != "" {
		out.Status = m.Row.Status
	}
	if m.Closed {
		out.ClosedBy, out.ClosedAt = noText(m.Row.Closer), stampOf(m.Row.ClosedAt)
	}
	for _, c := range m.Checks {
		out.Checks = append(out.Checks, monthCheck(c))
	}
	return out
}

func (a *API) listMonths(c *call) (monthsAnswer, error) {
	answer := monthsAnswer{Results: []monthAnswer{}}
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		months, err := servicing.MonthsOf(ctx, v)
		for _, m := range months {
			answer.Results = append(answer.Results, monthOf(m))
		}
		return err
	})
	return answer, err
}

func (a *API) showMonth(c *call) (monthAnswer, error) {
	var answer monthAnswer
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		m, err := servicing.Month(ctx, v, c.echo.Param("id"))
		answer = monthOf(m)
		return err
	})
	return answer, err
}

func (a *API) closeMonth(c *call) (monthAnswer, error) {
	m, err := a.office.CloseMonth(c.ctx, c.actor, c.echo.Param("id"))
	return monthOf(m), err
}

// reopenBody says why a month is opened again.
type reopenBody struct {
	Reason text `json:"reason" need:"true" doc:"Whoever decides reads it."`
}

func (a *API) reopenMonth(c *call, in reopenBody) (approvalAnswer, error) {
	asked, err := a.office.RequestMonthReopening(c.ctx, c.actor, c.echo.Param("id"), string(in.Reason))
	if err != nil {
		return approvalAnswer{}, err
	}
	return a.answerApproval(c, asked.Ref)
}

// trialAnswer is the journal by code.
type trialAnswer struct {
	FromDate stamp       `json:"from_date"`
	ToDate   stamp       `json:"to_date"`
	Results  []trialLine `json:"results"`
}

// trialLine is one code; balances are debit positive.
type trialLine struct {
	Code    string `json:"code"`
	Name    string `json:"name"`
	Opening amount `json:"opening"`
	Debit   amount `json:"debit"`
	Credit  amount `json:"credit"`
	Closing amount `json:"closing"`
}

func (a *API) showTrialBalance(c *call) (trialAnswer, error) {
	var answer trialAnswer
	from, to := c.date("from_date"), c.date("to_date")
	if err := c.fault(); err != nil {
		return answer, err
	}
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		company, err := v.Company(ctx)
		if err != nil {
			return err
		}
		if to.IsZero() {
			to = company.BusinessDate
		}
		if from.IsZero() {
			from = lending.NewDate(to.Year(), to.Month(), 1)
		}
		names, err := servicing.CodeNames(ctx, v)
		if err != nil {
			return err
		}
		rows, err := v.TrialBalance(ctx, from, to)
		answer = trialAnswer{FromDate: startOf(from), ToDate: startOf(to), Results: []trialLine{}}
		for _, r := range rows {
			answer.Results = append(answer.Results, trialLine{r.Code, names.Of(r.Code), amount(r.Opening), amount(r.Debit), amount(r.Credit), amount(r.Closing)})
		}
		return err
	})
	return answer, err
}
