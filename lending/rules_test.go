package lending

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestGapRule(t *testing.T) {
	terms := Terms{ROIValue: 12_000_000, EMICount: 3, CycleDay: 5, MinGapDays: 10, InstalmentZeroBelow: 26, BPIMode: BPIFirstEMI}
	for disbursed, want := range map[Date][]string{
		NewDate(2026, time.January, 28): {"1 2026-03-05"},                 // 8 days: moved on, their interest in the first instalment
		NewDate(2026, time.January, 26): {"1 2026-03-05"},                 // 10 days
		NewDate(2026, time.January, 25): {"0 2026-02-05", "1 2026-03-05"}, // 11 days: an instalment zero
		NewDate(2026, time.January, 20): {"0 2026-02-05", "1 2026-03-05"}, // 16 days
		NewDate(2026, time.January, 11): {"0 2026-02-05", "1 2026-03-05"}, // 25 days
		NewDate(2026, time.January, 10): {"1 2026-02-05", "2 2026-03-05"}, // 26 days: the first instalment
		NewDate(2026, time.January, 6):  {"1 2026-02-05", "2 2026-03-05"},
		NewDate(2026, time.January, 5):  {"1 2026-02-05", "2 2026-03-05"}, // no gap
	} {
		s, err := terms.Schedule(1_00_000_00, disbursed)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, row := range s.Rows[:len(want)] {
			got = append(got, string(rune('0'+row.No))+" "+row.DueDate.String())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("disbursed %s: %s", disbursed, diff)
		}
	}
	short := must(terms.Schedule(1_00_000_00, NewDate(2026, time.January, 28)))
	if short.BPI.String() != "263.01" || short.Rows[0].Interest != must(terms.Schedule(1_00_000_00, NewDate(2026, time.January, 5))).Rows[0].Interest+short.BPI {
		t.Errorf("eight days cost %s, the first row %s", short.BPI, short.Rows[0].Interest)
	}
	terms.BPIDayCount = "30/360"
	if s := must(terms.Schedule(1_00_000_00, NewDate(2026, time.January, 28))); s.BPI.String() != "233.33" {
		t.Errorf("by months of thirty days the gap costs %s", s.BPI)
	}
	for name, bad := range map[string]Terms{
		"no cycle day": {ROIValue: 1, EMICount: 2, MinGapDays: 10, InstalmentZeroBelow: 26}, "the wrong way round": {ROIValue: 1, EMICount: 2, CycleDay: 5, MinGapDays: 26, InstalmentZeroBelow: 10},
		"no mode": {ROIValue: 1, EMICount: 2, CycleDay: 5, MinGapDays: 10, InstalmentZeroBelow: 26, BPIMode: BPINone}, "day count": {ROIValue: 1, EMICount: 2, BPIDayCount: "30/366"},
	} {
		if err := bad.Validate(); KindOf(err) != Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDueDatesRoll(t *testing.T) {
	terms := Terms{ROIValue: 12_000_000, EMICount: 3, FirstDueDate: NewDate(2025, time.August, 31)}
	s := must(terms.Schedule(1_00_000_00, NewDate(2025, time.July, 31)))
	holidays := BankHolidays{NewDate(2025, time.September, 1)}
	for roll, want := range map[string]string{"": "2025-08-31", RollNone: "2025-08-31", RollNext: "2025-09-02", RollPrevious: "2025-08-30"} {
		terms.DueDateRoll = roll
		moved := s.Roll(terms, holidays)
		if got := moved.Rows[0]; got.DueDate.String() != want || got.PeriodEnd != s.Rows[0].PeriodEnd || got.Interest != s.Rows[0].Interest {
			t.Errorf("%q: %+v", roll, got)
		}
	}
	if s.Rows[0].DueDate.String() != "2025-08-31" {
		t.Error("the schedule itself was changed")
	}
	terms.DueDateRoll = "sideways"
	if KindOf(terms.Validate()) != Invalid {
		t.Error("any word is taken")
	}
}

func TestSanctionLapses(t *testing.T) {
	s := Sanction{10_00_000_00, NewDate(2026, time.June, 30)}
	for on, want := range map[Date]Money{NewDate(2026, time.June, 30): 4_00_000_00, NewDate(2026, time.July, 1): 0} {
		if got := s.Undrawn(6_00_000_00, on); got != want {
			t.Errorf("%s: %s undrawn, want %s", on, got, want)
		}
	}
	if err := s.CheckDraw(6_00_000_00, 4_00_000_00, s.Expiry); err != nil {
		t.Error(err)
	}
	for code, err := range map[string]error{
		"tranche.beyond_sanction": s.CheckDraw(6_00_000_00, 4_00_000_01, s.Expiry), "tranche.expired": s.CheckDraw(0, 1, s.Expiry+1), "tranche.amount": s.CheckDraw(0, 0, s.Expiry),
	} {
		if e, ok := err.(*Error); !ok || e.Code != code {
			t.Errorf("want %s, got %v", code, err)
		}
	}
}

func TestRowStatus(t *testing.T) {
	facts, due := oneInstalment(t)
	early := receiptOf("e", due-2, 5_000_00)
	for _, c := range []struct {
		facts []Fact
		at    At
		want  RowStatus
	}{
		{facts, At{due - 1, true}, RowFuture}, {facts, At{due, false}, RowDue}, {facts, At{due, true}, RowOverdue}, {facts, At{due + 9, false}, RowOverdue},
		{append(slices.Clone(facts), receiptOf("r", due, 1_00_000_00)), At{due, false}, RowPaid},
		{append(slices.Clone(facts), receiptOf("r", due, 5_000_00)), At{due, false}, RowPartial},
		{append(slices.Clone(facts), early), At{due - 1, true}, RowFuture}, // held until the due date
		{append(slices.Clone(facts), early), At{due, false}, RowPartial},
		{append(slices.Clone(facts), early), At{due, true}, RowOverdue},
	} {
		b := replayed(t, c.facts, c.at)
		if got := b.Demands[0].Status(c.at); got != c.want {
			t.Errorf("%s (day-end %v): %s, want %s", c.at.Date, c.at.DayEnd, got, c.want)
		}
	}
	waived := append(slices.Clone(facts), Fact{Key: "p", Kind: FactWaiver, ValueDate: due, Amount: facts[0].Amount, Waiver: &Waiver{Component: Principal}},
		Fact{Key: "i", Kind: FactWaiver, ValueDate: due, Amount: 5_000_00, Waiver: &Waiver{Component: Interest}})
	if b := replayed(t, waived, At{due, false}); b.Demands[0].Status(b.At) != RowWaived {
		t.Errorf("what was given up as a whole is %s, %s left", b.Demands[0].Status(b.At), b.Demands[0].Unpaid())
	}
}

// oneInstalment is a loan of a single instalment without interest.
func oneInstalment(t *testing.T) ([]Fact, Date) {
	on := NewDate(2025, time.January, 5)
	s, err := Terms{EMICount: 1}.Schedule(8_885_00, on)
	if err != nil {
		t.Fatal(err)
	}
	return []Fact{{Key: "d", Kind: FactDisbursal, ValueDate: on, Amount: 8_885_00, Disbursal: &Disbursal{Loan: "L", LoanIndex: 1, Rows: s.Rows}}}, s.Maturity
}

func TestStressDates(t *testing.T) {
	got := StressOf(NewDate(2025, time.March, 31), AssetPolicy{})
	want := StressDates{NewDate(2025, time.March, 31), NewDate(2025, time.March, 31), NewDate(2025, time.April, 30), NewDate(2025, time.May, 30), NewDate(2025, time.June, 29)}
	if got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	// The Base Layer: 120 days in 2025, 90 from 31 March 2026, which shortens a count that runs.
	if npa := StressOf(NewDate(2025, time.March, 31), AssetPolicy{Layer: LayerBase}).NPA; npa != NewDate(2025, time.July, 29) {
		t.Errorf("Base Layer in 2025: %s", npa)
	}
	if npa := StressOf(NewDate(2025, time.December, 20), AssetPolicy{Layer: LayerBase}).NPA; npa != NewDate(2026, time.March, 31) {
		t.Errorf("Base Layer across the end of its glide path: %s", npa)
	}
	// The same dates as a Book finds day by day.
	facts, due := oneInstalment(t)
	stress := StressOf(due, AssetPolicy{})
	for day, category := range map[Date]Category{due - 1: Regular, due: SMA0, stress.SMA1 - 1: SMA0, stress.SMA1: SMA1, stress.SMA2 - 1: SMA1, stress.SMA2: SMA2, stress.NPA - 1: SMA2, stress.NPA: SubStandard} {
		if b := replayed(t, facts, At{day, true}); b.Summary.AssetCategory != category {
			t.Errorf("%s: %s, want %s", day, b.Summary.AssetCategory, category)
		}
	}
}

func TestBounceCharge(t *testing.T) {
	p := BouncePolicy{Amount: 500_00, Taxed: true, MostPerDue: 2}
	b := Bounce{Presentation: "P1", Due: "L/1", Loan: "L", Returned: NewDate(2025, time.April, 7), SupplierState: "27", PlaceOfSupply: "27"}
	f, ok := p.Charge(b, nil)
	if !ok || f.Amount != 590_00 || f.Charge.CGST != 45_00 || f.Charge.IGST != 0 || f.ValueDate != b.Returned || f.check() != nil {
		t.Errorf("%+v %v", f, f.check())
	}
	if _, ok := p.Charge(b, []Bounce{b}); ok {
		t.Error("one return is charged twice")
	}
	second, third := b, b
	second.Presentation, third.Presentation = "P2", "P3"
	if _, ok := p.Charge(second, []Bounce{b}); !ok {
		t.Error("the second return of a due is charged")
	}
	if _, ok := p.Charge(third, []Bounce{b, second}); ok {
		t.Error("a third charge for one due is beyond the cap")
	}
}

func TestOverdraftCategory(t *testing.T) {
	start := NewDate(2025, time.January, 1)
	days := []OverdraftDay{{Date: start, Debit: 11_00_000_00}, {Date: start + 20, Credit: 10_000_00}, {Date: start + 70, Credit: 1_00}}
	for day, want := range map[Date]Category{start + 29: Regular, start + 30: SMA1, NewDate(2025, time.March, 1): SMA1, NewDate(2025, time.March, 2): SMA2, start + 88: SMA2, start + 89: SubStandard} {
		if got := OverdraftCategory(days, 10_00_000_00, day); got != want {
			t.Errorf("%s: %q, want %q", day, got, want)
		}
	}
	cured := append(slices.Clone(days), OverdraftDay{Date: start + 40, Credit: 2_00_000_00}, OverdraftDay{Date: start + 41, Debit: 2_00_000_00})
	if got := OverdraftCategory(cured, 10_00_000_00, start+60); got != Regular {
		t.Errorf("one day within the limit does not end the count: %q", got)
	}
}

func TestSpecialMentionByBorrower(t *testing.T) {
	late := []CategoryChange{{Date: NewDate(2025, time.April, 30), Category: SMA1, DPD: 31}}
	for scope, want := range map[string]int{SMAByFacility: 0, SMAByBorrower: 1} {
		b := Classify([]Facility{{Account: "A", Timeline: late}, {Account: "B", Asset: AssetPolicy{SMAScope: scope}}}, NewDate(2025, time.May, 10))
		if got := b.Facilities["B"]; len(got) != want || want == 1 && got[0].Category != SMA1 {
			t.Errorf("%s: %+v", scope, got)
		}
	}
	if BookedOn(true, "assignor", "debtor") != "assignor" || BookedOn(false, "assignor", "debtor") != "debtor" {
		t.Error("recourse decides who a factored receivable is booked on")
	}
}

func TestKeyFacts(t *testing.T) {
	offer := KeyFactsOffer{Terms: Terms{ROIValue: 15_000_000, EMICount: 24, EMIRounding: Rounding{100, HalfUp}}, Draws: []Draw{{NewDate(2026, time.January, 5), 20_000_00}},
		Charges: []LoanCharge{{Name: "Processing", Amount: 240_00}, {Name: "Valuation", Amount: 160_00, ThirdParty: true}}, Contingent: []ContingentCharge{{Name: "Bounce charge", Amount: 500_00}},
		Floating: true, Benchmark: "Repo", BenchmarkRate: 6_500_000, Spread: 8_500_000, OfferedOn: NewDate(2026, time.January, 2), CoolingOffDays: 3,
		CoLenders: []CoLender{{"A", 80_000_000, 9_000_000}, {"B", 20_000_000, 14_000_000}}}
	k, err := KeyFactsOf(offer)
	if err != nil {
		t.Fatal(err)
	}
	if k.APR.Percent(2) != "17.07" || k.Number != 24 || k.CommencementDays != 31 || k.BlendedOf != 10_000_000 || k.ValidUntil != NewDate(2026, time.January, 6) {
		t.Errorf("APR %s, %d instalments, first after %d days, blended %s, valid until %s", k.APR.Percent(2), k.Number, k.CommencementDays, k.BlendedOf, k.ValidUntil)
	}
	if !k.Discloses("Valuation") || !k.Discloses("Bounce charge") || k.Discloses("Surprise") || !k.Acceptable(k.ValidUntil) || k.Acceptable(k.ValidUntil+1) {
		t.Error("what is disclosed, or how long it is valid")
	}
	for name, change := range map[string]func(*KeyFactsOffer){
		"spread": func(o *KeyFactsOffer) { o.Spread++ }, "shares": func(o *KeyFactsOffer) { o.CoLenders = o.CoLenders[:1] }, "charges": func(o *KeyFactsOffer) { o.Charges[0].Amount = 30_000_00 },
	} {
		bad := offer
		bad.Charges = slices.Clone(offer.Charges)
		change(&bad)
		if _, err := KeyFactsOf(bad); KindOf(err) != Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Money beyond dues by its size: 20,000, exactly an instalment, and 3,000.
func TestAdvanceBySize(t *testing.T) {
	on := NewDate(2025, time.January, 5)
	terms := Terms{ROIValue: 12_000_000, EMICount: 12, EMIRounding: UpToRupee}
	s := must(terms.Schedule(1_00_000_00, on))
	policy := DefaultPolicy()
	policy.AdvancePolicy = AdvancePolicy{Kind: BySize}
	paid := NewDate(2025, time.February, 5)
	book := func(beyond Money, day Date) *Book {
		return replayed(t, []Fact{{Key: "policy", Kind: FactTerms, ValueDate: on, Policy: &policy},
			{Key: "d", Kind: FactDisbursal, ValueDate: on, Amount: 1_00_000_00, Disbursal: &Disbursal{Loan: "L", LoanIndex: 1, Terms: terms, Rows: s.Rows}},
			receiptOf("r", paid, s.EMI+beyond)}, At{day, false})
	}
	for _, c := range []struct {
		beyond    Money
		day       Date
		excess    string
		principal string
		advice    string
	}{
		{20_000_00, paid + 1, "20000.00", "7885.00", ""},
		{20_000_00, paid + 2, "0.00", "27824.43", ""}, // less 60.57: two days on 92,115.00
		{s.EMI, paid + 20, "8885.00", "7885.00", AdviceRefund},
		{3_000_00, paid + 14, "3000.00", "7885.00", ""},
		{3_000_00, paid + 15, "0.00", "10430.73", ""}, // less 454.27: fifteen days
	} {
		b := book(c.beyond, c.day)
		if b.Excess.String() != c.excess || b.Summary.PrincipalPaid.String() != c.principal || b.Receipts[0].Advice != c.advice {
			t.Errorf("%s on %s: excess %s, principal %s, advice %q", c.beyond, c.day, b.Excess, b.Summary.PrincipalPaid, b.Receipts[0].Advice)
		}
	}
	late := book(20_000_00, paid+2)
	if n := len(late.Loans[0].Versions); n != 2 || late.Loans[0].Versions[1].Reason != ReasonPrepayment {
		t.Errorf("%d versions", n)
	}
	if KindOf(AdvancePolicy{Kind: BySize, HoldDays: 1}.Validate()) != Invalid {
		t.Error("money is held for fewer days than the payer has for an instruction")
	}
}

func TestRefundableExcess(t *testing.T) {
	facts, due := oneInstalment(t)
	b := replayed(t, append(facts, receiptOf("cheque", due, 10_000_00), receiptOf("neft", due+1, 500_00)), At{due + 1, false})
	if got := b.Refundable(func(r string) bool { return r == "cheque" }); b.Excess != 1_615_00 || got != 500_00 {
		t.Errorf("%s of %s may go back", got, b.Excess)
	}
}

func TestRateStatement(t *testing.T) {
	on := NewDate(2025, time.January, 5)
	terms := Terms{ROIValue: 14_000_000, EMICount: 12, EMIRounding: ToPaisa}
	s := must(terms.Schedule(5_00_000_00, on))
	facts := []Fact{{Key: "d", Kind: FactDisbursal, ValueDate: on, Amount: 5_00_000_00, Disbursal: &Disbursal{Loan: "L", LoanIndex: 1, Terms: terms, Rows: s.Rows}}}
	for i, row := range s.Rows[:4] {
		facts = append(facts, receiptOf("r"+string(rune('1'+i)), row.DueDate, row.Instalment()))
	}
	day := s.Rows[3].DueDate
	reset := must(Owed(replayed(t, facts, At{day, false}), "L").Reset(terms, RateReset{Rate: 15_500_000, Option: RaiseEMI}))
	facts = append(facts, Fact{Key: "reset", Kind: FactReschedule, ValueDate: day, Reschedule: &reset})
	got, err := RateStatementOf(replayed(t, facts, At{day, true}), "L", terms)
	want := RateStatement{Loan: "L", On: day, Principal: 1_58_996_46, Interest: 20_577_78, EMI: 45_140_14, Left: 8, Rate: 15_500_000}
	if err != nil || got != want {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	if _, err := RateStatementOf(replayed(t, facts, At{day, true}), "M", terms); KindOf(err) != NotFound {
		t.Errorf("a loan that is not there: %v", err)
	}
}

// The numbers in the comments of recalculation.go, advance.go, waiver.go and writeoff.go.
func TestWorkedNumbers(t *testing.T) {
	on := NewDate(2025, time.January, 5)
	terms := Terms{ROIValue: 12_000_000, EMICount: 3, InterestBasis: BasisDays, EMIRounding: ToPaisa, InterestRecalculation: RecalculateDaily}
	s := must(terms.Schedule(1_00_000_00, on))
	policy := DefaultPolicy()
	policy.AdvancePolicy = AdvancePolicy{Kind: NextInstalment, Days: 15}
	lent := []Fact{{Key: "policy", Kind: FactTerms, ValueDate: on, Policy: &policy},
		{Key: "d", Kind: FactDisbursal, ValueDate: on, Amount: 1_00_000_00, Disbursal: &Disbursal{Loan: "L", LoanIndex: 1, Terms: terms, Rows: s.Rows}}}
	for paid, want := range map[Date][2]string{NewDate(2025, time.January, 26): {"690.41", "833.15"}, NewDate(2025, time.February, 5): {"1019.18", "616.92"}, NewDate(2025, time.February, 15): {"1019.18", "725.36"}} {
		b := replayed(t, append(slices.Clone(lent), receiptOf("r", paid, s.EMI)), At{NewDate(2025, time.February, 20), true})
		if got := [2]string{b.Demands[0].Amount[Interest].String(), b.Demands[1].Amount[Interest].String()}; got != want {
			t.Errorf("paid on %s the rows hold %v interest, want %v", paid, got, want)
		}
	}

	due := NewDate(2025, time.April, 5)
	rows := []ScheduleRow{{No: 1, PeriodStart: on, PeriodEnd: due, DueDate: due, Opening: 10_000_00, Principal: 10_000_00}}
	overdue := Policy{OverdueRate: 18_000_000, Penal: PenalPolicy{Kind: PenalRate, Rate: 12_000_000}}
	facts := []Fact{{Key: "policy", Kind: FactTerms, ValueDate: on, Policy: &overdue},
		{Key: "d", Kind: FactDisbursal, ValueDate: on, Amount: 10_000_00, Disbursal: &Disbursal{Loan: "L", LoanIndex: 1, Rows: rows}}}
	waived := replayed(t, append(slices.Clone(facts), Fact{Key: "w", Kind: FactWaiver, ValueDate: due + 76, Amount: 100_00, Waiver: &Waiver{Component: Penal}}), At{due + 76, false})
	if d := waived.Demands[0]; d.Amount[Penal].String() != "249.86" || d.Left(Penal).String() != "149.86" {
		t.Errorf("of %s penal charges %s are left", d.Amount[Penal], d.Left(Penal))
	}
	off := append(slices.Clone(facts), Fact{Key: "off", Kind: FactWriteOff, ValueDate: due + 76, WriteOff: &WriteOff{Kind: WriteOffTechnical}})
	for _, day := range []Date{due + 76, due + 441} {
		if got := replayed(t, off, At{day, true}).Demands[0].Amount[OverdueInterest]; got.String() != "374.79" {
			t.Errorf("on %s the loan that was written off has %s overdue interest", day, got)
		}
	}

	one, march := oneInstalment(t)
	for days, excess := range map[int]Money{20: 0, 10: 8_885_00} {
		policy := DefaultPolicy()
		policy.AdvancePolicy = AdvancePolicy{Kind: NextInstalment, Days: days}
		b := replayed(t, append(slices.Clone(one), Fact{Key: "policy", Kind: FactTerms, ValueDate: on, Policy: &policy}, receiptOf("r", march-13, 8_885_00)), At{march - 1, true})
		if b.Excess != excess {
			t.Errorf("within %d days %s stay excess", days, b.Excess)
		}
	}
}

// Where the policy of days past due changes on the day of a payment, the peak of what
// was paid is that of the policy before.
func TestPeakGoesByThePolicyOfItsDay(t *testing.T) {
	facts, due := oneInstalment(t)
	fee := Fact{Key: "fee", Kind: FactCharge, ValueDate: due, Amount: 500_00, Charge: &Charge{Fee: "fee", Loan: "L", Name: "Fee", DueDate: due, Base: 500_00}}
	without, with := DefaultPolicy(), DefaultPolicy()
	without.DPDComponents = []Component{Principal, Interest}
	day := due.AddDays(60)
	facts = append(facts, fee, Fact{Key: "a", Kind: FactTerms, ValueDate: due - 10, Policy: &without}, Fact{Key: "b", Kind: FactTerms, ValueDate: day, Policy: &with}, receiptOf("r", day, 9_385_00))
	for _, d := range replayed(t, facts, At{day, false}).Demands {
		if want := map[string]int{"L/1": 60, "fee": 0}[d.Key]; d.PeakDPD != want {
			t.Errorf("the peak of %s is %d, want %d", d.Key, d.PeakDPD, want)
		}
	}
}

// A borrower stays non-performing until the arrears of every facility are cleared, also
// when the one that made it so has none any more.
func TestBorrowerStaysUntilAllIsCleared(t *testing.T) {
	day := func(m time.Month, d int) Date { return NewDate(2025, m, d) }
	facilities := []Facility{
		{Account: "A", Timeline: []CategoryChange{{Date: day(3, 1), Category: SMA0}, {Date: day(6, 1), Category: SubStandard}, {Date: day(7, 1), Category: Regular}}},
		{Account: "B", Timeline: []CategoryChange{{Date: day(6, 20), Category: SMA0}, {Date: day(8, 1), Category: Regular}}},
	}
	for on, want := range map[Date]Category{day(5, 31): SMA0, day(6, 1): SubStandard, day(7, 1): SubStandard, day(7, 31): SubStandard, day(8, 1): Regular} {
		if got := Classify(facilities, on).Category; got != want {
			t.Errorf("%s: %s, want %s", on, got, want)
		}
	}
}

// The window of an overdraft's credits includes the day-end itself: ninety days, not
// ninety-one.
func TestOverdraftWindowIsNinetyDays(t *testing.T) {
	start := NewDate(2025, time.January, 1)
	days := []OverdraftDay{{Date: start, Debit: 5_00_000_00, Credit: 10_000_00}, {Date: start + 30, Interest: 5_000_00}, {Date: start + 60, Credit: 100_00}}
	if since, why := OutOfOrder(days, 10_00_000_00, start+89); since != 0 {
		t.Errorf("the credit of the first day is in the window: %s", why)
	}
	if since, _ := OutOfOrder(days, 10_00_000_00, start+90); since != start+90 {
		t.Errorf("a day later it is not: %s", since)
	}
}

func TestSlabsHoldTheirBound(t *testing.T) {
	slabs := must(ParseSlabs("100000:1,1000000:2:manager,*:3"))
	for amount, levels := range map[Money]int{1_00_000_00: 1, 1_00_000_01: 2, 10_00_000_00: 2, 10_00_000_01: 3} {
		if got := slabs.On(amount).Levels; got != levels {
			t.Errorf("%s needs %d levels, want %d", amount, got, levels)
		}
	}
}
