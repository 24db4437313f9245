package main

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// The account that is looked at: five years, of which 40 instalments are behind.
const (
	benchAccount     = "BENCH-0001"
	benchInstalments = 60
	benchReceipts    = 40
	otherAccounts    = 2_000 // the records of the list are on these
)

// fill makes one account with 60 instalments and 40 receipts through the
// product's own take-over, and many settled records beside it by plain inserts.
func fill(ctx context.Context, office *servicing.Office, db *store.DB, path string, records int) error {
	if check, err := office.ImportPortfolio(ctx, servicing.Console(), benchPortfolio(), nil); err != nil {
		return fmt.Errorf("taking over the account: %w: %v", err, check.Errors)
	}
	var account store.Account
	var bank store.Bank
	err := db.Reader().Read(ctx, func(ctx context.Context, v *store.View) (err error) {
		if account, err = v.AccountByRef(ctx, benchAccount); err != nil {
			return err
		}
		bank, err = v.BankByAny(ctx, "HDFC-CA-01")
		return err
	})
	if err != nil {
		return err
	}
	// Nobody else is there yet, and a file that is not whole is made again.
	raw, err := sql.Open("sqlite3", "file:"+path+"?_busy_timeout=10000&_synchronous=OFF&_cache_size=-524288")
	if err != nil {
		return err
	}
	defer raw.Close()
	accounts, err := others(raw, account.ID, min(otherAccounts, records))
	if err != nil {
		return err
	}
	p := pour{accounts: accounts, bank: bank.ID, records: records}
	if err := raw.QueryRow(`SELECT COALESCE(MAX(idx), 0) FROM records`).Scan(&p.base); err != nil {
		return err
	}
	for from := 0; from < records; from += pourChunk {
		if err := p.chunk(raw, from, min(from+pourChunk, records)); err != nil {
			return err
		}
	}
	_, err = raw.Exec(`ANALYZE`)
	return err
}

// benchPortfolio is the one account: a receipt a month, some late by days.
func benchPortfolio() servicing.PortfolioFiles {
	var receipts strings.Builder
	receipts.WriteString("account_ref,value_date,amount,payment_mode,utr,collection_bank\n")
	due := lending.NewDate(2023, 8, 5)
	for i := range benchReceipts {
		day := due.AddMonths(i).AddDays([]int{0, 0, 3, 0, 9}[i%5])
		fmt.Fprintf(&receipts, "%s,%s,38100,neft,ICICN5%010d,HDFC-CA-01\n", benchAccount, min(day, businessDate), i+1)
	}
	return servicing.PortfolioFiles{
		"borrowers.csv": []byte("borrower_ref,name\nC1,Asha Traders\n"),
		"loans.csv": []byte("account_ref,borrower_ref,program,principal,roi_value,emi_count,disbursed_on,first_due_date\n" +
			benchAccount + ",C1,Term loan,1500000,18," + strconv.Itoa(benchInstalments) + ",2023-07-05," + due.String() + "\n"),
		"receipts.csv": []byte(receipts.String()),
	}
}

// others makes accounts that have nothing but records, like a given one.
func others(db *sql.DB, like string, n int) ([]string, error) {
	tx, err := db.Begin()
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	var ids []string
	for i := range n {
		borrower, account := store.NewID(), store.NewID()
		_, err := tx.Exec(`
			INSERT INTO borrowers (id, idx, ref, name, created_at, updated_at)
			SELECT ?, 1000 + ?, 'X' || ?, ?, created_at, updated_at
			FROM accounts WHERE id = ?`, borrower, i, i, "Borrower "+strconv.Itoa(i)+" and Sons", like)
		if err == nil {
			_, err = tx.Exec(`
				INSERT INTO accounts (id, idx, ref, borrower_id, program_id, status, created_at, updated_at)
				SELECT ?, 1000 + ?, 'OTHER-' || ?, ?, program_id, 'active', created_at, updated_at
				FROM accounts WHERE id = ?`, account, i, i, borrower, like)
		}
		if err != nil {
			return nil, fmt.Errorf("account %d: %w", i, err)
		}
		ids = append(ids, account)
	}
	return ids, tx.Commit()
}

// rareWord is in few records.
const rareWord = "ZQXPEACOCK"

// pourChunk is how many records go in at a time.
const pourChunk = 50_000

// pour inserts records: three years of dates, amounts of all sizes, one in
// twenty still open, every ten-thousandth with a word of its own. They are as if
// taken over: a trigger asks of every other settled record for its approval.
type pour struct {
	accounts []string
	bank     string
	records  int
	base     int64 // index of the last record before
}

// chunk inserts some of the records in one transaction.
func (p pour) chunk(db *sql.DB, from, to int) error {
	const insert = `
		INSERT INTO records (id, idx, ref, type, status, account_id, received_amount, tds_amount, amount, remaining_amount, payment_mode, utr,
			reference, settlement_order, component_order, date, bank_date, remark, collection_bank_id, source, created_at, updated_at)
		VALUES (?, ?, ?, 'repayment', ?, ?, ?, 0, ?, 0, 'neft', ?, ?, 'due_date_first', 'PI-OI-NI-P', ?, ?, ?, ?, 'portfolio', ?, ?)`
	rng := rand.New(rand.NewPCG(1, uint64(from)))
	first := lending.NewDate(2023, 11, 20)
	const stamp = "2026-11-20T09:00:00.000000Z"
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	record, err := tx.Prepare(insert)
	if err != nil {
		return err
	}
	text, err := tx.Prepare(`INSERT INTO record_text (docid, body) VALUES (?, ?)`)
	if err != nil {
		return err
	}
	for i := from; i < to; i++ {
		idx := p.base + int64(i) + 1
		day := first.AddDays(i * businessDate.Sub(first) / max(1, p.records)).String()
		status, account, remark := "processed", any(p.accounts[i%len(p.accounts)]), "instalment"
		if i%20 == 0 {
			status, account = "unmatched", nil
		}
		if i%10_000 == 5_000 || i == 0 {
			remark = rareWord
		}
		amount := 100_00 + rng.Int64N(5_00_000_00)
		utr := "HDFCN5" + strconv.FormatInt(2_000_000_000+idx, 10)
		ref := "REC" + strings.ToUpper(strconv.FormatInt(1_000_000_000+idx, 32))
		if _, err := record.Exec(store.NewID(), idx, ref, status, account, amount, amount, utr, utr, day, day, remark, p.bank, stamp, stamp); err != nil {
			return fmt.Errorf("record %d: %w", i, err)
		}
		if _, err := text.Exec(idx, utr+" "+remark+" Asha Traders"); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(`UPDATE sequences SET next = ? WHERE name = 'records'`, p.base+int64(to)+1); err != nil {
		return err
	}
	return tx.Commit()
}
