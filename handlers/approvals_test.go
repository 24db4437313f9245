package handlers

import (
	"net/http"
	"testing"
)

func TestApprovalsShowTheFirst(t *testing.T) {
	h := newHouse(t)
	_, approval := h.pending(creditForBalaji, "LN1001")
	page := h.as("credit_manager").get("/approvals").status(http.StatusOK)
	page.has("Waiting for you", "Shree Balaji Textiles", approval.Ref, "Pays this month.")
}
