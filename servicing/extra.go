package servicing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"

	"lekha/lending"
	"lekha/store"
)

// ExtraInput changes free facts beside an object: keys that are given replace
// those that are there, null takes one away.
type ExtraInput struct {
	Object  string // id or ref of an account, borrower, loan, payout or record, or of its extra data
	Data    map[string]json.RawMessage
	Version int64
}

// The bounds of the free facts of one object.
const (
	mostExtraKeys  = 200
	mostExtraBytes = 64 << 10
)

// UpdateExtra changes the free facts of an object. They move no money, so one
// person is enough; the log says who changed what.
func (o *Office) UpdateExtra(ctx context.Context, actor Actor, in ExtraInput) (store.Extra, error) {
	var extra store.Extra
	if err := actor.need(MayPrepare); err != nil {
		return extra, err
	}
	for key := range in.Data {
		if key == "" || len(key) > maxName {
			return extra, lending.RefuseField("data", "extra.key", fmt.Sprintf("A key has 1 to %d letters.", maxName))
		}
	}
	if len(in.Data) == 0 {
		return extra, lending.RefuseField("data", "extra.empty", "Say which keys change.")
	}
	err := o.command(ctx, actor, note{action: "extra.update", input: in}, func(ctx context.Context, tx *store.Tx, n *note) error {
		var err error
		if extra, err = extraOf(ctx, &tx.View, in.Object); err != nil {
			return err
		}
		n.subject, n.summary = extra.ObjectRef, "Changed extra data of "+extra.ObjectType+" "+extra.ObjectRef
		if err := sameVersion("extra data", extra.ObjectRef, in.Version, extra.Version); err != nil {
			return err
		}
		if extra.Data, err = laidOver(extra.Data, in.Data); err != nil {
			return err
		}
		extra, err = tx.SaveExtra(ctx, extra)
		return err
	})
	return extra, err
}

// extraOf finds the free facts of an object, empty ones where nothing was written.
func extraOf(ctx context.Context, v *store.View, key string) (store.Extra, error) {
	extra, err := v.ExtraOf(ctx, key)
	if !errors.Is(err, store.ErrMissing) {
		return extra, err
	}
	if extra, err = v.ExtraObject(ctx, key); err != nil {
		return extra, err
	}
	written, err := v.ExtraOf(ctx, extra.ObjectID)
	if errors.Is(err, store.ErrMissing) {
		extra.Data = "{}"
		return extra, nil
	}
	return written, err
}

// laidOver is an object with other values over some of its keys.
func laidOver(before string, given map[string]json.RawMessage) (string, error) {
	data := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(before), &data); err != nil {
		return "", fmt.Errorf("reading extra data: %w", err)
	}
	maps.Copy(data, given)
	maps.DeleteFunc(data, func(_ string, value json.RawMessage) bool { return isNothing(value) })
	text, err := json.Marshal(data)
	if err != nil {
		return "", lending.RefuseField("data", "extra.unreadable", "This is no JSON.")
	}
	if len(data) > mostExtraKeys || len(text) > mostExtraBytes {
		return "", lending.RefuseField("data", "extra.too_much", fmt.Sprintf("An object has at most %d keys and %d kilobytes of extra data.", mostExtraKeys, mostExtraBytes>>10))
	}
	return string(text), nil
}
