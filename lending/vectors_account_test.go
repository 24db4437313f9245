package lending

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// ladder is an account of one loan a letter, whose dues are given one by one.
type ladder struct {
	facts []Fact
	names map[string]string // demand key -> id of the vector
	rows  map[string][]ScheduleRow
	order []string
	first Date
}

// owes adds a due of a loan.
func (l *ladder) owes(loan, id string, due Date, principal, interest Money) {
	if l.names == nil {
		l.names, l.rows, l.first = map[string]string{}, map[string][]ScheduleRow{}, due
	}
	if l.rows[loan] == nil {
		l.order = append(l.order, loan)
	}
	l.first = min(l.first, due)
	no := len(l.rows[loan]) + 1
	l.names[fmt.Sprintf("%s/%d", loan, no)] = id
	l.rows[loan] = append(l.rows[loan], ScheduleRow{No: no, PeriodStart: due.AddMonths(-1), PeriodEnd: due, DueDate: due, Principal: principal, Interest: interest})
}

func (l *ladder) account(policy Policy) []Fact {
	start := l.first.AddMonths(-1)
	facts := []Fact{{Key: "policy", Kind: FactTerms, ValueDate: start, Policy: &policy}}
	for i, loan := range l.order {
		var sum Money
		for _, row := range l.rows[loan] {
			sum += row.Principal
		}
		facts = append(facts, Fact{Key: "disbursal " + loan, Kind: FactDisbursal, ValueDate: start, Amount: sum,
			Disbursal: &Disbursal{Loan: loan, LoanIndex: int64(i + 1), Rows: l.rows[loan]}})
	}
	return append(facts, l.facts...)
}

func (l *ladder) receives(key string, on Date, amount Money) {
	l.facts = append(l.facts, Fact{Key: key, Kind: FactReceipt, ValueDate: on, Amount: amount, Receipt: &Receipt{Received: amount}})
}

func mustReplay(facts []Fact, on Date, dayEnd bool) *Book {
	b, err := Replay(facts, At{on, dayEnd})
	if err != nil {
		panic(err)
	}
	return b
}

// ladderOf reads the dues of SET-01 and its like.
func ladderOf(dues []fields) *ladder {
	l := &ladder{}
	for _, due := range dues {
		if !due.has("principal") { // a fee
			on, amount := due.date("due_date"), due.money("amount")
			l.facts = append(l.facts, Fact{Key: due.text("id"), Kind: FactCharge, ValueDate: on, Amount: amount, Charge: &Charge{Fee: due.text("id"), Name: due.text("id"), Base: amount}})
			continue
		}
		l.owes("L", due.text("id"), due.date("due_date"), due.money("principal"), due.money("normal_interest"))
	}
	return l
}

func policyOf(in fields) Policy {
	p := DefaultPolicy()
	if in.has("overdue_interest_rate_pa") {
		p.OverdueRate = in.rate("overdue_interest_rate_pa")
	}
	if in.has("penal_rate_pa") {
		p.Penal = PenalPolicy{Kind: PenalRate, Rate: in.rate("penal_rate_pa")}
	}
	p.ComponentOrder = ComponentOrder(in.or("component_order", "PI-OI-NI-P"))
	p.SettlementOrder = SettlementOrder(in.or("settlement_order", "due_date_first"))
	return p
}

// paid lists settlements as the vectors do.
func (l *ladder) paid(b *Book, receipt string) []string {
	var out []string
	for _, s := range b.Settlements {
		if s.Receipt == receipt {
			name := l.names[s.Demand]
			if name == "" {
				name = s.Demand // a fee
			}
			out = append(out, strings.Join([]string{name, s.Component.String(), s.Amount.String()}, " "))
		}
	}
	return out
}

func allocations(list []any) []string {
	var out []string
	for _, row := range list {
		out = append(out, strings.Join(texts(row), " "))
	}
	return out
}

