package lending

import (
	"cmp"
	"fmt"
	"slices"
)

// Replay makes the Book of an account from its facts at a moment. It is pure:
// the same facts in any order give the same Book, and facts after the moment
// change nothing but the list of receipts that wait.
//
// The order within a day is fixed: dated terms, demands due, excess, receipts,
// rows agreed anew, [a mid-day state stops here], interest for the day, overdue interest, penal
// charges, classification. Ties: value date, bank date, kind, key.
//
// Nothing is done day by day: the state changes on due dates, value dates and
// dates of terms, and what grows in between is computed from its span.
func Replay(facts []Fact, at At) (*Book, error) {
	r, err := replayUntil(facts, at, nil)
	if err != nil {
		return nil, err
	}
	return r.book, nil
}

// replayUntil replays; before each day's money moves, watch (if any) is called.
func replayUntil(facts []Fact, at At, watch func(*replayer, Date)) (*replayer, error) {
	in, err := arrange(facts, at)
	if err != nil {
		return nil, err
	}
	r := &replayer{at: at, in: in, watch: watch, book: &Book{At: at, Receipts: in.books}, category: Regular}
	if err := r.takePolicy(DefaultPolicy()); err != nil {
		return nil, err
	}
	if err := r.raise(); err != nil {
		return nil, err
	}
	if err := r.run(); err != nil {
		return nil, err
	}
	r.finish()
	if err := r.verify(); err != nil {
		return r, fmt.Errorf("the book contradicts itself: %w", err)
	}
	return r, nil
}

// replayer is the state of an account while its facts are replayed.
type replayer struct {
	at    At
	in    input
	watch func(*replayer, Date)
	book  *Book
	grew  func(*due, Accrual) // told of each growth, if anybody asks
	err   error               // of the arithmetic: an amount beyond all bounds

	policy  Policy
	ruled   Date                // day from which the policy is in force
	order   sequence            // of the policy
	counted [NumComponents]bool // for days past due
	dues    []due               // in the order of Book.Demands
	ranks   []int               // loans of the book by disbursal, for loan_first
	fallen  int                 // dues before it are due
	open    int                 // dues before it are paid in full
	aged    int                 // dues before it are paid in full for classification as well
	held    int                 // receipts before it hold no excess
	next    struct{ policy, receipt, change, waiver, refund, raised, review int }
	day     Date
	rows    []dueRow  // of dues, for allocation in advance
	purse   purse     // of the receipt that is being spent
	plan    plan      // of the allocation that is being walked
	courses []*course // by place in Book.Loans; nil: nothing moves the rows
	forced  []forced
	renewed []*Fact       // rows agreed anew today, which start after the money of the day
	later   []recognition // payments that classification does not know yet

	classified Date // the last day-end that is classified
	snapped    bool // days past due of the single demands are taken
	oldest     Date // at the last day-end
	dpd, peak  int
	category   Category
	npaSince   Date
}

// run walks over the days on which something happens.
func (r *replayer) run() error {
	lastDayEnd := r.at.Date
	if !r.at.DayEnd {
		lastDayEnd--
	}
	for {
		day := r.nextDay()
		if day == 0 || day > r.at.Date {
			break
		}
		if r.classified == 0 {
			r.classified = day - 1
		}
		r.classify(day - 1)
		if day > lastDayEnd {
			r.snapshot()
		}
		if err := r.do(day); err != nil {
			return err
		}
	}
	if r.classified != 0 {
		r.classify(lastDayEnd)
	}
	r.snapshot()
	r.accrueAll(lastDayEnd + 1)
	r.day = r.at.Date
	r.reach(r.at.Date)
	r.noteMoving()
	r.foresee()
	return r.err
}

// nextDay is the next day on which something happens; 0 after the last.
func (r *replayer) nextDay() Date {
	var day Date
	sooner := func(d Date) {
		if day == 0 || d < day {
			day = d
		}
	}
	if r.next.policy < len(r.in.policies) {
		sooner(r.in.policies[r.next.policy].ValueDate)
	}
	if r.fallen < len(r.dues) {
		sooner(r.dues[r.fallen].DueDate)
	}
	if r.next.receipt < len(r.in.receipts) {
		sooner(r.in.receipts[r.next.receipt].fact.ValueDate)
	}
	for _, l := range r.later {
		sooner(l.on)
	}
	r.nextChange(sooner)
	return day
}

