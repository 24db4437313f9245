package servicing

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"lekha/lending"
	"lekha/store"
)

// TopupGroupInput is a group as it is given: drawings that are there, and new ones.
type TopupGroupInput struct {
	Name      *string
	Program   string // ref, id or name; empty: that of its drawings
	AllOrNone *bool  // nil: what the program says
	Add       []string
	Remove    []string
	New       []TopupInput
	Version   int64 // for an update
}

// TopupGroup is a group with its drawings.
type TopupGroup struct {
	store.TopupGroupRow
	Topups []store.TopupRow
}

// maxGroup is more drawings than anybody decides on at once.
const maxGroup = 200

// CreateTopupGroup puts several drawings together, so that they are decided as one.
func (o *Office) CreateTopupGroup(ctx context.Context, actor Actor, in TopupGroupInput) (TopupGroup, error) {
	var out TopupGroup
	if err := actor.need(MayPrepare); err != nil {
		return out, err
	}
	err := o.command(ctx, actor, note{action: "topup_group.create", input: in}, func(ctx context.Context, tx *store.Tx, n *note) error {
		program, err := in.program(ctx, tx)
		if err != nil {
			return err
		}
		rules, _, err := drawingRulesOf(ctx, &tx.View, program.ID)
		if err != nil {
			return err
		}
		g, err := tx.CreateTopupGroup(ctx, store.TopupGroup{ProgramID: program.ID, AllOrNone: rules.AllOrNone, MakerID: actor.Person})
		if err != nil {
			return err
		}
		if err := in.over(ctx, tx, actor, &g); err != nil {
			return err
		}
		n.subject, n.summary = g.Ref, "Made topup group "+g.Ref+"."
		out, err = TopupGroupOf(ctx, &tx.View, g.ID)
		return err
	})
	return out, err
}

// program is that of a new group.
func (in TopupGroupInput) program(ctx context.Context, tx *store.Tx) (store.Program, error) {
	key := in.Program
	if key == "" && len(in.Add) > 0 {
		t, err := tx.TopupByAny(ctx, in.Add[0])
		if err != nil {
			return store.Program{}, asFieldMissing(err, "topups", "There is no topup "+in.Add[0]+".")
		}
		key = t.ProgramID
	}
	if key == "" && len(in.New) > 0 {
		account, err := accountByAny(ctx, &tx.View, in.New[0].Account)
		if err != nil {
			return store.Program{}, asFieldMissing(err, "topups", "There is no account "+in.New[0].Account+".")
		}
		key = account.ProgramID
	}
	return programFor(ctx, &tx.View, key)
}

// UpdateTopupGroup adds and removes drawings of an open group, and its name and rule.
func (o *Office) UpdateTopupGroup(ctx context.Context, actor Actor, key string, in TopupGroupInput) (TopupGroup, error) {
	return o.changeGroup(ctx, actor, key, in.Version, "topup_group.update", in, func(ctx context.Context, tx *store.Tx, g store.TopupGroup, n *note) error {
		if g.Status != "open" {
			return groupState(g)
		}
		n.summary = "Changed topup group " + g.Ref + "."
		return in.over(ctx, tx, actor, &g)
	})
}

func groupState(g store.TopupGroup) error {
	return lending.Refuse(lending.Conflict, "topup_group.state", "Group "+g.Ref+" is "+strings.ReplaceAll(g.Status, "_", " ")+", so this is not possible now.")
}

func (o *Office) changeGroup(ctx context.Context, actor Actor, key string, version int64, action string, input any,
	change func(ctx context.Context, tx *store.Tx, g store.TopupGroup, n *note) error) (TopupGroup, error) {
	var out TopupGroup
	if err := actor.need(MayPrepare); err != nil {
		return out, err
	}
	err := o.command(ctx, actor, note{action: action, subject: store.CleanRef(key), input: input}, func(ctx context.Context, tx *store.Tx, n *note) error {
		row, err := tx.TopupGroupByAny(ctx, key)
		if err != nil {
			return err
		}
		n.subject = row.Ref
		if err := sameVersion("topup group", row.Ref, version, row.Version); err != nil {
			return err
		}
		if err := change(ctx, tx, row.TopupGroup, n); err != nil {
			return err
		}
		out, err = TopupGroupOf(ctx, &tx.View, row.ID)
		return err
	})
	return out, err
}

