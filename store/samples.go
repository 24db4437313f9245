package store

import (
	"context"
	"fmt"

	"lekha/lending"
)

// SampleRow is a match of a week's sample: what the engine was sure of and people
// approved, with the verdict of the second look.
type SampleRow struct {
	RecordID   string        `db:"record_id"`
	Ref        string        `db:"ref"`
	Amount     lending.Money `db:"amount"`
	Date       lending.Date  `db:"date"`
	DecidedOn  lending.Date  `db:"decided_on"`
	Narration  string        `db:"narration"`
	BankLayout string        `db:"bank_layout"`
	Maker      Opt           `db:"maker"`
	MakerID    Opt           `db:"maker_id"`
	Confidence int           `db:"confidence"`
	Evidence   string        `db:"evidence"`
	Accounts   string        `db:"accounts"` // JSON list of account ids, as proposed and approved
	Verdict    string        `db:"verdict"`  // "" for none yet
	Note       string        `db:"note"`
	Reviewer   string        `db:"reviewer"`
	ReviewedOn lending.Date  `db:"reviewed_on"`
}

// sampleFrom are the matches that are drawn from: advised for acceptance, and
// accepted, or found wrong by a second look.
const sampleFrom = `
	FROM match_outcomes o
	JOIN records r ON r.id = o.record_id
	JOIN match_proposals p ON p.record_id = r.id AND p.rank = 1
	LEFT JOIN match_reviews w ON w.record_id = o.record_id
	LEFT JOIN bank_credits c ON c.id = r.bank_credit_id
	LEFT JOIN banks k ON k.id = r.collection_bank_id
	WHERE o.advised = 'auto' AND (o.outcome = 'accepted' OR w.record_id IS NOT NULL)`

// MatchSample draws from the matches decided from a day to a day, at most so many:
// those whose id ends lowest. Ids end at random, so that nobody chooses, and the
// draw of a week that is over stays the same.
func (v *View) MatchSample(ctx context.Context, from, to lending.Date, limit int) ([]SampleRow, error) {
	var rows []SampleRow
	err := v.list(ctx, &rows, `
		SELECT o.record_id, r.ref, r.amount, r.date, o.decided_on, COALESCE(c.narration, r.remark) AS narration, COALESCE(k.bank, '') AS bank_layout,
			r.maker, r.maker_id, o.confidence, p.evidence, p.accounts,
			COALESCE(w.verdict, '') AS verdict, COALESCE(w.note, '') AS note, COALESCE(w.reviewer, '') AS reviewer, w.reviewed_on`+sampleFrom+`
			AND o.decided_on BETWEEN ? AND ?
		ORDER BY substr(o.record_id, -12), o.record_id
		LIMIT ?`, from, to, limit)
	if err != nil {
		return nil, fmt.Errorf("drawing a sample of matches: %w", err)
	}
	return rows, nil
}

// MatchReview is the verdict of a second look.
type MatchReview struct {
	RecordID   string       `db:"record_id"`
	Verdict    string       `db:"verdict"` // right, wrong
	Note       string       `db:"note"`
	ReviewedOn lending.Date `db:"reviewed_on"`
	ReviewedAt Instant      `db:"reviewed_at"`
	ReviewedBy string       `db:"reviewed_by"`
	Reviewer   string       `db:"reviewer"`
}

// AddMatchReview keeps the verdict on one match; there is one for each.
func (tx *Tx) AddMatchReview(ctx context.Context, w MatchReview) error {
	w.ReviewedOn, w.ReviewedAt = tx.Today, tx.Now
	return tx.insert(ctx, `
		INSERT INTO match_reviews (record_id, verdict, note, reviewed_on, reviewed_at, reviewed_by, reviewer)
		VALUES (:record_id, :verdict, :note, :reviewed_on, :reviewed_at, :reviewed_by, :reviewer)`, w)
}

// SetOutcome replaces how a proposal fared.
func (tx *Tx) SetOutcome(ctx context.Context, record, outcome string) error {
	_, err := tx.exec(ctx, `UPDATE match_outcomes SET outcome = ? WHERE record_id = ?`, outcome, record)
	return err
}

// SureLabels returns how what the engine was sure of fared since a day.
func (v *View) SureLabels(ctx context.Context, since lending.Date) ([]Label, error) {
	var rows []Label
	err := v.list(ctx, &rows, `
		SELECT share, confidence, outcome = 'accepted' AS accepted
		FROM `+outcomes+`
		WHERE advised = 'auto' AND decided_on >= ?
		ORDER BY confidence`, since)
	return rows, err
}
