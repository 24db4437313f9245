package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"lekha/servicing"
	"lekha/store"
)

func (h *house) user(username string) store.User {
	h.t.Helper()
	var u store.User
	h.look(func(ctx context.Context, v *store.View) (err error) {
		u, err = v.UserByName(ctx, username)
		return err
	})
	return u
}

func TestPersonIsAddedAndSignsIn(t *testing.T) {
	h := newHouse(t)
	admin := h.as("admin")
	admin.get("/people").status(http.StatusOK).has("Asha Kulkarni", "credit manager", "Active")
	form := url.Values{"username": {"sunita"}, "name": {"Sunita Rao"}, "password": {houseWord}, "roles": {"credit_manager", "admin"}}
	admin.post("/people", form).leads()
	admin.get("/people").has("Sunita Rao can sign in now", "sunita", "admin, credit manager")
	h.as("sunita").get("/people").status(http.StatusOK)
	admin.post("/people", form).status(http.StatusUnprocessableEntity).has("There is a user sunita already")
}

// Who prepares does not approve; the sentence says why, and what was typed stays.
func TestRolesThatCannotMeet(t *testing.T) {
	h := newHouse(t)
	admin := h.as("admin")
	for _, c := range []struct {
		roles []string
		says  string
	}{
		{nil, "Choose at least one role."},
		{[]string{"operator", "credit_manager"}, "Who prepares may not approve: operator and credit manager are two people."},
		{[]string{"operator", "finance"}, "Who prepares may not release money: operator and finance are two people."},
		{[]string{"credit_manager", "finance"}, "Who approves may not release money: credit manager and finance are two people."},
		{[]string{"auditor", "admin"}, "An auditor only looks: this role stands alone."},
		{[]string{"owner"}, "There is no role owner for people."},
	} {
		answer := admin.post("/people", url.Values{"username": {"sunita"}, "name": {"Sunita Rao"}, "password": {houseWord}, "roles": c.roles})
		answer.status(http.StatusUnprocessableEntity)
		if got := answer.at("e-roles"); got != c.says {
			t.Errorf("%v: %q, want %q", c.roles, got, c.says)
		}
		if answer.value("name") != "Sunita Rao" {
			t.Errorf("%v: what was typed is lost", c.roles)
		}
	}
	page := admin.get("/people/operator").status(http.StatusOK)
	form := url.Values{"name": {"Asha Kulkarni"}, "roles": {"operator", "credit_manager"}, "version": {page.value("version")}}
	admin.post("/people/operator", form).status(http.StatusUnprocessableEntity).has("Who prepares may not approve")
	if got := strings.Join(h.user("operator").Roles, " "); got != "operator" {
		t.Errorf("the operator is %s", got)
	}
	form["roles"] = []string{"credit_manager"}
	admin.post("/people/operator", form).leads()
	admin.post("/people/operator", form).status(http.StatusConflict).has("Somebody changed user")
}

func TestPersonIsShutOutAndLetInAgain(t *testing.T) {
	h := newHouse(t)
	admin := h.as("admin")
	asha := h.as("operator")
	asha.get("/records").status(http.StatusOK)
	page := admin.get("/people/operator")
	admin.post("/people/operator/deactivation", url.Values{"version": {page.value("version")}}).leads()
	if to := asha.get("/records").leads(); !strings.HasPrefix(to, "/signin") {
		t.Errorf("the session goes on: %s", to)
	}
	admin.get("/people").has("Not active")
	page = admin.get("/people/operator").has("Not active", "Reactivate", "Deactivated Asha Kulkarni")
	admin.post("/people/operator/reactivation", url.Values{"version": {page.value("version")}}).leads()
	admin.post("/people/operator/password", url.Values{"password": {"short"}}).status(http.StatusUnprocessableEntity).has("Password:")
	admin.post("/people/operator/password", url.Values{"password": {"another horse battery"}}).leads()
	h.nobody().post("/signin", url.Values{"username": {"operator"}, "password": {houseWord}}).status(http.StatusForbidden)
	h.nobody().post("/signin", url.Values{"username": {"operator"}, "password": {"another horse battery"}}).leads()

	admins := h.user("admin")
	last := admin.post("/people/admin/deactivation", url.Values{"version": {"0"}})
	last.status(http.StatusConflict).has("is the last active administrator")
	if !h.user("admin").Active || h.user("admin").Version != admins.Version {
		t.Error("the last administrator was shut out")
	}
	admin.get("/people/nobody").status(http.StatusNotFound)
}

