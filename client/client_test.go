package client

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// A POST that was not answered is sent again under the same key; a PUT is not, since
// nobody knows whether it was carried out; 429 is waited for whatever it was.
func TestWhatMayBeRepeatedIs(t *testing.T) {
	var keys []string
	status := http.StatusServiceUnavailable
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		keys = append(keys, r.Header.Get("Idempotency-Key"))
		if len(keys) < 3 {
			w.Header().Set("X-Error-Code", "busy")
			w.WriteHeader(status)
		}
		_, _ = w.Write([]byte(`{"detail":"later"}`))
	}))
	defer server.Close()
	c := New(server.URL, "lk_x")
	c.Wait = time.Microsecond

	if _, err := c.CreateRecord(t.Context(), CreateRecordQuery{}, RecordBody{}); err != nil || len(keys) != 3 || keys[0] == "" || keys[0] != keys[2] {
		t.Errorf("a POST: %v, keys %q", err, keys)
	}
	keys = nil
	_, err := c.ParkRecord(t.Context(), "REC", ParkRecordQuery{}, RemarkBody{})
	if refusal, ok := errors.AsType[*Error](err); !ok || refusal.Status != 503 || refusal.Detail != "later" || !IsCode(err, "busy") || len(keys) != 1 {
		t.Errorf("a PUT: %v after %d tries", err, len(keys))
	}
	keys, status = nil, http.StatusTooManyRequests
	if _, err := c.ParkRecord(t.Context(), "REC", ParkRecordQuery{}, RemarkBody{}); err != nil || len(keys) != 3 {
		t.Errorf("a PUT that was one too many: %v after %d tries", err, len(keys))
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	keys, status = nil, http.StatusServiceUnavailable
	if _, err := c.WhoAmI(gone); !errors.Is(err, context.Canceled) || len(keys) != 0 {
		t.Errorf("nobody waits any more: %v after %d tries", err, len(keys))
	}
}