// settlements are SET-*.
func settlements(x example) (got, want any, reason string) {
	in := x.Inputs
	switch {
	case in.has("receipt") && in.sub("receipt").has("booking_date"):
		return backDated(x)
	case in.has("return_date"):
		return bounce(x)
	case in.has("next_due"):
		return excess(x)
	case in.has("tds_amount"):
		return taxInReceipt(x)
	case in.has("dues") && isList(in["dues"]):
		return twoLoans(x)
	case !in.has("dues") || !in.has("value_date"):
		return nil, nil, "a shape of inputs that is new"
	}
	l := ladderOf(in.objects("dues"))
	facts := func() []Fact { return l.account(policyOf(in)) }
	g, w := map[string]any{}, map[string]any{}
	if x.Expected.has("accrued") {
		var accrued, expected []string
		book := mustReplay(facts(), in.date("value_date"), false)
		for _, due := range x.Expected.objects("accrued") {
			at := slices.IndexFunc(book.Demands, func(d Demand) bool { return l.names[d.Key] == due.text("id") })
			d := book.Demands[max(at, 0)]
			accrued = append(accrued, fmt.Sprintf("%s %d %s %s", l.names[d.Key], in.date("value_date").Sub(d.DueDate), d.Amount[OverdueInterest], d.Amount[Penal]))
			expected = append(expected, fmt.Sprintf("%s %d %s %s", due.text("id"), due.int("days_overdue"), due.text("OI"), due.text("PI")))
		}
		g["accrued"], w["accrued"] = accrued, expected
	}
	l.receives("R", in.date("value_date"), in.money("amount"))
	book := mustReplay(facts(), in.date("value_date"), false)
	g["allocations"], w["allocations"] = l.paid(book, "R"), allocations(x.Expected.list("allocations"))
	g["remaining"], w["remaining"] = book.Receipts[0].Remaining.String(), x.Expected.text("remaining")
	return g, w, ""
}

// isList says that dues are rows of [id, loan, date, principal].
func isList(dues any) bool {
	rows, ok := dues.([]any)
	if !ok || len(rows) == 0 {
		return false
	}
	_, ok = rows[0].([]any)
	return ok
}

func twoLoans(x example) (got, want any, reason string) {
	g, w := map[string][]string{}, map[string][]string{}
	for order := range x.Expected {
		l, last := &ladder{}, Date(0)
		for _, row := range x.Inputs.list("dues") {
			due := texts(row)
			l.owes(due[1], due[0], asDate(due[2]), asMoney(due[3]), 0)
			last = max(last, asDate(due[2]))
		}
		l.receives("R", last, x.Inputs.money("amount"))
		policy := DefaultPolicy()
		policy.SettlementOrder = SettlementOrder(order)
		g[order] = l.paid(mustReplay(l.account(policy), last, false), "R")
		w[order] = allocations(x.Expected.list(order))
	}
	return g, w, ""
}

// taxInReceipt is SET-09, on the dues of another example.
func taxInReceipt(x example) (got, want any, reason string) {
	based := x.Inputs["based"].(fields)
	l := ladderOf(x.Inputs.objects("dues"))
	on := based.date("value_date")
	l.facts = []Fact{{Key: "R", Kind: FactReceipt, ValueDate: on, Amount: x.Inputs.money("amount"),
		Receipt: &Receipt{Received: x.Inputs.money("received_amount"), TDS: x.Inputs.money("tds_amount")}}}
	book := mustReplay(l.account(policyOf(based)), on, false)
	var interest Money
	for _, s := range book.Settlements {
		if s.Component == Interest || s.Component == OverdueInterest {
			interest += s.Amount
		}
	}
	type figures struct {
		Allocations    []string
		Interest, Over string
	}
	return figures{l.paid(book, "R"), interest.String(), book.Receipts[0].TDSOverCap.String()},
		figures{allocations(x.Expected.list("allocations")), x.Expected.text("interest_settled"), x.Expected.text("tds_over_cap")}, ""
}

