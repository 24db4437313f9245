package lending

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// frappeCase is one case of frappe-lending.json.
type frappeCase struct {
	ID, Kind, Topic  string
	Inputs, Expected fields
	CompareDP        map[string]int `json:"compare_dp"`
}

func TestVectorsFrappe(t *testing.T) {
	var file struct{ Vectors []frappeCase }
	readVectors(t, "frappe-lending.json", &file)
	counts := newTally("frappe-lending.json")
	for _, x := range file.Vectors {
		reason, passed := "", false
		compute := x.shape()
		if compute == nil {
			reason = strings.ReplaceAll(x.Topic, "-", " ") + ": a shape of inputs that is new"
		} else {
			t.Run(x.ID, func(t *testing.T) {
				defer orFail(t)
				f := newFigures()
				compute(x, f)
				for key := range x.Expected {
					if f.got[key] == "" && !hasPrefix(f.got, key+" ") {
						t.Errorf("%s: %s is not computed", x.ID, key)
					}
				}
				if diff := cmp.Diff(f.want, f.got); diff != "" {
					t.Errorf("%s %s (-want +got):\n%s", x.ID, x.Topic, diff)
				}
				passed = !t.Failed()
			})
		}
		counts.count(x.Kind, passed, reason)
	}
	counts.report(t)
}

