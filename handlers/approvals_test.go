package handlers

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lekha/servicing"
	"lekha/store"
)

// decision is the form of the decide bar.
func decision(a store.Approval, what, reason string) url.Values {
	return url.Values{"version": {fmt.Sprint(a.Version)}, "decision": {what}, "reason": {reason}, "queue": {"mine"}}
}

func decisionPath(a store.Approval) string { return "/approvals/" + a.Ref + "/decision" }

// approval is a request as it is now.
func (h *house) approval(ref string) store.Approval {
	h.t.Helper()
	var a store.Approval
	h.look(func(ctx context.Context, v *store.View) (err error) {
		a, err = v.ApprovalByRef(ctx, ref)
		return err
	})
	return a
}

// position is where an account stands now.
func (h *house) position(account string) store.Position {
	h.t.Helper()
	var p store.Position
	h.look(func(ctx context.Context, v *store.View) error {
		a, err := v.AccountByRef(ctx, account)
		if err == nil {
			p, err = v.PositionOf(ctx, a.ID)
		}
		return err
	})
	return p
}

func TestApprovalShowsBeforeAndAfter(t *testing.T) {
	h := newHouse(t)
	_, approval := h.pending(creditForKavya, "LN1002")
	page := h.as("credit_manager").get("/approvals").status(http.StatusOK)
	page.has("Waiting for you", "Kavya Reddy", approval.Ref, "Pays this month.", creditForKavya, "maker Asha Kulkarni, checker Meera Iyer")
	effect := page.at("effect-LN1002")
	for _, want := range []string{
		"To pay now (₹) before 11,002.00 after 5,501.00 −5,501.00",
		"Days past due, as shown before 41 after 10 −31",
		"Days past due at today’s day-end before 42 after 11 −31",
		"EMI 2 due 10 Oct 2026 Interest", "Together 5,501.00",
	} {
		if !strings.Contains(effect, want) {
			t.Errorf("the effect does not say %q:\n%s", want, effect)
		}
	}
	piece := h.as("credit_manager").piece().get("/approvals/" + approval.Ref).status(http.StatusOK)
	if strings.Contains(piece.Body.String(), "<html") || !piece.lies("bench") {
		t.Error("htmx gets more than the bench")
	}
}

func TestApprovalMovesOnToTheNext(t *testing.T) {
	h := newHouse(t)
	_, first := h.pending(creditForBalaji, "LN1001")
	_, second := h.pending(creditForKavya, "LN1002")
	manager := h.as("credit_manager")
	if got, want := manager.post(decisionPath(first), decision(first, "approve", "")).leads(), "/approvals/"+second.Ref+"?queue=mine"; got != want {
		t.Errorf("after a decision the browser goes to %s, want %s", got, want)
	}
	manager.get("/approvals/"+second.Ref+"?queue=mine").has("Approved the receipt of ₹10,662.00.", "Kavya Reddy")
	if got, want := manager.post(decisionPath(second), decision(second, "approve", "")).leads(), "/approvals?queue=mine"; got != want {
		t.Errorf("after the last decision the browser goes to %s, want %s", got, want)
	}
	manager.get("/approvals?queue=mine").has("Nothing waits for you")
	manager.get("/approvals?queue=decided").has("Approved by Meera Iyer, today, 10:45.").html("/approvals/" + first.Ref)
}

func TestApprovalNeedsAnotherPerson(t *testing.T) {
	h := newHouse(t)
	record, approval := h.pending(creditForKavya, "LN1002")
	operator := h.as("operator")
	page := operator.get("/approvals/" + approval.Ref).status(http.StatusOK)
	page.has("You cannot decide this. This is decided by a credit manager.")
	if page.lies("decide") {
		t.Error("the operator sees the form of a decision")
	}
	operator.post(decisionPath(approval), decision(approval, "approve", "")).status(http.StatusForbidden)

	// The maker becomes a credit manager: the role alone does not open what he made.
	maker := h.actor("operator")
	h.look(func(ctx context.Context, v *store.View) error {
		user, err := v.UserByID(ctx, maker.Person)
		if err != nil {
			return err
		}
		_, err = h.people.UpdateUser(ctx, h.actor("admin"), servicing.UserChange{User: user.ID, Name: user.Name, Roles: []servicing.Role{servicing.CreditManager}, Version: user.Version})
		return err
	})
	page = operator.get("/approvals/" + approval.Ref).status(http.StatusOK)
	page.has("You cannot decide this. You made or edited this, so another credit manager has to decide it.")
	operator.get("/approvals?queue=mine").lacks(approval.Ref)
	operator.post(decisionPath(approval), decision(approval, "approve", "")).status(http.StatusForbidden).has("You made or edited this")
	if got := h.approval(approval.Ref).Status; got != "pending" {
		t.Errorf("the request is %s, want pending", got)
	}
	if got := h.record(record.Ref).Status; got != "pending" {
		t.Errorf("the record is %s, want pending", got)
	}
}

