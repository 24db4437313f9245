package main

import (
	"fmt"
	"go/format"
	"os"
	"strings"

	"lekha/matching"
)

// fitSizes are the sizes of the books that the curve is fitted to: it must hold
// for a lender of any size.
var fitSizes = []int{200, 1000, 5000, 20_000}

// fitCurve fits the engine's calibration to a folder with truth and to made-up
// books, and writes it as the Go file that the engine is built with. The engine
// is asked without a calibration, so that its own shares are fitted.
func fitCurve(path string, f portfolio, seeds int) error {
	decisions := decisionsOf(f)
	from := fmt.Sprintf("%d proposals of the benchmark's sample", len(decisions))
	for seed := range seeds {
		size := fitSizes[seed%len(fitSizes)]
		decisions = append(decisions, decisionsOf(makePortfolio(uint64(seed)+1, size, 1000))...)
	}
	if seeds > 0 {
		from += fmt.Sprintf(" and those of the made-up books of\n// seeds 1 to %d, of %s accounts in turn", seeds, strings.Trim(fmt.Sprint(fitSizes), "[]"))
	}
	curve, err := matching.FitCalibration(decisions)
	if err != nil {
		return err
	}
	source, err := format.Source([]byte(curveSource(curve, from, len(decisions))))
	if err != nil {
		return fmt.Errorf("writing the curve: %w", err)
	}
	return os.WriteFile(path, source, 0o644)
}

// decisionsOf are the engine's proposals beside the truth.
func decisionsOf(f portfolio) []matching.Judged {
	var out []matching.Judged
	for _, j := range score(f.truth, predict(f, &matching.Calibration{})).proposals {
		out = append(out, matching.Judged{Share: j.proposal.Candidates[0].Share, Right: j.right})
	}
	return out
}

func curveSource(c matching.Calibration, from string, n int) string {
	var b strings.Builder
	b.WriteString("package matching\n\n")
	fmt.Fprintf(&b, "// curve is the calibration that the engine comes with: isotonic regression over\n// %s,\n// %d in all. It is written by\n//\n//\tgo run ./bench matching --data DIR --seeds N --fit matching/curve.go\n//\n", from, n)
	b.WriteString("// and by nobody's hand.\nvar curve = Calibration{Knots: []Knot{\n")
	for _, k := range c.Knots {
		fmt.Fprintf(&b, "\t{Share: %d, Confidence: %d},\n", k.Share, k.Confidence)
	}
	b.WriteString("}}\n")
	return b.String()
}
