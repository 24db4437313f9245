// Package servicing is what people and programs do: one method per command,
// each one transaction, each leaving one event. A command loads, decides with
// lending, records, and says in the log who did what. It knows no HTTP and
// builds no SQL.
package servicing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"lekha/lending"
	"lekha/store"
)

// Office is where the commands are given.
type Office struct {
	db     *store.DB
	engine engine
	outbox string // the folder from which the bank fetches payout files; empty: none
}

// New opens an office over the books.
func New(db *store.DB) *Office { return &Office{db: db} }

// note is what a command leaves in the log.
type note struct {
	action  string // "record.match"
	subject string // ref
	account string // id of the account it touches, "" for none
	flags   string
	summary string // one sentence
	input   any
}

// command runs fn as one transaction and logs what it returns. A refusal of kind
// Forbidden or Conflict is logged in a second transaction, because somebody
// tried to do with money what they may not; a slip of typing leaves nothing.
func (o *Office) command(ctx context.Context, actor Actor, attempt note, fn func(ctx context.Context, tx *store.Tx, n *note) error) error {
	err := o.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		n := attempt
		if err := fn(ctx, tx, &n); err != nil {
			return err
		}
		return logEvent(ctx, tx, actor, n, "done")
	})
	refused, ok := errors.AsType[*lending.Error](err)
	if !ok || refused.Kind != lending.Forbidden && refused.Kind != lending.Conflict {
		return err
	}
	attempt.summary = "Refused: " + refused.Message // the sentence alone: around it may stand what is ours
	logged := o.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return logEvent(ctx, tx, actor, attempt, "refused")
	})
	return errors.Join(err, logged)
}

// logEvent writes one row of the log.
func logEvent(ctx context.Context, tx *store.Tx, actor Actor, n note, outcome string) error {
	input := []byte("{}")
	if n.input != nil {
		var err error
		if input, err = json.Marshal(n.input); err != nil {
			return fmt.Errorf("writing the input of %s: %w", n.action, err)
		}
	}
	return tx.AppendEvent(ctx, store.Event{
		ActorID: actor.Person, ActorName: actor.Name, Action: n.action, Subject: n.subject,
		AccountID: store.Opt(n.account), Outcome: outcome, Flags: n.flags, Summary: n.summary,
		Input: string(input), RequestID: actor.RequestID, Address: actor.Address,
	})
}
