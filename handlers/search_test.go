package handlers

import (
	"net/http"
	"testing"
)

func TestSearchLeadsToWhatANumberNames(t *testing.T) {
	h := newHouse(t)
	b := h.as("auditor")
	r := h.credit("RAMESH")
	for query, want := range map[string]string{r.Ref: "/records/" + r.Ref, "ln1002": "/accounts/LN1002", "LN%201002": "/accounts/LN1002"} {
		if got := b.get("/search?q=" + query).leads(); got != want {
			t.Errorf("%s leads to %s, want %s", query, got, want)
		}
	}
	_, approval := h.pending("KAVYA", "LN1002")
	if got := b.get("/search?q=" + approval.Ref).leads(); got != "/approvals/"+approval.Ref {
		t.Errorf("%s leads to %s", approval.Ref, got)
	}
}

func TestSearchListsWhatHoldsTheWords(t *testing.T) {
	h := newHouse(t)
	b := h.as("auditor")
	page := b.get("/search?q=kavya").status(http.StatusOK)
	if got := page.at("found-accounts"); got == "" {
		t.Error("no account")
	}
	page.has("What holds “kavya”", "LN1002", "Kavya Reddy", "5522570319", "11,002.00", "632109769538")
	b.get("/search?q=632202814772").status(http.StatusOK).has("7,250.50").lacks("Accounts All")
	b.get("/search?q=nobodyatall").status(http.StatusOK).has("Nothing holds “nobodyatall”")
	b.get("/search?q=").status(http.StatusOK).has("What are you looking for?")
	b.get("/search?q=%3Cscript%3E").status(http.StatusOK).has("Nothing holds “<script>”")
	if got := h.nobody().get("/search?q=kavya").leads(); got != "/signin?next=%2Fsearch%3Fq%3Dkavya" {
		t.Errorf("somebody unknown is led to %s", got)
	}
}
