package lending

// Presentation is one attempt to collect a due through NACH.
type Presentation struct {
	Presented Date
	Returned  Date // zero: not returned
}

// NextPresentation is the first day on which a due may be presented again: not
// before three days after the last return, and at most two more times after the
// first (domain 8.3). Worked: returned on 7 April, again from the 10th; returned on
// the 11th, again from the 14th; a fourth time never (NAC-01).
func NextPresentation(past []Presentation, on Date) (earliest Date, allowed bool) {
	if len(past) == 0 {
		return on, true
	}
	last := past[len(past)-1]
	if len(past) >= int(nachPresentations.on(on).Value) || last.Returned == 0 {
		return 0, false
	}
	return last.Returned.AddDays(int(nachGapDays.on(on).Value)), true
}

// mandateMonths is how many months one collection under a mandate stands for. A mandate
// that is used as and when presented has no period.
var mandateMonths = map[string]int{"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}

// MandatePeriod is the period in which a mandate allows one collection: whole calendar
// months, counted from the month of its first day. It is bounded only for a day on or
// after that one and a frequency that has periods. Worked: a quarterly mandate from
// 10 February allows one collection from 1 February to 30 April, the next from 1 May.
func MandatePeriod(frequency string, first, on Date) (from, until Date, bounded bool) {
	months := mandateMonths[frequency]
	if months == 0 || on < first {
		return 0, 0, false
	}
	since := (on.Year()-first.Year())*12 + int(on.Month()) - int(first.Month())
	from = NewDate(first.Year(), first.Month(), 1).AddMonths(since / months * months)
	return from, from.AddMonths(months).AddDays(-1), true
}

// NACHItem is one item of a presentation file with what became of it.
type NACHItem struct {
	ID        string
	Amount    Money
	State     string // pending, submitted, rejected, extended, confirmed, returned
	ValueDate Date
}

// ExpectedCredits are the net credits that the sponsor bank owes by value date: the
// confirmed items of that date (domain 8.5). Items that are extended or pending are
// still open.
func ExpectedCredits(items []NACHItem) (credits map[Date]Money, open []string) {
	credits = map[Date]Money{}
	for _, item := range items {
		switch item.State {
		case "confirmed":
			credits[item.ValueDate] += item.Amount
		case "pending", "submitted", "extended":
			open = append(open, item.ID)
		}
	}
	return credits, open
}
