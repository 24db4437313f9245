package lending

import (
	"math/big"
	"slices"

	"github.com/shopspring/decimal"
)

// CashFlow is money on a day, seen from the lender: what goes out is negative.
type CashFlow struct {
	Date   Date
	Amount Money
}

// XIRR is the yearly rate x, as a fraction, at which dated cash flows are worth
// nothing together: sum of amount / (1+x)^(days/365) = 0 (domain 6.3). Worked
// (Microsoft's example): -10,000 on 1 January 2008, then 2,750, 4,250, 3,250 and
// 2,750 on 1 March, 30 October, 15 February and 1 April give 0.373362535 (XIR-01).
//
// It is found on the growth of one day, so that all powers are whole.
func XIRR(flows []CashFlow) (decimal.Decimal, error) {
	daily, err := dailyGrowth(flows)
	if err != nil {
		return decimal.Decimal{}, err
	}
	return fraction(new(big.Float).Sub(power(daily, 365), whole(1))), nil
}

// NominalMonthly is the rate of twelve equal months that a yearly effective rate
// comes to: 12((1+x)^(1/12) - 1). 19.87% effective is 18.26% nominal (KFS-03).
func NominalMonthly(effective decimal.Decimal) (decimal.Decimal, error) {
	year := new(big.Float).SetPrec(ratePrecision).SetRat(effective.Rat())
	year.Add(year, whole(1))
	if year.Sign() <= 0 {
		return decimal.Decimal{}, noRate()
	}
	month, err := root(year, 12)
	if err != nil {
		return decimal.Decimal{}, err
	}
	month.Sub(month, whole(1))
	return fraction(month.Mul(month, whole(12))), nil
}

// IRR is the rate of one period, as a fraction, at which cash flows a period apart
// are worth nothing together.
func IRR(flows []Money) (decimal.Decimal, error) {
	dated := make([]CashFlow, len(flows))
	for i, amount := range flows {
		dated[i] = CashFlow{Date(i), amount}
	}
	growth, err := dailyGrowth(dated)
	if err != nil {
		return decimal.Decimal{}, err
	}
	return fraction(new(big.Float).Sub(growth, whole(1))), nil
}

// ratePrecision is the binary places of growth while it is searched for: 57
// decimal digits, of which twelve are shown.
const ratePrecision = 192

// maxFlowDays is the longest stretch of cash flows: three hundred years.
const maxFlowDays = 110_000

func whole(n int64) *big.Float { return new(big.Float).SetPrec(ratePrecision).SetInt64(n) }

func noRate() *Error {
	return Refuse(Invalid, "rate.none", "These payments have no rate of return: money must go out and come back.")
}

// fraction cuts a number to twelve places.
func fraction(x *big.Float) decimal.Decimal {
	text := x.Text('f', 16)
	d, err := decimal.NewFromString(text)
	if err != nil {
		return decimal.Decimal{}
	}
	return d.Round(12)
}

// power is x to a whole number, at the precision of the search.
func power(x *big.Float, n int) *big.Float {
	result, base := whole(1), new(big.Float).SetPrec(ratePrecision).Set(x)
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			result.Mul(result, base)
		}
		base = new(big.Float).SetPrec(ratePrecision).Mul(base, base)
	}
	return result
}

// root is the n-th root of a positive number, by halving.
func root(x *big.Float, n int) (*big.Float, error) {
	low, high := whole(0), whole(1)
	if x.Cmp(high) > 0 {
		high = new(big.Float).SetPrec(ratePrecision).Set(x)
	}
	return halve(low, high, func(try *big.Float) int { return power(try, n).Cmp(x) })
}

// halve finds where a rising test changes its sign between two ends.
func halve(low, high *big.Float, test func(*big.Float) int) (*big.Float, error) {
	for range 160 {
		middle := new(big.Float).SetPrec(ratePrecision).Add(low, high)
		middle.Quo(middle, whole(2))
		switch sign := test(middle); {
		case sign == 0:
			return middle, nil
		case sign < 0:
			low = middle
		default:
			high = middle
		}
	}
	return low, nil
}

