package handlers

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// The sample house of these tests: one company on Fri 20 Nov 2026, a person of
// every role, a program, two collection accounts, three borrowers with a running
// loan each, and one imported statement of six credits and a debit.
const (
	houseBank  = "HDFC-CA-01" // the statement is of this one
	houseBank2 = "SBI-CA-02"
	houseWord  = "correct horse battery" // everybody's password
)

var (
	houseToday = lending.NewDate(2026, time.November, 20)
	houseNow   = time.Date(2026, time.November, 20, 5, 15, 0, 0, time.UTC) // 10:45 in India
)

// houseAccounts are the accounts in the order of their loans: the first is paid up
// to November, the second is two instalments behind, the third pays weekly and
// has paid nothing yet.
var houseAccounts = []string{"LN1001", "LN1002", "LN1003"}

// house is a copy of the sample house of its own for one test.
type house struct {
	t       *testing.T
	clock   *houseClock
	db      *store.DB
	office  *servicing.Office
	people  *servicing.People
	handler http.Handler
	cookies map[string]*http.Cookie // role -> session, signed in once
	logged  *bytes.Buffer
}

// built makes the sample house once; tests take copies of its file.
var built = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "lekha-house-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "house.db")
	if err := buildHouse(path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

func newHouse(t *testing.T) *house {
	t.Helper()
	sample, err := built()
	if err != nil {
		t.Fatalf("building the sample house: %v", err)
	}
	path := filepath.Join(t.TempDir(), "house.db")
	if err := os.WriteFile(path, sample, 0o600); err != nil {
		t.Fatal(err)
	}
	h, err := openHouse(path)
	if err != nil {
		t.Fatal(err)
	}
	h.t = t
	t.Cleanup(func() {
		if err := h.db.Close(); err != nil {
			t.Errorf("closing the database: %v", err)
		}
	})
	return h
}

// houseClock goes on a millisecond with every look, so that what happens later is
// later; tests move it on.
type houseClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *houseClock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Millisecond)
	return c.now
}

// daysOn moves the calendar on: everybody signs in again.
func (h *house) daysOn(days int) {
	h.clock.mu.Lock()
	defer h.clock.mu.Unlock()
	h.clock.now = h.clock.now.AddDate(0, 0, days)
	clear(h.cookies)
}

func openHouse(path string) (*house, error) {
	schema, err := os.ReadFile("../schema.sql")
	if err != nil {
		return nil, err
	}
	clock := &houseClock{now: houseNow}
	db, err := store.Open(context.Background(), path, string(schema), store.Options{Clock: clock.read})
	if err != nil {
		return nil, err
	}
	h := &house{clock: clock, db: db, office: servicing.New(db), cookies: map[string]*http.Cookie{}, logged: &bytes.Buffer{}}
	h.people = servicing.NewPeople(h.office, servicing.PasswordCost{MemoryKiB: 8, Passes: 1, Threads: 1})
	pages := New(Config{Office: h.office, People: h.people, DB: db, SetupCode: "AAAA-BBBB-CCCC",
		Logger: slog.New(slog.NewTextHandler(io.MultiWriter(h.logged), nil)), Version: "test"})
	pages.jobs.wait = time.Minute // on a busy machine too a form is answered with its result
	h.handler = pages
	return h, nil
}

// buildHouse makes the sample house with the same commands that people use.
func buildHouse(path string) error {
	h, err := openHouse(path)
	if err != nil {
		return err
	}
	ctx, console := context.Background(), servicing.Console()
	if _, err := h.people.SetUp(ctx, houseFirstRun()); err != nil {
		return fmt.Errorf("setting up: %w", err)
	}
	for _, more := range []struct {
		username, name string
		role           servicing.Role
	}{
		{"operator2", "Rahul Mehta", servicing.Operator}, {"credit_manager2", "Dev Anand", servicing.CreditManager},
		{"finance", "Lata Rao", servicing.Finance}, {"auditor", "Noor Ali", servicing.Auditor},
	} {
		user := housePerson(more.username, more.name)
		user.Roles = []servicing.Role{more.role}
		if _, err := h.people.AddUser(ctx, console, user); err != nil {
			return fmt.Errorf("adding %s: %w", more.username, err)
		}
	}
	if err := h.office.SetEngineMode(ctx, console, servicing.EngineModeInput{Mode: servicing.EngineOn}); err != nil {
		return fmt.Errorf("switching the engine on: %w", err)
	}
	_, err = h.office.CreateBank(ctx, console, servicing.BankInput{Kind: "collection", Code: houseBank2, Bank: "sbi", IFSC: "SBIN0000456",
		AccountNo: "30112233445", AccountHolderName: "Sample Finance"})
	if err != nil {
		return fmt.Errorf("adding a bank: %w", err)
	}
	result, err := h.office.ImportPortfolio(ctx, console, housePortfolio(), nil)
	if err != nil {
		return fmt.Errorf("taking over the portfolio: %w %+v", err, result)
	}
	if _, err := h.office.ImportStatement(ctx, console, servicing.StatementFile{Name: "hdfc-nov.csv", Data: houseStatement()}); err != nil {
		return fmt.Errorf("importing the statement: %w", err)
	}
	return h.db.Close()
}

