package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"text/tabwriter"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// night looks at what must hold whatever happened in the day: money is neither made
// nor lost, the trial balance is zero, credits are accounted for, what is shown is
// what the facts say.
func (l *life) night(ctx context.Context) error {
	l.clock.set(l.today.Time().Add(morningHour / 2))
	if err := l.booksBalance(ctx); err != nil {
		return err
	}
	if err := l.bankAgrees(); err != nil {
		return err
	}
	if err := l.accountsAgree(ctx); err != nil {
		return err
	}
	if l.eachNight || l.today.Sub(lifeStarts)%7 == 0 || l.today == lifeStarts.AddDays(l.days) {
		return l.verify(ctx)
	}
	return nil
}

// booksBalance: every entry of the day balances, and so does all of it; every credit
// of the bank is accounted for; nothing failed at the close.
func (l *life) booksBalance(ctx context.Context) error {
	var lame, sum int64
	err := l.raw.GetContext(ctx, &lame, `
		SELECT COUNT(*)
		FROM (SELECT j.entry_idx FROM journal_lines j WHERE j.booking_date >= ? GROUP BY j.entry_idx HAVING SUM(j.amount) <> 0)`, l.today.AddDays(-1).String())
	if err == nil {
		err = l.raw.GetContext(ctx, &sum, `SELECT COALESCE(SUM(amount), 0) FROM journal_lines`)
	}
	if err != nil {
		return err
	}
	if lame != 0 || sum != 0 {
		return fmt.Errorf("%d entries do not balance, the trial balance is off by %d paise", lame, sum)
	}
	var failures []string
	if err := l.raw.SelectContext(ctx, &failures, `SELECT a.ref || ': ' || f.message FROM day_failures f JOIN accounts a ON a.id = f.account_id`); err != nil {
		return err
	}
	if len(failures) > 0 {
		return fmt.Errorf("the day close left %d accounts alone: %s", len(failures), failures[0])
	}
	return l.db.Reader().Read(ctx, func(ctx context.Context, v *store.View) error {
		gaps, err := v.TieOutGaps(ctx, 10)
		if err == nil && len(gaps) > 0 {
			err = fmt.Errorf("of the credits of %s, %s is not accounted for: %+v", gaps[0].Day, gaps[0].Gap.Rupees(), gaps[0])
		}
		return err
	})
}

// bankAgrees: what the ledger says is in the bank is what the diary says that came
// in and went out.
func (l *life) bankAgrees() error {
	var ledger lending.Money
	if err := l.raw.Get(&ledger, `SELECT COALESCE(SUM(amount), 0) FROM journal_lines WHERE code IN ('1100', '1110', '1130')`); err != nil {
		return err
	}
	if ledger != l.cash {
		return fmt.Errorf("the ledger has %s in the bank, and there is %s", ledger.Rupees(), l.cash.Rupees())
	}
	return nil
}

// accountsAgree replays the accounts on which something was booked in the day: what is
// shown is what follows from their facts, and every paisa received is somewhere.
func (l *life) accountsAgree(ctx context.Context) error {
	var ids []string
	if err := l.raw.SelectContext(ctx, &ids, `SELECT DISTINCT account_id FROM facts WHERE booking_date = ?`, l.today.AddDays(-1).String()); err != nil {
		return err
	}
	return l.db.Reader().Read(ctx, func(ctx context.Context, v *store.View) error {
		for _, id := range ids {
			account, err := v.AccountByID(ctx, id)
			if err != nil {
				return err
			}
			book, err := servicing.BookOf(ctx, v, id, 0)
			if err != nil {
				return fmt.Errorf("account %s: %w", account.Ref, err)
			}
			position, err := v.PositionOf(ctx, id)
			if err != nil {
				return err
			}
			if err := agree(book, position); err != nil {
				return fmt.Errorf("account %s: %w", account.Ref, err)
			}
		}
		return nil
	})
}

