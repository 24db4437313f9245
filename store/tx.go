package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"lekha/lending"
)

// Reader can look and cannot write: what the handlers hold.
type Reader struct{ db *DB }

// Reader returns the reading side.
func (db *DB) Reader() Reader { return Reader{db} }

// View is one moment of the books. All queries that read are its methods; a
// [Tx] has them too.
type View struct {
	tx      *sqlx.Tx
	pool    *pool
	still   bool // nothing changes while it looks, and what it read stays true:
	company *Company
	counts  map[string]StatusCount
	family  map[string][]Account    // accounts by borrower
	facts   map[string]AccountFacts // of accounts read last; a command forgets those it adds to
}

// Tx is one command: everything it writes is there, or nothing is.
type Tx struct {
	View
	// Now is the wall clock, read once.
	Now Instant
	// Today is the business date, read once.
	Today lending.Date

	unlogged bool // facts were added that no event of this transaction holds yet
}

// Unlogged says that facts were added and no event was written after them.
func (tx *Tx) Unlogged() bool { return tx.unlogged }

// writing marks a context that is inside a Write, so that a nested one panics
// instead of waiting for itself.
type writing struct{}

// Read runs fn over one moment of the books.
func (r Reader) Read(ctx context.Context, fn func(ctx context.Context, v *View) error) error {
	tx, done, err := r.db.reader.begin(ctx, nil)
	if err != nil {
		return fmt.Errorf("opening a read: %w", err)
	}
	defer done()
	return fn(ctx, &View{tx: tx, pool: r.db.reader, still: true})
}

// Write runs one command in one transaction. An error from fn rolls all of it
// back. A Write inside a Write is a bug of ours and panics.
func (db *DB) Write(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	if ctx.Value(writing{}) != nil {
		panic("store: a Write inside a Write")
	}
	ctx = context.WithValue(ctx, writing{}, true)
	raw, done, err := db.writer.begin(ctx, nil)
	if err != nil {
		return refusal(fmt.Errorf("opening a write: %w", err))
	}
	defer done()
	tx := &Tx{View: View{tx: raw, pool: db.writer}, Now: Instant{db.clock().UTC().Truncate(time.Microsecond)}}
	if err := tx.get(ctx, &tx.Today, `SELECT business_date FROM company WHERE one = 1`); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("reading the business date: %w", err)
	}
	if err := fn(ctx, tx); err != nil {
		return refusal(err)
	}
	if err := tx.markClaim(ctx); err != nil {
		return refusal(err)
	}
	if err := raw.Commit(); err != nil {
		return refusal(fmt.Errorf("committing: %w", err))
	}
	return nil
}

// Try runs fn so that its failure takes back what fn wrote and nothing else: the
// transaction goes on. A failure of the connection itself ends the transaction.
func (tx *Tx) Try(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	if _, err := tx.exec(ctx, `SAVEPOINT attempt`); err != nil {
		return fmt.Errorf("opening an attempt: %w", err)
	}
	tried := fn(ctx, tx)
	if tried != nil {
		if _, err := tx.exec(ctx, `ROLLBACK TO attempt`); err != nil {
			return errors.Join(tried, Broken{err})
		}
		tx.facts = nil // some of them were taken back
	}
	if _, err := tx.exec(ctx, `RELEASE attempt`); err != nil {
		return errors.Join(tried, Broken{err})
	}
	return tried
}

// Broken is a transaction that cannot go on.
type Broken struct{ error }

// get reads one row; no row is sql.ErrNoRows.
func (v *View) get(ctx context.Context, dest any, query string, args ...any) error {
	s, err := v.pool.stmt(ctx, v.tx, query)
	if err != nil {
		return err
	}
	return s.GetContext(ctx, dest, args...)
}

// row reads the columns of one row.
func (v *View) row(ctx context.Context, into []any, query string, args ...any) error {
	s, err := v.pool.stmt(ctx, v.tx, query)
	if err != nil {
		return err
	}
	return s.QueryRowxContext(ctx, args...).Scan(into...)
}

// each hands over the scan of every row.
func (v *View) each(ctx context.Context, query string, args []any, fn func(scan func(into ...any) error) error) error {
	s, err := v.pool.stmt(ctx, v.tx, query)
	if err != nil {
		return err
	}
	rows, err := s.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// list reads all rows into a slice.
func (v *View) list(ctx context.Context, dest any, query string, args ...any) error {
	s, err := v.pool.stmt(ctx, v.tx, query)
	if err != nil {
		return err
	}
	return s.SelectContext(ctx, dest, args...)
}

// exec changes rows and says how many.
func (tx *Tx) exec(ctx context.Context, query string, args ...any) (int64, error) {
	s, err := tx.pool.stmt(ctx, tx.tx, query)
	if err != nil {
		return 0, err
	}
	result, err := s.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// insert runs a statement with :names taken from the fields of row.
func (tx *Tx) insert(ctx context.Context, query string, row any) error {
	_, err := tx.named(ctx, query, row)
	return err
}

// named runs a statement with :names and says how many rows it changed.
func (tx *Tx) named(ctx context.Context, query string, row any) (int64, error) {
	s, err := tx.pool.namedStmt(ctx, tx.tx, query)
	if err != nil {
		return 0, err
	}
	result, err := s.ExecContext(ctx, row)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}
