package lending

// Accrual is a stretch of days over which something grew on one demand: so much a
// year on so much, for so many days.
type Accrual struct {
	Component Component
	From, To  Date // the first included, the last not
	Base      Money
	Rate      Rate
	Amount    Money // of the stretch, by difference of rounded totals
}

// Accruals says how the overdue interest and the penal charge of a demand came
// about: the stretches between the receipts that changed its base. Their amounts
// add up to what is demanded, but for charges that are made by the event.
func Accruals(facts []Fact, at At, demand string) ([]Accrual, error) {
	in, err := arrange(facts, at)
	if err != nil {
		return nil, err
	}
	r := &replayer{at: at, in: in, book: &Book{At: at, Receipts: in.books}, category: Regular}
	var out []Accrual
	r.grew = func(d *due, a Accrual) {
		if d.Key != demand || a.Amount == 0 {
			return
		}
		if n := len(out); n > 0 && out[n-1].Component == a.Component && out[n-1].To == a.From && out[n-1].Base == a.Base && out[n-1].Rate == a.Rate {
			out[n-1].To, out[n-1].Amount = a.To, out[n-1].Amount+a.Amount
			return
		}
		out = append(out, a)
	}
	if err := r.takePolicy(DefaultPolicy()); err != nil {
		return nil, err
	}
	if err := errOr(r.raise(), r.run()); err != nil {
		return nil, err
	}
	return out, nil
}
