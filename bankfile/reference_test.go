package bankfile

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lekha/lending"
)

func TestExtractReference(t *testing.T) {
	// The shapes are those of ../spec/matching.md 3.2; names and numbers are made up.
	tests := []struct {
		bank, narration, column string
		want                    Reference
	}{
		{"hdfc", "UPI-MEERA-MEERA.1@YBL-HDFC0001234-609106251859-INV 123456789012", "0000609106251859",
			Reference{Raw: "0000609106251859", Norm: "609106251859", Rail: UPI, Source: "column"}},
		{"hdfc", "UPI-MEERA-919876543210@YBL-HDFC0001234-609106251859-919876543210", "0000000000000000",
			Reference{Raw: "609106251859", Norm: "609106251859", Rail: UPI, Source: "narration"}},
		{"hdfc", "IMPS-012345678901-MEERA-HDFC-XXXXXXXX1234-EMI", "0000012345678901",
			Reference{Raw: "0000012345678901", Norm: "012345678901", Rail: IMPS, Source: "column"}},
		{"hdfc", "IMPS-012345678901-MEERA-HDFC-XXXXXXXX1234-EMI", "12345678901",
			Reference{Raw: "12345678901", Norm: "012345678901", Rail: IMPS, Source: "column"}},
		{"hdfc", "INWARD 012345678901 SOMEBODY", "", Reference{Raw: "012345678901", Norm: "012345678901", Source: "narration"}},
		{"hdfc", "NEFT CR-UTIB0004541-RAO-LENDER-ABCDEF1234567890-AXOMB95233040013", "",
			Reference{Raw: "AXOMB95233040013", Norm: "AXOMB95233040013", Rail: NEFT, Source: "narration"}},
		{"hdfc", "NEFT CR-UTIB0004541-RAO-LENDER-ABCDE12345678901", "UTIBN52026040151234567", // the last word is a virtual account
			Reference{Raw: "UTIBN52026040151234567", Norm: "UTIBN52026040151234567", Rail: NEFT, Source: "column"}},
		{"hdfc", "NEFT CR-UTIB0004541-RAO-LENDER-ABCDE99999678901", "", Reference{Rail: NEFT}},
		{"hdfc", "NEFT CR-UTIB0004541-RAO-LENDER-UTIBN52026040151234567", "UTIBN52026040151",
			Reference{Raw: "UTIBN52026040151", Norm: "UTIBN52026040151234567", Rail: NEFT, Source: "narration"}},
		{"hdfc", "NEFT CR-UTIB0004541-RAO-LENDER-EMI", "UTIBN52026040151",
			Reference{Raw: "UTIBN52026040151", Norm: "UTIBN52026040151", Rail: NEFT, Source: "column", Partial: true}},
		{"hdfc", "NEFT CR-UTIB0004541-RAO-LENDER-UTIBN520260401 51234567", "",
			Reference{Raw: "UTIBN52026040151234567", Norm: "UTIBN52026040151234567", Rail: NEFT, Source: "narration"}},
		{"hdfc", "50100123456789-TPT-EMI-RAO", "0000000987654321", Reference{Raw: "0000000987654321", Norm: "000987654321", Rail: Transfer, Source: "column"}},
		{"", "TRF/UBINH26091123456/LENDER", "", Reference{Raw: "UBINH26091123456", Norm: "UBINH26091123456", Rail: Transfer, Source: "narration"}}, // a UTR with the day in it
		{"", "TRF/LENDR99999678901/MEERA", "", Reference{Rail: Transfer}},                                                                          // a virtual account
		{"hdfc", "CHQ DEP - MICR 4 CLG - MUMBAI", "0000000000123456", Reference{Raw: "0000000000123456", Rail: Cheque}},
		{"hdfc", "CASH DEP MAIN BRANCH", "0000609106251859", Reference{Raw: "0000609106251859", Rail: Cash}},
		{"icici", "NEFT-IN42609831140818-A KUMAR-LN 1-053669544127-ICIC0000777", "-",
			Reference{Raw: "IN42609831140818", Norm: "IN42609831140818", Rail: NEFT, Source: "narration"}},
		{"icici", "MMT/IMPS/609817228210/123456789012/T KAMALA/Punjab Nat", "", Reference{Raw: "609817228210", Norm: "609817228210", Rail: IMPS, Source: "narration"}},
		{"icici", "UPI/RAO/919876543210/rao@ybl/Axis Bank/609106251859", "", Reference{Raw: "609106251859", Norm: "609106251859", Rail: UPI, Source: "narration"}},
		{"icici", "UPI/609106251859/pay/919876543210@ybl/Axis Bank/AXLabc123", "6.09106E+11",
			Reference{Raw: "6.09106E+11", Norm: "609106251859", Rail: UPI, Source: "narration"}},
		{"icici", "UPI/RAO/pay/919876543210-2@ybl/Axis Bank", "-", Reference{Rail: UPI}},
		{"sbi", "BY TRANSFER-UPI/CR/609106251859/MEERA/UTIB/meera@ybl/EMI--", "TRANSFER FROM 4897695162093",
			Reference{Raw: "TRANSFER FROM 4897695162093", Norm: "609106251859", Rail: UPI, Source: "narration"}},
		{"sbi", "BY TRANSFER-UPI/CR/609106251859/MEERA/UTIB/meera@ybl/EMI--", "4897695162093", // the bank's own account: the same for every credit
			Reference{Raw: "4897695162093", Norm: "609106251859", Rail: UPI, Source: "narration"}},
		{"sbi", "BY TRANSFER-NEFT*HDFC0000001*N092260123456789*MEERA RAO--", "", Reference{Raw: "N092260123456789", Norm: "N092260123456789", Rail: NEFT, Source: "narration"}},
		{"sbi", "BY TRANSFER-RTGS UTR NO: HDFCR52026040112345678-MEERA", "", Reference{Raw: "HDFCR52026040112345678", Norm: "HDFCR52026040112345678", Rail: RTGS, Source: "narration"}},
		{"sbi", "BY TRANSFER-INB IMPS/609106251859/SBIN-XX304-SEEMA/NA--", "609106251859", Reference{Raw: "609106251859", Norm: "609106251859", Rail: IMPS, Source: "column"}},
		{"sbi", "NACH CR/KKBK1113311790062036/GILL/020426", "ACHCR020426SB", Reference{Raw: "ACHCR020426SB", Rail: NACH, Batch: true, UMRN: "KKBK1113311790062036"}},
		{"sbi", "ACH-CR-INDN KKBK1113311790062036 GILL", "KKBK1113311790062036", Reference{Raw: "KKBK1113311790062036", Rail: NACH, UMRN: "KKBK1113311790062036"}},
		{"sbi", "CREDIT", "ACHCR020426SB", Reference{Raw: "ACHCR020426SB", Rail: NACH, Batch: true}},
		{"axis", "NEFT/IDIBN22026063039679571/RAO/INDIAN BANK/EMI", "idibn22026063039679571",
			Reference{Raw: "idibn22026063039679571", Norm: "IDIBN22026063039679571", Rail: NEFT, Source: "column"}},
		{"axis", "UPI CR 343736614995", "", Reference{Raw: "343736614995", Norm: "343736614995", Rail: UPI, Source: "narration"}},
		{"axis", "CREDIT-IPOSR52026070614088022", "", Reference{Raw: "IPOSR52026070614088022", Norm: "IPOSR52026070614088022", Rail: RTGS, Source: "narration"}},
		{"axis", "INT.PD:609012345678:01-01-26", "", Reference{Raw: "609012345678", Norm: "609012345678", Source: "narration"}}, // begins with the year and day: indistinguishable
		{"axis", "INT.PD:917020012345:01-01-26", "", Reference{}},
		{"axis", "IMPS/P2A/609106251859/RAO/HDFC/EMI", "60910625", Reference{Raw: "60910625", Norm: "609106251859", Rail: IMPS, Source: "narration"}},
		{"axis", "IMPS/P2A/609106251859/RAO/HDFC/EMI", "609106251859.0", Reference{Raw: "609106251859.0", Norm: "609106251859", Rail: IMPS, Source: "column"}},
		{"axis", "IMPS/P2A/609106251859/RAO/HDFC/EMI", `="609106251859"`, Reference{Raw: `="609106251859"`, Norm: "609106251859", Rail: IMPS, Source: "column"}},
		{"kotak", "UPI/MEERA RAO/609106251859/123456789012", "UPI-609106251859", Reference{Raw: "UPI-609106251859", Norm: "609106251859", Rail: UPI, Source: "column"}},
		{"kotak", "UPI/MEERA RAO/609106251859/123456789012", "", Reference{Raw: "609106251859", Norm: "609106251859", Rail: UPI, Source: "narration"}},
		{"kotak", "NEFT UTIBN52026040151234567 MEERA RAO", "NEFTINW-0123456789", Reference{Raw: "NEFTINW-0123456789", Norm: "UTIBN52026040151234567", Rail: NEFT, Source: "narration"}},
		{"kotak", "Recd:IMPS/609106251859/MEERA RAO/KKBK/X1234/EMI", "", Reference{Raw: "609106251859", Norm: "609106251859", Rail: IMPS, Source: "narration"}},
		{"", "CREDIT INTEREST CAPITALISED MAY 2026", "NA", Reference{}},
		{"", "SOMETHING", "999999999999", Reference{}},
		{"", "", "", Reference{}},
	}
	for _, tt := range tests {
		line := Line{ValueDate: lending.NewDate(2026, 4, 1), Narration: tt.narration, RawReference: tt.column}
		if diff := cmp.Diff(tt.want, ExtractReference(line, tt.bank)); diff != "" {
			t.Errorf("%s %q with %q (-want +got):\n%s", tt.bank, tt.narration, tt.column, diff)
		}
	}
}

