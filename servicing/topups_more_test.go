package servicing

import (
	"context"
	"testing"

	"lekha/lending"
	"lekha/store"
)

// SCF-05: a tenth of what is financed is held for the borrower and bears no interest;
// repaid, it settles dues or is paid out, and then the drawing is closed.
func TestHoldbackIsHeldAndReleased(t *testing.T) {
	for base, kept := range map[string]string{"net": "14202.74", "gross": "15780.82"} {
		d := newDrawing(t, with(`{"type":"line","interest_mode":"upfront","tenure_period":"days","tenure_value":60,"roi_value":12}`,
			`"holdback_is_enabled":true,"holdback_rate":10,"holdback_interest_base":"`+base+`"`), "5000000", lending.DrawingRules{})
		amount := rupees("800000")
		drawn := d.paid(TopupInput{Account: d.account.Ref, Amount: &amount})
		if got := d.loan(string(drawn.LoanID)).NetAmount; got != rupees("720000")-rupees(kept) {
			t.Errorf("%s: %s is paid out", base, got)
		}
		book := d.book(d.account)
		if book.Liabilities.Holdback != rupees("80000") || book.Demands[0].Amount[lending.Principal] != amount || book.Demands[0].Amount[lending.Interest] != 0 {
			t.Errorf("%s: held %s, due %+v", base, book.Liabilities.Holdback, book.Demands[0].Amount)
		}
		d.repay(drawn, "800000")
		if got := d.topup(drawn.Ref); got.Status != "disbursed" || got.Outstanding != 0 {
			t.Errorf("%s: closed with a holdback: %s", base, got.Status)
		}
		refund, err := d.office.RequestRefund(t.Context(), d.asha, RefundInput{Account: d.account.Ref, From: lending.FromHoldback, Amount: rupees("80000"), PayoutTo: "borrower", Reason: "Paid in full."})
		d.must(err)
		d.must(d.signed(d.openApproval(refund.Record.Ref).Ref, d.ravi))
		if got := d.topup(drawn.Ref).Status; got != "closed" {
			t.Errorf("%s: released, it is %s", base, got)
		}
		d.sound()
	}
}

// Rear-ended interest on a net base is due with the principal, and verify makes the
// same rows again.
func TestHoldbackWithInterestAtTheEnd(t *testing.T) {
	d := newDrawing(t, `{"type":"line","tenure_period":"days","tenure_value":60,"roi_value":12,"holdback_is_enabled":true,"holdback_rate":10}`, "5000000", lending.DrawingRules{})
	amount := rupees("800000")
	d.paid(TopupInput{Account: d.account.Ref, Amount: &amount})
	due := d.book(d.account).Demands[0].Amount
	if due[lending.Principal] != amount || due[lending.Interest] != rupees("14202.74") {
		t.Errorf("due %s and %s", due[lending.Principal], due[lending.Interest])
	}
	d.sound()
}

