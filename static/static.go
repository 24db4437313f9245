// Package static carries the style sheet, the script, the fonts and the icon,
// and serves them under addresses that hold a hash of the content, so that a
// browser may keep them for ever and never sees a stale one.
package static

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"sort"
	"strconv"
	"strings"
)

//go:embed css app.js vendor fonts icon.svg kolam.svg
var source embed.FS

// Root is the path under which [Handler] answers.
const Root = "/static/"

// file is one thing that is served.
type file struct {
	kind string // content type
	body []byte
}

// site is what is served, by address, and the address of each name.
type site struct {
	files map[string]file
	paths map[string]string
}

var served = build(source)

// kinds are the content types of what is served; anything else is not.
var kinds = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".svg": "image/svg+xml", ".woff2": "font/woff2",
}

// Path is the address of a file: Path("app.css") is "/static/app.<hash>.css".
// A name that does not exist is our own mistake and panics.
func Path(name string) string {
	address, ok := served.paths[name]
	if !ok {
		panic("static: there is no file " + name)
	}
	return address
}

// Handler answers requests under [Root]. What it serves never changes under
// its address.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := served.files[r.URL.Path]
		if !ok || (r.Method != http.MethodGet && r.Method != http.MethodHead) {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", f.kind)
		w.Header().Set("Content-Length", strconv.Itoa(len(f.body)))
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if r.Method == http.MethodGet {
			_, _ = w.Write(f.body) // the reader went away: nothing to do
		}
	})
}

// Each yields every address with its content, in order, for tests and previews.
func Each(yield func(address string, body []byte)) {
	addresses := make([]string, 0, len(served.files))
	for address := range served.files {
		addresses = append(addresses, address)
	}
	sort.Strings(addresses)
	for _, address := range addresses {
		yield(address, served.files[address].body)
	}
}

// build reads the embedded files. The parts of the style sheet become one
// app.css, in the order of their names, with the fonts' hashed addresses in it.
func build(source fs.FS) site {
	s := site{files: map[string]file{}, paths: map[string]string{}}
	var sheet bytes.Buffer
	err := fs.WalkDir(source, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(source, name)
		if err != nil {
			return err
		}
		if path.Dir(name) == "css" {
			sheet.Write(body)
			return nil
		}
		s.add(name, body)
		return nil
	})
	if err != nil {
		panic("static: reading the embedded files: " + err.Error())
	}
	s.add("app.css", s.withAddresses(sheet.Bytes()))
	return s
}

// add puts a file under its hashed address; what is not served (licences, the
// manifest) is left out.
func (s site) add(name string, body []byte) {
	extension := path.Ext(name)
	kind, ok := kinds[extension]
	if !ok {
		return
	}
	sum := sha256.Sum256(body)
	address := Root + strings.TrimSuffix(name, extension) + "." + hex.EncodeToString(sum[:6]) + extension
	s.files[address] = file{kind: kind, body: body}
	s.paths[name] = address
}

// withAddresses replaces url("fonts/x") in a style sheet by the hashed address.
func (s site) withAddresses(sheet []byte) []byte {
	for name, address := range s.paths {
		sheet = bytes.ReplaceAll(sheet, []byte(`url("`+name+`")`), []byte(`url("`+address+`")`))
	}
	return sheet
}
