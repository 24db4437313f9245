package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/bankfile"
	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

const (
	// statementsPage is how many statements one page lists.
	statementsPage = 50
	// linesPage is how many rows of a file one page shows.
	linesPage = 200
)

// fateOrder is the order in which fates stand beside each other: what needs a
// person first.
var fateOrder = []string{"rejected", "returns", "questioned", "duplicate", "created", "confirms", "known", "outgoing"}

func (a *app) listStatements(c echo.Context) error {
	before := keyParam(c, "before")
	var page views.StatementsPage
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Statements", here: "/statements", keys: []views.Shortcut{{Keys: "n", Does: "Import a file"}}}); err != nil {
			return err
		}
		totals, err := v.FateTotals(ctx)
		if err != nil {
			return err
		}
		page.Count, page.Totals = totals.Statements, views.FateCounts{Rows: totals.Rows, Created: totals.Created, Duplicates: totals.Duplicates,
			Known: totals.Known, Confirmed: totals.Confirmed, Outgoing: totals.Outgoing, Rejected: totals.Rejected}
		rows, err := v.Statements(ctx, before, statementsPage+1)
		if err != nil {
			return err
		}
		if len(rows) > statementsPage {
			rows = rows[:statementsPage]
			page.Older = "/statements?before=" + strconv.FormatInt(rows[len(rows)-1].Idx, 10)
		}
		if page.Rows, err = statementRows(ctx, v, rows); err != nil {
			return err
		}
		page.Running, err = a.importRows(ctx, v, actorOf(c).Person)
		return err
	})
	if err != nil {
		return err
	}
	if before > 0 {
		page.Newest = "/statements"
	}
	page.Import = offer(c, servicing.MayImport, views.Act{Label: "Import a file", Icon: "upload", Path: "/statements/new", Key: "n"})
	return a.show(c, http.StatusOK, views.Statements(page), nil)
}

// importRows are the imports of a person that go on, or failed unseen.
func (a *app) importRows(ctx context.Context, v *store.View, owner string) ([]views.ImportRow, error) {
	var rows []views.ImportRow
	for _, j := range append(a.jobs.open(owner, jobCheck), a.jobs.open(owner, jobImport)...) {
		row := views.ImportRow{Path: "/statements/imports/" + j.token, File: j.title, Doing: j.doing()}
		if j.done() {
			row.Failed = j.why()
		} else {
			var page views.StatementImportPage
			if err := importProgress(ctx, v, j, &page); err != nil {
				return nil, err
			}
			row.Done, row.Rows = page.Done, page.Rows
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// offer is an act with the reason why this person may not do it.
func offer(c echo.Context, permission servicing.Permission, act views.Act) views.Act {
	if !actorOf(c).Can(permission) {
		act.WhyNot = "This is for " + servicing.RolesFor(permission) + "."
	}
	return act
}

// keyParam is the place in a list that is paged by key; 0 is its start.
func keyParam(c echo.Context, name string) int64 {
	n, err := strconv.ParseInt(c.QueryParam(name), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

func statementRows(ctx context.Context, v *store.View, list []store.Statement) ([]views.StatementRow, error) {
	banks, err := bankNames(ctx, v)
	if err != nil {
		return nil, err
	}
	rows := make([]views.StatementRow, len(list))
	for i, s := range list {
		path := "/statements/" + s.Ref
		rows[i] = views.StatementRow{Ref: s.Ref, Path: path, File: s.FileName, Bank: banks[s.BankID], From: s.FirstDate, To: s.LastDate,
			Loading: s.Status == "loading", Done: s.Done, Fates: fateCounts(s), By: s.Uploader, At: s.PostedAt.Time}
		rows[i].RejectedPath, rows[i].DuplicatePath = path+"?fate=rejected", path+"?fate=duplicate"
	}
	return rows, nil
}

func fateCounts(s store.Statement) views.FateCounts {
	return views.FateCounts{Rows: s.Rows, Created: s.Created, Duplicates: s.Duplicates, Known: s.Known, Confirmed: s.Confirmed,
		Outgoing: s.Outgoing, Rejected: s.Rejected}
}

// maxBanks is more collection accounts than a small lender has.
const maxBanks = 200

// collectionBanks are our own accounts, where money comes in.
func collectionBanks(ctx context.Context, v *store.View) ([]store.Bank, error) {
	return v.CollectionBanks(ctx, maxBanks)
}

// bankNames is what people call each collection account, by id.
func bankNames(ctx context.Context, v *store.View) (map[string]string, error) {
	banks, err := collectionBanks(ctx, v)
	names := map[string]string{}
	for _, b := range banks {
		names[b.ID] = bankName(b)
	}
	return names, err
}

// bankName is what people call a bank account.
func bankName(b store.Bank) string {
	if b.Code != "" {
		return b.Code
	}
	return b.IFSC + " " + views.Mask(b.AccountNo)
}

func (a *app) newStatement(c echo.Context) error {
	return a.showNewStatement(c, http.StatusOK, views.NewStatementPage{Form: views.Form{Values: map[string]string{}}})
}

func (a *app) showNewStatement(c echo.Context, status int, page views.NewStatementPage) error {
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Import a statement", here: "/statements"}); err != nil {
			return err
		}
		banks, err := collectionBanks(ctx, v)
		page.Banks = []views.Option{{Value: "", Label: "Found from the file"}}
		for _, b := range banks {
			page.Banks = append(page.Banks, views.Option{Value: b.Ref, Label: bankName(b) + ", " + views.Mask(b.AccountNo)})
		}
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, status, views.NewStatement(page), nil)
}

func (a *app) showStatement(c echo.Context) error {
	fate, after := c.QueryParam("fate"), int(keyParam(c, "after"))
	page := views.StatementPage{Again: c.QueryParam("again") != ""}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		s, err := v.StatementByRef(ctx, c.Param("ref"))
		if err != nil {
			return err
		}
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Statement " + s.Ref, here: "/statements"}); err != nil {
			return err
		}
		page.Ref, page.File, page.Loading, page.Fates = s.Ref, s.FileName, s.Status == "loading", fateCounts(s)
		page.Done = s.Done
		page.Balance, page.Warnings = balanceOf(s), listOf(s.Warnings)
		chain, err := servicing.StatementChain(ctx, v, s)
		if err != nil {
			return err
		}
		page.Warnings = append(page.Warnings, chain...)
		fates, err := v.FatesOfStatement(ctx, s.ID)
		if err != nil {
			return err
		}
		page.Returns, page.Questioned = fates["returns"], fates["questioned"]
		if page.Questions, page.MoreQuestions, err = pairQuestions(ctx, v, actorOf(c), s); err != nil {
			return err
		}
		path := "/statements/" + s.Ref
		page.Tabs, page.Total = fateTabs(path, fate, fates)
		if err := statementLines(ctx, v, s, fate, after, &page); err != nil {
			return err
		}
		if page.Facts, err = statementFacts(ctx, v, s, page.Today); err != nil {
			return err
		}
		page.History, err = history(ctx, v, s.Ref, page.Today)
		return err
	})
	if err != nil {
		return err
	}
	page.Download = offer(c, servicing.MayExport, views.Act{Label: "Download " + views.Counted(page.Fates.Rejected, "bad row", "bad rows"),
		Icon: "download", Path: "/statements/" + page.Ref + "/rejected.csv"})
	return a.show(c, http.StatusOK, views.Statement(page), nil)
}

