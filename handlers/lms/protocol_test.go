package lms

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lekha/servicing"
)

// Every refusal has one of two shapes, and says no more than it should.
func TestErrorShapes(t *testing.T) {
	h := newHouse(t, "2026-04-01", "12:00:00.000000")
	bank := h.bank()
	body := map[string]any{"received_amount": 100, "utr": "SAME1", "collection_bank": bank}
	first := h.do("operator", "POST", "/v1/lms/records/", body).want(201)
	record := "/v1/lms/records/" + first.text("id") + "/"

	h.do("", "GET", "/v1/lms/records/", nil).refused(401, "token.missing").golden("error_401")
	h.do("", "GET", "/v1/lms/records/", nil, "Authorization", "Bearer lk_nonsense").refused(401, "token.refused")
	h.do("auditor", "POST", "/v1/lms/records/", body).refused(403, "permission").golden("error_403")
	h.do("operator", "GET", "/v1/lms/records/REC00000/", nil).refused(404, "record.not_found").golden("error_404")
	h.do("operator", "GET", "/v1/lms/nothing/", nil).refused(404, "path.not_found")
	h.do("operator", "GET", "/v1", nil).refused(404, "path.not_found")
	if allow := h.do("operator", "DELETE", "/v1/lms/records/", nil).refused(405, "method.not_allowed").header.Get("Allow"); allow != "GET, POST" {
		t.Errorf("Allow is %q", allow)
	}
	h.do("operator", "POST", "/v1/lms/records/", body).refused(409, "record.duplicate_utr").golden("error_409")
	h.do("operator", "PUT", record+"park/", map[string]any{"reason": "later", "version": 9}).refused(409, "record.changed")
	h.do("operator", "PUT", record+"park/", map[string]any{"reason": "later"}, "If-Match", `"9"`).refused(409, "record.changed")
	h.do("operator", "PUT", record+"park/", map[string]any{"reason": "later"}, "If-Match", `"nine"`).refused(400, "if_match.unreadable")
	h.do("operator", "POST", "/v1/lms/records/", map[string]any{"received_amount": "much", "date": "yesterday", "type": map[string]any{}}).refused(400, "fields").golden("error_400_fields")
	h.do("operator", "POST", "/v1/lms/records/", map[string]any{"received_amount": 0}).refused(400, "record.invalid")
	h.do("operator", "POST", "/v1/lms/records/", `{"received_amount": 1`).refused(400, "body.json").golden("error_400_body")
	h.do("operator", "POST", "/v1/lms/records/", `{} {}`).refused(400, "body.json")
	h.do("operator", "POST", "/v1/lms/records/", `[1]`).refused(400, "body.json")
	h.do("operator", "POST", "/v1/lms/records/", `a=b`, "Content-Type", "application/xml").refused(415, "body.type")
	h.do("operator", "PUT", record+"park/", map[string]any{"reason": "later", "because": "x"}).refused(400, "fields").has("because.0", "There is no such field.")
	h.do("operator", "POST", "/v1/lms/records/", `{"remark":"`+strings.Repeat("x", maxBody)+`"}`).refused(413, "body.too_large").golden("error_413")
	h.do("operator", "POST", "/v1/lms/statements/", form{"@x.csv": "\x00\x01nothing", "collection_bank": bank}).refused(422, "statement.unreadable")
	h.do("operator", "POST", "/v1/lms/statements/", nil).refused(400, "fields")
	h.do("operator", "GET", "/v1/lms/records/?page=0&date_after=soon&status=lost&ordering=colour", nil).refused(400, "fields").golden("error_400_query")
	for range 12 {
		got := h.do("", "POST", "/v1/auth/token/", map[string]any{"username": "omar", "password": "wrong guess 1"})
		if got.status == http.StatusTooManyRequests {
			if got.refused(429, "signin.throttled").header.Get("Retry-After") == "" {
				t.Error("a throttled sign-in does not say when to come back")
			}
			return
		}
		got.refused(401, "signin.refused")
	}
	t.Error("twelve wrong passwords were not slowed down")
}

