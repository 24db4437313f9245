package servicing

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lekha/lending"
	"lekha/store"
)

// monday is the business date on which the tests begin.
const monday = "2026-11-16"

// cheap makes password hashes that cost nothing, for tests.
var cheap = PasswordCost{MemoryKiB: 8, Passes: 1, Threads: 1}

// house is a lender with people, a bank and a program, on real SQLite.
type house struct {
	*testing.T
	path                         string
	db                           *store.DB
	office                       *Office
	people                       *People
	clock                        *stillClock
	asha, bela, ravi, mina, omar Actor // operators, credit managers, finance
	lines                        int   // of statements, so far
}

// stillClock is a wall clock that tests move.
type stillClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *stillClock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Millisecond) // no two moments are the same
	return c.now
}

func (c *stillClock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

func schemaText(t testing.TB) string {
	t.Helper()
	schema, err := os.ReadFile("../schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	return string(schema)
}

// emptyHouse is a file without a company.
func emptyHouse(t *testing.T) *house {
	t.Helper()
	h := &house{T: t, path: filepath.Join(t.TempDir(), "lekha.db"), clock: &stillClock{now: time.Date(2026, 11, 16, 4, 30, 0, 0, time.UTC)}}
	h.open()
	t.Cleanup(func() { _ = h.db.Close() })
	return h
}

// open opens the file, as a start of the program does.
func (h *house) open() {
	h.Helper()
	db, err := store.Open(context.Background(), h.path, schemaText(h), store.Options{Clock: h.clock.read})
	if err != nil {
		h.Fatal(err)
	}
	h.db, h.office = db, New(db)
	h.people = NewPeople(h.office, cheap)
}

// standardProgram is a product as most lenders have one.
func standardProgram() ProgramInput {
	return ProgramInput{Name: "Personal loans", Terms: lending.Terms{EMIFrequency: lending.Monthly, ROIValue: 18_000_000, EMICount: 12}}
}

// newHouse is a house after its first run, with two people of each kind.
func newHouse(t *testing.T) *house {
	t.Helper()
	return newHouseOn(t, monday)
}

// newHouseOn is a house whose books begin on another day.
func newHouseOn(t *testing.T, date string) *house {
	t.Helper()
	h := emptyHouse(t)
	day, _ := lending.ParseDate(date)
	h.clock.set(day.Time().Add(10 * time.Hour))
	_, err := h.people.SetUp(t.Context(), FirstRun{
		Company: CompanyInput{Name: "Acme Finance Pvt Ltd", GSTIN: "27AABCA1234C1Z5", BusinessDate: day},
		Bank:    BankInput{Code: "HDFC-CA-01", Bank: "hdfc", IFSC: "HDFC0000001", AccountNo: "50200012345678", AccountHolderName: "Acme Finance Pvt Ltd"},
		Program: standardProgram(),
		Admin:   NewUser{Username: "admin", Name: "Anil", Password: "a quiet river"}, Operator: NewUser{Username: "asha", Name: "Asha", Password: "a quiet river"},
		CreditManager: NewUser{Username: "ravi", Name: "Ravi", Password: "a quiet river"},
	})
	h.must(err)
	h.asha, h.ravi = h.actor("asha"), h.actor("ravi")
	h.bela, h.mina, h.omar = h.hire("bela", Operator), h.hire("mina", CreditManager), h.hire("omar", Finance)
	return h
}

func (h *house) must(err error) {
	h.Helper()
	if err == nil {
		return
	}
	if refused, ok := errors.AsType[*lending.Error](err); ok {
		h.Fatalf("%s: %s %v", refused.Code, refused.Message, refused.Fields)
	}
	h.Fatal(err)
}

func (h *house) actor(username string) Actor {
	h.Helper()
	var actor Actor
	h.read(func(ctx context.Context, v *store.View) error {
		user, err := v.UserByName(ctx, username)
		actor = actorOf(user)
		return err
	})
	return actor
}

func (h *house) hire(username string, roles ...Role) Actor {
	h.Helper()
	_, err := h.people.AddUser(h.Context(), Console(), NewUser{Username: username, Name: strings.ToUpper(username[:1]) + username[1:], Password: "a quiet river", Roles: roles})
	h.must(err)
	return h.actor(username)
}

func (h *house) read(fn func(ctx context.Context, v *store.View) error) {
	h.Helper()
	h.must(h.db.Reader().Read(context.Background(), fn))
}

// today is the open business date.
func (h *house) today() lending.Date {
	h.Helper()
	date, err := h.office.businessDate(context.Background())
	h.must(err)
	return date
}

// close closes days until a date is open, one when none is given, on the last of
// them: the clock goes on to it.
func (h *house) close(actor Actor, until lending.Date) (DayResult, error) {
	h.Helper()
	last := h.today()
	if !until.IsZero() {
		last = until.AddDays(-1)
	}
	if evening := last.Time().Add(14 * time.Hour); evening.After(h.clock.read()) {
		h.clock.set(evening)
	}
	return h.office.CloseDay(context.Background(), actor, until)
}

// day is a date of the tests.
func day(s string) lending.Date {
	d, err := lending.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// rupees is an amount of the tests.
func rupees(s string) lending.Money {
	m, err := lending.ParseMoney(s)
	if err != nil {
		panic(err)
	}
	return m
}

// refused asserts the code of a refusal and returns it.
func (h *house) refused(err error, code string) *lending.Error {
	h.Helper()
	e, ok := errors.AsType[*lending.Error](err)
	if !ok {
		h.Fatalf("got %v, want the refusal %s", err, code)
	}
	if e.Code != code {
		h.Fatalf("refused with %s (%s, %v), want %s", e.Code, e.Message, e.Fields, code)
	}
	return e
}

// sound asserts that everything follows from the facts and every credit is
// accounted for.
func (h *house) sound() {
	h.Helper()
	result, err := h.office.Verify(context.Background())
	h.must(err)
	for _, f := range result.Findings {
		h.Errorf("verify: %s: %s", f.Subject, f.What)
	}
	h.tied()
}

// tied asserts the sums of the architecture over bank credits, by account and day.
func (h *house) tied() {
	h.Helper()
	h.read(func(ctx context.Context, v *store.View) error {
		days, err := v.TieOut(ctx, "", 0, 0, 10_000)
		for _, d := range days {
			if d.Gap != 0 {
				h.Errorf("%s %s: of %s credited, %s is not accounted for: %+v", d.BankCode, d.Day, d.Credits, d.Gap, d)
			}
		}
		return err
	})
}

// takeOver opens an account with a running loan: 12 instalments from 5 June 2026,
// paid to 5 November unless the form says otherwise.
func (h *house) takeOver(ref, name string, more ...string) store.Account {
	h.Helper()
	form := LoanForm{"account_ref": ref, "name": name, "program": "Personal loans", "principal": "120000", "disbursed_on": "2026-05-05",
		"roi_value": "18", "emi_count": "12", "first_due_date": "2026-06-05", "paid_to_date": "2026-11-05"}
	for i := 0; i+1 < len(more); i += 2 {
		form[more[i]] = more[i+1]
	}
	taken, err := h.office.OpenLoan(context.Background(), h.asha, form)
	h.must(err)
	if taken.Asked != nil { // the books are at work
		h.must(h.signed(taken.Asked.Ref, h.ravi))
		return h.account(ref)
	}
	return taken.Account
}

// book replays an account as of the open business date.
func (h *house) book(account store.Account) *lending.Book {
	h.Helper()
	var book *lending.Book
	h.read(func(ctx context.Context, v *store.View) error {
		var err error
		book, err = BookOf(ctx, v, account.ID, 0)
		return err
	})
	return book
}

func (h *house) account(ref string) store.Account {
	h.Helper()
	var account store.Account
	h.read(func(ctx context.Context, v *store.View) error {
		var err error
		account, err = v.AccountByRef(ctx, ref)
		return err
	})
	return account
}

func (h *house) record(ref string) store.Record {
	h.Helper()
	var record store.Record
	h.read(func(ctx context.Context, v *store.View) error {
		var err error
		record, err = recordByAny(ctx, v, ref)
		return err
	})
	return record
}

// openApproval is the pending approval of a record.
func (h *house) openApproval(record string) store.Approval {
	h.Helper()
	var approval store.Approval
	h.read(func(ctx context.Context, v *store.View) error {
		r, err := recordByAny(ctx, v, record)
		if err != nil {
			return err
		}
		approval, err = v.OpenApprovalOf(ctx, r.ID)
		return err
	})
	return approval
}

func (h *house) position(account store.Account) store.Position {
	h.Helper()
	var p store.Position
	h.read(func(ctx context.Context, v *store.View) error {
		var err error
		p, err = v.PositionOf(ctx, account.ID)
		return err
	})
	return p
}

// hdfcFile is a statement of the house's account with some lines.
func hdfcFile(lines ...string) string {
	return "HDFC BANK Ltd.\nAccount No :,50200012345678\n\nDate,Narration,Chq./Ref.No.,Value Dt,Withdrawal Amt.,Deposit Amt.,Closing Balance\n" + strings.Join(lines, "\n") + "\n"
}

// importCSV imports a statement as the operator.
func (h *house) importCSV(text string) StatementResult {
	h.Helper()
	result, err := h.office.ImportStatement(context.Background(), h.asha, StatementFile{Name: "statement.csv", Data: []byte(text)})
	h.must(err)
	return result
}
