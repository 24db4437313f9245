package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// matchForm is what the desk posts for a credit: its version, and an amount for
// each account (ref, amount, ref, amount …).
func matchForm(r store.Record, parts ...string) url.Values {
	form := url.Values{"version": {version(r)}}
	for i := 0; i+1 < len(parts); i += 2 {
		form.Add("to", parts[i])
		form.Set("amount-"+parts[i], parts[i+1])
	}
	return form
}

func version(r store.Record) string { return strconv.FormatInt(r.Version, 10) }

// moreCredits imports one more statement of the sample's first bank: date,
// narration, reference, amount of each line.
func (h *house) moreCredits(lines ...[4]string) {
	h.t.Helper()
	var text strings.Builder
	text.WriteString("HDFC BANK Ltd.\nAccount No :,50200012345678,,OD Limit :,0.00\n\nDate,Narration,Chq./Ref.No.,Value Dt,Withdrawal Amt.,Deposit Amt.,Closing Balance\n")
	for _, l := range lines {
		text.WriteString(l[0] + "," + l[1] + "," + l[2] + "," + l[0] + ",," + l[3] + ",\n")
	}
	_, err := h.office.ImportStatement(h.t.Context(), h.actor("operator"), servicing.StatementFile{Name: "more.csv", Data: []byte(text.String())})
	if err != nil {
		h.t.Fatal(err)
	}
}

func TestDeskShowsTheQueueByDay(t *testing.T) {
	h := newHouse(t)
	page := h.as("operator").get("/matching").status(http.StatusOK)
	page.has("Unmatched payments 6", "Thu 19 Nov", "Mon 16 Nov", "₹41,377 waiting", "RAMESH IMPS · HDFC-CA-01")
	first := h.credit("CASH DEP NASHIK")
	page.html(`id="row-`+first.Ref+`"`, `class="here"`, `data-shown="row-`+first.Ref+`"`)
	if got := page.at("row-" + h.credit(creditForBalaji).Ref); !strings.Contains(got, "SHREE BALAJI TEXTILES") || !strings.Contains(got, "Strong") {
		t.Errorf("the row of the textile shop says %q", got)
	}
	h.as("operator").get("/matching?q=7250.50").has("Unmatched payments 1", "RAMESH").lacks("KAVYA")
	h.as("operator").get("/matching?q=somebody").has("Unmatched payments 1", "SOMEBODY ELSE")
	h.as("operator").get("/matching?strength=strong").has("Unmatched payments 2", "KAVYA REDDY").lacks("RAMESH")
	h.as("operator").get("/matching?strength=none").has("RAMESH").lacks("KAVYA REDDY")
	h.as("operator").get("/matching?q=nobodyatall").has("Nothing here fits", "Show all of them")
	h.as("operator").get("/matching?tab=nonsense").status(http.StatusUnprocessableEntity)
	h.as("operator").get("/matching?after=yesterday").status(http.StatusUnprocessableEntity)
	h.as("operator").get("/matching/RECNOSUCH").status(http.StatusNotFound)
}

func TestDeskShowsWhoPaidAndWhy(t *testing.T) {
	h := newHouse(t)
	r := h.credit(creditForBalaji)
	page := h.as("operator").get("/matching/" + r.Ref).status(http.StatusOK)
	page.has("₹10,662.00", "from SHREE BALAJI TEXTILES , NEFT,", "Reference agrees", "Payer agrees", "The payment quotes the number of this loan, LN1001.")
	page.html("<mark>SHREE BALAJI TEXTILES</mark>", "<mark>LN1001</mark>", `href="/accounts/LN1001"`)
	if got := page.value("to"); got != "LN1001" {
		t.Errorf("%q is chosen, want LN1001", got)
	}
	if got := page.value("amount-LN1001"); got != "10,662.00" {
		t.Errorf("the amount is %q", got)
	}
	// It was paid up to November, so all of it is held for the next due.
	page.has("Left to post 0.00", "A credit manager decides it.", "Speaks against it", "It came 19 days before the due date.")
	if got := page.at("part-LN1001"); !strings.Contains(got, "Excess, held for the next due – 10,662.00") {
		t.Errorf("the account's part says %q", got)
	}
	// Kavya is an instalment and a half behind: her money goes to the oldest due.
	due := h.as("operator").get("/matching/" + h.credit(creditForKavya).Ref)
	if got := due.at("part-LN1002"); !strings.Contains(got, "EMI 2") || !strings.Contains(got, "Principal") || !strings.Contains(got, "Interest") {
		t.Errorf("her part says %q", got)
	}
	due.has("Earlier payments from", "After this:")
	piece := h.as("operator").piece().get("/matching/" + r.Ref).status(http.StatusOK)
	piece.html(`id="work"`).has("Shree Balaji Textiles")
	if strings.Contains(piece.Body.String(), "<html") || strings.Contains(piece.Body.String(), `class="pane queue"`) {
		t.Error("the piece holds more than the pane")
	}
}