func housePerson(username, name string) servicing.NewUser {
	return servicing.NewUser{Username: username, Name: name, Password: houseWord}
}

// houseFirstRun is the first run of the sample house.
func houseFirstRun() servicing.FirstRun {
	return servicing.FirstRun{
		Company:       servicing.CompanyInput{Name: "Sample Finance", Address: "14 Gangapur Road, Nashik", BusinessDate: houseToday},
		Bank:          servicing.BankInput{Code: houseBank, Bank: "hdfc", IFSC: "HDFC0000123", AccountNo: "50200012345678", AccountHolderName: "Sample Finance"},
		Program:       servicing.ProgramInput{Name: "Business loans"},
		Admin:         housePerson("admin", "Farah Khan"),
		Operator:      housePerson("operator", "Asha Kulkarni"),
		CreditManager: housePerson("credit_manager", "Meera Iyer"),
	}
}

// newEmptyHouse is an installation after its first run: a company and its people,
// no loan and no record.
func newEmptyHouse(t *testing.T) *house {
	t.Helper()
	h, err := openHouse(filepath.Join(t.TempDir(), "house.db"))
	if err != nil {
		t.Fatal(err)
	}
	h.t = t
	t.Cleanup(func() {
		if err := h.db.Close(); err != nil {
			t.Errorf("closing the database: %v", err)
		}
	})
	if _, err := h.people.SetUp(t.Context(), houseFirstRun()); err != nil {
		t.Fatal(err)
	}
	return h
}

// housePortfolio are three borrowers with a loan each.
func housePortfolio() servicing.PortfolioFiles {
	return servicing.PortfolioFiles{
		"borrowers.csv": []byte("borrower_ref,name,phone,pan\n" +
			"CUST01,Shree Balaji Textiles,5522570318,AAACS1111A\n" +
			"CUST02,Kavya Reddy,5522570319,ABCPR2222B\n" +
			"CUST03,Thomas Kurien,5522570320,ABCPK3333C\n"),
		"loans.csv": []byte("account_ref,borrower_ref,program,principal,disbursed_on,product,roi_value,emi_count,emi_frequency,first_due_date\n" +
			"LN1001,CUST01,Business loans,120000,2026-08-05,Business term,12,12,monthly,2026-09-05\n" +
			"LN1002,CUST02,Business loans,60000,2026-08-10,Personal,18,12,monthly,2026-09-10\n" +
			"LN1003,CUST03,Business loans,20000,2026-11-02,Two-wheeler,24,20,weekly,2026-11-09\n"),
		"receipts.csv": []byte("account_ref,value_date,amount,payment_mode,utr\n" +
			"LN1001,2026-09-05,10662,neft,HDFCN52026090500000001\n" +
			"LN1001,2026-10-05,10662,neft,HDFCN52026100500000002\n" +
			"LN1001,2026-11-05,10662,neft,HDFCN52026110500000003\n" +
			"LN1002,2026-09-10,5501,upi,UPI626253000001\n"),
	}
}

// Narrations of the sample statement's credits, by what is told of them in tests.
const (
	creditForBalaji = "NEFT CR-KKBK0002493-SHREE BALAJI TEXTILES-SAMPLE FINANCE-LN1001-KKBKN12026111845574372"
	creditForKavya  = "UPI-KAVYA REDDY-KAVYAR319@OKHDFCBANK-IDIB0003632-632109769538-EMI LN1002"
	creditUnknown   = "IMPS-632202814772-RAMESH-UBIN-XXXXXXXX0496-PAYMENT"
)

// houseStatement is a statement of HDFC: six credits and a debit.
func houseStatement() []byte {
	return []byte(`HDFC BANK Ltd.
Statement of accounts
Account No :,50200012345678,,OD Limit :,0.00
Name :,SAMPLE FINANCE
Statement From :,16/11/26,To :,19/11/26

Date,Narration,Chq./Ref.No.,Value Dt,Withdrawal Amt.,Deposit Amt.,Closing Balance
********,********************,**********,********,**********,**********,**********
16/11/26,` + creditForBalaji + `,KKBKN12026111845574372,16/11/26,,"10,662.00","1,10,662.00"
17/11/26,` + creditForKavya + `,0000632109769538,17/11/26,,"5,501.00","1,16,163.00"
17/11/26,` + creditUnknown + `,0000632202814772,17/11/26,,"7,250.50","1,23,413.50"
18/11/26,BANK CHARGES,,18/11/26,"413.50",,"1,23,000.00"
18/11/26,UPI-SOMEBODY ELSE-SOMEBODY1@OKAXIS-UTIB0000007-632209769111-HELLO,0000632209769111,18/11/26,,"16,163.00","1,39,163.00"
19/11/26,CASH DEP NASHIK,,19/11/26,,"900.00","1,40,063.00"
19/11/26,CASH DEP NASHIK,,19/11/26,,"900.00","1,40,963.00"
`)
}

