package lending

import (
	"cmp"
	"slices"
	"strconv"
)

// AdviceRefund on a receipt says that what it left is to be refunded (refund.go);
// the refund itself is a fact.
const AdviceRefund = "refund"

// review is a day on which what a receipt left is judged by its size.
type review struct {
	on      Date
	receipt int // place in input.receipts
	days    int // after the receipt
}

// planReviews notes the days on which money beyond dues is judged, if a policy says
// so: after the days for an instruction, and after the days that it is held.
func (in *input) planReviews(at At) {
	var waits []int
	for _, f := range in.policies {
		if p := f.Policy.AdvancePolicy.complete(); p.Kind == BySize {
			waits = append(waits, p.InstructionDays, p.HoldDays)
		}
	}
	slices.Sort(waits)
	for _, days := range slices.Compact(waits) {
		for i, r := range in.receipts {
			if on := r.fact.ValueDate.AddDays(days); r.fact.Kind == FactReceipt && r.fact.Receipt.Prepayment == nil && on <= at.Date {
				in.reviews = append(in.reviews, review{on, i, days})
			}
		}
	}
	slices.SortFunc(in.reviews, func(a, b review) int { return cmp.Or(cmp.Compare(a.on, b.on), cmp.Compare(a.receipt, b.receipt)) })
	in.prepayments += len(in.reviews)
}

// key names the demand that a review may bring.
func (v *review) key(loan string, in *input) string {
	return loan + "/prepayment/" + in.receipts[v.receipt].fact.Key + "/" + strconv.Itoa(v.days)
}

// review applies the rule of a large lender that publishes it (domain 3.4 [S40]):
// more than one instalment without an instruction becomes part payment, exactly one
// is to be refunded, less is held and becomes part payment later. Worked, with an
// instalment of 8,885, two days for an instruction and fifteen for holding: 20,000
// beyond dues on the 5th reduce the principal on the 7th, 8,885 are advised for
// refund on the 7th, 3,000 reduce the principal on the 20th.
func (r *replayer) review(v review) {
	policy, in := r.policy.AdvancePolicy, &r.in.receipts[v.receipt]
	book := &r.book.Receipts[in.book]
	emi := r.nextInstalment(v.on)
	if policy.Kind != BySize || book.Remaining == 0 || emi == 0 {
		return
	}
	judged := v.days == policy.InstructionDays
	if judged && book.Remaining == emi {
		book.Advice = AdviceRefund
	}
	if (!judged || book.Remaining <= emi) && (v.days != policy.HoldDays || book.Remaining >= emi) {
		return
	}
	r.purse = purse{receipt: in, book: book, on: v.on, left: book.Remaining, fromExcess: true}
	p := &r.purse
	p.seenOn = r.seenOn(p.fact, p.on)
	for _, loan := range r.ranks {
		own := slices.IndexFunc(r.dues, func(d due) bool { return d.loan == loan && d.Key == v.key(r.book.Loans[loan].Loan, &r.in) })
		if own >= 0 && p.left > 0 {
			r.prepayLoan(p, loan, own, policy.Effect)
		}
	}
	r.endSpending(p)
}

// nextInstalment is the instalment that falls due next; 0 when there is none.
func (r *replayer) nextInstalment(on Date) Money {
	for i := range r.dues {
		if d := &r.dues[i]; d.DueDate > on && d.Type == DemandEMI && !d.superseded && d.PeriodStart < d.PeriodEnd {
			return d.Amount[Principal] + d.Amount[Interest]
		}
	}
	return 0
}
