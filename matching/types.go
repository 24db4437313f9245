package matching

import "lekha/lending"

// Credit is one line of a bank statement that put money into a collection
// account.
type Credit struct {
	ID             string
	ValueDate      lending.Date
	Amount         lending.Money
	Narration      string
	Reference      string // the bank's reference, normalised by [NormaliseReference], or ""
	Bank           string // whose statement it is: "hdfc", "icici", "sbi", "axis", "kotak", or ""
	CollectionBank string // the collection account it came into, as named in Account.CollectionBank

	// Refused lists accounts that people refused for this credit. They are not
	// proposed again; a refused combination is its account ids joined by ";" in
	// ascending order.
	Refused []string
}

// Account is what matching knows of one loan account. Every text may be empty;
// an empty field is no evidence, never agreement.
type Account struct {
	ID             string // unique, used in every answer
	Ref            string // the number people quote
	VirtualAccount string
	MandateRef     string // UMRN
	CustomerID     string // accounts of one borrower share it
	Name           string
	CoApplicant    string
	Phone          string
	Product        string
	Active         bool
	EMI            lending.Money
	CollectionBank string // the collection account agreed on
	RemitterIFSC   string // the borrower's own bank account: IFSC (or its first four letters)
	RemitterLast4  string // and the last digits of its number
}

// Due is one demand of an account that a payment may be for. Amount is the
// total; EMI and Charges are the parts of it that are quoted alone. What was paid
// since was due before: such a due is given once for each amount that it asked,
// with the first and last value date of a credit that could have paid that; no
// date is no bound.
type Due struct {
	Account string
	DueDate lending.Date
	Amount  lending.Money
	EMI     lending.Money
	Charges lending.Money
	Since   lending.Date
	Until   lending.Date
}

// paidOn is the day after which the due asked less, or nothing: it was paid; no
// date for one that stands.
func (d Due) paidOn() lending.Date {
	if d.Until.IsZero() {
		return 0
	}
	return d.Until.AddDays(1)
}

// asked says that the due stood like this on the value date of a credit.
func (d Due) asked(on lending.Date) bool {
	return (d.Since.IsZero() || on >= d.Since) && (d.Until.IsZero() || on <= d.Until)
}

// Advice is a bank reference that a borrower announced before or after paying.
type Advice struct {
	Account string
	UTR     string
	Amount  lending.Money // 0: not said
	On      lending.Date
}

// MemoryKind says what identifies a payer in a [Memory].
type MemoryKind string

// The kinds of payer memory.
const (
	MemoryVPA     MemoryKind = "vpa"     // a UPI address
	MemoryAccount MemoryKind = "account" // bank, account tail and printed name
	MemoryName    MemoryKind = "name"    // a printed name that is not the borrower's own
)

// Memory is a payer who was approved (or refused) for an account before. Values
// are those made by [Learn].
type Memory struct {
	Kind          MemoryKind
	Value         string
	Account       string
	Confirmations int
	Rejections    int
}

// Own lists what belongs to the lender, so that it is never taken for a payer.
type Own struct {
	Names    []string // company names as banks print them for the beneficiary
	Handles  []string // UPI addresses
	Accounts []string // names or numbers of collection accounts
}

// Decision is what the engine advises for a credit.
type Decision string

// The decisions, see the gates in decide.go.
const (
	Auto    Decision = "auto"    // pre-ticked for one-key confirmation; maker and checker remain
	Suggest Decision = "suggest" // show the candidates
	None    Decision = "none"    // leave in the queue, or not a repayment
)

// The kinds of credit that are not a repayment. Empty means it may be one.
const (
	KindReturn   = "return"   // a disbursement or payout came back
	KindRefund   = "refund"   // a refund, reversal or tax refund
	KindInterest = "interest" // interest the bank pays
	KindTransfer = "transfer" // between the lender's own accounts
	KindOther    = "other"    // debt raised, settlement of a batch, and the like
)

// Proposal is the answer for one credit.
type Proposal struct {
	Engine   string // [Version]
	Parsed   Parsed
	Decision Decision
	// NotRepayment is "" or one of the Kind constants; NotRepaymentReason is a
	// sentence that quotes the words it was read from.
	NotRepayment       string
	NotRepaymentReason string
	// Candidates are best first. Two that fit equally well share their
	// confidence, so neither can be sure.
	Candidates []Candidate
	// Nobody is the confidence, in basis points, that the money belongs to none
	// of the accounts known.
	Nobody int
	// Held says in one sentence why the best candidate is not Auto, or "".
	Held string
}

// Candidate is one reading of a credit: an account, or two that it pays
// together.
type Candidate struct {
	Accounts   []string        // one or two account ids
	Amounts    []lending.Money // how the credit is split, same order; the sum is the credit
	Confidence int             // basis points, 0..10000
	Share      int             // basis points of the soft-max before calibration; [FitCalibration] takes it
	Bits       int             // the score in millibits, for the record
	Evidence   []Evidence      // strongest first; what speaks against it has a negative weight and comes last
}

// Family groups signals that depend on each other.
type Family string

// The families of evidence.
const (
	Reference Family = "Reference"
	Amount    Family = "Amount"
	Payer     Family = "Payer"
	Date      Family = "Date"
	Status    Family = "Status"
)

// Evidence is one reason for or against a candidate, ready to show.
type Evidence struct {
	Signal string // stable code, see weights.go
	Family Family
	Says   string // what the payment says
	Books  string // what our books say
	Detail string // one sentence in plain words
	Weight int    // millibits; negative speaks against
}

// Parsed is what was read from a narration.
type Parsed struct {
	Rail           string // "NEFT", "RTGS", "IMPS", "UPI", "NACH", "CASH", "CHEQUE", "TRANSFER" or ""
	UTR            string // the reference of the payment, normalised
	IFSC           string // the payer's branch, or the four letters of the bank
	Name           string // the payer as printed
	AccountTail    string // last digits of the payer's account
	VPA            string // UPI address in lower case; without "@" when the bank cut it
	Phone          string // ten digits
	UMRN           string
	VirtualAccount string
	Remark         string
	References     []string // tokens that may be account numbers, normalised, in order of appearance
	Spans          []Span   // what was used, ascending, never overlapping
}

// Span marks the bytes [Start, End) of the narration as the source of a field.
type Span struct {
	Field string // "utr", "ifsc", "name", "tail", "vpa", "phone", "umrn", "van", "reference", "remark"
	Start int
	End   int
}
