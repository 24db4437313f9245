package lending

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// refusedWell fails a fuzz run whose refusal is no sentence of ours.
func refusedWell(t *testing.T, input string, err error) {
	t.Helper()
	if KindOf(err) != Invalid || !utf8.ValidString(err.Error()) || err.Error() == "" {
		t.Fatalf("%q: %v", input, err)
	}
}

func FuzzParseAllocation(f *testing.F) {
	for _, seed := range []string{"past_due_PI past_due_F", "in_advance_P,due_NI", "due_", "_P", "due_P due_P", "past_due_past_due_P"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		steps, err := ParseAllocation(s)
		if err != nil {
			refusedWell(t, s, err)
			return
		}
		words := make([]string, len(steps))
		for i, step := range steps {
			words[i] = step.String()
		}
		back, err := ParseAllocation(strings.Join(words, " "))
		if err != nil || !reflect.DeepEqual(back, steps) || len(steps) > 3*NumComponents {
			t.Fatalf("%q is %v and comes back as %v, %v", s, steps, back, err)
		}
		if err := (Allocation{Steps: steps}).Validate(); err != nil {
			refusedWell(t, s, err)
		}
	})
}

func FuzzParseSlabs(f *testing.F) {
	for _, seed := range []string{"100000:1, 1000000:1:credit_manager, *:2", "*:0", "5:1,4:1,*:1", ":", "*:2:a+a", "1e3:1,*:1", "*:1:\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		slabs, err := ParseSlabs(s)
		if err != nil {
			refusedWell(t, s, err)
			return
		}
		for _, amount := range []Money{0, 1, 100_000_00, maxMoney} {
			if slab := slabs.On(amount); slab.UpTo != 0 && slab.UpTo < amount || slab.Levels < 0 || slab.Levels > 5 {
				t.Fatalf("%q answers %+v for %s", s, slab, amount)
			}
		}
	})
}

func FuzzParseWords(f *testing.F) {
	for _, seed := range []string{"actual/365", "30/360", "actual", "366", "due_date_first", "component_first", "NI", "", "/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if c, err := ParseDayCount(s); err != nil {
			refusedWell(t, s, err)
		} else if c.String() != s {
			t.Fatalf("%q is the day count %s", s, c)
		}
		if d, err := ParseDays(s); err != nil {
			refusedWell(t, s, err)
		} else if d < Actual {
			t.Fatalf("%q is %d days", s, d)
		}
		if o, err := ParseSettlementOrder(s); err != nil {
			refusedWell(t, s, err)
		} else if string(o) != s {
			t.Fatalf("%q is the order %s", s, o)
		}
		if c, err := ParseComponent(s); err != nil {
			refusedWell(t, s, err)
		} else if c.String() != s {
			t.Fatalf("%q is the component %s", s, c)
		}
	})
}

// FuzzTerms reads terms as the wire gives them; a schedule of them is a schedule or
// a sentence, and what is written reads back the same.
func FuzzTerms(f *testing.F) {
	for _, seed := range []string{
		`{"roi_value":"21","emi_count":60}`, `{"flat_roi_value":12,"emi_frequency":"weekly","emi_count":7,"days_in_year":"360"}`,
		`{"roi_value":15,"emi_count":12,"moratorium":{"instalments":3,"kind":"spread"}}`, `{"roi_value":12,"emi_count":36,"steps":[{"every":12,"percent":-10}]}`,
		`{"emi_count":3,"amortization":"structured","schedule":[{"principal":1},{"principal":2},{"principal":9997}]}`, `{"emi_rounding":{"unit":"1","mode":"half_down"},"emi_count":2}`,
		`{"roi_value":12,"emi_count":24,"balloon":5000,"term_length":25}`, `{"roi_value":1000,"emi_count":1000,"emi_every":3660,"emi_frequency":"yearly"}`,
		`{"down_payment":25,"instalment_fees":[{"basis":"percent_of_interest","percent":100}],"emi_count":4,"roi_value":9,"cycle_day":31}`,
		`{"roi_value":12,"emi_count":12,"tranche_emi":"after_full_draw","pre_emi":3,"interest_recalculation":"daily","first_due_date":"2024-03-05"}`,
	} {
		f.Add(seed, int64(10_000))
	}
	f.Fuzz(func(t *testing.T, s string, principal int64) {
		var terms Terms
		if json.Unmarshal([]byte(s), &terms) != nil {
			return
		}
		on := NewDate(2024, time.January, 31)
		made, err := terms.Schedule(Money(principal), on)
		if err != nil {
			refusedWell(t, s, err)
			return
		}
		data, err := json.Marshal(terms)
		if err != nil {
			t.Fatalf("%s cannot be written: %v", s, err)
		}
		var back Terms
		if err := json.Unmarshal(data, &back); err != nil || string(must(json.Marshal(back))) != string(data) {
			t.Fatalf("%s comes back as %s, %v", s, data, err)
		}
		again, err := terms.ScheduleOf([]Draw{{on, Money(principal)}})
		if err != nil {
			refusedWell(t, s, err)
		} else if terms.TrancheEMI != TrancheAfterFullDraw && !reflect.DeepEqual(made, again) {
			t.Fatalf("%s: one draw gives another schedule", s)
		}
		if _, err := terms.ScheduleOf([]Draw{{on, Money(principal)}, {on + 20, 5_000}}); err != nil {
			refusedWell(t, s, err)
		}
	})
}

