package servicing

import (
	"context"
	"errors"
	"fmt"

	"lekha/lending"
	"lekha/store"
)

// dayStanding is where verify stands in time: the open business date, and the
// close of the day before where it has not come to every account. An account whose
// turn has not come is judged as of the day it has reached.
type dayStanding struct {
	today   lending.Date
	closing bool              // the close of the day before is not finished
	left    map[string]string // accounts that it left alone, with why
}

// standing reads where the books stand, and says so of a close under way.
func standing(ctx context.Context, v *store.View, result *VerifyResult) (dayStanding, error) {
	company, err := v.Company(ctx)
	if errors.Is(err, store.ErrMissing) {
		result.Notes = append(result.Notes, "nothing is set up yet: there is no company, so only the tables and the log are looked at")
		return dayStanding{}, nil
	}
	if err != nil {
		return dayStanding{}, fmt.Errorf("reading the company: %w", err)
	}
	d := dayStanding{today: company.BusinessDate, left: map[string]string{}}
	before := d.today.AddDays(-1)
	run, err := v.DayRun(ctx, before)
	if errors.Is(err, store.ErrMissing) {
		return d, nil
	}
	if err != nil {
		return d, err
	}
	failures, err := v.DayFailures(ctx, before)
	if err != nil {
		return d, err
	}
	for _, f := range failures {
		d.left[f.AccountID] = f.Message
	}
	if d.closing = run.Status == "running"; d.closing {
		waiting, err := v.StalePositions(ctx, d.today)
		if err != nil {
			return d, err
		}
		result.Notes = append(result.Notes, fmt.Sprintf("the close of %s is not finished: %d accounts wait for their turn and are judged as of the day they have reached", before.Words(), waiting))
	}
	return d, nil
}

// of is the day whose state the rows of an account hold: that on which they were
// written, where nothing happened since or its turn in the close has not come.
func (d dayStanding) of(account string, p store.Position) lending.Date {
	quiet := p.NextEvent.IsZero() || p.NextEvent > d.today
	_, left := d.left[account]
	if p.AsOf < d.today && (quiet || d.closing || left) {
		return p.AsOf
	}
	return d.today
}

// classifiedAt is the day whose category the accounts of a borrower show: the
// latest that one of them has reached, while a close is on its way through them.
func (d dayStanding) classifiedAt(ctx context.Context, v *store.View, borrower string) (lending.Date, error) {
	if !d.closing && len(d.left) == 0 {
		return d.today, nil
	}
	accounts, err := v.AccountsOfBorrower(ctx, borrower)
	if err != nil {
		return 0, err
	}
	var latest lending.Date
	for _, a := range accounts {
		position, err := v.PositionOf(ctx, a.ID)
		if errors.Is(err, store.ErrMissing) {
			continue // nothing was lent on it
		}
		if err != nil {
			return 0, err
		}
		latest = max(latest, position.AsOf)
	}
	return latest, nil
}
