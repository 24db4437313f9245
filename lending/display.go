package lending

import "math/big"

// DisplayRow is a row as it is printed: every figure is rounded by itself from the
// unrounded schedule, so that a row need not add up (domain 1.4.7). It is for
// showing; nobody is billed by it.
type DisplayRow struct {
	No                                       int
	Opening, Principal, Interest, Instalment Money
}

// Display prints the schedule of equal instalments as the annexure of RBI's
// circular does: 20,000 over 24 months at 15% has an instalment of 969.73, printed
// 970, and 12 of interest with 958 of principal in its last row (EMI-07).
func (t Terms) Display(principal Money, unit Rounding) ([]DisplayRow, error) {
	t = t.Complete()
	if err := t.Validate(); err != nil {
		return nil, err
	}
	exact := t.exactInstalment(principal, Schedule{})
	if exact == nil || principal <= 0 || principal > maxMoney {
		return nil, RefuseField("amortization", "terms.display", "Only equal instalments of equal periods are printed this way.")
	}
	growth, _ := growthOf(t.Rate(), t.periodParts())
	balance := new(big.Int).Mul(big.NewInt(int64(principal)), fixedOne())
	rows := make([]DisplayRow, t.EMICount)
	for i := range rows {
		interest := new(big.Int).Mul(balance, new(big.Int).SetUint64(growth))
		interest.Quo(interest, new(big.Int).SetUint64(interestScale))
		part := new(big.Int).Sub(exact, interest)
		rows[i].No = i + 1
		for _, cell := range []struct {
			to    *Money
			value *big.Int
		}{{&rows[i].Opening, balance}, {&rows[i].Principal, part}, {&rows[i].Interest, interest}, {&rows[i].Instalment, exact}} {
			rounded, ok := roundFixed(cell.value, unit.or(ToPaisa))
			if !ok {
				return nil, tooLarge()
			}
			*cell.to = rounded
		}
		balance = new(big.Int).Sub(balance, part)
	}
	return rows, nil
}
