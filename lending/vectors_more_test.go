package lending

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// figures gathers what an example computes beside what it expects.
type figures struct{ got, want map[string]string }

func newFigures() *figures { return &figures{map[string]string{}, map[string]string{}} }

func (f *figures) note(key string, got fmt.Stringer, want string) {
	f.got[key], f.want[key] = got.String(), want
}

func (f *figures) text(key, got, want string) { f.got[key], f.want[key] = got, want }

func (f *figures) all() (got, want any, reason string) { return f.got, f.want, "" }

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func steps(x example) (got, want any, reason string) {
	terms, principal, disbursed := termsOf(x)
	terms.Steps = []Step{{x.Inputs.int("step_every"), x.Inputs.rate("step_pct")}}
	s, f := mustSchedule(terms, principal, disbursed), newFigures()
	every := terms.Steps[0].Every
	for i, emi := range texts(x.Expected["emi_year"]) {
		f.note("step "+fmt.Sprint(i), s.Rows[i*every].Instalment(), emi)
		if i > 0 {
			key := fmt.Sprintf("balance_after_%d", i*every)
			f.note(key, s.Rows[i*every].Opening, x.Expected.text(key))
		}
	}
	f.note("last", s.Rows[len(s.Rows)-1].Instalment(), x.Expected.text("last_instalment"))
	f.note("interest", s.TotalInterest(), x.Expected.text("total_interest"))
	return f.all()
}

func balloons(x example) (got, want any, reason string) {
	terms, principal, disbursed := termsOf(x)
	terms.Balloon = x.Inputs.money("balloon")
	return scheduleFigures(x, mustSchedule(terms, principal, disbursed))
}

func moratoria(x example) (got, want any, reason string) {
	in, f := x.Inputs, newFigures()
	for _, kind := range texts(in["treatments"]) {
		terms, principal, disbursed := termsOf(x)
		terms.EMICount = in.int("instalments_after")
		terms.Moratorium = &Moratorium{Instalments: in.int("moratorium_months"), Kind: kind}
		s, e := mustSchedule(terms, principal, disbursed), x.Expected.sub(kind)
		after, plain := s.Rows[terms.Moratorium.Instalments:], terms
		plain.Moratorium = nil
		level := mustSchedule(plain, after[0].Opening, disbursed)
		figures := map[string]Money{"principal_after": after[0].Opening, "emi": s.EMI, "last_instalment": level.Rows[len(level.Rows)-1].Instalment(),
			"interest_after_moratorium": level.TotalInterest(), "monthly_interest": s.Rows[0].Interest, "deferred_interest": s.TotalInterest() - level.TotalInterest(),
			"first_instalment": after[0].Instalment(), "added_per_instalment": after[0].Interest - level.Rows[0].Interest,
			"added_in_last": after[len(after)-1].Interest - level.Rows[len(level.Rows)-1].Interest}
		for key := range e {
			f.note(kind+" "+key, figures[key], e.text(key))
		}
	}
	return f.all()
}

func advances(x example) (got, want any, reason string) {
	terms, principal, disbursed := termsOf(x)
	terms.AdvanceInstalments = x.Inputs.int("advance_instalments")
	s := mustSchedule(terms, principal, disbursed)
	g, w, _ := scheduleFigures(x, s)
	g.(map[string]string)["day0"], w.(map[string]string)["day0"] = s.Rows[0].Closing.String(), x.Expected.text("day0_outstanding")
	return g, w, ""
}

func tranches(x example) (got, want any, reason string) {
	in, f := x.Inputs, newFigures()
	var draws []Draw
	for _, row := range in.list("tranches") {
		draw := texts(row)
		draws = append(draws, Draw{asDate(draw[0]), asMoney(draw[1])})
	}
	if !in.has("pre_emi_due") {
		return laterTranche(x, draws)
	}
	due := texts(in["pre_emi_due"])
	terms := Terms{ROIValue: in.rate("rate_pa"), EMICount: in.int("instalments"), TrancheEMI: TrancheAfterFullDraw, FirstDueDate: asDate(due[0]),
		PreEMI: len(due)}
	s, err := terms.ScheduleOf(draws)
	if err != nil {
		panic(err)
	}
	for i, row := range x.Expected.objects("rows") {
		f.note("pre-EMI "+row.text("due_date"), s.Rows[i].Interest, row.text("pre_emi_interest"))
		f.text("due "+fmt.Sprint(i), s.Rows[i].DueDate.String(), row.text("due_date"))
	}
	f.note("emi", s.EMI, x.Expected.text("emi"))
	f.text("start", s.Rows[len(due)].DueDate.String(), in.text("emi_start"))
	return f.all()
}

