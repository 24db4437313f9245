package main

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

const (
	eodTemplates   = 100 // loans that are taken over by the product; the others are like them
	eodInstalments = 24
	eodCopies      = 20 // of all templates, in one statement
)

// eodRef is what an account is called: the how-manieth copy of which template.
func eodRef(copy, template int) string {
	if copy == 0 {
		return fmt.Sprintf("EOD-%03d", template)
	}
	return fmt.Sprintf("EOD-%03d-%d", template, copy)
}

// build makes a lender: some loans through the product's own take-over, and copies
// of them by plain inserts, with ids of their own.
func (m *eodMeter) build(ctx context.Context, loans int) error {
	schema, err := schemaOf()
	if err != nil {
		return err
	}
	began := time.Now()
	clock := func() time.Time { return eodDay.AddDays(m.days).Time().Add(time.Since(began)) }
	if m.db, err = store.Open(ctx, m.path, schema, store.Options{Clock: clock}); err != nil {
		return err
	}
	m.office, m.day = servicing.New(m.db), eodDay
	people := servicing.NewPeople(m.office, servicing.PasswordCost{MemoryKiB: 64, Passes: 1, Threads: 1})
	if err := furnish(ctx, people, eodDay); err != nil {
		return err
	}
	if check, err := m.office.ImportPortfolio(ctx, servicing.Console(), eodPortfolio(), nil); err != nil {
		return fmt.Errorf("taking over the loans: %w: %v", err, check.Errors)
	}
	copies := (loans + eodTemplates - 1) / eodTemplates
	m.loans = copies * eodTemplates
	if err := pourCopies(m.path, copies); err != nil {
		return err
	}
	m.made = time.Since(began)
	return nil
}

// eodPortfolio is the loans that the others are copies of: some are up to three
// months behind, some fall due on the day that opens, the rest has nothing to do.
func eodPortfolio() servicing.PortfolioFiles {
	var borrowers, loans strings.Builder
	borrowers.WriteString("borrower_ref,name\n")
	loans.WriteString("account_ref,borrower_ref,program,principal,roi_value,overdue_roi_value,emi_count,disbursed_on,first_due_date,paid_to_date\n")
	opens := eodDay.AddDays(1)
	for i := range eodTemplates {
		due := lending.NewDate(2026, 11, 1+i%19) // before the day: the next is a month away
		if i%eodDueEvery == 7 {
			due = opens.AddMonths(-1)
		}
		first := due.AddMonths(-9 - i%5)
		paid := due
		if i%eodArrears == 0 {
			paid = due.AddMonths(-1 - i/eodArrears%3)
		}
		fmt.Fprintf(&borrowers, "C%d,Borrower %d\n", i, i)
		fmt.Fprintf(&loans, "%s,C%d,Term loan,%d,%d,24,%d,%s,%s,%s\n", eodRef(0, i), i, 100_000+i*1_000, 12+i%7, eodInstalments, first.AddMonths(-1), first, paid)
	}
	return servicing.PortfolioFiles{"borrowers.csv": []byte(borrowers.String()), "loans.csv": []byte(loans.String())}
}

// pourCopies copies the loans that are there so many times. Copies lie in turns, as
// loans do that were made one after the other.
func pourCopies(path string, copies int) error {
	db, err := sql.Open("sqlite3", "file:"+path+"?_busy_timeout=10000&_synchronous=OFF&_cache_size=-524288")
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for from := 1; from < copies; from += eodCopies {
		if err := pourSome(db, from, min(from+eodCopies, copies)); err != nil {
			return err
		}
	}
	for _, tidy := range []string{
		`UPDATE sequences SET next = (SELECT MAX(idx) + 1 FROM journal_entries) WHERE name = 'journal'`,
		`UPDATE sequences SET next = (SELECT MAX(idx) + 1 FROM demands) WHERE name = 'demands'`,
		`UPDATE sequences SET next = (SELECT MAX(idx) + 1 FROM settlements) WHERE name = 'settlements'`,
		`UPDATE sequences SET next = (SELECT MAX(idx) + 1 FROM accounts) WHERE name = 'accounts'`,
		`UPDATE sequences SET next = (SELECT MAX(idx) + 1 FROM borrowers) WHERE name = 'borrowers'`,
		`UPDATE sequences SET next = (SELECT MAX(idx) + 1 FROM loans) WHERE name = 'loans'`,
		`ANALYZE`,
		`PRAGMA wal_checkpoint(TRUNCATE)`,
	} {
		if _, err := db.Exec(tidy); err != nil {
			return fmt.Errorf("%s: %w", tidy, err)
		}
	}
	return nil
}

