package handlers

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/bankfile"
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
		if err := dayStandings(ctx, c, v, day, &page); err != nil {
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

// dayStandings sums the positions that were kept of a day by category.
func dayStandings(ctx context.Context, c echo.Context, v *store.View, day lending.Date, page *views.DayPage) error {
	sums, err := v.DayCategories(ctx, day)
	if err != nil || len(sums) == 0 {
		return err
	}
	page.Positions = offer(c, servicing.MayExport, views.Act{Label: "Bureau extract, CSV", Path: page.Row.Path + "/positions.csv"})
	for _, s := range sums {
		page.Standings = append(page.Standings, views.DayStanding{Category: s.Category, Accounts: s.Accounts, Total: s.Total, Overdue: s.Overdue})
	}
	return nil
}

// bureauChunk is how many accounts an extract reads at a time.
const bureauChunk = 1000

// exportDayPositions gives where every account stood at the end of a day, with what a
// credit bureau asks of it.
func (a *app) exportDayPositions(c echo.Context) error {
	day, err := lending.ParseDate(c.Param("date"))
	if err != nil {
		return lending.Refuse(lending.NotFound, "day.not_found", "There is no such day.")
	}
	return a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		rows, err := v.BureauRows(ctx, day, "", bureauChunk)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return lending.Refuse(lending.NotFound, "day.no_positions", "No positions were kept of "+day.Words()+".")
		}
		return a.download(c, "positions-"+day.String(), "csv", func(w bankfile.Table) error {
			err := w.Write([]string{"reported_on", "account", "product", "status", "customer", "name", "pan", "phone", "email", "address", "state", "opened_on", "sanctioned",
				"current_balance", "principal", "overdue", "days_past_due", "peak_days_past_due", "asset_class", "asset_class_since", "oldest_due", "last_payment_on", "excess", "written_off"})
			for err == nil && len(rows) > 0 {
				for i := 0; err == nil && i < len(rows); i++ {
					err = w.Write(bureauCells(rows[i]))
				}
				if err == nil {
					rows, err = v.BureauRows(ctx, day, rows[len(rows)-1].AccountID, bureauChunk)
				}
			}
			return err
		})
	})
}

func bureauCells(r store.BureauRow) []string {
	off := ""
	if r.WrittenOff {
		off = "yes"
	}
	return []string{r.Date.String(), r.AccountRef, r.Product, r.Status, r.BorrowerRef, r.Name, r.PAN, r.Phone, r.Email, r.Address, r.State, r.OpenedOn.String(), r.Sanctioned.String(),
		r.TotalOutstanding.String(), r.PrincipalOutstanding.String(), r.DueNow.String(), strconv.Itoa(r.DPD), strconv.Itoa(r.PeakDPD), r.Category, r.CategoryDate.String(),
		r.OldestDue.String(), r.PaidOn.String(), r.Excess.String(), off}
}
