package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"lekha/lending"
)

// listedRecords is enough for the planner to prefer an index to reading all.
const listedRecords = 4000

// recordsDB holds records of many statuses, days and amounts on two banks.
func recordsDB(t *testing.T) *DB {
	t.Helper()
	db, _ := peopleDB(t)
	peopleWrite(t, db, func(ctx context.Context, tx *Tx) error {
		var banks []string
		for _, code := range []string{"HDFC-CA-01", "SBI-CA-03"} {
			b, err := tx.CreateBank(ctx, Bank{Kind: "collection", Code: code, IFSC: "HDFC0000001", AccountNo: "5020" + code, AccountType: "current", AccountHolderName: "Acme", Tags: "[]"})
			if err != nil {
				return err
			}
			banks = append(banks, b.ID)
		}
		start := lending.NewDate(2026, 1, 1)
		statuses := []string{"unmatched", "unmatched", "unmatched", "parked", "cancelled", "cancelled", "cancelled"}
		for i := range listedRecords {
			on := start.AddDays(i * 7 % 300)
			r := Record{Type: "repayment", Status: statuses[i%7], ReceivedAmount: lending.Money(1 + i*7919%100_000), Date: on, BankDate: on, UTR: Opt(fmt.Sprintf("SBIN%08d", i)),
				Reference: fmt.Sprintf("SBIN%08d", i), SettlementOrder: "due_date_first", ComponentOrder: "PI-OI-NI-P", CollectionBankID: Opt(banks[i%2]), Source: "api", Carries: true, Reason: "Because."}
			r.Amount = r.ReceivedAmount
			if _, err := tx.CreateRecord(ctx, r); err != nil {
				return err
			}
		}
		return nil
	})
	return db
}

// plan is how SQLite would carry out a statement, one step a line, nested.
func plan(t *testing.T, v *View, query string, args ...any) string {
	t.Helper()
	rows, err := v.tx.Queryx(`EXPLAIN QUERY PLAN `+steady(query), args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	depth, text := map[int]int{0: 0}, ""
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		depth[id] = depth[parent] + 1
		text += strings.Repeat("  ", depth[id]) + detail + "\n"
	}
	return text
}

// inner is the part of a plan that finds the page of keys.
func inner(text string) string {
	_, after, found := strings.Cut(text, "LIST SUBQUERY")
	if !found {
		return text
	}
	var lines []string
	for _, line := range strings.Split(after, "\n")[1:] {
		if !strings.HasPrefix(line, "    ") {
			break
		}
		lines = append(lines, strings.TrimSpace(line))
	}
	return strings.Join(lines, "\n")
}

// TestRecordListReadsIndexes: a page costs what a page holds, whatever the filter
// and however deep.
func TestRecordListReadsIndexes(t *testing.T) {
	db := recordsDB(t)
	deep := &RecordKey{Value: "2026-06-01", Idx: 2000}
	for _, statistics := range []bool{false, true} {
		if statistics {
			peopleWrite(t, db, func(ctx context.Context, tx *Tx) error {
				_, err := tx.exec(ctx, `ANALYZE`)
				return err
			})
		}
		look(t, db, func(ctx context.Context, v *View) error {
			bank, err := v.BankByAny(ctx, "HDFC-CA-01")
			if err != nil {
				return err
			}
			for name, c := range map[string]struct {
				filter RecordFilter
				uses   string
			}{
				"newest first":           {RecordFilter{Descending: true}, "records_by_date"},
				"deep":                   {RecordFilter{Descending: true, After: deep}, "records_by_date ((date,idx)<(?,?))"},
				"a page back":            {RecordFilter{Descending: true, After: deep, Backwards: true}, "records_by_date ((date,idx)>(?,?))"},
				"the desk":               {RecordFilter{Statuses: []string{"unmatched"}}, "records_by_status (status=?"},
				"the desk, deep":         {RecordFilter{Statuses: []string{"unmatched"}, After: deep}, "records_by_status (status=? AND (date,idx)>(?,?))"},
				"by amount":              {RecordFilter{Sort: "amount", Descending: true}, "records_by_amount"},
				"by amount, deep":        {RecordFilter{Sort: "amount", After: &RecordKey{Value: "500", Idx: 7}}, "records_by_amount ((amount,idx)>(?,?))"},
				"of a bank":              {RecordFilter{Bank: bank.ID, Descending: true}, "records_by_bank (collection_bank_id=?"},
				"of an account":          {RecordFilter{Account: "nobody", Descending: true}, "records_by_account (account_id=?"},
				"between dates":          {RecordFilter{From: deep.date(), To: deep.date().AddDays(3)}, "records_by_date (date>? AND date<?)"},
				"by ref, deep":           {RecordFilter{Sort: "ref", After: &RecordKey{Idx: 2000}}, "records_2 (idx>?)"},
				"a status between dates": {RecordFilter{Statuses: []string{"parked"}, From: deep.date(), To: deep.date().AddDays(30)}, "records_by_status (status=? AND date>? AND date<?)"},
			} {
				c.filter.Limit = 50
				query, args, err := c.filter.pageQuery(recordSelect)
				if err != nil {
					return err
				}
				whole := plan(t, v, query, args...)
				got := inner(whole)
				if !strings.Contains(strings.ReplaceAll(got, "sqlite_autoindex_", ""), c.uses) || strings.Contains(got, "TEMP B-TREE") {
					t.Errorf("%s (statistics: %v): want %s and no sort, got\n%s", name, statistics, c.uses, whole)
				}
			}
			return nil
		})
	}
}

func (k RecordKey) date() lending.Date {
	d, _ := lending.ParseDate(k.Value)
	return d
}

// look reads one moment that has to succeed.
func look(t *testing.T, db *DB, fn func(ctx context.Context, v *View) error) {
	t.Helper()
	if err := db.Reader().Read(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// TestRecordPagesMeet walks a filtered list forwards and backwards, in each order,
// and sees every record once.
func TestRecordPagesMeet(t *testing.T) {
	db := recordsDB(t)
	look(t, db, func(ctx context.Context, v *View) error {
		for _, sort := range []string{"date", "amount", "ref"} {
			for _, descending := range []bool{false, true} {
				filter := RecordFilter{Statuses: []string{"unmatched", "parked"}, Sort: sort, Descending: descending, Limit: 97}
				var forth []int64
				for {
					rows, err := v.Records(ctx, filter)
					if err != nil {
						return err
					}
					for _, r := range rows {
						forth = append(forth, r.Idx)
					}
					if len(rows) < filter.Limit {
						break
					}
					key := rows[len(rows)-1].Key(sort)
					filter.After = &key
				}
				totals, err := v.RecordTotals(ctx, filter)
				if err != nil {
					return err
				}
				seen := slices.Clone(forth)
				slices.Sort(seen)
				if int64(len(forth)) != totals.Count || len(slices.Compact(seen)) != len(forth) {
					t.Errorf("%s: %d rows on the pages, %d counted", sort, len(forth), totals.Count)
				}
				filter.Backwards = true
				back, err := v.Records(ctx, filter)
				if err != nil {
					return err
				}
				at := slices.Index(forth, back[len(back)-1].Idx)
				for i, r := range back {
					if forth[at-len(back)+1+i] != r.Idx {
						t.Errorf("%s: a page back is another page", sort)
						break
					}
				}
			}
		}
		return nil
	})
}
