package handlers

import (
	"net/http"
	"net/url"
	"testing"
)

// TestSamplePage: what the engine was sure of stands on the second look with its
// reasons; a manager says right or wrong, and one that is wrong makes the engine
// stricter.
func TestSamplePage(t *testing.T) {
	h := newHouse(t)
	r := h.settled(creditForKavya, "LN1002")
	manager := h.as("credit_manager")
	page := manager.get("/engine/sample").status(http.StatusOK)
	page.has("Second look", "0 of 1 looked at.", r.Ref, "Kavya Reddy", "LN1002", "Week before", "matched by Asha Kulkarni")
	h.as("operator").get("/engine/sample").status(http.StatusOK).has("This is for a credit manager.")
	verdict := "/engine/sample/" + r.Ref + "/verdict"
	h.as("operator").post(verdict, url.Values{"verdict": {"right"}}).status(http.StatusForbidden)
	manager.post(verdict, url.Values{"verdict": {"wrong"}}).status(http.StatusUnprocessableEntity).has("Say what is wrong with it.")
	manager.post(verdict, url.Values{"verdict": {"wrong"}, "note": {"Her sister’s."}}).status(http.StatusSeeOther)
	manager.get("/engine/sample").has("1 of 1 looked at, 1 wrong.", "Wrong", "Her sister’s.", "and the engine is stricter from now on")
	manager.post(verdict, url.Values{"verdict": {"right"}}).status(http.StatusConflict)
	manager.get("/engine").has("The threshold rose by itself from 93 % to")
	manager.get("/engine/sample?week=2026-01-05").status(http.StatusOK).has("Nothing to look at", "Week after")
	manager.get("/engine/sample?week=someday").status(http.StatusUnprocessableEntity)
}
