package store

import (
	"context"
	"fmt"
	"strings"

	"lekha/lending"
)

// sentBackWhere are the requests that went back to the makers and were not sent
// again: the newest of their record, while there is still something to send.
const sentBackWhere = `
	p.status = 'sent_back'
	AND NOT EXISTS (SELECT 1 FROM approvals later WHERE later.subject = p.subject AND later.idx > p.idx)
	AND EXISTS (SELECT 1 FROM records r WHERE r.id = p.record_id AND r.status IN ('initiated', 'split', 'approved', 'processed', 'set_aside'))`

// SentBack lists the requests that wait with the makers, oldest first, from an
// index on.
func (v *View) SentBack(ctx context.Context, afterIdx int64, limit int) ([]Approval, error) {
	var rows []Approval
	err := v.list(ctx, &rows, approvalSelect+` WHERE `+sentBackWhere+` AND p.idx > ? ORDER BY p.idx LIMIT ?`, afterIdx, limit)
	if err != nil {
		return nil, fmt.Errorf("listing what was sent back: %w", err)
	}
	return rows, nil
}

// CountSentBack counts what SentBack lists.
func (v *View) CountSentBack(ctx context.Context) (int, error) {
	var n int
	err := v.get(ctx, &n, `SELECT COUNT(*) FROM approvals p WHERE `+sentBackWhere)
	return n, err
}

// SplitBorrowers names the borrowers of the parts of splits, by the split's id.
func (v *View) SplitBorrowers(ctx context.Context, parents []string) (map[string][]string, error) {
	if len(parents) == 0 {
		return nil, nil
	}
	args := make([]any, len(parents))
	for i, id := range parents {
		args[i] = id
	}
	var rows []struct {
		Parent string `db:"parent_id"`
		Name   string `db:"name"`
	}
	err := v.list(ctx, &rows, `
		SELECT r.parent_id, b.name
		FROM records r
		JOIN accounts a ON a.id = r.account_id
		JOIN borrowers b ON b.id = a.borrower_id
		WHERE r.parent_id IN `+in(len(parents))+` AND r.status <> 'cancelled'
		ORDER BY r.idx`, args...)
	if err != nil {
		return nil, fmt.Errorf("reading the parts of splits: %w", err)
	}
	names := map[string][]string{}
	for _, row := range rows {
		names[row.Parent] = append(names[row.Parent], row.Name)
	}
	return names, nil
}

// BandCount is how many accounts stand in one band of days past due.
type BandCount struct {
	Band  string `db:"band"`
	Count int    `db:"count"`
}

// AccountBands counts the accounts of a filter, whatever its days past due, by
// the bands of classification: "0", "1", "31", "61", "91" by their first day.
func (v *View) AccountBands(ctx context.Context, f AccountFilter) (map[string]int, error) {
	f.MinDPD, f.MaxDPD = 0, 0
	where, args := f.where()
	var rows []BandCount
	err := v.list(ctx, &rows, `
		SELECT CASE WHEN COALESCE(s.dpd, 0) > 90 THEN '91' WHEN s.dpd > 60 THEN '61' WHEN s.dpd > 30 THEN '31' WHEN s.dpd > 0 THEN '1' ELSE '0' END AS band,
			COUNT(*) AS count
		FROM accounts a`+accountPositionJoin+`
		WHERE `+where+`
		GROUP BY band`, args...)
	if err != nil {
		return nil, fmt.Errorf("counting accounts by days past due: %w", err)
	}
	bands := map[string]int{}
	for _, row := range rows {
		bands[row.Band] = row.Count
	}
	return bands, nil
}

// Key is the place of an account under a sort other than its number.
func (r AccountRow) Key(sort string) int64 {
	switch sort {
	case "dpd":
		return int64(r.DPD)
	case "due":
		return int64(r.DueNow)
	case "outstanding":
		return int64(r.PrincipalOutstanding)
	}
	return 0
}

// AccountsBefore is the page of Accounts that ends before a row: how a list goes
// back.
func (v *View) AccountsBefore(ctx context.Context, f AccountFilter) ([]AccountRow, error) {
	where, args := f.where()
	column, ok := accountOrders[f.Sort]
	if !ok {
		return nil, lending.RefuseField("sort", "sort.unknown", "There is no such order.")
	}
	order := "a.idx DESC"
	if column == "a.idx" {
		where, args = where+" AND a.idx < ?", append(args, f.AfterIdx)
	} else {
		where += " AND (" + column + " > ? OR (" + column + " = ? AND a.idx < ?))"
		args = append(args, f.AfterKey, f.AfterKey, f.AfterIdx)
		order = column + ", a.idx DESC"
	}
	query := strings.Replace(accountSelect, "\n\tFROM", ",\n\t\t"+positionSelect+"\n\tFROM", 1) + accountPositionJoin +
		` WHERE ` + where + ` ORDER BY ` + order + ` LIMIT ?`
	var rows []AccountRow
	if err := v.list(ctx, &rows, query, append(args, f.Limit)...); err != nil {
		return nil, fmt.Errorf("listing accounts: %w", err)
	}
	for i, j := 0, len(rows)-1; i < j; i, j = i+1, j-1 {
		rows[i], rows[j] = rows[j], rows[i]
	}
	return rows, nil
}