func hasPrefix(m map[string]string, prefix string) bool {
	for key := range m {
		if strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return false
}

// shape chooses what to compute by the inputs that a case has.
func (x frappeCase) shape() func(frappeCase, *figures) {
	for _, s := range []struct {
		keys    string
		compute func(frappeCase, *figures)
	}{
		{"cases.freeze_date", frappeLastAccruals}, {"existing candidates", frappeOverlaps}, {"draws annual_rate_pct frequency", frappeDailyEntries},
		{"draws accrued_to", frappeTwoDraws}, {"to_inclusive", frappeSpan}, {"charge_demands", frappeCharges}, {"charge_pct_of_outstanding", frappePercentCharge},
		{"write_off_tolerance days", frappeTolerance}, {"write_off_tolerance charge", frappeChargeShortfall}, {"principal annual_rate_pct days", frappeDays},
		{"withheld_security_deposit", frappePayoff}, {"principal first_due_date payment disbursement_date moratorium_months", frappeRestructure},
		{"principal moratorium_months", frappeMoratorium}, {"first_unpaid_due ranges", frappeClass}, {"dues payments", frappeDPD}, {"limit draw", frappeLine},
		{"draw due payment", frappeBullet}, {"overdue penal_rate_pct", frappePenal}, {"backdated_payment_value_date", frappeBackdated}, {"value_dates_in_entry_order", frappeReposted},
		{"principal method periods", frappeFlat}, {"cases.principal", frappeEMIs}, {"posting_date requested_first_due", frappeDates}, {"qty price_at_sanction", frappePledge},
		{"write_off_date lines_per_daily_accrual", frappeWriteOff}, {"principal offset_order payment", frappeAllocation}, {"principal first_emi_payment", frappeFirstEMI},
		{"principal recovery", frappeBPI}, {"principal payments periods", frappePayments}, {"principal payment periods disbursement_date", frappePayoff},
		{"principal interest_basis periods", frappeQuote}, {"principal disbursement_date first_due_date", frappeSchedule},
	} {
		if x.hasAll(s.keys) {
			return s.compute
		}
	}
	return nil
}

// hasAll says that the inputs have keys; "cases.k" is a key of each of its cases.
func (x frappeCase) hasAll(keys string) bool {
	for _, key := range strings.Fields(keys) {
		if inner, ok := strings.CutPrefix(key, "cases."); ok {
			list, isList := x.Inputs["cases"].([]any)
			if !isList || len(list) == 0 || !slices.ContainsFunc(list, func(c any) bool { m, ok := c.(map[string]any); _, has := m[inner]; return ok && has }) {
				return false
			}
			continue
		}
		if !x.Inputs.has(key) {
			return false
		}
	}
	return true
}

// stated notes a figure at the places at which the case states it.
func (x frappeCase) stated(f *figures, key string, got Money) {
	if !x.Expected.has(key) {
		return
	}
	f.note(key, x.rounded(key, x.Expected.text(key), got), asMoney(x.Expected.text(key)).String())
}

func (x frappeCase) rounded(key, stated string, got Money) Money {
	if places, ok := x.CompareDP[key]; ok && places == 0 || !strings.Contains(stated, ".") {
		return Rounding{100, HalfUp}.Round(got)
	}
	return got
}

func (x frappeCase) say(f *figures, key, got string) {
	if x.Expected.has(key) {
		f.text(key, got, fmt.Sprint(x.Expected[key]))
	}
}

// terms are those of the original: actual days, instalment by twelfths up to the rupee.
func (x frappeCase) terms() (Terms, Money, Date) {
	in := x.Inputs
	t := Terms{ROIValue: in.rate("annual_rate_pct"), EMICount: 1, InterestBasis: BasisDays, EMIRounding: UpToRupee}
	if in.has("periods") {
		t.EMICount = in.int("periods")
	}
	if strings.Contains(in.or("interest_basis", ""), "rate/12") {
		t.InterestBasis = BasisPeriod
	}
	disbursed := NewDate(2025, time.January, 1)
	if in.has("disbursement_date") {
		disbursed = in.date("disbursement_date")
	}
	if in.has("first_due_date") {
		t.FirstDueDate = asDate(strings.Fields(in.text("first_due_date"))[0])
	}
	return t, in.money("principal"), disbursed
}

func (x frappeCase) account(t Terms, s Schedule, principal Money, disbursed Date) []Fact {
	return []Fact{{Key: "d", Kind: FactDisbursal, ValueDate: disbursed, Amount: principal, Disbursal: &Disbursal{Loan: "L", LoanIndex: 1, Terms: t, Rows: s.Rows, Deductions: s.Deductions}}}
}

func receiptOf(key string, on Date, amount Money) Fact {
	return Fact{Key: key, Kind: FactReceipt, ValueDate: on, Amount: amount, Receipt: &Receipt{Received: amount}}
}

func interestFor(x frappeCase, amount Money, from, to Date) Money {
	return must(Actual365.InterestOver(amount, x.Inputs.rate("annual_rate_pct"), from, to, ToPaisa))
}

func frappeSpan(x frappeCase, f *figures) {
	from, to := x.Inputs.date("from"), x.Inputs.date("to_inclusive")+1
	x.say(f, "days", fmt.Sprint(to.Sub(from)))
	x.stated(f, "interest", interestFor(x, x.Inputs.money("principal"), from, to))
	x.stated(f, "interest_daily_rounded", Money(to.Sub(from))*interestFor(x, x.Inputs.money("principal"), from, from+1))
}

func frappeDays(x frappeCase, f *figures) {
	from := NewDate(2025, time.January, 1)
	x.stated(f, "interest", interestFor(x, x.Inputs.money("principal"), from, from.AddDays(x.Inputs.int("days"))))
}

func frappeOverlaps(x frappeCase, f *figures) {
	span := func(v any) Span { days := texts(v); return Span{asDate(days[0]), asDate(days[1])} }
	var accepted []bool
	for _, candidate := range x.Inputs.list("candidates") {
		accepted = append(accepted, !span(x.Inputs["existing"]).Overlaps(span(candidate)))
	}
	x.say(f, "accepted", fmt.Sprint(accepted))
}

func frappeLastAccruals(x frappeCase, f *figures) {
	var last []string
	for _, c := range x.Inputs.objects("cases") {
		var freeze, maturity Date
		if c.has("freeze_date") {
			freeze = c.date("freeze_date")
		}
		if c.has("first_due") {
			maturity = c.date("first_due").AddMonths(c.int("periods") - 1)
		}
		last = append(last, LastAccrual(c.date("process_to"), freeze, maturity).String())
	}
	x.say(f, "last_accrual", fmt.Sprint(last))
}

func frappeDailyEntries(x frappeCase, f *figures) {
	var entries []int
	var perDay []string
	for _, d := range x.Inputs.objects("draws") {
		entries = append(entries, x.Inputs.date("process_to").Sub(d.date("date"))+1)
		perDay = append(perDay, interestFor(x, d.money("amount"), d.date("date"), d.date("date")+1).String())
	}
	x.say(f, "entries", fmt.Sprint(entries))
	x.say(f, "per_day", fmt.Sprint(perDay))
}

func frappeTwoDraws(x frappeCase, f *figures) {
	var drawn Money
	var days []Date
	for _, row := range x.Inputs.list("draws") {
		d := texts(row)
		days = append(days, asDate(d[0]))
	}
	until := texts(x.Inputs["accrued_to"])
	for i, row := range x.Inputs.list("draws") {
		drawn += asMoney(texts(row)[1])
		x.stated(f, []string{"interest_before_topup", "interest_after_topup"}[i], interestFor(x, drawn, days[i], asDate(until[i])+1))
	}
	x.stated(f, "pending_principal", drawn)
}

func frappeCharges(x frappeCase, f *figures) {
	on := NewDate(2025, time.January, 1)
	var facts []Fact
	for i, amount := range texts(x.Inputs["charge_demands"]) {
		facts = append(facts, Fact{Key: fmt.Sprint("c", i), Kind: FactCharge, ValueDate: on.AddDays(i), Amount: asMoney(amount),
			Charge: &Charge{Fee: fmt.Sprint("fee", i), Name: "Charge", DueDate: on.AddDays(i), Base: asMoney(amount)}})
	}
	for i, amount := range texts(x.Inputs["payments"]) {
		facts = append(facts, receiptOf(fmt.Sprint("r", i), on.AddDays(10+i), asMoney(amount)))
	}
	var paid, left []string
	for _, d := range mustReplay(facts, on.AddDays(30), false).Demands {
		paid = append(paid, strings.TrimSuffix(d.Paid[Fee].String(), ".00"))
		left = append(left, strings.TrimSuffix(d.Left(Fee).String(), ".00"))
	}
	x.say(f, "charges_paid", fmt.Sprint(paid))
	x.say(f, "outstanding_after", fmt.Sprint(left))
}

func frappePercentCharge(x frappeCase, f *figures) {
	x.stated(f, "charge", x.Inputs.rate("charge_pct_of_outstanding").Of(x.Inputs.money("outstanding_principal"), ToPaisa))
}

// frappeTolerance is a shortfall within the tolerance, which a waiver closes.
func frappeTolerance(x frappeCase, f *figures) {
	from := NewDate(2025, time.January, 1)
	days := x.Inputs.int("days")
	terms := Terms{ROIValue: x.Inputs.rate("annual_rate_pct"), EMICount: 1, Amortization: Bullet, FirstDueDate: from.AddDays(days), BPIMode: BPINone, InterestBasis: BasisDays}
	s := mustSchedule(terms, x.Inputs.money("principal"), from)
	facts := append(x.account(terms, s, x.Inputs.money("principal"), from), receiptOf("r", from.AddDays(days), x.Inputs.money("payment")))
	due := mustReplay(facts, from.AddDays(days), false).Summary.DueNow
	x.stated(f, "excess", -due)
	waived := CloseWithin(mustReplay(facts, from.AddDays(days), false), x.Inputs.money("write_off_tolerance"))
	var sum Money
	for i, w := range waived {
		sum += w.Amount
		facts = append(facts, Fact{Key: fmt.Sprint("w", i), Kind: FactWaiver, ValueDate: from.AddDays(days), Amount: w.Amount, Waiver: &w.Waiver})
	}
	if b := mustReplay(facts, from.AddDays(days), false); b.Summary.TotalOutstanding != 0 {
		panic("the waiver does not close the account")
	}
	x.stated(f, "waiver_debit", sum)
}

func frappeChargeShortfall(x frappeCase, f *figures) {
	terms, principal, disbursed := x.terms()
	terms.BPIMode = BPINone
	s := mustSchedule(terms, principal, disbursed)
	charge, payment := texts(x.Inputs["charge"]), texts(x.Inputs["payment"])
	on := asDate(payment[0])
	facts := append(x.account(terms, s, principal, disbursed), receiptOf("r", on, asMoney(payment[1])),
		Fact{Key: "c", Kind: FactCharge, ValueDate: asDate(charge[0]), Amount: asMoney(charge[1]), Charge: &Charge{Fee: "fee", Name: "Charge", DueDate: asDate(charge[0]), Base: asMoney(charge[1])}})
	b := mustReplay(facts, on, false)
	x.stated(f, "interest", s.Rows[0].Interest)
	x.stated(f, "payoff", b.Summary.DueNow+asMoney(payment[1]))
	x.stated(f, "shortfall", b.Summary.DueNow)
	x.say(f, "status", map[bool]string{true: "Closed", false: "Open"}[len(CloseWithin(b, x.Inputs.money("write_off_tolerance"))) > 0])
}

// frappePayoff is a loan whose first instalment is due on the day of the disbursal,
// paid off a month later.
func frappePayoff(x frappeCase, f *figures) {
	terms, principal, disbursed := x.terms()
	payment := texts(x.Inputs["payment"])
	on := asDate(payment[0])
	level := terms
	level.FirstDueDate, level.InterestBasis = 0, BasisPeriod
	emi := mustSchedule(level, principal, disbursed).EMI
	// The first instalment on day 0 is an instalment in advance of the schedule's own size.
	terms.FirstDueDate, terms.EMICount, terms.EMIAmount = 0, terms.EMICount-1, emi
	rest := mustSchedule(terms, principal-emi, disbursed)
	zero := ScheduleRow{PeriodStart: disbursed, PeriodEnd: disbursed, DueDate: disbursed, Opening: principal, Principal: emi, Closing: principal - emi}
	s := rest
	s.Rows = append([]ScheduleRow{zero}, rest.Rows...)
	facts := x.account(terms, s, principal, disbursed)
	payoff := must(Foreclose(mustReplay(facts, on, false), terms, ForeclosureTerms{Loan: "L", Guard: ChargeGuard{RateType: RateFixed}}))
	interest := rest.Rows[0].Interest
	facts = append(facts, Fact{Key: "r", Kind: FactReceipt, ValueDate: on, Amount: asMoney(payment[1]), Receipt: &Receipt{Received: asMoney(payment[1]), Prepayment: &Prepayment{Effect: ReduceTenure}}})
	b := mustReplay(facts, on, false)
	x.stated(f, "emi", emi)
	x.stated(f, "deposit", emi)
	x.stated(f, "net_disbursed", principal-emi)
	x.stated(f, "scheduled_balance", principal-emi)
	x.stated(f, "interest", interest)
	x.stated(f, "payoff", payoff.Amount)
	x.stated(f, "refund", b.Excess)
	x.say(f, "status", map[bool]string{true: "Closed", false: "Open"}[b.Summary.TotalOutstanding == 0])
	if x.Expected.has("excess_after_refund") {
		facts = append(facts, Fact{Key: "s", Kind: FactRefund, ValueDate: on, Amount: b.Excess, Refund: &Refund{}})
		x.stated(f, "excess_after_refund", mustReplay(facts, on, false).Excess)
	}
}

func (x frappeCase) row(f *figures, key string, row ScheduleRow) {
	e := x.Expected.sub(key)
	all := map[string]Money{"principal": row.Principal, "interest": row.Interest, "total": row.Instalment(), "balance": row.Closing}
	for name := range e {
		switch name {
		case "date":
			f.text(key+" date", row.DueDate.String(), e.text("date"))
		case "days":
			f.text(key+" days", fmt.Sprint(row.Days), e.text("days"))
		default:
			f.note(key+" "+name, x.rounded(key, e.text(name), all[name]), asMoney(e.text(name)).String())
		}
	}
}

// frappeSchedule compares everything a schedule has.
func frappeSchedule(x frappeCase, f *figures) {
	terms, principal, disbursed := x.terms()
	if strings.Contains(x.Topic, "broken") {
		frappeBPI(x, f)
		return
	}
	x.schedule(f, mustSchedule(terms, principal, disbursed))
}

func (x frappeCase) schedule(f *figures, s Schedule) {
	x.stated(f, "emi", s.EMI)
	x.say(f, "row_count", fmt.Sprint(len(s.Rows)))
	x.stated(f, "total_interest", s.TotalInterest())
	x.stated(f, "total_interest_2dp", s.TotalInterest())
	x.stated(f, "total_payment", s.TotalInterest()+s.Rows[0].Opening)
	for key := range x.Expected {
		if n, ok := strings.CutPrefix(key, "row_"); ok && n != "count" {
			x.row(f, key, s.Rows[fields{"n": n}.int("n")-1])
		}
	}
	if !x.Expected.has("rows") {
		return
	}
	for i, row := range x.Expected.objects("rows") {
		r := s.Rows[i]
		f.text(fmt.Sprintf("rows %d", i+1), fmt.Sprint(r.DueDate, r.Principal, r.Interest, r.Instalment(), r.Closing),
			fmt.Sprint(row.date("date"), row.money("principal"), row.money("interest"), row.money("total"), row.money("balance")))
	}
}

// frappeQuote is a quote by twelfths; at application each month's interest is rounded
// to the rupee.
func frappeQuote(x frappeCase, f *figures) {
	terms, principal, disbursed := x.terms()
	if strings.Contains(x.Inputs.text("interest_basis"), "rounded to a rupee") {
		terms.InterestRounding = Rounding{100, HalfUp}
	}
	x.schedule(f, mustSchedule(terms, principal, disbursed))
}

func frappeFlat(x frappeCase, f *figures) {
	terms, principal, disbursed := x.terms()
	terms.InterestMethod, terms.InterestBasis, terms.EMIRounding = Flat, BasisPeriod, ToPaisa
	var g []string
	for _, r := range mustSchedule(terms, principal, disbursed).Rows {
		g = append(g, fmt.Sprint([]string{r.DueDate.String(), r.Principal.String(), r.Interest.String(), r.Instalment().String()}))
	}
	x.say(f, "rows", fmt.Sprint(g))
}

func frappeEMIs(x frappeCase, f *figures) {
	var emis []string
	for _, c := range x.Inputs.objects("cases") {
		t := Terms{ROIValue: c.rate("annual_rate_pct"), EMICount: c.int("periods"), EMIFrequency: Frequency(strings.ToLower(c.text("frequency")))}
		emis = append(emis, strings.TrimSuffix(mustSchedule(t, c.money("principal"), NewDate(2024, time.April, 1)).EMI.String(), ".00"))
	}
	x.say(f, "emis", fmt.Sprint(emis))
}

// frappeDates are three ways to lay due dates: by the start, by the first of the next
// month, by the end of the month.
func frappeDates(x frappeCase, f *figures) {
	posted, first := x.Inputs.date("posting_date"), x.Inputs.date("requested_first_due")
	for key, from := range map[string]Date{"A": first, "B": clipped(posted.Year(), int(posted.Month())+1, 1), "C": clipped(posted.Year(), int(posted.Month()), 31)} {
		terms := Terms{EMICount: x.Inputs.int("periods"), FirstDueDate: from, BPIMode: BPINone}
		if key == "C" {
			terms.CycleDay = 31
		}
		var all []string
		for _, r := range mustSchedule(terms, 1200_00, posted.AddDays(-20)).Rows {
			all = append(all, r.DueDate.String())
		}
		x.say(f, key, fmt.Sprint([]string{all[0], all[1], all[len(all)-1]}))
		x.say(f, key+"_all", fmt.Sprint(all))
	}
}

func frappeBPI(x frappeCase, f *figures) {
	terms, principal, disbursed := x.terms()
	if terms.EMICount == 1 {
		terms.EMICount = 12
	}
	recovery := x.Inputs.or("recovery", "Upfront Deduction")
	terms.BPIMode = BPIUpfront
	switch {
	case recovery == "Amortized Over Tenure":
		terms.BPIMode = BPISpread
	case strings.Contains(recovery, "First"):
		terms.BPIMode = BPIFirstEMI
	}
	s := mustSchedule(terms, principal, disbursed)
	rows := s.Rows
	if recovery == "Upfront Deduction" && x.Inputs.has("recovery") {
		// The original lists what was kept back as a row of its own.
		rows = append([]ScheduleRow{{DueDate: s.CycleStart, Interest: s.BPI}}, rows...)
	}
	x.stated(f, "emi", s.EMI)
	x.stated(f, "bpi_amount", s.BPI)
	x.say(f, "bpi_days", fmt.Sprint(s.CycleStart.Sub(disbursed)))
	x.say(f, "bpi_is_set", fmt.Sprint(s.BPI > 0))
	x.say(f, "row_count", fmt.Sprint(len(rows)))
	if len(s.Deductions) > 0 {
		x.stated(f, "net_disbursed", principal-s.Deductions[0].Amount)
	}
	x.stated(f, "row_1_interest", rows[0].Interest)
	x.stated(f, "row_2_interest", rows[1].Interest)
	x.stated(f, "row_1_principal", rows[0].Principal)
	x.stated(f, "first_row_interest", rows[0].Interest)
	x.say(f, "row_1_date", rows[0].DueDate.String())
}

// frappeAllocation is one receipt above the instalment, the rest to principal.
func frappeAllocation(x frappeCase, f *figures) {
	terms, principal, disbursed := x.terms()
	s := mustSchedule(terms, principal, disbursed)
	payment := texts(x.Inputs["payment"])
	facts := append(x.account(terms, s, principal, disbursed), Fact{Key: "r", Kind: FactReceipt, ValueDate: asDate(payment[0]), Amount: asMoney(payment[1]),
		Receipt: &Receipt{Received: asMoney(payment[1]), Prepayment: &Prepayment{Effect: ReduceTenure}}})
	b := mustReplay(facts, asDate(payment[0]), false)
	x.stated(f, "emi", s.EMI)
	x.stated(f, "interest_paid", b.Summary.InterestPaid)
	x.stated(f, "principal_paid", b.Summary.PrincipalPaid)
	x.stated(f, "scheduled_principal", s.Rows[0].Principal)
	x.stated(f, "beyond_emi_to_principal", b.Summary.PrincipalPaid-s.Rows[0].Principal)
}

func frappeFirstEMI(x frappeCase, f *figures) {
	terms, principal, disbursed := x.terms()
	s := mustSchedule(terms, principal, disbursed)
	x.stated(f, "emi", s.EMI)
	x.stated(f, "interest_paid", s.Rows[0].Interest)
	x.stated(f, "principal_paid", s.Rows[0].Principal)
}

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