// The table of domain.md 11.1: which role may call what. The table names one
// permission a route; this names it a second time, by role.
func TestPermissions(t *testing.T) {
	h := newHouse(t, "2026-04-01", "12:00:00.000000")
	everybody := []string{"operator", "credit_manager", "finance", "admin", "auditor", "api"}
	may := map[servicing.Permission][]string{
		servicing.MayView:           everybody,
		servicing.MayPrepare:        {"operator", "api"},
		servicing.MayTakeOver:       {"operator", "api"},
		servicing.MayImport:         {"operator", "api"},
		servicing.MayDecide:         {"credit_manager"},
		servicing.MaySign:           {"credit_manager", "finance"},
		servicing.MayManagePeople:   {"admin"},
		servicing.MayReleasePayout:  {"finance"},
		servicing.MayReportPayout:   {"finance", "api"},
		servicing.MayCloseDay:       {"operator", "credit_manager", "finance", "admin", "api"},
		servicing.MayManageProducts: {"admin", "api"},
		servicing.MayCloseBooks:     {"finance"},
		servicing.MayAudit:          {"auditor", "admin", "finance"},
		servicing.MayExport:         {"operator", "credit_manager", "finance", "auditor", "api"},
	}
	for _, r := range table() {
		if r.permission == servicing.MaySignIn {
			if r.name != "createToken" {
				t.Errorf("route %s needs no token", r.name)
			}
			continue
		}
		allowed, named := may[r.permission]
		if !named {
			t.Errorf("route %s has the permission %q, which this test does not know", r.name, r.permission)
			continue
		}
		for _, place := range r.places() {
			path := strings.ReplaceAll(place.path, "{id}", nobody)
			h.do("", place.method, path, nil).refused(401, "token.missing")
			for _, role := range everybody {
				got := h.do(role, place.method, path, map[string]any{"utr": "X"})
				refused := got.status == 403 && got.header.Get("X-Error-Code") == "permission"
				if refused == slices.Contains(allowed, role) {
					t.Errorf("%s %s as %s: %d %s", place.method, place.path, role, got.status, got.body)
				}
				if got.status >= 500 {
					t.Errorf("%s %s as %s: %s", place.method, place.path, role, got.body)
				}
			}
		}
	}
}

// Names, paths and rows are unique, each path ends in a slash, and the table is
// whole: a route without a summary or a mark is none.
func TestTable(t *testing.T) {
	names, places, rows := map[string]bool{}, map[string]bool{}, map[int]bool{}
	for _, r := range table() {
		if names[r.name] || r.summary == "" || r.mark == "" || r.permission == "" || r.serve == nil {
			t.Errorf("route %q is not whole or not the only one", r.name)
		}
		names[r.name] = true
		if (r.mark == ours) != (r.reference == 0) {
			t.Errorf("route %s is %s and of row %d", r.name, r.mark, r.reference)
		}
		if r.reference != 0 && rows[r.reference] {
			t.Errorf("row %d is there twice", r.reference)
		}
		rows[r.reference] = true
		if want := permissionOf(r); r.permission != want {
			t.Errorf("route %s is for %s, want %s", r.name, r.permission, want)
		}
		for _, p := range r.places() {
			if places[p.method+p.path] || !strings.HasSuffix(p.path, "/") {
				t.Errorf("%s %s is there twice, or has no slash at the end", p.method, p.path)
			}
			places[p.method+p.path] = true
		}
	}
}

