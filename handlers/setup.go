package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
	"lekha/views"
)

func (a *app) newSetup(c echo.Context) error {
	empty, err := a.office.IsEmpty(c.Request().Context())
	if err != nil {
		return err
	}
	if !empty {
		return a.seeOther(c, "/signin")
	}
	form := views.Form{Values: map[string]string{"business_date": lending.DateOf(a.reader.Now().Time).String()}}
	return a.show(c, http.StatusOK, views.Setup(views.SetupPage{Theme: themeOf(c), Form: form}), nil)
}

func (a *app) createSetup(c echo.Context) error {
	f := read(c)
	in := servicing.FirstRun{
		Company: servicing.CompanyInput{Name: f.text("company_name"), PAN: f.text("pan"), GSTIN: f.text("gstin"),
			Address: f.text("address"), BusinessDate: f.date("business_date")},
		Bank: servicing.BankInput{Code: f.text("bank_code"), Bank: f.text("bank"), IFSC: f.text("ifsc"),
			AccountNo: f.text("account_no"), AccountHolderName: f.text("account_holder_name")},
		Program:       servicing.ProgramInput{Name: f.text("program_name")},
		Admin:         f.person("admin_"),
		Operator:      f.person("operator_"),
		CreditManager: f.person("credit_manager_"),
		SecondManager: f.person("second_manager_"),
	}
	err := f.err()
	if err == nil && !a.setupCode.Matches(f.text("code")) {
		err = lending.RefuseField("code", "setup.code", "This is not the code that the terminal shows.")
	}
	if err == nil {
		_, err = a.people.SetUp(c.Request().Context(), in)
	}
	if err == nil {
		return a.seeOther(c, "/signin")
	}
	form, ok := refusedForm(err, f.values)
	if !ok {
		return err
	}
	return a.show(c, statusOf(err), views.Setup(views.SetupPage{Theme: themeOf(c), Form: form}), nil)
}

// person reads somebody to be added; the names of the fields begin with prefix.
func (f *fields) person(prefix string) servicing.NewUser {
	return servicing.NewUser{Username: f.text(prefix + "username"), Name: f.text(prefix + "name"), Password: f.raw(prefix + "password")}
}
