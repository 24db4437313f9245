package handlers

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// listAnchors lists anchors with what is drawn around each.
func (a *app) listAnchors(c echo.Context) error {
	return a.anchorsPage(c, http.StatusOK, "", views.Form{})
}

func (a *app) anchorsPage(c echo.Context, status int, refused string, form views.Form) error {
	page := views.LinePage{Head: "Anchors", Sub: "Large buyers, sellers and makers around whom programs are built.", Form: form, Refused: refused, Crumbs: []views.Crumb{{Path: "/lines", Label: "Credit lines"}}}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Anchors", here: "/lines"}); err != nil {
			return err
		}
		rows, _, err := v.QueryAnchors(ctx, store.AnchorQuery{Search: c.QueryParam("q"), Listing: store.Listing{Limit: limitsPage, Sort: "name"}})
		if err != nil {
			return err
		}
		table := views.LineTable{ID: "anchors", Head: "Anchors", Columns: columns("Anchor", "Name", "GSTIN", "#Topups open", "#Outstanding (₹)", "#Past due (₹)", "State"), Empty: "There is no anchor yet."}
		for _, anchor := range rows {
			ageing, err := servicing.InvoiceAgeing(ctx, v, anchor.ID)
			if err != nil {
				return err
			}
			word, tone := "waits for approval", views.ToneWarn
			if anchor.Approval != "" {
				word, tone = "approved", views.ToneGood
			}
			table.Rows = append(table.Rows, []views.LineCell{linked(anchor.Ref, "/anchors/"+anchor.Ref), cell(anchor.Name), cell(anchor.GSTIN), {Text: strconv.Itoa(ageing.Count), Number: true},
				views.MoneyCell(ageing.Outstanding), views.MoneyCell(ageing.PastDue), {Text: word, Tone: tone, IsState: true}})
		}
		page.Tables = []views.LineTable{table}
		page.Links = []views.Link{{Path: "/invoices", Label: "Invoice ageing"}}
		why := ""
		if !actorOf(c).Can(servicing.MayManageProducts) {
			why = "This is for " + servicing.RolesFor(servicing.MayManageProducts) + "."
		}
		page.Forms = []views.ChangeForm{{ID: "new-anchor", Head: "Add an anchor", Sub: "A credit manager approves it; nothing is paid to it before.", Path: "/anchors", Button: "Add it", WhyNot: why,
			Inputs: []views.Input{{Name: "name", Label: "Name", Required: true, Max: 120}, {Name: "pan", Label: "PAN", Max: 10}, {Name: "gstin", Label: "GSTIN", Max: 15},
				{Name: "account_no", Label: "Account it is paid into"}, {Name: "ifsc", Label: "Its IFSC", Max: 11}, {Name: "reason", Label: "Remark", Max: 500}}}}
		return nil
	})
	if err != nil {
		return err
	}
	return a.show(c, status, views.Line(page), nil)
}

// createAnchor adds an anchor.
func (a *app) createAnchor(c echo.Context) error {
	f := read(c)
	in := servicing.AnchorInput{Name: f.text("name"), PAN: f.text("pan"), GSTIN: f.text("gstin"), Reason: f.text("reason")}
	if number := f.text("account_no"); number != "" {
		in.NewBank = &servicing.BankInput{AccountNo: number, IFSC: f.text("ifsc")}
	}
	anchor, err := a.office.CreateAnchor(c.Request().Context(), actorOf(c), in)
	if err != nil {
		return a.lineRefused(c, f, err, func(status int, form views.Form) error { return a.anchorsPage(c, status, "new-anchor", form) })
	}
	a.flash(c, views.Flash{Text: "Added " + anchor.Name + ". A credit manager has to approve it."})
	return a.seeOther(c, "/anchors/"+anchor.Ref)
}

// ageingTable lays open drawings out by how long they are past due.
func ageingTable(g servicing.Ageing) views.LineTable {
	t := views.LineTable{ID: "ageing", Head: "Invoice ageing", Note: "Open topups by days past due, on the open business date.", Columns: columns("Days past due", "#Topups", "#Outstanding (₹)"), Empty: "Nothing is open."}
	for _, b := range g.Buckets {
		t.Rows = append(t.Rows, []views.LineCell{cell(b.Label), {Text: strconv.Itoa(b.Count), Number: true}, views.MoneyCell(b.Outstanding)})
	}
	return t
}

