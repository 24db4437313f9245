package servicing

import (
	"context"
	"fmt"
	"slices"

	"lekha/lending"
	"lekha/store"
)

// heldModes are the ways of paying whose money the bank may still take back.
var heldModes = []string{"nach", "cheque"}

// Refundable is how much of what an account holds may go back now.
type Refundable struct {
	Held     lending.Money // there is
	Asked    lending.Money // of it, asked for already
	Clearing lending.Money // of it, by NACH or cheque that may still come back
	Until    lending.Date  // until when the last of that is kept
	DueNow   lending.Money // unpaid on all accounts of the borrower
}

// Free is what is left for a new request.
func (r Refundable) Free() lending.Money { return max(0, r.Held-r.Asked-r.Clearing) }

// RefundableOf says how much of an account's excess, holdback or cashback may go
// back now; of one receipt when its key is given. Pages show it beside the form.
func RefundableOf(ctx context.Context, v *store.View, account store.Account, from, receipt, but string) (Refundable, error) {
	var out Refundable
	company, err := v.Company(ctx)
	if err != nil {
		return out, err
	}
	book, err := bookOf(ctx, v, account.ID, lending.At{Date: company.BusinessDate})
	if err != nil {
		return out, err
	}
	if out.Asked, err = v.AskedOf(ctx, account.ID, from, but); err != nil {
		return out, err
	}
	if out.DueNow, err = dueOfBorrower(ctx, v, account, book); err != nil {
		return out, err
	}
	switch from {
	case lending.FromHoldback:
		out.Held = book.Liabilities.Holdback
		return out, nil
	case lending.FromCashback:
		out.Held = book.Liabilities.Cashback
		return out, nil
	}
	if out.Held = book.Excess; receipt != "" {
		if err := ofReceipt(ctx, v, book, receipt, but, &out); err != nil {
			return out, err
		}
	}
	return out, clearing(ctx, v, account, book, receipt, company.BusinessDate, &out)
}

// ofReceipt narrows what is held to the part of one receipt.
func ofReceipt(ctx context.Context, v *store.View, book *lending.Book, receipt, but string, out *Refundable) error {
	i := slices.IndexFunc(book.Receipts, func(r lending.ReceiptBook) bool { return r.Receipt == receipt })
	if i < 0 {
		out.Held = 0
		return nil
	}
	asked, err := v.AskedOfRecord(ctx, receipt, but)
	// What is asked for of the account as a whole may be of this receipt as well.
	rest := max(0, out.Asked-asked-(out.Held-book.Receipts[i].Remaining))
	out.Held, out.Asked = book.Receipts[i].Remaining, asked+rest
	return err
}

// clearing sums the excess of receipts that the bank may still take back.
func clearing(ctx context.Context, v *store.View, account store.Account, book *lending.Book, receipt string, today lending.Date, out *Refundable) error {
	rules, err := v.MoneyRules(ctx)
	if err != nil {
		return err
	}
	records, err := v.SettledRecords(ctx, account.ID)
	if err != nil {
		return err
	}
	for _, r := range records {
		until := r.BankDate.AddDays(rules.HoldDays)
		if !slices.Contains(heldModes, string(r.PaymentMode)) || today >= until || receipt != "" && receipt != string(r.FactKey) {
			continue
		}
		for _, b := range book.Receipts {
			if b.Receipt == string(r.FactKey) && b.Remaining > 0 {
				out.Clearing += b.Remaining
				out.Until = max(out.Until, until)
			}
		}
	}
	return nil
}

// dueOfBorrower is what is due and unpaid on all accounts of a borrower.
func dueOfBorrower(ctx context.Context, v *store.View, account store.Account, book *lending.Book) (lending.Money, error) {
	due := book.Summary.DueNow
	others, err := otherAccounts(ctx, v, account)
	for _, other := range others {
		due += other.DueNow
	}
	return due, err
}

