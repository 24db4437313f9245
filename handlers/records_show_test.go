package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lekha/servicing"
	"lekha/store"
)

// at is the version of a record as a form carries it.
func at(r store.Record, more ...string) url.Values {
	values := url.Values{"version": {versionText(r.Version)}}
	for i := 0; i+1 < len(more); i += 2 {
		values.Set(more[i], more[i+1])
	}
	return values
}

func TestRecordPageOfAnUnmatchedCredit(t *testing.T) {
	h := newHouse(t)
	r := h.credit("SHREE BALAJI")
	page := h.as("operator").get("/records/" + strings.ToLower(r.Ref)).status(http.StatusOK)
	page.has("₹10,662.00 from SHREE BALAJI TEXTILES", "Unmatched", "Nobody has said yet whose money this is.",
		"The best suggestion is LN1001 of Shree Balaji Textiles, 99 of 100.", creditForBalaji, "Line 9 of hdfc-nov.csv", "Came with line 9 of hdfc-nov.csv")
	for _, act := range []string{"act-match", "act-park", "act-set-aside"} {
		if !page.lies(act) {
			t.Errorf("the page does not offer %s", act)
		}
	}
	if got := page.at("cannot"); !strings.Contains(got, "Cancel The bank has this money") || !strings.Contains(got, "Reverse Record "+r.Ref+" is waiting on the desk") {
		t.Errorf("what is not possible reads %q", got)
	}
	// Who may not prepare sees why, not nothing.
	auditor := h.as("auditor").get("/records/" + r.Ref).status(http.StatusOK)
	if auditor.lies("act-park") || !strings.Contains(auditor.at("cannot"), "Park This is for operations. Ask one of them.") {
		t.Error("an auditor is offered to park, or not told why not")
	}
	h.as("operator").get("/records/REC00000").status(http.StatusNotFound).has("There is no record")
}

func TestRecordPageOfASettledCredit(t *testing.T) {
	h := newHouse(t)
	r := h.settled("KAVYA", "LN1002")
	page := h.as("operator").get("/records/" + r.Ref).status(http.StatusOK)
	if got := page.at("settlements"); !strings.Contains(got, "EMI 2") || !strings.Contains(got, "10 Oct 2026") || !strings.Contains(got, "5,501.00") {
		t.Errorf("the settlements read %q, want EMI 2 of 10 Oct 2026 and 5,501.00 in all", got)
	}
	var paid []store.PaidDemand
	h.look(func(ctx context.Context, v *store.View) (err error) {
		paid, err = v.PaidByRecord(ctx, r.ID)
		return err
	})
	var sum int64
	for _, d := range paid {
		sum += int64(d.Total)
		if d.P+d.NI+d.OI+d.PI+d.F != d.Total {
			t.Errorf("%s of %s: the components do not sum to the total", d.Name, d.DueDate)
		}
	}
	if sum != int64(r.Amount-r.RemainingAmount) {
		t.Errorf("the settlements sum to %d paise, the record settled %s", sum, r.Amount-r.RemainingAmount)
	}
	page.has("Settled", "It was approved: "+h.approvalOf(r.Ref).Ref, "Its value date lies before the day on which it was approved",
		"Approved by Meera Iyer", "Matched "+r.Ref+" of ₹5,501.00 to LN1002", "Pays this month.")
	page.html(`href="/accounts/LN1002"`, `href="/approvals/`+h.approvalOf(r.Ref).Ref+`"`)
	for _, act := range []string{"act-reverse", "act-move", "act-mark"} {
		if !page.lies(act) {
			t.Errorf("the page does not offer %s", act)
		}
	}
}

func TestRecordPageSendsAManagerToTheDecision(t *testing.T) {
	h := newHouse(t)
	r, approval := h.pending("KAVYA", "LN1002")
	page := h.as("credit_manager").get("/records/" + r.Ref).status(http.StatusOK)
	if !strings.Contains(page.at("act-decide"), "Decide "+approval.Ref) {
		t.Error("the manager is not led to the decision")
	}
	page = h.as("operator").get("/records/" + r.Ref).status(http.StatusOK)
	if page.lies("act-decide") || !strings.Contains(page.at("cannot"), "Decide "+approval.Ref+" This is decided by a credit manager.") {
		t.Errorf("the maker is offered to decide, or not told who does: %q", page.at("cannot"))
	}
}

