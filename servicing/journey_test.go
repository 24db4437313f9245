package servicing

import (
	"context"
	"strings"
	"sync"
	"testing"

	"lekha/lending"
	"lekha/store"
)

// line is a credit of a statement of the house's account. The balance only has
// to tell lines apart.
func line(date, narration, reference, amount, balance string) string {
	return strings.Join([]string{date, narration, reference, date, "", amount, balance}, ",")
}

// credit imports one line and returns its record.
func (h *house) credit(narration, reference, amount string) store.Record {
	h.Helper()
	h.lines++
	balance := rupees(amount) + lending.Money(h.lines)*1_000_000_00
	result := h.importCSV(hdfcFile(line("16/11/26", narration, reference, amount, balance.String())))
	if result.Statement.Created != 1 {
		h.Fatalf("the line made no record: %+v", result.Statement)
	}
	var record store.Record
	h.read(func(ctx context.Context, v *store.View) error {
		records, err := v.Records(ctx, store.RecordFilter{Sort: "ref", Descending: true, Limit: 1})
		record = records[0]
		return err
	})
	return record
}

// match matches a record to one account and sends it.
func (h *house) match(record store.Record, account string) store.Record {
	h.Helper()
	matched, err := h.office.MatchRecord(context.Background(), h.asha, record.Ref, MatchInput{Version: record.Version, Send: true,
		Allocations: []Allocation{{Account: account, Amount: record.Amount}}})
	h.must(err)
	return matched
}

// decide decides the open approval of a record.
func (h *house) decide(who Actor, record store.Record, decision, reason string) error {
	h.Helper()
	approval := h.openApproval(record.Ref)
	_, err := h.office.Decide(context.Background(), who, approval.Ref, DecisionInput{Version: approval.Version, Decision: decision, Reason: reason})
	return err
}

// approve has the first credit manager approve.
func (h *house) approve(record store.Record) store.Record {
	h.Helper()
	h.must(h.decide(h.ravi, record, "approve", ""))
	return h.record(record.Ref)
}

// TestStatementLineBecomesSettledMoney is the whole way: a line comes in, somebody
// says whose it is, a second person approves, it settles, the summary shows it.
func TestStatementLineBecomesSettledMoney(t *testing.T) {
	h := newHouse(t)
	account := h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-10-05") // 11,002 of 5 November is open
	if p := h.position(account); p.DueNow != rupees("11002") || p.DPD != 11 {
		t.Fatalf("before: %+v", p)
	}
	record := h.credit("UPI-SUNITA DEVI-SUNITA@OKSBI-SBIN0001234-632012345678-LOAN PL001", "0000632012345678", "11002.00")
	if record.Status != "unmatched" || record.Reference != "632012345678" {
		t.Fatalf("%+v", record)
	}
	record = h.match(record, "PL001")
	if record.Status != "pending" || h.position(account).DueNow != rupees("11002") {
		t.Errorf("a pending record has an effect: %+v", h.position(account))
	}
	record = h.approve(record)
	if record.Status != "processed" || record.RemainingAmount != 0 || record.SettledOn != day("2026-11-16") {
		t.Errorf("after approval: %+v", record)
	}
	if p := h.position(account); p.DueNow != 0 || p.NextDueDate != day("2026-12-05") {
		t.Errorf("position: %+v", p)
	}
	s := h.book(account).Summary
	if s.PrincipalPaid+s.InterestPaid != rupees("66012") || s.TotalPaid != rupees("66012") {
		t.Errorf("summary: %+v", s)
	}
	h.read(func(ctx context.Context, v *store.View) error {
		before, err := BookOf(ctx, v, account.ID, day("2026-11-15"))
		if err == nil && before.Summary.DueNow != rupees("11002") {
			t.Errorf("as of the day before: %+v", before.Summary)
		}
		settlements, err2 := v.SettlementsOfAccount(ctx, account.ID)
		if last := settlements[len(settlements)-1]; string(last.RecordID) != record.ID || last.Remaining != 0 {
			t.Errorf("last settlement: %+v", last)
		}
		if err != nil {
			return err
		}
		return err2
	})
	h.sound()
}

