package servicing

import (
	"context"
	"strings"

	"lekha/lending"
	"lekha/store"
)

// NotSameMoney says that a receipt by hand and the record of a statement line are
// two monies.
type NotSameMoney struct {
	Receipt, Line               string // ref or id
	ReceiptVersion, LineVersion int64  // as they were looked at; 0 is whatever it is
	Reason                      string
}

// KeepApart notes that a receipt is not the money of a statement line, so that
// nobody is asked again. Whoever decides on either still reads it, and who said so.
// It returns the receipt.
func (o *Office) KeepApart(ctx context.Context, actor Actor, in NotSameMoney) (store.Record, error) {
	var receipt store.Record
	if err := actor.need(MayPrepare); err != nil {
		return receipt, err
	}
	if in.Reason = strings.TrimSpace(in.Reason); in.Reason == "" {
		return receipt, lending.RefuseField("reason", "same_money.reason", "Say how you know that it is other money.")
	}
	attempt := note{action: "record.apart", subject: store.CleanRef(in.Receipt), input: in}
	err := o.command(ctx, actor, attempt, func(ctx context.Context, tx *store.Tx, n *note) error {
		var line store.Record
		var err error
		if receipt, line, err = apartAt(ctx, tx, in); err != nil {
			return err
		}
		n.subject, n.account = receipt.Ref, string(receipt.AccountID)
		n.summary = summaryOf("Said that", receipt, "and the statement line "+line.Ref+" are not the same money: "+in.Reason)
		isNew, err := tx.AddApart(ctx, store.Apart{RecordID: receipt.ID, CreditID: string(line.BankCreditID), Reason: in.Reason, SaidBy: actor.Person, Sayer: actor.Name})
		if err == nil && !isNew {
			err = lending.Refuse(lending.Conflict, "same_money.said", "Somebody said before you that these two are not the same money.")
		}
		return err
	})
	return receipt, err
}

// apartAt loads the pair and refuses what nobody asks about.
func apartAt(ctx context.Context, tx *store.Tx, in NotSameMoney) (receipt, line store.Record, err error) {
	if receipt, err = recordByAny(ctx, &tx.View, in.Receipt); err != nil {
		return receipt, line, err
	}
	if line, err = recordByAny(ctx, &tx.View, in.Line); err != nil {
		return receipt, line, err
	}
	for _, r := range []struct {
		record store.Record
		seen   int64
	}{{receipt, in.ReceiptVersion}, {line, in.LineVersion}} {
		if r.seen != 0 && r.seen != r.record.Version {
			return receipt, line, lending.Refuse(lending.Conflict, "record.changed", "Record "+r.record.Ref+" changed since you opened it.")
		}
	}
	if receipt.Source != "hand" || !mayHaveTwin(receipt) || line.Source == "hand" || !mayHaveTwin(line) || receipt.ReceivedAmount != line.ReceivedAmount {
		return receipt, line, lending.Refuse(lending.Conflict, "same_money.pair", receipt.Ref+" and "+line.Ref+" are not a receipt by hand and a statement line of the same amount that both stand.")
	}
	return receipt, line, nil
}

// apartChecks tell who decides that the maker's house answered the question whether
// the money counts twice.
func apartChecks(ctx context.Context, v *store.View, r store.Record) ([]Check, error) {
	said, err := v.ApartFrom(ctx, r.ID, string(r.BankCreditID))
	var checks []Check
	for _, s := range said {
		checks = append(checks, Check{Judge, s.Sayer + " said that it is not the same money as " + s.Other, s.Reason})
	}
	return checks, err
}
