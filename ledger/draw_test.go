package ledger

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lekha/lending"
)

// drawAccount draws an account on which everything happens that a ledger has to
// follow: early and late money, excess, fees with tax, waivers, refunds, reversals,
// adjustments, prepayments, tranches, decisions on the category and write-offs.
func drawAccount(t *rapid.T) ([]lending.Fact, lending.At) {
	start := lending.NewDate(2024, time.January, 5)
	terms := lending.Terms{ROIValue: lending.Rate(rapid.SampledFrom([]int{0, 9_000_000, 24_000_000}).Draw(t, "rate")), EMICount: rapid.IntRange(1, 12).Draw(t, "rows"), BPIMode: lending.BPINone,
		Amortization:          rapid.SampledFrom([]lending.Amortization{lending.EqualInstalments, lending.EqualPrincipal, lending.InterestOnly}).Draw(t, "shape"),
		InterestRecalculation: rapid.SampledFrom([]string{lending.RecalculateNone, lending.RecalculateDaily}).Draw(t, "recalculation")}
	lent := lending.Money(rapid.IntRange(1000_00, 300_000_00).Draw(t, "lent"))
	s, err := terms.Schedule(lent, start)
	if err != nil {
		t.Skip()
	}
	policy := lending.DefaultPolicy()
	policy.OverdueRate = lending.Rate(rapid.SampledFrom([]int{0, 18_000_000}).Draw(t, "overdue rate"))
	policy.Penal = rapid.SampledFrom([]lending.PenalPolicy{{}, {Kind: lending.PenalFlat, Amount: 500_00}, {Kind: lending.PenalPerDay, Amount: 10_00}}).Draw(t, "penal")
	if rapid.Bool().Draw(t, "next") {
		policy.AdvancePolicy = lending.AdvancePolicy{Kind: lending.NextInstalment, Days: 40}
	}
	deductions := []lending.Deduction{{Kind: lending.FromHoldback, Name: "Holdback", Amount: lent / 20}, {Kind: "fee", Name: "Fee", Amount: lent / 100},
		{Kind: "gst", Name: "GST", Amount: lent / 500}, {Kind: "upfront_interest", Name: "Interest kept back", Amount: lent / 50}}
	facts := []lending.Fact{{Key: "policy", Kind: lending.FactTerms, ValueDate: start, Policy: &policy},
		{Key: "d", Kind: lending.FactDisbursal, ValueDate: start, Amount: lent, Disbursal: &lending.Disbursal{Loan: "L", LoanIndex: 1, Terms: terms, Rows: s.Rows, Deductions: deductions}}}
	last := s.Maturity.Sub(start)
	for i := range rapid.IntRange(0, 9).Draw(t, "events") {
		on := start.AddDays(rapid.IntRange(0, last+120).Draw(t, "on"))
		facts = append(facts, drawFact(t, facts, fmt.Sprintf("m%02d", i), on, s))
	}
	return facts, lending.At{Date: start.AddDays(rapid.IntRange(0, last+200).Draw(t, "at")), DayEnd: rapid.Bool().Draw(t, "day end")}
}

func drawFact(t *rapid.T, facts []lending.Fact, key string, on lending.Date, s lending.Schedule) lending.Fact {
	f := lending.Fact{Key: key, ValueDate: on, Amount: lending.Money(rapid.IntRange(100, int(s.Rows[len(s.Rows)-1].Instalment())*2+200).Draw(t, "amount"))}
	switch rapid.IntRange(0, 13).Draw(t, "what") {
	case 0, 1, 2:
		f.Kind, f.Receipt = lending.FactReceipt, &lending.Receipt{Received: f.Amount - f.Amount/50, TDS: f.Amount / 50}
	case 3:
		f.Kind, f.Receipt = lending.FactReceipt, &lending.Receipt{Received: f.Amount, Prepayment: &lending.Prepayment{Effect: rapid.SampledFrom([]string{lending.ReduceEMI, lending.ReduceTenure}).Draw(t, "effect")}}
	case 4:
		f.Kind, f.Tranche = lending.FactTranche, &lending.Tranche{Loan: "L", Deductions: []lending.Deduction{{Kind: "fee", Name: "Fee", Amount: f.Amount / 50}}}
	case 5, 6:
		tax := f.Amount / 10
		f.Kind, f.Charge = lending.FactCharge, &lending.Charge{Fee: key, Loan: "L", Name: "Bounce charge", DueDate: on.AddDays(rapid.IntRange(-10, 30).Draw(t, "charge due")), Base: f.Amount - 2*tax, CGST: tax, SGST: tax,
			Component: rapid.SampledFrom([]string{"", "PI", "NI"}).Draw(t, "as")}
	case 7:
		f.Kind, f.Adjustment = lending.FactAdjustment, &lending.Adjustment{From: rapid.SampledFrom([]string{lending.FromHoldback, lending.FromCashback, lending.FromExcess}).Draw(t, "from")}
	case 8:
		f.Kind, f.Waiver = lending.FactWaiver, &lending.Waiver{Component: lending.Component(rapid.IntRange(0, lending.NumComponents-1).Draw(t, "component"))}
	case 9:
		f.Kind, f.Refund = lending.FactRefund, &lending.Refund{From: rapid.SampledFrom([]string{"", lending.FromHoldback, lending.FromCashback}).Draw(t, "back from")}
	case 10:
		f.Kind, f.Cashback = lending.FactCashback, &lending.Cashback{Loan: "L", Reason: "rebate"}
	case 11:
		f.Kind, f.Amount, f.WriteOff = lending.FactWriteOff, 0, &lending.WriteOff{Kind: lending.WriteOffTechnical}
	case 12:
		f.Kind, f.Amount, f.Classification = lending.FactClassification, 0, &lending.Classification{Category: rapid.SampledFrom([]lending.Category{lending.SubStandard, lending.Loss, lending.Regular}).Draw(t, "category")}
	default:
		f.Kind, f.Reverses = lending.FactReversal, facts[rapid.IntRange(1, len(facts)-1).Draw(t, "reverses")].Key
	}
	return f
}

