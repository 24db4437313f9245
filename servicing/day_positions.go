package servicing

import (
	"context"
	"errors"
	"slices"

	"lekha/lending"
	"lekha/store"
)

// Positions are kept for days that somebody asks for afterwards: those of the credit
// bureaus and the ends of months. They are what the facts say that were booked by the
// end of that day, so that a file made later says the same.

const (
	// copyChunk is how many quiet accounts one statement copies.
	copyChunk = 1000
	// keepChunk is how many accounts one transaction replays for their positions.
	keepChunk = 50
)

// KeepsPositions says that the positions of a day are kept.
func KeepsPositions(day lending.Date) bool {
	return day.AddDays(1).Day() == 1 || slices.Contains(lending.BureauDates(day.Year(), day.Month()), day)
}

// keepPositions keeps where every account stood at the end of a day. It finds what is
// left to do, so it may be stopped and run again.
func (o *Office) keepPositions(ctx context.Context, day lending.Date) error {
	if !KeepsPositions(day) {
		return nil
	}
	for after, more := "", true; more; {
		err := o.db.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			after, err = tx.CopyDayPositions(ctx, day, after, copyChunk)
			more = after != ""
			return err
		})
		if err != nil {
			return err
		}
	}
	for after, more := "", true; more; {
		err := o.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			ids, err := tx.MissingDayPositions(ctx, day, after, keepChunk)
			more = len(ids) == keepChunk
			for _, id := range ids {
				after = id
				if err == nil {
					err = keepPosition(ctx, tx, day, id)
				}
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// keepPosition replays one account to the end of a day. One that cannot be replayed
// has no position: the close has named it.
func keepPosition(ctx context.Context, tx *store.Tx, day lending.Date, account string) error {
	facts, err := tx.Facts(ctx, account)
	if err != nil {
		return err
	}
	known := knownBy(facts.Facts, day)
	if len(known) == 0 {
		return nil
	}
	book, err := lending.Replay(known, lending.At{Date: day, DayEnd: true})
	if err != nil {
		return nil
	}
	row, err := tx.AccountByID(ctx, account)
	if err != nil {
		return err
	}
	if _, err := classified(ctx, &tx.View, row, book); err != nil {
		return err
	}
	return tx.AddDayPosition(ctx, dayPosition(account, book))
}

// knownBy are the facts that were booked by a day.
func knownBy(facts []lending.Fact, day lending.Date) []lending.Fact {
	return slices.DeleteFunc(slices.Clone(facts), func(f lending.Fact) bool { return f.BookingDate > day })
}

func dayPosition(account string, book *lending.Book) store.DayPosition {
	s := book.Summary
	return store.DayPosition{Date: book.At.Date, AccountID: account, PrincipalOutstanding: s.PrincipalOutstanding, TotalOutstanding: s.TotalOutstanding,
		DueNow: s.DueNow, Excess: book.Excess, DPD: s.DPD, PeakDPD: s.PeakDPD, Category: string(s.AssetCategory), CategoryDate: s.AssetCategoryDate, OldestDue: book.Oldest}
}

// verifyKept holds the position that was kept last of an account against the facts
// that were booked by then. The category is its borrower's, whose accounts are
// classified together; it is not looked at here.
func verifyKept(ctx context.Context, v *store.View, account store.Account, facts []lending.Fact, result *VerifyResult) error {
	day, err := v.LastDayPositions(ctx)
	if err != nil || day.IsZero() {
		return err
	}
	kept, err := v.DayPositionOf(ctx, day, account.ID)
	if errors.Is(err, store.ErrMissing) {
		return nil
	}
	if err != nil {
		return err
	}
	book, err := lending.Replay(knownBy(facts, day), lending.At{Date: day, DayEnd: true})
	if err != nil {
		return nil // said already
	}
	compareRows(result, account.Ref, "the position kept of "+day.String(), dayPosition(account.ID, book), kept, func(p *store.DayPosition) {
		p.Category, p.CategoryDate = "", 0
	})
	return nil
}
