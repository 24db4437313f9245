package servicing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"lekha/lending"
	"lekha/store"
)

// A change is something that is asked of a second person and has no record: new
// rows of a schedule, a write-off, other parameters. What was asked is frozen with
// the request, the facts it would add included; approving adds those very facts.

// changeRequest is a change as it is asked for.
type changeRequest struct {
	kind    string
	subject string        // id of the loan, account or program: one open request each
	account store.Account // zero: no account changes
	amount  lending.Money
	reason  string
	body    changeBody
}

// changeBody is what of a change is frozen.
type changeBody struct {
	Label string          `json:"label"`           // ref of the subject, for people
	Seq   int64           `json:"seq"`             // last fact of the account when it was asked
	Loan  string          `json:"loan,omitempty"`  // id
	Facts []plannedFact   `json:"facts,omitempty"` // what it adds to the account
	Terms []ChangedTerm   `json:"terms,omitempty"` // before and after, for people
	Do    json.RawMessage `json:"do,omitempty"`    // what is done beyond facts, by kind
}

// dates are the value dates of the facts that a change adds.
func (b changeBody) dates() []lending.Date {
	days := make([]lending.Date, len(b.Facts))
	for i, f := range b.Facts {
		days[i] = f.ValueDate
	}
	return days
}

// ChangedTerm is one term before and after a change, in words.
type ChangedTerm struct {
	Name string `json:"name"`
	Was  string `json:"was"`
	Will string `json:"will"`
}

// plannedFact is a fact that is not true yet.
type plannedFact struct {
	Key       string           `json:"key"`
	Kind      lending.FactKind `json:"kind"`
	ValueDate lending.Date     `json:"value_date"`
	Amount    lending.Money    `json:"amount"`
	Body      lending.FactBody `json:"body"`
}

func planned(f lending.Fact) plannedFact {
	return plannedFact{f.Key, f.Kind, f.ValueDate, f.Amount, f.Body()}
}

func (p plannedFact) fact() lending.Fact {
	f := lending.Fact{Key: p.Key, Kind: p.Kind, ValueDate: p.ValueDate, Amount: p.Amount}
	f.SetBody(p.Body)
	return f
}

// changeOf reads what was frozen with a request.
func changeOf(a store.Approval) (changeBody, error) {
	var body changeBody
	if err := json.Unmarshal([]byte(a.Payload), &body); err != nil {
		return body, fmt.Errorf("reading approval %s: %w", a.Ref, err)
	}
	return body, nil
}

// ChangedTerms are the terms that a request would change; none for one about a record.
func ChangedTerms(a store.Approval) ([]ChangedTerm, error) {
	if a.RecordID != "" {
		return nil, nil
	}
	body, err := changeOf(a)
	return body.Terms, err
}

// SubjectOf is the ref of what a request without a record is about.
func SubjectOf(a store.Approval) string {
	if a.RecordID != "" {
		return a.RecordRef
	}
	body, err := changeOf(a)
	if err != nil {
		return a.AccountRef
	}
	return body.Label
}

// askChange opens the approval of a change.
func askChange(ctx context.Context, tx *store.Tx, actor Actor, c changeRequest) (store.Approval, error) {
	if c.reason == "" {
		return store.Approval{}, lending.RefuseField("reason", c.kind+".reason", "Say why. Whoever decides reads it.")
	}
	if len(c.reason) > maxReason {
		return store.Approval{}, lending.RefuseField("reason", c.kind+".reason", "This is too long.")
	}
	if open, err := tx.OpenApprovalOf(ctx, c.subject); err == nil {
		return open, lending.Refuse(lending.Conflict, "approval.open", "Approval "+open.Ref+" of "+c.body.Label+" is still open.")
	} else if !errors.Is(err, store.ErrMissing) {
		return open, err
	}
	rule, err := ruleFor(ctx, &tx.View, c.kind, c.amount)
	if err != nil {
		return store.Approval{}, err
	}
	if rule.Levels, err = levelsOf(ctx, &tx.View, rule.Levels, c.body.dates()...); err != nil {
		return store.Approval{}, err
	}
	a := store.Approval{Kind: c.kind, Subject: c.subject, AccountID: store.Opt(c.account.ID), Amount: c.amount, Role: rule.Role, LastRole: rule.LastRole,
		Levels: rule.Levels, Reason: c.reason, RequestedBy: actor.Person, Requester: actor.Name}
	if c.account.ID != "" {
		facts, err := tx.Facts(ctx, c.account.ID)
		if err != nil {
			return a, err
		}
		if c.body.Seq = facts.LastSeq; len(c.body.Facts) > 0 {
			if err := standsUp(facts.Facts, c.body.Facts, tx.Today); err != nil {
				return a, err
			}
		}
		if a.Seen, err = seenAccounts(ctx, tx, []string{c.account.ID}); err != nil {
			return a, err
		}
	}
	text, err := json.Marshal(c.body)
	if err != nil {
		return a, fmt.Errorf("writing what is asked: %w", err)
	}
	a.Payload = string(text)
	return tx.CreateApproval(ctx, a, []string{actor.Person})
}

