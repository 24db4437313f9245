package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// An administrator adds an address, whose secret is shown once; what happens then
// waits for it on the page of deliveries; others look and change nothing.
func TestWebhookPages(t *testing.T) {
	h := newHouse(t)
	admin := h.as("admin")
	admin.get("/webhooks").status(http.StatusOK).has("No webhook yet")
	admin.get("/webhooks/new").status(http.StatusOK).has("record.settled", "account.days_past_due")
	bad := admin.post("/webhooks", url.Values{"name": {"books"}, "url": {"http://example.in/"}, "topics": {"record.settled"}}).status(http.StatusUnprocessableEntity)
	bad.has("Messages go to https only").html(`value="record.settled" checked`)
	admin.post("/webhooks", url.Values{"name": {"books"}, "url": {"https://example.in/"}}).status(http.StatusUnprocessableEntity).has("Say what it listens for")
	made := admin.post("/webhooks", url.Values{"name": {"books"}, "url": {"https://example.in/"}, "topics": {"record.matched", "record.settled"}}).status(http.StatusCreated)
	_, secret, _ := strings.Cut(made.at("secret"), "lws_")
	if secret = strings.TrimSpace(secret); len(secret) < 40 {
		t.Fatalf("the secret is %q", secret)
	}
	page := admin.get("/webhooks/books").status(http.StatusOK).lacks(secret).has("https://example.in/", "Active", "No message")
	if strings.Contains(h.logged.String(), secret) {
		t.Error("the secret is in the log")
	}
	_, version, _ := strings.Cut(page.Body.String(), `name="version" value="`)
	version, _, _ = strings.Cut(version, `"`)

	h.settled(creditForBalaji, "LN1001")
	admin.get("/webhooks").has("books", "Waiting")
	admin.get("/webhooks/books").has("record.matched", "record.settled", h.credit(creditForBalaji).Ref)
	admin.get("/deliveries?state=waiting").status(http.StatusOK).has("record.settled", "approved → processed")
	admin.get("/deliveries?state=failed").has("No message")
	admin.get("/deliveries?webhook=nobody").status(http.StatusNotFound)
	admin.post("/deliveries/1/again", nil).status(http.StatusConflict)
	admin.post("/deliveries/x/again", nil).status(http.StatusNotFound)

	admin.post("/webhooks/books/pause", url.Values{"version": {"99"}}).status(http.StatusConflict)
	admin.post("/webhooks/books/pause", url.Values{"version": {version}}).leads()
	admin.get("/webhooks/books").has("Paused")
	turned := admin.post("/webhooks/books/key", nil).status(http.StatusCreated)
	if again := turned.at("secret"); strings.Contains(again, secret) || !strings.Contains(again, "lws_") {
		t.Errorf("the other secret is %q", again)
	}
	admin.get("/webhooks/books").has("signs beside the new one until")
	admin.post("/webhooks/books", url.Values{"name": {"Ledger"}, "url": {"https://example.in/2"}, "topics": {"payout.success"}}).leads()
	h.as("auditor").get("/webhooks/Ledger").status(http.StatusOK).has("https://example.in/2").html("disabled")
	admin.post("/webhooks/Ledger/ending", nil).leads()
	admin.get("/deliveries?state=dropped").has("record.settled")
	h.as("operator").get("/webhooks").status(http.StatusForbidden)
}
