package servicing

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"lekha/store"
)

// TestScoringBesideOthers: while credits are scored, pages ask the engine and a
// command writes; every credit gets its answer.
func TestScoringBesideOthers(t *testing.T) {
	h := newHouse(t)
	for i := range 5 {
		h.takeOver(fmt.Sprintf("PL%03d", i), fmt.Sprintf("Borrower %c Devi", 'A'+i), "paid_to_date", "2026-09-05")
	}
	var lines []string
	for i := range 450 {
		lines = append(lines, fmt.Sprintf(`16/11/26,UPI-BORROWER A DEVI-A%03d@OKSBI-SBIN0001234-632099%06d-EMI PL000,0000632099%06d,16/11/26,,"%d.00",`, i, i, i, 1000+i))
	}
	h.importCSV(hdfcFile(lines...))
	h.must(h.db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.ForgetProposals(ctx) }))
	waiting := func(want int) {
		t.Helper()
		h.read(func(ctx context.Context, v *store.View) error {
			n, err := v.CountUnscored(ctx)
			if n != want {
				t.Errorf("%d credits wait for the engine, want %d", n, want)
			}
			return err
		})
	}
	waiting(450)
	var group sync.WaitGroup
	stop := make(chan struct{})
	group.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				h.answers(h.office)
				if err := h.office.SetEngineHandles(t.Context(), Console(), EngineHandles{Version: int64(i), Handles: []string{"a@b"}}); err != nil {
					t.Error(err)
				}
				if i == 2 {
					return
				}
			}
		}
	})
	h.must(h.office.ScoreUnmatched(t.Context()))
	close(stop)
	group.Wait()
	h.must(h.office.ScoreUnmatched(t.Context()))
	waiting(0)
	if n := h.office.Unread(); n != 0 {
		t.Errorf("the desk says that %d credits are unread, and nothing is under way", n)
	}
}
