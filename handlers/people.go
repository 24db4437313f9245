package handlers

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// peoplePage is how many people one page lists: more than a small lender has.
const peoplePage = 200

func (a *app) listPeople(c echo.Context) error {
	page := views.PeoplePage{}
	now := a.reader.Now()
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "People", here: "/people"}); err != nil {
			return err
		}
		users, err := v.Users(ctx, keyParam(c, "after"), peoplePage+1)
		if len(users) > peoplePage {
			users = users[:peoplePage]
			page.Next = "/people?after=" + strconv.FormatInt(users[peoplePage-1].Idx, 10)
		}
		for _, u := range users {
			page.Rows = append(page.Rows, personRow(u, now))
		}
		return err
	})
	if err != nil {
		return err
	}
	page.New = offer(c, servicing.MayManagePeople, views.Act{Label: "New person", Icon: "user-plus", Path: "/people/new", Key: "n"})
	return a.show(c, http.StatusOK, views.People(page), nil)
}

func personRow(u store.User, now store.Instant) views.PersonRow {
	row := views.PersonRow{Path: personPath(u.Username), Name: u.Name, Username: u.Username, Roles: rolesWords(u.Roles), Active: u.Active, Added: u.CreatedAt.Time}
	if u.LockedUntil.After(now.Time) {
		row.LockedUntil = u.LockedUntil.Time
	}
	return row
}

func personPath(username string) string { return "/people/" + url.PathEscape(username) }

// rolesWords says roles as people read them.
func rolesWords(roles []string) string {
	return strings.ReplaceAll(strings.Join(roles, ", "), "_", " ")
}

func (a *app) newPerson(c echo.Context) error {
	return a.showPersonForm(c, http.StatusOK, "", nil, views.PersonPage{Form: views.Form{Values: map[string]string{}}})
}

// showPersonForm shows a person, new or stored; a form without values is filled
// with what is stored. Roles are those ticked in a refused form.
func (a *app) showPersonForm(c echo.Context, status int, username string, roles []string, page views.PersonPage) error {
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		title := "New person"
		page.Path = "/people"
		if username != "" {
			u, err := v.UserByName(ctx, username)
			if err != nil {
				return err
			}
			title, page.Username, page.Path, page.Active, page.Version = u.Name, u.Username, personPath(u.Username), u.Active, u.Version
			if page.Form.Values == nil {
				page.Form.Values, roles = map[string]string{"name": u.Name}, u.Roles
			}
		}
		if page.Shell, err = a.shell(ctx, c, v, frame{title: title, here: "/people"}); err != nil || username == "" {
			return err
		}
		page.History, err = history(ctx, v, page.Username, page.Today)
		return err
	})
	if err != nil {
		return err
	}
	page.Roles = slices.Clone(views.RoleChoices)
	for i := range page.Roles {
		page.Roles[i].On = slices.Contains(roles, page.Roles[i].Value)
	}
	page.WhyNot = offer(c, servicing.MayManagePeople, views.Act{}).WhyNot
	return a.show(c, status, views.Person(page), nil)
}

func (f *fields) roles() []servicing.Role {
	var roles []servicing.Role
	for _, role := range f.list("roles") {
		roles = append(roles, servicing.Role(role))
	}
	return roles
}

func (a *app) createPerson(c echo.Context) error {
	f := read(c)
	in := f.person("")
	in.Roles = f.roles()
	u, err := a.people.AddUser(c.Request().Context(), actorOf(c), in)
	return a.personDone(c, f, "", err, u.Name+" can sign in now.")
}

func (a *app) showPerson(c echo.Context) error {
	return a.showPersonForm(c, http.StatusOK, c.Param("user"), nil, views.PersonPage{})
}

func (a *app) updatePerson(c echo.Context) error {
	f := read(c)
	u, err := a.people.UpdateUser(c.Request().Context(), actorOf(c),
		servicing.UserChange{User: c.Param("user"), Name: f.text("name"), Roles: f.roles(), Version: f.version()})
	return a.personDone(c, f, c.Param("user"), err, u.Name+" is "+rolesWords(u.Roles)+" from the next request on.")
}

func (a *app) createPersonDeactivation(c echo.Context) error {
	f := read(c)
	u, err := a.people.DeactivateUser(c.Request().Context(), actorOf(c), c.Param("user"), f.version())
	return a.personDone(c, f, c.Param("user"), err, u.Name+" is shut out.")
}

func (a *app) createPersonReactivation(c echo.Context) error {
	f := read(c)
	u, err := a.people.ReactivateUser(c.Request().Context(), actorOf(c), c.Param("user"), f.version())
	return a.personDone(c, f, c.Param("user"), err, u.Name+" can sign in again.")
}

