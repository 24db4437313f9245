package servicing

import (
	"context"
	"sync"

	"lekha/matching"
	"lekha/store"
)

const (
	// scoreChunk is how many records are scored before their answers are stored in
	// one transaction: a fraction of a second, so that nobody who writes waits long.
	scoreChunk = 200
	// scorers is how many credits are asked about at once: a small machine has two
	// cores.
	scorers = 2
)

// scored is a record with what the engine says of it.
type scored struct {
	record store.Record
	rows   []store.Proposal
}

// ScoreUnmatched asks the engine about every unmatched record that it has not
// seen, in chunks, and keeps the answers for the queue. It asks outside of any
// transaction: pages and commands go on beside it.
func (o *Office) ScoreUnmatched(ctx context.Context) error {
	defer o.engine.unread.Store(0)
	for {
		answers, learned, err := o.scoreSome(ctx)
		if err != nil || len(answers) == 0 {
			return err
		}
		if err := o.keepAnswers(ctx, answers, learned); err != nil {
			return err
		}
	}
}

// Unread is how many credits the engine has still to be asked about while a
// large import is being scored; 0 when nothing is under way.
func (o *Office) Unread() int { return int(o.engine.unread.Load()) }

// countUnread notes how many credits wait for the engine.
func (e *engine) countUnread(ctx context.Context, v *store.View) error {
	n, err := v.CountUnscored(ctx)
	e.unread.Store(int64(n))
	return err
}

// scoreSome asks about the next records that were never asked about.
func (o *Office) scoreSome(ctx context.Context) ([]scored, store.Learned, error) {
	return o.scoreThese(ctx, func(ctx context.Context, v *store.View) ([]store.Record, error) {
		return v.UnscoredRecords(ctx, scoreChunk)
	})
}

// scoreThese asks about the records that are chosen, with how much the engine knew.
func (o *Office) scoreThese(ctx context.Context, choose func(ctx context.Context, v *store.View) ([]store.Record, error)) ([]scored, store.Learned, error) {
	var answers []scored
	var credits []matching.Credit
	var learned store.Learned
	err := o.db.Reader().Read(ctx, func(ctx context.Context, v *store.View) error {
		records, err := choose(ctx, v)
		if err != nil || len(records) == 0 {
			return err
		}
		for _, r := range records {
			credit, err := creditOf(ctx, v, r)
			if err != nil {
				return err
			}
			answers, credits = append(answers, scored{record: r}), append(credits, credit)
		}
		if learned, err = v.Learned(ctx); err != nil {
			return err
		}
		if len(records) == scoreChunk {
			if err := o.engine.countUnread(ctx, v); err != nil {
				return err
			}
		}
		return o.engine.catchUp(ctx, v)
	})
	if err != nil {
		return nil, learned, err
	}
	var group sync.WaitGroup
	for first := range scorers {
		group.Go(func() {
			for i := first; i < len(credits) && ctx.Err() == nil; i += scorers {
				answers[i].rows = storedProposals(o.engine.ask(credits[i]))
			}
		})
	}
	group.Wait()
	return answers, learned, ctx.Err()
}

// keepAnswers stores answers for what still waits. When somebody changed the
// engine's settings meanwhile, they are asked for again.
func (o *Office) keepAnswers(ctx context.Context, answers []scored, learned store.Learned) error {
	return o.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		now, err := tx.Learned(ctx)
		if err != nil || now.Settings != learned.Settings || now.Fitted != learned.Fitted {
			return err
		}
		for _, a := range answers {
			r, err := tx.RecordByID(ctx, a.record.ID)
			if err != nil {
				return err
			}
			if r.Status != "unmatched" && r.Status != "parked" {
				continue
			}
			if err := tx.ReplaceProposals(ctx, r.ID, a.rows); err != nil {
				return err
			}
		}
		return nil
	})
}

// scoreNow asks the engine about the few records of a command inside of it.
func (o *Office) scoreNow(ctx context.Context, tx *store.Tx, records []store.Record) error {
	if err := o.engine.catchUp(ctx, &tx.View); err != nil {
		return err
	}
	for _, r := range records {
		credit, err := creditOf(ctx, &tx.View, r)
		if err != nil {
			return err
		}
		if err := tx.ReplaceProposals(ctx, r.ID, storedProposals(o.engine.ask(credit))); err != nil {
			return err
		}
	}
	return nil
}
