package lending

// At is the moment a Book is asked for. DayEnd false is the open business date
// (mid-day: dues of the day are due, receipts of the day are in, the day's
// interest, charges and classification are not yet made); true is after its day-end.
type At struct {
	Date   Date
	DayEnd bool
}

// Amounts holds one amount for each component, indexed by Component.
type Amounts [NumComponents]Money

// Book is everything that follows from the facts of one account at a moment.
// It can say of each figure which rows it is the sum of.
type Book struct {
	At          At
	Loans       []LoanBook
	Demands     []Demand     // by (due date, loan index, number); future ones too, with Due false
	Settlements []Settlement // in the order they happened
	Receipts    []ReceiptBook
	Excess      Money // liability to the borrower
	Summary     Summary
	Timeline    []CategoryChange // of this account alone (borrower-wise: Classify)
	Refunds     []RefundBook
	Waivers     []WaiverBook
	WriteOffs   []WriteOffBook
	Liabilities Held // holdback and cashback; the excess is apart
	Oldest      Date // due date of the oldest unpaid counted due at the last day-end; zero: none
}

// LoanBook is one loan: its frozen schedule with what is paid of it.
type LoanBook struct {
	Loan         string
	Index        int64
	DisbursedOn  Date
	Terms        *Terms // as disbursed; those of later versions are with them
	Principal    Money
	NetDisbursed Money
	Maturity     Date
	Rows         []ScheduleRow
	Versions     []Version // of the schedule, the first one as it was disbursed
	Capitalised  Money     // interest that became principal up to the Book's date
	Moving       *Moving   // where the rows move: by actual balance, or after a draw, a rate or a pause
	WrittenOffOn Date
	Deductions   []Deduction // kept back at disbursals
	BPIToCollect Money
}

// Moving is a loan whose rows move, on the Book's date: the interest that has run and
// is not due, each day on its own balance and at its own rate, and what the next
// night costs.
type Moving struct{ Accrued, PerDay Money }

// DemandType is wire "type" of a demand.
type DemandType string

// The demand types.
const (
	DemandEMI DemandType = "emi"
	DemandFee DemandType = "fee"
)

// Demand is one due: an instalment with its components, or a fee.
type Demand struct {
	Key         string // stable over replays: loan id + "/" + number, or fee id
	Type        DemandType
	Loan        string
	LoanIndex   int64
	No          int    // instalment number; 0 for fees
	Name        string // of a fee; instalments have a number instead
	PeriodStart Date
	PeriodEnd   Date // interest of the row is booked on this date
	DueDate     Date
	Amount      Amounts // demanded, per component; OI and PI grow daily while it is overdue
	Paid        Amounts
	Waived      Amounts
	Due         bool // due date reached at the Book's moment
	DPD         int  // days past due of this demand at the last day-end
	PeakDPD     int
	PaidOn      Date // when it was fully paid; zero while not
}

// Settlement is the part of one receipt used on one component of one demand.
type Settlement struct {
	Receipt     string // key of the receipt fact
	Demand      string // key of the demand
	Component   Component
	Amount      Money
	Date        Date  // value date it takes effect
	FromExcess  bool  // held as excess first, applied when the demand fell due
	Outstanding Money // left on the whole demand afterwards
	Remaining   Money // left on the receipt afterwards
}

// ReceiptBook is what became of one receipt.
type ReceiptBook struct {
	Receipt   string
	ValueDate Date
	Amount    Money
	Settled   Money
	Remaining Money  // this receipt's part of the excess; 0 when reversed or waiting
	Refunded  Money  // paid back out of it
	Source    string // of an adjustment: the liability that paid; "" for money received
	Waiting   bool   // value date after the Book's date: settles when its day comes
	Reversed  bool
	Advice    string // what its excess is for, by the advance policy: "" or refund
	// TDSOverCap is the part of the TDS above the interest it may settle (domain 3.5.4), a warning.
	TDSOverCap Money
}

// Summary holds the 23 figures of the account summary (domain 12.1) as money,
// days and words; keys and order belong to the wire.
//
// Worked (the seed): 5,00,000 at 21% for 25 weeks of 2,013.70, all payable at the end, four
// days before them collected upfront as 1,151. When 23 weeks have ended: principal
// outstanding 5,00,000.00, interest outstanding 50,342.50, of which 46,315.10 are booked,
// total outstanding 5,50,342.50, disbursed 4,98,849.00, no day past due (SUM-01).
type Summary struct {
	PrincipalPaid, PrincipalOutstanding            Money
	InterestPaid, InterestOutstanding, InterestDue Money
	OverduePaid, OverdueOutstanding                Money
	PenalPaid, PenalOutstanding                    Money
	TotalFees, FeePaid, FeeOutstanding             Money
	TotalPaid, TotalOutstanding                    Money
	DisbursalAmount, LoanAmount, PayoutAmount      Money
	BrokenPeriodInterest                           Money
	ExcessPayment                                  Money
	DPD                                            int
	AssetCategoryDate                              Date // zero while never changed
	PeakDPD                                        int
	AssetCategory                                  Category
	Capitalised                                    Money // interest that became principal
	PrincipalWaived, InterestWaived, OverdueWaived Money
	PenalWaived, FeeWaived                         Money
	PrincipalWrittenOff                            Money
	Refunded                                       Money // of the excess
	// DueNow is all that is due and unpaid: the figure beside which a payment is judged.
	DueNow Money
}

// CategoryChange is one step of the classification timeline: special mention comes and
// goes with the days past due, a non-performing account stays it until all arrears are
// cleared (domain 4.1, 4.2).
//
// Worked: dues of 1,000 on the 5th of each month from January 2025, paid 600 on 20
// February, 900 on 20 March, 1,000 on 20 May and 3,500 on 25 June. SMA-0 on 5 January,
// SMA-1 on 4 February (31 days), SMA-2 on 6 March (61), back to SMA-1 on 20 March, when
// January is cleared (44), SMA-2 on 6 April, sub-standard on 6 May (91); it stays so
// after the payment of 20 May and is regular on 25 June; the peak is 112 days (DPD-03).
type CategoryChange struct {
	Date     Date // day-end
	Category Category
	DPD      int
	Overdue  Money
	Oldest   Date
}

// Category is an asset category as shown and on the wire.
type Category string

// The asset categories (domain 4.7).
const (
	Regular     Category = "Regular"
	SMA0        Category = "SMA-0"
	SMA1        Category = "SMA-1"
	SMA2        Category = "SMA-2"
	SubStandard Category = "Sub-Standard"
	Doubtful1   Category = "Doubtful-1"
	Doubtful2   Category = "Doubtful-2"
	Doubtful3   Category = "Doubtful-3"
	Loss        Category = "Loss"
)
