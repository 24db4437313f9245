package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/jmoiron/sqlx"

	"lekha/lending"
)

// leastProgram is the floor: the least program that does the same job on the same
// data. It looks the session up, reads by key with the columns it shows over
// prepared statements, counts and sums no further than it says, renders a
// component a row, and writes what a receipt needs in one durable transaction. Its
// pages have what any page of a back office must have around them, a menu with the
// business date and the number of what waits; that of one record shows, beside the
// record, its requests and the other records of the same money, for without them
// nobody can tell why it stands where it stands. It has no filters but the one it is
// asked for, no permissions, no icons, and says nothing of what may be done. What it
// says of an account it replays from the facts, as the target has it: nothing else is
// true as of any day.
type leastProgram struct {
	read, write *sqlx.DB
	prepared    map[string]*sqlx.Stmt
}

// The statements of the floor that read.
const (
	floorSession = `
		SELECT u.name
		FROM sessions s
		JOIN users u ON u.id = s.user_id
		WHERE s.token_hash = ? AND s.expires_at > '2'`
	floorToken = `
		SELECT t.name
		FROM api_tokens t
		WHERE t.token_hash = ? AND t.revoked_at IS NULL`
	floorAround = `
		SELECT c.name, c.business_date, COALESCE(n.count, 0) AS unmatched,
			(SELECT COUNT(*) FROM approvals WHERE status = 'pending' AND role = 'credit_manager') AS waiting
		FROM company c
		LEFT JOIN record_counts n ON n.status = 'unmatched'
		WHERE c.one = 1`
	floorRows = `
		SELECT r.idx, r.ref, r.status, r.amount, r.remaining_amount, r.date, r.payment_mode, r.utr, r.remark,
			a.ref AS account, b.name AS borrower, k.code AS bank
		FROM records r
		JOIN accounts a ON a.id = r.account_id
		JOIN borrowers b ON b.id = a.borrower_id
		JOIN banks k ON k.id = r.collection_bank_id
		WHERE r.status = 'processed' AND (r.date, r.idx) < (?, ?)
		ORDER BY r.date DESC, r.idx DESC
		LIMIT 50`
	floorCount = `SELECT COUNT(*) FROM (SELECT 1 FROM records WHERE status = 'processed' LIMIT 10001)`
	floorSums  = `SELECT COALESCE(SUM(amount), 0) AS amount, COALESCE(SUM(remaining_amount), 0) AS remaining_amount FROM records WHERE status = 'processed'`
	floorOne   = `
		SELECT r.idx, r.ref, r.status, r.amount, r.remaining_amount, r.date, r.payment_mode, r.utr, r.remark,
			a.ref AS account, b.name AS borrower, k.code AS bank
		FROM records r
		JOIN accounts a ON a.id = r.account_id
		JOIN borrowers b ON b.id = a.borrower_id
		JOIN banks k ON k.id = r.collection_bank_id
		WHERE r.ref = ?`
	floorKin = `
		SELECT o.idx, o.ref, o.status, o.amount, o.remaining_amount, o.date
		FROM records r
		JOIN records o ON o.parent_id = r.id OR o.predecessor_id = r.id
		WHERE r.ref = ?
		ORDER BY o.idx`
	floorRequests = `
		SELECT p.idx, p.ref, p.status, p.amount, p.kind AS payment_mode, p.requester AS borrower, p.reason AS remark
		FROM records r
		JOIN approvals p ON p.record_id = r.id
		WHERE r.ref = ?
		ORDER BY p.idx DESC`
	floorPaid = `
		SELECT s.idx, s.component AS status, s.amount, s.remaining AS remaining_amount, s.date, d.key AS ref, d.name AS utr
		FROM records r
		JOIN settlements s ON s.record_id = r.id
		JOIN demands d ON d.id = s.demand_id
		WHERE r.ref = ?
		ORDER BY s.seq`
	floorEvents = `
		SELECT seq AS idx, subject AS ref, action AS status, summary AS remark, actor_name AS borrower, business_date AS date
		FROM events
		WHERE subject = ?
		ORDER BY seq DESC
		LIMIT 60`
	floorFacts = `
		SELECT f.key, f.kind, f.value_date, f.bank_date, f.booking_date, f.amount, COALESCE(f.reverses, '') AS reverses, f.body
		FROM accounts a
		JOIN facts f ON f.account_id = a.id
		WHERE a.ref = ?
		ORDER BY f.seq`
	floorReceipts = `
		SELECT r.idx, r.id, r.ref, r.status, r.amount, r.remaining_amount, r.date, r.payment_mode, r.utr, b.name AS borrower
		FROM accounts a
		JOIN records r ON r.account_id = a.id
		JOIN borrowers b ON b.id = a.borrower_id
		WHERE a.ref = ? AND r.status = 'processed'`
)