// statementLines fills one page of rows.
func statementLines(ctx context.Context, v *store.View, s store.Statement, fate string, after int, page *views.StatementPage) error {
	lines, err := v.StatementLines(ctx, s.ID, fate, after, linesPage+1)
	if err != nil {
		return err
	}
	path := "/statements/" + s.Ref + "?fate=" + fate
	page.From = 1
	if len(lines) > linesPage {
		lines = lines[:linesPage]
		page.Next = path + "&after=" + strconv.Itoa(lines[linesPage-1].Line)
	}
	if after > 0 {
		page.First = path
		before, err := v.CountStatementLines(ctx, s.ID, fate, after)
		if err != nil {
			return err
		}
		page.From = 1 + before
	}
	for _, l := range lines {
		row := postedRow(l)
		if l.Fate == "questioned" && l.RecordRef != "" {
			row.Ask = views.Link{Path: "/records/" + l.RecordRef, Label: "Decide"}
		}
		if l.Fate == "returns" && l.RecordRef != "" {
			if row.Ask, err = whatToDoAbout(ctx, v, l.RecordRef); err != nil {
				return err
			}
		}
		page.Lines = append(page.Lines, row)
	}
	return nil
}

// whatToDoAbout a record whose money the bank took back: the import asked for its
// reversal, or set it aside; what it could not, a person does.
func whatToDoAbout(ctx context.Context, v *store.View, ref string) (views.Link, error) {
	r, err := v.RecordByRef(ctx, ref)
	if err != nil {
		return views.Link{}, err
	}
	open, err := v.OpenApprovalOf(ctx, r.ID)
	if err == nil {
		return views.Link{Path: "/approvals/" + open.Ref, Label: "Request " + open.Ref + " waits"}, nil
	}
	if !errors.Is(err, store.ErrMissing) {
		return views.Link{}, err
	}
	switch r.Status {
	case "approved", "processed":
		return views.Link{Path: "/records/" + r.Ref + "#act-reverse", Label: "Ask for its reversal"}, nil
	case "initiated":
		return views.Link{Path: "/records/" + r.Ref + "#act-unmatch", Label: "Undo its match"}, nil
	}
	return views.Link{}, nil
}

