package handlers

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// limitsPage is how many rows of limits, topups or groups one page lists.
const limitsPage = 50

// levelWords says whose a limit is.
var levelWords = map[string]string{"account": "Account", "borrower": "Borrower", "program": "Program", "anchor": "Anchor"}

// columns are the heads of a table; "#" in front stands at the right.
func columns(labels ...string) []views.LineColumn {
	out := make([]views.LineColumn, len(labels))
	for i, label := range labels {
		if out[i].Number = label[0] == '#'; out[i].Number {
			label = label[1:]
		}
		out[i].Label = label
	}
	return out
}

func cell(text string) views.LineCell         { return views.LineCell{Text: text} }
func linked(text, path string) views.LineCell { return views.LineCell{Text: text, Path: path} }

// listLines lists limits with what is taken up of each.
func (a *app) listLines(c echo.Context) error {
	page := views.LinePage{Head: "Credit lines", Sub: "Limits of accounts, borrowers, programs and anchors. What may be drawn is the least of them."}
	after := keyParam(c, "after")
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Credit lines", here: "/lines"}); err != nil {
			return err
		}
		q := store.LineQuery{Level: c.QueryParam("level"), Search: c.QueryParam("q"), On: page.Today, Listing: store.Listing{Limit: limitsPage}}
		if after > 0 {
			q.After = &store.RecordKey{Idx: after}
		}
		rows, next, err := v.QueryLines(ctx, q)
		if err != nil {
			return err
		}
		table := views.LineTable{ID: "lines", Head: "Limits", Columns: columns("Limit", "Level", "Whose", "Type", "#Limit (₹)", "#Utilised (₹)", "#Blocked (₹)", "#Free (₹)", "Last day", "State"), Empty: "Nobody asked for a limit yet."}
		for _, l := range rows {
			state, err := servicing.LineStateOf(ctx, v, l)
			if err != nil {
				return err
			}
			word, tone := lineState(state, page.Today)
			table.Rows = append(table.Rows, []views.LineCell{linked(l.Ref, "/lines/"+l.Ref), cell(levelWords[l.Level]), cell(servicing.LineOwner(l)), cell(views.Words(l.Type)),
				views.MoneyCell(l.Amount), views.MoneyCell(state.Utilised), views.MoneyCell(state.Blocked), views.MoneyCell(state.Available()), cell(dayOrNone(l.Expiry)), {Text: word, Tone: tone, IsState: true}})
		}
		if next != nil {
			table.Next = "/lines?after=" + strconv.FormatInt(next.Idx, 10)
		}
		if after > 0 {
			table.First = "/lines"
		}
		page.Tables = []views.LineTable{table}
		page.Links = []views.Link{{Path: "/topups", Label: "Topups"}, {Path: "/anchors", Label: "Anchors"}}
		page.Forms = []views.ChangeForm{newLineForm(actorOf(c), "", true)}
		return nil
	})
	if err != nil {
		return err
	}
	return a.show(c, http.StatusOK, views.Line(page), nil)
}

func dayOrNone(d lending.Date) string {
	if d.IsZero() {
		return "none"
	}
	return views.Day(d)
}

func lineState(s servicing.LineState, today lending.Date) (string, views.Tone) {
	switch {
	case s.Line.Status == "pending":
		return "waits for approval", views.ToneWarn
	case s.Line.Status == "rejected":
		return "rejected", views.ToneNone
	case s.Ended(today):
		return "ended", views.ToneWarn
	case s.Frozen != "":
		return "frozen", views.ToneBad
	case s.Overdrawn() > 0:
		return "overdrawn", views.ToneBad
	}
	return "open", views.ToneGood
}

// mayPrepare is why this person may not prepare work, "" when they may.
func mayPrepare(actor servicing.Actor) string {
	if actor.Can(servicing.MayPrepare) {
		return ""
	}
	return "This is for " + servicing.RolesFor(servicing.MayPrepare) + "."
}

var (
	limitInput  = views.Input{Name: "amount", Label: "Limit (₹)", Mode: "decimal"}
	fromInput   = views.Input{Name: "start_date", Label: "From", Type: "date", Hint: "Today when nothing is given; never backwards."}
	expiryInput = views.Input{Name: "expiry_date", Label: "Last day", Type: "date"}
)

