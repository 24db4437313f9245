package servicing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"lekha/lending"
	"lekha/store"
)

func TestDayRaisesDuesAndAges(t *testing.T) {
	h := newHouse(t)
	account := h.takeOver("PL001", "Sunita Devi")
	quiet := h.takeOver("PL002", "Anita Devi", "first_due_date", "2026-12-20", "disbursed_on", "2026-11-15", "paid_to_date", "")
	before := h.position(quiet)
	result, err := h.close(h.asha, day("2026-12-05"))
	h.must(err)
	if result.Days != 19 || result.BusinessDate != day("2026-12-05") || result.Failed != 0 {
		t.Errorf("%+v", result)
	}
	if p := h.position(account); p.DueNow != rupees("11002") || p.DPD != 0 || p.AsOf != day("2026-12-05") {
		t.Errorf("on the due date: %+v", p)
	}
	h.sound()
	_, err = h.close(h.asha, 0)
	h.must(err)
	if p := h.position(account); p.DPD != 1 || p.Category != string(lending.SMA0) {
		t.Errorf("the day after: %+v", p)
	}
	if after := h.position(quiet); after != before {
		t.Errorf("an account with nothing to do was touched: %+v", after)
	}
	_, err = h.close(h.asha, day("2027-01-04"))
	h.must(err)
	if p := h.position(account); p.DPD != 30 || p.Category != string(lending.SMA0) {
		t.Errorf("on day 30: %+v", p)
	}
	_, err = h.close(h.asha, 0)
	h.must(err)
	if p := h.position(account); p.DPD != 31 || p.Category != string(lending.SMA1) {
		t.Errorf("on day 31: %+v", p)
	}
	h.sound()
}

func TestDayAppliesExcess(t *testing.T) {
	h := newHouse(t)
	account := h.takeOver("PL001", "Sunita Devi")
	first := h.approve(h.match(h.credit("NEFT CR 1", "SBIN00000000001", "8000.00"), "PL001"))
	second := h.approve(h.match(h.credit("NEFT CR 2", "SBIN00000000002", "4000.00"), "PL001"))
	if p := h.position(account); p.Excess != rupees("12000") {
		t.Fatalf("%+v", p)
	}
	_, err := h.close(h.asha, day("2026-12-05"))
	h.must(err)
	// The oldest record is consumed first.
	if first, second = h.record(first.Ref), h.record(second.Ref); first.RemainingAmount != 0 || second.RemainingAmount != rupees("998") {
		t.Errorf("left: %s and %s", first.RemainingAmount, second.RemainingAmount)
	}
	if p := h.position(account); p.DueNow != 0 || p.Excess != rupees("998") || p.DPD != 0 {
		t.Errorf("%+v", p)
	}
	h.sound()
}

func TestDayThatIsDoneAnswersAgain(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-10-05")
	first, err := h.close(h.asha, day("2026-11-17"))
	h.must(err)
	events := h.events()
	again, err := h.close(h.asha, day("2026-11-17"))
	h.must(err)
	if again.Days != 0 || again.Accounts != first.Accounts || again.Changed != first.Changed || first.Accounts != 1 {
		t.Errorf("first %+v, again %+v", first, again)
	}
	if h.events() != events {
		t.Error("a day that is done wrote something")
	}
	_, err = h.close(h.asha, day("2036-11-17"))
	h.refused(err, "day.too_far")
	_, err = h.office.CloseDay(t.Context(), Actor{Person: "x", Roles: []Role{Auditor}}, 0)
	h.refused(err, "permission")
}

