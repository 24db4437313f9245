package lending

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"
)

// frappePayments are instalments paid on time and one in advance or above.
func frappePayments(x frappeCase, f *figures) {
	terms, principal, disbursed := x.terms()
	s := mustSchedule(terms, principal, disbursed)
	facts := x.account(terms, s, principal, disbursed)
	var last Date
	for i, row := range x.Inputs.list("payments") {
		p := texts(row)
		last = asDate(p[0])
		fact := receiptOf(fmt.Sprint("r", i), last, asMoney(p[1]))
		if len(p) > 2 && p[2] == "Advance Payment" {
			fact.Receipt.Allocation = &Allocation{Steps: must(ParseAllocation("past_due_NI past_due_P due_NI due_P in_advance_NI in_advance_P"))}
		}
		facts = append(facts, fact)
	}
	b := mustReplay(facts, last, false)
	x.stated(f, "emi", s.EMI)
	x.say(f, "periods", fmt.Sprint(len(b.Loans[0].Rows)))
	x.say(f, "first_payment_is_emi", fmt.Sprint(asMoney(texts(x.Inputs.list("payments")[0])[1]) == s.EMI))
	if x.Expected.has("row_4_total") {
		d := b.Demands[3]
		x.stated(f, "row_4_total", d.Amount[Principal]+d.Amount[Interest])
	}
	if x.Expected.has("bpi") {
		x.stated(f, "bpi", b.Summary.BrokenPeriodInterest)
	}
	x.stated(f, "balance_before_advance", s.Rows[0].Closing)
	x.stated(f, "next_row_interest", s.Rows[1].Interest)
	for key := range x.Expected {
		if span, ok := strings.CutPrefix(key, "accrued_"); ok {
			x.stated(f, key, x.accruedBetween(s, span, disbursed))
		}
	}
	if x.Expected.has("row_2") {
		x.row(f, "row_2", s.Rows[1])
	}
	x.stated(f, "excess", b.Excess)
	if x.Expected.has("earlier_revision_paid") {
		short := x.Expected.money("earlier_revision_paid")
		x.stated(f, "earlier_revision_paid", short)
		x.stated(f, "earlier_revision_shortfall", s.Rows[1].Instalment()-short)
	}
}

// accruedBetween is interest of a span like 05_05_to_05_28, both included, in the
// year of the disbursal.
func (x frappeCase) accruedBetween(s Schedule, span string, disbursed Date) Money {
	ends := strings.Split(span, "_to_")
	day := func(text string) Date {
		return asDate(fmt.Sprintf("%d-%s", disbursed.Year(), strings.ReplaceAll(text, "_", "-")))
	}
	return interestFor(x, s.Rows[0].Closing, day(ends[0]), day(ends[1])+1)
}

func frappeClass(x frappeCase, f *figures) {
	due := x.Inputs.date("first_unpaid_due")
	l := &ladder{}
	l.owes("L", "E", due, 1000_00, 0)
	var npa []bool
	for _, day := range texts(x.Inputs["as_of"]) {
		b := mustReplay(l.account(DefaultPolicy()), asDate(day), true)
		class := ""
		for _, row := range x.Inputs.list("ranges") { // configuration of the original
			r := texts(row)
			if b.Summary.DPD >= (fields{"n": r[1]}).int("n") && b.Summary.DPD <= (fields{"n": r[2]}).int("n") {
				class = r[0]
			}
		}
		f.text("result "+day, fmt.Sprint([]string{fmt.Sprint(b.Summary.DPD), class}), fmt.Sprint(texts(x.Expected.sub("result")[day])))
		npa = append(npa, b.Summary.AssetCategory.NPA())
	}
	x.say(f, "npa", fmt.Sprint(npa))
}

