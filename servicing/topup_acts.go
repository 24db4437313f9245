package servicing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"lekha/lending"
	"lekha/store"
)

// TopupAct's input beyond the topup: what is said with it.
type TopupNote struct {
	Reason  string
	Version int64
}

// topupApproval binds an approval to the drawing as it was when it was sent.
type topupApproval struct {
	Version int64  `json:"version"`
	Bank    string `json:"bank,omitempty"` // a payout that is made again: where it goes
}

// RequestTopup sends a drawing to a credit manager. Its checks run once more: one
// that fails is not sent.
func (o *Office) RequestTopup(ctx context.Context, actor Actor, key string, in TopupNote) (Topup, error) {
	return o.changeTopup(ctx, actor, key, in.Version, "topup.request", in, func(ctx context.Context, tx *store.Tx, t store.Topup, n *note) error {
		if t.GroupID != "" {
			return lending.Refuse(lending.Conflict, "topup.in_group", "Topup "+t.Ref+" is in a group: the group is sent as one.")
		}
		checked, err := checkedTopup(ctx, tx, actor, t)
		if err != nil {
			return err
		}
		if t, err = stepped(TopupRequest, checked.Topup); err != nil {
			return failedOr(err, checked)
		}
		if t, err = tx.UpdateTopup(ctx, t); err != nil {
			return err
		}
		_, err = askTopup(ctx, tx, actor, "topup", t, topupApproval{Version: t.Version}, orText(in.Reason, orText(t.Remark, "Drawing on the line.")))
		n.summary = "Sent topup " + t.Ref + " of " + t.Amount.Rupees() + " for approval."
		return err
	})
}

// failedOr names the checks that hold a drawing up, where they are why.
func failedOr(err error, checked Topup) error {
	if failed := failedChecks(checked.Checks); failed != "" {
		return lending.Refuse(lending.Conflict, "topup.checks", "Topup "+checked.Ref+" does not pass its checks: "+failed+".")
	}
	return err
}

// askTopup opens an approval about a drawing.
func askTopup(ctx context.Context, tx *store.Tx, actor Actor, kind string, t store.Topup, bound topupApproval, reason string) (store.Approval, error) {
	text, err := json.Marshal(bound)
	if err != nil {
		return store.Approval{}, fmt.Errorf("writing the topup: %w", err)
	}
	account, err := tx.AccountByID(ctx, t.AccountID)
	if err != nil {
		return store.Approval{}, err
	}
	row, err := tx.TopupByAny(ctx, t.ID)
	if err != nil {
		return store.Approval{}, err
	}
	plan, err := PlanTopup(ctx, &tx.View, t)
	if err != nil {
		return store.Approval{}, err
	}
	return askChange(ctx, tx, actor, changeRequest{kind: kind, subject: t.ID, account: account, amount: t.Amount, reason: reason,
		body: changeBody{Label: t.Ref, Terms: plan.terms(row), Do: text}})
}

// boundTopup is the drawing that an approval is about, as it was sent.
func boundTopup(ctx context.Context, tx *store.Tx, a store.Approval, body changeBody) (store.Topup, topupApproval, error) {
	var bound topupApproval
	if err := json.Unmarshal(body.Do, &bound); err != nil {
		return store.Topup{}, bound, fmt.Errorf("reading approval %s: %w", a.Ref, err)
	}
	t, err := tx.TopupByAny(ctx, a.Subject)
	if err == nil && t.Version != bound.Version {
		err = lending.Refuse(lending.Conflict, "approval.stale", "Topup "+t.Ref+" changed after it was sent: it has to be sent again.")
	}
	return t.Topup, bound, err
}

// carryOutTopup does what was approved of a drawing.
func carryOutTopup(ctx context.Context, tx *store.Tx, actor Actor, a store.Approval, body changeBody) error {
	t, bound, err := boundTopup(ctx, tx, a, body)
	if err != nil {
		return err
	}
	switch a.Kind {
	case "topup_cancel":
		return cancelTopup(ctx, tx, t, a.Reason)
	case "topup_payout":
		return payAgain(ctx, tx, t, bound.Bank)
	}
	return approveTopup(ctx, tx, actor, t, a.Ref)
}

// approveTopup makes a drawing approved: scheduled for its day, or paid out now, if
// its checks still pass.
func approveTopup(ctx context.Context, tx *store.Tx, actor Actor, t store.Topup, approval string) error {
	if err := passes(ctx, tx, actor, t); err != nil {
		return err
	}
	t, err := stepped(TopupApprove, t)
	if err != nil {
		return err
	}
	if t.Approval = approval; t.ScheduledOn > tx.Today {
		if t, err = stepped(TopupSchedule, t); err == nil {
			_, err = tx.UpdateTopup(ctx, t)
		}
		return err
	}
	if t, err = tx.UpdateTopup(ctx, t); err != nil {
		return err
	}
	return payTopup(ctx, tx, t)
}

// passes refuses a drawing whose checks fail now, and keeps the run when they pass.
func passes(ctx context.Context, tx *store.Tx, actor Actor, t store.Topup) error {
	checks, err := CheckTopup(ctx, &tx.View, t)
	if err != nil {
		return err
	}
	if failed := failedChecks(checks); failed != "" {
		return lending.Refuse(lending.Conflict, "topup.checks", "Topup "+t.Ref+" does not pass its checks any more: "+failed+".")
	}
	return keepChecks(ctx, tx, actor, t, checks)
}

