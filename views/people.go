package views

import "time"

// PeopleTab says which list of the people's pages is open.
type PeopleTab string

// The lists.
const (
	TabPeople PeopleTab = "people"
	TabTokens PeopleTab = "tokens"
	TabHooks  PeopleTab = "webhooks"
)

// PeoplePage lists who can sign in.
type PeoplePage struct {
	Shell
	New  Act
	Rows []PersonRow
	Next string
}

// PersonRow is one person of the list.
type PersonRow struct {
	Path, Name, Username string
	Roles                string
	Active               bool
	LockedUntil          time.Time // zero: not locked
	Added                time.Time
}

// PersonPage is the form of a person: a new one, or one that is changed.
type PersonPage struct {
	Shell
	Username string // "" for a new one
	Path     string
	Active   bool
	Version  int64
	Form     Form
	Roles    []RoleChoice
	Password Form
	WhyNot   string
	History  []Step
}

// RoleChoice is one role with what it may do, and what it cannot stand beside.
type RoleChoice struct {
	Value, Label, Does, Apart string
	On                        bool
}

// RoleChoices are the roles of people.
var RoleChoices = []RoleChoice{
	{Value: "operator", Label: "Operator", Does: "Imports statements, matches payments, sends them for approval.", Apart: "Not with credit manager or finance."},
	{Value: "credit_manager", Label: "Credit manager", Does: "Approves, rejects, sends back.", Apart: "Not with operator or finance."},
	{Value: "finance", Label: "Finance", Does: "Releases payouts, reads the audit log.", Apart: "Not with operator or credit manager."},
	{Value: "admin", Label: "Administrator", Does: "Manages people, products and bank accounts.", Apart: "May be a credit manager too."},
	{Value: "auditor", Label: "Auditor", Does: "Sees everything, changes nothing.", Apart: "Stands alone."},
}

var (
	personInputs      = []Input{{Name: "username", Label: "User name", Required: true, Max: 64, Auto: "off", Hint: "Letters, digits, dots, dashes. It stays as it is."}, {Name: "name", Label: "Name", Required: true, Max: 200, Auto: "off"}, {Name: "roles", Label: "Roles"}}
	newPasswordInput  = Input{Name: "password", Label: "Password", Type: "password", Required: true, Auto: "new-password", Max: 200, Hint: "At least 10 characters. Tell it to the person, who changes it."}
	ownPasswordInputs = []Input{
		{Name: "current_password", Label: "Current password", Type: "password", Required: true, Auto: "current-password", Max: 200},
		{Name: "password", Label: "New password", Type: "password", Required: true, Auto: "new-password", Max: 200, Hint: "At least 10 characters."},
	}
)

// TokensPage lists the keys of programs.
type TokensPage struct {
	Shell
	Form   Form
	Roles  []Option
	WhyNot string // why this person may only look
	Secret string // of the token just made: shown once
	Made   string // its name
	Rows   []TokenRow
	Cut    bool
}

// TokenRow is one token.
type TokenRow struct {
	ID, Name, Role, Owner string
	Scopes                string
	Created, Expires      time.Time
	Used, Revoked         time.Time
	Expired               bool
}

func tokenInputs(roles []Option) []Input {
	return []Input{
		{Name: "name", Label: "Name", Required: true, Max: 200, Auto: "off", Hint: "What the program is, e.g. collections app."},
		{Name: "role", Label: "Role", Options: roles},
		{Name: "scopes", Label: "Only for", Max: 300, Auto: "off", Hint: "Permissions as docs/api names them, such as records.prepare view; nothing: all of the role."},
		{Name: "days", Label: "Valid for days", Mode: "numeric", Max: 4, Hint: "Nothing: it does not expire."},
	}
}

// MePage is one's own account.
type MePage struct {
	Shell
	Username string
	Roles    string
	Password Form
	Tokens   []TokenRow
}