// dailyGrowth is the growth of one day at which the flows are worth nothing.
func dailyGrowth(flows []CashFlow) (*big.Float, error) {
	flows = slices.Clone(flows)
	slices.SortStableFunc(flows, func(a, b CashFlow) int { return int(a.Date - b.Date) })
	in, out := false, false
	for _, f := range flows {
		in, out = in || f.Amount > 0, out || f.Amount < 0
	}
	if !in || !out || flows[len(flows)-1].Date.Sub(flows[0].Date) > maxFlowDays {
		return nil, noRate()
	}
	// The first flow decides the direction: for a loan, more growth is worth less.
	lender := whole(int64(firstSign(flows)))
	value := func(growth *big.Float) *big.Float { return new(big.Float).Mul(worth(flows, growth), lender) }
	low, high := whole(1), whole(1)
	if at := value(low).Sign(); at == 0 {
		return low, nil
	} else if at > 0 {
		if low = bracket(low, value, false); low == nil {
			return nil, noRate()
		}
	} else if high = bracket(high, value, true); high == nil {
		return nil, noRate()
	}
	return approach(low, high, value), nil
}

// approach finds where a value changes its sign between two ends, by straight lines
// between them; the end that stays counts half as much each time (the Illinois rule).
func approach(low, high *big.Float, value func(*big.Float) *big.Float) *big.Float {
	atLow, atHigh := value(low), value(high)
	near, half, last := new(big.Float).SetMantExp(whole(1), -120), new(big.Float).SetMantExp(whole(1), -1), low
	for range 200 {
		width := new(big.Float).SetPrec(ratePrecision).Sub(high, low)
		slope := new(big.Float).SetPrec(ratePrecision).Sub(atHigh, atLow)
		if slope.Sign() == 0 {
			break
		}
		step := new(big.Float).SetPrec(ratePrecision).Mul(atHigh, width)
		try := new(big.Float).SetPrec(ratePrecision).Sub(high, step.Quo(step, slope))
		at := value(try)
		moved := new(big.Float).Sub(try, last)
		if last = try; at.Sign() == 0 || moved.Abs(moved).Cmp(near) < 0 {
			return try
		}
		if at.Sign() != atHigh.Sign() { // the root lies between this try and the one before
			low, atLow = high, atHigh
		} else {
			atLow = new(big.Float).Mul(atLow, half)
		}
		high, atHigh = try, at
	}
	return last
}

func firstSign(flows []CashFlow) int {
	for _, f := range flows {
		if f.Amount < 0 {
			return -1
		}
		if f.Amount > 0 {
			return 1
		}
	}
	return 1
}

// bracket moves away from growth 1 until the value changes its sign; nil when it
// does not within any rate that makes sense.
func bracket(from *big.Float, value func(*big.Float) *big.Float, up bool) *big.Float {
	step := new(big.Float).SetPrec(ratePrecision).Quo(whole(1), whole(1000))
	try := new(big.Float).SetPrec(ratePrecision).Set(from)
	for range 60 {
		factor := new(big.Float).SetPrec(ratePrecision).Add(whole(1), step)
		if up {
			try = new(big.Float).SetPrec(ratePrecision).Mul(try, factor)
		} else {
			try = new(big.Float).SetPrec(ratePrecision).Quo(try, factor)
		}
		sign := value(try).Sign()
		if up && sign >= 0 || !up && sign <= 0 {
			return try
		}
		step.Mul(step, new(big.Float).SetPrec(ratePrecision).Quo(whole(5), whole(4)))
	}
	return nil
}

// worth is what the flows are worth on their first day.
func worth(flows []CashFlow, growth *big.Float) *big.Float {
	sum := whole(0)
	discount := new(big.Float).SetPrec(ratePrecision).Quo(whole(1), growth)
	factor, at := whole(1), flows[0].Date
	var months [32]*big.Float // most flows are a month apart
	for _, f := range flows {
		gap := f.Date.Sub(at)
		step := (*big.Float)(nil)
		if gap < len(months) && months[gap] != nil {
			step = months[gap]
		} else if step = power(discount, gap); gap < len(months) {
			months[gap] = step
		}
		factor.Mul(factor, step)
		at = f.Date
		part := whole(int64(f.Amount))
		sum.Add(sum, part.Mul(part, factor))
	}
	return sum
}
