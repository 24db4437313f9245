package lending

import (
	"fmt"
	"strings"
	"time"
)

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
