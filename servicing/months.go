package servicing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"lekha/ledger"
	"lekha/lending"
	"lekha/store"
)

// MonthCheck is one line of the list that finance goes through before a month is
// closed.
type MonthCheck struct {
	Key  string `json:"key"`
	Name string `json:"name"`
	OK   bool   `json:"ok"`
	Says string `json:"says"` // what was found
}

// MonthState is a month of the journal with its list.
type MonthState struct {
	Month  string // 2026-10
	First  lending.Date
	Last   lending.Date
	Closed bool
	Row    store.Month // zero while it was never closed
	Checks []MonthCheck
	Wait   string // ref of the open request to open it again
}

// Ready says whether every line of the list is in order.
func (s MonthState) Ready() bool {
	for _, c := range s.Checks {
		if !c.OK {
			return false
		}
	}
	return true
}

const (
	// monthForm is how a month is written.
	monthForm = "2006-01"
	// maxMonths bounds the list of months: ten years.
	maxMonths = 120
)

// ParseMonth reads a month and gives its first and last day.
func ParseMonth(text string) (first, last lending.Date, err error) {
	t, err := time.Parse(monthForm, text)
	if err != nil {
		return 0, 0, lending.Refuse(lending.NotFound, "month.not_found", "There is no month "+text+".")
	}
	first = lending.NewDate(t.Year(), t.Month(), 1)
	return first, first.AddMonths(1).AddDays(-1), nil
}

// MonthOf is the month of a day: 2026-10.
func MonthOf(day lending.Date) string { return day.Time().Format(monthForm) }

