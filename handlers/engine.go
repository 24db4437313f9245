package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// memoriesPage is how many payers one page lists.
const memoriesPage = 50

// hubSharers is with how many accounts a payer is known that says nothing any
// more: a shop, an employer.
const hubSharers = 4

func (a *app) showEngine(c echo.Context) error {
	return a.showEnginePage(c, http.StatusOK, views.Form{})
}

func (a *app) showEnginePage(c echo.Context, status int, form views.Form) error {
	page := views.EnginePage{Form: form, Least: servicing.LeastAutoFrom, Most: servicing.MostAutoFrom}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Matching engine", here: "/engine"}); err != nil {
			return err
		}
		report, err := servicing.ReportEngine(ctx, v)
		if err != nil {
			return err
		}
		page.WhyNot = offer(c, servicing.MayTune, views.Act{}).WhyNot
		engineReport(&page, report)
		if page.Memories, err = engineMemories(ctx, c, v, page); err != nil {
			return err
		}
		page.History, err = history(ctx, v, "engine", page.Today)
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, status, views.Engine(page), nil)
}

// engineReport puts what the engine reports of itself on the page.
func engineReport(page *views.EnginePage, r servicing.EngineReport) {
	page.Version, page.On, page.Offered = r.Settings.Version, r.Settings.Mode == servicing.EngineOn, r.Offered()
	page.Decided, page.Needed, page.AutoFrom = r.Decided(), servicing.ShadowDecisions, r.AutoFrom
	page.From, page.To, page.Labels, page.Against = r.From, r.To, r.Labels, r.Negatives
	page.Handles = strings.Join(r.Settings.OwnHandles(), "\n")
	for _, advice := range []struct{ code, word string }{{"auto", "Sure"}, {"suggest", "Perhaps"}, {"none", "Nothing"}} {
		f := r.Month[advice.code]
		page.Fared = append(page.Fared, views.EngineFared{Advice: advice.word, Accepted: f.Accepted, Corrected: f.Corrected, Overruled: f.Overruled,
			Missed: f.Missed, Count: f.Count(), AtLeast: f.AtLeast()})
	}
	page.Auto = page.Fared[0]
	for i, f := range r.Fitted {
		page.Fits = append(page.Fits, views.EngineFit{On: f.FittedOn, By: f.Fitter, Labels: f.Labels, Against: f.Negatives,
			Before: f.ErrorBefore, After: f.ErrorAfter, Current: i == 0})
	}
}

// engineMemories is one page of payers, as searched for.
func engineMemories(ctx context.Context, c echo.Context, v *store.View, page views.EnginePage) (views.EngineMemories, error) {
	filter := store.MemoryFilter{Search: strings.TrimSpace(c.QueryParam("q")), Kind: c.QueryParam("kind"), Before: keyParam(c, "before"), Limit: memoriesPage + 1}
	out := views.EngineMemories{Search: filter.Search, Kind: filter.Kind}
	rows, err := v.MemoryRows(ctx, filter)
	if err != nil {
		return out, err
	}
	query := url.Values{"q": {filter.Search}, "kind": {filter.Kind}}
	if filter.Before > 0 {
		out.First = "/engine?" + query.Encode()
	}
	if len(rows) > memoriesPage {
		rows = rows[:memoriesPage]
		query.Set("before", strconv.FormatInt(rows[memoriesPage-1].Idx, 10))
		out.Next = "/engine?" + query.Encode() + "#memories"
	}
	for _, m := range rows {
		id := strconv.FormatInt(m.Idx, 10)
		out.Rows = append(out.Rows, views.EngineMemory{ID: id, Kind: views.MemoryKind(m.Kind), Value: views.MaskPayer(m.Kind, m.Value),
			Account: views.Link{Path: "/accounts/" + m.AccountRef, Label: m.AccountRef}, Borrower: m.BorrowerName, Yes: m.Confirmations, No: m.Rejections,
			Seen: m.LastSeen, Says: memorySays(m, page.Today), ForgetAt: "/engine/memories/" + id + "/forgetting", WhyForget: page.WhyNot})
	}
	return out, nil
}

