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
			if found := h.found(); !strings.Contains(found, c.finds) {
				t.Errorf("found %q, want something about %q", found, c.finds)
			}
			if c.undo == "" {
				return
			}
			h.tamper(c.undo)
			h.sound()
		})
	}
}

// TestVerifyFindsTamperedControl changes what people decided, one way at a time, as
// somebody does who has taken the triggers away.
func TestVerifyFindsTamperedControl(t *testing.T) {
	last := `(SELECT MAX(seq) FROM events)`
	for name, c := range map[string]struct{ statement, finds string }{
		"a decision is deleted":                {`DELETE FROM approval_decisions`, "the decision is not there"},
		"all of an approval is deleted":        {`UPDATE approval_decisions SET approval_id = (SELECT id FROM approvals WHERE status = 'pending')`, "its decisions say"},
		"a request is made approved":           {`UPDATE approvals SET status = 'approved', level = 1, ended_by = ` + last + `, decided_at = requested_at WHERE status = 'pending'`, "its decisions say pending"},
		"an approved one is made rejected":     {`UPDATE approvals SET status = 'rejected' WHERE status = 'approved'`, "its decisions say approved"},
		"a pending one is made withdrawn":      {`UPDATE approvals SET status = 'withdrawn', ended_by = ` + last + `, decided_at = requested_at WHERE status = 'pending'`, "the log does not say so"},
		"a settled hand receipt is cancelled":  {`UPDATE records SET status = 'cancelled' WHERE source = 'hand' AND status = 'processed'`, "stands and the record is cancelled"},
		"a settled hand receipt is taken away": {`UPDATE records SET account_id = NULL, fact_key = NULL, status = 'cancelled' WHERE source = 'hand' AND status = 'processed'`, "its record is not there"},
		"another person decided":               {`UPDATE approval_decisions SET person_id = (SELECT id FROM users WHERE username = 'mina')`, "the log does not say so"},
		"the maker decided":                    {`UPDATE approval_decisions SET person_id = (SELECT requested_by FROM approvals p WHERE p.id = approval_id)`, "who made or edited it"},
		"another person asked":                 {`UPDATE approvals SET requested_by = (SELECT id FROM users WHERE username = 'bela')`, "asked by Asha"},
		"another content was signed":           {`UPDATE approvals SET payload = '{"version":99}' WHERE status = 'approved'`, "what was signed"},
		"a record is settled by hand":          {`UPDATE records SET status = 'processed', fact_key = id WHERE status = 'pending'`, "nobody approved it"},
		"the tail of the log is cut":           {`DELETE FROM events WHERE seq > ` + last + ` - 3`, "the log is cut off here"},
		"the tail is cut and the head is moved": {`WITH gone AS (SELECT seq FROM events WHERE seq > ` + last + ` - 3) DELETE FROM events WHERE seq IN gone;
			UPDATE log_head SET seq = ` + last + `, hash = (SELECT hash FROM events WHERE seq = ` + last + `)`, "the log does not hold its making"},
		"an event in the middle is gone": {`DELETE FROM events WHERE seq = 5`, "the chain of the log is broken"},
		"a fact is added by hand": {`INSERT INTO facts (account_id, seq, key, kind, value_date, booking_date, amount, source, body, made_by, created_at)
			SELECT account_id, seq + 100, 'x', 'waiver', value_date, booking_date, 1, '', '{}', made_by, '2026-01-01T00:00:00.000000Z' FROM facts LIMIT 1`, "the log does not hold its making"},
		"a second level is taken away": {`UPDATE approval_rules SET levels = 1 WHERE kind = 'record'`, `rules of receipts: Step 3: "any amount: two credit managers" was decided, and "any amount: one credit manager" holds`},
		"money settles by itself":      {`UPDATE company SET auto_limit = 10000000`, `"₹0.00" was decided, and "₹1,00,000.00" holds`},
		"a row is orphaned":            {`PRAGMA foreign_keys = off; DELETE FROM banks`, "refers to one of banks"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-09-05")
			h.match(h.credit("NEFT CR 1", "SBIN00000000001", "11002.00"), "PL001")
			h.must(h.settled(h.enter(h.account("PL001"), "500", h.today())))
			h.sound()
			h.tamper(c.statement)
			if found := h.found(); !strings.Contains(found, c.finds) {
				t.Errorf("found %q, want something about %q", found, c.finds)
			}
		})
	}
}

// found is all that verify says.
func (h *house) found() string {
	h.Helper()
	result, err := h.office.Verify(h.Context())
	h.must(err)
	var found strings.Builder
	for _, f := range result.Findings {
		found.WriteString(f.Subject + ": " + f.What + "\n")
	}
	return found.String()
}

// TestLogKeepsAGapThatWasCut: commands after the cut do not close it, and what was
// written down outside shows a log that was made anew.
func TestLogKeepsAGapThatWasCut(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	h.credit("NEFT CR 1", "SBIN00000000001", "500.00")
	before, err := h.office.Verify(t.Context())
	h.must(err)
	kept, err := ParseLogEnd(before.Log.String())
	h.must(err)
	h.tamper(`DELETE FROM events WHERE seq = (SELECT MAX(seq) FROM events)`)
	h.credit("NEFT CR 2", "SBIN00000000002", "500.00")
	if found := h.found(); !strings.Contains(found, "the chain of the log is broken here") {
		t.Errorf("the gap is gone: %q", found)
	}
	same, err := h.office.VerifySince(t.Context(), kept)
	h.must(err)
	if same {
		t.Error("the event that was written down is still said to be there")
	}
	if _, err := ParseLogEnd("the end"); err == nil {
		t.Error("nonsense is read as the end of a log")
	}
}

// TestVerifySaysWhichTriggersAreMissing: what keeps the tables is itself looked at.
func TestVerifySaysWhichTriggersAreMissing(t *testing.T) {
	h := newHouse(t)
	raw, err := sqlx.Open("sqlite3", "file:"+h.path+"?_busy_timeout=5000")
	h.must(err)
	defer raw.Close()
	for statement, finds := range map[string]string{
		`DROP TRIGGER events_no_update`: "the trigger events_no_update is missing",
		`DROP TRIGGER facts_no_delete; CREATE TRIGGER facts_no_delete BEFORE DELETE ON facts BEGIN SELECT 1; END`: "the trigger facts_no_delete is not as it was made",
		`CREATE TABLE extra (x)`:     "the table extra is not of this program",
		`DROP INDEX approvals_queue`: "the index approvals_queue is missing",
	} {
		_, err := raw.Exec(statement)
		h.must(err)
		if found := h.found(); !strings.Contains(found, finds) {
			t.Errorf("after %s: %q", statement, found)
		}
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