// SCF-10 through the books: every check with its actual and its limit, no stop at the
// first that fails; running them again changes no amount and keeps each run.
func TestTopupChecksAreAllReported(t *testing.T) {
	rules := lending.DrawingRules{MinAmount: rupees("10000"), MaxAmount: rupees("1000000"), MaxTenor: 90, MaxInvoiceAge: 90, AdvanceRate: 80_000_000}
	d := newDrawing(t, supplyData, "700000", rules)
	expiry := d.today().AddDays(66)
	d.limit(LineInput{Line: d.own(d.account).Ref, Expiry: expiry}, "700000")
	in := d.bill("INV-77", "800000")
	amount, tenor := rupees("650000"), 75
	in.Amount, in.TenorDays, in.InvoiceDate = &amount, &tenor, d.today().AddDays(-95)
	made := d.draw(in)
	if made.Status != "check_failed" || made.Verdict() != lending.CheckFail {
		t.Fatalf("it is %s", made.Status)
	}
	want := map[string]string{"ACCOUNT_ACTIVE": "pass", "LINE_NOT_FROZEN": "pass", "LINE_NOT_EXPIRED": "pass", "MATURITY_WITHIN_LINE": "fail", "LIMIT_AVAILABLE": "pass",
		"AMOUNT_BAND": "pass", "ADVANCE_RATE": "fail", "TENOR_BAND": "pass", "INVOICE_NOT_DUPLICATE": "pass", "INVOICE_AGE": "fail", "NO_OVERDUE": "pass",
		"PAYOUT_ACCOUNT_VERIFIED": "pass", "MANDATE_ACTIVE": "warn", "NOT_NPA": "pass", "ANCHOR_APPROVED": "pass", "KYC_VALID": "not_applicable"}
	for check, result := range want {
		if got := d.verdicts(made)[check]; got != result {
			t.Errorf("%s: %s, want %s", check, got, result)
		}
	}
	for _, c := range made.Checks {
		if c.Check == "ADVANCE_RATE" && (c.Actual != "650000.00" || c.Limit != "640000.00") || c.Check == "INVOICE_AGE" && (c.Actual != "95" || c.Limit != "90") ||
			c.Check == "MATURITY_WITHIN_LINE" && c.Limit != expiry.String() {
			t.Errorf("%+v", c)
		}
	}
	_, err := d.office.RequestTopup(t.Context(), d.asha, made.Ref, TopupNote{})
	d.refused(err, "topup.checks")
	fits, young := rupees("640000"), 60
	again, err := d.office.UpdateTopup(t.Context(), d.asha, made.Ref, TopupInput{Amount: &fits, TenorDays: &young, InvoiceDate: d.today()})
	d.must(err)
	rerun, err := d.office.RerunChecks(t.Context(), d.asha, made.Ref)
	d.must(err)
	if again.Status != "ready" || rerun.Status != "ready" || rerun.Amount != fits {
		t.Errorf("mended, it is %s, run again %s of %s: %v", again.Status, rerun.Status, rerun.Amount, d.verdicts(rerun))
	}
	d.read(func(ctx context.Context, v *store.View) error {
		runs, err := v.ChecksOfTopup(ctx, made.ID, 10)
		if len(runs) < 3 {
			t.Errorf("%d runs are kept", len(runs))
		}
		return err
	})
	d.sound()
}

// An invoice is financed once across the program, however its number is written, and
// the database holds that too.
func TestInvoiceIsFinancedOnce(t *testing.T) {
	d := newDrawing(t, scf01, "5000000", lending.DrawingRules{})
	first := d.asked(d.bill("INV/2026/77", "100000"))
	other := d.lineless(scf01)
	d.limit(LineInput{Level: "account", Account: other.Ref}, "500000")
	in := d.bill("inv 2026-77", "100000")
	in.Account = other.Ref
	twice := d.draw(in)
	if twice.Status != "check_failed" || d.verdicts(twice)["INVOICE_NOT_DUPLICATE"] != "fail" {
		t.Errorf("the same invoice on another account is %s", twice.Status)
	}
	err := d.db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		twice.Topup.Status = "pending"
		_, err := tx.UpdateTopup(ctx, twice.Topup)
		return err
	})
	if err == nil {
		t.Error("the database took an invoice twice")
	}
	d.must(d.reject(first.ID))
	if again, err := d.office.RerunChecks(t.Context(), d.asha, twice.Ref); err != nil || again.Status != "ready" {
		t.Errorf("the first was rejected, and the second is %s: %v", again.Status, err)
	}
	next := d.bill("INV/2026/77", "100000")
	seller := "27AAACX9999C1Z1"
	next.SellerGSTIN = &seller
	if got := d.draw(next); got.Status != "ready" {
		t.Errorf("the same number of another seller is %s", got.Status)
	}
}

// reject lets the credit manager reject the open request about something.
func (d *drawing) reject(subject string) error {
	d.Helper()
	var a store.Approval
	d.read(func(ctx context.Context, v *store.View) (err error) {
		a, err = v.OpenApprovalOf(ctx, subject)
		return err
	})
	_, err := d.office.Decide(context.Background(), d.ravi, a.Ref, DecisionInput{Decision: "reject", Reason: "Not now."})
	return err
}

