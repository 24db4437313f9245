package servicing

import (
	"context"
	"math/rand/v2"
	"testing"

	"lekha/lending"
	"lekha/store"
)

// TestVectorPRV01ThroughTheBooks: one exposure of 10,00,000 with 6,00,000 of security,
// by what became of it, as the journal provides for it.
func TestVectorPRV01ThroughTheBooks(t *testing.T) {
	for _, tt := range []struct{ today, code, want string }{
		{"2021-01-20", "2500", "4000"}, // standard, Middle Layer
		{"2021-12-01", "2510", "100000"},
		{"2022-12-01", "2510", "520000"},
		{"2024-12-01", "2510", "580000"},
		{"2025-12-01", "2510", "700000"},
	} {
		h := newHouseOn(t, tt.today)
		h.takeOver("S001", "Sunita Devi", "principal", "1000000", "disbursed_on", "2021-01-05", "roi_value", "0", "emi_count", "12", "first_due_date", "2021-02-05",
			"paid_to_date", "2021-01-05", "security_value", "600000")
		_, err := h.close(h.omar, 0)
		h.must(err)
		codes := h.codesNow()
		if got := -codes[tt.code]; got != rupees(tt.want) || codes["5110"] != rupees(tt.want) {
			t.Errorf("on %s %s holds %s and 5110 %s, want %s", tt.today, tt.code, got, codes["5110"], tt.want)
		}
		h.sound()
	}
}

// TestProvisionsFollowByDifference: what is repaid is not provided for, another rate
// holds from its day, and a day without a change posts nothing.
func TestProvisionsFollowByDifference(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	provided := func() lending.Money { return -h.codesNow()["2500"] }
	_, err := h.close(h.omar, 0)
	h.must(err)
	if lent := h.position(h.account("PL001")).PrincipalOutstanding; provided() != lending.Rate(400_000).Of(lent, lending.ToPaisa) {
		t.Errorf("of %s, %s is provided", lent, provided())
	}
	asked, err := h.office.ProposeParameter(t.Context(), h.omar, ParameterInput{Name: "provision_standard_middle", Value: "1", From: h.today().AddDays(2), Reason: "The board wants more."})
	h.must(err)
	h.must(h.signed(asked.Ref, h.ravi))
	before := provided()
	_, err = h.close(h.omar, 0)
	h.must(err)
	if provided() != before {
		t.Errorf("before its day: %s, was %s", provided(), before)
	}
	_, err = h.close(h.omar, 0)
	h.must(err)
	if lent := h.position(h.account("PL001")).PrincipalOutstanding; provided() != lending.Rate(1_000_000).Of(lent, lending.ToPaisa) {
		t.Errorf("from its day: of %s, %s is provided", lent, provided())
	}
	h.sound()
}

// TestVectorLED02ThroughTheBooks: income of a loan that does not perform is in
// suspense until cash comes for it, and the rest comes back when it performs again
// (domain 9.4).
func TestVectorLED02ThroughTheBooks(t *testing.T) {
	h := newHouse(t)
	account := h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-07-05") // August is 90 days late
	_, err := h.close(h.omar, 0)
	h.must(err)
	position := h.position(account)
	if !lending.Category(position.Category).NPA() {
		t.Fatalf("it is %s", position.Category)
	}
	codes := h.codesNow()
	unpaid := codes["1300"] + codes["1310"] + codes["1320"] + codes["1330"]
	if unpaid <= 0 || -codes["2400"] != unpaid {
		t.Errorf("unpaid income is %s, in suspense is %s", unpaid, -codes["2400"])
	}
	if codes["2510"] == 0 || codes["2500"] != 0 {
		t.Errorf("provided: %s as NPA, %s as standard", -codes["2510"], -codes["2500"])
	}
	h.pay(account, position.DueNow.String(), h.today())
	codes = h.codesNow()
	if codes["2400"] != -(codes["1300"]+codes["1310"]+codes["1320"]+codes["1330"]) || codes["1310"] != 0 {
		t.Errorf("after the money: %s in suspense, %s due", -codes["2400"], codes["1310"])
	}
	_, err = h.close(h.omar, 0)
	h.must(err)
	if codes = h.codesNow(); codes["2400"] != 0 || codes["2510"] != 0 || codes["2500"] == 0 {
		t.Errorf("performing again: suspense %s, NPA %s, standard %s", codes["2400"], codes["2510"], codes["2500"])
	}
	h.sound()
}

