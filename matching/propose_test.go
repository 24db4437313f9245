package matching

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lekha/lending"
)

// TestProposeRules has one plain narration for each rule: whom it finds, by which
// signal, and what is advised.
func TestProposeRules(t *testing.T) {
	tests := []struct {
		rule      string
		amount    lending.Money
		narration string
		accounts  []string
		signal    string
		decision  Decision
	}{
		{"virtual account", 2_150_00, "NEFT CR-HDFC0009999-SOMEBODY ELSE-LENDER LTD-LENDER4410000001-HDFCN12026060612345678", []string{"1"}, SignalVirtualAccount, Auto},
		{"virtual account, strange amount", 999_00, "NEFT CR-HDFC0009999-SOMEBODY ELSE-LENDER LTD-LENDER4410000001-HDFCN12026060612345678", []string{"1"}, SignalVirtualAccount, Auto},
		{"mandate", 2_150_00, "NACH CR/HDFC7021234567890123/LALITHA NAIDU/060626", []string{"1"}, SignalMandate, Auto},
		{"number and amount", 2_150_00, "UPI/P2A/615712345678/GOPI CHAND/AXIS BANK/LOAN PLPUN0068485", []string{"1"}, SignalReference, Auto},
		{"number in small letters with separators", 2_150_00, "UPI/P2A/615712345678/GOPI CHAND/AXIS BANK/emi pl-pun-0068485", []string{"1"}, SignalReference, Auto},
		{"number without zeros", 2_150_00, "UPI/P2A/615712345678/LALITHA NAIDU/AXIS BANK/PLPUN68485", []string{"1"}, SignalReferenceFixed, Auto},
		{"number without its product", 2_150_00, "UPI/P2A/615712345678/LALITHA NAIDU/AXIS BANK/PUN0068485", []string{"1"}, SignalReferenceFixed, Auto},
		{"letter O for zero", 2_150_00, "UPI/P2A/615712345678/LALITHA NAIDU/AXIS BANK/PLPUNOO68485", []string{"1"}, SignalReferenceFixed, Auto},
		{"one digit wrong", 2_150_00, "UPI/P2A/615712345678/LALITHA NAIDU/AXIS BANK/PLPUN0068486", []string{"1"}, SignalReferenceFixed, Auto},
		{"two digits swapped", 2_150_00, "UPI/P2A/615712345678/LALITHA NAIDU/AXIS BANK/PLPUN0064885", []string{"1"}, SignalReferenceFixed, Auto},
		{"last digit cut", 2_150_00, "UPI/P2A/615712345678/LALITHA NAIDU/AXIS BANK/PLPUN006848", []string{"1"}, SignalReferenceFixed, Auto},
		{"bare digits", 2_150_00, "UPI/P2A/615712345678/LALITHA NAIDU/AXIS BANK/68485", []string{"1"}, SignalNumber, Auto},
		{"announced reference", 3_333_00, "UPI/P2A/612345678901/GOPI CHAND/AXIS BANK/NA", []string{"5"}, SignalAdvice, Auto},
		{"phone in the address", 2_150_00, "UPI-L NAIDU-9812345670@YBL-SBIN0001111-615712345678-PAYMENT", []string{"1"}, SignalPhone, Auto},
		{"name and amount", 7_770_00, "IMPS/P2A/615712345678/TEJINDER SINGH GREWAL/AXIS BANK/emi", []string{"8"}, SignalName, Auto},
		{"name cut", 7_770_00, "MMT/IMPS/615712345678/loan/TEJINDER S/Axis Bank", []string{"8"}, SignalName, Auto},
		{"name turned round", 7_770_00, "IMPS/P2A/615712345678/GREWAL TEJINDER SINGH/AXIS BANK/emi", []string{"8"}, SignalName, Auto},
		{"name in the address alone", 2_222_00, "UPI/615712345678/EMI JUN/jamunabehera77@okaxis/Axis Bank/615712345678", []string{"9"}, SignalName, Auto},
		{"co-applicant", 2_150_00, "IMPS/P2A/615712345678/GOPAL NAIDU/AXIS BANK/emi", []string{"1"}, SignalCoApplicant, Auto},
		{"payer's bank account", 2_150_00, "IMPS-615712345678-L NAIDU-HDFC-XXXXXXXX4821-EMI", []string{"1"}, SignalRemitter, Auto},
		{"namesakes told apart by the amount", 5_121_00, "IMPS/P2A/615712345678/FARIDA ANSARI/AXIS BANK/emi", []string{"6"}, SignalAmount, Auto},
		{"remark names the borrower", 7_770_00, "IMPS/P2A/615712345678/MADAN PAL/AXIS BANK/for Tejinder Singh Grewal", []string{"8"}, SignalRemark, Suggest},
		{"due with its charge", 8_360_00, "IMPS/P2A/615712345678/TEJINDER SINGH GREWAL/AXIS BANK/emi", []string{"8"}, SignalAmount, Auto},
		{"instalment without the charge", 7_770_00, "IMPS/P2A/615712345678/TEJINDER SINGH GREWAL/AXIS BANK/emi", []string{"8"}, SignalAmount, Auto},
		{"a charge that others pay", 2_222_00 + 590_00, "IMPS/P2A/615712345678/JAMUNA BEHERA/AXIS BANK/emi", []string{"9"}, SignalCharge, Auto},
		{"two months", 4_444_00, "IMPS/P2A/615712345678/JAMUNA BEHERA/AXIS BANK/2 months", []string{"9"}, SignalSeveral, Auto},
		{"both loans", 6_175_00, "IMPS/P2A/615712345678/VINOD KUMAR SAHU/AXIS BANK/both", []string{"2", "3"}, SignalTwoDues, Auto},
		{"both loans, one quoted", 6_175_00, "IMPS/P2A/615712345678/VINOD KUMAR SAHU/AXIS BANK/PLPUN0071200", []string{"2", "3"}, SignalTwoDues, Auto},
		{"two borrowers quoted", 8_282_00, "NEFT-HDFCN12026060612345678-MADAN PAL-PLLKO0045123 PLLKO0045678-012345678901-HDFC0001234", []string{"10", "9"}, SignalTwoPayers, Auto},
		{"two borrowers named", 8_282_00, "NEFT-HDFCN12026060612345678-MADAN PAL-JAMUNA BEHERA AND KALYANI HAZARIKA-012345678901-HDFC0001234", []string{"10", "9"}, SignalTwoPayers, Auto},
		{"payer and another quoted", 8_282_00, "NEFT/HDFCN12026060612345678/JAMUNA BEHERA/HDFC BANK/SELF AND PLLKO0045678", []string{"10", "9"}, SignalTwoPayers, Auto},
		{"closed loan quoted, open one paid", 2_150_00, "IMPS/P2A/615712345678/LALITHA NAIDU/AXIS BANK/PLPUN0011111", []string{"1"}, SignalSibling, Auto},
		{"invoice number of another loan", 2_150_00, "IMPS/P2A/615712345678/LALITHA NAIDU/AXIS BANK/INV 71200", []string{"1"}, SignalName, Auto},
		{"part of the due", 1_000_00, "IMPS/P2A/615712345678/JAMUNA BEHERA/AXIS BANK/part", []string{"9"}, SignalPart, Suggest},
		{"within 25 rupees", 2_230_00, "IMPS/P2A/615712345678/JAMUNA BEHERA/AXIS BANK/emi", []string{"9"}, SignalNear, Suggest},
		{"rounded up", 7_800_00, "IMPS/P2A/615712345678/TEJINDER SINGH GREWAL/AXIS BANK/emi", []string{"8"}, SignalRounded, Suggest},
		{"a layout nobody knows", 7_770_00, "ZB|CR|615712345678|TEJINDER SINGH GREWAL|june instalment", []string{"8"}, SignalName, Auto},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			p := smallBook().Propose(credit(tt.amount, tt.narration))
			c := first(t, p)
			if diff := cmp.Diff(tt.accounts, c.Accounts); diff != "" {
				t.Fatalf("accounts (-want +got):\n%s%v", diff, c.Evidence)
			}
			if _, ok := signal(c, tt.signal); !ok {
				t.Errorf("signal %s is missing; got %v", tt.signal, c.Evidence)
			}
			if p.Decision != tt.decision {
				t.Errorf("decision %s, want %s; held: %s; confidence %d", p.Decision, tt.decision, p.Held, c.Confidence)
			}
			if (p.Held == "") != (p.Decision == Auto) {
				t.Errorf("decision %s and held %q contradict each other", p.Decision, p.Held)
			}
		})
	}
}

