package servicing

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lekha/lending"
	"lekha/store"
)

// params makes loan data of a JSON object.
func params(text string) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		panic(err)
	}
	return out
}

func TestLoanDataIsCheckedKeyByKeyAndKept(t *testing.T) {
	data, err := ParseLoanData(params(`{"emi_count":"12","flat_roi_value":"18","pf_value":"0.125","pf_value_type":"percentage","days_in_year":"actual",
		"roi_value":[{"days":"15","value":"18"},{"days":"30","value":24},{"days":-1,"value":36}],"penal_roi_value":[{"days":"inf","value":72}],
		"emi_rounding":"1 up","first_due_date":1796409000,"holdback_is_enabled":"true","emi_frequency":null,"nobody_knows":1,"tenure_due_days":["5",10]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"days_in_year":"actual","emi_count":12,"emi_rounding":{"unit":"1","mode":"up"},"first_due_date":"2026-12-05","flat_roi_value":18,` +
		`"holdback_is_enabled":true,"penal_roi_value":[{"days":"inf","value":72}],"pf_value":0.125,"pf_value_type":"percentage",` +
		`"roi_value":[{"days":"15","value":18},{"days":"30","value":24},{"days":-1,"value":36}],"tenure_due_days":[5,10]}`
	if diff := cmp.Diff(want, data.text()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLoanDataNamesTheKeyThatIsWrong(t *testing.T) {
	for key, value := range map[string]string{"emi_count": `"twelve"`, "emi_every": `0`, "roi_value": `[{"days":30,"value":1},{"days":15,"value":2}]`,
		"amortization": `"balloonish"`, "pf_value": `-1`, "emi_amount": `"12,50"`, "component_order": `"P-P"`, "days_in_month": `31`,
		"interest_rounding": `{"unit":"3","mode":"up"}`, "first_due_date": `"2026-02-30"`, "schedule": `[{"principal":"x"}]`, "margin_is_enabled": `"perhaps"`} {
		_, err := ParseLoanData(params(`{"` + key + `":` + value + `}`))
		e, ok := err.(*lending.Error)
		if !ok || e.Fields[key] == "" {
			t.Errorf("%s %s: got %v, want a fault of that key", key, value, err)
		}
	}
}

// open opens an account with terms of its own.
func (h *house) openAccount(data string) store.Account {
	h.Helper()
	return h.openUnder("Personal loans", data)
}

func (h *house) openUnder(program, data string) store.Account {
	h.Helper()
	account, err := h.office.CreateAccount(context.Background(), h.asha, NewAccount{NewBorrower: &BorrowerInput{Name: "Sunita Devi", State: "KA"},
		Program: program, Line: rupees("500000"), LoanData: params(data)})
	h.must(err)
	return account
}

// The seed summary of the wire: 500,000 at 21% by weeks, interest booked weekly
// and payable with the principal, four days of broken period kept back to the
// rupee (domain 12.3, SUM-01).
func TestSeedSummaryThroughTheBooks(t *testing.T) {
	h := newHouse(t)
	h.clock.set(day("2026-11-16").Time())
	account := h.openAccount(`{"roi_value":"21","amortization":"bullet","emi_count":25,"emi_frequency":"weekly","interest_basis":"days","interest_payment":"at_maturity","bpi_rounding":{"unit":"1","mode":"half_up"},"first_due_date":"2026-11-16"}`)
	start := day("2026-11-16").AddDays(-7 - 4)
	out, err := h.office.InitiateDisbursement(t.Context(), h.asha, DisbursementInput{Account: account.Ref, Amount: rupees("500000"), Date: start, PayoutTo: "borrower"})
	h.must(err)
	if got := out.Loan.NetAmount; got != rupees("498849") || out.Payouts[0].Amount != got {
		t.Errorf("net is %s, payout %s, want 498849.00", got, out.Payouts[0].Amount)
	}
	h.payOut(out, start)
	book := h.book(account)
	s := book.Summary
	if s.LoanAmount != rupees("500000") || s.DisbursalAmount != rupees("498849") || s.InterestOutstanding != rupees("50342.50") || s.InterestDue != rupees("2013.70") || s.DPD != 0 {
		t.Errorf("summary: %+v", s)
	}
	later := day("2026-11-16").AddDays(7 * 22)
	h.read(func(ctx context.Context, v *store.View) error {
		book, err := BookOf(ctx, v, account.ID, later)
		if err == nil && (book.Summary.InterestDue != rupees("46315.10") || book.Summary.TotalOutstanding != rupees("550342.50")) {
			t.Errorf("after 23 weeks: %+v", book.Summary)
		}
		return err
	})
	h.sound()
}

// payOut lets finance approve and process every payout of a loan.
func (h *house) payOut(out Disbursement, on lending.Date) {
	h.Helper()
	for i, p := range out.Payouts {
		_, err := h.office.ApprovePayout(context.Background(), h.omar, p.Ref, 0)
		h.must(err)
		_, err = h.office.ProcessPayout(context.Background(), h.omar, p.Ref, PaidOut{UTR: "HDFCR5202611" + out.Loan.Ref + string(rune('0'+i)), Date: on, DebitBank: "HDFC-CA-01"})
		h.must(err)
	}
}

func TestDisbursementKeepsBackFeesAndTax(t *testing.T) {
	h := newHouse(t)
	account := h.openAccount(`{"emi_count":12,"roi_value":18,"pf_value":"2","pf_value_type":"percentage","pf_gst":18}`)
	out, err := h.office.InitiateDisbursement(t.Context(), h.asha, DisbursementInput{Account: account.Ref, Amount: rupees("100000"),
		Parts: []PayoutPart{{Amount: rupees("90000")}, {}}})
	h.must(err)
	// 2% is 2,000, GST 360: 97,640 in two payouts, the second what is left.
	if out.Loan.NetAmount != rupees("97640") || len(out.Payouts) != 2 || out.Payouts[1].Amount != rupees("7640") {
		t.Errorf("net %s in %+v", out.Loan.NetAmount, out.Payouts)
	}
	if h.account(account.Ref).Status != "created" {
		t.Error("the account is active before its money is out")
	}
	if _, err := h.office.ApprovePayout(t.Context(), h.asha, out.Payouts[0].Ref, 0); err == nil {
		t.Error("an operator approved a payout")
	}
	h.payOut(out, h.today())
	account = h.account(account.Ref)
	if account.Status != "active" || account.VirtualAccountNo == "" {
		t.Errorf("account %+v", account)
	}
	if s := h.book(account).Summary; s.DisbursalAmount != rupees("97640") || s.PrincipalOutstanding != rupees("100000") || s.TotalFees != 0 {
		t.Errorf("summary %+v", s)
	}
	h.sound()
}

func TestRowsAreDatedFromTheDayTheMoneyArrived(t *testing.T) {
	h := newHouse(t)
	account := h.openAccount(`{"emi_count":6,"roi_value":18,"first_due_date":"2027-01-05"}`)
	out, err := h.office.InitiateDisbursement(t.Context(), h.asha, DisbursementInput{Account: account.Ref, Amount: rupees("60000"), Date: day("2026-11-10")})
	h.must(err)
	planned := bpiOf(out.Schedule.Deductions) // 25 days from 10 November to 5 December
	if planned != rupees("739.73") {
		t.Fatalf("broken period interest is %s", planned)
	}
	h.payOut(out, day("2026-11-15"))
	book := h.book(account)
	if book.Loans[0].DisbursedOn != day("2026-11-15") {
		t.Errorf("disbursed on %s", book.Loans[0].DisbursedOn)
	}
	// Five days less were due than were kept back: 147.95 comes off the first row.
	var plain lending.Money = out.Schedule.Rows[0].Interest
	if got := book.Demands[0].Amount[lending.Interest]; got != plain-rupees("147.95") {
		t.Errorf("interest of row 1 is %s, planned %s", got, plain)
	}
	if s := book.Summary; s.DisbursalAmount != out.Loan.NetAmount {
		t.Errorf("disbursed %s, paid out %s", s.DisbursalAmount, out.Loan.NetAmount)
	}
	h.sound()
}

func TestWhoAskedForAPayoutDoesNotReleaseIt(t *testing.T) {
	h := newHouse(t)
	account := h.openAccount(`{"emi_count":12,"roi_value":18}`)
	out, err := h.office.InitiateDisbursement(t.Context(), h.asha, DisbursementInput{Account: account.Ref, Amount: rupees("10000")})
	h.must(err)
	both := h.asha
	both.Roles = []Role{Operator, Finance} // were a person to hold both
	_, err = h.office.ApprovePayout(t.Context(), both, out.Payouts[0].Ref, 0)
	h.refused(err, "payout.self")
	// The database holds it as well.
	err = h.db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		p := out.Payouts[0]
		p.Status, p.ApproverID = "success", store.Opt(h.asha.Person)
		return tx.UpdatePayout(ctx, p)
	})
	h.refused(err, "payout.unapproved")
	_, err = h.office.ProcessPayout(t.Context(), h.omar, out.Payouts[0].Ref, PaidOut{UTR: "UTR1"})
	h.refused(err, "payout.state")
}

func TestDisbursementRefusals(t *testing.T) {
	h := newHouse(t)
	account := h.openAccount(`{"emi_count":12,"roi_value":18}`)
	slabs := h.openAccount(`{"emi_count":12,"roi_value":[{"days":15,"value":18},{"days":-1,"value":24}]}`)
	for _, c := range []struct {
		code string
		in   DisbursementInput
	}{
		{"loan.invalid", DisbursementInput{Account: account.Ref}},
		{"account.unknown", DisbursementInput{Account: "ACCNONE", Amount: rupees("1")}},
		{"loan.line", DisbursementInput{Account: account.Ref, Amount: rupees("500000.01")}},
		{"loan.payouts", DisbursementInput{Account: account.Ref, Amount: rupees("1000"), Parts: []PayoutPart{{Amount: rupees("400")}, {Amount: rupees("500")}}}},
		{"payout.bank", DisbursementInput{Account: account.Ref, Amount: rupees("1000"), PayoutTo: "custom_bank", CreditBank: "HDFC-CA-01"}},
		{"terms.rate_slabs", DisbursementInput{Account: slabs.Ref, Amount: rupees("1000")}},
	} {
		_, err := h.office.InitiateDisbursement(t.Context(), h.asha, c.in)
		h.refused(err, c.code)
	}
	h.read(func(ctx context.Context, v *store.View) error {
		_, n, err := v.Loans(ctx, "", "", 10, 0)
		if n != 0 {
			t.Errorf("%d loans are left of refused disbursals", n)
		}
		return err
	})
}

// The reference's sample of loan parameters (crego-api 3, KNOWN P4): a tenure of 40 days
// by 30/360, 18% to day 15, 24% to day 30, then 36%; the same rate when overdue; penal
// charges of 72%. A lakh costs 750.00 + 1,000.00 + 1,000.00, and thirty days late
// 3,082.50 of overdue interest and 6,165.00 of penal charges on 1,02,750.00.
func TestSampleParametersOfTheReference(t *testing.T) {
	h := newHouse(t)
	h.clock.set(day("2026-11-20").Time())
	_, err := h.office.CreateProgram(t.Context(), h.admin(), ProgramInput{Name: "Supply chain"})
	h.must(err)
	account := h.openUnder("Supply chain", `{"days_in_month":"30","days_in_year":"360","tenure_period":"days","tenure_value":40,"tenure_period_type":"as_per_days","tenure_fixed_due_date":false,
		"tenure_due_days":[],"tenure_min_days":0,"tenure_starts_at":"disbursement_date","roi_period":"years","roi_slab_based":true,
		"roi_value":[{"days":"15","value":18},{"days":"30","value":24},{"days":-1,"value":36}],"overdue_roi_same_as_roi":true,"penal_roi_same_as_roi":false,"penal_tax":0,
		"penal_min_amount":0,"penal_max_amount":0,"penal_roi_value":[{"days":"inf","value":72}],"penal_accrual_frequency":"daily","penal_lag_days_after_due":0,
		"penal_calculation_type":"exclude_grace_period","interest_starts":"same_day","interest_lock_in_enabled":false,"interest_lock_in_days":0}`)
	out, err := h.office.InitiateDisbursement(t.Context(), h.asha, DisbursementInput{Account: account.Ref, Amount: rupees("100000"), Date: day("2026-11-20")})
	h.must(err)
	h.payOut(out, day("2026-11-20"))
	if rows := out.Schedule.Rows; len(rows) != 1 || rows[0].Interest != rupees("2750") || rows[0].DueDate != day("2026-12-30") {
		t.Errorf("the schedule is %+v", rows)
	}
	h.read(func(ctx context.Context, v *store.View) error {
		late, err := BookOf(ctx, v, account.ID, day("2027-01-30"))
		if s := late.Summary; err == nil && (s.OverdueOutstanding != rupees("3082.50") || s.PenalOutstanding != rupees("6165") || s.InterestOutstanding != rupees("2750")) {
			t.Errorf("a month late: %+v", s)
		}
		return err
	})
	h.sound()
}

// Parameters that say nothing about a loan are refused by name with the reason; those
// that do are computed.
func TestParametersOfOtherLoansAreRefused(t *testing.T) {
	h := newHouse(t)
	for _, data := range []string{`"margin_is_enabled":true,"margin_value":10`, `"cashback_is_enabled":true`, `"subvention_is_enabled":true,"subvention_value":1`, `"penal_tax":18`,
		`"tenure_starts_at":"invoice_date"`, `"interest_mode":"monthly_rest"`, `"penal_roi_value":24,"penal_accrual_frequency":"monthly"`, `"tenure_fixed_due_date":true`} {
		account := h.openAccount(`{"roi_value":18,"emi_count":12,` + data + `}`)
		_, err := h.office.InitiateDisbursement(t.Context(), h.asha, DisbursementInput{Account: account.Ref, Amount: rupees("1000")})
		h.refused(err, "terms.not_of_this_loan")
	}
	_, err := h.office.CreateProgram(t.Context(), h.admin(), ProgramInput{Name: "Supply chain"})
	h.must(err)
	account := h.openUnder("Supply chain", `{"roi_value":"1.5","roi_period":"months","tenure_period":"days","tenure_value":20,"tenure_fixed_due_date":true,"tenure_due_days":[5,31]}`)
	out, err := h.office.InitiateDisbursement(t.Context(), h.asha, DisbursementInput{Account: account.Ref, Amount: rupees("100000"), Date: day("2026-11-20")})
	h.must(err) // 20 days end on 10 December, the next fixed day is the 31st: 41 days of 18%
	if row := out.Schedule.Rows[0]; row.DueDate != day("2026-12-31") || row.Interest != rupees("2021.92") {
		t.Errorf("the row is %+v", row)
	}
}

func TestLoanParamsBeforeAndAfterTheMoneyIsOut(t *testing.T) {
	h := newHouse(t)
	borrower, err := h.office.CreateBorrower(t.Context(), h.asha, BorrowerInput{Name: "Ravi Kumar"})
	h.must(err)
	line := rupees("200000")
	pair := ParamsInput{Borrower: borrower.ID, Program: "Personal loans"}
	first := pair
	first.Line, first.LoanData = &line, params(`{"emi_count":"24","flat_roi_value":"20","pf_value":"1","pf_value_type":"percentage"}`)
	_, err = h.office.InitiateLoanParams(t.Context(), h.asha, first)
	h.must(err)
	account, err := h.office.CreateAccount(t.Context(), h.asha, NewAccount{Borrower: borrower.Ref, Program: "Personal loans"})
	h.must(err)
	second := pair
	second.LoanData = params(`{"emi_count":"10"}`)
	got, err := h.office.UpdateLoanParams(t.Context(), h.asha, second)
	h.must(err)
	if want := `{"emi_count":10,"flat_roi_value":20,"pf_value":1,"pf_value_type":"percentage"}`; got.Given.text() != want {
		t.Errorf("got %s", got.Given.text())
	}
	account = h.account(account.Ref)
	if account.ApprovedLineAmount != line || account.LoanData != got.Given.text() {
		t.Errorf("the account did not follow: %+v", account)
	}
	out, err := h.office.InitiateDisbursement(t.Context(), h.asha, DisbursementInput{Account: account.Ref, Amount: rupees("100000")})
	h.must(err)
	if len(out.Schedule.Rows) != 10 {
		t.Errorf("%d rows", len(out.Schedule.Rows))
	}
	// Money is on its way: from now on a change is a proposal.
	second.LoanData = params(`{"emi_count":"8"}`)
	_, err = h.office.InitiateLoanParams(t.Context(), h.asha, second)
	h.refused(err, "loan_params.in_force")
	got, err = h.office.UpdateLoanParams(t.Context(), h.asha, second)
	h.must(err)
	if got.Proposal == nil || got.Proposal.Kind != "loan_params" || h.account(account.Ref).LoanData != account.LoanData {
		t.Fatalf("the change is not a proposal: %+v", got)
	}
	_, err = h.office.UpdateLoanParams(t.Context(), h.asha, second)
	h.refused(err, "approval.open")
	_, err = h.office.Decide(t.Context(), h.ravi, got.Proposal.Ref, DecisionInput{Decision: "approve"})
	h.must(err)
	if after := h.account(account.Ref).LoanData; after != `{"emi_count":8,"flat_roi_value":20,"pf_value":1,"pf_value_type":"percentage"}` {
		t.Errorf("after approval the account has %s", after)
	}
}

func TestFeeIsTaxedByPlaceOfSupply(t *testing.T) {
	h := newHouse(t)
	account := h.takeOver("PL001", "Sunita Devi", "state", "KA") // the lender is in Maharashtra
	fee, err := h.office.CreateFee(t.Context(), h.asha, FeeInput{Account: account.Ref, Name: "Bounce charge", Amount: rupees("500.05")})
	h.must(err)
	if fee.Tax != rupees("90.01") {
		t.Errorf("integrated tax on 500.05 is %s", fee.Tax)
	}
	near := h.takeOver("PL002", "Anita Devi", "state", "27")
	fee, err = h.office.CreateFee(t.Context(), h.asha, FeeInput{Account: near.Ref, Name: "Bounce charge", Amount: rupees("500.05")})
	h.must(err)
	if fee.Tax != rupees("90.00") { // 45.00 twice: each head is rounded by itself
		t.Errorf("central and state tax on 500.05 are %s", fee.Tax)
	}
	if s := h.book(account).Summary; s.FeeOutstanding != rupees("590.06") || s.DueNow != rupees("590.06") {
		t.Errorf("summary %+v", s)
	}
	_, err = h.office.CreateFee(t.Context(), h.asha, FeeInput{Account: account.Ref, Name: "Late", Amount: 100, DueDate: h.today().AddDays(-1)})
	h.refused(err, "fee.due_date")
	h.sound()
}

func TestUpfrontInterestIsKeptBack(t *testing.T) {
	h := newHouse(t)
	bullet := h.openAccount(`{"roi_value":12,"tenure_period":"days","tenure_value":90,"emi_count":0,"emi_frequency":null,"interest_mode":"upfront"}`)
	out, err := h.office.InitiateDisbursement(t.Context(), h.asha, DisbursementInput{Account: bullet.Ref, Amount: rupees("100000")})
	h.must(err)
	// 100,000 x 12% x 90/365 = 2,958.90
	if out.Loan.NetAmount != rupees("97041.10") || out.Schedule.Rows[0].Interest != 0 {
		t.Errorf("net %s, rows %+v", out.Loan.NetAmount, out.Schedule.Rows)
	}
	h.payOut(out, h.today())
	// Over instalments as well: repaid early, it owes no interest twice.
	monthly := h.openAccount(`{"roi_value":12,"emi_count":6,"interest_mode":"upfront"}`)
	out, err = h.office.InitiateDisbursement(t.Context(), h.asha, DisbursementInput{Account: monthly.Ref, Amount: rupees("60000")})
	h.must(err)
	h.payOut(out, h.today())
	h.sound()
	var stored store.AccountFacts
	h.read(func(ctx context.Context, v *store.View) (err error) {
		stored, err = v.Facts(ctx, monthly.ID)
		return err
	})
	facts := append(stored.Facts, lending.Fact{Key: "early", Kind: lending.FactReceipt, ValueDate: h.today() + 10, Amount: rupees("20000"),
		Receipt: &lending.Receipt{Received: rupees("20000"), Prepayment: &lending.Prepayment{Effect: lending.ReduceEMI}}})
	book, err := lending.Replay(facts, lending.At{Date: h.today() + 10})
	h.must(err)
	if s := book.Summary; s.InterestPaid+s.InterestOutstanding != 0 || s.PrincipalOutstanding != rupees("40000") {
		t.Errorf("interest paid %s, to come %s, principal %s", s.InterestPaid, s.InterestOutstanding, s.PrincipalOutstanding)
	}
}

// TestShapesGoThroughTheBooks lends in every shape that loan parameters can ask
// for, pays a little, and lives a year: frozen rows stay those of their terms, and
// everything follows from the facts.
func TestShapesGoThroughTheBooks(t *testing.T) {
	h := newHouse(t)
	for name, data := range map[string]string{
		"flat":            `{"emi_count":6,"roi_value":12,"interest_method":"flat"}`,
		"equal principal": `{"emi_count":6,"roi_value":12,"amortization":"equal_principal"}`,
		"interest only":   `{"emi_count":6,"roi_value":12,"amortization":"interest_only"}`,
		"bullet":          `{"emi_count":1,"roi_value":12,"amortization":"bullet","emi_frequency":"half_yearly"}`,
		"weekly":          `{"emi_count":20,"roi_value":12,"emi_frequency":"weekly"}`,
		"explicit rows":   `{"roi_value":12,"emi_count":2,"interest_basis":"days","schedule":[{"due_date":"2027-01-05","principal":"20000"},{"due_date":"2027-03-05","principal":40000}]}`,
		"moratorium":      `{"emi_count":6,"roi_value":12,"moratorium":{"instalments":2,"kind":"capitalise_at_end"}}`,
		"steps":           `{"emi_count":12,"roi_value":12,"steps":[{"every":6,"percent":10}]}`,
		"balloon":         `{"emi_count":6,"roi_value":12,"balloon":"20000"}`,
		"by the day":      `{"emi_count":6,"roi_value":12,"interest_recalculation":"daily"}`,
		"broken period":   `{"emi_count":6,"roi_value":12,"first_due_date":"2027-01-05","bpi_mode":"first_emi"}`,
		"penal and more":  `{"emi_count":6,"roi_value":12,"overdue_roi_same_as_roi":true,"penal_roi_value":24,"grace_days":3,"component_order":"F-PI-OI-NI-P"}`,
	} {
		account := h.openAccount(data)
		out, err := h.office.InitiateDisbursement(t.Context(), h.asha, DisbursementInput{Account: account.Ref, Amount: rupees("60000"), Date: h.today()})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		h.payOut(out, h.today())
	}
	h.sound()
	_, err := h.close(h.asha, day("2027-02-01"))
	h.must(err)
	h.sound()
	var accounts []store.Account
	h.read(func(ctx context.Context, v *store.View) (err error) {
		accounts, err = v.AllAccounts(ctx, 0, 100)
		return err
	})
	for _, account := range accounts {
		record, err := h.office.CreateRecord(t.Context(), h.asha, NewRecord{Account: account.Ref, Received: rupees("9000"), Mode: "transfer", Source: "hand"})
		h.must(err)
		_, err = h.office.RequestApproval(t.Context(), h.asha, record.Ref, 0, "")
		h.must(err)
		h.approve(record)
	}
	h.sound()
	_, err = h.close(h.asha, day("2027-11-16"))
	h.must(err)
	h.sound()
}
