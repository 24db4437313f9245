package servicing

import (
	"context"
	"fmt"

	"lekha/lending"
	"lekha/store"
)

// closeBooks is the last step of a day close: what is posted for all accounts
// together, and whether the books are in order (domain 5.2, 9.6). What is wrong is
// kept with the day and keeps nobody from working; it keeps the month open.
func closeBooks(ctx context.Context, tx *store.Tx, day lending.Date) error {
	if err := provideStandard(ctx, tx); err != nil {
		return err
	}
	found, err := dayFindings(ctx, &tx.View, day)
	if err != nil {
		return err
	}
	for i, f := range found {
		if err := tx.AddDayFinding(ctx, store.DayFinding{Date: day, No: i + 1, Subject: f.Subject, Message: f.What}); err != nil {
			return err
		}
	}
	return nil
}

// maxDayFindings bounds what is kept of one day.
const maxDayFindings = 20

// dayFindings holds what was booked since a day began against itself and against the
// bank. What of the journal was in order before stays so, because it only grows.
func dayFindings(ctx context.Context, v *store.View, day lending.Date) ([]Finding, error) {
	var found []Finding
	entries, err := v.UnbalancedFrom(ctx, day, maxDayFindings)
	if err != nil {
		return nil, fmt.Errorf("looking at the entries of %s: %w", day, err)
	}
	for _, e := range entries {
		found = append(found, Finding{fmt.Sprintf("entry %d", e), "does not balance"})
	}
	untied, err := v.TieOut(ctx, "", day, day, maxDayFindings)
	if err != nil {
		return nil, err
	}
	for _, t := range untied {
		if t.Gap != 0 {
			found = append(found, Finding{t.BankCode, fmt.Sprintf("of %s credited, %s is not accounted for", t.Credits.Rupees(), t.Gap.Rupees())})
		}
	}
	return found[:min(len(found), maxDayFindings)], nil
}
