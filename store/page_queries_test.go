package store

import (
	"context"
	"strings"
	"testing"

	"lekha/lending"
)

// What was never sent and what was sent back are told apart, and leave their list
// when they are sent.
func TestUnsentAndSentBackRecords(t *testing.T) {
	db, _ := peopleDB(t)
	var refs []string
	peopleWrite(t, db, func(ctx context.Context, tx *Tx) error {
		program, err := tx.CreateProgram(ctx, Program{Name: "Loans", Policy: "{}", Terms: "{}"})
		if err != nil {
			return err
		}
		borrower, err := tx.CreateBorrower(ctx, Borrower{Name: "Kavya Reddy"})
		if err != nil {
			return err
		}
		account, err := tx.CreateAccount(ctx, Account{BorrowerID: borrower.ID, ProgramID: program.ID, Status: "active"})
		if err != nil {
			return err
		}
		on := lending.NewDate(2026, 11, 20)
		for i := range 3 {
			r, err := tx.CreateRecord(ctx, Record{Type: "repayment", Status: "initiated", AccountID: Opt(account.ID), ReceivedAmount: 100, Amount: 100, Date: on, BankDate: on,
				SettlementOrder: "due_date_first", ComponentOrder: "PI-OI-NI-P", Source: "hand", Carries: true})
			if err != nil {
				return err
			}
			refs = append(refs, r.Ref)
			if i == 0 {
				continue // never sent
			}
			a, err := tx.CreateApproval(ctx, Approval{Kind: "record", RecordID: Opt(r.ID), AccountID: Opt(account.ID), Amount: 100, Role: "credit_manager", Levels: 1, RequestedBy: "maker", Requester: "Maker"}, nil)
			if err != nil {
				return err
			}
			a.Status = "sent_back"
			if err := tx.Decide(ctx, a, Decision{Level: 1, Decision: "send_back", PersonID: "checker", Person: "Checker", Reason: "Which month?"}); err != nil {
				return err
			}
			if err := tx.AppendEvent(ctx, Event{ActorID: "checker", ActorName: "Checker", Action: "approval.send_back", Subject: a.Ref}); err != nil {
				return err
			}
			if r.Reason = "Which month?"; i == 2 { // sent again
				r.Status, r.Reason = "pending", ""
			}
			if _, err := tx.UpdateRecord(ctx, r); err != nil {
				return err
			}
		}
		return nil
	})
	look(t, db, func(ctx context.Context, v *View) error {
		for name, c := range map[string]struct {
			filter RecordFilter
			want   string
		}{"unsent": {RecordFilter{Unsent: true}, refs[0]}, "sent back": {RecordFilter{SentBack: true}, refs[1]}} {
			c.filter.Limit = 10
			rows, err := v.Records(ctx, c.filter)
			if err != nil {
				return err
			}
			if len(rows) != 1 || rows[0].Ref != c.want {
				t.Errorf("%s lists %d, want %s alone", name, len(rows), c.want)
			}
		}
		return nil
	})
}

// TestPageQueriesReadIndexes: the overview and the page of a record read what they
// show, however large the books.
func TestPageQueriesReadIndexes(t *testing.T) {
	db, _ := peopleDB(t)
	first, last := lending.NewDate(2026, 11, 1), lending.NewDate(2026, 11, 20)
	look(t, db, func(ctx context.Context, v *View) error {
		for name, c := range map[string]struct {
			query string
			args  []any
			uses  []string
		}{
			"collected":      {collectedQuery, []any{first, last}, []string{"records_by_"}},
			"due by day":     {dueDaysQuery, []any{first, last}, []string{"demands_by_due"}},
			"coming":         {comingDaysQuery, []any{first, last}, []string{"demands_by_due", "accounts"}},
			"paid by record": {paidByRecordQuery, []any{"id"}, []string{"settlements_by_record"}},
		} {
			got := plan(t, v, c.query, c.args...)
			for _, index := range c.uses {
				if !strings.Contains(got, index) || strings.Contains(got, "SCAN d\n") || strings.Contains(got, "SCAN records\n") {
					t.Errorf("%s: want %s and no scan, got\n%s", name, index, got)
				}
			}
		}
		return nil
	})
}

// TestUnsentRecordsAreCountedAmongThemselves: every record list counts what is not
// sent and what was sent back, and reads no record for it.
func TestUnsentRecordsAreCountedAmongThemselves(t *testing.T) {
	for lender, db := range lenders(t) {
		look(t, db, func(_ context.Context, v *View) error {
			for name, filter := range map[string]RecordFilter{"unsent": {Unsent: true}, "sent back": {SentBack: true}} {
				where, args := filter.where()
				steps := plan(t, v, `SELECT COUNT(*) FROM (SELECT 1 FROM records r WHERE `+where+` LIMIT 10001)`, args...)
				if !strings.Contains(steps, "COVERING INDEX records_unsent (status=?)") || filter.SentBack && !strings.Contains(steps, "approvals_by_record") {
					t.Errorf("%s lender: what is %s is counted by\n%s", lender, name, steps)
				}
			}
			return nil
		})
	}
}
