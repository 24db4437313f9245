package handlers

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// browser sends requests as one person. The zero header is a whole page.
type browser struct {
	h      *house
	cookie *http.Cookie
	header map[string]string
}

// piece is the same browser, asking as htmx does for a part of the page.
func (b browser) piece() browser {
	b.header = map[string]string{"HX-Request": "true", "HX-Request-Type": "partial"}
	return b
}

// with is the same browser with a header more.
func (b browser) with(name, value string) browser {
	header := maps.Clone(b.header)
	if header == nil {
		header = map[string]string{}
	}
	header[name] = value
	b.header = header
	return b
}

func (b browser) get(path string) answer { return b.send(http.MethodGet, path, "", nil) }

func (b browser) post(path string, form url.Values) answer {
	return b.send(http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

func (b browser) send(method, path, kind string, body io.Reader) answer {
	b.h.t.Helper()
	request := httptest.NewRequestWithContext(b.h.t.Context(), method, path, body)
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	for name, value := range b.header {
		request.Header.Set(name, value)
	}
	if b.cookie != nil {
		request.AddCookie(b.cookie)
	}
	recorder := httptest.NewRecorder()
	b.h.handler.ServeHTTP(recorder, request)
	return answer{ResponseRecorder: recorder, t: b.h.t, asked: method + " " + path}
}

// answer is what came back, with what tests ask of it.
type answer struct {
	*httptest.ResponseRecorder
	t     *testing.T
	asked string
}

// status fails the test when the answer has another one.
func (a answer) status(want int) answer {
	a.t.Helper()
	if a.Code != want {
		a.t.Fatalf("%s answers %d, want %d:\n%s", a.asked, a.Code, want, a.words())
	}
	return a
}

// leads fails the test unless the answer sends the browser on, and returns where to.
func (a answer) leads() string {
	a.t.Helper()
	a.status(http.StatusSeeOther)
	return a.Header().Get("Location")
}

// has fails the test unless the page holds each of these texts, as people read
// them: tags are passed over and blanks are one.
func (a answer) has(texts ...string) answer {
	a.t.Helper()
	words := a.words()
	for _, text := range texts {
		if !strings.Contains(words, text) {
			a.t.Errorf("%s does not say %q:\n%s", a.asked, text, words)
		}
	}
	return a
}

// lacks fails the test when the page holds one of these texts.
func (a answer) lacks(texts ...string) answer {
	a.t.Helper()
	words := a.words()
	for _, text := range texts {
		if strings.Contains(words, text) {
			a.t.Errorf("%s says %q:\n%s", a.asked, text, words)
		}
	}
	return a
}

// html fails the test unless the raw page holds each of these pieces of HTML.
func (a answer) html(pieces ...string) answer {
	a.t.Helper()
	for _, piece := range pieces {
		if !strings.Contains(a.Body.String(), piece) {
			a.t.Errorf("%s does not hold %q", a.asked, piece)
		}
	}
	return a
}

// words is the text of the page.
func (a answer) words() string { return textOf(a.tree()) }

// at is the text of the element with an id; the test fails when there is none.
func (a answer) at(id string) string {
	a.t.Helper()
	node := byID(a.tree(), id)
	if node == nil {
		a.t.Fatalf("%s has no element #%s", a.asked, id)
	}
	return textOf(node)
}

// lies says whether there is an element with an id.
func (a answer) lies(id string) bool { return byID(a.tree(), id) != nil }

// value is what stands in the field with a name: the value of an input, the text
// of an area, the chosen option.
func (a answer) value(name string) string {
	a.t.Helper()
	value, found := "", false
	walk(a.tree(), func(n *html.Node) {
		if found || attribute(n, "name") != name {
			return
		}
		switch n.Data {
		case "textarea":
			value, found = textOf(n), true
		case "select":
			found = true
			walk(n, func(o *html.Node) {
				if o.Data == "option" && hasAttribute(o, "selected") {
					value = attribute(o, "value")
				}
			})
		case "input":
			if kind := attribute(n, "type"); kind == "radio" || kind == "checkbox" {
				if hasAttribute(n, "checked") {
					value, found = attribute(n, "value"), true
				}
				return
			}
			value, found = attribute(n, "value"), true
		}
	})
	return value
}

func (a answer) tree() *html.Node {
	a.t.Helper()
	tree, err := html.Parse(strings.NewReader(a.Body.String()))
	if err != nil {
		a.t.Fatal(err)
	}
	return tree
}

func walk(n *html.Node, see func(*html.Node)) {
	see(n)
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		walk(child, see)
	}
}

func byID(n *html.Node, id string) *html.Node {
	var found *html.Node
	walk(n, func(n *html.Node) {
		if found == nil && attribute(n, "id") == id {
			found = n
		}
	})
	return found
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasAttribute(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func textOf(n *html.Node) string {
	var text strings.Builder
	walk(n, func(n *html.Node) {
		if n.Type == html.TextNode && (n.Parent == nil || n.Parent.Data != "script") {
			text.WriteString(n.Data + " ")
		}
	})
	return strings.Join(strings.Fields(text.String()), " ")
}
