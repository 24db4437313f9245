// Package views draws the pages: templ components over typed structs that are
// complete when they come. A view asks nothing and decides nothing; it formats.
package views

import (
	"slices"
	"strings"

	"lekha/lending"
	"lekha/static"
)

// Shell is what every page of a signed-in person carries around its content.
type Shell struct {
	Title   string // of the page; the product's name is added
	Company string
	Version string
	User    string
	Role    string // in words: "operations"
	Today   lending.Date
	Demo    bool
	Loading string // what is still being loaded, "" when nothing is
	Groups  []NavGroup
	Query   string // of the search box
	Layout  Layout
	Flash   *Flash
	Theme   string // "light", "dark" or "" for the system's
	Density string // "roomy", "compact" or ""
	Keys    []Shortcut
}

// Layout is how the frame of a page is laid out.
type Layout string

// The layouts.
const (
	LayoutPlain Layout = ""                     // side bar and one column
	LayoutList  Layout = "p-list"               // a list that fills the width
	LayoutBench Layout = "rail p-bench"         // icon rail, panes that scroll by themselves
	LayoutDesk  Layout = "rail p-bench p-match" // the matching desk
	LayoutAppr  Layout = "rail p-bench p-appr"  // the approvals
	LayoutAcct  Layout = "p-acct"               // an account
	LayoutDash  Layout = "p-dash"
)

func (l Layout) classes() string { return strings.TrimSpace("app " + string(l)) }

// NavGroup is one block of the side bar.
type NavGroup struct {
	Name  string
	Items []NavItem
}

// NavItem is one entry of the side bar. A Due count stands out: somebody waits.
type NavItem struct {
	Path, Icon, Label string
	Key               string // after g, "" for none
	Count             int
	Due               bool
	Current           bool
}

// short is the first word of an entry, which is all that a narrow screen shows.
func (i NavItem) short() string {
	first, _, _ := strings.Cut(i.Label, " ")
	return first
}

// countClass is how the number beside an entry looks.
func (i NavItem) countClass() string {
	if i.Due {
		return "count due"
	}
	return "count"
}

// rest is what follows the first word.
func (i NavItem) rest() string { return strings.TrimPrefix(i.Label, i.short()) }

// Flash says what was just done, with the one act that takes it back.
type Flash struct {
	Text string
	Path string // of the thing done; "" for none
	Link string // words of the link to Path
	Undo *Undo
}

// Undo is a form of one button.
type Undo struct {
	Path   string
	Fields []Field
}

// Field is a name with its value, as a hidden input or a parameter.
type Field struct{ Name, Value string }

// Shortcut is a key of this page with what it does.
type Shortcut struct{ Keys, Does string }

// split returns the keys of a shortcut one by one: "Ctrl ↵" is two.
func (s Shortcut) split() []string { return strings.Fields(s.Keys) }

// barItems is how many entries of the first group the bar of a narrow screen
// holds; 8-narrow.css hides the others.
const barItems = 4

// more are the entries that the bar of a narrow screen has no room for.
func (s Shell) more() []NavGroup {
	if len(s.Groups) == 0 {
		return nil
	}
	more := slices.Clone(s.Groups[1:])
	if first := s.Groups[0]; len(first.Items) > barItems {
		more = slices.Insert(more, 0, NavGroup{Name: first.Name, Items: first.Items[barItems:]})
	}
	return more
}

// anywhere are the keys of every page.
func (s Shell) anywhere() []Shortcut {
	keys := []Shortcut{{"/", "Search"}, {"?", "This help"}}
	for _, group := range s.Groups {
		for _, item := range group.Items {
			if item.Key != "" {
				keys = append(keys, Shortcut{"g " + item.Key, item.Label})
			}
		}
	}
	return keys
}

// Addresses of what every page loads.
var (
	sheetPath  = static.Path("app.css")
	scriptPath = static.Path("app.js")
	htmxPath   = static.Path("vendor/htmx-4.0.1.min.js")
	ssePath    = static.Path("vendor/hx-sse-4.0.1.min.js")
	iconPath   = static.Path("icon.svg")
	kolamPath  = static.Path("kolam.svg")
)

// htmxConfig: no style of its own (the policy refuses it), the events extension.
const htmxConfig = `{"extensions":"sse","includeIndicatorCSS":false}`

// Form is what a form shows beside its fields: what was typed, what is wrong
// with it. Values are text, exactly as the person gave them.
type Form struct {
	Values  map[string]string
	Errors  map[string]string
	Refused string // the sentence above the fields, "" when nothing was refused
}

// Value is what stands in a field.
func (f Form) Value(name string) string { return f.Values[name] }

// Error is what is wrong with a field, "" for nothing.
func (f Form) Error(name string) string { return f.Errors[name] }

// Option is one choice of a select.
type Option struct{ Value, Label string }
