package servicing

import (
	"slices"

	"lekha/lending"
)

// Role is a bundle of permissions (domain 11.1).
type Role string

// The roles.
const (
	Operator      Role = "operator"
	CreditManager Role = "credit_manager"
	Finance       Role = "finance"
	Admin         Role = "admin"
	Auditor       Role = "auditor"
	APIClient     Role = "api"
)

// Permission is what a route or a command needs.
type Permission string

// The permissions. Each route names exactly one.
const (
	MaySignIn         Permission = "signin"            // nobody signed in yet
	MayView           Permission = "view"              // look at records, accounts, queues
	MayPrepare        Permission = "records.prepare"   // create, match, park, set aside, request approval
	MayDecide         Permission = "approvals.decide"  // approve, reject, send back what credit managers decide
	MaySign           Permission = "approvals.sign"    // decide what waits for one's role
	MayTune           Permission = "engine.tune"       // what the matching engine may do by itself, and what it remembers
	MayImport         Permission = "statements.import" // bank statements
	MayTakeOver       Permission = "portfolio.import"  // portfolios, borrowers, accounts, loans
	MayReleasePayout  Permission = "payouts.release"
	MayReportPayout   Permission = "payouts.report" // what the bank or its payout service says became of a payout
	MayCloseDay       Permission = "day.close"
	MayCloseBooks     Permission = "books.close" // close a month, ask for other codes of the journal
	MayManagePeople   Permission = "people.manage"
	MayManageProducts Permission = "products.manage" // programs and banks
	MayAudit          Permission = "events.audit"    // the whole log, exports of it
	MayExport         Permission = "data.export"
)

// granted says which roles hold a permission.
var granted = map[Permission][]Role{
	MayView:           {Operator, CreditManager, Finance, Admin, Auditor, APIClient},
	MayPrepare:        {Operator, APIClient},
	MayDecide:         {CreditManager},
	MaySign:           {CreditManager, Finance},
	MayTune:           {CreditManager},
	MayImport:         {Operator, APIClient},
	MayTakeOver:       {Operator, APIClient},
	MayReleasePayout:  {Finance},
	MayReportPayout:   {Finance, APIClient},
	MayCloseDay:       {Operator, CreditManager, Finance, Admin, APIClient},
	MayCloseBooks:     {Finance},
	MayManagePeople:   {Admin},
	MayManageProducts: {Admin, APIClient},
	MayAudit:          {Auditor, Admin, Finance},
	MayExport:         {Operator, CreditManager, Finance, Auditor, APIClient},
}

// Actor is who gives a command.
type Actor struct {
	// Person is who answers for it: a user's id, a token's owner (or the token
	// itself when it has none), "console" for the command line and the first
	// run, "system" for what the program does by itself.
	Person    string
	Name      string
	Roles     []Role
	Program   bool         // came by an API token
	Scopes    []Permission // of a token that may do less than its role; none: all of it
	RequestID string
	Address   string
}

// Console is the command line and the first run: it may prepare and set up, and
// decides nothing about money.
func Console() Actor {
	return Actor{Person: "console", Name: "Console", Roles: []Role{Operator, Admin}}
}

// Can says whether the actor holds a permission.
func (a Actor) Can(p Permission) bool {
	if len(a.Scopes) > 0 && !slices.Contains(a.Scopes, p) {
		return false
	}
	for _, role := range a.Roles {
		if slices.Contains(granted[p], role) {
			return true
		}
	}
	return false
}

// Has says whether the actor holds a role.
func (a Actor) Has(r Role) bool { return slices.Contains(a.Roles, r) }

// need refuses an actor without a permission.
func (a Actor) need(p Permission) error {
	if a.Can(p) {
		return nil
	}
	return a.Refused(p)
}

// Refused is what an actor without a permission hears: who has it, or that the
// token was made for less than its role.
func (a Actor) Refused(p Permission) error {
	scopes := a.Scopes
	if a.Scopes = nil; len(scopes) > 0 && a.Can(p) {
		return lending.Refuse(lending.Forbidden, "token.scope", "This token was made for other things: it lacks the scope "+string(p)+".")
	}
	return lending.Refuse(lending.Forbidden, "permission", "This is for "+RolesFor(p)+". Ask one of them.")
}

// roleWords names the roles of people, for people.
var roleWords = map[Role]string{Operator: "operations", CreditManager: "a credit manager", Finance: "finance", Admin: "an administrator", Auditor: "an auditor"}

// RolesFor names the roles that hold a permission, in words.
func RolesFor(p Permission) string {
	text := ""
	for _, role := range granted[p] {
		if roleWords[role] == "" {
			continue
		}
		if text != "" {
			text += " or "
		}
		text += roleWords[role]
	}
	return text
}
