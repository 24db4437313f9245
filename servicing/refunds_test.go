package servicing

import (
	"context"
	"strings"
	"sync"
	"testing"

	"lekha/lending"
	"lekha/store"
)

// overpaid opens an account and pays more than is due; the excess is one amount.
func (h *house) overpaid(ref, name, paid string) (store.Account, store.Record) {
	h.Helper()
	account := h.takeOver(ref, name, "paid_to_date", "2026-10-05")
	record := h.match(h.credit("NEFT CR-SBIN0001-"+name, "SBIN0000000"+ref, paid), ref)
	return account, h.approve(record)
}

// decided decides the open request of a record.
func (h *house) decided(record, decision string) store.Record {
	h.Helper()
	a := h.openApproval(record)
	_, err := h.office.Decide(context.Background(), h.ravi, a.Ref, DecisionInput{Version: a.Version, Decision: decision, Reason: "Seen."})
	h.must(err)
	return h.record(record)
}

// release approves a payout and says that it was paid.
func (h *house) release(ref, utr string) store.Payout {
	h.Helper()
	_, err := h.office.ApprovePayout(context.Background(), h.omar, ref, 0)
	h.must(err)
	p, err := h.office.ProcessPayout(context.Background(), h.omar, ref, PaidOut{UTR: utr, DebitBank: "HDFC-CA-01"})
	h.must(err)
	return p
}

// sendersBank is an account that money goes back to.
var sendersBank = &BankInput{AccountHolderName: "Sunita Devi", AccountNo: "30123456789", IFSC: "SBIN0004430"}

// TestExcessGoesBackInParts: a refund of a receipt in two parts, until nothing
// remains; each is decided by a credit manager and released by finance (SET-10).
func TestExcessGoesBackInParts(t *testing.T) {
	h := newHouse(t)
	account, record := h.overpaid("PL001", "SUNITA", "20000.00")
	excess := h.book(account).Excess
	if excess != record.RemainingAmount || excess <= 0 {
		t.Fatalf("excess %s, left of the record %s", excess, record.RemainingAmount)
	}
	first, err := h.office.RequestRefund(t.Context(), h.asha, RefundInput{Record: record.Ref, Amount: rupees("1000"), PayoutTo: "custom_bank", NewBank: sendersBank, Reason: "She asked for it."})
	h.must(err)
	if h.book(account).Excess != excess || first.Record.Status != "pending" || first.Payout.Status != "created" {
		t.Errorf("a request moved money: %+v", first.Record)
	}
	// Finance cannot release what nobody approved; a second request finds the rest only.
	_, err = h.office.ApprovePayout(t.Context(), h.omar, first.Payout.Ref, 0)
	h.refused(err, "payout.refund")
	_, err = h.office.RequestRefund(t.Context(), h.bela, RefundInput{Record: record.Ref, Amount: excess, PayoutTo: "borrower"})
	h.refused(err, "refund.insufficient_excess")
	_, err = h.office.Decide(t.Context(), h.asha, first.Approval.Ref, DecisionInput{Decision: "approve"})
	h.refused(err, "approval.role")

	got := h.decided(first.Record.Ref, "approve")
	if got.Status != "approved" || h.book(account).Excess != excess-rupees("1000") || h.record(record.Ref).RemainingAmount != excess-rupees("1000") {
		t.Errorf("approved: %+v", got)
	}
	h.sound()
	h.release(first.Payout.Ref, "PAID000000001")
	if got = h.record(first.Record.Ref); got.Status != "processed" || got.SettlementUTR == "" {
		t.Errorf("paid: %+v", got)
	}
	rest, err := h.office.RequestRefund(t.Context(), h.asha, RefundInput{Account: "PL001", Amount: excess - rupees("1000"), Reason: "The rest."})
	h.must(err)
	h.decided(rest.Record.Ref, "approve")
	h.release(rest.Payout.Ref, "PAID000000002")
	left := h.record(record.Ref)
	if left.RemainingAmount != 0 || left.RefundedAmount != excess || h.position(account).Excess != 0 {
		t.Errorf("after both: %+v", left)
	}
	_, err = h.office.RequestRefund(t.Context(), h.asha, RefundInput{Account: "PL001", Amount: 1})
	h.refused(err, "refund.insufficient_excess")
	h.sound()
}