func frappeDPD(x frappeCase, f *figures) {
	l := &ladder{}
	for _, row := range x.Inputs.list("dues") {
		due := texts(row)
		l.owes("L", due[0], asDate(due[0]), asMoney(due[1]), 0)
	}
	for i, row := range x.Inputs.list("payments") {
		p := texts(row)
		l.receives(fmt.Sprint("R", i), asDate(p[0]), asMoney(p[1]))
	}
	for day := range x.Expected.sub("dpd") {
		b := mustReplay(l.account(DefaultPolicy()), asDate(day), true)
		f.text("dpd "+day, fmt.Sprint(b.Summary.DPD), x.Expected.sub("dpd").text(day))
	}
}

// frappeLine is a drawing under a limit; principal that is paid restores it.
func frappeLine(x frappeCase, f *figures) {
	in := x.Inputs
	draw, payment := texts(in["draw"]), texts(in["payment"])
	x.Inputs["principal"], x.Inputs["disbursement_date"] = draw[1], draw[0]
	terms, principal, disbursed := x.terms()
	s := mustSchedule(terms, principal, disbursed)
	facts := append(x.account(terms, s, principal, disbursed), receiptOf("r", asDate(payment[0]), asMoney(payment[1])))
	line := LineLevel{Sanctioned: in.money("limit"), Utilised: principal}
	x.stated(f, "utilised_after_draw", line.Utilised)
	x.stated(f, "available_after_draw", line.Available())
	paid := mustReplay(facts, asDate(payment[0]), false).Summary.PrincipalPaid
	line.Utilised -= paid
	x.stated(f, "principal_paid", paid)
	x.stated(f, "utilised_after_payment", line.Utilised)
	x.stated(f, "available_after_payment", line.Available())
	x.say(f, "restored_equals_principal_paid", fmt.Sprint(line.Available() == paid))
}

// frappeBullet is a drawing paid at once with interest, repaid before its day.
func frappeBullet(x frappeCase, f *figures) {
	draw, payment := texts(x.Inputs["draw"]), texts(x.Inputs["payment"])
	due, drawn, on := asDate(strings.Fields(x.Inputs.text("due"))[0]), asDate(draw[0]), asDate(payment[0])
	amount := asMoney(draw[1])
	terms := Terms{ROIValue: x.Inputs.rate("annual_rate_pct"), EMICount: 1, Amortization: Bullet, FirstDueDate: due, BPIMode: BPINone, InterestBasis: BasisDays}
	facts := append(x.account(terms, mustSchedule(terms, amount, drawn), amount, drawn), Fact{Key: "r", Kind: FactReceipt, ValueDate: on, Amount: asMoney(payment[1]),
		Receipt: &Receipt{Received: asMoney(payment[1]), Prepayment: &Prepayment{Effect: ReduceTenure}}})
	quote := must(Foreclose(mustReplay(facts[:1], on, false), terms, ForeclosureTerms{Loan: "L", Guard: ChargeGuard{RateType: RateFixed}}))
	b := mustReplay(facts, on, false)
	closed := map[bool]string{true: "Closed", false: "Open"}[b.Summary.TotalOutstanding == 0]
	x.say(f, "draw_status", closed)
	x.say(f, "schedule_status", closed)
	x.stated(f, "payoff", quote.Amount)
	x.stated(f, "interest", quote.AccruedInterest)
	x.stated(f, "interest_paid", b.Summary.InterestPaid)
	x.stated(f, "excess", b.Excess)
	x.say(f, "remaining_days", fmt.Sprint(due.Sub(on)))
	x.stated(f, "remaining_principal", b.Summary.PrincipalOutstanding)
	x.stated(f, "new_bullet_interest", b.Summary.InterestOutstanding)
}