func TestRecordActs(t *testing.T) {
	h := newHouse(t)
	b := h.as("operator")
	r := h.credit("RAMESH")
	path := "/records/" + r.Ref
	step := func(noun string, more []string, status string) answer {
		t.Helper()
		form := at(h.record(r.Ref), more...)
		if got := b.post(path+"/"+noun, form).leads(); got != path {
			t.Errorf("%s leads to %s, want %s", noun, got, path)
		}
		if got := h.record(r.Ref).Status; got != status {
			t.Fatalf("after %s it is %s, want %s", noun, got, status)
		}
		return b.get(path).status(http.StatusOK)
	}
	step("parking", []string{"reason", "Ask the branch."}, "parked").has("It was laid aside: Ask the branch.", "is parked. Undo")
	step("unparking", nil, "unmatched").has("is on the desk again.")
	step("setting-aside", []string{"kind", "interest"}, "set_aside").has("Asha Kulkarni set it aside on 20 Nov 2026: it is interest.")
	step("restoration", nil, "unmatched").has("is back on the desk.")
	if _, err := h.office.MatchRecord(t.Context(), h.actor("operator"), r.Ref, servicing.MatchInput{Allocations: []servicing.Allocation{{Account: "LN1003", Amount: r.Amount}}}); err != nil {
		t.Fatal(err)
	}
	step("approval-request", []string{"reason", "Two weeks late."}, "pending").has("is sent for approval.", "It changes no balance until it is approved.", "Two weeks late.")
	step("unmatching", nil, "unmatched").has("is back on the desk.", "Taken back")
}

func TestRecordActsOfASettledRecord(t *testing.T) {
	h := newHouse(t)
	b := h.as("operator")
	r := h.settled("KAVYA", "LN1002")
	path := "/records/" + r.Ref
	b.post(path+"/processed-mark", at(r, "settlement_utr", "S123")).leads()
	r = h.record(r.Ref)
	if !r.IsProcessed || r.SettlementUTR != "S123" {
		t.Errorf("it is not marked: %+v", r)
	}
	b.get(path).has("is marked as processed", "S123", "It is marked as processed already.")
	b.post(path+"/move-request", at(r, "account", "LN1003", "reason", "Her brother's loan.")).leads()
	page := b.get(path).has("waits for a credit manager", "Its move to another account")
	if page.lies("act-reverse") || !strings.Contains(page.at("cannot"), "Reverse Request "+h.approvalOf(r.Ref).Ref+" about this record is still open.") {
		t.Error("a second request is offered beside the open one")
	}
	h.decide("credit_manager", h.approvalOf(r.Ref), "reject", "No.")
	r = h.record(r.Ref)
	b.post(path+"/reversal-request", at(r, "kind", "bank", "reason", "Returned unpaid.")).leads()
	h.decide("credit_manager", h.approvalOf(r.Ref), "approve", "")
	b.get(path).has("Reversed", "It was reversed on 20 Nov 2026. The bank took the money back.")
}

func TestRefusedActsKeepWhatWasTyped(t *testing.T) {
	h := newHouse(t)
	b := h.as("operator")
	r := h.credit("RAMESH")
	settled := h.settled("KAVYA", "LN1002")
	for _, c := range []struct {
		record     store.Record
		noun       string
		form       []string
		id, says   string
		field, was string
	}{
		{r, "parking", nil, "act-park", "Say why it waits.", "", ""},
		{r, "setting-aside", []string{"kind", "duplicate", "remark", "seen before"}, "act-set-aside", "Say which record it repeats.", "remark", "seen before"},
		{r, "setting-aside", []string{"kind", "gift"}, "act-set-aside", "It is a duplicate, return, refund, interest, transfer or other.", "", ""},
		{settled, "reversal-request", []string{"reason", "wrong"}, "act-reverse", "Either the bank took the money back, or it went to the wrong account.", "reason", "wrong"},
		{settled, "reversal-request", []string{"kind", "bank"}, "act-reverse", "Say why. The credit manager reads it.", "kind", "bank"},
		{settled, "move-request", []string{"reason", "wrong"}, "act-move", "Say to which account it goes.", "reason", "wrong"},
		{settled, "move-request", []string{"account", "NOBODY", "reason", "wrong"}, "act-move", "There is no account NOBODY.", "account", "NOBODY"},
		{settled, "move-request", []string{"account", "LN1002", "reason", "wrong"}, "act-move", "It is on that account already.", "account", "LN1002"},
	} {
		page := b.post("/records/"+c.record.Ref+"/"+c.noun, at(c.record, c.form...)).status(http.StatusUnprocessableEntity)
		open := byID(page.tree(), c.id)
		if open == nil || !hasAttribute(open, "open") || !strings.Contains(textOf(open), c.says) {
			t.Errorf("%s %v: its form is not open and does not say %q:\n%s", c.noun, c.form, c.says, page.words())
		}
		if c.field != "" && !strings.Contains(page.Body.String(), `value="`+c.was+`"`) && !strings.Contains(page.at(c.id), c.was) {
			t.Errorf("%s %v: %q is not kept", c.noun, c.form, c.was)
		}
	}
}

