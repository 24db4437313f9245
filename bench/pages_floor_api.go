package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"

	"lekha/lending"
	"lekha/store"
)

// The statements of the floor for programs.
const (
	floorParty = `
		SELECT a.id AS account, k.id AS bank
		FROM accounts a, banks k
		WHERE a.ref = ? AND k.code = ?`
	floorNext   = `UPDATE sequences SET next = next + 1 WHERE name = 'records' RETURNING next - 1`
	floorInsert = `
		INSERT INTO records (id, idx, ref, type, status, account_id, received_amount, tds_amount, amount, remaining_amount, payment_mode, utr,
			reference, settlement_order, component_order, date, bank_date, collection_bank_id, source, created_at, updated_at)
		VALUES (?, ?, ?, 'repayment', 'initiated', ?, ?, 0, ?, ?, ?, ?, ?, 'due_date_first', 'PI-OI-NI-P', ?, ?, ?, 'api', ?, ?)
		RETURNING ref, status, created_at`
	floorText = `INSERT INTO record_text (body, docid) VALUES (?, ?)`
	floorLast = `SELECT seq, hash FROM log_head WHERE one = 1`
	floorHead = `UPDATE log_head SET seq = ?, hash = ? WHERE one = 1`
	floorLog  = `
		INSERT INTO events (seq, at, business_date, actor_id, actor_name, action, subject, account_id, outcome, summary, input, prev_hash, hash)
		VALUES (?, ?, ?, 'floor', 'Floor', 'record.create', ?, ?, 'done', 'Entered', ?, ?, ?)`
)

// floorReceipt is what a program says of money received.
type floorReceipt struct {
	Account  string `json:"account"`
	Received string `json:"received_amount"`
	Mode     string `json:"payment_mode"`
	UTR      string `json:"utr"`
	Bank     string `json:"collection_bank"`
	Date     string `json:"date"`
	BankDate string `json:"bank_date"`
}

// floorMade is the answer to it.
type floorMade struct {
	Ref      string       `db:"ref" json:"ref"`
	Status   string       `db:"status" json:"status"`
	At       string       `db:"created_at" json:"created_at"`
	Received floorReceipt `db:"-" json:"received"`
}

// create writes a receipt with its search text and a sealed line of the log, in
// one durable transaction.
func (f *leastProgram) create(w http.ResponseWriter, r *http.Request) error {
	var in floorReceipt
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&in); err != nil {
		return err
	}
	amount, err := lending.ParseMoney(in.Received)
	if err != nil || amount <= 0 {
		return fmt.Errorf("an amount: %w", err)
	}
	tx, err := f.write.Beginx()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	made, err := f.enter(tx, in, amount)
	if err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	w.WriteHeader(http.StatusCreated)
	return json.NewEncoder(w).Encode(made)
}

func (f *leastProgram) enter(tx *sqlx.Tx, in floorReceipt, amount lending.Money) (floorMade, error) {
	made := floorMade{Received: in}
	var party struct {
		Account string `db:"account"`
		Bank    string `db:"bank"`
	}
	if err := tx.Stmtx(f.prepared[floorParty]).Get(&party, in.Account, in.Bank); err != nil {
		return made, err
	}
	var idx int64
	if err := tx.Stmtx(f.prepared[floorNext]).Get(&idx); err != nil {
		return made, err
	}
	// The floor's references begin otherwise than Lekha's: none is taken twice.
	ref, utr, now := "FLR"+strconv.FormatInt(idx, 10), "F"+in.UTR, time.Now().UTC().Format("2006-01-02T15:04:05.000000Z")
	err := tx.Stmtx(f.prepared[floorInsert]).Get(&made, store.NewID(), idx, ref, party.Account, amount, amount, amount, in.Mode, utr, utr,
		in.Date, in.BankDate, party.Bank, now, now)
	if err != nil {
		return made, err
	}
	if _, err := tx.Stmtx(f.prepared[floorText]).Exec(utr+" "+ref+" "+in.Account, idx); err != nil {
		return made, err
	}
	return made, f.log(tx, in, party.Account, ref, now)
}

// log writes the line of the log, sealed with the hash of the one before.
func (f *leastProgram) log(tx *sqlx.Tx, in floorReceipt, account, ref, now string) error {
	var last struct {
		Seq  int64  `db:"seq"`
		Hash string `db:"hash"`
	}
	if err := tx.Stmtx(f.prepared[floorLast]).Get(&last); err != nil {
		return err
	}
	input, err := json.Marshal(in)
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(now + ref + account + string(input) + last.Hash))
	hash := hex.EncodeToString(sum[:])
	if _, err := tx.Stmtx(f.prepared[floorLog]).Exec(last.Seq+1, now, in.Date, ref, account, string(input), last.Hash, hash); err != nil {
		return err
	}
	_, err = tx.Stmtx(f.prepared[floorHead]).Exec(last.Seq+1, hash)
	return err
}
