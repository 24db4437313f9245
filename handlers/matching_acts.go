package handlers

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// createMatch says whose money a credit is, and sends it for approval in the
// same act unless it is to wait.
func (a *app) createMatch(c echo.Context) error {
	f := read(c)
	ask := f.deskAsk()
	in := servicing.MatchInput{Version: f.version(), Remark: ask.note, Send: !f.flag("only")}
	given, wrong := ask.given()
	for i, ref := range ask.to {
		in.Allocations = append(in.Allocations, servicing.Allocation{Account: ref, Amount: given[ref]})
		if wrong[ref] != "" {
			f.errors["allocations."+strconv.Itoa(i)+".amount"] = wrong[ref]
		}
	}
	err := f.err()
	var r store.Record
	if err == nil {
		r, err = a.office.MatchRecord(c.Request().Context(), actorOf(c), ask.ref, in)
	}
	if err != nil {
		return a.refuseDesk(c, err, f, ask)
	}
	a.flash(c, matchedFlash(r, in, ask.place))
	return a.nextCredit(c, ask.place, r)
}

// matchedFlash says what a match did, and takes it back while nobody decided it.
func matchedFlash(r store.Record, in servicing.MatchInput, place deskPlace) views.Flash {
	to := r.AccountRef
	if len(in.Allocations) > 1 {
		to = views.Counted(len(in.Allocations), "account", "accounts")
	}
	flash := views.Flash{Text: "Sent " + views.Rupees(r.Amount) + " to " + to + " for approval", Path: "/records/" + r.Ref, Link: r.Ref,
		Undo: deskUndo(r, "withdrawal", place)}
	switch {
	case !in.Send:
		flash.Text = "Matched " + views.Rupees(r.Amount) + " to " + to + ", not sent"
	case r.Status == "approved" || r.Status == "processed":
		flash.Text, flash.Undo = "Settled "+views.Rupees(r.Amount)+" on "+to, nil
	}
	return flash
}

// deskUndo is the form that takes back an act on a record.
func deskUndo(r store.Record, sub string, place deskPlace) *views.Undo {
	fields := append(place.keep(), views.Field{Name: "version", Value: strconv.FormatInt(r.Version, 10)})
	return &views.Undo{Path: "/matching/" + r.Ref + "/" + sub, Fields: fields}
}

func (a *app) createWithdrawal(c echo.Context) error {
	return a.deskAct(c, func(ctx context.Context, f *fields, ref string) (store.Record, views.Flash, error) {
		r, err := a.office.UnmatchRecord(ctx, actorOf(c), ref, f.version(), f.text("reason"))
		return r, views.Flash{Text: views.Rupees(r.Amount) + " is back on the desk"}, err
	}, stayOn)
}

func (a *app) createRequest(c echo.Context) error {
	return a.deskAct(c, func(ctx context.Context, f *fields, ref string) (store.Record, views.Flash, error) {
		r, err := a.office.RequestApproval(ctx, actorOf(c), ref, f.version(), f.text("remark"))
		flash := views.Flash{Text: "Sent " + views.Rupees(r.Amount) + " for approval", Path: "/records/" + r.Ref, Link: r.Ref}
		if err == nil && r.Status != "approved" && r.Status != "processed" {
			flash.Undo = deskUndo(r, "withdrawal", f.deskPlace())
		}
		return r, flash, err
	}, goOn)
}

func (a *app) createParking(c echo.Context) error {
	return a.deskAct(c, func(ctx context.Context, f *fields, ref string) (store.Record, views.Flash, error) {
		r, err := a.office.ParkRecord(ctx, actorOf(c), ref, f.version(), f.text("reason"))
		return r, views.Flash{Text: "Parked " + views.Rupees(r.Amount), Path: "/matching/" + r.Ref, Link: r.Ref, Undo: deskUndo(r, "resumption", f.deskPlace())}, err
	}, goOn)
}

