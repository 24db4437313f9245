package lending

import "slices"

// ForeclosureQuote is what closes a loan on a day (domain 1.10): principal, normal
// interest accrued to the date, everything unpaid, the foreclosure charge with tax,
// less what is held for the borrower.
//
// Worked: 3,41,003.54 outstanding at 14%, 12 days after a due date, 590.00 unpaid
// bounce charge, 4% foreclosure charge with 18% GST, 1,250.00 held as excess:
// 1,569.55 accrued, 13,640.14 charge, 2,455.23 tax, 3,58,008.46 to pay (FCL-01).
type ForeclosureQuote struct {
	Loan            string
	On              Date
	ValidTill       Date
	Principal       Money // outstanding, due and to come
	AccruedInterest Money // of the running period, to the date
	UnpaidInterest  Money // fallen due
	Overdue         Money
	Penal           Money
	Fees            Money
	Charge          Money
	ChargeTax       Tax
	ChargeRule      string // why the charge is what it is
	Excess          Money
	Holdback        Money // releasable
	Amount          Money
	PerDay          Money // what each later day adds
}

// ForeclosureTerms are what a quote needs beside the Book.
type ForeclosureTerms struct {
	Loan          string
	ChargePercent Rate // of the principal, as disclosed
	Guard         ChargeGuard
	SupplierState string
	PlaceOfSupply string
	ValidDays     int
	Holdback      Money // that may be released on closure
}

// Foreclose quotes the closure of a loan from the Book of its account on the quote's
// day; terms are those in force.
func Foreclose(b *Book, t Terms, f ForeclosureTerms) (ForeclosureQuote, error) {
	t = t.Complete()
	q := ForeclosureQuote{Loan: f.Loan, On: b.At.Date, ValidTill: b.At.Date.AddDays(f.ValidDays), Holdback: f.Holdback}
	if f.ChargePercent < 0 || f.ChargePercent > 100_000_000 || f.ValidDays < 0 {
		return q, RefuseField("foreclosure_charge", "foreclosure.charge", "A foreclosure charge lies between 0 and 100 percent.")
	}
	for i := range b.Demands {
		d := &b.Demands[i]
		if d.Loan != f.Loan && (d.Loan != "" || d.Type != DemandFee) {
			continue
		}
		q.Principal += d.Left(Principal)
		if d.Due {
			q.UnpaidInterest += d.Left(Interest)
			q.Overdue += d.Left(OverdueInterest)
			q.Penal += d.Left(Penal)
			q.Fees += d.Left(Fee)
			continue
		}
		if d.Type == DemandFee {
			q.Fees += d.Left(Fee)
			q.Penal += d.Left(Penal)
			continue
		}
		if d.PeriodEnd <= b.At.Date { // booked, payable at maturity
			q.AccruedInterest += d.Left(Interest)
		}
	}
	if q.Principal+q.UnpaidInterest+q.Overdue+q.Penal+q.Fees == 0 {
		return q, Refuse(Conflict, "foreclosure.nothing", "This loan owes nothing any more.")
	}
	if err := q.accrue(b, &t); err != nil {
		return q, err
	}
	q.charge(f)
	q.Excess = b.Excess
	q.Amount = q.Principal + q.AccruedInterest + q.UnpaidInterest + q.Overdue + q.Penal + q.Fees + q.Charge + q.ChargeTax.Total() - q.Excess - q.Holdback
	return q, nil
}

// accrue adds the interest that has run and is not due, and what a day costs; what a
// moratorium would capitalise later is no debt of today.
func (q *ForeclosureQuote) accrue(b *Book, t *Terms) error {
	at := slices.IndexFunc(b.Loans, func(l LoanBook) bool { return l.Loan == q.Loan })
	if at < 0 {
		return nil
	}
	q.Principal -= b.Loans[at].Uncapitalised(q.On)
	if moving := b.Loans[at].Moving; moving != nil {
		q.AccruedInterest += max(moving.Accrued, 0)
		q.PerDay = moving.PerDay
		return nil
	}
	x := b.runningOf(&b.Loans[at], q.On)
	x.terms = t
	accrued, err := x.accrued(q.On)
	q.AccruedInterest += max(accrued, 0)
	if err == nil && x.balance > 0 && q.On < b.Loans[at].Maturity {
		locked, err := x.lockedIn(q.On)
		if q.AccruedInterest += locked; locked > 0 || err != nil {
			return err // the days up to the lock-in are paid for: a later day costs no more
		}
		q.PerDay, err = x.ran(q.On, q.On+1)
		return err
	}
	return err
}

// charge applies the guard and the tax.
func (q *ForeclosureQuote) charge(f ForeclosureTerms) {
	allowed, rule := f.Guard.Allowed(q.On)
	q.ChargeRule = rule
	if !allowed {
		return
	}
	q.Charge = f.ChargePercent.Of(q.Principal, ToPaisa)
	if GSTOn("foreclosure_charge", q.On).Taxed {
		q.ChargeTax = GST(q.Charge, f.SupplierState, f.PlaceOfSupply, q.On)
	}
}

// ChargeGuard decides whether a pre-payment charge may be taken (domain 1.10, FCL-02).
type ChargeGuard struct {
	SanctionedOn Date   // or renewed
	RateType     string // "floating" or "fixed"
	Borrower     string // "individual", "mse" or "other"
	Purpose      string // "business" or "other"
	Lender       string // "bank", "nbfc_ul", "nbfc_ml", "nbfc_bl", "sfb", "rrb", "ucb_4", "ucb_3", "cooperative", "aifi"
	Limit        Money  // sanctioned amount or limit
}

// Values of a guard.
const (
	RateFloating = "floating"
	RateFixed    = "fixed"

	BorrowerIndividual = "individual"
	BorrowerMSE        = "mse"
	BorrowerOther      = "other"

	PurposeBusiness = "business"
	PurposeOther    = "other"
)

// Allowed says whether a charge may be taken on a day, and by which rule. Loans
// sanctioned or renewed before the directions keep what was disclosed.
func (g ChargeGuard) Allowed(on Date) (allowed bool, rule string) {
	if prepaymentRuleFrom.on(g.SanctionedOn).Value == 0 {
		return true, "as disclosed: sanctioned before the directions of 2025"
	}
	if g.RateType != RateFloating {
		return true, "as disclosed: a fixed rate"
	}
	if g.Borrower == BorrowerIndividual && g.Purpose != PurposeBusiness {
		return false, "none: floating rate, individual, not for business"
	}
	if g.Borrower != BorrowerIndividual && g.Borrower != BorrowerMSE {
		return true, "as disclosed: neither an individual nor a micro or small enterprise"
	}
	switch g.Lender {
	case "bank", "nbfc_ul", "aifi", "ucb_4":
		return false, "none: floating rate, business of an individual or MSE, " + g.Lender
	case "nbfc_ml", "sfb", "rrb", "ucb_3", "cooperative":
		limit := Money(prepaymentMiddleLimit.on(g.SanctionedOn).Value)
		if g.Limit <= limit {
			return false, "none: floating rate, business of an individual or MSE, up to " + limit.String()
		}
		return true, "as disclosed: above " + limit.String()
	}
	return true, "as disclosed: a lender that the directions do not list"
}
