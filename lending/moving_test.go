package lending

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// drawMovingAccount draws an account whose schedule moves: by actual balance or by
// schedule, with advanced allocation, tranches, changed rates, pauses, prepayments,
// restructures, rate resets, adjustments, write-offs and decisions on the category.
func drawMovingAccount(t *rapid.T) (facts []Fact, start Date) {
	start = NewDate(2024, time.January, 5)
	terms := Terms{ROIValue: Rate(rapid.SampledFrom([]int{0, 9_000_000, 24_000_000}).Draw(t, "rate")), EMICount: rapid.IntRange(1, 12).Draw(t, "rows"), BPIMode: BPINone,
		Amortization:          rapid.SampledFrom([]Amortization{EqualInstalments, EqualInstalments, EqualPrincipal, InterestOnly}).Draw(t, "shape"),
		InterestRecalculation: rapid.SampledFrom([]string{RecalculateNone, RecalculateDaily, RecalculateByRow}).Draw(t, "recalculation"),
		PastDueInterest:       rapid.SampledFrom([]string{PastDueContinues, PastDueStops}).Draw(t, "past due"),
		EarlyInterest:         rapid.SampledFrom([]string{EarlyToDate, EarlyToDueDate}).Draw(t, "early"),
		TrancheEMI:            rapid.SampledFrom([]string{TrancheKeepTenure, TrancheKeepEMI}).Draw(t, "tranche"),
		DownPayment:           Rate(rapid.SampledFrom([]int{0, 0, 25_000_000}).Draw(t, "down")),
		PartMonth:             rapid.SampledFrom([]string{PartByBond, PartByDays}).Draw(t, "part")}
	switch rapid.IntRange(0, 5).Draw(t, "begins") {
	case 0:
		terms.Moratorium = &Moratorium{Instalments: rapid.IntRange(1, 3).Draw(t, "rest"), Kind: rapid.SampledFrom(moratoriumKinds).Draw(t, "kind")}
		terms.DownPayment = 0
	case 1:
		terms.BPIMode, terms.CycleDay = rapid.SampledFrom([]BPIMode{BPIUpfront, BPIFirstEMI, BPIInstalmentZero, BPISpread}).Draw(t, "bpi"), rapid.IntRange(1, 31).Draw(t, "cycle")
		terms.DownPayment = 0
	}
	if terms.defers() {
		terms.InterestRecalculation = RecalculateNone
	}
	lent := Money(rapid.IntRange(1000_00, 300_000_00).Draw(t, "lent"))
	s, err := terms.Schedule(lent, start)
	if err != nil {
		t.Skip()
	}
	policy := DefaultPolicy()
	policy.OverdueRate = Rate(rapid.SampledFrom([]int{0, 18_000_000}).Draw(t, "overdue rate"))
	policy.FeesDue = rapid.SampledFrom([]string{FeesOnOwnDate, FeesWithInstalment}).Draw(t, "fees due")
	if rapid.Bool().Draw(t, "allocates") {
		policy.Allocation = drawAllocation(t)
	} else if rapid.Bool().Draw(t, "next") {
		policy.AdvancePolicy = AdvancePolicy{Kind: NextInstalment, Days: 40}
	} else if rapid.Bool().Draw(t, "by size") {
		policy.AdvancePolicy = AdvancePolicy{Kind: BySize, Effect: rapid.SampledFrom([]string{ReduceEMI, ReduceTenure}).Draw(t, "part payment")}
	}
	deductions := []Deduction{{Kind: FromHoldback, Name: "Holdback", Amount: lent / 20}}
	facts = []Fact{{Key: "policy", Kind: FactTerms, ValueDate: start, Policy: &policy},
		{Key: "d", Kind: FactDisbursal, ValueDate: start, Amount: lent, Disbursal: &Disbursal{Loan: "L", LoanIndex: 1, Terms: terms, Rows: s.Rows, Deductions: deductions}}}
	last := s.Maturity.Sub(start)
	for i := range rapid.IntRange(0, 8).Draw(t, "events") {
		on := start.AddDays(rapid.IntRange(0, last+20).Draw(t, "on"))
		if f, ok := drawMove(t, facts, fmt.Sprintf("m%02d", i), on, s); ok && !refused(t, append(slices.Clip(facts), f), At{Date: start.AddDays(last + 20)}) {
			facts = append(facts, f)
		}
	}
	return facts, start
}

