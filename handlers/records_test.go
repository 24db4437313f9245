package handlers

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// refsOn are the records of a list page, in their order.
func refsOn(a answer) []string {
	a.t.Helper()
	var refs []string
	for _, part := range strings.Split(a.Body.String(), `id="r-`)[1:] {
		ref, _, _ := strings.Cut(part, `"`)
		refs = append(refs, ref)
	}
	return refs
}

func TestRecordListShowsAllWithTheirSum(t *testing.T) {
	h := newHouse(t)
	page := h.as("auditor").get("/records").status(http.StatusOK)
	if refs := refsOn(page); len(refs) != 10 {
		t.Errorf("the list shows %d records, want 10", len(refs))
	}
	// 10662 + 5501 + 7250.50 + 16163 + 900 + 900 of the statement, 4 x taken over.
	if got := page.at("totals"); !strings.Contains(got, "All 10 records") || !strings.Contains(got, "78,863.50") {
		t.Errorf("the totals say %q, want all 10 records of 78,863.50", got)
	}
	page.has("1–10 of 10", "Shree Balaji Textiles", "KAVYA REDDY", "Enter receipt").lacks("Tick all")
	if !strings.Contains(page.at("view-unmatched"), "6") || !strings.Contains(page.at("view-settled"), "4") {
		t.Error("the saved views do not count 6 unmatched and 4 settled")
	}
	page.html(`aria-disabled="true" title="Receipts are entered by operations."`)
}

func TestRecordListFilters(t *testing.T) {
	h := newHouse(t)
	b := h.as("operator")
	for _, c := range []struct {
		query string
		want  int
	}{
		{"status=unmatched", 6}, {"status=unmatched&status=processed", 10}, {"status=parked", 0}, {"type=tds", 0}, {"type=repayment", 10},
		{"from=2026-11-17&to=2026-11-18", 3}, {"min=900&max=900", 2}, {"min=1,0000", -1}, {"min=7250.50&max=7250.50", 1}, {"bank=" + houseBank, 6}, {"bank=" + houseBank2, 0},
		{"account=LN1001", 3}, {"account=ln%201001", 3}, {"account=NOBODY", -1}, {"source=portfolio", 4}, {"source=letter", -1}, {"unconfirmed=1", 0},
		{"q=632202814772", 1}, {"q=kavya", 2}, {"q=shree+balaji", 4}, {"q=HDFCN52026090500000001", 1}, {"q=" + strings.Repeat("x", 101), -1},
		{"status=lost", -1}, {"from=yesterday", -1}, {"sort=colour", -1}, {"bank=NONE", -1},
	} {
		page := b.get("/records?" + c.query)
		if c.want < 0 {
			page.status(http.StatusUnprocessableEntity).has("This filter cannot be read.")
			continue
		}
		page.status(http.StatusOK)
		if got := len(refsOn(page)); got != c.want {
			t.Errorf("/records?%s lists %d, want %d", c.query, got, c.want)
		}
	}
}

func TestRecordListKeepsItsFilterInPillsAndLinks(t *testing.T) {
	h := newHouse(t)
	page := h.as("operator").get("/records?status=unmatched&min=1000&sort=-amount").status(http.StatusOK)
	page.has("Status Unmatched", "At least ₹1,000.00", "All 4 records")
	page.html(`href="/records?min=1000&amp;sort=-amount"`, `href="/records?sort=-amount&amp;status=unmatched"`, `aria-sort="descending"`)
	if got := page.value("min"); got != "1000" {
		t.Errorf("the filter form says at least %q, want 1000", got)
	}
	refs := refsOn(page)
	if want := h.credit("SOMEBODY ELSE").Ref; refs[0] != want {
		t.Errorf("the largest comes as %s, want %s", refs[0], want)
	}
	// The head of the sorting column turns it round.
	upward := h.as("operator").get("/records?status=unmatched&min=1000&sort=amount").status(http.StatusOK)
	upward.html(`aria-sort="ascending"`)
	if got := refsOn(upward); got[3] != refs[0] {
		t.Errorf("upwards the largest is not last: %v", got)
	}
}

