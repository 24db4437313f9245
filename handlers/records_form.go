package handlers

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// maxPicks is how many accounts are offered for what was typed: more are found
// by typing more.
const maxPicks = 8

// receiptKinds are the ways a receipt is entered by hand.
var receiptKinds = []views.Kind{
	{Value: "cash", Label: "Cash", Hint: "counted at the desk"},
	{Value: "cheque", Label: "Cheque", Hint: "subject to clearing"},
	{Value: "transfer", Label: "Transfer", Hint: "the customer told us of it"},
	{Value: "tds", Label: "Tax withheld", Hint: "TDS alone, no money"},
}

var transferModes = []views.Option{{Value: "transfer", Label: "Transfer, it is not known how"}, {Value: "upi", Label: "UPI"}, {Value: "neft", Label: "NEFT"},
	{Value: "rtgs", Label: "RTGS"}, {Value: "imps", Label: "IMPS"}, {Value: "nach", Label: "NACH"}}

func (a *app) newRecord(c echo.Context) error {
	f := read(c)
	kind := f.text("kind")
	if kind == "" {
		kind = "cash"
	}
	values := map[string]string{"kind": kind, "account": f.text("account"), "payment_mode": "transfer"}
	return a.showReceiptForm(c, http.StatusOK, "", views.Form{Values: values})
}

func (a *app) createRecord(c echo.Context) error {
	f := read(c)
	in := f.receipt()
	if f.flag("find") {
		return a.showReceiptForm(c, http.StatusOK, "", views.Form{Values: f.values})
	}
	if err := a.account(c, f, &in); err != nil {
		return a.refuseReceipt(c, f, "", err)
	}
	in.Source = "hand"
	var record store.Record
	path, again, err := a.once(c, f.text("once"), func(ctx context.Context) (path string, err error) {
		record, err = a.office.CreateRecord(ctx, actorOf(c), in)
		return "/records/" + record.Ref, err
	})
	if err != nil {
		if refused, ok := errors.AsType[*lending.Error](err); ok && refused.Code == "form.sent" {
			f.values["once"] = "" // pressed again it is another receipt
		}
		return a.refuseReceipt(c, f, "", err)
	}
	if again {
		a.flash(c, views.Flash{Text: "This receipt was saved by the first press. It is entered once."})
		return a.seeOther(c, path)
	}
	return a.receiptSaved(c, f, record, "Receipt "+string(record.ReceiptNo)+" of "+views.Rupees(record.Amount)+" is entered")
}

func (a *app) editRecord(c echo.Context) error {
	var r store.Record
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		r, err = v.RecordByRef(ctx, c.Param("ref"))
		return err
	})
	if err != nil {
		return err
	}
	if offer := servicing.Offers(actorOf(c), r, servicing.ActEdit)[0]; !offer.Allowed {
		return lending.Refuse(lending.Conflict, "record.edit", offer.WhyNot)
	}
	return a.showReceiptForm(c, http.StatusOK, r.Ref, views.Form{Values: receiptValues(r)})
}

func (a *app) updateRecord(c echo.Context) error {
	f := read(c)
	in, ref := f.receipt(), store.CleanRef(c.Param("ref"))
	if f.flag("find") {
		return a.showReceiptForm(c, http.StatusOK, ref, views.Form{Values: f.values})
	}
	err := a.account(c, f, &in)
	var record store.Record
	if err == nil {
		in.Version = f.version()
		record, err = a.office.EditRecord(c.Request().Context(), actorOf(c), ref, in)
	}
	switch {
	case lending.KindOf(err) == lending.Conflict && len(refusedFields(err)) == 0:
		// Somebody else changed or sent it: what is true now is on its page.
		return a.showRecordPage(c, http.StatusConflict, ref, &refusedAct{now: err.Error()})
	case err != nil:
		return a.refuseReceipt(c, f, ref, err)
	}
	return a.receiptSaved(c, f, record, "Receipt "+string(record.ReceiptNo)+" is changed")
}

