//go:build cgo

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"lekha/lending"
	"lekha/views"
)

var setupCode = regexp.MustCompile(`enter this code: (\S+)`)

// TestFirstRunInTheBrowser goes from an empty installation to a settled payment
// with the browser alone: first run, a portfolio of twenty loans, one statement,
// match, approve, summary.
func TestFirstRunInTheBrowser(t *testing.T) {
	br := newBrowser(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "lekha.db")
	p := start(t, "serve", "--db", path, "--addr", "127.0.0.1:0")
	b := openBooks(t, path)
	admin := br.open(p.base, true)
	setUp(t, p, admin)

	operator := br.open(p.base, true)
	operator.signIn("asha", firstPassword)
	takeOverTwenty(t, dir, operator, b)
	due := importOne(t, dir, operator, b)

	ref := b.text(`SELECT ref FROM records WHERE status = 'unmatched'`)
	operator.visit("/matching/" + ref)
	operator.sees("#work", "FR-0003")
	operator.sees("#work", "Not ticked by itself:") // a new engine looks on
	operator.shot("desk")
	operator.visit("/matching/" + ref + "?to=FR-0003")
	operator.press(`button.primary[form="alloc"]`)

	manager := br.open(p.base, true)
	manager.signIn("ravi", firstPassword)
	manager.visit("/approvals")
	manager.sees("main", "FR-0003")
	manager.press(`#decide button.primary`)
	if status := b.text(`SELECT status FROM records WHERE ref = ?`, ref); status != "processed" {
		t.Errorf("%s is %s", ref, status)
	}
	manager.visit("/accounts/FR-0003")
	manager.shot("account")
	manager.sees("main", ref)
	paid := b.money(`SELECT SUM(s.amount) FROM settlements s JOIN records r ON r.id = s.record_id WHERE r.ref = ?`, ref)
	if paid != due {
		t.Errorf("the payment settled %s, want the whole due of %s", paid, due)
	}
	manager.sees("main", views.Amount(due))
	admin.quiet()
	operator.quiet()
	manager.quiet()
}

const firstPassword = "six green mangoes"

// setUp fills in the first-run page, once with the wrong code.
func setUp(t *testing.T, p *program, admin *tab) {
	t.Helper()
	code := setupCode.FindStringSubmatch(p.out.String())
	if code == nil {
		t.Fatalf("the terminal shows no code:\n%s", p.out)
	}
	admin.visit("/")
	admin.shot("setup")
	admin.axe()
	fill := func(code string) {
		for name, value := range map[string]string{
			"code": code, "company_name": "Sahyadri Finance", "business_date": "2024-11-16", "account_holder_name": "Sahyadri Finance",
			"account_no": "50200099887766", "ifsc": "HDFC0000001", "bank_code": "HDFC-CA-01", "bank": "hdfc", "program_name": "Business loans",
			"admin_name": "Anil Desai", "admin_username": "anil", "admin_password": firstPassword,
			"operator_name": "Asha Rao", "operator_username": "asha", "operator_password": firstPassword,
			"credit_manager_name": "Ravi Menon", "credit_manager_username": "ravi", "credit_manager_password": firstPassword,
		} {
			admin.fill(name, value)
		}
		admin.press("form.setup button.primary")
	}
	fill("AAAA-BBBB-CCCC")
	admin.sees("#refused", "not the code")
	fill(code[1])
	admin.sees("h1", "Sign in")
}

