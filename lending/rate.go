package lending

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
)

// Rate is a yearly rate in millionths of a percent: 21% is 21_000_000. Six
// decimals of a percent are exact (domain 0.2). JSON: the percentage as a number.
// Worked: 21% of 5,00,000 for 7 of 365 days is 2,013.6986..., booked as 2,013.70.
type Rate int64

// maxRate is 1000% a year: no loan costs that, and products of interest stay
// far inside 128 bits.
const maxRate Rate = 1_000_000_000

// ParseRate reads a percentage a year: "21", "10.5", "18.25%". It refuses what
// has more than six decimals, is negative or above 1000.
func ParseRate(s string) (Rate, error) {
	text := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), "%"))
	if text == "" || len(text) > 20 || strings.ContainsAny(text, "eE") {
		return 0, rateError(s)
	}
	d, err := decimal.NewFromString(text)
	if err != nil {
		return 0, rateError(s)
	}
	millionths := d.Shift(6)
	if !millionths.IsInteger() {
		return 0, Refuse(Invalid, "rate.unreadable", "A rate has at most six decimals.")
	}
	if millionths.IsNegative() || millionths.GreaterThan(decimal.NewFromInt(int64(maxRate))) {
		return 0, Refuse(Invalid, "rate.range", "A rate lies between 0 and 1000 percent a year.")
	}
	return Rate(millionths.IntPart()), nil
}

func rateError(s string) error {
	if len(s) > 20 {
		s = s[:20] + "…"
	}
	return Refuse(Invalid, "rate.unreadable", fmt.Sprintf("%q is not a rate; rates are percent a year, like 18.5.", s))
}

// Decimal is the rate in percent.
func (r Rate) Decimal() decimal.Decimal { return decimal.New(int64(r), -6) }

// String is the shortest percentage: "21", "10.5".
func (r Rate) String() string { return r.Decimal().String() }

// Of is r percent of an amount (no time in it: a fee, a tax), rounded once. It
// answers 0 for a negative amount.
func (r Rate) Of(m Money, rounding Rounding) Money {
	if m <= 0 || r <= 0 {
		return 0
	}
	amount, _ := rounding.quotient(multiply(uint64(m), uint64(r)), 100_000_000)
	return amount
}

// MarshalJSON writes the percentage as a number.
func (r Rate) MarshalJSON() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalJSON reads a percentage, as a number or a string.
func (r *Rate) UnmarshalJSON(data []byte) error {
	text, err := numberText(json.RawMessage(data))
	if err != nil {
		return err
	}
	if *r = 0; text == "" {
		return nil
	}
	*r, err = ParseRate(text)
	return err
}
