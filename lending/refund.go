package lending

// Liabilities to the borrower that are no excess of receipts (domain 2.5, 2.6).
const (
	FromExcess   = "excess"
	FromHoldback = "holdback" // kept back at a disbursal
	FromCashback = "cashback" // unearned interest or a rebate
)

// Refund is money held that goes out of the account: excess to the payer, a
// holdback or a cashback to the borrower, or excess that moves to another account
// (domain 3.6). Excess is used oldest receipt first.
type Refund struct {
	From string `json:"from,omitempty"` // default excess
	// Receipt is the key of the receipt whose excess goes back first; empty: oldest first.
	Receipt string `json:"receipt,omitempty"`
}

// Cashback is a liability that arises: unearned interest of an early repayment, or
// a rebate (domain 2.6).
type Cashback struct {
	Loan   string `json:"loan,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// Adjustment settles dues from money held: it allocates like a repayment and
// brings no cash (domain 3.6, SET-06). From "excess" it is the excess of another
// account, whose side is a Refund there.
type Adjustment struct {
	From string `json:"from"`
	Receipt
}

// Held is what is held for the borrower beside the excess.
type Held struct {
	Holdback Money
	Cashback Money
}

// RefundBook is what became of one refund.
type RefundBook struct {
	Refund    string // key of the fact
	ValueDate Date
	Amount    Money
	// Uncovered is the part that the money held did not cover: a receipt behind it
	// was reversed afterwards. It is owed back to the lender.
	Uncovered Money
}

// refund takes money out of what is held.
func (r *replayer) refund(f *Fact) {
	left := f.Amount
	switch f.Refund.From {
	case FromHoldback:
		left -= take(&r.book.Liabilities.Holdback, left)
	case FromCashback:
		left -= take(&r.book.Liabilities.Cashback, left)
	default:
		for i := range r.next.receipt {
			if book := &r.book.Receipts[r.in.receipts[i].book]; book.Receipt == f.Refund.Receipt {
				book.payBack(&left)
			}
		}
		for i := 0; i < r.next.receipt && left > 0; i++ {
			r.book.Receipts[r.in.receipts[i].book].payBack(&left)
		}
	}
	r.book.Refunds = append(r.book.Refunds, RefundBook{f.Key, f.ValueDate, f.Amount, left})
}

// payBack gives as much of a receipt's excess as is wanted.
func (b *ReceiptBook) payBack(wanted *Money) {
	part := take(&b.Remaining, *wanted)
	b.Refunded += part
	*wanted -= part
}

// take lowers an amount by as much as it holds.
func take(from *Money, most Money) Money {
	part := min(*from, most)
	*from -= part
	return part
}

// fund makes sure that an adjustment is covered by the liability it uses; what is
// not covered settles nothing.
func (r *replayer) fund(f *Fact) Money {
	switch f.Adjustment.From {
	case FromHoldback:
		return take(&r.book.Liabilities.Holdback, f.Amount)
	case FromCashback:
		return take(&r.book.Liabilities.Cashback, f.Amount)
	}
	return f.Amount
}

// CheckRefund refuses a refund that the excess does not cover, or of which dues are
// unpaid (domain 3.6).
func CheckRefund(b *Book, amount Money) error {
	switch {
	case amount <= 0:
		return RefuseField("amount", "refund.amount", "A refund is a positive amount.")
	case amount > b.Excess:
		return &Error{Kind: Conflict, Code: "refund.insufficient_excess", Message: "The account holds " + b.Excess.String() + ", less than the refund of " + amount.String() + "."}
	case b.Summary.DueNow > 0:
		return &Error{Kind: Conflict, Code: "refund.unpaid_dues", Message: b.Summary.DueNow.String() + " is due and unpaid; excess settles that first."}
	}
	return nil
}

// Refundable is the excess that may be paid back: without what came in through NACH or
// by cheque and may still be returned (domain 3.6). Uncleared says of a receipt that its
// clearing hold is not over.
func (b *Book) Refundable(uncleared func(receipt string) bool) Money {
	free := b.Excess
	for i := range b.Receipts {
		if r := &b.Receipts[i]; r.Remaining > 0 && uncleared(r.Receipt) {
			free -= r.Remaining
		}
	}
	return max(free, 0)
}
