package lms

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// contract is the document as a client reads it.
type contract struct {
	doc map[string]any
}

func newContract(t testing.TB) contract {
	t.Helper()
	raw, err := json.Marshal(New(Config{Version: "test"}).document())
	if err != nil {
		t.Fatal(err)
	}
	var c contract
	if err := json.Unmarshal(raw, &c.doc); err != nil {
		t.Fatal(err)
	}
	return c
}

// at follows a path of keys.
func (c contract) at(steps ...string) any {
	var value any = c.doc
	for _, step := range steps {
		in, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = in[step]
	}
	return value
}

// resolve follows references.
func (c contract) resolve(value any) map[string]any {
	in, _ := value.(map[string]any)
	for in["$ref"] != nil {
		in, _ = c.at(strings.Split(strings.TrimPrefix(in["$ref"].(string), "#/"), "/")...).(map[string]any)
	}
	return in
}

// check says where a value does not fit a schema: types, properties, required
// ones, and that an object has no key that the document does not know.
func (c contract) check(where string, value, schema any) []string {
	s := c.resolve(schema)
	if options, ok := s["anyOf"].([]any); ok {
		var first []string
		for i, option := range options {
			wrong := c.check(where, value, option)
			if len(wrong) == 0 {
				return nil
			}
			if i == 0 {
				first = wrong
			}
		}
		return first
	}
	if s["type"] == nil {
		return nil
	}
	if !fits(value, s["type"]) {
		return []string{fmt.Sprintf("%s is %v, the document says %v", where, value, s["type"])}
	}
	var wrong []string
	switch v := value.(type) {
	case map[string]any:
		known, _ := s["properties"].(map[string]any)
		required, _ := s["required"].([]any)
		for _, name := range required {
			if _, there := v[name.(string)]; !there {
				wrong = append(wrong, where+" has no "+name.(string))
			}
		}
		for name, inner := range v {
			switch {
			case known[name] != nil:
				wrong = append(wrong, c.check(where+"."+name, inner, known[name])...)
			case s["additionalProperties"] != nil:
				wrong = append(wrong, c.check(where+"."+name, inner, s["additionalProperties"])...)
			case len(known) > 0:
				wrong = append(wrong, where+"."+name+" is not in the document")
			}
		}
	case []any:
		for i, inner := range v {
			wrong = append(wrong, c.check(fmt.Sprintf("%s.%d", where, i), inner, s["items"])...)
		}
	}
	return wrong
}

func fits(value, kind any) bool {
	kinds, several := kind.([]any)
	if !several {
		kinds = []any{kind}
	}
	for _, k := range kinds {
		switch v := value.(type) {
		case nil:
			if k == "null" {
				return true
			}
		case bool:
			if k == "boolean" {
				return true
			}
		case string:
			if k == "string" {
				return true
			}
		case float64:
			if k == "number" || k == "integer" && v == float64(int64(v)) {
				return true
			}
		case map[string]any:
			if k == "object" {
				return true
			}
		case []any:
			if k == "array" {
				return true
			}
		}
	}
	return false
}

// route finds the operation of a request.
func (c contract) operation(method, path string) map[string]any {
	path, _, _ = strings.Cut(path, "?")
	path = strings.TrimSuffix(path, "/") + "/"
	paths, _ := c.doc["paths"].(map[string]any)
	var best map[string]any
	for _, pattern := range slices.Sorted(maps.Keys(paths)) {
		form := "^" + strings.ReplaceAll(regexp.QuoteMeta(pattern), `\{id\}`, `[^/]+`) + "$"
		if ok, _ := regexp.MatchString(form, path); ok {
			if o, there := paths[pattern].(map[string]any)[strings.ToLower(method)].(map[string]any); there && (best == nil || !strings.Contains(pattern, "{id}")) {
				best = o
			}
		}
	}
	return best
}

// holds says what of an answer the document does not allow. Paths that are in no
// document answer refusals alone.
func (c contract) holds(method, path string, status int, kind string, body []byte) []string {
	o := c.operation(method, path)
	if o == nil || !strings.HasPrefix(kind, "application/json") {
		return nil
	}
	responses, _ := o["responses"].(map[string]any)
	response := c.resolve(responses[fmt.Sprint(status)])
	if response == nil {
		return []string{fmt.Sprintf("the document has no %d for %s %s", status, method, path)}
	}
	content, _ := response["content"].(map[string]any)
	media, _ := content["application/json"].(map[string]any)
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return []string{err.Error()}
	}
	return c.check(fmt.Sprintf("%s %s %d", method, path, status), value, media["schema"])
}

