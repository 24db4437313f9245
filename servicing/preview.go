package servicing

import (
	"context"
	"encoding/json"
	"fmt"

	"lekha/lending"
	"lekha/store"
)

// Moment is what an account looks like at one moment.
type Moment struct {
	Summary lending.Summary
	Oldest  lending.Date
}

// Effect is what a decision does to one account: now, and as it will be, both as
// shown on the page (mid-day) and at today's day-end.
type Effect struct {
	Account       store.Account
	Before, After Moment
	DayEndBefore  Moment
	DayEndAfter   Moment
	Postings      []Posting     // what the pending receipt would pay, in order
	Left          lending.Money // of the receipt, held as excess
	ChangedSince  bool          // the account moved since the request was sent
	SeenDueNow    lending.Money // what was due when it was sent
	OtherAccounts []store.AccountRow
	OthersAfter   []lending.Category // of the other accounts, at the day-end with the decision
	RowsBefore    []ScheduleRow      // to come; nil when the schedule stays
	RowsAfter     []ScheduleRow
	TDSOverCap    lending.Money
	Waits         bool // value date beyond the business date
}

// Posting is one line of "how it will be posted".
type Posting struct {
	Demand    string
	Label     string // "EMI 11, due 2026-11-05", "Late charge"
	DueDate   lending.Date
	Component lending.Component
	Due       lending.Money // what is unpaid of it before
	Posted    lending.Money
}

// PreviewAllocations shows how a credit would settle if it were matched like
// this: nothing is written.
func PreviewAllocations(ctx context.Context, v *store.View, r store.Record, parts []Allocation) ([]Effect, error) {
	effects := make([]Effect, 0, len(parts))
	for _, part := range parts {
		account, err := accountByAny(ctx, v, part.Account)
		if err != nil {
			return nil, err
		}
		policy, err := policyOf(ctx, v, account)
		if err != nil {
			return nil, err
		}
		pending := r
		if part.Amount != r.Amount { // a part carries neither tax nor fee
			pending.Amount, pending.ReceivedAmount, pending.TDSAmount, pending.FeeWithheld, pending.FeeGST = part.Amount, part.Amount, 0, 0, 0
		}
		pending.SettlementOrder, pending.ComponentOrder = string(policy.SettlementOrder), string(policy.ComponentOrder)
		if len(part.Loans) > 0 {
			pending.SettlementOrder = string(lending.SpecificLoans)
		}
		loans, _ := json.Marshal(append([]string{}, part.Loans...))
		pending.Loans = string(loans)
		fact, err := receiptFact(pending)
		if err != nil {
			return nil, err
		}
		effect, err := effectOf(ctx, v, account, fact)
		if err != nil {
			return nil, err
		}
		effects = append(effects, effect)
	}
	return effects, nil
}

// PreviewedParts is how many parts of a split are previewed: each is two replays, and a
// gateway's breakdown has thousands. All are decided together.
const PreviewedParts = 20

// PreviewApproval shows what a decision would change, account by account; of a split
// over many the first parts.
func PreviewApproval(ctx context.Context, v *store.View, a store.Approval) ([]Effect, error) {
	pending, err := pendingFacts(ctx, v, a)
	if err != nil {
		return nil, err
	}
	seen := map[string]seenAccount{}
	if err := json.Unmarshal([]byte(a.Seen), &seen); err != nil {
		return nil, fmt.Errorf("reading what the maker of %s saw: %w", a.Ref, err)
	}
	effects := make([]Effect, 0, len(pending))
	for _, p := range pending {
		account, err := v.AccountByID(ctx, p.account)
		if err != nil {
			return nil, err
		}
		effect, err := effectOf(ctx, v, account, p.facts...)
		if err != nil {
			return nil, err
		}
		position, _ := v.PositionOf(ctx, p.account)
		if before, ok := seen[p.account]; ok && a.Status == "pending" {
			effect.ChangedSince, effect.SeenDueNow = before.Facts != position.Facts, before.DueNow
		}
		effects = append(effects, effect)
	}
	return effects, nil
}

