package lending

import "math/bits"

// yearParts is how many equal parts a year is counted in: the least number
// that 360, 364, 365, 366, 52 and 12 all divide. Every day count and every
// period is then a whole number of parts, and all interest has one denominator,
// so that spans under different bases add up exactly.
const yearParts = 145_880_280

// interestScale is the denominator of all interest: paise x rate x year parts
// are divided by it. 10^8 turns millionths of a percent into one.
const interestScale = 100_000_000 * yearParts

// wide is an unsigned integer of 128 bits.
type wide struct{ hi, lo uint64 }

func multiply(a, b uint64) wide {
	hi, lo := bits.Mul64(a, b)
	return wide{hi, lo}
}

// times multiplies by x; ok is false when 128 bits do not hold the product.
func (w wide) times(x uint64) (product wide, ok bool) {
	over, mid := bits.Mul64(w.hi, x)
	hi, lo := bits.Mul64(w.lo, x)
	hi, carry := bits.Add64(hi, mid, 0)
	return wide{hi, lo}, over == 0 && carry == 0
}

// plus adds; ok is false when 128 bits do not hold the sum.
func (w wide) plus(v wide) (sum wide, ok bool) {
	lo, carry := bits.Add64(w.lo, v.lo, 0)
	hi, carry := bits.Add64(w.hi, v.hi, carry)
	return wide{hi, lo}, carry == 0
}

func (w wide) isZero() bool { return w.hi|w.lo == 0 }

// compare is -1, 0 or 1 as w is below, equal to or above v.
func (w wide) compare(v wide) int {
	switch {
	case w == v:
		return 0
	case w.hi < v.hi || w.hi == v.hi && w.lo < v.lo:
		return -1
	default:
		return 1
	}
}

// over divides by d; ok is false when the quotient is beyond any amount of money.
func (w wide) over(d uint64) (quotient, rest uint64, ok bool) {
	if w.hi >= d {
		return 0, 0, false
	}
	quotient, rest = bits.Div64(w.hi, w.lo, d)
	return quotient, rest, quotient <= uint64(maxMoney)
}

// interestOn is amount x rate x parts of a year, still to be divided by
// interestScale. ok is false beyond 128 bits, which the bounds on amounts,
// rates and spans keep out of reach.
func interestOn(amount Money, rate Rate, parts uint64) (share wide, ok bool) {
	if amount < 0 || rate < 0 {
		return wide{}, false
	}
	return multiply(uint64(amount), uint64(rate)).times(parts)
}
