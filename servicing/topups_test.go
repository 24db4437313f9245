package servicing

import (
	"context"
	"slices"
	"testing"

	"lekha/lending"
	"lekha/store"
)

// drawing is a house with an anchor, rules, and an account with a line.
type drawing struct {
	*house
	account store.Account
	anchor  store.Anchor
}

func newDrawing(t *testing.T, data, line string, rules lending.DrawingRules) *drawing {
	t.Helper()
	return newHouse(t).drawing(data, line, rules)
}

// drawing gives a house an anchor and an account with a line.
func (h *house) drawing(data, line string, rules lending.DrawingRules) *drawing {
	h.Helper()
	d := &drawing{house: h, anchor: h.anchored(rules)}
	d.account = h.lineless(data)
	h.limit(LineInput{Level: "account", Account: d.account.Ref}, line)
	return d
}

// with lays loan parameters over others, as JSON text.
func with(data, more string) string { return data[:len(data)-1] + "," + more + "}" }

// scf01 is the product of SCF-01: a fifth of the invoice is not financed, 60 days at
// 12% kept back, 1% fee with tax.
var scf01 = with(supplyData, `"margin_is_enabled":true,"margin_value":20,"margin_value_type":"percentage"`)

// bill is a drawing against an invoice of ten days ago.
func (d *drawing) bill(no, invoice string) TopupInput {
	amount := rupees(invoice)
	seller := "29AAACS1234B1Z1"
	return TopupInput{Account: d.account.Ref, InvoiceNo: &no, InvoiceAmount: &amount, InvoiceDate: d.today().AddDays(-10), SellerGSTIN: &seller}
}

func (d *drawing) draw(in TopupInput) Topup {
	d.Helper()
	t, err := d.office.CreateTopup(context.Background(), d.asha, in)
	d.must(err)
	return t
}

// asked is a drawing that waits for its approval.
func (d *drawing) asked(in TopupInput) Topup {
	d.Helper()
	t, err := d.office.RequestTopup(context.Background(), d.asha, d.draw(in).Ref, TopupNote{})
	d.must(err)
	return t
}

// out is a drawing that was approved: its payout waits for finance.
func (d *drawing) out(in TopupInput) Topup {
	d.Helper()
	t := d.asked(in)
	d.signedOff(t.ID)
	return d.topup(t.Ref)
}

func (d *drawing) topup(ref string) Topup {
	d.Helper()
	var t Topup
	d.read(func(ctx context.Context, v *store.View) (err error) {
		t, err = TopupOf(ctx, v, ref)
		return err
	})
	return t
}

func (d *drawing) payouts(t Topup) []store.Payout {
	d.Helper()
	var rows []store.Payout
	d.read(func(ctx context.Context, v *store.View) (err error) {
		rows, err = v.PayoutsOfLoan(ctx, string(t.LoanID))
		return err
	})
	return rows
}

// paid is a drawing whose money reached its payee today.
func (d *drawing) paid(in TopupInput) Topup {
	d.Helper()
	t := d.out(in)
	for _, p := range d.payouts(t) {
		_, err := d.office.ApprovePayout(context.Background(), d.omar, p.Ref, 0)
		d.must(err)
		_, err = d.office.ProcessPayout(context.Background(), d.omar, p.Ref, PaidOut{UTR: "HDFCR" + p.Ref, DebitBank: "HDFC-CA-01"})
		d.must(err)
	}
	return d.topup(t.Ref)
}

func (d *drawing) verdicts(t Topup) map[string]string {
	out := map[string]string{}
	for _, c := range t.Checks {
		out[c.Check] = c.Result
	}
	return out
}

// Every act in every state: each allowed step works, each other is refused with the
// reason (domain 10.3).
func TestTopupStates(t *testing.T) {
	for act, s := range topupSteps {
		if s.to == "" || topupStates[s.to] == "" {
			t.Errorf("%s leads to %q, which is no state", act, s.to)
		}
		for state := range topupStates {
			next, err := stepped(act, store.Topup{Ref: "TOP00001", Status: state})
			allowed := slices.Contains(s.from, state)
			if allowed && (err != nil || next.Status != s.to) {
				t.Errorf("%s from %s: %s, %v", act, state, next.Status, err)
			}
			if refused, ok := err.(*lending.Error); !allowed && (!ok || refused.Code != "topup.state" || next.Status != state) {
				t.Errorf("%s from %s is not refused: %v", act, state, err)
			}
		}
	}
	for _, dead := range []string{"rejected", "cancelled"} {
		for act, s := range topupSteps {
			if slices.Contains(s.from, dead) {
				t.Errorf("%s goes on from %s", act, dead)
			}
		}
	}
}

