package handlers

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// excessPage is how many accounts one page lists.
const excessPage = 50

// listExcess is the work list of money held beyond the dues.
func (a *app) listExcess(c echo.Context) error {
	days, _ := strconv.Atoi(c.QueryParam("days")) // what is no number narrows nothing
	after := keyParam(c, "after")
	page := views.ExcessPage{Days: max(days, 0)}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Excess", here: "/excess"}); err != nil {
			return err
		}
		rules, err := v.MoneyRules(ctx)
		if err != nil {
			return err
		}
		count, sum, err := v.ExcessTotals(ctx)
		if err != nil {
			return err
		}
		page.Count, page.Sum, page.Idle = int(count), sum, rules.IdleExcessDays
		var since lending.Date
		if page.Days > 0 {
			since = page.Today.AddDays(-page.Days)
		}
		rows, err := v.ExcessAccounts(ctx, since, after, excessPage+1)
		if len(rows) > excessPage {
			rows = rows[:excessPage]
			page.Next = "/excess?days=" + strconv.Itoa(page.Days) + "&after=" + strconv.FormatInt(rows[excessPage-1].Idx, 10)
		}
		for _, r := range rows {
			row := views.ExcessRow{Ref: r.Ref, Borrower: r.Borrower, Excess: r.Excess, Asked: r.Asked, DueNow: r.DueNow, Since: r.Since, NextDue: r.NextDue, NextAmount: r.NextAmt}
			if !r.Since.IsZero() {
				row.Age = page.Today.Sub(r.Since)
				row.Old = row.Age > rules.IdleExcessDays
			}
			page.Rows = append(page.Rows, row)
		}
		return err
	})
	if err != nil {
		return err
	}
	if after > 0 {
		page.First = "/excess?days=" + strconv.Itoa(page.Days)
	}
	return a.show(c, http.StatusOK, views.Excess(page), nil)
}

// refundInputs are the fields of a refund; the money of a credit that was nobody's
// goes to an account that is typed in.
func refundInputs(ofAccount bool, banks []views.Option) []views.Input {
	inputs := []views.Input{{Name: "amount", Label: "Amount", Required: true, Mode: "decimal", Max: 24}}
	if ofAccount {
		inputs = append(inputs,
			views.Input{Name: "from", Label: "Out of", Options: []views.Option{{Value: "excess", Label: "Excess"}, {Value: "holdback", Label: "Holdback"}, {Value: "cashback", Label: "Cashback"}}, Required: true},
			views.Input{Name: "payout_to", Label: "Paid to", Options: []views.Option{{Value: "borrower", Label: "The borrower"}, {Value: "anchor", Label: "The anchor"}, {Value: "custom_bank", Label: "Another account"}}, Required: true},
			views.Input{Name: "credit_bank", Label: "Account on file", Options: append([]views.Option{{Value: "", Label: "The last one of the borrower, or the one typed below"}}, banks...)})
	}
	return append(inputs,
		views.Input{Name: "account_holder_name", Label: "Holder of another account", Max: 140},
		views.Input{Name: "account_no", Label: "Its number", Max: 34, Auto: "off", Class: "ident"},
		views.Input{Name: "ifsc", Label: "Its IFSC", Max: 11, Auto: "off", Class: "ident"},
		views.Input{Name: "reason", Label: "Why", Rows: 2, Max: 500, Required: true})
}

func (a *app) newRefund(c echo.Context) error {
	return a.showRefundForm(c, http.StatusOK, views.Form{Values: map[string]string{"from": "excess", "payout_to": "borrower", "amount": c.QueryParam("amount")}})
}

