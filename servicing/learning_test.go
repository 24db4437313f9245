package servicing

import (
	"context"
	"fmt"
	"testing"

	"lekha/lending"
	"lekha/matching"
	"lekha/store"
)

// paidByRamesh is a narration of somebody who pays for a borrower, with the
// loan's number.
func paidByRamesh(no int, more string) string {
	return fmt.Sprintf("UPI-RAMESH GUPTA-RAMESHG@OKSBI-SBIN0001234-6320123456%02d-%s", no, more)
}

func (h *house) engineSettings() store.EngineSettings {
	h.Helper()
	var s store.EngineSettings
	h.read(func(ctx context.Context, v *store.View) (err error) {
		s, err = v.EngineSettings(ctx)
		return err
	})
	return s
}

func (h *house) report() EngineReport {
	h.Helper()
	var r EngineReport
	h.read(func(ctx context.Context, v *store.View) (err error) {
		r, err = ReportEngine(ctx, v)
		return err
	})
	return r
}

func (h *house) proposals(r store.Record) []store.Proposal {
	h.Helper()
	var rows []store.Proposal
	h.read(func(ctx context.Context, v *store.View) (err error) {
		rows, err = v.ProposalsOf(ctx, r.ID)
		return err
	})
	return rows
}

func (h *house) memories() []store.MemoryRow {
	h.Helper()
	var rows []store.MemoryRow
	h.read(func(ctx context.Context, v *store.View) (err error) {
		rows, err = v.MemoryRows(ctx, store.MemoryFilter{Limit: 100})
		return err
	})
	return rows
}

// knows says that the engine's best candidate rests on what it remembers.
func (h *house) knows(r store.Record) bool {
	h.Helper()
	p := h.answers(h.office)[r.Ref]
	if len(p.Candidates) == 0 {
		return false
	}
	for _, e := range p.Candidates[0].Evidence {
		if e.Signal == matching.SignalVPA {
			return true
		}
	}
	return false
}

// TestEngineLooksOnFirst: a new installation ticks nothing by itself and keeps
// what it would have ticked; switched on, the same credit is ticked.
func TestEngineLooksOnFirst(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL100", "Sunita Devi", "paid_to_date", "2026-10-05")
	r := h.credit("UPI-SUNITA DEVI-SUNITA@OKSBI-SBIN0001234-632012345601-EMI PL100", "0000632012345601", "11002.00")
	best := h.proposals(r)[0]
	if best.Decision != "suggest" || best.Advised != "auto" || best.Share == 0 {
		t.Errorf("in shadow the proposal is %s, advised %s with share %d; want suggest, auto and a share", best.Decision, best.Advised, best.Share)
	}
	if p := h.answers(h.office)[r.Ref]; p.Decision != matching.Suggest || p.Held != heldByShadow {
		t.Errorf("in shadow the engine advises %s, held %q", p.Decision, p.Held)
	}
	h.refused(h.office.SetEngineMode(t.Context(), h.ravi, EngineModeInput{Mode: EngineOn}), "engine.unproven")
	h.refused(h.office.SetEngineMode(t.Context(), h.asha, EngineModeInput{Mode: EngineOn}), "permission")
	h.must(h.office.SetEngineMode(t.Context(), Console(), EngineModeInput{Mode: EngineOn}))
	h.refused(h.office.SetEngineMode(t.Context(), Console(), EngineModeInput{Mode: EngineOn}), "engine.changed")
	if best := h.proposals(r)[0]; best.Decision != "auto" {
		t.Errorf("switched on the stored proposal is %s", best.Decision)
	}
	if p := h.answers(h.office)[r.Ref]; p.Decision != matching.Auto {
		t.Errorf("switched on the engine advises %s, held %q", p.Decision, p.Held)
	}
}