// frappeMoratorium is interest alone for some months, then instalments.
func frappeMoratorium(x frappeCase, f *figures) {
	terms, principal, disbursed := x.terms()
	terms.Moratorium = &Moratorium{Instalments: x.Inputs.int("moratorium_months"), Kind: x.moratoriumKind()}
	s := mustSchedule(terms, principal, disbursed)
	var interests []string
	for _, r := range s.Rows[:terms.Moratorium.Instalments] {
		interests = append(interests, r.Interest.String())
	}
	x.say(f, "row_count", fmt.Sprint(len(s.Rows)))
	x.stated(f, "emi", s.EMI)
	x.say(f, "moratorium_interest_rows", fmt.Sprint(interests))
	x.say(f, "first_emi_date", s.Rows[terms.Moratorium.Instalments].DueDate.String())
	x.say(f, "last_due", s.Maturity.String())
}

// moratoriumKind is the kind by the original's two settings.
func (x frappeCase) moratoriumKind() string {
	if x.Inputs.or("moratorium_type", "Principal") == "Principal" {
		return InterestPaidDuring
	}
	for _, key := range []string{"treatment_of_interest", "interest_treatment", "treatment"} {
		if strings.HasPrefix(strings.ToLower(x.Inputs.or(key, "")), "capital") {
			return CapitaliseAtEnd
		}
	}
	return CollectInFirstEMI
}

// frappeRestructure is extra principal after everything due was paid: the schedule
// keeps its instalment and dates.
func frappeRestructure(x frappeCase, f *figures) {
	terms, principal, disbursed := x.terms()
	terms.Moratorium = &Moratorium{Instalments: x.Inputs.int("moratorium_months"), Kind: InterestPaidDuring}
	s := mustSchedule(terms, principal, disbursed)
	payment := texts(x.Inputs["payment"])
	on := asDate(payment[0])
	var demanded Money
	var balance Money
	for _, r := range s.Rows {
		if r.DueDate <= on {
			demanded += r.Instalment()
			balance = r.Closing
		}
	}
	words := strings.Fields(payment[1])
	amount := demanded + asMoney(words[len(words)-1])
	facts := append(x.account(terms, s, principal, disbursed), Fact{Key: "r", Kind: FactReceipt, ValueDate: on, Amount: amount,
		Receipt: &Receipt{Received: amount, Prepayment: &Prepayment{Effect: ReduceTenure}}})
	b := mustReplay(facts, on, false)
	x.stated(f, "demands_to_date", demanded)
	x.stated(f, "balance_before_extra", balance)
	x.stated(f, "old_last_total", s.Rows[len(s.Rows)-1].Instalment())
	var rows []Demand
	for _, d := range b.Demands {
		if !d.Due && d.Name != "Prepayment" {
			rows = append(rows, d)
		}
	}
	x.say(f, "row_count", fmt.Sprint(len(b.Demands)-1))
	left := b.Summary.PrincipalOutstanding
	for i, row := range x.Expected.objects("new_rows") {
		left -= rows[i].Amount[Principal]
		f.text(fmt.Sprint("new_rows ", i), fmt.Sprint(rows[i].DueDate, rows[i].Amount[Principal], rows[i].Amount[Interest], left),
			fmt.Sprint(row.date("date"), row.money("principal"), row.money("interest"), row.money("balance")))
	}
}

// frappePenal is a charge by the day, each day's amount rounded.
func frappePenal(x frappeCase, f *figures) {
	as, rate := x.Inputs.date("as_of"), x.Inputs.rate("penal_rate_pct")
	if strings.Contains(x.Inputs.text("day_rule"), "same day") {
		as++
	}
	l := &ladder{}
	var each Money
	var days []string
	for _, row := range x.Inputs.list("overdue") {
		due := texts(row)
		l.owes("L", due[0], asDate(due[0]), asMoney(due[1]), 0)
		each = must(Actual365.InterestOver(asMoney(due[1]), rate, 1, 2, ToPaisa))
		days = append(days, fmt.Sprint([]string{fmt.Sprint(as.Sub(asDate(due[0]))), each.String()}))
	}
	policy := DefaultPolicy()
	policy.Penal = PenalPolicy{Kind: PenalPerDay, Amount: each}
	x.stated(f, "penalty", mustReplay(l.account(policy), as, false).Summary.PenalOutstanding)
	x.say(f, "days_and_per_day", fmt.Sprint(days))
}