// Scheduled, a drawing blocks the line and goes out on its day; unscheduled, it is
// approved and waits; one whose check fails on its day says so and blocks nothing.
func TestScheduledDrawings(t *testing.T) {
	d := newDrawing(t, scf01, "200000", lending.DrawingRules{})
	later := d.today().AddDays(2)
	in := d.bill("INV-1", "100000")
	in.ScheduledOn = &later
	one := d.out(in)
	if one.Status != "scheduled" || one.LoanID != "" || d.lines4(d.account).account().Blocked != rupees("80000") {
		t.Fatalf("%s, blocked %s", one.Status, d.lines4(d.account).account().Blocked)
	}
	one, err := d.office.UnscheduleTopup(t.Context(), d.asha, one.Ref, TopupNote{Version: one.Version})
	d.must(err)
	if one.Status != "approved" || d.lines4(d.account).account().Blocked != rupees("80000") {
		t.Errorf("unscheduled it is %s", one.Status)
	}
	_, err = d.office.ScheduleTopup(t.Context(), d.asha, one.Ref, d.today(), 0)
	d.refused(err, "topup.schedule")
	one, err = d.office.ScheduleTopup(t.Context(), d.asha, one.Ref, later, 0)
	d.must(err)
	in = d.bill("INV-2", "100000")
	in.ScheduledOn = &later
	two := d.out(in)
	d.limit(LineInput{Line: d.own(d.account).Ref}, "100000") // room for one of them
	_, err = d.close(d.asha, later)
	d.must(err)
	one, two = d.topup(one.Ref), d.topup(two.Ref)
	if one.Status != "payout_initiated" && two.Status != "payout_initiated" || one.Status != "check_failed" && two.Status != "check_failed" {
		t.Errorf("on their day they are %s and %s", one.Status, two.Status)
	}
	if s := d.lines4(d.account).account(); s.Blocked != rupees("80000") {
		t.Errorf("blocked %s", s.Blocked)
	}
	_, err = d.office.UnscheduleTopup(t.Context(), d.asha, one.Ref, TopupNote{})
	d.refused(err, "topup.state")
	d.sound()
}

// A payout that failed keeps the limit blocked; another account is paid after a second
// person agreed, and what is cancelled blocks nothing.
func TestPayoutOfADrawingFails(t *testing.T) {
	d := newDrawing(t, scf01, "200000", lending.DrawingRules{})
	drawn := d.out(d.bill("INV-1", "100000"))
	payout := d.payouts(drawn)[0]
	_, err := d.office.ApprovePayout(t.Context(), d.omar, payout.Ref, 0)
	d.must(err)
	_, err = d.office.FailPayout(t.Context(), d.omar, payout.Ref, PayoutAnswer{Reason: "Account closed"})
	d.must(err)
	drawn = d.topup(drawn.Ref)
	if drawn.Status != "payout_failed" || d.lines4(d.account).account().Blocked != rupees("80000") {
		t.Fatalf("%s, blocked %s", drawn.Status, d.lines4(d.account).account().Blocked)
	}
	_, err = d.office.ReinitiatePayout(t.Context(), d.asha, drawn.Ref, ReinitiateInput{NewBank: &BankInput{IFSC: "ICIC0000001", AccountNo: "777705001234"}})
	d.must(err)
	d.signedOff(drawn.ID)
	again := d.topup(drawn.Ref)
	fresh := d.payouts(again)
	if again.Status != "payout_initiated" || len(fresh) != 1 || fresh[0].ID == payout.ID || fresh[0].Status != "created" || fresh[0].CreditBankID == payout.CreditBankID {
		t.Fatalf("%s, payouts %+v", again.Status, fresh)
	}
	if old := d.loan(string(drawn.LoanID)); old.Status != "cancelled" {
		t.Errorf("the old loan is %s", old.Status)
	}
	_, err = d.office.ApprovePayout(t.Context(), d.omar, fresh[0].Ref, 0)
	d.must(err)
	_, err = d.office.ProcessPayout(t.Context(), d.omar, fresh[0].Ref, PaidOut{UTR: "ICICR1", DebitBank: "HDFC-CA-01"})
	d.must(err)
	_, err = d.office.ReturnPayout(t.Context(), d.omar, fresh[0].Ref, PayoutAnswer{Reason: "No such account"})
	d.must(err)
	if got := d.topup(drawn.Ref); got.Status != "payout_failed" {
		t.Errorf("the money came back and it is %s", got.Status)
	}
	_, err = d.office.CancelTopup(t.Context(), d.asha, drawn.Ref, TopupNote{Reason: "Not wanted any more."})
	d.must(err)
	if got := d.topup(drawn.Ref); got.Status != "payout_failed" {
		t.Errorf("cancelled without a second person: %s", got.Status)
	}
	d.signedOff(drawn.ID)
	if s := d.lines4(d.account).account(); d.topup(drawn.Ref).Status != "cancelled" || s.Blocked != 0 || s.Utilised != 0 {
		t.Errorf("%s, blocked %s", d.topup(drawn.Ref).Status, s.Blocked)
	}
	d.sound()
}

