package servicing

import (
	"context"
	"slices"
	"testing"

	"lekha/lending"
	"lekha/store"
)

// supply is a program of supply chain drawings: 12% kept back, a processing fee of 1%.
const supplyData = `{"type":"line","interest_mode":"upfront","tenure_period":"days","tenure_value":60,"roi_value":12,"pf_value":1,"pf_value_type":"percentage",
	"overdue_roi_same_as_roi":true,"penal_roi_value":6}`

// admin is who manages products.
func (h *house) admin() Actor { return h.actor("admin") }

// anchored makes an approved anchor, and the rules of drawings of the program with it.
func (h *house) anchored(rules lending.DrawingRules) store.Anchor {
	h.Helper()
	anchor, err := h.office.CreateAnchor(context.Background(), h.admin(), AnchorInput{Name: "Vega Motors", GSTIN: "27AAACV1234A1Z5",
		NewBank: &BankInput{IFSC: "HDFC0000001", AccountNo: "5020009988776", IsVerified: true}})
	h.must(err)
	h.signedOff(anchor.ID)
	a, err := h.office.RequestDrawingRules(context.Background(), h.admin(), DrawingRulesInput{Program: "Personal loans", Anchor: anchor.Ref, Rules: rules})
	h.must(err)
	h.must(h.signed(a.Ref, h.ravi))
	return anchor
}

// signedOff lets credit managers sign the open request about something.
func (h *house) signedOff(subject string) {
	h.Helper()
	var a store.Approval
	h.read(func(ctx context.Context, v *store.View) (err error) {
		a, err = v.OpenApprovalOf(ctx, subject)
		return err
	})
	h.must(h.signed(a.Ref, h.ravi, h.mina))
}

// limit asks for a limit and has it approved.
func (h *house) limit(in LineInput, amount string) store.LineRow {
	h.Helper()
	money := rupees(amount)
	in.Amount, in.Reason = &money, "Sanctioned by the committee."
	changed, err := h.office.RequestLine(context.Background(), h.asha, in)
	h.must(err)
	h.must(h.signed(changed.Approval.Ref, h.ravi))
	return h.line(changed.Line.Ref)
}

// lineless is an account that was given no line.
func (h *house) lineless(data string) store.Account {
	h.Helper()
	account, err := h.office.CreateAccount(context.Background(), h.asha, NewAccount{NewBorrower: &BorrowerInput{Name: "Shree Traders", State: "27"},
		Banks: []BankInput{{IFSC: "SBIN0004430", AccountNo: "30123456789", IsVerified: true}}, Program: "Personal loans", LoanData: params(data)})
	h.must(err)
	return account
}

// own is the line that an account has.
func (h *house) own(account store.Account) store.LineRow {
	h.Helper()
	var line store.LineRow
	h.read(func(ctx context.Context, v *store.View) (err error) {
		line, err = lineOfAccount(ctx, v, account.ID, h.today())
		return err
	})
	return line
}

func (h *house) line(ref string) store.LineRow {
	h.Helper()
	var line store.LineRow
	h.read(func(ctx context.Context, v *store.View) (err error) {
		line, err = v.LineByAny(ctx, ref, h.today())
		return err
	})
	return line
}

func (h *house) lines4(account store.Account) Lines {
	h.Helper()
	var lines Lines
	h.read(func(ctx context.Context, v *store.View) (err error) {
		if account, err = v.AccountByID(ctx, account.ID); err == nil {
			lines, err = LinesOf(ctx, v, account)
		}
		return err
	})
	return lines
}