func TestProposeSplitsExactly(t *testing.T) {
	p := smallBook().Propose(credit(6_175_00, "IMPS/P2A/615712345678/VINOD KUMAR SAHU/AXIS BANK/both"))
	want := []lending.Money{4_300_00, 1_875_00}
	if diff := cmp.Diff(want, first(t, p).Amounts); diff != "" {
		t.Errorf("split (-want +got):\n%s", diff)
	}
}

// TestProposeSaysNothingOnATie: two accounts that fit equally share their
// confidence, and neither is pre-ticked.
func TestProposeSaysNothingOnATie(t *testing.T) {
	p := smallBook().Propose(credit(6_060_00, "CASH DEPOSIT-SELF--"))
	if len(p.Candidates) < 2 || p.Candidates[0].Confidence != p.Candidates[1].Confidence || p.Candidates[0].Confidence > 5_000 {
		t.Fatalf("got %+v, want two candidates of equal confidence, at most a half", p.Candidates)
	}
	if p.Decision == Auto || p.Held == "" {
		t.Errorf("decision %s, held %q; want a held suggestion", p.Decision, p.Held)
	}
}

// TestProposeGates has a credit for each reason why a good candidate is held.
func TestProposeGates(t *testing.T) {
	tests := []struct {
		gate      string
		amount    lending.Money
		narration string
		held      string
	}{
		{"amount not explained", 9_999_00, "IMPS/P2A/615712345678/JAMUNA BEHERA/AXIS BANK/PLLKO0045123", "amount does not say"},
		{"another loan quoted", 7_770_00, "IMPS/P2A/615712345678/TEJINDER SINGH GREWAL/AXIS BANK/PLLKO0045123", "quotes PLLKO0045123"},
		{"closed loan", 500_00, "IMPS/P2A/615712345678/GOPI CHAND/AXIS BANK/PLLKO0022222", "PLLKO0022222 is closed"},
		{"one family", 7_770_00, "CASH DEPOSIT-SELF--", "Only one kind of reason"},
		{"two months or another loan", 3_750_00, "IMPS/P2A/615712345678/VINOD KUMAR SAHU/AXIS BANK/2 EMI", ""},
		{"words of a refund", 2_222_00, "IMPS/P2A/615712345678/JAMUNA BEHERA/AXIS BANK/refund", "a refund"},
	}
	for _, tt := range tests {
		t.Run(tt.gate, func(t *testing.T) {
			p := smallBook().Propose(credit(tt.amount, tt.narration))
			first(t, p)
			if tt.held == "" != (p.Decision == Auto) || !strings.Contains(p.Held, tt.held) {
				t.Errorf("decision %s, held %q; want it to say %q", p.Decision, p.Held, tt.held)
			}
		})
	}
}

