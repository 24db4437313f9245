package main

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"strconv"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// fill makes one account with 60 instalments and 40 receipts through the
// product's own take-over, and many settled records beside it by plain inserts.
func (h *house) fill(ctx context.Context, office *servicing.Office, path string, records int) error {
	h.account = "BENCH-0001"
	files := servicing.PortfolioFiles{
		"borrowers.csv": []byte("borrower_ref,name\nC1,Asha Traders\n"),
		"loans.csv": []byte("account_ref,borrower_ref,program,principal,roi_value,emi_count,disbursed_on,first_due_date,paid_to_date\n" +
			"BENCH-0001,C1,Term loan,1500000,18,60,2023-07-05,2023-08-05,2026-11-05\n"),
	}
	if check, err := office.ImportPortfolio(ctx, servicing.Console(), files, nil); err != nil {
		return fmt.Errorf("taking over the account: %w: %v", err, check.Errors)
	}
	var account store.Account
	var bank store.Bank
	err := h.db.Reader().Read(ctx, func(ctx context.Context, v *store.View) (err error) {
		if account, err = v.AccountByRef(ctx, h.account); err != nil {
			return err
		}
		bank, err = v.BankByAny(ctx, "HDFC-CA-01")
		return err
	})
	if err != nil {
		return err
	}
	db, err := sql.Open("sqlite3", "file:"+path+"?_busy_timeout=10000")
	if err != nil {
		return err
	}
	defer db.Close()
	return h.pour(db, account.ID, bank.ID, records)
}

// pour inserts the records: three years of dates, amounts of all sizes, one in
// twenty still open, every ten-thousandth with a word of its own.
func (h *house) pour(db *sql.DB, account, bank string, records int) error {
	const insert = `
		INSERT INTO records (id, idx, ref, type, status, account_id, received_amount, tds_amount, amount, remaining_amount, payment_mode, utr,
			reference, settlement_order, component_order, date, bank_date, remark, collection_bank_id, source, created_at, updated_at)
		VALUES (?, ?, ?, 'repayment', ?, ?, ?, 0, ?, 0, 'neft', ?, ?, 'due_date_first', 'PI-OI-NI-P', ?, ?, ?, ?, 'portfolio', ?, ?)`
	rng := rand.New(rand.NewPCG(1, 2))
	first, last := lending.NewDate(2023, 11, 20), lending.NewDate(2026, 11, 20)
	const stamp = "2026-11-20T09:00:00.000000Z"
	h.rare = "ZQXPEACOCK"
	var base int64
	if err := db.QueryRow(`SELECT COALESCE(MAX(idx), 0) FROM records`).Scan(&base); err != nil {
		return err
	}
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	// As if taken over: a trigger asks of every other settled record for its approval.
	statement, err := tx.Prepare(insert)
	if err != nil {
		return err
	}
	text, err := tx.Prepare(`INSERT INTO record_text (docid, body) VALUES (?, ?)`)
	if err != nil {
		return err
	}
	for i := range records {
		idx := base + int64(i) + 1
		day := first.AddDays(i * last.Sub(first) / max(1, records))
		status, to := "processed", any(account)
		if i%20 == 0 {
			status, to = "unmatched", nil
		}
		amount := 100_00 + rng.Int64N(5_00_000_00)
		utr := "HDFCN5" + strconv.FormatInt(2_000_000_000+idx, 10)
		remark := "instalment"
		if i%10_000 == 5_000 {
			remark = h.rare
		}
		ref := "REC" + strconv.FormatInt(1_000_000_000+idx, 32)
		if _, err := statement.Exec(store.NewID(), idx, ref, status, to, amount, amount, utr, utr, day.String(), day.String(), remark, bank, stamp, stamp); err != nil {
			return fmt.Errorf("record %d: %w", i, err)
		}
		if _, err := text.Exec(idx, utr+" "+remark+" Asha Traders"); err != nil {
			return err
		}
		if i == records/2+1 {
			h.record = ref
			h.deep = day.String() + "~" + strconv.FormatInt(idx, 10)
		}
	}
	if _, err := tx.Exec(`UPDATE sequences SET next = ? WHERE name = 'records'`, base+int64(records)+1); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	_, err = db.Exec(`ANALYZE`)
	return err
}
