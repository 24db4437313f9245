package lending

import (
	"math/big"
	"math/bits"
)

// The level instalment is principal / sum of discount factors, where the factor
// of row k is the product of 1/(1+growth) over the rows up to it (domain 1.4.1
// and 1.4.3). The factors are fixed-point numbers of 112 binary places (33
// decimal digits) that are only ever cut downwards, so that the true sum lies
// within a known distance above ours. Rounding is decided at both ends of that
// distance; in the rare case that they differ (a tie, or an instalment that is
// whole) the instalment is computed exactly.

// one is 1 in the fixed point of discount factors.
var one = wide{1 << (factorPlaces - 64), 0}

const factorPlaces = 112

// growthOf is rate x parts of a year: what a row's balance grows by, as a
// multiple of 1/interestScale. ok is false for terms beyond all sense.
func growthOf(rate Rate, parts uint64) (growth uint64, ok bool) {
	w := multiply(uint64(rate), parts)
	return w.lo, w.hi == 0 && w.lo < 1<<63
}

// levelInstalment solves the instalment that repays principal over rows that
// grow by growth (see growthOf), rounded once by the rule.
func levelInstalment(principal Money, growth []uint64, rounding Rounding) (Money, bool) {
	var sum wide
	factor := one
	for _, g := range growth {
		factor = factor.discount(g)
		sum, _ = sum.plus(factor) // at most 1000 x 2^112
	}
	if sum.isZero() {
		return 0, false
	}
	// Every step cuts less than one unit off its factor, which carries on into
	// the later ones: all together less than rows x rows units.
	slack := uint64(len(growth)) * uint64(len(growth))
	top, _ := sum.plus(wide{0, slack})
	high, ok := rounding.ratioOf(principal, sum)
	low, ok2 := rounding.ratioOf(principal, top)
	if !ok || !ok2 {
		return 0, false
	}
	if low != high {
		return exactInstalment(principal, growth, rounding)
	}
	return low, true
}

// discount divides a factor by 1 + growth, cutting downwards.
func (w wide) discount(growth uint64) wide {
	by := uint64(interestScale) + growth
	over, mid := bits.Mul64(w.hi, interestScale)
	hi, lo := bits.Mul64(w.lo, interestScale)
	hi, carry := bits.Add64(hi, mid, 0)
	over += carry
	// over:hi:lo / by; over is below by because w is below 2^128.
	first, rest := bits.Div64(over, hi, by)
	second, _ := bits.Div64(rest, lo, by)
	return wide{first, second}
}

// ratioOf is principal / (sum x 2^-112), rounded by the rule: the greatest
// number k of units with (2 x k x unit - shift) x sum <= 2 x principal x 2^112,
// found bit by bit.
func (r Rounding) ratioOf(principal Money, sum wide) (Money, bool) {
	unit := uint64(r.Unit)
	shift := unit
	if r.Mode == Up || r.Mode == Down {
		shift = 0
	}
	target := times(one, 2*uint64(principal))
	var k uint64
	for bit := uint64(1) << bits.Len64(uint64(maxMoney)/unit); bit > 0; bit >>= 1 {
		if try := 2*unit*(k+bit) - shift; times(sum, try).compare(target) <= 0 {
			k += bit
		}
	}
	switch {
	case r.Mode == Up && times(sum, 2*unit*k).compare(target) < 0:
		k++
	case (r.Mode == HalfDown && k > 0 || r.Mode == HalfEven && k%2 == 1) && times(sum, 2*unit*k-unit).compare(target) == 0:
		k--
	}
	amount := k * unit
	return Money(amount), amount <= uint64(maxMoney)
}

// triple is an unsigned integer of 192 bits, high word first.
type triple [3]uint64

func times(w wide, x uint64) triple {
	over, mid := bits.Mul64(w.hi, x)
	hi, lo := bits.Mul64(w.lo, x)
	hi, carry := bits.Add64(hi, mid, 0)
	return triple{over + carry, hi, lo}
}

func (t triple) compare(u triple) int {
	for i := range t {
		if t[i] != u[i] {
			if t[i] < u[i] {
				return -1
			}
			return 1
		}
	}
	return 0
}

// exactInstalment is the same ratio in integers of any size:
// principal x product(scale + g) / sum over k of scale^k x product of (scale + g) after k.
func exactInstalment(principal Money, growth []uint64, rounding Rounding) (Money, bool) {
	common := uint64(interestScale)
	for _, g := range growth {
		common = gcd(common, g)
	}
	scale := new(big.Int).SetUint64(interestScale / common)
	product, power, sum := big.NewInt(1), big.NewInt(1), new(big.Int)
	for _, g := range growth {
		grown := new(big.Int).Add(scale, new(big.Int).SetUint64(g/common))
		power.Mul(power, scale)
		sum.Mul(sum, grown).Add(sum, power)
		product.Mul(product, grown)
	}
	paise := product.Mul(product, big.NewInt(int64(principal)))
	return rounding.ofBig(paise, sum)
}

// ofBig rounds a ratio of integers of any size.
func (r Rounding) ofBig(number, by *big.Int) (Money, bool) {
	unit := new(big.Int).Mul(by, big.NewInt(int64(r.Unit)))
	whole, rest := new(big.Int).QuoRem(number, unit, new(big.Int))
	if !whole.IsInt64() || whole.Int64() > int64(maxMoney) {
		return 0, false
	}
	units := Money(whole.Int64())
	half := rest.Lsh(rest, 1).Cmp(unit)
	odd := units%2 == 1
	if rest.Sign() > 0 && (r.Mode == Up || half > 0 && r.Mode != Down || half == 0 && (r.Mode == HalfUp || r.Mode == HalfEven && odd)) {
		units++
	}
	return units * r.Unit, units <= maxMoney/r.Unit
}

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
