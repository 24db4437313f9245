package handlers

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"lekha/store"
)

// The other tests lean on these figures.
func TestSampleHouse(t *testing.T) {
	h := newHouse(t)
	h.look(func(ctx context.Context, v *store.View) error {
		for i, want := range []struct {
			due string
			dpd int
		}{{"0.00", 0}, {"11002.00", 41}, {"2100.00", 11}} {
			account, err := v.AccountByRef(ctx, houseAccounts[i])
			if err != nil {
				return err
			}
			position, err := v.PositionOf(ctx, account.ID)
			if err != nil {
				return err
			}
			if position.DueNow.String() != want.due || position.DPD != want.dpd {
				t.Errorf("%s owes %s, %d days past due, want %s and %d", account.Ref, position.DueNow, position.DPD, want.due, want.dpd)
			}
		}
		counts, err := v.RecordCounts(ctx)
		if counts["unmatched"].Count != 6 || counts["processed"].Count != 4 {
			t.Errorf("records by status: %+v, want 6 unmatched and 4 processed", counts)
		}
		return err
	})
	h.nobody().post("/signin", url.Values{"username": {"operator"}, "password": {"another word"}}).
		status(http.StatusForbidden).has("wrong")
	for _, username := range []string{"operator", "credit_manager", "finance", "admin", "auditor", "operator2", "credit_manager2"} {
		h.as(username)
	}
}
