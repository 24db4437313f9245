package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/mattn/go-sqlite3"
)

// SchemaVersion is the version of schema.sql that this program reads and writes.
const SchemaVersion = 22

// SchemaHash is [SchemaFingerprint] of the schema of that version. A test compares
// it: whoever changes schema.sql gives it a new version, here and in its
// user_version, so that no program works on tables it does not know.
const SchemaHash = "5f9265ea83625234e81e1e341a10c45bffbb67eb2b85012557bbcdadd2e504d8"

var (
	schemaComment = regexp.MustCompile(`(?m)--.*$`)
	schemaVersion = regexp.MustCompile(`PRAGMA user_version = \d+;`)
)

// SchemaFingerprint tells one schema from another. Comments and blanks do not
// matter, and the version is what is to follow from it.
func SchemaFingerprint(schema string) string {
	bare := schemaVersion.ReplaceAllString(schemaComment.ReplaceAllString(schema, ""), "")
	sum := sha256.Sum256([]byte(strings.Join(strings.Fields(bare), " ")))
	return hex.EncodeToString(sum[:])
}

// inspect looks at a file before it is opened for work, and changes nothing of it:
// one that is not ours stays as it is. A file that does not exist or holds nothing
// is new.
func inspect(ctx context.Context, path string) (isNew bool, err error) {
	switch info, err := os.Stat(path); {
	case errors.Is(err, os.ErrNotExist) || err == nil && info.Size() == 0:
		return true, nil
	case err == nil && info.IsDir():
		return false, isFolder(path)
	}
	found, err := lookInto(ctx, path)
	if err != nil || found.Tables == 0 {
		return err == nil, err
	}
	return false, rightVersion(path, found.Version)
}

// contents is what stands in a file that was not opened for work.
type contents struct {
	Tables  int `db:"tables"`
	Ours    int `db:"ours"`
	Version int `db:"version"`
}

// openToLook opens a file for reading alone.
func openToLook(path string) (*sqlx.DB, error) {
	db, err := sqlx.Open("sqlite3", "file:"+(&url.URL{Path: path}).EscapedPath()+"?mode=ro&_busy_timeout=10000")
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	return db, nil
}

// lookInto reads what every version of the schema has: the three tables by which
// a file is known for ours.
func lookInto(ctx context.Context, path string) (contents, error) {
	var found contents
	db, err := openToLook(path)
	if err != nil {
		return found, err
	}
	defer db.Close()
	err = db.GetContext(ctx, &found, `SELECT COUNT(*) AS tables, COALESCE(SUM(name IN ('company', 'facts', 'events')), 0) AS ours,
		(SELECT user_version FROM pragma_user_version) AS version
		FROM sqlite_schema`)
	if err != nil {
		return found, notOpened(path, err)
	}
	if found.Tables > 0 && found.Ours < 3 {
		return found, fmt.Errorf("%s is not a Lekha database: it is the SQLite file of another program. Name another file with --db", path)
	}
	return found, nil
}

// InUse says whether another program has a file open. It asks for the file alone, as
// the last one who leaves would.
func InUse(ctx context.Context, path string) (bool, error) {
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	db, err := sqlx.Open("sqlite3", "file:"+(&url.URL{Path: path}).EscapedPath()+"?mode=rw&_busy_timeout=0")
	if err != nil {
		return false, fmt.Errorf("opening %s: %w", path, err)
	}
	defer db.Close()
	// A file leaves its log of writes only when nobody else looks at it.
	_, err = db.ExecContext(ctx, `PRAGMA journal_mode = DELETE`)
	var driverErr sqlite3.Error
	if errors.As(err, &driverErr) && (driverErr.Code == sqlite3.ErrBusy || driverErr.Code == sqlite3.ErrLocked) {
		return true, nil
	}
	return false, err
}

// Books says whose books a file holds.
type Books struct {
	Company string `db:"name"` // "" before the first run
	IsDemo  bool   `db:"is_demo"`
}