// pourSome makes some copies in one transaction. A copy's ids are those of its
// template behind its number.
func pourSome(db *sql.DB, from, to int) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	const copies = `WITH RECURSIVE copies (n) AS (SELECT ? UNION ALL SELECT n + 1 FROM copies WHERE n + 1 < ?), `
	for _, insert := range []string{
		`old AS MATERIALIZED (SELECT * FROM borrowers WHERE ref LIKE 'C%' AND length(id) = 36)
		INSERT INTO borrowers (id, idx, ref, name, created_at, updated_at)
		SELECT printf('%07d-', n) || id, idx + 1000 * n, ref || '-' || n, name, created_at, updated_at FROM copies CROSS JOIN old ORDER BY n, idx`,
		`old AS MATERIALIZED (SELECT * FROM accounts WHERE length(id) = 36)
		INSERT INTO accounts (id, idx, ref, borrower_id, program_id, product, status, approved_line_amount, loan_data, created_at, updated_at)
		SELECT printf('%07d-', n) || id, idx + 1000 * n, ref || '-' || n, printf('%07d-', n) || borrower_id, program_id, product, status, approved_line_amount, loan_data, created_at, updated_at
		FROM copies CROSS JOIN old ORDER BY n, idx`,
		`old AS MATERIALIZED (SELECT * FROM loans WHERE length(id) = 36)
		INSERT INTO loans (id, idx, ref, account_id, status, amount, net_amount, disbursed_on, disbursal, maker_id, created_at, updated_at)
		SELECT printf('%07d-', n) || id, idx + 1000 * n, ref || '-' || n, printf('%07d-', n) || account_id, status, amount, net_amount, disbursed_on, disbursal, maker_id, created_at, updated_at
		FROM copies CROSS JOIN old ORDER BY n, idx`,
		`old AS MATERIALIZED (SELECT f.*, l.id AS loan FROM facts f JOIN loans l ON l.account_id = f.account_id WHERE length(f.account_id) = 36)
		INSERT INTO facts (account_id, seq, key, kind, value_date, bank_date, booking_date, amount, source, reverses, body, made_by, created_at)
		SELECT printf('%07d-', n) || account_id, seq, replace(key, loan, printf('%07d-', n) || loan), kind, value_date, bank_date, booking_date, amount, source, reverses,
			replace(body, loan, printf('%07d-', n) || loan), made_by, created_at
		FROM copies CROSS JOIN old ORDER BY n, account_id, seq`,
		`old AS MATERIALIZED (SELECT * FROM demands WHERE length(id) = 36)
		INSERT INTO demands (id, idx, account_id, key, loan_id, type, no, name, period_start, period_end, due_date, is_due, p_amount, p_paid, p_waived, ni_amount, ni_paid, ni_waived,
			oi_amount, oi_paid, oi_waived, pi_amount, pi_paid, pi_waived, f_amount, f_paid, f_waived, outstanding, dpd, peak_dpd, paid_on, created_at, updated_at)
		SELECT printf('%07d-', n) || id, idx + 10000 * n, printf('%07d-', n) || account_id, printf('%07d-', n) || key, printf('%07d-', n) || loan_id, type, no, name, period_start, period_end, due_date, is_due,
			p_amount, p_paid, p_waived, ni_amount, ni_paid, ni_waived, oi_amount, oi_paid, oi_waived, pi_amount, pi_paid, pi_waived, f_amount, f_paid, f_waived,
			outstanding, dpd, peak_dpd, paid_on, created_at, updated_at
		FROM copies CROSS JOIN old ORDER BY n, idx`,
		`old AS MATERIALIZED (SELECT * FROM settlements WHERE length(id) = 36)
		INSERT INTO settlements (id, idx, account_id, seq, receipt_key, demand_id, component, amount, date, outstanding, remaining, from_excess, dpd, peak_dpd, created_at, updated_at)
		SELECT printf('%07d-', n) || id, idx + 10000 * n, printf('%07d-', n) || account_id, seq, replace(receipt_key, (SELECT id FROM loans l WHERE l.account_id = old.account_id), printf('%07d-', n) || (SELECT id FROM loans l WHERE l.account_id = old.account_id)),
			printf('%07d-', n) || demand_id, component, amount, date, outstanding, remaining, from_excess, dpd, peak_dpd, created_at, updated_at
		FROM copies CROSS JOIN old ORDER BY n, idx`,
		`old AS MATERIALIZED (SELECT * FROM positions WHERE length(account_id) = 36)
		INSERT INTO positions (account_id, as_of, facts, principal_outstanding, total_outstanding, due_now, excess, dpd, peak_dpd, category, category_date, oldest_due, next_due_date, next_due_amount, next_event, updated_at)
		SELECT printf('%07d-', n) || account_id, as_of, facts, principal_outstanding, total_outstanding, due_now, excess, dpd, peak_dpd, category, category_date, oldest_due, next_due_date, next_due_amount, next_event, updated_at
		FROM copies CROSS JOIN old ORDER BY n, account_id`,
		`old AS MATERIALIZED (SELECT e.*, l.id AS loan FROM journal_entries e JOIN loans l ON l.account_id = e.account_id WHERE length(e.account_id) = 36)
		INSERT INTO journal_entries (idx, event, account_id, source, event_seq, value_date, booking_date, created_at)
		SELECT idx + 100000 * n, replace(event, loan, printf('%07d-', n) || loan), printf('%07d-', n) || account_id, source, event_seq, value_date, booking_date, created_at
		FROM copies CROSS JOIN old ORDER BY n, idx`,
		`old AS MATERIALIZED (SELECT * FROM journal_lines WHERE entry_idx < 100000)
		INSERT INTO journal_lines (entry_idx, no, loan_id, role, code, amount, booking_date)
		SELECT entry_idx + 100000 * n, no, CASE loan_id WHEN '' THEN '' ELSE printf('%07d-', n) || loan_id END, role, code, amount, booking_date
		FROM copies CROSS JOIN old ORDER BY n, entry_idx, no`,
	} {
		if _, err := tx.Exec(copies+insert, from, to); err != nil {
			return fmt.Errorf("%s: %w", insert[:40], err)
		}
	}
	return tx.Commit()
}
