package lending

// InstalmentFee is charged inside each instalment: a flat amount, or a percentage
// of its principal, its interest or both, each rounded like interest. Worked: 5% of
// an instalment's interest of 0.59 is 0.03.
type InstalmentFee struct {
	Name    string `json:"name,omitempty"`
	Basis   string `json:"basis"`
	Amount  Money  `json:"amount,omitempty"`  // basis flat
	Percent Rate   `json:"percent,omitempty"` // the others
}

// The bases of an instalment fee.
const (
	FeeFlat                = "flat"
	FeeOfPrincipal         = "percent_of_principal"
	FeeOfInterest          = "percent_of_interest"
	FeeOfPrincipalInterest = "percent_of_principal_and_interest"
)

// maxInstalmentFees is the most fees that one instalment may carry.
const maxInstalmentFees = 20

func (t *Terms) checkInstalmentFees() error {
	if len(t.InstalmentFees) > maxInstalmentFees {
		return RefuseField("instalment_fees", "terms.instalment_fees", "An instalment carries at most twenty fees.")
	}
	for _, f := range t.InstalmentFees {
		switch f.Basis {
		case FeeFlat, FeeOfPrincipal, FeeOfInterest, FeeOfPrincipalInterest:
		default:
			return RefuseField("instalment_fees", "terms.instalment_fees", "An instalment fee is flat or a percentage of principal, of interest or of both.")
		}
		if f.Amount < 0 || f.Amount > maxMoney/1000 || f.Percent < 0 || f.Percent > 100_000_000 {
			return RefuseField("instalment_fees", "terms.instalment_fees", "An instalment fee is a positive amount or up to 100 percent.")
		}
	}
	return nil
}

// feeOf is what the fees add to an instalment.
func (t *Terms) feeOf(principal, interest Money) Money {
	var sum Money
	for _, f := range t.InstalmentFees {
		switch f.Basis {
		case FeeFlat:
			sum += f.Amount
		case FeeOfPrincipal:
			sum += f.Percent.Of(principal, t.InterestRounding)
		case FeeOfInterest:
			sum += f.Percent.Of(interest, t.InterestRounding)
		case FeeOfPrincipalInterest:
			sum += f.Percent.Of(principal+interest, t.InterestRounding)
		}
	}
	return sum
}
