package lending

// Method says what interest is computed on. Worked: 1,00,000 at 12% flat over twelve
// months cost 12,000.00, the instalment is 9,333.33 and the last one 9,333.37; on a
// reducing balance that is a rate of 21.46%, which is what has to be disclosed (FLT-01).
type Method string

// The interest methods (domain 1.3).
const (
	Reducing Method = "reducing" // on the principal that is outstanding
	Flat     Method = "flat"     // on the principal that was lent
)

// flat divides principal and total interest by the number of instalments; a
// row's interest is its share of the total (domain 1.3, FLT-01).
func (d *draft) flat() error {
	interests := make([]Money, len(d.calendar.periods))
	total, err := d.flatInterest(interests)
	if err != nil {
		return err
	}
	n := len(interests)
	d.emi = d.terms.EMIAmount
	if d.emi == 0 {
		d.emi, _ = d.terms.EMIRounding.quotient(wide{0, uint64(d.principal + total)}, uint64(n))
	}
	if d.terms.EMIAmount == 0 && d.terms.FlatInterest == FlatEqual {
		part, _ := d.terms.PrincipalRounding.quotient(wide{0, uint64(d.principal)}, uint64(n))
		d.emi = d.terms.EMIRounding.Round(part + interests[0])
	}
	d.rows = make([]ScheduleRow, 0, n)
	balance := d.principal
	for i, p := range d.calendar.periods {
		principal := min(d.emi-interests[i], balance)
		if d.derived {
			principal = max(principal, 0)
		}
		if i == n-1 && d.terms.LastInstalment != LastSeparate {
			principal = balance
		}
		if !d.derived && (principal < 0 || principal == 0 && i == 0) {
			return negativeAmortisation(d.emi, interests[i])
		}
		balance = d.add(p, balance, principal, interests[i])
	}
	return d.finish(balance)
}

// flatInterest is the total on all that was lent, rounded once, in equal shares
// with the residue on the last. By days, each row costs its own days, rounded,
// unless the terms ask for equal shares of the whole, a down payment included.
func (d *draft) flatInterest(interests []Money) (total Money, err error) {
	whole, equal := period{}, d.terms.InterestBasis == BasisPeriod || d.terms.FlatInterest == FlatEqual
	for _, p := range d.calendar.periods {
		if p.over > 1 { // a part of a month is the first row's alone
			whole.over, whole.parts = p.over, p.parts
			continue
		}
		equal = equal && (d.terms.FlatInterest == FlatEqual || p.parts == d.calendar.periods[0].parts)
		whole.parts += p.parts * max(whole.over, 1)
	}
	base := d.principal
	if d.terms.FlatInterest == FlatEqual {
		base += d.down
	}
	if total, err = d.interest(base, whole); err != nil || base+total > maxMoney {
		return 0, tooLarge()
	}
	if equal {
		each, _ := d.terms.InterestRounding.quotient(wide{0, uint64(total)}, uint64(len(interests)))
		left := total
		for i := range interests {
			interests[i] = min(each, left)
			left -= interests[i]
		}
		interests[len(interests)-1] += left
		return total, nil
	}
	total = 0
	for i, p := range d.calendar.periods {
		if interests[i], err = d.interest(base, p); err != nil {
			return 0, err
		}
		total += interests[i]
	}
	return total, nil
}
