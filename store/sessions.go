package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Sessions keeps browser sessions: the store of scs, whose interface it has.
// Tokens are hashed before they are stored, so that a copy of the file opens no
// session.
type Sessions struct {
	db *DB
	// owner says whose session it is, from its data; "" before anybody signed in.
	owner func(data []byte) string
}

// Sessions returns the store of browser sessions.
func (db *DB) Sessions(owner func(data []byte) string) *Sessions {
	return &Sessions{db: db, owner: owner}
}

// Find returns the data of a live session.
func (s *Sessions) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit keeps the data of a session until it expires.
func (s *Sessions) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}

// Delete ends a session.
func (s *Sessions) Delete(token string) error {
	return s.DeleteCtx(context.Background(), token)
}

// Visitor is who a session belongs to, as they are now; one without an id is
// somebody who has not signed in.
type Visitor struct {
	ID, Name string
	Active   bool
	Roles    Roles
}

// visitorKey finds in a context where the visitor goes.
type visitorKey struct{}

// WithVisitor has FindCtx say whose session it found: scs takes nothing but the
// data, and to ask for the person apart is another look at the file on every page.
func WithVisitor(ctx context.Context, visitor *Visitor) context.Context {
	return context.WithValue(ctx, visitorKey{}, visitor)
}

// FindCtx returns the data of a live session, and leaves word of whose it is where
// WithVisitor said.
func (s *Sessions) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	visitor, ok := ctx.Value(visitorKey{}).(*Visitor)
	if !ok {
		visitor = &Visitor{}
	}
	var data []byte
	err := s.db.Reader().Read(ctx, func(ctx context.Context, v *View) error {
		return v.row(ctx, []any{&data, &visitor.ID, &visitor.Name, &visitor.Active, &visitor.Roles}, `
			SELECT s.data, COALESCE(u.id, ''), COALESCE(u.name, ''), COALESCE(u.active, 0),
				(SELECT COALESCE(string_agg(r.role, ' ' ORDER BY r.role), '') FROM user_roles r WHERE r.user_id = u.id)
			FROM sessions s
			LEFT JOIN users u ON u.id = s.user_id
			WHERE s.token_hash = ? AND s.expires_at > ?`, hashSecret(token), s.db.Reader().Now())
	})
	if errors.Is(err, ErrMissing) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("reading a session: %w", err)
	}
	return data, true, nil
}

// CommitCtx keeps the data of a session until it expires, and clears away what
// has expired.
func (s *Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	return s.db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		if _, err := tx.exec(ctx, `DELETE FROM sessions WHERE expires_at <= ?`, tx.Now); err != nil {
			return fmt.Errorf("clearing expired sessions: %w", err)
		}
		_, err := tx.exec(ctx, `
			INSERT INTO sessions (token_hash, user_id, data, expires_at)
			VALUES (?, ?, ?, ?)
			ON CONFLICT (token_hash) DO UPDATE
			SET user_id = excluded.user_id, data = excluded.data, expires_at = excluded.expires_at`,
			hashSecret(token), Opt(s.owner(data)), data, Instant{expiry.UTC()})
		if err != nil {
			return fmt.Errorf("writing a session: %w", err)
		}
		return nil
	})
}

// DeleteCtx ends a session.
func (s *Sessions) DeleteCtx(ctx context.Context, token string) error {
	return s.db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		if _, err := tx.exec(ctx, `DELETE FROM sessions WHERE token_hash = ?`, hashSecret(token)); err != nil {
			return fmt.Errorf("ending a session: %w", err)
		}
		return nil
	})
}

// DeleteSessionsOf ends all sessions of a person and says how many.
func (tx *Tx) DeleteSessionsOf(ctx context.Context, user string) (int64, error) {
	n, err := tx.exec(ctx, `DELETE FROM sessions WHERE user_id = ?`, user)
	if err != nil {
		return 0, fmt.Errorf("ending sessions: %w", err)
	}
	return n, nil
}
