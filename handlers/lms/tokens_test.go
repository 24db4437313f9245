package lms

import (
	"context"
	"testing"

	"github.com/labstack/echo/v4"

	"lekha/servicing"
	"lekha/store"
)

// A token may be narrowed to some of what its role may do; more than the role it
// never gets, and its owner sees when it was used.
func TestScopesNarrowAToken(t *testing.T) {
	h := newHouse(t, "2026-04-01", "12:00:00.000000")
	_, _, err := h.people.CreateToken(t.Context(), servicing.Console(), servicing.NewToken{Name: "greedy", Role: servicing.Operator, Scopes: servicing.ParseScopes("view approvals.decide")})
	if err == nil {
		t.Error("a token got more than its role")
	}
	secret, token, err := h.people.CreateToken(t.Context(), servicing.Console(), servicing.NewToken{Name: "reader", Role: servicing.Operator, Scopes: servicing.ParseScopes("view, data.export")})
	if err != nil {
		t.Fatal(err)
	}
	if !token.UsedAt.IsZero() {
		t.Error("a new token was used")
	}
	h.tokens["reader"] = secret
	h.do("reader", "GET", "/v1/lms/records/", nil).want(200)
	h.do("reader", "GET", "/v1/auth/me/", nil).want(200).has("scopes.1", "data.export")
	h.do("reader", "POST", "/v1/lms/records/", map[string]any{"received_amount": 1}).refused(403, "token.scope")
	h.do("reader", "GET", "/v1/lms/events/", nil).refused(403, "permission")
	err = h.db.Reader().Read(t.Context(), func(ctx context.Context, v *store.View) error {
		used, err := v.TokenByName(ctx, "reader")
		if err != nil {
			return err
		}
		idle, err := v.TokenByName(ctx, "finance")
		if used.UsedAt.IsZero() || !idle.UsedAt.IsZero() {
			t.Errorf("used %v, idle %v", used.UsedAt, idle.UsedAt)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// A token that asks too often is told to wait, others are not.
func TestRateOfAToken(t *testing.T) {
	h := newHouse(t, "2026-04-01", "12:00:00.000000")
	h.api = New(Config{Office: h.office, People: h.people, Reader: h.db.Reader(), Version: "test", Rate: 1})
	h.echo = echo.New()
	h.api.Register(h.echo)
	refused := h.do("operator", "GET", "/v1/auth/me/", nil).want(200)
	for sent := 1; refused.status == 200 && sent < 500; sent++ { // one comes back each second, however slow the machine
		refused = h.do("operator", "GET", "/v1/auth/me/", nil)
	}
	refused.refused(429, "rate.exceeded")
	if refused.header.Get("Retry-After") != "1" {
		t.Errorf("Retry-After %q", refused.header.Get("Retry-After"))
	}
	h.do("auditor", "GET", "/v1/auth/me/", nil).want(200)
}
