package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"strings"

	"lekha/handlers"
	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// house is Lekha and the floor over one file.
type house struct {
	db     *store.DB
	front  *handlers.Pages
	least  *leastProgram
	lekha  http.Handler
	floor  http.Handler
	cookie *http.Cookie // of somebody signed in
	token  string       // of a program

	deep      string // cursor half way down the list, as Lekha writes it
	record    string // ref of a receipt of the account
	unmatched string // ref of a record that nobody knows the payer of
	request   string // ref of a request that waits
	made      int64  // records created while measuring
}

// lookAround finds what is asked for: a receipt of the account, and the place in
// the middle of the list.
func (h *house) lookAround(ctx context.Context) error {
	return h.db.Reader().Read(ctx, func(ctx context.Context, v *store.View) error {
		account, err := v.AccountByRef(ctx, benchAccount)
		if err != nil {
			return err
		}
		settled, err := v.SettledRecords(ctx, account.ID)
		if err != nil || len(settled) != benchReceipts {
			return fmt.Errorf("the account has %d receipts: %w", len(settled), err)
		}
		h.record = settled[benchReceipts/2].Ref
		last, err := v.Records(ctx, store.RecordFilter{Sort: "ref", Descending: true, Limit: 1})
		if err != nil {
			return err
		}
		h.made = last[0].Idx
		middle, err := v.Records(ctx, store.RecordFilter{Sort: "ref", Descending: true, Limit: 1, After: &store.RecordKey{Idx: h.made / 2}})
		if err == nil {
			h.deep = middle[0].Date.String() + "." + strconv.FormatInt(middle[0].Idx, 10)
		}
		if err != nil {
			return err
		}
		unmatched, err := v.Records(ctx, store.RecordFilter{Statuses: []string{"unmatched"}, Limit: 1})
		if err == nil {
			h.unmatched = unmatched[0].Ref
		}
		return err
	})
}

// waiting finds the request that waits, or makes it: a receipt by hand on the account.
func (h *house) waiting(ctx context.Context, office *servicing.Office) error {
	asked := func() error {
		return h.db.Reader().Read(ctx, func(ctx context.Context, v *store.View) error {
			list, err := v.Approvals(ctx, store.ApprovalFilter{Statuses: []string{"pending"}, Limit: 1})
			if len(list) > 0 {
				h.request = list[0].Ref
			}
			return err
		})
	}
	if err := asked(); err != nil || h.request != "" {
		return err
	}
	r, err := office.CreateRecord(ctx, servicing.Console(), servicing.NewRecord{Account: benchAccount, Received: 38_100_00, Mode: "neft", UTR: "HDFCN50000000001",
		Date: businessDate, BankDate: businessDate, CollectionBank: "HDFC-CA-01", Source: "hand"})
	if err != nil {
		return err
	}
	if _, err := office.RequestApproval(ctx, servicing.Console(), r.Ref, r.Version, "Pays this month."); err != nil {
		return err
	}
	return asked()
}

// schemaOf reads the schema; benchmarks run from the root of the repository.
func schemaOf() (string, error) {
	schema, err := os.ReadFile("schema.sql")
	if err != nil {
		return "", fmt.Errorf("run this from the root of the repository: %w", err)
	}
	return string(schema), nil
}

