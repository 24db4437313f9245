// Package store is what is recorded: the SQL of Lekha, one file per table
// family. It opens the one SQLite file, runs transactions, and turns the
// driver's errors into refusals a person can act on. It decides no policy.
package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/mattn/go-sqlite3"
)

// readers is how many pages may read at once; more gains nothing on the two to
// eight cores a small lender runs on.
const readers = 4

// checkpointEvery is how often the write-ahead log is copied into the file, on
// a connection of its own, so that no writer waits for it.
const checkpointEvery = 100 * time.Millisecond

// DB is the one file of one company: one writing connection, a few reading ones.
type DB struct {
	path   string
	schema string // the text of schema.sql
	clock  func() time.Time
	writer *pool
	reader *pool
	stop   chan struct{}
	done   sync.WaitGroup
}

// Options are what tests and commands may set.
type Options struct {
	// Clock replaces the wall clock; nil means time.Now.
	Clock func() time.Time
}

// Open opens the file, creating it with the schema when it does not exist or is
// empty. A file of another version is refused with a sentence.
func Open(ctx context.Context, path, schema string, options Options) (*DB, error) {
	if options.Clock == nil {
		options.Clock = time.Now
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("making the folder of the database: %w", err)
	}
	isNew, err := inspect(ctx, path)
	if err != nil {
		return nil, err
	}
	db := &DB{path: path, schema: schema, clock: options.Clock, stop: make(chan struct{})}
	// The writer first: a query-only connection cannot switch the file to WAL.
	db.writer = openPool(path, "&_txlock=immediate&_synchronous=FULL", 1)
	begin := db.touch
	if isNew {
		begin = func(ctx context.Context) error { return db.prepare(ctx, schema) }
	}
	if err := begin(ctx); err != nil {
		return nil, errors.Join(err, db.writer.Close())
	}
	db.reader = openPool(path, "&_query_only=on", readers)
	db.writer.bodies = &factBodies{}
	db.reader.bodies = db.writer.bodies
	db.done.Go(db.checkpoint)
	return db, nil
}

// prepare makes the schema in a new file. Two programs may begin with the same
// one: the first of them makes it.
func (db *DB) prepare(ctx context.Context, schema string) error {
	tx, done, err := db.writer.begin(ctx, nil)
	if err != nil {
		return notOpened(db.path, err)
	}
	defer done()
	var tables, version int
	if err := tx.GetContext(ctx, &tables, `SELECT COUNT(*) FROM sqlite_schema`); err != nil {
		return notOpened(db.path, err)
	}
	if tables == 0 {
		if _, err := tx.ExecContext(ctx, schema); err != nil {
			return notOpened(db.path, err)
		}
	}
	if err := tx.GetContext(ctx, &version, `PRAGMA user_version`); err != nil {
		return notOpened(db.path, err)
	}
	if err := rightVersion(db.path, version); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return notOpened(db.path, err)
	}
	return nil
}

// touch opens the file for writing, which says at once when it cannot be written.
func (db *DB) touch(ctx context.Context) error {
	if err := db.writer.PingContext(ctx); err != nil {
		return notOpened(db.path, err)
	}
	return nil
}

// checkpoint moves the log into the file until the database is closed.
func (db *DB) checkpoint() {
	side := openPool(db.path, "", 1)
	defer side.Close()
	tick := time.NewTicker(checkpointEvery)
	defer tick.Stop()
	for {
		select {
		case <-db.stop:
			return
		case <-tick.C:
			// A busy or failed checkpoint loses nothing: the next one does the work.
			_, _ = side.Exec(`PRAGMA wal_checkpoint(PASSIVE)`)
		}
	}
}

// Close stops the checkpoints, lets SQLite tidy its statistics, and closes the file.
func (db *DB) Close() error {
	close(db.stop)
	db.done.Wait()
	_, err := db.writer.Exec(`PRAGMA optimize`)
	return errors.Join(err, db.reader.Close(), db.writer.Close())
}

// Queries is how many statements this process has run on the file. Tests and
// benchmarks tell from it what a page costs.
func (db *DB) Queries() int64 { return db.writer.ran.Load() + db.reader.ran.Load() }

// Path is the file.
func (db *DB) Path() string { return db.path }

