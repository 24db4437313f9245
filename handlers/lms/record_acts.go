package lms

import (
	"context"
	"fmt"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// remarkBody is what most acts on a record take.
type remarkBody struct {
	Remark  text  `json:"remark"`
	Reason  text  `json:"reason" doc:"The same as remark."`
	Version whole `json:"version" doc:"The version that was seen; a stale one is 409. If-Match says the same."`
}

// why is the remark under either name.
func (in remarkBody) why() string {
	if in.Reason != "" {
		return string(in.Reason)
	}
	return string(in.Remark)
}

// act gives a command about the record of the path and shows what became of it.
func (a *API) act(c *call, version whole, command func(ref string, version int64) (store.Record, error)) (recordAnswer, error) {
	seen, err := c.versioned(version)
	if err != nil {
		return recordAnswer{}, err
	}
	record, err := command(c.id(), seen)
	if err != nil {
		return recordAnswer{}, err
	}
	return a.answerRecord(c, record.ID)
}

// matchBody says whose money a credit is.
type matchBody struct {
	Allocations list[allocationBody] `json:"allocations" need:"true" doc:"One entry matches, several split the record; they sum to it."`
	Remark      text                 `json:"remark"`
	Send        yesNo                `json:"send" doc:"Send it for approval in the same act."`
	Version     whole                `json:"version"`
}

// allocationBody is the part of a credit that belongs to one account.
type allocationBody struct {
	Account text    `json:"account" need:"true" doc:"Id or ref."`
	Amount  *amount `json:"amount" doc:"May be left out when there is one account: all of it."`
	Loans   words   `json:"loans"`
}

// matchRecord says whose money an unmatched record is.
func (a *API) matchRecord(c *call, in matchBody) (recordAnswer, error) {
	command := servicing.MatchInput{Remark: string(in.Remark), Send: bool(in.Send)}
	for i, part := range in.Allocations {
		allocation := servicing.Allocation{Account: key(string(part.Account)), Loans: part.Loans}
		switch {
		case part.Amount != nil:
			allocation.Amount = lending.Money(*part.Amount)
		case len(in.Allocations) > 1:
			return recordAnswer{}, faults{fmt.Sprintf("allocations.%d.amount", i): "This field is needed."}
		default:
			whole, err := a.amountOf(c)
			if err != nil {
				return recordAnswer{}, err
			}
			allocation.Amount = whole
		}
		command.Allocations = append(command.Allocations, allocation)
	}
	return a.act(c, in.Version, func(ref string, version int64) (store.Record, error) {
		command.Version = version
		return a.office.MatchRecord(c.ctx, c.actor, ref, command)
	})
}

// amountOf is the amount of the record of the path.
func (a *API) amountOf(c *call) (lending.Money, error) {
	var record store.Record
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		var err error
		record, err = recordByKey(ctx, v, c.id())
		return err
	})
	return record.Amount, err
}

// unmatchRecord undoes a match or a split that nobody has decided.
func (a *API) unmatchRecord(c *call, in remarkBody) (recordAnswer, error) {
	return a.act(c, in.Version, func(ref string, version int64) (store.Record, error) {
		return a.office.UnmatchRecord(c.ctx, c.actor, ref, version, in.why())
	})
}

// parkRecord lays a credit aside for later.
func (a *API) parkRecord(c *call, in remarkBody) (recordAnswer, error) {
	return a.act(c, in.Version, func(ref string, version int64) (store.Record, error) {
		return a.office.ParkRecord(c.ctx, c.actor, ref, version, in.why())
	})
}

// unparkRecord takes a parked credit up again.
func (a *API) unparkRecord(c *call, in remarkBody) (recordAnswer, error) {
	return a.act(c, in.Version, func(ref string, version int64) (store.Record, error) {
		return a.office.UnparkRecord(c.ctx, c.actor, ref, version)
	})
}

// apartBody says that a receipt by hand is not the money of a statement line.
type apartBody struct {
	Line    text  `json:"line" need:"true" doc:"Id or ref of the record that the statement line made."`
	Reason  text  `json:"reason" need:"true" doc:"How you know that it is other money."`
	Version whole `json:"version"`
}

// keepRecordApart notes that two records are two monies, so that nobody asks again.
func (a *API) keepRecordApart(c *call, in apartBody) (recordAnswer, error) {
	return a.act(c, in.Version, func(ref string, version int64) (store.Record, error) {
		return a.office.KeepApart(c.ctx, c.actor, servicing.NotSameMoney{Receipt: ref, Line: string(in.Line), ReceiptVersion: version, Reason: string(in.Reason)})
	})
}

// setAsideBody says what a credit is that is no repayment.
type setAsideBody struct {
	Kind        text  `json:"kind" need:"true" enum:"duplicate,return,refund,interest,transfer,other"`
	DuplicateOf text  `json:"duplicate_of" doc:"Id or ref; kind duplicate."`
	Remark      text  `json:"remark"`
	Version     whole `json:"version"`
}

// setAsideRecord takes a credit off the desk that is no repayment.
func (a *API) setAsideRecord(c *call, in setAsideBody) (recordAnswer, error) {
	return a.act(c, in.Version, func(ref string, version int64) (store.Record, error) {
		return a.office.SetAsideRecord(c.ctx, c.actor, ref, servicing.SetAside{Version: version, Kind: string(in.Kind),
			DuplicateOf: key(string(in.DuplicateOf)), Remark: string(in.Remark)})
	})
}

// undoSetAside puts a credit back on the desk, or asks for it.
func (a *API) undoSetAside(c *call, in remarkBody) (recordAnswer, error) {
	return a.act(c, in.Version, func(ref string, version int64) (store.Record, error) {
		return a.office.UndoSetAside(c.ctx, c.actor, ref, version, in.why())
	})
}

