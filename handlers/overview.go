package handlers

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

const (
	// strongMatch is from where on a suggestion is called strong, in basis points
	// (design guide: 85 and above).
	strongMatch = 8500
	// weeksShown is how far back dues and what was paid of them are drawn.
	weeksShown = 12
	// daysAhead is how far the list of coming dues looks.
	daysAhead = 7
)

func (a *app) showOverview(c echo.Context) error {
	actor := actorOf(c)
	page := views.OverviewPage{MayPrepare: actor.Can(servicing.MayPrepare)}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		var err error
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Overview", here: "/", layout: views.LayoutDash}); err != nil {
			return err
		}
		company, err := v.Company(ctx)
		if err != nil {
			return err
		}
		page.Sub = "Money as of now, days past due as of the last day close. Open business date: " + views.Weekday(company.BusinessDate) + "."
		if page.Waiting, err = waitingFor(ctx, v, actor, company); err != nil {
			return err
		}
		if err := bookFigures(ctx, v, company.BusinessDate, &page); err != nil {
			return err
		}
		if page.Weeks, err = weeksOf(ctx, v, company.BusinessDate); err != nil {
			return err
		}
		return comingDues(ctx, v, company.BusinessDate, &page)
	})
	if err != nil {
		return err
	}
	return a.show(c, http.StatusOK, views.Overview(page), nil)
}

// waitingFor lists the queues that wait for this person, most urgent first.
// Empty ones are left out.
func waitingFor(ctx context.Context, v *store.View, actor servicing.Actor, company store.Company) ([]views.Waiting, error) {
	var out []views.Waiting
	for _, queue := range []func(context.Context, *store.View, servicing.Actor, store.Company) (views.Waiting, error){
		waitingStuck, waitingQuestioned, waitingApprovals, waitingPayouts, waitingSentBack, waitingUnmatched, waitingUnsent, waitingParked, waitingUnconfirmed} {
		w, err := queue(ctx, v, actor, company)
		if err != nil {
			return nil, err
		}
		if w.Head != "" {
			out = append(out, w)
		}
	}
	return out, nil
}

// waitingStuck are requests that too few people are left to decide: everybody who
// sends, decides or adds people is told.
func waitingStuck(ctx context.Context, v *store.View, actor servicing.Actor, _ store.Company) (views.Waiting, error) {
	if !actor.Can(servicing.MayPrepare) && !actor.Can(servicing.MaySign) && !actor.Can(servicing.MayManagePeople) {
		return views.Waiting{}, nil
	}
	count, sum, err := v.StuckApprovals(ctx)
	if err != nil || count == 0 {
		return views.Waiting{}, err
	}
	w := views.Waiting{ID: "stuck", Icon: "users", Tone: views.ToneBad, Head: views.Counted(int(count), "request", "requests") + " cannot be decided by the people there are",
		Text: views.Rupees(sum) + " in total. Another person of the role is needed, who did not make or sign them: an administrator adds one.", Go: "See", Path: "/approvals?queue=all"}
	if actor.Can(servicing.MayManagePeople) {
		w.Go, w.Path = "Add", "/people/new"
	}
	return w, nil
}

// waitingApprovals are requests that this person may decide.
func waitingApprovals(ctx context.Context, v *store.View, actor servicing.Actor, company store.Company) (views.Waiting, error) {
	var sum store.WaitingApprovals
	for _, role := range actor.Roles {
		w, err := v.WaitingApprovals(ctx, store.ApprovalFilter{Statuses: []string{"pending"}, Role: string(role), NotBy: actor.Person})
		if err != nil {
			return views.Waiting{}, err
		}
		if sum.Oldest.IsZero() || !w.Oldest.IsZero() && w.Oldest.Before(sum.Oldest.Time) {
			sum.Oldest = w.Oldest
		}
		sum.Count, sum.Amount = sum.Count+w.Count, sum.Amount+w.Amount
	}
	if sum.Count == 0 {
		return views.Waiting{}, nil
	}
	return views.Waiting{ID: "approvals", Icon: "check-check", Head: views.Counted(int(sum.Count), "request waits", "requests wait") + " for your decision",
		Text: views.Rupees(sum.Amount) + " in total", When: age(lending.DateOf(sum.Oldest.Time), company.BusinessDate), Go: "Decide", Path: "/approvals"}, nil
}

// waitingPayouts are payouts that finance has to approve or to send.
func waitingPayouts(ctx context.Context, v *store.View, actor servicing.Actor, company store.Company) (views.Waiting, error) {
	if !actor.Can(servicing.MayReleasePayout) {
		return views.Waiting{}, nil
	}
	sum, err := v.WaitingPayouts(ctx, actor.Person)
	if err != nil || sum.Count == 0 {
		return views.Waiting{}, err
	}
	return views.Waiting{ID: "payouts", Icon: "send", Head: views.Counted(int(sum.Count), "payout waits", "payouts wait") + " to be approved or sent",
		Text: views.Rupees(sum.Amount) + " in total", When: age(lending.DateOf(sum.Oldest.Time), company.BusinessDate), Go: "Open", Path: "/payouts"}, nil
}

