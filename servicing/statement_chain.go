package servicing

import (
	"context"
	"errors"
	"strconv"

	"lekha/lending"
	"lekha/store"
)

// statementSpan is what a file says of its account: days and balances.
type statementSpan struct {
	bank, but        string // ids; but is the statement itself
	from, to         lending.Date
	opening, closing *int64
}

// StatementChain says how an imported statement follows on the others of its
// account: in sentences where it overlaps one, or leaves a gap to one.
func StatementChain(ctx context.Context, v *store.View, s store.Statement) ([]string, error) {
	return chainOf(ctx, v, statementSpan{s.BankID, s.ID, s.FirstDate, s.LastDate, s.Opening, s.Closing})
}

// chainBefore says the same of a file that is checked.
func chainBefore(ctx context.Context, v *store.View, check StatementCheck) ([]string, error) {
	s := check.File
	if check.Again != "" {
		return nil, nil
	}
	return chainOf(ctx, v, statementSpan{check.Bank.ID, "", s.From, s.To, known(s.Opening), known(s.Closing)})
}

func chainOf(ctx context.Context, v *store.View, span statementSpan) ([]string, error) {
	if span.from.IsZero() {
		return nil, nil
	}
	overlap, err := v.StatementsWithin(ctx, span.bank, span.but, span.from, span.to)
	if err != nil {
		return nil, err
	}
	var notes []string
	if overlap.Count > 0 {
		notes = append(notes, overlapNote(overlap))
	}
	before, err := v.StatementBefore(ctx, span.bank, span.from)
	if gap := gapBetween(before.Closing, span.opening); err == nil && gap != 0 && overlap.Count == 0 {
		notes = append(notes, "Its opening balance is not the closing balance of "+before.Ref+", which ends on "+before.LastDate.Words()+": "+gap.Rupees()+
			" moved between them that no statement shows. Import the days between.")
	} else if err != nil && !errors.Is(err, store.ErrMissing) {
		return nil, err
	}
	after, err := v.StatementAfter(ctx, span.bank, span.to)
	if gap := gapBetween(span.closing, after.Opening); err == nil && gap != 0 && overlap.Count == 0 {
		notes = append(notes, "Its closing balance is not the opening balance of "+after.Ref+", which begins on "+after.FirstDate.Words()+": "+gap.Rupees()+
			" moved between them that no statement shows. Import the days between.")
	} else if err != nil && !errors.Is(err, store.ErrMissing) {
		return nil, err
	}
	return notes, nil
}

// overlapNote is one sentence, however many statements a long file goes over.
func overlapNote(o store.Overlap) string {
	others := o.Ref
	if o.Count > 1 {
		others = strconv.Itoa(o.Count) + " statements of this account"
	}
	return "It overlaps " + others + ", " + o.FirstDate.Words() + " to " + o.LastDate.Words() + ". Rows that were taken from there are known and make nothing twice."
}

// gapBetween is what moved between two balances; nothing where one is not known.
func gapBetween(closing, opening *int64) lending.Money {
	if closing == nil || opening == nil {
		return 0
	}
	return lending.Money(*opening - *closing)
}
