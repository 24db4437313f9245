package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestOwnViewsOfTheRecordList: a filter is kept under a name, for the person alone,
// and forgotten again.
func TestOwnViewsOfTheRecordList(t *testing.T) {
	h := newHouse(t)
	operator := h.as("operator")
	filter := url.Values{"status": {"unmatched"}, "min": {"1"}, "sort": {"-amount"}}
	operator.post("/records/views", filter).status(http.StatusUnprocessableEntity).has("Give the view a name")
	filter.Set("name", "Big ones")
	to := operator.post("/records/views", filter).leads()
	if at, err := url.Parse(to); err != nil || at.Query().Get("min") != "1" || at.Query().Get("sort") != "-amount" {
		t.Errorf("a kept view leads to %s", to)
	}
	page := operator.get("/records").has("Big ones").html("min=1")
	page.lacks("Forget Big ones")
	operator.get(to).has("Forget Big ones")
	h.as("credit_manager").get("/records").lacks("Big ones")
	for i := range 11 {
		operator.post("/records/views", url.Values{"name": {"View " + strings.Repeat("x", i+1)}}).leads()
	}
	operator.post("/records/views", url.Values{"name": {"One more"}}).status(http.StatusUnprocessableEntity).has("You keep 12 views already")
	operator.post("/records/views", filter).leads() // the same name is kept anew
	h.as("credit_manager").post("/records/views/forgetting", url.Values{"name": {"Big ones"}}).status(http.StatusNotFound)
	operator.post("/records/views/forgetting", url.Values{"name": {"Big ones"}}).leads()
	operator.get("/records").lacks("Big ones")
}

// TestColumnsOfTheRecordList: a person chooses what the list shows, and gets the
// usual columns back.
func TestColumnsOfTheRecordList(t *testing.T) {
	h := newHouse(t)
	operator := h.as("operator")
	operator.get("/records").html(`class="c-utr mono"`, `class="table hover stack fitted"`)
	to := operator.post("/records/columns", url.Values{"columns": {"bank_date", "type"}, "status": {"unmatched"}}).leads()
	if to != "/records?status=unmatched" {
		t.Errorf("choosing columns leads to %s", to)
	}
	page := operator.get(to).has("Bank date", "Repayment").html(`class="c-bdate num"`, `class="table hover stack"`)
	if body := page.Body.String(); strings.Contains(body, `class="c-utr mono"`) || strings.Contains(body, `sort-date`) {
		t.Error("columns that were left out are shown")
	}
	h.as("credit_manager").get("/records").html(`class="c-utr mono"`)
	operator.post("/records/columns", url.Values{"columns": {"colour"}}).status(http.StatusUnprocessableEntity)
	operator.post("/records/columns", url.Values{"usual": {"1"}, "columns": {"type"}}).leads()
	operator.get("/records").html(`class="c-utr mono"`, `class="table hover stack fitted"`)
}
