package handlers

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/labstack/echo/v4"

	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// newLoan is the form that opens an account for a loan to be paid out.
func (a *app) newLoan(c echo.Context) error {
	return a.showOpening(c, http.StatusOK, views.Form{Values: map[string]string{"borrower": c.QueryParam("borrower")}})
}

// showOpening shows the form with the programs and banks there are.
func (a *app) showOpening(c echo.Context, status int, form views.Form) error {
	page := views.LoanFormPage{Form: form}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "New loan", here: "/accounts"}); err != nil {
			return err
		}
		page.Programs, page.Banks, err = programsAndBanks(ctx, v)
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, status, views.Opening(page), nil)
}

// createLoan opens the account and leads on to the payout of its loan.
func (a *app) createLoan(c echo.Context) error {
	f := read(c)
	in := servicing.NewAccount{Ref: f.text("ref_id"), Borrower: f.text("borrower"), Program: f.text("program_id"), Product: f.text("product"),
		Line: f.money("approved_line_amount"), CollectionBank: f.text("collection_bank"), LoanData: termsOfForm(f)}
	bank := servicing.BankInput{AccountNo: f.text("account_no"), IFSC: f.text("ifsc"), AccountHolderName: f.text("account_holder_name")}
	if bank.AccountNo+bank.IFSC+bank.AccountHolderName != "" {
		in.Banks = []servicing.BankInput{bank}
	}
	err := f.err()
	var account store.Account
	if err == nil {
		account, err = a.office.CreateAccount(c.Request().Context(), actorOf(c), in)
	}
	if err == nil {
		a.flash(c, views.Flash{Text: "Account " + account.Ref + " of " + account.BorrowerName + " is open. Nothing is lent yet."})
		return a.seeOther(c, "/accounts/"+account.Ref+"/disbursement")
	}
	form, ok := refusedForm(err, f.values)
	if !ok {
		return err
	}
	return a.showOpening(c, statusOf(err), form)
}

// termsOfForm are the loan parameters that were filled in, by wire key.
func termsOfForm(f *fields) map[string]json.RawMessage {
	data := map[string]json.RawMessage{}
	for _, in := range views.OpeningTerms() {
		if value := f.text(in.Name); value != "" {
			data[in.Name], _ = json.Marshal(value) // a text always has its JSON
		}
	}
	if data["pf_value"] != nil {
		data["pf_is_enabled"] = json.RawMessage("true")
	}
	return data
}

// disbursementOf reads what the form of a payout says.
func disbursementOf(c echo.Context, f *fields) servicing.DisbursementInput {
	return servicing.DisbursementInput{Account: c.Param("ref"), Amount: f.money("amount"), Date: f.date("date"), FirstDueDate: f.date("first_due_date"),
		PayoutTo: f.text("payout_to"), CreditBank: f.text("credit_bank"), Method: f.text("method")}
}

// newDisbursement is the form that asks for the payout of a loan. With an amount in
// the address it shows what would be lent, before anybody is asked.
func (a *app) newDisbursement(c echo.Context) error {
	f := read(c)
	in := disbursementOf(c, f)
	if c.QueryParam("preview") == "" {
		return a.showDisbursement(c, http.StatusOK, views.Form{Values: f.values}, nil)
	}
	err := f.err()
	var preview servicing.LoanPreview
	if err == nil {
		err = a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
			preview, err = servicing.PreviewDisbursement(ctx, v, in)
			return err
		})
	}
	if err == nil {
		return a.showDisbursement(c, http.StatusOK, views.Form{Values: f.values}, &preview)
	}
	form, ok := refusedForm(err, f.values)
	if !ok {
		return err
	}
	return a.showDisbursement(c, statusOf(err), form, nil)
}

// createDisbursement asks finance to pay the loan out.
func (a *app) createDisbursement(c echo.Context) error {
	f := read(c)
	in := disbursementOf(c, f)
	err := f.err()
	var out servicing.Disbursement
	if err == nil {
		out, err = a.office.InitiateDisbursement(c.Request().Context(), actorOf(c), in)
	}
	if err == nil {
		a.flash(c, views.Flash{Text: "Loan " + out.Loan.Ref + " waits for finance: " + views.Rupees(out.Loan.NetAmount) + " to be paid out."})
		return a.seeOther(c, "/payouts/"+out.Payouts[0].Ref)
	}
	form, ok := refusedForm(err, f.values)
	if !ok {
		return err
	}
	return a.showDisbursement(c, statusOf(err), form, nil)
}

