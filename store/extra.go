package store

import (
	"context"
	"fmt"
)

// Extra are free facts beside an object: they move no money and decide nothing.
type Extra struct {
	ID         string  `db:"id"`
	Idx        int64   `db:"idx"`
	ObjectType string  `db:"object_type"` // account, borrower, loan, payout or record
	ObjectID   string  `db:"object_id"`
	ObjectRef  string  `db:"object_ref"`
	Data       string  `db:"data"` // a JSON object
	CreatedAt  Instant `db:"created_at"`
	UpdatedAt  Instant `db:"updated_at"`
	Version    int64   `db:"version"` // 0: nothing is written yet
}

const extraColumns = `id, idx, object_type, object_id, object_ref, data, created_at, updated_at, version`

// SaveExtra writes the free facts of an object, the first time or at their version.
func (tx *Tx) SaveExtra(ctx context.Context, e Extra) (Extra, error) {
	e.UpdatedAt = tx.Now
	if e.Version == 0 {
		var err error
		if e.Idx, err = tx.next(ctx, "extra_data"); err != nil {
			return e, err
		}
		e.ID, e.CreatedAt, e.Version = NewID(), tx.Now, 1
		err = tx.insert(ctx, `
			INSERT INTO extra_data (`+extraColumns+`)
			VALUES (:id, :idx, :object_type, :object_id, :object_ref, :data, :created_at, :updated_at, :version)`, e)
		if err != nil {
			return e, fmt.Errorf("writing extra data of %s: %w", e.ObjectRef, err)
		}
		return e, nil
	}
	n, err := tx.named(ctx, `
		UPDATE extra_data
		SET data = :data, updated_at = :updated_at, version = version + 1
		WHERE id = :id AND version = :version`, e)
	if err != nil {
		return e, fmt.Errorf("writing extra data of %s: %w", e.ObjectRef, err)
	}
	if n == 0 {
		return e, Stale("extra data", e.ObjectRef)
	}
	e.Version++
	return e, nil
}

// ExtraOf returns the free facts of an object, or those with an id of their own;
// ErrMissing when nothing was written.
func (v *View) ExtraOf(ctx context.Context, key string) (Extra, error) {
	var e Extra
	err := v.get(ctx, &e, `SELECT `+extraColumns+` FROM extra_data WHERE object_id = ? OR id = ? LIMIT 1`, key, key)
	return e, err
}

// ExtraObject says what a key names: the kind, id and ref of the account,
// borrower, loan, payout or record with that id or ref.
func (v *View) ExtraObject(ctx context.Context, key string) (Extra, error) {
	var e Extra
	ref := CleanRef(key)
	err := v.get(ctx, &e, `
		SELECT 'account' AS object_type, id AS object_id, ref AS object_ref FROM accounts WHERE id = ? OR ref = ?
		UNION ALL SELECT 'borrower', id, ref FROM borrowers WHERE id = ? OR ref = ?
		UNION ALL SELECT 'loan', id, ref FROM loans WHERE id = ? OR ref = ?
		UNION ALL SELECT 'payout', id, ref FROM payouts WHERE id = ? OR ref = ?
		UNION ALL SELECT 'record', id, ref FROM records WHERE id = ? OR ref = ?
		LIMIT 1`, key, ref, key, ref, key, ref, key, ref, key, ref)
	return e, missing(err, "object", key)
}

// ExtraQuery asks for free facts; zero fields do not narrow.
type ExtraQuery struct {
	ObjectType string
	Object     string // id
	Listing
}

func (q ExtraQuery) where() conditions {
	var c conditions
	c.equal("e.object_type", q.ObjectType)
	c.equal("e.object_id", q.Object)
	return c
}

// QueryExtra lists free facts, one page, and the place to read on from.
func (v *View) QueryExtra(ctx context.Context, q ExtraQuery) ([]Extra, *RecordKey, error) {
	list := listing[Extra]{
		what: "extra data", query: `SELECT ` + extraColumns + ` FROM extra_data e`, index: "e.idx", idx: func(e Extra) int64 { return e.Idx },
		orders: map[string]listOrder[Extra]{"": {}, "index": {}},
	}
	return list.page(ctx, v, q.where(), q.Listing)
}

// CountExtra counts what QueryExtra would list without paging.
func (v *View) CountExtra(ctx context.Context, q ExtraQuery) (int64, error) {
	return v.count(ctx, "extra data", "extra_data e", q.where())
}