// SCF-09: the least room over account, borrower, program and anchor, and which it is.
func TestEffectiveLimitIsTheLeastOfTheLevels(t *testing.T) {
	h := newHouse(t)
	anchor := h.anchored(lending.DrawingRules{})
	account := h.lineless(supplyData)
	h.limit(LineInput{Level: "account", Account: account.Ref}, "700000")
	h.limit(LineInput{Level: "borrower", Borrower: account.BorrowerRef, Program: "Personal loans"}, "950000")
	h.limit(LineInput{Level: "program", Program: "Personal loans"}, "640000")
	h.limit(LineInput{Level: "anchor", Anchor: anchor.Ref}, "2500000")
	lines := h.lines4(account)
	if lines.Effective != rupees("640000") || lines.Tightest != "PROGRAM_LIMIT" || len(lines.Levels) != 4 {
		t.Errorf("effective %s by %s over %d levels", lines.Effective, lines.Tightest, len(lines.Levels))
	}
	_, err := h.office.InitiateDisbursement(t.Context(), h.asha, DisbursementInput{Account: account.Ref, Amount: rupees("650000")})
	h.refused(err, "loan.line")
	if got := h.account(account.Ref).ApprovedLineAmount; got != rupees("700000") {
		t.Errorf("the account carries %s", got)
	}
	money := rupees("1")
	_, err = h.office.RequestLine(t.Context(), h.asha, LineInput{Level: "program", Program: "Personal loans", Amount: &money, Reason: "again"})
	h.refused(err, "line.there")
	_, err = h.office.RequestLine(t.Context(), h.ravi, LineInput{Level: "program", Program: "Personal loans", Amount: &money, Reason: "again"})
	h.refused(err, "permission")
	h.sound()
}

// A limit says nothing before it is approved, and nobody approves their own.
func TestLineWaitsForASecondPerson(t *testing.T) {
	h := newHouse(t)
	account := h.lineless(supplyData)
	money := rupees("500000")
	changed, err := h.office.RequestLine(t.Context(), h.asha, LineInput{Level: "account", Account: account.Ref, Amount: &money, Reason: "Sanctioned."})
	h.must(err)
	if changed.Line.Status != "pending" || h.lines4(account).Effective != 0 {
		t.Errorf("a request is a limit already: %+v", changed.Line.Line)
	}
	_, err = h.office.Decide(t.Context(), h.asha, changed.Approval.Ref, DecisionInput{Decision: "approve"})
	h.refused(err, "approval.role")
	_, err = h.office.Decide(t.Context(), h.ravi, changed.Approval.Ref, DecisionInput{Decision: "reject", Reason: "Not agreed."})
	h.must(err)
	if line := h.line(changed.Line.Ref); line.Status != "rejected" || h.lines4(account).Effective != 0 {
		t.Errorf("a rejected request is %s", line.Status)
	}
	h.limit(LineInput{Level: "account", Account: account.Ref}, "500000")
	if got := h.lines4(account).Effective; got != money {
		t.Errorf("approved, the room is %s", got)
	}
	err = h.db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return tx.AddLineVersion(ctx, store.LineVersion{LineID: changed.Line.Line.ID, From: tx.Today, Amount: money, Approval: "APV00000"})
	})
	if lending.KindOf(err) != lending.Forbidden {
		t.Errorf("the database took a limit that nobody approved: %v", err)
	}
	h.sound()
}

// SCF-08: what is drawn and what is blocked take up the line; principal that is
// repaid restores it at once, money that is taken back takes it away again.
func TestLineIsTakenUpAndRestored(t *testing.T) {
	h := newHouse(t)
	account, _ := h.lend(emi01, "500000", day("2026-07-16"), 0)
	line := h.limit(LineInput{Line: h.own(account).Ref}, "700000")
	room := func() lending.Money { return h.lines4(account).Effective }
	if room() != rupees("200000") {
		t.Fatalf("5 of 7 lakhs drawn leave %s", room())
	}
	out, err := h.office.InitiateDisbursement(t.Context(), h.asha, DisbursementInput{Account: account.Ref, Amount: rupees("150000")})
	h.must(err)
	if s := h.lines4(account).account(); s.Blocked != rupees("150000") || room() != rupees("50000") {
		t.Errorf("on its way: blocked %s, room %s", s.Blocked, room())
	}
	_, err = h.office.CancelPayout(t.Context(), h.omar, out.Payouts[0].Ref, 0, "not wanted")
	h.must(err)
	record := h.pay(account, "44893.56", day("2026-08-16"))
	if got := room(); got != rupees("239060.23") {
		t.Errorf("an instalment with 39,060.23 of principal leaves %s", got)
	}
	a, err := h.office.RequestReversal(t.Context(), h.asha, record.Ref, record.Version, "bank", "cheque returned")
	h.must(err)
	h.must(h.signed(a.Ref, h.ravi))
	if room() != rupees("200000") {
		t.Errorf("taken back, the room is %s", room())
	}
	h.limit(LineInput{Line: line.Ref}, "450000")
	if s := h.lines4(account).account(); s.Available() != 0 || s.Overdrawn() != rupees("50000") {
		t.Errorf("lowered: %s free, %s overdrawn", s.Available(), s.Overdrawn())
	}
	never := false
	money := rupees("700000")
	changed, err := h.office.RequestLine(t.Context(), h.asha, LineInput{Line: line.Ref, Amount: &money, Revolving: &never, Reason: "A drop-down line."})
	h.must(err)
	h.must(h.signed(changed.Approval.Ref, h.ravi))
	h.pay(account, "44893.56", day("2026-08-16"))
	if room() != rupees("200000") {
		t.Errorf("a line that does not revolve is restored to %s", room())
	}
	h.sound()
}

