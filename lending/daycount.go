package lending

import (
	"encoding/json"
	"fmt"
)

// Days is a number of days in a year or a month, or Actual. JSON: the number,
// or "actual". Zero means "not given": 365 days in a year, actual ones in a month.
type Days int

// Actual counts the days that the calendar has.
const Actual Days = -1

// DayCount says what part of a year a span is (domain 1.1). The zero value is
// actual/365, the default. A day runs from its date to the next one: the first date of a
// span counts, the last does not.
//
// Worked: 1,00,000 at 12% over the leap year 2024 costs 12,032.88 by actual/365 and
// 12,000.00 by actual/actual (DC-04). Interest of a span is rounded once: 10,00,000 at
// 19.5% cost 48,082.19 in 90 days, not 90 times the 534.25 of one day (DC-03).
type DayCount struct {
	DaysInYear  Days `json:"days_in_year,omitzero"`
	DaysInMonth Days `json:"days_in_month,omitzero"`
}

// The day counts with names of their own.
var (
	Thirty360    = DayCount{360, 30}
	Actual365    = DayCount{365, Actual}
	Actual360    = DayCount{360, Actual}
	ActualActual = DayCount{Actual, Actual}
)

// ParseDayCount reads "30/360", "actual/365", "actual/360", "actual/actual" and
// the like: days in a month over days in a year.
func ParseDayCount(name string) (DayCount, error) {
	for _, month := range []Days{Actual, 30} {
		for _, year := range []Days{Actual, 360, 364, 365} {
			c := DayCount{year, month}
			if c.String() == name && c.Validate() == nil {
				return c, nil
			}
		}
	}
	return DayCount{}, RefuseField("day_count", "day_count.unknown", "Day counts are 30/360, actual/365, actual/360, actual/364 and actual/actual.")
}

func (c DayCount) complete() DayCount {
	if c.DaysInYear == 0 {
		c.DaysInYear = 365
	}
	if c.DaysInMonth == 0 {
		c.DaysInMonth = Actual
	}
	return c
}

// Validate refuses a basis that is not known, naming the wire field.
func (c DayCount) Validate() error {
	c = c.complete()
	switch c.DaysInYear {
	case Actual, 360, 364, 365:
	default:
		return RefuseField("days_in_year", "day_count.year", "A year has 360, 364, 365 or actual days.")
	}
	if c.DaysInMonth != Actual && c.DaysInMonth != 30 {
		return RefuseField("days_in_month", "day_count.month", "A month has 30 or actual days.")
	}
	if c.DaysInMonth == 30 && c.DaysInYear == Actual {
		return RefuseField("days_in_month", "day_count.mixed", "Months of 30 days need a year of 360, 364 or 365 days.")
	}
	return nil
}

// String is the name of the day count: "actual/365".
func (c DayCount) String() string {
	c = c.complete()
	return c.DaysInMonth.String() + "/" + c.DaysInYear.String()
}

// Days counts the days from one day to a later one, the first included, the
// last not: those of the calendar, or with months of 30 days by the bond basis:
// a 31st counts as the 30th, at the end only if the start is the 30th (domain 1.1).
func (c DayCount) Days(from, to Date) int {
	if c.DaysInMonth != 30 {
		return to.Sub(from)
	}
	fromYear, fromMonth, first := from.civil()
	toYear, toMonth, last := to.civil()
	first = min(first, 30)
	if last == 31 && first == 30 {
		last = 30
	}
	return (toYear-fromYear)*360 + (toMonth-fromMonth)*30 + last - first
}

// parts is the span from one day to another in parts of a year. With an actual
// year the span is cut at each 1 January and a piece counts by the length of
// its own year (domain 1.1).
func (c DayCount) parts(from, to Date) uint64 {
	if to <= from {
		return 0
	}
	c = c.complete()
	if c.DaysInYear != Actual {
		return uint64(c.Days(from, to)) * (yearParts / uint64(c.DaysInYear))
	}
	var sum uint64
	for year := from.Year(); from < to; year++ {
		start, next := firstOf(year, 1), firstOf(year+1, 1)
		end := min(next, to)
		sum += uint64(end.Sub(from)) * (yearParts / uint64(next.Sub(start)))
		from = end
	}
	return sum
}

// InterestOver is simple interest on an amount from one day to another, computed
// exactly and rounded once (domain 1.2).
func (c DayCount) InterestOver(amount Money, rate Rate, from, to Date, rounding Rounding) (Money, error) {
	share, fits := interestOn(amount, rate, c.parts(from, to))
	interest, ok := rounding.quotient(share, interestScale)
	if !fits || !ok {
		return 0, tooLarge()
	}
	return interest, nil
}

func tooLarge() *Error {
	return Refuse(Invalid, "money.range", "These terms give amounts that are more than this program counts.")
}

// String is the number of days, or "actual".
func (d Days) String() string {
	if d == Actual {
		return "actual"
	}
	return fmt.Sprint(int(d))
}

// MarshalJSON writes the number, or "actual".
func (d Days) MarshalJSON() ([]byte, error) {
	if d == Actual {
		return []byte(`"actual"`), nil
	}
	return json.Marshal(int(d))
}

// UnmarshalJSON reads a number, "actual", or a string that holds a number.
func (d *Days) UnmarshalJSON(data []byte) error {
	text, err := numberText(json.RawMessage(data))
	if err != nil {
		return err
	}
	parsed, err := ParseDays(text)
	*d = parsed
	return err
}

// ParseDays reads "actual" or a number of days; "" is not given.
func ParseDays(text string) (Days, error) {
	switch text {
	case "", "0":
		return 0, nil
	case "actual":
		return Actual, nil
	case "30":
		return 30, nil
	case "360":
		return 360, nil
	case "364":
		return 364, nil
	case "365":
		return 365, nil
	}
	return 0, Refuse(Invalid, "day_count.unknown", "Days are counted as 30, 360, 364, 365 or actual.")
}
