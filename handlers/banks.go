package handlers

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

var bankKinds = map[string]string{"collection": "Ours", "credit": "We pay to it"}

func (a *app) listBanks(c echo.Context) error {
	kind := c.QueryParam("kind")
	if kind != "credit" {
		kind = "collection"
	}
	page := views.BanksPage{Tabs: []views.FateTab{
		{Path: "/banks", Label: "Ours", Current: kind == "collection"},
		{Path: "/banks?kind=credit", Label: "We pay to", Current: kind == "credit"},
	}}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Bank accounts", here: "/programs"}); err != nil {
			return err
		}
		for i, of := range []string{"collection", "credit"} {
			_, count, err := v.Banks(ctx, store.PartyFilter{Kind: of, Limit: 1})
			if err != nil {
				return err
			}
			page.Tabs[i].Count = int(count)
		}
		rows, count, err := v.Banks(ctx, store.PartyFilter{Kind: kind, AfterIdx: keyParam(c, "after"), Limit: partiesPage + 1})
		if page.Count = int(count); len(rows) > partiesPage {
			rows = rows[:partiesPage]
			page.Next = "/banks?kind=" + kind + "&after=" + strconv.FormatInt(rows[partiesPage-1].Idx, 10)
		}
		for _, b := range rows {
			page.Rows = append(page.Rows, bankRow(b))
		}
		return err
	})
	if err != nil {
		return err
	}
	page.New = offer(c, servicing.MayManageProducts, views.Act{Label: "New account", Icon: "plus", Path: "/banks/new", Key: "n"})
	return a.show(c, http.StatusOK, views.Banks(page), nil)
}

func bankRow(b store.Bank) views.BankRow {
	layout := "Found from the file"
	if b.Bank != "" {
		layout = strings.ToUpper(b.Bank)
	}
	if b.Kind != "collection" {
		layout = ""
	}
	return views.BankRow{Ref: b.Ref, Path: "/banks/" + b.Ref, Code: b.Code, Kind: bankKinds[b.Kind], Layout: layout, Holder: b.AccountHolderName,
		AccountNo: b.AccountNo, IFSC: b.IFSC, Verified: b.IsVerified}
}

func (a *app) newBank(c echo.Context) error {
	return a.showBankForm(c, http.StatusOK, "", views.Form{Values: map[string]string{"kind": "collection", "account_type": "current"}})
}

// showBankForm shows a bank account, new or stored; a form without values is
// filled with what is stored.
func (a *app) showBankForm(c echo.Context, status int, ref string, form views.Form) error {
	page := views.BankPage{Form: form}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		title := "New bank account"
		if ref != "" {
			b, err := v.BankByAny(ctx, ref)
			if err != nil {
				return err
			}
			title, page.Ref, page.Version, page.Kind = bankName(b), b.Ref, b.Version, bankKinds[b.Kind]
			if page.Form.Values == nil {
				page.Form.Values = map[string]string{"code": b.Code, "bank": b.Bank, "ifsc": b.IFSC, "account_no": b.AccountNo,
					"account_type": b.AccountType, "account_holder_name": b.AccountHolderName, "name_at_bank": string(b.NameAtBank)}
			}
		}
		if page.Shell, err = a.shell(ctx, c, v, frame{title: title, here: "/programs"}); err != nil || ref == "" {
			return err
		}
		page.History, err = history(ctx, v, page.Ref, page.Today)
		return err
	})
	if err != nil {
		return err
	}
	page.WhyNot = offer(c, servicing.MayManageProducts, views.Act{}).WhyNot
	return a.show(c, status, views.Bank(page), nil)
}

func (a *app) createBank(c echo.Context) error {
	f := read(c)
	b, err := a.office.CreateBank(c.Request().Context(), actorOf(c), f.bank())
	return a.bankDone(c, f, "", b, err)
}

func (a *app) showBank(c echo.Context) error {
	return a.showBankForm(c, http.StatusOK, c.Param("ref"), views.Form{})
}

// updateBank changes what the form shows; what it does not show stays.
func (a *app) updateBank(c echo.Context) error {
	f, ref := read(c), c.Param("ref")
	var before store.Bank
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		before, err = v.BankByAny(ctx, ref)
		return err
	})
	if err != nil {
		return err
	}
	in := f.bank()
	in.Kind, in.IsVerified, in.Tags = before.Kind, before.IsVerified, listOf(before.Tags)
	b, err := a.office.UpdateBank(c.Request().Context(), actorOf(c), ref, in)
	return a.bankDone(c, f, ref, b, err)
}

func (f *fields) bank() servicing.BankInput {
	return servicing.BankInput{Kind: f.text("kind"), Code: f.text("code"), Bank: f.text("bank"), IFSC: f.text("ifsc"), AccountNo: f.text("account_no"),
		AccountType: f.text("account_type"), AccountHolderName: f.text("account_holder_name"), NameAtBank: f.text("name_at_bank"), Version: f.version()}
}

func (a *app) bankDone(c echo.Context, f *fields, ref string, b store.Bank, err error) error {
	if err == nil {
		a.flash(c, views.Flash{Text: "Saved " + bankName(b) + "."})
		return a.seeOther(c, "/banks?kind="+b.Kind)
	}
	form, ok := refusedForm(err, f.values)
	if !ok {
		return err
	}
	return a.showBankForm(c, statusOf(err), ref, form)
}