// newLineForm asks for a limit that is not there yet.
func newLineForm(actor servicing.Actor, account string, adhoc bool) views.ChangeForm {
	kinds := choice("type", "Type", "sanctioned", "sanctioned", "adhoc", "adhoc: adds to the sanctioned limit until its last day", "sub_limit", "sub-limit on one counterparty")
	if !adhoc {
		kinds.Options = kinds.Options[:1]
	}
	return views.ChangeForm{ID: "new-line", Head: "Ask for a limit", Sub: "A credit manager approves it; nothing is drawn on it before.", Path: "/lines", Button: "Send for approval", WhyNot: mayPrepare(actor),
		Values: map[string]string{"account": account, "level": "account"},
		Inputs: []views.Input{choice("level", "Level", "account", "an account", "borrower", "a borrower under a program", "program", "a program", "anchor", "an anchor"), kinds,
			{Name: "account", Label: "Account"}, {Name: "borrower", Label: "Borrower"}, {Name: "program", Label: "Program"}, {Name: "anchor", Label: "Anchor"},
			{Name: "counterparty", Label: "GSTIN of the counterparty", Max: 15}, required(limitInput), fromInput, expiryInput, reasonInput}}
}

// showAccountLine is the card of an account's line: each level, what is taken up and
// what is free, its topups, and what may be asked for.
func (a *app) showAccountLine(c echo.Context) error {
	return a.accountLine(c, http.StatusOK, "", views.Form{})
}

func (a *app) accountLine(c echo.Context, status int, refused string, form views.Form) error {
	page := views.LinePage{Form: form, Refused: refused}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		account, err := v.AccountByRef(ctx, store.CleanRef(c.Param("ref")))
		if err != nil {
			return err
		}
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Line of " + account.Ref, here: "/lines"}); err != nil {
			return err
		}
		report, err := servicing.RefreshLimit(ctx, v, account.ID)
		if err != nil {
			return err
		}
		lines := report.Lines
		page.Head, page.Sub, page.Crumbs = "Line of "+account.Ref, account.BorrowerName+" under "+account.ProgramName, []views.Crumb{{Path: "/accounts/" + account.Ref, Label: account.Ref}, {Path: "/lines", Label: "Credit lines"}}
		page.State, page.Tone = views.Rupees(lines.Effective)+" may be drawn", views.ToneGood
		if lines.Effective == 0 {
			page.Tone = views.ToneBad
		}
		page.Links = []views.Link{{Path: "/topups/new?account=" + account.Ref, Label: "New topup"}}
		page.Tables = []views.LineTable{levelTable(lines, page.Today), differenceTable(report)}
		topups, _, err := v.QueryTopups(ctx, store.TopupQuery{Account: account.ID, Listing: store.Listing{Limit: limitsPage, Sort: "index", Descending: true}})
		if err != nil {
			return err
		}
		page.Tables = append(page.Tables, topupTable("Topups of the account", topups))
		own := lines.Levels[0]
		if own.Line.No > 0 {
			page.Forms = lineForms(actorOf(c), own)
		}
		page.Forms = append(page.Forms, newLineForm(actorOf(c), account.Ref, true))
		page.History, err = history(ctx, v, own.Line.Ref, page.Today)
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, status, views.Line(page), nil)
}

// tightestWords says whose limit a check holds.
var tightestWords = map[string]string{"LIMIT_AVAILABLE": "account", "BORROWER_LIMIT": "borrower", "PROGRAM_LIMIT": "program", "ANCHOR_LIMIT": "anchor"}

func levelTable(lines servicing.Lines, today lending.Date) views.LineTable {
	t := views.LineTable{ID: "levels", Head: "What may be drawn", Note: "The least of the levels. The tightest is that of the " + tightestWords[lines.Tightest] + ".",
		Columns: columns("Level", "Limit", "#Sanctioned (₹)", "#Adhoc (₹)", "#Utilised (₹)", "#Blocked (₹)", "#Free (₹)", "#Overdrawn (₹)", "Last day", "State")}
	for _, s := range lines.Levels {
		word, tone := lineState(s, today)
		if s.Line.No == 0 {
			word, tone = "came with the account", views.ToneNone
		}
		name := cell("none")
		if s.Line.No > 0 {
			name = linked(s.Line.Ref, "/lines/"+s.Line.Ref)
		}
		if s.Frozen != "" {
			word += ": " + s.Frozen
		}
		t.Rows = append(t.Rows, []views.LineCell{cell(levelWords[s.Level]), name, views.MoneyCell(s.Sanctioned), views.MoneyCell(s.Adhoc), views.MoneyCell(s.Utilised), views.MoneyCell(s.Blocked),
			views.MoneyCell(s.Available()), views.MoneyCell(s.Overdrawn()), cell(dayOrNone(s.Expiry)), {Text: word, Tone: tone, IsState: true}})
	}
	return t
}

