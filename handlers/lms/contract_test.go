package lms

import (
	"encoding/json"
	"flag"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"lekha/servicing"
)

// requests is how many the contract test sends; the seed makes a run again.
var (
	requests = flag.Int("requests", 600, "requests that TestContract sends")
	drawSeed = flag.Uint64("seed", 1, "seed of TestContract")
)

// Whatever a program sends to whichever route, in whatever role: it is never our
// own failure, the answer is one that the document names, what a role may not do it
// does not, and afterwards the books hold.
func TestContract(t *testing.T) {
	m := newMonday(t)
	m.do("operator", "POST", "/v1/lms/statements/", form{"@hdfc.csv": m.file}).want(201)
	made := m.receive(m.anita, "6001", "CONTRACT1")
	g := contractDraw{rand.New(rand.NewPCG(*drawSeed, 0)), []string{m.anita, m.ravi, m.anitaLoan, m.find("5501"), m.find("7000"), made.text("id"), nobody, "ACC00000", "x"}}
	routes := table()
	answered := map[int]int{}
	for range *requests {
		r := routes[g.IntN(len(routes))]
		role := string(roles[g.IntN(len(roles))])
		path := strings.ReplaceAll(r.path, "{id}", g.id())
		if len(r.query) > 0 && g.IntN(3) == 0 {
			path += "?" + r.query[g.IntN(len(r.query))].name + "=" + g.word()
		}
		body := ""
		if r.body != nil {
			text, err := json.Marshal(g.value(r.body, 3))
			if err != nil {
				t.Fatal(err)
			}
			body = string(text)
		}
		request := httptest.NewRequest(r.method, path, strings.NewReader(body))
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Authorization", "Bearer "+m.tokens[role])
		w := httptest.NewRecorder()
		m.echo.ServeHTTP(w, request)
		answered[w.Code/100]++
		if w.Code >= http.StatusInternalServerError {
			t.Errorf("%s %s as %s with %s: %d %s", r.method, path, role, body, w.Code, w.Body)
		}
		if may := servicingActor(servicing.Role(role)).Can(r.permission) || r.name == "createToken"; !may && w.Code != http.StatusForbidden {
			t.Errorf("%s %s as %s: %d, which that role may not", r.method, path, role, w.Code)
		}
		for _, wrong := range m.contract.holds(r.method, r.path, w.Code, w.Header().Get("Content-Type"), w.Body.Bytes()) {
			t.Errorf("%s, after %s as %s with %s", wrong, path, role, body)
		}
	}
	t.Logf("answers by hundreds: %v", answered)
	if answered[2] == 0 || answered[4] == 0 {
		t.Errorf("answers by hundreds: %v", answered)
	}
	m.sound()
}

// contractDraw draws what programs send.
type contractDraw struct {
	*rand.Rand
	ids []string
}

func (g contractDraw) id() string { return g.ids[g.IntN(len(g.ids))] }

// word is a value as a query or a body may hold it.
func (g contractDraw) word() string {
	words := []string{"1", "0", "-1", "99999999999999999999", "0.001", "1e400", "true", "null", "2026-04-30", "1774845930", "x", "%00", "excess", "borrower", "processed", g.id()}
	return words[g.IntN(len(words))]
}

// scalar is any JSON value, mostly one that could be right.
func (g contractDraw) scalar() any {
	switch g.IntN(12) {
	case 0:
		return nil
	case 1:
		return []any{g.word()}
	case 2:
		return map[string]any{"id": g.id(), "x": g.word()}
	case 3:
		return g.Float64() * 1e15
	case 4:
		return -g.IntN(1000)
	case 5:
		return strings.Repeat("x", g.IntN(5000))
	case 6:
		return g.IntN(2) == 0
	case 7, 8:
		return g.id()
	case 9:
		return g.IntN(10_000)
	}
	return g.word()
}

// value is a body in the shape of a type: fields left out, of the wrong kind, or
// as they may be.
func (g contractDraw) value(t reflect.Type, depth int) any {
	if t.Kind() == reflect.Pointer {
		return g.value(t.Elem(), depth)
	}
	if _, isPlain := plain[t]; isPlain || depth == 0 || g.IntN(20) == 0 {
		return g.scalar()
	}
	if w, ok := reflect.Zero(t).Interface().(wrapped); ok {
		if t.Kind() == reflect.Slice {
			return []any{g.value(w.inner(), depth-1), g.value(w.inner(), depth-1)}
		}
		return g.value(w.inner(), depth-1)
	}
	if t.Kind() != reflect.Struct {
		return g.scalar()
	}
	out := map[string]any{}
	for _, f := range wireFields(t) {
		if g.IntN(4) > 0 {
			out[f.name] = g.value(f.field.Type, depth-1)
		}
	}
	return out
}
