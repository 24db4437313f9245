package lending

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// What has run where the rows move, by hand. 3,00,000 at 12% by days from 5 January
// 2025, three instalments of 1,02,006.63.
//
// A rate of 15% from 20 January: by 30 January 15 days at 12% and 10 at 15% have run,
// 300000 x (0.12 x 15 + 0.15 x 10) / 365 = 2,712.33, and a day costs 123.29.
//
// By actual balance, 50,000 that pay the first row on 20 January: 1,479.45 of interest
// for 15 days and 48,520.55 of principal; by 30 January 251479.45 x 0.12 x 10 / 365 =
// 826.78 have run on what is left, not the 986.30 of the schedule, and a day costs 82.68.
func TestInterestThatHasRunWhereRowsMove(t *testing.T) {
	start := NewDate(2025, time.January, 5)
	terms := Terms{ROIValue: 12_000_000, EMICount: 3, InterestBasis: BasisDays, EMIRounding: ToPaisa, BPIMode: BPINone}
	daily := terms
	daily.InterestRecalculation = RecalculateDaily
	early := receiptOf("r", start+15, 50000_00)
	early.Receipt.Allocation = &Allocation{Steps: must(ParseAllocation("past_due_NI past_due_P due_NI due_P in_advance_NI in_advance_P"))}
	for name, c := range map[string]struct {
		terms       Terms
		more        Fact
		run, perDay Money
	}{
		"another rate":   {terms, Fact{Key: "n", Kind: FactRateChange, ValueDate: start + 15, RateChange: &RateChange{Loan: "L", Rate: 15_000_000}}, 2712_33, 123_29},
		"actual balance": {daily, early, 826_78, 82_68},
	} {
		s := mustSchedule(c.terms, 300000_00, start)
		facts := []Fact{{Key: "d", Kind: FactDisbursal, ValueDate: start, Amount: 300000_00, Disbursal: &Disbursal{Loan: "L", LoanIndex: 1, Terms: c.terms, Rows: s.Rows}}, c.more}
		b := mustReplay(facts, start+25, false)
		q := must(Foreclose(b, c.terms, ForeclosureTerms{Loan: "L"}))
		if q.AccruedInterest != c.run || q.PerDay != c.perDay || Owed(b, "L").Accrued != c.run {
			t.Errorf("%s: %s have run and a day costs %s, want %s and %s; owed %s", name, q.AccruedInterest, q.PerDay, c.run, c.perDay, Owed(b, "L").Accrued)
		}
	}
}

// The quote closes these loans as well, to the paisa.
func TestWhatIsQuotedClosesALoanThatMoves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := NewDate(2025, time.January, rapid.IntRange(1, 28).Draw(t, "start"))
		terms := Terms{ROIValue: Rate(rapid.SampledFrom([]int{9_000_000, 24_000_000}).Draw(t, "rate")), EMICount: rapid.IntRange(1, 12).Draw(t, "rows"), BPIMode: BPINone,
			InterestBasis:         rapid.SampledFrom([]string{BasisPeriod, BasisDays}).Draw(t, "basis"),
			InterestRecalculation: rapid.SampledFrom([]string{RecalculateNone, RecalculateDaily}).Draw(t, "recalculation")}
		s, err := terms.Schedule(300_000_00, start)
		if err != nil {
			t.Skip(err)
		}
		facts := []Fact{{Key: "d", Kind: FactDisbursal, ValueDate: start, Amount: 300_000_00, Disbursal: &Disbursal{Loan: "L", LoanIndex: 1, Terms: terms, Rows: s.Rows}}}
		last := s.Maturity.Sub(start)
		for i := range rapid.IntRange(0, 4).Draw(t, "paid") {
			f := receiptOf(fmt.Sprint("r", i), start.AddDays(rapid.IntRange(0, last).Draw(t, "on")), Money(rapid.IntRange(1, 60_000_00).Draw(t, "amount")))
			if rapid.Bool().Draw(t, "prepays") {
				f.Receipt.Prepayment = &Prepayment{Effect: rapid.SampledFrom([]string{ReduceEMI, ReduceTenure}).Draw(t, "effect")}
			}
			facts = append(facts, f)
		}
		if rapid.Bool().Draw(t, "changes") {
			facts = append(facts, Fact{Key: "rate", Kind: FactRateChange, ValueDate: start.AddDays(rapid.IntRange(0, last).Draw(t, "from")), RateChange: &RateChange{Loan: "L", Rate: 15_000_000}})
		}
		on := start.AddDays(rapid.IntRange(0, last).Draw(t, "closed"))
		q, err := Foreclose(replayed(t, facts, At{Date: on}), terms, ForeclosureTerms{Loan: "L"})
		if err != nil || q.Amount <= 0 {
			t.Skip(err)
		}
		closing := receiptOf("zz", on, q.Amount+q.Excess)
		closing.Receipt.Prepayment = &Prepayment{Effect: ReduceTenure}
		b := replayed(t, append(facts, closing), At{Date: on})
		if b.Summary.TotalOutstanding != 0 || b.Excess != q.Excess {
			t.Fatalf("%s closes the loan, but %s is left and %s held (before %s)", q.Amount+q.Excess, b.Summary.TotalOutstanding, b.Excess, q.Excess)
		}
	})
}
