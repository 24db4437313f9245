package handlers

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestPagesAskFewQuestions: what a page asks the file is counted, because every
// question costs as much as rendering ten rows. There is room for one or two; whoever
// needs more says so here.
func TestPagesAskFewQuestions(t *testing.T) {
	h := newHouse(t)
	settled := h.settled("SHREE BALAJI", "LN1001")
	pending, request := h.pending("KAVYA", "LN1002")
	for _, c := range []struct {
		page    string
		queries int64
	}{
		{"/records", 8},
		{"/records?status=processed", 8},
		{"/records?q=balaji", 10},
		{"/records/" + settled.Ref, 16}, // its line of the statement, and who decided
		{"/records/" + pending.Ref, 16},
		{"/approvals", 28},
		{"/approvals/" + request.Ref, 29},
		{"/accounts", 9},
		{"/accounts/LN1001", 17}, // its mandate
		{"/matching", 28},
		{"/", 18},
	} {
		queries, allocs := h.cost("operator", c.page)
		t.Logf("%s: %d queries, %.0f allocations", c.page, queries, allocs)
		if queries > c.queries {
			t.Errorf("%s asks %d queries, want %d at most", c.page, queries, c.queries)
		}
		if allocs > 5_000 {
			t.Errorf("%s makes %.0f allocations, want 5,000 at most", c.page, allocs)
		}
	}
}

// cost is what one look at a page takes, after one that warms up.
func (h *house) cost(username, page string) (queries int64, allocs float64) {
	h.t.Helper()
	b := h.as(username)
	look := func() {
		r := httptest.NewRequest(http.MethodGet, page, nil)
		r.AddCookie(b.cookie)
		w := httptest.NewRecorder()
		if h.handler.ServeHTTP(w, r); w.Code != http.StatusOK {
			h.t.Fatalf("%s answers %d", page, w.Code)
		}
	}
	look()
	before := h.db.Queries()
	look()
	return h.db.Queries() - before, testing.AllocsPerRun(5, look)
}
