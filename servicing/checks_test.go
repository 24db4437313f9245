package servicing

import (
	"context"
	"strings"
	"testing"

	"lekha/store"
)

// checks are the answers that a person sees beside the open request of a record.
func (h *house) checks(who Actor, record store.Record) map[string]Check {
	h.Helper()
	approval := h.openApproval(record.Ref)
	out := map[string]Check{}
	h.read(func(ctx context.Context, v *store.View) error {
		effects, err := PreviewApproval(ctx, v, approval)
		if err != nil {
			return err
		}
		list, err := ChecksOf(ctx, v, who, approval, effects)
		for _, check := range list {
			out[check.Text] = check
		}
		return err
	})
	return out
}

// wants asserts that a sentence stands among the checks with its verdict.
func wants(t *testing.T, checks map[string]Check, verdict Verdict, text string) {
	t.Helper()
	if check, there := checks[text]; !there || check.Verdict != verdict {
		t.Errorf("%q is %q, want %q, of %v", text, check.Verdict, verdict, checks)
	}
}

// TestChecksSayWhatIsTrue: a check that does not pass has a sentence of its own.
func TestChecksSayWhatIsTrue(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	sent := h.match(h.credit("NEFT CR 1", "SBIN00000000001", "8000.00"), "PL001")
	seen := h.checks(h.ravi, sent)
	wants(t, seen, Passed, "You did not make this record")
	wants(t, seen, Passed, "The bank's statement shows this money")
	wants(t, seen, Passed, "The bank reference is on no other record")
	wants(t, seen, Judge, "More than is due on PL001")
	wants(t, h.checks(h.asha, sent), Failed, "You made or edited this record")

	cash, err := h.cash("PL001", "500")
	h.must(err)
	_, err = h.office.RequestApproval(t.Context(), h.asha, cash.Ref, cash.Version, "counter")
	h.must(err)
	seen = h.checks(h.ravi, cash)
	wants(t, seen, Judge, "No statement shows this money yet")
	wants(t, seen, Passed, "Money of this kind has no bank reference")
}

// TestCheckFindsTheSameReferenceWithAnotherAmount: the statement's record leaves
// the reference with the receipt that was there first, and both say so.
func TestCheckFindsTheSameReferenceWithAnotherAmount(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	hand, err := h.office.CreateRecord(t.Context(), h.asha, NewRecord{Account: "PL001", Received: rupees("9000"), Mode: "neft", UTR: "SBIN00000000007", Source: "hand"})
	h.must(err)
	_, err = h.office.RequestApproval(t.Context(), h.asha, hand.Ref, hand.Version, "told by phone")
	h.must(err)
	wants(t, h.checks(h.ravi, hand), Passed, "The bank reference is on no other record")
	bank := h.match(h.credit("NEFT CR 7", "SBIN00000000007", "8000.00"), "PL001")
	if hand = h.record(hand.Ref); bank.Reference != "" || hand.BankCreditID != "" {
		t.Fatalf("the line confirmed the receipt: %+v", bank)
	}
	for _, pair := range [][2]store.Record{{hand, bank}, {bank, hand}} {
		seen := h.checks(h.ravi, pair[0])
		text := "The bank reference is on " + pair[1].Ref + " too, with another amount"
		wants(t, seen, Judge, text)
		if more := seen[text].More; !strings.Contains(more, pair[1].Amount.Rupees()+" there") || !strings.Contains(more, pair[0].Amount.Rupees()+" here") {
			t.Errorf("the check says %q", more)
		}
	}
	h.must(h.decide(h.ravi, hand, "reject", "It is on the statement with 8,000."))
	wants(t, h.checks(h.ravi, bank), Passed, "The bank reference is on no other record")
}
