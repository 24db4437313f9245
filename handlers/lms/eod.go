package lms

import (
	"context"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// eodBody says up to which day to close.
type eodBody struct {
	Date    date `json:"date" doc:"Business date to open: all days before it are closed. Unset: the next day. A date that is open or past already answers again and writes nothing."`
	Account text `json:"account" doc:"Id or ref: only bring this account to the open business date. The date does not move."`
	Loan    text `json:"loan" doc:"The same for the account of a loan."`
}

// eodAnswer is what a day close did.
type eodAnswer struct {
	Status       string `json:"status"`
	BusinessDate stamp  `json:"business_date" doc:"Open now."`
	Days         int    `json:"days" doc:"Closed by this request."`
	Accounts     int    `json:"accounts" doc:"Replayed: those with something to do."`
	Changed      int    `json:"changed"`
	Failed       int    `json:"failed" doc:"Left alone, with the reason on the page of the day; all others went on."`
	DurationMS   int64  `json:"duration_ms"`
}

// runEOD closes business days.
func (a *API) runEOD(c *call, in eodBody) (eodAnswer, error) {
	account, err := a.accountOfEOD(c, in)
	if err != nil {
		return eodAnswer{}, err
	}
	var result servicing.DayResult
	if account != "" {
		result, err = a.office.CloseAccount(c.ctx, c.actor, account)
	} else {
		result, err = a.office.CloseDay(c.ctx, c.actor, lending.Date(in.Date))
	}
	if err != nil {
		return eodAnswer{}, err
	}
	return eodAnswer{"done", startOf(result.BusinessDate), result.Days, result.Accounts, result.Changed, result.Failed, result.DurationMS}, nil
}

// accountOfEOD is the one account that is meant, "" for all. Its figures never
// wait for a day close, so the date of all is not moved for one.
func (a *API) accountOfEOD(c *call, in eodBody) (string, error) {
	account := key(string(in.Account))
	if account == "" && in.Loan == "" {
		return "", nil
	}
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		company, err := v.Company(ctx)
		if err != nil {
			return err
		}
		if lending.Date(in.Date) > company.BusinessDate {
			return faults{"date": "A day is closed for all accounts at once. Ask for the summary with as_of_date instead."}
		}
		if account != "" {
			return nil
		}
		loan, err := v.LoanByID(ctx, key(string(in.Loan)))
		if lending.KindOf(err) == lending.NotFound {
			return faults{"loan": "There is no loan " + string(in.Loan) + "."}
		}
		account = loan.AccountID
		return err
	})
	return account, err
}

// dayAnswer is the business date and the last days that were closed.
type dayAnswer struct {
	BusinessDate stamp       `json:"business_date"`
	Company      string      `json:"company"`
	Runs         []runAnswer `json:"runs" doc:"Newest first."`
}

// runAnswer is the closing of one business date.
type runAnswer struct {
	Date       stamp  `json:"date"`
	Status     string `json:"status" doc:"running or done."`
	Accounts   int    `json:"accounts"`
	Changed    int    `json:"changed"`
	Failed     int    `json:"failed"`
	DurationMS int64  `json:"duration_ms"`
	StartedBy  string `json:"started_by"`
	StartedAt  stamp  `json:"started_at"`
	FinishedAt stamp  `json:"finished_at"`
}

// maxRuns is a month of days.
const maxRuns = 31

// showDay answers the business date and the days closed last.
func (a *API) showDay(c *call) (dayAnswer, error) {
	answer := dayAnswer{Runs: []runAnswer{}}
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		company, err := v.Company(ctx)
		if err != nil {
			return err
		}
		answer.BusinessDate, answer.Company = startOf(company.BusinessDate), company.ID
		runs, err := v.DayRuns(ctx, maxRuns)
		for _, r := range runs {
			answer.Runs = append(answer.Runs, runAnswer{startOf(r.Date), r.Status, r.Accounts, r.Changed, r.Failed, r.DurationMS, r.StartedBy,
				stampOf(r.StartedAt), stampOf(r.FinishedAt)})
		}
		return err
	})
	return answer, err
}

