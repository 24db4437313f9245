package servicing

import (
	"context"
	"testing"

	"lekha/lending"
	"lekha/store"
)

// What the simulation of a lender (bench simulate) found first stays found: each test
// here is a life of one account, in as few steps as it takes.

// A loan that is foreclosed in its moratorium has nothing to capitalise any more.
func TestForeclosureInAMoratorium(t *testing.T) {
	h := newHouse(t)
	account, loan := h.lend(`{"emi_count":12,"roi_value":15,"moratorium":{"instalments":2,"kind":"capitalise_at_end"}}`, "242000", day("2026-11-04"), 0)
	a, err := h.office.RequestForeclosure(t.Context(), h.asha, ForeclosureInput{Loan: loan.Ref, ChargePercent: 4_000_000, Reason: "Asked for."})
	h.must(err)
	h.must(h.signed(a.Ref, h.ravi))
	h.takes(account)
	h.sound()
	_, err = h.close(h.asha, h.today().AddDays(1))
	h.must(err)
	h.sound()
}

// The first change of rate of a loan, between two due dates, is made again from the
// terms it was disbursed under: the days before went at the old rate.
func TestVerifyMakesTheFirstRateResetAgain(t *testing.T) {
	for _, option := range []string{lending.RaiseEMI, lending.ExtendTenure} {
		h := newHouse(t)
		_, loan := h.lend(`{"emi_count":12,"roi_value":18}`, "341000", day("2026-10-27"), 0)
		a, err := h.office.RequestRateReset(t.Context(), h.asha, RateResetInput{Loan: loan.Ref, Rate: 11_000_000, Option: option, Reason: "The benchmark moved."})
		h.must(err)
		h.must(h.signed(a.Ref, h.ravi))
		h.sound()
	}
}

// A quote takes off what is held for the borrower, so the money it asks for closes the
// loan together with that; the bank taking the money back gives it back to be held.
func TestOfferIsTakenWithWhatIsHeld(t *testing.T) {
	for name, x := range map[string]struct{ data, excess string }{
		"holdback":        {`{"emi_count":12,"roi_value":18,"holdback_is_enabled":true,"holdback_rate":"5"}`, "0"},
		"excess":          {`{"emi_count":12,"roi_value":18}`, "2000"},
		"both":            {`{"emi_count":12,"roi_value":18,"holdback_is_enabled":true,"holdback_rate":"5"}`, "700.50"},
		"by days, excess": {`{"emi_count":12,"roi_value":18,"interest_recalculation":"daily"}`, "2000"},
	} {
		h := newHouse(t)
		account, loan := h.lend(x.data, "69000", day("2026-09-26"), 1)
		if x.excess != "0" {
			h.pay(account, x.excess, day("2026-10-28"))
		}
		before := h.book(account)
		a, err := h.office.RequestForeclosure(t.Context(), h.asha, ForeclosureInput{Loan: loan.Ref, ChargePercent: 4_000_000, Reason: "Asked for."})
		h.must(err)
		h.must(h.signed(a.Ref, h.ravi))
		record := h.takes(account)
		book := h.book(account)
		if book.Summary.TotalOutstanding != 0 || book.Excess != 0 || book.Liabilities.Holdback != 0 || h.loan(loan.ID).Status != "foreclosed" {
			t.Errorf("%s: owed %s, excess %s, holdback %s, loan %s", name, book.Summary.TotalOutstanding, book.Excess, book.Liabilities.Holdback, h.loan(loan.ID).Status)
		}
		h.sound()
		h.must(h.reverse(record))
		after := h.book(account)
		if after.Excess != before.Excess || after.Liabilities.Holdback != before.Liabilities.Holdback || after.Summary.TotalOutstanding != before.Summary.TotalOutstanding {
			t.Errorf("%s: taken back, excess %s, holdback %s, owed %s", name, after.Excess, after.Liabilities.Holdback, after.Summary.TotalOutstanding)
		}
		h.sound()
	}
}

