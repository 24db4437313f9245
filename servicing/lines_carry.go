package servicing

import (
	"context"
	"encoding/json"
	"fmt"

	"lekha/lending"
	"lekha/store"
)

// carryOutLine makes an approved change of a limit true, and brings its account
// along: what it carries, and whether it is frozen or has ended.
func carryOutLine(ctx context.Context, tx *store.Tx, a store.Approval, body changeBody) error {
	var change lineChange
	if err := json.Unmarshal(body.Do, &change); err != nil {
		return fmt.Errorf("reading approval %s: %w", a.Ref, err)
	}
	line, err := tx.LineByAny(ctx, change.Line, tx.Today)
	if err != nil {
		return err
	}
	if line.No != change.No || change.Will.From < tx.Today && !change.Will.Expiry.IsZero() && change.Will.Expiry < tx.Today {
		return lending.Refuse(lending.Conflict, "approval.stale", "Limit "+line.Ref+" changed after this was sent: it has to be sent again.")
	}
	will := change.Will
	will.LineID, will.From, will.Approval = line.Line.ID, max(will.From, tx.Today), a.Ref
	if err := tx.AddLineVersion(ctx, will); err != nil {
		return err
	}
	if line.Status == "pending" {
		if err := tx.SetLineStatus(ctx, line.Line.ID, "active"); err != nil {
			return err
		}
	}
	if line.Level != "account" || line.Type != "sanctioned" || will.From > tx.Today {
		return nil
	}
	return followLine(ctx, tx, string(line.AccountID), line.LineVersion, will)
}

// followLine brings an account to what its own line says today.
func followLine(ctx context.Context, tx *store.Tx, id string, said, says store.LineVersion) error {
	account, err := tx.AccountByID(ctx, id)
	if err != nil {
		return err
	}
	if account.ApprovedLineAmount != says.Amount {
		if err := tx.SetApprovedLine(ctx, id, says.Amount); err != nil {
			return err
		}
	}
	ended := !says.Expiry.IsZero() && says.Expiry < tx.Today
	act := AccountAct("")
	switch {
	case says.Frozen != "" && account.Status == "active":
		act = AccountFreeze
	case says.Frozen == "" && said.Frozen != "" && account.Status == "frozen":
		act = AccountUnfreeze
	case ended && account.Status == "active":
		act = AccountExpire
	case !ended && account.Status == "expired":
		act = AccountRenew
	default:
		return nil
	}
	if err := mayAccount(act, account); err != nil {
		return err
	}
	return tx.SetAccountStatus(ctx, id, accountSteps[act].to)
}

// rejectLine forgets a limit that was asked for and not given; one that is there
// stays as it is.
func rejectLine(ctx context.Context, tx *store.Tx, a store.Approval) error {
	line, err := tx.LineByAny(ctx, a.Subject, tx.Today)
	if err != nil || line.Status != "pending" {
		return err
	}
	return tx.SetLineStatus(ctx, line.Line.ID, "rejected")
}

// lineWithAccount writes the line that comes with an account, or with other loan
// parameters of it, so that it has a history of its own.
func lineWithAccount(ctx context.Context, tx *store.Tx, account store.Account, amount lending.Money, approval string) error {
	line, err := lineOfAccount(ctx, &tx.View, account.ID, tx.Today)
	if err != nil || line.No == 0 && amount == 0 || line.No > 0 && line.Amount == amount {
		return err
	}
	says := line.LineVersion
	if line.Line.ID == "" {
		created, err := tx.CreateLine(ctx, store.Line{Level: "account", Type: "sanctioned", AccountID: store.Opt(account.ID), Status: "active"})
		if err != nil {
			return err
		}
		says = store.LineVersion{LineID: created.ID, Revolving: true}
	}
	says.From, says.Amount, says.Approval, says.Reason = tx.Today, amount, approval, ""
	if !says.Expiry.IsZero() && says.Expiry < tx.Today {
		says.Expiry = 0
	}
	return tx.AddLineVersion(ctx, says)
}

// lineOfAccount is the sanctioned line of an account; a zero row when it has none.
func lineOfAccount(ctx context.Context, v *store.View, account string, on lending.Date) (store.LineRow, error) {
	rows, _, err := v.QueryLines(ctx, store.LineQuery{Level: "account", Type: "sanctioned", Status: "active", Account: account, On: on, Listing: store.Listing{Limit: 1}})
	if err != nil || len(rows) == 0 {
		return store.LineRow{}, err
	}
	return rows[0], nil
}

// ownLine is the line of an account; one that came with a portfolio is written down
// when it is first asked about.
func ownLine(ctx context.Context, tx *store.Tx, account store.Account) (store.LineRow, error) {
	line, err := lineOfAccount(ctx, &tx.View, account.ID, tx.Today)
	if err != nil || line.No > 0 {
		return line, err
	}
	if account.ApprovedLineAmount == 0 {
		return line, lending.Refuse(lending.Conflict, "line.none", "Account "+account.Ref+" has no line.")
	}
	if err := lineWithAccount(ctx, tx, account, account.ApprovedLineAmount, ""); err != nil {
		return line, err
	}
	return lineOfAccount(ctx, &tx.View, account.ID, tx.Today)
}

// lineChunk is how many accounts one transaction of the day close moves.
const lineChunk = 100

// linesOfDay brings accounts to what their lines say on the day that opens: lines
// that end, and amounts that were dated ahead. It finds what is left to do, so it
// may be stopped and run again.
func (o *Office) linesOfDay(ctx context.Context, actor Actor) error {
	for more := true; more; {
		err := o.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			rows, err := tx.LinesToFollow(ctx, tx.Today, lineChunk)
			if err != nil {
				return err
			}
			more = len(rows) == lineChunk
			for _, line := range rows {
				if err := followLine(ctx, tx, string(line.AccountID), line.LineVersion, line.LineVersion); err != nil {
					return err
				}
				n := note{action: "line.day", subject: line.Ref, account: string(line.AccountID), summary: lineDayWords(line, tx.Today)}
				if err := logEvent(ctx, tx, actor, n, "done"); err != nil {
					return err
				}
				if err := noteOfDay(ctx, tx, DayLine, string(line.AccountID), line.Ref, n.summary, line.Amount); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("bringing accounts to their lines: %w", err)
		}
	}
	return nil
}

// lineDayWords says what the calendar did to a line.
func lineDayWords(line store.LineRow, today lending.Date) string {
	if !line.Expiry.IsZero() && line.Expiry < today {
		return "The line of account " + line.AccountRef + " ended on " + line.Expiry.Words() + "."
	}
	return "The line of account " + line.AccountRef + " is " + line.Amount.Rupees() + " from " + today.Words() + "."
}
