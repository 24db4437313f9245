package lending

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// drawAccount draws the facts of an account: loans, policies, receipts, fees,
// reversals, in no particular order, over about a year.
func drawAccount(t *rapid.T) (facts []Fact, start Date) {
	start = NewDate(2023, time.December, 1).AddDays(rapid.IntRange(0, 90).Draw(t, "start"))
	day := func(label string, from, to int) Date { return start.AddDays(rapid.IntRange(from, to).Draw(t, label)) }
	for i := range rapid.IntRange(0, 2).Draw(t, "policies") {
		policy := drawPolicy(t)
		facts = append(facts, Fact{Key: fmt.Sprintf("policy%d", i), Kind: FactTerms, ValueDate: day("policy date", -5, 200), Policy: &policy})
	}
	loans := []string{"A", "B", "C"}[:rapid.IntRange(1, 3).Draw(t, "loans")]
	for i, loan := range loans {
		facts = append(facts, drawDisbursal(t, loan, int64(rapid.SampledFrom([]int{i, 5 - i}).Draw(t, "index")*3+i), start.AddDays(rapid.SampledFrom([]int{0, 0, 1, 17, 40}).Draw(t, "disbursed"))))
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "fees") {
		base := Money(rapid.IntRange(0, 1000_00).Draw(t, "fee"))
		on := day("charged", 45, 250)
		facts = append(facts, Fact{Key: fmt.Sprintf("charge%d", i), Kind: FactCharge, ValueDate: on, Amount: base,
			Charge: &Charge{Fee: fmt.Sprintf("fee%d", i), Name: "Fee", Loan: rapid.SampledFrom(append([]string{""}, loans...)).Draw(t, "fee loan"), DueDate: on.AddDays(rapid.IntRange(-5, 20).Draw(t, "fee due")), Base: base,
				Component: rapid.SampledFrom([]string{"", "", "PI"}).Draw(t, "charged as")}})
	}
	for i := range rapid.IntRange(0, 9).Draw(t, "receipts") {
		facts = append(facts, drawReceipt(t, fmt.Sprintf("receipt%d", i), loans, day("received", -3, 300)))
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "waivers") {
		facts = append(facts, Fact{Key: fmt.Sprintf("waiver%d", i), Kind: FactWaiver, ValueDate: day("waived", 30, 300), Amount: Money(rapid.IntRange(1, 3000_00).Draw(t, "given up")),
			Waiver: &Waiver{Demand: rapid.SampledFrom([]string{"", "", "A/1", "fee0"}).Draw(t, "of"), Component: Component(rapid.IntRange(0, NumComponents-1).Draw(t, "component"))}})
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "refunds") {
		facts = append(facts, Fact{Key: fmt.Sprintf("refund%d", i), Kind: FactRefund, ValueDate: day("refunded", 0, 300), Amount: Money(rapid.IntRange(1, 9000_00).Draw(t, "back")), Refund: &Refund{}})
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "reversals") {
		f := rapid.SampledFrom(facts).Draw(t, "reversed")
		if f.Kind == FactReceipt || f.Kind == FactCharge || f.Kind == FactWaiver || f.Kind == FactRefund {
			facts = append(facts, Fact{Key: fmt.Sprintf("reversal%d", i), Kind: FactReversal, ValueDate: f.ValueDate, Reverses: f.Key})
		}
	}
	return facts, start
}