// BooksIn reads whose books a file holds, whatever version of the schema it has,
// and changes nothing of it. A file that is not ours is refused.
func BooksIn(ctx context.Context, path string) (Books, error) {
	var books Books
	switch info, err := os.Stat(path); {
	case errors.Is(err, os.ErrNotExist) || err == nil && info.Size() == 0:
		return books, nil
	case err == nil && info.IsDir():
		return books, isFolder(path)
	}
	found, err := lookInto(ctx, path)
	if err != nil || found.Tables == 0 {
		return books, err
	}
	db, err := openToLook(path)
	if err != nil {
		return books, err
	}
	defer db.Close()
	if err := db.GetContext(ctx, &books, `SELECT name, is_demo FROM company`); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return books, notOpened(path, err)
	}
	return books, nil
}

// isFolder refuses a path that is no file.
func isFolder(path string) error {
	return fmt.Errorf("%s is a folder. Name a file with --db", path)
}

// rightVersion refuses the file of another version of this program. No version was
// released yet, so there is nothing to bring an older file along with.
func rightVersion(path string, version int) error {
	if version == SchemaVersion {
		return nil
	}
	with := "the program that wrote it"
	if version > SchemaVersion {
		with = "that newer program"
	}
	return fmt.Errorf("%s has schema version %d and this program needs version %d. "+
		"Nothing was changed. Go on with %s (lekha backup makes a copy with it), or begin a new file with --db", path, version, SchemaVersion, with)
}

// notOpened says in a sentence why a file cannot be worked on.
func notOpened(path string, err error) error {
	if driverErr, ok := errors.AsType[sqlite3.Error](err); ok {
		switch driverErr.Code {
		case sqlite3.ErrNotADB:
			return fmt.Errorf("%s is not a Lekha database: it is not even one of SQLite. Name another file with --db", path)
		case sqlite3.ErrCorrupt:
			return fmt.Errorf("%s is damaged. Go on with the last backup, and keep this file", path)
		case sqlite3.ErrReadonly, sqlite3.ErrPerm, sqlite3.ErrCantOpen, sqlite3.ErrAuth:
			return fmt.Errorf("%s cannot be written: the file or its folder is read-only for whoever runs this program", path)
		case sqlite3.ErrFull:
			return fmt.Errorf("there is no room on the disk of %s. Make room and start again", path)
		case sqlite3.ErrBusy, sqlite3.ErrLocked:
			return fmt.Errorf("%s is held by another program. Wait for it, or stop it", path)
		}
	}
	return fmt.Errorf("opening %s: %w", path, err)
}

// Backup writes a consistent copy to path while the database is in use. The path
// must not exist: the copy has its name only once it is whole.
func (db *DB) Backup(ctx context.Context, path string) error {
	if _, err := os.Stat(path); err == nil {
		return fmt.Errorf("%s exists already: a backup never overwrites", path)
	}
	part := path + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("writing the backup: %w", err)
	}
	if err := db.copyTo(ctx, part); err != nil {
		return errors.Join(backupFailed(path, err), removed(part))
	}
	if err := os.Rename(part, path); err != nil {
		return errors.Join(fmt.Errorf("writing the backup: %w", err), removed(part))
	}
	return nil
}

// copyTo writes the copy and waits until the disk has it.
func (db *DB) copyTo(ctx context.Context, path string) error {
	// A connection of its own: the reading ones may not even write elsewhere.
	side := openPool(db.path, "", 1)
	defer side.Close()
	if _, err := side.ExecContext(ctx, `VACUUM INTO ?`, path); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

func backupFailed(path string, err error) error {
	if driverErr, ok := errors.AsType[sqlite3.Error](err); ok && (driverErr.Code == sqlite3.ErrFull || driverErr.Code == sqlite3.ErrIoErr) {
		return fmt.Errorf("the backup %s could not be written, its disk may be full. Nothing of it is left: %w", path, err)
	}
	return fmt.Errorf("writing the backup: %w", err)
}

// removed takes away a file that came to nothing.
func removed(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
