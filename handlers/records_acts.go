package handlers

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// Every act on one record is a noun under its address. They are alike: read the
// form, give the command, and show the record again, with what was done or with
// why it was not.

func (a *app) createRecordApprovalRequest(c echo.Context) error {
	return a.act(c, "request", func(ctx context.Context, actor servicing.Actor, ref string, f *fields) (views.Flash, error) {
		r, err := a.office.RequestApproval(ctx, actor, ref, f.version(), f.text("reason"))
		flash := views.Flash{Text: r.Ref + " is sent for approval."}
		if r.Status == "approved" || r.Status == "processed" {
			flash.Text = r.Ref + " is settled under the auto limit."
		}
		return flash, err
	})
}

func (a *app) createRecordUnmatching(c echo.Context) error {
	return a.act(c, "unmatch", func(ctx context.Context, actor servicing.Actor, ref string, f *fields) (views.Flash, error) {
		r, err := a.office.UnmatchRecord(ctx, actor, ref, f.version(), f.text("reason"))
		return views.Flash{Text: r.Ref + " is back on the desk.", Path: "/matching/" + r.Ref, Link: "Match it"}, err
	})
}

func (a *app) createRecordParking(c echo.Context) error {
	return a.act(c, "park", func(ctx context.Context, actor servicing.Actor, ref string, f *fields) (views.Flash, error) {
		r, err := a.office.ParkRecord(ctx, actor, ref, f.version(), f.text("reason"))
		return views.Flash{Text: r.Ref + " is parked.", Undo: undoAct(r, "unparking")}, err
	})
}

func (a *app) createRecordUnparking(c echo.Context) error {
	return a.act(c, "unpark", func(ctx context.Context, actor servicing.Actor, ref string, f *fields) (views.Flash, error) {
		r, err := a.office.UnparkRecord(ctx, actor, ref, f.version())
		return views.Flash{Text: r.Ref + " is on the desk again.", Path: "/matching/" + r.Ref, Link: "Match it"}, err
	})
}

func (a *app) createRecordSettingAside(c echo.Context) error {
	return a.act(c, "set-aside", func(ctx context.Context, actor servicing.Actor, ref string, f *fields) (views.Flash, error) {
		r, err := a.office.SetAsideRecord(ctx, actor, ref, servicing.SetAside{Version: f.version(), Kind: f.text("kind"),
			DuplicateOf: store.CleanRef(f.text("duplicate_of")), Remark: f.text("remark")})
		return views.Flash{Text: r.Ref + " is set aside.", Undo: undoAct(r, "restoration")}, err
	})
}

// createRecordRestoration undoes a setting aside: at once, or by asking for it.
func (a *app) createRecordRestoration(c echo.Context) error {
	return a.act(c, "restore", func(ctx context.Context, actor servicing.Actor, ref string, f *fields) (views.Flash, error) {
		r, err := a.office.UndoSetAside(ctx, actor, ref, f.version(), f.text("reason"))
		flash := views.Flash{Text: r.Ref + " is back on the desk.", Path: "/matching/" + r.Ref, Link: "Match it"}
		if r.Status == "set_aside" {
			flash = views.Flash{Text: "A credit manager was asked to put " + r.Ref + " back on the desk."}
		}
		return flash, err
	})
}

func (a *app) createRecordCancellation(c echo.Context) error {
	return a.act(c, "cancel", func(ctx context.Context, actor servicing.Actor, ref string, f *fields) (views.Flash, error) {
		r, err := a.office.CancelRecord(ctx, actor, ref, f.version(), f.text("reason"))
		return views.Flash{Text: r.Ref + " is cancelled."}, err
	})
}

func (a *app) createRecordReversalRequest(c echo.Context) error {
	return a.act(c, "reverse", func(ctx context.Context, actor servicing.Actor, ref string, f *fields) (views.Flash, error) {
		x, err := a.office.RequestReversal(ctx, actor, ref, f.version(), f.text("kind"), f.text("reason"))
		return views.Flash{Text: "The reversal of " + x.RecordRef + " waits for a credit manager.", Path: "/approvals/" + x.Ref, Link: x.Ref}, err
	})
}

func (a *app) createRecordMoveRequest(c echo.Context) error {
	return a.act(c, "move", func(ctx context.Context, actor servicing.Actor, ref string, f *fields) (views.Flash, error) {
		account, reason := f.text("account"), f.text("reason")
		if account == "" {
			return views.Flash{}, lending.RefuseField("account", "move.account", "Say to which account it goes.")
		}
		x, err := a.office.RequestMove(ctx, actor, ref, f.version(), account, reason)
		return views.Flash{Text: "The move of " + x.RecordRef + " waits for a credit manager.", Path: "/approvals/" + x.Ref, Link: x.Ref}, err
	})
}

func (a *app) createRecordProcessedMark(c echo.Context) error {
	return a.act(c, "mark", func(ctx context.Context, actor servicing.Actor, ref string, f *fields) (views.Flash, error) {
		r, err := a.office.MarkProcessed(ctx, actor, ref, f.version(), f.text("settlement_utr"), f.text("remark"))
		return views.Flash{Text: r.Ref + " is marked as processed."}, err
	})
}

// undoAct is the one button that takes back what was just done to a record.
func undoAct(r store.Record, noun string) *views.Undo {
	return &views.Undo{Path: "/records/" + r.Ref + "/" + noun, Fields: []views.Field{{Name: "version", Value: versionText(r.Version)}}}
}

// act carries out one act on the record of the address. Refused, it shows the
// record with the form open and what was typed; when the record moved on
// meanwhile it shows what is true now instead.
func (a *app) act(c echo.Context, key string, do func(ctx context.Context, actor servicing.Actor, ref string, f *fields) (views.Flash, error)) error {
	f, ref := read(c), store.CleanRef(c.Param("ref"))
	flash, err := do(c.Request().Context(), actorOf(c), ref, f)
	if err == nil {
		a.flash(c, flash)
		return a.seeOther(c, "/records/"+ref)
	}
	form, ok := refusedForm(err, f.values)
	if !ok {
		return err
	}
	refused := &refusedAct{key: key, form: form}
	if status := statusOf(err); status == http.StatusConflict {
		refused = &refusedAct{now: form.Refused}
	}
	return a.showRecordPage(c, statusOf(err), ref, refused)
}
