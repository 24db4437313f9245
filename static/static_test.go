package static

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestVendoredFilesAreThoseOfTheManifest(t *testing.T) {
	text, err := os.ReadFile("vendor/vendor.json")
	if err != nil {
		t.Fatal(err)
	}
	var parts []struct {
		Name, Version, File, SHA256, Licence, Source string
		LicenceFile                                  string `json:"licence_file"`
	}
	if err := json.Unmarshal(text, &parts); err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, p := range parts {
		listed[p.File] = true
		body, err := os.ReadFile(p.File)
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(body); hex.EncodeToString(sum[:]) != p.SHA256 {
			t.Errorf("%s: sha256 %x, the manifest says %s", p.File, sum, p.SHA256)
		}
		if p.Name == "" || p.Version == "" || p.Licence == "" || p.Source == "" {
			t.Errorf("%s: the manifest lacks a field: %+v", p.File, p)
		}
		if _, err := os.Stat(p.LicenceFile); err != nil {
			t.Errorf("%s: %v", p.File, err)
		}
	}
	for _, pattern := range []string{"vendor/*.js", "fonts/*.woff2"} {
		found, _ := filepath.Glob(pattern)
		for _, name := range found {
			if !listed[name] {
				t.Errorf("%s is not in the manifest", name)
			}
		}
	}
}

func TestServing(t *testing.T) {
	for _, name := range []string{"app.css", "app.js", "icon.svg", "kolam.svg", "vendor/htmx-4.0.1.min.js", "vendor/hx-sse-4.0.1.min.js"} {
		address := Path(name)
		w := httptest.NewRecorder()
		Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, address, nil))
		if w.Code != http.StatusOK || w.Body.Len() == 0 {
			t.Errorf("%s: status %d, %d bytes", address, w.Code, w.Body.Len())
		}
		if got := w.Header().Get("Cache-Control"); !strings.Contains(got, "immutable") {
			t.Errorf("%s: Cache-Control %q, want immutable", address, got)
		}
	}
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/static/app.css", nil))
	if w.Code != http.StatusNotFound {
		t.Errorf("an address without hash: status %d, want 404", w.Code)
	}
}

func TestStyleSheetPointsAtWhatIsServed(t *testing.T) {
	sheet := string(served.files[Path("app.css")].body)
	if strings.Contains(sheet, `url("fonts/`) {
		t.Error("a font in the style sheet has no hashed address")
	}
	for _, part := range strings.Split(sheet, `url("`)[1:] {
		address, _, _ := strings.Cut(part, `"`)
		if _, ok := served.files[address]; !ok && !strings.HasPrefix(address, "data:") {
			t.Errorf("the style sheet names %s, which is not served", address)
		}
	}
}

func TestScriptKeepsThePolicy(t *testing.T) {
	script, err := os.ReadFile("app.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"eval(", "new Function", "innerHTML", "document.write", ".style."} {
		if strings.Contains(string(script), word) {
			t.Errorf("app.js has %q, which the policy or the rules refuse", word)
		}
	}
}

func TestUnknownNamePanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("Path of an unknown name did not panic")
		}
	}()
	Path("nothing.css")
}
