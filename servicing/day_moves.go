package servicing

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"lekha/ledger"
	"lekha/lending"
	"lekha/store"
)

// Most accounts that a day close touches only grow older: interest and charges grow
// on what is overdue, an instalment falls due, days past due go up. What follows for
// such an account is worked out from its facts alone, for the day of its rows and for
// the day that opens, without reading demands, settlements and entries and without
// holding the file; then only what differs is written. Everything else (excess that
// is applied, money that waited, drawings, borrowers with several accounts, rows that
// are not what the facts say) is refreshed as after a command.

// accountMove is what brings one account to the day that opens.
type accountMove struct {
	account string
	aged    bool // it only grows older; false: it is refreshed
	before  store.Position
	after   store.Position
	demands []store.DemandRow // that differ
	entries []ledger.Entry
	facts   store.AccountFacts
	npa     *lending.Book // on the day that opens, where provisions and suspense are posted: they depend on more than facts
}

// changed says whether anything but the day is different.
func (m *accountMove) changed() bool { return moved(m.before, m.after) }

func moved(before, after store.Position) bool {
	before.AsOf, before.PositionAt, before.NextEvent = after.AsOf, after.PositionAt, after.NextEvent
	return before != after
}

// planMoves works out how accounts come to the day that opens, on all processors.
// What cannot be worked out here is refreshed, which finds what is wrong with it.
func (o *Office) planMoves(ctx context.Context, opens lending.Date, ids []string) []accountMove {
	moves := make([]accountMove, len(ids))
	for i, id := range ids {
		moves[i].account = id
	}
	var accounts []store.ClosingAccount
	err := o.db.Reader().Read(ctx, func(ctx context.Context, v *store.View) (err error) {
		accounts, err = v.ClosingAccounts(ctx, ids)
		return err
	})
	if err != nil || len(accounts) != len(ids) {
		return moves
	}
	workers := min(runtime.GOMAXPROCS(0), len(ids))
	var working sync.WaitGroup
	for w := range workers {
		working.Go(func() {
			for i := w; i < len(moves); i += workers {
				if err := moves[i].plan(&accounts[i], opens); err != nil {
					moves[i] = accountMove{account: ids[i]}
				}
			}
		})
	}
	working.Wait()
	err = o.db.Reader().Read(ctx, func(ctx context.Context, v *store.View) error {
		for i := range moves {
			if err := moves[i].holdAgainstJournal(ctx, v); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		for i := range moves {
			moves[i] = accountMove{account: ids[i]}
		}
	}
	return moves
}

// holdAgainstJournal finds the entries of a non-performing account by what is posted
// of it: rates that the lender dated and the security count there. Only what time adds
// is kept; the rest is posted by the command that it follows from.
func (m *accountMove) holdAgainstJournal(ctx context.Context, v *store.View) error {
	if m.npa == nil {
		return nil
	}
	gap, _, err := journalGap(ctx, v, m.account, m.npa, m.facts.Facts)
	m.entries, m.npa = m.entries[:0], nil
	for _, e := range gap {
		if kind := e.Kind(); ledger.Running(e.Event) || kind == ledger.Accrued || kind == ledger.Demanded {
			m.entries = append(m.entries, e)
		}
	}
	return err
}

// plan finds what differs between the day of an account's rows and the day that
// opens.
func (m *accountMove) plan(a *store.ClosingAccount, opens lending.Date) error {
	if !a.Alone || a.Drawings || a.Facts.LastSeq != a.Position.Facts {
		return nil
	}
	was, book, err := bothDays(a, opens)
	if err != nil {
		return err
	}
	old, next := store.Project(a.ID, was, a.Facts), store.Project(a.ID, book, a.Facts)
	old.Position.PositionAt = a.Position.PositionAt
	if old.Position != a.Position || len(old.Demands) != len(next.Demands) || len(old.Settlements) != len(next.Settlements) || !sameReceipts(was, book) {
		return nil
	}
	for i := range next.Demands {
		switch {
		case next.Demands[i] == old.Demands[i]:
		case next.Demands[i].Aged(old.Demands[i]):
			m.demands = append(m.demands, next.Demands[i])
		default:
			return nil
		}
	}
	for i := range next.Settlements {
		if next.Settlements[i] != old.Settlements[i] {
			return nil
		}
	}
	if was.Summary.AssetCategory.NPA() || book.Summary.AssetCategory.NPA() {
		m.npa = book
	}
	// What is posted for receipts and payouts is the same on both days.
	if m.entries, err = ledger.Later(book, was, a.Facts.Facts, ledger.Policy{Provide: true}); err != nil {
		return err
	}
	m.before, m.after, m.facts, m.aged = a.Position, next.Position, a.Facts, true
	return nil
}

// bothDays replays an account to the day of its rows and to the day that opens.
func bothDays(a *store.ClosingAccount, opens lending.Date) (was, book *lending.Book, err error) {
	if was, err = lending.Replay(a.Facts.Facts, lending.At{Date: a.Position.AsOf}); err != nil {
		return nil, nil, err
	}
	book, err = lending.Replay(a.Facts.Facts, lending.At{Date: opens})
	for i := range was.Loans {
		if was.Loans[i].WrittenOffOn != 0 {
			return nil, nil, fmt.Errorf("loan %s was written off", was.Loans[i].Loan) // its recovery moves the loan's own state
		}
	}
	return was, book, err
}

// sameReceipts says that no receipt became another one.
func sameReceipts(was, book *lending.Book) bool {
	if len(was.Receipts) != len(book.Receipts) {
		return false
	}
	for i := range was.Receipts {
		if was.Receipts[i] != book.Receipts[i] {
			return false
		}
	}
	return true
}

// writeAged writes the accounts that only grew older and returns those that have to
// be refreshed: because they have more to do, or changed since they were looked at.
func writeAged(ctx context.Context, tx *store.Tx, moves []accountMove, run *store.DayRun) (left []string, err error) {
	codes, err := codesOn(ctx, &tx.View, tx.Today)
	if err != nil {
		return nil, err
	}
	var entries []store.JournalEntry
	for i := range moves {
		m := &moves[i]
		still := false
		if m.aged {
			if still, err = tx.MovePosition(ctx, m.before, m.after); err != nil {
				return nil, err
			}
		}
		if !still {
			left = append(left, m.account)
			continue
		}
		for _, d := range m.demands {
			if err := tx.MoveDemand(ctx, d); err != nil {
				return nil, err
			}
		}
		if entries, err = m.addEntries(ctx, &tx.View, codes, entries); err != nil {
			return nil, err
		}
		if err := noteMove(ctx, tx, m.before, m.after); err != nil {
			return nil, err
		}
		if run.Accounts++; m.changed() {
			run.Changed++
		}
	}
	return left, tx.AppendJournal(ctx, entries)
}

// addEntries adds the entries of an account as they are stored.
func (m *accountMove) addEntries(ctx context.Context, v *store.View, codes codes, entries []store.JournalEntry) ([]store.JournalEntry, error) {
	for i := range m.entries {
		e := &m.entries[i]
		row := codes.entry(e, m.account)
		row.Source = sourceOf(e, m.facts.Sources)
		for j := range m.facts.Facts {
			if m.facts.Facts[j].Key == ledger.Subject(e.Event) {
				row.EventSeq = int64(j + 1)
			}
		}
		if !ledger.Running(e.Event) {
			var err error
			if row.Corrects, err = v.FirstOfEvent(ctx, m.account, e.Event); err != nil {
				return nil, err
			}
		}
		entries = append(entries, row)
	}
	return entries, nil
}
