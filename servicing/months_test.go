package servicing

import (
	"context"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"

	"lekha/lending"
	"lekha/store"
)

// month is a month with its list.
func (h *house) month(name string) MonthState {
	h.Helper()
	var m MonthState
	h.read(func(ctx context.Context, v *store.View) (err error) {
		m, err = Month(ctx, v, name)
		return err
	})
	return m
}

// wrong are the keys of what keeps a month from being closed.
func (m MonthState) wrong() string {
	var keys []string
	for _, c := range m.Checks {
		if !c.OK {
			keys = append(keys, c.Key)
		}
	}
	return strings.Join(keys, " ")
}

// novemberClosed is a house whose November is closed, on 2 December.
func novemberClosed(t *testing.T) *house {
	t.Helper()
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-09-05")
	h.approve(h.match(h.credit("NEFT CR 1", "SBIN00000000001", "11002.00"), "PL001"))
	_, err := h.close(h.omar, day("2026-12-02"))
	h.must(err)
	_, err = h.office.CloseMonth(t.Context(), h.omar, "2026-11")
	h.must(err)
	return h
}

// TestMonthIsClosedByItsList: each line of the list keeps a month open until it is in
// order, finance alone closes it, and the list is kept as it stood.
func TestMonthIsClosedByItsList(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-09-05")
	credit := h.credit("NEFT CR 1", "SBIN00000000001", "11002.00")
	if got := h.month("2026-11").wrong(); got != "days" {
		t.Errorf("on the day itself: %q; the credit is not old yet", got)
	}
	_, err := h.close(h.omar, day("2026-12-02"))
	h.must(err)
	if got := h.month("2026-11").wrong(); got != "unmatched" {
		t.Errorf("with a credit that is nobody's: %q", got)
	}
	_, err = h.office.CloseMonth(t.Context(), h.omar, "2026-11")
	if e := h.refused(err, "month.not_ready"); !strings.Contains(e.Message, "wait for an account: 1, ") {
		t.Error(e.Message)
	}
	sent := h.match(credit, "PL001")
	if got := h.month("2026-11").wrong(); got != "records" {
		t.Errorf("with a record that waits: %q", got)
	}
	h.must(h.signed(h.openApproval(sent.Ref).Ref, h.ravi, h.mina))
	for who, actor := range map[string]Actor{"an operator": h.asha, "a credit manager": h.ravi} {
		if _, err := h.office.CloseMonth(t.Context(), actor, "2026-11"); err == nil {
			t.Errorf("%s closes a month", who)
		}
	}
	closed, err := h.office.CloseMonth(t.Context(), h.omar, "2026-11")
	h.must(err)
	if !closed.Closed || closed.Row.Closer != "Omar" || len(closed.Checks) != 10 || closed.wrong() != "" {
		t.Errorf("%+v", closed)
	}
	_, err = h.office.CloseMonth(t.Context(), h.omar, "2026-11")
	h.refused(err, "month.closed")
	_, err = h.office.CloseMonth(t.Context(), h.omar, "2026-12")
	h.refused(err, "month.not_ready")
	_, err = h.office.CloseMonth(t.Context(), h.omar, "2026-13")
	h.refused(err, "month.not_found")
	h.sound()
}

// TestLateFactsOfAClosedMonth: money dated in a closed month needs two people, is
// booked in the open month, leaves the closed one as it was, and is reported.
func TestLateFactsOfAClosedMonth(t *testing.T) {
	h := novemberClosed(t)
	trial := func() (rows []store.TrialRow) {
		h.read(func(ctx context.Context, v *store.View) (err error) {
			rows, err = v.TrialBalance(ctx, day("2026-11-01"), day("2026-11-30"))
			return err
		})
		return rows
	}
	before := trial()
	late := h.match(h.credit("NEFT CR 2", "SBIN00000000002", "500.00"), "PL001")
	approval := h.openApproval(late.Ref)
	if approval.Levels != 2 {
		t.Errorf("money of a closed month needs %d levels", approval.Levels)
	}
	a, err := h.office.Decide(t.Context(), h.ravi, approval.Ref, DecisionInput{Decision: "approve"})
	h.must(err)
	if a.Status != "pending" || h.record(late.Ref).Status != "pending" {
		t.Errorf("after one of two: %s, %s", a.Status, h.record(late.Ref).Status)
	}
	h.must(h.signed(approval.Ref, h.mina))
	if after := trial(); len(after) != len(before) {
		t.Errorf("November has %d codes, had %d", len(after), len(before))
	} else {
		for i := range after {
			if after[i] != before[i] {
				t.Errorf("November changed: %+v, was %+v", after[i], before[i])
			}
		}
	}
	m := h.month("2026-11")
	h.read(func(ctx context.Context, v *store.View) error {
		entries, err := v.ChangedAfter(ctx, m.Row, m.First, 0, 100)
		if err != nil {
			return err
		}
		received := false
		for _, e := range entries {
			if e.BookingDate < day("2026-12-02") || e.ValueDate > day("2026-11-30") {
				t.Errorf("entry %d is booked on %s, dated %s", e.Idx, e.BookingDate, e.ValueDate)
			}
			received = received || e.Source == late.Ref
		}
		codes, err := v.ChangedCodes(ctx, m.Row, m.First)
		var bank, sum lending.Money
		for _, c := range codes {
			if sum += c.Closing; c.Code == "1100" {
				bank = c.Closing
			}
		}
		if !received || sum != 0 || bank != rupees("500") {
			t.Errorf("what changed after the close: %d entries, the receipt %v, bank %s, sum %s", len(entries), received, bank, sum)
		}
		return err
	})
	// A reversal of it is dated in November too.
	asked, err := h.office.RequestReversal(t.Context(), h.asha, late.Ref, 0, "account", "Not hers.")
	h.must(err)
	if asked.Levels != 2 {
		t.Errorf("a reversal in a closed month needs %d levels", asked.Levels)
	}
	h.must(h.signed(asked.Ref, h.ravi, h.mina))
	h.sound()
}

