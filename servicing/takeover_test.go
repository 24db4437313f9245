package servicing

import (
	"context"
	"errors"
	"strings"
	"testing"

	"lekha/lending"
	"lekha/store"
)

// counted are how many borrowers, accounts and records there are.
func (h *house) counted() (n [3]int) {
	h.Helper()
	h.read(func(ctx context.Context, v *store.View) error {
		_, borrowers, err := v.Borrowers(ctx, store.PartyFilter{Limit: 1})
		accounts, err2 := v.AllAccounts(ctx, 0, 1000)
		records, err3 := v.Records(ctx, store.RecordFilter{Limit: 100})
		n = [3]int{int(borrowers), len(accounts), len(records)}
		return errors.Join(err, err2, err3)
	})
	return n
}

// TestTakeOverOfBooksAtWorkNeedsASecondPerson: once a day was closed, nobody
// brings money in alone, whatever way the loan comes.
func TestTakeOverOfBooksAtWorkNeedsASecondPerson(t *testing.T) {
	h := newHouse(t)
	_, err := h.close(h.asha, 0)
	h.must(err)
	before := h.counted()
	form := LoanForm{"account_ref": "PL900", "name": "Sunita Devi", "program": "Personal loans", "principal": "120000", "disbursed_on": "2026-05-05",
		"roi_value": "18", "emi_count": "12", "first_due_date": "2026-06-05", "paid_to_date": "2026-11-05"}
	one, err := h.office.OpenLoan(t.Context(), h.asha, form)
	h.must(err)
	all, err := h.office.ImportPortfolio(t.Context(), h.asha, example(t), nil)
	h.must(err)
	if one.Asked == nil || one.Account.ID != "" || all.Asked == nil {
		t.Fatalf("taken over at once: %+v, %+v", one, all.Asked)
	}
	if now := h.counted(); now != before {
		t.Fatalf("a request wrote something: %v, was %v", now, before)
	}
	_, err = h.office.ImportPortfolio(t.Context(), h.bela, example(t), nil)
	h.refused(err, "approval.open")
	for _, who := range []Actor{h.asha, h.bela, h.omar} {
		_, err := h.office.Decide(t.Context(), who, one.Asked.Ref, DecisionInput{Decision: "approve"})
		h.refused(err, "approval.role")
	}
	terms, err := ChangedTerms(*all.Asked)
	h.must(err)
	if len(terms) == 0 || terms[1] != (ChangedTerm{Name: "loans", Will: "5"}) {
		t.Errorf("the control totals are %v", terms)
	}
	_, err = h.close(h.asha, h.today().AddDays(3)) // the request is carried out as on the day it was sent
	h.must(err)
	h.must(h.signed(one.Asked.Ref, h.ravi))
	h.must(h.signed(all.Asked.Ref, h.mina))
	if now, want := h.counted(), [3]int{before[0] + 5, before[1] + 6, before[2] + 4}; now != want {
		t.Errorf("approved there are %v, want %v", now, want)
	}
	if p := h.position(h.account("PL900")); p.PrincipalOutstanding != h.book(h.account("PL900")).Summary.PrincipalOutstanding || p.AsOf != h.today() {
		t.Errorf("the account stands at %+v", p)
	}
	h.sound()
}

// TestTakenOverMoneyNeedsItsDecisionInTheDatabase goes past the commands: a receipt
// that says it was taken over is let in before the first day is closed, and after
// that only by the decision on it.
func TestTakenOverMoneyNeedsItsDecisionInTheDatabase(t *testing.T) {
	h := newHouse(t)
	_, err := h.close(h.asha, 0)
	h.must(err)
	all, err := h.office.ImportPortfolio(t.Context(), h.asha, example(t), nil)
	h.must(err)
	h.must(h.signed(all.Asked.Ref, h.mina))
	h.sound()
	var taken store.Record
	h.read(func(ctx context.Context, v *store.View) error {
		records, err := v.Records(ctx, store.RecordFilter{Source: "portfolio", Limit: 1})
		taken = records[0]
		return err
	})
	err = h.db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		r := taken
		r.ID, r.Ref, r.UTR, r.Reference, r.FactKey = "", "", "", "", ""
		_, err := tx.CreateRecord(ctx, r)
		return err
	})
	h.refused(err, "record.unapproved")
	h.tamper(`UPDATE approvals SET ended_by = ended_by - 1 WHERE kind = 'take_over'`)
	if found := h.found(); !strings.Contains(found, taken.Ref+": is processed and nobody approved it") {
		t.Errorf("found %q", found)
	}
}

// TestTakeOverThatDoesNotFitAnyMoreIsRefused: of two requests for one account
// number the second is refused when it is decided, and leaves nothing.
func TestTakeOverThatDoesNotFitAnyMoreIsRefused(t *testing.T) {
	h := newHouse(t)
	_, err := h.close(h.asha, 0)
	h.must(err)
	ask := func(name string) store.Approval {
		taken, err := h.office.OpenLoan(t.Context(), h.asha, LoanForm{"account_ref": "PL900", "name": name, "program": "Personal loans", "principal": "120000",
			"disbursed_on": "2026-05-05", "roi_value": "18", "emi_count": "12", "first_due_date": "2026-06-05", "paid_to_date": "2026-11-05"})
		h.must(err)
		return *taken.Asked
	}
	first, second := ask("Sunita Devi"), ask("Anita Devi")
	h.must(h.signed(first.Ref, h.ravi))
	before := h.counted()
	_, err = h.office.Decide(t.Context(), h.ravi, second.Ref, DecisionInput{Decision: "approve"})
	h.refused(err, "approval.stale")
	if now := h.counted(); now != before {
		t.Errorf("a refused take-over wrote something: %v, was %v", now, before)
	}
	_, err = h.office.Decide(t.Context(), h.ravi, second.Ref, DecisionInput{Decision: "reject", Reason: "The number is taken."})
	h.must(err)
	_, err = h.office.OpenLoan(t.Context(), h.asha, LoanForm{"account_ref": "PL900", "name": "Anita Devi", "principal": "x"})
	if lending.KindOf(err) != lending.Invalid {
		t.Errorf("a form that is wrong is asked for: %v", err)
	}
	h.sound()
}
