package main

import (
	"strings"
	"testing"
)

// The benchmark of the arithmetic runs, and every line of it has a figure.
func TestReplayBenchmarkRuns(t *testing.T) {
	var out strings.Builder
	if err := run([]string{"replay", "--accounts", "3", "--rounds", "1"}, &out); err != nil {
		t.Fatal(err)
	}
	for _, job := range replayJobs() {
		if !strings.Contains(out.String(), job.name) {
			t.Errorf("no line for %q in:\n%s", job.name, out.String())
		}
	}
	if err := run([]string{"replay", "--accounts", "0"}, &out); err == nil {
		t.Error("nothing to measure is measured")
	}
}