// Flat interest of a loan whose rows move, by a tranche, ends with its principal: what
// was prepaid as a whole costs nothing more.
func TestForeclosureOfAFlatLoanWithATranche(t *testing.T) {
	h := newHouse(t)
	account, loan := h.lend(`{"emi_count":18,"interest_method":"flat","flat_roi_value":10}`, "236000", day("2026-09-26"), 1)
	p, err := h.office.RequestTranche(t.Context(), h.asha, TrancheInput{Loan: loan.Ref, Amount: rupees("59000")})
	h.must(err)
	h.release(p.Ref, "HDFCR52026111600001")
	_, err = h.close(h.asha, day("2026-11-22"))
	h.must(err)
	a, err := h.office.RequestForeclosure(t.Context(), h.asha, ForeclosureInput{Loan: loan.Ref, Reason: "Asked for."})
	h.must(err)
	h.must(h.signed(a.Ref, h.ravi))
	h.takes(account)
	if book := h.book(account); book.Summary.TotalOutstanding != 0 || book.Excess != 0 || h.loan(loan.ID).Status != "foreclosed" {
		t.Errorf("owed %s, excess %s, loan %s", book.Summary.TotalOutstanding, book.Excess, h.loan(loan.ID).Status)
	}
	h.sound()
}

// A tranche that the rows of a loan cannot take is refused while its money is here, not
// when the bank says that it left.
func TestTrancheThatDoesNotFitIsRefusedAtOnce(t *testing.T) {
	h := newHouse(t)
	account, loan := h.lend(`{"emi_count":12,"roi_value":15,"moratorium":{"instalments":3,"kind":"collect_in_first_emi"}}`, "100000", day("2026-10-26"), 0)
	_, err := h.office.RequestTranche(t.Context(), h.asha, TrancheInput{Loan: loan.Ref, Amount: rupees("10000")})
	refused := h.refused(err, "loan.deferred_interest")
	if last := h.lastEvent(); last.Summary != "Refused: "+refused.Message {
		t.Errorf("the log says %q", last.Summary)
	}
	if p := h.position(account); p.PrincipalOutstanding != rupees("100000") {
		t.Errorf("%s is outstanding", p.PrincipalOutstanding)
	}
	h.sound()
}

// A day close that gives unused interest back, because excess repaid what was left of a
// drawing, has its fact in the log.
func TestDayCloseThatGivesInterestBackIsLogged(t *testing.T) {
	d := newDrawing(t, with(scf01, `"cashback_is_enabled":true`), "5000000", lending.DrawingRules{})
	h := d.house
	drawn := d.paid(d.bill("INV-77", "1000000"))
	h.until(h.today().AddDays(20).String())
	d.repay(drawn, "500000")
	d.pay(d.account, "400000", h.today())
	h.until(drawn.DueDate.AddDays(1).String())
	if got := d.topup(drawn.Ref); got.Outstanding != 0 {
		t.Fatalf("%s is left of the drawing", got.Outstanding)
	}
	if book := h.book(d.account); book.Liabilities.Cashback == 0 {
		t.Error("no interest was given back")
	}
	h.sound()
}

// An offer asks for money: where more is held than closes the loan there is none.
func TestNoOfferWhereMoreIsHeldThanOwed(t *testing.T) {
	h := newHouse(t)
	account, loan := h.lend(emi01, "20000", day("2026-11-04"), 0)
	h.pay(account, "25000", h.today())
	_, err := h.office.RequestForeclosure(t.Context(), h.asha, ForeclosureInput{Loan: loan.Ref, Reason: "Asked for."})
	h.refused(err, "offer.covered")
	h.sound()
}

// takes pays what the open offer of an account asks for.
func (h *house) takes(account store.Account) store.Record {
	h.Helper()
	offer := h.offer(account)
	record := h.enter(account, offer.Amount.String(), h.today())
	_, err := h.office.InstructRecord(context.Background(), h.asha, record.Ref, Instruction{Offer: offer.Ref})
	h.must(err)
	h.must(h.settled(record))
	return h.record(record.Ref)
}
