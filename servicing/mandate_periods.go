package servicing

import (
	"context"
	"strings"

	"lekha/lending"
	"lekha/store"
)

// whyNotThisPeriod says what keeps a due from being presented because of how often its
// mandate allows a collection: the borrower's bank returns a second one in the period.
// What this list collects already is in listed, the due date by mandate.
func whyNotThisPeriod(ctx context.Context, v *store.View, on lending.Date, item PlannedItem, listed map[string]lending.Date) (code, why string, err error) {
	m := item.Mandate
	from, until, bounded := lending.MandatePeriod(m.Frequency, m.FirstDate, on)
	if !bounded {
		return "", "", nil
	}
	rule := "Mandate " + m.Ref + " is " + strings.ReplaceAll(m.Frequency, "_", "-") + ": it allows one collection from " + from.Words() + " to " + until.Words()
	if due, here := listed[m.ID]; here {
		return "presentation.frequency", rule + ", and this list collects the due of " + due.Words() + ".", nil
	}
	taken, err := v.CollectedUnder(ctx, item.Due.AccountID, m.ID, from, until)
	if err != nil || len(taken) == 0 {
		return "", "", err
	}
	return "presentation.frequency", rule + ", and " + taken[0].Ref + " of " + taken[0].Presented.Words() + " is that one.", nil
}