// do is one day, up to its middle.
func (r *replayer) do(day Date) error {
	r.day = day
	for ; r.next.policy < len(r.in.policies) && r.in.policies[r.next.policy].ValueDate == day; r.next.policy++ {
		r.accrueAll(day)    // days before today went by the old policy
		if r.ruled != day { // one that gives way on its own day saw no day-end
			r.notePeaks()
		}
		r.ruled = day
		if err := r.takePolicy(*r.in.policies[r.next.policy].Policy); err != nil {
			return err
		}
	}
	// Facts of one day go by the day of the bank (see compareFacts); almost always
	// that is one and the same.
	firstReceipt := r.next.receipt
	for bank, fell := r.nextBank(day), false; bank != 0 || !fell; bank = r.nextBank(day) {
		if err := r.changes(day, bank); err != nil {
			return err
		}
		r.money(day, bank, !fell)
		fell = true
		if r.err != nil {
			return r.err
		}
	}
	if r.chargedAfterMoney(day, firstReceipt) {
		r.applyExcess(day)
	}
	for ; r.next.review < len(r.in.reviews) && r.in.reviews[r.next.review].on == day; r.next.review++ {
		r.review(r.in.reviews[r.next.review])
	}
	for ; r.next.refund < len(r.in.refunds) && r.in.refunds[r.next.refund].ValueDate == day; r.next.refund++ {
		r.refund(r.in.refunds[r.next.refund])
	}
	return errOr(r.renew(day), r.err)
}

// nextBank is the earliest bank date of the changes and receipts of a day that are
// still to come; 0 when there are none.
func (r *replayer) nextBank(day Date) Date {
	var bank Date
	if i := r.next.change; i < len(r.in.changes) && r.in.changes[i].ValueDate == day {
		bank = r.in.changes[i].bankDate()
	}
	if i := r.next.receipt; i < len(r.in.receipts) && r.in.receipts[i].fact.ValueDate == day {
		if d := r.in.receipts[i].fact.bankDate(); bank == 0 || d < bank {
			bank = d
		}
	}
	return bank
}

// chargedAfterMoney says that a charge arose on a day after money that was at the bank
// before it, and may be paid in advance: what is held takes it up.
func (r *replayer) chargedAfterMoney(day Date, firstReceipt int) bool {
	return r.in.advance && firstReceipt < r.next.receipt && slices.ContainsFunc(r.in.charges, func(f *Fact) bool {
		return f.ValueDate == day && compareFacts(f, r.in.receipts[firstReceipt].fact) > 0
	})
}

// money lets dues fall on the first pass of a day, applies what is held to what
// arose, and settles the receipts of one bank date.
func (r *replayer) money(day, bank Date, first bool) {
	fell := r.fallen
	for ; first && r.fallen < len(r.dues) && r.dues[r.fallen].DueDate == day; r.fallen++ {
		r.fallDue(&r.dues[r.fallen])
	}
	arose := r.raisedBy(day)
	if first {
		r.recogniseLater(day)
		r.waivers(day)
		if r.watch != nil {
			r.watch(r, day)
		}
	}
	if r.fallen > fell || arose {
		r.applyExcess(day)
	}
	if i := r.next.receipt; i < len(r.in.receipts) && r.in.receipts[i].fact.ValueDate == day {
		r.reach(day)
	}
	for ; r.next.receipt < len(r.in.receipts) && r.err == nil; r.next.receipt++ {
		if f := r.in.receipts[r.next.receipt].fact; f.ValueDate != day || f.bankDate() != bank {
			break
		}
		r.err = errOr(r.err, r.receive(r.next.receipt, day))
	}
}

// input is the facts of an account in the order they count.
type input struct {
	policies   []*Fact
	disbursals []*Fact
	charges    []*Fact
	receipts   []receipt     // those in force, waiting ones left out
	books      []ReceiptBook // all receipts
	changes    []*Fact       // tranches, rates, pauses, new rows, categories, cashbacks
	agreed     []*Fact       // rates and pauses that begin after the moment and are known by then
	waivers    []*Fact       // and write-offs
	refunds    []*Fact
	raised     []Date // days on which demands arise that receipts may pay before they are due

	reviews     []review
	prepayments int  // receipts that come with an instruction
	advance     bool // money may pay rows before they are due
	joined      bool // a policy lets charges fall due with instalments
}

// kindOrder is written here once; it is never written to.
var kindOrder = []FactKind{FactTerms, FactDisbursal, FactTranche, FactRateChange, FactPause, FactClassification, FactCashback,
	FactCharge, FactWaiver, FactWriteOff, FactReceipt, FactAdjustment, FactRefund, FactReschedule, FactReversal}

// kindRank is the order of kinds on one day.
func kindRank(kind FactKind) int {
	return slices.Index(kindOrder, kind)
}

// bankDate is the day on which the money was at the bank.
func (f *Fact) bankDate() Date {
	if f.BankDate.IsZero() {
		return f.ValueDate
	}
	return f.BankDate
}

// compareFacts orders facts as they count, whatever the order of entry.
func compareFacts(a, b *Fact) int {
	if a.ValueDate != b.ValueDate {
		return cmp.Compare(a.ValueDate, b.ValueDate)
	}
	if x, y := a.bankDate(), b.bankDate(); x != y {
		return cmp.Compare(x, y)
	}
	if a.Kind != b.Kind {
		return cmp.Compare(kindRank(a.Kind), kindRank(b.Kind))
	}
	return cmp.Compare(a.Key, b.Key)
}