// replayed skips what replay refuses: it is not the ledger's to judge.
func replayed(t *rapid.T, facts []lending.Fact, at lending.At) *lending.Book {
	book, err := lending.Replay(facts, at)
	if err != nil {
		t.Skip(err.Error())
	}
	return book
}

func entriesOf(t *rapid.T, facts []lending.Fact, at lending.At) ([]Entry, *lending.Book) {
	book := replayed(t, facts, at)
	entries, err := Entries(book, facts, Policy{Provide: true})
	if err != nil {
		t.Fatal(err)
	}
	return entries, book
}

// TestEveryEntryBalancesAndControlsTie: whatever happens to an account, each entry
// balances and the accounts of dues and debts are the figures of the Book.
func TestEveryEntryBalancesAndControlsTie(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		facts, at := drawAccount(t)
		entries, book := entriesOf(t, facts, at)
		for i := range entries {
			if err := entries[i].Check(); err != nil {
				t.Error(err)
			}
			if entries[i].ValueDate > at.Date {
				t.Errorf("%s is of %s, after %s", entries[i].Event, entries[i].ValueDate, at.Date)
			}
		}
		balances := Balances(entries)
		for _, u := range Tie(book, balances) {
			t.Errorf("%s: the Book says %s, the entries %s", u.Name, u.Want, u.Got)
		}
		if suspense, want := -balances[InterestSuspense], unrealised(book, balances); suspense != want {
			t.Errorf("suspense holds %s, unrealised is %s", suspense, want)
		}
	})
}

// unrealised is the income of a non-performing account that no cash has come for,
// charges to the account as a whole left out.
func unrealised(book *lending.Book, balances map[Role]lending.Money) lending.Money {
	if !book.Summary.AssetCategory.NPA() {
		return 0
	}
	return balances[InterestAccrued] + balances[InterestDue] + balances[OverdueDue] + balances[PenalDue]
}

// TestDifferenceMakesOneFromTheOther: posted entries and their difference to a later
// Book together are the entries of that Book, and nothing is posted twice.
func TestDifferenceMakesOneFromTheOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		facts, at := drawAccount(t)
		later := lending.At{Date: at.Date.AddDays(rapid.IntRange(0, 60).Draw(t, "later"))}
		before, _ := entriesOf(t, facts[:max(2, len(facts)/2)], at)
		after, _ := entriesOf(t, facts, later)
		posted := append(before, Difference(after, before, later.Date)...)
		for i := range posted {
			if err := posted[i].Check(); err != nil {
				t.Error(err)
			}
		}
		if again := Difference(after, posted, later.Date); len(again) != 0 {
			t.Errorf("posting again posts %v", again)
		}
	})
}

// TestReversalCancels: a receipt and its reversal leave the entries as if neither
// had been, and what was posted of the receipt comes back as its mirror.
func TestReversalCancels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		facts, at := drawAccount(t)
		without, _ := entriesOf(t, facts, at)
		receipt := lending.Fact{Key: "extra", Kind: lending.FactReceipt, ValueDate: at.Date.AddDays(-rapid.IntRange(0, 30).Draw(t, "back")), Amount: 777_00, Receipt: &lending.Receipt{Received: 777_00}}
		with, _ := entriesOf(t, append(facts[:len(facts):len(facts)], receipt), at)
		undone, _ := entriesOf(t, append(facts[:len(facts):len(facts)], receipt, lending.Fact{Key: "undo", Kind: lending.FactReversal, ValueDate: receipt.ValueDate, Reverses: "extra"}), at)
		if left := Difference(undone, without, at.Date); len(left) != 0 {
			t.Errorf("a receipt that was undone leaves %v", left)
		}
		both := Balances(append(Difference(with, without, at.Date), Difference(undone, with, at.Date)...))
		for role, sum := range both {
			if sum != 0 {
				t.Errorf("%s is left with %s", role, sum)
			}
		}
	})
}
