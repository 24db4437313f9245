package store

import (
	"context"
	"fmt"
	"strings"
)

// User is a person who signs in. The password hash is not part of it, so that
// no page and no log can show one: [View.PasswordHash] reads it alone.
type User struct {
	ID          string  `db:"id"`
	Idx         int64   `db:"idx"`
	Username    string  `db:"username"`
	Name        string  `db:"name"`
	Active      bool    `db:"active"`
	FailedCount int     `db:"failed_count"` // sign-ins that failed since the last good one
	LockedUntil Instant `db:"locked_until"`
	CreatedAt   Instant `db:"created_at"`
	UpdatedAt   Instant `db:"updated_at"`
	Version     int64   `db:"version"`
	Roles       Roles   `db:"roles"`
}

// Roles are the roles of a person in alphabetical order.
type Roles []string

// Scan reads roles separated by blanks, as userSelect makes them.
func (r *Roles) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("reading roles: unexpected %T", src)
	}
	*r = strings.Fields(text)
	return nil
}

const userSelect = `
	SELECT u.id, u.idx, u.username, u.name, u.active, u.failed_count, u.locked_until, u.created_at, u.updated_at, u.version,
		(SELECT COALESCE(string_agg(r.role, ' ' ORDER BY r.role), '') FROM user_roles r WHERE r.user_id = u.id) AS roles
	FROM users u`

// CreateUser writes a person with roles and the hash of a password.
func (tx *Tx) CreateUser(ctx context.Context, u User, passwordHash string) (User, error) {
	idx, err := tx.next(ctx, "users")
	if err != nil {
		return u, err
	}
	id := NewID()
	_, err = tx.exec(ctx, `
		INSERT INTO users (id, idx, username, name, password_hash, active, failed_count, created_at, updated_at, version)
		VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, 1)`, id, idx, u.Username, u.Name, passwordHash, u.Active, tx.Now, tx.Now)
	if err != nil {
		return u, fmt.Errorf("writing user %s: %w", u.Username, err)
	}
	if err := tx.addRoles(ctx, id, u.Roles); err != nil {
		return u, err
	}
	return tx.UserByID(ctx, id)
}

// addRoles gives roles to a person; the trigger of user_roles refuses maker and
// checker in one.
func (tx *Tx) addRoles(ctx context.Context, user string, roles Roles) error {
	for _, role := range roles {
		if _, err := tx.exec(ctx, `INSERT INTO user_roles (user_id, role) VALUES (?, ?)`, user, role); err != nil {
			return fmt.Errorf("giving the role %s: %w", role, err)
		}
	}
	return nil
}

// UpdateUser rewrites name, state and roles of a person at its version.
func (tx *Tx) UpdateUser(ctx context.Context, u User) (User, error) {
	n, err := tx.exec(ctx, `
		UPDATE users
		SET name = ?, active = ?, updated_at = ?, version = version + 1
		WHERE id = ? AND version = ?`, u.Name, u.Active, tx.Now, u.ID, u.Version)
	if err != nil {
		return u, fmt.Errorf("updating user %s: %w", u.Username, err)
	}
	if n == 0 {
		return u, Stale("user", u.Username)
	}
	if _, err := tx.exec(ctx, `DELETE FROM user_roles WHERE user_id = ?`, u.ID); err != nil {
		return u, fmt.Errorf("taking the roles of %s: %w", u.Username, err)
	}
	if err := tx.addRoles(ctx, u.ID, u.Roles); err != nil {
		return u, err
	}
	return tx.UserByID(ctx, u.ID)
}

// SetPassword replaces the password hash of a person at its version and forgets
// the failed sign-ins.
func (tx *Tx) SetPassword(ctx context.Context, u User, passwordHash string) (User, error) {
	n, err := tx.exec(ctx, `
		UPDATE users
		SET password_hash = ?, failed_count = 0, locked_until = NULL, updated_at = ?, version = version + 1
		WHERE id = ? AND version = ?`, passwordHash, tx.Now, u.ID, u.Version)
	if err != nil {
		return u, fmt.Errorf("changing the password of %s: %w", u.Username, err)
	}
	if n == 0 {
		return u, Stale("user", u.Username)
	}
	return tx.UserByID(ctx, u.ID)
}

// SetFailures keeps how many sign-ins failed and until when the next are
// refused. It is no change of the person, so the version stays.
func (tx *Tx) SetFailures(ctx context.Context, id string, failed int, until Instant) error {
	_, err := tx.exec(ctx, `UPDATE users SET failed_count = ?, locked_until = ? WHERE id = ?`, failed, until, id)
	if err != nil {
		return fmt.Errorf("counting failed sign-ins: %w", err)
	}
	return nil
}

// UserByID returns one person.
func (v *View) UserByID(ctx context.Context, id string) (User, error) {
	var u User
	err := v.get(ctx, &u, userSelect+` WHERE u.id = ?`, id)
	return u, missing(err, "user", id)
}

// UserByName returns one person by the user name, in any case.
func (v *View) UserByName(ctx context.Context, username string) (User, error) {
	var u User
	err := v.get(ctx, &u, userSelect+` WHERE u.username = ?`, username)
	return u, missing(err, "user", username)
}

// PasswordHash returns the password hash of a person.
func (v *View) PasswordHash(ctx context.Context, id string) (string, error) {
	var hash string
	err := v.get(ctx, &hash, `SELECT password_hash FROM users WHERE id = ?`, id)
	return hash, missing(err, "user", id)
}

// Users lists people, active ones and others, in the order they were added.
func (v *View) Users(ctx context.Context, afterIdx int64, limit int) ([]User, error) {
	var users []User
	err := v.list(ctx, &users, userSelect+` WHERE u.idx > ? ORDER BY u.idx LIMIT ?`, afterIdx, limit)
	if err != nil {
		return nil, fmt.Errorf("listing users: %w", err)
	}
	return users, nil
}

// ActiveHolders counts the active people who hold a role.
func (v *View) ActiveHolders(ctx context.Context, role string) (int, error) {
	var n int
	err := v.get(ctx, &n, `
		SELECT COUNT(*)
		FROM user_roles r
		JOIN users u ON u.id = r.user_id
		WHERE r.role = ? AND u.active = 1`, role)
	if err != nil {
		return 0, fmt.Errorf("counting who holds %s: %w", role, err)
	}
	return n, nil
}
