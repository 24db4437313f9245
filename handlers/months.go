package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// monthName is a month as people say it: October 2026.
func monthName(m servicing.MonthState) string { return m.First.Time().Format("January 2006") }

func monthRow(m servicing.MonthState) views.MonthRow {
	row := views.MonthRow{Name: monthName(m), Path: "/months/" + m.Month, State: "Open", Tone: views.ToneInfo}
	switch {
	case m.Closed:
		row.State, row.Tone, row.Closer, row.At = "Closed", views.ToneGood, m.Row.Closer, m.Row.ClosedAt.Time
	case m.Row.Status == "reopened":
		row.State, row.Tone = "Opened again", views.ToneWarn
	}
	return row
}

func (a *app) listMonths(c echo.Context) error {
	page := views.MonthsPage{}
	err := a.journalView(c, "Months", "/months", &page.Shell, &page.Tabs, func(ctx context.Context, v *store.View) error {
		months, err := servicing.MonthsOf(ctx, v)
		for _, m := range months {
			page.Rows = append(page.Rows, monthRow(m))
		}
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, http.StatusOK, views.Months(page), nil)
}

func (a *app) showMonth(c echo.Context) error {
	return a.showMonthForm(c, http.StatusOK, views.Form{})
}

func (a *app) showMonthForm(c echo.Context, status int, form views.Form) error {
	page := views.MonthPage{Form: form}
	err := a.journalView(c, "Month "+c.Param("month"), "", &page.Shell, &page.Tabs, func(ctx context.Context, v *store.View) error {
		m, err := servicing.Month(ctx, v, c.Param("month"))
		if err != nil {
			return err
		}
		page.Row = monthRow(m)
		page.Title = page.Row.Name
		page.Trial = views.Link{Label: "Trial balance", Path: "/journal?" + url.Values{"from": {m.First.String()}, "to": {m.Last.String()}}.Encode()}
		if m.Row.Month != "" {
			page.Changes = views.Link{Label: "Changed after the close", Path: page.Row.Path + "/changes"}
		}
		for _, check := range m.Checks {
			page.Checks = append(page.Checks, views.MonthCheck{Name: check.Name, Says: check.Says, OK: check.OK, Link: monthLink(m, check.Key)})
		}
		if m.Closed {
			page.Reopen = offer(c, servicing.MayCloseBooks, views.Act{Label: "Ask to open it again", Path: page.Row.Path + "/reopening-request"})
		} else {
			page.Close = offer(c, servicing.MayCloseBooks, views.Act{Label: "Close " + page.Row.Name, Path: page.Row.Path + "/closing"})
			if page.Close.WhyNot == "" && !m.Ready() {
				page.Close.WhyNot = "The list is not in order yet."
			}
		}
		if m.Wait != "" {
			page.Wait = approvalPath(m.Wait, "")
		}
		page.History, err = history(ctx, v, m.Month, page.Today)
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, status, views.Month(page), nil)
}

// monthLink is where a line of the list is put in order.
func monthLink(m servicing.MonthState, key string) views.Link {
	last := m.Last.String()
	links := map[string]views.Link{
		"days":          {Path: "/days", Label: "Day close"},
		"months":        {Path: "/months", Label: "Months"},
		"unmatched":     {Path: "/records?" + url.Values{"status": {"unmatched"}, "to": {last}}.Encode(), Label: "Records"},
		"records":       {Path: "/records?" + url.Values{"status": {"pending"}, "to": {last}}.Encode(), Label: "Records"},
		"approvals":     {Path: "/approvals", Label: "Approvals"},
		"payouts":       {Path: "/payouts", Label: "Payouts"},
		"tie_out":       {Path: "/tieout?" + url.Values{"from": {m.First.String()}, "to": {last}}.Encode(), Label: "Tie-out"},
		"trial_balance": {Path: "/journal?" + url.Values{"from": {m.First.String()}, "to": {last}}.Encode(), Label: "Trial balance"},
		"controls":      {Path: "/journal", Label: "Journal"},
		"findings":      {Path: "/days", Label: "Day close"},
	}
	return links[key]
}

func (a *app) showMonthChanges(c echo.Context) error {
	page := views.MonthChangesPage{}
	err := a.journalView(c, "Changed after the close", "", &page.Shell, &page.Tabs, func(ctx context.Context, v *store.View) error {
		m, err := servicing.Month(ctx, v, c.Param("month"))
		if err != nil {
			return err
		}
		page.Row = monthRow(m)
		if m.Row.Month == "" {
			return nil // it was never closed
		}
		page.Since = m.Last
		codes, err := v.ChangedCodes(ctx, m.Row, m.First)
		if err != nil {
			return err
		}
		names, err := servicing.CodeNames(ctx, v)
		if err != nil {
			return err
		}
		for _, r := range codes {
			page.Codes = append(page.Codes, views.TrialRow{Code: r.Code, Name: names.Of(r.Code), Path: "/journal/codes/" + url.PathEscape(r.Code), Debit: r.Debit, Credit: r.Credit, Closing: r.Closing})
		}
		entries, err := v.ChangedAfter(ctx, m.Row, m.First, keyParam(c, "after"), journalPage+1)
		if len(entries) > journalPage {
			entries = entries[:journalPage]
			page.Next = page.Row.Path + "/changes?after=" + strconv.FormatInt(entries[journalPage-1].Idx, 10)
		}
		for _, e := range entries {
			page.Rows = append(page.Rows, journalRow(e, names))
		}
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, http.StatusOK, views.MonthChanges(page), nil)
}

func (a *app) createMonthClosing(c echo.Context) error {
	m, err := a.office.CloseMonth(c.Request().Context(), actorOf(c), c.Param("month"))
	if err != nil {
		form, ok := refusedForm(err, nil)
		if !ok {
			return err
		}
		return a.showMonthForm(c, statusOf(err), form)
	}
	a.flash(c, views.Flash{Text: "Closed " + monthName(m) + "."})
	return a.seeOther(c, "/months/"+m.Month)
}

func (a *app) createMonthReopeningRequest(c echo.Context) error {
	f := read(c)
	asked, err := a.office.RequestMonthReopening(c.Request().Context(), actorOf(c), c.Param("month"), f.text("reason"))
	if err != nil {
		form, ok := refusedForm(err, f.values)
		if !ok {
			return err
		}
		return a.showMonthForm(c, statusOf(err), form)
	}
	a.flash(c, views.Flash{Text: "Sent. The month opens when a second person approves."})
	return a.seeOther(c, approvalPath(asked.Ref, ""))
}