// receiptSaved goes on after a receipt was written: to its page, and for
// approval when that was asked for.
func (a *app) receiptSaved(c echo.Context, f *fields, r store.Record, done string) error {
	flash := views.Flash{Text: done + ".", Path: "/records/" + r.Ref + "/receipt", Link: "Print"}
	if f.text("then") == "send" && r.Status == "initiated" {
		sent, err := a.office.RequestApproval(c.Request().Context(), actorOf(c), r.Ref, r.Version, f.text("remark"))
		switch refused, ok := errors.AsType[*lending.Error](err); {
		case ok:
			flash.Text = done + " and not sent for approval: " + refused.Message
		case err != nil:
			return err
		case sent.Status == "pending":
			flash.Text = done + " and sent for approval."
		}
	}
	a.flash(c, flash)
	return a.seeOther(c, "/records/"+r.Ref)
}

// refuseReceipt shows the form again with what was typed and what is wrong.
func (a *app) refuseReceipt(c echo.Context, f *fields, ref string, err error) error {
	form, ok := refusedForm(err, f.values)
	if !ok {
		return err
	}
	if refused, ok := errors.AsType[*lending.Error](err); f.flag("old_date") || ok && refused.Code == "record.old_date" {
		f.values["ask_old"] = "1"
	}
	return a.showReceiptForm(c, statusOf(err), ref, form)
}

// refusedFields are the fields that a refusal is about.
func refusedFields(err error) map[string]string {
	if refused, ok := errors.AsType[*lending.Error](err); ok {
		return refused.Fields
	}
	return nil
}

// receipt reads the form of a receipt. What a kind has no use for is not read,
// so that a number typed under another kind goes nowhere.
func (f *fields) receipt() servicing.NewRecord {
	kind := f.text("kind")
	in := servicing.NewRecord{Type: "repayment", Mode: kind, TDS: f.money("tds_amount"), Date: f.date("date"), Remark: f.text("remark"), OldDate: f.flag("old_date")}
	for _, name := range []string{"account", "then", "version", "received_amount", "bank_date", "collection_bank", "payment_mode", "utr", "cheque_no", "cheque_bank", "cheque_date", "once"} {
		f.text(name) // kept for the form, whatever the kind
	}
	switch kind {
	case "tds":
		in.Type, in.Mode = "tds", ""
		return in
	case "cheque":
		in.ChequeNo, in.ChequeBank, in.ChequeDate = f.text("cheque_no"), f.text("cheque_bank"), f.date("cheque_date")
	case "transfer":
		in.Mode, in.UTR = f.text("payment_mode"), f.text("utr")
	case "cash":
	default:
		f.errors["payment_mode"] = "Say how it came: cash, cheque, transfer or tax withheld."
	}
	in.Received, in.BankDate, in.CollectionBank = f.money("received_amount"), f.date("bank_date"), f.text("collection_bank")
	return in
}

// account finds which account is meant: its number as typed, or the one that was
// picked for exactly these words. Words that may mean several are never guessed.
// What else of the form cannot be read is refused together with it.
func (a *app) account(c echo.Context, f *fields, in *servicing.NewRecord) error {
	typed, pick := f.text("account"), f.text("pick")
	if typed == "" {
		return f.err()
	}
	if pick != "" && f.text("pick_for") == typed {
		in.Account = pick
		return f.err()
	}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		account, err := v.AccountByRef(ctx, typed)
		if err == nil {
			in.Account = account.Ref
			return nil
		}
		if lending.KindOf(err) != lending.NotFound {
			return err
		}
		picks, err := accountPicks(ctx, v, typed, "")
		if f.errors["account"] = "Choose which account is meant."; len(picks.Rows) == 0 {
			f.errors["account"] = "No account has this number, borrower or phone."
		}
		return err
	})
	if message := f.errors["account"]; err == nil && message != "" && len(f.errors) == 1 {
		return lending.RefuseField("account", "record.account", message)
	}
	return errors.Join(err, f.err())
}

// receiptValues lays a record out as its form was typed.
func receiptValues(r store.Record) map[string]string {
	day := func(d lending.Date) string {
		if d.IsZero() {
			return ""
		}
		return d.String()
	}
	amount := func(m lending.Money) string {
		if m == 0 {
			return ""
		}
		return m.String()
	}
	mode := string(r.PaymentMode)
	values := map[string]string{"account": r.AccountRef, "received_amount": amount(r.ReceivedAmount), "tds_amount": amount(r.TDSAmount), "date": day(r.Date),
		"bank_date": day(r.BankDate), "collection_bank": r.BankCode, "payment_mode": mode, "utr": string(r.UTR), "cheque_no": r.ChequeNo,
		"cheque_bank": r.ChequeBank, "cheque_date": day(r.ChequeDate), "remark": r.Remark, "kind": "transfer"}
	switch {
	case r.Type == "tds":
		values["kind"] = "tds"
	case mode == "cash", mode == "cheque":
		values["kind"] = mode
	}
	return values
}

