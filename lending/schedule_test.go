package lending

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// drawTerms draws terms, most of them sensible, some absurd.
func drawTerms(t *rapid.T) Terms {
	pick := func(label string, words ...string) string { return rapid.SampledFrom(words).Draw(t, label) }
	terms := Terms{
		ROIValue:       Rate(rapid.SampledFrom([]int{0, 12_000_000, 21_000_000, 1_000_000_000, 9_482_200, 1}).Draw(t, "rate")),
		InterestMethod: Method(pick("method", "", "reducing", "flat")),
		Amortization:   Amortization(pick("shape", "", "equal_instalments", "equal_instalments", "equal_principal", "interest_only", "bullet")),
		EMICount:       rapid.SampledFrom([]int{1, 2, 3, 12, 60, 360, 1000}).Draw(t, "count"),
		EMIFrequency:   Frequency(pick("frequency", "", "daily", "weekly", "fortnightly", "monthly", "quarterly", "half_yearly", "yearly", "days")),
		EMIEvery:       rapid.SampledFrom([]int{0, 1, 2, 15, 3660}).Draw(t, "every"),
		InterestBasis:  pick("basis", "", "period", "days"),
		DayCount:       rapid.SampledFrom([]DayCount{{}, Actual360, ActualActual, Thirty360, {364, Actual}}).Draw(t, "day count"),
		EMIRounding:    rapid.SampledFrom([]Rounding{{}, ToPaisa, {1000, HalfUp}, {100, Down}, {100, HalfEven}}).Draw(t, "rounding"),
		EMIBasis:       pick("emi basis", "", "formula", "solve"),
		LastInstalment: pick("last", "", "absorb", "level", "separate"),
		BPIMode:        BPIMode(pick("bpi", "", "first_emi", "instalment_zero", "spread", "none")),
	}
	if rapid.Bool().Draw(t, "first due") {
		terms.FirstDueDate = NewDate(2024, time.January, 31).AddDays(rapid.IntRange(0, 100).Draw(t, "first"))
	}
	if terms.Amortization == InterestOnly && rapid.Bool().Draw(t, "at maturity") {
		terms.InterestPayment = PaidAtMaturity
	}
	if rapid.Bool().Draw(t, "another shape") {
		drawShape(t, &terms)
	}
	return terms
}

// drawShape adds what goes beyond level instalments.
func drawShape(t *rapid.T, terms *Terms) {
	pick := func(label string, words ...string) string { return rapid.SampledFrom(words).Draw(t, label) }
	kind := rapid.IntRange(0, 7).Draw(t, "kind")
	if kind < 5 && rapid.IntRange(0, 3).Draw(t, "fitting") > 0 {
		terms.Amortization, terms.InterestMethod, terms.LastInstalment, terms.InterestPayment = EqualInstalments, Reducing, LastAbsorbs, ""
		terms.EMIFrequency, terms.EMIEvery, terms.EMICount = Monthly, 1, rapid.SampledFrom([]int{2, 12, 60}).Draw(t, "fitting count")
	}
	switch kind {
	case 0:
		terms.Moratorium = &Moratorium{Instalments: rapid.SampledFrom([]int{1, 3, 24, 1000}).Draw(t, "holiday"), Kind: pick("holiday kind", moratoriumKinds...)}
		if terms.Moratorium.Kind == InterestPaidDuring {
			terms.Moratorium.Deferred = rapid.IntRange(0, 2).Draw(t, "deferred")
		}
	case 1:
		terms.Steps = []Step{{rapid.SampledFrom([]int{1, 2, 12}).Draw(t, "step every"), Rate(rapid.SampledFrom([]int{5_000_000, -10_000_000, 1_000_000_000, -99_999_999}).Draw(t, "step"))}}
	case 2:
		terms.Balloon = Money(rapid.SampledFrom([]int{1, 50_00, 100_000_00}).Draw(t, "balloon"))
	case 3:
		terms.AdvanceInstalments = rapid.SampledFrom([]int{1, 2, 11}).Draw(t, "in advance")
	case 4:
		terms.DownPayment = Rate(rapid.SampledFrom([]int{1, 20_000_000, 99_999_999}).Draw(t, "down"))
	case 5:
		terms.Amortization, terms.EMICount = Structured, rapid.IntRange(1, 4).Draw(t, "own rows")
		for i := range terms.EMICount {
			terms.Rows = append(terms.Rows, PrincipalRow{Principal: Money(rapid.SampledFrom([]int{0, 1, 25_00, 50_00, 100_00}).Draw(t, "own"))})
			if terms.Rows[i].DueDate = NewDate(2024, time.April, 3).AddDays(40 * i); i > 0 && terms.Rows[0].DueDate == 0 || i == 0 && rapid.Bool().Draw(t, "by frequency") {
				terms.Rows[i].DueDate = 0
			}
		}
	case 6:
		terms.TermLength = rapid.IntRange(1, 30).Draw(t, "term")
	}
	if rapid.Bool().Draw(t, "fees") {
		terms.InstalmentFees = []InstalmentFee{{Basis: FeeFlat, Amount: 25_00}, {Basis: FeeOfPrincipal, Percent: 1_500_000}, {Basis: FeeOfInterest, Percent: 100_000_000}, {Basis: FeeOfPrincipalInterest, Percent: 1}}
	}
	if rapid.Bool().Draw(t, "conventions") {
		terms.InterestDay, terms.LeapDays = pick("interest day", InterestAtStart, InterestAtEnd), pick("leap days", LeapByYear, LeapByRow)
		terms.PartMonth = pick("part month", PartByBond, PartByDays, PartIsWhole)
		terms.PrincipalRounding = rapid.SampledFrom([]Rounding{{}, {100, HalfUp}, {1, HalfDown}}).Draw(t, "principal rounding")
	}
	if terms.months() > 0 && rapid.Bool().Draw(t, "cycle") {
		terms.CycleDay = rapid.IntRange(1, 31).Draw(t, "cycle day")
		if terms.FirstDueDate == 0 && rapid.Bool().Draw(t, "gap rule") {
			terms.MinGapDays, terms.InstalmentZeroBelow, terms.BPIDayCount = 10, 26, pick("gap days", "", "30/360")
		}
	}
}

