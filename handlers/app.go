// Package handlers answers browsers: each handler reads what was asked, gives
// one command or looks at one moment of the books, and shows a page. It writes
// nothing itself and computes no money.
package handlers

import (
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"lekha/handlers/lms"
	"lekha/servicing"
	"lekha/static"
	"lekha/store"
)

// Config is what the pages need.
type Config struct {
	Office    *servicing.Office
	People    *servicing.People
	DB        *store.DB // for its Reader and its session store; handlers write nothing else
	SetupCode servicing.SetupCode
	Logger    *slog.Logger
	Version   string
	APIRate   int // requests a second that one API token may send; 0: any number

	ImportPatience time.Duration // how long the API waits for an import before it answers that it goes on; 0: the usual
}

// app holds what handlers share.
type app struct {
	office    *servicing.Office
	people    *servicing.People
	reader    store.Reader
	sessions  sessions
	setupCode servicing.SetupCode
	logger    *slog.Logger
	version   string
	uploads   *uploads
	jobs      *jobs
}

const (
	// maxForm holds any form of this program, and a portfolio of CSV files.
	maxForm = "64M"
	// requestTime is how long one request may take; imports of large files are
	// the longest.
	requestTime = 110 * time.Second
)

// Pages answers browsers and programs, and runs what goes on after an answer.
type Pages struct {
	http.Handler
	jobs *jobs
	api  *lms.API
}

// Close asks the imports and day closes under way to stop, and waits for them.
// Nothing of an import that was stopped is posted.
func (p *Pages) Close() {
	p.jobs.close()
	p.api.Close()
}

// New wires the pages and the JSON API into one handler.
func New(config Config) *Pages {
	a := &app{
		office: config.Office, people: config.People, reader: config.DB.Reader(), sessions: newSessions(config.DB),
		setupCode: config.SetupCode, logger: config.Logger, version: config.Version,
	}
	now := func() time.Time { return a.reader.Now().Time }
	a.uploads, a.jobs = newUploads(now), newJobs(now)
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	// Programs and people come through a reverse proxy on the same machine, or
	// directly: only a proxy there may say where a request came from.
	e.IPExtractor = echo.ExtractIPFromXFFHeader(echo.TrustLoopback(true), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false))
	e.HTTPErrorHandler = a.refuse
	e.Use(a.identify, a.log, middleware.Recover(), a.secure)
	api := lms.New(lms.Config{Office: config.Office, People: config.People, Reader: a.reader, Logger: config.Logger, Version: config.Version, Rate: config.APIRate, Patience: config.ImportPatience})
	api.Register(e)
	e.GET(static.Root+"*", echo.WrapHandler(static.Handler()))
	pages := e.Group("", middleware.BodyLimit(maxForm), middleware.ContextTimeout(requestTime), a.sameSite, a.withSession)
	for _, r := range a.routes() {
		pages.Add(r.method, r.path, r.handle, a.allow(r.permission))
	}
	return &Pages{Handler: e, jobs: a.jobs, api: api}
}

// identify gives every request an id, for the log and for whoever asks about it.
func (a *app) identify(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		id := c.Request().Header.Get(echo.HeaderXRequestID)
		if !plainID(id) {
			id = uuid.NewString()
		}
		c.Response().Header().Set(echo.HeaderXRequestID, id)
		return next(c)
	}
}

// plainID says that an id from outside is fit to be logged.
func plainID(id string) bool {
	return len(id) >= 8 && len(id) <= 64 && strings.Trim(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == ""
}

func requestID(c echo.Context) string { return c.Response().Header().Get(echo.HeaderXRequestID) }

// log writes one line a request: the route, never the address, which may hold
// what somebody searched for.
func (a *app) log(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		err := next(c)
		if err != nil {
			c.Error(err)
		}
		if strings.HasPrefix(c.Path(), static.Root) {
			return nil
		}
		a.logger.Info("request", "id", requestID(c), "method", c.Request().Method, "route", c.Path(),
			"status", c.Response().Status, "ms", time.Since(start).Milliseconds())
		return nil
	}
}

// policy is the content security policy of every page: nothing inline, nothing
// from elsewhere.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// secure sets the headers that keep a page to itself.
func (a *app) secure(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		if isSecure(c) {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		return next(c)
	}
}

// isSecure says that the browser speaks TLS, to us or to the proxy in front.
func isSecure(c echo.Context) bool {
	r := c.Request()
	if r.TLS != nil {
		return true
	}
	host, _, _ := strings.Cut(r.RemoteAddr, ":")
	return r.Header.Get("X-Forwarded-Proto") == "https" && (host == "127.0.0.1" || strings.HasPrefix(r.RemoteAddr, "[::1]"))
}

// sameSite refuses posts that another site made the browser send.
func (a *app) sameSite(next echo.HandlerFunc) echo.HandlerFunc {
	protection := http.NewCrossOriginProtection()
	return func(c echo.Context) error {
		if err := protection.Check(c.Request()); err != nil {
			return echo.NewHTTPError(http.StatusForbidden, "This request came from another site, so it was not carried out.")
		}
		return next(c)
	}
}
