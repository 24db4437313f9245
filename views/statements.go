package views

import (
	"strconv"
	"time"

	"lekha/lending"
)

// Act is something a page offers: where it is done, and why this person may not
// ("" when they may).
type Act struct {
	Label, Icon, Path string
	WhyNot            string
	Key               string // that presses it
}

// Link is the way to another page.
type Link struct{ Path, Label string }

// StatementsPage lists the bank statements that were imported.
type StatementsPage struct {
	Shell
	Import  Act
	Count   int // statements that were imported, all pages
	Totals  FateCounts
	Rows    []StatementRow
	Older   string // address of the next page, "" on the last
	Newest  string // address of the first page, "" on it
	Running []ImportRow
}

// FateCounts is how many rows had which fate.
type FateCounts struct {
	Rows, Created, Duplicates, Known, Confirmed, Outgoing, Rejected int
}

// StatementRow is one statement of the list.
type StatementRow struct {
	Ref, Path     string
	File, Bank    string
	From, To      lending.Date
	Loading       bool
	Done          int // rows posted while it loads
	Fates         FateCounts
	By            string
	At            time.Time
	Gap           lending.Money
	BalanceKnown  bool
	RejectedPath  string
	DuplicatePath string
}

// ImportRow is an import that is under way or failed.
type ImportRow struct {
	Path, File string
	Doing      string // "Posting", or "Checking"
	Done, Rows int
	Failed     string
}

// NewStatementPage is where a file is chosen.
type NewStatementPage struct {
	Shell
	Form   Form
	Banks  []Option
	Upload string // token of a file that is kept already
	Kept   string // its name
}

// StatementFact is one thing about a file.
type StatementFact struct{ Name, Value string }

// Balance is opening + credits − debits = closing, with what is missing.
type Balance struct {
	OpeningKnown, ClosingKnown bool
	Opening, Closing           lending.Money
	Credits, Debits            lending.Money
	Known                      bool          // both balances are there, so the sum can be checked
	Gap                        lending.Money // by how much the closing balance is not the sum
	Breaks                     []BalanceBreak
}

// BalanceBreak is a running balance that does not follow.
type BalanceBreak struct {
	Line            int // 0: the closing balance
	Expected, Found lending.Money
}

func (b BalanceBreak) where() string {
	if b.Line == 0 {
		return "The closing balance"
	}
	return "Line " + strconv.Itoa(b.Line)
}

// FateTab is one fate with its rows, as a link that keeps only these.
type FateTab struct {
	Path, Label string
	Count       int
	More        bool // Count is where counting stopped
	Current     bool
}

// FateRow is one row of a file with what becomes or became of it.
type FateRow struct {
	Line      int
	Day       lending.Date // zero when the row could not be read
	Narration string
	Credit    lending.Money // exactly one of the two is above zero
	Debit     lending.Money
	Fate      string
	Reason    string
	Raw       string // as it was read, of a rejected row
	Link      Link   // the record it made, repeats, confirms or takes back
	Ask       Link   // what is to be done about it
}

var fateWords = map[string]string{
	"created": "New record", "questioned": "Same reference, other amount", "duplicate": "Duplicate", "known": "Imported before", "confirms": "Confirms a receipt",
	"outgoing": "Money going out", "returns": "Bank took it back", "rejected": "Cannot be read",
}

// FateWord says a fate in words.
func FateWord(fate string) string { return fateWords[fate] }

var fateTones = map[string]Tone{
	"created": ToneGood, "confirms": ToneGood, "questioned": ToneBad, "duplicate": ToneWarn, "returns": ToneBad, "rejected": ToneBad,
}

// needsPerson says that a fate stands in a chip instead of plain text.
func needsPerson(fate string) bool {
	return fate == "questioned" || fate == "duplicate" || fate == "returns" || fate == "rejected"
}

// StatementCheckPage shows what an import would do, before anything is posted.
type StatementCheckPage struct {
	Shell
	File       string
	Upload     string // token of the kept file
	Promise    string // what the form posts: the counts that were shown
	Facts      []StatementFact
	Balance    Balance
	Warnings   []string
	Again      Link // the statement that holds this very file already
	Changed    bool // the books changed between check and post
	Rows       int
	New        int // records it will make
	Confirmed  int // receipts by hand that it confirms
	Rejected   int
	Questioned int // rows with a known reference and another amount
	Tabs       []FateTab
	Lines      []FateRow
	From       int // of the lines shown
	Total      int
	Next       string
	First      string
}

// StatementImportPage is an import under way.
type StatementImportPage struct {
	Shell
	Path       string // of this page
	File       string
	Doing      string // "Posting", or "Checking"
	Step       string
	Done, Rows int
	Failed     string
	Lost       bool // the program was started again meanwhile
}

// StatementPage is one statement with the fate of each row.
type StatementPage struct {
	Shell
	Ref           string
	File          string
	Facts         []StatementFact
	Balance       Balance
	Warnings      []string
	Again         bool // it was just imported a second time
	Fates         FateCounts
	Questions     []Question // lines that may be receipts by hand
	MoreQuestions int        // that are not shown here
	Returns       int        // rows that take a known credit back
	Questioned    int        // rows with a known reference and another amount
	Tabs          []FateTab
	Lines         []FateRow
	From          int
	Total         int
	Next          string
	First         string
	Download      Act // rejected rows
	Loading       bool
	History       []Step
	Done          int // rows posted, while it loads
}

// importAside says what becomes of it when nobody looks.
func importAside(p StatementImportPage) string {
	if p.Doing == "Checking" {
		return "Nothing is posted yet. This page leads to what each row would become."
	}
	return "You can leave this page. The import goes on."
}

// importMeanwhile says what happens while one waits.
func importMeanwhile(p StatementImportPage) string {
	if p.Doing == "Checking" {
		return "Everything else goes on meanwhile."
	}
	return "Its records appear as they are posted."
}

// postLabel says what posting a checked file makes: rows that are known, go out or
// cannot be read make no record.
func postLabel(p StatementCheckPage) string {
	switch {
	case p.New > 0:
		return "Post " + Counted(p.New, "new record", "new records")
	case p.Confirmed > 0:
		return "Confirm " + Counted(p.Confirmed, "receipt", "receipts")
	}
	return "Keep it; nothing new"
}

// importDone is what a job that failed should have done.
func importDone(p StatementImportPage) string {
	if p.Doing == "Checking" {
		return "checked"
	}
	return "imported"
}

// importLeft says what stands of an import that failed.
func importLeft(p StatementImportPage) string {
	if p.Done == 0 {
		return "Nothing of it was posted."
	}
	return Count(p.Done) + " of " + Counted(p.Rows, "row stands", "rows stand") + "; the same file goes on there."
}
