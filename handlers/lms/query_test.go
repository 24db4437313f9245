package lms

import (
	"net/http"
	"testing"
)

// TestAsOfHasTwoNames: a summary of the past never answers with today's figures
// because the caller wrote the shorter name.
func TestAsOfHasTwoNames(t *testing.T) {
	h := newHouse(t, "2026-04-01", "12:00:00.000000")
	account, loan := h.lend("Latha Menon", "12000", terms(nil))
	h.close("2026-06-02")
	for _, path := range []string{"/v1/lms/accounts/" + account + "/summary/?", "/v1/lms/loans/" + loan + "/summary/?", "/v1/lms/demands/outstanding/?account=" + account + "&"} {
		long, short := h.do("auditor", "GET", path+"as_of_date=2026-04-10", nil).want(200), h.do("auditor", "GET", path+"as_of=2026-04-10", nil).want(200)
		now := h.do("auditor", "GET", path, nil).want(200)
		if string(long.body) != string(short.body) || string(long.body) == string(now.body) {
			t.Errorf("%s by as_of_date: %s, by as_of: %s, now: %s", path, long.body, short.body, now.body)
		}
		h.do("auditor", "GET", path+"as_of=2026-04-10&as_of_date=2026-04-11", nil).want(400).has("as_of.0", "This is another day than as_of_date.")
	}
}

// TestStrangeFilters: a filter that is not known here is never passed over; what
// is no filter is, on endpoints of the reference.
func TestStrangeFilters(t *testing.T) {
	h := newHouse(t, "2026-04-01", "12:00:00.000000")
	account, _ := h.lend("Latha Menon", "12000", terms(nil))
	for path, field := range map[string]string{
		"/v1/lms/accounts/" + account + "/summary/?as_of_date__lte=2026-04-10": "as_of_date__lte",
		"/v1/lms/accounts/" + account + "/summary/?date_after=2026-04-10":      "date_after",
		"/v1/lms/records/?status__in=pending":                                  "status__in",
		"/v1/lms/records/?account_id=" + account:                               "account_id",
		"/v1/lms/approvals/?colour=red":                                        "colour",
	} {
		h.do("auditor", "GET", path, nil).want(400).has(field+".0", "There is no such filter here.")
	}
	h.do("auditor", "GET", "/v1/lms/records/?_=1777593600&trace=x&expand=payouts&ordering=-date&page=1", nil).want(200)
	h.do("auditor", "GET", "/v1/lms/accounts/"+account+"/summary/?utm_source=x&expand=loans&page=1", nil).want(200)
}

// TestBodyOfAnotherKind: a body that is neither JSON nor a form is refused, as the
// document says; one that is not there is not.
func TestBodyOfAnotherKind(t *testing.T) {
	h := newHouse(t, "2026-04-01", "12:00:00.000000")
	for _, kind := range []string{"text/plain", "text/plain; charset=utf-8", "application/xml"} {
		request := newRequest(h, "operator", "POST", "/v1/lms/fees/", `{"account":"X"}`)
		request.Header.Set("Content-Type", kind)
		answer := serve(h, request)
		if answer.Code != http.StatusUnsupportedMediaType || answer.Header().Get("X-Error-Code") != "body.type" {
			t.Errorf("%s: %d %s", kind, answer.Code, answer.Body)
		}
		empty := newRequest(h, "admin", "POST", "/v1/lms/run_eod/", "")
		empty.Header.Set("Content-Type", kind)
		answer = serve(h, empty)
		if answer.Code != http.StatusOK {
			t.Errorf("%s and no body: %d %s", kind, answer.Code, answer.Body)
		}
		h.now = h.now.AddDate(0, 0, 1) // its day has come
	}
}
