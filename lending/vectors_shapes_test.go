package lending

import (
	"fmt"
	"strings"
	"time"
)

// Further shapes of worked examples, one function a shape.

// roundingOf reads "up to 10", "half_up to 0.01" or "0.01".
func roundingOf(words []string) Rounding {
	r := Rounding{asMoney(words[len(words)-1]), HalfUp}
	if len(words) > 1 {
		r.Mode = RoundingMode(words[0])
	}
	return r
}

// of is the first of the keys that is there; an example of the same kind may name
// the same thing otherwise.
func (f fields) of(keys ...string) string {
	for _, key := range keys {
		if f.has(key) {
			return key
		}
	}
	return ""
}

// byConvention is interest of one span under several day counts.
func byConvention(x example) (got, want any, reason string) {
	in, f := x.Inputs, newFigures()
	for _, name := range texts(in["conventions"]) {
		count := must(ParseDayCount(name))
		f.note(name, must(count.InterestOver(in.money("principal"), in.rate("rate_pa"), in.date("start"), in.date("end"), ToPaisa)), x.Expected.text(name))
	}
	return f.all()
}

// laterTranche is a loan whose instalments run from the first tranche on.
func laterTranche(x example, draws []Draw) (got, want any, reason string) {
	in, e, f := x.Inputs, x.Expected, newFigures()
	terms := Terms{ROIValue: in.rate("rate_pa"), EMICount: in.int("instalments"), BPIMode: BPINone}
	first := mustSchedule(terms, draws[0].Amount, draws[0].Date)
	f.note("emi_before", first.EMI, e.text("emi_before"))
	for _, option := range []string{TrancheKeepTenure, TrancheKeepEMI} {
		if !e.has(option) {
			continue
		}
		terms.TrancheEMI = option
		s := must(terms.ScheduleOf(draws))
		for i, row := range s.Rows {
			if i > 0 && row.Opening > s.Rows[i-1].Closing {
				f.note("balance_before", s.Rows[i-1].Closing, e.text("balance_before"))
				f.note("balance_after", row.Opening, e.text("balance_after"))
				f.note(option+" emi", row.Instalment(), e.sub(option).text("emi"))
			}
		}
		f.note(option+" last", s.Rows[len(s.Rows)-1].Instalment(), e.sub(option).text("last_instalment"))
	}
	return f.all()
}

// guards are examples of who may be charged for closing early.
func guards(x example) (got, want any, reason string) {
	var g, w []string
	cases, expected := x.Inputs.of("cases", "rows", "loans"), x.Expected.of("charge_allowed", "allowed", "result", "results", "rows")
	if cases == "" || expected == "" {
		return nil, nil, "a shape of inputs that is new"
	}
	for i, row := range x.Inputs.objects(cases) {
		guard := ChargeGuard{SanctionedOn: NewDate(2026, time.January, 1), RateType: row.text(row.of("rate_type", "rate")), Borrower: strings.ToLower(row.text(row.of("borrower", "borrower_type"))),
			Purpose: row.or("purpose", PurposeOther), Lender: strings.ToLower(strings.NewReplacer("-", "_", " ", "_").Replace(row.text(row.of("lender", "lender_type"))))}
		if key := row.of("sanctioned_on", "sanction_date", "sanctioned_or_renewed"); key != "" {
			guard.SanctionedOn = row.date(key)
		}
		if key := row.of("sanctioned", "sanctioned_amount", "amount", "limit"); key != "" {
			guard.Limit = row.money(key)
		}
		allowed, _ := guard.Allowed(guard.SanctionedOn)
		g, w = append(g, fmt.Sprint(allowed)), append(w, fmt.Sprint(x.Expected.list(expected)[i]))
	}
	return g, w, ""
}

// rateInsideARow is a rate that changes between two due dates: the account is
// replayed with the change, and the closing quote says what has run.
func rateInsideARow(x example) (got, want any, reason string) {
	in, f := x.Inputs, newFigures()
	start, old, fresh := NewDate(2025, time.August, 5), in.int("days_old"), in.int("days_new")
	terms := Terms{ROIValue: in.rate("old_rate_pa"), EMICount: 8, InterestBasis: BasisDays, BPIMode: BPINone, DayCount: must(ParseDayCount(in.text("convention")))}
	s := mustSchedule(terms, in.money("balance"), start)
	facts := []Fact{{Key: "d", Kind: FactDisbursal, ValueDate: start, Amount: in.money("balance"), Disbursal: &Disbursal{Loan: "L", LoanIndex: 1, Terms: terms, Rows: s.Rows}},
		{Key: "n", Kind: FactRateChange, ValueDate: start.AddDays(old), RateChange: &RateChange{Loan: "L", Rate: in.rate("new_rate_pa")}}}
	run := func(days int) Money {
		return must(Foreclose(mustReplay(facts, start.AddDays(days), false), terms, ForeclosureTerms{Loan: "L"})).AccruedInterest
	}
	f.note("old", run(old), x.Expected.text("interest_old"))
	f.note("both", run(old+fresh), x.Expected.text("interest"))
	f.note("new", run(old+fresh)-run(old), x.Expected.text("interest_new"))
	return f.all()
}

// overdueBases is overdue interest on principal alone and on the instalment.
func overdueBases(x example) (got, want any, reason string) {
	in, f := x.Inputs, newFigures()
	due := NewDate(2025, time.April, 5)
	for _, base := range texts(in["bases"]) {
		policy := policyOf(in)
		policy.OverdueBase = base
		l := &ladder{}
		l.owes("L", "E1", due, in.money("principal"), in.money("normal_interest"))
		f.note(base, mustReplay(l.account(policy), due.AddDays(in.int("days_late")), false).Summary.OverdueOutstanding, x.Expected.text(base))
	}
	return f.all()
}