// over lays what is given over an open group.
func (in TopupGroupInput) over(ctx context.Context, tx *store.Tx, actor Actor, g *store.TopupGroup) error {
	if in.Name != nil {
		g.Name = strings.TrimSpace(*in.Name)
	}
	if in.AllOrNone != nil {
		g.AllOrNone = *in.AllOrNone
	}
	if len(g.Name) > maxName || len(in.Add)+len(in.New) > maxGroup {
		return lending.RefuseField("topups", "topup_group.invalid", fmt.Sprintf("A group has a short name and at most %d topups.", maxGroup))
	}
	var err error
	if *g, err = tx.UpdateTopupGroup(ctx, *g); err != nil {
		return err
	}
	for _, key := range in.Add {
		if err := regroup(ctx, tx, key, *g, g.ID); err != nil {
			return err
		}
	}
	for _, key := range in.Remove {
		if err := regroup(ctx, tx, key, *g, ""); err != nil {
			return err
		}
	}
	for _, given := range in.New {
		given.Group = g.ID
		if _, err := createTopup(ctx, tx, actor, given); err != nil {
			return err
		}
	}
	return nil
}

// regroup puts a drawing into a group, or takes it out.
func regroup(ctx context.Context, tx *store.Tx, key string, g store.TopupGroup, into string) error {
	t, err := tx.TopupByAny(ctx, key)
	if err != nil {
		return asFieldMissing(err, "topups", "There is no topup "+key+".")
	}
	if err := mayTopup(TopupEdit, t.Topup); err != nil {
		return err
	}
	if t.ProgramID != g.ProgramID || t.GroupID != "" && string(t.GroupID) != g.ID {
		return lending.RefuseField("topups", "topup_group.other", "Topup "+t.Ref+" is of another program or in another group.")
	}
	t.GroupID = store.Opt(into)
	_, err = tx.UpdateTopup(ctx, t.Topup)
	return err
}

// TopupGroupOf returns a group with its drawings.
func TopupGroupOf(ctx context.Context, v *store.View, key string) (TopupGroup, error) {
	g, err := v.TopupGroupByAny(ctx, key)
	if err != nil {
		return TopupGroup{}, err
	}
	topups, err := v.TopupsOfGroup(ctx, g.ID)
	return TopupGroup{g, topups}, err
}

// groupApproval binds an approval to the drawings of a group as they were sent.
type groupApproval struct {
	Topups map[string]int64 `json:"topups"` // id -> version
}

// RequestTopupGroup sends a group to a credit manager: all its drawings that pass
// their checks, or none when all have to.
func (o *Office) RequestTopupGroup(ctx context.Context, actor Actor, key string, in TopupNote) (TopupGroup, error) {
	return o.changeGroup(ctx, actor, key, in.Version, "topup_group.request", in, func(ctx context.Context, tx *store.Tx, g store.TopupGroup, n *note) error {
		if g.Status != "open" {
			return groupState(g)
		}
		sent, err := sendMembers(ctx, tx, actor, g)
		if err != nil {
			return err
		}
		bound, c := groupApproval{Topups: map[string]int64{}}, changeRequest{kind: "topup_group", subject: g.ID, reason: orText(in.Reason, orText(g.Name, "Drawings on the line.")), body: changeBody{Label: g.Ref}}
		for _, t := range sent {
			bound.Topups[t.ID] = t.Version
			c.amount += t.Amount
			c.body.Terms = append(c.body.Terms, ChangedTerm{"Topup " + t.Ref, "", t.Amount.Rupees() + " on " + t.AccountRef + ", invoice " + orText(t.InvoiceNo, "none")})
		}
		c.body.Terms = append([]ChangedTerm{{"Together", "", c.amount.Rupees()}, {"When one does not pass", "", map[bool]string{true: "none goes out", false: "the others go out"}[g.AllOrNone]}}, c.body.Terms...)
		if c.body.Do, err = json.Marshal(bound); err != nil {
			return fmt.Errorf("writing the group: %w", err)
		}
		if len(sent) > 0 && slices.IndexFunc(sent, func(t store.TopupRow) bool { return t.AccountID != sent[0].AccountID }) < 0 {
			if c.account, err = tx.AccountByID(ctx, sent[0].AccountID); err != nil {
				return err
			}
		}
		if _, err := askChange(ctx, tx, actor, c); err != nil {
			return err
		}
		g.Status = "locked"
		_, err = tx.UpdateTopupGroup(ctx, g)
		n.summary = "Sent topup group " + g.Ref + " of " + c.amount.Rupees() + " for approval."
		return err
	})
}

// sendMembers makes the drawings of a group that pass their checks wait for approval.
func sendMembers(ctx context.Context, tx *store.Tx, actor Actor, g store.TopupGroup) ([]store.TopupRow, error) {
	members, err := tx.TopupsOfGroup(ctx, g.ID)
	if err != nil {
		return nil, err
	}
	var sent []store.TopupRow
	for _, t := range members {
		if mayTopup(TopupEdit, t.Topup) != nil {
			continue
		}
		checked, err := checkedTopup(ctx, tx, actor, t.Topup)
		if err != nil {
			return nil, err
		}
		waits, err := stepped(TopupRequest, checked.Topup)
		if err != nil {
			if g.AllOrNone {
				return nil, failedOr(err, checked)
			}
			continue
		}
		if waits, err = tx.UpdateTopup(ctx, waits); err != nil {
			return nil, err
		}
		checked.TopupRow.Topup = waits
		sent = append(sent, checked.TopupRow)
	}
	if len(sent) == 0 {
		return nil, lending.Refuse(lending.Conflict, "topup_group.empty", "No topup of group "+g.Ref+" passes its checks.")
	}
	return sent, nil
}

