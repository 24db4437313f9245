package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestMain lets the process that a simulation stops and starts be this one.
func TestMain(m *testing.M) {
	if os.Getenv(lifeLine) != "" {
		if err := run(os.Args[1:], os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// A small lender lives for some weeks: every invariant holds every night, and the same
// life, stopped at random moments, comes to the same facts.
func TestALenderLives(t *testing.T) {
	if testing.Short() {
		t.Skip("lives for weeks")
	}
	t.Chdir("..")
	var out strings.Builder
	if err := run([]string{"simulate", "--borrowers", "30", "--days", "60", "--seed", "1", "--each-night", "--kill", "3", "--keep", t.TempDir()}, &out); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for _, kind := range []string{"open done", "match done", "receipt done", "draw done", "stopped "} {
		if !strings.Contains(out.String(), kind) {
			t.Errorf("nothing of %q in:\n%s", kind, out.String())
		}
	}
}
