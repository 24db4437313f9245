package servicing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"lekha/lending"
	"lekha/store"
)

// request is what is asked of a second person.
type request struct {
	kind      string
	reason    string
	toAccount string // id; move
	revert    string // "bank" or "account"; reversal
}

// payload is what an approval executes, beyond its columns.
type payload struct {
	Revert  string `json:"revert,omitempty"`
	Version int64  `json:"version"` // of the record when it was sent: it binds this version
}

// seenAccount is where an account stood when a request was sent, so that the
// checker sees what changed meanwhile.
type seenAccount struct {
	Facts  int64         `json:"facts"`
	DueNow lending.Money `json:"due_now"`
}

// RequestApproval sends a matched record (or a split) to a second person. Under
// the auto limit of the company, a record that a statement proves settles at once.
func (o *Office) RequestApproval(ctx context.Context, actor Actor, ref string, version int64, reason string) (store.Record, error) {
	var record store.Record
	if err := actor.need(MayPrepare); err != nil {
		return record, err
	}
	attempt := note{action: "record.request_approval", subject: store.CleanRef(ref), input: map[string]any{"version": version, "reason": reason}}
	err := o.command(ctx, actor, attempt, func(ctx context.Context, tx *store.Tx, n *note) error {
		r, err := recordByAny(ctx, &tx.View, ref)
		if err != nil {
			return err
		}
		if r.Status != "split" { // the parts of a split are what is initiated
			if r, err = recordAt(ctx, tx, ref, version, ActRequest); err != nil {
				return err
			}
		}
		automatic, err := requestApproval(ctx, tx, actor, r, reason)
		if err != nil {
			return err
		}
		n.subject, n.account, n.summary = r.Ref, string(r.AccountID), summaryOf("Sent", r, "for approval")
		if n.flags = backDated(tx, r); automatic {
			n.flags, n.summary = "auto_approved "+n.flags, summaryOf("Approved", r, "by the auto limit")
		}
		record, err = tx.RecordByID(ctx, r.ID)
		return err
	})
	return record, err
}

// requestApproval opens the approval of a record or a split, or settles at once
// under the auto limit.
func requestApproval(ctx context.Context, tx *store.Tx, actor Actor, r store.Record, reason string) (automatic bool, err error) {
	company, err := tx.Company(ctx)
	if err != nil {
		return false, err
	}
	if r.Status == "split" {
		if err := partsWait(ctx, tx, r); err != nil {
			return false, err
		}
		if _, err := openApproval(ctx, tx, actor, r, request{kind: "split", reason: reason}); err != nil {
			return false, err
		}
		return false, moveChildren(ctx, tx, r, "initiated", "pending")
	}
	twins, err := TwinsOf(ctx, &tx.View, r)
	if err != nil {
		return false, err
	}
	apart, err := tx.ApartFrom(ctx, r.ID, string(r.BankCreditID))
	if err != nil {
		return false, err
	}
	locked, err := inClosedMonth(ctx, &tx.View, r.Date)
	if err != nil {
		return false, err
	}
	if r.Amount <= company.AutoLimit && r.BankCreditID != "" && len(twins)+len(apart) == 0 && !locked {
		return true, settle(ctx, tx, r)
	}
	kind := "record"
	if isHeld(r) {
		kind = r.Type
	}
	if _, err := openApproval(ctx, tx, actor, r, request{kind: kind, reason: reason}); err != nil {
		return false, err
	}
	r.Status, r.Reason = "pending", ""
	_, err = tx.UpdateRecord(ctx, r)
	return false, err
}

// partsWait refuses to send a split whose parts were decided already.
func partsWait(ctx context.Context, tx *store.Tx, parent store.Record) error {
	children, err := tx.ChildrenOf(ctx, parent.ID)
	if err != nil {
		return err
	}
	for _, child := range children {
		if child.Status != "initiated" && child.Status != "pending" && child.Status != "cancelled" {
			return lending.Refuse(lending.Conflict, "record.state", "Part "+child.Ref+" of this split is "+stateWords[child.Status]+": it was decided already.")
		}
	}
	return nil
}

// moveChildren takes the parts of a split from one state to another together.
func moveChildren(ctx context.Context, tx *store.Tx, parent store.Record, from, to string) error {
	children, err := tx.ChildrenOf(ctx, parent.ID)
	if err != nil {
		return err
	}
	for _, child := range children {
		if child.Status != from {
			continue
		}
		child.Status = to
		if _, err := tx.UpdateRecord(ctx, child); err != nil {
			return err
		}
	}
	return nil
}

