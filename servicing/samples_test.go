package servicing

import (
	"context"
	"fmt"
	"testing"

	"lekha/store"
)

// sampleOfToday is the sample of the running week.
func (h *house) sampleOfToday() MatchWeek {
	h.Helper()
	var week MatchWeek
	h.read(func(ctx context.Context, v *store.View) (err error) {
		week, err = SampleOf(ctx, v, h.today())
		return err
	})
	return week
}

// sureMatches has the engine be right, as people say, about n credits.
func (h *house) sureMatches(n int) []store.Record {
	h.Helper()
	h.must(h.office.SetEngineMode(h.Context(), Console(), EngineModeInput{Mode: EngineOn}))
	var records []store.Record
	for i := range n {
		ref := fmt.Sprintf("PL%03d", i)
		h.takeOver(ref, "Sunita Devi "+string(rune('A'+i)), "paid_to_date", "2026-10-05")
		r := h.credit(fmt.Sprintf("UPI-SUNITA DEVI %c-S%d@OKSBI-SBIN0001234-6320123456%02d-EMI %s", 'A'+i, i, i, ref), fmt.Sprintf("00006320123456%02d", i), "11002.00")
		records = append(records, h.approve(h.match(r, ref)))
	}
	return records
}

// TestSampleRaisesTheThreshold: what the engine was sure of and people approved
// is drawn for a second look; what is right changes nothing, and one that is wrong
// lifts the threshold by itself, with the reason in the log.
func TestSampleRaisesTheThreshold(t *testing.T) {
	h := newHouse(t)
	records := h.sureMatches(4)
	week := h.sampleOfToday()
	if len(week.Rows) != 4 || week.To.Sub(week.From) != 6 || week.From > h.today() || week.To < h.today() {
		t.Fatalf("the sample of %s to %s has %d", week.From, week.To, len(week.Rows))
	}
	before := h.report().AutoFrom
	h.must(h.office.ReviewMatch(t.Context(), h.ravi, MatchVerdict{Record: records[0].Ref, Right: true}))
	if now := h.report().AutoFrom; now != before {
		t.Errorf("a right one moved the threshold to %d", now)
	}
	h.refused(h.office.ReviewMatch(t.Context(), h.ravi, MatchVerdict{Record: records[0].Ref, Right: true}), "sample.done")
	h.refused(h.office.ReviewMatch(t.Context(), h.ravi, MatchVerdict{Record: records[1].Ref}), "sample.note")
	h.refused(h.office.ReviewMatch(t.Context(), h.asha, MatchVerdict{Record: records[1].Ref, Right: true}), "permission")

	h.must(h.office.ReviewMatch(t.Context(), h.ravi, MatchVerdict{Record: records[1].Ref, Note: "Her sister's loan."}))
	report := h.report()
	if report.AutoFrom <= before || report.AutoFrom > MostAutoFrom {
		t.Errorf("the threshold went from %d to %d", before, report.AutoFrom)
	}
	if auto := report.Auto(); auto.Accepted != 3 || auto.Overruled != 1 {
		t.Errorf("it counts as %+v", auto)
	}
	if looked, wrong := h.sampleOfToday().Looked(); looked != 2 || wrong != 1 {
		t.Errorf("%d looked at and %d wrong", looked, wrong)
	}
	h.sound()
}

// TestSampleAtTheTop: a threshold that cannot rise any more lets the engine look on.
func TestSampleAtTheTop(t *testing.T) {
	h := newHouse(t)
	r := h.sureMatches(1)[0]
	h.must(h.office.SetEngineThreshold(t.Context(), h.ravi, EngineThreshold{Version: h.engineSettings().Version, AutoFrom: MostAutoFrom, Reason: "As high as it goes."}))
	h.must(h.office.ReviewMatch(t.Context(), h.ravi, MatchVerdict{Record: r.Ref, Note: "Not hers."}))
	if s := h.engineSettings(); s.Mode != EngineShadow || s.AutoFrom != MostAutoFrom {
		t.Errorf("it is %s from %d", s.Mode, s.AutoFrom)
	}
}

// TestRisen: the lowest threshold that would have kept the target, else the next
// above the surest that was wrong.
func TestRisen(t *testing.T) {
	many := func(n, confidence int) []store.Label {
		labels := make([]store.Label, n)
		for i := range labels {
			labels[i] = store.Label{Confidence: confidence, Right: true}
		}
		return labels
	}
	wrong := store.Label{Confidence: 9_420}
	tests := []struct {
		name   string
		labels []store.Label
		want   int
	}{
		{"enough above the wrong one", append(many(400, 9_700), wrong), 9_450},
		{"too few to know", append(many(20, 9_700), wrong), 9_421},
		{"wrong below the next step", append(many(20, 9_700), store.Label{Confidence: 9_310}), 9_350},
		{"sure and wrong", append(many(20, 9_700), store.Label{Confidence: 9_999}), MostAutoFrom},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := risen(9_300, tt.labels); got != tt.want {
				t.Errorf("it rises to %d, want %d", got, tt.want)
			}
		})
	}
}