// SCF-01 from the invoice to the loan: a fifth is not financed, interest, fee and tax
// are kept back, and the rest reaches the borrower.
func TestDrawingWithMarginAndUpfrontInterest(t *testing.T) {
	d := newDrawing(t, scf01, "5000000", lending.DrawingRules{NeedsInvoice: true})
	h := d.house
	made := d.draw(d.bill("INV-77", "1000000"))
	if made.Status != "ready" || made.Amount != rupees("800000") {
		t.Fatalf("%s of %s: %+v", made.Status, made.Amount, made.Checks)
	}
	if d.lines4(d.account).Effective != rupees("5000000") {
		t.Error("a draft takes up the line")
	}
	asked, err := h.office.RequestTopup(t.Context(), h.asha, made.Ref, TopupNote{Version: made.Version})
	h.must(err)
	_, err = h.office.UpdateTopup(t.Context(), h.asha, made.Ref, TopupInput{Remark: new(string)})
	h.refused(err, "topup.state")
	var a store.Approval
	h.read(func(ctx context.Context, v *store.View) (err error) {
		a, err = v.OpenApprovalOf(ctx, asked.ID)
		return err
	})
	terms, err := ChangedTerms(a)
	h.must(err)
	for name, want := range map[string]string{"Interest kept back": "15,780.82", "Processing fee": "8,000.00", "GST on the processing fee": "1,440.00", "Paid out": "7,74,779.18"} {
		if !slices.ContainsFunc(terms, func(c ChangedTerm) bool { return c.Name == name && c.Will == rupees(stripCommas(want)).Rupees() }) {
			t.Errorf("the request does not show %s of %s: %v", name, want, terms)
		}
	}
	_, err = h.office.Decide(t.Context(), h.asha, a.Ref, DecisionInput{Decision: "approve"})
	h.refused(err, "approval.role")
	h.must(h.signed(a.Ref, h.ravi))
	out := d.topup(made.Ref)
	payouts := d.payouts(out)
	if out.Status != "payout_initiated" || len(payouts) != 1 || payouts[0].Amount != rupees("774779.18") || payouts[0].CreditBankID == "" || payouts[0].MakerID != h.asha.Person {
		t.Fatalf("%s, payouts %+v", out.Status, payouts)
	}
	if s := d.lines4(d.account).account(); s.Blocked != rupees("800000") || s.Utilised != 0 {
		t.Errorf("blocked %s, utilised %s", s.Blocked, s.Utilised)
	}
	_, err = h.office.ApprovePayout(t.Context(), h.omar, payouts[0].Ref, 0)
	h.must(err)
	_, err = h.office.ProcessPayout(t.Context(), h.omar, payouts[0].Ref, PaidOut{UTR: "HDFCR1", DebitBank: "HDFC-CA-01"})
	h.must(err)
	done := d.topup(made.Ref)
	if done.Status != "disbursed" || done.DueDate != h.today().AddDays(60) || done.Outstanding != rupees("800000") {
		t.Errorf("%s, due %s, %s outstanding", done.Status, done.DueDate, done.Outstanding)
	}
	if s := d.lines4(d.account).account(); s.Blocked != 0 || s.Utilised != rupees("800000") {
		t.Errorf("disbursed: blocked %s, utilised %s", s.Blocked, s.Utilised)
	}
	h.sound()
}

func stripCommas(text string) string {
	return string(slices.DeleteFunc([]byte(text), func(b byte) bool { return b == ',' }))
}

// SCF-03: repaid on day 45 by the borrower's instruction, the interest of the days that
// were not used is owed to the borrower; taken back, it is not.
func TestEarlyRepaymentGivesUnusedInterestBack(t *testing.T) {
	d := newDrawing(t, with(scf01, `"cashback_is_enabled":true`), "5000000", lending.DrawingRules{})
	h := d.house
	drawn := d.paid(d.bill("INV-77", "1000000"))
	_, err := h.close(h.asha, h.today().AddDays(45))
	h.must(err)
	record := d.repay(drawn, "800000")
	book := h.book(d.account)
	if book.Liabilities.Cashback != rupees("3945.21") || book.Summary.PrincipalOutstanding != 0 {
		t.Fatalf("cashback %s, principal %s", book.Liabilities.Cashback, book.Summary.PrincipalOutstanding)
	}
	if got := d.topup(drawn.Ref); got.Status != "disbursed" {
		t.Errorf("closed while a cashback is held: %s", got.Status)
	}
	if got := d.lines4(d.account).Effective; got != rupees("5000000") {
		t.Errorf("repaid, the line leaves %s", got)
	}
	h.sound()
	a, err := h.office.RequestReversal(t.Context(), h.asha, record.Ref, record.Version, "bank", "cheque returned")
	h.must(err)
	h.must(h.signed(a.Ref, h.ravi))
	if got := h.book(d.account).Liabilities.Cashback; got != 0 {
		t.Errorf("the repayment was taken back, and %s is still owed", got)
	}
	d.repay(drawn, "800000")
	refund, err := h.office.RequestRefund(t.Context(), h.asha, RefundInput{Account: d.account.Ref, From: lending.FromCashback, Amount: rupees("3945.21"), PayoutTo: "borrower", Reason: "Unused interest."})
	h.must(err)
	h.must(h.signed(h.openApproval(refund.Record.Ref).Ref, h.ravi))
	if got := d.topup(drawn.Ref); got.Status != "closed" {
		t.Errorf("repaid and nothing held, it is %s", got.Status)
	}
	h.sound()
}

