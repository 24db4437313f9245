package servicing

import (
	"slices"
	"strings"

	"lekha/lending"
	"lekha/store"
)

// Act is something people do to a record.
type Act string

// The acts on a record (domain 10.2).
const (
	ActEdit         Act = "edit"
	ActMatch        Act = "match"
	ActUnmatch      Act = "unmatch"
	ActPark         Act = "park"
	ActUnpark       Act = "unpark"
	ActSetAside     Act = "set_aside"
	ActUndoSetAside Act = "undo_set_aside"
	ActRequest      Act = "request_approval"
	ActCancel       Act = "cancel"
	ActReverse      Act = "reverse"
	ActMove         Act = "move"
	ActMarkDone     Act = "mark_processed"
	ActInstruct     Act = "instruct" // what the borrower wants done with money beyond the dues
)

// acts says in which states a record takes each act.
var acts = map[Act][]string{
	ActEdit:         {"initiated", "unmatched"},
	ActMatch:        {"unmatched", "parked"},
	ActUnmatch:      {"initiated", "pending", "split"},
	ActPark:         {"unmatched"},
	ActUnpark:       {"parked"},
	ActSetAside:     {"unmatched", "parked"},
	ActUndoSetAside: {"set_aside"},
	ActRequest:      {"initiated"},
	ActCancel:       {"initiated", "pending", "unmatched"},
	ActReverse:      {"approved", "processed"},
	ActMove:         {"approved", "processed"},
	ActMarkDone:     {"processed"},
	ActInstruct:     {"initiated"},
}

// stateWords says what a state means, for people.
var stateWords = map[string]string{
	"unmatched": "waiting on the desk", "parked": "parked", "set_aside": "set aside as not a repayment", "split": "split over several accounts",
	"initiated": "matched and not yet sent for approval", "pending": "waiting for approval", "approved": "approved and waiting for its day",
	"processed": "settled", "rejected": "rejected", "reverted": "reversed", "cancelled": "cancelled",
}

// StateWords says in words where a record stands.
func StateWords(status string) string { return stateWords[status] }

// may refuses an act that the state of the record does not take.
func may(act Act, r store.Record) error {
	if slices.Contains(acts[act], r.Status) {
		return whyNot(act, r)
	}
	return lending.Refuse(lending.Conflict, "record.state", "Record "+r.Ref+" is "+stateWords[r.Status]+", so this is not possible now.")
}

// Takes says whether a record takes an act now: what [Offers] says without words,
// for lists of many.
func Takes(act Act, r store.Record) bool {
	return slices.Contains(acts[act], r.Status) && whyNot(act, r) == nil
}

// whyNot holds what an act needs beyond the state.
func whyNot(act Act, r store.Record) error {
	switch {
	case isHeld(r) && !heldTakes(act, r):
		return lending.Refuse(lending.Conflict, "record.kind", "This is a "+r.Type+", which is not done with one.")
	case act == ActEdit && (r.Source == "statement" || r.BankCreditID != ""):
		return lending.Refuse(lending.Conflict, "record.from_statement", "What the bank says is not edited. Match, park or set the record aside.")
	case act == ActCancel && r.BankCreditID != "":
		return lending.Refuse(lending.Conflict, "record.from_statement", "The bank has this money, so it cannot be cancelled. Set it aside or match it.")
	case act == ActUnmatch && r.ParentID != "":
		return lending.Refuse(lending.Conflict, "record.part_of_split", "This is a part of a split. Undo the split on its parent.")
	case act == ActUnmatch && r.BankCreditID == "" && r.Source == "hand":
		return lending.Refuse(lending.Conflict, "record.by_hand", "This receipt was written for its account. Edit or cancel it instead.")
	case act == ActUndoSetAside && r.ParentID != "":
		return lending.Refuse(lending.Conflict, "record.part_of_split", "This is the fee of a split by a file. Undo the split on its parent.")
	case act == ActRequest && r.ParentID != "":
		return lending.Refuse(lending.Conflict, "record.part_of_split", "A split is sent as one. Send its parent.")
	}
	return nil
}

// Offer is an act with whether this person may do it now, and why not.
type Offer struct {
	Act     Act
	Allowed bool
	WhyNot  string
}

// Offers lists the acts on a record for a person: those the state takes, and
// for the others why not.
func Offers(actor Actor, r store.Record, all ...Act) []Offer {
	offers := make([]Offer, len(all))
	for i, act := range all {
		err := actor.need(MayPrepare)
		if err == nil {
			err = may(act, r)
		}
		offers[i] = Offer{Act: act, Allowed: err == nil}
		if err != nil {
			offers[i].WhyNot = err.Error()
		}
	}
	return offers
}

// summaryOf makes one sentence about a record.
func summaryOf(verb string, r store.Record, rest ...string) string {
	return strings.TrimSpace(verb + " " + r.Ref + " of " + r.Amount.Rupees() + " " + strings.Join(rest, " "))
}

// isHeld says whether a record is about money held and brings none.
func isHeld(r store.Record) bool { return r.Type == "refund" || r.Type == "adjustment" }

// heldTakes says what may be done with such a record, beside deciding it.
func heldTakes(act Act, r store.Record) bool {
	return act == ActRequest || act == ActCancel || act == ActMarkDone || act == ActReverse && r.Type == "adjustment"
}
