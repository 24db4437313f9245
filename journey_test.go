//go:build cgo

package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"lekha/lending"
	"lekha/views"
)

// books is the database of a running program, read beside it and by other means
// than the program's own: plain SQL.
type books struct {
	t  *testing.T
	db *sql.DB
}

func openBooks(t *testing.T, path string) *books {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro&_busy_timeout=10000")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return &books{t, db}
}

// text is one value, "" when there is none.
func (b *books) text(query string, args ...any) string {
	b.t.Helper()
	var value sql.NullString
	if err := b.db.QueryRow(query, args...).Scan(&value); err != nil && err != sql.ErrNoRows {
		b.t.Fatalf("%s: %v", query, err)
	}
	return value.String
}

// money is one amount in paise.
func (b *books) money(query string, args ...any) lending.Money {
	b.t.Helper()
	var value sql.NullInt64
	if err := b.db.QueryRow(query, args...).Scan(&value); err != nil && err != sql.ErrNoRows {
		b.t.Fatalf("%s: %v", query, err)
	}
	return lending.Money(value.Int64)
}

// list is the first column of some rows.
func (b *books) list(query string, args ...any) []string {
	b.t.Helper()
	rows, err := b.db.Query(query, args...)
	if err != nil {
		b.t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var value string
		if err := rows.Scan(&value); err != nil {
			b.t.Fatal(err)
		}
		out = append(out, value)
	}
	if err := rows.Err(); err != nil {
		b.t.Fatal(err)
	}
	return out
}

// wait waits until a query answers with what is wanted.
func (b *books) wait(want, query string, args ...any) {
	b.t.Helper()
	got := ""
	for until := time.Now().Add(browserWait); time.Now().Before(until); time.Sleep(50 * time.Millisecond) {
		if got = b.text(query, args...); got == want {
			return
		}
	}
	b.t.Fatalf("%s answers %q, want %q", query, got, want)
}

// startDemo runs the sample until it is loaded.
func startDemo(t *testing.T) (*program, *books, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "demo.db")
	p := start(t, "demo", "--db", path, "--addr", "127.0.0.1:0")
	b := openBooks(t, path)
	for until := time.Now().Add(browserWait); ; time.Sleep(50 * time.Millisecond) {
		var n int
		err := b.db.QueryRow(`SELECT COUNT(*) FROM company WHERE loading = ''`).Scan(&n)
		if err == nil && n == 1 {
			return p, b, path
		}
		if time.Now().After(until) {
			t.Fatalf("the sample does not load: %v", err)
		}
	}
}

// passwordOf is what the sample's people sign in with.
func passwordOf(t *testing.T, p *program, username string) string {
	t.Helper()
	for line := range strings.Lines(p.out.String()) {
		if words := strings.Fields(line); len(words) > 1 && words[0] == username {
			return words[1]
		}
	}
	t.Fatalf("the terminal shows no sign-in for %s:\n%s", username, p.out)
	return ""
}

// TestJourney walks the main job in a real browser: four statements come in,
// payments are matched, a second person decides, the day is closed, and the
// account shows it as the API does. TestJourneyWithoutScript is the same with
// script off.
func TestJourney(t *testing.T) { walk(t, true) }

// TestJourneyWithoutScript: every page works without script.
func TestJourneyWithoutScript(t *testing.T) { walk(t, false) }

func walk(t *testing.T, script bool) {
	br := newBrowser(t)
	p, b, path := startDemo(t)
	j := &journey{t: t, books: b, script: script}
	j.operator, j.manager = br.open(p.base, script), br.open(p.base, script)
	j.operator.signIn("operator", passwordOf(t, p, "operator"))
	j.manager.signIn("manager", passwordOf(t, p, "manager"))

	j.importFiles()
	matched := j.matchTen()
	j.enterCash()
	j.decide(matched)
	j.closeDay()
	j.compareWithAPI(p, path)
	j.operator.quiet()
	j.manager.quiet()
	var out buffer
	if err := run(context.Background(), []string{"verify", "--db", path}, strings.NewReader(""), &out, &out); err != nil {
		t.Errorf("verify after the journey: %v\n%s", err, &out)
	}
}

type journey struct {
	t                 *testing.T
	books             *books
	script            bool
	operator, manager *tab
	settled           string // ref of a record that was settled
}

