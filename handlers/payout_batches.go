package handlers

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

const (
	// batchRows is how many files and unmatched debits the page shows.
	batchRows = 30
	// filePayouts is more than goes into a file at a time.
	filePayouts = 500
	// maxAnswer is larger than any bank's answer.
	maxAnswer = 5 << 20
)

func (a *app) listPayoutBatches(c echo.Context) error {
	return a.showBatches(c, http.StatusOK, views.Form{})
}

// showBatches shows what waits for a file, the files, and what left unaccounted.
func (a *app) showBatches(c echo.Context, status int, form views.Form) error {
	page := views.BatchesPage{Form: form, WhyNot: offer(c, servicing.MayReleasePayout, views.Act{}).WhyNot}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Bank files", here: "/payouts"}); err != nil {
			return err
		}
		if err := waitingForFile(ctx, v, &page); err != nil {
			return err
		}
		banks, err := collectionBanks(ctx, v)
		if err != nil {
			return err
		}
		var from, templates []views.Option
		for _, b := range banks {
			from = append(from, views.Option{Value: b.Ref, Label: bankName(b)})
		}
		for _, name := range servicing.PayoutTemplateNames() {
			templates = append(templates, views.Option{Value: name, Label: name})
		}
		page.Inputs = []views.Input{{Name: "debit_bank", Label: "Paid from", Options: from, Required: true}, {Name: "template", Label: "Layout", Options: templates, Required: true},
			{Name: "client", Label: "Client code", Max: 20, Hint: "The one the bank gave you, where its file needs it."}}
		batches, err := v.PayoutBatches(ctx, batchRows)
		if err != nil {
			return err
		}
		for _, b := range batches {
			page.Batches = append(page.Batches, views.BatchRow{Ref: b.Ref, File: b.FileName, Template: b.Template, Count: b.Count, Total: b.Total, Date: b.Date})
		}
		debits, _, err := v.QueryUnmatchedDebits(ctx, store.Listing{Descending: true, Limit: batchRows})
		for _, d := range debits {
			page.Unmatched = append(page.Unmatched, views.DebitRow{Bank: d.BankCode, Narration: d.Narration, Reference: d.Reference, Statement: d.Statement, Date: d.ValueDate, Amount: d.Amount})
		}
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, status, views.Batches(page), nil)
}

// waitingForFile lists payouts that wait, with those that look like one already there.
func waitingForFile(ctx context.Context, v *store.View, page *views.BatchesPage) error {
	waiting, err := v.PayoutsToSend(ctx, filePayouts)
	if err != nil {
		return err
	}
	for _, p := range waiting {
		row := views.BatchPayout{Ref: p.Ref, Path: "/payouts/" + p.Ref, Type: views.Words(p.Type), Amount: p.Amount}
		if p.CreditBankID != "" {
			bank, err := v.BankByAny(ctx, string(p.CreditBankID))
			if err != nil {
				return err
			}
			row.Payee = bank.AccountHolderName
		}
		if row.Same, err = sameAs(ctx, v, p); err != nil {
			return err
		}
		page.Sum += p.Amount
		page.Waiting = append(page.Waiting, row)
	}
	return nil
}

// sameAs are the refs of payouts that look like the same one.
func sameAs(ctx context.Context, v *store.View, p store.Payout) ([]string, error) {
	same, err := v.SamePayouts(ctx, p)
	refs := make([]string, len(same))
	for i, s := range same {
		refs[i] = s.Ref
	}
	return refs, err
}

func (a *app) createPayoutBatch(c echo.Context) error {
	f := read(c)
	in := servicing.PayoutExport{Payouts: f.list("payout"), DebitBank: f.text("debit_bank"), Template: f.text("template"), Client: f.text("client")}
	err := error(nil)
	if len(in.Payouts) == 0 { // nothing ticked is not everything
		err = lending.RefuseField("payout", "payout.none", "Tick the payouts that are to be sent.")
	}
	var batch store.PayoutBatch
	if err == nil {
		batch, err = a.office.ExportPayouts(c.Request().Context(), actorOf(c), in)
	}
	if err == nil {
		a.flash(c, views.Flash{Text: fmt.Sprintf("Made %s: %d payouts, %s.", batch.FileName, batch.Count, views.Rupees(batch.Total)), Path: "/payout-batches/" + batch.Ref + "/file", Link: "Take the file"})
		return a.seeOther(c, "/payout-batches")
	}
	return a.batchRefused(c, err, f)
}

func (a *app) batchRefused(c echo.Context, err error, f *fields) error {
	form, ok := refusedForm(err, f.values)
	if !ok {
		return err
	}
	return a.showBatches(c, statusOf(err), form)
}

// showPayoutFile hands a file out again, exactly as it was made.
func (a *app) showPayoutFile(c echo.Context) error {
	var batch store.PayoutBatch
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		batch, err = v.PayoutBatchByRef(ctx, c.Param("ref"))
		return err
	})
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", `attachment; filename="`+batch.FileName+`"`)
	return c.Blob(http.StatusOK, "text/plain; charset=utf-8", batch.Data)
}

func (a *app) createPayoutFileAnswer(c echo.Context) error {
	f := read(c)
	header, err := c.FormFile("file")
	if err != nil {
		return a.batchRefused(c, lending.RefuseField("file", "payout.file", "Choose the bank's answer."), f)
	}
	file, err := header.Open()
	if err != nil {
		return err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxAnswer+1))
	if err != nil {
		return err
	}
	if len(data) > maxAnswer {
		return a.batchRefused(c, lending.RefuseField("file", "payout.file", "This file is too large for a bank's answer."), f)
	}
	result, err := a.office.TakePayoutAnswer(c.Request().Context(), actorOf(c), store.CleanRef(c.Param("ref")), header.Filename, data)
	if err != nil {
		return a.batchRefused(c, err, f)
	}
	a.flash(c, views.Flash{Text: fmt.Sprintf("%d paid, %d failed, %d without an answer, %d known before.", result.Paid, result.Failed, len(result.Open), result.Known)})
	return a.seeOther(c, "/payouts")
}
