package lms

import (
	"encoding/json"
	"math/big"
	"strconv"
	"strings"
	"time"

	"lekha/lending"
	"lekha/store"
)

// amount is money on the wire: a number in rupees, printed as the reference
// prints its floats ("13442.0", "26586.26"). It is read from a number or from
// text that holds one, and rounded half up to the paisa.
type amount lending.Money

// MarshalJSON prints rupees with one or two places.
func (a amount) MarshalJSON() ([]byte, error) { return []byte(rupees(lending.Money(a))), nil }

// rupees is the shortest text with at least one place.
func rupees(m lending.Money) string {
	return strings.TrimSuffix(m.String(), "0")
}

// UnmarshalJSON reads a number or a numeric string.
func (a *amount) UnmarshalJSON(data []byte) error {
	text, err := textOf(data)
	if err != nil || text == "" {
		return err
	}
	money, err := lending.ParseMoney(plainNumber(text))
	*a = amount(money)
	return err
}

// maxExponent bounds what an exponent may blow a number up to: a JSON number
// like 1e999999999 is a few bytes in and a gigabyte out.
const maxExponent = 20

// plainNumber writes a number with an exponent (which JSON knows and people do
// not type) without one. What it cannot write stays, to be refused by name.
func plainNumber(text string) string {
	mantissa, exponent, found := strings.Cut(strings.ToLower(text), "e")
	if !found || len(mantissa) > 40 {
		return text
	}
	power, err := strconv.Atoi(exponent)
	if err != nil || power > maxExponent || power < -maxExponent {
		return text
	}
	value, ok := new(big.Rat).SetString(mantissa + "e" + strconv.Itoa(power))
	if !ok {
		return text
	}
	return value.FloatString(maxExponent)
}

// sum is an amount that was added up: nothing is the integer 0, as the
// reference prints sums of no rows.
type sum lending.Money

// MarshalJSON prints 0 or rupees.
func (s sum) MarshalJSON() ([]byte, error) {
	if s == 0 {
		return []byte("0"), nil
	}
	return amount(s).MarshalJSON()
}

// stamp is a moment on the wire: unix seconds with a fraction, as the reference
// prints its floats. The zero moment is null.
type stamp struct{ time.Time }

// stampOf is the moment of an instant.
func stampOf(i store.Instant) stamp { return stamp{i.Time} }

// MarshalJSON prints "1733077724.629719", whole seconds with one place.
func (s stamp) MarshalJSON() ([]byte, error) {
	if s.IsZero() {
		return []byte("null"), nil
	}
	micros := s.UnixMicro()
	sign := ""
	if micros < 0 {
		sign, micros = "-", -micros
	}
	fraction := strings.TrimRight(strconv.FormatInt(1_000_000+micros%1_000_000, 10)[1:], "0")
	if fraction == "" {
		fraction = "0"
	}
	return []byte(sign + strconv.FormatInt(micros/1_000_000, 10) + "." + fraction), nil
}

// startOf is the first moment of a day in India: how business dates go out.
func startOf(d lending.Date) stamp {
	if d.IsZero() {
		return stamp{}
	}
	return stamp{d.Time()}
}

// endOf is the last microsecond of a day in India: how a settlement's date goes out.
func endOf(d lending.Date) stamp {
	if d.IsZero() {
		return stamp{}
	}
	return stamp{d.AddDays(1).Time().Add(-time.Microsecond)}
}

// dayAt is a day in India at the clock time of a moment: how the dates of a
// record go out (crego-api 4.1).
func dayAt(d lending.Date, at store.Instant) stamp {
	if d.IsZero() {
		return stamp{}
	}
	clock := at.In(lending.India)
	midnight := time.Date(clock.Year(), clock.Month(), clock.Day(), 0, 0, 0, 0, lending.India)
	return stamp{d.Time().Add(clock.Sub(midnight))}
}

// date is a day as it is read: unix seconds (a number, or text that holds one)
// or YYYY-MM-DD. Both mean the day in India.
type date lending.Date

// UnmarshalJSON reads either form; null and "" are no date.
func (d *date) UnmarshalJSON(data []byte) error {
	text, err := textOf(data)
	if err != nil {
		return err
	}
	parsed, err := parseDate(text)
	*d = date(parsed)
	return err
}

// MarshalJSON is for the few bodies that are written out again (candidates of a
// client, tests): the form that people read.
func (d date) MarshalJSON() ([]byte, error) { return json.Marshal(lending.Date(d).String()) }

// parseDate reads a day in any of the forms of the wire; "" is no day.
func parseDate(text string) (lending.Date, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, nil
	}
	number := plainNumber(text)
	if strings.Trim(number, "0123456789.") != "" {
		return lending.ParseDate(text)
	}
	whole, _, _ := strings.Cut(number, ".")
	seconds, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || seconds > lastSecond {
		return 0, lending.Refuse(lending.Invalid, "date.unreadable", "Dates are unix seconds or written 2026-11-24.")
	}
	return lending.DateOf(time.Unix(seconds, 0)), nil
}

// lastSecond is the end of the year 2200, the last that dates reach; a program
// that sends milliseconds is told so instead of being taken to the year 54000.
const lastSecond = 7_289_568_000

// noText is NULL as null, everything else as text.
type noText string

// MarshalJSON writes null for nothing.
func (t noText) MarshalJSON() ([]byte, error) {
	if t == "" {
		return []byte("null"), nil
	}
	return encode(string(t))
}

// refs is a list that is present and empty rather than null.
func refs(items []string) []string {
	if items == nil {
		return []string{}
	}
	return items
}

// listed reads a JSON list of text that the books hold.
func listed(stored string) []string {
	items := []string{}
	_ = json.Unmarshal([]byte(stored), &items) // the schema holds it valid
	return refs(items)
}