func TestWhoMayNotDecide(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	record := h.match(h.credit("NEFT CR-SBIN0001-SUNITA", "SBIN12345678901", "500.00"), "PL001")
	both := h.asha
	both.Roles = []Role{Operator, CreditManager} // were the maker to hold both
	if e := h.refused(h.decide(both, record, "approve", ""), "approval.self"); !strings.Contains(e.Message, "another credit manager") {
		t.Errorf("who may decide is not said: %q", e.Message) // the last line of defence, in the database, does not know
	}
	token := h.asha
	token.Program, token.Roles = true, []Role{CreditManager} // the same person under a token
	h.refused(h.decide(token, record, "approve", ""), "approval.self")
	h.refused(h.decide(h.bela, record, "approve", ""), "approval.role")
	h.refused(h.decide(h.omar, record, "approve", ""), "approval.role")
	h.refused(h.decide(h.ravi, record, "reject", ""), "approval.reason")
	approval := h.openApproval(record.Ref)
	_, err := h.office.Decide(t.Context(), h.ravi, approval.Ref, DecisionInput{Version: approval.Version + 1, Decision: "approve"})
	h.refused(err, "approval.changed")
	h.approve(record)
	_, err = h.office.Decide(t.Context(), h.mina, approval.Ref, DecisionInput{Decision: "approve"})
	if e := h.refused(err, "approval.already_decided"); !strings.Contains(e.Message, "Ravi was faster") {
		t.Errorf("the second manager reads %q", e.Message)
	}
	h.sound()
}

// TestFourEyesHoldInTheDatabase goes past the commands.
func TestFourEyesHoldInTheDatabase(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	record := h.match(h.credit("NEFT CR-SBIN0001-SUNITA", "SBIN12345678901", "500.00"), "PL001")
	approval := h.openApproval(record.Ref)
	write := func(fn func(ctx context.Context, tx *store.Tx) error) error { return h.db.Write(t.Context(), fn) }
	h.refused(write(func(ctx context.Context, tx *store.Tx) error {
		return tx.Decide(ctx, approval, store.Decision{Level: 1, Decision: "approve", PersonID: h.asha.Person, Person: "Asha"})
	}), "approval.self")
	h.refused(write(func(ctx context.Context, tx *store.Tx) error {
		approval := approval
		approval.Status = "approved"
		return tx.SetApprovalStatus(ctx, approval)
	}), "approval.undecided")
	h.refused(write(func(ctx context.Context, tx *store.Tx) error {
		r := record
		r.Status = "processed"
		_, err := tx.UpdateRecord(ctx, r)
		return err
	}), "record.unapproved")
	h.refused(write(func(ctx context.Context, tx *store.Tx) error {
		r := record
		r.ID, r.Ref, r.UTR, r.Reference, r.Status, r.Source = "", "", "", "", "processed", "hand"
		_, err := tx.CreateRecord(ctx, r)
		return err
	}), "record.unapproved")
	h.sound()
}

// TestAnApprovedPredecessorApprovesNothing: what came back to the desk after it
// was approved once needs a decision of its own.
func TestAnApprovedPredecessorApprovesNothing(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	record := h.approve(h.match(h.credit("NEFT CR-SBIN0001-SUNITA", "SBIN12345678901", "500.00"), "PL001"))
	_, err := h.office.RequestReversal(t.Context(), h.asha, record.Ref, 0, "account", "Not hers.")
	h.must(err)
	h.approve(record)
	next := h.successor(record)
	next = h.match(next, "PL001")
	err = h.db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		next.Status = "processed"
		_, err := tx.UpdateRecord(ctx, next)
		return err
	})
	h.refused(err, "record.unapproved")
}

// successor is the record that took over from another.
func (h *house) successor(record store.Record) store.Record {
	h.Helper()
	var next []store.Record
	h.read(func(ctx context.Context, v *store.View) error {
		var err error
		next, err = v.SuccessorsOf(ctx, record.ID)
		return err
	})
	if len(next) != 1 {
		h.Fatalf("%d successors of %s", len(next), record.Ref)
	}
	return next[0]
}