// takeOverTwenty takes over twenty loans from files of the lender's own.
func takeOverTwenty(t *testing.T, dir string, operator *tab, b *books) {
	t.Helper()
	borrowers, loans := "borrower_ref,name,phone\n", "account_ref,borrower_ref,program,principal,roi_value,emi_count,disbursed_on,first_due_date,paid_to_date\n"
	for i := 1; i <= 20; i++ {
		borrowers += fmt.Sprintf("C%03d,Borrower Number %d,98200%05d\n", i, i, i)
		loans += fmt.Sprintf("FR-%04d,C%03d,Business loans,%d,18,12,2024-06-05,2024-07-05,2024-10-05\n", i, i, 100000+i*1000)
	}
	files := []string{filepath.Join(dir, "borrowers.csv"), filepath.Join(dir, "loans.csv")}
	for i, text := range []string{borrowers, loans} {
		if err := os.WriteFile(files[i], []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	operator.visit("/portfolio")
	operator.do(chromedp.SetUploadFiles(chromedp.CSS("#f-files"), files))
	operator.press("main form button.primary")
	operator.sees("main", "20")
	operator.shot("portfolio")
	operator.press(`form[action="/portfolio"] button.primary`)
	b.wait("20", `SELECT COUNT(*) FROM accounts WHERE status = 'active'`)
}

// importOne imports a statement with the instalment of one loan, which quotes
// its number, and returns what was paid.
func importOne(t *testing.T, dir string, operator *tab, b *books) (due lending.Money) {
	t.Helper()
	due = b.money(`SELECT d.outstanding FROM demands d JOIN accounts a ON a.id = d.account_id
		WHERE a.ref = 'FR-0003' AND d.due_date = '2024-11-05'`)
	if due == 0 {
		t.Fatal("nothing is due on FR-0003")
	}
	statement := strings.Join([]string{
		"HDFC BANK Ltd.", "Account No :,50200099887766", "Statement From :,16/11/24,To :,16/11/24", "",
		"Date,Narration,Chq./Ref.No.,Value Dt,Withdrawal Amt.,Deposit Amt.,Closing Balance",
		fmt.Sprintf(`16/11/24,UPI-BORROWER NUMBER 3-BORROWER3@OKICICI-ICIC0001234-632012345678-LOAN FR-0003,632012345678,16/11/24,,"%s","%s"`, due, due+100000),
		"",
	}, "\n")
	file := filepath.Join(dir, "nov.csv")
	if err := os.WriteFile(file, []byte(statement), 0o600); err != nil {
		t.Fatal(err)
	}
	operator.visit("/statements/new")
	operator.do(chromedp.SetUploadFiles(chromedp.CSS("#f-file"), []string{file}))
	operator.press("main form button.primary")
	operator.press("form.post button.primary")
	b.wait("1", `SELECT COUNT(*) FROM records WHERE status = 'unmatched'`)
	b.wait("1", `SELECT COUNT(*) FROM match_proposals p JOIN records r ON r.id = p.record_id WHERE p.rank = 1`)
	return due
}

// TestDeskByKeyboard works the matching desk with keys: the row moves, a
// candidate is chosen, and only Ctrl with Enter sends.
func TestDeskByKeyboard(t *testing.T) {
	br := newBrowser(t)
	p, b, _ := startDemo(t)
	tb := br.open(p.base, true)
	tb.signIn("operator", passwordOf(t, p, "operator"))
	ref := b.text(`SELECT r.ref FROM records r JOIN match_proposals p ON p.record_id = r.id AND p.rank = 1
		WHERE r.status = 'unmatched' AND json_array_length(p.accounts) = 1 AND p.confidence > 6000 ORDER BY p.confidence DESC, r.idx LIMIT 1`)
	tb.visit("/matching/" + ref)
	for _, key := range []string{"j", "k", "1", "p", "a", "x"} {
		tb.do(chromedp.KeyEvent(key))
		tb.do(chromedp.KeyEvent("\u001b")) // Escape leaves whatever opened
	}
	if status := b.text(`SELECT status FROM records WHERE ref = ?`, ref); status != "unmatched" {
		t.Fatalf("a single key moved %s: it is %s", ref, status)
	}
	account := b.text(`SELECT a.ref FROM match_proposals p JOIN records r ON r.id = p.record_id
		JOIN accounts a ON a.id = json_extract(p.accounts, '$[0]') WHERE r.ref = ? AND p.rank = 1`, ref)
	tb.visit("/matching/" + ref + "?to=" + account)
	if _, err := chromedp.RunResponse(tb.ctx, chromedp.KeyEvent("\r", chromedp.KeyModifiers(chromedp.ModifierCtrl))); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() { // what the page says of it
			tb.shot("failed")
			t.Logf("the desk stands at %s", tb.where())
		}
	})
	b.wait("pending", `SELECT status FROM records WHERE ref = ?`, ref)
	if at := tb.where(); strings.HasSuffix(at, ref) {
		t.Errorf("the next credit did not come by itself: still at %s", at)
	}
	tb.do(chromedp.KeyEvent("u")) // it chooses; Enter takes back
	if status := b.text(`SELECT status FROM records WHERE ref = ?`, ref); status != "pending" {
		t.Errorf("u alone took %s back", ref)
	}
	if _, err := chromedp.RunResponse(tb.ctx, chromedp.KeyEvent("\r")); err != nil {
		t.Fatal(err)
	}
	b.wait("unmatched", `SELECT status FROM records WHERE ref = ?`, ref)
	tb.quiet()
}