// personDone leads back to the list, or shows the form with why not.
func (a *app) personDone(c echo.Context, f *fields, username string, err error, done string) error {
	if err == nil {
		a.flash(c, views.Flash{Text: done})
		return a.seeOther(c, "/people")
	}
	form, ok := refusedForm(err, f.values)
	if !ok {
		return err
	}
	if _, typed := f.values["name"]; !typed {
		form.Values = nil // a button without fields: the form shows what is stored
	}
	return a.showPersonForm(c, statusOf(err), username, f.list("roles"), views.PersonPage{Form: form})
}

// createPersonPassword sets the password of somebody else; one's own is changed
// on one's own page, with the current one.
func (a *app) createPersonPassword(c echo.Context) error {
	f := read(c)
	u, err := a.people.ChangePassword(c.Request().Context(), actorOf(c),
		servicing.PasswordChange{User: c.Param("user"), Current: f.raw("current_password"), New: f.raw("password"), Address: c.RealIP()})
	if err == nil {
		a.flash(c, views.Flash{Text: "The password of " + u.Name + " is set."})
		return a.seeOther(c, "/people")
	}
	form, ok := refusedForm(err, nil)
	if !ok {
		return err
	}
	return a.showPersonForm(c, statusOf(err), c.Param("user"), nil, views.PersonPage{Password: form})
}

// tokensPage is how many tokens are listed, the latest.
const tokensPage = 200

func (a *app) listTokens(c echo.Context) error {
	return a.showTokens(c, http.StatusOK, views.TokensPage{Form: views.Form{Values: map[string]string{"role": "api"}}})
}

func (a *app) showTokens(c echo.Context, status int, page views.TokensPage) error {
	now := a.reader.Now()
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "API tokens", here: "/people"}); err != nil {
			return err
		}
		tokens, err := v.Tokens(ctx, tokensPage+1)
		if page.Cut = len(tokens) > tokensPage; page.Cut {
			tokens = tokens[:tokensPage]
		}
		page.Rows = tokenRows(tokens, now)
		return err
	})
	if err != nil {
		return err
	}
	page.WhyNot = offer(c, servicing.MayManagePeople, views.Act{}).WhyNot
	page.Roles = []views.Option{{Value: "api", Label: "API: prepares work"}}
	for _, role := range actorOf(c).Roles {
		page.Roles = append(page.Roles, views.Option{Value: string(role), Label: "Yours: " + strings.ReplaceAll(string(role), "_", " ")})
	}
	return a.show(c, status, views.Tokens(page), nil)
}

func tokenRows(tokens []store.Token, now store.Instant) []views.TokenRow {
	rows := make([]views.TokenRow, len(tokens))
	for i, t := range tokens {
		rows[i] = views.TokenRow{ID: t.ID, Name: t.Name, Role: strings.ReplaceAll(t.Role, "_", " "), Owner: t.OwnerName, Scopes: t.Scopes, Created: t.CreatedAt.Time, Used: t.UsedAt.Time,
			Expires: t.ExpiresAt.Time, Revoked: t.RevokedAt.Time, Expired: !t.ExpiresAt.IsZero() && !now.Before(t.ExpiresAt.Time)}
	}
	return rows
}

// createToken shows the secret of a token once, in the very answer: it is kept
// nowhere, not in the session either.
func (a *app) createToken(c echo.Context) error {
	f := read(c)
	in := servicing.NewToken{Name: f.text("name"), Role: servicing.Role(f.text("role")), Scopes: servicing.ParseScopes(f.text("scopes"))}
	if days := f.count("days"); days > 0 {
		in.ExpiresAt = store.Instant{Time: a.reader.Now().Add(time.Duration(days) * 24 * time.Hour)}
	}
	err := f.err()
	page := views.TokensPage{Form: views.Form{Values: map[string]string{"role": "api"}}}
	if err == nil {
		page.Secret, _, err = a.people.CreateToken(c.Request().Context(), actorOf(c), in)
	}
	if err == nil {
		page.Made = in.Name
		return a.showTokens(c, http.StatusCreated, page)
	}
	form, ok := refusedForm(err, f.values)
	if !ok {
		return err
	}
	return a.showTokens(c, statusOf(err), views.TokensPage{Form: form})
}

func (a *app) createTokenRevocation(c echo.Context) error {
	t, err := a.people.RevokeToken(c.Request().Context(), actorOf(c), c.Param("id"))
	if err != nil {
		return err
	}
	a.flash(c, views.Flash{Text: "Token " + t.Name + " is revoked."})
	return a.seeOther(c, "/tokens")
}
