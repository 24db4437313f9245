package handlers

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

const (
	// dayRuns is how many closed days the page lists: a quarter.
	dayRuns = 92
	// missedShown is how many missed days are named one by one.
	missedShown = 7
	// daysUnasked is how many days one press closes without asking back: a week-end
	// with a holiday.
	daysUnasked = 3
)

func (a *app) listDays(c echo.Context) error {
	return a.showDays(c, http.StatusOK, views.DaysPage{})
}

func (a *app) showDays(c echo.Context, status int, page views.DaysPage) error {
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Day close", here: "/days"}); err != nil {
			return err
		}
		page.Clock = lending.DateOf(a.reader.Now().Time)
		page.Missed, page.Behind = missedDays(page.Today, page.Clock, page.Demo)
		if page.Behind > 0 {
			page.CatchUp = page.Clock
		}
		if page.Running, err = a.dayProgress(ctx, v, page.Today); err != nil {
			return err
		}
		if latest := a.jobs.latest(jobDay); page.Form.Refused == "" && latest != nil && latest.owner == actorOf(c).Person && latest.done() && latest.failed != nil {
			page.Form.Refused = "The last close stopped: " + latest.why() + " What was done stays done; close again."
		}
		if page.Hour, err = a.dayHour(ctx, c, v); err != nil {
			return err
		}
		runs, err := v.DayRuns(ctx, dayRuns)
		if err != nil {
			return err
		}
		for _, r := range runs {
			page.Runs = append(page.Runs, dayRow(r))
		}
		err = servicing.WhyNotCloseDay(ctx, v, actorOf(c), a.reader.Now().Time)
		if refused, ok := errors.AsType[*lending.Error](err); ok {
			page.Close.WhyNot = refused.Message
			return nil
		}
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, status, views.Days(page), a.dayPiece(c, page))
}

// dayPiece is what is asked for again and again while a close runs.
func (a *app) dayPiece(c echo.Context, page views.DaysPage) templ.Component {
	if page.Running == nil {
		if wantsPiece(c) {
			c.Response().Header().Set("HX-Redirect", "/days") // it has ended: the whole page is new
		}
		return nil
	}
	return views.DayRunning(*page.Running)
}

// missedDays are the days before the calendar's day that are still open. The
// sample stands still, so it misses none.
func missedDays(today, clock lending.Date, demo bool) (shown []lending.Date, count int) {
	if demo || clock <= today {
		return nil, 0
	}
	for day := today; day < clock && len(shown) < missedShown; day = day.AddDays(1) {
		shown = append(shown, day)
	}
	return shown, clock.Sub(today)
}

// dayProgress is the close that runs now, of this server or beside it.
func (a *app) dayProgress(ctx context.Context, v *store.View, today lending.Date) (*views.DayProgress, error) {
	runs, err := v.DayRuns(ctx, 1)
	if err != nil {
		return nil, err
	}
	latest := a.jobs.latest(jobDay)
	here := latest != nil && !latest.done()
	beside := len(runs) > 0 && runs[0].Status == "running" && runs[0].LeasedUntil.After(a.reader.Now().Time)
	if !here && !beside {
		return nil, nil
	}
	progress := &views.DayProgress{Path: "/days", Day: today}
	if len(runs) > 0 && runs[0].Status == "running" {
		progress.Day = runs[0].Date
	}
	left, err := v.StalePositions(ctx, progress.Day.AddDays(1))
	progress.Left = int(left)
	return progress, err
}

func dayRow(r store.DayRun) views.DayRow {
	return views.DayRow{Path: "/days/" + r.Date.String(), Day: r.Date, Running: r.Status == "running", Accounts: r.Accounts, Changed: r.Changed,
		Failed: r.Failed, Took: time.Duration(r.DurationMS) * time.Millisecond, By: r.StartedBy, At: r.FinishedAt.Time}
}

// createDay closes days until the date that the form names is open. Pressed
// twice it closes once: a date that is open already is left.
func (a *app) createDay(c echo.Context) error {
	f, actor := read(c), actorOf(c)
	until := f.date("until")
	err := f.err()
	if err == nil && until.IsZero() {
		err = lending.RefuseField("until", "day.until", "Say which day is closed.")
	}
	if latest := a.jobs.latest(jobDay); err == nil && latest != nil && !latest.done() {
		err = lending.Refuse(lending.Conflict, "day.running", "A day is being closed right now.")
	}
	if err != nil {
		return a.refuseDay(c, err)
	}
	if asked, err := a.manyDays(c, until, f.text("days")); asked || err != nil {
		return err
	}
	var result servicing.DayResult
	j := a.jobs.start(c.Request().Context(), &job{kind: jobDay, owner: actor.Person}, func(ctx context.Context, _ servicing.Progress) (string, error) {
		var err error
		result, err = a.office.CloseDay(ctx, actor, until)
		a.logFailure(actor, "a day close", err)
		return "/days", err
	})
	if !j.done() {
		return a.seeOther(c, "/days")
	}
	if j.failed != nil {
		return a.refuseDay(c, j.failed)
	}
	a.flash(c, views.Flash{Text: closedWords(result)})
	return a.seeOther(c, "/days")
}

// manyDays asks back before many days are closed with one press: everybody's days
// past due move on by as many. It answers whether it asked.
func (a *app) manyDays(c echo.Context, until lending.Date, confirmed string) (bool, error) {
	var open lending.Date
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		open, err = today(ctx, v)
		return err
	})
	last := until.AddDays(-1)
	days := until.Sub(open)
	future := last > lending.DateOf(a.reader.Now().Time)
	if err != nil || days <= daysUnasked || future || confirmed == strconv.Itoa(days) {
		return false, err
	}
	return true, a.showDays(c, http.StatusUnprocessableEntity, views.DaysPage{Ask: &views.DaysAsked{From: open, To: last, Until: until, Days: days}})
}

func closedWords(r servicing.DayResult) string {
	open := "The business date is " + views.Day(r.BusinessDate) + "."
	if r.Days == 0 {
		return "Nothing to close. " + open
	}
	return "Closed " + views.Counted(r.Days, "day", "days") + ": " + views.Counted(r.Accounts, "account", "accounts") + " replayed, " +
		views.Count(r.Changed) + " changed. " + open
}

func (a *app) refuseDay(c echo.Context, err error) error {
	form, ok := refusedForm(err, nil)
	if !ok {
		return err
	}
	form.Errors = nil // the sentence says it: there is no field to type in
	return a.showDays(c, statusOf(err), views.DaysPage{Form: form})
}
