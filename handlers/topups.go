package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/bankfile"
	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// topupTones are the states of a topup as they are drawn.
var topupTones = map[string]views.Tone{"check_failed": views.ToneBad, "payout_failed": views.ToneBad, "pending": views.ToneWarn, "ready": views.ToneInfo, "scheduled": views.ToneInfo,
	"approved": views.ToneInfo, "payout_initiated": views.ToneInfo, "disbursed": views.ToneGood, "closed": views.ToneNone}

func topupTable(head string, rows []store.TopupRow) views.LineTable {
	t := views.LineTable{ID: "topups", Head: head, Columns: columns("Topup", "Account", "Borrower", "Invoice", "#Drawn (₹)", "#Outstanding (₹)", "Due", "#Days past due", "State"), Empty: "Nothing was drawn yet."}
	for _, r := range rows {
		t.Rows = append(t.Rows, []views.LineCell{linked(r.Ref, "/topups/"+r.Ref), linked(r.AccountRef, "/accounts/"+r.AccountRef+"/line"), cell(r.Borrower), cell(r.InvoiceNo), views.MoneyCell(r.Amount),
			views.MoneyCell(r.Outstanding), cell(dayOrNone(r.DueDate)), {Text: strconv.Itoa(r.DPD), Number: true}, {Text: servicing.TopupStateWords(r.Status), Tone: topupTones[r.Status], IsState: true}})
	}
	return t
}

// listTopups lists topups, newest first.
func (a *app) listTopups(c echo.Context) error {
	page := views.LinePage{Head: "Topups", Sub: "Drawings on lines, mostly against invoices. Each is a loan of its own."}
	before := keyParam(c, "after")
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Topups", here: "/lines"}); err != nil {
			return err
		}
		totals, err := v.TopupTotals(ctx)
		if err != nil {
			return err
		}
		q := store.TopupQuery{Search: c.QueryParam("q"), Listing: store.Listing{Limit: limitsPage, Sort: "index", Descending: true}}
		if status := c.QueryParam("status"); status != "" {
			q.Statuses = []string{status}
		}
		if before > 0 {
			q.After = &store.RecordKey{Idx: before}
		}
		rows, next, err := v.QueryTopups(ctx, q)
		table := topupTable("All topups", rows)
		if next != nil {
			table.Next = "/topups?status=" + url.QueryEscape(c.QueryParam("status")) + "&after=" + strconv.FormatInt(next.Idx, 10)
		}
		states := views.LineTable{ID: "states", Head: "By state", Columns: columns("State", "#Topups", "#Drawn (₹)"), Empty: "There is no topup yet."}
		for _, status := range []string{"draft", "check_failed", "ready", "pending", "approved", "scheduled", "payout_initiated", "payout_failed", "disbursed", "closed"} {
			if n := totals[status]; n.Count > 0 {
				states.Rows = append(states.Rows, []views.LineCell{linked(servicing.TopupStateWords(status), "/topups?status="+status), {Text: strconv.FormatInt(int64(n.Count), 10), Number: true}, views.MoneyCell(n.Amount)})
			}
		}
		page.Tables = []views.LineTable{states, table}
		page.Links = []views.Link{{Path: "/topups/new", Label: "New topup"}, {Path: "/topup-groups", Label: "Groups"}, {Path: "/lines", Label: "Credit lines"}}
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, http.StatusOK, views.Line(page), nil)
}

var topupInputs = []views.Input{{Name: "account", Label: "Account", Required: true}, {Name: "invoice_no", Label: "Invoice number", Max: 32}, {Name: "invoice_date", Label: "Invoice date", Type: "date"},
	{Name: "invoice_amount", Label: "Invoice amount (₹)", Mode: "decimal"}, {Name: "seller_gstin", Label: "GSTIN of the seller", Max: 15}, {Name: "buyer_gstin", Label: "GSTIN of the buyer", Max: 15},
	{Name: "irn", Label: "IRN of the e-invoice", Max: 64}, {Name: "amount", Label: "Drawn (₹)", Mode: "decimal", Hint: "As much as invoice and line allow when nothing is given."},
	{Name: "tenor_days", Label: "Tenor in days", Mode: "numeric", Hint: "That of the loan parameters when nothing is given."},
	choice("payout_to", "Paid to", "borrower", "the borrower", "anchor", "the anchor", "custom_bank", "another account"),
	{Name: "account_holder_name", Label: "Holder of the other account"}, {Name: "account_no", Label: "Number of the other account"}, {Name: "ifsc", Label: "Its IFSC", Max: 11},
	{Name: "scheduled_at", Label: "To be paid on", Type: "date", Hint: "As soon as it is approved when nothing is given."}, {Name: "remark", Label: "Remark", Max: 500}}