// maxReason is more than anybody reads.
const maxReason = 2000

// standsUp replays an account with the facts that are asked for: what cannot be
// replayed is refused before anybody is asked.
func standsUp(stored []lending.Fact, asked []plannedFact, today lending.Date) error {
	with := append([]lending.Fact{}, stored...)
	for _, p := range asked {
		f := p.fact()
		f.BookingDate = today
		with = append(with, f)
	}
	_, err := lending.Replay(with, lending.At{Date: today, DayEnd: true})
	return err
}

// carryOut does what was approved of a change: it adds the facts that were frozen,
// and what the kind of change does beside them.
func carryOut(ctx context.Context, tx *store.Tx, actor Actor, a store.Approval, n *note) error {
	if store.HashOf(a.Payload) != a.PayloadHash {
		return lending.Refuse(lending.Conflict, "approval.stale", "What was sent is not what is stored. It has to be sent again.")
	}
	body, err := changeOf(a)
	if err != nil {
		return err
	}
	n.summary = "Approved the " + changeWords[a.Kind] + " of " + body.Label
	switch a.Kind {
	case "loan_params", "program":
		return carryOutParameters(ctx, tx, a, body)
	case "take_over":
		return carryOutTakeOver(ctx, tx, a, body, n)
	case "rules":
		return carryOutRules(ctx, tx, a, body)
	case "month_reopening":
		return carryOutReopening(ctx, tx, a)
	case "parameter":
		return carryOutParameter(ctx, tx, a, body)
	case "journal_mapping":
		return carryOutCode(ctx, tx, a, body)
	}
	if err := stillLateEnough(ctx, &tx.View, a, body.dates()...); err != nil {
		return err
	}
	facts, err := tx.Facts(ctx, string(a.AccountID))
	if err != nil {
		return err
	}
	if len(body.Facts) > 0 && facts.LastSeq != body.Seq {
		return lending.Refuse(lending.Conflict, "approval.stale", "Account "+a.AccountRef+" changed after this was sent: it has to be sent again.")
	}
	for _, p := range body.Facts {
		if p.ValueDate < tx.Today {
			n.flags = "back_dated"
		}
		if err := tx.AppendFact(ctx, string(a.AccountID), p.fact(), a.Ref); err != nil {
			return err
		}
	}
	if err := carryOutRows(ctx, tx, actor, a, body); err != nil {
		return err
	}
	if facts.LastSeq == 0 {
		return nil // nothing was lent: there is nothing to replay
	}
	return refresh(ctx, tx, string(a.AccountID))
}

// changeWords names the kinds of change, for people.
var changeWords = map[string]string{
	"restructure": "restructure", "rate_reset": "rate reset", "reset_rps": "reset of the schedule", "write_off": "write-off",
	"waiver": "waiver", "fee": "fee", "line": "limit", "adhoc_limit": "adhoc limit", "line_freeze": "freeze", "anchor": "anchor", "drawing_rules": "rules of drawings",
	"topup": "topup", "topup_group": "topup group", "topup_cancel": "cancellation", "topup_payout": "payout again",
	"foreclosure": "foreclosure quote", "cooling_off": "exit in the cooling-off days", "settlement": "compromise settlement", "close": "closure", "reopen": "reopening", "loan_params": "new loan parameters", "program": "new program parameters",
	"mandate": "mandate", "mandate_cancel": "end of the mandate", "take_over": "take-over", "rules": "change",
	"month_reopening": "reopening", "journal_mapping": "new code", "parameter": "new value",
}

// turn is whose an approval is at its next level.
func turn(a store.Approval) string {
	if a.LastRole != "" && a.Level == a.Levels-1 {
		return a.LastRole
	}
	return a.Role
}

// seenAccounts notes where accounts stand.
func seenAccounts(ctx context.Context, tx *store.Tx, accounts []string) (string, error) {
	seen := map[string]seenAccount{}
	for _, id := range accounts {
		position, err := tx.PositionOf(ctx, id)
		if err != nil && !errors.Is(err, store.ErrMissing) {
			return "", err
		}
		seen[id] = seenAccount{position.Facts, position.DueNow}
	}
	text, err := json.Marshal(seen)
	return string(text), err
}