func drawPolicy(t *rapid.T) Policy {
	p := Policy{
		SettlementOrder:  rapid.SampledFrom([]SettlementOrder{"", DueDateFirst, ComponentFirst, LoanFirst}).Draw(t, "settlement"),
		ComponentOrder:   rapid.SampledFrom([]ComponentOrder{"", "PI-OI-NI-P", "F-PI-OI-NI-P", "NI-P", "P"}).Draw(t, "components"),
		ApplyRestToFees:  rapid.Bool().Draw(t, "rest"),
		OverdueRate:      Rate(rapid.SampledFrom([]int{0, 18_000_000, 36_500_000, 7_123_457}).Draw(t, "overdue rate")),
		OverdueBase:      rapid.SampledFrom([]string{"", BasePrincipalInterest, BasePrincipal}).Draw(t, "base"),
		GraceDays:        rapid.SampledFrom([]int{0, 0, 3, 10}).Draw(t, "grace"),
		DayCount:         rapid.SampledFrom([]DayCount{{}, Actual360, ActualActual, Thirty360}).Draw(t, "day count"),
		InterestRounding: rapid.SampledFrom([]Rounding{{}, {1, HalfEven}, {100, Up}, {10, Down}}).Draw(t, "rounding"),
		DPDComponents:    rapid.SampledFrom([][]Component{nil, {Principal, Interest}, {Principal, Interest, OverdueInterest, Penal, Fee}}).Draw(t, "dpd components"),
		RestateCategory:  rapid.SampledFrom([]string{"", RestateByBankDate, RestateByValueDate, RestateNever}).Draw(t, "restate"),
	}
	p.Penal = PenalPolicy{
		Kind:       rapid.SampledFrom([]string{"", PenalRate, PenalFlat, PenalPerDay, PenalBySlab}).Draw(t, "penal"),
		Rate:       24_000_000,
		Amount:     450_00,
		Cap:        Money(rapid.SampledFrom([]int{0, 0, 700_00}).Draw(t, "cap")),
		CapMonth:   Money(rapid.SampledFrom([]int{0, 0, 300_00}).Draw(t, "cap a month")),
		StopDPD:    rapid.SampledFrom([]int{0, 0, 45}).Draw(t, "stop"),
		ChargeFrom: rapid.SampledFrom([]string{"", ChargeFromDueDate, ChargeFromAfterGrace}).Draw(t, "charge from"),
		Slabs:      []PenalSlab{{1, 7, 0}, {8, 15, 250_00}, {16, 0, 500_00}},
	}
	return p
}

func drawDisbursal(t *rapid.T, loan string, index int64, on Date) Fact {
	d := &Disbursal{Loan: loan, LoanIndex: index}
	var sum Money
	maturity := rapid.Bool().Draw(t, "at maturity")
	for no := range rapid.IntRange(1, 7).Draw(t, "rows") {
		row := ScheduleRow{No: no + 1, PeriodStart: on.AddMonths(no), PeriodEnd: on.AddMonths(no + 1), DueDate: on.AddMonths(no + 1),
			Principal: Money(rapid.IntRange(0, 9000_00).Draw(t, "P")), Interest: Money(rapid.IntRange(0, 2000_00).Draw(t, "NI"))}
		if maturity {
			row.DueDate = on.AddMonths(8)
		}
		sum += row.Principal
		d.Rows = append(d.Rows, row)
	}
	return Fact{Key: "disbursal" + loan, Kind: FactDisbursal, ValueDate: on, Amount: sum, Disbursal: d}
}

func drawReceipt(t *rapid.T, key string, loans []string, on Date) Fact {
	amount := Money(rapid.IntRange(1, 20000_00).Draw(t, "amount"))
	tds := Money(rapid.SampledFrom([]int{0, 0, 100_00}).Draw(t, "tds"))
	f := Fact{Key: key, Kind: FactReceipt, ValueDate: on, Amount: amount + tds, Receipt: &Receipt{Received: amount, TDS: tds,
		SettlementOrder: rapid.SampledFrom([]SettlementOrder{"", DueDateFirst, DueDateFirst, ComponentFirst, LoanFirst, SpecificLoans}).Draw(t, "how"),
		ComponentOrder:  rapid.SampledFrom([]ComponentOrder{"", "PI-OI-NI-P", "P-NI-OI-PI", "NI-F-P"}).Draw(t, "order")}}
	if f.Receipt.SettlementOrder == SpecificLoans {
		f.Receipt.Loans = []string{rapid.SampledFrom(loans).Draw(t, "loan")}
	}
	if rapid.Bool().Draw(t, "late") {
		f.BankDate = on.AddDays(rapid.IntRange(-2, 40).Draw(t, "bank date"))
		f.BookingDate = on.AddDays(rapid.IntRange(0, 60).Draw(t, "booking date"))
	}
	return f
}

