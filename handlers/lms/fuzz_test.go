package lms

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// FuzzBodies sends anything to every endpoint that reads a body: an answer is
// never our own failure, and always in one of our shapes.
func FuzzBodies(f *testing.F) {
	for _, body := range []string{
		`{}`, ``, `null`, `[]`, `{"received_amount":1e999,"date":1e18}`, `{"received_amount":"1e-999999999","date":"-1"}`, `{"allocations":[{"account":1,"amount":{}}]}`,
		`{"allocations":"[{\"account\":\"x\"}]","version":"1.0"}`, `{"collection_bank":{"ifsc":null,"account_no":[]}}`, `{"loan_data":{"roi_value":[{"days":"inf","value":72}]}}`,
		`{"borrower":{"name":"x","banks":[null]},"program_id":"Solar loans","loan_data":"{}"}`, `{"date":253402300800,"account":"\u0000"}`, `{"reason":"` + "\xff\xfe" + `"}`,
		`{"records":[{"received_amount":{}},1,null,"x"]}`, `{"amount":-1,"gst":"101","name":"\ud800"}`, `{"policy":{"grace_days":1e19},"name":1}`, `{"lead_id":"` + nobody + `","program_id":"","loan_data":[]}`,
		`{"date":"2199-12-31"}`, `{"a":{"a":{"a":{"a":[[[[[]]]]]}}}}`, `{"is_verified":"maybe","tags":["` + strings.Repeat("x", 300) + `"]}`, `{"kind":"duplicate","duplicate_of":"REC00000"}`,
		`{"loan_amount":"9999999999999","emi_count":1000,"emi_frequency":"daily","emi_every":3660,"disbursement_date":"2026-01-01"}`,
	} {
		f.Add(body, "application/json", "version", uint(0))
	}
	f.Add("a=1&b=2&a=3", "application/x-www-form-urlencoded", "x", uint(0))
	f.Add("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n--b--", "multipart/form-data; boundary=b", "after", uint(0))
	f.Add("--b", "multipart/form-data; boundary=b", "page", uint(0))
	f.Add("{}", "application/json; charset=\x00", "date_after", uint(0))
	h := newHouse(f, "2026-04-01", "12:00:00.000000")
	account, loan := h.lend("Fuzz Borrower", "12000", terms(nil))
	record := h.do("operator", "POST", "/v1/lms/records/", map[string]any{"received_amount": 500, "utr": "FUZZ"}).text("id")
	ids := map[string]string{"records": record, "accounts": account, "loans": loan}
	f.Cleanup(h.sound) // whatever was sent, the books hold
	routes := table()
	f.Fuzz(func(t *testing.T, body, kind, query string, which uint) {
		chosen := routes // the seeds go everywhere, what is made of them to one route each
		if which > 0 {
			chosen = routes[which%uint(len(routes)):][:1]
		}
		for _, r := range chosen {
			if r.name == "runEOD" || r.name == "createToken" && len(body) > 40 {
				continue // closing years of days, and hashing, are slow and have tests of their own
			}
			id := ids[strings.Split(strings.TrimPrefix(r.path, root+"/"), "/")[0]]
			if id == "" {
				id = nobody
			}
			path := strings.ReplaceAll(r.path, "{id}", id)
			request := httptest.NewRequest(r.method, path, strings.NewReader(body))
			request.URL.RawQuery = query + "=" + strings.Map(plainByte, body)
			request.Header.Set("Content-Type", kind)
			request.Header.Set("Authorization", "Bearer "+h.tokens[roleFor(r)])
			w := httptest.NewRecorder()
			h.echo.ServeHTTP(w, request)
			if w.Code >= http.StatusInternalServerError {
				t.Fatalf("%s %s?%s with %q: %d %s", r.method, path, request.URL.RawQuery, body, w.Code, w.Body)
			}
			for _, wrong := range h.contract.holds(r.method, r.path, w.Code, w.Header().Get("Content-Type"), w.Body.Bytes()) {
				t.Errorf("%s, after %q", wrong, body)
			}
		}
	})
}

// plainByte keeps what may stand in a query as it is.
func plainByte(r rune) rune {
	if r > ' ' && r < 127 && r != '#' {
		return r
	}
	return -1
}

// roleFor is a role that may call a route.
func roleFor(r route) string {
	for _, role := range roles {
		if (servicingActor(role)).Can(r.permission) {
			return string(role)
		}
	}
	return ""
}
