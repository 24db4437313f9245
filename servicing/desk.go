package servicing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"lekha/lending"
	"lekha/store"
)

// Allocation is the part of a credit that belongs to one account.
type Allocation struct {
	Account string // ref or id
	Amount  lending.Money
	Loans   []string
}

// MatchInput says whose money a credit is.
type MatchInput struct {
	Version     int64
	Allocations []Allocation // one matches; several split
	Remark      string
	Send        bool // send for approval in the same act
}

// maxParts is how many accounts one credit may be split over: a lump credit of a
// gateway is split by a file, not by hand.
const maxParts = 50

// MatchRecord says whose money an unmatched credit is. One allocation matches
// it, several split it; the parts sum to the credit, to the paisa.
func (o *Office) MatchRecord(ctx context.Context, actor Actor, ref string, in MatchInput) (store.Record, error) {
	var record store.Record
	if err := actor.need(MayPrepare); err != nil {
		return record, err
	}
	attempt := note{action: "record.match", subject: store.CleanRef(ref), input: in}
	err := o.command(ctx, actor, attempt, func(ctx context.Context, tx *store.Tx, n *note) error {
		r, err := recordAt(ctx, tx, ref, in.Version, ActMatch)
		if err != nil {
			return err
		}
		accounts, err := checkAllocations(ctx, tx, r, in.Allocations)
		if err != nil {
			return err
		}
		if in.Remark != "" {
			r.Remark = in.Remark
		}
		r.MakerID, r.Maker, r.Reason, r.DuplicateOf = store.Opt(actor.Person), store.Opt(actor.Name), "", ""
		if err := tx.AddEditor(ctx, r.ID, actor.Person); err != nil {
			return err
		}
		n.subject, n.account = r.Ref, accounts[0].ID
		if len(accounts) == 1 {
			r, err = matchOne(ctx, tx, r, accounts[0], in.Allocations[0])
			n.summary = summaryOf("Matched", r, "to", accounts[0].Ref)
		} else {
			r, err = splitOver(ctx, tx, actor, r, accounts, in.Allocations)
			n.summary = summaryOf("Split", r, fmt.Sprintf("over %d accounts", len(accounts)))
		}
		if err != nil {
			return err
		}
		if in.Send {
			automatic, err := requestApproval(ctx, tx, actor, r, in.Remark)
			if err != nil {
				return err
			}
			if n.summary += " and sent it for approval"; automatic {
				n.flags, n.summary = "auto_approved "+backDated(tx, r), summaryOf("Approved", r, "by the auto limit")
			}
		}
		if record, err = tx.RecordByID(ctx, r.ID); err != nil {
			return err
		}
		return wholeCredit(ctx, tx, record)
	})
	return record, err
}

// checkAllocations refuses parts that do not sum to the credit, and accounts
// that do not exist, repeat or cannot take it.
func checkAllocations(ctx context.Context, tx *store.Tx, r store.Record, parts []Allocation) ([]store.Account, error) {
	if len(parts) == 0 || len(parts) > maxParts {
		return nil, lending.RefuseField("allocations", "match.allocations", fmt.Sprintf("Choose between one and %d accounts.", maxParts))
	}
	var sum lending.Money
	accounts := make([]store.Account, len(parts))
	for i, part := range parts {
		field := fmt.Sprintf("allocations.%d", i)
		if part.Amount <= 0 || part.Amount > r.Amount {
			return nil, lending.RefuseField(field+".amount", "match.amount", "Each part is more than nothing and at most the payment.")
		}
		account, err := accountByAny(ctx, &tx.View, part.Account)
		if err != nil {
			return nil, lending.RefuseField(field+".account", "match.account", "There is no account "+part.Account+".")
		}
		if slices.ContainsFunc(accounts[:i], func(a store.Account) bool { return a.ID == account.ID }) {
			return nil, lending.RefuseField(field+".account", "match.twice", "Account "+account.Ref+" stands there twice.")
		}
		if err := checkPlace(ctx, tx, account, r, ""); err != nil {
			return nil, err
		}
		accounts[i], sum = account, sum+part.Amount
	}
	if sum != r.Amount {
		return nil, lending.RefuseField("allocations", "match.sum",
			fmt.Sprintf("The parts sum to %s and the payment is %s: %s is left.", sum.Rupees(), r.Amount.Rupees(), (r.Amount-sum).Rupees()))
	}
	return accounts, nil
}