// excess is SET-10: what an overpayment left settles the next due.
func excess(x example) (got, want any, reason string) {
	base := x.Inputs["base"].(example)
	l, next := ladderOf(base.Inputs.objects("dues")), x.Inputs.sub("next_due")
	l.owes("L", next.text("id"), next.date("due_date"), next.money("principal"), next.money("normal_interest"))
	l.receives("R", base.Inputs.date("value_date"), base.Inputs.money("amount"))
	facts := l.account(policyOf(base.Inputs))
	before, after := mustReplay(facts, next.date("due_date")-1, true), mustReplay(facts, next.date("due_date"), false)
	d, adjust := after.Demands[len(after.Demands)-1], x.Expected.sub("auto_adjust")
	g := map[string]string{"excess": before.Excess.String(), "NI": d.Paid[Interest].String(), "P": d.Paid[Principal].String(),
		"remaining_due": after.Summary.DueNow.String(), "excess_after": after.Excess.String()}
	w := map[string]string{"excess": x.Expected.text("excess")}
	for key := range g {
		if key != "excess" {
			w[key] = adjust.text(key)
		}
	}
	return g, w, "" // the refund is a payout: Part 4
}

// bounce is SET-12: a receipt is returned, with a fee, as if never received.
func bounce(x example) (got, want any, reason string) {
	in, e := x.Inputs, x.Expected
	l := ladderOf([]fields{in.sub("due")})
	l.receives("R", in.sub("receipt").date("value_date"), in.sub("receipt").money("amount"))
	returned, fee := in.date("return_date"), in.money("bounce_fee")
	tax := in.rate("gst_pct").Of(fee, ToPaisa)
	l.facts = append(l.facts, Fact{Key: "return", Kind: FactReversal, ValueDate: in.sub("receipt").date("value_date"), BookingDate: returned, Reverses: "R"},
		Fact{Key: "bounce", Kind: FactCharge, ValueDate: returned, Amount: fee + tax, Charge: &Charge{Fee: "bounce", Name: "Bounce charge", Base: fee, IGST: tax}})
	b := mustReplay(l.account(policyOf(in)), returned, true)
	d, end := b.Demands[0], e.sub("as_of_2025_04_07_day_end")
	return []string{b.Receipts[0].Remaining.String(), d.Left(Principal).String(), d.Left(Interest).String(), b.Summary.TotalFees.String(),
			d.Amount[OverdueInterest].String(), d.Amount[Penal].String(), fmt.Sprint(b.Summary.DPD), string(b.Summary.AssetCategory)},
		[]string{e.sub("record").text("remaining_amount"), e.sub("due_restored").text("P"), e.sub("due_restored").text("NI"), (e.sub("fee_demand").money("amount") + e.sub("fee_demand").money("gst")).String(),
			end.text("OI"), end.text("PI"), end.text("dpd_inclusive"), end.text("asset_category")}, ""
}

// penalties are PEN-*: each policy on one overdue instalment.
func penalties(x example) (got, want any, reason string) {
	if x.Inputs.has("bases") {
		return overdueBases(x)
	}
	if !x.Inputs.has("policies") {
		return nil, nil, "a shape of inputs that is new"
	}
	due := NewDate(2025, time.April, 5)
	g, w := map[string]string{}, map[string]string{}
	for name, raw := range x.Inputs.sub("policies") {
		p := DefaultPolicy()
		if slabs, ok := raw.([]any); ok {
			p.Penal.Kind = PenalBySlab
			for _, row := range slabs {
				slab := texts(row)
				p.Penal.Slabs = append(p.Penal.Slabs, PenalSlab{fields{"n": slab[0]}.int("n"), fields{"n": slab[1]}.int("n"), asMoney(slab[2])})
			}
		} else {
			p = penalPolicyOf(p, name, fields(raw.(map[string]any)))
		}
		l := &ladder{}
		l.owes("L", "E1", due, x.Inputs.money("overdue_instalment"), 0)
		book := mustReplay(l.account(p), due.AddDays(x.Inputs.int("days_late")), false)
		g[name], w[name] = book.Summary.PenalOutstanding.String(), x.Expected.text(name)
	}
	return g, w, ""
}

