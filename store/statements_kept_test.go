package store

import (
	"context"
	"fmt"
	"testing"
)

// TestStatementsKeptAreBounded: whoever thinks up filters fills no memory, and is
// answered all the same.
func TestStatementsKeptAreBounded(t *testing.T) {
	db, _ := peopleDB(t)
	look(t, db, func(ctx context.Context, v *View) error {
		for i := range statementsKept + 50 {
			var n int
			if err := v.get(ctx, &n, fmt.Sprintf(`SELECT %d + ?`, i), 1); err != nil || n != i+1 {
				return fmt.Errorf("query %d gives %d: %w", i, n, err)
			}
		}
		return nil
	})
	if n := len(db.reader.statements); n != statementsKept {
		t.Errorf("%d statements are kept", n)
	}
}
