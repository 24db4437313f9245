package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var link = regexp.MustCompile(`\]\(([^)#\s]+)(#[^)]*)?\)`)

// TestDocumentsLeadSomewhere: what the documents point at is there, and the
// README names every command.
func TestDocumentsLeadSomewhere(t *testing.T) {
	seen := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".md" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			seen++
			if _, err := os.Stat(filepath.Join(filepath.Dir(path), m[1])); err != nil {
				t.Errorf("%s points at %s, which is not there", path, m[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 10 {
		t.Errorf("only %d links were followed", seen)
	}
	for _, name := range []string{"README.md", "NOTICE", "LICENSE", "CHANGELOG.md", "docs/glossary.md", "docs/portfolio.md", "docs/api.md", "testdata/README.md"} {
		if _, err := os.Stat(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestWithoutCgoTheProgramSaysWhatToInstall builds the program without a C
// compiler and reads what it says.
func TestWithoutCgoTheProgramSaysWhatToInstall(t *testing.T) {
	cmd := exec.Command("go", "run", ".", "version")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "Install a C compiler") {
		t.Errorf("without cgo: %v, %s", err, out)
	}
}
