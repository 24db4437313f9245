package servicing

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lekha/lending"
	"lekha/store"
)

// Worked examples of the domain, driven through the commands and read from the
// tables, one test each. Those of drawings, presentations, refunds and foreclosure
// stand beside their subjects.

// lent is a house on a day, with a loan paid out on that day.
func lent(t *testing.T, on, data, amount string) (*house, store.Account, store.Loan) {
	t.Helper()
	h := newHouseOn(t, on)
	account := h.lineless(data)
	out, err := h.office.InitiateDisbursement(context.Background(), h.asha, DisbursementInput{Account: account.Ref, Amount: rupees(amount), Date: day(on)})
	h.must(err)
	h.payOut(out, day(on))
	return h, h.account(account.Ref), h.loan(out.Loan.ID)
}

// rows are the demands of an account as they are stored, each as due date, principal
// and interest.
func (h *house) rows(account store.Account) (out []string) {
	h.Helper()
	h.read(func(ctx context.Context, v *store.View) error {
		demands, err := v.DemandsOfAccount(ctx, account.ID)
		for _, d := range demands {
			out = append(out, fmt.Sprint(d.DueDate, " ", d.PAmount, " ", d.NIAmount))
		}
		return err
	})
	return out
}

// until closes days until one is open.
func (h *house) until(date string) {
	h.Helper()
	_, err := h.close(h.asha, day(date))
	h.must(err)
}

// BPI-01, BPI-02, BPI-03, BPI-04: the broken period by each mode and day count.
func TestWorkedBrokenPeriod(t *testing.T) {
	const base = `{"emi_count":12,"roi_value":16,"first_due_date":"2025-03-05"}`
	for name, x := range map[string]struct {
		on, data, net string
		first, second string // due, principal and interest
		last          string // of interest; empty: not looked at
	}{
		"BPI-01 upfront":         {"2025-01-20", with(base, `"bpi_mode":"upfront"`), "595791.78", "2025-03-05 46439.00 8000.00", "2025-04-05 47058.19 7380.81", ""},
		"BPI-01 first_emi":       {"2025-01-20", with(base, `"bpi_mode":"first_emi"`), "600000.00", "2025-03-05 46439.00 12208.22", "2025-04-05 47058.19 7380.81", ""},
		"BPI-01 instalment_zero": {"2025-01-20", with(base, `"bpi_mode":"instalment_zero"`), "600000.00", "2025-02-05 0.00 4208.22", "2025-03-05 46439.00 8000.00", ""},
		"BPI-01 spread":          {"2025-01-20", with(base, `"bpi_mode":"spread"`), "600000.00", "2025-03-05 46439.00 8350.68", "2025-04-05 47058.19 7731.49", "350.74"},
		"BPI-02": {"2024-02-20", `{"emi_count":12,"roi_value":16,"first_due_date":"2024-04-05","bpi_mode":"upfront","days_in_year":360}`, "596266.67",
			"2024-04-05 46439.00 8000.00", "2024-05-05 47058.19 7380.81", ""},
		"BPI-03": {"2025-01-20", with(base, `"bpi_mode":"upfront","days_in_month":30,"days_in_year":360`), "596000.00", "2025-03-05 46439.00 8000.00", "2025-04-05 47058.19 7380.81", ""},
		"BPI-04": {"2025-01-20", `{"emi_count":12,"roi_value":16,"first_due_date":"2025-02-05","bpi_mode":"none"}`, "600000.00", "2025-02-05 50230.78 4208.22", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			h, account, loan := lent(t, x.on, x.data, "600000")
			rows := h.rows(account)
			if loan.NetAmount != rupees(x.net) || rows[0] != x.first || x.second != "" && rows[1] != x.second {
				t.Errorf("%s net, %q, %q", loan.NetAmount, rows[0], rows[1])
			}
			h.sound()
		})
	}
}

