package servicing

import (
	"context"
	"fmt"

	"lekha/lending"
	"lekha/store"
)

// AdjustmentInput asks that money held settles dues: cashback or holdback of the
// account itself, or the excess of another account of the same borrower.
type AdjustmentInput struct {
	Record      string // ref or id of a record: the dues of its account
	Account     string // or ref or id of the account whose dues it settles
	Loan        string // or of a loan of it
	From        string // "cashback", "holdback" or "excess"
	FromAccount string // ref or id; excess
	Amount      lending.Money
	Reason      string
}

// RequestAdjustment makes a record of type adjustment: no cash moves. Under the
// auto limit of the company it settles at once, else a second person decides.
func (o *Office) RequestAdjustment(ctx context.Context, actor Actor, in AdjustmentInput) (store.Record, error) {
	var record store.Record
	if err := actor.need(MayPrepare); err != nil {
		return record, err
	}
	faults := faults{}
	if in.Amount <= 0 || in.Amount > maxAmount {
		faults.add("amount", "Say how much is used.")
	}
	if in.From == lending.FromExcess && in.FromAccount == "" {
		faults.add("from_account", "Say from which account the excess comes.")
	}
	if in.From != lending.FromExcess && in.From != lending.FromHoldback && in.From != lending.FromCashback {
		faults.add("type", "What settles dues is cashback, holdback or excess.")
	}
	if err := faults.refuse("adjustment.invalid", "The adjustment cannot be asked for like this."); err != nil {
		return record, err
	}
	attempt := note{action: "adjustment.request", subject: store.CleanRef(in.Record + in.Account + in.Loan), input: in}
	err := o.command(ctx, actor, attempt, func(ctx context.Context, tx *store.Tx, n *note) error {
		r, err := drawUpAdjustment(ctx, tx, actor, in)
		if err != nil {
			return err
		}
		if r, err = writeHeld(ctx, tx, actor, r); err != nil {
			return err
		}
		n.subject, n.account = r.Ref, string(r.AccountID)
		n.summary = summaryOf("Asked for adjustment", r, "from "+heldWords[in.From])
		company, err := tx.Company(ctx)
		if err != nil {
			return err
		}
		if r.Amount <= company.AutoLimit {
			n.flags, n.summary = "auto_approved", summaryOf("Adjusted", r, "from "+heldWords[in.From]+" by the auto limit")
			err = settleAdjustment(ctx, tx, r)
		} else {
			_, err = openApproval(ctx, tx, actor, r, request{kind: "adjustment", reason: in.Reason})
		}
		if err != nil {
			return err
		}
		record, err = tx.RecordByID(ctx, r.ID)
		return err
	})
	return record, err
}

// drawUpAdjustment makes the record of an adjustment and checks it.
func drawUpAdjustment(ctx context.Context, tx *store.Tx, actor Actor, in AdjustmentInput) (store.Record, error) {
	r := newHeld(tx, actor, "adjustment", in.Amount)
	if in.Record != "" {
		about, err := recordByAny(ctx, &tx.View, in.Record)
		if err != nil {
			return r, err
		}
		in.Account = string(about.AccountID)
	}
	account, err := accountOf(ctx, tx, in.Account, in.Loan)
	if err != nil {
		return r, err
	}
	policy, err := policyOf(ctx, &tx.View, account)
	if err != nil {
		return r, err
	}
	r.AccountID, r.Reason = store.Opt(account.ID), in.Reason
	r.SettlementOrder, r.ComponentOrder = string(policy.SettlementOrder), string(policy.ComponentOrder)
	held := heldMoney{From: in.From}
	if in.From == lending.FromExcess {
		source, err := accountByAny(ctx, &tx.View, in.FromAccount)
		if err != nil {
			return r, lending.RefuseField("from_account", "adjustment.account", "There is no account "+in.FromAccount+".")
		}
		if source.BorrowerID != account.BorrowerID {
			return r, lending.RefuseField("from_account", "adjustment.borrower", "Account "+source.Ref+" is of another borrower: excess moves between accounts of one.")
		}
		if source.ID == account.ID {
			return r, lending.RefuseField("from_account", "adjustment.same", "Excess settles the dues of its own account by itself.")
		}
		held.Account = source.ID
	}
	r.Body = held.text()
	return r, adjustable(ctx, tx, r)
}

