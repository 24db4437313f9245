package lending

import "testing"

var tariff = RateSlabs{{15, 18_000_000}, {30, 24_000_000}, {0, 36_000_000}}

// slabLoan is a lakh repaid in one after 40 days, at the tariff.
func slabLoan(pricing string) Terms {
	return Terms{RateSlabs: tariff, SlabPricing: pricing, Amortization: Bullet, EMICount: 1, EMIEvery: 40, EMIFrequency: EveryDays, DayCount: DayCount{DaysInYear: 360, DaysInMonth: Actual}}
}

// 15 days of 18%, 15 of 24% and 10 of 36% are 750 + 1,000 + 1,000; 40 days of 36% are
// 4,000. Foreclosed on day 20 it owes 750 + 333.33, or 20 days of 24%.
func TestRatesThatChangeWithTheDays(t *testing.T) {
	for _, c := range []struct {
		pricing        string
		whole, onDay20 Money
		perDay         Money
	}{{SlabOwnDays, 2_750_00, 1_083_33, 66_67}, {SlabAllDays, 4_000_00, 1_333_33, 66_67}} {
		terms := slabLoan(c.pricing)
		s := mustSchedule(terms, 100_000_00, must(ParseDate("2026-04-01")))
		if len(s.Rows) != 1 || s.Rows[0].Interest != c.whole || s.Maturity != must(ParseDate("2026-05-11")) {
			t.Errorf("%s: %+v", c.pricing, s.Rows)
		}
		facts := []Fact{{Key: "d", Kind: FactDisbursal, ValueDate: must(ParseDate("2026-04-01")), Amount: 100_000_00, Disbursal: &Disbursal{Loan: "l", Terms: terms, Rows: s.Rows}}}
		book, err := Replay(facts, At{Date: must(ParseDate("2026-04-21"))})
		if err != nil {
			t.Fatal(err)
		}
		q, err := Foreclose(book, terms, ForeclosureTerms{Loan: "l"})
		if err != nil || q.AccruedInterest != c.onDay20 || q.PerDay != c.perDay {
			t.Errorf("%s on day 20: %+v, %v", c.pricing, q, err)
		}
	}
}

// Overdue interest at "the same rate" goes on where the slabs were; by slabs of its own
// it counts from the due date. A penal charge does the same.
func TestOverdueRatesThatChangeWithTheDays(t *testing.T) {
	after := Terms{RateSlabs: RateSlabs{{15, 18_000_000}, {60, 24_000_000}, {0, 36_000_000}}, Amortization: Bullet, EMICount: 1, EMIEvery: 40, EMIFrequency: EveryDays}.SlabsAfterDue()
	if after.String() != "24% to day 20, then 36%" {
		t.Errorf("after the due date: %s", after)
	}
	if tail := slabLoan("").SlabsAfterDue(); tail != nil {
		t.Errorf("one rate is left: %v", tail)
	}
	policy := DefaultPolicy()
	policy.OverdueSlabs, policy.DayCount = after, DayCount{DaysInYear: 360, DaysInMonth: Actual}
	policy.Penal = PenalPolicy{Kind: PenalRate, RateSlabs: RateSlabs{{10, 12_000_000}, {0, 72_000_000}}}
	terms := slabLoan("")
	s := mustSchedule(terms, 100_000_00, must(ParseDate("2026-04-01")))
	facts := []Fact{{Key: "p", Kind: FactTerms, ValueDate: must(ParseDate("2026-04-01")), Policy: &policy},
		{Key: "d", Kind: FactDisbursal, ValueDate: must(ParseDate("2026-04-01")), Amount: 100_000_00, Disbursal: &Disbursal{Loan: "l", Terms: terms, Rows: s.Rows}}}
	for _, c := range []struct {
		on             string
		overdue, penal Money
	}{ // on 1,02,750.00: 20 days of 24% are 1,370.00, 10 more of 36% 1,027.50; penal 10 days of 12% 342.50, 20 of 72% 4,110.00
		{"2026-05-31", 1_370_00, 342_50 + 2_055_00}, {"2026-06-10", 2_397_50, 342_50 + 4_110_00}} {
		book, err := Replay(facts, At{Date: must(ParseDate(c.on))})
		if err != nil {
			t.Fatal(err)
		}
		if d := book.Demands[0]; d.Amount[OverdueInterest] != c.overdue || d.Amount[Penal] != c.penal {
			t.Errorf("on %s overdue %s, penal %s; want %s, %s", c.on, d.Amount[OverdueInterest], d.Amount[Penal], c.overdue, c.penal)
		}
	}
}