// importFiles posts the four banks' statements, and one of them again.
func (j *journey) importFiles() {
	j.t.Helper()
	for _, name := range []string{"hdfc.csv", "sbi.tsv", "axis.csv", "icici.xlsx"} {
		before := j.books.text(`SELECT COUNT(*) FROM statements WHERE status = 'posted'`)
		j.upload(name)
		j.operator.press("form.post button.primary")
		j.books.wait(fmt.Sprint(number(j.t, before)+1), `SELECT COUNT(*) FROM statements WHERE status = 'posted'`)
		ref := j.books.text(`SELECT ref FROM statements ORDER BY idx DESC LIMIT 1`)
		j.operator.visit("/statements/" + ref)
		j.operator.sees("main", j.books.text(`SELECT created FROM statements WHERE ref = ?`, ref))
		j.operator.shot("statement-" + strings.TrimSuffix(name, filepath.Ext(name)))
		if gap := j.books.money(`
			SELECT SUM(c.amount) - (SELECT COALESCE(SUM(r.received_amount), 0) FROM records r
				JOIN bank_credits k ON k.id = r.bank_credit_id WHERE k.statement_id = s.id AND r.carries = 1)
			FROM statements s JOIN bank_credits c ON c.statement_id = s.id AND c.direction = 'credit' AND c.duplicate_of IS NULL
			WHERE s.ref = ?`, ref); gap != 0 {
			j.t.Errorf("%s: ₹%s of the bank's credits is in no record", name, gap)
		}
	}
	before := j.books.text(`SELECT COUNT(*) FROM records`)
	j.upload("hdfc.csv")
	j.operator.sees("main", "imported before")
	if after := j.books.text(`SELECT COUNT(*) FROM records`); after != before {
		j.t.Errorf("the same file again: %s records, want %s", after, before)
	}
}

