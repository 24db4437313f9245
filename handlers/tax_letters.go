package handlers

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"lekha/store"
	"lekha/views"
)

// taxLetter fills what an invoice and a credit note of a fee have alike.
func (a *app) taxLetter(ctx context.Context, c echo.Context, v *store.View, title string) (views.TaxLetter, store.FeeRow, error) {
	var page views.TaxLetter
	fee, err := v.FeeRowByAny(ctx, store.CleanRef(c.Param("ref")))
	if err != nil {
		return page, fee, err
	}
	if fee.InvoiceNo == "" {
		return page, fee, notFound("invoice")
	}
	account, err := v.AccountByID(ctx, fee.AccountID)
	if err != nil {
		return page, fee, err
	}
	borrower, err := v.BorrowerByAny(ctx, account.BorrowerID)
	if err != nil {
		return page, fee, err
	}
	company, err := v.Company(ctx)
	if err != nil {
		return page, fee, err
	}
	page = views.TaxLetter{Kind: title, Lender: company.Name, Address: company.Address, GSTIN: company.GSTIN, Borrower: borrower.Name, BorrowerAddress: borrower.Address,
		State: borrower.State, Account: account.Ref, Item: fee.Name, Fee: fee.Ref}
	if page.State == "" && len(company.GSTIN) > 1 {
		page.State = company.GSTIN[:2] // supplied where the lender is
	}
	page.Shell, err = a.shell(ctx, c, v, frame{title: title, here: "/fees"})
	return page, fee, err
}

// showInvoice is the tax invoice of a fee.
func (a *app) showInvoice(c echo.Context) error {
	var page views.TaxLetter
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		var fee store.FeeRow
		if page, fee, err = a.taxLetter(ctx, c, v, "Tax invoice"); err != nil {
			return err
		}
		page.No, page.Date, page.Base, page.CGST, page.SGST, page.IGST = string(fee.InvoiceNo), fee.InvoiceOn, fee.Base, fee.CGST, fee.SGST, fee.IGST
		notes, err := v.CreditNotesOf(ctx, fee.ID)
		for i, n := range notes {
			page.Notes = append(page.Notes, views.TaxNote{Path: "/fees/" + fee.Ref + "/credit-notes/" + strconv.Itoa(i+1), No: n.No, Date: n.Date, Amount: n.Base + n.CGST + n.SGST + n.IGST})
		}
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, http.StatusOK, views.TaxLetterPage(page), nil)
}

// showCreditNote is one credit note of a fee, by its place among them.
func (a *app) showCreditNote(c echo.Context) error {
	var page views.TaxLetter
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		var fee store.FeeRow
		if page, fee, err = a.taxLetter(ctx, c, v, "Credit note"); err != nil {
			return err
		}
		notes, err := v.CreditNotesOf(ctx, fee.ID)
		if err != nil {
			return err
		}
		at, _ := strconv.Atoi(c.Param("no"))
		if at < 1 || at > len(notes) {
			return notFound("credit_note")
		}
		n := notes[at-1]
		page.No, page.Date, page.Base, page.CGST, page.SGST, page.IGST, page.Against = n.No, n.Date, n.Base, n.CGST, n.SGST, n.IGST, string(fee.InvoiceNo)
		return nil
	})
	if err != nil {
		return err
	}
	return a.show(c, http.StatusOK, views.TaxLetterPage(page), nil)
}
