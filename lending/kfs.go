package lending

import "slices"

// KeyFacts is the data of the key facts statement that RBI prescribes for retail and
// MSME term loans (domain 6.1 [S1]); its sheets are the computation of the APR and the
// schedule, which are in the [Disclosure].
type KeyFacts struct {
	KeyFactsOffer
	Disclosure
	TenorDays  int // from the first draw to the last due date
	Number     int // of instalments
	BlendedOf  Rate
	ValidUntil Date
}

// KeyFactsOffer is what of a key facts statement is agreed and not computed.
type KeyFactsOffer struct {
	Proposal, LoanType string
	Terms              Terms
	Draws              []Draw
	Charges            []LoanCharge
	Contingent         []ContingentCharge // penal, foreclosure, switching and others
	Floating           bool
	Benchmark          string
	BenchmarkRate      Rate
	Spread             Rate
	ResetMonths        int // between resets of the rate
	CoLenders          []CoLender
	RecoveryAgents     string // the clause about their engagement
	Grievance          string // officer, telephone, mail
	Transfer           string // whether the loan may be transferred or securitised
	ServiceProvider    string // who acts for the lender
	CoolingOffDays     int    // of a digital loan
	OfferedOn          Date
	Holidays           BankHolidays
}

// ContingentCharge is a charge that comes only if something happens; it is no part of
// the APR.
type ContingentCharge struct {
	Name   string
	Amount Money
	Rate   Rate
	Words  string
}

// CoLender is a lender's part of a loan that several make together.
type CoLender struct {
	Name  string
	Share Rate // percent of the loan
	Rate  Rate
}

// KeyFactsOf computes the statement and refuses what it may not say. Worked: parts of
// 80% at 9% and 20% at 14% are a blended rate of 10%; an offer of Friday, 2 January
// 2026 for a tenor of a week or more is valid until Tuesday the 6th, the
// first Saturday being a working day.
func KeyFactsOf(o KeyFactsOffer) (KeyFacts, error) {
	if o.Floating && o.BenchmarkRate+o.Spread != o.Terms.Rate() {
		return KeyFacts{}, RefuseField("spread", "kfs.spread", "A floating rate is benchmark and spread: "+o.BenchmarkRate.String()+" and "+o.Spread.String()+" are not "+o.Terms.Rate().String()+".")
	}
	blended, err := blend(o.CoLenders, o.Terms.Rate())
	if err != nil {
		return KeyFacts{}, err
	}
	d, err := Disclose(o.Terms, o.Draws, o.Charges)
	if err != nil {
		return KeyFacts{}, err
	}
	if least := int(coolingOffDays.on(o.OfferedOn).Value); o.CoolingOffDays != 0 && o.CoolingOffDays < least {
		return KeyFacts{}, RefuseField("cooling_off_days", "kfs.cooling_off", "A cooling-off period has at least one day.")
	}
	k := KeyFacts{KeyFactsOffer: o, Disclosure: d, BlendedOf: blended, TenorDays: d.Schedule.Maturity.Sub(o.Draws[0].Date)}
	for _, row := range d.Schedule.Rows {
		if row.PeriodStart < row.PeriodEnd {
			k.Number++
		}
	}
	valid := kfsValidDays
	if k.TenorDays < 7 {
		valid = kfsValidDaysShort
	}
	k.ValidUntil = o.Holidays.AddWorkdays(o.OfferedOn, int(valid.on(o.OfferedOn).Value))
	return k, nil
}

// blend is the rate of a loan that several lenders make: each one's rate by its share.
func blend(lenders []CoLender, alone Rate) (Rate, error) {
	if len(lenders) == 0 {
		return alone, nil
	}
	const all = 100_000_000
	var shares, sum int64
	for _, l := range lenders {
		if l.Share <= 0 || l.Share > all || l.Rate < 0 || l.Rate > maxRate {
			return 0, RefuseField("co_lenders", "kfs.shares", "Each lender has a share and a rate.")
		}
		shares += int64(l.Share)
		sum += int64(l.Share) * int64(l.Rate)
	}
	if shares != all {
		return 0, RefuseField("co_lenders", "kfs.shares", "The shares of the lenders are 100 percent together.")
	}
	return Rate((sum + all/2) / all), nil
}

// Discloses says that a charge is in the statement: one that is not may be levied only
// with the borrower's explicit consent (domain 6.4).
func (k *KeyFacts) Discloses(charge string) bool {
	return slices.ContainsFunc(k.Charges, func(c LoanCharge) bool { return c.Name == charge }) ||
		slices.ContainsFunc(k.Contingent, func(c ContingentCharge) bool { return c.Name == charge })
}

// Acceptable says that the borrower may still accept the offer on a day.
func (k *KeyFacts) Acceptable(on Date) bool { return on >= k.OfferedOn && on <= k.ValidUntil }