// openApproval writes the request: its levels, who may not decide it, and what
// the maker saw.
func openApproval(ctx context.Context, tx *store.Tx, actor Actor, r store.Record, ask request) (store.Approval, error) {
	if open, err := tx.OpenApprovalOf(ctx, r.ID); err == nil {
		return open, lending.Refuse(lending.Conflict, "approval.open", "Approval "+open.Ref+" of this record is still open.")
	} else if !errors.Is(err, store.ErrMissing) {
		return open, err
	}
	rule, err := ruleFor(ctx, &tx.View, ask.kind, r.Amount)
	if err != nil {
		return store.Approval{}, err
	}
	late, err := needsSecondLevel(ctx, tx, r, ask.kind)
	if err != nil {
		return store.Approval{}, err
	}
	if late && rule.Levels < 2 {
		rule.Levels = 2
	}
	days, err := datesOf(ctx, &tx.View, r)
	if err != nil {
		return store.Approval{}, err
	}
	if rule.Levels, err = levelsOf(ctx, &tx.View, rule.Levels, days...); err != nil {
		return store.Approval{}, err
	}
	version := r.Version
	if r.Status == "initiated" {
		version++ // sending it is itself a change of the record
	}
	body, err := json.Marshal(payload{Revert: ask.revert, Version: version})
	if err != nil {
		return store.Approval{}, err
	}
	a := store.Approval{Kind: ask.kind, RecordID: store.Opt(r.ID), AccountID: r.AccountID, ToAccountID: store.Opt(ask.toAccount),
		Amount: r.Amount, Role: rule.Role, Levels: rule.Levels, Reason: ask.reason, Payload: string(body),
		RequestedBy: actor.Person, Requester: actor.Name}
	if a.Seen, err = seenNow(ctx, tx, r, ask.toAccount); err != nil {
		return a, err
	}
	editors, err := editorsOf(ctx, tx, r)
	if err != nil {
		return a, err
	}
	return tx.CreateApproval(ctx, a, append(editors, actor.Person))
}