func TestTokenIsShownOnce(t *testing.T) {
	h := newHouse(t)
	admin := h.as("admin")
	made := admin.post("/tokens", url.Values{"name": {"collections"}, "role": {"admin"}, "days": {"30"}}).status(http.StatusCreated)
	_, secret, _ := strings.Cut(made.at("secret"), "lk_")
	secret = "lk_" + strings.TrimSpace(secret)
	if actor, err := h.people.ActorOfToken(t.Context(), secret); err != nil || !actor.Has(servicing.Admin) {
		t.Fatalf("the secret that was shown acts as %+v, %v", actor, err)
	}
	admin.get("/tokens").status(http.StatusOK).has("collections", "Farah Khan", "Valid").lacks(secret)
	if strings.Contains(h.logged.String(), secret) {
		t.Error("the secret is in the log")
	}
	h.look(func(ctx context.Context, v *store.View) error {
		events, err := v.Events(ctx, store.EventFilter{Action: "token.", Limit: 10})
		for _, e := range events {
			if strings.Contains(e.Input, secret) {
				t.Error("the secret is in the audit log")
			}
		}
		return err
	})
	admin.post("/tokens", url.Values{"name": {"collections"}, "role": {"admin"}}).status(http.StatusUnprocessableEntity).has("There is a token collections already")
	admin.post("/tokens", url.Values{"name": {"other"}, "role": {"finance"}}).status(http.StatusUnprocessableEntity).has("A token has no more than its owner")
	admin.post("/tokens", url.Values{"name": {""}, "role": {"api"}, "days": {"soon"}}).status(http.StatusUnprocessableEntity).has("Give a whole number")

	id := h.tokenID("collections")
	admin.post("/tokens/"+id+"/revocation", nil).leads()
	admin.get("/tokens").has("Token collections is revoked", "Revoked")
	if _, err := h.people.ActorOfToken(t.Context(), secret); err == nil {
		t.Error("a revoked token is let in")
	}
	h.as("auditor").get("/tokens").status(http.StatusOK).has("collections").html("disabled")
	h.as("operator").get("/tokens").status(http.StatusForbidden)
}

func (h *house) tokenID(name string) string {
	h.t.Helper()
	var token store.Token
	h.look(func(ctx context.Context, v *store.View) (err error) {
		token, err = v.TokenByName(ctx, name)
		return err
	})
	return token.ID
}

func TestOwnPassword(t *testing.T) {
	h := newHouse(t)
	asha, elsewhere := h.as("operator"), browser{h: h}
	answer := elsewhere.post("/signin", url.Values{"username": {"operator"}, "password": {houseWord}})
	answer.leads()
	elsewhere.cookie = answer.Result().Cookies()[0]

	asha.get("/me").status(http.StatusOK).has("Asha Kulkarni", "operator", "You have no token")
	wrong := url.Values{"current_password": {"not this one"}, "password": {"another horse battery"}}
	asha.post("/me/password", wrong).status(http.StatusUnprocessableEntity).has("This is not your current password")
	changed := asha.post("/me/password", url.Values{"current_password": {houseWord}, "password": {"another horse battery"}})
	changed.leads()
	cookies := changed.Result().Cookies()
	if len(cookies) == 0 || cookies[0].Value == asha.cookie.Value {
		t.Fatal("the browser keeps its old session")
	}
	if to := asha.get("/me").leads(); !strings.HasPrefix(to, "/signin") {
		t.Errorf("the old session goes on: %s", to)
	}
	asha.cookie = cookies[0]
	asha.get("/me").status(http.StatusOK).has("Your password is changed")
	if to := elsewhere.get("/me").leads(); !strings.HasPrefix(to, "/signin") {
		t.Errorf("the session of another browser goes on: %s", to)
	}
}

// Everybody ends their own tokens, nobody but an administrator those of others.
func TestOwnTokens(t *testing.T) {
	h := newHouse(t)
	expires := store.Instant{Time: houseNow.Add(24 * time.Hour)}
	_, own, err := h.people.CreateToken(t.Context(), servicing.Console(), servicing.NewToken{Name: "asha-app", Role: servicing.APIClient, Owner: "operator", ExpiresAt: expires})
	if err != nil {
		t.Fatal(err)
	}
	h.as("operator").get("/me").has("asha-app", "Valid")
	h.as("finance").get("/me").lacks("asha-app")
	h.as("finance").post("/me/tokens/"+own.ID+"/revocation", nil).status(http.StatusForbidden)
	h.as("operator").post("/me/tokens/"+own.ID+"/revocation", nil).leads()
	h.as("operator").get("/me").has("asha-app", "Revoked")
}