func TestConflictOnARecordShowsWhatIsTrueNow(t *testing.T) {
	h := newHouse(t)
	r := h.credit("RAMESH")
	stale := at(r, "reason", "Ask the branch.")
	if _, err := h.office.ParkRecord(t.Context(), h.actor("operator2"), r.Ref, r.Version, "Mine now."); err != nil {
		t.Fatal(err)
	}
	page := h.as("operator").post("/records/"+r.Ref+"/parking", stale).status(http.StatusConflict)
	page.has("This changed meanwhile.", "It was laid aside: Mine now.", "What you see below is true now.")
	if got := h.record(r.Ref).Reason; got != "Mine now." {
		t.Errorf("the reason became %q", got)
	}
	// The same when the state would allow it again: what was seen is not what is.
	if _, err := h.office.UnparkRecord(t.Context(), h.actor("operator2"), r.Ref, 0); err != nil {
		t.Fatal(err)
	}
	h.as("operator").post("/records/"+r.Ref+"/parking", stale).status(http.StatusConflict).has("This changed meanwhile.", "changed since you opened it")
	if got := h.record(r.Ref).Status; got != "unmatched" {
		t.Errorf("it became %s", got)
	}
	// Anybody else's act is for others, and nothing happens.
	for _, noun := range []string{"approval-request", "unmatching", "parking", "unparking", "setting-aside", "restoration", "cancellation", "reversal-request", "move-request", "processed-mark"} {
		h.as("credit_manager").post("/records/"+r.Ref+"/"+noun, at(h.record(r.Ref))).status(http.StatusForbidden).has("This is for operations")
	}
}

func TestRecordPageOfASplit(t *testing.T) {
	h := newHouse(t)
	r := h.credit("SOMEBODY ELSE")
	_, err := h.office.MatchRecord(t.Context(), h.actor("operator"), r.Ref, servicing.MatchInput{Version: r.Version, Allocations: []servicing.Allocation{
		{Account: "LN1002", Amount: 11_002_00}, {Account: "LN1003", Amount: 5_161_00}}})
	if err != nil {
		t.Fatal(err)
	}
	b := h.as("operator")
	page := b.get("/records/" + r.Ref).status(http.StatusOK)
	page.has("Asha Kulkarni split it over 2 accounts.", "Its parts", "11,002.00", "5,161.00")
	b.post("/records/"+r.Ref+"/approval-request", at(h.record(r.Ref))).leads()
	h.decide("credit_manager", h.approvalOf(r.Ref), "send_back", "The second is for LN1001.")
	list := b.get("/records?sent_back=1").status(http.StatusOK)
	if refs := refsOn(list); len(refs) != 1 || refs[0] != r.Ref {
		t.Errorf("sent back lists %v, want the split %s alone", refs, r.Ref)
	}
	parts := []store.Record{}
	h.look(func(ctx context.Context, v *store.View) (err error) {
		parts, err = v.ChildrenOf(ctx, r.ID)
		return err
	})
	b.get("/records/"+parts[0].Ref).status(http.StatusOK).has("Part of the split", r.Ref, "Sent back")
	b.post("/records/"+r.Ref+"/approval-request", at(h.record(r.Ref))).leads()
	h.decide("credit_manager", h.approvalOf(r.Ref), "approve", "")
	b.get("/records/"+parts[0].Ref).status(http.StatusOK).has("Settled", "It was approved: ", "EMI 2")
	settled := b.get("/records/" + r.Ref).status(http.StatusOK)
	if settled.lies("act-request") {
		t.Error("a split that is settled is offered to be sent again")
	}
}

func TestRejectedCreditLeadsToItsSuccessor(t *testing.T) {
	h := newHouse(t)
	r, approval := h.pending("KAVYA", "LN1003")
	h.decide("credit_manager", approval, "reject", "That is not hers.")
	next := h.credit("KAVYA")
	b := h.as("operator")
	b.get("/records/"+r.Ref).has("It was rejected: That is not hers.", "Went into", next.Ref)
	b.get("/records/"+next.Ref).has("Unmatched", "Came from", r.Ref, "That is not hers.", "Rejected", "Came with line 10 of hdfc-nov.csv")
}

func TestMovedRecordTellsItsWholeWay(t *testing.T) {
	h := newHouse(t)
	r := h.settled("KAVYA", "LN1002")
	b := h.as("operator")
	b.post("/records/"+r.Ref+"/move-request", at(r, "account", "LN1003", "reason", "Her brother's loan.")).leads()
	move := h.approvalOf(r.Ref)
	h.decide("credit_manager2", move, "approve", "")
	b.get("/records/"+r.Ref).has("Reversed", "It was moved to another account.", "Went into")
	moved := h.credit("KAVYA")
	page := b.get("/records/"+moved.Ref).status(http.StatusOK).has("Settled", "for account LN1003", "It was approved: "+move.Ref, "Moved from LN1002.", "Came from", r.Ref)
	if got := page.at("history"); !strings.Contains(got, "Her brother's loan.") || !strings.Contains(got, "Matched "+r.Ref) || !strings.HasSuffix(got, "Came with line 10 of hdfc-nov.csv Console, today, 10:45") {
		t.Errorf("the history reads %q", got)
	}
}
