package servicing

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lekha/lending"
	"lekha/store"
)

func (h *house) feeRow(ref string) store.FeeRow {
	h.Helper()
	var fee store.FeeRow
	h.read(func(ctx context.Context, v *store.View) (err error) {
		fee, err = v.FeeRowByAny(ctx, ref)
		return err
	})
	return fee
}

// TestFeesByHeadAndPlace: heads are taxed by place of supply and by kind (GST-01,
// GST-03), and invoices are numbered without gaps when they fall due.
func TestFeesByHeadAndPlace(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi", "state", "27")
	h.takeOver("PL002", "Anita Devi", "state", "29")
	type heads struct{ CGST, SGST, IGST lending.Money }
	for _, tt := range []struct {
		account, head, component string
		want                     heads
		invoice                  string
	}{
		{"PL001", "processing_fee", "", heads{914, 914, 0}, "I/2026-27/00001"},
		{"PL002", "statement_charge", "", heads{0, 0, 1827}, "I/2026-27/00002"},
		{"PL001", "", "PI", heads{}, ""},
		{"PL001", "stamp_duty_passthrough", "", heads{}, ""},
		{"PL001", "bounce_charge", "", heads{914, 914, 0}, "I/2026-27/00003"},
	} {
		fee, err := h.office.CreateFee(t.Context(), h.asha, FeeInput{Account: tt.account, Name: "Charge", Head: tt.head, Component: tt.component, Amount: rupees("101.50")})
		h.must(err)
		row := h.feeRow(fee.Ref)
		if diff := cmp.Diff(tt.want, heads{row.CGST, row.SGST, row.IGST}); diff != "" || string(row.InvoiceNo) != tt.invoice {
			t.Errorf("%s %s: invoice %q, tax %s", tt.head, tt.component, row.InvoiceNo, diff)
		}
	}
	later, err := h.office.CreateFee(t.Context(), h.asha, FeeInput{Account: "PL001", Name: "Statement", Amount: rupees("100"), DueDate: h.today().AddDays(1)})
	h.must(err)
	if h.feeRow(later.Ref).InvoiceNo != "" {
		t.Error("invoiced before it fell due")
	}
	_, err = h.close(Console(), h.today().AddDays(1))
	h.must(err)
	if got := h.feeRow(later.Ref); got.InvoiceNo != "I/2026-27/00004" || got.InvoiceOn != h.today() {
		t.Errorf("after the day: %+v", got)
	}
	book := h.book(h.account("PL001"))
	if book.Summary.PenalOutstanding != rupees("101.50") {
		t.Errorf("penal by hand: %s", book.Summary.PenalOutstanding)
	}
	h.sound()
}

// TestFeeAboveTheLimit: a second person decides; until then nothing is demanded.
func TestFeeAboveTheLimit(t *testing.T) {
	h := newHouse(t)
	account := h.takeOver("PL001", "Sunita Devi")
	due := h.position(account).DueNow
	fee, err := h.office.CreateFee(t.Context(), h.asha, FeeInput{Account: "PL001", Name: "Legal costs", Amount: rupees("10000")})
	h.must(err)
	if fee.Status != "requested" || h.position(account).DueNow != due {
		t.Errorf("%+v", fee)
	}
	approval := h.openApproval2(fee.ID)
	_, err = h.office.Decide(t.Context(), h.ravi, approval.Ref, DecisionInput{Decision: "approve"})
	h.must(err)
	if got := h.feeRow(fee.Ref); got.Status != "demanded" || got.Outstanding != rupees("11800") || got.InvoiceNo == "" {
		t.Errorf("%+v", got)
	}
	again, err := h.office.CreateFee(t.Context(), h.asha, FeeInput{Account: "PL001", Name: "Legal costs", Amount: rupees("10000")})
	h.must(err)
	_, err = h.office.Decide(t.Context(), h.ravi, h.openApproval2(again.ID).Ref, DecisionInput{Decision: "reject", Reason: "Once is enough."})
	h.must(err)
	if got := h.feeRow(again.Ref); got.Status != "rejected" || got.Outstanding != 0 {
		t.Errorf("%+v", got)
	}
	h.sound()
}

// openApproval2 is the pending approval of something that has no record.
func (h *house) openApproval2(subject string) store.Approval {
	h.Helper()
	var approval store.Approval
	h.read(func(ctx context.Context, v *store.View) (err error) {
		approval, err = v.OpenApprovalOf(ctx, subject)
		return err
	})
	return approval
}

