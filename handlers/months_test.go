package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lekha/store"
)

// TestMonthOverThePages: the list stands with its links, a month that is not over is
// not closed, and who may not close it reads why.
func TestMonthOverThePages(t *testing.T) {
	h := newHouse(t)
	month := monthPath(houseToday.String()[:7])
	h.as("finance").get("/months").status(http.StatusOK).has("Open").html(`href="` + month + `"`)
	h.as("finance").get(month).status(http.StatusOK).has("The last day is closed", "Not yet", "The list is not in order yet.").html(`href="/tieout?`)
	h.as("auditor").get(month).status(http.StatusOK).has("This is for finance.")
	h.as("operator").get(month).status(http.StatusForbidden)
	h.as("finance").post(month+"/closing", url.Values{}).status(http.StatusConflict).has("cannot be closed yet")
	h.as("operator").post(month+"/closing", url.Values{}).status(http.StatusForbidden)
	h.as("finance").get("/months/2026-19").status(http.StatusNotFound)
	h.as("finance").get(month + "/changes").status(http.StatusOK).has("Nothing changed")
}

// monthPath is the page of a month.
func monthPath(month string) string { return "/months/" + month }

// TestClosedMonthOverThePages: it is closed, asked to be opened, and opened by a
// credit manager.
func TestClosedMonthOverThePages(t *testing.T) {
	h := newHouse(t)
	before := houseToday.AddMonths(-1).String()[:7]
	if to := h.as("finance").post(monthPath(before)+"/closing", url.Values{}).leads(); to != monthPath(before) {
		t.Fatalf("closed, it leads to %s", to)
	}
	h.as("finance").get(monthPath(before)).status(http.StatusOK).has("Closed by", "Open it again")
	h.as("finance").post(monthPath(before)+"/reopening-request", url.Values{}).status(http.StatusUnprocessableEntity).has("Say why.")
	to := h.as("finance").post(monthPath(before)+"/reopening-request", url.Values{"reason": {"A fee is missing."}}).leads()
	if !strings.HasPrefix(to, "/approvals/") {
		t.Fatalf("asked, it leads to %s", to)
	}
	h.as("finance").get(monthPath(before)).status(http.StatusOK).has("A request to open it again waits.")
	h.as("credit_manager").get(to).status(http.StatusOK).has("Month opened again", "closed", "open")
	h.as("credit_manager").post(to+"/decision", url.Values{"decision": {"approve"}, "version": {"1"}}).leads()
	h.as("finance").get("/months").status(http.StatusOK)
	h.as("finance").get(monthPath(before)).status(http.StatusOK).has("Close ")
}

// TestChartOverThePages: another code and another value are asked for by finance,
// decided by a credit manager, and stand with their day.
func TestChartOverThePages(t *testing.T) {
	h := newHouse(t)
	next := houseToday.AddDays(2).String()
	h.as("finance").get("/journal/chart").status(http.StatusOK).has("Chart of accounts", "Interest income").html(`href="/journal/chart/interest_income"`)
	h.as("operator").get("/journal/chart").status(http.StatusForbidden)
	h.as("finance").get("/journal/chart/nothing").status(http.StatusNotFound)
	h.as("finance").post("/journal/chart/interest_income", url.Values{"code": {"4999"}, "from": {next}, "reason": {"Our own chart."}}).status(http.StatusUnprocessableEntity).has("Name this account")
	to := h.as("finance").post("/journal/chart/interest_income", url.Values{"code": {"40-INT"}, "name": {"Income from loans"}, "from": {next}, "reason": {"Our own chart."}}).leads()
	h.as("credit_manager").get(to).status(http.StatusOK).has("40-INT Income from loans")
	h.as("credit_manager").post(to+"/decision", url.Values{"decision": {"approve"}, "version": {"1"}}).leads()
	h.as("auditor").get("/journal/chart").status(http.StatusOK).has("40-INT Income from loans", "4100")
	masters := h.as("finance").get("/journal/masters.xml").status(http.StatusOK).Body.String()
	for _, want := range []string{`<LEDGER NAME="4100 Interest income" ACTION="Create">`, `<NAME>40-INT Income from loans</NAME>`, `<PARENT>Direct Incomes</PARENT>`, `<PARENT>Bank Accounts</PARENT>`, "All Masters"} {
		if !strings.Contains(masters, want) {
			t.Errorf("the masters lack %s", want)
		}
	}
	h.as("finance").get("/journal/chart.csv").status(http.StatusOK)
	h.as("finance").get("/parameters").status(http.StatusOK).has("GST on bounce charge", "taxed", "Provision of sub-standard assets", "10 %")
	h.as("finance").get("/parameters/gst_on_bounce_charge").status(http.StatusOK).has("Bears GST")
	h.as("finance").post("/parameters/gst_on_bounce_charge", url.Values{"value": {"no"}, "from": {houseToday.String()}, "reason": {"CESTAT 2023"}}).status(http.StatusUnprocessableEntity).has("a day to come")
	to = h.as("finance").post("/parameters/gst_on_bounce_charge", url.Values{"value": {"no"}, "from": {next}, "reason": {"CESTAT 2023"}}).leads()
	h.as("credit_manager").post(to+"/decision", url.Values{"decision": {"approve"}, "version": {"1"}}).leads()
	h.as("finance").get("/parameters").status(http.StatusOK).has("not taxed, approved in")
}

