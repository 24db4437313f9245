package lending

// Component is what a due is made of. Wire tokens: P, NI, OI, PI, F.
type Component uint8

// The components of a due (domain 0.5).
const (
	Principal Component = iota
	Interest
	OverdueInterest
	Penal
	Fee
	NumComponents = 5
)

// ComponentOrder is the order in which the components of dues are paid, e.g.
// "PI-OI-NI-P". Grammar (domain 3.2): tokens of F, PI, OI, NI, P joined by "-",
// each at most once, case sensitive.
type ComponentOrder string

// SettlementOrder says how a receipt walks over the dues (domain 3.3).
type SettlementOrder string

// The settlement orders.
const (
	DueDateFirst   SettlementOrder = "due_date_first"
	ComponentFirst SettlementOrder = "component_first"
	LoanFirst      SettlementOrder = "loan_first"
	SpecificLoans  SettlementOrder = "specific"
)