// permissionOf says a second time, by what a route does, who may call it: what
// changes money is never open to those who only look, deciding is for checkers,
// money going out for finance.
func permissionOf(r route) servicing.Permission {
	last := r.path[strings.LastIndex(strings.TrimSuffix(r.path, "/"), "/"):]
	tag := tagOf(r.path)
	switch {
	case r.name == "createToken":
		return servicing.MaySignIn
	case tag == "events" || r.method == get && (tag == "webhooks" || tag == "deliveries"):
		return servicing.MayAudit
	case tag == "webhooks" || tag == "deliveries": // where messages go is an administrator's
		return servicing.MayManagePeople
	case tag == "events" || tag == "trial_balance" || tag == "months" && r.method == get:
		return servicing.MayAudit
	case tag == "months":
		return servicing.MayCloseBooks
	case tag == "payouts" && r.method != get: // a payout file lets money go
		switch last {
		case "/add_tranche/":
			return servicing.MayTakeOver
		case "/payouts/":
			return servicing.MayPrepare
		case "/callback/":
			return servicing.MayReportPayout
		}
		return servicing.MayReleasePayout
	case last == "/answer/" || last == "/nach_presentation_status/": // what a bank says of its own
		return servicing.MayImport
	case last == "/file/" || last == "/send/" || last == "/release/":
		return servicing.MayReleasePayout
	case last == "/export/" || last == "/export_cashback/" || last == "/proposals/":
		return servicing.MayExport
	case r.name == "rerunChecks": // a GET of the reference that keeps what it found
		return servicing.MayPrepare
	case r.name == "bulkLines" || r.name == "checkLineAmount": // they read, whatever their method
		return servicing.MayView
	case r.method == get || r.name == "calculateEMI":
		return servicing.MayView
	case r.name == "proposeRules":
		return servicing.MayManagePeople
	case r.name == "runEOD":
		return servicing.MayCloseDay
	case last == "/add_tranche/":
		return servicing.MayTakeOver
	case last == "/reopen/":
		return servicing.MayManagePeople // an administrator asks
	case last == "/close/" || last == "/reset_rps/" || last == "/waivers/":
		return servicing.MayPrepare
	case tag == "approvals": // each waits for one role, which servicing holds
		return servicing.MaySign
	case tag == "payouts":
		return servicing.MayReleasePayout
	case last == "/approve/" || last == "/reject/" || last == "/send_back/":
		return servicing.MayDecide
	case tag == "statements":
		return servicing.MayImport
	case tag == "programs" || tag == "banks" || tag == "anchors":
		return servicing.MayManageProducts
	case tag == "borrowers" || tag == "accounts" || tag == "loan_data":
		return servicing.MayTakeOver
	}
	return servicing.MayPrepare
}

// The same key and body gives the first answer again, whatever the order of its
// fields or the kind of body; another body is refused; a refusal is not kept.
func TestIdempotency(t *testing.T) {
	h := newHouse(t, "2026-04-01", "12:00:00.000000")
	const path = "/v1/lms/records/"
	key := []string{"Idempotency-Key", "0b0e7c1e-first"}
	first := h.do("api", "POST", path, `{"received_amount": 250, "utr": "ONCE1"}`, key...).want(201)
	again := h.do("api", "POST", path, `{"utr":"ONCE1",  "received_amount":250}`, key...).want(201)
	if string(first.body) != string(again.body) || again.header.Get("Idempotency-Replayed") != "true" || first.header.Get("Idempotency-Replayed") != "" {
		t.Errorf("a repeated request answers %s, want %s", again.body, first.body)
	}
	h.do("api", "POST", path, `{"received_amount": 251, "utr": "ONCE1"}`, key...).refused(409, "idempotency.other")
	h.do("operator", "POST", path, `{"received_amount": 300, "utr": "OTHER1"}`, key...).want(201) // keys belong to who gives them
	h.do("api", "GET", path, nil).want(200).has("count", 2)

	key[1] = "second"
	h.do("api", "POST", path, `{"received_amount": -1}`, key...).want(400)
	h.do("api", "POST", path, `{"received_amount": 1}`, key...).want(201) // mended under its key
	h.do("api", "POST", path, `{"received_amount": 1}`, "Idempotency-Key", strings.Repeat("k", 300)).refused(400, "idempotency.key")
	h.do("api", "GET", path, nil).want(200).has("count", 3)
	if got := h.do("api", "GET", path, nil, key...).want(200); got.header.Get("Idempotency-Replayed") != "" {
		t.Error("a read has no key")
	}
}