// buildHouse makes a company, its people and its data, unless the file is there,
// and signs one in.
func buildHouse(ctx context.Context, path string, records int) (*house, error) {
	schema, err := schemaOf()
	if err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, path, schema, store.Options{})
	if err != nil {
		return nil, err
	}
	office := servicing.New(db)
	people := servicing.NewPeople(office, servicing.PasswordCost{MemoryKiB: 64, Passes: 1, Threads: 1})
	h := &house{db: db}
	empty, err := office.IsEmpty(ctx)
	if err != nil {
		return nil, err
	}
	if empty {
		if err := furnish(ctx, people, businessDate); err != nil {
			return nil, err
		}
		if err := fill(ctx, office, db, path, records); err != nil {
			return nil, err
		}
	}
	if err := h.waiting(ctx, office); err != nil {
		return nil, err
	}
	if err := h.lookAround(ctx); err != nil {
		return nil, err
	}
	h.front = handlers.New(handlers.Config{Office: office, People: people, DB: db, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)), Version: "bench"})
	h.lekha = h.front
	if h.least, err = newFloor(path); err != nil {
		return nil, err
	}
	h.floor = h.least.routes()
	if h.token, _, err = people.CreateToken(ctx, servicing.Console(), servicing.NewToken{Name: "bench " + store.NewID(), Role: servicing.APIClient}); err != nil {
		return nil, err
	}
	return h, h.signIn()
}

// close takes away what was created while measuring, so that a file that is kept
// stays as it was made.
func (h *house) close() error {
	h.front.Close()
	// Nothing refers to them, and looking for that would read all records for each.
	_, err := h.least.write.Exec(`
		PRAGMA foreign_keys = off;
		DELETE FROM record_editors WHERE record_id IN (SELECT id FROM records WHERE source = 'api');
		DELETE FROM record_text WHERE docid IN (SELECT idx FROM records WHERE source = 'api');
		DELETE FROM records WHERE source = 'api'`)
	h.least.close()
	return errors.Join(err, h.db.Close())
}

const benchPassword = "a long bench password"

// businessDate is the open day of the benchmarks.
var businessDate = lending.NewDate(2026, 11, 20)

func furnish(ctx context.Context, people *servicing.People, today lending.Date) error {
	person := func(username, name string) servicing.NewUser {
		return servicing.NewUser{Username: username, Name: name, Password: benchPassword}
	}
	_, err := people.SetUp(ctx, servicing.FirstRun{
		Company: servicing.CompanyInput{Name: "Bench Finance", BusinessDate: today},
		Bank: servicing.BankInput{Code: "HDFC-CA-01", Bank: "hdfc", IFSC: "HDFC0000240", AccountNo: "50200012345678",
			AccountHolderName: "Bench Finance", AccountType: "current"},
		Program: servicing.ProgramInput{Name: "Term loan"},
		Admin:   person("admin", "Ada Admin"), Operator: person("operator", "Oma Operator"), CreditManager: person("manager", "Mia Manager"),
		Demo: true,
	})
	return err
}

func (h *house) signIn() (err error) {
	h.cookie, err = signIn(h.lekha)
	return err
}

// signIn signs the operator in and returns the cookie.
func signIn(lekha http.Handler) (*http.Cookie, error) {
	form := url.Values{"username": {"operator"}, "password": {benchPassword}}
	r := httptest.NewRequest(http.MethodPost, "/signin", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	lekha.ServeHTTP(w, r)
	cookies := w.Result().Cookies()
	if w.Code != http.StatusSeeOther || len(cookies) == 0 {
		return nil, fmt.Errorf("signing in answers %d", w.Code)
	}
	return cookies[len(cookies)-1], nil
}

// page asks for a page as the person who is signed in.
func (h *house) page(path string) func() *http.Request {
	return func() *http.Request {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.AddCookie(h.cookie)
		return r
	}
}

// call asks as a program.
func (h *house) call(path string) func() *http.Request {
	return func() *http.Request {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Authorization", "Bearer "+h.token)
		return r
	}
}

// create gives one receipt after the other, each with a reference of its own.
func (h *house) create(path string) func() *http.Request {
	return func() *http.Request {
		h.made++
		body := fmt.Sprintf(`{"account":%q,"received_amount":"38100.00","payment_mode":"neft","utr":"SBINR5%010d","collection_bank":"HDFC-CA-01","date":%q,"bank_date":%q}`,
			benchAccount, h.made, businessDate.String(), businessDate.String())
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+h.token)
		r.Header.Set("Content-Type", "application/json")
		return r
	}
}
