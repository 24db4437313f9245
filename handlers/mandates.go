package handlers

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// mandateRows is how many mandates a page shows.
const mandateRows = 100

// mandateStates are the states in the order of their tabs.
var mandateStates = []string{"", "draft", "sent", "active", "rejected", "cancelled", "expired"}

func (a *app) listMandates(c echo.Context) error {
	return a.showMandates(c, http.StatusOK, views.Form{Values: map[string]string{"account": c.QueryParam("account")}})
}

// showMandates lists mandates of a state, or those of one account, with the form of a
// new one.
func (a *app) showMandates(c echo.Context, status int, form views.Form) error {
	page := views.MandatesPage{Form: form, WhyNot: offer(c, servicing.MayPrepare, views.Act{}).WhyNot, AnswerWhyNot: offer(c, servicing.MayImport, views.Act{}).WhyNot}
	state := c.QueryParam("status")
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Mandates", here: "/presentations"}); err != nil {
			return err
		}
		counts, err := v.MandateCounts(ctx)
		if err != nil {
			return err
		}
		for _, s := range mandateStates {
			tab := views.FateTab{Path: "/mandates?status=" + s, Label: views.Words(s), Count: counts[s], Current: s == state}
			if s == "" {
				tab.Label, tab.Path = "All", "/mandates"
				for _, n := range counts {
					tab.Count += n
				}
			}
			page.Tabs = append(page.Tabs, tab)
		}
		account := ""
		if ref := c.QueryParam("account"); ref != "" {
			one, err := v.AccountByRef(ctx, ref)
			if err != nil {
				return err
			}
			account = one.ID
		}
		rows, err := v.Mandates(ctx, state, account, keyParam(c, "before"), mandateRows)
		for _, m := range rows {
			page.Rows = append(page.Rows, views.MandateRow{Ref: m.Ref, Account: views.Link{Path: "/accounts/" + m.AccountRef, Label: m.AccountRef}, Borrower: m.BorrowerName, UMRN: m.UMRN, Most: m.MaxAmount,
				From: m.FirstDate, Until: m.LastDate, Bank: m.IFSC + " " + views.Mask(m.AccountNo[max(0, len(m.AccountNo)-4):]), State: nachState(m.Status), Reason: m.Reason,
				Waits: m.Status == "sent", Ends: m.Status == "draft" || m.Status == "sent" || m.Status == "active"})
		}
		if len(rows) == mandateRows {
			page.Next = "/mandates?status=" + state + "&account=" + c.QueryParam("account") + "&before=" + strconv.FormatInt(rows[len(rows)-1].Idx, 10)
		}
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, status, views.Mandates(page), nil)
}

// mandateDone goes back to the list after an act, or shows why it was refused.
func (a *app) mandateDone(c echo.Context, f *fields, done string, err error) error {
	if err == nil {
		a.flash(c, views.Flash{Text: done})
		return a.seeOther(c, "/mandates")
	}
	form, ok := refusedForm(err, f.values)
	if !ok {
		return err
	}
	return a.showMandates(c, statusOf(err), form)
}

func (a *app) createMandate(c echo.Context) error {
	f := read(c)
	in := servicing.MandateInput{Account: f.text("account"), MaxAmount: f.money("max_amount"), Frequency: f.text("frequency"), FirstDate: f.date("first_date"), LastDate: f.date("last_date"),
		Holder: f.text("holder"), IFSC: f.text("ifsc"), AccountNo: f.text("account_no")}
	err := f.err()
	var m store.Mandate
	if err == nil {
		m, err = a.office.CreateMandate(c.Request().Context(), actorOf(c), in)
	}
	return a.mandateDone(c, f, "Drew up "+m.Ref+" and asked a second person for it.", err)
}

func (a *app) createMandateAnswer(c echo.Context) error {
	f := read(c)
	m, err := a.office.TakeMandateAnswer(c.Request().Context(), actorOf(c), c.Param("ref"), servicing.MandateAnswer{UMRN: f.text("umrn"), Reason: f.text("reason")})
	return a.mandateDone(c, f, "Mandate "+m.Ref+" is "+m.Status+".", err)
}

func (a *app) createMandateRequest(c echo.Context) error {
	f := read(c)
	m, err := a.office.AskMandate(c.Request().Context(), actorOf(c), c.Param("ref"), f.text("reason"))
	return a.mandateDone(c, f, "Asked again for mandate "+m.Ref+".", err)
}

func (a *app) createMandateCancellation(c echo.Context) error {
	f := read(c)
	m, err := a.office.CancelMandate(c.Request().Context(), actorOf(c), c.Param("ref"), f.text("reason"))
	done := "Took back mandate " + m.Ref + "."
	if m.Status == "active" {
		done = "Asked a second person to end mandate " + m.Ref + "."
	}
	return a.mandateDone(c, f, done, err)
}
