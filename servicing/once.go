package servicing

import (
	"context"

	"lekha/lending"
	"lekha/store"
)

// OnceClaim is the right to carry out one request of a program under the key it
// gave, or the answer that it got before.
type OnceClaim struct {
	Replayed bool // it was carried out before: Status and Answer are those of then
	Status   int
	Answer   []byte

	office *Office
	actor  string
	key    string
}

// ClaimOnce takes a key of a program for a request; hash tells one request from
// another. Keys belong to the person or token that gives them.
func (o *Office) ClaimOnce(ctx context.Context, actor Actor, key, hash string) (OnceClaim, error) {
	claim := OnceClaim{office: o, actor: actor.Person, key: key}
	err := o.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		found, claimed, err := tx.ClaimKey(ctx, actor.Person, key, hash)
		switch {
		case err != nil || claimed:
			return err
		case found.RequestHash != hash:
			return lending.Refuse(lending.Conflict, "idempotency.other", "This Idempotency-Key was used for another request.")
		case found.Status == store.AnswerRunning:
			return lending.Refuse(lending.Conflict, "idempotency.running", "The first request with this Idempotency-Key is still running.")
		case found.Status == store.AnswerLost:
			return lending.Refuse(lending.Conflict, "idempotency.no_answer",
				"The first request with this Idempotency-Key was carried out, or is about to be answered. Look its result up; it is not done again.")
		}
		claim.Replayed, claim.Status, claim.Answer = true, found.Status, found.Answer
		return nil
	})
	return claim, err
}

// Mark makes commands under the context belong to the claim.
func (c OnceClaim) Mark(ctx context.Context) context.Context {
	return store.WithClaim(ctx, c.actor, c.key)
}

// Keep keeps the answer, also when the caller has gone away: it will come back.
func (c OnceClaim) Keep(ctx context.Context, status int, answer []byte) error {
	return c.office.db.Write(context.WithoutCancel(ctx), func(ctx context.Context, tx *store.Tx) error {
		return tx.KeepAnswer(ctx, c.actor, c.key, status, answer)
	})
}

// Forget frees the key of a request that was refused: it changed nothing, so it
// may be mended and sent again.
func (c OnceClaim) Forget(ctx context.Context) { c.release(ctx, store.AnswerRunning, store.AnswerLost) }

// Release frees the key of a request that failed, unless something was written
// under it: then nobody knows how far it came, and it is not done again.
func (c OnceClaim) Release(ctx context.Context) { c.release(ctx, store.AnswerRunning) }

// release frees the key at one of some states. A key that cannot be freed now is
// freed by its age.
func (c OnceClaim) release(ctx context.Context, states ...int) {
	_ = c.office.db.Write(context.WithoutCancel(ctx), func(ctx context.Context, tx *store.Tx) error {
		for _, state := range states {
			if err := tx.ReleaseKey(ctx, c.actor, c.key, state); err != nil {
				return err
			}
		}
		return nil
	})
}
