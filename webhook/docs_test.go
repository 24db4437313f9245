package webhook

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// block is a piece of docs/api.md by what stands behind its fence.
func block(t *testing.T, fence string) string {
	t.Helper()
	page, err := os.ReadFile("../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile("(?s)```" + fence + "\n(.*?)```").FindSubmatch(page)
	if found == nil {
		t.Fatalf("docs/api.md has no %q", fence)
	}
	return string(found[1])
}

// The check in docs/api.md takes a message of the worker as it came over the wire, also
// while two keys sign, and refuses another body, another secret and an old message.
func TestShellCheckOfTheManual(t *testing.T) {
	for _, tool := range []string{"bash", "openssl"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatal("there is no " + tool)
			}
			t.Skip("there is no " + tool)
		}
	}
	h := newHouse(t)
	var header http.Header
	var body []byte
	o := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		header, body = r.Header, nil
		body, _ = io.ReadAll(r.Body)
	}))
	defer o.Close()
	w, keys := h.listen(o.URL)
	_, key, err := h.office.RotateWebhookKey(t.Context(), h.admin, w.Ref, w.Version)
	h.must(err)
	keys[key.ID] = key.Secret
	h.happens()
	h.must(h.worker.Round(t.Context()))
	if len(keys) != 2 || strings.Count(header.Get(HeaderSignature), "=") != 2 {
		t.Fatalf("%d keys, %q", len(keys), header.Get(HeaderSignature))
	}
	sent, err := strconv.ParseInt(header.Get(HeaderTimestamp), 10, 64)
	h.must(err)
	script := block(t, "sh webhook")
	check := func(body, key, secret string, now int64) error {
		dir := t.TempDir()
		h.must(os.WriteFile(filepath.Join(dir, "body.json"), []byte(body), 0o600))
		run := exec.CommandContext(t.Context(), "bash", "-eu", "-o", "pipefail", "-c", script)
		run.Dir = dir
		run.Env = append(os.Environ(), "TIMESTAMP="+header.Get(HeaderTimestamp), "SIGNATURE="+header.Get(HeaderSignature), "KEY="+key, "SECRET="+secret, "NOW="+strconv.FormatInt(now, 10))
		return run.Run()
	}
	for id, secret := range keys {
		if err := check(string(body), id, secret, sent+2); err != nil {
			t.Errorf("key %s: %v", id, err)
		}
		if check(string(body)+" ", id, secret, sent) == nil || check(string(body), id, "guess", sent) == nil || check(string(body), id, secret, sent+301) == nil {
			t.Error("a message that is not right is taken")
		}
	}
}

// What docs/api.md shows of Go is what the example of the client runs.
func TestGoCheckOfTheManual(t *testing.T) {
	example, err := os.ReadFile("../client/example_test.go")
	if err != nil || !strings.Contains(string(example), block(t, "go")) {
		t.Errorf("docs/api.md and client/example_test.go differ: %v", err)
	}
}
