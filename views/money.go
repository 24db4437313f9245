package views

import (
	"strings"

	"lekha/lending"
)

// ExcessPage lists accounts on which money is held beyond the dues.
type ExcessPage struct {
	Shell
	Rows  []ExcessRow
	Count int
	Sum   lending.Money
	Days  int // excess at least as old is shown; 0: all
	Idle  int // days after which it is to be paid back
	Next  string
	First string
}

// ExcessRow is one of them.
type ExcessRow struct {
	Ref, Borrower string
	Excess, Asked lending.Money
	DueNow        lending.Money
	Since         lending.Date
	Age           int
	Old           bool
	NextDue       lending.Date
	NextAmount    lending.Money
}

// MoneyPage is a form about money that is held or owed: a refund, an adjustment, a
// waiver, a fee. What it is about stands beside the fields.
type MoneyPage struct {
	Shell
	Title, Lead string
	Back        Crumb
	Action      string // where it posts
	Hidden      []Pair
	Facts       []PayoutFact
	Inputs      []Input
	Dues        []WaiverDue // a waiver names them
	Form        Form
	Button      string
	Busy        string
	WhyNot      string
	Preview     bool // there is a button that only shows
	Effect      *MoneyEffect
}

// Pair is a value that a form carries unseen.
type Pair struct{ Name, Value string }

// WaiverDue is one component of one due that may be given up.
type WaiverDue struct {
	Field     string // name of its input
	Label     string
	Component string
	DueDate   lending.Date
	Unpaid    lending.Money
}

// MoneyEffect is what would change on the account.
type MoneyEffect struct {
	Rows []EffectRow
}

// EffectRow is one figure before and after.
type EffectRow struct {
	Label         string
	Before, After lending.Money
}

// FeesPage lists fees.
type FeesPage struct {
	Shell
	Rows   []FeeRow
	New    Act
	Search string
}

// FeeRow is one fee as a list shows it.
type FeeRow struct {
	Ref, Name, Account string
	AccountPath        string
	Base, Tax, Left    lending.Money
	Waived             lending.Money
	DueDate            lending.Date
	Invoice            string
	State              string
	Tone               Tone
	Delete             string // where its deletion posts; "" when it cannot be
	WhyNot             string
	Waive              string // path of the form that gives it up
}

// BatchesPage is where payouts go out to the bank in files, and its answers come in.
type BatchesPage struct {
	Shell
	Waiting   []BatchPayout
	Sum       lending.Money
	Batches   []BatchRow
	Unmatched []DebitRow
	Form      Form
	Inputs    []Input
	WhyNot    string
}

// BatchPayout waits for a file.
type BatchPayout struct {
	Ref, Path, Type, Payee string
	Amount                 lending.Money
	Same                   []string // refs of payouts that look like the same one
}

// BatchRow is a file that was made.
type BatchRow struct {
	Ref, File, Template string
	Count               int
	Total               lending.Money
	Date                lending.Date
}

// DebitRow is money that left without a payout that is known.
type DebitRow struct {
	Bank, Narration, Reference, Statement string
	Date                                  lending.Date
	Amount                                lending.Money
}

// Words is a name of programs for people: "processing_fee" is "Processing fee".
func Words(name string) string {
	text := strings.ReplaceAll(name, "_", " ")
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
