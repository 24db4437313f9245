package servicing

import (
	"encoding/json"

	"lekha/lending"
)

// tenure reads the number of instalments, and makes a bullet of a tenure that is
// given without them, as supply chain products write it.
func (v loanValues) tenure(t *lending.Terms) {
	if v.has("emi_count") {
		t.EMICount = v.whole("emi_count")
	}
	if t.EMICount > 0 || v.has("amortization") || v.whole("tenure_value") == 0 {
		return
	}
	t.Amortization, t.EMICount, t.EMIEvery, t.EMIFrequency = lending.Bullet, 1, v.whole("tenure_value"), lending.EveryDays
	switch v.text("tenure_period") {
	case "months":
		t.EMIFrequency = lending.Monthly
	case "years":
		t.EMIFrequency = lending.Yearly
	}
}

// fixedDue moves the due date of a loan that is repaid in one to the first of some days
// of the month: on or after its tenure, or after tenure_min_days where those are given.
func (v loanValues) fixedDue(terms *lending.Terms, on lending.Date) error {
	if !v.flag("tenure_fixed_due_date") {
		return nil
	}
	full := terms.Complete()
	if full.Amortization != lending.Bullet || full.EMICount > 1 {
		return belongsTo("tenure_fixed_due_date", "Fixed due days are for a loan that is repaid in one; instalments have a cycle_day.")
	}
	var days []int
	if v.has("tenure_due_days") {
		_ = json.Unmarshal(v.data["tenure_due_days"], &days) // checked when it was stored
	}
	if len(days) == 0 {
		return lending.RefuseField("tenure_due_days", "terms.tenure_due_days", "Say on which days of the month it may fall due.")
	}
	earliest := on.AddDays(v.whole("tenure_min_days"))
	if earliest == on {
		schedule, err := terms.Schedule(1_00, on)
		if err != nil {
			return err
		}
		earliest = schedule.Maturity
	}
	due := firstOfDays(days, earliest)
	terms.FirstDueDate, terms.EMICount, terms.EMIFrequency, terms.EMIEvery, terms.BPIMode = due, 1, lending.EveryDays, due.Sub(on), lending.BPINone
	return nil
}

// firstOfDays is the first day from a day on that is one of some days of the month; the
// 29th to the 31st are the last day of a shorter month.
func firstOfDays(days []int, from lending.Date) lending.Date {
	for day := from; ; day++ {
		last := (day + 1).Day() == 1
		for _, d := range days {
			if day.Day() == d || last && day.Day() < d {
				return day
			}
		}
	}
}
