package lms

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

var update = flag.Bool("update", false, "write golden files")

// house is a lender with an API before it.
type house struct {
	t        testing.TB
	now      time.Time
	db       *store.DB
	office   *servicing.Office
	people   *servicing.People
	api      *API
	echo     *echo.Echo
	tokens   map[string]string
	outbox   string // the folder of payout files
	contract contract
	asked    int // requests so far: their ids are numbers, so that goldens are steady
}

// password is that of every person of the house.
const password = "tangerine lantern 7"

// newHouse sets a lender up on a business date, at a clock time of that day, with
// a collection bank, a program, a token for each role, and people who sign in.
func newHouse(t testing.TB, today string, clock string) *house {
	t.Helper()
	day, err := lending.ParseDate(today)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, tokens: map[string]string{}, contract: newContract(t)}
	if h.now, err = time.ParseInLocation("2006-01-02 15:04:05.000000", today+" "+clock, lending.India); err != nil {
		t.Fatal(err)
	}
	schema, err := os.ReadFile("../../schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	h.db, err = store.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), string(schema), store.Options{Clock: func() time.Time { return h.now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.db.Close() })
	h.office = servicing.New(h.db)
	h.outbox = t.TempDir()
	h.office.SendPayoutsTo(h.outbox)
	h.people = servicing.NewPeople(h.office, servicing.PasswordCost{MemoryKiB: 64, Passes: 1, Threads: 1})
	_, err = h.people.SetUp(t.Context(), servicing.FirstRun{
		Company:       servicing.CompanyInput{Name: "Aerem Finance", BusinessDate: day},
		Bank:          servicing.BankInput{Code: "YES-CA-01", IFSC: "YESB0000104", AccountNo: "000000000000", AccountHolderName: "Aerem Collection Account"},
		Program:       servicing.ProgramInput{Name: "Solar loans", Policy: lending.Policy{ApplyRestToFees: true}},
		Admin:         servicing.NewUser{Username: "asha", Name: "Asha Rao", Password: password},
		Operator:      servicing.NewUser{Username: "omar", Name: "Omar Khan", Password: password},
		CreditManager: servicing.NewUser{Username: "chitra", Name: "Chitra Iyer", Password: password},
	})
	if err != nil {
		t.Fatal(describe(err))
	}
	// The engine of the examples is at work; written past the log, whose rows are pinned.
	err = h.db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return tx.SetEngine(ctx, store.EngineSettings{Mode: servicing.EngineOn, Handles: "[]"})
	})
	if err != nil {
		t.Fatal(err)
	}
	h.api = New(Config{Office: h.office, People: h.people, Reader: h.db.Reader(), Version: "test",
		Logger: slog.New(slog.NewTextHandler(testLog{t}, &slog.HandlerOptions{Level: slog.LevelError}))})
	t.Cleanup(h.api.Close) // before the file is closed
	h.echo = echo.New()
	h.api.Register(h.echo)
	for _, role := range roles {
		h.tokens[string(role)] = h.token(string(role), role)
	}
	return h
}

// roles are those that a token may have.
var roles = []servicing.Role{servicing.Operator, servicing.CreditManager, servicing.Finance, servicing.Admin, servicing.Auditor, servicing.APIClient}

// testLog writes what the API logs into the log of the test.
type testLog struct{ t testing.TB }

func (l testLog) Write(line []byte) (int, error) {
	l.t.Log(strings.ReplaceAll(string(line), `\n`, "\n"))
	return len(line), nil
}

// token makes one more token of a role: another person.
func (h *house) token(name string, role servicing.Role) string {
	h.t.Helper()
	secret, _, err := h.people.CreateToken(h.t.Context(), servicing.Console(), servicing.NewToken{Name: name, Role: role})
	if err != nil {
		h.t.Fatal(describe(err))
	}
	h.tokens[name] = secret
	return secret
}

func describe(err error) string {
	return fmt.Sprintf("%v %+v", err, problemOf(err, ""))
}

// answer is what came back.
type answer struct {
	t      testing.TB
	status int
	header http.Header
	body   []byte
}

// form is a multipart body; files have "@name" as their key.
type form map[string]string

