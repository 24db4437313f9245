package lending

import "math/big"

// annuity solves instalments that are not all alike: each is a weight times a
// base, and amounts known beforehand (a residual, what is collected at disbursal)
// fall due beside them. The base is
//
//	(principal - sum of known x factor) / sum of weight x factor
//
// where the factor of row k is the product of 1/(1+growth) up to it (domain 1.6,
// 1.7). Worked: 6,00,000 at 15% over 24 months with a residual of 1,50,000 is
// (600000 - 150000 v^24) x r / (1 - v^24) = 23,693.37, up to the rupee 23,694
// (BLN-01).
type annuity struct {
	factors []*big.Int // discount factors, fixed point of annuityPlaces
	sum     *big.Int   // of weight x factor
	owed    *big.Int   // principal less known amounts at their factor, in paise
}

// annuityPlaces is how many binary places the fixed point has: 77 decimal digits.
const annuityPlaces = 256

func fixedOne() *big.Int { return new(big.Int).Lsh(big.NewInt(1), annuityPlaces) }

// fixedTimes multiplies two fixed-point numbers.
func fixedTimes(a, b *big.Int) *big.Int {
	product := new(big.Int).Mul(a, b)
	return product.Rsh(product, annuityPlaces)
}

// newAnnuity starts with a principal and the growth of each row (see growthOf).
func newAnnuity(principal Money, growth []uint64) *annuity {
	a := &annuity{sum: new(big.Int), owed: new(big.Int).Mul(big.NewInt(int64(principal)), fixedOne())}
	factor, scale := fixedOne(), new(big.Int).SetUint64(interestScale)
	for _, g := range growth {
		by := new(big.Int).Add(scale, new(big.Int).SetUint64(g))
		factor = new(big.Int).Mul(factor, scale)
		factor.Quo(factor, by)
		a.factors = append(a.factors, factor)
	}
	return a
}

// weigh adds an instalment of a weight (fixed point) on row k; -1 is the disbursal.
func (a *annuity) weigh(k int, weight *big.Int) {
	a.sum.Add(a.sum, fixedTimes(weight, a.factor(k)))
}

// known adds an amount that is not solved for.
func (a *annuity) known(k int, amount Money) {
	a.owed.Sub(a.owed, new(big.Int).Mul(big.NewInt(int64(amount)), a.factor(k)))
}

func (a *annuity) factor(k int) *big.Int {
	if k < 0 {
		return fixedOne()
	}
	return a.factors[k]
}

// base is the instalment of weight one in paise, as a fixed-point number.
func (a *annuity) base() *big.Int {
	if a.sum.Sign() <= 0 || a.owed.Sign() < 0 {
		return new(big.Int)
	}
	owed := new(big.Int).Lsh(a.owed, annuityPlaces)
	return owed.Quo(owed, a.sum)
}

// roundFixed rounds a fixed-point number of paise. What is within 2^-128 of a
// paisa is taken to be that paisa: factors are cut downwards, and an instalment
// that is whole must not be rounded up.
func roundFixed(x *big.Int, rounding Rounding) (Money, bool) {
	grain := new(big.Int).Lsh(big.NewInt(1), annuityPlaces-128)
	near := new(big.Int).Add(x, grain)
	near.Rsh(near, annuityPlaces-127)
	return rounding.ofBig(near, new(big.Int).Lsh(big.NewInt(1), 127))
}

func bigOf(m Money) *big.Int { return big.NewInt(int64(m)) }
