package matching

import (
	"strings"
	"testing"
)

func TestVeto(t *testing.T) {
	tests := []struct{ narration, kind, quotes string }{
		{"RTN:NEFT/HDFCN12026060612345678/FARIDA ANSARI/NO SUCH ACCOUNT", KindReturn, `"RTN"`},
		{"NEFT RETURN-HDFCN12026060612345678-FARIDA ANSARI-AC FROZEN", KindReturn, `"RETURN"`},
		{"IMPS REJECTED FARIDA ANSARI", KindReturn, `"REJECTED"`},
		{"N/UNCREDITED/FARIDA ANSARI/ACCOUNT DOES NOT EXIST", KindReturn, `"ACCOUNT DOES NOT EXIST"`},
		{"REV-UPI-615712345678-FAILED TXN REVERSAL", KindRefund, `"FAILED TXN"`},
		{"TDS REFUND CPC BENGALURU AY2026", KindRefund, `"TDS REFUND"`},
		{"UPI/P2A/615712345678/SOME SHOP/AXIS BANK/refund", KindRefund, `"refund"`},
		{"Credit Interest Capitalised JUN 2026", KindInterest, `"Credit Interest"`},
		{"INT.PD:01-04-2026 TO 30-06-2026", KindInterest, `"INT.PD"`},
		{"IB FUNDS TRANSFER CR-YES-CA-02 SELF SWEEP 23677611", KindTransfer, `"SELF SWEEP"`},
		{"FUNDS TRANSFER FROM YES-CA-02", KindTransfer, "YESCA02"},
		{"NEFT CR-HDFC0000060-LENDER LIMITED-TREASURY-HDFCN12026060612345678", KindTransfer, `"LENDER LIMITED"`},
		{"RTGS CR-HDFC0000060-BIG FUND-LENDER LTD-NCD SUBSCRIPTION-HDFCR52026060612345678", KindOther, `"NCD SUBSCRIPTION"`},
		{"NACH CR SETTLEMENT 06062026 SESSION 1", KindOther, `"NACH CR SETTLEMENT"`},
		{"INWARD 615712345678 LENDER LTD", "", ""},
		{"BY TRANSFER-NEFT*HDFC0001234*HDFCN12026060612345678*JAMUNA BEHERA*YESCA02--", "", ""},
		{"IMPS/P2A/615712345678/REV JAMUNA BEHERA/AXIS BANK/emi", "", ""},
		{"IMPS/P2A/615712345678/JAMUNA BEHERA/AXIS BANK/interest paid", "", ""},
		{"IMPS/P2A/615712345678/JAMUNA BEHERA/AXIS BANK/full and final settlement loan", "", ""},
	}
	book := smallBook()
	book.SetOwn(Own{Names: []string{"Lender Ltd"}, Accounts: []string{"YES-CA-02", "HDFC-CA-01"}})
	for _, tt := range tests {
		p := book.Propose(credit(2_222_00, tt.narration))
		if p.NotRepayment != tt.kind {
			t.Errorf("%q: kind %q, want %q (%s)", tt.narration, p.NotRepayment, tt.kind, p.NotRepaymentReason)
			continue
		}
		if !strings.Contains(p.NotRepaymentReason, tt.quotes) {
			t.Errorf("%q: reason %q does not quote %s", tt.narration, p.NotRepaymentReason, tt.quotes)
		}
		if tt.kind != "" && (p.Decision != None || len(p.Candidates) > 0 || p.Nobody != 10_000) {
			t.Errorf("%q: a vetoed credit is proposed: %+v", tt.narration, p)
		}
	}
}

// TestVetoOutweighsEverything: a disbursement that came back has the borrower's
// name and may have his amount; it is no repayment all the same.
func TestVetoOutweighsEverything(t *testing.T) {
	p := smallBook().Propose(credit(3_333_00, "RTN:NEFT/HDFCN12026060612345678/FARIDA ANSARI/BLKOL0090306 NO SUCH ACCOUNT"))
	if p.NotRepayment != KindReturn || p.Decision != None || len(p.Candidates) != 0 {
		t.Errorf("got %+v", p)
	}
}