// carryOutGroup approves the drawings of a group, one after the other, so that each
// sees what the ones before it took. With all-or-none one that fails keeps all back;
// else it fails alone.
func carryOutGroup(ctx context.Context, tx *store.Tx, actor Actor, a store.Approval, body changeBody) error {
	var bound groupApproval
	if err := json.Unmarshal(body.Do, &bound); err != nil {
		return fmt.Errorf("reading approval %s: %w", a.Ref, err)
	}
	row, err := tx.TopupGroupByAny(ctx, a.Subject)
	if err != nil {
		return err
	}
	members, err := tx.TopupsOfGroup(ctx, row.ID)
	if err != nil {
		return err
	}
	for _, t := range members {
		version, asked := bound.Topups[t.ID]
		if !asked {
			continue
		}
		if t.Version != version {
			return lending.Refuse(lending.Conflict, "approval.stale", "Topup "+t.Ref+" changed after it was sent: the group has to be sent again.")
		}
		err := tx.Try(ctx, func(ctx context.Context, tx *store.Tx) error { return approveTopup(ctx, tx, actor, t.Topup, a.Ref) })
		if kind := lending.KindOf(err); err != nil && (row.AllOrNone || kind != lending.Conflict && kind != lending.Invalid) {
			return err
		}
		if err != nil {
			if err := failAlone(ctx, tx, actor, t.Topup, err.Error()); err != nil {
				return err
			}
		}
	}
	return groupFollows(ctx, tx, row.ID)
}

// failAlone takes one drawing of a group back to its makers.
func failAlone(ctx context.Context, tx *store.Tx, actor Actor, t store.Topup, why string) error {
	t, err := stepped(TopupSendBack, t)
	if err != nil {
		return err
	}
	t.Reason = why
	if t, err = tx.UpdateTopup(ctx, t); err != nil {
		return err
	}
	_, err = checkedTopup(ctx, tx, actor, t)
	return err
}

// putDownGroup is what becomes of a group that was rejected or sent back.
func putDownGroup(ctx context.Context, tx *store.Tx, a store.Approval, act TopupAct, reason string) error {
	row, err := tx.TopupGroupByAny(ctx, a.Subject)
	if err != nil {
		return err
	}
	members, err := tx.TopupsOfGroup(ctx, row.ID)
	if err != nil {
		return err
	}
	for _, t := range members {
		if t.Status != "pending" {
			continue
		}
		down, err := stepped(act, t.Topup)
		if err != nil {
			return err
		}
		down.Reason = reason
		if _, err := tx.UpdateTopup(ctx, down); err != nil {
			return err
		}
	}
	if row.Status = "open"; act == TopupReject {
		row.Status = "cancelled"
	}
	_, err = tx.UpdateTopupGroup(ctx, row.TopupGroup)
	return err
}

// groupFollows brings a group to where its drawings stand.
func groupFollows(ctx context.Context, tx *store.Tx, id string) error {
	row, err := tx.TopupGroupByAny(ctx, id)
	if err != nil {
		return err
	}
	members, err := tx.TopupsOfGroup(ctx, id)
	if err != nil {
		return err
	}
	status := groupStatus(members, row.Status)
	if status == row.Status {
		return nil
	}
	row.Status = status
	_, err = tx.UpdateTopupGroup(ctx, row.TopupGroup)
	return err
}

// groupStatus is where a group stands by its drawings, once it was approved.
func groupStatus(members []store.TopupRow, before string) string {
	count := map[string]int{}
	for _, t := range members {
		switch t.Status {
		case "approved", "scheduled", "payout_initiated", "payout_failed":
			count["under_way"]++
		case "disbursed", "closed":
			count["paid"]++
		}
		count[t.Status]++
	}
	dead := count["cancelled"] + count["rejected"] + count["check_failed"] + count["ready"] + count["draft"]
	switch {
	case len(members) > 0 && count["closed"]+dead == len(members) && count["closed"] > 0:
		return "closed"
	case count["paid"] > 0 && count["paid"]+dead == len(members) && dead == 0:
		return "disbursed"
	case count["paid"] > 0:
		return "partially_disbursed"
	case count["under_way"] > 0:
		return "payout_initiated"
	case count["cancelled"]+count["rejected"] == len(members):
		return "cancelled"
	}
	return before
}
