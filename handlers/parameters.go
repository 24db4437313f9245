package handlers

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

func notFound(what string) error {
	return lending.Refuse(lending.NotFound, what+".not_found", "There is no such "+strings.ReplaceAll(what, "_", " ")+".")
}

func (a *app) listParameters(c echo.Context) error {
	page := views.ParametersPage{WhyNot: offer(c, servicing.MayCloseBooks, views.Act{}).WhyNot}
	err := a.journalView(c, "Dated parameters", "/parameters", &page.Shell, &page.Tabs, func(ctx context.Context, v *store.View) error {
		all, err := servicing.DatedParameters(ctx, v)
		for _, p := range all {
			row := views.ParameterRow{Words: p.Words, Now: p.Say(p.On(page.Today).Value), Values: valueTerms(p), Change: "/parameters/" + p.Name}
			if p.Wait != "" {
				row.Waits = approvalPath(p.Wait, "")
			}
			page.Rows = append(page.Rows, row)
		}
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, http.StatusOK, views.Parameters(page), nil)
}

// valueTerms are the values of a parameter over time with where each stands.
func valueTerms(p servicing.DatedParameter) []views.Term {
	var terms []views.Term
	for _, v := range p.Values {
		term := views.Term{Name: "from " + views.Day(v.From), Value: p.Say(v.Value) + ", " + v.Source}
		if v.From.IsZero() || v.From.Year() == 1900 {
			term.Name = "from the beginning"
		}
		if v.Approval != "" {
			term.Value = p.Say(v.Value) + ", approved in " + v.Approval
		}
		terms = append(terms, term)
	}
	return terms
}

// parameterInputs are the fields of another value.
func parameterInputs(p servicing.DatedParameter) []views.Input {
	value := views.Input{Name: "value", Label: "New value", Required: true, Max: 20}
	switch p.Unit {
	case servicing.InPercent:
		value.Label, value.Mode = "New value in percent", "decimal"
	case servicing.InDays:
		value.Label, value.Mode = "New number of days", "numeric"
	case servicing.YesOrNo:
		value.Label, value.Options = "Bears GST", []views.Option{{Value: "yes", Label: "Yes"}, {Value: "no", Label: "No"}}
	}
	return []views.Input{value, {Name: "from", Label: "From", Type: "date", Required: true, Hint: "A day to come."},
		{Name: "reason", Label: "Why", Required: true, Rows: 2, Max: 2000, Hint: "The credit manager who decides reads it."}}
}

func (a *app) newParameter(c echo.Context) error {
	return a.showParameterForm(c, http.StatusOK, views.Form{})
}

func (a *app) showParameterForm(c echo.Context, status int, form views.Form) error {
	page := views.DatedFormPage{Form: form, Action: "/parameters/" + c.Param("name"), Button: "Ask for this value", Back: views.Crumb{Path: "/parameters", Label: "Dated parameters"},
		Lead: "What was booked before that day stays as it was booked.", WhyNot: offer(c, servicing.MayCloseBooks, views.Act{}).WhyNot}
	err := a.journalView(c, "Dated parameter", "", &page.Shell, &page.Tabs, func(ctx context.Context, v *store.View) error {
		all, err := servicing.DatedParameters(ctx, v)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(all, func(p servicing.DatedParameter) bool { return p.Name == c.Param("name") })
		if at < 0 {
			return notFound("parameter")
		}
		page.Title, page.Now, page.Inputs = all[at].Words, valueTerms(all[at]), parameterInputs(all[at])
		if all[at].Wait != "" {
			page.Waits = approvalPath(all[at].Wait, "")
		}
		return nil
	})
	if err != nil {
		return err
	}
	return a.show(c, status, views.DatedForm(page), nil)
}

func (a *app) createParameter(c echo.Context) error {
	f := read(c)
	in := servicing.ParameterInput{Name: c.Param("name"), Value: f.text("value"), From: f.date("from"), Reason: f.text("reason")}
	err := f.err()
	var asked store.Approval
	if err == nil {
		asked, err = a.office.ProposeParameter(c.Request().Context(), actorOf(c), in)
	}
	if err != nil {
		form, ok := refusedForm(err, f.values)
		if !ok {
			return err
		}
		return a.showParameterForm(c, statusOf(err), form)
	}
	a.flash(c, views.Flash{Text: "Sent. The value changes when a second person approves."})
	return a.seeOther(c, approvalPath(asked.Ref, ""))
}
