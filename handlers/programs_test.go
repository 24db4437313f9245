package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

func (h *house) program(name string) store.Program {
	h.t.Helper()
	var p store.Program
	h.look(func(ctx context.Context, v *store.View) (err error) {
		p, err = v.ProgramByAny(ctx, name)
		return err
	})
	return p
}

// programForm is what the browser sends back of a product's page.
func programForm(page answer) url.Values {
	form := url.Values{}
	for _, name := range []string{"version", "name", "roi_value", "interest_method", "amortization", "emi_count", "emi_frequency", "day_count", "bpi_mode",
		"settlement_order", "component_order", "apply_rest_to_fees", "overdue_roi_value", "overdue_base", "penal_kind", "penal_rate", "penal_amount",
		"penal_cap", "penal_charge_from", "grace_days"} {
		form.Set(name, page.value(name))
	}
	return form
}

func TestProgramIsMadeAndChanged(t *testing.T) {
	h := newHouse(t)
	admin := h.as("admin")
	form := programForm(admin.get("/programs/new").status(http.StatusOK))
	form.Set("name", "Dairy loans")
	form.Set("roi_value", "21.5")
	form.Set("emi_count", "18")
	form.Set("overdue_roi_value", "24")
	form.Set("penal_kind", "flat")
	form.Set("penal_amount", "250")
	form.Set("day_count", "30/360")
	admin.post("/programs", form).leads()
	admin.get("/programs").has("Saved Dairy loans", "21.5%", "18 instalments", "24%", "once")

	p := h.program("Dairy loans")
	page := admin.get("/programs/" + p.Ref).status(http.StatusOK).has("Added program Dairy loans")
	again := programForm(page)
	if again.Get("roi_value") != "21.5" || again.Get("penal_amount") != "250.00" || again.Get("day_count") != "30/360" {
		t.Errorf("the form shows %v", again)
	}
	again.Set("component_order", "P-P")
	refused := admin.post("/programs/"+p.Ref, again).status(http.StatusUnprocessableEntity)
	if refused.value("component_order") != "P-P" || !refused.lies("e-component_order") {
		t.Error("a refused order is not shown beside its field")
	}
	again.Set("component_order", "F-PI-OI-NI-P")
	admin.post("/programs/"+p.Ref, again).leads()
	now := h.program("Dairy loans")
	if !strings.Contains(now.Policy, "F-PI-OI-NI-P") || now.Version != p.Version+1 {
		t.Errorf("the policy is %s at version %d", now.Policy, now.Version)
	}
	// From the form that was open before: somebody was faster.
	admin.post("/programs/"+p.Ref, again).status(http.StatusConflict).has("Somebody changed program")
}

func TestProgramRefusals(t *testing.T) {
	h := newHouse(t)
	form := programForm(h.as("admin").get("/programs/new"))
	form.Set("name", "Business loans")
	h.as("admin").post("/programs", form).status(http.StatusUnprocessableEntity).has("There is a program Business loans already")
	form.Set("name", "Other")
	form.Set("roi_value", "abc")
	form.Set("emi_count", "-1")
	refused := h.as("admin").post("/programs", form).status(http.StatusUnprocessableEntity)
	if !refused.lies("e-roi_value") || !refused.lies("e-emi_count") {
		t.Error("what cannot be read is not shown beside its field")
	}
	ref := h.program("Business loans").Ref
	h.as("operator").get("/programs/" + ref).status(http.StatusOK).has("This is for an administrator").html("disabled")
	h.as("operator").post("/programs/"+ref, form).status(http.StatusForbidden)
	h.as("admin").get("/programs/PRG00000").status(http.StatusNotFound)
}

// TestOneRateOverSlabs: a rate typed over rates by the days holds from then on; the
// one that was shown, sent back, leaves them.
func TestOneRateOverSlabs(t *testing.T) {
	h := newHouse(t)
	admin := h.as("admin")
	made, err := h.office.CreateProgram(t.Context(), h.actor("admin"), servicing.ProgramInput{Name: "Forty days", Terms: lending.Terms{
		RateSlabs: lending.RateSlabs{{ToDay: 15, Rate: 18 * 1_000_000}, {Rate: 36 * 1_000_000}}, Amortization: lending.Bullet,
		EMICount: 1, EMIFrequency: lending.EveryDays, EMIEvery: 40}})
	if err != nil {
		t.Fatal(err)
	}
	form := programForm(admin.get("/programs/" + made.Ref).status(http.StatusOK))
	form.Set("grace_days", "2")
	admin.post("/programs/"+made.Ref, form).leads()
	admin.get("/programs").has("18% to day 15, then 36%")
	form = programForm(admin.get("/programs/" + made.Ref).status(http.StatusOK))
	form.Set("roi_value", "30")
	admin.post("/programs/"+made.Ref, form).leads()
	admin.get("/programs").has("30%").lacks("18% to day 15")
}

func TestBankIsMadeAndChanged(t *testing.T) {
	h := newHouse(t)
	admin := h.as("admin")
	form := url.Values{"kind": {"collection"}, "account_holder_name": {"Sample Finance"}, "account_no": {"919010012345678"}, "ifsc": {"utib0000007"},
		"account_type": {"current"}, "code": {"axis-ca-03"}, "bank": {"axis"}, "name_at_bank": {""}}
	admin.post("/banks", form).leads()
	admin.get("/banks").status(http.StatusOK).has("AXIS-CA-03", "UTIB0000007", "••5678", "Ours 3")
	ref := h.bankRef("AXIS-CA-03")
	page := admin.get("/banks/" + ref).status(http.StatusOK)
	if page.value("account_no") != "919010012345678" || page.value("code") != "AXIS-CA-03" {
		t.Error("the form does not show what is stored")
	}
	form.Set("version", page.value("version"))
	form.Set("ifsc", "UTIB7")
	admin.post("/banks/"+ref, form).status(http.StatusUnprocessableEntity).has("An IFSC is four letters, a zero and six letters or digits")
	form.Set("ifsc", "UTIB0000008")
	admin.post("/banks/"+ref, form).leads()
	admin.post("/banks/"+ref, form).status(http.StatusConflict).has("Somebody changed bank")
	admin.get("/banks?kind=credit").has("No such account")

	form.Del("version")
	admin.post("/banks", form).status(http.StatusUnprocessableEntity).has("There is a bank account AXIS-CA-03 already")
	h.as("finance").post("/banks", form).status(http.StatusForbidden)
}
