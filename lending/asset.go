package lending

// AssetPolicy is how an account is classified; every legal number behind it is a
// dated parameter (parameter.go).
type AssetPolicy struct {
	// Layer of the lender: "base", "middle" (default) or "upper"; the norm of days
	// and the standard provision go by it.
	Layer string `json:"layer,omitempty"`
	// DPDMode: "inclusive" (default) counts the day-end of the due date as day 1;
	// "exclusive" shows the days since. Categories come on the same dates.
	DPDMode string `json:"dpd_mode,omitempty"`
	// SubstandardMonths is how long an NPA is sub-standard; default 12.
	SubstandardMonths int `json:"substandard_months,omitempty"`
	// SMAScope: "facility" (default) keeps special mention to each facility by itself;
	// "borrower" shows the worst of the borrower's facilities.
	SMAScope string `json:"sma_scope,omitempty"`
	// Security is what the security of an account would bring: the provision of its
	// doubtful loans goes by it. Zero: unsecured.
	Security Money `json:"security,omitempty"`
}

// The layers of RBI's scale based regulation, and the modes of counting.
const (
	LayerBase   = "base"
	LayerMiddle = "middle"
	LayerUpper  = "upper"

	DPDInclusive = "inclusive"
	DPDExclusive = "exclusive"

	SMAByFacility = "facility"
	SMAByBorrower = "borrower"
)

func (p AssetPolicy) complete() AssetPolicy {
	set(&p.Layer, LayerMiddle)
	set(&p.DPDMode, DPDInclusive)
	set(&p.SubstandardMonths, 12)
	set(&p.SMAScope, SMAByFacility)
	return p
}

// Validate refuses a policy that is not known.
func (p AssetPolicy) Validate() error {
	p = p.complete()
	switch {
	case p.Layer != LayerBase && p.Layer != LayerMiddle && p.Layer != LayerUpper:
		return RefuseField("layer", "policy.layer", "A lender is of the base, middle or upper layer.")
	case p.DPDMode != DPDInclusive && p.DPDMode != DPDExclusive:
		return RefuseField("dpd_mode", "policy.dpd_mode", "Days past due are counted inclusive or exclusive.")
	case p.SMAScope != SMAByFacility && p.SMAScope != SMAByBorrower:
		return RefuseField("sma_scope", "policy.sma_scope", "Special mention is shown by facility or by borrower.")
	case p.Security < 0:
		return RefuseField("security", "policy.security", "Security is worth nothing or more.")
	case p.SubstandardMonths < 1 || p.SubstandardMonths > 120:
		return RefuseField("substandard_months", "policy.substandard_months", "An NPA is sub-standard for 1 to 120 months.")
	}
	return nil
}

// categories from the best to the worst. It is never written to.
var categories = []Category{Regular, SMA0, SMA1, SMA2, SubStandard, Doubtful1, Doubtful2, Doubtful3, Loss}

// rank is the place of a category, from 0 for regular to 8 for loss; -1 for none.
func (c Category) rank() int {
	for i, known := range categories {
		if known == c {
			return i
		}
	}
	return -1
}

// Worse says that a category is further from regular than another.
func (c Category) Worse(than Category) bool { return c.rank() > than.rank() }

// NPA says that a category is one of non-performing assets.
func (c Category) NPA() bool { return c.rank() >= SubStandard.rank() }
