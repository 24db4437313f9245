package servicing

import (
	"context"
	"fmt"
	"slices"

	"lekha/lending"
	"lekha/matching"
	"lekha/store"
)

// duesBack and duesAhead bound the dues a payment may be for: borrowers pay
// early by weeks and late by a year. duesPaid is how long ago a due may have been
// paid that a credit still waiting was compared with: a credit that waits longer
// is judged by what is open.
const (
	duesBack  = 400
	duesAhead = 60
	duesPaid  = 45
)

// duesOf reads the dues of one account, or of all: what is open, and what was
// open until it was paid these weeks, so that a credit is compared with the dues
// of its own value date.
func duesOf(ctx context.Context, v *store.View, account string, today lending.Date) ([]matching.Due, error) {
	open, err := v.OpenDues(ctx, account, today.AddDays(-duesBack), today.AddDays(duesAhead))
	if err != nil {
		return nil, fmt.Errorf("reading open dues: %w", err)
	}
	paid, err := v.DuesPaidSince(ctx, account, today.AddDays(-duesPaid))
	if err != nil {
		return nil, err
	}
	dues := make([]matching.Due, len(open))
	at := make(map[dueKey]int, len(open))
	for i, d := range open {
		dues[i] = matching.Due{Account: d.AccountID, DueDate: d.DueDate, Amount: d.Amount, EMI: d.EMI, Charges: d.Charges}
		at[dueKey{d.AccountID, d.DueDate}] = i
	}
	for len(paid) > 0 {
		key := dueKey{paid[0].AccountID, paid[0].DueDate}
		n := slices.IndexFunc(paid, func(p store.PaidDue) bool { return dueKey{p.AccountID, p.DueDate} != key })
		if n < 0 {
			n = len(paid)
		}
		now := matching.Due{Account: key.account, DueDate: key.due}
		if i, ok := at[key]; ok {
			dues[i].Since = paid[0].Date
			now = dues[i]
		}
		dues, paid = append(dues, duesBefore(now, paid[:n])...), paid[n:]
	}
	return dues, nil
}

// dueKey is what falls due on an account on one day.
type dueKey struct {
	account string
	due     lending.Date
}

// duesBefore are the shapes that a due had before it was paid, from what was paid
// on it, the latest first.
func duesBefore(due matching.Due, paid []store.PaidDue) []matching.Due {
	if due.EMI == 0 { // nothing is open, so what it asked is known from its demands alone
		demands := map[string]bool{}
		for _, p := range paid {
			if !demands[p.DemandID] {
				demands[p.DemandID], due.EMI = true, due.EMI+p.EMI
			}
		}
	}
	var out []matching.Due
	for i, p := range paid {
		due.Amount, due.Charges = due.Amount+p.Amount, due.Charges+p.Charges
		if i+1 < len(paid) && paid[i+1].Date == p.Date {
			continue
		}
		due.Since, due.Until = 0, p.Date.AddDays(-1)
		if i+1 < len(paid) {
			due.Since = paid[i+1].Date
		}
		out = append(out, due)
	}
	return out
}