// showAnchor is one anchor: its limit, its exposure, the invoices that are open.
func (a *app) showAnchor(c echo.Context) error {
	page := views.LinePage{Crumbs: []views.Crumb{{Path: "/anchors", Label: "Anchors"}}}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		anchor, err := v.AnchorByAny(ctx, c.Param("ref"))
		if err != nil {
			return err
		}
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Anchor " + anchor.Name, here: "/lines"}); err != nil {
			return err
		}
		page.Head, page.State, page.Tone = anchor.Name, "waits for approval", views.ToneWarn
		if anchor.Approval != "" {
			page.State, page.Tone = "approved", views.ToneGood
		}
		page.Facts = []views.PayoutFact{{Name: "Ref", Value: anchor.Ref}, {Name: "PAN", Value: anchor.PAN}, {Name: "GSTIN", Value: anchor.GSTIN}}
		programs, err := v.ProgramsOfAnchor(ctx, anchor.ID)
		if err != nil {
			return err
		}
		for _, p := range programs {
			page.Facts = append(page.Facts, views.PayoutFact{Name: "Program", Value: p.Name, Path: "/programs/" + p.Ref})
		}
		lines, _, err := v.QueryLines(ctx, store.LineQuery{Anchor: anchor.ID, On: page.Today, Listing: store.Listing{Limit: limitsPage}})
		if err != nil {
			return err
		}
		limits := views.LineTable{ID: "limits", Head: "Limits", Columns: columns("Limit", "#Limit (₹)", "#Utilised (₹)", "#Free (₹)", "State"), Empty: "No limit was given to this anchor."}
		for _, l := range lines {
			state, err := servicing.LineStateOf(ctx, v, l)
			if err != nil {
				return err
			}
			word, tone := lineState(state, page.Today)
			limits.Rows = append(limits.Rows, []views.LineCell{linked(l.Ref, "/lines/"+l.Ref), views.MoneyCell(l.Amount), views.MoneyCell(state.Utilised), views.MoneyCell(state.Available()), {Text: word, Tone: tone, IsState: true}})
		}
		return a.ageingOf(ctx, v, anchor.ID, &page, limits)
	})
	if err != nil {
		return err
	}
	return a.show(c, http.StatusOK, views.Line(page), nil)
}

// ageingOf puts ageing and open drawings of an anchor, or of all, on a page.
func (a *app) ageingOf(ctx context.Context, v *store.View, anchor string, page *views.LinePage, first ...views.LineTable) error {
	ageing, err := servicing.InvoiceAgeing(ctx, v, anchor)
	if err != nil {
		return err
	}
	rows, _, err := v.QueryTopups(ctx, store.TopupQuery{Anchor: anchor, Statuses: []string{"disbursed"}, Listing: store.Listing{Limit: limitsPage, Sort: "index", Descending: true}})
	page.Tables = append(first, ageingTable(ageing), topupTable("Open topups", rows))
	return err
}

// listInvoices is the ageing of all invoices that are financed.
func (a *app) listInvoices(c echo.Context) error {
	page := views.LinePage{Head: "Invoice ageing", Sub: "Every topup that is lent and not repaid.", Crumbs: []views.Crumb{{Path: "/topups", Label: "Topups"}}}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Invoice ageing", here: "/lines"}); err != nil {
			return err
		}
		return a.ageingOf(ctx, v, "", &page)
	})
	if err != nil {
		return err
	}
	return a.show(c, http.StatusOK, views.Line(page), nil)
}

// listTopupGroups lists groups, newest first.
func (a *app) listTopupGroups(c echo.Context) error {
	return a.groupsPage(c, http.StatusOK, views.Form{})
}

func (a *app) groupsPage(c echo.Context, status int, form views.Form) error {
	page := views.LinePage{Head: "Topup groups", Sub: "Several topups that are decided as one.", Crumbs: []views.Crumb{{Path: "/topups", Label: "Topups"}}, Form: form}
	if form.Refused != "" {
		page.Refused = "new-group"
	}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Topup groups", here: "/lines"}); err != nil {
			return err
		}
		rows, _, err := v.QueryTopupGroups(ctx, store.TopupGroupQuery{Listing: store.Listing{Limit: limitsPage, Sort: "index", Descending: true}})
		table := views.LineTable{ID: "groups", Head: "Groups", Columns: columns("Group", "Name", "Program", "#Topups", "#Together (₹)", "When one fails", "State"), Empty: "There is no group yet."}
		for _, g := range rows {
			table.Rows = append(table.Rows, []views.LineCell{linked(g.Ref, "/topup-groups/"+g.Ref), cell(g.Name), cell(g.Program), {Text: strconv.Itoa(g.Count), Number: true}, views.MoneyCell(g.Amount), cell(groupRule[g.AllOrNone]), cell(views.Words(g.Status))})
		}
		page.Tables = []views.LineTable{table}
		page.Forms = []views.ChangeForm{{ID: "new-group", Head: "Make a group", Sub: "Of topups that nobody was asked to approve yet, of one program.", Path: "/topup-groups", Button: "Make it", WhyNot: mayPrepare(actorOf(c)),
			Inputs: []views.Input{{Name: "name", Label: "Name", Max: 80}, {Name: "topups", Label: "Topups", Hint: "Their refs, with blanks between.", Required: true, Rows: 2, Max: 2000}, choice("all_or_none", "When one fails", "no", groupRule[false], "yes", groupRule[true])}}}
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, status, views.Line(page), nil)
}

