package servicing

import (
	"context"
	"errors"
	"fmt"

	"lekha/lending"
	"lekha/store"
)

// dayChunk is how many accounts the day close replays in one transaction: short
// enough that commands given meanwhile do not wait.
const dayChunk = 50

// leaseMinutes is after how long a day close that was stopped may be taken up by
// another process.
const leaseMinutes = 5

// DayResult is what a day close did.
type DayResult struct {
	BusinessDate lending.Date // open after it
	Days         int
	Accounts     int // replayed
	Changed      int
	Failed       int
	DurationMS   int64
}

// CloseDay closes business days, oldest first, until the given date is open; a
// zero date closes one. A date that is open or past already answers again and
// writes nothing. It is safe to stop and to run again: it derives, it does not
// accumulate.
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
	for day := today; day < until; day = day.AddDays(1) {
		run, err := o.closeOne(ctx, actor, day)
		if err != nil {
			return total, err
		}
		total.BusinessDate = day.AddDays(1)
		total.Days++
		total.Accounts += run.Accounts
		total.Changed += run.Changed
		total.Failed += run.Failed
		total.DurationMS += run.DurationMS
	}
	return total, nil
}

// maxDays is two years: a catch-up longer than that is a mistyped year.
const maxDays = 731

func (o *Office) businessDate(ctx context.Context) (lending.Date, error) {
	var today lending.Date
	err := o.db.Reader().Read(ctx, func(ctx context.Context, v *store.View) error {
		company, err := v.Company(ctx)
		today = company.BusinessDate
		return err
	})
	return today, err
}

// closeOne closes one day: it takes the lease and moves the date, so that
// commands given meanwhile book to the next day, then replays in chunks every
// account that has something on that day or is in arrears.
func (o *Office) closeOne(ctx context.Context, actor Actor, day lending.Date) (store.DayRun, error) {
	run, err := o.openDayRun(ctx, actor, day)
	if err != nil {
		return run, err
	}
	for {
		more, err := o.closeChunk(ctx, &run)
		if err != nil {
			return run, err
		}
		if !more {
			break
		}
	}
	err = o.command(ctx, actor, note{action: "day.close", subject: day.String(), input: map[string]any{"date": day}}, func(ctx context.Context, tx *store.Tx, n *note) error {
		run.Status, run.FinishedAt = "done", tx.Now
		run.DurationMS = tx.Now.Sub(run.StartedAt.Time).Milliseconds()
		n.summary = fmt.Sprintf("Closed %s: %d accounts replayed, %d changed, %d left alone", day, run.Accounts, run.Changed, run.Failed)
		return tx.SaveDayRun(ctx, run)
	})
	return run, err
}

// openDayRun takes the lease of a day and opens the next one.
func (o *Office) openDayRun(ctx context.Context, actor Actor, day lending.Date) (store.DayRun, error) {
	run := store.DayRun{Date: day, Status: "running", StartedBy: actor.Name}
	err := o.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		before, err := tx.DayRun(ctx, day)
		if err == nil && before.Status == "running" && tx.Now.Sub(before.StartedAt.Time).Minutes() < leaseMinutes && before.StartedBy != actor.Name {
			return lending.Refuse(lending.Conflict, "day.running", "This day is being closed by "+before.StartedBy+" right now.")
		}
		if err != nil && !errors.Is(err, store.ErrMissing) {
			return err
		}
		run.StartedAt = tx.Now
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

// closeChunk replays the next accounts whose position is older than the open
// day; an account that cannot be replayed is quarantined alone.
func (o *Office) closeChunk(ctx context.Context, run *store.DayRun) (more bool, err error) {
	err = o.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		accounts, err := tx.AccountsToClose(ctx, run.Date, dayChunk)
		if err != nil {
			return err
		}
		more = len(accounts) == dayChunk
		for _, id := range accounts {
			before, _ := tx.PositionOf(ctx, id)
			if err := refresh(ctx, tx, id); err != nil {
				if store.Interrupted(err) {
					return err
				}
				run.Failed++
				if err := tx.AddDayFailure(ctx, store.DayFailure{Date: run.Date, AccountID: id, Message: err.Error()}); err != nil {
					return err
				}
				continue
			}
			after, err := tx.PositionOf(ctx, id)
			if err != nil {
				return err
			}
			run.Accounts++
			if before.AsOf = after.AsOf; before.PositionAt != after.PositionAt {
				before.PositionAt = after.PositionAt
			}
			if before != after {
				run.Changed++
			}
		}
		return nil
	})
	return more, err
}

// ResumeDay takes up a day close that the program's end interrupted.
func (o *Office) ResumeDay(ctx context.Context) error {
	today, err := o.businessDate(ctx)
	if errors.Is(err, store.ErrMissing) || err == nil && today.IsZero() {
		return nil
	}
	if err != nil {
		return err
	}
	day := today.AddDays(-1)
	var unfinished bool
	err = o.db.Reader().Read(ctx, func(ctx context.Context, v *store.View) error {
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
	_, err = o.closeOne(ctx, Actor{Person: "system", Name: "Lekha", Roles: []Role{Admin}}, day)
	return err
}
