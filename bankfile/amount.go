package bankfile

import (
	"errors"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"lekha/lending"
)

// cellAmount is what an amount cell says.
type cellAmount struct {
	paise   lending.Money // never negative
	blank   bool          // nothing printed, or a word for nothing
	minus   bool
	suffix  string // "dr", "cr" or ""
	numeral string // for messages
}

// Reasons an amount cell is refused; the reader adds which column it was.
var (
	errNotAmount = errors.New("is not an amount")
	errGrouping  = errors.New("has commas where no amount has them (cut short?)")
	errDecimals  = errors.New("has more than two decimals")
	errAbsurd    = errors.New("is larger than any bank amount (an account number?)")
)

// parseAmount reads an amount as banks print it: with lakh or thousand commas,
// a currency, a sign on either side or in brackets, a Cr or Dr after it.
// In a sheet a number may carry binary noise (1590.0999999999999) or an
// exponent; it is brought to the paisa it stands for.
func parseAmount(cell string, sheetish bool, most lending.Money) (cellAmount, error) {
	s := plainDigits(strings.TrimFunc(cell, isSpacing))
	s = strings.TrimLeft(s, "'")
	a := cellAmount{numeral: s}
	if slices.Contains(noAmount, fold(s)) {
		a.blank = true
		return a, nil
	}
	s, a.suffix = cutSide(s)
	s = cutCurrency(s)
	s, a.minus = cutSign(s)
	if sheetish {
		s = settleNumber(s)
	}
	whole, frac, _ := strings.Cut(s, ".")
	if !wellGrouped(whole) {
		if strings.Contains(whole, ",") && onlyDigits(strings.ReplaceAll(whole, ",", "")) {
			return a, errGrouping
		}
		return a, errNotAmount
	}
	whole = strings.ReplaceAll(whole, ",", "")
	switch {
	case frac != "" && !onlyDigits(frac):
		return a, errNotAmount
	case whole == "" && frac == "":
		return a, errNotAmount
	case len(strings.TrimRight(frac, "0")) > 2:
		return a, errDecimals
	}
	frac = (frac + "00")[:2]
	whole = strings.TrimLeft(whole, "0")
	if len(whole) > 15 {
		return a, errAbsurd
	}
	n, err := strconv.ParseInt(whole+frac, 10, 64)
	if err != nil {
		return a, errNotAmount
	}
	if a.paise = lending.Money(n); a.paise > most {
		return a, errAbsurd
	}
	return a, nil
}

// zeros are the zeros of the scripts in which India writes numbers; nine digits
// follow each.
var zeros = []rune{'०', '০', '੦', '૦', '୦', '௦', '౦', '೦', '൦', '٠', '۰'}

// plainDigits writes the digits of every script as 0 to 9.
func plainDigits(s string) string {
	if isASCII(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		for _, zero := range zeros {
			if r >= zero && r <= zero+9 {
				return '0' + r - zero
			}
		}
		return r
	}, s)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

func isSpacing(r rune) bool {
	return r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\u00a0' || r == '\u200b' || r == '\u202f' || r == '\ufeff'
}

// cutSide takes "Cr", "Dr", "(Cr)", "CR." off the end.
func cutSide(s string) (rest, side string) {
	t := strings.TrimRight(s, " .)")
	low := strings.ToLower(t)
	for _, side := range []string{"cr", "dr"} {
		if strings.HasSuffix(low, side) {
			return strings.TrimRight(t[:len(t)-2], " (\u00a0"), side
		}
	}
	return s, ""
}

// cutCurrency takes "INR", "Rs." or the rupee sign off the front.
func cutCurrency(s string) string {
	for _, c := range []string{"INR", "Rs.", "RS.", "Rs", "RS", "₹"} {
		if t, ok := strings.CutPrefix(s, c); ok {
			return strings.TrimSpace(t)
		}
	}
	return s
}

// cutSign takes a sign off either end, or the brackets accountants use.
func cutSign(s string) (rest string, minus bool) {
	switch {
	case strings.HasPrefix(s, "-"):
		return strings.TrimSpace(s[1:]), true
	case strings.HasSuffix(s, "-"):
		return strings.TrimSpace(s[:len(s)-1]), true
	case strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")"):
		return strings.TrimSpace(s[1 : len(s)-1]), true
	case strings.HasPrefix(s, "+"):
		return strings.TrimSpace(s[1:]), false
	}
	return s, false
}