// Finance stops a payout before the money left: its drawing is over.
func TestStoppedPayoutCancelsItsDrawing(t *testing.T) {
	d := newDrawing(t, scf01, "200000", lending.DrawingRules{})
	drawn := d.out(d.bill("INV-1", "100000"))
	_, err := d.office.CancelPayout(t.Context(), d.omar, d.payouts(drawn)[0].Ref, 0, "wrong payee")
	d.must(err)
	if got := d.topup(drawn.Ref); got.Status != "cancelled" || d.lines4(d.account).account().Blocked != 0 {
		t.Errorf("it is %s", got.Status)
	}
	d.sound()
}

// Paid to the anchor: into the anchor's account, only while a credit manager approved
// the anchor as it is.
func TestDrawingPaidToTheAnchor(t *testing.T) {
	d := newDrawing(t, scf01, "500000", lending.DrawingRules{})
	in := d.bill("INV-1", "100000")
	in.PayoutTo = "anchor"
	drawn := d.paid(in)
	if p := d.payouts(drawn)[0]; p.PayoutTo != "anchor" || p.CreditBankID != d.anchor.BankID {
		t.Errorf("paid to %s, %s", p.PayoutTo, p.CreditBankID)
	}
	_, err := d.office.UpdateAnchor(t.Context(), d.admin(), d.anchor.Ref, AnchorInput{Name: "Vega Motors Ltd", GSTIN: d.anchor.GSTIN})
	d.must(err)
	in = d.bill("INV-2", "100000")
	if got := d.draw(in); got.Status != "check_failed" || d.verdicts(got)["ANCHOR_APPROVED"] != "fail" {
		t.Errorf("an anchor that changed lets drawings pass: %s", got.Status)
	}
	d.signedOff(d.anchor.ID)
	d.sound()
}

// A tenor from the invoice date is due on a day of its own, whenever the money goes out.
func TestTenorFromTheInvoice(t *testing.T) {
	d := newDrawing(t, `{"type":"line","tenure_period":"days","tenure_value":60,"tenure_starts_at":"invoice_date","roi_value":12}`, "500000", lending.DrawingRules{})
	drawn := d.paid(d.bill("INV-1", "100000"))
	if want := drawn.InvoiceDate.AddDays(60); drawn.DueDate != want {
		t.Errorf("due %s, want %s", drawn.DueDate, want)
	}
	due := d.book(d.account).Demands[0].Amount
	if due[lending.Interest] != rupees("1643.84") { // 1,00,000 x 12% x 50/365
		t.Errorf("interest of fifty days is %s", due[lending.Interest])
	}
	old := d.bill("INV-2", "100000")
	old.InvoiceDate = d.today().AddDays(-61)
	if _, err := d.office.CreateTopup(t.Context(), d.asha, old); lending.KindOf(err) != lending.Invalid {
		t.Errorf("a credit period that is over: %v", err)
	}
	d.sound()
}

// A cap on one counterparty holds beside the line.
func TestExposureCap(t *testing.T) {
	d := newDrawing(t, scf01, "500000", lending.DrawingRules{})
	d.limit(LineInput{Level: "account", Type: "sub_limit", Account: d.account.Ref, Counterparty: "29AAACS1234B1Z1"}, "100000")
	d.paid(d.bill("INV-1", "100000"))
	over := d.draw(d.bill("INV-2", "100000"))
	if d.verdicts(over)["EXPOSURE_CAP"] != "fail" || d.verdicts(over)["LIMIT_AVAILABLE"] != "pass" {
		t.Errorf("%v", d.verdicts(over))
	}
	other := d.bill("INV-3", "100000")
	seller := "27AAACX9999C1Z1"
	other.SellerGSTIN = &seller
	if got := d.draw(other); got.Status != "ready" {
		t.Errorf("another seller's invoice is %s", got.Status)
	}
}

