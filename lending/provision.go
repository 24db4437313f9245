package lending

// Exposure is what a provision is made for: principal and recognised unpaid
// interest less interest in suspense, and what of it security would bring.
type Exposure struct {
	Outstanding Money
	Security    Money // realisable
	Category    Category
	Layer       string
}

// ProvisionRates are the rates of one day. Standard assets go by the layer of the
// lender; the rates of doubtful ones are those of the secured part.
type ProvisionRates struct {
	StandardBase, StandardMiddle    Rate
	SubStandard                     Rate
	Doubtful1, Doubtful2, Doubtful3 Rate
}

// ProvisionsOn are the rates of the law on a day, with those that a lender dated over
// them: of the same day the lender's own counts.
func ProvisionsOn(own []LegalParameter, day Date) ProvisionRates {
	on := func(law dated) Rate {
		found := law.on(day)
		for _, p := range own {
			if p.Name == law[0].Name && p.EffectiveFrom <= day && p.EffectiveFrom >= found.EffectiveFrom {
				found = p
			}
		}
		return Rate(found.Value)
	}
	return ProvisionRates{StandardBase: on(provisionStandardBase), StandardMiddle: on(provisionStandardMiddle), SubStandard: on(provisionSubStandard),
		Doubtful1: on(provisionDoubtful1), Doubtful2: on(provisionDoubtful2), Doubtful3: on(provisionDoubtful3)}
}

// Standard is the rate of standard assets of a lender of a layer.
func (r ProvisionRates) Standard(layer string) Rate {
	if layer == LayerBase {
		return r.StandardBase
	}
	return r.StandardMiddle
}

// Provision is what an NBFC sets aside for an exposure by the law (domain 4.6).
// Worked: 10,00,000 with 6,00,000 of security is 2,500 or 4,000 standard, 1,00,000
// sub-standard, 5,20,000, 5,80,000 and 7,00,000 doubtful by age, 10,00,000 as a loss
// (PRV-01). These are not the rates of banks.
func (e Exposure) Provision(on Date) Money { return e.ProvisionAt(ProvisionsOn(nil, on)) }

// ProvisionAt is the same at rates that are given.
func (e Exposure) ProvisionAt(rates ProvisionRates) Money {
	security := min(max(e.Security, 0), e.Outstanding)
	doubtful := func(rate Rate) Money { return e.Outstanding - security + rate.Of(security, ToPaisa) }
	switch e.Category {
	case SubStandard:
		return rates.SubStandard.Of(e.Outstanding, ToPaisa)
	case Doubtful1:
		return doubtful(rates.Doubtful1)
	case Doubtful2:
		return doubtful(rates.Doubtful2)
	case Doubtful3:
		return doubtful(rates.Doubtful3)
	case Loss:
		return e.Outstanding
	}
	return rates.Standard(e.Layer).Of(e.Outstanding, ToPaisa)
}