// settleNumber brings a spreadsheet's number to two decimals when what is
// beyond them is noise of its binary form. Other cells come back as they were.
func settleNumber(s string) string {
	_, frac, _ := strings.Cut(s, ".")
	if len(frac) <= 2 && !strings.ContainsAny(s, "eE") || len(s) > 32 || strings.Trim(s, "0123456789.eE+-") != "" {
		return s
	}
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		exp, err := strconv.Atoi(s[i+1:])
		if err != nil || exp > 20 || exp < -20 {
			return s
		}
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return s
	}
	near := r.FloatString(2)
	rounded, _ := new(big.Rat).SetString(near)
	off := new(big.Rat).Sub(r, rounded)
	if off.Abs(off).Cmp(big.NewRat(1, 1_000_000)) > 0 {
		return s
	}
	return near
}

// wellGrouped accepts digits with no commas, or a last group of three after
// groups of two (lakhs) or three.
func wellGrouped(s string) bool {
	groups := strings.Split(s, ",")
	for i, g := range groups {
		if !onlyDigits(g) && g != "" {
			return false
		}
		switch {
		case len(groups) == 1:
		case i == 0 && (g == "" || len(g) > 3),
			i == len(groups)-1 && len(g) != 3,
			i > 0 && i < len(groups)-1 && len(g) != 2 && len(g) != 3:
			return false
		}
	}
	return true
}

func onlyDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// Reasons a date cell is refused.
var (
	errNotDate    = errors.New("is not a date")
	errNoSuchDay  = errors.New("is not a day of the calendar")
	errMonthFirst = errors.New("is not a day of the calendar (is the month printed first?)")
)

// parseDate reads a date as banks print it, day first; a time of day after it
// is dropped.
func parseDate(cell string) (lending.Date, error) {
	s := plainDigits(strings.TrimFunc(cell, isSpacing))
	s = strings.TrimLeft(s, "'")
	if len(s) < 6 || len(s) > 32 {
		return 0, errNotDate
	}
	s = cutTime(s)
	for _, form := range dateForms {
		if t, err := time.Parse(form, s); err == nil {
			return dateOf(t)
		}
	}
	return 0, whyNotDate(s)
}

// cutTime drops " 10:23:45 AM" or "T10:23:45".
func cutTime(s string) string {
	before, _, ok := strings.Cut(s, ":")
	if !ok {
		return s
	}
	if i := strings.LastIndexAny(before, " T"); i > 0 {
		return strings.TrimRight(s[:i], " ,")
	}
	return s
}

// whyNotDate tells a day that does not exist from a cell that is no date.
func whyNotDate(s string) error {
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '/' || r == '-' || r == '.' || r == ' ' })
	if len(parts) != 3 || !onlyDigits(parts[0]) || !onlyDigits(parts[2]) {
		return errNotDate
	}
	if day, err := strconv.Atoi(parts[1]); err == nil && day > 12 && day <= 31 {
		return errMonthFirst
	}
	return errNoSuchDay
}

// dateOf brings a parsed day to a lending.Date; years far from ours are refused.
func dateOf(t time.Time) (lending.Date, error) {
	if t.Year() < 2000 || t.Year() > 2099 {
		return 0, errNoSuchDay
	}
	return lending.NewDate(t.Year(), t.Month(), t.Day()), nil
}

// serialDate reads the number a spreadsheet keeps for a day: days since 30
// December 1899 (or 1 January 1904), with the time of day as a fraction.
func serialDate(cell string, from1904 bool) (lending.Date, bool) {
	whole, frac, _ := strings.Cut(strings.TrimSpace(cell), ".")
	if len(whole) != 5 || !onlyDigits(whole) || frac != "" && !onlyDigits(frac) {
		return 0, false
	}
	n, _ := strconv.Atoi(whole)
	start := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if from1904 {
		start = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	d, err := dateOf(start.AddDate(0, 0, n))
	return d, err == nil
}
