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

// TestEnginePage: what was approved is remembered and shown masked; a manager
// forgets it, with a reason, and nobody else does.
func TestEnginePage(t *testing.T) {
	h := newHouse(t)
	h.settled(creditForKavya, "LN1002")
	page := h.as("credit_manager").get("/engine").status(http.StatusOK)
	page.has("kav•••@okhdfcbank", "LN1002", "Half, until approved again", "100 %", "1 of 1")
	if strings.Contains(strings.ToLower(page.Body.String()), "kavyar319") {
		t.Error("the page shows a whole UPI address")
	}
	h.as("operator").get("/engine").status(http.StatusOK).has("This is for a credit manager.")
	var idx string
	h.look(func(ctx context.Context, v *store.View) error {
		rows, err := v.MemoryRows(ctx, store.MemoryFilter{Kind: "vpa", Search: "KAVYA", Limit: 5})
		if len(rows) == 1 {
			idx = "1"
		}
		return err
	})
	if idx == "" {
		t.Fatal("the search finds no payer")
	}
	h.as("credit_manager").get("/engine?q=nobodylikethis").has("No payer is remembered here.")
	h.as("operator").post("/engine/memories/"+idx+"/forgetting", url.Values{"reason": {"Wrong."}}).status(http.StatusForbidden)
	h.as("credit_manager").post("/engine/memories/"+idx+"/forgetting", url.Values{}).status(http.StatusUnprocessableEntity).has("Say why it is wrong.")
	h.as("credit_manager").post("/engine/memories/"+idx+"/forgetting", url.Values{"reason": {"She helped once."}}).status(http.StatusSeeOther)
	h.as("credit_manager").get("/engine").has("Forgot a payer of LN1002, known by UPI address, because She helped once.")
}

// TestEngineThresholdAndMode: the manager moves the threshold within its bounds;
// in shadow nothing is ticked, and switching on has to be earned.
func TestEngineThresholdAndMode(t *testing.T) {
	h := newHouse(t)
	manager := h.as("credit_manager")
	manager.post("/engine/threshold", url.Values{"version": {"1"}, "auto_from": {"50"}, "reason": {"More."}}).status(http.StatusUnprocessableEntity).
		has("The threshold lies between 89 and 99.9 %.")
	manager.post("/engine/threshold", url.Values{"version": {"1"}, "auto_from": {"92.5"}, "reason": {"A try."}}).status(http.StatusSeeOther)
	manager.get("/engine").has("Moved the engine's threshold from 93 % to 92.5 % because A try.")
	manager.post("/engine/threshold", url.Values{"version": {"1"}, "auto_from": {"92"}, "reason": {"Late."}}).status(http.StatusConflict)
	h.as("operator").get("/matching/strong").has("Shree Balaji Textiles")
	manager.post("/engine/mode", url.Values{"version": {"2"}, "mode": {servicing.EngineShadow}}).status(http.StatusSeeOther)
	h.as("operator").get("/matching/strong").has("The engine looks on.", "Nothing is strong enough")
	manager.post("/engine/mode", url.Values{"version": {"3"}, "mode": {servicing.EngineOn}}).status(http.StatusConflict).has("So far there are 0.")
	manager.post("/engine/calibration", url.Values{}).status(http.StatusUnprocessableEntity).has("A curve needs 300 decisions")
	manager.post("/engine/handles", url.Values{"version": {"3"}, "handles": {"sample@hdfc\nother"}}).status(http.StatusUnprocessableEntity).has("other is no UPI address")
	manager.post("/engine/handles", url.Values{"version": {"3"}, "handles": {"sample@hdfc"}}).status(http.StatusSeeOther)
}