// TestRefundPaidHoldsItsReceipt: a receipt whose money was paid back is not
// reversed; once the payout came back it may be (SET-12).
func TestRefundPaidHoldsItsReceipt(t *testing.T) {
	h := newHouse(t)
	account, record := h.overpaid("PL001", "SUNITA", "20000.00")
	refund, err := h.office.RequestRefund(t.Context(), h.asha, RefundInput{Record: record.Ref, Amount: record.RemainingAmount, PayoutTo: "custom_bank", NewBank: sendersBank})
	h.must(err)
	h.decided(refund.Record.Ref, "approve")
	h.release(refund.Payout.Ref, "PAID000000001")
	_, err = h.office.RequestReversal(t.Context(), h.asha, record.Ref, 0, "bank", "It bounced.")
	h.refused(err, "DEPENDENT_REFUND")
	_, err = h.office.RequestMove(t.Context(), h.asha, record.Ref, 0, "PL001", "Wrong account.")
	h.refused(err, "move.same")

	_, err = h.office.ReturnPayout(t.Context(), h.omar, refund.Payout.Ref, PayoutAnswer{Reason: "Account closed"})
	h.must(err)
	if got := h.record(refund.Record.Ref); got.Status != "reverted" || h.book(account).Excess != record.RemainingAmount || h.record(record.Ref).RefundedAmount != 0 {
		t.Errorf("after the return: %+v", got)
	}
	h.sound()
	a, err := h.office.RequestReversal(t.Context(), h.asha, record.Ref, 0, "bank", "It bounced.")
	h.must(err)
	_, err = h.office.Decide(t.Context(), h.ravi, a.Ref, DecisionInput{Decision: "approve"})
	h.must(err)
	if got := h.record(record.Ref); got.Status != "reverted" || got.RemainingAmount != 0 {
		t.Errorf("reversed: %+v", got)
	}
	h.sound()
}

// TestRefundGuards: dues unpaid on another account, and money by NACH that the
// bank may still take back.
func TestRefundGuards(t *testing.T) {
	h := newHouse(t)
	account, _ := h.overpaid("PL001", "SUNITA", "20000.00")
	other := h.takeOver("PL002", "", "borrower_ref", account.BorrowerRef, "paid_to_date", "2026-09-05")
	if h.position(other).DueNow == 0 {
		t.Fatal("nothing is due on the other account")
	}
	_, err := h.office.RequestRefund(t.Context(), h.asha, RefundInput{Account: "PL001", Amount: rupees("100")})
	h.refused(err, "refund.unpaid_dues")
	h.must(h.db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		rules, err := tx.MoneyRules(ctx)
		rules.DespiteDues = true
		if err != nil {
			return err
		}
		return tx.SetMoneyRules(ctx, rules)
	}))
	_, err = h.office.RequestRefund(t.Context(), h.asha, RefundInput{Account: "PL001", Amount: rupees("100")})
	h.must(err)

	nach := h.takeOver("PL003", "Anita Devi", "paid_to_date", "2026-10-05")
	r, err := h.office.CreateRecord(t.Context(), h.asha, NewRecord{Account: nach.Ref, Received: rupees("20000"), Mode: "nach", UTR: "NACH000000000001", Source: "hand"})
	h.must(err)
	r, err = h.office.RequestApproval(t.Context(), h.asha, r.Ref, r.Version, "")
	h.must(err)
	h.approve(r)
	_, err = h.office.RequestRefund(t.Context(), h.asha, RefundInput{Account: nach.Ref, Amount: rupees("100")})
	h.refused(err, "refund.clearing_hold")
	_, err = h.close(Console(), h.today().AddDays(3))
	h.must(err)
	_, err = h.office.RequestRefund(t.Context(), h.asha, RefundInput{Account: nach.Ref, Amount: rupees("100")})
	h.must(err)
}

