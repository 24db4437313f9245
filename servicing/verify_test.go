package servicing

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"
	_ "github.com/mattn/go-sqlite3"
)

// tamper changes the file past the program and past its triggers, as somebody with
// a database tool and bad intent would.
func (h *house) tamper(statement string, args ...any) {
	h.Helper()
	raw, err := sqlx.Open("sqlite3", "file:"+h.path+"?_busy_timeout=5000")
	h.must(err)
	defer raw.Close()
	raw.SetMaxOpenConns(1)
	var triggers []string
	h.must(raw.Select(&triggers, `SELECT sql FROM sqlite_schema WHERE type = 'trigger'`))
	name := regexp.MustCompile(`(?i)CREATE TRIGGER (\w+)`)
	for _, sql := range triggers {
		_, err := raw.Exec(`DROP TRIGGER ` + name.FindStringSubmatch(sql)[1])
		h.must(err)
	}
	result, err := raw.Exec(statement, args...)
	h.must(err)
	if n, _ := result.RowsAffected(); n == 0 {
		h.Fatalf("%s changed nothing", statement)
	}
	for _, sql := range triggers {
		_, err := raw.Exec(sql)
		h.must(err)
	}
}

// TestVerifyFindsWhatWasTamperedWith changes one thing at a time and looks for the
// finding that names it.
func TestVerifyFindsWhatWasTamperedWith(t *testing.T) {
	for name, c := range map[string]struct{ statement, undo, finds string }{
		"a position":         {`UPDATE positions SET due_now = due_now + 1`, `UPDATE positions SET due_now = due_now - 1`, "position differs"},
		"a demand":           {`UPDATE demands SET p_paid = p_paid - 100 WHERE no = 1`, `UPDATE demands SET p_paid = p_paid + 100 WHERE no = 1`, "demand"},
		"days past due":      {`UPDATE demands SET dpd = dpd + 1 WHERE no = 7`, `UPDATE demands SET dpd = dpd - 1 WHERE no = 7`, "demand"},
		"a settlement":       {`UPDATE settlements SET amount = amount + 1 WHERE seq = 3`, `UPDATE settlements SET amount = amount - 1 WHERE seq = 3`, "settlement 3"},
		"the component":      {`UPDATE settlements SET component = 'OI' WHERE seq = 3`, `UPDATE settlements SET component = 'NI' WHERE seq = 3`, "settlement 3"},
		"what is left":       {`UPDATE records SET remaining_amount = 5 WHERE status = 'processed'`, `UPDATE records SET remaining_amount = 0 WHERE status = 'processed'`, "is left"},
		"a fact":             {`UPDATE facts SET amount = amount + 100, body = replace(body, '"received":1100200', '"received":1100300') WHERE kind = 'receipt' AND source LIKE 'REC%'`, `UPDATE facts SET amount = amount - 100, body = replace(body, '"received":1100300', '"received":1100200') WHERE kind = 'receipt' AND source LIKE 'REC%'`, "differs"},
		"an agreed row":      {`UPDATE facts SET body = replace(body, '"interest":180000', '"interest":170000') WHERE kind = 'disbursal'`, `UPDATE facts SET body = replace(body, '"interest":170000', '"interest":180000') WHERE kind = 'disbursal'`, "are not those of its terms"},
		"a statement line":   {`UPDATE bank_credits SET amount = amount + 1`, `UPDATE bank_credits SET amount = amount - 1`, "the bank credited"},
		"a count":            {`UPDATE record_counts SET amount = amount + 1 WHERE status = 'processed'`, `UPDATE record_counts SET amount = amount - 1 WHERE status = 'processed'`, "are counted"},
		"an event's words":   {`UPDATE events SET summary = 'Nothing happened.' WHERE seq = 5`, ``, "chain"},
		"a receipt vanished": {`UPDATE records SET carries = 0 WHERE status = 'processed'`, `UPDATE records SET carries = 1 WHERE status = 'processed'`, "the bank credited"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-09-05")
			h.approve(h.match(h.credit("NEFT CR 1", "SBIN00000000001", "11002.00"), "PL001"))
			h.sound()
			h.tamper(c.statement)
			result, err := h.office.Verify(t.Context())
			h.must(err)
			var found strings.Builder
			for _, f := range result.Findings {
				found.WriteString(f.Subject + ": " + f.What + "\n")
			}
			if !strings.Contains(found.String(), c.finds) {
				t.Errorf("found %q, want something about %q", found.String(), c.finds)
			}
			if c.undo == "" {
				return
			}
			h.tamper(c.undo)
			h.sound()
		})
	}
}

// TestTheLogOnlyGrows: neither events nor facts nor lines change through the
// program's own connection.
func TestTheLogOnlyGrows(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	h.credit("NEFT CR 1", "SBIN00000000001", "500.00")
	raw, err := sqlx.Open("sqlite3", "file:"+h.path+"?_busy_timeout=5000")
	h.must(err)
	defer raw.Close()
	for _, statement := range []string{`UPDATE events SET summary = ''`, `DELETE FROM events`, `UPDATE facts SET amount = 0`, `DELETE FROM facts`,
		`UPDATE bank_credits SET amount = 1`, `DELETE FROM bank_credits`} {
		if _, err := raw.ExecContext(context.Background(), statement); err == nil {
			t.Errorf("%s was carried out", statement)
		}
	}
	h.sound()
}