// TestOutcomesFollowDecisions: accepted when the first was approved, overruled
// when it was rejected or reversed, corrected or overruled when another was.
func TestOutcomesFollowDecisions(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL100", "Sunita Devi", "paid_to_date", "2026-10-05")
	h.takeOver("PL200", "Imran Sheikh", "paid_to_date", "2026-10-05")
	first := h.credit("UPI-SUNITA DEVI-SUNITA@OKSBI-SBIN0001234-632012345601-EMI PL100", "0000632012345601", "11002.00")
	second := h.credit("UPI-SUNITA DEVI-SUNITA@OKSBI-SBIN0001234-632012345602-EMI PL100", "0000632012345602", "11002.00")
	third := h.credit("UPI-SUNITA DEVI-SUNITA@OKSBI-SBIN0001234-632012345603-EMI PL100", "0000632012345603", "11002.00")
	h.approve(h.match(first, "PL100"))
	h.must(h.decide(h.ravi, h.match(second, "PL100"), "reject", "Not hers."))
	h.approve(h.match(third, "PL200"))
	auto := h.report().Auto()
	if auto.Accepted != 1 || auto.Overruled+auto.Corrected != 2 {
		t.Errorf("after one accepted, one rejected and one to another account: %+v", auto)
	}
	_, err := h.office.RequestReversal(t.Context(), h.asha, first.Ref, 0, "account", "Not hers after all.")
	h.must(err)
	h.approve(first)
	if auto := h.report().Auto(); auto.Accepted != 0 {
		t.Errorf("after the reversal it still counts as accepted: %+v", auto)
	}
}

// TestMemoryIsForgotten: by a manager at once, and by itself when it was not
// used for 18 months.
func TestMemoryIsForgotten(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL100", "Sunita Devi", "paid_to_date", "2026-09-05")
	h.approve(h.match(h.credit(paidByRamesh(1, "PL100"), "0000632012345601", "11002.00"), "PL100"))
	again := h.credit(paidByRamesh(2, "LOAN"), "0000632012345602", "11002.00")
	if !h.knows(again) {
		t.Fatal("one approval is not remembered")
	}
	var vpa store.MemoryRow
	for _, m := range h.memories() {
		if m.Kind == "vpa" {
			vpa = m
		}
	}
	if vpa.Value != "rameshg@oksbi" || vpa.Confirmations != 1 || vpa.AccountRef != "PL100" {
		t.Fatalf("remembered %+v", vpa)
	}
	h.refused(h.office.ForgetMemory(t.Context(), h.asha, vpa.Idx, "Wrong."), "permission")
	h.refused(h.office.ForgetMemory(t.Context(), h.ravi, vpa.Idx, ""), "memory.reason")
	h.must(h.office.ForgetMemory(t.Context(), h.ravi, vpa.Idx, "He only helped once."))
	if h.knows(again) {
		t.Error("what a manager forgot still speaks")
	}
	h.refused(h.office.ForgetMemory(t.Context(), h.ravi, vpa.Idx, "Again."), "memory.not_found")
}

