package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// showAccountJournal is the sub-ledger of an account: each figure beside what the
// journal has, and the entries behind it.
func (a *app) showAccountJournal(c echo.Context) error {
	page := views.AccountJournalPage{}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		account, err := v.AccountByRef(ctx, c.Param("ref"))
		if err != nil {
			return err
		}
		page.Ref, page.Borrower, page.Path = account.Ref, account.BorrowerName, "/accounts/"+account.Ref
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Journal of " + account.Ref, here: "/accounts", layout: views.LayoutList}); err != nil {
			return err
		}
		names, err := servicing.CodeNames(ctx, v)
		if err != nil {
			return err
		}
		own, err := servicing.SubLedgerOf(ctx, v, account)
		if err != nil {
			return err
		}
		page.AsOf = own.AsOf
		for _, l := range own.Controls {
			row := views.ControlRow{Name: l.Name, Book: l.Book, Journal: l.Journal, Tied: l.Tied()}
			for _, code := range l.Codes {
				row.Codes = append(row.Codes, views.Link{Label: code + " " + names.Of(code), Path: "/journal/codes/" + url.PathEscape(code)})
			}
			page.Controls = append(page.Controls, row)
		}
		for _, b := range own.Balances {
			page.Balances = append(page.Balances, views.TrialRow{Code: b.Code, Name: names.Of(b.Code), Path: "/journal/codes/" + url.PathEscape(b.Code), Closing: b.Amount})
		}
		entries, err := v.Journal(ctx, store.JournalFilter{AccountID: account.ID, After: keyParam(c, "after"), Limit: journalPage + 1})
		if len(entries) > journalPage {
			entries = entries[:journalPage]
			page.Next = page.Path + "/journal?after=" + strconv.FormatInt(entries[journalPage-1].Idx, 10)
		}
		for _, e := range entries {
			page.Rows = append(page.Rows, journalRow(e, names))
		}
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, http.StatusOK, views.AccountJournal(page), nil)
}
