package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

const (
	// journalPage is how many entries or lines one page lists.
	journalPage = 50
	// journalExports is how many exports are listed: more than a year of weeks.
	journalExports = 60
)

// journalTabs are the ways to look at the journal.
func journalTabs(here string) []views.JournalTab {
	tabs := []views.JournalTab{{Path: "/journal", Label: "Trial balance"}, {Path: "/journal/days", Label: "Day book"}, {Path: "/months", Label: "Months"}, {Path: "/journal/chart", Label: "Chart of accounts"},
		{Path: "/journal/exports", Label: "Exports"}, {Path: "/parameters", Label: "Parameters"}}
	for i := range tabs {
		tabs[i].Current = tabs[i].Path == here
	}
	return tabs
}

// journalDays reads the period of an address. Without one it is the month so far.
func journalDays(f *fields, today lending.Date) (from, to lending.Date) {
	from, to = f.date("from"), f.date("to")
	if from.IsZero() {
		from = lending.NewDate(today.Year(), today.Month(), 1)
	}
	if to.IsZero() {
		to = today
	}
	f.values["from"], f.values["to"] = from.String(), to.String()
	return from, to
}

// journalView reads one page of the journal inside one moment of the books.
func (a *app) journalView(c echo.Context, title, here string, shell *views.Shell, tabs *[]views.JournalTab, fill func(ctx context.Context, v *store.View) error) error {
	*tabs = journalTabs(here)
	return a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if *shell, err = a.shell(ctx, c, v, frame{title: title, here: "/journal", layout: views.LayoutList}); err != nil {
			return err
		}
		return fill(ctx, v)
	})
}

func (a *app) showTrialBalance(c echo.Context) error {
	f, page := read(c), views.TrialPage{}
	err := a.journalView(c, "Journal", "/journal", &page.Shell, &page.Tabs, func(ctx context.Context, v *store.View) error {
		from, to := journalDays(f, page.Today)
		if err := f.err(); err != nil {
			return err
		}
		names, err := servicing.CodeNames(ctx, v)
		if err != nil {
			return err
		}
		rows, err := v.TrialBalance(ctx, from, to)
		for _, r := range rows {
			page.Rows = append(page.Rows, views.TrialRow{Code: r.Code, Name: names.Of(r.Code), Path: "/journal/codes/" + url.PathEscape(r.Code) + "?" + journalQuery(f),
				Opening: r.Opening, Debit: r.Debit, Credit: r.Credit, Closing: r.Closing})
			page.Total.Opening += r.Opening
			page.Total.Debit += r.Debit
			page.Total.Credit += r.Credit
			page.Total.Closing += r.Closing
		}
		return err
	})
	if err != nil {
		return err
	}
	page.Form = views.Form{Values: f.values}
	page.Export = views.Act{Label: "Export", Icon: "download", Path: "/journal.csv?" + journalQuery(f)}
	return a.show(c, http.StatusOK, views.TrialBalance(page), nil)
}

// journalQuery is the address of the days that were chosen.
func journalQuery(f *fields) string {
	return url.Values{"from": {f.values["from"]}, "to": {f.values["to"]}}.Encode()
}

func (a *app) listDayBook(c echo.Context) error {
	f, page := read(c), views.DayBookPage{}
	err := a.journalView(c, "Day book", "/journal/days", &page.Shell, &page.Tabs, func(ctx context.Context, v *store.View) error {
		from, to := journalDays(f, page.Today)
		if err := f.err(); err != nil {
			return err
		}
		names, err := servicing.CodeNames(ctx, v)
		if err != nil {
			return err
		}
		entries, err := v.Journal(ctx, store.JournalFilter{From: from, To: to, After: keyParam(c, "after"), Limit: journalPage + 1})
		if len(entries) > journalPage {
			entries = entries[:journalPage]
			page.Next = "/journal/days?" + journalQuery(f) + "&after=" + strconv.FormatInt(entries[journalPage-1].Idx, 10)
		}
		for _, e := range entries {
			page.Rows = append(page.Rows, journalRow(e, names))
		}
		return err
	})
	if err != nil {
		return err
	}
	page.Form = views.Form{Values: f.values}
	return a.show(c, http.StatusOK, views.DayBook(page), nil)
}