func TestDeskMatchesSendsAndGoesOn(t *testing.T) {
	h := newHouse(t)
	operator := h.as("operator")
	r, next := h.credit(creditForKavya), h.credit(creditForBalaji)
	form := matchForm(r, "LN1002", "5,501.00")
	form.Set("remark", "Quoted her loan")
	to := operator.post("/matching/"+r.Ref+"/match", form).leads()
	if to != "/matching/"+next.Ref {
		t.Errorf("it goes on to %s, want the one below, %s", to, next.Ref)
	}
	if now := h.record(r.Ref); now.Status != "pending" || now.AccountRef != "LN1002" {
		t.Errorf("it is %s on %q", now.Status, now.AccountRef)
	}
	if a := h.approvalOf(r.Ref); a.Status != "pending" || a.Reason != "Quoted her loan" || a.Requester != "Asha Kulkarni" {
		t.Errorf("the approval is %+v", a)
	}
	page := operator.get(to)
	page.has("Sent ₹5,501.00 to LN1002 for approval", "Undo").html(`action="/matching/` + r.Ref + `/withdrawal"`)
	operator.get("/matching/"+r.Ref).has("It waits for approval.", "Take it back", "Kavya Reddy").lacks("Match and send")

	undone := operator.post("/matching/"+r.Ref+"/withdrawal", url.Values{"version": {page.value("version")}})
	if undone.Code != http.StatusSeeOther {
		now := h.record(r.Ref)
		undone = operator.post("/matching/"+r.Ref+"/withdrawal", url.Values{"version": {version(now)}})
	}
	if to := undone.leads(); to != "/matching/"+r.Ref {
		t.Errorf("undo leads to %s", to)
	}
	if now := h.record(r.Ref); now.Status != "unmatched" || now.AccountRef != "" {
		t.Errorf("after undo it is %s on %q", now.Status, now.AccountRef)
	}
	if a := h.approvalOf(r.Ref); a.Status != "withdrawn" {
		t.Errorf("after undo the approval is %s", a.Status)
	}
}

func TestDeskMatchesOnlyAndSendsLater(t *testing.T) {
	h := newHouse(t)
	operator := h.as("operator")
	r := h.credit(creditForKavya)
	form := matchForm(r, "LN1002", "5501")
	form.Set("only", "1")
	operator.get(operator.post("/matching/"+r.Ref+"/match", form).leads()).has("Matched ₹5,501.00 to LN1002, not sent", "To send 1")
	if now := h.record(r.Ref); now.Status != "initiated" {
		t.Fatalf("it is %s", now.Status)
	}
	page := operator.get("/matching?tab=ready").has("Matched, not sent 1", "KAVYA REDDY", "Matched by Asha Kulkarni, not sent yet.", "Send for approval")
	operator.post("/matching/"+r.Ref+"/request", url.Values{"version": {page.value("version")}, "tab": {"ready"}}).leads()
	if now := h.record(r.Ref); now.Status != "pending" {
		t.Errorf("it is %s", now.Status)
	}
	operator.get("/matching?tab=ready").has("Everything matched is sent")
}