// Of many requests with one key at once, one is carried out.
func TestIdempotencyAtOnce(t *testing.T) {
	h := newHouse(t, "2026-04-01", "12:00:00.000000")
	var wait sync.WaitGroup
	statuses := make([]int, 8)
	for i := range statuses {
		wait.Go(func() {
			r := newRequest(h, "api", "POST", "/v1/lms/records/", `{"received_amount": 5}`)
			r.Header.Set("Idempotency-Key", "together")
			statuses[i] = serve(h, r).Code
		})
	}
	wait.Wait()
	for _, status := range statuses {
		if status != 201 && status != 409 {
			t.Errorf("one of several requests with one key: %d", status)
		}
	}
	h.do("api", "GET", "/v1/lms/records/", nil).want(200).has("count", 1)
}

// A request whose command was carried out and whose answer was lost (the program
// stopped in between) is not carried out again; one that wrote nothing is.
func TestIdempotencyAfterACrash(t *testing.T) {
	h := newHouse(t, "2026-04-01", "12:00:00.000000")
	actor := servicing.Actor{Person: "somebody", Name: "Somebody", Roles: []servicing.Role{servicing.APIClient}}
	claim, err := h.office.ClaimOnce(t.Context(), actor, "lost", "hash")
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.office.CreateRecord(claim.Mark(t.Context()), actor, servicing.NewRecord{Received: 100, Source: "api"})
	if err != nil {
		t.Fatal(err)
	}
	h.now = h.now.AddDate(0, 0, 1)
	if _, err := h.office.ClaimOnce(t.Context(), actor, "lost", "hash"); problemOf(err, "").code != "idempotency.no_answer" {
		t.Errorf("a key whose command was carried out is given again: %v", err)
	}
	if _, err := h.office.ClaimOnce(t.Context(), actor, "stopped", "hash"); err != nil {
		t.Fatal(err)
	}
	if _, err := h.office.ClaimOnce(t.Context(), actor, "stopped", "hash"); problemOf(err, "").code != "idempotency.running" {
		t.Errorf("a key that is running is given again: %v", err)
	}
	h.now = h.now.AddDate(0, 0, 1)
	if _, err := h.office.ClaimOnce(t.Context(), actor, "stopped", "hash"); err != nil {
		t.Errorf("a key under which nothing was written is lost: %v", err)
	}
}

// The same through the API: a request that broke off after its command was carried
// out is not carried out again under its key, and another one is.
func TestIdempotencyAfterAPanic(t *testing.T) {
	h := newHouse(t, "2026-04-01", "12:00:00.000000")
	h.api.logger = slog.New(slog.DiscardHandler)
	calls := 0
	h.echo.POST("/v1/lms/breaks/", h.api.handler(&route{name: "breaks", permission: servicing.MayPrepare,
		endpoint: takes(func(a *API, c *call, _ nothing) (nothing, error) {
			calls++
			if _, err := a.office.CreateRecord(c.ctx, c.actor, servicing.NewRecord{Received: 100, Source: "api"}); err != nil {
				return nothing{}, err
			}
			panic("the program stops here")
		})}))
	h.do("api", "POST", "/v1/lms/breaks/", `{}`, "Idempotency-Key", "one").want(500)
	h.do("api", "POST", "/v1/lms/breaks/", `{}`, "Idempotency-Key", "one").refused(409, "idempotency.no_answer")
	h.do("api", "POST", "/v1/lms/breaks/", `{}`, "Idempotency-Key", "two").want(500)
	if calls != 2 {
		t.Errorf("carried out %d times, want 2", calls)
	}
}

