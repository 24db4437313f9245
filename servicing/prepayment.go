package servicing

import (
	"context"
	"encoding/json"
	"fmt"

	"lekha/lending"
	"lekha/store"
)

// Instruction says what the borrower wants done with money beyond the dues.
type Instruction struct {
	Effect  string // "reduce_emi", "reduce_tenure": a prepayment; "" takes an instruction away
	Loan    string // ref or id of the loan that is prepaid; "": the oldest with principal
	Offer   string // ref or id of a closing offer that this money takes
	Version int64  // of the record
}

// InstructRecord writes the borrower's instruction on a receipt that was not sent
// for approval yet (domain 1.9.3: without one, money beyond dues is excess).
func (o *Office) InstructRecord(ctx context.Context, actor Actor, ref string, in Instruction) (store.Record, error) {
	var record store.Record
	if err := actor.need(MayPrepare); err != nil {
		return record, err
	}
	err := o.command(ctx, actor, note{action: "record.instruct", subject: store.CleanRef(ref), input: in}, func(ctx context.Context, tx *store.Tx, n *note) error {
		r, err := recordAt(ctx, tx, ref, in.Version, ActInstruct)
		if err != nil {
			return err
		}
		n.subject, n.account = r.Ref, string(r.AccountID)
		if err := instruct(ctx, tx, &r, in); err != nil {
			return err
		}
		if n.summary = summaryOf("Instructed", r, instructionWords[r.Prepayment]); r.ClosingOfferID != "" {
			n.summary = summaryOf("Instructed", r, "to take offer", in.Offer)
		}
		if _, err := tx.UpdateRecord(ctx, r); err != nil {
			return err
		}
		if err := tx.AddEditor(ctx, r.ID, actor.Person); err != nil {
			return err
		}
		record, err = tx.RecordByID(ctx, r.ID)
		return err
	})
	return record, err
}

// instructionWords says what an instruction is, for people.
var instructionWords = map[string]string{"": "as an ordinary receipt", lending.ReduceEMI: "to prepay and lower the instalment", lending.ReduceTenure: "to prepay and end earlier"}

func instruct(ctx context.Context, tx *store.Tx, r *store.Record, in Instruction) error {
	if in.Effect != "" && in.Effect != lending.ReduceEMI && in.Effect != lending.ReduceTenure {
		return lending.RefuseField("prepayment", "record.prepayment", "A prepayment lowers the instalment (reduce_emi) or ends earlier (reduce_tenure).")
	}
	if in.Effect != "" && in.Offer != "" {
		return lending.RefuseField("closing_offer", "record.instruction", "Money prepays or takes an offer, not both.")
	}
	r.Prepayment, r.ClosingOfferID = in.Effect, ""
	if in.Loan != "" {
		loan, err := tx.LoanByID(ctx, cleanKey(in.Loan))
		if err != nil || loan.AccountID != string(r.AccountID) || loan.Status != "active" {
			return lending.RefuseField("loan", "record.loan", "There is no running loan "+in.Loan+" on this account.")
		}
		text, err := json.Marshal([]string{loan.ID})
		if err != nil {
			return fmt.Errorf("writing the loan: %w", err)
		}
		r.Loans = string(text)
	}
	if in.Offer == "" {
		return nil
	}
	offer, err := tx.ClosingOfferByID(ctx, cleanKey(in.Offer))
	if err != nil || offer.AccountID != string(r.AccountID) {
		return lending.RefuseField("closing_offer", "record.offer", "There is no offer "+in.Offer+" on this account.")
	}
	r.ClosingOfferID = store.Opt(offer.ID)
	receipt, err := receiptFact(*r)
	if err != nil {
		return err
	}
	_, err = offerFacts(ctx, &tx.View, *r, receipt) // what cannot be taken is refused before it is sent
	return err
}

// recordFacts are all facts that a record becomes when it is settled: the receipt,
// with the borrower's instruction, and what goes with an offer that it takes.
func recordFacts(ctx context.Context, v *store.View, r store.Record) ([]lending.Fact, error) {
	receipt, err := receiptFact(r)
	if err != nil {
		return nil, err
	}
	if r.ClosingOfferID != "" {
		return offerFacts(ctx, v, r, receipt)
	}
	if r.Prepayment != "" {
		receipt.Receipt.Prepayment = &lending.Prepayment{Effect: r.Prepayment}
		if len(receipt.Receipt.Loans) == 1 {
			receipt.Receipt.Prepayment.Loan = receipt.Receipt.Loans[0]
		}
	}
	return []lending.Fact{receipt}, nil
}