func TestRefusalsOfAMatch(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	h.takeOver("PL002", "Anita Devi", "status", "closed", "disbursed_on", "2025-10-05", "first_due_date", "2025-11-05", "paid_to_date", "2026-10-05")
	created := h.openAccount(`{}`)
	record := h.credit("NEFT CR-SBIN0001-SUNITA", "SBIN12345678901", "500.00")
	for _, c := range []struct {
		code  string
		parts []Allocation
	}{
		{"match.allocations", nil},
		{"match.sum", []Allocation{{Account: "PL001", Amount: rupees("499.99")}}},
		{"match.amount", []Allocation{{Account: "PL001", Amount: rupees("500.01")}}},
		{"match.amount", []Allocation{{Account: "PL001", Amount: rupees("500")}, {Account: "PL002", Amount: 0}}},
		{"match.account", []Allocation{{Account: "PL999", Amount: rupees("500")}}},
		{"match.twice", []Allocation{{Account: "PL001", Amount: rupees("250")}, {Account: "pl001", Amount: rupees("250")}}},
		{"account.closed", []Allocation{{Account: "PL002", Amount: rupees("500")}}},
		{"account.created", []Allocation{{Account: created.Ref, Amount: rupees("500")}}},
	} {
		_, err := h.office.MatchRecord(t.Context(), h.asha, record.Ref, MatchInput{Version: record.Version, Allocations: c.parts})
		h.refused(err, c.code)
	}
	_, err := h.office.MatchRecord(t.Context(), h.ravi, record.Ref, MatchInput{Allocations: []Allocation{{Account: "PL001", Amount: rupees("500")}}})
	h.refused(err, "permission")
	if now := h.record(record.Ref); now.Status != "unmatched" || now.Version != record.Version {
		t.Errorf("refusals changed the record: %+v", now)
	}
	h.match(record, "PL001")
	_, err = h.office.MatchRecord(t.Context(), h.bela, record.Ref, MatchInput{Version: record.Version, Allocations: []Allocation{{Account: "PL001", Amount: rupees("500")}}})
	if e := h.refused(err, "record.taken"); !strings.Contains(e.Message, "Asha was faster") {
		t.Errorf("the second operator reads %q", e.Message)
	}
	h.sound()
}