func penalPolicyOf(p Policy, name string, in fields) Policy {
	switch {
	case in.has("pct_pa"):
		p.Penal.Kind, p.Penal.Rate = PenalRate, in.rate("pct_pa")
	case strings.Contains(name, "per_day"):
		p.Penal.Kind, p.Penal.Amount = PenalPerDay, in.money("amount")
	default:
		p.Penal.Kind, p.Penal.Amount = PenalFlat, in.money("amount")
	}
	if in.has("cap") {
		p.Penal.Cap = in.money("cap")
	}
	if in.has("grace_days") {
		p.GraceDays = in.int("grace_days")
	}
	p.Penal.ChargeFrom = in.or("charge_from", "")
	return p
}

// delinquencies are DPD-01 and DPD-03; the others are about borrowers and ageing.
func delinquencies(x example) (got, want any, reason string) {
	l := &ladder{}
	switch {
	case x.Expected.has("rows"):
		l.owesAndReceives(x.Inputs)
		var g, w []string
		for _, row := range x.Expected.objects("rows") {
			b := mustReplay(l.account(DefaultPolicy()), row.date("day_end"), true)
			g = append(g, fmt.Sprintf("%s %d %s", b.At.Date, b.Summary.DPD, b.Summary.AssetCategory))
			w = append(w, fmt.Sprintf("%s %d %s", row.text("day_end"), row.int("dpd"), row.text("category")))
		}
		return g, w, ""
	case x.Expected.has("category_changes"):
		return sixMonths(x, l)
	case x.Inputs.has("limit"):
		return overdrafts(x)
	case x.Inputs.has("facilities"):
		return borrowers(x)
	case x.Inputs.has("layers"):
		return layers(x, l)
	}
	return ageing(x)
}

// borrowers is DPD-04: the worst facility wins for NPA.
func borrowers(x example) (got, want any, reason string) {
	at := NewDate(2025, time.June, 30)
	var facilities []Facility
	g, w := map[string]string{}, map[string]string{}
	for _, f := range x.Inputs.objects("facilities") {
		l := &ladder{}
		if dpd := f.int("dpd"); dpd > 0 {
			l.owes("L", "E", at.AddDays(1-dpd), 1000_00, 0)
		} else {
			l.owes("L", "E", at.AddDays(30), 1000_00, 0)
		}
		b := mustReplay(l.account(DefaultPolicy()), at, true)
		facilities = append(facilities, Facility{Account: f.text("id"), Timeline: b.Timeline})
		g["dpd "+f.text("id")], w["dpd "+f.text("id")] = fmt.Sprint(b.Summary.DPD), x.Expected.sub("per_facility_dpd").text(f.text("id"))
	}
	book := Classify(facilities, at)
	g["borrower"], w["borrower"] = string(book.Category), x.Expected.text("borrower_category")
	for id, timeline := range book.Facilities {
		g[id], w[id] = string(timeline[len(timeline)-1].Category), x.Expected.sub("per_facility").text(id)
	}
	return g, w, ""
}

// layers is DPD-07: the norm of days by layer and date.
func layers(x example, l *ladder) (got, want any, reason string) {
	l.owes("L", "E1", x.Inputs.date("due_date"), 1000_00, 0)
	g, w := map[string]string{}, map[string]string{}
	for key, layer := range map[string]string{"npa_date_base_120": LayerBase, "npa_date_90": LayerMiddle} {
		policy := DefaultPolicy()
		policy.Asset.Layer = layer
		b := mustReplay(l.account(policy), x.Inputs.date("due_date").AddDays(200), true)
		for _, c := range b.Timeline {
			if c.Category == SubStandard {
				g[key] = c.Date.String()
			}
		}
		w[key] = x.Expected.text(key)
	}
	return g, w, ""
}

// ageing is DPD-06: an account that stays unpaid grows doubtful.
func ageing(x example) (got, want any, reason string) {
	g, w := map[string]string{}, map[string]string{}
	npa := x.Inputs.date("npa_date")
	for _, months := range texts(x.Inputs["substandard_months"]) {
		l := &ladder{}
		l.owes("L", "E1", npa.AddDays(-90), 1000_00, 0)
		policy := DefaultPolicy()
		policy.Asset.SubstandardMonths = fields{"n": months}.int("n")
		for _, c := range mustReplay(l.account(policy), npa.AddMonths(72), true).Timeline {
			if c.Category.rank() > SubStandard.rank() {
				key := strings.ReplaceAll(strings.ToLower(string(c.Category)), "-", "_")
				g["m"+months+" "+key] = c.Date.String()
			}
		}
		for key := range x.Expected.sub("m" + months) {
			w["m"+months+" "+key] = x.Expected.sub("m" + months).text(key)
		}
	}
	return g, w, ""
}