// TestRequestsFromBeforeTheClose: what one person would have decided before the month
// was closed, one person does not decide afterwards.
func TestRequestsFromBeforeTheClose(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-09-05")
	settled := h.approve(h.match(h.credit("NEFT CR 1", "SBIN00000000001", "500.00"), "PL001"))
	_, err := h.close(h.omar, day("2026-12-02"))
	h.must(err)
	asked, err := h.office.RequestReversal(t.Context(), h.asha, settled.Ref, 0, "account", "Not hers.") // in December: it keeps no month open
	h.must(err)
	if asked.Levels != 1 {
		t.Fatalf("%d levels in an open month", asked.Levels)
	}
	_, err = h.office.CloseMonth(t.Context(), h.omar, "2026-11")
	h.must(err)
	h.refused(h.signed(asked.Ref, h.ravi), "month.two_levels")
	if got := h.record(settled.Ref).Status; got != "processed" && got != "approved" {
		t.Errorf("the record is %s", got)
	}
	h.sound()
}

// TestAutoLimitEndsWithTheMonth: what settles by itself in an open month is asked for
// in a closed one.
func TestAutoLimitEndsWithTheMonth(t *testing.T) {
	h := novemberClosed(t)
	asked, err := h.office.ProposeRules(t.Context(), h.admin(), RulesChange{Kind: LimitsKind, Reason: "Small ones.", Limits: Limits{AutoLimit: rupees("50000"), StatementFreeDays: 30, ConfirmDays: 3}})
	h.must(err)
	h.must(h.signed(asked.Ref, h.ravi))
	late := h.match(h.credit("NEFT CR 2", "SBIN00000000002", "500.00"), "PL001")
	if late.Status != "pending" || h.openApproval(late.Ref).Levels != 2 {
		t.Errorf("it is %s", late.Status)
	}
}

// TestMonthIsReopenedByTwo: a request, another person's decision, the last month
// first; and it can be closed again.
func TestMonthIsReopenedByTwo(t *testing.T) {
	h := novemberClosed(t)
	_, err := h.office.RequestMonthReopening(t.Context(), h.asha, "2026-11", "A missing fee.")
	h.refused(err, "permission")
	_, err = h.office.RequestMonthReopening(t.Context(), h.omar, "2026-12", "A missing fee.")
	h.refused(err, "month.open")
	asked, err := h.office.RequestMonthReopening(t.Context(), h.omar, "2026-11", "A missing fee.")
	h.must(err)
	h.refused(h.signed(asked.Ref, h.omar), "approval.role")
	if m := h.month("2026-11"); !m.Closed || m.Wait != asked.Ref {
		t.Errorf("while it waits: closed %v, request %q", m.Closed, m.Wait)
	}
	h.must(h.signed(asked.Ref, h.ravi))
	if m := h.month("2026-11"); m.Closed || m.Row.Reopening != asked.Ref || m.wrong() != "" {
		t.Errorf("after the decision: %+v", m)
	}
	_, err = h.office.CloseMonth(t.Context(), h.omar, "2026-11")
	h.must(err)
	_, err = h.close(h.omar, day("2027-01-02"))
	h.must(err)
	_, err = h.office.CloseMonth(t.Context(), h.omar, "2026-12")
	h.must(err)
	_, err = h.office.RequestMonthReopening(t.Context(), h.omar, "2026-11", "A missing fee.")
	h.refused(err, "month.later_closed")
	h.sound()
}

