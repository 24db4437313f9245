package servicing

import (
	"context"
	"testing"

	"lekha/lending"
	"lekha/store"
)

// FCL-01 (the unpaid fee is taken from the excess at once, the sum is the same);
// then money closes the loan, and taking that money back opens it again.
func TestForeclosureThroughTheBooks(t *testing.T) {
	h := newHouse(t)
	account, loan := h.lend(emi01, "500000", day("2026-07-04"), 4)
	excess := h.enter(account, "1250", h.today())
	h.must(h.settled(excess))
	_, err := h.office.CreateFee(t.Context(), h.asha, FeeInput{Account: account.Ref, Loan: loan.Ref, Name: "Bounce charge", Amount: rupees("500")})
	h.must(err)
	in := ForeclosureInput{Loan: loan.Ref, ChargePercent: 4_000_000, Reason: "The borrower sold the shop."}
	floating := in
	floating.RateType, floating.BorrowerType = lending.RateFloating, lending.BorrowerIndividual
	h.read(func(ctx context.Context, v *store.View) error {
		q, err := PreviewForeclosure(ctx, v, floating)
		if err == nil && q.Charge != 0 {
			t.Errorf("an individual pays %s for leaving a floating rate", q.Charge)
		}
		return err
	})
	a, err := h.office.RequestForeclosure(t.Context(), h.asha, in)
	h.must(err)
	h.must(h.signed(a.Ref, h.ravi))
	offer := h.offer(account)
	if offer.Amount != rupees("358008.46") || offer.ValidTill != h.today().AddDays(7) || offer.PerDay != rupees("130.80") {
		t.Errorf("offer of %s until %s, %s a day", offer.Amount, offer.ValidTill, offer.PerDay)
	}
	_, err = h.office.RequestForeclosure(t.Context(), h.asha, in)
	h.refused(err, "offer.open")
	short := h.enter(account, "358008.45", h.today())
	_, err = h.office.InstructRecord(t.Context(), h.asha, short.Ref, Instruction{Offer: offer.Ref})
	h.must(err)
	h.refused(h.settled(short), "offer.short")
	_, err = h.office.Decide(t.Context(), h.ravi, h.openApproval(short.Ref).Ref, DecisionInput{Decision: "reject", Reason: "A paisa short."})
	h.must(err)
	record := h.enter(account, "358008.46", h.today())
	_, err = h.office.InstructRecord(t.Context(), h.asha, record.Ref, Instruction{Offer: offer.Ref})
	h.must(err)
	h.must(h.settled(record))
	book := h.book(account)
	if book.Summary.TotalOutstanding != 0 || book.Excess != 0 || h.loan(loan.ID).Status != "foreclosed" || h.offer(account).Status != "taken" {
		t.Errorf("left %s, excess %s, loan %s, offer %s", book.Summary.TotalOutstanding, book.Excess, h.loan(loan.ID).Status, h.offer(account).Status)
	}
	h.sound()
	reversal, err := h.office.RequestReversal(t.Context(), h.asha, record.Ref, 0, "bank", "The cheque bounced.")
	h.must(err)
	h.must(h.signed(reversal.Ref, h.ravi, h.mina))
	if book := h.book(account); book.Summary.PrincipalOutstanding != rupees("341003.54") || h.loan(loan.ID).Status != "active" || h.offer(account).Status != "withdrawn" {
		t.Errorf("after the reversal: %s owed, loan %s", book.Summary.PrincipalOutstanding, h.loan(loan.ID).Status)
	}
	h.sound()
}

func (h *house) offer(account store.Account) store.ClosingOffer {
	h.Helper()
	var offer store.ClosingOffer
	h.read(func(ctx context.Context, v *store.View) error {
		rows, err := v.ClosingOffersOf(ctx, account.ID)
		if err == nil && len(rows) > 0 {
			offer = rows[0]
		}
		return err
	})
	return offer
}

func TestQuoteLapses(t *testing.T) {
	h := newHouse(t)
	account, loan := h.lend(emi01, "500000", day("2026-07-04"), 4)
	a, err := h.office.RequestForeclosure(t.Context(), h.asha, ForeclosureInput{Loan: loan.Ref, ValidDays: 1, Reason: "Asked."})
	h.must(err)
	h.must(h.signed(a.Ref, h.ravi))
	_, err = h.close(h.asha, h.today().AddDays(3))
	h.must(err)
	h.clock.set(day("2026-11-19").Time().AddDate(0, 0, 1))
	record := h.enter(account, "400000", h.today())
	_, err = h.office.InstructRecord(t.Context(), h.asha, record.Ref, Instruction{Offer: h.offer(account).Ref})
	h.refused(err, "offer.expired")
	h.sound()
}

// A compromise: the rest is given up when the agreed money is there, to the paisa.
func TestSettlementGivesUpTheRestWithTheMoney(t *testing.T) {
	h := newHouse(t)
	account, loan := h.lend(emi01, "500000", day("2026-05-16"), 2)
	_, err := h.office.RequestSettlement(t.Context(), h.asha, SettlementInput{Loan: loan.Ref, Amount: rupees("9000000"), ValidDays: 30, Reason: "x"})
	h.refused(err, "settlement.amount")
	a, err := h.office.RequestSettlement(t.Context(), h.asha, SettlementInput{Loan: loan.Ref, Amount: rupees("300000"), ValidDays: 30, Reason: "The factory burnt down."})
	h.must(err)
	h.refused(h.signed(a.Ref, h.ravi, h.mina), "approval.role") // the second word is finance's
	_, err = h.office.Decide(t.Context(), h.omar, a.Ref, DecisionInput{Decision: "approve"})
	h.must(err)
	owed := h.book(account).Summary.TotalOutstanding
	record := h.enter(account, "300000", h.today())
	_, err = h.office.InstructRecord(t.Context(), h.asha, record.Ref, Instruction{Offer: h.offer(account).Ref})
	h.must(err)
	h.must(h.settled(record))
	book := h.book(account)
	if book.Summary.TotalOutstanding != 0 || book.Excess != 0 || h.loan(loan.ID).Status != "settled" {
		t.Errorf("of %s, %s is left, %s over; loan %s", owed, book.Summary.TotalOutstanding, book.Excess, h.loan(loan.ID).Status)
	}
	h.sound()
}

