package servicing

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lekha/lending"
	"lekha/store"
)

// lump is a credit of a gateway and a breakdown of it.
func (h *house) lump(n int) (store.Record, string) {
	h.Helper()
	var file strings.Builder
	file.WriteString("Account,Amount,UTR\n")
	for i := range n {
		ref := fmt.Sprintf("PL%03d", i)
		h.takeOver(ref, fmt.Sprintf("Borrower %d", i), "paid_to_date", "2026-10-05")
		fmt.Fprintf(&file, "%s,100.50,UPI6320999%05d\n", ref, i)
	}
	file.WriteString("fee,25.00,\nGST,-4.50,\n")
	return h.credit("NEFT CR-YESB0000001-RAZORPAY SOFTWARE-SETTLEMENT", "YESBN12026111612345678", fmt.Sprintf("%d.%02d", (n*10050-2950)/100, (n*10050-2950)%100)), file.String()
}

func (h *house) splitLump(r store.Record, file string) (store.Record, error) {
	lines, err := ReadLump([]byte(file))
	if err != nil {
		return store.Record{}, err
	}
	return h.office.SplitByFile(h.Context(), h.asha, r.Ref, LumpInput{Version: h.record(r.Ref).Version, Lines: lines, Remark: "Settlement of Monday."})
}

// TestLumpIsApprovedAsOne: 60 parts and a fee, one approval, all settled; the sums
// over the credit hold at every step.
func TestLumpIsApprovedAsOne(t *testing.T) {
	h := newHouse(t)
	r, file := h.lump(60)
	parent, err := h.splitLump(r, file)
	h.must(err)
	if parent.Status != "split" {
		t.Fatalf("the credit is %s", parent.Status)
	}
	h.tied()
	h.approve(parent)
	h.tied()
	settled := 0
	for i := range 60 {
		if p := h.position(h.account(fmt.Sprintf("PL%03d", i))); p.DueNow > 0 {
			settled++
		}
	}
	if settled != 60 {
		t.Errorf("%d accounts still have part of their due, want 60", settled)
	}
	h.read(func(ctx context.Context, v *store.View) error {
		known, err := v.Memories(ctx)
		if len(known) > 0 {
			t.Errorf("the gateway is remembered as the payer of %d accounts, want none", len(known))
		}
		return err
	})
	h.sound()
}

// TestLumpSettlesTheGross: accounts settle what their borrowers paid, the bank got
// less, and the journal holds the fee and its tax as the lender's own cost.
func TestLumpSettlesTheGross(t *testing.T) {
	h := newHouse(t)
	r, file := h.lump(3)
	parent, err := h.splitLump(r, file)
	h.must(err)
	if parent.ReceivedAmount != r.Amount || parent.Amount != 30150 || parent.FeeWithheld != 2500 || parent.FeeGST != 450 {
		t.Errorf("the credit shows %s of %s, fee %s, GST %s", parent.ReceivedAmount, parent.Amount, parent.FeeWithheld, parent.FeeGST)
	}
	h.approve(parent)
	if fee, gst := h.codesNow()["5140"], h.codesNow()["1380"]; fee != 2500 || gst != 450 {
		t.Errorf("the journal has a fee of %s and GST of %s", fee, gst)
	}
	part := h.children(parent)[1]
	if part.Amount != 10050 || part.RemainingAmount != 0 || part.ReceivedAmount >= part.Amount {
		t.Errorf("a part is %s of %s, %s left", part.ReceivedAmount, part.Amount, part.RemainingAmount)
	}
	_, err = h.office.RequestReversal(t.Context(), h.asha, part.Ref, 0, "account", "Another loan of his.")
	h.must(err)
	h.approve(part)
	h.tied()
	if fee := h.codesNow()["5140"]; fee != 2500-part.FeeWithheld {
		t.Errorf("with one part taken back the fee is %s", fee)
	}
	next := h.successor(part)
	if next.Amount != part.Amount || next.FeeWithheld != part.FeeWithheld {
		t.Errorf("its successor is %s with a fee of %s", next.Amount, next.FeeWithheld)
	}
	h.approve(h.match(next, "PL000"))
	if fee := h.codesNow()["5140"]; fee != 2500 {
		t.Errorf("settled elsewhere the fee is %s", fee)
	}
	h.sound()
}