// newTopup asks for a topup, by hand or from an invoice.
func (a *app) newTopup(c echo.Context) error {
	return a.topupForm(c, http.StatusOK, "", views.Form{}, map[string]string{"account": c.QueryParam("account")}, "")
}

// topupForm shows the form of a topup; what was read of an invoice stands in it, to be
// confirmed.
func (a *app) topupForm(c echo.Context, status int, refused string, form views.Form, values map[string]string, note string) error {
	why := mayPrepare(actorOf(c))
	page := views.LinePage{Head: "New topup", Sub: "All checks run when it is written down; a credit manager approves it.", Crumbs: []views.Crumb{{Path: "/topups", Label: "Topups"}}, Form: form, Refused: refused,
		Forms: []views.ChangeForm{
			{ID: "invoice", Head: "Read an invoice", Sub: "An e-invoice as JSON, the text of its QR code, a CSV, or a PDF that holds text. What was read is shown below, to be confirmed.", Path: "/topups/invoice", Button: "Read it", WhyNot: why,
				Upload: true, Inputs: []views.Input{{Name: "account", Label: "Account"}}, Values: values, Open: note == ""},
			{ID: "topup", Head: "The topup", Sub: orWords(note, "What the invoice says, and how much is drawn."), Path: "/topups", Button: "Write it down", WhyNot: why, Inputs: topupInputs, Values: values, Open: true},
		}}
	return a.barePage(c, status, page)
}

func orWords(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// createInvoiceReading reads an invoice and shows what was read, to be confirmed.
func (a *app) createInvoiceReading(c echo.Context) error {
	files, err := sentFiles(c, "file")
	if err != nil {
		return err
	}
	f := read(c)
	values := map[string]string{"account": f.text("account")}
	if len(files) == 0 {
		err = lending.RefuseField("file", "invoice.file", "Choose an invoice.")
	}
	var invoices []bankfile.Invoice
	if err == nil {
		invoices, err = bankfile.ReadInvoices(files[0].data)
	}
	if err == nil && len(invoices) > 1 {
		err = lending.RefuseField("file", "invoice.several", "This file holds several invoices: each is a topup of its own.")
	}
	if err != nil {
		return a.lineRefused(c, f, err, func(status int, form views.Form) error { return a.topupForm(c, status, "invoice", form, values, "") })
	}
	v := invoices[0]
	values["invoice_no"], values["seller_gstin"], values["buyer_gstin"], values["irn"] = v.No, v.SellerGSTIN, v.BuyerGSTIN, v.IRN
	if !v.Date.IsZero() {
		values["invoice_date"] = v.Date.String()
	}
	if v.Amount > 0 {
		values["invoice_amount"] = v.Amount.String()
	}
	note := "Read from the " + v.Source + ". Compare it with the invoice; writing it down confirms it."
	if len(v.Missing) > 0 {
		note += " Not found: " + views.Words(strings.Join(v.Missing, ", ")) + "."
	}
	note = strings.Join(append([]string{note}, v.Warnings...), " ")
	return a.topupForm(c, http.StatusOK, "", views.Form{}, values, note)
}

// topupInput reads what a form says of a topup.
func topupInput(f *fields) servicing.TopupInput {
	text := func(name string) *string { value := f.text(name); return &value }
	in := servicing.TopupInput{Account: store.CleanRef(f.text("account")), InvoiceNo: text("invoice_no"), InvoiceDate: f.date("invoice_date"), SellerGSTIN: text("seller_gstin"), BuyerGSTIN: text("buyer_gstin"),
		IRN: text("irn"), PayoutTo: f.text("payout_to"), Remark: text("remark"), Version: f.version()}
	if f.text("amount") != "" {
		amount := f.money("amount")
		in.Amount = &amount
	}
	if f.text("invoice_amount") != "" {
		amount := f.money("invoice_amount")
		in.InvoiceAmount = &amount
	}
	if f.text("tenor_days") != "" {
		days := whole(f.text("tenor_days"))
		in.TenorDays = &days
	}
	if day := f.date("scheduled_at"); !day.IsZero() {
		in.ScheduledOn = &day
	}
	if number := f.text("account_no"); number != "" {
		in.NewBank = &servicing.BankInput{AccountNo: number, IFSC: f.text("ifsc"), AccountHolderName: f.text("account_holder_name")}
	}
	return in
}

// createTopup writes a topup down.
func (a *app) createTopup(c echo.Context) error {
	f := read(c)
	in := topupInput(f)
	err := f.err()
	var t servicing.Topup
	if err == nil {
		t, err = a.office.CreateTopup(c.Request().Context(), actorOf(c), in)
	}
	if err != nil {
		return a.lineRefused(c, f, err, func(status int, form views.Form) error { return a.topupForm(c, status, "topup", form, f.values, "") })
	}
	a.flash(c, views.Flash{Text: "Wrote down " + t.Ref + ": " + servicing.TopupStateWords(t.Status) + "."})
	return a.seeOther(c, "/topups/"+t.Ref)
}

// showTopup is one topup with its checks and what may be done.
func (a *app) showTopup(c echo.Context) error {
	return a.topupPage(c, http.StatusOK, "", views.Form{})
}

func (a *app) topupPage(c echo.Context, status int, refused string, form views.Form) error {
	page := views.LinePage{Form: form, Refused: refused, Crumbs: []views.Crumb{{Path: "/topups", Label: "Topups"}}}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		t, err := servicing.TopupOf(ctx, v, c.Param("ref"))
		if err != nil {
			return err
		}
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Topup " + t.Ref, here: "/lines"}); err != nil {
			return err
		}
		page.Head, page.Sub = "Topup "+t.Ref, t.Borrower+" on "+t.AccountRef
		page.State, page.Tone = servicing.TopupStateWords(t.Status), topupTones[t.Status]
		if page.Facts, err = topupFacts(ctx, v, t); err != nil {
			return err
		}
		table := views.LineTable{ID: "checks", Head: "Checks", Note: "All of them, of the last run.", Columns: columns("Check", "Result", "Actual", "Limit"), Empty: "They did not run yet."}
		for _, check := range t.Checks {
			table.Rows = append(table.Rows, []views.LineCell{cell(views.Words(strings.ToLower(check.Check))), {Text: views.Words(check.Result), Tone: checkTones[check.Result], IsState: true}, cell(check.Actual), cell(check.Limit)})
		}
		page.Tables = []views.LineTable{table}
		if t.LoanID != "" {
			payouts, err := v.PayoutsOfLoan(ctx, string(t.LoanID))
			if err != nil {
				return err
			}
			out := views.LineTable{ID: "payouts", Head: "Payouts", Columns: columns("Payout", "#Amount (₹)", "State")}
			for _, p := range payouts {
				out.Rows = append(out.Rows, []views.LineCell{linked(p.Ref, "/payouts/"+p.Ref), views.MoneyCell(p.Amount), cell(views.Words(p.Status))})
			}
			page.Tables = append(page.Tables, out)
		}
		page.Forms = topupForms(actorOf(c), t)
		page.History, err = history(ctx, v, t.Ref, page.Today)
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, status, views.Line(page), nil)
}