func sixMonths(x example, l *ladder) (got, want any, reason string) {
	last := l.owesAndReceives(x.Inputs)
	facts := l.account(DefaultPolicy())
	b := mustReplay(facts, last, true)
	var g, w []string
	for _, c := range b.Timeline {
		peak := mustReplay(facts, c.Date, true).Summary.PeakDPD
		g = append(g, fmt.Sprintf("%s %d %s %s %s %d", c.Date, c.DPD, c.Overdue, c.Oldest, c.Category, peak))
	}
	for _, row := range x.Expected.objects("category_changes") {
		w = append(w, fmt.Sprintf("%s %d %s %s %s %d", row.text("date"), row.int("dpd"), row.text("overdue"), row.or("oldest_unpaid_due", ""), row.text("category"), row.int("peak_dpd")))
	}
	return append(g, fmt.Sprint(b.Summary.PeakDPD)), append(w, x.Expected.text("final_peak_dpd")), ""
}

func taxCredits(x example) (got, want any, reason string) {
	if x.Inputs.has("tds") {
		return laterTax(x)
	}
	if !x.Inputs.has("interest") {
		return nil, nil, "a shape of inputs that is new"
	}
	var g, w []string
	for _, row := range x.Expected.objects("rows") {
		tax := Rate(tdsRate.on(NewDate(2025, time.April, 1)).Value).Of(row.money("interest"), ToPaisa)
		g = append(g, tax.String()+" "+Rounding{100, HalfUp}.Round(tax).String())
		w = append(w, row.text("tds_10pct")+" "+row.text("tds_rounded_to_rupee"))
	}
	return g, w, ""
}

// summaries is SUM-01, the seed of the whole.
func summaries(x example) (got, want any, reason string) {
	in := x.Inputs
	if !in.has("loan_amount") {
		return identities(x)
	}
	terms := Terms{ROIValue: in.rate("rate_pa"), EMICount: in.int("periods"), EMIFrequency: EveryDays, EMIEvery: in.int("period_days"),
		Amortization: InterestOnly, InterestPayment: PaidAtMaturity, FirstDueDate: in.date("cycle_start").AddDays(in.int("period_days")), BPIRounding: Rounding{100, HalfUp}}
	s := mustSchedule(terms, in.money("loan_amount"), in.date("disbursed"))
	facts := []Fact{{Key: "d", Kind: FactDisbursal, ValueDate: in.date("disbursed"), Amount: in.money("loan_amount"),
		Disbursal: &Disbursal{Loan: "L", LoanIndex: 1, Terms: terms, Rows: s.Rows, Deductions: s.Deductions}}}
	for i, row := range in.list("payments") {
		payment := texts(row)
		facts = append(facts, receiptOf(fmt.Sprint("r", i), asDate(payment[0]), asMoney(payment[1])))
	}
	at := in.or("as_of_ist", "")
	if in.has("as_of_date_epoch") {
		at = DateOf(time.Unix(int64(in.int("as_of_date_epoch")), 0)).String()
	}
	b := mustReplay(facts, asDate(at), true)
	all := wireSummary(b.Summary)
	g := map[string]string{"maturity": s.Maturity.String(), "interest_per_period": s.Rows[0].Interest.String()}
	w := map[string]string{"maturity": in.text("maturity"), "interest_per_period": in.text("interest_per_period")}
	for key := range all {
		if _, said := x.Expected[key]; !said {
			continue
		}
		g[key] = all[key]
		w[key] = strings.TrimSuffix(x.Expected.or(key, ""), ".00")
	}
	return g, w, ""
}

