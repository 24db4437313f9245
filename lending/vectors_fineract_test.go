package lending

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fineractCase is one case of fineract.json.
type fineractCase struct {
	ID, Kind         string
	Tags             []string
	Recomputed       bool
	Inputs, Expected fields
}

// unneeded are the features that vectors/README.md names as of no use to Lekha.
var unneeded = map[string]string{
	"full_term_tranche": "tranches that each run for the full term",
}

func TestVectorsFineract(t *testing.T) {
	var file struct{ Cases []fineractCase }
	readVectors(t, "fineract.json", &file)
	counts := newTally("fineract.json")
	for _, x := range file.Cases {
		if x.Kind == "transactions" {
			continue
		}
		reason := x.unsupported()
		passed := false
		if reason == "" {
			t.Run(x.ID, func(t *testing.T) {
				defer orFail(t)
				compute := x.figures
				switch x.Kind {
				case "due_dates":
					compute = x.dueDates
				case "schedule_change", "engine_payments":
					compute = x.changed
				}
				got, want := compute()
				tolerance := Money(0)
				if slices.Contains(x.Tags, "tie_sensitive") {
					tolerance = 1
				}
				if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b Money) bool { return abs(a-b) <= tolerance })); diff != "" {
					t.Errorf("%s %v (-want +got):\n%s", x.ID, x.Tags, diff)
				}
				passed = !t.Failed()
			})
		}
		counts.count(x.Kind, passed, reason)
	}
	counts.report(t)
}

func (x fineractCase) unsupported() string {
	switch {
	case x.Kind == "due_dates":
		return ""
	case x.Kind == "schedule_change" || x.Kind == "engine_payments":
		return ""
	case x.Kind != "schedule":
		return ""
	case !x.Recomputed:
		return "the case is not recomputed"
	}
	for _, tag := range x.Tags {
		if reason := unneeded[tag]; reason != "" {
			return reason
		}
	}
	return ""
}

// draws are the disbursals of a case, by whichever key it names them.
func (x fineractCase) draws() []Draw {
	var out []Draw
	in := x.Inputs
	switch {
	case in.has("disbursements"):
		for _, d := range in.objects("disbursements") {
			out = append(out, Draw{d.date("date"), d.money("amount")})
		}
	case in.has("events"):
		for _, e := range in.objects("events") {
			if e.text("op") == "disburse" {
				out = append(out, Draw{e.date("date"), e.money("amount")})
			}
		}
	default:
		out = []Draw{{in.date("disbursement_date"), in.money("principal")}}
	}
	return out
}

// figure is a row of a schedule as the vectors state it.
type figure struct {
	N                                  int
	Due                                Date
	Principal, Interest, Fees, Balance Money
}

func (x fineractCase) figures() (got, want []figure) {
	terms := x.terms()
	s, err := terms.ScheduleOf(x.draws())
	if err != nil {
		panic(fmt.Sprintf("%s: %v", x.ID, err))
	}
	listed := x.Expected.objects("rows")
	want = x.wanted()
	balances := runningBalances(listed, s.Rows, x.draws(), terms)
	for i, row := range s.Rows {
		f := figure{i + 1, row.DueDate, row.Principal, row.Interest, row.Fee, balances[i]}
		at := slices.IndexFunc(want, func(w figure) bool { return w.N == f.N })
		if at < 0 && x.Inputs.has("rows_listed") {
			continue
		}
		if at >= 0 && want[at].Balance < 0 {
			f.Balance = -1
		}
		got = append(got, f)
	}
	return got, want
}

// changed are the rows of a course after what happened to it.
func (x fineractCase) changed() (got, want []figure) {
	terms, draws := x.terms(), x.draws()
	terms.InterestRecalculation = RecalculateDaily
	s, err := terms.Schedule(draws[0].Amount, draws[0].Date)
	if err != nil {
		panic(err)
	}
	c := newCourse(terms, s.Rows, draws[0].Date)
	for _, e := range x.Inputs.objects("events")[1:] {
		if err := x.happen(c, e); err != nil {
			panic(err)
		}
	}
	balance := draws[0].Amount
	for i := range c.rows {
		row := &c.rows[i]
		balance -= row.principal
		got = append(got, figure{row.no, row.end, row.principal, row.interest, 0, max(balance, 0)})
	}
	return x.balances(got), x.wanted()
}

