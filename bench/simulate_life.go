package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// Hours of a simulated day, from midnight in India.
const (
	morningHour = 10 * time.Hour
	eveningHour = 20 * time.Hour
)

// life is a lender that is simulated: its file, its people, and the diary of what was
// done, from which a life that was stopped goes on.
type life struct {
	simulation
	path   string
	db     *store.DB
	raw    *sqlx.DB // looks things up past the program
	office *servicing.Office
	people map[string]servicing.Actor
	clock  *simulatedClock
	today  lending.Date

	plan   plan
	done   int           // steps of the plan that are done
	cash   lending.Money // what the diary says is in the bank, apart from all books
	stated lending.Money // what the bank's statements came to so far
	kinds  map[string]int
	diary  *os.File
}

// plan is what people do on a day. It is written down before the first of it is done,
// so that a day that was stopped goes on with the same plan.
type plan struct {
	Day   lending.Date `json:"day"`
	Steps []step       `json:"steps"`
}

// step is one thing that somebody does, or that happens to the lender.
type step struct {
	Kind    string        `json:"kind"`
	Account string        `json:"account,omitempty"`
	Other   string        `json:"other,omitempty"`
	Loan    string        `json:"loan,omitempty"`
	Subject string        `json:"subject,omitempty"`
	UTR     string        `json:"utr,omitempty"`
	Option  string        `json:"option,omitempty"`
	Amount  lending.Money `json:"amount,omitempty"`
	More    lending.Money `json:"more,omitempty"`
	Date    lending.Date  `json:"date,omitzero"`
	N       int           `json:"n,omitempty"`
	Steps   []step        `json:"steps,omitempty"` // lines of a statement
}

// entry is a line of the diary: a step that is done, and what it did to the bank.
type entry struct {
	Day  lending.Date  `json:"day"`
	Kind string        `json:"kind"`
	Word string        `json:"word"` // done, or the code of the refusal
	Cash lending.Money `json:"cash"`
}

// simulatedClock is the wall clock of the simulated lender.
type simulatedClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *simulatedClock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Millisecond)
	return c.now
}

func (c *simulatedClock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.After(c.now) {
		c.now = t
	}
}

// openLife opens a life, or begins it.
func openLife(ctx context.Context, s simulation, dir string) (*life, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	schema, err := schemaOf()
	if err != nil {
		return nil, err
	}
	l := &life{simulation: s, path: filepath.Join(dir, "lekha.db"), people: map[string]servicing.Actor{}, kinds: map[string]int{},
		clock: &simulatedClock{now: lifeStarts.Time().Add(8 * time.Hour)}}
	if l.db, err = store.Open(ctx, l.path, schema, store.Options{Clock: l.clock.read}); err != nil {
		return nil, err
	}
	l.office = servicing.New(l.db)
	if l.raw, err = sqlx.Open("sqlite3", "file:"+l.path+"?_query_only=on&_busy_timeout=5000"); err != nil {
		return nil, err
	}
	if l.diary, err = os.OpenFile(filepath.Join(dir, "diary.jsonl"), os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600); err != nil {
		return nil, err
	}
	return l, l.begin(ctx)
}

func (l *life) close() {
	_ = l.diary.Close()
	_ = l.raw.Close()
	_ = l.db.Close()
}