// refused says that facts are refused together: rows of a moratorium that is not over do
// not move by themselves.
func refused(t *rapid.T, facts []Fact, at At) bool {
	_, err := Replay(facts, at)
	if err != nil && KindOf(err) != Conflict {
		t.Fatal(err)
	}
	return err != nil
}

func drawAllocation(t *rapid.T) *Allocation {
	text := rapid.SampledFrom([]string{
		"past_due_PI past_due_F past_due_P past_due_NI due_PI due_F due_P due_NI in_advance_PI in_advance_F in_advance_P in_advance_NI",
		"past_due_OI past_due_NI past_due_P past_due_PI past_due_F due_NI due_P due_F in_advance_NI in_advance_P in_advance_F",
		"past_due_P past_due_NI due_P due_NI", "in_advance_P"}).Draw(t, "steps")
	return &Allocation{Steps: must(ParseAllocation(text)), Direction: rapid.SampledFrom([]string{Horizontal, Vertical}).Draw(t, "direction"),
		InAdvance: rapid.SampledFrom([]string{ToNextRow, ToLastRow, ToAllRows, ToCurrentLast}).Draw(t, "to"),
		Charges:   rapid.SampledFrom([]string{ChargesWithRow, ChargesOnOwnDate}).Draw(t, "charges")}
}

// drawMove draws one thing that happens.
func drawMove(t *rapid.T, facts []Fact, key string, on Date, s Schedule) (Fact, bool) {
	f := Fact{Key: key, ValueDate: on, Amount: Money(rapid.IntRange(1, int(s.Rows[len(s.Rows)-1].Instalment())*2+100).Draw(t, "amount"))}
	switch rapid.IntRange(0, 12).Draw(t, "what") {
	case 0, 1, 2, 3:
		f.Kind, f.Receipt = FactReceipt, &Receipt{Received: f.Amount}
	case 4:
		f.Kind, f.Receipt = FactReceipt, &Receipt{Received: f.Amount, Prepayment: &Prepayment{Effect: rapid.SampledFrom([]string{ReduceEMI, ReduceTenure}).Draw(t, "effect")}}
	case 5:
		f.Kind, f.Tranche = FactTranche, &Tranche{Loan: "L", Deductions: []Deduction{{Kind: "fee", Name: "Fee", Amount: f.Amount / 50}}}
	case 6:
		f.Kind, f.Amount, f.RateChange = FactRateChange, 0, &RateChange{Loan: "L", Rate: Rate(rapid.SampledFrom([]int{0, 6_000_000, 30_000_000}).Draw(t, "new rate"))}
	case 7:
		f.Kind, f.Amount, f.Pause = FactPause, 0, &Pause{Loan: "L", To: on.AddDays(rapid.IntRange(0, 40).Draw(t, "pause"))}
	case 8:
		f.Kind, f.Charge = FactCharge, &Charge{Fee: key, Loan: "L", Name: "Charge", DueDate: on.AddDays(rapid.IntRange(-10, 30).Draw(t, "charge due")), Base: f.Amount,
			Component: rapid.SampledFrom([]string{"", "PI"}).Draw(t, "as")}
	case 9:
		f.Kind, f.Adjustment = FactAdjustment, &Adjustment{From: FromHoldback}
	case 10:
		return drawReschedule(t, facts, f)
	case 11:
		f.Kind, f.Amount, f.WriteOff = FactWriteOff, 0, &WriteOff{Kind: WriteOffTechnical}
	default:
		f.Kind, f.Amount, f.Classification = FactClassification, 0, &Classification{Category: rapid.SampledFrom([]Category{SubStandard, Loss, Regular}).Draw(t, "category")}
	}
	return f, true
}

