package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// calls says whether a file calls pkg.name.
func calls(t *testing.T, path, pkg, name string) bool {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := false
	ast.Inspect(file, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == name {
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == pkg {
				found = true
			}
		}
		return true
	})
	return found
}

// TestTemplatesKeepThePolicy: no script or style inside a page, nothing that
// htmx would have to evaluate.
func TestTemplatesKeepThePolicy(t *testing.T) {
	files, err := filepath.Glob("views/*.templ")
	if err != nil || len(files) == 0 {
		t.Fatalf("%v, %d templates", err, len(files))
	}
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"style=", "hx-on", "js:", "javascript:", "onclick=", "onchange=", "hx-boost", "<style", "hx-vals='js", "templ script", "css "} {
			for i, line := range strings.Split(string(text), "\n") {
				if strings.HasPrefix(strings.TrimSpace(line), "//") {
					continue
				}
				if word == "css " && !strings.HasPrefix(line, "css ") {
					continue
				}
				if strings.Contains(line, word) {
					t.Errorf("%s:%d has %q", path, i+1, word)
				}
			}
		}
	}
}

// row is one promise of docs/features.md.
type row struct {
	line                             int
	part, promise, where, test, seen string
}

// features reads the tables of docs/features.md.
func features(t *testing.T) []row {
	t.Helper()
	text, err := os.ReadFile("docs/features.md")
	if err != nil {
		t.Fatal(err)
	}
	var rows []row
	for i, line := range strings.Split(string(text), "\n") {
		cells := strings.Split(line, "|")
		if len(cells) != 7 || strings.Contains(line, "---") || strings.TrimSpace(cells[1]) == "No." {
			continue
		}
		rows = append(rows, row{line: i + 1, part: strings.TrimSpace(cells[1]), promise: strings.TrimSpace(cells[2]),
			where: strings.TrimSpace(cells[3]), test: strings.TrimSpace(cells[4]), seen: strings.TrimSpace(cells[5])})
	}
	return rows
}

var testName = regexp.MustCompile("`((?:Test|Fuzz|Benchmark)[A-Za-z0-9_]+)`")

// TestEveryPromiseHasItsTest holds docs/features.md to the truth: each test it
// names exists, and nothing is said to be seen that has none.
func TestEveryPromiseHasItsTest(t *testing.T) {
	known := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		for _, decl := range file.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil {
				known[fn.Name.Name] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	rows := features(t)
	if len(rows) < 50 {
		t.Fatalf("only %d promises were read", len(rows))
	}
	for _, r := range rows {
		names := testName.FindAllStringSubmatch(r.test, -1)
		for _, name := range names {
			if !known[name[1]] {
				t.Errorf("docs/features.md:%d: there is no test %s", r.line, name[1])
			}
		}
		if r.seen == "yes" && (len(names) == 0 || r.where == "") {
			t.Errorf("docs/features.md:%d is said to be seen and names no test or no place", r.line)
		}
		if r.seen != "yes" && !strings.HasPrefix(r.seen, "no") {
			t.Errorf("docs/features.md:%d: seen is %q, want yes, or no with what is missing", r.line, r.seen)
		}
	}
}
