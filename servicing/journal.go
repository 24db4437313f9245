package servicing

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"lekha/ledger"
	"lekha/lending"
	"lekha/store"
)

// postJournal posts what the Book of an account implies and the journal lacks:
// booked today, with the value dates of what happened. Nothing is posted when
// nothing is different, so that it may be called as often as one likes.
func postJournal(ctx context.Context, tx *store.Tx, account string, book *lending.Book, facts store.AccountFacts) error {
	due, firsts, err := journalGap(ctx, &tx.View, account, book, facts.Facts)
	if err != nil || len(due) == 0 {
		return err
	}
	codes, err := codesOn(ctx, &tx.View, tx.Today)
	if err != nil {
		return err
	}
	seqs := make(map[string]int64, len(facts.Facts))
	for i := range facts.Facts {
		seqs[facts.Facts[i].Key] = int64(i + 1)
	}
	entries := make([]store.JournalEntry, len(due))
	for i := range due {
		e := &due[i]
		if err := e.Check(); err != nil {
			return fmt.Errorf("posting the journal of account %s: %w", account, err)
		}
		entries[i] = codes.entry(e, account)
		entries[i].Source, entries[i].EventSeq = sourceOf(e, facts.Sources), seqs[ledger.Subject(e.Event)]
		if !ledger.Running(e.Event) {
			entries[i].Corrects = firsts[e.Event]
		}
	}
	return tx.AppendJournal(ctx, entries)
}

// journalGap is what is to be posted so that the journal of an account says what
// its Book implies, and which entry each event began with.
func journalGap(ctx context.Context, v *store.View, account string, book *lending.Book, facts []lending.Fact) ([]ledger.Entry, map[string]int64, error) {
	policy, err := journalPolicy(ctx, v, account)
	if err != nil {
		return nil, nil, err
	}
	policy.Security = assetPolicy(facts).Security
	implied, err := ledger.Entries(book, facts, policy)
	if err != nil {
		return nil, nil, fmt.Errorf("making the entries of account %s: %w", account, err)
	}
	rows, err := v.JournalPosted(ctx, account)
	if err != nil {
		return nil, nil, err
	}
	firsts := make(map[string]int64, len(rows))
	posted := make([]ledger.Entry, len(rows))
	for i, r := range rows {
		posted[i] = ledger.Entry{Event: r.Event, ValueDate: r.ValueDate, Lines: []ledger.Line{{Role: ledger.Role(r.Role), Loan: r.LoanID, Amount: r.Amount}}}
		if first := firsts[r.Event]; first == 0 || r.First < first {
			firsts[r.Event] = r.First
		}
	}
	return ledger.Difference(implied, posted, book.At.Date), firsts, nil
}

// journalPolicy is what entries depend on beside the facts.
func journalPolicy(ctx context.Context, v *store.View, account string) (ledger.Policy, error) {
	policy := ledger.Policy{Provide: true, Credited: map[string]bool{}}
	credited, err := v.CreditedReceipts(ctx, account)
	if err != nil {
		return policy, err
	}
	for _, key := range credited {
		policy.Credited[key] = true
	}
	payouts, err := v.PaidPayouts(ctx, account)
	if err != nil {
		return policy, err
	}
	for _, p := range payouts {
		policy.Payouts = append(policy.Payouts, ledger.Payout{Key: p.ID, Loan: p.LoanID, Date: p.Date, Amount: p.Amount})
	}
	if policy.Rates, err = ownRates(ctx, v); err != nil {
		return policy, err
	}
	return policy, nil
}

// sourceOf is the ref that an entry leads back to: of its fact, or of the loan that
// its demand is of.
func sourceOf(e *ledger.Entry, sources map[string]string) string {
	if source := sources[ledger.Subject(e.Event)]; source != "" {
		return source
	}
	for _, l := range e.Lines {
		if source := sources[l.Loan]; source != "" {
			return source
		}
	}
	return ""
}

// codes gives roles their codes on one booking date.
type codes struct {
	on    lending.Date
	dated []ledger.Mapping
}

func codesOn(ctx context.Context, v *store.View, on lending.Date) (codes, error) {
	c := codes{on: on}
	rows, err := v.JournalMappings(ctx)
	for _, r := range rows {
		c.dated = append(c.dated, ledger.Mapping{Role: ledger.Role(r.Role), Code: r.Code, From: r.FromDate})
	}
	return c, err
}