// MonthsOf lists the months of the journal, newest first, from that of the first
// entry to that of the open day, without their lists.
func MonthsOf(ctx context.Context, v *store.View) ([]MonthState, error) {
	begin, err := v.FirstBooking(ctx)
	if err != nil || begin.IsZero() {
		return nil, err
	}
	company, err := v.Company(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := v.Months(ctx, maxMonths)
	if err != nil {
		return nil, err
	}
	closed := map[string]store.Month{}
	for _, m := range rows {
		closed[m.Month] = m
	}
	var out []MonthState
	day := lending.NewDate(company.BusinessDate.Year(), company.BusinessDate.Month(), 1)
	for ; len(out) < maxMonths && day.AddMonths(1) > begin; day = day.AddMonths(-1) {
		m := MonthState{Month: MonthOf(day), First: day, Last: day.AddMonths(1).AddDays(-1)}
		m.Row = closed[m.Month]
		m.Closed = m.Row.Status == "closed"
		out = append(out, m)
	}
	return out, nil
}

// Month is one month with its list: as it stands now, or as it stood when it was
// closed.
func Month(ctx context.Context, v *store.View, month string) (MonthState, error) {
	first, last, err := ParseMonth(month)
	if err != nil {
		return MonthState{}, err
	}
	m := MonthState{Month: month, First: first, Last: last}
	m.Row, err = v.MonthByName(ctx, month)
	if err != nil && !errors.Is(err, store.ErrMissing) {
		return m, err
	}
	if open, err := v.OpenApprovalOf(ctx, "month/"+month); err == nil {
		m.Wait = open.Ref
	} else if !errors.Is(err, store.ErrMissing) {
		return m, err
	}
	if m.Closed = m.Row.Status == "closed"; m.Closed {
		if err := json.Unmarshal([]byte(m.Row.Checks), &m.Checks); err != nil {
			return m, fmt.Errorf("reading the list of month %s: %w", month, err)
		}
		return m, nil
	}
	m.Checks, err = monthChecks(ctx, v, m)
	return m, err
}

// monthChecks goes through the list.
func monthChecks(ctx context.Context, v *store.View, m MonthState) ([]MonthCheck, error) {
	var out []MonthCheck
	for _, check := range []func(context.Context, *store.View, MonthState) (MonthCheck, error){
		monthOver, monthBefore, monthMatched, monthSettled, monthDecided, monthPaidOut, monthTied, monthBalanced, monthControls, monthDays,
	} {
		c, err := check(ctx, v, m)
		if err != nil {
			return nil, fmt.Errorf("checking month %s: %w", m.Month, err)
		}
		out = append(out, c)
	}
	return out, nil
}

// monthOver: its last day was closed, with no account left alone.
func monthOver(ctx context.Context, v *store.View, m MonthState) (MonthCheck, error) {
	c := MonthCheck{Key: "days", Name: "The last day is closed"}
	company, err := v.Company(ctx)
	if err != nil {
		return c, err
	}
	if company.BusinessDate <= m.Last {
		c.Says = "The business date is " + company.BusinessDate.Words() + ", " + m.Last.Words() + " is still to come."
		return c, nil
	}
	run, err := v.DayRun(ctx, company.BusinessDate.AddDays(-1))
	if err != nil && !errors.Is(err, store.ErrMissing) {
		return c, err
	}
	failed, err := v.DayFailures(ctx, company.BusinessDate.AddDays(-1))
	switch {
	case err != nil:
		return c, err
	case run.Status == "running":
		c.Says = "The close of " + run.Date.Words() + " is not finished."
	case len(failed) > 0:
		c.Says = fmt.Sprintf("The last close left %d accounts alone.", len(failed))
	default:
		c.OK, c.Says = true, m.Last.Words()+" is closed."
	}
	return c, nil
}

// monthBefore: months are closed in their order.
func monthBefore(ctx context.Context, v *store.View, m MonthState) (MonthCheck, error) {
	c := MonthCheck{Key: "months", Name: "The month before is closed"}
	begin, err := v.FirstBooking(ctx)
	if err != nil {
		return c, err
	}
	if begin.IsZero() || begin >= m.First {
		c.OK, c.Says = true, "Nothing was booked before it."
		return c, nil
	}
	locked, err := v.LockedUntil(ctx)
	if c.OK = locked >= m.First.AddDays(-1); c.OK {
		c.Says = locked.Words() + " and what is before it is closed."
	} else {
		c.Says = MonthOf(m.First.AddDays(-1)) + " is open."
	}
	return c, err
}

// monthMatched: nothing unmatched is older than some days.
func monthMatched(ctx context.Context, v *store.View, m MonthState) (MonthCheck, error) {
	c := MonthCheck{Key: "unmatched"}
	company, err := v.Company(ctx)
	if err != nil {
		return c, err
	}
	days, err := parameterOn(ctx, v, unmatchedDays, company.BusinessDate)
	if err != nil {
		return c, err
	}
	c.Name = fmt.Sprintf("Nothing is unmatched for more than %d days", days)
	t, err := v.UnmatchedUntil(ctx, min(m.Last, company.BusinessDate.AddDays(-int(days)-1)))
	c.found(t, "Every credit has an account.", "Credits that wait for an account")
	return c, err
}

// monthSettled: no record of the month is on its way.
func monthSettled(ctx context.Context, v *store.View, m MonthState) (MonthCheck, error) {
	t, err := v.PendingUntil(ctx, m.Last)
	c := MonthCheck{Key: "records", Name: "No record is pending"}
	c.found(t, "Every record is settled.", "Records that are matched and not settled")
	return c, err
}

// monthDecided: no request of the month waits.
func monthDecided(ctx context.Context, v *store.View, m MonthState) (MonthCheck, error) {
	t, err := v.RequestsUntil(ctx, afterDay(m.Last))
	c := MonthCheck{Key: "approvals", Name: "No approval is pending"}
	c.found(t, "Every request is decided.", "Requests that wait for a decision")
	return c, err
}

// monthPaidOut: of every payout it is known what became of it.
func monthPaidOut(ctx context.Context, v *store.View, m MonthState) (MonthCheck, error) {
	t, err := v.PayoutsUntil(ctx, afterDay(m.Last))
	c := MonthCheck{Key: "payouts", Name: "No payout is on its way"}
	c.found(t, "Every payout has reached its payee or came back.", "Payouts on their way")
	return c, err
}

// monthTied: every credit of the collection accounts is accounted for.
func monthTied(ctx context.Context, v *store.View, m MonthState) (MonthCheck, error) {
	days, err := v.TieOutGapsUntil(ctx, m.Last, maxFindings)
	c := MonthCheck{Key: "tie_out", Name: "The tie-out is zero", OK: len(days) == 0, Says: "Every credit of the bank is accounted for."}
	if len(days) > 0 {
		c.Says = fmt.Sprintf("%d days do not tie, the last is %s of %s by %s.", len(days), days[0].Day.Words(), days[0].BankCode, days[0].Gap.Rupees())
	}
	return c, err
}

// monthBalanced: debits are credits.
func monthBalanced(ctx context.Context, v *store.View, m MonthState) (MonthCheck, error) {
	c := MonthCheck{Key: "trial_balance", Name: "The trial balance is zero"}
	rows, err := v.TrialBalance(ctx, m.First, m.Last)
	var debit, credit, closing lending.Money
	for _, r := range rows {
		debit, credit, closing = debit+r.Debit, credit+r.Credit, closing+r.Closing
	}
	c.OK = debit == credit && closing == 0
	c.Says = "Debits of " + debit.Rupees() + ", credits of " + credit.Rupees() + "."
	return c, err
}

// monthControls: the control accounts are the sums of the accounts behind them.
func monthControls(ctx context.Context, v *store.View, m MonthState) (MonthCheck, error) {
	c := MonthCheck{Key: "controls", Name: "Control accounts are the sum of their accounts", OK: true, Says: "Interest, overdue interest, penal charges, fees, excess and suspense tie."}
	gaps, err := controlGaps(ctx, v)
	if len(gaps) > 0 {
		c.OK, c.Says = false, gaps[0].Subject+": "+gaps[0].What
	}
	return c, err
}

// controlGaps compares the control accounts of the journal with what the accounts say
// of themselves, in sums (domain 9.6).
func controlGaps(ctx context.Context, v *store.View) ([]Finding, error) {
	sums, err := v.JournalSums(ctx)
	if err != nil {
		return nil, err
	}
	accounts, err := v.AccountSums(ctx)
	if err != nil {
		return nil, err
	}
	var out []Finding
	compare := func(name string, want lending.Money, roles ...ledger.Role) {
		var got lending.Money
		for _, role := range roles {
			got += sums[string(role)]
		}
		if got != want {
			out = append(out, Finding{name, fmt.Sprintf("the journal holds %s, the accounts %s", got.Rupees(), want.Rupees())})
		}
	}
	compare("Interest due", accounts.Interest, ledger.InterestAccrued, ledger.InterestDue)
	compare("Overdue interest", accounts.Overdue, ledger.OverdueDue)
	compare("Penal charges", accounts.Penal, ledger.PenalDue)
	compare("Fees", accounts.Fees, ledger.FeeDue)
	compare("Excess", -accounts.Excess, ledger.Excess)
	compare("Receipts to allocate", 0, ledger.ToAllocate)
	got, want, err := v.SuspenseGap(ctx)
	if got != want {
		out = append(out, Finding{"Unmatched receipts", fmt.Sprintf("the journal holds %s, statements and records say %s", (-got).Rupees(), (-want).Rupees())})
	}
	return out, err
}

// monthDays: no day close of the month found anything wrong.
func monthDays(ctx context.Context, v *store.View, m MonthState) (MonthCheck, error) {
	found, err := v.DayFindings(ctx, m.First, m.Last, maxFindings)
	c := MonthCheck{Key: "findings", Name: "No day close found anything wrong", OK: len(found) == 0, Says: "Each day ended in order."}
	if len(found) > 0 {
		c.Says = found[0].Date.Words() + ": " + found[0].Subject + " " + found[0].Message
	}
	return c, err
}

// found fills a line that counts what should not be there.
func (c *MonthCheck) found(t store.Tally, none, some string) {
	if c.OK, c.Says = t.Count == 0, none; t.Count > 0 {
		c.Says = fmt.Sprintf("%s: %d, %s in all.", some, t.Count, t.Amount.Rupees())
	}
}

// afterDay is the first moment after a day, in India.
func afterDay(day lending.Date) store.Instant { return store.Instant{Time: day.AddDays(1).Time()} }

// CloseMonth locks a month, once every line of its list is in order. The list is kept
// as it stood.
func (o *Office) CloseMonth(ctx context.Context, actor Actor, month string) (MonthState, error) {
	var out MonthState
	if err := actor.need(MayCloseBooks); err != nil {
		return out, err
	}
	err := o.command(ctx, actor, note{action: "month.close", subject: month, input: map[string]any{"month": month}}, func(ctx context.Context, tx *store.Tx, n *note) error {
		m, err := Month(ctx, &tx.View, month)
		if err != nil {
			return err
		}
		if m.Closed {
			return lending.Refuse(lending.Conflict, "month.closed", month+" is closed already, by "+m.Row.Closer+".")
		}
		for _, c := range m.Checks {
			if !c.OK {
				return lending.Refuse(lending.Conflict, "month.not_ready", month+" cannot be closed yet. "+c.Name+": "+c.Says)
			}
		}
		checks, err := json.Marshal(m.Checks)
		if err != nil {
			return fmt.Errorf("writing the list of month %s: %w", month, err)
		}
		if err := tx.CloseMonth(ctx, store.Month{Month: month, LastDay: m.Last, Checks: string(checks), ClosedBy: actor.Person, Closer: actor.Name}); err != nil {
			return err
		}
		n.summary = "Closed the books of " + month
		out, err = Month(ctx, &tx.View, month)
		return err
	})
	return out, err
}

// RequestMonthReopening asks a second person to open the last closed month again.
func (o *Office) RequestMonthReopening(ctx context.Context, actor Actor, month, reason string) (store.Approval, error) {
	var asked store.Approval
	if err := actor.need(MayCloseBooks); err != nil {
		return asked, err
	}
	err := o.command(ctx, actor, note{action: "month.reopening_request", subject: month, input: map[string]any{"month": month, "reason": reason}}, func(ctx context.Context, tx *store.Tx, n *note) error {
		if err := reopenable(ctx, &tx.View, month); err != nil {
			return err
		}
		var err error
		asked, err = askChange(ctx, tx, actor, changeRequest{kind: "month_reopening", subject: "month/" + month, reason: reason,
			body: changeBody{Label: "month " + month, Terms: []ChangedTerm{{"Books of " + month, "closed", "open"}}}})
		n.summary = "Asked to open the books of " + month + " again because " + reason
		return err
	})
	return asked, err
}

// reopenable refuses a month that is not closed, or that others follow.
func reopenable(ctx context.Context, v *store.View, month string) error {
	_, last, err := ParseMonth(month)
	if err != nil {
		return err
	}
	m, err := v.MonthByName(ctx, month)
	if err != nil && !errors.Is(err, store.ErrMissing) {
		return err
	}
	if m.Status != "closed" {
		return lending.Refuse(lending.Conflict, "month.open", month+" is not closed.")
	}
	locked, err := v.LockedUntil(ctx)
	if err == nil && locked > last {
		err = lending.Refuse(lending.Conflict, "month.later_closed", MonthOf(locked)+" was closed after it. Open that one first.")
	}
	return err
}

// carryOutReopening opens a month under the approval of a second person.
func carryOutReopening(ctx context.Context, tx *store.Tx, a store.Approval) error {
	month := a.Subject[len("month/"):]
	if err := reopenable(ctx, &tx.View, month); err != nil {
		return err
	}
	return tx.ReopenMonth(ctx, month, a.Ref)
}
