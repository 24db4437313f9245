package handlers

import (
	"context"
	"slices"
	"strconv"

	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// recordAct is one act on a record as the page offers it.
type recordAct struct {
	act    servicing.Act
	noun   string // under the record's address; "" for a link
	link   string
	decide bool // it asks for a second decision about the same record
	view   views.RecordAct
}

func versionText(version int64) string { return strconv.FormatInt(version, 10) }

// reasonField asks why, for the acts that somebody else will read.
func reasonField(required bool) views.Input {
	return views.Input{Name: "reason", Label: "Reason", Rows: 2, Required: required}
}

var setAsideOptions = []views.Option{{Value: "", Label: "Choose"}, {Value: "duplicate", Label: "A duplicate of another record"}, {Value: "return", Label: "A payment of ours that came back"},
	{Value: "refund", Label: "A refund"}, {Value: "interest", Label: "Interest from the bank"}, {Value: "transfer", Label: "A transfer between our accounts"}, {Value: "other", Label: "Something else"}}

var instructionOptions = []views.Option{{Value: "", Label: "Is held as excess"}, {Value: "reduce_emi", Label: "Prepays and lowers the instalment"}, {Value: "reduce_tenure", Label: "Prepays and ends earlier"}}

var reversalOptions = []views.Option{{Value: "", Label: "Choose"}, {Value: "bank", Label: "The bank took the money back"}, {Value: "account", Label: "It went to the wrong account"}}

// recordActs are all acts in the order of the page.
func recordActs(r store.Record) []recordAct {
	return []recordAct{
		{act: servicing.ActMatch, link: "/matching/" + r.Ref, view: views.RecordAct{Key: "match", Label: "Match", Icon: "git-compare-arrows", Primary: true, Shortcut: "m"}},
		{act: servicing.ActRequest, noun: "approval-request", view: views.RecordAct{Key: "request", Label: "Send for approval", Icon: "send", Primary: true, Button: "Send for approval",
			Shortcut: "s", Fields: []views.Input{{Name: "reason", Label: "For the credit manager", Rows: 2}}}},
		{act: servicing.ActInstruct, noun: "instruction", view: views.RecordAct{Key: "instruct", Label: "Borrower's instruction", Icon: "file-text", Button: "Write it on the receipt",
			Hint: "Without one, money beyond the dues is held as excess.", Fields: []views.Input{{Name: "prepayment", Label: "Money beyond the dues", Options: instructionOptions},
				{Name: "loan", Label: "Loan that is prepaid", Hint: "Its number; the oldest when empty", Max: 40}, {Name: "closing_offer", Label: "Closing offer that it takes", Hint: "Its number", Max: 40}}}},
		{act: servicing.ActEdit, link: "/records/" + r.Ref + "/edit", view: views.RecordAct{Key: "edit", Label: "Change", Icon: "pencil", Shortcut: "c"}},
		{act: servicing.ActUnpark, noun: "unparking", view: views.RecordAct{Key: "unpark", Label: "Take up again", Icon: "undo-2", Button: "Put on the desk"}},
		{act: servicing.ActPark, noun: "parking", view: views.RecordAct{Key: "park", Label: "Park", Icon: "circle-pause", Button: "Park", Shortcut: "p",
			Hint: "It leaves the queue until somebody takes it up again.", Fields: []views.Input{reasonField(true)}}},
		{act: servicing.ActSetAside, noun: "setting-aside", view: views.RecordAct{Key: "set-aside", Label: "Not a repayment", Icon: "archive", Button: "Set aside",
			Fields: []views.Input{{Name: "kind", Label: "What it is", Options: setAsideOptions, Required: true},
				{Name: "duplicate_of", Label: "Record it repeats", Hint: "For a duplicate", Max: 40}, {Name: "remark", Label: "Remark", Rows: 2}}}},
		{act: servicing.ActUndoSetAside, noun: "restoration", decide: true, view: views.RecordAct{Key: "restore", Label: "Put back on the desk", Icon: "undo-2", Button: "Put back",
			Hint: "At once by whoever set it aside, on the same day; else a credit manager decides, and reads the reason.", Fields: []views.Input{reasonField(false)}}},
		{act: servicing.ActUnmatch, noun: "unmatching", view: views.RecordAct{Key: "unmatch", Label: "Undo the match", Icon: "undo-2", Button: "Undo the match",
			Hint: "Its request for approval is taken back.", Fields: []views.Input{reasonField(false)}}},
		{act: servicing.ActMarkDone, noun: "processed-mark", view: views.RecordAct{Key: "mark", Label: "Mark as processed", Icon: "check", Button: "Mark",
			Hint: "For your own bookkeeping. No money moves.", Fields: []views.Input{{Name: "settlement_utr", Label: "Settlement reference", Max: 100}, {Name: "remark", Label: "Remark", Rows: 2}}}},
		{act: servicing.ActMove, noun: "move-request", decide: true, view: views.RecordAct{Key: "move", Label: "Move to another account", Icon: "arrow-right-left", Button: "Ask for the move",
			Hint:   "One decision takes it from here and settles it there.",
			Fields: []views.Input{{Name: "account", Label: "To account", Hint: "Its number", Required: true, Max: 60}, reasonField(true)}}},
		{act: servicing.ActReverse, noun: "reversal-request", decide: true, view: views.RecordAct{Key: "reverse", Label: "Reverse", Icon: "circle-x", Danger: true, Button: "Ask for the reversal",
			Hint:   "The dues it paid are open again, as if it had never come.",
			Fields: []views.Input{{Name: "kind", Label: "Why", Options: reversalOptions, Required: true}, reasonField(true)}}},
		{act: servicing.ActCancel, noun: "cancellation", view: views.RecordAct{Key: "cancel", Label: "Cancel", Icon: "trash-2", Danger: true, Button: "Cancel the record",
			Hint: "Its receipt number is not used again.", Fields: []views.Input{reasonField(false)}}},
	}
}

// twins are acts of which only the one that fits the state is shown.
var twins = map[servicing.Act]string{servicing.ActUnpark: "parked", servicing.ActUndoSetAside: "set_aside"}

var twinOf = map[servicing.Act]string{servicing.ActPark: "parked", servicing.ActSetAside: "set_aside"}

// open is the request about the record that waits for a decision; one without a ref
// when nothing waits.
func (x recordView) open() store.Approval {
	for _, a := range x.approvals {
		if a.Subject == x.record.ID && a.Status == "pending" {
			return a
		}
	}
	return store.Approval{}
}

// offers sorts the acts into those that this person may do now and those that are
// not possible, with the reason.
func (x recordView) offers(ctx context.Context, v *store.View, actor servicing.Actor, refused *refusedAct, page *views.RecordPage) error {
	r, open := x.record, x.open()
	if open.Ref != "" {
		decide := views.RecordAct{Key: "decide", Label: "Decide " + open.Ref, Icon: "check-check", Link: "/approvals/" + open.Ref, Primary: true, Shortcut: "a"}
		if no := servicing.WhyNotDecide(ctx, v, actor, open); no == nil {
			page.Acts = append(page.Acts, decide)
		} else {
			page.Cannot = append(page.Cannot, views.CannotAct{Label: decide.Label, Why: no.Error()})
		}
	}
	for _, act := range recordActs(r) {
		if state, ok := twins[act.act]; ok && r.Status != state {
			continue
		}
		if state, ok := twinOf[act.act]; ok && r.Status == state {
			continue
		}
		why := whyNotAct(actor, r, x.parts, act, open)
		if why != "" {
			page.Cannot = append(page.Cannot, views.CannotAct{Label: act.view.Label, Why: why})
			continue
		}
		view := act.view
		view.Version, view.Link = r.Version, act.link
		if act.noun != "" {
			view.Path = "/records/" + r.Ref + "/" + act.noun
		}
		if refused != nil && refused.key == view.Key {
			view.Form, view.Open = refused.form, true
		}
		page.Acts = append(page.Acts, view)
	}
	if refused != nil && refused.key != "" && !slices.ContainsFunc(page.Acts, func(act views.RecordAct) bool { return act.Open }) {
		page.Now = refused.form.Refused // its form is not there any more
	}
	return nil
}

// whyNotAct is why an act is not possible now, "" when it is.
func whyNotAct(actor servicing.Actor, r store.Record, parts []store.Record, act recordAct, open store.Approval) string {
	if act.act == servicing.ActRequest && r.Status == "split" && actor.Can(servicing.MayPrepare) {
		for _, part := range parts {
			if part.Status == "initiated" {
				return "" // a split is sent as one, by its parent
			}
		}
	}
	offer := servicing.Offers(actor, r, act.act)[0]
	settled := slices.IndexFunc(parts, func(part store.Record) bool { return part.Status == "approved" || part.Status == "processed" })
	switch {
	case act.act == servicing.ActUnmatch && offer.Allowed && settled >= 0:
		return "Part " + parts[settled].Ref + " of this split is settled. Reverse it there."
	case !offer.Allowed:
		return offer.WhyNot
	case act.decide && open.Ref != "":
		return "Request " + open.Ref + " about this record is still open."
	case act.act == servicing.ActMarkDone && r.IsProcessed:
		return "It is marked as processed already."
	}
	return ""
}