// accountPending is what an approval would add to one account.
type accountPending struct {
	account string
	facts   []lending.Fact
}

// pendingFacts are the facts that an approval would make true.
func pendingFacts(ctx context.Context, v *store.View, a store.Approval) ([]accountPending, error) {
	if a.Kind == "undo_set_aside" {
		return nil, nil // changes no account
	}
	if a.RecordID == "" {
		return changeFacts(a)
	}
	r, err := v.RecordByID(ctx, string(a.RecordID))
	if err != nil {
		return nil, err
	}
	if a.Kind == "refund" || a.Kind == "adjustment" {
		return heldFacts(ctx, v, r)
	}
	receipts := []store.Record{r}
	if a.Kind == "split" {
		if receipts, err = v.ChildrenOf(ctx, r.ID); err != nil {
			return nil, err
		}
		receipts = receipts[:min(len(receipts), PreviewedParts)]
	}
	var out []accountPending
	if a.Kind == "reversal" || a.Kind == "move" {
		out = append(out, accountPending{string(r.AccountID), []lending.Fact{{Key: "revert/" + r.ID, Kind: lending.FactReversal,
			ValueDate: r.Date, BankDate: r.BankDate, Amount: r.Amount, Reverses: string(r.FactKey)}}})
		if a.Kind == "reversal" {
			return out, nil
		}
		moved := r
		moved.ID, moved.AccountID = "pending/"+r.ID, a.ToAccountID
		receipts = []store.Record{moved}
	}
	for _, receipt := range receipts {
		if receipt.Status == "cancelled" || receipt.Status == "rejected" || receipt.AccountID == "" {
			continue
		}
		facts, err := recordFacts(ctx, v, receipt)
		if err != nil && lending.KindOf(err) != lending.Conflict {
			return nil, err
		}
		if err != nil { // an offer that lapsed meanwhile: the receipt is shown by itself, deciding says why not
			fact, err := receiptFact(receipt)
			if err != nil {
				return nil, err
			}
			facts = []lending.Fact{fact}
		}
		out = append(out, accountPending{string(receipt.AccountID), facts})
	}
	return out, nil
}

// changeFacts are the facts that were frozen with a change.
func changeFacts(a store.Approval) ([]accountPending, error) {
	body, err := changeOf(a)
	if err != nil || a.AccountID == "" {
		return nil, err
	}
	pending := accountPending{account: string(a.AccountID)}
	for _, p := range body.Facts {
		pending.facts = append(pending.facts, p.fact())
	}
	return []accountPending{pending}, nil
}

// effectOf replays an account with and without pending facts. A fact that is
// already true (a decided approval that is looked at again) changes nothing.
func effectOf(ctx context.Context, v *store.View, account store.Account, pending ...lending.Fact) (Effect, error) {
	effect := Effect{Account: account}
	stored, err := v.Facts(ctx, account.ID)
	if err != nil {
		return effect, err
	}
	company, err := v.Company(ctx)
	if err != nil {
		return effect, err
	}
	var fresh []lending.Fact
	for _, f := range pending {
		if _, there := stored.Sources[f.Key]; !there {
			f.BookingDate = company.BusinessDate
			fresh = append(fresh, f)
		}
	}
	with := append(append([]lending.Fact{}, stored.Facts...), fresh...)
	now, end := lending.At{Date: company.BusinessDate}, lending.At{Date: company.BusinessDate, DayEnd: true}
	var before, after *lending.Book
	var others map[string]lending.CategoryChange
	for _, replay := range []struct {
		facts  []lending.Fact
		at     lending.At
		moment *Moment
		book   **lending.Book
	}{
		{stored.Facts, now, &effect.Before, &before}, {with, now, &effect.After, &after},
		{stored.Facts, end, &effect.DayEndBefore, nil}, {with, end, &effect.DayEndAfter, nil},
	} {
		book, err := lending.Replay(replay.facts, replay.at)
		if err != nil {
			return effect, err
		}
		shown, err := classified(ctx, v, account, book)
		if err != nil {
			return effect, err
		}
		*replay.moment = Moment{book.Summary, book.Oldest}
		others = shown // the last one is the day-end with the decision
		if replay.book != nil {
			*replay.book = book
		}
	}
	effect.Postings = postings(before, after, fresh)
	if rows := rowsToCome(after, fresh); len(rows) > 0 {
		effect.RowsBefore, effect.RowsAfter = rowsToCome(before, fresh), rows
	}
	for _, f := range fresh {
		for _, receipt := range after.Receipts {
			if receipt.Receipt == f.Key {
				effect.Left, effect.Waits, effect.TDSOverCap = receipt.Remaining, receipt.Waiting, receipt.TDSOverCap
			}
		}
	}
	effect.OtherAccounts, err = otherAccounts(ctx, v, account)
	for _, other := range effect.OtherAccounts {
		after := lending.Category(other.Category)
		if change, known := others[other.ID]; known {
			after = change.Category
		}
		effect.OthersAfter = append(effect.OthersAfter, after)
	}
	return effect, err
}