// FuzzFactBody reads the stored body of a fact and replays it after a loan: a Book
// or an error, never a panic or a hang.
func FuzzFactBody(f *testing.F) {
	for i := range kindOrder {
		for _, seed := range []string{
			`{"policy":{"component_order":"PI-OI-NI-P","overdue_rate":"18","allocation":{"steps":["due_P","in_advance_P"],"direction":"vertical"},"asset":{}}}`,
			`{"receipt":{"received":5000,"prepayment":{"effect":"reduce_tenure"}}}`, `{"charge":{"fee":"c","loan":"L","base":5000,"component":"PI"}}`,
			`{"tranche":{"loan":"L"},"rate_change":{"loan":"L","rate":"9"},"pause":{"loan":"L","to":"2024-05-01"}}`,
			`{"reschedule":{"loan":"L","interest":"waive","principal":1000,"rows":[{"no":9,"principal":1000,"due_date":"2024-09-05","period_start":"2024-04-05","period_end":"2024-09-05"}]}}`,
			`{"refund":{},"cashback":{},"adjustment":{"from":"holdback"},"waiver":{"component":"P"},"write_off":{"kind":"technical"},"classification":{"category":"Loss"}}`,
		} {
			f.Add(i, int64(5_000), 70, seed)
		}
	}
	on := NewDate(2024, time.January, 5)
	terms := Terms{ROIValue: 24_000_000, EMICount: 6, BPIMode: BPINone, InterestRecalculation: RecalculateDaily}
	lent := must(terms.Schedule(50_000_00, on))
	f.Fuzz(func(t *testing.T, kind int, amount int64, day int, s string) {
		var body FactBody
		if kind < 0 || kind >= len(kindOrder) || day < 0 || day > 400 || json.Unmarshal([]byte(s), &body) != nil {
			return
		}
		extra := Fact{Key: "x", Kind: kindOrder[kind], ValueDate: on.AddDays(day), Amount: Money(amount), Reverses: "r"}
		extra.SetBody(body)
		for _, recalculates := range []string{RecalculateDaily, RecalculateNone} {
			own := terms
			own.InterestRecalculation = recalculates
			facts := []Fact{{Key: "d", Kind: FactDisbursal, ValueDate: on, Amount: 50_000_00, Disbursal: &Disbursal{Loan: "L", LoanIndex: 1, Terms: own, Rows: lent.Rows}},
				receiptOf("r", on+40, 9_000_00), receiptOf("s", on+100, 7_000_00), extra}
			for _, at := range []At{{on + 60, false}, {on + 500, true}} {
				book, err := Replay(facts, at)
				if err != nil {
					if strings.Contains(err.Error(), "contradicts itself") {
						t.Fatalf("%s of %s is sound, and yet: %v", s, extra.Kind, err)
					}
					continue
				}
				for _, figure := range Figures() {
					x := must(book.Explain(figure))
					for _, row := range x.Rows {
						x.Amount -= row.Amount
					}
					if x.Amount != 0 {
						t.Fatalf("%s of %s: the rows of %s miss %s", s, extra.Kind, figure, x.Amount)
					}
				}
				for i := range book.Demands {
					for c := range book.Demands[i].Amount {
						if book.Demands[i].Left(Component(c)) < 0 {
							t.Fatalf("%s of %s: a component is negative: %+v", s, extra.Kind, book.Demands[i])
						}
					}
				}
			}
		}
	})
}
