package handlers

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// sessionLife is a working day: who signed in in the morning signs in again
// tomorrow.
const sessionLife = 12 * time.Hour

// sessions keeps who is signed in in which browser. The two managers share one
// store and differ in the cookie: behind TLS it is never sent without.
type sessions struct{ plain, secure *scs.SessionManager }

func newSessions(db *store.DB) sessions {
	manager := func(secure bool) *scs.SessionManager {
		m := scs.New()
		m.Store = db.Sessions(sessionOwner)
		m.Codec = sessionData{}
		m.Lifetime = sessionLife
		m.Cookie.Name = "lekha"
		m.Cookie.HttpOnly = true
		m.Cookie.SameSite = http.SameSiteLaxMode
		m.Cookie.Secure = secure
		return m
	}
	return sessions{plain: manager(false), secure: manager(true)}
}

func (s sessions) of(c echo.Context) *scs.SessionManager {
	if isSecure(c) {
		return s.secure
	}
	return s.plain
}

// Names in a session.
const (
	sessionUser  = "user"  // id
	sessionFlash = "flash" // what was just done, shown once
)

// withSession loads the session of a request and keeps it when it changed. The
// cookie is written before the first byte of the answer.
func (a *app) withSession(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		manager := a.sessions.of(c)
		token := ""
		if cookie, err := c.Cookie(manager.Cookie.Name); err == nil {
			token = cookie.Value
		}
		var visitor store.Visitor
		ctx, err := manager.Load(store.WithVisitor(c.Request().Context(), &visitor), token)
		if err != nil {
			return err
		}
		c.Set(visitorKey, visitor)
		c.SetRequest(c.Request().WithContext(ctx))
		// Errors are answered after the request's time was called off.
		c.Response().Before(func() { a.keepSession(context.WithoutCancel(ctx), c, manager) })
		return next(c)
	}
}

func (a *app) keepSession(ctx context.Context, c echo.Context, manager *scs.SessionManager) {
	switch manager.Status(ctx) {
	case scs.Modified:
		if manager.Token(ctx) == "" {
			manager.SetDeadline(ctx, a.sessionEnd())
		}
		token, expiry, err := manager.Commit(ctx)
		if err != nil {
			a.logger.Error("keeping a session failed", "id", requestID(c), "error", err)
			return
		}
		manager.WriteSessionCookie(ctx, c.Response(), token, expiry)
	case scs.Destroyed:
		manager.WriteSessionCookie(ctx, c.Response(), "", time.Time{})
	}
}

// sessionEnd is until when a session that begins now lives, by the clock that is
// asked when it is looked up; that of scs is the machine's.
func (a *app) sessionEnd() time.Time { return a.reader.Now().Add(sessionLife) }

// renewSession gives a session another token and its whole life again, because it
// is now worth more than before.
func (a *app) renewSession(ctx context.Context, manager *scs.SessionManager) error {
	if err := manager.RenewToken(ctx); err != nil {
		return err
	}
	manager.SetDeadline(ctx, a.sessionEnd())
	return nil
}

// Where a request keeps who it comes from: as their session says, and as they may act.
const (
	visitorKey = "visitor"
	actorKey   = "actor"
)

// actorOf is who a request comes from, with the roles of now.
func actorOf(c echo.Context) servicing.Actor {
	actor, _ := c.Get(actorKey).(servicing.Actor)
	return actor
}

// allow lets a request through to a page when the person may see it.
func (a *app) allow(permission servicing.Permission) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if permission == servicing.MaySignIn {
				return next(c)
			}
			if a.sessions.of(c).GetString(c.Request().Context(), sessionUser) == "" {
				return a.askWho(c)
			}
			visitor, _ := c.Get(visitorKey).(store.Visitor)
			actor, err := servicing.ActorOf(visitor)
			if lending.KindOf(err) == lending.Forbidden {
				if destroyed := a.sessions.of(c).Destroy(c.Request().Context()); destroyed != nil {
					return destroyed
				}
				return a.askWho(c)
			}
			if err != nil {
				return err
			}
			actor.RequestID, actor.Address = requestID(c), c.RealIP()
			c.Set(actorKey, actor)
			if !actor.Can(permission) {
				return lending.Refuse(lending.Forbidden, "permission", "This is for "+servicing.RolesFor(permission)+". Ask one of them.")
			}
			return next(c)
		}
	}
}