// TestTwoRefundsAtOnce: of two requests for all of it, one wins.
func TestTwoRefundsAtOnce(t *testing.T) {
	h := newHouse(t)
	account, record := h.overpaid("PL001", "SUNITA", "20000.00")
	var wg sync.WaitGroup
	errs := make([]error, 2)
	for i, who := range []Actor{h.asha, h.bela} {
		wg.Go(func() {
			_, errs[i] = h.office.RequestRefund(context.Background(), who, RefundInput{Record: record.Ref, Amount: record.RemainingAmount})
		})
	}
	wg.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Fatalf("got %v and %v, want one of them", errs[0], errs[1])
	}
	for _, err := range errs {
		if err != nil {
			h.refused(err, "refund.insufficient_excess")
		}
	}
	_ = account
}

// TestPayoutFails: what a refund took is back, and only what definitely failed is
// tried again.
func TestPayoutFails(t *testing.T) {
	h := newHouse(t)
	account, record := h.overpaid("PL001", "SUNITA", "20000.00")
	excess := record.RemainingAmount
	refund, err := h.office.RequestRefund(t.Context(), h.asha, RefundInput{Record: record.Ref, Amount: excess, PayoutTo: "custom_bank", NewBank: sendersBank})
	h.must(err)
	h.decided(refund.Record.Ref, "approve")
	ref := refund.Payout.Ref
	_, err = h.office.ApprovePayout(t.Context(), h.omar, ref, 0)
	h.must(err)
	_, err = h.office.QueryPayout(t.Context(), h.omar, ref, PayoutAnswer{Reason: "No answer from the bank"})
	h.must(err)
	_, err = h.office.RetryPayout(t.Context(), h.omar, ref, 0)
	h.refused(err, "payout.not_definite")
	_, err = h.office.CancelPayout(t.Context(), h.omar, ref, 0, "Too slow")
	h.refused(err, "payout.state")
	if h.book(account).Excess != 0 {
		t.Errorf("not known is not failed: excess %s", h.book(account).Excess)
	}
	_, err = h.office.FailPayout(t.Context(), h.omar, ref, PayoutAnswer{Reason: "Account does not exist"})
	h.must(err)
	if h.book(account).Excess != excess || h.record(record.Ref).RemainingAmount != excess {
		t.Errorf("failed: excess %s, want %s", h.book(account).Excess, excess)
	}
	h.sound()
	_, err = h.office.RetryPayout(t.Context(), h.omar, ref, 0)
	h.must(err)
	if h.book(account).Excess != 0 {
		t.Errorf("tried again: excess %s", h.book(account).Excess)
	}
	p, err := h.office.ProcessPayout(t.Context(), h.omar, ref, PaidOut{UTR: "PAID000000009", DebitBank: "HDFC-CA-01"})
	h.must(err)
	if p.Status != "success" || h.record(refund.Record.Ref).Status != "processed" {
		t.Errorf("%+v", p)
	}
	h.sound()
}

