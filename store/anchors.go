package store

import (
	"context"
	"fmt"

	"lekha/lending"
)

// Anchor is a large buyer, seller or maker around whom programs are built.
type Anchor struct {
	ID        string  `db:"id"`
	Idx       int64   `db:"idx"`
	Ref       string  `db:"ref"`
	Name      string  `db:"name"`
	PAN       string  `db:"pan"`
	GSTIN     string  `db:"gstin"`
	BankID    Opt     `db:"bank_id"`
	Approval  string  `db:"approval"` // "" while nobody approved it as it is
	CreatedAt Instant `db:"created_at"`
	UpdatedAt Instant `db:"updated_at"`
	Version   int64   `db:"version"`
}

const anchorColumns = `id, idx, ref, name, pan, gstin, bank_id, approval, created_at, updated_at, version`

// CreateAnchor writes an anchor and gives it id, index, ref and version.
func (tx *Tx) CreateAnchor(ctx context.Context, a Anchor) (Anchor, error) {
	var err error
	a.ID, a.CreatedAt, a.UpdatedAt, a.Version = NewID(), tx.Now, tx.Now, 1
	if a.Ref, err = tx.NewRef(ctx, "ANC"); err != nil {
		return a, err
	}
	if a.Idx, err = tx.next(ctx, "anchors"); err != nil {
		return a, err
	}
	err = tx.insert(ctx, `
		INSERT INTO anchors (`+anchorColumns+`)
		VALUES (:id, :idx, :ref, :name, :pan, :gstin, :bank_id, :approval, :created_at, :updated_at, :version)`, a)
	if err != nil {
		return a, fmt.Errorf("writing anchor %s: %w", a.Name, err)
	}
	return a, nil
}

// UpdateAnchor rewrites an anchor at its version.
func (tx *Tx) UpdateAnchor(ctx context.Context, a Anchor) (Anchor, error) {
	a.UpdatedAt = tx.Now
	n, err := tx.named(ctx, `
		UPDATE anchors
		SET name = :name, pan = :pan, gstin = :gstin, bank_id = :bank_id, approval = :approval, updated_at = :updated_at, version = version + 1
		WHERE id = :id AND version = :version`, a)
	if err != nil {
		return a, fmt.Errorf("updating anchor %s: %w", a.Ref, err)
	}
	if n == 0 {
		return a, Stale("anchor", a.Ref)
	}
	a.Version++
	return a, nil
}

// AnchorByAny returns one anchor by id, ref, name or GSTIN.
func (v *View) AnchorByAny(ctx context.Context, key string) (Anchor, error) {
	var a Anchor
	err := v.get(ctx, &a, `
		SELECT `+anchorColumns+`
		FROM anchors
		WHERE id = ? OR ref = ? OR name = ? OR gstin <> '' AND gstin = ?
		ORDER BY idx
		LIMIT 1`, key, CleanRef(key), key, CleanRef(key))
	return a, missing(err, "anchor", key)
}

// AnchorQuery is what is asked of the anchors.
type AnchorQuery struct {
	Search string
	Listing
}

func (q AnchorQuery) where() conditions {
	var c conditions
	if q.Search != "" {
		c.add("(name LIKE ? OR ref = ? OR gstin = ?)", "%"+q.Search+"%", CleanRef(q.Search), CleanRef(q.Search))
	}
	return c
}

// QueryAnchors lists anchors, one page, and the place to read on from.
func (v *View) QueryAnchors(ctx context.Context, q AnchorQuery) ([]Anchor, *RecordKey, error) {
	list := listing[Anchor]{what: "anchors", query: `SELECT ` + anchorColumns + ` FROM anchors`, index: "idx", idx: func(a Anchor) int64 { return a.Idx },
		orders: map[string]listOrder[Anchor]{"": {}, "index": {}, "name": {column: "name", key: func(a Anchor) string { return a.Name }}}}
	return list.page(ctx, v, q.where(), q.Listing)
}

// CountAnchors counts what QueryAnchors would list without paging.
func (v *View) CountAnchors(ctx context.Context, q AnchorQuery) (int64, error) {
	return v.count(ctx, "anchors", "anchors", q.where())
}

// DrawingRules is what a program says of drawings from a day on.
type DrawingRules struct {
	ProgramID     string       `db:"program_id"`
	No            int64        `db:"no"`
	EffectiveFrom lending.Date `db:"effective_from"`
	AnchorID      Opt          `db:"anchor_id"`
	Rules         string       `db:"rules"` // lending.DrawingRules as JSON
	Approval      string       `db:"approval"`
	CreatedAt     Instant      `db:"created_at"`
}

// AddDrawingRules writes what a program says from a day on.
func (tx *Tx) AddDrawingRules(ctx context.Context, r DrawingRules) error {
	r.CreatedAt = tx.Now
	err := tx.insert(ctx, `
		INSERT INTO drawing_rules (program_id, no, effective_from, anchor_id, rules, approval, created_at)
		SELECT :program_id, 1 + COALESCE(MAX(no), 0), :effective_from, :anchor_id, :rules, :approval, :created_at
		FROM drawing_rules
		WHERE program_id = :program_id`, r)
	if err != nil {
		return fmt.Errorf("writing rules of drawings: %w", err)
	}
	return nil
}

// DrawingRulesOf returns what a program says of drawings; ErrMissing when nothing.
func (v *View) DrawingRulesOf(ctx context.Context, program string) (DrawingRules, error) {
	var r DrawingRules
	err := v.get(ctx, &r, `
		SELECT program_id, no, effective_from, anchor_id, rules, approval, created_at
		FROM drawing_rules
		WHERE program_id = ?
		ORDER BY no DESC
		LIMIT 1`, program)
	return r, err
}

// ProgramsOfAnchor returns the programs that are an anchor's now.
func (v *View) ProgramsOfAnchor(ctx context.Context, anchor string) ([]Program, error) {
	var programs []Program
	err := v.list(ctx, &programs, `
		SELECT `+programColumns+`
		FROM programs
		WHERE id IN (
			SELECT r.program_id
			FROM drawing_rules r
			WHERE r.anchor_id = ? AND r.no = (SELECT MAX(m.no) FROM drawing_rules m WHERE m.program_id = r.program_id))
		ORDER BY idx`, anchor)
	return programs, err
}
