package handlers

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

func (a *app) showMe(c echo.Context) error {
	return a.showMeForm(c, http.StatusOK, views.Form{})
}

func (a *app) showMeForm(c echo.Context, status int, form views.Form) error {
	page := views.MePage{Password: form}
	now := a.reader.Now()
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Your account"}); err != nil {
			return err
		}
		u, err := v.UserByID(ctx, actorOf(c).Person)
		if err != nil {
			return err
		}
		page.Username, page.Roles = u.Username, rolesWords(u.Roles)
		tokens, err := v.TokensOf(ctx, u.ID, tokensPage)
		page.Tokens = tokenRows(tokens, now)
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, status, views.Me(page), nil)
}

// createMyPassword changes one's own password. It ends all sessions; the browser
// in which it was changed gets a new one, because who sits there just proved it.
func (a *app) createMyPassword(c echo.Context) error {
	f, actor, ctx := read(c), actorOf(c), c.Request().Context()
	_, err := a.people.ChangePassword(ctx, actor,
		servicing.PasswordChange{User: actor.Person, Current: f.raw("current_password"), New: f.raw("password"), Address: c.RealIP()})
	if err != nil {
		form, ok := refusedForm(err, nil)
		if !ok {
			return err
		}
		return a.showMeForm(c, statusOf(err), form)
	}
	if err := a.renewSession(ctx, a.sessions.of(c)); err != nil {
		return err
	}
	a.flash(c, views.Flash{Text: "Your password is changed. Other browsers are signed out."})
	return a.seeOther(c, "/me")
}

func (a *app) createMyTokenRevocation(c echo.Context) error {
	t, err := a.people.RevokeToken(c.Request().Context(), actorOf(c), c.Param("id"))
	if err != nil {
		return err
	}
	a.flash(c, views.Flash{Text: "Token " + t.Name + " is revoked."})
	return a.seeOther(c, "/me")
}
