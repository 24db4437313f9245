package lending

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Every figure is the sum of the rows that explain it, on any account.
func TestFiguresAreTheSumOfTheirRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		facts, start := drawAccount(t)
		b := replayed(t, facts, drawMoment(t, start))
		for _, figure := range Figures() {
			x, err := b.Explain(figure)
			if err != nil {
				t.Fatal(err)
			}
			var sum Money
			for _, row := range x.Rows {
				sum += row.Amount
			}
			if sum != x.Amount || x.Rule == "" || x.Source == "" {
				t.Fatalf("%s is %s, its rows add up to %s: %+v", figure, x.Amount, sum, x)
			}
		}
	})
}

// A key without an explanation is refused; categories list their dues and steps.
func TestExplainOfCategoriesAndUnknownKeys(t *testing.T) {
	b := mustReplay(sixtyByForty(t), NewDate(2023, time.September, 1), true)
	x, err := b.Explain("dpd")
	if err != nil || len(x.Rows) == 0 || x.Rule == "" {
		t.Errorf("dpd: %+v %v", x, err)
	}
	if _, err := b.Explain("colour"); KindOf(err) != Invalid {
		t.Errorf("colour: %v", err)
	}
	if !slices.Contains(Figures(), "total_outstanding") {
		t.Error("total_outstanding is not among the figures")
	}
}

// The stretches of a demand's overdue interest add up to it.
func TestAccrualsAddUpToOverdueInterest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		facts, start := drawAccount(t)
		at := drawMoment(t, start)
		for _, d := range replayed(t, facts, at).Demands {
			grown, err := Accruals(facts, at, d.Key)
			if err != nil {
				t.Fatal(err)
			}
			var sum Money
			for _, a := range grown {
				if a.From >= a.To || a.Base < 0 {
					t.Fatalf("%+v", a)
				}
				if a.Component == OverdueInterest {
					sum += a.Amount
				}
			}
			if sum != d.Amount[OverdueInterest] {
				t.Fatalf("%s has %s of overdue interest, its stretches %s: %+v", d.Key, d.Amount[OverdueInterest], sum, grown)
			}
		}
	})
}
