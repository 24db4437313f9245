package lending

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// restingLoan is 6,00,000 at 12% with three months of moratorium and six instalments.
func restingLoan(kind string) ([]Fact, Terms, Date) {
	start := NewDate(2025, time.January, 5)
	terms := Terms{ROIValue: 12_000_000, EMICount: 6, EMIRounding: ToPaisa, BPIMode: BPINone}
	if kind != "" {
		terms.Moratorium = &Moratorium{Instalments: 3, Kind: kind}
	}
	s := must(terms.Schedule(600000_00, start))
	return []Fact{{Key: "d", Kind: FactDisbursal, ValueDate: start, Amount: 600000_00, Disbursal: &Disbursal{Loan: "L", LoanIndex: 1, Terms: terms, Rows: s.Rows}}}, terms, start
}

// Interest that a moratorium defers is owed by who closes the loan, and interest that
// it will only capitalise later is not. 14 of 28 days of 6,00,000 at 12% are 2,761.64.
func TestForeclosureInsideAMoratorium(t *testing.T) {
	for kind, want := range map[string][2]Money{
		CapitaliseMonthly: {606000_00, 2789_26}, CapitaliseAtEnd: {600000_00, 8761_64}, InterestPaidDuring: {600000_00, 2761_64},
		CollectInFirstEMI: {600000_00, 8761_64}, SpreadOverEMIs: {600000_00, 8761_64},
	} {
		facts, terms, start := restingLoan(kind)
		q := must(Foreclose(mustReplay(facts, start.AddDays(45), false), terms, ForeclosureTerms{Loan: "L"}))
		if q.Principal != want[0] || q.AccruedInterest != want[1] {
			t.Errorf("%s: principal %s, accrued %s, want %s", kind, q.Principal, q.AccruedInterest, want)
		}
	}
}

// A prepayment inside a moratorium leaves it a moratorium: 94,000 of principal make the
// interest of a month 5,060.00 and the instalments 87,309.47.
func TestPrepaymentKeepsTheMoratorium(t *testing.T) {
	for kind, want := range map[string]struct{ second, fourth Amounts }{
		InterestPaidDuring: {Amounts{0, 5060_00}, Amounts{82249_47, 5060_00}},
		CollectInFirstEMI:  {Amounts{}, Amounts{82249_47, 15180_00}},
		SpreadOverEMIs:     {Amounts{}, Amounts{82249_47, 6746_66}},
		CapitaliseAtEnd:    {Amounts{}, Amounts{83894_46, 5161_20}},
	} {
		facts, _, start := restingLoan(kind)
		on := start.AddMonths(1)
		paid := receiptOf("p", on, 100000_00)
		paid.Receipt.Prepayment = &Prepayment{Effect: ReduceEMI}
		for _, d := range mustReplay(append(facts, paid), on, false).Demands {
			if d.Key == "L/2" && d.Amount != want.second || d.Key == "L/4" && d.Amount != want.fourth {
				t.Errorf("%s: row %s is %v, want %v", kind, d.Key, d.Amount, want)
			}
		}
	}
}

// A balloon stays the last row's, and steps stay steps.
func TestPrepaymentKeepsTheShape(t *testing.T) {
	start := NewDate(2025, time.January, 5)
	for name, c := range map[string]struct {
		terms  Terms
		effect string
		want   []Money
	}{
		"balloon": {Terms{Balloon: 200000_00}, ReduceEMI, []Money{65048_18, 65048_18, 65048_18, 65048_18, 265048_18}},
		"steps":   {Terms{Steps: []Step{{2, 20_000_000}}}, ReduceEMI, []Money{83154_14, 99784_97, 99784_97, 119741_96, 119741_97}},
		"kept":    {Terms{Steps: []Step{{2, 20_000_000}}}, ReduceTenure, []Money{85531_79, 102638_15, 102638_15, 123165_78, 107959_56}},
	} {
		c.terms.ROIValue, c.terms.EMICount, c.terms.EMIRounding, c.terms.BPIMode = 12_000_000, 6, ToPaisa, BPINone
		s := must(c.terms.Schedule(600000_00, start))
		paid := receiptOf("p", start.AddMonths(1), 100000_00)
		paid.Receipt.Prepayment = &Prepayment{Effect: c.effect}
		facts := []Fact{{Key: "d", Kind: FactDisbursal, ValueDate: start, Amount: 600000_00, Disbursal: &Disbursal{Loan: "L", LoanIndex: 1, Terms: c.terms, Rows: s.Rows}}, paid}
		n := 0
		for _, d := range mustReplay(facts, start.AddMonths(1), false).Demands {
			if !d.Due {
				if got := d.Amount[Principal] + d.Amount[Interest]; got != c.want[n] {
					t.Errorf("%s: instalment of %s is %s, want %s", name, d.DueDate, got, c.want[n])
				}
				n++
			}
		}
	}
}

