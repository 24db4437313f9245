package lending

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A payment in the morning and new rows in the afternoon of one day: the payment
// settles what was due, and the rows are for what is left.
func TestNewRowsComeAfterTheMoneyOfTheirDay(t *testing.T) {
	l := &ladder{}
	l.owes("L", "L1", day(4, 5), 800_00, 200_00)
	l.owes("L", "L2", day(5, 5), 810_00, 190_00)
	l.owes("L", "L3", day(6, 5), 820_00, 180_00)
	on := day(5, 10)
	l.receives("R", on, 1000_00)
	facts := l.account(DefaultPolicy())
	owed := Owed(mustReplay(facts, on, false), "L")
	if owed.Principal != 1630_00 || owed.Interest != 190_00 {
		t.Fatalf("after the payment %s principal and %s interest are owed", owed.Principal, owed.Interest)
	}
	body := must(owed.Restructure(Restructuring{Terms: Terms{ROIValue: 12_000_000, EMICount: 6}, Interest: HeadCapitalise}))
	b := mustReplay(append(facts, Fact{Key: "N", Kind: FactReschedule, ValueDate: on, Reschedule: &body}), on, false)
	if again := Owed(b, "L"); again.Principal != 1820_00 || b.Excess != 0 || b.Summary.InterestPaid != 200_00 || b.Summary.PrincipalPaid != 800_00 {
		t.Errorf("principal %s, excess %s, paid %s interest and %s principal", again.Principal, b.Excess, b.Summary.InterestPaid, b.Summary.PrincipalPaid)
	}
}

// Rows agreed on what a Book owes owe just that, whatever happened on their day.
func TestNewRowsOweWhatWasOwed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		facts, start := drawMovingAccount(t)
		on := start.AddDays(rapid.IntRange(0, 400).Draw(t, "anew"))
		facts = slices.DeleteFunc(facts, func(f Fact) bool { return f.ValueDate == on && f.Kind == FactReschedule })
		f, ok := drawReschedule(t, facts, Fact{Key: "zz", ValueDate: on})
		if !ok {
			t.Skip()
		}
		before, after := replayed(t, facts, At{Date: on}), replayed(t, append(facts, f), At{Date: on})
		want, got := Owed(before, "L"), Owed(after, "L")
		if f.Reschedule.Interest == HeadCapitalise {
			want.Principal += want.Interest + want.Accrued
		}
		if got.Principal != want.Principal || before.Excess != after.Excess && len(after.Settlements) == len(before.Settlements) {
			t.Fatalf("owed %s before and %s after, held %s and %s", want.Principal, got.Principal, before.Excess, after.Excess)
		}
	})
}
