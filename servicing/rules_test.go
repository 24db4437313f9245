package servicing

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"

	"lekha/lending"
	"lekha/store"
)

// rules are those of a kind now.
func (h *house) rules(kind string) []Slab {
	h.Helper()
	var found []Slab
	h.read(func(ctx context.Context, v *store.View) error {
		kinds, err := RulesOf(ctx, v)
		for _, k := range kinds {
			if k.Kind == kind {
				found = k.Slabs
			}
		}
		return err
	})
	return found
}

// TestRulesAreChangedByTwoPeople: an administrator asks, another person decides,
// and from then on requests are sent by the new rules.
func TestRulesAreChangedByTwoPeople(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	waiting := h.match(h.credit("NEFT CR 1", "SBIN00000000001", "8000.00"), "PL001")
	two := []Slab{{rupees("5000"), 1, CreditManager, ""}, {0, 2, CreditManager, Finance}}
	change := RulesChange{Kind: "record", Slabs: two, Reason: "The auditor asks for it."}
	for _, who := range []Actor{h.asha, h.ravi, h.omar} {
		_, err := h.office.ProposeRules(t.Context(), who, change)
		h.refused(err, "permission")
	}
	before := h.rules("record")
	asked, err := h.office.ProposeRules(t.Context(), h.admin(), change)
	h.must(err)
	_, err = h.office.ProposeRules(t.Context(), h.admin(), RulesChange{Kind: "record", Slabs: two[1:], Reason: "x"})
	h.refused(err, "approval.open")
	if got := h.rules("record"); len(got) != len(before) {
		t.Errorf("a request changed the rules to %v", got)
	}
	_, err = h.office.Decide(t.Context(), h.admin(), asked.Ref, DecisionInput{Decision: "approve"})
	h.refused(err, "approval.role")
	h.must(h.signed(asked.Ref, h.ravi))
	if got := h.rules("record"); len(got) != 2 || got[1] != two[1] {
		t.Errorf("the rules are %v", got)
	}
	if a := h.openApproval(waiting.Ref); a.Levels != 1 {
		t.Errorf("what waited has %d levels now", a.Levels)
	}
	later := h.match(h.credit("NEFT CR 2", "SBIN00000000002", "8000.00"), "PL001")
	if a := h.openApproval(later.Ref); a.Levels != 2 || a.Role != string(CreditManager) {
		t.Errorf("what is sent later has %d levels, first of %s", a.Levels, a.Role)
	}
	_, err = h.office.ProposeRules(t.Context(), h.admin(), change)
	h.refused(err, "rules.same")
	h.sound()
}

// TestLimitsAreChangedByTwoPeople: what settles by itself, and how old a date may be.
func TestLimitsAreChangedByTwoPeople(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	limits := Limits{AutoLimit: rupees("500"), BackdateFreeDays: 3, StatementFreeDays: 7, ConfirmDays: 3}
	asked, err := h.office.ProposeRules(t.Context(), h.admin(), RulesChange{Kind: LimitsKind, Limits: limits, Reason: "Small money."})
	h.must(err)
	h.must(h.signed(asked.Ref, h.ravi))
	if small := h.match(h.credit("NEFT CR 1", "SBIN00000000001", "400.00"), "PL001"); small.Status != "processed" {
		t.Errorf("a receipt under the limit is %s", small.Status)
	}
	if large := h.match(h.credit("NEFT CR 2", "SBIN00000000002", "501.00"), "PL001"); large.Status != "pending" {
		t.Errorf("a receipt over the limit is %s", large.Status)
	}
	h.sound()
}

func TestRulesThatCannotBe(t *testing.T) {
	h := newHouse(t)
	for field, slabs := range map[string][]Slab{
		"slabs":             nil,
		"slabs.0.up_to":     {{rupees("5000"), 1, CreditManager, ""}},
		"slabs.1.up_to":     {{rupees("5000"), 1, CreditManager, ""}, {rupees("4000"), 1, CreditManager, ""}, {0, 2, CreditManager, ""}},
		"slabs.0.levels":    {{0, 0, CreditManager, ""}},
		"slabs.0.role":      {{0, 1, Operator, ""}},
		"slabs.0.last_role": {{0, 1, CreditManager, Finance}},
	} {
		_, err := h.office.ProposeRules(t.Context(), h.admin(), RulesChange{Kind: "record", Slabs: slabs, Reason: "x"})
		if refused := h.refused(err, "rules.invalid"); refused.Fields[field] == "" {
			t.Errorf("%v: %v, want a word on %s", slabs, refused.Fields, field)
		}
	}
	_, err := h.office.ProposeRules(t.Context(), h.admin(), RulesChange{Kind: LimitsKind, Limits: Limits{AutoLimit: rupees("100001")}, Reason: "x"})
	h.refused(err, "rules.invalid")
	_, err = h.office.ProposeRules(t.Context(), h.admin(), RulesChange{Kind: "colour", Reason: "x"})
	h.refused(err, "rules.not_found")
	_, err = h.office.ProposeRules(t.Context(), h.admin(), RulesChange{Kind: "record", Slabs: []Slab{{0, 1, CreditManager, ""}}})
	h.refused(err, "rules.reason")
}

// stuck is how many requests nobody can decide.
func (h *house) stuck() (n int64) {
	h.Helper()
	h.read(func(ctx context.Context, v *store.View) (err error) {
		n, _, err = v.StuckApprovals(ctx)
		return err
	})
	return n
}

