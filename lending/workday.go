package lending

import (
	"slices"
	"time"
)

// BankHolidays are gazetted days beside Sundays and the second and fourth Saturdays.
type BankHolidays []Date

// Closed says that banks do no branch work on a day. Interest, dues and days past
// due run on all days; only presentation and payout go by it (domain 5.5, CAL-01).
func (h BankHolidays) Closed(d Date) bool {
	week := (d.Day()-1)/7 + 1
	return d.Weekday() == time.Sunday || d.Weekday() == time.Saturday && (week == 2 || week == 4) || slices.Contains(h, d)
}

// Following is the day itself or the next working day.
func (h BankHolidays) Following(d Date) Date {
	for h.Closed(d) {
		d++
	}
	return d
}

// Preceding is the day itself or the working day before.
func (h BankHolidays) Preceding(d Date) Date {
	for h.Closed(d) {
		d--
	}
	return d
}

// ModifiedFollowing is the next working day unless that is in another month: then
// the one before. 31 August 2025, a Sunday, becomes 30 August.
func (h BankHolidays) ModifiedFollowing(d Date) Date {
	if next := h.Following(d); next.Month() == d.Month() {
		return next
	}
	return h.Preceding(d)
}

// AddWorkdays is the n-th working day after a day.
func (h BankHolidays) AddWorkdays(d Date, n int) Date {
	for range n {
		d = h.Following(d + 1)
	}
	return d
}