// TestVectorLED05ThroughTheBooks: a receipt that the bank took back leaves mirror
// entries, and its charge with tax stands as demanded (domain 3.8).
func TestVectorLED05ThroughTheBooks(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-09-05", "state", "27")
	before := h.codesNow()
	record := h.approve(h.match(h.credit("NACH CR 1", "SBIN00000000001", "11002.00"), "PL001"))
	asked, err := h.office.RequestReversal(t.Context(), h.asha, record.Ref, 0, "bank", "Returned, balance insufficient.")
	h.must(err)
	h.must(h.signed(asked.Ref, h.ravi))
	_, err = h.office.CreateFee(t.Context(), h.asha, FeeInput{Account: "PL001", Name: "Bounce charge", Head: "bounce_charge", Amount: rupees("500")})
	h.must(err)
	after := h.codesNow()
	for code, want := range map[string]string{"1340": "590", "4140": "-500", "2201": "-45", "2202": "-45", "1310": "0", "1205": "0", "2130": "0", "2100": "0"} {
		if got := after[code] - before[code]; got != rupees(want) {
			t.Errorf("%s moved by %s, want %s", code, got, want)
		}
	}
	h.sound()
}

// TestVectorGST01InTheJournal: the heads of a charge stand on their codes by place of
// supply, on a fee kept back as well, and giving a charge up gives its tax back.
func TestVectorGST01InTheJournal(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi", "state", "27")
	h.takeOver("PL002", "Anita Devi", "state", "29")
	before := h.codesNow()
	var fees []store.Fee
	for _, account := range []string{"PL001", "PL002"} {
		fee, err := h.office.CreateFee(t.Context(), h.asha, FeeInput{Account: account, Name: "Statement", Head: "statement_charge", Amount: rupees("101.50")})
		h.must(err)
		fees = append(fees, fee)
	}
	moved := func(wants map[string]string) {
		t.Helper()
		codes := h.codesNow()
		for code, want := range wants {
			if got := codes[code] - before[code]; got != rupees(want) {
				t.Errorf("%s moved by %s, want %s", code, got, want)
			}
		}
	}
	moved(map[string]string{"2201": "-9.14", "2202": "-9.14", "2203": "-18.27", "4155": "-203", "1340": "239.55"})
	asked, err := h.office.RequestWaiver(t.Context(), h.asha, WaiverInput{Account: "PL001", Reason: "Goodwill.", Items: []WaiverItem{{Demand: fees[0].ID, Component: "F", Amount: rupees("119.78")}}})
	h.must(err)
	h.must(h.signed(asked.Ref, h.ravi))
	moved(map[string]string{"2201": "0", "2202": "0", "2203": "-18.27", "5120": "101.50", "1340": "119.77"})
	// A processing fee of another state's borrower bears IGST.
	account := h.openAccount(`{"emi_count":12,"roi_value":18,"pf_value":"2","pf_value_type":"percentage","pf_gst":18}`)
	out, err := h.office.InitiateDisbursement(t.Context(), h.asha, DisbursementInput{Account: account.Ref, Amount: rupees("100000")})
	h.must(err)
	h.payOut(out, h.today())
	moved(map[string]string{"2201": "0", "2203": "-378.27", "4130": "-2000"})
	h.sound()
}

// TestGSTOfAChargeIsDated: a disputed charge bears tax until the day from which the
// lender says otherwise.
func TestGSTOfAChargeIsDated(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi", "state", "27")
	asked, err := h.office.ProposeParameter(t.Context(), h.omar, ParameterInput{Name: "gst_on_bounce_charge", Value: "no", From: h.today().AddDays(1), Reason: "CESTAT 2023."})
	h.must(err)
	h.must(h.signed(asked.Ref, h.ravi))
	for _, want := range []string{"90", "0"} {
		fee, err := h.office.CreateFee(t.Context(), h.asha, FeeInput{Account: "PL001", Name: "Bounce charge", Head: "bounce_charge", Amount: rupees("500")})
		h.must(err)
		if fee.Tax != rupees(want) {
			t.Errorf("on %s the tax is %s, want %s", h.today(), fee.Tax, want)
		}
		_, err = h.close(h.omar, 0)
		h.must(err)
	}
	h.sound()
}

