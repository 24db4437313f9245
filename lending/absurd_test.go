package lending

import (
	"fmt"
	"math/big"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// absurdShapes are the shapes that every absurd amount is lent in.
func absurdShapes(principal Money, n int) map[string]Terms {
	own := make([]PrincipalRow, n)
	own[n-1].Principal = principal
	return map[string]Terms{
		"level": {}, "solved by days": {EMIBasis: EMISolve, InterestBasis: BasisDays}, "to the paisa": {EMIRounding: ToPaisa}, "levelled": {LastInstalment: LastLevel},
		"separate": {LastInstalment: LastSeparate}, "flat": {InterestMethod: Flat}, "flat by days": {InterestMethod: Flat, InterestBasis: BasisDays, FlatInterest: FlatEqual},
		"equal principal": {Amortization: EqualPrincipal}, "interest only": {Amortization: InterestOnly}, "at maturity": {Amortization: InterestOnly, InterestPayment: PaidAtMaturity},
		"bullet": {Amortization: Bullet}, "structured": {Amortization: Structured, Rows: own}, "daily": {EMIFrequency: Daily}, "yearly": {EMIFrequency: Yearly},
		"steps up": {Steps: []Step{{1, 10_000_000}}}, "steps down": {Steps: []Step{{1, -10_000_000}}}, "balloon": {Balloon: principal / 2}, "advance": {AdvanceInstalments: 1},
		"capitalised": {Moratorium: &Moratorium{Instalments: n, Kind: CapitaliseMonthly}}, "collected": {Moratorium: &Moratorium{Instalments: n, Kind: CollectInFirstEMI}},
		"down payment": {DownPayment: 50_000_000}, "by actual balance": {InterestRecalculation: RecalculateDaily},
		"fees": {InstalmentFees: []InstalmentFee{{Basis: FeeFlat, Amount: maxMoney / 1000}, {Basis: FeeOfPrincipalInterest, Percent: 100_000_000}}},
	}
}

// Absurd terms give a schedule or a sentence; never a panic, a hang or an overflow.
func TestAbsurdTerms(t *testing.T) {
	on, began, made, refused := NewDate(2024, time.January, 31), time.Now(), 0, 0
	for _, rate := range []Rate{0, 1, 100_000_000, maxRate} {
		for _, n := range []int{1, 600} {
			for _, principal := range []Money{1, 99, 1_00_000_00, maxMoney - 1, maxMoney} {
				for name, terms := range absurdShapes(principal, n) {
					terms.ROIValue, terms.EMICount = rate, n
					s, err := terms.Schedule(principal, on)
					if err != nil {
						if KindOf(err) == 0 || err.Error() == "" {
							t.Errorf("%s: %s over %d at %s: %v", name, principal, n, rate, err)
						}
						refused++
						continue
					}
					made++
					var back Money
					for _, row := range s.Rows {
						if back += row.Principal - row.Capitalised; row.Principal < 0 || row.Interest < 0 || row.Fee < 0 {
							t.Errorf("%s: %s over %d at %s has row %+v", name, principal, n, rate, row)
						}
					}
					if back != principal {
						t.Errorf("%s: %s over %d at %s repays %s", name, principal, n, rate, back)
					}
					absurdAccount(t, name, terms, s, principal, on)
				}
			}
		}
	}
	if took := time.Since(began); took > time.Minute {
		t.Errorf("it took %s", took)
	}
	if made < 400 || refused < 40 {
		t.Errorf("%d schedules and %d sentences", made, refused)
	}
}

// absurdAccount lets an absurd loan grow absurd charges for a century.
func absurdAccount(t *testing.T, name string, terms Terms, s Schedule, principal Money, on Date) {
	policy := DefaultPolicy()
	policy.OverdueRate, policy.Penal = maxRate, PenalPolicy{Kind: PenalRate, Rate: maxRate}
	facts := []Fact{{Key: "p", Kind: FactTerms, ValueDate: on, Policy: &policy},
		{Key: "d", Kind: FactDisbursal, ValueDate: on, Amount: principal, Disbursal: &Disbursal{Loan: "L", LoanIndex: 1, Terms: terms, Rows: s.Rows, Deductions: s.Deductions}},
		receiptOf("all", on+1, maxMoney)}
	for _, at := range []At{{on, false}, {on + 40, true}, {on + 36_500, true}} {
		if _, err := Replay(facts[:2], at); err != nil && KindOf(err) == 0 {
			t.Errorf("%s of %s on %s: %v", name, principal, at.Date, err)
		}
		if _, err := Replay(facts, at); err != nil && KindOf(err) == 0 {
			t.Errorf("%s of %s, paid, on %s: %v", name, principal, at.Date, err)
		}
	}
}

// What is larger than any loan is refused by name.
func TestAmountsBeyondAllBounds(t *testing.T) {
	for _, principal := range []Money{0, -1, maxMoney + 1, 1<<63 - 1, -1 << 63} {
		if _, err := (Terms{ROIValue: 12_000_000, EMICount: 12}).Schedule(principal, NewDate(2024, time.January, 31)); KindOf(err) != Invalid {
			t.Errorf("%d paise: %v", int64(principal), err)
		}
	}
}

// The base of stepped, residual and advance instalments is the exact one: the
// weighted sum in exact rationals.
func TestUnevenInstalmentsAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 40).Draw(t, "rows")
		terms := Terms{ROIValue: Rate(rapid.SampledFrom([]int{1, 12_000_000, 36_500_000, 100_000_000}).Draw(t, "rate")), EMICount: n}
		principal := Money(rapid.Int64Range(1_00_000, 1_000_000_000_00).Draw(t, "principal"))
		if rapid.Bool().Draw(t, "steps") {
			terms.Steps = []Step{{rapid.IntRange(1, 12).Draw(t, "every"), Rate(rapid.IntRange(-50_000_000, 50_000_000).Draw(t, "percent"))}}
		}
		if rapid.Bool().Draw(t, "leaves a balloon") {
			terms.Balloon = Money(rapid.Int64Range(1, int64(principal)-1).Draw(t, "balloon"))
		}
		if len(terms.Steps) == 0 && terms.Balloon == 0 || rapid.Bool().Draw(t, "in advance") {
			terms.AdvanceInstalments = rapid.IntRange(1, n-1).Draw(t, "advance")
		}
		terms.EMIRounding = Rounding{rapid.SampledFrom(roundingUnits).Draw(t, "unit"), rapid.SampledFrom([]RoundingMode{HalfUp, HalfEven, HalfDown, Up, Down}).Draw(t, "mode")}
		s, err := terms.Schedule(principal, NewDate(2025, time.April, 1))
		if err != nil {
			if KindOf(err) != Invalid {
				t.Fatal(err)
			}
			return
		}
		if want := unevenBase(terms.Complete(), principal); s.EMI != want {
			t.Fatalf("%+v of %s: the first instalment is %s, want %s", terms, principal, s.EMI, want)
		}
	})
}

