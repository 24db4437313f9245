package matching

import (
	"errors"
	"testing"
)

func TestFitCalibration(t *testing.T) {
	if _, err := FitCalibration(make([]Judged, 299)); !errors.Is(err, ErrFewLabels) {
		t.Errorf("299 decisions are accepted: %v", err)
	}
	right := make([]Judged, 400)
	for i := range right {
		right[i].Right = i > 20
	}
	if _, err := FitCalibration(right); !errors.Is(err, ErrFewLabels) {
		t.Errorf("21 decisions against are accepted: %v", err)
	}
	// Of the shares about a fifth 40 in 100 are right, of those about nine tenths 95.
	var decisions []Judged
	for i := range 200 {
		decisions = append(decisions, Judged{Share: 1_900 + i, Right: i%10 < 4}, Judged{Share: 8_900 + i, Right: i%20 > 0})
	}
	c, err := FitCalibration(decisions)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.of(0.2); got < 0.35 || got > 0.45 {
		t.Errorf("a share of a fifth is worth %.3f, want about 0.40", got)
	}
	if got := c.of(0.9); got < 0.92 || got > 0.97 {
		t.Errorf("a share of nine tenths is worth %.3f, want about 0.95", got)
	}
	last := -1.0
	for share := 0; share <= 100; share++ {
		got := c.of(float64(share) / 100)
		if got < last || got >= 1 {
			t.Errorf("at %d%% the curve gives %.4f after %.4f: it must rise and never reach 1", share, got, last)
		}
		last = got
	}
	if got := (Calibration{}).of(0.3); got != 0.3 {
		t.Errorf("without a curve a share of 0.3 is worth %v", got)
	}
}

// TestCurveOfTheEngine: the curve that ships rises.
func TestCurveOfTheEngine(t *testing.T) {
	for i := 1; i < len(curve.Knots); i++ {
		if a, b := curve.Knots[i-1], curve.Knots[i]; b.Share <= a.Share || b.Confidence < a.Confidence {
			t.Errorf("knot %+v follows %+v", b, a)
		}
	}
	if len(curve.Knots) < 5 {
		t.Errorf("the curve has %d knots", len(curve.Knots))
	}
}

// TestSetAutoFrom: a lender may ask for more than the engine does.
func TestSetAutoFrom(t *testing.T) {
	book := smallBook()
	c := credit(7_770_00, "IMPS/P2A/615712345678/TEJINDER SINGH GREWAL/AXIS BANK/emi")
	if p := book.Propose(c); p.Decision != Auto {
		t.Fatalf("held: %s", p.Held)
	}
	book.SetAutoFrom(10_000)
	if p := book.Propose(c); p.Decision != Suggest || p.Held == "" {
		t.Errorf("decision %s, held %q; want it held for its confidence", p.Decision, p.Held)
	}
}
