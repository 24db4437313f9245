package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// KeptAnswer is what became of a request under the key that a program gave it.
type KeptAnswer struct {
	ActorID     string  `db:"actor_id"`
	Key         string  `db:"key"`
	RequestHash string  `db:"request_hash"`
	Status      int     `db:"status"` // of the answer; AnswerRunning or AnswerLost while there is none
	Answer      []byte  `db:"answer"`
	CreatedAt   Instant `db:"created_at"`
}

// What a kept answer's status says while there is no answer.
const (
	AnswerRunning = 0 // nothing has been written yet
	AnswerLost    = 1 // the command was carried out; its answer is still to come, or was lost
)

const (
	// keepAnswers is how long a program may come back with its key.
	keepAnswers = 90 * 24 * time.Hour
	// claimLife is longer than any request may take: a claim as old as that, under
	// which nothing was written, belongs to a program that stopped.
	claimLife = 5 * time.Minute
)

// ClaimKey takes a key for a request. When it is taken already, found says by
// what, and claimed is false.
func (tx *Tx) ClaimKey(ctx context.Context, actor, key, hash string) (found KeptAnswer, claimed bool, err error) {
	if _, err := tx.exec(ctx, `DELETE FROM idempotency_keys WHERE created_at < ?`, Instant{tx.Now.Add(-keepAnswers)}); err != nil {
		return found, false, fmt.Errorf("forgetting old keys: %w", err)
	}
	_, err = tx.exec(ctx, `
		DELETE FROM idempotency_keys
		WHERE actor_id = ? AND key = ? AND status = ? AND created_at < ?`, actor, key, AnswerRunning, Instant{tx.Now.Add(-claimLife)})
	if err != nil {
		return found, false, fmt.Errorf("freeing a key: %w", err)
	}
	err = tx.get(ctx, &found, `
		SELECT actor_id, key, request_hash, status, answer, created_at
		FROM idempotency_keys
		WHERE actor_id = ? AND key = ?`, actor, key)
	if err == nil {
		return found, false, nil
	}
	if !errors.Is(err, ErrMissing) {
		return found, false, fmt.Errorf("looking for a key: %w", err)
	}
	found = KeptAnswer{ActorID: actor, Key: key, RequestHash: hash, Status: AnswerRunning, Answer: []byte{}, CreatedAt: tx.Now}
	err = tx.insert(ctx, `
		INSERT INTO idempotency_keys (actor_id, key, request_hash, status, answer, created_at)
		VALUES (:actor_id, :key, :request_hash, :status, :answer, :created_at)`, found)
	if err != nil {
		return found, false, fmt.Errorf("taking a key: %w", err)
	}
	return found, true, nil
}

// KeepAnswer keeps the answer of a claimed request.
func (tx *Tx) KeepAnswer(ctx context.Context, actor, key string, status int, answer []byte) error {
	_, err := tx.exec(ctx, `
		UPDATE idempotency_keys
		SET status = ?, answer = ?
		WHERE actor_id = ? AND key = ?`, status, answer, actor, key)
	if err != nil {
		return fmt.Errorf("keeping an answer: %w", err)
	}
	return nil
}

// ReleaseKey frees a claimed key that is at a state without an answer.
func (tx *Tx) ReleaseKey(ctx context.Context, actor, key string, state int) error {
	_, err := tx.exec(ctx, `
		DELETE FROM idempotency_keys
		WHERE actor_id = ? AND key = ? AND status = ?`, actor, key, state)
	if err != nil {
		return fmt.Errorf("freeing a key: %w", err)
	}
	return nil
}

// claimed is the key of a request in the context of its commands.
type claimed struct{ actor, key string }

// WithClaim makes every command under the context mark its key as carried out in
// its own transaction: if the program stops before the answer is kept, a second
// request with the key is not carried out again.
func WithClaim(ctx context.Context, actor, key string) context.Context {
	return context.WithValue(ctx, claimed{}, claimed{actor, key})
}

// markClaim is called inside every write, before it commits.
func (tx *Tx) markClaim(ctx context.Context) error {
	c, ok := ctx.Value(claimed{}).(claimed)
	if !ok {
		return nil
	}
	_, err := tx.exec(ctx, `
		UPDATE idempotency_keys
		SET status = ?
		WHERE actor_id = ? AND key = ? AND status = ?`, AnswerLost, c.actor, c.key, AnswerRunning)
	if err != nil {
		return fmt.Errorf("marking a key: %w", err)
	}
	return nil
}
