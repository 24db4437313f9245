package lending

import (
	"fmt"
	"math/big"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// slowBalance is a loan whose interest follows the actual balance, one night at a
// time, in fractions of any size. It knows a running balance, what the running row
// has accrued, and the dues so far; nothing is looked up again.
type slowBalance struct {
	terms   Terms
	rows    []ScheduleRow
	balance Money // truly outstanding
	planned Money // principal that no row has asked for yet
	accrued *big.Rat
	carried Money
	next    int // row that runs
	dues    []*slowRow
	held    Money
}

type slowRow struct{ interest, principal, paidI, paidP Money }

func (b *slowBalance) night(day Date) {
	year := int64(b.terms.DaysInYear)
	if b.terms.DaysInYear == Actual {
		counted := day
		if b.terms.InterestDay == InterestAtEnd {
			counted++
		}
		year = int64(NewDate(counted.Year()+1, 1, 1).Sub(NewDate(counted.Year(), 1, 1)))
	}
	cost := new(big.Rat).SetFrac(big.NewInt(int64(b.balance)), big.NewInt(1))
	cost.Mul(cost, big.NewRat(int64(b.terms.Rate()), 100_000_000*year))
	b.accrued.Add(b.accrued, cost)
}

// fall makes the row due whose last night has passed.
func (b *slowBalance) fall() {
	row := b.rows[b.next]
	interest := slowRound(b.accrued, b.terms.InterestRounding) + b.carried
	due := &slowRow{interest: min(interest, row.Instalment())}
	due.principal = row.Instalment() - due.interest
	if last := b.next == len(b.rows)-1; last {
		due.interest, due.principal = interest, b.planned
	}
	b.carried = interest - due.interest
	b.planned -= due.principal
	b.dues = append(b.dues, due)
	b.accrued, b.next = new(big.Rat), b.next+1
}

// pay settles money over the dues, oldest first, interest before principal.
func (b *slowBalance) pay(money Money) {
	b.held += money
	for _, d := range b.dues {
		part := min(b.held, d.interest-d.paidI)
		d.paidI, b.held = d.paidI+part, b.held-part
		part = min(b.held, d.principal-d.paidP)
		d.paidP, b.held, b.balance = d.paidP+part, b.held-part, b.balance-part
	}
}

// slowRows are the rows of a loan as of a day: what fell due, and what will if all
// that is due were paid today and the rest on its day.
func slowRows(terms Terms, s Schedule, lent Money, receipts []Fact, at Date) []string {
	b := &slowBalance{terms: terms.Complete(), rows: s.Rows, balance: lent, planned: lent, accrued: new(big.Rat)}
	end := s.Rows[len(s.Rows)-1].PeriodEnd
	for day := s.Rows[0].PeriodStart; day <= max(end, at); day++ {
		if b.next < len(b.rows) && b.rows[b.next].PeriodEnd == day {
			b.fall()
			b.pay(0)
		}
		for _, f := range receipts {
			if f.ValueDate == day && day <= at {
				b.pay(f.Amount)
			}
		}
		if day >= at { // from today on everything due is taken to be paid
			for _, d := range b.dues {
				b.balance -= d.principal - d.paidP
				d.paidP = d.principal
			}
		}
		b.night(day)
	}
	var out []string
	for i, d := range b.dues {
		out = append(out, fmt.Sprintln(i+1, d.principal, d.interest))
	}
	return out
}

func TestActualBalanceAgreesWithTheSlowWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		disbursed := NewDate(2023, time.October, 5).AddDays(rapid.IntRange(0, 120).Draw(t, "disbursed"))
		terms := Terms{ROIValue: Rate(rapid.SampledFrom([]int{6_000_000, 18_000_000, 36_500_000, 99_990_000}).Draw(t, "rate")), EMICount: rapid.IntRange(1, 9).Draw(t, "rows"),
			InterestBasis: BasisDays, EMIBasis: EMISolve, InterestRecalculation: RecalculateDaily, BPIMode: BPINone,
			EMIFrequency: rapid.SampledFrom([]Frequency{Monthly, Weekly, Fortnightly}).Draw(t, "frequency"),
			DayCount:     rapid.SampledFrom([]DayCount{Actual365, Actual360, ActualActual}).Draw(t, "day count"),
			InterestDay:  rapid.SampledFrom([]string{InterestAtStart, InterestAtEnd}).Draw(t, "interest day")}
		lent := Money(rapid.IntRange(100_00, 500_000_00).Draw(t, "lent"))
		s, err := terms.Schedule(lent, disbursed)
		if err != nil || len(s.Rows) != terms.EMICount {
			t.Skip()
		}
		facts := []Fact{{Key: "d", Kind: FactDisbursal, ValueDate: disbursed, Amount: lent, Disbursal: &Disbursal{Loan: "L", LoanIndex: 1, Terms: terms, Rows: s.Rows}}}
		var receipts []Fact
		for i := range rapid.IntRange(0, 8).Draw(t, "receipts") {
			amount := Money(rapid.IntRange(1, int(s.EMI)*2+1).Draw(t, "amount"))
			receipts = append(receipts, receiptOf(fmt.Sprint("r", i), disbursed.AddDays(rapid.IntRange(0, 300).Draw(t, "on")), amount))
		}
		at := disbursed.AddDays(rapid.IntRange(0, 320).Draw(t, "as of"))
		b := replayed(t, append(facts, receipts...), At{Date: at})
		var got []string
		for _, d := range b.Demands {
			got = append(got, fmt.Sprintln(d.No, d.Amount[Principal], d.Amount[Interest]))
		}
		if diff := cmp.Diff(slowRows(terms, s, lent, receipts, at), got); diff != "" {
			t.Fatalf("as of %s (-slow +replay):\n%s", at, diff)
		}
	})
}
