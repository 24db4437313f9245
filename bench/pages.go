package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"lekha/handlers"
	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

const pagesUsage = `pages [--records N] [--requests N]`

// runPages measures what the pages that operations live in cost, beside a floor:
// the least program that does the same job on the same file (pages_floor.go). Both run
// in this process, in turns; what is compared is processor time a request.
func runPages(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("pages", flag.ContinueOnError)
	records := flags.Int("records", 1_000_000, "how many records to make")
	requests := flags.Int("requests", 200, "how many requests of each kind")
	if err := flags.Parse(args); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "lekha-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	fmt.Fprintf(out, "making %d records in %s\n", *records, dir)
	h, err := buildHouse(context.Background(), filepath.Join(dir, "bench.db"), *records)
	if err != nil {
		return fmt.Errorf("making the data: %w", err)
	}
	defer h.db.Close()
	fmt.Fprintf(out, "%-34s %12s %12s %8s %10s\n", "page", "Lekha µs", "floor µs", "ratio", "target")
	for _, p := range h.pages() {
		ours, floors, err := measure(h, p, *requests)
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		fmt.Fprintf(out, "%-34s %12.0f %12.0f %8.2f %10s\n", p.name, micros(ours), micros(floors), float64(ours)/float64(floors), p.target)
	}
	return nil
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

// pageOf is one thing measured: the address of Lekha and that of the floor.
type pageOf struct {
	name, target string
	ours, floor  string
}

// pages are those that performance.md names. The depth is half of the records.
func (h *house) pages() []pageOf {
	list := url.Values{"status": {"processed"}, "sort": {"-date"}}
	depth := url.Values{"status": {"processed"}, "sort": {"-date"}, "after": {h.deep}}
	return []pageOf{
		{"records, first page", "1.5", "/records?" + list.Encode(), "/floor/records"},
		{"records, half way down", "1.5", "/records?" + depth.Encode(), "/floor/records?after=" + url.QueryEscape(h.deep)},
		{"records, a rare word", "4.5", "/records?" + url.Values{"q": {h.rare}}.Encode(), "/floor/records"},
		{"one record", "2", "/records/" + h.record, "/floor/record"},
		{"account, 60 rows, 40 receipts", "2", "/accounts/" + h.account, "/floor/account"},
	}
}

// measure takes turns, so that both suffer alike from whatever else the machine
// does, and returns the processor time of one request.
func measure(h *house, p pageOf, n int) (ours, floors time.Duration, err error) {
	const turns = 10
	for range turns {
		for _, side := range []struct {
			handler http.Handler
			path    string
			total   *time.Duration
		}{{h.lekha, p.ours, &ours}, {h.floor, p.floor, &floors}} {
			before := processor()
			for range max(1, n/turns) {
				if err := h.ask(side.handler, side.path); err != nil {
					return 0, 0, err
				}
			}
			*side.total += processor() - before
		}
	}
	count := time.Duration(turns * max(1, n/turns))
	return ours / count, floors / count, nil
}

// ask gets one page as a signed-in person.
func (h *house) ask(handler http.Handler, path string) error {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.AddCookie(h.cookie)
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	if w.Code != http.StatusOK || w.Body.Len() < 2000 {
		return fmt.Errorf("GET %s answers %d with %d bytes", path, w.Code, w.Body.Len())
	}
	return nil
}

// processor is the processor time that this program has used.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// house is Lekha and the floor over one file.
type house struct {
	db           *store.DB
	lekha, floor http.Handler
	cookie       *http.Cookie
	deep         string // cursor half way down the list
	rare         string // a word that few records hold
	record       string // refs
	account      string
}

// buildHouse makes a company, its people and its data, and signs one in.
func buildHouse(ctx context.Context, path string, records int) (*house, error) {
	schema, err := os.ReadFile("schema.sql")
	if err != nil {
		return nil, fmt.Errorf("run this from the root of the repository: %w", err)
	}
	db, err := store.Open(ctx, path, string(schema), store.Options{})
	if err != nil {
		return nil, err
	}
	office := servicing.New(db)
	people := servicing.NewPeople(office, servicing.PasswordCost{MemoryKiB: 64, Passes: 1, Threads: 1})
	h := &house{db: db}
	if err := furnish(ctx, people); err != nil {
		return nil, err
	}
	if err := h.fill(ctx, office, path, records); err != nil {
		return nil, err
	}
	h.lekha = handlers.New(handlers.Config{Office: office, People: people, DB: db,
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)), Version: "bench"})
	if h.floor, err = newFloor(path); err != nil {
		return nil, err
	}
	return h, h.signIn()
}

const benchPassword = "a long bench password"

func furnish(ctx context.Context, people *servicing.People) error {
	person := func(username, name string) servicing.NewUser {
		return servicing.NewUser{Username: username, Name: name, Password: benchPassword}
	}
	_, err := people.SetUp(ctx, servicing.FirstRun{
		Company: servicing.CompanyInput{Name: "Bench Finance", BusinessDate: lending.NewDate(2026, 11, 20)},
		Bank: servicing.BankInput{Code: "HDFC-CA-01", Bank: "hdfc", IFSC: "HDFC0000240", AccountNo: "50200012345678",
			AccountHolderName: "Bench Finance", AccountType: "current"},
		Program: servicing.ProgramInput{Name: "Term loan"},
		Admin:   person("admin", "Ada Admin"), Operator: person("operator", "Oma Operator"), CreditManager: person("manager", "Mia Manager"),
		Demo: true,
	})
	return err
}

func (h *house) signIn() error {
	form := url.Values{"username": {"operator"}, "password": {benchPassword}}
	r := httptest.NewRequest(http.MethodPost, "/signin", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	h.lekha.ServeHTTP(w, r)
	for _, cookie := range w.Result().Cookies() {
		h.cookie = cookie
	}
	if w.Code != http.StatusSeeOther || h.cookie == nil {
		return fmt.Errorf("signing in answers %d", w.Code)
	}
	return nil
}
