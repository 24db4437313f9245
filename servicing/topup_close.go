package servicing

import (
	"context"
	"fmt"
	"slices"

	"lekha/ledger"
	"lekha/lending"
	"lekha/store"
)

// drawingsFollow does what repayments do to drawings: interest kept back that was not
// used is owed to the borrower, and a drawing that is repaid is closed. It answers
// with the facts as they are after that, and their Book.
func drawingsFollow(ctx context.Context, tx *store.Tx, account string, facts store.AccountFacts, book *lending.Book) (store.AccountFacts, *lending.Book, error) {
	topups, err := tx.TopupsWithLoan(ctx, account)
	if err != nil || len(topups) == 0 {
		return facts, book, err
	}
	row, err := tx.AccountByID(ctx, account)
	if err != nil {
		return facts, book, err
	}
	data, err := readLoanData(row.LoanData)
	if err != nil {
		return facts, book, err
	}
	changed := false
	for _, t := range topups {
		did, err := giveBack(ctx, tx, t, loanValues{data}, facts, book)
		if err != nil {
			return facts, book, err
		}
		changed = changed || did
	}
	if changed {
		if facts, err = tx.Facts(ctx, account); err != nil {
			return facts, book, err
		}
		if book, err = lending.Replay(facts.Facts, lending.At{Date: tx.Today}); err != nil {
			return facts, book, fmt.Errorf("replaying account %s: %w", row.Ref, err)
		}
	}
	for _, t := range topups {
		if err := closeDrawing(ctx, tx, t, book); err != nil {
			return facts, book, err
		}
	}
	return facts, book, nil
}

// cashbackOf is the cashback of a loan that stands, nil when none does.
func cashbackOf(facts []lending.Fact, loan string) (stands *lending.Fact, made int) {
	for i := range facts {
		f := &facts[i]
		if f.Kind != lending.FactCashback || f.Cashback.Loan != loan || f.Cashback.Reason != ledger.UnearnedInterest {
			continue
		}
		made++
		if !slices.ContainsFunc(facts, func(r lending.Fact) bool { return r.Kind == lending.FactReversal && r.Reverses == f.Key }) {
			stands = f
		}
	}
	return stands, made
}

// giveBack owes the borrower the interest kept back for days that were not used, once
// the principal is repaid early; when that repayment is taken back, so is this
// (domain 2.6).
func giveBack(ctx context.Context, tx *store.Tx, t store.Topup, v loanValues, facts store.AccountFacts, book *lending.Book) (bool, error) {
	if !v.flag("cashback_is_enabled") {
		return false, nil
	}
	loan := string(t.LoanID)
	amount, on := unearned(book, loan, v, facts.Facts)
	stands, made := cashbackOf(facts.Facts, loan)
	if stands != nil && amount > 0 && stands.ValueDate == on {
		return false, nil
	}
	if stands != nil {
		undo := lending.Fact{Key: "revert/" + stands.Key, Kind: lending.FactReversal, ValueDate: stands.ValueDate, Amount: stands.Amount, Reverses: stands.Key}
		if err := tx.AppendFact(ctx, t.AccountID, undo, t.Ref); err != nil {
			return false, err
		}
	}
	if amount == 0 {
		return stands != nil, nil
	}
	f := lending.Fact{Key: fmt.Sprintf("cashback/%s/%d", loan, made+1), Kind: lending.FactCashback, ValueDate: on, Amount: amount,
		Cashback: &lending.Cashback{Loan: loan, Reason: ledger.UnearnedInterest}}
	return true, tx.AppendFact(ctx, t.AccountID, f, t.Ref)
}

// unearned is the interest kept back of a loan for the days from its repayment to its
// due date, and the day on which the last of its principal was repaid; nothing while
// some is owed, or when it was repaid late.
func unearned(book *lending.Book, loan string, v loanValues, facts []lending.Fact) (lending.Money, lending.Date) {
	i := slices.IndexFunc(facts, func(f lending.Fact) bool { return f.Kind == lending.FactDisbursal && f.Disbursal.Loan == loan })
	at := slices.IndexFunc(book.Loans, func(l lending.LoanBook) bool { return l.Loan == loan })
	if i < 0 || at < 0 {
		return 0, 0
	}
	d := *facts[i].Disbursal
	kept, share := keptBack(d, upfrontInterest), -keptBack(d, lending.SubventionShare)
	due := d.Rows[len(d.Rows)-1].DueDate
	base := facts[i].Amount
	if d.InterestBase > 0 {
		base = d.InterestBase
	}
	demands := map[string]bool{}
	for k := range book.Demands {
		if x := &book.Demands[k]; x.Loan == loan {
			if x.Left(lending.Principal) > 0 {
				return 0, 0
			}
			demands[x.Key] = true
		}
	}
	lockedTo := facts[i].ValueDate.AddDays(d.Terms.LockInDays)
	var sum lending.Money
	var last lending.Date
	for _, s := range book.Settlements {
		if !demands[s.Demand] || s.Component != lending.Principal {
			continue
		}
		part := min(s.Amount, base)
		base, last = base-part, max(last, s.Date)
		back, _, err := lending.UnearnedInterest(part, d.UpfrontRate, max(due.Sub(max(s.Date, lockedTo)), 0), 0)
		if err != nil {
			return 0, 0
		}
		sum += back
	}
	sum = min(sum, kept)
	if share > 0 && kept > 0 {
		if sum = min(sum, kept-share); v.whole("subvention_days") == 0 {
			sum = min(sum, lending.PartOf(sum, kept-share, kept))
		}
	}
	return max(sum-v.cashbackDeduction(sum), 0), last
}

// cashbackDeduction is what the lender keeps of a cashback.
func (v loanValues) cashbackDeduction(cashback lending.Money) lending.Money {
	if !v.flag("cashback_deduction_is_enabled") || !v.above("cashback_deduction_value") {
		return 0
	}
	if v.text("cashback_deduction_type") == "percentage" {
		return v.rate("cashback_deduction_value").Of(cashback, lending.ToPaisa)
	}
	return v.money("cashback_deduction_value")
}

// closeDrawing closes a drawing on which nothing is owed any more and for which nothing
// is held, and opens it again when something is.
func closeDrawing(ctx context.Context, tx *store.Tx, t store.Topup, book *lending.Book) error {
	if !slices.ContainsFunc(book.Loans, func(l lending.LoanBook) bool { return l.Loan == string(t.LoanID) }) {
		return nil // its money came back: it was never lent
	}
	act := TopupClose
	switch owed, held := owedOn(book, string(t.LoanID)), book.Liabilities.Holdback+book.Liabilities.Cashback; {
	case owed > 0:
		act = TopupReopen
	case held > 0:
		return nil
	}
	if mayTopup(act, t) != nil {
		return nil
	}
	t, err := stepped(act, t)
	if err != nil {
		return err
	}
	if _, err = tx.UpdateTopup(ctx, t); err != nil || t.GroupID == "" {
		return err
	}
	return groupFollows(ctx, tx, string(t.GroupID))
}