// Adhoc limits add to the sanctioned one while they last, up to what the program
// allows.
func TestAdhocLimits(t *testing.T) {
	h := newHouse(t)
	h.anchored(lending.DrawingRules{AdhocMax: 20_000_000})
	account := h.lineless(supplyData)
	h.limit(LineInput{Level: "account", Account: account.Ref}, "500000")
	money := rupees("100000.01")
	_, err := h.office.RequestLine(t.Context(), h.asha, LineInput{Level: "account", Type: "adhoc", Account: account.Ref, Amount: &money, Expiry: h.today().AddDays(2), Reason: "Festival."})
	h.refused(err, "line.adhoc")
	h.limit(LineInput{Level: "account", Type: "adhoc", Account: account.Ref, Expiry: h.today().AddDays(2)}, "100000")
	if got := h.lines4(account).Effective; got != rupees("600000") {
		t.Errorf("with the adhoc limit %s", got)
	}
	_, err = h.close(h.asha, h.today().AddDays(3))
	h.must(err)
	if got := h.lines4(account).Effective; got != rupees("500000") {
		t.Errorf("after its last day %s", got)
	}
	h.sound()
}

// Frozen, nothing is drawn and repayments go on; ended, the day close says so, and a
// later last day renews the line.
func TestLineIsFrozenEndsAndIsRenewed(t *testing.T) {
	h := newHouse(t)
	account, _ := h.lend(emi01, "100000", day("2026-10-16"), 0)
	line := h.limit(LineInput{Line: h.own(account).Ref, Expiry: h.today().AddDays(1)}, "700000")
	frozen, err := h.office.RequestLineFreeze(t.Context(), h.asha, LineFreezeInput{Account: account.Ref, Reason: "Stop-supply notice."})
	h.must(err)
	if got := h.lines4(account).Effective; got == 0 {
		t.Error("a request freezes already")
	}
	h.must(h.signed(frozen.Approval.Ref, h.ravi))
	if s := h.lines4(account).account(); s.Available() != 0 || s.Frozen != "Stop-supply notice." || h.account(account.Ref).Status != "frozen" {
		t.Errorf("frozen: %s free, %q, account %s", s.Available(), s.Frozen, h.account(account.Ref).Status)
	}
	_, err = h.office.InitiateDisbursement(t.Context(), h.asha, DisbursementInput{Account: account.Ref, Amount: rupees("1000")})
	h.refused(err, "account.frozen")
	h.pay(account, "100", day("2026-11-16"))
	_, err = h.office.RequestLineFreeze(t.Context(), h.asha, LineFreezeInput{Line: line.Ref, Reason: "again"})
	h.refused(err, "line.state")
	thaw, err := h.office.RequestLineFreeze(t.Context(), h.asha, LineFreezeInput{Line: line.Ref, Thaw: true, Reason: "Supply goes on."})
	h.must(err)
	h.must(h.signed(thaw.Approval.Ref, h.ravi))
	if h.account(account.Ref).Status != "active" || h.lines4(account).Effective == 0 {
		t.Error("unfrozen, nothing may be drawn")
	}
	_, err = h.close(h.asha, h.today().AddDays(2))
	h.must(err)
	if h.account(account.Ref).Status != "expired" || h.lines4(account).Effective != 0 {
		t.Errorf("after its last day the account is %s", h.account(account.Ref).Status)
	}
	_, err = h.office.InitiateDisbursement(t.Context(), h.asha, DisbursementInput{Account: account.Ref, Amount: rupees("1000")})
	h.refused(err, "account.expired")
	h.limit(LineInput{Line: line.Ref, Expiry: h.today().AddDays(365)}, "800000")
	if got := h.account(account.Ref); got.Status != "active" || got.ApprovedLineAmount != rupees("800000") {
		t.Errorf("renewed, the account is %s with %s", got.Status, got.ApprovedLineAmount)
	}
	h.sound()
}

