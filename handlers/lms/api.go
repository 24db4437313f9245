// Package lms is the JSON API under /v1/: a translation of requests into
// commands of servicing and reads of the store, in the wire format of
// docs/api.md. Routes, permission test and OpenAPI document are made from one
// table, routes.go.
package lms

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"golang.org/x/time/rate"

	"lekha/servicing"
	"lekha/store"
)

// Config is what the API stands on.
type Config struct {
	Office  *servicing.Office
	People  *servicing.People
	Reader  store.Reader
	Logger  *slog.Logger
	Version string // of the release, for the document
	Style   string // address of the style sheet of the readable page; may be empty
	Rate    int    // requests a second that one token may send; 0: any number
	// Patience is how long an import is waited for before it is answered as loading; 0: importPatience.
	Patience time.Duration
}

// API answers programs.
type API struct {
	office  *servicing.Office
	people  *servicing.People
	reader  store.Reader
	logger  *slog.Logger
	version string
	style   string
	routes  []route
	filters map[string]bool // every query parameter that some route knows

	background *background
	patience   time.Duration

	rate      middleware.RateLimiterStore // nil: any number of requests
	perSecond int
}

// New makes the API.
func New(config Config) *API {
	a := &API{office: config.Office, people: config.People, reader: config.Reader, logger: config.Logger, version: config.Version, style: config.Style,
		background: newBackground(), patience: cmp.Or(config.Patience, importPatience)}
	if a.logger == nil {
		a.logger = slog.New(slog.DiscardHandler)
	}
	if config.Rate > 0 {
		a.perSecond = config.Rate
		a.rate = middleware.NewRateLimiterMemoryStoreWithConfig(middleware.RateLimiterMemoryStoreConfig{Rate: rate.Limit(config.Rate), Burst: burst * config.Rate, ExpiresIn: time.Hour})
	}
	a.routes, a.filters = table(), map[string]bool{}
	for _, r := range a.routes {
		for _, p := range r.query {
			a.filters[p.name] = true
		}
	}
	return a
}

// Register hangs every route of the table on e, with and without the slash at
// the end, the document and its readable page, and answers every other path under
// /v1/ in the API's shape.
func (a *API) Register(e *echo.Echo) {
	for i := range a.routes {
		r := &a.routes[i]
		handler := a.handler(r)
		for _, place := range r.places() {
			e.Add(place.method, echoPath(place.path), handler)
			e.Add(place.method, strings.TrimSuffix(echoPath(place.path), "/"), handler)
		}
	}
	for _, document := range []string{"/v1/openapi.json", "/v1/openapi.json/"} {
		e.GET(document, a.showDocument)
	}
	for _, page := range []string{"/docs/api", "/docs/api/"} {
		e.GET(page, a.showManual)
	}
	nowhere := a.handler(&route{name: "nowhere", permission: servicing.MaySignIn, endpoint: answers((*API).nowhere)})
	e.Any("/v1", nowhere)
	e.Any("/v1/*", nowhere)
}

// place is one address of a route.
type place struct{ method, path string }

// places are all addresses of a route: its own and its aliases.
func (r *route) places() []place {
	all := []place{{r.method, r.path}}
	for _, alias := range r.also {
		method, path, found := strings.Cut(alias, " ")
		if !found {
			method, path = r.method, alias
		}
		all = append(all, place{method, path})
	}
	return all
}

var pathParam = regexp.MustCompile(`\{(\w+)\}`)

// echoPath writes {id} as Echo reads it.
func echoPath(path string) string { return pathParam.ReplaceAllString(path, ":$1") }

// nowhere answers a path or method that is not in the table.
func (a *API) nowhere(c *call) (struct{}, error) {
	path := strings.TrimSuffix(c.echo.Request().URL.Path, "/") + "/"
	allowed := map[string]bool{}
	for i := range a.routes {
		for _, p := range a.routes[i].places() {
			pattern := "^" + pathParam.ReplaceAllString(regexp.QuoteMeta(p.path), "") + "$"
			pattern = strings.ReplaceAll(pattern, `\{id\}`, `[^/]+`)
			if ok, err := regexp.MatchString(pattern, path); err == nil && ok {
				allowed[p.method] = true
			}
		}
	}
	if len(allowed) == 0 {
		return struct{}{}, refuse(http.StatusNotFound, "path.not_found", "There is nothing at this address.")
	}
	var methods []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		if allowed[method] {
			methods = append(methods, method)
		}
	}
	c.echo.Response().Header().Set("Allow", strings.Join(methods, ", "))
	return struct{}{}, refuse(http.StatusMethodNotAllowed, "method.not_allowed", "This address answers "+strings.Join(methods, ", ")+".")
}

// burst is for how many seconds a token may save up requests that it did not send.
const burst = 5

// requestTime is how long one request may take: an import of a large statement
// needs a minute, and the server gives up after two.
const requestTime = 110 * time.Second

