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
	for key := range strings.FieldsSeq(keys) {
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