func drawMoment(t *rapid.T, start Date) At {
	return At{start.AddDays(rapid.IntRange(0, 320).Draw(t, "as of")), rapid.Bool().Draw(t, "day end")}
}

func replayed(t rapid.TB, facts []Fact, at At) *Book {
	b, err := Replay(facts, at)
	if err != nil {
		t.Fatalf("replay: %v", err)
	}
	return b
}

// view is what both implementations say of an account.
type view struct {
	Dues     []string
	Paid     []Settlement
	Left     map[string]Money
	DPD      int
	Peak     int
	Category Category
	Oldest   Date
	Timeline []CategoryChange
}

func viewOf(b *Book) view {
	v := view{Paid: b.Settlements, Left: map[string]Money{}, DPD: b.Summary.DPD, Peak: b.Summary.PeakDPD, Category: b.Summary.AssetCategory, Oldest: b.Oldest, Timeline: b.Timeline}
	for _, d := range b.Demands {
		v.Dues = append(v.Dues, fmt.Sprintln(d.Key, d.DueDate, d.Amount, d.Paid, d.Waived, d.DPD, d.PeakDPD, d.PaidOn))
	}
	for _, r := range b.Receipts {
		if !r.Reversed && !r.Waiting {
			v.Left[r.Receipt] = r.Remaining
		}
	}
	return v
}

func (b *slowBook) view() view {
	v := view{Left: map[string]Money{}, DPD: b.dpd, Peak: b.peak, Category: b.category, Oldest: b.oldest, Timeline: b.timeline}
	for _, d := range b.dues {
		v.Dues = append(v.Dues, fmt.Sprintln(d.key, d.due, d.amount, d.paid, d.waived, d.dpd, d.peak, d.paidOn))
	}
	for _, s := range b.paid {
		v.Paid = append(v.Paid, s.Settlement)
	}
	for _, r := range b.receipts {
		v.Left[r.fact.Key] = r.left
	}
	return v
}

func TestReplayAgreesWithTheSlowWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		facts, start := drawAccount(t)
		at := drawMoment(t, start)
		got, want := viewOf(replayed(t, facts, at)), slowReplay(facts, at).view()
		if len(got.Paid) == 0 {
			got.Paid = nil
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("as of %v (-slow +replay):\n%s", at, diff)
		}
	})
}

func TestReplayIgnoresTheOrderOfEntry(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		facts, start := drawAccount(t)
		at := drawMoment(t, start)
		want := replayed(t, facts, at)
		shuffled := slices.Clone(facts)
		seed := rapid.Uint64().Draw(t, "seed")
		rand.New(rand.NewPCG(seed, seed)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if diff := cmp.Diff(want, replayed(t, shuffled, at)); diff != "" {
			t.Fatalf("shuffled facts (-sorted +shuffled):\n%s", diff)
		}
	})
}

// TestReplayLeavesFactsAlone: facts that were read once are replayed many times.
func TestReplayLeavesFactsAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		facts, start := drawAccount(t)
		bodies := func() (texts []string) {
			for _, f := range facts {
				text, err := json.Marshal(f)
				if err != nil {
					t.Fatal(err)
				}
				texts = append(texts, string(text))
			}
			return texts
		}
		before := bodies()
		replayed(t, facts, drawMoment(t, start))
		if diff := cmp.Diff(before, bodies()); diff != "" {
			t.Fatalf("facts (-before +after a replay):\n%s", diff)
		}
	})
}

