package servicing

import (
	"context"
	"errors"
	"slices"

	"lekha/lending"
	"lekha/store"
)

// payTopup makes the loan of a drawing, and the payouts of its net amount. Nothing is
// lent until finance approved and processed them; the maker of the drawing is theirs.
func payTopup(ctx context.Context, tx *store.Tx, t store.Topup) error {
	t, err := stepped(TopupPay, t)
	if err != nil {
		return err
	}
	account, err := tx.AccountByID(ctx, t.AccountID)
	if err != nil {
		return err
	}
	if _, err := makeLoan(ctx, tx, account, &t); err != nil {
		return err
	}
	_, err = tx.UpdateTopup(ctx, t)
	return err
}

// makeLoan writes the loan of a drawing and its payout, and puts the loan on it.
func makeLoan(ctx context.Context, tx *store.Tx, account store.Account, t *store.Topup) (store.Loan, error) {
	plan, err := planDrawing(ctx, &tx.View, account, *t, tx.Today)
	if err != nil {
		return store.Loan{}, err
	}
	loan, err := tx.NextLoan(ctx)
	if err != nil {
		return loan, err
	}
	loan.AccountID, loan.Status, loan.Amount, loan.NetAmount, loan.MakerID = account.ID, "pending", t.Amount, plan.Net, t.MakerID
	if loan.Disbursal, err = plan.disbursal(loan); err != nil {
		return loan, err
	}
	if err := tx.CreateLoan(ctx, loan); err != nil {
		return loan, err
	}
	lines, err := linesOver(ctx, &tx.View, account, t.ID)
	if err != nil {
		return loan, err
	}
	bank, err := drawingBank(ctx, &tx.View, account, *t, lines)
	if err != nil {
		return loan, err
	}
	in := DisbursementInput{PayoutTo: t.PayoutTo, CreditBank: bank, Method: t.Method}
	if _, err := writePayouts(ctx, tx, Actor{Person: t.MakerID}, account, loan, in); err != nil {
		return loan, err
	}
	t.LoanID = store.Opt(loan.ID)
	return loan, nil
}

// follow does what comes of the new state of a payout, to money and to the drawing it
// pays.
func follow(ctx context.Context, tx *store.Tx, actor Actor, p store.Payout) (flags string, err error) {
	if flags, err = followMoney(ctx, tx, actor, p); err != nil {
		return flags, err
	}
	return flags, topupFollows(ctx, tx, p)
}

// topupFollows brings the drawing of a payout to what became of its money.
func topupFollows(ctx context.Context, tx *store.Tx, p store.Payout) error {
	if p.LoanID == "" || p.RecordID != "" || p.Type != "disbursal" {
		return nil
	}
	t, err := tx.TopupOfLoan(ctx, string(p.LoanID))
	if errors.Is(err, store.ErrMissing) {
		return nil
	}
	if err != nil {
		return err
	}
	loan, err := tx.LoanByID(ctx, string(p.LoanID))
	if err != nil {
		return err
	}
	act := TopupAct("")
	switch {
	case p.Status == "cancelled" && loan.Status == "cancelled":
		act, t.Reason = TopupStop, "Finance stopped its payout."
	case p.Status == "failed" || p.Status == "returned":
		act, t.Reason = TopupUnpaid, p.FailedRemark
	case p.Status == "queued" && t.Status == "payout_failed":
		act = TopupPayAgain
	case p.Status == "success" && loan.Status == "active":
		act = TopupPaid
	}
	if act == "" || mayTopup(act, t) != nil {
		return nil
	}
	if t, err = stepped(act, t); err != nil {
		return err
	}
	if _, err = tx.UpdateTopup(ctx, t); err != nil || t.GroupID == "" {
		return err
	}
	return groupFollows(ctx, tx, string(t.GroupID))
}

// dropLoan cancels the loan of a drawing whose money reached nobody.
func dropLoan(ctx context.Context, tx *store.Tx, t store.Topup) error {
	if t.LoanID == "" {
		return nil
	}
	loan, err := tx.LoanByID(ctx, string(t.LoanID))
	if err != nil {
		return err
	}
	payouts, err := tx.PayoutsOfLoan(ctx, loan.ID)
	if err != nil {
		return err
	}
	for _, p := range payouts {
		switch {
		case slices.Contains(atBank, p.Status):
			return lending.Refuse(lending.Conflict, "payout.at_bank", "Payout "+p.Ref+" of this topup is at the bank: wait for its answer.")
		case p.Status == "success":
			return lending.Refuse(lending.Conflict, "payout.part_paid", "Payout "+p.Ref+" of this topup is paid.")
		case p.Status == "created" || p.Status == "approved" || p.Status == "failed":
			p.Status = "cancelled"
			if err := tx.UpdatePayout(ctx, p); err != nil {
				return err
			}
		}
	}
	if loan.Status != "pending" {
		return nil // it was cancelled with its payout
	}
	loan.Status = "cancelled"
	return tx.UpdateLoan(ctx, loan)
}

