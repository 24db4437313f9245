package lending

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// What happens later changes nothing before it, though it is known: the money of a day,
// and what was due by then, is the same in the Book of that day and in every later one.
func TestThePastStays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		facts, start := drawMovingAccount(t)
		d := start.AddDays(rapid.IntRange(0, 400).Draw(t, "d"))
		e := d.AddDays(rapid.IntRange(1, 200).Draw(t, "later"))
		renewed := slices.ContainsFunc(facts, func(f Fact) bool { return f.Reschedule != nil && f.Reschedule.Interest != HeadCarryForward })
		if diff := cmp.Diff(pastOf(replayed(t, facts, At{Date: d}), d, renewed), pastOf(replayed(t, facts, At{Date: e}), d, renewed)); diff != "" {
			t.Fatalf("of %s (-then +by %s):\n%s", d, e, diff)
		}
	})
}

// pastOf is the money up to a day and what was due by then, but for overdue interest and
// charges for breach, which grow: a demand that is of nothing else says nothing here.
func pastOf(b *Book, day Date, renewed bool) (out []string) {
	for _, s := range b.Settlements {
		if s.Date <= day {
			out = append(out, fmt.Sprintln(s.Receipt, s.Demand, s.Component, s.Amount, s.Date, s.FromExcess))
		}
	}
	for _, d := range b.Demands {
		if d.DueDate <= day && !renewed && d.Amount[Principal]+d.Amount[Interest]+d.Amount[Fee] != 0 {
			out = append(out, fmt.Sprintln(d.Key, d.DueDate, d.Amount[Principal], d.Amount[Interest], d.Amount[Fee]))
		}
	}
	return out
}

// Days that ran at another rate, and interest that was agreed as a sum, stay with their
// row when more is drawn. 3,00,000 at 12% by days, and 50,000 more: 15% from the 16th day
// on makes the first row 1,479.45 + 1,972.60, and what is drawn five days later costs
// 226.03 in it. In a broken period that was collected upfront its 12 days are 197.26, and
// the row 3,221.92. What is spread or deferred is 887.67 and 3,057.53, as it was.
func TestMoreMoneyKeepsWhatWasAgreed(t *testing.T) {
	start := NewDate(2025, time.January, 5)
	by := Terms{ROIValue: 12_000_000, EMICount: 3, InterestBasis: BasisDays, EMIRounding: ToPaisa, BPIMode: BPINone}
	upfront, spread, resting := by, by, by
	upfront.BPIMode, upfront.CycleDay = BPIUpfront, 1
	spread.BPIMode, spread.CycleDay = BPISpread, 1
	resting.Moratorium = &Moratorium{Instalments: 1, Kind: CollectInFirstEMI}
	for name, c := range map[string]struct {
		terms    Terms
		reset    bool
		after    int
		interest Money
		refused  string
	}{
		"drawn in the row after a reset": {by, true, 20, 1479_45 + 1972_60 + 226_03, ""},
		"drawn in the next row":          {by, true, 41, 1479_45 + 1972_60, ""},
		"drawn in the broken period":     {upfront, false, 15, 3221_92 + 197_26, ""},
		"spread":                         {spread, false, 41, 2761_64 + 230_14 + 887_67, ""},
		"deferred":                       {resting, false, 41, 2761_64 + 295_89 + 3057_53, ""},
		"in a moratorium":                {resting, false, 10, 0, "loan.deferred_interest"},
		"in a period that is spread":     {spread, false, 10, 0, "loan.deferred_interest"},
		"after the last row":             {by, false, 200, 0, "loan.tranche_late"},
	} {
		s := mustSchedule(c.terms, 300000_00, start)
		facts := []Fact{{Key: "d", Kind: FactDisbursal, ValueDate: start, Amount: 300000_00, Disbursal: &Disbursal{Loan: "L", LoanIndex: 1, Terms: c.terms, Rows: s.Rows}}}
		if c.reset {
			body := must(Owed(mustReplay(facts, start+15, false), "L").Reset(c.terms, RateReset{Rate: 15_000_000, Option: RaiseEMI}))
			facts = append(facts, Fact{Key: "r", Kind: FactReschedule, ValueDate: start + 15, Reschedule: &body})
		}
		on := start.AddDays(c.after)
		facts = append(facts, Fact{Key: "t", Kind: FactTranche, ValueDate: on, Amount: 50000_00, Tranche: &Tranche{Loan: "L"}})
		b, err := Replay(facts, At{Date: on})
		if e, ok := err.(*Error); ok != (c.refused != "") || ok && e.Code != c.refused {
			t.Errorf("%s: %v, want %q", name, err, c.refused)
		}
		if err != nil {
			continue
		}
		first := slices.IndexFunc(b.Demands, func(d Demand) bool { return d.Amount[Interest] > 0 })
		if got := b.Demands[first].Amount[Interest]; got != c.interest {
			t.Errorf("%s: the first row costs %s, want %s", name, got, c.interest)
		}
	}
}