func TestMemoryAges(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL100", "Sunita Devi", "paid_to_date", "2026-09-05")
	h.approve(h.match(h.credit(paidByRamesh(1, "PL100"), "0000632012345601", "11002.00"), "PL100"))
	again := h.credit(paidByRamesh(2, "LOAN"), "0000632012345602", "11002.00")
	seen := forgottenBefore(h.today())
	age := func(seen lending.Date) {
		h.must(h.db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			m := h.memories()
			for _, row := range m {
				if err := tx.ForgetMemory(ctx, row.Idx); err != nil {
					return err
				}
				row.LastSeen = seen
				if err := tx.Remember(ctx, row.Memory, 0); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	age(seen)
	if o := New(h.db); !func() bool { h.office = o; return h.knows(again) }() {
		t.Error("a payer last seen 18 months ago to the day is forgotten")
	}
	age(seen.AddDays(-1))
	if h.office = New(h.db); h.knows(again) {
		t.Error("a payer not seen for more than 18 months is remembered")
	}
	// Seen again, it begins anew.
	h.approve(h.match(again, "PL100"))
	for _, m := range h.memories() {
		if m.Confirmations != 1 {
			t.Errorf("a forgotten payer that came back has %d confirmations", m.Confirmations)
		}
	}
}

// TestOwnHandlesTeachNothing: an address of the lender is never a payer.
func TestOwnHandlesTeachNothing(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL100", "Sunita Devi", "paid_to_date", "2026-09-05")
	h.refused(h.office.SetEngineHandles(t.Context(), h.ravi, EngineHandles{Handles: []string{"no address"}}), "engine.handle")
	h.must(h.office.SetEngineHandles(t.Context(), h.ravi, EngineHandles{Handles: []string{" RameshG@okSBI ", "rameshg@oksbi", ""}}))
	if got := h.engineSettings().OwnHandles(); len(got) != 1 || got[0] != "rameshg@oksbi" {
		t.Errorf("our own handles are %q", got)
	}
	h.approve(h.match(h.credit(paidByRamesh(1, "PL100"), "0000632012345601", "11002.00"), "PL100"))
	for _, m := range h.memories() {
		if m.Kind == "vpa" {
			t.Errorf("learned our own handle: %+v", m)
		}
	}
}

// TestThresholdHasBounds and is asked of the next answer.
func TestThresholdHasBounds(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL100", "Sunita Devi", "paid_to_date", "2026-10-05")
	r := h.credit("UPI-SUNITA DEVI-SUNITA@OKSBI-SBIN0001234-632012345601-EMI PL100", "0000632012345601", "11002.00")
	for _, points := range []int{0, LeastAutoFrom - 1, MostAutoFrom + 1} {
		h.refused(h.office.SetEngineThreshold(t.Context(), h.ravi, EngineThreshold{AutoFrom: points, Reason: "Safer."}), "engine.threshold")
	}
	h.must(h.office.SetEngineThreshold(t.Context(), h.ravi, EngineThreshold{AutoFrom: MostAutoFrom, Reason: "Safer."}))
	if rows := h.proposals(r); len(rows) != 0 {
		t.Errorf("a moved threshold leaves %d old answers", len(rows))
	}
	h.must(h.office.ScoreUnmatched(t.Context()))
	best := h.proposals(r)[0]
	if want := best.Confidence >= MostAutoFrom; (best.Advised == "auto") != want {
		t.Errorf("at %d of %d it advises %s", best.Confidence, MostAutoFrom, best.Advised)
	}
}

// TestFitNeedsLabels: 300 decisions, 30 against; then the curve is kept with its
// numbers, and the engine uses it.
func TestFitNeedsLabels(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL100", "Sunita Devi", "paid_to_date", "2026-10-05")
	r := h.credit("UPI-SUNITA DEVI-SUNITA@OKSBI-SBIN0001234-632012345601-EMI PL100", "0000632012345601", "11002.00")
	_, err := h.office.FitEngine(t.Context(), h.ravi)
	h.refused(err, "engine.few_labels")
	before := h.answers(h.office)[r.Ref].Candidates[0].Confidence
	h.outcomes(329, 29)
	_, err = h.office.FitEngine(t.Context(), h.ravi)
	h.refused(err, "engine.few_labels")
	h.outcomes(1, 1)
	_, err = h.office.FitEngine(t.Context(), h.asha)
	h.refused(err, "permission")
	fitted, err := h.office.FitEngine(t.Context(), h.ravi)
	h.must(err)
	if fitted.Labels != 330 || fitted.Negatives != 30 || fitted.ErrorAfter >= fitted.ErrorBefore {
		t.Errorf("fitted %+v", fitted)
	}
	if after := h.answers(h.office)[r.Ref].Candidates[0].Confidence; after == before {
		t.Errorf("the new curve changes nothing: %d", after)
	}
	if kept := h.report().Fitted; len(kept) != 1 || kept[0].Fitter != "Ravi" || kept[0].FittedOn != h.today() {
		t.Errorf("kept %+v", kept)
	}
}

// outcomes writes decisions of credits made for it: n of them, some against.
func (h *house) outcomes(n, against int) {
	h.Helper()
	for i := range n {
		r, err := h.office.CreateRecord(context.Background(), h.asha, NewRecord{Received: rupees("10"), Source: "api"})
		h.must(err)
		o := store.MatchOutcome{RecordID: r.ID, DecidedOn: h.today(), Outcome: "accepted", Advised: "auto", Confidence: 9_900, Share: 9_900, Mode: EngineShadow, Engine: matching.Version}
		if i < against {
			o.Outcome, o.Share = "overruled", 6_000
		}
		h.must(h.db.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error { return tx.SetMatchOutcome(ctx, o) }))
	}
}

func TestWilson(t *testing.T) {
	// Worked by hand from Wilson's formula with z = 1.959964.
	for _, c := range []struct{ right, n, want int }{{0, 0, 0}, {10, 10, 7224}, {381, 381, 9900}, {380, 381, 9852}, {600, 600, 9936}, {0, 10, 0}} {
		if got := wilson(c.right, c.n); got != c.want {
			t.Errorf("wilson(%d, %d) = %d, want %d", c.right, c.n, got, c.want)
		}
	}
}