// repay enters a prepayment of a drawing as instructed, and has it approved.
func (d *drawing) repay(t Topup, amount string) store.Record {
	d.Helper()
	record := d.enter(d.account, amount, d.today())
	if d.today() < t.DueDate {
		_, err := d.office.InstructRecord(context.Background(), d.asha, record.Ref, Instruction{Effect: lending.ReduceTenure, Loan: t.LoanRef})
		d.must(err)
	}
	d.must(d.settled(d.record(record.Ref)))
	return d.record(record.Ref)
}

// SCF-04: ten days late, interest at the contract rate and the penal charge are due.
func TestLateDrawingBearsOverdueInterestAndPenalCharge(t *testing.T) {
	d := newDrawing(t, scf01, "5000000", lending.DrawingRules{})
	h := d.house
	d.paid(d.bill("INV-77", "1000000"))
	_, err := h.close(h.asha, h.today().AddDays(70))
	h.must(err)
	s := h.book(d.account).Summary
	if s.OverdueOutstanding != rupees("2630.14") || s.PenalOutstanding != rupees("1315.07") || s.DueNow != rupees("803945.21") {
		t.Errorf("overdue %s, penal %s, due %s", s.OverdueOutstanding, s.PenalOutstanding, s.DueNow)
	}
	again := d.draw(d.bill("INV-78", "1000000"))
	if again.Status != "check_failed" || d.verdicts(again)["NO_OVERDUE"] != "fail" {
		t.Errorf("overdue, and a drawing is %s: %v", again.Status, d.verdicts(again))
	}
	h.sound()
}

// SCF-06, SCF-07: bank and true discount, and interest that the anchor bears in part:
// what it bears is its own receivable, the shares are the whole to the paisa.
func TestDiscountsAndSubvention(t *testing.T) {
	plain := `{"type":"line","tenure_period":"days","tenure_value":60,"roi_value":12}`
	for name, x := range map[string]struct {
		data, amount, kept, net, anchor string
		row                             string // interest due with the principal
	}{
		"bank discount":     {with(plain, `"interest_mode":"upfront"`), "1000000", "19726.03", "980273.97", "0", "0"},
		"true discount":     {with(plain, `"interest_mode":"upfront","discount_method":"true"`), "1000000", "19344.44", "980655.56", "0", "0"},
		"rear ended":        {plain, "800000", "0", "800000", "0", "15780.82"},
		"anchor 30 days":    {with(plain, `"interest_mode":"upfront","subvention_is_enabled":true,"subvention_days":30`), "800000", "15780.82", "792109.59", "7890.41", "0"},
		"anchor 30, at end": {with(plain, `"subvention_is_enabled":true,"subvention_days":30`), "800000", "0", "800000", "7890.41", "7890.41"},
		"anchor a quarter":  {with(plain, `"interest_mode":"upfront","subvention_is_enabled":true,"subvention_value":25,"subvention_value_type":"percentage"`), "800000", "15780.82", "788164.39", "3945.21", "0"},
	} {
		d := newDrawing(t, x.data, "5000000", lending.DrawingRules{})
		amount := rupees(x.amount)
		drawn := d.paid(TopupInput{Account: d.account.Ref, Amount: &amount})
		loan := d.loan(string(drawn.LoanID))
		if loan.NetAmount != rupees(x.net) || d.codesNow()["2140"] != -rupees(x.kept) && x.row == "0" || d.codesNow()["1360"] != rupees(x.anchor) {
			t.Errorf("%s: net %s, unearned %s, anchor %s", name, loan.NetAmount, d.codesNow()["2140"], d.codesNow()["1360"])
		}
		if got := d.book(d.account).Demands[0].Amount[lending.Interest]; got != rupees(x.row) {
			t.Errorf("%s: interest of %s is due with the principal", name, got)
		}
		d.sound()
	}
}
