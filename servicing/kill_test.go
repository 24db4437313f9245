package servicing

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"lekha/lending"
	"lekha/store"
)

// victimEnv names the file that a helper process works on until it is killed,
// victimWork what it does there, and victimsBefore how many were killed before it.
const (
	victimsBefore = "LEKHA_TEST_VICTIMS"
	victimEnv     = "LEKHA_TEST_VICTIM"
	victimWork    = "LEKHA_TEST_VICTIM_WORK"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(victimEnv); path != "" {
		if err := victim(path, os.Getenv(victimWork)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// far is a clock that the days which victims close do not reach. Each victim lives
// two hours after the one before, so that no lease of a dead one holds it up.
func far(victims int) time.Time {
	return time.Now().AddDate(20, 0, 0).Add(2 * time.Hour * time.Duration(victims))
}

// victim works without end, as fast as it can.
func victim(path, work string) error {
	schema, err := os.ReadFile("../schema.sql")
	if err != nil {
		return err
	}
	before, err := strconv.Atoi(os.Getenv(victimsBefore))
	if err != nil {
		return err
	}
	db, err := store.Open(context.Background(), path, string(schema), store.Options{Clock: func() time.Time { return far(before) }})
	if err != nil {
		return err
	}
	office := New(db)
	people := map[string]Actor{}
	err = db.Reader().Read(context.Background(), func(ctx context.Context, v *store.View) error {
		for _, name := range []string{"asha", "ravi"} {
			user, err := v.UserByName(ctx, name)
			if err != nil {
				return err
			}
			people[name] = actorOf(user)
		}
		return nil
	})
	fmt.Println("at work")
	for err == nil {
		switch work {
		case "import":
			err = victimImports(office, people["asha"])
		case "approve":
			err = victimApproves(office, people["asha"], people["ravi"])
		case "day":
			_, err = office.CloseDay(context.Background(), people["asha"], 0)
		}
	}
	return err
}

// victimImports imports a statement of many new lines.
func victimImports(office *Office, asha Actor) error {
	var lines []string
	stamp := time.Now().UnixNano() % 1_000_000_000
	for i := range 2*postChunk + 50 {
		lines = append(lines, line("16/11/26", fmt.Sprintf("NEFT CR %d", i), fmt.Sprintf("SBIN%09d%03d", stamp, i), "11002.00", fmt.Sprintf("%d.%02d", stamp+int64(i), i%100)))
	}
	file := StatementFile{Name: "victim.csv", Data: []byte(hdfcFile(lines...))}
	if err := os.WriteFile(office.db.Path()+".csv", file.Data, 0o600); err != nil {
		return err
	}
	_, err := office.ImportStatement(context.Background(), asha, file)
	return err
}

// victimApproves matches what lies on the desk and approves it.
func victimApproves(office *Office, asha, ravi Actor) error {
	var records []store.Record
	err := office.db.Reader().Read(context.Background(), func(ctx context.Context, v *store.View) (err error) {
		records, err = v.Records(ctx, store.RecordFilter{Statuses: []string{"unmatched", "pending"}, Limit: 50})
		return err
	})
	if err != nil {
		return err
	}
	for i, r := range records {
		if r.Status == "unmatched" {
			account := fmt.Sprintf("PL%03d", i%victimAccounts)
			_, err = office.MatchRecord(context.Background(), asha, r.Ref, MatchInput{Send: true, Allocations: []Allocation{
				{Account: account, Amount: r.Amount - 100}, {Account: fmt.Sprintf("PL%03d", (i+1)%victimAccounts), Amount: 100}}})
			if err != nil {
				return err
			}
		}
		var approval store.Approval
		err := office.db.Reader().Read(context.Background(), func(ctx context.Context, v *store.View) (err error) {
			approval, err = v.OpenApprovalOf(ctx, r.ID)
			return err
		})
		if isMissing(err) {
			continue // a part of a split: its parent is decided
		}
		if err == nil {
			_, err = office.Decide(context.Background(), ravi, approval.Ref, DecisionInput{Decision: "approve"})
		}
		if err != nil {
			return err
		}
	}
	if len(records) == 0 {
		return victimImports(office, asha)
	}
	return nil
}

// victimAccounts is how many accounts the victim works on, all in arrears.
const victimAccounts = 70

// TestKilledProgramLeavesNothingHalfDone kills a process in the middle of an
// import, an approval or a day close, at random moments, and looks at what the
// next start finds.
func TestKilledProgramLeavesNothingHalfDone(t *testing.T) {
	times := 50
	if testing.Short() {
		times = 6
	}
	h := newHouse(t)
	for i := range victimAccounts {
		h.takeOver(fmt.Sprintf("PL%03d", i), "Sunita Devi", "paid_to_date", "2026-06-05")
	}
	h.must(victimImports(h.office, h.asha)) // something to approve
	for i := range times {
		work := []string{"import", "approve", "day"}[i%3]
		h.must(h.db.Close())
		h.killed(i, work, time.Duration(rand.IntN(300))*time.Millisecond)
		h.clock.set(far(i).Add(time.Hour)) // whatever lease the dead one held is over
		h.open()
		h.sound() // before anything is taken up again
		h.must(h.office.DiscardLoading(t.Context()))
		h.must(h.office.ResumeDay(t.Context()))
		h.importedAgain()
		h.nothingHalfDone()
		h.sound()
		if t.Failed() {
			t.Fatalf("after kill %d, in the middle of %s", i+1, work)
		}
	}
	h.read(func(ctx context.Context, v *store.View) error {
		counts, err := v.RecordCounts(ctx)
		t.Logf("%d kills later: open is %s, %d records settled, %d on the desk", times, h.today(), counts["processed"].Count, counts["unmatched"].Count)
		if !testing.Short() && (counts["processed"].Count == 0 || h.today() == day(monday)) {
			t.Error("the victim did nothing")
		}
		return err
	})
}

// killed lets a helper process work for a while and kills it without a word.
func (h *house) killed(before int, work string, after time.Duration) {
	h.Helper()
	binary, err := os.Executable()
	h.must(err)
	command := exec.Command(binary)
	command.Env = append(os.Environ(), victimEnv+"="+h.path, victimWork+"="+work, victimsBefore+"="+strconv.Itoa(before))
	var said strings.Builder
	command.Stderr = &said
	out, err := command.StdoutPipe()
	h.must(err)
	h.must(command.Start())
	if _, err := out.Read(make([]byte, 1)); err != nil { // until it is at work
		h.Fatalf("the helper did not begin: %v, %s", err, said.String())
	}
	time.Sleep(after)
	h.must(command.Process.Kill())
	if err := command.Wait(); err == nil || said.Len() > 0 {
		h.Fatalf("the helper was not killed but ended: %s", said.String())
	}
}

// importedAgain imports the last file of the victim again when its import was
// stopped, as the person at the desk does.
func (h *house) importedAgain() {
	h.Helper()
	var loading []store.Statement
	h.read(func(ctx context.Context, v *store.View) (err error) {
		loading, err = v.LoadingStatements(ctx)
		return err
	})
	if len(loading) == 0 {
		return
	}
	data, err := os.ReadFile(h.path + ".csv")
	h.must(err)
	result, err := h.office.ImportStatement(h.Context(), h.asha, StatementFile{Name: "victim.csv", Data: data})
	h.must(err)
	if len(loading) != 1 || loading[0].Done == 0 || result.Statement.ID != loading[0].ID || result.Statement.Created != result.Statement.Rows {
		h.Errorf("%d were loading; %+v became %v", len(loading), loading[0], counts(result.Statement))
	}
}

// nothingHalfDone looks for what only a half applied command leaves.
func (h *house) nothingHalfDone() {
	h.Helper()
	h.read(func(ctx context.Context, v *store.View) error {
		loading, err := v.LoadingStatements(ctx)
		if len(loading) > 0 {
			h.Errorf("%d statements are still loading", len(loading))
		}
		statements, err2 := v.Statements(ctx, 0, 10_000)
		for _, s := range statements {
			if s.Created+s.Duplicates+s.Known+s.Confirmed+s.Outgoing+s.Rejected != s.Done {
				h.Errorf("statement %s: %v of %d rows", s.Ref, counts(s), s.Done)
			}
		}
		open, err3 := v.Approvals(ctx, store.ApprovalFilter{Statuses: []string{"pending"}, Limit: 10_000})
		for _, a := range open {
			r, err := v.RecordByID(ctx, string(a.RecordID))
			if err != nil {
				return err
			}
			if r.Status != "pending" && r.Status != "split" {
				h.Errorf("approval %s is open and %s is %s", a.Ref, r.Ref, r.Status)
			}
		}
		pending, err4 := v.Records(ctx, store.RecordFilter{Statuses: []string{"pending", "approved"}, Limit: 10_000})
		for _, r := range pending {
			asked := r.ID
			if r.ParentID != "" {
				asked = string(r.ParentID)
			}
			if _, err := v.OpenApprovalOf(ctx, asked); err != nil {
				h.Errorf("%s is %s and nobody is asked: %v", r.Ref, r.Status, err)
			}
		}
		run, err5 := v.DayRun(ctx, h.todayIn(ctx, v).AddDays(-1))
		if err5 == nil && run.Status != "done" {
			h.Errorf("the close of %s is still running", run.Date)
		}
		if isMissing(err5) {
			err5 = nil
		}
		return firstOf(err, err2, err3, err4, err5)
	})
}

func (h *house) todayIn(ctx context.Context, v *store.View) lending.Date {
	h.Helper()
	company, err := v.Company(ctx)
	h.must(err)
	return company.BusinessDate
}