func TestScheduleKeepsItsPromises(t *testing.T) {
	made := 0
	rapid.Check(t, func(t *rapid.T) {
		terms := drawTerms(t)
		principal := Money(rapid.SampledFrom([]int64{1, 99, 100_00, 500_000_00, 123_456_789_01, int64(maxMoney)}).Draw(t, "principal"))
		if len(terms.Rows) > 0 && rapid.IntRange(0, 3).Draw(t, "repaid") > 0 {
			principal = 0
			for _, row := range terms.Rows {
				principal += row.Principal
			}
			terms.LastInstalment, terms.InterestPayment, terms.EMIBasis, terms.InterestBasis = "", "", "", ""
		}
		disbursed := NewDate(2024, time.January, 31).AddDays(rapid.IntRange(-5, 40).Draw(t, "disbursed"))
		s, err := terms.Schedule(principal, disbursed)
		if err != nil {
			if e, ok := errors.AsType[*Error](err); !ok || len(e.Fields) == 0 && e.Code != "money.range" {
				t.Fatalf("%+v: %v", terms, err)
			}
			return
		}
		made++
		if again, err := terms.Complete().Schedule(principal, disbursed); err != nil || !cmp.Equal(s, again) {
			t.Fatalf("the terms made complete give another schedule: %v", err)
		}
		var lent Money
		for i, row := range s.Rows {
			lent += row.Principal - row.Capitalised
			if row.DueDate < row.PeriodEnd || row.PeriodEnd < row.PeriodStart || row.Days != row.PeriodEnd.Sub(row.PeriodStart) || row.PeriodStart < disbursed {
				t.Fatalf("dates of row %+v", row)
			}
			if i > 0 && (row.No != s.Rows[i-1].No+1 || row.PeriodStart < s.Rows[i-1].PeriodEnd) {
				t.Fatalf("row %+v does not follow %+v", row, s.Rows[i-1])
			}
		}
		if lent != principal || len(s.Rows) > maxRows {
			t.Fatalf("%d rows repay %s of %s", len(s.Rows), lent, principal)
		}
		fact := Fact{Key: "d", Kind: FactDisbursal, ValueDate: disbursed, Amount: principal,
			Disbursal: &Disbursal{Loan: "L", Terms: terms, Rows: s.Rows, Deductions: s.Deductions}}
		if err := fact.check(); err != nil {
			t.Fatalf("a schedule that cannot be disbursed: %v", err)
		}
	})
	if made == 0 {
		t.Error("no terms gave a schedule")
	}
}