// do sends a request as the holder of a token. A body that is text is sent as it
// is, a form as multipart, anything else as JSON.
func (h *house) do(who, method, path string, body any, headers ...string) answer {
	h.t.Helper()
	var reader io.Reader
	kind := "application/json"
	switch b := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(b)
	case form:
		reader, kind = b.encode(h.t)
	default:
		text, err := json.Marshal(b)
		if err != nil {
			h.t.Fatal(err)
		}
		reader = bytes.NewReader(text)
	}
	r := httptest.NewRequest(method, path, reader)
	if reader != nil {
		r.Header.Set("Content-Type", kind)
	}
	if token := h.tokens[who]; token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	h.asked++
	r.Header.Set("X-Request-Id", fmt.Sprintf("request-%d", h.asked))
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.echo.ServeHTTP(w, r)
	for _, wrong := range h.contract.holds(method, path, w.Code, w.Header().Get("Content-Type"), w.Body.Bytes()) {
		h.t.Error(wrong)
	}
	if operation, named := h.contract.operation(method, path)["operationId"].(string); named && w.Code < http.StatusMultipleChoices {
		proved(h.t, operation)
	}
	return answer{h.t, w.Code, w.Header(), w.Body.Bytes()}
}

func (f form) encode(t testing.TB) (io.Reader, string) {
	var buffer bytes.Buffer
	w := multipart.NewWriter(&buffer)
	for name, value := range f {
		if file, isFile := strings.CutPrefix(name, "@"); isFile {
			part, err := w.CreateFormFile("file", file)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = part.Write([]byte(value))
			continue
		}
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &buffer, w.FormDataContentType()
}

// want checks the status.
func (a answer) want(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	return a
}

// refused checks status and code of a refusal.
func (a answer) refused(status int, code string) answer {
	a.t.Helper()
	a.want(status)
	if got := a.header.Get("X-Error-Code"); got != code {
		a.t.Errorf("code %q, want %q: %s", got, code, a.body)
	}
	return a
}

// get reads a value of the answer by its path: "results.0.id".
func (a answer) get(path string) any {
	a.t.Helper()
	var value any
	decoder := json.NewDecoder(bytes.NewReader(a.body))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		a.t.Fatalf("%v in %s", err, a.body)
	}
	for step := range strings.SplitSeq(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			next, there := v[step]
			if !there {
				a.t.Fatalf("no %q of %q in %s", step, path, a.body)
			}
			value = next
		case []any:
			var i int
			if _, err := fmt.Sscan(step, &i); err != nil || i >= len(v) {
				a.t.Fatalf("no %q of %q in %s", step, path, a.body)
			}
			value = v[i]
		default:
			a.t.Fatalf("no %q of %q in %s", step, path, a.body)
		}
	}
	return value
}

// text is a value of the answer as text.
func (a answer) text(path string) string {
	a.t.Helper()
	return fmt.Sprint(a.get(path))
}

// length is how many entries a list of the answer has.
func (a answer) length(path string) int {
	a.t.Helper()
	list, ok := a.get(path).([]any)
	if !ok {
		a.t.Fatalf("%s is no list in %s", path, a.body)
	}
	return len(list)
}

// has checks values of the answer: path, value, path, value …
func (a answer) has(pairs ...any) answer {
	a.t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		if got, want := a.text(pairs[i].(string)), fmt.Sprint(pairs[i+1]); got != want {
			a.t.Errorf("%s is %s, want %s", pairs[i], got, want)
		}
	}
	return a
}

// keys are the names of the top object (or of one inside) in their order.
func (a answer) keys(path ...string) []string {
	a.t.Helper()
	raw := json.RawMessage(a.body)
	for _, step := range path {
		in := map[string]json.RawMessage{}
		if err := json.Unmarshal(raw, &in); err != nil {
			a.t.Fatal(err)
		}
		raw = in[step]
	}
	return keysOf(a.t, raw)
}

func keysOf(t testing.TB, raw []byte) []string {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if _, err := decoder.Token(); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	var keys []string
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, name.(string))
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			t.Fatal(err)
		}
	}
	return keys
}

var (
	anyUUID  = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	anyRef   = regexp.MustCompile(`\b(REC|APV|STM|ACC|BOR|PRG|BNK|LON|PAY|FEE|BAT|LIN|TOP|TGR|ANC|MAN|PRE|NCH)[0-9A-HJKMNP-TV-Z]{5}\b`)
	anyToken = regexp.MustCompile(`lk_[A-Za-z0-9_-]{43}`)
	anyHash  = regexp.MustCompile(`[0-9a-f]{64}`)
	anyBase  = regexp.MustCompile(`"next":"[^"]+"`)
)

