package handlers

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/bankfile"
	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// accountsPage is how many accounts one page lists.
const accountsPage = 50

// accountBand is a band of days past due, named by its first day.
type accountBand struct {
	name, label string
	from, to    int
}

var accountBands = []accountBand{{"", "All", 0, 0}, {"1", "1–30 days", 1, 30}, {"31", "31–60 days", 31, 60}, {"61", "61–90 days", 61, 90}, {"91", "Over 90 days", 91, 0}}

// accountQuery is what an address asks of the list of accounts.
type accountQuery struct {
	band, status, program, category, search, sort string
	after, before                                 string // places of rows: "key.index"
	filter                                        store.AccountFilter
}

// accountQueryOf reads the address. What it cannot read narrows nothing.
func accountQueryOf(c echo.Context) accountQuery {
	q := accountQuery{band: c.QueryParam("band"), status: c.QueryParam("status"), program: c.QueryParam("program"), category: c.QueryParam("category"),
		search: strings.TrimSpace(c.QueryParam("q")), sort: c.QueryParam("sort"), after: c.QueryParam("after"), before: c.QueryParam("before")}
	if !slices.Contains([]string{"ref", "dpd", "due", "outstanding"}, q.sort) {
		q.sort = "dpd"
	}
	q.search = q.search[:min(len(q.search), 100)]
	q.filter = store.AccountFilter{Status: q.status, Category: q.category, Search: q.search, Sort: q.sort, Limit: accountsPage}
	for _, band := range accountBands {
		if band.name == q.band {
			q.filter.MinDPD, q.filter.MaxDPD = band.from, band.to
		}
	}
	return q
}

// resolve looks up the program of the address.
func (q *accountQuery) resolve(ctx context.Context, v *store.View) error {
	if q.program == "" {
		return nil
	}
	program, err := v.ProgramByAny(ctx, q.program)
	if lending.KindOf(err) == lending.NotFound {
		q.filter.Program = "none" // a program that is not there has no accounts
		return nil
	}
	q.filter.Program = program.ID
	return err
}

// path is the address of the list with some of its parts changed; places are
// left out unless they are among the changes.
func (q accountQuery) path(changes ...string) string { return q.address("/accounts", changes...) }

func (q accountQuery) address(path string, changes ...string) string {
	values := url.Values{}
	for name, value := range map[string]string{"band": q.band, "status": q.status, "program": q.program, "category": q.category, "q": q.search, "sort": q.sort} {
		values.Set(name, value)
	}
	if q.sort == "dpd" {
		values.Del("sort")
	}
	for i := 0; i+1 < len(changes); i += 2 {
		values.Set(changes[i], changes[i+1])
	}
	for name := range values {
		if values.Get(name) == "" {
			values.Del(name)
		}
	}
	if len(values) == 0 {
		return path
	}
	return path + "?" + values.Encode()
}

// place reads "key.index" into the filter.
func (q *accountQuery) place(text string) bool {
	key, idx, found := strings.Cut(text, ".")
	k, err := strconv.ParseInt(key, 10, 64)
	n, err2 := strconv.ParseInt(idx, 10, 64)
	if !found || err != nil || err2 != nil || n < 1 {
		return false
	}
	q.filter.AfterKey, q.filter.AfterIdx = k, n
	return true
}

// rows reads the page that the address asks for, and whether more follow and
// precede.
func (q *accountQuery) rows(ctx context.Context, v *store.View) (rows []store.AccountRow, err error) {
	switch {
	case q.before != "" && q.place(q.before):
		rows, err = v.AccountsBefore(ctx, q.filter)
	case q.after != "" && q.place(q.after):
		rows, err = v.Accounts(ctx, q.filter)
	default:
		rows, err = v.Accounts(ctx, q.filter)
	}
	return rows, err
}