// handler is the way of every request: who asks, may they, what do they say, the
// endpoint, the answer, one line of log.
func (a *API) handler(r *route) echo.HandlerFunc {
	return func(e echo.Context) error {
		ctx, cancel := context.WithTimeout(e.Request().Context(), requestTime)
		defer cancel()
		c := &call{ctx: ctx, echo: e, route: r, query: e.QueryParams(), fields: fields{}, files: map[string]upload{}, faults: faults{}}
		c.actor.RequestID, c.actor.Address = requestID(e), e.RealIP()
		e.Response().Header().Set("X-Request-Id", c.actor.RequestID)
		e.Response().Header().Set("Cache-Control", "no-store")
		err := a.carryOut(c)
		if err != nil {
			err = a.refuse(c, err)
		}
		a.log(c, err)
		return nil
	}
}

// carryOut does what was asked and writes the answer. A panic is a mistake of
// ours, and costs this request alone.
func (a *API) carryOut(c *call) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	if err := a.admit(c); err != nil {
		return err
	}
	if strange := a.strangeFilters(c); c.route.method == get && len(strange) > 0 {
		return strange
	}
	if c.route.body != nil || c.route.file {
		if err := c.readBody(c.echo.Response(), c.echo.Request()); err != nil {
			return err
		}
	}
	if key := c.idempotencyKey(); key != "" {
		return a.once(c, key)
	}
	answer, err := c.route.serve(a, c)
	if err != nil {
		return err
	}
	return c.write(answer)
}

// admit says who asks and whether they may.
func (a *API) admit(c *call) error {
	if c.route.permission == servicing.MaySignIn {
		return nil
	}
	scheme, token, _ := strings.Cut(c.echo.Request().Header.Get("Authorization"), " ")
	if token = strings.TrimSpace(token); token == "" || !strings.EqualFold(scheme, "Bearer") {
		return refuse(http.StatusUnauthorized, "token.missing", "Send a token: Authorization: Bearer <token>.")
	}
	actor, err := a.people.ActorOfToken(c.ctx, token)
	if err != nil {
		return err
	}
	actor.RequestID, actor.Address = c.actor.RequestID, c.actor.Address
	c.actor = actor
	if err := a.withinRate(token); err != nil {
		return err
	}
	if !actor.Can(c.route.permission) {
		return actor.Refused(c.route.permission)
	}
	return nil
}

// withinRate lets a token ask so often and no oftener.
func (a *API) withinRate(token string) error {
	if a.rate == nil {
		return nil
	}
	key := sha256.Sum256([]byte(token)) // secrets are not kept, here neither
	if within, err := a.rate.Allow(string(key[:])); err != nil || within {
		return err
	}
	return &problem{status: http.StatusTooManyRequests, code: "rate.exceeded", retryAfter: 1,
		detail: fmt.Sprintf("This token asks more than %d times a second. Wait and go on.", a.perSecond)}
}

var soundRequestID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// requestID is the one that the caller or a proxy gave, else a new one.
func requestID(e echo.Context) string {
	for _, given := range []string{e.Response().Header().Get("X-Request-Id"), e.Request().Header.Get("X-Request-Id")} {
		if soundRequestID.MatchString(given) {
			return given
		}
	}
	return rand.Text()
}

// encode writes JSON as the reference does: no HTML in it is escaped.
func encode(value any) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), nil
}

// write sends the answer of an endpoint.
func (c *call) write(answer any) error {
	if c.stream != nil {
		return c.stream(c.echo.Response())
	}
	body, err := encode(answer)
	if err != nil {
		return fmt.Errorf("writing the answer of %s: %w", c.route.name, err)
	}
	if c.version > 0 {
		c.echo.Response().Header().Set("ETag", strconv.Quote(strconv.FormatInt(c.version, 10)))
	}
	if c.status == 0 {
		c.status = c.route.success()
	}
	return c.send(c.status, body)
}

// send writes a JSON body.
func (c *call) send(status int, body []byte) error {
	c.status = status
	return c.echo.Blob(status, "application/json", body)
}

// refuse writes a refusal, and returns the error when it was our own.
func (a *API) refuse(c *call, err error) error {
	p := problemOf(err, c.actor.RequestID)
	if c.echo.Response().Committed {
		return err // a stream that broke off: nothing more can be said to the caller
	}
	header := c.echo.Response().Header()
	header.Set("X-Error-Code", p.code)
	if p.status == http.StatusUnauthorized {
		header.Set("WWW-Authenticate", "Bearer")
	}
	if p.retryAfter > 0 {
		header.Set("Retry-After", strconv.Itoa(p.retryAfter))
	}
	body, _ := encode(p.body())
	_ = c.send(p.status, body) // the caller has gone away
	if p.status == http.StatusInternalServerError {
		return err
	}
	return nil
}

// log tells of a request that failed by our own fault: no names, numbers or amounts
// of customers. Every request is in the access log of the server.
func (a *API) log(c *call, err error) {
	if err != nil {
		a.logger.Error("api request failed", "id", c.actor.RequestID, "method", c.echo.Request().Method, "route", c.route.name, "status", c.status, "error", err)
	}
}