// showRefundForm shows what may go back beside the form that asks for it.
func (a *app) showRefundForm(c echo.Context, status int, form views.Form) error {
	page := views.MoneyPage{Title: "Pay back", Lead: "A credit manager decides, then finance releases the payout.", Action: "/refunds", Button: "Ask for the refund", Busy: "Asking…", Form: form}
	ref := c.FormValue("record")
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: page.Title, here: "/excess"}); err != nil {
			return err
		}
		account, receipt := c.FormValue("account"), ""
		if ref != "" {
			r, err := v.RecordByRef(ctx, ref)
			if err != nil {
				return err
			}
			page.Back = views.Crumb{Path: "/records/" + r.Ref, Label: r.Ref}
			page.Hidden = []views.Pair{{Name: "record", Value: r.Ref}, {Name: "version", Value: strconv.FormatInt(r.Version, 10)}}
			page.Facts = []views.PayoutFact{{Name: "Record", Value: r.Ref, Path: "/records/" + r.Ref}, {Name: "Received", Value: views.Rupees(r.ReceivedAmount)}, {Name: "Paid back before", Value: views.Rupees(r.RefundedAmount)}}
			if account, receipt = r.AccountRef, string(r.FactKey); account == "" {
				page.Title, page.Inputs = "Send back to the sender", refundInputs(false, nil)
				page.Facts = append(page.Facts, views.PayoutFact{Name: "Left", Value: views.Rupees(r.ReceivedAmount - r.RefundedAmount)}, views.PayoutFact{Name: "The bank says", Value: r.Narration})
				return nil
			}
		}
		return refundFacts(ctx, v, account, receipt, &page)
	})
	if err != nil {
		return err
	}
	page.WhyNot = offer(c, servicing.MayPrepare, views.Act{}).WhyNot
	return a.show(c, status, views.Money(page), nil)
}

// refundFacts says what an account holds and how much of it may go back.
func refundFacts(ctx context.Context, v *store.View, ref, receipt string, page *views.MoneyPage) error {
	account, err := v.AccountByRef(ctx, ref)
	if err != nil {
		return err
	}
	if len(page.Hidden) == 0 {
		page.Back = views.Crumb{Path: "/accounts/" + account.Ref, Label: account.Ref}
		page.Hidden = []views.Pair{{Name: "account", Value: account.Ref}}
	}
	free, err := servicing.RefundableOf(ctx, v, account, lending.FromExcess, receipt, "")
	if err != nil {
		return err
	}
	page.Facts = append(page.Facts, views.PayoutFact{Name: "Account", Value: account.Ref + ", " + account.BorrowerName, Path: "/accounts/" + account.Ref},
		views.PayoutFact{Name: "Excess", Value: views.Rupees(free.Held)}, views.PayoutFact{Name: "Asked for already", Value: views.Rupees(free.Asked)},
		views.PayoutFact{Name: "Due and unpaid", Value: views.Rupees(free.DueNow)}, views.PayoutFact{Name: "The bank may still take back", Value: views.Rupees(free.Clearing)},
		views.PayoutFact{Name: "May go back now", Value: views.Rupees(free.Free())})
	banks, err := v.BanksTagged(ctx, account.BorrowerRef)
	page.Inputs = refundInputs(true, bankOptions(banks))
	return err
}

func (a *app) createRefund(c echo.Context) error {
	f := read(c)
	in := servicing.RefundInput{Record: f.text("record"), Account: f.text("account"), From: f.text("from"), Amount: f.money("amount"), PayoutTo: f.text("payout_to"),
		CreditBank: f.text("credit_bank"), Reason: f.text("reason"), Version: f.version()}
	if number := f.text("account_no"); number != "" {
		in.PayoutTo = "custom_bank"
		in.NewBank = &servicing.BankInput{AccountHolderName: f.text("account_holder_name"), AccountNo: number, IFSC: f.text("ifsc")}
	}
	err := f.err()
	var refund servicing.Refund
	if err == nil {
		refund, err = a.office.RequestRefund(c.Request().Context(), actorOf(c), in)
	}
	if err == nil {
		a.flash(c, views.Flash{Text: "Sent refund " + refund.Record.Ref + " to a second person.", Path: "/payouts/" + refund.Payout.Ref, Link: "See its payout"})
		return a.seeOther(c, "/records/"+refund.Record.Ref)
	}
	form, ok := refusedForm(err, f.values)
	if !ok {
		return err
	}
	return a.showRefundForm(c, statusOf(err), form)
}

