package store

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestTokenSecretsAreHashed(t *testing.T) {
	db, _ := peopleDB(t)
	owner := addPerson(t, db, "asha", "operator")
	const secret = "lk_very-secret"
	peopleWrite(t, db, func(ctx context.Context, tx *Tx) error {
		made, err := tx.CreateToken(ctx, Token{Name: "erp", Role: "api", OwnerID: Opt(owner.ID)}, secret)
		if err != nil {
			return err
		}
		if made.OwnerName != owner.Name {
			t.Errorf("owner = %q", made.OwnerName)
		}
		var stored string
		if err := tx.get(ctx, &stored, `SELECT token_hash FROM api_tokens`); err != nil {
			return err
		}
		if strings.Contains(stored, secret) || len(stored) != 64 {
			t.Errorf("stored %q, want a hash", stored)
		}
		if _, err := tx.TokenBySecret(ctx, stored); !errors.Is(err, ErrMissing) {
			t.Errorf("the hash opens the door: %v", err)
		}
		_, err = tx.TokenBySecret(ctx, secret)
		return err
	})
}

func TestRevokeTokensOf(t *testing.T) {
	db, clock := peopleDB(t)
	owner := addPerson(t, db, "asha", "operator")
	peopleWrite(t, db, func(ctx context.Context, tx *Tx) error {
		for _, name := range []string{"sign-in:1", "erp"} {
			if _, err := tx.CreateToken(ctx, Token{Name: name, Role: "api", OwnerID: Opt(owner.ID)}, name); err != nil {
				return err
			}
		}
		if n, err := tx.RevokeTokensOf(ctx, owner.ID, "sign-in:"); n != 1 || err != nil {
			t.Errorf("revoked %d sign-in tokens, %v, want 1", n, err)
		}
		if n, err := tx.RevokeTokensOf(ctx, owner.ID, ""); n != 1 || err != nil {
			t.Errorf("revoked %d others, %v, want 1", n, err)
		}
		revoked, err := tx.TokenByName(ctx, "erp")
		if !revoked.RevokedAt.Equal(clock.now) {
			t.Errorf("revoked at %v, want now", revoked.RevokedAt)
		}
		return err
	})
}

func TestForgetExpiredTokensLeavesOthers(t *testing.T) {
	db, clock := peopleDB(t)
	soon := Instant{clock.now.Add(time.Hour)}
	peopleWrite(t, db, func(ctx context.Context, tx *Tx) error {
		for name, expiry := range map[string]Instant{"sign-in:1": soon, "sign-in:2": {soon.Add(time.Hour)}, "erp": soon} {
			if _, err := tx.CreateToken(ctx, Token{Name: name, Role: "api", ExpiresAt: expiry}, name); err != nil {
				return err
			}
		}
		return nil
	})
	clock.now = soon.Time
	peopleWrite(t, db, func(ctx context.Context, tx *Tx) error {
		if err := tx.ForgetExpiredTokens(ctx, "sign-in:"); err != nil {
			return err
		}
		left, err := tx.Tokens(ctx, 10)
		if len(left) != 2 {
			t.Errorf("left %+v, want the live one and the other kind", left)
		}
		return err
	})
}
