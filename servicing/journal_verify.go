package servicing

import (
	"context"
	"fmt"
	"strings"

	"lekha/ledger"
	"lekha/lending"
	"lekha/store"
)

// verifyJournal holds the whole journal against itself: each entry balances, the
// trial balance is nothing, and money that is nobody's yet is what the statements
// and the records say.
func verifyJournal(ctx context.Context, v *store.View, result *VerifyResult) error {
	broken, err := v.UnbalancedEntries(ctx, maxFindings)
	if err != nil {
		return err
	}
	for _, e := range broken {
		var sum lending.Money
		for _, l := range e.Lines {
			sum += l.Amount
		}
		result.find(fmt.Sprintf("entry %d", e.Idx), "does not balance: its %d lines leave %s", len(e.Lines), sum.Rupees())
	}
	misdated, err := v.MisdatedLines(ctx)
	if err != nil {
		return err
	}
	if misdated > 0 {
		result.find("journal", "%d lines are booked on another day than their entry", misdated)
	}
	rows, err := v.TrialBalance(ctx, 0, lending.NewDate(9999, 12, 31))
	if err != nil {
		return err
	}
	var sum lending.Money
	for _, r := range rows {
		sum += r.Closing
	}
	if sum != 0 {
		result.find("trial balance", "debits and credits differ by %s", sum.Rupees())
	}
	got, want, err := v.SuspenseGap(ctx)
	if got != want {
		result.find("unmatched receipts", "the journal holds %s in suspense, statements and records say %s", (-got).Rupees(), (-want).Rupees())
	}
	return err
}

// verifyJournalOf holds the entries of one account against its Book: nothing is
// lacking or too much, and each control is the figure of the summary.
func verifyJournalOf(ctx context.Context, v *store.View, account store.Account, book *lending.Book, facts []lending.Fact, result *VerifyResult) error {
	gap, _, err := journalGap(ctx, v, account.ID, book, facts)
	if err != nil {
		return err
	}
	for i := range gap {
		result.find(account.Ref, "the journal lacks %s of %s: %s", gap[i].Event, gap[i].ValueDate, linesInWords(gap[i].Lines))
	}
	rows, err := v.JournalPosted(ctx, account.ID)
	if err != nil {
		return err
	}
	balances := map[ledger.Role]lending.Money{}
	for _, r := range rows {
		balances[ledger.Role(r.Role)] += r.Amount
	}
	for _, u := range ledger.Tie(book, balances) {
		result.find(account.Ref, "%s is %s in the Book and %s in the journal", u.Name, u.Want.Rupees(), u.Got.Rupees())
	}
	return nil
}

func linesInWords(lines []ledger.Line) string {
	words := make([]string, len(lines))
	for i, l := range lines {
		side, amount := "Dr", l.Amount
		if amount < 0 {
			side, amount = "Cr", -amount
		}
		words[i] = side + " " + string(l.Role) + " " + amount.Rupees()
	}
	return strings.Join(words, ", ")
}