// baseLoan is the loan of EMI-01 as an account, paid up to some instalments.
func baseLoan(x example, paid int) (facts []Fact, terms Terms, s Schedule) {
	base := x.Inputs["base"].(example)
	terms, principal, disbursed := termsOf(base)
	s = mustSchedule(terms, principal, disbursed)
	facts = []Fact{{Key: "d", Kind: FactDisbursal, ValueDate: disbursed, Amount: principal, Disbursal: &Disbursal{Loan: "L", LoanIndex: 1, Terms: terms, Rows: s.Rows}}}
	for _, row := range s.Rows[:paid] {
		facts = append(facts, Fact{Key: fmt.Sprintf("r%02d", row.No), Kind: FactReceipt, ValueDate: row.DueDate, Amount: row.Instalment(), Receipt: &Receipt{Received: row.Instalment()}})
	}
	return facts, terms, s
}

// prepayments are PRE-*: replayed with the instruction.
func prepayments(x example) (got, want any, reason string) {
	in, e, f := x.Inputs, x.Expected, newFigures()
	paid, amount := 4, Money(0)
	if in.has("after_instalment") {
		paid, amount = in.int("after_instalment"), in.money("prepayment")
	} else {
		amount = in.money("paid")
	}
	facts, _, s := baseLoan(x, paid)
	on := s.Rows[paid-1].DueDate
	if in.has("days_since_due") {
		on = on.AddDays(in.int("days_since_due"))
	}
	effect := in.or("option", in.or("effect", ReduceEMI))
	if e.has("remaining_instalments") {
		effect = ReduceTenure
	}
	facts = append(facts, Fact{Key: "z", Kind: FactReceipt, ValueDate: on, Amount: amount, Receipt: &Receipt{Received: amount, Prepayment: &Prepayment{Effect: effect}}})
	b := mustReplay(facts, on, false)
	var saved Money
	for _, row := range s.Rows {
		saved += row.Interest
	}
	var own Demand
	rows := []Demand{}
	for _, d := range b.Demands {
		saved -= d.Amount[Interest]
		if d.Name == "Prepayment" {
			own = d
		} else if !d.Due {
			rows = append(rows, d)
		}
	}
	last := rows[len(rows)-1]
	figures := map[string]Money{"balance_before": s.Rows[paid-1].Closing, "balance_after": b.Summary.PrincipalOutstanding, "emi": rows[0].Amount[Principal] + rows[0].Amount[Interest],
		"last_instalment": last.Amount[Principal] + last.Amount[Interest], "interest_saved": saved, "accrued_interest": own.Paid[Interest], "principal_reduction": own.Paid[Principal]}
	for key := range e {
		if key == "remaining_instalments" {
			f.text(key, fmt.Sprint(len(rows)), e.text(key))
			continue
		}
		f.note(key, figures[key], e.text(key))
	}
	return f.all()
}