// agree compares a book with itself and with what is shown of it.
func agree(book *lending.Book, p store.Position) error {
	s := book.Summary
	if p.DueNow != s.DueNow || p.Excess != book.Excess || p.PrincipalOutstanding != s.PrincipalOutstanding || p.TotalOutstanding != s.TotalOutstanding {
		return fmt.Errorf("shown are due %s, excess %s, principal %s, total %s; the facts say %s, %s, %s, %s", p.DueNow, p.Excess, p.PrincipalOutstanding, p.TotalOutstanding,
			s.DueNow, book.Excess, s.PrincipalOutstanding, s.TotalOutstanding)
	}
	var received, settled, kept, refunded lending.Money
	for _, r := range book.Receipts {
		if r.Reversed || r.Waiting {
			continue
		}
		received, settled, kept, refunded = received+r.Amount, settled+r.Settled, kept+r.Remaining, refunded+r.Refunded
	}
	var used lending.Money
	for _, x := range book.Settlements {
		used += x.Amount
	}
	if received != settled+kept+refunded || settled != used || kept != book.Excess {
		return fmt.Errorf("of %s received %s is settled (%s by the settlements), %s kept (excess %s), %s refunded", received, settled, used, kept, book.Excess, refunded)
	}
	for _, d := range book.Demands {
		for c := range d.Amount {
			if d.Paid[c] < 0 || d.Waived[c] < 0 || d.Left(lending.Component(c)) < 0 {
				return fmt.Errorf("demand %s of %s: %s paid, %s waived", d.Key, d.Amount[c], d.Paid[c], d.Waived[c])
			}
		}
	}
	return nil
}

// verify is `lekha verify`.
func (l *life) verify(ctx context.Context) error {
	result, err := l.office.Verify(ctx)
	if err != nil {
		return err
	}
	if len(result.Findings) > 0 {
		return fmt.Errorf("verify finds %d faults, the first: %s: %s", len(result.Findings), result.Findings[0].Subject, result.Findings[0].What)
	}
	return nil
}

// outcome is what a life came to.
type outcome struct {
	facts  int
	sum    string // over all facts, with what is drawn at random numbered
	cash   lending.Money
	kinds  map[string]int
	counts []string
}

// drawn is what the program draws at random: ids and refs.
var drawn = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b(REC|APV|LON|PAY|FEE|TOP|OFR|NCH|PRE)[0-9A-HJKMNP-TV-Z]{5,}\b`)

// outcome reads all facts in their order and adds them up.
func (l *life) outcome(ctx context.Context) (outcome, error) {
	out := outcome{cash: l.cash, kinds: l.kinds}
	rows, err := l.raw.QueryxContext(ctx, `
		SELECT a.ref, f.seq, f.key, f.kind, f.value_date, COALESCE(f.bank_date, ''), f.booking_date, f.amount, f.source, COALESCE(f.reverses, ''), f.body
		FROM facts f
		JOIN accounts a ON a.id = f.account_id
		ORDER BY a.ref, f.seq`)
	if err != nil {
		return out, err
	}
	defer rows.Close()
	sum, seen := sha256.New(), map[string]string{}
	for rows.Next() {
		cells, err := rows.SliceScan()
		if err != nil {
			return out, err
		}
		out.facts++
		_, _ = io.WriteString(sum, drawn.ReplaceAllStringFunc(fmt.Sprintln(cells...), func(text string) string {
			if seen[text] == "" {
				seen[text] = fmt.Sprint("#", len(seen))
			}
			return seen[text]
		}))
	}
	if err := rows.Err(); err != nil {
		return out, err
	}
	out.sum = fmt.Sprintf("%x", sum.Sum(nil))[:16]
	err = l.raw.SelectContext(ctx, &out.counts, `
		SELECT 'accounts ' || status || ' ' || COUNT(*) FROM accounts GROUP BY status
		UNION ALL SELECT 'loans ' || status || ' ' || COUNT(*) FROM loans GROUP BY status
		UNION ALL SELECT 'category ' || category || ' ' || COUNT(*) FROM positions GROUP BY category
		UNION ALL SELECT 'events ' || outcome || ' ' || COUNT(*) FROM events GROUP BY outcome`)
	return out, err
}

// report prints what happened how often, and what it came to.
func (o outcome) report(out io.Writer) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, kind := range slices.Sorted(maps.Keys(o.kinds)) {
		fmt.Fprintf(table, "  %s\t%d\n", kind, o.kinds[kind])
	}
	for _, line := range o.counts {
		fmt.Fprintf(table, "  %s\n", line)
	}
	_ = table.Flush()
	fmt.Fprintf(out, "every invariant held every night; %d facts, %s; %s in the bank\n", o.facts, o.sum, o.cash.Rupees())
}

// standing is a line for whoever waits.
func (l *life) standing() string {
	steps := 0
	for _, n := range l.kinds {
		steps += n
	}
	return fmt.Sprintf("%d steps, %s in the bank", steps, l.cash.Rupees())
}
