package store

import (
	"context"
	"testing"
	"time"
)

// The interface of scs, which the store does not import.
var _ interface {
	Find(token string) ([]byte, bool, error)
	Commit(token string, data []byte, expiry time.Time) error
	Delete(token string) error
} = (*Sessions)(nil)

// dataIsOwner takes the whole data of a session as its owner.
func dataIsOwner(data []byte) string { return string(data) }

func TestSessionLivesUntilItExpires(t *testing.T) {
	db, clock := peopleDB(t)
	sessions := db.Sessions(func([]byte) string { return "" })
	const token = "browser-token"
	if err := sessions.Commit(token, []byte("cart"), clock.now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := sessions.Commit(token, []byte("more"), clock.now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	data, found, err := sessions.Find(token)
	if string(data) != "more" || !found || err != nil {
		t.Errorf("Find = %q, %v, %v, want what was last kept", data, found, err)
	}
	clock.now = clock.now.Add(time.Hour)
	if data, found, err := sessions.Find(token); found || err != nil {
		t.Errorf("Find after expiry = %q, %v, %v", data, found, err)
	}
	if err := sessions.Commit("other", nil, clock.now.Add(time.Hour)); err == nil {
		t.Error("a session without data was kept")
	}
	if err := sessions.Commit("other", []byte("x"), clock.now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if n := countSessions(t, db); n != 1 {
		t.Errorf("%d rows, want the expired one cleared", n)
	}
}

func TestSessionTokensAreHashed(t *testing.T) {
	db, clock := peopleDB(t)
	sessions := db.Sessions(func([]byte) string { return "" })
	if err := sessions.Commit("browser-token", []byte("x"), clock.now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	var stored string
	peopleWrite(t, db, func(ctx context.Context, tx *Tx) error {
		return tx.get(ctx, &stored, `SELECT token_hash FROM sessions`)
	})
	if stored == "browser-token" || len(stored) != 64 {
		t.Errorf("stored %q, want a hash", stored)
	}
	if _, found, _ := sessions.Find(stored); found {
		t.Error("the hash opens the session")
	}
	if err := sessions.Delete("browser-token"); err != nil {
		t.Fatal(err)
	}
	if _, found, err := sessions.Find("browser-token"); found || err != nil {
		t.Errorf("a deleted session is found: %v", err)
	}
}

func TestDeleteSessionsOfAPerson(t *testing.T) {
	db, clock := peopleDB(t)
	asha, ravi := addPerson(t, db, "asha", "operator"), addPerson(t, db, "ravi", "operator")
	sessions := db.Sessions(dataIsOwner)
	for token, owner := range map[string]string{"a1": asha.ID, "a2": asha.ID, "r1": ravi.ID} {
		if err := sessions.Commit(token, []byte(owner), clock.now.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	peopleWrite(t, db, func(ctx context.Context, tx *Tx) error {
		n, err := tx.DeleteSessionsOf(ctx, asha.ID)
		if n != 2 {
			t.Errorf("ended %d sessions, want 2", n)
		}
		return err
	})
	if _, found, err := sessions.Find("r1"); !found || err != nil {
		t.Errorf("another person's session ended: %v", err)
	}
}

func countSessions(t *testing.T, db *DB) (n int) {
	t.Helper()
	peopleWrite(t, db, func(ctx context.Context, tx *Tx) error {
		return tx.get(ctx, &n, `SELECT COUNT(*) FROM sessions`)
	})
	return n
}