var groupRule = map[bool]string{true: "none goes out", false: "the others go out"}

// createTopupGroup puts topups together.
func (a *app) createTopupGroup(c echo.Context) error {
	f := read(c)
	name, all := f.text("name"), f.text("all_or_none") == "yes"
	g, err := a.office.CreateTopupGroup(c.Request().Context(), actorOf(c), servicing.TopupGroupInput{Name: &name, AllOrNone: &all, Add: refsIn(f.text("topups"))})
	if err != nil {
		return a.lineRefused(c, f, err, func(status int, form views.Form) error { return a.groupsPage(c, status, form) })
	}
	a.flash(c, views.Flash{Text: "Made group " + g.Ref + " of " + views.Counted(g.Count, "topup", "topups") + "."})
	return a.seeOther(c, "/topup-groups/"+g.Ref)
}

// showTopupGroup is one group with its topups.
func (a *app) showTopupGroup(c echo.Context) error {
	return a.groupPage(c, http.StatusOK, "", views.Form{})
}

func (a *app) groupPage(c echo.Context, status int, refused string, form views.Form) error {
	page := views.LinePage{Form: form, Refused: refused, Crumbs: []views.Crumb{{Path: "/topup-groups", Label: "Topup groups"}}}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		g, err := servicing.TopupGroupOf(ctx, v, c.Param("ref"))
		if err != nil {
			return err
		}
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Group " + g.Ref, here: "/lines"}); err != nil {
			return err
		}
		page.Head, page.Sub, page.State = "Group "+g.Ref, g.Name, views.Words(g.Status)
		page.Facts = []views.PayoutFact{{Name: "Program", Value: g.Program}, {Name: "Together", Value: views.Rupees(g.Amount)}, {Name: "When one fails", Value: groupRule[g.AllOrNone]}}
		page.Tables = []views.LineTable{topupTable("Topups of the group", g.Topups)}
		why := mayPrepare(actorOf(c))
		if g.Status != "open" {
			why = "The group is " + views.Words(g.Status) + ", so this is not possible now."
		}
		form := func(noun, head, sub, button string, inputs ...views.Input) views.ChangeForm {
			return views.ChangeForm{ID: noun, Head: head, Sub: sub, Path: "/topup-groups/" + g.Ref + "/" + noun, Version: g.Version, Button: button, WhyNot: why, Inputs: inputs}
		}
		page.Forms = []views.ChangeForm{form("approval-request", "Send for approval", "As one: the checks of each run once more.", "Send for approval", views.Input{Name: "reason", Label: "Remark", Max: 500}),
			form("members", "Add or remove topups", "By their refs, with blanks between.", "Change the group", views.Input{Name: "add", Label: "Add", Max: 2000}, views.Input{Name: "remove", Label: "Remove", Max: 2000})}
		page.History, err = history(ctx, v, g.Ref, page.Today)
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, status, views.Line(page), nil)
}

func (a *app) createTopupGroupMembers(c echo.Context) error {
	return a.groupAct(c, "Changed the group.", func(ctx context.Context, actor servicing.Actor, ref string, f *fields) (servicing.TopupGroup, error) {
		return a.office.UpdateTopupGroup(ctx, actor, ref, servicing.TopupGroupInput{Add: refsIn(f.text("add")), Remove: refsIn(f.text("remove")), Version: f.version()})
	})
}

func (a *app) createTopupGroupApprovalRequest(c echo.Context) error {
	return a.groupAct(c, "Sent the group to a credit manager.", func(ctx context.Context, actor servicing.Actor, ref string, f *fields) (servicing.TopupGroup, error) {
		return a.office.RequestTopupGroup(ctx, actor, ref, topupNote(f))
	})
}

func (a *app) groupAct(c echo.Context, done string, act func(ctx context.Context, actor servicing.Actor, ref string, f *fields) (servicing.TopupGroup, error)) error {
	f := read(c)
	g, err := act(c.Request().Context(), actorOf(c), c.Param("ref"), f)
	if err != nil {
		return a.lineRefused(c, f, err, func(status int, form views.Form) error { return a.groupPage(c, status, f.text("form"), form) })
	}
	a.flash(c, views.Flash{Text: done})
	return a.seeOther(c, "/topup-groups/"+g.Ref)
}

// refsIn are the refs that somebody typed, with blanks or commas between.
func refsIn(text string) []string {
	var refs []string
	for _, ref := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' || r == '\n' || r == '\r' || r == '\t' }) {
		refs = append(refs, store.CleanRef(ref))
	}
	return refs
}