// MOR-01: three months of moratorium, by each treatment of its interest.
func TestWorkedMoratorium(t *testing.T) {
	for kind, want := range map[string]struct{ principal, first, last string }{
		"capitalise_monthly":   {"207594.14", "18738.00", "18726.38"},
		"capitalise_at_end":    {"207500.00", "18729.00", "18723.85"},
		"interest_paid_during": {"200000.00", "18052.00", "18047.65"},
		"collect_in_first_emi": {"200000.00", "25552.00", "18047.65"},
		"spread":               {"200000.00", "18677.00", "18672.65"},
	} {
		t.Run(kind, func(t *testing.T) {
			h, account, _ := lent(t, "2025-01-05", `{"emi_count":12,"roi_value":15,"moratorium":{"instalments":3,"kind":"`+kind+`"}}`, "200000")
			var sum lending.Money
			var paid []string
			for _, d := range h.book(account).Demands {
				if sum += d.Amount[lending.Principal]; d.Amount[lending.Principal] > 0 {
					paid = append(paid, instalment(d))
				}
			}
			if sum != rupees(want.principal) || len(paid) != 12 || paid[0] != want.first || paid[11] != want.last {
				t.Errorf("%s over %d instalments, %s to %s", sum, len(paid), paid[0], paid[len(paid)-1])
			}
			h.sound()
		})
	}
}

// PRE-02 and PRE-03: the instalment stays and rows fall away; twelve days after a due
// date the interest that has run is settled first.
func TestWorkedPrepayments(t *testing.T) {
	for name, x := range map[string]struct{ on, effect, left, last string }{
		"PRE-02": {"2026-07-16", lending.ReduceTenure, "241003.54", "25926.09"},
		"PRE-03": {"2026-07-04", lending.ReduceEMI, "242573.09", ""},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			account, loan := h.lend(emi01, "500000", day(x.on), 4)
			record := h.enter(account, "100000", h.today())
			_, err := h.office.InstructRecord(t.Context(), h.asha, record.Ref, Instruction{Effect: x.effect, Loan: loan.Ref})
			h.must(err)
			h.must(h.settled(record))
			rows := ahead(h.book(account))
			if p := h.position(account); p.PrincipalOutstanding != rupees(x.left) {
				t.Errorf("%s is left", p.PrincipalOutstanding)
			}
			if x.last != "" && (len(rows) != 6 || instalment(rows[0]) != "44893.56" || instalment(rows[5]) != x.last) {
				t.Errorf("%d rows of %s, the last of %s", len(rows), instalment(rows[0]), instalment(rows[len(rows)-1]))
			}
			h.sound()
		})
	}
}

// TRN-02: a second tranche on a due date, and instalments over the rows to come.
func TestWorkedTranche(t *testing.T) {
	h := newHouseOn(t, "2025-04-01")
	account, err := h.office.CreateAccount(t.Context(), h.asha, NewAccount{NewBorrower: &BorrowerInput{Name: "Sunita Devi", State: "KA"}, Program: "Personal loans",
		Line: rupees("1000000"), LoanData: params(`{"emi_count":24,"roi_value":12}`)})
	h.must(err)
	out, err := h.office.InitiateDisbursement(t.Context(), h.asha, DisbursementInput{Account: account.Ref, Amount: rupees("600000"), Date: h.today()})
	h.must(err)
	h.payOut(out, h.today())
	loan := h.loan(out.Loan.ID)
	for _, due := range []string{"2025-05-01", "2025-06-01", "2025-07-01"} {
		h.until(due)
		h.pay(account, "28245", day(due))
	}
	p, err := h.office.RequestTranche(t.Context(), h.asha, TrancheInput{Loan: loan.Ref, Amount: rupees("400000")})
	h.must(err)
	if p := h.position(account); p.PrincipalOutstanding != rupees("532595.43") {
		t.Errorf("before it %s is outstanding", p.PrincipalOutstanding)
	}
	h.release(p.Ref, "HDFCR52025070100001")
	rows := ahead(h.book(account))
	if p := h.position(account); p.PrincipalOutstanding != rupees("932595.43") || len(rows) != 21 || instalment(rows[0]) != "49457.00" || instalment(rows[20]) != "49439.26" {
		t.Errorf("%s in %d rows of %s, the last of %s", p.PrincipalOutstanding, len(rows), instalment(rows[0]), instalment(rows[len(rows)-1]))
	}
	h.sound()
}