var checkTones = map[string]views.Tone{lending.CheckPass: views.ToneGood, lending.CheckWarn: views.ToneWarn, lending.CheckFail: views.ToneBad}

// topupFacts are what a topup is, and what it would be as a loan.
func topupFacts(ctx context.Context, v *store.View, t servicing.Topup) ([]views.PayoutFact, error) {
	facts := []views.PayoutFact{{Name: "Account", Value: t.AccountRef, Path: "/accounts/" + t.AccountRef + "/line"}}
	terms, err := servicing.TopupTerms(ctx, v, t)
	if err != nil && lending.KindOf(err) != lending.Invalid {
		return nil, err
	}
	if err != nil {
		facts = append(facts, views.PayoutFact{Name: "As a loan", Value: err.Error()})
	}
	for _, term := range terms {
		facts = append(facts, views.PayoutFact{Name: term.Name, Value: term.Will})
	}
	if t.Anchor != "" {
		facts = append(facts, views.PayoutFact{Name: "Anchor", Value: t.Anchor, Path: "/anchors"})
	}
	if t.GroupRef != "" {
		facts = append(facts, views.PayoutFact{Name: "Group", Value: t.GroupRef, Path: "/topup-groups/" + t.GroupRef})
	}
	for _, f := range []views.PayoutFact{{Name: "Loan", Value: t.LoanRef}, {Name: "Outstanding", Value: views.Rupees(t.Outstanding)}, {Name: "Remark", Value: t.Remark}, {Name: "Why", Value: t.Reason}, {Name: "Written by", Value: t.Maker}} {
		if f.Value != "" {
			facts = append(facts, f)
		}
	}
	return facts, nil
}