// differenceTable is a refreshed limit: figures that are kept beside those that follow.
func differenceTable(report servicing.LimitReport) views.LineTable {
	t := views.LineTable{ID: "refresh", Head: "Refreshed from the books", Note: "Computed anew with this page; nothing is changed by looking.", Columns: columns("Figure", "Follows from", "#Shown (₹)", "#Follows (₹)", "#Difference (₹)")}
	for _, d := range report.Differences {
		t.Rows = append(t.Rows, []views.LineCell{cell(views.Words(d.Figure)), cell(d.FollowsBy), views.MoneyCell(d.Kept), views.MoneyCell(d.Follows), views.MoneyCell(d.Difference)})
	}
	return t
}

// lineForms are what may be asked of a limit that holds.
func lineForms(actor servicing.Actor, s servicing.LineState) []views.ChangeForm {
	at, why := "/lines/"+s.Line.Ref+"/", mayPrepare(actor)
	form := func(id, head, sub string, inputs ...views.Input) views.ChangeForm {
		return views.ChangeForm{ID: id, Head: head, Sub: sub, Path: at + id, Version: s.Line.Line.Version, Inputs: inputs, Button: "Send for approval", WhyNot: why,
			Values: map[string]string{"amount": s.Line.Amount.String()}}
	}
	forms := []views.ChangeForm{form("change", "Another amount, or renewal", "From a day on; what was drawn stays. A later last day renews a line that ended.",
		required(limitInput), fromInput, expiryInput, choice("revolving", "Repaid principal", "", "as before", "yes", "may be drawn again", "no", "may not be drawn again"), reasonInput)}
	if s.Line.Frozen == "" {
		return append(forms, form("freeze", "Freeze", "Blocks drawings only, never repayments.", reasonInput))
	}
	return append(forms, form("unfreeze", "Unfreeze", "It may be drawn on again.", reasonInput))
}

// showLine is one limit with all it has said.
func (a *app) showLine(c echo.Context) error { return a.linePage(c, http.StatusOK, "", views.Form{}) }

func (a *app) linePage(c echo.Context, status int, refused string, form views.Form) error {
	page := views.LinePage{Form: form, Refused: refused, Crumbs: []views.Crumb{{Path: "/lines", Label: "Credit lines"}}}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		date, err := today(ctx, v)
		if err != nil {
			return err
		}
		line, err := v.LineByAny(ctx, c.Param("ref"), date)
		if err != nil {
			return err
		}
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Limit " + line.Ref, here: "/lines"}); err != nil {
			return err
		}
		state, err := servicing.LineStateOf(ctx, v, line)
		if err != nil {
			return err
		}
		page.Head, page.Sub = "Limit "+line.Ref, "The "+views.Words(line.Type)+" limit of "+servicing.LineOwner(line)
		page.State, page.Tone = lineState(state, date)
		page.Facts = []views.PayoutFact{{Name: "Limit", Value: views.Rupees(line.Amount)}, {Name: "Adhoc", Value: views.Rupees(state.Adhoc)}, {Name: "Utilised", Value: views.Rupees(state.Utilised)},
			{Name: "Blocked", Value: views.Rupees(state.Blocked)}, {Name: "Free", Value: views.Rupees(state.Available())}, {Name: "Last day", Value: dayOrNone(line.Expiry)}, {Name: "Frozen", Value: state.Frozen}}
		if line.AccountRef != "" {
			page.Facts = append(page.Facts, views.PayoutFact{Name: "Account", Value: line.AccountRef, Path: "/accounts/" + line.AccountRef + "/line"})
		}
		versions, err := v.LineVersions(ctx, line.Line.ID)
		if err != nil {
			return err
		}
		table := views.LineTable{ID: "versions", Head: "What it has said", Columns: columns("From", "#Limit (₹)", "Last day", "Frozen", "Reason", "Approval"), Empty: "Nobody approved it yet."}
		for _, said := range versions {
			table.Rows = append(table.Rows, []views.LineCell{cell(views.Day(said.From)), views.MoneyCell(said.Amount), cell(dayOrNone(said.Expiry)), cell(said.Frozen), cell(said.Reason), linkedOr(said.Approval, "/approvals/", "with the account")})
		}
		page.Tables = []views.LineTable{table}
		if line.Status == "active" {
			page.Forms = lineForms(actorOf(c), state)
		}
		page.History, err = history(ctx, v, line.Ref, page.Today)
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, status, views.Line(page), nil)
}