// outstandingAnswer is what is payable on an account, with the dues it is made of.
type outstandingAnswer struct {
	Account              string       `json:"account"`
	Loan                 noText       `json:"loan"`
	RefID                string       `json:"ref_id"`
	AsOfDate             stamp        `json:"as_of_date"`
	PrincipalOutstanding sum          `json:"principal_outstanding"`
	InterestOutstanding  sum          `json:"interest_outstanding"`
	InterestDue          sum          `json:"interest_due"`
	OverdueOutstanding   sum          `json:"overdue_outstanding"`
	PenalOutstanding     sum          `json:"penal_outstanding"`
	FeeOutstanding       sum          `json:"fee_outstanding"`
	TotalOutstanding     sum          `json:"total_outstanding"`
	ExcessPayment        sum          `json:"excess_payment"`
	DueAmount            sum          `json:"due_amount" doc:"All that is due and unpaid."`
	DPD                  int          `json:"dpd"`
	Demands              []payableDue `json:"demands" doc:"The dues that due_amount is made of, oldest first."`
}

// payableDue is what is left of one due.
type payableDue struct {
	Demand    noText `json:"demand"`
	Loan      noText `json:"loan"`
	Label     string `json:"label"`
	DueDate   stamp  `json:"due_date"`
	Principal amount `json:"principal"`
	Interest  amount `json:"interest"`
	Overdue   amount `json:"overdue"`
	Penal     amount `json:"penal"`
	Fee       amount `json:"fee"`
	Amount    amount `json:"amount"`
	DPD       int    `json:"dpd"`
}

// outstandingParams say of what and when.
var outstandingParams = join(
	one("account", textParam, "Id or ref of the account; this or loan."),
	one("loan", textParam, "Id or ref of one loan."),
	asOfParams("State after the end of that day in India; the open business date when unset."),
)

// showOutstanding answers what is payable on an account, or on one of its loans.
func (a *API) showOutstanding(c *call) (outstandingAnswer, error) {
	answer := outstandingAnswer{Demands: []payableDue{}}
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		account, loan, err := c.payable(ctx, v)
		if err != nil {
			return err
		}
		m, err := c.momentOf(ctx, v, account, c.asOf())
		if err != nil {
			return err
		}
		if loan != "" {
			m.keep = func(id string) bool { return id == loan }
		}
		ids, err := demandIDs(ctx, v, account.ID)
		if err != nil {
			return err
		}
		s := m.book.SummaryOf(m.keep)
		answer = outstandingAnswer{account.ID, noText(loan), account.Ref, startOf(m.book.At.Date), sum(s.PrincipalOutstanding), sum(s.InterestOutstanding),
			sum(s.InterestDue), sum(s.OverdueOutstanding), sum(s.PenalOutstanding), sum(s.FeeOutstanding), sum(s.TotalOutstanding), sum(s.ExcessPayment),
			sum(s.DueNow), s.DPD, answer.Demands}
		for _, d := range m.book.Demands {
			if d.Due && d.Unpaid() > 0 && m.keep(d.Loan) {
				answer.Demands = append(answer.Demands, dueWire(d, ids[d.Key]))
			}
		}
		return nil
	})
	return answer, err
}

func dueWire(d lending.Demand, id string) payableDue {
	left := d.Amount
	for component := range left {
		left[component] -= d.Paid[component]
	}
	return payableDue{noText(id), noText(d.Loan), servicing.DemandLabel(d), startOf(d.DueDate), amount(left[lending.Principal]), amount(left[lending.Interest]),
		amount(left[lending.OverdueInterest]), amount(left[lending.Penal]), amount(left[lending.Fee]), amount(d.Unpaid()), d.DPD}
}

// payable is the account that is asked about: that of the path, of the account
// parameter, or of the loan.
func (c *call) payable(ctx context.Context, v *store.View) (store.Account, string, error) {
	named, loan := c.keyParam("account"), c.keyParam("loan")
	if c.echo.Param("id") != "" {
		named = c.id()
	}
	switch {
	case named != "":
		account, err := accountByKey(ctx, v, named)
		return account, "", err
	case loan != "":
		l, err := v.LoanByID(ctx, loan)
		if err != nil {
			return store.Account{}, "", err
		}
		account, err := v.AccountByID(ctx, l.AccountID)
		return account, l.ID, err
	}
	return store.Account{}, "", faults{"account": "Say of which account or loan."}
}
