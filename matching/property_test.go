package matching

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lekha/lending"
)

// drawBook draws a book of up to forty accounts with names, numbers and amounts
// from small sets, so that they collide often.
func drawBook(t *rapid.T) ([]Account, []Due) {
	names := []string{"Lalitha Naidu", "Lalitha Devi Naidu", "Gopal Naidu", "Vinod Sahu", "Om Sai Hardware", "Farida Ansari", "Tejinder Grewal", "T Grewal", ""}
	n := rapid.IntRange(1, 40).Draw(t, "accounts")
	accounts := make([]Account, n)
	var dues []Due
	for i := range accounts {
		emi := lending.Money(100_00 * rapid.IntRange(1, 9).Draw(t, "emi"))
		accounts[i] = Account{ID: fmt.Sprintf("A%02d", i), Ref: fmt.Sprintf("PLPUN%07d", 1000+rapid.IntRange(0, 60).Draw(t, "ref")*11+i*1000), CustomerID: fmt.Sprint("C", rapid.IntRange(0, n).Draw(t, "customer")),
			Name: rapid.SampledFrom(names).Draw(t, "name"), CoApplicant: rapid.SampledFrom(names).Draw(t, "co"), Phone: rapid.SampledFrom([]string{"", "9812345670", "9812345671"}).Draw(t, "phone"),
			Active: rapid.IntRange(0, 9).Draw(t, "closed") > 0, EMI: emi, RemitterLast4: rapid.SampledFrom([]string{"", "1234", "4321"}).Draw(t, "tail")}
		for month := 4; month < 8; month++ {
			dues = append(dues, Due{Account: accounts[i].ID, DueDate: on(month, 1+i%20), Amount: emi, EMI: emi})
		}
	}
	return accounts, dues
}

// drawCredit draws a credit that speaks of the book's accounts, or of nothing.
func drawCredit(t *rapid.T, accounts []Account) Credit {
	a, b := rapid.SampledFrom(accounts).Draw(t, "a"), rapid.SampledFrom(accounts).Draw(t, "b")
	narration := rapid.SampledFrom([]string{
		"UPI-" + a.Name + "-" + a.Phone + "@YBL-HDFC0001234-615712345678-EMI", "IMPS/P2A/615712345678/" + a.Name + "/AXIS BANK/loan " + b.Ref,
		"IMPS-615712345678-" + a.Name + "-HDFC-XXXXXXXX1234-EMI", "CASH DEPOSIT-SELF--", "NEFT/HDFCN12026060612345678/" + a.Name + "/HDFC BANK/" + a.Ref + " " + b.Ref,
		"UPI/P2A/615712345678/NOBODY/AXIS BANK/for " + a.Name + " and " + b.Name,
	}).Draw(t, "narration")
	amount := rapid.SampledFrom([]lending.Money{a.EMI, a.EMI + b.EMI, 2 * a.EMI, a.EMI + 7_00, 1}).Draw(t, "amount")
	return Credit{ID: "c", ValueDate: on(6, rapid.IntRange(1, 28).Draw(t, "day")), Amount: amount, Narration: narration}
}

// TestProposeProperties holds for every book and credit: the same answer twice
// and in any order of accounts, confidences that sum to at most the whole, parts
// that sum to the credit, evidence that sums to the score.
func TestProposeProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		accounts, dues := drawBook(t)
		c := drawCredit(t, accounts)
		p := NewBook(accounts, dues, nil, nil).Propose(c)
		again := slices.Clone(accounts)
		slices.Reverse(again)
		if diff := cmp.Diff(p, NewBook(again, dues, nil, nil).Propose(c)); diff != "" {
			t.Fatalf("another order of accounts gives another answer (-first +second):\n%s", diff)
		}
		sum := p.Nobody
		for i, x := range p.Candidates {
			sum += x.Confidence
			checkCandidate(t, c, x)
			if i > 0 && x.Confidence > p.Candidates[i-1].Confidence {
				t.Fatalf("candidate %d is surer than the one before it", i)
			}
		}
		if sum > 10_000 {
			t.Fatalf("confidences sum to %d", sum)
		}
		if p.Decision == Auto && (p.Held != "" || len(p.Candidates) == 0 || p.Candidates[0].Confidence < 5_000) {
			t.Fatalf("auto with %+v", p)
		}
	})
}