// entry is an entry as stored.
func (c codes) entry(e *ledger.Entry, account string) store.JournalEntry {
	row := store.JournalEntry{Event: e.Event, AccountID: store.Opt(account), ValueDate: e.ValueDate, Lines: make([]store.JournalLine, len(e.Lines))}
	for i, l := range e.Lines {
		row.Lines[i] = store.JournalLine{LoanID: l.Loan, Role: string(l.Role), Code: ledger.CodeOf(l.Role, c.on, c.dated), Amount: l.Amount}
	}
	return row
}

// journalAccount posts what is due of an account whose facts did not change: a
// payout reached its payee, a statement confirmed a receipt, the category of its
// borrower moved. The day is that of its rows.
func journalAccount(ctx context.Context, tx *store.Tx, account string) error {
	position, err := tx.PositionOf(ctx, account)
	if errors.Is(err, store.ErrMissing) {
		return nil // nothing was lent yet
	}
	if err != nil {
		return err
	}
	facts, err := tx.Facts(ctx, account)
	if err != nil {
		return err
	}
	book, err := lending.Replay(facts.Facts, lending.At{Date: position.AsOf})
	if err != nil {
		return fmt.Errorf("replaying account %s: %w", account, err)
	}
	book.Summary.AssetCategory = lending.Category(position.Category)
	return postJournal(ctx, tx, account, book, facts)
}

// journalPayout posts what became of a payout. One that is no account's sends money
// that was nobody's back to where it came from.
func journalPayout(ctx context.Context, tx *store.Tx, p store.Payout) error {
	if p.AccountID != "" {
		return journalAccount(ctx, tx, string(p.AccountID))
	}
	event := ledger.PaidOut + "/" + p.ID
	rows, err := tx.JournalOfCompany(ctx, event)
	if err != nil {
		return err
	}
	var posted, want []ledger.Entry
	for _, r := range rows {
		posted = append(posted, ledger.Entry{Event: r.Event, ValueDate: r.ValueDate, Lines: []ledger.Line{{Role: ledger.Role(r.Role), Amount: r.Amount}}})
	}
	if p.Status == "success" {
		want = []ledger.Entry{{Event: event, ValueDate: p.Date, Lines: []ledger.Line{
			{Role: ledger.Suspense, Amount: p.Amount}, {Role: ledger.BankDisbursement, Amount: -p.Amount}}}}
	}
	codes, err := codesOn(ctx, &tx.View, tx.Today)
	if err != nil {
		return err
	}
	var entries []store.JournalEntry
	for _, e := range ledger.Difference(want, posted, tx.Today) {
		row := codes.entry(&e, "")
		row.Source = p.Ref
		if len(rows) > 0 {
			row.Corrects = rows[0].First
		}
		entries = append(entries, row)
	}
	return tx.AppendJournal(ctx, entries)
}

// journalStatement posts the money of a statement as nobody's, one entry a day, and
// takes out again what the bank took back. Receipts that it confirms were booked
// as money in the bank before; they now come out of what the statement brought.
func journalStatement(ctx context.Context, tx *store.Tx, s *store.Statement, lines []PlannedLine, fates []store.StatementLine) error {
	in, out := map[lending.Date]lending.Money{}, map[lending.Date]lending.Money{}
	var confirmed []string
	for i, p := range lines {
		switch fates[i].Fate {
		case "created", "questioned":
			in[p.Credit.ValueDate] += p.Credit.Amount
		case "confirms":
			in[p.Credit.ValueDate] += p.Credit.Amount
			accounts, err := tx.AccountsOfCredit(ctx, p.Credit.ID)
			if err != nil {
				return err
			}
			confirmed = append(confirmed, accounts...)
		case "returns":
			if p.First == "" {
				continue // its money was never on a statement by itself
			}
			out[p.Credit.ValueDate] += p.Credit.Amount
		}
	}
	codes, err := codesOn(ctx, &tx.View, tx.Today)
	if err != nil {
		return err
	}
	var entries []store.JournalEntry
	add := func(e ledger.Entry) {
		row := codes.entry(&e, "")
		row.Source = s.Ref
		entries = append(entries, row)
	}
	for _, day := range sortedDays(in) {
		add(ledger.OnStatement(s.ID, day, in[day]))
	}
	for _, day := range sortedDays(out) {
		add(ledger.OffStatement(s.ID, day, out[day]))
	}
	if err := tx.AppendJournal(ctx, entries); err != nil {
		return err
	}
	slices.Sort(confirmed)
	for _, account := range slices.Compact(confirmed) {
		if err := journalAccount(ctx, tx, account); err != nil {
			return err
		}
	}
	return nil
}

func sortedDays(sums map[lending.Date]lending.Money) []lending.Date {
	days := make([]lending.Date, 0, len(sums))
	for day := range sums {
		days = append(days, day)
	}
	slices.Sort(days)
	return days
}
