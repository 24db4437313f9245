package matching

import (
	"cmp"
	"errors"
	"slices"
)

// Calibration turns the share that the best reading takes of the soft-max into a
// confidence: how often readings with such a share were right. It is a rising
// curve through knots, found by isotonic regression.
type Calibration struct {
	Knots []Knot
}

// Knot is a point of the curve, both in basis points.
type Knot struct {
	Share      int
	Confidence int
}

// Of is the confidence of a share, both in basis points.
func (c Calibration) Of(share int) int { return int(10_000 * c.of(float64(share)/10_000)) }

// of is the confidence of a share between 0 and 1. Between knots it is on the
// straight line; without knots it is the share itself.
func (c Calibration) of(share float64) float64 {
	x := share * 10_000
	if len(c.Knots) == 0 {
		return share
	}
	last := Knot{}
	for _, k := range c.Knots {
		if x <= float64(k.Share) {
			span := float64(k.Share - last.Share)
			if span == 0 {
				return float64(k.Confidence) / 10_000
			}
			return (float64(last.Confidence) + float64(k.Confidence-last.Confidence)*(x-float64(last.Share))/span) / 10_000
		}
		last = k
	}
	return float64(last.Confidence) / 10_000
}

// Judged is a proposal that people decided on: the share its best reading took,
// and whether it was right.
type Judged struct {
	Share int // basis points, Candidate.Share
	Right bool
}

// The least that a calibration is fitted to: fewer decisions, or hardly any
// against, say nothing.
const (
	minLabels   = 300
	minNegative = 30
)

// ErrFewLabels says that a calibration would rest on too few decisions.
var ErrFewLabels = errors.New("matching: fewer than 300 decisions, or fewer than 30 of them against the proposal")

// FitCalibration finds the curve that fits decisions best: isotonic regression by
// pooling adjacent violators, after which each pool is one knot. No curve claims
// certainty: every pool counts one error more than it has.
func FitCalibration(decisions []Judged) (Calibration, error) {
	sorted := slices.Clone(decisions)
	slices.SortFunc(sorted, func(a, b Judged) int { return cmp.Compare(a.Share, b.Share) })
	wrong := 0
	for _, d := range sorted {
		if !d.Right {
			wrong++
		}
	}
	if len(sorted) < minLabels || wrong < minNegative {
		return Calibration{}, ErrFewLabels
	}
	var pools []pool
	for _, d := range sorted {
		p := pool{n: 1, shares: d.Share}
		if d.Right {
			p.right = 1
		}
		pools = append(pools, p)
		for n := len(pools); n > 1 && pools[n-2].rate() >= pools[n-1].rate(); n = len(pools) {
			pools[n-2] = pools[n-2].with(pools[n-1])
			pools = pools[:n-1]
		}
	}
	return Calibration{Knots: knotsOf(pools)}, nil
}

// pool is a run of decisions with one rate.
type pool struct {
	n, right, shares int
}

func (p pool) rate() float64 { return float64(p.right) / float64(p.n) }

func (p pool) with(o pool) pool { return pool{p.n + o.n, p.right + o.right, p.shares + o.shares} }

// minPool is how many decisions a knot rests on; smaller pools join the next.
const minPool = 15

func knotsOf(pools []pool) []Knot {
	var knots []Knot
	var open pool
	for i, p := range pools {
		open = open.with(p)
		if open.n < minPool && i+1 < len(pools) {
			continue
		}
		k := Knot{Share: open.shares / open.n, Confidence: 10_000 * open.right / (open.n + 1)}
		if n := len(knots); n > 0 && k.Confidence < knots[n-1].Confidence {
			k.Confidence = knots[n-1].Confidence
		}
		knots = append(knots, k)
		open = pool{}
	}
	return knots
}

// SetCalibration replaces the curve of the book.
func (b *Book) SetCalibration(c Calibration) { b.calibration = c }

// SetAutoFrom sets the confidence, in basis points, from which the book advises
// Auto; 0 is the engine's own threshold.
func (b *Book) SetAutoFrom(points int) { b.auto = points }

// AutoFrom is the engine's own threshold of Auto, in basis points.
const AutoFrom = autoConfidence

func (b *Book) autoFrom() int {
	if b.auto > 0 {
		return b.auto
	}
	return autoConfidence
}
