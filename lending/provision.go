package lending

// Exposure is what a provision is made for: principal and recognised unpaid
// interest less interest in suspense, and what of it security would bring.
type Exposure struct {
	Outstanding Money
	Security    Money // realisable
	Category    Category
	Layer       string
}

// Provision is what an NBFC sets aside for an exposure (domain 4.6). Worked:
// 10,00,000 with 6,00,000 of security is 2,500 or 4,000 standard, 1,00,000
// sub-standard, 5,20,000, 5,80,000 and 7,00,000 doubtful by age, 10,00,000 as a loss
// (PRV-01). These are not the rates of banks.
func (e Exposure) Provision(on Date) Money {
	security := min(max(e.Security, 0), e.Outstanding)
	unsecured := e.Outstanding - security
	doubtful := func(p dated) Money { return unsecured + Rate(p.on(on).Value).Of(security, ToPaisa) }
	switch e.Category {
	case SubStandard:
		return Rate(provisionSubStandard.on(on).Value).Of(e.Outstanding, ToPaisa)
	case Doubtful1:
		return doubtful(provisionDoubtful1)
	case Doubtful2:
		return doubtful(provisionDoubtful2)
	case Doubtful3:
		return doubtful(provisionDoubtful3)
	case Loss:
		return e.Outstanding
	}
	standard := provisionStandardMiddle
	if e.Layer == LayerBase {
		standard = provisionStandardBase
	}
	return Rate(standard.on(on).Value).Of(e.Outstanding, ToPaisa)
}