// TestRequestsThatNobodyCanDecide: a second level needs a second person, and the
// last one who decides is not sent away while something waits.
func TestRequestsThatNobodyCanDecide(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	_, err := h.people.DeactivateUser(t.Context(), h.admin(), "mina", 0)
	h.must(err) // nothing waits
	h.match(h.credit("NEFT CR 1", "SBIN00000000001", "8000.00"), "PL001")
	if n := h.stuck(); n != 0 {
		t.Errorf("%d requests are stuck, want none", n)
	}
	old, err := h.office.CreateRecord(t.Context(), h.asha, NewRecord{Account: "PL001", Received: rupees("100"), Mode: "cash", Date: h.today().AddDays(-3), BankDate: h.today(), Source: "hand"})
	h.must(err)
	_, err = h.office.RequestApproval(t.Context(), h.asha, old.Ref, old.Version, "late")
	h.must(err)
	if n := h.stuck(); n != 1 {
		t.Errorf("%d requests are stuck, want the one that needs two", n)
	}
	h.must(h.decide(h.ravi, old, "approve", ""))
	if n := h.stuck(); n != 1 {
		t.Errorf("signed once, %d requests are stuck, want one", n)
	}
	_, err = h.people.DeactivateUser(t.Context(), h.admin(), "ravi", 0)
	h.refused(err, "user.last_decider")
	_, err = h.people.UpdateUser(t.Context(), h.admin(), UserChange{User: "ravi", Name: "Ravi", Roles: []Role{Operator}})
	h.refused(err, "user.last_decider")
	_, err = h.people.DeactivateUser(t.Context(), h.admin(), "bela", 0)
	h.must(err) // decides nothing
	_, err = h.people.ReactivateUser(t.Context(), h.admin(), "mina", 0)
	h.must(err)
	if n := h.stuck(); n != 0 {
		t.Errorf("%d requests are stuck although Mina is back", n)
	}
	_, err = h.people.DeactivateUser(t.Context(), h.admin(), "mina", 0)
	h.refused(err, "user.last_decider") // Ravi stays, but he has signed
	_, err = h.people.DeactivateUser(t.Context(), h.admin(), "ravi", 0)
	h.must(err)
}

// TestFirstRunMakesASecondManager: who decides what one may not decide alone can
// be made at once, and is another person.
func TestFirstRunMakesASecondManager(t *testing.T) {
	h := emptyHouse(t)
	in := FirstRun{
		Company: CompanyInput{Name: "Acme Finance Pvt Ltd", BusinessDate: day(monday)},
		Bank:    BankInput{Code: "HDFC-CA-01", Bank: "hdfc", IFSC: "HDFC0000001", AccountNo: "50200012345678", AccountHolderName: "Acme Finance Pvt Ltd"},
		Program: standardProgram(),
		Admin:   NewUser{Username: "admin", Name: "Anil", Password: "a quiet river"}, Operator: NewUser{Username: "asha", Name: "Asha", Password: "a quiet river"},
		CreditManager: NewUser{Username: "admin"},
		SecondManager: NewUser{Username: "Asha", Name: "Asha", Password: "a quiet river"},
	}
	_, err := h.people.SetUp(t.Context(), in)
	if refused, ok := errors.AsType[*lending.Error](err); !ok || refused.Fields["second_manager_username"] == "" {
		t.Fatalf("the operator is the second credit manager: %v", err)
	}
	in.SecondManager = NewUser{Username: "mina", Name: "Mina"}
	_, err = h.people.SetUp(t.Context(), in)
	if refused, ok := errors.AsType[*lending.Error](err); !ok || refused.Fields["second_manager_password"] == "" {
		t.Fatalf("half a person: %v", err)
	}
	in.SecondManager.Password = "a quiet river"
	_, err = h.people.SetUp(t.Context(), in)
	h.must(err)
	if mina := h.actor("mina"); !mina.Has(CreditManager) || mina.Has(Admin) {
		t.Errorf("%+v", mina)
	}
}

// TestRulesChangeOnlyByARequest: whoever writes to the tables themselves is stopped
// by the database unless a request that was decided says the same.
func TestRulesChangeOnlyByARequest(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	h.match(h.credit("NEFT CR 1", "SBIN00000000001", "8000.00"), "PL001")
	raw, err := sqlx.Open("sqlite3", "file:"+h.path+"?_busy_timeout=5000")
	h.must(err)
	defer raw.Close()
	stopped := func(statement string) {
		t.Helper()
		if _, err := raw.Exec(statement); err == nil || !strings.Contains(err.Error(), "approval_rules.undecided") {
			t.Errorf("%s: %v", statement, err)
		}
	}
	tries := []string{`UPDATE approval_rules SET levels = 1`, `DELETE FROM approval_rules WHERE kind = 'record'`, `INSERT INTO approval_rules (kind, up_to, levels, role) VALUES ('record', 77, 1, 'credit_manager')`,
		`UPDATE company SET auto_limit = 100`, `UPDATE company SET confirm_days = confirm_days + 1`}
	for _, try := range tries {
		stopped(try)
	}
	for _, change := range []RulesChange{
		{Kind: "record", Slabs: []Slab{{rupees("500"), 1, CreditManager, ""}, {0, 2, CreditManager, ""}}, Reason: "Small money."},
		{Kind: LimitsKind, Limits: Limits{AutoLimit: rupees("10"), BackdateFreeDays: 1, StatementFreeDays: 7, ConfirmDays: 3}, Reason: "Small money."},
	} {
		asked, err := h.office.ProposeRules(t.Context(), h.admin(), change)
		h.must(err)
		_, err = h.office.Decide(t.Context(), h.ravi, asked.Ref, DecisionInput{Decision: "approve", Version: asked.Version})
		h.must(err)
	}
	for _, try := range tries {
		stopped(try)
	}
	h.sound()
}