// TestPayoutFileOutAndBack: a file with control totals, the bank's answer of one
// paid and one failed, the same answer again, and one that contradicts.
func TestPayoutFileOutAndBack(t *testing.T) {
	h := newHouse(t)
	var refs []string
	for i, name := range []string{"SUNITA", "ANITA"} {
		_, record := h.overpaid("PL00"+string(rune('1'+i)), name, []string{"20000.00", "21000.00"}[i])
		refund, err := h.office.RequestRefund(t.Context(), h.asha, RefundInput{Record: record.Ref, Amount: rupees("500"), PayoutTo: "custom_bank", NewBank: sendersBank})
		h.must(err)
		h.decided(refund.Record.Ref, "approve")
		_, err = h.office.ApprovePayout(t.Context(), h.omar, refund.Payout.Ref, 0)
		h.must(err)
		refs = append(refs, refund.Payout.Ref)
	}
	_, err := h.office.ExportPayouts(t.Context(), h.asha, PayoutExport{DebitBank: "HDFC-CA-01"})
	h.refused(err, "permission")
	batch, err := h.office.ExportPayouts(t.Context(), h.omar, PayoutExport{DebitBank: "HDFC-CA-01"})
	h.must(err)
	if batch.Count != 2 || batch.Total != rupees("1000") || !strings.Contains(string(batch.Data), refs[0]) || batch.Serial != 1 {
		t.Errorf("%+v", batch)
	}
	_, err = h.office.ExportPayouts(t.Context(), h.omar, PayoutExport{DebitBank: "HDFC-CA-01"})
	h.refused(err, "payout.none")
	_, err = h.office.ExportPayouts(t.Context(), h.omar, PayoutExport{DebitBank: "HDFC-CA-01", Payouts: refs[:1]})
	h.refused(err, "payout.state")

	answer := "reference,amount,status,bank_reference,reason\n" + refs[0] + ",500.00,E,UTIBN52026111600001,\n" + refs[1] + ",500.00,R,,Account closed\n"
	result, err := h.office.TakePayoutAnswer(t.Context(), h.omar, batch.Ref, "answer.csv", []byte(answer))
	h.must(err)
	if result.Paid != 1 || result.Failed != 1 || len(result.Open) != 0 {
		t.Errorf("%+v", result)
	}
	result, err = h.office.TakePayoutAnswer(t.Context(), h.omar, batch.Ref, "answer.csv", []byte(answer))
	h.must(err)
	if result.Known != 2 || result.Paid != 0 {
		t.Errorf("the same answer again: %+v", result)
	}
	_, err = h.office.TakePayoutAnswer(t.Context(), h.omar, batch.Ref, "answer.csv", []byte("reference,amount,status,bank_reference,reason\n"+refs[0]+",500.00,R,,No\n"))
	h.refused(err, "payout.contradiction")
	h.sound()
}

// TestMoneyOfNobodyGoesBack: an unmatched credit leaves by a payout, in part.
func TestMoneyOfNobodyGoesBack(t *testing.T) {
	h := newHouse(t)
	record := h.credit("NEFT CR-SBIN0001-STRANGER", "SBIN12345678901", "500.00")
	_, err := h.office.RequestRefund(t.Context(), h.asha, RefundInput{Record: record.Ref, Amount: rupees("200")})
	h.refused(err, "refund.sender")
	refund, err := h.office.RequestRefund(t.Context(), h.asha, RefundInput{Record: record.Ref, Amount: rupees("200"), PayoutTo: "custom_bank", NewBank: sendersBank, Reason: "Not ours."})
	h.must(err)
	_, err = h.office.UndoSetAside(t.Context(), h.asha, record.Ref, 0, "")
	h.refused(err, "DEPENDENT_REFUND")
	_, err = h.office.RequestRefund(t.Context(), h.asha, RefundInput{Record: record.Ref, Amount: rupees("300.01"), PayoutTo: "custom_bank", NewBank: sendersBank})
	h.refused(err, "refund.insufficient_excess")
	h.decided(refund.Record.Ref, "approve")
	h.release(refund.Payout.Ref, "PAID000000001")
	h.read(func(ctx context.Context, v *store.View) error {
		days, err := v.TieOut(ctx, "", 0, 0, 10)
		if len(days) != 1 || days[0].Refunded != rupees("200") || days[0].SetAside != rupees("300") || days[0].Gap != 0 {
			t.Errorf("tie-out %+v", days)
		}
		return err
	})
	h.sound()
	_, err = h.office.ReturnPayout(t.Context(), h.omar, refund.Payout.Ref, PayoutAnswer{Reason: "Account closed"})
	h.must(err)
	if got := h.record(record.Ref); got.RefundedAmount != 0 {
		t.Errorf("returned: %+v", got)
	}
	_, err = h.office.UndoSetAside(t.Context(), h.asha, record.Ref, 0, "")
	h.must(err)
	h.sound()
}

