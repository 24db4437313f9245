package store

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lekha/lending"
)

// peopleClock is a wall clock that tests move.
type peopleClock struct{ now time.Time }

func (c *peopleClock) read() time.Time { return c.now }

// peopleDB opens an empty database at a clock that stands still.
func peopleDB(t *testing.T) (*DB, *peopleClock) {
	t.Helper()
	schema, err := os.ReadFile("../schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	clock := &peopleClock{now: time.Date(2026, 4, 7, 5, 30, 0, 0, time.UTC)}
	db, err := Open(t.Context(), filepath.Join(t.TempDir(), "lekha.db"), string(schema), Options{Clock: clock.read})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db, clock
}

// peopleWrite runs one transaction that has to succeed.
func peopleWrite(t *testing.T, db *DB, fn func(ctx context.Context, tx *Tx) error) {
	t.Helper()
	if err := db.Write(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// addPerson writes a user with roles.
func addPerson(t *testing.T, db *DB, username string, roles ...string) User {
	t.Helper()
	var user User
	peopleWrite(t, db, func(ctx context.Context, tx *Tx) (err error) {
		user, err = tx.CreateUser(ctx, User{Username: username, Name: "N " + username, Active: true, Roles: roles}, "hash of "+username)
		return err
	})
	return user
}

func TestUserIsReadAsWritten(t *testing.T) {
	db, _ := peopleDB(t)
	made := addPerson(t, db, "asha", "credit_manager", "admin")
	if diff := cmp.Diff(Roles{"admin", "credit_manager"}, made.Roles); diff != "" {
		t.Errorf("roles (-want +got):\n%s", diff)
	}
	peopleWrite(t, db, func(ctx context.Context, tx *Tx) error {
		byName, err := tx.UserByName(ctx, "ASHA")
		if err != nil {
			return err
		}
		if diff := cmp.Diff(made, byName); diff != "" {
			t.Errorf("by name in another case (-want +got):\n%s", diff)
		}
		hash, err := tx.PasswordHash(ctx, made.ID)
		if hash != "hash of asha" {
			t.Errorf("hash = %q", hash)
		}
		return err
	})
}

func TestUpdateUserNeedsItsVersion(t *testing.T) {
	db, _ := peopleDB(t)
	user := addPerson(t, db, "asha", "admin")
	change := user
	change.Name, change.Roles = "Asha Rao", Roles{"auditor"}
	peopleWrite(t, db, func(ctx context.Context, tx *Tx) error {
		got, err := tx.UpdateUser(ctx, change)
		if got.Name != "Asha Rao" || got.Version != 2 || !cmp.Equal(got.Roles, Roles{"auditor"}) {
			t.Errorf("updated = %+v", got)
		}
		return err
	})
	err := db.Write(t.Context(), func(ctx context.Context, tx *Tx) error {
		_, err := tx.UpdateUser(ctx, change) // still at version 1
		return err
	})
	if lending.KindOf(err) != lending.Conflict {
		t.Errorf("stale update: %v, want a conflict", err)
	}
}

// The command refuses first; the trigger refuses whoever comes past it.
func TestMakerAndCheckerNeverMeetInTheDatabase(t *testing.T) {
	for _, pair := range [][2]string{
		{"operator", "credit_manager"}, {"operator", "finance"}, {"credit_manager", "finance"},
		{"auditor", "admin"}, {"auditor", "operator"}, {"auditor", "credit_manager"}, {"auditor", "finance"},
	} {
		for _, roles := range []Roles{{pair[0], pair[1]}, {pair[1], pair[0]}} {
			db, _ := peopleDB(t)
			err := db.Write(t.Context(), func(ctx context.Context, tx *Tx) error {
				_, err := tx.CreateUser(ctx, User{Username: "one", Name: "One", Active: true, Roles: roles}, "x")
				return err
			})
			if lending.KindOf(err) != lending.Invalid {
				t.Errorf("%v on one person: %v, want a refusal", roles, err)
			}
		}
	}
	for _, roles := range []Roles{{"admin", "credit_manager"}, {"admin", "operator"}, {"admin", "finance"}, {"auditor"}} {
		db, _ := peopleDB(t)
		addPerson(t, db, "one", roles...)
	}
}

func TestUsersPageAndActiveHolders(t *testing.T) {
	db, _ := peopleDB(t)
	first := addPerson(t, db, "a", "admin")
	addPerson(t, db, "b", "operator")
	third := addPerson(t, db, "c", "admin")
	third.Active = false
	peopleWrite(t, db, func(ctx context.Context, tx *Tx) error {
		if _, err := tx.UpdateUser(ctx, third); err != nil {
			return err
		}
		n, err := tx.ActiveHolders(ctx, "admin")
		if err != nil || n != 1 {
			t.Errorf("active admins = %d, %v, want 1", n, err)
		}
		page, err := tx.Users(ctx, first.Idx, 1)
		if len(page) != 1 || page[0].Username != "b" {
			t.Errorf("page after the first = %+v", page)
		}
		return err
	})
}