// balances leaves out balances of rows whose principal was paid before its time:
// the cases state what is outstanding, the rows what is scheduled.
func (x fineractCase) balances(rows []figure) []figure {
	if x.Kind == "engine_payments" {
		for i, row := range x.wanted() {
			rows[i].Balance = row.Balance
		}
	}
	return rows
}

func (x fineractCase) happen(c *course, e fields) error {
	switch e.text("op") {
	case "disburse":
		return c.draw(e.date("date"), e.money("amount"))
	case "interest_pause":
		return c.hold(e.date("start"), e.date("end"))
	case "rate_change":
		return c.changeRate(e.date("effective"), e.rate("rate"))
	}
	k := slices.IndexFunc(c.rows, func(s stretch) bool { return s.end == e.date("installment_due") })
	if e.text("op") == "pay_principal" {
		return c.payPrincipal(k, e.date("date"), e.money("amount"))
	}
	return c.payInterest(k, e.money("amount"))
}

// wanted are the rows that a case states.
func (x fineractCase) wanted() []figure {
	var want []figure
	for _, row := range x.Expected.objects("rows") {
		if !row.has("n") {
			continue
		}
		fees, balance := Money(0), Money(-1)
		if row.has("fees") {
			fees = row.money("fees")
		}
		if row.has("balance") {
			balance = row.money("balance")
		}
		want = append(want, figure{row.int("n"), row.date("due_date"), row.money("principal"), row.money("interest"), fees, balance})
	}
	return want
}

// runningBalances are the balances as the cases show them: a disbursal adds its
// amount where it is listed, but after an instalment that is due on its day. The
// cases that list none count it in the row that ends on the day from which it bears
// interest.
func runningBalances(listed []fields, rows []ScheduleRow, draws []Draw, terms Terms) []Money {
	out := make([]Money, len(rows))
	var balance, waiting Money
	if !slices.ContainsFunc(listed, func(f fields) bool { return f.or("type", "") == "disbursement" }) {
		for i, row := range rows {
			until := row.DueDate
			if terms.PartMonth == PartIsWhole && i+1 < len(rows) {
				until = rows[i+1].DueDate - 1
			}
			for ; len(draws) > 0 && draws[0].Date <= until; draws = draws[1:] {
				balance += draws[0].Amount
			}
			balance -= row.Principal
			out[i] = balance
		}
		return out
	}
	n := 0
	for _, row := range listed {
		if row.or("type", "") == "disbursement" {
			if terms.TrancheEMI != TranchePlanned && n < len(rows) && rows[n].DueDate == row.date("date") && rows[n].PeriodStart < rows[n].PeriodEnd {
				waiting += row.money("amount")
			} else {
				balance += row.money("amount")
			}
		} else if n < len(rows) {
			balance -= rows[n].Principal
			out[n] = balance
			balance, waiting = balance+waiting, 0
			n++
		}
	}
	return out
}

// dueDates are the due dates of a loan alone, from a seed day.
func (x fineractCase) dueDates() (got, want []figure) {
	in, terms := x.Inputs, Terms{BPIMode: BPINone}
	terms.EMICount, terms.EMIEvery = in.int("number_of_repayments"), in.int("repay_every")
	disbursed := in.date("disbursement_date")
	switch {
	case in.has("first_repayment_date"):
		terms.FirstDueDate = in.date("first_repayment_date")
	case in.has("minimum_days_to_first_repayment"):
		terms.FirstDueDate = max(disbursed.AddDays(in.int("minimum_days_to_first_repayment")), disbursed.AddMonths(terms.EMIEvery))
	case in.has("schedule_start_date"):
		seed := in.date("schedule_start_date")
		terms.FirstDueDate, terms.CycleDay = seed.AddMonths(terms.EMIEvery), seed.Day()
	}
	s, err := terms.Schedule(100_000_00, disbursed)
	if err != nil {
		panic(fmt.Sprintf("%s: %v", x.ID, err))
	}
	for _, row := range s.Rows {
		got = append(got, figure{Due: row.DueDate})
	}
	for _, due := range texts(x.Expected["due_dates"]) {
		want = append(want, figure{Due: asDate(due)})
	}
	return got, want
}