// confirmBody names the record of the statement line that is a receipt's money.
type confirmBody struct {
	Line    text  `json:"line" need:"true" doc:"Id or ref of the record that the statement line made."`
	Version whole `json:"version"`
}

// confirmRecord says that a receipt by hand and the record of a statement line are
// one money. The answer is the one that stands: the receipt, or the record of the line
// when that settled before.
func (a *API) confirmRecord(c *call, in confirmBody) (recordAnswer, error) {
	return a.act(c, in.Version, func(ref string, version int64) (store.Record, error) {
		return a.office.ConfirmReceipt(c.ctx, c.actor, servicing.SameMoney{Receipt: ref, Line: key(string(in.Line)), ReceiptVersion: version})
	})
}

// requestApproval sends a matched record, or a split, to a second person.
func (a *API) requestApproval(c *call, in remarkBody) (recordAnswer, error) {
	return a.act(c, in.Version, func(ref string, version int64) (store.Record, error) {
		return a.office.RequestApproval(c.ctx, c.actor, ref, version, in.why())
	})
}

// cancelRecord takes back a receipt that was entered and never decided.
func (a *API) cancelRecord(c *call, in remarkBody) (recordAnswer, error) {
	return a.act(c, in.Version, func(ref string, version int64) (store.Record, error) {
		return a.office.CancelRecord(c.ctx, c.actor, ref, version, in.why())
	})
}

// processedBody is a flag of bookkeeping.
type processedBody struct {
	SettlementUTR text  `json:"settlement_utr"`
	Remark        text  `json:"remark"`
	Version       whole `json:"version"`
}

// markProcessed sets the bookkeeping flag of a settled record.
func (a *API) markProcessed(c *call, in processedBody) (recordAnswer, error) {
	return a.act(c, in.Version, func(ref string, version int64) (store.Record, error) {
		return a.office.MarkProcessed(c.ctx, c.actor, ref, version, string(in.SettlementUTR), string(in.Remark))
	})
}

// revertBody asks to take an approved record back.
type revertBody struct {
	Kind    text  `json:"kind" enum:"bank,account" doc:"bank: the bank took the money back (unless said). account: it went to the wrong account, and comes back to the desk."`
	Date    date  `json:"date" doc:"Read and kept nowhere: a reversal undoes the record on its own value date."`
	Reason  text  `json:"reason" doc:"Needed. The checker reads it."`
	Remark  text  `json:"remark" doc:"The same as reason."`
	Version whole `json:"version"`
}

// revertRecord asks for the reversal of an approved record.
func (a *API) revertRecord(c *call, in revertBody) (recordAnswer, error) {
	kind := string(in.Kind)
	if kind == "" {
		kind = "bank"
	}
	return a.act(c, in.Version, func(ref string, version int64) (store.Record, error) {
		approval, err := a.office.RequestReversal(c.ctx, c.actor, ref, version, kind, remarkBody{Remark: in.Remark, Reason: in.Reason}.why())
		return store.Record{ID: string(approval.RecordID)}, err
	})
}

// moveBody asks to take an approved record to another account.
type moveBody struct {
	Account text  `json:"account" need:"true" doc:"Id or ref of where it belongs."`
	Reason  text  `json:"reason"`
	Remark  text  `json:"remark" doc:"The same as reason."`
	Version whole `json:"version"`
}

// moveRecord asks to take an approved record to another account, as one decision.
func (a *API) moveRecord(c *call, in moveBody) (recordAnswer, error) {
	return a.act(c, in.Version, func(ref string, version int64) (store.Record, error) {
		approval, err := a.office.RequestMove(c.ctx, c.actor, ref, version, key(string(in.Account)), remarkBody{Remark: in.Remark, Reason: in.Reason}.why())
		return store.Record{ID: string(approval.RecordID)}, err
	})
}

// approveRecord decides the one open approval of a record: yes.
func (a *API) approveRecord(c *call, in remarkBody) (recordAnswer, error) {
	return a.decideRecord(c, in, "approve")
}

// rejectRecord decides the one open approval of a record: no.
func (a *API) rejectRecord(c *call, in remarkBody) (recordAnswer, error) {
	return a.decideRecord(c, in, "reject")
}

// sendBackRecord returns a record to its makers.
func (a *API) sendBackRecord(c *call, in remarkBody) (recordAnswer, error) {
	return a.decideRecord(c, in, "send_back")
}

// decideRecord decides the open approval of a record, whatever its kind. The
// version, if one is given, is that of the record.
func (a *API) decideRecord(c *call, in remarkBody, decision string) (recordAnswer, error) {
	return a.act(c, in.Version, func(ref string, version int64) (store.Record, error) {
		var approval store.Approval
		err := a.read(c, func(ctx context.Context, v *store.View) error {
			r, err := recordByKey(ctx, v, ref)
			if err != nil {
				return err
			}
			if version != 0 && version != r.Version {
				return lending.Refuse(lending.Conflict, "record.changed",
					"Record "+r.Ref+" changed since you looked: it is "+servicing.StateWords(r.Status)+" now.")
			}
			approvals, err := v.ApprovalsOfRecord(ctx, r.ID)
			if err != nil {
				return err
			}
			if len(approvals) == 0 {
				return lending.Refuse(lending.Conflict, "approval.none", "Nobody asked for a decision on record "+r.Ref+".")
			}
			approval = approvals[0] // the last one: open, or decided meanwhile
			return nil
		})
		if err != nil {
			return store.Record{}, err
		}
		decided, err := a.office.Decide(c.ctx, c.actor, approval.Ref,
			servicing.DecisionInput{Version: approval.Version, Decision: decision, Reason: in.why()})
		return store.Record{ID: string(decided.RecordID)}, err
	})
}
