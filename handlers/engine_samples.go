package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/matching"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// showSample is the second look at a week's matches that the engine was sure of.
func (a *app) showSample(c echo.Context) error {
	return a.showSamplePage(c, http.StatusOK, views.Form{})
}

func (a *app) showSamplePage(c echo.Context, status int, form views.Form) error {
	f := read(c)
	on := f.date("week")
	if err := f.err(); err != nil {
		return err
	}
	page := views.SamplePage{Form: form}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Second look", here: "/engine"}); err != nil {
			return err
		}
		week, err := servicing.SampleOf(ctx, v, on)
		if err != nil {
			return err
		}
		page.From, page.To = week.From, week.To
		page.Looked, page.Wrong = week.Looked()
		page.Earlier = samplePath(week.From.AddDays(-7))
		if next := week.From.AddDays(7); next <= page.Today {
			page.Later = samplePath(next)
		}
		actor := actorOf(c)
		whyNot := offer(c, servicing.MayTune, views.Act{}).WhyNot
		for _, r := range week.Rows {
			row, err := sampleRow(ctx, v, r)
			if err != nil {
				return err
			}
			if row.WhyNot = whyNot; whyNot == "" && string(r.MakerID) == actor.Person {
				row.WhyNot = "You matched it yourself."
			}
			row.PostAt = "/engine/sample/" + r.Ref + "/verdict?week=" + week.From.String()
			page.Rows = append(page.Rows, row)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return a.show(c, status, views.Sample(page), nil)
}

func samplePath(week lending.Date) string { return "/engine/sample?week=" + week.String() }

// sampleRow is one match of the sample, with what the engine saw in it then.
func sampleRow(ctx context.Context, v *store.View, r store.SampleRow) (views.SampleRow, error) {
	row := views.SampleRow{Ref: r.Ref, At: "/records/" + r.Ref, Date: r.Date, Payer: payerOf(matching.Parse(r.BankLayout, r.Narration), r.Narration), Says: r.Narration,
		Score: views.ScoreOf(r.Confidence), Amount: r.Amount, Maker: string(r.Maker), Verdict: r.Verdict, Said: r.Reviewer}
	if r.Note != "" {
		row.Said += ": “" + r.Note + "”"
	}
	var evidence []matching.Evidence
	var accounts []string
	if err := json.Unmarshal([]byte(r.Evidence), &evidence); err != nil {
		return row, fmt.Errorf("reading the evidence of %s: %w", r.Ref, err)
	}
	if err := json.Unmarshal([]byte(r.Accounts), &accounts); err != nil {
		return row, fmt.Errorf("reading the accounts of %s: %w", r.Ref, err)
	}
	for _, e := range evidence {
		if len(row.Why) < weakest || e.Weight < 0 {
			row.Why = append(row.Why, e.Detail)
		}
	}
	for _, id := range accounts {
		account, err := v.AccountByID(ctx, id)
		if err != nil {
			return row, err
		}
		row.To = append(row.To, views.Link{Path: "/accounts/" + account.Ref, Label: account.BorrowerName})
	}
	return row, nil
}

// createSampleVerdict keeps what a second look at one match found.
func (a *app) createSampleVerdict(c echo.Context) error {
	f := read(c)
	in := servicing.MatchVerdict{Record: store.CleanRef(c.Param("ref")), Right: f.text("verdict") == "right", Note: f.text("note")}
	before, err := a.threshold(c)
	if err != nil {
		return err
	}
	if err = a.office.ReviewMatch(c.Request().Context(), actorOf(c), in); err != nil {
		form, ok := refusedForm(err, f.values)
		if !ok {
			return err
		}
		return a.showSamplePage(c, statusOf(err), form)
	}
	after, err := a.threshold(c)
	if err != nil {
		return err
	}
	flash := views.Flash{Text: in.Record + " is right"}
	if !in.Right {
		flash.Text = in.Record + " is wrong"
	}
	if after != before {
		flash.Text += ", and the engine is stricter from now on"
		a.scoreAgain(c, nil)
	}
	a.flash(c, flash)
	return a.seeOther(c, "/engine/sample?week="+f.text("week"))
}

// threshold is how the engine is set now.
func (a *app) threshold(c echo.Context) (settings store.EngineSettings, err error) {
	err = a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		settings, err = v.EngineSettings(ctx)
		return err
	})
	return settings, err
}