// TestDeleteFee: only what is unpaid and has no invoice.
func TestDeleteFee(t *testing.T) {
	h := newHouse(t)
	account := h.takeOver("PL001", "Sunita Devi")
	due := h.position(account).DueNow
	results, err := h.office.CreateFees(t.Context(), h.asha, []FeeInput{
		{Account: "PL001", Name: "Stamp", Head: "stamp_duty_passthrough", Amount: rupees("100")}, {Account: "PL404", Name: "Stamp", Amount: rupees("1")},
		{Account: "PL001", Name: "Statement", Amount: rupees("100")}})
	h.must(err)
	h.refused(results[1].Err, "account.unknown")
	_, err = h.office.DeleteFee(t.Context(), h.asha, results[0].Fee.Ref, "")
	h.refused(err, "fee.reason")
	fee, err := h.office.DeleteFee(t.Context(), h.asha, results[0].Fee.Ref, "A mistake.")
	h.must(err)
	if fee.Status != "deleted" || h.position(account).DueNow != due+rupees("118") {
		t.Errorf("%+v", fee)
	}
	_, err = h.office.DeleteFee(t.Context(), h.asha, results[0].Fee.Ref, "Again.")
	h.refused(err, "fee.state")
	_, err = h.office.DeleteFee(t.Context(), h.asha, results[2].Fee.Ref, "A mistake.")
	h.refused(err, "fee.invoiced")
	h.sound()
}

// TestWaiver: named dues in part; by the amount one or two people decide; what was
// waived stays visible, and an invoiced fee gets its credit notes, to the paisa.
func TestWaiver(t *testing.T) {
	h := newHouse(t)
	account := h.takeOver("PL001", "Sunita Devi")
	fee, err := h.office.CreateFee(t.Context(), h.asha, FeeInput{Account: "PL001", Name: "Bounce", Head: "bounce_charge", Amount: rupees("101.50")})
	h.must(err)
	due := h.position(account).DueNow
	ask := func(amount string) WaiverInput {
		return WaiverInput{Account: "PL001", Reason: "Goodwill.", Items: []WaiverItem{{Demand: fee.ID, Component: "F", Amount: rupees(amount)}}}
	}
	for amount, code := range map[string]string{"119.79": "waiver.amount", "0": "waiver.amount"} {
		_, err = h.office.RequestWaiver(t.Context(), h.asha, ask(amount))
		h.refused(err, code)
	}
	h.read(func(ctx context.Context, v *store.View) error {
		effect, err := PreviewWaiver(ctx, v, ask("50"))
		if effect.After.Summary.DueNow != due-rupees("50") {
			t.Errorf("preview: %s", effect.After.Summary.DueNow)
		}
		return err
	})
	for _, amount := range []string{"50", "69.78"} {
		a, err := h.office.RequestWaiver(t.Context(), h.asha, ask(amount))
		h.must(err)
		if a.Levels != 1 {
			t.Errorf("%d levels", a.Levels)
		}
		_, err = h.office.Decide(t.Context(), h.asha, a.Ref, DecisionInput{Decision: "approve"})
		h.refused(err, "approval.role")
		_, err = h.office.Decide(t.Context(), h.ravi, a.Ref, DecisionInput{Decision: "approve"})
		h.must(err)
	}
	row := h.feeRow(fee.Ref)
	if row.Waived != rupees("119.78") || row.Outstanding != 0 || row.Paid != 0 || h.position(account).DueNow != due-rupees("119.78") {
		t.Errorf("%+v", row)
	}
	h.read(func(ctx context.Context, v *store.View) error {
		notes, err := v.CreditNotesOf(ctx, fee.ID)
		var sum store.CreditNote
		for _, n := range notes {
			sum.Base, sum.CGST, sum.SGST = sum.Base+n.Base, sum.CGST+n.CGST, sum.SGST+n.SGST
		}
		if len(notes) != 2 || notes[1].No != "C/2026-27/00002" || sum.Base != row.Base || sum.CGST != row.CGST || sum.SGST != row.SGST {
			t.Errorf("credit notes %+v", notes)
		}
		return err
	})
	big, err := h.office.CreateFee(t.Context(), h.asha, FeeInput{Account: "PL001", Name: "Penalty", Component: "PI", Amount: rupees("1500")})
	h.must(err)
	a, err := h.office.RequestWaiver(t.Context(), h.asha, WaiverInput{Account: "PL001", Reason: "Goodwill.", Items: []WaiverItem{{Demand: big.ID, Component: "PI", Amount: rupees("1500")}}})
	h.must(err)
	if a.Levels != 2 {
		t.Errorf("%d levels above ₹1,000", a.Levels)
	}
	h.sound()
}
