package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// logOf writes events of three kinds: marked, refused, and plain ones.
func logOf(t *testing.T, db *DB, n int) {
	t.Helper()
	peopleWrite(t, db, func(ctx context.Context, tx *Tx) error {
		for i := range n {
			e := Event{ActorID: "u1", ActorName: "Asha", Action: "record.match", Subject: fmt.Sprintf("REC%05d", i%7)}
			switch i % 5 {
			case 0:
				e.Flags = "back_dated reversed"
			case 1:
				e.Outcome, e.Action = "refused", "approval.approve"
			}
			if err := tx.AppendEvent(ctx, e); err != nil {
				return err
			}
		}
		return nil
	})
}

func seqs(events []Event) []int64 {
	out := make([]int64, len(events))
	for i, e := range events {
		out[i] = e.Seq
	}
	return out
}

func TestEventsByFilterAndKey(t *testing.T) {
	db, _ := peopleDB(t)
	logOf(t, db, 50)
	err := db.Reader().Read(t.Context(), func(ctx context.Context, v *View) error {
		for _, c := range []struct {
			name   string
			filter EventFilter
			want   int
		}{
			{"all", EventFilter{}, 50}, {"marked", EventFilter{Flag: "reversed"}, 10}, {"not a part of a mark", EventFilter{Flag: "back"}, 0},
			{"refused", EventFilter{Outcome: "refused"}, 10}, {"done", EventFilter{Outcome: "done"}, 40}, {"kind", EventFilter{Action: "record."}, 40},
			{"ref in any case", EventFilter{Subject: "rec 00003"}, 7}, {"both", EventFilter{Flag: "back_dated", Subject: "REC00000"}, 2},
		} {
			n, more, err := v.EventTotal(ctx, c.filter, 1000)
			c.filter.Limit = 1000
			events, failed := v.Events(ctx, c.filter)
			if err != nil || failed != nil {
				t.Fatal(err, failed)
			}
			if n != c.want || more || len(events) != c.want {
				t.Errorf("%s: %d counted, %d listed, want %d", c.name, n, len(events), c.want)
			}
		}
		if n, more, err := v.EventTotal(ctx, EventFilter{}, 20); n != 20 || !more || err != nil {
			t.Errorf("counted to 20: %d, more %v, %v", n, more, err)
		}
		first, err := v.Events(ctx, EventFilter{Limit: 10})
		if err != nil {
			return err
		}
		second, err := v.Events(ctx, EventFilter{BeforeSeq: first[9].Seq, Limit: 10})
		if err != nil {
			return err
		}
		back, err := v.Events(ctx, EventFilter{AfterSeq: second[0].Seq, Limit: 10})
		if !slices.Equal(seqs(back), seqs(first)) || second[0].Seq != first[9].Seq-1 {
			t.Errorf("pages %v, %v, and back %v", seqs(first), seqs(second), seqs(back))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The ready lists read their own index: a log of a million rows is not read to
// find a few.
func TestReadyListsUseTheirIndexes(t *testing.T) {
	db, _ := peopleDB(t)
	logOf(t, db, 20)
	for _, c := range []struct {
		filter EventFilter
		index  string
	}{
		{EventFilter{Outcome: "refused"}, "events_refused"}, {EventFilter{Flag: "reversed"}, "events_by_flags"},
		{EventFilter{Subject: "REC00001"}, "events_by_subject"}, {EventFilter{Action: "record."}, "events_by_action"},
	} {
		err := db.Reader().Read(t.Context(), func(ctx context.Context, v *View) error {
			where := c.filter.where()
			var plan []struct {
				ID      int    `db:"id"`
				Parent  int    `db:"parent"`
				NotUsed int    `db:"notused"`
				Detail  string `db:"detail"`
			}
			err := v.tx.SelectContext(ctx, &plan, `EXPLAIN QUERY PLAN SELECT `+eventColumns+` FROM events WHERE `+where.where()+` ORDER BY seq DESC LIMIT 50`, where.args...)
			text := fmt.Sprint(plan)
			if !strings.Contains(text, c.index) {
				t.Errorf("%+v is read without %s: %s", c.filter, c.index, text)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
