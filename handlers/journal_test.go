package handlers

import (
	"context"
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lekha/store"
)

// TestJournalIsWalked from the trial balance to a code, to an entry, to the record
// that it came from.
func TestJournalIsWalked(t *testing.T) {
	h := newHouse(t)
	record := h.settled(creditForKavya, "LN1002")
	page := h.as("auditor").get("/journal").status(http.StatusOK).has("Trial balance", "Loan principal", "Bank collection")
	if debits, credits := page.at("debits"), page.at("credits"); debits == "" || debits != credits {
		t.Errorf("debits %q, credits %q", debits, credits)
	}
	h.as("finance").get("/journal/days").status(http.StatusOK).has("Receipt allocated", "Instalment fell due")
	h.as("finance").get("/journal/codes/2130").status(http.StatusOK).has("Receipts to allocate", "Opening balance")
	h.as("finance").get("/journal/codes/1200/accounts").status(http.StatusOK).has("Accounts behind 1200 Loan principal", "LN1002")
	var of store.JournalEntry
	h.look(func(ctx context.Context, v *store.View) error {
		entries, err := v.Journal(ctx, store.JournalFilter{AccountID: string(record.AccountID), Limit: 1000})
		for _, e := range entries {
			if e.Source == record.Ref {
				of = e
			}
		}
		return err
	})
	if of.Idx == 0 {
		t.Fatalf("no entry comes from %s", record.Ref)
	}
	h.as("auditor").get(entryPath(of.Idx)).status(http.StatusOK).html(`href="/records/` + record.Ref + `"`)
	h.as("operator").get("/journal").status(http.StatusForbidden)
	if body := h.as("auditor").get("/journal.csv").status(http.StatusOK).Body.String(); !strings.Contains(body, "1200,Loan principal,") {
		t.Errorf("the file says %q", body)
	}
}

// TestTallyTakesEachEntryOnce: vouchers balance, carry the number of the entry, and
// a file fetched again is the same.
func TestTallyTakesEachEntryOnce(t *testing.T) {
	h := newHouse(t)
	h.settled(creditForKavya, "LN1002")
	h.as("finance").post("/journal/exports", url.Values{}).status(http.StatusConflict).has("is in an export already")
	h.as("finance").post("/days", url.Values{"until": {houseToday.AddDays(1).String()}}).leads()
	if to := h.as("finance").post("/journal/exports", url.Values{}).leads(); to != "/journal/exports" {
		t.Errorf("exported, it leads to %s", to)
	}
	h.as("auditor").get("/journal/exports").status(http.StatusOK).has("Tally XML").html(`href="/journal/exports/1/tally.xml"`)
	first := h.as("finance").get("/journal/exports/1/tally.xml").status(http.StatusOK).Body.String()
	var envelope struct {
		Vouchers []struct {
			Number int64 `xml:"VOUCHER>VOUCHERNUMBER"`
			Lines  []struct {
				Ledger   string `xml:"LEDGERNAME"`
				Positive string `xml:"ISDEEMEDPOSITIVE"`
				Amount   string `xml:"AMOUNT"`
			} `xml:"VOUCHER>ALLLEDGERENTRIES.LIST"`
		} `xml:"BODY>IMPORTDATA>REQUESTDATA>TALLYMESSAGE"`
	}
	if err := xml.Unmarshal([]byte(first), &envelope); err != nil {
		t.Fatal(err)
	}
	if len(envelope.Vouchers) < 10 {
		t.Fatalf("%d vouchers", len(envelope.Vouchers))
	}
	for i, v := range envelope.Vouchers {
		if v.Number != int64(i+1) || len(v.Lines) < 2 {
			t.Errorf("voucher %d: %+v", i+1, v)
		}
		for _, l := range v.Lines {
			if debit := strings.HasPrefix(l.Amount, "-"); debit != (l.Positive == "Yes") {
				t.Errorf("voucher %d: %+v", v.Number, l)
			}
		}
	}
	if again := h.as("finance").get("/journal/exports/1/tally.xml").Body.String(); again != first {
		t.Error("the file is another when it is fetched again")
	}
	h.as("finance").post("/journal/exports", url.Values{}).status(http.StatusConflict)
}
