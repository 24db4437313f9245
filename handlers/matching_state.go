package handlers

import (
	"context"
	"errors"

	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// unsent says that a credit is matched, or split, and waits to be sent.
func (b desk) unsent() bool {
	if b.record.Status == "initiated" {
		return true
	}
	for _, child := range b.children {
		if child.Status == "initiated" {
			return b.record.Status == "split"
		}
	}
	return false
}

// undecided says that a credit is matched or split and nobody decided it.
func (b desk) undecided() bool {
	if b.record.Status == "pending" || b.unsent() {
		return true
	}
	for _, child := range b.children {
		if child.Status == "pending" {
			return b.record.Status == "split"
		}
	}
	return false
}

// acts are what can be done with a credit as it stands, and why this person may
// not.
func (b desk) acts() views.DeskActs {
	var acts views.DeskActs
	offers := map[servicing.Act]servicing.Offer{}
	for _, o := range servicing.Offers(b.actor, b.record, servicing.ActMatch, servicing.ActPark, servicing.ActUnpark, servicing.ActSetAside,
		servicing.ActUndoSetAside, servicing.ActUnmatch, servicing.ActRequest) {
		offers[o.Act] = o
	}
	offer := func(act servicing.Act, label, sub string) views.DeskAct {
		return views.DeskAct{Label: label, Path: "/matching/" + b.record.Ref + "/" + sub, WhyNot: offers[act].WhyNot}
	}
	if !b.actor.Can(servicing.MayPrepare) {
		acts.Nobody = "Matching is for " + servicing.RolesFor(servicing.MayPrepare) + ". You can look, and ask one of them."
	}
	switch {
	case b.open():
		acts.Match, acts.SetAside = offer(servicing.ActMatch, "Match and send", "match"), offer(servicing.ActSetAside, "Set aside", "set-aside")
		if b.record.Status == "parked" {
			acts.TakeUp = offer(servicing.ActUnpark, "Take it up", "resumption")
		} else {
			acts.Park = offer(servicing.ActPark, "Park", "parking")
		}
	case b.record.Status == "set_aside":
		acts.Restore = offer(servicing.ActUndoSetAside, "Put it back on the desk", "restoration")
		acts.NeedsReason = string(b.record.MakerID) != b.actor.Person || b.record.SetAsideOn != b.company.BusinessDate
	case b.undecided():
		acts.Undo = offer(servicing.ActUnmatch, "Take it back", "withdrawal")
		if b.unsent() {
			acts.Send = offer(servicing.ActRequest, "Send for approval", "request")
			if b.record.Status == "split" {
				acts.Send.WhyNot = acts.Nobody // a split is sent as one, by its parent
			}
			acts.Send.Key = "ctrl-enter"
		}
	}
	return acts
}

// standing says where a credit stands that is not simply waiting.
func (b desk) standing(ctx context.Context, v *store.View) (*views.DeskState, error) {
	r := b.record
	switch {
	case r.Status == "unmatched":
		return nil, nil
	case r.Status == "parked" && r.DuplicateOf != "":
		first, err := v.RecordByID(ctx, string(r.DuplicateOf))
		return &views.DeskState{Tone: views.ToneBad, Lead: "Same reference, other amount.", Text: r.Reason + "",
			At: "/records/" + first.Ref, Link: first.Ref}, err
	case r.Status == "parked":
		by, err := b.lastBy(ctx, v, "record.park")
		return &views.DeskState{Tone: views.ToneWarn, Lead: "Parked" + by + ".", Text: "“" + r.Reason + "”"}, err
	case r.Status == "set_aside":
		state := views.DeskState{Tone: views.ToneInfo, Lead: "Set aside as " + setAsideWord(string(r.SetAsideKind)) + " by " + string(r.Maker) + " on " + views.Day(r.SetAsideOn) + ".", Text: r.Reason}
		if r.DuplicateOf != "" {
			first, err := v.RecordByID(ctx, string(r.DuplicateOf))
			if err != nil {
				return nil, err
			}
			state.Text, state.At, state.Link = "It repeats", "/records/"+first.Ref, first.Ref
		}
		open, err := v.OpenApprovalOf(ctx, r.ID)
		if err == nil {
			state.Text, state.At, state.Link = "Somebody asked to put it back:", "/approvals/"+open.Ref, open.Ref
		} else if errors.Is(err, store.ErrMissing) {
			err = nil
		}
		return &state, err
	case b.unsent():
		return b.unsentState(ctx, v)
	case b.undecided():
		return b.pendingState(ctx, v)
	}
	return b.pastState(ctx, v)
}

// lastBy names who did an act on this record last: " by Asha Kulkarni, today, 10:42".
func (b desk) lastBy(ctx context.Context, v *store.View, action string) (string, error) {
	events, err := v.Events(ctx, store.EventFilter{Subject: b.record.Ref, Action: action, Limit: 1})
	if err != nil || len(events) == 0 {
		return "", err
	}
	return " by " + events[0].ActorName + ", " + views.Moment(events[0].At.Time, b.company.BusinessDate), nil
}

// unsentState is of a match that nobody sent, or that a checker gave back.
func (b desk) unsentState(ctx context.Context, v *store.View) (*views.DeskState, error) {
	r := b.record
	if r.Reason == "" {
		return &views.DeskState{Tone: views.ToneInfo, Lead: "Matched by " + string(r.Maker) + ", not sent yet.", Text: "Send it, or take it back to match it otherwise."}, nil
	}
	lead := "Sent back"
	approvals, err := v.ApprovalsOfRecord(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	if len(approvals) > 0 {
		decisions, err := v.DecisionsOf(ctx, approvals[0].ID)
		if err != nil {
			return nil, err
		}
		if n := len(decisions); n > 0 {
			lead += " by " + decisions[n-1].Person + ", " + views.Moment(decisions[n-1].At.Time, b.company.BusinessDate)
		}
	}
	return &views.DeskState{Tone: views.ToneWarn, Lead: lead + ".", Text: "“" + r.Reason + "” Anyone in operations may take it up."}, nil
}

func (b desk) pendingState(ctx context.Context, v *store.View) (*views.DeskState, error) {
	state := views.DeskState{Tone: views.ToneInfo, Lead: "It waits for approval.", Text: "Sent by " + string(b.record.Maker) + "."}
	open, err := v.OpenApprovalOf(ctx, b.record.ID)
	if errors.Is(err, store.ErrMissing) {
		return &state, nil
	}
	state.Text, state.At, state.Link = "Sent by "+open.Requester+", "+views.Moment(open.RequestedAt.Time, b.company.BusinessDate)+":", "/approvals/"+open.Ref, open.Ref
	return &state, err
}

// pastState is of a record that the desk has nothing more to do with.
func (b desk) pastState(ctx context.Context, v *store.View) (*views.DeskState, error) {
	r := b.record
	state := views.DeskState{Tone: views.ToneInfo, Lead: "This record is " + servicing.StateWords(r.Status) + ".", Text: "There is nothing to do here.", At: "/records/" + r.Ref, Link: "Open the record"}
	successors, err := v.SuccessorsOf(ctx, r.ID)
	if n := len(successors); err == nil && n > 0 {
		state.Text, state.At, state.Link = "Its money is back on the desk as", "/matching/"+successors[n-1].Ref, successors[n-1].Ref
	}
	return &state, err
}

// setAsideWord says what a credit is that is no repayment: "a refund".
func setAsideWord(kind string) string {
	switch kind {
	case "duplicate":
		return "a duplicate"
	case "return":
		return "a return"
	case "refund":
		return "a refund"
	case "interest":
		return "interest"
	case "transfer":
		return "a transfer of our own"
	}
	return "no repayment"
}
