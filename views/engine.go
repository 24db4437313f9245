package views

import (
	"fmt"
	"strings"

	"lekha/lending"
)

// EnginePage is what the matching engine knows, how it did and how it is set.
type EnginePage struct {
	Shell
	Form     Form
	Version  int64 // of the settings
	On       bool
	Offered  bool
	Decided  int    // proposals people ever decided on
	Needed   int    // before it may tick by itself
	WhyNot   string // this person may not change anything
	AutoFrom int    // basis points
	Least    int
	Most     int
	From, To lending.Date
	Fared    []EngineFared
	Auto     EngineFared
	Labels   int
	Against  int
	Fits     []EngineFit
	Handles  string
	Memories EngineMemories
	History  []Step
}

// EngineFared is how one kind of advice fared.
type EngineFared struct {
	Advice                                 string
	Accepted, Corrected, Overruled, Missed int
	Count                                  int
	AtLeast                                int // Wilson's lower bound, basis points
}

// Precision is how often it was right: "98.4 %".
func (f EngineFared) Precision() string {
	if f.Count == 0 {
		return none
	}
	return Points(10_000 * f.Accepted / f.Count)
}

// Bound is the lower bound of the precision.
func (f EngineFared) Bound() string {
	if f.Count == 0 {
		return none
	}
	return Points(f.AtLeast)
}

// Points writes basis points as a percentage.
func Points(points int) string {
	text := strings.TrimRight(fmt.Sprintf("%d.%02d", points/100, points%100), "0")
	return strings.TrimSuffix(text, ".") + " %"
}

// plainPoints are basis points as they are typed: "93", "99.5".
func plainPoints(points int) string { return strings.TrimSuffix(Points(points), " %") }

// EngineFit is a curve that was fitted.
type EngineFit struct {
	On            lending.Date
	By            string
	Labels        int
	Against       int
	Before, After int // basis points
	Current       bool
}

// EngineMemories is one page of what is remembered of payers.
type EngineMemories struct {
	Search, Kind string
	Rows         []EngineMemory
	Next, First  string
}

// EngineMemory is one payer as remembered with one account.
type EngineMemory struct {
	ID        string
	Kind      string // "UPI address"
	Value     string // masked
	Account   Link
	Borrower  string
	Yes, No   int
	Seen      lending.Date
	Says      string // what it counts for now
	ForgetAt  string
	WhyForget string // why this person may not
}

// MaskPayer hides most of what identifies a payer.
func MaskPayer(kind, value string) string {
	switch kind {
	case "vpa":
		name, bank, _ := strings.Cut(value, "@")
		return hideTail(name, 3) + "@" + bank
	case "account":
		parts := strings.SplitN(value, ":", 3)
		if len(parts) == 3 {
			return strings.TrimSpace(parts[0]+" ••••"+parts[1]) + ", " + hideTail(parts[2], 3)
		}
	}
	return hideTail(value, 3)
}

// hideTail keeps the first letters of a text.
func hideTail(s string, keep int) string {
	runes := []rune(s)
	return string(runes[:min(keep, len(runes)/2)]) + "•••"
}

// memoryKinds are what payers are known by.
var memoryKinds = []Option{{Value: "vpa", Label: "UPI address"}, {Value: "account", Label: "Bank account"}, {Value: "name", Label: "Printed name"}}

// MemoryKind says in words what a payer is known by.
func MemoryKind(kind string) string {
	for _, o := range memoryKinds {
		if o.Value == kind {
			return o.Label
		}
	}
	return kind
}

// whyNotOn is why the engine cannot be switched on by this person now.
func (p EnginePage) whyNotOn() string {
	if p.WhyNot == "" && !p.Offered {
		return "It has not earned that yet."
	}
	return p.WhyNot
}

// typed is what somebody typed and was refused, else what counts now.
func (p EnginePage) typed(name, now string) string {
	if value, ok := p.Form.Values[name]; ok {
		return value
	}
	return now
}