// terms reads the inputs of a schedule as terms of ours.
func (x fineractCase) terms() Terms {
	in := x.Inputs
	days := func(key string) Days {
		d, err := ParseDays(in.text(key))
		if err != nil {
			panic(err)
		}
		return d
	}
	terms := Terms{ROIValue: in.rate("annual_rate_percent"), EMICount: in.int("number_of_repayments"), EMIEvery: in.int("repay_every"),
		EMIFrequency:  map[string]Frequency{"months": Monthly, "weeks": Weekly, "days": EveryDays, "years": Yearly}[in.text("frequency")],
		DayCount:      DayCount{days("days_in_year"), days("days_in_month")},
		InterestBasis: map[string]string{"daily": BasisDays, "same_as_repayment_period": BasisPeriod}[in.text("interest_calculation_period")],
		EMIRounding:   Rounding{1, HalfEven}, InterestRounding: Rounding{1, HalfEven}, EMIBasis: EMISolve, LastInstalment: LastLevel, BPIMode: BPINone,
		InterestDay: InterestAtEnd, PartMonth: PartByDays}
	if in.has("installment_multiple_of") {
		terms.EMIRounding.Unit = in.money("installment_multiple_of")
	}
	if terms.DaysInMonth == 30 && terms.DaysInYear == Actual || terms.InterestBasis == BasisPeriod {
		terms.DaysInMonth = Actual
	}
	if in.text("interest_method") == "flat" {
		terms.InterestMethod, terms.EMIBasis, terms.LastInstalment = Flat, EMIFormula, LastAbsorbs
	}
	if in.text("amortization") == "equal_principal" {
		terms.Amortization, terms.LastInstalment = EqualPrincipal, LastAbsorbs
	}
	if in.text("loan_schedule_type") == "cumulative" {
		x.cumulative(&terms)
	}
	x.options(&terms)
	return terms
}

// cumulative are the conventions of the older engine: the last row absorbs, a
// year of days always has 365.
func (x fineractCase) cumulative(terms *Terms) {
	terms.LastInstalment, terms.FlatInterest, terms.TrancheEMI = LastAbsorbs, FlatEqual, TranchePlanned
	if terms.DaysInYear == Actual {
		terms.DaysInYear = 365
	}
}

// options reads what only some cases have.
func (x fineractCase) options(terms *Terms) {
	in := x.Inputs
	if first := in.or("first_repayment_date", ""); first != "" {
		terms.FirstDueDate = asDate(first)
	} else if seed := in.or("schedule_start_date", ""); seed != "" && asDate(seed) != in.date("disbursement_date") && terms.months() > 0 {
		terms.FirstDueDate, terms.CycleDay = asDate(seed).AddMonths(terms.months()), asDate(seed).Day()
	}
	if in["interest_recognition_on_disbursement_date"] == true {
		terms.InterestDay = InterestAtStart
	}
	if in.or("days_in_year_custom_strategy", "") == "feb_29_period_only" {
		terms.LeapDays = LeapByRow
	}
	if terms.InterestBasis == BasisPeriod && in["allow_partial_period_interest"] == false {
		terms.PartMonth = PartIsWhole
	}
	if in.has("down_payment") {
		terms.DownPayment = in.sub("down_payment").rate("percent")
	}
	if in.has("fixed_length") {
		terms.TermLength = in.int("fixed_length")
	}
	if grace := in.or("grace_on_principal_payment", "0"); grace != "0" {
		terms.Moratorium = &Moratorium{Instalments: in.int("grace_on_principal_payment"), Kind: InterestPaidDuring}
		terms.EMICount -= terms.Moratorium.Instalments
		if in.has("grace_on_interest_payment") {
			terms.Moratorium.Deferred = in.int("grace_on_interest_payment")
		}
	}
	if in.has("installment_fees") {
		for _, fee := range in.objects("installment_fees") {
			f := InstalmentFee{Basis: fee.text("basis")}
			if f.Basis == FeeFlat {
				f.Amount = fee.money("amount_or_percent")
			} else {
				f.Percent = fee.rate("amount_or_percent")
			}
			terms.InstalmentFees = append(terms.InstalmentFees, f)
		}
	}
	if in.has("currency_multiple_of") {
		terms.InterestRounding.Unit = in.money("currency_multiple_of")
		terms.PrincipalRounding.Unit = terms.InterestRounding.Unit
	}
}