// TestDayIsNotClosedBeforeItHasCome: one typing error would make everybody late.
func TestDayIsNotClosedBeforeItHasCome(t *testing.T) {
	h := newHouse(t)
	account := h.takeOver("PL001", "Sunita Devi")
	before := h.position(account)
	for _, until := range []string{"2026-11-18", "2026-12-17", "2027-11-17"} {
		_, err := h.office.CloseDay(t.Context(), h.asha, day(until))
		h.refused(err, "day.future")
	}
	if h.today() != day(monday) || h.position(account) != before {
		t.Errorf("a refusal moved the date to %s, the account to %+v", h.today(), h.position(account))
	}
	_, err := h.office.CloseDay(t.Context(), h.asha, 0) // the calendar's own day
	h.must(err)
	_, err = h.office.CloseDay(t.Context(), h.asha, 0)
	h.refused(err, "day.future")
	h.clock.set(time.Date(2026, 11, 17, 18, 29, 0, 0, time.UTC)) // a minute to midnight in India
	_, err = h.office.CloseDay(t.Context(), h.asha, day("2026-11-19"))
	h.refused(err, "day.future")
	h.clock.set(time.Date(2026, 11, 17, 18, 31, 0, 0, time.UTC))
	_, err = h.office.CloseDay(t.Context(), h.asha, day("2026-11-19"))
	h.must(err)
	h.clock.set(time.Date(2027, 11, 16, 6, 0, 0, 0, time.UTC)) // a year later all are caught up
	result, err := h.office.CloseDay(t.Context(), h.asha, day("2027-11-16"))
	h.must(err)
	if result.Days != 362 {
		t.Errorf("%+v", result)
	}
}

func (h *house) events() (n int64) {
	h.Helper()
	h.read(func(ctx context.Context, v *store.View) (err error) {
		n, err = v.CountEvents(ctx)
		return err
	})
	return n
}

// TestStoppedDayGoesOn stops a day close after its first chunk, as a killed
// program does. Commands meanwhile book to the next day; the rest is done once.
func TestStoppedDayGoesOn(t *testing.T) {
	h := newHouse(t)
	const accounts = dayChunk + 10
	h.clock.set(time.Date(2026, 11, 18, 4, 30, 0, 0, time.UTC)) // no day is closed before it has come
	for i := range accounts {
		h.takeOver(fmt.Sprintf("PL%03d", i), "Sunita Devi", "paid_to_date", "2026-10-05")
	}
	run, err := h.office.openDayRun(t.Context(), h.asha, h.today())
	h.must(err)
	more, err := h.office.closeChunk(t.Context(), &run)
	h.must(err)
	if !more || h.today() != day("2026-11-17") {
		t.Fatalf("more %v, open is %s", more, h.today())
	}
	record, err := h.cash("PL059", "100")
	h.must(err)
	if record.Date != day("2026-11-17") {
		t.Errorf("a command during the close is booked to %s", record.Date)
	}
	_, err = h.office.CloseDay(t.Context(), h.bela, 0)
	h.refused(err, "day.running")
	h.clock.set(h.clock.read().Add(2 * dayLease))
	h.must(h.office.ResumeDay(t.Context()))
	h.read(func(ctx context.Context, v *store.View) error {
		run, err := v.DayRun(ctx, day("2026-11-16"))
		if run.Status != "done" || run.Accounts != accounts {
			t.Errorf("%+v", run)
		}
		return err
	})
	h.sound()
	result, err := h.close(h.asha, 0)
	h.must(err)
	if result.Accounts != accounts {
		t.Errorf("the next day: %+v", result)
	}
	h.sound()
}

// TestStoppedDayIsFinishedBeforeTheNext: who closes the next day finishes the one
// before, without a start in between.
func TestStoppedDayIsFinishedBeforeTheNext(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-10-05")
	_, err := h.office.openDayRun(t.Context(), h.asha, h.today())
	h.must(err)
	h.clock.set(h.clock.read().Add(2 * dayLease))
	_, err = h.close(h.bela, day("2026-11-18"))
	h.must(err)
	h.read(func(ctx context.Context, v *store.View) error {
		runs, err := v.DayRuns(ctx, 5)
		for _, r := range runs {
			if r.Status != "done" || r.Accounts != 1 {
				t.Errorf("%+v", r)
			}
		}
		if len(runs) != 2 {
			t.Errorf("%d runs", len(runs))
		}
		return err
	})
	h.sound()
}