func TestRecordListEmptyStates(t *testing.T) {
	h := newHouse(t)
	b := h.as("operator")
	b.get("/records?status=parked").has("Nothing is parked")
	page := b.get("/records?status=unmatched&min=1000&q=nobodyatall").has("No record matches", "Leave one filter out")
	page.html(`href="/records?min=1000&amp;status=unmatched"`)
	b.get("/records?q=nobodyatall&account=LN1001&type=tds").has("Leaving one filter out gives nothing either")
}

func TestRecordListSwapsAsAPiece(t *testing.T) {
	h := newHouse(t)
	piece := h.as("operator").piece().get("/records?status=unmatched").status(http.StatusOK)
	if !piece.lies("listing") || piece.lies("main") {
		t.Error("htmx does not get the listing alone")
	}
	if got := piece.Header().Get("Vary"); !strings.Contains(got, "HX-Request-Type") {
		t.Errorf("Vary is %q", got)
	}
}

// enter makes receipts by hand, so that a list has more than one page.
func enter(h *house, n int) []store.Record {
	h.t.Helper()
	out := make([]store.Record, n)
	for i := range out {
		r, err := h.office.CreateRecord(h.t.Context(), h.actor("operator"), servicing.NewRecord{Account: "LN1002", Mode: "upi", Source: "hand",
			Received: lending.Money(1000_00 + i), UTR: fmt.Sprintf("7%011d", i), CollectionBank: houseBank, Date: houseToday.AddDays(-i % 9)})
		if err != nil {
			h.t.Fatal(err)
		}
		out[i] = r
	}
	return out
}

func TestRecordListPagesByKey(t *testing.T) {
	h := newHouse(t)
	enter(h, 101) // with the ten of the house: three pages, the last of eleven
	b := h.as("operator")
	for _, sort := range []string{"", "date", "-amount", "amount", "-ref", "ref"} {
		seen := map[string]bool{}
		var pages [][]string
		path := "/records?sort=" + sort
		for path != "" {
			page := b.get(path).status(http.StatusOK)
			refs := refsOn(page)
			for _, ref := range refs {
				if seen[ref] {
					t.Errorf("sort %q shows %s twice", sort, ref)
				}
				seen[ref] = true
			}
			pages = append(pages, refs)
			path = linkOf(page, "next")
			if path == "" { // and back to the beginning, page by page
				page.has("101–111 of 111")
				for i := len(pages) - 2; i >= 0; i-- {
					page = b.get(linkOf(page, "prev")).status(http.StatusOK)
					if got := refsOn(page); strings.Join(got, " ") != strings.Join(pages[i], " ") {
						t.Errorf("sort %q: back on page %d there are other records", sort, i+1)
					}
				}
				if linkOf(page, "prev") != "" {
					t.Errorf("sort %q: the first page leads to one before it", sort)
				}
				page.has("1–50 of 111")
			}
		}
		if len(seen) != 111 || len(pages) != 3 {
			t.Errorf("sort %q shows %d records on %d pages, want 111 on 3", sort, len(seen), len(pages))
		}
	}
	b.get("/records?after=nonsense").status(http.StatusUnprocessableEntity)
}

// linkOf is the address of a link with an id, "" when it is not there.
func linkOf(a answer, id string) string {
	a.t.Helper()
	if node := byID(a.tree(), id); node != nil {
		return attribute(node, "href")
	}
	return ""
}

func TestRecordsAreSentTogether(t *testing.T) {
	h := newHouse(t)
	first, second := h.matched("SHREE BALAJI", "LN1001"), h.matched("KAVYA", "LN1002")
	b := h.as("operator")
	path := b.post("/records/approval-requests", url.Values{"ref": {first.Ref + "." + versionText(first.Version), second.Ref}, "status": {"initiated"}}).leads()
	if path != "/records?status=initiated" {
		t.Errorf("it leads to %s", path)
	}
	b.get(path).has("2 records of ₹16,163.00 sent for approval.")
	for _, r := range []store.Record{first, second} {
		if got := h.record(r.Ref).Status; got != "pending" {
			t.Errorf("%s is %s, want pending", r.Ref, got)
		}
	}
}