func (a *app) createResumption(c echo.Context) error {
	return a.deskAct(c, func(ctx context.Context, f *fields, ref string) (store.Record, views.Flash, error) {
		r, err := a.office.UnparkRecord(ctx, actorOf(c), ref, f.version())
		return r, views.Flash{Text: views.Rupees(r.Amount) + " is taken up again"}, err
	}, stayOn)
}

func (a *app) createSetAside(c echo.Context) error {
	return a.deskAct(c, func(ctx context.Context, f *fields, ref string) (store.Record, views.Flash, error) {
		in := servicing.SetAside{Version: f.version(), Kind: f.text("kind"), DuplicateOf: f.text("duplicate_of"), Remark: f.text("remark")}
		r, err := a.office.SetAsideRecord(ctx, actorOf(c), ref, in)
		return r, views.Flash{Text: "Set " + views.Rupees(r.Amount) + " aside as " + setAsideWord(in.Kind), Path: "/matching/" + r.Ref, Link: r.Ref,
			Undo: deskUndo(r, "restoration", f.deskPlace())}, err
	}, goOn)
}

func (a *app) createRestoration(c echo.Context) error {
	return a.deskAct(c, func(ctx context.Context, f *fields, ref string) (store.Record, views.Flash, error) {
		r, err := a.office.UndoSetAside(ctx, actorOf(c), ref, f.version(), f.text("reason"))
		flash := views.Flash{Text: views.Rupees(r.Amount) + " is back on the desk"}
		if r.Status == "set_aside" {
			flash.Text = "Asked a credit manager to put " + views.Rupees(r.Amount) + " back on the desk"
		}
		return r, flash, err
	}, stayOn)
}

// onward is where an act leads: to the next credit, or to the one it was done to.
type onward bool

const (
	goOn   onward = true
	stayOn onward = false
)

// deskAct is the shape of the simple acts: do it, say so, go on.
func (a *app) deskAct(c echo.Context, do func(ctx context.Context, f *fields, ref string) (store.Record, views.Flash, error), on onward) error {
	f := read(c)
	ask := f.deskAsk()
	r, flash, err := do(c.Request().Context(), f, ask.ref)
	if err != nil {
		ask.aside = strings.HasSuffix(c.Path(), "/set-aside")
		return a.refuseDesk(c, err, f, ask)
	}
	a.flash(c, flash)
	switch {
	case f.text("back") == "log":
		return a.seeOther(c, "/matching/log")
	case on == goOn:
		return a.nextCredit(c, ask.place, r)
	}
	there := ask.place
	if there.tab != store.DeskWaiting {
		there = deskPlace{tab: store.DeskWaiting}
	}
	if r.Status == "set_aside" {
		there = deskPlace{tab: store.DeskSetAside}
	}
	return a.seeOther(c, there.path(r.Ref))
}

// nextCredit goes on to the credit below in the pile, to the first when that was
// the last, and to the empty pile when none is left.
func (a *app) nextCredit(c echo.Context, place deskPlace, done store.Record) error {
	next := ""
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		prev, below, err := deskNeighbours(ctx, v, place, done)
		if next = below; next == "" {
			next = prev
		}
		return err
	})
	if err != nil {
		return err
	}
	if next == "" {
		place.after, place.before = "", ""
	}
	return a.seeOther(c, place.path(next))
}

// refuseDesk shows the credit again as it is now, with why the act was refused
// and everything that was typed.
func (a *app) refuseDesk(c echo.Context, err error, f *fields, ask deskAsk) error {
	form, ok := refusedForm(err, f.values)
	if !ok {
		return err
	}
	ask.refused = &views.DeskRefusal{Form: form, Conflict: lending.KindOf(err) == lending.Conflict}
	if ask.refused.Conflict {
		ask.to, ask.amounts = nil, map[string]string{}
	}
	if status := statusOf(err); status != http.StatusUnprocessableEntity {
		return a.showDesk(c, status, ask)
	}
	return a.showDesk(c, http.StatusUnprocessableEntity, ask)
}
