package handlers

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// TestSplitByFile: a credit is split by an uploaded breakdown; wrong rows are
// named, and nothing is half done.
func TestSplitByFile(t *testing.T) {
	h := newHouse(t)
	r := h.credit("SOMEBODY ELSE")
	operator, path := h.as("operator"), "/matching/"+r.Ref+"/lump"
	h.as("operator").get("/matching/" + r.Ref).html(`href="` + path + `"`)
	operator.get(path).status(http.StatusOK).has("Split by a file", "16,163.00")
	values := url.Values{"version": {strconv.FormatInt(r.Version, 10)}, "remark": {"Settlement."}}
	bad := "account,amount,utr\nLN1001,10662.00,UPI632109000001\nLN9999,5619.00,UPI632109000002\nfee,100.00,\ngst,18.00,\n"
	operator.upload(path, "file", []sent{{"b.csv", bad}}, values).status(http.StatusUnprocessableEntity).has("1 row is wrong", "Row 3: there is no account LN9999.")
	short := "account,amount,utr\nLN1001,10662.00,UPI632109000001\nLN1002,5619.00,UPI632109000002\nfee,99.99,\ngst,18.00,\n"
	operator.upload(path, "file", []sent{{"b.csv", short}}, values).status(http.StatusUnprocessableEntity).has("0.01")
	operator.upload(path, "file", nil, values).status(http.StatusUnprocessableEntity).has("Choose the breakdown")
	if got := h.record(r.Ref).Status; got != "unmatched" {
		t.Fatalf("refused files leave it %s", got)
	}
	good := "account,amount,utr\nLN1001,10662.00,UPI632109000001\nLN1002,5619.00,UPI632109000002\nfee,100.00,\ngst,18.00,\n"
	operator.upload(path, "file", []sent{{"b.csv", good}}, values).status(http.StatusSeeOther)
	approval := h.approvalOf(r.Ref)
	h.as("credit_manager").get("/approvals/"+approval.Ref).status(http.StatusOK).has("Fee withheld", "GST on the fee")
	operator.get("/records/"+r.Ref).status(http.StatusOK).html(`id="withheld"`).has("16,281.00", "−100.00", "−18.00", "the gateway kept a fee of ₹100.00 and GST of ₹18.00")
	operator.get("/matching/" + r.Ref).status(http.StatusOK)
	h.decide("credit_manager", approval, "approve", "")
	operator.get("/records/" + r.Ref).status(http.StatusOK)
	h.as("auditor").get(path).status(http.StatusForbidden)
}

// TestLongBreakdown: of a split over many the pages show the first parts and say how
// many more there are; the record shows all when it is asked for them.
func TestLongBreakdown(t *testing.T) {
	h := newHouse(t)
	r := h.credit("SOMEBODY ELSE")
	file := strings.Builder{}
	file.WriteString("account,amount,utr\n")
	for i := range 119 {
		fmt.Fprintf(&file, "LN100%d,135.00,UPI6321090%05d\n", 1+i%2, i)
	}
	file.WriteString("LN1001,98.00,UPI632109099999\n")
	operator := h.as("operator")
	operator.upload("/matching/"+r.Ref+"/lump", "file", []sent{{"b.csv", file.String()}}, url.Values{"version": {strconv.FormatInt(r.Version, 10)}}).status(http.StatusSeeOther)
	approval := h.approvalOf(r.Ref)
	h.as("credit_manager").get("/approvals/"+approval.Ref).status(http.StatusOK).has("And 100 parts more", "Part 1 of 120").html("/records/" + r.Ref + "?parts=all")
	operator.get("/matching/" + r.Ref).status(http.StatusOK).has("And 70 parts more")
	operator.get("/records/"+r.Ref).status(http.StatusOK).has("120 payments", "Show all 120 parts").lacks("98.00")
	operator.get("/records/" + r.Ref + "?parts=all").status(http.StatusOK).has("98.00").lacks("Show all")
	h.decide("credit_manager", approval, "approve", "")
	operator.get("/accounts/LN1002").status(http.StatusOK)
	operator.get("/matching/" + r.Ref).status(http.StatusOK).has("And 70 parts more")
}