// RST-01: unpaid interest becomes principal, the penal charge and the fee are carried
// forward and never do.
func TestWorkedRestructure(t *testing.T) {
	h, account, loan := lent(t, "2025-01-05", `{"emi_count":12,"roi_value":"30.491803","amortization":"interest_only"}`, "244000")
	h.until("2025-02-05")
	_, err := h.office.CreateFee(t.Context(), h.asha, FeeInput{Account: account.Ref, Loan: loan.Ref, Name: "Penal charge", Component: "PI", Amount: rupees("1180")})
	h.must(err)
	_, err = h.office.CreateFee(t.Context(), h.asha, FeeInput{Account: account.Ref, Loan: loan.Ref, Name: "Bounce charge", Head: "bounce_charge", Amount: rupees("500")})
	h.must(err)
	a, err := h.office.RequestRestructure(t.Context(), h.asha, RestructureInput{Loan: loan.Ref, LoanData: params(`{"roi_value":13,"emi_count":18,"amortization":"equal_instalments"}`), Reason: "Lost a customer."})
	h.must(err)
	h.must(h.signed(a.Ref, h.ravi))
	book := h.book(account)
	rows := ahead(book)
	if s := book.Summary; s.PrincipalOutstanding != rupees("250200") || s.PenalOutstanding != rupees("1180") || s.FeeOutstanding != rupees("590") {
		t.Errorf("principal %s, penal %s, fees %s", s.PrincipalOutstanding, s.PenalOutstanding, s.FeeOutstanding)
	}
	if len(rows) != 18 || instalment(rows[0]) != "15375.00" || instalment(rows[17]) != "15358.97" {
		t.Errorf("%d rows of %s, the last of %s", len(rows), instalment(rows[0]), instalment(rows[len(rows)-1]))
	}
	h.until("2025-02-06")
	if p := h.position(account); p.Category != "Sub-Standard" {
		t.Errorf("after the day it is %s", p.Category)
	}
	h.sound()
}

// PEN-01 and PEN-02: what an instalment that is late costs, by each policy.
func TestWorkedLateness(t *testing.T) {
	const plain = `{"emi_count":1,"roi_value":0}`
	for name, x := range map[string]struct {
		data, amount   string
		days           int
		penal, overdue string
	}{
		"PEN-01 rate":            {with(plain, `"penal_roi_value":24`), "25000", 22, "361.64", "0.00"},
		"PEN-01 rate_capped":     {with(plain, `"penal_roi_value":24,"penal_max_amount":300`), "25000", 22, "300.00", "0.00"},
		"PEN-01 flat_per_event":  {with(plain, `"penal_roi_value":450,"penal_roi_value_type":"fixed","penal_accrual_frequency":"once"`), "25000", 22, "450.00", "0.00"},
		"PEN-01 per_day":         {with(plain, `"penal_roi_value":20,"penal_roi_value_type":"fixed","penal_max_amount":400`), "25000", 22, "400.00", "0.00"},
		"PEN-01 slab":            {with(plain, `"penal_roi_value":[{"days":7,"value":0},{"days":15,"value":250},{"days":30,"value":500}],"penal_roi_value_type":"fixed","penal_roi_slab_based":true`), "25000", 22, "500.00", "0.00"},
		"PEN-01 grace5_from_due": {with(plain, `"penal_roi_value":24,"grace_days":5,"penal_calculation_type":"include_grace_period"`), "25000", 22, "361.64", "0.00"},
		"PEN-01 grace5_after":    {with(plain, `"penal_roi_value":24,"grace_days":5,"penal_calculation_type":"exclude_grace_period"`), "25000", 22, "279.45", "0.00"},
		"PEN-02 P+NI":            {`{"emi_count":1,"roi_value":300,"overdue_roi_value":18}`, "8000", 40, "0.00", "197.26"},
		"PEN-02 P":               {`{"emi_count":1,"roi_value":300,"overdue_roi_value":18,"overdue_base":"P"}`, "8000", 40, "0.00", "157.81"},
	} {
		t.Run(name, func(t *testing.T) {
			h, account, _ := lent(t, "2025-03-05", x.data, x.amount)
			h.until(day("2025-04-05").AddDays(x.days).String())
			s := h.book(account).Summary
			if s.PenalOutstanding != rupees(x.penal) || s.OverdueOutstanding != rupees(x.overdue) {
				t.Errorf("penal %s, overdue %s", s.PenalOutstanding, s.OverdueOutstanding)
			}
			h.sound()
		})
	}
}