func TestRejectedMatchBringsTheCreditBack(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	h.takeOver("PL002", "Anita Devi")
	record := h.match(h.credit("UPI-SUNITA DEVI-SUNITA@OKSBI-SBIN0001234-632012345678-EMI", "0000632012345678", "500.00"), "PL001")
	h.must(h.decide(h.ravi, record, "reject", "The payer is Anita."))
	if dead := h.record(record.Ref); dead.Status != "rejected" || dead.Carries || dead.Reason != "The payer is Anita." {
		t.Errorf("rejected: %+v", dead)
	}
	next := h.successor(record)
	if next.Status != "unmatched" || next.Amount != record.Amount || next.Reference != record.Reference || next.BankCreditID != record.BankCreditID {
		t.Errorf("successor: %+v", next)
	}
	h.read(func(ctx context.Context, v *store.View) error {
		refused, err := v.RefusedAccounts(ctx, string(next.BankCreditID))
		if len(refused) != 1 || refused[0] != h.account("PL001").ID {
			t.Errorf("refused for this credit: %q", refused)
		}
		proposals, err2 := v.BestProposals(ctx, []string{next.ID})
		if _, there := proposals[next.ID]; !there {
			t.Error("the engine was not asked about the successor")
		}
		memories, err3 := v.Memories(ctx)
		for _, m := range memories {
			if m.Kind == "vpa" && (m.Confirmations != 0 || m.Rejections != 1) {
				t.Errorf("memory %+v", m)
			}
		}
		if len(memories) == 0 {
			t.Error("a rejection taught nothing")
		}
		return firstOf(err, err2, err3)
	})
	next = h.approve(h.match(next, "PL002"))
	if next.Status != "processed" {
		t.Errorf("%+v", next)
	}
	h.sound()
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func TestSentBackIsTakenUpByAnother(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	record := h.match(h.credit("NEFT CR-SBIN0001-SUNITA", "SBIN12345678901", "500.00"), "PL001")
	h.must(h.decide(h.ravi, record, "send_back", "Whose account did it come from?"))
	record = h.record(record.Ref)
	if record.Status != "initiated" || record.Reason != "Whose account did it come from?" {
		t.Fatalf("%+v", record)
	}
	// Asha has left; Bela sends it again. Neither may decide, were they managers.
	_, err := h.people.DeactivateUser(t.Context(), h.actor("admin"), "asha", 0)
	h.must(err)
	_, err = h.office.RequestApproval(t.Context(), h.bela, record.Ref, record.Version, "Her husband's account.")
	h.must(err)
	for _, maker := range []Actor{h.asha, h.bela} {
		maker.Roles = []Role{CreditManager}
		h.refused(h.decide(maker, record, "approve", ""), "approval.self")
	}
	if record = h.approve(record); record.Status != "processed" {
		t.Errorf("%+v", record)
	}
	h.sound()
}

func TestUndoBeforeTheDecision(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	record := h.match(h.credit("NEFT CR-SBIN0001-SUNITA", "SBIN12345678901", "500.00"), "PL001")
	approval := h.openApproval(record.Ref)
	record, err := h.office.UnmatchRecord(t.Context(), h.asha, record.Ref, record.Version, "Wrong one.")
	h.must(err)
	if record.Status != "unmatched" || record.AccountID != "" {
		t.Errorf("%+v", record)
	}
	_, err = h.office.Decide(t.Context(), h.ravi, approval.Ref, DecisionInput{Decision: "approve"})
	h.refused(err, "approval.already_decided")
	h.sound()
	record = h.approve(h.match(record, "PL001"))
	_, err = h.office.UnmatchRecord(t.Context(), h.asha, record.Ref, 0, "Too late.")
	h.refused(err, "record.state")
}

// TestTwoManagersAtOnce: of many at the same moment, one decides.
func TestTwoManagersAtOnce(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	record := h.match(h.credit("NEFT CR-SBIN0001-SUNITA", "SBIN12345678901", "500.00"), "PL001")
	approval := h.openApproval(record.Ref)
	results := make(chan error, 16)
	var all sync.WaitGroup
	for i := range cap(results) {
		all.Go(func() {
			who, decision := h.ravi, "approve"
			if i%2 == 1 {
				who, decision = h.mina, "reject"
			}
			_, err := h.office.Decide(context.Background(), who, approval.Ref, DecisionInput{Version: approval.Version, Decision: decision, Reason: "Seen."})
			results <- err
		})
	}
	all.Wait()
	close(results)
	won := 0
	for err := range results {
		if err == nil {
			won++
			continue
		}
		h.refused(err, "approval.already_decided")
	}
	if won != 1 {
		t.Errorf("%d of 16 decisions counted", won)
	}
	h.sound()
}

func TestTwoOperatorsOnOneCredit(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	h.takeOver("PL002", "Anita Devi")
	record := h.credit("NEFT CR-SBIN0001-SUNITA", "SBIN12345678901", "500.00")
	var all sync.WaitGroup
	results := make([]error, 8)
	for i := range results {
		all.Go(func() {
			who, account := h.asha, "PL001"
			if i%2 == 1 {
				who, account = h.bela, "PL002"
			}
			_, results[i] = h.office.MatchRecord(context.Background(), who, record.Ref, MatchInput{Version: record.Version, Send: true,
				Allocations: []Allocation{{Account: account, Amount: record.Amount}}})
		})
	}
	all.Wait()
	won := 0
	for _, err := range results {
		if err == nil {
			won++
		} else {
			h.refused(err, "record.taken")
		}
	}
	if won != 1 {
		t.Errorf("%d operators matched one credit", won)
	}
	h.sound()
}
