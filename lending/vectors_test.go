package lending

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMain gives properties thousands of cases and prints, after everything else,
// what became of the vectors by file and kind.
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", "2000"); err != nil {
		panic(err)
	}
	if flag.Parse(); testing.Short() {
		if err := flag.Set("rapid.checks", "100"); err != nil {
			panic(err)
		}
	}
	code := m.Run()
	if testing.Verbose() {
		for _, y := range tallies {
			for _, kind := range y.kinds {
				fmt.Printf("vectors %s %s: passed %d of %d, unsupported %d\n", y.file, kind, y.passed[kind], y.total[kind], y.lacking[kind])
			}
		}
	}
	os.Exit(code)
}

// tallies are those of the tests that ran, in their order.
var tallies []*tally

// tally counts what became of the cases of one file by kind.
type tally struct {
	file    string
	kinds   []string
	passed  map[string]int
	total   map[string]int
	lacking map[string]int
	reasons map[string]int
}

func newTally(file string) *tally {
	y := &tally{file: file, passed: map[string]int{}, total: map[string]int{}, lacking: map[string]int{}, reasons: map[string]int{}}
	tallies = append(tallies, y)
	return y
}

// count notes one case; a reason says that it is not supported.
func (y *tally) count(kind string, passed bool, reason string) {
	if !slices.Contains(y.kinds, kind) {
		y.kinds = append(y.kinds, kind)
	}
	y.total[kind]++
	switch {
	case reason != "":
		y.lacking[kind]++
		y.reasons[kind+": "+reason]++
	case passed:
		y.passed[kind]++
	}
}

func (y *tally) report(t *testing.T) {
	t.Helper()
	reasons := make([]string, 0, len(y.reasons))
	for reason, n := range y.reasons {
		reasons = append(reasons, fmt.Sprintf("unsupported %s (%d)", reason, n))
	}
	slices.Sort(reasons)
	for _, reason := range reasons {
		t.Log(reason)
	}
}

// orFail turns the panic of a case that cannot be read into its failure.
func orFail(t *testing.T) {
	if p := recover(); p != nil {
		t.Errorf("this case cannot be computed: %v", p)
	}
}

// fields is a JSON object of a vector. A missing or odd value stops the test
// with its name, so that no case passes by comparing nothing.
type fields map[string]any

func (f fields) text(key string) string {
	switch v := f[key].(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	panic(fmt.Sprintf("vector has no text %q: %v", key, f[key]))
}

func (f fields) has(key string) bool { return f[key] != nil }

func (f fields) or(key, standard string) string {
	if !f.has(key) {
		return standard
	}
	return f.text(key)
}

func (f fields) money(key string) Money { return asMoney(f.text(key)) }
func (f fields) date(key string) Date   { return asDate(f.text(key)) }
func (f fields) int(key string) int {
	var n int
	if _, err := fmt.Sscan(f.text(key), &n); err != nil {
		panic(err)
	}
	return n
}

func (f fields) rate(key string) Rate {
	r, err := ParseRate(f.text(key))
	if err != nil {
		panic(err)
	}
	return r
}

func (f fields) sub(key string) fields {
	return fields(f[key].(map[string]any))
}

func (f fields) list(key string) []any { return f[key].([]any) }

func (f fields) objects(key string) []fields {
	var out []fields
	for _, x := range f.list(key) {
		out = append(out, fields(x.(map[string]any)))
	}
	return out
}

func asMoney(s string) Money {
	m, err := ParseMoney(s)
	if err != nil {
		panic(err)
	}
	return m
}

func asDate(s string) Date {
	d, err := ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func texts(list any) []string {
	var out []string
	for _, x := range list.([]any) {
		out = append(out, fmt.Sprint(x))
	}
	return out
}

// example is one worked example of domain.json.
type example struct {
	ID, Title, Rule, Note string
	Inputs, Expected      fields
}

// family is the letters of an id: it says which rule an example is about.
func (x example) family() string { return strings.SplitN(x.ID, "-", 2)[0] }

func readVectors(t *testing.T, file string, into any) {
	t.Helper()
	data, err := os.Open(filepath.Join("testdata", "vectors", file))
	if err != nil {
		t.Fatal(err)
	}
	defer data.Close()
	decoder := json.NewDecoder(data)
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		t.Fatal(err)
	}
}

// elsewhere are the rules that other rooms of the house keep.
var elsewhere = map[string]string{
	"LED": "ledger: which entries a Book implies", "MSK": "handlers: what a person may see", "STM": "servicing: what may happen to a record, a payout, a run",
}

// families are the rules this package computes.
var families = map[string]func(x example) (got, want any, reason string){
	"DC": dayCounts, "EOD": accruals, "RND": roundings, "EMI": instalments, "FLT": flatLoans, "IO": interestOnly, "BUL": bullets, "BPI": brokenPeriods,
	"SET": settlements, "PEN": penalties, "DPD": delinquencies, "TDS": taxCredits, "SUM": summaries, "TIM": instants, "GRM": grammars, "SOA": statements,
	"STP": steps, "BLN": balloons, "MOR": moratoria, "ADV": advances, "TRN": tranches, "PRE": prepayments, "FCL": foreclosures, "RST": restructures, "RAT": rateResets,
	"PRV": provisions, "KFS": disclosures, "XIR": returns, "GST": taxes, "SCF": drawings, "CAL": workdays, "NAC": presentations, "PAY": payouts, "CIC": bureaus,
	"CLS": closures, "CRT": certificates, "APV": routings,
}

// TestVectorsDomain runs the worked examples that came with the specification, and
// those of its other rules that were worked here, in fractions (worked.json).
func TestVectorsDomain(t *testing.T) {
	byID := map[string]example{}
	for _, name := range []string{"domain.json", "worked.json"} {
		var file struct{ Examples []example }
		readVectors(t, name, &file)
		for _, x := range file.Examples {
			byID[x.ID] = x
		}
		runExamples(t, name, file.Examples, byID)
	}
}

func runExamples(t *testing.T, file string, examples []example, byID map[string]example) {
	counts := newTally(file)
	for _, x := range examples {
		if words := strings.Fields(x.Inputs.or("base", "")); len(words) > 0 {
			if base, ok := byID[strings.Trim(words[0], ",")]; ok {
				x.Inputs["base"] = base
			}
		}
		if base, ok := x.Inputs["dues"].(string); ok {
			x.Inputs["dues"] = byID[base].Inputs["dues"]
			x.Inputs["based"] = byID[base].Inputs
		}
		compute, reason := families[x.family()], elsewhere[x.family()]
		if compute == nil && reason == "" {
			reason = "a rule that is new"
		}
		passed := false
		if reason == "" {
			t.Run(x.ID, func(t *testing.T) {
				defer orFail(t)
				var got, want any
				if got, want, reason = compute(x); reason != "" {
					return
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s %s (-want +got):\n%s", x.ID, x.Title, diff)
				}
				passed = !t.Failed()
			})
		}
		counts.count(x.family(), passed, reason)
	}
	counts.report(t)
}