// ReinitiateInput asks that a drawing whose payout failed be paid again.
type ReinitiateInput struct {
	CreditBank string // ref or id of another account; empty: the same
	NewBank    *BankInput
	Reason     string
	Version    int64
}

// ReinitiatePayout asks a credit manager to pay a drawing again whose payout failed: to
// the same account or another one, by a payout of its own.
func (o *Office) ReinitiatePayout(ctx context.Context, actor Actor, key string, in ReinitiateInput) (Topup, error) {
	return o.changeTopup(ctx, actor, key, in.Version, "topup.pay_again", in, func(ctx context.Context, tx *store.Tx, t store.Topup, n *note) error {
		if err := mayTopup(TopupPayAgain, t); err != nil {
			return err
		}
		account, err := tx.AccountByID(ctx, t.AccountID)
		if err != nil {
			return err
		}
		other := t
		faults := faults{}
		given := TopupInput{CreditBank: in.CreditBank, NewBank: in.NewBank}
		if err := given.payee(ctx, tx, account, faults, &other); err != nil {
			return err
		}
		if err := faults.refuse("topup.invalid", "The topup cannot be paid like this."); err != nil {
			return err
		}
		bound := topupApproval{Version: t.Version}
		if other.CreditBankID != t.CreditBankID {
			bound.Bank = string(other.CreditBankID)
		}
		n.summary = "Asked to pay topup " + t.Ref + " again."
		_, err = askTopup(ctx, tx, actor, "topup_payout", t, bound, orText(in.Reason, "The payout failed: "+orText(t.Reason, "the bank did not pay")+"."))
		return err
	})
}

// payAgain makes loan and payout of a drawing anew: the money of the old one reached
// nobody.
func payAgain(ctx context.Context, tx *store.Tx, t store.Topup, bank string) error {
	if err := mayTopup(TopupPayAgain, t); err != nil {
		return err
	}
	if err := dropLoan(ctx, tx, t); err != nil {
		return err
	}
	account, err := tx.AccountByID(ctx, t.AccountID)
	if err != nil {
		return err
	}
	if t.LoanID = ""; bank != "" {
		t.CreditBankID = store.Opt(bank)
	}
	if _, err := makeLoan(ctx, tx, account, &t); err != nil {
		return err
	}
	if t, err = stepped(TopupPayAgain, t); err != nil {
		return err
	}
	_, err = tx.UpdateTopup(ctx, t)
	return err
}

// topupChunk is how many drawings one transaction of the day pays: each makes a loan.
const topupChunk = 20

// topupsOfDay pays the drawings whose day has come. One whose checks fail by now says
// so and blocks nothing; the others go on.
func (o *Office) topupsOfDay(ctx context.Context, actor Actor) error {
	for more := true; more; {
		err := o.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			due, err := tx.TopupsToPay(ctx, tx.Today, topupChunk)
			more = len(due) == topupChunk
			for _, t := range due {
				if err == nil {
					err = topupOfDay(ctx, tx, actor, t)
				}
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func topupOfDay(ctx context.Context, tx *store.Tx, actor Actor, t store.Topup) error {
	n := note{action: "topup.day", subject: t.Ref, account: t.AccountID, summary: "The day of topup " + t.Ref + " has come: it goes out."}
	err := tx.Try(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := passes(ctx, tx, actor, t); err != nil {
			return err
		}
		return payTopup(ctx, tx, t)
	})
	if refusal := lending.KindOf(err); err != nil && refusal != lending.Conflict && refusal != lending.Invalid {
		return err
	}
	kind := DayTopup
	if err != nil {
		kind = DayTopupMissed
		n.summary = "The day of topup " + t.Ref + " has come, and it does not go out: " + err.Error()
		missed, refused := stepped(TopupMiss, t)
		if refused != nil {
			return refused
		}
		missed.Reason, missed.Approval, missed.ScheduledOn = err.Error(), "", 0
		if missed, err = tx.UpdateTopup(ctx, missed); err != nil {
			return err
		}
		checks, err := CheckTopup(ctx, &tx.View, missed)
		if err != nil {
			return err
		}
		if err := keepChecks(ctx, tx, actor, missed, checks); err != nil {
			return err
		}
	}
	if err := noteOfDay(ctx, tx, kind, t.AccountID, t.Ref, n.summary, t.Amount); err != nil {
		return err
	}
	return logEvent(ctx, tx, actor, n, "done")
}