var adjustmentInputs = []views.Input{
	{Name: "account", Label: "Account whose dues it settles", Required: true, Max: 40, Class: "ident"},
	{Name: "from", Label: "Out of", Options: []views.Option{{Value: "excess", Label: "Excess of another account"}, {Value: "holdback", Label: "Holdback"}, {Value: "cashback", Label: "Cashback"}}, Required: true},
	{Name: "from_account", Label: "The other account", Max: 40, Class: "ident", Hint: "Of the same borrower; only for excess."},
	{Name: "amount", Label: "Amount", Required: true, Mode: "decimal", Max: 24},
	{Name: "reason", Label: "Why", Rows: 2, Max: 500, Required: true},
}

func (a *app) newAdjustment(c echo.Context) error {
	return a.showAdjustmentForm(c, http.StatusOK, views.Form{Values: map[string]string{"from": "excess", "account": c.QueryParam("account"), "from_account": c.QueryParam("from_account")}})
}

func (a *app) showAdjustmentForm(c echo.Context, status int, form views.Form) error {
	page := views.MoneyPage{Title: "Use money held", Lead: "No cash moves: what is held settles dues like a repayment.", Action: "/adjustments", Button: "Ask for the adjustment", Busy: "Asking…",
		Form: form, Inputs: adjustmentInputs, Back: views.Crumb{Path: "/excess", Label: "Excess"}}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: page.Title, here: "/excess"}); err != nil {
			return err
		}
		ref := form.Value("from_account")
		if ref == "" {
			return nil
		}
		account, err := v.AccountByRef(ctx, ref)
		if err != nil {
			return nil // what was typed is told beside its field
		}
		free, err := servicing.RefundableOf(ctx, v, account, lending.FromExcess, "", "")
		page.Facts = []views.PayoutFact{{Name: "Excess of " + account.Ref, Value: views.Rupees(free.Held), Path: "/accounts/" + account.Ref}, {Name: "Asked for already", Value: views.Rupees(free.Asked)}}
		others, err2 := v.AccountsOfBorrower(ctx, account.BorrowerID)
		for _, o := range others {
			if position, missing := v.PositionOf(ctx, o.ID); missing == nil && o.ID != account.ID {
				page.Facts = append(page.Facts, views.PayoutFact{Name: "Due on " + o.Ref, Value: views.Rupees(position.DueNow), Path: "/accounts/" + o.Ref})
			}
		}
		if err == nil {
			err = err2
		}
		return err
	})
	if err != nil {
		return err
	}
	page.WhyNot = offer(c, servicing.MayPrepare, views.Act{}).WhyNot
	return a.show(c, status, views.Money(page), nil)
}

func (a *app) createAdjustment(c echo.Context) error {
	f := read(c)
	in := servicing.AdjustmentInput{Account: f.text("account"), From: f.text("from"), FromAccount: f.text("from_account"), Amount: f.money("amount"), Reason: f.text("reason")}
	if in.From != lending.FromExcess {
		in.FromAccount = ""
	}
	err := f.err()
	var record store.Record
	if err == nil {
		record, err = a.office.RequestAdjustment(c.Request().Context(), actorOf(c), in)
	}
	if err == nil {
		a.flash(c, views.Flash{Text: "Adjustment " + record.Ref + " is " + servicing.StateWords(record.Status) + "."})
		return a.seeOther(c, "/records/"+record.Ref)
	}
	form, ok := refusedForm(err, f.values)
	if !ok {
		return err
	}
	return a.showAdjustmentForm(c, statusOf(err), form)
}
