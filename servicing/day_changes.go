package servicing

import (
	"context"

	"lekha/lending"
	"lekha/store"
)

// The kinds of what a day close changed, in the order in which they are shown.
const (
	DayNPA         = "npa"          // became non-performing
	DayDoubtful    = "doubtful"     // grew worse while it was that
	DaySMA2        = "sma-2"        // became a special mention account of that class
	DaySMA1        = "sma-1"        //
	DaySMA0        = "sma-0"        // its first day past due
	DayUpgraded    = "upgraded"     // performs again
	DayBetter      = "better"       // a better class of special mention, or regular
	DayDue         = "due"          // an instalment fell due on the day that opened
	DayExcess      = "excess"       // money held was applied to it
	DayLine        = "line"         // a limit ended, froze or changed
	DayTopup       = "topup"        // a scheduled topup went out
	DayTopupMissed = "topup-missed" // or could not
	DayMandate     = "mandate"      // a mandate ended
)

// DayKinds lists them.
func DayKinds() []string {
	return []string{DayNPA, DayDoubtful, DaySMA2, DaySMA1, DaySMA0, DayUpgraded, DayBetter, DayDue, DayExcess, DayLine, DayTopup, DayTopupMissed, DayMandate}
}

// categoryKind is what a move from one category to another is called.
func categoryKind(was, became lending.Category) string {
	worse := became.Worse(was)
	switch {
	case worse && was.NPA():
		return DayDoubtful
	case worse && became.NPA():
		return DayNPA
	case worse && became == lending.SMA2:
		return DaySMA2
	case worse && became == lending.SMA1:
		return DaySMA1
	case worse:
		return DaySMA0
	case was.NPA() && !became.NPA():
		return DayUpgraded
	}
	return DayBetter
}

// noteMove writes down what the close of a day changed on an account; that it only
// grew older is not worth a row.
func noteMove(ctx context.Context, tx *store.Tx, before, after store.Position) error {
	day := tx.Today.AddDays(-1)
	if before.NextDueAmount > 0 && !before.NextDueDate.IsZero() && before.NextDueDate <= tx.Today {
		if err := tx.AddDayChange(ctx, store.DayChange{Date: day, Kind: DayDue, AccountID: after.AccountID, Became: before.NextDueDate.String(), Amount: before.NextDueAmount}); err != nil {
			return err
		}
	}
	if after.Excess < before.Excess {
		if err := tx.AddDayChange(ctx, store.DayChange{Date: day, Kind: DayExcess, AccountID: after.AccountID, Amount: before.Excess - after.Excess}); err != nil {
			return err
		}
	}
	return noteCategory(ctx, tx, after.AccountID, lending.Category(before.Category), lending.Category(after.Category))
}

// noteCategory writes down that the close of a day moved an account to another
// category, its own or that of its borrower.
func noteCategory(ctx context.Context, tx *store.Tx, account string, was, became lending.Category) error {
	if was == became {
		return nil
	}
	return tx.AddDayChange(ctx, store.DayChange{Date: tx.Today.AddDays(-1), Kind: categoryKind(was, became), AccountID: account, Was: string(was), Became: string(became)})
}

// noteOfDay writes down what the calendar did to a line, a topup or a mandate.
func noteOfDay(ctx context.Context, tx *store.Tx, kind, account, subject, became string, amount lending.Money) error {
	if account == "" {
		return nil
	}
	return tx.AddDayChange(ctx, store.DayChange{Date: tx.Today.AddDays(-1), Kind: kind, AccountID: account, Subject: subject, Became: became, Amount: amount})
}
