package lending

import (
	"math/big"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// The slow way of an advanced allocation: each time the whole list of rows is looked
// through for the one that is next, and nothing is remembered.

// allocation is that of a receipt: its own, or the policy's if it says nothing.
func (b *slowBook) allocation(r *slowReceipt) *Allocation {
	switch own := r.fact.Receipt; {
	case own.Allocation != nil:
		return own.Allocation
	case own.SettlementOrder == "" && own.ComponentOrder == "":
		return b.policy.Allocation
	}
	return nil
}

// advances says that money may pay what is not due yet.
func (b *slowBook) advances(facts []Fact) bool {
	return slices.ContainsFunc(facts, func(f Fact) bool {
		return f.Policy != nil && f.Policy.Allocation != nil || f.Receipt != nil && f.Receipt.Allocation != nil
	})
}

// charges says that a charge arises on a day.
func (b *slowBook) charges(day Date) bool {
	return slices.ContainsFunc(b.dues, func(d *slowDue) bool { return d.charged == day })
}

// chargedLate says that a charge of a day comes after money of the day.
func (b *slowBook) chargedLate(day Date) bool {
	return slices.ContainsFunc(b.dues, func(d *slowDue) bool {
		return d.charged == day && slices.ContainsFunc(b.receipts, func(r *slowReceipt) bool { return r.fact.ValueDate == day && r.place < d.place })
	})
}

// owes says that something is due and unpaid.
func (b *slowBook) owes(day Date) bool {
	return slices.ContainsFunc(b.dues, func(d *slowDue) bool { return d.due <= day && d.open() > 0 })
}

// allocate pays row after row, or component after component.
func (b *slowBook) allocate(r *slowReceipt, a *Allocation, day Date, excess bool) {
	var groups [][]AllocationStep
	for _, step := range a.Steps {
		at := slices.IndexFunc(groups, func(g []AllocationStep) bool { return g[0].When == step.When })
		if a.Direction == Vertical || at < 0 {
			groups = append(groups, []AllocationStep{step})
			continue
		}
		groups[at] = append(groups[at], step)
	}
	for _, steps := range groups {
		for before := Money(-1); r.left != before; {
			before = r.left
			rows := b.nextRows(r, a, steps, day, excess)
			for _, step := range steps {
				b.share(r, rows, step.Component, day, excess)
			}
		}
		for _, step := range steps { // what is due on its own date though its row is not
			for _, d := range b.dues {
				if a.Charges == ChargesOnOwnDate && step.When == WhenDue && d.own != 0 && d.own <= day && d.arisen(r, day, excess) && r.pays(d) {
					b.pay(r, cell{d: d, c: step.Component}, r.left, day, excess)
				}
			}
		}
	}
}

// share gives rows equal parts of what is left, rounded half to even, and the last one
// the rest.
func (b *slowBook) share(r *slowReceipt, rows [][]*slowDue, c Component, day Date, excess bool) {
	left, n := r.left, Money(len(rows))
	for i, row := range rows {
		part := slowRound(big.NewRat(int64(left), int64(n)), Rounding{1, HalfEven})
		if part*(n-1) > left {
			part = left / n
		}
		if i == len(rows)-1 {
			part = left - part*(n-1)
		}
		for _, d := range row {
			before := r.left
			b.pay(r, cell{d: d, c: c}, part, day, excess)
			part -= before - r.left
		}
	}
}

// ahead pays what is due next, if the policy lets money do so and it is near.
func (b *slowBook) ahead(r *slowReceipt, day Date, excess bool) {
	p := b.policy.complete().AdvancePolicy
	for _, d := range b.dues {
		if p.Kind != NextInstalment || d.due <= day || d.due.Sub(day) > p.Days || d.own != 0 || d.raised > day || !r.pays(d) {
			continue
		}
		for _, c := range r.list {
			b.pay(r, cell{d: d, c: c}, r.left, day, excess)
		}
	}
}

// pays says that a receipt is for the loan of a due.
func (r *slowReceipt) pays(d *slowDue) bool {
	return r.how != SpecificLoans || slices.Contains(r.fact.Receipt.Loans, d.loan)
}

// join lets charges fall due with the instalment in whose period their date lies, and
// those after the last one together.
func (b *slowBook) join(facts []Fact) {
	if !slices.ContainsFunc(facts, func(f Fact) bool { return f.Policy != nil && f.Policy.FeesDue == FeesWithInstalment }) {
		return
	}
	of := func(d *slowDue) (rows, charges []*slowDue) {
		for _, other := range b.dues {
			if other.own == 0 && (d.loan == "" || d.loan == other.loan) {
				rows = append(rows, other)
			} else if other.own != 0 && other.loan == d.loan {
				charges = append(charges, other)
			}
		}
		return rows, charges
	}
	for _, d := range b.dues {
		if d.own == 0 {
			continue
		}
		rows, charges := of(d)
		d.due, d.no = 0, 0
		for _, row := range rows {
			if row.end >= d.own && (d.no == 0 || row.end < d.end) {
				d.due, d.no, d.end = row.due, row.no, row.end
			}
		}
		if d.no == 0 {
			d.no = 1001
			for _, other := range charges {
				d.due = max(d.due, other.own)
			}
		}
	}
}

// arisen says that a charge is there for money of a day: it is due, or it comes before
// the money in the order of the facts.
func (d *slowDue) arisen(r *slowReceipt, day Date, excess bool) bool {
	return d.charged < day || d.charged == day && (excess || d.due <= day && d.no == 0 || d.place < r.place)
}

// nextRows is the oldest row of a timing that has something to pay; for money in
// advance also the last one, the one that runs, or all of them.
func (b *slowBook) nextRows(r *slowReceipt, a *Allocation, steps []AllocationStep, day Date, excess bool) [][]*slowDue {
	var rows [][]*slowDue
	for _, d := range b.dues {
		if !d.arisen(r, day, excess) || d.raised > day || !r.pays(d) {
			continue
		}
		when := WhenInAdvance
		if d.due < day {
			when = WhenPastDue
		} else if d.due == day {
			when = WhenDue
		}
		if when != steps[0].When {
			continue
		}
		if n := len(rows); n > 0 && rows[n-1][0].due == d.due && rows[n-1][0].rank == d.rank && rows[n-1][0].no == d.no {
			rows[n-1] = append(rows[n-1], d)
			continue
		}
		rows = append(rows, []*slowDue{d})
	}
	rows = slices.DeleteFunc(rows, func(row []*slowDue) bool {
		var open Money
		for _, d := range row {
			if c := steps[0].Component; a.Direction == Vertical {
				open += d.amount[c] - d.paid[c] - d.waived[c]
			} else {
				open += d.open()
			}
		}
		return open == 0
	})
	switch n := len(rows); {
	case n == 0:
		return nil
	case steps[0].When == WhenInAdvance && a.InAdvance == ToAllRows:
		return rows
	case steps[0].When == WhenInAdvance && a.InAdvance == ToLastRow:
		return rows[n-1:]
	case steps[0].When == WhenInAdvance && a.InAdvance == ToCurrentLast:
		for i, row := range rows {
			if row[0].start <= day {
				return rows[i : i+1]
			}
		}
		return rows[n-1:]
	}
	return rows[:1]
}

// Money that pays by steps goes where the slow way says.
func TestReplayAgreesBySteps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		facts, start := drawAccount(t)
		drawAllocations(t, facts)
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

// drawAllocations lets policies and receipts of an account walk by steps.
func drawAllocations(t *rapid.T, facts []Fact) {
	lists := []string{
		"past_due_PI past_due_F past_due_OI past_due_NI past_due_P due_PI due_F due_OI due_NI due_P in_advance_PI in_advance_F in_advance_NI in_advance_P",
		"past_due_P past_due_NI due_NI due_P past_due_PI past_due_OI past_due_F due_F due_PI",
		"in_advance_P in_advance_NI in_advance_F in_advance_PI due_P due_NI past_due_OI past_due_NI past_due_P",
		"due_F past_due_NI in_advance_NI past_due_P",
	}
	draw := func() *Allocation {
		return &Allocation{Steps: must(ParseAllocation(rapid.SampledFrom(lists).Draw(t, "steps"))), Direction: rapid.SampledFrom([]string{"", Horizontal, Vertical}).Draw(t, "direction"),
			InAdvance: rapid.SampledFrom([]string{"", ToNextRow, ToLastRow, ToAllRows, ToCurrentLast}).Draw(t, "in advance"),
			Charges:   rapid.SampledFrom([]string{"", ChargesWithRow, ChargesOnOwnDate}).Draw(t, "charges")}
	}
	for i := range facts {
		switch f := &facts[i]; {
		case f.Policy != nil:
			if rapid.Bool().Draw(t, "by policy") {
				f.Policy.Allocation = draw()
			}
			f.Policy.FeesDue = rapid.SampledFrom([]string{"", FeesOnOwnDate, FeesWithInstalment}).Draw(t, "fees due")
			f.Policy.AdvancePolicy = AdvancePolicy{Kind: rapid.SampledFrom([]string{"", NextInstalment}).Draw(t, "advance"), Days: rapid.SampledFrom([]int{0, 5, 200}).Draw(t, "near")}
		case f.Receipt != nil && rapid.Bool().Draw(t, "by receipt"):
			f.Receipt.Allocation = draw()
		}
	}
}

// A vertical walk knows the penal charges of its day before it looks for them: 10,000
// unpaid since 5 April at 24% are 98.63 of penal on 20 April, and a step that asks for
// them first pays them first.
func TestVerticalWalkKnowsThePenalOfItsDay(t *testing.T) {
	l := &ladder{}
	l.owes("L", "E1", asDate("2025-04-05"), 8000_00, 2000_00)
	l.receives("R", asDate("2025-04-20"), 500_00)
	l.facts[0].Receipt.Allocation = &Allocation{Direction: Vertical, Steps: must(ParseAllocation("past_due_PI past_due_NI past_due_P"))}
	policy := DefaultPolicy()
	policy.Penal = PenalPolicy{Kind: PenalRate, Rate: 24_000_000}
	got := l.paid(mustReplay(l.account(policy), asDate("2025-04-20"), false), "R")
	if diff := cmp.Diff([]string{"E1 PI 98.63", "E1 NI 401.37"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Money in advance pays no instalment of a loan that is lent only later.
func TestMoneyInAdvanceWaitsForTheLoan(t *testing.T) {
	start := NewDate(2025, 1, 5)
	loan := func(name string, index int64, on Date) Fact {
		rows := []ScheduleRow{{No: 1, PeriodStart: on, PeriodEnd: on.AddMonths(1), DueDate: on.AddMonths(1), Principal: 1000_00, Interest: 10_00}}
		return Fact{Key: name, Kind: FactDisbursal, ValueDate: on, Amount: 1000_00, Disbursal: &Disbursal{Loan: name, LoanIndex: index, Rows: rows}}
	}
	paid := receiptOf("R", start+1, 1500_00)
	paid.Receipt.Allocation = &Allocation{Steps: must(ParseAllocation("in_advance_NI in_advance_P"))}
	facts := []Fact{loan("A", 1, start), loan("B", 2, start+10), paid}
	for _, days := range []int{1, 9, 10, 20} {
		if b := mustReplay(facts, start.AddDays(days), false); b.Excess != 490_00 {
			t.Errorf("after %d days %s is held, want 490.00", days, b.Excess)
		}
	}
}

// What falls due on a day comes before the money of that day, also money that was at the
// bank before; what is held takes up a charge that joins an instalment after the money of
// the day; and money that may only pay what is past due waits for the next due date,
// however other money of a day was banked.
func TestWhatIsDueComesBeforeTheMoneyOfItsDay(t *testing.T) {
	all := "past_due_F past_due_P due_F due_P in_advance_F in_advance_P"
	receipt := func(key string, on, bank Date, amount Money, steps string) Fact {
		f := receiptOf(key, on, amount)
		f.BankDate, f.Receipt.Allocation = bank, &Allocation{Steps: must(ParseAllocation(steps))}
		return f
	}
	joining := chargeOf("fee", "L", day(5, 10), day(5, 10), 60_00)
	joining.BankDate = day(5, 11)
	for name, c := range map[string]struct {
		joined string
		facts  []Fact
		want   []string
	}{
		"a charge of the day": {"", []Fact{receipt("R", day(5, 9), day(5, 8), 100_00, all), chargeOf("fee", "L", day(5, 9), day(5, 9), 60_00)},
			[]string{"fee F 60.00 2025-05-09", "L/1 P 40.00 2025-05-09"}},
		"a charge that joins later that day": {FeesWithInstalment, []Fact{receipt("R", day(5, 10), day(5, 10), 1100_00, "due_F due_P"), joining},
			[]string{"L/1 P 1000.00 2025-05-10", "fee F 60.00 2025-05-10 from excess", "L/2 P 40.00 2025-06-10 from excess"}},
		"money for what is past due": {"", []Fact{receipt("Q", day(5, 10), day(5, 10), 100_00, "past_due_P"), receipt("R", day(5, 20), day(5, 19), 10_00, all), receipt("S", day(5, 20), day(5, 20), 20_00, all)},
			[]string{"L/1 P 10.00 2025-05-20", "L/1 P 20.00 2025-05-20", "L/1 P 100.00 2025-06-10 from excess"}},
	} {
		l := &ladder{}
		l.owes("L", "E1", day(5, 10), 1000_00, 0)
		l.owes("L", "E2", day(6, 10), 1000_00, 0)
		l.facts = c.facts
		policy := DefaultPolicy()
		policy.FeesDue = c.joined
		if diff := cmp.Diff(c.want, paidIn(mustReplay(l.account(policy), day(6, 10), false))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