// adjustable refuses an adjustment of more than is held, or than is due.
func adjustable(ctx context.Context, tx *store.Tx, r store.Record) error {
	target, err := tx.AccountByID(ctx, string(r.AccountID))
	if err != nil {
		return err
	}
	held, source := heldOf(r), target
	if held.Account != "" {
		if source, err = tx.AccountByID(ctx, held.Account); err != nil {
			return err
		}
	}
	now, err := RefundableOf(ctx, &tx.View, source, held.From, "", r.ID)
	if err != nil {
		return err
	}
	word := heldWords[held.From]
	if free := max(0, now.Held-now.Asked); r.Amount > free {
		return refuseRefund("adjustment.insufficient", "Account %s has %s of %s free, less than %s.", source.Ref, free.Rupees(), word, r.Amount.Rupees())
	}
	book, err := bookOf(ctx, &tx.View, target.ID, lending.At{Date: tx.Today})
	if err != nil {
		return err
	}
	if due := book.Summary.DueNow; r.Amount > due {
		return refuseRefund("adjustment.more_than_due", "%s is due on %s, less than %s.", due.Rupees(), target.Ref, r.Amount.Rupees())
	}
	return nil
}

// adjustmentFacts are an adjustment as facts, the source's first.
func adjustmentFacts(r store.Record, on lending.Date) []accountPending {
	held := heldOf(r)
	fact := lending.Fact{Key: r.ID, Kind: lending.FactAdjustment, ValueDate: on, BankDate: on, Amount: r.Amount,
		Adjustment: &lending.Adjustment{From: held.From, Receipt: lending.Receipt{
			SettlementOrder: lending.SettlementOrder(r.SettlementOrder), ComponentOrder: lending.ComponentOrder(r.ComponentOrder)}}}
	pending := []accountPending{{string(r.AccountID), []lending.Fact{fact}}}
	if held.Account == "" {
		return pending
	}
	out := lending.Fact{Key: r.ID, Kind: lending.FactRefund, ValueDate: on, Amount: r.Amount, Refund: &lending.Refund{From: lending.FromExcess}}
	return append([]accountPending{{held.Account, []lending.Fact{out}}}, pending...)
}

// settleAdjustment makes an adjustment true, on both accounts where there are two.
func settleAdjustment(ctx context.Context, tx *store.Tx, r store.Record) error {
	if err := adjustable(ctx, tx, r); err != nil {
		return err
	}
	r.Status, r.FactKey, r.Date, r.BankDate = "approved", store.Opt(r.ID), tx.Today, tx.Today
	if _, err := tx.UpdateRecord(ctx, r); err != nil {
		return err
	}
	for _, p := range adjustmentFacts(r, tx.Today) {
		for _, f := range p.facts {
			if err := tx.AppendFact(ctx, p.account, f, r.Ref); err != nil {
				return err
			}
		}
		if err := refresh(ctx, tx, p.account); err != nil {
			return err
		}
	}
	return nil
}

// undoSource gives the excess of an adjustment that is taken back to the account
// it came from.
func undoSource(ctx context.Context, tx *store.Tx, r store.Record) error {
	held := heldOf(r)
	if r.Type != "adjustment" || held.Account == "" {
		return nil
	}
	err := tx.AppendFact(ctx, held.Account, lending.Fact{Key: "revert/" + r.ID, Kind: lending.FactReversal,
		ValueDate: r.Date, BankDate: r.BankDate, Amount: r.Amount, Reverses: string(r.FactKey)}, r.Ref)
	if err != nil {
		return err
	}
	return refresh(ctx, tx, held.Account)
}

// heldFacts are the facts that a refund or an adjustment would make true.
func heldFacts(ctx context.Context, v *store.View, r store.Record) ([]accountPending, error) {
	company, err := v.Company(ctx)
	if err != nil || r.AccountID == "" {
		return nil, err
	}
	switch r.Type {
	case "refund":
		key := r.ID
		if r.FactKey != "" {
			key = string(r.FactKey)
		}
		return []accountPending{{string(r.AccountID), []lending.Fact{refundFact(r, key, company.BusinessDate)}}}, nil
	case "adjustment":
		return adjustmentFacts(r, company.BusinessDate), nil
	}
	return nil, fmt.Errorf("record %s takes from nothing that is held", r.Ref)
}
