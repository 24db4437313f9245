package matching

// The stable codes of signals, as they appear in Evidence.Signal.
const (
	SignalVirtualAccount = "virtual_account"
	SignalMandate        = "mandate"
	SignalReference      = "reference"
	SignalReferenceFixed = "reference_repaired"
	SignalNumber         = "number"
	SignalAdvice         = "advice"
	SignalPhone          = "phone"
	SignalVPA            = "vpa_before"
	SignalAccount        = "account_before"
	SignalPayerName      = "payer_before"
	SignalRemitter       = "account_on_file"
	SignalName           = "name"
	SignalCoApplicant    = "co_applicant"
	SignalRemark         = "remark"
	SignalSibling        = "other_loan_quoted"
	SignalBranch         = "branch"
	SignalAmount         = "amount"
	SignalCharge         = "amount_charge"
	SignalSeveral        = "amount_several"
	SignalNear           = "amount_near"
	SignalRounded        = "amount_rounded"
	SignalPart           = "amount_part"
	SignalMore           = "amount_more"
	SignalOther          = "amount_other"
	SignalTwoDues        = "two_dues"
	SignalTwoPayers      = "two_dues_two_borrowers"
	SignalDate           = "date"
	SignalCollection     = "collection_account"
	SignalClosed         = "closed"
	SignalNotOpen        = "no_due"
)

// The weights in millibits (matching specification 4.2). Each is the logarithm
// of how much oftener the agreement is seen between a payment and its account
// than between a payment and another account.
const (
	weightVAN        = 22_000
	weightUMRN       = 22_000
	weightReference  = 17_000
	weightAdvice     = 17_000
	weightRepaired   = 12_000
	weightBare       = 6_000
	weightPhone      = 11_000
	weightVPA        = 12_000
	weightAccount    = 10_000
	weightRemitter   = 8_000
	weightPayerName  = 7_000
	weightCoStrong   = 5_500
	weightCoFair     = 3_000
	weightRemark     = 3_000
	weightRemarkFull = 5_000
	weightCharge     = 2_500
	weightSeveral    = 2_500
	weightMany       = 1_000 // four dues or more
	weightNear       = 2_000
	weightRounded    = 500
	weightPart       = -2_500
	weightMore       = -3_000
	weightOther      = -6_000
	weightTwoDues    = 5_000
	weightTwoPayers  = -1_000
	weightTwoNamed   = 2_000 // both borrowers are named or quoted
	weightSame       = 300
	weightElsewhere  = -200
	weightClosed     = -14_000
	weightNobody     = 6_000

	weightDigit         = 1_800 // a digit of a number that has no letters: one in ten by accident, less what numbers have in common
	lessForAdvice       = 9_000 // announced with another amount
	weightRemitterAlone = 6_000 // the digits of the account without its bank
	weightSibling       = 5_000
	weightBranch        = 2_000
	weightBank          = 700
	weightByAnother     = -500  // another pays for the borrower whom the remark names
	weightSaid          = 2_000 // the remark says that it is for several months, or for both loans
	weightLoanWords     = 1_500
	weightOtherWords    = 3_000
)

// Levels of name agreement, in thousandths, and their weights. A name derived
// from a UPI address gets level 4 at most.
const (
	nameLevel5 = 965
	nameLevel4 = 900
	nameLevel3 = 820
	nameLevel2 = 700
	nameLevel1 = 500
)

// nameLevel is the level, 0 to 5, of a likeness in thousandths.
func nameLevel(alike int) int {
	switch {
	case alike >= nameLevel5:
		return 5
	case alike >= nameLevel4:
		return 4
	case alike >= nameLevel3:
		return 3
	case alike >= nameLevel2:
		return 2
	case alike >= nameLevel1:
		return 1
	}
	return 0
}

// nameWeights are the weights of the levels.
var nameWeights = [6]int{-4_000, -2_000, 1_000, 3_500, 5_500, 7_500}

// Weights by how many days after its due date a payment came.
const (
	weightOnTime   = 600    // three days early to three late
	weightLate     = 0      // up to nine
	weightVeryLate = -1_200 // up to twenty-five
	weightFarAway  = -3_000 // later
)

// Limits of what is looked up and compared for one credit.
const (
	minBareDigits  = 4     // fewer digits than these quote no account by themselves
	maxByAmount    = 300   // accounts found by amount alone; more are weighed as a crowd
	maxByName      = 25    // accounts found by the likeness of a name
	leastTail      = 2_000 // what the last digits of a bank account say at least
	maxByTail      = 60    // accounts that share the last digits of a bank account
	maxByReference = 40    // accounts one token may quote before it says nothing
	maxSiblings    = 12    // accounts of one customer
	maxCandidates  = 8     // candidates in a proposal
)
