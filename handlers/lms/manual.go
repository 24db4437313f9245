package lms

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// manual is the readable page of the document: what it says is what answers,
// because both are made from the table.
var manual = template.Must(template.New("manual").Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Lekha API</title>
{{with .Style}}<link rel="stylesheet" href="{{.}}">{{end}}
</head>
<body>
<main>
<h1>Lekha API</h1>
<p>{{.About}} The machine-readable description is <a href="/v1/openapi.json">/v1/openapi.json</a>.</p>
<nav aria-label="Resources"><ul>{{range .Groups}}<li><a href="#{{.Name}}">{{.Name}}</a></li>{{end}}</ul></nav>
{{range .Groups}}
<section id="{{.Name}}" aria-labelledby="{{.Name}}-title">
<h2 id="{{.Name}}-title">{{.Name}}</h2>
{{range .Entries}}
<article id="{{.ID}}">
<h3><code>{{.Method}} {{.Path}}</code></h3>
<p>{{.Summary}}</p>
<p>Permission <code>{{.Permission}}</code>. Shape {{.Shape}}.{{with .Also}} Also {{range $i, $a := .}}{{if $i}}, {{end}}<code>{{$a}}</code>{{end}}.{{end}}</p>
{{template "fields" .Query}}{{template "fields" .Body}}{{template "fields" .Answer}}
</article>
{{end}}
</section>
{{end}}
</main>
</body>
</html>
{{define "fields"}}{{if .Rows}}<table><caption>{{.Name}}</caption><thead><tr><th scope="col">name</th><th scope="col">what</th></tr></thead>
<tbody>{{range .Rows}}<tr><th scope="row"><code>{{.Name}}</code></th><td>{{.What}}</td></tr>{{end}}</tbody></table>{{end}}{{end}}
`))

// manualPage is what the page shows.
type manualPage struct {
	Style  string
	About  string
	Groups []manualGroup
}

// manualGroup is one resource.
type manualGroup struct {
	Name    string
	Entries []manualEntry
}

// manualEntry is one endpoint.
type manualEntry struct {
	ID, Method, Path, Summary, Permission, Shape string
	Also                                         []string
	Query, Body, Answer                          manualTable
}

// manualTable are the fields of a query, a body or an answer.
type manualTable struct {
	Name string
	Rows []manualRow
}

type manualRow struct{ Name, What string }

// manualPage makes the page from the table.
func (a *API) manualPage() manualPage {
	page := manualPage{Style: a.style, About: about}
	s := newSchemas()
	for i := range a.routes {
		r := &a.routes[i]
		if tag := tagOf(r.path); len(page.Groups) == 0 || page.Groups[len(page.Groups)-1].Name != tag {
			page.Groups = append(page.Groups, manualGroup{Name: tag})
		}
		shape := string(r.mark)
		if r.reference != 0 {
			shape = fmt.Sprintf("%s, row %d of the reference", r.mark, r.reference)
		}
		entry := manualEntry{ID: r.name, Method: r.method, Path: r.path, Summary: r.summary, Permission: string(r.permission), Shape: shape, Also: r.also,
			Query: manualTable{Name: "Query"}, Answer: manualTable{"Answer", fieldRows(s, s.of(r.answer))}}
		for _, p := range r.query {
			entry.Query.Rows = append(entry.Query.Rows, manualRow{p.name, strings.TrimSpace(p.doc + " " + paramSchema(p).Description)})
		}
		if r.body != nil {
			s.reading = true
			entry.Body = manualTable{"Body", fieldRows(s, s.of(r.body))}
			s.reading = false
		}
		group := &page.Groups[len(page.Groups)-1]
		group.Entries = append(group.Entries, entry)
	}
	return page
}

// fieldRows are the fields of a schema, those of its list when it is one.
func fieldRows(s *schemas, of *schema) []manualRow {
	for of.Ref != "" || of.Items != nil {
		if of.Items != nil {
			of = of.Items
			continue
		}
		of = s.named.schemas[strings.TrimPrefix(of.Ref, "#/components/schemas/")]
	}
	if of.Properties == nil {
		return nil
	}
	var rows []manualRow
	for _, name := range of.Properties.names {
		rows = append(rows, manualRow{name, of.Properties.schemas[name].Description})
	}
	return rows
}

// showManual answers the page.
func (a *API) showManual(e echo.Context) error {
	var page bytes.Buffer
	if err := manual.Execute(&page, a.manualPage()); err != nil {
		return fmt.Errorf("writing the reference: %w", err)
	}
	return e.HTMLBlob(http.StatusOK, page.Bytes())
}