func checkCandidate(t *rapid.T, c Credit, x Candidate) {
	var parts lending.Money
	for _, m := range x.Amounts {
		parts += m
		if m <= 0 {
			t.Fatalf("a part of %s", m)
		}
	}
	if parts != c.Amount || len(x.Amounts) != len(x.Accounts) {
		t.Fatalf("parts %v of %v do not make %s", x.Amounts, x.Accounts, c.Amount)
	}
	bits := 0
	for _, e := range x.Evidence {
		bits += e.Weight
	}
	if bits != x.Bits {
		t.Fatalf("evidence sums to %d, the candidate says %d", bits, x.Bits)
	}
}

// TestProposeIgnoresStrangers: an account that nobody quotes, with another name
// and amount, never raises the confidence of any other.
func TestProposeIgnoresStrangers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		accounts, dues := drawBook(t)
		c := drawCredit(t, accounts)
		before := NewBook(accounts, dues, nil, nil).Propose(c)
		accounts = append(accounts, Account{ID: "Z99", Ref: "XQZZZ7777777", CustomerID: "Z", Name: "Bhupinder Yuvraj", Active: true, EMI: 77_777_77})
		dues = append(dues, Due{Account: "Z99", DueDate: on(6, 5), Amount: 77_777_77, EMI: 77_777_77})
		after := NewBook(accounts, dues, nil, nil).Propose(c)
		for _, x := range after.Candidates {
			for _, y := range before.Candidates {
				if slices.Equal(x.Accounts, y.Accounts) && x.Confidence > y.Confidence {
					t.Fatalf("%v rose from %d to %d", x.Accounts, y.Confidence, x.Confidence)
				}
			}
		}
	})
}

// TestProposeNeverOffersRefusedAccounts: whatever is refused stays away.
func TestProposeNeverOffersRefusedAccounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		accounts, dues := drawBook(t)
		c := drawCredit(t, accounts)
		book := NewBook(accounts, dues, nil, nil)
		for range 3 {
			for _, x := range book.Propose(c).Candidates {
				for _, id := range x.Accounts {
					if slices.Contains(c.Refused, id) {
						t.Fatalf("%s was refused and is offered", id)
					}
				}
			}
			c.Refused = append(c.Refused, rapid.SampledFrom(accounts).Draw(t, "refused").ID)
		}
	})
}

// TestBookFollowsChanges: a book that was changed step by step answers as one
// that was made new.
func TestBookFollowsChanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		accounts, dues := drawBook(t)
		c := drawCredit(t, accounts)
		changed := NewBook(accounts, dues, nil, nil)
		i := rapid.IntRange(0, len(accounts)-1).Draw(t, "changed")
		a := accounts[i]
		a.Name, a.Phone, a.EMI, a.Ref = "Changed Person", "9812345671", 500_00, "PLPUN9999999"
		changed.SetAccount(a)
		changed.SetDues(a.ID, []Due{{Account: a.ID, DueDate: on(6, 5), Amount: 500_00, EMI: 500_00}})
		accounts[i] = a
		dues = slices.DeleteFunc(dues, func(d Due) bool { return d.Account == a.ID })
		dues = append(dues, Due{Account: a.ID, DueDate: on(6, 5), Amount: 500_00, EMI: 500_00})
		if diff := cmp.Diff(NewBook(accounts, dues, nil, nil).Propose(c), changed.Propose(c)); diff != "" {
			t.Fatalf("changed book (-new +changed):\n%s", diff)
		}
	})
}

// TestBookForgetsWhatChanged: the old phone, number, tail and name of an account
// that changed find nothing any more.
func TestBookForgetsWhatChanged(t *testing.T) {
	book := smallBook()
	book.SetAccount(Account{ID: "1", Ref: "PLPUN0099999", CustomerID: "C1", Name: "Another Person", Phone: "9999988888", Active: true, EMI: 2_150_00})
	for _, narration := range []string{
		"UPI-X-9812345670@YBL-HDFC0001234-615712345678-EMI", "IMPS-615712345678-X-HDFC-XXXXXXXX4821-EMI", "UPI/P2A/615712345678/X/AXIS BANK/PLPUN0068485",
		"NEFT CR-HDFC0009999-X-LENDER LTD-LENDER4410000001-HDFCN12026060612345678", "NACH CR/HDFC7021234567890123/X/060626",
	} {
		for _, c := range book.Propose(credit(1_00, narration)).Candidates {
			if slices.Contains(c.Accounts, "1") {
				t.Errorf("%q still finds it: %v", narration, c.Evidence)
			}
		}
	}
}