// golden compares an answer with a file: ids, refs and secrets are replaced by
// numbers in the order in which they come.
func (a answer) golden(name string) answer {
	a.t.Helper()
	got := append(fmt.Appendf(nil, "%d\n", a.status), indented(a.t, a.body)...)
	for _, kind := range []struct {
		name string
		form *regexp.Regexp
	}{{"id", anyUUID}, {"ref", anyRef}, {"token", anyToken}, {"hash", anyHash}, {"next", anyBase}} {
		seen := map[string]string{}
		got = kind.form.ReplaceAllFunc(got, func(match []byte) []byte {
			if seen[string(match)] == "" {
				seen[string(match)] = fmt.Sprintf("<%s %d>", kind.name, len(seen)+1)
			}
			return []byte(seen[string(match)])
		})
	}
	compareFile(a.t, filepath.Join("testdata", name+".golden"), got)
	return a
}

// indented lays JSON out without touching how numbers are written.
func indented(t testing.TB, body []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := json.Indent(&out, body, "", "  "); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return append(out.Bytes(), '\n')
}

func compareFile(t testing.TB, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (go test -update writes it)", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (- want, + got):\n%s", path, diff)
	}
}

// bank is the id of the collection bank.
func (h *house) bank() string {
	h.t.Helper()
	return h.do("operator", "GET", "/v1/lms/banks/?kind=collection", nil).want(200).text("results.0.id")
}

// terms are loan parameters of a test loan: 12 monthly instalments at 18 percent.
func terms(over map[string]any) map[string]any {
	all := map[string]any{"roi_value": 18, "emi_count": 12, "emi_frequency": "monthly"}
	maps.Copy(all, over)
	return all
}

// open makes a borrower and an account through the API.
func (h *house) open(name string, loanData map[string]any) answer {
	h.t.Helper()
	return h.do("operator", "POST", "/v1/lms/accounts/", map[string]any{
		"borrower":   map[string]any{"name": name, "banks": []map[string]any{{"account_holder_name": name, "account_no": "9182736450", "ifsc": "HDFC0000001"}}},
		"program_id": "Solar loans", "loan_data": loanData}).want(201)
}

// lend opens an account and pays a loan out on the business date.
func (h *house) lend(name, amount string, loanData map[string]any) (account, loan string) {
	h.t.Helper()
	account = h.open(name, loanData).text("id")
	made := h.do("operator", "POST", "/v1/lms/accounts/initiate_disbursement/", map[string]any{"account": account, "amount": amount, "payout_to": "borrower"}).want(201)
	payout := made.text("payouts.0.id")
	h.do("finance", "PUT", "/v1/lms/payouts/"+payout+"/approve/", nil).want(200)
	h.do("finance", "PUT", "/v1/lms/payouts/"+payout+"/process/", map[string]any{"utr": fmt.Sprintf("PAIDOUT%05d", h.asked)}).want(200).has("status", "processed")
	return account, made.text("id")
}

// close closes days up to a date, and moves the clock to that day.
func (h *house) close(until string) {
	h.t.Helper()
	day, err := lending.ParseDate(until)
	if err != nil {
		h.t.Fatal(err)
	}
	clock := h.now.In(lending.India)
	h.now = day.Time().Add(time.Duration(clock.Hour())*time.Hour + time.Duration(clock.Minute())*time.Minute + time.Duration(clock.Second())*time.Second + time.Duration(clock.Nanosecond()))
	h.do("admin", "POST", "/v1/lms/demands/run_eod/", map[string]any{"date": until}).want(200).has("status", "done", "failed", 0)
}

// receive makes a record on an account and has it approved.
func (h *house) receive(account, amount, utr string) answer {
	h.t.Helper()
	record := h.do("operator", "POST", "/v1/lms/records/", map[string]any{"account": account, "received_amount": amount, "utr": utr, "collection_bank": h.bank()}).want(201)
	id := record.text("id")
	h.do("operator", "PUT", "/v1/lms/records/"+id+"/request_approval/", nil).want(200).has("status", "pending")
	return h.do("credit_manager", "PUT", "/v1/lms/records/"+id+"/approve/", nil).want(200)
}

// newRequest makes a request that may be served beside others: it does not end
// the test.
func newRequest(h *house, who, method, path, body string) *http.Request {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+h.tokens[who])
	return r
}

func serve(h *house, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.echo.ServeHTTP(w, r)
	return w
}

// servicingActor is somebody with one role.
func servicingActor(role servicing.Role) servicing.Actor {
	return servicing.Actor{Person: "somebody", Roles: []servicing.Role{role}}
}

// sound checks that everything in the books follows from its facts.
func (h *house) sound() {
	h.t.Helper()
	result, err := h.office.Verify(context.WithoutCancel(h.t.Context()))
	if err != nil {
		h.t.Fatal(err)
	}
	for _, finding := range result.Findings {
		h.t.Errorf("verify: %s %s", finding.Subject, finding.What)
	}
}
