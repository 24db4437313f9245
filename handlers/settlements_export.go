package handlers

import (
	"context"
	"strconv"

	"github.com/labstack/echo/v4"

	"lekha/bankfile"
	"lekha/store"
)

// settlementColumns are the columns of the exported settlements.
var settlementColumns = []string{"date", "account", "borrower", "record", "utr", "loan", "demand", "due_date", "component", "amount", "outstanding", "from_excess", "days_past_due"}

// exportSettlements sends which part of which record paid what, of some days.
func (a *app) exportSettlements(c echo.Context) error {
	f := read(c)
	days := store.Span{From: f.date("from"), To: f.date("to")}
	if err := f.err(); err != nil {
		return err
	}
	return a.download(c, "settlements", formatOf(c), func(w bankfile.Table) error {
		if err := w.Write(settlementColumns); err != nil {
			return err
		}
		return a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
			return v.EachSettlement(ctx, days, func(l store.SettlementLine) error { return w.Write(settlementCells(l)) })
		})
	})
}

func settlementCells(l store.SettlementLine) []string {
	fromExcess := ""
	if l.FromExcess {
		fromExcess = "yes"
	}
	return []string{l.Date.String(), l.AccountRef, l.Borrower, l.RecordRef, l.Reference, l.LoanRef, l.Demand, l.DueDate.String(), l.Component, l.Amount.String(),
		l.Outstanding.String(), fromExcess, strconv.Itoa(l.DPD)}
}
