package store

import (
	"context"
	"errors"
	"fmt"

	"lekha/lending"
)

// ProgramVersion is what a program said from a business date on.
type ProgramVersion struct {
	ProgramID     string       `db:"program_id"`
	Version       int64        `db:"version"`
	EffectiveFrom lending.Date `db:"effective_from"`
	Name          string       `db:"name"`
	Policy        string       `db:"policy"`
	Terms         string       `db:"terms"`
	CreatedAt     Instant      `db:"created_at"`
}

// keepProgram adds the version of a program that holds from today on.
func (tx *Tx) keepProgram(ctx context.Context, p Program) error {
	from := tx.Today
	if from.IsZero() { // the first run opens the books in this very transaction
		company, err := tx.Company(ctx)
		if err != nil && !errors.Is(err, ErrMissing) {
			return err
		}
		if from = company.BusinessDate; from.IsZero() {
			from = lending.DateOf(tx.Now.Time)
		}
	}
	err := tx.insert(ctx, `
		INSERT INTO program_versions (program_id, version, effective_from, name, policy, terms, created_at)
		VALUES (:program_id, :version, :effective_from, :name, :policy, :terms, :created_at)`,
		ProgramVersion{p.ID, p.Version, from, p.Name, p.Policy, p.Terms, tx.Now})
	if err != nil {
		return fmt.Errorf("keeping version %d of program %s: %w", p.Version, p.Name, err)
	}
	return nil
}

// ProgramVersions returns what a program said over time, newest first.
func (v *View) ProgramVersions(ctx context.Context, program string) ([]ProgramVersion, error) {
	var rows []ProgramVersion
	err := v.list(ctx, &rows, `
		SELECT program_id, version, effective_from, name, policy, terms, created_at
		FROM program_versions
		WHERE program_id = ?
		ORDER BY version DESC`, program)
	return rows, err
}

// ProgramInUse says whether any account was opened under a program.
func (v *View) ProgramInUse(ctx context.Context, program string) (bool, error) {
	var used bool
	err := v.get(ctx, &used, `SELECT EXISTS (SELECT 1 FROM accounts WHERE program_id = ?)`, program)
	return used, err
}
