package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// TestBackupWhileWriting copies the file while commands go on: the copy is whole,
// and of one moment.
func TestBackupWhileWriting(t *testing.T) {
	db, _ := peopleDB(t)
	var writing sync.WaitGroup
	stop := make(chan struct{})
	writing.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			err := db.Write(context.Background(), func(ctx context.Context, tx *Tx) error {
				_, err := tx.CreateProgram(ctx, Program{Name: fmt.Sprint("Program ", i), Policy: "{}", Terms: "{}"})
				return errors.Join(err, tx.AppendEvent(ctx, Event{ActorID: "x", ActorName: "X", Action: "program.create"}))
			})
			if err != nil {
				t.Error(err)
				return
			}
		}
	})
	folder := t.TempDir()
	for i := range 5 {
		path := filepath.Join(folder, fmt.Sprintf("copy%d.db", i))
		if err := db.Backup(t.Context(), path); err != nil {
			t.Fatal(err)
		}
		if err := db.Backup(t.Context(), path); err == nil || !strings.Contains(err.Error(), "never overwrites") {
			t.Errorf("a second backup to the same file: %v", err)
		}
		schema, err := os.ReadFile("../schema.sql")
		if err != nil {
			t.Fatal(err)
		}
		copied, err := Open(t.Context(), path, string(schema), Options{})
		if err != nil {
			t.Fatal(err)
		}
		look(t, copied, func(ctx context.Context, v *View) error {
			broken, err := v.BrokenEvent(ctx)
			events, err2 := v.CountEvents(ctx)
			_, programs, err3 := v.Programs(ctx, PartyFilter{Limit: 1})
			if broken != 0 || events != programs {
				t.Errorf("copy %d: chain broken at %d, %d events of %d programs", i, broken, events, programs)
			}
			return errors.Join(err, err2, err3)
		})
		if err := copied.Close(); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	writing.Wait()
}

// TestReadersCannotWrite: what the handlers hold looks and never touches.
func TestReadersCannotWrite(t *testing.T) {
	db, _ := peopleDB(t)
	look(t, db, func(ctx context.Context, v *View) error {
		if _, err := v.tx.ExecContext(ctx, `DELETE FROM programs`); err == nil {
			t.Error("a reading connection wrote")
		}
		return nil
	})
	defer func() {
		if recover() == nil {
			t.Error("a Write inside a Write was allowed")
		}
	}()
	_ = db.Write(t.Context(), func(ctx context.Context, tx *Tx) error {
		return db.Write(ctx, func(context.Context, *Tx) error { return nil })
	})
}