// shown is what the tables say of an account after a day was closed.
func (h *house) shown(account store.Account) string {
	p := h.position(account)
	return fmt.Sprint(p.DPD, " ", p.Category, " ", p.PeakDPD)
}

// DPD-01: the dates of RBI's illustration.
func TestWorkedDaysPastDue(t *testing.T) {
	h, account, _ := lent(t, "2021-02-28", `{"emi_count":1,"roi_value":0,"first_due_date":"2021-03-31"}`, "1000")
	for _, want := range []struct {
		dayEnd, says string
	}{{"2021-03-30", "0 Regular 0"}, {"2021-03-31", "1 SMA-0 1"}, {"2021-04-29", "30 SMA-0 30"}, {"2021-04-30", "31 SMA-1 31"}, {"2021-05-29", "60 SMA-1 60"},
		{"2021-05-30", "61 SMA-2 61"}, {"2021-06-28", "90 SMA-2 90"}, {"2021-06-29", "91 Sub-Standard 91"}} {
		h.until(day(want.dayEnd).AddDays(1).String())
		if got := h.shown(account); got != want.says {
			t.Errorf("after %s it is %s, want %s", want.dayEnd, got, want.says)
		}
	}
	h.sound()
}

// DPD-02: part payments age the account first in, first out.
func TestWorkedPartPayments(t *testing.T) {
	h, account, _ := lent(t, "2024-12-05", `{"emi_count":3,"roi_value":0,"first_due_date":"2025-01-05"}`, "3000")
	for _, want := range []struct{ dayEnd, pay, says string }{{"2025-02-09", "", "36 SMA-1 36"}, {"2025-02-10", "400", "37 SMA-1 37"},
		{"2025-03-09", "", "64 SMA-2 64"}, {"2025-03-10", "700", "34 SMA-1 64"}} {
		h.until(want.dayEnd)
		if want.pay != "" {
			h.pay(account, want.pay, day(want.dayEnd))
		}
		h.until(day(want.dayEnd).AddDays(1).String())
		if got := h.shown(account); got != want.says {
			t.Errorf("after %s it is %s, want %s", want.dayEnd, got, want.says)
		}
	}
	h.sound()
}