// arrange checks the facts, orders them, and leaves out what is reversed or
// lies after the moment.
func arrange(facts []Fact, at At) (input, error) {
	var in input
	sorted := make([]*Fact, len(facts))
	for i := range facts {
		sorted[i] = &facts[i]
	}
	if !slices.IsSortedFunc(sorted, compareFacts) {
		slices.SortFunc(sorted, compareFacts)
	}
	in.books, in.receipts = make([]ReceiptBook, 0, len(facts)), make([]receipt, 0, len(facts))
	reversed, err := reversals(sorted)
	if err != nil {
		return in, err
	}
	for _, f := range sorted {
		if err := f.check(); err != nil {
			return in, err
		}
		in.joined = in.joined || f.Policy != nil && f.Policy.FeesDue == FeesWithInstalment
		in.advance = in.advance || f.Policy != nil && f.Policy.Allocation != nil || f.Receipt != nil && f.Receipt.Allocation != nil
	}
	for _, f := range sorted {
		gone := reversed[f.Key]
		if f.Kind == FactReceipt || f.Kind == FactAdjustment {
			in.addReceipt(f, gone, at)
		}
		if !gone && f.ValueDate > at.Date && f.BookingDate != 0 && f.BookingDate <= at.Date && (f.Kind == FactRateChange || f.Kind == FactPause) {
			in.agreed = append(in.agreed, f)
		}
		if gone || f.ValueDate > at.Date {
			continue
		}
		switch f.Kind {
		case FactTerms:
			in.policies = append(in.policies, f)
		case FactDisbursal:
			in.disbursals = append(in.disbursals, f)
		case FactCharge:
			in.charges = append(in.charges, f)
			if in.advance || in.joined {
				in.raised = append(in.raised, f.ValueDate)
			}
		default:
			in.addChange(f)
		}
	}
	in.planReviews(at)
	return in, in.checkTerms()
}

// checkTerms asserts that rows can be derived from the terms of each loan, if
// anything asks for that.
func (in *input) checkTerms() error {
	derives := in.prepayments > 0 || len(in.changes)+len(in.agreed) > 0
	for _, f := range in.disbursals {
		terms := f.Disbursal.Terms
		if !derives && !terms.recalculates() {
			continue
		}
		if err := terms.agreed(f.Disbursal.Rows).Validate(); err != nil {
			return fmt.Errorf("fact %q: its terms give no schedule: %w", f.Key, err)
		}
	}
	return nil
}

// addChange sorts a fact of the rarer kinds to those of its part of the day.
func (in *input) addChange(f *Fact) {
	switch f.Kind {
	case FactTranche, FactRateChange, FactPause, FactReschedule, FactClassification, FactCashback:
		in.changes = append(in.changes, f)
	case FactWaiver, FactWriteOff:
		in.waivers = append(in.waivers, f)
	case FactRefund:
		in.refunds = append(in.refunds, f)
	}
}

func (in *input) addReceipt(f *Fact, reversed bool, at At) {
	book := ReceiptBook{Receipt: f.Key, ValueDate: f.ValueDate, Amount: f.Amount, Reversed: reversed, Waiting: !reversed && f.ValueDate > at.Date}
	if f.Kind == FactAdjustment {
		book.Source = f.Adjustment.From
		f = f.asReceipt()
	}
	in.books = append(in.books, book)
	if f.Receipt.Prepayment != nil && !book.Reversed && !book.Waiting {
		in.prepayments++
	}
	if !book.Reversed && !book.Waiting {
		in.receipts = append(in.receipts, receipt{fact: f, book: len(in.books) - 1})
	}
}

// reversals finds the keys of facts that are undone. A reversal that is itself
// reversed undoes nothing.
func reversals(facts []*Fact) (map[string]bool, error) {
	byKey := make(map[string]*Fact, len(facts))
	var undoing []*Fact
	for _, f := range facts {
		if byKey[f.Key] != nil {
			return nil, fmt.Errorf("two facts have the key %q", f.Key)
		}
		byKey[f.Key] = f
		if f.Kind == FactReversal {
			undoing = append(undoing, f)
		}
	}
	reversed := map[string]bool{}
	for _, f := range undoing {
		if byKey[f.Reverses] == nil {
			return nil, fmt.Errorf("fact %q reverses %q, which is not there", f.Key, f.Reverses)
		}
		reversed[f.Reverses] = true
	}
	// Reversals of reversals are rare: repeat until nothing changes, at most once
	// for each of them, so that a ring of reversals ends as well.
	for range undoing {
		settled := true
		next := map[string]bool{}
		for _, f := range undoing {
			if !reversed[f.Key] {
				next[f.Reverses] = true
			}
		}
		for key := range byKey {
			settled = settled && reversed[key] == next[key]
		}
		if reversed = next; settled {
			break
		}
	}
	return reversed, nil
}
