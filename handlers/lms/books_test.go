package lms

import (
	"testing"
)

// TestBooksByTheAPI: the trial balance is zero, a month is closed when its list is in
// order, by finance alone, and opened again by two.
func TestBooksByTheAPI(t *testing.T) {
	h := newHouse(t, "2026-04-01", "12:00:00.000000")
	h.do("operator", "GET", "/v1/lms/trial_balance/", nil).want(403)
	h.do("auditor", "GET", "/v1/lms/trial_balance/?from_date=2026-04-01", nil).want(200)
	h.do("auditor", "GET", "/v1/lms/months/2026-04/", nil).want(200).has("status", "open", "checks.0.key", "days", "checks.0.ok", false)
	h.do("operator", "PUT", "/v1/lms/months/2026-04/close/", nil).want(403)
	h.do("finance", "PUT", "/v1/lms/months/2026-04/close/", nil).refused(409, "month.not_ready")
	h.do("finance", "PUT", "/v1/lms/months/2026-03/close/", nil).want(200).has("status", "closed", "month", "2026-03")
	h.do("finance", "PUT", "/v1/lms/months/2026-03/close/", nil).refused(409, "month.closed")
	asked := h.do("finance", "PUT", "/v1/lms/months/2026-03/reopen/", map[string]any{"reason": "A fee is missing."}).want(201).has("kind", "month_reopening", "status", "pending")
	h.do("auditor", "GET", "/v1/lms/months/2026-03/", nil).want(200).has("request", asked.text("ref_id"))
	h.do("credit_manager", "PUT", "/v1/lms/approvals/"+asked.text("ref_id")+"/approve/", nil).want(200).has("status", "approved")
	h.do("auditor", "GET", "/v1/lms/months/2026-03/", nil).want(200).has("status", "reopened")
	h.do("auditor", "GET", "/v1/lms/months/", nil).want(200)
	h.do("auditor", "GET", "/v1/lms/months/soon/", nil).want(404)
}
