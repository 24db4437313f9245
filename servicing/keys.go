package servicing

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"lekha/lending"
	"lekha/store"
)

// signInTokens is how names of the tokens begin that a program gets by signing in.
const signInTokens = "sign-in:"

// signInTokenLife is a working day: a program that signs in does so every morning.
const signInTokenLife = 12 * time.Hour

// secretPrefix lets a secret be told from other secrets, by people and by the
// scanners that look for leaked ones.
const secretPrefix = "lk_"

// NewToken is the key of a program to be made.
type NewToken struct {
	Name      string
	Role      Role          // APIClient prepares; the others are those of its owner
	Owner     string        // id or user name; only the console may name one
	Scopes    []Permission  // of its role; none: all of them
	ExpiresAt store.Instant // zero: it does not expire
}

// CreateToken makes the key of a program and returns its secret, which is shown
// once and kept nowhere. It counts as its owner: the person who made it, or,
// from the console, whom the console names, or nobody.
func (p *People) CreateToken(ctx context.Context, actor Actor, in NewToken) (string, store.Token, error) {
	if err := actor.need(MayManagePeople); err != nil {
		return "", store.Token{}, err
	}
	in.Name = strings.TrimSpace(in.Name)
	faults := faults{}
	faults.text("name", "name", in.Name)
	if strings.HasPrefix(in.Name, signInTokens) {
		faults.add("name", "Names that begin with "+signInTokens+" are taken by sign-ins.")
	}
	if rolesFault([]Role{in.Role}) != "" && in.Role != APIClient {
		faults.add("role", "There is no role "+string(in.Role)+".")
	}
	for _, scope := range in.Scopes {
		if !slices.Contains(granted[scope], in.Role) {
			faults.add("scopes", fmt.Sprintf("%q is nothing that this role may do. It may: %s.", scope, strings.Join(permissionsOf(in.Role), ", ")))
		}
	}
	if in.Owner != "" && actor.Person != Console().Person {
		faults.add("owner", "A token made here is yours. Tokens of others are made on the command line.")
	}
	if err := faults.refuse("token.invalid", "The token cannot be made like this."); err != nil {
		return "", store.Token{}, err
	}
	if in.Owner == "" && actor.Person != Console().Person {
		in.Owner = actor.Person
	}
	attempt := note{action: "token.create", subject: in.Name, input: in}
	return p.makeToken(ctx, actor, in, attempt)
}

// CreateSignInToken makes a token of its own for a person who has just signed in
// from a program, for one working day. It holds one role: the one asked for, or
// the first that works with money.
func (p *People) CreateSignInToken(ctx context.Context, actor Actor, role Role) (string, store.Token, error) {
	if actor.Program {
		return "", store.Token{}, lending.Refuse(lending.Forbidden, "token.sign_in", "A token does not make tokens.")
	}
	if role == "" {
		for _, r := range []Role{Auditor, Admin, Finance, CreditManager, Operator} {
			if actor.Has(r) {
				role = r
			}
		}
	}
	in := NewToken{Name: signInTokens + rand.Text(), Role: role, Owner: actor.Person}
	in.ExpiresAt = store.Instant{Time: p.office.db.Reader().Now().Add(signInTokenLife)}
	return p.makeToken(ctx, actor, in, note{action: "token.sign_in", subject: actor.Name, input: map[string]any{"role": role}})
}

// makeToken draws a secret and writes its token.
func (p *People) makeToken(ctx context.Context, actor Actor, in NewToken, attempt note) (string, store.Token, error) {
	var token store.Token
	secret := newSecret()
	err := p.office.command(ctx, actor, attempt, func(ctx context.Context, tx *store.Tx, n *note) error {
		if err := tx.ForgetExpiredTokens(ctx, signInTokens); err != nil {
			return err
		}
		if _, err := tx.TokenByName(ctx, in.Name); err == nil {
			return lending.RefuseField("name", "token.taken", "There is a token "+in.Name+" already. Names are not used twice.")
		} else if lending.KindOf(err) != lending.NotFound {
			return err
		}
		row := store.Token{Name: in.Name, Role: string(in.Role), ExpiresAt: in.ExpiresAt}
		for _, scope := range in.Scopes {
			row.Scopes = strings.TrimSpace(row.Scopes + " " + string(scope))
		}
		if in.Owner != "" {
			owner, err := userByAny(ctx, &tx.View, in.Owner)
			if err != nil {
				return err
			}
			if err := tokenFits(in.Role, owner); err != nil {
				return err
			}
			row.OwnerID = store.Opt(owner.ID)
		}
		var err error
		token, err = tx.CreateToken(ctx, row, secret)
		n.summary = "Made token " + in.Name + " for " + inWords(store.Roles{string(in.Role)}) + "."
		return err
	})
	if err != nil {
		return "", store.Token{}, err
	}
	return secret, token, nil
}