// putDownTopup is what becomes of a drawing that was rejected or sent back.
func putDownTopup(ctx context.Context, tx *store.Tx, a store.Approval, act TopupAct, reason string) error {
	if a.Kind != "topup" {
		return nil // it stays what it was
	}
	row, err := tx.TopupByAny(ctx, a.Subject)
	if err != nil {
		return err
	}
	t, err := stepped(act, row.Topup)
	if err != nil {
		return err
	}
	t.Reason = reason
	_, err = tx.UpdateTopup(ctx, t)
	return err
}

// ScheduleTopup says on which later day an approved drawing is paid out; before the
// approval the day is one of its figures.
func (o *Office) ScheduleTopup(ctx context.Context, actor Actor, key string, on lending.Date, version int64) (Topup, error) {
	return o.changeTopup(ctx, actor, key, version, "topup.schedule", map[string]any{"date": on}, func(ctx context.Context, tx *store.Tx, t store.Topup, n *note) error {
		if on <= tx.Today {
			return lending.RefuseField("scheduled_at", "topup.schedule", "A later day than "+tx.Today.Words()+" is needed.")
		}
		t, err := stepped(TopupSchedule, t)
		if err != nil {
			return err
		}
		t.ScheduledOn = on
		n.summary = "Scheduled topup " + t.Ref + " for " + on.Words() + "."
		_, err = tx.UpdateTopup(ctx, t)
		return err
	})
}

// UnscheduleTopup takes the day of a scheduled drawing away: it is approved, and
// blocks the limit until it is paid out or cancelled.
func (o *Office) UnscheduleTopup(ctx context.Context, actor Actor, key string, in TopupNote) (Topup, error) {
	return o.changeTopup(ctx, actor, key, in.Version, "topup.unschedule", in, func(ctx context.Context, tx *store.Tx, t store.Topup, n *note) error {
		t, err := stepped(TopupUnschedule, t)
		if err != nil {
			return err
		}
		if t.ScheduledOn <= tx.Today {
			return lending.Refuse(lending.Conflict, "topup.cut_off", "The day of topup "+t.Ref+" has come: it goes out.")
		}
		t.ScheduledOn = 0
		n.summary = "Took the day of topup " + t.Ref + " away."
		_, err = tx.UpdateTopup(ctx, t)
		return err
	})
}

// PayTopup makes loan and payout of an approved drawing that has no day.
func (o *Office) PayTopup(ctx context.Context, actor Actor, key string, in TopupNote) (Topup, error) {
	return o.changeTopup(ctx, actor, key, in.Version, "topup.pay", in, func(ctx context.Context, tx *store.Tx, t store.Topup, n *note) error {
		if err := mayTopup(TopupPay, t); err != nil {
			return err
		}
		if err := passes(ctx, tx, actor, t); err != nil {
			return err
		}
		n.summary = "Asked to pay out topup " + t.Ref + "."
		return payTopup(ctx, tx, t)
	})
}

// CancelTopup takes a drawing back. What nobody approved is cancelled at once; one
// that was approved is cancelled by the approval of a credit manager.
func (o *Office) CancelTopup(ctx context.Context, actor Actor, key string, in TopupNote) (Topup, error) {
	return o.changeTopup(ctx, actor, key, in.Version, "topup.cancel", in, func(ctx context.Context, tx *store.Tx, t store.Topup, n *note) error {
		if in.Reason == "" {
			return lending.RefuseField("reason", "topup.reason", "Say why.")
		}
		if err := mayTopup(TopupCancel, t); err != nil {
			return err
		}
		n.summary = "Cancelled topup " + t.Ref + " because " + in.Reason
		switch t.Status {
		case "approved", "scheduled", "payout_failed":
			n.summary = "Asked to cancel topup " + t.Ref + " because " + in.Reason
			_, err := askTopup(ctx, tx, actor, "topup_cancel", t, topupApproval{Version: t.Version}, in.Reason)
			return err
		case "pending":
			if err := withdrawChange(ctx, tx, t.ID); err != nil {
				return err
			}
		}
		return cancelTopup(ctx, tx, t, in.Reason)
	})
}

// withdrawChange takes back an open request about something that has no record.
func withdrawChange(ctx context.Context, tx *store.Tx, subject string) error {
	open, err := tx.OpenApprovalOf(ctx, subject)
	if errors.Is(err, store.ErrMissing) {
		return nil
	}
	if err != nil {
		return err
	}
	open.Status = "withdrawn"
	return tx.SetApprovalStatus(ctx, open)
}

// cancelTopup ends a drawing, and with it the loan and payouts that never reached
// anybody.
func cancelTopup(ctx context.Context, tx *store.Tx, t store.Topup, reason string) error {
	t, err := stepped(TopupCancel, t)
	if err != nil {
		return err
	}
	if err := dropLoan(ctx, tx, t); err != nil {
		return err
	}
	t.Reason = reason
	if _, err = tx.UpdateTopup(ctx, t); err != nil || t.GroupID == "" {
		return err
	}
	return groupFollows(ctx, tx, string(t.GroupID))
}
