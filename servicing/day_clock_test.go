package servicing

import (
	"context"
	"strings"
	"testing"
	"time"

	"lekha/lending"
	"lekha/store"
)

// tend lets the clock stand at a moment in India and closes what is due.
func (h *house) tend(moment string) DayResult {
	h.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", moment, lending.India)
	h.must(err)
	h.clock.set(at)
	result, err := h.office.CloseDueDays(h.Context())
	h.must(err)
	return result
}

// TestTheClockClosesDays: at the set hour and not before, missed days one by one, and
// never where days are closed by hand.
func TestTheClockClosesDays(t *testing.T) {
	h := newHouse(t)
	account := h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-10-05")
	if result := h.tend("2026-11-18 12:00"); result.Days != 0 {
		t.Errorf("closed by itself where nobody asked for that: %+v", result)
	}
	h.refused(h.office.SetCloseAt(t.Context(), h.asha, 60), "permission")
	h.refused(h.office.SetCloseAt(t.Context(), h.actor("admin"), 24*60), "day.close_at")
	h.must(h.office.SetCloseAt(t.Context(), h.actor("admin"), 60))
	for _, step := range []struct {
		moment string
		days   int
		open   string
	}{
		{"2026-11-16 23:59", 0, "2026-11-16"},
		{"2026-11-17 00:59", 0, "2026-11-16"},
		{"2026-11-17 01:00", 1, "2026-11-17"},
		{"2026-11-17 09:00", 0, "2026-11-17"},
		{"2026-11-21 02:00", 4, "2026-11-21"}, // the server stood still for days
	} {
		if result := h.tend(step.moment); result.Days != step.days || h.today() != day(step.open) {
			t.Errorf("at %s: %d days, open is %s", step.moment, result.Days, h.today())
		}
	}
	if p := h.position(account); p.DPD != 16 {
		t.Errorf("%d days past due on the 21st", p.DPD)
	}
	h.read(func(ctx context.Context, v *store.View) error {
		runs, err := v.DayRuns(ctx, 10)
		for _, r := range runs {
			if r.Status != "done" || r.StartedBy != "the clock" {
				t.Errorf("%+v", r)
			}
		}
		if len(runs) != 5 {
			t.Errorf("%d runs of five days", len(runs))
		}
		return err
	})
	h.must(h.office.SetCloseAt(t.Context(), h.actor("admin"), 22*60)) // in the evening: the day itself
	if h.tend("2026-11-21 21:59"); h.today() != day("2026-11-21") {
		t.Errorf("open is %s before ten in the evening", h.today())
	}
	if h.tend("2026-11-21 22:00"); h.today() != day("2026-11-22") {
		t.Errorf("open is %s at ten in the evening", h.today())
	}
	h.sound()
}

// TestTheClockSaysWhyADayStaysOpen: money that is just coming in belongs before the
// close; the day stays open with the reason, and is closed once nothing blocks it.
func TestTheClockSaysWhyADayStaysOpen(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-10-05")
	h.credit("NEFT CR 1", "SBIN00000000001", "100.00")
	h.must(h.office.SetCloseAt(t.Context(), h.actor("admin"), 60))
	skip := func() (s store.DaySkip) {
		h.read(func(ctx context.Context, v *store.View) (err error) {
			s, err = v.DaySkip(ctx, h.todayIn(ctx, v))
			return err
		})
		return s
	}
	h.tamper(`UPDATE statements SET status = 'loading' WHERE id <> ?`, "")
	if result := h.tend("2026-11-17 01:00"); result.Days != 0 || !strings.Contains(skip().Reason, "is still being posted") {
		t.Errorf("%+v, %+v", result, skip())
	}
	first := skip()
	h.tend("2026-11-17 01:05")
	if again := skip(); again.Since != first.Since || again.At == first.At {
		t.Errorf("first %+v, again %+v", first, again)
	}
	h.tamper(`UPDATE statements SET status = 'posted' WHERE id <> ?`, "")
	if result := h.tend("2026-11-17 01:06"); result.Days != 1 || skip().Reason != "" {
		t.Errorf("%+v, %+v", result, skip())
	}
}

