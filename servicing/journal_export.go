package servicing

import (
	"context"
	"fmt"

	"lekha/lending"
	"lekha/store"
)

// ExportJournal takes every entry that no export has, up to a booking date that is
// closed, as one export for the external general ledger. Each entry lies in one
// export; fetching an export again gives the same entries.
func (o *Office) ExportJournal(ctx context.Context, actor Actor, until lending.Date) (store.JournalExport, error) {
	var made store.JournalExport
	if err := actor.need(MayReleasePayout); err != nil {
		return made, err
	}
	attempt := note{action: "journal.export", subject: until.String(), input: map[string]any{"until": until}}
	err := o.command(ctx, actor, attempt, func(ctx context.Context, tx *store.Tx, n *note) (err error) {
		if until.IsZero() || until >= tx.Today {
			until = tx.Today.AddDays(-1) // the open day still grows
		}
		if made, err = tx.CreateJournalExport(ctx, until, actor.Name); err != nil {
			return err
		}
		n.subject = until.String()
		n.summary = fmt.Sprintf("Exported entries %d to %d of the journal, booked up to %s", made.FirstIdx, made.LastIdx, until.Words())
		return nil
	})
	return made, err
}
