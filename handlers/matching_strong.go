package handlers

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/matching"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

const (
	// strongPage is how many are accepted at once: what a person can look over.
	strongPage = 100
	// weakest is how many stand apart at the top, to be looked at first.
	weakest = 3
)

// newStrongMatches lists exactly what the engine would accept unattended at this
// moment, weakest first. Nothing is sent by looking.
func (a *app) newStrongMatches(c echo.Context) error {
	return a.showStrong(c, http.StatusOK, views.Form{})
}

func (a *app) showStrong(c echo.Context, status int, form views.Form) error {
	page := views.StrongPage{Form: form}
	if err := a.refreshDesk(c); err != nil {
		return err
	}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Accept all strong ones", here: "/matching", layout: views.LayoutPlain, keys: strongKeys}); err != nil {
			return err
		}
		if actor := actorOf(c); !actor.Can(servicing.MayPrepare) {
			page.WhyNot = "Matching is for " + servicing.RolesFor(servicing.MayPrepare) + "."
		}
		settings, err := v.EngineSettings(ctx)
		if err != nil {
			return err
		}
		page.Shadow = settings.Mode != servicing.EngineOn
		filter := store.DeskFilter{Tab: store.DeskWaiting, Auto: true, Limit: strongPage}
		queue, err := v.DeskQueue(ctx, filter)
		if err != nil {
			return err
		}
		total, _, err := v.DeskTotals(ctx, filter)
		if err != nil {
			return err
		}
		page.More = total - len(queue)
		for _, waiting := range queue {
			row, ok, err := a.strongRow(ctx, v, waiting.Ref)
			if err != nil {
				return err
			}
			if !ok {
				page.Gone++
				continue
			}
			page.Rows, page.Sum = append(page.Rows, row.StrongRow), page.Sum+row.Amount
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortStableFunc(page.Rows, func(x, y views.StrongRow) int { return cmp.Compare(x.Points, y.Points) })
	for i := range page.Rows {
		page.Rows[i].Weak = i < weakest
	}
	return a.show(c, status, views.Strong(page), nil)
}

var strongKeys = []views.Shortcut{{Keys: "j k", Does: "next, previous"}, {Keys: "x", Does: "tick"}, {Keys: "Ctrl ↵", Does: "send the ticked ones"}}

// strongRow is a credit that would be accepted, with the match it would be.
type strongRow struct {
	views.StrongRow
	match servicing.MatchInput
}

// strongRow is what the engine says of a credit, as the desk shows it; what it
// would not accept any more is left out.
func (a *app) strongRow(ctx context.Context, v *store.View, ref string) (strongRow, bool, error) {
	r, err := v.RecordByRef(ctx, ref)
	if err != nil || r.Status != "unmatched" {
		return strongRow{}, false, err
	}
	p, err := a.office.Propose(ctx, v, r)
	if err != nil || p.Decision != matching.Auto || len(p.Candidates) == 0 {
		return strongRow{}, false, err
	}
	best := p.Candidates[0]
	narration := r.Narration
	if narration == "" {
		narration = r.Remark
	}
	row := strongRow{views.StrongRow{Ref: r.Ref, At: "/matching/" + r.Ref, Ticked: true, Date: r.Date, Payer: payerOf(p.Parsed, narration),
		Score: views.ScoreOf(best.Confidence), Points: best.Confidence, Chips: deskChips(best), Amount: r.Amount}, servicing.MatchInput{Version: r.Version, Send: true}}
	if n := len(best.Evidence); n > 0 {
		if row.Why = best.Evidence[0].Detail; best.Evidence[n-1].Weight < 0 {
			row.Why += " Against it: " + best.Evidence[n-1].Detail
		}
	}
	for i, id := range best.Accounts {
		account, err := v.AccountByID(ctx, id)
		if err != nil {
			return row, false, err
		}
		row.To = append(row.To, views.StrongTo{Ref: account.Ref, Name: account.BorrowerName, Amount: best.Amounts[i]})
		row.match.Allocations = append(row.match.Allocations, servicing.Allocation{Account: id, Amount: best.Amounts[i]})
	}
	row.Value = strongValue(row)
	return row, true, nil
}

// strongValue is what a tick posts: the credit at its version, and where it goes.
// It holds what the person saw, so that nothing else is sent.
func strongValue(row strongRow) string {
	words := []string{row.Ref, strconv.FormatInt(row.match.Version, 10)}
	for _, to := range row.To {
		words = append(words, to.Ref+"="+to.Amount.String())
	}
	return strings.Join(words, " ")
}

// createStrongMatches matches and sends each ticked credit by itself: one that is
// refused stops no other, and none is half done.
func (a *app) createStrongMatches(c echo.Context) error {
	f := read(c)
	picks := f.list("pick")
	if len(picks) == 0 || len(picks) > strongPage {
		form, _ := refusedForm(lending.RefuseField("pick", "strong.none", "Tick at least one payment."), nil)
		return a.showStrong(c, http.StatusUnprocessableEntity, form)
	}
	page := views.StrongPage{}
	for _, pick := range picks {
		result, err := a.acceptStrong(c, pick)
		if err != nil {
			return err
		}
		if page.Results = append(page.Results, result); result.OK {
			page.Sent, page.SentSum = page.Sent+1, page.SentSum+result.Amount
		}
	}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		page.Shell, err = a.shell(ctx, c, v, frame{title: "Sent for approval", here: "/matching", layout: views.LayoutPlain})
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, http.StatusOK, views.Strong(page), nil)
}

// acceptStrong sends one ticked credit, if the engine still says what the person
// saw. A refusal is the row's result; only our own faults are errors.
func (a *app) acceptStrong(c echo.Context, pick string) (views.StrongResult, error) {
	ctx := c.Request().Context()
	ref, _, _ := strings.Cut(pick, " ")
	result := views.StrongResult{Ref: store.CleanRef(ref), At: "/matching/" + store.CleanRef(ref)}
	var row strongRow
	var ok bool
	if err := a.refreshDesk(c); err != nil { // what was sent before may have moved it
		return result, err
	}
	err := a.reader.Read(ctx, func(ctx context.Context, v *store.View) (err error) {
		row, ok, err = a.strongRow(ctx, v, ref)
		return err
	})
	if err == nil && (!ok || row.Value != pick) {
		err = lending.Refuse(lending.Conflict, "strong.changed", "It changed since you looked. Open it and decide it by itself.")
	}
	if err == nil {
		for _, to := range row.To {
			result.To = strings.TrimPrefix(result.To+", "+to.Ref, ", ")
		}
		result.Amount = row.Amount
		_, err = a.office.MatchRecord(ctx, actorOf(c), ref, row.match)
	}
	if lending.KindOf(err) != 0 {
		result.Text = err.Error()
		return result, nil
	}
	result.OK, result.Text = err == nil, "Sent for approval"
	return result, err
}