// settleAs puts the orders of a record: those of the account's program, or the
// loans that the allocation names.
func settleAs(ctx context.Context, tx *store.Tx, r *store.Record, account store.Account, loans []string) error {
	policy, err := policyOf(ctx, &tx.View, account)
	if err != nil {
		return err
	}
	r.SettlementOrder, r.ComponentOrder = string(policy.SettlementOrder), string(policy.ComponentOrder)
	if len(loans) > 0 {
		r.SettlementOrder = string(lending.SpecificLoans)
	}
	list, err := json.Marshal(append([]string{}, loans...))
	r.Loans = string(list)
	return err
}

func matchOne(ctx context.Context, tx *store.Tx, r store.Record, account store.Account, part Allocation) (store.Record, error) {
	r.AccountID, r.Status = store.Opt(account.ID), "initiated"
	if err := settleAs(ctx, tx, &r, account, part.Loans); err != nil {
		return r, err
	}
	return tx.UpdateRecord(ctx, r)
}

// splitOver makes one child for each account. The parent carries nothing from
// then on: the money is in the children.
func splitOver(ctx context.Context, tx *store.Tx, actor Actor, r store.Record, accounts []store.Account, parts []Allocation) (store.Record, error) {
	if r.ParentID != "" {
		return r, lending.Refuse(lending.Conflict, "record.part_of_split", "A part of a split is not split again.")
	}
	if r.TDSAmount != 0 {
		return r, lending.Refuse(lending.Conflict, "record.tds_split", "A receipt with tax withheld is entered for one account at a time.")
	}
	if r.FeeWithheld+r.FeeGST != 0 {
		return r, lending.Refuse(lending.Conflict, "record.fee_split", "A payment of which a gateway kept its fee goes to one account.")
	}
	r.Status, r.Carries, r.AccountID = "split", false, ""
	parent, err := tx.UpdateRecord(ctx, r)
	if err != nil {
		return r, err
	}
	for i, part := range parts {
		child := parent
		child.ID, child.Ref, child.ReceiptNo = "", "", ""
		child.ParentID, child.PredecessorID = store.Opt(parent.ID), ""
		child.AccountID, child.Status, child.Carries = store.Opt(accounts[i].ID), "initiated", true
		child.ReceivedAmount, child.Amount, child.RemainingAmount = part.Amount, part.Amount, 0
		if err := settleAs(ctx, tx, &child, accounts[i], part.Loans); err != nil {
			return r, err
		}
		if child, err = tx.CreateRecord(ctx, child); err != nil {
			return r, err
		}
		if err := tx.AddEditor(ctx, child.ID, actor.Person); err != nil {
			return r, err
		}
	}
	return parent, nil
}

// UnmatchRecord undoes a match or a split that nobody has decided, and takes
// back its request for approval.
func (o *Office) UnmatchRecord(ctx context.Context, actor Actor, ref string, version int64, reason string) (store.Record, error) {
	return o.changeRecord(ctx, actor, ref, version, ActUnmatch, reason, func(ctx context.Context, tx *store.Tx, r *store.Record) (string, error) {
		if err := withdrawOpen(ctx, tx, r.ID); err != nil {
			return "", err
		}
		if r.Status == "split" {
			if err := cancelChildren(ctx, tx, *r); err != nil {
				return "", err
			}
			withholdNothing(r)
		}
		r.Status, r.AccountID, r.Carries, r.Loans = "unmatched", "", true, "[]"
		r.MakerID, r.Maker, r.Reason = "", "", reason
		return summaryOf("Unmatched", *r), nil
	})
}

// cancelChildren takes the parts of a split away while none was decided.
func cancelChildren(ctx context.Context, tx *store.Tx, parent store.Record) error {
	children, err := tx.ChildrenOf(ctx, parent.ID)
	if err != nil {
		return err
	}
	for _, child := range children {
		if child.Status == "cancelled" {
			continue
		}
		if child.Status != "initiated" && child.Status != "pending" {
			return lending.Refuse(lending.Conflict, "record.state", "Part "+child.Ref+" of this split is "+stateWords[child.Status]+".")
		}
		child.Status, child.Carries = "cancelled", false
		if _, err := tx.UpdateRecord(ctx, child); err != nil {
			return err
		}
	}
	return nil
}

// ParkRecord lays a credit aside for later, with the reason.
func (o *Office) ParkRecord(ctx context.Context, actor Actor, ref string, version int64, reason string) (store.Record, error) {
	if reason == "" {
		return store.Record{}, lending.RefuseField("reason", "park.reason", "Say why it waits.")
	}
	return o.changeRecord(ctx, actor, ref, version, ActPark, reason, func(_ context.Context, _ *store.Tx, r *store.Record) (string, error) {
		r.Status, r.Reason, r.DuplicateOf = "parked", reason, ""
		return summaryOf("Parked", *r, "because "+reason), nil
	})
}

