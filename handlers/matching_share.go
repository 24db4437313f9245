package handlers

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// share shows how the credit is posted over the dues of the chosen accounts.
func (b desk) share(ctx context.Context, v *store.View) (views.DeskShare, error) {
	if !b.open() {
		return b.fixedShare(ctx, v)
	}
	s := views.DeskShare{Payment: b.record.Amount, Left: b.record.Amount, Note: b.ask.note, MatchAt: "/matching/" + b.record.Ref + "/match", Rule: b.rule()}
	if len(b.ask.to) == 0 {
		return s, nil
	}
	given, wrong := b.ask.given()
	if b.advised != nil {
		given = b.advised
	}
	parts, err := servicing.ShareOut(ctx, v, b.record.Amount, b.ask.to, given)
	if err != nil {
		return s, err
	}
	s.Left = parts.Left
	effects, err := servicing.PreviewAllocations(ctx, v, b.record, parts.Allocations())
	if refused, ok := errors.AsType[*lending.Error](err); ok {
		s.After, err = refused.Message, nil
	}
	if err != nil {
		return s, err
	}
	for i, part := range parts.Parts {
		shown := deskPartOf(part.Account, part.Amount, effects)
		if typed := b.ask.amounts[part.Account.Ref]; typed != "" {
			shown.Amount = typed
		}
		shown.Wrong = wrong[part.Account.Ref]
		if text := b.ask.wrong(i); text != "" {
			shown.Wrong = text
		}
		if len(parts.Parts) > 1 {
			shown.RemoveAt = b.path("", b.ask.pairs(part.Account.Ref)...)
		}
		s.Parts = append(s.Parts, shown)
	}
	if s.After == "" {
		s.After = deskAfter(effects, parts.Parts, b.company.BusinessDate)
	}
	return s, nil
}

// rule says what happens to a match after it is sent.
func (b desk) rule() string {
	if b.record.BankCreditID != "" && b.record.Amount <= b.company.AutoLimit {
		return "Up to " + views.Rupees(b.company.AutoLimit) + " it settles at once. Only a reversal takes it back."
	}
	return "A credit manager decides it. Until then you can take it back."
}

// given reads the amounts that were typed, and says what cannot be read.
func (ask deskAsk) given() (map[string]lending.Money, map[string]string) {
	amounts, wrong := map[string]lending.Money{}, map[string]string{}
	for ref, typed := range ask.amounts {
		amount, err := lending.ParseRupees(strings.TrimPrefix(typed, "₹"))
		if err == nil && amount < 0 {
			err = lending.Refuse(lending.Invalid, "match.amount", "A part is more than nothing.")
		}
		if err != nil {
			amount, wrong[ref] = 0, err.Error()
		}
		amounts[ref] = amount
	}
	return amounts, wrong
}

// wrong is what a refusal says of the part at an index.
func (ask deskAsk) wrong(at int) string {
	if ask.refused == nil {
		return ""
	}
	field := "allocations." + strconv.Itoa(at)
	for _, name := range []string{field + ".amount", field + ".account"} {
		if text := ask.refused.Form.Errors[name]; text != "" {
			return text
		}
	}
	return ""
}

// shareShown is how many parts of a split the desk shows; the record shows all.
const shareShown = 50

// fixedShare shows how a credit that is matched already is posted, or will be.
func (b desk) fixedShare(ctx context.Context, v *store.View) (views.DeskShare, error) {
	s := views.DeskShare{Payment: b.record.Amount, Fixed: true}
	var allocations []servicing.Allocation
	if b.record.AccountID != "" {
		allocations = append(allocations, servicing.Allocation{Account: string(b.record.AccountID), Amount: b.record.Amount})
	}
	for _, child := range b.children {
		if child.AccountID != "" && child.Status != "rejected" {
			allocations = append(allocations, servicing.Allocation{Account: string(child.AccountID), Amount: child.Amount})
		}
	}
	if len(allocations) > shareShown {
		s.More = len(allocations) - shareShown
		allocations = allocations[:shareShown]
	}
	if !b.undecided() { // what is decided is in the books, not ahead of them
		for _, part := range allocations {
			account, err := v.AccountByID(ctx, part.Account)
			if err != nil {
				return s, err
			}
			shown := deskPartOf(account, part.Amount, nil)
			s.Parts = append(s.Parts, shown)
		}
		return s, nil
	}
	effects, err := servicing.PreviewAllocations(ctx, v, b.record, allocations)
	if err != nil {
		return s, err
	}
	for i, e := range effects {
		s.Parts = append(s.Parts, deskPartOf(e.Account, allocations[i].Amount, effects))
	}
	s.After = deskAfter(effects, nil, b.company.BusinessDate)
	return s, nil
}

// deskComponents say what a due is made of.
var deskComponents = [lending.NumComponents]string{
	lending.Principal: "Principal", lending.Interest: "Interest", lending.OverdueInterest: "Overdue interest", lending.Penal: "Late charge", lending.Fee: "Fee",
}

// deskPartOf shows what one account takes, component by component in the order in
// which they are paid.
func deskPartOf(account store.Account, amount lending.Money, effects []servicing.Effect) views.DeskPart {
	part := views.DeskPart{Ref: account.Ref, At: "/accounts/" + account.Ref, Name: account.BorrowerName, Amount: views.Amount(amount)}
	at := slices.IndexFunc(effects, func(e servicing.Effect) bool { return e.Account.ID == account.ID })
	if at < 0 {
		return part
	}
	e := effects[at]
	part.Covers = deskCovers(e.Postings)
	lines := map[lending.Component]int{}
	for _, p := range e.Postings {
		i, ok := lines[p.Component]
		if !ok {
			i = len(part.Lines)
			lines[p.Component] = i
			part.Lines = append(part.Lines, views.DeskLine{Label: deskComponents[p.Component]})
		}
		part.Lines[i].Due += p.Due
		part.Lines[i].Posted += p.Posted
	}
	if e.Waits {
		part.Lines = append(part.Lines, views.DeskLine{Label: "Waits for its value date, then pays what is due", NoDue: true, Posted: amount})
	} else if e.Left > 0 {
		part.Lines = append(part.Lines, views.DeskLine{Label: "Excess, held for the next due", NoDue: true, Posted: e.Left})
	}
	return part
}

// deskCovers names the dues that are paid: "EMI 9, EMI 10, Bounce charge".
func deskCovers(postings []servicing.Posting) string {
	var names []string
	for _, p := range postings {
		if !slices.Contains(names, p.Label) {
			names = append(names, p.Label)
		}
	}
	if n := len(names); n > 3 {
		return names[0] + ", " + names[1] + " and " + strconv.Itoa(n-2) + " more"
	}
	return strings.Join(names, ", ")
}

// deskAfter says in a sentence where the accounts stand when this is settled.
func deskAfter(effects []servicing.Effect, parts []servicing.Part, today lending.Date) string {
	var said []string
	for _, e := range effects {
		text := ""
		if len(effects) > 1 {
			text = e.Account.Ref + " "
		}
		text += views.DaysPastDue(e.DayEndAfter.Summary.DPD)
		if due := e.After.Summary.DueNow; due > 0 {
			text += ", " + views.Rupees(due) + " still due"
		} else if i := slices.IndexFunc(parts, func(p servicing.Part) bool { return p.Account.ID == e.Account.ID }); i >= 0 && !parts[i].NextDue.IsZero() {
			text += ", next due " + views.DayIn(parts[i].NextDue, today)
		}
		said = append(said, text)
	}
	if len(said) == 0 {
		return ""
	}
	return "After this: " + strings.Join(said, "; ") + "."
}