// What a quote asks for closes the loan on its day, to the paisa, and nothing is left
// over: broken periods, moratoria, shapes and earlier part payments included.
func TestWhatIsQuotedClosesTheLoan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := NewDate(2025, time.January, rapid.IntRange(1, 28).Draw(t, "start"))
		terms := Terms{ROIValue: Rate(rapid.SampledFrom([]int{0, 9_000_000, 24_000_000}).Draw(t, "rate")), EMICount: rapid.IntRange(1, 12).Draw(t, "rows"), CycleDay: rapid.IntRange(0, 31).Draw(t, "cycle"),
			BPIMode:      rapid.SampledFrom([]BPIMode{BPINone, BPIUpfront, BPIFirstEMI, BPIInstalmentZero, BPISpread}).Draw(t, "bpi"),
			Amortization: rapid.SampledFrom([]Amortization{EqualInstalments, EqualInstalments, EqualPrincipal, InterestOnly}).Draw(t, "shape"),
			PartMonth:    rapid.SampledFrom([]string{PartByBond, PartByDays}).Draw(t, "part")}
		switch rapid.IntRange(0, 3).Draw(t, "more") {
		case 0:
			terms.Moratorium = &Moratorium{Instalments: rapid.IntRange(1, 4).Draw(t, "rest"), Kind: rapid.SampledFrom(moratoriumKinds).Draw(t, "kind")}
		case 1:
			terms.Balloon = Money(rapid.IntRange(0, 90_000_00).Draw(t, "balloon"))
		case 2:
			terms.Steps = []Step{{rapid.IntRange(1, 3).Draw(t, "every"), Rate(rapid.IntRange(-20, 20).Draw(t, "percent") * 1_000_000)}}
		}
		s, err := terms.Schedule(300_000_00, start)
		if err != nil {
			t.Skip()
		}
		facts := []Fact{{Key: "d", Kind: FactDisbursal, ValueDate: start, Amount: 300_000_00, Disbursal: &Disbursal{Loan: "L", LoanIndex: 1, Terms: terms, Rows: s.Rows}}}
		last := s.Maturity.Sub(start)
		for i := range rapid.IntRange(0, 3).Draw(t, "paid") {
			f := receiptOf(string(rune('a'+i)), start.AddDays(rapid.IntRange(0, last).Draw(t, "on")), Money(rapid.IntRange(1, 60_000_00).Draw(t, "amount")))
			if rapid.Bool().Draw(t, "prepays") {
				f.Receipt.Prepayment = &Prepayment{Effect: rapid.SampledFrom([]string{ReduceEMI, ReduceTenure}).Draw(t, "effect")}
			}
			facts = append(facts, f)
		}
		on := start.AddDays(rapid.IntRange(0, last).Draw(t, "closed"))
		q, err := Foreclose(replayed(t, facts, At{Date: on}), terms, ForeclosureTerms{Loan: "L"})
		if err != nil || q.Amount <= 0 {
			t.Skip()
		}
		closing := receiptOf("zz", on, q.Amount+q.Excess)
		closing.Receipt.Prepayment = &Prepayment{Effect: ReduceTenure}
		b := replayed(t, append(facts, closing), At{Date: on})
		if b.Summary.TotalOutstanding != 0 || b.Excess != q.Excess {
			t.Fatalf("%s closes the loan, but %s is left and %s held (before %s)", q.Amount+q.Excess, b.Summary.TotalOutstanding, b.Excess, q.Excess)
		}
	})
}