// TestDisguises: one transfer printed again by the bank, in a way that hides it.
// A guard that misses one of these counts the money twice.
func TestDisguises(t *testing.T) {
	for _, ref := range []string{"846244231792", "609106251859", "UTIBN52026040151234567", "012345678901"} {
		for _, text := range []string{"CREDIT ADVICE " + ref, "CR ADV/" + ref, "INW CR " + ref + " SUNFIN", "CR-" + ref + "-UTIB", "Credit " + strings.ToLower(ref), "PAYMENT ADVICE NO. " + ref,
			"AMT CREDITED " + ref + " MEERA", "REF NO: " + ref, "UTR" + ref, "REFNO" + ref + " MEERA", "TXN ID " + ref} {
			for _, column := range []string{"", "-", "NONREF", strings.Repeat("0", 16)} {
				if got := ExtractReference(Line{ValueDate: lending.NewDate(2026, 4, 1), Narration: text, RawReference: column}, "").Norm; got != ref {
					t.Errorf("%q with %q: got %q, want %s", text, column, got, ref)
				}
			}
		}
		for _, column := range []string{ref, "0000" + ref, strings.ToLower(ref), "'" + ref, "UPI-" + ref} {
			if got := ExtractReference(Line{ValueDate: lending.NewDate(2026, 4, 1), Narration: "CREDIT ADVICE", RawReference: column}, "").Norm; got != ref {
				t.Errorf("column %q: got %q, want %s", column, got, ref)
			}
		}
	}
}

