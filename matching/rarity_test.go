package matching

import (
	"fmt"
	"strings"
	"testing"

	"lekha/lending"
)

// crowdedBook is the small book among so many other accounts, of which some have
// a given name and some a given instalment, all due on the fifth.
func crowdedBook(others int, named string, namesakes int, emi lending.Money, sharers int) *Book {
	book := smallBook()
	for i := range others {
		a := Account{ID: fmt.Sprintf("X%06d", i), Ref: fmt.Sprintf("ZZ%07d", 10*i), CustomerID: fmt.Sprintf("XC%06d", i), Name: fmt.Sprintf("Q%s Zz%s", letters(i), letters(7*i)),
			Active: true, EMI: lending.Money(20_000_00 + 100*i)}
		if i < namesakes {
			a.Name = named
		}
		if i >= others-sharers {
			a.EMI = emi
		}
		book.SetAccount(a)
		book.SetDues(a.ID, []Due{{Account: a.ID, DueDate: on(6, 5), Amount: a.EMI, EMI: a.EMI}})
	}
	return book
}

// letters writes a number in letters, so that names differ.
func letters(n int) string {
	var s strings.Builder
	for range 6 {
		s.WriteString(string(rune('a' + n%26)))
		n /= 26
	}
	return s.String()
}

// TestALargerBookIsAsSure: a name and an amount that nobody else has tell the
// account from twenty thousand others as surely as from two dozen.
func TestALargerBookIsAsSure(t *testing.T) {
	c := credit(7_770_00, "IMPS/P2A/615712345678/TEJINDER SINGH GREWAL/AXIS BANK/emi")
	for _, others := range []int{10, 2_000, 20_000} {
		p := crowdedBook(others, "", 0, 0, 0).Propose(c)
		if best := first(t, p); best.Accounts[0] != "8" || p.Decision != Auto || best.Confidence < 9_900 {
			t.Errorf("among %d others: account %s, %s, confidence %d; want account 8, auto, at least 9900; held: %s", others, best.Accounts[0], p.Decision, best.Confidence, p.Held)
		}
	}
}

// TestANameOfManySaysLess: what a name says depends on how many borrowers have
// it, and never becomes a reason against them.
func TestANameOfManySaysLess(t *testing.T) {
	c := credit(7_770_00, "IMPS/P2A/615712345678/TEJINDER SINGH GREWAL/AXIS BANK/emi")
	last := 1 << 30
	for _, namesakes := range []int{0, 3, 40, 1_500} {
		e, ok := signal(first(t, crowdedBook(2_000, "Tejinder Singh Grewal", namesakes, 0, 0).Propose(c)), SignalName)
		if !ok || e.Weight >= last || e.Weight < leastName {
			t.Errorf("with %d namesakes the name weighs %d after %d; want less and at least %d", namesakes, e.Weight, last, leastName)
		}
		last = e.Weight
	}
}

// TestAnAmountOfManySaysLess: the same for an amount.
func TestAnAmountOfManySaysLess(t *testing.T) {
	c := credit(7_770_00, "IMPS/P2A/615712345678/TEJINDER SINGH GREWAL/AXIS BANK/emi")
	last := 1 << 30
	for _, sharers := range []int{0, 3, 40, 280} {
		e, ok := signal(first(t, crowdedBook(2_000, "", 0, 7_770_00, sharers).Propose(c)), SignalAmount)
		if !ok || e.Weight >= last {
			t.Errorf("with %d sharers the amount weighs %d after %d; want less", sharers, e.Weight, last)
		}
		last = e.Weight
	}
}

// TestNamesakesWithTheSameDue: two of one name and one due stay a tie, in a large
// book as in a small one.
func TestNamesakesWithTheSameDue(t *testing.T) {
	book := crowdedBook(5_000, "Tejinder Singh Grewal", 1, 7_770_00, 0)
	book.SetDues("X000000", []Due{{Account: "X000000", DueDate: on(6, 5), Amount: 7_770_00, EMI: 7_770_00}})
	if p := book.Propose(credit(7_770_00, "IMPS/P2A/615712345678/TEJINDER SINGH GREWAL/AXIS BANK/emi")); p.Decision == Auto {
		t.Errorf("%v is pre-ticked at %d, although a namesake owes the same", first(t, p).Accounts, first(t, p).Confidence)
	}
}