// owesAndReceives reads the dues and payments of an ageing example; it answers the
// day of the last payment.
func (l *ladder) owesAndReceives(in fields) (last Date) {
	if !in.has("dues") {
		l.owes("L", "E1", in.date("due_date"), 1000_00, 0)
		return 0
	}
	for _, row := range in.list("dues") {
		due := texts(row)
		l.owes("L", due[0], asDate(due[0]), asMoney(due[1]), 0)
	}
	for i, row := range in.list("payments") {
		payment := texts(row)
		last = asDate(payment[0])
		l.receives(fmt.Sprintf("R%d", i), last, asMoney(payment[1]))
	}
	return last
}

// overdrafts are out of order from a day on, or not.
func overdrafts(x example) (got, want any, reason string) {
	in, f := x.Inputs, newFigures()
	for _, row := range in.objects("cases") {
		var days []OverdraftDay
		for _, raw := range row.list("days") {
			day := texts(raw)
			days = append(days, OverdraftDay{Date: asDate(day[0]), Credit: asMoney(day[1]), Debit: asMoney(day[2]), Interest: asMoney(day[3])})
		}
		since, _ := OutOfOrder(days, in.money("limit"), in.date("as_of"))
		f.note(row.text("id"), since, x.Expected.text(row.text("id")))
	}
	return f.all()
}

// backDated is a receipt that was found late: the books before it was booked, and
// the same day with it.
func backDated(x example) (got, want any, reason string) {
	in, f := x.Inputs, newFigures()
	receipt := in.sub("receipt")
	booked := receipt.date("booking_date")
	l := ladderOf([]fields{in.sub("due")})
	before := mustReplay(l.account(policyOf(in)), booked, true)
	l.receives("R", receipt.date("value_date"), receipt.money("amount"))
	l.facts[0].BankDate, l.facts[0].BookingDate = receipt.date("bank_date"), booked
	after := mustReplay(l.account(policyOf(in)), booked, true)
	for name, b := range map[string]*Book{"before": before, "after": after} {
		e := x.Expected.sub(name)
		f.note(name+" OI", b.Demands[0].Amount[OverdueInterest], e.text("OI"))
		f.note(name+" due", b.Summary.DueNow, e.text("due_now"))
		f.text(name+" dpd", fmt.Sprint(b.Summary.DPD), e.text("dpd"))
	}
	f.note("difference", after.Demands[0].Amount[OverdueInterest]-before.Demands[0].Amount[OverdueInterest], x.Expected.text("difference"))
	return f.all()
}

// laterTax is a certificate that comes after the instalment was paid in full.
func laterTax(x example) (got, want any, reason string) {
	in, f := x.Inputs, newFigures()
	receipt, tax := in.sub("receipt"), in.sub("tds")
	l := ladderOf([]fields{in.sub("due")})
	l.receives("R", receipt.date("value_date"), receipt.money("amount"))
	l.facts = append(l.facts, Fact{Key: "T", Kind: FactReceipt, ValueDate: tax.date("value_date"), Amount: tax.money("amount"), Receipt: &Receipt{TDS: tax.money("amount")}})
	b := mustReplay(l.account(DefaultPolicy()), tax.date("value_date"), false)
	f.note("excess", b.Excess, x.Expected.text("excess"))
	f.note("due", b.Summary.DueNow, x.Expected.text("due_now"))
	return f.all()
}

// rearEnded is a drawing whose interest falls due with its principal.
func rearEnded(x example, principal Money) (got, want any, reason string) {
	in, e, f := x.Inputs, x.Expected, newFigures()
	on := NewDate(2025, time.April, 10)
	terms := Terms{ROIValue: in.rate("rate_pa"), EMICount: 1, Amortization: Bullet, FirstDueDate: on.AddDays(in.int("tenor_days")), InterestBasis: BasisDays, BPIMode: BPINone}
	row := mustSchedule(terms, principal, on).Rows[0]
	fee := in.rate("processing_fee_pct").Of(principal, ToPaisa)
	f.note("principal", row.Principal, e.text("principal"))
	f.note("interest", row.Interest, e.text("interest"))
	f.note("net", principal-fee-GST(fee, "27", "29", on).Total(), e.text("net_payout"))
	f.note("due", row.Instalment(), e.text("due_on_maturity"))
	return f.all()
}

// holdbacks are drawings of which a part is financed and kept.
func holdbacks(x example, principal Money) (got, want any, reason string) {
	in, e, f := x.Inputs, x.Expected, newFigures()
	kept := in.rate("holdback_pct").Of(principal, ToPaisa)
	interest := must(UpfrontInterest(principal-kept, in.rate("rate_pa"), in.int("tenor_days")))
	for key, m := range map[string]Money{"principal": principal, "holdback": kept, "interest_base": principal - kept, "upfront_interest": interest, "net_payout": principal - kept - interest} {
		f.note(key, m, e.text(key))
	}
	return f.all()
}

// lineLevels are what single levels of a limit leave.
func lineLevels(x example) (got, want any, reason string) {
	f := newFigures()
	for _, row := range x.Inputs.objects("levels") {
		id := row.text("id")
		l := LineLevel{Sanctioned: row.money("sanctioned"), Adhoc: row.money("adhoc"), Utilised: row.money("utilised"), Blocked: row.money("blocked")}
		if row["frozen"] == true {
			l.Frozen = "frozen"
		}
		f.note(id+" available", l.Available(), x.Expected.sub("available").text(id))
		f.note(id+" overdrawn", l.Overdrawn(), x.Expected.sub("overdrawn").text(id))
	}
	return f.all()
}