func foreclosures(x example) (got, want any, reason string) {
	in, f := x.Inputs, newFigures()
	if !in.has("pos") {
		return guards(x)
	}
	start := NewDate(2025, time.August, 5)
	on := start.AddDays(in.int("days_since_due"))
	terms := Terms{ROIValue: in.rate("rate_pa"), EMICount: 8, FirstDueDate: start.AddMonths(1)}
	s := mustSchedule(terms, in.money("pos"), start)
	fee, excess := in.money("unpaid_bounce_incl_gst"), in.money("excess_payment")
	facts := []Fact{{Key: "d", Kind: FactDisbursal, ValueDate: start, Amount: in.money("pos"), Disbursal: &Disbursal{Loan: "L", LoanIndex: 1, Terms: terms, Rows: s.Rows}},
		{Key: "r", Kind: FactReceipt, ValueDate: on - 1, Amount: excess, Receipt: &Receipt{Received: excess}},
		{Key: "c", Kind: FactCharge, ValueDate: on, Amount: fee, Charge: &Charge{Fee: "bounce", Loan: "L", Name: "Bounce charge", DueDate: on + 1, Base: fee}}}
	q := must(Foreclose(mustReplay(facts, on, false), terms, ForeclosureTerms{Loan: "L", ChargePercent: in.rate("foreclosure_pct"), SupplierState: "27", PlaceOfSupply: "29",
		Guard: ChargeGuard{RateType: RateFixed, SanctionedOn: start}}))
	f.note("accrued_interest", q.AccruedInterest, x.Expected.text("accrued_interest"))
	f.note("foreclosure_charge", q.Charge, x.Expected.text("foreclosure_charge"))
	f.note("gst", q.ChargeTax.Total(), x.Expected.text("gst"))
	f.note("foreclosure_amount", q.Amount, x.Expected.text("foreclosure_amount"))
	return f.all()
}

func restructures(x example) (got, want any, reason string) {
	in, e, f := x.Inputs, x.Expected, newFigures()
	start := NewDate(2025, time.April, 5)
	due := start.AddMonths(1)
	pos, interest, penal, fees := in.money("pos"), in.money("unpaid_normal_interest"), in.money("penal_outstanding"), in.money("fees_outstanding")
	facts := []Fact{{Key: "d", Kind: FactDisbursal, ValueDate: start, Amount: pos, Disbursal: &Disbursal{Loan: "L", LoanIndex: 1, Terms: Terms{ROIValue: 12_000_000, EMICount: 2},
		Rows: []ScheduleRow{{No: 1, PeriodStart: start, PeriodEnd: due, DueDate: due, Interest: interest}, {No: 2, PeriodStart: due, PeriodEnd: due.AddMonths(1), DueDate: due.AddMonths(1), Principal: pos}}}},
		{Key: "f", Kind: FactCharge, ValueDate: due, Amount: fees, Charge: &Charge{Fee: "fee", Loan: "L", Name: "Fee", DueDate: due, Base: fees}},
		{Key: "p", Kind: FactCharge, ValueDate: due, Amount: penal, Charge: &Charge{Fee: "penal", Loan: "L", Name: "Penal", DueDate: due, Base: penal, Component: "PI"}}}
	owed := Owed(mustReplay(facts, due, false), "L")
	body := must(owed.Restructure(Restructuring{Terms: Terms{ROIValue: in.rate("new_rate_pa"), EMICount: in.int("new_instalments")}, Interest: HeadCapitalise}))
	facts = append(facts, Fact{Key: "n", Kind: FactReschedule, ValueDate: due, Reschedule: &body},
		Fact{Key: "o", Kind: FactClassification, ValueDate: due, Classification: &Classification{Category: SubStandard, Reason: "restructured"}})
	b := mustReplay(facts, due, true)
	f.note("new_principal", b.Summary.PrincipalOutstanding, e.text("new_principal"))
	f.note("emi", body.Rows[0].Instalment(), e.text("emi"))
	f.note("last_instalment", body.Rows[len(body.Rows)-1].Instalment(), e.text("last_instalment"))
	f.note("penal", b.Summary.PenalOutstanding, e.text("penal_carried_forward"))
	f.note("fees", b.Summary.FeeOutstanding, e.text("fees_carried_forward"))
	f.text("category", string(b.Summary.AssetCategory), "Sub-Standard")
	return f.all()
}

