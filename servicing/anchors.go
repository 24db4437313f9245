package servicing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"lekha/lending"
	"lekha/store"
)

// AnchorInput is an anchor as it is given.
type AnchorInput struct {
	Name    string
	PAN     string
	GSTIN   string
	Bank    string     // ref or id of the account that drawings paid to it go to
	NewBank *BankInput // given instead
	Reason  string     // for whoever approves it
	Version int64
}

// CreateAnchor adds an anchor. Until a credit manager approved it, nothing is paid to
// it and no drawing against it passes its checks.
func (o *Office) CreateAnchor(ctx context.Context, actor Actor, in AnchorInput) (store.Anchor, error) {
	return o.placeAnchor(ctx, actor, "", "anchor.create", in)
}

// UpdateAnchor changes an anchor, which has to be approved again.
func (o *Office) UpdateAnchor(ctx context.Context, actor Actor, key string, in AnchorInput) (store.Anchor, error) {
	return o.placeAnchor(ctx, actor, key, "anchor.update", in)
}

func (o *Office) placeAnchor(ctx context.Context, actor Actor, key, action string, in AnchorInput) (store.Anchor, error) {
	var anchor store.Anchor
	if err := actor.need(MayManageProducts); err != nil {
		return anchor, err
	}
	in.Name, in.PAN, in.GSTIN = strings.TrimSpace(in.Name), store.CleanRef(in.PAN), store.CleanRef(in.GSTIN)
	err := o.command(ctx, actor, note{action: action, subject: store.CleanRef(key), input: in}, func(ctx context.Context, tx *store.Tx, n *note) error {
		write := tx.CreateAnchor
		if key != "" {
			var err error
			if anchor, err = tx.AnchorByAny(ctx, key); err != nil {
				return err
			}
			if err := sameVersion("anchor", anchor.Ref, in.Version, anchor.Version); err != nil {
				return err
			}
			write = tx.UpdateAnchor
		}
		before := anchor
		if err := in.check(ctx, tx, &anchor); err != nil {
			return err
		}
		anchor.Approval = ""
		var err error
		if anchor, err = write(ctx, anchor); err != nil {
			return err
		}
		n.subject, n.summary = anchor.Ref, "Wrote down anchor "+anchor.Name+", to be approved."
		if open, err := tx.OpenApprovalOf(ctx, anchor.ID); err == nil {
			open.Status = "withdrawn" // it was about what no longer stands
			if err := tx.SetApprovalStatus(ctx, open); err != nil {
				return err
			}
		} else if !errors.Is(err, store.ErrMissing) {
			return err
		}
		return askAnchor(ctx, tx, actor, before, anchor, in.Reason)
	})
	return anchor, err
}

// check lays the input over an anchor.
func (in AnchorInput) check(ctx context.Context, tx *store.Tx, a *store.Anchor) error {
	faults := faults{}
	faults.text("name", "name", in.Name)
	faults.pan(in.PAN)
	if in.GSTIN != "" && !gstinForm.MatchString(in.GSTIN) {
		faults.add("gstin", "A GSTIN is two digits, a PAN, and three characters.")
	}
	if other, err := tx.AnchorByAny(ctx, in.Name); err == nil && other.ID != a.ID && other.Name == in.Name {
		faults.add("name", "There is an anchor "+in.Name+" already.")
	}
	if other, err := tx.AnchorByAny(ctx, in.GSTIN); in.GSTIN != "" && err == nil && other.ID != a.ID {
		faults.add("gstin", "Anchor "+other.Name+" has this GSTIN.")
	}
	bank := in.Bank
	if in.NewBank != nil && len(faults) == 0 {
		given := *in.NewBank
		given.Kind = credit
		if given.AccountHolderName == "" {
			given.AccountHolderName = in.Name
		}
		made, err := createBank(ctx, tx, given)
		if err != nil {
			return err
		}
		bank = made.ID
	}
	if a.Name, a.PAN, a.GSTIN = in.Name, in.PAN, in.GSTIN; bank != "" {
		found, err := tx.BankByAny(ctx, bank)
		if err != nil || found.Kind != credit {
			faults.add("bank", "There is no account to pay to called "+bank+".")
		}
		a.BankID = store.Opt(found.ID)
	}
	return faults.refuse("anchor.invalid", "The anchor cannot be kept like this.")
}

// anchorApproval binds an approval to the anchor as it was when it was sent.
type anchorApproval struct {
	Version int64 `json:"version"`
}

func askAnchor(ctx context.Context, tx *store.Tx, actor Actor, before, after store.Anchor, reason string) error {
	text, err := json.Marshal(anchorApproval{after.Version})
	if err != nil {
		return fmt.Errorf("writing the anchor: %w", err)
	}
	terms := []ChangedTerm{{"Name", before.Name, after.Name}, {"PAN", before.PAN, after.PAN}, {"GSTIN", before.GSTIN, after.GSTIN}}
	if after.BankID != "" {
		bank, err := tx.BankByAny(ctx, string(after.BankID))
		if err != nil {
			return err
		}
		terms = append(terms, ChangedTerm{"Paid into", "", bank.AccountHolderName + ", " + bank.AccountNo + " " + bank.IFSC})
	}
	_, err = askChange(ctx, tx, actor, changeRequest{kind: "anchor", subject: after.ID, reason: orText(reason, "Anchor "+after.Name+"."), body: changeBody{Label: after.Ref, Terms: terms, Do: text}})
	return err
}