// TestFiguresTieToTheJournal: whatever is done on some accounts, each figure of each is
// what its journal has, and the control accounts are their sums.
func TestFiguresTieToTheJournal(t *testing.T) {
	h := newHouse(t)
	random := rand.New(rand.NewPCG(7, 11))
	refs := []string{"PL001", "PL002", "PL003"}
	for i, ref := range refs {
		h.takeOver(ref, "Borrower "+ref, "paid_to_date", []string{"2026-11-05", "2026-09-05", "2026-06-05"}[i], "state", []string{"27", "29", ""}[i])
	}
	tie := func(after string) {
		t.Helper()
		h.read(func(ctx context.Context, v *store.View) error {
			for _, ref := range refs {
				account, err := v.AccountByRef(ctx, ref)
				if err != nil {
					return err
				}
				own, err := SubLedgerOf(ctx, v, account)
				if err != nil {
					return err
				}
				for _, l := range own.Controls {
					if !l.Tied() {
						t.Errorf("after %s, %s of %s is %s, the journal has %s", after, l.Name, ref, l.Book, l.Journal)
					}
				}
			}
			gaps, err := controlGaps(ctx, v)
			for _, g := range gaps {
				t.Errorf("after %s, %s: %s", after, g.Subject, g.What)
			}
			return err
		})
	}
	tie("taking over")
	for range 12 {
		ref := refs[random.IntN(len(refs))]
		switch random.IntN(4) {
		case 0:
			h.pay(h.account(ref), (lending.Money(random.IntN(30_000)+100) * 100).String(), h.today())
		case 1:
			_, err := h.office.CreateFee(t.Context(), h.asha, FeeInput{Account: ref, Name: "Charge", Amount: lending.Money(random.IntN(500_00) + 1_00)})
			h.must(err)
		default:
			_, err := h.close(h.omar, h.today().AddDays(1+random.IntN(9)))
			h.must(err)
		}
		tie(h.lastEvent().Action)
	}
	h.sound()
}

// TestSentToGLFlags: a receipt, its settlement and its reversal are each sent with the
// export that holds their entries, and not before.
func TestSentToGLFlags(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-09-05")
	record := h.approve(h.match(h.credit("NEFT CR 1", "SBIN00000000001", "11002.00"), "PL001"))
	sent := func() (s store.SentToGL) {
		h.read(func(ctx context.Context, v *store.View) error {
			last, err := v.LastExported(ctx)
			if err != nil {
				return err
			}
			r, err := recordByAny(ctx, v, record.Ref)
			if err != nil {
				return err
			}
			s, err = v.ReceiptSent(ctx, string(r.AccountID), string(r.FactKey), last)
			return err
		})
		return s
	}
	export := func() {
		_, err := h.close(h.omar, 0)
		h.must(err)
		_, err = h.office.ExportJournal(t.Context(), h.omar, 0)
		h.must(err)
	}
	if got := sent(); got != (store.SentToGL{}) {
		t.Errorf("before any export: %+v", got)
	}
	export()
	if got := sent(); got != (store.SentToGL{Receipt: true, Settlement: true}) {
		t.Errorf("exported: %+v", got)
	}
	asked, err := h.office.RequestReversal(t.Context(), h.asha, record.Ref, 0, "account", "Not hers.")
	h.must(err)
	h.must(h.signed(asked.Ref, h.ravi))
	if got := sent(); got.Reversal {
		t.Errorf("reversed and not exported: %+v", got)
	}
	export()
	if got := sent(); got != (store.SentToGL{Receipt: true, Settlement: true, Reversal: true}) {
		t.Errorf("reversed and exported: %+v", got)
	}
}