func TestRecordsThatCannotBeSentAreNamed(t *testing.T) {
	h := newHouse(t)
	sent, changed, unmatched := h.matched("SHREE BALAJI", "LN1001"), h.matched("KAVYA", "LN1002"), h.credit("RAMESH")
	b := h.as("operator")
	page := b.post("/records/approval-requests", url.Values{"ref": {sent.Ref + "." + versionText(sent.Version), changed.Ref + "." + versionText(changed.Version-1), unmatched.Ref}}).status(http.StatusOK)
	page.has("1 record of ₹10,662.00 sent for approval, 2 not.", changed.Ref+" : Asha Kulkarni was faster. Record "+changed.Ref+" changed since you opened it",
		unmatched.Ref+" : Record "+unmatched.Ref+" is waiting on the desk")
	if h.record(sent.Ref).Status != "pending" || h.record(changed.Ref).Status != "initiated" {
		t.Error("the sound one was not sent, or the changed one was")
	}
	b.post("/records/approval-requests", url.Values{"ref": {unmatched.Ref}}).status(http.StatusConflict).has("0 records of ₹0.00 sent for approval, 1 not.")
	b.post("/records/approval-requests", url.Values{}).status(http.StatusUnprocessableEntity).has("Tick at least one record.")
	b.post("/records/approval-requests", url.Values{"ref": {"REC.x"}}).status(http.StatusUnprocessableEntity)
	h.as("credit_manager").post("/records/approval-requests", url.Values{"ref": {changed.Ref}}).status(http.StatusForbidden).has("This is for operations")
}

func TestAllThatMatchIsSentOnlyInThePromisedNumber(t *testing.T) {
	h := newHouse(t)
	records := enter(h, 60)
	b := h.as("operator")
	list := b.get("/records?status=initiated").status(http.StatusOK).has("Tick all 60")
	ticked := b.get(linkOf(list, "tick-all")).status(http.StatusOK).has("60 that match are ticked")
	if got := ticked.value("count"); got != "60" {
		t.Fatalf("the form promises %q, want 60", got)
	}
	form := url.Values{"all": {"1"}, "count": {"60"}, "status": {"initiated"}}
	// Somebody enters another one meanwhile: nothing is sent.
	more := enter2(h)
	b.post("/records/approval-requests", form).status(http.StatusConflict).has("You ticked all 60 that matched, and now 61 match.")
	if got := h.record(records[0].Ref).Status; got != "initiated" {
		t.Fatalf("one was sent: it is %s", got)
	}
	form.Set("count", "61")
	b.post("/records/approval-requests", form).leads()
	for _, ref := range []string{records[0].Ref, records[59].Ref, more.Ref} {
		if got := h.record(ref).Status; got != "pending" {
			t.Errorf("%s is %s, want pending", ref, got)
		}
	}
}

func enter2(h *house) store.Record {
	h.t.Helper()
	r, err := h.office.CreateRecord(h.t.Context(), h.actor("operator2"), servicing.NewRecord{Account: "LN1003", Mode: "cash", Source: "hand", Received: 500_00})
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

func TestExportHoldsExactlyTheFilteredSet(t *testing.T) {
	h := newHouse(t)
	enter(h, 60)
	list := h.as("auditor").get("/records?q=kavya&sort=amount").status(http.StatusOK)
	want := strings.TrimPrefix(list.at("export"), "Export ")
	file := h.as("auditor").get(linkOf(list, "export")).status(http.StatusOK)
	if got := file.Header().Get("Content-Disposition"); !strings.Contains(got, "records-2026-11-20.csv") {
		t.Errorf("the file is called %q", got)
	}
	rows, err := csv.NewReader(file.Body).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(len(rows)-1) != want || want != "62" {
		t.Errorf("the file holds %d rows, the button promises %s, want 62", len(rows)-1, want)
	}
	var sum, last lending.Money
	for _, row := range rows[1:] {
		amount, err := lending.ParseMoney(row[9])
		if err != nil || amount < last {
			t.Fatalf("row %v is out of order or unreadable: %v", row, err)
		}
		sum, last = sum+amount, amount
	}
	var totals store.RecordTotals
	h.look(func(ctx context.Context, v *store.View) (err error) {
		totals, err = v.RecordTotals(ctx, store.RecordFilter{Search: "kavya"})
		return err
	})
	if sum != totals.Amount {
		t.Errorf("the file sums to %s, the books to %s", sum, totals.Amount)
	}
	h.as("admin").get("/records.csv").status(http.StatusForbidden)
	h.as("auditor").get("/records.csv?status=lost").status(http.StatusUnprocessableEntity)
}