// as is a browser of the person who has this user name, signed in.
func (h *house) as(username string) browser {
	h.t.Helper()
	if h.cookies[username] == nil {
		answer := browser{h: h}.post("/signin", url.Values{"username": {username}, "password": {houseWord}})
		answer.status(http.StatusSeeOther)
		for _, cookie := range answer.Result().Cookies() {
			if cookie.Name == "lekha" {
				h.cookies[username] = cookie
			}
		}
		if h.cookies[username] == nil {
			h.t.Fatalf("%s got no session", username)
		}
	}
	return browser{h: h, cookie: h.cookies[username]}
}

// nobody is a browser in which nobody signed in.
func (h *house) nobody() browser { return browser{h: h} }

// actor is who gives commands as that user, for tests that prepare something
// without a page.
func (h *house) actor(username string) servicing.Actor {
	h.t.Helper()
	var user store.User
	h.look(func(ctx context.Context, v *store.View) (err error) {
		user, err = v.UserByName(ctx, username)
		return err
	})
	actor, err := h.people.ActorOf(h.t.Context(), user.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return actor
}

// look reads the books; an error fails the test.
func (h *house) look(fn func(ctx context.Context, v *store.View) error) {
	h.t.Helper()
	if err := h.db.Reader().Read(h.t.Context(), fn); err != nil {
		h.t.Fatal(err)
	}
}

// record is a record as it is now.
func (h *house) record(ref string) store.Record {
	h.t.Helper()
	var r store.Record
	h.look(func(ctx context.Context, v *store.View) (err error) {
		r, err = v.RecordByRef(ctx, ref)
		return err
	})
	return r
}

// credit is the record of the statement's line with this narration (or a part).
func (h *house) credit(narration string) store.Record {
	h.t.Helper()
	var found []store.Record
	h.look(func(ctx context.Context, v *store.View) error {
		all, err := v.Records(ctx, store.RecordFilter{Limit: 100})
		for _, r := range all {
			if r.Source == "statement" && strings.Contains(r.Narration, narration) {
				found = append(found, r)
			}
		}
		return err
	})
	if len(found) == 0 {
		h.t.Fatalf("no record says %q", narration)
	}
	return found[len(found)-1]
}

// matched is that credit, matched to an account by the operator.
func (h *house) matched(narration, account string) store.Record {
	h.t.Helper()
	r := h.credit(narration)
	r, err := h.office.MatchRecord(h.t.Context(), h.actor("operator"), r.Ref, servicing.MatchInput{
		Version: r.Version, Allocations: []servicing.Allocation{{Account: account, Amount: r.Amount}}})
	if err != nil {
		h.t.Fatal(err)
	}
	return h.record(r.Ref)
}

// pending is that credit, matched and sent; the approval waits.
func (h *house) pending(narration, account string) (store.Record, store.Approval) {
	h.t.Helper()
	r := h.matched(narration, account)
	if _, err := h.office.RequestApproval(h.t.Context(), h.actor("operator"), r.Ref, r.Version, "Pays this month."); err != nil {
		h.t.Fatal(err)
	}
	return h.record(r.Ref), h.approvalOf(r.Ref)
}

// settled is that credit, approved by the credit manager.
func (h *house) settled(narration, account string) store.Record {
	h.t.Helper()
	r, approval := h.pending(narration, account)
	h.decide("credit_manager", approval, "approve", "")
	return h.record(r.Ref)
}

// decide gives one decision; an error fails the test.
func (h *house) decide(username string, a store.Approval, decision, reason string) {
	h.t.Helper()
	_, err := h.office.Decide(h.t.Context(), h.actor(username), a.Ref, servicing.DecisionInput{Version: a.Version, Decision: decision, Reason: reason})
	if err != nil {
		h.t.Fatal(err)
	}
}

// approvalOf is the newest approval of a record.
func (h *house) approvalOf(record string) store.Approval {
	h.t.Helper()
	var rows []store.Approval
	h.look(func(ctx context.Context, v *store.View) (err error) {
		r, err := v.RecordByRef(ctx, record)
		if err == nil {
			rows, err = v.ApprovalsOfRecord(ctx, r.ID)
		}
		return err
	})
	if len(rows) == 0 {
		h.t.Fatalf("%s has no approval", record)
	}
	return rows[0]
}