func TestCoolingOffExit(t *testing.T) {
	h := newHouse(t)
	account, loan := h.lend(`{"emi_count":12,"roi_value":24,"pf_value":"2","pf_value_type":"percentage"}`, "100000", day("2026-11-14"), 0)
	a, err := h.office.RequestCoolingOff(t.Context(), h.asha, CoolingOffInput{Loan: loan.Ref, Days: 3, Reason: "Changed his mind."})
	h.must(err)
	h.must(h.signed(a.Ref, h.ravi))
	offer := h.offer(account)
	if offer.Amount != rupees("100131.51") { // KFS-04, by contract
		t.Errorf("leaving costs %s", offer.Amount)
	}
	record := h.enter(account, "100131.51", h.today())
	_, err = h.office.InstructRecord(t.Context(), h.asha, record.Ref, Instruction{Offer: offer.Ref})
	h.must(err)
	h.must(h.settled(record))
	if got := h.loan(loan.ID).Status; got != "cancelled_cooling_off" || h.book(account).Summary.TotalOutstanding != 0 {
		t.Errorf("loan %s", got)
	}
	late, lateLoan := h.lend(emi01, "100000", day("2026-10-16"), 1)
	_, err = h.office.RequestCoolingOff(t.Context(), h.asha, CoolingOffInput{Loan: lateLoan.Ref, Days: 3, Reason: "x"})
	h.refused(err, "cooling_off.over")
	_ = late
	h.sound()
}

func TestWriteOffAndRecovery(t *testing.T) {
	h := newHouse(t)
	account, loan := h.lend(emi01, "100000", day("2026-05-16"), 2)
	a, err := h.office.RequestWriteOff(t.Context(), h.asha, WriteOffInput{Loan: loan.Ref, Reason: "Gone without a trace."})
	h.must(err)
	_, err = h.office.Decide(t.Context(), h.omar, a.Ref, DecisionInput{Decision: "approve"})
	h.refused(err, "approval.role")
	h.must(h.signed(a.Ref, h.ravi, h.omar))
	if got := h.loan(loan.ID).Status; got != "written_off" || len(h.book(account).WriteOffs) != 1 {
		t.Errorf("loan %s", got)
	}
	_, err = h.office.RequestRateReset(t.Context(), h.asha, RateResetInput{Loan: loan.Ref, Rate: 1, Option: lending.RaiseEMI, Reason: "x"})
	h.refused(err, "loan.state")
	owed := h.book(account).Summary.TotalOutstanding
	record := h.enter(account, owed.String(), h.today())
	_, err = h.office.InstructRecord(t.Context(), h.asha, record.Ref, Instruction{Effect: lending.ReduceTenure})
	h.must(err)
	h.must(h.settled(record))
	if got := h.loan(loan.ID).Status; got != "recovered" {
		t.Errorf("all came in after all, and the loan is %s", got)
	}
	h.sound()
}

func TestCloseGuardAndReopening(t *testing.T) {
	h := newHouse(t)
	account, loan := h.lend(emi01, "100000", day("2026-07-04"), 4)
	_, err := h.office.CloseLoanAccount(t.Context(), h.asha, CloseInput{Account: account.Ref})
	h.refused(err, "account.close_guard")
	a, err := h.office.RequestForeclosure(t.Context(), h.asha, ForeclosureInput{Loan: loan.Ref, Reason: "Asked."})
	h.must(err)
	h.must(h.signed(a.Ref, h.ravi))
	record := h.enter(account, h.offer(account).Amount.String(), h.today())
	_, err = h.office.InstructRecord(t.Context(), h.asha, record.Ref, Instruction{Offer: h.offer(account).Ref})
	h.must(err)
	h.must(h.settled(record))
	_, err = h.office.RequestReopening(t.Context(), h.actor("admin"), CloseInput{Account: account.Ref, Reason: "x"})
	h.refused(err, "account.state")
	closed, err := h.office.CloseLoanAccount(t.Context(), h.asha, CloseInput{Account: account.Ref})
	h.must(err)
	if closed.Status != "closed" {
		t.Errorf("account %s", closed.Status)
	}
	_, err = h.office.CloseLoanAccount(t.Context(), h.asha, CloseInput{Account: account.Ref})
	h.refused(err, "account.state")
	_, err = h.office.RequestReopening(t.Context(), h.actor("admin"), CloseInput{Account: account.Ref, Reason: "x"})
	h.refused(err, "account.nothing_open")
	reversal, err := h.office.RequestReversal(t.Context(), h.asha, record.Ref, 0, "bank", "The cheque bounced.")
	h.must(err)
	h.must(h.signed(reversal.Ref, h.ravi, h.mina))
	_, err = h.office.RequestReopening(t.Context(), h.asha, CloseInput{Account: account.Ref, Reason: "x"})
	h.refused(err, "permission")
	a, err = h.office.RequestReopening(t.Context(), h.actor("admin"), CloseInput{Account: account.Ref, Reason: "The cheque bounced."})
	h.must(err)
	h.must(h.signed(a.Ref, h.ravi))
	if got := h.account(account.Ref).Status; got != "active" {
		t.Errorf("account %s", got)
	}
	h.sound()
}
