package lending

// BouncePolicy is the charge for a presentation that a bank returned (domain 3.8).
type BouncePolicy struct {
	Amount     Money // without tax
	Taxed      bool  // see GSTOn("bounce_charge"): authorities conflict
	MostPerDue int   // charges for one due; 0: without end
}

// Bounce is one presentation that came back.
type Bounce struct {
	Presentation  string // its id
	Due           string // key of the demand that was presented
	Loan          string
	Returned      Date
	SupplierState string
	PlaceOfSupply string
}

// Charge is the charge that a return brings, dated on the day of the return: once for
// each presentation, and not more often for a due than the policy says. Days past due
// run from the due date all the same. Earlier are the returns that were charged already.
// Worked: 500 with tax inside the state is 590 (500 + 45 + 45); the same return read
// a second time from the bank's file brings nothing.
func (p BouncePolicy) Charge(b Bounce, earlier []Bounce) (Fact, bool) {
	n := 0
	for _, e := range earlier {
		if e.Presentation == b.Presentation {
			return Fact{}, false
		}
		if e.Due == b.Due {
			n++
		}
	}
	if p.Amount <= 0 || p.MostPerDue > 0 && n >= p.MostPerDue {
		return Fact{}, false
	}
	var tax Tax
	if p.Taxed {
		tax = GST(p.Amount, b.SupplierState, b.PlaceOfSupply, b.Returned)
	}
	key := "bounce/" + b.Presentation
	return Fact{Key: key, Kind: FactCharge, ValueDate: b.Returned, Amount: p.Amount + tax.Total(),
		Charge: &Charge{Fee: key, Name: "Bounce charge", Loan: b.Loan, DueDate: b.Returned, Base: p.Amount, CGST: tax.CGST, SGST: tax.SGST, IGST: tax.IGST}}, true
}