// begin makes the lender, its people and its products, as far as they are not there.
func (l *life) begin(ctx context.Context) error {
	people := servicing.NewPeople(l.office, servicing.PasswordCost{MemoryKiB: 8, Passes: 1, Threads: 1})
	empty, err := l.office.IsEmpty(ctx)
	if err != nil {
		return err
	}
	user := func(username string, roles ...servicing.Role) servicing.NewUser {
		return servicing.NewUser{Username: username, Name: username, Password: benchPassword, Roles: roles}
	}
	if empty {
		_, err := people.SetUp(ctx, servicing.FirstRun{
			Company: servicing.CompanyInput{Name: "Life Finance", GSTIN: "27AABCA1234C1Z5", BusinessDate: lifeStarts},
			Bank: servicing.BankInput{Code: "HDFC-CA-01", Bank: "hdfc", IFSC: "HDFC0000240", AccountNo: "50200012345678",
				AccountHolderName: "Life Finance", AccountType: "current"},
			Program: servicing.ProgramInput{Name: termProgram, Terms: lending.Terms{EMIFrequency: lending.Monthly, ROIValue: 18_000_000, EMICount: 12}},
			Admin:   user("admin"), Operator: user("asha"), CreditManager: user("ravi"),
		})
		if err != nil {
			return err
		}
	}
	for name, role := range map[string]servicing.Role{"bela": servicing.Operator, "mina": servicing.CreditManager, "omar": servicing.Finance, "olga": servicing.Finance} {
		if _, err := people.AddUser(ctx, servicing.Console(), user(name, role)); err != nil && lending.KindOf(err) == 0 {
			return err
		}
	}
	err = l.db.Reader().Read(ctx, func(ctx context.Context, v *store.View) error {
		for _, name := range []string{"admin", "asha", "bela", "ravi", "mina", "omar", "olga"} {
			u, err := v.UserByName(ctx, name)
			if err != nil {
				return fmt.Errorf("looking for %s: %w", name, err)
			}
			l.people[name] = servicing.Actor{Person: u.ID, Name: u.Name}
		}
		company, err := v.Company(ctx)
		l.today = company.BusinessDate
		return err
	})
	if err != nil {
		return err
	}
	for name, role := range map[string]servicing.Role{"admin": servicing.Admin, "asha": servicing.Operator, "bela": servicing.Operator, "ravi": servicing.CreditManager,
		"mina": servicing.CreditManager, "omar": servicing.Finance, "olga": servicing.Finance} {
		who := l.people[name]
		who.Roles = []servicing.Role{role}
		l.people[name] = who
	}
	return l.products(ctx)
}

// resume goes on with a life that was stopped: the day that was being closed is
// closed, and the plan of the open day goes on after its last line in the diary.
func (l *life) resume(ctx context.Context) error {
	l.clock.set(l.today.Time().Add(morningHour))
	if err := l.office.ResumeDay(ctx); err != nil {
		return err
	}
	text, err := os.ReadFile(l.planFile())
	if err == nil {
		err = json.Unmarshal(text, &l.plan)
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := l.read(); err != nil {
		return err
	}
	l.clock.set(l.today.Time().Add(morningHour + time.Duration(l.done)*stepTime))
	return nil
}

// read takes up the diary. What was not written to its end was not done to its end.
func (l *life) read() error {
	text := bufio.NewReader(l.diary)
	var kept int64
	for {
		line, err := text.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return l.diary.Truncate(kept)
		}
		if err != nil {
			return err
		}
		var e entry
		if err := json.Unmarshal(line, &e); err != nil {
			return err
		}
		kept += int64(len(line))
		l.note(e)
	}
}

func (l *life) note(e entry) {
	l.cash += e.Cash
	if e.Kind == "statement" || e.Kind == "net_credit" {
		l.stated += e.Cash
	}
	l.kinds[e.Kind+" "+e.Word]++
	if e.Day == l.plan.Day && e.Day == l.today {
		l.done++
	}
}

func (l *life) planFile() string { return filepath.Join(filepath.Dir(l.path), "plan.json") }

// draw plans the open day and writes the plan down.
func (l *life) draw(ctx context.Context) error {
	l.clock.set(l.today.Time().Add(morningHour))
	l.done = 0
	steps, err := l.planned(ctx)
	if err != nil {
		return err
	}
	l.plan = plan{Day: l.today, Steps: steps}
	text, err := json.Marshal(l.plan)
	if err != nil {
		return err
	}
	if err := os.WriteFile(l.planFile()+".new", text, 0o600); err != nil {
		return err
	}
	return os.Rename(l.planFile()+".new", l.planFile())
}

// stepTime is how long people take for a step.
const stepTime = 2 * time.Second

// take does a step and writes into the diary what became of it. A refusal is an
// outcome like another; anything else ends the simulation.
func (l *life) take(ctx context.Context, s step) error {
	l.clock.set(l.today.Time().Add(morningHour + time.Duration(l.done)*stepTime))
	act, ok := acts[s.Kind]
	if !ok {
		return fmt.Errorf("nobody knows how to %s", s.Kind)
	}
	cash, err := act(l, ctx, s)
	word := "done"
	if refused, ok := errors.AsType[*lending.Error](err); ok {
		word = refused.Code
	} else if err != nil {
		return fmt.Errorf("%s %s: %w", s.Kind, s.Account, err)
	}
	e := entry{Day: l.today, Kind: s.Kind, Word: word, Cash: cash}
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	if _, err := l.diary.Write(append(line, '\n')); err != nil {
		return err
	}
	l.note(e)
	return nil
}
