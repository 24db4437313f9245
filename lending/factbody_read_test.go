package lending

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// drawnRow is any row.
func drawnRow(t *rapid.T) ScheduleRow {
	money := rapid.Int64Range(-1e14, 1e14)
	rare := rapid.OneOf(rapid.Just(int64(0)), money)
	base := NewDate(2026, time.November, 20)
	day := func(of string) Date { return base.AddDays(rapid.IntRange(-9000, 9000).Draw(t, of)) }
	return ScheduleRow{No: rapid.IntRange(0, 1000).Draw(t, "no"), PeriodStart: day("start"), PeriodEnd: day("end"), DueDate: day("due"),
		Days: rapid.IntRange(-400_000, 400_000).Draw(t, "days"), Opening: Money(money.Draw(t, "opening")), Principal: Money(money.Draw(t, "p")),
		Interest: Money(money.Draw(t, "i")), Closing: Money(money.Draw(t, "closing")), Capitalised: Money(rare.Draw(t, "capitalised")),
		Earlier: Money(rare.Draw(t, "earlier")), Fee: Money(rare.Draw(t, "fee")), Drawn: Money(rare.Draw(t, "drawn"))}
}

// TestBodiesAreReadAsTheyAreWritten: by hand and the common way, a disbursal says the
// same, and its rows are in fact read by hand.
func TestBodiesAreReadAsTheyAreWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SampledFrom([]string{"fee", `"rows":[{}]`, `a ] } "rows": b`, ""})
		body := FactBody{Disbursal: &Disbursal{Loan: names.Draw(t, "loan"), Terms: Terms{EMICount: 3, ROIValue: 12_500_000}, Algorithm: 1,
			Rows:       rapid.SliceOfN(rapid.Custom(drawnRow), 0, 5).Draw(t, "rows"),
			Deductions: []Deduction{{Kind: "fee", Name: names.Draw(t, "deduction"), Amount: 5}}}}
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		if from, to, ok := rowsOf(string(text)); len(body.Disbursal.Rows) > 0 {
			rows, read := readRows(text[from:to])
			if !ok || !read || !slices.Equal(rows, body.Disbursal.Rows) {
				t.Fatalf("%s is not read by hand (%v, %v)", text, ok, read)
			}
		}
		for _, version := range []string{string(text), strings.ReplaceAll(string(text), `,"days"`, ` , "days"`)} {
			var common FactBody
			if err := json.Unmarshal([]byte(version), &common); err != nil {
				t.Fatal(err)
			}
			if got, err := ReadFactBody(version); err != nil || !reflect.DeepEqual(got, common) {
				t.Fatalf("%s is read as %+v: %v", version, got.Disbursal, err)
			}
		}
	})
}

// TestBodiesThatAreNone: what the common way refuses is refused.
func TestBodiesThatAreNone(t *testing.T) {
	day := NewDate(2026, time.November, 20)
	whole, err := json.Marshal(FactBody{Disbursal: &Disbursal{Loan: "L", Rows: []ScheduleRow{{No: 1, PeriodStart: day, PeriodEnd: day, DueDate: day}}}})
	if err != nil {
		t.Fatal(err)
	}
	text := string(whole)
	for _, broken := range []string{"", "{", text + "x", text[:len(text)-1], strings.Replace(text, `"no":1`, `"no":1.5`, 1), strings.Replace(text, `"no":1`, `"no":"1"`, 1),
		strings.Replace(text, `"opening":0`, `"opening":12345678901234567890`, 1), strings.Replace(text, "2026", "20x6", 1), strings.Replace(text, `"no":1`, `"no":01`, 1), strings.Replace(text, "}]", "}", 1)} {
		if body, err := ReadFactBody(broken); err == nil {
			t.Errorf("%s is read as %+v", broken, body.Disbursal)
		}
	}
	if body, err := ReadFactBody(strings.Replace(text, `"no":1`, `"no":-0`, 1)); err != nil || body.Disbursal.Rows[0].No != 0 {
		t.Errorf("%+v %v", body.Disbursal, err)
	}
}