func TestSecondManagerSeesWhatIsTrueNow(t *testing.T) {
	h := newHouse(t)
	record, approval := h.pending(creditForKavya, "LN1002")
	h.as("credit_manager2").get("/approvals/" + approval.Ref).has("Reason, needed to send back or reject")
	h.as("credit_manager").post(decisionPath(approval), decision(approval, "approve", "")).status(http.StatusSeeOther)
	late := h.as("credit_manager2").post(decisionPath(approval), decision(approval, "reject", "Not his.")).status(http.StatusConflict)
	late.has("Meera Iyer was faster: this is approved.", "Approved by Meera Iyer, today, 10:45.", "What it paid")
	if late.lies("decide") {
		t.Error("a decided request can be decided again")
	}
	if got := h.record(record.Ref).Status; got != "processed" {
		t.Errorf("the record is %s, want processed", got)
	}
}

func TestRejectionBringsTheCreditBack(t *testing.T) {
	h := newHouse(t)
	record, approval := h.pending(creditForKavya, "LN1002")
	manager := h.as("credit_manager")
	refused := manager.post(decisionPath(approval), decision(approval, "reject", "")).status(http.StatusUnprocessableEntity)
	refused.has("Say why, so that the maker knows what to do.")
	if got := refused.value("decision"); got != "reject" {
		t.Errorf("the refused form has chosen %q, want reject", got)
	}
	before := h.position("LN1002").DueNow
	manager.post(decisionPath(approval), decision(approval, "reject", "The SMS names his brother.")).status(http.StatusSeeOther)
	if got := h.record(record.Ref).Status; got != "rejected" {
		t.Errorf("the record is %s, want rejected", got)
	}
	next := h.credit(creditForKavya)
	if next.Status != "unmatched" || string(next.PredecessorID) != record.ID || next.Reason != "The SMS names his brother." {
		t.Errorf("the credit came back as %s of %s because %q", next.Status, next.PredecessorID, next.Reason)
	}
	if got := h.position("LN1002").DueNow; got != before {
		t.Errorf("a rejection moved what is due from %s to %s", before, got)
	}
	manager.get("/approvals/"+approval.Ref).has("Rejected by Meera Iyer", "“The SMS names his brother.”")
}

func TestSendingBackIsAQueueOfItsOwn(t *testing.T) {
	h := newHouse(t)
	record, approval := h.pending(creditForKavya, "LN1002")
	h.as("credit_manager").post(decisionPath(approval), decision(approval, "send_back", "Which instalment?")).status(http.StatusSeeOther)
	if got := h.record(record.Ref).Status; got != "initiated" {
		t.Errorf("the record is %s, want initiated", got)
	}
	h.as("operator2").get("/approvals?queue=sent_back").has("Sent back 1", approval.Ref, "“Which instalment?”")
	record = h.record(record.Ref)
	if _, err := h.office.RequestApproval(t.Context(), h.actor("operator2"), record.Ref, record.Version, "October."); err != nil {
		t.Fatal(err)
	}
	h.as("operator2").get("/approvals?queue=sent_back").lacks(approval.Ref)
}

