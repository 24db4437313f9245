package lending

import "slices"

// SettlementOrder says how a receipt walks over the dues (domain 3.3).
//
// Worked, on 20 June 2025: instalments of 10,000 are unpaid since 5 April, 5 May and 5
// June, with 374.79, 226.85 and 73.97 overdue interest (18%) and 249.86, 151.23 and 49.32
// penal charges (12%). By due date, PI-OI-NI-P, 15,000 pay the first one as a whole
// and 2,097.27 of the principal of the second (SET-01). By component, 9,000 pay all
// penal charges, all overdue interest, all interest, and 2,173.98 of the oldest
// principal (SET-04). By loan, the oldest loan is finished before the next one (SET-07).
type SettlementOrder string

// The settlement orders.
const (
	DueDateFirst   SettlementOrder = "due_date_first"  // horizontal: the oldest due first, of all loans
	ComponentFirst SettlementOrder = "component_first" // vertical: one component of all dues, then the next
	LoanFirst      SettlementOrder = "loan_first"      // the oldest loan first
	SpecificLoans  SettlementOrder = "specific"        // only the loans that the payer named (Contract Act, section 59)
)

// ParseSettlementOrder reads one of the four settlement orders (domain 3.3).
func ParseSettlementOrder(order string) (SettlementOrder, error) {
	switch o := SettlementOrder(order); o {
	case DueDateFirst, ComponentFirst, LoanFirst, SpecificLoans:
		return o, nil
	}
	return "", RefuseField("settlement_order", "INVALID_SETTLEMENT_ORDER", "A settlement order is due_date_first, component_first, loan_first or specific.")
}

// receipt is a receipt while it is replayed.
type receipt struct {
	fact  *Fact
	book  int // place in Book.Receipts
	how   SettlementOrder
	order sequence
}

// purse is money on its way to dues.
type purse struct {
	*receipt
	book       *ReceiptBook
	on         Date
	left       Money
	fromExcess bool
	seenOn     Date // when classification knows it
	walk       *Allocation
}

// receive settles a receipt over the dues of its day; what is left is held.
func (r *replayer) receive(i int, day Date) error {
	in := &r.in.receipts[i]
	in.how, in.order = r.policy.SettlementOrder, r.order
	if in.fact.Receipt.SettlementOrder != "" {
		in.how = in.fact.Receipt.SettlementOrder
	}
	if given := in.fact.Receipt.ComponentOrder; given != "" && given != r.policy.ComponentOrder {
		order, err := given.parse()
		if err != nil {
			return err
		}
		in.order = order
	}
	book := &r.book.Receipts[in.book]
	book.Remaining = book.Amount
	if in.fact.Adjustment != nil {
		book.Remaining = r.fund(in.fact)
		book.Amount = book.Remaining
	}
	r.spend(purse{receipt: in, book: book, on: day, left: book.Remaining})
	return r.err
}

// applyExcess uses what earlier receipts left, the oldest first, on dues that
// have fallen due (domain 3.6). The instruction given with a receipt, its loans
// and its orders, stays with its money.
func (r *replayer) applyExcess(day Date) {
	for ; r.held < r.next.receipt; r.held++ {
		if r.book.Receipts[r.in.receipts[r.held].book].Remaining > 0 {
			break
		}
	}
	r.passClosed() // a demand of nothing is closed as it falls due
	for i := r.held; i < r.next.receipt && r.open < r.fallen; i++ {
		in := &r.in.receipts[i]
		if book := &r.book.Receipts[in.book]; book.Remaining > 0 {
			r.spend(purse{receipt: in, book: book, on: day, left: book.Remaining, fromExcess: true})
		}
	}
}

// spend walks over the dues that have fallen due, in the settlement order.
func (r *replayer) spend(from purse) {
	r.purse = from // one purse for all: receipts spend one after the other
	p := &r.purse
	p.seenOn = r.seenOn(p.fact, p.on)
	if p.walk = r.allocationOf(p.fact); p.walk != nil {
		r.allocate(p, p.walk)
		r.endSpending(p)
		return
	}
	switch p.how {
	case ComponentFirst:
		r.byComponent(p)
	case LoanFirst:
		for _, loan := range r.ranks {
			r.byDueDate(p, loan)
		}
	default:
		r.byDueDate(p, -1)
	}
	if r.policy.ApplyRestToFees && !p.order.named[Fee] {
		r.restToFees(p)
	}
	r.prepay(p)
	r.endSpending(p)
}