func TestDeskRefusesWhatDoesNotAddUp(t *testing.T) {
	h := newHouse(t)
	operator := h.as("operator")
	r := h.credit(creditForBalaji)
	page := operator.post("/matching/"+r.Ref+"/match", matchForm(r, "LN1001", "10,000.00")).status(http.StatusUnprocessableEntity)
	page.has("₹662.00 is left", "Left to post 662.00")
	if got := page.value("amount-LN1001"); got != "10,000.00" {
		t.Errorf("what was typed became %q", got)
	}
	page = operator.post("/matching/"+r.Ref+"/match", matchForm(r, "LN1001", "ten thousand")).status(http.StatusUnprocessableEntity)
	page.html(`aria-invalid="true"`, `value="ten thousand"`, `id="wrong-LN1001"`)
	operator.post("/matching/"+r.Ref+"/match", matchForm(r, "LN1001", "10662", "LN9999", "0")).status(http.StatusNotFound)
	operator.post("/matching/"+r.Ref+"/match", matchForm(r, "LN1001", "-662", "LN1002", "11324")).status(http.StatusUnprocessableEntity)
	operator.post("/matching/"+r.Ref+"/match", matchForm(r)).status(http.StatusUnprocessableEntity).has("Choose between one and")
	if now := h.record(r.Ref); now.Status != "unmatched" || now.Version != r.Version {
		t.Errorf("a refused match left the record %s at version %d", now.Status, now.Version)
	}
	// The same by an address: no script needed to see what is left.
	operator.get("/matching/" + r.Ref + "?to=LN1001&amount-LN1001=10000").has("Left to post 662.00")
	operator.get("/matching/" + r.Ref + "?to=LN1001&amount-LN1001=11000").has("Left to post −338.00")
	operator.get("/matching/" + r.Ref + "?to=LN1001&amount-LN1001=10662").has("Left to post 0.00")
}

func TestDeskSplitsOverTwoAccounts(t *testing.T) {
	h := newHouse(t)
	operator := h.as("operator")
	r := h.credit("SOMEBODY ELSE") // 16,163.00 = 10,662 + 5,501
	page := operator.get("/matching/" + r.Ref + "?to=LN1001&to=LN1002").status(http.StatusOK)
	page.has("Shree Balaji Textiles and Kavya Reddy", "2 accounts:", "Left to post 0.00").html(`aria-label="Take LN1002 out"`)
	// Nobody typed an amount: what is due comes first, the last takes what is left.
	page = operator.get("/matching/" + r.Ref + "?to=LN1002&to=LN1001").status(http.StatusOK)
	if page.value("amount-LN1002") != "11,002.00" || page.value("amount-LN1001") != "5,161.00" {
		t.Errorf("shared out as %s and %s", page.value("amount-LN1002"), page.value("amount-LN1001"))
	}
	page = operator.get("/matching/" + r.Ref + "?to=LN1001&amount-LN1001=10662&to=LN1002").status(http.StatusOK)
	if got := page.value("amount-LN1002"); got != "5,501.00" {
		t.Errorf("the second takes %q, want what is left", got)
	}
	operator.post("/matching/"+r.Ref+"/match", matchForm(r, "LN1001", "10662", "LN1002", "5501")).leads()
	var children []store.Record
	h.look(func(ctx context.Context, v *store.View) (err error) {
		children, err = v.ChildrenOf(ctx, r.ID)
		return err
	})
	if len(children) != 2 || children[0].Amount != 1066200 || children[1].Amount != 550100 || children[0].Status != "pending" || children[1].Status != "pending" {
		t.Fatalf("the parts are %+v", children)
	}
	if now := h.record(r.Ref); now.Status != "split" || now.Carries {
		t.Errorf("the whole is %s and carries %v", now.Status, now.Carries)
	}
	if a := h.approvalOf(r.Ref); a.Kind != "split" {
		t.Errorf("the approval is a %s", a.Kind)
	}
	// A part is looked at with its whole, and the whole is undone as one.
	operator.get("/matching/"+children[0].Ref).has("It waits for approval.", "Take it back", "10,662.00", "5,501.00")
	now := h.record(r.Ref)
	operator.post("/matching/"+r.Ref+"/withdrawal", url.Values{"version": {version(now)}}).leads()
	if now := h.record(r.Ref); now.Status != "unmatched" || !now.Carries {
		t.Errorf("after undo the whole is %s and carries %v", now.Status, now.Carries)
	}
	if now := h.record(children[0].Ref); now.Status != "cancelled" {
		t.Errorf("after undo a part is %s", now.Status)
	}
}