// Both pagers read every row once, in order, and no other.
func TestPagers(t *testing.T) {
	h := newHouse(t, "2026-04-01", "12:00:00.000000")
	for i := range 23 {
		h.do("api", "POST", "/v1/lms/records/", map[string]any{"received_amount": 100 + i%4, "utr": fmt.Sprintf("P%d", i)}).want(201)
	}
	for _, order := range []string{"index", "-index", "amount", "-amount", "date", "-created_at"} {
		var byNumber, byPlace []string
		for number := 1; number <= 5; number++ {
			got := h.do("auditor", "GET", fmt.Sprintf("/v1/lms/records/?page_size=5&page=%d&ordering=%s", number, order), nil).want(200).
				has("count", 23, "current_page", number, "page_size", 5)
			if diff := cmp.Diff([]string{"count", "current_page", "page_size", "results"}, got.keys()); diff != "" {
				t.Fatalf("the pager (- want, + got):\n%s", diff)
			}
			for i := range got.length("results") {
				byNumber = append(byNumber, got.text(fmt.Sprintf("results.%d.id", i)))
			}
		}
		place := ""
		for {
			got := h.do("auditor", "GET", "/v1/lms/records/?page_size=5&ordering="+order+"&after="+place, nil).want(200)
			if place == "" {
				got.has("count", 23, "current_page", "<nil>")
			}
			for i := range got.length("results") {
				byPlace = append(byPlace, got.text(fmt.Sprintf("results.%d.id", i)))
			}
			next := got.get("next")
			if next == nil {
				break
			}
			place = next.(string)
		}
		if diff := cmp.Diff(byNumber, byPlace); diff != "" || len(byNumber) != 23 {
			t.Errorf("by %s, pages by number and by place differ, or are not 23 but %d:\n%s", order, len(byNumber), diff)
		}
		if len(slices.Compact(slices.Sorted(slices.Values(byNumber)))) != 23 {
			t.Errorf("by %s, a row comes twice", order)
		}
	}
	h.do("auditor", "GET", "/v1/lms/records/?page_size=1000", nil).want(200).has("page_size", 200)
	h.do("auditor", "GET", "/v1/lms/records/?page=99", nil).want(200).has("count", 23)
	h.do("auditor", "GET", "/v1/lms/records/?after=bm9uc2Vuc2U", nil).refused(400, "fields")
	h.do("auditor", "GET", "/v1/lms/records/?page_size=2&after=", nil).want(200).golden("page_by_place_first").has("count", 23)
}

// Filters narrow by what they say, days at both ends included.
func TestFilters(t *testing.T) {
	m := newMonday(t)
	m.do("operator", "POST", "/v1/lms/statements/", form{"@hdfc.csv": m.file}).want(201)
	m.receive(m.anita, "5501", "FILTER1")
	for query, count := range map[string]int{
		"": 5, "status=unmatched": 4, "status=unmatched,processed": 5, "utr=FILTER1": 1, "utr=612000000002": 1, "account=" + m.anita: 1, "account=" + nobody: 0,
		"loan=" + m.anitaLoan: 1, "date_after=2026-04-30&date_before=2026-04-30": 5, "date_after=2026-05-01": 0, "bank_date_before=1777487400": 5,
		"created_at_after=2026-04-30": 5, "created_at_before=2026-04-29": 0, "collection_bank=HDFC-CA-01": 4, "search=ravi": 1, "search=nobody": 0,
		"payment_mode=upi": 2, "amount_min=5000": 3, "amount_max=1250.00": 1, "is_processed=true": 0, "source=statement": 4, "type=tds": 0, "search=FILTER": 1,
	} {
		if got := m.do("auditor", "GET", "/v1/lms/records/?"+query, nil).want(200).text("count"); got != fmt.Sprint(count) {
			t.Errorf("records with %s: %s, want %d", query, got, count)
		}
	}
	for path, count := range map[string]int{
		"settlements/?account=" + m.anita: 1, "settlements/?loan=" + m.anitaLoan: 1, "settlements/?date_after=2026-05-01": 0, "demands/?account=" + m.ravi + "&status=due": 1,
		"demands/?status=paid": 1, "demands/?loan=" + m.anitaLoan + "&due_date_before=2026-05-31": 2, "accounts/?search=anita": 1, "accounts/?status=closed": 0,
		"accounts/?state=active&ordering=-outstanding": 2, "loans/?status=active": 2, "loans/?search=ravi": 1, "loans/excess_balance/": 0, "payouts/?status=processed": 2,
		"approvals/?status=approved": 1, "approvals/?account=" + m.anita: 1, "banks/?kind=collection": 2, "borrowers/?search=ravi": 1, "programs/?search=solar": 1,
		"statements/?collection_bank=HDFC-CA-01": 1, "events/?action=record.create": 1, "fees/": 0, "fees/demands/": 0,
	} {
		if got := m.do("auditor", "GET", "/v1/lms/"+path, nil).want(200).text("count"); got != fmt.Sprint(count) {
			t.Errorf("%s: %s, want %d", path, got, count)
		}
	}
}

