package servicing

import (
	"context"

	"lekha/lending"
	"lekha/store"
)

// What a closed month means to everything else stands in this file alone: nothing
// is booked in it, because every entry is booked on the open day; and what is dated
// in it takes two levels of approval, whatever its amount. The database says the
// same by its triggers.

// inClosedMonth says whether one of some days lies in a month that is closed.
func inClosedMonth(ctx context.Context, v *store.View, days ...lending.Date) (bool, error) {
	last, err := v.LockedUntil(ctx)
	if err != nil || last.IsZero() {
		return false, err
	}
	for _, day := range days {
		if !day.IsZero() && day <= last {
			return true, nil
		}
	}
	return false, nil
}

// levelsOf are the levels that a request needs: two at least when it is dated in a
// closed month.
func levelsOf(ctx context.Context, v *store.View, levels int, days ...lending.Date) (int, error) {
	locked, err := inClosedMonth(ctx, v, days...)
	if locked {
		levels = max(levels, 2)
	}
	return levels, err
}

// stillLateEnough refuses a request that was sent before the month it is dated in was
// closed, and that one person alone would decide now.
func stillLateEnough(ctx context.Context, v *store.View, a store.Approval, days ...lending.Date) error {
	needed, err := levelsOf(ctx, v, a.Levels, days...)
	if err == nil && needed > a.Levels {
		err = lending.Refuse(lending.Conflict, "month.two_levels", "The month that this is dated in was closed after it was sent. Reject it and send it again: two people decide it then.")
	}
	return err
}

// datesOf are the value dates that a decision on a record books: its own, or those of
// its parts. Money held that is used or paid back is dated on the day of the decision.
func datesOf(ctx context.Context, v *store.View, r store.Record) ([]lending.Date, error) {
	if isHeld(r) && r.FactKey == "" {
		return nil, nil
	}
	days := []lending.Date{r.Date}
	children, err := v.ChildrenOf(ctx, r.ID)
	for _, child := range children {
		if child.Status != "cancelled" {
			days = append(days, child.Date)
		}
	}
	return days, err
}
