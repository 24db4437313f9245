package servicing

import (
	"strings"
	"testing"

	"lekha/bankfile"
)

// swift is a message of one day between 0.00 and the closing balance.
func swift(closing string, entries ...string) string {
	return ":20:A\n:25:50200012345678\n:28C:1/1\n:60F:C261116INR0,00\n" + strings.Join(entries, "\n") + "\n:62F:C261116INR" + closing + "\n-\n"
}

// TestOneAccountInTwoFormats: the statement of an account comes as MT940 or
// camt.053 and as the bank's table, in either order; what one of them brought the
// other does not bring again, with a reference or without.
func TestOneAccountInTwoFormats(t *testing.T) {
	for _, tt := range []struct {
		bank    BankInput
		files   [2]string
		created int // of both together: the credits of the table that are no duplicates
	}{
		{BankInput{Code: "AXIS-CA-04", Bank: "axis", IFSC: "UTIB0000001", AccountNo: "917020012345678", AccountHolderName: "Acme"}, [2]string{"axis.mt940", "axis.csv"}, 359},
		{BankInput{Code: "ICICI-CA-02", Bank: "icici", IFSC: "ICIC0000001", AccountNo: "000405123456", AccountHolderName: "Acme"}, [2]string{"icici.camt053.xml", "icici.xlsx"}, 181},
	} {
		for _, order := range [][2]int{{0, 1}, {1, 0}} {
			h := newHouse(t)
			h.clock.set(h.clock.read().AddDate(0, 0, 14)) // the files go on beyond the business date
			_, err := h.office.CreateBank(t.Context(), h.actor("admin"), tt.bank)
			h.must(err)
			created := 0
			for _, i := range order {
				r, err := h.office.ImportStatement(t.Context(), h.asha, StatementFile{Name: "x", Data: sampleFile(t, tt.files[i])})
				h.must(err)
				created += r.Statement.Created
			}
			if created != tt.created {
				t.Errorf("%v in order %v: %d records, want %d", tt.files, order, created, tt.created)
			}
			h.sound()
		}
	}
}

// TestMappedStatement: a table of an unknown bank is imported by the mapping that
// a person confirmed.
func TestMappedStatement(t *testing.T) {
	h := newHouse(t)
	file := StatementFile{Name: "other.csv", Data: []byte("Tag,Wer,Haben,Soll,Stand\n16-11-2026,SUNITA EMI,500.00,,500.00\n16-11-2026,FEE,,30.00,470.00\n16-11-2026,ANITA EMI,5.00,,475.00\n"), Bank: "HDFC-CA-01"}
	_, err := h.office.ImportStatement(t.Context(), h.asha, file)
	h.refused(err, "statement.unreadable")
	proposal, err := bankfile.Guess(file.Name, file.Data)
	h.must(err)
	file.Mapping = &proposal.Mapping
	result, err := h.office.ImportStatement(t.Context(), h.asha, file)
	h.must(err)
	if got := result.Statement; got.Created != 2 || got.Outgoing != 1 || got.Credits != 50500 {
		t.Errorf("%v, credits %s", counts(got), got.Credits)
	}
	h.sound()
}

// TestTwinsInTwoFormats: of equal lines without a reference as many are known as
// the other file had, and the rest is new.
func TestTwinsInTwoFormats(t *testing.T) {
	cash := ":61:2611161116C500,00NMSCNONREF\n:86:CASH DEPOSIT BY SELF"
	h := newHouse(t)
	h.importCSV(hdfcFile(line("16/11/26", "CASH DEPOSIT BY SELF", "", "500.00", "500.00"), line("16/11/26", "CASH DEPOSIT BY SELF", "", "500.00", "1000.00")))
	if got := h.importCSV(swift("1500,00", cash, cash, cash)).Statement; got.Known != 2 || got.Created != 1 {
		t.Errorf("three where two were: %v", counts(got))
	}
	if got := h.importCSV(swift("500,00", ":61:2611161116C500,00NMSCNONREF\n:86:CASH DEPOSIT BY SUNITA")).Statement; got.Created != 1 {
		t.Errorf("another narration: %v", counts(got))
	}
	h.sound()
}

// TestCutReference: field 61 of MT940 holds 16 characters of a reference of 22.
func TestCutReference(t *testing.T) {
	whole := line("16/11/26", "NEFT CR-UTIB0000001-SUNITA-ACME-UTIBN52026111651234567", "", "500.00", "500.00")
	entry := func(amount, reference string) string {
		return swift(amount, ":61:2611161116C"+amount+"NTRF"+reference+"\n:86:NEFT SUNITA EMI")
	}
	h := newHouse(t)
	h.importCSV(hdfcFile(whole))
	if got := h.importCSV(entry("500,00", "UTIBN52026111651")).Statement; got.Duplicates != 1 || got.Created != 0 {
		t.Errorf("cut after whole: %v", counts(got))
	}
	if got := h.importCSV(entry("510,00", "UTIBN52026111651")).Statement; got.Created != 1 {
		t.Errorf("a cut reference with another amount is another transfer: %v", counts(got))
	}
	if got := h.importCSV(entry("500,00", "UTIBN52026111652")).Statement; got.Created != 1 {
		t.Errorf("another reference: %v", counts(got))
	}
	h.sound()

	h = newHouse(t)
	h.importCSV(entry("500,00", "UTIBN52026111651"))
	if got := h.importCSV(hdfcFile(whole)).Statement; got.Duplicates != 1 || got.Created != 0 {
		t.Errorf("whole after cut: %v", counts(got))
	}
	h.sound()

	h = newHouse(t) // two transfers that begin alike: the cut one may be either, so it stays
	h.importCSV(hdfcFile(whole, line("16/11/26", "NEFT CR-UTIB0000001-KAVITA-ACME-UTIBN52026111651999999", "", "500.00", "1000.00")))
	if got := h.importCSV(entry("500,00", "UTIBN52026111651")).Statement; got.Created != 1 {
		t.Errorf("two that fit: %v", counts(got))
	}
	h.sound()

	// both within one file, in either order
	cut := func(amount, balance string) string {
		return line("16/11/26", "NEFT SUNITA EMI", "UTIBN52026111651", amount, balance)
	}
	again := line("16/11/26", "NEFT CR-UTIB0000001-SUNITA-ACME-UTIBN52026111651234567", "", "500.00", "1000.00")
	for name, tt := range map[string]struct {
		text                string
		created, duplicates int
	}{
		"whole, then cut":          {hdfcFile(whole, cut("500.00", "1000.00")), 1, 1},
		"cut, then whole":          {hdfcFile(cut("500.00", "500.00"), again), 1, 1},
		"cut with another amount":  {hdfcFile(whole, cut("510.00", "1010.00")), 2, 0},
		"cut again, after another": {hdfcFile(whole, cut("510.00", "1010.00"), line("16/11/26", "NEFT SUNITA EMI", "UTIBN5202611165", "510.00", "1520.00")), 2, 1},
	} {
		h = newHouse(t)
		if got := h.importCSV(tt.text).Statement; got.Created != tt.created || got.Duplicates != tt.duplicates {
			t.Errorf("%s: %v", name, counts(got))
		}
		h.sound()
	}
}
