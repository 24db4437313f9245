package webhook

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lekha/client"
	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// house is a lender whose clock the test moves, with a worker over its books.
type house struct {
	*testing.T
	mu     sync.Mutex
	now    time.Time
	db     *store.DB
	office *servicing.Office
	people *servicing.People
	worker *Worker
	admin  servicing.Actor
	made   int
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{T: t, now: time.Date(2026, 11, 16, 5, 0, 0, 0, time.UTC)}
	schema, err := os.ReadFile("../schema.sql")
	h.must(err)
	h.db, err = store.Open(t.Context(), filepath.Join(t.TempDir(), "lekha.db"), string(schema), store.Options{Clock: h.read})
	h.must(err)
	t.Cleanup(func() { _ = h.db.Close() })
	h.office = servicing.New(h.db)
	h.people = servicing.NewPeople(h.office, servicing.PasswordCost{MemoryKiB: 64, Passes: 1, Threads: 1})
	person := func(name string) servicing.NewUser {
		return servicing.NewUser{Username: name, Name: name, Password: "a quiet river"}
	}
	day, _ := lending.ParseDate("2026-11-16")
	_, err = h.people.SetUp(t.Context(), servicing.FirstRun{
		Company: servicing.CompanyInput{Name: "Acme Finance", BusinessDate: day},
		Bank:    servicing.BankInput{Code: "HDFC-CA-01", IFSC: "HDFC0000001", AccountNo: "50200012345678", AccountHolderName: "Acme Finance"},
		Program: servicing.ProgramInput{Name: "Personal loans", Terms: lending.Terms{EMIFrequency: lending.Monthly, ROIValue: 18_000_000, EMICount: 12}},
		Admin:   person("admin"), Operator: person("asha"), CreditManager: person("ravi"),
	})
	h.must(err)
	h.admin = servicing.Console()
	h.worker = NewWorker(h.office, h.db.Reader(), Guard{}, slog.New(slog.NewTextHandler(io.Discard, nil)))
	return h
}

func (h *house) read() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(time.Millisecond)
	return h.now
}

func (h *house) later(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// happens registers one credit that nobody knows.
func (h *house) happens() store.Record {
	h.Helper()
	h.made++
	r, err := h.office.CreateRecord(h.Context(), h.admin, servicing.NewRecord{Received: lending.Money(h.made) * 100_00, Mode: "neft", UTR: "N" + strings.Repeat("7", 8) + string(rune('a'+h.made)), CollectionBank: "HDFC-CA-01", Source: "hand"})
	h.must(err)
	return r
}

// listen adds an address and returns its secret by its key.
func (h *house) listen(address string) (store.Webhook, map[string]string) {
	h.Helper()
	w, key, err := h.office.CreateWebhook(h.Context(), h.admin, servicing.WebhookInput{Name: address, URL: address, Topics: []string{"record.unmatched", "record.parked"}})
	h.must(err)
	return w, map[string]string{key.ID: key.Secret}
}

func (h *house) deliveries() []store.Delivery {
	h.Helper()
	var rows []store.Delivery
	h.must(h.db.Reader().Read(h.Context(), func(ctx context.Context, v *store.View) (err error) {
		rows, _, err = v.QueryDeliveries(ctx, store.DeliveryQuery{Listing: store.Listing{Limit: 100}})
		return err
	}))
	return rows
}

// other is a program that is told, and what it heard.
type other struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	heard  []client.WebhookEvent
	faults []error
	secret map[string]string
	clock  func() time.Time
}

func (h *house) other() *other {
	o := &other{status: http.StatusNoContent, clock: h.read}
	o.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		o.mu.Lock()
		defer o.mu.Unlock()
		event, err := client.ReadWebhook(r.Header, body, o.secret, o.clock())
		if err != nil {
			o.faults = append(o.faults, err)
		}
		o.heard = append(o.heard, event)
		w.WriteHeader(o.status)
	}))
	h.Cleanup(o.Close)
	return o
}

func (o *other) answers(status int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.status = status
}

func (o *other) all() []client.WebhookEvent {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]client.WebhookEvent(nil), o.heard...)
}

// What happened arrives once, signed so that the client's own check takes it, with
// the states of one object in their order.
func TestMessagesArriveSignedAndInOrder(t *testing.T) {
	h := newHouse(t)
	o := h.other()
	_, o.secret = h.listen(o.URL)
	r := h.happens()
	_, err := h.office.ParkRecord(t.Context(), h.admin, r.Ref, r.Version, "Ask.")
	h.must(err)
	h.happens()
	h.must(h.worker.Round(t.Context()))
	h.must(h.worker.Round(t.Context()))
	if len(o.faults) != 0 {
		t.Fatal(o.faults)
	}
	heard := o.all()
	if len(heard) != 3 || heard[0].Type != "record.unmatched" || heard[0].Data.RefID != r.Ref || heard[0].Data.Amount != "100.00" || heard[0].Data.Was != "" {
		t.Fatalf("%+v", heard)
	}
	at := map[string]int{}
	for i, e := range heard {
		at[e.Data.RefID+e.Type] = i
	}
	if at[r.Ref+"record.parked"] < at[r.Ref+"record.unmatched"] {
		t.Errorf("out of order: %+v", heard)
	}
	for _, d := range h.deliveries() {
		if d.State != "delivered" || d.Code != http.StatusNoContent || d.Tries != 1 {
			t.Errorf("%+v", d)
		}
	}
}

