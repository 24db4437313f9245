package matching

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLearn(t *testing.T) {
	account := Account{ID: "9", Name: "Jamuna Behera"}
	own := Own{Names: []string{"Lender Ltd"}, Handles: []string{"lender@yesbank"}}
	got := Learn(Parse("hdfc", "UPI-MADAN PAL-madan.pal@okaxis-HDFC0001234-615712345678-EMI"), account, own)
	want := []Memory{
		{Kind: MemoryVPA, Value: "madan.pal@okaxis", Account: "9", Confirmations: 1},
		{Kind: MemoryName, Value: "MADANPAL", Account: "9", Confirmations: 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("a third party (-want +got):\n%s", diff)
	}
	got = Learn(Parse("hdfc", "IMPS-615712345678-JAMUNA BEHERA-HDFC-XXXXXXXX1234-EMI"), account, own)
	want = []Memory{{Kind: MemoryAccount, Value: "HDFC:1234:JAMUNABEHER", Account: "9", Confirmations: 1}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the borrower himself (-want +got):\n%s", diff)
	}
	if got := Learn(Parse("hdfc", "UPI-LENDER LTD-lender@yesbank-HDFC0001234-615712345678-EMI"), account, own); len(got) != 0 {
		t.Errorf("the lender's own is learned: %v", got)
	}
	refused := Unlearn(Parse("hdfc", "UPI-MADAN PAL-madan.pal@okaxis-HDFC0001234-615712345678-EMI"), account, own)
	if len(refused) != 2 || refused[0].Rejections != 1 || refused[0].Confirmations != 0 {
		t.Errorf("a refusal is learned as %v", refused)
	}
}

// TestMemoryGrowsAndShrinks: half the weight after one approval, all after two,
// half again after a refusal, nothing for a payer of many.
func TestMemoryGrowsAndShrinks(t *testing.T) {
	weigh := func(ms ...Memory) int {
		book := smallBook()
		book.Remember(ms...)
		e, _ := signal(first(t, book.Propose(credit(2_222_00, "UPI-MADAN PAL-madan.pal@okaxis-HDFC0001234-615712345678-EMI"))), SignalVPA)
		return e.Weight
	}
	vpa := func(account string, yes, no int) Memory {
		return Memory{Kind: MemoryVPA, Value: "madan.pal@okaxis", Account: account, Confirmations: yes, Rejections: no}
	}
	if got := weigh(vpa("9", 1, 0)); got != weightVPA/2 {
		t.Errorf("after one approval %d, want %d", got, weightVPA/2)
	}
	if got := weigh(vpa("9", 1, 0), vpa("9", 1, 0)); got != weightVPA {
		t.Errorf("after two approvals %d, want %d", got, weightVPA)
	}
	if got := weigh(vpa("9", 2, 1)); got != weightVPA/2 {
		t.Errorf("after two approvals and a refusal %d, want %d", got, weightVPA/2)
	}
	if got := weigh(vpa("9", 2, 0), vpa("8", 2, 0)); got != weightVPA/2 {
		t.Errorf("of two borrowers %d, want %d", got, weightVPA/2)
	}
	var hub []Memory
	for _, account := range []string{"4", "5", "6", "8"} { // and 9: five borrowers
		hub = append(hub, vpa(account, 3, 0))
	}
	if got := weigh(append(hub, vpa("9", 3, 0))...); got != 0 {
		t.Errorf("of a hub %d, want nothing", got)
	}
}

// TestMemoryDoesNotOutvoteTheAmount: a remembered name alone is never pre-ticked,
// and a payer who paid another loan before is held.
func TestMemoryDoesNotOutvoteTheAmount(t *testing.T) {
	book := smallBook()
	book.Remember(Memory{Kind: MemoryName, Value: "MADANPAL", Account: "5", Confirmations: 5})
	p := book.Propose(credit(3_333_00, "IMPS/P2A/615712345678/MADAN PAL/AXIS BANK/emi"))
	if c := first(t, p); c.Accounts[0] != "5" || p.Decision != Suggest {
		t.Errorf("got %v, %s; want account 5, suggested", c.Accounts, p.Decision)
	}
	book = smallBook()
	book.Remember(Memory{Kind: MemoryName, Value: prepareName("Farida Ansari").fold, Account: "8", Confirmations: 5})
	p = book.Propose(credit(5_121_00, "IMPS/P2A/615712345678/FARIDA ANSARI/AXIS BANK/emi"))
	if c := first(t, p); c.Accounts[0] != "6" || p.Decision != Suggest {
		t.Errorf("got %v, %s; want account 6, suggested", c.Accounts, p.Decision)
	}
}

func TestMergeMemories(t *testing.T) {
	got := MergeMemories(Memory{Kind: MemoryVPA, Value: "b@x", Account: "1", Confirmations: 1}, Memory{Kind: MemoryVPA, Value: "a@x", Account: "1", Confirmations: 1}, Memory{Kind: MemoryVPA, Value: "b@x", Account: "1", Confirmations: 2, Rejections: 1})
	want := []Memory{{Kind: MemoryVPA, Value: "a@x", Account: "1", Confirmations: 1}, {Kind: MemoryVPA, Value: "b@x", Account: "1", Confirmations: 3, Rejections: 1}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("merged (-want +got):\n%s", diff)
	}
}