func TestReversalIsAsIfItHadNeverBeen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		facts, start := drawAccount(t)
		at := drawMoment(t, start)
		gone := drawReceipt(t, "gone", []string{"A"}, start.AddDays(rapid.IntRange(0, 300).Draw(t, "on")))
		with := append(slices.Clone(facts), gone, Fact{Key: "undo", Kind: FactReversal, ValueDate: gone.ValueDate, BookingDate: at.Date, Reverses: "gone"})
		got := replayed(t, with, at)
		got.Receipts = slices.DeleteFunc(got.Receipts, func(r ReceiptBook) bool { return r.Receipt == "gone" })
		if diff := cmp.Diff(replayed(t, facts, at), got); diff != "" {
			t.Fatalf("-without +reversed:\n%s", diff)
		}
	})
}

// What is booked for later days changes nothing before them: the Book of a day is
// the same whether the facts after it are known or not.
func TestReplayDoesNotSeeTheFuture(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		facts, start := drawAccount(t)
		at := drawMoment(t, start)
		known := slices.DeleteFunc(slices.Clone(facts), func(f Fact) bool { return f.ValueDate > at.Date })
		want, got := replayed(t, known, at), replayed(t, facts, at)
		got.Receipts = slices.DeleteFunc(got.Receipts, func(r ReceiptBook) bool { return r.ValueDate > at.Date })
		if diff := cmp.Diff(want, got, cmp.Transformer("empty", func(r []ReceiptBook) []ReceiptBook { return append([]ReceiptBook{}, r...) })); diff != "" {
			t.Fatalf("-known +all:\n%s", diff)
		}
	})
}

// The state of a day-end and the middle of the next day without facts of that
// day are one and the same money.
func TestDayEndIsTheNextMorning(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		facts, start := drawAccount(t)
		at := drawMoment(t, start)
		at.DayEnd = true
		next := at.Date + 1
		if slices.ContainsFunc(facts, func(f Fact) bool { return f.ValueDate == next }) {
			return
		}
		evening := replayed(t, facts, at)
		morning := replayed(t, facts, At{Date: next})
		if slices.ContainsFunc(morning.Demands, func(d Demand) bool { return d.DueDate == next || d.PeriodEnd == next }) {
			return
		}
		evening.At, morning.At = At{}, At{}
		if diff := cmp.Diff(evening, morning); diff != "" {
			t.Fatalf("-evening +morning:\n%s", diff)
		}
	})
}

func TestSettlementPartsSumToTheReceipt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		facts, start := drawAccount(t)
		b := replayed(t, facts, drawMoment(t, start))
		sums, last := map[string]Money{}, map[string]Money{}
		for _, s := range b.Settlements {
			sums[s.Receipt] += s.Amount
			last[s.Receipt] = s.Remaining
		}
		for _, r := range b.Receipts {
			if r.Settled != sums[r.Receipt] || sums[r.Receipt] > 0 && r.Refunded == 0 && r.Remaining != last[r.Receipt] {
				t.Fatalf("%+v, its parts add up to %s", r, sums[r.Receipt])
			}
		}
		for _, d := range b.Demands {
			for c := range d.Amount {
				if d.Paid[c] < 0 || d.Paid[c] > d.Amount[c] {
					t.Fatalf("%+v", d)
				}
			}
		}
	})
}

func TestStatementEndsWithWhatIsUnpaid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		facts, start := drawAccount(t)
		at := drawMoment(t, start)
		b := replayed(t, facts, at)
		lines, err := Statement(facts, start.AddDays(rapid.IntRange(-10, 320).Draw(t, "from")), at)
		if err != nil {
			t.Fatal(err)
		}
		want, got := b.Summary.DueNow-b.Excess, Money(0)
		if n := len(lines); n > 0 {
			got = lines[n-1].Balance
		}
		if got != want {
			t.Fatalf("the statement ends with %s, unpaid less excess is %s", got, want)
		}
	})
}
