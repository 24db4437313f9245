package store

import (
	"context"

	"lekha/lending"
)

// StandardExposure is what is lent on the performing accounts of a program.
type StandardExposure struct {
	ProgramID string        `db:"program_id"`
	Layer     string        `db:"layer"` // of the program's policy; '' is the middle one
	Amount    lending.Money `db:"amount"`
}

// StandardExposures sums the principal of the accounts that perform, by program, as
// their positions stand. What was written off is not lent any more.
func (v *View) StandardExposures(ctx context.Context) ([]StandardExposure, error) {
	var rows []StandardExposure
	err := v.list(ctx, &rows, `
		SELECT a.program_id, COALESCE(json_extract(p.policy, '$.asset.layer'), '') AS layer, SUM(s.principal_outstanding) AS amount
		FROM positions s
		JOIN accounts a ON a.id = s.account_id
		JOIN programs p ON p.id = a.program_id
		WHERE s.category IN ('Regular', 'SMA-0', 'SMA-1', 'SMA-2') AND s.principal_outstanding > 0
			AND NOT EXISTS (SELECT 1 FROM loans l WHERE l.account_id = a.id AND l.status = 'written_off')
		GROUP BY a.program_id
		ORDER BY a.program_id`)
	return rows, err
}

// StandardProvisions sums the standard provisions that are posted, by the beginning
// of their event.
func (v *View) StandardProvisions(ctx context.Context, prefix string) ([]JournalPosted, error) {
	var rows []JournalPosted
	err := v.list(ctx, &rows, `
		SELECT e.event, '' AS loan_id, l.role, MAX(e.value_date) AS value_date, MIN(e.idx) AS first, SUM(l.amount) AS amount
		FROM journal_entries e
		JOIN journal_lines l ON l.entry_idx = e.idx
		WHERE e.account_id IS NULL AND e.event >= ? AND e.event < ?
		GROUP BY e.event, l.role`, prefix, prefix+"~")
	return rows, err
}
