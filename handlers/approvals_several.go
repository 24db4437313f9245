package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// severalAtOnce is how many requests are approved with one button: what a person
// can look over on one page.
const severalAtOnce = 100

// newApprovalDecisions lists what waits with ticks; with refs in the address, it
// shows those together, with their number and sum, before they are decided.
func (a *app) newApprovalDecisions(c echo.Context) error {
	if refs := c.QueryParams()["ref"]; len(refs) > 0 {
		return a.checkDecisions(c, http.StatusOK, refs, views.Form{})
	}
	page := views.DecisionsPage{Step: "tick"}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, severalFrame); err != nil {
			return err
		}
		q := queueFor("mine", actorOf(c))
		q.limit, q.after = severalAtOnce, keyParam(c, "after")
		list, err := q.read(ctx, v)
		if err != nil {
			return err
		}
		counts, sum, err := q.counts(ctx, v)
		page.Count, page.Sum = counts["mine"], sum
		if err != nil {
			return err
		}
		if len(list) == q.limit {
			page.Next = fmt.Sprintf("/approvals/decisions?after=%d", list[len(list)-1].Idx)
		}
		page.Rows, err = a.decisionRows(ctx, v, q.actor, list)
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, http.StatusOK, views.Decisions(page), nil)
}

var severalFrame = frame{title: "Approve several", here: "/approvals", layout: views.LayoutList,
	keys: []views.Shortcut{{Keys: "j", Does: "Next row"}, {Keys: "k", Does: "Previous row"}, {Keys: "x", Does: "Tick"}, {Keys: "Ctrl ↵", Does: "Approve those shown"}}}

// chosen is a request at the version it was looked at.
type chosenRequest struct {
	ref     string
	version int64
}

// parseChosen reads "APV0XAM2:3".
func parseChosen(refs []string) ([]chosenRequest, error) {
	if len(refs) > severalAtOnce {
		return nil, lending.RefuseField("ref", "approvals.too_many", fmt.Sprintf("At most %d requests are approved at once.", severalAtOnce))
	}
	out := make([]chosenRequest, 0, len(refs))
	seen := map[string]bool{}
	for _, text := range refs {
		ref, version, _ := strings.Cut(text, ":")
		n, err := strconv.ParseInt(version, 10, 64)
		if ref = store.CleanRef(ref); err != nil || ref == "" || seen[ref] {
			return nil, lending.RefuseField("ref", "approvals.choice", "What was chosen cannot be read. Choose again.")
		}
		seen[ref] = true
		out = append(out, chosenRequest{ref, n})
	}
	return out, nil
}

// checkDecisions shows those of the chosen requests that still wait, as they are
// now, and names the others: what is decided is not offered again.
func (a *app) checkDecisions(c echo.Context, status int, refs []string, form views.Form) error {
	chosen, err := parseChosen(refs)
	if err != nil {
		return err
	}
	page := views.DecisionsPage{Step: "check", Form: form}
	err = a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, severalFrame); err != nil {
			return err
		}
		list, err := chosenApprovals(ctx, v, chosen)
		if err != nil {
			return err
		}
		waiting := list[:0]
		for _, x := range list {
			if x.Status != "pending" {
				page.Gone = append(page.Gone, x.Ref+": "+strings.ToLower(outcomeWord[x.Status])+", "+views.Rupees(x.Amount))
				continue
			}
			waiting = append(waiting, x)
			page.Count, page.Sum = page.Count+1, page.Sum+x.Amount
		}
		if actor := actorOf(c); !actor.Can(servicing.MaySign) {
			page.WhyNot = "This is decided by " + servicing.RolesFor(servicing.MaySign) + "."
		}
		page.Rows, err = a.decisionRows(ctx, v, actorOf(c), waiting)
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, status, views.Decisions(page), nil)
}