// What is refused comes again with the same id, in its order; other objects do not
// wait for it.
func TestRefusedMessagesComeAgain(t *testing.T) {
	h := newHouse(t)
	o := h.other()
	_, o.secret = h.listen(o.URL)
	r := h.happens()
	o.answers(http.StatusInternalServerError)
	h.must(h.worker.Round(t.Context()))
	_, err := h.office.ParkRecord(t.Context(), h.admin, r.Ref, r.Version, "Ask.")
	h.must(err)
	o.answers(http.StatusOK)
	second := h.happens()
	h.must(h.worker.Round(t.Context()))
	heard := o.all()
	if len(heard) != 2 || heard[1].Data.RefID != second.Ref {
		t.Fatalf("the second waits for the first, or overtakes itself: %+v", heard)
	}
	h.later(time.Minute)
	h.must(h.worker.Round(t.Context()))
	heard = o.all()
	if len(heard) != 4 || heard[2].ID != heard[0].ID || heard[3].Type != "record.parked" {
		t.Fatalf("%+v", heard)
	}
}

// An address that nobody answers at is left alone: its messages keep their tries, and
// nobody who writes waits for it.
func TestSilentAddressRests(t *testing.T) {
	h := newHouse(t)
	o := h.other()
	h.listen(o.URL)
	o.Close()
	for range 3 {
		h.happens()
	}
	h.must(h.worker.Round(t.Context()))
	tried := 0
	for _, d := range h.deliveries() {
		if d.State != "waiting" {
			t.Errorf("%+v", d)
		}
		tried += d.Tries
	}
	if tried != 1 {
		t.Errorf("%d tries at an address that does not answer", tried)
	}
	h.must(h.worker.Round(t.Context()))
	if h.deliveries()[1].Tries != 0 {
		t.Error("it does not rest")
	}
}

// Another address than the one that was typed gets nothing: a redirect is not followed.
func TestRedirectsAreNotFollowed(t *testing.T) {
	h := newHouse(t)
	o := h.other()
	front := httptest.NewServer(http.RedirectHandler(o.URL, http.StatusTemporaryRedirect))
	t.Cleanup(front.Close)
	h.listen(front.URL)
	h.happens()
	h.must(h.worker.Round(t.Context()))
	if len(o.all()) != 0 || h.deliveries()[0].Code != http.StatusTemporaryRedirect || h.deliveries()[0].State != "waiting" {
		t.Errorf("%+v, %+v", o.all(), h.deliveries())
	}
}

// Nothing goes to a number inside a network, whatever its name was when it was typed.
func TestGuard(t *testing.T) {
	for number, may := range map[string]bool{
		"8.8.8.8": true, "2606:4700::1111": true,
		"127.0.0.1": false, "::1": false, "10.1.2.3": false, "172.20.0.1": false, "192.168.1.5": false, "169.254.169.254": false, "100.64.1.1": false, "0.0.0.0": false,
		"fe80::1": false, "fd00::1": false, "224.0.0.1": false, "255.255.255.255": false, "::ffff:10.0.0.1": false, "::ffff:127.0.0.1": false, "64:ff9b::7f00:1": false, "2002:7f00:1::": false,
	} {
		if got := (Guard{}).allows("example.in", netip.MustParseAddr(number)); got != may {
			t.Errorf("%s: %v", number, got)
		}
	}
	for number, may := range map[string]bool{"10.1.2.3": true, "fd00::1": true, "169.254.169.254": false, "127.0.0.1": false} {
		if got := (Guard{Private: true}).allows("example.in", netip.MustParseAddr(number)); got != may {
			t.Errorf("private ranges let in, %s: %v", number, got)
		}
	}
	if g := (Guard{}); !g.allows("localhost", netip.MustParseAddr("127.0.0.1")) || g.allows("localhost", netip.MustParseAddr("10.0.0.1")) {
		t.Error("localhost is this machine and no other")
	}
	// A name that comes to mean this machine is not called, though its port is open.
	o := httptest.NewServer(http.NotFoundHandler())
	defer o.Close()
	_, port, _ := strings.Cut(strings.TrimPrefix(o.URL, "http://"), ":")
	response, err := newClient(Guard{}).Get("http://127.0.0.2:" + port)
	if err == nil {
		response.Body.Close()
	}
	if err == nil || !strings.Contains(err.Error(), errInside.Error()) {
		t.Errorf("%v", err)
	}
}

// Stopped, the worker ends after the message that is under way, which is written down.
func TestWorkerStops(t *testing.T) {
	h := newHouse(t)
	ctx, stop := context.WithCancel(t.Context())
	o := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		stop()
		w.WriteHeader(http.StatusOK)
	}))
	defer o.Close()
	h.listen(o.URL)
	h.happens()
	h.happens()
	done := make(chan struct{})
	go func() { h.worker.Run(ctx); close(done) }()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatal("it does not stop")
	}
	states := map[string]int{}
	for _, d := range h.deliveries() {
		states[d.State]++
	}
	if states["delivered"] != 1 || states["waiting"] != 1 {
		t.Errorf("%v", states)
	}
}