// refundable refuses a refund that may not be: more than is held and free, dues
// unpaid, or money that the bank may still take back (domain 3.6).
func refundable(ctx context.Context, tx *store.Tx, r store.Record) error {
	if r.AccountID == "" {
		return returnable(ctx, tx, r)
	}
	account, err := tx.AccountByID(ctx, string(r.AccountID))
	if err != nil {
		return err
	}
	held := heldOf(r)
	now, err := RefundableOf(ctx, &tx.View, account, held.From, held.Receipt, r.ID)
	if err != nil {
		return err
	}
	rules, err := tx.MoneyRules(ctx)
	if err != nil {
		return err
	}
	word := heldWords[held.From]
	switch {
	case r.Amount > now.Held:
		return refuseRefund("refund.insufficient_excess", "Account %s holds %s of %s, less than %s.", account.Ref, now.Held.Rupees(), word, r.Amount.Rupees())
	case r.Amount > now.Held-now.Asked:
		return refuseRefund("refund.insufficient_excess", "Of the %s of %s on %s, %s is asked for already; %s is free.", word, now.Held.Rupees(), account.Ref, now.Asked.Rupees(), max(0, now.Held-now.Asked).Rupees())
	case now.DueNow > 0 && !rules.DespiteDues:
		return refuseRefund("refund.unpaid_dues", "%s is due and unpaid on the accounts of this borrower; money held settles that first.", now.DueNow.Rupees())
	case r.Amount > now.Free():
		return refuseRefund("refund.clearing_hold", "%s of it came by NACH or cheque, which the bank may take back until %s; %s is free.", now.Clearing.Rupees(), now.Until.Words(), now.Free().Rupees())
	}
	return nil
}

func refuseRefund(code, format string, args ...any) error {
	message := fmt.Sprintf(format, args...)
	return &lending.Error{Kind: lending.Conflict, Code: code, Message: message, Fields: map[string]string{"amount": message}}
}

// returnable refuses to send back more of a credit than came.
func returnable(ctx context.Context, tx *store.Tx, r store.Record) error {
	origin, err := tx.RecordByID(ctx, string(r.OriginID))
	if err != nil {
		return err
	}
	if origin.Status != "set_aside" || origin.SetAsideKind != "refund" {
		return lending.Refuse(lending.Conflict, "record.state", "Record "+origin.Ref+" is "+stateWords[origin.Status]+": only what is set aside as a refund goes back to its sender.")
	}
	asked, err := tx.AskedOfRecord(ctx, origin.ID, r.ID)
	if err != nil {
		return err
	}
	if free := origin.ReceivedAmount - origin.RefundedAmount - asked; r.Amount > free {
		return refuseRefund("refund.insufficient_excess", "Of %s, %s is left to send back.", origin.ReceivedAmount.Rupees(), max(0, free).Rupees())
	}
	return nil
}

// stillHere refuses to put a credit back on the desk whose money goes back.
func stillHere(ctx context.Context, tx *store.Tx, r store.Record) error {
	asked, err := tx.AskedOfRecord(ctx, r.ID, "")
	if err == nil && asked+r.RefundedAmount > 0 {
		err = lending.Refuse(lending.Conflict, "DEPENDENT_REFUND", (asked+r.RefundedAmount).Rupees()+" of "+r.Ref+" goes back to its sender. Stop that first.")
	}
	return err
}

// noDependentRefund refuses to take back a receipt whose money has gone on: a
// refund or an adjustment would be without cover (domain 3.8).
func noDependentRefund(ctx context.Context, tx *store.Tx, r store.Record) error {
	if r.AccountID == "" || r.FactKey == "" {
		return nil
	}
	at := lending.At{Date: tx.Today}
	before, err := bookOf(ctx, &tx.View, string(r.AccountID), at)
	if err != nil {
		return err
	}
	if len(before.Refunds) == 0 {
		return nil
	}
	after, err := bookOf(ctx, &tx.View, string(r.AccountID), at, lending.Fact{Key: "revert/" + r.ID, Kind: lending.FactReversal,
		ValueDate: r.Date, BankDate: r.BankDate, BookingDate: tx.Today, Amount: r.Amount, Reverses: string(r.FactKey)})
	if err != nil {
		return err
	}
	if gone := uncovered(after) - uncovered(before); gone > 0 {
		return lending.Refuse(lending.Conflict, "DEPENDENT_REFUND", gone.Rupees()+" of "+r.Ref+" was paid back or moved on. Stop or recover that first.")
	}
	return nil
}

func uncovered(b *lending.Book) lending.Money {
	var sum lending.Money
	for _, r := range b.Refunds {
		sum += r.Uncovered
	}
	return sum
}
