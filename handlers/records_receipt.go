package handlers

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/store"
	"lekha/views"
)

// showRecordReceipt is the letter of a receipt that was written by hand. Money
// that came by a statement has no receipt number and no letter.
func (a *app) showRecordReceipt(c echo.Context) error {
	var page views.PrintedReceipt
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		r, err := v.RecordByRef(ctx, c.Param("ref"))
		if err != nil {
			return err
		}
		if r.ReceiptNo == "" {
			return lending.Refuse(lending.NotFound, "record.no_receipt", "Record "+r.Ref+" was not entered by hand, so it has no receipt.")
		}
		company, err := v.Company(ctx)
		if err != nil {
			return err
		}
		page = views.PrintedReceipt{Ref: r.Ref, No: string(r.ReceiptNo), Lender: company.Name, Address: company.Address, GSTIN: company.GSTIN,
			Borrower: r.BorrowerName, Account: r.AccountRef, Date: r.Date, Received: r.ReceivedAmount, TDS: r.TDSAmount, Mode: receiptMode(r),
			UTR: string(r.UTR), Remark: r.Remark, Void: receiptVoid(r), By: string(r.UploadedBy),
			Clearing: r.PaymentMode == "cheque" && r.BankCreditID == "" && live(r)}
		if page.Borrower == "" {
			page.Borrower = "a payer who is not known yet"
		}
		if r.AccountID != "" {
			account, err := v.AccountByID(ctx, string(r.AccountID))
			if err != nil {
				return err
			}
			page.Product = account.Product
		}
		page.Shell, err = a.shell(ctx, c, v, frame{title: "Receipt " + page.No, here: "/records"})
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, http.StatusOK, views.PrintReceipt(page), nil)
}

// receiptMode says on paper how the money came.
func receiptMode(r store.Record) string {
	switch {
	case r.Type == "tds":
		return "Tax withheld at source; no money was received"
	case r.PaymentMode == "cash":
		return "In cash"
	case r.PaymentMode == "cheque":
		return "By cheque " + r.ChequeNo + " of " + views.Day(r.ChequeDate) + " on " + r.ChequeBank
	case r.PaymentMode == "transfer":
		return "By bank transfer"
	}
	return "By " + modeWord(string(r.PaymentMode), r.Type)
}

// receiptVoid is what stands across a receipt that holds no longer.
func receiptVoid(r store.Record) string {
	switch r.Status {
	case "cancelled":
		return "Cancelled. This receipt is void."
	case "rejected":
		return "Rejected. This receipt is void."
	case "reverted":
		if r.RevertKind == "bank" {
			return "The bank did not pay. This receipt is void."
		}
		return "Reversed on " + views.Day(r.RevertDate) + "."
	}
	return ""
}
