package servicing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"lekha/lending"
	"lekha/matching"
	"lekha/store"
)

// settle makes an approved record a fact of its account, brings the account up to
// date, and teaches the engine who paid. A value date beyond the business date waits
// for its day.
func settle(ctx context.Context, tx *store.Tx, r store.Record) error {
	if err := enterOn(ctx, tx, r); err != nil {
		return err
	}
	if err := refresh(ctx, tx, string(r.AccountID)); err != nil {
		return err
	}
	return remember(ctx, tx, r)
}

// enterOn makes an approved record a fact of its account, which is brought up to date
// by [refresh].
func enterOn(ctx context.Context, tx *store.Tx, r store.Record) error {
	account, err := tx.AccountByID(ctx, string(r.AccountID))
	if err != nil {
		return err
	}
	if account.Status == "closed" || account.Status == "created" {
		return lending.Refuse(lending.Conflict, "account."+account.Status, "Account "+account.Ref+" is "+account.Status+", so it takes no money.")
	}
	if r.Date < tx.Today {
		r.BackDateFound, r.BackDateMarkedOn = true, tx.Now
	}
	r.Status, r.FactKey = "approved", store.Opt(r.ID)
	if _, err := tx.UpdateRecord(ctx, r); err != nil {
		return err
	}
	facts, err := recordFacts(ctx, &tx.View, r)
	if err != nil {
		return err
	}
	for _, fact := range facts {
		if err := tx.AppendFact(ctx, account.ID, fact, r.Ref); err != nil {
			return err
		}
	}
	if r.ClosingOfferID != "" {
		return takeOffer(ctx, tx, r)
	}
	return nil
}

// receiptFact is what a record becomes when it is approved. Its key is the
// record's id, so that settlements lead back to it.
func receiptFact(r store.Record) (lending.Fact, error) {
	var loans []string
	if err := json.Unmarshal([]byte(r.Loans), &loans); err != nil {
		return lending.Fact{}, fmt.Errorf("reading the loans of %s: %w", r.Ref, err)
	}
	return lending.Fact{Key: r.ID, Kind: lending.FactReceipt, ValueDate: r.Date, BankDate: r.BankDate, Amount: r.Amount,
		Receipt: &lending.Receipt{Received: r.ReceivedAmount, TDS: r.TDSAmount, Fee: r.FeeWithheld, FeeGST: r.FeeGST, SettlementOrder: lending.SettlementOrder(r.SettlementOrder),
			ComponentOrder: lending.ComponentOrder(r.ComponentOrder), Loans: loans, Mode: string(r.PaymentMode)}}, nil
}

// maxTaught is how many parts of a credit teach who paid: who pays for more is a
// gateway, an agent or an employer, and known for nobody (matching.md 0, 7).
const maxTaught = 4

// settleChildren settles all parts of a split together. An account that several of
// them pay is brought up to date once.
func settleChildren(ctx context.Context, tx *store.Tx, parent store.Record) error {
	children, err := tx.ChildrenOf(ctx, parent.ID)
	if err != nil {
		return err
	}
	var accounts []string
	for _, child := range children {
		if child.Status != "pending" {
			continue
		}
		if err := enterOn(ctx, tx, child); err != nil {
			return err
		}
		if len(accounts) == 0 {
			if err := judge(ctx, tx, child, true); err != nil {
				return err
			}
		}
		accounts = append(accounts, string(child.AccountID))
		if len(children) <= maxTaught {
			if err := teach(ctx, tx, child, matching.Learn, 1, 0); err != nil {
				return err
			}
		}
	}
	slices.Sort(accounts)
	for _, account := range slices.Compact(accounts) {
		if err := refresh(ctx, tx, account); err != nil {
			return err
		}
	}
	return wholeCredit(ctx, tx, parent)
}

// undo takes a settled record back as if it had never been received.
func undo(ctx context.Context, tx *store.Tx, r *store.Record, kind string) error {
	if err := noDependentRefund(ctx, tx, *r); err != nil {
		return err
	}
	if err := undoSource(ctx, tx, *r); err != nil {
		return err
	}
	err := tx.AppendFact(ctx, string(r.AccountID), lending.Fact{Key: "revert/" + r.ID, Kind: lending.FactReversal,
		ValueDate: r.Date, BankDate: r.BankDate, Amount: r.Amount, Reverses: string(r.FactKey)}, r.Ref)
	if err != nil {
		return err
	}
	if r.ClosingOfferID != "" {
		if err := undoOffer(ctx, tx, *r); err != nil {
			return err
		}
	}
	r.Status, r.RevertKind, r.RevertDate, r.RevertValueDate, r.RemainingAmount = "reverted", store.Opt(kind), tx.Today, r.Date, 0
	r.RefundedAmount = 0
	r.Carries = kind == "bank" && r.BankCreditID != "" // returned money is accounted for here
	if *r, err = tx.UpdateRecord(ctx, *r); err != nil {
		return err
	}
	if kind != "bank" { // it was never this account's money
		if err := unlearn(ctx, tx, *r); err != nil {
			return err
		}
	}
	return refresh(ctx, tx, string(r.AccountID))
}

// revert undoes an approved record. Money that went to the wrong account is
// still in our bank and comes back to the desk.
func revert(ctx context.Context, tx *store.Tx, r store.Record, kind string) error {
	if err := undo(ctx, tx, &r, kind); err != nil {
		return err
	}
	if kind == "account" && (r.BankCreditID != "" || r.Type == "repayment") {
		return succeed(ctx, tx, r, "Came from "+r.AccountRef+": wrong account.")
	}
	return wholeCredit(ctx, tx, r)
}