func TestDeskTellsWhoWasFaster(t *testing.T) {
	h := newHouse(t)
	r, next := h.credit(creditForKavya), h.credit(creditForBalaji)
	h.as("operator2").post("/matching/"+r.Ref+"/match", matchForm(r, "LN1002", "5501")).leads()
	before := h.record(r.Ref)
	page := h.as("operator").post("/matching/"+r.Ref+"/match", matchForm(r, "LN1001", "5501")).status(http.StatusConflict)
	page.has("Rahul Mehta was faster.", "Below is what is true now.", "Go to the next payment", "It waits for approval.").html(`href="/matching/` + next.Ref + `"`)
	if after := h.record(r.Ref); after.Version != before.Version || after.AccountRef != "LN1002" || after.Status != "pending" {
		t.Errorf("the loser changed the record: %s on %s", after.Status, after.AccountRef)
	}
	for _, act := range []string{"parking", "set-aside"} {
		form := url.Values{"version": {version(r)}, "reason": {"why not"}, "kind": {"refund"}}
		h.as("operator").post("/matching/"+r.Ref+"/"+act, form).status(http.StatusConflict).has("Rahul Mehta was faster.")
	}
}

func TestDeskRefusesAStaleVersion(t *testing.T) {
	h := newHouse(t)
	operator := h.as("operator")
	r := h.credit(creditForKavya)
	operator.post("/matching/"+r.Ref+"/parking", url.Values{"version": {version(r)}, "reason": {"Asked the branch"}}).leads()
	parked := h.record(r.Ref)
	operator.post("/matching/"+r.Ref+"/resumption", url.Values{"version": {version(parked)}}).leads()
	// Open again, but not the version that this form was made from.
	operator.post("/matching/"+r.Ref+"/match", matchForm(r, "LN1002", "5501")).status(http.StatusConflict).has("changed since you opened it", "Match and send")
	if now := h.record(r.Ref); now.Status != "unmatched" {
		t.Errorf("it is %s", now.Status)
	}
	form := matchForm(r, "LN1002", "5501")
	form.Set("version", "x")
	operator.post("/matching/"+r.Ref+"/match", form).status(http.StatusConflict)
}

func TestDeskParksWithAReason(t *testing.T) {
	h := newHouse(t)
	operator := h.as("operator")
	r := h.credit(creditUnknown)
	operator.post("/matching/"+r.Ref+"/parking", url.Values{"version": {version(r)}}).status(http.StatusUnprocessableEntity).has("Say why it waits.")
	to := operator.post("/matching/"+r.Ref+"/parking", url.Values{"version": {version(r)}, "reason": {"Branch asks who Ramesh is"}}).leads()
	if to == "/matching/"+r.Ref || !strings.HasPrefix(to, "/matching/REC") {
		t.Errorf("parking leads to %s", to)
	}
	operator.get(to).has("Parked ₹7,250.50", "Undo", "Unmatched payments 5", "Parked 1")
	page := operator.get("/matching?tab=parked").has("Parked payments 1", "Branch asks who Ramesh is", "Parked by Asha Kulkarni", "Take it up", "Match and send")
	h.as("operator2").post("/matching/"+r.Ref+"/resumption", url.Values{"version": {page.value("version")}, "tab": {"parked"}}).leads()
	if now := h.record(r.Ref); now.Status != "unmatched" || now.Reason != "" {
		t.Errorf("taken up it is %s because of %q", now.Status, now.Reason)
	}
}