// newSecret draws 32 random bytes as text.
func newSecret() string {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails, by its contract
	return secretPrefix + base64.RawURLEncoding.EncodeToString(raw)
}

// tokenFits refuses a token that would give its owner what the owner may not be:
// a role not held, or work to prepare beside work to approve.
func tokenFits(role Role, owner store.User) error {
	if !owner.Active {
		return lending.RefuseField("owner", "token.owner", owner.Name+" is not active.")
	}
	roles := rolesOf(owner)
	if role == APIClient {
		if fault := rolesFault(tidyRoles(append(roles, Operator))); fault != "" {
			return lending.RefuseField("role", "token.role", "An api token prepares work and counts as its owner, "+owner.Name+". "+fault)
		}
		return nil
	}
	if !slices.Contains(roles, role) {
		return lending.RefuseField("role", "token.role", "The owner, "+owner.Name+", is "+inWords(owner.Roles)+". A token has no more than its owner.")
	}
	return nil
}

// RevokeToken ends a token for good: an administrator any, everybody their own.
func (p *People) RevokeToken(ctx context.Context, actor Actor, id string) (store.Token, error) {
	var token store.Token
	err := p.office.command(ctx, actor, note{action: "token.revoke", subject: id}, func(ctx context.Context, tx *store.Tx, n *note) error {
		t, err := tx.TokenByID(ctx, id)
		if refused := actor.need(MayManagePeople); refused != nil && (err != nil || string(t.OwnerID) != actor.Person) {
			return refused
		}
		if err != nil {
			return err
		}
		if !t.RevokedAt.IsZero() {
			return lending.Refuse(lending.Conflict, "token.revoked", "This token is revoked already.")
		}
		n.subject, n.summary = t.Name, "Revoked token "+t.Name+"."
		if err := tx.RevokeToken(ctx, id); err != nil {
			return err
		}
		token, err = tx.TokenByID(ctx, id)
		return err
	})
	return token, err
}

// ActorOfToken is whom a program acts for now. Every reason to refuse reads the
// same, so that nobody learns which tokens there are.
func (p *People) ActorOfToken(ctx context.Context, secret string) (Actor, error) {
	refused := lending.Refuse(lending.Forbidden, "token.refused", "This token is unknown, expired or revoked.")
	if !strings.HasPrefix(secret, secretPrefix) {
		return Actor{}, refused
	}
	var token store.Token
	var owner store.User
	err := p.read(ctx, func(ctx context.Context, v *store.View) (err error) {
		if token, err = v.TokenBySecret(ctx, secret); err != nil || token.OwnerID == "" {
			return err
		}
		owner, err = v.UserByID(ctx, string(token.OwnerID))
		return err
	})
	if errors.Is(err, store.ErrMissing) {
		return Actor{}, refused
	}
	if err != nil {
		return Actor{}, fmt.Errorf("reading whose token it is: %w", err)
	}
	now := p.office.db.Reader().Now()
	if !token.RevokedAt.IsZero() || !token.ExpiresAt.IsZero() && !now.Before(token.ExpiresAt.Time) {
		return Actor{}, refused
	}
	p.seen(ctx, token, now)
	actor := Actor{Person: token.ID, Name: token.Name, Roles: []Role{Role(token.Role)}, Program: true, Scopes: ParseScopes(token.Scopes)}
	if token.OwnerID == "" {
		return actor, nil
	}
	if tokenFits(Role(token.Role), owner) != nil {
		return Actor{}, refused
	}
	actor.Person, actor.Name = owner.ID, owner.Name
	if !strings.HasPrefix(token.Name, signInTokens) {
		actor.Name += " (" + token.Name + ")"
	}
	return actor, nil
}

// ParseScopes reads the permissions that a token is narrowed to: their names, with
// blanks or commas between.
func ParseScopes(text string) []Permission {
	var scopes []Permission
	for name := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ' ' || r == ',' }) {
		scopes = append(scopes, Permission(name))
	}
	return scopes
}

// permissionsOf names what a role may do, in the order of the alphabet.
func permissionsOf(role Role) []string {
	var names []string
	for permission, roles := range granted {
		if slices.Contains(roles, role) {
			names = append(names, string(permission))
		}
	}
	slices.Sort(names)
	return names
}

// seenEvery is how exactly the last use of a token is known.
const seenEvery = 5 * time.Minute

// seen notes the use of a token, now and then. It is for people who tidy up, so a
// request does not wait for a busy database on its account.
func (p *People) seen(ctx context.Context, token store.Token, now store.Instant) {
	if now.Sub(token.UsedAt.Time) < seenEvery {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	_ = p.office.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.UseToken(ctx, token.ID) })
}
