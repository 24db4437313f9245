package servicing

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lekha/matching"
	"lekha/store"
)

// answers are what an office says of every unmatched record.
func (h *house) answers(office *Office) map[string]matching.Proposal {
	h.Helper()
	out := map[string]matching.Proposal{}
	h.read(func(ctx context.Context, v *store.View) error {
		records, err := v.Records(ctx, store.RecordFilter{Statuses: []string{"unmatched"}, Limit: 1000})
		if err != nil {
			return err
		}
		for _, r := range records {
			if out[r.Ref], err = office.askNow(ctx, v, r); err != nil {
				return err
			}
		}
		return nil
	})
	return out
}

// kept refreshes the desk and returns what it keeps of the engine's answers: what
// every page shows.
func (h *house) kept() map[string]matching.Proposal {
	h.Helper()
	for left := 1; left > 0; {
		var err error
		left, err = h.office.RefreshDesk(h.Context())
		h.must(err)
	}
	out := map[string]matching.Proposal{}
	h.read(func(ctx context.Context, v *store.View) error {
		for ref := range h.answers(h.office) {
			r, err := v.RecordByRef(ctx, ref)
			if err == nil {
				out[ref], err = h.office.Propose(ctx, v, r)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	return out
}

// TestEngineFollowsTheBooks: an office that has been open all day, and added what
// changed, answers like one that has just read everything.
func TestEngineFollowsTheBooks(t *testing.T) {
	h := newHouse(t)
	for i := range 6 {
		h.takeOver(fmt.Sprintf("PL%03d", i), []string{"Sunita Devi", "Anita Devi", "Ravi Kumar", "Imran Sheikh", "Kaveri Textiles", "Sunita Devi"}[i], "paid_to_date", "2026-09-05")
	}
	payers := []string{"SUNITA", "RAMESH", "MEERA", "LAKSHMI"}
	var records []store.Record
	for i := range 12 {
		payer := payers[i%4]
		records = append(records, h.credit(fmt.Sprintf("UPI-%s DEVI-%s@OKSBI-SBIN0001234-6320123456%02d-EMI", payer, payer, i), fmt.Sprintf("00006320123456%02d", i), "11002.00"))
	}
	same := func(after string) {
		t.Helper()
		if diff := cmp.Diff(h.answers(New(h.db)), h.answers(h.office)); diff != "" {
			t.Errorf("after %s (-fresh +open all day):\n%s", after, diff)
		}
		if diff := cmp.Diff(h.answers(h.office), h.kept()); diff != "" {
			t.Errorf("after %s (-asked now +kept):\n%s", after, diff)
		}
	}
	same("the import")
	h.approve(h.match(records[1], "PL000"))
	same("an approval")
	h.must(h.decide(h.ravi, h.match(records[2], "PL001"), "reject", "No."))
	same("a rejection")
	h.approve(h.match(records[5], "PL000"))
	same("a second approval")
	h.takeOver("PL900", "Lakshmi Devi", "paid_to_date", "2026-09-05")
	same("a new account")
	account := h.openAccount(`{"emi_count":12,"roi_value":18}`)
	out, err := h.office.InitiateDisbursement(t.Context(), h.asha, DisbursementInput{Account: account.Ref, Amount: rupees("60000")})
	h.must(err)
	same("an account that is not active")
	h.payOut(out, h.today())
	same("its disbursal")
	_, err = h.close(h.asha, 0)
	h.must(err)
	same("the day close")
	_, err = h.office.RequestReversal(t.Context(), h.asha, records[1].Ref, 0, "account", "Not hers.")
	h.must(err)
	h.approve(records[1])
	same("a reversal")
}