// unevenBase solves the first instalment in exact rationals.
func unevenBase(t Terms, principal Money) Money {
	growth := new(big.Rat).Add(big.NewRat(1, 1), big.NewRat(int64(t.Rate()), 100_000_000*12))
	weight := big.NewRat(1, 1)
	owed, sum, factor := new(big.Rat).SetInt64(int64(principal)), new(big.Rat), big.NewRat(1, 1)
	for k := range t.EMICount {
		if len(t.Steps) > 0 && k > 0 && k%t.Steps[0].Every == 0 {
			weight = new(big.Rat).Mul(weight, big.NewRat(100_000_000+int64(t.Steps[0].Percent), 100_000_000))
		}
		if k >= t.AdvanceInstalments {
			factor = new(big.Rat).Quo(factor, growth)
		}
		if k < t.AdvanceInstalments {
			sum.Add(sum, factor) // those collected at disbursal are not stepped yet
			continue
		}
		sum.Add(sum, new(big.Rat).Mul(weight, factor))
	}
	owed.Sub(owed, new(big.Rat).Mul(new(big.Rat).SetInt64(int64(t.Balloon)), factor))
	return slowRound(owed.Quo(owed, sum), t.EMIRounding)
}

// Rounding big numbers is the exact rounding, ties and all.
func TestBigRoundingIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule := Rounding{rapid.SampledFrom(roundingUnits).Draw(t, "unit"), rapid.SampledFrom([]RoundingMode{HalfUp, HalfEven, HalfDown, Up, Down}).Draw(t, "mode")}
		x := rapid.Uint64Range(0, 1_000_000_000).Draw(t, "x")
		over := rapid.SampledFrom([]uint64{1, 2, 3, 7, 200, 1000}).Draw(t, "over")
		want := slowRound(new(big.Rat).SetFrac(new(big.Int).SetUint64(x), new(big.Int).SetUint64(over)), rule)
		if got, ok := rule.quotient(wide{0, x}, over); !ok || got != want {
			t.Fatalf("%d/%d by %v is %s, want %s", x, over, rule, got, want)
		}
		if got, ok := rule.ofBig(new(big.Int).SetUint64(x), new(big.Int).SetUint64(over)); !ok || got != want {
			t.Fatalf("%d/%d by %v is %s in big numbers, want %s", x, over, rule, got, want)
		}
	})
}

