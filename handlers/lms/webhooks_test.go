package lms

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"lekha/servicing"
)

// An address is made, changed, paused, given another key and ended; its secret is in
// the answer that makes it and in no other.
func TestWebhooks(t *testing.T) {
	h := newHouse(t, "2026-04-01", "12:00:00.000000")
	at := "/v1/lms/webhooks/"
	h.do("operator", "POST", at, map[string]any{"name": "books"}).want(403)
	h.do("admin", "POST", at, map[string]any{"name": "books", "url": "http://example.in/", "topics": []string{"record.eaten"}}).want(400).has("topics.0", "There is no topic record.eaten.")
	made := h.do("admin", "POST", at, map[string]any{"name": "books", "url": "https://example.in/", "topics": []string{"record.unmatched", "record.matched"}}).want(201)
	secret, id := made.text("keys.0.secret"), made.text("ref_id")
	if !strings.HasPrefix(secret, "lws_") {
		t.Fatalf("the secret is %q", secret)
	}
	if shown := h.do("admin", "GET", at+id+"/", nil).want(200); strings.Contains(string(shown.body), secret) {
		t.Error("the secret is shown again")
	}
	h.do("admin", "PATCH", at+id+"/", map[string]any{"topics": []string{"record.unmatched"}, "version": 1}).want(200).has("version", 2, "topics.0", "record.unmatched")
	h.do("admin", "PATCH", at+id+"/", map[string]any{"name": "late", "version": 1}).want(409)
	h.do("admin", "PATCH", at+id+"/", map[string]any{"status": "paused"}).want(200).has("status", "paused")
	h.do("admin", "PATCH", at+id+"/", map[string]any{"status": "closed"}).want(400)
	h.do("operator", "POST", "/v1/lms/records/", map[string]any{"received_amount": 100, "payment_mode": "neft", "utr": "N777", "collection_bank": h.bank()}).want(201)
	waiting := h.do("auditor", "GET", "/v1/lms/deliveries/?webhook="+id, nil).want(200).has("count", 1, "results.0.type", "record.unmatched", "results.0.status", "waiting", "results.0.amount", "100.0")
	h.do("admin", "POST", "/v1/lms/deliveries/"+waiting.text("results.0.id")+"/again/", nil).want(409).has("code", "delivery.waiting")
	h.do("admin", "POST", "/v1/lms/deliveries/none/again/", nil).want(404)
	turned := h.do("admin", "POST", at+id+"/rotate_key/", map[string]any{}).want(201)
	if turned.text("keys.0.secret") == secret || turned.text("keys.0.secret") == "" {
		t.Error("there is no other secret")
	}
	h.do("admin", "PATCH", at+id+"/", map[string]any{"status": "ended"}).want(200).has("status", "ended")
	h.do("auditor", "GET", "/v1/lms/deliveries/?state=dropped", nil).want(200).has("count", 1)
	h.do("admin", "POST", "/v1/lms/deliveries/"+waiting.text("results.0.id")+"/again/", nil).want(409).has("code", "webhook.ended")
	h.do("auditor", "GET", at, nil).want(200).has("count", 1)
}

// The callback in docs/api.md is taken by a token that may do nothing else.
func TestCallbackOfTheManual(t *testing.T) {
	for _, tool := range []string{"bash", "curl"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatal("there is no " + tool)
			}
			t.Skip("there is no " + tool)
		}
	}
	page, err := os.ReadFile("../../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile("(?s)```sh callback\n(.*?)```").FindSubmatch(page)
	h := newHouse(t, "2026-04-01", "12:00:00.000000")
	h.do("admin", "POST", "/v1/lms/banks/", map[string]any{"code": "HDFC-CA-01", "bank": "hdfc", "ifsc": "HDFC0000060", "account_no": "50200012345678", "account_holder_name": "Aerem Finance"}).want(201)
	account := h.open("Anita Krishnamurthy", terms(nil)).text("id")
	payout := h.do("operator", "POST", "/v1/lms/payouts/", map[string]any{"account": account, "amount": 60000, "payout_to": "borrower"}).want(201).text("ref_id")
	h.do("finance", "PUT", "/v1/lms/payouts/"+payout+"/approve/", nil).want(200)
	h.do("finance", "PUT", "/v1/lms/payouts/export/", map[string]any{"debit_bank": "HDFC-CA-01"}).want(200)
	bank, _, err := h.people.CreateToken(t.Context(), servicing.Console(), servicing.NewToken{Name: "bank", Role: servicing.APIClient, Scopes: []servicing.Permission{servicing.MayReportPayout}})
	if err != nil {
		t.Fatal(describe(err))
	}
	h.tokens["bank"] = bank
	h.do("bank", "GET", "/v1/lms/payouts/"+payout+"/", nil).refused(403, "token.scope")
	server := httptest.NewServer(h.echo)
	defer server.Close()
	run := exec.CommandContext(t.Context(), "bash", "-eu", "-o", "pipefail", "-c", string(found[1]))
	run.Env = append(os.Environ(), "BASE="+server.URL, "PAYOUT="+payout, "BANK="+bank)
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	h.do("finance", "GET", "/v1/lms/payouts/"+payout+"/", nil).want(200).has("status", "processed", "utr", "N123456789")
}