// showReceiptForm shows the form with what was typed: a new receipt, or the one
// of ref at the version it has now.
func (a *app) showReceiptForm(c echo.Context, status int, ref string, form views.Form) error {
	page := views.ReceiptFormPage{Form: form, Ref: ref, Kinds: receiptKinds, Rails: transferModes, Banks: []views.Option{{Value: "", Label: "Not known yet"}}}
	if page.Once = form.Values["once"]; page.Once == "" && ref == "" {
		page.Once = rand.Text()
	}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		var err error
		title := "Enter receipt"
		if ref != "" {
			title = "Change receipt"
			r, err := v.RecordByRef(ctx, ref)
			if err != nil {
				return err
			}
			page.ReceiptNo, page.Version = string(r.ReceiptNo), r.Version
		}
		if page.Shell, err = a.shell(ctx, c, v, frame{title: title, here: "/records",
			keys: []views.Shortcut{{Keys: "Ctrl ↵", Does: "save and send for approval"}}}); err != nil {
			return err
		}
		if form.Values["date"] == "" && status == http.StatusOK {
			form.Values["date"] = page.Today.String()
		}
		banks, err := collectionBanks(ctx, v)
		if err != nil {
			return err
		}
		for _, b := range banks {
			page.Banks = append(page.Banks, views.Option{Value: b.Code, Label: bankName(b)})
		}
		limit, err := lending.MoneyParameter("cash_limit_269st", page.Today)
		if err != nil {
			return err
		}
		page.CashLimit = "Section 269ST: less than " + views.Rupees(limit) + " in cash from one person in a day, over all their accounts."
		page.Picks, err = accountPicks(ctx, v, form.Values["account"], form.Values["pick"])
		return err
	})
	if err != nil {
		return err
	}
	if seen, err := strconv.ParseInt(form.Values["version"], 10, 64); err == nil {
		page.Version = seen // what the person saw, not what is true now
	}
	return a.show(c, status, views.ReceiptForm(page), nil)
}

// listRecordAccounts answers what was typed into the account field with the
// accounts that it may mean. Typed into a browser, the address is the form.
func (a *app) listRecordAccounts(c echo.Context) error {
	if !wantsPiece(c) {
		return a.newRecord(c)
	}
	var picks views.AccountPicks
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		picks, err = accountPicks(ctx, v, strings.TrimSpace(c.QueryParam("account")), "")
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, http.StatusOK, views.AccountPicksPiece(picks), nil)
}

// accountPicks finds the accounts that words may mean: the one with this number
// alone, else those that hold every word. Only the number itself is chosen
// beforehand.
func accountPicks(ctx context.Context, v *store.View, typed, chosen string) (views.AccountPicks, error) {
	picks := views.AccountPicks{Typed: typed, Chosen: chosen}
	if typed == "" || len(typed) > maxSearch {
		return views.AccountPicks{}, nil
	}
	account, err := v.AccountByRef(ctx, typed)
	if err != nil && lending.KindOf(err) != lending.NotFound {
		return picks, err
	}
	if err == nil {
		position, err := v.PositionOf(ctx, account.ID)
		if err != nil && !errors.Is(err, store.ErrMissing) {
			return picks, err
		}
		picks.Chosen = account.Ref
		picks.Rows = []views.AccountPick{accountPick(store.AccountRow{Account: account, Position: position})}
		return picks, nil
	}
	rows, err := v.Accounts(ctx, store.AccountFilter{Search: typed, Limit: maxPicks + 1})
	if len(rows) > maxPicks {
		rows, picks.More = rows[:maxPicks], true
	}
	for _, row := range rows {
		picks.Rows = append(picks.Rows, accountPick(row))
	}
	return picks, err
}

func accountPick(row store.AccountRow) views.AccountPick {
	pick := views.AccountPick{Ref: row.Ref, Borrower: row.BorrowerName, Product: row.Product, DueNow: row.DueNow, DPD: row.DPD,
		Next: row.NextDueAmount, NextDate: row.NextDueDate}
	if row.Status == "created" || row.Status == "closed" {
		pick.WhyNot = "This account is " + row.Status + ", so it takes no money."
	}
	return pick
}
