package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Token is the key of a program. The secret is nowhere: it is shown once when
// it is made, and only its hash is stored.
type Token struct {
	ID        string  `db:"id"`
	Name      string  `db:"name"`
	Role      string  `db:"role"`
	OwnerID   Opt     `db:"owner_id"` // counts as this person in every decision
	Scopes    string  `db:"scopes"`   // permissions, blank-separated; empty: all of the role
	ExpiresAt Instant `db:"expires_at"`
	CreatedAt Instant `db:"created_at"`
	UsedAt    Instant `db:"used_at"` // last seen, to a few minutes
	RevokedAt Instant `db:"revoked_at"`

	OwnerName string `db:"owner_name"`
}

const tokenSelect = `
	SELECT t.id, t.name, t.role, t.owner_id, t.scopes, t.expires_at, t.created_at, t.used_at, t.revoked_at, COALESCE(u.name, '') AS owner_name
	FROM api_tokens t
	LEFT JOIN users u ON u.id = t.owner_id`

// hashSecret is how tokens of sessions and programs are stored. They are 32
// random bytes, so one plain round is enough: nobody can try them all.
func hashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// CreateToken writes a token with the hash of its secret.
func (tx *Tx) CreateToken(ctx context.Context, t Token, secret string) (Token, error) {
	id := NewID()
	_, err := tx.exec(ctx, `
		INSERT INTO api_tokens (id, name, role, token_hash, owner_id, scopes, expires_at, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, id, t.Name, t.Role, hashSecret(secret), t.OwnerID, t.Scopes, t.ExpiresAt, tx.Now)
	if err != nil {
		return t, fmt.Errorf("writing token %s: %w", t.Name, err)
	}
	return tx.TokenByID(ctx, id)
}

// UseToken notes that a token was seen.
func (tx *Tx) UseToken(ctx context.Context, id string) error {
	_, err := tx.exec(ctx, `UPDATE api_tokens SET used_at = ? WHERE id = ?`, tx.Now, id)
	if err != nil {
		return fmt.Errorf("noting the use of a token: %w", err)
	}
	return nil
}

// RevokeToken ends a token for good.
func (tx *Tx) RevokeToken(ctx context.Context, id string) error {
	_, err := tx.exec(ctx, `UPDATE api_tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL`, tx.Now, id)
	if err != nil {
		return fmt.Errorf("revoking a token: %w", err)
	}
	return nil
}

// RevokeTokensOf ends the tokens of a person whose name begins so (all when the
// prefix is empty) and says how many.
func (tx *Tx) RevokeTokensOf(ctx context.Context, owner, prefix string) (int64, error) {
	n, err := tx.exec(ctx, `
		UPDATE api_tokens
		SET revoked_at = ?
		WHERE owner_id = ? AND substr(name, 1, length(?)) = ? AND revoked_at IS NULL`, tx.Now, owner, prefix, prefix)
	if err != nil {
		return 0, fmt.Errorf("revoking tokens: %w", err)
	}
	return n, nil
}

// ForgetExpiredTokens deletes expired tokens with a name that begins so: those
// made by signing in are many and short-lived.
func (tx *Tx) ForgetExpiredTokens(ctx context.Context, prefix string) error {
	_, err := tx.exec(ctx, `
		DELETE FROM api_tokens
		WHERE expires_at <= ? AND substr(name, 1, length(?)) = ?`, tx.Now, prefix, prefix)
	if err != nil {
		return fmt.Errorf("deleting expired tokens: %w", err)
	}
	return nil
}

// TokenByID returns one token.
func (v *View) TokenByID(ctx context.Context, id string) (Token, error) {
	var t Token
	err := v.get(ctx, &t, tokenSelect+` WHERE t.id = ?`, id)
	return t, missing(err, "token", id)
}

// TokenByName returns one token by its name.
func (v *View) TokenByName(ctx context.Context, name string) (Token, error) {
	var t Token
	err := v.get(ctx, &t, tokenSelect+` WHERE t.name = ?`, name)
	return t, missing(err, "token", name)
}

// TokenBySecret returns the token of a secret, revoked or expired ones too;
// ErrMissing when there is none.
func (v *View) TokenBySecret(ctx context.Context, secret string) (Token, error) {
	var t Token
	err := v.get(ctx, &t, tokenSelect+` WHERE t.token_hash = ?`, hashSecret(secret))
	return t, err
}

// Tokens lists tokens, newest first.
func (v *View) Tokens(ctx context.Context, limit int) ([]Token, error) {
	var tokens []Token
	err := v.list(ctx, &tokens, tokenSelect+` ORDER BY t.id DESC LIMIT ?`, limit)
	if err != nil {
		return nil, fmt.Errorf("listing tokens: %w", err)
	}
	return tokens, nil
}

// Now is the wall clock of the books, for a reader that has to know what has
// expired. Commands use [Tx].Now.
func (r Reader) Now() Instant { return Instant{r.db.clock().UTC()} }
