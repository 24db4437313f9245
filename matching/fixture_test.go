package matching

import (
	"testing"

	"lekha/lending"
)

// on is a day of 2026.
func on(month, dayOfMonth int) lending.Date {
	return lending.NewDate(2026, 1, 1).AddMonths(month - 1).AddDays(dayOfMonth - 1)
}

// smallBook is a book of a dozen accounts that the tables below speak of. Dues
// are on the 5th of each month.
func smallBook() *Book {
	accounts := []Account{
		{ID: "1", Ref: "PLPUN0068485", VirtualAccount: "LENDER4410000001", MandateRef: "HDFC7021234567890123", CustomerID: "C1", Name: "Lalitha Naidu", CoApplicant: "Gopal Naidu", Phone: "9812345670", EMI: 2_150_00, RemitterIFSC: "HDFC0001234", RemitterLast4: "4821"},
		{ID: "2", Ref: "PLPUN0071200", CustomerID: "C2", Name: "Vinod Kumar Sahu", Phone: "9700011122", EMI: 4_300_00},
		{ID: "3", Ref: "TWJAI0033190", CustomerID: "C2", Name: "Vinod Kumar Sahu", Phone: "9700011122", EMI: 1_875_00},
		{ID: "4", Ref: "GLCHN0052417", CustomerID: "C4", Name: "Om Sai Hardware", EMI: 2_150_00},
		{ID: "5", Ref: "BLKOL0090306", CustomerID: "C5", Name: "Farida Ansari", EMI: 3_333_00},
		{ID: "6", Ref: "BLKOL0090777", CustomerID: "C6", Name: "Farida Ansari", EMI: 5_121_00},
		{ID: "7", Ref: "PLPUN0011111", CustomerID: "C1", Name: "Lalitha Naidu"}, // closed
		{ID: "8", Ref: "PLLKO0088821", CustomerID: "C8", Name: "Tejinder Singh Grewal", EMI: 7_770_00},
		{ID: "9", Ref: "PLLKO0045123", CustomerID: "C9", Name: "Jamuna Behera", EMI: 2_222_00},
		{ID: "10", Ref: "PLLKO0045678", CustomerID: "C10", Name: "Kalyani Hazarika", EMI: 6_060_00},
		{ID: "11", Ref: "PLLKO0055555", CustomerID: "C11", Name: "Ranjit More", EMI: 6_060_00},
		{ID: "13", Ref: "PLLKO0022222", CustomerID: "C13", Name: "Wasim Qureshi"}, // closed
	}
	var dues []Due
	for i := range accounts {
		accounts[i].Active = accounts[i].ID != "7" && accounts[i].ID != "13"
		for month := 4; month <= 8 && accounts[i].Active; month++ {
			d := Due{Account: accounts[i].ID, DueDate: on(month, 5), Amount: accounts[i].EMI, EMI: accounts[i].EMI}
			if accounts[i].ID == "8" && month == 6 {
				d.Charges, d.Amount = 590_00, d.Amount+590_00
			}
			dues = append(dues, d)
		}
	}
	return NewBook(accounts, dues, []Advice{{Account: "5", UTR: "612345678901", Amount: 3_333_00, On: on(6, 4)}}, nil)
}

// credit is a payment on 6 Jun 2026.
func credit(amount lending.Money, narration string) Credit {
	return Credit{ID: "c", ValueDate: on(6, 6), Amount: amount, Narration: narration}
}

// first is the best candidate, or a failure.
func first(t *testing.T, p Proposal) Candidate {
	t.Helper()
	if len(p.Candidates) == 0 {
		t.Fatalf("no candidate; not a repayment: %q, held: %q", p.NotRepayment, p.Held)
	}
	return p.Candidates[0]
}

// signal is the evidence of a candidate with this code.
func signal(c Candidate, code string) (Evidence, bool) {
	for _, e := range c.Evidence {
		if e.Signal == code {
			return e, true
		}
	}
	return Evidence{}, false
}
