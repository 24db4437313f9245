package lending_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"lekha/lending"
)

// Five lakh at 14% over twelve months, the instalment to the paisa (EMI-01).
func ExampleTerms_Schedule() {
	terms := lending.Terms{ROIValue: 14_000_000, EMICount: 12, EMIRounding: lending.ToPaisa}
	s, err := terms.Schedule(5_00_000_00, lending.NewDate(2025, time.January, 5))
	if err != nil {
		fmt.Println(err)
		return
	}
	first, last := s.Rows[0], s.Rows[11]
	fmt.Println(s.EMI, first.DueDate, first.Interest, first.Principal, last.Instalment(), s.TotalInterest())
	// Output: 44893.56 2025-02-05 5833.33 39060.23 44893.53 38722.69
}

// The same loan with its first instalment paid on the due date, and what the principal
// outstanding is the sum of.
func ExampleReplay() {
	terms := lending.Terms{ROIValue: 14_000_000, EMICount: 12, EMIRounding: lending.ToPaisa}
	on := lending.NewDate(2025, time.January, 5)
	s, _ := terms.Schedule(5_00_000_00, on)
	facts := []lending.Fact{
		{Key: "disbursal", Kind: lending.FactDisbursal, ValueDate: on, Amount: 5_00_000_00, Disbursal: &lending.Disbursal{Loan: "L", LoanIndex: 1, Terms: terms, Rows: s.Rows}},
		{Key: "receipt", Kind: lending.FactReceipt, ValueDate: s.Rows[0].DueDate, Amount: s.EMI, Receipt: &lending.Receipt{Received: s.EMI}},
	}
	book, err := lending.Replay(facts, lending.At{Date: lending.NewDate(2025, time.March, 5), DayEnd: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	why, _ := book.Explain("principal_outstanding")
	fmt.Println(book.Summary.PrincipalOutstanding, book.Summary.DPD, book.Summary.AssetCategory, len(why.Rows), why.Rows[0].Reference, why.Rows[0].Amount)
	// Output: 460939.77 1 SMA-0 11 L/2 39515.93
}

// RBI's example of a key facts statement: 20,000 with 400 of charges at 15% (KFS-01).
func ExampleDisclose() {
	terms := lending.Terms{ROIValue: 15_000_000, EMICount: 24, EMIRounding: lending.Rounding{Unit: 100, Mode: lending.HalfUp}}
	d, err := lending.Disclose(terms, []lending.Draw{{Date: lending.NewDate(2025, time.January, 5), Amount: 20_000_00}}, []lending.LoanCharge{{Name: "Processing", Amount: 400_00}})
	fmt.Println(d.NetDisbursed, d.InstalmentExact.StringFixed(2), d.APR.Percent(2), err)
	// Output: 19600.00 969.73 17.07 <nil>
}

// The documentation of the package names every file of it.
func TestDocumentationNamesEveryFile(t *testing.T) {
	book, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name := e.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || name == "doc.go" || strings.HasPrefix(name, "course_") {
			continue
		}
		if !strings.Contains(string(book), " "+name) {
			t.Errorf("doc.go does not name %s", name)
		}
	}
}
