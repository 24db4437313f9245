package servicing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"lekha/lending"
	"lekha/store"
)

// dayChunk is how many accounts the day close replays in one transaction: short
// enough that commands given meanwhile do not wait.
const dayChunk = 50

// dayPage is how many accounts are listed at a time.
const dayPage = 100 * dayChunk

// dayLease is for how long a chunk of a day close holds the day. A run whose lease
// is over was stopped, and any process may take it up.
const dayLease = 5 * time.Second

// DayResult is what a day close did.
type DayResult struct {
	BusinessDate lending.Date // open after it
	Days         int
	Accounts     int // replayed
	Changed      int
	Failed       int
	DurationMS   int64
}

func (d *DayResult) add(run store.DayRun) {
	d.Accounts += run.Accounts
	d.Changed += run.Changed
	d.Failed += run.Failed
	d.DurationMS += run.DurationMS
}

// CloseDay closes business days, oldest first, until the given date is open; a
// zero date closes one. A date that is open or past already answers with what its
// close did and writes nothing. It is safe to stop and to run again: it derives,
// it does not accumulate. A day that the calendar has not reached is not closed:
// one typing error would make everybody late.
func (o *Office) CloseDay(ctx context.Context, actor Actor, until lending.Date) (DayResult, error) {
	var total DayResult
	if err := actor.need(MayCloseDay); err != nil {
		return total, err
	}
	today, err := o.businessDate(ctx)
	if err != nil {
		return total, err
	}
	if until.IsZero() {
		until = today.AddDays(1)
	}
	if until.Sub(today) > maxDays {
		return total, lending.RefuseField("date", "day.too_far", fmt.Sprintf("At most %d days are closed in one go.", maxDays))
	}
	total.BusinessDate = today
	if until <= today {
		return total, o.closedBefore(ctx, until.AddDays(-1), &total)
	}
	if err := o.reached(ctx, until.AddDays(-1)); err != nil {
		return total, err
	}
	if err := o.finishDay(ctx, actor, today.AddDays(-1)); err != nil {
		return total, err
	}
	for day := today; day < until; day = day.AddDays(1) {
		run, err := o.closeOne(ctx, actor, day)
		if err != nil {
			return total, err
		}
		total.BusinessDate = day.AddDays(1)
		total.Days++
		total.add(run)
	}
	return total, nil
}

// maxDays is two years: a catch-up longer than that is a mistyped year.
const maxDays = 731

// reached refuses to close up to a day that lies after the calendar's day in
// India.
func (o *Office) reached(ctx context.Context, last lending.Date) error {
	reader := o.db.Reader()
	return reader.Read(ctx, func(ctx context.Context, v *store.View) error {
		return dayHasCome(ctx, v, lending.DateOf(reader.Now().Time), last)
	})
}

// WhyNotCloseDay is the refusal that a person would get for closing the open day
// now, nil when they may: pages show it instead of a button.
func WhyNotCloseDay(ctx context.Context, v *store.View, actor Actor, now time.Time) error {
	if err := actor.need(MayCloseDay); err != nil {
		return err
	}
	company, err := v.Company(ctx)
	if err != nil {
		return err
	}
	return dayHasCome(ctx, v, lending.DateOf(now), company.BusinessDate)
}

func dayHasCome(ctx context.Context, v *store.View, calendar, last lending.Date) error {
	if last <= calendar {
		return nil
	}
	company, err := v.Company(ctx)
	if err != nil {
		return err
	}
	ahead, err := aheadOfCalendar(ctx, v, company, calendar)
	if err != nil || ahead && last == company.BusinessDate || company.Loading != "" {
		return err
	}
	return lending.RefuseField("date", "day.future", "The calendar says "+calendar.Words()+". "+last.Words()+" is closed when it has come, not before.")
}

// aheadOfCalendar says whether a sample stands, by its data, on a date that the
// calendar had not reached when it was loaded: its days are closed one at a time.
func aheadOfCalendar(ctx context.Context, v *store.View, company store.Company, calendar lending.Date) (bool, error) {
	if !company.IsDemo {
		return false, nil
	}
	first, err := v.FirstDayRun(ctx)
	if errors.Is(err, store.ErrMissing) {
		return false, nil
	}
	return err == nil && first.Date > calendar, err
}