// One bad row rejects itself alone, in a list and in a file.
func TestBulk(t *testing.T) {
	h := newHouse(t, "2026-04-01", "12:00:00.000000")
	bank := h.bank()
	rows := []map[string]any{
		{"received_amount": "100", "utr": "B1", "collection_bank": bank},
		{"received_amount": "x", "utr": "B2"},
		{"received_amount": 300, "utr": "B1", "collection_bank": bank},
		{"received_amount": 400, "account": "ACC00000"},
	}
	got := h.do("api", "POST", "/v1/lms/records/bulk_create/", map[string]any{"records": rows}).want(201).golden("bulk_create").has("created", 1, "duplicates", 1, "rejected", 2)
	h.do("api", "GET", "/v1/lms/records/"+got.text("results.0.id")+"/", nil).want(200).has("amount", "100.0")
	file := "received_amount,utr,collection_bank,remark\n1250.50,F1," + bank + ",\"by hand, twice\"\nnone,F2," + bank + ",\n"
	h.do("api", "POST", "/v1/lms/records/bulk_create", form{"@rows.csv": file}).want(201).has("created", 1, "rejected", 1, "results.1.index", 1)
	h.do("api", "GET", "/v1/lms/records/?utr=F1", nil).want(200).has("results.0.amount", "1250.5", "results.0.remark", "by hand, twice")
	h.do("api", "POST", "/v1/lms/records/bulk_create/", form{"@rows.csv": "a,b\n1\n"}).refused(400, "fields")
	h.do("api", "POST", "/v1/lms/records/bulk_create/", map[string]any{"records": []any{}}).want(200).has("created", 0)
}

// An export is exactly the filtered set, safe to open in a spreadsheet.
func TestExport(t *testing.T) {
	h := newHouse(t, "2026-04-01", "12:00:00.000000")
	for i, remark := range []string{"=cmd()", "plain", "other"} {
		h.do("api", "POST", "/v1/lms/records/", map[string]any{"received_amount": 10 * (i + 1), "remark": remark}).want(201)
	}
	got := h.do("auditor", "PUT", "/v1/lms/records/export/?amount_max=20", nil).want(200)
	rows, err := csv.NewReader(strings.NewReader(string(got.body))).ReadAll()
	if err != nil || len(rows) != 3 || len(rows[0]) != len(exportColumns) {
		t.Fatalf("%v %v", err, rows)
	}
	if remark := rows[1][slices.Index(exportColumns, "remark")]; remark != "'=cmd()" {
		t.Errorf("a formula goes out as %q", remark)
	}
	var list []json.RawMessage
	got = h.do("auditor", "PUT", "/v1/lms/records/export/?format=json", map[string]any{"amount_min": 15}).want(200)
	if err := json.Unmarshal(got.body, &list); err != nil || len(list) != 2 {
		t.Errorf("%v, %d records in %s", err, len(list), got.body)
	}
	h.do("auditor", "PUT", "/v1/lms/records/export/?format=pdf", nil).refused(400, "fields")
	if got := h.do("auditor", "PUT", "/v1/lms/records/export/?status=split&format=json", nil).want(200); strings.TrimSpace(string(got.body)) != "[]" {
		t.Errorf("an export of nothing is %s", got.body)
	}
}

