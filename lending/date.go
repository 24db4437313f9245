package lending

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"
)

// Date is a calendar day in Asia/Kolkata: days since 31 December 1849, so that
// the zero Date means "no date". Stored and written as YYYY-MM-DD.
type Date int32

// epochOffset is the Date of 1 January 1970.
const epochOffset = 43830

// India is Asia/Kolkata: +05:30 all year.
var India = time.FixedZone("IST", 5*3600+1800)

// NewDate makes a day; the month and day are normalised as time.Date does.
func NewDate(year int, month time.Month, day int) Date {
	return firstOf(year, int(month)) + Date(day-1)
}

// firstOf is the first day of a month, months beyond a year carried over. Years
// are counted from March, so that the leap day is the last of its year (the
// proleptic Gregorian calendar in eras of 400 years, 146097 days).
func firstOf(year, month int) Date {
	year += floorDiv(month-3, 12)
	month = month - 3 - 12*floorDiv(month-3, 12)
	era := floorDiv(year, 400)
	yearOfEra := year - era*400
	day := era*146097 + yearOfEra*365 + yearOfEra/4 - yearOfEra/100 + (153*month+2)/5
	return Date(day - 719468 + epochOffset)
}

// civil is the year, month and day of the month: the way back from firstOf.
func (d Date) civil() (year, month, day int) {
	n := int(d) - epochOffset + 719468
	era := floorDiv(n, 146097)
	n -= era * 146097
	yearOfEra := (n - n/1460 + n/36524 - n/146096) / 365
	n -= yearOfEra*365 + yearOfEra/4 - yearOfEra/100
	m := (5*n + 2) / 153
	year, month, day = era*400+yearOfEra, m+3, n-(153*m+2)/5+1
	if month > 12 {
		year, month = year+1, month-12
	}
	return year, month, day
}

// clipped is a day of a month, or the last one of a shorter month.
func clipped(year, month, day int) Date {
	first := firstOf(year, month)
	return min(first+Date(day-1), firstOf(year, month+1)-1)
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// DateOf is the day in India on which an instant falls.
func DateOf(t time.Time) Date {
	t = t.In(India)
	return NewDate(t.Year(), t.Month(), t.Day())
}

// ParseDate reads YYYY-MM-DD between 1900 and 2200.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1900 || t.Year() > 2200 {
		if len(s) > 20 {
			s = s[:20] + "…"
		}
		return 0, Refuse(Invalid, "date.unreadable", fmt.Sprintf("%q is not a date; dates are written 2026-11-24.", s))
	}
	return NewDate(t.Year(), t.Month(), t.Day()), nil
}

func (d Date) utc() time.Time {
	return time.Unix((int64(d)-epochOffset)*86400, 0).UTC()
}

// IsZero says that there is no date.
func (d Date) IsZero() bool { return d == 0 }

// String is YYYY-MM-DD, "" for no date.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	return d.utc().Format(time.DateOnly)
}

// Time is midnight in India at the start of the day.
func (d Date) Time() time.Time {
	u := d.utc()
	return time.Date(u.Year(), u.Month(), u.Day(), 0, 0, 0, 0, India)
}

// Year of the day.
func (d Date) Year() int { year, _, _ := d.civil(); return year }

// Month of the day.
func (d Date) Month() time.Month { _, month, _ := d.civil(); return time.Month(month) }

// Day of the month.
func (d Date) Day() int { _, _, day := d.civil(); return day }

// Weekday of the day.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// AddDays moves by days.
func (d Date) AddDays(n int) Date { return d + Date(n) }

// Sub is the number of days from o to d.
func (d Date) Sub(o Date) int { return int(d - o) }

// AddMonths moves by months, clipped to the end of a shorter month.
func (d Date) AddMonths(n int) Date {
	year, month, day := d.civil()
	return clipped(year, month+n, day)
}

// Value writes the day as text, no date as NULL.
func (d Date) Value() (driver.Value, error) {
	if d == 0 {
		return nil, nil
	}
	return d.String(), nil
}

// Scan reads what Value wrote.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = 0
		return nil
	case []byte:
		return d.Scan(string(v))
	case string:
		parsed, err := ParseDate(v)
		*d = parsed
		return err
	default:
		return fmt.Errorf("reading a date: unexpected %T", src)
	}
}

// MarshalJSON writes "YYYY-MM-DD", no date as null.
func (d Date) MarshalJSON() ([]byte, error) {
	if d == 0 {
		return []byte("null"), nil
	}
	return json.Marshal(d.String())
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (d *Date) UnmarshalJSON(data []byte) error {
	const plain = len(`"2006-01-02"`)
	if len(data) == plain && data[0] == '"' { // as it nearly always is; anything else is read with care
		if parsed, err := ParseDate(string(data[1 : plain-1])); err == nil {
			*d = parsed
			return nil
		}
	}
	var s *string
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	if *d = 0; s == nil {
		return nil
	}
	parsed, err := ParseDate(*s)
	*d = parsed
	return err
}

// Span is a stretch of days, both included.
type Span struct{ From, To Date }

// Overlaps says that two spans share a day: interest of a day is booked once.
func (s Span) Overlaps(other Span) bool { return s.From <= other.To && other.From <= s.To }