// UnparkRecord takes a parked credit up again.
func (o *Office) UnparkRecord(ctx context.Context, actor Actor, ref string, version int64) (store.Record, error) {
	r, err := o.changeRecord(ctx, actor, ref, version, ActUnpark, "", func(_ context.Context, _ *store.Tx, r *store.Record) (string, error) {
		done := summaryOf("Took up", *r, "again")
		if r.DuplicateOf != "" {
			done = summaryOf("Said that", *r, "is money of its own")
		}
		r.Status, r.Reason, r.DuplicateOf = "unmatched", "", ""
		return done, nil
	})
	if err == nil {
		o.scoreAgain(ctx, r.ID)
	}
	return r, err
}

// setAsideKinds are what a credit may be other than a repayment.
var setAsideKinds = []string{"duplicate", "return", "refund", "interest", "transfer", "other"}

// SetAside says that a credit is no repayment, and what it is.
type SetAside struct {
	Version     int64
	Kind        string
	DuplicateOf string // ref or id; kind duplicate
	Remark      string
}

// SetAsideRecord takes a credit off the desk that is not a repayment.
func (o *Office) SetAsideRecord(ctx context.Context, actor Actor, ref string, in SetAside) (store.Record, error) {
	if !slices.Contains(setAsideKinds, in.Kind) {
		return store.Record{}, lending.RefuseField("kind", "set_aside.kind", "It is a duplicate, return, refund, interest, transfer or other.")
	}
	if in.Kind == "other" && in.Remark == "" {
		return store.Record{}, lending.RefuseField("remark", "set_aside.remark", "Say what it is.")
	}
	return o.changeRecord(ctx, actor, ref, in.Version, ActSetAside, in.Kind, func(ctx context.Context, tx *store.Tx, r *store.Record) (string, error) {
		r.Status, r.SetAsideKind, r.SetAsideOn, r.Reason = "set_aside", store.Opt(in.Kind), tx.Today, in.Remark
		r.MakerID, r.Maker, r.DuplicateOf = store.Opt(actor.Person), store.Opt(actor.Name), ""
		if in.Kind == "duplicate" {
			first, err := recordByAny(ctx, &tx.View, in.DuplicateOf)
			if err != nil || first.ID == r.ID {
				return "", lending.RefuseField("duplicate_of", "set_aside.duplicate_of", "Say which record it repeats.")
			}
			r.DuplicateOf = store.Opt(first.ID)
		}
		return summaryOf("Set aside", *r, "as "+in.Kind), nil
	})
}

// UndoSetAside puts a credit back on the desk: at once by the one who set it
// aside until that day is closed, by an approval after that.
func (o *Office) UndoSetAside(ctx context.Context, actor Actor, ref string, version int64, reason string) (store.Record, error) {
	return o.changeRecord(ctx, actor, ref, version, ActUndoSetAside, reason, func(ctx context.Context, tx *store.Tx, r *store.Record) (string, error) {
		if err := stillHere(ctx, tx, *r); err != nil {
			return "", err
		}
		if string(r.MakerID) == actor.Person && r.SetAsideOn == tx.Today {
			if err := withdrawOpen(ctx, tx, r.ID); err != nil { // somebody may have asked for it meanwhile
				return "", err
			}
			backOnDesk(r)
			return summaryOf("Put", *r, "back on the desk"), nil
		}
		if reason == "" {
			return "", lending.RefuseField("reason", "set_aside.reason", "That day is closed or somebody else set it aside: say why, and a credit manager decides.")
		}
		// The record is written once more by the shape of this act.
		asked := *r
		asked.Version++
		_, err := openApproval(ctx, tx, actor, asked, request{kind: "undo_set_aside", reason: reason})
		return summaryOf("Asked to put", *r, "back on the desk"), err
	})
}

// backOnDesk undoes a setting aside.
func backOnDesk(r *store.Record) {
	r.Status, r.SetAsideKind, r.SetAsideOn, r.DuplicateOf, r.Reason = "unmatched", "", 0, "", ""
	r.MakerID, r.Maker = "", ""
}

// withdrawOpen takes back the open approval of a record, if there is one.
func withdrawOpen(ctx context.Context, tx *store.Tx, record string) error {
	open, err := tx.OpenApprovalOf(ctx, record)
	if errors.Is(err, store.ErrMissing) {
		return nil
	}
	if err != nil {
		return err
	}
	open.Status = "withdrawn"
	return tx.SetApprovalStatus(ctx, open)
}