// waitingSentBack are records that a checker sent back: anybody of the role may
// take them up.
func waitingSentBack(ctx context.Context, v *store.View, actor servicing.Actor, company store.Company) (views.Waiting, error) {
	return recordQueue(ctx, v, actor, company, store.RecordFilter{SentBack: true},
		views.Waiting{ID: "sent-back", Icon: "undo-2", Tone: views.ToneBad, Go: "Open", Path: "/records?sent_back=1"}, "record was sent back", "records were sent back")
}

// waitingQuestioned are credits whose reference is there with another amount.
func waitingQuestioned(ctx context.Context, v *store.View, actor servicing.Actor, company store.Company) (views.Waiting, error) {
	return recordQueue(ctx, v, actor, company, store.RecordFilter{Questioned: true},
		views.Waiting{ID: "questioned", Icon: "triangle-alert", Tone: views.ToneBad, Go: "Decide", Path: "/records?questioned=1"},
		"credit has the reference of another, with another amount", "credits have the reference of another, with another amount")
}

// waitingUnmatched are credits without an account.
func waitingUnmatched(ctx context.Context, v *store.View, actor servicing.Actor, company store.Company) (views.Waiting, error) {
	w, err := recordQueue(ctx, v, actor, company, store.RecordFilter{Statuses: []string{"unmatched"}},
		views.Waiting{ID: "unmatched", Icon: "git-compare-arrows", Tone: views.ToneWarn, Go: "Match", Path: "/matching"}, "payment has no loan", "payments have no loan")
	if err != nil || w.Head == "" {
		return w, err
	}
	strong, err := v.Suggested(ctx, strongMatch)
	if strong > 0 {
		w.Text += fmt.Sprintf(", %s a strong suggestion", views.Counted(int(strong), "has", "have"))
	}
	return w, err
}

// waitingUnsent are records that are matched and were never sent.
func waitingUnsent(ctx context.Context, v *store.View, actor servicing.Actor, company store.Company) (views.Waiting, error) {
	return recordQueue(ctx, v, actor, company, store.RecordFilter{Unsent: true},
		views.Waiting{ID: "unsent", Icon: "send", Go: "Send", Path: "/records?unsent=1"},
		"record is matched and not sent for approval", "records are matched and not sent for approval")
}

// waitingParked are credits that somebody laid aside for later.
func waitingParked(ctx context.Context, v *store.View, actor servicing.Actor, company store.Company) (views.Waiting, error) {
	return recordQueue(ctx, v, actor, company, store.RecordFilter{Statuses: []string{"parked"}},
		views.Waiting{ID: "parked", Icon: "circle-pause", Go: "Look", Path: "/records?status=parked"}, "payment is parked", "payments are parked")
}

// waitingUnconfirmed are receipts by hand that should be on a statement by now.
func waitingUnconfirmed(ctx context.Context, v *store.View, actor servicing.Actor, company store.Company) (views.Waiting, error) {
	last := company.BusinessDate.AddDays(-company.ConfirmDays - 1)
	w, err := recordQueue(ctx, v, actor, company, store.RecordFilter{Unconfirmed: true, To: last},
		views.Waiting{ID: "unconfirmed", Icon: "landmark", Tone: views.ToneWarn, Go: "Check", Path: "/records?" + url.Values{"unconfirmed": {"1"}, "to": {last.String()}}.Encode()},
		"receipt has no statement line", "receipts have no statement line")
	if w.Head != "" {
		w.Head += fmt.Sprintf(" after %s", views.Counted(company.ConfirmDays, "day", "days"))
	}
	return w, err
}

// recordQueue counts and sums a queue of records; its head stays empty when
// nothing is in it or it is not this person's work.
func recordQueue(ctx context.Context, v *store.View, actor servicing.Actor, company store.Company, f store.RecordFilter, w views.Waiting, one, many string) (views.Waiting, error) {
	if !actor.Can(servicing.MayPrepare) {
		return views.Waiting{}, nil
	}
	sum, err := v.RecordSum(ctx, f, 0)
	if err != nil || sum.Count == 0 {
		return views.Waiting{}, err
	}
	oldest, err := v.OldestRecord(ctx, f)
	w.Head = views.Counted(int(sum.Count), one, many)
	w.Text, w.When = views.Rupees(sum.Amount)+" in total", age(oldest, company.BusinessDate)
	return w, err
}

