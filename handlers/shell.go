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
	around, err := v.Surroundings(ctx, roleNames(actor), actor.Person)
	if err != nil {
		return views.Shell{}, err
	}
	company, waiting := around.Company, queues(around, actor)
	s := views.Shell{
		Title: f.title, Company: company.Name, Version: a.version, User: actor.Name, Role: roleInWords(actor), Today: company.BusinessDate,
		Demo: company.IsDemo, Loading: company.Loading, Layout: f.layout, Keys: f.keys,
		Theme: themeOf(c), Density: chosen(c, "density", "roomy", "compact"),
	}
	if flash, ok := a.sessions.of(c).Pop(c.Request().Context(), sessionFlash).(views.Flash); ok {
		s.Flash = &flash
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

// queues are the numbers beside the entries of the side bar: what waits for this
// person.
func queues(around store.Surroundings, actor servicing.Actor) map[string]int {
	counts := map[string]int{"/approvals": int(around.ToDecide)}
	if actor.Can(servicing.MayPrepare) {
		counts["/matching"] = int(around.Counts["unmatched"].Count)
	}
	return counts
}

// today is the business date of a view.
func today(ctx context.Context, v *store.View) (lending.Date, error) {
	company, err := v.Company(ctx)
	return company.BusinessDate, err
}

// roleNames are the roles of somebody, as the file has them.
func roleNames(actor servicing.Actor) []string {
	names := make([]string, len(actor.Roles))
	for i, role := range actor.Roles {
		names[i] = string(role)
	}
	return names
}

// roleInWords says what somebody is: "credit manager and admin".
func roleInWords(actor servicing.Actor) string {
	return strings.ReplaceAll(strings.Join(roleNames(actor), " and "), "_", " ")
}