func (a *app) listAccounts(c echo.Context) error {
	q := accountQueryOf(c)
	page := views.AccountsPage{Sort: q.sort, Sorts: map[string]string{}}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		page.Shell, err = a.shell(ctx, c, v, frame{title: "Accounts", here: "/accounts", layout: views.LayoutList, keys: views.AccountsKeys()})
		if err != nil {
			return err
		}
		if err := q.resolve(ctx, v); err != nil {
			return err
		}
		if page.Form, err = accountFilterForm(ctx, v, q); err != nil {
			return err
		}
		rows, err := q.rows(ctx, v)
		if err != nil {
			return err
		}
		totals, err := v.AccountTotals(ctx, q.filter)
		if err != nil {
			return err
		}
		page.Count, page.Out, page.Due, page.Overdue = int(totals.Count), totals.Outstanding, totals.DueNow, int(totals.Overdue)
		if page.Paging, err = accountPaging(ctx, v, q, rows, page.Count); err != nil {
			return err
		}
		bands, err := v.AccountBands(ctx, q.filter)
		page.Bands, page.Rows = accountTabs(q, bands), accountLines(rows)
		return err
	})
	if err != nil {
		return err
	}
	page.Filters, page.Clear = accountPills(q, page.Form), clearOf(q)
	for _, by := range []string{"ref", "dpd", "due", "outstanding"} {
		page.Sorts[by] = q.path("sort", by)
	}
	page.Caption = fmt.Sprintf("Accounts %d to %d of %d, sorted by %s", page.Paging.From, page.Paging.To, page.Count, sortWords[q.sort])
	actor := actorOf(c)
	if actor.Can(servicing.MayExport) && page.Count > 0 {
		page.Export, page.ExportSheet = q.address("/accounts/export"), q.address("/accounts/export.xlsx")
	}
	page.Running = offer(c, servicing.MayTakeOver, views.Act{Label: "Running loan", Icon: "archive", Path: "/accounts/new"})
	page.New = offer(c, servicing.MayTakeOver, views.Act{Label: "New loan", Icon: "plus", Path: "/loans/new", Key: "n"})
	return a.show(c, http.StatusOK, views.Accounts(page), nil)
}

var sortWords = map[string]string{"ref": "account", "dpd": "days past due", "due": "what is to pay now", "outstanding": "principal"}

// accountTabs are the bands with how many accounts each holds under the filter.
func accountTabs(q accountQuery, counts map[string]int) []views.QueueTab {
	all := 0
	for _, n := range counts {
		all += n
	}
	tabs := make([]views.QueueTab, len(accountBands))
	for i, band := range accountBands {
		tabs[i] = views.QueueTab{Path: q.path("band", band.name), Label: band.label, Count: counts[band.name], Current: band.name == q.band}
		if band.name == "" {
			tabs[i].Count = all
		}
	}
	return tabs
}

// accountPaging is the foot of the list: the places before and after its rows.
func accountPaging(ctx context.Context, v *store.View, q accountQuery, rows []store.AccountRow, count int) (views.Paging, error) {
	p := views.Paging{Total: count, Noun: "accounts"}
	if len(rows) == 0 {
		return p, nil
	}
	if count == 1 {
		p.Noun = "account"
	}
	place := func(r store.AccountRow) string { return fmt.Sprintf("%d.%d", r.Key(q.sort), r.Idx) }
	first, last := rows[0], rows[len(rows)-1]
	f := q.filter
	f.AfterKey, f.AfterIdx = first.Key(q.sort), first.Idx
	before, err := v.AccountPlace(ctx, f)
	p.From, p.To = before+1, before+len(rows)
	if before > 0 {
		p.Prev = q.path("before", place(first))
	}
	if p.To < count {
		p.Next = q.path("after", place(last))
	}
	return p, err
}

func accountLines(rows []store.AccountRow) []views.AccountLine {
	lines := make([]views.AccountLine, len(rows))
	for i, r := range rows {
		lines[i] = views.AccountLine{Ref: r.Ref, Path: "/accounts/" + r.Ref, Borrower: r.BorrowerName, Product: productOf(r.Account),
			Outstanding: r.PrincipalOutstanding, Due: r.DueNow, DPD: r.DPD, NextDue: r.NextDueDate, Category: r.Category}
		lines[i].Status, lines[i].StatusTone = accountState(r)
	}
	return lines
}

// productOf is what an account is called: its product, else its program.
func productOf(a store.Account) string {
	if a.Product != "" {
		return a.Product
	}
	return a.ProgramName
}

// accountState is the state of an account in a word: late before all others.
func accountState(r store.AccountRow) (string, views.Tone) {
	if r.Account.Status == "active" && r.DPD > 0 {
		return "Overdue", views.ToneWarn
	}
	return statusWord(r.Account.Status)
}

