package lending

import (
	"cmp"
	"slices"
)

// OverdraftDay is what happened on an overdraft on one day.
type OverdraftDay struct {
	Date     Date
	Credit   Money // paid in
	Debit    Money // drawn, interest left out
	Interest Money // debited
	Limit    Money // or drawing power, from this day on; 0: as before
}

// OutOfOrder says since when an overdraft is out of order, and why: its balance is
// above the limit for 90 days on end, nothing is credited for 90 days, or the
// credits of the last 90 days, the day-end included, are less than the interest
// debited in them (domain 4.4). Out of order is non-performing. Worked: a balance above the
// limit since 1 January 2025 is out of order on the day-end of 31 March, the 90th.
func OutOfOrder(days []OverdraftDay, limit Money, at Date) (since Date, why string) {
	days = slices.Clone(days)
	slices.SortStableFunc(days, func(a, b OverdraftDay) int { return cmp.Compare(a.Date, b.Date) })
	if len(days) == 0 {
		return 0, ""
	}
	var balance Money
	above, lastCredit, next := Date(0), days[0].Date, 0
	for day := days[0].Date; day <= at; day++ {
		for ; next < len(days) && days[next].Date == day; next++ {
			d := &days[next]
			balance += d.Debit + d.Interest - d.Credit
			if d.Limit > 0 {
				limit = d.Limit
			}
			if d.Credit > 0 {
				lastCredit = day
			}
		}
		if balance <= limit {
			above = 0
		} else if above == 0 {
			above = day
		}
		norm := Date(outOfOrderDays.on(day).Value)
		switch {
		case above != 0 && day-above+1 >= norm:
			return day, "the balance is above the limit for " + Days(norm).String() + " days"
		case balance > 0 && day-lastCredit >= norm:
			return day, "nothing was credited for " + Days(norm).String() + " days"
		case day-days[0].Date+1 >= norm && creditsBelowInterest(days[:next], day-norm+1):
			return day, "the credits of " + Days(norm).String() + " days do not cover the interest"
		}
	}
	return 0, ""
}

// creditsBelowInterest compares both from a day on.
func creditsBelowInterest(days []OverdraftDay, from Date) bool {
	var credits, interest Money
	for i := range days {
		if days[i].Date >= from {
			credits += days[i].Credit
			interest += days[i].Interest
		}
	}
	return credits < interest
}

// OverdraftCategory is the special mention of a revolving facility: by the days for
// which its balance has been above the limit or the drawing power without a break, 31
// to 60 and 61 to 90; it has no SMA-0 (domain 4.1.4 [S2]). Out of order is
// non-performing. Worked: above the limit since 1 January 2025, it is SMA-1 from the
// day-end of 31 January and SMA-2 from that of 2 March.
func OverdraftCategory(days []OverdraftDay, limit Money, at Date) Category {
	if since, _ := OutOfOrder(days, limit, at); since != 0 {
		return SubStandard
	}
	days = slices.Clone(days)
	slices.SortStableFunc(days, func(a, b OverdraftDay) int { return cmp.Compare(a.Date, b.Date) })
	var balance Money
	above := Date(0)
	for i, d := range days {
		if d.Date > at {
			break
		}
		balance += d.Debit + d.Interest - d.Credit
		if d.Limit > 0 {
			limit = d.Limit
		}
		if i+1 < len(days) && days[i+1].Date == d.Date {
			continue // the day is not over
		}
		if balance <= limit {
			above = 0
		} else if above == 0 {
			above = d.Date
		}
	}
	switch n := int64(at.Sub(above) + 1); {
	case above == 0 || n <= sma1Days.on(at).Value:
		return Regular
	case n <= sma2Days.on(at).Value:
		return SMA1
	}
	return SMA2
}