// TestTheDatabaseKeepsAMonthClosed: past the program, the lock holds too.
func TestTheDatabaseKeepsAMonthClosed(t *testing.T) {
	h := novemberClosed(t)
	raw, err := sqlx.Open("sqlite3", "file:"+h.path+"?_busy_timeout=5000")
	h.must(err)
	defer raw.Close()
	_, err = raw.Exec(`DROP TRIGGER journal_entries_in_order`) // it would refuse an old booking date first
	h.must(err)
	for statement, names := range map[string]string{
		`INSERT INTO journal_entries (idx, event, value_date, booking_date, created_at) VALUES (99999, 'x/1', '2026-11-20', '2026-11-20', '2026-12-02T00:00:00.000000Z')`: "months.closed",
		`UPDATE months SET status = 'reopened', reopening = 'APV00000'`: "months.unapproved",
		`DELETE FROM months`: "months.unapproved",
		`INSERT INTO months (month, last_day, status, last_entry, checks, closed_by, closer, closed_at) VALUES ('2026-12', '2026-12-31', 'closed', 1, '[]', 'x', 'x', '2026-12-02T00:00:00.000000Z')`: "months.open",
		`INSERT INTO facts (account_id, seq, key, kind, value_date, booking_date, amount, source, body, made_by, created_at)
			SELECT account_id, 9999, 'late', 'receipt', '2026-11-20', '2026-12-02', 100, 'REC00000', '{}', 1, created_at FROM facts LIMIT 1`: "months.two_levels",
		`INSERT INTO parameters (name, effective_from, value, approval, created_at) VALUES ('gst_rate', '2027-01-01', 0, 'APV00000', 'x')`: "parameters.unapproved",
	} {
		if _, err := raw.Exec(statement); err == nil || !strings.Contains(err.Error(), names) {
			t.Errorf("%s: %v, want %s", statement, err, names)
		}
	}
}

// TestDatedParametersTakeTwo: a value holds from its day, once a second person
// approved it.
func TestDatedParametersTakeTwo(t *testing.T) {
	h := newHouse(t)
	ask := ParameterInput{Name: unmatchedDays, Value: "10", From: day("2026-11-20"), Reason: "Our banks are slow."}
	for name, c := range map[string]struct {
		who  Actor
		in   ParameterInput
		code string
	}{
		"an operator":  {h.asha, ask, "permission"},
		"today":        {h.omar, ParameterInput{Name: unmatchedDays, Value: "10", From: day(monday), Reason: "x"}, "parameter.from"},
		"the same":     {h.omar, ParameterInput{Name: unmatchedDays, Value: "3", From: day("2026-11-20"), Reason: "x"}, "parameter.same"},
		"not a number": {h.omar, ParameterInput{Name: unmatchedDays, Value: "ten", From: day("2026-11-20"), Reason: "x"}, "parameter.value"},
		"too much":     {h.omar, ParameterInput{Name: "gst_rate", Value: "101", From: day("2026-11-20"), Reason: "x"}, "parameter.value"},
		"unknown":      {h.omar, ParameterInput{Name: "weather", Value: "1", From: day("2026-11-20"), Reason: "x"}, "parameter.name"},
		"no reason":    {h.omar, ParameterInput{Name: unmatchedDays, Value: "10", From: day("2026-11-20")}, "parameter.reason"},
	} {
		_, err := h.office.ProposeParameter(t.Context(), c.who, c.in)
		if e := h.refused(err, c.code); e == nil {
			t.Error(name)
		}
	}
	asked, err := h.office.ProposeParameter(t.Context(), h.omar, ask)
	h.must(err)
	h.must(h.signed(asked.Ref, h.ravi))
	h.read(func(ctx context.Context, v *store.View) error {
		for on, want := range map[string]int64{"2026-11-19": 3, "2026-11-20": 10} {
			got, err := parameterOn(ctx, v, unmatchedDays, day(on))
			if err != nil || got != want {
				t.Errorf("%s: %d %v, want %d", on, got, err, want)
			}
		}
		return nil
	})
}

// TestCodeOfTheJournalTakesTwo: an entry has the code of its booking date, what was
// booked keeps the old one, and each side of the accounts stays on its side.
func TestCodeOfTheJournalTakesTwo(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-09-05")
	_, err := h.office.ProposeCode(t.Context(), h.omar, CodeInput{Role: "unmatched_suspense", Code: "4100", From: day("2026-11-18"), Reason: "x"})
	h.refused(err, "mapping.invalid")
	_, err = h.office.ProposeCode(t.Context(), h.asha, CodeInput{Role: "unmatched_suspense", Code: "2999", Name: "Nobody's", From: day("2026-11-18"), Reason: "x"})
	h.refused(err, "permission")
	asked, err := h.office.ProposeCode(t.Context(), h.omar, CodeInput{Role: "unmatched_suspense", Code: "2999", Name: "Nobody's", From: day("2026-11-18"), Reason: "Our own chart."})
	h.must(err)
	h.must(h.signed(asked.Ref, h.ravi))
	h.credit("NEFT CR 1", "SBIN00000000001", "100.00")
	_, err = h.close(h.omar, day("2026-11-18"))
	h.must(err)
	h.credit("NEFT CR 2", "SBIN00000000002", "200.00")
	codes := h.codesNow()
	if codes["2135"] != -rupees("100") || codes["2999"] != -rupees("200") {
		t.Errorf("2135 stands at %s, 2999 at %s", codes["2135"], codes["2999"])
	}
	h.read(func(ctx context.Context, v *store.View) error {
		names, err := CodeNames(ctx, v)
		if names.Of("2999") != "Nobody's" {
			t.Errorf("2999 is called %s", names.Of("2999"))
		}
		return err
	})
	h.sound()
}