// Tranches keep their promises: all that was drawn comes back.
func TestTranchesKeepTheirPromises(t *testing.T) {
	made := 0
	rapid.Check(t, func(t *rapid.T) {
		terms := Terms{ROIValue: Rate(rapid.SampledFrom([]int{0, 12_000_000, 24_000_000, 100_000_000}).Draw(t, "rate")), EMICount: rapid.IntRange(1, 24).Draw(t, "rows"),
			Amortization:  rapid.SampledFrom([]Amortization{EqualInstalments, EqualPrincipal, InterestOnly}).Draw(t, "shape"),
			InterestBasis: rapid.SampledFrom([]string{"", BasisDays}).Draw(t, "basis"), BPIMode: BPINone, PreEMI: 3, LastInstalment: rapid.SampledFrom([]string{"", LastLevel}).Draw(t, "last"),
			TrancheEMI:  rapid.SampledFrom([]string{TrancheKeepTenure, TrancheKeepEMI, TrancheAfterFullDraw, TranchePlanned}).Draw(t, "tranche"),
			DownPayment: Rate(rapid.SampledFrom([]int{0, 0, 20_000_000}).Draw(t, "down")), PartMonth: rapid.SampledFrom([]string{PartByBond, PartByDays, PartIsWhole}).Draw(t, "part")}
		on, sum := NewDate(2025, time.January, 10), Money(0)
		var draws []Draw
		for i := range rapid.IntRange(1, 5).Draw(t, "draws") {
			draws = append(draws, Draw{on, Money(rapid.Int64Range(1_000_00, 1_00_000_00).Draw(t, fmt.Sprint("draw", i)))})
			sum += draws[i].Amount
			on = on.AddDays(rapid.IntRange(0, 90).Draw(t, "gap"))
		}
		s, err := terms.ScheduleOf(draws)
		if err != nil {
			if KindOf(err) != Invalid {
				t.Fatal(err)
			}
			return
		}
		made++
		for _, row := range s.Rows {
			if sum -= row.Principal; row.Principal < 0 || row.Interest < 0 {
				t.Fatalf("row %+v", row)
			}
		}
		if sum != 0 {
			t.Fatalf("%s is left of %v", sum, draws)
		}
	})
	if made == 0 {
		t.Error("no tranches gave a schedule")
	}
}
