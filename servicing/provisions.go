package servicing

import (
	"context"

	"lekha/ledger"
	"lekha/lending"
	"lekha/store"
)

// Non-performing loans are provided for one by one, where their journal is posted.
// Standard ones are provided for together: one entry a program and day, by the
// difference between what stands and what has to (domain 4.6).

// ownRates are the rates of provisions that the lender dated.
func ownRates(ctx context.Context, v *store.View) ([]lending.LegalParameter, error) {
	rows, err := v.Parameters(ctx)
	if err != nil {
		return nil, err
	}
	var own []lending.LegalParameter
	for _, r := range rows {
		own = append(own, lending.LegalParameter{Name: r.Name, Value: r.Value, EffectiveFrom: r.EffectiveFrom, Source: r.Approval})
	}
	return own, nil
}

// provisionEvent is the running total of a program's standard provision.
func provisionEvent(program string) string { return ledger.Provided + "/program/" + program }

// standardGap is what has to be posted so that each program has the standard
// provision that its accounts need.
func standardGap(ctx context.Context, v *store.View, today lending.Date) ([]ledger.Entry, error) {
	own, err := ownRates(ctx, v)
	if err != nil {
		return nil, err
	}
	exposures, err := v.StandardExposures(ctx)
	if err != nil {
		return nil, err
	}
	rates := lending.ProvisionsOn(own, today)
	var want, posted []ledger.Entry
	for _, e := range exposures {
		made := lending.Exposure{Outstanding: e.Amount, Category: lending.Regular, Layer: e.Layer}.ProvisionAt(rates)
		if made != 0 {
			want = append(want, ledger.Entry{Event: provisionEvent(e.ProgramID), ValueDate: today, Lines: []ledger.Line{
				{Role: ledger.ProvisionExpense, Amount: made}, {Role: ledger.ProvisionAll, Amount: -made}}})
		}
	}
	rows, err := v.StandardProvisions(ctx, provisionEvent(""))
	for _, r := range rows {
		posted = append(posted, ledger.Entry{Event: r.Event, ValueDate: r.ValueDate, Lines: []ledger.Line{{Role: ledger.Role(r.Role), Amount: r.Amount}}})
	}
	return ledger.Difference(want, posted, today), err
}

// provideStandard posts the standard provisions at the end of a day.
func provideStandard(ctx context.Context, tx *store.Tx) error {
	gap, err := standardGap(ctx, &tx.View, tx.Today)
	if err != nil || len(gap) == 0 {
		return err
	}
	codes, err := codesOn(ctx, &tx.View, tx.Today)
	if err != nil {
		return err
	}
	entries := make([]store.JournalEntry, len(gap))
	for i := range gap {
		entries[i] = codes.entry(&gap[i], "")
	}
	return tx.AppendJournal(ctx, entries)
}