// TestLumpFeesAreSharedWithoutLoss: whatever the rows, the shares sum to what was
// kept, and no payment bears more than itself.
func TestLumpFeesAreSharedWithoutLoss(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.Int64Range(1, 1<<40), 1, 50).Draw(t, "rows")
		var sums LumpSums
		for _, paid := range rows {
			sums.Gross += lending.Money(paid)
		}
		sums.Fee = lending.Money(rapid.Int64Range(0, int64(sums.Gross)).Draw(t, "fee"))
		sums.GST = lending.Money(rapid.Int64Range(0, int64(sums.Gross-sums.Fee)).Draw(t, "gst"))
		fees, got := lumpFees{sums: sums}, LumpSums{}
		for _, paid := range rows {
			fee, gst := fees.next(lending.Money(paid))
			if fee < 0 || gst < 0 || fee+gst > lending.Money(paid) {
				t.Fatalf("%d bears a fee of %s and GST of %s", paid, fee, gst)
			}
			got.Gross, got.Fee, got.GST = got.Gross+lending.Money(paid), got.Fee+fee, got.GST+gst
		}
		if got != sums {
			t.Fatalf("shared %v, want %v", got, sums)
		}
	})
}

// TestLumpDiesAsOne: rejected or taken back, the whole credit is on the desk again,
// the fee with it.
func TestLumpDiesAsOne(t *testing.T) {
	h := newHouse(t)
	r, file := h.lump(3)
	parent, err := h.splitLump(r, file)
	h.must(err)
	back, err := h.office.UnmatchRecord(t.Context(), h.asha, parent.Ref, parent.Version, "Wrong file.")
	h.must(err)
	h.tied()
	if back.Status != "unmatched" || back.Amount != r.Amount {
		t.Errorf("taken back it is %s of %s", back.Status, back.Amount)
	}
	parent, err = h.splitLump(back, file)
	h.must(err)
	h.must(h.decide(h.ravi, parent, "reject", "Not ours."))
	h.tied()
	if got := h.record(parent.Ref).Status; got != "rejected" {
		t.Errorf("rejected it is %s", got)
	}
	h.sound()
}

// TestLumpNamesWrongRows: each wrong row by its number, and a sum that misses.
func TestLumpNamesWrongRows(t *testing.T) {
	h := newHouse(t)
	r, file := h.lump(3)
	_, err := h.splitLump(r, strings.Replace(file, "PL001,", "PL999,", 1))
	if e := h.refused(err, "lump.rows"); e.Fields["row.3"] != "Row 3: there is no account PL999." {
		t.Errorf("fields %v", e.Fields)
	}
	_, err = h.splitLump(r, strings.Replace(file, "PL001,100.50", "PL001,100.49", 1))
	if e := h.refused(err, "lump.sum"); !strings.Contains(e.Fields["file"], "0.01") {
		t.Errorf("fields %v", e.Fields)
	}
	_, err = h.splitLump(r, strings.Replace(file, "UPI632099900001", "UPI632099900000", 1))
	if e := h.refused(err, "lump.rows"); !strings.Contains(e.Fields["row.3"], "repeats the payment") {
		t.Errorf("fields %v", e.Fields)
	}
	_, err = ReadLump([]byte("account,amount\nPL001,abc\n,5\n"))
	if e := h.refused(err, "lump.rows"); len(e.Fields) != 2 {
		t.Errorf("fields %v", e.Fields)
	}
	_, err = ReadLump([]byte("who,what\n"))
	h.refused(err, "lump.headings")
	if got := h.record(r.Ref).Status; got != "unmatched" {
		t.Errorf("after refusals it is %s", got)
	}
	h.tied()
}
