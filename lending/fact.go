package lending

// FactKind names what happened.
type FactKind string

// The kinds of fact of this release.
const (
	FactTerms     FactKind = "terms"     // the policy of the account, from its value date on
	FactDisbursal FactKind = "disbursal" // money lent, with the schedule agreed on
	FactReceipt   FactKind = "receipt"   // money (or tax credit) received
	FactCharge    FactKind = "charge"    // a fee demand
	FactReversal  FactKind = "reversal"  // undoes the fact named in Reverses, as if it had never been

	FactTranche        FactKind = "tranche"        // more money lent on a loan (tranche.go)
	FactRateChange     FactKind = "rate_change"    // a rate from a day on, the schedule derived (ratereset.go)
	FactPause          FactKind = "pause"          // days on which no interest runs
	FactReschedule     FactKind = "reschedule"     // rows agreed anew: restructure, rate reset, reset (reschedule.go)
	FactRefund         FactKind = "refund"         // money held goes out (refund.go)
	FactCashback       FactKind = "cashback"       // a liability to the borrower arises
	FactAdjustment     FactKind = "adjustment"     // money held settles dues (refund.go)
	FactWaiver         FactKind = "waiver"         // a due is given up (waiver.go)
	FactWriteOff       FactKind = "write_off"      // the loan leaves the books, the claim stays (writeoff.go)
	FactClassification FactKind = "classification" // a category by decision (ladder.go)
)

// Fact is one thing that happened and was approved. Facts are only ever added;
// a mistake is undone by a reversal. Exactly one body is set, by Kind (none for
// a reversal).
//
// ValueDate is the economic date (money); BankDate says whether the money was
// truly there at a day-end (classification); BookingDate is the business date
// on which the books learned of it ("as known on").
type Fact struct {
	Key         string // unique within the account; the last tie-breaker, so that order of entry never matters
	Kind        FactKind
	ValueDate   Date
	BankDate    Date // zero: same as ValueDate
	BookingDate Date
	Amount      Money // disbursal: principal; receipt: received + TDS + fee and its tax; charge: with tax
	Reverses    string

	Policy    *Policy
	Disbursal *Disbursal
	Receipt   *Receipt
	Charge    *Charge

	Tranche        *Tranche
	RateChange     *RateChange
	Pause          *Pause
	Reschedule     *Reschedule
	Refund         *Refund
	Cashback       *Cashback
	Adjustment     *Adjustment
	Waiver         *Waiver
	WriteOff       *WriteOff
	Classification *Classification
}

// Disbursal is money lent under a frozen schedule. Rows are read by replay and
// never solved again.
type Disbursal struct {
	Loan         string        `json:"loan"` // id of the loan
	LoanIndex    int64         `json:"loan_index"`
	Terms        Terms         `json:"terms"`
	Rows         []ScheduleRow `json:"rows"`
	Algorithm    int           `json:"algorithm"`
	Deductions   []Deduction   `json:"deductions,omitempty"`     // kept back at disbursal
	BPIToCollect Money         `json:"bpi_to_collect,omitempty"` // broken period interest not upfront and not in the rows
	InterestBase Money         `json:"interest_base,omitempty"`  // what of the amount bears interest; 0: all of it
	UpfrontRate  Rate          `json:"upfront_rate,omitzero"`    // at which interest was kept back; the terms bear none then
}

// Deduction is an amount kept back from the money paid out.
type Deduction struct {
	Kind   string `json:"kind"` // "fee", "gst", "igst", "bpi", "upfront_interest", "third_party", "holdback", "subvention_interest", "subvention"
	Name   string `json:"name"`
	Amount Money  `json:"amount"`
}

// Receipt says how a receipt settles.
type Receipt struct {
	Received        Money           `json:"received"` // bank money
	TDS             Money           `json:"tds,omitempty"`
	Fee             Money           `json:"fee,omitempty"`     // what a gateway kept of the payment: the lender's cost
	FeeGST          Money           `json:"fee_gst,omitempty"` // tax on that fee
	SettlementOrder SettlementOrder `json:"settlement_order"`
	ComponentOrder  ComponentOrder  `json:"component_order"`
	Loans           []string        `json:"loans,omitempty"` // settlement order "specific"
	Mode            string          `json:"mode,omitempty"`
	Allocation      *Allocation     `json:"allocation,omitempty"`
	// Prepayment is the borrower's instruction for what is left after dues.
	Prepayment *Prepayment `json:"prepayment,omitempty"`
}

// Charge is a fee demand, payable on its due date. Amount of the fact = Fee + taxes.
type Charge struct {
	Fee     string `json:"fee"` // id of the fee
	Loan    string `json:"loan,omitempty"`
	Name    string `json:"name"`
	DueDate Date   `json:"due_date"`
	Base    Money  `json:"base"`
	CGST    Money  `json:"cgst,omitempty"`
	SGST    Money  `json:"sgst,omitempty"`
	IGST    Money  `json:"igst,omitempty"`
	// Component is what the demand is made of: F (default), PI for a charge for
	// breach of terms that is made by hand, NI for interest that is demanded again
	// because the tax withheld from it never came (domain 3.5.5).
	Component string `json:"component,omitempty"`
}
