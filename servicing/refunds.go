package servicing

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"lekha/lending"
	"lekha/store"
)

// RefundInput asks that money held goes back: the excess of a receipt, what an
// account holds, or a credit that was nobody's to its sender.
type RefundInput struct {
	Record     string // ref or id of the receipt or credit whose money goes back
	Account    string // given instead: ref or id
	Loan       string // or a loan of it
	From       string // "excess" (default), "holdback" or "cashback" of the account
	Amount     lending.Money
	PayoutTo   string     // "borrower" (default), "anchor", "custom_bank"
	CreditBank string     // ref or id of the account to pay to
	NewBank    *BankInput // given instead, for a custom bank
	Method     string     // "manual" (default) or "automatic"
	Reason     string
	Version    int64 // of the record
}

// Refund is money on its way back.
type Refund struct {
	Record   store.Record
	Payout   store.Payout
	Approval store.Approval
}

// heldMoney says from what is held a refund or an adjustment takes. It is kept
// with the record.
type heldMoney struct {
	From    string `json:"from"`              // excess, holdback, cashback; sender: a credit that is set aside
	Account string `json:"account,omitempty"` // id; adjustment from the excess of another account
	Receipt string `json:"receipt,omitempty"` // key of the receipt whose excess it is
}

// toSender marks a refund of a credit that never came to an account.
const toSender = "sender"

// heldWords says what is held, for people.
var heldWords = map[string]string{lending.FromExcess: "excess", lending.FromHoldback: "holdback", lending.FromCashback: "cashback", toSender: "set-aside credit"}

// payoutTypes are the kinds of payout of what is held (domain 7.1).
var payoutTypes = map[string]string{lending.FromExcess: "refund", lending.FromHoldback: "holdback_release", lending.FromCashback: "cashback", toSender: "refund"}

func (in *RefundInput) check() error {
	faults := faults{}
	if in.From == "" {
		in.From = lending.FromExcess
	}
	if in.PayoutTo == "" {
		in.PayoutTo = payees[0]
	}
	if in.Method == "" {
		in.Method = payoutMethods[0]
	}
	if in.Amount <= 0 || in.Amount > maxAmount {
		faults.add("amount", "Say how much goes back.")
	}
	if !slices.Contains([]string{lending.FromExcess, lending.FromHoldback, lending.FromCashback}, in.From) {
		faults.add("from", "What is paid back is excess, holdback or cashback.")
	}
	if !slices.Contains(payees, in.PayoutTo) {
		faults.add("payout_to", "Money goes to the borrower, the anchor or a custom_bank.")
	}
	if !slices.Contains(payoutMethods, in.Method) {
		faults.add("method", "A payout is manual or automatic.")
	}
	if in.PayoutTo == "custom_bank" && in.CreditBank == "" && in.NewBank == nil {
		faults.add("credit_bank", "Say into which account the money goes.")
	}
	if len(in.Reason) > maxReason {
		faults.add("reason", "This is too long.")
	}
	return faults.refuse("refund.invalid", "The refund cannot be asked for like this.")
}

// RequestRefund asks that money goes back: a record of type refund with its
// payout. A credit manager decides it, finance releases the payout.
func (o *Office) RequestRefund(ctx context.Context, actor Actor, in RefundInput) (Refund, error) {
	var out Refund
	if err := actor.need(MayPrepare); err != nil {
		return out, err
	}
	if err := in.check(); err != nil {
		return out, err
	}
	attempt := note{action: "refund.request", subject: store.CleanRef(in.Record + in.Account + in.Loan), input: in}
	err := o.command(ctx, actor, attempt, func(ctx context.Context, tx *store.Tx, n *note) error {
		r, payee, err := drawUpRefund(ctx, tx, actor, in)
		if err != nil {
			return err
		}
		if err := refundable(ctx, tx, r); err != nil {
			return err
		}
		if r, err = writeHeld(ctx, tx, actor, r); err != nil {
			return err
		}
		payee.RecordID, payee.Amount, payee.Method, payee.MakerID = store.Opt(r.ID), r.Amount, in.Method, actor.Person
		if out.Payout, err = tx.CreatePayout(ctx, payee); err != nil {
			return err
		}
		if out.Approval, err = openApproval(ctx, tx, actor, r, request{kind: "refund", reason: in.Reason}); err != nil {
			return err
		}
		out.Record = r
		n.subject, n.account = r.Ref, string(r.AccountID)
		n.summary = summaryOf("Asked for refund", r, "of "+heldWords[heldOf(r).From]+" with payout "+out.Payout.Ref)
		return nil
	})
	return out, err
}

