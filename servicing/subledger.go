package servicing

import (
	"cmp"
	"context"
	"slices"

	"lekha/ledger"
	"lekha/lending"
	"lekha/store"
)

// SubLedgerLine is a figure of an account beside what its journal has: the same, or
// the books are wrong.
type SubLedgerLine struct {
	Name    string
	Codes   []string
	Book    lending.Money // debit positive
	Journal lending.Money
}

// Tied says whether both are the same.
func (l SubLedgerLine) Tied() bool { return l.Book == l.Journal }

// RoleBalance is what an account has on one role.
type RoleBalance struct {
	Role   string
	Code   string
	Amount lending.Money
}

// SubLedger is an account in the journal.
type SubLedger struct {
	AsOf     lending.Date
	Controls []SubLedgerLine
	Balances []RoleBalance // by code; what stands at nothing is left out
}

// SubLedgerOf holds the figures of an account against its journal, as of the day that
// its rows are of.
func SubLedgerOf(ctx context.Context, v *store.View, account store.Account) (SubLedger, error) {
	var out SubLedger
	position, err := v.PositionOf(ctx, account.ID)
	if isMissing(err) {
		return out, nil // nothing was lent yet
	}
	if err != nil {
		return out, err
	}
	facts, err := v.Facts(ctx, account.ID)
	if err != nil {
		return out, err
	}
	out.AsOf = position.AsOf
	book, err := lending.Replay(facts.Facts, lending.At{Date: out.AsOf})
	if err != nil {
		return out, err
	}
	rows, err := v.JournalPosted(ctx, account.ID)
	if err != nil {
		return out, err
	}
	balances := map[ledger.Role]lending.Money{}
	for _, r := range rows {
		balances[ledger.Role(r.Role)] += r.Amount
	}
	codes, err := codesOn(ctx, v, out.AsOf)
	if err != nil {
		return out, err
	}
	for _, c := range ledger.Controls(book) {
		line := SubLedgerLine{Name: c.Name, Book: c.Want}
		for _, role := range c.Roles {
			line.Journal += balances[role]
			line.Codes = append(line.Codes, ledger.CodeOf(role, codes.on, codes.dated))
		}
		out.Controls = append(out.Controls, line)
	}
	for role, amount := range balances {
		if amount != 0 {
			out.Balances = append(out.Balances, RoleBalance{string(role), ledger.CodeOf(role, codes.on, codes.dated), amount})
		}
	}
	slices.SortFunc(out.Balances, func(a, b RoleBalance) int { return cmp.Compare(a.Code+a.Role, b.Code+b.Role) })
	return out, nil
}
