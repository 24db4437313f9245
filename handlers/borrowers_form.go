package handlers

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// borrowerInputs are the fields of a borrower. The number is given once, when the
// borrower is new.
func borrowerInputs(known bool) []views.Input {
	inputs := []views.Input{
		{Name: "name", Label: "Name", Required: true, Max: 200},
		{Name: "co_applicant", Label: "Co-applicant", Max: 200},
		{Name: "pan", Label: "PAN", Max: 10, Class: "ident", Auto: "off"},
		{Name: "phone", Label: "Phone", Mode: "tel", Max: 20},
		{Name: "email", Label: "E-mail", Type: "email", Max: 200},
		{Name: "vpa", Label: "UPI address", Max: 200},
		{Name: "state", Label: "State", Hint: "For GST: code or letters, e.g. 27 or MH.", Max: 2},
		{Name: "address", Label: "Address", Rows: 2, Max: 500},
	}
	if known {
		return inputs
	}
	return append([]views.Input{{Name: "ref_id", Label: "Customer number", Hint: "Your own; leave it empty to draw one.", Max: 32, Class: "ident"}}, inputs...)
}

// borrowerOf reads the fields of a borrower.
func borrowerOf(f *fields) servicing.BorrowerInput {
	return servicing.BorrowerInput{Ref: f.text("ref_id"), Name: f.text("name"), CoApplicant: f.text("co_applicant"), PAN: f.text("pan"), Phone: f.text("phone"),
		Email: f.text("email"), VPA: f.text("vpa"), State: f.text("state"), Address: f.text("address"), Version: f.version()}
}

func (a *app) newBorrower(c echo.Context) error {
	return a.showBorrowerForm(c, http.StatusOK, nil, views.Form{})
}

func (a *app) createBorrower(c echo.Context) error {
	f := read(c)
	borrower, err := a.office.CreateBorrower(c.Request().Context(), actorOf(c), borrowerOf(f))
	if err == nil {
		a.flash(c, views.Flash{Text: borrower.Name + " is in the books as " + borrower.Ref + "."})
		return a.seeOther(c, "/borrowers/"+borrower.Ref)
	}
	form, ok := refusedForm(err, f.values)
	if !ok {
		return err
	}
	return a.showBorrowerForm(c, statusOf(err), nil, form)
}

// newParticulars is the form that changes what is known of a borrower.
func (a *app) newParticulars(c echo.Context) error {
	b, err := a.borrowerByRef(c)
	if err != nil {
		return err
	}
	return a.showBorrowerForm(c, http.StatusOK, &b, views.Form{Values: map[string]string{"name": b.Name, "co_applicant": b.CoApplicant, "pan": b.PAN, "phone": b.Phone,
		"email": b.Email, "vpa": b.VPA, "state": b.State, "address": b.Address, "version": strconv.FormatInt(b.Version, 10)}})
}

func (a *app) createParticulars(c echo.Context) error {
	f := read(c)
	b, err := a.office.UpdateBorrower(c.Request().Context(), actorOf(c), c.Param("ref"), borrowerOf(f))
	if err == nil {
		a.flash(c, views.Flash{Text: "Changed " + b.Name + "."})
		return a.seeOther(c, "/borrowers/"+b.Ref)
	}
	form, ok := refusedForm(err, f.values)
	if !ok {
		return err
	}
	known, missing := a.borrowerByRef(c)
	if missing != nil {
		return missing
	}
	return a.showBorrowerForm(c, statusOf(err), &known, form)
}

func (a *app) borrowerByRef(c echo.Context) (store.Borrower, error) {
	var b store.Borrower
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		b, err = v.BorrowerByAny(ctx, c.Param("ref"))
		return err
	})
	return b, err
}

// showBorrowerForm shows the fields of a borrower, new or known.
func (a *app) showBorrowerForm(c echo.Context, status int, known *store.Borrower, form views.Form) error {
	page := views.MoneyPage{Title: "New borrower", Lead: "Accounts are opened for them afterwards.", Action: "/borrowers/new", Button: "Add the borrower", Busy: "Adding…",
		Back: views.Crumb{Path: "/accounts", Label: "Accounts"}, Inputs: borrowerInputs(known != nil), Form: form}
	if known != nil {
		page.Title, page.Lead = "Change "+known.Name, "The log keeps what was known before."
		page.Action, page.Button, page.Busy = "/borrowers/"+known.Ref+"/particulars", "Keep it", "Keeping…"
		page.Back = views.Crumb{Path: "/borrowers/" + known.Ref, Label: known.Ref}
		page.Hidden = []views.Pair{{Name: "version", Value: form.Value("version")}}
	}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		page.Shell, err = a.shell(ctx, c, v, frame{title: page.Title, here: "/accounts"})
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, status, views.Money(page), nil)
}