// TestEOD02 is domain 5.4: a done day that is run again writes nothing and answers the
// same; days that were missed and are closed in one go leave what daily closes leave;
// an account that cannot be moved stays behind alone.
func TestEOD02(t *testing.T) {
	type end struct {
		position store.Position
		codes    map[string]lending.Money
		changes  int
	}
	var ends [2]end
	for i := range ends {
		h := newHouse(t)
		account := h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-10-05", "overdue_roi_value", "24")
		last := day("2026-12-08")
		if i == 0 {
			for d := h.today().AddDays(1); d <= last; d = d.AddDays(1) {
				_, err := h.close(h.asha, d)
				h.must(err)
			}
		} else {
			h.clock.set(last.Time())
			result, err := h.office.CloseDay(t.Context(), h.asha, last)
			h.must(err)
			if result.Days != 22 {
				t.Errorf("caught up %d days", result.Days)
			}
		}
		h.sound()
		events := h.events()
		again, err := h.close(h.asha, last)
		h.must(err)
		if again.Days != 0 || again.Accounts != 1 || h.events() != events {
			t.Errorf("run again: %+v, %d events more", again, h.events()-events)
		}
		p := h.position(account)
		p.AccountID, p.PositionAt = "", store.Instant{}
		ends[i] = end{p, h.codesNow(), len(h.changesOf(day("2026-12-04"), ""))}
	}
	if ends[0].position != ends[1].position || len(ends[0].codes) != len(ends[1].codes) || ends[0].changes != 1 || ends[1].changes != 1 {
		t.Errorf("day by day %+v, in one go %+v", ends[0], ends[1])
	}
	for code, amount := range ends[0].codes {
		if other := ends[1].codes[code]; other != amount {
			t.Errorf("%s is %s day by day and %s in one go", code, amount, other)
		}
	}
}

// changesOf lists what the close of a day changed.
func (h *house) changesOf(on lending.Date, kind string) (rows []store.DayChange) {
	h.Helper()
	h.read(func(ctx context.Context, v *store.View) (err error) {
		rows, err = v.DayChanges(ctx, store.DayChangeQuery{Date: on, Kind: kind, Limit: 100})
		return err
	})
	return rows
}

// TestDayListsWhatChangedAndWhy: a due, the steps of the classes, an account that
// follows its borrower's other one, excess, and the way back.
func TestDayListsWhatChangedAndWhy(t *testing.T) {
	h := newHouse(t)
	first := h.takeOver("PL001", "Sunita Devi", "disbursed_on", "2026-04-19", "first_due_date", "2026-05-19", "paid_to_date", "2026-07-19")
	h.takeOver("PL002", "", "paid_to_date", "2026-11-05", "borrower_ref", first.BorrowerRef)
	h.takeOver("PL003", "Anita Devi", "disbursed_on", "2026-07-18", "first_due_date", "2026-08-18", "paid_to_date", "2026-10-18")
	h.approve(h.match(h.credit("NEFT CR 1", "SBIN00000000001", "500.00"), "PL003"))
	_, err := h.close(h.asha, day("2026-11-20"))
	h.must(err)
	want := map[string]string{ // date, kind: accounts
		"2026-11-17 npa":    "PL001 PL002",
		"2026-11-17 due":    "PL003",
		"2026-11-17 excess": "PL003",
		"2026-11-18 sma-0":  "PL003",
		"2026-11-18 due":    "PL001",
		"2026-11-19 sma-1":  "",
	}
	for key, accounts := range want {
		date, kind, _ := strings.Cut(key, " ")
		var got []string
		for _, c := range h.changesOf(day(date), kind) {
			got = append(got, c.AccountRef)
		}
		if strings.Join(got, " ") != accounts {
			t.Errorf("%s: %v, want %s", key, got, accounts)
		}
	}
	npa := h.changesOf(day("2026-11-17"), DayNPA)
	if len(npa) == 2 && (npa[1].Was != string(lending.Regular) || npa[1].Became != string(lending.SubStandard)) {
		t.Errorf("the borrower's other account: %+v", npa[1])
	}
	h.clock.set(day("2026-11-20").Time().Add(10 * time.Hour))
	h.importCSV(hdfcFile(line("20/11/26", "NEFT CR 2", "SBIN00000000002", "90000.00", "90500.00")))
	h.approve(h.match(h.newest(), "PL001"))
	_, err = h.close(h.asha, 0)
	h.must(err)
	var upgraded []string
	for _, c := range h.changesOf(day("2026-11-20"), DayUpgraded) {
		upgraded = append(upgraded, c.AccountRef)
	}
	if strings.Join(upgraded, " ") != "PL001 PL002" {
		t.Errorf("upgraded: %v", upgraded)
	}
	h.sound()
}
