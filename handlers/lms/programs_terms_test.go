package lms

import "testing"

// TestProgramShowsTheTermsItHas: what a program was given of rates by the days, of
// interest by the balance and of shape is what it answers, and giving it back as it
// was answered changes nothing.
func TestProgramShowsTheTermsItHas(t *testing.T) {
	h := newMonday(t)
	slabs := []any{map[string]any{"days": "15", "value": 18}, map[string]any{"days": 30, "value": 24}, map[string]any{"days": "inf", "value": 36}}
	made := h.do("admin", "POST", "/v1/lms/programs/", map[string]any{"name": "Forty days", "loan_data": map[string]any{
		"roi_value": slabs, "roi_slab_pricing": "all_days", "tenure_value": 40, "tenure_period": "days"}}).want(201)
	answered := []any{"loan_data.roi_value.0.days", "15", "loan_data.roi_value.0.value", "18", "loan_data.roi_value.1.days", "30",
		"loan_data.roi_value.2.days", "-1", "loan_data.roi_value.2.value", "36", "loan_data.roi_slab_pricing", "all_days"}
	made.has(answered...)
	given := map[string]any{"roi_value": []any{map[string]any{"days": 15, "value": 18}, map[string]any{"days": 30, "value": 24}, map[string]any{"days": -1, "value": 36}}}
	h.do("admin", "PATCH", "/v1/lms/programs/"+made.text("id")+"/", map[string]any{"loan_data": given}).want(200).has(answered...)

	h.do("admin", "POST", "/v1/lms/programs/", map[string]any{"name": "Plough", "loan_data": map[string]any{"roi_value": 15, "emi_count": 12,
		"interest_recalculation": "daily", "balloon": 5000, "steps": []any{map[string]any{"every": 3, "percent": 10}},
		"moratorium": map[string]any{"instalments": 3, "kind": "interest_paid_during"}}}).want(201).
		has("loan_data.interest_recalculation", "daily", "loan_data.balloon", "5000.0", "loan_data.steps.0.every", "3",
			"loan_data.moratorium.instalments", "3", "loan_data.moratorium.kind", "interest_paid_during")
}
