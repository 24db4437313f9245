package handlers

import (
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// waiverField is how the input of one due is called.
func waiverField(demand string, c lending.Component) string {
	return "waive." + c.String() + "." + demand
}

func (a *app) newWaiver(c echo.Context) error {
	return a.showWaiverForm(c, http.StatusOK, views.Form{}, nil)
}

// showWaiverForm shows what is unpaid on an account, each part with a field.
func (a *app) showWaiverForm(c echo.Context, status int, form views.Form, preview *servicing.WaiverInput) error {
	page := views.MoneyPage{Title: "Waive", Lead: "What is given up stays visible beside what was demanded. A credit manager decides, and two where the approval rules say so.", Action: "/waivers", Button: "Ask for the waiver", Busy: "Asking…",
		Form: form, Preview: true, Inputs: []views.Input{{Name: "reason", Label: "Why", Rows: 2, Max: 500, Required: preview == nil && status == http.StatusOK}}}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: page.Title, here: "/accounts"}); err != nil {
			return err
		}
		account, err := v.AccountByRef(ctx, c.FormValue("account"))
		if err != nil {
			return err
		}
		page.Back = views.Crumb{Path: "/accounts/" + account.Ref, Label: account.Ref}
		page.Hidden = []views.Pair{{Name: "account", Value: account.Ref}}
		page.Facts = []views.PayoutFact{{Name: "Account", Value: account.Ref + ", " + account.BorrowerName, Path: page.Back.Path}}
		if page.Dues, err = waiverDues(ctx, v, account); err != nil || preview == nil {
			return err
		}
		effect, err := servicing.PreviewWaiver(ctx, v, *preview)
		if err == nil {
			before, after := effect.Before.Summary, effect.After.Summary
			page.Effect = &views.MoneyEffect{Rows: []views.EffectRow{
				{Label: "Due now", Before: before.DueNow, After: after.DueNow}, {Label: "All that is owed", Before: before.TotalOutstanding, After: after.TotalOutstanding},
				{Label: "Penal charges", Before: before.PenalOutstanding, After: after.PenalOutstanding}, {Label: "Fees", Before: before.FeeOutstanding, After: after.FeeOutstanding}}}
		}
		return err
	})
	if err != nil {
		return err
	}
	page.WhyNot = offer(c, servicing.MayPrepare, views.Act{}).WhyNot
	return a.show(c, status, views.Money(page), nil)
}

// waiverDues are the parts of dues that are unpaid now.
func waiverDues(ctx context.Context, v *store.View, account store.Account) ([]views.WaiverDue, error) {
	book, err := servicing.BookOf(ctx, v, account.ID, 0)
	if err != nil {
		return nil, err
	}
	var dues []views.WaiverDue
	for i := range book.Demands {
		d := &book.Demands[i]
		for part := range d.Amount {
			component := lending.Component(part)
			if left := d.Left(component); d.Due && left > 0 {
				dues = append(dues, views.WaiverDue{Field: waiverField(d.Key, component), Label: servicing.DemandLabel(*d), Component: views.ComponentWord(component), DueDate: d.DueDate, Unpaid: left})
			}
		}
	}
	return dues, nil
}

// waiver reads what is given up: the fields that were filled in.
func (f *fields) waiver() servicing.WaiverInput {
	in := servicing.WaiverInput{Account: f.text("account"), Reason: f.text("reason")}
	params, err := f.c.FormParams()
	if err != nil {
		return in
	}
	for name := range params {
		rest, ok := strings.CutPrefix(name, "waive.")
		if !ok {
			continue
		}
		component, demand, whole := strings.Cut(rest, ".")
		if amount := f.money(name); whole && amount != 0 {
			in.Items = append(in.Items, servicing.WaiverItem{Demand: demand, Component: component, Amount: amount})
		}
	}
	return in
}

func (a *app) createWaiver(c echo.Context) error {
	f := read(c)
	in := f.waiver()
	err := f.err()
	if err == nil && f.flag("preview") {
		err = a.showWaiverForm(c, http.StatusOK, views.Form{Values: f.values}, &in)
		if lending.KindOf(err) != lending.Invalid {
			return err
		}
	} else if err == nil {
		var asked store.Approval
		if asked, err = a.office.RequestWaiver(c.Request().Context(), actorOf(c), in); err == nil {
			a.flash(c, views.Flash{Text: "Sent " + asked.Ref + " to a second person.", Path: approvalPath(asked.Ref, ""), Link: "See it"})
			return a.seeOther(c, "/accounts/"+store.CleanRef(in.Account))
		}
	}
	form, ok := refusedForm(err, f.values)
	if !ok {
		return err
	}
	return a.showWaiverForm(c, statusOf(err), form, nil)
}