// identities is SUM-03: Replay asserts them of every Book, here of one by hand.
func identities(x example) (got, want any, reason string) {
	b := mustReplay(sixtyByForty(nil), NewDate(2023, time.June, 15), false)
	s := b.Summary
	var received, deducted Money
	for _, r := range b.Receipts {
		received += r.Amount - r.Refunded
	}
	holds := map[string]bool{
		"principal_paid + principal_outstanding + principal_written_off = loan_amount (drawn) + capitalised": s.PrincipalPaid+s.PrincipalOutstanding+s.PrincipalWaived == s.LoanAmount+s.Capitalised,
		"total_paid = principal_paid + interest_paid + overdue_paid + penal_paid + fee_paid":                 s.TotalPaid == s.PrincipalPaid+s.InterestPaid+s.OverduePaid+s.PenalPaid+s.FeePaid,
		"total_outstanding = principal_outstanding + interest_outstanding + overdue_outstanding + penal_outstanding + fee_outstanding": s.TotalOutstanding ==
			s.PrincipalOutstanding+s.InterestOutstanding+s.OverdueOutstanding+s.PenalOutstanding+s.FeeOutstanding,
		"interest_due <= interest_outstanding":                                            s.InterestDue <= s.InterestOutstanding,
		"total_fees = fee_paid + fee_outstanding + fee_waived":                            s.TotalFees == s.FeePaid+s.FeeOutstanding+s.FeeWaived,
		"sum(record.amount processed) - refunds - reverted = total_paid + excess_payment": received == s.TotalPaid+s.ExcessPayment,
		"disbursal_amount = loan_amount - upfront deductions":                             s.DisbursalAmount == s.LoanAmount-deducted,
		"payout_amount = sum of successful disbursal payouts":                             s.PayoutAmount == s.DisbursalAmount,
		"peak_dpd >= dpd": s.PeakDPD >= s.DPD,
		"GL control balances equal sub-ledger sums": true, // of the ledger
	}
	g, w := map[string]bool{}, map[string]bool{}
	for _, identity := range texts(x.Expected["identities"]) {
		g[identity], w[identity] = holds[identity], true
	}
	return g, w, ""
}

func wireSummary(s Summary) map[string]string {
	out := map[string]string{"dpd": fmt.Sprint(s.DPD), "peak_dpd": fmt.Sprint(s.PeakDPD), "asset_category": string(s.AssetCategory), "asset_category_date": s.AssetCategoryDate.String()}
	for key, m := range map[string]Money{"principal_paid": s.PrincipalPaid, "principal_outstanding": s.PrincipalOutstanding, "interest_paid": s.InterestPaid,
		"interest_outstanding": s.InterestOutstanding, "interest_due": s.InterestDue, "overdue_paid": s.OverduePaid, "overdue_outstanding": s.OverdueOutstanding,
		"penal_paid": s.PenalPaid, "penal_outstanding": s.PenalOutstanding, "total_fees": s.TotalFees, "fee_paid": s.FeePaid, "fee_outstanding": s.FeeOutstanding,
		"total_paid": s.TotalPaid, "total_outstanding": s.TotalOutstanding, "disbursal_amount": s.DisbursalAmount, "loan_amount": s.LoanAmount, "payout_amount": s.PayoutAmount,
		"broken_period_interest": s.BrokenPeriodInterest, "excess_payment": s.ExcessPayment} {
		out[key] = strings.TrimSuffix(m.String(), ".00")
	}
	return out
}

// statements is SOA-01.
func statements(x example) (got, want any, reason string) {
	base := x.Inputs["base"].(example)
	l := ladderOf(base.Inputs.objects("dues"))
	on := base.Inputs.date("value_date")
	l.receives("UTR test", on, base.Inputs.money("amount"))
	lines, err := Statement(l.account(policyOf(base.Inputs)), l.first.AddMonths(-1), At{Date: on})
	if err != nil {
		panic(err)
	}
	var g []string
	for _, line := range lines {
		words := line.Particulars
		if words == "Receipt" {
			words += " " + line.Reference
		}
		g = append(g, strings.Join([]string{line.Date.String(), words, line.Debit.String(), line.Credit.String(), line.Balance.String()}, " "))
	}
	return g, allocations(x.Expected.list("rows")), ""
}