// pool is a set of connections with the statements prepared on it. One
// connection more than transactions may be open: a statement is prepared on
// that one, and database/sql keeps its copies beside each connection.
type pool struct {
	*sqlx.DB
	gate       chan struct{}
	ran        atomic.Int64 // statements
	mu         sync.Mutex
	statements map[string]*sqlx.Stmt
	named      map[string]*sqlx.NamedStmt
	bodies     *factBodies // that were read through any pool of the file
}

// openPool opens connections with the pragmas of this house: WAL, foreign keys,
// a busy timeout, and no automatic checkpoint on commit.
func openPool(path, extra string, size int) *pool {
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() +
		"?_busy_timeout=10000&_journal_mode=WAL&_foreign_keys=on&_cache_size=-32768" + extra
	raw := sql.OpenDB(connector{dsn: dsn})
	raw.SetMaxOpenConns(size + 1)
	raw.SetMaxIdleConns(size + 1)
	return &pool{
		DB:         sqlx.NewDb(raw, "sqlite3"),
		gate:       make(chan struct{}, size),
		statements: map[string]*sqlx.Stmt{},
		named:      map[string]*sqlx.NamedStmt{},
	}
}

// begin opens a transaction when one of the places is free. The returned
// function rolls back what was not committed and gives the place back.
func (p *pool) begin(ctx context.Context, options *sql.TxOptions) (*sqlx.Tx, func(), error) {
	select {
	case p.gate <- struct{}{}:
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	tx, err := p.BeginTxx(ctx, options)
	if err != nil {
		<-p.gate
		return nil, nil, err
	}
	return tx, func() { _ = tx.Rollback(); <-p.gate }, nil
}

// statementsKept bounds the statements that stay prepared: filters of lists make
// more of them than anybody asks twice.
const statementsKept = 1000

// stmt is the prepared form of a query on a transaction.
func (p *pool) stmt(ctx context.Context, tx *sqlx.Tx, query string) (*sqlx.Stmt, error) {
	p.ran.Add(1)
	p.mu.Lock()
	defer p.mu.Unlock()
	s, ok := p.statements[query]
	if !ok && len(p.statements) >= statementsKept {
		return tx.PreparexContext(ctx, steady(query)) // closed with the transaction
	}
	if !ok {
		var err error
		if s, err = p.PreparexContext(ctx, steady(query)); err != nil {
			return nil, err
		}
		p.statements[query] = s
	}
	return tx.StmtxContext(ctx, s), nil
}

// namedStmt is the same for a query with :names, of which there are few.
func (p *pool) namedStmt(ctx context.Context, tx *sqlx.Tx, query string) (*sqlx.NamedStmt, error) {
	p.ran.Add(1)
	p.mu.Lock()
	defer p.mu.Unlock()
	s, ok := p.named[query]
	if !ok {
		var err error
		if s, err = p.PrepareNamedContext(ctx, steady(query)); err != nil {
			return nil, err
		}
		p.named[query] = s
	}
	return tx.NamedStmtContext(ctx, s), nil
}

// steady keeps a prepared statement prepared. SQLite looks at values that are bound
// where it plans by them (limits, comparisons), and prepares such a statement again
// whenever its bindings are cleared, which the driver does on every use: that costs
// more than most queries. A sign before the parameter hides the value from the
// planner and changes neither the value nor the use of an index.
func steady(query string) string { return boundValues.Replace(query) }

var boundValues = strings.NewReplacer("LIMIT ?", "LIMIT +?", "OFFSET ?", "OFFSET +?", "= ?", "= +?", "= :", "= +:", "IN (?", "IN (+?")

// connector opens SQLite connections without a global driver registration.
type connector struct{ dsn string }

// Connect opens one connection and sets what the address cannot say.
func (c connector) Connect(context.Context) (driver.Conn, error) {
	conn, err := c.Driver().Open(c.dsn)
	if err != nil {
		return nil, err
	}
	if _, err := conn.(*sqlite3.SQLiteConn).Exec(`PRAGMA wal_autocheckpoint = 0`, nil); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// Driver is SQLite's.
func (connector) Driver() driver.Driver { return &sqlite3.SQLiteDriver{} }
