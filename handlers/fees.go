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

// feesPage is how many fees the list shows; the search finds the others.
const feesPage = 100

var feeStates = map[string]struct {
	word string
	tone views.Tone
}{
	"requested": {"Waits for a second person", views.ToneWarn}, "rejected": {"Rejected", views.ToneBad}, "deleted": {"Deleted", views.ToneNone},
}

func (a *app) listFees(c echo.Context) error {
	page := views.FeesPage{Search: c.QueryParam("search"), New: offer(c, servicing.MayPrepare, views.Act{Label: "New fee", Path: "/fees/new"})}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Fees", here: "/fees"}); err != nil {
			return err
		}
		fees, _, err := v.QueryFees(ctx, store.FeeQuery{Search: page.Search, Listing: store.Listing{Sort: "index", Descending: true, Limit: feesPage}})
		if err != nil {
			return err
		}
		for _, f := range fees {
			account, err := v.AccountByID(ctx, f.AccountID)
			if err != nil {
				return err
			}
			page.Rows = append(page.Rows, feeRow(c, f, account))
		}
		return nil
	})
	if err != nil {
		return err
	}
	return a.show(c, http.StatusOK, views.Fees(page), nil)
}

func feeRow(c echo.Context, f store.FeeRow, account store.Account) views.FeeRow {
	row := views.FeeRow{Ref: f.Ref, Name: f.Name, Account: account.Ref, AccountPath: "/accounts/" + account.Ref, Base: f.Base, Tax: f.Tax, Waived: f.Waived,
		Left: f.Outstanding, DueDate: f.DueDate, Invoice: string(f.InvoiceNo)}
	state, special := feeStates[f.Status]
	switch row.State, row.Tone = state.word, state.tone; {
	case special:
	case f.Outstanding > 0:
		row.State, row.Tone, row.Waive = "Unpaid", views.ToneInfo, "/waivers/new?account="+account.Ref
	case f.Paid == 0 && f.Waived > 0:
		row.State, row.Tone = "Waived", views.ToneNone
	default:
		row.State, row.Tone = "Paid", views.ToneGood
	}
	switch {
	case f.Status == "deleted" || f.Status == "rejected":
	case f.InvoiceNo != "":
		row.WhyNot = "Invoiced: it is waived, not deleted."
	case f.Paid+f.Waived == 0:
		row.Delete, row.WhyNot = "/fees/"+f.Ref+"/deletion", offer(c, servicing.MayPrepare, views.Act{}).WhyNot
	}
	return row
}

// feeInputs are the fields of a fee.
func feeInputs() []views.Input {
	heads := []views.Option{{Value: "", Label: "Another fee, taxed"}}
	for _, h := range lending.GSTHeads() {
		if h.Head == "interest" || h.Head == "overdue_interest" || h.Head == "upfront_discount" {
			continue
		}
		tax := "no tax"
		if h.Taxed {
			tax = "taxed"
		}
		heads = append(heads, views.Option{Value: h.Head, Label: views.Words(h.Head) + ", " + tax})
	}
	return []views.Input{
		{Name: "account", Label: "Account", Required: true, Max: 40, Class: "ident"},
		{Name: "head", Label: "Kind", Options: heads, Hint: "It decides the tax. A penal charge is a charge for breach of terms, and bears none."},
		{Name: "name", Label: "Name", Max: 100, Hint: "As the borrower reads it."},
		{Name: "amount", Label: "Amount without tax", Required: true, Mode: "decimal", Max: 24},
		{Name: "due_date", Label: "Due on", Type: "date", Hint: "Today when empty."},
		{Name: "reason", Label: "Why", Rows: 2, Max: 500, Hint: "Whoever decides a fee above the limit reads it."},
	}
}

func (a *app) newFee(c echo.Context) error {
	return a.showFeeForm(c, http.StatusOK, views.Form{Values: map[string]string{"account": c.QueryParam("account")}})
}

func (a *app) showFeeForm(c echo.Context, status int, form views.Form) error {
	page := views.MoneyPage{Title: "New fee", Action: "/fees", Button: "Demand the fee", Busy: "Demanding…", Form: form, Inputs: feeInputs(), Back: views.Crumb{Path: "/fees", Label: "Fees"}}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		rules, err := v.MoneyRules(ctx)
		if err != nil {
			return err
		}
		page.Lead = "Above " + views.Rupees(rules.FeeLimit) + ", tax included, a second person decides."
		page.Shell, err = a.shell(ctx, c, v, frame{title: page.Title, here: "/fees"})
		return err
	})
	if err != nil {
		return err
	}
	page.WhyNot = offer(c, servicing.MayPrepare, views.Act{}).WhyNot
	return a.show(c, status, views.Money(page), nil)
}

func (a *app) createFee(c echo.Context) error {
	f := read(c)
	in := servicing.FeeInput{Account: f.text("account"), Head: f.text("head"), Name: f.text("name"), Amount: f.money("amount"), DueDate: f.date("due_date"), Reason: f.text("reason")}
	if in.Head == "penal_charge" {
		in.Component = lending.Penal.String()
	}
	err := f.err()
	var fee store.Fee
	if err == nil {
		fee, err = a.office.CreateFee(c.Request().Context(), actorOf(c), in)
	}
	if err == nil {
		text := "Demanded " + fee.Ref + " of " + views.Rupees(fee.Base+fee.Tax) + "."
		if fee.Status == "requested" {
			text = "Fee " + fee.Ref + " of " + views.Rupees(fee.Base+fee.Tax) + " waits for a second person."
		}
		a.flash(c, views.Flash{Text: text})
		return a.seeOther(c, "/fees")
	}
	form, ok := refusedForm(err, f.values)
	if !ok {
		return err
	}
	return a.showFeeForm(c, statusOf(err), form)
}

func (a *app) createFeeDeletion(c echo.Context) error {
	f := read(c)
	fee, err := a.office.DeleteFee(c.Request().Context(), actorOf(c), store.CleanRef(c.Param("ref")), f.text("reason"))
	if err != nil {
		return err
	}
	a.flash(c, views.Flash{Text: "Deleted " + fee.Ref + "."})
	return a.seeOther(c, "/fees")
}
