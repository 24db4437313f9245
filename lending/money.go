package lending

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
)

// Money is an amount in paise. Sums and comparisons are exact.
type Money int64

// maxMoney is 10^15 paise (10^13 rupees): far above any loan and far below the
// overflow of a sum of a million of them.
const maxMoney Money = 1_000_000_000_000_000

// ParseMoney reads rupees as people and programs write them: "100.2347",
// "1,23,456.78", " -5 ". It rounds half up (away from zero) to the paisa, and
// refuses what is empty, has an exponent, has commas where nobody writes them, or
// is beyond 10^13 rupees.
func ParseMoney(s string) (Money, error) {
	text, ok := dropCommas(strings.TrimSpace(s))
	if !ok || text == "" || len(text) > 40 || strings.Trim(text, "+-.0123456789") != "" {
		return 0, moneyError(s)
	}
	d, err := decimal.NewFromString(text)
	if err != nil {
		return 0, moneyError(s)
	}
	paise := d.Shift(2).Round(0)
	if paise.Abs().GreaterThan(decimal.NewFromInt(int64(maxMoney))) {
		return 0, Refuse(Invalid, "money.range", "An amount of "+s+" is more than this program counts.")
	}
	return Money(paise.IntPart()), nil
}

// ParseRupees reads rupees as [ParseMoney] does and rounds nothing: a person who
// types a third decimal mistyped the amount.
func ParseRupees(s string) (Money, error) {
	m, err := ParseMoney(s)
	if _, places, _ := strings.Cut(strings.TrimSpace(s), "."); err == nil && len(places) > 2 {
		return 0, Refuse(Invalid, "money.decimals", fmt.Sprintf("%q has more than two decimals.", strings.TrimSpace(s)))
	}
	return m, err
}

// dropCommas takes out commas that group digits, in twos and a last three or in
// threes. "12,50" is not twelve hundred and fifty: it is refused.
func dropCommas(s string) (string, bool) {
	whole, rest, _ := strings.Cut(s, ".")
	if !strings.Contains(s, ",") {
		return s, true
	}
	groups := strings.Split(strings.TrimLeft(whole, "+-"), ",")
	for i, group := range groups {
		switch last := i == len(groups)-1; {
		case group == "", last && len(group) != 3, !last && len(group) > 3, i > 0 && len(group) < 2:
			return "", false
		}
	}
	return strings.ReplaceAll(s, ",", ""), !strings.Contains(rest, ",")
}

func moneyError(s string) error {
	if len(s) > 40 {
		s = s[:40] + "…"
	}
	return Refuse(Invalid, "money.unreadable", fmt.Sprintf("%q is not an amount of money.", s))
}

// String is rupees with two places, without grouping: "13442.50".
func (m Money) String() string {
	sign, v := "", uint64(m)
	if m < 0 {
		sign, v = "-", uint64(-m)
	}
	return fmt.Sprintf("%s%d.%02d", sign, v/100, v%100)
}

// Decimal is the amount in rupees.
func (m Money) Decimal() decimal.Decimal { return decimal.New(int64(m), -2) }
