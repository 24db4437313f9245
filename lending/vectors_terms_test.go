package lending

import (
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

func dayCounts(x example) (got, want any, reason string) {
	switch {
	case x.Inputs.has("conventions"):
		return byConvention(x)
	case !x.Inputs.has("pairs"):
		return interests(x)
	}
	type counted struct{ Actual, Bond string }
	var g, w []counted
	for i, row := range x.Expected.objects("rows") {
		pair := texts(x.Inputs.list("pairs")[i])
		from, to := asDate(pair[0]), asDate(pair[1])
		g = append(g, counted{Days(Actual365.Days(from, to)).String(), Days(Thirty360.Days(from, to)).String()})
		w = append(w, counted{row.text("actual"), row.text("d30_360_bond_basis")})
	}
	return g, w, ""
}

// interests are DC-03 and DC-04: interest over days or between two dates.
func interests(x example) (got, want any, reason string) {
	count, err := ParseDayCount(x.Inputs.text("convention"))
	if err != nil {
		panic(err)
	}
	amount, rate := x.Inputs.money("principal"), x.Inputs.rate("rate_pa")
	over := func(count DayCount, from, to Date) string {
		interest, err := count.InterestOver(amount, rate, from, to, ToPaisa)
		if err != nil {
			panic(err)
		}
		return interest.String()
	}
	g, w := map[string]string{}, map[string]string{}
	if x.Inputs.has("days") {
		from := NewDate(2025, time.January, 1)
		for _, days := range texts(x.Inputs["days"]) {
			w["days "+days] = x.Expected.text(map[bool]string{true: "day_1", false: "days_" + days}[days == "1"])
			g["days "+days] = over(count, from, from.AddDays(fields{"n": days}.int("n")))
		}
		return g, w, ""
	}
	from, to := x.Inputs.date("start"), x.Inputs.date("end")
	g["interest"], w["interest"] = over(count, from, to), x.Expected.text("interest")
	if x.Expected.has("actual_actual_interest") {
		g["actual"], w["actual"] = over(ActualActual, from, to), x.Expected.text("actual_actual_interest")
	}
	return g, w, ""
}

// accruals is EOD-01: a total to date, rounded, minus what was posted.
func accruals(x example) (got, want any, reason string) {
	if !x.Inputs.has("period_days") {
		return nil, nil, "servicing, end of day"
	}
	count, err := ParseDayCount(x.Inputs.text("convention"))
	if err != nil {
		panic(err)
	}
	type posted struct{ Cumulative, Daily []string }
	var g posted
	from, before := NewDate(2025, time.January, 1), Money(0)
	for day := 1; day <= x.Inputs.int("period_days"); day++ {
		total, err := count.InterestOver(x.Inputs.money("principal"), x.Inputs.rate("rate_pa"), from, from.AddDays(day), ToPaisa)
		if err != nil {
			panic(err)
		}
		g.Cumulative, g.Daily, before = append(g.Cumulative, total.String()), append(g.Daily, (total-before).String()), total
	}
	return g, posted{texts(x.Expected["cumulative"]), texts(x.Expected["daily_postings"])}, ""
}

func roundings(x example) (got, want any, reason string) {
	var g []string
	for _, value := range texts(x.Inputs["values"]) {
		g = append(g, asMoney(value).String())
	}
	return g, texts(x.Expected["out"]), ""
}

func instants(x example) (got, want any, reason string) {
	var g, w []string
	for i, epoch := range texts(x.Inputs["epoch"]) {
		seconds, _, _ := strings.Cut(epoch, ".")
		g = append(g, DateOf(time.Unix(int64(fields{"n": seconds}.int("n")), 0)).String())
		w = append(w, texts(x.Expected["ist"])[i][:10])
	}
	return g, w, ""
}

func grammars(x example) (got, want any, reason string) {
	var g, w [][]string
	for i, order := range texts(x.Inputs["orders"]) {
		components, err := ParseComponentOrder(order)
		parsed := []string{}
		for _, c := range components {
			parsed = append(parsed, c.String())
		}
		if err != nil {
			parsed = []string{"error:" + err.(*Error).Code}
		}
		g = append(g, parsed)
		if expected, failed := x.Expected.list("parsed")[i].(string); failed {
			w = append(w, []string{expected})
		} else {
			w = append(w, texts(x.Expected.list("parsed")[i]))
		}
	}
	return g, w, ""
}

// termsOf reads the inputs that schedules of all families share.
func termsOf(x example) (terms Terms, principal Money, disbursed Date) {
	in := x.Inputs
	terms = Terms{EMIRounding: UpToRupee, EMICount: 1, BPIMode: BPINone}
	if in.has("instalments") {
		terms.EMICount = in.int("instalments")
	}
	for _, key := range []string{"rate_pa", "flat_rate_pa"} {
		if in.has(key) {
			terms.ROIValue = in.rate(key)
		}
	}
	if in.has("flat_rate_pa") {
		terms.InterestMethod = Flat
	}
	if unit := in.or("emi_rounding_unit", ""); unit != "" {
		terms.EMIRounding = Rounding{asMoney(unit), RoundingMode(in.text("emi_rounding_mode"))}
	} else if words := strings.Fields(in.or("emi_rounding", "")); len(words) > 0 {
		terms.EMIRounding = roundingOf(words)
	} else if strings.Contains(x.Rule, "rounding 0.01") || terms.InterestMethod == Flat {
		terms.EMIRounding = ToPaisa
	}
	switch in.or("frequency_per_year", "12") {
	case "52":
		terms.EMIFrequency, terms.InterestBasis = Weekly, BasisPeriod
	case "26":
		terms.EMIFrequency, terms.InterestBasis = Fortnightly, BasisPeriod
	case "4":
		terms.EMIFrequency = Quarterly
	case "2":
		terms.EMIFrequency = HalfYearly
	case "1":
		terms.EMIFrequency = Yearly
	}
	if basis := in.or("emi_basis", ""); basis != "" {
		terms.EMIBasis = basis
	} else if strings.Contains(x.Rule, "solve") || strings.Contains(x.Rule, "1/(1+r_j)") {
		terms.EMIBasis = EMISolve
	}
	disbursed = NewDate(2025, time.January, 5)
	if in.has("start") {
		disbursed = in.date("start")
	}
	if in.has("due_dates") {
		dates := texts(in["due_dates"])
		terms.EMICount, terms.FirstDueDate, terms.InterestBasis = len(dates), asDate(dates[0]), BasisDays
	}
	if count, err := ParseDayCount(strings.Fields(in.or("convention", "30/360"))[0]); err == nil && count != Thirty360 && (in.has("start") || in.has("due_dates")) {
		terms.DayCount, terms.InterestBasis = count, BasisDays
	}
	return terms, in.money("principal"), disbursed
}

func mustSchedule(terms Terms, principal Money, disbursed Date) Schedule {
	s, err := terms.Schedule(principal, disbursed)
	if err != nil {
		panic(err)
	}
	return s
}

// scheduleFigures compares every expected figure of a schedule that is there.
func scheduleFigures(x example, s Schedule) (got, want any, reason string) {
	g, w := map[string]string{}, map[string]string{}
	last := s.Rows[len(s.Rows)-1]
	for key, figure := range map[string]Money{"emi": s.EMI, "last_instalment": last.Instalment(), "total_interest": s.TotalInterest(),
		"total_payable": s.TotalInterest() + last.Closing + s.Rows[0].Opening} {
		if x.Expected.has(key) {
			g[key], w[key] = figure.String(), x.Expected.text(key)
		}
	}
	if x.Expected.has("schedule") {
		g["rows"], w["rows"] = Days(len(s.Rows)).String(), Days(len(x.Expected.list("schedule"))).String()
		for i, row := range x.Expected.objects("schedule") {
			at := "row " + row.text("no") + " "
			figures := map[string]string{}
			if i < len(s.Rows) {
				r := s.Rows[i]
				figures = map[string]string{"no": Days(r.No).String(), "opening": r.Opening.String(), "interest": r.Interest.String(), "principal": r.Principal.String(),
					"instalment": r.Instalment().String(), "closing": r.Closing.String(), "due_date": r.DueDate.String(), "days": Days(r.Days).String()}
			}
			for key := range row {
				g[at+key], w[at+key] = figures[key], row.text(key)
			}
		}
	}
	return g, w, ""
}

func instalments(x example) (got, want any, reason string) {
	terms, principal, disbursed := termsOf(x)
	if x.Expected.has("emi_display") {
		return displayed(x, terms, principal)
	}
	return scheduleFigures(x, mustSchedule(terms, principal, disbursed))
}

// displayed is EMI-07: every printed figure rounded by itself.
func displayed(x example, terms Terms, principal Money) (got, want any, reason string) {
	var g, w []string
	for _, row := range must(terms.Display(principal, Rounding{100, HalfUp})) {
		g = append(g, fmt.Sprint(row.No, int64(row.Opening/100), int64(row.Principal/100), int64(row.Interest/100), int64(row.Instalment/100)))
	}
	for _, row := range x.Expected.list("rows") {
		w = append(w, strings.Join(texts(row), " "))
	}
	d := must(Disclose(terms, []Draw{{NewDate(2025, time.January, 5), principal}}, nil))
	total := d.InstalmentExact.Mul(decimal.NewFromInt(int64(terms.EMICount))).Sub(principal.Decimal())
	return append(g, d.InstalmentExact.StringFixed(6), total.StringFixed(2)), append(w, x.Expected.text("emi_unrounded"), x.Expected.text("total_interest_unrounded_emi")), ""
}

// flatLoans are FLT-*, with the reducing rate that a flat one comes to.
func flatLoans(x example) (got, want any, reason string) {
	terms, principal, disbursed := termsOf(x)
	s := mustSchedule(terms, principal, disbursed)
	g, w, _ := scheduleFigures(x, s)
	if x.Expected.has("irr_nominal_pa") {
		flows := []Money{-principal}
		for range s.Rows {
			flows = append(flows, s.EMI)
		}
		month := must(IRR(flows))
		g.(map[string]string)["nominal"], w.(map[string]string)["nominal"] = asRate(month.Mul(decimal.NewFromInt(12))).Percent(2), x.Expected.text("irr_nominal_pa")
	}
	return g, w, ""
}

func interestOnly(x example) (got, want any, reason string) {
	terms, principal, disbursed := termsOf(x)
	terms.Amortization = InterestOnly
	return scheduleFigures(x, mustSchedule(terms, principal, disbursed))
}

func bullets(x example) (got, want any, reason string) {
	terms, principal, disbursed := termsOf(x)
	terms.Amortization, terms.FirstDueDate, terms.InterestBasis = Bullet, x.Inputs.date("maturity"), BasisDays
	row := mustSchedule(terms, principal, disbursed).Rows[0]
	g := map[string]string{"days": Days(row.Days).String(), "interest": row.Interest.String(), "amount_due": row.Instalment().String()}
	w := map[string]string{}
	for key := range g {
		w[key] = x.Expected.text(key)
	}
	return g, w, ""
}

// brokenPeriods are BPI-*: by mode, by another day count, or a short first period.
func brokenPeriods(x example) (got, want any, reason string) {
	in, e := x.Inputs, x.Expected
	g, w := map[string]string{}, map[string]string{}
	note := func(key string, got string, want string) { g[key], w[key] = got, want }
	disbursed := in.date("disbursed")
	terms, principal, _ := termsOf(x)
	if count, err := ParseDayCount(in.or("convention", "")); err == nil {
		terms.DayCount = count
	}
	if !in.has("cycle_start") {
		terms.FirstDueDate = in.date("first_due")
		first := mustSchedule(terms, principal, disbursed).Rows[0]
		note("days", Days(first.Days).String(), e.text("days"))
		note("interest", first.Interest.String(), e.text("interest_1"))
		note("principal", first.Principal.String(), e.text("principal_1"))
		return g, w, ""
	}
	terms.FirstDueDate, terms.EMICount, terms.BPIMode = in.date("cycle_start").AddMonths(1), max(terms.EMICount, 1), BPIUpfront
	s := mustSchedule(terms, principal, disbursed)
	note("bpi", s.BPI.String(), e.text("bpi"))
	if e.has("days") {
		note("days", Days(terms.DayCount.Days(disbursed, s.CycleStart)).String(), e.text("days"))
	}
	if e.has("emi") {
		note("emi", s.EMI.String(), e.text("emi"))
	}
	if e.has("upfront") {
		note("net", (principal - s.Deductions[0].Amount).String(), e.sub("upfront").text("net_disbursal"))
		note("first", s.Rows[0].Instalment().String(), e.sub("upfront").text("first_instalment"))
	}
	if e.has("first_emi") {
		terms.BPIMode = BPIFirstEMI
		note("first_emi", mustSchedule(terms, principal, disbursed).Rows[0].Instalment().String(), e.sub("first_emi").text("first_instalment"))
	}
	if e.has("instalment_zero") {
		terms.BPIMode = BPIInstalmentZero
		rows, zero := mustSchedule(terms, principal, disbursed).Rows, e.sub("instalment_zero")
		note("zero", rows[0].DueDate.String()+" "+rows[0].Instalment().String(), zero.sub("instalment_0").text("due_date")+" "+zero.sub("instalment_0").text("amount"))
		note("after zero", rows[1].Instalment().String(), zero.text("first_instalment"))
	}
	if e.has("spread") {
		terms.BPIMode = BPISpread
		spread := mustSchedule(terms, principal, disbursed).Rows
		n := len(spread)
		note("spread", (spread[0].Interest - s.Rows[0].Interest).String(), e.sub("spread").text("added_per_instalment"))
		note("spread last", (spread[n-1].Interest - s.Rows[n-1].Interest).String(), e.sub("spread").text("added_in_last"))
	}
	return g, w, ""
}