func (o *Office) businessDate(ctx context.Context) (lending.Date, error) {
	var today lending.Date
	err := o.db.Reader().Read(ctx, func(ctx context.Context, v *store.View) error {
		company, err := v.Company(ctx)
		today = company.BusinessDate
		return err
	})
	return today, err
}

// closedBefore answers for a day that is done.
func (o *Office) closedBefore(ctx context.Context, day lending.Date, total *DayResult) error {
	return o.db.Reader().Read(ctx, func(ctx context.Context, v *store.View) error {
		run, err := v.DayRun(ctx, day)
		if errors.Is(err, store.ErrMissing) {
			return nil // before the books began
		}
		total.add(run)
		return err
	})
}

// closeOne closes one day: it takes the lease and moves the date, so that
// commands given meanwhile book to the next day, then replays in chunks every
// account that has something on that day or is in arrears.
func (o *Office) closeOne(ctx context.Context, actor Actor, day lending.Date) (store.DayRun, error) {
	run, err := o.openDayRun(ctx, actor, day)
	if err != nil {
		return run, err
	}
	if err := o.closeAccounts(ctx, &run); err != nil {
		return run, err
	}
	if err := o.keepPositions(ctx, day); err != nil {
		return run, err
	}
	if err := o.linesOfDay(ctx, actor); err != nil {
		return run, err
	}
	if err := o.topupsOfDay(ctx, actor); err != nil {
		return run, err
	}
	err = o.command(ctx, actor, note{action: "day.close", subject: day.String(), input: map[string]any{"date": day}}, func(ctx context.Context, tx *store.Tx, n *note) error {
		if err := invoiceFees(ctx, tx); err != nil {
			return err
		}
		if err := expireMandates(ctx, tx); err != nil {
			return err
		}
		if err := closeBooks(ctx, tx, day); err != nil {
			return err
		}
		run.Status, run.FinishedAt, run.LeasedUntil = "done", tx.Now, store.Instant{}
		run.DurationMS = tx.Now.Sub(run.StartedAt.Time).Milliseconds()
		n.summary = fmt.Sprintf("Closed %s: %d accounts replayed, %d changed, %d left alone", day.Words(), run.Accounts, run.Changed, run.Failed)
		return tx.SaveDayRun(ctx, run)
	})
	return run, err
}

// openDayRun takes the lease of a day, and opens the next one when that was not
// done yet. A run that was stopped goes on with what it counted.
func (o *Office) openDayRun(ctx context.Context, actor Actor, day lending.Date) (store.DayRun, error) {
	run := store.DayRun{Date: day, Status: "running", StartedBy: actor.Name}
	err := o.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		before, err := tx.DayRun(ctx, day)
		switch {
		case err == nil && before.Status == "running" && before.LeasedUntil.After(tx.Now.Time):
			return lending.Refuse(lending.Conflict, "day.running", day.Words()+" is being closed by "+before.StartedBy+" right now.")
		case err == nil && before.Status == "running":
			run = before
		case err == nil || tx.Today != day:
			return lending.Refuse(lending.Conflict, "day.closed", day.Words()+" was closed meanwhile; "+tx.Today.Words()+" is open.")
		case !errors.Is(err, store.ErrMissing):
			return err
		default:
			run.StartedAt = tx.Now
		}
		run.LeasedUntil = store.Instant{Time: tx.Now.Add(dayLease)}
		if err := tx.SaveDayRun(ctx, run); err != nil {
			return err
		}
		if tx.Today == day {
			return tx.MoveBusinessDate(ctx, day.AddDays(1))
		}
		return nil
	})
	return run, err
}

// closeAccounts moves every account that has something to do to the open day. While
// one chunk is written the next is worked out.
func (o *Office) closeAccounts(ctx context.Context, run *store.DayRun) error {
	for {
		var ids []string
		err := o.db.Reader().Read(ctx, func(ctx context.Context, v *store.View) (err error) {
			ids, err = v.AccountsToClose(ctx, run.Date, dayPage)
			return err
		})
		if err != nil || len(ids) == 0 {
			return err
		}
		if err := o.closePage(ctx, run, ids); err != nil {
			return err
		}
	}
}