// TestProposeHoldsRivalReadings: two dues of one loan or one of each of two.
func TestProposeHoldsRivalReadings(t *testing.T) {
	book := smallBook()
	book.SetAccount(Account{ID: "12", Ref: "TWJAI0033199", CustomerID: "C9", Name: "Jamuna Behera", Active: true, EMI: 2_222_00})
	book.SetDues("12", []Due{{Account: "12", DueDate: on(6, 5), Amount: 2_222_00, EMI: 2_222_00}})
	p := book.Propose(credit(4_444_00, "IMPS/P2A/615712345678/JAMUNA BEHERA/AXIS BANK/emi"))
	if diff := cmp.Diff([]string{"12", "9"}, first(t, p).Accounts); diff != "" {
		t.Fatalf("accounts (-want +got):\n%s", diff)
	}
	if p.Decision == Auto || !strings.Contains(p.Held, "may also be 2 dues of PLLKO0045123") {
		t.Errorf("decision %s, held %q; want the rival reading named", p.Decision, p.Held)
	}
}

func TestProposeNeverOffersRefused(t *testing.T) {
	c := credit(6_175_00, "IMPS/P2A/615712345678/VINOD KUMAR SAHU/AXIS BANK/both")
	c.Refused = []string{"2;3"}
	for _, x := range smallBook().Propose(c).Candidates {
		if len(x.Accounts) == 2 {
			t.Errorf("the refused pair is offered again: %v", x.Accounts)
		}
	}
	c.Refused = []string{"2"}
	for _, x := range smallBook().Propose(c).Candidates {
		if slices.Contains(x.Accounts, "2") {
			t.Errorf("the refused account is offered again: %v", x.Accounts)
		}
	}
}