// askWho sends somebody unknown to the sign-in, or an empty installation to its
// first run; they come back to where they wanted to go.
func (a *app) askWho(c echo.Context) error {
	empty, err := a.office.IsEmpty(c.Request().Context())
	if err != nil {
		return err
	}
	path := "/signin"
	if empty {
		path = "/setup"
	} else if r := c.Request(); r.Method == http.MethodGet && r.URL.Path != "/" {
		path += "?next=" + url.QueryEscape(r.URL.RequestURI())
	}
	if c.Request().Header.Get("HX-Request") != "" {
		c.Response().Header().Set("HX-Redirect", path)
		return c.NoContent(http.StatusNoContent)
	}
	return a.seeOther(c, path)
}

// ownPath keeps a way back inside this site.
func ownPath(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n") {
		return "/"
	}
	return next
}

func (a *app) newSession(c echo.Context) error {
	if a.sessions.of(c).GetString(c.Request().Context(), sessionUser) != "" {
		return a.seeOther(c, ownPath(c.QueryParam("next")))
	}
	empty, err := a.office.IsEmpty(c.Request().Context())
	if err != nil {
		return err
	}
	if empty {
		return a.seeOther(c, "/setup")
	}
	return a.showSignIn(c, http.StatusOK, views.Form{Values: map[string]string{}}, c.QueryParam("next"))
}

func (a *app) showSignIn(c echo.Context, status int, form views.Form, next string) error {
	page := views.SignInPage{Version: a.version, Theme: themeOf(c), Next: ownPath(next), Form: form}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		company, err := v.Company(ctx)
		page.Company, page.Today = company.Name, views.Day(company.BusinessDate)
		page.Demo = company.IsDemo
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, status, views.SignIn(page), nil)
}

func (a *app) createSession(c echo.Context) error {
	f := read(c)
	_, user, err := a.people.SignIn(c.Request().Context(), servicing.Credentials{
		Username: f.text("username"), Password: f.raw("password"), Address: c.RealIP(), RequestID: requestID(c)})
	if err != nil {
		refused, ok := errors.AsType[*lending.Error](err)
		if !ok {
			return err
		}
		form := views.Form{Values: map[string]string{"username": f.text("username")}, Refused: err.Error()}
		if refused.Code == servicing.SignInRefused {
			form.Errors = map[string]string{"password": "Type your password again"} // a page never carries one back
		}
		return a.showSignIn(c, statusOf(err), form, f.text("next"))
	}
	manager, ctx := a.sessions.of(c), c.Request().Context()
	if err := a.renewSession(ctx, manager); err != nil {
		return err
	}
	manager.Put(ctx, sessionUser, user.ID)
	return a.seeOther(c, ownPath(f.text("next")))
}

func (a *app) deleteSession(c echo.Context) error {
	if err := a.sessions.of(c).Destroy(c.Request().Context()); err != nil {
		return err
	}
	return a.seeOther(c, "/signin")
}

// flash leaves word of what was just done for the next page.
func (a *app) flash(c echo.Context, f views.Flash) {
	a.sessions.of(c).Put(c.Request().Context(), sessionFlash, f)
}

// themeOf is the theme that somebody chose in this browser.
func themeOf(c echo.Context) string { return chosen(c, "theme", "light", "dark") }

// chosen reads a cookie that holds one of a few words.
func chosen(c echo.Context, name string, words ...string) string {
	cookie, err := c.Cookie(name)
	if err != nil {
		return ""
	}
	for _, word := range words {
		if cookie.Value == word {
			return word
		}
	}
	return ""
}
