package handlers

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// loanForm reads the fields of the form by name.
func loanForm(c echo.Context) (servicing.LoanForm, map[string]string) {
	f := read(c)
	for _, field := range views.LoanFormFields() {
		f.text(field.Name)
	}
	return servicing.LoanForm(f.values), f.values
}

// newAccount is the form. With terms in the address it shows the schedule that
// they give, before anything is kept.
func (a *app) newAccount(c echo.Context) error {
	form, values := loanForm(c)
	if c.QueryParam("preview") == "" {
		return a.showLoanForm(c, http.StatusOK, views.Form{Values: values}, nil)
	}
	var preview servicing.LoanPreview
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		preview, err = servicing.PreviewLoan(ctx, v, form)
		return err
	})
	if err != nil {
		refused, ok := refusedForm(err, values)
		if !ok {
			return err
		}
		return a.showLoanForm(c, statusOf(err), refused, nil)
	}
	return a.showLoanForm(c, http.StatusOK, views.Form{Values: values}, &preview)
}

// createAccount opens borrower, account and active loan in one act.
func (a *app) createAccount(c echo.Context) error {
	form, values := loanForm(c)
	taken, err := a.office.OpenLoan(c.Request().Context(), actorOf(c), form)
	if err != nil {
		refused, ok := refusedForm(err, values)
		if !ok {
			return err
		}
		return a.showLoanForm(c, statusOf(err), refused, nil)
	}
	if taken.Asked != nil {
		a.flash(c, views.Flash{Text: takeOverAsked})
		return a.seeOther(c, approvalPath(taken.Asked.Ref, ""))
	}
	account := taken.Account
	a.flash(c, views.Flash{Text: "Account " + account.Ref + " of " + account.BorrowerName + " is open, with its loan."})
	return a.seeOther(c, "/accounts/"+account.Ref)
}

// takeOverAsked is what is said once a take-over waits for a second person.
const takeOverAsked = "The books are at work, so a second person decides on this take-over. It waits here."

// showLoanForm shows the form, with a preview when there is one.
func (a *app) showLoanForm(c echo.Context, status int, form views.Form, preview *servicing.LoanPreview) error {
	page := views.LoanFormPage{Form: form}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Running loan", here: "/accounts"}); err != nil {
			return err
		}
		page.Programs, page.Banks, err = programsAndBanks(ctx, v)
		if key := form.Value("borrower_ref"); key != "" && err == nil {
			page.Known, err = knownBorrower(ctx, v, key)
		}
		return err
	})
	if err != nil {
		return err
	}
	if preview != nil {
		summary := preview.Summary
		page.Preview = loanPreview(*preview,
			views.PreviewFigure{Label: "Principal outstanding", Value: views.Rupees(summary.PrincipalOutstanding), Note: "today, after what is said to be paid"},
			views.PreviewFigure{Label: "To pay now", Value: views.Rupees(summary.DueNow), Note: views.DaysPastDue(summary.DPD), Alert: summary.DueNow > 0})
		page.Preview.Action, page.Preview.Button, page.Preview.Busy = "/accounts/new", "Open the loan", "Opening…"
	}
	return a.show(c, status, views.LoanForm(page), nil)
}

// programsAndBanks are the choices of a form that opens an account.
func programsAndBanks(ctx context.Context, v *store.View) (programs, banks []views.Option, err error) {
	list, _, err := v.Programs(ctx, store.PartyFilter{Limit: maxPrograms})
	if err != nil {
		return nil, nil, err
	}
	for _, p := range list {
		programs = append(programs, views.Option{Value: p.Ref, Label: p.Name})
	}
	accounts, err := collectionBanks(ctx, v)
	for _, b := range accounts {
		banks = append(banks, views.Option{Value: b.Ref, Label: bankName(b)})
	}
	return programs, banks, err
}

// knownBorrower names a borrower that is in the books already.
func knownBorrower(ctx context.Context, v *store.View, key string) (string, error) {
	b, err := v.BorrowerByAny(ctx, key)
	if lending.KindOf(err) == lending.NotFound {
		return "", nil
	}
	return b.Name, err
}

// loanPreview is a preview of a running loan, or of one that is to be paid out, with
// what stands beside principal and interest.
func loanPreview(p servicing.LoanPreview, also ...views.PreviewFigure) *views.LoanPreview {
	out := &views.LoanPreview{Principal: p.Principal, Net: p.Net, Interest: p.Interest, Rows: p.Rows, Also: also}
	for _, d := range p.Deductions {
		out.Deductions = append(out.Deductions, views.FigureRow{Label: d.Name, Amount: d.Amount})
	}
	return out
}
