package servicing

import (
	"context"
	"fmt"
	"slices"

	"lekha/lending"
	"lekha/store"
)

// atBank are the states in which a bank may be paying right now: nothing is
// cancelled or sent again in them.
var atBank = []string{"queued", "processing", "unknown"}

// followMoney does what comes of the new state of a payout: each try is noted, money
// that arrived makes its loan active or its refund paid, and money that came to
// nothing is where it was before.
func followMoney(ctx context.Context, tx *store.Tx, actor Actor, p store.Payout) (flags string, err error) {
	if p.Status == "created" || p.Status == "approved" || p.Status == "cancelled" {
		return "", nil
	}
	err = tx.AddPayoutTry(ctx, store.PayoutTry{PayoutID: p.ID, Status: p.Status, BatchID: p.BatchID, Reference: string(p.UTR), Reason: p.FailedRemark, PersonID: actor.Person})
	if err != nil {
		return "", err
	}
	switch {
	case p.Status == "success" && p.RecordID == "":
		flags, err = activate(ctx, tx, p)
	case p.Status == "success":
		err = refundPaid(ctx, tx, p)
	case p.Status == "failed" && p.RecordID != "":
		err = refundFailed(ctx, tx, p)
	case p.Status == "returned":
		flags, err = "reversed", returnedPayout(ctx, tx, p)
	}
	if err != nil {
		return "", err
	}
	return flags, journalPayout(ctx, tx, p)
}

// refundDecided refuses to release the money of a refund that nobody approved.
func refundDecided(ctx context.Context, tx *store.Tx, p store.Payout) error {
	if p.RecordID == "" {
		return nil
	}
	r, err := tx.RecordByID(ctx, string(p.RecordID))
	if err == nil && r.Status != "approved" {
		err = lending.Refuse(lending.Conflict, "payout.refund", "Refund "+r.Ref+" is "+stateWords[r.Status]+": it has to be approved before its money leaves.")
	}
	return err
}

func refundPaid(ctx context.Context, tx *store.Tx, p store.Payout) error {
	r, err := tx.RecordByID(ctx, string(p.RecordID))
	if err != nil {
		return err
	}
	if r.FactKey == "" && r.AccountID != "" {
		return lending.Refuse(lending.Conflict, "payout.refund", "The money of refund "+r.Ref+" is back on the account: try the payout again first.")
	}
	r.Status, r.SettledOn, r.SettlementUTR = "processed", p.Date, p.UTR
	_, err = tx.UpdateRecord(ctx, r)
	return err
}

// refundFailed puts the money back; the refund waits to be tried again or stopped.
func refundFailed(ctx context.Context, tx *store.Tx, p store.Payout) error {
	r, err := tx.RecordByID(ctx, string(p.RecordID))
	if err != nil {
		return err
	}
	if err := unbookRefund(ctx, tx, &r); err != nil {
		return err
	}
	r.Reason = "The payout failed: " + p.FailedRemark
	_, err = tx.UpdateRecord(ctx, r)
	return err
}

// stopRefund cancels a refund with its payout; money that was taken goes back.
func stopRefund(ctx context.Context, tx *store.Tx, p *store.Payout, reason string) (string, error) {
	r, err := tx.RecordByID(ctx, string(p.RecordID))
	if err != nil {
		return "", err
	}
	if err := withdrawOpen(ctx, tx, r.ID); err != nil {
		return "", err
	}
	if err := unbookRefund(ctx, tx, &r); err != nil {
		return "", err
	}
	r.Status, r.Reason, p.Status = "cancelled", reason, "cancelled"
	_, err = tx.UpdateRecord(ctx, r)
	return summaryOf("Cancelled refund", r, "because "+reason), err
}

// returnedPayout undoes what a payout did: the bank sent the money back.
func returnedPayout(ctx context.Context, tx *store.Tx, p store.Payout) error {
	if p.RecordID != "" {
		r, err := tx.RecordByID(ctx, string(p.RecordID))
		if err != nil {
			return err
		}
		if err := unbookRefund(ctx, tx, &r); err != nil {
			return err
		}
		r.Status, r.RevertKind, r.RevertDate, r.RevertValueDate, r.Reason = "reverted", "bank", tx.Today, r.Date, "The payout came back: "+p.FailedRemark
		_, err = tx.UpdateRecord(ctx, r)
		return err
	}
	return undisburse(ctx, tx, p)
}

// undisburse takes a loan back whose money came back: it is as if it had never
// been lent. Where something was paid on it already, people have to look first.
func undisburse(ctx context.Context, tx *store.Tx, p store.Payout) error {
	loan, err := tx.LoanByID(ctx, string(p.LoanID))
	if err != nil {
		return err
	}
	if p.Type != "disbursal" {
		return lending.Refuse(lending.Conflict, "payout.tranche", "This tranche is lent: take it back by a restructure of loan "+loan.Ref+".")
	}
	payouts, err := tx.PayoutsOfLoan(ctx, loan.ID)
	if err != nil {
		return err
	}
	for _, other := range payouts {
		if other.ID != p.ID && other.Status == "success" {
			return lending.Refuse(lending.Conflict, "payout.part_paid", "Payout "+other.Ref+" of this loan is with its payee: the loan cannot be taken back.")
		}
	}
	book, err := bookOf(ctx, &tx.View, loan.AccountID, lending.At{Date: tx.Today})
	if err != nil {
		return err
	}
	for _, s := range book.Settlements {
		if i := slices.IndexFunc(book.Demands, func(d lending.Demand) bool { return d.Key == s.Demand }); i >= 0 && book.Demands[i].Loan == loan.ID {
			return lending.Refuse(lending.Conflict, "payout.loan_paid", "Something was paid on loan "+loan.Ref+" already: reverse that first.")
		}
	}
	err = tx.AppendFact(ctx, loan.AccountID, lending.Fact{Key: "revert/" + loan.ID, Kind: lending.FactReversal,
		ValueDate: loan.DisbursedOn, Amount: loan.Amount, Reverses: loan.ID}, loan.Ref)
	if err != nil {
		return err
	}
	loan.Status = "cancelled"
	if err := tx.UpdateLoan(ctx, loan); err != nil {
		return err
	}
	if len(book.Loans) <= 1 {
		if err := tx.SetAccountStatus(ctx, loan.AccountID, "created"); err != nil {
			return err
		}
	}
	return refresh(ctx, tx, loan.AccountID)
}