// AccountPlace counts the accounts of a filter that stand before a row: where a
// page begins.
func (v *View) AccountPlace(ctx context.Context, f AccountFilter) (int, error) {
	where, args := f.where()
	column, ok := accountOrders[f.Sort]
	if !ok {
		return 0, lending.RefuseField("sort", "sort.unknown", "There is no such order.")
	}
	if column == "a.idx" {
		where, args = where+" AND a.idx < ?", append(args, f.AfterIdx)
	} else {
		where += " AND (" + column + " > ? OR (" + column + " = ? AND a.idx < ?))"
		args = append(args, f.AfterKey, f.AfterKey, f.AfterIdx)
	}
	var n int
	err := v.get(ctx, &n, `SELECT COUNT(*) FROM accounts a`+accountPositionJoin+` WHERE `+where, args...)
	return n, err
}

// RecordPlace is what a statement of account says of the record behind a fact.
type RecordPlace struct {
	ID        string `db:"id"`
	Ref       string `db:"ref"`
	Mode      Opt    `db:"payment_mode"`
	UTR       Opt    `db:"utr"`
	ReceiptNo Opt    `db:"receipt_no"`
	Status    string `db:"status"`
}

// RecordPlaces returns the records that ever became facts of an account, by id.
func (v *View) RecordPlaces(ctx context.Context, account string) (map[string]RecordPlace, error) {
	var rows []RecordPlace
	err := v.list(ctx, &rows, `
		SELECT r.id, r.ref, r.payment_mode, r.utr, r.receipt_no, r.status
		FROM records r
		WHERE r.account_id = ? AND r.fact_key IS NOT NULL`, account)
	if err != nil {
		return nil, fmt.Errorf("reading the records of an account: %w", err)
	}
	places := make(map[string]RecordPlace, len(rows))
	for _, r := range rows {
		places[r.ID] = r
	}
	return places, nil
}

// accountEventsWhere are the rows of the log about an account: what says so
// itself, and what was done to its records, to the splits they are parts of and
// to the requests about them. Every part of it runs over an index.
const accountEventsWhere = `
	account_id = ?1
	OR subject IN (
		SELECT r.ref FROM records r WHERE r.account_id = ?1
		UNION SELECT whole.ref FROM records part JOIN records whole ON whole.id = part.parent_id WHERE part.account_id = ?1
		UNION SELECT a.ref FROM approvals a WHERE a.account_id = ?1
		UNION SELECT a.ref FROM records moved JOIN approvals a ON a.record_id = moved.predecessor_id AND a.kind = 'move' WHERE moved.account_id = ?1
		UNION SELECT a.ref FROM records part JOIN approvals a ON a.record_id = part.parent_id WHERE part.account_id = ?1)`

// AccountEvents returns the log of an account, newest first: as many rows of what
// was done as the limit says, and what was refused between them.
func (v *View) AccountEvents(ctx context.Context, account string, limit int) ([]Event, error) {
	var events []Event
	err := v.list(ctx, &events, `SELECT `+eventColumns+` FROM events WHERE `+accountEventsWhere+` ORDER BY seq DESC LIMIT ?2`, account, limit*refusalsBetween)
	if err != nil {
		return nil, fmt.Errorf("reading the log of an account: %w", err)
	}
	done := 0
	for i, e := range events {
		if e.Outcome != "done" {
			continue
		}
		if done++; done > limit {
			return events[:i], nil
		}
	}
	return events, nil
}

// refusalsBetween is how many rows are read for each one that was done.
const refusalsBetween = 4

// eventsCounted ends the count of an account's log: a page says no more than that.
const eventsCounted = 1_000

// CountAccountEvents counts what was done with an account, up to [eventsCounted].
func (v *View) CountAccountEvents(ctx context.Context, account string) (int, error) {
	var n int
	err := v.get(ctx, &n, `SELECT COUNT(*) FROM (SELECT 1 FROM events WHERE (`+accountEventsWhere+`) AND outcome = 'done' LIMIT ?2)`, account, eventsCounted)
	return n, err
}

// PendingSplitsOn returns the open approvals of splits of which a part goes to an
// account: the account stands on the part alone.
func (v *View) PendingSplitsOn(ctx context.Context, account string) ([]Approval, error) {
	var rows []Approval
	err := v.list(ctx, &rows, approvalSelect+`
		WHERE p.status = 'pending' AND p.kind = 'split'
		AND p.record_id IN (SELECT part.parent_id FROM records part WHERE part.account_id = ? AND part.status = 'pending')
		ORDER BY p.idx`, account)
	return rows, err
}