// The fixed-point instalment is the exact one.
func TestInstalmentIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		principal := Money(rapid.Int64Range(1, 1_000_000_000_00).Draw(t, "principal"))
		rate := Rate(rapid.SampledFrom([]int64{1, 1_000_000, 12_000_000, 24_000_000, 13_370_001, 1_000_000_000}).Draw(t, "rate"))
		growth := make([]uint64, rapid.IntRange(1, 60).Draw(t, "rows"))
		for i := range growth {
			parts := rapid.SampledFrom([]uint64{yearParts / 12, yearParts / 52, 31 * (yearParts / 365), yearParts}).Draw(t, "parts")
			var ok bool
			if growth[i], ok = growthOf(rate, parts); !ok {
				t.Skip()
			}
		}
		rule := Rounding{rapid.SampledFrom(roundingUnits).Draw(t, "unit"), rapid.SampledFrom([]RoundingMode{HalfUp, HalfEven, Up, Down}).Draw(t, "mode")}
		want, ok := exactInstalment(principal, growth, rule)
		got, ok2 := levelInstalment(principal, growth, rule)
		if ok != ok2 || got != want {
			t.Fatalf("%s over %d rows at %s by %v: %s, want %s", principal, len(growth), rate, rule, got, want)
		}
	})
}

// An instalment that is whole is not rounded up to the next one.
func TestInstalmentThatIsWhole(t *testing.T) {
	for n, want := range map[int]string{1: "101000.00", 2: "50752.00"} {
		s, err := Terms{ROIValue: 12_000_000, EMICount: n}.Schedule(100_000_00, NewDate(2024, time.October, 10))
		if err != nil || s.EMI.String() != want {
			t.Errorf("%d instalments of %s, %v; want %s", n, s.EMI, err, want)
		}
	}
}