// The document is what OpenAPI 3.1 asks for as far as we use it: every reference
// leads somewhere, ids are unique, every path parameter is declared, every
// operation has a success and its refusals.
func TestDocument(t *testing.T) {
	h := newHouse(t, "2026-04-01", "12:00:00.000000")
	got := h.do("", "GET", "/v1/openapi.json", nil).want(200)
	got.has("openapi", "3.1.0", "info.title", "Lekha", "info.version", "test")
	c, ids := newContract(t), map[string]bool{}
	for _, ref := range regexp.MustCompile(`"\$ref": ?"#/([^"]+)"`).FindAllStringSubmatch(string(got.body), -1) {
		if c.at(strings.Split(ref[1], "/")...) == nil {
			t.Errorf("the reference %s leads nowhere", ref[1])
		}
	}
	paths := c.at("paths").(map[string]any)
	for path, item := range paths {
		for method, value := range item.(map[string]any) {
			o := value.(map[string]any)
			id, _ := o["operationId"].(string)
			if ids[id] || id == "" || o["summary"] == "" || o["x-lekha-permission"] == "" {
				t.Errorf("%s %s has the id %q, which is empty or not unique, or lacks a summary or a permission", method, path, id)
			}
			ids[id] = true
			declared := strings.Contains(jsonText(t, o["parameters"]), `"in":"path"`)
			if declared != strings.Contains(path, "{id}") {
				t.Errorf("%s %s does not declare its path parameter", method, path)
			}
			success := false
			for status := range o["responses"].(map[string]any) {
				success = success || strings.HasPrefix(status, "2")
			}
			if !success {
				t.Errorf("%s %s has no success", method, path)
			}
		}
	}
	if len(ids) < 90 {
		t.Errorf("only %d operations", len(ids))
	}
	var kept bytes.Buffer
	if err := json.Indent(&kept, got.body, "", " "); err != nil {
		t.Fatal(err)
	}
	compareFile(t, "testdata/openapi.golden.json", append(kept.Bytes(), '\n'))
}

// The readable page has every endpoint, and nothing that its policy forbids.
func TestManual(t *testing.T) {
	h := newHouse(t, "2026-04-01", "12:00:00.000000")
	page := string(h.do("", "GET", "/docs/api", nil).want(200).body)
	for _, r := range table() {
		if !strings.Contains(page, `<article id="`+r.name+`">`) {
			t.Errorf("the page does not have %s", r.name)
		}
	}
	for _, word := range []string{"<style", "<script", "style=", "ZgotmplZ"} {
		if strings.Contains(page, word) {
			t.Errorf("the page has %q", word)
		}
	}
	if !strings.Contains(page, "principal_outstanding") || !strings.Contains(page, "Bank reference; unique per collection bank among live records.") {
		t.Error("the page does not say what bodies and answers hold")
	}
}

// docs/api.md is made from the table: what it says is what answers.
func TestReferencePage(t *testing.T) {
	compareFile(t, "../../docs/api.md", referencePage(t))
}

// tableMark is the line under which the page is made.
const tableMark = "<!-- What follows is made from handlers/lms/routes.go by go test ./handlers/lms -update -->\n"

// referencePage writes the readable reference: the words as they stand, and the
// endpoints from the table.
func referencePage(t *testing.T) []byte {
	t.Helper()
	page, err := os.ReadFile("../../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	head, _, found := bytes.Cut(page, []byte(tableMark))
	if !found {
		t.Fatalf("docs/api.md has no line %q", tableMark)
	}
	out := bytes.NewBuffer(append(head, tableMark...))
	fmt.Fprintf(out, "\n## Endpoints\n\nEach line is a route of `handlers/lms/routes.go`. The shape is KNOWN from the public reference this API is compatible with, INFERRED from it (the row is that of its list), or OURS. Aliases answer the same.\n")
	tag := ""
	for _, r := range table() {
		if next := tagOf(r.path); next != tag {
			tag = next
			fmt.Fprintf(out, "\n### %s\n\n| method | path | what | may | shape |\n|---|---|---|---|---|\n", tag)
		}
		also := ""
		if len(r.also) > 0 {
			also = "<br>also `" + strings.Join(r.also, "`, `") + "`"
		}
		shape := string(r.mark)
		if r.reference != 0 {
			shape = fmt.Sprintf("%s, row %d", r.mark, r.reference)
		}
		fmt.Fprintf(out, "| %s | `%s`%s | %s | %s | %s |\n", r.method, r.path, also, r.summary, r.permission, shape)
	}
	return out.Bytes()
}
