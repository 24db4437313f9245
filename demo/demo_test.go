package demo

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// open opens a file in a folder of the test's, with the sample's company.
func open(t *testing.T) (*store.DB, *Loader) {
	t.Helper()
	schema, err := os.ReadFile("../schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "demo.db"), string(schema), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	office := servicing.New(db)
	l := &Loader{Office: office, People: servicing.NewPeople(office, servicing.PasswordCost{MemoryKiB: 8, Passes: 1, Threads: 1}), Reader: db.Reader()}
	if err := l.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db, l
}

func look(t *testing.T, db *store.DB, fn func(ctx context.Context, v *store.View) error) {
	t.Helper()
	if err := db.Reader().Read(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// TestSample loads the sample once and looks at it from all sides.
func TestSample(t *testing.T) {
	db, l := open(t)
	start := time.Now()
	if err := l.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Logf("loaded in %s", time.Since(start).Round(time.Millisecond))
	t.Run("queues", func(t *testing.T) { everyQueueHoldsSomething(t, db) })
	t.Run("dues", func(t *testing.T) { duesKeepDateAndAmount(t, db) })
	t.Run("history", func(t *testing.T) { historySettlesDues(t, db) })
	t.Run("sign-ins", func(t *testing.T) { everybodySignsIn(t, l) })
	t.Run("verify", func(t *testing.T) { verified(t, l) })
	t.Run("again", func(t *testing.T) { loadsOnce(t, db, l) })
	t.Run("whole files", func(t *testing.T) { wholeFilesAddWhatIsNew(t, db, l) })
}

func everyQueueHoldsSomething(t *testing.T, db *store.DB) {
	look(t, db, func(ctx context.Context, v *store.View) error {
		company, err := v.Company(ctx)
		if err != nil {
			return err
		}
		if company.BusinessDate != monday || company.Loading != "" || !company.IsDemo {
			t.Errorf("company %+v", company)
		}
		counts, err := v.RecordCounts(ctx)
		if err != nil {
			return err
		}
		for status, least := range map[string]int64{"unmatched": 50, "pending": 8, "initiated": 2, "parked": 3, "set_aside": 3, "processed": 800, "rejected": 2, "reverted": 3, "split": 5} {
			if counts[status].Count < least {
				t.Errorf("%d records are %s, want at least %d", counts[status].Count, status, least)
			}
		}
		// The books of a living lender: most accounts current, some of every kind, and
		// a few in a hundred of the principal more than 30 days late.
		var all, late lending.Money
		for c, least := range map[string]int64{"Regular": 90, "SMA-0": 10, "SMA-1": 3, "SMA-2": 3, "Sub-Standard": 3} {
			totals, err := v.AccountTotals(ctx, store.AccountFilter{Category: c, Status: "active"})
			if err != nil || totals.Count < least {
				t.Errorf("%d accounts are %s (%v)", totals.Count, c, err)
			}
			if all += totals.Outstanding; c != "Regular" && c != "SMA-0" {
				late += totals.Outstanding
			}
		}
		if share := int64(late) * 1000 / int64(max(all, 1)); share < 40 || share > 90 {
			t.Errorf("%d of a thousand rupees are more than 30 days late", share)
		}
		kinds := map[string]int{}
		open, err := v.Approvals(ctx, store.ApprovalFilter{Statuses: []string{"pending"}, Limit: 100})
		for _, a := range open {
			kinds[fmt.Sprintf("%s %d of %d", a.Kind, a.Level, a.Levels)]++
		}
		if kinds["record 0 of 1"] < 5 || kinds["record 1 of 2"] != 1 || kinds["reversal 0 of 1"] != 1 {
			t.Errorf("open approvals: %v", kinds)
		}
		return err
	})
}

// duesKeepDateAndAmount compares the demands with the file they are made from.
func duesKeepDateAndAmount(t *testing.T, db *store.DB) {
	dues, err := table("dues.csv")
	if err != nil {
		t.Fatal(err)
	}
	accounts, err := table("accounts.csv")
	if err != nil {
		t.Fatal(err)
	}
	refs, want, got := map[string]string{}, []string{}, []string{}
	for _, a := range accounts {
		refs[a["account_id"]] = a["account_ref"]
	}
	for _, d := range dues {
		want = append(want, fmt.Sprintf("%s %s %d", refs[d["account_id"]], d["due_date"], paise(d["total_due_paise"])))
	}
	look(t, db, func(ctx context.Context, v *store.View) error {
		list, err := v.AllAccounts(ctx, 0, 1000)
		for _, a := range list {
			demands, err := v.DemandsOfAccount(ctx, a.ID)
			if err != nil {
				return err
			}
			byDate := map[lending.Date]lending.Money{}
			for _, d := range demands {
				if d.DueDate > takenTo && d.DueDate < lending.NewDate(2026, 12, 1) && a.Status == "active" {
					byDate[d.DueDate] += d.PAmount + d.NIAmount + d.FAmount
				}
			}
			for date, amount := range byDate {
				got = append(got, fmt.Sprintf("%s %s %d", a.Ref, date, amount))
			}
		}
		return err
	})
	sort.Strings(want)
	sort.Strings(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("dues (-file +books):\n%s", diff)
	}
}

// historySettlesDues: every credit of the history is settled to the last paisa.
func historySettlesDues(t *testing.T, db *store.DB) {
	look(t, db, func(ctx context.Context, v *store.View) error {
		records, err := v.Records(ctx, store.RecordFilter{Source: "portfolio", Limit: 1000})
		if len(records) != 176 {
			t.Errorf("%d receipts of the history", len(records))
		}
		for _, r := range records {
			if r.Status != "processed" || r.RemainingAmount != 0 {
				t.Errorf("%s of %s on %s: %s, %s left", r.Ref, r.Amount, r.AccountRef, r.Status, r.RemainingAmount)
			}
		}
		return err
	})
}

func everybodySignsIn(t *testing.T, l *Loader) {
	for _, s := range SignIns() {
		actor, user, err := l.People.SignIn(t.Context(), servicing.Credentials{Username: s.Username, Password: s.Password})
		if err != nil || user.Name != s.Name || !actor.Has(s.Roles[0]) {
			t.Errorf("%s: %+v, %v", s.Username, actor, err)
		}
	}
}

func verified(t *testing.T, l *Loader) {
	t.Helper()
	result, err := l.Office.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range result.Findings {
		t.Errorf("%s: %s", f.Subject, f.What)
	}
}

func events(t *testing.T, db *store.DB) (n int64) {
	t.Helper()
	look(t, db, func(ctx context.Context, v *store.View) (err error) {
		n, err = v.CountEvents(ctx)
		return err
	})
	return n
}

func loadsOnce(t *testing.T, db *store.DB, l *Loader) {
	before := events(t, db)
	if err := l.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := l.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after := events(t, db); after != before {
		t.Errorf("a second load left %d events", after-before)
	}
}

// wholeFilesAddWhatIsNew imports the four files as a user does.
func wholeFilesAddWhatIsNew(t *testing.T, db *store.DB, l *Loader) {
	credits := map[string]int{"hdfc.csv": 365, "sbi.tsv": 77, "axis.csv": 373, "icici.xlsx": 185}
	for name, lines := range credits {
		whole, err := data.ReadFile("data/statements/" + name)
		if err != nil {
			t.Fatal(err)
		}
		result, err := l.Office.ImportStatement(t.Context(), l.kavita, servicing.StatementFile{Name: name, Data: whole})
		if err != nil {
			t.Fatal(err)
		}
		s := result.Statement
		if s.Known < lines/2 || s.Created == 0 {
			t.Errorf("%s: %d made, %d known", name, s.Created, s.Known)
		}
		if s.Created+s.Duplicates+s.Known+s.Outgoing != s.Rows || s.Rejected != 0 {
			t.Errorf("%s: rows are not accounted for: %+v", name, s)
		}
	}
	look(t, db, func(ctx context.Context, v *store.View) error {
		n, err := v.CountCredits(ctx)
		if want := 365 + 77 + 373 + 185 + 518; n != want {
			t.Errorf("%d credits in the books, want %d", n, want)
		}
		return err
	})
	verified(t, l)
}

// TestInterruptedLoadGoesOn stops the load at some moments and takes it up again.
func TestInterruptedLoadGoesOn(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	db, l := open(t)
	for _, wait := range []time.Duration{20, 200, 900, 2500} {
		ctx, cancel := context.WithTimeout(t.Context(), wait*time.Millisecond)
		err := l.Load(ctx)
		cancel()
		if err == nil {
			break
		}
		if err := l.Office.DiscardLoading(t.Context()); err != nil { // as the next start does
			t.Fatal(err)
		}
		verified(t, l)
	}
	if err := l.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	everyQueueHoldsSomething(t, db)
	duesKeepDateAndAmount(t, db)
	verified(t, l)
}
