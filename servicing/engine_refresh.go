package servicing

import (
	"context"
	"slices"
	"strings"

	"lekha/lending"
	"lekha/matching"
	"lekha/store"
)

const (
	// fewWaiting is up to how many waiting credits all of them are asked about
	// again when anything changes: a fraction of a second. Beyond it only those
	// are that the change may concern; the rest follows with the next business
	// date, when everything is asked about anew.
	fewWaiting = scoreChunk
	// manyMoved is how many accounts move at once only when a day is closed or a
	// portfolio comes in.
	manyMoved = 500
)

// touched collects what changed in the book.
type touched struct{ store.WaitingTouch }

// named says that an account may be named by what waits.
func (t *touched) named(a matching.Account) {
	t.Accounts = append(t.Accounts, a.ID)
	for _, phrase := range []string{a.Ref, a.VirtualAccount, a.MandateRef, a.Phone, a.Name} {
		if len(phrase) >= shortestPhrase {
			t.Phrases = append(t.Phrases, phrase)
		}
	}
}

// shortestPhrase is how long a word must be to point to somebody.
const shortestPhrase = 5

// moved says that what is due on an account changed.
func (t *touched) moved(a matching.Account, before, after []matching.Due) {
	t.Accounts = append(t.Accounts, a.ID)
	if len(before) == 0 { // money went out just now, and what names it counts from now on
		t.named(a)
	}
	for _, d := range slices.Concat(before, after) {
		for _, amount := range []lending.Money{d.Amount, d.EMI} {
			if amount > 0 && !slices.Contains(t.Amounts, amount) {
				t.Amounts = append(t.Amounts, amount)
			}
		}
	}
}

// touchOfMemories is what a change of what is remembered of payers concerns:
// whoever has the account among his candidates, or is called like the payer.
func touchOfMemories(memories []matching.Memory) store.WaitingTouch {
	var t store.WaitingTouch
	for _, m := range memories {
		t.Accounts = append(t.Accounts, m.Account)
		phrase := m.Value
		if m.Kind == matching.MemoryAccount {
			phrase = phrase[strings.LastIndex(phrase, ":")+1:]
		}
		t.Phrases = append(t.Phrases, phrase)
	}
	return t
}

// doubt notes which waiting credits may have another answer after a change.
func (e *engine) doubt(ctx context.Context, v *store.View, t store.WaitingTouch) error {
	if len(t.Accounts) == 0 {
		return nil
	}
	all, err := v.WaitingRecords(ctx)
	if err != nil {
		return err
	}
	if len(all) <= fewWaiting || len(t.Accounts) > manyMoved {
		e.doubtful = all
		return nil
	}
	some, err := v.WaitingTouched(ctx, t)
	if err != nil {
		return err
	}
	known := make(map[string]bool, len(e.doubtful))
	for _, id := range e.doubtful {
		known[id] = true
	}
	some = slices.DeleteFunc(some, func(id string) bool { return known[id] })
	e.doubtful = append(some, e.doubtful...) // what moved last is looked at first
	return nil
}

// takeDoubtful takes some of the credits that may have another answer, and says
// how many are left.
func (e *engine) takeDoubtful(limit int) (some []string, left int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	n := min(limit, len(e.doubtful))
	some = slices.Clone(e.doubtful[:n])
	e.doubtful = e.doubtful[n:]
	return some, len(e.doubtful)
}

// RefreshDesk asks the engine again about waiting credits whose answer may have
// changed since the books moved, at most scoreChunk of them, those first that
// stand first on the desk. It says how many are left to ask about.
func (o *Office) RefreshDesk(ctx context.Context) (left int, err error) {
	var ids []string
	answers, learned, err := o.scoreThese(ctx, func(ctx context.Context, v *store.View) ([]store.Record, error) {
		if err := o.engine.catchUp(ctx, v); err != nil {
			return nil, err
		}
		ids, left = o.engine.takeDoubtful(scoreChunk)
		records := make([]store.Record, len(ids))
		for i, id := range ids {
			if records[i], err = v.RecordByID(ctx, id); err != nil {
				return nil, err
			}
		}
		if len(ids) == 0 {
			return v.UnscoredRecords(ctx, scoreChunk)
		}
		return records, nil
	})
	if err == nil && len(answers) > 0 {
		err = o.keepAnswers(ctx, answers, learned)
	}
	if err != nil { // nobody else will ask about them
		o.engine.giveBack(ids)
	}
	return left, err
}

// giveBack notes credits again that were taken to be asked about.
func (e *engine) giveBack(ids []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.doubtful = append(ids, e.doubtful...)
}