// TestSickAccountIsLeftAlone: an account that cannot be replayed keeps nothing of
// the attempt, stops nobody, and is named; the next day tries again.
func TestSickAccountIsLeftAlone(t *testing.T) {
	h := newHouse(t)
	sick, well := h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-10-05"), h.takeOver("PL002", "Anita Devi", "paid_to_date", "2026-10-05")
	// A record that says it is settled and has no receipt: projection stops after
	// demands and position are written.
	stray := h.approve(h.match(h.credit("NEFT CR 1", "SBIN00000000001", "100.00"), "PL001"))
	h.tamper(`UPDATE records SET fact_key = 'nobody' WHERE id = ?`, stray.ID)
	before := h.position(sick)
	result, err := h.close(h.asha, 0)
	h.must(err)
	if result.Accounts != 1 || result.Failed != 1 {
		t.Errorf("%+v", result)
	}
	if after := h.position(sick); after != before {
		t.Errorf("half of the sick account was written: %+v", after)
	}
	if p := h.position(well); p.DPD != 12 || p.AsOf != day("2026-11-17") {
		t.Errorf("the healthy one: %+v", p)
	}
	h.read(func(ctx context.Context, v *store.View) error {
		failures, err := v.DayFailures(ctx, day("2026-11-16"))
		if len(failures) != 1 || failures[0].AccountRef != "PL001" {
			t.Errorf("%+v", failures)
		}
		return err
	})
	h.tamper(`UPDATE records SET fact_key = id WHERE id = ?`, stray.ID)
	result, err = h.close(h.asha, 0)
	h.must(err)
	if result.Accounts != 2 || result.Failed != 0 {
		t.Errorf("the next day: %+v", result)
	}
	h.sound()
}

// TestInterruptedCallerQuarantinesNobody: who goes away in the middle of a close
// leaves a day to be finished, not accounts marked as sick.
func TestInterruptedCallerQuarantinesNobody(t *testing.T) {
	h := newHouse(t)
	for i := range 5 {
		h.takeOver(fmt.Sprintf("PL%03d", i), "Sunita Devi", "paid_to_date", "2026-10-05")
	}
	run, err := h.office.openDayRun(t.Context(), h.asha, h.today())
	h.must(err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.office.closeChunk(ctx, &run); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	h.clock.set(h.clock.read().Add(2 * dayLease))
	h.must(h.office.ResumeDay(t.Context()))
	h.read(func(ctx context.Context, v *store.View) error {
		run, err := v.DayRun(ctx, day("2026-11-16"))
		if run.Failed != 0 || run.Accounts != 5 {
			t.Errorf("%+v", run)
		}
		return err
	})
	h.sound()
}

// TestLoanAgreedForLaterStartsOnItsDay: a disbursal with a date beyond the open
// day is an event of that day.
func TestLoanAgreedForLaterStartsOnItsDay(t *testing.T) {
	h := newHouse(t)
	h.clock.set(day("2026-11-20").Time())
	account := h.openAccount(`{"emi_count":12,"roi_value":18}`)
	out, err := h.office.InitiateDisbursement(t.Context(), h.asha, DisbursementInput{Account: account.Ref, Amount: rupees("60000")})
	h.must(err)
	h.payOut(out, day("2026-11-19")) // the bank's day, while the books are still at the 16th
	if p := h.position(account); p.PrincipalOutstanding != 0 || p.NextEvent != day("2026-11-19") {
		t.Errorf("before its day: %+v", p)
	}
	h.sound()
	_, err = h.close(h.asha, day("2026-11-19"))
	h.must(err)
	if p := h.position(account); p.PrincipalOutstanding != rupees("60000") || p.NextDueDate != day("2026-12-19") {
		t.Errorf("on its day: %+v", p)
	}
	h.sound()
}

func TestEveryCommandLeavesOneEvent(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	before := h.events()
	record := h.match(h.credit("NEFT CR 1", "SBIN00000000001", "100.00"), "PL001")
	h.approve(record)
	if got := h.events() - before; got != 3 { // import, match, approve
		t.Errorf("%d events of three commands", got)
	}
	event := h.lastEvent()
	var input map[string]any
	if err := json.Unmarshal([]byte(event.Input), &input); err != nil || event.ActorName != "Ravi" || event.Action != "approval.approve" || event.AccountID == "" {
		t.Errorf("%+v", event)
	}
	_, err := h.office.MatchRecord(t.Context(), h.asha, record.Ref, MatchInput{})
	h.refused(err, "record.state")
	if event := h.lastEvent(); event.Outcome != "refused" {
		t.Errorf("%+v", event)
	}
	_, err = h.office.ParkRecord(t.Context(), h.asha, record.Ref, 0, "")
	h.refused(err, "park.reason")
	if got := h.events() - before; got != 4 {
		t.Errorf("a slip of typing left an event")
	}
}
