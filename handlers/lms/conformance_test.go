package lms

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
)

// row is one of the 72 endpoints that the public reference names, in its order,
// and the test that sees it do its work: not that it answers, but that what it
// was asked for is there afterwards.
type row struct{ group, name, test string }

// rows are the endpoints of the reference; row n is rows[n-1].
var rows = []row{
	{"EMIs", "List EMI", "TestJourney"},
	{"EMIs", "List Settlements", "TestJourney"},
	{"EMIs", "Restructure", "TestLoanChanges"},
	{"EMIs", "Calculate EMI", "TestQuote"},
	{"EMIs", "Run EOD", "TestBothWays"},
	{"EMIs", "Request Tranche", "TestTrancheByTheAPI"},
	{"EMIs", "Outstanding data", "TestShapes"},
	{"Records", "Request Approval", "TestDesk"},
	{"Records", "Bulk Nach Request", "TestNach"},
	{"Records", "NACH presentation status", "TestNach"},
	{"Records", "Initiate Excess Payment Refund", "TestRefunds"},
	{"Records", "Initiate Adjustment for Cashback & Holdback", "TestAdjustmentFromHoldback"},
	{"Records", "Get Single Record", "TestSeedRecord"},
	{"Records", "Record Listing", "TestFilters"},
	{"Records", "Create Record", "TestBothWays"},
	{"Records", "Mark Processed", "TestRevertAndMove"},
	{"Records", "Unmatched", "TestJourney"},
	{"Records", "Export record", "TestExport"},
	{"Records", "Bulk Create Records", "TestBulk"},
	{"Topups", "List Topups", "TestTopups"},
	{"Topups", "Unschedule a scheduled topup", "TestTopups"},
	{"Topups", "Reinitiate Payout", "TestTopups"},
	{"Topups", "Check Line Amount", "TestLines"},
	{"Topups", "Create Topup", "TestTopups"},
	{"Topups", "Update Topup", "TestTopups"},
	{"Topups", "Bulk Topup Create", "TestTopupGroups"},
	{"Topups", "Re Run Checks", "TestTopups"},
	{"Topups", "Invoice Parse", "TestTopups"},
	{"Accounts", "Initiate Disbursement", "TestBothWays"},
	{"Accounts", "Initiate Loan Params", "TestLoanParams"},
	{"Accounts", "Create Account", "TestBothWays"},
	{"Accounts", "Close Loan Account", "TestForeclosureByTheAPI"},
	{"Accounts", "Refresh Limit", "TestLines"},
	{"Accounts", "Get Loan Params", "TestLoanParams"},
	{"Accounts", "Get Summary", "TestSeedSummary"},
	{"Accounts", "Reset RPS", "TestLoanChanges"},
	{"Accounts", "Update Loan Params", "TestLoanParams"},
	{"Payouts", "Retry Failed Payout", "TestRefunds"},
	{"Payouts", "Create Payout", "TestPayoutsMadeSentAndReported"},
	{"Payouts", "Payout Callback", "TestPayoutsMadeSentAndReported"},
	{"Payouts", "Process Payout", "TestBothWays"},
	{"Payouts", "Unmatched Payouts", "TestRefunds"},
	{"Payouts", "List Payouts", "TestShapes"},
	{"Payouts", "Export Payout for Bank", "TestRefunds"},
	{"Loans", "Export Cashback", "TestLoanRefundAndAdjustment"},
	{"Loans", "Get Emi Amount", "TestShapes"},
	{"Loans", "Get Loan Summary", "TestTrancheByTheAPI"},
	{"Loans", "List Loans with Excess Balance", "TestRefunds"},
	{"Loans", "Initiate Adjustment", "TestAdjustmentFromHoldback"},
	{"Loans", "Initiate Refund", "TestLoanRefundAndAdjustment"},
	{"Loans", "List Loans", "TestAdjustmentFromHoldback"},
	{"Line Details", "Filter Line Details", "TestLines"},
	{"Line Details", "Create", "TestLines"},
	{"Line Details", "Update", "TestLines"},
	{"Line Details", "Get by type", "TestLines"},
	{"Line Details", "Bulk Internal", "TestLines"},
	{"Line Details", "Retrieve", "TestLines"},
	{"Loan Data", "Create", "TestLoanData"},
	{"Loan Data", "Update", "TestLoanData"},
	{"Loan Data", "Retrieve", "TestLoanData"},
	{"Fee", "Get Fee Demands", "TestShapes"},
	{"Fee", "Bulk Create Fee", "TestFeesManyDeletedWaived"},
	{"Fee", "Create Fee", "TestShapes"},
	{"Fee", "List Fee", "TestShapes"},
	{"Fee", "Fee Details", "TestFeesManyDeletedWaived"},
	{"Fee", "Delete Fee", "TestFeesManyDeletedWaived"},
	{"Extra Data", "Update Extra Data", "TestExtraData"},
	{"Extra Data", "List Extra Data", "TestExtraData"},
	{"Topup Group", "Create Topup Group", "TestTopupGroups"},
	{"Topup Group", "List Topup Group", "TestTopupGroups"},
	{"Topup Group", "Update TopupGroup", "TestTopupGroups"},
	{"Payout Batch", "Send Payout batch", "TestPayoutsMadeSentAndReported"},
}