func number(t *testing.T, text string) int {
	t.Helper()
	var n int
	if _, err := fmt.Sscan(text, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// upload checks a file of the sample.
func (j *journey) upload(name string) {
	j.t.Helper()
	file, err := filepath.Abs(filepath.Join("demo", "data", "statements", name))
	if err != nil {
		j.t.Fatal(err)
	}
	j.operator.visit("/statements/new")
	j.operator.do(chromedp.SetUploadFiles(chromedp.CSS("#f-file"), []string{file}))
	j.operator.press(`main form button.primary`)
}

// matchTen matches ten credits chosen by query: eight to their best candidate,
// one over the two accounts that it pays together, and one that is undone.
func (j *journey) matchTen() []string {
	j.t.Helper()
	const best = `
		SELECT r.ref FROM records r JOIN match_proposals p ON p.record_id = r.id AND p.rank = 1
		WHERE r.status = 'unmatched' AND json_array_length(p.accounts) = ?
		ORDER BY p.confidence DESC, r.idx LIMIT ?`
	singles, doubles := j.books.list(best, 1, 9), j.books.list(best, 2, 1)
	if len(singles) != 9 || len(doubles) != 1 {
		j.t.Fatalf("the desk has %d credits for one account and %d for two", len(singles), len(doubles))
	}
	for i, ref := range append(singles[:9:9], doubles...) {
		account := j.books.text(`SELECT a.ref FROM match_proposals p JOIN records r ON r.id = p.record_id
			JOIN accounts a ON a.id = json_extract(p.accounts, '$[0]') WHERE r.ref = ? AND p.rank = 1`, ref)
		j.operator.visit("/matching/" + ref)
		if i == 0 {
			j.operator.shot("desk")
			if j.script {
				j.operator.axe()
			}
		}
		j.operator.sees("#work", account)
		if j.books.text(`SELECT p.decision FROM match_proposals p JOIN records r ON r.id = p.record_id WHERE r.ref = ? AND p.rank = 1`, ref) != "auto" {
			j.operator.sees("#untaken", "Nothing is ticked yet.") // what passes not every gate is for a person to tick
			j.operator.visit("/matching/" + ref + "?to=" + strings.Join(j.books.list(`SELECT a.ref FROM match_proposals p JOIN records r ON r.id = p.record_id
				JOIN json_each(p.accounts) e JOIN accounts a ON a.id = e.value WHERE r.ref = ? AND p.rank = 1`, ref), "&to="))
		}
		j.operator.sees("#alloc", "0.00") // nothing is left to post
		j.operator.press(`button.primary[form="alloc"]`)
		if i == 8 {
			j.operator.press(`form[data-undo] button`)
			if status := j.books.text(`SELECT status FROM records WHERE ref = ?`, ref); status != "unmatched" {
				j.t.Errorf("%s after undo is %s", ref, status)
			}
		}
	}
	if status := j.books.text(`SELECT status FROM records WHERE ref = ?`, doubles[0]); status != "split" {
		j.t.Errorf("%s over two accounts is %s", doubles[0], status)
	}
	return append(doubles, singles[:8]...)
}

// enterCash enters a receipt by hand and sends it.
func (j *journey) enterCash() {
	j.t.Helper()
	account := j.books.text(`SELECT a.ref FROM accounts a JOIN positions p ON p.account_id = a.id WHERE p.due_now > 50000 ORDER BY a.idx LIMIT 1`)
	j.operator.visit("/records/new?kind=cash")
	j.operator.fill("account", account)
	j.operator.fill("received_amount", "321.45")
	j.operator.press(`form.receipt-form button.primary`)
	if amount := j.books.money(`SELECT amount FROM records WHERE source = 'hand' ORDER BY idx DESC LIMIT 1`); amount != 32145 {
		j.t.Errorf("the cash receipt is of %s", amount)
	}
}

// decide lets the manager approve seven, reject one, send one back, and move one
// to another account.
func (j *journey) decide(matched []string) {
	j.t.Helper()
	for i, ref := range matched {
		decision := "approve"
		switch i {
		case 7:
			decision = "reject"
		case 8:
			decision = "send_back"
		}
		approval := j.books.text(`SELECT a.ref FROM approvals a JOIN records r ON r.id = a.record_id WHERE r.ref = ? AND a.status = 'pending'`, ref)
		if approval == "" {
			j.t.Fatalf("%s waits for nobody", ref)
		}
		j.manager.visit("/approvals/" + approval)
		if i == 0 {
			j.manager.shot("approval")
			if j.script {
				j.manager.axe()
			}
		}
		j.choose(j.manager, decision)
		j.manager.press(`#decide button.primary`)
		j.decided(ref, approval, decision)
	}
	j.settled = matched[1]
	j.move(matched[2])
}

// choose ticks a decision and says why.
func (j *journey) choose(tb *tab, decision string) {
	j.t.Helper()
	tb.do(chromedp.Click(chromedp.CSS(`#decide input[value="` + decision + `"]`)))
	if decision != "approve" {
		tb.fill("reason", "The borrower says otherwise.")
	}
}

// decided reads in the books what a decision did.
func (j *journey) decided(ref, approval, decision string) {
	j.t.Helper()
	status := j.books.text(`SELECT status FROM records WHERE ref = ?`, ref)
	levels := j.books.text(`SELECT levels - level FROM approvals WHERE ref = ?`, approval)
	switch decision {
	case "approve":
		if levels != "0" { // a second level waits for another manager
			return
		}
		if status != "processed" && status != "split" {
			j.t.Errorf("%s is %s after approval", ref, status)
		}
		amount := j.books.money(`SELECT amount FROM records WHERE ref = ?`, ref)
		used := j.books.money(`SELECT COALESCE(SUM(s.amount), 0) FROM settlements s JOIN records r ON r.id = s.record_id WHERE r.ref = ?`, ref)
		left := j.books.money(`SELECT remaining_amount FROM records WHERE ref = ?`, ref)
		if status == "processed" && used+left != amount {
			j.t.Errorf("%s of %s settled %s and left %s", ref, amount, used, left)
		}
	case "reject":
		back := j.books.text(`SELECT n.status FROM records n JOIN records r ON r.id = n.predecessor_id WHERE r.ref = ?`, ref)
		if status != "rejected" || back != "unmatched" {
			j.t.Errorf("%s is %s after rejection and its money is %q", ref, status, back)
		}
	case "send_back":
		if got := j.books.text(`SELECT status FROM approvals WHERE ref = ?`, approval); got != "sent_back" {
			j.t.Errorf("%s is %s after it was sent back", approval, got)
		}
	}
}

// move takes a settled record to another account: the operator asks, the manager
// sees both accounts and approves.
func (j *journey) move(ref string) {
	j.t.Helper()
	from := j.books.text(`SELECT a.ref FROM records r JOIN accounts a ON a.id = r.account_id WHERE r.ref = ?`, ref)
	to := j.books.text(`SELECT a.ref FROM accounts a JOIN positions p ON p.account_id = a.id
		WHERE a.status = 'active' AND a.ref <> ? AND p.due_now > 0 ORDER BY p.due_now DESC LIMIT 1`, from)
	j.operator.visit("/records/" + ref)
	j.operator.shot("record")
	j.operator.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("details").forEach(d => { d.open = true }); 0`))
	form := `form[action$="/move-request"]`
	j.operator.do(chromedp.SetValue(chromedp.CSS(form+` [name=account]`), to), chromedp.SetValue(chromedp.CSS(form+` [name=reason]`), "It is of the other loan."))
	j.operator.press(form + ` button`)
	approval := j.books.text(`SELECT a.ref FROM approvals a JOIN records r ON r.id = a.record_id WHERE r.ref = ? AND a.kind = 'move'`, ref)
	j.manager.visit("/approvals/" + approval)
	j.manager.sees("main", from)
	j.manager.sees("main", to)
	j.manager.press(`#decide button.primary`)
	if status := j.books.text(`SELECT status FROM records WHERE ref = ?`, ref); status != "reverted" {
		j.t.Errorf("%s is %s after the move", ref, status)
	}
	if got := j.books.text(`SELECT a.ref FROM records n JOIN records r ON r.id = n.predecessor_id JOIN accounts a ON a.id = n.account_id
		WHERE r.ref = ? AND n.status = 'processed'`, ref); got != to {
		j.t.Errorf("%s moved to %q, want %s", ref, got, to)
	}
}

// closeDay closes the business day with the button.
func (j *journey) closeDay() {
	j.t.Helper()
	before := j.books.text(`SELECT business_date FROM company`)
	j.operator.visit("/days")
	j.operator.press(`form[action="/days"] button`)
	after, err := lending.ParseDate(before)
	if err != nil {
		j.t.Fatal(err)
	}
	j.books.wait(after.AddDays(1).String(), `SELECT business_date FROM company`)
	j.books.wait("done", `SELECT status FROM day_runs WHERE date = ?`, before)
}

// compareWithAPI holds what the account page shows against what the API answers
// and what the books say.
func (j *journey) compareWithAPI(p *program, path string) {
	j.t.Helper()
	var token, notes buffer
	if err := run(context.Background(), []string{"token", "add", "journey", "--role", "auditor", "--db", path}, strings.NewReader(""), &token, &notes); err != nil {
		j.t.Fatal(err)
	}
	id := j.books.text(`SELECT account_id FROM records WHERE ref = ?`, j.settled)
	ref := j.books.text(`SELECT ref FROM accounts WHERE id = ?`, id)
	request, err := http.NewRequest(http.MethodGet, p.base+"/v1/lms/accounts/"+id+"/summary/", nil)
	if err != nil {
		j.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+strings.TrimSpace(token.String()))
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		j.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		j.t.Fatalf("the summary answers %d: %s %v", answer.StatusCode, body, err)
	}
	var summary map[string]any
	if err := json.Unmarshal(body, &summary); err != nil {
		j.t.Fatal(err)
	}
	j.operator.visit("/accounts/" + ref)
	j.operator.shot("account")
	if j.script {
		j.operator.axe()
	}
	for _, key := range []string{"principal_outstanding", "interest_outstanding", "total_outstanding", "total_paid", "excess_payment"} {
		value, err := lending.ParseMoney(fmt.Sprint(decimalOf(summary[key])))
		if err != nil {
			j.t.Fatalf("%s: %v", key, err)
		}
		j.operator.sees("main", views.Amount(value))
	}
	stored := j.books.money(`SELECT SUM(p_amount - p_paid) FROM demands WHERE account_id = ?`, id)
	if got, _ := lending.ParseMoney(decimalOf(summary["principal_outstanding"])); got != stored {
		j.t.Errorf("%s: the API says principal of %s is outstanding, the demands say %s", ref, got, stored)
	}
}

// decimalOf is a JSON number as text with two places.
func decimalOf(v any) string { return fmt.Sprintf("%.2f", v) }
