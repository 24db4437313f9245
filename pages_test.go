//go:build cgo

package main

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"lekha/demo"
)

// phone is the width of a telephone, which no page may exceed.
const phone = 390

// sends posts a form of the page that is open, as the browser would, and returns
// the path that it leads to.
func (tb *tab) sends(path string, form url.Values) string {
	tb.t.Helper()
	script := fmt.Sprintf(`fetch(%q, {method: "POST", headers: {"Content-Type": "application/x-www-form-urlencoded"}, body: %q}).then(r => r.status + " " + new URL(r.url).pathname)`, path, form.Encode())
	answer, err := chromedp.Run(tb.ctx, chromedp.Evaluate[string](script, chromedp.EvalAwaitPromise))
	if err != nil {
		tb.t.Fatalf("posting to %s: %v", path, err)
	}
	to, ok := strings.CutPrefix(answer, "200 ")
	if !ok {
		tb.t.Fatalf("posting %v to %s answers %s", form, path, answer)
	}
	return to
}

// faultless opens a page at a desk and on a telephone and fails on what axe finds
// and on a page that is wider than the telephone.
func (tb *tab) faultless(path string) {
	tb.t.Helper()
	tb.do(chromedp.EmulateViewport(1440, 900))
	tb.visit(path)
	tb.shot(shotName(path))
	tb.axe()
	tb.do(chromedp.EmulateViewport(phone, 844))
	wide, err := chromedp.Run(tb.ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth`))
	if err != nil {
		tb.t.Fatal(err)
	}
	if wide > phone {
		tb.t.Errorf("%s is %d wide on a screen of %d", tb.where(), wide, phone)
		tb.shot("wide-" + shotName(path))
	}
	tb.axeOfLayout()
}

// shotName is what a picture of a page is called.
func shotName(path string) string {
	path, _, _ = strings.Cut(path, "?")
	if path == "/" {
		return "overview"
	}
	return strings.ReplaceAll(strings.Trim(path, "/"), "/", "-")
}

// TestPagesWithoutFault opens the pages, with something on them, and looks for
// accessibility faults, words on the console, and pages that a telephone cannot hold.
func TestPagesWithoutFault(t *testing.T) {
	br := newBrowser(t)
	p, b, _ := startDemo(t)
	signedIn := func(username string) *tab {
		tb := br.open(p.base, true)
		if username == "operator" {
			tb.faultless("/signin")
		}
		tb.do(chromedp.EmulateViewport(1440, 900))
		tb.signIn(username, passwordOf(t, p, username))
		return tb
	}
	operator, manager, admin := signedIn("operator"), signedIn("manager"), signedIn("admin")
	furnish(b, operator, manager, admin)
	for _, path := range operatorPages(b) {
		operator.faultless(path)
	}
	for _, path := range []string{"/", "/approvals", "/approvals/" + b.text(`SELECT ref FROM approvals WHERE status = 'pending' LIMIT 1`),
		"/approvals/decisions?ref=" + b.text(`SELECT ref FROM approvals WHERE status = 'pending' LIMIT 1`)} {
		manager.faultless(path)
	}
	for _, path := range adminPages(b) {
		admin.faultless(path)
	}
	for _, tb := range []*tab{operator, manager, admin} {
		tb.quiet()
	}
	if len(demo.SignIns()) < 5 {
		t.Error("the sample has people of five roles")
	}
}

// furnish makes what the sample has none of: a mandate and its list, a limit, a
// topup in a group, an anchor.
func furnish(b *books, operator, manager, admin *tab) {
	approve := func() {
		ref := b.text(`SELECT ref FROM approvals ORDER BY idx DESC LIMIT 1`)
		manager.sends("/approvals/"+ref+"/decision", url.Values{"version": {b.text(`SELECT version FROM approvals WHERE ref = ?`, ref)}, "decision": {"approve"}})
	}
	account := b.text(`SELECT a.ref FROM accounts a JOIN positions p ON p.account_id = a.id WHERE p.due_now > 0 AND p.due_now < 10000000 ORDER BY a.idx LIMIT 1`)
	operator.sends("/mandates", url.Values{"account": {account}, "max_amount": {"1,00,000"}, "frequency": {"monthly"}, "first_date": {"2026-01-01"}, "last_date": {"2028-12-31"},
		"holder": {"Shree Balaji Textiles"}, "ifsc": {"SBIN0001234"}, "account_no": {"30123456789"}})
	approve()
	operator.sends("/mandates/"+b.text(`SELECT ref FROM mandates LIMIT 1`)+"/answer", url.Values{"umrn": {"SBIN7012611001234567"}})
	operator.sends("/presentations", url.Values{"date": {"2026-11-25"}, "bank": {b.text(`SELECT ref FROM banks LIMIT 1`)}, "utility_code": {"NACH00000000012345"}, "arrears": {"1"}})
	operator.sends("/lines", url.Values{"level": {"account"}, "type": {"sanctioned"}, "account": {account}, "amount": {"5,00,000"}, "reason": {"Sanctioned."}})
	approve()
	topup := operator.sends("/topups", url.Values{"account": {account}, "amount": {"1000"}, "tenor_days": {"30"}, "payout_to": {"borrower"}})
	operator.sends("/topup-groups", url.Values{"name": {"November"}, "topups": {strings.TrimPrefix(topup, "/topups/")}, "all_or_none": {"yes"}})
	admin.sends("/anchors", url.Values{"name": {"Vega Motors"}, "gstin": {"27AAACV1234A1Z5"}, "account_no": {"5020009988776"}, "ifsc": {"HDFC0000001"}})
}

// operatorPages are the pages of daily work.
func operatorPages(b *books) []string {
	one := func(query string) string { return b.text(query + ` ORDER BY idx LIMIT 1`) }
	record := func(status string) string { return one(`SELECT ref FROM records WHERE status = '` + status + `'`) }
	account, credit := one(`SELECT ref FROM accounts WHERE status = 'active'`), record("unmatched")
	return []string{
		"/", "/search?q=kumar", "/records", "/records/new", "/records/" + record("processed"), "/records/" + record("pending"), "/records/" + record("set_aside"),
		"/records/" + b.text(`SELECT ref FROM records WHERE receipt_no IS NOT NULL LIMIT 1`) + "/receipt",
		"/matching", "/matching/" + credit, "/matching/" + credit + "/lump", "/matching/strong", "/matching/log", "/matching/reading", "/engine", "/engine/sample",
		"/approvals/" + one(`SELECT ref FROM approvals WHERE status = 'approved'`),
		"/accounts", "/accounts/new", "/loans/new", "/borrowers/new", "/accounts/" + account, "/accounts/" + account + "/disbursement", "/accounts/" + account + "/changes", "/accounts/" + account + "/statement", "/accounts/" + account + "/line",
		"/borrowers/" + one(`SELECT ref FROM borrowers`), "/statements", "/statements/new", "/statements/" + one(`SELECT ref FROM statements`),
		"/tieout", "/tieout/" + one(`SELECT code FROM banks`) + "/2026-10-05", "/payouts", "/payout-batches",
		"/mandates", "/presentations", "/presentations/new?date=2026-12-05&bank=" + one(`SELECT ref FROM banks`), "/presentations/" + b.text(`SELECT ref FROM presentations LIMIT 1`), "/presentations/returns",
		"/lines", "/lines/" + b.text(`SELECT ref FROM line_details LIMIT 1`), "/topups", "/topups/new?account=" + account, "/topups/" + b.text(`SELECT ref FROM topups LIMIT 1`),
		"/topup-groups", "/topup-groups/" + b.text(`SELECT ref FROM topup_groups LIMIT 1`), "/anchors", "/anchors/" + b.text(`SELECT ref FROM anchors LIMIT 1`), "/invoices",
		"/excess", "/refunds/new?account=" + account, "/adjustments/new?account=" + account, "/waivers/new?account=" + account, "/fees", "/fees/new?account=" + account,
		"/days", "/portfolio", "/programs", "/programs/" + one(`SELECT ref FROM programs`), "/banks", "/rules", "/rules/record", "/me",
	}
}

// adminPages are those of set-up and of the books behind.
func adminPages(b *books) []string {
	return []string{
		"/people", "/people/new", "/people/manager", "/tokens", "/programs/new", "/banks/new", "/banks/" + b.text(`SELECT ref FROM banks LIMIT 1`), "/rules/record", "/rules/limits", "/engine",
		"/journal", "/journal/days", "/journal/exports", "/journal/entries/5", "/journal/codes/" + b.text(`SELECT code FROM journal_lines LIMIT 1`),
		"/journal/codes/1200/accounts", "/events", "/events/5", "/events/chain",
	}
}