func TestMonthEndsNeverDrift(t *testing.T) {
	dues := func(terms Terms, disbursed Date) (out []string) {
		terms.ROIValue, terms.EMICount = 12_000_000, 4
		s, err := terms.Schedule(100_000_00, disbursed)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range s.Rows {
			out = append(out, row.PeriodStart.String()+" "+row.DueDate.String())
		}
		return out
	}
	ends := []string{"2024-01-31 2024-02-29", "2024-02-29 2024-03-31", "2024-03-31 2024-04-30", "2024-04-30 2024-05-31"}
	for name, c := range map[string]struct {
		terms     Terms
		disbursed Date
		want      []string
	}{
		"from the disbursal":      {Terms{}, NewDate(2024, 1, 31), ends},
		"seed is the first due":   {Terms{FirstDueDate: NewDate(2024, 2, 29)}, NewDate(2024, 1, 31), []string{"2024-01-31 2024-02-29", "2024-02-29 2024-03-29", "2024-03-29 2024-04-29", "2024-04-29 2024-05-29"}},
		"cycle day 31":            {Terms{CycleDay: 31}, NewDate(2024, 1, 20), ends},
		"cycle day and first due": {Terms{CycleDay: 31, FirstDueDate: NewDate(2024, 2, 29)}, NewDate(2024, 1, 31), ends},
		"cycle day 5, upfront":    {Terms{CycleDay: 5}, NewDate(2025, 1, 20), []string{"2025-02-05 2025-03-05", "2025-03-05 2025-04-05", "2025-04-05 2025-05-05", "2025-05-05 2025-06-05"}},
		"cycle day 5, none":       {Terms{CycleDay: 5, BPIMode: BPINone}, NewDate(2025, 1, 20), []string{"2025-01-20 2025-02-05", "2025-02-05 2025-03-05", "2025-03-05 2025-04-05", "2025-04-05 2025-05-05"}},
		"first due on a 29th":     {Terms{FirstDueDate: NewDate(2023, 12, 29)}, NewDate(2023, 11, 29), []string{"2023-11-29 2023-12-29", "2023-12-29 2024-01-29", "2024-01-29 2024-02-29", "2024-02-29 2024-03-29"}},
		"every two weeks":         {Terms{EMIFrequency: Weekly, EMIEvery: 2}, NewDate(2024, 2, 20), []string{"2024-02-20 2024-03-05", "2024-03-05 2024-03-19", "2024-03-19 2024-04-02", "2024-04-02 2024-04-16"}},
	} {
		if diff := cmp.Diff(c.want, dues(c.terms, c.disbursed)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestShapes(t *testing.T) {
	parts := func(terms Terms) (out []string) {
		terms.ROIValue = 12_000_000
		s, err := terms.Schedule(1000_00, NewDate(2025, time.January, 10))
		if err != nil {
			t.Fatalf("%+v: %v", terms, err)
		}
		for _, row := range s.Rows {
			out = append(out, fmt.Sprintf("%s %s %s", row.DueDate, row.Principal, row.Interest))
		}
		return out
	}
	for name, c := range map[string]struct {
		terms Terms
		want  []string
	}{
		"equal principal": {Terms{Amortization: EqualPrincipal, EMICount: 3}, []string{"2025-02-10 333.33 10.00", "2025-03-10 333.33 6.67", "2025-04-10 333.34 3.33"}},
		"flat equal principal": {Terms{Amortization: EqualPrincipal, InterestMethod: Flat, EMICount: 3},
			[]string{"2025-02-10 333.33 10.00", "2025-03-10 333.33 10.00", "2025-04-10 333.34 10.00"}},
		"bullet by periods": {Terms{Amortization: Bullet, EMICount: 3}, []string{"2025-04-10 1000.00 30.00"}},
		"bullet booked by periods": {Terms{Amortization: Bullet, EMICount: 2, InterestPayment: PaidAtMaturity},
			[]string{"2025-03-10 0.00 10.00", "2025-03-10 1000.00 10.00"}},
		"structured":           {Terms{Amortization: Structured, Rows: []PrincipalRow{{0, 600_00}, {0, 0}, {0, 400_00}}}, []string{"2025-02-10 600.00 10.00", "2025-03-10 0.00 4.00", "2025-04-10 400.00 4.00"}},
		"structured by dates":  {Terms{Amortization: Structured, Rows: []PrincipalRow{{NewDate(2025, 1, 20), 600_00}, {NewDate(2025, 3, 1), 400_00}}}, []string{"2025-01-20 600.00 3.29", "2025-03-01 400.00 5.26"}},
		"fixed instalment":     {Terms{EMICount: 3, EMIAmount: 300_00}, []string{"2025-02-10 290.00 10.00", "2025-03-10 292.90 7.10", "2025-04-10 417.10 4.17"}},
		"remainder separate":   {Terms{EMICount: 3, EMIAmount: 300_00, LastInstalment: LastSeparate}, []string{"2025-02-10 290.00 10.00", "2025-03-10 292.90 7.10", "2025-04-10 295.83 4.17", "2025-04-10 121.27 0.00"}},
		"ends early":           {Terms{EMICount: 12, EMIAmount: 600_00}, []string{"2025-02-10 590.00 10.00", "2025-03-10 410.00 4.10"}},
		"short first, 30/360":  {Terms{Amortization: InterestOnly, EMICount: 2, DayCount: Thirty360, FirstDueDate: NewDate(2025, 1, 25)}, []string{"2025-01-25 0.00 5.00", "2025-02-25 1000.00 10.00"}},
		"long first, no break": {Terms{Amortization: InterestOnly, EMICount: 2, BPIMode: BPINone, DayCount: Actual360, FirstDueDate: NewDate(2025, 3, 1)}, []string{"2025-03-01 0.00 16.67", "2025-04-01 1000.00 10.00"}},
		"cycle day 10":         {Terms{Amortization: InterestOnly, EMICount: 2, FirstDueDate: NewDate(2025, 2, 10), CycleDay: 10}, []string{"2025-02-10 0.00 10.00", "2025-03-10 1000.00 10.00"}},
		"months of 30 in 365":  {Terms{Amortization: InterestOnly, EMICount: 1, InterestBasis: BasisDays, DayCount: DayCount{365, 30}}, []string{"2025-02-10 1000.00 9.86"}},
		"rate nothing":         {Terms{EMICount: 3, FlatROIValue: 12_000_000}, []string{"2025-02-10 331.00 10.00", "2025-03-10 334.31 6.69", "2025-04-10 334.69 3.35"}},
	} {
		if diff := cmp.Diff(c.want, parts(c.terms)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// 31 January to 28 February is a whole month, not 28 days of one.
func TestShortMonthIsWhole(t *testing.T) {
	s, err := Terms{ROIValue: 12_000_000, Amortization: InterestOnly, EMICount: 1, FirstDueDate: NewDate(2025, time.February, 28)}.Schedule(1000_00, NewDate(2025, time.January, 31))
	if err != nil || s.Rows[0].Interest != 10_00 || s.BPI != 0 {
		t.Errorf("%+v %v", s, err)
	}
}

func TestTermsThatAreRefused(t *testing.T) {
	for field, terms := range map[string]Terms{
		"moratorium":             {EMICount: 3, Moratorium: &Moratorium{Instalments: 1}},
		"steps":                  {EMICount: 3, Steps: []Step{{0, 10_000_000}}},
		"balloon":                {EMICount: 3, Balloon: -1},
		"interest_recalculation": {EMICount: 3, InterestRecalculation: "hourly"},
		"emi_count":              {},
		"emi_every":              {EMICount: 1, EMIEvery: -1},
		"roi_value":              {EMICount: 1, ROIValue: maxRate + 1},
		"flat_roi_value":         {EMICount: 1, ROIValue: 1, FlatROIValue: 2},
		"roi_period":             {EMICount: 1, ROIPeriod: "months"},
		"interest_method":        {EMICount: 1, InterestMethod: "compound"},
		"amortization":           {EMICount: 1, Amortization: "annuity"},
		"emi_frequency":          {EMICount: 1, EMIFrequency: "hourly"},
		"interest_basis":         {EMICount: 1, InterestBasis: "months"},
		"days_in_year":           {EMICount: 1, DayCount: DayCount{DaysInYear: 366}},
		"days_in_month":          {EMICount: 1, DayCount: DayCount{Actual, 30}},
		"emi_rounding":           {EMICount: 1, EMIRounding: Rounding{3, Up}},
		"cycle_day":              {EMICount: 1, CycleDay: 32},
		"first_due_date":         {EMICount: 1, FirstDueDate: NewDate(2025, 1, 10)},
		"schedule":               {Amortization: Structured, Rows: []PrincipalRow{{0, 1}}},
		"interest_payment":       {EMICount: 3, InterestPayment: PaidAtMaturity},
		"emi_basis":              {EMICount: 3, InterestMethod: Flat, EMIBasis: EMISolve},
		"last_instalment":        {EMICount: 3, Amortization: InterestOnly, LastInstalment: LastLevel},
		"bpi_mode":               {EMICount: 3, BPIMode: "later"},
		"emi_amount":             {EMICount: 3, ROIValue: 12_000_000, EMIAmount: 10_00}, // the interest alone is 10.00
	} {
		_, err := terms.Schedule(1000_00, NewDate(2025, time.January, 10))
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Fields[field] == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
	// The last instalment may not be more than one instalment away from the others.
	if _, err := (Terms{EMICount: 3, ROIValue: 12_000_000, EMIAmount: 200_00}).Schedule(1000_00, NewDate(2025, 1, 10)); err == nil || err.(*Error).Code != "terms.last_instalment" {
		t.Errorf("a last instalment of thrice the others: %v", err)
	}
	// February's interest is paid by 9.50, March's of 10.19 is not.
	march := Terms{EMICount: 3, ROIValue: 12_000_000, EMIAmount: 9_50, InterestBasis: BasisDays, LastInstalment: LastSeparate}
	if _, err := march.Schedule(1000_00, NewDate(2025, 2, 10)); err == nil || err.(*Error).Code != "terms.negative_amortisation" {
		t.Errorf("an instalment below the interest of a later row: %v", err)
	}
	for _, principal := range []Money{0, -1, maxMoney + 1} {
		if _, err := (Terms{EMICount: 1}).Schedule(principal, NewDate(2025, 1, 10)); KindOf(err) != Invalid {
			t.Errorf("a loan of %d: %v", principal, err)
		}
	}
	if _, err := (Terms{EMICount: 1000, EMIFrequency: Yearly}).Schedule(1000_00, NewDate(2025, 1, 10)); err == nil || err.(*Error).Code != "terms.too_long" {
		t.Errorf("a loan of a thousand years: %v", err)
	}
}

func TestTermsAsJSON(t *testing.T) {
	terms := Terms{ROIValue: 10_500_000, EMICount: 12, DayCount: DayCount{Actual, 0}, FirstDueDate: NewDate(2025, 2, 5), EMIRounding: UpToRupee, Rows: []PrincipalRow{{0, 5}}}
	data, err := json.Marshal(terms)
	want := `{"roi_value":10.5,"emi_count":12,"days_in_year":"actual","first_due_date":"2025-02-05","emi_rounding":{"unit":"1","mode":"up"},"schedule":[{"principal":5}]}`
	if err != nil || string(data) != want {
		t.Errorf("%s, %v; want %s", data, err, want)
	}
	var back Terms
	if err := json.Unmarshal(data, &back); err != nil || !cmp.Equal(terms, back) {
		t.Errorf("comes back as %+v, %v", back, err)
	}
	if err := json.Unmarshal([]byte(`{"roi_value":"21","days_in_year":"360","days_in_month":30}`), &back); err != nil || back.ROIValue != 21_000_000 || back.DayCount != Thirty360 {
		t.Errorf("numbers as strings: %+v, %v", back, err)
	}
}

func BenchmarkSchedule60(b *testing.B) {
	terms := Terms{ROIValue: 14_000_000, EMICount: 60}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := terms.Schedule(500_000_00, NewDate(2025, 1, 31)); err != nil {
			b.Fatal(err)
		}
	}
}
