package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"testing"

	"github.com/mattn/go-sqlite3"

	"lekha/lending"
)

// TestInterrupted: what is about the caller or the file stops everything, what is
// about one row does not.
func TestInterrupted(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"caller gone":      {fmt.Errorf("reading: %w", context.Canceled), true},
		"out of time":      {context.DeadlineExceeded, true},
		"rolled back":      {fmt.Errorf("writing: %w", sql.ErrTxDone), true},
		"driver stopped":   {sqlite3.Error{Code: sqlite3.ErrInterrupt}, true},
		"disk full":        {fmt.Errorf("writing: %w", sqlite3.Error{Code: sqlite3.ErrFull}), true},
		"attempt not kept": {errors.Join(errors.New("x"), Broken{errors.New("y")}), true},
		"a row refused":    {sqlite3.Error{Code: sqlite3.ErrConstraint}, false},
		"a refusal":        {lending.Refuse(lending.Conflict, "x", "y"), false},
		"our own mistake":  {errors.New("the book does not know record 7"), false},
		"nothing":          {nil, false},
	} {
		if got := Interrupted(c.err); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// TestTryTakesBackWhatFailed and nothing else.
func TestTryTakesBackWhatFailed(t *testing.T) {
	db, _ := peopleDB(t)
	failed := errors.New("no")
	peopleWrite(t, db, func(ctx context.Context, tx *Tx) error {
		for i, result := range []error{nil, failed, nil} {
			err := tx.Try(ctx, func(ctx context.Context, tx *Tx) error {
				_, err := tx.CreateProgram(ctx, Program{Name: fmt.Sprint("Program ", i), Policy: "{}", Terms: "{}"})
				return errors.Join(err, result)
			})
			if !errors.Is(err, result) {
				t.Errorf("attempt %d: %v", i, err)
			}
		}
		return nil
	})
	look(t, db, func(ctx context.Context, v *View) error {
		programs, _, err := v.Programs(ctx, PartyFilter{Limit: 10})
		if len(programs) != 2 || programs[1].Name != "Program 2" {
			t.Errorf("%+v", programs)
		}
		return err
	})
}