// topupForms are what may be done with a topup in its state; each that this person may
// not do says why.
func topupForms(actor servicing.Actor, t servicing.Topup) []views.ChangeForm {
	why := servicing.TopupOffers(actor, t.Topup, servicing.TopupEdit, servicing.TopupRequest, servicing.TopupSchedule, servicing.TopupUnschedule, servicing.TopupPay, servicing.TopupPayAgain, servicing.TopupCancel)
	form := func(noun, head, sub, button string, act servicing.TopupAct, inputs ...views.Input) views.ChangeForm {
		return views.ChangeForm{ID: noun, Head: head, Sub: sub, Path: "/topups/" + t.Ref + "/" + noun, Version: t.Version, Inputs: inputs, Button: button, WhyNot: why[act]}
	}
	bank := []views.Input{{Name: "account_holder_name", Label: "Holder of another account"}, {Name: "account_no", Label: "Its number"}, {Name: "ifsc", Label: "Its IFSC", Max: 11}, {Name: "reason", Label: "Remark", Max: 500}}
	forms := []views.ChangeForm{
		form("approval-request", "Send for approval", "Its checks run once more.", "Send for approval", servicing.TopupRequest, views.Input{Name: "reason", Label: "Remark", Max: 500}),
		form("schedule", "Schedule", "It blocks the line and goes out on its day if its checks still pass.", "Schedule", servicing.TopupSchedule, views.Input{Name: "scheduled_at", Label: "To be paid on", Type: "date", Required: true}),
		form("unscheduling", "Take its day away", "It stays approved and waits.", "Unschedule", servicing.TopupUnschedule),
		form("payout", "Pay it out", "Loan and payout are made; finance releases the payout.", "Ask for the payout", servicing.TopupPay),
		form("reinitiation", "Pay it again", "To the same account, or another one.", "Send for approval", servicing.TopupPayAgain, bank...),
		form("cancellation", "Cancel", "At once before it was approved; afterwards a credit manager decides.", "Cancel the topup", servicing.TopupCancel, reasonInput),
	}
	checks := views.ChangeForm{ID: "checks-run", Head: "Run the checks again", Sub: "On what is true now; no amount changes.", Path: "/topups/" + t.Ref + "/checks-run", Button: "Run them", WhyNot: mayPrepare(actor)}
	return append([]views.ChangeForm{checks}, forms...)
}

// topupAct does one thing to a topup and leads back to it.
func (a *app) topupAct(c echo.Context, done string, act func(ctx context.Context, actor servicing.Actor, ref string, f *fields) (servicing.Topup, error)) error {
	f := read(c)
	t, err := act(c.Request().Context(), actorOf(c), c.Param("ref"), f)
	if err == nil {
		err = f.err()
	}
	if err != nil {
		return a.lineRefused(c, f, err, func(status int, form views.Form) error { return a.topupPage(c, status, f.text("form"), form) })
	}
	a.flash(c, views.Flash{Text: done + " " + t.Ref + " is " + servicing.TopupStateWords(t.Status) + "."})
	return a.seeOther(c, "/topups/"+t.Ref)
}

func topupNote(f *fields) servicing.TopupNote {
	return servicing.TopupNote{Reason: f.text("reason"), Version: f.version()}
}

func (a *app) createTopupChecksRun(c echo.Context) error {
	return a.topupAct(c, "Ran the checks.", func(ctx context.Context, actor servicing.Actor, ref string, _ *fields) (servicing.Topup, error) {
		return a.office.RerunChecks(ctx, actor, ref)
	})
}

func (a *app) createTopupApprovalRequest(c echo.Context) error {
	return a.topupAct(c, "Sent.", func(ctx context.Context, actor servicing.Actor, ref string, f *fields) (servicing.Topup, error) {
		return a.office.RequestTopup(ctx, actor, ref, topupNote(f))
	})
}

func (a *app) createTopupSchedule(c echo.Context) error {
	return a.topupAct(c, "Scheduled.", func(ctx context.Context, actor servicing.Actor, ref string, f *fields) (servicing.Topup, error) {
		return a.office.ScheduleTopup(ctx, actor, ref, f.date("scheduled_at"), f.version())
	})
}

func (a *app) createTopupUnscheduling(c echo.Context) error {
	return a.topupAct(c, "Unscheduled.", func(ctx context.Context, actor servicing.Actor, ref string, f *fields) (servicing.Topup, error) {
		return a.office.UnscheduleTopup(ctx, actor, ref, topupNote(f))
	})
}

func (a *app) createTopupPayout(c echo.Context) error {
	return a.topupAct(c, "The payout waits for finance.", func(ctx context.Context, actor servicing.Actor, ref string, f *fields) (servicing.Topup, error) {
		return a.office.PayTopup(ctx, actor, ref, topupNote(f))
	})
}

func (a *app) createTopupReinitiation(c echo.Context) error {
	return a.topupAct(c, "Sent.", func(ctx context.Context, actor servicing.Actor, ref string, f *fields) (servicing.Topup, error) {
		in := servicing.ReinitiateInput{Reason: f.text("reason"), Version: f.version()}
		if number := f.text("account_no"); number != "" {
			in.NewBank = &servicing.BankInput{AccountNo: number, IFSC: f.text("ifsc"), AccountHolderName: f.text("account_holder_name")}
		}
		return a.office.ReinitiatePayout(ctx, actor, ref, in)
	})
}

func (a *app) createTopupCancellation(c echo.Context) error {
	return a.topupAct(c, "Done.", func(ctx context.Context, actor servicing.Actor, ref string, f *fields) (servicing.Topup, error) {
		return a.office.CancelTopup(ctx, actor, ref, topupNote(f))
	})
}