// PayoutAnswer is what was heard of a payout.
type PayoutAnswer struct {
	Reason  string
	Date    lending.Date // a return: when the money was back; zero: the business date
	Version int64
}

func (in PayoutAnswer) check() error {
	faults := faults{}
	if in.Reason == "" {
		faults.add("reason", "Say what the bank said.")
	}
	if len(in.Reason) > maxText {
		faults.add("reason", "This is too long.")
	}
	return faults.refuse("payout.invalid", "This cannot be noted like that.")
}

// FailPayout says that the bank definitely did not pay. What a refund took is back
// on its account; the payout may be tried again.
func (o *Office) FailPayout(ctx context.Context, actor Actor, ref string, in PayoutAnswer) (store.Payout, error) {
	if err := in.check(); err != nil {
		return store.Payout{}, err
	}
	return o.changePayout(ctx, actor, ref, in.Version, "fail", append([]string{"approved"}, atBank...), func(_ context.Context, _ *store.Tx, p *store.Payout) (string, error) {
		p.Status, p.FailedRemark, p.UTR = "failed", in.Reason, ""
		return "Payout " + p.Ref + " of " + p.Amount.Rupees() + " failed: " + in.Reason, nil
	})
}

// QueryPayout says that nobody knows what became of a payout: the bank is asked.
// It is neither cancelled nor tried again before the bank has answered.
func (o *Office) QueryPayout(ctx context.Context, actor Actor, ref string, in PayoutAnswer) (store.Payout, error) {
	if err := in.check(); err != nil {
		return store.Payout{}, err
	}
	return o.changePayout(ctx, actor, ref, in.Version, "query", append([]string{"approved"}, atBank...), func(_ context.Context, _ *store.Tx, p *store.Payout) (string, error) {
		p.Status, p.FailedRemark = "unknown", in.Reason
		return "Asked the bank what became of payout " + p.Ref + ": " + in.Reason, nil
	})
}

// ReturnPayout says that money which had reached its payee came back.
func (o *Office) ReturnPayout(ctx context.Context, actor Actor, ref string, in PayoutAnswer) (store.Payout, error) {
	if err := in.check(); err != nil {
		return store.Payout{}, err
	}
	return o.changePayout(ctx, actor, ref, in.Version, "return", []string{"success"}, func(_ context.Context, tx *store.Tx, p *store.Payout) (string, error) {
		if in.Date.IsZero() {
			in.Date = tx.Today
		}
		if in.Date > max(tx.Today, lending.DateOf(tx.Now.Time)) || in.Date < p.Date {
			return "", lending.RefuseField("date", "payout.date", "Money comes back after it was paid, and not in the future.")
		}
		p.Status, p.FailedRemark = "returned", in.Reason
		return "Payout " + p.Ref + " of " + p.Amount.Rupees() + " came back on " + in.Date.Words() + ": " + in.Reason, nil
	})
}

// RetryPayout sends a payout again that definitely failed: to the same account,
// of the same amount. What is not known is asked for and never paid twice.
func (o *Office) RetryPayout(ctx context.Context, actor Actor, ref string, version int64) (store.Payout, error) {
	return o.changePayout(ctx, actor, ref, version, "retry", append([]string{"failed"}, atBank...), func(ctx context.Context, tx *store.Tx, p *store.Payout) (string, error) {
		if p.Status != "failed" {
			return "", lending.Refuse(lending.Conflict, "payout.not_definite", "The bank has not said that payout "+p.Ref+" failed. Ask it first: money could leave twice.")
		}
		rules, err := tx.MoneyRules(ctx)
		if err != nil {
			return "", err
		}
		tried, err := triesOf(ctx, tx, p.ID)
		if err != nil {
			return "", err
		}
		if tried >= rules.PayoutTries {
			return "", lending.Refuse(lending.Conflict, "payout.tries", fmt.Sprintf("Payout %s failed %d times: cancel it and find out why.", p.Ref, tried))
		}
		p.Status, p.BatchID, p.FailedRemark, p.Tries = "queued", "", "", tried
		if p.RecordID == "" {
			return "Payout " + p.Ref + " is tried again", nil
		}
		r, err := tx.RecordByID(ctx, string(p.RecordID))
		if err != nil {
			return "", err
		}
		if err := refundable(ctx, tx, r); err != nil {
			return "", err
		}
		return "Payout " + p.Ref + " of refund " + r.Ref + " is tried again", bookRefund(ctx, tx, r, fmt.Sprintf("%s/%d", r.ID, tried))
	})
}

// triesOf counts how often a payout failed.
func triesOf(ctx context.Context, tx *store.Tx, payout string) (int, error) {
	tries, err := tx.TriesOf(ctx, payout)
	failed := 0
	for _, t := range tries {
		if t.Status == "failed" {
			failed++
		}
	}
	return failed, err
}