// frappeBackdated is a payment value-dated on the due date after penal charges grew.
func frappeBackdated(x frappeCase, f *figures) {
	due, to := x.Inputs.date("due_date"), x.Inputs.date("processed_to")
	l := &ladder{}
	l.owes("L", "E", due, 1000_00, 0)
	policy := DefaultPolicy()
	policy.Penal = PenalPolicy{Kind: PenalPerDay, Amount: 1_00}
	facts := l.account(policy)
	grown := mustReplay(facts, to, true).Summary.PenalOutstanding
	var first, last Date
	for day := due - 1; day <= to; day++ {
		if mustReplay(facts, day, true).Summary.PenalOutstanding > mustReplay(facts, day, false).Summary.PenalOutstanding {
			if last = day; first == 0 {
				first = day
			}
		}
	}
	x.say(f, "accrual_count", fmt.Sprint(int64(grown/1_00)))
	x.say(f, "first_accrual", first.String())
	x.say(f, "last_accrual", last.String())
	x.say(f, "first_demand", (first + 1).String())
	x.say(f, "last_demand", (last + 1).String())
	facts = append(facts, receiptOf("r", x.Inputs.date("backdated_payment_value_date"), 1000_00))
	x.say(f, "active_penal_after_backdated_payment", fmt.Sprint(int64(mustReplay(facts, to, true).Summary.PenalOutstanding)))
}

func frappeReposted(x frappeCase, f *figures) {
	terms, principal, disbursed := x.terms()
	s := mustSchedule(terms, principal, disbursed)
	facts := x.account(terms, s, principal, disbursed)
	sorted := slices.Clone(facts)
	days := texts(x.Inputs["value_dates_in_entry_order"])
	for i, day := range days {
		facts = append(facts, receiptOf(fmt.Sprint("r", i), asDate(day), x.Inputs.money("amount_each")))
	}
	slices.Sort(days)
	for i, day := range days {
		sorted = append(sorted, receiptOf(fmt.Sprint("r", i), asDate(day), x.Inputs.money("amount_each")))
	}
	end := asDate(days[len(days)-1])
	b, other := mustReplay(facts, end, false), mustReplay(sorted, end, false)
	x.say(f, "order_independent", fmt.Sprint(cmp.Equal(b.Demands, other.Demands)))
	x.stated(f, "emi", s.EMI)
	var splits []string
	balance := principal
	for _, d := range b.Demands[:len(days)] {
		balance -= d.Paid[Principal]
		splits = append(splits, fmt.Sprint([]string{d.DueDate.String(), d.Paid[Interest].String(), d.Paid[Principal].String(), balance.String()}))
	}
	x.say(f, "splits_by_value_date", fmt.Sprint(splits))
}

func frappePledge(x frappeCase, f *figures) {
	in := x.Inputs
	p := Pledge{Quantity: int64(in.int("qty")), Price: in.money("price_at_sanction"), Haircut: in.rate("haircut_pct"), LTV: in.rate("ltv_pct")}
	owed := in.money("loan_outstanding")
	x.stated(f, "loan_amount", p.Sanction())
	x.stated(f, "shortfall_when_price_back_at_250", p.Shortfall(owed))
	p.Price = in.money("price_now")
	x.stated(f, "security_value", p.Value())
	x.stated(f, "shortfall", p.Shortfall(owed))
}

// frappeWriteOff counts the days on which interest is booked before a write-off.
func frappeWriteOff(x frappeCase, f *figures) {
	in := x.Inputs
	last := LastAccrual(in.date("accrual_processed_to"), in.date("write_off_date")-1, 0)
	x.say(f, "gl_lines", fmt.Sprint((last.Sub(in.date("disbursement_date"))+1)*in.int("lines_per_daily_accrual")))
}