func TestDeskSetsAside(t *testing.T) {
	h := newHouse(t)
	operator := h.as("operator")
	r := h.credit(creditUnknown)
	path := "/matching/" + r.Ref + "/set-aside"
	refused := operator.post(path, url.Values{"version": {version(r)}, "kind": {"other"}}).status(http.StatusUnprocessableEntity).has("Say what it is.")
	if got := refused.value("kind"); got != "other" {
		t.Errorf("the kind that was chosen became %q", got)
	}
	operator.post(path, url.Values{"version": {version(r)}, "kind": {"duplicate"}, "duplicate_of": {"RECNOSUCH"}}).status(http.StatusUnprocessableEntity).html(`value="RECNOSUCH"`)
	operator.get(operator.post(path, url.Values{"version": {version(r)}, "kind": {"refund"}}).leads()).has("Set ₹7,250.50 aside as a refund", "Set aside 1")
	page := operator.get("/matching?tab=set_aside").has("Set aside today 1", "Set aside as a refund by Asha Kulkarni", "Put it back on the desk")
	at := page.value("version")
	// Somebody else has to say why, and a credit manager decides.
	h.as("operator2").post("/matching/"+r.Ref+"/restoration", url.Values{"version": {at}}).status(http.StatusUnprocessableEntity)
	h.as("operator2").post("/matching/"+r.Ref+"/restoration", url.Values{"version": {at}, "reason": {"It is her instalment"}}).leads()
	if now := h.record(r.Ref); now.Status != "set_aside" {
		t.Errorf("without a decision it is %s", now.Status)
	}
	if a := h.approvalOf(r.Ref); a.Kind != "undo_set_aside" || a.Status != "pending" {
		t.Errorf("the request is %s, %s", a.Kind, a.Status)
	}
	other := h.credit("SOMEBODY ELSE")
	operator.post("/matching/"+other.Ref+"/set-aside", url.Values{"version": {version(other)}, "kind": {"duplicate"}, "duplicate_of": {strings.ToLower(r.Ref)}}).leads()
	operator.get("/matching/"+other.Ref).has("a duplicate", "It repeats "+r.Ref)
	now := h.record(other.Ref)
	operator.post("/matching/"+other.Ref+"/restoration", url.Values{"version": {version(now)}}).leads()
	if now := h.record(other.Ref); now.Status != "unmatched" || now.DuplicateOf != "" {
		t.Errorf("its own maker put it back: %s", now.Status)
	}
}

func TestDeskSeesWhatIsNoRepayment(t *testing.T) {
	h := newHouse(t)
	h.moreCredits([4]string{"20/11/26", "NEFT RETURN-HDFCN52026111900000077-BENEFICIARY ACCOUNT CLOSED", "HDFCN52026111900000077", "12000.00"})
	r := h.credit("NEFT RETURN")
	page := h.as("operator").get("/matching/"+r.Ref).has("This looks like a return, not a repayment.", "Set aside as a return", "No account is chosen.")
	if got := page.value("to"); got != "" {
		t.Errorf("%q is chosen", got)
	}
	h.as("operator").post("/matching/"+r.Ref+"/set-aside", url.Values{"version": {page.value("version")}, "kind": {page.value("kind")}, "remark": {"x"}}).leads()
	if now := h.record(r.Ref); now.SetAsideKind != "return" {
		t.Errorf("it is set aside as %q", now.SetAsideKind)
	}
}

func TestDeskTakesUpWhatWasSentBack(t *testing.T) {
	h := newHouse(t)
	r, approval := h.pending(creditForKavya, "LN1002")
	h.decide("credit_manager", approval, "send_back", "Which month?")
	page := h.as("operator2").get("/matching?tab=sent_back").has("Sent back 1", "Sent back by Meera Iyer", "“Which month?”", "Take it back", "Send for approval")
	h.as("operator2").post("/matching/"+r.Ref+"/withdrawal", url.Values{"version": {page.value("version")}, "tab": {"sent_back"}}).leads()
	if now := h.record(r.Ref); now.Status != "unmatched" {
		t.Errorf("taken back it is %s", now.Status)
	}
	h.as("operator").get("/matching?tab=sent_back").has("Nothing was sent back")
}

func TestDeskTellsTheStoryOfMoneyThatCameBack(t *testing.T) {
	h := newHouse(t)
	r, approval := h.pending(creditForKavya, "LN1001")
	h.decide("credit_manager", approval, "reject", "She pays for LN1002")
	var back []store.Record
	h.look(func(ctx context.Context, v *store.View) (err error) {
		back, err = v.SuccessorsOf(ctx, r.ID)
		return err
	})
	if len(back) != 1 {
		t.Fatalf("%d successors", len(back))
	}
	page := h.as("operator").get("/matching/" + back[0].Ref).status(http.StatusOK)
	if got, want := page.at("story"), "It was matched to LN1001, Shree Balaji Textiles by Asha Kulkarni, and rejected by Meera Iyer on 20 Nov 2026: “She pays for LN1002”"; !strings.Contains(got, want) {
		t.Errorf("the story is %q, want %q", got, want)
	}
	h.as("operator").get("/matching/"+r.Ref).has("This record is rejected.", "Its money is back on the desk as "+back[0].Ref)
}

