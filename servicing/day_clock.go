package servicing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lekha/lending"
	"lekha/store"
)

// noon parts the hours of closing: one in the afternoon or evening closes the day it
// is on, one in the morning the day before.
const noon = 12 * 60

// ByHand is the minute of closing of a company whose days nobody but a person closes.
const ByHand = -1

// dayClock is who closes a day when its hour has come.
var dayClock = Actor{Person: "system", Name: "the clock", Roles: []Role{Admin}}

// ClosesAt is the moment at which a day is closed by itself. What is booked after it
// carries the next date, with the value date it has: the hour is the cut-off.
func ClosesAt(day lending.Date, minute int) time.Time {
	if minute < noon {
		day = day.AddDays(1)
	}
	return day.Time().Add(time.Duration(minute) * time.Minute)
}

// SetCloseAt says at which minute of the day in India days are closed by themselves;
// [ByHand] for never.
func (o *Office) SetCloseAt(ctx context.Context, actor Actor, minute int) error {
	if err := actor.need(MayManagePeople); err != nil {
		return err
	}
	if minute < ByHand || minute >= 24*60 {
		return lending.RefuseField("close_at", "day.close_at", "Write an hour of the day, as 01:00.")
	}
	return o.command(ctx, actor, note{action: "day.schedule", subject: "company", input: map[string]any{"close_at": minute}}, func(ctx context.Context, tx *store.Tx, n *note) error {
		n.summary = "Days are closed by hand."
		if minute != ByHand {
			n.summary = fmt.Sprintf("Days are closed by themselves at %02d:%02d.", minute/60, minute%60)
		}
		return tx.SetCloseAt(ctx, minute)
	})
}

// CloseDueDays closes the days whose hour has come, oldest first, one by one. A day
// that something blocks stays open with the reason, and is tried again by the next
// call. Nothing happens where days are closed by hand.
func (o *Office) CloseDueDays(ctx context.Context) (DayResult, error) {
	var total DayResult
	for {
		day, blocked, err := o.dueDay(ctx)
		if err != nil || day.IsZero() {
			return total, err
		}
		if blocked != "" {
			return total, o.skipDay(ctx, day, blocked)
		}
		result, err := o.CloseDay(ctx, dayClock, day.AddDays(1))
		if refused, ok := errors.AsType[*lending.Error](err); ok {
			return total, o.skipDay(ctx, day, refused.Message)
		}
		if err != nil {
			return total, errors.Join(err, o.skipDay(context.WithoutCancel(ctx), day, "The close stopped because of a fault of the program. What was done stays done."))
		}
		total.BusinessDate, total.Days = result.BusinessDate, total.Days+result.Days
		total.Accounts, total.Changed, total.Failed = total.Accounts+result.Accounts, total.Changed+result.Changed, total.Failed+result.Failed
	}
}

// dueDay is the open day when its hour has come, and what blocks its close; zero when
// there is nothing to close.
func (o *Office) dueDay(ctx context.Context) (day lending.Date, blocked string, err error) {
	reader := o.db.Reader()
	err = reader.Read(ctx, func(ctx context.Context, v *store.View) error {
		company, err := v.Company(ctx)
		if errors.Is(err, store.ErrMissing) || err == nil && (company.CloseAt == ByHand || reader.Now().Before(ClosesAt(company.BusinessDate, company.CloseAt))) {
			return nil
		}
		if err != nil {
			return err
		}
		day = company.BusinessDate
		blocked, err = whyNotYet(ctx, v, company)
		return err
	})
	return day, blocked, err
}

// whyNotYet is what keeps the clock from closing a day: money that is just coming in
// would be late by a day.
func whyNotYet(ctx context.Context, v *store.View, company store.Company) (string, error) {
	if company.Loading != "" {
		return "The sample is still being loaded.", nil
	}
	loading, err := v.LoadingStatements(ctx)
	if err != nil || len(loading) == 0 {
		return "", err
	}
	return "Statement " + loading[0].Ref + " is still being posted: what it brings belongs before the close.", nil
}

func (o *Office) skipDay(ctx context.Context, day lending.Date, reason string) error {
	return o.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if tx.Today != day {
			return nil // it was closed meanwhile
		}
		return tx.SkipDay(ctx, day, reason)
	})
}
