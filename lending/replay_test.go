package lending

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// day is a day of 2025, when these accounts live.
func day(month time.Month, d int) Date { return NewDate(2025, month, d) }

// paidIn lists the settlements of a Book: demand, component, amount, date.
func paidIn(b *Book) (out []string) {
	for _, s := range b.Settlements {
		how := ""
		if s.FromExcess {
			how = " from excess"
		}
		out = append(out, fmt.Sprintf("%s %s %s %s%s", s.Demand, s.Component, s.Amount, s.Date, how))
	}
	return out
}

// twins is an account of two loans whose instalments fall on the same days.
func twins() *ladder {
	l := &ladder{}
	l.owes("A", "A1", day(4, 5), 800_00, 200_00)
	l.owes("B", "B1", day(4, 5), 80_00, 20_00)
	l.owes("A", "A2", day(5, 5), 810_00, 190_00)
	return l
}

func chargeOf(fee, loan string, on, due Date, amount Money) Fact {
	return Fact{Key: "charge " + fee, Kind: FactCharge, ValueDate: on, Amount: amount, Charge: &Charge{Fee: fee, Name: fee, Loan: loan, DueDate: due, Base: amount}}
}

func TestSettlementOrders(t *testing.T) {
	for name, c := range map[string]struct {
		receipt Receipt
		amount  Money
		rest    bool
		want    []string
	}{
		"by due date, loan, component": {Receipt{}, 1060_00, true,
			[]string{"A/1 NI 200.00 2025-05-10", "A/1 P 800.00 2025-05-10", "B/1 NI 20.00 2025-05-10", "B/1 P 40.00 2025-05-10"}},
		"by component": {Receipt{SettlementOrder: ComponentFirst}, 500_00, true,
			[]string{"A/1 NI 200.00 2025-05-10", "B/1 NI 20.00 2025-05-10", "A/2 NI 190.00 2025-05-10", "A/1 P 90.00 2025-05-10"}},
		"by loan": {Receipt{SettlementOrder: LoanFirst}, 1210_00, true,
			[]string{"A/1 NI 200.00 2025-05-10", "A/1 P 800.00 2025-05-10", "A/2 NI 190.00 2025-05-10", "A/2 P 20.00 2025-05-10"}},
		"one loan alone": {Receipt{SettlementOrder: SpecificLoans, Loans: []string{"B"}}, 1000_00, true,
			[]string{"B/1 NI 20.00 2025-05-10", "B/1 P 80.00 2025-05-10"}},
		"fees that are not named come last": {Receipt{}, 2200_00, true,
			[]string{"A/1 NI 200.00 2025-05-10", "A/1 P 800.00 2025-05-10", "B/1 NI 20.00 2025-05-10", "B/1 P 80.00 2025-05-10",
				"A/2 NI 190.00 2025-05-10", "A/2 P 810.00 2025-05-10", "stamp F 50.00 2025-05-10", "bounce F 50.00 2025-05-10"}},
		"unless they are not to be paid": {Receipt{}, 2200_00, false,
			[]string{"A/1 NI 200.00 2025-05-10", "A/1 P 800.00 2025-05-10", "B/1 NI 20.00 2025-05-10", "B/1 P 80.00 2025-05-10",
				"A/2 NI 190.00 2025-05-10", "A/2 P 810.00 2025-05-10"}},
		"fees first": {Receipt{ComponentOrder: "F-PI-OI-NI-P"}, 300_00, true,
			[]string{"stamp F 50.00 2025-05-10", "A/1 NI 200.00 2025-05-10", "A/1 P 50.00 2025-05-10"}},
		"components that are not named stay unpaid": {Receipt{ComponentOrder: "P"}, 2000_00, false,
			[]string{"A/1 P 800.00 2025-05-10", "B/1 P 80.00 2025-05-10", "A/2 P 810.00 2025-05-10"}},
	} {
		l := twins()
		receipt := c.receipt
		receipt.Received = c.amount
		l.facts = []Fact{chargeOf("stamp", "", day(4, 1), day(4, 5), 50_00), chargeOf("bounce", "A", day(4, 7), day(4, 7), 60_00),
			{Key: "R", Kind: FactReceipt, ValueDate: day(5, 10), Amount: c.amount, Receipt: &receipt}}
		policy := DefaultPolicy()
		policy.ApplyRestToFees = c.rest
		if diff := cmp.Diff(c.want, paidIn(mustReplay(l.account(policy), day(5, 10), false))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestExcessIsUsedOldestFirst(t *testing.T) {
	l := twins()
	l.receives("R1", day(3, 20), 30_00)
	l.receives("R2", day(3, 25), 500_00)
	l.receives("R3", day(4, 5), 700_00)
	before := mustReplay(l.account(DefaultPolicy()), day(4, 4), true)
	if before.Excess != 530_00 || len(before.Settlements) != 0 || before.Receipts[2].Remaining != 0 || !before.Receipts[2].Waiting {
		t.Errorf("before the due date: excess %s, %v, %+v", before.Excess, before.Settlements, before.Receipts)
	}
	after := mustReplay(l.account(DefaultPolicy()), day(5, 4), true)
	want := []string{"A/1 NI 30.00 2025-04-05 from excess", "A/1 NI 170.00 2025-04-05 from excess", "A/1 P 330.00 2025-04-05 from excess",
		"A/1 P 470.00 2025-04-05", "B/1 NI 20.00 2025-04-05", "B/1 P 80.00 2025-04-05"}
	if diff := cmp.Diff(want, paidIn(after)); diff != "" || after.Excess != 130_00 || after.Summary.DPD != 0 || after.Summary.PeakDPD != 0 {
		t.Errorf("excess %s, dpd %d (-want +got):\n%s", after.Excess, after.Summary.DPD, diff)
	}
	next := mustReplay(l.account(DefaultPolicy()), day(5, 5), false)
	if got := paidIn(next)[len(want):]; !cmp.Equal(got, []string{"A/2 NI 130.00 2025-05-05 from excess"}) {
		t.Errorf("on the next due date: %v", got)
	}
}

// A due of today is not overdue before today's day-end (domain 0.3.3).
func TestMidDayAndDayEnd(t *testing.T) {
	l := &ladder{}
	l.owes("L", "E1", day(4, 5), 8000_00, 2000_00)
	policy := DefaultPolicy()
	policy.OverdueRate = 18_000_000
	type figures struct {
		Due      bool
		Overdue  string
		DPD      int
		Demand   int
		Category Category
		Oldest   string
	}
	at := func(on Date, dayEnd bool) figures {
		b := mustReplay(l.account(policy), on, dayEnd)
		d := b.Demands[0]
		return figures{d.Due, d.Amount[OverdueInterest].String(), b.Summary.DPD, d.DPD, b.Summary.AssetCategory, b.Oldest.String()}
	}
	for _, c := range []struct {
		on     Date
		dayEnd bool
		want   figures
	}{
		{day(4, 4), true, figures{false, "0.00", 0, 0, Regular, ""}},
		{day(4, 5), false, figures{true, "0.00", 0, 0, Regular, ""}},
		{day(4, 5), true, figures{true, "4.93", 1, 1, SMA0, "2025-04-05"}},
		{day(4, 6), false, figures{true, "4.93", 1, 1, SMA0, "2025-04-05"}},
		{day(4, 7), true, figures{true, "14.79", 3, 3, SMA0, "2025-04-05"}},
	} {
		if diff := cmp.Diff(c.want, at(c.on, c.dayEnd)); diff != "" {
			t.Errorf("on %s, day-end %v (-want +got):\n%s", c.on, c.dayEnd, diff)
		}
	}
}

// A credit counts for classification when it was at the bank (domain 3.7.4).
func TestBackDatingAndBankDates(t *testing.T) {
	for restate, want := range map[string]string{RestateByBankDate: "11 SMA-0 0 Regular", RestateByValueDate: "0 Regular 0 Regular", RestateNever: "11 SMA-0 15 SMA-0"} {
		l := &ladder{}
		l.owes("L", "E1", day(4, 5), 1000_00, 0)
		l.facts = []Fact{{Key: "R", Kind: FactReceipt, ValueDate: day(4, 5), BankDate: day(4, 16), BookingDate: day(4, 20), Amount: 1000_00, Receipt: &Receipt{Received: 1000_00}}}
		policy := DefaultPolicy()
		policy.RestateCategory = restate
		var got []string
		for _, on := range []Date{day(4, 15), day(4, 19)} {
			b := mustReplay(l.account(policy), on, true)
			got = append(got, fmt.Sprint(b.Summary.DPD, " ", b.Summary.AssetCategory))
			if b.Summary.PrincipalOutstanding != 0 {
				t.Errorf("%s: money goes by the value date, %s is outstanding", restate, b.Summary.PrincipalOutstanding)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", restate, got, want)
		}
	}
}

// Ageing clears the oldest due first, whatever the receipt settled (domain 3.3).
func TestAgeingIsFIFO(t *testing.T) {
	l := &ladder{}
	l.owes("L", "E1", day(4, 5), 1000_00, 0)
	l.owes("L", "E2", day(5, 5), 1000_00, 0)
	l.facts = []Fact{chargeOf("bounce", "", day(4, 7), day(4, 7), 590_00)}
	l.receives("R", day(5, 20), 2000_00)
	b := mustReplay(l.account(DefaultPolicy()), day(5, 20), true)
	// The instalments are paid and the fee of 7 April is not; for ageing the fee
	// was cleared before the instalment of 5 May, of which 590 are left.
	if b.Oldest != day(5, 5) || b.Summary.DPD != 16 || b.Summary.FeeOutstanding != 590_00 {
		t.Errorf("oldest %s, dpd %d, fees %s", b.Oldest, b.Summary.DPD, b.Summary.FeeOutstanding)
	}
}

func TestReversals(t *testing.T) {
	l := &ladder{}
	l.owes("L", "E1", day(4, 5), 1000_00, 0)
	l.receives("R", day(4, 5), 1000_00)
	undo := func(key, what string) Fact {
		return Fact{Key: key, Kind: FactReversal, ValueDate: day(4, 5), BookingDate: day(4, 9), Reverses: what}
	}
	for name, c := range map[string]struct {
		facts []Fact
		paid  Money
	}{
		"none":                     {nil, 1000_00},
		"a receipt":                {[]Fact{undo("1", "R")}, 0},
		"a receipt, twice":         {[]Fact{undo("1", "R"), undo("2", "R")}, 0},
		"a reversal":               {[]Fact{undo("1", "R"), undo("2", "1")}, 1000_00},
		"the reversal of one":      {[]Fact{undo("1", "R"), undo("2", "1"), undo("3", "2")}, 0},
		"one of two reversals":     {[]Fact{undo("1", "R"), undo("2", "R"), undo("3", "1")}, 0},
		"a reversal, out of order": {[]Fact{undo("9", "R"), undo("1", "9")}, 1000_00},
	} {
		b := mustReplay(append(l.account(DefaultPolicy()), c.facts...), day(4, 5), true)
		if b.Summary.PrincipalPaid != c.paid || b.Receipts[0].Reversed != (c.paid == 0) || b.Receipts[0].Remaining != 0 {
			t.Errorf("%s: paid %s, %+v", name, b.Summary.PrincipalPaid, b.Receipts[0])
		}
	}
}

// Tax withheld may settle interest only: 10% of it, with a tolerance of a rupee.
func TestTDSOverTheCap(t *testing.T) {
	for tds, want := range map[Money]Money{200_00: 0, 201_00: 0, 201_01: 1_01, 0: 0} {
		l := &ladder{}
		l.owes("L", "E1", day(4, 5), 8000_00, 2000_00)
		l.facts = []Fact{{Key: "R", Kind: FactReceipt, ValueDate: day(4, 5), Amount: 3000_00, Receipt: &Receipt{Received: 3000_00 - tds, TDS: tds}}}
		if got := mustReplay(l.account(DefaultPolicy()), day(4, 5), false).Receipts[0].TDSOverCap; got != want {
			t.Errorf("TDS of %s is %s over, want %s", tds, got, want)
		}
	}
}

func TestFactsThatCannotBe(t *testing.T) {
	l := &ladder{}
	l.owes("L", "E1", day(4, 5), 1000_00, 0)
	sound := l.account(DefaultPolicy())
	row := ScheduleRow{No: 1, DueDate: day(4, 5), Principal: 5}
	for name, f := range map[string]Fact{
		"no key":                  {Kind: FactReceipt, ValueDate: day(4, 5), Receipt: &Receipt{}},
		"no date":                 {Key: "x", Kind: FactReceipt, Receipt: &Receipt{}},
		"a kind":                  {Key: "x", Kind: "gift", ValueDate: day(4, 5)},
		"a key twice":             {Key: "policy", Kind: FactReversal, ValueDate: day(4, 5), Reverses: "policy"},
		"no body":                 {Key: "x", Kind: FactReceipt, ValueDate: day(4, 5)},
		"a receipt in parts":      {Key: "x", Kind: FactReceipt, ValueDate: day(4, 5), Amount: 5, Receipt: &Receipt{Received: 4}},
		"a negative amount":       {Key: "x", Kind: FactReceipt, ValueDate: day(4, 5), Amount: -5, Receipt: &Receipt{Received: -5}},
		"an order":                {Key: "x", Kind: FactReceipt, ValueDate: day(4, 5), Amount: 5, Receipt: &Receipt{Received: 5, ComponentOrder: "P-P"}},
		"a charge in parts":       {Key: "x", Kind: FactCharge, ValueDate: day(4, 5), Amount: 5, Charge: &Charge{Fee: "f", Base: 4}},
		"a charge to nobody":      {Key: "x", Kind: FactCharge, ValueDate: day(4, 5), Amount: 5, Charge: &Charge{Fee: "f", Loan: "Z", Base: 5}},
		"a charge named as a row": {Key: "x", Kind: FactCharge, ValueDate: day(4, 5), Amount: 5, Charge: &Charge{Fee: "L/1", Base: 5}},
		"a loan twice":            {Key: "x", Kind: FactDisbursal, ValueDate: day(4, 5), Amount: 5, Disbursal: &Disbursal{Loan: "L", Rows: []ScheduleRow{row}}},
		"rows that do not repay":  {Key: "x", Kind: FactDisbursal, ValueDate: day(4, 5), Amount: 6, Disbursal: &Disbursal{Loan: "M", Rows: []ScheduleRow{row}}},
		"a row before the loan":   {Key: "x", Kind: FactDisbursal, ValueDate: day(4, 6), Amount: 5, Disbursal: &Disbursal{Loan: "M", Rows: []ScheduleRow{row}}},
		"reversal of nothing":     {Key: "x", Kind: FactReversal, ValueDate: day(4, 5), Reverses: "y"},
		"a policy":                {Key: "x", Kind: FactTerms, ValueDate: day(4, 5), Policy: &Policy{Penal: PenalPolicy{Kind: "fine"}}},
	} {
		if b, err := Replay(append(sound[:len(sound):len(sound)], f), At{Date: day(4, 6)}); err == nil {
			t.Errorf("%s: no error, %+v", name, b.Summary)
		}
	}
}

func TestPoliciesThatAreRefused(t *testing.T) {
	for field, p := range map[string]Policy{
		"settlement_order":  {SettlementOrder: "fifo"},
		"component_order":   {ComponentOrder: "P-"},
		"overdue_roi_value": {OverdueRate: -1},
		"overdue_base":      {OverdueBase: "PI"},
		"grace_days":        {GraceDays: -1},
		"restate_category":  {RestateCategory: "always"},
		"dpd_components":    {DPDComponents: []Component{Principal}},
		"days_in_year":      {DayCount: DayCount{DaysInYear: 366}},
		"interest_rounding": {InterestRounding: Rounding{3, Up}},
		"penal_kind":        {Penal: PenalPolicy{Kind: "fine"}},
		"penal_rate":        {Penal: PenalPolicy{Kind: PenalRate, Rate: maxRate + 1}},
		"penal_amount":      {Penal: PenalPolicy{Kind: PenalFlat, Amount: -1}},
		"penal_charge_from": {Penal: PenalPolicy{ChargeFrom: "birth"}},
		"penal_slabs":       {Penal: PenalPolicy{Kind: PenalBySlab, Slabs: []PenalSlab{{8, 1, 5}}}},
	} {
		err := p.Validate()
		if e, ok := err.(*Error); !ok || e.Fields[field] == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
	if err := (Policy{}).Validate(); err != nil {
		t.Errorf("the empty policy: %v", err)
	}
}

func TestStatementShowsReversalsAndOpening(t *testing.T) {
	l := &ladder{}
	l.owes("L", "E1", day(4, 5), 1000_00, 0)
	l.owes("L", "E2", day(5, 5), 1000_00, 0)
	l.receives("R1", day(4, 5), 1000_00)
	l.receives("R2", day(5, 5), 700_00)
	l.facts = append(l.facts, Fact{Key: "U", Kind: FactReversal, ValueDate: day(5, 5), BookingDate: day(5, 9), Reverses: "R2"}, chargeOf("Bounce charge", "", day(5, 9), 0, 590_00))
	lines, err := Statement(l.account(DefaultPolicy()), day(4, 5)+1, At{Date: day(5, 10), DayEnd: true})
	if err != nil {
		t.Fatal(err)
	}
	want := []StatementLine{
		{Date: day(5, 5), Particulars: "Instalment 2 due", Reference: "L/2", Debit: 1000_00, Balance: 1000_00},
		{Date: day(5, 5), Particulars: "Receipt", Reference: "R2", Credit: 700_00, Balance: 300_00},
		{Date: day(5, 5), BookingDate: day(5, 9), Particulars: "Receipt reversed", Reference: "U", Debit: 700_00, Balance: 1000_00},
		{Date: day(5, 9), Particulars: "Bounce charge", Reference: "Bounce charge", Debit: 590_00, Balance: 1590_00},
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	lines, _ = Statement(l.account(DefaultPolicy()), day(5, 6), At{Date: day(5, 8), DayEnd: true})
	if diff := cmp.Diff([]StatementLine{{Date: day(5, 6), Particulars: "Opening balance", Balance: 1000_00}}, lines); diff != "" {
		t.Errorf("nothing but the opening (-want +got):\n%s", diff)
	}
}

// Grace holds a penal charge back until more days are late than it has.
func TestGrace(t *testing.T) {
	for _, c := range []struct {
		from string
		late int
		want string
	}{
		{ChargeFromDueDate, 3, "0.00"}, {ChargeFromDueDate, 4, "400.00"}, {ChargeFromAfterGrace, 3, "0.00"}, {ChargeFromAfterGrace, 4, "100.00"},
	} {
		l := &ladder{}
		l.owes("L", "E1", day(4, 5), 1000_00, 0)
		policy := DefaultPolicy()
		policy.GraceDays, policy.Penal = 3, PenalPolicy{Kind: PenalPerDay, Amount: 100_00, ChargeFrom: c.from}
		b := mustReplay(l.account(policy), day(4, 5).AddDays(c.late), false)
		if got := b.Summary.PenalOutstanding.String(); got != c.want {
			t.Errorf("from %s, %d days late: %s, want %s", c.from, c.late, got, c.want)
		}
	}
	// Paid within grace, nothing is charged later either.
	l := &ladder{}
	l.owes("L", "E1", day(4, 5), 1000_00, 0)
	l.receives("R", day(4, 8), 1000_00)
	policy := DefaultPolicy()
	policy.GraceDays, policy.Penal = 3, PenalPolicy{Kind: PenalFlat, Amount: 100_00}
	if b := mustReplay(l.account(policy), day(6, 5), true); b.Summary.PenalOutstanding != 0 || b.Demands[0].PaidOn != day(4, 8) || b.Demands[0].PeakDPD != 3 {
		t.Errorf("paid within grace: %+v", b.Demands[0])
	}
}

// With months of 30 days, the days of an overdue due are those from its due
// date, however many payments cut the span.
func TestOverdueInterestOfThirtyDayMonthsDoesNotDrift(t *testing.T) {
	l := &ladder{}
	l.owes("L", "E1", day(1, 30), 3600_00, 0)
	for i, on := range []Date{day(2, 28), day(3, 1), day(3, 31)} {
		l.receives(fmt.Sprint(i), on, 0)
	}
	policy := DefaultPolicy()
	policy.OverdueRate, policy.DayCount = 10_000_000, Thirty360
	for i := range l.facts { // a receipt of nothing would settle nothing: one paisa each, on principal
		l.facts[i].Amount, l.facts[i].Receipt = 1, &Receipt{Received: 1, ComponentOrder: "P-NI-OI-PI"}
	}
	// 30 January to 30 April is 90 days: 3600 x 10% / 4, less what the paise saved.
	if got := mustReplay(l.account(policy), day(4, 30), false).Demands[0].Amount[OverdueInterest]; got != 90_00 {
		t.Errorf("overdue interest of a quarter of a year is %s, want 90.00", got)
	}
}

// Money on a later due covers an older one for ageing, until overdue interest
// has outgrown it.
func TestAgeingMovesWithOverdueInterest(t *testing.T) {
	l := &ladder{}
	l.owes("L", "E1", day(4, 5), 0, 1000_00)
	l.owes("L", "E2", day(5, 5), 1020_00, 0)
	policy := DefaultPolicy()
	policy.OverdueRate = 36_500_000 // a thousandth a day: 1.00
	l.facts = []Fact{{Key: "R", Kind: FactReceipt, ValueDate: day(5, 5), Amount: 1020_00 + 20_00, Receipt: &Receipt{Received: 1040_00, ComponentOrder: "P-OI", SettlementOrder: ComponentFirst}}}
	facts := l.account(policy)
	// 1020 are paid on E2, 20 of 30 overdue interest on E1: its 1000 and the other
	// 10 are covered for ageing, at the day-end of 5 May by 1020 against 1011.
	for on, want := range map[Date]int{day(5, 5): 1, day(5, 14): 10, day(5, 15): 41} {
		b := mustReplay(facts, on, true)
		if b.Summary.DPD != want {
			t.Errorf("on %s: dpd %d, oldest %s, want %d", on, b.Summary.DPD, b.Oldest, want)
		}
	}
	if b := mustReplay(facts, day(5, 15), true); b.Summary.AssetCategory != SMA1 || b.Timeline[len(b.Timeline)-1].Date != day(5, 15) {
		t.Errorf("timeline %+v", b.Timeline)
	}
}

// A policy that another one replaces on its own day saw no day-end: a charge for breach
// that it alone counts has no days past due, now or at its worst.
func TestAPolicyThatSawNoDayEndCountsNothing(t *testing.T) {
	counts, not := DefaultPolicy(), DefaultPolicy()
	counts.DPDComponents = []Component{Principal, Interest, OverdueInterest, Penal, Fee}
	facts := []Fact{
		{Key: "charge", Kind: FactCharge, ValueDate: day(2, 2), Amount: 2, Charge: &Charge{Fee: "f", Name: "Charge", DueDate: day(2, 2), Component: Penal.String(), Base: 2}},
		{Key: "p1", Kind: FactTerms, ValueDate: day(6, 18), Policy: &counts},
		{Key: "p2", Kind: FactTerms, ValueDate: day(6, 18), Policy: &not},
	}
	book, err := Replay(facts, At{Date: day(6, 18)})
	if err != nil {
		t.Fatal(err)
	}
	if d := book.Demands[0]; d.DPD != 0 || d.PeakDPD != 0 {
		t.Errorf("%d days past due, at most %d; want none", d.DPD, d.PeakDPD)
	}
}