// memorySays is what a memory counts for.
func memorySays(m store.MemoryRow, today lending.Date) string {
	switch {
	case servicing.Forgotten(m.LastSeen, today):
		return "Nothing: not seen for 18 months"
	case m.Sharers > hubSharers:
		return "Nothing: known with " + views.Counted(m.Sharers, "account", "accounts")
	case m.Confirmations == 0:
		return "Nothing: never approved"
	case m.Rejections > 0:
		return "Less, for each rejection"
	case m.Confirmations == 1:
		return "Half, until approved again"
	}
	return "In full"
}

func (a *app) createEngineMode(c echo.Context) error {
	f := read(c)
	in := servicing.EngineModeInput{Version: f.version(), Mode: f.text("mode")}
	err := a.office.SetEngineMode(c.Request().Context(), actorOf(c), in)
	text := "The engine looks on"
	if in.Mode == servicing.EngineOn {
		text = "The engine is on"
	}
	return a.engineDone(c, f, text, err)
}

func (a *app) createEngineThreshold(c echo.Context) error {
	f := read(c)
	in := servicing.EngineThreshold{Version: f.version(), AutoFrom: int(f.money("auto_from")), Reason: f.text("reason")}
	err := f.err()
	if err == nil {
		err = a.office.SetEngineThreshold(c.Request().Context(), actorOf(c), in)
	}
	a.scoreAgain(c, err)
	return a.engineDone(c, f, "Moved the threshold to "+views.Points(in.AutoFrom), err)
}

func (a *app) createEngineHandles(c echo.Context) error {
	f := read(c)
	in := servicing.EngineHandles{Version: f.version(), Handles: strings.Split(f.text("handles"), "\n")}
	err := a.office.SetEngineHandles(c.Request().Context(), actorOf(c), in)
	a.scoreAgain(c, err)
	return a.engineDone(c, f, "Saved our own UPI addresses", err)
}

func (a *app) createEngineCalibration(c echo.Context) error {
	fitted, err := a.office.FitEngine(c.Request().Context(), actorOf(c))
	a.scoreAgain(c, err)
	return a.engineDone(c, read(c), "Fitted the confidence to "+views.Counted(fitted.Labels, "decision", "decisions"), err)
}

func (a *app) createMemoryForgetting(c echo.Context) error {
	f := read(c)
	idx, err := strconv.ParseInt(c.Param("idx"), 10, 64)
	if err != nil {
		return echo.ErrNotFound
	}
	err = a.office.ForgetMemory(c.Request().Context(), actorOf(c), idx, f.text("reason"))
	return a.engineDone(c, f, "Forgot that payer", err)
}

// scoreAgain asks the engine about what waits, behind the answer: after a change
// of its settings everything is asked anew.
func (a *app) scoreAgain(c echo.Context, refused error) {
	if refused != nil {
		return
	}
	actor := actorOf(c)
	a.jobs.start(c.Request().Context(), &job{kind: jobEngine, owner: actor.Person, title: "Matching again"}, func(ctx context.Context, _ servicing.Progress) (string, error) {
		err := a.office.ScoreUnmatched(ctx)
		for left := 1; left > 0 && err == nil; {
			left, err = a.office.RefreshDesk(ctx)
		}
		a.logFailure(actor, "matching again", err)
		return "/engine", err
	})
}

// engineDone leads back to the page, or shows it with why not.
func (a *app) engineDone(c echo.Context, f *fields, done string, err error) error {
	if err == nil {
		a.flash(c, views.Flash{Text: done})
		return a.seeOther(c, "/engine")
	}
	form, ok := refusedForm(err, f.values)
	if !ok {
		return err
	}
	return a.showEnginePage(c, statusOf(err), form)
}
