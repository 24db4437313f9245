package views

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"lekha/lending"
)

const (
	minus = "\u2212" // stands before a figure below zero
	none  = "–"      // nothing, or not applicable
)

// group puts the commas of Indian grouping into digits: 1234567 is 12,34,567.
func group(digits string) string { return lending.GroupDigits(digits) }

// split returns the sign, the rupees and the paise of an amount.
func split(m lending.Money) (sign string, rupees, paise uint64) {
	v := uint64(m)
	if m < 0 {
		sign, v = minus, -v
	}
	return sign, v / 100, v % 100
}

// Amount is an amount with two places: "12,34,567.89", below zero "−50.00".
func Amount(m lending.Money) string { return m.Grouped() }

// AmountOrDash is [Amount], and – for nothing.
func AmountOrDash(m lending.Money) string {
	if m == 0 {
		return none
	}
	return Amount(m)
}

// Whole is an amount in whole rupees, rounded half away from zero, for lists:
// "12,34,568".
func Whole(m lending.Money) string {
	sign, rupees, paise := split(m)
	if paise >= 50 {
		rupees++
	}
	if rupees == 0 {
		return "0"
	}
	return sign + group(strconv.FormatUint(rupees, 10))
}

// Rupees is an amount with its sign of currency, for sentences and key figures:
// "₹12,34,567.89", "−₹50.00".
func Rupees(m lending.Money) string { return m.Rupees() }

// Change is a difference with its sign: "+20,204.00", "−1.50"; "" for none.
func Change(m lending.Money) string {
	switch {
	case m == 0:
		return ""
	case m > 0:
		return "+" + Amount(m)
	}
	return Amount(m)
}

// figure is a key figure in parts, so that its unit can be set smaller.
type figure struct{ Number, Unit string }

// short makes the short form of a key figure: 18.42 Cr, 92.50 L, and whole
// rupees below one lakh. The full amount belongs into the title beside it.
func short(m lending.Money) figure {
	const lakh, crore = 10_000_000, 1_000_000_000 // in paise
	sign, _, _ := split(m)
	v := uint64(m)
	if m < 0 {
		v = -v
	}
	hundredths := func(unit uint64) uint64 { return (v*100 + unit/2) / unit }
	switch {
	case v < lakh:
		return figure{Number: strings.Replace(sign+"₹"+Whole(lending.Money(v)), minus+"₹0", "₹0", 1)}
	case hundredths(lakh) < 100*100:
		return places(sign, hundredths(lakh), "L")
	}
	return places(sign, hundredths(crore), "Cr")
}

func places(sign string, hundredths uint64, unit string) figure {
	return figure{fmt.Sprintf("%s₹%s.%02d", sign, group(strconv.FormatUint(hundredths/100, 10)), hundredths%100), unit}
}

// Short is the short form of a key figure: "₹18.42 Cr", "₹92.50 L", "₹4,210".
func Short(m lending.Money) string {
	f := short(m)
	return strings.TrimSpace(f.Number + " " + f.Unit)
}

// Count is a number of things: "1,284".
func Count(n int) string {
	if n < 0 {
		return minus + group(strconv.Itoa(-n))
	}
	return group(strconv.Itoa(n))
}

// Counted is a number with its noun: "1 record", "86 records".
func Counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Count(n) + " " + many
}

// Day is a date in full: "20 Nov 2026"; – for none.
func Day(d lending.Date) string {
	if d.IsZero() {
		return none
	}
	return d.Time().Format("2 Jan 2006")
}

// DayIn is a date as lists show it: without the year when it is that of today.
func DayIn(d, today lending.Date) string {
	if d.IsZero() || d.Year() != today.Year() {
		return Day(d)
	}
	return d.Time().Format("2 Jan")
}

// Weekday is a date with its day of the week: "Fri 20 Nov 2026".
func Weekday(d lending.Date) string {
	if d.IsZero() {
		return none
	}
	return d.Time().Format("Mon 2 Jan 2006")
}

// DayHead is the head of a group of rows of one day: "Today", "Thu 19 Nov".
func DayHead(d, today lending.Date) string {
	switch {
	case d.IsZero():
		return none
	case d == today:
		return "Today"
	case d.Year() == today.Year():
		return d.Time().Format("Mon 2 Jan")
	}
	return Weekday(d)
}

// Moment is an instant on the clock of India: "today, 10:42", "19 Nov, 16:42",
// "19 Nov 2025, 16:42"; today is the business date. Where the clock is ahead of the
// books, because days are still to be closed, it says whose time it is: "25 Nov,
// 05:50 system time".
func Moment(t time.Time, today lending.Date) string {
	if t.IsZero() {
		return none
	}
	d, clock := lending.DateOf(t), t.In(lending.India).Format("15:04")
	if d == today {
		return "today, " + clock
	}
	if d > today && !today.IsZero() {
		clock += " system time"
	}
	return DayIn(d, today) + ", " + clock
}

// stamp is an instant as a machine reads it, for the datetime attribute.
func stamp(t time.Time) string { return t.In(lending.India).Format(time.RFC3339) }

// Year is the financial year of a date: "2026-27".
func Year(d lending.Date) string {
	first := d.Year()
	if d.Month() < time.April {
		first--
	}
	return fmt.Sprintf("%d-%02d", first, (first+1)%100)
}

// Mask hides an account number but for its last four: "••4417". What is shorter
// is shown whole.
func Mask(number string) string {
	if number == "" {
		return none
	}
	runes := []rune(number)
	if len(runes) <= 4 {
		return "••" + number
	}
	return "••" + string(runes[len(runes)-4:])
}

// OrDash is a text, and – for none.
func OrDash(s string) string {
	if s == "" {
		return none
	}
	return s
}

// DaysPastDue says the number with its noun: "15 days past due".
func DaysPastDue(n int) string { return Counted(n, "day past due", "days past due") }

// dpdClass is the step of the one ramp of days past due.
func dpdClass(n int) string {
	switch {
	case n > 90:
		return "dpd d91"
	case n > 60:
		return "dpd d61"
	case n > 30:
		return "dpd d31"
	case n > 0:
		return "dpd d1"
	}
	return "dpd"
}

// Initials are the first letters of the first and the last name: "AK".
func Initials(name string) string {
	words := strings.Fields(name)
	if len(words) == 0 {
		return "?"
	}
	first := []rune(words[0])[:1]
	if len(words) == 1 {
		return strings.ToUpper(string(first))
	}
	return strings.ToUpper(string(first) + string([]rune(words[len(words)-1])[:1]))
}