// TestProposeNobody: a stranger's money is nobody's.
func TestProposeNobody(t *testing.T) {
	p := smallBook().Propose(credit(12_345_00, "UPI/P2A/615712345678/QWERTY STRANGER/AXIS BANK/room rent"))
	if p.Decision != None || p.Nobody < 9_000 {
		t.Errorf("decision %s, nobody %d; want none and at least 9000", p.Decision, p.Nobody)
	}
}

// TestProposeSaysForAndAgainst: evidence is sorted, adds up, and speaks in
// sentences.
func TestProposeSaysForAndAgainst(t *testing.T) {
	c := first(t, smallBook().Propose(credit(1_000_00, "UPI-L NAIDU-9812345670@YBL-SBIN0001111-615712345678-PAYMENT")))
	sum := 0
	for i, e := range c.Evidence {
		sum += e.Weight
		if i > 0 && e.Weight > c.Evidence[i-1].Weight {
			t.Errorf("evidence %d is stronger than the one before it: %v", i, c.Evidence)
		}
		if !strings.HasSuffix(e.Detail, ".") || e.Family == "" || e.Signal == "" {
			t.Errorf("evidence %+v is not ready to show", e)
		}
	}
	if sum != c.Bits {
		t.Errorf("evidence adds up to %d, the candidate says %d", sum, c.Bits)
	}
	if e, ok := signal(c, SignalPhone); !ok || e.Detail != "The phone number 98xxxx5670 is the borrower's." {
		t.Errorf("phone evidence %+v", e)
	}
	if e, ok := signal(c, SignalPart); !ok || e.Detail != "₹1,000 is only part of the due of 5 Jun 2026, ₹2,150." {
		t.Errorf("amount evidence %+v", e)
	}
}

// TestProposeIgnoresInvoiceNumbers: the digits of a loan after INV, or as the
// amount or the day, are not a loan's number.
func TestProposeIgnoresInvoiceNumbers(t *testing.T) {
	book := smallBook()
	book.SetAccount(Account{ID: "14", Ref: "PLPUN0002150", CustomerID: "C14", Name: "Dinesh Bisht", Active: true, EMI: 900_00})
	book.SetAccount(Account{ID: "15", Ref: "PLPUN0060626", CustomerID: "C15", Name: "Leela Thapa", Active: true, EMI: 900_00})
	for _, remark := range []string{"INV 71200", "BILL NO 71200", "EMI 2150", "EMI 060626"} {
		q := book.ask(credit(2_150_00, "IMPS/P2A/615712345678/LALITHA NAIDU/AXIS BANK/"+remark))
		q.lookUp()
		for _, s := range q.suspects {
			if e := s.evidence[byReference]; e.Signal != "" {
				t.Errorf("%q: %s", remark, e.Detail)
			}
		}
	}
}