// drawUpRefund makes the record of a refund and the payee of its payout.
func drawUpRefund(ctx context.Context, tx *store.Tx, actor Actor, in RefundInput) (store.Record, store.Payout, error) {
	held := heldMoney{From: in.From}
	r := newHeld(tx, actor, "refund", in.Amount)
	r.Reason = in.Reason
	var account store.Account
	var err error
	if in.Record != "" {
		origin, err := recordByAny(ctx, &tx.View, in.Record)
		if err != nil {
			return r, store.Payout{}, err
		}
		if err := sameVersion("record", origin.Ref, in.Version, origin.Version); err != nil {
			return r, store.Payout{}, err
		}
		if r.OriginID, held.Receipt = store.Opt(origin.ID), string(origin.FactKey); origin.AccountID == "" {
			return returnOf(ctx, tx, actor, in, r, origin)
		}
		in.Account = string(origin.AccountID)
	}
	if account, err = accountOf(ctx, tx, in.Account, in.Loan); err != nil {
		return r, store.Payout{}, err
	}
	if in.From != lending.FromExcess {
		r.OriginID, held.Receipt = "", ""
	}
	r.AccountID, r.AccountRef, r.Body = store.Opt(account.ID), account.Ref, held.text()
	payee, err := payeeOf(ctx, tx, account, in)
	payee.Type = payoutTypes[held.From]
	return r, payee, err
}

// returnOf makes the refund of a credit that is nobody's: it is set aside as a
// refund, and its money leaves to an account that is named.
func returnOf(ctx context.Context, tx *store.Tx, actor Actor, in RefundInput, r, origin store.Record) (store.Record, store.Payout, error) {
	if in.CreditBank == "" && in.NewBank == nil {
		return r, store.Payout{}, lending.RefuseField("credit_bank", "refund.sender", "Say into which account of the sender the money goes.")
	}
	switch {
	case origin.Status == "unmatched" || origin.Status == "parked":
		origin.Status, origin.SetAsideKind, origin.SetAsideOn, origin.Reason = "set_aside", "refund", tx.Today, in.Reason
		origin.MakerID, origin.Maker = store.Opt(actor.Person), store.Opt(actor.Name)
		if _, err := tx.UpdateRecord(ctx, origin); err != nil {
			return r, store.Payout{}, err
		}
		if err := withdrawOpen(ctx, tx, origin.ID); err != nil {
			return r, store.Payout{}, err
		}
	case origin.Status == "set_aside" && origin.SetAsideKind == "refund":
	default:
		return r, store.Payout{}, lending.Refuse(lending.Conflict, "record.state", "Record "+origin.Ref+" is "+stateWords[origin.Status]+": only what waits on the desk, or is set aside as a refund, goes back to its sender.")
	}
	r.Body = heldMoney{From: toSender}.text()
	p := store.Payout{Type: payoutTypes[toSender], PayoutTo: "custom_bank", Status: "created"}
	bank, err := payeeBank(ctx, tx, in, BankInput{Kind: credit})
	p.CreditBankID = store.Opt(bank.ID)
	return r, p, err
}

// payeeOf addresses the payout of a refund.
func payeeOf(ctx context.Context, tx *store.Tx, account store.Account, in RefundInput) (store.Payout, error) {
	if in.NewBank != nil {
		borrower, err := tx.BorrowerByAny(ctx, account.BorrowerID)
		if err != nil {
			return store.Payout{}, err
		}
		bank, err := borrowerBank(ctx, tx, borrower, *in.NewBank)
		if err != nil {
			return store.Payout{}, err
		}
		in.CreditBank = bank.ID
	}
	return payoutOf(ctx, tx, account, store.Loan{}, PayoutPart{PayoutTo: in.PayoutTo, CreditBank: in.CreditBank})
}

// payeeBank finds or makes the account of a sender.
func payeeBank(ctx context.Context, tx *store.Tx, in RefundInput, base BankInput) (store.Bank, error) {
	if in.NewBank != nil {
		made := *in.NewBank
		made.Kind = base.Kind
		return createBank(ctx, tx, made)
	}
	bank, err := tx.BankByAny(ctx, in.CreditBank)
	if err != nil || bank.Kind != credit {
		return bank, lending.RefuseField("credit_bank", "payout.bank", "There is no account to pay to called "+in.CreditBank+".")
	}
	return bank, nil
}

// newHeld is a record of what is held: no cash comes in by it.
func newHeld(tx *store.Tx, actor Actor, kind string, amount lending.Money) store.Record {
	policy := defaultPolicy()
	r := store.Record{Type: kind, Status: "pending", Amount: amount, Date: tx.Today, BankDate: tx.Today, Source: "hand",
		SettlementOrder: string(policy.SettlementOrder), ComponentOrder: string(policy.ComponentOrder),
		MakerID: store.Opt(actor.Person), Maker: store.Opt(actor.Name)}
	if actor.Program {
		r.Source = "api"
	}
	return r
}

// writeHeld writes such a record and notes who made it.
func writeHeld(ctx context.Context, tx *store.Tx, actor Actor, r store.Record) (store.Record, error) {
	made, err := tx.CreateRecord(ctx, r)
	if err != nil {
		return made, err
	}
	if err := tx.AddEditor(ctx, made.ID, actor.Person); err != nil {
		return made, err
	}
	return tx.RecordByID(ctx, made.ID)
}