// TestReferencePlaces: the number stands before the rail, or behind a code that
// only this bank uses.
func TestReferencePlaces(t *testing.T) {
	for text, want := range map[string]string{
		"846244231792 UPI CR MEERA@YBL EMI":             "846244231792",
		"919876543210 UPI CR MEERA@YBL EMI":             "", // a phone
		"IFN/846244231792/MEERA RAO/XX6805/NA":          "846244231792",
		"INT/846244231792/JAN 2026/X":                   "",
		"LOAN/846244231792/MEERA RAO/X":                 "",
		"MEERA RAO/846244231792/EMI/X":                  "",
		"IFN/846244231792":                              "",
		"846244231792 UPI CR 609106251859 MEERA@YBL":    "609106251859",
		"UPI IN|846244231792|meera@okicici|MEERA|EMI":   "846244231792",
		"INWARD IMPS K RATHOD 846244231792 loan amt":    "846244231792",
		"IMPS-IN/846244231792/3120/LAXMAN MONDAL/kisht": "846244231792",
	} {
		if got := ExtractReference(Line{ValueDate: lending.NewDate(2026, 4, 1), Narration: text}, "").Norm; got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// TestNoReference: numbers that come back with the next payment of the same
// person. A guard that took one for a reference would hide his second payment
// behind the first.
func TestNoReference(t *testing.T) {
	for _, text := range []string{
		"CREDIT FROM 917020012345", "CR FROM 000405123456 RAMESH", "CREDIT A/C 917020012345 EMI", "CREDIT A/C NO 917020012345 EMI", "CREDIT ADVICE LOAN 846244231792", "CREDIT ACCT 917020012345",
		"BY TRANSFER 917020012345", "CREDIT ADVICE MEERA RAO 846244231792", "CREDIT INTEREST 917020012345", "CREDIT ADVICE ACMEFL2855107014", "INW 50100123456789", "CREDIT ADVICE 919876543210@YBL",
		"UPI/FROM 917020012345", "CREDIT ADVICE", "ADVICE 4521", "CASH ADVICE 846244231792", "CHQ CREDIT ADVICE 846244231792",
	} {
		if got := ExtractReference(Line{ValueDate: lending.NewDate(2026, 4, 1), Narration: text}, ""); got.Norm != "" {
			t.Errorf("%q: got %q from the %s", text, got.Norm, got.Source)
		}
	}
	// Behind a separator it is a field of its own, whatever the payer's remark ends with.
	if got := ExtractReference(Line{ValueDate: lending.NewDate(2026, 4, 1), Narration: "UPI/MEERA/EMI LOAN/846244231792"}, "kotak").Norm; got != "846244231792" {
		t.Errorf("a field of its own: got %q", got)
	}
	// With the day of the transfer in it, the number behind FROM is a reference.
	if got := ExtractReference(Line{ValueDate: lending.NewDate(2026, 4, 1), Narration: "CREDIT FROM 609106251859"}, "").Norm; got != "609106251859" {
		t.Errorf("a number with the day in it: got %q", got)
	}
}
