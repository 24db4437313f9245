package lending

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fineractCase is one case of fineract.json.
type fineractCase struct {
	ID, Kind         string
	Tags             []string
	Recomputed       bool
	Inputs, Expected fields
}

// laterTags are features of schedules that a later part brings.
var laterTags = map[string]string{
	"multi_disbursement": "Part 2, tranches", "full_term_tranche": "listed by vectors/README.md as not needed", "down_payment": "Part 2, down payment",
	"grace": "Part 2, moratorium", "feb29_period_only": "Part 2, the 29 February rule", "fixed_length": "Part 2, fixed length",
	"broken_first_period": "Part 2, a part of a 30-day month by its actual days", "rate:whole_term": "Part 2, a rate for the whole term",
}

// laterInputs are inputs that change figures in a way a later part brings.
var laterInputs = map[string]string{
	"installment_fees": "Part 2, fees inside instalments", "interest_free_periods": "Part 2, moratorium",
	"interest_recognition_on_disbursement_date": "Part 2, interest recognised on the day of disbursal",
}

func TestVectorsFineract(t *testing.T) {
	var file struct{ Cases []fineractCase }
	readVectors(t, "fineract.json", &file)
	counts := newTally("fineract.json")
	for _, x := range file.Cases {
		reason := x.unsupported()
		passed := false
		if reason == "" {
			t.Run(x.ID, func(t *testing.T) {
				defer orFail(t)
				compute := x.figures
				if x.Kind == "due_dates" {
					compute = x.dueDates
				}
				got, want := compute()
				tolerance := Money(0)
				if slices.Contains(x.Tags, "tie_sensitive") {
					tolerance = 1
				}
				if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b Money) bool { return abs(a-b) <= tolerance })); diff != "" {
					t.Errorf("%s %v (-want +got):\n%s", x.ID, x.Tags, diff)
				}
				passed = !t.Failed()
			})
		}
		counts.count(x.Kind, passed, reason)
	}
	counts.report(t)
}

func (x fineractCase) unsupported() string {
	switch {
	case x.Kind == "due_dates":
		return ""
	case x.Kind == "schedule_change":
		return "Part 2, changes in mid-life"
	case x.Kind != "schedule":
		return "Part 2, payments by Fineract's rules"
	case !x.Recomputed:
		return "the case is not recomputed"
	}
	for _, tag := range x.Tags {
		if reason := laterTags[tag]; reason != "" {
			return reason
		}
	}
	if slices.Contains(x.Tags, "daycount:actual/actual") && slices.Contains(x.Tags, "crosses_year_end") && slices.Contains(x.Tags, "calc:daily") {
		return "Part 2, actual years that are cut at 31 December (ours at 1 January: domain 1.1)"
	}
	for key := range x.Inputs {
		if reason := laterInputs[key]; reason != "" {
			return reason
		}
	}
	disbursals := 0
	for _, row := range x.Expected.objects("rows") {
		if row.or("type", "") == "disbursement" {
			disbursals++
		}
	}
	if disbursals > 1 {
		return "Part 2, tranches"
	}
	if x.Inputs.text("loan_schedule_type") == "cumulative" {
		return "Part 2, the cumulative engine's conventions"
	}
	return ""
}

// figure is a row of a schedule as the vectors state it.
type figure struct {
	N                            int
	Due                          Date
	Principal, Interest, Balance Money
}

func (x fineractCase) figures() (got, want []figure) {
	in := x.Inputs
	terms := x.terms()
	s, err := terms.Schedule(in.money("principal"), in.date("disbursement_date"))
	if err != nil {
		panic(fmt.Sprintf("%s: %v", x.ID, err))
	}
	for _, row := range s.Rows {
		got = append(got, figure{row.No, row.DueDate, row.Principal, row.Interest, row.Closing})
	}
	for _, row := range x.Expected.objects("rows") {
		if !row.has("n") {
			continue
		}
		want = append(want, figure{row.int("n"), row.date("due_date"), row.money("principal"), row.money("interest"), row.money("balance")})
	}
	return got, want
}

// dueDates are the due dates of a loan alone, from a seed day.
func (x fineractCase) dueDates() (got, want []figure) {
	in, terms := x.Inputs, Terms{BPIMode: BPINone}
	terms.EMICount, terms.EMIEvery = in.int("number_of_repayments"), in.int("repay_every")
	disbursed := in.date("disbursement_date")
	switch {
	case in.has("first_repayment_date"):
		terms.FirstDueDate = in.date("first_repayment_date")
	case in.has("minimum_days_to_first_repayment"):
		terms.FirstDueDate = max(disbursed.AddDays(in.int("minimum_days_to_first_repayment")), disbursed.AddMonths(terms.EMIEvery))
	case in.has("schedule_start_date"):
		seed := in.date("schedule_start_date")
		terms.FirstDueDate, terms.CycleDay = seed.AddMonths(terms.EMIEvery), seed.Day()
	}
	s, err := terms.Schedule(100_000_00, disbursed)
	if err != nil {
		panic(fmt.Sprintf("%s: %v", x.ID, err))
	}
	for _, row := range s.Rows {
		got = append(got, figure{Due: row.DueDate})
	}
	for _, due := range texts(x.Expected["due_dates"]) {
		want = append(want, figure{Due: asDate(due)})
	}
	return got, want
}

// terms reads the inputs of a schedule as terms of ours.
func (x fineractCase) terms() Terms {
	in := x.Inputs
	days := func(key string) Days {
		d, err := ParseDays(in.text(key))
		if err != nil {
			panic(err)
		}
		return d
	}
	terms := Terms{ROIValue: in.rate("annual_rate_percent"), EMICount: in.int("number_of_repayments"), EMIEvery: in.int("repay_every"),
		EMIFrequency:  map[string]Frequency{"months": Monthly, "weeks": Weekly, "days": EveryDays, "years": Yearly}[in.text("frequency")],
		DayCount:      DayCount{days("days_in_year"), days("days_in_month")},
		InterestBasis: map[string]string{"daily": BasisDays, "same_as_repayment_period": BasisPeriod}[in.text("interest_calculation_period")],
		EMIRounding:   Rounding{1, HalfEven}, InterestRounding: Rounding{1, HalfEven}, EMIBasis: EMISolve, LastInstalment: LastLevel, BPIMode: BPINone}
	if in.has("installment_multiple_of") {
		terms.EMIRounding.Unit = in.money("installment_multiple_of")
	}
	if terms.DaysInMonth == 30 && terms.DaysInYear == Actual || terms.InterestBasis == BasisPeriod {
		terms.DaysInMonth = Actual
	}
	if in.text("interest_method") == "flat" {
		terms.InterestMethod, terms.EMIBasis, terms.LastInstalment = Flat, EMIFormula, LastAbsorbs
	}
	if in.text("amortization") == "equal_principal" {
		terms.Amortization, terms.LastInstalment = EqualPrincipal, LastAbsorbs
	}
	if first := in.or("first_repayment_date", ""); first != "" {
		terms.FirstDueDate = asDate(first)
	}
	return terms
}

func TestVectorsFrappe(t *testing.T) {
	var file struct {
		Vectors []struct{ ID, Kind, Topic string }
	}
	readVectors(t, "frappe-lending.json", &file)
	counts := newTally("frappe-lending.json")
	for _, x := range file.Vectors {
		counts.count(x.Kind, false, strings.ReplaceAll(x.Topic, "-", " ")+": Part 2, the cases of Frappe Lending")
	}
	counts.report(t)
}