// age is how long something waits, by the calendar of the business date.
func age(since, today lending.Date) string {
	switch days := today.Sub(since); {
	case since.IsZero():
		return ""
	case days <= 0:
		return "today"
	default:
		return views.Counted(days, "day", "days")
	}
}

// bands are the steps of days past due with what the account list calls them.
var bands = []views.Band{
	{Label: "Not overdue", Step: "0", Path: "/accounts"},
	{Label: "1–30 days", Step: "1", Path: "/accounts?band=1"},
	{Label: "31–60 days", Step: "31", Path: "/accounts?band=31"},
	{Label: "61–90 days", Step: "61", Path: "/accounts?band=61"},
	{Label: "Over 90 days", Step: "91", Path: "/accounts?band=91"},
}

// bookFigures sums where the accounts stand: the strip and the table of days past due.
func bookFigures(ctx context.Context, v *store.View, today lending.Date, page *views.OverviewPage) error {
	rows, err := v.LateBands(ctx)
	if err != nil {
		return err
	}
	var late, due lending.Money
	for _, band := range bands {
		for _, row := range rows {
			if fmt.Sprint(row.From) != band.Step {
				continue
			}
			band.Amount, band.Accounts = row.Outstanding, int(row.Accounts)
			due += row.DueNow
			if row.From > 30 {
				late += row.Outstanding
			}
		}
		page.BandTotal.Amount += band.Amount
		page.BandTotal.Accounts += band.Accounts
		page.Bands = append(page.Bands, band)
	}
	page.Fresh = page.BandTotal.Accounts == 0
	collected, err := collectedThisMonth(ctx, v, today)
	if err != nil {
		return err
	}
	holders, excess, err := v.ExcessHeld(ctx)
	if err != nil {
		return err
	}
	page.Figures = []views.KeyFigure{
		{Label: "Principal outstanding", Amount: page.BandTotal.Amount,
			Note: views.Counted(page.BandTotal.Accounts, "account", "accounts") + ", " + views.Short(due) + " due now"},
		collected,
		{Label: "Overdue more than 30 days", Share: views.Share(late, page.BandTotal.Amount), Note: views.Short(late) + " of principal"},
		{Label: "Excess held", Amount: excess, Note: "on " + views.Counted(int(holders), "account", "accounts")},
	}
	return nil
}

// collectedThisMonth is the money received this month, beside how much of what
// fell due this month is paid.
func collectedThisMonth(ctx context.Context, v *store.View, today lending.Date) (views.KeyFigure, error) {
	first := lending.NewDate(today.Year(), today.Month(), 1)
	figure := views.KeyFigure{Label: "Collected in " + today.Month().String()}
	var err error
	if figure.Amount, err = v.Collected(ctx, first, today); err != nil {
		return figure, err
	}
	days, err := v.DueDays(ctx, first, today)
	var due, paid lending.Money
	for _, day := range days {
		due, paid = due+day.Due, paid+day.Paid
	}
	if figure.Note = "nothing fell due so far"; due > 0 {
		figure.Note = views.Share(paid, due) + "% of " + views.Short(due) + " due so far is paid"
	}
	return figure, err
}

// weeksOf folds what fell due into weeks from Monday on, the open one last.
func weeksOf(ctx context.Context, v *store.View, today lending.Date) ([]views.Week, error) {
	monday := today.AddDays(-(int(today.Weekday()) + 6) % 7)
	first := monday.AddDays(-7 * (weeksShown - 1))
	days, err := v.DueDays(ctx, first, today)
	if err != nil {
		return nil, err
	}
	weeks := make([]views.Week, weeksShown)
	for i := range weeks {
		weeks[i] = views.Week{From: first.AddDays(7 * i), Open: i == weeksShown-1 && today.Weekday() != time.Sunday}
	}
	for _, day := range days {
		week := &weeks[day.Date.Sub(first)/7]
		week.Due, week.Paid = week.Due+day.Due, week.Paid+day.Paid
	}
	return weeks, nil
}

// comingDues lists each of the next days, also those on which nothing is due.
func comingDues(ctx context.Context, v *store.View, today lending.Date, page *views.OverviewPage) error {
	days, err := v.ComingDays(ctx, today.AddDays(1), today.AddDays(daysAhead))
	if err != nil {
		return err
	}
	page.Coming = make([]views.Coming, daysAhead)
	for i := range page.Coming {
		page.Coming[i].Date = today.AddDays(1 + i)
	}
	for _, day := range days {
		coming := &page.Coming[day.Date.Sub(today)-1]
		coming.Accounts, coming.Unmandate, coming.Amount = int(day.Accounts), int(day.Unmandate), day.Amount
		page.ComingSum.Accounts += coming.Accounts
		page.ComingSum.Unmandate += coming.Unmandate
		page.ComingSum.Amount += coming.Amount
	}
	return nil
}