// carryOutAnchor lets an anchor be paid and drawn against.
func carryOutAnchor(ctx context.Context, tx *store.Tx, a store.Approval, body changeBody) error {
	var bound anchorApproval
	if err := json.Unmarshal(body.Do, &bound); err != nil {
		return fmt.Errorf("reading approval %s: %w", a.Ref, err)
	}
	anchor, err := tx.AnchorByAny(ctx, a.Subject)
	if err != nil {
		return err
	}
	if anchor.Version != bound.Version {
		return lending.Refuse(lending.Conflict, "approval.stale", "Anchor "+anchor.Name+" changed after this was sent: it has to be sent again.")
	}
	anchor.Approval = a.Ref
	_, err = tx.UpdateAnchor(ctx, anchor)
	return err
}

// DrawingRulesInput asks for other rules of drawings of a program.
type DrawingRulesInput struct {
	Program string
	Anchor  string // ref, id or name; empty: nobody's program
	Rules   lending.DrawingRules
	Reason  string
}

// drawingRulesChange is what an approved request of rules does.
type drawingRulesChange struct {
	Program string               `json:"program"` // id
	No      int64                `json:"no"`      // of the rules it was made on
	Anchor  string               `json:"anchor,omitempty"`
	Rules   lending.DrawingRules `json:"rules"`
}

// RequestDrawingRules asks a credit manager for the rules of drawings of a program,
// from the day they are approved on.
func (o *Office) RequestDrawingRules(ctx context.Context, actor Actor, in DrawingRulesInput) (store.Approval, error) {
	var approval store.Approval
	if err := actor.need(MayManageProducts); err != nil {
		return approval, err
	}
	if err := in.Rules.Validate(); err != nil {
		return approval, err
	}
	err := o.command(ctx, actor, note{action: "drawing_rules.request", subject: in.Program, input: in}, func(ctx context.Context, tx *store.Tx, n *note) error {
		program, err := programFor(ctx, &tx.View, in.Program)
		if err != nil {
			return err
		}
		change := drawingRulesChange{Program: program.ID, Rules: in.Rules}
		before, err := tx.DrawingRulesOf(ctx, program.ID)
		if err != nil && !errors.Is(err, store.ErrMissing) {
			return err
		}
		if change.No = before.No; before.Rules == "" {
			before.Rules = "{}"
		}
		was, will := "", ""
		if before.AnchorID != "" {
			anchor, err := tx.AnchorByAny(ctx, string(before.AnchorID))
			if err != nil {
				return err
			}
			was = anchor.Name
		}
		if in.Anchor != "" {
			anchor, err := tx.AnchorByAny(ctx, in.Anchor)
			if err != nil {
				return asFieldMissing(err, "anchor", "There is no anchor "+in.Anchor+".")
			}
			change.Anchor, will = anchor.ID, anchor.Name
		}
		after, err := json.Marshal(in.Rules)
		if err != nil {
			return fmt.Errorf("writing the rules: %w", err)
		}
		text, err := json.Marshal(change)
		if err != nil {
			return fmt.Errorf("writing the rules: %w", err)
		}
		terms := append([]ChangedTerm{{"Anchor", was, will}}, jsonTerms(before.Rules, string(after))...)
		n.subject, n.summary = program.Ref, "Asked for other rules of drawings of program "+program.Name+"."
		approval, err = askChange(ctx, tx, actor, changeRequest{kind: "drawing_rules", subject: "drawings/" + program.ID,
			reason: orText(in.Reason, "Rules of drawings of "+program.Name+"."), body: changeBody{Label: program.Ref, Terms: terms, Do: text}})
		return err
	})
	return approval, err
}

func carryOutDrawingRules(ctx context.Context, tx *store.Tx, a store.Approval, body changeBody) error {
	var change drawingRulesChange
	if err := json.Unmarshal(body.Do, &change); err != nil {
		return fmt.Errorf("reading approval %s: %w", a.Ref, err)
	}
	now, err := tx.DrawingRulesOf(ctx, change.Program)
	if err != nil && !errors.Is(err, store.ErrMissing) {
		return err
	}
	if now.No != change.No {
		return lending.Refuse(lending.Conflict, "approval.stale", "The rules of drawings changed after this was sent: it has to be sent again.")
	}
	text, err := json.Marshal(change.Rules)
	if err != nil {
		return fmt.Errorf("writing the rules: %w", err)
	}
	return tx.AddDrawingRules(ctx, store.DrawingRules{ProgramID: change.Program, EffectiveFrom: tx.Today, AnchorID: store.Opt(change.Anchor), Rules: string(text), Approval: a.Ref})
}