func TestDeskFindsAnotherAccount(t *testing.T) {
	h := newHouse(t)
	operator := h.as("operator")
	r := h.credit(creditUnknown)
	for _, typed := range []string{"Kurien", "thom", "LN1003", "1003", "5522570320", "0320"} {
		operator.get("/matching/" + r.Ref + "?find=" + typed).has("Thomas Kurien").html(`href="/matching/` + r.Ref + `?to=LN1003"`)
		piece := operator.piece().get("/matching/" + r.Ref + "/accounts?find=" + typed).has("Thomas Kurien")
		if strings.Contains(piece.Body.String(), `id="work"`) {
			t.Error("the suggestions hold the whole pane")
		}
	}
	operator.get("/matching/"+r.Ref+"/accounts?find=Kurien").has("Thomas Kurien", "Unmatched payments") // typed into the address line
	operator.get("/matching/" + r.Ref + "?find=nobodyatall").has("No account has “nobodyatall”")
	page := operator.get("/matching/"+r.Ref+"?to=LN1003").has("Thomas Kurien", "You chose this.", "Left to post 0.00")
	if got := page.value("to"); got != "LN1003" {
		t.Errorf("%q is chosen", got)
	}
	operator.get("/matching/" + r.Ref + "?to=LN1003&find=kavya").html(`href="/matching/` + r.Ref + `?to=LN1003&amp;to=LN1002"`)
	operator.get("/matching/" + r.Ref + "?to=LN0000").status(http.StatusNotFound)
}

func TestDeskIsForOperations(t *testing.T) {
	h := newHouse(t)
	r := h.credit(creditForKavya)
	for _, who := range []string{"credit_manager", "finance", "auditor", "admin"} {
		h.as(who).get("/matching/"+r.Ref).status(http.StatusOK).has("Matching is for operations.", "Kavya Reddy").html(`<button class="btn primary" type="button" disabled>`).lacks("Park it")
		for _, path := range []string{"/match", "/parking", "/set-aside", "/withdrawal", "/resumption", "/restoration", "/request"} {
			h.as(who).post("/matching/"+r.Ref+path, matchForm(r, "LN1002", "5501")).status(http.StatusForbidden)
		}
		h.as(who).post("/matching/strong", url.Values{"pick": {r.Ref}}).status(http.StatusForbidden)
		h.as(who).get("/matching/strong").status(http.StatusOK).has("Matching is for operations.").lacks("Match and send the ticked ones")
	}
	if now := h.record(r.Ref); now.Version != r.Version {
		t.Error("somebody changed it")
	}
	h.nobody().get("/matching").leads()
}

// TestDeskSaysWhatIsUnread: the desk asks by itself how far the engine has come, and
// stops asking when everything is read.
func TestDeskSaysWhatIsUnread(t *testing.T) {
	h := newHouse(t)
	said := func(unread int) string {
		var page strings.Builder
		if err := views.DeskReading(unread).Render(t.Context(), &page); err != nil {
			t.Fatal(err)
		}
		return page.String()
	}
	for _, want := range []string{"The engine has still to read 1,200 payments.", `hx-get="/matching/reading"`, `hx-trigger="every 2s"`, `hx-target="this"`} {
		if page := said(1200); !strings.Contains(page, want) {
			t.Errorf("%q is not in %s", want, page)
		}
	}
	if page := said(0); strings.Contains(page, "hx-") {
		t.Errorf("with nothing unread it still asks: %s", page)
	}
	h.as("operator").piece().get("/matching/reading").status(http.StatusOK).has("The engine has read every payment").html(`id="q-unread"`)
	h.as("operator").get("/matching/reading").status(http.StatusSeeOther)
}