func rateResets(x example) (got, want any, reason string) {
	in, f := x.Inputs, newFigures()
	if !in.has("after_instalment") {
		return rateInsideARow(x)
	}
	paid := in.int("after_instalment")
	facts, terms, s := baseLoan(x, paid)
	on := s.Rows[paid-1].DueDate
	owed := Owed(mustReplay(facts, on, false), "L")
	f.note("balance", owed.Principal, x.Expected.text("balance"))
	for key, option := range map[string]string{"raise_emi": RaiseEMI, "extend_tenure": ExtendTenure} {
		body := must(owed.Reset(terms, RateReset{Rate: in.rate("new_rate_pa"), Option: option}))
		e := x.Expected.sub(key)
		after := append(slices.Clone(facts), Fact{Key: "z", Kind: FactReschedule, ValueDate: on, Reschedule: &body})
		b := mustReplay(after, on, false)
		var rows []Demand
		for _, d := range b.Demands {
			if !d.Due {
				rows = append(rows, d)
			}
		}
		last := rows[len(rows)-1]
		f.note(key+" emi", rows[0].Amount[Principal]+rows[0].Amount[Interest], e.text("emi"))
		f.note(key+" last", last.Amount[Principal]+last.Amount[Interest], e.text("last_instalment"))
		if e.has("remaining_instalments") {
			f.text(key+" rows", fmt.Sprint(len(rows)), e.text("remaining_instalments"))
		}
	}
	return f.all()
}

func provisions(x example) (got, want any, reason string) {
	in, f, on := x.Inputs, newFigures(), NewDate(2025, time.April, 1)
	for key, category := range map[string]Category{"standard_base": Regular, "standard_middle": Regular, "sub_standard": SubStandard, "doubtful_1": Doubtful1,
		"doubtful_2": Doubtful2, "doubtful_3": Doubtful3, "loss": Loss} {
		e := Exposure{Outstanding: in.money("outstanding"), Security: in.money("realisable_security"), Category: category, Layer: strings.TrimPrefix(key, "standard_")}
		f.note(key, e.Provision(on), x.Expected.text(key))
	}
	return f.all()
}

func disclosures(x example) (got, want any, reason string) {
	in, e, f := x.Inputs, x.Expected, newFigures()
	switch {
	case in.has("term_months"):
		terms := Terms{ROIValue: in.rate("rate_pa"), EMICount: in.int("term_months"), EMIRounding: UpToRupee}
		draws := []Draw{{NewDate(2024, time.June, 1), in.money("sanctioned")}}
		d := must(Disclose(terms, draws, []LoanCharge{{Name: "fee", Amount: in.money("charges_to_lender")}, {Name: "insurance", Amount: in.money("charges_third_party"), ThirdParty: true}}))
		total := d.InstalmentExact.Mul(decimal.NewFromInt(int64(terms.EMICount)))
		flows := []Money{-d.NetDisbursed}
		for range terms.EMICount {
			flows = append(flows, d.Schedule.EMI)
		}
		figures := map[string]string{"apr": d.APR.Percent(2), "emi_unrounded": d.InstalmentExact.StringFixed(2), "epi": d.Schedule.EMI.String(), "emi": d.Schedule.EMI.String(), "net_disbursed": d.NetDisbursed.String(),
			"fees_total": (d.ChargesLender + d.ChargesThird).String(), "total_payable": total.StringFixed(0), "apr_if_epi_rounded_970": asRate(must(IRR(flows)).Mul(decimal.NewFromInt(12))).Percent(2)}
		for key, figure := range figures {
			if e.has(key) {
				f.text(key, figure, e.text(key))
			}
		}
		return f.all()
	case in.has("due_dates"):
		flows := []CashFlow{{in.date("disbursed"), -in.money("net_disbursed")}}
		due, each := texts(in["due_dates"]), texts(in["instalments"])
		for i, day := range due {
			amount := each[0]
			if i == len(due)-1 {
				amount = each[len(each)-1]
			}
			flows = append(flows, CashFlow{asDate(day), asMoney(amount)})
		}
		x := must(XIRR(flows))
		f.text("xirr", asRate(x).Percent(2), e.text("xirr_effective"))
		f.text("nominal", asRate(must(NominalMonthly(x))).Percent(2), e.text("nominal_monthly_equivalent"))
		return f.all()
	}
	c := CoolingOff{Principal: in.money("sanctioned"), NetDisbursed: in.money("net_disbursed"), Rate: in.rate("rate_pa"), APR: in.rate("apr"), Days: in.int("exit_after_days")}
	f.note("A", must(c.Amount()), e.sub("method_A_default").text("amount"))
	c.Method = CoolingOffByAPR
	f.note("B", must(c.Amount()), e.sub("method_B").text("amount"))
	return f.all()
}
