package servicing

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"lekha/lending"
	"lekha/store"
)

// People is where it is decided who somebody is and what they may do: users,
// sign-in, keys of programs, and the first run that makes the first of them.
type People struct {
	office    *Office
	passwords passwords
	strangers *strangers
	// booth lets a few sign-ins at a time: a hash takes 64 MiB, and of many
	// guesses at one user none may start before the ones ahead were counted.
	booth chan struct{}
}

// signInsAtOnce is one for each core of a small machine.
const signInsAtOnce = 2

// NewPeople opens the people's side of an office. Tests give a cheaper cost.
func NewPeople(office *Office, cost PasswordCost) *People {
	return &People{
		office:    office,
		passwords: newPasswords(cost),
		strangers: &strangers{seen: map[[32]byte]failures{}},
		booth:     make(chan struct{}, signInsAtOnce),
	}
}

// NewUser is a person to be added.
type NewUser struct {
	Username string
	Name     string
	Password string
	Roles    []Role
}

// usernameForm keeps names that are typed, logged and put into addresses plain.
var usernameForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._@-]{1,63}$`)

// maxName is longer than any name of a person or a firm on paper.
const maxName = 200

// AddUser adds a person who can sign in.
func (p *People) AddUser(ctx context.Context, actor Actor, in NewUser) (store.User, error) {
	var user store.User
	if err := actor.need(MayManagePeople); err != nil {
		return user, err
	}
	in = in.tidy()
	faults := faults{}
	in.check(faults, "")
	if err := faults.refuse("user.invalid", "The user cannot be added like this."); err != nil {
		return user, err
	}
	hash := p.passwords.hash(in.Password)
	attempt := note{action: "user.add", subject: in.Username, input: map[string]any{"username": in.Username, "name": in.Name, "roles": in.Roles}}
	err := p.office.command(ctx, actor, attempt, func(ctx context.Context, tx *store.Tx, n *note) error {
		var err error
		user, err = addUser(ctx, tx, in, hash)
		n.summary = "Added " + in.Name + " as " + rolesInWords(in.Roles) + "."
		return err
	})
	return user, err
}

func (in NewUser) tidy() NewUser {
	in.Username, in.Name = strings.TrimSpace(in.Username), strings.TrimSpace(in.Name)
	in.Roles = tidyRoles(in.Roles)
	return in
}

// check collects what is wrong, under field names that begin with prefix.
func (in NewUser) check(faults faults, prefix string) {
	if !usernameForm.MatchString(in.Username) {
		faults.add(prefix+"username", "A user name has 2 to 64 letters, digits, dots, dashes or underscores.")
	}
	faults.text(prefix+"name", "name", in.Name)
	if fault := passwordFault(in.Password, in.Username); fault != "" {
		faults.add(prefix+"password", fault)
	}
	if fault := rolesFault(in.Roles); fault != "" {
		faults.add(prefix+"roles", fault)
	}
}

// addUser writes a person that was checked, inside a command.
func addUser(ctx context.Context, tx *store.Tx, in NewUser, hash string) (store.User, error) {
	_, err := tx.UserByName(ctx, in.Username)
	if err == nil {
		return store.User{}, lending.RefuseField("username", "user.taken", "There is a user "+in.Username+" already.")
	}
	if lending.KindOf(err) != lending.NotFound {
		return store.User{}, err
	}
	return tx.CreateUser(ctx, store.User{Username: in.Username, Name: in.Name, Active: true, Roles: roleNames(in.Roles)}, hash)
}

// UserChange is what an administrator changes about a person.
type UserChange struct {
	User    string // id or user name
	Name    string
	Roles   []Role
	Version int64 // 0: whatever it is
}

// UpdateUser changes the name and the roles of a person. New roles hold from the
// next request on.
func (p *People) UpdateUser(ctx context.Context, actor Actor, in UserChange) (store.User, error) {
	in.Name, in.Roles = strings.TrimSpace(in.Name), tidyRoles(in.Roles)
	faults := faults{}
	faults.text("name", "name", in.Name)
	if fault := rolesFault(in.Roles); fault != "" {
		faults.add("roles", fault)
	}
	if err := faults.refuse("user.invalid", "The user cannot be changed like this."); err != nil {
		return store.User{}, err
	}
	attempt := note{action: "user.update", subject: in.User, input: in}
	return p.changeUser(ctx, actor, in.Version, attempt, func(_ context.Context, _ *store.Tx, u *store.User) (string, error) {
		before := inWords(u.Roles)
		u.Name, u.Roles = in.Name, roleNames(in.Roles)
		return u.Name + " is " + inWords(u.Roles) + ", was " + before + ".", nil
	})
}

// DeactivateUser shuts a person out: sessions end, keys of programs they own are
// revoked. Nothing they worked on is stuck, because queues belong to roles.
func (p *People) DeactivateUser(ctx context.Context, actor Actor, user string, version int64) (store.User, error) {
	attempt := note{action: "user.deactivate", subject: user}
	return p.changeUser(ctx, actor, version, attempt, func(ctx context.Context, tx *store.Tx, u *store.User) (string, error) {
		if !u.Active {
			return "", lending.Refuse(lending.Conflict, "user.inactive", u.Name+" is not active already.")
		}
		u.Active = false
		sessions, err := tx.DeleteSessionsOf(ctx, u.ID)
		if err != nil {
			return "", err
		}
		tokens, err := tx.RevokeTokensOf(ctx, u.ID, "")
		return fmt.Sprintf("Deactivated %s; ended %d sessions, revoked %d tokens.", u.Name, sessions, tokens), err
	})
}

// ReactivateUser lets a person in again, with the roles and the password they
// had. Revoked tokens stay revoked.
func (p *People) ReactivateUser(ctx context.Context, actor Actor, user string, version int64) (store.User, error) {
	attempt := note{action: "user.reactivate", subject: user}
	return p.changeUser(ctx, actor, version, attempt, func(ctx context.Context, tx *store.Tx, u *store.User) (string, error) {
		if u.Active {
			return "", lending.Refuse(lending.Conflict, "user.active", u.Name+" is active already.")
		}
		u.Active = true
		return "Reactivated " + u.Name + ".", tx.SetFailures(ctx, u.ID, 0, store.Instant{})
	})
}

// changeUser is the shape of what administrators do to people: load at a
// version, change, write, and never be left without an administrator.
func (p *People) changeUser(ctx context.Context, actor Actor, version int64, attempt note,
	change func(ctx context.Context, tx *store.Tx, u *store.User) (string, error)) (store.User, error) {
	var user store.User
	if err := actor.need(MayManagePeople); err != nil {
		return user, err
	}
	err := p.office.command(ctx, actor, attempt, func(ctx context.Context, tx *store.Tx, n *note) error {
		u, err := userByAny(ctx, &tx.View, attempt.subject)
		if err != nil {
			return err
		}
		if err := sameVersion("user", u.Username, version, u.Version); err != nil {
			return err
		}
		n.subject = u.Username
		held := u.Roles
		if !u.Active {
			held = nil
		}
		stuck, _, err := tx.StuckApprovals(ctx)
		if err != nil {
			return err
		}
		if n.summary, err = change(ctx, tx, &u); err != nil {
			return err
		}
		if user, err = tx.UpdateUser(ctx, u); err != nil {
			return err
		}
		admins, err := tx.ActiveHolders(ctx, string(Admin))
		if err == nil && admins == 0 {
			err = lending.Refuse(lending.Conflict, "user.last_admin", u.Name+" is the last active administrator. Make another one first.")
		}
		if err != nil {
			return err
		}
		if err := somebodyDecides(ctx, &tx.View, u.Name, held); err != nil {
			return err
		}
		return noneStuck(ctx, &tx.View, u.Name, stuck)
	})
	return user, err
}

// noneStuck refuses a change of a person after which requests could not be decided
// that could be before it: one with two levels needs two persons.
func noneStuck(ctx context.Context, v *store.View, name string, before int64) error {
	after, _, err := v.StuckApprovals(ctx)
	if err != nil || after <= before {
		return err
	}
	return lending.Refuse(lending.Conflict, "user.last_decider", fmt.Sprintf("Without %s too few people would be left to sign %s. Make another one first, or have them decided.",
		name, counted(int(after-before), "request that waits", "requests that wait")))
}

// somebodyDecides refuses a change of a person that leaves requests waiting for a
// role that nobody holds any more.
func somebodyDecides(ctx context.Context, v *store.View, name string, held []string) error {
	for _, role := range granted[MaySign] {
		if !slices.Contains(held, string(role)) {
			continue
		}
		holders, err := v.ActiveHolders(ctx, string(role))
		if err != nil {
			return err
		}
		if holders > 0 {
			continue
		}
		waiting, _, err := v.ApprovalTotals(ctx, store.ApprovalFilter{Statuses: []string{"pending"}, Role: string(role)})
		if err != nil {
			return err
		}
		if waiting > 0 {
			return lending.Refuse(lending.Conflict, "user.last_decider", fmt.Sprintf("%s for %s, and without %s nobody could decide. Make another one first, or have it decided.",
				counted(int(waiting), "request waits", "requests wait"), roleWords[role], name))
		}
	}
	return nil
}

// PasswordChange is a new password: one's own, with the current one, or another
// person's by an administrator.
type PasswordChange struct {
	User    string // id or user name
	Current string // own only
	New     string
	Address string
}

// ChangePassword replaces a password, and ends all sessions and sign-in tokens of
// that person.
func (p *People) ChangePassword(ctx context.Context, actor Actor, in PasswordChange) (store.User, error) {
	var user store.User
	err := p.read(ctx, func(ctx context.Context, v *store.View) (err error) {
		user, err = userByAny(ctx, v, in.User)
		return err
	})
	own := err == nil && actor.Person == user.ID
	if !own {
		if refused := actor.need(MayManagePeople); refused != nil {
			return store.User{}, refused
		}
	}
	if err != nil {
		return user, err
	}
	if actor.Program {
		return user, lending.Refuse(lending.Forbidden, "user.password", "A program does not change passwords.")
	}
	if fault := passwordFault(in.New, user.Username); fault != "" {
		return user, lending.RefuseField("password", "user.password", fault)
	}
	if own {
		if _, err := p.prove(ctx, Credentials{Username: user.Username, Password: in.Current, Address: in.Address, RequestID: actor.RequestID}); err != nil {
			return user, asField(err, "current_password", "This is not your current password.")
		}
	}
	hash := p.passwords.hash(in.New)
	attempt := note{action: "user.password", subject: user.Username, summary: "Changed the password of " + user.Name + "."}
	err = p.office.command(ctx, actor, attempt, func(ctx context.Context, tx *store.Tx, _ *note) error {
		if _, err := tx.DeleteSessionsOf(ctx, user.ID); err != nil {
			return err
		}
		if _, err := tx.RevokeTokensOf(ctx, user.ID, signInTokens); err != nil {
			return err
		}
		user, err = tx.SetPassword(ctx, user, hash)
		return err
	})
	return user, err
}

// asField puts a refused password at the field it was typed into; a lock stays
// what it is.
func asField(err error, field, message string) error {
	if refused, ok := errors.AsType[*lending.Error](err); ok && refused.Code == "signin.refused" {
		return lending.RefuseField(field, "user.password", message)
	}
	return err
}

// ActorOf is who a signed-in person is now: with the roles of now, or refused.
func (p *People) ActorOf(ctx context.Context, userID string) (Actor, error) {
	var user store.User
	err := p.read(ctx, func(ctx context.Context, v *store.View) (err error) {
		user, err = v.UserByID(ctx, userID)
		return err
	})
	if err != nil && lending.KindOf(err) != lending.NotFound {
		return Actor{}, fmt.Errorf("reading who is signed in: %w", err)
	}
	return ActorOf(store.Visitor{ID: user.ID, Name: user.Name, Active: user.Active, Roles: user.Roles})
}

// ActorOf is who acts in a session; nobody who was made inactive does.
func ActorOf(v store.Visitor) (Actor, error) {
	if v.ID == "" || !v.Active {
		return Actor{}, lending.Refuse(lending.Forbidden, "user.inactive", "This user is not active. Ask an administrator.")
	}
	return actorOf(store.User{ID: v.ID, Name: v.Name, Roles: v.Roles}), nil
}

func actorOf(u store.User) Actor {
	return Actor{Person: u.ID, Name: u.Name, Roles: rolesOf(u)}
}

// read looks at one moment of the books.
func (p *People) read(ctx context.Context, fn func(ctx context.Context, v *store.View) error) error {
	return p.office.db.Reader().Read(ctx, fn)
}

// userByAny takes an id or a user name.
func userByAny(ctx context.Context, v *store.View, key string) (store.User, error) {
	if len(key) == idLength {
		return v.UserByID(ctx, key)
	}
	return v.UserByName(ctx, key)
}

// sameVersion refuses a change that was made from an older state. Version 0 is
// "whatever it is", for programs that do not send one.
func sameVersion(what, ref string, given, now int64) error {
	if given == 0 || given == now {
		return nil
	}
	return store.Stale(what, ref)
}

// rolesFault says why roles cannot meet in one person (domain 11.1), "" when
// they can. The trigger of user_roles says the same to whoever comes past here.
func rolesFault(roles []Role) string {
	for _, r := range roles {
		if !slices.Contains([]Role{Operator, CreditManager, Finance, Admin, Auditor}, r) {
			return "There is no role " + string(r) + " for people."
		}
	}
	has := func(r Role) bool { return slices.Contains(roles, r) }
	switch {
	case len(roles) == 0:
		return "Choose at least one role."
	case has(Operator) && has(CreditManager):
		return "Who prepares may not approve: operator and credit manager are two people."
	case has(Operator) && has(Finance):
		return "Who prepares may not release money: operator and finance are two people."
	case has(CreditManager) && has(Finance):
		return "Who approves may not release money: credit manager and finance are two people."
	case has(Auditor) && len(roles) > 1:
		return "An auditor only looks: this role stands alone."
	}
	return ""
}

// tidyRoles sorts roles and drops doubles.
func tidyRoles(roles []Role) []Role {
	roles = slices.Clone(roles)
	slices.Sort(roles)
	return slices.Compact(roles)
}

func roleNames(roles []Role) store.Roles {
	names := make(store.Roles, len(roles))
	for i, r := range roles {
		names[i] = string(r)
	}
	return names
}

func rolesOf(u store.User) []Role {
	roles := make([]Role, len(u.Roles))
	for i, r := range u.Roles {
		roles[i] = Role(r)
	}
	return roles
}

// inWords says roles as people read them.
func inWords(roles store.Roles) string {
	return strings.ReplaceAll(strings.Join(roles, " and "), "_", " ")
}

func rolesInWords(roles []Role) string { return inWords(roleNames(roles)) }
