package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rooms says what each package may import beside the standard library (docs/decisions/0002). Tests
// may import more.
var rooms = map[string][]string{
	"lending":      {"github.com/shopspring/decimal"},
	"ledger":       {"lekha/lending"},
	"matching":     {"lekha/lending", "golang.org/x/text/unicode/norm"},
	"bankfile":     {"lekha/lending", "github.com/xuri/excelize/v2", "golang.org/x/text/encoding", "golang.org/x/text/encoding/charmap", "golang.org/x/text/encoding/unicode", "golang.org/x/text/transform", "golang.org/x/net/html", "golang.org/x/net/html/atom"},
	"store":        {"lekha/lending", "github.com/jmoiron/sqlx", "github.com/mattn/go-sqlite3", "github.com/google/uuid"},
	"servicing":    {"lekha/lending", "lekha/matching", "lekha/bankfile", "lekha/ledger", "lekha/store", "golang.org/x/crypto/argon2", "github.com/google/go-cmp/cmp", "github.com/shopspring/decimal"},
	"demo":         {"lekha/lending", "lekha/servicing", "lekha/store"},
	"static":       {},
	"views":        {"lekha/lending", "lekha/static", "github.com/a-h/templ", "github.com/a-h/templ/runtime"},
	"handlers":     {"lekha/lending", "lekha/matching", "lekha/bankfile", "lekha/servicing", "lekha/store", "lekha/views", "lekha/static", "lekha/handlers/lms", "github.com/labstack/echo/v4", "github.com/labstack/echo/v4/middleware", "github.com/a-h/templ", "github.com/alexedwards/scs/v2", "github.com/google/uuid"},
	"handlers/lms": {"lekha/lending", "lekha/matching", "lekha/bankfile", "lekha/servicing", "lekha/store", "github.com/labstack/echo/v4", "github.com/labstack/echo/v4/middleware", "golang.org/x/time/rate", "github.com/google/uuid", "github.com/shopspring/decimal"},
	"webhook":      {"lekha/servicing", "lekha/store"},
	"main":         {"lekha/lending", "lekha/servicing", "lekha/store", "lekha/handlers", "lekha/demo", "lekha/webhook"},
}

// outside are rooms that nobody imports and that may use every other.
var outside = []string{"bench", "client", "views/gen"}

// TestRoomsImportOnlyWhatTheyMay keeps the plan of the house: who may know whom.
func TestRoomsImportOnlyWhatTheyMay(t *testing.T) {
	seen := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		room := filepath.ToSlash(filepath.Dir(path))
		if room == "." {
			room = "main"
		}
		if slices.Contains(outside, strings.SplitN(room, "/", 2)[0]) {
			return nil
		}
		allowed, known := rooms[room]
		if !known {
			t.Errorf("%s: the room %s is not in the plan", path, room)
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			seen++
			name, _ := strconv.Unquote(spec.Path.Value)
			first, _, _ := strings.Cut(name, "/")
			if strings.Contains(first, ".") || first == "lekha" {
				if !slices.Contains(allowed, name) {
					t.Errorf("%s imports %s; %s may import %v", path, name, room, allowed)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 100 {
		t.Fatalf("only %d imports were looked at", seen)
	}
}

// TestWallClockIsReadInTwoPlaces: pages and rules know the business date; the
// wall clock is read by the store and by main alone.
func TestWallClockIsReadInTwoPlaces(t *testing.T) {
	for _, room := range []string{"lending", "matching", "bankfile", "servicing", "views"} {
		files, err := filepath.Glob(room + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v, %d files", room, err, len(files))
		}
		for _, path := range files {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			if calls(t, path, "time", "Now") {
				t.Errorf("%s reads the wall clock", path)
			}
		}
	}
}