func chosenApprovals(ctx context.Context, v *store.View, chosen []chosenRequest) ([]store.Approval, error) {
	list := make([]store.Approval, len(chosen))
	for i, one := range chosen {
		var err error
		if list[i], err = v.ApprovalByRef(ctx, one.ref); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// decisionRows show of each request what it changes and what is to be judged.
func (a *app) decisionRows(ctx context.Context, v *store.View, actor servicing.Actor, list []store.Approval) ([]views.DecisionRow, error) {
	plain, err := a.approvalRows(ctx, v, list, "")
	if err != nil {
		return nil, err
	}
	rows := make([]views.DecisionRow, len(list))
	for i, x := range list {
		rows[i] = views.DecisionRow{ApprovalRow: plain[i], Version: x.Version}
		effects, err := servicing.PreviewApproval(ctx, v, x)
		if err != nil {
			return nil, err
		}
		checks, err := servicing.ChecksOf(ctx, v, actor, x, effects)
		if err != nil {
			return nil, err
		}
		for _, check := range checks {
			if !check.OK() {
				rows[i].Judge = append(rows[i].Judge, check.Text)
			}
		}
		if len(effects) == 1 {
			e := effects[0]
			rows[i].Shown, rows[i].DueBefore, rows[i].DueAfter = true, e.Before.Summary.DueNow, e.After.Summary.DueNow
			if e.ChangedSince {
				rows[i].Judge = append(rows[i].Judge, "The account changed since it was sent")
			}
		}
	}
	return rows, nil
}

// createApprovalDecisions approves the chosen requests, each by itself, when
// their number and sum are still those that were promised.
func (a *app) createApprovalDecisions(c echo.Context) error {
	f := read(c)
	refs := f.list("ref")
	chosen, err := parseChosen(refs)
	if err != nil {
		return err
	}
	count, total, reason := f.text("count"), f.money("total"), f.text("reason")
	if err := a.holdPromise(c, chosen, count, total); err != nil {
		form, ok := refusedForm(err, f.values)
		if !ok {
			return err
		}
		return a.checkDecisions(c, statusOf(err), refs, form)
	}
	results := map[string]views.DecisionRow{}
	done := 0
	for _, one := range chosen {
		decided, err := a.office.Decide(c.Request().Context(), actorOf(c), one.ref, servicing.DecisionInput{Version: one.version, Decision: "approve", Reason: reason})
		row := views.DecisionRow{Tone: views.ToneGood, Result: "Approved"}
		if refused, ok := errors.AsType[*lending.Error](err); ok {
			row.Tone, row.Result = views.ToneBad, refused.Message
		} else if err != nil {
			return fmt.Errorf("approving %s among several: %w", one.ref, err)
		} else if done++; decided.Status == "pending" {
			row.Result = fmt.Sprintf("Signed level %d of %d", decided.Level, decided.Levels)
		}
		results[one.ref] = row
	}
	return a.showDecided(c, chosen, results, done)
}

// holdPromise compares what the button promised with what is true now.
func (a *app) holdPromise(c echo.Context, chosen []chosenRequest, count string, total lending.Money) error {
	if len(chosen) == 0 {
		return lending.RefuseField("ref", "approvals.none", "Nothing is chosen.")
	}
	var sum lending.Money
	waiting := 0
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		list, err := chosenApprovals(ctx, v, chosen)
		for i, x := range list {
			if x.Status == "pending" && x.Version == chosen[i].version {
				waiting, sum = waiting+1, sum+x.Amount
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	if strconv.Itoa(waiting) == count && waiting == len(chosen) && sum == total {
		return nil
	}
	return lending.Refuse(lending.Conflict, "approvals.promise", fmt.Sprintf(
		"You were to approve %s of %s; %d of %s still wait as you saw them. Nothing was decided. Look again.", count, views.Rupees(total), waiting, views.Rupees(sum)))
}

// showDecided says of each request what became of it.
func (a *app) showDecided(c echo.Context, chosen []chosenRequest, results map[string]views.DecisionRow, done int) error {
	page := views.DecisionsPage{Step: "done", Count: len(chosen), Done: done}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, severalFrame); err != nil {
			return err
		}
		list, err := chosenApprovals(ctx, v, chosen)
		if err != nil {
			return err
		}
		plain, err := a.approvalRows(ctx, v, list, "")
		for i, x := range list {
			row := results[x.Ref]
			row.ApprovalRow, row.Version = plain[i], x.Version
			page.Rows, page.Sum = append(page.Rows, row), page.Sum+x.Amount
		}
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, http.StatusOK, views.Decisions(page), nil)
}
