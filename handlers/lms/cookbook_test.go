package lms

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// docs/api-cookbook.md is run from top to bottom, with curl against a listening
// program.
func TestCookbook(t *testing.T) {
	for _, tool := range []string{"bash", "curl"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatal("there is no " + tool)
			}
			t.Skip("there is no " + tool)
		}
	}
	page, err := os.ReadFile("../../docs/api-cookbook.md")
	if err != nil {
		t.Fatal(err)
	}
	var script strings.Builder
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllSubmatch(page, -1) {
		script.Write(block[1])
	}
	h := newHouse(t, "2026-04-01", "12:00:00.000000")
	h.now = h.now.AddDate(0, 1, 0) // no day is closed before it has come
	server := httptest.NewServer(h.echo)
	defer server.Close()
	run := exec.CommandContext(t.Context(), "bash", "-eu", "-o", "pipefail", "-c", script.String())
	run.Dir = t.TempDir()
	run.Env = append(os.Environ(), "BASE="+server.URL, "OPERATOR="+h.tokens["operator"], "MANAGER="+h.tokens["credit_manager"],
		"FINANCE="+h.tokens["finance"], "ADMIN="+h.tokens["admin"])
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	settled := h.do("auditor", "GET", "/v1/lms/records/?status=processed", nil).want(200).has("count", 1, "results.0.amount", "5501.0")
	h.do("auditor", "GET", "/v1/lms/accounts/"+settled.text("results.0.account")+"/summary/", nil).want(200).
		has("total_paid", "5501.0", "principal_outstanding", "55399.0", "dpd", 0)
	h.do("auditor", "GET", "/v1/lms/records/?status=unmatched", nil).want(200).has("count", 2)
	exported, err := os.ReadFile(run.Dir + "/unmatched.csv")
	if err != nil || strings.Count(string(exported), "\r\n") != 3 {
		t.Errorf("%v, the export is %q", err, exported)
	}
}