// endSpending notes what a receipt settled and what is left of it.
func (r *replayer) endSpending(p *purse) {
	p.book.Settled, p.book.Remaining = p.book.Amount-p.book.Refunded-p.left, p.left
	r.passClosed()
}

// passClosed moves on to the first due that is not paid in full.
func (r *replayer) passClosed() {
	for r.open < r.fallen && r.dues[r.open].closed {
		r.open++
	}
}

// allocationOf is the advanced allocation of a receipt, if it has one.
func (r *replayer) allocationOf(f *Fact) *Allocation {
	if f.Receipt != nil && f.Receipt.Allocation != nil {
		return f.Receipt.Allocation
	}
	if f.Receipt != nil && f.Receipt.SettlementOrder == "" && f.Receipt.ComponentOrder == "" {
		return r.policy.Allocation
	}
	return nil
}

// visible says that a due may be paid by money: it was raised by then, and its
// loan is one that the money was given for. What is due comes before all money of the
// day (domain 3.3); a charge that joins an instalment or is not due yet arises in its
// place among the facts of the day.
func (r *replayer) visible(d *due, p *purse) bool {
	arisen := d.raisedOn < p.on || d.raisedOn == p.on && (d.raisedBy == nil || p.fromExcess || d.Due && !r.in.joined || compareFacts(d.raisedBy, p.fact) < 0)
	if d.Type == DemandEMI && r.book.Loans[d.loan].DisbursedOn > p.on {
		return false // money in advance pays no loan that is not lent yet
	}
	return arisen && !d.superseded && (p.how != SpecificLoans || slices.Contains(p.fact.Receipt.Loans, d.Loan))
}

// byDueDate is the horizontal walk, over the dues of one loan or (-1) of all:
// dues of one date and one loan are a group, inside which components go first
// and instalments second (domain 3.3).
func (r *replayer) byDueDate(p *purse, loan int) {
	for i := r.open; i < r.fallen && p.left > 0; {
		end := i + 1
		for end < r.fallen && r.dues[end].DueDate == r.dues[i].DueDate && r.dues[end].loan == r.dues[i].loan {
			end++
		}
		if loan < 0 || r.dues[i].loan == loan {
			r.payGroup(p, r.dues[i:end])
		}
		i = end
	}
}

func (r *replayer) payGroup(p *purse, group []due) {
	for i := range group {
		r.accrue(&group[i], p.on)
	}
	for _, c := range p.order.list[:p.order.count] {
		for i := range group {
			r.pay(p, &group[i], c)
		}
	}
}

// byComponent is the vertical walk: one component over all dues, oldest first,
// before the next component.
func (r *replayer) byComponent(p *purse) {
	for _, c := range p.order.list[:p.order.count] {
		for i := r.open; i < r.fallen && p.left > 0; i++ {
			r.accrue(&r.dues[i], p.on)
			r.pay(p, &r.dues[i], c)
		}
	}
}

// restToFees pays fees that the order does not name, before money becomes
// excess (domain 3.2).
func (r *replayer) restToFees(p *purse) {
	for i := r.open; i < r.fallen && p.left > 0; i++ {
		r.pay(p, &r.dues[i], Fee)
	}
}

// pay uses money on one component of one due.
func (r *replayer) pay(p *purse, d *due, c Component) {
	if p.how == SpecificLoans && !slices.Contains(p.fact.Receipt.Loans, d.Loan) {
		return
	}
	r.payUpTo(p, d, c, p.left)
}

// payUpTo pays a component up to an amount.
func (r *replayer) payUpTo(p *purse, d *due, c Component, most Money) {
	r.payUpToOn(p, d, c, most, p.on)
}

// payUpToOn pays a component; on is the day that counts for interest.
func (r *replayer) payUpToOn(p *purse, d *due, c Component, most Money, on Date) {
	amount := min(d.left(c), p.left, most)
	if amount <= 0 {
		return
	}
	d.Paid[c] += amount
	p.left -= amount
	if d.course >= 0 && (c == Principal || c == Interest) {
		r.move(d, c, amount, on)
	}
	outstanding := d.unpaid()
	if outstanding == 0 && !d.closed {
		d.closed, d.PaidOn = true, p.on
	}
	r.book.Settlements = append(r.book.Settlements, Settlement{Receipt: p.fact.Key, Demand: d.Key, Component: c, Amount: amount, Date: p.on,
		FromExcess: p.fromExcess, Outstanding: outstanding, Remaining: p.left})
	if p.seenOn > p.on {
		r.later = append(r.later, recognition{p.seenOn, d, c, amount})
		return
	}
	r.recognise(d, c, amount, p.on)
}