// accountOf takes an account, or a loan of one.
func accountOf(ctx context.Context, tx *store.Tx, account, loan string) (store.Account, error) {
	if account == "" && loan != "" {
		l, err := tx.LoanByID(ctx, loan)
		if err != nil {
			return store.Account{}, err
		}
		account = l.AccountID
	}
	a, err := accountByAny(ctx, &tx.View, account)
	if err != nil {
		return a, asFieldMissing(err, "account", "There is no account "+account+".")
	}
	return a, nil
}

func (h heldMoney) text() string {
	text, _ := json.Marshal(h) // three strings always marshal
	return string(text)
}

// heldOf reads from what is held a record takes.
func heldOf(r store.Record) heldMoney {
	var h heldMoney
	_ = json.Unmarshal([]byte(r.Body), &h) // written by text; an old record has none
	return h
}

// refundFact is a refund as a fact of its account.
func refundFact(r store.Record, key string, on lending.Date) lending.Fact {
	held := heldOf(r)
	return lending.Fact{Key: key, Kind: lending.FactRefund, ValueDate: on, Amount: r.Amount, Refund: &lending.Refund{From: held.From, Receipt: held.Receipt}}
}

// approveRefund makes a refund true: what is held goes down, and its payout may be
// released. It is checked again as things are now.
func approveRefund(ctx context.Context, tx *store.Tx, r store.Record) error {
	if err := refundable(ctx, tx, r); err != nil {
		return err
	}
	return bookRefund(ctx, tx, r, r.ID)
}

// bookRefund takes the money of a refund out of what is held, under a key: a
// payout that is tried again has another one.
func bookRefund(ctx context.Context, tx *store.Tx, r store.Record, key string) error {
	r.Status, r.FactKey = "approved", store.Opt(key)
	if r.AccountID == "" {
		if err := takeFromOrigin(ctx, tx, r, r.Amount); err != nil {
			return err
		}
		_, err := tx.UpdateRecord(ctx, r)
		return err
	}
	if _, err := tx.UpdateRecord(ctx, r); err != nil {
		return err
	}
	if err := tx.AppendFact(ctx, string(r.AccountID), refundFact(r, key, tx.Today), r.Ref); err != nil {
		return err
	}
	return refresh(ctx, tx, string(r.AccountID))
}

// unbookRefund puts the money of a refund back: its payout failed, came back or
// was stopped.
func unbookRefund(ctx context.Context, tx *store.Tx, r *store.Record) error {
	key := string(r.FactKey)
	if r.FactKey = ""; key == "" {
		return nil
	}
	if r.AccountID == "" {
		return takeFromOrigin(ctx, tx, *r, -r.Amount)
	}
	err := tx.AppendFact(ctx, string(r.AccountID), lending.Fact{Key: "revert/" + key, Kind: lending.FactReversal, ValueDate: tx.Today, Amount: r.Amount, Reverses: key}, r.Ref)
	if err != nil {
		return err
	}
	return refresh(ctx, tx, string(r.AccountID))
}

// takeFromOrigin notes what of a set-aside credit went back to its sender.
func takeFromOrigin(ctx context.Context, tx *store.Tx, r store.Record, amount lending.Money) error {
	origin, err := tx.RecordByID(ctx, string(r.OriginID))
	if err != nil {
		return err
	}
	origin.RefundedAmount += amount
	if origin.RefundedAmount < 0 || origin.RefundedAmount > origin.ReceivedAmount {
		return fmt.Errorf("refunds of %s come to %s of %s", origin.Ref, origin.RefundedAmount, origin.ReceivedAmount)
	}
	if origin, err = tx.UpdateRecord(ctx, origin); err != nil {
		return err
	}
	return wholeCredit(ctx, tx, origin)
}

// rejectHeld ends a refund or an adjustment that was refused; nothing moved yet.
func rejectHeld(ctx context.Context, tx *store.Tx, a store.Approval, reason string) error {
	r, err := tx.RecordByID(ctx, string(a.RecordID))
	if err != nil {
		return err
	}
	r.Status, r.Reason = "rejected", reason
	if _, err := tx.UpdateRecord(ctx, r); err != nil {
		return err
	}
	return dropPayouts(ctx, tx, r)
}

// dropPayouts cancels the payouts of a refund that will not be.
func dropPayouts(ctx context.Context, tx *store.Tx, r store.Record) error {
	payouts, err := tx.PayoutsOfRecord(ctx, r.ID)
	if err != nil {
		return err
	}
	for _, p := range payouts {
		if string(p.RecordID) != r.ID || p.Status == "cancelled" {
			continue
		}
		p.Status = "cancelled"
		if err := tx.UpdatePayout(ctx, p); err != nil {
			return err
		}
	}
	return nil
}