// postings lists what the pending receipts pay, beside what was unpaid before.
func postings(before, after *lending.Book, pending []lending.Fact) []Posting {
	mine := map[string]bool{}
	for _, f := range pending {
		mine[f.Key] = f.Receipt != nil
	}
	demands := map[string]lending.Demand{}
	for _, d := range after.Demands {
		demands[d.Key] = d
	}
	unpaid := map[string]lending.Amounts{}
	for _, d := range before.Demands {
		left := d.Amount
		for c := range left {
			left[c] -= d.Paid[c]
		}
		unpaid[d.Key] = left
	}
	var out []Posting
	for _, s := range after.Settlements {
		if !mine[s.Receipt] {
			continue
		}
		d := demands[s.Demand]
		out = append(out, Posting{Demand: s.Demand, Label: DemandLabel(d), DueDate: d.DueDate, Component: s.Component,
			Due: unpaid[s.Demand][s.Component], Posted: s.Amount})
	}
	return out
}

// ScheduleRow is one instalment that is to come.
type ScheduleRow struct {
	No        int
	DueDate   lending.Date
	Principal lending.Money
	Interest  lending.Money
}

// rowsToCome are the instalments to come of the loans whose rows the pending facts
// bring; none when they bring none.
func rowsToCome(book *lending.Book, pending []lending.Fact) []ScheduleRow {
	loans := map[string]bool{}
	for _, f := range pending {
		if f.Reschedule != nil {
			loans[f.Reschedule.Loan] = true
		}
	}
	var rows []ScheduleRow
	for _, d := range book.Demands {
		if loans[d.Loan] && d.Type == lending.DemandEMI && !d.Due {
			rows = append(rows, ScheduleRow{d.No, d.DueDate, d.Left(lending.Principal), d.Left(lending.Interest)})
		}
	}
	return rows
}

// DemandLabel says what a demand is, for people.
func DemandLabel(d lending.Demand) string {
	if d.Type == lending.DemandFee || d.Name != "" { // a prepayment, a down payment
		return d.Name
	}
	return fmt.Sprintf("EMI %d", d.No)
}

// otherAccounts are the borrower's other accounts with their positions.
func otherAccounts(ctx context.Context, v *store.View, account store.Account) ([]store.AccountRow, error) {
	accounts, err := v.AccountsOfBorrower(ctx, account.BorrowerID)
	if err != nil {
		return nil, err
	}
	var rows []store.AccountRow
	for _, a := range accounts {
		if a.ID == account.ID {
			continue
		}
		position, _ := v.PositionOf(ctx, a.ID)
		rows = append(rows, store.AccountRow{Account: a, Position: position})
	}
	return rows, nil
}
