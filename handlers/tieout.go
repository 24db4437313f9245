package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

const (
	// tieOutDays is how many days are shown when none are chosen.
	tieOutDays = 31
	// maxTieOut is how many rows one page sums: a year of one account.
	maxTieOut = 400
	// creditsPage is how many credits of a day one page lists.
	creditsPage = 200
)

func (a *app) listTieOut(c echo.Context) error {
	f := read(c)
	from, to, bank := f.date("from"), f.date("to"), f.text("bank")
	page := views.TieOutPage{}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Tie-out", here: "/tieout", layout: views.LayoutList}); err != nil {
			return err
		}
		if from.IsZero() && to.IsZero() {
			from, to = page.Today.AddDays(1-tieOutDays), page.Today
			f.values["from"], f.values["to"] = from.String(), to.String()
		}
		banks, err := collectionBanks(ctx, v)
		if err != nil {
			return err
		}
		id := ""
		page.Banks = []views.Option{{Value: "", Label: "All accounts"}}
		for _, b := range banks {
			page.Banks = append(page.Banks, views.Option{Value: b.Ref, Label: bankName(b)})
			if b.Ref == bank {
				id = b.ID
			}
		}
		if bank != "" && id == "" {
			f.errors["bank"] = "There is no such collection account."
		}
		loading, err := v.LoadingStatements(ctx)
		if err != nil {
			return err
		}
		for _, s := range loading {
			page.Loading = append(page.Loading, views.TieOutLoading{Link: views.Link{Path: "/statements/" + s.Ref, Label: s.FileName}, Done: s.Done, Rows: s.Rows})
		}
		days, err := v.TieOut(ctx, id, from, to, maxTieOut+1)
		if len(days) > maxTieOut {
			days, page.Cut = days[:maxTieOut], true
		}
		page.Days, page.Totals, page.Gaps, page.Asked = tieOutRows(days, banks)
		return err
	})
	if err != nil {
		return err
	}
	status := http.StatusOK
	page.Form = views.Form{Values: f.values}
	if err := f.err(); err != nil {
		page.Form, _ = refusedForm(err, f.values)
		status, page.Days = statusOf(err), nil
	}
	return a.show(c, status, views.TieOut(page), nil)
}

func tieOutRows(days []store.TieOutDay, banks []store.Bank) (rows []views.TieOutRow, totals views.TieOutSums, gaps, asked int) {
	byID := map[string]store.Bank{}
	for _, b := range banks {
		byID[b.ID] = b
	}
	for _, d := range days {
		bank := byID[d.BankID]
		row := views.TieOutRow{Path: "/tieout/" + url.PathEscape(bank.Ref) + "/" + d.Day.String(), Day: d.Day, Bank: bankName(bank), TieOutSums: tieOutSums(d)}
		rows = append(rows, row)
		if d.Gap != 0 {
			gaps++
		}
		if d.Questioned != 0 {
			asked++
		}
	}
	return rows, tieOutSums(store.SumTieOut(days)), gaps, asked
}

func tieOutSums(d store.TieOutDay) views.TieOutSums {
	return views.TieOutSums{Credits: d.Credits, Unmatched: d.Unmatched, Parked: d.Parked, Questioned: d.Questioned, SetAside: d.SetAside, Duplicates: d.Duplicates,
		Awaiting: d.Awaiting, Settled: d.Settled, Excess: d.Excess, Refunded: d.Refunded, Returned: d.Returned, Gap: d.Gap}
}

func (a *app) showTieOutDay(c echo.Context) error {
	day, err := lending.ParseDate(c.Param("day"))
	if err != nil {
		return lending.Refuse(lending.NotFound, "tieout.day", "There is no such day.")
	}
	after := keyParam(c, "after")
	page := views.TieOutDayPage{Day: day}
	err = a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		bank, err := v.BankByAny(ctx, c.Param("bank"))
		if err != nil {
			return err
		}
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Tie-out of " + views.Day(day), here: "/tieout"}); err != nil {
			return err
		}
		page.Bank = bankName(bank)
		sums, err := v.TieOut(ctx, bank.ID, day, day, 1)
		if err != nil {
			return err
		}
		for _, d := range sums {
			page.Sums = tieOutSums(d)
		}
		path := "/tieout/" + url.PathEscape(bank.Ref) + "/" + day.String()
		if after > 0 {
			page.First = path
		}
		return tieOutCredits(ctx, v, bank, after, path, &page)
	})
	if err != nil {
		return err
	}
	return a.show(c, http.StatusOK, views.TieOutDay(page), nil)
}

// tieOutCredits fills one page of credits with the records that carry them.
func tieOutCredits(ctx context.Context, v *store.View, bank store.Bank, after int64, path string, page *views.TieOutDayPage) error {
	rows, err := v.CreditsOfDay(ctx, bank.ID, page.Day, after, creditsPage+1)
	if err != nil {
		return err
	}
	var last int64
	for _, r := range rows {
		if r.CreditIdx != last && len(page.Credits) == creditsPage {
			page.Next = path + "?after=" + strconv.FormatInt(last, 10)
			break
		}
		if r.CreditIdx != last {
			page.Credits = append(page.Credits, views.TieOutCredit{Narration: r.Narration, Reference: r.Reference, Amount: r.Amount, Gap: r.Gap,
				Statement: views.Link{Path: "/statements/" + r.StatementRef, Label: r.StatementRef}, Duplicate: r.DuplicateOf != "" && r.RecordRef == ""})
			last = r.CreditIdx
		}
		credit := &page.Credits[len(page.Credits)-1]
		if r.RecordRef == "" {
			continue
		}
		part := views.TieOutPart{Record: views.Link{Path: "/records/" + r.RecordRef, Label: r.RecordRef}, Borrower: r.Borrower,
			State: servicing.StateWords(r.RecordStatus), Tone: carriedTones[r.RecordStatus], Amount: r.Carried}
		if r.Questioned {
			part.State, part.Tone = "same reference, other amount: look at it", views.ToneBad
		}
		if r.RecordStatus == "processed" {
			part.Excess = r.Remaining
		}
		credit.Parts = append(credit.Parts, part)
	}
	return nil
}

// carriedTones mark where money is: settled, or waiting for a person.
var carriedTones = map[string]views.Tone{"processed": views.ToneGood, "unmatched": views.ToneWarn, "parked": views.ToneWarn, "reverted": views.ToneBad}