// New rows may rest as well: a restructure whose moratorium capitalises is the usual
// relief, and the interest that ran until its day is in it.
func TestRestructureWithAMoratorium(t *testing.T) {
	for _, kind := range moratoriumKinds {
		facts, terms, start := restingLoan("")
		terms.Moratorium = &Moratorium{Instalments: 3, Kind: kind}
		on := start.AddDays(45)
		owed := Owed(mustReplay(facts, on, false), "L")
		if owed.Interest != 6000_00 || owed.Accrued != 2312_74 {
			t.Fatalf("%s due and %s accrued", owed.Interest, owed.Accrued)
		}
		body := must(owed.Restructure(Restructuring{Terms: terms, Interest: HeadCapitalise}))
		facts = append(facts, Fact{Key: "n", Kind: FactReschedule, ValueDate: on, Reschedule: &body})
		for _, days := range []int{45, 46, 100, 150, 400} {
			b := mustReplay(facts, start.AddDays(days), days > 45)
			if want := Money(608312_74); days == 45 && (b.Summary.PrincipalOutstanding != want || b.Summary.Capitalised != 8312_74) {
				t.Errorf("%s: %s outstanding, %s capitalised", kind, b.Summary.PrincipalOutstanding, b.Summary.Capitalised)
			}
			var sum Money
			for _, row := range must(b.Explain("principal_outstanding")).Rows {
				sum += row.Amount
			}
			if sum != b.Summary.PrincipalOutstanding {
				t.Errorf("%s: explained as %s, shown as %s", kind, sum, b.Summary.PrincipalOutstanding)
			}
		}
	}
}

// Where interest follows the balance, a broken period is not lost and not counted
// twice, and a moratorium that defers interest is refused when terms are agreed, not
// when the loan is replayed.
func TestBalanceBasedRowsKeepTheBrokenPeriod(t *testing.T) {
	start := NewDate(2025, time.January, 5)
	for _, mode := range []BPIMode{BPINone, BPIUpfront, BPIFirstEMI, BPIInstalmentZero} {
		for _, kind := range append([]string{""}, moratoriumKinds...) {
			terms := Terms{ROIValue: 12_000_000, EMICount: 6, EMIRounding: ToPaisa, BPIMode: mode, CycleDay: 1, InterestRecalculation: RecalculateDaily}
			if kind != "" {
				terms.Moratorium = &Moratorium{Instalments: 3, Kind: kind}
			}
			s, err := terms.Schedule(600000_00, start)
			if kind != "" && kind != InterestPaidDuring {
				if KindOf(err) != Invalid {
					t.Errorf("%s is accepted", kind)
				}
				continue
			}
			facts := []Fact{{Key: "d", Kind: FactDisbursal, ValueDate: start, Amount: 600000_00, Disbursal: &Disbursal{Loan: "L", LoanIndex: 1, Terms: terms, Rows: s.Rows}}}
			if b := mustReplay(facts, start, false); b.Summary.InterestOutstanding != s.TotalInterest() {
				t.Errorf("%s %s: the rows agreed on cost %s, the Book says %s", mode, kind, s.TotalInterest(), b.Summary.InterestOutstanding)
			}
		}
	}
}

// Another rate inside a moratorium leaves it a moratorium; rows that collect deferred
// interest change only by agreement.
func TestRateChangeInsideAMoratorium(t *testing.T) {
	for _, kind := range moratoriumKinds {
		facts, _, start := restingLoan(kind)
		facts = append(facts, Fact{Key: "rate", Kind: FactRateChange, ValueDate: start.AddMonths(1), RateChange: &RateChange{Loan: "L", Rate: 18_000_000}})
		b, err := Replay(facts, At{Date: start.AddMonths(1)})
		if kind != InterestPaidDuring {
			if KindOf(err) != Conflict {
				t.Errorf("%s: %v", kind, err)
			}
			continue
		}
		for _, d := range b.Demands {
			if want := (Amounts{0, 9000_00}); d.Key == "L/2" && d.Amount != want || d.Key == "L/4" && d.Amount[Principal]+d.Amount[Interest] != 105315_13 {
				t.Errorf("row %s asks for %v", d.Key, d.Amount)
			}
		}
	}
}