// TestTaxLetters: the invoice of a fee and its credit note are printed with their
// heads, and a fee without one has none.
func TestTaxLetters(t *testing.T) {
	h := newHouse(t)
	to := h.as("operator").post("/fees", url.Values{"account": {"LN1002"}, "head": {"statement_charge"}, "name": {"Statement"}, "amount": {"101.50"}}).leads()
	if to != "/fees" {
		t.Fatalf("demanded, it leads to %s", to)
	}
	var ref, id string
	h.look(func(ctx context.Context, v *store.View) error {
		fees, _, err := v.QueryFees(ctx, store.FeeQuery{Search: "Statement", Listing: store.Listing{Sort: "index", Descending: true, Limit: 1}})
		if len(fees) == 1 {
			ref, id = fees[0].Ref, fees[0].ID
		}
		return err
	})
	h.as("auditor").get("/fees").status(http.StatusOK).html(`href="/fees/` + ref + `/invoice"`)
	page := h.as("auditor").get("/fees/"+ref+"/invoice").status(http.StatusOK).has("Tax invoice I/", "9971", "taxable value", "101.50", "Place of supply")
	if page.at("total") == "" {
		t.Error("the invoice has no total")
	}
	h.as("auditor").get("/fees/" + ref + "/credit-notes/1").status(http.StatusNotFound).has("There is no such credit note.")
	to = h.as("operator").post("/waivers", url.Values{"account": {"LN1002"}, "waive.F." + id: {"101.50"}, "reason": {"Goodwill."}}).leads()
	var approval string
	h.look(func(ctx context.Context, v *store.View) error {
		waiting, err := v.OpenApprovalsOfAccount(ctx, accountOf(ctx, v, "LN1002"))
		if len(waiting) > 0 {
			approval = waiting[0]
		}
		return err
	})
	h.as("credit_manager").post("/approvals/"+approval+"/decision", url.Values{"decision": {"approve"}, "version": {"1"}}).leads()
	h.as("auditor").get("/fees/" + ref + "/invoice").status(http.StatusOK).has("Credit note C/")
	h.as("auditor").get("/fees/"+ref+"/credit-notes/1").status(http.StatusOK).has("Credit note C/", "against invoice I/")
	_ = to
}

func accountOf(ctx context.Context, v *store.View, ref string) string {
	account, _ := v.AccountByRef(ctx, ref)
	return account.ID
}

// TestAccountLeadsToItsJournal: the figures of an account lead to its sub-ledger,
// where each ties and each entry leads back.
func TestAccountLeadsToItsJournal(t *testing.T) {
	h := newHouse(t)
	h.settled(creditForKavya, "LN1002")
	h.as("operator").get("/accounts/LN1002").status(http.StatusOK).html(`href="/accounts/LN1002/journal"`)
	page := h.as("operator").get("/accounts/LN1002/journal").status(http.StatusOK).has("Principal outstanding", "Interest due", "Excess", "Receipt allocated", "Loan principal")
	if body := page.Body.String(); strings.Contains(body, ">No<") {
		t.Error("a figure does not tie")
	}
	h.as("operator").get("/accounts/LN9999/journal").status(http.StatusNotFound)
}
