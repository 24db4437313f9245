package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"slices"
	"strings"
	"time"

	"lekha/lending"
	"lekha/matching"
	"lekha/servicing"
	"lekha/store"
)

// What is promised.
const (
	speedCredits  = 10_000
	mostPerCredit = 20 * time.Millisecond
	mostForAll    = time.Minute
)

// The open day of the speed benchmark, and from when on it has dues and payments.
var (
	speedToday = lending.NewDate(2027, 8, 31)
	speedFrom  = lending.NewDate(2027, 5, 1)
)

// measureSpeed measures the engine alone, then the program: a statement of many
// credits is imported while pages are asked for.
func measureSpeed(ctx context.Context, seed uint64, accounts, credits int, out io.Writer) error {
	f := makePortfolio(seed, accounts, 5*credits/2)
	speedOfEngine(f, out)
	folder, err := os.MkdirTemp("", "lekha-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "speed.db")
	p, err := openOver(ctx, path, func(_ *servicing.Office, people *servicing.People, db *store.DB) error {
		if err := furnish(ctx, people, speedToday); err != nil {
			return err
		}
		return pourAccounts(path, f)
	})
	if err != nil {
		return err
	}
	defer p.close()
	return p.speedOfImport(speedStatement(f, credits), out)
}

// speedOfEngine asks the book about one credit after the other.
func speedOfEngine(f portfolio, out io.Writer) {
	book := bookOf(f)
	var took []time.Duration
	for _, p := range f.payments[:min(500, len(f.payments))] {
		start := time.Now()
		book.Propose(matching.Credit{ID: p.id, ValueDate: p.date, Amount: p.amount, Narration: p.narration, Bank: p.bank(), CollectionBank: p.collection})
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	middle := took[len(took)/2]
	fmt.Fprintf(out, "one credit against %d accounts: half under %v, nineteen in twenty under %v; %.2f of the %v allowed\n", len(f.accounts),
		middle.Round(10*time.Microsecond), took[len(took)*19/20].Round(10*time.Microsecond), middle.Seconds()/mostPerCredit.Seconds(), mostPerCredit)
}

// speedStatement is a statement of the payments since the first due, as HDFC
// prints it.
func speedStatement(f portfolio, credits int) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write([]string{"Account No :", "50200012345678", "", "", "", "", ""})
	_ = w.Write([]string{"Date", "Narration", "Chq./Ref.No.", "Value Dt", "Withdrawal Amt.", "Deposit Amt.", "Closing Balance"})
	closing, n := lending.Money(0), 0
	for _, p := range f.payments {
		if p.date < speedFrom || p.date > speedToday || n == credits {
			continue
		}
		n++
		closing += p.amount
		day := p.date.Time().Format("02/01/06")
		_ = w.Write([]string{day, p.narration, p.reference, day, "", p.amount.String(), closing.String()})
	}
	w.Flush()
	return b.Bytes()
}

// speedOfImport imports the statement, and meanwhile asks for the list of records
// and the desk as somebody who works would.
func (p *product) speedOfImport(statement []byte, out io.Writer) error {
	cookie, err := signIn(p.pages)
	if err != nil {
		return err
	}
	page := func(path string) (time.Duration, string) {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.AddCookie(cookie)
		w := httptest.NewRecorder()
		start := time.Now()
		p.pages.ServeHTTP(w, r)
		return time.Since(start), w.Body.String()
	}
	page("/records")
	quiet, _ := page("/records")
	done := make(chan error, 1)
	var said imported
	start, before := time.Now(), worked()
	go func() {
		var err error
		said, err = p.sendBytes("speed.csv", statement)
		done <- err
	}()
	var took []time.Duration
	progress := 0
	for {
		select {
		case err := <-done:
			if err != nil {
				return err
			}
			all := time.Since(start)
			slices.Sort(took)
			fmt.Fprintf(out, "%d credits imported and scored through the program in %v: %.2f of the %v allowed; progress was seen on the desk %d times\n",
				said.Created, all.Round(time.Millisecond), all.Seconds()/mostForAll.Seconds(), mostForAll, progress)
			fmt.Fprintf(out, "processors worked for %.1f s of it, garbage aside: a busy machine makes it longer\n", worked()-before)
			if len(took) > 0 {
				middle := took[len(took)/2]
				fmt.Fprintf(out, "the list of records meanwhile: half in %v, the slowest of %d in %v; %.1f times as long as when nothing runs (%v)\n", middle.Round(10*time.Microsecond),
					len(took), took[len(took)-1].Round(10*time.Microsecond), middle.Seconds()/quiet.Seconds(), quiet.Round(10*time.Microsecond))
			}
			return nil
		case <-time.After(200 * time.Millisecond):
			t, _ := page("/records")
			took = append(took, t)
			if _, desk := page("/matching"); strings.Contains(desk, `id="q-unread"`) {
				progress++
			}
		}
	}
}

// worked is how many seconds processors spent on this program, garbage aside.
func worked() float64 {
	runtime.GC() // it brings the figure up to date
	sample := []metrics.Sample{{Name: "/cpu/classes/user:cpu-seconds"}}
	metrics.Read(sample)
	return sample[0].Value.Float64()
}

// pourAccounts inserts borrowers, accounts and open dues plainly: nobody else is
// there yet, and taking over so many loans is another benchmark's subject.
func pourAccounts(path string, f portfolio) error {
	db, err := sql.Open("sqlite3", "file:"+path+"?_busy_timeout=10000&_synchronous=OFF&_cache_size=-524288")
	if err != nil {
		return err
	}
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var program, bank string
	if err := tx.QueryRow(`SELECT (SELECT id FROM programs), (SELECT id FROM banks)`).Scan(&program, &bank); err != nil {
		return err
	}
	borrowers := map[string]bool{}
	for i, a := range f.accounts {
		const stamp = "2027-05-01T09:00:00.000000Z"
		if !borrowers[a.CustomerID] {
			borrowers[a.CustomerID] = true
			if _, err := tx.Exec(`
				INSERT INTO borrowers (id, idx, ref, name, co_applicant, phone, created_at, updated_at)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, a.CustomerID, i+1, a.CustomerID, a.Name, a.CoApplicant, a.Phone, stamp, stamp); err != nil {
				return fmt.Errorf("borrower of account %d: %w", i, err)
			}
		}
		status := "active"
		if !a.Active {
			status = "closed"
		}
		if _, err := tx.Exec(`
			INSERT INTO accounts (id, idx, ref, borrower_id, program_id, status, virtual_account_no, umrn, collection_bank_id, payer_ifsc, payer_last4, created_at, updated_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			a.ID, i+1, a.Ref+"-"+a.ID, a.CustomerID, program, status, a.VirtualAccount, a.MandateRef, bank, a.RemitterIFSC, a.RemitterLast4, stamp, stamp); err != nil {
			return fmt.Errorf("account %d: %w", i, err)
		}
	}
	if err := pourDues(tx, f); err != nil {
		return err
	}
	return tx.Commit()
}

func pourDues(tx *sql.Tx, f portfolio) error {
	insert, err := tx.Prepare(`
		INSERT INTO demands (id, idx, account_id, key, type, no, due_date, is_due, p_amount, p_paid, ni_amount, ni_paid, oi_amount, oi_paid, pi_amount, pi_paid, f_amount, f_paid,
			outstanding, dpd, peak_dpd, created_at, updated_at)
		VALUES (?, ?, ?, ?, 'emi', ?, ?, 1, ?, 0, 0, 0, 0, 0, 0, 0, ?, 0, ?, 0, 0, ?, ?)`)
	if err != nil {
		return err
	}
	defer insert.Close()
	const stamp = "2027-05-01T09:00:00.000000Z"
	for i, d := range f.dues {
		if d.DueDate < speedFrom {
			continue
		}
		key := d.DueDate.String()
		if _, err := insert.Exec(d.Account+key, i+1, d.Account, key, i+1, key, d.EMI, d.Charges, d.Amount, stamp, stamp); err != nil {
			return fmt.Errorf("due %d: %w", i, err)
		}
	}
	return nil
}
