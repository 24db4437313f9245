package main

import (
	"strings"
	"testing"
)

// The benchmark of the day close runs from the root of the repository: its loans
// stand as their facts say after two closes, and the floor touches as many.
func TestEODBenchmarkRuns(t *testing.T) {
	t.Chdir("..")
	var out strings.Builder
	if err := run([]string{"eod", "--loans", "200", "--verify"}, &out); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"200 active loans", "floor, nobody else at work                28 ", "Lekha, 2026-11-20, alone                  28 ", "verify: 200 accounts, 0 findings"} {
		if !strings.Contains(out.String(), line) {
			t.Errorf("no line %q in:\n%s", line, out.String())
		}
	}
}