// editorsOf returns everybody who shaped a record or a part of it.
func editorsOf(ctx context.Context, tx *store.Tx, r store.Record) ([]string, error) {
	editors, err := tx.EditorsOf(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	more, err := tx.EditorsOfParts(ctx, r.ID)
	return append(editors, more...), err
}

// needsSecondLevel says whether a value date is so old that a senior has to sign
// too (domain 3.7): days are free up to a number for dates by hand, and up to
// another for dates that a statement line proves.
func needsSecondLevel(ctx context.Context, tx *store.Tx, r store.Record, kind string) (bool, error) {
	if kind != "record" && kind != "split" {
		return false, nil
	}
	company, err := tx.Company(ctx)
	if err != nil {
		return false, err
	}
	free := company.BackdateFreeDays
	if r.BankCreditID != "" {
		free = company.StatementFreeDays
	}
	return tx.Today.Sub(r.Date) > free, nil
}

// seenNow notes where the accounts of a request stand.
func seenNow(ctx context.Context, tx *store.Tx, r store.Record, toAccount string) (string, error) {
	accounts, err := accountsOf(ctx, &tx.View, r, toAccount)
	if err != nil {
		return "", err
	}
	return seenAccounts(ctx, tx, accounts)
}

// accountsOf lists the accounts that a decision on a record changes.
func accountsOf(ctx context.Context, v *store.View, r store.Record, toAccount string) ([]string, error) {
	var ids []string
	if r.AccountID != "" {
		ids = append(ids, string(r.AccountID))
	}
	if toAccount != "" {
		ids = append(ids, toAccount)
	}
	children, err := v.ChildrenOf(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	for _, child := range children {
		if child.Status != "cancelled" && child.AccountID != "" {
			ids = append(ids, string(child.AccountID))
		}
	}
	return ids, nil
}

// RequestReversal asks to take back an approved record: "bank" when the bank
// took the money back, "account" when it went to the wrong account.
func (o *Office) RequestReversal(ctx context.Context, actor Actor, ref string, version int64, kind, reason string) (store.Approval, error) {
	if kind != "bank" && kind != "account" {
		return store.Approval{}, lending.RefuseField("kind", "reversal.kind", "Either the bank took the money back, or it went to the wrong account.")
	}
	return o.ask(ctx, actor, ref, version, ActReverse, request{kind: "reversal", reason: reason, revert: kind})
}

// RequestMove asks to take an approved record from its account to another one,
// as one decision.
func (o *Office) RequestMove(ctx context.Context, actor Actor, ref string, version int64, account, reason string) (store.Approval, error) {
	return o.ask(ctx, actor, ref, version, ActMove, request{kind: "move", reason: reason, toAccount: account})
}

// ask opens an approval that leaves the record as it is until it is decided.
func (o *Office) ask(ctx context.Context, actor Actor, ref string, version int64, act Act, what request) (store.Approval, error) {
	var approval store.Approval
	if err := actor.need(MayPrepare); err != nil {
		return approval, err
	}
	if what.reason == "" {
		return approval, lending.RefuseField("reason", what.kind+".reason", "Say why. The credit manager reads it.")
	}
	attempt := note{action: "record." + string(act), subject: store.CleanRef(ref),
		input: map[string]any{"version": version, "reason": what.reason, "account": what.toAccount, "kind": what.revert}}
	err := o.command(ctx, actor, attempt, func(ctx context.Context, tx *store.Tx, n *note) error {
		r, err := recordAt(ctx, tx, ref, version, act)
		if err != nil {
			return err
		}
		if what.toAccount != "" || what.kind == "move" {
			account, err := accountByAny(ctx, &tx.View, what.toAccount)
			if err != nil {
				return lending.RefuseField("account", "move.account", "There is no account "+what.toAccount+".")
			}
			if account.ID == string(r.AccountID) {
				return lending.RefuseField("account", "move.same", "It is on that account already.")
			}
			if err := checkPlace(ctx, tx, account, r, ""); err != nil {
				return err
			}
			what.toAccount = account.ID
		}
		if err := noDependentRefund(ctx, tx, r); err != nil {
			return err
		}
		if approval, err = openApproval(ctx, tx, actor, r, what); err != nil {
			return err
		}
		n.subject, n.account, n.summary = r.Ref, string(r.AccountID), summaryOf("Asked for a "+what.kind+" of", r, "because "+what.reason)
		approval, err = tx.ApprovalByRef(ctx, approval.Ref)
		return err
	})
	return approval, err
}

// DecisionInput is a checker's word.
type DecisionInput struct {
	Version  int64  // of the approval
	Decision string // "approve", "reject", "send_back"
	Reason   string
}

// Decide approves, rejects or sends back. The last level executes what was
// asked, in the same transaction: it is settled, or it never was approved.
func (o *Office) Decide(ctx context.Context, actor Actor, ref string, in DecisionInput) (store.Approval, error) {
	var approval store.Approval
	if !slices.Contains([]string{"approve", "reject", "send_back"}, in.Decision) {
		return approval, lending.RefuseField("decision", "approval.decision", "Approve, reject or send back.")
	}
	if in.Decision != "approve" && in.Reason == "" {
		return approval, lending.RefuseField("remark", "approval.reason", "Say why, so that the maker knows what to do.")
	}
	attempt := note{action: "approval." + in.Decision, subject: store.CleanRef(ref), input: in}
	err := o.command(ctx, actor, attempt, func(ctx context.Context, tx *store.Tx, n *note) error {
		a, err := tx.ApprovalByRef(ctx, ref)
		if err != nil {
			return err
		}
		n.subject, n.account = a.Ref, string(a.AccountID)
		if err := checkDecider(ctx, &tx.View, actor, a, in.Version); err != nil {
			return err
		}
		if err := decide(ctx, tx, actor, &a, in, n); err != nil {
			return err
		}
		approval, err = tx.ApprovalByRef(ctx, a.Ref)
		return err
	})
	if err == nil && approval.RecordID != "" && approval.Status != "pending" && approval.Status != "sent_back" {
		o.scoreAgain(ctx, string(approval.RecordID))
	}
	return approval, err
}

// checkDecider refuses whoever may not decide this, and says who may.
func checkDecider(ctx context.Context, v *store.View, actor Actor, a store.Approval, version int64) error {
	if !actor.Has(Role(a.Role)) {
		return lending.Refuse(lending.Forbidden, "approval.role", "This is decided by "+roleWords[Role(a.Role)]+".")
	}
	editors, err := v.ApprovalEditors(ctx, a.ID)
	if err != nil {
		return err
	}
	if a.RequestedBy == actor.Person || slices.Contains(editors, actor.Person) {
		return lending.Refuse(lending.Forbidden, "approval.self", "You made or edited this, so another credit manager has to decide it.")
	}
	decisions, err := v.DecisionsOf(ctx, a.ID)
	if err != nil {
		return err
	}
	if a.Status != "pending" {
		return lending.Refuse(lending.Conflict, "approval.already_decided", decidedWords(a, decisions))
	}
	if slices.ContainsFunc(decisions, func(d store.Decision) bool { return d.PersonID == actor.Person }) {
		return lending.Refuse(lending.Forbidden, "approval.twice", "You signed level 1. Level 2 is for another credit manager.")
	}
	if version != 0 && version != a.Version {
		return lending.Refuse(lending.Conflict, "approval.changed", "This request changed since you opened it. Look again and decide.")
	}
	return nil
}

// decidedWords tells the second manager what is true now.
func decidedWords(a store.Approval, decisions []store.Decision) string {
	words := map[string]string{"approved": "approved", "rejected": "rejected", "sent_back": "sent back", "withdrawn": "taken back by its maker"}
	if len(decisions) == 0 || a.Status == "withdrawn" {
		return "This was " + words[a.Status] + "."
	}
	last := decisions[len(decisions)-1]
	return last.Person + " was faster: this is " + words[a.Status] + "."
}

// decide writes the decision, and what follows from it.
func decide(ctx context.Context, tx *store.Tx, actor Actor, a *store.Approval, in DecisionInput, n *note) error {
	decision := store.Decision{Level: a.Level + 1, Decision: in.Decision, PersonID: actor.Person, Person: actor.Name, Reason: in.Reason}
	var err error
	switch in.Decision {
	case "approve":
		a.Level++
		if a.Level < a.Levels {
			a.Role = turn(*a)
			n.summary = fmt.Sprintf("Signed level %d of %d of %s", a.Level, a.Levels, a.Ref)
			return tx.Decide(ctx, *a, decision)
		}
		a.Status = "approved"
		if err = tx.Decide(ctx, *a, decision); err == nil {
			err = execute(ctx, tx, actor, *a, n)
		}
	case "reject":
		a.Status = "rejected"
		if err = tx.Decide(ctx, *a, decision); err == nil {
			err = putDown(ctx, tx, *a, in.Reason)
		}
	case "send_back":
		a.Status = "sent_back"
		if err = tx.Decide(ctx, *a, decision); err == nil {
			err = sendBack(ctx, tx, *a, in.Reason)
		}
	}
	if n.summary == "" {
		n.summary = map[string]string{"reject": "Rejected ", "send_back": "Sent back "}[in.Decision] + a.Ref + ", because " + in.Reason
	}
	return err
}

// execute does what was approved. It happens once, inside the last decision.
func execute(ctx context.Context, tx *store.Tx, actor Actor, a store.Approval, n *note) error {
	if a.RecordID == "" {
		return carryOut(ctx, tx, actor, a, n)
	}
	r, err := tx.RecordByID(ctx, string(a.RecordID))
	if err != nil {
		return err
	}
	var body payload
	if err := json.Unmarshal([]byte(a.Payload), &body); err != nil {
		return fmt.Errorf("reading approval %s: %w", a.Ref, err)
	}
	if body.Version != r.Version {
		return lending.Refuse(lending.Conflict, "approval.stale", "Record "+r.Ref+" changed after it was sent: it has to be sent again.")
	}
	days, err := datesOf(ctx, &tx.View, r)
	if err != nil {
		return err
	}
	if err := stillLateEnough(ctx, &tx.View, a, days...); err != nil {
		return err
	}
	n.flags, n.summary = backDated(tx, r), summaryOf("Approved the "+a.Kind+" of", r)
	switch a.Kind {
	case "record":
		return settle(ctx, tx, r)
	case "split":
		return settleChildren(ctx, tx, r)
	case "reversal":
		n.flags = "reversed"
		return revert(ctx, tx, r, body.Revert)
	case "move":
		n.flags = "reversed"
		return move(ctx, tx, actor, r, string(a.ToAccountID))
	case "undo_set_aside":
		if err := stillHere(ctx, tx, r); err != nil {
			return err
		}
		backOnDesk(&r)
		_, err := tx.UpdateRecord(ctx, r)
		return err
	case "refund":
		return approveRefund(ctx, tx, r)
	case "adjustment":
		return settleAdjustment(ctx, tx, r)
	}
	return fmt.Errorf("approval %s is of an unknown kind %s", a.Ref, a.Kind)
}