// move takes an approved record from its account and settles it on another, as
// one act: a reversal there, a successor here.
func move(ctx context.Context, tx *store.Tx, actor Actor, r store.Record, to string) error {
	if err := undo(ctx, tx, &r, "move"); err != nil {
		return err
	}
	account, err := tx.AccountByID(ctx, to)
	if err != nil {
		return err
	}
	next := r
	next.ID, next.Ref, next.ReceiptNo, next.FactKey = "", "", "", ""
	next.PredecessorID, next.AccountID, next.Status, next.Carries = store.Opt(r.ID), store.Opt(to), "pending", true
	next.Source = sourceAfter(r)
	next.RevertKind, next.RevertDate, next.RevertValueDate = "", 0, 0
	next.Prepayment, next.ClosingOfferID = "", "" // the instruction was about the other account
	next.IsProcessed, next.SettledOn, next.Reason = false, 0, "Moved from "+r.AccountRef+"."
	if next.ParentID != "" { // a part of a split goes on by itself; the split guards the reference
		next.ParentID, next.Reference = "", ""
	}
	if err := settleAs(ctx, tx, &next, account, nil); err != nil {
		return err
	}
	if next, err = tx.CreateRecord(ctx, next); err != nil {
		return err
	}
	// The new record settles under the approval of its predecessor.
	if err := settle(ctx, tx, next); err != nil {
		return err
	}
	return wholeCredit(ctx, tx, next)
}

// refresh replays an account and rewrites what is projected from its Book:
// demands, settlements, position, and how much of each record is left. All accounts
// of the borrower are classified with it.
func refresh(ctx context.Context, tx *store.Tx, account string) error {
	_, err := refreshed(ctx, tx, account)
	return err
}

// refreshed refreshes an account and says which others of its borrower moved to
// another category with it. What is done here beside the projections, a day close has
// to know of: see [accountMove.plan].
func refreshed(ctx context.Context, tx *store.Tx, account string) ([]categoryMove, error) {
	facts, err := tx.Facts(ctx, account)
	if err != nil {
		return nil, err
	}
	book, err := lending.Replay(facts.Facts, lending.At{Date: tx.Today})
	if err != nil {
		return nil, fmt.Errorf("replaying account %s: %w", account, err)
	}
	if facts, book, err = drawingsFollow(ctx, tx, account, facts, book); err != nil {
		return nil, err
	}
	row, err := tx.AccountByID(ctx, account)
	if err != nil {
		return nil, err
	}
	shown, err := classified(ctx, &tx.View, row, book)
	if err != nil {
		return nil, err
	}
	if err := tx.WriteBook(ctx, store.Project(account, book, facts)); err != nil {
		return nil, err
	}
	others, err := reclassify(ctx, tx, account, shown)
	if err != nil {
		return nil, err
	}
	if err := recovered(ctx, tx, account, book); err != nil {
		return nil, err
	}
	if err := tx.WriteReceipts(ctx, account, book.Receipts); err != nil {
		return nil, err
	}
	return others, postJournal(ctx, tx, account, book, facts)
}

// bookOf replays an account as of a moment, with facts added that are not yet true.
func bookOf(ctx context.Context, v *store.View, account string, at lending.At, pending ...lending.Fact) (*lending.Book, error) {
	facts, err := v.Facts(ctx, account)
	if err != nil {
		return nil, err
	}
	return lending.Replay(append(facts.Facts, pending...), at)
}

// BookOf replays an account as of a moment: the pages and the API show it.
// The open business date is mid-day, every other date its day-end. The category is
// that of the borrower.
func BookOf(ctx context.Context, v *store.View, account string, date lending.Date) (*lending.Book, error) {
	company, err := v.Company(ctx)
	if err != nil {
		return nil, err
	}
	if date.IsZero() {
		date = company.BusinessDate
	}
	book, err := bookOf(ctx, v, account, lending.At{Date: date, DayEnd: date != company.BusinessDate})
	if err != nil {
		return nil, err
	}
	row, err := v.AccountByID(ctx, account)
	if err != nil {
		return nil, err
	}
	_, err = classified(ctx, v, row, book)
	return book, err
}

// firstDisbursal is the first day on which money was lent; zero before that.
func firstDisbursal(facts []lending.Fact) lending.Date {
	var first lending.Date
	for _, f := range facts {
		if f.Kind == lending.FactDisbursal && (first.IsZero() || f.ValueDate < first) {
			first = f.ValueDate
		}
	}
	return first
}

// backDated is the log's mark on money whose value date lies before the open day.
func backDated(tx *store.Tx, r store.Record) string {
	if r.Date < tx.Today {
		return "back_dated"
	}
	return ""
}

// policyOf reads how an account behaves: its own terms fact if it has one, else
// its program's policy.
func policyOf(ctx context.Context, v *store.View, account store.Account) (lending.Policy, error) {
	last, err := v.LastPolicy(ctx, account.ID)
	if err != nil {
		return lending.Policy{}, err
	}
	if last != nil {
		return *last, nil
	}
	program, err := v.ProgramByAny(ctx, account.ProgramID)
	if errors.Is(err, store.ErrMissing) {
		return defaultPolicy(), nil
	}
	if err != nil {
		return lending.Policy{}, err
	}
	var policy lending.Policy
	if err := json.Unmarshal([]byte(program.Policy), &policy); err != nil {
		return policy, fmt.Errorf("reading the policy of program %s: %w", program.Ref, err)
	}
	return policy, nil
}

// defaultPolicy is what the wire knows: PI-OI-NI-P, oldest due first.
func defaultPolicy() lending.Policy {
	return lending.Policy{SettlementOrder: lending.DueDateFirst, ComponentOrder: "PI-OI-NI-P", ApplyRestToFees: true}
}
