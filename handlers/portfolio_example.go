package handlers

import (
	"archive/zip"
	"bytes"
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/store"
)

// showPortfolioExample gives a small portfolio that passes the check of this very
// installation: its product, its account, days before its business date.
func (a *app) showPortfolioExample(c echo.Context) error {
	var files []file
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		date, err := today(ctx, v)
		if err != nil {
			return err
		}
		programs, _, err := v.Programs(ctx, store.PartyFilter{Limit: 1})
		if err != nil {
			return err
		}
		banks, err := collectionBanks(ctx, v)
		program, bank := "", ""
		if len(programs) > 0 {
			program = programs[0].Ref
		}
		if len(banks) > 0 {
			bank = banks[0].Ref
		}
		files = portfolioExample(date, program, bank)
		return err
	})
	if err != nil {
		return err
	}
	var packed bytes.Buffer
	archive := zip.NewWriter(&packed)
	for _, f := range files {
		w, err := archive.Create(f.name)
		if err != nil {
			return err
		}
		if _, err := w.Write(f.data); err != nil {
			return err
		}
	}
	if err := archive.Close(); err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="portfolio-example.zip"`)
	c.Response().Header().Set(echo.HeaderCacheControl, "no-store")
	return c.Blob(http.StatusOK, "application/zip", packed.Bytes())
}

// portfolioExample writes two borrowers with a loan each. The people are invented.
func portfolioExample(date lending.Date, program, bank string) []file {
	lent := date.AddMonths(-4)
	days := map[string]string{"PROGRAM": program, "BANK": bank}
	for name, day := range map[string]lending.Date{
		"LENT": lent, "DUE1": lent.AddMonths(1), "DUE2": lent.AddMonths(2), "DUE3": lent.AddMonths(3), "DUE4": date.AddMonths(1), "DUE5": date.AddMonths(2),
	} {
		days[name] = day.String()
	}
	text := func(name string, lines ...string) file {
		body := strings.Join(lines, "\n") + "\n"
		for key, value := range days {
			body = strings.ReplaceAll(body, key, value)
		}
		return file{name, []byte(body)}
	}
	return []file{
		text("borrowers.csv",
			"borrower_ref,name,phone,pan,state",
			"EX001,Lakshmi Stores,5522570401,ABCPL4401C,27",
			"EX002,Imran Qureshi,5522570402,,27"),
		text("loans.csv",
			"account_ref,borrower_ref,program,principal,disbursed_on,roi_value,emi_count,emi_frequency,first_due_date",
			"EXL001,EX001,PROGRAM,120000,LENT,18,12,monthly,DUE1",
			"EXL002,EX002,PROGRAM,60000,LENT,,,,"),
		text("schedules.csv",
			"account_ref,no,due_date,principal,interest",
			"EXL002,1,DUE1,20000,900",
			"EXL002,2,DUE2,20000,600",
			"EXL002,3,DUE4,20000,300"),
		text("receipts.csv",
			"account_ref,value_date,amount,payment_mode,utr,collection_bank",
			"EXL001,DUE1,11002,neft,EXAMPLE0000000001,BANK",
			"EXL001,DUE2,11002,neft,EXAMPLE0000000002,BANK",
			"EXL002,DUE1,20900,upi,EXAMPLE0000000003,BANK"),
	}
}