// drawReschedule agrees on new rows from what the Book of that day owes.
func drawReschedule(t *rapid.T, facts []Fact, f Fact) (Fact, bool) {
	b, err := Replay(facts, At{Date: f.ValueDate})
	if err != nil {
		return f, false
	}
	owed, terms := Owed(b, "L"), facts[1].Disbursal.Terms
	terms.DownPayment = 0
	var body Reschedule
	if rapid.Bool().Draw(t, "restructure") {
		terms.EMICount = rapid.IntRange(1, 9).Draw(t, "new rows")
		body, err = owed.Restructure(Restructuring{Terms: terms, Interest: rapid.SampledFrom([]string{HeadCapitalise, HeadAddToFirst, HeadWaive}).Draw(t, "interest"),
			Penal: rapid.SampledFrom([]string{HeadCarryForward, HeadWaive}).Draw(t, "penal"), Fees: rapid.SampledFrom([]string{"", HeadWaive}).Draw(t, "fees")})
	} else {
		body, err = owed.Reset(terms, RateReset{Rate: 15_500_000, Option: rapid.SampledFrom([]string{RaiseEMI, ExtendTenure}).Draw(t, "option")})
	}
	if err != nil {
		if KindOf(err) == 0 {
			t.Fatalf("new rows: %v", err)
		}
		return f, false
	}
	f.Kind, f.Amount, f.Reschedule = FactReschedule, 0, &body
	return f, true
}

// Whatever happens to a loan, Replay gives a Book (and asserts its identities), and
// the order of entry never matters.
func TestMovingAccountsReplayInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		facts, start := drawMovingAccount(t)
		at := At{start.AddDays(rapid.IntRange(0, 500).Draw(t, "as of")), rapid.Bool().Draw(t, "day end")}
		want := replayed(t, facts, at)
		shuffled := slices.Clone(facts)
		seed := rapid.Uint64().Draw(t, "seed")
		rand.New(rand.NewPCG(seed, seed)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if diff := cmp.Diff(want, replayed(t, shuffled, at)); diff != "" {
			t.Fatalf("-sorted +shuffled:\n%s", diff)
		}
		for _, d := range want.Demands {
			for c := range d.Amount {
				if d.Left(Component(c)) < 0 || d.Amount[c] < 0 || d.Paid[c] < 0 {
					t.Fatalf("a component is negative: %+v", d)
				}
			}
		}
	})
}

// Asking for one day leaves no trace for another: replay to d, then to e, is replay
// to e.
func TestMovingAccountsLeaveNoTrace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		facts, start := drawMovingAccount(t)
		d, e := start.AddDays(rapid.IntRange(0, 400).Draw(t, "d")), start.AddDays(rapid.IntRange(0, 400).Draw(t, "e"))
		first := replayed(t, facts, At{Date: e, DayEnd: true})
		replayed(t, facts, At{Date: d})
		if diff := cmp.Diff(first, replayed(t, facts, At{Date: e, DayEnd: true})); diff != "" {
			t.Fatalf("-first +after another day:\n%s", diff)
		}
	})
}

// A reversed receipt is as if it had never been, also where it moved the schedule.
func TestMovingAccountsReverse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		facts, start := drawMovingAccount(t)
		at := At{Date: start.AddDays(rapid.IntRange(0, 400).Draw(t, "as of"))}
		gone := receiptOf("gone", start.AddDays(rapid.IntRange(0, 300).Draw(t, "on")), Money(rapid.IntRange(1, 90_000_00).Draw(t, "amount")))
		if rapid.Bool().Draw(t, "prepays") {
			gone.Receipt.Prepayment = &Prepayment{Effect: ReduceEMI}
		}
		with := append(slices.Clone(facts), gone, Fact{Key: "undo", Kind: FactReversal, ValueDate: gone.ValueDate, Reverses: "gone"})
		got := replayed(t, with, at)
		got.Receipts = slices.DeleteFunc(got.Receipts, func(r ReceiptBook) bool { return r.Receipt == "gone" })
		if diff := cmp.Diff(replayed(t, facts, at), got); diff != "" {
			t.Fatalf("-without +reversed:\n%s", diff)
		}
	})
}