// closePage moves accounts in their order, chunk by chunk.
func (o *Office) closePage(ctx context.Context, run *store.DayRun, ids []string) error {
	ctx, stop := context.WithCancel(ctx)
	planned := make(chan []accountMove, 1)
	var planning sync.WaitGroup
	planning.Go(func() {
		defer close(planned)
		for chunk := range slices.Chunk(ids, dayChunk) {
			select {
			case planned <- o.planMoves(ctx, run.Date.AddDays(1), chunk):
			case <-ctx.Done():
				return
			}
		}
	})
	defer planning.Wait()
	defer stop()
	for moves := range planned {
		if err := o.writeMoves(ctx, run, moves); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// closeChunk moves the next accounts, and says whether there may be more.
func (o *Office) closeChunk(ctx context.Context, run *store.DayRun) (more bool, err error) {
	var ids []string
	err = o.db.Reader().Read(ctx, func(ctx context.Context, v *store.View) (err error) {
		ids, err = v.AccountsToClose(ctx, run.Date, dayChunk)
		return err
	})
	if err != nil {
		return false, err
	}
	return len(ids) == dayChunk, o.writeMoves(ctx, run, o.planMoves(ctx, run.Date.AddDays(1), ids))
}

// writeMoves carries moves out, and keeps what was counted and the lease in the same
// transaction. An account that cannot be moved is quarantined alone, with nothing of
// it written; what is wrong with the file or the caller stops the run.
func (o *Office) writeMoves(ctx context.Context, run *store.DayRun, moves []accountMove) error {
	now := *run
	err := o.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		now = *run
		left, err := writeAged(ctx, tx, moves, &now)
		if err != nil {
			return err
		}
		for _, id := range left {
			changed, err := moveOn(ctx, tx, id)
			if err != nil && store.Interrupted(err) {
				return err
			}
			if err != nil {
				now.Failed++
				if err := tx.AddDayFailure(ctx, store.DayFailure{Date: run.Date, AccountID: id, Message: err.Error()}); err != nil {
					return err
				}
				continue
			}
			if now.Accounts++; changed {
				now.Changed++
			}
		}
		if tx.Unlogged() { // a drawing that is repaid by what was held brings a cashback
			n := note{action: "day.close", subject: run.Date.String(), summary: "Closing " + run.Date.Words() + " gave unused interest back"}
			if err := logEvent(ctx, tx, Actor{Person: "system", Name: "Lekha"}, n, "done"); err != nil {
				return err
			}
		}
		now.LeasedUntil = store.Instant{Time: tx.Now.Add(dayLease)}
		return tx.SaveDayRun(ctx, now)
	})
	if err == nil {
		*run = now
	}
	return err
}

// moveOn brings one account to the open day, whole or not at all, and says
// whether anything but the day is different there.
func moveOn(ctx context.Context, tx *store.Tx, account string) (changed bool, err error) {
	err = tx.Try(ctx, func(ctx context.Context, tx *store.Tx) error {
		before, err := tx.PositionOf(ctx, account)
		if err != nil {
			return err
		}
		others, err := refreshed(ctx, tx, account)
		if err != nil {
			return err
		}
		after, err := tx.PositionOf(ctx, account)
		if err != nil {
			return err
		}
		for _, o := range others {
			if err := noteCategory(ctx, tx, o.account, o.was, o.became); err != nil {
				return err
			}
		}
		changed = moved(before, after)
		return noteMove(ctx, tx, before, after)
	})
	return changed, err
}

// ResumeDay takes up, at start, a day close that the end of a program
// interrupted. One that another process is running is waited for.
func (o *Office) ResumeDay(ctx context.Context) error {
	today, err := o.businessDate(ctx)
	if errors.Is(err, store.ErrMissing) || err == nil && today.IsZero() {
		return nil
	}
	if err != nil {
		return err
	}
	system := Actor{Person: "system", Name: "Lekha", Roles: []Role{Admin}}
	for {
		err := o.finishDay(ctx, system, today.AddDays(-1))
		if refused, ok := errors.AsType[*lending.Error](err); !ok || refused.Code != "day.running" {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(dayLease / 10):
		}
	}
}

// finishDay closes the rest of a day whose close was begun and stopped.
func (o *Office) finishDay(ctx context.Context, actor Actor, day lending.Date) error {
	var unfinished bool
	err := o.db.Reader().Read(ctx, func(ctx context.Context, v *store.View) error {
		run, err := v.DayRun(ctx, day)
		if errors.Is(err, store.ErrMissing) {
			return nil
		}
		unfinished = err == nil && run.Status == "running"
		return err
	})
	if err != nil || !unfinished {
		return err
	}
	_, err = o.closeOne(ctx, actor, day)
	return err
}
