package lending

import (
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestParseMoney(t *testing.T) {
	for text, want := range map[string]string{"100.2347": "100.23", "1,23,456.78": "123456.78", "1,234,567": "1234567.00", "  -5 ": "-5.00", "0.005": "0.01",
		"-0.005": "-0.01", "+7": "7.00", ".5": "0.50", "10000000000000": "10000000000000.00", "12,345": "12345.00", "00.10": "0.10"} {
		if got, err := ParseMoney(text); err != nil || got.String() != want {
			t.Errorf("ParseMoney(%q) = %s, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "  ", "1e5", "12,50", ",5", "1,2,3", "1.5,0", "1.2.3", "--5", "10000000000000.01", "NaN", "५", "1 000", "0x10", strings.Repeat("9", 50)} {
		if got, err := ParseMoney(text); KindOf(err) != Invalid {
			t.Errorf("ParseMoney(%q) = %s, %v; want a refusal", text, got, err)
		}
	}
	if got := Money(-5).String() + Money(0).String() + Money(1344250).String(); got != "-0.050.0013442.50" {
		t.Errorf("String: %s", got)
	}
}

func TestParseRupeesRoundsNothing(t *testing.T) {
	for text, want := range map[string]string{"1.99": "1.99", "1,23,456.7": "123456.70", " 5 ": "5.00", "-5.25": "-5.25"} {
		if got, err := ParseRupees(text); err != nil || got.String() != want {
			t.Errorf("ParseRupees(%q) = %s, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"1.999", "1.990", " 0.005 ", "ten", ""} {
		if got, err := ParseRupees(text); KindOf(err) != Invalid || got != 0 {
			t.Errorf("ParseRupees(%q) = %s, %v; want a refusal", text, got, err)
		}
	}
}

func TestParseRate(t *testing.T) {
	for text, want := range map[string]string{"21": "21", "10.5": "10.5", "18.25 %": "18.25", "0.000001": "0.000001", "1000": "1000", "12.0": "12"} {
		if got, err := ParseRate(text); err != nil || got.String() != want {
			t.Errorf("ParseRate(%q) = %s, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "%", "-1", "1000.1", "0.0000001", "1e2", "abc"} {
		if got, err := ParseRate(text); KindOf(err) != Invalid {
			t.Errorf("ParseRate(%q) = %s, %v; want a refusal", text, got, err)
		}
	}
}

func TestDates(t *testing.T) {
	if d, err := ParseDate("2024-02-29"); err != nil || d.AddMonths(12).String() != "2025-02-28" || d.AddMonths(-1).String() != "2024-01-29" || d.Weekday() != time.Thursday {
		t.Errorf("29 February 2024: %v %v", d, err)
	}
	for _, text := range []string{"", "2024-2-29", "2023-02-29", "1899-12-31", "2201-01-01", "29-02-2024", "2024-02-29T00:00:00Z"} {
		if d, err := ParseDate(text); KindOf(err) != Invalid {
			t.Errorf("ParseDate(%q) = %s, %v; want a refusal", text, d, err)
		}
	}
	// 18:30 UTC is midnight in India.
	midnight := time.Date(2022, time.September, 5, 18, 30, 0, 0, time.UTC)
	if got := DateOf(midnight).String() + " " + DateOf(midnight.Add(-time.Second)).String(); got != "2022-09-06 2022-09-05" {
		t.Errorf("around midnight in India: %s", got)
	}
	if d := DateOf(midnight); !d.Time().Equal(midnight) {
		t.Errorf("the day begins at %s", d.Time())
	}
	type row struct{ A, B Date }
	data, _ := json.Marshal(row{A: NewDate(2026, time.November, 24)})
	var back row
	if err := json.Unmarshal(data, &back); err != nil || string(data) != `{"A":"2026-11-24","B":null}` || back.A != NewDate(2026, time.November, 24) || back.B != 0 {
		t.Errorf("JSON: %s %+v %v", data, back, err)
	}
	var scanned Date
	value, _ := back.A.Value()
	if err := scanned.Scan(value); err != nil || scanned != back.A {
		t.Errorf("scanned %v %v", scanned, err)
	}
	if value, _ := Date(0).Value(); value != nil || scanned.Scan(nil) != nil || scanned != 0 || scanned.Scan(7) == nil {
		t.Errorf("no date: %v %v", value, scanned)
	}
}

func TestRoundings(t *testing.T) {
	for _, c := range []struct {
		rule     Rounding
		in, want Money
	}{
		{Rounding{100, Up}, 1, 100}, {Rounding{100, Up}, 100, 100}, {Rounding{100, Down}, 199, 100}, {Rounding{100, HalfUp}, 150, 200},
		{Rounding{100, HalfEven}, 250, 200}, {Rounding{100, HalfEven}, 350, 400}, {Rounding{500, HalfUp}, 749, 500}, {Rounding{10000, Up}, 1, 10000},
		{Rounding{100, HalfUp}, -150, -200}, {Rounding{}, 7, 7}, {Rounding{10, Down}, -19, -10},
	} {
		if got := c.rule.Round(c.in); got != c.want {
			t.Errorf("%v of %s is %s, want %s", c.rule, c.in, got, c.want)
		}
	}
	data, _ := json.Marshal([]Rounding{ToPaisa, UpToRupee, {}})
	var back []Rounding
	if err := json.Unmarshal(data, &back); err != nil || string(data) != `[{"unit":"0.01","mode":"half_up"},{"unit":"1","mode":"up"},null]` || !cmp.Equal(back, []Rounding{ToPaisa, UpToRupee, {}}) {
		t.Errorf("JSON: %s %v %v", data, back, err)
	}
	if err := json.Unmarshal([]byte(`[{"unit":10}]`), &back); err != nil || back[0].or(UpToRupee) != (Rounding{1000, Up}) {
		t.Errorf("a unit as a number: %v %v", back, err)
	}
	for _, r := range []Rounding{{7, Up}, {1, "floor"}} {
		if err := r.Validate("emi_rounding"); KindOf(err) != Invalid {
			t.Errorf("%v is accepted: %v", r, err)
		}
	}
}

// Ratios are rounded like fractions of any size are.
func TestRoundingIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := Money(rapid.Int64Range(0, int64(maxMoney)/1000).Draw(t, "amount"))
		rate := Rate(rapid.Int64Range(0, 100_000_000).Draw(t, "rate"))
		parts := rapid.SampledFrom([]uint64{yearParts / 12, yearParts / 365, 7 * (yearParts / 365), yearParts, 12345 * (yearParts / 366), rapid.Uint64Range(0, 10*yearParts).Draw(t, "parts")}).Draw(t, "span")
		rule := Rounding{rapid.SampledFrom(roundingUnits).Draw(t, "unit"), rapid.SampledFrom([]RoundingMode{HalfUp, HalfEven, Up, Down}).Draw(t, "mode")}
		share, ok := interestOn(amount, rate, parts)
		got, ok2 := rule.quotient(share, interestScale)
		exact := new(big.Rat).Mul(big.NewRat(int64(amount), 100_000_000), big.NewRat(int64(rate), 1))
		exact.Mul(exact, big.NewRat(int64(parts), yearParts))
		if want := slowRound(exact, rule); !ok || !ok2 || got != want {
			t.Fatalf("%s at %s over %d parts by %v is %s, want %s", amount, rate, parts, rule, got, want)
		}
	})
}

func TestDayCountNames(t *testing.T) {
	for _, name := range []string{"30/360", "actual/365", "actual/360", "actual/actual", "30/365", "actual/364"} {
		if c, err := ParseDayCount(name); err != nil || c.String() != name {
			t.Errorf("%s is %v, %v", name, c, err)
		}
	}
	for _, name := range []string{"", "30/actual", "actual/366", "31/360"} {
		if c, err := ParseDayCount(name); KindOf(err) != Invalid {
			t.Errorf("%q is %v, %v; want a refusal", name, c, err)
		}
	}
	data, _ := json.Marshal([]DayCount{{}, ActualActual, Thirty360})
	var back []DayCount
	if err := json.Unmarshal(data, &back); err != nil || !cmp.Equal(back, []DayCount{{}, ActualActual, Thirty360}) {
		t.Errorf("JSON: %s %v %v", data, back, err)
	}
	if (DayCount{}).String() != "actual/365" {
		t.Errorf("the default is %s", DayCount{})
	}
}

func TestParameters(t *testing.T) {
	if m, err := MoneyParameter("cash_limit_269st", NewDate(2026, time.November, 24)); err != nil || m != 200_000_00 {
		t.Errorf("cash limit %s %v", m, err)
	}
	if _, err := MoneyParameter("cash_limit_269st", NewDate(2017, time.March, 31)); err == nil {
		t.Error("the cash limit is in force before its date")
	}
	for on, want := range map[Date]Money{NewDate(2025, time.March, 31): 5_000_00, NewDate(2025, time.April, 1): 10_000_00} {
		if m, err := MoneyParameter("tds_payee_threshold", on); err != nil || m != want {
			t.Errorf("threshold on %s: %s %v", on, m, err)
		}
	}
	if n, err := DayParameter("statement_free_days", NewDate(2026, time.November, 24)); err != nil || n != 7 {
		t.Errorf("statement_free_days %d %v", n, err)
	}
	for _, p := range legalParameters {
		for _, row := range p {
			if row.Source == "" || row.EffectiveFrom == 0 || row.Name != p[0].Name {
				t.Errorf("parameter %+v has no source or date", row)
			}
		}
	}
	if got := FinancialYear(NewDate(2026, time.March, 31)) + " " + FinancialYear(NewDate(2099, time.April, 1)); got != "2025-26 2099-00" {
		t.Errorf("financial years %s", got)
	}
}

func TestOrders(t *testing.T) {
	for _, order := range []string{"due_date_first", "component_first", "loan_first", "specific"} {
		if got, err := ParseSettlementOrder(order); err != nil || string(got) != order {
			t.Errorf("%s is %s, %v", order, got, err)
		}
	}
	if _, err := ParseSettlementOrder("fifo"); KindOf(err) != Invalid {
		t.Errorf("fifo: %v", err)
	}
	data, _ := json.Marshal(Policy{DPDComponents: []Component{Principal, Interest}})
	var back Policy
	if err := json.Unmarshal(data, &back); err != nil || !cmp.Equal(back.DPDComponents, []Component{Principal, Interest}) || !strings.Contains(string(data), `["P","NI"]`) {
		t.Errorf("components as JSON: %s %v", data, err)
	}
}

func FuzzParseMoney(f *testing.F) {
	for _, seed := range []string{"100.2347", "1,23,456.78", "-5", "1e400", ",", "9999999999999999999999"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := ParseMoney(s)
		if err != nil {
			if KindOf(err) != Invalid {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		if back, err := ParseMoney(m.String()); err != nil || back != m || abs(m) > maxMoney {
			t.Fatalf("%q is %s and comes back as %s, %v", s, m, back, err)
		}
	})
}

func FuzzParseDate(f *testing.F) {
	for _, seed := range []string{"2026-11-24", "0000-00-00", "2024-02-30", "2200-12-31", "1900-01-01"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDate(s)
		if err == nil && (d <= 0 || d.String() != s) {
			t.Fatalf("%q is %d %s", s, d, d)
		}
		if err != nil && KindOf(err) != Invalid {
			t.Fatalf("%q: %v", s, err)
		}
	})
}

func FuzzParseRate(f *testing.F) {
	for _, seed := range []string{"21", "10.5%", "1000", "-0", "0.0000001"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseRate(s)
		if err != nil {
			if KindOf(err) != Invalid {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		if back, err := ParseRate(r.String()); err != nil || back != r || r < 0 || r > maxRate {
			t.Fatalf("%q is %s and comes back as %s, %v", s, r, back, err)
		}
	})
}

func FuzzParseComponentOrder(f *testing.F) {
	for _, seed := range []string{"PI-OI-NI-P", "F-PI-OI-NI-P", "P-P", "-", "p", "PI--P"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		components, err := ParseComponentOrder(s)
		if err != nil {
			if code := err.(*Error).Code; code != "DUPLICATE_COMPONENT" && code != "INVALID_COMPONENT_ORDER" {
				t.Fatalf("%q: %s", s, code)
			}
			return
		}
		var names []string
		for _, c := range components {
			names = append(names, c.String())
		}
		if len(components) == 0 || strings.Join(names, "-") != s {
			t.Fatalf("%q is read as %v", s, names)
		}
	})
}