// linkedOr is a ref that leads on, or what stands for none.
func linkedOr(ref, at, none string) views.LineCell {
	if ref == "" {
		return cell(none)
	}
	return linked(ref, at+ref)
}

// lineInput reads what a form says of a limit.
func lineInput(f *fields) servicing.LineInput {
	in := servicing.LineInput{Level: f.text("level"), Type: f.text("type"), Account: store.CleanRef(f.text("account")), Borrower: f.text("borrower"), Program: f.text("program"), Anchor: f.text("anchor"),
		Counterparty: store.CleanRef(f.text("counterparty")), From: f.date("start_date"), Expiry: f.date("expiry_date"), Reason: f.text("reason"), Version: f.version()}
	if f.text("amount") != "" {
		amount := f.money("amount")
		in.Amount = &amount
	}
	if revolving := f.text("revolving"); revolving != "" {
		yes := revolving == "yes"
		in.Revolving = &yes
	}
	return in
}

// createLine asks for a limit that is not there yet.
func (a *app) createLine(c echo.Context) error {
	f := read(c)
	in := lineInput(f)
	in.Version = 0
	err := f.err()
	var changed servicing.ChangedLine
	if err == nil {
		changed, err = a.office.RequestLine(c.Request().Context(), actorOf(c), in)
	}
	if err != nil {
		return a.lineRefused(c, f, err, func(status int, form views.Form) error {
			page := views.LinePage{Head: "Ask for a limit", Crumbs: []views.Crumb{{Path: "/lines", Label: "Credit lines"}}, Form: form, Refused: "new-line",
				Forms: []views.ChangeForm{newLineForm(actorOf(c), in.Account, true)}}
			return a.barePage(c, status, page)
		})
	}
	return a.lineSent(c, changed)
}

// barePage shows a page that needs nothing of the books but its frame.
func (a *app) barePage(c echo.Context, status int, page views.LinePage) error {
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		page.Shell, err = a.shell(ctx, c, v, frame{title: page.Head, here: "/lines"})
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, status, views.Line(page), nil)
}

// lineRefused shows a form again with what was typed, or is the error itself.
func (a *app) lineRefused(c echo.Context, f *fields, err error, show func(status int, form views.Form) error) error {
	form, ok := refusedForm(err, f.values)
	if !ok {
		return err
	}
	if text, there := form.Errors["approved_line_amount"]; there {
		form.Errors["amount"] = text
		delete(form.Errors, "approved_line_amount")
	}
	return show(statusOf(err), form)
}

func (a *app) lineSent(c echo.Context, changed servicing.ChangedLine) error {
	a.flash(c, views.Flash{Text: "Sent " + changed.Approval.Ref + " to a credit manager.", Path: approvalPath(changed.Approval.Ref, ""), Link: "See it"})
	return a.seeOther(c, "/lines/"+changed.Line.Ref)
}

// createLineChange asks for another amount or last day of a limit.
func (a *app) createLineChange(c echo.Context) error {
	f := read(c)
	in := lineInput(f)
	in.Line, in.Level, in.Type = c.Param("ref"), "", ""
	err := f.err()
	var changed servicing.ChangedLine
	if err == nil {
		changed, err = a.office.RequestLine(c.Request().Context(), actorOf(c), in)
	}
	return a.lineChanged(c, f, changed, err)
}

func (a *app) lineChanged(c echo.Context, f *fields, changed servicing.ChangedLine, err error) error {
	if err == nil {
		return a.lineSent(c, changed)
	}
	return a.lineRefused(c, f, err, func(status int, form views.Form) error { return a.linePage(c, status, f.text("form"), form) })
}

func (a *app) createLineFreeze(c echo.Context) error   { return a.freezeLine(c, false) }
func (a *app) createLineUnfreeze(c echo.Context) error { return a.freezeLine(c, true) }

func (a *app) freezeLine(c echo.Context, thaw bool) error {
	f := read(c)
	changed, err := a.office.RequestLineFreeze(c.Request().Context(), actorOf(c), servicing.LineFreezeInput{Line: c.Param("ref"), Thaw: thaw, Reason: f.text("reason"), Version: f.version()})
	return a.lineChanged(c, f, changed, err)
}