// TestExcessMovesToAnotherAccount: it settles dues there like a repayment, without
// cash, and comes back when it is reversed.
func TestExcessMovesToAnotherAccount(t *testing.T) {
	h := newHouse(t)
	from, record := h.overpaid("PL001", "SUNITA", "20000.00")
	to := h.takeOver("PL002", "", "borrower_ref", from.BorrowerRef, "paid_to_date", "2026-10-05")
	stranger := h.takeOver("PL003", "Anita Devi", "paid_to_date", "2026-10-05")
	due := h.position(to).DueNow
	in := AdjustmentInput{Account: "PL002", From: lending.FromExcess, FromAccount: "PL001", Amount: rupees("1000"), Reason: "She asked for it."}
	_, err := h.office.RequestAdjustment(t.Context(), h.asha, AdjustmentInput{Account: stranger.Ref, From: lending.FromExcess, FromAccount: "PL001", Amount: 100})
	h.refused(err, "adjustment.borrower")
	_, err = h.office.RequestAdjustment(t.Context(), h.asha, AdjustmentInput{Account: "PL002", From: lending.FromHoldback, Amount: 100})
	h.refused(err, "adjustment.insufficient")
	in.Amount = due + 1
	_, err = h.office.RequestAdjustment(t.Context(), h.asha, in)
	if e := h.refused(err, "adjustment.insufficient"); e.Fields["amount"] == "" && due > record.RemainingAmount {
		t.Errorf("%+v", e)
	}
	in.Amount = rupees("1000")
	r, err := h.office.RequestAdjustment(t.Context(), h.asha, in)
	h.must(err)
	if r.UTR != "" || r.CollectionBankID != "" || r.ReceivedAmount != 0 || r.Type != "adjustment" {
		t.Errorf("%+v", r)
	}
	got := h.decided(r.Ref, "approve")
	if got.Status != "processed" || h.position(to).DueNow != due-rupees("1000") || h.position(from).Excess != record.RemainingAmount-rupees("1000") {
		t.Errorf("adjusted: %+v", got)
	}
	h.sound()
	_, err = h.office.RequestReversal(t.Context(), h.asha, record.Ref, 0, "bank", "It bounced.")
	h.refused(err, "DEPENDENT_REFUND")
	a, err := h.office.RequestReversal(t.Context(), h.asha, r.Ref, 0, "account", "A mistake.")
	h.must(err)
	_, err = h.office.Decide(t.Context(), h.ravi, a.Ref, DecisionInput{Decision: "approve"})
	h.must(err)
	if h.position(to).DueNow != due || h.position(from).Excess != record.RemainingAmount {
		t.Errorf("taken back: due %s, excess %s", h.position(to).DueNow, h.position(from).Excess)
	}
	h.sound()
}

// TestRefundSentBackAndRejected: nothing moved, the payout dies with the refund.
func TestRefundSentBackAndRejected(t *testing.T) {
	h := newHouse(t)
	account, record := h.overpaid("PL001", "SUNITA", "20000.00")
	refund, err := h.office.RequestRefund(t.Context(), h.asha, RefundInput{Record: record.Ref, Amount: rupees("100")})
	h.must(err)
	back := h.decided(refund.Record.Ref, "send_back")
	if back.Status != "initiated" {
		t.Errorf("%+v", back)
	}
	_, err = h.office.MatchRecord(t.Context(), h.asha, back.Ref, MatchInput{})
	h.refused(err, "record.state")
	_, err = h.office.RequestApproval(t.Context(), h.asha, back.Ref, back.Version, "")
	h.must(err)
	h.decided(refund.Record.Ref, "reject")
	h.read(func(ctx context.Context, v *store.View) error {
		p, err := v.PayoutByID(ctx, refund.Payout.Ref)
		if p.Status != "cancelled" {
			t.Errorf("payout is %s", p.Status)
		}
		return err
	})
	if h.book(account).Excess != record.RemainingAmount {
		t.Error("a rejected refund moved money")
	}
	h.sound()
}
