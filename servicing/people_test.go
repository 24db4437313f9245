package servicing

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"lekha/lending"
	"lekha/store"
)

// signIn tries a password and returns the code of the refusal, "" when it is let in.
func (h *house) signIn(username, password string) string {
	h.Helper()
	_, _, err := h.people.SignIn(h.Context(), Credentials{Username: username, Password: password, Address: "192.0.2.1", RequestID: "test"})
	if err == nil {
		return ""
	}
	return codeOf(h.T, err)
}

func codeOf(t *testing.T, err error) string {
	t.Helper()
	refused, ok := errors.AsType[*lending.Error](err)
	if !ok {
		t.Fatalf("%v is no refusal", err)
	}
	return refused.Code
}

// TestSignInIsThrottled: four slips are human, the fifth locks, for names that
// nobody has as well, and the lock ends.
func TestSignInIsThrottled(t *testing.T) {
	h := newHouse(t)
	for _, name := range []string{"asha", "nobody-here"} {
		for range lockFrom {
			if got := h.signIn(name, "wrong guess!"); got != "signin.refused" {
				t.Fatalf("%s with a wrong password: %q", name, got)
			}
		}
		if got := h.signIn(name, "a quiet river"); got != "signin.throttled" {
			t.Errorf("%s after %d failures: %q, want throttled", name, lockFrom, got)
		}
	}
	h.clock.set(h.clock.read().Add(firstLock + time.Second))
	if got := h.signIn("asha", "a quiet river"); got != "" {
		t.Errorf("asha after the lock: %q", got)
	}
	if got := h.signIn("nobody-here", "a quiet river"); got != "signin.refused" {
		t.Errorf("nobody after the lock: %q", got)
	}
}

// TestPasswordsAreArgon2id: what is stored is a salted argon2id hash, different
// each time, and the default costs what OWASP asks for or more.
func TestPasswordsAreArgon2id(t *testing.T) {
	h := newHouse(t)
	var hashes []string
	h.read(func(ctx context.Context, v *store.View) error {
		for _, actor := range []Actor{h.asha, h.bela} { // the same password
			hash, err := v.PasswordHash(ctx, actor.Person)
			if err != nil {
				return err
			}
			hashes = append(hashes, hash)
		}
		return nil
	})
	if !strings.HasPrefix(hashes[0], "$argon2id$v=19$") || hashes[0] == hashes[1] {
		t.Errorf("stored passwords: %q", hashes)
	}
	if cost := DefaultPasswordCost(); cost.MemoryKiB < 19*1024 || cost.Passes < 2 {
		t.Errorf("the default cost is %+v", cost)
	}
	for _, weak := range []string{"short", "password123", "asha"} {
		_, err := h.people.AddUser(t.Context(), Console(), NewUser{Username: "asha2", Name: "Asha", Password: weak, Roles: []Role{Operator}})
		if lending.KindOf(err) != lending.Invalid {
			t.Errorf("the password %q is taken: %v", weak, err)
		}
	}
}

// TestTokenCountsAsItsOwner: what a program prepares under a person's token that
// person may not approve, and a token has no more than its owner.
func TestTokenCountsAsItsOwner(t *testing.T) {
	h := newHouse(t)
	secret, _, err := h.people.CreateToken(t.Context(), Console(), NewToken{Name: "loader", Role: APIClient, Owner: "asha"})
	h.must(err)
	program, err := h.people.ActorOfToken(t.Context(), secret)
	h.must(err)
	if program.Person != h.asha.Person || !program.Program {
		t.Errorf("the program is %+v, want Asha's", program)
	}
	if _, _, err := h.people.CreateToken(t.Context(), Console(), NewToken{Name: "maker", Role: APIClient, Owner: "ravi"}); lending.KindOf(err) != lending.Invalid {
		t.Errorf("a token that prepares for one who approves: %v", err)
	}
	if _, _, err := h.people.CreateToken(t.Context(), Console(), NewToken{Name: "more", Role: CreditManager, Owner: "asha"}); lending.KindOf(err) != lending.Invalid {
		t.Errorf("a token that is more than its owner: %v", err)
	}
	_, err = h.people.DeactivateUser(t.Context(), Console(), "asha", 0)
	h.must(err)
	if _, err := h.people.ActorOfToken(t.Context(), secret); lending.KindOf(err) != lending.Forbidden {
		t.Errorf("the token of one who was shut out: %v", err)
	}
}

// TestTokensEnd: by their day, and by being revoked.
func TestTokensEnd(t *testing.T) {
	h := newHouse(t)
	end := h.clock.read().Add(time.Hour)
	secret, _, err := h.people.CreateToken(t.Context(), Console(), NewToken{Name: "short", Role: Auditor, ExpiresAt: store.Instant{Time: end}})
	h.must(err)
	if _, err := h.people.ActorOfToken(t.Context(), secret); err != nil {
		t.Errorf("before its end: %v", err)
	}
	h.clock.set(end)
	if _, err := h.people.ActorOfToken(t.Context(), secret); lending.KindOf(err) != lending.Forbidden {
		t.Errorf("at its end: %v", err)
	}
	secret, token, err := h.people.CreateToken(t.Context(), Console(), NewToken{Name: "long", Role: Auditor})
	h.must(err)
	_, err = h.people.RevokeToken(t.Context(), Console(), token.ID)
	h.must(err)
	if _, err := h.people.ActorOfToken(t.Context(), secret); lending.KindOf(err) != lending.Forbidden {
		t.Errorf("revoked: %v", err)
	}
	if _, err := h.people.ActorOfToken(t.Context(), "lk_guess"); lending.KindOf(err) != lending.Forbidden {
		t.Errorf("a guess: %v", err)
	}
}

// TestNothingIsStuckWhenSomebodyLeaves: what a person prepared is decided by the
// others, and the last administrator stays.
func TestNothingIsStuckWhenSomebodyLeaves(t *testing.T) {
	h := newHouse(t)
	_, err := h.people.DeactivateUser(t.Context(), Console(), "admin", 0)
	if lending.KindOf(err) != lending.Conflict {
		t.Errorf("the last administrator is shut out: %v", err)
	}
	_, err = h.people.DeactivateUser(t.Context(), Console(), "asha", 0)
	h.must(err)
	if got := h.signIn("asha", "a quiet river"); got != "user.inactive" {
		t.Errorf("asha, shut out, signs in: %q", got)
	}
	if _, err := h.people.ActorOf(t.Context(), h.asha.Person); lending.KindOf(err) != lending.Forbidden {
		t.Errorf("the session of one who was shut out: %v", err)
	}
	_, err = h.people.ReactivateUser(t.Context(), Console(), "asha", 0)
	h.must(err)
	if got := h.signIn("asha", "a quiet river"); got != "" {
		t.Errorf("asha, let in again: %q", got)
	}
}