// DPD-03: special mention comes and goes, a bad account stays one until all arrears
// are paid; the whole path is in the books.
func TestWorkedStickiness(t *testing.T) {
	h, account, _ := lent(t, "2024-12-05", `{"emi_count":6,"roi_value":0,"first_due_date":"2025-01-05"}`, "6000")
	for _, paid := range [][2]string{{"2025-02-20", "600"}, {"2025-03-20", "900"}, {"2025-05-20", "1000"}, {"2025-06-25", "3500"}} {
		h.until(paid[0])
		h.pay(account, paid[1], day(paid[0]))
	}
	h.until("2025-06-26")
	want := []string{"2025-01-05 SMA-0 1", "2025-02-04 SMA-1 31", "2025-03-06 SMA-2 61", "2025-03-20 SMA-1 44", "2025-04-06 SMA-2 61", "2025-05-06 Sub-Standard 91", "2025-06-25 Regular 0"}
	var got []string
	for _, c := range h.book(account).Timeline {
		got = append(got, fmt.Sprint(c.Date, " ", c.Category, " ", c.DPD))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := h.shown(account); got != "0 Regular 112" {
		t.Errorf("at the end it is %s", got)
	}
	h.sound()
}

// SCF-02: interest at the rear end falls due with the principal.
func TestWorkedRearEndedDrawing(t *testing.T) {
	d := newDrawing(t, with(scf01, `"interest_mode":"rear_ended"`), "5000000", lending.DrawingRules{NeedsInvoice: true})
	drawn := d.paid(d.bill("INV-77", "1000000"))
	if loan := d.loan(string(drawn.LoanID)); loan.Amount != rupees("800000") || loan.NetAmount != rupees("790560") {
		t.Errorf("%s lent, %s net", loan.Amount, loan.NetAmount)
	}
	if got, want := d.rows(d.account), []string{d.today().AddDays(60).String() + " 800000.00 15780.82"}; !cmp.Equal(got, want) {
		t.Errorf("due %v, want %v", got, want)
	}
	d.sound()
}

// FCL-02: who may be charged for closing early, by rate, borrower, purpose and lender.
func TestWorkedForeclosureCharge(t *testing.T) {
	h := newHouse(t)
	account := h.lineless(emi01)
	out, err := h.office.InitiateDisbursement(t.Context(), h.asha, DisbursementInput{Account: account.Ref, Amount: rupees("900000"), Date: day("2026-10-16")})
	h.must(err)
	h.payOut(out, day("2026-10-16"))
	for _, x := range []struct {
		rate, borrower, purpose, lender, sanctioned string
		charged                                     bool
	}{{"floating", "individual", "other", "nbfc_ml", "2026-02-01", false}, {"floating", "individual", "business", "nbfc_ul", "2026-02-01", false},
		{"floating", "mse", "business", "nbfc_ml", "2026-02-01", false}, {"floating", "mse", "business", "nbfc_bl", "2026-02-01", true},
		{"fixed", "individual", "other", "nbfc_ml", "2026-02-01", true}, {"floating", "individual", "other", "nbfc_ml", "2025-12-31", true},
		{"floating", "other", "business", "bank", "2026-02-01", true}} {
		h.read(func(ctx context.Context, v *store.View) error {
			q, err := PreviewForeclosure(ctx, v, ForeclosureInput{Loan: out.Loan.Ref, ChargePercent: 4_000_000, RateType: x.rate, BorrowerType: x.borrower, Purpose: x.purpose,
				Lender: x.lender, SanctionedOn: day(x.sanctioned)})
			if (q.Charge > 0) != x.charged {
				t.Errorf("%+v is charged %s: %s", x, q.Charge, q.ChargeRule)
			}
			return err
		})
	}
}

// PAY-01: all of the excess goes back, and a second request finds nothing.
func TestWorkedRefund(t *testing.T) {
	h := newHouse(t)
	account := h.takeOver("PL001", "Sunita Devi")
	h.pay(account, "100.23", h.today())
	h.until("2026-11-20") // the bank takes no cheque back any more
	refund, err := h.office.RequestRefund(t.Context(), h.asha, RefundInput{Account: "PL001", Amount: rupees("100.23"), PayoutTo: "custom_bank", NewBank: sendersBank})
	h.must(err)
	h.decided(refund.Record.Ref, "approve")
	if p := h.payout(refund.Payout.Ref); p.Amount != rupees("100.23") || h.position(account).Excess != 0 {
		t.Errorf("%s goes out, %s is left", p.Amount, h.position(account).Excess)
	}
	_, err = h.office.RequestRefund(t.Context(), h.asha, RefundInput{Account: "PL001", Amount: rupees("100.23"), PayoutTo: "custom_bank", NewBank: sendersBank})
	h.refused(err, "refund.insufficient_excess")
	h.sound()
}
