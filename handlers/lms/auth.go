package lms

import (
	"strings"

	"lekha/servicing"
)

// signInBody is what a person gives to sign in from a program.
type signInBody struct {
	Username text   `json:"username" need:"true"`
	Password secret `json:"password" need:"true"`
	OTP      text   `json:"otp" doc:"Where the installation asks for one."`
	Role     text   `json:"role" enum:"operator,credit_manager,finance,admin,auditor" doc:"A token has one role: this, or the one that works with money."`
}

// tokenAnswer is a token, shown once.
type tokenAnswer struct {
	Access    string     `json:"access"`
	TokenType string     `json:"token_type"`
	ExpiresIn int64      `json:"expires_in" doc:"Seconds."`
	User      userAnswer `json:"user"`
}

// userAnswer is who signed in.
type userAnswer struct {
	ID       string   `json:"id"`
	Username string   `json:"username"`
	Name     string   `json:"name"`
	Role     string   `json:"role" doc:"Of this token."`
	Roles    []string `json:"roles"`
}

// createToken signs a person in and answers a token for one working day.
func (a *API) createToken(c *call, in signInBody) (tokenAnswer, error) {
	actor, user, err := a.people.SignIn(c.ctx, servicing.Credentials{Username: string(in.Username), Password: string(in.Password),
		Address: c.actor.Address, RequestID: c.actor.RequestID})
	if err != nil {
		return tokenAnswer{}, err
	}
	secret, token, err := a.people.CreateSignInToken(c.ctx, actor, servicing.Role(in.Role))
	if err != nil {
		return tokenAnswer{}, err
	}
	left := token.ExpiresAt.Sub(a.reader.Now().Time)
	return tokenAnswer{Access: secret, TokenType: "Bearer", ExpiresIn: int64(left.Seconds()),
		User: userAnswer{user.ID, user.Username, user.Name, token.Role, refs(user.Roles)}}, nil
}

// whoAmI answers whom a token acts for.
func (a *API) whoAmI(c *call) (actorAnswer, error) {
	roles := make([]string, len(c.actor.Roles))
	for i, r := range c.actor.Roles {
		roles[i] = string(r)
	}
	scopes := make([]string, len(c.actor.Scopes))
	for i, s := range c.actor.Scopes {
		scopes[i] = string(s)
	}
	return actorAnswer{c.actor.Person, c.actor.Name, roles, c.actor.Program, scopes}, nil
}

// actorAnswer is whom a token acts for.
type actorAnswer struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Roles   []string `json:"roles"`
	Program bool     `json:"program"`
	Scopes  []string `json:"scopes" doc:"Permissions that the token is narrowed to; empty: all of its role."`
}

// wordsOf splits text at blanks.
func wordsOf(text string) []string { return refs(strings.Fields(text)) }
