package store

import (
	"context"
	"fmt"

	"lekha/lending"
)

// Parameter is a value that a lender gave a dated parameter from a day on.
type Parameter struct {
	Name          string       `db:"name"`
	EffectiveFrom lending.Date `db:"effective_from"`
	Value         int64        `db:"value"`
	Approval      string       `db:"approval"` // ref
	CreatedAt     Instant      `db:"created_at"`
}

// AddParameter gives a parameter a value from a day on.
func (tx *Tx) AddParameter(ctx context.Context, p Parameter) error {
	p.CreatedAt = tx.Now
	err := tx.insert(ctx, `
		INSERT INTO parameters (name, effective_from, value, approval, created_at)
		VALUES (:name, :effective_from, :value, :approval, :created_at)`, p)
	if err != nil {
		return fmt.Errorf("writing parameter %s: %w", p.Name, err)
	}
	return nil
}

// Parameters lists what a lender gave to dated parameters, by name and day.
func (v *View) Parameters(ctx context.Context) ([]Parameter, error) {
	var rows []Parameter
	err := v.list(ctx, &rows, `SELECT name, effective_from, value, approval, created_at FROM parameters ORDER BY name, effective_from`)
	return rows, err
}

// AddJournalMapping gives a role a code from a booking date on.
func (tx *Tx) AddJournalMapping(ctx context.Context, m JournalMapping) error {
	m.CreatedAt = tx.Now
	err := tx.insert(ctx, `
		INSERT INTO journal_mappings (role, from_date, code, name, approval, created_at)
		VALUES (:role, :from_date, :code, :name, :approval, :created_at)`, m)
	if err != nil {
		return fmt.Errorf("writing the code of %s: %w", m.Role, err)
	}
	return nil
}
