package lending

// Pledge is security by the piece, as for loans against shares.
type Pledge struct {
	Quantity int64
	Price    Money // of one
	Haircut  Rate  // kept back at sanction
	LTV      Rate  // how much of the value may be owed
}

// Value is what the pledge is worth.
func (p Pledge) Value() Money { return Money(p.Quantity) * p.Price }

// Sanction is what may be lent on it: 8,000 pieces at 250 with a haircut of 50% are
// 10,00,000.
func (p Pledge) Sanction() Money { return p.Value() - p.Haircut.Of(p.Value(), ToPaisa) }

// Shortfall is what is owed beyond the value that counts: at a price of 100 and 50%
// of 8,00,000, 10,00,000 is short by 6,00,000.
func (p Pledge) Shortfall(owed Money) Money { return max(owed-p.LTV.Of(p.Value(), ToPaisa), 0) }
