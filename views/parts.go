package views

import (
	"maps"
	"slices"

	"github.com/a-h/templ"
)

// attrs makes attributes of pairs; one with an empty value is left out.
func attrs(pairs ...string) templ.Attributes {
	list := templ.Attributes{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			list[pairs[i]] = pairs[i+1]
		}
	}
	return list
}

// pageIf is the value of aria-current: "page", or "" to leave it out.
func pageIf(current bool) string {
	if current {
		return "page"
	}
	return ""
}

// Tone is how a chip, a banner or a timeline step is meant.
type Tone string

// The tones. A word always stands beside the colour.
const (
	ToneNone Tone = ""
	ToneGood Tone = "good"
	ToneWarn Tone = "warn"
	ToneBad  Tone = "bad"
	ToneInfo Tone = "info"
)

// toneIcons are the icons that banners carry.
var toneIcons = map[Tone]string{ToneNone: "info", ToneGood: "circle-check", ToneWarn: "triangle-alert", ToneBad: "circle-alert", ToneInfo: "info"}

// Crumb is one step of the way to this page.
type Crumb struct{ Path, Label string }

// Step is one event of a history.
type Step struct {
	At      string // "today, 10:42"
	Stamp   string // for the datetime attribute
	By      string
	What    string
	Detail  string // the reason somebody gave
	Tone    Tone
	Current bool
	Refused bool // somebody tried what they may not, and nothing changed
}

// stepRun is one step of a history, or refusals that follow each other: they are
// folded, because nothing came of them.
type stepRun struct {
	Step    Step
	Refused []Step // not empty: these, and no step
}

func foldRefusals(steps []Step) []stepRun {
	var runs []stepRun
	for _, s := range steps {
		last := len(runs) - 1
		switch {
		case !s.Refused:
			runs = append(runs, stepRun{Step: s})
		case last >= 0 && len(runs[last].Refused) > 0:
			runs[last].Refused = append(runs[last].Refused, s)
		default:
			runs = append(runs, stepRun{Refused: []Step{s}})
		}
	}
	return runs
}

// Paging is where a list stands: rows From to To of Total, and the addresses of
// the pages beside this one ("" where there is none).
type Paging struct {
	From, To   int
	Total      int
	More       bool // Total is a lower bound: it was counted no further
	Prev, Next string
	Noun       string
}

// Total in words: "86", "10,000+".
func (p Paging) total() string {
	if p.More {
		return Count(p.Total) + "+"
	}
	return Count(p.Total)
}

// Pill is a filter that is on: its name, what it keeps, and the address without it.
type Pill struct{ Name, Value, Drop string }

// Input is a field of a form.
type Input struct {
	Name, Label string
	Type        string // "text" by default
	Hint        string
	Placeholder string
	Required    bool
	Auto        string // autocomplete
	Mode        string // inputmode
	Max         int    // maxlength
	Options     []Option
	Rows        int // a text area of that many rows
	Class       string
}

// Say is a value of the field in words: that of its choice, where it has choices.
func (in Input) Say(value string) string {
	for _, o := range in.Options {
		if o.Value == value {
			return o.Label
		}
	}
	return value
}

func (in Input) kind() string {
	if in.Type == "" {
		return "text"
	}
	return in.Type
}

// describedBy names what explains a field: its hint, its error.
func (in Input) describedBy(f Form) string {
	ids := ""
	if in.Hint != "" {
		ids = "h-" + in.Name
	}
	if f.Error(in.Name) != "" {
		if ids != "" {
			ids += " "
		}
		ids += "e-" + in.Name
	}
	return ids
}

// invalid is the value of aria-invalid, "" to leave it out.
func (in Input) invalid(f Form) string {
	if f.Error(in.Name) != "" {
		return "true"
	}
	return ""
}

// limit is the longest text a field takes.
func (in Input) limit() int {
	if in.Max > 0 {
		return in.Max
	}
	return 500
}

// refusalLine is one line of the summary above a refused form.
type refusalLine struct{ Field, Text string }

// lines lists what is wrong in the order of the fields; what belongs to no field
// of the form comes last.
func (f Form) lines(fields []Input) []refusalLine {
	var out []refusalLine
	seen := map[string]bool{}
	for _, in := range fields {
		if text := f.Errors[in.Name]; text != "" {
			out = append(out, refusalLine{in.Name, in.Label + ": " + text})
			seen[in.Name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f.Errors)) {
		if !seen[name] {
			out = append(out, refusalLine{Text: f.Errors[name]})
		}
	}
	return out
}
