package handlers

import (
	"context"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// frame is what a handler says about its page; shell adds the rest.
type frame struct {
	title  string
	here   string // path of the entry in the side bar
	layout views.Layout
	keys   []views.Shortcut
}

// entry is one line of the side bar with who sees it.
type entry struct {
	permission        servicing.Permission
	path, icon, label string
	key               string
}

var navigation = []struct {
	name    string
	entries []entry
}{
	{"Work", []entry{
		{servicing.MayView, "/", "layout-dashboard", "Overview", "o"},
		{servicing.MayView, "/matching", "git-compare-arrows", "Match payments", "m"},
		{servicing.MayView, "/approvals", "check-check", "Approvals", "a"},
		{servicing.MayView, "/records", "banknote", "Records", "r"},
		{servicing.MayView, "/statements", "upload", "Statements", "s"},
	}},
	{"Book", []entry{
		{servicing.MayView, "/accounts", "wallet-cards", "Accounts", "l"},
		{servicing.MayView, "/lines", "wallet-cards", "Credit lines", ""},
		{servicing.MayView, "/payouts", "send", "Payouts", ""},
		{servicing.MayView, "/presentations", "calendar-check", "NACH", ""},
		{servicing.MayView, "/excess", "undo-2", "Excess", ""},
		{servicing.MayView, "/fees", "receipt-indian-rupee", "Fees", ""},
		{servicing.MayView, "/tieout", "scale", "Tie-out", "t"},
		{servicing.MayAudit, "/journal", "book-open", "Journal", ""},
		{servicing.MayAudit, "/events", "scroll-text", "Audit log", ""},
	}},
	{"Set-up", []entry{
		{servicing.MayView, "/days", "calendar-check", "Day close", "d"},
		{servicing.MayView, "/engine", "git-compare-arrows", "Matching engine", ""},
		{servicing.MayTakeOver, "/portfolio", "archive", "Take over loans", ""},
		{servicing.MayManageProducts, "/programs", "settings", "Products and banks", ""},
		{servicing.MayView, "/rules", "check-check", "Approval rules", ""},
		{servicing.MayManagePeople, "/people", "users", "People", ""},
	}},
}

// shell makes what stands around a page, at the moment of the view.
func (a *app) shell(ctx context.Context, c echo.Context, v *store.View, f frame) (views.Shell, error) {
	actor := actorOf(c)
	company, err := v.Company(ctx)
	if err != nil {
		return views.Shell{}, err
	}
	s := views.Shell{
		Title: f.title, Company: company.Name, Version: a.version, User: actor.Name, Role: roleInWords(actor), Today: company.BusinessDate,
		Demo: company.IsDemo, Loading: company.Loading, Layout: f.layout, Keys: f.keys,
		Theme: themeOf(c), Density: chosen(c, "density", "roomy", "compact"),
	}
	if flash, ok := a.sessions.of(c).Pop(c.Request().Context(), sessionFlash).(views.Flash); ok {
		s.Flash = &flash
	}
	waiting, err := queues(ctx, v, actor)
	if err != nil {
		return s, err
	}
	for _, group := range navigation {
		g := views.NavGroup{Name: group.name}
		for _, e := range group.entries {
			if actor.Can(e.permission) {
				g.Items = append(g.Items, views.NavItem{Path: e.path, Icon: e.icon, Label: e.label, Key: e.key,
					Count: waiting[e.path], Due: waiting[e.path] > 0, Current: e.path == f.here})
			}
		}
		if len(g.Items) > 0 {
			s.Groups = append(s.Groups, g)
		}
	}
	return s, nil
}

// queues counts what waits for this person.
func queues(ctx context.Context, v *store.View, actor servicing.Actor) (map[string]int, error) {
	roles := make([]string, len(actor.Roles))
	for i, role := range actor.Roles {
		roles[i] = string(role)
	}
	toDecide, err := v.CountToDecide(ctx, roles, actor.Person)
	if err != nil {
		return nil, err
	}
	counts := map[string]int{"/approvals": int(toDecide)}
	if actor.Can(servicing.MayPrepare) {
		records, err := v.RecordCounts(ctx)
		if err != nil {
			return nil, err
		}
		counts["/matching"] = int(records["unmatched"].Count)
	}
	return counts, nil
}

// today is the business date of a view.
func today(ctx context.Context, v *store.View) (lending.Date, error) {
	company, err := v.Company(ctx)
	return company.BusinessDate, err
}

// roleInWords says what somebody is: "credit manager and admin".
func roleInWords(actor servicing.Actor) string {
	words := make([]string, len(actor.Roles))
	for i, role := range actor.Roles {
		words[i] = strings.ReplaceAll(string(role), "_", " ")
	}
	return strings.Join(words, " and ")
}