// statusWord is the state of an account as it is kept.
func statusWord(status string) (string, views.Tone) {
	switch status {
	case "created":
		return "Not paid out", views.ToneInfo
	case "active":
		return "Active", views.ToneGood
	case "closed":
		return "Closed", views.ToneNone
	case "frozen":
		return "Frozen", views.ToneWarn
	}
	return strings.ToUpper(status[:1]) + status[1:], views.ToneNone
}

// accountStatuses are the choices of the filter.
var accountStatuses = []views.Option{{Value: "", Label: "Any"}, {Value: "active", Label: "Active"}, {Value: "created", Label: "Not paid out"},
	{Value: "frozen", Label: "Frozen"}, {Value: "expired", Label: "Expired"}, {Value: "closing", Label: "Closing"}, {Value: "closed", Label: "Closed"}}

// accountFilterForm is the form of the filter with its choices.
func accountFilterForm(ctx context.Context, v *store.View, q accountQuery) (views.AccountFilterForm, error) {
	form := views.AccountFilterForm{Band: q.band, Status: q.status, Program: q.program, Search: q.search, Sort: q.sort, Category: q.category,
		Statuses: accountStatuses, Programs: []views.Option{{Value: "", Label: "Any"}}, Categories: []views.Option{{Value: "", Label: "Any"}}}
	programs, _, err := v.Programs(ctx, store.PartyFilter{Limit: maxPrograms})
	for _, p := range programs {
		form.Programs = append(form.Programs, views.Option{Value: p.Ref, Label: p.Name})
	}
	for _, name := range categoriesByWeight {
		form.Categories = append(form.Categories, views.Option{Value: string(name), Label: string(name)})
	}
	return form, err
}

// maxPrograms is more products than a small lender has.
const maxPrograms = 200

// accountPills are the filters that are on.
func accountPills(q accountQuery, form views.AccountFilterForm) []views.Pill {
	var pills []views.Pill
	add := func(name, parameter, value string, options []views.Option) {
		if value == "" {
			return
		}
		for _, o := range options {
			if o.Value == value {
				value = o.Label
			}
		}
		pills = append(pills, views.Pill{Name: name, Value: value, Drop: q.path(parameter, "")})
	}
	add("Search", "q", q.search, nil)
	add("Status", "status", q.status, form.Statuses)
	add("Product", "program", q.program, form.Programs)
	add("Category", "category", q.category, form.Categories)
	return pills
}

// clearOf is the address without filters, "" when none is on.
func clearOf(q accountQuery) string {
	if q.search+q.status+q.program+q.category+q.band == "" {
		return ""
	}
	return "/accounts"
}

// exportAccounts is the filtered list as CSV, every row of it.
func (a *app) exportAccounts(c echo.Context) error {
	q := accountQueryOf(c)
	return a.download(c, "accounts", formatOf(c), func(w bankfile.Table) error {
		err := w.Write([]string{"account", "borrower", "customer", "product", "program", "status", "principal_outstanding", "total_outstanding", "due_now",
			"excess", "days_past_due", "category", "next_due_date", "next_due_amount", "as_of"})
		if err != nil {
			return err
		}
		return a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
			if err := q.resolve(ctx, v); err != nil {
				return err
			}
			q.filter.Limit = exportChunk
			for {
				rows, err := v.Accounts(ctx, q.filter)
				if err != nil {
					return err
				}
				for _, r := range rows {
					if err := w.Write(accountCells(r)); err != nil {
						return err
					}
				}
				if len(rows) < q.filter.Limit {
					return nil
				}
				last := rows[len(rows)-1]
				q.filter.AfterKey, q.filter.AfterIdx = last.Key(q.sort), last.Idx
			}
		})
	})
}

// exportChunk is how many accounts an export reads at a time.
const exportChunk = 1000

func accountCells(r store.AccountRow) []string {
	return []string{r.Ref, r.BorrowerName, r.BorrowerRef, productOf(r.Account), r.ProgramName, r.Account.Status, r.PrincipalOutstanding.String(),
		r.TotalOutstanding.String(), r.DueNow.String(), r.Excess.String(), strconv.Itoa(r.DPD), r.Category, r.NextDueDate.String(), r.NextDueAmount.String(), r.AsOf.String()}
}
