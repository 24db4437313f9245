package servicing

import (
	"slices"

	"lekha/lending"
	"lekha/store"
)

// TopupAct is something that happens to a topup.
type TopupAct string

// The acts on a topup (domain 10.3).
const (
	TopupEdit       TopupAct = "edit"        // other figures; the checks run again
	TopupPass       TopupAct = "checks_pass" // all checks that are hard
	TopupFail       TopupAct = "checks_fail" // one of them does not
	TopupRequest    TopupAct = "request"     // sent to a credit manager
	TopupApprove    TopupAct = "approve"     //
	TopupReject     TopupAct = "reject"      //
	TopupSendBack   TopupAct = "send_back"   // to the makers
	TopupSchedule   TopupAct = "schedule"    // to be paid on a later day
	TopupUnschedule TopupAct = "unschedule"  // before that day
	TopupMiss       TopupAct = "miss"        // its day came and a check failed: it blocks nothing any more
	TopupPay        TopupAct = "pay"         // loan and payout are made
	TopupPaid       TopupAct = "paid"        // the money reached the payee
	TopupUnpaid     TopupAct = "unpaid"      // the bank did not pay, or the money came back
	TopupPayAgain   TopupAct = "pay_again"   //
	TopupStop       TopupAct = "stop"        // finance stops the payout before the money left
	TopupCancel     TopupAct = "cancel"      //
	TopupClose      TopupAct = "close"       // repaid, and nothing is held for it
	TopupReopen     TopupAct = "reopen"      // money that repaid it was taken back
)

// topupSteps is the life of a topup.
var topupSteps = map[TopupAct]step{
	TopupEdit:       {[]string{"draft", "ready", "check_failed"}, "draft"},
	TopupPass:       {[]string{"draft", "ready", "check_failed"}, "ready"},
	TopupFail:       {[]string{"draft", "ready", "check_failed"}, "check_failed"},
	TopupRequest:    {[]string{"ready"}, "pending"},
	TopupApprove:    {[]string{"pending"}, "approved"},
	TopupReject:     {[]string{"pending"}, "rejected"},
	TopupSendBack:   {[]string{"pending"}, "ready"},
	TopupSchedule:   {[]string{"approved"}, "scheduled"},
	TopupUnschedule: {[]string{"scheduled"}, "approved"},
	TopupMiss:       {[]string{"scheduled"}, "check_failed"},
	TopupPay:        {[]string{"approved", "scheduled"}, "payout_initiated"},
	TopupPaid:       {[]string{"payout_initiated"}, "disbursed"},
	TopupUnpaid:     {[]string{"payout_initiated", "disbursed"}, "payout_failed"},
	TopupPayAgain:   {[]string{"payout_failed"}, "payout_initiated"},
	TopupStop:       {[]string{"payout_initiated", "payout_failed"}, "cancelled"},
	TopupCancel:     {[]string{"draft", "ready", "check_failed", "pending", "approved", "scheduled", "payout_failed"}, "cancelled"},
	TopupClose:      {[]string{"disbursed"}, "closed"},
	TopupReopen:     {[]string{"closed"}, "disbursed"},
}

// topupStates says what a state of a topup means, for people.
var topupStates = map[string]string{"draft": "a draft", "ready": "ready to be sent", "check_failed": "held up by a check", "pending": "waiting for approval",
	"approved": "approved", "scheduled": "scheduled", "payout_initiated": "being paid out", "payout_failed": "approved and not paid: the payout failed",
	"disbursed": "paid out", "closed": "repaid", "rejected": "rejected", "cancelled": "cancelled"}

// TopupStateWords says in words where a topup stands.
func TopupStateWords(status string) string { return topupStates[status] }

// mayTopup refuses an act that the state of a topup does not take.
func mayTopup(act TopupAct, t store.Topup) error {
	if slices.Contains(topupSteps[act].from, t.Status) {
		return nil
	}
	return lending.Refuse(lending.Conflict, "topup.state", "Topup "+t.Ref+" is "+topupStates[t.Status]+", so this is not possible now.")
}

// stepped takes a topup one step along its life.
func stepped(act TopupAct, t store.Topup) (store.Topup, error) {
	if err := mayTopup(act, t); err != nil {
		return t, err
	}
	t.Status = topupSteps[act].to
	return t, nil
}

// TopupOffers says which acts a topup takes of this person now, and for the others
// why not.
func TopupOffers(actor Actor, t store.Topup, acts ...TopupAct) map[TopupAct]string {
	out := map[TopupAct]string{}
	for _, act := range acts {
		err := actor.need(MayPrepare)
		if err == nil {
			err = mayTopup(act, t)
		}
		out[act] = ""
		if err != nil {
			out[act] = err.Error()
		}
	}
	return out
}
