package servicing

import (
	"context"
	"strings"
	"testing"

	"lekha/ledger"
	"lekha/lending"
	"lekha/store"
)

// codesNow is the trial balance by code.
func (h *house) codesNow() map[string]lending.Money {
	h.Helper()
	out := map[string]lending.Money{}
	h.read(func(ctx context.Context, v *store.View) error {
		rows, err := v.TrialBalance(ctx, 0, lending.NewDate(9999, 12, 31))
		for _, r := range rows {
			out[r.Code] = r.Closing
		}
		return err
	})
	return out
}

// TestMoneyWalksThroughTheJournal: a credit is nobody's, then settles, and is taken
// back by its mirror; the accounts follow it, and nothing is posted twice.
func TestMoneyWalksThroughTheJournal(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-09-05")
	opened := h.codesNow()
	credit := h.credit("NEFT CR 1", "SBIN00000000001", "11002.00")
	if got := h.codesNow()["2135"] - opened["2135"]; got != -rupees("11002") {
		t.Errorf("the suspense holds %s of money nobody knows", got)
	}
	record := h.match(credit, "PL001")
	h.approve(record)
	settled := h.codesNow()
	if settled["2135"] != opened["2135"] || settled["2130"] != 0 || settled["1100"]-opened["1100"] != rupees("11002") {
		t.Errorf("after settling: suspense %s, to allocate %s, bank %s more", settled["2135"], settled["2130"], settled["1100"]-opened["1100"])
	}
	account := h.account("PL001")
	h.must(h.db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		before, err := tx.CountJournal(ctx)
		if err != nil {
			return err
		}
		if err := journalAccount(ctx, tx, account.ID); err != nil {
			return err
		}
		after, err := tx.CountJournal(ctx)
		if after != before {
			t.Errorf("posting again adds %d entries", after-before)
		}
		return err
	}))
	_, err := h.office.RequestReversal(t.Context(), h.asha, record.Ref, 0, "account", "Not hers.")
	h.must(err)
	h.approve(h.record(record.Ref))
	back := h.codesNow()
	for code, sum := range back {
		want := opened[code]
		if code == "1100" {
			want += rupees("11002")
		}
		if code == "2135" {
			want -= rupees("11002")
		}
		if sum != want {
			t.Errorf("after the reversal %s stands at %s, want %s", code, sum, want)
		}
	}
	h.sound()
}

// TestVerifyNamesWhatTheJournalLacks: a line that was changed, an entry that is
// gone and a wrong account are each found and named.
func TestVerifyNamesWhatTheJournalLacks(t *testing.T) {
	for name, c := range map[string]struct{ statement, finds string }{
		"an amount":    {`UPDATE journal_lines SET amount = amount + 1 WHERE role = 'interest_income' AND entry_idx = (SELECT MIN(entry_idx) FROM journal_lines WHERE role = 'interest_income')`, "does not balance"},
		"a role":       {`UPDATE journal_lines SET role = 'fee_receivable' WHERE role = 'interest_receivable'`, "Interest due is"},
		"the suspense": {`UPDATE journal_entries SET event = 'receipt/other' WHERE event LIKE 'receipt/%' AND source LIKE 'REC%'`, "the journal lacks receipt/"},
		"a day":        {`UPDATE journal_lines SET booking_date = '2026-01-01' WHERE no = 1`, "booked on another day"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-09-05")
			h.approve(h.match(h.credit("NEFT CR 1", "SBIN00000000001", "5000.00"), "PL001"))
			h.sound()
			h.tamper(c.statement)
			result, err := h.office.Verify(t.Context())
			h.must(err)
			var found strings.Builder
			for _, f := range result.Findings {
				found.WriteString(f.Subject + ": " + f.What + "\n")
			}
			if !strings.Contains(found.String(), c.finds) {
				t.Errorf("found %q, want something about %q", found.String(), c.finds)
			}
		})
	}
}

// TestAnEntryIsExportedOnce: an export takes what is booked on closed days, the next
// one what came after, and an empty one is refused.
func TestAnEntryIsExportedOnce(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-09-05")
	_, err := h.office.ExportJournal(t.Context(), h.omar, 0)
	h.refused(err, "journal.nothing_new") // all is booked on the open day
	_, err = h.close(h.omar, 0)
	h.must(err)
	first, err := h.office.ExportJournal(t.Context(), h.omar, 0)
	h.must(err)
	if first.FirstIdx != 1 || first.Entries() < 10 {
		t.Errorf("the first export holds %d to %d", first.FirstIdx, first.LastIdx)
	}
	h.credit("NEFT CR 1", "SBIN00000000001", "5000.00")
	_, err = h.close(h.omar, 0)
	h.must(err)
	second, err := h.office.ExportJournal(t.Context(), h.omar, 0)
	h.must(err)
	if second.FirstIdx != first.LastIdx+1 {
		t.Errorf("the second export begins with %d after %d", second.FirstIdx, first.LastIdx)
	}
	_, err = h.office.ExportJournal(t.Context(), h.asha, 0)
	h.refused(err, "permission")
	if _, known := ledger.AccountOf("2135"); !known {
		t.Error("the chart lacks the suspense")
	}
}