// A limit that is dated ahead holds from its day; the day close brings the account.
func TestLineIsDatedAhead(t *testing.T) {
	h := newHouse(t)
	account := h.lineless(supplyData)
	line := h.limit(LineInput{Level: "account", Account: account.Ref}, "500000")
	h.limit(LineInput{Line: line.Ref, From: h.today().AddDays(2)}, "900000")
	if got := h.lines4(account).Effective; got != rupees("500000") {
		t.Errorf("before its day %s", got)
	}
	money := rupees("1")
	_, err := h.office.RequestLine(t.Context(), h.asha, LineInput{Line: line.Ref, Amount: &money, From: h.today().AddDays(-1), Reason: "late"})
	h.refused(err, "line.back_dated")
	_, err = h.close(h.asha, h.today().AddDays(2))
	h.must(err)
	if got := h.lines4(account).Effective; got != rupees("900000") || h.account(account.Ref).ApprovedLineAmount != got {
		t.Errorf("on its day %s, the account carries %s", got, h.account(account.Ref).ApprovedLineAmount)
	}
	h.sound()
}

// Days past due freeze by themselves, and end with them: nothing is stored.
func TestDaysPastDueFreezeTheLine(t *testing.T) {
	h := newHouse(t)
	h.anchored(lending.DrawingRules{FreezeDPD: 3})
	account, _ := h.lend(emi01, "100000", day("2026-10-16"), 0)
	h.limit(LineInput{Line: h.own(account).Ref}, "700000")
	_, err := h.close(h.asha, h.today().AddDays(5))
	h.must(err)
	if s := h.lines4(account).account(); s.Frozen == "" || s.Available() != 0 {
		t.Fatalf("%d days past due and not frozen", s.Use.DPD)
	}
	_, err = h.office.InitiateDisbursement(t.Context(), h.asha, DisbursementInput{Account: account.Ref, Amount: rupees("1000")})
	h.refused(err, "line.frozen")
	for _, d := range h.book(account).Demands {
		if d.Due {
			h.pay(account, d.Unpaid().String(), h.today())
		}
	}
	_, err = h.close(h.asha, 0)
	h.must(err)
	if s := h.lines4(account).account(); s.Frozen != "" {
		t.Errorf("paid, and still frozen: %s", s.Frozen)
	}
}

// A refreshed limit says where figures differ, and changes none of them.
func TestRefreshLimitReports(t *testing.T) {
	h := newHouse(t)
	account, _ := h.lend(emi01, "500000", day("2026-07-16"), 2)
	h.limit(LineInput{Line: h.own(account).Ref}, "700000")
	var report LimitReport
	refresh := func() {
		h.read(func(ctx context.Context, v *store.View) (err error) {
			report, err = RefreshLimit(ctx, v, account.Ref)
			return err
		})
	}
	refresh()
	if slices.ContainsFunc(report.Differences, func(d LimitDifference) bool { return d.Difference != 0 }) {
		t.Errorf("differences in sound books: %+v", report.Differences)
	}
	h.must(h.db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.SetApprovedLine(ctx, account.ID, 1_00) }))
	refresh()
	if !slices.ContainsFunc(report.Differences, func(d LimitDifference) bool { return d.Figure == "sanctioned" && d.Difference == 1_00-rupees("700000") }) {
		t.Errorf("a figure that was changed past the line is not told: %+v", report.Differences)
	}
}