func (a *app) showDisbursement(c echo.Context, status int, form views.Form, preview *servicing.LoanPreview) error {
	page := views.DisbursementPage{Form: form}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		account, err := v.AccountByRef(ctx, store.CleanRef(c.Param("ref")))
		if err != nil {
			return err
		}
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Pay out a loan on " + account.Ref, here: "/accounts"}); err != nil {
			return err
		}
		page.Ref = account.Ref
		if page.Facts, err = lendingFacts(ctx, v, account); err != nil {
			return err
		}
		banks, err := v.BanksTagged(ctx, account.BorrowerRef)
		page.Inputs = disbursementInputs(banks)
		return err
	})
	if err != nil {
		return err
	}
	if preview != nil {
		page.Preview = loanPreview(*preview)
		if rows := preview.Rows; len(rows) > 0 {
			page.Preview.Also = append(page.Preview.Also, views.PreviewFigure{Label: "First instalment", Value: views.Rupees(rows[0].Instalment()), Note: "on " + views.Day(rows[0].DueDate)})
		}
		page.Preview.Also = append(page.Preview.Also, views.PreviewFigure{Label: "Annual percentage rate", Value: preview.APR.Percent(2) + "%", Note: "as the key facts statement gives it"})
		page.Preview.Action, page.Preview.Button, page.Preview.Busy = "/accounts/"+page.Ref+"/disbursement", "Ask finance to pay it out", "Asking…"
	}
	return a.show(c, status, views.Disbursement(page), nil)
}

// lendingFacts are what holds on an account before a loan is paid out on it.
func lendingFacts(ctx context.Context, v *store.View, account store.Account) ([]views.PayoutFact, error) {
	data, err := servicing.LoanDataOf(account)
	if err != nil {
		return nil, err
	}
	facts := []views.PayoutFact{{Name: "Borrower", Value: account.BorrowerName, Path: "/borrowers/" + account.BorrowerRef}, {Name: "Program", Value: account.ProgramName}}
	if account.ApprovedLineAmount > 0 {
		facts = append(facts, views.PayoutFact{Name: "Sanctioned", Value: views.Rupees(account.ApprovedLineAmount)})
	}
	for _, in := range views.OpeningTerms() {
		if value := data.Text(in.Name); value != "" {
			facts = append(facts, views.PayoutFact{Name: in.Label, Value: in.Say(value)})
		}
	}
	return facts, nil
}

// bankOptions are accounts at banks to choose from, their numbers masked.
func bankOptions(banks []store.Bank) []views.Option {
	options := make([]views.Option, len(banks))
	for i, b := range banks {
		options[i] = views.Option{Value: b.Ref, Label: b.AccountHolderName + ", " + views.Mask(b.AccountNo) + ", " + b.IFSC}
	}
	return options
}

// disbursementInputs are the fields of a payout, with the accounts of the borrower.
func disbursementInputs(banks []store.Bank) []views.Input {
	accounts := append([]views.Option{{Value: "", Label: "The last one on file"}}, bankOptions(banks)...)
	return []views.Input{
		{Name: "amount", Label: "Amount lent (₹)", Required: true, Mode: "decimal", Max: 20},
		{Name: "date", Label: "Paid out on", Type: "date", Hint: "Today when empty."},
		{Name: "first_due_date", Label: "First instalment due", Type: "date", Hint: "As agreed when empty, else a period later."},
		{Name: "payout_to", Label: "Paid to", Options: []views.Option{{Value: "borrower", Label: "The borrower"}, {Value: "anchor", Label: "The anchor"}, {Value: "custom_bank", Label: "Another account"}}},
		{Name: "credit_bank", Label: "Account", Options: accounts},
		{Name: "method", Label: "Way", Options: []views.Option{{Value: "manual", Label: "By hand, at the bank"}, {Value: "automatic", Label: "In a batch"}}},
	}
}
