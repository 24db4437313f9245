package handlers

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"lekha/store"
)

// waiting lists the credits on the desk with what is kept of the engine's answer.
func (h *house) waiting() []store.DeskRow {
	h.t.Helper()
	var rows []store.DeskRow
	h.look(func(ctx context.Context, v *store.View) (err error) {
		rows, err = v.DeskQueue(ctx, store.DeskFilter{Tab: store.DeskWaiting, Limit: 100})
		return err
	})
	return rows
}

// scoreIn is the score that stands in an element: its first whole number.
func scoreIn(text string) string {
	for word := range strings.FieldsSeq(text) {
		if strings.Trim(word, "0123456789") == "" {
			return word
		}
	}
	return ""
}

// TestDeskHasOneScore: whatever happened to the books, the queue shows for every
// credit the figure that its own page shows.
func TestDeskHasOneScore(t *testing.T) {
	h := newHouse(t)
	operator := h.as("operator")
	h.moreCredits([4]string{"19/11/26", "UPI-KAVYA REDDY-KAVYA@OKSBI-SBIN0001234-632312345699-EMI LN1002", "632312345699", "5501.00"})
	same := func(after string) {
		t.Helper()
		rows := h.waiting()
		if len(rows) < 5 {
			t.Fatalf("only %d wait", len(rows))
		}
		for _, row := range rows {
			page := operator.get("/matching/" + row.Ref).status(http.StatusOK)
			queue, open := scoreIn(strings.Join(lastWords(page.at("row-"+row.Ref)), " ")), scoreIn(page.at("candidates"))
			if open != "" && queue != open {
				t.Errorf("after %s the queue says %q of %s and its page %q", after, queue, row.Ref, open)
			}
		}
	}
	same("the import")
	h.settled(creditForKavya, "LN1002") // her instalment is paid, and she is known by her address
	same("an approval")
}

// lastWords are the end of a row of the queue, where its score stands.
func lastWords(text string) []string {
	words := strings.Fields(text)
	if at := strings.Index(text, " best suggestion:"); at > 0 {
		words = strings.Fields(text[:at])
	}
	return words[max(0, len(words)-1):]
}

// TestDeskTicksOnlyWhatPassesTheGates: a suggestion that is held back is opened
// with its reasons and the gate it fails, and stands unticked until a person
// takes it.
func TestDeskTicksOnlyWhatPassesTheGates(t *testing.T) {
	h := newHouse(t)
	operator := h.as("operator")
	h.moreCredits([4]string{"19/11/26", "UPI-KAVYA REDDY-KREDDY@OKSBI-SBIN0001234-632312345698-PART", "632312345698", "3333.00"})
	sure, weak := 0, 0
	for _, row := range h.waiting() {
		page := operator.get("/matching/" + row.Ref).status(http.StatusOK)
		ticked := page.value("to") != ""
		if ticked != (row.Decision == "auto") {
			t.Errorf("%s is advised %q, and an account stands ticked: %t", row.Ref, row.Decision, ticked)
		}
		switch row.Decision {
		case "auto":
			sure++
			page.lacks("Not ticked by itself")
		case "suggest":
			weak++
			page.has("Not ticked by itself:", "Nothing is ticked yet.")
		}
	}
	if sure == 0 || weak == 0 {
		t.Fatalf("%d are sure and %d weak: both are to be seen", sure, weak)
	}
	r := h.credit("PART")
	if taken := operator.get("/matching/" + r.Ref + "?to=LN1002").status(http.StatusOK); taken.value("to") != "LN1002" || taken.value("amount-LN1002") != "3,333.00" {
		t.Errorf("%q takes %q", taken.value("to"), taken.value("amount-LN1002"))
	}
}