// A fixed charge for each 30 days begun, and a least charge once one is borne.
func TestPenalChargeByTheMonthAndAtLeast(t *testing.T) {
	for _, c := range []struct {
		name  string
		penal PenalPolicy
		grace int
		late  int
		want  Money
	}{
		{"first day", PenalPolicy{Kind: PenalPerMonth, Amount: 150_00}, 0, 1, 150_00},
		{"thirtieth day", PenalPolicy{Kind: PenalPerMonth, Amount: 150_00}, 0, 30, 150_00},
		{"thirty-first day", PenalPolicy{Kind: PenalPerMonth, Amount: 150_00}, 0, 31, 300_00},
		{"inside grace", PenalPolicy{Kind: PenalPerMonth, Amount: 150_00}, 5, 5, 0},
		{"after grace, from its end", PenalPolicy{Kind: PenalPerMonth, Amount: 150_00, ChargeFrom: ChargeFromAfterGrace}, 5, 35, 150_00},
		{"at least", PenalPolicy{Kind: PenalPerDay, Amount: 20_00, Least: 100_00}, 0, 2, 100_00},
		{"more than the least", PenalPolicy{Kind: PenalPerDay, Amount: 20_00, Least: 100_00}, 0, 6, 120_00},
		{"nothing charged, no least", PenalPolicy{Kind: PenalPerDay, Amount: 20_00, Least: 100_00}, 5, 5, 0},
		{"the cap is above the least", PenalPolicy{Kind: PenalPerDay, Amount: 20_00, Least: 100_00, Cap: 80_00}, 0, 2, 80_00},
	} {
		policy := DefaultPolicy()
		policy.Penal, policy.GraceDays = c.penal, c.grace
		terms := slabLoan("")
		s := mustSchedule(terms, 100_000_00, must(ParseDate("2026-04-01")))
		book, err := Replay([]Fact{{Key: "p", Kind: FactTerms, ValueDate: must(ParseDate("2026-04-01")), Policy: &policy},
			{Key: "d", Kind: FactDisbursal, ValueDate: must(ParseDate("2026-04-01")), Amount: 100_000_00, Disbursal: &Disbursal{Loan: "l", Terms: terms, Rows: s.Rows}}},
			At{Date: s.Maturity.AddDays(c.late)})
		if err != nil || book.Demands[0].Amount[Penal] != c.want {
			t.Errorf("%s: %v, %v, want %s", c.name, book.Demands[0].Amount[Penal], err, c.want)
		}
	}
}

// Interest from the day after the disbursal is a day less: 29 of 30 days at 18% of a
// year of 365 on a lakh are 1,430.14; a loan by instalments has a first row of as many.
func TestInterestFromTheNextDay(t *testing.T) {
	terms := Terms{ROIValue: 18_000_000, Amortization: Bullet, EMICount: 1, EMIEvery: 30, EMIFrequency: EveryDays, InterestStarts: StartsNextDay}
	row := mustSchedule(terms, 100_000_00, must(ParseDate("2026-04-01"))).Rows[0]
	if row.Interest != 1_430_14 || row.PeriodStart != must(ParseDate("2026-04-02")) || row.DueDate != must(ParseDate("2026-05-01")) {
		t.Errorf("%+v", row)
	}
	rows := mustSchedule(Terms{ROIValue: 18_000_000, EMICount: 12, InterestStarts: StartsNextDay}, 100_000_00, must(ParseDate("2026-04-10"))).Rows
	if rows[0].PeriodStart != must(ParseDate("2026-04-11")) || rows[0].DueDate != must(ParseDate("2026-05-10")) || rows[0].Interest != 1_430_14 || rows[1].Interest >= 1_500_00 {
		t.Errorf("%+v", rows[:2])
	}
}

// Closed after ten days with a lock-in of thirty, a lakh at 18% owes interest of thirty
// days, 493.15 + 986.30; after forty days the lock-in says nothing.
func TestInterestIsLockedIn(t *testing.T) {
	terms := Terms{ROIValue: 18_000_000, Amortization: Bullet, EMICount: 1, EMIEvery: 90, EMIFrequency: EveryDays, LockInDays: 30}
	s := mustSchedule(terms, 100_000_00, must(ParseDate("2026-04-01")))
	for on, want := range map[string]Money{"2026-04-11": 1_479_45, "2026-05-01": 1_479_45, "2026-05-11": 1_972_60} {
		book, err := Replay([]Fact{{Key: "d", Kind: FactDisbursal, ValueDate: must(ParseDate("2026-04-01")), Amount: 100_000_00, Disbursal: &Disbursal{Loan: "l", Terms: terms, Rows: s.Rows}}}, At{Date: must(ParseDate(on))})
		if err != nil {
			t.Fatal(err)
		}
		q, err := Foreclose(book, terms, ForeclosureTerms{Loan: "l"})
		if err != nil || q.AccruedInterest != want {
			t.Errorf("on %s: %s, %v, want %s", on, q.AccruedInterest, err, want)
		}
		if ran, err := book.accruedOf(&book.Loans[0]); err != nil || ran > want {
			t.Errorf("on %s %s has run by the books, %v", on, ran, err)
		}
	}
}