func (a *app) showLedgerAccount(c echo.Context) error {
	f, code, page := read(c), c.Param("code"), views.LedgerPage{}
	page.Code = code
	page.Accounts = "/journal/codes/" + url.PathEscape(code) + "/accounts"
	err := a.journalView(c, "Code "+code, "", &page.Shell, &page.Tabs, func(ctx context.Context, v *store.View) error {
		names, err := servicing.CodeNames(ctx, v)
		if err != nil {
			return err
		}
		page.Name = names.Of(code)
		from, to := journalDays(f, page.Today)
		after := store.LedgerKey{Booking: f.date("day"), Entry: keyParam(c, "after"), No: int(keyParam(c, "no"))}
		if err := f.err(); err != nil {
			return err
		}
		opening, rows, err := v.LedgerAccount(ctx, code, from, to, after, journalPage+1)
		page.Opening = opening
		if len(rows) > journalPage {
			rows = rows[:journalPage]
			last := rows[journalPage-1]
			page.Next = "/journal/codes/" + url.PathEscape(code) + "?" + journalQuery(f) + "&day=" + last.BookingDate.String() + "&after=" + strconv.FormatInt(last.Idx, 10) + "&no=" + strconv.Itoa(last.No)
		}
		for _, r := range rows {
			page.Rows = append(page.Rows, views.LedgerRow{Entry: journalRow(r.JournalEntry, names), Debit: max(r.Amount, 0), Credit: max(-r.Amount, 0), Balance: r.Balance})
		}
		return err
	})
	if err != nil {
		return err
	}
	page.Form = views.Form{Values: f.values}
	return a.show(c, http.StatusOK, views.LedgerAccount(page), nil)
}

func (a *app) listSubLedger(c echo.Context) error {
	code, page := c.Param("code"), views.SubLedgerPage{}
	page.Code = code
	err := a.journalView(c, "Accounts behind "+code, "", &page.Shell, &page.Tabs, func(ctx context.Context, v *store.View) error {
		names, err := servicing.CodeNames(ctx, v)
		if err != nil {
			return err
		}
		page.Name = names.Of(code)
		rows, err := v.SubLedger(ctx, code, keyParam(c, "after"), journalPage+1)
		if len(rows) > journalPage {
			rows = rows[:journalPage]
			page.Next = "/journal/codes/" + url.PathEscape(code) + "/accounts?after=" + strconv.FormatInt(rows[journalPage-1].Idx, 10)
		}
		for _, r := range rows {
			page.Rows = append(page.Rows, views.SubLedgerRow{Account: accountLink(r.Ref), Borrower: r.Borrower, Balance: r.Balance})
		}
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, http.StatusOK, views.SubLedger(page), nil)
}

func (a *app) showJournalEntry(c echo.Context) error {
	page := views.EntryPage{}
	no, _ := strconv.ParseInt(c.Param("no"), 10, 64)
	err := a.journalView(c, "Entry "+strconv.FormatInt(no, 10), "", &page.Shell, &page.Tabs, func(ctx context.Context, v *store.View) error {
		e, err := v.JournalEntryByIdx(ctx, no)
		if err != nil {
			return err
		}
		names, err := servicing.CodeNames(ctx, v)
		if err != nil {
			return err
		}
		page.Row, page.Event, page.At = journalRow(e, names), e.Event, e.CreatedAt.Time
		if e.Corrects != 0 {
			page.Corrects = views.Link{Path: entryPath(e.Corrects), Label: "Entry " + strconv.FormatInt(e.Corrects, 10)}
		}
		if e.Export != 0 {
			page.Export = views.Link{Path: "/journal/exports", Label: "Export " + strconv.FormatInt(e.Export, 10)}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return a.show(c, http.StatusOK, views.JournalEntry(page), nil)
}

func entryPath(no int64) string { return "/journal/entries/" + strconv.FormatInt(no, 10) }

func accountLink(ref string) views.Link {
	if ref == "" {
		return views.Link{}
	}
	return views.Link{Path: "/accounts/" + url.PathEscape(ref), Label: ref}
}

// journalRow is an entry as shown, with the ways to its account and its source.
func journalRow(e store.JournalEntry, names servicing.Names) views.JournalRow {
	row := views.JournalRow{No: e.Idx, Path: entryPath(e.Idx), What: servicing.EventWords(e.Event), Booking: e.BookingDate, Value: e.ValueDate,
		Account: accountLink(e.AccountRef), Borrower: e.Borrower, Source: views.Link{Label: e.Source}}
	if len(e.Source) > 3 {
		if path := subjectPaths[e.Source[:3]]; path != "" {
			row.Source.Path = path + url.PathEscape(e.Source)
		}
	}
	if row.Source.Path == "" && strings.HasPrefix(e.Source, "LON") {
		row.Source.Path = row.Account.Path
	}
	for _, l := range e.Lines {
		row.Lines = append(row.Lines, views.JournalLine{Code: l.Code, Name: names.Of(l.Code), Path: "/journal/codes/" + url.PathEscape(l.Code),
			Loan: l.LoanRef, Debit: max(l.Amount, 0), Credit: max(-l.Amount, 0)})
	}
	return row
}
