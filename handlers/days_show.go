package handlers

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// dayChangesShown is how many changes of a day a page lists.
const dayChangesShown = 100

// dayHour is when days are closed by themselves, and why the open one was not.
func (a *app) dayHour(ctx context.Context, c echo.Context, v *store.View) (views.DayClock, error) {
	company, err := v.Company(ctx)
	if err != nil {
		return views.DayClock{}, err
	}
	hour := views.DayClock{WhyNot: offer(c, servicing.MayManagePeople, views.Act{}).WhyNot}
	if company.CloseAt == servicing.ByHand {
		return hour, nil
	}
	hour.Next = servicing.ClosesAt(company.BusinessDate, company.CloseAt)
	hour.At = hour.Next.In(lending.India).Format("15:04")
	skip, err := v.DaySkip(ctx, company.BusinessDate)
	hour.Skip, hour.Since = skip.Reason, skip.Since.Time
	return hour, err
}

// createDayHour sets the hour at which days are closed by themselves; an empty one
// leaves them to people.
func (a *app) createDayHour(c echo.Context) error {
	minute, text := servicing.ByHand, read(c).text("close_at")
	if text != "" {
		hours, minutes, _ := strings.Cut(text, ":")
		h, err := strconv.Atoi(hours)
		m, err2 := strconv.Atoi(minutes)
		if minute = h*60 + m; err != nil || err2 != nil || h < 0 || h > 23 || m < 0 || m > 59 {
			return a.refuseDay(c, lending.RefuseField("close_at", "day.close_at", "Write an hour of the day, as 01:00."))
		}
	}
	if err := a.office.SetCloseAt(c.Request().Context(), actorOf(c), minute); err != nil {
		return a.refuseDay(c, err)
	}
	a.flash(c, views.Flash{Text: "The hour of closing is set."})
	return a.seeOther(c, "/days")
}

// showDay shows one closed day: what it changed, by kind, and what it left alone.
func (a *app) showDay(c echo.Context) error {
	day, err := lending.ParseDate(c.Param("date"))
	if err != nil {
		return lending.Refuse(lending.NotFound, "day.not_found", "There is no such day.")
	}
	page := views.DayPage{Kind: c.QueryParam("kind")}
	if page.Kind != "" && !slices.Contains(servicing.DayKinds(), page.Kind) {
		page.Kind = ""
	}
	err = a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		run, err := v.ClosedDay(ctx, day)
		if err != nil {
			return err
		}
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Closing of " + views.Day(day), here: "/days"}); err != nil {
			return err
		}
		page.Row = dayRow(run)
		failures, err := v.DayFailures(ctx, day)
		if err != nil {
			return err
		}
		for _, f := range failures {
			page.Failures = append(page.Failures, views.DayFailure{Account: views.Link{Path: "/accounts/" + f.AccountRef, Label: f.AccountRef}, Message: f.Message})
		}
		if err := dayChanges(ctx, c, v, day, &page); err != nil {
			return err
		}
		page.History, err = history(ctx, v, day.String(), page.Today)
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, http.StatusOK, views.ClosedDay(page), nil)
}

// dayChanges puts on the page what the close changed: how much of each kind, and the
// rows of one kind or of all, a page at a time.
func dayChanges(ctx context.Context, c echo.Context, v *store.View, day lending.Date, page *views.DayPage) error {
	counts, err := v.DayChangeCounts(ctx, day)
	if err != nil {
		return err
	}
	all := views.DayKind{Path: page.Row.Path, Name: "All", On: page.Kind == ""}
	for _, kind := range servicing.DayKinds() {
		i := slices.IndexFunc(counts, func(c store.DayChangeCount) bool { return c.Kind == kind })
		if i < 0 {
			continue
		}
		all.Count += counts[i].Count
		page.Kinds = append(page.Kinds, views.DayKind{Path: page.Row.Path + "?kind=" + kind, Name: views.DayKindWords(kind), Count: counts[i].Count, On: kind == page.Kind})
	}
	if len(page.Kinds) > 0 {
		page.Kinds = append([]views.DayKind{all}, page.Kinds...)
	}
	query := store.DayChangeQuery{Date: day, Kind: page.Kind, Limit: dayChangesShown + 1, After: changeCursor(c.QueryParam("after"))}
	rows, err := v.DayChanges(ctx, query)
	if err != nil {
		return err
	}
	if len(rows) > dayChangesShown {
		rows = rows[:dayChangesShown]
		last := rows[len(rows)-1]
		page.More = page.Row.Path + "?" + url.Values{"kind": {page.Kind}, "after": {last.Kind + "~" + last.AccountID + "~" + last.Subject}}.Encode()
	}
	for _, r := range rows {
		page.Changes = append(page.Changes, views.DayChange{Kind: views.DayKindWords(r.Kind), Account: views.Link{Path: "/accounts/" + r.AccountRef, Label: r.AccountRef},
			Borrower: r.Borrower, What: changeWords(r), Amount: r.Amount})
	}
	return nil
}

// changeCursor reads after which change a page begins.
func changeCursor(text string) *store.DayChange {
	parts := strings.SplitN(text, "~", 3)
	if len(parts) != 3 {
		return nil
	}
	return &store.DayChange{Kind: parts[0], AccountID: parts[1], Subject: parts[2]}
}

// changeWords says why an account stands in the list of a day.
func changeWords(r store.DayChange) string {
	switch r.Kind {
	case servicing.DayDue:
		due, err := lending.ParseDate(r.Became)
		if err != nil {
			return "An instalment fell due."
		}
		return "The instalment of " + views.Day(due) + " fell due."
	case servicing.DayExcess:
		return "Money held for the borrower was applied to what fell due."
	case servicing.DayLine, servicing.DayTopup, servicing.DayTopupMissed, servicing.DayMandate:
		return r.Became
	}
	return r.Was + " became " + r.Became + " at the day-end."
}