func TestMoveShowsBothAccounts(t *testing.T) {
	h := newHouse(t)
	record := h.settled(creditForKavya, "LN1002")
	_, err := h.office.RequestMove(t.Context(), h.actor("operator"), record.Ref, record.Version, "LN1003", "He meant the weekly loan.")
	if err != nil {
		t.Fatal(err)
	}
	approval := h.approvalOf(record.Ref)
	page := h.as("credit_manager").get("/approvals/" + approval.Ref).status(http.StatusOK)
	page.has("From LN1002", "To LN1003", "He meant the weekly loan.", "Approved the record of "+record.Ref)
	if from := page.at("effect-LN1002"); !strings.Contains(from, "To pay now (₹) before 5,501.00 after 11,002.00 +5,501.00") || !strings.Contains(from, "What is taken back") {
		t.Errorf("the old account shows:\n%s", from)
	}
	if to := page.at("effect-LN1003"); !strings.Contains(to, "Held as excess") || !strings.Contains(to, "How it will be posted") {
		t.Errorf("the new account shows:\n%s", to)
	}
	h.as("credit_manager").post(decisionPath(approval), decision(approval, "approve", "")).status(http.StatusSeeOther)
	if got := h.position("LN1002").DueNow; got != 1100200 {
		t.Errorf("LN1002 has %s to pay, want 11002.00", got)
	}
	h.as("operator").get("/accounts/LN1003").has("Approved the move of " + record.Ref)
	if got := h.position("LN1003").Excess; got == 0 {
		t.Error("LN1003 holds nothing of the money")
	}
}

func TestSplitIsDecidedAsOne(t *testing.T) {
	h := newHouse(t)
	r := h.credit("SOMEBODY ELSE")
	_, err := h.office.MatchRecord(t.Context(), h.actor("operator"), r.Ref, servicing.MatchInput{Version: r.Version, Send: true, Remark: "Two brothers.",
		Allocations: []servicing.Allocation{{Account: "LN1002", Amount: 1100200}, {Account: "LN1003", Amount: r.Amount - 1100200}}})
	if err != nil {
		t.Fatal(err)
	}
	approval := h.approvalOf(r.Ref)
	page := h.as("credit_manager").get("/approvals").status(http.StatusOK)
	page.has("Kavya Reddy and 1 more", "Part 1 of 2: LN1002", "Part 2 of 2: LN1003")
	h.as("operator").get("/accounts/LN1003").has(approval.Ref, "Split of ₹16,163.00")
	h.as("credit_manager").post(decisionPath(approval), decision(approval, "approve", "")).status(http.StatusSeeOther)
	h.as("operator").get("/accounts/LN1003").has("Split "+r.Ref+" of ₹16,163.00 over 2 accounts", "Approved the split of "+r.Ref)
	if got := h.position("LN1002").DueNow; got != 0 {
		t.Errorf("LN1002 has %s to pay after its part, want nothing", got)
	}
}

func TestApprovalSaysWhatChangedMeanwhile(t *testing.T) {
	h := newHouse(t)
	_, approval := h.pending(creditForKavya, "LN1002")
	h.settled(creditUnknown, "LN1002")
	h.as("credit_manager").get("/approvals/"+approval.Ref).has("LN1002 changed after Asha Kulkarni sent this.", "₹11,002.00 was to pay then, ₹3,751.50 now.")
}

func TestSeveralAreApprovedAsPromised(t *testing.T) {
	h := newHouse(t)
	_, one := h.pending(creditForBalaji, "LN1001")
	_, two := h.pending(creditForKavya, "LN1002")
	manager := h.as("credit_manager")
	manager.get("/approvals/decisions").has("2 requests wait for you.", one.Ref, two.Ref, "16,163.00")
	chosen := url.Values{"ref": {one.Ref + ":1", two.Ref + ":1"}}
	page := manager.get("/approvals/decisions?" + chosen.Encode()).status(http.StatusOK)
	page.has("Approve 2 requests", "₹16,163.00 together", "More than is due on LN1001")
	form := url.Values{"ref": chosen["ref"], "count": {page.value("count")}, "total": {page.value("total")}, "reason": {"Looked at together."}}

	wrong := url.Values{"ref": form["ref"], "count": {"2"}, "total": {"16162.00"}}
	manager.post("/approvals/decisions", wrong).status(http.StatusConflict).has("You were to approve 2 of ₹16,162.00; 2 of ₹16,163.00 still wait")
	if got := h.approval(one.Ref).Status; got != "pending" {
		t.Fatalf("a broken promise decided %s: %s", one.Ref, got)
	}
	h.as("operator").post("/approvals/decisions", form).status(http.StatusForbidden)

	done := manager.post("/approvals/decisions", form).status(http.StatusOK)
	done.has("2 requests of 2 carried out")
	for _, a := range []store.Approval{one, two} {
		if got := h.approval(a.Ref).Status; got != "approved" {
			t.Errorf("%s is %s, want approved", a.Ref, got)
		}
	}
	manager.post("/approvals/decisions", form).status(http.StatusConflict).has("0 of ₹0.00 still wait as you saw them", "What you chose waits no longer", "Go on with the queue")
}

