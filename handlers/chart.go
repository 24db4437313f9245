package handlers

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"lekha/bankfile"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

func (a *app) listChart(c echo.Context) error {
	page := views.ChartPage{WhyNot: offer(c, servicing.MayCloseBooks, views.Act{}).WhyNot}
	err := a.journalView(c, "Chart of accounts", "/journal/chart", &page.Shell, &page.Tabs, func(ctx context.Context, v *store.View) error {
		chart, err := servicing.ChartOf(ctx, v)
		for _, r := range chart {
			row := views.ChartRow{Words: r.Words, Kind: r.Kind, Code: r.Code, Name: r.Name, Path: "/journal/codes/" + url.PathEscape(r.Code), Change: "/journal/chart/" + r.Role}
			for _, d := range r.Dated {
				row.Dated = append(row.Dated, views.Term{Name: "from " + views.Day(d.FromDate), Value: d.Code + " " + d.Name})
			}
			if r.Wait != "" {
				row.Waits = approvalPath(r.Wait, "")
			}
			page.Rows = append(page.Rows, row)
		}
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, http.StatusOK, views.Chart(page), nil)
}

// exportChart is the chart as a file.
func (a *app) exportChart(c echo.Context) error {
	return a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		chart, err := servicing.ChartOf(ctx, v)
		if err != nil {
			return err
		}
		return a.download(c, "chart-of-accounts", formatOf(c), func(w bankfile.Table) error {
			err := w.Write([]string{"code", "name", "kind", "role"})
			for i := 0; err == nil && i < len(chart); i++ {
				err = w.Write([]string{chart[i].Code, chart[i].Name, chart[i].Kind, chart[i].Role})
			}
			return err
		})
	})
}

// codeInputs are the fields of another code.
func codeInputs() []views.Input {
	return []views.Input{
		{Name: "code", Label: "Code", Required: true, Max: 20, Class: "ident"},
		{Name: "name", Label: "Name", Max: 100, Hint: "Of a code that the chart does not know yet."},
		{Name: "from", Label: "Booked from", Type: "date", Required: true, Hint: "A day to come."},
		{Name: "reason", Label: "Why", Required: true, Rows: 2, Max: 2000, Hint: "The credit manager who decides reads it."},
	}
}

func (a *app) newCode(c echo.Context) error {
	return a.showCodeForm(c, http.StatusOK, views.Form{})
}

func (a *app) showCodeForm(c echo.Context, status int, form views.Form) error {
	page := views.DatedFormPage{Form: form, Inputs: codeInputs(), Action: "/journal/chart/" + c.Param("role"), Button: "Ask for this code", Back: views.Crumb{Path: "/journal/chart", Label: "Chart of accounts"},
		Lead: "Entries booked from that day on carry the new code. What was booked before stays where it is.", WhyNot: offer(c, servicing.MayCloseBooks, views.Act{}).WhyNot}
	err := a.journalView(c, "Another code", "", &page.Shell, &page.Tabs, func(ctx context.Context, v *store.View) error {
		chart, err := servicing.ChartOf(ctx, v)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(chart, func(r servicing.ChartRow) bool { return r.Role == c.Param("role") })
		if at < 0 {
			return notFound("account")
		}
		r := chart[at]
		page.Title = "Another code for " + r.Words
		page.Now = []views.Term{{Name: "Now", Value: r.Code + " " + r.Name}, {Name: "Kind", Value: r.Kind}}
		if r.Wait != "" {
			page.Waits = approvalPath(r.Wait, "")
		}
		return nil
	})
	if err != nil {
		return err
	}
	return a.show(c, status, views.DatedForm(page), nil)
}

func (a *app) createCode(c echo.Context) error {
	f := read(c)
	in := servicing.CodeInput{Role: c.Param("role"), Code: f.text("code"), Name: f.text("name"), From: f.date("from"), Reason: f.text("reason")}
	err := f.err()
	var asked store.Approval
	if err == nil {
		asked, err = a.office.ProposeCode(c.Request().Context(), actorOf(c), in)
	}
	if err != nil {
		form, ok := refusedForm(err, f.values)
		if !ok {
			return err
		}
		return a.showCodeForm(c, statusOf(err), form)
	}
	a.flash(c, views.Flash{Text: "Sent. The code changes when a second person approves."})
	return a.seeOther(c, approvalPath(asked.Ref, ""))
}
