package matching

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestParse has a narration of each layout of the specification (3.2), and some
// of banks that no table knows. People and numbers are made up.
func TestParse(t *testing.T) {
	tests := []struct {
		bank, narration string
		want            Parsed
	}{
		{"hdfc", "NEFT CR-KKBK0002493-LALITHA NAIDU-LENDER LTD-LOAN PLPUN0068485-KKBKN12026060645574372",
			Parsed{Rail: "neft", UTR: "KKBKN12026060645574372", IFSC: "KKBK0002493", Name: "LALITHA NAIDU", Remark: "LOAN PLPUN0068485", References: []string{"PLPUN0068485"}}},
		{"hdfc", "UPI-LALITHA NAIDU-9812345670@YBL-SBIN0001111-615712345678-PAYMENT",
			Parsed{Rail: "upi", UTR: "615712345678", IFSC: "SBIN0001111", Name: "LALITHA NAIDU", VPA: "9812345670@ybl", Phone: "9812345670", Remark: "PAYMENT"}},
		{"hdfc", "IMPS-615712345678-LALITHA NAIDU-UBIN-XXXXXXXX0496-EMI JUN",
			Parsed{Rail: "imps", UTR: "615712345678", IFSC: "UBIN", Name: "LALITHA NAIDU", AccountTail: "0496", Remark: "EMI JUN"}},
		{"hdfc", "50100012345678-TPT-EMI JUN-LALITHA NAIDU", Parsed{Rail: "transfer", Name: "LALITHA NAIDU", Remark: "EMI JUN"}},
		{"hdfc", "ACH C- LENDER-IPOS5866486259644512-LALITHA NAIDU", Parsed{Rail: "nach", Name: "LALITHA NAIDU", UMRN: "IPOS5866486259644512"}},
		{"icici", "NEFT-UBINN22026060687549559-LALITHA NAIDU-EMI-055528254518-UBIN0000142",
			Parsed{Rail: "neft", UTR: "UBINN22026060687549559", IFSC: "UBIN0000142", Name: "LALITHA NAIDU", AccountTail: "4518", Remark: "EMI"}},
		{"icici", "MMT/IMPS/615712345678/LOAN EMI/LALITHA NA/India Post", Parsed{Rail: "imps", UTR: "615712345678", Name: "LALITHA NA", Remark: "LOAN EMI"}},
		{"icici", "UPI/LALITHA NA/loan repay/lalitha.n@ptsbi/Airtel Payment/615712345678",
			Parsed{Rail: "upi", UTR: "615712345678", Name: "LALITHA NA", VPA: "lalitha.n@ptsbi", Remark: "loan repay"}},
		{"icici", "UPI/615712345678/monthly emi/lalitha.n@ibl/Hdfc Bank/615712345678", Parsed{Rail: "upi", UTR: "615712345678", VPA: "lalitha.n@ibl", Remark: "monthly emi"}},
		{"sbi", "BY TRANSFER-NEFT*KKBK0002493*KKBKN12026060645574372*LALITHA NAIDU--", Parsed{Rail: "neft", UTR: "KKBKN12026060645574372", IFSC: "KKBK0002493", Name: "LALITHA NAIDU"}},
		{"sbi", "BY TRANSFER-UPI/CR/615712345678/LALITHA /FDRL/lalithanai/EMI J--", Parsed{Rail: "upi", UTR: "615712345678", IFSC: "FDRL", Name: "LALITHA", VPA: "lalithanai", Remark: "EMI J"}},
		{"sbi", "BY TRANSFER-INB IMPS/615712345678/PUNB-XX376-LALITHA/loan repay--",
			Parsed{Rail: "imps", UTR: "615712345678", IFSC: "PUNB", Name: "LALITHA", AccountTail: "376", Remark: "loan repay"}},
		{"axis", "UPI/P2A/615712345678/LALITHA NAIDU/FEDERAL BANK/PLPUN0068485",
			Parsed{Rail: "upi", UTR: "615712345678", Name: "LALITHA NAIDU", Remark: "PLPUN0068485", References: []string{"PLPUN0068485"}}},
		{"kotak", "Recd:IMPS/615712345678/LALITHA NA/KKBK/X1234/emi", Parsed{Rail: "imps", UTR: "615712345678", IFSC: "KKBK", Name: "LALITHA NA", AccountTail: "1234", Remark: "emi"}},
		{"kotak", "UPI/LALITHA NAIDU/615712345678/emi", Parsed{Rail: "upi", UTR: "615712345678", Name: "LALITHA NAIDU", Remark: "emi"}},
		{"kotak", "NEFT KKBKN12026060645574372 LALITHA NAIDU loan amt", Parsed{Rail: "neft", UTR: "KKBKN12026060645574372", Name: "LALITHA NAIDU", Remark: "loan amt"}},
		{"", "UPI/615712345678/From:lalitha@okaxis/To:lender@yesbank/kist", Parsed{Rail: "upi", UTR: "615712345678", VPA: "lalitha@okaxis", Remark: "kist"}},
		{"", "UPI/MOB/615712345678/finance payment/LALITHA NAIDU", Parsed{Rail: "upi", UTR: "615712345678", Name: "LALITHA NAIDU", Remark: "MOB finance payment"}},
		{"", "UPI IN|615712345678|lalitha@okaxis|LALITHA NAIDU|towards loan", Parsed{Rail: "upi", UTR: "615712345678", Name: "LALITHA NAIDU", VPA: "lalitha@okaxis", Remark: "towards loan"}},
		{"", "NFT/LALITHA NAIDU/KKBKN12026060645574372/emi", Parsed{UTR: "KKBKN12026060645574372", Name: "LALITHA NAIDU", Remark: "NFT emi"}},
		{"", "IMPS-IN/615712345678/1852/LALITHA NAIDU/loan kist", Parsed{Rail: "imps", UTR: "615712345678", Name: "LALITHA NAIDU", Remark: "1852 loan kist", References: []string{"1852"}}},
		{"sbi", "DEP TFR   UPI/CR/615712345678/LALITHA NA/SBIN/lalithanai/emi   AT 00456 MAIN ROAD", Parsed{Rail: "upi", UTR: "615712345678", IFSC: "SBIN", Name: "LALITHA NA", VPA: "lalithanai", Remark: "emi"}},
		{"sbi", "DEP TFR   NEFT*KKBK0002493*KKBKN12026060645574372*LALITHA NAIDU   AT 04430 PBB", Parsed{Rail: "neft", UTR: "KKBKN12026060645574372", IFSC: "KKBK0002493", Name: "LALITHA NAIDU"}},
		{"sbi", "DEP TFR   IMPS/615712345678/PUNB-XX376-LALITHA/loan   AT 00456 MAIN ROAD", Parsed{Rail: "imps", UTR: "615712345678", IFSC: "PUNB", Name: "LALITHA", AccountTail: "376", Remark: "loan"}},
		{"", "UPI/615712345678/CR/LALITHA NAIDU/lalithan@/family", Parsed{Rail: "upi", UTR: "615712345678", Name: "LALITHA NAIDU", VPA: "lalithan", Remark: "family"}},
		{"kotak", "UPI/LALITHA NAIDU/UPI-615712345678/family", Parsed{Rail: "upi", UTR: "615712345678", Name: "LALITHA NAIDU", Remark: "family"}},
		{"", "NEFT-KKBKN12026060645574372-SBI-LALITHA NAIDU-EMI", Parsed{Rail: "neft", UTR: "KKBKN12026060645574372", Name: "LALITHA NAIDU", Remark: "EMI"}},
		{"", "TRF FRM LALITHA NAIDU monthly due", Parsed{Rail: "transfer", Name: "LALITHA NAIDU", Remark: "monthly due"}},
		{"", "BY CASH/LALITHA NAIDU/SEQ 1234", Parsed{Rail: "cash", Remark: "BY CASH/LALITHA NAIDU/SEQ 1234"}},
		{"icici", "CLG/LALITHA NAIDU/000123/HDF/05.06.2026", Parsed{Rail: "cheque", Remark: "CLG/LALITHA NAIDU/000123/HDF/05.06.2026"}},
		{"", "CASH DEP PLPUN0068485 LALITHA", Parsed{Rail: "cash", Remark: "CASH DEP PLPUN0068485 LALITHA", References: []string{"PLPUN0068485"}}},
		{"", "CASH DEPOSIT-SELF--", Parsed{Rail: "cash", Remark: "CASH DEPOSIT-SELF--"}},
		{"", "", Parsed{}},
	}
	for _, tt := range tests {
		got := Parse(tt.bank, tt.narration)
		if diff := cmp.Diff(tt.want, got, cmpopts.IgnoreFields(Parsed{}, "Spans"), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.narration, diff)
		}
	}
}

// TestParseMarksWhatItUsed: the spans are the places of the fields.
func TestParseMarksWhatItUsed(t *testing.T) {
	narration := "UPI-LALITHA NAIDU-9812345670@YBL-SBIN0001111-615712345678-LOAN PLPUN0068485"
	got := map[string]string{}
	for _, s := range Parse("hdfc", narration).Spans {
		got[s.Field] = narration[s.Start:s.End]
	}
	want := map[string]string{"name": "LALITHA NAIDU", "vpa": "9812345670@YBL", "ifsc": "SBIN0001111", "utr": "615712345678", "reference": "PLPUN0068485"}
	for field, text := range want {
		if got[field] != text {
			t.Errorf("span of %s is %q, want %q", field, got[field], text)
		}
	}
}