// postedRow is one row of a posted file.
func postedRow(l store.StatementLine) views.FateRow {
	row := views.FateRow{Line: l.Line, Day: l.ValueDate, Narration: l.Narration, Fate: l.Fate, Reason: reasonOf(l.Fate, l.Reason), Raw: l.Raw}
	if l.Direction == "debit" {
		row.Debit = l.Amount
	} else {
		row.Credit = l.Amount
	}
	if l.RecordRef != "" {
		row.Link = views.Link{Path: "/records/" + l.RecordRef, Label: l.RecordRef}
	}
	return row
}

// reasonOf is the reason of a fate, where it says more than the fate.
func reasonOf(fate, reason string) string {
	if fate == "outgoing" || fate == "known" {
		return ""
	}
	return reason
}

// fateTabs are the fates of a file as views of its rows; total counts those of
// the view that is open.
func fateTabs(path, open string, fates map[string]int) (tabs []views.FateTab, total int) {
	all := 0
	for _, n := range fates {
		all += n
	}
	if total = all; open != "" {
		total = fates[open]
	}
	tabs = append(tabs, views.FateTab{Path: path, Label: "All rows", Count: all, Current: open == ""})
	for _, fate := range fateOrder {
		if fates[fate] > 0 || fate == open {
			tabs = append(tabs, views.FateTab{Path: path + "?fate=" + fate, Label: views.FateWord(fate), Count: fates[fate], Current: fate == open})
		}
	}
	return tabs, total
}

func balanceOf(s store.Statement) views.Balance {
	b := views.Balance{Credits: s.Credits, Debits: s.Debits}
	b.Gap, b.Known = servicing.StatementGap(s)
	if b.OpeningKnown = s.Opening != nil; b.OpeningKnown {
		b.Opening = lending.Money(*s.Opening)
	}
	if b.ClosingKnown = s.Closing != nil; b.ClosingKnown {
		b.Closing = lending.Money(*s.Closing)
	}
	var breaks []bankfile.Break
	if json.Unmarshal([]byte(s.Breaks), &breaks) == nil {
		b.Breaks = balanceBreaks(breaks)
	}
	return b
}

func balanceBreaks(breaks []bankfile.Break) []views.BalanceBreak {
	var out []views.BalanceBreak
	for _, b := range breaks {
		out = append(out, views.BalanceBreak{Line: b.Line, Expected: b.Expected, Found: b.Found})
	}
	return out
}

// listOf reads a stored list of text.
func listOf(text string) []string {
	var list []string
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil
	}
	return list
}

func statementFacts(ctx context.Context, v *store.View, s store.Statement, today lending.Date) ([]views.StatementFact, error) {
	bank, err := v.BankByAny(ctx, s.BankID)
	if err != nil {
		return nil, err
	}
	return []views.StatementFact{
		{Name: "Account", Value: bankName(bank) + ", " + views.Mask(bank.AccountNo)},
		{Name: "Layout", Value: layoutWords(s.Format)},
		{Name: "Period", Value: period(s.FirstDate, s.LastDate)},
		{Name: "Rows", Value: views.Count(s.Rows)},
		{Name: "Imported", Value: views.Moment(s.PostedAt.Time, today) + " by " + s.Uploader},
	}, nil
}

// layoutWords says a layout: "hdfc csv" is "HDFC, CSV", "mt940" of no bank is
// "MT940"; a table of no bank was found by its columns.
func layoutWords(format string) string {
	bank, kind, _ := strings.Cut(format, " ")
	switch {
	case bank != "":
		return strings.ToUpper(bank + ", " + kind)
	case kind == "csv" || kind == "tsv" || kind == "xlsx" || kind == "html":
		return "Found by its columns, " + strings.ToUpper(kind)
	}
	return strings.ToUpper(kind)
}

func period(from, to lending.Date) string {
	if from.IsZero() {
		return ""
	}
	if from == to {
		return views.Day(from)
	}
	return views.Day(from) + " to " + views.Day(to)
}

// exportRejected gives the rows that could not be read as a file, with why, under
// the bank's own headings: mended, the file can be imported as it is.
func (a *app) exportRejected(c echo.Context) error {
	var s store.Statement
	var lines []store.StatementLine
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if s, err = v.StatementByRef(ctx, c.Param("ref")); err != nil {
			return err
		}
		lines, err = v.StatementLines(ctx, s.ID, "rejected", 0, max(s.Rejected, 1))
		return err
	})
	if err != nil {
		return err
	}
	return a.download(c, s.Ref+"-rejected", "csv", func(w bankfile.Table) error {
		headings, rows := []string(s.Headings), make([]bankfile.Rejection, len(lines))
		for i, l := range lines {
			rows[i] = bankfile.Rejection{Line: l.Line, Reason: l.Reason, Cells: l.Cells}
			if len(headings) == 0 {
				rows[i].Cells = []string{l.Raw}
			}
		}
		if len(headings) == 0 {
			headings = []string{"Row"}
		}
		return bankfile.WriteRejected(w, headings, rows)
	})
}
