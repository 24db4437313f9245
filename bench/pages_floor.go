package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/jmoiron/sqlx"

	"lekha/lending"
	"lekha/views"
)

// leastProgram is the floor: the least program that does the same job on the same data: it looks
// the session up, reads by key with the columns it shows, counts no further
// than it says, and renders a component a row.
type leastProgram struct{ db *sqlx.DB }

func newFloor(path string) (http.Handler, error) {
	db, err := sqlx.Open("sqlite3", "file:"+path+"?_query_only=on&_busy_timeout=10000")
	if err != nil {
		return nil, err
	}
	f := leastProgram{db}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /floor/records", f.records)
	mux.HandleFunc("GET /floor/record", f.record)
	mux.HandleFunc("GET /floor/account", f.account)
	return mux, nil
}

// session looks up who is asking, as any program with sessions in its database does.
func (f leastProgram) session(r *http.Request) error {
	cookie, err := r.Cookie("lekha")
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(cookie.Value))
	var user string
	return f.db.Get(&user, `
		SELECT u.name
		FROM sessions s JOIN users u ON u.id = s.user_id
		WHERE s.token_hash = ?`, hex.EncodeToString(sum[:]))
}

type floorRow struct {
	Idx      int64         `db:"idx"`
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

func (f leastProgram) records(w http.ResponseWriter, r *http.Request) {
	if err := f.session(r); err != nil {
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	where, args := "r.status = 'processed'", []any{}
	if after := r.URL.Query().Get("after"); after != "" {
		day, idx, _ := strings.Cut(after, "~")
		where, args = where+" AND (r.date, r.idx) < (?, CAST(? AS INTEGER))", []any{day, idx}
	}
	var rows []floorRow
	err := f.db.Select(&rows, `
		SELECT r.idx, r.ref, r.status, r.amount, r.remaining_amount, r.date, r.payment_mode, r.utr, r.remark,
			a.ref AS account, b.name AS borrower, k.code AS bank
		FROM records r
		JOIN accounts a ON a.id = r.account_id
		JOIN borrowers b ON b.id = a.borrower_id
		JOIN banks k ON k.id = r.collection_bank_id
		WHERE `+where+`
		ORDER BY r.date DESC, r.idx DESC
		LIMIT 50`, args...)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	var count int
	if err := f.db.Get(&count, `SELECT COUNT(*) FROM (SELECT 1 FROM records WHERE status = 'processed' LIMIT 10001)`); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	f.page(w, rows, count)
}

// page renders the rows and nothing else.
func (f leastProgram) page(w http.ResponseWriter, rows []floorRow, count int) {
	page := templ.ComponentFunc(func(ctx context.Context, out io.Writer) error {
		if _, err := io.WriteString(out, "<!DOCTYPE html><html><head><title>Records</title></head><body><p>"+views.Count(count)+"</p><table>"); err != nil {
			return err
		}
		for _, r := range rows {
			if err := floorLine(r).Render(ctx, out); err != nil {
				return err
			}
		}
		_, err := io.WriteString(out, "</table></body></html>")
		return err
	})
	var out bytes.Buffer
	if err := page.Render(context.Background(), &out); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_, _ = w.Write(out.Bytes()) // the reader went away: nothing to do
}

func floorLine(r floorRow) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, out io.Writer) error {
		var b strings.Builder
		b.WriteString(`<tr><td><a href="/records/`)
		b.WriteString(templ.EscapeString(r.Ref))
		b.WriteString(`">`)
		for _, cell := range []string{r.Ref, r.Status, r.Mode, r.UTR, r.Remark, r.Account, r.Borrower, r.Bank, views.Day(r.Date)} {
			b.WriteString("</td><td>")
			b.WriteString(templ.EscapeString(cell))
		}
		b.WriteString(`</td><td class="money">`)
		b.WriteString(views.Amount(r.Amount))
		b.WriteString(`</td><td class="money">`)
		b.WriteString(views.Amount(r.Left))
		b.WriteString("</td></tr>")
		_, err := io.WriteString(out, b.String())
		return err
	})
}

// record shows one row with what belongs to it.
func (f leastProgram) record(w http.ResponseWriter, r *http.Request) { f.account(w, r) }

// account reads the projection of an account as a program without replay would:
// its demands, its settlements, its position, rendered a row each.
func (f leastProgram) account(w http.ResponseWriter, r *http.Request) {
	if err := f.session(r); err != nil {
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	var rows []floorRow
	err := f.db.Select(&rows, `
		SELECT d.idx, d.key AS ref, d.type AS status, d.p_amount + d.ni_amount AS amount, d.outstanding AS remaining_amount, d.due_date AS date,
			'' AS payment_mode, d.name AS utr, '' AS remark, a.ref AS account, b.name AS borrower, '' AS bank
		FROM demands d
		JOIN accounts a ON a.id = d.account_id
		JOIN borrowers b ON b.id = a.borrower_id
		WHERE a.ref = 'BENCH-0001'
		ORDER BY d.due_date, d.idx`)
	if err == nil {
		var paid []floorRow
		err = f.db.Select(&paid, `
			SELECT s.idx, s.component AS status, s.amount, s.remaining AS remaining_amount, s.date, '' AS ref, '' AS payment_mode, '' AS utr,
				'' AS remark, '' AS account, '' AS borrower, '' AS bank
			FROM settlements s
			JOIN accounts a ON a.id = s.account_id
			WHERE a.ref = 'BENCH-0001'
			ORDER BY s.seq`)
		rows = append(rows, paid...)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	f.page(w, rows, len(rows))
}