// TestWhatIsDecidedIsNotOfferedAgain: after a conflict the page offers what still
// waits, with its own number and sum, and that goes through.
func TestWhatIsDecidedIsNotOfferedAgain(t *testing.T) {
	h := newHouse(t)
	_, one := h.pending(creditForBalaji, "LN1001")
	_, two := h.pending(creditForKavya, "LN1002")
	manager := h.as("credit_manager")
	form := url.Values{"ref": {one.Ref + ":1", two.Ref + ":1"}, "count": {"2"}, "total": {(one.Amount + two.Amount).String()}, "reason": {"Looked at together."}}
	h.as("credit_manager2").post(decisionPath(one), decision(one, "approve", "")).status(http.StatusSeeOther)
	page := manager.post("/approvals/decisions", form).status(http.StatusConflict)
	page.has("1 request was decided meanwhile.", one.Ref+": approved", "Approve 1 request")
	if strings.Contains(page.at("bulk-decide"), one.Ref) || page.value("ref") != two.Ref+":1" || page.value("reason") != "Looked at together." {
		t.Errorf("the form offers %q with the reason %q", page.at("bulk-decide"), page.value("reason"))
	}
	again := url.Values{"ref": {page.value("ref")}, "count": {page.value("count")}, "total": {page.value("total")}}
	manager.post("/approvals/decisions", again).status(http.StatusOK).has("1 request of 1 carried out")
	if got := h.approval(two.Ref).Status; got != "approved" {
		t.Errorf("what still waited is %s, want approved", got)
	}
}

func TestOneOfSeveralIsRefusedAlone(t *testing.T) {
	h := newHouse(t)
	_, one := h.pending(creditForBalaji, "LN1001")
	record, two := h.pending(creditForKavya, "LN1002")
	// A record that changed behind its request cannot be approved any more.
	err := h.db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		r, err := tx.RecordByRef(ctx, record.Ref)
		if err == nil {
			_, err = tx.UpdateRecord(ctx, r)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"ref": {one.Ref + ":1", two.Ref + ":1"}, "count": {"2"}, "total": {(one.Amount + two.Amount).String()}}
	done := h.as("credit_manager").post("/approvals/decisions", form).status(http.StatusOK)
	done.has("1 request of 2 carried out", "changed after it was sent: it has to be sent again.")
	if got := h.approval(one.Ref).Status; got != "approved" {
		t.Errorf("the sound one is %s, want approved", got)
	}
	if got := h.approval(two.Ref).Status; got != "pending" {
		t.Errorf("the refused one is %s, want pending", got)
	}
}

func TestTwoLevelsNeedTwoPersons(t *testing.T) {
	h := newHouse(t)
	// A value date by hand before today needs a senior too (domain 3.7).
	actor := h.actor("operator")
	r, err := h.office.CreateRecord(t.Context(), actor, servicing.NewRecord{Account: "LN1002", Received: 100000, Mode: "cash", Date: houseToday.AddDays(-3), BankDate: houseToday, Source: "hand"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.office.RequestApproval(t.Context(), actor, r.Ref, r.Version, "Paid on Tuesday."); err != nil {
		t.Fatal(err)
	}
	approval := h.approvalOf(r.Ref)
	if approval.Levels != 2 {
		t.Fatalf("the request has %d levels, want 2", approval.Levels)
	}
	h.as("credit_manager").get("/approvals/" + approval.Ref).has("Level 1 of 2: waiting for a credit manager")
	h.as("credit_manager").post(decisionPath(approval), decision(approval, "approve", "")).status(http.StatusSeeOther)
	approval = h.approval(approval.Ref)
	page := h.as("credit_manager").get("/approvals/" + approval.Ref)
	page.has("Level 2 of 2", "You cannot decide this. You signed level 1.")
	h.as("credit_manager").post(decisionPath(approval), decision(approval, "approve", "")).status(http.StatusForbidden)
	h.as("credit_manager2").post(decisionPath(approval), decision(approval, "approve", "")).status(http.StatusSeeOther)
	if got := h.record(r.Ref).Status; got != "processed" {
		t.Errorf("the record is %s, want processed", got)
	}
}
