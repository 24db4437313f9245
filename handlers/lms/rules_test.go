package lms

import "testing"

// TestRulesByTheAPI: asked for by an administrator, decided by a credit manager.
func TestRulesByTheAPI(t *testing.T) {
	h := newHouse(t, "2026-04-01", "12:00:00.000000")
	rules := h.do("auditor", "GET", "/v1/lms/approval_rules/", nil).want(200)
	rules.has("results.0.kind", "record", "results.0.slabs.0.up_to", "100000.0", "results.0.slabs.2.levels", 2, "limits.backdate_free_days", 0)
	body := map[string]any{"reason": "The auditor asks for it.", "slabs": []map[string]any{{"up_to": 5000, "levels": 1, "role": "credit_manager"}, {"levels": 2, "role": "credit_manager", "last_role": "finance"}}}
	h.do("operator", "PUT", "/v1/lms/approval_rules/record/", body).want(403)
	asked := h.do("admin", "PUT", "/v1/lms/approval_rules/record/", body).want(201).has("kind", "rules", "status", "pending")
	h.do("admin", "PUT", "/v1/lms/approval_rules/record/", body).refused(409, "approval.open")
	h.do("credit_manager", "PUT", "/v1/lms/approvals/"+asked.text("ref_id")+"/approve/", nil).want(200).has("status", "approved")
	h.do("auditor", "GET", "/v1/lms/approval_rules/", nil).want(200).has("results.0.slabs.0.up_to", "5000.0", "results.0.slabs.1.last_role", "finance")
	h.do("admin", "PUT", "/v1/lms/approval_rules/limits/", map[string]any{"reason": "x", "auto_limit": "100001"}).want(400)
	h.do("admin", "PUT", "/v1/lms/approval_rules/colour/", body).want(404)
	h.do("admin", "PUT", "/v1/lms/approval_rules/money/", map[string]any{"reason": "x", "payout_tries": 0}).want(400)
	money := h.do("admin", "PUT", "/v1/lms/approval_rules/money/", map[string]any{"reason": "The board wants it.", "payout_daily_cap": "500000", "bounce_charge": 350}).want(201)
	h.do("credit_manager", "PUT", "/v1/lms/approvals/"+money.text("ref_id")+"/approve/", nil).want(200)
	h.do("auditor", "GET", "/v1/lms/approval_rules/", nil).want(200).has("money.payout_daily_cap", "500000.0", "money.bounce_charge", "350.0", "money.refund_hold_days", 3)
}