// newFloor opens the file as Lekha does: readers apart from the one writer.
func newFloor(path string) (*leastProgram, error) {
	dsn := "file:" + path + "?_busy_timeout=10000&_journal_mode=WAL&_foreign_keys=on&_cache_size=-32768"
	f := &leastProgram{prepared: map[string]*sqlx.Stmt{}}
	var err error
	if f.read, err = sqlx.Open("sqlite3", dsn+"&_query_only=on"); err != nil {
		return nil, err
	}
	if f.write, err = sqlx.Open("sqlite3", dsn+"&_txlock=immediate&_synchronous=FULL"); err != nil {
		return nil, err
	}
	f.read.SetMaxOpenConns(4)
	f.write.SetMaxOpenConns(2) // one writes, one has the statements prepared
	for _, query := range []string{floorSession, floorToken, floorAround, floorRows, floorCount, floorSums, floorOne,
		floorKin, floorRequests, floorPaid, floorEvents, floorFacts, floorReceipts} {
		if f.prepared[query], err = f.read.Preparex(query); err != nil {
			return nil, err
		}
	}
	for _, query := range []string{floorParty, floorNext, floorInsert, floorText, floorLast, floorHead, floorLog} {
		if f.prepared[query], err = f.write.Preparex(query); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func (f *leastProgram) close() {
	f.read.Close()
	f.write.Close()
}

// routes are what the floor answers.
func (f *leastProgram) routes() http.Handler {
	mux := http.NewServeMux()
	answer := func(pattern, admit string, serve func(http.ResponseWriter, *http.Request) error) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			err := f.admit(r, admit)
			if err == nil {
				err = serve(w, r)
			}
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
			}
		})
	}
	answer("GET /floor/records", floorSession, f.records)
	answer("GET /floor/record", floorSession, f.record)
	answer("GET /floor/account", floorSession, f.account)
	answer("GET /floor/summary", floorToken, f.summary)
	answer("POST /floor/records", floorToken, f.create)
	return mux
}

// admit looks up who is asking, as any program with sessions and keys in its
// database does.
func (f *leastProgram) admit(r *http.Request, query string) error {
	secret := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if secret == "" {
		cookie, err := r.Cookie("lekha")
		if err != nil {
			return err
		}
		secret = cookie.Value
	}
	sum := sha256.Sum256([]byte(secret))
	var name string
	return f.prepared[query].Get(&name, hex.EncodeToString(sum[:]))
}

type floorRow struct {
	Idx      int64         `db:"idx"`
	ID       string        `db:"id"`
	Ref      string        `db:"ref"`
	Status   string        `db:"status"`
	Amount   lending.Money `db:"amount"`
	Left     lending.Money `db:"remaining_amount"`
	Date     lending.Date  `db:"date"`
	Mode     string        `db:"payment_mode"`
	UTR      string        `db:"utr"`
	Remark   string        `db:"remark"`
	Account  string        `db:"account"`
	Borrower string        `db:"borrower"`
	Bank     string        `db:"bank"`
}

// records lists fifty rows with the count of all, and their sums when they were
// counted to the end.
func (f *leastProgram) records(w http.ResponseWriter, r *http.Request) error {
	day, idx, found := strings.Cut(r.URL.Query().Get("after"), ".")
	if !found {
		day, idx = "9999", "0"
	}
	var rows []floorRow
	if err := f.prepared[floorRows].Select(&rows, day, idx); err != nil {
		return err
	}
	var count int
	if err := f.prepared[floorCount].Get(&count); err != nil {
		return err
	}
	var sums floorRow
	if count <= 10_000 {
		if err := f.prepared[floorSums].Get(&sums); err != nil {
			return err
		}
	}
	return f.page(w, count, sums, rows)
}

// record shows one record with the others of its money, its requests, the dues it
// paid and its log.
func (f *leastProgram) record(w http.ResponseWriter, r *http.Request) error {
	ref := r.URL.Query().Get("ref")
	var one floorRow
	if err := f.prepared[floorOne].Get(&one, ref); err != nil {
		return err
	}
	return f.lists(w, one, ref, floorKin, floorRequests, floorPaid, floorEvents)
}

// lists renders the rows of several queries about one thing.
func (f *leastProgram) lists(w http.ResponseWriter, head floorRow, about string, queries ...string) error {
	rows := []floorRow{head}
	for _, query := range queries {
		var more []floorRow
		if err := f.prepared[query].Select(&more, about); err != nil {
			return err
		}
		rows = append(rows, more...)
	}
	return f.page(w, len(rows), head, rows)
}

// page renders the rows and what stands around them.
func (f *leastProgram) page(w http.ResponseWriter, count int, sums floorRow, rows []floorRow) error {
	p := floorBody{count: count, sums: sums, rows: rows}
	if err := f.prepared[floorAround].Get(&p.menu); err != nil {
		return err
	}
	var out bytes.Buffer
	if err := p.Render(&out); err != nil {
		return err
	}
	_, _ = w.Write(out.Bytes()) // the reader went away: nothing to do
	return nil
}