// A group is decided as one: with all-or-none one that fails keeps all back, without
// it fails alone.
func TestTopupGroups(t *testing.T) {
	for _, all := range []bool{true, false} {
		d := newDrawing(t, scf01, "200000", lending.DrawingRules{})
		first, second := d.draw(d.bill("INV-1", "100000")), d.draw(d.bill("INV-2", "100000"))
		g, err := d.office.CreateTopupGroup(t.Context(), d.asha, TopupGroupInput{AllOrNone: &all, Add: []string{first.Ref}})
		d.must(err)
		g, err = d.office.UpdateTopupGroup(t.Context(), d.asha, g.Ref, TopupGroupInput{Add: []string{second.Ref}, New: []TopupInput{d.bill("INV-3", "10000")}})
		d.must(err)
		if len(g.Topups) != 3 || g.Amount != rupees("168000") || g.AllOrNone != all {
			t.Fatalf("%d topups of %s", len(g.Topups), g.Amount)
		}
		_, err = d.office.RequestTopup(t.Context(), d.asha, first.Ref, TopupNote{})
		d.refused(err, "topup.in_group")
		g, err = d.office.RequestTopupGroup(t.Context(), d.asha, g.Ref, TopupNote{})
		d.must(err)
		_, err = d.office.UpdateTopupGroup(t.Context(), d.asha, g.Ref, TopupGroupInput{Remove: []string{first.Ref}})
		d.refused(err, "topup_group.state")
		d.limit(LineInput{Line: d.own(d.account).Ref}, "90000") // room for the first and the third
		var a store.Approval
		d.read(func(ctx context.Context, v *store.View) (err error) { a, err = v.OpenApprovalOf(ctx, g.ID); return err })
		err = d.signed(a.Ref, d.ravi)
		statuses := [3]string{}
		for i, t := range g.Topups {
			statuses[i] = d.topup(t.Ref).Status
		}
		if all {
			d.refused(err, "topup.checks")
			if statuses != [3]string{"pending", "pending", "pending"} {
				t.Errorf("all or none: %v", statuses)
			}
			continue
		}
		d.must(err)
		if statuses != [3]string{"payout_initiated", "check_failed", "payout_initiated"} {
			t.Errorf("one fails alone: %v", statuses)
		}
		for _, member := range g.Topups {
			if member = d.topup(member.Ref).TopupRow; member.Status != "payout_initiated" {
				continue
			}
			p := d.payouts(Topup{TopupRow: member})[0]
			_, err := d.office.ApprovePayout(t.Context(), d.omar, p.Ref, 0)
			d.must(err)
			_, err = d.office.ProcessPayout(t.Context(), d.omar, p.Ref, PaidOut{UTR: "HDFCR" + p.Ref, DebitBank: "HDFC-CA-01"})
			d.must(err)
		}
		d.read(func(ctx context.Context, v *store.View) error {
			g, err := v.TopupGroupByAny(ctx, g.ID)
			if g.Status != "partially_disbursed" {
				t.Errorf("the group is %s", g.Status)
			}
			return err
		})
		d.sound()
	}
}

// A hypothetical amount is answered and nothing is written.
func TestCheckLineAmountWritesNothing(t *testing.T) {
	d := newDrawing(t, scf01, "200000", lending.DrawingRules{})
	d.read(func(ctx context.Context, v *store.View) error {
		fits, err := CheckLineAmount(ctx, v, d.account.Ref, rupees("150000"))
		if err != nil || !fits.Covered || fits.Remaining != rupees("50000") || fits.Refusal != "" {
			t.Errorf("%+v, %v", fits, err)
		}
		over, err := CheckLineAmount(ctx, v, d.account.Ref, rupees("200000.01"))
		if over.Covered || over.Refusal != "LIMIT_AVAILABLE" {
			t.Errorf("%+v, %v", over, err)
		}
		return err
	})
}
