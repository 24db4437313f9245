package store

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lekha/lending"
)

// TestSetsAreCountedUpToALimit: those by state exactly, without a limit.
func TestSetsAreCountedUpToALimit(t *testing.T) {
	db := recordsDB(t)
	look(t, db, func(ctx context.Context, v *View) error {
		parked := RecordFilter{Statuses: []string{"parked"}}
		for _, filter := range []RecordFilter{parked, {}, {Statuses: []string{"parked", "cancelled"}}, {Statuses: []string{"parked"}, To: lending.NewDate(2026, 4, 1)}} {
			whole, err := v.RecordTotals(ctx, filter)
			if err != nil {
				return err
			}
			kept := filter.To.IsZero()
			for _, limit := range []int{0, int(whole.Count), int(whole.Count) + 1, int(whole.Count) - 1, 10} {
				sum, err := v.RecordSum(ctx, filter, limit)
				if err != nil {
					return err
				}
				want := RecordSum{RecordTotals: whole}
				if !kept && limit > 0 && int64(limit) < whole.Count {
					want = RecordSum{RecordTotals: RecordTotals{Count: int64(limit)}, More: true}
				}
				if diff := cmp.Diff(want, sum); diff != "" {
					t.Errorf("%v up to %d (-want +got):\n%s", filter.Statuses, limit, diff)
				}
			}
		}
		none, err := v.RecordSum(ctx, RecordFilter{Statuses: []string{"split"}}, 0)
		if none.Count != 0 {
			t.Errorf("of nothing: %+v", none)
		}
		if err != nil {
			return err
		}
		first, err := v.OldestRecord(ctx, parked)
		if err != nil {
			return err
		}
		never, err := v.OldestRecord(ctx, RecordFilter{Statuses: []string{"split"}})
		if first != lending.NewDate(2026, 1, 1) || !never.IsZero() {
			t.Errorf("the oldest is of %v, and of nothing %v", first, never)
		}
		return err
	})
	look(t, db, func(ctx context.Context, v *View) error {
		filters := []RecordFilter{{Statuses: []string{"split"}}, {}, {Statuses: []string{"parked"}}, {Unsent: true}, {SentBack: true}, {Unconfirmed: true},
			{Search: "SBIN00000007"}, {Source: "api"}}
		counts, err := v.CountEach(ctx, 600, filters...)
		if want := []Counted{{}, {N: 4000}, {N: 571}, {}, {}, {}, {N: 1}, {600, true}}; !slices.Equal(counts, want) {
			t.Errorf("counts are %v, want %v", counts, want)
		}
		return err
	})
}

// TestRecordCountsFollowEveryChange: what is kept by state is what counting finds,
// whatever was done to records.
func TestRecordCountsFollowEveryChange(t *testing.T) {
	db := recordsDB(t)
	same := func(after string) map[string]StatusCount {
		var kept map[string]StatusCount
		look(t, db, func(ctx context.Context, v *View) (err error) {
			if kept, err = v.RecordCounts(ctx); err != nil {
				return err
			}
			counted, err := v.CountedRecords(ctx)
			if diff := cmp.Diff(counted, kept); diff != "" {
				t.Errorf("after %s (-counted +kept):\n%s", after, diff)
			}
			return err
		})
		return kept
	}
	before := same("writing")
	var one Record
	peopleWrite(t, db, func(ctx context.Context, tx *Tx) error {
		rows, err := tx.Records(ctx, RecordFilter{Statuses: []string{"unmatched"}, Limit: 1})
		if err != nil {
			return err
		}
		one = rows[0]
		one.Status, one.Reason = "parked", "asked"
		one.ReceivedAmount, one.Amount, one.RemainingAmount = one.ReceivedAmount+5, one.Amount+5, 3
		one, err = tx.UpdateRecord(ctx, one)
		return err
	})
	after := same("a change of state and amount")
	if after["parked"].Count != before["parked"].Count+1 || after["unmatched"].Count != before["unmatched"].Count-1 || after["parked"].Remaining != 3 {
		t.Errorf("before %+v, after %+v", before, after)
	}
	peopleWrite(t, db, func(ctx context.Context, tx *Tx) error {
		one.Remark = "no more"
		_, err := tx.UpdateRecord(ctx, one)
		return err
	})
	same("a change of words")
	peopleWrite(t, db, func(ctx context.Context, tx *Tx) error {
		_, err := tx.exec(ctx, `DELETE FROM records WHERE id = ?`, one.ID)
		return err
	})
	if gone := same("deleting"); gone["parked"].Count != before["parked"].Count {
		t.Errorf("after deleting: %+v", gone["parked"])
	}
}

// TestWhatWaitsIsCountedByAnIndex: the figures of the side bar stand on every page.
func TestWhatWaitsIsCountedByAnIndex(t *testing.T) {
	for lender, db := range lenders(t) {
		look(t, db, func(_ context.Context, v *View) error {
			query, args := surroundingsQuery([]string{"credit_manager", "finance"}, "me")
			if got := plan(t, v, query, args...); !strings.Contains(got, "approvals_queue (status=? AND role=?)") {
				t.Errorf("%s lender: what waits is counted by\n%s", lender, got)
			}
			return nil
		})
	}
}

// TestLinesAreTheirRecords: what a list shows of a record is what the record says.
func TestLinesAreTheirRecords(t *testing.T) {
	db := recordsDB(t)
	look(t, db, func(ctx context.Context, v *View) error {
		filter := RecordFilter{Descending: true, Limit: 60}
		whole, err := v.Records(ctx, filter)
		if err != nil {
			return err
		}
		lines, err := v.RecordLines(ctx, filter)
		if err != nil {
			return err
		}
		for i, line := range lines {
			if want, got := whole[i], line.Record(); got.Ref != want.Ref || got.Key("amount") != want.Key("amount") || got.Key("date") != want.Key("date") ||
				got.Status != want.Status || got.UTR != want.UTR || got.BankCode != want.BankCode || got.Reason != want.Reason || got.Version != want.Version {
				t.Errorf("line %d is %+v, want that of %+v", i, line, want)
			}
		}
		if len(lines) != 60 {
			t.Errorf("%d lines", len(lines))
		}
		return nil
	})
}
