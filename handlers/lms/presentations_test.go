package lms

import (
	"strings"
	"testing"
)

// A due is collected under a mandate: presented, returned with its charge, and
// confirmed with its money in the sponsor bank's net credit.
func TestNach(t *testing.T) {
	m := newMonday(t)
	mandate := m.do("operator", "POST", "/v1/lms/mandates/", map[string]any{"account": m.anita, "max_amount": "10000", "first_date": "2026-01-01", "last_date": "2027-12-31",
		"account_holder_name": "Anita Krishnamurthy", "ifsc": "SBIN0004430", "account_no": "30123456789"}).want(201).golden("mandate").has("status", "draft").text("id")
	m.do("auditor", "POST", "/v1/lms/mandates/", map[string]any{}).refused(403, "permission")
	at := "/v1/lms/mandates/" + mandate + "/"
	m.do("operator", "PUT", at+"answer/", map[string]any{"umrn": "SBIN7012604001234567"}).refused(409, "mandate.state")
	asked := m.do("credit_manager", "GET", "/v1/lms/approvals/?status=pending&kind=mandate", nil).want(200).has("count", 1)
	m.do("credit_manager", "PUT", "/v1/lms/approvals/"+asked.text("results.0.id")+"/approve/", nil).want(200)
	m.do("operator", "PUT", at+"answer/", map[string]any{"umrn": "SBIN7012604001234567"}).want(200).has("status", "active")
	m.do("auditor", "GET", "/v1/lms/accounts/"+m.anita+"/mandates/", nil).want(200).has("results.0.umrn", "SBIN7012604001234567")

	request := map[string]any{"date": "2026-04-30", "collection_bank": "HDFC-CA-01", "utility_code": "NACH00000000012345"}
	bulk := "/v1/lms/records/bulk_nach_request/"
	m.do("auditor", "POST", bulk, request).refused(403, "permission")
	drawn := m.do("operator", "POST", bulk, request).want(201).golden("nach_request").has("count", 1, "amount", "5501.0", "results.0.account", m.anita, "results.0.status", "pending",
		"rejected", 1, "refused.0.code", "presentation.no_mandate")
	m.do("operator", "POST", bulk, request).refused(409, "presentation.none")
	list := "/v1/lms/presentations/" + drawn.text("id") + "/"
	m.do("operator", "PUT", list+"release/", nil).refused(403, "permission")
	file := m.do("finance", "PUT", list+"release/", nil).want(200)
	if file.header.Get("Lekha-Count") != "1" || file.header.Get("Lekha-Total") != "5501.00" || !strings.HasPrefix(string(file.body), "56") {
		t.Errorf("file %v", file.header)
	}
	item := drawn.text("results.0.ref_id")
	status := "/v1/lms/records/nach_presentation_status/"
	m.do("operator", "PUT", status, map[string]any{"status": "success"}).refused(400, "fields")
	m.do("operator", "PUT", status, map[string]any{"record": item, "status": "bounced", "return_code": "04"}).want(200).golden("nach_item").has("status", "returned", "return_reason", "Balance insufficient")
	m.do("operator", "PUT", status, map[string]any{"record": item, "status": "success"}).refused(409, "presentation.contradiction")
	m.do("auditor", "GET", "/v1/lms/fees/?account="+m.anita, nil).want(200).has("count", 1, "results.0.total_amount", "590.0")

	request["date"], request["funds_confirmed"], request["accounts"] = "2026-05-02", []string{m.anita}, []string{m.anita}
	m.do("operator", "POST", bulk, request).refused(409, "presentation.none")
	m.close("2026-05-03")
	request["date"] = "2026-05-03"
	drawn = m.do("operator", "POST", bulk, request).want(201).has("results.0.presentation_no", 2)
	list = "/v1/lms/presentations/" + drawn.text("id") + "/"
	m.do("finance", "PUT", list+"release/", nil).want(200)
	sent := m.do("finance", "GET", list+"file/", nil).want(200)
	lines := strings.Split(string(sent.body), "\r\n")
	lines[1] = lines[1][:153] + "100" + lines[1][156:]
	m.do("operator", "POST", list+"answer/", form{"@answer.txt": strings.Join(lines, "\r\n")}).want(200).has("confirmed", 1, "open", 0)
	again := "/v1/lms/records/" + drawn.text("results.0.id") + "/nach_presentation_status/"
	owed := drawn.text("amount")
	m.do("operator", "PUT", again, map[string]any{"status": "success"}).want(200).has("status", "confirmed", "record", nil)
	m.do("operator", "POST", "/v1/lms/statements/", form{"collection_bank": "HDFC-CA-01", "format": "HDFC_CSV", "@hdfc.csv": hdfc(`03/05/26,NACH CR SETTLEMENT,NACHSETTLE0503,03/05/26,,"` + owed + `","` + owed + `"`)}).want(201)
	credit := m.find(owed)
	split := m.do("operator", "PUT", "/v1/lms/records/"+credit+"/nach_net_credit/", map[string]any{"date": "2026-05-03"}).want(200).has("status", "split").text("id")
	m.do("operator", "PUT", "/v1/lms/records/"+credit+"/nach_net_credit/", map[string]any{"date": "2026-05-03"}).refused(409, "presentation.sum")
	m.do("credit_manager", "PUT", "/v1/lms/records/"+split+"/approve/", nil).want(200)
	m.do("auditor", "GET", list, nil).want(200).has("results.0.record", split)
	m.sound()
}