// Both bodies, numbers as text, refs in any case, paths without the slash.
func TestTolerance(t *testing.T) {
	h := newHouse(t, "2026-04-01", "12:00:00.000000")
	account, _ := h.lend("Latha Menon", "12000", terms(nil))
	h.close("2026-05-01")
	bank := h.do("operator", "GET", "/v1/lms/banks/?kind=collection", nil)
	made := h.do("api", "POST", "/v1/lms/records", form{"account": account, "received_amount": "100.2347", "tds_amount": "1e1", "date": "1777593600", "bank_date": "2026-05-01",
		"utr": "612000000009", "collection_bank": `{"ifsc":"yesb0000104","account_no":"000000000000"}`, "loans": "[]", "payment_mode": "neft", "nonsense": "ignored"}).want(201).
		has("received_amount", "100.23", "tds_amount", "10.0", "amount", "110.23", "collection_bank.id", bank.text("results.0.id"))
	ref := strings.ToLower(made.text("ref_id"))
	h.do("api", "GET", "/v1/lms/records/"+ref[:3]+"%20"+ref[3:], nil).want(200).has("id", made.text("id"))
	h.do("api", "GET", "/v1/lms/records/"+strings.ToUpper(made.text("id"))+"/", nil).want(200)
	h.do("api", "PATCH", "/v1/lms/records/"+made.text("id"), map[string]any{"received_amount": "90.5", "remark": nil}, "If-Match", made.header.Get("ETag")).want(200).
		has("received_amount", "90.5", "amount", "100.5", "utr", "612000000009")
	h.do("api", "PATCH", "/v1/lms/records/"+made.text("id"), map[string]any{"remark": "late"}, "If-Match", made.header.Get("ETag")).refused(409, "record.taken")
	h.do("api", "PUT", "/v1/lms/records/"+made.text("id")+"/cancel", map[string]any{"remark": "typed twice"}).want(200).has("status", "cancelled")
}

// Every list reads the same rows by number and by place, in each of its orders,
// both ways.
func TestEveryListPagesBothWays(t *testing.T) {
	m := newMonday(t)
	m.do("operator", "POST", "/v1/lms/statements/", form{"@hdfc.csv": m.file}).want(201)
	m.receive(m.anita, "7000", "PAGES1")
	m.receive(m.ravi, "3405", "PAGES2")
	for _, due := range []string{"2026-05-02", "2026-05-03", "2026-05-03"} {
		m.do("operator", "POST", "/v1/lms/fees/", map[string]any{"account": m.ravi, "name": "Visit", "amount": 50, "due_date": due}).want(201)
	}
	m.do("operator", "POST", "/v1/lms/borrowers/", map[string]any{"name": "Zubin Mehta"}).want(201)
	m.close("2026-05-04")
	read := func(path, name string) (rows []string, next any) {
		got := m.do("admin", "GET", path, nil).want(200)
		for i := range got.length("results") {
			rows = append(rows, got.text(fmt.Sprintf("results.%d.%s", i, name)))
		}
		if strings.Contains(path, "&after=") {
			next = got.get("next")
		}
		return rows, next
	}
	lists := 0
	for _, r := range table() {
		if !slices.ContainsFunc(r.query, func(p param) bool { return p.name == "page" }) {
			continue
		}
		lists++
		name := "id"
		if r.name == "listEvents" {
			name = "seq"
		}
		orders := r.query[slices.IndexFunc(r.query, func(p param) bool { return p.name == "ordering" })].choices
		for _, order := range orders {
			for _, sign := range []string{"", "-"} {
				path := r.path + "?page_size=2&ordering=" + sign + order
				whole, _ := read(r.path+"?page_size=200&ordering="+sign+order, name)
				var byNumber, byPlace []string
				for number := 1; ; number++ {
					rows, _ := read(fmt.Sprintf("%s&page=%d", path, number), name)
					if byNumber = append(byNumber, rows...); len(rows) == 0 {
						break
					}
				}
				for place := ""; ; {
					rows, next := read(path+"&after="+place, name)
					if byPlace = append(byPlace, rows...); next == nil {
						break
					}
					place = next.(string)
				}
				if diff := cmp.Diff(whole, byNumber); diff != "" {
					t.Errorf("%s by %s%s: by number (- whole, + pages):\n%s", r.name, sign, order, diff)
				}
				if diff := cmp.Diff(whole, byPlace); diff != "" {
					t.Errorf("%s by %s%s: by place (- whole, + pages):\n%s", r.name, sign, order, diff)
				}
			}
		}
	}
	if lists < 15 {
		t.Errorf("only %d lists", lists)
	}
}
