package servicing

import (
	"context"

	"lekha/matching"
	"lekha/store"
)

// putDown carries out a rejection: a record or split dies, and its bank credit
// comes back to the desk as a successor with this history. What asked for a
// change of something approved leaves that as it is.
func putDown(ctx context.Context, tx *store.Tx, a store.Approval, reason string) error {
	if a.Kind == "line" || a.Kind == "adhoc_limit" {
		return rejectLine(ctx, tx, a)
	}
	if a.Kind == "topup" {
		return putDownTopup(ctx, tx, a, TopupReject, reason)
	}
	if a.Kind == "topup_group" {
		return putDownGroup(ctx, tx, a, TopupReject, reason)
	}
	if a.Kind == "fee" {
		return tx.SetFeeStatus(ctx, a.Subject, "rejected")
	}
	if a.Kind == "refund" || a.Kind == "adjustment" {
		return rejectHeld(ctx, tx, a, reason)
	}
	if a.Kind != "record" && a.Kind != "split" {
		return nil
	}
	r, err := tx.RecordByID(ctx, string(a.RecordID))
	if err != nil {
		return err
	}
	if err := rejectChildren(ctx, tx, r, reason); err != nil {
		return err
	}
	r.Status, r.Reason, r.Carries, r.RemainingAmount = "rejected", reason, false, 0
	if r, err = tx.UpdateRecord(ctx, r); err != nil {
		return err
	}
	if err := unlearn(ctx, tx, r); err != nil {
		return err
	}
	if r.BankCreditID == "" {
		return nil
	}
	if a.Kind == "split" {
		withholdNothing(&r)
	}
	return succeed(ctx, tx, r, reason)
}

func rejectChildren(ctx context.Context, tx *store.Tx, parent store.Record, reason string) error {
	children, err := tx.ChildrenOf(ctx, parent.ID)
	if err != nil {
		return err
	}
	judged := false
	for _, child := range children {
		if child.Status != "pending" && child.Status != "initiated" {
			continue
		}
		child.Status, child.Carries, child.Reason = "rejected", false, reason
		if _, err := tx.UpdateRecord(ctx, child); err != nil {
			return err
		}
		if !judged {
			if err := judge(ctx, tx, child, false); err != nil {
				return err
			}
			judged = true
		}
		if len(children) <= maxTaught {
			if err := teach(ctx, tx, child, matching.Unlearn, 0, 1); err != nil {
				return err
			}
		}
	}
	return nil
}

// sendBack returns the work to the makers: anybody of the role may take it up.
func sendBack(ctx context.Context, tx *store.Tx, a store.Approval, reason string) error {
	if a.Kind == "line" || a.Kind == "adhoc_limit" {
		return rejectLine(ctx, tx, a)
	}
	if a.Kind == "topup" {
		return putDownTopup(ctx, tx, a, TopupSendBack, reason)
	}
	if a.Kind == "topup_group" {
		return putDownGroup(ctx, tx, a, TopupSendBack, reason)
	}
	if a.Kind == "fee" {
		return tx.SetFeeStatus(ctx, a.Subject, "rejected")
	}
	if a.RecordID == "" {
		return nil // a change that was not made
	}
	r, err := tx.RecordByID(ctx, string(a.RecordID))
	if err != nil {
		return err
	}
	switch a.Kind {
	case "record", "refund", "adjustment":
		r.Status = "initiated"
	case "split":
		if err := moveChildren(ctx, tx, r, "pending", "initiated"); err != nil {
			return err
		}
	default:
		return nil
	}
	r.Reason = reason
	_, err = tx.UpdateRecord(ctx, r)
	return err
}

// succeed brings the bank money of a record that died back to the desk, with what a
// gateway kept of it. The successor of a part of a split stands by itself; the bank reference stays with
// the split, which guards it.
func succeed(ctx context.Context, tx *store.Tx, r store.Record, reason string) error {
	if r.ParentID != "" {
		r.Reference = ""
	}
	r.Source = sourceAfter(r)
	next := store.Record{Type: r.Type, Status: "unmatched", ReceivedAmount: r.ReceivedAmount, FeeWithheld: r.FeeWithheld, FeeGST: r.FeeGST,
		Amount:      r.ReceivedAmount + r.FeeWithheld + r.FeeGST,
		PaymentMode: r.PaymentMode, UTR: r.UTR, Reference: r.Reference, SettlementOrder: r.SettlementOrder, ComponentOrder: r.ComponentOrder,
		UploadedBy: r.UploadedBy, UploadedByID: r.UploadedByID, Date: r.Date, BankDate: r.BankDate, Remark: r.Remark,
		CollectionBankID: r.CollectionBankID, Source: r.Source, BankCreditID: r.BankCreditID, Carries: true,
		PredecessorID: store.Opt(r.ID), Reason: reason}
	next, err := tx.CreateRecord(ctx, next)
	if err != nil {
		return err
	}
	return wholeCredit(ctx, tx, next)
}

// sourceAfter is where the money of a record comes from once it stands on another
// one: a receipt that was taken over is not taken over twice, and needs two people
// from then on.
func sourceAfter(r store.Record) string {
	if r.Source == "portfolio" {
		return "hand"
	}
	return r.Source
}