// Days past due grow by one a day, and fall only when the oldest due was cleared.
func TestDaysPastDueFallOnlyWhenTheOldestIsCleared(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		facts, start := drawAccount(t)
		day := start.AddDays(rapid.IntRange(30, 300).Draw(t, "day"))
		before, after := replayed(t, facts, At{day, true}), replayed(t, facts, At{day + 1, true})
		if after.Summary.DPD < before.Summary.DPD && after.Oldest != 0 && after.Oldest <= before.Oldest {
			t.Fatalf("from %d to %d days though the oldest is still of %s", before.Summary.DPD, after.Summary.DPD, after.Oldest)
		}
		if before.Oldest != 0 && after.Oldest == before.Oldest && after.Summary.DPD != before.Summary.DPD+1 {
			t.Fatalf("from %d to %d days with the same oldest due", before.Summary.DPD, after.Summary.DPD)
		}
	})
}

// The rate comes back out of the cash flows of the instalment that it gave.
func TestRateComesBackFromTheInstalment(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate := Rate(rapid.IntRange(100_000, 100_000_000).Draw(t, "rate"))
		terms := Terms{ROIValue: rate, EMICount: rapid.IntRange(1, 120).Draw(t, "rows")}
		d, err := Disclose(terms, []Draw{{NewDate(2025, time.January, 5), Money(rapid.IntRange(100_000_00, 100_000_000_00).Draw(t, "lent"))}}, nil)
		if err != nil {
			t.Skip()
		}
		if d.APRMethod != APRNominalPeriodic || d.APR < rate-50 || d.APR > rate+50 {
			t.Fatalf("%s comes back as %s by %s", rate, d.APR, d.APRMethod)
		}
	})
}

// What XIRR answers makes the flows worth nothing.
func TestXIRRSolves(t *testing.T) {
	for _, flows := range [][]CashFlow{
		{{0, -100_00}, {365, 110_00}}, {{0, -100_00}, {365, 90_00}}, {{0, 100_00}, {30, -60_00}, {60, -60_00}}, {{0, -1}, {1, 1_000_000}},
	} {
		if _, err := XIRR(flows); err != nil {
			t.Errorf("%v: %v", flows, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		flows := []CashFlow{{0, -Money(rapid.IntRange(1, 1_000_000_00).Draw(t, "out"))}}
		for range rapid.IntRange(1, 40).Draw(t, "flows") {
			flows = append(flows, CashFlow{Date(rapid.IntRange(0, 4000).Draw(t, "day")), Money(rapid.IntRange(1, 100_000_00).Draw(t, "in"))})
		}
		growth, err := dailyGrowth(flows)
		if err != nil {
			if KindOf(err) != Invalid {
				t.Fatal(err)
			}
			return
		}
		slices.SortStableFunc(flows, func(a, b CashFlow) int { return int(a.Date - b.Date) })
		little := new(big.Float).SetMantExp(whole(1), -60)
		less, more := worth(flows, new(big.Float).Sub(growth, little)), worth(flows, new(big.Float).Add(growth, little))
		if less.Sign() == more.Sign() && less.Sign() != 0 {
			t.Fatalf("no change of sign at %s", growth.Text('f', 20))
		}
	})
	if x := must(XIRR([]CashFlow{{0, -100_00}, {365, 110_00}})); !x.Equal(decimal.New(1, -1)) {
		t.Errorf("110 after a year of 100 is %s", x)
	}
	for _, flows := range [][]CashFlow{nil, {{0, 5}}, {{0, -5}, {1, -6}}, {{0, 0}}} {
		if _, err := XIRR(flows); KindOf(err) != Invalid {
			t.Errorf("%v has a rate: %v", flows, err)
		}
	}
}

// TestSettledRowsStaySettled: rows are reckoned anew from the first one that a payment
// concerns; reckoning all of them changes nothing.
func TestSettledRowsStaySettled(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		facts, start := drawMovingAccount(t)
		at := At{Date: start.AddDays(rapid.IntRange(0, 400).Draw(t, "at")), DayEnd: true}
		_, _ = replayUntil(facts, at, func(r *replayer, day Date) { // a replay that is refused was settled until then
			for _, c := range r.courses {
				if c == nil || c.whole {
					continue // what is not settled is reckoned from the first row
				}
				again := c.clone()
				if err := again.settle(); err != nil {
					t.Fatalf("%s: %v", day, err)
				}
				if diff := cmp.Diff(again.rows, c.rows, cmp.AllowUnexported(stretch{}, period{})); diff != "" {
					t.Fatalf("%s: reckoned from the first row (-), from the one that changed (+):\n%s", day, diff)
				}
			}
		})
	})
}
