package matching

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"lekha/lending"
)

// bigBook is a book of so many accounts: names of a few hundred words, some
// hundred instalments, six dues each.
func bigBook(n int) *Book {
	r := rand.New(rand.NewPCG(1, 2))
	syllables := []string{"RA", "MO", "KI", "SHA", "NTA", "DE", "VI", "PRA", "KASH", "LA", "NI", "GO", "PAL", "SU", "REN", "DRA", "MEE", "NA", "TH", "AR", "JU", "BAN", "HAR", "ISH"}
	word := func() string {
		var s strings.Builder
		for range 2 + r.IntN(2) {
			s.WriteString(syllables[r.IntN(len(syllables))])
		}
		return s.String()
	}
	words := make([]string, 600)
	for i := range words {
		words[i] = word()
	}
	start := lending.NewDate(2026, 1, 1)
	accounts := make([]Account, n)
	dues := make([]Due, 0, 6*n)
	for i := range accounts {
		emi := lending.Money(50_000 + 10_000*r.IntN(400))
		accounts[i] = Account{ID: fmt.Sprintf("A%06d", i), Ref: fmt.Sprintf("PLPUN%07d", 1_000_000+7*i), VirtualAccount: fmt.Sprintf("LENDER%010d", i), CustomerID: fmt.Sprintf("C%06d", i-i%5/4),
			Name: words[r.IntN(600)] + " " + words[r.IntN(600)], CoApplicant: words[r.IntN(600)] + " " + words[r.IntN(600)], Phone: fmt.Sprintf("9%09d", r.IntN(1_000_000_000)),
			Active: true, EMI: emi, RemitterIFSC: "HDFC0001234", RemitterLast4: fmt.Sprintf("%04d", r.IntN(10_000))}
		for m := range 6 {
			dues = append(dues, Due{Account: accounts[i].ID, DueDate: start.AddDays(i % 20).AddMonths(m), Amount: emi, EMI: emi})
		}
	}
	return NewBook(accounts, dues, nil, nil)
}

// BenchmarkPropose scores one credit against 100,000 accounts; it is to take less
// than 20 ms on one core.
func BenchmarkPropose(b *testing.B) {
	book := bigBook(100_000)
	e := book.accounts[777]
	credits := []Credit{
		{ID: "1", ValueDate: lending.NewDate(2026, 3, 4), Amount: e.EMI, Bank: "hdfc", Narration: "UPI-" + e.Name + "-" + e.Phone + "@YBL-HDFC0001234-606212345678-EMI MAR"},
		{ID: "2", ValueDate: lending.NewDate(2026, 3, 4), Amount: e.EMI, Bank: "axis", Narration: "IMPS/P2A/606212345678/" + e.Name + "/HDFC BANK/loan " + e.Ref[:11]},
		{ID: "3", ValueDate: lending.NewDate(2026, 3, 4), Amount: 2 * e.EMI, Bank: "icici", Narration: "NEFT-HDFCN12026030412345678-" + e.CoApplicant + "-" + e.Name + " AND " + book.accounts[5].Name + "-012345678901-HDFC0001234"},
		{ID: "4", ValueDate: lending.NewDate(2026, 3, 4), Amount: e.EMI, Bank: "sbi", Narration: "CASH DEPOSIT-SELF--"},
	}
	for i := range credits {
		b.Run(fmt.Sprint("credit ", i+1), func(b *testing.B) {
			for b.Loop() {
				book.Propose(credits[i])
			}
		})
	}
}

// TestProposeDoesNotReadTheWholeBook: candidates come from indexes, so a book a
// hundred times as large does not mean a hundred times the work. Work is counted
// in allocations, which no busy machine changes.
func TestProposeDoesNotReadTheWholeBook(t *testing.T) {
	work := func(accounts int) float64 {
		book := bigBook(accounts)
		e := book.accounts[777]
		c := Credit{ID: "1", ValueDate: lending.NewDate(2026, 3, 4), Amount: 2 * e.EMI, Bank: "icici",
			Narration: "NEFT-HDFCN12026030412345678-" + e.CoApplicant + "-" + e.Name + " AND " + book.accounts[5].Name + "-012345678901-HDFC0001234"}
		return testing.AllocsPerRun(5, func() { book.Propose(c) })
	}
	if small, large := work(1_000), work(20_000); large > 10*small {
		t.Errorf("%.0f allocations in a book of 1,000 accounts and %.0f in one of 20,000", small, large)
	}
}