// conformanceMark is the line under which the table is made.
const conformanceMark = "<!-- What follows is made from handlers/lms by go test ./handlers/lms -update -->\n"

// docs/conformance.md is made from the table of routes: a row that has a route has
// a test, a row without one says so.
func TestConformancePage(t *testing.T) {
	const file = "../../docs/conformance.md"
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, _, found := bytes.Cut(page, []byte(conformanceMark))
	if !found {
		t.Fatalf("%s has no line %q", file, conformanceMark)
	}
	routes := map[int]route{}
	for _, r := range table() {
		if r.reference != 0 {
			routes[r.reference] = r
		}
	}
	out := bytes.NewBuffer(append(head, conformanceMark...))
	fmt.Fprintf(out, "\n%d of %d rows answer.\n\n| row | group | name | method | path | shape | test |\n|---|---|---|---|---|---|---|\n", len(routes), len(rows))
	for i, want := range rows {
		r, there := routes[i+1]
		if there != (want.test != "") {
			t.Errorf("row %d, %s: route %q, test %q", i+1, want.name, r.name, want.test)
		}
		if !there {
			fmt.Fprintf(out, "| %d | %s | %s | | not there yet | | |\n", i+1, want.group, want.name)
			continue
		}
		also := ""
		if len(r.also) > 0 {
			also = "<br>also `" + strings.Join(r.also, "`, `") + "`"
		}
		fmt.Fprintf(out, "| %d | %s | %s | %s | `%s`%s | %s | `%s` |\n", i+1, want.group, want.name, r.method, r.path, also, r.mark, want.test)
	}
	compareFile(t, file, out.Bytes())
}

// proofs are the operations that each test saw succeed.
var proofs = struct {
	sync.Mutex
	of map[string]map[string]bool
}{of: map[string]map[string]bool{}}

// proved keeps that an operation did its work in a test.
func proved(t testing.TB, operation string) {
	name, _, _ := strings.Cut(t.Name(), "/")
	proofs.Lock()
	defer proofs.Unlock()
	if proofs.of[name] == nil {
		proofs.of[name] = map[string]bool{}
	}
	proofs.of[name][operation] = true
}

// TestMain runs the tests, and after a whole run looks whether each test that the
// conformance table names has seen its endpoint succeed.
func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if flag.Lookup("test.run").Value.String() == "" && flag.Lookup("test.skip").Value.String() == "" && flag.Lookup("test.list").Value.String() == "" && code == 0 {
		code = unproved()
	}
	os.Exit(code)
}

// unproved tells of rows whose test never saw them succeed.
func unproved() int {
	code := 0
	for _, r := range table() {
		if r.reference == 0 {
			continue
		}
		if test := rows[r.reference-1].test; !proofs.of[test][r.name] {
			fmt.Fprintf(os.Stderr, "row %d (%s): %s never saw %s succeed\n", r.reference, rows[r.reference-1].name, test, r.name)
			code = 1
		}
	}
	return code
}
