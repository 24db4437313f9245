package lending

import (
	"fmt"
	"testing"
	"time"
)

// sixtyByForty is the account that the speed of Replay is judged by: sixty
// instalments, forty receipts, most of them a few days late, so that overdue
// interest runs and the category moves to and fro.
func sixtyByForty(testing.TB) []Fact {
	disbursed := NewDate(2020, time.January, 31)
	s, err := Terms{ROIValue: 14_000_000, EMICount: 60}.Schedule(500_000_00, disbursed)
	if err != nil {
		panic(err)
	}
	facts := []Fact{
		{Key: "terms", Kind: FactTerms, ValueDate: disbursed, Policy: &Policy{OverdueRate: 18_000_000, ApplyRestToFees: true}},
		{Key: "disbursal", Kind: FactDisbursal, ValueDate: disbursed, Amount: 500_000_00, Disbursal: &Disbursal{Loan: "0192f0c1-1111-7111-8111-111111111111", LoanIndex: 1, Rows: s.Rows}},
	}
	for i, row := range s.Rows[:40] {
		facts = append(facts, Fact{Key: fmt.Sprintf("0192f0c1-1111-7111-8111-%012d", i), Kind: FactReceipt, ValueDate: row.DueDate.AddDays(i % 5), Amount: row.Instalment(),
			Receipt: &Receipt{Received: row.Instalment(), SettlementOrder: DueDateFirst, ComponentOrder: "PI-OI-NI-P"}})
	}
	return facts
}

func BenchmarkReplay60x40(b *testing.B) {
	facts := sixtyByForty(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Replay(facts, At{Date: NewDate(2023, time.June, 15)}); err != nil {
			b.Fatal(err)
		}
	}
}

// What a schedule and a Book allocate is memory for their rows: the arithmetic of a
// row allocates nothing, so that more rows are no more allocations.
func TestArithmeticAllocatesNothing(t *testing.T) {
	on := NewDate(2025, time.January, 31)
	allocs := func(n int) float64 {
		terms := Terms{ROIValue: 14_000_000, EMICount: n}
		return testing.AllocsPerRun(100, func() {
			if _, err := terms.Schedule(500_000_00, on); err != nil {
				t.Fatal(err)
			}
		})
	}
	if few, many := allocs(60), allocs(360); few != many || few > 6 {
		t.Errorf("a schedule of 60 rows allocates %v times, one of 360 rows %v times", few, many)
	}
	facts := sixtyByForty(t)
	if n := testing.AllocsPerRun(100, func() {
		if _, err := Replay(facts, At{Date: NewDate(2023, time.June, 15)}); err != nil {
			t.Fatal(err)
		}
	}); n > 30 {
		t.Errorf("a Book of sixty instalments and forty receipts allocates %v times", n)
	}
}
